"""A solved counterfactual: what changed for whom, and the proof that markets clear."""

from __future__ import annotations

from functools import cached_property

import msgspec
import numpy as np

from detente.stakes.economy import Economy, Floats
from detente.stakes.equilibrium import Equations, Shock
from detente.stakes.linear import Linear
from detente.stakes.solvers import Solved, bordered, solve_linear


class Decomposition(msgspec.Struct, frozen=True):
    """Parts of the change of each country's welfare, (N,) in percent of its baseline spending.

    `terms_of_trade` and `volume` are to the first order (Caliendo and Parro 2015, equations 15-17):
    prices of exports against those of imports, and tariff revenue on imports that come or go. The rest
    is exact: what each kind of income adds to real income, their sum being `real_income`.
    """

    terms_of_trade: Floats
    volume: Floats
    wages: Floats
    profits: Floats
    revenue: Floats
    transfer: Floats
    real_income: Floats


class Outcome:
    """The equilibrium of an economy after a shock. Changes are ratios, new over old.

    Attributes, with N countries and S sectors:
        wage, employment, price, income, real_income, welfare: (N,) changes; price is that of the
            consumer's basket. Welfare is real income, less the disutility of work where employment moves.
        sector_price, output: (N, S) changes of what buyers pay and of what is produced.
        cost: (N, S) change of what it costs to make a unit.
        revenue, profits, wages, rents, transfer: (N,) million USD.
        flows: (N, N, S) new spending, tariffs included, origin by destination, million USD.
        imports: (N, N, S) the same before tariff.
        residual: the certificate: by how much the worst equation is missed, relative.
        passes: passes or steps made.

    Nominal figures hold the world's wage bill as in the baseline; `in_prices` holds the world's
    consumer prices instead.
    """

    def __init__(
        self, equations: Equations, solved: Solved, at: int, level: Floats | None = None
    ) -> None:
        self._equations, self._solved, self._at = equations, solved, at
        self.economy, self.shock = equations.economy, equations.shocks[at]
        self.closure = equations.closure
        self.passes = solved.passes
        self.residual = float(solved.residual[at])
        held, point, market = equations.accounts, solved.point, solved.market
        self._level = np.ones(1) if level is None else level
        nominal = self._level[0]
        self.wage: Floats = point.wage[:, at] * nominal
        self.employment: Floats = point.labour[:, at]
        self.price: Floats = np.exp(market.log_index[:, at]) * nominal
        self.income: Floats = market.income[:, at] / held.income * nominal
        self.real_income: Floats = self.income / self.price
        self.wages: Floats = market.wages[:, at] * nominal
        self.profits: Floats = market.profits[:, at] * nominal
        self.revenue: Floats = market.revenue[:, at] * nominal
        self.rents: Floats = market.rents[:, at] * nominal
        own = self.wages + self.profits + self.revenue + self.rents
        self.transfer: Floats = market.income[:, at] * nominal - own

    def in_prices(self) -> Outcome:
        """The same with the world's consumer prices, weighted by baseline spending, held."""
        weights = self._equations.accounts.income
        level = weights.sum() / (weights * self.price / self._level[0]).sum()
        return Outcome(self._equations, self._solved, self._at, np.array([level]))

    @cached_property
    def welfare(self) -> Floats:
        economy, held = self.economy, self._equations.accounts
        if not economy.labour_supply:
            return self.real_income
        curve = economy.labour_supply / (1 + economy.labour_supply)
        relieved = self.revenue / self.wages if self.shock.relief else 0.0
        weight = held.income / (held.income - curve * (1 - relieved) * held.wages)
        earned = self.wage * self.employment / self.price
        total: Floats = weight * self.real_income + (1 - weight) * earned
        return total

    @cached_property
    def sector_price(self) -> Floats:
        e, at = self._equations, self._at
        supply = self._solved.market.supply[:, :, at]
        theta = e.theta[:, 0, min(at, e.theta.shape[2] - 1)]
        change: Floats = np.exp(-np.log(supply) / theta[:, None]).T * self._level[0]
        return change

    @cached_property
    def output(self) -> Floats:
        """Change of the quantity produced: sales over unit cost."""
        before = self._equations.accounts.sales
        now = self._solved.market.sales[:, :, self._at] * self._level[0]
        ratio = np.divide(now, before, out=np.ones_like(now), where=before > 0)
        change: Floats = ratio.T / self.cost
        return change

    @cached_property
    def cost(self) -> Floats:
        log_cost = self._equations.log_cost(self._solved.point)[:, :, self._at]
        shape = self._equations.accounts.sales.shape
        change: Floats = np.broadcast_to(np.exp(log_cost), shape).T * self._level[0]
        return change

    @cached_property
    def flows(self) -> Floats:
        return self._cells(self._equations.gather.cells(self._at))

    @cached_property
    def imports(self) -> Floats:
        return self._cells(self._equations.net.cells(self._at))

    def _cells(self, kernel: Floats) -> Floats:
        market, at = self._solved.market, self._at
        share = self._solved.point.spending[:, :, at] / market.supply[:, :, at]
        whole = kernel * share[:, :, None] * market.attraction[:, None, :, at]
        level: Floats = whole.transpose(2, 1, 0) * self._level[0]
        return level

    @cached_property
    def tariff(self) -> Floats:
        """(N, N, S) tariffs after the shock."""
        return self.economy.tariff if self.shock.tariff is None else self.shock.tariff

    def balance(self) -> tuple[Floats, Floats]:
        """Exports less imports of each country (rows) with each other, before tariffs: (N, N) in million
        USD before the shock and after it."""
        before = (self.economy.flows / (1 + self.economy.tariff)).sum(2)
        after = self.imports.sum(2)
        return before - before.T, after - after.T

    def decomposition(self) -> Decomposition:
        """Where the change of welfare comes from."""
        held = self._equations.accounts
        tariff = self.economy.tariff
        before = self.economy.flows / (1 + tariff)
        made = self.cost[:, None, :]
        charged = made if self.shock.export_tax is None else made * (1 + self.shock.export_tax)
        paid = (
            charged
            if self.shock.cost is None
            else charged * np.where(np.isfinite(self.shock.cost), self.shock.cost, 1.0)
        )
        terms = ((charged - 1) * before).sum((1, 2)) - ((paid - 1) * before).sum((0, 2))
        # an import's quantity is its value over what is paid for a unit of it at the old cost of delivery
        quantity = np.divide(self.imports, before, out=np.zeros_like(before), where=before > 0)
        volume = tariff * before * (quantity - np.where(before > 0, paid, 0.0))

        def real(new: Floats, old: Floats) -> Floats:
            return 100 * (new / self.price - old) / held.income

        return Decomposition(
            100 * terms / held.income,
            100 * volume.sum((0, 2)) / held.income,
            real(self.wages, held.wages),
            real(self.profits, held.profits),
            real(self.revenue + self.rents, held.revenue),
            real(self.transfer, held.transfer),
            100 * (self.real_income - 1),
        )

    def rebased(self) -> Economy:
        """The economy after the shock, as the baseline of the next."""
        return msgspec.structs.replace(
            self.economy,
            name=f"{self.economy.name} after {self.shock.name or 'a shock'}",
            flows=self.flows,
            tariff=self.tariff,
            elasticity=self.economy.elasticity
            if self.shock.elasticity is None
            else self.shock.elasticity,
            final=np.ascontiguousarray(self._equations.accounts.final.T),
        )

    def derivatives(self, country: str) -> Floats:
        """(N, N, S) by how many percent the real income of a country rises with each tariff of the world,
        for one percentage point more, about this equilibrium: one adjoint solve.

        Raises ValueError for a country unknown, or where several scenarios were solved together.
        """
        e, at = self._equations, self.economy.at(country)
        if len(e.shocks) != 1:
            raise ValueError("derivatives are of one scenario: solve it alone")
        linear = Linear(e, self._solved.point, self._solved.market)
        income, index = np.zeros((e.size, 1)), np.zeros((e.size, 1))
        real = self.real_income[at]
        income[at], index[at] = real / self._solved.market.income[at], -real
        seed, direct = linear.backward(np.zeros((linear.length, 1)), income, index)
        weight = solve_linear(linear, seed, transposed=True)
        weight = bordered(linear, weight, 0.0)
        _, through = linear.backward(weight)
        level = 1 + self.tariff.transpose(2, 1, 0)
        steep = e.theta[:, :, 0][:, None, :] * e.through[None, :, :]
        steep = steep.reshape(e.sectors, -1, 1)
        slope = -steep * e.gather.cells() * (direct.gather + through.gather)
        slope -= (steep + 1) * e.net.cells() * (direct.net + through.net)
        slope -= (steep + 1) * e.factory.cells() * (direct.factory + through.factory)
        by_tariff: Floats = (slope / level).transpose(2, 1, 0)
        return by_tariff

    def __str__(self) -> str:
        names = self.economy.countries
        order = np.argsort(self.real_income)
        rows = [*order[:4], *order[-4:]] if len(order) > 8 else list(order)
        lines = [
            f"{self.shock.name or 'Shock'} in {self.economy.name}: real income, change in percent"
        ]
        lines += [f"  {names[n]:<8}{100 * (self.real_income[n] - 1):+9.3f}" for n in rows]
        lines.append(f"  residual {self.residual:.1e} after {self.passes} passes")
        return "\n".join(lines)


def baseline(economy: Economy) -> Outcome:
    """The economy as it is: no shock."""
    equations = Equations(economy, [Shock(name="baseline")])
    point = equations.normal(equations.start())
    market = equations.market(point)
    return Outcome(equations, Solved(point, market, equations.residual(point, market), 0), 0)
