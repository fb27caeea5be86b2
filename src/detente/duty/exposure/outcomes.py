"""What the layers come to for many goods of many partners at many times at once.

For each layer the lists that goods are on, the step of time and the mark of the partner are small
numbers, so that the worth of the layer is looked up in a table, filled by the engine where it is
asked. Goods that bear the same duties are then settled once. Needs numpy.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from detente import codes
from detente.duty.duties import Duties
from detente.duty.layers import Layer
from detente.duty.scope import Names
from detente.duty.stacking import settle

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
NOT_LOADED = 0
_NOTHING, UNASKED = 0, -1


class Outcome(msgspec.Struct, frozen=True):
    """Duties that a portion of goods bears together. `parts` and `floors` are in percent of value by
    measure; a floor includes the base duty, which is `in_place` where a rate stands in the place of
    column 2, or else that of column 2 where `column_2` says so."""

    parts: tuple[tuple[str, Decimal], ...]
    floors: tuple[tuple[str, Decimal], ...]
    column_2: bool
    in_place: Decimal | None = None


class _Worth(msgspec.Struct, frozen=True):
    """What one layer gives to a good: a rate in percent (none where it sets column 2), which stands in
    the place of column 2 where it is of `column_2`."""

    measure: str
    percent: Decimal | None
    floor: bool
    column_2: bool


class Goods:
    """The sets of lists that goods can be on, numbered as they come."""

    def __init__(self) -> None:
        self.sets: list[Names] = []
        self._numbers: dict[Names, int] = {}

    def number(self, lists: Names) -> int:
        if lists not in self._numbers:
            self._numbers[lists] = len(self.sets)
            self.sets.append(lists)
        return self._numbers[lists]


class Outcomes:
    """The outcomes of the duties of one ledger, numbered as they come.

    Goods are numbers of `goods`, partners places in `partners`, times intervals between the turning
    points of the layers, days of loading numbers that `loading` gives.
    """

    def __init__(self, duties: Duties, partners: Sequence[str], goods: Goods) -> None:
        self.duties, self.partners, self.goods = duties, partners, goods
        self.found: list[Outcome] = []
        layers = duties.layers
        turns = layers.turns or [0]
        self.minutes = [turns[0] - 1, *turns]
        """The first minute of each interval."""
        trees = [layer.tree for layer in layers.layers]
        self._aboard = sorted(
            {c.in_transit.loaded_before.utc for tree in trees for c in tree if c.in_transit}
        )
        self.places = [_Place(self, n, layer) for n, layer in enumerate(layers.layers)]
        self._columns = Columns([])
        self._grown = 0
        self._by_list: dict[str, list[int]] = {}
        for n, layer in enumerate(layers.layers):
            for name in {codes.ALL} if codes.ALL in layer.base.products else layer.base.products:
                self._by_list.setdefault(name, []).append(n)
        self._known: dict[int, int] = {}
        self._moved: dict[tuple[int, int], Any] = {}
        self._numbers: dict[Outcome, int] = {}
        self._worths: list[tuple[int, _Worth]] = []
        self._tokens: dict[tuple[int, _Worth], int] = {}
        random = np.random.default_rng(1)
        self._salt = random.integers(1, 2**62, 1 << 16, dtype=np.uint64)
        self._salt[_NOTHING] = 0
        rules = [self._rule(rule.rule.by) for rule in layers.rules]
        shape = (len(rules), len(self.minutes), len(partners))
        self._rules = np.array(rules, bool).reshape(shape)
        salts = random.integers(1, 2**62, len(rules), dtype=np.uint64)
        self._ruled = np.zeros(shape[1:], np.uint64)
        for active, salt in zip(self._rules, salts, strict=True):
            self._ruled += active.astype(np.uint64) * salt

    def interval(self, minute: int) -> int:
        return self.duties.layers.interval(minute)

    def loading(self, minute: int | None) -> int:
        """The number that stands for a minute of loading; `NOT_LOADED` where it is not known."""
        return NOT_LOADED if minute is None else 1 + bisect_right(self._aboard, minute)

    def aboard(self, loading: int) -> int | None:
        """A minute of loading for a number."""
        if loading == NOT_LOADED:
            return None
        return self._aboard[loading - 2] if loading > 1 else (self._aboard or [1])[0] - 1

    @property
    def loadings(self) -> int:
        return len(self._aboard) + 2

    def _grow(self) -> None:
        """Take in the sets of lists that have come since."""
        sets = self.goods.sets
        if self._grown == len(sets):
            return
        reached: list[list[int]] = [[] for _ in self.places]
        for number in range(self._grown, len(sets)):
            hit = {at for name in sets[number] for at in self._by_list.get(name, ())}
            for at in hit.union(self._by_list.get(codes.ALL, ())):
                reached[at].append(number)
        for place, numbers in zip(self.places, reached, strict=True):
            place.grow(len(sets), numbers, sets)
        self._grown = len(sets)

    def of(self, goods: Ints, partner: Ints, interval: Ints, loading: Ints) -> Ints:
        """The number of the outcome for each row."""
        marks = self._ruled[interval, partner]
        met: list[tuple[Any, Ints]] = []
        self._grow()
        for place in self.places:
            rows = np.flatnonzero(place.live[interval] & place.reach[goods])
            if rows.size:
                tokens = place.tokens(goods[rows], partner[rows], interval[rows], loading[rows])
                marks[rows] += self._salt[tokens]
                met.append((rows, tokens))
        distinct, first, back = np.unique(marks, return_index=True, return_inverse=True)
        numbers = np.array([self._known.get(m, UNASKED) for m in distinct.tolist()], np.int32)
        new = np.flatnonzero(numbers == UNASKED)
        if new.size:
            order = new[np.argsort(first[new])]
            borne = self._borne(first[order], met)
            for at, row, tokens_of in zip(order, first[order], borne, strict=True):
                outcome = self._settle(tokens_of, int(interval[row]), int(partner[row]))
                number = self._numbers.setdefault(outcome, len(self.found))
                if number == len(self.found):
                    self.found.append(outcome)
                numbers[at] = self._known[int(distinct[at])] = number
        found: Ints = numbers[back]
        return found

    def _borne(self, rows: Any, met: list[tuple[Any, Ints]]) -> list[list[int]]:
        """The tokens of some rows (ascending), in the order of the layers."""
        borne: list[list[int]] = [[] for _ in rows]
        for among, tokens in met:
            at = np.minimum(np.searchsorted(among, rows), len(among) - 1)
            for place in np.flatnonzero((among[at] == rows) & (tokens[at] != _NOTHING)):
                borne[place].append(int(tokens[at[place]]))
        return borne

    def _settle(self, tokens: list[int], interval: int, partner: int) -> Outcome:
        worths = [self._worths[token - 1][1] for token in tokens]
        borne = [w for w in worths if w.percent is not None]
        rules = [
            rule
            for rule, active in zip(self.duties.layers.rules, self._rules, strict=True)
            if active[interval, partner]
        ]
        kept = settle([w.measure for w in borne], [1] * len(borne), rules)
        left = [w for w, stays in zip(borne, kept, strict=True) if stays]
        rates = [(w, w.percent or Decimal(0)) for w in left if not w.column_2]
        return Outcome(
            parts=tuple((w.measure, rate) for w, rate in rates if not w.floor),
            floors=tuple((w.measure, rate) for w, rate in rates if w.floor),
            column_2=len(borne) < len(worths),
            in_place=next((w.percent for w in reversed(left) if w.column_2), None),
        )

    def moved(self, turn: tuple[int, int], goods: Ints, partner: Ints) -> Any:
        """Places of the rows whose outcome can differ between two intervals."""
        before, after = turn
        size = len(self.goods.sets)
        if turn not in self._moved or len(self._moved[turn]) < size:
            may = np.zeros((size, len(self.partners)), bool)
            self._grow()
            for place in self.places:
                live = place.live[before], place.live[after]
                steps = place.step[before], place.step[after]
                if any(live) and (live[0] != live[1] or steps[0] != steps[1]):
                    may |= place.reach[:, None] & place.concerned
            for ruling, active in zip(self.duties.layers.rules, self._rules, strict=True):
                if (active[before] != active[after]).any():
                    for place in self.places:
                        if place.layer.base.measure in ruling.keeps:
                            may |= place.reach[:, None] & place.concerned
            self._moved[turn] = may
        return np.flatnonzero(self._moved[turn][goods, partner])

    def token(self, place: int, worth: _Worth) -> int:
        key = (place, worth)
        if key not in self._tokens:
            self._worths.append(key)
            self._tokens[key] = len(self._worths)
            if len(self._worths) >= len(self._salt):
                raise OverflowError("more duties than can be told apart")
        return self._tokens[key]

    def _rule(self, by: str) -> Any:
        """Where the clause that a rule stands on is in force: by interval and partner."""
        ledger = self.duties.ledger
        clause = ledger.clauses.get(by)
        if clause is None:
            return np.zeros((len(self.minutes), len(self.partners)), bool)
        layer = Layer(ledger, clause, self.duties.layers.zone)
        steps = [bisect_right(layer.turns, minute) for minute in self.minutes]
        alike = [layer.alike(partner) for partner in self.partners]
        rows, columns = list(dict.fromkeys(steps)), list(dict.fromkeys(alike))
        firsts = [self.minutes[steps.index(row)] for row in rows]
        works = [[layer.works(first, model) for model in columns] for first in firsts]
        at = [rows.index(step) for step in steps]
        return np.array(works, bool)[at][:, [columns.index(model) for model in alike]]

    # -- the outcomes as columns ------------------------------------------------------------------

    def columns(self) -> Columns:
        """All outcomes found so far as arrays."""
        if len(self._columns.outcomes) != len(self.found):
            self._columns = Columns(list(self.found))
        return self._columns


class Columns:
    """Outcomes as arrays: percent added, floors (one column for each that an outcome can have)."""

    def __init__(self, outcomes: list[Outcome]) -> None:
        self.outcomes = outcomes
        self.added = np.array([float(sum(p for _, p in o.parts)) for o in outcomes], np.float64)
        self.column_2 = np.array([o.column_2 and o.in_place is None for o in outcomes], bool)
        rates = [o.in_place for o in outcomes]
        self.in_place = np.array([np.nan if r is None else float(r) for r in rates], np.float64)
        deepest = max((len(o.floors) for o in outcomes), default=0)
        self.floors = [
            np.array([float(o.floors[n][1]) if n < len(o.floors) else -1.0 for o in outcomes])
            for n in range(deepest)
        ]


class _Place:
    """One layer among the others."""

    def __init__(self, outcomes: Outcomes, number: int, layer: Layer) -> None:
        self.outcomes, self.number, self.layer = outcomes, number, layer
        ledger = outcomes.duties.ledger
        models = [layer.alike(partner) for partner in outcomes.partners]
        alike = {model: n for n, model in enumerate(dict.fromkeys(models))}
        self.models = list(alike)
        self.alike = np.array([alike[model] for model in models], np.int32)
        ends = [ledger.day(layer.base, outcomes.minutes[n]) for n in (0, -1)]
        concerned = [any(ledger.concerns(layer.base, c, day) for day in ends) for c in alike]
        self.concerned = np.array(concerned)[self.alike]
        """The partners that it can touch."""
        at = [bisect_right(layer.turns, minute) for minute in outcomes.minutes]
        steps = {step: n for n, step in enumerate(dict.fromkeys(at))}
        self.step = np.array([steps[step] for step in at], np.int32)
        self.minutes = [outcomes.minutes[at.index(step)] for step in steps]
        spans = ledger.spans
        live = [spans(layer.base, m) or spans(layer.base, m, collected=True) for m in self.minutes]
        self.live = np.array(live)[self.step]
        aboard = any(clause.in_transit for clause in layer.tree)
        self.loadings = outcomes.loadings if aboard else 1
        self.loading = np.arange(outcomes.loadings, dtype=np.int32) * aboard
        self.reach = np.zeros(0, bool)
        self.on = np.zeros(0, np.int32)
        self.ons: dict[Names, int] = {}
        self.sets: list[Names] = []
        self.table = np.zeros((0, len(self.minutes), len(self.models), self.loadings), np.int32)

    def grow(self, size: int, reached: list[int], sets: list[Names]) -> None:
        """Take in more sets of lists, `size` in all, of which this layer reaches some."""
        lists = self.layer.lists
        on = [self.ons.setdefault(sets[n] & lists, len(self.ons)) for n in reached]
        more = size - len(self.reach)
        self.reach = np.concatenate([self.reach, np.zeros(more, bool)])
        self.on = np.concatenate([self.on, np.zeros(more, np.int32)])
        self.reach[reached] = True
        self.on[reached] = on
        self.sets = list(self.ons)
        more = len(self.ons) - len(self.table)
        if more:
            blank = np.full((more, *self.table.shape[1:]), UNASKED, np.int32)
            self.table = np.concatenate([self.table, blank])

    def tokens(self, goods: Ints, partner: Ints, interval: Ints, loading: Ints) -> Ints:
        flat: Ints = self.table.reshape(-1)
        _, steps, models, loadings = self.table.shape
        key = (self.on[goods] * steps + self.step[interval]) * models + self.alike[partner]
        key = key * loadings + self.loading[loading]
        found = flat[key]
        unasked = key[found == UNASKED]
        if unasked.size:
            for place in np.unique(unasked).tolist():
                on, step, model, aboard = map(int, np.unravel_index(place, self.table.shape))
                flat[place] = self._ask(on, step, model, aboard)
            found = flat[key]
        asked: Ints = found
        return asked

    def _ask(self, on: int, step: int, model: int, loading: int) -> int:
        duties = self.outcomes.duties
        line = duties.layers.line(
            self.layer,
            self.sets[on],
            self.minutes[step],
            self.models[model],
            self.outcomes.aboard(loading),
        )
        if line is None or (line.rate is None and line.stopped_by):
            return _NOTHING
        second = duties.sets_column_2(self.layer)
        if line.rate is None and not second:
            return _NOTHING
        percent, floor = (line.rate.percent, line.rate.includes_mfn) if line.rate else (None, False)
        worth = _Worth(line.measure, percent, floor, second)
        return self.outcomes.token(self.number, worth)


class Day:
    """The outcomes on one day: goods that are alike on it share a row of one table."""

    def __init__(self, outcomes: Outcomes, minute: int) -> None:
        self.outcomes, self.minute = outcomes, minute
        self.interval = outcomes.interval(minute)
        live = [place.layer for place in outcomes.places if place.live[self.interval]]
        self.lists: Names = frozenset().union(*(layer.lists for layer in live))
        self._classes: dict[Names, int] = {}
        self._models: list[int] = []
        self._class = np.zeros(0, np.int32)
        self._table = np.zeros((0, len(outcomes.partners)), np.int32)

    def class_of(self, goods: int) -> int:
        """The class of one of the goods: those that nothing tells apart on this day share one."""
        lists = self.outcomes.goods.sets[goods] & self.lists
        if lists not in self._classes:
            self._classes[lists] = len(self._classes)
            self._models.append(goods)
        return self._classes[lists]

    def classes(self) -> Ints:
        """The class of each of the goods."""
        sets = self.outcomes.goods.sets
        if len(self._class) < len(sets):
            more = [self.class_of(number) for number in range(len(self._class), len(sets))]
            self._class = np.concatenate([self._class, np.array(more, np.int32)])
        if len(self._table) < len(self._classes):
            shape = (len(self._classes) - len(self._table), self._table.shape[1])
            blank = np.full(shape, UNASKED, np.int32)
            self._table = np.concatenate([self._table, blank])
        return self._class

    def of(self, goods: Ints, partner: Ints, loading: Ints) -> Ints:
        """The number of the outcome for each row."""
        if loading.any():
            interval = np.full(len(goods), self.interval, np.int32)
            return self.outcomes.of(goods, partner, interval, loading)
        flat = self.classes()[goods] * np.int32(self._table.shape[1]) + partner
        table: Ints = self._table.reshape(-1)
        found = table[flat]
        unasked = np.unique(flat[found == UNASKED])
        if unasked.size:
            which, who = np.divmod(unasked, self._table.shape[1])
            models = np.array(self._models, np.int32)[which]
            when = np.full(len(unasked), self.interval, np.int32)
            none = np.zeros(len(unasked), np.int32)
            table[unasked] = self.outcomes.of(models, who.astype(np.int32), when, none)
            found = table[flat]
        numbers: Ints = found
        return numbers
