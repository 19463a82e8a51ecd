"""A value that is repeated where values hardly are: a sensor that is stuck, a default where nothing was measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST = 10
"""From this many equal values on one is called repeated."""

MANY = 20
"""A column of no more different values is as good as one of categories, where repeating is what they do."""

TIMES = 5
"""So many times as far as the fourth must the most repeated value stand out: a mean that moved lifts many values alike."""

ALONE = 10
"""So many times as often as any other value must one occur where there is no reference."""


@dataclass(frozen=True)
class Atom:
    """The value that stands out.

    Parameters
    ----------
    value
        The value.
    weight
        Its part of all pairs of equal values, of both sets together. A p-value of this value divided by it is one for the
        search among all of them: Bonferroni's correction with weights (Genovese, Roeder and Wasserman, Biometrika 93, 2006),
        which may be any that add up to one and depend on the pooled counts alone.
    """

    value: float | int
    weight: float


def atom(here: NDArray[np.number], there: NDArray[np.number] | None) -> Atom | None:
    """Return the value of `here` that is repeated far more than the others, and at least twice as often as in `there`.

    Parameters
    ----------
    here, there
        Finite values in rising order, of one type; None where there is no other set.
    """
    values, counts = np.unique(here, return_counts=True)
    if not len(values) or counts.max() < LEAST:
        return None
    if there is None or not len(there):
        best = int(counts.argmax())
        stands_out = len(values) > MANY and counts[best] >= ALONE * np.partition(counts, -2)[-2]
        return Atom(values[best], 1.0) if stands_out and counts[best] >= len(here) / 100 else None
    only_there = np.unique(there, return_counts=True)[1]
    if max(len(values), len(only_there)) <= MANY:
        return None
    known = np.asarray(np.searchsorted(there, values, "right") - np.searchsorted(there, values, "left"), np.int64)
    expected = known * (len(here) / len(there))
    excess = counts - expected
    best = int(excess.argmax())
    fourth = np.partition(excess, -4)[-4] if len(excess) > 3 else 0.0
    if counts[best] < max(LEAST, 2 * expected[best]) or excess[best] < TIMES * fourth:
        return None
    pooled = counts + known
    # Of the values that `here` does not have, too, pairs count; those of `there` that both have are in `pooled`.
    pairs = _pairs(pooled).sum() + _pairs(only_there).sum() - _pairs(known).sum()
    return Atom(values[best], float(_pairs(pooled)[best]) / float(pairs))


def _pairs(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(counts * (counts - 1.0), np.float64)


def longest_run(values: NDArray[np.number]) -> tuple[int, int]:
    """Return where the longest run of equal values starts, and its length; (0, 0) without values."""
    if not len(values):
        return 0, 0
    starts = np.append(0, np.flatnonzero(values[1:] != values[:-1]) + 1)
    lengths = np.diff(np.append(starts, len(values)))
    longest = int(lengths.argmax())
    return int(starts[longest]), int(lengths[longest])
