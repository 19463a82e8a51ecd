"""Texts out of a dataframe of any kind, and new columns beside it with its own index."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

import pyarrow as pa

from phoenix_lab.generate.column import frame_of
from phoenix_lab.inferences import convert
from phoenix_lab.inferences.columns import is_missing


def read(frame: Any) -> tuple[Any, Any]:
    """Return the dataframe itself, and one whose rows stay in place (`convert.snapshot`); raises `TypeError` for what is none."""
    own = frame_of(frame)
    try:
        return own, convert.snapshot(own)
    except convert.Unreadable as problem:
        raise TypeError(str(problem)) from None


def values(frame: Any, names: Iterable[str], *, reader: str = "the template") -> dict[str, list[Any]]:
    """Return columns as lists of Python objects; raises `ValueError` with the closest name for those that are not there."""
    have = convert.column_names(frame)
    found = {}
    for name in names:
        if name not in have:
            close = get_close_matches(name, have, n=1)
            hint = f'did you mean "{close[0]}"?' if close else f"it has {', '.join(have[:12])}"
            raise ValueError(
                f'{reader} reads "{name}", which the dataframe lacks; {hint} columns={{"{name}": …}} says which one to read'
            )
        found[name] = _objects(frame, have.index(name))
    return found


def text(value: Any) -> str | None:
    """Return a value as text, None where it is missing: texts as they are, lists and dictionaries as JSON."""
    if isinstance(value, str):
        return value
    if hasattr(value, "tolist") and getattr(value, "shape", None):
        value = value.tolist()
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return None if value is None or is_missing(value) else str(value)


def beside(frame: Any, columns: Mapping[str, pa.Array]) -> Any:
    """Return columns as a dataframe of the kind of `frame`; of pandas with its index."""
    table = pa.table(dict(columns))
    library = convert.library_of(frame)
    if library == "polars":
        return sys.modules["polars"].from_arrow(table)
    if library == "pandas":
        import pandas as pd

        made = {
            name: pd.array(column.to_pylist(), dtype="Int64")
            if pa.types.is_integer(column.type)
            else column.to_pandas()
            for name, column in zip(table.column_names, table.columns, strict=True)
        }
        result = pd.DataFrame({name: pd.Series(values) for name, values in made.items()})
        return result.set_axis(frame.index, axis=0)
    return convert.like(table, frame)


def _objects(frame: Any, position: int) -> list[Any]:
    library = convert.library_of(frame)
    if library == "pandas":
        if position >= frame.shape[1]:  # a level of the index
            table, problems = convert.to_arrow(frame, [position])
            if problems:
                raise ValueError(next(iter(problems.values())))
            return table.column(0).to_pylist()  # type: ignore[no-any-return]
        return list(frame.iloc[:, position].array)
    if library == "polars":
        return frame.to_series(position).to_list()  # type: ignore[no-any-return]
    return frame.column(position).to_pylist()  # type: ignore[no-any-return]
