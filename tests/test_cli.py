"""The command line as a user meets it: every command, JSON beside text, exit codes, own records."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from detente.doors.cli import main
from detente.record import store
from detente.time import say_day

DAY = ("--on", "2025-09-12")
COMMANDS = [
    ("status", "us-cn", *DAY),
    ("clocks", "us-cn", *DAY),
    ("clocks", *DAY, "--state", "extended"),
    ("timeline", "us-cn", *DAY, "--since", "2025-05-01", "--until", "2025-05-31"),
    ("timeline", *DAY, "--kind", "round"),
    ("rounds", "us-cn", *DAY),
    ("why", "us.ieepa.reciprocal.cn/paused"),
    ("why", "eo-14334"),
    ("why", "us.ieepa.reciprocal.cn"),
    ("why", "2025-05-10-geneva"),
    ("diff", "us-cn", "--on", "2025-08-20", "--known", "2025-08-01..2025-08-12"),
    ("diff", "us-cn", "--on", "2025-05-01..2025-06-01"),
    ("check",),
    ("verify",),
]


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "detente", *words],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_answers_in_text_and_json(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(list(words)) == 0
    page = capsys.readouterr().out
    assert main([*words, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert page.strip()
    assert {"known", "on"} <= set(answer)


def test_both_days_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    for words in COMMANDS[:6]:
        main([*words, "--known", "2025-09-11"])
        page = capsys.readouterr().out
        assert "12 September 2025" in page
        assert "11 September 2025" in page


def test_today_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "us-cn"]) == 0
    told = capsys.readouterr()
    assert say_day(date.today()) in told.out.splitlines()[0]
    assert "today" in told.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("status", "us-cn", "--on", "2025-02-30"), "not a day of the calendar"),
        (("status", "us-cn", "--on", "yesterday"), "2025-05-14"),
        (("status", "us-cn", "--known", "12/08/2025"), "--known"),
        (("status", "us-xx", *DAY), "'XX'"),
        (("status", "cn", *DAY), "us-cn"),
        (("why", "us.ieepa.reciprocal.cn/pawsed"), "us.ieepa.reciprocal.cn/paused"),
        (("diff", "us-cn"), "--known 2025-08-01..2025-08-12"),
        (("diff", "us-cn", "--on", "2025-08-01..x"), "'x'"),
        (("status", "us-cn", *DAY, "--record", "no-such-folder"), "no-such-folder"),
    ],
)
def test_what_cannot_be_answered(
    words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(list(words)) == 2
    heard = capsys.readouterr()
    assert told in heard.err
    assert not heard.out


def test_wrong_usage_exits_with_2() -> None:
    for words in ([], ["nonsense"], ["status"], ["why"]):
        result = run(*words)
        assert result.returncode == 2
        assert "usage: detente" in result.stderr
        assert "Traceback" not in result.stderr


def test_an_instant_may_be_asked(capsys: pytest.CaptureFixture[str]) -> None:
    before = "2025-05-14T00:00 America/New_York"
    assert main(["status", "us-cn", "--on", before, "--known", "2025-05-14", "--json"]) == 0
    totals = {t["authority"]: t["law"] for t in json.loads(capsys.readouterr().out)["totals"]}
    assert totals["IEEPA"] == "145%"


def test_a_diff_names_what_moved(capsys: pytest.CaptureFixture[str]) -> None:
    main(["diff", "us-cn", "--on", "2025-08-20", "--known", "2025-08-01..2025-08-12", "--json"])
    answer = json.loads(capsys.readouterr().out)
    moves = {
        (m["imposer"], m["authority"]): (m["law_before"], m["law_after"]) for m in answer["moves"]
    }
    assert moves == {("US", "IEEPA"): ("54%", "30%"), ("CN", "Tariff Commission"): ("34%", "10%")}
    assert "us.ieepa.reciprocal.cn/extended" in {e["id"] for e in answer["entries"]}


def test_a_closed_pipe_is_no_error() -> None:
    command = f"{sys.executable} -m detente timeline --on 2026-10-01 | head -1"
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert result.stdout.count("\n") == 1
    assert "Traceback" not in result.stderr


OWN = """\
measure: us.own.duty
title: A duty of my own
kind: tariff
imposer: US
authority: Section 122
clauses:
- id: imposed
  action: impose
  partners: [CN]
  products: all
  rate: 7%
  applies: {from: 2025-09-01, until: 2025-12-01}
  known: 2025-09-01
  instrument: My notice 1
  seen: copy
  cites: [{source: my-notice-1}]
"""
OWN_SOURCE = """\
sources:
- {id: my-notice-1, kind: notice, title: My notice, publisher: Me, url: "https://example.org/1", published: 2025-09-01, licence: mine}
"""


class TestOwnRecord:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        (tmp_path / "duty.yaml").write_text(OWN)
        (tmp_path / "sources.yaml").write_text(OWN_SOURCE)
        return tmp_path

    @pytest.mark.parametrize("by_variable", [False, True])
    def test_it_merges(
        self,
        folder: Path,
        by_variable: bool,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        option = ["--record", str(folder)]
        if by_variable:
            monkeypatch.setenv(store.VARIABLE, str(folder))
            option = []
        assert main(["status", "us-cn", *DAY, "--json", *option]) == 0
        totals = {t["authority"]: t["law"] for t in json.loads(capsys.readouterr().out)["totals"]}
        assert totals["Section 122"] == "7%"
        assert totals["IEEPA"] == "30%"

    def test_a_clash_with_the_shipped_record_is_told(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        clash = OWN.replace("us.own.duty", "us.ieepa.reciprocal.cn")
        (folder / "duty.yaml").write_text(clash)
        assert main(["check", str(folder)]) == 1
        page = capsys.readouterr().out
        assert "R11" in page
        assert "duty.yaml:1" in page

    def test_a_faulty_record_is_refused_with_its_problems(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (folder / "duty.yaml").write_text(OWN.replace("partners: [CN]", "partners: [UK]"))
        assert main(["status", "us-cn", *DAY, "--record", str(folder)]) == 2
        told = capsys.readouterr().err
        assert "R13" in told
        assert "Britain is GB" in told

    def test_one_file_can_be_checked(self, folder: Path) -> None:
        assert main(["check", str(folder / "sources.yaml")]) == 0


class TestIndex:
    """The compiled index is only ever a faster way to the same record."""

    @pytest.fixture
    def cache(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        return tmp_path / "detente"

    def test_it_equals_what_was_loaded(self, cache: Path) -> None:
        fresh, _ = store.open_record(store.folders())
        assert len(list(cache.glob("*.index"))) == 1
        again, _ = store.open_record(store.folders())
        assert again == fresh

    def test_damage_is_healed(self, cache: Path) -> None:
        fresh, _ = store.open_record(store.folders())
        (index,) = cache.glob("*.index")
        whole = index.read_bytes()
        for broken in (
            b"",
            whole[:20],
            whole[:5000],
            whole[:32] + b"\xc1" * 100,
            b"x" * len(whole),
        ):
            index.write_bytes(broken)
            assert store.open_record(store.folders())[0] == fresh
            assert index.read_bytes() == whole

    def test_a_change_of_a_file_is_seen(self, cache: Path, tmp_path: Path) -> None:
        own = tmp_path / "own"
        own.mkdir()
        (own / "duty.yaml").write_text(OWN)
        (own / "sources.yaml").write_text(OWN_SOURCE)
        chosen = store.folders([own])
        assert store.open_record(chosen)[0].clauses["us.own.duty/imposed"].rate is not None
        (own / "duty.yaml").write_text(OWN.replace("7%", "8%"))
        assert str(store.open_record(chosen)[0].clauses["us.own.duty/imposed"].rate) == "8%"
        assert cache.is_dir()

    def test_no_cache_folder_is_no_obstacle(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        blocked = tmp_path / "file"
        blocked.write_text("in the way")
        monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
        record, problems = store.open_record(store.folders())
        assert record.clauses
        assert problems == []


def test_verify_finds_a_changed_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "notice.txt").write_text("The duty shall be 7 percent.")
    source = OWN_SOURCE.replace(
        "licence: mine", "licence: mine, copy: notice.txt, sha256: " + "0" * 64
    )
    (tmp_path / "sources.yaml").write_text(source)
    (tmp_path / "duty.yaml").write_text(
        OWN.replace("{source: my-notice-1}", '{source: my-notice-1, says: "shall be 8 percent"}')
    )
    assert main(["check", str(tmp_path)]) == 1
    page = capsys.readouterr().out
    assert "R24" in page
    assert "R23" in page


class TestOddSurroundings:
    """Nothing around the program may make it crash or hang."""

    def test_a_record_that_is_no_regular_file(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.yaml")
        (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
        result = run("check", str(tmp_path))
        assert result.returncode == 1
        assert result.stdout.count("R01") == 2
        assert "Traceback" not in result.stderr
        assert run("status", "us-cn", *DAY, "--record", "/dev/zero").returncode == 2

    @pytest.mark.parametrize("path", ["x" * 300, "nowhere", "nowhere/at/all"])
    def test_a_path_that_is_not_there(self, path: str) -> None:
        for words in (("check", path), ("status", "us-cn", *DAY, "--record", path)):
            result = run(*words)
            assert result.returncode == 2
            assert "does not exist" in result.stderr

    def test_a_full_disk(self) -> None:
        command = f"{sys.executable} -m detente timeline --on 2026-10-01 > /dev/full"
        result = subprocess.run(
            ["bash", "-c", command], capture_output=True, text=True, check=False
        )
        assert result.returncode == 2
        assert "No space left" in result.stderr
        assert "Traceback" not in result.stderr

    @pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1"])
    def test_a_terminal_without_the_letters(self, encoding: str) -> None:
        for words in (
            ("status", "us-cn", "--on", "2026-11-22"),
            ("why", "cn.tariff-commission.reciprocal/imposed", "--json"),
        ):
            result = run(*words, PYTHONIOENCODING=encoding)
            assert result.returncode == 0, result.stderr

    def test_no_home(self) -> None:
        environment = {k: v for k, v in os.environ.items() if k not in ("HOME", "XDG_CACHE_HOME")}
        result = subprocess.run(
            [sys.executable, "-m", "detente", "rounds", *DAY],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
        )
        assert result.returncode == 0


@pytest.mark.parametrize(
    "words",
    [
        ("clocks", *DAY, "--state", "bogus"),
        ("timeline", *DAY, "--kind", "bogus"),
        ("timeline", *DAY, "--since", "2025-02-01", "--until", "2025-01-01"),
        ("diff", "us-cn", "--on", "2025-08-12..2025-08-01"),
        ("status", "us-cn", "--on", ""),
        ("status", "us-cn", *DAY, "--known", ""),
        ("clocks", "", *DAY),
        ("status", "us-cn", "--on", "2025-03-09T02:30 America/New_York"),
        ("status", "us-cn", *DAY, "--assume", "impose 50% by JP on KR from 2025-01-01"),
    ],
    ids=" ".join,
)
def test_odd_questions_are_refused(words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.returncode == 2
    assert result.stderr
    assert "Traceback" not in result.stderr


def test_json_carries_the_cites_and_sources_of_what_it_names(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["status", "us-cn", *DAY, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    for clock in answer["clocks"]:
        assert answer["cites"][clock["id"]]
    for cites in answer["cites"].values():
        for cite in cites:
            assert answer["sources"][cite["source"]]["url"]


def test_an_own_record_may_go_past_the_horizon(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    later = """\
measure: us.own.truce
title: The truce goes on
kind: procedure
imposer: CN
authority: Tariff Commission
clauses:
- id: extended-3
  action: extend
  acts_on: cn.tariff-commission.reciprocal/paused
  applies: {until: 2027-01-10}
  known: 2026-11-09
  instrument: Announcement of 9 November 2026 (invented for this test)
  seen: copy
  cites: [{source: my-notice-1}]
"""
    (tmp_path / "later.yaml").write_text(later)
    (tmp_path / "sources.yaml").write_text(OWN_SOURCE)
    assert main(["check", str(tmp_path)]) == 1
    assert "R26" in capsys.readouterr().out
    (tmp_path / "horizon.yaml").write_text(
        "horizons:\n- {authority: Tariff Commission, through: 2026-11-20}\n"
    )
    assert main(["check", str(tmp_path)]) == 0
    capsys.readouterr()
    assert main(["status", "us-cn", "--on", "2026-11-20", "--record", str(tmp_path), "--json"]) == 0
    totals = {t["authority"]: t["law"] for t in json.loads(capsys.readouterr().out)["totals"]}
    assert totals["Tariff Commission"] == "10%"
