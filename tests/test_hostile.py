"""Bad input is answered, never crashed on: hostile files, and random mutations of real ones."""

from __future__ import annotations

import os
import time
from pathlib import Path
from random import Random

import pytest

from detente.nouns import Problem
from detente.record.check import check
from detente.record.files import Texts
from detente.record.load import load
from detente.record.store import shipped
from tests import hostile

MUTATIONS = int(os.environ.get("DETENTE_FUZZ_MUTATIONS", "20000"))
HOSTILE = dict(hostile.files())


def examine(*paths: Path) -> list[Problem]:
    """Load and check files by themselves, in at most a second."""
    started = time.perf_counter()
    record, problems = load(paths)
    problems += check(record, Texts(()))
    assert time.perf_counter() - started < 1, paths[-1].name
    return problems


@pytest.fixture
def base(tmp_path: Path) -> Path:
    path = tmp_path / "base.yaml"
    path.write_text(hostile.BASE)
    return path


def test_there_are_two_hundred() -> None:
    assert len(HOSTILE) >= 200


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file(name: str, tmp_path: Path, base: Path) -> None:
    path = tmp_path / f"{name}.yaml"
    path.write_bytes(HOSTILE[name])
    problems = examine(base, path)
    assert problems, "a hostile file passed without a word"
    for problem in problems:
        assert problem.message
        assert problem.hint
        assert problem.where.file.endswith(path.name)
        assert problem.where.line >= 1


@pytest.mark.parametrize("template", [hostile.MEASURE, hostile.EVENT])
def test_the_templates_are_sound(template: str, tmp_path: Path, base: Path) -> None:
    path = tmp_path / "good.yaml"
    path.write_text(template)
    assert examine(base, path) == []


def test_random_mutations_of_real_files(tmp_path: Path) -> None:
    random = Random(7)
    pieces = [_opening(p.read_bytes()) for p in sorted(shipped().rglob("*.yaml"))]
    path = tmp_path / "mutated.yaml"
    sound = {}
    for piece in pieces:
        path.write_bytes(piece)
        sound[piece] = {(p.rule, p.message) for p in examine(path)}
    noticed = 0
    for _ in range(MUTATIONS):
        piece = random.choice(pieces)
        raw = bytearray(piece)
        for _ in range(random.randint(1, 4)):
            raw = _mutate(random, raw, pieces)
        path.write_bytes(raw)
        noticed += {(p.rule, p.message) for p in examine(path)} != sound[piece]
    assert noticed > MUTATIONS / 2


def _opening(raw: bytes) -> bytes:
    """The first entries of a file: enough to meet every field, small enough to try often."""
    lines = raw.splitlines(keepends=True)
    return b"".join(lines[: min(len(lines), 45)])


def _mutate(random: Random, raw: bytearray, pieces: list[bytes]) -> bytearray:
    if not raw:
        return bytearray(random.choice(pieces))
    at = random.randrange(len(raw))
    kind = random.randrange(7)
    if kind == 0:
        raw[at] = random.randrange(256)
    elif kind == 1:
        del raw[at : at + random.randint(1, 30)]
    elif kind == 2:
        raw[at:at] = bytes(
            random.choice(b"[]{}:,-'\"#&*!|>%@`\n\t 0") for _ in range(random.randint(1, 5))
        )
    else:
        lines = raw.splitlines(keepends=True)
        i, j = random.randrange(len(lines)), random.randrange(len(lines))
        if kind == 3:
            lines[i], lines[j] = lines[j], lines[i]
        elif kind == 4:
            lines.insert(i, lines[j])
        elif kind == 5:
            del lines[i]
        else:
            other = random.choice(pieces).splitlines(keepends=True)
            lines[i : i + 1] = [bytearray(x) for x in other[: random.randint(1, 5)]]
        raw = bytearray(b"".join(lines))
    return raw
