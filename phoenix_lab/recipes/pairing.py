"""Whether the rows of the two sets are the same rows: then what both share is no reason for doubt, and the tests are paired."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.inferences.frame import Frame
from phoenix_lab.profiles.columns import units as numbered
from phoenix_lab.profiles.time import axis_of
from phoenix_lab.recipes.models import Performance
from phoenix_lab.recipes.output import RecipeError
from phoenix_lab.recipes.predictions import Bools, Predictions, Side

Ints = NDArray[np.int64]

CHANGES = 20
"""Actual values that are alike row by row tell the same rows from sorted ones when they change this often, and twice as often as there are classes."""
OTHERS = 0.05
"""Part of the rows with another actual value above which they are other rows, and not the same with some labels corrected."""


@dataclass(frozen=True)
class Pairing:
    """Whether the sets are compared row by row.

    Parameters
    ----------
    paired
        Whether they are.
    possible
        Whether they could be.
    rows
        How many rows are in both.
    text
        Why, in words.
    """

    paired: bool
    possible: bool
    rows: int
    text: str


def pair_rows(
    recipe: Performance, found: Predictions, primary: Frame, reference: Frame | None, *, by_unit: str | None
) -> tuple[Predictions, Pairing]:
    """Give rows that both sets have one number, if they have the same; raises `RecipeError` when they should and do not.

    Rows are the same by their ids (the column whose role is "prediction_id"), where the actual values agree; without ids where there are
    as many, and each has the actual value, and the time, of the one in its place.
    """
    if reference is None or found.reference is None:
        return found, Pairing(paired=False, possible=False, rows=0, text="there is no reference set")
    numbers, text = _same(found.primary, found.reference, primary, reference, asked=recipe.paired is True)
    if numbers is None:
        if recipe.paired:
            raise RecipeError(f"the rows cannot be paired: {text}")
        return found, Pairing(paired=False, possible=False, rows=0, text=text)
    rows = len(np.intersect1d(*numbers))
    if recipe.paired is False:
        return found, Pairing(paired=False, possible=True, rows=rows, text=text)
    if by_unit is not None:
        text = f"{text}, by whole {by_unit}"
    mine, theirs = (replace(s, pair=n) for s, n in zip((found.primary, found.reference), numbers, strict=True))
    return replace(found, primary=mine, reference=theirs), Pairing(paired=True, possible=True, rows=rows, text=text)


def _same(
    mine: Side, theirs: Side, primary: Frame, reference: Frame, *, asked: bool
) -> tuple[tuple[Ints, Ints] | None, str]:
    """Return the numbers of the primary and the reference rows, or None, and why."""
    ids = [frame.with_role("prediction_id") for frame in (primary, reference)]
    if all(c is not None and c.name in f.table.column_names for c, f in zip(ids, (primary, reference), strict=True)):
        names = [c.name for c in ids if c is not None]
        b, a = numbered(reference.table.column(names[1]), primary.table.column(names[0]), names[0])
        return _by_id(mine, theirs, a, b, names[0])
    if mine.rows != theirs.rows:
        return None, f"{mine.name} has {mine.rows:,} rows, {theirs.name} {theirs.rows:,}"
    place = np.arange(mine.rows, dtype=np.int64)
    differ = int(_unequal(mine, theirs).sum())
    if differ > OTHERS * mine.rows:
        return None, f"other rows, for {differ:,} of {mine.rows:,} have another actual value"
    if differ:
        return None, f"{_rows(differ)} of {mine.rows:,} in the same place have another actual value"
    times = [axis_of(frame) for frame in (primary, reference)]
    if times[0] is not None and times[1] is not None:
        same = np.array_equal(times[0].present, times[1].present) and np.array_equal(
            times[0].instants, times[1].instants
        )
        if not same:
            return None, "rows in the same place have the same actual value, and another time"
    if not asked and _sorted(mine):
        return None, (
            "the actual values are alike in every row, but so few or so sorted that this may be chance: "
            "name the column of ids in the schema, or paired=True"
        )
    return (place, place), "as many rows, and each has the actual value of the one in its place"


def _by_id(mine: Side, theirs: Side, a: Ints, b: Ints, name: str) -> tuple[tuple[Ints, Ints] | None, str]:
    for side, own in ((mine, a), (theirs, b)):
        if len(np.unique(own)) < len(own):
            return None, f'"{name}" has an id more than once in {side.name}'
    shared, i, j = np.intersect1d(a, b, assume_unique=True, return_indices=True)
    if not len(shared):
        return None, f'no "{name}" is in both'
    differ = int(_unequal(mine.where(i), theirs.where(j)).sum())
    if differ:
        return None, f'{_rows(differ)} with the same "{name}" have another actual value'
    return (a, b), f'the same "{name}"'


def _rows(n: int) -> str:
    return f"{n:,} row{'' if n == 1 else 's'}"


def _unequal(mine: Side, theirs: Side) -> Bools:
    unlike = (mine.truth != theirs.truth) | ~(
        (mine.actual == theirs.actual) | (np.isnan(mine.actual) & np.isnan(theirs.actual))
    )
    return np.asarray(unlike)


def _sorted(side: Side) -> bool:
    """Tell whether actual values change so seldom from row to row that two sets could have the same by chance."""
    classes = len(np.unique(side.truth))
    changes = max(
        int((np.diff(side.truth) != 0).sum()), int((np.diff(side.actual[np.isfinite(side.actual)]) != 0).sum())
    )
    return changes < max(CHANGES, 2 * classes)
