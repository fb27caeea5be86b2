"""Products of many partners at once, for averages: goods as numbers, law as columns.

A product is a mixture of goods, each on some lists. The lists of all goods are kept as bits, so that
what one standing of the law takes is settled once for each set of lists that can matter to it, by
`Duties.on_goods` as a point answer is, and looked up for the rest. Needs numpy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import zip_longest
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from detente import codes
from detente.duty.duties import Duties
from detente.duty.layers import Standing
from detente.duty.scope import Names
from detente.duty.stacking import contribution
from detente.nouns import ProductList

Floats = npt.NDArray[np.float64]
Shares = tuple[tuple[str, Decimal], ...]
"""Facts with the shares of value for which they hold."""
_LAWS = 1000


class Law(msgspec.Struct, frozen=True):
    """What one standing of the law takes from goods, by their number, in percent of value."""

    column_2: Any
    """Whether column 2 stands in place of the general duty."""
    in_place: Floats
    """A rate that stands in the place of column 2; NaN where none does."""
    duties: list[tuple[str, bool, Floats]]
    """Authority, whether the rate contains the base duty, the rates."""
    as_collected: bool
    """Whether customs take just what the law says."""

    def owed(self, goods: Any, base: Floats, column_2: Floats) -> Floats:
        """For goods by number the base duty owed, in percent of value."""
        replaced = self.in_place[goods]
        own = np.where(self.column_2[goods], column_2, base)
        return np.where(np.isnan(replaced), own, replaced)

    def over(self, goods: Any, base: Floats, column_2: Floats) -> tuple[Floats, Floats]:
        """For goods by number the base duty owed and what stands on top of it, in percent of value."""
        owed = self.owed(goods, base, column_2)
        flat = sum(
            (rates for _, floor, rates in self.duties if not floor), np.zeros(len(self.column_2))
        )
        added = flat[goods]
        for _, floor, rates in self.duties:
            if floor:
                added = added + contribution(rates[goods], True, owed, np.maximum)
        return owed, added


class Goods:
    """The distinct sets of lists that goods are on, by number."""

    def __init__(self, duties: Duties) -> None:
        self.duties = duties
        self._numbers: dict[Names, int] = {}
        self._bit = {name: 1 << n for n, name in enumerate(duties.scope.lists)}
        self._bits: list[int] = []
        self._movable: dict[Names, Names] = {}
        self._true: dict[Shares, list[tuple[str, Decimal]]] = {}
        self._cut: dict[Shares, list[tuple[Decimal, Names]]] = {}
        self._mixtures: dict[tuple[Names, Shares, Names], list[tuple[float, int]]] = {}
        self.moves: dict[str, set[str]] = {fact: set() for fact in duties.scope.facts}
        """Fact -> the lists by code whose goods it can move from list to list, or `all` for any."""
        for entry in duties.scope.lists.values():
            for fact in (*entry.needs, *entry.unless):
                self.moves[fact] |= self._by_code(entry)
        self._laws: dict[tuple[int, bool], tuple[Standing, int, Law]] = {}
        self._places: dict[tuple[Names, int], tuple[Any, list[Names]]] = {}

    def number(self, lists: Names) -> int:
        """The number of the goods on some lists."""
        if lists not in self._numbers:
            self._numbers[lists] = len(self._bits)
            self._bits.append(self._as_bits(lists))
        return self._numbers[lists]

    def moved(self, named: Names, given: Mapping[str, Decimal]) -> Shares:
        """The facts that can move the goods that some lists name, with their shares of value: those given,
        or else their defaults."""
        facts = self.duties.scope.facts
        if named not in self._movable:
            places = named | {codes.ALL}
            self._movable[named] = frozenset(f for f in facts if places & self.moves[f])
        key = tuple(given.items())
        if key not in self._true:
            shares = ((fact, given.get(fact, entry.default)) for fact, entry in facts.items())
            self._true[key] = [(fact, share) for fact, share in shares if share]
        movable = self._movable[named]
        return tuple([pair for pair in self._true[key] if pair[0] in movable])

    def mixture(self, named: Names, moved: Shares, also: Names) -> list[tuple[float, int]]:
        """Portions of value, cut as a point answer cuts it, with the numbers of their goods."""
        key = (named, moved, also)
        if key not in self._mixtures:
            scope = self.duties.scope
            if moved not in self._cut:
                self._cut[moved] = scope.portions(dict(moved), dict(moved))
            self._mixtures[key] = [
                (float(share), self.number(scope.goods(named, true | also)))
                for share, true in self._cut[moved]
            ]
        return self._mixtures[key]

    def law(self, minute: int, partner: str, *, collected: bool = False) -> Law:
        """What is taken from all goods at a minute, in law or at customs; one object for as long as
        nothing changes."""
        standing = self.duties.layers.standing(minute, partner)
        held = self._laws.get((id(standing), collected))
        if held is None or held[1] != len(self._bits):
            if len(self._laws) >= _LAWS:
                self._laws.clear()
            law = self._settle(standing, minute, partner, collected)
            held = (standing, len(self._bits), law)
            self._laws[id(standing), collected] = held
        return held[2]

    def _settle(self, standing: Standing, minute: int, partner: str, collected: bool) -> Law:
        place, models = self._alike(standing.lists)
        ask = self.duties.on_goods
        settled = [ask(lists, minute, partner, collected=collected) for lists in models]
        duties = []
        rates: dict[tuple[str, bool], list[list[float]]] = {}
        for n, one in enumerate(settled):
            for authority, rate in one.by_authority:
                key = (authority, rate.includes_mfn)
                if key not in rates:
                    rates[key] = [[] for _ in settled]
                rates[key][n].append(float(rate.percent))
        for (authority, includes_mfn), column in sorted(rates.items()):
            of_each = column if includes_mfn else [[sum(mine)] for mine in column]
            for m in range(max(map(len, of_each))):
                mine = np.array([of[m] if m < len(of) else 0.0 for of in of_each])
                duties.append((authority, includes_mfn, mine[place]))
        return Law(
            column_2=np.array([one.column_2 for one in settled])[place],
            in_place=np.array(
                [np.nan if one.in_place is None else float(one.in_place) for one in settled]
            )[place],
            duties=duties,
            as_collected=all(one.as_collected for one in settled),
        )

    def _alike(self, lists: Names) -> tuple[Any, list[Names]]:
        """The goods as far as some lists go: the number of each one's model, and the models."""
        key = (lists, len(self._bits))
        if key not in self._places:
            matter = self._as_bits(lists)
            numbers: dict[int, int] = {}
            models: list[Names] = []
            place = []
            for names, bits in zip(self._numbers, self._bits, strict=True):
                n = numbers.setdefault(bits & matter, len(numbers))
                if n == len(models):
                    models.append(names)
                place.append(n)
            self._places[key] = (np.array(place), models)
        return self._places[key]

    def _by_code(self, entry: ProductList) -> set[str]:
        """The lists by code that a list comes down to, or `all`."""
        if not (entry.codes or entry.of):
            return {codes.ALL}
        parts = (self._by_code(self.duties.scope.lists[name]) for name in entry.of)
        return {entry.id}.union(*parts)

    def _as_bits(self, lists: Names) -> int:
        return sum(self._bit[name] for name in lists if name in self._bit)


class Kinds:
    """Products as kinds: on the same lists by the same shares, each cut into portions of goods."""

    def __init__(
        self,
        goods: Goods,
        products: Sequence[tuple[Names, Mapping[str, Decimal]]],
        also: Sequence[Names] = (frozenset(),),
    ) -> None:
        """`products`: the lists that name each, and the facts that hold for it, as shares of value;
        `also`: each set of facts that will be asked about as holding for all of them beside their own.

        Facts that are not given take their defaults, those that the record does not know are ignored.
        """
        kinds: dict[tuple[Names, Shares], int] = {}
        numbers = [
            kinds.setdefault((named, goods.moved(named, given)), len(kinds))
            for named, given in products
        ]
        self._kind = np.array(numbers, dtype=np.int32)
        self._mixtures = {facts: self._mixture(goods, kinds, facts) for facts in also}

    def total(
        self, law: Law, place: Any, base: Floats, column_2: Floats, also: Names = frozenset()
    ) -> Floats:
        """The duty on the products at some places, in percent of value.

        `base` and `column_2` are their base duties, NaN where a specific duty is no percentage;
        `also` facts that hold for all of them beside their own.
        """
        return sum(self.parts(law, place, base, column_2, also).values(), np.zeros_like(base))

    def parts(
        self, law: Law, place: Any, base: Floats, column_2: Floats, also: Names = frozenset()
    ) -> dict[str, Floats]:
        """The same, taken apart by authority; the base duty is `Schedule`."""
        found = {"Schedule": np.zeros_like(base)}
        found |= {authority: np.zeros_like(base) for authority, _, _ in law.duties}
        kind = self._kind[place]
        for weights, numbers in self._mixtures[also]:
            share, goods = weights[kind], numbers[kind]
            at = np.flatnonzero(share)
            share, goods = share[at], goods[at]
            owed = law.owed(goods, base[at], column_2[at])
            found["Schedule"][at] += share * owed
            for authority, includes_mfn, rates in law.duties:
                rate = rates[goods]
                if includes_mfn:
                    rate = contribution(rate, True, owed, np.maximum)
                found[authority][at] += share * rate
        return found

    def _mixture(
        self, goods: Goods, kinds: Iterable[tuple[Names, Shares]], also: Names
    ) -> list[tuple[Floats, Any]]:
        """The first portion of every kind, the second, and so on: shares, and numbers of goods."""
        portions = [goods.mixture(named, moved, also) for named, moved in kinds]
        columns = zip_longest(*portions, fillvalue=(0.0, 0))
        return [(np.array([s for s, _ in of]), np.array([n for _, n in of])) for of in columns]
