"""`Summary`: one row a column, with what both sets hold and how far they are apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from phoenix_lab.embeddings.crew import available_cores
from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.profiles.columns import Categories, ColumnError, Numbers, vectors
from phoenix_lab.profiles.pairs import Pair, is_text, pair
from phoenix_lab.recipes import sparks
from phoenix_lab.recipes.beyond_range import beyond_range
from phoenix_lab.recipes.changed_share import changed_share
from phoenix_lab.recipes.likely_unit import likely_unit
from phoenix_lab.recipes.models import Summary
from phoenix_lab.recipes.output import Output, Progress, RecipeError
from phoenix_lab.recipes.renamed import renamed, unmatched
from phoenix_lab.recipes.sets import (
    Units,
    described,
    generator,
    how_compared,
    units_of,
    wanted,
)
from phoenix_lab.recipes.vector_drift import vector_drift
from phoenix_lab.stats.multiplicity import benjamini_hochberg
from phoenix_lab.stats.proportions import CONFIDENCE
from phoenix_lab.stats.psi import Psi, compare, more_primary
from phoenix_lab.stats.verdict import ALPHA, LIMIT, verdict

_MOMENTS = ("mean", "std", "min", "median", "max")

SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("column",)),
        ("position", pa.int64()),
        *((name, pa.string()) for name in ("kind", "role", "dtype", "raw_data")),
        *(
            (name, pa.int64())
            for name in (
                "dimension",
                "n_primary",
                "n_reference",
                "missing_primary",
                "missing_reference",
                "distinct_primary",
                "distinct_reference",
            )
        ),
        ("statistic", pa.string()),
        *((name, pa.float64()) for name in ("estimate", "lower", "upper", "p_value", "p_adjusted")),
        ("reason", pa.string()),
        ("verdict", pa.string()),
        ("needed", pa.int64()),
        ("auc", pa.float64()),
        *((f"missing_{name}", pa.float64()) for name in ("difference", "lower", "upper", "p_adjusted")),
        *((name, pa.float64()) for name in ("beyond", "beyond_lower", "beyond_p_adjusted")),
        *((f"{name}_{side}", pa.float64()) for name in _MOMENTS for side in ("primary", "reference")),
        ("spark_edges", pa.list_(pa.float64())),
        ("spark_labels", pa.list_(pa.string())),
        ("spark_reference", pa.list_(pa.int64())),
        ("spark_primary", pa.list_(pa.int64())),
        ("problem", pa.string()),
        ("measured", pa.float64()),
        ("note", pa.string()),
    ]
)
"""Columns of the table. Beyond `docs/architecture.md`: `measured`, PSI before its bias is taken off, and `note`, what was left out or sampled."""

IDENTIFIER = 20
"""From this many values on, a category in which each occurs once is an identifier."""

LONG = 50_000
"""From this many rows on columns are looked at by threads: sorting and counting leave Python free, and it takes longer than the rest."""


def needs(
    recipe: Summary, primary: Iterable[ColumnInfo], reference: Iterable[ColumnInfo] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns to read of both sets: all that can be told something about."""
    columns = tuple(primary)
    chosen = [c.name for c in columns if recipe.columns is None or c.name in recipe.columns]
    left = {c.name for c in columns if c.kind == "other" or c.role == "excluded"}
    gone = unmatched(columns, reference)[1] if recipe.columns is None else ()
    return wanted([*(n for n in chosen if n not in left), recipe.unit, *(c.name for c in gone)], columns, reference)


def compute(recipe: Summary, primary: Frame, reference: Frame | None, progress: Progress) -> Output:
    """Compute the table."""
    columns = [c for c in primary.columns if recipe.columns is None or c.name in recipe.columns]
    try:
        for name in recipe.columns or ():
            primary.info(name)
    except KeyError as error:
        raise RecipeError(str(error.args[0])) from None
    units = units_of(recipe.unit, primary, reference)
    texts = {c.raw_data: c.name for c in primary.columns if c.raw_data is not None}
    links = {c.link_to_data: c.name for c in primary.columns if c.link_to_data is not None}
    others = {} if reference is None else {c.name: c for c in reference.columns}
    moved = () if reference is None or recipe.columns is not None else renamed(primary, reference)
    before = {one.primary: one.reference for one in moved}
    now = {one.reference: one.primary for one in moved}
    rows: list[dict[str, Any]] = []
    untested: list[dict[str, str]] = []
    outcomes: list[tuple[Psi, float]] = []
    pairs: dict[str, Pair] = {}

    def look(column: ColumnInfo) -> tuple[dict[str, Any], str | None, Psi, float, Pair | None]:
        row = _described(column)
        other = others.get(column.name)
        why = _why_untested(column, other, reference, unit=recipe.unit, texts=texts, links=links)
        if column.name in before:
            why = f"{why}; perhaps its {before[column.name]}, renamed"
        try:
            return row, why, *_column(row, (column, other), primary, reference, units=units, why=why)
        except ColumnError as error:
            return row, why, _nothing(str(error)), 1.0, None

    progress("Columns", 0.0)
    long = max(primary.n_rows, 0 if reference is None else reference.n_rows)
    for i, (column, (row, why, psi, held_out, compared)) in enumerate(
        zip(columns, _each(look, columns, long), strict=True)
    ):
        progress("Columns", (i + 1) / len(columns))
        if compared is not None:
            pairs[column.name] = compared
        if row.pop("identifier", False) and why is None:
            why = "an identifier: every value occurs once"  # noqa: PLW2901 - known only now
        if why is not None:
            untested.append({"column": column.name, "why": why})
            psi = _nothing(why)  # noqa: PLW2901
        rows.append(row)
        outcomes.append((psi, held_out))
    if reference is not None:
        there = {c.name for c in primary.columns}
        untested += [
            {
                "column": c.name,
                "why": f"only in {reference.name}" + (f"; perhaps {now[c.name]} now, renamed" if c.name in now else ""),
            }
            for c in reference.columns
            if c.name not in there and recipe.columns is None
        ]
    both = [(c, others[c.name]) for c in columns if c.name in others]
    n_tests = _judge(rows, outcomes, units)
    n_missing = _adjust(rows, "missing_p")
    _adjust(rows, "beyond_p")
    progress("Columns", 1.0)
    together = f"Benjamini-Hochberg over {n_tests} {'column' if n_tests == 1 else 'columns'}"
    meta = {
        "limit": LIMIT,
        "alpha": ALPHA,
        "confidence": CONFIDENCE,
        "n_tests": n_tests,
        "adjusted": together if reference is not None else None,
        "adjusted_missing": f"Benjamini-Hochberg over {n_missing} columns with missing values" if n_missing else None,
        "unit": None if units is None else units.meta,
        "untested": untested if reference is not None else [],
        "primary": described(primary),
        "reference": described(reference),
        "retyped": [c.name for c, o in both if c.carrier != o.carrier and "other" not in {c.carrier, o.carrier}],
        "added": [] if reference is None else [c.name for c in columns if c.name not in others],
        "removed": [item["column"] for item in untested if item["column"] not in {c.name for c in columns}],
        "renamed": [
            {
                "primary": one.primary,
                "reference": one.reference,
                "estimate": one.psi.estimate,
                "lower": one.psi.lower,
                "upper": one.psi.upper,
            }
            for one in moved
        ],
        "correlated": None if units is not None or reference is None else likely_unit(pairs, primary, reference),
    }
    table = pa.Table.from_pylist(rows, schema=SCHEMA)
    return Output(table, meta=meta)


def _each(look: Callable[[ColumnInfo], Any], columns: list[ColumnInfo], n_rows: int) -> Iterator[Any]:
    """Yield what `look` finds of each column, in their order; of long ones as many at once as there are cores."""
    threads = min(available_cores(), len(columns)) if n_rows >= LONG else 1
    if threads <= 1:
        yield from map(look, columns)
        return
    with ThreadPoolExecutor(threads, thread_name_prefix="phoenix-lab-columns") as pool:
        yield from pool.map(look, columns)


def _described(column: ColumnInfo) -> dict[str, Any]:
    return {
        "column": column.name,
        "position": column.position,
        "kind": column.kind,
        "role": column.role,
        "dtype": column.dtype,
        "raw_data": column.raw_data,
        "dimension": column.dimension,
        "statistic": "psi",
        "problem": column.problem,
    }


def _why_untested(
    column: ColumnInfo,
    there: ColumnInfo | None,
    reference: Frame | None,
    *,
    unit: str | None,
    texts: dict[str, str],
    links: dict[str, str],
) -> str | None:
    """Return why a column is not tested whatever it holds, or None."""
    if reference is None:
        return "there is no reference set"
    if column.problem is not None:
        return column.problem
    if column.name == unit:
        return "the unit of independence"
    if column.role == "excluded":
        guessed = column.reason.startswith("guessed: ")
        return column.reason.removeprefix("guessed: ") if guessed else "left out by the schema"
    if column.role == "timestamp":
        return "the time column"
    if column.role == "prediction_id":
        return "an identifier"
    if column.name in texts:
        return f"read through {texts[column.name]}"
    if column.name in links:
        return f"links to what {links[column.name]} was made from"
    if there is None:
        return f"not in {reference.name}"
    return None if there.problem is None else f"in {reference.name}: {there.problem}"


def _nothing(reason: str | None) -> Psi:
    return Psi(None, None, None, None, None, 0, 0, reason=reason)


def _column(
    row: dict[str, Any],
    infos: tuple[ColumnInfo, ColumnInfo | None],
    primary: Frame,
    reference: Frame | None,
    *,
    units: Units | None,
    why: str | None,
) -> tuple[Psi, float, Pair | None]:
    """Fill a row with what a column holds; return its PSI, the share of the rows that it is of, and the pair behind it."""
    column, there = infos
    data = _read(primary, column.name)
    other = None if reference is None else _read(reference, column.name)
    if data is None:
        return _nothing(why or "not read"), 1.0, None
    how = how_compared(column, there if other is not None else None, data.type, None if other is None else other.type)
    if how == "vectors":
        return _vectors(row, column, data, other, units=units, why=why)
    if how not in {"numbers", "categories"}:
        _count(row, "primary", data)
        if other is not None:
            _count(row, "reference", other)
        return _nothing(how), 1.0, None
    try:
        both = pair(data.slice(0, 0) if other is None else other, data, how, column.name)  # type: ignore[arg-type]
    except ColumnError:
        for side, part in (("primary", data), ("reference", other)):
            if part is not None:
                _count(row, side, part)
        raise
    sides: list[tuple[str, int, pa.ChunkedArray]] = [("primary", 1, data)]
    if other is not None:
        sides.insert(0, ("reference", 0, other))
    if both.numbers is not None:
        text = is_text(data.type) or (other is not None and is_text(other.type))
        for side, k, part in sides:
            _describe_numbers(row, side, both.numbers[k], part if text else None)
        row.update(sparks.of_numbers(both.numbers[0] if other is not None else None, both.numbers[1]))
        infinite = [f"{both.numbers[k].infinite:,} {side}" for side, k, _ in sides if both.numbers[k].infinite]
        if infinite:
            row["note"] = f"infinite values count in the outer bins and not in the mean: {', '.join(infinite)}"
    elif both.categories is not None:
        for side, k, _ in sides:
            _describe_categories(row, side, both.categories, k)
        row.update(sparks.of_categories(both.categories, alone=other is None))
        row["identifier"] = _all_distinct(row)
        rare = len(both.categories.labels) - both.n_bins
        if rare > 0:
            row["note"] = f"{rare + 1:,} rare values are counted as one"
    if other is None or why is not None or row.get("identifier"):
        return _nothing(why), 1.0, None
    if row["missing_reference"] + row["missing_primary"] > 0:
        missing = changed_share("missing", ~both.present[0], ~both.present[1], units)
        row.update(missing_difference=missing.value, missing_lower=missing.lower, missing_upper=missing.upper)
        row["missing_p"] = missing.p_value
    if both.numbers is not None and column.kind == "number":
        far = beyond_range(*both.numbers, units)
        if far is not None:
            row["beyond"], row["beyond_lower"], row["beyond_p"] = far
    by_unit = None if units is None or both.n_bins == 0 else both.by_unit(units.codes, units.column)
    psi = compare(*both.counts, generator(column.name), units=by_unit)
    return _explained(psi, row, both), 1.0, both


def _explained(psi: Psi, row: dict[str, Any], both: Pair) -> Psi:
    """Give the reason of an undefined PSI in terms of the column rather than of its bins."""
    if psi.reason is None:
        return psi
    for side in ("reference", "primary"):
        n, gone = row[f"n_{side}"], row[f"missing_{side}"]
        name = "the reference" if side == "reference" else "the primary set"
        if n + gone == 0:
            return _nothing(f"no rows in {name}")
        if n == 0:
            return _nothing(f"all {gone:,} values are missing in {name}")
    if both.numbers is not None and both.n_bins == 0:
        return _nothing("no finite value in the reference")
    return psi


def _vectors(
    row: dict[str, Any],
    column: ColumnInfo,
    data: pa.ChunkedArray,
    other: pa.ChunkedArray | None,
    *,
    units: Units | None,
    why: str | None,
) -> tuple[Psi, float, Pair | None]:
    sides = [("primary", data)] + ([("reference", other)] if other is not None else [])
    absent = {}
    for side, part in sides:
        if not pa.types.is_fixed_size_list(part.type):  # no row, or none that tells how long vectors are
            row[f"missing_{side}"], row[f"n_{side}"] = len(part), 0
            why = why or f"the {side} set has no vectors"
            continue
        absent[side] = ~vectors(part)[1]
        row[f"missing_{side}"] = int(absent[side].sum())
        row[f"n_{side}"] = len(part) - row[f"missing_{side}"]
    if other is None or why is not None:
        return _nothing(why), 1.0, None
    if data.type.list_size != other.type.list_size:
        sizes = f"{data.type.list_size} dimensions in the primary set, {other.type.list_size} in the reference"
        return _nothing(sizes), 1.0, None
    if row["missing_reference"] + row["missing_primary"] > 0:
        missing = changed_share("missing", absent["reference"], absent["primary"], units)
        row.update(missing_difference=missing.value, missing_lower=missing.lower, missing_upper=missing.upper)
        row["missing_p"] = missing.p_value
    drift = vector_drift(other, data, units, generator(column.name))
    row["auc"] = drift.classifier.auc
    row["note"] = drift.note or None
    if drift.scores is not None and drift.scores.numbers is not None:
        row.update(sparks.of_numbers(*drift.scores.numbers))
    psi = drift.psi
    if psi.reason is None:
        psi = replace(psi, p_value=drift.classifier.p_value)
    sampled = drift.classifier.n_primary < row["n_primary"] or drift.classifier.n_reference < row["n_reference"]
    # Rows beyond the sample would not be looked at, so no number of them decides.
    return psi, 0.0 if sampled else psi.n_primary / max(1, row["n_primary"]), drift.scores


def _read(frame: Frame, name: str) -> pa.ChunkedArray | None:
    # Looked up by index: the list of names is as long as the frame is wide.
    place = frame.table.schema.get_field_index(name)
    return frame.table.column(place) if place >= 0 else None


def _count(row: dict[str, Any], side: str, data: pa.ChunkedArray) -> None:
    row[f"n_{side}"], row[f"missing_{side}"] = len(data) - data.null_count, data.null_count


def _describe_numbers(row: dict[str, Any], side: str, x: Numbers, text: pa.ChunkedArray | None) -> None:
    row[f"n_{side}"], row[f"missing_{side}"] = len(x.values), x.missing
    row[f"distinct_{side}"] = (
        x.distinct if text is None else pc.count_distinct(_decoded(text), mode="only_valid").as_py()
    )
    row[f"mean_{side}"], row[f"std_{side}"] = x.mean, x.std
    row[f"min_{side}"], row[f"median_{side}"], row[f"max_{side}"] = x.quantile(0.0, 0.5, 1.0)


def _decoded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _describe_categories(row: dict[str, Any], side: str, x: Categories, k: int) -> None:
    counts, present = (x.counts_primary, x.present_primary) if k else (x.counts_reference, x.present_reference)
    n = int(counts.sum())
    row[f"n_{side}"], row[f"missing_{side}"] = n, len(present) - n
    row[f"distinct_{side}"] = int((counts > 0).sum())


def _all_distinct(row: dict[str, Any]) -> bool:
    sizes = [(row[f"n_{side}"], row[f"distinct_{side}"]) for side in ("primary", "reference") if f"n_{side}" in row]
    return all(n == distinct for n, distinct in sizes) and max(n for n, _ in sizes) >= IDENTIFIER


def _judge(rows: list[dict[str, Any]], outcomes: list[tuple[Psi, float]], units: Units | None) -> int:
    """Correct the p-values together and give the verdicts; return the number of tests."""
    adjusted = benjamini_hochberg([psi.p_value for psi, _ in outcomes])
    n_units = None if units is None else len(np.unique(units.primary))
    for row, (psi, share), p in zip(rows, outcomes, adjusted, strict=True):
        row.update(
            measured=psi.measured,
            estimate=psi.estimate,
            lower=psi.lower,
            upper=psi.upper,
            p_value=psi.p_value,
            p_adjusted=p,
            reason=psi.reason,
            verdict=verdict(psi.estimate, psi.lower, psi.upper, p),
        )
        if row["verdict"] == "undecided" and share > 0:
            more = more_primary(psi, LIMIT)
            if more is not None:
                per_row = 1.0 if n_units is None else n_units / max(1, row["n_primary"])
                row["needed"] = max(1, int(np.ceil(more / share * per_row)))
            elif psi.null is not None:
                also = "; ".join(
                    part
                    for part in (row.get("note"), "the reference is too small to decide by more primary rows alone")
                    if part
                )
                row["note"] = also
    return sum(p is not None for p in adjusted)


def _adjust(rows: list[dict[str, Any]], name: str) -> int:
    """Correct one p of each row over all rows; return the number of tests."""
    adjusted = benjamini_hochberg([row.pop(name, None) for row in rows])
    for row, p in zip(rows, adjusted, strict=True):
        row[f"{name}_adjusted"] = p
    return sum(p is not None for p in adjusted)
