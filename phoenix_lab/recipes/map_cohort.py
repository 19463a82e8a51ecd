"""A map of some rows: at the places and in the clusters of the map of all rows, counted and tested anew."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from phoenix_lab.embeddings.vectors import UsableVectors, metric_for, usable
from phoenix_lab.inferences.frame import Frame
from phoenix_lab.recipes.cohort import Cohort
from phoenix_lab.recipes.embedding_map import drift_of, mean_of, of_picked, unit_of
from phoenix_lab.recipes.map_clusters import MapRows, clusters_table
from phoenix_lab.recipes.models import EmbeddingMap
from phoenix_lab.recipes.output import Output
from phoenix_lab.recipes.picked import picked
from phoenix_lab.recipes.sets import described, generator, units_of, within

_KEPT = ("name", "terms", "x", "y", "z", "stability", "n_corpus")
"""What a cluster is called and where, and its documents, whoever of it is looked at."""


def narrowed(recipe: EmbeddingMap, whole: Output, primary: Frame, reference: Frame | None, found: Cohort) -> Output:
    """Return the part of a map that is of a cohort.

    Points keep their place, their cluster and their row; clusters without a row of the cohort are left out, the others keep number and name.

    Parameters
    ----------
    recipe
        The question, whose window counts within the cohort.
    whole
        The map of all rows.
    primary, reference
        The sets, all rows of them.
    found
        The rows of the cohort.
    """
    name = recipe.embedding
    masks = [mask for mask in (found.reference, found.primary) if mask is not None]
    frames = tuple(frame for frame in (reference, primary) if frame is not None)
    row = whole.table.column("row").to_numpy()
    of_primary = np.asarray(pc.equal(whole.table.column("set").cast(pa.string()), "primary"), dtype=bool)
    chosen = (
        np.where(of_primary, *(mask[np.minimum(row, len(mask) - 1)] for mask in (masks[-1], masks[0])))
        if len(row)
        else np.zeros(0, dtype=bool)
    )
    points = whole.table.filter(pa.array(chosen))
    row, of_primary = row[chosen], of_primary[chosen]
    vectors = [_vectors(frame, name, mask) for frame, mask in zip(frames, masks, strict=True)]
    parts = [part for part in vectors if len(part.rows)]
    X = np.concatenate([part.X for part in parts]) if parts else np.empty((0, 0), np.float32)
    units = units_of(recipe.unit, primary, reference)
    inside = within(recipe.window, primary)
    counted = np.ones(len(row), dtype=bool)
    if inside is not None:
        counted[of_primary] = inside[row[of_primary]]
    rows = MapRows(
        frames=frames,
        row=row,
        is_primary=of_primary,
        counted=counted,
        units=None if units is None else np.where(of_primary, *unit_of(units, row, of_primary)),
        unit_name=recipe.unit,
    )
    label = points.column("cluster").to_numpy()
    here = np.unique(label[label >= 0])
    compact = np.where(label < 0, -1, np.searchsorted(here, label)).astype(np.int32)
    positions = np.column_stack(
        [points.column(axis).to_numpy() for axis in "xyz" if axis in points.column_names]
    ).astype(np.float32)
    rng = generator(name, str(recipe.seed))
    believed = {
        side: points.column(side).cast(pa.float32()).fill_null(np.nan).to_numpy().astype(np.float32)
        for side in ("kept", "within")
    }
    clusters, adjusted = clusters_table(rows, compact, positions, X, text=None, believed=believed, rng=rng)
    among = picked(recipe, primary.filter(found.primary))
    clusters, adjusted = of_picked(_as_on_the_whole(clusters, here, whole.parts["clusters"]), adjusted, among)
    first = primary.filter(found.primary)
    second = None if reference is None or found.reference is None else reference.filter(found.reference)
    units = units_of(recipe.unit, first, second)
    meta = {
        **whole.meta,
        "n_rows": len(row),
        "kept": mean_of(believed["kept"]),
        "noise_share": float((label < 0).mean()) if len(label) else None,
        "skipped": {
            "missing": sum(v.missing for v in vectors),
            "nonfinite": sum(v.nonfinite for v in vectors),
            "zero": sum(v.zero for v in vectors),
        },
        "drift": drift_of(name, first, second, units, within(recipe.window, first), among=among),
        "unit": None if units is None else units.meta,
        "adjusted": adjusted,
        "window": None if recipe.window is None else list(recipe.window),
        "primary": described(first),
        "reference": described(second),
    }
    return Output(points, {**whole.parts, "clusters": clusters}, meta)


def _vectors(frame: Frame, name: str, mask: np.ndarray) -> UsableVectors:
    column = frame.table.column(name)
    if pa.types.is_null(column.type):
        return UsableVectors(np.empty((0, 0), np.float32), np.empty(0, np.int64), int(mask.sum()), 0, 0)
    return usable(column.filter(pa.array(mask)), metric_for(column.type.list_size))


def _as_on_the_whole(clusters: pa.Table, here: np.ndarray, whole: pa.Table) -> pa.Table:
    """Give clusters their numbers, names and places."""
    numbers = [int(here[k]) if k >= 0 else -1 for k in clusters.column("cluster").to_pylist()]
    place = {k: i for i, k in enumerate(whole.column("cluster").to_pylist())}
    taken = whole.take(pa.array([place[k] for k in numbers], pa.int64()))
    for name in clusters.column_names:
        if name == "cluster":
            values = pa.array(numbers, pa.int32())
        elif name in _KEPT:
            values = taken.column(name)
        else:
            continue
        clusters = clusters.set_column(clusters.schema.get_field_index(name), clusters.schema.field(name), values)
    return clusters
