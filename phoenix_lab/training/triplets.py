"""Anchor, positive and hard negative: what an embedding learns nearness from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.embeddings.between import distances
from phoenix_lab.embeddings.vectors import metric_for, usable
from phoenix_lab.training.duplicates import plain
from phoenix_lab.training.formats import Example
from phoenix_lab.training.source import TrainingError

_SAME = 0.02
"""Rows as near as this say the same: they teach nothing as a positive, and something false as a negative."""
_BLOCK = 1024


def triplets_of(
    examples: Sequence[Example],
    members: NDArray[np.int64],
    of_class: NDArray[np.int64],
    vectors: pa.ChunkedArray | None,
) -> tuple[list[dict[str, Any]], int]:
    """Return a triplet for each row of a split: the nearest row of its class, and the nearest of another one (a hard negative), both of this split.

    Rows that say the same are neither. Returns also how many rows have no triplet.

    Raises
    ------
    TrainingError
        There are no vectors to be near by.
    """
    if vectors is None:
        raise TrainingError('Triplets need embedding=…, a column of vectors. px.embed(df["text"]) makes one.')
    column = vectors.take(pa.array(members))
    metric = metric_for(column.type.list_size)
    there = usable(column, metric)
    label = of_class[members[there.rows]]
    texts = [examples[i].record["text"] for i in members[there.rows]]
    same = np.unique([plain(text) for text in texts], return_inverse=True)[1] if texts else np.empty(0, np.int64)
    lines = []
    for lo in range(0, len(texts), _BLOCK):
        far = distances(there.X[lo : lo + _BLOCK], there.X, metric).astype(np.float64)
        of_block = slice(lo, lo + len(far))
        far[(far <= _SAME) | (same[of_block, None] == same)] = np.inf
        alike = label[of_block, None] == label
        positive, negative = np.where(alike, far, np.inf), np.where(alike, np.inf, far)
        best, worst = positive.argmin(axis=1), negative.argmin(axis=1)
        rows = np.arange(len(far))
        good = np.isfinite(positive[rows, best]) & np.isfinite(negative[rows, worst])
        lines += [
            {"anchor": texts[lo + i], "positive": texts[best[i]], "negative": texts[worst[i]]}
            for i in np.flatnonzero(good)
        ]
    return lines, len(members) - len(lines)
