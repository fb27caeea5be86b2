"""Where schedules lie, and the rows of one chapter by day."""

from __future__ import annotations

import csv
import os
import re
from bisect import bisect_right
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from detente.duty.exports import Entry, Row

START, UNTIL, REV_START, REV_UNTIL, BASIS = range(10, 15)

Tree = dict[str, tuple[list[str], ...]]
"""Code -> its row, preceded by those above it, outermost first."""


def shipped(imposer: str) -> Path:
    return Path(str(files("detente"))) / "data" / "schedules" / imposer.lower()


def user_home() -> Path | None:
    """The user's data folder; None for an account without a home."""
    named = os.environ.get("XDG_DATA_HOME")
    try:
        return (Path(named) if named else Path.home() / ".local" / "share") / "detente"
    except RuntimeError:
        return None


class Chapter:
    """The rows of one chapter, and for each span of days in which none changes, their tree."""

    def __init__(self, path: Path) -> None:
        with path.open(encoding="utf-8", newline="") as file:
            table = csv.reader(file)
            next(table, None)
            self.rows = list(table)
        days = {row[START] for row in self.rows} | {row[UNTIL] for row in self.rows}
        self.days = sorted(days - {""})
        self._trees: dict[int, Tree] = {}

    def on(self, day: str) -> Tree:
        """Code -> the row, preceded by those above it, outermost first."""
        epoch = bisect_right(self.days, day)
        tree = self._trees.get(epoch)
        if tree is None:
            tree = self._trees[epoch] = tree_of(
                row
                for row in self.rows
                if row[START] <= day and (day < row[UNTIL] or not row[UNTIL])
            )
        return tree


def tree_of(rows: Iterable[list[str]]) -> Tree:
    tree: Tree = {}
    path: list[list[str]] = []
    depths: list[int] = []
    for row in rows:
        depth = int(row[1])
        while depths and depths[-1] >= depth:
            depths.pop()
            path.pop()
        depths.append(depth)
        path.append(row)
        if row[0]:
            tree[row[0]] = tuple(path)
    return tree


def eight_digits(tree: Tree) -> Tree:
    """The eight-digit lines: their own rows, or the only number below, under eight digits."""
    found = {code: path for code, path in tree.items() if len(code) == 8}
    numbers: dict[str, list[str]] = {}
    for code in tree:
        if len(code) == 10 and code[:8] not in found:
            numbers.setdefault(code[:8], []).append(code)
    for code, below in numbers.items():
        *above, own = tree[below[0]]
        if len(below) == 1:
            found[code] = (*above, [code, *own[1:]])
    return found


def entry_of(row: list[str]) -> Entry:
    code, indent, *rest = row[:10]
    return Entry(Row(code, int(indent), *rest), *row[10:15])


def own_folder(imposer: str, home: Path | None = None) -> Path | None:
    """The folder of the user's additions, if they continue the schedule that is shipped."""
    root = home or user_home()
    pointer = root / "schedules" / f"{imposer.lower()}.current" if root else None
    try:
        name = pointer.read_text(encoding="utf-8").strip() if pointer else ""
        folder = (
            pointer.parent / name if pointer and re.fullmatch(r"[A-Za-z0-9_.-]+", name) else None
        )
        held = (shipped(imposer) / "revisions.csv").read_text(encoding="utf-8")
        own = (folder / "revisions.csv").read_text(encoding="utf-8") if folder else ""
    except OSError:
        return None
    return folder if own.startswith(held) else None
