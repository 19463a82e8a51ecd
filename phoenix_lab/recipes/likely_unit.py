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
    scores = [(name, p.numbers) for name, p in pairs.items() if p.numbers is not None][:COLUMNS]
    for column in primary.columns:
        if column.kind not in {"category", "text", "number"} or column.problem is not None:
            continue
        if column.role not in {"feature", "tag", "prediction_id", "excluded"}:
            continue
        named = NAMES.search(column.name) is not None
        if column.kind == "number" and not named:
            continue
        groups = _groups(column.name, primary, reference, named=named)
        if groups is None:
            continue
        for name, numbers in scores:
            if name == column.name or numbers is None:
                continue
            icc = _within_sets(numbers, groups)
            if icc is not None and max(ALIKE, best["icc"] if best else 0) < icc < SAME:
                best = {"column": column.name, "icc": icc}
    return best


def _groups(
    name: str, primary: Frame, reference: Frame, *, named: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    if name not in primary.table.column_names or name not in reference.table.column_names:
        return None
    columns = reference.table.column(name), primary.table.column(name)
    if any(pa.types.is_floating(c.type) or pa.types.is_nested(c.type) for c in columns):
        return None
    try:
        codes = units(*columns, name)
    except ColumnError:
        return None
    present = [np.unique(part) for part in codes]
    for part, groups in zip(codes, present, strict=True):
        if not FEWEST <= len(groups) <= MOST or len(part) < 2 * len(groups):
            return None
    shared = len(np.intersect1d(present[0], present[1])) / len(np.union1d(present[0], present[1]))
    return codes if named or shared < 0.1 else None


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
