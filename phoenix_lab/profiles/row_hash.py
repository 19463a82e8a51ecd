"""A hash of row ids that any engine can compute, as numpy, SQL and polars do, and the sample that it chooses: the same rows whatever the batches."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

M31 = 2_147_483_647


def row_hash(ids: Ints, seed: int) -> Ints:
    """Return 31 bits for each id by `%`, `*` and `+` on whole numbers below 2^63 alone.

    `%` is the kind that is never negative; in SQL that is `((x % m) + m) % m`.
    """
    a = ids % M31
    b = ((ids - a) // M31) % M31
    h = (a * 48271 + b * 16807 + seed + 1) % M31
    h = (h * h) % M31
    h = (h * 69621 + b) % M31
    h = (h * h) % M31
    result: Ints = (h * 39373 + a) % M31
    return result


def bottom(ids: Ints, k: int, seed: int) -> Ints:
    """Return the places of the `k` ids with the smallest hash, ties by id: of the bottoms of parts, the bottom is that of the whole."""
    h = row_hash(ids, seed)
    if len(h) > k:
        kept = np.flatnonzero(h <= np.partition(h, k - 1)[k - 1]) if k > 0 else np.empty(0, dtype=np.int64)
    else:
        kept = np.arange(len(h))
    order: Ints = kept[np.lexsort((ids[kept], h[kept]))][:k]
    return order
