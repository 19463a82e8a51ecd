"""Why a mean changed: the part of each group's size, and the part of its own mean.

Kitagawa's decomposition (Journal of the American Statistical Association 50, 1955), which needs no order of the two sets: a group's change of share
counts with the mean of its two means, its change of mean with the mean of its two shares. Means are taken from the overall mean of both sets,
so that a group that grows moves the whole only by as much as it differs from the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from phoenix_lab.stats.estimates import change, combined_variance, mean, pieces, share
from phoenix_lab.stats.paired import paired_change
from phoenix_lab.stats.proportions import CONFIDENCE

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Part:
    """A part of a change, with its interval where one can be told."""

    value: float
    lower: float | None
    upper: float | None


@dataclass(frozen=True, eq=False)
class Attribution:
    """A change of a mean, and its parts.

    Parameters
    ----------
    total, mix, within
        The whole change, that of all groups' shares, that of all groups' means; `mix + within` is `total` but for what is apart.
    apart
        The part of the group that is told apart; `mix`, `within` and it are `total`.
    mix_of, within_of
        The parts of each group, which sum up to `mix` and `within`. A group that one set lacks has changed in its share alone.
    """

    total: Part
    mix: Part
    within: Part
    apart: Part | None
    mix_of: tuple[Part, ...]
    within_of: tuple[Part, ...]


@dataclass(frozen=True, eq=False)
class Grouped:
    """A number of the rows of a set.

    Parameters
    ----------
    y
        Shape (rows,), finite.
    group
        The group of each row, numbered from 0, alike in both sets.
    units
        The unit of each row, numbered alike in both sets; None when rows are independent.
    paired
        Whether units are rows that both sets have.
    """

    y: Floats
    group: Ints
    units: Ints | None = None
    paired: bool = False


def attribute(reference: Grouped, primary: Grouped, n_groups: int, apart: int | None = None) -> Attribution | None:
    """Split the change of the mean from the reference to the primary set; None where a set has no rows.

    A group `apart` is a part of its own, with all of its change.

    Intervals are linearised, as those of `estimates`: each row's influence on a part is added up within units.
    """
    sets = (reference, primary)
    if any(len(one.y) == 0 for one in sets):
        return None
    share, mean = (np.zeros((2, n_groups)) for _ in range(2))
    for s, one in enumerate(sets):
        rows = np.bincount(one.group, minlength=n_groups)
        share[s] = rows / len(one.y)
        with np.errstate(invalid="ignore"):
            mean[s] = np.bincount(one.group, weights=one.y, minlength=n_groups) / rows
    there = share > 0
    # What one set lacks has no mean of its own there: it is that of the other, so all of it is the share's.
    mean = np.where(there, mean, np.where(there[::-1], mean[::-1], 0.0))
    centre = float(np.mean([one.y.mean() for one in sets]))
    middle, weight = mean.mean(axis=0) - centre, share.mean(axis=0)
    grown, moved = share[1] - share[0], mean[1] - mean[0]
    mix, within = grown * middle, weight * moved
    influence = [np.zeros((3, len(one.y))) for one in sets]
    of = np.zeros(3)
    parts: tuple[list[Part], list[Part]] = ([], [])
    for g in range(n_groups):
        of_mix, of_within = [], []
        for s, one in enumerate(sets):
            sign = 2 * s - 1
            mine = one.group == g
            n = len(one.y)
            of_share = (mine - share[s, g]) / n
            of_mean = mine * (one.y - mean[s, g]) / (n * share[s, g]) if there[s, g] else np.zeros(n)
            of_centre = (one.y - one.y.mean()) / (2 * n)
            halved = 0.5 if there[:, g].all() else 1.0
            of_mix.append(sign * of_share * middle[g] + grown[g] * (halved * of_mean - of_centre))
            both = weight[g] * sign * of_mean if there[:, g].all() else 0.0
            of_within.append(0.5 * of_share * moved[g] + both)
            influence[s][2 if g == apart else 0] += of_mix[-1]
            influence[s][2 if g == apart else 1] += of_within[-1]
        of[2 if g == apart else 0] += mix[g]
        of[2 if g == apart else 1] += within[g]
        parts[0].append(_part(float(mix[g]), of_mix, sets))
        parts[1].append(_part(float(within[g]), of_within, sets))
    told = [_part(float(value), [part[k] for part in influence], sets) for k, value in enumerate(of)]
    alone = None if apart is None else told[2]
    return Attribution(_total(float(of.sum()), sets), told[0], told[1], alone, tuple(parts[0]), tuple(parts[1]))


def _total(value: float, sets: tuple[Grouped, Grouped]) -> Part:
    """Give the whole change the interval that a change of such a number has everywhere else: that of `estimates.change`."""
    shares = all(bool(np.isin(one.y, (0.0, 1.0)).all()) for one in sets)
    a, b = (
        share("total", one.y == 1, np.ones(len(one.y), dtype=bool), one.units)
        if shares
        else mean("total", one.y, one.units)
        for one in sets
    )
    told = paired_change(a, b) if all(one.paired for one in sets) else change(a, b)
    return Part(value, told.lower, told.upper)


def _part(value: float, influence: list[Floats], sets: tuple[Grouped, Grouped]) -> Part:
    """Give a part its interval from the influences of the reference's and the primary set's rows."""
    units = [one.units for one in sets]
    effective = [pieces(np.ones(len(one.y), bool), one.units) for one in sets]
    if min(effective) < 2:
        return Part(value, None, None)
    variance = combined_variance(influence, units, effective)
    if not variance > 0:
        return Part(value, None, None)
    half = float(student.ppf((1 + CONFIDENCE) / 2, min(effective) - 1)) * float(np.sqrt(variance))
    return Part(value, value - half, value + half)
