"""A dataframe as recipes see it: Arrow columns and what they are for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from phoenix_lab.inferences.schema import ColumnInfo, Role


@dataclass(frozen=True)
class Frame:
    """The columns of one set that a recipe needs.

    Parameters
    ----------
    name
        The set's name, as the user calls it.
    n_rows
        Number of rows; row `i` of every column is row `i` of the user's frame.
    columns
        All the columns of the user's frame, whether they were read or not.
    table
        The columns that were read. Vectors are fixed-size lists of float16, float32 or float64.
    fingerprints
        Name of each column read → digest of its Arrow values.
    """

    name: str
    n_rows: int
    columns: tuple[ColumnInfo, ...]
    table: pa.Table
    fingerprints: Mapping[str, str] = field(default_factory=dict)

    def info(self, name: str) -> ColumnInfo:
        """Return the column called `name`; raises `KeyError` with the closest name there is."""
        return info_of(name, self.columns, self.name)

    def with_role(self, role: Role) -> ColumnInfo | None:
        """Return the first column in this role, or None."""
        return next((c for c in self.columns if c.role == role and c.problem is None), None)

    def select(self, names: Iterable[str]) -> Frame:
        """Return the frame with some of the columns that were read, in its own order."""
        wanted = set(names)
        here = [name for name in self.table.column_names if name in wanted]
        prints = {name: self.fingerprints[name] for name in here if name in self.fingerprints}
        return replace(self, table=self.table.select(here), fingerprints=prints)

    def filter(self, mask: Any) -> Frame:
        """Return the frame of some rows, by a boolean array of shape (rows,); it has no fingerprints."""
        return replace(self, n_rows=int(mask.sum()), table=self.table.filter(pa.array(mask)), fingerprints={})


def info_of(name: str, columns: Iterable[ColumnInfo], called: str) -> ColumnInfo:
    """Return the column called `name` of a set that is `called` so; raises `KeyError` with the closest name there is."""
    columns = tuple(columns)
    for column in columns:
        if column.name == name:
            return column
    from difflib import get_close_matches

    close = get_close_matches(name, [c.name for c in columns], n=1)
    hint = f'; did you mean "{close[0]}"?' if close else ""
    raise KeyError(f'{called} has no column "{name}"{hint}')
