"""The small picture of a column: counts of both sets in a few bins."""

from __future__ import annotations

from typing import Any

import numpy as np

from phoenix_lab.profiles.columns import Categories, Numbers
from phoenix_lab.stats.bins import quantiles

BINS = 24
LABELS = 12
TAIL = 0.005
"""Share of the values at each end that is put into the outer bins."""


def of_numbers(reference: Numbers | None, primary: Numbers) -> dict[str, Any]:
    """Return even bins over what both sets hold but for their tails; the outer bins count those as well."""
    sets = [s for s in (reference, primary) if s is not None]
    parts = [s.finite for s in sets if len(s.finite)]
    if not parts:
        return {}
    ends = np.array([quantiles(part, np.array([0.0, TAIL, 1 - TAIL, 1.0])) for part in parts])
    low, high = float(ends[:, 1].min()), float(ends[:, 2].max())
    least, most = float(ends[:, 0].min()), float(ends[:, 3].max())
    if not np.isfinite(most - least):
        return {}  # wider than float64
    if all(s.whole for s in sets) and most - least < BINS:
        # Few whole numbers: a bin each.
        edges = np.arange(least, most + 2) - 0.5
    else:
        if not high > low:
            low, high = low - max(abs(low), 1) / 2, low + max(abs(low), 1) / 2
        edges = np.linspace(low, high, BINS + 1)
    cuts = edges[1:-1]
    counts: list[list[int] | None] = []
    for s in (reference, primary):
        if s is None:
            counts.append(None)
        else:
            places = np.searchsorted(s.finite, cuts)
            counts.append(np.diff(places, prepend=0, append=len(s.finite)).tolist())
    return {"spark_edges": edges.tolist(), "spark_reference": counts[0], "spark_primary": counts[1]}


def of_categories(values: Categories, *, alone: bool) -> dict[str, Any]:
    """Return the most frequent values in both sets together, and the rest as one."""
    if not values.labels:
        return {}
    r, p = values.counts_reference, values.counts_primary
    weight = np.maximum(r / max(1, r.sum()), p / max(1, p.sum()))
    kept = np.sort(np.argsort(-weight, kind="stable")[:LABELS])
    labels = [values.labels[i] for i in kept]
    reference, primary = r[kept].tolist(), p[kept].tolist()
    rest = len(values.labels) - len(kept)
    if rest:
        labels.append(f"{rest:,} others")
        reference.append(int(r.sum()) - sum(reference))
        primary.append(int(p.sum()) - sum(primary))
    return {"spark_labels": labels, "spark_reference": None if alone else reference, "spark_primary": primary}
