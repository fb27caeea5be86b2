"""A time expression under way, and the tools that the rules of `grammar` share: the reference, the
direction in which a bare date lies, and the year that a date borrows from its neighbour."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Literal

import msgspec

from detente.reading.timex import periods
from detente.reading.timex.cues import direction
from detente.reading.timex.grammar import ONE
from detente.reading.timex.periods import Period
from detente.reading.timex.words import APPROX, MONTH, ORDINAL, PART, UNIT, Words, number_of
from detente.time import Instant

How = Literal["stated", "resolved", "computed", "inferred"]
Kind = Literal["DATE", "TIME", "DURATION", "SET"]

_NEXT_YEAR = re.compile(r"(?:[az-]|—)(?:E-?)?(?:M(?:[do](?:[az-][do])?)?|[do]f?M),?y")


LENGTHS = ("TS", "TM", "TH", "D", "W", "WE", "2W", "M", "Q", "Y", "E", "C")
"""The units, shortest first: seconds, minutes and hours, days to centuries."""
UNKNOWN = {
    "D": "XXXX-XX-XX", "W": "XXXX-WXX", "2W": "XXXX-WXX", "WE": "XXXX-WXX-WE", "M": "XXXX-XX",
    "Q": "XXXX-QX", "Y": "XXXX", "E": "XXX", "C": "XX",
}  # fmt: skip
_FAR = 200
"""Days beyond which the other year of a date is no longer offered as another reading."""
_FEW = 14
_LONGEST = {"D": 5, "W": 8, "WE": 8, "M": 32, "Q": 93}
"""Days that a date may cover to be what `the following day`, `that month` lean on."""


def _out_of_question(period: Period) -> int:
    """How many times as far off as the nearest a few days or a quarter must be not to be meant."""
    if period.first and period.last and (period.last - period.first).days < _FEW:
        return 8
    return 3 if period.value[4:6] in ("-Q", "-H") else _FAR


class Reading(msgspec.Struct):
    """A time expression under way: the tokens `first` to `last` (exclusive) and what they mean."""

    first: int
    last: int
    kind: Kind
    period: Period
    how: How
    mod: str = ""
    others: tuple[tuple[Period, str], ...] = ()
    instant: Instant | None = None
    note: str = ""


class Reader:
    """The tools. `found` holds what was read so far, in order."""

    def __init__(self, words: Words, day: date | None) -> None:
        self.words, self.low, self.letters, self.day = words, words.low, words.letters, day
        self.found: list[Reading] = []

    def pick(self, letters: str, i: int, j: int) -> str:
        return next((self.low[k] for k in range(i, j) if self.letters[k] in letters), "")

    def before(self, i: int) -> str:
        return self.low[i - 1] if i else ""

    def reference(self, unit: str = "Y") -> Period | None:
        """The last date named that is no longer than the unit; else the day of the text."""
        for reading in reversed(self.found[-6:]):
            first, last = reading.period.first, reading.period.last
            if reading.kind not in ("DATE", "TIME") or first is None or last is None:
                continue
            if (last - first).days < _LONGEST.get(unit, 366):
                return reading.period
        return periods.of_day(self.day) if self.day else None

    def make(
        self, i: int, j: int, period: Period, how: How, kind: Kind = "DATE", mod: str = ""
    ) -> Reading:
        return Reading(i, j, kind, period, how, mod)

    def toward(self, i: int, j: int, candidates: Callable[[int], Period], nearest: bool) -> Reading:
        """The candidate -1 (before), 0 (around the day of the text) or 1 (after) that the cues
        choose; with no cue the nearest, or the last one past."""
        assert self.day is not None
        day = self.day
        middle = candidates(0)
        assert middle.first is not None
        assert middle.last is not None
        if middle.first <= day <= middle.last:
            return self.make(i, j, middle, "resolved")
        cue = direction(self.words, i, j)
        ahead = middle if middle.first > day else candidates(1)
        behind = middle if middle.last < day else candidates(-1)
        assert ahead.first is not None
        assert behind.last is not None
        wait, since = (ahead.first - day).days, (day - behind.last).days
        chosen = ahead if cue.way > 0 else behind
        how: How = "resolved"
        others: tuple[tuple[Period, str], ...] = ()
        if nearest and (cue.way == 0 or cue.weak):
            much_nearer = since * 2 < wait if cue.way > 0 else wait * 2 < since
            chosen = ahead if much_nearer != (cue.way > 0) else behind
        elif nearest and min(wait, since) * _out_of_question(middle) < max(wait, since):
            # A day almost a year off would be written with its year: the cue is of another verb.
            chosen = ahead if wait < since else behind
        other = ahead if chosen is behind else behind
        assert other.first is not None
        far = abs((other.first - day).days) > _FAR
        if cue.way == 0:
            how = "inferred"
            if not far:
                others = ((other, "no cue says which way"),)
        elif cue.other and not far:
            others = ((other, cue.why),)
        reading = self.make(i, j, chosen, how)
        reading.others = others
        return reading

    def of_said_year(self, i: int, j: int, of: Callable[[int], Period]) -> Reading | None:
        """`April next year`, `May 9 last year`."""
        shift = {"L": -1, "H": 0, "N": 1}.get(self.letters[j - 2] if j - i > 2 else "")
        if shift is None or self.low[j - 1] != "year" or self.day is None:
            return None
        return self.make(i, j, of(self.day.year + shift), "resolved")

    def near_year(self, i: int, j: int, of: Callable[[int], Period]) -> Reading:
        """A date without a year: one of the years around the day of the text."""
        if year := self.shared_year(i, j, of):
            return self.make(i, j, of(year), "stated")
        assert self.day is not None
        year = self.day.year
        reading = self.toward(i, j, lambda n: of(year + n), nearest=True)
        if near := self._told_year(i, of):
            usual = reading.period
            reading.period, reading.how = of(near), "inferred"
            if usual != reading.period:
                reading.others = ((usual, "the year of the sentence, or the nearest"),)
        return reading

    def _told_year(self, i: int, of: Callable[[int], Period]) -> int:
        """The year that the same sentence tells of, where it wrote one with its last date."""
        told = self.found[-1] if self.found else None
        if told is None or told.how != "stated" or told.period.first is None or self.day is None:
            return 0
        between = self.letters[told.last : i]
        if len(told.period.value) < 7 or ";" in between or "¶" in between:
            return 0
        year = told.period.first.year
        if year >= self.day.year - 1 or direction(self.words, i, i + 1).way > 0:
            return 0
        first = of(year).first
        return year + 1 if first and first < told.period.first.replace(day=1) else year

    def shared_year(self, i: int, j: int, of: Callable[[int], Period]) -> int:
        """The year that stands after the other half of a range or list, or stood before it."""
        if match := _NEXT_YEAR.match(self.letters, j):
            year = int(self.low[match.end() - 1])
            month = self.pick("M", match.start(), match.end())
            first = of(year).first
            return year - 1 if first and first.month > MONTH[month] + 6 else year
        if self.found and self.found[-1].how == "stated" and self.found[-1].period.first:
            gap = self.letters[self.found[-1].last : i]
            if gap in ("z", "-", "—", "a", ",", ",a"):
                before = self.found[-1].period.first
                here = of(before.year).last
                return before.year + (1 if here and here < before and gap in "z-—" else 0)
        return 0

    def with_part(self, reading: Reading, i: int, j: int, word: str) -> Reading:
        reading.first, reading.last, reading.kind = i, j, "TIME"
        part = f"T{PART[word.removesuffix('s')]}"
        reading.period = reading.period._replace(value=reading.period.value + part)
        reading.others = tuple((p._replace(value=p.value + part), w) for p, w in reading.others)
        return reading

    def one(self, name: str, i: int, j: int) -> Reading | None:
        rule: Callable[[int, int], Reading | None] = getattr(self, f"rule_{name}")
        try:
            return rule(i, j)
        except (ValueError, OverflowError):
            return None

    def inner(self, names: tuple[str, ...], i: int, j: int) -> Reading | None:
        """What the first of these rules that fits all the tokens from i to j makes of them."""
        for name in names:
            if ONE[name].fullmatch(self.letters, i, j):
                return self.one(name, i, j)
        return None

    @staticmethod
    def day_number(word: str) -> int:
        return ORDINAL.get(word) or int(re.sub(r"\D", "", word) or 0)

    def part_of_reference(self, i: int, j: int, part: str, shift: int = 0) -> Reading | None:
        reference = self.reference("D")
        period = Period("XXXX-XX-XX")
        if reference and reference.first and reference.first == reference.last:
            period = periods.step("D", reference.first, shift)
        return self.with_part(self.make(i, j, period, "inferred"), i, j, part)

    def unit(self, i: int, j: int) -> str:
        word = self.pick("uUq6", i, j)
        return UNIT[word.removesuffix("s")]

    def approx(self, i: int) -> str:
        return APPROX.get(self.low[i], "APPROX") if self.letters[i] == "R" else ""

    def amount(self, i: int, j: int) -> tuple[float | None, str]:
        """How many of which unit; None for an unknown number (`several weeks`)."""
        unit = self.unit(i, j)
        letters = self.letters[i:j]
        numbers = [number_of(self.low[k]) for k in range(i, j) if self.letters[k] in "cdny"]
        if "b" in letters:
            whole = numbers[0] if numbers else 1 if "uaAb" in letters else 0
            return (None if whole is None else whole + 0.5), unit
        if numbers:
            return numbers[-1], unit
        if "Q" in letters:
            word = self.pick("Q", i, j)
            return {"couple": 2.0, "dozen": 12.0}.get(word), unit
        return (1.0 if "A" in letters or letters == "u-O" else None), unit

    @staticmethod
    def length(amount: float | None, unit: str) -> str:
        """The TIMEX3 value of a duration."""
        time = "T" if unit[0] == "T" else ""
        letter = unit[-1]
        if unit == "2W" and amount is not None:
            amount *= 2
        if amount == 0.5 and unit == "TH":
            return "PT30M"
        return f"P{time}{'X' if amount is None else f'{amount:.10g}'}{'WE' if unit == 'WE' else letter}"

    def counted(self, i: int, j: int, amount: float | None, unit: str) -> Reading:
        """A length of time; an amount of None is an unknown number."""
        return self.make(i, j, Period(self.length(amount, unit)), "stated", "DURATION")
