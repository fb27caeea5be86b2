"""The least and the most that lines can owe on a day, for want of facts. Needs numpy.

Each fact that is not given is taken by itself, for none and for all of the value.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import numpy as np

from detente.duty.duties import PREFERENCE, USMCA
from detente.duty.entries import Batch, Cut, Entries, Portions, cut_up
from detente.duty.invoice import Bill, Invoices
from detente.duty.outcomes import Day, Extremes, Floats, Ints


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
