"""From columns of vectors to one matrix: what can be used, and why the rest cannot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

VectorMetric = Literal["cosine", "euclidean"]

BLOCK = 8192

FEW_DIMENSIONS = 3
"""Vectors this short are coordinates, not embeddings."""


@dataclass(frozen=True)
class UsableVectors:
    """The rows of a column that can be compared.

    Parameters
    ----------
    X
        float32 (n, d); of unit length for the cosine metric.
    rows
        The rows of the column that these are, ascending.
    missing, nonfinite, zero
        How many were left out: null; with a null, NaN or infinity inside; without a direction (cosine only).
    """

    X: NDArray[np.float32]
    rows: NDArray[np.int64]
    missing: int
    nonfinite: int
    zero: int


def metric_for(dimension: int) -> VectorMetric:
    """Return how vectors of this length are compared.

    Embeddings are compared by angle: their length says little (often the length of the text) and for most models is 1 anyway. Three
    numbers or fewer are coordinates, whose angles would say next to nothing.
    """
    return "euclidean" if dimension <= FEW_DIMENSIONS else "cosine"


def usable(column: pa.ChunkedArray, metric: VectorMetric) -> UsableVectors:
    """Return the rows of a column of fixed-size lists of numbers that can be compared.

    With the cosine metric rows are divided by their length, so that Euclidean distances order them by angle.
    """
    dimension = column.type.list_size
    X = np.empty((len(column), dimension), np.float32)
    rows = np.empty(len(column), np.int64)
    missing = nonfinite = zero = count = 0
    for start, block, valid in _blocks(column, dimension):
        missing += int((~valid).sum())
        finite = valid & np.isfinite(block).all(axis=1)
        nonfinite += int((valid & ~finite).sum())
        largest = np.abs(block).max(axis=1, initial=0, where=finite[:, None])
        keep = finite
        if metric == "cosine":
            keep = finite & (largest > 0)
            zero += int((finite & ~keep).sum())
        good = block[keep]
        if metric == "cosine":
            # Divided by the largest value first: squares neither overflow nor vanish.
            good = good / largest[keep, None]
            good /= np.sqrt(np.einsum("ij,ij->i", good, good))[:, None]
        else:
            good = np.clip(good, -1e18, 1e18)
        X[count : count + len(good)] = good
        rows[count : count + len(good)] = start + np.flatnonzero(keep)
        count += len(good)
    return UsableVectors(X[:count], rows[:count], missing, nonfinite, zero)


def matrix(column: pa.ChunkedArray) -> NDArray[Any]:
    """Return a column of fixed-size lists as (n, d), its own type of numbers; rows that are null hold NaN."""
    dimension = column.type.list_size
    blocks = [block if valid.all() else np.where(valid[:, None], block, np.nan) for _, block, valid in parts(column)]
    return np.concatenate(blocks) if blocks else np.empty((0, dimension), np.float32)


def parts(column: pa.ChunkedArray) -> Iterator[tuple[int, NDArray[Any], NDArray[np.bool_]]]:
    """Yield (first row, values, which rows are there) of each chunk; no copy where no value is null."""
    dimension = column.type.list_size
    start = 0
    for chunk in column.chunks:
        if len(chunk) == 0:
            continue
        values = chunk.values.slice(chunk.offset * dimension, len(chunk) * dimension)
        valid = chunk.is_valid().to_numpy(zero_copy_only=False)
        yield start, values.to_numpy(zero_copy_only=False).reshape(len(chunk), dimension), valid
        start += len(chunk)


def _blocks(column: pa.ChunkedArray, dimension: int) -> Iterator[tuple[int, NDArray[np.float64], NDArray[np.bool_]]]:
    if dimension == 0:
        return
    for start, values, valid in parts(column):
        for lo in range(0, len(values), BLOCK):
            yield start + lo, values[lo : lo + BLOCK].astype(np.float64), valid[lo : lo + BLOCK]
