"""Prices paid by United States households, by category of spending and by decile of income.

An outcome tells what buyers in the United States pay for each sector's goods. A household pays these at
the shop, with trade and transport margins on top: `data/economies/households/` has how much of each
category is the producer's and how much is margin (Bureau of Economic Analysis), and how the spending of
the deciles is made up (BEA and Bureau of Labor Statistics). Margins follow the price of services.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
import numpy as np

from detente.stakes.economy import Economy, Floats
from detente.stakes.outcome import Outcome

MEASURES = {
    "wages": "wages in the United States held",
    "prices": "the world's consumer prices held",
    "given": "as the outcome measures them",
}
HOUSEHOLDS = 131_434_000
"""Households of the United States in 2023 (Census Bureau, Current Population Survey)."""
_SERVICES = "Services"
_DECILES = 10


class Basket(msgspec.Struct, frozen=True, kw_only=True):
    """What United States households buy: C categories, S sectors, ten deciles of income.

    Attributes:
        categories: (C,) titles of the BEA.
        sectors: (S,) names of the sectors, of services last.
        producers: (C, S) million USD of 2024, at producers' prices.
        margins: (C,) million USD of 2024 for trade and transport.
        spending: (C,) billion USD of 2023.
        deciles: (C, 10) shares of it by decile, from the lowest income to the highest; sum to one.
        income: (10,) USD of 2021 a household, after transfers and taxes (CBO).
    """

    categories: tuple[str, ...]
    sectors: tuple[str, ...]
    producers: Floats
    margins: Floats
    spending: Floats
    deciles: Floats
    income: Floats

    @property
    def content(self) -> Floats:
        """(C, S) what each category is made of, margins counted as services; shares that sum to one."""
        bought = self.producers.copy()
        bought[:, -1] += self.margins
        shares: Floats = bought / bought.sum(1, keepdims=True)
        return shares


class Households(msgspec.Struct, frozen=True, kw_only=True):
    """What a shock does to the prices that United States households pay.

    The cost is that of the basket as it was before, so it bounds from above what households lose who
    buy other things instead; wages and tariff revenue that change too are not set against it.

    Attributes:
        measure: which prices or wages are held, in words.
        categories: (C,) titles.
        change: (C,) change of the price of each category, percent.
        spending: (10, C) USD of 2023 a household of each decile spends on each category.
        income: (10,) USD of 2021 a household, after transfers and taxes; to set the cost beside.
        residual: certificate of the outcome.
    """

    name: str
    measure: str
    categories: tuple[str, ...]
    change: Floats
    spending: Floats
    income: Floats
    residual: float

    @property
    def dollars(self) -> Floats:
        """(10, C) USD of 2023 a year by which each category costs a household of a decile more."""
        cost: Floats = self.spending * self.change / 100
        return cost

    @property
    def cost(self) -> Floats:
        """(10,) USD of 2023 a year by which the basket costs a household of a decile more."""
        total: Floats = self.dollars.sum(1)
        return total

    @property
    def percent(self) -> Floats:
        """(10,) the same in percent of the decile's spending."""
        share: Floats = 100 * self.cost / self.spending.sum(1)
        return share

    @property
    def average(self) -> tuple[float, float]:
        """The cost to the average household: USD of 2023 a year, percent of spending."""
        cost, spent = float(self.cost.mean()), float(self.spending.sum(1).mean())
        return cost, 100 * cost / spent

    def by_category(self) -> list[dict[str, Any]]:
        """Rows of a table, one a category: its price change, and spending and cost of the average
        household."""
        spent, cost = self.spending.mean(0), self.dollars.mean(0)
        return [
            {
                "category": title,
                "price_change_percent": float(self.change[c]),
                "spending_usd": float(spent[c]),
                "cost_usd": float(cost[c]),
            }
            for c, title in enumerate(self.categories)
        ]

    def by_decile(self) -> list[dict[str, Any]]:
        """Rows of a table, one a decile, from the lowest income to the highest."""
        spent, cost, percent = self.spending.sum(1), self.cost, self.percent
        return [
            {
                "decile": d + 1,
                "spending_usd": float(spent[d]),
                "cost_usd": float(cost[d]),
                "cost_percent_of_spending": float(percent[d]),
                "income_2021_usd": float(self.income[d]),
            }
            for d in range(_DECILES)
        ]

    def __str__(self) -> str:
        cost, percent = self.average
        lines = [
            f"{self.name}: what United States households pay, {self.measure}",
            f"  the average household {cost:+,.0f} USD of 2023 a year, {percent:+.2f} % of its spending",
            "  price of ... changes by percent",
        ]
        order = np.argsort(-self.change)
        lines += [f"  {self.change[c]:+8.2f}  {self.categories[c]}" for c in order]
        lines.append("  decile of income: USD a year, percent of its spending")
        lines += [
            f"  {row['decile']:>4}{row['cost_usd']:+10,.0f}{row['cost_percent_of_spending']:+8.2f}"
            for row in self.by_decile()
        ]
        return "\n".join(lines)


@cache
def basket() -> Basket:
    """The basket that is shipped; sources and licence in the README beside it."""
    bridge, spending = _rows("bridge"), _rows("spending")
    place = {row["category"]: c for c, row in enumerate(spending)}
    goods = sorted({row["sector"] for row in bridge} - {_SERVICES})
    sectors = (*goods, _SERVICES)
    producers, margins = np.zeros((len(place), len(sectors))), np.zeros(len(place))
    for row in bridge:
        producers[place[row["category"]], sectors.index(row["sector"])] += float(row["producers"])
        margins[place[row["category"]]] += float(row["margins"])
    deciles = np.array([[float(row[f"d{d + 1}"]) for d in range(_DECILES)] for row in spending])
    return Basket(
        categories=tuple(row["title"] for row in spending),
        sectors=sectors,
        producers=producers,
        margins=margins,
        spending=np.array([float(row["total"]) for row in spending]),
        deciles=deciles / deciles.sum(1, keepdims=True),
        income=np.array([float(row["income"]) for row in _rows("income")]),
    )


def households(
    outcome: Outcome,
    *,
    measure: str = "wages",
    country: str = "USA",
    sectors: Mapping[str, str] | None = None,
    bought: Basket | None = None,
    count: int = HOUSEHOLDS,
) -> Households:
    """What an outcome does to the prices that United States households pay.

    Args:
        measure: `wages` (the default: prices against wages in the United States), `prices` (the
            world's consumer prices held) or `given` (as the outcome measures them).
        country: the United States by its name in the economy.
        sectors: the economy's own sector for each sector of the basket, where the names differ.
        bought: another basket than the one that is shipped.
        count: households among which spending is divided, a tenth of them in each decile.

    Raises:
        ValueError: an unknown measure or country; an economy that has not the sectors of the basket.
    """
    if measure not in MEASURES:
        raise ValueError(f"measure {measure!r}? one of {', '.join(MEASURES)}")
    if bought is None:
        bought = basket()
    at = outcome.economy.at(country)
    if measure == "prices":
        outcome = outcome.in_prices()
    price = outcome.sector_price[at, _places(outcome.economy, bought, sectors or {})]
    if measure == "wages":
        price = price / outcome.wage[at]
    return Households(
        name=outcome.shock.name or "Shock",
        measure=MEASURES[measure],
        categories=bought.categories,
        change=100 * (bought.content @ price - 1),
        spending=(bought.spending[:, None] * bought.deciles * 1e9 * _DECILES / count).T,
        income=bought.income,
        residual=outcome.residual,
    )


def _places(economy: Economy, bought: Basket, own: Mapping[str, str]) -> list[int]:
    """The place in the economy of each sector of the basket."""
    names = [own.get(sector, sector) for sector in bought.sectors]
    lacks = sorted(set(names) - set(economy.sectors))
    if lacks:
        raise ValueError(
            f"{economy.name} has no sectors {', '.join(lacks[:6])}, which households buy: take icio2022, "
            "or name your sector for each of these (sectors={'C26': 'electronics', ...})"
        )
    return [economy.sectors.index(name) for name in names]


def _rows(table: str) -> list[dict[str, str]]:
    path = files("detente") / "data" / "economies" / "households" / f"{table}.csv"
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
