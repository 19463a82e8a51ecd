"""What two sets were compared by: the answers of the recipes as candidates, family by family."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from phoenix_lab.findings.candidate import Candidate, Family, View
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.recipes.conditions import (
    Condition,
    InCluster,
    Length,
    Missing,
    Range,
    Repeated,
    Values,
    as_number,
    as_value,
)
from phoenix_lab.recipes.models import Distribution, EmbeddingMap, Performance
from phoenix_lab.recipes.output import Output
from phoenix_lab.recipes.quality import LIMIT as SHARE
from phoenix_lab.stats.multiplicity import benjamini_hochberg

NOVEL = frozenset({"above", "below", "new", "gone", "constant"})
SCHEMA = frozenset({"type", "only_primary", "only_reference", "unreadable"})
SOLE = frozenset({"only_primary", "only_reference"})
UNSAID = frozenset({"shared"})
"""Facts that no finding is made of: that rows of two sets are the same may be what the sets are for."""


def corrected(name: str, found: Iterable[Candidate], more: int = 0) -> Family:
    """Correct candidates among one another (Benjamini-Hochberg), and `more` tests that found nothing."""
    members = list(found)
    adjusted = benjamini_hochberg([*(c.p for c in members), *([1.0] * more)])
    return Family(
        name,
        [replace(c, p=p) for c, p in zip(members, adjusted, strict=False)],
        sum(p is not None for p in adjusted),
    )


def other_units(summary: Output, quality: Output) -> str | None:
    """Return the unit of independence, given or likely, where the sets share none of it: that its values are others is how the sets were made."""
    correlated = summary.meta["correlated"]
    unit = summary.meta["unit"] or (None if correlated is None else correlated["column"])
    apart = any(
        row["column"] == unit and row["check"] == "new" and row["count_primary"] == row["rows_primary"]
        for row in quality.table.to_pylist()
    )
    return unit if apart else None


def columns(
    summary: Output, texts: Mapping[Distribution, Output], limit: float, *, besides: str | None = None
) -> Family:
    """Read which columns drifted, vectors and the length of texts behind them among them, all `besides` one."""
    found = []
    for row in summary.table.to_pylist():
        if row["p_value"] is None or row["column"] == besides:
            continue
        vector = row["kind"] == "vector"
        found.append(
            _drift(
                "embedding" if vector else "drift", row["column"], row, limit, (row["n_primary"], row["n_reference"])
            )
        )
    for recipe, output in texts.items():
        sides = {side["set"]: side for side in output.parts["values"].to_pylist()}
        if output.meta["p_value"] is None or len(sides) < 2:
            continue
        told = {
            "kind": "text",
            **{f"{name}_{side}": of[key] for side, of in sides.items() for name, key in (("median", "q50"),)},
            **{key: output.meta[key] for key in ("estimate", "lower", "upper", "p_value")},
        }
        one = _drift("drift", recipe.column, told, limit, (sides["primary"]["n"], sides["reference"]["n"]))
        found.append(replace(one, where=_of_length(recipe.column, output)))
    return corrected("columns", found)


def _of_length(column: str, output: Output) -> tuple[Condition, ...]:
    """Return which texts there are more of: of lengths next to one another, around those that became most frequent."""
    bins = output.table.to_pylist()
    more = [(b["primary_share"] or 0.0) - (b["reference_share"] or 0.0) for b in bins]
    if not more or max(more) <= 0:
        return ()
    first = last = more.index(max(more))
    while first > 0 and more[first - 1] > 0:
        first -= 1
    while last + 1 < len(more) and more[last + 1] > 0:
        last += 1
    # An atom is one length: the next bin starts above it.
    low = bins[first]["low"]
    high = bins[last]["high"] if bins[last]["kind"] != "atom" else int(bins[last]["low"]) + 1
    if low is None and high is None:
        return ()
    return (Length(column, None if low is None else int(float(low)), None if high is None else math.ceil(float(high))),)


def _drift(kind: Any, column: str, row: Mapping[str, Any], limit: float, counts: tuple[int, int]) -> Candidate:
    return Candidate(
        kind,
        column,
        View("column", column),
        row,
        "psi",
        row["estimate"],
        row["lower"],
        row["upper"],
        limit,
        row["p_value"],
        n_primary=counts[0],
        n_reference=counts[1],
    )


def checks(quality: Output, *, besides: str | None = None, among: tuple[Condition, ...] = ()) -> Family:
    """Read what is wrong with the values of the rows `among` all; checks that found nothing were tests, too. Which values the column `besides` has is no matter."""
    found = []
    rows = quality.table.to_pylist()
    sole = Counter(row["check"] for row in rows if row["check"] in SOLE)
    for row in rows:
        check = row["check"]
        certain = check in SCHEMA and row["status"] == "changed"
        if check in SOLE:
            # Of many columns that only one set has the first one speaks: as many findings would hide all others.
            others, sole[check] = sole[check] - 1, 0
            if others < 0:
                continue
            row["others"] = others
        if check in UNSAID or (row["p_value"] is None and not certain):
            continue
        if row["column"] == besides and check in {"new", "gone"}:
            continue
        found.append(
            Candidate(
                "quality",
                row["column"],
                View("quality", None if row.get("others") else row["column"]),
                row,
                "points",
                row["difference"],
                row["lower"],
                row["upper"],
                SHARE,
                row["p_value"],
                novel=check in NOVEL,
                certain=certain,
                n_primary=row["rows_primary"],
                n_reference=row["rows_reference"],
                where=condition_of(row, among),
            )
        )
    more = quality.meta["n_tests"] - sum(row["p_value"] is not None for row in rows)
    return corrected("quality", found, more)


def condition_of(row: Mapping[str, Any], among: tuple[Condition, ...] = ()) -> tuple[Condition, ...]:
    """Return the conditions that the rows of a check meet, of those `among` all; none where nothing says it."""
    column, check = row["column"], row["check"]
    if check == "repeated" and (row["values"] or column is not None):
        again = Repeated(tuple(row["values"]) if column is None else (column,), among=among)
        # What is missing repeats nothing, in a column by itself.
        return (again,) if column is None else (again, Missing(column, negated=True))
    if column is None:
        return ()
    if check == "missing":
        return (Missing(column),)
    if check in {"above", "below"} and (row["low"] is not None or row["high"] is not None):
        return (Range(column, as_number(row["low"]), as_number(row["high"]), "primary"),)
    values = tuple(as_number(value) if row["kind"] == "number" else value for value in row["values"] or ())
    if check in {"new", "gone"} and values:
        return (Values(column, values, set="primary" if check == "new" else "reference"),)
    if check in {"stuck", "stand_in", "spelling", "date_form"} and values:
        return (Values(column, values),)
    return ()


def clusters(recipe: EmbeddingMap, mapped: Output) -> Family:
    """Read which clusters of a map changed their share; p is adjusted over them by the maximum."""
    found = []
    for row in mapped.parts["clusters"].to_pylist():
        if row["p_adjusted"] is None:
            continue
        found.append(
            Candidate(
                "cluster",
                recipe.embedding,
                View("column", recipe.embedding, cluster=row["cluster"]),
                {**row, "raw_data": mapped.meta.get("raw_data")},
                "points",
                row["difference"],
                row["difference_lower"],
                row["difference_upper"],
                SHARE,
                row["p_adjusted"],
                where=(InCluster(EmbeddingMap(recipe.embedding, unit=recipe.unit), row["cluster"]),),
            )
        )
    total = [sum(c.facts[f"n_{side}"] for c in found) for side in ("primary", "reference")]
    counted = [replace(c, n_primary=total[0], n_reference=total[1]) for c in found]
    return Family(f"clusters of {recipe.embedding}", counted, len(counted))


def metrics(performance: Output) -> Family:
    """Read which numbers of the predictions changed."""
    found = []
    for row in performance.table.to_pylist():
        if row["p_value"] is not None:
            view = View("performance")
            found.append(_change("performance", row, row, view=view, limit=row["limit"]))
    return corrected("predictions", found)


def segments(found: Sequence[tuple[Performance, Output]], columns: Iterable[ColumnInfo]) -> Family:
    """Read in which groups of rows, by which of the columns, the predictions changed, of all groupings together."""
    candidates = []
    known = {column.name: column for column in columns}
    for recipe, output in found:
        by = output.meta["segment"]
        whole = next((row for row in output.table.to_pylist() if by and row["metric"] == by["metric"]), None)
        if whole is None or by is None:
            continue
        for row in output.parts["segments"].to_pylist():
            where = _of_segment(recipe, row, known)
            if row["p_value"] is None or where is None:
                continue
            share = row["n_primary"] / max(1, whole["n_primary"])
            cluster = row["cluster"] if by["clusters"] else None
            view = View("performance", segment=by["column"], cluster=cluster)
            one = _change("segment", {**row, "column": by["column"]}, whole, view=view, limit=by["limit"])
            if _like(row, whole):
                # It was a test, but says nothing that the change of all rows does not say.
                one = replace(one, upper=None, lower=None)
            candidates.append(replace(one, where=where, effect=by["metric"], support=share))
    return corrected("segments", candidates)


def _change(kind: Any, row: Mapping[str, Any], of: Mapping[str, Any], *, view: View, limit: float | None) -> Candidate:
    """Read a change of the metric `of`, of all rows or of some."""
    good = of["good"]
    before, now = row["value_reference"], row["value_primary"]
    better = abs(now) < abs(before) if good == "zero" else (now > before) == (good == "high")
    return Candidate(
        kind,
        row.get("column"),
        view,
        {**row, "label": of["label"]},
        row.get("metric", ""),
        row["difference"],
        row["difference_lower"],
        row["difference_upper"],
        limit or 0.0,
        row["p_value"],
        gain=better,
        n_primary=row["n_primary"],
        n_reference=row["n_reference"],
    )


def _like(row: Mapping[str, Any], whole: Mapping[str, Any]) -> bool:
    """Tell whether a group changed no more than all rows did: the intervals of the two changes meet, or the whole's is the larger."""
    ends = [row["difference_lower"], row["difference_upper"], whole["difference_lower"], whole["difference_upper"]]
    if any(end is None for end in ends):
        return False
    low, high, least, most = ends
    return not (high < least or low > most) or abs(row["difference"]) <= abs(whole["difference"])


def _of_segment(
    recipe: Performance, row: Mapping[str, Any], columns: Mapping[str, ColumnInfo]
) -> tuple[Condition, ...] | None:
    segment = recipe.segment
    if isinstance(segment, EmbeddingMap):
        return None if row["cluster"] is None else (InCluster(segment, row["cluster"]),)
    if segment is None:
        return None
    if row["kind"] == "missing":
        return (Missing(segment),)
    if row["kind"] == "range":
        low, high = as_number(row["low"]), as_number(row["high"])
        return None if low is None and high is None else (Range(segment, low, high),)
    column = columns[segment]
    value = as_number(row["low"]) if row["kind"] == "atom" else as_value(row["segment"], column.kind, column.dtype)
    return (Values(segment, (value,)),)
