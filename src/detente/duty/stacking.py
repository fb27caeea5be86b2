"""How duties on one good combine: one table of rules (`stacking:` in the record), one function.

The default is to add. A rule says that one duty takes the place of others while a clause of law is
in force. What applies only to the metal of a good needs no rule: the value is cut into portions
(`Scope.portions`), and each is settled by itself. Everything here works alike on exact numbers
and on arrays, so that a point answer and a whole panel are the same calculation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from detente.nouns import Measure, Stack

Number = Any
"""A Decimal, an int, or an array of floats."""


class Ruling:
    """A rule of stacking with its measures named out."""

    __slots__ = ("drops", "keeps", "rule")

    def __init__(self, rule: Stack, measures: Iterable[str]) -> None:
        known = list(measures)
        self.rule = rule
        self.keeps = frozenset(m for m in known if _below(m, rule.keeps))
        self.drops = frozenset(m for m in known if _below(m, rule.drops)) - self.keeps


def _below(measure: str, names: tuple[str, ...]) -> bool:
    return any(measure == name or measure.startswith(f"{name}.") for name in names)


def rulings(stacking: Iterable[Stack], measures: Iterable[Measure]) -> list[Ruling]:
    """The table, in the order written: a stronger duty's rules stand first."""
    known = [m.id for m in measures]
    return [Ruling(rule, known) for rule in stacking]


def settle(
    measures: Sequence[str],
    borne: Sequence[Number],
    rules: Iterable[Ruling],
    larger: Callable[[Number, Number], Number] = max,
) -> list[Number]:
    """What is left of each duty: 1 or 0, from 1 where the good bears the measure's duty, 0 where not.

    A duty that an earlier rule set aside sets nothing aside itself.
    """
    kept = list(borne)
    present = frozenset(measures)
    for ruling in rules:
        if present.isdisjoint(ruling.keeps):
            continue
        strong: Number = None
        for measure, left in zip(measures, kept, strict=True):
            if measure in ruling.keeps:
                strong = left if strong is None else larger(strong, left)
        for n, measure in enumerate(measures):
            if measure in ruling.drops:
                kept[n] = kept[n] * (1 - strong)
    return kept


def set_aside(
    measures: Sequence[str], borne: Sequence[int], rules: Iterable[Ruling]
) -> dict[int, Ruling]:
    """The rule that set each lost duty aside, by its place in `measures`."""
    found: dict[int, Ruling] = {}
    kept = list(borne)
    for ruling in rules:
        left = settle(measures, kept, [ruling])
        found.update({n: ruling for n in range(len(kept)) if kept[n] and not left[n]})
        kept = left
    return found


def contribution(
    percent: Number,
    includes_mfn: bool,
    base: Number,
    larger: Callable[[Number, Number], Number] = max,
) -> Number:
    """What a duty adds to the base, in percent: its rate, or what a floor leaves above the base."""
    return larger(percent - base, 0 * base) if includes_mfn else percent
