"""Two ways to an equilibrium: accelerated passes, and Newton's method.

Newton's unknowns, (M, B): logs of wages and, where it moves, of employment; then log prices and
spending by sector where there are inputs, else income; spending and income in shares of baseline income. A solver ends only on the certificate of
`Equations.residual`, never on a small step.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np

from detente.stakes.economy import Floats
from detente.stakes.equilibrium import Equations, Market, Point, Shock
from detente.stakes.linear import Linear
from detente.stakes.passes import ROUGH, Passes, fit

MEMORY = 4
"""Differences that Anderson's mixture looks back on."""
_SWEEPS = 6
"""Sweeps of prices and spending from which the slope of wages is taken."""
_NEAR, _ROUGHLY = 80, 12
"""Passes at most that lead near a solution, and of them in single precision; 16 and 6 are usual."""
_DENSE = 800
"""Unknowns up to which Newton's step is solved by factors rather than by iteration."""


class NotConvergedError(ArithmeticError):
    """No equilibrium was found: says how near it came and what to try."""


class Solved(msgspec.Struct, frozen=True):
    """Where a solver stopped: its point and market, the certificates (B,), passes or steps made."""

    point: Point
    market: Market
    residual: Floats
    passes: int


Solver = Callable[[Equations, Point, float, int], Solved]


def pack(equations: Equations, point: Point) -> Floats:
    """A point as unknowns."""
    income = equations.accounts.income[:, None]
    parts = [np.log(point.wage)]
    if equations.economy.labour_supply:
        parts.append(np.log(point.labour))
    if equations.inputs is None:
        return np.concatenate([*parts, point.spending.sum(0) / income])
    flat = (-1, point.wage.shape[1])
    spending = (point.spending / income).reshape(flat)
    return np.concatenate([*parts, point.log_price.reshape(flat), spending])


def unpack(equations: Equations, unknowns: Floats) -> Point:
    """The point of some unknowns."""
    size, income = equations.size, equations.accounts.income[:, None]
    wage, rest = np.exp(unknowns[:size]), unknowns[size:]
    labour = np.ones_like(wage)
    if equations.economy.labour_supply:
        labour, rest = np.exp(rest[:size]), rest[size:]
    if equations.inputs is None:
        return Point(wage, labour, np.zeros((1, 1, 1)), equations.weights * (rest * income))
    half, shape = len(rest) // 2, (equations.sectors, size, unknowns.shape[1])
    return Point(wage, labour, rest[:half].reshape(shape), rest[half:].reshape(shape) * income)


def accelerated(equations: Equations, start: Point, tolerance: float, most: int) -> Solved:
    """Sweeps over prices and spending within steps of wages, the steps mixed after Anderson (Walker and
    Ni 2011), each scenario with its own mixture.

    A sweep is a pass whose gaps are divided by what a country's own goods feed back on its own prices
    and spending; a step of wages is a pass whose gaps are divided by the slope at the baseline.

    Raises:
        NotConvergedError: after `most` steps, or where the unknowns leave the numbers.
    """
    e, steps, history = equations, Steps.of(equations), History()
    point = e.normal(start)
    best = np.full(len(e.shocks), np.inf)
    passes = 0
    if fit(e):
        point, passes = _near(e, steps, point, tolerance, most)
    try:
        with np.errstate(all="raise", under="ignore"):
            for passes in range(passes + 1, most + 1):  # noqa: B020
                if e.inputs is not None:
                    _, supply = e.supply(point)
                    gap = -np.log(supply) / e.theta - point.log_price
                    point.log_price = point.log_price + steps.prices(gap)
                attraction, supply = e.supply(point)
                received = e.net.gather(attraction)
                market = e.trade(point, attraction, supply, received)
                gap = steps.spending(market.spending - point.spending)
                point.spending = np.maximum(point.spending + gap, point.spending * 0.1)
                market = e.trade(point, attraction, supply, received)
                residual = e.residual(point, market)
                if (residual <= tolerance).all():
                    return Solved(point, market, residual, passes)
                best = np.minimum(best, residual)
                outer = np.log(np.concatenate([point.wage, point.labour]))
                answer = e.answer(point, market)
                gap = np.log(np.concatenate([answer.wage, answer.labour])) - outer
                if e.slack is not None:
                    gap[e.slack] = 0.0
                outer = history.step(outer, np.clip(steps.outer(gap), -1, 1))
                point.wage, point.labour = np.exp(outer[: e.size]), np.exp(outer[e.size :])
                point = e.normal(point)
    except (FloatingPointError, np.linalg.LinAlgError):
        pass
    raise NotConvergedError(_advice(equations, best, passes))


def _near(
    equations: Equations, steps: Steps, start: Point, tolerance: float, most: int
) -> tuple[Point, int]:
    """A point near the equilibria and the passes it took, by `Passes`; the start where they fail."""
    e, history = equations, History()
    try:
        with np.errstate(all="raise", under="ignore"):
            missed = e.residual(start, e.market(start)).max()
            if missed <= tolerance:
                return start, 0
            kind: type = np.float32 if missed > ROUGH else np.float64
            run = Passes(e, steps, start, kind)
            for made in range(1, min(most, _NEAR)):
                gap = run.excess()
                if e.slack is not None:
                    gap[e.slack] = 0.0
                worst = np.abs(gap).max()
                if kind is np.float32 and (worst < ROUGH or made == _ROUGHLY):
                    kind = np.float64
                    run = Passes(e, steps, run.point(), kind)
                elif worst <= tolerance:
                    return run.point(), made
                outer = np.log(run.wage)
                outer = history.step(outer, np.clip(steps.outer(e.damping * gap), -1, 1))
                run.follow(e.normal(Point(np.exp(outer), np.ones_like(outer), outer, outer)).wage)
    except (FloatingPointError, np.linalg.LinAlgError):
        pass
    return start, 0


class Steps:
    """What divides the gaps of a pass: slopes of an economy's equations at its baseline, made once."""

    def __init__(self, equations: Equations) -> None:
        e = Equations(equations.economy, [Shock()], equations.closure)
        e.slack = equations.slack
        held, self.size, self.sectors = e.accounts, e.size, e.sectors
        self._prices: Floats | None = None
        self._spending: Floats | None = None
        if e.inputs is not None:
            own = held.share.diagonal(axis1=1, axis2=2).T
            unit = np.eye(e.sectors)
            self._prices = _inverse(unit - own[:, :, None] * e.inputs.transpose(0, 2, 1))
            self._spending = _inverse(unit - e.inputs * own[:, None, :])
        point = e.start()
        linear = Linear(e, point, e.market(point))
        count = e.size * (2 if linear.supplied else 1)
        change = np.eye(linear.length, count)
        for _ in range(_SWEEPS):
            gap = linear.forward(change)[count:] - change[count:]
            change[count:] += self._inner(gap)
        self.follows = change[count:]
        """(M - N, N) what prices and spending come to where wages change, to the first order."""
        slope = np.eye(count) - linear.forward(change)[:count]
        if e.slack is not None:
            slope[e.slack] = 0.0
            slope[e.slack, : e.size] = held.wages / e.world
        else:
            slope[: e.size, : e.size] += held.wages / e.world
        self._outer = _inverse(slope)

    @staticmethod
    def of(equations: Equations) -> Steps:
        kept = equations.baseline.prepared
        name = f"steps {equations.closure} {equations.slack}"
        if name not in kept:
            kept[name] = Steps(equations)
        found: Steps = kept[name]
        return found

    @property
    def inner(self) -> tuple[Floats, Floats]:
        """What a country's own goods feed back on its prices and on its spending, (N, S, S) each."""
        assert self._prices is not None
        assert self._spending is not None
        return self._prices, self._spending

    def prices(self, gap: Floats) -> Floats:
        """(S, N, B) gaps of log prices -> changes."""
        return gap if self._prices is None else _by_country(self._prices, gap)

    def spending(self, gap: Floats) -> Floats:
        """(S, N, B) gaps of spending -> changes."""
        return gap if self._spending is None else _by_country(self._spending, gap)

    def outer(self, gap: Floats) -> Floats:
        """(2 N, B) gaps of log wages and employment -> changes."""
        count = len(self._outer)
        return np.concatenate([self._outer @ gap[:count], gap[count:]])

    def _inner(self, gap: Floats) -> Floats:
        if self._prices is None or self._spending is None:
            return gap
        half, shape = len(gap) // 2, (self.sectors, self.size, gap.shape[1])
        price = _by_country(self._prices, gap[:half].reshape(shape))
        spent = _by_country(self._spending, gap[half:].reshape(shape))
        return np.concatenate([price.reshape(half, -1), spent.reshape(half, -1)])


def _inverse(matrix: Floats) -> Floats:
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)


def _by_country(matrix: Floats, array: Floats) -> Floats:
    """(N, S, S) on (S, N, B)."""
    made: Floats = np.matmul(matrix, array.transpose(1, 0, 2)).transpose(1, 0, 2)
    return made


class History:
    """The last differences of unknowns and of their answers, and the step that they suggest."""

    def __init__(self) -> None:
        self.steps: list[Floats] = []
        self.turns: list[Floats] = []
        self.last: tuple[Floats, Floats] | None = None

    def step(self, z: Floats, f: Floats) -> Floats:
        """z + f bent by the mixture of past differences that would have made f least."""
        if self.last is not None:
            self.steps.append(z - self.last[0])
            self.turns.append(f - self.last[1])
            del self.steps[:-MEMORY], self.turns[:-MEMORY]
        self.last = (z, f)
        if not self.steps:
            return z + f
        turns = np.array(self.turns)
        gram = np.einsum("imb,jmb->bij", turns, turns)
        aim = np.einsum("imb,mb->bi", turns, f)[:, :, None]
        ridge = 1e-12 * np.trace(gram, axis1=1, axis2=2) + 1e-300
        mix = np.linalg.solve(gram + ridge[:, None, None] * np.eye(len(turns)), aim)[:, :, 0]
        bent: Floats = z + f - np.einsum("imb,bi->mb", np.array(self.steps) + turns, mix)
        return bent


def newton(equations: Equations, start: Point, tolerance: float, most: int) -> Solved:
    """Newton's method with the analytic Jacobian of `Linear`, one scenario at a time.

    The step solves (I - J) d = answer(z) - z, with the equation of one country's wage, which the others
    imply (Walras), replaced by the normalisation. A step that would change a log by more than 2 or make
    the certificate worse is halved.

    Raises:
        NotConvergedError: after `most` steps, or where no shorter step helps.
        ValueError: more than one scenario.
    """
    if len(equations.shocks) != 1:
        raise ValueError("Newton's method takes one scenario at a time")
    z = pack(equations, start)
    point = unpack(equations, z)
    market = equations.market(point)
    residual = equations.residual(point, market)
    for steps in range(most + 1):
        if (residual <= tolerance).all():
            return Solved(point, market, residual, steps)
        if steps == most:
            break
        f = pack(equations, equations.answer(point, market)) - z
        linear = Linear(equations, point, market)
        d = solve_linear(linear, bordered(linear, f), transposed=False)
        length = min(1.0, 2.0 / max(float(np.abs(d).max()), 1e-300))
        while True:
            with np.errstate(all="ignore"):  # a step too long may leave the numbers: it is halved
                tried = unpack(equations, z + length * d)
                found = equations.market(tried)
                now = equations.residual(tried, found)
            if (now < residual).all() and (found.demand > 0).all() and (found.income > 0).all():
                break
            length /= 2
            if length < 1e-4:
                raise NotConvergedError(_advice(equations, residual, steps))
        z, point, market, residual = z + length * d, tried, found, now
    raise NotConvergedError(_advice(equations, residual, most))


def solve_linear(linear: Linear, aim: Floats, *, transposed: bool) -> Floats:
    """d with (I - J) d = aim, or (I - J') d = aim, where one wage is held by the normalisation."""
    if linear.length <= _DENSE:
        matrix = np.eye(linear.length) - linear.forward(np.eye(linear.length))
        matrix[_held(linear)] = _normal(linear)
        return np.asarray(
            np.linalg.solve(matrix.T if transposed else matrix, aim), dtype=np.float64
        )
    from scipy.sparse.linalg import LinearOperator, gmres  # noqa: PLC0415

    held, normal = _held(linear), _normal(linear)

    def ahead(d: Floats) -> Floats:
        out = d - linear.forward(d[:, None])[:, 0]
        out[held] = normal @ d
        return out

    def back(u: Floats) -> Floats:
        kept = u.copy()
        kept[held] = 0.0
        out: Floats = kept - linear.backward(kept[:, None])[0][:, 0] + u[held] * normal
        return out

    size = (linear.length, linear.length)
    operator = LinearOperator(size, matvec=back if transposed else ahead, dtype=np.float64)
    d, _ = gmres(operator, aim[:, 0], rtol=1e-12, atol=0.0, restart=120, maxiter=4)
    return np.asarray(d)[:, None]


def bordered(linear: Linear, aim: Floats, lacks: float | None = None) -> Floats:
    """A right-hand side with what the normalisation lacks in the place of the equation left out."""
    e, held = linear.equations, _held(linear)
    if lacks is None:
        lacks = 1 - linear.market.wages.sum() / e.world
    aim = aim.copy()
    aim[held] = lacks
    return aim


def _held(linear: Linear) -> int:
    """The country whose labour market is left out: the largest, whom the others' errors matter least."""
    slack = linear.equations.slack
    return int(np.argmax(linear.equations.accounts.wages)) if slack is None else slack


def _normal(linear: Linear) -> Floats:
    """The normalisation as a row over the unknowns."""
    e = linear.equations
    row = np.zeros(linear.length)
    wages = linear.market.wages[:, 0] / e.world
    row[: e.size] = wages
    if linear.supplied:
        row[e.size : 2 * e.size] = wages
    return row


def _advice(equations: Equations, residual: Floats, passes: int) -> str:
    worst = int(np.argmax(residual))
    name = equations.shocks[worst].name or f"scenario {worst}"
    return (
        f"{name}: no equilibrium within {passes} steps; the worst equation is missed by {residual[worst]:.1e}. "
        "Start from the outcome of a smaller shock (start=), allow more steps (most=), or take the other "
        "solver; an elasticity or a tariff may be out of the range for which the model has a solution"
    )
