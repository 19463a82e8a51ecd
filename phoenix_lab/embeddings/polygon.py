"""Which points lie in a polygon."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def inside(corners: NDArray[np.float64], x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which points lie in a polygon, by the even-odd rule.

    The arithmetic is that of `src/charts/map/polygon.ts`, so that the same points do.

    Parameters
    ----------
    corners
        Shape (corners, 2).
    x, y
        The points, shape (points,).
    """
    odd = np.zeros(len(x), dtype=bool)
    xj, yj = corners[-1]
    for xi, yi in corners:
        crosses: Any = (yi > y) != (yj > y)
        if crosses.any():
            at = (xj - xi) * (y[crosses] - yi) / (yj - yi) + xi
            odd[crosses] ^= x[crosses] < at
        xj, yj = xi, yi
    return odd
