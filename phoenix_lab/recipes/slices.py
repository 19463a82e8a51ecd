"""`Slices`: the groups of rows in which a number is worst, described by a few conditions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.roles import judgements
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.recipes import performance
from phoenix_lab.recipes.models import Performance, Slices, dump_conditions
from phoenix_lab.recipes.output import Output, Progress, silent
from phoenix_lab.recipes.performance_clusters import Clusters
from phoenix_lab.recipes.row_number import RowNumber, row_number
from phoenix_lab.recipes.sets import described as of_set
from phoenix_lab.recipes.sets import generator, joined, units_of, wanted
from phoenix_lab.recipes.slice_columns import Described, described, of_clusters
from phoenix_lab.slices.coded import Coded
from phoenix_lab.slices.search import judge, rows_of, search
from phoenix_lab.stats.estimates import Estimate, change, mean, share
from phoenix_lab.stats.multiplicity import benjamini_hochberg
from phoenix_lab.stats.splitting import halves
from phoenix_lab.stats.verdict import ALPHA

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ROLES = ("feature", "tag", "timestamp", "prediction_label", "prediction_score", "actual_label", "actual_score", "text")
KINDS = ("number", "category", "boolean", "time", "text")
FEWEST = 30
"""Rows of a slice in each half, at least."""

TABLE = pa.schema(
    [
        ("slice", pa.string()),
        ("where", pa.string()),
        ("n", pa.int64()),
        ("inside", pa.float64()),
        ("outside", pa.float64()),
        ("difference", pa.float64()),
        ("lower", pa.float64()),
        ("upper", pa.float64()),
        ("n_judged", pa.int64()),
        ("p_value", pa.float64()),
        ("p_adjusted", pa.float64()),
        ("n_reference", pa.int64()),
        ("reference", pa.float64()),
        ("change", pa.float64()),
        ("change_lower", pa.float64()),
        ("change_upper", pa.float64()),
        ("change_p", pa.float64()),
    ]
)


@dataclass(frozen=True, eq=False)
class _Rows:
    """Which rows are judged, and which are of the primary set; shape (rows,)."""

    judged: Bools
    of_primary: Bools

    @property
    def sides(self) -> tuple[Bools, Bools]:
        """The rows of the reference and of the primary set."""
        return ~self.of_primary, self.of_primary


def columns_of(recipe: Slices, columns: Iterable[ColumnInfo]) -> list[ColumnInfo]:
    """Return the columns that conditions may speak of."""
    usual = [c for c in columns if c.problem is None and c.kind in KINDS]
    if recipe.columns is None:
        # Of two weeks, that one is later is no news.
        roles = tuple(role for role in ROLES if recipe.metric != "set" or role != "timestamp")
        return [c for c in usual if c.role in roles and c.name not in {recipe.unit, recipe.column}]
    return [c for c in usual if c.name in recipe.columns]


def needs(
    recipe: Slices, primary: Iterable[ColumnInfo], reference: Iterable[ColumnInfo] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns to read of both sets."""
    own, other = tuple(primary), None if reference is None else tuple(reference)
    names = [c.name for c in columns_of(recipe, own)]
    found = wanted([*names, recipe.column, recipe.unit], own, other)
    parts = [found]
    if recipe.metric == "error":
        parts.append(performance.needs(recipe.predictions or Performance(), own, other))
    if recipe.map is not None:
        from phoenix_lab.recipes import embedding_map

        parts.append(embedding_map.needs(recipe.map, own, other))
    return joined(*parts)


def compute(
    recipe: Slices,
    primary: Frame,
    reference: Frame | None = None,
    progress: Progress = silent,
    *,
    clusters: Clusters | None = None,
) -> Output:
    """Search on one half of the rows, judge on the other; `clusters` are those of the recipe's map."""
    progress("Slices", 0.0)
    number = row_number(recipe, primary, reference)
    units = units_of(recipe.unit, primary, reference)
    columns, left_out = _columns(recipe, primary, reference, clusters, number)
    n, m = primary.n_rows, 0 if reference is None else reference.n_rows
    unit = np.arange(n + m) if units is None else np.concatenate([units.primary, units.reference])
    of_primary = np.arange(n + m) < n
    known_rows = np.isfinite(number.y) & (of_primary | (recipe.metric == "set"))
    first = np.zeros(n + m, bool)
    first[known_rows] = halves(unit[known_rows], generator(recipe.metric, recipe.column or "", str(recipe.seed)))
    second = known_rows & ~first
    rows = _Rows(second, of_primary)
    signed = number.y if recipe.direction == "high" else -number.y
    least = max(FEWEST, int(np.ceil(recipe.least * first.sum())))
    found = search(
        [_some(one, first) for one in columns],
        signed[first],
        conditions=recipe.conditions,
        least=least,
        tell=lambda part: progress("Slices", 0.1 + 0.7 * part),
    )
    progress("Slices", 0.8)
    others = [_some(one, second) for one in columns]
    p_values = judge(others, found.slices, signed[second], unit[second])
    adjusted = benjamini_hochberg(p_values)
    table = []
    for one, p, p_adjusted in zip(found.slices, p_values, adjusted, strict=True):
        if p_adjusted is None or p_adjusted >= ALPHA:
            continue
        mine = rows_of([c.coded for c in columns], one)
        where = tuple(columns[i].conditions[c] for i, c in one)
        told = _told(number, mine, rows, unit=None if units is None else unit)
        table.append(
            {
                "slice": " and ".join(columns[i].words[c] for i, c in one),
                "where": dump_conditions(where),
                "n": int((mine & known_rows).sum()),
                "n_judged": int((mine & second).sum()),
                "p_value": p,
                "p_adjusted": p_adjusted,
                **told,
            }
        )
    table.sort(key=lambda row: -_weight(recipe, row))
    progress("Slices", 1.0)
    meta = {
        "metric": number.label,
        "share": number.share,
        "direction": recipe.direction,
        "tried": found.tried,
        "judged": len(found.slices),
        "adjusted": f"Benjamini-Hochberg over {len(found.slices)} slices, judged on rows that they were not found on",
        "n": int(known_rows.sum()),
        "n_found_on": int(first.sum()),
        "n_judged_on": int(second.sum()),
        "least": least,
        "columns": [one.coded.name for one in columns],
        "left_out": left_out,
        "unit": None if units is None else units.meta,
        "primary": of_set(primary),
        "reference": of_set(reference),
    }
    return Output(pa.Table.from_pylist(table, schema=TABLE), {}, meta)


def _columns(
    recipe: Slices, primary: Frame, reference: Frame | None, clusters: Clusters | None, number: RowNumber
) -> tuple[list[Described], dict[str, str]]:
    """Return the columns that conditions speak of, and why others are left out."""
    found: list[Described] = []
    left_out = {}
    there = None if reference is None else {c.name for c in reference.columns}
    same = next((one for one in judgements(c.name for c in primary.columns) if recipe.column in one), frozenset())
    for info in columns_of(recipe, primary.columns):
        if info.name in number.of:
            left_out[info.name] = "it makes the number itself"
        elif recipe.columns is None and info.name in same:
            left_out[info.name] = f"it is of the same judgement as {recipe.column}"
        elif there is not None and info.name not in there:
            left_out[info.name] = "the reference does not have it"
        else:
            try:
                one = described(info.name, primary, reference, own=recipe.metric != "set")
            except ValueError as error:
                left_out[info.name] = str(error)
                continue
            if len(one.words):
                found.append(one)
    if recipe.map is not None and clusters is not None:
        found.append(of_clusters(replace(recipe.map, window=None, where=()), clusters))
    return found, left_out


def _some(one: Described, rows: Bools) -> Coded:
    return replace(one.coded, codes=one.coded.codes[rows])


def _told(number: RowNumber, mine: Bools, rows: _Rows, *, unit: Ints | None) -> dict[str, Any]:
    """Return what the half that the slice was not found on says of it, and what the reference does."""
    if number.of_set:
        # How large the slice is in both sets, as everywhere else in the product.
        held = mine.astype(np.float64)
        before, after = (_estimate(held, rows.judged & side, unit, as_share=True) for side in rows.sides)
        return _compared(("outside", before), ("inside", after), ("difference", "lower", "upper"))
    y = number.y
    outside, inside = (_estimate(y, rows.judged & side, unit, as_share=number.share) for side in (~mine, mine))
    told = _compared(("outside", outside), ("inside", inside), ("difference", "lower", "upper"))
    before = _estimate(y, rows.sides[0] & mine & np.isfinite(y), unit, as_share=number.share)
    since = _compared(("reference", before), ("inside", inside), ("change", "change_lower", "change_upper", "change_p"))
    return {"n_reference": before.n, **since, **told}


def _weight(recipe: Slices, row: dict[str, Any]) -> float:
    """Return what a slice weighs: the rows in it times how far they differ at least; of sets the difference is one of shares of all rows already."""
    least = row["lower"] if recipe.direction == "high" else None if row["upper"] is None else -row["upper"]
    return float(least or 0.0) * (1 if recipe.metric == "set" else row["n"])


def _compared(a: tuple[str, Estimate], b: tuple[str, Estimate], names: tuple[str, ...]) -> dict[str, Any]:
    found = change(a[1], b[1])
    told = (found.value, found.lower, found.upper, found.p_value)
    return {a[0]: a[1].value, b[0]: b[1].value, **dict(zip(names, told, strict=False))}


def _estimate(y: Floats, rows: Bools, unit: Ints | None, *, as_share: bool) -> Estimate:
    """Return the mean of a number over some rows, or of a number that is 0 or 1 its share."""
    values = y[rows]
    units = None if unit is None else unit[rows]
    if as_share:
        return share("share", values == 1, np.ones(len(values), bool), units)
    return mean("mean", values, units)
