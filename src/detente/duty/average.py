"""Import-weighted average duties, by partner, authority, chapter or section, on a day or over days.

Two averages stand side by side: as *written*, where nothing is claimed, and as *expected*, where the
shares of trade that claim a preference, fit an exclusion, are metal and so on are counted in (see
`data/weights/README.md`). A specific duty counts with its ad valorem equivalent of 2024; what has
none is left out and its trade is told. Needs numpy and DuckDB (the extra `tables`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, cached_property, lru_cache
from typing import Any, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from detente.duty import expression, weights
from detente.duty.duties import PREFERENCE, USMCA, Duties
from detente.duty.goods import Floats, Goods, Kinds, Law
from detente.duty.panel import changes
from detente.duty.schedule import Schedule
from detente.duty.scope import Names
from detente.duty.weights import Trade

EXCLUSION = "exclusion"
_T = TypeVar("_T", bound=Hashable)
_Row = tuple[str, float, float, float]
"""A line of the schedule: its code, the general rate, that under the USMCA, and column 2, in percent."""
_NONE = ("", float("nan"), float("nan"), float("nan"))
_CLAIMS_ROSE = date(2025, 3, 7)
"""From the day on which the USMCA spared goods from the border duties, claims are those of 2025."""


class Average(msgspec.Struct, frozen=True):
    """One line of a table of averages, in percent of customs value.

    `mean` is the plain mean of the products and partners that trade, as written; `left_out` the USD
    of trade whose base duty has no percentage.
    """

    name: str
    expected: float
    written: float
    mean: float
    usd: float
    left_out: float


class Averages:
    """Averages of the duties of one ledger over some trade."""

    def __init__(self, duties: Duties, trade: Trade, partners: Sequence[str] = ()) -> None:
        self.duties = duties
        chosen = set(partners)
        keep = [n for n, p in enumerate(trade.partner) if not chosen or p in chosen]
        self.code = [trade.code[n] for n in keep]
        self.partner = [trade.partner[n] for n in keep]
        self.usd = trade.usd[keep]
        self.codes, self.place = _numbered(self.code, sorted({*self.code}))
        self._turns = duties.schedule.turns(date.min, date.max)
        self._bases: dict[int, tuple[Floats, Floats, Floats]] = {}
        self.goods = Goods(duties)
        keys = [(duties.scope.named(c), weights.beginning(duties.imposer, c)) for c in self.codes]
        self._sorts, sort = _numbered(keys)
        self.sort = sort[self.place]
        self.written = self._as_kinds(({} for _ in self._sorts), frozenset())
        self._expected: dict[tuple[Names, tuple[str, ...]], Kinds] = {}
        for partner in set(self.partner):
            self.likely(partner)
        self._flows = [_Flow(self, partner, at) for partner, at in _runs(self.partner)]

    def on(self, day: date, by: str = "") -> list[Average]:
        """The averages on a day: of all trade, or `by` partner, authority, chapter or section."""
        if by == "authority":
            return list(self._by_authority(day))
        expected, written = self.products(day)
        groups = self._groups(by)
        return [self._average(name, at, expected, written) for name, at in groups.items()]

    def series(self, since: date, until: date) -> Iterator[tuple[date, Average]]:
        """The average of all trade on the first day, and on each later one through `until` on which
        it moves."""
        last: tuple[float, float] | None = None
        for day in self.days(since, until + timedelta(days=1)):
            (average,) = self.on(day)
            now = (round(average.expected, 6), round(average.written, 6))
            if now != last:
                yield day, average
                last = now

    def days(self, since: date, until: date) -> list[date]:
        """The days on which the law of the record or the schedule can move an average."""
        turns = set(changes(self.duties, since, until))
        turns.update(d for d in self.duties.schedule.turns(since, until))
        return sorted(turns)

    # -- the figures ---------------------------------------------------------------------------------

    def products(self, day: date) -> tuple[Floats, Floats]:
        """Expected and written duty of each flow, in percent, in the order of `code` and `usd`."""
        expected, written = np.empty(len(self.usd)), np.empty(len(self.usd))
        for flow in self._flows:
            expected[flow.at], written[flow.at] = flow.totals(day)
        return expected, written

    def _average(self, name: str, at: Any, expected: Floats, written: Floats) -> Average:
        known = ~np.isnan(written[at]) & ~np.isnan(expected[at])
        usd = self.usd[at][known]
        total = float(usd.sum())
        mean = float(written[at][known].mean()) if known.any() else float("nan")

        def weighted(figures: Floats) -> float:
            return float((figures[at][known] * usd).sum() / total) if total else float("nan")

        left_out = float(self.usd[at].sum()) - total
        return Average(name, weighted(expected), weighted(written), mean, total, left_out)

    def _by_authority(self, day: date) -> Iterator[Average]:
        parts: dict[str, tuple[Floats, Floats]] = {}
        size = len(self.usd)
        for flow in self._flows:
            for name, figures in flow.parts(day).items():
                held = parts.setdefault(name, (np.zeros(size), np.zeros(size)))
                for column, values in zip(held, figures, strict=True):
                    column[flow.at] = values
        everything = np.arange(size)
        missing = np.isnan(parts["Schedule"][1])
        for name, figures in parts.items():
            expected, written = (np.where(missing, np.nan, column) for column in figures)
            yield self._average(name, everything, expected, written)

    def _groups(self, by: str) -> dict[str, Any]:
        if not by:
            return {"all": np.arange(len(self.usd))}
        sections = weights.sections()
        labels = {
            "partner": lambda n: self.partner[n],
            "chapter": lambda n: self.code[n][:2],
            "section": lambda n: sections.get(self.code[n][:2], "none"),
        }
        if by not in labels:
            raise ValueError(f"by {by!r}? by partner, authority, chapter or section")
        found: dict[str, list[int]] = {}
        for n in range(len(self.usd)):
            found.setdefault(labels[by](n), []).append(n)
        return {name: np.array(at) for name, at in sorted(found.items())}

    def describe(self, code: str, day: date) -> str:
        """What the schedule calls a code of the trade on a day; empty where it has no such line."""
        row = _nearest(_table(self.duties, day), code)
        return self.duties.schedule.line(row[0], day).description if row else ""

    # -- the goods and the base ----------------------------------------------------------------------

    def likely(self, partner: str) -> Kinds:
        """The sorts of codes as kinds of goods, by the shares that are assumed for a partner."""
        imposer = self.duties.imposer
        claimed = claimable(partner)
        key = (claimed, weights.named(imposer, partner))
        if key not in self._expected:
            assumed = (weights.assumed(imposer, start, partner) for _, start in self._sorts)
            self._expected[key] = self._as_kinds(assumed, claimed)
        return self._expected[key]

    def _as_kinds(self, shares: Iterable[Mapping[str, Decimal]], claimed: Names) -> Kinds:
        also = [frozenset[str](), *([claimed] if claimed else [])]
        named = (lists for lists, _ in self._sorts)
        return Kinds(self.goods, list(zip(named, shares, strict=True)), also)

    def epoch(self, day: date) -> int:
        """The number of the span of days in which the schedule stands still."""
        return bisect_right(self._turns, day)

    def bases(self, day: date) -> tuple[Floats, Floats, Floats]:
        """For each code the general rate, that under the USMCA, and column 2, in percent; NaN where a
        specific duty has no equivalent or no line stands for the code."""
        epoch = self.epoch(day)
        if epoch not in self._bases:
            table = _table(self.duties, day)
            rows = [_nearest(table, code) or _NONE for code in self.codes]
            _, general, special, other = (np.array(column) for column in zip(*rows, strict=True))
            self._bases[epoch] = (general, special, other)
        return self._bases[epoch]


@lru_cache(maxsize=8)
def _table(duties: Duties, day: date) -> dict[str, _Row]:
    """Every line on a day by its code, and one for each subheading."""
    schedule = duties.schedule
    if isinstance(schedule, Schedule):
        texts = schedule.texts(day)
    else:
        texts = ((e.code, e.general, e.special, e.other) for e in schedule.all_lines(day))
    equivalents = weights.equivalents(schedule.imposer)
    table: dict[str, _Row] = {}
    for code, written, special, column_2 in sorted(texts):
        general, usmca, other = _percent(written), _usmca(special), _percent(column_2)
        equivalent = equivalents.get(code[:8], float("nan"))
        general = equivalent if general is None else general
        other = equivalent if other is None else other
        row = (code, general, general if usmca is None else usmca, other)
        table[code] = row
        table.setdefault(code[:8], row)
        table.setdefault(code[:6], row)
    return table


def _nearest(table: Mapping[str, _Row], code: str) -> _Row | None:
    """The line of a code, or else one of its subheading."""
    return table.get(code) or table.get(code[:8]) or table.get(code[:6])


@cache
def _percent(text: str) -> float | None:
    try:
        plain = expression.parse(text).plain
    except expression.ExpressionError:
        return None
    return None if plain is None else float(plain)


@cache
def _usmca(text: str) -> float | None:
    """The rate under the USMCA in the column special, where it is a percentage."""
    try:
        special = expression.parse_special(text)
    except expression.ExpressionError:  # cut short in its source, as some of 2017 are
        return None
    claimed = next((special[p] for p in ("S", "S+") if p in special), None)
    return None if claimed is None or claimed.plain is None else float(claimed.plain)


class _Flow:
    """The trade with one partner: its products as kinds, and the shares that hold for each."""

    def __init__(self, averages: Averages, partner: str, at: Any) -> None:
        self.averages, self.partner, self.at = averages, partner, at
        self.duties = averages.duties
        self.code = [averages.code[n] for n in at]
        self.place, self.sort = averages.place[at], averages.sort[at]
        self._held: tuple[object, tuple[Floats, Floats]] | None = None

    def totals(self, day: date) -> tuple[Floats, Floats]:
        """Expected and written, in percent of value, for each product."""
        law = self._law(day)
        mark = (id(law), self.averages.epoch(day), day >= _CLAIMS_ROSE)
        if self._held is None or self._held[0] != mark:
            plain, likely, general, special, other = self._terms(day)
            written = plain.total(law, self.sort, general, other)
            expected = np.zeros(len(self.code))
            for share, base, also in self._claims(day, general, special):
                expected += share * likely.total(law, self.sort, base, other, also)
            self._held = (mark, (expected, written))
        return self._held[1]

    def parts(self, day: date) -> dict[str, tuple[Floats, Floats]]:
        """The same, taken apart by authority; the base duty is `Schedule`."""
        law = self._law(day)
        plain, likely, general, special, other = self._terms(day)
        written = plain.parts(law, self.sort, general, other)
        expected = {name: np.zeros(len(self.code)) for name in written}
        for share, base, also in self._claims(day, general, special):
            for name, figures in likely.parts(law, self.sort, base, other, also).items():
                expected[name] += share * figures
        return {name: (expected[name], written[name]) for name in written}

    def _law(self, day: date) -> Law:
        minute = self.duties.minute(day)
        return self.averages.goods.law(minute, self.partner)

    def _terms(self, day: date) -> tuple[Kinds, Kinds, Floats, Floats, Floats]:
        general, special, other = (column[self.place] for column in self.averages.bases(day))
        likely = self.averages.likely(self.partner)
        return self.averages.written, likely, general, special, other

    def _claims(
        self, day: date, general: Floats, special: Floats
    ) -> list[tuple[Floats, Floats, frozenset[str]]]:
        """Portions of each product by what is claimed: share, base duty, facts that hold."""
        if USMCA in claimable(self.partner):
            share = self._usmca(day)
            return [
                (1 - share, general, frozenset()),
                (share, special, claimable(self.partner)),
            ]
        base = general * (1 - self._spared)
        if not claimable(self.partner):
            return [(np.ones(len(self.code)), base, frozenset())]
        excluded = self._excluded
        return [
            (1 - excluded, base, frozenset()),
            (excluded, base, claimable(self.partner)),
        ]

    @cached_property
    def _spared(self) -> Floats:
        chapters = [code[:2] for code in self.code]
        return weights.share(self.duties.imposer, PREFERENCE, chapters, self.partner)

    @cached_property
    def _excluded(self) -> Floats:
        return weights.share(self.duties.imposer, EXCLUSION, self.code, self.partner)

    def _usmca(self, day: date) -> Floats:
        """The share that claims the USMCA: that of 2024 until claims rose, then what the rest of 2025
        must have had for the year to come out at its mean."""
        imposer = self.duties.imposer
        old, mean = (
            weights.share(imposer, USMCA, self.code, self.partner, year) for year in (2024, 2025)
        )
        if day < _CLAIMS_ROSE:
            return old
        before = (_CLAIMS_ROSE - date(2025, 1, 1)).days / 365
        return np.clip((mean - before * old) / (1 - before), 0, 1)


def claimable(partner: str) -> Names:
    """The fact whose claims are known by code for a partner, if any."""
    if partner in ("CA", "MX"):
        return frozenset({USMCA})
    return frozenset({EXCLUSION} if partner == "CN" else ())


def _runs(partners: Sequence[str]) -> list[tuple[str, npt.NDArray[np.int64]]]:
    """Each partner of a list, with the places where it stands."""
    names, number = _numbered(partners)
    ends = np.cumsum(np.bincount(number, minlength=len(names)))
    places = np.split(np.argsort(number, kind="stable"), ends[:-1])
    return list(zip(names, places, strict=True))


def _numbered(
    things: Sequence[_T], order: Iterable[_T] = ()
) -> tuple[list[_T], npt.NDArray[np.int64]]:
    """The different ones, in the order given or else of their coming, and the number of each thing."""
    numbers = {thing: n for n, thing in enumerate(order or dict.fromkeys(things))}
    return list(numbers), np.array([numbers[thing] for thing in things], dtype=np.int64)
