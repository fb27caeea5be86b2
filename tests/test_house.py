"""The house itself: short modules, one public face, examples that run."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from pathlib import Path

import detente

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "detente"


def test_no_module_is_long() -> None:
    for path in SOURCE.rglob("*.py"):
        limit = 600 if path.name == "nouns.py" else 500  # the one file of nouns is a list
        assert len(path.read_text(encoding="utf-8").splitlines()) <= limit, path.name


def test_the_public_face_is_whole() -> None:
    for name in detente.__all__:
        assert getattr(detente, name) is not None


def test_the_example_of_the_package_runs() -> None:
    result = doctest.testmod(detente)
    assert result.attempted >= 5
    assert result.failed == 0


def test_help_imports_neither_yaml_nor_the_reports() -> None:
    code = "import sys\nfrom detente.doors.cli import main\ntry:\n main(['--help'])\nexcept SystemExit: pass\n"
    code += "print(sorted(m for m in sys.modules if m == 'yaml' or m.startswith('detente.')))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = run.stdout.splitlines()[-1]
    assert "yaml" not in loaded
    assert "detente.report" not in loaded


def test_the_lock_has_hashes_and_no_addresses() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    pinned = re.findall(r"^[a-z0-9.-]+==", lock, re.MULTILINE)
    assert len(pinned) > 10
    assert lock.count("--hash=sha256:") >= len(pinned)


def test_nothing_names_a_machine() -> None:
    machine = re.compile(r"(?<![\w.])/(?:work|root|farm)/[\w.]")
    for folder in ("src", "docs", "tests", "bench"):
        for path in (ROOT / folder).rglob("*"):
            if (
                path.suffix in (".py", ".md", ".yaml", ".csv", ".toml")
                and "texts" not in path.parts
            ):
                assert not machine.search(path.read_text(encoding="utf-8", errors="replace")), path
