"""Rows that occur more than once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.special import gammaln

from phoenix_lab.profiles.columns import ColumnError, codes

Bools = NDArray[np.bool_]
Hashes = NDArray[np.uint64]

_ODD = np.uint64(0x9E3779B97F4A7C15)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


@dataclass(frozen=True)
class Repeats:
    """Which rows are there again; masks of shape (rows,).

    Parameters
    ----------
    reference, primary
        Rows equal to an earlier one of their own set.
    shared
        Primary rows equal to one of the reference.
    """

    reference: Bools
    primary: Bools
    shared: Bools


@dataclass(frozen=True)
class Digests:
    """64 bits for each row, shape (rows,), and the columns that they are of."""

    reference: Hashes
    primary: Hashes
    columns: tuple[str, ...]


def repeats(of: Digests) -> Repeats:
    """Find rows with the same digest."""
    return Repeats(occurring_again(of.reference), occurring_again(of.primary), np.isin(of.primary, of.reference))


def occurring_again(rows: Hashes, *, first: bool = False) -> Bools:
    """Return which rows have the digest of an earlier one; with `first` the earliest of several, too."""
    _, firsts, sorts, counts = np.unique(rows, return_index=True, return_inverse=True, return_counts=True)
    if first:
        found: Bools = counts[sorts] > 1
        return found
    again = np.ones(len(rows), dtype=bool)
    again[firsts] = False
    return again


def expected_repeats(rows: Hashes, n: int) -> float:
    """Return how many of `n` rows, drawn from these without replacement, are equal to an earlier one on average.

    The more rows, the more of them repeat, so that sets are compared at equal numbers: `n` less the expected number of different ones
    (rarefaction: Hurlbert 1971, "The nonconcept of species diversity").
    """
    total = len(rows)
    if n >= total:
        return float(total - len(np.unique(rows)))
    sizes, times = np.unique(np.unique(rows, return_counts=True)[1], return_counts=True)
    rest = (total - sizes).astype(float)
    drawn = rest >= n
    log_absent = (
        gammaln(rest[drawn] + 1) - gammaln(rest[drawn] - n + 1) - gammaln(total + 1.0) + gammaln(total - n + 1.0)
    )
    different = times.sum() - (times[drawn] * np.exp(log_absent)).sum()
    return max(0.0, float(n - different))


def at_equal_numbers(again: Bools, rows: Hashes, there: Bools, n: int) -> Bools:
    """Return of the repeats the share that `n` of the rows that are there would have, drawn evenly; all where there are no more rows.

    Parameters
    ----------
    again
        Rows equal to an earlier one, shape (rows,).
    rows
        Digests, shape (rows,).
    there
        Rows that count, shape (rows,).
    n
        As many rows as the other set has.
    """
    total = int(there.sum())
    marked = np.flatnonzero(again & there)
    if not 0 < n < total:
        return again & there
    kept = min(len(marked), round(expected_repeats(rows[there], n) / n * total))
    found = np.zeros(len(again), dtype=bool)
    found[np.random.default_rng(0).choice(marked, kept, replace=False)] = True
    return found


def digests(pairs: Iterable[tuple[str, pa.ChunkedArray, pa.ChunkedArray]], n: int, m: int) -> Digests:
    """Return 64 bits for each row of both sets, equal for rows that are equal in every column given.

    Missing equals missing. Two different rows of a million have the same bits once in 10⁷ tables.

    Parameters
    ----------
    pairs
        Name, reference and primary values of each column; those that cannot be compared are passed over.
    n, m
        Rows of the sets.
    """
    left, right = np.zeros(n, dtype=np.uint64), np.zeros(m, dtype=np.uint64)
    used: list[str] = []
    for name, reference, primary in pairs:
        try:
            _, numbers, present = codes(reference, primary, name)
        except ColumnError:
            continue
        used.append(name)
        for number, there, total in zip(numbers, present, (left, right), strict=True):
            code = np.zeros(len(there), dtype=np.uint64)
            code[there] = number.astype(np.uint64) + np.uint64(1)
            total[:] = _mixed(total * _ODD + code)
    return Digests(left, right, tuple(used))


def _mixed(x: Hashes) -> Hashes:
    """Spread the bits (the finaliser of SplitMix64: Steele, Lea and Flood, OOPSLA 2014)."""
    x = (x ^ (x >> np.uint64(30))) * _MIX[0]
    x = (x ^ (x >> np.uint64(27))) * _MIX[1]
    return x ^ (x >> np.uint64(31))
