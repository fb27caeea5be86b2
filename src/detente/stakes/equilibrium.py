"""Exact hat algebra: the equations of the Armington and Eaton-Kortum family, in changes.

With many sectors and input-output links (Caliendo and Parro 2015, equations 4-12), profits that stay
in a sector (Ossa 2014, 8-12), or overhead labour, labour supply and scale (Ignatenko, Lashkaripour,
Macedoni and Simonovska 2025). `docs/model.md` has them. Arrays end in an axis of scenarios (B), so that
the sums over trading partners of a thousand scenarios are matrix products.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
import numpy as np
import numpy.typing as npt

from detente.stakes.economy import Economy, Floats, accounts
from detente.stakes.kernel import Kernel, Pairs

CLOSURES = ("held", "scaled", "zero")


class Shock(msgspec.Struct, frozen=True, kw_only=True):
    """What changes. None leaves a thing as it is in the economy.

    Attributes:
        tariff: (N, N, S) new ad valorem tariffs of the destination on each origin, decimals.
        cost: (N, N, S) change of the cost of delivery, a ratio: 1.1 is 10 % dearer, inf a closed border.
        export_tax: (N, N, S) ad valorem charge of the origin, a decimal; also the rent of an export limit.
        elasticity: (S,) trade elasticities in place of the economy's.
        relief: tariff revenue replaces a tax on wages instead of going out as a lump sum.
        transfer: (N,) transfers in place of the economy's, million USD at the wages of the baseline.
    """

    name: str = ""
    tariff: Floats | None = None
    cost: Floats | None = None
    export_tax: Floats | None = None
    elasticity: Floats | None = None
    relief: bool = False
    transfer: Floats | None = None


class Baseline:
    """What the equations need of an economy, made once: accounts, and the sums over its partners."""

    def __init__(self, economy: Economy) -> None:
        self.accounts = accounts(economy)
        share = self.accounts.share
        self.gather = Kernel(share)
        self.net = Kernel(share / (1 + economy.tariff.transpose(2, 1, 0)))
        self.prepared: dict[str, Any] = {}
        """What a solver keeps between solutions, by its name."""

    @staticmethod
    def of(economy: Economy) -> Baseline:
        if economy not in _BASELINES:
            _BASELINES[economy] = Baseline(economy)
        return _BASELINES[economy]


_BASELINES: WeakKeyDictionary[Economy, Baseline] = WeakKeyDictionary()


class Point(msgspec.Struct):
    """Candidates for an equilibrium: changes of wages (N, B) and employment (N, B), changes of unit
    prices in logs (S, N, B), spending of each destination in million USD (S, N, B)."""

    wage: Floats
    labour: Floats
    log_price: Floats
    spending: Floats


class Market(msgspec.Struct, frozen=True):
    """What the equations make of a point: all (S, N, B) by sector or (N, B), million USD."""

    attraction: Floats  # of each origin: its cost to minus the elasticity
    supply: Floats  # of each destination: the sum of attractions, its price to minus the elasticity
    imports: Floats  # of each destination before tariff, home goods included
    sales: Floats  # of each origin before tariff and export charge
    wages: Floats  # the wage bill of the point
    demand: Floats  # the wage bill that sales pay
    profits: Floats
    revenue: Floats
    rents: Floats
    income: Floats
    log_index: Floats  # change of the consumer price index
    labour: Floats  # the employment that is offered
    spending: Floats  # that follows from income and sales


class Equations:
    """The equations of one economy, prepared for B shocks under one closure of the trade balance.

    Closures: `held`, transfers stay the same share of the world's wages; `scaled`, a deficit follows the
    country's own income and the surplus countries lend in proportion to theirs; `zero`, none.

    Raises:
        ValueError: an unknown closure, a shock of the wrong shape or of less than -100 %, a
            destination left without a supplier in a sector.
    """

    def __init__(self, economy: Economy, shocks: Sequence[Shock], closure: str = "held") -> None:
        if closure not in CLOSURES:
            raise ValueError(f"closure {closure!r}? one of {', '.join(CLOSURES)}")
        self.economy, self.closure, self.shocks = economy, closure, tuple(shocks)
        self.baseline = Baseline.of(economy)
        self.accounts = held = self.baseline.accounts
        self.size, self.sectors = len(economy.countries), len(economy.sectors)
        self.theta = np.stack(
            [economy.elasticity if s.elasticity is None else s.elasticity for s in shocks], -1
        )[:, None, :]
        self.relief = np.array([s.relief for s in shocks])
        kept = np.zeros(self.size) if closure == "zero" else held.transfer
        self.transfer: Floats = np.stack(
            [kept if s.transfer is None else s.transfer for s in shocks], -1
        )
        gap = np.abs(self.transfer.sum(0)).max() / held.income.sum()
        self.slack = None if gap < 1e-9 else self.size - 1
        """The country whose wage is the measure where transfers do not sum to zero."""
        self.world = float(held.wages.sum())
        self.empty = (held.spending == 0)[:, :, None]
        self.weights = held.final[:, :, None]
        self.added = held.added[:, :, None]
        self.inputs = None if economy.inputs is None else np.ascontiguousarray(economy.inputs)
        self.paid = self.added
        self.kept: Floats | None = None
        if economy.labour is not None:
            self.paid = economy.labour.T[:, :, None] * self.added
            self.kept = self.added - self.paid
        self.overhead = None if economy.overhead is None else economy.overhead[:, None]
        through = economy.pass_through
        self.through = np.ones((self.size, 1)) if through is None else through[:, None]
        self.gather, self.net, self.factory = _kernels(self)
        self._check_supply()

    # -- the equations -------------------------------------------------------------------------------

    def start(self) -> Point:
        """The baseline."""
        ones = np.ones((self.size, len(self.shocks)))
        spending = np.repeat(self.accounts.spending[:, :, None], len(self.shocks), 2)
        return Point(ones, ones.copy(), np.zeros_like(spending), spending)

    def log_cost(self, point: Point) -> Floats:
        """Change of unit costs in logs, (S or 1, N, B)."""
        unit = np.log(point.wage)
        if self.economy.scale:
            unit = unit - self.economy.scale * np.log(point.labour)
        if self.inputs is None:
            return unit[None]
        bought = np.matmul(self.inputs.transpose(0, 2, 1), point.log_price.transpose(1, 0, 2))
        cost: Floats = self.added * unit + bought.transpose(1, 0, 2)
        return cost

    def supply(self, point: Point) -> tuple[Floats, Floats]:
        """The attraction of each origin, and its sum over origins for each destination; (S, N, B)."""
        attraction = np.exp(-self.theta * self.log_cost(point))
        supply = self.gather.gather(attraction)
        supply[np.broadcast_to(self.empty, supply.shape)] = 1.0
        return attraction, supply

    def market(self, point: Point) -> Market:
        """One pass of the equations."""
        attraction, supply = self.supply(point)
        return self.trade(point, attraction, supply, self.net.gather(attraction))

    def trade(self, point: Point, attraction: Floats, supply: Floats, received: Floats) -> Market:
        """The rest of a pass, where prices are known; `received` is attraction summed before tariff."""
        share = point.spending / supply
        imports = share * received
        sales = attraction * self.factory.scatter(share)
        rents = np.zeros_like(point.wage)
        if self.factory is not self.net:
            rents = (attraction * self.net.scatter(share) - sales).sum(0)
        wages = self.accounts.wages[:, None] * point.wage * point.labour
        if self.overhead is None:
            demand = (self.paid * sales).sum(0)
        else:
            local = attraction * self.factory.scatter(share * (1 - self.overhead))
            billed = share * self.factory.gather(attraction)
            demand = (self.paid * local).sum(0) + self.overhead * billed.sum(0)
        profits = np.zeros_like(wages) if self.kept is None else (self.kept * sales).sum(0)
        revenue = (point.spending - imports).sum(0)
        income = self.transferred(wages, wages + profits + revenue + rents)
        log_index = -(self.weights / self.theta * np.log(supply)).sum(0)
        if self.economy.pass_through is not None:
            growth = income / self.accounts.income[:, None] / point.wage
            log_index = log_index + (1 - self.through) * np.log(growth)
        return Market(
            attraction,
            supply,
            imports,
            sales,
            wages,
            demand,
            profits,
            revenue,
            rents,
            income,
            log_index,
            self._offered(point, revenue / wages, log_index),
            self._spending(income, sales),
        )

    def answer(self, point: Point, market: Market) -> Point:
        """The point that a pass leads to."""
        wage = point.wage * (market.demand / market.wages) ** self.damping
        log_price = -np.log(market.supply) / self.theta
        return Point(wage, market.labour, log_price, market.spending)

    def normal(self, point: Point) -> Point:
        """The point with the world's wages as in the baseline."""
        factor = self.world / (self.accounts.wages[:, None] * point.wage * point.labour).sum(0)
        return msgspec.structs.replace(point, wage=point.wage * factor)

    def residual(self, point: Point, market: Market) -> Floats:
        """The certificate, (B,): by how much, at most, an equation is missed; relative to the country's
        wage bill (labour market), its spending (budget, goods markets), its price or employment."""
        misses = [market.demand / market.wages - 1, market.labour / point.labour - 1]
        if self.slack is not None:
            misses[0] = np.delete(misses[0], self.slack, 0)
        total = market.spending.sum(0)
        misses.append(((market.spending - point.spending) / total).reshape(-1, total.shape[1]))
        if self.inputs is not None:
            gap = -np.log(market.supply) / self.theta - point.log_price
            misses.append(gap.reshape(-1, total.shape[1]))
        worst: Floats = np.max([np.abs(m).max(0) for m in misses], axis=0)
        return worst

    @property
    def damping(self) -> Floats:
        """(N, 1) exponent of the wage's answer to excess demand for labour."""
        if self.inputs is not None:
            return np.full((self.size, 1), 0.25)
        held = self.accounts
        mean = (held.sales[:, :, None] * self.theta).sum(0) / held.sales.sum(0)[:, None]
        exponent: Floats = 1 / (1 + mean)
        return exponent

    # -- their parts ---------------------------------------------------------------------------------

    def transferred(self, wages: Floats, own: Floats) -> Floats:
        """Income, (N, B): what countries earn and the transfers of the closure."""
        income: Floats
        if self.closure != "scaled":
            income = own + self.transfer * (wages.sum(0) / self.world)
            return income
        before = (self.accounts.income - self.accounts.transfer)[:, None]
        grown = self.transfer * own / before
        lent = np.where(grown < 0, grown, 0.0)
        borrowed = np.where(grown > 0, grown, 0.0)
        lenders = lent.sum(0)
        each = np.divide(lent, lenders, out=np.zeros_like(lent), where=lenders < 0)
        income = own + borrowed - each * borrowed.sum(0)
        return income

    def _offered(self, point: Point, relieved: Floats, log_index: Floats) -> Floats:
        if not self.economy.labour_supply:
            return point.labour
        kept = 1 - np.where(self.relief, relieved, 0.0)
        offered: Floats = (point.wage / kept / np.exp(log_index)) ** self.economy.labour_supply
        return offered

    def _spending(self, income: Floats, sales: Floats) -> Floats:
        spending: Floats = self.weights * income
        if self.inputs is not None:
            bought = np.matmul(self.inputs, sales.transpose(1, 0, 2))
            spending = spending + bought.transpose(1, 0, 2)
        return spending

    def _check_supply(self) -> None:
        supply = self.gather.gather(np.ones((self.sectors, self.size, len(self.shocks))))
        gone = np.argwhere((supply == 0) & ~self.empty)
        if len(gone):
            sector, country, scenario = gone[0]
            raise ValueError(
                f"{self.economy.countries[country]} has no supplier of {self.economy.sectors[sector]} "
                f"left in {self.shocks[scenario].name or 'the shock'}: leave one border open"
            )


def _kernels(equations: Equations) -> tuple[Kernel, Kernel, Kernel]:
    """K, K before tariff, and K before tariff and export charge, of all scenarios."""
    economy, shocks = equations.economy, equations.shocks
    baseline = equations.baseline
    old = economy.tariff.transpose(2, 1, 0)
    touched = np.zeros((equations.size, equations.size), dtype=bool)
    for shock in shocks:
        _check_shape(economy, shock)
        touched |= _touched(economy, shock)
    if not touched.any():
        return baseline.gather, baseline.net, baseline.net
    pairs = Pairs(touched)
    through = equations.through[pairs.to].T
    share = baseline.gather.base[:, pairs.to, pairs.of]
    held = old[:, pairs.to, pairs.of]
    gather, net, factory = [], [], []

    def cell(array: Floats | None, default: Floats) -> Floats:
        return default if array is None else array[pairs.of, pairs.to].T

    for n, shock in enumerate(shocks):
        power = -equations.theta[:, 0, n, None]
        new = cell(shock.tariff, held)
        charge = cell(shock.export_tax, np.zeros_like(held))
        cost = cell(shock.cost, np.ones_like(held)) * (1 + charge)
        gather.append(share * cost**power * ((1 + new) / (1 + held)) ** (power * through))
        net.append(gather[-1] / (1 + new))
        factory.append(net[-1] / (1 + charge))
    before_tariff = baseline.net.touched(pairs, net)
    taxed = any(s.export_tax is not None for s in shocks)
    return (
        baseline.gather.touched(pairs, gather),
        before_tariff,
        baseline.net.touched(pairs, factory) if taxed else before_tariff,
    )


def _touched(economy: Economy, shock: Shock) -> npt.NDArray[np.bool_]:
    """(N, N) destination by origin: the pairs of which a shock changes something."""
    touched = np.zeros(economy.flows.shape[:2], dtype=bool)
    if shock.tariff is not None:
        touched |= (shock.tariff != economy.tariff).any(2)
    if shock.cost is not None:
        touched |= (shock.cost != 1).any(2)
    if shock.export_tax is not None:
        touched |= (shock.export_tax != 0).any(2)
    return touched.T


def _check_shape(economy: Economy, shock: Shock) -> None:
    shapes = {
        "tariff": economy.flows.shape,
        "cost": economy.flows.shape,
        "export_tax": economy.flows.shape,
        "elasticity": economy.elasticity.shape,
        "transfer": (len(economy.countries),),
    }
    for field, shape in shapes.items():
        array = getattr(shock, field)
        if array is None:
            continue
        if array.shape != shape:
            raise ValueError(f"{field} of the shock has shape {array.shape}, not {shape}")
        least = {"tariff": -1.0, "export_tax": -1.0, "cost": 0.0, "elasticity": 0.0}.get(field)
        wrong = np.isnan(array) if least is None else ~(array > least)
        if field not in ("tariff", "cost"):  # only these close a border
            wrong |= np.isinf(array)
        if wrong.any():
            at = tuple(int(k) for k in np.argwhere(wrong)[0])
            names = _names(economy, at, field)
            raise ValueError(
                f"{field} of the shock is {array[at]} at {names}: it must be "
                + ("a number" if least is None else f"a number above {least:g}")
            )


def _names(economy: Economy, at: tuple[int, ...], field: str) -> str:
    if field == "elasticity":
        return economy.sectors[at[0]]
    if len(at) == 1:
        return economy.countries[at[0]]
    return f"{economy.countries[at[0]]} to {economy.countries[at[1]]}, {economy.sectors[at[2]]}"
