"""The one pure function of profiles: Arrow columns and the cell of each row in, whole numbers out, which add up.

Ends and vectors are by slot; all else is by cell.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse

from phoenix_lab.profiles import sums
from phoenix_lab.profiles.cells import Cells
from phoenix_lab.profiles.columns import ColumnError, Numbers, codes, numbers, vectors
from phoenix_lab.profiles.exact import Moments, in_order
from phoenix_lab.profiles.pairs import is_text
from phoenix_lab.profiles.plan import CategoryPlan, ColumnPlan, NumberPlan, Plan, as_counted, variant
from phoenix_lab.stats.bins import assign

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ENDS = 16
"""Values that are kept at each end of a slot."""
DENSE = 4_000_000


@dataclass(frozen=True, eq=False)
class NumberCounts:
    """Numbers by cell.

    Parameters
    ----------
    bins
        Counts for each of the plan's bins, shapes (cells, bins); of other data than the plan's own only those are there that it is compared by.
    infinite
        Values that are -inf and inf, shape (cells, 2).
    outside
        Values below the least and above the most of the plan, shape (cells, 2).
    moments
        Of the finite values.
    ends
        The `ENDS` smallest finite values, rising, and the largest, falling; NaN where there are fewer. Shape (slots, 2, ENDS).
    """

    bins: tuple[Ints | None, ...]
    infinite: Ints
    outside: Ints
    moments: Moments
    ends: Floats


@dataclass(frozen=True, eq=False)
class VectorCounts:
    """Vectors by slot: usable ones, shape (slots,), and their sums in steps of the plan's grid, shape (slots, dimension)."""

    n: Ints
    total: Floats


@dataclass(frozen=True, eq=False)
class ColumnCounts:
    """One column by cell.

    Parameters
    ----------
    missing
        Rows without a value, shape (cells,).
    numbers, vectors
        Where the column is such.
    by_value
        Rows with each of the plan's values, and in the last column those with others; sparse, shape (cells, values + 1).
    problem
        Why it could not be counted as the plan has it.
    """

    missing: Ints
    numbers: NumberCounts | None = None
    by_value: Any = None
    vectors: VectorCounts | None = None
    problem: str | None = None


Counts = Mapping[str, ColumnCounts]


def count(
    plan: Plan,
    columns: Mapping[str, pa.ChunkedArray],
    cells: Cells,
    n_slots: int,
    *,
    summed: Collection[str] | None = None,
) -> Counts:
    """Count columns.

    Parameters
    ----------
    plan
        How each column is counted.
    columns
        The columns that are there.
    cells
        The cells that its rows are counted by.
    n_slots
        Number of slots.
    summed
        Columns whose sums and ends are wanted, which cost as much as the rest; None is all.
    """
    return {
        name: _column(how, columns[name], cells, n_slots, summed=summed is None or name in summed)
        for name, how in plan.items()
        if name in columns
    }


def _column(plan: ColumnPlan, data: pa.ChunkedArray, cells: Cells, n_slots: int, *, summed: bool) -> ColumnCounts:
    cell, n_cells = cells.of_row, len(cells.slot)
    name = plan.info.name
    absent = np.asarray(data.is_null(nan_is_null=True).to_numpy(), dtype=bool)
    missing = _by_cell(cell[absent], n_cells)
    found, values, added = None, None, None
    problem = None
    try:
        if plan.vectors is not None:
            added = _vectors(plan, data, cells.slot[cell], n_slots)
        if plan.numbers is not None:
            found = _numbers(plan, plan.numbers, data, cells, n_slots, summed=summed)
        if plan.categories is not None:
            values = _values(plan.categories, data, name, cell, n_cells)
    except ColumnError as error:
        problem = str(error)
    return ColumnCounts(missing, found, values, added, problem)


def _by_cell(cell: Ints, n_cells: int) -> Ints:
    return np.bincount(cell, minlength=n_cells).astype(np.int64)


def _numbers(
    column: ColumnPlan, plan: NumberPlan, data: pa.ChunkedArray, cells: Cells, n_slots: int, *, summed: bool
) -> NumberCounts:
    name = column.info.name
    if is_text(data.type) != column.text and not pa.types.is_null(data.type):
        raise ColumnError(f'column "{name}" holds text in one set and numbers in the other')
    x = numbers(data, name)
    if not len(x.values):  # of a batch without values nobody knows the type
        x = Numbers(x.values.astype(plan.dtype), x.present, plan.single)
    n_cells = len(cells.slot)
    here = cells.of_row[x.present]
    floats = x.values.astype(np.float64)
    finite = np.isfinite(floats)
    below, above = floats == -np.inf, floats == np.inf
    infinite = np.stack([_by_cell(here[below], n_cells), _by_cell(here[above], n_cells)], axis=1)
    outside = np.zeros((n_cells, 2), dtype=np.int64)
    if plan.least is not None and plan.most is not None:
        outside[:, 0] = _by_cell(here[floats < plan.least], n_cells)
        outside[:, 1] = _by_cell(here[floats > plan.most], n_cells)
    own = variant(plan, x)
    same = own == 0 and str(x.values.dtype) == plan.dtype
    bins: list[Ints | None] = []
    for i, cut in enumerate(plan.bins):
        if i != own and not (same and summed):
            bins.append(None)
            continue
        values = as_counted(plan, x) if i == 0 else floats
        code = assign(values, cut.cuts)
        table = np.bincount(here * len(cut) + code, minlength=n_cells * len(cut))
        bins.append(table.astype(np.int64).reshape(n_cells, len(cut)))
    if not summed:
        empty = np.full((n_slots, 2, ENDS), np.nan)
        return NumberCounts(tuple(bins), infinite, outside, Moments.none(n_cells), empty)
    kept, at = (floats, here) if finite.all() else (floats[finite], here[finite])
    moments = Moments.of(kept, at, n_cells, plan.grid)
    return NumberCounts(tuple(bins), infinite, outside, moments, _ends(kept, cells.slot[at], n_slots))


def _ends(values: Floats, slot: Ints, n_slots: int) -> Floats:
    """Return the smallest and the largest values of each slot."""
    ends = np.full((n_slots, 2, ENDS), np.nan)
    if not len(values):
        return ends
    values, slot, starts = in_order(values, slot)
    groups = zip(slot[starts].tolist(), np.split(values, starts[1:]), strict=True)
    for k, part in groups:
        most = min(ENDS, len(part))
        few = len(part) <= 2 * ENDS
        low = np.sort(part if few else np.partition(part, ENDS - 1)[:ENDS])[:most]
        high = np.sort(part if few else np.partition(part, len(part) - ENDS)[-ENDS:])[::-1][:most]
        ends[k, 0, :most], ends[k, 1, :most] = low, high
    return ends


def _values(plan: CategoryPlan, data: pa.ChunkedArray, name: str, cell: Ints, n_cells: int) -> Any:
    width = len(plan.values) + 1
    if data.null_count == len(data):
        return sparse.csr_matrix((n_cells, width), dtype=np.int64)
    _, (known, mine), (_, present) = codes(pa.chunked_array([plan.values]), data, name)
    place = np.full(max(int(known.max(initial=-1)), int(mine.max(initial=-1))) + 1, width - 1)
    place[known[::-1]] = np.arange(len(known))[::-1]
    at, here = place[mine], cell[present]
    if n_cells * width <= DENSE:
        table = np.bincount(here * width + at, minlength=n_cells * width).astype(np.int64)
        return sparse.csr_matrix(table.reshape(n_cells, width))
    return sparse.csr_matrix((np.ones(len(at), dtype=np.int64), (here, at)), shape=(n_cells, width))


def _vectors(plan: ColumnPlan, data: pa.ChunkedArray, slot: Ints, n_slots: int) -> VectorCounts | None:
    how = plan.vectors
    if how is None:
        return None
    if not pa.types.is_fixed_size_list(data.type) or data.type.list_size != how.dimension:
        raise ColumnError(f'"{plan.info.name}" does not hold vectors of {how.dimension} dimensions')
    matrix, usable = vectors(data)
    rows = np.flatnonzero(usable)
    total = sums.of_rows(matrix, rows, slot[rows], n_slots, how.scale)
    return VectorCounts(np.bincount(slot[usable], minlength=n_slots).astype(np.int64), total)


def added(parts: list[tuple[ColumnCounts, Ints, Ints]], n_cells: int, n_slots: int) -> ColumnCounts:
    """Add up counts of one plan.

    Parameters
    ----------
    parts
        Counts, and where their cells and their slots are among those of the sum.
    n_cells, n_slots
        Of the sum.
    """

    def spread(values: NDArray[Any], places: Ints, size: int) -> NDArray[Any]:
        whole = np.zeros((size, *values.shape[1:]), dtype=values.dtype)
        np.add.at(whole, places, values)
        return whole

    problem = next((c.problem for c, *_ in parts if c.problem is not None), None)
    missing = sum(spread(c.missing, cells, n_cells) for c, cells, _ in parts)
    found = [(c.numbers, cells, slots) for c, cells, slots in parts if c.numbers is not None]
    summed: NumberCounts | None = None
    for x, cells, slots in found:
        m = x.moments
        moments = Moments(*(spread(part, cells, n_cells) for part in (m.n, m.beyond, m.total, m.squares)))
        ends = np.full((n_slots, 2, ENDS), np.nan)
        ends[slots] = x.ends
        here = NumberCounts(
            tuple(None if b is None else spread(b, cells, n_cells) for b in x.bins),
            spread(x.infinite, cells, n_cells),
            spread(x.outside, cells, n_cells),
            moments,
            ends,
        )
        summed = here if summed is None else _plus(summed, here)
    tables = [(c.by_value, cells) for c, cells, _ in parts if c.by_value is not None]
    values = None
    for table, cells in tables:
        n = table.shape[0]
        where = sparse.csr_matrix((np.ones(n, dtype=np.int64), (cells, np.arange(n))), shape=(n_cells, n))
        values = where @ table if values is None else values + where @ table
    vector = [(c.vectors, slots) for c, _, slots in parts if c.vectors is not None]
    both = None
    for v, slots in vector:
        n, total = spread(v.n, slots, n_slots), spread(v.total, slots, n_slots)
        both = VectorCounts(n, total) if both is None else VectorCounts(both.n + n, both.total + total)
    return ColumnCounts(np.asarray(missing), summed, values, both, problem)


def _plus(a: NumberCounts, b: NumberCounts) -> NumberCounts:
    bins = tuple(None if x is None or y is None else x + y for x, y in zip(a.bins, b.bins, strict=True))
    return NumberCounts(
        bins, a.infinite + b.infinite, a.outside + b.outside, a.moments + b.moments, _plus_ends(a.ends, b.ends)
    )


def _plus_ends(a: Floats, b: Floats) -> Floats:
    every = np.concatenate([a, b], axis=2)
    low = np.sort(every[:, 0], axis=1)[:, :ENDS]  # NaN sorts last
    high = -np.sort(-every[:, 1], axis=1)[:, :ENDS]
    return np.stack([low, high], axis=1)
