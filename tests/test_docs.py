"""What the pages show is what the program prints: every console block is run and compared."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from detente.duty.duties import Duties, Entered
from detente.duty.nomenclature import open_schedule
from detente.record.resolve import Ledger
from detente.record.store import folders, open_record

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def examples() -> list[tuple[str, str, str]]:
    """(page, command, expected output) of every `$` line in a console block."""
    found = []
    for page in PAGES:
        for block in re.findall(
            r"```console\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL
        ):
            for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                found.append((page.name, command, output))
    return found


@pytest.mark.parametrize(("page", "command", "expected"), examples())
def test_console_block(page: str, command: str, expected: str) -> None:
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    run = subprocess.run(
        ["bash", "-c", command],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        cwd=ROOT,
    )
    pattern = re.escape(expected.rstrip("\n")).replace(re.escape("\n..."), r"(?:\n.*)?")
    assert re.fullmatch(pattern, run.stdout.rstrip("\n"), re.DOTALL), (
        f"{page}: $ {command}\n{run.stdout}{run.stderr}"
    )


def programs() -> list[tuple[str, str, str]]:
    """(page, program, expected output) of every Python block that is followed by its output."""
    pattern = r"```python\n(.*?)```\n\n```text\n(.*?)```"
    return [
        (page.name, program, output)
        for page in PAGES
        for program, output in re.findall(pattern, page.read_text(encoding="utf-8"), re.DOTALL)
    ]


@pytest.mark.parametrize(("page", "program", "expected"), programs())
def test_python_block(page: str, program: str, expected: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert run.stdout == expected, f"{page}\n{run.stdout}{run.stderr}"


def test_there_are_examples_on_the_pages_of_a_reader() -> None:
    pages = [page for page, _, _ in examples()]
    assert pages.count("README.md") >= 8
    assert pages.count("story.md") >= 4
    assert pages.count("duties.md") >= 4


def test_the_own_record_of_the_notation_page_bears_a_duty(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "notation.md").read_text(encoding="utf-8")
    files = re.findall(r"```\n# (own/\S+)\n(.*?)```", text, re.DOTALL)
    assert len(files) == 4
    for name, content in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    record, problems = open_record(folders([tmp_path / "own"]))
    assert not problems
    schedule = open_schedule("US")
    with_it = Duties(Ledger(record, date(2026, 12, 1)), schedule)
    without = Duties(Ledger(open_record(folders())[0], date(2026, 12, 1)), schedule)
    by_hand = Entered(facts={"my-hand-made": Decimal("0.3")})

    def more(code: str, day: date, entered: Entered) -> Decimal:
        with_it.check("CN", entered)
        total, before = with_it.total(code, "CN", day, entered), without.total(code, "CN", day)
        assert total is not None
        assert before is not None
        return total - before

    assert more("6601100000", date(2026, 12, 1), Entered()) == 15
    assert more("6601100000", date(2026, 12, 1), by_hand) == Decimal("10.5")
    assert more("6601100000", date(2026, 11, 30), Entered()) == 0
    assert more("6601910000", date(2026, 12, 1), Entered()) == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_every_command_is_in_the_readme() -> None:
    help_text = subprocess.run(
        [sys.executable, "-m", "detente", "--help"], capture_output=True, text=True, check=True
    ).stdout
    commands = re.findall(r"^    (\w+)  ", help_text, re.MULTILINE)
    assert {"rate", "snapback", "status", "verify"} <= set(commands)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in commands:
        assert f"`{command}" in readme, command
