"""The way in: an economy and a shock to an outcome, or thousands of shocks to a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np

from detente.stakes.economy import Economy, Floats
from detente.stakes.equilibrium import Equations, Point, Shock
from detente.stakes.outcome import Outcome
from detente.stakes.solvers import NotConvergedError, Solved, accelerated, newton

TOLERANCE = 1e-11
SOLVERS = ("auto", "passes", "newton")


def solve(
    economy: Economy,
    shock: Shock,
    *,
    closure: str = "held",
    solver: str = "auto",
    start: Outcome | None = None,
    tolerance: float = TOLERANCE,
    most: int = 400,
) -> Outcome:
    """The equilibrium of an economy after a shock.

    Args:
        closure: what trade imbalances do: `held`, `scaled` or `zero` (see `Equations`).
        solver: `passes` (accelerated), `newton`, or `auto`: the first, and where it fails the second, and where
            that fails too a path of smaller shocks that leads to this one.
        start: an outcome of the same economy to set out from.
        tolerance: by how much, at most, an equation may be missed, relative.
        most: passes before giving up.

    Raises:
        NotConvergedError: no equilibrium was found; the message says how near it came and what to try.
        ValueError: a shock or closure that the equations refuse.
    """
    if solver not in SOLVERS:
        raise ValueError(f"solver {solver!r}? one of {', '.join(SOLVERS)}")
    equations = Equations(economy, [shock], closure)
    first = equations.start() if start is None else _point(start)
    if solver == "newton":
        return Outcome(equations, newton(equations, first, tolerance, most), 0)
    try:
        return Outcome(equations, accelerated(equations, first, tolerance, most), 0)
    except NotConvergedError:
        if solver == "passes":
            raise
    return Outcome(equations, _insist(equations, first, tolerance, most), 0)


def solve_many(
    economy: Economy,
    shocks: Sequence[Shock],
    *,
    closure: str = "held",
    together: int = 64,
    tolerance: float = TOLERANCE,
    most: int = 400,
) -> Iterator[Outcome]:
    """The outcomes of many shocks in their order, solved some at a time as matrix products.

    It pays where the shocks change the tariffs of few pairs of countries; see `kernel`.
    """
    for at in range(0, len(shocks), together):
        some = shocks[at : at + together]
        equations = Equations(economy, some, closure)
        try:
            solved = accelerated(equations, equations.start(), tolerance, most)
        except NotConvergedError:
            for shock in some:
                yield solve(economy, shock, closure=closure, tolerance=tolerance, most=most)
            continue
        for n in range(len(some)):
            yield Outcome(equations, solved, n)


def _point(start: Outcome) -> Point:
    solved, at = start._solved, slice(start._at, start._at + 1)
    point = solved.point
    price = point.log_price if point.log_price.shape[2] == 1 else point.log_price[:, :, at]
    return Point(point.wage[:, at], point.labour[:, at], price, point.spending[:, :, at])


def _insist(equations: Equations, first: Point, tolerance: float, most: int) -> Solved:
    """Newton's method, and then halves of the way: 1, 1/2, 1/4 ... of the change of each log tariff."""
    try:
        return newton(equations, first, tolerance, most)
    except NotConvergedError:
        done, step, point = 0.0, 0.5, first
        while done < 1:
            step = min(step, 1 - done)
            part = _part(equations, done + step)
            try:
                on_way = Equations(equations.economy, [part], equations.closure)
                solved = newton(on_way, point, tolerance, 40)
            except NotConvergedError:
                step /= 2
                if step < 1 / 64:
                    raise
                continue
            done, point = done + step, solved.point
        return solved


def _part(equations: Equations, part: float) -> Shock:
    """A part of the way to a shock, in logs of tariffs and costs, and in the amounts of transfers."""
    economy, (shock,) = equations.economy, equations.shocks

    def between(new: Floats | None, old: Floats | float) -> Floats | None:
        if new is None:
            return None
        logs = np.log(np.minimum(1 + new, 1e12)) * part + np.log(1 + old) * (1 - part)
        return np.asarray(np.exp(logs) - 1)

    if part >= 1:
        return shock
    held = equations.accounts.transfer
    aim = equations.transfer[:, 0]
    return msgspec.structs.replace(
        shock,
        tariff=between(shock.tariff, economy.tariff),
        export_tax=between(shock.export_tax, 0.0),
        cost=None if shock.cost is None else np.minimum(shock.cost, 1e12) ** part,
        transfer=None if (aim == held).all() else aim * part + held * (1 - part),
    )
