"""The map of an embedding, its clusters, and how their shares changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.embeddings.trust import K as TRUSTED
from phoenix_lab.embeddings.vectors import UsableVectors, VectorMetric, metric_for, usable
from phoenix_lab.inferences.fingerprint import fingerprint
from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.recipes.corpus import Documents, documents_on
from phoenix_lab.recipes.map_clusters import MapRows, clusters_table
from phoenix_lab.recipes.models import EmbeddingMap
from phoenix_lab.recipes.output import Output, Progress, RecipeError, silent
from phoenix_lab.recipes.picked import Picked, picked
from phoenix_lab.recipes.sets import Units, described, generator, known, units_of, wanted, within

if TYPE_CHECKING:
    from phoenix_lab.embeddings.model import VectorMap

LABELS = ("prediction_label", "actual_label")


def needs(
    recipe: EmbeddingMap, primary: Iterable[ColumnInfo], reference: Iterable[ColumnInfo] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns to read of both sets: vectors, their text, labels, the unit, the time."""
    columns = tuple(primary)
    text = next((c.raw_data for c in columns if c.name == recipe.embedding), None)
    labels = [c.name for role in LABELS for c in columns if c.role == role]
    return wanted([recipe.embedding, text, *labels, recipe.unit], columns, reference)


@dataclass(frozen=True)
class _Side:
    """One set's part of the map: its usable vectors, and which of its rows count."""

    frame: Frame
    vectors: UsableVectors
    counted: NDArray[np.bool_]


def compute(
    recipe: EmbeddingMap,
    primary: Frame,
    reference: Frame | None = None,
    corpus: Frame | None = None,
    progress: Progress = silent,
) -> Output:
    """Compute the map.

    The stages told to `progress` are "neighbors", "layout", "clusters" and "names". The map is fitted to the vectors of both sets
    together, and of the documents of a corpus, and knows nothing of the sets; `recipe.window` chooses the primary rows that count in shares and tests,
    never the map.

    Raises
    ------
    RecipeError
        A set lacks the column, or holds no vectors there, or the two have vectors of different length.
    """
    info = known(primary, recipe.embedding)
    if reference is not None:
        known(reference, recipe.embedding)
    units = units_of(recipe.unit, primary, reference)
    inside = within(recipe.window, primary)
    progress("neighbors", 0.0)
    dimension = dimension_of(recipe.embedding, primary, reference)
    metric = metric_for(dimension)
    sides = [] if reference is None else [_side(reference, recipe.embedding, metric, None)]
    sides.append(_side(primary, recipe.embedding, metric, inside))

    n = sum(len(side.vectors.rows) for side in sides)
    anchor = anchor_of(recipe, primary, reference)
    # A map that stays is of the sets: documents come with the next fit.
    documents = None if anchor is not None else documents_on(recipe, primary, corpus, n)
    parts = [side.vectors.X for side in sides] + ([] if documents is None else [documents.X])
    X = np.concatenate(parts) if len(parts) > 1 else parts[0]
    is_primary = np.repeat([False, True][-len(sides) :], [len(side.vectors.rows) for side in sides])
    row = np.concatenate([side.vectors.rows for side in sides])
    anchored = None if anchor is None else row < np.where(is_primary, *anchor)
    if anchored is not None and not anchored.any():
        raise RecipeError("There is nothing to anchor the map to: these rows have no vectors.")
    found = mapped(recipe, X, tuple(side.frame for side in sides), progress, anchored=anchored, documents=documents)
    progress("names", 0.0)
    rows = MapRows(
        frames=tuple(side.frame for side in sides),
        row=row,
        is_primary=is_primary,
        counted=np.concatenate([side.counted[side.vectors.rows] for side in sides]),
        units=None if units is None else np.where(is_primary, *unit_of(units, row, is_primary)),
        unit_name=recipe.unit,
        documents=documents,
    )
    rng = generator(recipe.embedding, str(recipe.seed))
    believed = {"kept": found.kept, "within": found.within}
    clusters, adjusted = clusters_table(
        rows,
        found.labels,
        found.positions,
        X,
        text=info.raw_data,
        believed=believed,
        stability=_stability(recipe, X, found, progress),
        anchored=anchored,
        rng=rng,
    )
    progress("names", 0.6)
    among = picked(recipe, primary)
    clusters, adjusted = of_picked(clusters, adjusted, among)
    drift = drift_of(recipe.embedding, primary, reference, units, inside, among=among)
    progress("names", 1.0)
    skipped = [side.vectors for side in sides]
    meta = {
        "n_rows": n,
        "n_fitted": int((found.fitted < n).sum()),
        "sampled": (len(X) if anchored is None else int(anchored.sum())) > recipe_sample(recipe),
        "anchor": None
        if anchor is None or anchored is None
        else {"primary": anchor[0], "reference": anchor[1], "placed": int((~anchored).sum()), "new": list(found.new)},
        "n_neighbors": found.n_neighbors,
        "min_dist": recipe.min_dist,
        "min_cluster_size": found.min_cluster_size,
        "seed": recipe.seed,
        "resamples": recipe.resamples,
        "dimension": dimension,
        "metric": metric,
        "noise_share": float((found.labels[:n] < 0).mean()) if n else None,
        "kept": mean_of(found.kept[:n]),
        "kept_by_chance": min(1.0, TRUSTED / (len(X) - 1)) if len(X) > 1 else None,
        "trustworthiness": asdict(found.trust),
        "skipped": {
            "missing": sum(v.missing for v in skipped),
            "nonfinite": sum(v.nonfinite for v in skipped),
            "zero": sum(v.zero for v in skipped),
        },
        "drift": drift,
        "unit": None if units is None else units.meta,
        "adjusted": adjusted,
        "raw_data": info.raw_data,
        "window": None if recipe.window is None else list(recipe.window),
        "primary": described(primary),
        "reference": described(reference),
        "corpus": None
        if documents is None
        else {
            **(described(documents.frame) or {}),
            "embedding": documents.vectors.name,
            "raw_data": documents.vectors.raw_data,
            "shown": len(documents.row),
            "of": documents.of,
        },
    }
    more = {} if documents is None else {"corpus": _documents(documents, found, n)}
    return Output(_points(rows, found), {"clusters": clusters, **more}, meta)


def anchor_of(recipe: EmbeddingMap, primary: Frame, reference: Frame | None) -> tuple[int, int] | None:
    """Return how many rows of the primary set and of the reference the map is of; None for all.

    Raises
    ------
    RecipeError
        A set has fewer rows, or there is none.
    """
    if recipe.anchor is None:
        return None
    n = 0 if reference is None else reference.n_rows
    if recipe.anchor == "reference":
        if reference is None:
            raise RecipeError('anchor="reference" needs a reference set.')
        return 0, n
    for frame, most in ((primary, recipe.anchor[0]), (reference, recipe.anchor[1])):
        if most > (0 if frame is None else frame.n_rows):
            who = "the reference set" if frame is None else frame.name
            raise RecipeError(f"The map is that of the first {most:,} rows of {who}, which has fewer.")
    return recipe.anchor


def mapped(
    recipe: EmbeddingMap,
    X: NDArray[np.float32],
    frames: tuple[Frame, ...],
    progress: Progress,
    *,
    anchored: NDArray[np.bool_] | None = None,
    documents: Documents | None = None,
) -> VectorMap:
    """Return the map of the vectors `X` of the frames and the documents, one after the other; what this process has of it already is not made again.

    With `anchored`, bool (rows of X,), it is the map of these rows, the others placed on it.
    """
    from phoenix_lab.embeddings.crew import Crew
    from phoenix_lab.embeddings.model import map_vectors
    from phoenix_lab.embeddings.stages import KEPT

    prints = _prints(recipe, frames)
    if documents is not None:
        prints = (*prints, documents.frame.fingerprints.get(documents.vectors.name), str(len(documents.row)))
    with Crew() as crew:
        return map_vectors(
            X,
            crew,
            n_components=recipe.n_components,
            n_neighbors=recipe.n_neighbors,
            min_dist=recipe.min_dist,
            min_cluster_size=recipe.min_cluster_size,
            sample=recipe.sample,
            among=None if anchored is None else np.flatnonzero(anchored),
            seed=recipe.seed,
            stages=None if None in prints else KEPT,
            key=prints,
            neighbors_step=lambda done: progress("neighbors", done),
            layout_step=lambda done: progress("layout", done),
            clusters_step=lambda done: progress("clusters", done),
        )


def _prints(recipe: EmbeddingMap, frames: tuple[Frame, ...]) -> tuple[str | None, ...]:
    """Return the digests of the vectors that the map is of, as frames of these rows alone would have them."""
    primary, reference = frames[-1], frames[0] if len(frames) > 1 else None
    anchor = anchor_of(recipe, primary, reference)
    prints: list[str | None] = []
    for frame, rows in zip(
        (primary, reference), anchor or (primary.n_rows, reference and reference.n_rows), strict=True
    ):
        if frame is None or not rows:
            continue
        known = frame.fingerprints.get(recipe.embedding)
        column = frame.table.column(recipe.embedding)
        prints.append(known if known is None or rows == frame.n_rows else fingerprint(column.slice(0, rows)))
    return tuple(reversed(prints))


def _stability(
    recipe: EmbeddingMap, X: NDArray[np.float32], found: VectorMap, progress: Progress
) -> NDArray[np.float64] | None:
    """Return how well each cluster is found again in parts of the fitted rows; None where nobody asked."""
    if recipe.resamples == 0:
        return None
    from phoenix_lab.embeddings.crew import Crew
    from phoenix_lab.embeddings.stability import resampled

    fitted = np.ascontiguousarray(X[found.fitted])
    if len(fitted):
        fitted -= fitted.mean(axis=0, dtype=np.float64).astype(np.float32)
    with Crew() as crew:
        return resampled(
            fitted,
            found.labels[found.fitted],
            found.min_cluster_size,
            crew,
            resamples=recipe.resamples,
            seed=recipe.seed,
            step=lambda done: progress("stability", done),
        ).mean


def mean_of(values: NDArray[np.float32]) -> float | None:
    """Return the mean of those that are there; None of none."""
    there = values[np.isfinite(values)]
    return float(there.mean(dtype=np.float64)) if len(there) else None


def recipe_sample(recipe: EmbeddingMap) -> int:
    """Return how many rows a map fits at most."""
    from phoenix_lab.embeddings.model import FIT_AT_MOST

    return FIT_AT_MOST if recipe.sample is None else recipe.sample


def dimension_of(name: str, primary: Frame, reference: Frame | None) -> int:
    """Return the length of the vectors; a column that is missing throughout has none."""
    lengths: dict[str, int] = {}
    for frame in (primary, reference):
        if frame is None:
            continue
        kind = frame.table.schema.field(name).type
        if pa.types.is_null(kind):
            continue
        if not pa.types.is_fixed_size_list(kind) or not _is_number(kind.value_type):
            raise RecipeError(f'column "{name}" of {frame.name} holds {kind}, not vectors of one length')
        lengths[frame.name if frame is primary else f"{frame.name} (reference)"] = kind.list_size
    if len(set(lengths.values())) > 1:
        told = " and ".join(f"{size} numbers in {who}" for who, size in lengths.items())
        raise RecipeError(f'The vectors of "{name}" cannot be compared: {told}.')
    return next(iter(lengths.values()), 0)


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_floating(kind) or pa.types.is_integer(kind))


def _side(frame: Frame, name: str, metric: VectorMetric, inside: NDArray[np.bool_] | None) -> _Side:
    counted = np.ones(frame.n_rows, bool) if inside is None else inside
    column = frame.table.column(name)
    if pa.types.is_null(column.type):
        none = UsableVectors(np.empty((0, 0), np.float32), np.empty(0, np.int64), frame.n_rows, 0, 0)
        return _Side(frame, none, counted)
    return _Side(frame, usable(column, metric), counted)


def unit_of(
    units: Units, row: NDArray[np.int64], is_primary: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the unit of each point as if it were a primary row, and as if it were one of the reference."""
    zero = np.zeros(len(row), np.int64)
    primary, reference = zero.copy(), zero.copy()
    primary[is_primary] = units.primary[row[is_primary]]
    reference[~is_primary] = units.reference[row[~is_primary]]
    return primary, reference


def drift_of(
    name: str,
    primary: Frame,
    reference: Frame | None,
    units: Units | None,
    inside: NDArray[np.bool_] | None,
    *,
    among: Picked | None = None,
) -> dict[str, Any]:
    """Return how far the vectors drifted: the same numbers as the summary's, unless there is a window, whose p is corrected for those it was picked from."""
    nothing = dict.fromkeys(("auc", "statistic", "estimate", "lower", "upper", "p_value", "p_adjusted"))
    if reference is None:
        return {**nothing, "verdict": "untested", "reason": "there is no reference set"}
    columns = reference.table.column(name), primary.table.column(name)
    if any(pa.types.is_null(column.type) for column in columns):
        return {**nothing, "verdict": "untested", "reason": "a set has no vectors"}
    other, data = columns
    if inside is not None:
        data = data.filter(pa.array(inside))
        units = None if units is None else Units(units.column, units.reference, units.primary[inside])
    return drift_between(name, other, data, units, among=among)


def drift_between(
    name: str, reference: pa.ChunkedArray, primary: pa.ChunkedArray, units: Units | None, *, among: Picked | None = None
) -> dict[str, Any]:
    """Return how far the vectors of two columns drifted, as `drift_of` has it; random numbers go by the name."""
    from phoenix_lab.recipes.vector_drift import vector_drift
    from phoenix_lab.stats.verdict import verdict

    drift = vector_drift(reference, primary, units, generator(name))
    psi = drift.psi
    p = drift.classifier.p_value
    return {
        "auc": drift.classifier.auc,
        "statistic": "psi",
        "estimate": psi.estimate,
        "lower": psi.lower,
        "upper": psi.upper,
        "p_value": p,
        "p_adjusted": among.p(p) if among else p,
        "picked": among and among.meta("Bonferroni"),
        "verdict": verdict(psi.estimate, psi.lower, psi.upper, among.p(p) if among else p),
        "reason": psi.reason,
        "note": drift.note,
        "least": {key: None if one is None else asdict(one) for key, one in drift.least.items()},
    }


def of_picked(clusters: pa.Table, adjusted: str | None, among: Picked | None) -> tuple[pa.Table, str | None]:
    """Correct the p of clusters for the windows that theirs was picked from, and say so."""
    if among is None:
        return clusters, adjusted
    place = clusters.schema.get_field_index("p_adjusted")
    p = pa.array([among.p(p) for p in clusters.column(place).to_pylist()], pa.float64())
    told = among.meta("Bonferroni")["adjusted"]
    return clusters.set_column(
        place, clusters.schema.field(place), p
    ), None if adjusted is None else f"{adjusted}, {told}"


def _points(rows: MapRows, found: VectorMap) -> pa.Table:
    sets = pa.DictionaryArray.from_arrays(
        pa.array(rows.is_primary.astype(np.int32)), pa.array(["reference", "primary"])
    )
    columns = {"row": pa.array(rows.row, pa.int64()), "set": sets, **_places(found, slice(0, len(rows.row)))}
    for name, shares in (("kept", found.kept), ("within", found.within)):
        own = shares[: len(rows.row)]
        columns[name] = pa.array(own, pa.float32(), mask=np.isnan(own))
    return pa.table(columns)


def _documents(documents: Documents, found: VectorMap, n: int) -> pa.Table:
    """Return where the documents are, which follow the `n` points of the other sets."""
    return pa.table({"row": pa.array(documents.row, pa.int64()), **_places(found, slice(n, None))})


def _places(found: VectorMap, some: slice) -> dict[str, pa.Array]:
    places = {
        axis: pa.array(np.ascontiguousarray(values), pa.float32())
        for axis, values in zip("xyz", found.positions[some].T, strict=False)
    }
    return {**places, "cluster": pa.array(found.labels[some], pa.int32())}
