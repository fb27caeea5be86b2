"""The record's duties as layers: each base clause of a tariff with all that acts on it, a step
function of time, partner and product lists.

Nothing changes between two turning points, so an answer is computed once for an interval and kept.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
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
_DAYS = (date(2018, 1, 1), date(2025, 1, 1))
"""Before and after Britain left the Union, the last change of a group."""


class Layer:
    """A base clause with all that acts on it, directly or by way of others, strikes included."""

    def __init__(self, base: Clause, tree: list[Clause], turns: list[int]) -> None:
        self.base = base
        self.tree = tree
        self.turns = turns
        """The minutes at which its worth can change, for somebody."""
        self.lists: Names = frozenset(
            name for clause in tree for name in (*clause.products, *clause.not_products)
        ) - {codes.ALL}
        self._naming = [c for c in tree if c.partners or c.not_partners or c.rates]
        self._alike: dict[str, str] = {}
        self._models: dict[tuple[object, ...], str] = {}
        self._matter: dict[str, Names] = {}

    def alike(self, partner: str) -> str:
        """The first partner asked about whom no clause here tells apart from this one, on any day."""
        if partner not in self._alike:
            marks = tuple(_mark(clause, partner) for clause in self._naming)
            self._alike[partner] = self._models.setdefault(marks, partner)
        return self._alike[partner]

    def matter(self, ledger: Ledger, partner: str) -> Names:
        """The lists on which its worth hangs for one partner."""
        model = self.alike(partner)
        if model not in self._matter:
            self._matter[model] = frozenset(
                name
                for clause in self.tree
                if any(ledger.concerns(clause, partner, day) for day in _DAYS)
                for name in (*clause.products, *clause.not_products)
            )
        return self._matter[model]

    def step(self, minute: int, partner: str) -> Step:
        """What stands for the layer's worth at a minute for a partner: it changes when that can."""
        return self.base.id, bisect_right(self.turns, minute), self.alike(partner)


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

    def reaching(self, goods: Names) -> list[Layer]:
        """The layers that can reach goods on some lists, in order."""
        places = {*self.by_list.get(codes.ALL, ())}
        for name in goods:
            places.update(self.by_list.get(name, ()))
        return [self.layers[place] for place in sorted(places)]


class Layers:
    """Every tariff of an imposer, as one ledger knows them."""

    def __init__(self, ledger: Ledger, imposer: str) -> None:
        self.ledger = ledger
        self.imposer = imposer
        self.zone = codes.zone(imposer)
        measures = ledger.record.measures
        tariffs = [m for m in measures.values() if m.imposer == imposer and m.kind == "tariff"]
        self.layers = [self._layer(b) for m in tariffs for b in ledger.bases.get(m.id, ())]
        self.rules = rulings(ledger.record.stacking.values(), tariffs)
        by = [ledger.clauses[r.rule.by] for r in self.rules if r.rule.by in ledger.clauses]
        self._ruling = [clause for root in by for clause in self.tree(root)]
        self.turns = self._turning_points(
            [*self._ruling, *(c for layer in self.layers for c in layer.tree)]
        )
        self._standing: dict[tuple[int, str], Standing] = {}
        self._rulings: dict[tuple[str, ...], tuple[Ruling, ...]] = {}
        self._same: dict[tuple[object, ...], Standing] = {}
        self._lines: dict[tuple[object, ...], Line | None] = {}
        self._alike: dict[str, str] = {}
        self._models: dict[tuple[object, ...], str] = {}

    def _layer(self, base: Clause) -> Layer:
        tree = self.tree(base)
        return Layer(base, tree, self._turning_points(tree))

    def tree(self, base: Clause) -> list[Clause]:
        """A clause and all that acts on it, directly or by way of others, strikes included."""
        found = {base.id: base}
        queue = [base]
        while queue:
            clause = queue.pop()
            for child in (*self.ledger.acting.get(clause.id, ()), *self.ledger.struck_by(clause)):
                if child.id not in found:
                    found[child.id] = child
                    queue.append(child)
        return list(found.values())

    def _turning_points(self, clauses: Iterable[Clause]) -> list[int]:
        chosen = {clause.id: clause for clause in clauses}
        points = set(self.ledger.turning_points(lambda clause: clause.id in chosen))
        for clause in chosen.values():
            if clause.in_transit and clause.in_transit.entered_before:
                points.add(clause.in_transit.entered_before.utc)
        for members in codes.groups().values():
            for _, joined, left in members:
                points.update(start_of(day, self.zone).utc for day in (joined, left) if day)
        return sorted(points)

    def interval(self, minute: int) -> int:
        """The number of the interval between turning points in which a minute lies."""
        return bisect_right(self.turns, minute)

    def alike(self, partner: str) -> str:
        """The first partner asked about whom nothing here tells apart from this one, on any day."""
        if partner not in self._alike:
            marks: tuple[object, ...] = tuple(layer.alike(partner) for layer in self.layers)
            marks += tuple(_mark(clause, partner) for clause in self._ruling)
            self._alike[partner] = self._models.setdefault(marks, partner)
        return self._alike[partner]

    def standing(self, minute: int, partner: str) -> Standing:
        """What can bear on a partner's goods at a minute, whatever they are."""
        key = (self.interval(minute), self.alike(partner))
        if key not in self._standing:
            on = self.ledger.day(self.layers[0].base, minute) if self.layers else date.min
            live = tuple(
                layer
                for layer in self.layers
                if self._spans(layer.base, minute) and self.ledger.concerns(layer.base, partner, on)
            )
            rules = tuple(r for r in self.rules if self._rules(r, minute, partner))
            steps = tuple(layer.step(minute, partner) for layer in live)
            rules = self._rulings.setdefault(tuple(r.rule.id for r in rules), rules)
            mark = (steps, id(rules))
            if mark not in self._same:
                lists = frozenset[str]().union(*(layer.lists for layer in live))
                transit = self._in_transit(live, minute)
                self._same[mark] = Standing(live, rules, lists, transit, _by_list(live))
            self._standing[key] = self._same[mark]
        return self._standing[key]

    def _spans(self, clause: Clause, minute: int) -> bool:
        spans = self.ledger.spans
        return spans(clause, minute) or spans(clause, minute, collected=True)

    def _rules(self, ruling: Ruling, minute: int, partner: str) -> bool:
        by = self.ledger.clauses.get(ruling.rule.by)
        return by is not None and self.ledger.works(by, minute, partner, frozenset(by.products))

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
        on = goods & layer.lists
        key = (on, loaded, *layer.step(minute, partner))
        if key not in self._lines:
            self._lines[key] = self.ledger.line(layer.base, minute, partner, on, loaded)
        return self._lines[key]


def _by_list(layers: tuple[Layer, ...]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for place, layer in enumerate(layers):
        for name in {codes.ALL} if codes.ALL in layer.base.products else layer.base.products:
            found.setdefault(name, []).append(place)
    return {name: tuple(places) for name, places in found.items()}


def _mark(clause: Clause, partner: str) -> object:
    """How a clause names a partner: by itself, by its groups, by its row of a table."""
    names = (partner, *_groups(partner))
    return (
        tuple(n for n in names if n in clause.partners),
        tuple(n for n in names if n in clause.not_partners),
        tuple(clause.rates[n] for n in names if n in clause.rates),
    )


@cache
def _groups(partner: str) -> tuple[str, ...]:
    """The groups that a partner belongs to, or did."""
    return tuple(
        group for group, members in codes.groups().items() if partner in {m for m, *_ in members}
    )
