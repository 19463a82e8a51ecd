"""The checks of data quality: of a column, and of whole rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from phoenix_lab.profiles.columns import ColumnError, Numbers, categories, comparable, numbers, vectors
from phoenix_lab.profiles.rows import Digests, Repeats, at_equal_numbers, digests, repeats
from phoenix_lab.profiles.time import TimeAxis, instants
from phoenix_lab.recipes.quality_dates import date_forms
from phoenix_lab.recipes.quality_found import Column, Found, missing, plain_values, shown
from phoenix_lab.recipes.quality_novelty import beyond_range, constant, earlier, new_and_gone
from phoenix_lab.recipes.quality_spelling import spellings, stand_ins
from phoenix_lab.recipes.quality_stuck import stuck

Bools = NDArray[np.bool_]
Times = tuple[TimeAxis | None, TimeAxis | None]


def of_column(column: Column, times: Times = (None, None)) -> Iterator[Found]:
    """Yield what is to be said of one column, also where nothing was found; `times` of both sets, the primary first."""
    info = column.info
    if info.kind == "vector":
        yield from _vectors(column)
        return
    yield column.rate("missing", *column.masks(missing))
    if all(_textual(part.type) for part in (column.data, column.base)):
        yield column.rate("empty", *column.masks(_blank))
        yield stand_ins(column)
        if (dates := date_forms(column)) is not None:
            yield dates
    if info.role in {"prediction_id", "document_id"} or info.kind == "text":
        yield from _repeated(column)
    elif info.kind == "number" and info.role != "timestamp":
        yield from _numbers(column, times)
    elif info.kind in {"category", "boolean"}:
        yield from _categories(column)
    elif info.kind == "time" and column.other is not None:
        yield from _times(column)


def of_rows(columns: list[Column], n: int, m: int | None) -> Iterator[Found]:
    """Yield what is to be said of whole rows, of which there are `n` and `m`: which are equal in every column given."""
    if not columns:
        return
    by = digests([(c.name, c.base, c.data) for c in columns], m or 0, n)
    again = repeats(by)
    found = _more_repeats(
        columns[0], by, again, (np.ones(n, dtype=bool), None if m is None else np.ones(m, dtype=bool))
    )
    yield replace(found, values=by.columns)
    if m is not None:
        yield _shared(again, np.ones(n, dtype=bool))


def _textual(kind: pa.DataType) -> bool:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _blank(column: pa.ChunkedArray) -> Bools:
    """Return which texts have no character but white space."""
    blank = pc.equal(pc.utf8_length(pc.utf8_trim_whitespace(plain_values(column))), 0)
    return np.asarray(pc.fill_null(blank, False).to_numpy(), bool)


def _vectors(column: Column) -> Iterator[Found]:
    if column.other is not None and not pa.types.is_fixed_size_list(column.other.type):
        column = replace(column, other=None)
    yield column.rate("missing", *column.masks(missing))
    yield column.rate("infinite", *column.masks(_broken))
    yield column.rate("zero", *column.masks(_zero))


def _broken(column: pa.ChunkedArray) -> Bools:
    return ~(vectors(column)[1] | missing(column))


def _zero(column: pa.ChunkedArray) -> Bools:
    matrix, usable = vectors(column)
    nothing = np.empty(len(matrix), dtype=bool)
    for start in range(0, len(matrix), 8192):
        nothing[start : start + 8192] = ~matrix[start : start + 8192].any(axis=1)
    return nothing & usable


def _numbers(column: Column, times: Times) -> Iterator[Found]:
    try:
        here = numbers(column.data, column.name)
        there = None if column.other is None else numbers(column.other, column.name)
        if there is not None:
            there, here = comparable(there, here)
    except ColumnError:
        return
    if not here.whole or (there is not None and not there.whole):
        yield column.rate("infinite", _infinite(here), None if there is None else _infinite(there))
    yield constant(column, here.values, None if there is None else there.values)
    yield stuck(column, here, there, times)
    if there is not None:
        yield from beyond_range(column, there, here)


def _times(column: Column) -> Iterator[Found]:
    """Count times before all of the reference's, where they are few: a clock that was not set, rather than another period."""
    try:
        here, there = instants(column.data, column.name), instants(column.base, column.name)
    except ValueError:
        return
    if here.span is None or there.span is None or there.kind != here.kind:
        return
    found = earlier(column, here, there)
    if found.primary is not None and 2 * found.primary[0] < found.primary[1]:
        yield found


def _infinite(side: Numbers) -> Bools:
    mask = np.zeros(len(side.present), dtype=bool)
    if not side.whole:
        mask[np.flatnonzero(side.present)[np.isinf(side.values)]] = True
    return mask


def _categories(column: Column) -> Iterator[Found]:
    try:
        both = categories(column.base, column.data, column.name)
    except ColumnError:
        return
    yield constant(column, both.primary, None if column.other is None else both.reference, both.labels)
    yield spellings(column, both)
    if column.other is not None:
        yield from new_and_gone(column, both)


def _repeated(column: Column) -> Iterator[Found]:
    by = digests([(column.name, column.base, column.data)], len(column.base), len(column.data))
    again = repeats(by)
    there = ~missing(column.data)
    found = _more_repeats(column, by, again, (there, None if column.other is None else ~missing(column.base)))
    yield replace(found, examples=_example(column.data, again.primary & there))
    if column.other is not None:
        yield _shared(again, there, _example(column.data, again.shared & there))


def _more_repeats(column: Column, by: Digests, again: Repeats, there: tuple[Bools, Bools | None]) -> Found:
    """Compare how many rows repeat an earlier one, at as many rows as the smaller set has; counted are all."""
    here, before = there
    if before is None:
        return column.rate("repeated", again.primary & here, None)
    mine = at_equal_numbers(again.primary, by.primary, here, int(before.sum()))
    theirs = at_equal_numbers(again.reference, by.reference, before, int(here.sum()))
    found = column.rate("repeated", mine, theirs)
    counted = replace(
        found,
        primary=(int((again.primary & here).sum()), len(here)),
        reference=(int((again.reference & before).sum()), len(before)),
    )
    thinner = next(
        (
            side
            for side, all_ in ((found.primary, counted.primary), (found.reference, counted.reference))
            if side != all_
        ),
        None,
    )
    if thinner is None:
        return counted
    return replace(
        counted, note=f"{thinner[0] / thinner[1]:.1%} in as many rows as the smaller set has".replace("%", " %")
    )


def _shared(again: Repeats, rows: Bools, examples: tuple[str, ...] = ()) -> Found:
    return Found("shared", primary=(int((again.shared & rows).sum()), len(rows)), plain=True, examples=examples)


def _example(column: pa.ChunkedArray, rows: Bools) -> tuple[str, ...]:
    return tuple(shown(plain_values(column)[int(i)].as_py()) for i in np.flatnonzero(rows)[:1])
