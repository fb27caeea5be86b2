"""`read` and `review` as a user meets them: text, JSON, exit codes, the steps at a terminal."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from detente.doors.cli import main
from detente.reading.document import parse

from .reading_parts import TRIP

SECOND = "PARIS - On 3 November 2025 Scott Bessent will meet Emmanuel Macron in Paris."


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DETENTE_RECORD", raising=False)
    return tmp_path / "home" / "detente"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "2025-09-11-trip.txt"
    path.write_text(TRIP)
    return path


@pytest.fixture
def queued(report: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The pending proposals of the trip, in the queue."""
    assert main(["read", str(report), "--queue"]) == 0
    capsys.readouterr()
    return pending(capsys)


def pending(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    assert main(["review", "--json"]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["pending"]
    return found


def madrid(queued: list[dict[str, Any]], *countries: str) -> dict[str, Any]:
    """The proposal of the talks in Madrid between two sides."""
    return next(p for p in queued if p["kind"] == "round" and p["countries"] == list(countries))


class TestRead:
    def test_text(self, report: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["read", str(report)]) == 0
        page = capsys.readouterr().out
        assert "11 September 2025" in page
        assert "Round of talks, planned: United States - Spain, Madrid (Spain)" in page
        assert "«" in page
        assert "\x1b" not in page
        assert re.search(r"1 document, \d+ proposals\n", page)

    def test_json(self, report: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["read", str(report), "--json"]) == 0
        answer = json.loads(capsys.readouterr().out)
        assert answer["problems"] == []
        (read,) = answer["documents"]
        (document,) = parse(report.read_bytes(), name=report.name)
        assert read["sha256"] == document.sha256
        assert read["published"] == "2025-09-11"
        assert read["proposals"]
        for one in read["proposals"]:
            quotes = [*one["evidence"], *(q for qs in one["field_evidence"].values() for q in qs)]
            assert all(document.text[q["start"] : q["end"]] == q["quote"] for q in quotes)
            assert one["evidence"]
            assert one["how"].keys() == one["field_evidence"].keys()
            assert set(one["how"].values()) <= {"stated", "resolved", "computed", "inferred"}
            assert one["when"].keys() == {"start", "end", "precision"}
            assert 0 <= one["confidence"] <= 1
        talks = madrid(read["proposals"], "US", "ES")
        assert talks["when"]["start"] == "2025-09-12"
        assert "2025-09-12" in {t["value"] for t in talks["timex"]}

    def test_nothing_is_kept_without_being_asked(self, report: Path, home: Path) -> None:
        assert main(["read", str(report)]) == 0
        assert not home.exists()

    def test_a_bad_file_stops_no_other(
        self, report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "empty.txt").write_text("")
        assert main(["read", str(tmp_path / "empty.txt"), "nowhere.txt", str(report)]) == 1
        told = capsys.readouterr()
        assert "nowhere.txt" in told.err
        assert "remedy" in told.err
        assert "Madrid" in told.out
        assert main(["read", str(tmp_path), "--json"]) == 1
        answer = json.loads(capsys.readouterr().out)
        assert len(answer["documents"]) == len(answer["problems"]) == 1
        assert "empty.txt" in json.dumps(answer["problems"])

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (["nowhere.txt"], "nowhere.txt"),
            (["FOLDER"], "no text"),
            (["REPORT", "--published", "yesterday"], "--published"),
            (["FOLDER", "--published", "2025-09-11"], "single files"),
            (["REPORT", "--queue-file", "REPORT"], "no queue"),
        ],
        ids=" ".join,
    )
    def test_what_cannot_be_read(
        self,
        words: list[str],
        told: str,
        report: Path,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        (tmp_path / "folder").mkdir()
        names = {"FOLDER": str(tmp_path / "folder"), "REPORT": str(report)}
        assert main(["read", *(names.get(word, word) for word in words)]) == 2
        assert told in capsys.readouterr().err
        assert report.read_text() == TRIP

    def test_the_day_may_be_given(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = tmp_path / "undated.txt"
        path.write_text("Scott Bessent will meet He Lifeng in Madrid on Sunday.")
        assert main(["read", str(path), "--json", "--published", "2025-09-12"]) == 0
        (read,) = json.loads(capsys.readouterr().out)["documents"]
        assert read["day"] == "2025-09-12"
        assert "2025-09-14" in {p["when"]["start"] for p in read["proposals"]}

    def test_escapes_reach_no_terminal(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "2025-09-11-\x1b]0;owned\x07.txt"
        path.write_text(
            TRIP.replace("Madrid", "Madrid\x1b[2J\u202e").replace("Spanish", "\x9b31mSpanish")
        )
        main(["read", str(path), str(tmp_path / "no\x1b[31m.txt")])
        told = capsys.readouterr()
        for sign in "\x1b\x07\x9b\u202e":
            assert sign not in told.out + told.err
        main(["read", str(path), "--queue"])
        main(["review", "--list"])
        assert "\x1b" not in capsys.readouterr().out

    def test_once_is_enough(self, report: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["read", str(report), "--queue"]) == 0
        first = capsys.readouterr().out
        assert re.search(r"[1-9] new in the queue", first)
        assert main(["read", str(report), "--queue"]) == 0
        assert "0 new in the queue" in capsys.readouterr().out

    def test_a_bar_on_a_terminal(self, report: Path, tmp_path: Path) -> None:
        for number in range(3):
            (tmp_path / f"2025-09-0{number + 1}.txt").write_text(f"Nothing was said, {number}.")
        shown = at_terminal(["read", str(tmp_path)], "")
        assert "4 of 4" in shown
        assert "\x1b[1m" in shown  # the words are bold


class TestReview:
    def test_the_list(
        self, queued: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["review", "--list"]) == 0
        page = capsys.readouterr().out
        assert all(one["id"] in page for one in queued)
        assert f"{len(queued)} proposals to decide" in page

    def test_accept_and_the_status_shows_it(
        self, queued: list[dict[str, Any]], home: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        name = madrid(queued, "US", "ES")["id"]
        assert main(["review", "--accept", name, "--json"]) == 0
        (done,) = json.loads(capsys.readouterr().out)["decided"]
        assert done["state"] == "accepted"
        assert all((home / "record" / path).is_file() for path in done["files"])
        assert main(["why", done["entries"][0]]) == 0  # from the own record, without being named
        assert "Accepted by" in capsys.readouterr().out
        assert main(["check", str(home / "record")]) == 0
        capsys.readouterr()
        assert name not in {one["id"] for one in pending(capsys)}
        assert main(["review", "--accept", name]) == 0  # once more does no harm
        assert len(list((home / "record").rglob("*.yaml"))) == len(
            [path for path in done["files"] if path.endswith(".yaml")]
        )

    def test_into_a_named_record(
        self,
        queued: list[dict[str, Any]],
        tmp_path: Path,
        home: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "horizon.yaml").write_text(
            "horizons:\n- {authority: Tariff Commission, through: 2026-12-01}\n"
        )
        option = ["--record", str(tmp_path / "mine")]
        assert main(["review", "--accept", madrid(queued, "US", "ES")["id"], *option]) == 0
        assert list((tmp_path / "mine" / "talks").iterdir())
        assert not (home / "record").exists()

    def test_merge_and_reject(
        self, queued: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
    ) -> None:
        talks = madrid(queued, "US", "CN")
        assert talks["relation"] in ("further source", "in record")
        assert main(["review", "--merge", talks["id"], talks["matches"][0]]) == 0
        other = madrid(queued, "US", "ES")["id"]
        assert main(["review", "--reject", other]) == 2
        assert main(["review", "--reject", other, "--reason", "no trade talks"]) == 0
        capsys.readouterr()
        assert not {talks["id"], other} & {one["id"] for one in pending(capsys)}
        assert main(["review", "--accept", other]) == 2
        assert "no trade talks" in capsys.readouterr().err

    def test_automatic(
        self, queued: list[dict[str, Any]], home: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["review", "--accept-above", "1"]) == 0
        assert not (home / "record").exists()
        capsys.readouterr()
        assert main(["review", "--accept-above", "0", "--json"]) == 0
        decided = json.loads(capsys.readouterr().out)
        assert madrid(queued, "US", "ES")["id"] in {
            one["proposal"] for one in decided["decided"] if one["state"] == "accepted"
        }
        texts = [path.read_text() for path in (home / "record" / "talks").iterdir()]
        assert texts
        assert all("Accepted automatically at confidence" in text for text in texts)

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (["--accept", "nosuch"], "nosuch"),
            (["--list", "--accept", "x"], "one of them at a time"),
            (["--accept", "x", "--reason", "y"], "--reason goes with --reject"),
            (["--accept-above", "often"], "write 0.9"),
            (["--accept-above", "1.5"], "write 0.9"),
            (["--merge", "x", "y"], "x"),
        ],
        ids=" ".join,
    )
    @pytest.mark.usefixtures("queued")
    def test_what_cannot_be_decided(
        self, words: list[str], told: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["review", *words]) == 2
        assert told in capsys.readouterr().err

    def test_an_empty_queue(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["review"]) == 0
        assert "detente read FILE --queue" in capsys.readouterr().out
        assert main(["review", "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == {"pending": []}
        assert main(["review", "--accept", "x"]) == 2
        assert not home.exists()


class TestUpdate:
    def test_off_until_enabled(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["update"]) == 2
        assert "--enable" in capsys.readouterr().err
        assert main(["update", "--list", "--json"]) == 0
        listed = json.loads(capsys.readouterr().out)["sources"]
        assert listed
        assert not any(source["enabled"] for source in listed)
        assert not home.exists()

    def test_a_folder(self, report: Path, capsys: pytest.CaptureFixture[str]) -> None:
        folder = report.parent / "inbox"
        folder.mkdir()
        report.rename(folder / report.name)
        assert main(["update", "--enable", str(folder)]) == 0
        assert str(folder) in capsys.readouterr().out
        assert main(["update"]) == 0
        assert "1 document" in capsys.readouterr().out
        found = pending(capsys)
        assert found
        assert main(["update"]) == 0
        assert "0 new" in capsys.readouterr().out
        assert pending(capsys) == found
        assert main(["update", "--disable", str(folder)]) == 0
        assert main(["update"]) == 2
        assert main(["update", "--enable", "nosuch"]) == 2


class TestSteps:
    """One proposal after the other, with plain lines of input."""

    def test_a_person_decides(
        self, queued: list[dict[str, Any]], home: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        answers = ["?", "r", "", "r", "not trade"] + ["s"] * (len(queued) - 2) + ["a"]
        shown = piped(["review"], "\n".join(answers) + "\n")
        assert "a rejection needs a reason" in shown
        assert "1 accepted, 1 rejected" in shown
        assert len(list((home / "record" / "talks").iterdir())) == 1
        assert len(pending(capsys)) == len(queued) - 2

    def test_nobody_is_there(self, queued: list[dict[str, Any]]) -> None:
        assert f"{len(queued)} proposals to decide" in piped(["review"], "")
        assert f"{len(queued)} proposals to decide" in piped(["review"], "q\n")

    def test_the_editor(self, queued: list[dict[str, Any]], home: Path, tmp_path: Path) -> None:
        script = tmp_path / "edit.py"
        script.write_text(
            "import pathlib, sys\n"
            "path = pathlib.Path(sys.argv[1])\n"
            "text = path.read_text()\n"
            "first = 'remedy' not in text\n"
            "path.write_text(text.replace('kind: visit', 'kind: trip') if first else"
            " text.replace('kind: trip', 'kind: visit').replace('place: ', 'place: Greater '))\n"
        )
        visits = [n for n, one in enumerate(queued) if one["kind"] == "visit"]
        answers = ["s"] * visits[0] + ["e", "y", "q"]
        editor = f"{sys.executable} {script}"
        shown = piped(["review"], "\n".join(answers) + "\n", EDITOR=editor)
        assert "trip" in shown
        assert "edited as" in shown, shown
        (text,) = [path.read_text() for path in (home / "record" / "talks").iterdir()]
        assert "Accepted with changes by" in text

    def test_no_editor(self, queued: list[dict[str, Any]]) -> None:
        assert queued
        shown = piped(["review"], "e\nq\n", EDITOR="", VISUAL="")
        assert "set EDITOR" in shown

    def test_at_a_terminal(self, queued: list[dict[str, Any]]) -> None:
        shown = at_terminal(["review"], "s\nq\n")
        assert f"[2 of {len(queued)}]" in shown
        assert "\x1b[1" in shown
        assert "Traceback" not in shown


def piped(words: list[str], answers: str, **environment: str) -> str:
    run = subprocess.run(
        [sys.executable, "-m", "detente", *words],
        input=answers,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
    assert run.returncode == 0, run.stderr
    assert "Traceback" not in run.stderr
    return run.stdout + run.stderr


def at_terminal(words: list[str], answers: str) -> str:
    """What a process shows at a terminal of its own."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ["TERM"] = "xterm"
        os.environ.pop("NO_COLOR", None)
        os.execv(sys.executable, [sys.executable, "-m", "detente", *words])
    os.write(terminal, answers.encode())
    shown = b""
    try:
        while part := os.read(terminal, 4096):
            shown += part
    except OSError:  # the other side is closed
        pass
    assert os.waitpid(child, 0)[1] == 0, shown
    os.close(terminal)
    return shown.decode()
