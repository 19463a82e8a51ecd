"""The rows of both sets by the values of a column."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.inferences.frame import Frame
from phoenix_lab.profiles.pairs import Pair, of_numbers, pair
from phoenix_lab.recipes.distribution import ends, interval_label
from phoenix_lab.recipes.output import RecipeError
from phoenix_lab.recipes.sets import how_compared, known

Bools = NDArray[np.bool_]
Segment = tuple[Mapping[str, str | int | None], tuple[Bools, Bools]]
"""Its fields of `SEGMENTS`, and the rows in it of the primary and the reference set."""

SEGMENTS = [
    ("segment", pa.string()),
    ("kind", pa.string()),
    ("low", pa.string()),
    ("high", pa.string()),
    ("cluster", pa.int32()),
]
"""Name, kind ("range", "atom", "category", "cluster", "noise", "missing"), where it starts and ends, as `Range` takes it (see `Distribution`),
or its number, as `InCluster` does."""
SHOWN = 30
"""Values of a category that are segments; those with the fewest rows are left out beyond."""


def segments(column: str, primary: Frame, reference: Frame | None) -> tuple[list[Segment], int]:
    """Return the segments that a column makes, and how many of its values are left out as too rare."""
    info = known(primary, column)
    data = primary.table.column(column)
    there = None if reference is None else known(reference, column)
    other = data.slice(0, 0) if reference is None else reference.table.column(column)
    how = how_compared(info, there, data.type, None if there is None else other.type)
    if info.kind == "text" or how not in {"numbers", "categories"}:
        why = "texts are" if info.kind == "text" else "vectors are" if how == "vectors" else f"{how}:"
        raise RecipeError(f'"{column}" makes no segments: {why} not grouped')
    both = pair(other, data, "numbers" if how == "numbers" else "categories", column)
    if both.numbers is not None and both.bins is None:
        # Ranges need a reference: the set's own deciles.
        both = Pair(numbers=both.numbers, bins=of_numbers(both.numbers[1], both.numbers[1]).bins)
    named, codes = numbered(both)
    present = both.present
    sizes = len(other), len(data)
    full = []
    for k in (0, 1):
        place = np.full(sizes[k], -1)
        place[present[k]] = codes[k]
        full.append(place)
    counts = sum(np.bincount(place[place >= 0], minlength=len(named)) for place in full)
    order = np.argsort(-np.asarray(counts), kind="stable")
    chosen = np.sort(order[:SHOWN])
    found = [(named[i], (full[1] == i, full[0] == i)) for i in chosen if np.asarray(counts)[i] > 0]
    missing = full[1] == -1, full[0] == -1
    if missing[0].any() or missing[1].any():
        found.append(({"segment": "missing", "kind": "missing"}, missing))
    return found, max(0, int((np.asarray(counts) > 0).sum()) - SHOWN)


def numbered(both: Pair) -> tuple[list[dict[str, str | None]], tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Return the fields of each value or bin, and the number of the one that each present row of the reference and the primary set has."""
    if both.categories is not None:
        c = both.categories
        return [{"segment": label, "kind": "category"} for label in c.labels], (c.reference, c.primary)
    b = both.bins
    if b is None:
        return [], both.codes
    whole = b.cuts.dtype.kind in "iu"
    named: list[dict[str, str | None]] = []
    for i in range(len(b)):
        told = ends(both, b, i)
        # as few digits as part the same values: what the conditions on it have
        lower, upper = (
            float(short) if short is not None and np.isfinite(end) and not b.atom[i] else float(end)
            for short, end in ((told["low"], b.lower[i]), (told["high"], b.upper[i]))
        )
        label = interval_label(lower, upper, atom=bool(b.atom[i]), whole=whole)
        named.append({"segment": label, "kind": "atom" if b.atom[i] else "range", **told})
    return named, both.codes
