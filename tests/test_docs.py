"""What the pages show is what the program prints: every console block is run and compared."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

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


def test_there_are_examples_in_readme_and_story() -> None:
    pages = [page for page, _, _ in examples()]
    assert pages.count("README.md") >= 4
    assert pages.count("story.md") >= 4


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_every_command_is_in_the_readme() -> None:
    help_text = subprocess.run(
        [sys.executable, "-m", "detente", "--help"], capture_output=True, text=True, check=True
    ).stdout
    commands = re.findall(r"^    (\w+)  ", help_text, re.MULTILINE)
    assert len(commands) == 8
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in commands:
        assert f"`{command}" in readme, command
