"""The command `stakes` as a user meets it: text beside JSON, files, bad input."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("duckdb")
pytest.importorskip("scipy")

import detente.report
from detente.doors.cli import main

DAY = ("--on", "2025-09-12")
QUICK = ("stakes", "us-cn", *DAY, "--draws", "0")


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, dict[str, Any]]:
    """The command as it is given, in text with files, and again as JSON."""
    folder = tmp_path_factory.mktemp("stakes")
    words = [sys.executable, "-m", "detente", "stakes", "us-cn", *DAY, "--draws", "8"]
    environment = {**os.environ, "XDG_DATA_HOME": str(folder)}
    files = ("--out", str(folder / "a.csv"), "--chart", str(folder / "a.svg"))
    told = []
    for more in (files, ("--json",)):
        run = subprocess.run(
            [*words, *more], capture_output=True, text=True, check=False, env=environment
        )
        assert run.returncode == 0, run.stderr
        told.append(run.stdout)
    return folder, told[0], json.loads(told[1])


def test_text_json_and_tables_tell_the_same(ran: tuple[Path, str, dict[str, Any]]) -> None:
    folder, page, answer = ran
    assert [path["name"] for path in answer["paths"]] == ["lapse", "april-peak", "deal"]
    with (folder / "a.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["topic"] == "real income"]
    for path in answer["paths"]:
        for income in path["income"]:
            percent = income["percent"]
            cell = f"{percent['value']:+.3f} ({percent['low']:+.3f}, {percent['high']:+.3f})"
            assert cell in page
            (row,) = (
                r
                for r in rows
                if (r["path"], r["country"], r["unit"])
                == (path["name"], income["country"], "percent")
            )
            assert float(row["value"]) == percent["value"]
            assert float(row["p5"]) == percent["low"]
        for tariff in path["tariffs"]:
            assert f"{tariff['before']:.1f} > {tariff['after']:.1f}" in page
    assert f"{answer['residual']:.1e}" in page
    assert answer["draws"]["count"] == 8
    assert "sources" in answer
    assert (folder / "a.svg").read_text(encoding="utf-8").startswith("<svg")


def test_the_truce_is_in_both_sides_interest(ran: tuple[Path, str, dict[str, Any]]) -> None:
    lapse, peak, deal = (path["income"] for path in ran[2]["paths"])
    for side in (0, 1):
        assert peak[side]["usd"]["value"] < lapse[side]["usd"]["value"] < 0
        assert deal[side]["usd"]["value"] > 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--economy", "nowhere"), "no economy 'nowhere'"),
        (("--elasticities", "XX"), "no elasticities 'XX'"),
        (("--out", "nowhere/a.csv"), "the folder nowhere does not exist"),
        (("--out", "a.txt"), "tables end in .csv, .parquet, .xlsx"),
        (("--chart", "nowhere/a.svg"), "the folder nowhere does not exist"),
        (("--chart", "a.gif"), "charts end in .svg or .png"),
        (("--draws", "-1"), "whole numbers from 0 up"),
        (("--seed", "-1"), "whole numbers from 0 up"),
        (("--on", "1960-01-01"), "lies outside the record"),
        (("--on", "2025-13-01"), "--on"),
        (("--known", "1960-01-01"), "lies outside the record"),
        (("--baseline", "soon"), "--baseline"),
        (("--economy", "world2023", "--elasticities", "CP"), "no elasticities 'CP'"),
    ],
)
def test_bad_input_gets_one_clear_line(
    words: tuple[str, ...],
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*QUICK, *words]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("detente stakes: ")
    assert said in told.err
    assert told.err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_pair_that_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stakes", "us-xx", *DAY]) == 2
    assert "xx" in capsys.readouterr().err.lower()


def test_a_scenario_that_is_not_known_is_told_without_what_a_terminal_obeys(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = "laps\x1b[31m"
    assert main([*QUICK, "--scenario", words, "--out", "a.csv"]) == 2
    told = capsys.readouterr()
    assert "not understood" in told.err
    assert "\x1b" not in told.err
    assert not list(tmp_path.iterdir())


def test_a_name_that_a_terminal_would_obey_is_neutralised(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name = "a\x1b[31m.csv"
    Path(name).write_text("importer,partner,sector,change_pp\nUS,CN,all,10\n")
    assert main([*QUICK, "--economy", "world2023", "--scenario", name]) == 0
    page = capsys.readouterr().out
    assert "\x1b" not in page
    assert "a�[31m.csv" in page


def test_an_extra_that_is_missing_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, option, extra in (
        ("vl_convert", ("--chart", str(tmp_path / "a.svg")), "charts"),
        ("openpyxl", ("--out", str(tmp_path / "a.xlsx")), "tables"),
    ):
        with monkeypatch.context() as patch:
            patch.setitem(sys.modules, module, None)
            patch.delitem(sys.modules, "detente.report.stakes_chart", raising=False)
            patch.delattr(detente.report, "stakes_chart", raising=False)
            assert main([*QUICK, *option]) == 2
            assert f"pip install 'detente[{extra}]'" in capsys.readouterr().err


def test_help_does_not_load_the_model() -> None:
    code = (
        "import sys\nfrom detente.doors.cli import main\n"
        "try:\n main(['stakes', '--help'])\nexcept SystemExit: pass\n"
        "print(sorted({'numpy', 'scipy', 'duckdb', 'altair'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "[]"
