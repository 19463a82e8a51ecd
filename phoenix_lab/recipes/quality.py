"""`Quality`: what is wrong with the data itself, column by column, and whether it is new."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import pyarrow as pa

from phoenix_lab.inferences.columns import IMAGES
from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.profiles.time import TimeAxis, axis_of
from phoenix_lab.recipes.models import Quality
from phoenix_lab.recipes.output import Output, Progress, RecipeError
from phoenix_lab.recipes.quality_checks import of_column, of_rows
from phoenix_lab.recipes.quality_found import Column, Found
from phoenix_lab.recipes.renamed import renamed, unmatched
from phoenix_lab.recipes.sets import Units, described, units_of, wanted
from phoenix_lab.stats.multiplicity import benjamini_hochberg
from phoenix_lab.stats.proportions import CONFIDENCE
from phoenix_lab.stats.verdict import ALPHA

Status = Literal["changed", "undecided", "same", "fact"]

LIMIT = 0.01
"""A share of rows that changed by less than one in a hundred does not matter."""

SCHEMA = pa.schema(
    [
        ("column", pa.string()),
        ("kind", pa.string()),
        ("check", pa.string()),
        ("status", pa.string()),
        ("count_primary", pa.int64()),
        ("rows_primary", pa.int64()),
        ("count_reference", pa.int64()),
        ("rows_reference", pa.int64()),
        *((name, pa.float64()) for name in ("difference", "lower", "upper", "p_value", "p_adjusted")),
        ("examples", pa.list_(pa.string())),
        ("low", pa.string()),
        ("high", pa.string()),
        ("values", pa.list_(pa.string())),
        ("note", pa.string()),
    ]
)

_ORDER: dict[Status, int] = {"changed": 0, "undecided": 1, "fact": 2, "same": 3}


def needs(
    recipe: Quality, primary: Iterable[ColumnInfo], reference: Iterable[ColumnInfo] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns to read of both sets: all that can be looked into."""
    columns = tuple(primary)
    chosen = [
        c.name
        for c in columns
        if (recipe.columns is None or c.name in recipe.columns) and c.kind != "other" and c.role != "excluded"
    ]
    gone = unmatched(columns, reference)[1] if recipe.columns is None else ()
    return wanted([*chosen, recipe.unit, *(c.name for c in gone)], columns, reference)


def compute(recipe: Quality, primary: Frame, reference: Frame | None, progress: Progress) -> Output:
    """Compute the table: a row for each check that found something."""
    try:
        for name in recipe.columns or ():
            primary.info(name)
    except KeyError as error:
        raise RecipeError(str(error.args[0])) from None
    units = units_of(recipe.unit, primary, reference)
    times = _times(primary), None if reference is None else _times(reference)
    others = {} if reference is None else {c.name: c for c in reference.columns}
    chosen = [c for c in primary.columns if recipe.columns is None or c.name in recipe.columns]
    moved = () if reference is None or recipe.columns is not None else renamed(primary, reference)
    before = {one.primary: one.reference for one in moved}
    now = {one.reference: one.primary for one in moved}
    rows: list[dict[str, Any]] = []
    looked, plain = 0, []
    for i, info in enumerate(chosen):
        progress("Columns", 0.9 * i / max(1, len(chosen)))
        rows += _of_type(info, others.get(info.name), reference, recipe, before.get(info.name))
        column = _column(info, primary, reference, units)
        if column is None or info.name == recipe.unit:
            # of the unit other values are what is to be expected
            continue
        if info.kind not in {"vector", "other"}:
            plain.append(column)
        for found in of_column(column, times):
            looked += 1
            rows.append(_row(info, found))
    progress("Rows", 0.9)
    shared = [c for c in plain if reference is None or c.other is not None]
    if recipe.columns is None:
        for found in of_rows(shared, primary.n_rows, None if reference is None else reference.n_rows):
            looked += 1
            rows.append(_row(None, found))
    if reference is not None and recipe.columns is None:
        there = {c.name for c in primary.columns}
        rows += [
            _said(
                c,
                "only_reference",
                note=f"{primary.name} does not have it" + (f"; perhaps {now[c.name]} now" if c.name in now else ""),
            )
            for c in reference.columns
            if c.name not in there
        ]
    # What found nothing was a test too, and counts among those that are corrected together.
    n_tests = _judge(rows)
    rows = [row for row in rows if not row.pop("empty", False)]
    rows.sort(key=lambda row: (_ORDER[row["status"]], -_size(row), row["column"] or "", row["check"]))
    progress("Rows", 1.0)
    meta = {
        "limit": LIMIT,
        "alpha": ALPHA,
        "confidence": CONFIDENCE,
        "n_checks": looked,
        "n_tests": n_tests,
        "adjusted": f"Benjamini-Hochberg over the {n_tests} checks that have a test" if n_tests else None,
        "unit": None if units is None else units.meta,
        "primary": described(primary),
        "reference": described(reference),
    }
    return Output(pa.Table.from_pylist(rows, schema=SCHEMA), meta=meta)


def _times(frame: Frame) -> TimeAxis | None:
    try:
        return axis_of(frame)
    except ValueError:  # the column's own row tells what is wrong with it
        return None


def _column(info: ColumnInfo, primary: Frame, reference: Frame | None, units: Units | None) -> Column | None:
    place = primary.table.schema.get_field_index(info.name)
    if place < 0 or info.problem is not None:
        return None
    there = -1 if reference is None else reference.table.schema.get_field_index(info.name)
    other = reference.table.column(there) if reference is not None and there >= 0 else None
    return Column(info, primary.table.column(place), other, units)


def _of_type(
    info: ColumnInfo, there: ColumnInfo | None, reference: Frame | None, recipe: Quality, before: str | None
) -> list[dict[str, Any]]:
    """Tell what is to be said before a value is looked at: not readable, not in the reference, of another type."""
    if info.problem == IMAGES:
        return []
    if info.problem is not None:
        return [_said(info, "unreadable", note=info.problem)]
    if reference is None:
        return []
    if there is None:
        return (
            [
                _said(
                    info,
                    "only_primary",
                    note=f"{reference.name} does not have it"
                    + (f"; perhaps its {before}, renamed" if before is not None else ""),
                )
            ]
            if recipe.columns is None
            else []
        )
    if there.problem is not None:
        return [_said(info, "unreadable", note=f"in {reference.name}: {there.problem}")]
    if there.dtype == info.dtype:
        return []
    status: Status = "same" if (there.kind, there.carrier) == (info.kind, info.carrier) else "changed"
    return [{**_said(info, "type", note=f"{there.dtype} in {reference.name}, {info.dtype} now"), "status": status}]


def _said(info: ColumnInfo, check: str, *, note: str) -> dict[str, Any]:
    return {"column": info.name, "kind": info.kind, "check": check, "status": "changed", "note": note}


def _row(info: ColumnInfo | None, found: Found) -> dict[str, Any]:
    primary, reference = found.primary or (None, None), found.reference or (None, None)
    return {
        "column": None if info is None else info.name,
        "kind": None if info is None else info.kind,
        "check": found.check,
        "count_primary": primary[0],
        "rows_primary": primary[1],
        "count_reference": reference[0],
        "rows_reference": reference[1],
        "difference": found.difference,
        "lower": found.lower,
        "upper": found.upper,
        "p_value": found.p_value,
        "examples": list(found.examples),
        "low": found.low,
        "high": found.high,
        "values": list(found.values),
        "note": found.note,
        "found": found,
    }


def _judge(rows: list[dict[str, Any]]) -> int:
    """Correct the p-values together and say what each check comes to; return the number of tests."""
    tested = [row for row in rows if row.get("p_value") is not None]
    for row, p in zip(tested, benjamini_hochberg([row["p_value"] for row in tested]), strict=True):
        row["p_adjusted"] = p
    for row in rows:
        found: Found | None = row.pop("found", None)
        if found is not None:
            row["status"], row["empty"] = _status(found, row.get("p_adjusted")), found.empty
    return len(tested)


def _status(found: Found, p: float | None) -> Status:
    if found.plain or (p is None and found.difference is None):
        return "fact"
    sure = p is not None and p < ALPHA
    if found.novel and (sure or found.upper is None):
        return "changed" if sure else "same"
    if found.lower is None or found.upper is None:
        return "undecided"
    least = 0.0 if found.lower <= 0 <= found.upper else min(abs(found.lower), abs(found.upper))
    if least > LIMIT and sure:
        return "changed"
    return "same" if max(abs(found.lower), abs(found.upper)) < LIMIT else "undecided"


def _size(row: dict[str, Any]) -> float:
    """Return what rows of one status are ordered by: the share of rows that it is about."""
    if row.get("difference") is not None:
        return abs(float(row["difference"]))
    rows = row.get("rows_primary")
    return 1.0 if not rows else float(row.get("count_primary") or 0) / float(rows)
