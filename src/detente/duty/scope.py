"""Which product lists a good is on: by its code, and by the facts that a code cannot tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from detente.nouns import Fact, ProductList

Names = frozenset[str]


class Scope:
    """Product lists and facts, asked by code. Pure; built once, asked often."""

    def __init__(self, lists: Mapping[str, ProductList], facts: Mapping[str, Fact]) -> None:
        self.lists = lists
        self.facts = facts
        self._by_prefix: dict[str, list[tuple[str, bool]]] = {}
        for entry in lists.values():
            for code in entry.codes:
                taken_out = code.startswith("!")
                self._by_prefix.setdefault(code.removeprefix("!"), []).append(
                    (entry.id, not taken_out)
                )
        self._named: dict[str, Names] = {}
        self._conditional = frozenset(name for name in lists if self._conditions(name))
        self._above: dict[str, list[str]] = {}
        for entry in lists.values():
            for part in entry.of:
                self._above.setdefault(part, []).append(entry.id)
        self._open = [e.id for e in lists.values() if e.needs and not (e.codes or e.of)]
        self._climbed: dict[tuple[tuple[str, ...], Names], Names] = {}
        self._goods: dict[tuple[Names, Names], Names] = {}
        self._asked: dict[tuple[Names, Names], tuple[str, ...]] = {}

    def named(self, code: str) -> Names:
        """The lists that name a code (digits, 10 at best) themselves: the longest prefix decides."""
        if code not in self._named:
            own, above = self._by_prefix.get(code), code[:-1]
            if not above:
                return frozenset()
            found = self.named(above)
            if own:
                taken_out = frozenset(name for name, is_on in own if not is_on)
                found = found - taken_out | {name for name, is_on in own if is_on}
            self._named[code] = found
        return self._named[code]

    def goods(self, named: Names, true: Names) -> Names:
        """Every list that a good is on which `named` lists name, while the facts `true` hold."""
        key = (named, true)
        if key not in self._goods:
            on = set(self._above_all(tuple(self._open), true))
            for name in named:
                on |= self._above_all((name,), true)
            self._goods[key] = frozenset(on)
        return self._goods[key]

    def _above_all(self, names: tuple[str, ...], true: Names) -> Names:
        """Those of some lists whose facts hold, and all lists made of them."""
        key = (names, true)
        if key not in self._climbed:
            on: set[str] = set()
            queue = [*names]
            while queue:
                name = queue.pop()
                if name not in on and self._holds(self.lists[name], true):
                    on.add(name)
                    queue.extend(self._above.get(name, ()))
            self._climbed[key] = frozenset(on)
        return self._climbed[key]

    def _holds(self, entry: ProductList, true: Names) -> bool:
        return true.issuperset(entry.needs) and true.isdisjoint(entry.unless)

    def asked(self, named: Names, wanted: Names) -> tuple[str, ...]:
        """The facts on which it hangs whether the good is on one of the lists `wanted`, in order."""
        key = (named, wanted)
        if key not in self._asked:
            found: set[str] = set()
            seen: dict[str, Names | None] = {}
            for name in wanted & self._conditional:
                found.update(self._ask(name, named, seen) or ())
            self._asked[key] = tuple(fact for fact in self.facts if fact in found)
        return self._asked[key]

    def _conditions(self, name: str) -> bool:
        entry = self.lists[name]
        return bool(entry.needs or entry.unless) or any(map(self._conditions, entry.of))

    def _ask(self, name: str, named: Names, seen: dict[str, Names | None]) -> Names | None:
        """The facts on which it hangs whether the good is on a list; None where none can put it there."""
        if name not in seen:
            entry = self.lists[name]
            parts = [self._ask(part, named, seen) for part in entry.of]
            reached = [facts for facts in parts if facts is not None]
            by_code = name in named or not (entry.of or entry.codes)
            seen[name] = None
            if entry.known_products and (by_code or reached):
                seen[name] = frozenset((*entry.needs, *entry.unless)).union(*reached)
        return seen[name]

    def portions(
        self, asked: Iterable[str], given: Mapping[str, Decimal]
    ) -> list[tuple[Decimal, Names]]:
        """The customs value cut into portions of which each asked fact holds wholly or not at all.

        A fact holds for the share given, or else for its default; different facts are taken as
        independent. The shares of the portions add up to 1.
        """
        cut: list[tuple[Decimal, Names]] = [(Decimal(1), frozenset())]
        for fact in asked:
            share = given.get(fact, self.facts[fact].default)
            cut = [
                (weight * part, true | {fact} if holds else true)
                for weight, true in cut
                for part, holds in ((share, True), (1 - share, False))
                if part
            ]
        return cut
