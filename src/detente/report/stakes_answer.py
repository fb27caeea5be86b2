"""What each path of the talks is worth: the nouns of the answer, as `--json` gives them.

Paths are measured from the law of the day asked about. Money is in US dollars a year, at the size of
the accounts of the economy; nothing is rounded.
"""

from __future__ import annotations

from datetime import date

import msgspec

OTHERS = "others"
"""What stands for all countries but the two sides, together."""


class Figure(msgspec.Struct, frozen=True):
    """A number, and the 5th and 95th percentile of the draws where any were made."""

    value: float
    low: float | None = None
    high: float | None = None

    @property
    def within(self) -> bool:
        """Whether the interval, if there is one, holds the number."""
        return self.low is None or self.high is None or self.low <= self.value <= self.high


class Income(msgspec.Struct, frozen=True):
    """The change of a country's real income: in percent, and in USD a year at the prices before."""

    country: str
    name: str
    percent: Figure
    usd: Figure


class Change(msgspec.Struct, frozen=True):
    """By how many percent something of a country changes, the world's wage bill held."""

    country: str
    percent: Figure


class Tariff(msgspec.Struct, frozen=True):
    """An average duty in percent, before and after; of all goods where `sector` is empty. It is law, no
    result of the model, so that it has no interval."""

    importer: str
    partner: str
    before: float
    after: float
    sector: str = ""
    description: str = ""


class Output(msgspec.Struct, frozen=True):
    """The change of the quantity that a sector makes: in percent, and in USD at the prices before. `goods`
    tells whether it makes what tariffs are levied on."""

    country: str
    sector: str
    description: str
    goods: bool
    percent: Figure
    usd: Figure


class Money(msgspec.Struct, frozen=True):
    """USD a year before and after: a country's tariff revenue, or its balance with a partner."""

    country: str
    before: Figure
    after: Figure
    change: Figure
    partner: str = ""


class Decile(msgspec.Struct, frozen=True):
    """Prices paid by a tenth of households, 1 having the lowest income: in percent of its spending, and
    USD of 2023 a year for each household."""

    decile: int
    percent: Figure
    usd: Figure


class Category(msgspec.Struct, frozen=True):
    """The change in percent of the price of a category of spending, and its cost to the average
    household in USD of 2023 a year."""

    name: str
    percent: Figure
    usd: Figure


class Prices(msgspec.Struct, frozen=True):
    """Prices paid by United States households: what the basket of today costs more."""

    country: str
    measure: str
    percent: Figure
    usd: Figure
    households: int
    deciles: tuple[Decile, ...]
    categories: tuple[Category, ...]


class Limited(msgspec.Struct, frozen=True):
    """A limit on quantity, and the wedge in percent that it is worth; 0 where it does not bind."""

    limit: str
    percent: float
    miss: float


class Worth(msgspec.Struct, frozen=True):
    """What a path is worth.

    `income` is of the two sides and of all others together, `countries` of each country; `cites` are the
    clauses in force between the sides under it; `residual` is the certificate of its equilibrium.
    """

    name: str
    what: str
    day: date
    cites: tuple[str, ...]
    residual: float
    income: tuple[Income, ...]
    countries: tuple[Income, ...]
    tariffs: tuple[Tariff, ...]
    sector_tariffs: tuple[Tariff, ...]
    wages: tuple[Change, ...]
    consumer_prices: tuple[Change, ...]
    revenue: tuple[Money, ...]
    balance: tuple[Money, ...]
    outputs: tuple[Output, ...]
    prices: Prices | None
    limits: tuple[Limited, ...] = ()


class StatusQuo(msgspec.Struct, frozen=True):
    """The law of the day asked about, which paths are measured from."""

    what: str
    cites: tuple[str, ...]
    residual: float
    tariffs: tuple[Tariff, ...]


class Basis(msgspec.Struct, frozen=True):
    """The accounts behind the numbers. `year` is theirs; none where the user's own do not tell."""

    name: str
    countries: int
    sectors: int
    year: int | None
    law: date
    elasticities: str
    sets: tuple[str, ...]
    closure: str
    source: str
    adjustments: tuple[str, ...]


class Drawn(msgspec.Struct, frozen=True):
    """How the intervals were made: how many draws, from which sets of elasticities and how many of each, with
    which spread (standard deviations of logs), what failed, and the paths without intervals."""

    count: int
    seed: int
    sets: dict[str, int]
    common: float
    by_sector: float
    converged: dict[str, int]
    told: str
    without: tuple[str, ...]


class Stakes(msgspec.Struct, frozen=True):
    """The answer. `residual` is the worst certificate; `left_out` says which of the paths told by default
    the day does not have; `notes` what the averages leave out."""

    pair: tuple[str, str]
    countries: tuple[str, str]
    on: date
    known: date
    horizon: date | None
    basis: Basis
    draws: Drawn | None
    residual: float
    status_quo: StatusQuo
    paths: tuple[Worth, ...]
    left_out: tuple[str, ...]
    notes: tuple[str, ...]
