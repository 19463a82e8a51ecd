"""The table of a map's clusters: who they are, and how their shares differ between the sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from phoenix_lab.embeddings.names import SEPARATOR, distinct_names, name_groups, rows_to_read
from phoenix_lab.embeddings.shares import PERMUTATIONS, changes, shares
from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.schema import Role
from phoenix_lab.recipes.corpus import Documents
from phoenix_lab.stats.units import UnitCounts

PROTOTYPES = 8
LOOKED_AT = 200
"""Rows of a cluster among which its densest place is sought."""

PURE, LIFT = 0.6, 1.5
"""A label names a cluster when this share of its rows has it, and that is so many times its share everywhere."""

NOISE = "noise"

SCHEMA = pa.schema(
    [
        ("cluster", pa.int32()),
        ("name", pa.string()),
        ("terms", pa.list_(pa.string())),
        ("n", pa.int64()),
        ("n_primary", pa.int64()),
        ("n_reference", pa.int64()),
        ("n_corpus", pa.int64()),
        *(
            (f"share_{side}{end}", pa.float64())
            for side in ("primary", "reference")
            for end in ("", "_lower", "_upper")
        ),
        *((f"difference{end}", pa.float64()) for end in ("", "_lower", "_upper")),
        ("p_adjusted", pa.float64()),
        ("accuracy", pa.float64()),
        ("n_labelled", pa.int64()),
        ("x", pa.float32()),
        ("y", pa.float32()),
        ("z", pa.float32()),
        ("prototypes", pa.list_(pa.int64())),
        ("kept", pa.float64()),
        ("within", pa.float64()),
        ("stability", pa.float64()),
    ]
)


@dataclass(frozen=True)
class MapRows:
    """The rows on a map, all arrays of shape (points,); documents of a corpus are further points, after these.

    Parameters
    ----------
    frames
        The sets: the reference, if there is one, and the primary set.
    row, is_primary
        Where each point comes from.
    counted
        Whether it counts in shares and tests.
    units
        Its unit, numbered alike in both sets; None for independent rows.
    unit_name
        The unit's column.
    documents
        Those of a corpus; they are no part of shares and tests.
    """

    frames: tuple[Frame, ...]
    row: NDArray[np.int64]
    is_primary: NDArray[np.bool_]
    counted: NDArray[np.bool_]
    units: NDArray[np.int64] | None
    unit_name: str | None
    documents: Documents | None = None

    def values(self, column: str, points: NDArray[np.int64]) -> list[Any]:
        """Return a column's values of some points, ascending; None where their set does not have it."""
        result: list[Any] = []
        for i, frame in enumerate(self.frames):
            of_set = points[self.is_primary[points] == (i == len(self.frames) - 1)]
            if column in frame.table.column_names:
                result.extend(frame.table.column(column).take(pa.array(self.row[of_set])).to_pylist())
            else:
                result.extend([None] * len(of_set))
        return result


def clusters_table(
    rows: MapRows,
    labels: NDArray[np.int32],
    positions: NDArray[np.float32],
    X: NDArray[np.float32],
    *,
    text: str | None,
    believed: Mapping[str, NDArray[np.float32]],
    stability: NDArray[np.float64] | None = None,
    anchored: NDArray[np.bool_] | None = None,
    rng: np.random.Generator,
) -> tuple[pa.Table, str | None]:
    """Return one row a cluster, noise last, and what p was adjusted over.

    Parameters
    ----------
    rows
        The points.
    labels, positions, X
        Clusters, places and vectors of these and of the documents.
    text
        The column that the vectors were made from, if there is one.
    believed
        Of each point `kept` and `within`, see `VectorMap`.
    stability
        Of each cluster, see `Stability`; None where nobody asked.
    anchored
        The points that clusters are named by and known by, where they have any; all of them without it.
    rng
        Source of the permutations.
    """
    groups = np.unique(labels)
    groups = np.concatenate([groups[groups >= 0], groups[groups < 0]])
    K = len(groups)
    every = np.where(labels < 0, K - 1, labels).astype(np.int64)
    n = len(rows.row)
    code = every[:n]
    sides = {}
    for name, chosen in (("reference", ~rows.is_primary), ("primary", rows.is_primary & rows.counted)):
        sides[name] = shares(code[chosen], K, None if rows.units is None else rows.units[chosen])
    reference, primary = sides["reference"], sides["primary"]
    data: dict[str, Any] = {"cluster": groups, "n": reference.count + primary.count}
    data["n_corpus"] = [None] * K if rows.documents is None else np.bincount(every[n:], minlength=K)
    for name, side in sides.items():
        data[f"n_{name}"] = side.count
        data[f"share_{name}"] = _nullable(side.share)
        data[f"share_{name}_lower"] = _nullable(side.lower)
        data[f"share_{name}_upper"] = _nullable(side.upper)
    data |= {f"difference{end}": [None] * K for end in ("", "_lower", "_upper")}
    data["p_adjusted"] = [None] * K
    adjusted = None
    if len(rows.frames) > 1 and K > 0:
        by_unit = None
        if rows.units is not None:
            r, p = ~rows.is_primary, rows.is_primary & rows.counted
            name = rows.unit_name or "units"
            by_unit = UnitCounts.count(rows.units[r], code[r], rows.units[p], code[p], n_bins=K, name=name)
        change = changes(reference, primary, rng, by_unit)
        data["difference"] = _nullable(change.difference)
        data["difference_lower"], data["difference_upper"] = _nullable(change.lower), _nullable(change.upper)
        if change.p_adjusted is not None:
            data["p_adjusted"] = change.p_adjusted
            who = f"whole values of {rows.unit_name}" if rows.units is not None else "rows"
            adjusted = f"max-T over {K} groups, {PERMUTATIONS:,} permutations of {who}"
    data["accuracy"], data["n_labelled"] = _accuracy(rows, code, K)

    order = np.argsort(every, kind="stable")
    ends = np.cumsum(np.bincount(every, minlength=K))
    members = np.split(order, ends[:-1]) if K else []
    prototypes: list[list[int]] = []
    places = np.full((K, 3), np.nan)
    for k, points in enumerate(members):
        if groups[k] < 0:
            prototypes.append([])
            continue
        core = points if anchored is None or not anchored[points].any() else points[anchored[points]]
        places[k, : positions.shape[1]] = _densest(positions[core])
        prototypes.append(_typical(X, core[core < n]))
    data |= {axis: _nullable(places[:, i]) for i, axis in enumerate("xyz")}
    data["prototypes"] = prototypes
    told = {} if stability is None else dict(enumerate(_nullable(stability)))
    data["stability"] = [told.get(int(group)) for group in groups]
    for name, shares_of in believed.items():
        there = np.flatnonzero(np.isfinite(shares_of[:n]))
        sums = np.bincount(code[there], weights=shares_of[there], minlength=K)
        known = np.bincount(code[there], minlength=K)
        data[name] = [float(s / m) if m else None for s, m in zip(sums, known, strict=True)]
    names, terms = _names(
        rows, labels, code, groups, text=text, prototypes=prototypes, members=members, anchored=anchored
    )
    data["name"], data["terms"] = names, terms
    schema = SCHEMA if positions.shape[1] > 2 else SCHEMA.remove(SCHEMA.get_field_index("z"))
    return pa.table({field.name: pa.array(data[field.name], field.type) for field in schema}), adjusted


def _nullable(values: NDArray[np.float64]) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]


def _accuracy(rows: MapRows, code: NDArray[np.int64], K: int) -> tuple[list[float | None], NDArray[np.int64]]:
    """Return the share of right predictions among the primary rows that count and have both labels, and how many those are."""
    frame = rows.frames[-1]
    prediction, actual = frame.with_role("prediction_label"), frame.with_role("actual_label")
    nothing: tuple[list[float | None], NDArray[np.int64]] = ([None] * K, np.zeros(K, np.int64))
    if prediction is None or actual is None:
        return nothing
    if not {prediction.name, actual.name} <= set(frame.table.column_names):
        return nothing
    points = np.flatnonzero(rows.is_primary & rows.counted)
    taken = pa.array(rows.row[points])
    a = _decoded(frame.table.column(prediction.name)).take(taken)
    b = _decoded(frame.table.column(actual.name)).take(taken)
    if _family(a.type) != _family(b.type) or _family(a.type) == "other":
        return nothing  # the labels 1 and "1" are not compared
    if _family(a.type) == "text":
        a, b = a.cast(pa.large_string()), b.cast(pa.large_string())
    right = pc.equal(a, b)
    known = pc.is_valid(right).to_numpy()
    good = pc.fill_null(right, False).to_numpy()
    n = np.bincount(code[points[known]], minlength=K)
    hits = np.bincount(code[points[known & good]], minlength=K)
    return [float(h / m) if m else None for h, m in zip(hits, n, strict=True)], n


def _decoded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _family(kind: pa.DataType) -> str:
    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return "number"
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return "text"
    return "other"


def _densest(positions: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the place of the row that has the most of its cluster around it, of evenly spaced ones."""
    n = len(positions)
    some = positions[np.unique(np.linspace(0, n - 1, min(n, LOOKED_AT)).astype(np.int64))].astype(np.float64)
    apart = ((some[:, None] - some[None]) ** 2).sum(axis=2)
    width = np.median(apart) * 0.1
    if width <= 0:
        return np.asarray(positions[0])
    crowd = np.exp(-apart / width).sum(axis=1)
    return np.asarray(some[int(crowd.argmax())], np.float32)


def _typical(X: NDArray[np.float32], points: NDArray[np.int64]) -> list[int]:
    """Return the points nearest to their mean vector, nearest first, no two of them equal if that can be."""
    if not len(points):
        return []
    vectors = X[points]
    centre = vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
    apart = vectors - centre
    distance = np.einsum("ij,ij->i", apart, apart)
    nearest = np.argsort(distance, kind="stable")
    fresh = np.concatenate([[True], np.diff(distance[nearest]) > 0])
    return [int(point) for point in points[nearest[fresh]][:PROTOTYPES]]


def _names(
    rows: MapRows,
    labels: NDArray[np.int32],
    code: NDArray[np.int64],
    groups: NDArray[np.int32],
    *,
    text: str | None,
    prototypes: list[list[int]],
    members: list[NDArray[np.int64]],
    anchored: NDArray[np.bool_] | None = None,
) -> tuple[list[str], list[list[str]]]:
    """Return each cluster's name and terms: from text, else from a label most of it shares, else from its most typical row."""
    words = _words(rows, labels, text, np.arange(len(labels)))
    by_label = _label_names(rows, code, len(groups), np.arange(len(code)))
    if anchored is not None:
        # Whoever is placed on a map does not change what its clusters are called.
        some = np.flatnonzero(anchored)
        words |= {group: [] for group in map(int, np.unique(labels[some]))} | _words(rows, labels, text, some)
        old = np.isin(groups, labels[some])
        by_label = [
            before if is_old else now
            for is_old, before, now in zip(old, _label_names(rows, code, len(groups), some), by_label, strict=True)
        ]
    names: list[str] = []
    terms: list[list[str]] = []
    for k, group in enumerate(groups):
        found = words.get(int(group), [])
        terms.append(found if group >= 0 else [])
        if group < 0:
            names.append(NOISE)
        elif found:
            names.append(SEPARATOR.join(found))
        elif by_label[k] is not None:
            names.append(str(by_label[k]))
        else:
            names.append(_near(rows, prototypes[k], members[k]))
    seen: dict[str, int] = {}
    for k, name in enumerate(names):
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            names[k] = f"{name} ({seen[name]})"
    return names, terms


def _words(
    rows: MapRows, labels: NDArray[np.int32], text: str | None, points: NDArray[np.int64]
) -> dict[int, list[str]]:
    """Return the words of each cluster that some points, ascending, have."""
    if text is None:
        return {}
    read = points[rows_to_read(labels[points])]
    n = len(rows.row)
    values = [*rows.values(text, read[read < n]), *_texts_of_documents(rows, read[read >= n])]
    texts = [None if value is None else str(value) for value in values]
    return distinct_names(name_groups(texts, labels[read]))


def _near(rows: MapRows, prototypes: list[int], members: NDArray[np.int64]) -> str:
    """Return what a cluster without words is called: its most typical row, or where it is of documents alone, the first."""
    if prototypes:
        frame = rows.frames[-1] if rows.is_primary[prototypes[0]] else rows.frames[0]
        return f"near row {rows.row[prototypes[0]]} of {frame.name}"
    if rows.documents is None:
        raise ValueError("a cluster has no rows")
    return f"near row {rows.documents.row[members[0] - len(rows.row)]} of {rows.documents.frame.name}"


def _texts_of_documents(rows: MapRows, points: NDArray[np.int64]) -> list[Any]:
    """Return the texts of some documents, ascending."""
    if rows.documents is None or not len(points):
        return []
    frame, text = rows.documents.frame, rows.documents.vectors.raw_data
    if text is None or text not in frame.table.column_names:
        return [None] * len(points)
    texts: list[Any] = frame.table.column(text).take(pa.array(rows.documents.row[points - len(rows.row)])).to_pylist()
    return texts


def _label_names(rows: MapRows, code: NDArray[np.int64], K: int, points: NDArray[np.int64]) -> list[str | None]:
    """Return for each cluster the value of a label that most of its rows among `points`, ascending, have, as "column = value"."""
    result: list[str | None] = [None] * K
    roles: tuple[Role, ...] = ("actual_label", "prediction_label")
    for role in roles:
        column = rows.frames[-1].with_role(role)
        if column is None:
            continue
        values = rows.values(column.name, points)
        encoded = pa.array([None if value is None else str(value) for value in values], pa.string()).dictionary_encode()
        index = encoded.indices.fill_null(len(encoded.dictionary)).to_numpy(zero_copy_only=False)
        counts = np.zeros((K, len(encoded.dictionary) + 1))
        np.add.at(counts, (code[points], index), 1)
        known = counts[:, :-1]
        if known.shape[1] < 2:
            continue
        overall = known.sum(axis=0) / max(1.0, known.sum())
        for k in range(K):
            most = int(known[k].argmax())
            share = known[k, most] / max(1.0, counts[k].sum())
            if result[k] is None and share >= PURE and share >= LIFT * overall[most]:
                result[k] = f"{column.name} = {encoded.dictionary[most].as_py()}"
    return result
