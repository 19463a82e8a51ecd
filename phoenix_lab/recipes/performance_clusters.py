"""The clusters of a map as segments of the predictions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.recipes.models import EmbeddingMap, Grouped, groups_of
from phoenix_lab.recipes.output import Output
from phoenix_lab.recipes.performance_segments import Segment

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NOISE, NOWHERE = -1, -2
"""In no cluster, and not on the map."""
SHOWN = 200
"""Of more clusters, the largest."""


def map_of(recipe: Grouped, columns: Iterable[ColumnInfo]) -> EmbeddingMap | None:
    """Return the map of all rows whose clusters are the groups of a recipe, or None where a column makes them."""
    groups = groups_of(recipe)
    if isinstance(groups, EmbeddingMap):
        return replace(groups, window=None, where=())
    vectors = any(c.name == groups and c.kind == "vector" and c.problem is None for c in columns)
    return EmbeddingMap(groups, unit=recipe.unit) if groups is not None and vectors else None


@dataclass(frozen=True, eq=False)
class Clusters:
    """The cluster of every row.

    Parameters
    ----------
    numbers, names
        Of the clusters, the largest first.
    primary, reference
        Of each row, shape (rows,).
    """

    numbers: tuple[int, ...]
    names: tuple[str, ...]
    primary: Ints
    reference: Ints

    @classmethod
    def of_map(cls, output: Output, n_primary: int, n_reference: int) -> Clusters:
        """Read them off a map of both sets."""
        points = output.table
        label, row = (points.column(name).to_numpy() for name in ("cluster", "row"))
        sets = points.column("set").cast(pa.string())
        full = []
        for name, n in (("primary", n_primary), ("reference", n_reference)):
            here = np.asarray(pc.equal(sets, name), dtype=bool)
            own = np.full(n, NOWHERE, dtype=np.int64)
            own[row[here]] = label[here]
            full.append(own)
        clusters = output.parts["clusters"]
        named = [
            (number, name)
            for number, name in zip(*(clusters.column(c).to_pylist() for c in ("cluster", "name")), strict=True)
            if number != NOISE
        ]
        return cls(tuple(n for n, _ in named), tuple(str(name) for _, name in named), full[0], full[1])

    def of_rows(self, primary: Bools, reference: Bools | None) -> Clusters:
        """Return those of some rows."""
        other = self.reference if reference is None else self.reference[reference]
        return replace(self, primary=self.primary[primary], reference=other)

    def segments(self) -> tuple[list[Segment], int]:
        """Return a segment a cluster, one of the rows in none, and one of those not on the map; and how many clusters are left out."""
        wanted = [(n, name, "cluster") for n, name in zip(self.numbers[:SHOWN], self.names, strict=False)]
        wanted += [(NOISE, "in no cluster", "noise"), (NOWHERE, "not on the map", "missing")]
        found: list[Segment] = []
        for number, name, kind in wanted:
            rows = self.primary == number, self.reference == number
            if rows[0].any() or rows[1].any():
                named = {"segment": name, "kind": kind, "cluster": None if number == NOWHERE else number}
                found.append((named, rows))
        return found, max(0, len(self.numbers) - SHOWN)
