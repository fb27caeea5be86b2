"""The commands that ask for duties, as a user types them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from detente.doors.cli import main

BATTERY = ("rate", "8507.60.0020", "--from", "CN", "--on", "2025-08-20")


def ask(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(list(words))
    out, err = capsys.readouterr()
    return code, out, err


def test_rate_shows_every_duty_with_its_law(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ask(capsys, *BATTERY)
    assert code == 0
    assert "from China into United States, entered 20 August 2025" in out
    for words in ("3.4%", "9903.88.15", "EO 14228", "NOT OWED, AND WHY", "vehicle-part", "SOURCES"):
        assert words in " ".join(out.split())


def test_explain_gives_the_words_of_the_law(capsys: pytest.CaptureFixture[str]) -> None:
    short = ask(capsys, *BATTERY)[1]
    long = ask(capsys, *BATTERY, "--explain")[1]
    assert "20 percent" in " ".join(long.split())
    assert "“" in long
    assert "“" not in short
    assert "detente why us.ieepa.fentanyl.cn/" in long


def test_json_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    answer: dict[str, Any] = json.loads(ask(capsys, *BATTERY, "--json")[1])
    assert sum(float(c["percent"]) for c in answer["components"]) == float(answer["total"])
    assert all(c["cites"] for c in answer["components"])
    assert answer["on"] == answer["known"] == "2025-08-20"
    named = {c["source"] for part in answer["components"] if part["clause"] for c in part["cites"]}
    assert named <= answer["sources"].keys()


def test_facts_and_claims_move_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    """Brakes: autos 25 % in place of the border duty (MX) or of the reciprocal duty (CN)."""

    def total(partner: str, *more: str) -> float:
        words = ("rate", "8708.30.5030", "--from", partner, "--on", "2025-12-01", "--json", *more)
        return float(json.loads(ask(capsys, *words)[1])["total"])

    assert (total("MX"), total("MX", "--claim", "usmca")) == (27.5, 0)
    assert total("CN") - total("CN", "--fact", "vehicle-part=0") == 25 - 10
    assert total("CN", "--fact", "vehicle-part=50%") == total("CN") - 7.5


def test_an_assumption_is_named_and_counts(capsys: pytest.CaptureFixture[str]) -> None:
    toy = ("rate", "9503.00.0073", "--from", "CN", "--on", "2025-08-20")
    plain = ask(capsys, *toy)[1]
    struck = ask(capsys, *toy, "--assume", "strike IEEPA on 2025-08-15 by US")[1]
    assert "TOTAL: 30 %" in plain
    assert "TOTAL: 0 %" in struck
    assert "ASSUMED, not in the record: strike IEEPA" in struck


def test_china_answers_for_its_side_and_marks_what_is_carried(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, _ = ask(
        capsys, "rate", "1201.90.10", "--from", "US", "--into", "CN", "--on", "2025-04-12"
    )
    assert code == 0
    assert "125%" in out
    assert "carried" in out


def test_a_short_code_gives_the_spread(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ask(capsys, "rate", "8507", "--from", "CN", "--on", "2025-08-20")
    assert code == 0
    assert "lines of the schedule" in out
    assert "8507.60.00.20" in out


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("rate", "8507.60.0099", "--from", "CN"), "8507.60.00"),
        (("rate", "8507.60.0020", "--from", "Chnia"), "China"),
        (("rate", "8507.60.0020", "--from", "US"), "another partner"),
        (("rate", "8507.60.0020", "--from", "CN", "--metal", "140%"), "no share"),
        (("rate", "8507.60.0020", "--from", "CN", "--fact", "usmka"), "usmca"),
        (("rate", "8507.60.0020", "--from", "CN", "--quantity", "12"), "unit"),
        (("rate", "8507.60.0020", "--from", "CN", "--loaded", "20 May"), "not a day"),
        (("rate", "8507.60.0020", "--from", "CN", "--into", "FR"), "FR"),
        (("average", "--from", "CN", "--weights", "nowhere.csv"), "nowhere.csv"),
        (("panel", "x.parquet", "--since", "2025-01-01"), "--until"),
    ],
)
def test_what_cannot_be_answered_says_why(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], named: str
) -> None:
    code, out, err = ask(capsys, *words, "--on", "2025-08-20")
    assert code == 2
    assert out == ""
    assert named in err
    assert "Traceback" not in err


def test_snapback_tells_both_sides_and_what_is_misreported(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The figures of the law: 54 and 34 percent, not 145 and 125 (see ../shared/law/RULES.md)."""
    code, out, _ = ask(capsys, "snapback", "us-cn", "--on", "2025-08-05")
    assert code == 0
    flat = " ".join(out.split())
    assert "now 30 %, from then 54 %" in flat
    assert "now 10 %, from then 34 %" in flat
    assert "Not 145 %" in flat
    assert "Not 125 %" in flat
    assert "Trade hit:" in flat


def test_average_by_authority_sums_to_the_whole(capsys: pytest.CaptureFixture[str]) -> None:
    day = ("--from", "CN", "--on", "2025-09-10", "--json")
    (whole,) = json.loads(ask(capsys, "average", *day)[1])["averages"]
    parts = json.loads(ask(capsys, "average", "--by", "authority", *day)[1])["averages"]
    for figure in ("expected", "written", "mean"):
        assert sum(p[figure] for p in parts) == pytest.approx(whole[figure], abs=1e-6)


def test_own_weights_are_taken(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("code,partner,usd\n9503000073,CN,100\n8507600020,CN,0\n", encoding="utf-8")
    answer = json.loads(
        ask(
            capsys, "average", "--from", "CN", "--on", "2025-08-20", "--weights", str(own), "--json"
        )[1]
    )
    assert answer["averages"][0]["written"] == pytest.approx(30)


def test_panel_writes_one_partner(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "cn.parquet"
    code, said, _ = ask(
        capsys, "panel", str(out), "--from", "CN", "--since", "2025-05-01", "--until", "2025-06-30",
        "--on", "2026-11-22",
    )  # fmt: skip
    assert code == 0
    assert "rows" in said
    assert out.stat().st_size > 10_000


def test_a_heading_tells_what_is_printed_and_what_is_law(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Geneva: the schedule prints 34 % and suspends the provision; 10 % is the law."""
    flat = " ".join(
        ask(capsys, "rate", "9903.01.63", "--from", "CN", "--on", "2025-05-14")[1].split()
    )
    assert "applicable subheading + 34%" in flat
    assert "In law: 10%" in flat
    flat = " ".join(
        ask(capsys, "rate", "9903.01.24", "--from", "CN", "--on", "2026-02-22")[1].split()
    )
    assert "In law: no duty (10% collected)" in flat
