"""Time expressions: where they stand in a text, their TIMEX3 values, and the days they mean.

Relative ones are resolved from the day of the text, never from today. `how` says what a date rests
on: `stated` (its year is written), `resolved` (named from the day of the text, or a cue says which
way), `computed` (counted from another date) or `inferred` (no cue: the usual reading was taken).
"""

from __future__ import annotations

import re
from datetime import date

import msgspec

from detente.reading.timex import ends, periods
from detente.reading.timex.counts import Counts
from detente.reading.timex.days import Days
from detente.reading.timex.ends import Computed
from detente.reading.timex.grammar import AFTER, ALL, ONE
from detente.reading.timex.periods import Period
from detente.reading.timex.reader import How, Kind, Reading
from detente.reading.timex.weeks import Weeks
from detente.reading.timex.words import EDGE, MODS, Words, split, zone_of
from detente.time import Instant, parse_instant

_QUOTES = frozenset("\"'`“”‘’")
_LEAD = re.compile(r"(?:T?lf|T?[Ee]-?)$")

__all__ = ["Alternative", "Computed", "Timex", "computed_ends", "find"]


class Alternative(msgspec.Struct, frozen=True):
    """Another reading of a time expression, and why it is possible."""

    value: str
    first: date | None
    last: date | None
    why: str


class Timex(msgspec.Struct, frozen=True):
    """A time expression: `text[start:end] == quote`, in code points.

    `value` is TIMEX3; `first` and `last` are the days it covers, both included, None where open or
    not known. `instant` is set for a clock time with a zone. `anchor` is the index, in the same
    list, of the expression that a computed one is counted from, or -1. `mod` is a TIMEX3 modifier.
    `last` of a computed duration is the day on which it is over. `note` says what was read oddly.
    """

    start: int
    end: int
    quote: str
    type: Kind
    value: str
    first: date | None
    last: date | None
    how: How
    instant: Instant | None = None
    alternatives: tuple[Alternative, ...] = ()
    mod: str = ""
    anchor: int = -1
    note: str = ""


def find(text: str, day: date | None) -> list[Timex]:
    """The time expressions of a text, in order and apart from each other.

    `day` is the day of the text (dateline or publication). Without it relative expressions are
    found but not resolved. Any text is accepted; the time taken is linear in its length.
    """
    words = split(text)
    found = [_timex(text, words, reading) for reading in _All(words, day).read()]
    found = [timex for timex in found if not _titled(text, timex)]
    for computed in computed_ends(text, found, day):
        duration = found[computed.duration]
        other = Alternative(
            duration.value,
            computed.start,
            computed.inclusive_end,
            "the first day counts as day one",
        )
        found[computed.duration] = msgspec.structs.replace(
            duration,
            first=computed.start,
            last=computed.end,
            how="computed",
            anchor=computed.start_at,
            alternatives=(other,),
            note=computed.words,
        )
    for at in range(len(found) - 1):
        clock, length = found[at], found[at + 1]
        between = text[clock.end : length.start]
        if clock.how == "inferred" and length.type == "DURATION" and not between.strip():
            found[at] = _set_day(clock, length, at + 1)
    return found


def _titled(text: str, timex: Timex) -> bool:
    """Whether it is a name in quotation marks: `"This Week,"`, `''60 Minutes''`."""
    after = text[timex.end : timex.end + 2].lstrip(".,")
    last = timex.quote.split()[-1]
    quoted = text[timex.start - 1 : timex.start] in _QUOTES and after[:1] in _QUOTES
    return bool(after) and quoted and timex.start > 0 and last[0].isupper() and " " in timex.quote


def _set_day(clock: Timex, length: Timex, anchor: int) -> Timex:
    """`12:01 a.m. eastern time 7 days after the date of this order`: the day is the computed end;
    it is not known where the start is not."""
    day = length.last if length.how == "computed" else None
    time = clock.value.partition("T")[2]
    instant = None
    if day and (zone := zone_of(clock.quote)):
        instant = parse_instant(f"{day}T{time} {zone}", zone)
    return msgspec.structs.replace(
        clock,
        value=f"{day or 'XXXX-XX-XX'}T{time}",
        first=day,
        last=day,
        how="computed",
        anchor=anchor,
        instant=instant,
    )


def computed_ends(text: str, found: list[Timex], day: date | None) -> list[Computed]:
    """The ends of the durations in `found` (as `find` gives them) whose start the text gives:
    `for a period of 90 days, starting on August 12, 2025`, `within 14 days of this order`."""
    marks = [
        ends.Mark(t.start, t.end, t.value if t.type == "DURATION" else "", t.first, t.last)
        for t in found
    ]
    return ends.compute(text, marks, day)


def _timex(text: str, words: Words, reading: Reading) -> Timex:
    start, end = words.starts[reading.first], words.ends[reading.last - 1]
    value, first, last = reading.period
    others = tuple(Alternative(*period, why) for period, why in reading.others)
    return Timex(
        start, end, text[start:end], reading.kind, value, first, last, reading.how,
        reading.instant, others, reading.mod, note=reading.note,
    )  # fmt: skip


class _All(Days, Weeks, Counts):
    """Reads a text from left to right with every rule."""

    def read(self) -> list[Reading]:
        at = 0
        while match := ALL.search(self.letters, at):
            first = match.start()
            reading = None
            for name in AFTER[str(match.lastgroup)]:
                single = ONE[name].match(self.letters, first)
                if single and single.end() > first:
                    reading = self.one(name, first, single.end())
                    if reading is not None:
                        break
            if reading is None:
                at = first + 1
                continue
            self._lead(reading, at)
            self.found.append(reading)
            at = reading.last
        return self.found

    # What stands before an expression and belongs to it.

    def _lead(self, reading: Reading, floor: int) -> None:
        if reading.kind == "SET" or (reading.kind == "DURATION" and reading.how != "resolved"):
            return
        start = reading.first
        match = _LEAD.search(self.letters, max(floor, start - 4), start)
        if match is None or reading.period.value.endswith("_REF"):
            return
        word = next(w for w in self.low[match.start() : start] if w in MODS or w in EDGE)
        mod = MODS.get(word) or EDGE[word]
        period = reading.period
        if word in ("earlier", "later"):
            if (
                self.day
                and period.first
                and period.last
                and period.first <= self.day <= period.last
            ):
                cut = (period.first, self.day) if word == "earlier" else (self.day, period.last)
                period = Period(period.value, *cut)
            elif len(period.value) < 10:
                return
        elif period.first and period.last and period.last > period.first:
            period = periods.third(period, mod)
            if word in ("end", "close", "start", "beginning") and period.first and period.last:
                edge = reading.period.last if mod == "END" else reading.period.first
                period = (
                    period._replace(first=edge) if mod == "START" else period._replace(last=edge)
                )
        reading.first = match.start()
        reading.period, reading.mod = period, mod
