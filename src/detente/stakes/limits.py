"""Limits on trade: export controls, quotas and purchase commitments.

A limit that binds works as a wedge between what the seller gets and what the buyer pays: the wedge at
which just the permitted trade is done. So each limit is turned into the ad valorem charge that it is
equivalent to, by complementarity: either the limit holds exactly and the charge is positive, or the
trade stays within the limit and there is none. A commitment to buy *at least* so much is the same with a
subsidy. Who gets the charge, or pays the subsidy, says the limit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import msgspec
import numpy as np

from detente.stakes.economy import Economy, Floats
from detente.stakes.equilibrium import Shock
from detente.stakes.outcome import Outcome
from detente.stakes.solve import SOLVERS, TOLERANCE, solve
from detente.stakes.solvers import NotConvergedError

MISS = 1e-8
"""By how much, at most, a limit that binds may be missed, relative."""
_MOST = 40
"""Steps before giving up."""
_STRIDE = 1.0
"""The most that the log of a wedge may change in one step; half of it after a step that failed."""
_REACH = float(np.log(1e4))
"""The log of the highest wedge that is tried; the lowest is its inverse."""
_NUDGE = 1e-4
"""By how much a log wedge is moved to measure slopes."""

Measure = Literal["quantity", "value"]
Rent = Literal["origin", "destination", "nobody"]


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """A limit on what one country sells another.

    Attributes:
        origin, destination: countries of the economy; an export control is a limit of the origin, a
            quota and a purchase commitment are of the destination.
        sectors: whose trade is limited.
        ratio: of the baseline's trade, that is allowed or promised.
        kind: `at most` or `at least`.
        measure: `quantity` delivered; or `value` before tariff at the destination's border, in the
            money of the outcome (the world's wage bill held).
        rent: who gets the wedge: `origin` (export licences or tax), `destination` (import licences;
            for `at least` the importer's state pays a subsidy, a negative tariff), or `nobody`: it is
            lost in the effort of getting round the limit.
        together: the limit is on the sum over its sectors (quantities at baseline prices), with one
            wedge for all; else on each sector, with a wedge of its own.
    """

    origin: str
    destination: str
    sectors: tuple[str, ...]
    ratio: float
    kind: Literal["at most", "at least"] = "at most"
    measure: Measure = "quantity"
    rent: Rent = "destination"
    together: bool = False

    def __str__(self) -> str:
        what = " + ".join(self.sectors) if self.together else ", ".join(self.sectors)
        return (
            f"{self.origin} to {self.destination}, {what}: "
            f"{self.kind} {self.ratio:g} of the baseline's {self.measure}"
        )


class Wedge(msgspec.Struct, frozen=True, kw_only=True):
    """The ad valorem equivalent of a limit on one sector, or on sectors together.

    Attributes:
        limit: as it was asked.
        sectors: that this wedge is on.
        rate: the wedge, a decimal: 0 where the limit does not bind, negative for a subsidy. Prices of
            delivery are (1 + rate) times what they would be at the tariffs, taxes and costs of the shock.
        ratio: of the baseline's trade, that is done.
        binds: the limit holds exactly; else trade stays within it by itself.
        miss: the certificate: by how much the limit is missed, relative; at most 1e-8.
        rent: what the wedge brings to whom the limit says, or loses; million USD. A subsidy's is negative.
    """

    limit: Limit
    sectors: tuple[str, ...]
    rate: float
    ratio: float
    binds: bool
    miss: float
    rent: float

    def __str__(self) -> str:
        one = msgspec.structs.replace(self.limit, sectors=self.sectors)
        if not self.binds:
            return f"{one}; does not bind: {self.ratio:.4g} is done"
        return f"{one}; worth {100 * self.rate:+.4g} % (missed by {self.miss:.0e})"


class _Group(msgspec.Struct, frozen=True):
    """The cells that one wedge is on."""

    limit: Limit
    sectors: tuple[str, ...]
    origin: int
    destination: int
    places: list[int]
    weights: Floats  # of the baseline's value before tariff, sum to one

    @property
    def sign(self) -> float:
        """Of a log wedge that makes for the limit: it pushes trade down, or up."""
        return 1.0 if self.limit.kind == "at most" else -1.0


def solve_limited(
    economy: Economy,
    shock: Shock,
    limits: Sequence[Limit],
    *,
    closure: str = "held",
    solver: str = "auto",
    start: Outcome | None = None,
    tolerance: float = TOLERANCE,
) -> tuple[Outcome, tuple[Wedge, ...]]:
    """The equilibrium of an economy after a shock and under limits, with the wedge of each limit.

    The wedges are in the outcome's shock, as tariffs, export taxes or costs by who gets them. Each step
    solves the linear complementarity problem of the log wedges around the last (Josephy 1979), with
    slopes that start from the demand elasticities and learn from each step (Broyden 1965).

    Args:
        limits: at most some tens; a sector of a pair under one limit of a kind only.
        closure, solver, start, tolerance: as for `solve`, for each equilibrium on the way.

    Raises:
        ValueError: an unknown country or sector; a limit that cannot be (of trade that is not there,
            contradicting another, to nothing); it says what to write instead.
        NotConvergedError: no wedge was found at which the limits hold; says which is missed and what
            to try.
    """
    groups = [group for limit in limits for group in _groups(economy, limit)]
    _check_pairs(groups)
    tolerance = min(tolerance, MISS / 100)
    signs = np.array([group.sign for group in groups])

    def outcome_at(pushed: Floats, near: Outcome | None) -> Outcome:
        wedged = _wedged(economy, shock, groups, signs * pushed)
        # From near by a step that fails is halved, which is less work than a path to where it led.
        on_way = near is not start
        ways = SOLVERS[1:] if solver == "auto" and on_way else (solver,)
        for way in ways:
            try:
                with np.errstate(all="ignore"):  # a step too far must end in NotConvergedError
                    return solve(
                        economy,
                        wedged,
                        closure=closure,
                        solver=way,
                        start=near,
                        tolerance=tolerance,
                        most=(30 if way == "newton" else 60) if on_way else 400,
                    )
            except NotConvergedError:
                if way == ways[-1]:
                    raise
        raise AssertionError

    # Log wedges in the direction that makes for the limits, so at least 0; and by how much, in logs,
    # limits are broken.
    pushed = np.zeros(len(groups))
    outcome = outcome_at(pushed, start)
    excess = signs * _over(outcome, groups)
    slopes = _first_slopes(outcome, groups)
    best, stride, strode = np.inf, _STRIDE, False
    for _ in range(_MOST):
        miss = np.where(pushed > 0, np.abs(excess), np.maximum(excess, 0.0))
        if (miss < MISS / 2).all():
            wedges = zip(groups, signs * pushed, miss, strict=True)
            return outcome, tuple(_wedge(outcome, group, *found) for group, *found in wedges)
        if (miss.max() > best / 2 and not strode) or (np.diag(slopes) >= 0).any():
            slopes = _measured(outcome_at, outcome, groups, pushed, excess)
        best = min(best, float(miss.max()))
        aim = _complementary(slopes, excess - slopes @ pushed)
        if not np.isfinite(aim).all() or (pushed >= _REACH).any():
            break
        tried = None
        while tried is None and stride > 0.01 * _STRIDE:
            new = np.minimum(np.clip(aim, pushed - stride, pushed + stride), _REACH)
            strode = bool((new != aim).any())
            try:
                tried = outcome_at(new, outcome)
            except NotConvergedError:
                stride = float(np.abs(new - pushed).max()) / 2
        if tried is None:
            break
        step, found_excess = new - pushed, signs * _over(tried, groups)
        slopes = slopes + np.outer(found_excess - excess - slopes @ step, step) / (step @ step)
        outcome, pushed, excess = tried, new, found_excess
    raise NotConvergedError(_advice(outcome, groups, signs * pushed, miss))


def _groups(economy: Economy, limit: Limit) -> list[_Group]:
    """The cells of a limit, one group for each wedge."""
    if not (np.isfinite(limit.ratio) and limit.ratio >= 0):
        raise ValueError(f"{limit}: a ratio is a number from 0")
    if not limit.sectors:
        raise ValueError(f"{limit}: name the sectors that are limited")
    if limit.origin == limit.destination:
        raise ValueError(f"{limit}: a limit is on trade between two countries")
    for field, value, known in (
        ("kind", limit.kind, ("at most", "at least")),
        ("measure", limit.measure, ("quantity", "value")),
        ("rent", limit.rent, ("origin", "destination", "nobody")),
    ):
        if value not in known:
            raise ValueError(f"{field} {value!r} of a limit? one of {', '.join(known)}")
    if limit.kind == "at least" and limit.rent == "nobody":
        raise ValueError(
            f"{limit}: somebody pays for it; its rent is of the origin or the destination"
        )
    if limit.kind == "at most" and limit.ratio == 0:
        raise ValueError(
            f"{limit}: trade that is wholly forbidden is no limit but a closed border: "
            "write a cost of inf in the shock"
        )
    origin, destination = economy.at(limit.origin), economy.at(limit.destination)
    parts = [limit.sectors] if limit.together else [(sector,) for sector in limit.sectors]
    groups = []
    for sectors in parts:
        places = [economy.sector(sector) for sector in sectors]
        before = economy.flows[origin, destination, places]
        before = before / (1 + economy.tariff[origin, destination, places])
        if before.sum() <= 0:
            raise ValueError(
                f"{limit}: {limit.origin} sold {limit.destination} no {' or '.join(sectors)} in the "
                "baseline, of which a limit could be a ratio: leave it out"
            )
        weights = before / before.sum()
        groups.append(_Group(limit, sectors, origin, destination, places, weights))
    return groups


def _check_pairs(groups: Sequence[_Group]) -> None:
    """No two limits of a kind on the same trade, and none that asks for more than another allows."""
    for n, one in enumerate(groups):
        for other in groups[:n]:
            if (one.origin, one.destination) != (other.origin, other.destination):
                continue
            both = f"{other.limit}\n{one.limit}\n"
            same = set(one.sectors) == set(other.sectors)
            if same and one.limit.measure == other.limit.measure:
                if one.limit.kind == other.limit.kind:
                    raise ValueError(
                        f"{both}two limits of a kind on the same trade: keep the tighter"
                    )
                most, least = sorted((one, other), key=lambda g: g.limit.kind, reverse=True)
                if least.limit.ratio >= most.limit.ratio:
                    raise ValueError(
                        f"{both}no trade is within both: drop one, or change its ratio"
                    )


def _wedged(economy: Economy, shock: Shock, groups: Sequence[_Group], wedges: Floats) -> Shock:
    """The shock with log wedges on top, each where its rent goes."""
    arrays: dict[str, Floats] = {}
    for group, wedge in zip(groups, wedges, strict=True):
        if wedge == 0:
            continue
        rent = group.limit.rent
        field = {"origin": "export_tax", "destination": "tariff", "nobody": "cost"}[rent]
        if field not in arrays:
            arrays[field] = _held(economy, shock, field).copy()
        cells = (group.origin, group.destination, group.places)
        level = 0.0 if field == "cost" else 1.0
        arrays[field][cells] = (level + arrays[field][cells]) * np.exp(wedge) - level
    return msgspec.structs.replace(shock, **arrays) if arrays else shock


def _held(economy: Economy, shock: Shock, field: str) -> Floats:
    array: Floats | None = getattr(shock, field)
    if array is not None:
        return array
    if field == "tariff":
        return economy.tariff
    return np.full(economy.flows.shape, 1.0 if field == "cost" else 0.0)


def _over(outcome: Outcome, groups: Sequence[_Group]) -> Floats:
    """By how much, in logs, trade is over the limit's ratio (or, where negative, short of it)."""
    return np.array(
        [np.log(_done(outcome, g)) - np.log(max(g.limit.ratio, 1e-300)) for g in groups]
    )


def _done(outcome: Outcome, group: _Group) -> float:
    """The ratio of the baseline's trade that is done."""
    economy, shock = outcome.economy, outcome.shock
    cells = (group.origin, group.destination, group.places)
    old, new = economy.tariff[cells], outcome.tariff[cells]
    before = economy.flows[cells] / (1 + old)
    after = outcome.imports[cells]
    if group.limit.measure == "quantity":
        through = 1.0
        if economy.pass_through is not None:
            through = float(economy.pass_through[group.destination])
        # what is paid over the delivered price, both against the baseline
        price = outcome.cost[group.origin, group.places] * ((1 + new) / (1 + old)) ** (through - 1)
        price = price * _held(economy, shock, "cost")[cells]
        price = price * (1 + _held(economy, shock, "export_tax")[cells])
        after = after / price
    return float(after.sum() / before.sum())


def _first_slopes(outcome: Outcome, groups: Sequence[_Group]) -> Floats:
    """Slopes of excess in the pushed wedges at given spending of each destination on each sector."""
    theta = outcome.economy.elasticity
    if outcome.shock.elasticity is not None:
        theta = outcome.shock.elasticity
    flows = outcome.flows
    total = flows.sum(0)
    slopes = np.zeros((len(groups), len(groups)))
    for n, one in enumerate(groups):
        for m, other in enumerate(groups):
            if one.destination != other.destination:
                continue
            for s, weight in zip(one.places, one.weights, strict=True):
                if s not in other.places:
                    continue
                share = flows[other.origin, other.destination, s] / total[other.destination, s]
                slope = theta[s] * share
                if one.origin == other.origin:
                    drops = one.limit.measure == "quantity" or other.limit.rent == "destination"
                    slope -= theta[s] + drops
                slopes[n, m] += one.sign * other.sign * weight * slope
    return slopes


def _measured(
    outcome_at: Callable[[Floats, Outcome | None], Outcome],
    outcome: Outcome,
    groups: Sequence[_Group],
    pushed: Floats,
    excess: Floats,
) -> Floats:
    """The same slopes by differences, general equilibrium and all: an equilibrium for each wedge."""
    slopes = np.empty((len(groups), len(groups)))
    signs = np.array([group.sign for group in groups])
    for m in range(len(groups)):
        nudged = pushed.copy()
        nudged[m] += _NUDGE
        slopes[:, m] = (signs * _over(outcome_at(nudged, outcome), groups) - excess) / _NUDGE
    return slopes


def _complementary(slopes: Floats, constant: Floats) -> Floats:
    """y >= 0 with r = slopes y + constant <= 0 and y r = 0: guesses which y are positive, solves for
    them, and turns over those that come out wrong; not a number where that goes in circles."""
    positive = constant > 0
    for rounds in range(4 * len(constant) + 8):
        y = np.zeros_like(constant)
        if positive.any():
            try:
                y[positive] = np.linalg.solve(
                    slopes[np.ix_(positive, positive)], -constant[positive]
                )
            except np.linalg.LinAlgError:
                break
        left = slopes @ y + constant
        turned = (y < 0) | (~positive & (left > 0))
        if not turned.any():
            return y
        # after some rounds one at a time, the first in order, which cannot go in circles (Murty 1974)
        positive = positive ^ (turned if rounds < 8 else np.arange(len(y)) == np.argmax(turned))
    return np.full_like(constant, np.nan)


def _wedge(outcome: Outcome, group: _Group, wedge: float, miss: float) -> Wedge:
    cells = (group.origin, group.destination, group.places)
    rate = float(np.expm1(wedge))
    paid = outcome.imports[cells]
    if group.limit.rent == "destination":
        paid = paid * (1 + outcome.tariff[cells])
    return Wedge(
        limit=group.limit,
        sectors=group.sectors,
        rate=rate,
        ratio=_done(outcome, group),
        binds=wedge != 0,
        miss=float(miss),
        rent=float(paid.sum() * rate / (1 + rate)),
    )


def _advice(outcome: Outcome, groups: Sequence[_Group], wedges: Floats, miss: Floats) -> str:
    # of the limits that are missed, that on which most was tried
    worst = int(np.argmax(np.where(miss > MISS, np.abs(wedges) + 1e-6 * miss, -1.0)))
    group, rate = groups[worst], 100 * np.expm1(wedges[worst])
    named = msgspec.structs.replace(group.limit, sectors=group.sectors)
    return (
        f"no wedge was found at which this holds: {named}; {_done(outcome, group):.4g} of the baseline "
        f"is done at a wedge of {rate:+.4g} %. Ask for a ratio nearer to that. A purchase that the seller "
        "cannot make or the buyer cannot pay for does not exist, nor one of more value than the buyer "
        "spends on the sector in all; a limit that only a closed border keeps is a cost of inf in the shock"
    )
