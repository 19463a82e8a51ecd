"""Sets for the tests of the recipes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.schema import ColumnInfo, Kind, Role


def kind_of(t: pa.DataType) -> Kind:
    if pa.types.is_fixed_size_list(t):
        return "vector"
    if pa.types.is_nested(t):
        return "other"
    if pa.types.is_boolean(t):
        return "boolean"
    if pa.types.is_timestamp(t) or pa.types.is_date(t):
        return "time"
    if pa.types.is_dictionary(t) or pa.types.is_string(t) or pa.types.is_large_string(t) or pa.types.is_null(t):
        return "category"
    return "number"


def made(
    name: str,
    columns: dict[str, Any],
    kinds: dict[str, Kind] | None = None,
    roles: dict[str, Role] | None = None,
    **infos: Any,
) -> Frame:
    """Make a frame; kinds follow the types unless they are given, roles are features."""
    table = pa.table({k: v if isinstance(v, (pa.Array, pa.ChunkedArray)) else pa.array(v) for k, v in columns.items()})
    described = tuple(
        ColumnInfo(
            name=n,
            position=i,
            dtype=str(table.column(n).type),
            kind=(kinds or {}).get(n, kind_of(table.column(n).type)),
            role=(roles or {}).get(n, "embedding" if pa.types.is_fixed_size_list(table.column(n).type) else "feature"),
            **infos.get(n, {}),
        )
        for i, n in enumerate(table.column_names)
    )
    return Frame(name, len(table), described, table)


def vectors(matrix: np.ndarray) -> pa.Array:
    """Return a matrix as a column of vectors."""
    return pa.FixedSizeListArray.from_arrays(pa.array(matrix.ravel()), matrix.shape[1])


def no_nan(value: Any) -> bool:
    """Tell whether nothing in a table's or meta's values is NaN or infinite."""
    if isinstance(value, float):
        return bool(np.isfinite(value))
    if isinstance(value, dict):
        return all(no_nan(v) for v in value.values())
    if isinstance(value, (list, tuple)):
        return all(no_nan(v) for v in value)
    return True
