"""What an exposure finds: its answer as types, and the sums behind it. Needs numpy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import numpy as np

from detente.duty.exposure.ahead import Turn
from detente.duty.exposure.entries import Batch, Portions
from detente.duty.exposure.invoice import Bill, Tally
from detente.duty.exposure.outcomes import Day, Floats

SCHEDULE = "Schedule"


class Sum(msgspec.Struct, frozen=True):
    """Lines and their totals in US dollars. Lines whose duty is not known (a specific duty without
    its quantity, a code that is no longer in use) are in `unknown_lines`, and in no duty."""

    lines: int
    value: Decimal
    duty: Decimal
    unknown_lines: int
    unknown_value: Decimal


class ByOrigin(msgspec.Struct, frozen=True):
    """The totals of one partner's goods."""

    partner: str
    written: Sum
    now: Sum


class ByAuthority(msgspec.Struct, frozen=True):
    """Duty in US dollars under one authority; `Schedule` is the base duty."""

    authority: str
    written: Decimal
    now: Decimal


class Stake(msgspec.Struct, frozen=True):
    """What a day ahead, or an assumption, changes for these shipments, entered then instead of the day before
    (or without the assumption): US dollars, in all and by measure, and the lines that it moves."""

    day: date
    names: tuple[str, ...]
    """The clauses that turn on that day, or the sentences assumed."""
    change: Decimal
    lines: int
    by_measure: tuple[tuple[str, Decimal], ...]
    column: str = ""
    """The columns of the file that give it line by line end in this."""


class Exposure(msgspec.Struct, frozen=True):
    """The whole answer. `low` and `high` are totals as of now, summed over lines, with each fact that is
    not given taken by itself for none and for all of the value."""

    imposer: str
    on: date
    known: date
    file: str
    answers: str
    rejects: str
    read: int
    rejected: int
    written: Sum
    now: Sum
    low: Decimal
    high: Decimal
    origins: tuple[ByOrigin, ...]
    authorities: tuple[ByAuthority, ...]
    pauses: tuple[Stake, ...]
    deadlines: tuple[Stake, ...]
    assumed: tuple[Stake, ...]
    unused: tuple[str, ...]
    first: date | None
    last: date | None
    notes: tuple[str, ...]


class Summary(msgspec.Struct):
    """All that was summed over some lines: lines, value and duty by partner in cents (as written, as of
    now), the ends of the range, and US dollars by measure and lines for each thing tallied."""

    figures: Any
    ends: Any
    gone: int
    read: int
    rejected: int
    dollars: list[dict[str, float]]
    lines: list[int]
    span: tuple[int, int] | None

    def joined(self, other: Summary, sign: int = 1) -> Summary:
        """The sum of two, or with sign -1 the difference."""
        spans = [span for span in (self.span, other.span) if span]
        return Summary(
            figures=self.figures + sign * other.figures,
            ends=self.ends + sign * other.ends,
            gone=self.gone + sign * other.gone,
            read=self.read + sign * other.read,
            rejected=self.rejected + sign * other.rejected,
            dollars=[
                {m: mine.get(m, 0.0) + sign * yours.get(m, 0.0) for m in {**mine, **yours}}
                for mine, yours in zip(self.dollars, other.dollars, strict=True)
            ],
            lines=[m + sign * y for m, y in zip(self.lines, other.lines, strict=True)],
            span=(min(s for s, _ in spans), max(e for _, e in spans)) if spans else None,
        )


def figures_of(batch: Batch, duty: Floats, partners: int) -> Any:
    """Lines, value, known duty, and lines and value of unknown duty: by partner, money in cents."""
    known = ~np.isnan(duty)
    value = np.round(batch.value * 100)
    columns = (
        (known | True, None),
        (known | True, value),
        (known, duty[known]),
        (~known, None),
        (~known, value[~known]),
    )
    return np.array(
        [np.bincount(batch.partner[rows], w, minlength=partners) for rows, w in columns], np.float64
    )


def sum_of(figures: Any) -> Sum:
    """Five figures as a `Sum`."""
    lines, value, duty, unknown, unknown_value = figures.tolist()
    return Sum(int(lines), dollars(value), dollars(duty), int(unknown), dollars(unknown_value))


class Stakes:
    """What changes between two outcomes of the same portions, summed over all lines."""

    def __init__(self, before: Day, after: Day) -> None:
        self.before, self.after = before, after
        self._tallies = Tally(before.outcomes), Tally(after.outcomes)
        self.lines = 0

    def add(self, batch: Batch, portions: Portions, bill: Callable[[Day, Portions], Bill]) -> None:
        """Add the portions of a batch; `bill` says what portions owe on a day."""
        days = self.before, self.after
        if self.before.outcomes is self.after.outcomes:
            who = batch.partner[portions.row]
            turned = self.before.interval, self.after.interval
            portions = portions.some(self.before.outcomes.moved(turned, portions.goods, who))
            who, aboard = batch.partner[portions.row], batch.loading[portions.row]
            first, second = (day.of(portions.goods, who, aboard) for day in days)
            portions = portions.some(np.flatnonzero(first != second))
        if not len(portions.row):
            return
        before, after = (bill(day, portions) for day in days)
        moved = np.flatnonzero(np.abs(before.base + before.over - after.base - after.over) > 1e-9)
        self.lines += len(np.unique(portions.row[moved]))
        for tally, found in zip(self._tallies, (before, after), strict=True):
            tally.add(found, moved)

    def by_measure(self) -> list[dict[str, float]]:
        """US dollars by measure before and after, on what moves."""
        return [tally.by_measure() for tally in self._tallies]


def stake_of(
    turn: Turn, was: dict[str, float], now: dict[str, float], lines: int, column: str = ""
) -> Stake:
    """What a turn is worth, from what is owed before and after it by measure."""
    changes = {m: now.get(m, 0.0) - was.get(m, 0.0) for m in {*was, *now}}
    shown = sorted(changes.items(), key=lambda item: (-abs(item[1]), item[0]))
    return Stake(
        day=turn.day,
        names=turn.names,
        change=dollars(round(sum(changes.values()) * 100)),
        lines=lines,
        by_measure=tuple((m, dollars(round(c * 100))) for m, c in shown if abs(c) >= 0.005),
        column=column,
    )


def dollars(cent: Any) -> Decimal:
    """Cents as US dollars."""
    return Decimal(round(cent)).scaleb(-2)
