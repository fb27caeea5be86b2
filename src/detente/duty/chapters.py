"""Where schedules lie, and the rows of one chapter by day."""

from __future__ import annotations

import csv
import re
from bisect import bisect_right
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from detente.duty.exports import Entry, Row
from detente.record.store import user_home

START, UNTIL, REV_START, REV_UNTIL, BASIS = range(10, 15)

Branch = tuple[list[str], ...]
"""A row, preceded by those above it, outermost first."""
Tree = dict[str, Branch]
"""Code -> its row, preceded by those above it, outermost first."""


def shipped(imposer: str) -> Path:
    return Path(str(files("detente"))) / "data" / "schedules" / imposer.lower()


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


APPROXIMATE = {
    "": "approximate: as in 2025 Basic",
    "2017": "approximate: USITC tariff database of August 2017",
    "2024": "approximate: USITC tariff database of May 2024",
    "neither": "approximate: in no USITC database held",
}


class Before:
    """Eight-digit lines before the first day held, where they differ from those of that day."""

    earliest = "2017-01-01"

    def __init__(self, path: Path, first: str) -> None:
        self._first = first
        self._chapters: dict[str, dict[str, list[list[str]]]] = {}
        with path.open(encoding="utf-8", newline="") as file:
            for row in list(csv.reader(file))[1:]:
                self._chapters.setdefault(row[0][:2], {}).setdefault(row[0], []).append(row)
        self._trees: dict[tuple[str, str], Tree] = {}

    def days(self, chapter: str) -> set[str]:
        """The days on which a line of a chapter changes."""
        states = self._chapters.get(chapter, {}).values()
        return {day for rows in states for row in rows for day in (row[START], row[UNTIL])}

    def on(self, chapter: str, held: Tree, day: str) -> Tree:
        """The lines of a chapter; `held` are its lines on the first day."""
        tree = self._trees.get((chapter, day))
        if tree is None:
            tree = self._trees[chapter, day] = self._tree(
                self._chapters.get(chapter, {}), held, day
            )
        return tree

    def _tree(self, states: dict[str, list[list[str]]], held: Tree, day: str) -> Tree:
        tree: Tree = {}
        lines = eight_digits(held)
        for code in sorted(lines.keys() | states.keys()):
            above = lines[code][:-1] if code in lines else ()
            own = lines[code][-1] if code in lines else []
            changed = states.get(code, [])
            row = next((r for r in changed if r[START] <= day < r[UNTIL]), None)
            if row is None and own:
                start = max((r[UNTIL] for r in changed if r[UNTIL] <= day), default=self.earliest)
                until = min((r[START] for r in changed if r[START] > day), default=self._first)
                tree[code] = (*above, [*own[:9], "", start, until, "", "", APPROXIMATE[""]])
            elif row and (row[4] or row[5] or row[6]):
                words = own[1:4] if own and not row[2] else row[1:4]
                basis = APPROXIMATE[row[BASIS]]
                tree[code] = (*above, [code, *words, *row[4:BASIS], basis])
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
