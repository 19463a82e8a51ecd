"""How well scores tell two classes apart, and whether they are the probabilities that they are taken for.

`positive` tells which rows are of the class that a high score speaks for, `score` is finite; both have shape (rows,).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.stats.estimates import Estimate, Floats, Ints, Scale, mean, pieces, undefined, with_interval
from phoenix_lab.stats.proportions import wilson

Bools = NDArray[np.bool_]

TENTHS = 10
EPSILON = float(np.finfo(np.float64).eps)


def _one_class(name: str, positive: Bools) -> Estimate | None:
    n = len(positive)
    if n == 0:
        return undefined(name, 0, "no row has both a score and a label")
    if positive.all() or not positive.any():
        return undefined(name, n, "all labels are alike")
    return None


def _rarer(positive: Bools, units: Ints | None) -> int:
    return min(pieces(positive, units), pieces(~positive, units))


def roc_auc(positive: Bools, score: Floats, units: Ints | None = None) -> Estimate:
    """Return the area under the ROC curve: the chance that a positive row has the higher score (ties half)."""
    nothing = _one_class("roc_auc", positive)
    if nothing is not None:
        return nothing
    high, low = np.sort(score[positive]), np.sort(score[~positive])
    m, n = len(high), len(low)
    above = np.empty(len(score))
    for rows, others, sign in ((positive, low, 1), (~positive, high, -1)):
        x = score[rows]
        below = (np.searchsorted(others, x, "left") + np.searchsorted(others, x, "right")) / (2 * len(others))
        above[rows] = below if sign > 0 else 1 - below
    value = float(above[positive].mean())
    influence = (above - value) / np.where(positive, m, n)
    return with_interval("roc_auc", value, m + n, influence, units, effective=_rarer(positive, units))


def average_precision(positive: Bools, score: Floats, units: Ints | None = None) -> Estimate:
    """Return the precision at each recall, weighted by the steps of recall, without interpolation."""
    nothing = _one_class("average_precision", positive)
    if nothing is not None:
        return nothing
    distinct, place = np.unique(-score, return_inverse=True)
    k = len(distinct)
    found = np.bincount(place, weights=positive, minlength=k)
    hits, said = np.cumsum(found), np.cumsum(np.bincount(place, minlength=k))
    total = float(hits[-1])
    right = hits / said
    value = float((found * right).sum() / total)
    # A row that weighs more moves the precision at its own and at every lower threshold.
    from_here = np.cumsum((found / (total * said))[::-1])[::-1]
    lost = np.cumsum((found * right / (total * said))[::-1])[::-1]
    influence = positive * ((right[place] - value) / total + from_here[place]) - lost[place]
    return with_interval(
        "average_precision", min(1.0, value), len(score), influence, units, effective=_rarer(positive, units)
    )


def not_probabilities(score: Floats) -> str | None:
    """Return why scores can't be read as probabilities, or None."""
    if len(score) and (score.min() < 0 or score.max() > 1):
        return "the scores are no probabilities: they leave the range from 0 to 1"
    return None


def _mean(name: str, values: Floats, score: Floats, units: Ints | None, scale: Scale) -> Estimate:
    why = not_probabilities(score)
    n = len(values)
    if n == 0 or why is not None:
        return undefined(name, n, why or "no row has both a score and a label")
    return mean(name, values, units, scale)


def brier(positive: Bools, score: Floats, units: Ints | None = None) -> Estimate:
    """Return the mean squared distance of score and truth."""
    return _mean("brier", (score - positive) ** 2, score, units, "share")


def log_loss(positive: Bools, score: Floats, units: Ints | None = None) -> Estimate:
    """Return the mean of minus the log of what was given to the truth, in nats; scores are kept 2.2e-16 off 0 and 1."""
    kept = np.clip(score, EPSILON, 1 - EPSILON)
    return _mean("log_loss", -np.log(np.where(positive, kept, 1 - kept)), score, units, "positive")


def calibration_bias(positive: Bools, score: Floats, units: Ints | None = None) -> Estimate:
    """Return the mean score less the share of positives: above 0 the scores promise too much."""
    return _mean("calibration_bias", score - positive, score, units, "signed")


@dataclass(frozen=True, eq=False)
class Reliability:
    """Mean score and share of positives by tenths of the score.

    Parameters
    ----------
    edges
        Shape (bins + 1,).
    n
        Rows of each bin, shape (bins,).
    mean_score, share
        NaN where a bin has no rows.
    lower, upper
        Wilson's interval of the share.
    """

    edges: Floats
    n: Ints
    mean_score: Floats
    share: Floats
    lower: Floats
    upper: Floats


def reliability(positive: Bools, score: Floats, bins: int = TENTHS) -> Reliability:
    """Return what came of the rows of each range of scores, ranges of equal width, closed on the left."""
    edges = np.arange(bins + 1) / bins
    place = np.clip(np.searchsorted(edges, score, "right") - 1, 0, bins - 1)
    n = np.bincount(place, minlength=bins)
    k = np.bincount(place, weights=positive, minlength=bins)
    with np.errstate(invalid="ignore"):
        mean = np.bincount(place, weights=score, minlength=bins) / n
        part = k / n
    return Reliability(edges, n, mean, part, *wilson(k, n))


def calibration_error(positive: Bools, score: Floats, bins: int = TENTHS) -> tuple[Estimate, float | None]:
    """Return the expected calibration error over ranges of equal width, and how large chance alone makes it.

    Naeini et al., AAAI 2015. It is above 0 for a perfectly calibrated score, the more so the fewer rows: the second number is
    its mean then, the sum over bins of sqrt(2/pi * sum of s(1 - s)) / n. So it has no interval, and two sets are not compared by it.
    """
    why = not_probabilities(score)
    n = len(score)
    if n == 0 or why is not None:
        return undefined("calibration_error", n, why or "no row has both a score and a label"), None
    found = reliability(positive, score, bins)
    there = found.n > 0
    value = float((found.n[there] * np.abs(found.mean_score[there] - found.share[there])).sum() / n)
    place = np.clip(np.searchsorted(found.edges, score, "right") - 1, 0, bins - 1)
    spread = np.bincount(place, weights=score * (1 - score), minlength=bins)
    chance = float(np.sqrt(2 / np.pi * spread).sum() / n)
    reason = "it grows as rows get fewer: compare it with what chance alone gives"
    return Estimate("calibration_error", value, n, reason=reason), chance
