"""Rows that meet conditions, as the user's own kind of dataframe."""

from __future__ import annotations

from typing import Any

import numpy as np

from phoenix_lab.engine.answer import asking
from phoenix_lab.engine.cache import Cache
from phoenix_lab.engine.result import Wanted, wanted_of
from phoenix_lab.engine.run import inferences
from phoenix_lab.recipes.cohort import cohort
from phoenix_lab.recipes.compute import conditions_need
from phoenix_lab.recipes.conditions import Condition
from phoenix_lab.recipes.corpus import corpus_needs
from phoenix_lab.recipes.models import Summary


def rows(
    primary: Any,
    *conditions: Condition,
    reference: Any = None,
    corpus: Any = None,
    set: Wanted | None = None,  # noqa: A002 - the name of the column of a map that tells the sets apart
    cache: bool = True,
) -> Any:
    """Return the rows that meet all conditions, with their own index and dtypes, in the dataframe's order.

    Parameters
    ----------
    primary
        Any dataframe, or `Inferences`.
    conditions
        `px.Values`, `px.Range`, `px.Length`, `px.Missing`, `px.Repeated`, `px.InCluster`, `px.InLasso`, `px.AtRows`, `px.OfSet`; combined with `&`, `|`, `~` and `-`.
    reference, corpus
        A second dataframe, whose rows follow, and documents. Conditions that speak of a map need those that the map was made with.
    set
        "primary" or "reference" alone; "each" gives a pair, (primary, reference); None is one dataframe of both.
    cache
        Look for maps on disk, where the panel may have left them.

    Raises
    ------
    RecipeError
        A dataframe lacks a condition's column, or holds there what the condition cannot be asked of.
    """
    for condition in conditions:
        if not hasattr(condition, "kind") or not hasattr(condition, "set"):
            raise TypeError(f"conditions are such as px.Values(column, values); this is a {type(condition).__name__}")
    first, second = inferences(primary, "primary"), inferences(reference, "reference")
    if first is None:
        raise TypeError("rows() needs a dataframe")
    if set in ("reference", "each") and second is None:
        raise ValueError(f'set="{set}" needs a reference')
    names, others = conditions_need(conditions, first.columns, None if second is None else second.columns)
    frame = first.frame(names)
    other = None if second is None else second.frame(others)
    third = inferences(corpus, "corpus")
    rest = None if third is None else corpus_needs(Summary(where=conditions), first.columns, third.columns)
    documents = None if third is None or rest is None else third.frame(rest)
    found = cohort(conditions, frame, other, asking(frame, other, documents, cache=Cache() if cache else None))
    masks = {"primary": found.primary, "reference": found.reference}
    positions = {name: np.flatnonzero(mask) for name, mask in masks.items() if mask is not None}
    return wanted_of({"primary": first, "reference": second}, positions, set)
