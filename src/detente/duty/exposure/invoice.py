"""From outcomes to percent and dollars: what rows of shipments owe, and sums by measure. Needs numpy."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

import numpy as np

from detente.duty import expression
from detente.duty.duties import PREFERENCE, USMCA
from detente.duty.exposure.cells import EPOCH
from detente.duty.exposure.entries import BY_PREFERENCE, BY_USMCA, Batch, Entries, Portions
from detente.duty.exposure.outcomes import Floats, Ints, Outcomes
from detente.duty.terms import Expression

_CLAIMS = {
    n: frozenset(name for bit, name in ((BY_USMCA, USMCA), (BY_PREFERENCE, PREFERENCE)) if n & bit)
    for n in range(4)
}
BASE = ""
"""Stands for the base duty among measures."""


@cache
def _is_by_value(rate: str) -> bool:
    """Whether the customs value is all that a rate of the schedule needs to be worked out."""
    return not expression.parse(rate or "Free").needs(Decimal(1))


def cents(value: Floats, percent: Floats) -> Floats:
    """Duty in whole cents, half a cent upward; NaN where the percentage is not known."""
    exact = value * percent
    return np.floor(exact + 0.5 + 1e-7 + 4e-16 * exact)


class Invoices:
    """Turns outcomes into percent of value, with the base duties that the rows bear."""

    def __init__(self, entries: Entries) -> None:
        self.entries = entries
        self._claimed: dict[tuple[int, int, frozenset[str]], Expression] = {}
        self._hopeless: dict[Expression, bool] = {}
        self._plain: dict[Expression, float] = {}
        self._claiming: dict[int, Any] = {}
        self._by_value = np.zeros((0, 2), bool)

    def bill(
        self,
        outcomes: Outcomes,
        batch: Batch,
        kind: Ints,
        portions: Portions,
        numbers: Ints,
        day: Ints | int,
    ) -> Bill:
        """What rows owe: `kind` by row (below zero: no such good), `numbers` of outcomes by portion,
        `day` of entry (days since 1970) by row or for all."""
        kinds, columns = self.entries.kinds, outcomes.columns()
        of_portion = kind[portions.row]
        second = columns.column_2[numbers]
        base = np.where(second, kinds.other[of_portion], kinds.general[of_portion])
        in_place = columns.in_place[numbers]
        base = np.where(np.isnan(in_place), base, in_place)
        rates: dict[int, Expression] = {}
        claimed = np.flatnonzero(
            (portions.claims != 0) & ~second & np.isnan(in_place) & (of_portion >= 0)
        )
        if claimed.size and isinstance(day, int):
            claimed = claimed[self.claiming(day)[batch.partner[portions.row[claimed]]]]
        for n in claimed.tolist():
            row = int(portions.row[n])
            on = int(day if isinstance(day, int) else day[row])
            if self._claimable(int(batch.partner[row]), on):
                rate = self._claim(int(of_portion[n]), batch, row, on, int(portions.claims[n]))
                if rate is not None:
                    rates[n] = rate
                    base[n] = self._percent(rate)
        for n in self._open(base, of_portion, second, batch, rates):
            rate = rates.get(n)
            if rate is None:
                line = kinds.lines[of_portion[n]]
                rate = expression.parse(line.other if second[n] else line.general)
            base[n] = self._specific(rate, batch, int(portions.row[n]))
        base[of_portion < 0] = np.nan
        over = columns.added[numbers]
        for floor in columns.floors:
            over = over + np.maximum(floor[numbers] - base, 0)
        return Bill(batch, portions, numbers, base, over)

    def _open(
        self, base: Floats, kind: Ints, second: Any, batch: Batch, rates: dict[int, Expression]
    ) -> list[int]:
        """The places of rates that are no plain percentage and may still be turned into one."""
        missing = np.isnan(base) & (kind >= 0)
        if batch.amounts:
            return np.flatnonzero(missing).tolist()
        lines = self.entries.kinds.lines
        if len(self._by_value) < len(lines):
            more = [
                [_is_by_value(line.general), _is_by_value(line.other)]
                for line in lines[len(self._by_value) :]
            ]
            self._by_value = np.concatenate([self._by_value, np.array(more, bool)])
        some = np.flatnonzero(missing)
        hopeful = some[self._by_value[kind[some], second[some].astype(np.int8)]].tolist()
        return sorted({*hopeful, *(n for n in rates if missing[n])})

    def claiming(self, on: int) -> Any:
        """The partners whose goods may claim a preference on a day, as an array of truths."""
        if on not in self._claiming:
            partners = range(len(self.entries.partner_names))
            self._claiming[on] = np.array([bool(self._claimable(n, on)) for n in partners])
        return self._claiming[on]

    def _claimable(self, partner: int, on: int) -> frozenset[str]:
        name = self.entries.partner_names[partner]
        return expression.claimable(name, date.fromordinal(EPOCH.toordinal() + on))

    def _claim(self, kind: int, batch: Batch, row: int, on: int, claims: int) -> Expression | None:
        partner = int(batch.partner[row])
        key = (kind, claims, self._claimable(partner, on))
        if key not in self._claimed:
            duties, line = self.entries.duties, self.entries.kinds.lines[kind]
            minute = duties.minute(date.fromordinal(EPOCH.toordinal() + on))
            name = self.entries.partner_names[partner]
            self._claimed[key] = duties.base(line, name, _CLAIMS[claims], False, minute)
        return self._claimed[key]

    def _percent(self, rate: Expression) -> float:
        if rate not in self._plain:
            plain = rate.plain
            self._plain[rate] = float("nan") if plain is None else float(plain)
        return self._plain[rate]

    def _specific(self, rate: Expression, batch: Batch, row: int) -> float:
        """A rate that is no plain percentage, in percent of the row's value; NaN where a quantity is
        missing."""
        given = batch.amounts.get(row)
        if given is None:
            if rate not in self._hopeless:
                self._hopeless[rate] = bool(rate.needs(Decimal(1)))
            if self._hopeless[rate]:
                return float("nan")
        value = Decimal(repr(float(batch.value[row])))
        found = rate.ad_valorem(value, {given[0]: given[1]} if given else {})
        return float("nan") if found is None else float(found)


class Bill:
    """What rows owe, in percent of value: by portion the base duty and what stands over it."""

    def __init__(
        self, batch: Batch, portions: Portions, numbers: Ints, base: Floats, over: Floats
    ) -> None:
        self.batch, self.portions, self.numbers = batch, portions, numbers
        self.base, self.over = base, over

    @cached_property
    def percent(self) -> Floats:
        """By row; NaN where the base duty is not known."""
        owed: Floats = self.portions.share * (self.base + self.over)
        if self.portions.whole:
            return owed
        summed = np.bincount(self.portions.row, owed, minlength=len(self.batch.rows))
        return summed.astype(np.float64)


class Tally:
    """US dollars by measure, over many bills of the same outcomes."""

    def __init__(self, outcomes: Outcomes) -> None:
        self.outcomes = outcomes
        self._weights = np.zeros(0)
        self._other: dict[str, float] = {}

    def add(self, bill: Bill, chosen: Any) -> None:
        """Add what the chosen portions of a bill owe; `chosen` are places, all of a known base."""
        numbers, columns = bill.numbers[chosen], self.outcomes.columns()
        rows = bill.portions.row[chosen]
        value = bill.batch.value[rows] * bill.portions.share[chosen] / 100
        base = bill.base[chosen]
        more = len(columns.added) - len(self._weights)
        self._weights = np.concatenate([self._weights, np.zeros(more)])
        self._weights += np.bincount(numbers, value, minlength=len(self._weights))
        self._add(BASE, float(np.sum(value * base)))
        for floors, floor in enumerate(columns.floors):
            part = value * np.maximum(floor[numbers] - base, 0)
            sums = np.bincount(numbers, part, minlength=len(self._weights))
            for number in np.flatnonzero(sums).tolist():
                measure = self.outcomes.found[number].floors[floors][0]
                self._add(measure, float(sums[number]))

    def _add(self, measure: str, dollars: float) -> None:
        self._other[measure] = self._other.get(measure, 0.0) + dollars

    def by_measure(self) -> dict[str, float]:
        """US dollars by measure; the base duty stands under `BASE`."""
        found = dict(self._other)
        for number in np.flatnonzero(self._weights).tolist():
            for measure, percent in self.outcomes.found[number].parts:
                points = float(percent) * float(self._weights[number])
                found[measure] = found.get(measure, 0.0) + points
        return found
