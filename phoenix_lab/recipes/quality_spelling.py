"""Checks of how texts are written: what stands for no value, and one category in several spellings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from phoenix_lab.profiles.columns import Categories
from phoenix_lab.recipes.quality_found import LONGEST, Column, Found, plain_values, shown
from phoenix_lab.recipes.quality_novelty import EXAMPLES, NAMED

Bools = NDArray[np.bool_]

STAND_INS = frozenset(
    [
        "#N/A",
        "#NA",
        "<NA>",
        "N/A",
        "NA",
        "NULL",
        "NaN",
        "NaT",
        "None",
        "n/a",
        "na",
        "nan",
        "null",
        "N.A.",
        "n.a.",
        "-NaN",
        "-nan",
        "1.#IND",
        "-1.#IND",
        "1.#QNAN",
        "-1.#QNAN",
        "-",
        "--",
        "---",
        "?",
        "??",
    ]
)
"""What `pandas.read_csv` takes for a missing value, in the same letters, and marks that people type for one."""
_LONGEST = max(map(len, STAND_INS))


def stand_ins(column: Column) -> Found:
    """Count texts that stand for no value, white space around them aside: nothing counts them among the missing ones."""
    mine, theirs = column.masks(_stands_for_none)
    found = column.rate("stand_in", mine, theirs)
    return _with_values(found, _different(column, mine, theirs))


def spellings(column: Column, both: Categories) -> Found:
    """Count values that differ by case or white space alone from one that is more frequent."""
    forms = [" ".join(label.casefold().split()) for label in both.labels]
    # The most frequent comes first.
    main: dict[str, int] = {}
    first = np.array([main.setdefault(form, i) for i, form in enumerate(forms)], dtype=np.int64)
    odd = first != np.arange(len(forms))
    mine, theirs = (
        _rows(odd[codes], present)
        for codes, present in ((both.primary, both.present_primary), (both.reference, both.present_reference))
    )
    others = [i for i in np.flatnonzero(odd).tolist() if both.counts_primary[i] + both.counts_reference[i]]
    found = column.rate("spelling", mine, None if column.other is None else theirs)
    found = _with_values(found, [both.labels[i] for i in others])
    return replace(found, note=f"elsewhere {_quoted(both.labels[first[others[0]]])}" if others else None)


def _with_values(found: Found, values: list[str]) -> Found:
    examples = tuple(_quoted(value) for value in values[:EXAMPLES])
    return replace(found, examples=examples, values=tuple(values) if len(values) <= NAMED else ())


def _quoted(value: str) -> str:
    """Return a value as an example shows it; in quotes where white space is what it differs by."""
    return shown(value) if value == " ".join(value.split()) or len(value) > LONGEST else f'"{value}"'


def _rows(marked: Bools, present: Bools) -> Bools:
    mask = np.zeros(len(present), dtype=bool)
    mask[np.flatnonzero(present)[marked]] = True
    return mask


def _stands_for_none(column: pa.ChunkedArray) -> Bools:
    """Mark the rows; a text that is long with the white space around it is none of them."""
    texts = plain_values(column)
    mask = np.zeros(len(texts), dtype=bool)
    short = pc.fill_null(pc.less_equal(pc.utf8_length(texts), 2 * _LONGEST), False)
    rows = np.flatnonzero(np.asarray(short.to_numpy(), bool))
    if len(rows):
        trimmed = pc.utf8_trim_whitespace(texts if len(rows) == len(texts) else texts.take(pa.array(rows)))
        known = pa.array(sorted(STAND_INS), type=trimmed.type)
        mask[rows] = np.asarray(pc.is_in(trimmed, value_set=known).to_numpy(), bool)
    return mask


def _different(column: Column, mine: Bools, theirs: Bools | None) -> list[str]:
    """Return the texts of rows, those of the primary set first."""
    found: dict[str, None] = {}
    for data, mask in ((column.data, mine), (column.other, theirs)):
        if data is not None and mask is not None and mask.any():
            chosen = plain_values(data).filter(pa.array(mask))
            found.update(dict.fromkeys(pc.unique(chosen).to_pylist()))
    return list(found)
