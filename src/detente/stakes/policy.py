"""The law of a day as tariffs of an economy: averages of the duty engine by country and sector.

A cell (importer, origin, sector) of the economy moves from its baseline by as much as the average duty
on its trade moves from the day whose law the baseline holds; so a law that has not changed changes
nothing. Expected duties are averaged (`duty.average`), weighted with US imports of 2024 and with
China's imports from the United States of 2017. Only here do the models of `stakes` meet the record.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal

import msgspec
import numpy as np
import numpy.typing as npt

from detente import codes
from detente.duty import weights
from detente.duty.average import Averages
from detente.duty.duties import Duties
from detente.duty.nomenclature import open_schedule
from detente.nouns import Clause, Clock, Record
from detente.record.assume import assume
from detente.record.clocks import clocks
from detente.record.resolve import Ledger
from detente.stakes.economy import Economy, Floats
from detente.stakes.loading import sector_of
from detente.time import AsOf, say_day

LAW_OF = {"icio2022": date(2022, 7, 1), "world2023": date(2023, 7, 1)}
"""The day whose law the baseline tariffs of a shipped economy hold."""
REST = "ROW"
"""What economies call all countries that they do not tell apart."""
SERVICES = "Services"
"""The sector that bears no duties, though a product or two (electricity) is counted in it."""

WITH = {"CN": ("HK", "MO")}
"""Partners whom the acts on another name beside it, so that a path between a pair moves theirs too."""

_ROUNDING = 1e-9
"""To what the baseline tariffs of a shipped economy are rounded."""


class Law(msgspec.Struct, frozen=True):
    """The law of a day, with the knowledge and assumptions of a ledger."""

    ledger: Ledger
    day: date


class Cells(msgspec.Struct, frozen=True):
    """Trade of an importer and the duty on it, by origin and sector of an economy: (N, S), USD a year.

    `usd` is the trade whose duty is known and `duty` what it pays; `unknown` is trade on which a
    specific duty has no percentage.
    """

    usd: Floats
    duty: Floats
    unknown: Floats

    def __add__(self, other: Cells) -> Cells:
        return Cells(self.usd + other.usd, self.duty + other.duty, self.unknown + other.unknown)

    @property
    def rate(self) -> Floats:
        """The average duty, a decimal of customs value; NaN where no trade has a known one."""
        return np.divide(
            self.duty, self.usd, out=np.full_like(self.duty, np.nan), where=self.usd > 0
        )


class Policy:
    """The law between two partners, as of a day, in the countries and sectors of an economy.

    Args:
        economy: the baseline. Its countries are ISO 3166 codes of two or three letters, groups of the
            record (EU), or `ROW`.
        asof: the day asked about and the day of knowledge.
        pair: the two sides. Scenarios of the pair move the duties of these on each other.
        baseline: the day whose law the tariffs of the economy hold; known for shipped ones.
        sector: code of 6 or more digits -> sector, for an economy of one's own; it is empty for products
            whose sector bears no duties.

    Raises:
        ValueError: a day outside the record, a side that the economy lacks, an economy whose baseline
            day or products are not known.
    """

    def __init__(
        self,
        economy: Economy,
        record: Record,
        asof: AsOf,
        pair: tuple[str, str] = ("US", "CN"),
        *,
        baseline: date | None = None,
        sector: Callable[[str], str] | None = None,
    ) -> None:
        self.economy, self.record, self.asof, self.pair = economy, record, asof, pair
        _inside(record, asof.day, "the day asked about")
        _inside(record, asof.known, "the day of knowledge")
        day = baseline or LAW_OF.get(economy.name)
        if day is None:
            raise ValueError(
                f"whose law do the tariffs of {economy.name} hold? give `baseline`, a day of that law"
            )
        _inside(record, day, "the baseline's day")
        self._sector = sector or self._shipped_sector
        self.ledger = Ledger(record, asof.known)
        late = asof.known < day  # then the baseline's law was not yet known
        self.base = Law(Ledger(record, _horizon(record)) if late else self.ledger, day)
        self.today = Law(self.ledger, asof.day)
        self._duties: dict[tuple[str, int], Duties] = {}
        self._averages: dict[tuple[str, int, bool], _Placed | None] = {}
        self._cells: dict[tuple[str, int, date, bool], Cells] = {}
        self._kept: list[Ledger] = []
        self._trade: dict[str, weights.Trade] = {}
        self.notes: list[str] = []
        for side in pair:
            for member in codes.members(side, asof.day):
                self.place(member)
            try:
                self._trade[side] = weights.trade(side)
            except ValueError:
                self.notes.append(
                    f"No weights of imports of {codes.name(side)} are held: its tariffs stay as they are "
                    "in the baseline."
                )
        if not self._trade:
            raise ValueError(
                f"no weights of imports are held for {pair[0]} or {pair[1]}; ask for a pair with US or CN"
            )
        self.importers = tuple(self._trade)

    # -- countries and sectors -----------------------------------------------------------------------

    def place(self, partner: str, *, rest: bool = False) -> int:
        """The place in the economy of a partner of the record; that of the rest of the world, if
        `rest`, for one without a place of its own, and -1 where there is none either. Raises ValueError
        for a partner without a place otherwise."""
        held = self.economy.countries
        groups = [g for g in codes.groups() if codes.includes((g,), partner, self.asof.day)]
        for name in (codes.iso3().get(partner, partner), partner, *groups):
            if name in held:
                return held.index(name)
        if rest:
            return held.index(REST) if REST in held else -1
        raise ValueError(
            f"{partner} ({codes.name(partner)}) is no country of {self.economy.name}"
            + (f"; it is in {REST}" if REST in held else "")
        )

    @property
    def goods(self) -> tuple[int, ...]:
        """The places of the sectors that hold products."""
        used = np.zeros(len(self.economy.sectors), dtype=bool)
        for importer in self.importers:
            for reach in (True, False):
                used |= self.cells(importer, self.base, reach).usd.any(0)
        return tuple(int(n) for n in np.flatnonzero(used))

    def _shipped_sector(self, code: str) -> str:
        if len(self.economy.sectors) == 1:
            return self.economy.sectors[0]
        found = sector_of(code, self.economy.name)
        return "" if found == SERVICES else found

    # -- averages ------------------------------------------------------------------------------------

    def cells(self, importer: str, law: Law, between: bool) -> Cells:
        """The trade of an importer and its duty on the day of a law: with the other side of the pair
        (`between`), or with all others."""
        key = (importer, id(law.ledger), law.day, between)
        if key not in self._cells:
            placed = self._placed(importer, law.ledger, between)
            shape = (len(self.economy.countries), len(self.economy.sectors))
            empty = np.zeros(shape)
            self._cells[key] = placed.on(law.day) if placed else Cells(empty, empty, empty)
        return self._cells[key]

    def average(self, importer: str, pair: Law, others: Law | None = None) -> Cells:
        """The same for all partners: the law between the pair, and that for others (today's)."""
        return self.cells(importer, pair, True) + self.cells(importer, others or self.today, False)

    def tariff(self, pair: Law, others: Law | None = None) -> Floats:
        """(N, N, S) tariffs of the economy under one law between the pair and one for all others
        (that of the day asked about, by default)."""
        new = self.economy.tariff.copy()
        for importer in self.importers:
            was = self.average(importer, self.base, self.base).rate
            change = self.average(importer, pair, others).rate - was
            at = self.place(importer)
            change[at] = 0.0
            moved = np.isfinite(change) & (change != 0)
            level = new[:, at] + np.where(moved, change, 0.0)
            level[moved & (np.abs(level) < _ROUNDING)] = 0.0  # not a subsidy
            new[:, at] = level
        return new

    def _placed(self, importer: str, ledger: Ledger, between: bool) -> _Placed | None:
        key = (importer, id(ledger), between)
        if key not in self._averages:
            trade = self._trade[importer]
            (other,) = (side for side in self.pair if side != importer)
            members = {*codes.members(other, self.asof.day), *WITH.get(other, ())}
            partners = sorted(p for p in {*trade.partner} if (p in members) is between)
            self._averages[key] = None
            if partners:
                averages = Averages(self.duties(importer, ledger), trade, partners)
                self._averages[key] = _Placed(averages, self._cell_of(averages), self.economy)
        return self._averages[key]

    def _cell_of(self, averages: Averages) -> npt.NDArray[np.int64]:
        """The place of each flow in (origin, sector), or -1 where the economy has none for it."""
        sectors = {name: n for n, name in enumerate(self.economy.sectors)}
        into = {code: sectors.get(self._sector(code), -1) for code in averages.codes}
        of = {p: self.place(p, rest=True) for p in {*averages.partner}}
        sector = np.array([into[code] for code in averages.code])
        origin = np.array([of[partner] for partner in averages.partner])
        return np.where((sector < 0) | (origin < 0), -1, origin * len(sectors) + sector)

    def duties(self, importer: str, ledger: Ledger) -> Duties:
        """The duty engine of an importer with a ledger."""
        key = (importer, id(ledger))
        if key not in self._duties:
            self._kept.append(ledger)  # so that no other is given its id
            self._duties[key] = Duties(ledger, open_schedule(importer), importer)
        return self._duties[key]

    # -- what the record says ------------------------------------------------------------------------

    def level(self, importer: str, law: Law) -> tuple[Decimal, Decimal]:
        """What goods on no list from the other side pay, in percent: on top of the base duty, and the
        rate that contains it, or 0."""
        duties = self.duties(importer, law.ledger)
        minute = duties.minute(law.day)
        nothing = frozenset[str]()
        settled = duties.settled(nothing, nothing, minute, self._other(importer))
        return settled.added, max(settled.floors, default=Decimal(0))

    def governing(self, law: Law) -> tuple[str, ...]:
        """The clauses whose rates are in force between the pair, those on all goods first."""
        everywhere: dict[str, None] = {}
        listed: dict[str, None] = {}
        for importer in self.importers:
            duties, partner = self.duties(importer, law.ledger), self._other(importer)
            minute = duties.minute(law.day)
            for layer in duties.layers.standing(minute, partner).layers:
                across = codes.ALL in layer.base.products
                for name in ("",) if across else layer.base.products:
                    goods = frozenset({name} if name else ())
                    line = duties.layers.line(layer, goods, minute, partner)
                    if line and line.rate and line.rate.percent:
                        (everywhere if across else listed)[line.governing] = None
        return (*everywhere, *listed)

    def pauses(self) -> list[Clock]:
        """The running pauses on duties of the pair on each other, by their end."""
        found = []
        for importer, partner in (self.pair, self.pair[::-1]):
            for clock in clocks(self.ledger, self.asof, importer, partner):
                measure = self.record.measures.get(clock.id.partition("/")[0])
                running = clock.kind == "pause" and clock.state in ("running", "extended")
                if running and measure and measure.kind == "tariff":
                    found.append(clock)
        return sorted(found, key=lambda clock: (clock.end.utc, clock.id))

    def peak(self, first: date, last: date) -> date:
        """The first of some days on which the duties on all goods of the pair sum to the most."""
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        laws = [Law(self.ledger, day) for day in days]
        sums = [sum(sum(self.level(side, law)) for side in self.importers) for law in laws]
        return days[sums.index(max(sums))]

    def first_under(self, authority: str) -> Clause:
        """The first duty that a side imposed under an authority on the other. Raises ValueError where none is
        known."""
        found = [
            clause
            for clause in self.ledger.clauses.values()
            if clause.action == "impose"
            and clause.start
            and (measure := self.ledger.measure(clause)).authority == authority
            and measure.kind == "tariff"
            and measure.imposer in self.pair
            and self.ledger.concerns(clause, self._other(measure.imposer), clause.start.day)
        ]
        if not found:
            raise ValueError(
                f"no duty under {authority} between {' and '.join(self.pair)} is known on "
                f"{say_day(self.asof.known)}"
            )
        return min(found, key=lambda clause: clause.start.utc if clause.start else 0)

    def assumed(self, sentences: Sequence[str]) -> tuple[Law, bool, tuple[str, ...]]:
        """The law with assumptions, on the first day on which all of them hold; whether they are about the
        pair alone; and the clauses that they act on. Raises ValueError for what is not understood."""
        record, clauses = assume(self.record, sentences, self.pair, self.asof)
        ledger = Ledger(record, self.asof.known, clauses)
        days, touched, mine = [self.asof.day], dict[str, None](), True
        for clause in clauses:
            turn = clause.start
            for name in clause.acts_on:
                touched[name] = None
                if clause.action == "extend":  # it tells from the end that was written before
                    turn = self.ledger.end(self.ledger.clauses[name])
            days += [turn.day] if turn else []
            mine = mine and clause.action != "strike"
            mine = mine and {*ledger.scope(clause, "partners")} <= {*self.pair}
        _inside(self.record, max(days), "the day of an assumption", ahead=True)
        return Law(ledger, max(days)), mine, tuple(touched)

    def _other(self, side: str) -> str:
        return self.pair[1] if side == self.pair[0] else self.pair[0]

    # -- what is left out ----------------------------------------------------------------------------

    def left_out(self) -> list[str]:
        """In sentences: trade without a known duty, cells without trade, countries weighed together."""
        told = list(self.notes)
        for importer in self.importers:
            told += self._left_out(importer)
        others = len(self.economy.countries) - len(self.importers)
        below = self.tariff(self.today) < 0
        if below.any():
            told.append(
                f"Tariffs below 0, where the law has come down by more than the baseline holds: "
                f"{int(below.sum())}, the lowest {100 * self.tariff(self.today).min():.2f} %."
            )
        services = ", and on services," if SERVICES in self.economy.sectors else ""
        told.append(
            f"Tariffs of the other {others} countries{services} stay as they are in the baseline."
        )
        return told

    def _left_out(self, importer: str) -> list[str]:
        name, trade = codes.name(importer), self._trade[importer]
        cells, at = self.average(importer, self.today), self.place(importer)
        told, total = [weights.described(importer)], float(trade.usd.sum())
        unknown = float(cells.unknown.sum())
        if unknown:
            told.append(
                f"{name}: {_money(unknown)} of {_money(total)} of trade has duties without a percentage and "
                "is left out of the averages."
            )
        services = {code for code in {*trade.code} if not self._sector(code)}
        if services:
            usd = float(trade.usd[np.isin(trade.code, list(services))].sum())
            told.append(
                f"{name}: {_money(usd)} of trade in products that the economy counts as services, "
                f"{', '.join(sorted({code[:4] for code in services}))}, is left out."
            )
        homeless = {p for p in {*trade.partner} if self.place(p, rest=True) < 0}
        if homeless:
            usd = float(trade.usd[np.isin(trade.partner, list(homeless))].sum())
            told.append(
                f"{name}: {len(homeless)} partners with {_money(usd)} of trade are no countries of "
                f"{self.economy.name} and are left out: {', '.join(sorted(homeless))}."
            )
        rest = self.economy.countries.index(REST) if REST in self.economy.countries else -1
        within = [p for p in sorted({*trade.partner}) if self.place(p, rest=True) == rest]
        if rest >= 0 and within:
            share = cells.usd[rest].sum() / total
            told.append(
                f"{name}: {len(within)} partners are weighed together as {REST}, {100 * share:.1f} % of trade."
            )
        flows = self.economy.flows[:, at].copy()
        flows[at] = 0
        bare = (flows > 0) & ~(cells.usd > 0)
        bare[:, [n for n in range(flows.shape[1]) if n not in self.goods]] = False
        sides = {self.place(p, rest=True) for p in {*trade.partner}}
        if len(sides) == 1:
            bare[[n for n in range(len(flows)) if n not in sides]] = False
            told.append(
                f"{name}: its tariffs on others than {self._other(importer)} stay as they are."
            )
        if bare.any():
            told.append(
                f"{name}: {int(bare.sum())} of its cells of goods, {_money(1e6 * float(flows[bare].sum()))} in "
                f"{self.economy.name}, have no trade in the weights and keep their baseline tariff."
            )
        return told


class _Placed:
    """Averages with the place of each flow in an economy."""

    def __init__(self, averages: Averages, cell: npt.NDArray[np.int64], economy: Economy) -> None:
        self.averages = averages
        self.has = cell >= 0
        self.cell = cell[self.has]
        self.shape = (len(economy.countries), len(economy.sectors))

    def on(self, day: date) -> Cells:
        expected, written = self.averages.products(day)
        usd = self.averages.usd[self.has]
        known = ~np.isnan(expected[self.has]) & ~np.isnan(written[self.has])

        def summed(values: Floats) -> Floats:
            flat = np.bincount(self.cell, values, self.shape[0] * self.shape[1])
            return np.asarray(flat.reshape(self.shape), dtype=np.float64)

        paid = np.where(known, expected[self.has] / 100 * usd, 0.0)
        return Cells(summed(usd * known), summed(paid), summed(usd * ~known))


def _horizon(record: Record) -> date:
    return record.horizon or date.max


def _inside(record: Record, day: date, what: str, *, ahead: bool = False) -> None:
    """Refuse a day before the record's law or, unless `ahead`, beyond its horizon."""
    starts = [c.start.day for c in record.clauses.values() if c.start and c.status == "law"]
    first, last = min(starts, default=date.min), _horizon(record)
    if day < first or (day > last and not ahead):
        near = first if day < first else last
        raise ValueError(
            f"{what}, {say_day(day)}, lies outside the record, which holds the law of {say_day(first)} "
            f"to {say_day(last)}; ask for {near} or give a record of your own that goes further"
        )


def _money(usd: float) -> str:
    return f"${usd / 1e9:,.1f} billion" if usd >= 1e9 else f"${usd / 1e6:,.1f} million"
