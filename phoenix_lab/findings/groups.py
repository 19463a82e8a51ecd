"""Groups of rows in which something changed that did not change elsewhere: a fault in one site's rows hardly moves the whole column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.findings.candidate import Candidate, Family, View
from phoenix_lab.findings.pair import corrected
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.recipes.changed_share import changed_share
from phoenix_lab.recipes.cohort import Cohort
from phoenix_lab.recipes.conditions import Condition, InCluster, Missing, Not, Values, as_value
from phoenix_lab.recipes.models import EmbeddingMap, Findings, Summary, parse_conditions
from phoenix_lab.recipes.output import Output
from phoenix_lab.recipes.quality import LIMIT as SHARE
from phoenix_lab.recipes.sets import Units
from phoenix_lab.stats.verdict import ALPHA

FEWEST = 50
"""Rows of a group in each set, at least: of fewer neither a drift nor its absence can be told."""
CONSEQUENCE = 0.25
"""How many times what matters, times the share of the rows that it is in, a change within a group is worth telling: in frames of different
months every group differs a little."""
LOOSE = 0.5
"""Part of that which the first look has to find: it bins a little differently."""
MOST_OF_COLUMN = 3
"""Groups that a column's change is told of, those in which it weighs most."""
LARGEST = 0.9
"""Share of the rows above which a group is nearly all of them."""
MOST = 40
"""Groups that are looked into, those with most rows."""
MOST_COLUMNS = 50
"""Columns that are looked at in each group, the first ones."""


@dataclass(frozen=True)
class Group:
    """Rows that have one value, or are in one cluster.

    Parameters
    ----------
    of
        The column or embedding.
    name
        The value, or the cluster's name.
    condition
        The same as a recipe takes it.
    n
        Rows of the set that has fewer of them.
    share
        Share of the primary rows.
    """

    of: str
    name: str
    condition: Condition
    n: int
    share: float


def groups(
    recipe: Findings, columns: Iterable[ColumnInfo], summary: Output, maps: Mapping[EmbeddingMap, Output]
) -> list[Group]:
    """Return the groups that are large enough in both sets, the largest first."""
    usual = {c.name: c for c in columns if c.role in {"feature", "tag"} and c.kind in {"category", "boolean"}}
    found = []
    for row in summary.table.to_pylist():
        labels = row["spark_labels"]
        if row["column"] not in usual.keys() - {recipe.unit} or not labels or row["spark_reference"] is None:
            continue
        if len(labels) > 1 and labels[-1].endswith(" others"):
            labels = labels[:-1]
        for label, n, m in zip(labels, row["spark_primary"], row["spark_reference"], strict=False):
            share = n / max(1, row["n_primary"])
            if min(n, m) >= FEWEST and max(share, m / max(1, row["n_reference"])) <= LARGEST:
                column = usual[row["column"]]
                value = as_value(label, column.kind, column.dtype)
                found.append(Group(column.name, label, Values(column.name, (value,)), min(n, m), share))
    for map_, output in maps.items():
        for row in output.parts["clusters"].to_pylist():
            n, m = row["n_primary"], row["n_reference"]
            if row["cluster"] < 0 or not n or not m or min(n, m) < FEWEST:
                continue
            if max(row["share_primary"], row["share_reference"]) <= LARGEST:
                cluster = InCluster(EmbeddingMap(map_.embedding, unit=recipe.unit), row["cluster"])
                found.append(Group(map_.embedding, row["name"], cluster, min(n, m), row["share_primary"]))
    return sorted(found, key=lambda one: -one.n)[:MOST]


def columns_of(summary: Output) -> list[str]:
    """Return the columns that were compared and can be within a group without reading vectors."""
    rows = summary.table.to_pylist()
    return [row["column"] for row in rows if row["p_value"] is not None and row["kind"] != "vector"]


def question(recipe: Findings, group: Group, columns: Sequence[str]) -> Summary:
    """Return what is asked of a group."""
    return Summary(tuple(columns), unit=recipe.unit, where=(*recipe.where, group.condition))


def is_promising(recipe: Findings, group: Group, change: tuple[float, float]) -> bool:
    """Tell whether what the first look found in a group could be worth telling, once it is known exactly."""
    psi, missing = change
    times = max(psi / max(recipe.limit, 1e-9), abs(missing) / SHARE)
    return times * group.share >= LOOSE * CONSEQUENCE


def elsewhere(recipe: Findings, candidate: Candidate) -> Summary:
    """Return what is asked of the rows that a group does not have."""
    rest = Not(candidate.where[0])
    return Summary((str(candidate.about),), unit=recipe.unit, where=(*recipe.where, rest))


def changes(recipe: Findings, whole: Output, answers: Mapping[Group, Output], more: int) -> Family:
    """Read which columns changed within a group by more than they did over all rows, in their values or in how many lack one; `more` were looked at and not asked about."""
    over_all = {row["column"]: row for row in whole.table.to_pylist()}
    found: list[Candidate] = []
    for group, output in answers.items():
        for row in output.table.to_pylist():
            found += _of_column(recipe, group, row, over_all[row["column"]])
    if not found and more:
        # A family in which nothing was worth asking for was looked at all the same.
        found, more = [Candidate("within", None, View("overview"), p=1.0)], more - 1
    return corrected("groups of rows", found, more)


def _of_column(recipe: Findings, group: Group, row: Mapping[str, Any], whole: Mapping[str, Any]) -> Iterable[Candidate]:
    where = (group.condition,)
    view = View("column", row["column"], cohort=(*recipe.where, *where))
    common: Any = {
        "n_primary": row["n_primary"] + row["missing_primary"],
        "n_reference": row["n_reference"] + row["missing_reference"],
        "support": group.share,
    }
    facts = {**row, "group": group}
    if row["p_value"] is not None:
        drift = Candidate(
            "within", row["column"], view, {**facts, "check": "drift"}, "psi", p=row["p_value"], where=where, **common
        )
        ends = row["lower"], row["upper"], whole["upper"]
        drift = replace(drift, estimate=row["estimate"], limit=recipe.limit)
        # It was a test, but says nothing that the column as a whole does not say.
        beyond = None not in ends and ends[0] > ends[2]
        yield replace(drift, lower=row["lower"], upper=row["upper"]) if beyond else drift
    if row["missing_p_adjusted"] is not None:
        told = Candidate(
            "within",
            row["column"],
            view,
            {**facts, "check": "missing"},
            "points",
            row["missing_difference"],
            limit=SHARE,
            p=row["missing_p_adjusted"],
            where=(*where, Missing(row["column"])),
            **common,
        )
        low, high = row["missing_lower"], row["missing_upper"]
        least, most = whole["missing_lower"], whole["missing_upper"]
        if None not in (low, high, least, most) and (low > most or high < least):
            told = replace(told, lower=low, upper=high)
        yield told


def matters(candidate: Candidate) -> bool:
    """Tell whether a change within a group is large enough for how few rows it may be in."""
    return candidate.weight >= CONSEQUENCE


def is_own(candidate: Candidate, rest: Output) -> bool:
    """Tell whether a column changed in a group and not, by as much as matters, in the other rows: else the group is not what it is about."""
    row = rest.table.to_pylist()[0]
    if candidate.facts["check"] == "missing":
        p, size, limit = row["missing_p_adjusted"], row["missing_difference"], SHARE
    else:
        p, size, limit = row["p_value"], row["estimate"], candidate.limit
    return p is None or p >= ALPHA or abs(size or 0.0) <= limit


def slices(recipe: Findings, output: Output) -> Family:
    """Read of which rows, by two conditions that tell more than either alone, there are more than in the reference."""
    found = []
    for row in output.table.to_pylist():
        where = parse_conditions(row["where"])
        if len(where) < 2:
            continue  # the column's own drift
        found.append(
            Candidate(
                "slice",
                None,
                View("overview", cohort=(*recipe.where, *where)),
                row,
                "points",
                row["difference"],
                row["lower"],
                row["upper"],
                SHARE,
                row["p_adjusted"],
                where=where,
            )
        )
    return Family("slices", found, output.meta["judged"])


def beyond_each(candidate: Candidate, rows: Cohort, each: Sequence[Cohort]) -> Candidate | None:
    """Weigh a slice by what its conditions did together: what each did by itself is its own column's drift.

    Were they as they were towards one another, its share would have grown as many times as theirs did, multiplied.

    Parameters
    ----------
    candidate
        The slice.
    rows, each
        Which rows meet all of its conditions, and which each of them.
    """
    before, now = _share(rows.reference), _share(rows.primary)
    expected = before
    for one in each:
        expected *= _share(one.primary) / max(_share(one.reference), 1e-9)
    together = (now - min(1.0, expected)) / (now - before) if now != before else 0.0
    part = float(np.clip(together, 0.0, 1.0))
    return replace(candidate, support=part) if candidate.least * part > candidate.limit else None


def of_all_rows(candidate: Candidate, rows: Cohort, units: Units | None) -> Candidate:
    """Tell the shares of all rows, as a person counts them, where those of the half that judged were told; p stays that half's."""
    if rows.reference is None:
        return candidate
    change = changed_share("slice", rows.reference, rows.primary, units)
    return replace(
        candidate,
        facts={**candidate.facts, "outside": _share(rows.reference), "inside": _share(rows.primary)},
        estimate=change.value,
        lower=change.lower,
        upper=change.upper,
        n_primary=int(rows.primary.sum()),
        n_reference=int(rows.reference.sum()),
    )


def _share(rows: NDArray[np.bool_] | None) -> float:
    return float(rows.mean()) if rows is not None and len(rows) else 0.0
