"""What one set holds and the other never did: values beyond its range, categories it never had, a value that is all there is.

Each of these can come about by chance alone: of two samples of one distribution the larger one nearly always has the largest
value. With no drift the rows of both sets are exchangeable, so which of the pooled values fell into which set is a draw without
replacement, and the chance is counted exactly.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln

from phoenix_lab.stats.multiplicity import permutation_p
from phoenix_lab.stats.result import Comparison
from phoenix_lab.stats.units import UnitCounts

DRAWS = 1999

NEVER = 1e-12
"""A category whose values all fall into one set less often than this is not drawn."""

LARGEST = 4096
"""Values of a category that could still fall into one set alone, where one set is far larger than the other."""

MOST_DEALT = 2048
"""Categories that are dealt out one by one: a quarter of a second."""


def all_among(k: int, n: int, m: int) -> float:
    """Return the chance that `k` given values all fall into a set of `m`, when `n + m` are dealt out at random.

    For the `k` largest of the pooled values this is the exceedance test: how likely it is that `k` or more values of one set lie
    beyond the other's largest (Nelson, Technometrics 5, 1963).
    """
    if k > m:
        return 0.0
    return float(np.exp(gammaln(m + 1) - gammaln(m - k + 1) - gammaln(n + m + 1) + gammaln(n + m - k + 1)))


def beyond(k: int, n: int, m: int) -> Comparison:
    """Judge that `k` of `m` values lie beyond the largest (or smallest) of the `n` others.

    Returns
    -------
    Comparison
        `value` is the share k / m less what it is on average with no drift, 1 / (n + 1); p is exact and one-sided. Ties with the
        other's largest value do not count as beyond, which makes p larger than it had to be.
    """
    if n < 1 or m < 1:
        which = "reference" if n < 1 else "primary"
        return Comparison("beyond", None, n, m, reason=f"no values in the {which} set")
    return Comparison("beyond", k / m - 1 / (n + 1), n, m, p_value=1.0 if k == 0 else all_among(k, n, m))


def unseen(
    base: ArrayLike, here: ArrayLike, rng: np.random.Generator, *, units: UnitCounts | None = None
) -> Comparison:
    """Judge how many values of a set are of categories that the other set does not have.

    Parameters
    ----------
    base, here
        Counts of the same categories, shape (categories,): of the set that is taken as known, and of the one that is looked at.
    rng
        Source of the draws.
    units
        The counts by unit of independence, `base` as its reference; whole units then are dealt out.

    Returns
    -------
    Comparison
        `value` is the share of `here` in categories without a count in `base`, less its mean over the draws. p is twice the smaller of two:
        how often the draws have as many unseen values in all, and how likely it is that any category as frequent as the most frequent unseen
        one falls wholly into `here` (Bonferroni over the categories). The first sees many rare ones, the second one that is not rare.
    """
    b, h = np.asarray(base, dtype=np.int64), np.asarray(here, dtype=np.int64)
    n, m = int(b.sum()), int(h.sum())
    if n < 1 or m < 1:
        which = "reference" if n < 1 else "primary"
        return Comparison("unseen", None, n, m, reason=f"no values in the {which} set")
    away = h[b == 0]
    if not away.any():
        return Comparison("unseen", 0.0, n, m, p_value=1.0)
    pooled = b + h
    if units is None:
        drawn = _by_rows(pooled, n, m, rng)
        one = min(1.0, int((pooled > 0).sum()) * all_among(int(away.max()), n, m))
    else:
        dealt = units.permuted(DRAWS, rng)
        dealt *= dealt == pooled
        drawn = dealt.sum(axis=1).astype(np.float64)
        one = permutation_p(float(away.max()), dealt.max(axis=1).astype(np.float64))
    p = min(1.0, 2 * min(one, permutation_p(float(away.sum()), drawn)))
    return Comparison("unseen", (float(away.sum()) - float(drawn.mean())) / m, n, m, p_value=p)


def _by_rows(pooled: NDArray[np.int64], n: int, m: int, rng: np.random.Generator) -> NDArray[np.float64]:
    # What falls wholly into one set has few values; all the others together are one category that is never unseen.
    likely = np.array([all_among(k, n, m) for k in range(min(int(pooled.max()), LARGEST) + 1)])
    counts = pooled[(pooled > 0) & (pooled < len(likely))]
    counts = counts[likely[counts] > NEVER]
    if len(counts) <= MOST_DEALT:
        rest = n + m - int(counts.sum())
        dealt = rng.multivariate_hypergeometric(np.append(counts, rest), m, size=DRAWS, method="marginals")[:, :-1]
        return np.asarray((dealt * (dealt == counts)).sum(axis=1), dtype=np.float64)
    # So many are as good as independent, and those of one size alike; a little wider than the truth.
    drawn = np.zeros(DRAWS)
    for size, many in zip(*np.unique(counts, return_counts=True), strict=True):
        drawn += size * rng.binomial(int(many), likely[size], size=DRAWS)
    return drawn
