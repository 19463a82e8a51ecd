"""The rows that somebody gives: their dataframe, its columns, its vectors, and the way back to rows of their own kind."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.evals.columns import read, text, values
from phoenix_lab.inferences import convert
from phoenix_lab.inferences.inferences import Inferences
from phoenix_lab.inferences.schema import Role


class TrainingError(ValueError):
    """These rows cannot be used for this; the message says why, in the user's own names."""


@dataclass(frozen=True)
class Source:
    """A dataframe of rows, read once.

    Parameters
    ----------
    name
        What it is called in messages.
    own
        The dataframe as it was given.
    rows
        The same with its rows in place, should it be a query.
    inferences
        Its columns and what they are for.
    """

    name: str
    own: Any
    rows: Any
    inferences: Inferences

    @classmethod
    def of(cls, data: Any, name: str) -> Source:
        """Read a dataframe or `Inferences`; raises `TypeError` for anything else."""
        own, rows = read(data)
        given = isinstance(data, Inferences)
        return cls(
            (data.name if given else None) or name,
            own,
            rows,
            Inferences(rows, data.given_schema if given else None, name),
        )

    @property
    def n(self) -> int:
        """Number of rows."""
        return self.inferences.n_rows

    def first_in(self, *roles: Role) -> str | None:
        """Return the first column in the first of these roles that any has."""
        return next(
            (c.name for role in roles for c in self.inferences.columns if c.role == role and c.problem is None), None
        )

    def objects(self, column: str) -> list[Any]:
        """Return a column as Python objects; raises `TrainingError` with the closest name when it is not there."""
        self.known(column)
        return values(self.rows, [column])[column]

    def texts(self, column: str) -> list[str | None]:
        """Return a column as texts, None where it is missing or blank."""
        return [found if found and found.strip() else None for found in map(text, self.objects(column))]

    def known(self, column: str) -> None:
        """Raise `TrainingError` with the closest name there is when the dataframe lacks a column."""
        try:
            self.inferences.frame([], name=self.name).info(column)
        except KeyError as error:
            raise TrainingError(f"{error.args[0]}.") from None

    def embedding(self, column: str | None) -> str:
        """Return the column of vectors: the one named, or the only one there is."""
        if self.n == 0:
            raise TrainingError(f"{self.name} has no rows.")
        have = [c.name for c in self.inferences.columns if c.kind == "vector" and c.problem is None]
        if column is None:
            if len(have) != 1:
                why = f"several columns of vectors ({', '.join(have)}): name one" if have else "no column of vectors"
                raise TrainingError(f"{self.name} has {why}, embedding=….{'' if have else _EMBED}")
            return have[0]
        self.known(column)
        if column not in have:
            raise TrainingError(f'"{column}" of {self.name} holds no vectors.{_EMBED}')
        return column

    def vectors(self, column: str) -> pa.ChunkedArray:
        """Return a column of vectors; raises `TrainingError` when it cannot be read as one."""
        table = self.inferences.frame([column], name=self.name).table
        if column not in table.column_names or not pa.types.is_fixed_size_list(table.column(column).type):
            problem = self.inferences.frame([], name=self.name).info(column).problem
            raise TrainingError(
                f'"{column}" of {self.name} holds no vectors{f": {problem}" if problem else ""}.{_EMBED}'
            )
        return table.column(column)

    def numbers(self, column: str) -> NDArray[np.float64]:
        """Return a column as float64, NaN where it is missing."""
        self.known(column)
        table = self.inferences.frame([column], name=self.name).table
        try:
            return np.asarray(table.column(column).cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64)
        except (KeyError, pa.ArrowInvalid, pa.ArrowNotImplementedError):
            raise TrainingError(f'"{column}" of {self.name} does not hold numbers.') from None

    def take(self, positions: NDArray[np.int64], beside: Mapping[str, NDArray[Any]]) -> Any:
        """Return rows in this order as the dataframe's own kind, with columns beside their own; of the same name ours stay."""
        found = convert.take(self.rows, positions)
        library = convert.library_of(found)
        if library == "pandas":
            return found.assign(**beside)
        if library == "polars":
            pl = sys.modules["polars"]
            return found.with_columns(pl.Series(name, column) for name, column in beside.items())
        table = pa.Table.from_batches([found]) if isinstance(found, pa.RecordBatch) else found
        table = table.drop_columns([name for name in beside if name in table.column_names])
        for name, column in beside.items():
            table = table.append_column(name, pa.array(column))
        return table if self.own is self.rows else convert.like(table, self.own)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.inferences.columns)


_EMBED = ' px.embed(df["text"]) makes vectors of a column.'
