"""A check of how dates are written as text: those of another form than most are read as other days, or not at all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from phoenix_lab.recipes.quality_found import Column, Found, plain_values, shown
from phoenix_lab.recipes.quality_novelty import EXAMPLES

Ints = NDArray[np.int64]

_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_CLOCK = r"(?:[t ]\d{1,2}:.*)?"
FORMS = tuple(
    rf"(?i)^\s*{form}{_CLOCK}\s*$"
    for form in (
        r"\d{4}-\d{1,2}-\d{1,2}",
        r"\d{4}/\d{1,2}/\d{1,2}",
        r"\d{4}\.\d{1,2}\.\d{1,2}",
        r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])",
        r"\d{1,2}/\d{1,2}/\d{2,4}",
        r"\d{1,2}\.\d{1,2}\.\d{2,4}",
        r"\d{1,2}-\d{1,2}-\d{2,4}",
        rf"{_MONTH}\.? \d{{1,2}},? \d{{4}}",
        rf"\d{{1,2}}\.?[ -]{_MONTH}\.?,?[ -]\d{{2,4}}",
    )
)
"""Ways to write a date, by what parts it and which part comes first; a time of day may follow."""
DATES = 0.9
"""So many of the texts have to be dates for the column to hold dates."""
_LONGEST = 40
_NAMED = 800
"""So many dates, those of two years, can be said one by one, and so be taken out."""
_SOME = 1000
"""Texts by which a column that holds no dates is told without reading all of it."""


def date_forms(column: Column) -> Found | None:
    """Count dates that are written otherwise than most of both sets; None where the texts are no dates."""
    n = len(column.data)
    some = np.unique(np.linspace(0, max(0, n - 1), min(n, _SOME)).astype(np.int64))
    if not _are_dates(_forms(column.data.take(pa.array(some)))):
        return None
    mine, theirs = _forms(column.data), _forms(column.base)
    both = np.concatenate([mine, theirs])
    if not _are_dates(both):
        return None
    usual = int(np.bincount(both[both >= 0]).argmax())
    odd, before = (mine >= 0) & (mine != usual), (theirs >= 0) & (theirs != usual)
    found = column.rate("date_form", odd, None if column.other is None else before)
    if not (odd.any() or before.any()):
        return found
    values = list(
        dict.fromkeys(
            value
            for data, rows in ((column.data, odd), (column.base, before))
            for value in pc.unique(plain_values(data).filter(pa.array(rows))).to_pylist()
        )
    )
    whole, forms = (plain_values(column.data), mine) if (mine == usual).any() else (plain_values(column.base), theirs)
    example = whole[int(np.flatnonzero(forms == usual)[0])].as_py()
    return replace(
        found,
        examples=tuple(shown(value) for value in values[:EXAMPLES]),
        values=tuple(values) if len(values) <= _NAMED else (),
        note=f"elsewhere as {shown(example)}",
    )


def _are_dates(forms: Ints) -> bool:
    there = forms > -2
    return bool(there.any()) and float((forms[there] >= 0).mean()) >= DATES


def _forms(column: pa.ChunkedArray) -> Ints:
    """Return the form of each row's date; -1 of a text that is none, -2 of no text."""
    texts = plain_values(column)
    found = np.full(len(texts), -2, dtype=np.int64)
    found[np.asarray(pc.fill_null(pc.greater(pc.utf8_length(texts), 0), False).to_numpy(), bool)] = -1
    short = pc.fill_null(pc.less_equal(pc.utf8_length(texts), _LONGEST), False)
    rows = np.flatnonzero(np.asarray(short.to_numpy(), bool) & (found == -1))
    for number, form in enumerate(FORMS):
        if not len(rows):
            break
        fits = np.asarray(pc.match_substring_regex(texts.take(pa.array(rows)), form).to_numpy(), bool)
        found[rows[fits]] = number
        rows = rows[~fits]
    return found
