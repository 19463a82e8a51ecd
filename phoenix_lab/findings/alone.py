"""What stands out in a frame that nothing is compared with: counts, which no test belongs to."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.findings.candidate import Candidate, Family, View
from phoenix_lab.findings.pair import condition_of
from phoenix_lab.inferences.frame import Frame
from phoenix_lab.recipes.conditions import Condition, InCluster
from phoenix_lab.recipes.models import EmbeddingMap, Findings, parse_conditions
from phoenix_lab.recipes.output import Output
from phoenix_lab.recipes.quality import LIMIT as SHARE
from phoenix_lab.stats.proportions import wilson

MISSING = 0.05
"""So many missing values are worth a sentence: some are in most columns."""
SOLE = frozenset(
    {
        "missing",
        "empty",
        "stand_in",
        "infinite",
        "zero",
        "repeated",
        "constant",
        "stuck",
        "spelling",
        "date_form",
        "unreadable",
    }
)

NEAR = 10
"""Nearest rows whose labels are looked at."""
AGREED = 9
"""So many of them have to share a label for another one among them to be in conflict."""

WORSE = 0.1
"""By which part of what errors are elsewhere they have to be more in a group."""

SMALL = 0.05
"""A group of more than this share of the rows is no outlier."""
APART = 2.0
"""How many times as far as rows usually have to their neighbours an outlying group is from all others."""
LOOKED_AT = 50


def checks(quality: Output, among: tuple[Condition, ...] = ()) -> Family:
    """Read what is wrong with the values of the rows `among` all."""
    found = []
    for row in quality.table.to_pylist():
        check, count, n = row["check"], row["count_primary"], row["rows_primary"]
        if check not in SOLE:
            continue
        limit = MISSING if check == "missing" else SHARE
        found.append(
            _counted(
                "quality",
                row["column"],
                View("quality", row["column"]),
                (count or 0, n or 0),
                limit,
                facts=row,
                where=condition_of(row, among),
                certain=check in {"constant", "unreadable"},
            )
        )
    return Family("quality", found, int(quality.meta["n_checks"]))


def worst(recipe: Findings, slices: Output) -> Family:
    """Read in which groups of rows the predictions are wrong most."""
    found = []
    for row in slices.table.to_pylist():
        where = parse_conditions(row["where"])
        found.append(
            Candidate(
                "slice",
                None,
                View("performance", cohort=(*recipe.where, *where)),
                {**row, "label": slices.meta["metric"], "share": slices.meta["share"]},
                "points" if slices.meta["share"] else "mae",
                row["difference"],
                row["lower"],
                row["upper"],
                WORSE * abs(row["outside"] or 0.0),
                row["p_adjusted"],
                n_primary=row["n"],
                where=where,
                support=row["n"] / max(1, slices.meta["n"]),
            )
        )
    return Family("slices", found, int(slices.meta["judged"]))


def outlying(recipe: EmbeddingMap, mapped: Output, X: NDArray[np.float32], usual: NDArray[np.float32]) -> Family:
    """Find small clusters that are far from all other rows.

    Parameters
    ----------
    recipe, mapped
        The map and its answer.
    X
        The vectors of its points, shape (points, dimensions).
    usual
        How far each point is from its nearest rows, shape (points,).
    """
    label = mapped.table.column("cluster").to_numpy()
    n, typical = len(label), float(np.median(usual)) if len(usual) else 0.0
    found = []
    rows = [row for row in mapped.parts["clusters"].to_pylist() if row["cluster"] >= 0]
    for row in rows:
        inside = np.flatnonzero(label == row["cluster"])
        if len(inside) == 0 or len(inside) > SMALL * n or typical <= 0:
            continue
        some = X[inside[np.linspace(0, len(inside) - 1, min(LOOKED_AT, len(inside))).astype(np.int64)]]
        others = X[label != row["cluster"]]
        squares = np.einsum("ij,ij->i", others, others)
        nearest = [float(np.min(squares - 2 * (others @ x) + x @ x)) for x in some]
        times = float(np.median(np.sqrt(np.maximum(nearest, 0)))) / typical
        if times >= APART:
            where = (InCluster(EmbeddingMap(recipe.embedding, unit=recipe.unit), row["cluster"]),)
            found.append(
                _counted(
                    "outlying",
                    recipe.embedding,
                    View("column", recipe.embedding, cluster=row["cluster"]),
                    (len(inside), n),
                    0.0,
                    facts={**row, "times": times},
                    where=where,
                )
            )
    return Family(f"outlying groups of {recipe.embedding}", found, len(rows))


def conflicts(recipe: EmbeddingMap, mapped: Output, near: NDArray[np.int32], frame: Frame) -> Family | None:
    """Find rows that carry another label than nearly all of their nearest rows; None where nothing says what the labels are.

    Parameters
    ----------
    recipe, mapped
        The map and its answer.
    near
        The nearest points of each point, shape (points, `NEAR`).
    frame
        The set.
    """
    column = frame.with_role("actual_label")
    if column is None or column.name not in frame.table.column_names:
        return None
    row = mapped.table.column("row").to_numpy()
    values = frame.table.column(column.name).combine_chunks()
    if isinstance(values, pa.ChunkedArray):
        values = values.chunk(0)
    encoded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)[row].astype(np.int64)
    names = [str(name) for name in encoded.dictionary.to_pylist()]
    around = np.sort(codes[near[:, :NEAR]], axis=1)
    common = around[:, around.shape[1] // 2]  # whoever has nine of ten stands in the middle, too
    agreed = (around == common[:, None]).sum(axis=1) >= AGREED
    odd = agreed & (codes >= 0) & (common >= 0) & (codes != common)
    known = int(((codes >= 0) & (common >= 0)).sum())
    example = np.flatnonzero(odd)[:1]
    facts = {
        "column": column.name,
        "embedding": recipe.embedding,
        "example": [(names[codes[i]], names[common[i]]) for i in example],
    }
    one = _counted(
        "labels",
        column.name,
        View("column", recipe.embedding),
        (int(odd.sum()), known),
        SHARE,
        facts=facts,
        rows=np.sort(row[odd]),
    )
    return Family("labels", [one], 1)


def _counted(
    kind: Any, about: str | None, view: View, counted: tuple[int, int], limit: float, **more: Any
) -> Candidate:
    count, n = counted
    low, high = (float(end) for end in wilson(count, n)) if n else (None, None)
    share = count / n if n else None
    return Candidate(kind, about, view, more.pop("facts"), "share", share, low, high, limit, n_primary=n, **more)
