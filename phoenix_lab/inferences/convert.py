"""Any dataframe to Arrow, column by column, and rows back in the user's own kind.

This file, `columns.py` and `together.py` are self-contained: their source is sent to kernels that do not have phoenix_lab installed. They import the standard
library only, take a dataframe library from `sys.modules` (a frame in hand proves that it is imported), and need pyarrow once
values are read. They never change a frame.

What comes out is of few types, whatever went in: booleans, integers, float32 and float64, strings, dictionaries of strings,
dates, timestamps, fixed-size lists of floats (vectors) and, where nothing is known, null. Scalars that are NaN become null;
decimals become float64; durations and times of day become seconds. A column that cannot be read is a *problem*: one
sentence about that column alone.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if not TYPE_CHECKING and __name__.startswith("_phoenix_lab"):  # sent as source
    import _phoenix_lab_columns as columns
    import _phoenix_lab_together as together
    import _phoenix_lab_turns as turns
else:
    from phoenix_lab.inferences import columns, together, turns

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow as pa

_PIECES = 16
"""Of so many pieces of an Arrow column the size is asked."""

NOTE = columns.NOTE
Unreadable = columns.Unreadable


def library_of(df: Any) -> str | None:
    """Return the library of a dataframe: "pandas", "polars", "pyarrow", "duckdb", "arrow" (anything that streams Arrow), or None.

    Lazy ones are dataframes, too; see `query_of`.
    """
    kind = type(df)
    for library, names in (
        ("pandas", ("DataFrame",)),
        ("polars", ("DataFrame", "LazyFrame")),
        ("pyarrow", ("Table", "RecordBatch")),
        ("pyarrow.dataset", ("Dataset",)),
        ("duckdb", ("DuckDBPyRelation",)),
    ):
        module = sys.modules.get(library)
        # A module that another thread is just importing may lack its names.
        classes = tuple(c for c in (getattr(module, name, None) for name in names) if isinstance(c, type))
        if classes and issubclass(kind, classes):
            return library.partition(".")[0]
    # Only the type is looked at: an object's own __getattr__ may do anything. Readers can be read only once; columns have no columns.
    if hasattr(kind, "__arrow_c_stream__") and not hasattr(kind, "__next__") and not hasattr(kind, "read_next_batch"):
        return "arrow" if hasattr(kind, "columns") or hasattr(kind, "column_names") else None
    return None


def query_of(df: Any) -> str | None:
    """Return what is to be done for a dataframe to have rows: "collect" (a lazy polars frame) or "run" (any other query); None when they are there."""
    if is_lazy(df):
        return "collect"
    library = library_of(df)
    return "run" if library in ("duckdb", "arrow") or (library == "pyarrow" and not hasattr(df, "num_rows")) else None


def is_lazy(df: Any) -> bool:
    """Whether it is a polars frame whose rows don't exist yet."""
    return library_of(df) == "polars" and type(df).__name__ == "LazyFrame"


def refusal(df: Any) -> str | None:
    """Return why an object cannot be inspected as it is and what to do, or None when it can."""
    if library_of(df) is not None:
        return None
    hint = " Make it one with .to_frame()." if hasattr(type(df), "to_frame") else ""
    return f"An object of type {type(df).__name__} is not a dataframe.{hint}"


def snapshot(df: Any) -> Any:
    """Return an object whose rows stay in place: the frame itself, or what a query gives now: of polars a frame, of others an Arrow table.

    All other functions take frames and snapshots alike; on a query they would each run it anew, and the order of its rows may differ.
    """
    message = refusal(df)
    if message is not None:
        raise Unreadable(message)
    library = library_of(df)
    if library == "duckdb":
        return (df.to_arrow_table if hasattr(df, "to_arrow_table") else df.fetch_arrow_table)()
    if library == "arrow":
        return columns.arrow().table(df)
    if query_of(df) is not None:
        return df.collect() if library == "polars" else df.to_table()
    return df


def column_names(df: Any) -> list[str]:
    """Return the columns' names: strings, each once.

    The labels of a pandas frame may be anything: integers become their digits, tuples are joined by " / ", and what would be
    there twice gets " (2)", " (3)", … The levels of a pandas index that have a name or are times follow the columns.
    """
    if library_of(df) == "pandas":
        labels = [*df.columns, *(label for label, _ in _index_levels(df))]
    elif is_lazy(df):
        labels = df.collect_schema().names()
    else:
        labels = list(_column_labels(df))
    texts = [_name(label) for label in labels]
    taken, names = set(texts), []
    seen: set[str] = set()
    for text in texts:
        name, k = text, 2
        while name in seen or (name != text and name in taken):
            name, k = f"{text} ({k})", k + 1
        seen.add(name)
        names.append(name)
    return names


def _name(label: Any) -> str:
    text = " / ".join(str(part) for part in label if part != "") if isinstance(label, tuple) else str(label)
    # half of a surrogate pair, from a wrongly decoded file, is no text for Arrow
    return text.encode("utf-8", "replace").decode()


def column_dtypes(df: Any) -> list[str]:
    """Return the columns' types as their library prints them, in the order of `column_names`."""
    library = library_of(df)
    if library == "pandas":
        return [*(str(t) for t in df.dtypes), *(str(_level(df.index, k).dtype) for _, k in _index_levels(df))]
    if library == "polars":
        return [str(t) for t in (df.collect_schema().dtypes() if is_lazy(df) else df.dtypes)]
    if library == "duckdb":
        return [str(t) for t in df.types]
    schema: Any = getattr(df, "schema", None)
    schema = schema() if callable(schema) else schema
    if hasattr(schema, "types"):  # pyarrow, ibis
        return [str(t) for t in schema.types]
    return [""] * len(column_names(df))


def n_rows(df: Any) -> int | None:
    """Return the number of rows, or None when it is only known by running a query."""
    if library_of(df) is None or query_of(df) is not None:
        return None
    return int(df.shape[0]) if hasattr(df, "shape") else int(df.num_rows)


def n_columns(df: Any) -> int:
    """Return the number of columns as the user counts them: without a pandas index."""
    if library_of(df) == "pandas":
        return int(df.shape[1])
    return len(column_names(df))


def nbytes(df: Any) -> int | None:
    """Return about how much memory a frame takes, in bytes; of Python objects a few are measured. None when nobody knows."""
    library = library_of(df)
    if library == "pandas":
        total, n = int(df.index.memory_usage()), len(df)
        for i, dtype in enumerate(df.dtypes):
            turns.give()
            if columns.is_object(dtype) and n:
                total += int(n * _mean_size(df.iloc[:, i]))
            total += n * dtype.itemsize if columns.is_numpy(dtype) else _size(df.iloc[:, i])
        return total
    if query_of(df) is not None:
        return None
    if library == "polars":
        return int(df.estimated_size())
    if library == "pyarrow":
        return sum(_arrow_size(column) for column in df.columns)
    return None


def vector_columns(df: Any) -> list[str]:
    """Return the names of the columns that look like vectors, by type and a few values; reads next to nothing."""
    library, found = library_of(df), []
    names = column_names(df)
    about = {name for name in names if columns.RETRIEVED.search(columns.snake(name))}
    if library == "pandas":
        for i, dtype in enumerate(df.dtypes):
            turns.give()
            text = str(dtype)
            if columns.is_object(dtype) and len(df):
                values = df.iloc[:, i].to_numpy()[:50]
                first = next((v for v in values if not columns.is_missing(v)), None)
                if columns.is_vector_like(first):
                    found.append(names[i])
            elif "list<" in text and "string" not in text and "struct" not in text:
                found.append(names[i])
        return [name for name in found if name not in about]
    for name, dtype in zip(names, column_dtypes(df)):  # noqa: B905 - kernels may be older than `strict`
        text = dtype.lower()
        is_list = text.startswith(("list", "array", "large_list", "fixed_size_list")) or text.endswith("]")
        if is_list and any(t in text for t in ("float", "int", "double", "decimal")) and "struct" not in text:
            found.append(name)
    return [name for name in found if name not in about]


def sample(df: Any, n: int = 1000) -> tuple[pa.Table, dict[str, str]]:
    """Return at most `n` evenly spaced rows of all columns as Arrow, and the problems of those that cannot be read."""
    total = _length(df)
    rows = range(total) if total <= n else [i * total // n for i in range(n)]
    part = df if total <= n else take(df, rows)
    return to_arrow(part, range(len(column_names(df))), rows=rows)


def to_arrow(
    df: Any, positions: Iterable[int], *, rows: Sequence[int] | None = None
) -> tuple[pa.Table, dict[str, str]]:
    """Read columns of a frame.

    Parameters
    ----------
    df
        The frame.
    positions
        Which columns, by place in `column_names`.
    rows
        Row `i` of `df` is to be called row `rows[i]` in messages; for frames that are a sample of another.

    Returns
    -------
    tuple
        The columns that could be read as a `pyarrow.Table`, in the order of `positions` and under their names of
        `column_names`; and name → problem of the others.
    """
    pa = columns.arrow()
    df = snapshot(df)
    names = column_names(df)
    read: list[Any] = []
    fields: list[Any] = []
    problems: dict[str, str] = {}
    for position in positions:
        name = names[position]
        turns.give()
        try:
            column, note = _read(df, position, rows)
        except Unreadable as problem:
            problems[name] = str(problem)
        except Exception as error:  # noqa: BLE001 - one odd column must not spoil the others
            problems[name] = f"could not be read: {type(error).__name__}: {columns.clip(str(error))}"
        else:
            read.append(column)
            fields.append(pa.field(name, column.type, metadata={NOTE: note.encode()} if note else None))
    return pa.table(read, schema=pa.schema(fields)), problems


def take(df: Any, rows: Any) -> Any:
    """Return rows by position, in the given order, as the user's own kind of frame: own index, own dtypes, a copy.

    Parameters
    ----------
    df
        The frame; of a query the rows come as a frame of its library, of an Arrow stream of an unknown one as a `pyarrow.Table`.
    rows
        Positions, from 0: a sequence or an integer array.
    """
    library = library_of(df)
    if query_of(df) is not None:
        return like(take(snapshot(df), rows), df)
    if library == "pandas":
        return df.iloc[_positions(rows)]
    if library == "polars":
        return df[_positions(rows)]
    pa = columns.arrow()
    positions = pa.array(_positions(rows), pa.int64())
    try:
        return df.take(positions)
    except pa.ArrowNotImplementedError:  # views of strings, by pyarrow 26
        parts = [df.slice(position, 1) for position in positions.to_pylist()] or [df.slice(0, 0)]
        if isinstance(df, pa.RecordBatch):
            return pa.concat_batches(parts)
        return pa.concat_tables(parts).combine_chunks()


def arrow() -> Any:
    """Return pyarrow; raises `Unreadable` where it is not installed."""
    return columns.arrow()


def objects(df: Any, position: int, rows: Sequence[int]) -> list[Any]:
    """Return the values of some rows of a column as the objects that they are."""
    column = _column(df, position)
    if hasattr(column, "iloc"):
        return [column.iloc[row] for row in rows]
    return [value.as_py() if hasattr(value, "as_py") else value for value in (column[row] for row in rows)]


def like(table: Any, df: Any, *others: Any) -> Any:
    """Return rows of a snapshot of `df`, or of it and others, as its own kind: a DuckDB relation, an ibis table, or the Arrow table itself."""
    if library_of(df) == "duckdb":
        some = sys.modules["duckdb"].from_arrow(table)
        return _cast(some, df) if all(column_dtypes(other) == column_dtypes(df) for other in others) else some
    return sys.modules["ibis"].memtable(table) if type(df).__module__.startswith("ibis.") else table


def _cast(some: Any, relation: Any) -> Any:
    """Return a relation with the types of another, where Arrow had none for them (enums)."""
    names, types = relation.columns, [str(kind) for kind in relation.types]
    if some.columns != names or [str(kind) for kind in some.types] == types or len(set(names)) < len(names):
        return some
    quoted = ['"' + name.replace('"', '""') + '"' for name in names]
    return some.project(", ".join(f"{q}::{kind} as {q}" for q, kind in zip(quoted, types)))  # noqa: B905


def concat(parts: Sequence[Any]) -> Any:
    """Put frames of one kind under each other; raises `TypeError` when they are of different kinds.

    Columns that only some parts have are missing in the rows of the others; `together.py` says what becomes of columns of different types.
    """
    kinds = {library_of(part) for part in parts}
    if len(kinds) != 1 or None in kinds:
        listed = " and ".join(sorted(str(kind) for kind in kinds))
        raise TypeError(f"Rows of {listed} frames cannot be put together in one.")
    library = kinds.pop()
    # Parts without rows would only take part in the choice of dtypes.
    full = [part for part in parts if _length(part)] or [parts[0]]
    if len(full) == 1:
        return full[0]
    if library == "pandas":
        return together.of_pandas(full)
    if library == "polars":
        return together.of_polars(full)
    pa = columns.arrow()
    tables = [pa.Table.from_batches([part]) if isinstance(part, pa.RecordBatch) else snapshot(part) for part in full]
    return like(together.of_arrow(tables), *full)


# Small questions.


def _read(df: Any, position: int, rows: Sequence[int] | None) -> tuple[Any, str]:
    library, column = library_of(df), _column(df, position)
    known = {"pandas": columns.from_pandas, "polars": columns.from_polars}
    try:
        return known.get(library or "", columns.from_arrow)(column, rows)
    except Unreadable:
        texts = columns.lists_as_text(column, column_names(df)[position])
        if texts is None:
            raise
        return texts, columns.LISTS


def _column(df: Any, position: int) -> Any:
    library = library_of(df)
    if library == "pandas":
        if position >= df.shape[1]:
            return df.index.get_level_values(_index_levels(df)[position - df.shape[1]][1]).to_series()
        return df.iloc[:, position]
    return df.to_series(position) if library == "polars" else df.column(position)


def _column_labels(df: Any) -> Iterable[Any]:
    if library_of(df) == "pyarrow":
        return df.schema.names  # type: ignore[no-any-return]
    labels = df.columns if hasattr(type(df), "columns") else df.column_names
    return labels() if callable(labels) else labels  # type: ignore[no-any-return]


def _index_levels(df: Any) -> list[tuple[Any, int]]:
    """Return (label, which) of the levels of a pandas index that say something: named ones and times.

    The values of a level are not made here: of a MultiIndex that takes the longer the more rows there are.
    """
    pd = sys.modules["pandas"]
    index, found = df.index, []
    for k in range(index.nlevels):
        is_time = isinstance(_level(index, k), (pd.DatetimeIndex, pd.PeriodIndex))
        if index.names[k] is not None or is_time:
            found.append(("index" if index.names[k] is None else index.names[k], k))
    return found


def _level(index: Any, k: int) -> Any:
    """Return the different values of a level of a MultiIndex, or another index as it is."""
    return index.levels[k] if hasattr(index, "levels") else index


def _length(df: Any) -> int:
    rows = n_rows(df)
    return len(snapshot(df)) if rows is None else rows


def _positions(rows: Any) -> Any:
    if hasattr(rows, "to_numpy"):
        rows = rows.to_numpy()
    return rows if hasattr(rows, "dtype") else list(rows)


def _size(series: Any) -> int:
    """Return the bytes of a pandas column that is not numpy's."""
    dtype = series.dtype
    if type(dtype).__name__ == "ArrowDtype" or str(getattr(dtype, "storage", "")).startswith("pyarrow"):
        return _arrow_size(series.array.__arrow_array__())
    return int(series.memory_usage(index=False))


def _arrow_size(column: Any) -> int:
    """Return the bytes of an Arrow column; of one in many pieces about, from some of them: asking each takes milliseconds."""
    turns.give()
    pieces = getattr(column, "num_chunks", 1)
    if pieces <= _PIECES:
        return int(column.nbytes)
    some = [column.chunk(i * pieces // _PIECES) for i in range(_PIECES)]
    rows = sum(map(len, some))
    return sum(piece.nbytes for piece in some) * len(column) // rows if rows else 0


def _mean_size(series: Any) -> float:
    n = len(series)
    values = [series.iloc[i * n // 20] for i in range(min(n, 20))] if n > 20 else list(series)
    sizes = [int(getattr(v, "nbytes", 0)) + sys.getsizeof(v) if hasattr(v, "nbytes") else _deep_size(v) for v in values]
    return sum(sizes) / len(sizes) if sizes else 0.0


def _deep_size(v: Any) -> int:
    if isinstance(v, (list, tuple)) and v:
        return sys.getsizeof(v) + len(v) * sys.getsizeof(v[0])
    return sys.getsizeof(v)
