"""A number of each row, such as whether its prediction is wrong: what is sought in slices, and split into its causes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.inferences.frame import Frame
from phoenix_lab.profiles.columns import numbers
from phoenix_lab.recipes.cohort import missing
from phoenix_lab.recipes.models import Attribution, Performance, Slices
from phoenix_lab.recipes.output import RecipeError
from phoenix_lab.recipes.read_predictions import read
from phoenix_lab.recipes.sets import known

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RowNumber:
    """A number of each row, of the rows of the primary set and then of the reference.

    Parameters
    ----------
    y
        Shape (rows,); NaN where there is none.
    label
        In words.
    share
        It is 0 or 1.
    of
        Columns that it is made from, which say nothing about it.
    of_set
        It is whether a row is of the primary set.
    """

    y: Floats
    label: str
    share: bool
    of: tuple[str, ...] = ()
    of_set: bool = False


def row_number(recipe: Slices | Attribution, primary: Frame, reference: Frame | None) -> RowNumber:
    """Return the number that a recipe's metric is the mean of; raises `RecipeError` where there is none."""
    sets = [primary] if reference is None else [primary, reference]
    if recipe.metric == "set":
        if reference is None:
            raise RecipeError("which rows are new can be told beside a reference only")
        return RowNumber(
            np.repeat([1.0, 0.0], [f.n_rows for f in sets]), f"rows of {primary.name}", share=True, of_set=True
        )
    if recipe.metric == "drift":
        raise RecipeError("the drift of vectors is split by the clusters of a map")
    if recipe.metric == "error":
        return _errors(recipe.predictions or Performance(), primary, reference)
    column = recipe.column or ""
    kinds = {known(frame, column).kind for frame in sets}
    if recipe.metric == "missing":
        gone = [missing(frame.table.column(column)).astype(np.float64) for frame in sets]
        return RowNumber(np.concatenate(gone), f"share of {column} missing", share=True, of=(column,))
    if not (kinds <= {"number", "boolean"} or kinds == {"text"}):
        raise RecipeError(f'"{column}" holds no numbers that have a mean')
    y = np.full(sum(frame.n_rows for frame in sets), np.nan)
    start = 0
    for frame in sets:
        x = numbers(frame.table.column(column), column)
        y[start : start + frame.n_rows][x.present] = x.values.astype(np.float64)
        start += frame.n_rows
    y[~np.isfinite(y)] = np.nan
    share = kinds != {"text"} and bool(np.isin(y[np.isfinite(y)], (0.0, 1.0)).all())
    label = f"mean length of {column}" if kinds == {"text"} else f"{'share' if share else 'mean'} of {column}"
    return RowNumber(y, label, share=share, of=(column,))


def _errors(predictions: Performance, primary: Frame, reference: Frame | None) -> RowNumber:
    found = read(predictions, primary, reference, None)
    of_numbers = found.task == "regression"
    parts = []
    for side in (found.primary, *([] if found.reference is None else [found.reference])):
        wrong = np.abs(side.actual - side.forecast) if of_numbers else (side.truth != side.predicted).astype(np.float64)
        parts.append(np.where(side.judged, wrong, np.nan))
    used = found.columns
    of = tuple(name for name in (used.prediction, used.actual, used.score) if name is not None)
    label = "absolute error" if of_numbers else "share of wrong predictions"
    return RowNumber(np.concatenate(parts), label, share=not of_numbers, of=of)
