"""The least and the most that lines can owe on a day, for want of facts. Needs numpy.

Each fact that is not given is taken by itself, for none and for all of the value.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any

import msgspec
import numpy as np

from detente.duty.duties import PREFERENCE, USMCA
from detente.duty.exposure.entries import Batch, Cut, Entries, Portions, cut_up
from detente.duty.exposure.invoice import Bill, Invoices
from detente.duty.exposure.outcomes import UNASKED, Day, Floats, Ints

_CANDIDATES = 6
_HIGH = 1000.0
"""Percent of value above every floor."""


class Extremes:
    """Of several goods that a line may be: those that owe least and most on a day, by partner.

    Which they are hangs on the base duty. Where no outcome has more than one floor, a total rises with the
    base by one or not at all between two floors, so that whatever is least or most in between is so at
    one of the two: it is enough to compare at a base of nothing, at every floor, and above them.
    """

    def __init__(self, day: Day) -> None:
        self.day = day
        self._numbers: dict[tuple[int, ...], int] = {(): 0}
        self._sets: list[tuple[int, ...]] = [()]
        self._width = len(day.outcomes.partners)
        self._tables = np.full((2, _CANDIDATES, 0, self._width), UNASKED, np.int32)
        self._done = np.zeros((0, self._width), bool)

    def number(self, goods: tuple[int, ...]) -> int:
        """The number of goods of which a line may be any."""
        if goods not in self._numbers:
            self._numbers[goods] = len(self._sets)
            self._sets.append(goods)
        return self._numbers[goods]

    def of(self, numbers: Ints, partner: Ints) -> tuple[Any, Any]:
        """The outcomes that can be least, and those that can be most: by candidate and row, below zero
        where there are no more. Number 0 stands for no choice."""
        more = len(self._sets) - len(self._done)
        if more:
            blank = np.full((2, _CANDIDATES, more, self._width), UNASKED, np.int32)
            self._tables = np.concatenate([self._tables, blank], axis=2)
            self._done = np.concatenate([self._done, np.zeros((more, self._width), bool)])
        new = np.flatnonzero(~self._done[numbers, partner] & (numbers > 0))
        if new.size:
            keys = np.unique(numbers[new].astype(np.int64) * self._width + partner[new])
            self._ask(*np.divmod(keys, self._width))
        low, high = self._tables[:, :, numbers, partner]
        return low, high

    def _ask(self, which: Any, who: Any) -> None:
        sets = [self._sets[n] for n in which.tolist()]
        counts = np.array([len(goods) for goods in sets])
        goods = np.array([g for some in sets for g in some], np.int32)
        partner = np.repeat(who, counts).astype(np.int32)
        found = self.day.of(goods, partner, np.zeros(len(goods), np.int32))
        columns = self.day.outcomes.columns()
        floors = np.unique(np.concatenate([np.zeros(1), *columns.floors]))
        first = np.concatenate([[0], np.cumsum(counts)[:-1]])
        entry = np.repeat(np.arange(len(which)), counts)
        in_place, second = columns.in_place[found], columns.column_2[found]
        biases = (_HIGH, -_HIGH) if second.any() else (0.0,)
        for base, bias in product((*floors[floors >= 0].tolist(), _HIGH / 2), biases):
            owed = np.where(np.isnan(in_place), base, in_place)
            worth = columns.added[found] + owed + bias * second
            for floor in columns.floors:
                worth = worth + np.maximum(floor[found] - owed, 0)
            order = np.lexsort((worth, entry))
            for table, at in zip(self._tables, (first, first + counts - 1), strict=True):
                self._keep(table, which, who, found[order[at]])
        self._done[which, who] = True

    def _keep(self, table: Any, which: Any, who: Any, found: Ints) -> None:
        """Put outcomes among the candidates that do not have them yet."""
        there = (table[:, which, who] == found).any(axis=0)
        for slot in table:
            free = ~there & (slot[which, who] == UNASKED)
            slot[which[free], who[free]] = found[free]
            there |= free


class _Choices(msgspec.Struct, frozen=True):
    """What one fact more can make of goods: the number in `Extremes` of what they may be, for partners that
    cannot claim a preference and for those that can, and cuts of the value that need more than a look-up,
    each with whether only those that can claim need it."""

    number: int
    claiming: int
    others: tuple[tuple[Cut, bool], ...]
    looked_up: tuple[tuple[Cut, bool], ...]
    """What `number` stands for, for goods with a day of loading, of which no table is kept; each with
    whether those that can claim have it among `others`."""


class Ranges:
    """Ranges on one day, for the lines of one file."""

    def __init__(self, entries: Entries, invoices: Invoices, day: Day, on: int) -> None:
        self.entries, self.invoices, self.day, self.on = entries, invoices, day, on
        self._extremes = Extremes(day)
        self._alternatives: dict[tuple[int, int], _Choices] = {}

    def of(self, batch: Batch, today: Ints, now: Bill) -> tuple[Floats, Floats]:
        """The least and the most percent by row; `today` are the kinds, `now` what is owed as things stand."""
        low, high = now.percent.copy(), now.percent.copy()
        kinds = self.entries.kinds
        named = kinds.named_of[np.where(today < 0, batch.kind, today)].astype(np.int64)
        given = len(self.entries.given)
        distinct, which = np.unique(named * given + batch.facts, return_inverse=True)
        choices = [self._choices(*divmod(key, given)) for key in distinct.tolist()]
        known = ~np.isnan(now.percent)
        claiming = self.invoices.claiming(self.on)[batch.partner]
        either = np.array([(c.number, c.claiming) for c in choices], np.int32).reshape(-1, 2)
        numbers = either[which, claiming.astype(np.int8)]
        found = self._extremes.of(numbers, batch.partner)
        for ends, into, best in zip(found, (low, high), (np.fmin, np.fmax), strict=True):
            for end in ends:
                rows = np.flatnonzero(known & (end >= 0) & (batch.loading == 0))
                if not rows.size:
                    break
                some = Portions(
                    rows, np.ones(len(rows)), end[rows], np.zeros(len(rows), np.int32), False
                )
                bill = self.invoices.bill(self.day.outcomes, batch, today, some, end[rows], self.on)
                into[rows] = best(into[rows], bill.percent[rows])
        aboard = batch.loading > 0
        for name in ("others", "looked_up"):
            lists = [getattr(c, name) for c in choices]
            for place in range(max(map(len, lists), default=0)):
                entries = [some[place] if place < len(some) else ((), False) for some in lists]
                there = np.array([bool(cut) for cut, _ in entries])[which] & known
                if name == "others":
                    may = claiming | ~np.array([only for _, only in entries])[which]
                else:
                    may = aboard & ~(claiming & np.array([claim for _, claim in entries])[which])
                rows = np.flatnonzero(there & may)
                if rows.size:
                    cuts = [cut for cut, _ in entries]
                    self._widen(batch, today, cut_up(cuts, which[rows]), rows, low, high)
        return low, high

    def _widen(
        self, batch: Batch, today: Ints, some: Portions, rows: Any, low: Floats, high: Floats
    ) -> None:
        some.row, some.whole = rows[some.row], False
        owed = self.day.of(some.goods, batch.partner[some.row], batch.loading[some.row])
        bill = self.invoices.bill(self.day.outcomes, batch, today, some, owed, self.on)
        low[rows] = np.fmin(low[rows], bill.percent[rows])
        high[rows] = np.fmax(high[rows], bill.percent[rows])

    def _choices(self, named: int, facts: int) -> _Choices:
        """The ways to cut a value with one fact more given."""
        key = (named, facts)
        if key in self._alternatives:
            return self._alternatives[key]
        entries, scope, lists = self.entries, self.entries.duties.scope, self.day.lists
        given = entries.given[facts]
        asked = [*entries.asked(named, lists), USMCA, PREFERENCE]
        plain_cut = entries.cut(named, facts, wanted=lists)
        plain = self._mark(plain_cut)
        whole, claims = len(plain_cut) == 1, any(claim for *_, claim in plain_cut)
        goods = [(plain_cut[0][1], claims)]
        others: dict[object, tuple[Cut, bool]] = {}
        for fact in dict.fromkeys(asked):
            entry = scope.facts[fact]
            if entry.apart or fact in given:
                continue
            for share in (0, 1):
                if share == entry.default:
                    continue
                cut = entries.flipped(named, facts, fact, share, lists)
                if cut is None:
                    cut = entries.cut(named, facts, {fact: Decimal(share)}, lists)
                simple = whole and len(cut) == 1
                if simple:
                    goods.append((cut[0][1], cut[0][2] != 0))
                if (not simple or claims or cut[0][2]) and (mark := self._mark(cut)) != plain:
                    others.setdefault(mark, (cut, simple))
        if len(self._alternatives) > 50_000:
            self._alternatives.clear()
        every = tuple(dict.fromkeys(n for n, _ in goods)) if whole else ()
        unclaimed = tuple(dict.fromkeys(n for n, claimed in goods if not claimed)) if whole else ()
        found = self._alternatives[key] = _Choices(
            number=self._extremes.number(every if len(every) > 1 else ()),
            claiming=self._extremes.number(unclaimed if len(unclaimed) > 1 and not claims else ()),
            others=tuple(others.values()),
            looked_up=tuple((((1.0, n, 0),), claims or claimed) for n, claimed in goods if whole),
        )
        return found

    def _mark(self, cut: Cut) -> frozenset[tuple[float, int, int]]:
        classes = [self.day.class_of(goods) for _, goods, _ in cut]
        return frozenset(
            (share, number, claims) for (share, _, claims), number in zip(cut, classes, strict=True)
        )
