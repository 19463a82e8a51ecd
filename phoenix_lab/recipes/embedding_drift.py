"""`EmbeddingDrift`: whether an embedding drifted, by two tests, and which rows carry it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from phoenix_lab.embeddings.carriers import row_scores
from phoenix_lab.embeddings.drift import MAX_ROWS, centroid_distance
from phoenix_lab.embeddings.mmd import MOST, mmd
from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.profiles.columns import vectors
from phoenix_lab.recipes.cohort import Cohort
from phoenix_lab.recipes.embedding_map import dimension_of, drift_of
from phoenix_lab.recipes.models import EmbeddingDrift
from phoenix_lab.recipes.output import Output, Progress, RecipeError, silent
from phoenix_lab.recipes.picked import picked
from phoenix_lab.recipes.sets import Units, described, generator, known, units_of, wanted, within
from phoenix_lab.stats.verdict import ALPHA


def needs(
    recipe: EmbeddingDrift, primary: Iterable[ColumnInfo], reference: Iterable[ColumnInfo] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns to read of both sets: vectors, the unit, the time."""
    return wanted([recipe.embedding, recipe.unit], primary, reference)


def compute(
    recipe: EmbeddingDrift, primary: Frame, reference: Frame | None = None, progress: Progress = silent
) -> Output:
    """Test the vectors and score the rows.

    Raises
    ------
    RecipeError
        There is no reference, or a set lacks the column, or holds no vectors of one length there.
    """
    if reference is None:
        raise RecipeError("drift needs a reference to be one from")
    name = recipe.embedding
    for frame in (primary, reference):
        known(frame, name)
    dimension_of(name, primary, reference)
    units = units_of(recipe.unit, primary, reference)
    inside = within(recipe.window, primary)
    among = picked(recipe, primary)
    progress("drift", 0.0)
    drift = drift_of(name, primary, reference, units, inside, among=among)
    columns = reference.table.column(name), primary.table.column(name)
    if any(pa.types.is_null(column.type) for column in columns):
        raise RecipeError(f'a set has no vectors in "{name}"')
    places = [np.arange(reference.n_rows), np.arange(primary.n_rows) if inside is None else np.flatnonzero(inside)]
    if inside is not None:
        columns = columns[0], columns[1].filter(pa.array(inside))
        units = units and Units(units.column, units.reference, units.primary[inside])
    usable, codes = [], []
    for k, column in enumerate(columns):
        matrix, there = vectors(column)
        places[k] = places[k][there]
        usable.append(matrix[there])
        codes.append(None if units is None else units.codes[k][there])
    progress("drift", 0.4)
    discrepancy = mmd(usable[0], usable[1], generator("mmd", name, str(recipe.seed)), codes[0], codes[1])
    progress("rows", 0.6)
    scores = row_scores(usable[0], usable[1], generator("rows", name, str(recipe.seed)), codes[0], codes[1])
    p = drift["p_adjusted"]
    threshold = scores.threshold if p is not None and p < ALPHA else None
    sides = scores.reference, scores.primary
    counts = [0 if threshold is None else int((side >= threshold).sum()) for side in sides]
    progress("rows", 1.0)
    meta = {
        "drift": drift,
        "mmd": {
            **asdict(discrepancy),
            "p_adjusted": among.p(discrepancy.p_value) if among else discrepancy.p_value,
            "sampled": max(len(one) for one in usable) > MOST,
        },
        "centroids": asdict(centroid_distance(usable[0], usable[1])),
        "carriers": {
            "threshold": threshold,
            **{f"n_{k}": n for k, n in zip(("reference", "primary"), counts, strict=True)},
            **{
                f"share_{k}": n / len(side) if len(side) and threshold is not None else None
                for k, n, side in zip(("reference", "primary"), counts, sides, strict=True)
            },
            "reason": _reason(scores.reason or drift.get("reason"), threshold),
        },
        "fitted_on": [min(MAX_ROWS, len(one)) for one in usable],
        "window": None if recipe.window is None else list(recipe.window),
        "unit": None if units is None else units.meta,
        "primary": described(primary),
        "reference": described(reference),
    }
    return Output(_table(places, sides) if scores.reason is None else TABLE.empty_table(), {}, meta)


def of_cohort(output: Output, found: Cohort) -> Output:
    """Give rows of a cohort the positions that they have in the user's frames."""
    row, of_primary = output.table.column("row").to_numpy(), _is_primary(output.table)
    placed = row.copy()
    for mask, mine in ((found.primary, of_primary), (found.reference, ~of_primary)):
        if mask is not None:
            placed[mine] = np.flatnonzero(mask)[row[mine]]
    return replace(output, table=output.table.set_column(0, "row", pa.array(placed, pa.int64())))


def _is_primary(table: pa.Table) -> np.ndarray:
    return np.asarray(pc.equal(table.column("set").cast(pa.string()), "primary"), dtype=bool)


TABLE = pa.schema([("row", pa.int64()), ("set", pa.dictionary(pa.int32(), pa.string())), ("score", pa.float64())])


def _reason(why: Any, threshold: float | None) -> str | None:
    if why is not None or threshold is not None:
        return None if why is None else str(why)
    return "not enough data to tell the sets apart, so no row is said to carry a drift"


def _table(places: list[np.ndarray], sides: tuple[np.ndarray, np.ndarray]) -> pa.Table:
    """Return one row a usable row, the most like the primary set first."""
    row, score = np.concatenate(places), np.concatenate(sides)
    is_primary = np.repeat([0, 1], [len(place) for place in places]).astype(np.int32)
    order = np.lexsort((row, 1 - is_primary, -score))
    sets = pa.DictionaryArray.from_arrays(pa.array(is_primary[order]), pa.array(["reference", "primary"]))
    return pa.table({"row": row[order], "set": sets, "score": score[order]}, schema=TABLE)
