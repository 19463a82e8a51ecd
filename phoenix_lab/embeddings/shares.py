"""Each cluster's share in two sets, with intervals, and which of the differences are more than chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.stats.proportions import CONFIDENCE, wilson
from phoenix_lab.stats.units import UnitCounts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PERMUTATIONS = 4999


@dataclass(frozen=True)
class Share:
    """The shares of the clusters in one set, all of shape (clusters,); NaN where the set has no rows.

    Parameters
    ----------
    count
        Rows.
    share, lower, upper
        Their share in the set and its 90 % interval.
    """

    count: Ints
    share: Floats
    lower: Floats
    upper: Floats


@dataclass(frozen=True)
class ShareChanges:
    """How the clusters' shares differ between the sets, all of shape (clusters,).

    Parameters
    ----------
    difference, lower, upper
        Primary less reference, with its 90 % interval.
    p_adjusted
        Adjusted over all clusters; None where there is nothing to permute.
    """

    difference: Floats
    lower: Floats
    upper: Floats
    p_adjusted: Floats | None


def shares(codes: Ints, n_clusters: int, units: Ints | None = None) -> Share:
    """Return the clusters' shares among the rows with the clusters `codes`, shape (n,).

    The interval is Wilson's. With `units` (one a row) it is Wilson's for as many independent rows as would give the variance found
    between units (the design effect of the ratio estimator, 1 at least; Korn and Graubard 1998). A cluster that is in fewer than
    two units shows no such variance, and takes the mean design effect of the set.
    """
    n = len(codes)
    count = np.bincount(codes, minlength=n_clusters)
    effect = np.ones(n_clusters)
    if units is not None and n > 0:
        effect = _design_effect(codes, count, units)
    lower, upper = wilson(count / effect, n / effect, CONFIDENCE)
    with np.errstate(invalid="ignore"):
        share = count / np.float64(n) if n else np.full(n_clusters, np.nan)
    return Share(count, share, lower, upper)


def changes(
    reference: Share, primary: Share, rng: np.random.Generator, units: UnitCounts | None = None
) -> ShareChanges:
    """Compare the shares of two sets.

    Clusters were found blind to the set, so permuting the sets' labels with the clusters fixed is an exact test. p is adjusted
    by the step-down maximum over the clusters (Westfall and Young 1993): with no difference anywhere, the chance that any p is
    below .05 is .05. With `units` whole units are permuted. Intervals are Newcombe's (method 10, 1998) from those of the shares.
    """
    r, p = reference.share, primary.share
    difference = p - r
    lower = np.clip(difference - np.hypot(p - primary.lower, reference.upper - r), -1, 1)
    upper = np.clip(difference + np.hypot(primary.upper - p, r - reference.lower), -1, 1)
    pooled = reference.count + primary.count
    n, m = int(reference.count.sum()), int(primary.count.sum())
    enough = n > 0 and m > 0 if units is None else units.n_reference > 1 and units.n_primary > 1
    if not enough or n + m < 3:
        return ShareChanges(difference, lower, upper, None)
    if units is None:
        drawn = rng.multivariate_hypergeometric(pooled, m, size=PERMUTATIONS, method="marginals")
    else:
        drawn = units.permuted(PERMUTATIONS, rng)
    drawn = np.concatenate([primary.count[None], drawn]).astype(np.float64)
    sizes = drawn.sum(axis=1, keepdims=True)
    gap = np.abs(drawn / np.maximum(sizes, 1) - (pooled - drawn) / np.maximum(n + m - sizes, 1))
    spread = np.sqrt((gap**2).mean(axis=0))  # by the draws and what was found together: they are exchangeable
    return ShareChanges(difference, lower, upper, _step_down(gap / np.where(spread > 0, spread, 1)))


def _step_down(statistics: Floats) -> Floats:
    """Return adjusted p-values; the first row is what was found, the others are draws, shape (1 + draws, clusters)."""
    found = statistics[0]
    order = np.argsort(-found, kind="stable")
    # The largest among a cluster and those with less evidence, draw by draw.
    largest = np.maximum.accumulate(statistics[:, order[::-1]], axis=1)[:, ::-1]
    as_large = (largest >= found[order] - 1e-9).mean(axis=0)
    p = np.empty(len(found))
    p[order] = np.maximum.accumulate(as_large)
    return p


def _design_effect(codes: Ints, count: Ints, units: Ints) -> Floats:
    _, unit = np.unique(units, return_inverse=True)
    n, n_units = len(codes), int(unit.max()) + 1
    if n_units < 2:
        return np.full(len(count), float(n))
    by_unit = np.zeros((n_units, len(count)))
    np.add.at(by_unit, (unit, codes), 1)
    size = by_unit.sum(axis=1, keepdims=True)
    share = count / n
    variance = ((by_unit - size * share) ** 2).sum(axis=0) / n**2 * n_units / (n_units - 1)
    independent = share * (1 - share) / n
    effect = np.divide(variance, independent, out=np.zeros(len(count)), where=independent > 0)
    in_units = (by_unit > 0).sum(axis=0)
    seen = effect[in_units > 1]
    usual = float(seen.mean()) if len(seen) else float((size**2).sum() / n)
    effect = np.where(in_units > 1, effect, np.maximum(effect, usual))
    limited: Floats = np.minimum(np.maximum(effect, 1.0), float(n))
    return limited
