"""Texts out of a column of any kind, and vectors as a column beside it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.generate.text import well_formed
from phoenix_lab.inferences import convert
from phoenix_lab.inferences.columns import is_missing
from phoenix_lab.inferences.inferences import Inferences


def frame_of(data: Any) -> Any:
    """Return the dataframe itself of `Inferences`, and anything else as it is."""
    return data.dataframe if isinstance(data, Inferences) else data


def kind_of(data: Any) -> str:
    """Return what `data` is: "pandas", "polars", "pyarrow" or "list" for a column, "frame"; raises `TypeError` for anything else."""
    if convert.library_of(frame_of(data)) is not None:
        return "frame"
    for library, names in (
        ("pandas", ("Series", "Index")),
        ("polars", ("Series",)),
        ("pyarrow", ("Array", "ChunkedArray")),
    ):
        module = sys.modules.get(library)
        classes = tuple(c for c in (getattr(module, name, None) for name in names) if isinstance(c, type))
        if classes and isinstance(data, classes):
            return library
    if isinstance(data, (list, tuple)) or (isinstance(data, np.ndarray) and data.ndim == 1):
        return "list"
    raise TypeError(f"An object of type {type(data).__name__} is neither a dataframe nor a column of texts.")


def values_of(data: Any, kind: str) -> list[Any]:
    """Return the values of a column."""
    if kind == "polars":
        return data.to_list()  # type: ignore[no-any-return]
    if kind == "pyarrow":
        return data.to_pylist()  # type: ignore[no-any-return]
    return list(data)


def texts_of(values: Sequence[Any], name: str) -> tuple[list[str | None], dict[int, str], int, int]:
    """Return the texts, None where there is nothing to embed; the problems of rows that hold something else; how many are missing and empty.

    Raises
    ------
    TypeError
        No value is a text.
    """
    texts: list[str | None] = []
    problems: dict[int, str] = {}
    missing = empty = 0
    for row, value in enumerate(values):
        texts.append(None)
        if isinstance(value, str):
            if value.strip():
                texts[-1] = well_formed(value)
            else:
                empty += 1
        elif value is None or is_missing(value):
            missing += 1
        else:
            problems[row] = f"holds a value of type {type(value).__name__}, not a text"
    if problems and len(problems) + missing == len(values):
        kind = type(values[next(iter(problems))]).__name__
        raise TypeError(f'column "{name}" holds values of type {kind}, not texts')
    return texts, problems, missing, empty


def as_arrow(matrix: NDArray[np.float32], valid: NDArray[np.bool_]) -> pa.FixedSizeListArray:
    """Return vectors as fixed-size lists of float32, null where `valid` is not."""
    matrix = np.ascontiguousarray(matrix, np.float32)
    matrix[~valid] = 0
    values = pa.array(matrix.reshape(-1), pa.float32())
    return pa.FixedSizeListArray.from_arrays(values, matrix.shape[1], mask=pa.array(~valid))


def beside(data: Any, kind: str, vectors: pa.FixedSizeListArray, name: str) -> Any:
    """Return vectors as a column of the kind of `data`, of pandas with its index."""
    if kind == "frame":
        data = frame_of(data)
        library = convert.library_of(data)
        kind = library if library in {"pandas", "polars"} else "pyarrow"
    if kind == "pandas":
        pd = sys.modules["pandas"]
        index = data if isinstance(data, pd.Index) else data.index
        return pd.Series(pd.arrays.ArrowExtensionArray(pa.chunked_array([vectors])), index=index, name=name)
    if kind == "polars":
        pl = sys.modules["polars"]
        return pl.Series(name, pl.from_arrow(vectors), dtype=pl.Array(pl.Float32, vectors.type.list_size))
    if kind == "pyarrow":
        return pa.chunked_array([vectors])
    matrix = vectors.values.to_numpy().reshape(len(vectors), vectors.type.list_size).copy()
    matrix[np.asarray(vectors.is_null())] = np.nan
    return matrix
