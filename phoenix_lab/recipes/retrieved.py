"""What was retrieved for each query, and how relevant that is: lists read from columns, or found by the vectors."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.embeddings.vectors import matrix
from phoenix_lab.inferences.columns import snake
from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.recipes.models import Retrieval
from phoenix_lab.recipes.output import RecipeError
from phoenix_lab.stats import retrieval as rank

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Lists = list[list[Any] | None]

ALIGNED = re.compile(r"(^|_)(relevance|relevances|relevancy)($|_)|(^|_)relevan\w*_(labels?|scores?)$")
COMPLETE = re.compile(r"(^|_)relevant(_\w+)?(_ids?)?$")


@dataclass(frozen=True)
class Columns:
    """The columns of a set that tell what was retrieved, and how relevant that is; None where there is none."""

    retrieved: str | None
    relevance: str | None
    relevant: str | None

    @classmethod
    def of(cls, recipe: Retrieval, query: ColumnInfo, columns: Iterable[ColumnInfo]) -> Columns:
        """Find them by the recipe, the schema, or their names."""
        names = [c.name for c in columns if c.problem is None]
        retrieved = recipe.retrieved or query.retrieved
        if recipe.retrieved is None and retrieved is not None and retrieved not in names:
            # What was retrieved in one set is not compared with what could have been in the other.
            return cls(None, None, None)

        def called(pattern: re.Pattern[str]) -> str | None:
            return next((n for n in names if n != retrieved and pattern.search(snake(n))), None)

        relevance = recipe.relevance or (called(ALIGNED) if recipe.relevant is None else None)
        relevant = recipe.relevant or (called(COMPLETE) if relevance is None else None)
        return cls(retrieved, relevance, relevant)

    @property
    def names(self) -> tuple[str, ...]:
        """Those that there are."""
        return tuple(name for name in (self.retrieved, self.relevance, self.relevant) if name is not None)


def lists_of(frame: Frame, name: str) -> Lists:
    """Return a column of lists; one value is a list of one, and texts of JSON are lists, too.

    Raises
    ------
    RecipeError
        It was not read.
    """
    if name not in frame.table.column_names:
        why = next((c.problem for c in frame.columns if c.name == name and c.problem), "there is no such column")
        raise RecipeError(f'"{name}" of {frame.name}: {why}')
    column = frame.table.column(name)
    if pa.types.is_fixed_size_list(column.type):
        gone = np.asarray(column.is_null(), dtype=bool)
        rows = matrix(column).astype(np.float64)
        return [None if none else row for none, row in zip(gone, rows.tolist(), strict=True)]
    return [_parsed(value) for value in column.to_pylist()]


def _parsed(value: Any) -> list[Any] | None:
    if value is None:
        return None
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            found = json.loads(value)
        except ValueError:
            return [value]
        return found if isinstance(found, list) else [value]
    return [value]


def key_of(value: Any) -> str | None:
    """Return an id as text, by which those of both frames are matched: 7, 7.0 and "7" are one."""
    if value is None or (isinstance(value, float) and not np.isfinite(value)):
        return None
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


@dataclass(frozen=True, eq=False)
class Ranked:
    """The ranked lists of the queries of one set.

    Parameters
    ----------
    rows
        Positions of the documents in the corpus, best first, −1 where the corpus has none of that id, −2 behind the end: int64 (queries, ranks).
    gains
        How relevant each is, float64 of the same shape; None where nothing tells.
    ideal
        How relevant all that could be listed are, (queries, any number); None where nothing tells.
    n_relevant
        How many relevant documents there are, (queries,); NaN where nobody knows.
    judged
        Queries of which the relevance is known, (queries,).
    unknown
        Ids that the corpus does not have.
    is_aligned
        Whether `gains` are those of `rows`, place by place; not where nothing tells which documents were judged.
    """

    rows: Ints
    gains: Floats | None = None
    ideal: Floats | None = None
    n_relevant: Floats | None = None
    judged: NDArray[np.bool_] | None = None
    unknown: int = 0
    is_aligned: bool = True

    def metrics(self, k: int) -> dict[str, Floats]:
        """Return each metric of each query at a cut, NaN where it is not judged."""
        if self.gains is None or self.ideal is None or self.judged is None or self.n_relevant is None:
            return {}
        if not self.judged.any():
            return {}
        found = {
            "precision": rank.precision(self.gains, k),
            "hit_rate": rank.hit(self.gains, k),
            "mrr": rank.reciprocal_rank(self.gains, k),
            "ndcg": rank.ndcg(self.gains, self.ideal, k),
        }
        if np.isfinite(self.n_relevant).any():
            found["recall"] = rank.recall(self.gains, np.nan_to_num(self.n_relevant), k)
        return {name: np.where(self.judged, values, np.nan) for name, values in found.items()}


def ranked(frame: Frame, columns: Columns, places: Mapping[str, int], nearest: Ints) -> Ranked:
    """Read what was retrieved for the queries of a set.

    Parameters
    ----------
    frame
        The queries.
    columns
        What tells it.
    places
        Id of a document → its position in the corpus.
    nearest
        What stands for it where no column tells: the nearest documents, (queries, k), −2 where a query has no vector.
    """
    listed = None if columns.retrieved is None else lists_of(frame, columns.retrieved)
    keys: list[list[str | None]] = []
    unknown = 0
    if listed is None:
        names = {place: key for key, place in places.items()}
        rows = nearest
        keys = [[names.get(int(row), str(row)) for row in found if row >= 0] for found in nearest]
    else:
        keys = [_keys(found or ()) for found in listed]
        width = max((len(found) for found in keys), default=0)
        rows = np.full((frame.n_rows, width), -2, np.int64)
        for i, found in enumerate(keys):
            rows[i, : len(found)] = [-1 if key is None else places.get(key, -1) for key in found]
        unknown = sum(key is not None and key not in places for found in keys for key in found)
    there = np.array([found is not None for found in listed], bool) if listed is not None else (rows >= 0).any(axis=1)
    if columns.relevance is not None:
        told = lists_of(frame, columns.relevance)
        gains = _padded([[_gain(value) for value in found or ()] for found in told])
        judged = np.array([found is not None for found in told], bool)
        return Ranked(rows, gains, gains, np.full(frame.n_rows, np.nan), judged, unknown, is_aligned=listed is not None)
    if columns.relevant is not None:
        wanted = [
            None if found is None else {key for value in found if (key := key_of(value)) is not None}
            for found in lists_of(frame, columns.relevant)
        ]
        gains = _padded([_first_hits(found, of or set()) for found, of in zip(keys, wanted, strict=True)])
        n_relevant = np.array([len(of or ()) for of in wanted], np.float64)
        ideal = (np.arange(max(int(n_relevant.max(initial=0)), 1)) < n_relevant[:, None]).astype(np.float64)
        return Ranked(rows, gains, ideal, n_relevant, there & (n_relevant > 0), unknown)
    return Ranked(rows, unknown=unknown)


def _gain(value: Any) -> float:
    """Return how relevant a document is; what was not judged counts as not relevant, as in trec_eval."""
    if isinstance(value, str):
        return float(value.strip().lower() in {"relevant", "true", "yes", "1", "1.0"})
    try:
        number = 0.0 if value is None else float(value)
    except (TypeError, OverflowError):
        told = str(value)[:40]
        raise RecipeError(f'a relevance is a number, or a word such as "relevant", and not {told}') from None
    return max(number, 0.0) if np.isfinite(number) else 0.0


def _keys(found: Iterable[Any]) -> list[str | None]:
    """Return the ids of a list, each at its rank; missing ones at its end are what it was filled up with."""
    keys = [key_of(value) for value in found]
    while keys and keys[-1] is None:
        keys.pop()
    return keys


def _first_hits(found: list[str | None], relevant: set[str]) -> list[float]:
    """Return 1 for each relevant document, where it is listed first."""
    seen: set[str | None] = set()
    gains = []
    for key in found:
        gains.append(float(key in relevant and key not in seen))
        seen.add(key)
    return gains


def _padded(lists: list[list[float]]) -> Floats:
    result = np.zeros((len(lists), max([1, *map(len, lists)])))
    for i, values in enumerate(lists):
        result[i, : len(values)] = values
    return result
