"""The equations taken as linear about a point: forward for Newton's method, backward for derivatives.

`forward` carries a change of the unknowns (`solvers.pack`, here with C columns) through every line of
`Equations.market` and `Equations.answer`; `backward` carries sensitivities through the same lines in
reverse, so that one solve of the adjoint system gives the derivative of a figure in every tariff of the
world at once. Both stand at one scenario, and leave out the normalisation of wages.
"""

from __future__ import annotations

import msgspec
import numpy as np

from detente.stakes.economy import Floats
from detente.stakes.equilibrium import Equations, Market, Point


class Cells(msgspec.Struct, frozen=True):
    """Sensitivities to each cell of K, of K before tariff, and of K before tariff and charge: (S, N, N),
    destination by origin."""

    gather: Floats
    net: Floats
    factory: Floats


class Linear:
    """`Equations.answer` about a point of one scenario; M unknowns."""

    def __init__(self, equations: Equations, point: Point, market: Market) -> None:
        self.equations, self.point, self.market = equations, point, market
        e = equations
        self.share = point.spending / market.supply
        self.received = e.net.gather(market.attraction)
        self.billed = e.factory.gather(market.attraction)
        self.shipped = e.factory.scatter(self.share)
        self.crossed = e.net.scatter(self.share)
        self.over = np.zeros((e.size, 1)) if e.overhead is None else e.overhead
        self.local = e.factory.scatter(self.share * (1 - self.over))
        self.kept = 0.0 if e.kept is None else e.kept
        self.damping = e.damping
        self.supplied = bool(e.economy.labour_supply)
        self.relieved = np.where(e.relief, market.revenue / market.wages, 0.0)
        self.relief = np.where(e.relief, 1 / (1 - self.relieved), 0.0)
        self.transfers = _Transfers(e, market)
        self.unit = e.accounts.income[:, None]
        own = e.size if e.inputs is None else 2 * e.size * e.sectors
        self.length = e.size * (2 if self.supplied else 1) + own

    def forward(self, change: Floats) -> Floats:
        """(M, C) changes of the unknowns -> (M, C) changes of what a pass makes of them."""
        e, m = self.equations, self.market
        wage, labour, price, spent = self._split(change)
        log_cost = (wage - e.economy.scale * labour)[None]
        if e.inputs is not None:
            bought = np.matmul(e.inputs.transpose(0, 2, 1), price.transpose(1, 0, 2))
            log_cost = e.added * log_cost + bought.transpose(1, 0, 2)
        attraction = -e.theta * m.attraction * log_cost
        supply = np.where(e.empty, 0.0, e.gather.gather(attraction)) / m.supply
        share = spent / m.supply - self.share * supply
        imports = self.received * share + self.share * e.net.gather(attraction)
        sales = self.shipped * attraction + m.attraction * e.factory.scatter(share)
        crossed = self.crossed * attraction + m.attraction * e.net.scatter(share)
        local = self.local * attraction + m.attraction * e.factory.scatter(share * (1 - self.over))
        wages = m.wages * (wage + labour)
        billed = self.billed * share + self.share * e.factory.gather(attraction)
        demand = (e.paid * local).sum(0) + self.over * billed.sum(0)
        revenue = spent.sum(0) - imports.sum(0)
        own = wages + (self.kept * sales).sum(0) + revenue + (crossed - sales).sum(0)
        income = self.transfers.forward(wages, own)
        log_index = (1 - e.through) * (income / m.income - wage)
        log_index = log_index - (e.weights / e.theta * supply).sum(0)
        made = [wage + self.damping * (demand / m.demand - wage - labour)]
        if self.supplied:
            eased = self.relief * (revenue / m.wages - self.relieved * (wage + labour))
            made.append(e.economy.labour_supply * (wage + eased - log_index))
        if e.inputs is None:
            return np.concatenate([*made, income / self.unit])
        bought = np.matmul(e.inputs, sales.transpose(1, 0, 2)).transpose(1, 0, 2)
        spending = (e.weights * income + bought) / self.unit
        flat = (-1, change.shape[1])
        return np.concatenate([*made, (-supply / e.theta).reshape(flat), spending.reshape(flat)])

    def backward(
        self, made: Floats, income: Floats | None = None, log_index: Floats | None = None
    ) -> tuple[Floats, Cells]:
        """Sensitivities (M, 1) to what a pass makes, and (N, 1) to the income and price index of the
        market -> (M, 1) to the unknowns, and to each cell of K."""
        e, m = self.equations, self.market
        by_wage, by_labour, by_price, by_spent = self._split(made, seeds=True)
        none = np.zeros_like(by_wage)
        to_income = by_spent if e.inputs is None else (e.weights * by_spent).sum(0)
        to_income = to_income + (none if income is None else income)
        to_index = none if log_index is None else log_index.copy()
        wage, labour = by_wage * (1 - self.damping), -by_wage * self.damping
        demand = self.damping * by_wage / m.demand
        revenue, wages = none.copy(), none.copy()
        if self.supplied:
            answer = e.economy.labour_supply * by_labour
            to_index = to_index - answer
            eased = self.relief * answer
            wage = wage + answer - self.relieved * eased
            labour = labour - self.relieved * eased
            revenue = revenue + eased / m.wages
        wage = wage - (1 - e.through) * to_index
        to_income = to_income + (1 - e.through) * to_index / m.income
        more_wages, own = self.transfers.backward(to_income)
        wages = wages + more_wages + own
        revenue = revenue + own
        sales = (self.kept - 1.0) * own + np.zeros_like(m.sales)
        if e.inputs is not None:
            turned = np.matmul(e.inputs.transpose(0, 2, 1), by_spent.transpose(1, 0, 2))
            sales = sales + turned.transpose(1, 0, 2)
        billed = (self.over * demand)[None] + np.zeros_like(m.sales)
        wage, labour = wage + m.wages * wages, labour + m.wages * wages
        to_supply = -(e.weights / e.theta * to_index + by_price / e.theta)
        share, log_cost, cells = self._traded(
            sales, own[None] + np.zeros_like(sales), e.paid * demand, billed, revenue, to_supply
        )
        spent = share / m.supply + revenue
        unit = (e.added * log_cost).sum(0) if e.inputs is not None else log_cost.sum(0)
        parts = [wage + unit]
        if self.supplied:
            parts.append(labour - e.economy.scale * unit)
        if e.inputs is None:
            return np.concatenate([*parts, self.unit * (e.weights * spent).sum(0)]), cells
        price = np.matmul(e.inputs, log_cost.transpose(1, 0, 2)).transpose(1, 0, 2)
        flat = (-1, 1)
        spent = self.unit * spent
        return np.concatenate([*parts, price.reshape(flat), spent.reshape(flat)]), cells

    def _traded(
        self,
        sales: Floats,
        crossed: Floats,
        local: Floats,
        billed: Floats,
        revenue: Floats,
        supply: Floats,
    ) -> tuple[Floats, Floats, Cells]:
        """Sensitivities to sales, to what crosses a border, to sales that pay wages, to imports that do, to
        revenue, and to the log of supply -> to shares, to log costs, and to each cell of K."""
        e, a = self.equations, self.market.attraction
        imports = -revenue[None] + np.zeros_like(sales)
        received, invoiced = self.share * imports, self.share * billed
        share = self.received * imports + self.billed * billed + e.net.gather(a * crossed)
        share = share + e.factory.gather(a * sales) + (1 - self.over) * e.factory.gather(a * local)
        supply = np.where(e.empty, 0.0, supply - self.share * share) / self.market.supply
        attraction = self.shipped * sales + self.crossed * crossed + self.local * local
        attraction = attraction + e.net.scatter(received) + e.factory.scatter(invoiced)
        attraction = attraction + e.gather.scatter(supply)
        cells = Cells(
            _outer(supply, a),
            _outer(received, a) + _outer(self.share, a * crossed),
            _outer(self.share, a * sales)
            + _outer(self.share * (1 - self.over), a * local)
            + _outer(invoiced, a),
        )
        return share, -e.theta * a * attraction, cells

    def _split(self, change: Floats, seeds: bool = False) -> tuple[Floats, Floats, Floats, Floats]:
        """Log wages, log employment, log prices by sector, spending by sector in million USD; or the
        sensitivities to what a pass makes of them, where spending is income if there are no inputs."""
        e = self.equations
        wage, rest = change[: e.size], change[e.size :]
        labour = np.zeros_like(wage)
        if self.supplied:
            labour, rest = rest[: e.size], rest[e.size :]
        if e.inputs is None:
            spent = rest / self.unit if seeds else e.weights * (rest * self.unit)
            return wage, labour, np.zeros((1, 1, 1)), spent
        half, shape = len(rest) // 2, (e.sectors, e.size, change.shape[1])
        spent = rest[half:].reshape(shape)
        spent = spent / self.unit if seeds else spent * self.unit
        return wage, labour, rest[:half].reshape(shape), spent


def _outer(of_destination: Floats, of_origin: Floats) -> Floats:
    return of_destination[:, :, 0, None] * of_origin[:, None, :, 0]


class _Transfers:
    """Income as a linear function of wages and of what a country earns itself, under each closure."""

    def __init__(self, equations: Equations, market: Market) -> None:
        self.equations = equations
        self.share = equations.transfer / equations.world
        if equations.closure != "scaled":
            return
        held = equations.accounts
        before = (held.income - held.transfer)[:, None]
        own = market.wages + market.profits + market.revenue + market.rents
        grown = equations.transfer * own / before
        self.rate = equations.transfer / before
        self.lends = grown < 0
        self.lent = np.where(self.lends, grown, 0.0)
        self.sum_lent = self.lent.sum(0) if self.lends.any() else np.ones(1)
        self.asked = np.where(self.lends, 0.0, grown).sum(0)

    def forward(self, wages: Floats, own: Floats) -> Floats:
        income: Floats
        if self.equations.closure != "scaled":
            income = own + self.share * wages.sum(0)
            return income
        grown = self.rate * own
        asked = np.where(self.lends, 0.0, grown).sum(0)
        lent = np.where(self.lends, grown, 0.0)
        factor = -self.asked / self.sum_lent
        moved = -asked / self.sum_lent + self.asked / self.sum_lent**2 * lent.sum(0)
        income = own + np.where(self.lends, factor * grown + self.lent * moved, grown)
        return income

    def backward(self, income: Floats) -> tuple[Floats, Floats]:
        """Sensitivities to wages and to what is earned."""
        if self.equations.closure != "scaled":
            return np.zeros_like(income) + (self.share * income).sum(0), income
        factor = -self.asked / self.sum_lent
        through = (self.lent * income).sum(0)
        grown = np.where(
            self.lends,
            factor * income + self.asked / self.sum_lent**2 * through,
            income - through / self.sum_lent,
        )
        return np.zeros_like(income), income + self.rate * grown
