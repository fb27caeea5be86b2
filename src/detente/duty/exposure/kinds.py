"""Codes on days as kinds of goods, and the lists that goods of a kind can be on. Needs numpy.

Each code is looked up once for each span of days on which it is the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from functools import cache

import numpy as np

from detente.duty import expression
from detente.duty.duties import Duties
from detente.duty.exposure.cells import EPOCH, shown
from detente.duty.exposure.outcomes import Ints
from detente.duty.nomenclature import Nomenclature
from detente.duty.schedule import Rates, dotted
from detente.duty.scope import Names
from detente.nouns import ProductList

_FOR_EVER = 1 << 30


class Possible:
    """The lists that goods can be on, whatever the facts."""

    def __init__(self, lists: Mapping[str, ProductList]) -> None:
        self._above: dict[str, list[str]] = {}
        for entry in lists.values():
            for part in entry.of:
                self._above.setdefault(part, []).append(entry.id)
        self._of_any = [e.id for e in lists.values() if e.needs and not (e.of or e.codes)]
        self._found: dict[Names, Names] = {}

    def of(self, named: Names) -> Names:
        """Every list that can hold goods which `named` lists name."""
        if named not in self._found:
            found, queue = set[str](), [*named, *self._of_any]
            while queue:
                name = queue.pop()
                if name not in found:
                    found.add(name)
                    queue += self._above.get(name, ())
            self._found[named] = frozenset(found)
        return self._found[named]


class Kinds:
    """Codes on days, as kinds: goods that the same lists name and that have the same rates."""

    def __init__(self, schedule: Nomenclature, duties: Duties) -> None:
        self.schedule, self.duties = schedule, duties
        self.lines: list[Rates] = []
        self.named: list[Names] = []
        self.general = self.other = np.zeros(0)
        self.named_of = np.zeros(0, np.int32)
        self._columns: tuple[list[float], list[float]] = ([], [])
        self._numbers: list[int] = []
        self._kinds: dict[tuple[Names, str, str, str], int] = {}
        self._lists: dict[Names, int] = {}
        self._digits: list[str] = []
        self._codes: dict[str, int] = {}
        self._reasons: list[str] = []
        self._since = np.zeros((0, 4), np.int32)
        self._until = np.zeros((0, 4), np.int32)
        self._kind = np.zeros((0, 4), np.int32)
        self._held: list[int] = []
        self._units: dict[str, str] = {}

    def code(self, text: str) -> int:
        """The number of a code. Raises ValueError."""
        found = re.sub(r"[\s.]", "", text[:60])
        if not (found.isascii() and found.isdigit() and len(found) in (8, 10)):
            near = ""
            if found.isascii() and found.isdigit() and len(found) in (7, 9):
                near = f"; has a zero been lost? {dotted('0' + found)}"
            raise ValueError(f"{shown(text)} is not a code of 8 or 10 digits{near}")
        if found.startswith("99"):
            raise ValueError(f"{dotted(found)} is a provision of chapter 99, no code of goods")
        if found not in self._codes:
            self._codes[found] = len(self._digits)
            self._digits.append(found)
            if len(self._digits) > len(self._since):
                room = max(1024, len(self._since))
                pads = ((0, room), (0, 0))
                self._since, self._until, self._kind = (
                    np.pad(states, pads) for states in (self._since, self._until, self._kind)
                )
            self._held.append(0)
        return self._codes[found]

    def unit(self, text: str) -> str:
        """A unit as the schedule writes it, whatever its capitals; other units are left as they are."""
        if not self._units:
            for line in self.schedule.all_lines(self.schedule.horizon):
                for unit in line.units:
                    self._units.setdefault(unit.lower().rstrip("."), unit)
        return self._units.get(text.lower().rstrip("."), text)

    def on(self, code: Ints, day: Ints) -> Ints:
        """The kind of each code on its day; below zero where it has none, for a `reason`."""
        found = self._look(code, day)
        missed = np.flatnonzero(found == -_FOR_EVER)
        if missed.size:
            for n in missed.tolist():
                number, on = int(code[n]), int(day[n])
                held = slice(0, self._held[number])
                spans = zip(self._since[number][held], self._until[number][held], strict=True)
                if not any(since <= on < until for since, until in spans):
                    self._add(number, on)
            found[missed] = self._look(code[missed], day[missed])
        return found

    def _look(self, code: Ints, day: Ints) -> Ints:
        on = day[:, None]
        hit = (self._since[code] <= on) & (on < self._until[code])
        which = hit.argmax(axis=1)
        rows = np.arange(len(code))
        found: Ints = np.where(hit[rows, which], self._kind[code, which], np.int32(-_FOR_EVER))
        return found

    def _add(self, code: int, day: int) -> None:
        """Take in what a code is on a day, and on those around it on which that is the same."""
        digits, on = self._digits[code], EPOCH + timedelta(day)
        since, until = -_FOR_EVER, _FOR_EVER
        settled = False
        try:
            line = self.schedule.rates(digits, on)
        except LookupError as error:
            kind = self._reason(str(error))
        else:
            since = (line.start - EPOCH).days
            until = (line.until - EPOCH).days if line.until else _FOR_EVER
            settled = not line.asked
            kind = self._kind_of(line)
        if not settled:
            turns = [(turn - EPOCH).days for turn in self.schedule.turns_of(digits)]
            since = max([since, *(turn for turn in turns if turn <= day)])
            until = min([until, *(turn for turn in turns if turn > day)])
        place = self._held[code]
        if place == self._since.shape[1]:
            pads = ((0, 0), (0, place))
            self._since, self._until, self._kind = (
                np.pad(states, pads) for states in (self._since, self._until, self._kind)
            )
        self._since[code, place] = since
        self._until[code, place] = until
        self._kind[code, place] = kind
        self._held[code] += 1

    def _reason(self, text: str) -> int:
        self._reasons.append(text)
        return -len(self._reasons)

    def reason(self, code: int, kind: int, day: int) -> str:
        """Why a code has no kind on a day."""
        text = re.sub(
            r" on \d{4}-\d\d-\d\d",
            f" on {EPOCH + timedelta(day)}",
            self._reasons[-kind - 1],
            count=1,
        )
        return f"code: {text}"

    def _kind_of(self, line: Rates) -> int:
        if not line.general:
            return self._reason(f"{line.dotted} bears no rate of its own; write 8 or 10 digits")
        key = (self.duties.named(line), line.general, line.other, line.special)
        if key not in self._kinds:
            number = self._lists.setdefault(key[0], len(self._lists))
            if number == len(self.named):
                self.named.append(key[0])
            self._kinds[key] = len(self.lines)
            self.lines.append(line)
            for column, text in zip(self._columns, (line.general, line.other), strict=True):
                column.append(percent(text))
            self._numbers.append(number)
        return self._kinds[key]

    def columns(self) -> None:
        """Bring `general`, `other` (percent of value, NaN where they are no plain percentage) and
        `named_of` (the number of the lists) up to the kinds found so far."""
        if len(self.general) != len(self.lines):
            self.general, self.other = map(np.array, self._columns)
            self.named_of = np.array(self._numbers, np.int32)


@cache
def percent(text: str) -> float:
    """A rate of the schedule as percent of value; NaN where it is no plain percentage."""
    plain = expression.parse(text).plain if text else None
    return float("nan") if plain is None else float(plain)
