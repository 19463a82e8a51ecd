"""The rows nearest to one row in the original space."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from phoenix_lab.embeddings.similar import nearest_rows, vector_at
from phoenix_lab.embeddings.vectors import metric_for
from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.recipes.embedding_map import dimension_of
from phoenix_lab.recipes.models import Neighbors
from phoenix_lab.recipes.output import Output, Progress, RecipeError, silent
from phoenix_lab.recipes.sets import described, known, wanted

if TYPE_CHECKING:
    from phoenix_lab.recipes.cohort import Cohort


def needs(
    recipe: Neighbors, primary: Iterable[ColumnInfo], reference: Iterable[ColumnInfo] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns to read of both sets: the vectors, and the time that tells their span."""
    return wanted([recipe.embedding], primary, reference)


def compute(
    recipe: Neighbors,
    primary: Frame,
    reference: Frame | None = None,
    progress: Progress = silent,
    *,
    among: Cohort | None = None,
) -> Output:
    """Find the neighbours, of all rows or of those `among` them.

    Raises
    ------
    RecipeError
        A set lacks the column or holds no vectors there, there is no such row, or it has no vector that has a direction.
    """
    frames = {"primary": primary, "reference": reference}
    asked = frames[recipe.set]
    if asked is None:
        raise RecipeError("There is no reference set to take the row from.")
    there = {name: frame for name, frame in frames.items() if frame is not None}
    for frame in there.values():
        known(frame, recipe.embedding)
    dimension = dimension_of(recipe.embedding, primary, reference)
    if recipe.row >= asked.n_rows:
        told = f"the rows 0 to {asked.n_rows - 1:,}" if asked.n_rows else "no rows"
        raise RecipeError(f"{asked.name} has {told}; there is no row {recipe.row:,}.")
    metric = metric_for(dimension)
    columns = {name: frame.table.column(recipe.embedding) for name, frame in there.items()}
    columns = {name: column for name, column in columns.items() if not pa.types.is_null(column.type)}
    query = vector_at(columns[recipe.set], recipe.row) if recipe.set in columns else None
    why = None
    if query is None:
        why = "it is missing"
    elif not np.isfinite(query).all():
        why = "it holds NaN or infinity"
    elif metric == "cosine" and not query.any():
        why = "it is zero, so it has no direction"
    if query is None or why is not None:
        raise RecipeError(
            f'Row {recipe.row:,} of {asked.name} has no vector in "{recipe.embedding}" to compare: {why}.'
        )
    progress("neighbors", 0.0)
    names = list(columns)
    found = nearest_rows(
        query,
        tuple(columns.values()),
        metric,
        recipe.k,
        itself=(names.index(recipe.set), recipe.row),
        among=None if among is None else tuple(getattr(among, name) for name in names),
    )
    progress("neighbors", 1.0)
    table = pa.table(
        {
            "row": pa.array(found.row, pa.int64()),
            "set": pa.DictionaryArray.from_arrays(
                pa.array([("reference", "primary").index(names[c]) for c in found.column], pa.int32()),
                pa.array(["reference", "primary"]),
            ),
            "distance": pa.array(found.distance, pa.float64()),
        }
    )
    compared = dict(zip(names, found.compared, strict=True))
    meta = {
        "row": recipe.row,
        "set": recipe.set,
        "metric": metric,
        "dimension": dimension,
        "compared": {name: compared.get(name, 0) for name in there},
        "primary": described(primary),
        "reference": described(reference),
    }
    return Output(table, {}, meta)
