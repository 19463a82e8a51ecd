"""Cells: what a set is counted by, windows of time or what each unit of independence has in one of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.profiles.columns import ColumnError, codes

Ints = NDArray[np.int64]

MOST_CELLS = 50_000
"""More units than this, window by window, are no longer a small file."""


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of some rows.

    Parameters
    ----------
    of_row
        The cell of each row, shape (rows,).
    slot, unit
        Of each cell: its slot, and its unit (-1: a row that has none, which is a unit of its own); shape (cells,).
    values
        The units' different values.
    """

    of_row: Ints
    slot: Ints
    unit: Ints
    values: pa.Array

    @property
    def rows(self) -> Ints:
        """The number of rows of each cell, shape (cells,)."""
        return np.bincount(self.of_row, minlength=len(self.slot)).astype(np.int64)


def cells_of(slot: Ints, unit: pa.ChunkedArray | None, n_slots: int, *, limit: int | None = MOST_CELLS) -> Cells:
    """Return the cells of rows by their slots and units.

    Without a unit there is a cell for each slot. With one, cells are those that have rows, as `grouped` orders them.

    Raises
    ------
    ColumnError
        There are more than `limit`.
    """
    if unit is None:
        return Cells(slot, np.arange(n_slots), np.full(n_slots, -1), pa.nulls(0))
    values, (_, mine), (_, present) = codes(unit.slice(0, 0), unit, "unit")
    code = np.full(len(slot), -1)
    code[present] = mine
    cells = Cells(*grouped(slot, code), values)
    if limit is not None and len(cells.slot) > limit:
        raise ColumnError(
            f"the unit has {len(cells.slot):,} values, window by window, and a profile holds {limit:,}: take a longer step, or leave the unit out"
        )
    return cells


def grouped(slot: Ints, unit: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the cell of each place, and slot and unit of each cell: rising by slot and unit; places without a unit (-1) follow, each a cell of its own."""
    lone = unit < 0
    width = int(unit.max(initial=0)) + 1
    pairs, place = np.unique(slot[~lone] * width + unit[~lone], return_inverse=True)
    cell = np.empty(len(slot), dtype=np.int64)
    cell[~lone] = place
    cell[lone] = len(pairs) + np.arange(int(lone.sum()))
    return cell, np.concatenate([pairs // width, slot[lone]]), np.concatenate([pairs % width, unit[lone]])
