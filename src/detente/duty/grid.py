"""Many products at once: the same settling as a point answer, done once a class and looked up.

Products fall into kinds (on the same lists, by the same facts), and kinds into far fewer classes
once only the lists count that can matter to a partner on a day. Needs numpy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from detente.duty.duties import Duties, Settled
from detente.duty.scope import Names
from detente.duty.stacking import contribution

Floats = npt.NDArray[np.float64]
Kind = tuple[Names, tuple[tuple[Decimal, Names], ...]]
"""The lists that name a product, and the portions of its value with the facts that hold there."""


class Grid:
    """The duties on some products, each of a kind."""

    def __init__(
        self, duties: Duties, products: Sequence[tuple[Names, Mapping[str, Decimal]]]
    ) -> None:
        """`products`: the lists that name each, and the facts that hold for it, as shares of value.

        Facts that are not given take their defaults.
        """
        self.duties = duties
        numbers: dict[tuple[Names, frozenset[tuple[str, Decimal]]], int] = {}
        self.kind = np.array(
            [
                numbers.setdefault((named, frozenset(facts.items())), len(numbers))
                for named, facts in products
            ],
            dtype=np.int32,
        )
        self.kinds: list[Kind] = [
            (named, tuple(self._portions(named, dict(facts)))) for named, facts in numbers
        ]
        self._classes: dict[tuple[Names, Names], tuple[list[list[tuple[Decimal, Names]]], Any]] = {}

    def _portions(self, named: Names, given: dict[str, Decimal]) -> list[tuple[Decimal, Names]]:
        """As a point answer cuts the value; a fact that cannot matter changes nothing."""
        scope = self.duties.scope
        shares = {fact: given.get(fact, entry.default) for fact, entry in scope.facts.items()}
        part = [fact for fact, share in shares.items() if 0 < share < 1]
        matter = scope.asked(named, frozenset(scope.lists)) if part else ()
        whole = [fact for fact, share in shares.items() if share == 1]
        return scope.portions([*whole, *(fact for fact in part if fact in matter)], given)

    def over(
        self,
        partner: str,
        minute: int,
        base: Floats,
        column_2: Floats,
        also: Names = frozenset(),
    ) -> tuple[Floats, Floats, Floats]:
        """For each product the total, what stands on top of the base, and the total that customs take,
        in percent of value.

        `base` and `column_2` are the base duties (NaN where a specific duty is no percentage),
        `also` facts that hold for all products beside their own.
        """
        ask = self.duties.on_goods
        lists = self.duties.layers.standing(minute, partner).lists
        classes, number = self._in_classes(lists, also)
        law = [[(w, ask(goods, minute, partner)) for w, goods in c] for c in classes]
        place = number[self.kind]
        total, added = _sums(law, place, base, column_2)
        if all(s.as_collected for portions in law for _, s in portions):
            return total, added, total
        customs = [
            [(w, ask(goods, minute, partner, collected=True)) for w, goods in c] for c in classes
        ]
        return total, added, _sums(customs, place, base, column_2)[0]

    def parts(
        self,
        partner: str,
        minute: int,
        base: Floats,
        column_2: Floats,
        also: Names = frozenset(),
    ) -> dict[str, Floats]:
        """For each product what each authority takes, in percent of value; `Schedule` is the base."""
        lists = self.duties.layers.standing(minute, partner).lists
        classes, number = self._in_classes(lists, also)
        place = number[self.kind]
        found: dict[str, Floats] = {}
        for n in range(max((len(portions) for portions in classes), default=0)):
            portions = [c[n] if n < len(c) else (Decimal(0), frozenset[str]()) for c in classes]
            share = np.array([float(weight) for weight, _ in portions])[place]
            settled = [self.duties.on_goods(goods, minute, partner) for _, goods in portions]
            owed = np.where(np.array([s.column_2 for s in settled])[place], column_2, base)
            for name in {name for s in settled for name, _ in s.by_authority}:
                mine = [tuple(rate for a, rate in s.by_authority if a == name) for s in settled]
                for m in range(max(map(len, mine))):
                    rates = [rs[m] if m < len(rs) else None for rs in mine]
                    flat = np.array([float(r.percent) if r else 0.0 for r in rates])[place]
                    floor = np.array([bool(r and r.includes_mfn) for r in rates])[place]
                    over = np.where(floor, contribution(flat, True, owed, np.maximum), flat)
                    found[name] = found.get(name, np.zeros_like(base)) + share * over
            found["Schedule"] = found.get("Schedule", np.zeros_like(base)) + share * owed
        return found

    def _in_classes(
        self, lists: Names, also: Names
    ) -> tuple[list[list[tuple[Decimal, Names]]], Any]:
        """The distinct portions of all kinds as far as some lists go, and the number of each kind's."""
        key = (lists, also)
        if key not in self._classes:
            numbers: dict[tuple[tuple[Names, Decimal], ...], int] = {}
            of_kind = []
            for named, portions in self.kinds:
                merged: dict[Names, Decimal] = {}
                for weight, true in portions:
                    goods = self.duties.scope.goods(named, true | also) & lists
                    merged[goods] = merged.get(goods, Decimal(0)) + weight
                mark = tuple(sorted(merged.items(), key=lambda item: sorted(item[0])))
                of_kind.append(numbers.setdefault(mark, len(numbers)))
            classes = [[(weight, goods) for goods, weight in mark] for mark in numbers]
            self._classes[key] = (classes, np.array(of_kind, dtype=np.int32))
        return self._classes[key]


def _sums(
    classes: list[list[tuple[Decimal, Settled]]], place: Any, base: Floats, column_2: Floats
) -> tuple[Floats, Floats]:
    """Total and part on top of the base for each product, from its class's portions."""
    total, added = np.zeros_like(base), np.zeros_like(base)
    for n in range(max((len(portions) for portions in classes), default=0)):
        portions = [c[n] if n < len(c) else (Decimal(0), None) for c in classes]
        share = np.array([float(weight) for weight, _ in portions])[place]
        over = np.array([float(s.added) if s else 0.0 for _, s in portions])[place]
        second = np.array([bool(s and s.column_2) for _, s in portions])[place]
        owed = np.where(second, column_2, base)
        for m in range(max((len(s.floors) for _, s in portions if s), default=0)):
            floors = [float(s.floors[m]) if s and m < len(s.floors) else 0.0 for _, s in portions]
            over = over + contribution(np.array(floors)[place], True, owed, np.maximum)
        total += share * (owed + over)
        added += share * over
    return total, added
