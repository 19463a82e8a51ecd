"""What labels of one set say about another without any, where the chance of a label given the score is the same in both.

The chances are learnt on the reference and read off at the scores of the primary set. What they are wrong by is corrected from the reference's own rows, weighted
as the scores of the primary set are: a doubly robust estimate (Robins, Rotnitzky and Zhao, JASA 89, 1994), cross-fitted so that no row takes part in its
own chance (Chernozhukov and others, Econometrics Journal 21, 2018). Its influences, of the rows of both sets, give its interval.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.stats.calibration import Calibrated, calibrated, folds_of
from phoenix_lab.stats.estimates import Estimate, undefined, with_interval
from phoenix_lab.stats.expected import METRICS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

CELLS = 20
"""Ranges of the score, with alike many rows of the reference, by which its rows are weighted."""
FEWEST = 25
"""Rows of the reference that a range has at least."""


@dataclass(frozen=True, eq=False)
class Scored:
    """Rows of a set that have a score.

    Parameters
    ----------
    score
        Shape (rows,), finite.
    said
        Whether the class that a high score speaks for is predicted.
    group
        Rows whose chances are learnt apart, numbered from 0 alike in both sets.
    units
        The unit of each row, numbered alike in both sets; None when rows are independent.
    """

    score: Floats
    said: Bools
    group: Ints
    units: Ints | None = None

    def where(self, rows: Bools) -> Scored:
        """Return some of the rows."""
        units = None if self.units is None else self.units[rows]
        return Scored(self.score[rows], self.said[rows], self.group[rows], units)


@dataclass(frozen=True, eq=False)
class Transport:
    """The reference's rows as a stand-in for those of the primary set.

    Parameters
    ----------
    reference, primary
        The rows; of the primary set those of groups that the reference has.
    positive
        Of the reference's rows, whether they are of the class that a high score speaks for.
    weight
        How much more frequent the score of each row of the reference is in the primary set, shape (rows,); its mean is 1.
    held_out, chance
        The chance of each row of the reference, by what was learnt without it, and of each row of the primary set.
    calibrations
        Of each group.
    outside
        Which rows of the primary set, of all that were given, have a score above or below all of the reference, or are of a group that it lacks.
    effective
        As many rows of the reference tell as much as all do with their weights (Kish, 1965).
    """

    reference: Scored
    primary: Scored
    positive: Bools
    weight: Floats
    held_out: Floats
    chance: Floats
    calibrations: dict[int, Calibrated]
    outside: Bools
    effective: float

    def estimate(self, name: str) -> Estimate:
        """Return a metric of the primary set; its influences are those of the reference's rows and then of its own."""
        own, other = self.primary, self.reference
        m, n = len(own.score), len(other.score)
        if m == 0 or n == 0:
            return undefined(name, m, "the reference covers no row")
        found = METRICS[name](own.score, own.said, self.chance)
        if found.value is None or found.influence is None:
            return undefined(name, m, found.reason or "it is undefined")
        one, none = found.influence(own.score, own.said)
        of_own = (self.chance * one + (1 - self.chance) * none) / m
        one, none = found.influence(other.score, other.said)
        of_other = self.weight * (self.positive - self.held_out) * (one - none) / n
        correction = float(of_other.sum())
        least, most = {"share": (0.0, 1.0), "signed": (-1.0, 1.0), "positive": (0.0, np.inf)}.get(
            found.scale, (-np.inf, np.inf)
        )
        value = float(np.clip(found.value + correction, least, most))
        influence = np.concatenate([of_other - correction / n, of_own])
        units = None if own.units is None or other.units is None else np.concatenate([other.units, own.units])
        scale = "real" if found.scale == "positive" and value <= 0 else found.scale
        return with_interval(name, value, m, influence, units, effective=_pieces(influence, units), scale=scale)


def _pieces(influence: Floats, units: Ints | None) -> int:
    """Return how many rows or units the influences amount to: few that weigh much tell no more than so many alike."""
    squares = (influence if units is None else np.bincount(units, weights=influence)) ** 2
    fourth = float((squares**2).sum())
    return max(2, int(squares.sum() ** 2 / fourth)) if fourth > 0 else 0


def transport(reference: Scored, positive: Bools, primary: Scored, rng: np.random.Generator) -> Transport:
    """Learn the chances on the reference, whose rows are `positive` or not, and read them off at the scores of the primary set."""
    inside, known = (np.zeros(len(primary.score), dtype=bool) for _ in range(2))
    ratio = np.zeros(len(reference.score))
    for group in np.unique(reference.group):
        mine, theirs = reference.group == group, primary.group == group
        score = reference.score[mine]
        known |= theirs
        inside |= theirs & (primary.score >= score.min()) & (primary.score <= score.max())
        ratio[mine] = _ratio(score, primary.score[theirs])
    kept = primary.where(known)
    # Of a group the numbers of rows, so that the groups weigh as they do in the primary set.
    weight = ratio * len(reference.score) / max(1, len(kept.score))
    units = np.arange(len(reference.score)) if reference.units is None else reference.units
    folds = folds_of(units, rng)
    held_out, chance = np.zeros(len(reference.score)), np.zeros(len(kept.score))
    calibrations: dict[int, Calibrated] = {}
    for group in np.unique(reference.group):
        mine, theirs = reference.group == group, kept.group == group
        w = weight[mine]
        found = calibrated(reference.score[mine], positive[mine], folds[mine], w if w.sum() > 0 else None)
        calibrations[int(group)] = found
        held_out[mine], chance[theirs] = found.held_out, found(kept.score[theirs])
    squares = float((weight**2).sum())
    effective = float(weight.sum()) ** 2 / squares if squares > 0 else 0.0
    return Transport(reference, kept, positive, weight, held_out, chance, calibrations, ~inside, effective)


def _ratio(reference: Floats, primary: Floats) -> Floats:
    """Return how many rows of the primary set come on each row of the reference, by ranges of the score."""
    cells = int(np.clip(len(reference) // FEWEST, 1, CELLS))
    edges = np.unique(np.quantile(reference, np.arange(1, cells) / cells, method="higher"))
    place, theirs = np.searchsorted(edges, reference, "right"), np.searchsorted(edges, primary, "right")
    n = np.bincount(place, minlength=len(edges) + 1)
    m = np.bincount(theirs, minlength=len(edges) + 1)
    return np.asarray((m / np.maximum(n, 1))[place], dtype=np.float64)
