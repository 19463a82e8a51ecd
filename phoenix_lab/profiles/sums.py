"""Sums of floats that don't depend on the order: bit for bit the same however the rows are cut into parts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

ROWS = 512
"""Rows of vectors that are added at once: what stays in a processor's own memory is added several times as fast."""
STEPS = 2.0**-24
"""The grid that values are rounded to, in units of their scale."""


def scale_of(values: NDArray[Any]) -> float:
    """Return the power of two at or above the largest finite absolute value; 1 when there is none."""
    size = 0.0
    for start in range(0, len(values), 8192):
        block = values[start : start + 8192]
        if block.size == 0:
            continue
        largest = max(abs(float(block.min())), abs(float(block.max())))
        if not np.isfinite(largest):
            sizes = np.abs(block.astype(np.float64))
            largest = float(sizes.max(initial=0, where=np.isfinite(sizes)))
        size = max(size, largest)
    # A step of the grid is no smaller than the smallest normal number, 2^-1022.
    return float(2.0 ** min(1023.0, max(-998.0, np.ceil(np.log2(size))))) if size > 0 else 1.0


def on_grid(values: NDArray[Any], scale: float) -> NDArray[np.float64]:
    """Round values to a multiple of 2^-24 of `scale`, as whole numbers of grid steps.

    Below 2^29 of them add up without any rounding in float64, so that their sum has one value whatever the order.
    """
    steps: NDArray[np.float64] = values.astype(np.float64)
    steps /= scale * STEPS
    return np.rint(steps, out=steps)


def off_grid(sums: NDArray[np.float64], scale: float) -> NDArray[np.float64]:
    """Return sums of grid steps in the values' own unit; infinite beyond float64."""
    with np.errstate(over="ignore"):
        return sums * (scale * STEPS)


def by_group(steps: NDArray[np.float64], group: NDArray[np.int64], n_groups: int) -> NDArray[np.float64]:
    """Add rows of `steps` (n,) or (n, d) by group (n,); shape (n_groups,) or (n_groups, d)."""
    if steps.ndim == 1:
        return np.bincount(group, weights=steps, minlength=n_groups).astype(np.float64)
    total = np.zeros((n_groups, steps.shape[1]))
    add_by_group(total, steps, group)
    return total


def add_by_group(total: NDArray[np.float64], steps: NDArray[np.float64], group: NDArray[np.int64]) -> None:
    """Add rows of `steps` (n, d) to those of `total` (groups, d), by group (n,)."""
    if len(group) and (group == group[0]).all():
        total[group[0]] += steps.sum(axis=0)
        return
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    # A sum over adjoining rows is several times as fast as `np.add.reduceat` along the first axis.
    for start, end in zip(starts, np.append(starts[1:], len(ordered)), strict=True):
        total[ordered[start]] += steps[order[start:end]].sum(axis=0)


def of_rows(
    matrix: NDArray[Any], rows: NDArray[np.int64], group: NDArray[np.int64], n_groups: int, scale: float
) -> NDArray[np.float64]:
    """Add some rows of a matrix (n, d) by their groups, shape (rows,), in steps of the grid of `scale`; shape (n_groups, d)."""
    total = np.zeros((n_groups, matrix.shape[1]))
    for start in range(0, len(rows), ROWS):
        part = slice(start, start + ROWS)
        add_by_group(total, on_grid(matrix[rows[part]], scale), group[part])
    return total
