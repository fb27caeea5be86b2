"""What an exposure finds: its answer as types, and the sums behind it. Needs numpy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import numpy as np

from detente.duty.entries import Batch, Portions
from detente.duty.invoice import Bill, Tally
from detente.duty.outcomes import Day, Floats

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


class Sums:
    """Lines, value and duty by partner, in cents."""

    def __init__(self, partners: int) -> None:
        self.figures = np.zeros((5, partners))

    def add(self, batch: Batch, duty: Floats) -> None:
        known = ~np.isnan(duty)
        value = np.round(batch.value * 100)
        everything = np.ones(len(known), bool)
        for n, (rows, weights) in enumerate(
            (
                (everything, None),
                (everything, value),
                (known, duty[known]),
                (~known, None),
                (~known, value[~known]),
            )
        ):
            partners = batch.partner[rows]
            self.figures[n] += np.bincount(partners, weights, minlength=self.figures.shape[1])

    def sum(self, partner: int | None = None) -> Sum:
        figures = self.figures.sum(axis=1) if partner is None else self.figures[:, partner]
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

    def stake(self, day: date, names: tuple[str, ...], column: str = "") -> Stake:
        was, now = (tally.by_measure() for tally in self._tallies)
        changes = {m: now.get(m, 0.0) - was.get(m, 0.0) for m in {*was, *now}}
        shown = sorted(changes.items(), key=lambda item: (-abs(item[1]), item[0]))
        return Stake(
            day=day,
            names=names,
            change=dollars(round(sum(changes.values()) * 100)),
            lines=self.lines,
            by_measure=tuple((m, dollars(round(c * 100))) for m, c in shown if abs(c) >= 0.005),
            column=column,
        )


def dollars(cent: Any) -> Decimal:
    return Decimal(round(cent)).scaleb(-2)
