"""Passes over an economy with input-output links, in place: they bring thousands of scenarios near.

The equations are those of `Equations` where all value added is wages and employment is fixed. Nothing
here is an answer: `solvers.accelerated` goes on from where these end and certifies with the equations
themselves, so that the first passes may be of single precision, at half the memory and twice the speed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detente.stakes.economy import Floats
from detente.stakes.equilibrium import Equations, Point

if TYPE_CHECKING:
    from detente.stakes.solvers import Steps

ROUGH = 3e-5
"""Excess demand for labour below which single precision ends; its own errors are of some 1e-6."""


def fit(equations: Equations) -> bool:
    """Whether the equations are the plain ones with input-output links."""
    e = equations
    plain = e.economy.overhead is None and e.economy.pass_through is None and e.kept is None
    fixed = not e.economy.labour_supply and not e.economy.scale
    return e.inputs is not None and plain and fixed and e.factory is e.net


class Passes:
    """One pass after another for B scenarios, in arrays that are made once."""

    def __init__(self, equations: Equations, steps: Steps, point: Point, kind: Any) -> None:
        e = self.equations = equations
        assert e.inputs is not None
        self.kind = kind
        self.wage: Floats = point.wage.copy()
        self.log_price = point.log_price.astype(kind)
        self.spending = point.spending.astype(kind)
        constants = _constants(e, steps, kind)
        self._inputs, self._added, self._weights, self._solve_prices, self._solve_spending = (
            constants[:5]
        )
        self._prices_follow, self._spending_follow = constants[5:]
        self.gather, self.net = e.gather.of_kind(kind), e.net.of_kind(kind)
        self._power, self._root = (-e.theta).astype(kind), (-1 / e.theta).astype(kind)
        self._empty = np.nonzero(e.empty[:, :, 0])
        shape = self.spending.shape
        self._attraction, self._supply, self._received, self._share, self._sales, self._spare = (
            np.empty(shape, kind) for _ in range(6)
        )

    def point(self) -> Point:
        """Where the passes stand."""
        price, spending = self.log_price.astype(np.float64), self.spending.astype(np.float64)
        return Point(self.wage, np.ones_like(self.wage), price, spending)

    def excess(self) -> Floats:
        """A sweep over prices and one over spending, and then the excess demand for labour: (N, B),
        relative."""
        self._attract()
        gap, room = self._spare, self._sales
        np.log(self._supply, out=gap)
        gap *= self._root
        gap -= self.log_price
        _by_country(self._solve_prices, gap, room)
        self.log_price += room
        self._attract()
        self.net.gather(self._attraction, out=self._received)
        self._trade()
        gap, room = self._share, self._sales  # both are made again by the next trade
        np.subtract(self._answer(), self.spending, out=gap)
        _by_country(self._solve_spending, gap, room)
        room += self.spending
        self.spending *= self.kind(0.1)
        np.maximum(room, self.spending, out=self.spending)
        excess: Floats = self._trade() / self._wages() - 1
        return excess

    def follow(self, wage: Floats) -> None:
        """Take new wages, and let prices and spending follow them to the first order."""
        change = np.log(wage / self.wage).astype(self.kind)
        self.wage = wage
        flat = (-1, change.shape[1])
        np.matmul(self._prices_follow, change, out=self._spare.reshape(flat))
        self.log_price += self._spare
        np.matmul(self._spending_follow, change, out=self._spare.reshape(flat))
        self._spare += self.spending
        self.spending *= self.kind(0.1)
        np.maximum(self._spare, self.spending, out=self.spending)

    def _attract(self) -> None:
        """The attraction of each origin, and its sum for each destination."""
        cost, unit = self._attraction, np.log(self.wage).astype(self.kind)
        _by_country(self._inputs.transpose(0, 2, 1), self.log_price, cost)
        np.multiply(self._added, unit, out=self._spare)
        cost += self._spare
        cost *= self._power
        np.exp(cost, out=cost)
        self.gather.gather(cost, out=self._supply)
        if len(self._empty[0]):
            self._supply[self._empty] = 1

    def _trade(self) -> Floats:
        """Sales, and the wages that they pay: (N, B) million USD."""
        np.divide(self.spending, self._supply, out=self._share)
        self.net.scatter(self._share, out=self._sales)
        self._sales *= self._attraction
        return _dot(self._added, self._sales)

    def _answer(self) -> Floats:
        """The spending that follows from sales and from the income of the trade made last."""
        wages = self._wages()
        revenue = self.spending.sum(0) - np.einsum("snb,snb->nb", self._share, self._received)
        income = self.equations.transferred(wages, wages + revenue)
        spending = self._spare
        _by_country(self._inputs, self._sales, spending)
        np.multiply(self._weights, income.astype(self.kind), out=self._share)
        spending += self._share
        return spending

    def _wages(self) -> Floats:
        wages: Floats = self.equations.accounts.wages[:, None] * self.wage
        return wages


def _constants(e: Equations, steps: Steps, kind: Any) -> tuple[Any, ...]:
    """What the passes need of the economy in a precision, made once for it."""
    name = f"passes {e.closure} {np.dtype(kind)}"
    kept = e.baseline.prepared
    if name not in kept:
        half = e.size * e.sectors
        income = np.tile(e.accounts.income, e.sectors)[:, None]
        prices, spending = steps.follows[:half], steps.follows[half:] * income
        arrays = (e.inputs, e.added, e.weights, *steps.inner, prices, spending)
        kept[name] = tuple(np.ascontiguousarray(a, dtype=kind) for a in arrays)
    found: tuple[Any, ...] = kept[name]
    return found


def _by_country(matrix: Any, array: Any, out: Any) -> None:
    """(N, S, S) on (S, N, B), into `out`."""
    np.matmul(matrix, array.transpose(1, 0, 2), out=out.transpose(1, 0, 2))


def _dot(weights: Any, array: Any) -> Floats:
    """(S, N, 1) on (S, N, B), summed over sectors in double precision."""
    total: Floats = np.einsum("sn,snb->nb", weights[:, :, 0], array).astype(np.float64)
    return total
