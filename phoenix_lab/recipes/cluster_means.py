"""`ClusterMeans`: the mean of a column in each cluster of a map, beside all other rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.profiles.columns import numbers
from phoenix_lab.recipes import embedding_map
from phoenix_lab.recipes.models import ClusterMeans
from phoenix_lab.recipes.output import Output, Progress, RecipeError, silent
from phoenix_lab.recipes.performance_clusters import NOISE, Clusters
from phoenix_lab.recipes.sets import described, joined, known, units_of, wanted
from phoenix_lab.stats.estimates import Estimate, change, mean, share
from phoenix_lab.stats.multiplicity import holm

if TYPE_CHECKING:
    from phoenix_lab.recipes.cohort import Cohort

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

TABLE = pa.schema(
    [
        ("cluster", pa.int32()),
        ("name", pa.string()),
        ("n_primary", pa.int64()),
        *((name, pa.float64()) for name in ("primary", "lower", "upper")),
        ("n_others", pa.int64()),
        *((name, pa.float64()) for name in ("others", "others_lower", "others_upper")),
        *((name, pa.float64()) for name in ("difference", "difference_lower", "difference_upper", "p_value")),
        ("n_reference", pa.int64()),
        *((name, pa.float64()) for name in ("reference", "reference_lower", "reference_upper")),
        ("p_adjusted", pa.float64()),
    ]
)


def needs(
    recipe: ClusterMeans, primary: Iterable[ColumnInfo], reference: Iterable[ColumnInfo] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns to read of both sets: those of the map, and the one that is averaged."""
    own, other = tuple(primary), None if reference is None else tuple(reference)
    return joined(embedding_map.needs(recipe.map, own, other), wanted([recipe.column], own, other))


def compute(
    recipe: ClusterMeans,
    primary: Frame,
    reference: Frame | None = None,
    progress: Progress = silent,
    *,
    mapped: Output,
    among: Cohort | None = None,
) -> Output:
    """Average the column in the clusters of `mapped`, the answer to the recipe's map; over the rows `among` them.

    Raises
    ------
    RecipeError
        The primary set lacks the column, or it holds nothing that has a mean or a share.
    """
    progress("means", 0.0)
    known(primary, recipe.column)
    frames = [primary]
    if reference is not None and recipe.column in reference.table.column_names:
        frames.append(reference)
    value, is_share, sides = _numbers(recipe, frames)
    units = units_of(recipe.map.unit, primary, reference)
    clusters = Clusters.of_map(mapped, primary.n_rows, 0 if reference is None else reference.n_rows)
    masks = [None, None] if among is None else [among.primary, among.reference]
    parts = [
        _Side(y, group, mask, codes, is_share)
        for y, group, mask, codes in zip(
            sides,
            (clusters.primary, clusters.reference),
            masks,
            units.codes[::-1] if units else (None, None),
            strict=False,
        )
    ]
    groups = [*zip(clusters.numbers, clusters.names, strict=True), (NOISE, None)]
    rows = []
    for k, name in groups:
        mine, others = parts[0].of(k), parts[0].of(k, invert=True)
        theirs = parts[1].of(k) if len(parts) > 1 else None
        if not mine.n and not (theirs and theirs.n):
            continue
        found = change(others, mine)
        rows.append(
            {
                "cluster": k,
                "name": name,
                **_told(mine, "n_primary", ("primary", "lower", "upper")),
                **_told(others, "n_others", ("others", "others_lower", "others_upper")),
                "difference": found.value,
                "difference_lower": found.lower,
                "difference_upper": found.upper,
                "p_value": found.p_value,
                **_told(theirs, "n_reference", ("reference", "reference_lower", "reference_upper")),
            }
        )
    for row, p in zip(rows, holm([row["p_value"] for row in rows]), strict=True):
        row["p_adjusted"] = p
    progress("means", 1.0)
    meta = {
        "column": recipe.column,
        "value": value,
        "share": is_share,
        "adjusted": f"Holm over {len(rows)} clusters",
        "unit": None if units is None else units.meta,
        "primary": described(primary),
        "reference": described(reference),
    }
    return Output(pa.Table.from_pylist(rows, schema=TABLE), {}, meta)


class _Side:
    """The values of one set that are there, and the cluster of each."""

    def __init__(self, y: Floats, group: Ints, among: Bools | None, codes: Ints | None, is_share: bool) -> None:
        there = np.isfinite(y) & (group >= NOISE)
        if among is not None:
            there &= among
        self._y, self._group = y[there], group[there]
        self._codes = None if codes is None else codes[there]
        self._is_share = is_share

    def of(self, cluster: int, *, invert: bool = False) -> Estimate:
        rows = (self._group == cluster) != invert
        if self._is_share:
            return share("share", self._y > 0, rows, self._codes)
        return mean("mean", self._y[rows], None if self._codes is None else self._codes[rows])


def _told(one: Estimate | None, n: str, names: tuple[str, str, str]) -> dict[str, Any]:
    if one is None:
        return {n: None, **dict.fromkeys(names)}
    return {n: one.n, **dict(zip(names, (one.value, one.lower, one.upper), strict=True))}


def _numbers(recipe: ClusterMeans, frames: list[Frame]) -> tuple[str | None, bool, list[Floats]]:
    """Return the value whose share it is, whether it is a share, and a number of each row of each set, NaN where there is none."""
    column = recipe.column
    kinds = {known(frame, column).kind for frame in frames}
    if recipe.value is None and kinds <= {"number", "boolean"}:
        found = []
        for frame in frames:
            x = numbers(frame.table.column(column), column)
            y = np.full(frame.n_rows, np.nan)
            y[x.present] = x.values.astype(np.float64)
            found.append(np.where(np.isfinite(y), y, np.nan))
        values = np.concatenate(found)
        return None, bool(np.isin(values[np.isfinite(values)], (0.0, 1.0)).all()), found
    if not kinds <= {"category", "boolean", "number", "text"}:
        raise RecipeError(f'"{column}" holds nothing that has a mean or a share')
    texts = [frame.table.column(column).cast(pa.string()) for frame in frames]
    value = recipe.value
    if value is None:
        counts = sorted(
            ((one["counts"], one["values"]) for one in pc.value_counts(texts[0].drop_null()).to_pylist()),
            key=lambda one: (-one[0], one[1]),
        )
        if not counts:
            raise RecipeError(f'"{column}" of {frames[0].name} has no values')
        value = counts[min(1, len(counts) - 1)][1]
    elif not any(pc.any(pc.equal(text, value)).as_py() for text in texts):
        raise RecipeError(f'"{column}" is nowhere "{value}"')
    return (
        value,
        True,
        [np.asarray(pc.cast(pc.equal(text, value), pa.float64()).to_numpy(), dtype=np.float64) for text in texts],
    )
