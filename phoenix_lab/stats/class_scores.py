"""How good the scores of several classes are, one column of scores a class.

`truth` is the number of each row's class, shape (rows,); `scores` is finite, of shape (rows, classes). The values are scikit-learn's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.stats.estimates import Estimate, Floats, Ints, mean, pieces, undefined, with_interval
from phoenix_lab.stats.scores import EPSILON

OF_ONE = Callable[[NDArray[np.bool_], Floats, Ints | None], Estimate]
NOTHING = "no row has both scores and a label"
ROUNDED = 1e-3
"""Probabilities of a row may miss 1 by this much: they are often rounded."""


def one_against_rest(name: str, of_one: OF_ONE, truth: Ints, scores: Floats, units: Ints | None = None) -> Estimate:
    """Return the mean over the classes that occur of a number of two classes: each of them against all others ("macro")."""
    n = len(truth)
    if n == 0:
        return undefined(name, 0, NOTHING)
    there = np.flatnonzero(np.bincount(truth))
    if len(there) < 2:
        return undefined(name, n, "all labels are alike")
    parts = [of_one(truth == k, np.ascontiguousarray(scores[:, k]), units) for k in there]
    values = [part.value for part in parts if part.value is not None]
    influences = [part.influence for part in parts if part.influence is not None]
    effective = min(pieces(truth == k, units) for k in there)
    return with_interval(name, float(np.mean(values)), n, np.mean(influences, axis=0), units, effective=effective)


def not_probabilities(scores: Floats) -> str | None:
    """Return why the scores of the classes can't be read as probabilities, or None."""
    if len(scores) and (scores.min() < 0 or scores.max() > 1):
        return "the scores are no probabilities: they leave the range from 0 to 1"
    if len(scores) and np.abs(scores.sum(axis=1) - 1).max() > ROUNDED:
        return "the scores are no probabilities: those of a row do not add up to 1"
    return None


def _mean(name: str, values: Floats, scores: Floats, units: Ints | None) -> Estimate:
    why = not_probabilities(scores)
    n = len(values)
    if n == 0 or why is not None:
        return undefined(name, n, why or NOTHING)
    return mean(name, values, units, "positive")


def brier(truth: Ints, scores: Floats, units: Ints | None = None) -> Estimate:
    """Return the mean squared distance of scores and truth, added up over the classes: from 0 to 2 (Brier, 1950)."""
    given = scores[np.arange(len(truth)), truth]
    found = _mean("brier", (scores**2).sum(axis=1) - 2 * given + 1, scores, units)
    return found if found.upper is None else replace(found, upper=min(2.0, found.upper))


def log_loss(truth: Ints, scores: Floats, units: Ints | None = None) -> Estimate:
    """Return the mean of minus the log of what was given to the truth, in nats; scores are kept 2.2e-16 off 0 and 1."""
    whole = scores.sum(axis=1) if len(scores) else np.ones(0)
    given = scores[np.arange(len(truth)), truth] / np.where(whole > 0, whole, 1.0)
    return _mean("log_loss", -np.log(np.clip(given, EPSILON, 1 - EPSILON)), scores, units)
