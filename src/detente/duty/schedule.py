"""The tariff schedule of one imposer, by date.

Lines are read from interval-coded CSV files, a chapter at a time and only when asked for. Every
date is the day of law, not the day on which a revision printed it; `printed` and
`changes_between` answer for revisions. Rates stand on eight-digit lines (or on a ten-digit line
that is the only one) and are inherited by what stands below them, never from beside them.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Container, Iterator
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from detente.duty.chapters import (
    BASIS,
    REV_START,
    REV_UNTIL,
    START,
    UNTIL,
    Before,
    Branch,
    Chapter,
    Tree,
    entry_of,
    own_folder,
    shipped,
)
from detente.duty.exports import Entry, Row
from detente.duty.lines import (
    Change,
    Rates,
    Renumbering,
    Revision,
    ScheduleLine,
    UnknownCodeError,
    digits,
    dotted,
)

__all__ = [
    "Change",
    "Rates",
    "Renumbering",
    "Revision",
    "Schedule",
    "ScheduleLine",
    "UnknownCodeError",
    "digits",
    "dotted",
]


class Schedule:
    """The schedule of one imposer: the shipped one, and what the user has added to it."""

    def __init__(self, imposer: str = "US", home: Path | None = None) -> None:
        self.imposer = imposer
        self._shipped = shipped(imposer)
        if not (self._shipped / "revisions.csv").is_file():
            raise UnknownCodeError(f"no schedule of {imposer} is held")
        self._own = own_folder(imposer, home)
        self._read: dict[str, Chapter | None] = {}

    @cached_property
    def revisions(self) -> tuple[Revision, ...]:
        """All revisions held, oldest first."""
        with self._file("revisions.csv").open(encoding="utf-8", newline="") as file:
            return tuple(Revision(*row) for row in list(csv.reader(file))[1:])

    @cached_property
    def _places(self) -> dict[str, int]:
        return {revision.label: place for place, revision in enumerate(self.revisions)}

    @cached_property
    def first(self) -> date:
        """The first day for which the schedule itself is held."""
        return date.fromisoformat(self.revisions[0].effective)

    @property
    def horizon(self) -> date:
        """The day of the newest revision held; later answers repeat it."""
        return date.fromisoformat(self.revisions[-1].effective)

    def horizon_note(self, on: date) -> str:
        """A caveat for a day before the first or after the newest revision, or nothing."""
        if on < self.first:
            return f"before {self.first} the schedule is held only approximately, by eight digits"
        if on <= self.horizon:
            return ""
        newest = self.revisions[-1]
        return (
            f"schedule held through {newest.title} ({newest.effective});"
            " later revisions are not held"
        )

    def line(self, code: str, on: date) -> ScheduleLine:
        """The line of a code on a day.

        Four, six or eight digits give that line if there is one (eight digits also the only
        ten-digit line below). A number dropped or brought in by renumbering gives, on days when it
        is not in use, the eight-digit line that bears its rate. Before `first`, lines have eight
        digits and are approximate (`basis` says from what). Raises UnknownCodeError, naming the
        nearest codes and, for a code of other days, when it was in use and what took its place.
        """
        wanted = digits(code)
        tree = self._tree(wanted[:2], on)
        found = self._held(wanted, tree)
        if found:
            return self._line(found)
        spans = self._spans(wanted) if len(wanted) == 10 else []
        bearing = self._bearer(wanted, tree) if spans else None
        if bearing is None:
            raise self._unknown(wanted, on, tree)
        line = self._line(bearing)
        uses = self._uses(wanted, spans) if on >= self.first else "ten-digit lines are not held"
        note = f"{uses}; {line.dotted} bears its rate on {on}"
        return msgspec.structs.replace(line, asked=wanted, note=note)

    def rates(self, code: str, on: date) -> Rates:
        """What `line` bears: the same, at a third of its time."""
        wanted = digits(code)
        found = self._held(wanted, self._tree(wanted[:2], on))
        return self.line(code, on) if found is None else Rates(**self._rates(found))

    def bearing(self, code: str, on: date) -> ScheduleLine:
        """The line that bears the rate of a code: its own, or, for a ten-digit number that no
        revision held prints, the eight-digit line above it. Raises UnknownCodeError as `line` does."""
        try:
            return self.line(code, on)
        except UnknownCodeError:
            wanted = digits(code)
            path = self._bearer(wanted, self._tree(wanted[:2], on))
            if len(wanted) < 10 or path is None:
                raise
            note = f"{dotted(wanted)} stands in no revision held"
            return msgspec.structs.replace(self._line(path), asked=wanted, note=note)

    def below(self, prefix: str, on: date) -> list[ScheduleLine]:
        """All statistical lines under 2 to 10 digits: ten-digit ones, and eight-digit ones that
        have none below. In the order of the schedule; empty if there are none."""
        wanted = re.sub(r"[\s.]", "", prefix)
        if not (wanted.isascii() and wanted.isdigit() and 2 <= len(wanted) <= 10):
            raise UnknownCodeError(
                f"{prefix[:40]!r} is not the beginning of a code; write 2 to 10 digits"
            )
        ends = self._ends(wanted[:2], on)
        return [self._line(path) for path in ends if path[-1][0].startswith(wanted)]

    def all_lines(self, on: date) -> Iterator[ScheduleLine]:
        """All statistical lines of chapters 1 to 97; 98 and 99 hold provisions, not goods."""
        for chapter in range(1, 98):
            yield from self.below(f"{chapter:02}", on)

    def texts(self, on: date) -> Iterator[tuple[str, str, str, str]]:
        """The code, `general`, `special` and `other` of all_lines, at a tenth of its time."""
        for chapter in range(1, 98):
            for path in self._ends(f"{chapter:02}", on):
                rated = _rated(path)
                yield path[-1][0], rated[4], rated[5], rated[6]

    def turns(self, since: date, until: date) -> list[date]:
        """The days after the first of a half-open span on which some line of chapters 1 to 97 changes."""
        days = {day for chapter in range(1, 98) for day in self._turns(f"{chapter:02}")}
        return sorted(day for day in days if since < day < until)

    def turns_of(self, code: str) -> list[date]:
        """The days from `first` on, in order, on which what `line` finds for a code can change.
        Before `first` the `start` and `until` of the line found bound it."""
        wanted = digits(code)
        names = dict.fromkeys((wanted, wanted[:8], f"{wanted[:8]}00"))
        days = {day for name in names for entry in self.entries(name) for day in entry[1:3] if day}
        return sorted({self.first, *map(date.fromisoformat, days)})

    def between(self, since: date, until: date) -> list[ScheduleLine]:
        """All statistical lines of chapters 1 to 97 that stand on some day of a half-open span, each
        once for every state it has there."""
        found: dict[tuple[str, date], ScheduleLine] = {}
        for chapter in range(1, 98):
            turns = (day for day in self._turns(f"{chapter:02}") if since < day < until)
            for day in sorted({since, *turns}):
                for line in self.below(f"{chapter:02}", day):
                    found.setdefault((line.code, line.start), line)
        return sorted(found.values(), key=lambda line: (line.code, line.start))

    def edition(self, line: ScheduleLine) -> str:
        """The edition that first prints a line as it is: `HTS 2025 Revision 22`."""
        name = "HTS" if self.imposer == "US" else f"Customs tariff of {self.imposer}"
        place = self._places.get(line.printed[0])
        return name if place is None else f"{name} {self.revisions[place].title}"

    def heading(self, code: str, on: date) -> ScheduleLine:
        """A provision of chapter 99 on a day of law. Raises UnknownCodeError."""
        wanted = digits(code)
        if not wanted.startswith("99"):
            raise UnknownCodeError(f"{dotted(wanted)} is not a heading of chapter 99")
        return self.line(wanted, on)

    def printed(self, code: str, revision: str) -> Row | None:
        """The row that a revision prints for a code, or None. Raises UnknownCodeError for the revision."""
        return self.prints(digits(code)[:2], revision).get(digits(code))

    def prints(self, chapter: str, revision: str) -> dict[str, Row]:
        """All rows with a code that a revision prints in a chapter. Raises UnknownCodeError."""
        return self._printed(chapter, self._place(revision))

    def changes_between(self, before: str, after: str) -> list[Change]:
        """What differs between what two revisions print, by code. Raises UnknownCodeError."""
        first, second = self._place(before), self._place(after)
        turns = {revision.label for revision in self.revisions[first + 1 : second + 1]}
        changes = []
        for chapter in self.chapters:
            rows = self.rows(chapter)
            turned = {r[0] for r in rows if r[REV_START] in turns or r[REV_UNTIL] in turns} - {""}
            old = self._printed(chapter, first, turned) if turned else {}
            new = self._printed(chapter, second, turned) if turned else {}
            for code in sorted(turned):
                was, now = old.get(code), new.get(code)
                if was == now:
                    continue
                kind = "added" if was is None else "removed" if now is None else "changed"
                fields: tuple[str, ...] = ()
                if was and now:
                    pairs = zip(Row._fields, was, now, strict=True)
                    fields = tuple(name for name, a, b in pairs if a != b)
                changes.append(Change(code, kind, fields, was, now))
        return changes

    @cached_property
    def renumberings(self) -> tuple[Renumbering, ...]:
        """The concordance of ten-digit statistical numbers; empty if none is held."""
        path = self._file("concordance.csv")
        if not path.is_file():
            return ()
        with path.open(encoding="utf-8", newline="") as file:
            return tuple(Renumbering(*row) for row in list(csv.reader(file))[1:])

    @property
    def chapters(self) -> tuple[str, ...]:
        """The chapters held, `01` to `99`."""
        return tuple(sorted(path.stem for path in self._shipped.glob("[0-9][0-9].csv")))

    def rows(self, chapter: str) -> list[list[str]]:
        """All rows of a chapter in every state, as written, in the order of the schedule."""
        held = self._chapter(chapter)
        return held.rows if held else []

    def entries(self, code: str) -> list[Entry]:
        """Every state of one code, with its legal days and the revisions that print it."""
        wanted = digits(code)
        return [entry_of(row) for row in self.rows(wanted[:2]) if row[0] == wanted]

    def _file(self, name: str) -> Path:
        if self._own and (self._own / name).is_file():
            return self._own / name
        return self._shipped / name

    def _chapter(self, chapter: str) -> Chapter | None:
        if chapter not in self._read:
            path = self._file(f"{chapter}.csv")
            self._read[chapter] = Chapter(path) if path.is_file() else None
        return self._read[chapter]

    def _turns(self, chapter: str) -> set[date]:
        """The days on which some line of a chapter changes."""
        held = self._chapter(chapter)
        days = set(held.days if held else ())
        if self._before is not None:
            days |= self._before.days(chapter) | {self.first.isoformat()}
        return {date.fromisoformat(day) for day in days if day}

    def _tree(self, chapter: str, on: date) -> Tree:
        if on < self.first:
            return self._tree_before(chapter, on)
        held = self._chapter(chapter)
        return held.on(on.isoformat()) if held else {}

    def _ends(self, chapter: str, on: date) -> list[Branch]:
        """The statistical lines of a chapter."""
        tree = self._tree(chapter, on)
        divided = {code[:8] for code in tree if len(code) == 10}
        return [
            path
            for code, path in tree.items()
            if len(code) == 10 or (len(code) == 8 and code not in divided)
        ]

    @cached_property
    def _before(self) -> Before | None:
        path = self._shipped / "before.csv"
        return Before(path, self.first.isoformat()) if path.is_file() else None

    def _tree_before(self, chapter: str, on: date) -> Tree:
        """Eight-digit lines of chapters 1 to 97, approximately."""
        day = on.isoformat()
        if self._before is None or day < self._before.earliest:
            since = self._before.earliest if self._before else self.first
            raise UnknownCodeError(f"the schedule is held from {since} on; {on} is before it")
        if chapter in {"98", "99"}:
            raise UnknownCodeError(
                f"chapter {chapter} is held from {self.first} on; {on} is before it"
            )
        held = self._chapter(chapter)
        first = held.on(self.first.isoformat()) if held else {}
        return self._before.on(chapter, first, day)

    def _place(self, revision: str) -> int:
        if revision not in self._places:
            ends = f"from {self.revisions[0].label} to {self.revisions[-1].label}"
            raise UnknownCodeError(f"no revision {revision[:40]!r} is held; {ends}")
        return self._places[revision]

    def _printed(
        self, chapter: str, place: int, codes: Container[str] | None = None
    ) -> dict[str, Row]:
        places = self._places
        printed = {}
        for row in self.rows(chapter):
            if not row[0] or (codes is not None and row[0] not in codes):
                continue
            start = places[row[REV_START]] if row[REV_START] else 0
            end = places[row[REV_UNTIL]] if row[REV_UNTIL] else len(places)
            if start <= place < end:
                printed[row[0]] = entry_of(row).row
        return printed

    def _held(self, code: str, tree: Tree) -> Branch | None:
        return tree.get(code) or (self._bearer(code, tree) if len(code) == 8 else None)

    def _rates(self, path: Branch) -> dict[str, Any]:
        rated = _rated(path)
        newest = max(row[START] for row in path)
        ends = [row[UNTIL] for row in path if row[UNTIL]]
        return {
            "code": path[-1][0],
            "general": rated[4],
            "special": rated[5],
            "other": rated[6],
            "start": date.fromisoformat(newest) if newest else self.first,
            "until": date.fromisoformat(min(ends)) if ends else None,
        }

    def _line(self, path: Branch) -> ScheduleLine:
        own, rated = path[-1], _rated(path)
        return ScheduleLine(
            **self._rates(path),
            description=": ".join(row[2].rstrip(": ") for row in path if row[2]),
            units=tuple(own[3].split("; ")) if own[3] else (),
            rates_at=rated[0],
            printed=("", "") if own[BASIS].startswith("approximate") else self._prints(path),
            basis=max(path, key=lambda row: row[START])[BASIS],
            footnotes=tuple(
                dict.fromkeys(note for row in path if row[9] for note in row[9].split(" | "))
            ),
            additional=rated[8].strip(),
            quota=own[7],
        )

    def _prints(self, path: Branch) -> tuple[str, str]:
        """The first revision that prints all these rows, and the first after it that does not."""
        places = self._places
        prints = [row for row in path if not row[REV_START] or row[REV_START] != row[REV_UNTIL]]
        first = max((r[REV_START] for r in prints), key=lambda x: places.get(x, -1), default="")
        lasts = [row[REV_UNTIL] for row in prints if row[REV_UNTIL]]
        last = min(lasts, key=lambda label: places[label], default="")
        return first or self.revisions[0].label, last

    def _bearer(self, code: str, tree: Tree) -> Branch | None:
        """The row that bears the rate of all ten-digit numbers of one eight-digit subheading: its
        own, or that of the only number below it."""
        found = tree.get(code[:8])
        if found:
            return found
        below = [path for held, path in tree.items() if held.startswith(code[:8])]
        return below[0] if len(below) == 1 else None

    def _spans(self, code: str) -> list[tuple[str, str]]:
        """Days on which a code is in use, joined where they meet; the first held day is empty."""
        spans: list[tuple[str, str]] = []
        for _, start, until, _, _, _ in self.entries(code):
            if start and start == until:
                continue
            if spans and spans[-1][1] == start:
                spans[-1] = (spans[-1][0], until)
            else:
                spans.append((start, until))
        return spans

    def _uses(self, code: str, spans: list[tuple[str, str]]) -> str:
        held = " and ".join(
            f"from {start or self.first}" + (f" until {until}" if until else "")
            for start, until in spans
        )
        later = [dotted(pair.new) for pair in self.renumberings if pair.old == code]
        earlier = [dotted(pair.old) for pair in self.renumberings if pair.new == code]
        return f"{dotted(code)} is in use {held}" + (
            (f"; in its place came {', '.join(later)}" if later else "")
            + (f"; before it stood {', '.join(earlier)}" if earlier else "")
        )

    def _unknown(self, code: str, on: date, tree: Tree) -> UnknownCodeError:
        spans = self._spans(code)
        nearest: list[str] = []
        for size in (8, 6, 4, 2):
            nearest = [held for held in tree if held.startswith(code[:size]) and len(held) > 4]
            if size < len(code) and nearest:
                break
        nearest.sort(key=lambda held: abs(int(held.ljust(10, "0")) - int(code.ljust(10, "0"))))
        shown = tuple(dotted(held) for held in nearest[:5])
        used = f" ({self._uses(code, spans)})" if spans else ""
        near = f"; nearest: {', '.join(shown)}" if shown else ""
        return UnknownCodeError(
            f"the {self.imposer} schedule has no {dotted(code)} on {on}{used}{near}", shown
        )


def _rated(path: Branch) -> list[str]:
    """The row from which a line takes its rates."""
    if path[-1][4]:
        return path[-1]
    upward = path[::-1]
    return next((row for row in upward if row[4]), None) or next(
        (row for row in upward if row[5] or row[6]), path[-1]
    )
