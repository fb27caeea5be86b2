"""The first of the four answers, on the shipped record: what the status must say on given days."""

from __future__ import annotations

import json
from typing import Any

import pytest

from detente.doors.cli import main


def ask(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main([*words, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert isinstance(answer, dict)
    return answer


def read(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The page as one line, so that wrapping does not matter."""
    assert main([*words]) == 0
    return " ".join(capsys.readouterr().out.split())


def total(answer: dict[str, Any], imposer: str, authority: str) -> dict[str, Any]:
    found = [t for t in answer["totals"] if (t["imposer"], t["authority"]) == (imposer, authority)]
    assert len(found) == 1, f"{imposer} {authority}"
    return found[0]


def clock(answer: dict[str, Any], name: str) -> dict[str, Any]:
    return next(c for c in answer["clocks"] if c["id"] == name)


class TestTwelfthOfSeptember2025:
    """The day of the worked example: the fourth round is announced and every pause runs."""

    @pytest.fixture
    def answer(self, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
        return ask(capsys, "status", "us-cn", "--on", "2025-09-12")

    def test_rounds(self, answer: dict[str, Any]) -> None:
        rounds = {r["number"]: r for r in answer["rounds"]}
        assert {n: r["status"] for n, r in rounds.items()} == {
            1: "held",
            2: "held",
            3: "held",
            4: "planned",
        }
        assert [rounds[n]["days"] for n in (1, 2, 3)] == [
            "2025-05-10/2025-05-11",
            "2025-06-09/2025-06-10",
            "2025-07-28/2025-07-29",
        ]
        places = [rounds[n]["place"].split(",")[0] for n in (1, 2, 3, 4)]
        assert places == ["Geneva", "London", "Stockholm", "Madrid"]
        heads = {p["name"] for p in rounds[4]["people"] if p["role"] == "head"}
        assert heads == {"Scott Bessent", "He Lifeng"}

    def test_totals_and_what_lapses(self, answer: dict[str, Any]) -> None:
        us, china = total(answer, "US", "IEEPA"), total(answer, "CN", "Tariff Commission")
        assert (us["law"], us["lapse"]["law"], us["path"][0]["law"]) == ("30%", "54%", "54%")
        assert (china["law"], china["lapse"]["law"], china["path"][0]["law"]) == (
            "10%",
            "34%",
            "34%",
        )

    @pytest.mark.parametrize(
        ("name", "first", "last", "acts"),
        [
            (
                "us.ieepa.reciprocal.cn/paused",
                "2025-08-12T00:01:00-04:00",
                "2025-11-10T00:01:00-05:00",
                ["EO 14298", "EO 14334"],
            ),
            (
                "cn.tariff-commission.reciprocal/paused",
                "2025-08-12T12:01:00+08:00",
                "2025-11-10T12:01:00+08:00",
                [
                    "Customs Tariff Commission announcement of 13 May 2025",
                    "Customs Tariff Commission announcement of 12 August 2025",
                ],
            ),
        ],
    )
    def test_the_two_suspensions(
        self, answer: dict[str, Any], name: str, first: str, last: str, acts: list[str]
    ) -> None:
        pause = clock(answer, name)
        assert (pause["first_end"], pause["end"], pause["state"]) == (first, last, "extended")
        assert [pause["set_by"], *(e["instrument"] for e in pause["extensions"])] == acts
        assert pause["days_left"] == 59
        assert (pause["rate_now"], pause["rate_then"]) == ("10%", "34%")

    def test_the_sale_or_ban_deadline(self, answer: dict[str, Any]) -> None:
        tiktok = clock(answer, "us.pafaca.tiktok/delayed")
        assert (tiktok["end"], tiktok["days_left"]) == ("2025-09-17", 5)
        delays = [tiktok["set_by"], *(e["instrument"] for e in tiktok["extensions"])]
        assert delays == ["EO 14166", "EO 14258", "EO 14310"]
        assert any("second extension" in note for note in tiktok["notes"])

    def test_deals_with_others(self, answer: dict[str, Any]) -> None:
        partners = {p for deal in answer["deals_with_others"] for p in deal["parties"]}
        assert {"GB", "JP", "EU"} <= partners

    def test_the_poll_and_its_earlier_wave(self, answer: dict[str, Any]) -> None:
        waves = [p["poll"] for p in answer["polls"] if p["poll"]["series"] == "pew.tiktok-ban"]
        assert [w["shares"]["support"] for w in waves][:: len(waves) - 1] == ["50", "34"]
        assert waves[-1]["field"] == "2025-02-24/2025-03-02"
        assert waves[-1]["shares"] == {"support": "34", "oppose": "32", "not sure": "33"}

    def test_the_page_says_the_same(self, capsys: pytest.CaptureFixture[str]) -> None:
        page = read(capsys, "status", "us-cn", "--on", "2025-09-12")
        for words in (
            "3 rounds held: 1. Geneva, 10-11 May 2025; 2. London, 9-10 June 2025; 3. Stockholm, 28-29 July 2025.",
            "Planned: 4. Madrid",
            "United States on China, IEEPA: 30%; if the pauses lapse, from 10 November 2025, 00:01 eastern: 54%.",
            "China on United States, Tariff Commission: 10%; if the pauses lapse, from 10 November 2025",
            "to 12 August 2025, 00:01 eastern",
            "59 days left",
            "extended once",
            "extended twice",
            "5 days left",
            "asked 24 February-2 March 2025",
        ):
            assert words in page, words


@pytest.mark.parametrize(
    ("on", "known", "us", "china"),
    [
        ("2025-08-20", "2025-08-01", "54", "34"),
        ("2025-08-20", "2025-08-12", "30", "10"),
        ("2025-04-12", "2025-04-12", "145", "125"),
        ("2025-02-10", "2025-02-10", "10", "0"),
        ("2025-03-10", "2025-03-10", "20", "0"),
        ("2025-04-06", "2025-04-06", "30", "0"),
        ("2025-04-09", "2025-04-09", "104", "0"),
        ("2025-04-10", "2025-04-10", "145", "84"),
        ("2025-05-13", "2025-05-13", "145", "125"),
        ("2025-05-14", "2025-05-14", "30", "10"),
        ("2025-08-12", "2025-08-10", "54", "34"),
        ("2025-11-10", "2025-11-10", "20", "10"),
        ("2026-02-19", "2026-02-19", "20", "10"),
    ],
)
def test_totals_by_day_and_knowledge(
    capsys: pytest.CaptureFixture[str], on: str, known: str, us: str, china: str
) -> None:
    answer = ask(capsys, "status", "us-cn", "--on", on, "--known", known)
    found = {(t["imposer"], t["authority"]): t["law"] for t in answer["totals"]}
    assert found.get(("US", "IEEPA"), "0%") == f"{us}%"
    assert found.get(("CN", "Tariff Commission"), "0%") == f"{china}%"


def test_struck_in_law_and_still_collected(capsys: pytest.CaptureFixture[str]) -> None:
    ieepa = total(ask(capsys, "status", "us-cn", "--on", "2026-02-21"), "US", "IEEPA")
    assert (ieepa["law"], ieepa["collected"]) == ("0%", "20%")
    assert ieepa["path"][0]["at"] == "2026-02-24T00:00:00-05:00"
    assert ieepa["path"][0]["collected"] == "0%"
    after = total(ask(capsys, "status", "us-cn", "--on", "2026-02-24"), "US", "IEEPA")
    assert (after["law"], after["collected"]) == ("0%", "0%")


def test_past_the_horizon(capsys: pytest.CaptureFixture[str]) -> None:
    answer = ask(capsys, "status", "us-cn", "--on", "2026-11-22")
    assert answer["horizon"] == "2026-10-08"
    china = clock(answer, "cn.tariff-commission.reciprocal/paused")
    assert china["state"] == "passed, outcome not recorded"
    us = clock(answer, "us.ieepa.reciprocal.cn/paused")
    assert us["state"] == "ended by ruling"
    assert us["ended_by"] == "us.ieepa/struck"
    announced = {c["id"]: c for c in answer["announced"]}
    for pause in (china, us):
        assert pause["end"].startswith("2026-11-10")
        (name,) = pause["announced"]
        assert announced[name]["status"] == "announced"
        assert announced[name]["instrument"] == "none"
        assert announced[name]["end"].startswith("2027-01-10")
        assert announced[name]["known"].startswith("2026-09")
    page = read(capsys, "status", "us-cn", "--on", "2026-11-22")
    for words in (
        "The record ends on 8 October 2026. What happened since is not recorded",
        "United States: as written the pause ended on 10 November 2026; an extension to 10 January 2027",
        "China: as written the pause ended on 10 November 2026; an extension to 10 January 2027",
        "no instrument is recorded",
        "nothing returns by itself: IEEPA, the authority of the duty, was struck on 20 February 2026",
    ):
        assert words in page, words


class TestAssumptions:
    def test_they_are_marked_and_change_only_what_they_say(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        answer = ask(
            capsys,
            "status",
            "us-cn",
            "--on",
            "2025-12-01",
            "--assume",
            "lapse us.ieepa.reciprocal.cn/paused on 2025-11-10",
        )
        assert answer["assumptions"] == ["lapse us.ieepa.reciprocal.cn/paused on 2025-11-10"]
        assert total(answer, "US", "IEEPA")["law"] == "44%"
        assert total(answer, "CN", "Tariff Commission")["law"] == "10%"
        assert clock(answer, "us.ieepa.reciprocal.cn/paused")["hypothetical"] is True
        assert (
            total(ask(capsys, "status", "us-cn", "--on", "2025-12-01"), "US", "IEEPA")["law"]
            == "20%"
        )

    @pytest.mark.parametrize(
        ("on", "words", "us"),
        [
            ("2025-09-12", "strike IEEPA on 2025-09-01", "0"),
            ("2025-11-09", "impose 100% by US on CN from 2025-11-01", "30"),
            ("2025-09-12", "end us.ieepa.fentanyl.cn/imposed on 2025-09-10", "10"),
        ],
    )
    def test_each_form(
        self, capsys: pytest.CaptureFixture[str], on: str, words: str, us: str
    ) -> None:
        answer = ask(capsys, "status", "us-cn", "--on", on, "--assume", words)
        assert total(answer, "US", "IEEPA")["law"] == f"{us}%"
        if words.startswith("impose"):
            assert total(answer, "US", "assumption")["law"] == "100%"

    def test_extend(self, capsys: pytest.CaptureFixture[str]) -> None:
        answer = ask(
            capsys,
            "status",
            "us-cn",
            "--on",
            "2026-12-01",
            "--assume",
            "extend cn.tariff-commission.reciprocal/paused to 2027-01-10",
        )
        assert total(answer, "CN", "Tariff Commission")["law"] == "10%"
        assert clock(answer, "cn.tariff-commission.reciprocal/paused")["hypothetical"] is True

    def test_lapse_of_all(self, capsys: pytest.CaptureFixture[str]) -> None:
        answer = ask(
            capsys,
            "status",
            "us-cn",
            "--on",
            "2025-12-01",
            "--known",
            "2025-10-01",
            "--assume",
            "lapse",
        )
        assert total(answer, "US", "IEEPA")["law"] == "54%"

    @pytest.mark.parametrize(
        "words",
        ["wait", "lapse nothing-there", "extend us.ieepa.reciprocal.cn/paused to 2025-09-01", "strike Magna Carta on 2025-01-01",
         "end us.ieepa.fentanyl.cn/imposed on yesterday", "impose 10% by US on XX from 2025-01-01", "impose 10% by US on CN"],
    )  # fmt: skip
    def test_what_cannot_be_assumed(self, capsys: pytest.CaptureFixture[str], words: str) -> None:
        assert main(["status", "us-cn", "--on", "2025-09-12", "--assume", words]) == 2
        assert words in capsys.readouterr().err
