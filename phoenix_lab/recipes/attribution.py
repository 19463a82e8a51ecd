"""`Attribution`: why a mean is another than in the reference, by the groups of a column or the clusters of a map."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.recipes import embedding_map, performance
from phoenix_lab.recipes.likeness import likeness
from phoenix_lab.recipes.models import Attribution, Performance
from phoenix_lab.recipes.output import Output, Progress, RecipeError, silent
from phoenix_lab.recipes.pairing import pair_rows
from phoenix_lab.recipes.performance_clusters import Clusters, map_of
from phoenix_lab.recipes.performance_segments import SEGMENTS, segments
from phoenix_lab.recipes.read_predictions import read
from phoenix_lab.recipes.row_number import row_number
from phoenix_lab.recipes.sets import described, joined, units_of, wanted
from phoenix_lab.stats.attribution import Grouped, Part, attribute

PARTS = ("mix", "within")
TABLE = pa.schema(
    [
        *SEGMENTS,
        ("n_reference", pa.int64()),
        ("n_primary", pa.int64()),
        ("reference", pa.float64()),
        ("primary", pa.float64()),
        *((f"{part}{end}", pa.float64()) for part in PARTS for end in ("", "_lower", "_upper")),
    ]
)


def needs(
    recipe: Attribution, primary: Iterable[ColumnInfo], reference: Iterable[ColumnInfo] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns to read of both sets."""
    own, other = tuple(primary), None if reference is None else tuple(reference)
    by = recipe.by if isinstance(recipe.by, str) else None
    parts = [wanted([by, recipe.column, recipe.unit], own, other)]
    if recipe.metric == "error":
        parts.append(performance.needs(recipe.predictions or Performance(), own, other))
    mapped = map_of(recipe, own)
    if mapped is not None:
        parts.append(embedding_map.needs(mapped, own, other))
    return joined(*parts)


def compute(
    recipe: Attribution,
    primary: Frame,
    reference: Frame | None = None,
    progress: Progress = silent,
    *,
    clusters: Clusters | None = None,
) -> Output:
    """Split the change by group; `clusters` are those of the recipe's map."""
    progress("Attribution", 0.0)
    if reference is None:
        raise RecipeError("a change needs a reference to be one from")
    units = units_of(recipe.unit, primary, reference)
    mapped = map_of(recipe, primary.columns)
    if recipe.metric == "drift" and mapped is not None:
        number = likeness(mapped.embedding, primary, reference, units)
    else:
        number = row_number(recipe, primary, reference)
    if clusters is not None:
        found, left_out = clusters.segments()
    elif isinstance(recipe.by, str):
        found, left_out = segments(recipe.by, primary, reference)
    else:
        raise RecipeError("the map has no clusters")
    ends = (0, primary.n_rows, primary.n_rows + reference.n_rows)
    pairs = _pairs(recipe, primary, reference) if units is None else None
    codes = pairs or ((None, None) if units is None else (units.primary, units.reference))
    sides = []
    for k in (0, 1):
        y = number.y[ends[k] : ends[k + 1]]
        group = np.full(len(y), len(found))
        for i, (_, rows) in enumerate(found):
            group[rows[k]] = i
        has, unit = np.isfinite(y), codes[k]
        sides.append(Grouped(y[has], group[has], None if unit is None else unit[has], paired=pairs is not None))
    progress("Attribution", 0.3)
    apart = next((i for i, (fields, _) in enumerate(found) if fields["kind"] == "missing"), len(found))
    split = attribute(sides[1], sides[0], len(found) + 1, apart if recipe.metric == "drift" else None)
    if split is None:
        raise RecipeError(f"there is no {number.label} in one of the sets")
    named = [*(fields for fields, _ in found), {"segment": "others", "kind": "rest"}]
    sizes = [abs(mix.value + within.value) for mix, within in zip(split.mix_of, split.within_of, strict=True)]
    table = [
        {
            **named[i],
            **_of_side("reference", sides[1], i),
            **_of_side("primary", sides[0], i),
            **_ends("mix", split.mix_of[i]),
            **_ends("within", split.within_of[i]),
        }
        for i in sorted(range(len(named)), key=lambda i: -sizes[i])
        if any((side.group == i).any() for side in sides)
    ]
    meta = {
        "metric": number.label,
        "share": number.share,
        "by": recipe.by if isinstance(recipe.by, str) else recipe.by.embedding,
        **{name: float(side.y.mean()) for name, side in (("value_primary", sides[0]), ("value_reference", sides[1]))},
        **_ends("total", split.total),
        **_ends("mix", split.mix),
        **_ends("within", split.within),
        **({} if split.apart is None else _ends("missing", split.apart)),
        "left_out": left_out,
        "unit": None if units is None else units.meta,
        "primary": described(primary),
        "reference": described(reference),
    }
    progress("Attribution", 1.0)
    return Output(pa.Table.from_pylist(table, schema=TABLE), {}, meta)


def _pairs(recipe: Attribution, primary: Frame, reference: Frame) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """Return the numbers of rows that both sets have, as `Performance` pairs them; None where it does not."""
    if recipe.metric != "error":
        return None
    judged = recipe.predictions or Performance()
    found, _ = pair_rows(judged, read(judged, primary, reference, None), primary, reference, by_unit=None)
    mine, theirs = found.primary.pair, None if found.reference is None else found.reference.pair
    return None if mine is None or theirs is None else (mine, theirs)


def _of_side(name: str, side: Grouped, group: int) -> dict[str, float | int | None]:
    mine: NDArray[np.float64] = side.y[side.group == group]
    return {f"n_{name}": len(mine), name: float(mine.mean()) if len(mine) else None}


def _ends(name: str, part: Part) -> dict[str, float | None]:
    return {name: part.value, f"{name}_lower": part.lower, f"{name}_upper": part.upper}
