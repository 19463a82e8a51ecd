"""Rows that need not fit into memory: `Batches`, a source of Arrow tables that is read as often as it is asked."""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from phoenix_lab.inferences import convert
from phoenix_lab.inferences.roles import guess
from phoenix_lab.inferences.schema import ColumnInfo, Schema

ROWS = 131_072
"""Of a batch."""
SAMPLED = 1000


class Batches:
    """Rows in a parquet file, a folder or a glob of them, a DuckDB relation, a lazy polars frame, or a pyarrow dataset or table.

    Parameters
    ----------
    source
        Where the rows are. They are read batch by batch, never more than a few at a time, and again for each pass.
    schema
        What the columns are for; None guesses it from the first rows.
    name
        How the set is called.
    rows
        Of a batch.

    Raises
    ------
    TypeError
        It is no source of batches.
    ValueError
        There is no such file, or it cannot be read.
    """

    def __init__(self, source: Any, schema: Schema | None = None, name: str | None = None, rows: int = ROWS) -> None:
        self._rows = rows
        self.engine, self._reads = _opened(source)
        self.name = name or (_called(source) if isinstance(source, str | Path) else None)
        first = next(self._raw(None))
        names = first.column_names
        if not names:
            raise ValueError(f"{self.name or 'the source'} has no columns")
        if len(set(names)) < len(names):
            raise ValueError("two columns have one name: name them apart")
        dtypes = {field.name: str(field.type) for field in first.schema}
        sample, problems = convert.sample(first, SAMPLED)
        self._columns = guess(sample, first.num_rows, dtypes, schema, problems)

    @property
    def columns(self) -> tuple[ColumnInfo, ...]:
        """The columns, with kind and role."""
        return self._columns

    def read(self, names: Sequence[str]) -> Iterator[pa.Table]:
        """Yield the rows of some columns, in order, as `Inferences.frame` gives them.

        Raises
        ------
        ValueError
            A batch cannot be read, or a column in it.
        """
        if not names:
            yield from (table.select([]) for table in self._raw([self._columns[0].name]))
            return
        for table in self._raw(list(names)):
            done, problems = convert.to_arrow(table, range(table.num_columns))
            for name, problem in problems.items():
                raise ValueError(f'"{name}" of {self.name or "the source"}: {problem}')
            yield done

    def _raw(self, names: list[str] | None) -> Iterator[pa.Table]:
        """Yield the rows of some columns or of all as they are; where there are none, one table without rows."""
        try:
            tables, schema = self._reads(names, self._rows)
            is_empty = True
            for table in tables:
                if table.num_rows:
                    is_empty = False
                    yield table
            if is_empty:
                found = schema()
                yield (found if names is None else pa.schema([found.field(n) for n in names])).empty_table()
        except (pa.ArrowException, OSError) as error:
            reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
            raise ValueError(f"{self.name or 'the source'} cannot be read, it may be half written: {reason}") from None

    def __repr__(self) -> str:
        """Name, columns and what they are read by."""
        return f"Batches({self.name or 'unnamed'}: {len(self._columns):,} columns, {self.engine})"


def is_source(given: Any) -> bool:
    """Tell whether something is a path, whose rows are read in batches."""
    return isinstance(given, str | Path)


def _called(source: str | Path) -> str:
    path = Path(source)
    return path.parent.name if any(c in path.name for c in "*?[") and path.parent.name else path.name


Tables = tuple[Iterator[pa.Table], Callable[[], pa.Schema]]
"""The rows of some columns in tables, and what tells the columns where there are no rows."""
Reads = Callable[[list[str] | None, int], Tables]
"""Reads some columns or all, so many rows at a time."""


def _opened(source: Any) -> tuple[str, Reads]:
    if isinstance(source, str | Path):
        return "parquet", _parquet(_files(source))
    library = convert.library_of(source)
    if library == "duckdb":
        return "duckdb", _duckdb(source)
    if library == "polars" and convert.is_lazy(source):
        return "polars", _polars(source)
    if library == "pyarrow":
        import pyarrow.dataset as ds

        return "arrow", _dataset(source if isinstance(source, ds.Dataset) else ds.dataset(source))
    raise TypeError(
        f"A {type(source).__name__} is no source of batches: take a path or glob of parquet files, a DuckDB relation, a lazy polars frame or a pyarrow dataset."
    )


def _files(source: str | Path) -> list[str]:
    """Return the files of a path or glob, in the order of their names."""
    path = Path(source)
    if path.is_dir():
        found = sorted(str(p) for p in path.rglob("*.parquet"))
    elif path.exists():
        found = [str(path)]
    else:
        found = sorted(glob.glob(str(source), recursive=True))  # noqa: PTH207 - a pattern may be absolute
    if not found:
        raise ValueError(f"{source}: there is no parquet file")
    return found


def _parquet(files: list[str]) -> Reads:
    """Read files one after another; a dataset's scanner would hold several whole row groups, and buffer the next."""
    import pyarrow.parquet as pq

    def tables(names: list[str] | None, rows: int) -> Iterator[pa.Table]:
        for file in files:
            with pq.ParquetFile(file, pre_buffer=False) as opened:
                for batch in opened.iter_batches(rows, columns=names, use_threads=False):
                    yield pa.Table.from_batches([batch])

    return lambda names, rows: (tables(names, rows), lambda: pq.read_schema(files[0]))


def _dataset(dataset: Any) -> Reads:
    def read(names: list[str] | None, rows: int) -> Tables:
        # Two fragments ahead would hold as many row groups in memory.
        batches = dataset.to_batches(columns=names, batch_size=rows, batch_readahead=2, fragment_readahead=1)
        return (pa.Table.from_batches([batch]) for batch in batches), lambda: dataset.schema

    return read


def _duckdb(relation: Any) -> Reads:
    def read(names: list[str] | None, rows: int) -> Tables:
        quoted = ["*"] if names is None else ['"' + n.replace('"', '""') + '"' for n in names]
        chosen = relation.project(", ".join(quoted))
        reader = (chosen.to_arrow_reader if hasattr(chosen, "to_arrow_reader") else chosen.fetch_record_batch)(rows)
        return (pa.Table.from_batches([batch]) for batch in reader), lambda: reader.schema

    return read


def _polars(lazy: Any) -> Reads:
    def read(names: list[str] | None, rows: int) -> Tables:
        chosen = lazy if names is None else lazy.select(names)
        frames = chosen.collect_batches(chunk_size=rows, maintain_order=True)
        return (frame.to_arrow() for frame in frames), lambda: chosen.head(0).collect().to_arrow().schema

    return read
