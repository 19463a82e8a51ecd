"""A corpus of documents as the third set: which of its columns a question needs, and its vectors beside those of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.embeddings.vectors import UsableVectors, metric_for, usable
from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.recipes.conditions import InCluster, InLasso, parts_of
from phoenix_lab.recipes.models import (
    AnyRecipe,
    ClusterMeans,
    ClusterRules,
    EmbeddingMap,
    Findings,
    Grouped,
    Retrieval,
    TimeSeries,
)
from phoenix_lab.recipes.output import RecipeError
from phoenix_lab.recipes.sets import generator

FEW = 5000
"""On a map there are at most as many documents as queries, but so many in any case: a corpus is often so large that nothing else could be seen."""


def vectors_of(corpus: Iterable[ColumnInfo], query: ColumnInfo, name: str | None = None) -> ColumnInfo | None:
    """Return the column of the documents' vectors for an embedding of queries, by name, role, or length; None where none fits."""
    good = [c for c in corpus if c.kind == "vector" and c.role != "excluded" and c.problem is None]
    fits = [c for c in good if name in (None, c.name) and c.dimension == query.dimension]
    texts = {c.name for c in corpus if c.role == "document"}
    for chosen in (
        [c for c in fits if c.raw_data in texts],
        [c for c in fits if c.name == query.name],
        fits if len(fits) == 1 else [],
    ):
        if chosen:
            return chosen[0]
    return None


def query_column(recipe: Retrieval, columns: Sequence[ColumnInfo]) -> ColumnInfo:
    """Return the column of the queries' vectors; raises `RecipeError` where nothing tells which."""
    good = [c for c in columns if c.kind == "vector" and c.role != "excluded" and c.problem is None]
    prompts = {c.name for c in columns if c.role == "prompt"}
    named = [c for c in good if c.name == recipe.embedding]
    if recipe.embedding is not None and not named:
        raise RecipeError(f'there are no vectors "{recipe.embedding}"')
    found = named or [c for c in good if c.retrieved] or [c for c in good if c.raw_data in prompts] or good
    if not found:
        raise RecipeError("there is no column of vectors of the queries")
    return found[0]


def corpus_needs(
    recipe: AnyRecipe, primary: Sequence[ColumnInfo], corpus: Sequence[ColumnInfo]
) -> tuple[str, ...] | None:
    """Return the columns of the corpus that the answer to a recipe rests on; None where it has no part in it.

    Whatever speaks of the clusters of a map rests on all that is on it.
    """
    names: list[str] = []
    for map_ in _maps(recipe, primary):
        query = next((c for c in primary if c.name == map_.embedding), None)
        found = None if query is None else vectors_of(corpus, query)
        names += [] if found is None else [found.name, *([found.raw_data] if found.raw_data else [])]
    retrieval = recipe.retrieval if isinstance(recipe, TimeSeries) else recipe
    if isinstance(retrieval, Retrieval):
        found = vectors_of(corpus, query_column(retrieval, primary), retrieval.documents)
        ids = next((c.name for c in corpus if c.role == "prediction_id" and c.problem is None), None)
        names += [name for name in (ids, None if found is None else found.name) if name is not None]
        return tuple(dict.fromkeys(names))
    return tuple(dict.fromkeys(names)) or None


def _maps(recipe: AnyRecipe, primary: Sequence[ColumnInfo]) -> list[EmbeddingMap]:
    """Return the maps that a recipe asks for, or may ask for."""
    maps = [condition.map for condition in parts_of(recipe.where) if isinstance(condition, InCluster | InLasso)]
    if isinstance(recipe, EmbeddingMap):
        maps.append(recipe)
    elif isinstance(recipe, ClusterRules | ClusterMeans):
        maps.append(recipe.map)
    elif isinstance(recipe, Findings):
        maps += [EmbeddingMap(c.name) for c in primary if c.kind == "vector" and c.role != "excluded"]
    elif isinstance(recipe, Grouped):
        from phoenix_lab.recipes.performance_clusters import map_of

        maps += [found] if (found := map_of(recipe, primary)) is not None else []
    return maps


def needed(recipe: AnyRecipe, primary: Frame, corpus: Frame | None) -> Frame | None:
    """Return the part of a corpus that a recipe needs, as far as it was read; None where it needs none."""
    names = None if corpus is None else corpus_needs(recipe, primary.columns, corpus.columns)
    return None if corpus is None or names is None else corpus.select(names)


@dataclass(frozen=True)
class Documents:
    """Documents on a map.

    Parameters
    ----------
    frame
        The corpus.
    vectors
        Their column.
    X, row
        Vectors, float32 (m, d), and positions in the corpus, rising.
    of
        How many of the corpus could have been on the map.
    """

    frame: Frame
    vectors: ColumnInfo
    X: NDArray[np.float32]
    row: NDArray[np.int64]
    of: int


def documents_on(recipe: EmbeddingMap, primary: Frame, corpus: Frame | None, n_queries: int) -> Documents | None:
    """Return the documents that are on the map of an embedding: all, or as many as there are queries, drawn evenly; None where nothing is known of any."""
    found = None if corpus is None else vectors_of(corpus.columns, primary.info(recipe.embedding))
    if corpus is None or found is None or found.name not in corpus.table.column_names:
        return None
    there = usable_documents(corpus, found.name)
    most = max(n_queries, FEW)
    drawn = np.arange(len(there.rows))
    if len(drawn) > most:
        drawn = np.sort(generator("documents", str(recipe.seed)).choice(len(drawn), most, replace=False))
    return Documents(corpus, found, there.X[drawn], there.rows[drawn], len(there.rows))


def usable_documents(corpus: Frame, name: str) -> UsableVectors:
    """Return the vectors of a corpus that can be compared."""
    column = corpus.table.column(name)
    if pa.types.is_null(column.type):
        return UsableVectors(np.empty((0, 0), np.float32), np.empty(0, np.int64), corpus.n_rows, 0, 0)
    return usable(column, metric_for(column.type.list_size))
