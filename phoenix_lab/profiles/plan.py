"""How the columns of a set are counted: bins, values, grids, all taken from a reference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.profiles import sums
from phoenix_lab.profiles.columns import ColumnError, Numbers, label, numbers, vectors
from phoenix_lab.profiles.exact import Grid
from phoenix_lab.profiles.pairs import is_text
from phoenix_lab.profiles.row_hash import M31, bottom, row_hash
from phoenix_lab.stats.bins import Bins, quantile_bins

KEPT = 5_000
"""Values of a category that are kept, the most frequent ones; those beyond share one count."""
MOST_VALUES = 1_000_000
"""A column with more is not counted as categories."""
EXACT = 2_000_000
"""Up to so many rows edges are those of all values; beyond, of a sample of `EDGES` rows."""
EDGES = 100_000
CODES = 500
"""A column of whole numbers with at most so many different ones is counted as categories, too."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class NumberPlan:
    """How numbers are counted.

    Parameters
    ----------
    dtype
        "int64", "uint64" or "float64".
    single
        They came from float32 or float16.
    bins
        As `Pair` cuts them: first for values of the same type, then for others, which are compared as float64; one where these are the same.
    grid
        Of sums.
    least, most
        Ends of the finite values; None without one.
    """

    dtype: str
    single: bool
    bins: tuple[Bins, ...]
    grid: Grid
    least: float | None
    most: float | None


@dataclass(frozen=True, eq=False)
class CategoryPlan:
    """Which values are told apart.

    Parameters
    ----------
    values
        Different values, in their column's type.
    complete
        Whether these are all.
    """

    values: pa.Array
    complete: bool


@dataclass(frozen=True)
class VectorPlan:
    """How vectors are added up: their length, and the scale of `sums`."""

    dimension: int
    scale: float


@dataclass(frozen=True, eq=False)
class ColumnPlan:
    """How one column is counted; a column that is neither numbers, categories nor vectors has its missing values counted.

    Parameters
    ----------
    info
        The column.
    text
        Whether its numbers are lengths of texts.
    """

    info: ColumnInfo
    text: bool = False
    numbers: NumberPlan | None = None
    categories: CategoryPlan | None = None
    vectors: VectorPlan | None = None


Plan = Mapping[str, ColumnPlan]


class Planner:
    """Looks at a set, whole or batch by batch, for how its columns are to be counted.

    Parameters
    ----------
    columns
        The columns.
    n_rows
        Rows of the whole set: beyond `EXACT` of them edges are those of a sample, chosen by a hash of the rows' places. So they depend on the
        data alone, not on batches or engines.
    """

    def __init__(self, columns: Iterable[ColumnInfo], n_rows: int) -> None:
        self._columns = tuple(columns)
        self._n_rows, self._seen = n_rows, 0
        self._looks: dict[str, _Look] = {}
        self._ids: list[Ints] = []

    @property
    def sampled(self) -> bool:
        """Whether edges are those of a sample."""
        return self._n_rows > EXACT

    def add(self, table: pa.Table) -> None:
        """Look at more rows."""
        keep = None
        if self.sampled:
            ids = self._seen + np.arange(table.num_rows)
            # a quarter more than are wanted, so that none of these is missed
            keep = np.flatnonzero(row_hash(ids, 0) <= 1.25 * EDGES / self._n_rows * M31)
            self._ids.append(ids[keep])
        self._seen += table.num_rows
        for info in self._columns:
            place = table.schema.get_field_index(info.name)
            if place >= 0:
                self._looks.setdefault(info.name, _Look(info)).add(table.column(place), keep)

    def plan(self) -> dict[str, ColumnPlan]:
        """Return how the columns are counted."""
        chosen = None
        if self.sampled:
            ids = np.concatenate(self._ids)
            chosen = np.zeros(len(ids), dtype=bool)
            chosen[bottom(ids, EDGES, 0)] = True
        return {c.name: self._looks[c.name].plan(chosen) for c in self._columns if c.name in self._looks}


class _Look:
    """What was seen of one column."""

    def __init__(self, info: ColumnInfo) -> None:
        self._info = info
        self._text = False
        self._parts: list[Numbers] | None = []
        self._ends = [np.inf, -np.inf]
        self._counts: dict[Any, int] | None = {}
        self._type = pa.null()
        self._vectors: VectorPlan | None = None

    def add(self, data: pa.ChunkedArray, keep: Ints | None) -> None:
        kind = data.type
        if pa.types.is_fixed_size_list(kind):
            matrix, usable = vectors(data)
            scale = sums.scale_of(matrix if usable.all() else matrix[usable])
            known = 0.0 if self._vectors is None else self._vectors.scale
            self._vectors = VectorPlan(kind.list_size, max(scale, known) if usable.any() else known or 1.0)
        if pa.types.is_nested(kind) or pa.types.is_temporal(kind):
            self._parts = self._counts = None
            return
        if data.null_count < len(data):
            self._text = is_text(kind)
        if pa.types.is_dictionary(kind):
            data = data.cast(kind.value_type)
        if self._text and self._info.kind == "category":
            self._parts = None  # the lengths of categories are nothing to compare
        if self._parts is not None:
            try:
                self._parts.append(self._number(data, keep))
            except ColumnError:
                self._parts = None
        if self._counts is not None:
            self._count(data)

    def _number(self, data: pa.ChunkedArray, keep: Ints | None) -> Numbers:
        x = numbers(data, self._info.name)
        if len(x.values):
            finite = x.values if x.whole else x.values[np.isfinite(x.values)]
            if len(finite):
                self._ends = [min(self._ends[0], float(finite.min())), max(self._ends[1], float(finite.max()))]
        if keep is None:
            return x
        place = np.cumsum(x.present) - 1
        kept = keep[x.present[keep]]
        return Numbers(x.values[place[kept]], x.present[keep], x.single)

    def _count(self, data: pa.ChunkedArray) -> None:
        kind, named = data.type, self._info.kind in {"category", "boolean"}
        odd = pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_decimal(kind)
        if odd or not (named or pa.types.is_null(kind) or (pa.types.is_integer(kind) and not self._text)):
            self._counts = None
            return
        if self._counts is None or data.null_count == len(data):
            return
        self._type = kind
        if pa.types.is_floating(kind):
            data = pc.if_else(pc.is_nan(data), pa.scalar(None, kind), data)
        found = pc.value_counts(data.drop_null())
        for value, n in zip(found.field(0).to_pylist(), found.field(1).to_pylist(), strict=True):
            self._counts[value] = self._counts.get(value, 0) + n
        if len(self._counts) > (MOST_VALUES if named else CODES):
            self._counts = None

    def plan(self, chosen: NDArray[np.bool_] | None) -> ColumnPlan:
        found = None
        if self._parts:
            used = [x for x in self._parts if len(x.values)] or self._parts[:1]
            kinds = {x.values.dtype for x in used}
            kind = kinds.pop() if len(kinds) == 1 else np.dtype(np.float64)
            single = all(x.single for x in used)
            values = np.concatenate([x.values.astype(kind) for x in self._parts])
            present = np.concatenate([x.present for x in self._parts])
            if chosen is not None:
                values, present = values[chosen[present]], present[chosen]
            found = number_plan(Numbers(values, present, single), (self._ends[0], self._ends[1]))
        return ColumnPlan(self._info, self._text, found, self._categories(), self._vectors)

    def _categories(self) -> CategoryPlan | None:
        if self._counts is None:
            return None
        if not self._counts:
            return CategoryPlan(pa.nulls(0).cast(self._type), complete=True)
        order = sorted(
            self._counts.items(), key=lambda item: (-item[1], label(item[0]).encode("utf-8", "surrogatepass"))
        )
        return CategoryPlan(pa.array([v for v, _ in order[:KEPT]], self._type), complete=len(order) <= KEPT)


def edges_of(plan: Plan, n_rows: int) -> dict[str, int]:
    """Return of how many rows the edges of a plan are, of each column where that is not all of them."""
    return {name: EDGES for name, how in plan.items() if how.numbers is not None} if n_rows > EXACT else {}


def plan_of(columns: Iterable[ColumnInfo], table: pa.Table) -> dict[str, ColumnPlan]:
    """Return how the columns that are in a table are counted, by their values in it."""
    planner = Planner(columns, table.num_rows)
    planner.add(table)
    return planner.plan()


def number_plan(x: Numbers, ends: tuple[float, float]) -> NumberPlan:
    """Return how numbers are counted, by themselves or a sample of them; `ends` are those of all."""
    finite = x.finite
    bins: list[Bins] = []
    if not len(finite):
        return NumberPlan(str(x.values.dtype), x.single, (), Grid(), None, None)
    bins.append(quantile_bins(finite, single=x.single))
    if x.whole:
        bins.append(quantile_bins(finite.astype(np.float64)))
    elif x.single:
        bins.append(quantile_bins(finite))
    middle = float(finite[(len(finite) - 1) // 2])
    return NumberPlan(str(x.values.dtype), x.single, tuple(bins), Grid.around(middle, *ends), *ends)


def variant(plan: NumberPlan, x: Numbers) -> int:
    """Return which of the bins `pair` would cut for these numbers: 0 those of one type, else the last."""
    same = str(x.values.dtype) == plan.dtype and (not plan.single or x.single)
    return 0 if same else len(plan.bins) - 1


def as_counted(plan: NumberPlan, x: Numbers) -> NDArray[Any]:
    """Return numbers in the type in which they are compared."""
    return x.values if str(x.values.dtype) == plan.dtype else x.values.astype(np.float64)
