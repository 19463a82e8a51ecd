"""What tells the clusters of a map from the other rows, in the other columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from phoenix_lab.embeddings.drift import sampled
from phoenix_lab.embeddings.rules import Clause, best_rule
from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.profiles.durations import iso
from phoenix_lab.profiles.time import instants
from phoenix_lab.recipes import embedding_map
from phoenix_lab.recipes.models import ClusterRules
from phoenix_lab.recipes.output import Output, Progress, silent
from phoenix_lab.recipes.sets import generator, joined, units_of, wanted
from phoenix_lab.stats.multiplicity import holm
from phoenix_lab.stats.splitting import halves, higher_p

if TYPE_CHECKING:
    from phoenix_lab.recipes.cohort import Cohort

ROLES = ("feature", "tag", "prediction_label", "prediction_score", "actual_label", "actual_score", "timestamp")
KINDS = ("number", "category", "boolean", "time")
MOST_ROWS = 20_000
"""Rows that rules are sought and judged in; of more, these are drawn."""

MOST_VALUES = 25
"""Values of a category that are conditions, the most frequent ones."""

GAP = ("missing_column", "missing", "missing_others", "missing_p_adjusted")
"""The column whose values are missing most differently in a cluster than elsewhere, and how."""

STEPS = 10
"""Parts of equal size that numbers are cut into."""


def columns_of(columns: Iterable[ColumnInfo], unit: str | None) -> list[ColumnInfo]:
    """Return the columns that rules speak of: not the unit, which is in one cluster by its nature."""
    return [c for c in columns if c.problem is None and c.role in ROLES and c.kind in KINDS and c.name != unit]


def needs(
    recipe: ClusterRules, primary: Iterable[ColumnInfo], reference: Iterable[ColumnInfo] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns to read of both sets: those of the map, and those that rules may speak of."""
    columns = tuple(primary)
    other = None if reference is None else tuple(reference)
    mapped = embedding_map.needs(recipe.map, columns, other)
    mine = wanted([c.name for c in columns_of(columns, recipe.map.unit)], columns, other)
    return joined(mapped, mine)


def compute(
    recipe: ClusterRules,
    primary: Frame,
    reference: Frame | None = None,
    progress: Progress = silent,
    *,
    mapped: Output,
    among: Cohort | None = None,
) -> Output:
    """Find the rules of the clusters of `mapped`, the answer to the recipe's map; of the rows `among` them."""
    points = mapped.table
    label = points.column("cluster").to_numpy()
    row = points.column("row").to_numpy()
    is_primary = np.asarray(pc.equal(points.column("set").cast(pa.string()), "primary"), bool)
    units = units_of(recipe.map.unit, primary, reference)
    rng = generator(recipe.map.embedding, "rules", str(recipe.map.seed))
    chosen = np.arange(len(label))
    if among is not None:
        sides = [among.primary, among.primary if among.reference is None else among.reference]
        chosen = np.flatnonzero(np.where(is_primary, *(m[np.minimum(row, len(m) - 1)] for m in sides)))
    n_rows = len(chosen)
    chosen = sampled(chosen, rng, MOST_ROWS)
    label, row, is_primary = label[chosen], row[chosen], is_primary[chosen]
    unit = (
        np.arange(len(label)) if units is None else np.where(is_primary, *embedding_map.unit_of(units, row, is_primary))
    )
    frames = (primary, reference)
    infos = columns_of(primary.columns, recipe.map.unit)
    clauses: list[Clause] = []
    absent: dict[str, NDArray[np.bool_]] = {}
    for i, info in enumerate(infos):
        progress("rules", i / max(1, len(infos)) / 2)
        values = _values(info, frames, row, is_primary)
        if values is None:
            continue
        clauses += _clauses(info, values, _writer(info, primary))
        gaps = np.asarray(values.is_null(nan_is_null=True), bool)
        if gaps.any() and not gaps.all():
            absent[info.name] = gaps
    first = halves(unit, rng)
    groups = [int(k) for k in mapped.parts["clusters"].column("cluster").to_pylist() if k >= 0]
    table: dict[str, list[Any]] = {
        name: [] for name in ("cluster", "rule", "columns", "inside", "outside", "p_value", *GAP)
    }
    for i, k in enumerate(groups):
        progress("rules", 0.5 + i / max(1, len(groups)) / 2)
        group = label == k
        rule = best_rule(clauses, group, first, unit)
        table["cluster"].append(k)
        table["rule"].append(" and ".join(clause.text for clause in rule.clauses) or None)
        table["columns"].append(list(dict.fromkeys(clause.column for clause in rule.clauses)))
        table["inside"].append(rule.inside)
        table["outside"].append(rule.outside)
        table["p_value"].append(rule.p_value)
        for name, told in zip(GAP, _gap(absent, group, unit, len(groups)), strict=True):
            table[name].append(told)
    adjusted = holm(table["p_value"])
    schema = {
        "cluster": pa.int32(),
        "rule": pa.string(),
        "columns": pa.list_(pa.string()),
        **dict.fromkeys(("inside", "outside", "p_value"), pa.float64()),
        **dict.fromkeys(GAP, pa.float64()),
        GAP[0]: pa.string(),
    }
    arrays = {name: pa.array(table[name], kind) for name, kind in schema.items()}
    arrays["p_adjusted"] = pa.array(adjusted, pa.float64())
    meta = {
        "columns": [info.name for info in infos],
        "n_rows": n_rows,
        "n_used": len(label),
        "unit": None if units is None else units.meta,
        "adjusted": f"Holm over {len(groups)} clusters",
    }
    return Output(pa.table(arrays), {}, meta)


def clauses_of(
    info: ColumnInfo, frames: tuple[Frame, Frame | None], row: NDArray[np.int64], is_primary: NDArray[np.bool_]
) -> list[Clause]:
    """Return the conditions on a column that a rule may be made of; none where the sets cannot be put together.

    Parameters
    ----------
    info, frames
        The column, and the sets that it is read of: the primary one first.
    row, is_primary
        Of each row its position, and of which set it is, shape (n,).
    """
    values = _values(info, frames, row, is_primary)
    return [] if values is None else _clauses(info, values, _writer(info, frames[0]))


def _gap(
    absent: dict[str, NDArray[np.bool_]], group: NDArray[np.bool_], unit: NDArray[np.int64], n_groups: int
) -> tuple[str | None, float | None, float | None, float | None]:
    """Return the column whose values are missing most differently in a group, its shares in and outside, and their p.

    That is two-sided, and Bonferroni's over the columns with gaps and the clusters.
    """
    if not absent or not group.any() or group.all():
        return None, None, None, None
    shares = {name: (float(gaps[group].mean()), float(gaps[~group].mean())) for name, gaps in absent.items()}
    name = max(shares, key=lambda one: abs(shares[one][0] - shares[one][1]))
    sides = [higher_p(group, side.astype(np.float64), unit) for side in (absent[name], ~absent[name])]
    known = [p for p in sides if p is not None]
    p = min(1.0, 2 * min(known) * len(absent) * n_groups) if known else None
    return name, *shares[name], p


def _values(
    info: ColumnInfo, frames: tuple[Frame, Frame | None], row: NDArray[np.int64], is_primary: NDArray[np.bool_]
) -> pa.Array | None:
    """Return a column's values of the points, as numbers or text; None where the sets cannot be put together."""
    try:
        parts = []
        for frame, of_set in zip(frames, (is_primary, ~is_primary), strict=True):
            if frame is None or info.name not in frame.table.column_names:
                parts.append(pa.nulls(int(of_set.sum())))
                continue
            column = frame.table.column(info.name)
            if info.kind == "time":
                axis = instants(column, info.name)
                at = np.full(len(column), np.nan)
                at[axis.present] = axis.instants
                parts.append(pa.array(at[row[of_set]], pa.float64()))
                continue
            if pa.types.is_dictionary(column.type):
                column = column.cast(column.type.value_type)
            kind = pa.float64() if info.kind == "number" else pa.string()
            parts.append(column.cast(kind, safe=False).take(pa.array(row[of_set])).combine_chunks())
    except (pa.ArrowException, ValueError):
        return None
    kind = pa.float64() if info.kind in ("number", "time") else pa.string()
    both = pa.chunked_array([part.cast(kind) for part in parts]).combine_chunks()
    place = np.empty(len(row), np.int64)
    place[is_primary] = np.arange(int(is_primary.sum()))
    place[~is_primary] = int(is_primary.sum()) + np.arange(int((~is_primary).sum()))
    return both.take(pa.array(place))


def _writer(info: ColumnInfo, frame: Frame) -> Callable[[float], str]:
    """Return how a number of a column is written: times as they are in it."""
    if info.kind != "time":
        return lambda value: f"{value:,.6g}"
    axis = instants(frame.table.column(info.name), info.name)
    length = {"year": 4, "date": 10, "instant": 19}[axis.kind]
    return lambda value: iso(int(value), axis.zone)[:length].replace("T", " ")


def _clauses(info: ColumnInfo, values: pa.Array, write: Callable[[float], str]) -> list[Clause]:
    """Return the conditions on a column: above and below its deciles, its frequent values, that it is missing."""
    name = info.name
    absent = np.asarray(values.is_null(nan_is_null=True), bool)
    result = []
    if absent.any() and not absent.all():
        result.append(Clause(name, f"{name} is missing", absent))
    if pa.types.is_floating(values.type):
        x = values.fill_null(np.nan).to_numpy(zero_copy_only=False)
        there = x[np.isfinite(x)]
        if len(there) == 0:
            return result
        cuts = np.unique(np.quantile(there, np.arange(1, STEPS) / STEPS, method="lower"))
        for cut in cuts[cuts < there.max()]:
            said = write(float(cut))
            result.append(Clause(name, f"{name} ≤ {said}", x <= cut))
            result.append(Clause(name, f"{name} > {said}", x > cut))
        return result
    counts = pc.value_counts(values.drop_null())
    ranked = sorted(counts.to_pylist(), key=lambda c: (-c["counts"], c["values"]))[:MOST_VALUES]
    for one in ranked:
        holds = np.asarray(pc.fill_null(pc.equal(values, one["values"]), False), bool)
        result.append(Clause(name, f"{name} = {one['values'][:80]}", holds))
    return result
