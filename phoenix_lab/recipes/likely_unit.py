"""Whether rows come in groups that are alike, so that tests by row would cry wolf."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.inferences.frame import Frame
from phoenix_lab.profiles.columns import ColumnError, units
from phoenix_lab.profiles.pairs import Pair
from phoenix_lab.stats.units import intraclass_correlation

ALIKE = 0.1
"""Intraclass correlation from which on rows of a group are said to be alike."""

SAME = 0.99
"""From here on the column is a property of the group (the year of a document), and tells nothing about its rows."""

FEWEST, MOST = 5, 5_000
ROWS = 20_000
COLUMNS = 24
NAMES = re.compile(
    r"(^|[^a-z])(session|user|customer|patient|client|account|visitor|device|conversation|thread|document|doc|"
    r"address|article|subject|household|group|batch|run|episode)([^a-z]|$)|(^|[^a-z])(id|uuid|key)s?$",
    re.IGNORECASE,
)


def likely_unit(pairs: Mapping[str, Pair], primary: Frame, reference: Frame) -> dict[str, Any] | None:
    """Return the column whose groups are most alike within the sets, `{column, icc}`, or None.

    A unit is what rows were drawn by, not a mere category: its values repeat, and either each belongs to one set (nine
    of ten do) or its name says so. How alike its rows are is the largest intraclass correlation over the compared number columns,
    counted within the sets, so that drift itself is no likeness.
    """
    best: dict[str, Any] | None = None
    tried = 0
    scores = [(name, p.numbers) for name, p in pairs.items() if p.numbers is not None][:COLUMNS]
    for column in primary.columns:
        if column.kind not in {"category", "text", "number"} or column.problem is not None:
            continue
        if column.role not in {"feature", "tag", "prediction_id", "excluded"}:
            continue
        named = NAMES.search(column.name) is not None
        if column.kind == "number" and not named:
            continue
        groups = _groups(column.name, pairs.get(column.name), primary, reference, named=named)
        if groups is None:
            continue
        tried += 1
        if tried > COLUMNS:
            break
        for name, numbers in scores:
            if name == column.name or numbers is None:
                continue
            icc = _within_sets(numbers, groups)
            if icc is not None and max(ALIKE, best["icc"] if best else 0) < icc < SAME:
                best = {"column": column.name, "icc": icc}
    return best


def _groups(
    name: str, pair: Pair | None, primary: Frame, reference: Frame, *, named: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """Return the group of every row of both sets, reference first, if the column could be a unit."""
    if pair is not None and pair.categories is not None:
        c = pair.categories
        counts = c.counts_reference, c.counts_primary
        if not _could_be(counts, named=named):
            return None
        return _filled(c.reference, c.present_reference), _filled(c.primary, c.present_primary)
    places = [frame.table.schema.get_field_index(name) for frame in (reference, primary)]
    if min(places) < 0:
        return None
    columns = reference.table.column(places[0]), primary.table.column(places[1])
    if any(pa.types.is_floating(c.type) or pa.types.is_nested(c.type) for c in columns):
        return None
    try:
        codes = units(*columns, name)
    except ColumnError:
        return None
    size = 1 + max(int(part.max(initial=-1)) for part in codes)
    counts = np.bincount(codes[0], minlength=size), np.bincount(codes[1], minlength=size)
    return codes if _could_be(counts, named=named) else None


def _could_be(counts: tuple[NDArray[np.int64], NDArray[np.int64]], *, named: bool) -> bool:
    there = [part > 0 for part in counts]
    for part, present in zip(counts, there, strict=True):
        groups = int(present.sum())
        if not FEWEST <= groups <= MOST or int(part.sum()) < 2 * groups:
            return False
    return named or int((there[0] & there[1]).sum()) < 0.1 * int((there[0] | there[1]).sum())


def _filled(codes: NDArray[np.int64], present: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the codes of all rows; rows without a value share one more."""
    full = np.full(len(present), int(codes.max(initial=-1)) + 1)
    full[present] = codes
    return full


def _within_sets(numbers: tuple[Any, Any], groups: tuple[NDArray[np.int64], NDArray[np.int64]]) -> float | None:
    values, labels, start = [], [], 0
    for side, codes in zip(numbers, groups, strict=True):
        finite = np.isfinite(side.values)
        x, g = side.values[finite].astype(np.float64), codes[side.present][finite]
        if len(x) > ROWS:
            x, g = x[:: len(x) // ROWS + 1], g[:: len(g) // ROWS + 1]
        if len(x) < 2:
            return None
        values.append(x - x.mean())
        labels.append(g + start)
        start += int(codes.max()) + 1
    return intraclass_correlation(np.concatenate(values), np.concatenate(labels))
