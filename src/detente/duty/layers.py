"""The record's duties as layers: each base clause of a tariff with all that acts on it, a step
function of time, partner and product lists.

Nothing changes between two turning points, so an answer is computed once for an interval and kept.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache

import msgspec

from detente import codes
from detente.duty.scope import Names
from detente.duty.stacking import Ruling, rulings
from detente.nouns import Clause, Line
from detente.record.resolve import Ledger
from detente.time import start_of

Step = tuple[str, int, str]
Span = tuple[date | None, date | None]
"""From when until when a partner belongs to a group."""
_DAYS = (date(2018, 1, 1), date(2025, 1, 1))
"""Before and after Britain left the Union, the last change of a group."""


class Layer:
    """A clause with all that acts on it, directly or by way of others, strikes included."""

    def __init__(self, ledger: Ledger, base: Clause, zone: str) -> None:
        self.base = base
        self._ledger = ledger
        self.tree = ledger.tree(base)
        self.turns = _turning_points(ledger, self.tree, zone)
        """The minutes at which its worth can change, for somebody."""
        self.lists: Names = frozenset(
            name for clause in self.tree for name in (*clause.products, *clause.not_products)
        ) - {codes.ALL}
        self._naming = [c for c in self.tree if c.partners or c.not_partners or c.rates]
        self._alike: dict[str, str] = {}
        self._models: dict[tuple[object, ...], str] = {}
        self._matter: dict[str, Names] = {}
        self._stands: dict[Step, bool] = {}

    def alike(self, partner: str) -> str:
        """The first partner asked about whom no clause here tells apart from this one, on any day."""
        if partner not in self._alike:
            spans = {partner: (None, None), **_groups(partner)}
            marks = tuple(_mark(clause, spans) for clause in self._naming)
            self._alike[partner] = self._models.setdefault(marks, partner)
        return self._alike[partner]

    def matter(self, partner: str) -> Names:
        """The product lists on which its worth hangs for one partner."""
        model = self.alike(partner)
        if model not in self._matter:
            self._matter[model] = frozenset(
                name
                for clause in self.tree
                if any(self._ledger.concerns(clause, partner, day) for day in _DAYS)
                for name in (*clause.products, *clause.not_products)
            ) - {codes.ALL}
        return self._matter[model]

    def step(self, minute: int, partner: str) -> Step:
        """What stands for the layer's worth at a minute for a partner: it changes when that can."""
        return self.base.id, bisect_right(self.turns, minute), self.alike(partner)

    def stands(self, minute: int, partner: str) -> bool:
        """Whether the clause is in its span, in law or in collection, and concerns the partner."""
        step = self.step(minute, partner)
        if step not in self._stands:
            spans = self._ledger.spans
            self._stands[step] = (
                spans(self.base, minute) or spans(self.base, minute, collected=True)
            ) and self._ledger.concerns(self.base, partner, self._ledger.day(self.base, minute))
        return self._stands[step]

    def works(self, minute: int, partner: str) -> bool:
        """Whether the clause is in force for the partner, on the products that it names."""
        step = self.step(minute, partner)
        if step not in self._stands:
            named = frozenset(self.base.products)
            self._stands[step] = self._ledger.works(self.base, minute, partner, named)
        return self._stands[step]


class Standing(msgspec.Struct, frozen=True):
    """What can bear on a partner's goods: layers, rules of stacking, and the lists that matter.

    One object stands for all the intervals in which nothing of it changes.
    """

    layers: tuple[Layer, ...]
    rules: tuple[Ruling, ...]
    lists: Names
    transit: bool
    """Whether some clause spares goods that were on the water in time."""
    by_list: dict[str, tuple[int, ...]]
    """The layers that reach the goods of a list, by their places; `all` for those that reach any."""

    steps: tuple[Step, ...]
    """Where each layer stands."""

    def reaching(self, goods: Names) -> tuple[int, ...]:
        """The places of the layers that can reach goods on some lists, in order."""
        places = {*self.by_list.get(codes.ALL, ())}
        for name in goods:
            if name in self.by_list:
                places.update(self.by_list[name])
        return tuple(sorted(places))


class Layers:
    """Every tariff of an imposer, as one ledger knows them."""

    def __init__(self, ledger: Ledger, imposer: str) -> None:
        self.ledger = ledger
        self.imposer = imposer
        self.zone = codes.zone(imposer)
        measures = ledger.record.measures
        tariffs = [m for m in measures.values() if m.imposer == imposer and m.kind == "tariff"]
        bases = [base for m in tariffs for base in ledger.bases.get(m.id, ())]
        self.layers = [Layer(ledger, base, self.zone) for base in bases]
        stacking = rulings(ledger.record.stacking.values(), tariffs)
        self.rules = [ruling for ruling in stacking if ruling.rule.by in ledger.clauses]
        clauses = (ledger.clauses[ruling.rule.by] for ruling in self.rules)
        self._by = [Layer(ledger, clause, self.zone) for clause in clauses]
        self.turns = sorted({t for layer in (*self.layers, *self._by) for t in layer.turns})
        self._standing: dict[tuple[int, str], Standing] = {}
        self._rulings: dict[tuple[str, ...], tuple[Ruling, ...]] = {}
        self._same: dict[tuple[object, ...], Standing] = {}
        self._lines: dict[tuple[object, ...], Line | None] = {}
        self._alike: dict[str, str] = {}
        self._models: dict[tuple[object, ...], str] = {}

    def interval(self, minute: int) -> int:
        """The number of the interval between turning points in which a minute lies."""
        return bisect_right(self.turns, minute)

    def alike(self, partner: str) -> str:
        """The first partner asked about whom nothing here tells apart from this one, on any day."""
        if partner not in self._alike:
            marks = tuple(layer.alike(partner) for layer in (*self.layers, *self._by))
            self._alike[partner] = self._models.setdefault(marks, partner)
        return self._alike[partner]

    def standing(self, minute: int, partner: str) -> Standing:
        """What can bear on a partner's goods at a minute, whatever they are."""
        key = (self.interval(minute), self.alike(partner))
        if key not in self._standing:
            live = tuple(layer for layer in self.layers if layer.stands(minute, partner))
            pairs = zip(self.rules, self._by, strict=True)
            rules = tuple(ruling for ruling, by in pairs if by.works(minute, partner))
            rules = self._rulings.setdefault(tuple(r.rule.id for r in rules), rules)
            steps = tuple(layer.step(minute, partner) for layer in live)
            mark = (steps, id(rules))
            if mark not in self._same:
                lists = frozenset[str]().union(*(layer.matter(partner) for layer in live))
                transit = self._in_transit(live, minute)
                self._same[mark] = Standing(live, rules, lists, transit, _by_list(live), steps)
            self._standing[key] = self._same[mark]
        return self._standing[key]

    def _in_transit(self, layers: Iterable[Layer], minute: int) -> bool:
        for clause in (c for layer in layers for c in layer.tree):
            spared = clause.in_transit
            if (
                spared
                and self.ledger.spans(clause, minute)
                and (spared.entered_before is None or minute < spared.entered_before.utc)
            ):
                return True
        return False

    def line(
        self, layer: Layer, goods: Names, minute: int, partner: str, loaded: int | None = None
    ) -> Line | None:
        """What a layer is worth for goods on some lists; None where it does not reach them."""
        on = goods & layer.matter(partner)
        key = (on, loaded, layer.step(minute, partner))
        if key not in self._lines:
            self._lines[key] = self.ledger.line(layer.base, minute, partner, on, loaded)
        return self._lines[key]


def _turning_points(ledger: Ledger, clauses: Iterable[Clause], zone: str) -> list[int]:
    points: set[int] = set()
    for clause in clauses:
        spared = clause.in_transit.entered_before if clause.in_transit else None
        instants = (clause.start, clause.collected_from, ledger.end(clause), spared)
        points.update(instant.utc for instant in instants if instant)
    for members in codes.groups().values():
        for _, joined, left in members:
            points.update(start_of(day, zone).utc for day in (joined, left) if day)
    return sorted(points)


def _by_list(layers: tuple[Layer, ...]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for place, layer in enumerate(layers):
        for name in {codes.ALL} if codes.ALL in layer.base.products else layer.base.products:
            found.setdefault(name, []).append(place)
    return {name: tuple(places) for name, places in found.items()}


def _mark(clause: Clause, spans: Mapping[str, Span]) -> object:
    """How a clause names a partner: by itself, by its groups and its time in them, by its row."""
    if spans.keys().isdisjoint((*clause.partners, *clause.not_partners, *clause.rates)):
        return None
    return (
        tuple((name, span) for name, span in spans.items() if name in clause.partners),
        tuple((name, span) for name, span in spans.items() if name in clause.not_partners),
        tuple((clause.rates[name], span) for name, span in spans.items() if name in clause.rates),
    )


@cache
def _groups(partner: str) -> dict[str, Span]:
    """The groups that a partner belongs to, or did, from when until when."""
    return {
        group: (joined, left)
        for group, members in codes.groups().items()
        for member, joined, left in members
        if member == partner
    }
