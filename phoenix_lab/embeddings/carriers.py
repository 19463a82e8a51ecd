"""Which rows carry the drift of an embedding: each scored by a classifier that has not seen it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.embeddings.drift import MAX_DIMENSIONS, MAX_ROWS, Components, finite_rows, fitted, sampled, unit_codes

FOLDS = 5
BLOCK = 8192
FEWEST = 4


@dataclass(frozen=True, eq=False)
class RowScores:
    """How much each row is like the primary set rather than like the reference.

    Parameters
    ----------
    reference, primary
        Probability of being a primary row, both sets weighing the same, by classifiers that were fitted without the row and its unit; NaN
        for rows without a usable vector. Shapes (n,) and (m,).
    threshold
        From this score on the shares of the two sets differ most; None without scores.
    reason
        Why there are no scores; None when there are.
    """

    reference: NDArray[np.float64] = field(repr=False)
    primary: NDArray[np.float64] = field(repr=False)
    threshold: float | None
    reason: str | None = None


def row_scores(
    reference: NDArray[Any],
    primary: NDArray[Any],
    rng: np.random.Generator,
    units_reference: NDArray[Any] | None = None,
    units_primary: NDArray[Any] | None = None,
    *,
    learn: tuple[NDArray[np.bool_], NDArray[np.bool_]] | None = None,
) -> RowScores:
    """Score every row of two sets of vectors, shapes (n, d) and (m, d), out of fold.

    As in `domain_classifier`: logistic regression on principal components of the pooled rows. Units are in one of five folds with all their
    rows, and each fold is scored by a classifier of the other four, fitted on at most `MAX_ROWS` of a set (cross-fitting: Chernozhukov et al., The Econometrics
    Journal 21, 2018). Scores rank rows; no test is made of them, for those of different folds hang together.

    Parameters
    ----------
    reference, primary
        The vectors.
    rng
        Source of the folds and samples.
    units_reference, units_primary
        The unit of each row; both or neither.
    learn
        Rows that classifiers and threshold may be made of, (n,) and (m,); None is all. Every row is scored.
    """
    sets = (reference, primary)
    kept = [finite_rows(one) for one in sets]
    n, m = len(kept[0]), len(kept[1])
    scores = np.full(len(reference), np.nan), np.full(len(primary), np.nan)
    if min(n, m) < FEWEST:
        return RowScores(*scores, None, f"at least {FEWEST} usable vectors a set are needed; there are {n} and {m}")
    side = np.repeat([False, True], [n, m])
    units = np.arange(n + m)
    if units_reference is not None and units_primary is not None:
        units = unit_codes(units_reference[kept[0]], units_primary[kept[1]])
    fold = _folds(units, side, rng)
    eligible = np.ones(n + m, bool) if learn is None else np.concatenate([learn[0][kept[0]], learn[1][kept[1]]])
    if min(int(eligible[:n].sum()), int(eligible[n:].sum())) < FEWEST:
        return RowScores(*scores, None, f"at least {FEWEST} rows a set are needed to learn from")
    some = np.sort(
        np.concatenate(
            [sampled(np.flatnonzero(eligible & (side == is_primary)), rng, MAX_ROWS) for is_primary in (False, True)]
        )
    )
    X = _taken(sets, kept, some)
    components = Components.of(X, min(MAX_DIMENSIONS, max(1, len(some) * (FOLDS - 1) // FOLDS // 4)), rng)
    Z = components(X)
    if Z.shape[1] == 0:
        return RowScores(*scores, None, "all vectors are equal")
    weights, offsets = np.zeros((FOLDS, Z.shape[1])), np.zeros(FOLDS)
    for k in np.unique(fold):
        learn = fold[some] != k
        if len(np.unique(side[some][learn])) < 2:
            return RowScores(*scores, None, "the units are too few or too unequal to leave some of them out")
        model = fitted(Z[learn], side[some][learn])
        weights[k], offsets[k] = model.coef_[0], model.intercept_[0]
    found = np.empty(n + m)
    for start in range(0, n + m, BLOCK):
        rows = np.arange(start, min(start + BLOCK, n + m))
        along = (components(_taken(sets, kept, rows)) * weights[fold[rows]]).sum(axis=1) + offsets[fold[rows]]
        found[rows] = 1 / (1 + np.exp(-np.clip(along, -500, 500)))
    for one, rows, values in zip(scores, kept, (found[:n], found[n:]), strict=True):
        one[rows] = values
    return RowScores(*scores, _threshold(found[:n][eligible[:n]], found[n:][eligible[n:]]))


def _folds(units: NDArray[np.int64], side: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.int64]:
    """Deal units out to folds, those of the reference alone, the primary alone and both each evenly; return the fold of each row."""
    names, codes = np.unique(units, return_inverse=True)
    kind = np.zeros(len(names), dtype=np.int64)
    kind[codes[~side]] |= 1
    kind[codes[side]] |= 2
    fold = np.zeros(len(names), dtype=np.int64)
    for k in (1, 2, 3):
        members = rng.permutation(np.flatnonzero(kind == k))
        fold[members] = np.arange(len(members)) % FOLDS
    return fold[codes]


def _taken(
    sets: tuple[NDArray[Any], NDArray[Any]], kept: list[NDArray[np.int64]], rows: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return usable rows of both sets, numbered one set after the other; `rows` rise."""
    n = len(kept[0])
    parts = sets[0][kept[0][rows[rows < n]]], sets[1][kept[1][rows[rows >= n] - n]]
    return np.concatenate(parts).astype(np.float64)


def _threshold(reference: NDArray[np.float64], primary: NDArray[np.float64]) -> float:
    """Return the score from which on the shares of the two sets differ most (where Kolmogorov and Smirnov's distance is found)."""
    at = np.unique(primary)
    above = [1 - np.searchsorted(np.sort(one), at, side="left") / len(one) for one in (reference, primary)]
    return float(at[int(np.argmax(above[1] - above[0]))])
