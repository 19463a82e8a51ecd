"""Metrics of predictions whose labels have not come, from the chance of each: their value, and what a label would do to it.

A row with the chance q counts as q of a positive and 1 - q of a negative row. `at(1)` and `at(0)` are the influences of a row of a given score
and prediction if it were positive or negative: how the metric moves when such a row weighs a little more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.stats.estimates import Scale
from phoenix_lab.stats.scores import EPSILON

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Influence = Callable[[Floats, Bools], tuple[Floats, Floats]]
"""Of rows of these scores and predictions: the influence if they were positive, and if they were negative; shape (rows,) each."""


@dataclass(frozen=True, eq=False)
class Expected:
    """A metric without labels.

    Parameters
    ----------
    value
        None where it is undefined.
    influence
        See the module.
    scale
        Where it can lie.
    reason
        Why it is undefined.
    """

    value: float | None
    influence: Influence | None
    scale: Scale = "share"
    reason: str | None = None


Cells = NDArray[np.complex128]
"""Shares of the rows: true and false positives, false and true negatives."""


def _cells(of: Callable[[Cells], complex], scale: Scale = "share") -> Callable[[Floats, Bools, Floats], Expected]:
    """Make a metric of the four cells of a confusion; its slopes come from complex steps (Squire and Trapp, SIAM Review 40, 1998)."""

    def metric(_score: Floats, said: Bools, q: Floats) -> Expected:
        shares = np.array([(q * said).mean(), ((1 - q) * said).mean(), (q * ~said).mean(), ((1 - q) * ~said).mean()])
        step = 1e-30
        with np.errstate(divide="ignore", invalid="ignore"):
            value = of(shares.astype(np.complex128)).real
            slopes = np.array([of(shares + 1j * step * unit).imag / step for unit in np.eye(4)])
        if not np.isfinite(value) or not np.isfinite(slopes).all():
            return Expected(None, None, reason="it divides by no rows: nothing of a class is predicted, or expected")
        centre = float(slopes @ shares)

        def influence(_score: Floats, y: Bools) -> tuple[Floats, Floats]:
            return np.where(y, slopes[0], slopes[2]) - centre, np.where(y, slopes[1], slopes[3]) - centre

        return Expected(float(value), influence, scale)

    return metric


def _mean(of: Callable[[Floats], tuple[Floats, Floats]], scale: Scale) -> Callable[[Floats, Bools, Floats], Expected]:
    """Make a metric that is the mean of a number of each row, given for a positive and for a negative one."""

    def metric(score: Floats, _said: Bools, q: Floats) -> Expected:
        if score.min() < 0 or score.max() > 1:
            return Expected(None, None, reason="the scores are no probabilities: they leave the range from 0 to 1")
        if_positive, if_negative = of(score)
        value = float((q * if_positive + (1 - q) * if_negative).mean())

        def influence(s: Floats, _y: Bools) -> tuple[Floats, Floats]:
            one, other = of(s)
            return one - value, other - value

        return Expected(value, influence, scale)

    return metric


def _log_loss(score: Floats) -> tuple[Floats, Floats]:
    kept = np.clip(score, EPSILON, 1 - EPSILON)
    return -np.log(kept), -np.log(1 - kept)


def _shares(score: Floats, weight: Floats) -> Callable[[Floats], Floats]:
    """Return what share of a weight lies below a score, half of what lies at it."""
    order = np.argsort(score, kind="stable")
    rising, sums = score[order], np.concatenate([[0.0], np.cumsum(weight[order])])

    def below(s: Floats) -> Floats:
        both = sums[np.searchsorted(rising, s, "left")] + sums[np.searchsorted(rising, s, "right")]
        return np.asarray(both / (2 * sums[-1]))

    return below


def roc_auc(score: Floats, _said: Bools, q: Floats) -> Expected:
    """Return the chance that a positive row has the higher score, ties half."""
    share = float(q.mean())
    if not 0 < share < 1:
        return Expected(None, None, reason="all labels are expected to be alike")
    of_negatives, of_positives = _shares(score, 1 - q), _shares(score, q)
    value = float((q * of_negatives(score)).sum() / q.sum())

    def influence(s: Floats, _y: Bools) -> tuple[Floats, Floats]:
        return (of_negatives(s) - value) / share, (1 - of_positives(s) - value) / (1 - share)

    return Expected(value, influence)


def average_precision(score: Floats, _said: Bools, q: Floats) -> Expected:
    """Return the precision at each recall, weighted by the steps of recall."""
    total = float(q.sum())
    if not total > 0:
        return Expected(None, None, reason="no row is expected to be positive")
    rising, place = np.unique(score, return_inverse=True)
    found = np.bincount(place, weights=q, minlength=len(rising))
    hits = np.cumsum(found[::-1])[::-1]
    from_it = np.cumsum(np.bincount(place, minlength=len(rising))[::-1])[::-1]
    right = hits / from_it
    value = float((found * right).sum() / total)
    # A row that weighs more moves the precision at its own and at every lower threshold.
    from_here = np.concatenate([[0.0], np.cumsum(found / (total * from_it))])
    lost = np.concatenate([[0.0], np.cumsum(found * right / (total * from_it))])
    n = len(score)

    def influence(s: Floats, _y: Bools) -> tuple[Floats, Floats]:
        upto = np.searchsorted(rising, s, "right")
        own = right[np.minimum(np.searchsorted(rising, s, "left"), len(rising) - 1)]
        gone = -n * lost[upto]
        return n * ((own - value) / total + from_here[upto]) + gone, gone

    return Expected(min(1.0, value), influence)


METRICS: dict[str, Callable[[Floats, Bools, Floats], Expected]] = {
    "accuracy": _cells(lambda c: c[0] + c[3]),
    "balanced_accuracy": _cells(lambda c: (c[0] / (c[0] + c[2]) + c[3] / (c[1] + c[3])) / 2),
    "precision": _cells(lambda c: c[0] / (c[0] + c[1])),
    "recall": _cells(lambda c: c[0] / (c[0] + c[2])),
    "f1": _cells(lambda c: 2 * c[0] / (2 * c[0] + c[1] + c[2])),
    "mcc": _cells(
        lambda c: (c[0] * c[3] - c[1] * c[2]) / np.sqrt((c[0] + c[1]) * (c[0] + c[2]) * (c[3] + c[1]) * (c[3] + c[2])),
        "signed",
    ),
    "roc_auc": roc_auc,
    "average_precision": average_precision,
    "brier": _mean(lambda s: ((1 - s) ** 2, s**2), "share"),
    "log_loss": _mean(_log_loss, "positive"),
    "calibration_bias": _mean(lambda s: (s - 1, s), "signed"),
}
"""Each takes scores, whether the positive class is predicted, and the chance of it, shape (rows,) each."""
