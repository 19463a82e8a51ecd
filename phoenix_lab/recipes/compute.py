"""From a recipe to its answer."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any

from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.profiles.columns import ColumnError
from phoenix_lab.recipes.models import Distribution, EmbeddingMap, Neighbors, Performance, Summary, TimeSeries
from phoenix_lab.recipes.output import Output, Progress, RecipeError, silent

Names = tuple[str, ...]
Recipe = Summary | Distribution | TimeSeries | EmbeddingMap | Neighbors | Performance


def needs(
    recipe: Recipe, primary_columns: Iterable[ColumnInfo], reference_columns: Iterable[ColumnInfo] | None
) -> tuple[Names, Names]:
    """Return the names of the columns that have to be read for a recipe, of the primary and of the reference set."""
    module: Any = _module(recipe)
    names, other = module.needs(recipe, primary_columns, reference_columns)
    return tuple(names), tuple(other)


def compute(
    recipe: Recipe,
    primary: Frame,
    reference: Frame | None = None,
    corpus: Frame | None = None,
    progress: Progress = silent,
) -> Output:
    """Answer a recipe.

    Parameters
    ----------
    recipe
        The question.
    primary, reference, corpus
        The sets, with the columns that `needs` names.
    progress
        Told how far the work is; may raise `Cancelled`.

    Raises
    ------
    RecipeError
        The question cannot be answered with this data; the message is for the user.
    """
    module: Any = _module(recipe)
    try:
        if isinstance(recipe, EmbeddingMap):
            output: Output = module.compute(recipe, primary, reference, corpus, progress)
        else:
            output = module.compute(recipe, primary, reference, progress)
    except ColumnError as error:
        raise RecipeError(str(error)) from error
    return output


def _module(recipe: Recipe) -> Any:
    """Import the recipe's module when it is asked for: the map needs numba."""
    modules = {
        Summary: "summary",
        Distribution: "distribution",
        TimeSeries: "time_series",
        EmbeddingMap: "embedding_map",
        Neighbors: "neighbors",
        Performance: "performance",
    }
    name = modules.get(type(recipe))
    if name is None:
        raise TypeError(f"{type(recipe).__name__} is not a recipe")
    return import_module(f"phoenix_lab.recipes.{name}")
