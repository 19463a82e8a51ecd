"""From scores to chances: what share of the rows of a score is positive, learnt from rows with labels.

Several ways are tried, and the one is taken whose Brier score is least on rows that it has not seen: scores as they are, logistic regression
(Platt, 1999), the beta family (Kull, Silva Filho and Flach, AISTATS 2017) and the isotonic fit (Zadrozny and Elkan, KDD 2002).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Curve = Callable[[Floats], Floats]
"""Chances of scores, elementwise."""

FOLDS = 5
PENALTY = 1e-3
STEPS, LONGEST = 30, 4.0
"""Newton's steps, and how far one goes at the most: labels that a score parts without error have no best slope."""
OFF = 1e-6
"""Chances are kept this far off 0 and 1 before their logarithm is taken."""


@dataclass(frozen=True, eq=False)
class Calibrated:
    """Chances learnt from the rows of a reference.

    Parameters
    ----------
    way
        "none", "logistic", "beta" or "isotonic".
    brier
        Of each way, on rows that it has not seen, weighted as asked.
    held_out
        The chance of each row of the reference by what was learnt without it and its unit, shape (rows,).
    curves
        What was learnt without each fold.
    """

    way: str
    brier: dict[str, float]
    held_out: Floats
    curves: tuple[Curve, ...]

    def __call__(self, score: Floats) -> Floats:
        """Return the chance of scores: the mean of what was learnt without each fold."""
        return np.asarray(np.mean([curve(score) for curve in self.curves], axis=0))


def calibrated(score: Floats, positive: Bools, folds: Ints, weight: Floats | None = None) -> Calibrated:
    """Learn the chances of scores.

    Parameters
    ----------
    score, positive, folds
        Of each row of the reference, shape (rows,): finite, whether it is of the class that a high score speaks for, and its fold, from 0.
    weight
        What a row counts in choosing among the ways: how frequent its score is where the chances are to be used. None is all alike.
    """
    ways = {"logistic": _logistic, "isotonic": _isotonic}
    if score.min() >= 0 and score.max() <= 1:
        ways = {"none": _as_it_is, "logistic": _logistic_of_odds, "beta": _beta, "isotonic": _isotonic}
    numbers = np.unique(folds)
    best: Calibrated | None = None
    brier: dict[str, float] = {}
    for way, fit in ways.items():
        held_out, curves = np.empty(len(score)), []
        for fold in numbers:
            out = folds == fold
            learn = ~out if len(numbers) > 1 else out
            curves.append(fit(score[learn], positive[learn]))
            held_out[out] = curves[-1](score[out])
        brier[way] = float(np.average((held_out - positive) ** 2, weights=weight))
        if best is None or brier[way] < brier[best.way]:
            best = Calibrated(way, brier, held_out, tuple(curves))
    if best is None:
        raise ValueError("no way to calibrate")
    return best


def folds_of(units: Ints, rng: np.random.Generator, folds: int = FOLDS) -> Ints:
    """Return the fold of each row, whole units in one, shape (rows,)."""
    names, codes = np.unique(units, return_inverse=True)
    fold = rng.permutation(len(names)) % min(folds, len(names))
    return np.asarray(fold[codes.ravel()], dtype=np.int64)


def _as_it_is(score: Floats, positive: Bools) -> Curve:  # noqa: ARG001 - as the others are called
    return lambda s: s


def _isotonic(score: Floats, positive: Bools) -> Curve:
    from sklearn.isotonic import IsotonicRegression

    model = IsotonicRegression(out_of_bounds="clip").fit(score, positive.astype(np.float64))
    return lambda s: np.asarray(model.predict(s), dtype=np.float64)


def _odds(score: Floats) -> Floats:
    kept = np.clip(score, OFF, 1 - OFF)
    return np.asarray(np.log(kept / (1 - kept)))


def _logistic(score: Floats, positive: Bools) -> Curve:
    middle, scale = float(score.mean()), float(score.std()) or 1.0
    return _regression(lambda s: ((s - middle) / scale)[:, None], score, positive)


def _logistic_of_odds(score: Floats, positive: Bools) -> Curve:
    return _regression(lambda s: _odds(s)[:, None], score, positive)


def _beta(score: Floats, positive: Bools) -> Curve:
    def both(s: Floats) -> Floats:
        kept = np.clip(s, OFF, 1 - OFF)
        return np.stack([np.log(kept), -np.log(1 - kept)], axis=1)

    curve, slopes = _fitted(both, score, positive)
    if min(slopes) >= 0:
        return curve
    # A falling part would make the map from scores to chances turn: the family has none.
    one = int(slopes[0] < slopes[1])
    return _regression(lambda s: both(s)[:, [one]], score, positive)


def _regression(columns: Callable[[Floats], Floats], score: Floats, positive: Bools) -> Curve:
    return _fitted(columns, score, positive)[0]


def _fitted(columns: Callable[[Floats], Floats], score: Floats, positive: Bools) -> tuple[Curve, list[float]]:
    """Fit a logistic regression on one or two columns by Newton's steps, with a penalty that only keeps it finite."""
    X = np.column_stack([np.ones(len(score)), columns(score)])
    weights = np.zeros(X.shape[1])
    penalty = np.diag([0.0, *[PENALTY] * (X.shape[1] - 1)])
    for _ in range(STEPS):
        p = expit(X @ weights)
        slope = X.T @ (positive - p) - penalty @ weights
        step = np.linalg.lstsq((X * (p * (1 - p))[:, None]).T @ X + penalty, slope, rcond=None)[0]
        weights += step * min(1.0, LONGEST / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-8:
            break

    def curve(s: Floats) -> Floats:
        return np.asarray(expit(weights[0] + columns(s) @ weights[1:]))

    return curve, [float(slope) for slope in weights[1:]]
