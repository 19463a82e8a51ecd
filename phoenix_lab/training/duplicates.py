"""Texts that are the same but for little: found without comparing all with all."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.embeddings.between import distances
from phoenix_lab.embeddings.vectors import metric_for, usable

LIKENESS = 0.8
"""Texts whose pieces of 8 characters agree to this share (Jaccard) are near-duplicates."""
_LETTERS = 8
_HASHES, _BANDS = 64, 16
_BLOCK = 2048
_WORDS = re.compile(r"\w+")

Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Rows that are the same, pair by pair."""


def plain(text: str) -> str:
    """Return what is compared of a text: its words, whatever their case and what stands between them; of a text without words itself."""
    return " ".join(_WORDS.findall(text.casefold())) or text


def codes(values: Sequence[object]) -> NDArray[np.int64]:
    """Return a number for each different value, by first appearance, −1 for None; (n,)."""
    known: dict[object, int] = {}
    return np.array([-1 if value is None else known.setdefault(value, len(known)) for value in values], np.int64)


def alike_texts(texts: Sequence[str]) -> Pairs:
    """Return pairs of texts that are near-duplicates, with which all of a group hang together.

    MinHash with bands (Broder 1997; Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, 3.4): a pair as like as .8 is missed once in 5,000. How like
    candidates are is read off their 64 hashes, with a deviation of .05.
    """
    same = codes([plain(text) for text in texts])
    _, first, which = np.unique(same, return_index=True, return_inverse=True)
    signatures = _signatures([plain(texts[i]) for i in first])
    left, right = [], []
    for band in np.split(signatures, _BANDS, axis=1):
        bucket = np.unique(band, axis=0, return_inverse=True)[1].reshape(-1)
        order = np.argsort(bucket, kind="stable")
        begins = np.r_[True, np.diff(bucket[order]) != 0]
        leaders = order[np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0))]
        # Each with the first of its bucket and with the one before it, so that large buckets cost no more.
        for other in (leaders[~begins], order[:-1][~begins[1:]]):
            one = order[~begins]
            like = (signatures[one] == signatures[other]).mean(axis=1) >= LIKENESS
            left.append(first[one[like]])
            right.append(first[other[like]])
    left.append(np.arange(len(texts)))
    right.append(first[which])
    return np.concatenate(left), np.concatenate(right)


def alike_vectors(column: pa.ChunkedArray, within: float) -> Pairs:
    """Return pairs of rows that hang together by vectors as near as `within`, over any number of steps; compares all with all, in blocks.

    Of each two blocks there are at most as many pairs as rows: all pairs of many copies would not fit into memory.
    """
    metric = metric_for(column.type.list_size)
    there = usable(column, metric)
    left, right = [], []
    for lo in range(0, len(there.X), _BLOCK):
        for other in range(lo, len(there.X), _BLOCK):
            one, two = np.nonzero(
                distances(there.X[lo : lo + _BLOCK], there.X[other : other + _BLOCK], metric) <= within
            )
            shift = 0 if other == lo else _BLOCK
            part = groups(_BLOCK + shift, [], [(one, shift + two)])
            first = np.unique(part, return_index=True)[1][part]
            place = np.r_[lo : lo + _BLOCK, other : other + shift]
            later = np.flatnonzero(first != np.arange(len(part)))
            left.append(place[first[later]])
            right.append(place[later])
    nothing = np.empty(0, np.int64)
    return there.rows[np.concatenate([nothing, *left])], there.rows[np.concatenate([nothing, *right])]


def groups(n: int, together: Sequence[NDArray[np.int64]], pairs: Sequence[Pairs]) -> NDArray[np.int64]:
    """Return which rows hang together, a number each (n,): by codes that they share (−1 is none), or by pairs, over any number of steps."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    left, right, nodes = [a for a, _ in pairs], [b for _, b in pairs], n
    for column in together:
        rows = np.flatnonzero(column >= 0)
        left.append(rows)
        right.append(nodes + column[rows])
        nodes += int(column.max(initial=-1)) + 1
    one, two = (np.concatenate([np.empty(0, np.int64), *side]) for side in (left, right))
    graph = coo_array((np.ones(len(one), np.int8), (one, two)), shape=(nodes, nodes))
    return np.asarray(connected_components(graph, directed=False)[1][:n], np.int64)


def _signatures(texts: Sequence[str]) -> NDArray[np.uint32]:
    """Return 64 smallest hashes of the pieces of each text; (n, 64)."""
    rng = np.random.default_rng(0)
    powers = rng.integers(1, 2**63, _LETTERS, dtype=np.uint64) | np.uint64(1)
    factors = rng.integers(1, 2**63, (_HASHES, 1), dtype=np.uint64) | np.uint64(1)
    found = np.empty((len(texts), _HASHES), np.uint32)
    for i, text in enumerate(texts):
        letters = np.frombuffer(text.ljust(_LETTERS).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
        windows = np.lib.stride_tricks.sliding_window_view(letters, _LETTERS)
        pieces = (windows * powers).sum(axis=1, dtype=np.uint64)
        pieces ^= pieces >> np.uint64(29)
        found[i] = ((pieces * factors) >> np.uint64(32)).min(axis=1)
    return found
