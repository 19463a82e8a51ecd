"""Whether two sets of vectors differ: a classifier that tells them apart, and the distance of their centroids."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

MAX_ROWS = 10_000
"""Rows of a set that the classifier looks at; more are sampled."""

MAX_DIMENSIONS = 64
"""Principal components that the classifier sees."""

CONSTANT = 1e-7
"""A column whose standard deviation is a smaller part of its largest value than this is constant."""

PERMUTATIONS = 1999
CONFIDENCE = 0.9

_NO_SCORES: NDArray[np.float64] = np.empty(0)
_NO_ROWS: NDArray[np.int64] = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class DomainClassifier:
    """How well a linear classifier tells primary rows from reference rows that it has not seen.

    Parameters
    ----------
    auc
        Area under the ROC curve on the held-out half: the chance that a primary row scores above a reference row;
        .5 is no difference. None where `reason` says why.
    lower, upper
        Its 90 % interval.
    p_value
        One-sided p of the held-out scores under "the sets do not differ".
    scores_reference, scores_primary
        Held-out probabilities of being a primary row, both sets weighing the same.
    held_out_reference, held_out_primary
        Their rows, as positions in the arrays given.
    n_reference, n_primary
        Rows used, both halves together: at most `MAX_ROWS`.
    dimensions
        Principal components used.
    reason
        Why there is no result, in words for the user; None when there is one.
    """

    auc: float | None
    lower: float | None
    upper: float | None
    p_value: float | None
    scores_reference: NDArray[np.float64] = field(repr=False)
    scores_primary: NDArray[np.float64] = field(repr=False)
    held_out_reference: NDArray[np.int64] = field(repr=False)
    held_out_primary: NDArray[np.int64] = field(repr=False)
    n_reference: int
    n_primary: int
    dimensions: int
    reason: str | None = None


@dataclass(frozen=True)
class CentroidDistance:
    """How far apart the mean vectors of two sets are.

    Parameters
    ----------
    euclidean
        Length of their difference.
    cosine
        1 minus the cosine of the angle between them; None when one of them is zero.
    n_reference, n_primary
        Rows with finite values.
    reason
        Why there is no result; None when there is one.
    """

    euclidean: float | None
    cosine: float | None
    n_reference: int
    n_primary: int
    reason: str | None = None


def finite_rows(vectors: NDArray[Any]) -> NDArray[np.int64]:
    """Return the positions of the rows without NaN and infinities; `vectors` has shape (n, d)."""
    if vectors.dtype.kind not in "fc":
        return np.arange(len(vectors))
    keep = np.empty(len(vectors), dtype=bool)
    for start in range(0, len(vectors), 8192):
        block = vectors[start : start + 8192]
        keep[start : start + 8192] = np.isfinite(block).all(axis=1)
    return np.flatnonzero(keep)


def centroid_distance(reference: NDArray[Any], primary: NDArray[Any]) -> CentroidDistance:
    """Return the Euclidean and cosine distance of the mean vectors of two sets, shapes (n, d) and (m, d)."""
    rows_r, rows_p = finite_rows(reference), finite_rows(primary)
    n, m = len(rows_r), len(rows_p)
    if n == 0 or m == 0:
        return CentroidDistance(None, None, n, m, "one of the sets has no usable vectors")
    a = reference[rows_r].mean(axis=0, dtype=np.float64)
    b = primary[rows_p].mean(axis=0, dtype=np.float64)
    largest = float(max(np.abs(a).max(initial=0), np.abs(b).max(initial=0)))
    if largest == 0:
        return CentroidDistance(0.0, None, n, m)
    a, b = a / largest, b / largest  # so that no square overflows
    norms = float(np.linalg.norm(a) * np.linalg.norm(b))
    cosine = float(np.clip(1 - a @ b / norms, 0, 2)) if norms > 0 else None
    return CentroidDistance(float(np.linalg.norm(b - a)) * largest, cosine, n, m)


def domain_classifier(
    reference: NDArray[Any],
    primary: NDArray[Any],
    rng: np.random.Generator,
    units_reference: NDArray[Any] | None = None,
    units_primary: NDArray[Any] | None = None,
) -> DomainClassifier:
    """Train a classifier to tell the sets apart on one half of the rows, and test it on the other.

    The rows are standardised and reduced to principal components, both blind to the set; logistic regression learns on a
    half of each set. On the other half the classifier is a fixed function, so that the Mann-Whitney test of its scores is
    valid (on pooled out-of-fold scores it is not). With units, a unit is in one half with all its rows, and p comes from
    permuting units: which set they are in, or, for a unit with rows in both sets, which part is which.

    Parameters
    ----------
    reference, primary
        Vectors, shapes (n, d) and (m, d). Rows with NaN or infinities are left out.
    rng
        Source of the sample, the halves and the permutations.
    units_reference, units_primary
        The unit of each row (any type that Arrow can encode); a missing unit is a unit of its own. Both or neither.

    References
    ----------
    Lopez-Paz and Oquab, Revisiting classifier two-sample tests, ICLR 2017. Interval: DeLong et al., Biometrics 1988, in
    the form for clustered data of Obuchowski, Biometrics 1997.
    """
    rows_r = sampled(finite_rows(reference), rng, MAX_ROWS)
    rows_p = sampled(finite_rows(primary), rng, MAX_ROWS)
    n, m = len(rows_r), len(rows_p)
    if min(n, m) < 4:
        return _undefined(n, m, f"at least 4 usable vectors a set are needed; there are {n} and {m}")
    rows = np.concatenate([rows_r, rows_p])
    is_primary = np.repeat([False, True], [n, m])
    if units_reference is None or units_primary is None:
        units = np.arange(n + m)
    else:
        units = unit_codes(units_reference[rows_r], units_primary[rows_p])
        fewest = min(len(np.unique(units[~is_primary])), len(np.unique(units[is_primary])))
        if fewest < 4:
            return _undefined(n, m, f"at least 4 units a set are needed; a set has {fewest}")
    learn = half(units, is_primary, rng)
    test = ~learn
    halves = [int((half & side).sum()) for half in (learn, test) for side in (is_primary, ~is_primary)]
    if min(halves) < 2:
        return _undefined(n, m, "the units are too few or too unequal to hold a half of them out")

    X = np.concatenate([reference[rows_r], primary[rows_p]]).astype(np.float64)
    limit = min(MAX_DIMENSIONS, max(1, int(learn.sum()) // 4))
    Z = Components.of(X, limit, rng)(X)
    if Z.shape[1] == 0:
        return _undefined(n, m, "all vectors are equal")
    scores = fitted(Z[learn], is_primary[learn]).predict_proba(Z[test])[:, 1]

    side = is_primary[test]
    auc, lower, upper, p = auc_test(scores, side, None if units_reference is None else units[test], rng)
    held_out = rows[test]
    return DomainClassifier(
        auc=auc,
        lower=lower,
        upper=upper,
        p_value=p,
        scores_reference=scores[~side],
        scores_primary=scores[side],
        held_out_reference=held_out[~side],
        held_out_primary=held_out[side],
        n_reference=n,
        n_primary=m,
        dimensions=Z.shape[1],
    )


@dataclass(frozen=True, eq=False)
class Components:
    """Leading principal components of standardised columns: what takes rows to them.

    Parameters
    ----------
    used
        The columns that are not constant.
    largest, middle, scale
        What a column is divided by, then less by, then divided by.
    directions
        Shape (columns used, components); the rows that they were found on have unit variance along each.
    """

    used: NDArray[np.bool_]
    largest: NDArray[np.float64]
    middle: NDArray[np.float64]
    scale: NDArray[np.float64]
    directions: NDArray[np.float64]

    @classmethod
    def of(cls, X: NDArray[np.float64], k: int, rng: np.random.Generator) -> Components:
        """Find at most `k` components of `X`, shape (n, d).

        Up to 1,024 columns from the eigenvectors of the correlation matrix, above by subspace iteration (Halko et al., 2011).
        """
        largest = np.abs(X).max(axis=0, initial=0)
        largest = np.where(largest > 0, largest, 1)
        X = X / largest
        middle = X.mean(axis=0)
        X -= middle
        scale = X.std(axis=0)
        used = scale > CONSTANT
        X = X[:, used] / scale[used]
        n, d = X.shape
        k = min(k, d, n - 1)
        if k < 1:
            return cls(used, largest, middle, scale, np.empty((d, 0)))
        if d <= 1024:
            directions = np.linalg.eigh(X.T @ X)[1][:, ::-1][:, :k]
        else:
            basis = np.linalg.qr(X @ rng.standard_normal((d, min(k + 8, n, d))))[0]
            for _ in range(4):
                basis = np.linalg.qr(X @ (X.T @ basis))[0]
            directions = np.linalg.svd(basis.T @ X, full_matrices=False)[2][:k].T
        spread = (X @ directions).std(axis=0)
        keep = spread > 1e-6 * spread[0]
        return cls(used, largest, middle, scale, directions[:, keep] / spread[keep])

    def __call__(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return rows along the components, shape (n, components)."""
        at = (X / self.largest - self.middle)[:, self.used] / self.scale[self.used]
        along: NDArray[np.float64] = at @ self.directions
        return along


def _undefined(n: int, m: int, reason: str) -> DomainClassifier:
    return DomainClassifier(None, None, None, None, _NO_SCORES, _NO_SCORES, _NO_ROWS, _NO_ROWS, n, m, 0, reason)


def sampled(rows: NDArray[np.int64], rng: np.random.Generator, most: int) -> NDArray[np.int64]:
    """Return at most so many of the rows, in their order."""
    return rows if len(rows) <= most else np.sort(rng.choice(rows, most, replace=False))


def unit_codes(a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.int64]:
    """Return numbers for the units of both sets; each missing one gets a number of its own."""
    both = pa.concat_arrays([pa.array(a, from_pandas=True), pa.array(b, from_pandas=True)])
    codes: NDArray[np.int64] = (
        both.dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    )
    lone = codes < 0
    codes[lone] = codes.max(initial=-1) + 1 + np.arange(int(lone.sum()))
    return codes


def half(units: NDArray[np.int64], is_primary: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.bool_]:
    """Choose a half of the units, of those in the reference alone, the primary alone and both; return its rows."""
    names, codes = np.unique(units, return_inverse=True)
    kind = np.zeros(len(names), dtype=np.int64)
    kind[codes[~is_primary]] |= 1
    kind[codes[is_primary]] |= 2
    chosen = np.zeros(len(names), dtype=bool)
    for k in (1, 2, 3):
        members = rng.permutation(np.flatnonzero(kind == k))
        chosen[members[: len(members) // 2]] = True
    return chosen[codes]


def fitted(Z: NDArray[np.float64], y: NDArray[np.bool_]) -> Any:
    """Return scikit-learn's logistic regression of the set on the components, both sets weighing the same."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(class_weight="balanced", max_iter=200)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(Z, y)
    return model


def auc_test(
    scores: NDArray[np.float64], side: NDArray[np.bool_], units: NDArray[np.int64] | None, rng: np.random.Generator
) -> tuple[float, float, float, float]:
    """Return the AUC of scores that a fixed function gave, its 90 % interval, and the one-sided p of "the sides do not differ".

    p is Mann and Whitney's, or with units that of permuting them.
    """
    if units is not None:
        return *_auc_interval(scores, side, units), _permutation_p(scores, side, units, rng)
    from scipy.stats import mannwhitneyu

    p = float(mannwhitneyu(scores[side], scores[~side], alternative="greater").pvalue)
    return *_auc_interval(scores, side, np.arange(len(scores))), p


def _auc_interval(
    scores: NDArray[np.float64], side: NDArray[np.bool_], units: NDArray[np.int64]
) -> tuple[float, float, float]:
    """Return the AUC and its interval, from the influence of each unit on it."""
    from scipy.stats import norm

    high, low = scores[side], scores[~side]
    above = _share_below(low, high)
    below = 1 - _share_below(high, low)
    auc = float(above.mean())
    influence = np.empty(len(scores))
    influence[side] = (above - auc) / len(high)
    influence[~side] = (below - auc) / len(low)
    totals = np.bincount(np.unique(units, return_inverse=True)[1], weights=influence)
    se = float(np.sqrt((totals**2).sum() * len(totals) / (len(totals) - 1)))
    half = float(norm.ppf((1 + CONFIDENCE) / 2)) * se
    return auc, max(0.0, auc - half), min(1.0, auc + half)


def _share_below(values: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each of `at` the share of `values` below it, equal ones counted half."""
    ordered = np.sort(values)
    share: NDArray[np.float64] = (np.searchsorted(ordered, at, "left") + np.searchsorted(ordered, at, "right")) / (
        2 * len(ordered)
    )
    return share


def _permutation_p(
    scores: NDArray[np.float64], side: NDArray[np.bool_], units: NDArray[np.int64], rng: np.random.Generator
) -> float:
    """Return p of the AUC when whole units change sets, and units that are in both sets swap their two parts."""
    from scipy.stats import rankdata

    labels, block = exchanges(side, units, PERMUTATIONS, rng)
    ranks = np.bincount(block, weights=rankdata(scores))
    n1 = labels @ np.bincount(block)
    auc = (labels @ ranks - n1 * (n1 + 1) / 2) / (n1 * (len(scores) - n1))
    return float((1 + (auc[1:] >= auc[0] - 1e-12).sum()) / (1 + PERMUTATIONS))


def exchanges(
    side: NDArray[np.bool_], units: NDArray[np.int64], n: int, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Draw which set each block of rows is of, when whole units change sets and those in both sets swap their two parts.

    Returns
    -------
    Labels, 1 for primary, shape (1 + n, blocks), the first as they are; and the block of each row: the rows of one unit in one set.
    """
    blocks, block = np.unique(units * 2 + side, return_inverse=True)
    label = blocks % 2
    unit = blocks // 2
    paired = np.flatnonzero(unit[1:] == unit[:-1])
    alone = np.setdiff1d(np.arange(len(blocks)), np.concatenate([paired, paired + 1]))
    labels = np.empty((n + 1, len(blocks)))
    labels[0] = label
    for draw in labels[1:]:
        draw[alone] = rng.permutation(label[alone])
        draw[paired] = rng.integers(0, 2, len(paired))
        draw[paired + 1] = 1 - draw[paired]
    return labels, block
