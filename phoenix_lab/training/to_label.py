"""`pick_to_label`: the rows of a pool that are most worth a label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.embeddings.between import closest, distances, vectors_at
from phoenix_lab.embeddings.choosing import stand_for_others
from phoenix_lab.embeddings.vectors import metric_for, usable
from phoenix_lab.training.source import Source, TrainingError

_CANDIDATES = 4_000
"""Rows that the choice is made among: the most uncertain ones, or rows drawn at random."""


def pick_to_label(
    pool: Any,
    n: int = 50,
    embedding: str | None = None,
    *,
    uncertainty: str | Sequence[str] | None = None,
    labelled: Any = None,
    seed: int = 0,
) -> Any:
    """Return the rows to label next: where a model is unsure, and such that the others have one of them near.

    Of the 4,000 most uncertain rows (without `uncertainty`, of 4,000 drawn at random) those are chosen, one after another, that bring the
    most uncertainty near to a row with a label: facility location, with weights.

    Parameters
    ----------
    pool
        The rows without labels.
    n
        How many to pick.
    embedding
        The column of vectors; None where there is only one. Without any, the most uncertain rows are taken.
    uncertainty
        A column with the probability of a class (most uncertain at .5), or the columns of all classes (by the margin of the first two).
    labelled
        A dataframe of rows that have labels already: what is near to them is covered.
    seed
        Of the draw.

    Returns
    -------
    dataframe
        Of the kind of `pool`, the most useful first, with `label_uncertainty` (0 to 1) and `label_stands_for` (how many of the candidates have it nearest).

    Raises
    ------
    TrainingError
        Neither vectors nor probabilities, or probabilities that are none.
    """
    source = Source.of(pool, "pool")
    if n < 1 or source.n == 0:
        raise TrainingError(f"{source.name} has {source.n:,} rows to pick {n:,} from.")
    unsure = np.ones(source.n) if uncertainty is None else _unsure(source, uncertainty)
    has_vectors = any(c.kind == "vector" and c.problem is None for c in source.inferences.columns)
    if embedding is None and not has_vectors:
        if uncertainty is None:
            raise TrainingError(
                f"{source.name} has neither vectors nor uncertainty=… to pick by. "
                'px.embed(df["text"]) makes vectors of a column.'
            )
        best = np.argsort(-unsure, kind="stable")[:n]
        best = best[unsure[best] >= 0]
        return source.take(best, {"label_uncertainty": unsure[best]})
    name = source.embedding(embedding)
    column = source.vectors(name)
    metric = metric_for(column.type.list_size)
    # Which rows can be compared is known without holding all their vectors.
    reachable = closest(np.ones((1, column.type.list_size), np.float32), column, metric).to >= 0
    usable_rows = np.flatnonzero(reachable & (unsure >= 0))
    if len(usable_rows) == 0:
        raise TrainingError(f'No row of {source.name} has a vector in "{name}" and a probability.')
    shuffled = np.random.default_rng(seed).permutation(usable_rows)
    candidates = np.sort(shuffled[np.argsort(-unsure[shuffled], kind="stable")][: max(_CANDIDATES, n)])
    X = vectors_at(column, candidates, metric)
    covered = None
    if labelled is not None:
        known = usable(Source.of(labelled, "labelled").vectors(name), metric).X
        if len(known):
            if known.shape[1] != X.shape[1]:
                raise TrainingError(f'"{name}" has {known.shape[1]} numbers in labelled and {X.shape[1]} in the pool.')
            covered = distances(X, known, metric).min(axis=1).astype(np.float64)
    chosen = stand_for_others(X, unsure[candidates], n, metric, covered=covered)
    nearest: NDArray[np.int64] = distances(X, X[chosen], metric).argmin(axis=1)
    beside = {
        "label_uncertainty": unsure[candidates[chosen]],
        "label_stands_for": np.bincount(nearest, minlength=len(chosen)),
    }
    return source.take(candidates[chosen], beside)


def _unsure(source: Source, columns: str | Sequence[str]) -> NDArray[np.float64]:
    """Return how unsure each row is, 0 to 1; −1 where a probability is missing."""
    names = [columns] if isinstance(columns, str) else list(columns)
    P = np.column_stack([source.numbers(name) for name in names])
    outside = (P < 0) | (P > 1)
    if outside.any():
        row, which = np.argwhere(outside)[0]
        raise TrainingError(f'"{names[which]}" is no probability: row {row:,} has {P[row, which]:g}.')
    if len(names) == 1:
        unsure = 1 - np.abs(2 * P[:, 0] - 1)
    else:
        first_two = np.sort(P, axis=1)[:, -2:]
        unsure = 1 - (first_two[:, 1] - first_two[:, 0])
    return np.where(np.isnan(P).any(axis=1), -1, unsure)
