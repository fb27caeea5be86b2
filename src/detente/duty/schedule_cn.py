"""China's tariff schedule: most-favoured-nation rates of 2018 and 2019, carried to other days.

Of China only the rates are held, not the text of its tariff: a table by code and day, compiled from
Bown, Jung and Zhang (2019). A line has eight digits; ten where the last two decide the rate; six if
the subheading is new in the Harmonized System of 2022. What a figure rests on stands in the `note`
of its line unless the source gives it for that very day. The numbers of 2019 go on answering, also
those that the Harmonized System has given up since.
"""

from __future__ import annotations

import csv
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

import msgspec

from detente.duty.chapters import shipped
from detente.duty.schedule import Rates, ScheduleLine, UnknownCodeError, digits, dotted

FIRST = date(2018, 1, 1)
"""The first day for which the source gives rates."""
HORIZON = date(2019, 12, 31)
"""The last day for which it does."""
NOT_PERCENT = "The rate provided for in the tariff of China, which is specific or compound"
"""Stands for a rate that the source lacks: a reference that no figure answers."""

_SOURCE = "Bown, Jung and Zhang 2019"
_SAID = (
    (r"^BJZ 2018-19(?:; )?", ""),
    (r"^carried back from 2018-01", "MFN carried back from January 2018"),
    (r"^carried forward from 2019-12", "MFN carried forward from December 2019"),
    (r"\bBJZ\b", _SOURCE),
)


class ChinaSchedule:
    """China's schedule; answers as `detente.duty.schedule.Schedule` does."""

    def __init__(self) -> None:
        self.imposer = "CN"
        self._folder = shipped(self.imposer)
        self._read: dict[str, _Chapter] = {}

    @property
    def first(self) -> date:
        """The first day for which rates were seen; earlier answers repeat them."""
        return FIRST

    @property
    def horizon(self) -> date:
        """The last day for which rates were seen; later answers repeat them."""
        return HORIZON

    def horizon_note(self, on: date) -> str:
        """A caveat for a day outside the span of the source, or nothing."""
        if FIRST <= on <= HORIZON:
            return ""
        return (
            f"China's most-favoured-nation rates are held for {FIRST.year} and {HORIZON.year} only"
            f" ({_SOURCE}); what it changed on other days, also for a time, is not held"
        )

    def line(self, code: str, on: date) -> ScheduleLine:
        """The line of a code on a day, `asked` for where the code has more digits than the line.

        A number that divides a line held (1201.90.11, of 1201.90.10) finds that line. Eight digits that the table divides by the ninth and tenth bear a rate if all lines below
        bear the same, and else the reference to them. Four or six digits give the only line below;
        where there are several, a line without a rate. Raises UnknownCodeError, naming the
        nearest codes.
        """
        wanted = digits(code)
        lines = self._chapter(wanted[:2]).on(on)
        for length in range(len(wanted), 4, -2):
            if line := lines.get(wanted[:length]):
                return (
                    line if length == len(wanted) else msgspec.structs.replace(line, asked=wanted)
                )
        if len(wanted) > 6:
            for whole in (f"{wanted[:7]}0", f"{wanted[:6]}00"):
                if line := lines.get(whole):
                    note = f"{dotted(wanted)} came later; {line.dotted} stood for it; {line.note}"
                    return msgspec.structs.replace(line, asked=wanted, note=note)
        inside = [line for line in lines.values() if line.code.startswith(wanted)]
        if not inside:
            raise _unknown(wanted, on, lines)
        return inside[0] if len(inside) == 1 else _divided(wanted, inside)

    def rates(self, code: str, on: date) -> Rates:
        """The same as `line`."""
        return self.line(code, on)

    def bearing(self, code: str, on: date) -> ScheduleLine:
        """The same as `line`: a number that is not held already finds the line above it."""
        return self.line(code, on)

    def below(self, prefix: str, on: date) -> list[ScheduleLine]:
        """All lines under 2 to 10 digits in order, or the one that the digits themselves stand
        under; empty if there are none."""
        wanted = re.sub(r"[\s.]", "", prefix)
        if not (wanted.isascii() and wanted.isdigit() and 2 <= len(wanted) <= 10):
            raise UnknownCodeError(
                f"{prefix[:40]!r} is not the beginning of a code; write 2 to 10 digits"
            )
        lines = self._chapter(wanted[:2]).on(on)
        if found := [line for code, line in lines.items() if code.startswith(wanted)]:
            return found
        above = next((lines[wanted[:n]] for n in (10, 8, 6) if wanted[:n] in lines), None)
        return [msgspec.structs.replace(above, asked=wanted)] if above else []

    def all_lines(self, on: date) -> Iterator[ScheduleLine]:
        """All lines of all chapters."""
        for chapter in self.chapters:
            yield from self._chapter(chapter).on(on).values()

    def between(self, since: date, until: date) -> list[ScheduleLine]:
        """All lines that stand on some day of a half-open span, once for every state they have."""
        return [
            line
            for chapter in self.chapters
            for line in self._chapter(chapter).lines
            if line.start < until and since < (line.until or date.max)
        ]

    def turns(self, since: date, until: date) -> list[date]:
        """The days after the first of a half-open span on which some line changes."""
        days = {day for chapter in self.chapters for day in self._chapter(chapter).days}
        return sorted(day for day in days if since < day < until)

    def turns_of(self, code: str) -> list[date]:
        """The days from `first` on, in order, on which what `line` finds for a code can change."""
        wanted = digits(code)[:6]
        lines = [line for line in self._chapter(wanted[:2]).lines if line.code.startswith(wanted)]
        days = {day for line in lines for day in (line.start, line.until) if day}
        return sorted(days - {date.min})

    @property
    def chapters(self) -> tuple[str, ...]:
        """The chapters held, `01` to `97`."""
        return tuple(sorted(path.stem for path in self._folder.glob("[0-9][0-9].csv")))

    def edition(self, line: ScheduleLine) -> str:
        """The tariff that a line is taken from, with the source that tells of it."""
        return f"Customs tariff of China, 2018-2019, in {_SOURCE}"

    def _chapter(self, number: str) -> _Chapter:
        if number not in self._read:
            path = self._folder / f"{number}.csv"
            rows: list[dict[str, str]] = []
            if path.is_file():
                with path.open(encoding="utf-8", newline="") as file:
                    rows = list(csv.DictReader(file))
            self._read[number] = _Chapter([_line(row) for row in rows])
        return self._read[number]


class _Chapter:
    """The lines of a chapter in every state, by code and day."""

    def __init__(self, lines: list[ScheduleLine]) -> None:
        self.lines = sorted(lines, key=lambda line: (line.code, line.start))
        self.days = sorted({day for line in lines for day in (line.start, line.until) if day})
        self._standing: dict[int, dict[str, ScheduleLine]] = {}

    def on(self, day: date) -> Mapping[str, ScheduleLine]:
        """The lines that stand on a day, by code and in its order."""
        epoch = bisect_right(self.days, day)
        if epoch not in self._standing:
            self._standing[epoch] = {
                line.code: line
                for line in self.lines
                if line.start <= day < (line.until or date.max)
            }
        return self._standing[epoch]


@cache
def _note(basis: str) -> str:
    for written, said in _SAID:
        basis = re.sub(written, said, basis)
    return basis


def _line(row: Mapping[str, str]) -> ScheduleLine:
    return ScheduleLine(
        code=row["code"],
        description=row["description"],
        units=(),
        general=f"{row['mfn']}%" if row["mfn"] else NOT_PERCENT,
        special="",
        other="",
        rates_at=row["code"],
        start=date.fromisoformat(row["from"]) if row["from"] else date.min,
        until=date.fromisoformat(row["until"]) if row["until"] else None,
        printed=("", ""),
        basis=row["basis"],
        note=_note(row["basis"]),
    )


def _divided(code: str, inside: list[ScheduleLine]) -> ScheduleLine:
    """A line that stands above several."""
    rates = {line.general for line in inside}
    shown = ", ".join(line.dotted for line in inside[:5]) + (", ..." if inside[5:] else "")
    if len(code) < 8:
        general = ""
    else:
        general = rates.pop() if len(rates) == 1 else f"The rate provided for one of {shown}"
    notes = dict.fromkeys(part for line in inside for part in line.note.split("; ") if part)
    return ScheduleLine(
        code=code,
        description="",
        units=(),
        general=general,
        special="",
        other="",
        rates_at=code,
        start=max(line.start for line in inside),
        until=min((line.until for line in inside if line.until), default=None),
        printed=("", ""),
        basis=inside[0].basis,
        note="; ".join((f"{dotted(code)} is divided into {shown}", *notes)),
    )


def _unknown(code: str, on: date, lines: Mapping[str, ScheduleLine]) -> UnknownCodeError:
    nearest: list[str] = []
    for size in (8, 6, 4, 2):
        nearest = [held for held in lines if held.startswith(code[:size])]
        if size < len(code) and nearest:
            break
    nearest.sort(key=lambda held: abs(int(held.ljust(10, "0")) - int(code.ljust(10, "0"))))
    shown = tuple(dotted(held) for held in nearest[:5])
    near = f"; nearest: {', '.join(shown)}" if shown else ""
    return UnknownCodeError(f"the CN schedule has no {dotted(code)} on {on}{near}", shown)
