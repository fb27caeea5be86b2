"""The tariffs that a country would choose for itself, where the others leave theirs."""

from __future__ import annotations

import numpy as np

from detente.stakes.economy import Economy, Floats
from detente.stakes.equilibrium import Shock
from detente.stakes.outcome import Outcome
from detente.stakes.solve import solve

HIGHEST = 10.0
"""The bound of Ossa (2014): 1,000 percent."""


def optimal_tariffs(
    economy: Economy, country: str, *, closure: str = "held", most: int = 500
) -> Outcome:
    """The outcome under the import tariffs, one for each origin and sector and between 0 and 1,000
    percent, that make a country's real income greatest (Ossa 2014, section II.C).

    Ascent by L-BFGS-B in log(1 + tariff), each step with its exact gradient from one adjoint solve.
    Cells with little trade are flat: their tariffs are found less surely than the welfare.

    Raises:
        ValueError: a country that is not in the economy.
        NotConvergedError: an equilibrium on the way was not found.
    """
    from scipy.optimize import minimize  # noqa: PLC0415

    at = economy.at(country)
    others = np.arange(len(economy.countries)) != at
    traded = others[:, None] & (economy.flows[:, at] > 0)
    first = np.minimum(0.8 / economy.elasticity, HIGHEST)
    start = np.log1p(np.broadcast_to(first, traded.shape)[traded])
    outcome: list[Outcome] = []

    def loss(logs: Floats) -> tuple[float, Floats]:
        tariff = economy.tariff.copy()
        tariff[:, at][traded] = np.expm1(logs)
        shock = Shock(name=f"best tariffs of {country}", tariff=tariff)
        if outcome:
            found = solve(economy, shock, closure=closure, start=outcome[0], solver="newton")
        else:
            found = solve(economy, shock, closure=closure)
        outcome[:] = [found]
        slope = found.derivatives(country)[:, at][traded]
        return -float(np.log(found.real_income[at])), -slope * np.exp(logs) / found.real_income[at]

    bounds = [(0.0, np.log1p(HIGHEST))] * len(start)
    options = {"maxiter": most, "maxfun": 2 * most, "maxcor": 30, "ftol": 1e-11, "gtol": 1e-8}
    best = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    loss(best.x)
    return outcome[0]
