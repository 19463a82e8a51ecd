"""Run a recipe in this process, on dataframes."""

from __future__ import annotations

from typing import Any

from phoenix_lab.engine.answer import answer
from phoenix_lab.engine.cache import Cache
from phoenix_lab.engine.result import Result
from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.inferences import Inferences
from phoenix_lab.inferences.naming import caller_name
from phoenix_lab.recipes.compute import needs
from phoenix_lab.recipes.corpus import corpus_needs
from phoenix_lab.recipes.models import AnyRecipe


def run(recipe: AnyRecipe, primary: Any, reference: Any = None, corpus: Any = None, *, cache: bool = True) -> Result:
    """Answer a recipe.

    Parameters
    ----------
    recipe
        The question: `Summary`, `Distribution`, `TimeSeries`, `EmbeddingMap`, `Neighbors`, `Retrieval`, `ClusterRules`, `Performance`,
        `EstimatedPerformance`, `Quality`, `Slices`, `Attribution`, `Findings`.
    primary
        The set that is looked at: any dataframe, or `Inferences`.
    reference
        The set that it is compared with, or None.
    corpus
        Documents that are retrieved from, or None. They are on the maps of queries, so whatever speaks of clusters needs the same corpus.
    cache
        Look for the result on disk, where the panel may have left it, and leave it there.

    Returns
    -------
    Result
        The same numbers, rows and coordinates as the panel shows.

    Raises
    ------
    RecipeError
        The question cannot be answered with this data.
    KeyError
        The recipe names a column that is not there; the message has the closest name.
    """
    if not isinstance(recipe, AnyRecipe):
        raise TypeError(f"run() takes a recipe first, such as px.Summary(); this is {_said(recipe)}")
    sets = [
        inferences(given, usual)
        for given, usual in ((primary, "primary"), (reference, "reference"), (corpus, "corpus"))
    ]
    first, second, third = sets
    if first is None:
        raise TypeError("run() needs a dataframe after the recipe")
    frames = needed_frames(recipe, first, second, third)
    output = answer(recipe, *frames, cache=Cache() if cache else None)
    return Result(recipe, output, first, second)


def needed_frames(
    recipe: AnyRecipe, primary: Inferences, reference: Inferences | None = None, corpus: Inferences | None = None
) -> tuple[Frame, Frame | None, Frame | None]:
    """Return the columns of sets that a recipe needs; None of a set that has no part in the answer."""
    names, other_names = needs(recipe, primary.columns, reference.columns if reference is not None else None)
    rest = None if corpus is None else corpus_needs(recipe, primary.columns, corpus.columns)
    return (
        primary.frame(names),
        reference.frame(other_names) if reference is not None else None,
        None if corpus is None or rest is None else corpus.frame(rest),
    )


def inferences(given: Any, usual: str) -> Inferences | None:
    """Return a set with a name: its own, the caller's variable, or the usual one."""
    if given is None:
        return None
    if isinstance(given, Inferences):
        # `px.Inferences(prod, schema)` written into the call is as much "prod" as the variable alone
        called = given.name or caller_name(given) or caller_name(given.dataframe) or usual
        return given if given.name is not None else Inferences(given, name=called)
    return Inferences(given, name=caller_name(given) or usual)


def _said(value: Any) -> str:
    return f"the class {value.__name__}, without ()" if isinstance(value, type) else f"a {type(value).__name__}"
