"""The columns of a set as sorts, with the conditions on them: in words, and as a recipe's `where` has them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.profiles.durations import iso
from phoenix_lab.profiles.pairs import Pair, pair
from phoenix_lab.profiles.time import choices, instants, windows
from phoenix_lab.recipes.conditions import (
    Condition,
    InCluster,
    Length,
    Missing,
    Range,
    Values,
    as_number,
    as_value,
)
from phoenix_lab.recipes.models import EmbeddingMap
from phoenix_lab.recipes.output import RecipeError
from phoenix_lab.recipes.performance_clusters import Clusters
from phoenix_lab.recipes.performance_segments import numbered
from phoenix_lab.recipes.sets import how_compared, known
from phoenix_lab.slices.coded import Coded, intervals
from phoenix_lab.stats.bins import quantile_bins

Ints = NDArray[np.int64]
MOST_VALUES = 25
"""Values of a category that conditions name, the most frequent ones."""
MOST_WINDOWS = 24
"""Windows of time that conditions name."""
LONGEST = 80
"""Characters of a value that are shown."""


@dataclass(frozen=True, eq=False)
class Described:
    """A column as sorts, and what its conditions are called.

    Parameters
    ----------
    coded
        The column over the rows of the primary set, then those of the reference.
    words
        Of each condition: `fare < 20`.
    conditions
        The same as a recipe takes them.
    """

    coded: Coded
    words: tuple[str, ...]
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class _Asked:
    """A condition: for which sorts it holds, `[first, last)`, in words, and as a recipe takes it."""

    first: int
    last: int
    words: str
    condition: Condition


def described(column: str, primary: Frame, reference: Frame | None, *, own: bool) -> Described:
    """Return a column as sorts.

    Parameters
    ----------
    column
        Its name.
    primary, reference
        The sets.
    own
        Cut numbers at the deciles of the primary set, not at those of both sets.

    Raises
    ------
    RecipeError, ColumnError
        Why no condition speaks of it; the message follows the column's name.
    """
    info = known(primary, column)
    data = primary.table.column(column)
    there = None if reference is None else known(reference, column)
    other = data.slice(0, 0) if reference is None else reference.table.column(column)
    if info.kind == "time" and (there is None or there.kind == "time"):
        return _of_time(column, data, other)
    how = how_compared(info, there, data.type, None if there is None else other.type)
    if how == "numbers":
        both = pair(other, data, "numbers", column)
        return _of_numbers(column, both, text=info.kind == "text", own=own)
    if how == "categories":
        return _of_categories(info, pair(other, data, "categories", column))
    raise RecipeError("vectors have no conditions" if how == "vectors" else how)


def of_clusters(map_: EmbeddingMap, clusters: Clusters) -> Described:
    """Return the clusters of a map as a column of sorts; the rows that are in none are of no sort."""
    n = len(clusters.numbers)
    order = np.argsort(clusters.numbers, kind="stable")
    rising = np.asarray(clusters.numbers, np.int64)[order]
    codes = []
    for side in (clusters.primary, clusters.reference):
        at = np.minimum(np.searchsorted(rising, side), max(0, n - 1))
        codes.append(np.where(rising[at] == side, order[at], n) if n else np.zeros(len(side), np.int64))
    asked = [
        _Asked(i, i + 1, f"cluster {name}", InCluster(map_, number))
        for i, (number, name) in enumerate(zip(clusters.numbers, clusters.names, strict=True))
    ]
    return _described(map_.embedding, n, asked, (codes[0], codes[1]), missing=False)


def _of_numbers(column: str, both: Pair, *, text: bool, own: bool) -> Described:
    if both.numbers is None:
        raise ValueError("a pair without numbers")
    reference, primary = both.numbers
    finite = primary.finite if own else np.sort(np.concatenate([reference.finite, primary.finite]))
    if not len(finite):
        return _described(column, 0, [], (_spread(primary.present, None, 0), _spread(reference.present, None, 0)))
    bins = quantile_bins(finite, single=reference.single and primary.single)
    named, (codes_r, codes_p) = numbered(Pair(numbers=both.numbers, bins=bins))
    n = len(named)
    codes = _spread(primary.present, codes_p, n), _spread(reference.present, codes_r, n)
    said = f"length of {column}" if text else column
    asked = []
    for first, last in intervals(n):
        low, high = named[first]["low"], named[last]["low"] if last < n else None
        if low is None and high is None:  # the first bin may hold the type's smallest value alone
            continue
        if bins.atom[first] and last == first + 1:
            words = f"{said} = {_short(low)}"
            exact: Condition = Values(column, (as_number(low),))
        else:
            after = _short(named[first - 1]["low"]) if first > 0 and bins.atom[first - 1] else None
            until = _short(named[last - 1]["low"]) if bins.atom[last - 1] else None
            words = _between(said, _short(low), _short(high), after, until)
            exact = Range(column, as_number(low), as_number(high))
        if text:
            least, most = (None if end is None else math.ceil(float(end)) for end in (low, high))
            exact = Length(column, least, most)
        asked.append(_Asked(first, last, words, exact))
    return _described(column, n, asked, codes)


def _of_time(column: str, data: pa.ChunkedArray, other: pa.ChunkedArray) -> Described:
    axes = instants(data, column), instants(other, column)
    spans = [axis.span for axis in axes if axis.span is not None]
    if not spans:
        return _described(column, 0, [], (_spread(axes[0].present, None, 0), _spread(axes[1].present, None, 0)))
    span = min(start for start, _ in spans), max(end for _, end in spans)
    kind, zone = axes[0].kind, axes[0].zone
    offered = choices(span, kind)
    if not offered:
        raise RecipeError("holds one time only")
    length = next((d for d in offered if (span[1] - span[0]) / 1e6 / d.seconds <= MOST_WINDOWS), offered[-1])
    cut = windows(span, length, length, zone)
    n = len(cut)
    codes = [_spread(axis.present, np.clip(cut.slots(axis.instants) - 1, 0, n - 1), n) for axis in axes]
    digits = {"year": 4, "date": 10, "instant": 16}[kind]
    starts = [iso(int(start), zone) for start in cut.starts] + [None]
    asked = []
    for first, last in intervals(n):
        low, high = starts[first] if first > 0 else None, starts[last]
        shown = (None if end is None else end[:digits].replace("T", " ") for end in (low, high))
        asked.append(_Asked(first, last, _between(column, *shown), Range(column, low, high)))
    return _described(column, n, asked, (codes[0], codes[1]))


def _of_categories(info: ColumnInfo, both: Pair) -> Described:
    named, (codes_r, codes_p) = numbered(both)
    counts = np.bincount(np.concatenate([codes_r, codes_p]), minlength=len(named))
    frequent = np.argsort(-counts, kind="stable")[:MOST_VALUES]
    n, column = len(frequent), info.name
    place = np.full(len(named), n)
    place[frequent] = np.arange(n)
    asked = []
    for i, of in enumerate(frequent):
        value = str(named[of]["segment"])
        held = Values(column, (as_value(value, info.kind, info.dtype),))
        asked.append(_Asked(i, i + 1, f"{column} = {value[:LONGEST]}", held))
    (present_r, present_p), rest = both.present, n + 1
    return _described(
        column, rest, asked, (_spread(present_p, place[codes_p], rest), _spread(present_r, place[codes_r], rest))
    )


def _described(
    column: str, n: int, asked: list[_Asked], codes: tuple[Ints, Ints], *, missing: bool = True
) -> Described:
    """Describe `n` sorts; rows without a value have the sort after them, which is a condition too where some lack one."""
    both = np.concatenate(codes)
    absent = int((both == n).sum())
    if missing and 0 < absent < len(both):
        asked = [*asked, _Asked(n, n + 1, f"{column} is missing", Missing(column))]
    holds = np.zeros((len(asked), n + 1), dtype=bool)
    for row, one in zip(holds, asked, strict=True):
        row[one.first : one.last] = True
    return Described(
        Coded(column, both, holds), tuple(one.words for one in asked), tuple(one.condition for one in asked)
    )


def _spread(present: NDArray[np.bool_], codes: Ints | None, absent: int) -> Ints:
    """Return the sort of every row from those of the rows that have a value."""
    full = np.full(len(present), absent, np.int64)
    if codes is not None:
        full[present] = codes
    return full


def _short(number: str | None) -> str | None:
    """Return a number as people read it."""
    if number is None:
        return None
    if number.lstrip("-").isdigit():
        number = number if len(number) <= 4 else f"{int(number):,}"  # a year is no 2 001
    else:
        number = f"{float(number):,.6g}"
    return number.replace(",", "\u202f")


def _between(what: str, low: str | None, high: str | None, after: str | None = None, until: str | None = None) -> str:
    """Say an interval, closed at its start and open at its end, or open after and closed at a value."""
    start = None if low is None and after is None else ("≥", low) if after is None else (">", after)
    end = None if high is None and until is None else ("<", high) if until is None else ("≤", until)
    if start is not None and end is not None:
        return f"{start[1]} {'≤' if start[0] == '≥' else '<'} {what} {end[0]} {end[1]}"
    sign, value = start or end or ("", "")
    return f"{what} {sign} {value}"
