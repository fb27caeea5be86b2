"""Sums over trading partners, for one scenario or for many that share most of their tariffs.

K[s, n, i] is how much destination n buys of origin i in sector s for each unit of attraction. In a trade
war few pairs of countries change their tariffs, so that scenarios share one K but for the pairs touched:
one matrix product serves them all, and the pairs are mended after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from detente.stakes.economy import Floats


class Pairs:
    """The M pairs of countries that shocks touch, in the two orders that sums need."""

    def __init__(self, touched: npt.NDArray[np.bool_]) -> None:
        self.to, self.of = np.nonzero(touched)
        self.buyers, self.first = np.unique(self.to, return_index=True)
        self.by_origin = np.argsort(self.of, kind="stable")
        self.sellers, self.first_of = np.unique(self.of[self.by_origin], return_index=True)
        self.to_by_origin = self.to[self.by_origin]


class Kernel:
    """K of shape (S, N, N), and where pairs are touched what each of B scenarios' K differs by."""

    def __init__(self, base: Floats) -> None:
        self.base = base
        self.turned = np.ascontiguousarray(base.transpose(0, 2, 1))
        self.pairs: Pairs | None = None
        self.delta: Floats = np.zeros(0)
        self._kinds: dict[Any, tuple[Any, Any]] = {}

    def touched(self, pairs: Pairs, cells: Sequence[Floats]) -> Kernel:
        """The kernel of B scenarios with new cells (S, M) each in the place of some pairs."""
        old = self.base[:, pairs.to, pairs.of]
        if len(cells) == 1 and len(pairs.to) > len(self.base[0]) ** 2 // 8:
            whole = self.base.copy()
            whole[:, pairs.to, pairs.of] = cells[0]
            return Kernel(whole)
        made = Kernel.__new__(Kernel)
        made.base, made.turned, made.pairs = self.base, self.turned, pairs
        made._kinds = self._kinds
        made.delta = np.stack(cells, -1) - old[:, :, None]
        made._delta_by_origin = np.ascontiguousarray(made.delta[:, pairs.by_origin])
        return made

    _delta_by_origin: Floats

    def of_kind(self, kind: Any) -> Kernel:
        """The same in another precision."""
        if kind is np.float64:
            return self
        if kind not in self._kinds:
            self._kinds[kind] = (self.base.astype(kind), self.turned.astype(kind))
        made = Kernel.__new__(Kernel)
        made.base, made.turned = self._kinds[kind]
        made.pairs, made._kinds, made.delta = self.pairs, {}, self.delta.astype(kind)
        if self.pairs is not None:
            made._delta_by_origin = self._delta_by_origin.astype(kind)
        return made

    def gather(self, of_origin: Floats, out: Floats | None = None) -> Floats:
        """(S, N, B) of origins -> (S, N, B) of destinations."""
        total: Floats = np.matmul(self.base, of_origin, out=out)
        if self.pairs is not None:
            change = self.delta * of_origin[:, self.pairs.of]
            total[:, self.pairs.buyers] += np.add.reduceat(change, self.pairs.first, axis=1)
        return total

    def scatter(self, of_destination: Floats, out: Floats | None = None) -> Floats:
        """(S, N, B) of destinations -> (S, N, B) of origins."""
        total: Floats = np.matmul(self.turned, of_destination, out=out)
        if self.pairs is not None:
            change = self._delta_by_origin * of_destination[:, self.pairs.to_by_origin]
            total[:, self.pairs.sellers] += np.add.reduceat(change, self.pairs.first_of, axis=1)
        return total

    def cells(self, scenario: int = 0) -> Floats:
        """The whole K of one scenario, (S, N, N)."""
        if self.pairs is None:
            return self.base
        whole = self.base.copy()
        whole[:, self.pairs.to, self.pairs.of] += self.delta[:, :, scenario]
        return whole
