"""The counts that the pictures of predictions are drawn from: whatever the threshold, no row is looked at again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.recipes.predictions import Predictions, Side
from phoenix_lab.stats.classification import confusion
from phoenix_lab.stats.result import finite
from phoenix_lab.stats.scores import reliability

Floats = NDArray[np.float64]

MOST_CUTS = 1_000
"""Distinct scores that each are a threshold; of more, as many quantiles."""

CONFUSION = pa.schema(
    [
        ("set", pa.string()),
        ("actual", pa.string()),
        ("predicted", pa.string()),
        ("n", pa.int64()),
        ("share", pa.float64()),
    ]
)
SCORES = pa.schema(
    [
        ("score", pa.float64()),
        *((f"{side}_{sort}", pa.int64()) for side in ("primary", "reference") for sort in ("positive", "negative")),
    ]
)
CURVE = pa.schema(
    [
        ("set", pa.string()),
        ("threshold", pa.float64()),
        ("n_predicted", pa.int64()),
        *((name, pa.float64()) for name in ("false_positive_rate", "true_positive_rate", "precision")),
    ]
)
RELIABILITY = pa.schema(
    [
        ("set", pa.string()),
        ("lower", pa.float64()),
        ("upper", pa.float64()),
        ("n", pa.int64()),
        *((name, pa.float64()) for name in ("mean_score", "share", "share_lower", "share_upper")),
    ]
)
_QUANTILES = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
RESIDUALS = pa.schema(
    [
        ("set", pa.string()),
        ("lower", pa.float64()),
        ("upper", pa.float64()),
        ("n", pa.int64()),
        *((name, pa.float64()) for name in ("mean_predicted", "mean_actual", "mean_error", *_QUANTILES)),
    ]
)


def _named(found: Predictions) -> list[tuple[str, Side]]:
    sides = [("reference", found.reference), ("primary", found.primary)]
    return [(name, side) for name, side in sides if side is not None]


def confusion_table(found: Predictions) -> pa.Table:
    """Return how often each class was said to be each, one row a set, truth and prediction; shares are of the truth."""
    k = len(found.classes)
    rows: list[dict[str, Any]] = []
    for name, side in _named(found):
        part = side.judged_part
        counts = confusion(part.truth, part.predicted, k)
        for i in range(k):
            total = int(counts[i].sum())
            rows += [
                {
                    "set": name,
                    "actual": found.classes[i],
                    "predicted": found.classes[j],
                    "n": int(counts[i, j]),
                    "share": int(counts[i, j]) / total if total else None,
                }
                for j in range(k)
            ]
    return pa.Table.from_pylist(rows, schema=CONFUSION)


def cuts(found: Predictions) -> Floats:
    """Return the scores at which counts are exact: every score that occurs, or of many as many quantiles; of probabilities the hundredths too."""
    scores = np.concatenate([side.scored_part.score for side in found.sides])
    distinct = np.unique(scores)
    if len(distinct) > MOST_CUTS:
        distinct = np.quantile(scores, np.linspace(0, 1, MOST_CUTS // 2), method="inverted_cdf")
    more = [distinct]
    if len(distinct) and distinct[0] >= 0 and distinct[-1] <= 1:
        hundredths = np.arange(101) / 100
        more.append(hundredths.astype(np.float32).astype(np.float64) if found.single else hundredths)
    if found.threshold is not None:
        more.append(np.array([found.threshold]))
    return np.unique(np.concatenate(more))


def _counted(side: Side, edges: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the positives and negatives from each cut to the next."""
    part = side.scored_part
    place = np.searchsorted(edges, part.score, side="right") - 1
    # A threshold above every score, below which they all lie, is no cut of theirs.
    place = np.maximum(place, 0)
    counts = [np.bincount(place[part.truth == k], minlength=len(edges)) for k in (1, 0)]
    return counts[0], counts[1]


def scores_table(found: Predictions) -> pa.Table:
    """Return how many rows of each class have a score from one cut to the next."""
    edges = cuts(found)
    columns: dict[str, Any] = {"score": edges}
    for name, side in (("primary", found.primary), ("reference", found.reference)):
        counts = (None, None) if side is None or side.absent is not None else _counted(side, edges)
        for sort, values in zip(("positive", "negative"), counts, strict=True):
            columns[f"{name}_{sort}"] = pa.nulls(len(edges), pa.int64()) if values is None else values
    return pa.table(columns, schema=SCORES)


def curve_table(found: Predictions) -> pa.Table:
    """Return what each threshold would give, from the highest to the lowest: the points of the ROC and the precision-recall curve."""
    edges = cuts(found)
    rows: list[dict[str, Any]] = []
    for name, side in _named(found):
        if side.absent is not None:
            continue
        positive, negative = (np.cumsum(part[::-1]) for part in _counted(side, edges))
        p, n = int(positive[-1]), int(negative[-1])
        start = {"set": name, "n_predicted": 0}
        start |= {"false_positive_rate": 0.0 if n else None, "true_positive_rate": 0.0 if p else None}
        rows.append(start)
        rows += [
            {
                "set": name,
                "threshold": float(edge),
                "n_predicted": int(hit + false),
                "false_positive_rate": false / n if n else None,
                "true_positive_rate": hit / p if p else None,
                "precision": hit / (hit + false) if hit + false else None,
            }
            for edge, hit, false in zip(edges[::-1], positive.tolist(), negative.tolist(), strict=True)
        ]
    return pa.Table.from_pylist(rows, schema=CURVE)


def reliability_table(found: Predictions) -> pa.Table:
    """Return what came of each tenth of the scores, where they can be read as probabilities."""
    rows: list[dict[str, Any]] = []
    for name, side in _named(found):
        kept, score = found.told(side)
        if not len(score) or score.min() < 0 or score.max() > 1:
            continue
        r = reliability(kept, score)
        rows += [
            {
                "set": name,
                "lower": float(r.edges[i]),
                "upper": float(r.edges[i + 1]),
                "n": int(r.n[i]),
                "mean_score": finite(r.mean_score[i]),
                "share": finite(r.share[i]),
                "share_lower": finite(r.lower[i]),
                "share_upper": finite(r.upper[i]),
            }
            for i in range(len(r.n))
        ]
    return pa.Table.from_pylist(rows, schema=RELIABILITY)


def residual_table(found: Predictions) -> pa.Table:
    """Return the errors by tenths of the predicted numbers (of the reference, or of a set that stands alone)."""
    usable = [(name, side, np.isfinite(side.actual) & np.isfinite(side.forecast)) for name, side in _named(found)]
    usable = [(name, side.where(there), there) for name, side, there in usable if there.any()]
    rows: list[dict[str, Any]] = []
    edges = np.unique(np.quantile(usable[0][1].forecast, np.arange(1, 10) / 10))
    ends = [None, *edges.tolist(), None]
    for name, side, _ in usable:
        place = np.searchsorted(edges, side.forecast, side="right")
        error = side.forecast - side.actual
        for i in range(len(edges) + 1):
            here = place == i
            row: dict[str, Any] = {"set": name, "lower": ends[i], "upper": ends[i + 1], "n": int(here.sum())}
            if here.any():
                row |= {
                    "mean_predicted": finite(float(side.forecast[here].mean())),
                    "mean_actual": finite(float(side.actual[here].mean())),
                    "mean_error": finite(float(error[here].mean())),
                    **{q: finite(float(np.quantile(error[here], at))) for q, at in _QUANTILES.items()},
                }
            rows.append(row)
    return pa.Table.from_pylist(rows, schema=RESIDUALS)
