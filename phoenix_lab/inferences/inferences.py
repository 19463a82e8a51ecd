"""A dataframe with the roles of its columns: `Inferences`."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyarrow as pa

from phoenix_lab.inferences import convert
from phoenix_lab.inferences.corrections import as_schema
from phoenix_lab.inferences.fingerprint import fingerprint
from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.roles import guess
from phoenix_lab.inferences.schema import ColumnInfo, Schema
from phoenix_lab.inferences.validation import SchemaError


class Inferences:
    """A dataframe, the roles of its columns, and a name.

    Parameters
    ----------
    dataframe
        Any kind: pandas, polars, pyarrow, DuckDB, or what streams Arrow. It is neither changed nor copied; a query (DuckDB, ibis) is run once.
    schema
        What the columns are for; None guesses it.
    name
        How the set is called; None leaves it to where it is used.

    Raises
    ------
    SchemaError
        The schema does not fit; the message tells everything that is wrong.
    TypeError
        It is not a dataframe, or one whose rows don't exist yet.
    """

    def __init__(self, dataframe: Any, schema: Schema | None = None, name: str | None = None) -> None:
        if isinstance(dataframe, Inferences):
            schema = schema or dataframe.given_schema
            name = name or dataframe.name
            dataframe = dataframe.dataframe
        if schema is not None and not isinstance(schema, Schema):
            raise TypeError(f"A schema is px.Schema(…); this is a {type(schema).__name__}.")
        try:
            self._read = convert.snapshot(dataframe)
        except convert.Unreadable as problem:
            raise TypeError(str(problem)) from None
        self._dataframe = dataframe
        self._given: Schema | None = schema
        self._name = name
        self._lock = threading.Lock()
        self._tables: dict[str, tuple[pa.ChunkedArray, str]] = {}
        sample, problems = convert.sample(self._read)
        names = convert.column_names(self._read)
        dtypes = dict(zip(names, convert.column_dtypes(dataframe), strict=True))
        self._columns = guess(sample, self.n_rows, dtypes, schema, problems)

    @classmethod
    def from_open_inference(cls, dataframe: Any, name: str | None = None) -> Inferences:
        """Read the schema from column names such as `:feature.[float].embedding:prompt`.

        Raises
        ------
        SchemaError
            Names that are not of that form, or two that say the same.
        TypeError
            It is not a dataframe.
        """
        from phoenix_lab.inferences.open_inference import schema_of

        message = convert.refusal(dataframe)
        if message is not None:
            raise TypeError(message)
        return cls(dataframe, schema_of(convert.column_names(dataframe)), name)

    @property
    def dataframe(self) -> Any:
        """The very dataframe that was given."""
        return self._dataframe

    @property
    def name(self) -> str | None:
        """How the set is called."""
        return self._name

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        rows = convert.n_rows(self._read)
        return len(self._read) if rows is None else rows

    @property
    def columns(self) -> tuple[ColumnInfo, ...]:
        """The columns, with kind, role and how that was decided."""
        return self._columns

    @property
    def given_schema(self) -> Schema | None:
        """The schema that was given, None when the roles are guessed."""
        return self._given

    @property
    def schema(self) -> Schema:
        """What the columns are for: the schema that was given, or the guess as one."""
        return self._given if self._given is not None else as_schema(self._columns)

    def frame(self, names: Iterable[str] | None = None, *, name: str | None = None) -> Frame:
        """Return columns as recipes take them; each is read and digested once. None is all.

        A column that cannot be read is left out, and its `ColumnInfo` says why. What happens in the dataframe afterwards is not seen:
        make new `Inferences` then.
        """
        with self._lock:
            return self._frame(names, name)

    def _frame(self, names: Iterable[str] | None, name: str | None) -> Frame:
        by_name = {column.name: column for column in self._columns}
        called = name or self._name or "primary"
        wanted = list(by_name if names is None else names)
        for missing in (n for n in wanted if n not in by_name):
            Frame(called, self.n_rows, self._columns, pa.table({})).info(missing)
        positions = [
            by_name[n].position for n in dict.fromkeys(wanted) if n not in self._tables and by_name[n].problem is None
        ]
        if positions:
            table, problems = convert.to_arrow(self._read, positions)
            for column, digest in zip(table.column_names, _digests(table), strict=True):
                self._tables[column] = (table.column(column), digest)
            self._columns = tuple(
                dataclasses.replace(c, problem=problems[c.name]) if c.name in problems else c for c in self._columns
            )
        # in the frame's own order, whatever order was asked for
        asked = set(wanted)
        here = [column.name for column in self._columns if column.name in asked and column.name in self._tables]
        return Frame(
            name=called,
            n_rows=self.n_rows,
            columns=self._columns,
            table=pa.table({n: self._tables[n][0] for n in here}),
            fingerprints={n: self._tables[n][1] for n in here},
        )

    def take(self, rows: Any) -> Any:
        """Return rows by position, as the dataframe's own kind."""
        if self._read is self._dataframe:
            return convert.take(self._dataframe, rows)
        table = convert.take(self._read, rows)
        return convert.like(table, self._dataframe)

    def __len__(self) -> int:
        """Return the number of rows."""
        return self.n_rows

    def __repr__(self) -> str:
        """Name, size, and the columns with a role."""
        library = convert.library_of(self._dataframe)
        lines = [
            f"Inferences({self._name or 'unnamed'}: {self.n_rows:,} rows, {len(self._columns):,} columns, {library})"
        ]
        shown = [c for c in self._columns if c.role != "feature" or c.problem is not None]
        lines += [f"  {c.name}: {c.role} ({c.problem or c.reason})" for c in shown[:20]]
        if len(shown) > 20:
            lines.append(f"  … {len(shown) - 20:,} more")
        return "\n".join(lines)


def _digests(table: pa.Table) -> list[str]:
    if table.num_rows < 50_000 or table.num_columns < 2:
        return [fingerprint(column) for column in table.columns]
    with ThreadPoolExecutor() as threads:  # hashing long pieces leaves Python free
        return list(threads.map(fingerprint, table.columns))


__all__ = ["Inferences", "SchemaError"]
