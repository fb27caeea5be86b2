"""A quantitative trade model: what each path of the talks is worth. Needs the extra `model`.

>>> from detente.stakes import Shock, shipped, solve
"""

from detente.stakes.economy import Economy
from detente.stakes.equilibrium import Shock
from detente.stakes.loading import load, shipped
from detente.stakes.optimal import optimal_tariffs
from detente.stakes.outcome import Outcome
from detente.stakes.solve import solve, solve_many
from detente.stakes.solvers import NotConvergedError

__all__ = [
    "Economy",
    "NotConvergedError",
    "Outcome",
    "Shock",
    "load",
    "optimal_tariffs",
    "shipped",
    "solve",
    "solve_many",
]
