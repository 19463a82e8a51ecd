"""How right predicted classes are.

Truth and predictions are numbers of classes, 0 to K - 1, of shape (rows,). The values are scikit-learn's; where it warns and
returns 0 (a class that is never predicted has no precision), a number of one class is undefined here, while in an average over the
classes it counts as 0, as there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from phoenix_lab.stats.estimates import Estimate, Ints, pieces, share, undefined, with_interval

Average = Literal["macro", "weighted", "micro"]


def confusion(truth: Ints, predicted: Ints, n_classes: int) -> Ints:
    """Return the counts by truth and prediction, shape (K, K)."""
    return np.bincount(truth * n_classes + predicted, minlength=n_classes**2).reshape(n_classes, n_classes)


def accuracy(truth: Ints, predicted: Ints, units: Ints | None = None) -> Estimate:
    """Return the share of right predictions."""
    if not len(truth):
        return undefined("accuracy", 0, "no row has both a prediction and a label")
    return share("accuracy", truth == predicted, np.ones(len(truth), dtype=bool), units)


def recall(truth: Ints, predicted: Ints, positive: int, units: Ints | None = None) -> Estimate:
    """Return the share of the rows of a class that are found."""
    among = truth == positive
    if not among.any():
        return undefined("recall", 0, "no row is of this class")
    return share("recall", predicted == positive, among, units)


def precision(truth: Ints, predicted: Ints, positive: int, units: Ints | None = None) -> Estimate:
    """Return the share of the rows said to be of a class that are."""
    among = predicted == positive
    if not among.any():
        return undefined("precision", 0, "no row is predicted to be of this class")
    return share("precision", truth == positive, among, units)


def f1(truth: Ints, predicted: Ints, positive: int, units: Ints | None = None) -> Estimate:
    """Return the harmonic mean of precision and recall of a class."""
    said, so = predicted == positive, truth == positive
    total = int(said.sum()) + int(so.sum())
    if total == 0:
        return undefined("f1", 0, "no row is of this class or predicted to be")
    value = 2 * int((said & so).sum()) / total
    influence = (2.0 * (said & so) - value * (said.astype(np.float64) + so)) / total
    return with_interval("f1", value, len(truth), influence, units, effective=pieces(said | so, units))


def balanced_accuracy(truth: Ints, predicted: Ints, n_classes: int, units: Ints | None = None) -> Estimate:
    """Return the mean of the recalls of the classes that occur."""
    counts = np.bincount(truth, minlength=n_classes)
    there = counts > 0
    if not there.any():
        return undefined("balanced_accuracy", 0, "no row has both a prediction and a label")
    if int(there.sum()) < 2:
        return undefined("balanced_accuracy", len(truth), "all labels are alike")
    right = truth == predicted
    of_class = np.bincount(truth, weights=right, minlength=n_classes)[there] / counts[there]
    rates = np.zeros(n_classes)
    rates[there] = of_class
    influence = (right - rates[truth]) / counts[truth] / int(there.sum())
    return with_interval(
        "balanced_accuracy", float(of_class.mean()), len(truth), influence, units, effective=_rarest(truth, units)
    )


def averaged(
    name: str, truth: Ints, predicted: Ints, n_classes: int, units: Ints | None = None, *, average: Average = "macro"
) -> Estimate:
    """Return "precision", "recall" or "f1" over the classes that occur or are predicted.

    "macro" is the mean of the classes, rare ones alike; "weighted" counts each by its rows; "micro" counts all rows together, which is
    the share of right predictions.
    """
    so, said = np.bincount(truth, minlength=n_classes), np.bincount(predicted, minlength=n_classes)
    there = so + said > 0
    n = len(truth)
    if not there.any():
        return undefined(name, 0, "no row has both a prediction and a label")
    if average == "micro":
        return replace(accuracy(truth, predicted, units), name=name)
    right = truth == predicted
    hits = np.bincount(truth, weights=right, minlength=n_classes)
    part = {"precision": (0.0, 1.0), "recall": (1.0, 0.0), "f1": (0.5, 0.5)}[name]
    below = part[0] * so + part[1] * said
    usable = np.where(below > 0, below, 1.0)
    rates = np.where(below > 0, hits / usable, 0.0)
    weight = so / n if average == "weighted" else there / int(there.sum())
    value = float(weight @ rates)
    influence = (
        weight[truth] * (right - part[0] * rates[truth]) / usable[truth]
        - weight[predicted] * part[1] * rates[predicted] / usable[predicted]
    )
    if average == "weighted":
        influence += (rates[truth] - value) / n
    return with_interval(name, value, n, influence, units, effective=_rarest(truth, units))


def mcc(truth: Ints, predicted: Ints, n_classes: int, units: Ints | None = None) -> Estimate:
    """Return Matthews' correlation of truth and prediction, of several classes Gorodkin's.

    Matthews, BBA Protein Structure 405, 1975; Gorodkin, Computational Biology and Chemistry 28, 2004.
    """
    n = len(truth)
    if n == 0:
        return undefined("mcc", 0, "no row has both a prediction and a label")
    so, said = (np.bincount(x, minlength=n_classes).astype(np.float64) for x in (truth, predicted))
    right = (truth == predicted).astype(np.float64)
    hits = float(right.sum())
    both = hits * n - float(so @ said)
    of_truth, of_said = n * n - float(so @ so), n * n - float(said @ said)
    if of_truth <= 0 or of_said <= 0:
        which = "labels" if of_truth <= 0 else "predictions"
        return undefined("mcc", n, f"all {which} are alike")
    root = np.sqrt(of_truth * of_said)
    value = both / root
    d_both = n * right + hits - so[predicted] - said[truth]
    d_truth, d_said = 2 * (n - so[truth]), 2 * (n - said[predicted])
    influence = d_both / root - value / 2 * (d_truth / of_truth + d_said / of_said)
    return with_interval(
        "mcc", float(np.clip(value, -1, 1)), n, influence, units, effective=_rarest(truth, units), scale="signed"
    )


def _rarest(truth: Ints, units: Ints | None) -> int:
    """Return the rows or units of the class that has the fewest."""
    return min(pieces(truth == k, units) for k in np.flatnonzero(np.bincount(truth)))
