"""What each path of the talks is worth to each side: the numbers, from outcomes and draws.

Every number that the model gives has the percentiles of the draws, by the function that gives the number
itself. Average tariffs are law and have none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

import msgspec
import numpy as np

from detente import codes
from detente.report.stakes_answer import (
    OTHERS,
    Category,
    Change,
    Decile,
    Figure,
    Income,
    Limited,
    Money,
    Output,
    Prices,
    Tariff,
    Worth,
)
from detente.stakes.draws import Draws
from detente.stakes.economy import Economy, Floats, accounts
from detente.stakes.equilibrium import Shock
from detente.stakes.households import HOUSEHOLDS, Households, households
from detente.stakes.outcome import Outcome
from detente.stakes.policy import Policy
from detente.stakes.scenarios import Scenario

_MILLION = 1e6


class Answers:
    """Turns the outcomes of paths, and the draws, into answers."""

    def __init__(
        self,
        policy: Policy,
        first: tuple[Scenario, Outcome],
        drawn: Draws | None,
        descriptions: Mapping[str, str],
        names: Mapping[str, str],
    ) -> None:
        self.policy, self.drawn = policy, drawn
        self.descriptions, self.names = descriptions, names
        self.sides = sides(policy)
        self.first, self.start = first[0], first[1].economy
        held = accounts(self.start)
        self.spending, self.sales, self.revenue = held.income, held.sales, held.revenue
        self.wages = held.wages
        both = [n for places in self.sides for n in places]
        self.others = [n for n in range(len(self.spending)) if n not in both]
        self.codes = [
            self.start.countries[places[0]] if len(places) == 1 else side
            for side, places in zip(policy.pair, self.sides, strict=True)
        ]

    def worth(self, path: Scenario, outcome: Outcome) -> Worth:
        return Worth(
            name=path.name,
            what=path.what,
            day=path.day,
            cites=path.cites,
            residual=outcome.residual,
            income=(
                *(
                    self._income(outcome, *side)
                    for side in zip(self.sides, self.codes, strict=True)
                ),
                self._income(outcome, self.others, OTHERS),
            ),
            countries=tuple(
                self._income(outcome, [n], name) for n, name in enumerate(self.start.countries)
            ),
            tariffs=self.averages(path),
            sector_tariffs=tuple(self._by_sector(path)),
            wages=self._changes(outcome.wage, self._of("wage", outcome), self.wages),
            consumer_prices=self._changes(outcome.price, self._of("price", outcome), self.spending),
            revenue=tuple(self._revenue(outcome)),
            balance=(self._balance(outcome),),
            outputs=tuple(self._outputs(outcome)),
            prices=self._prices(outcome),
            limits=tuple(
                Limited(f"{wedge.limit}", 100 * wedge.rate, wedge.miss) for wedge in path.wedges
            ),
        )

    def _income(self, outcome: Outcome, places: list[int], code: str) -> Income:
        size = self.spending[places]
        total = float(size.sum())

        def percent(real: Floats) -> Floats:
            gained: Floats = 100 * ((real[..., places] - 1) @ size) / total
            return gained

        drawn = self._of("real_income", outcome)
        found = _figure(percent(outcome.real_income), None if drawn is None else percent(drawn))
        return Income(
            country=code,
            name="" if code == OTHERS else self.names.get(code) or code,
            percent=found,
            usd=_times(found, total * _MILLION / 100),
        )

    def _changes(self, found: Floats, drawn: Floats | None, weights: Floats) -> tuple[Change, ...]:
        """Of each side: ratios of (N,) countries, weighed, and of (D, C) draws."""
        changes, first = [], 0
        for code, places in zip(self.codes, self.sides, strict=True):
            size = weights[places] / weights[places].sum()
            own = slice(first, first + len(places))
            changes.append(
                Change(
                    code,
                    _figure(
                        100 * ((found[places] - 1) @ size),
                        None if drawn is None else 100 * ((drawn[:, own] - 1) @ size),
                    ),
                )
            )
            first += len(places)
        return tuple(changes)

    def _revenue(self, outcome: Outcome) -> Iterator[Money]:
        drawn, first = self._of("revenue", outcome), 0
        for code, places in zip(self.codes, self.sides, strict=True):
            own = slice(first, first + len(places))
            yield _money(
                code,
                float(self.revenue[places].sum()),
                float(outcome.revenue[places].sum()),
                None if drawn is None else drawn[:, :, own].sum(2),
            )
            first += len(places)

    def _balance(self, outcome: Outcome) -> Money:
        one, other = self.sides
        before, after = (float(held[np.ix_(one, other)].sum()) for held in outcome.balance())
        drawn = self._of("balance", outcome)
        if drawn is not None:
            drawn = drawn[:, :, : len(one), len(one) :].sum((2, 3))
        return _money(self.codes[0], before, after, drawn, self.codes[1])

    def averages(self, path: Scenario) -> tuple[Tariff, ...]:
        """The average duty of each side on the other in percent, with the weights of the duty engine."""
        return tuple(tariff for route in self._routes() for tariff in self._averaged(path, *route))

    def _by_sector(self, path: Scenario) -> list[Tariff]:
        return [
            tariff
            for route in self._routes()
            for n in self.policy.goods
            for tariff in self._averaged(path, *route, n)
        ]

    def _averaged(
        self,
        path: Scenario,
        side: int,
        importing: int,
        exporting: list[int],
        sector: int | None = None,
    ) -> list[Tariff]:
        """None where there is no trade to weigh with."""
        places = slice(None) if sector is None else [sector]
        cells = self.policy.cells(self.policy.pair[side], self.policy.today, True)
        usd = cells.usd[exporting][:, places]
        if not usd.sum():
            return []
        assert path.shock.tariff is not None
        assert self.first.shock.tariff is not None
        moved = (path.shock.tariff - self.first.shock.tariff)[exporting, importing][:, places]
        before = float(100 * cells.duty[exporting][:, places].sum() / usd.sum())
        name = "" if sector is None else self.start.sectors[sector]
        return [
            Tariff(
                self.codes[side],
                self.codes[1 - side],
                before,
                before + float(100 * (usd * moved).sum() / usd.sum()),
                name,
                self.descriptions.get(name, ""),
            )
        ]

    def _routes(self) -> list[tuple[int, int, list[int]]]:
        """Each side whose imports are weighed: its number, its place, and those of the other."""
        return [
            (n, self.sides[n][0], self.sides[1 - n])
            for n, side in enumerate(self.policy.pair)
            if side in self.policy.importers
        ]

    def _outputs(self, outcome: Outcome) -> list[Output]:
        found, drawn, first = list[Output](), self._of("output", outcome), 0
        goods = set(self.policy.goods)
        for code, places in zip(self.codes, self.sides, strict=True):
            own = slice(first, first + len(places))
            first += len(places)
            for s, sector in enumerate(self.start.sectors):
                sales = self.sales[s, places]
                total = float(sales.sum())
                if not total:
                    continue
                percent = _figure(
                    100 * ((outcome.output[places, s] - 1) @ sales) / total,
                    None if drawn is None else 100 * ((drawn[:, own, s] - 1) @ sales) / total,
                )
                found.append(
                    Output(
                        code,
                        sector,
                        self.descriptions.get(sector, ""),
                        s in goods,
                        percent,
                        _times(percent, total * _MILLION / 100),
                    )
                )
        return found

    def _of(self, figure: str, outcome: Outcome) -> Floats | None:
        """A figure of a path, (D, ...) of the draws that converged; None where there are none."""
        if self.drawn is None or outcome.shock.name not in self.drawn.scenarios:
            return None
        at = self.drawn.scenarios.index(outcome.shock.name)
        held: Floats = getattr(self.drawn, figure)[self.drawn.converged[:, at], at]
        return held if len(held) else None

    def _prices(self, outcome: Outcome) -> Prices | None:
        """None where no side is the United States, or the economy has not the sectors of the basket."""
        if "US" not in self.policy.pair:
            return None
        name = self.start.countries[self.policy.place("US")]
        try:
            found = households(outcome, country=name)
        except ValueError:
            return None
        values = _paid(found)
        prices, wages = self._of("sector_price", outcome), self._of("wage", outcome)
        if prices is None or wages is None:
            figures = [Figure(float(value)) for value in values]
        else:
            each = (self._drawn_prices(name, *draw) for draw in zip(prices, wages, strict=True))
            drawn = np.array([_paid(households(cast(Outcome, own), country=name)) for own in each])
            figures = [_figure(*pair) for pair in zip(values, drawn.T, strict=True)]
        percent, usd, *rest = figures
        deciles, categories = len(found.cost), len(found.categories)
        by_decile, by_category = rest[: 2 * deciles], rest[2 * deciles :]
        return Prices(
            country=name,
            measure=found.measure,
            percent=percent,
            usd=usd,
            households=HOUSEHOLDS,
            deciles=tuple(
                Decile(n + 1, by_decile[n], by_decile[deciles + n]) for n in range(deciles)
            ),
            categories=tuple(
                Category(title, by_category[n], by_category[categories + n])
                for n, title in enumerate(found.categories)
            ),
        )

    def _drawn_prices(self, country: str, prices: Floats, wages: Floats) -> _Drawn:
        """A draw's (C, S) prices and (C,) wages as an outcome has them, which households read."""
        assert self.drawn is not None
        own, at = self.drawn.chosen.index(country), self.start.at(country)
        size = len(self.start.countries), len(self.start.sectors)
        price, wage = np.full(size, np.nan), np.full(size[0], np.nan)
        price[at], wage[at] = prices[own], wages[own]
        return _Drawn(self.start, price, wage)


class _Drawn(msgspec.Struct, frozen=True):
    """What `households` reads of an outcome."""

    economy: Economy
    sector_price: Floats
    wage: Floats
    shock: Shock = Shock()
    residual: float = 0.0


def _paid(found: Households) -> Floats:
    """All that households pay, in a row: percent and USD of the average, of deciles, of categories."""
    usd, percent = found.average
    categories = found.dollars.mean(0)
    return np.concatenate([[percent, usd], found.percent, found.cost, found.change, categories])


def sides(policy: Policy) -> list[list[int]]:
    """The places of each side in the economy: several where it is a group."""
    members = (codes.members(side, policy.asof.day) for side in policy.pair)
    return [sorted({policy.place(member) for member in each}) for each in members]


def _figure(value: float | Floats, drawn: Floats | None) -> Figure:
    """A number, with the 5th and 95th percentile of (D,) draws."""
    if drawn is None:
        return Figure(float(value))
    low, high = np.percentile(drawn, (5, 95))
    return Figure(float(value), float(low), float(high))


def _times(figure: Figure, size: float) -> Figure:
    """The same in another unit."""
    low, high = (None if end is None else size * end for end in (figure.low, figure.high))
    return Figure(size * figure.value, low, high)


def _money(
    country: str, before: float, after: float, drawn: Floats | None, partner: str = ""
) -> Money:
    """From million USD, and (D, 2) of them in the draws, before and after."""
    found = (before, after, after - before)
    each: tuple[Floats | None, ...] = (None, None, None)
    if drawn is not None:
        each = (drawn[:, 0], drawn[:, 1], drawn[:, 1] - drawn[:, 0])
    start, end, change = (
        _times(_figure(*pair), _MILLION) for pair in zip(found, each, strict=True)
    )
    return Money(country, start, end, change, partner)
