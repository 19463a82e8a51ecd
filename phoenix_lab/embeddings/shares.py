"""Each cluster's share in two sets, with intervals, and which of the differences are more than chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from phoenix_lab.stats.proportions import CONFIDENCE, wilson, z_of
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
    between units (the design effect of the ratio estimator, 1 at least, with Student's quantile; Korn and Graubard 1998). A cluster that is in fewer than
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
        drawn = np.concatenate([primary.count[None], drawn])
        statistics = np.abs(drawn / m - (pooled - drawn) / n)
    else:
        statistics = _by_units(units, rng)
    # Scaled by the draws and what was found together: they are exchangeable.
    spread = np.sqrt((statistics**2).mean(axis=0))
    return ShareChanges(difference, lower, upper, _step_down(statistics / np.where(spread > 0, spread, 1)))


def _by_units(units: UnitCounts, rng: np.random.Generator) -> Floats:
    """Return |difference| / standard error, found and under exchanges of whole units, shape (1 + draws, clusters).

    The standard error is that between the units of each set as drawn (Chung and Romano 2013): units of one set that are larger or
    differ more among themselves than those of the other are then no evidence of a change.
    """
    K = units.primary.shape[1]
    sums = []
    for counts in (units.reference, units.primary):
        size = counts.sum(axis=1, keepdims=True)
        sums.append(np.concatenate([counts, counts**2, counts * size, size, size**2, np.ones_like(size)], axis=1))
    augmented = UnitCounts(sums[0], sums[1], units.reference_unit, units.primary_unit, units.name)
    total = sums[0].sum(axis=0) + sums[1].sum(axis=0)
    drawn = np.concatenate([sums[1].sum(axis=0)[None], augmented.permuted(PERMUTATIONS, rng)])
    share, variance = zip(
        *(_share_and_variance(side.astype(np.float64), K) for side in (drawn, total - drawn)), strict=True
    )
    gap = np.abs(share[0] - share[1])
    error = np.sqrt(np.maximum(variance[0] + variance[1], 1e-12))
    statistics: Floats = gap / error
    return statistics


def _share_and_variance(sums: Floats, K: int) -> tuple[Floats, Floats]:
    """Return the shares and the variances of the ratio estimator from sums over units, shapes (draws, clusters)."""
    counts, squares, products = sums[:, :K], sums[:, K : 2 * K], sums[:, 2 * K : 3 * K]
    size, size_squares, n_units = sums[:, -3:].T[:, :, None]
    size, n_units = np.maximum(size, 1), np.maximum(n_units, 2)
    share = counts / size
    between = np.maximum(squares - 2 * share * products + share**2 * size_squares, 0)
    return share, between / size**2 * n_units / (n_units - 1)


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
    effect *= (float(student.ppf((1 + CONFIDENCE) / 2, n_units - 1)) / z_of(CONFIDENCE)) ** 2
    limited: Floats = np.minimum(np.maximum(effect, 1.0), float(n))
    return limited
