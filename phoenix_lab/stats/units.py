"""Rows that are not independent of each other: counts by unit, permutations of whole units, and how alike rows of a unit are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

CELLS = 20_000_000
"""Labels drawn at once (permutations x units): 80 MB."""


@dataclass(frozen=True)
class UnitCounts:
    """Counts by unit and bin.

    Parameters
    ----------
    reference, primary
        Shapes (units of the set, bins); one row for each unit that has a value.
    reference_unit, primary_unit
        Which unit each row is; a unit with rows in both sets has the same number in both.
    name
        What the units are called.
    """

    reference: Ints
    primary: Ints
    reference_unit: Ints
    primary_unit: Ints
    name: str = "units"

    @classmethod
    def count(
        cls,
        units_reference: Ints,
        bins_reference: Ints,
        units_primary: Ints,
        bins_primary: Ints,
        *,
        n_bins: int,
        name: str = "units",
    ) -> UnitCounts:
        """Count values by their units' numbers (from 0, without large gaps) and bins, shapes (values,)."""
        tables = []
        for units, bins in ((units_reference, bins_reference), (units_primary, bins_primary)):
            size = int(units.max(initial=-1)) + 1
            table = np.bincount(units * n_bins + bins, minlength=size * n_bins).reshape(size, n_bins)
            present = np.flatnonzero(table.any(axis=1))
            tables.append((table[present], present))
        (r, unit_r), (p, unit_p) = tables
        return cls(r, p, unit_r, unit_p, name)

    @property
    def n_reference(self) -> int:
        """Number of units in the reference set."""
        return len(self.reference)

    @property
    def n_primary(self) -> int:
        """Number of units in the primary set."""
        return len(self.primary)

    def only(self, bins: NDArray[np.bool_]) -> UnitCounts:
        """Return the counts of some of the bins."""
        if bins.all():
            return self
        return UnitCounts(
            self.reference[:, bins], self.primary[:, bins], self.reference_unit, self.primary_unit, self.name
        )

    @cached_property
    def _in_both(self) -> tuple[Ints, Ints]:
        """Return the rows (reference, primary) of the units that are in both sets."""
        _, i, j = np.intersect1d(self.reference_unit, self.primary_unit, assume_unique=True, return_indices=True)
        return i, j

    def permuted(self, size: int, rng: np.random.Generator) -> Ints:
        """Return primary counts under `size` random exchanges of whole units between the sets, shape (size, bins).

        A unit that is in one set changes sets with the others like it, as many as there were; one that is in both swaps
        its two parts or doesn't.
        """
        i, j = self._in_both
        alone_r = np.delete(self.reference, i, axis=0)
        alone_p = np.delete(self.primary, j, axis=0)
        alone = np.concatenate([alone_r, alone_p]).astype(np.float64)
        parts = np.concatenate([self.reference[i], self.primary[j]]).astype(np.float64)
        result = np.empty((size, self.primary.shape[1]), dtype=np.int64)
        block = max(1, CELLS // max(1, len(alone) + len(i)))
        for start in range(0, size, block):
            rows = min(block, size - start)
            chosen = np.zeros((rows, len(alone)))
            chosen[:, : len(alone_p)] = 1
            if 0 < len(alone_p) < len(alone):
                chosen = rng.permuted(chosen, axis=1)
            total = chosen @ alone
            if len(i):
                swap = rng.integers(0, 2, (rows, len(i))).astype(np.float64)
                total += np.concatenate([swap, 1 - swap], axis=1) @ parts
            result[start : start + rows] = np.rint(total)
        return result

    def chi_square_moments(self) -> tuple[float, float]:
        """Return mean and variance of the sum of (p - r)² / pooled share under the exchanges of `permuted`.

        To first order in the shares' errors, as Rao and Scott (Annals of Statistics 1984) have it for clustered counts:
        mean tr(A) and variance 2 tr(A²), A the covariance of the differences in units of the pooled shares. For many units, where
        it is as good as drawing.
        """
        i, j = self._in_both
        n, m = int(self.reference.sum()), int(self.primary.sum())
        pooled = (self.reference.sum(axis=0) + self.primary.sum(axis=0)) / (n + m)
        alone_r = np.delete(self.reference, i, axis=0)
        alone_p = np.delete(self.primary, j, axis=0)
        alone = _residuals(np.concatenate([alone_r, alone_p]), pooled)
        halves = _residuals(self.reference[i], pooled) - _residuals(self.primary[j], pooled)
        covariance = halves.T @ halves / 4
        g, k = len(alone), len(alone_p)
        if g > 1:
            centred = alone - alone.mean(axis=0)
            covariance += k * (g - k) / (g * (g - 1)) * (centred.T @ centred)
        root = 1 / np.sqrt(pooled)
        scaled = covariance * root[:, None] * root[None, :] * (1 / n + 1 / m) ** 2
        return float(np.trace(scaled)), 2 * float((scaled**2).sum())


def _residuals(counts: Ints, shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how each unit's counts differ from what its size gives at these shares."""
    residuals: NDArray[np.float64] = counts - counts.sum(axis=1, keepdims=True) * shares
    return residuals


def intraclass_correlation(values: NDArray[Any], groups: Ints) -> float | None:
    """Return how alike the values of a group are, by one-way analysis of variance; None where there is too little.

    ICC(1) with the mean group size for unequal groups (Donner, International Statistical Review 54, 1986): 0 when
    rows of a group are as different as any two rows, 1 when they are equal.

    Parameters
    ----------
    values
        Finite numbers, shape (n,).
    groups
        The group of each, numbered from 0.
    """
    n = len(values)
    sizes = np.bincount(groups)
    sizes = sizes[sizes > 0]
    k = len(sizes)
    if k < 2 or n <= k:
        return None
    x = values - values.mean()
    _, code = np.unique(groups, return_inverse=True)
    means = np.bincount(code, weights=x) / sizes
    between = float((sizes * means**2).sum()) / (k - 1)
    within = float(((x - means[code]) ** 2).sum()) / (n - k)
    size = (n - float((sizes.astype(np.float64) ** 2).sum()) / n) / (k - 1)
    total = between + (size - 1) * within
    return float((between - within) / total) if total > 0 else None
