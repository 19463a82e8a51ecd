"""Maximum mean discrepancy of two sets of vectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.embeddings.drift import exchanges, finite_rows, sampled, unit_codes
from phoenix_lab.stats.multiplicity import permutation_p
from phoenix_lab.stats.result import finite

MOST = 1500
"""Rows of a set that are compared; of more, so many drawn at random."""
PERMUTATIONS = 999
FEWEST = 4


@dataclass(frozen=True)
class Mmd:
    """How different two sets of vectors are, means and everything else.

    Parameters
    ----------
    value
        Unbiased estimate of the squared discrepancy: 0 on average where the sets do not differ, below it by chance; None where `reason` says why.
    p_value
        By permutation of rows, or of whole units.
    gamma
        Of the kernel exp(-gamma d²): 1 by the median squared distance of the rows of both sets.
    n_reference, n_primary
        Rows compared.
    reason
        Why there is no result; None when there is one.
    """

    value: float | None
    p_value: float | None
    gamma: float | None
    n_reference: int
    n_primary: int
    reason: str | None = None


def mmd(
    reference: NDArray[Any],
    primary: NDArray[Any],
    rng: np.random.Generator,
    units_reference: NDArray[Any] | None = None,
    units_primary: NDArray[Any] | None = None,
    *,
    permutations: int = PERMUTATIONS,
) -> Mmd:
    """Compare two sets of vectors, shapes (n, d) and (m, d), with a Gaussian kernel; rows with NaN or infinities are left out.

    Parameters
    ----------
    reference, primary
        The vectors.
    rng
        Source of the sample and of the permutations.
    units_reference, units_primary
        The unit of each row; permutations then move whole units. Both or neither.
    permutations
        How many are drawn.

    References
    ----------
    Gretton, Borgwardt, Rasch, Schölkopf and Smola, A kernel two-sample test, JMLR 13, 2012: the unbiased statistic (3) and the median heuristic.
    """
    rows = [sampled(finite_rows(one), rng, MOST) for one in (reference, primary)]
    n, m = len(rows[0]), len(rows[1])
    if min(n, m) < FEWEST:
        return Mmd(None, None, None, n, m, f"at least {FEWEST} usable vectors a set are needed; there are {n} and {m}")
    side = np.repeat([False, True], [n, m])
    units = np.arange(n + m)
    if units_reference is not None and units_primary is not None:
        units = unit_codes(units_reference[rows[0]], units_primary[rows[1]])
        fewest = min(len(np.unique(units[~side])), len(np.unique(units[side])))
        if fewest < FEWEST:
            return Mmd(None, None, None, n, m, f"at least {FEWEST} units a set are needed; a set has {fewest}")
    X = np.concatenate([reference[rows[0]], primary[rows[1]]]).astype(np.float64)
    largest = float(np.abs(X).max(initial=0)) or 1.0
    X /= largest  # so that no square overflows
    X -= X.mean(axis=0)
    squares = (X**2).sum(axis=1)
    distances = np.maximum(squares[:, None] + squares[None, :] - 2 * (X @ X.T), 0)
    np.fill_diagonal(distances, 0)
    median = float(np.median(distances[np.triu_indices(len(X), 1)]))
    if not median > 0:
        positive = distances[distances > 0]
        if not len(positive):
            return Mmd(None, None, None, n, m, "all vectors are equal")
        median = float(np.median(positive))  # most are equal
    kernel = np.exp(-distances / median)
    labels, block = exchanges(side, units, permutations, rng)
    values = _unbiased(kernel, labels[:, block])
    return Mmd(
        float(values[0]), permutation_p(float(values[0]), values[1:]), finite(1 / median / largest / largest), n, m
    )


def _unbiased(kernel: NDArray[np.float64], labels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the statistic for each row of labels (1 primary, 0 reference), shape (draws, rows)."""
    m = labels.sum(axis=1)
    n = labels.shape[1] - m
    both, one = kernel.sum(), labels @ kernel.sum(axis=0)
    of_primary = ((labels @ kernel) * labels).sum(axis=1)
    across = one - of_primary
    of_reference = both - one - across
    value: NDArray[np.float64] = (
        (of_primary - m) / np.maximum(1, m * (m - 1))
        + (of_reference - n) / np.maximum(1, n * (n - 1))
        - 2 * across / np.maximum(1, n * m)
    )
    return value
