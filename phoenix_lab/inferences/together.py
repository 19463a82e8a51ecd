"""Frames of one kind under each other, also where a column is of one type in the first and of another in the second.

Self-contained, as `convert.py`. Where a library has no type for the values of both, they become text; categories become those of all.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def of_pandas(frames: Sequence[Any]) -> Any:
    """Put pandas frames under each other; raises `TypeError` where nobody can say which columns belong together."""
    pd = sys.modules["pandas"]
    try:
        return pd.concat(_with_all_categories(frames))
    except pd.errors.InvalidIndexError:
        raise TypeError(
            "Dataframes with different columns, of which some have the same name, cannot be put together."
        ) from None


def _with_all_categories(frames: Sequence[Any]) -> Sequence[Any]:
    """Give categorical columns the categories of all frames; pandas makes texts of what has different ones."""
    pd = sys.modules["pandas"]
    if not all(frame.columns.is_unique for frame in frames):
        return frames
    for label in [label for label in frames[0].columns if all(label in frame.columns for frame in frames)]:
        kinds = [frame[label].dtype for frame in frames]
        if not all(isinstance(kind, pd.CategoricalDtype) for kind in kinds) or all(kind == kinds[0] for kind in kinds):
            continue
        try:
            kind = pd.api.types.union_categoricals([frame[label] for frame in frames]).dtype
        except TypeError:  # of different kinds, or in an order that is not the same
            continue
        frames = [frame.astype({label: kind}) for frame in frames]
    return frames


def of_polars(frames: Sequence[Any]) -> Any:
    """Put polars frames under each other; raises `TypeError` for columns that no type of polars can hold."""
    pl = sys.modules["polars"]
    if all(frame.schema == frames[0].schema for frame in frames):
        return pl.concat(frames, how="vertical")
    for name in frames[0].columns:
        kinds = [frame.schema[name] for frame in frames if name in frame.schema]
        if not all(kind == kinds[0] for kind in kinds):
            kind = _polars_type(name, kinds)
            frames = [
                frame.with_columns(pl.col(name).cast(kind)) if name in frame.schema else frame for frame in frames
            ]
    return pl.concat(frames, how="diagonal_relaxed")


def _polars_type(name: str, kinds: Sequence[Any]) -> Any:
    pl = sys.modules["polars"]
    if all(isinstance(kind, pl.Enum) for kind in kinds):
        return pl.Enum(list(dict.fromkeys(value for kind in kinds for value in kind.categories)))
    try:
        return pl.concat([pl.DataFrame(schema={name: kind}) for kind in kinds], how="vertical_relaxed").schema[name]
    except pl.exceptions.PolarsError:
        if any(kind.is_nested() for kind in kinds):
            raise _unlike(name, kinds) from None
        return pl.String()


def of_arrow(tables: Sequence[Any]) -> Any:
    """Put Arrow tables under each other; raises `TypeError` for columns that no type of Arrow can hold."""
    import pyarrow as pa

    try:
        return pa.concat_tables(tables, promote_options="permissive")
    except pa.ArrowInvalid:
        if all(len(set(table.column_names)) == len(table.column_names) for table in tables):
            raise
        raise TypeError(
            "Tables with different columns, of which some have the same name, cannot be put together."
        ) from None
    except pa.ArrowTypeError:
        return pa.concat_tables(_with_common_types(tables), promote_options="permissive")


def _with_common_types(tables: Sequence[Any]) -> list[Any]:
    import pyarrow as pa

    result = list(tables)
    for name in dict.fromkeys(name for table in tables for name in table.column_names):
        fields = [table.schema.field(name) for table in tables if name in table.column_names]
        try:
            pa.unify_schemas([pa.schema([field]) for field in fields], promote_options="permissive")
        except pa.ArrowTypeError:
            for k, table in enumerate(result):
                if name in table.column_names:
                    try:
                        texts = table.column(name).cast(pa.string())
                    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
                        raise _unlike(name, [field.type for field in fields]) from None
                    result[k] = table.set_column(table.column_names.index(name), name, texts)
    return result


def _unlike(name: str, kinds: Sequence[Any]) -> TypeError:
    listed = " in one and ".join(dict.fromkeys(str(kind) for kind in kinds))
    return TypeError(f'Rows cannot be put together: column "{name}" is {listed} in the other.')
