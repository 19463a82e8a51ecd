"""The direction that separates two groups of vectors, and whether it tells apart rows that it has not seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.embeddings.drift import MAX_DIMENSIONS, Components, auc_test, fitted, half

DirectionMethod = Literal["difference", "probe"]

FEWEST = 4
"""Rows, or units, that a group has at least."""


@dataclass(frozen=True)
class Separation:
    """How well a direction that was found on one half of the rows tells the other half apart.

    Parameters
    ----------
    auc
        The chance that a positive row lies farther along it than a negative one; .5 is chance.
    lower, upper
        Its 90 % interval.
    p_value
        One-sided p under "it does not tell them apart".
    """

    auc: float
    lower: float
    upper: float
    p_value: float


@dataclass(frozen=True, eq=False)
class Direction:
    """A direction in a space of vectors, from negative to positive rows.

    Parameters
    ----------
    vector
        Of unit length, shape (d,).
    negative, positive
        Where the means of both groups lie along it; the positive one is farther.
    """

    vector: NDArray[np.float64] = field(repr=False)
    negative: float
    positive: float

    def along(self, X: NDArray[Any]) -> NDArray[np.float64]:
        """Return where rows lie, shape (n,): −1 as the mean of the negative rows, 1 as that of the positive ones."""
        at = X.astype(np.float64) @ self.vector
        middle, reach = (self.positive + self.negative) / 2, (self.positive - self.negative) / 2
        found: NDArray[np.float64] = (at - middle) / reach
        return found


def direction(
    negative: NDArray[np.float64], positive: NDArray[np.float64], method: DirectionMethod, rng: np.random.Generator
) -> Direction | None:
    """Return the direction that separates two groups, shapes (n, d) and (m, d); None where they do not differ.

    "difference" is that of the means (Rimsky et al., Steering Llama 2 via contrastive activation addition, 2024). "probe" is the normal of logistic
    regression with an L2 penalty on principal components of the standardised columns, taken back to the space of the vectors: it leaves out what varies within
    the groups as well.
    """
    means = negative.mean(axis=0), positive.mean(axis=0)
    vector = means[1] - means[0] if method == "difference" else _probe(negative, positive, rng)
    length = float(np.linalg.norm(vector))
    largest = max(float(np.abs(m).max(initial=0)) for m in means)
    if not length > 1e-9 * largest:
        return None
    vector = vector / length
    low, high = (float(m @ vector) for m in means)
    return Direction(vector, low, high) if high - low > 1e-9 * largest else None


def separation(
    negative: NDArray[np.float64],
    positive: NDArray[np.float64],
    units: NDArray[np.int64],
    method: DirectionMethod,
    rng: np.random.Generator,
) -> Separation | str:
    """Find a direction on one half of the units, and test it on the other; return why not, in words, where that cannot be done.

    Parameters
    ----------
    negative, positive
        Vectors, shapes (n, d) and (m, d).
    units
        The unit of each row, of the negative ones first, shape (n + m,); a unit is in one half with all its rows.
    """
    n, m = len(negative), len(positive)
    side = np.repeat([False, True], [n, m])
    for rows, name in ((~side, "negative"), (side, "positive")):
        count = len(np.unique(units[rows]))
        if count < FEWEST:
            return f"at least {FEWEST} different rows or units of each are needed; of the {name} ones there are {count}"
    learn = half(units, side, rng)
    test = ~learn
    if min(int((rows & group).sum()) for rows in (learn, test) for group in (side, ~side)) < 2:
        return "the units are too few or too unequal to hold a half of them out"
    X = np.concatenate([negative, positive])
    found = direction(X[learn & ~side], X[learn & side], method, rng)
    if found is None:
        return "the two groups have the same mean"
    lone = len(np.unique(units)) == len(units)
    return Separation(*auc_test(found.along(X[test]), side[test], None if lone else units[test], rng))


def _probe(
    negative: NDArray[np.float64], positive: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    X = np.concatenate([negative, positive])
    components = Components.of(X, min(MAX_DIMENSIONS, max(1, len(X) // 4)), rng)
    vector = np.zeros(X.shape[1])
    if components.directions.shape[1]:
        weights = fitted(components(X), np.repeat([False, True], [len(negative), len(positive)])).coef_[0]
        used = components.used
        vector[used] = components.directions @ weights / components.scale[used] / components.largest[used]
    return vector
