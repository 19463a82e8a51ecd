"""From a recipe to its answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.profiles.columns import ColumnError
from phoenix_lab.recipes.conditions import AtRows, Condition, InCluster, InLasso, OfSet, Repeated, parts_of
from phoenix_lab.recipes.models import (
    AnyRecipe,
    Attribution,
    ClusterMeans,
    ClusterRules,
    Cohort,
    Distribution,
    EmbeddingDrift,
    EmbeddingMap,
    EstimatedPerformance,
    Findings,
    Grouped,
    Neighbors,
    Performance,
    Quality,
    ResponseDrift,
    Retrieval,
    Slices,
    Summary,
    TimeSeries,
    groups_of,
)
from phoenix_lab.recipes.output import Output, Progress, RecipeError, silent
from phoenix_lab.recipes.sets import wanted

if TYPE_CHECKING:
    from phoenix_lab.recipes.cohort import Ask
    from phoenix_lab.recipes.performance_clusters import Clusters

Names = tuple[str, ...]
Sets = tuple[Frame, Frame | None, Frame | None]
"""The primary set, the reference, the corpus."""

_MODULES: dict[type[Any], str] = {
    Summary: "summary",
    Distribution: "distribution",
    TimeSeries: "time_series",
    EmbeddingMap: "embedding_map",
    EmbeddingDrift: "embedding_drift",
    ResponseDrift: "response_drift",
    Neighbors: "neighbors",
    Retrieval: "retrieval",
    ClusterRules: "cluster_rules",
    ClusterMeans: "cluster_means",
    Performance: "performance",
    EstimatedPerformance: "estimated_performance",
    Quality: "quality",
    Findings: "questions",
    Slices: "slices",
    Attribution: "attribution",
}


def needs(
    recipe: AnyRecipe, primary_columns: Iterable[ColumnInfo], reference_columns: Iterable[ColumnInfo] | None
) -> tuple[Names, Names]:
    """Return the names of the columns that have to be read for a recipe and its conditions, of the primary and of the reference set."""
    primary, reference = tuple(primary_columns), None if reference_columns is None else tuple(reference_columns)
    names, other = ((), ()) if isinstance(recipe, Cohort) else _module(recipe).needs(recipe, primary, reference)
    more, others = conditions_need(recipe.where, primary, reference)
    return tuple(dict.fromkeys((*names, *more))), tuple(dict.fromkeys((*other, *others)))


def conditions_need(
    where: Iterable[Condition], primary: tuple[ColumnInfo, ...], reference: tuple[ColumnInfo, ...] | None
) -> tuple[Names, Names]:
    """Return the names of the columns that have to be read to know which rows meet conditions."""
    names: list[str] = []
    others: list[str] = []
    for condition in parts_of(where):
        if isinstance(condition, AtRows | OfSet):
            continue
        if isinstance(condition, InCluster | InLasso):
            mine, theirs = needs(condition.map, primary, reference)
        else:
            named = condition.columns if isinstance(condition, Repeated) else [condition.column]
            mine, theirs = wanted(named, primary, reference)
        names += mine
        others += theirs
    return tuple(dict.fromkeys(names)), tuple(dict.fromkeys(others))


def compute(
    recipe: AnyRecipe,
    primary: Frame,
    reference: Frame | None = None,
    corpus: Frame | None = None,
    progress: Progress = silent,
    *,
    ask: Ask | None = None,
) -> Output:
    """Answer a recipe that asks no others; `Findings`, which does, is answered by the engine.

    Parameters
    ----------
    recipe
        The question.
    primary, reference, corpus
        The sets, with the columns that `needs` names.
    progress
        Told how far the work is; may raise `Cancelled`.
    ask
        Answers the maps of all rows that conditions speak of; None computes them.

    Raises
    ------
    RecipeError
        The question cannot be answered with this data; the message is for the user.
    """

    def whole(question: AnyRecipe) -> Output:
        return compute(question, primary, reference, corpus, progress)

    try:
        if isinstance(recipe, ClusterRules | ClusterMeans):
            return _of_map(recipe, (primary, reference, corpus), progress, ask or whole)
        if isinstance(recipe, Cohort):
            return _members(recipe, primary, reference, ask or whole)
        if recipe.where:
            return _some_rows(recipe, (primary, reference, corpus), progress, ask or whole)
        return _all_rows(
            recipe, (primary, reference, corpus), progress, _clusters(recipe, primary, reference, ask or whole)
        )
    except ColumnError as error:
        raise RecipeError(str(error)) from error


def _clusters(recipe: AnyRecipe, primary: Frame, reference: Frame | None, ask: Ask) -> Clusters | None:
    """Return the clusters of all rows that a recipe has for segments, or conditions."""
    if not isinstance(recipe, Grouped):
        return None
    from phoenix_lab.recipes.performance_clusters import Clusters, map_of

    mapped = map_of(recipe, primary.columns)
    if mapped is None:
        return None
    return Clusters.of_map(ask(mapped), primary.n_rows, 0 if reference is None else reference.n_rows)


def _of_map(recipe: ClusterRules | ClusterMeans, sets: Sets, progress: Progress, ask: Ask) -> Output:
    """Answer for the clusters of the map as it stands; conditions choose among its rows."""
    from phoenix_lab.recipes.cohort import cohort

    primary, reference, _ = sets
    found = cohort(recipe.where, primary, reference, ask) if recipe.where else None
    output: Output = _module(recipe).compute(recipe, primary, reference, progress, mapped=ask(recipe.map), among=found)
    return output if found is None else replace(output, meta={**output.meta, "cohort": found.counts})


def _members(recipe: Cohort, primary: Frame, reference: Frame | None, ask: Ask) -> Output:
    """Answer with the rows themselves, by set and position, the primary's first."""
    import numpy as np
    import pyarrow as pa

    from phoenix_lab.recipes.cohort import cohort

    found = cohort(recipe.where, primary, reference, ask)
    rows = [np.flatnonzero(mask) for mask in (found.primary, found.reference) if mask is not None]
    names = pa.array(["primary", "reference"])
    sides = np.repeat(np.arange(len(rows), dtype=np.int8), [len(part) for part in rows])
    table = pa.table(
        {"set": pa.DictionaryArray.from_arrays(sides, names), "row": pa.array(np.concatenate(rows), pa.int64())}
    )
    return Output(table, {}, {"cohort": found.counts})


def _all_rows(recipe: AnyRecipe, sets: Sets, progress: Progress, clusters: Clusters | None) -> Output:
    module: Any = _module(recipe)
    takes_corpus = isinstance(recipe, EmbeddingMap | Retrieval | TimeSeries)
    given = sets if takes_corpus else sets[:2]
    if clusters is not None:
        told: Output = module.compute(recipe, *given, progress, clusters=clusters)
        return told
    output: Output = module.compute(recipe, *given, progress)
    return output


def _some_rows(recipe: AnyRecipe, sets: Sets, progress: Progress, ask: Ask) -> Output:
    from phoenix_lab.recipes.cohort import cohort

    primary, reference, corpus = sets
    found = cohort(recipe.where, primary, reference, ask)
    # What only the conditions need is not there for the recipe: it answers as if the dataframes held these rows alone.
    plain = replace(recipe, where=())
    names, others = needs(plain, primary.columns, None if reference is None else reference.columns)
    first, second = primary.select(names), None if reference is None else reference.select(others)
    if isinstance(plain, EmbeddingMap):
        from phoenix_lab.recipes.map_cohort import narrowed

        output = narrowed(plain, ask(replace(plain, window=None, picked_from=None)), first, second, found)
    elif isinstance(plain, Neighbors):
        from phoenix_lab.recipes.neighbors import compute as nearest

        # Positions are the user's, that of the row too: the others are passed over, not taken away.
        output = nearest(plain, first, second, progress, among=found)
    else:
        first = first.filter(found.primary)
        if second is not None and found.reference is not None:
            second = second.filter(found.reference)
        try:
            clusters = _clusters(plain, primary, reference, ask)
            some = None if clusters is None else clusters.of_rows(found.primary, found.reference)
            output = _all_rows(plain, (first, second, corpus), progress, some)
            if isinstance(plain, EmbeddingDrift | ResponseDrift):
                from phoenix_lab.recipes.embedding_drift import of_cohort

                output = of_cohort(output, found)
        except RecipeError:
            empty = [frame.name for frame in (first, second) if frame is not None and frame.n_rows == 0]
            if empty:
                raise RecipeError(f"no row of {' and '.join(empty)} meets all conditions") from None
            raise
    return replace(output, meta={**output.meta, "cohort": found.counts})


def is_heavy(recipe: AnyRecipe) -> bool:
    """Tell whether a recipe makes a map, which takes all that a machine has."""
    if isinstance(recipe, Grouped) and isinstance(groups_of(recipe), EmbeddingMap):
        return True
    return isinstance(recipe, EmbeddingMap | ClusterRules | ClusterMeans) or any(
        isinstance(c, InCluster | InLasso) for c in parts_of(recipe.where)
    )


def load_recipes() -> None:
    """Import the recipes' modules; what makes maps is imported where one is made."""
    for name in _MODULES.values():
        import_module(f"phoenix_lab.recipes.{name}")


def _module(recipe: AnyRecipe) -> Any:
    """Import the recipe's module when it is asked for: together they take seconds."""
    name = _MODULES.get(type(recipe))
    if name is None:
        raise TypeError(f"{type(recipe).__name__} is not a recipe")
    return import_module(f"phoenix_lab.recipes.{name}")
