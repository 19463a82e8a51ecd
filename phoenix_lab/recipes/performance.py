"""`Performance`: how good predictions are in both sets, by how much they changed, and in which segments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow as pa

from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.recipes.models import EmbeddingMap, Performance
from phoenix_lab.recipes.output import Output, Progress
from phoenix_lab.recipes.pairing import pair_rows
from phoenix_lab.recipes.performance_change import COMPARED, compared, judge, limits_of
from phoenix_lab.recipes.performance_classes import CLASSES, SHOWN, by_class
from phoenix_lab.recipes.performance_clusters import Clusters, map_of
from phoenix_lab.recipes.performance_curves import (
    confusion_table,
    curve_table,
    reliability_table,
    residual_table,
    scores_table,
)
from phoenix_lab.recipes.performance_metrics import chosen, measures
from phoenix_lab.recipes.performance_segments import SEGMENTS, Segment, segments
from phoenix_lab.recipes.picked import Picked, picked
from phoenix_lab.recipes.predictions import Bools, Predictions, Side
from phoenix_lab.recipes.read_predictions import columns_of, read
from phoenix_lab.recipes.sets import Units, described, units_of, wanted, within
from phoenix_lab.stats.proportions import CONFIDENCE
from phoenix_lab.stats.scores import calibration_error
from phoenix_lab.stats.verdict import ALPHA

TABLE = pa.schema(
    [
        ("metric", pa.string()),
        ("label", pa.string()),
        ("good", pa.string()),
        ("average", pa.string()),
        ("thresholded", pa.bool_()),
        *COMPARED,
    ]
)


def needs(
    recipe: Performance, primary: Iterable[ColumnInfo], reference: Iterable[ColumnInfo] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns to read of both sets: predictions, actual values, scores, the segments, the unit."""
    own, other = tuple(primary), None if reference is None else tuple(reference)
    _, mine = columns_of(recipe, own, other)
    _, theirs = columns_of(recipe, other or (), own)
    names = [c for part in (mine, theirs) for c in (part.prediction, part.actual, part.score)]
    names += recipe.scores or ()
    ids = (
        [c.name for part in (own, other or ()) for c in part if c.role == "prediction_id"] if other is not None else []
    )
    mapped = map_of(recipe, own)
    segment = recipe.segment if isinstance(recipe.segment, str) else None
    found = wanted([*names, *ids, segment, recipe.unit], own, other)
    if mapped is None:
        return found
    from phoenix_lab.recipes import embedding_map

    more = embedding_map.needs(mapped, own, other)
    return tuple(dict.fromkeys(found[0] + more[0])), tuple(dict.fromkeys(found[1] + more[1]))


def compute(
    recipe: Performance,
    primary: Frame,
    reference: Frame | None,
    progress: Progress,
    *,
    clusters: Clusters | None = None,
) -> Output:
    """Compute the table of metrics, the confusion, the curves and the segments, which are `clusters` where the recipe names a map."""
    progress("Performance", 0.0)
    units = units_of(recipe.unit, primary, reference)
    found = read(recipe, primary, reference, units)
    found, pairing = pair_rows(recipe, found, primary, reference, by_unit=recipe.unit)
    inside = within(recipe.window, primary)
    chosen_rows = None if inside is None else found.rows_within(inside)
    if chosen_rows is not None:
        found = found.within(chosen_rows)
    known = measures(found)
    rows = []
    for i, measure in enumerate(known):
        progress("Performance", 0.1 + 0.6 * i / len(known))
        rows.append(
            {
                "metric": measure.name,
                "label": measure.label,
                "good": measure.good,
                "average": measure.average,
                "thresholded": measure.thresholded and found.scored,
                **compared(measure, found),
            }
        )
    limits = limits_of(recipe, known, rows)
    among = picked(recipe, primary)
    n_tests = judge(rows, [measure.good for measure in known], limits, among)
    parts: dict[str, pa.Table] = {}
    n_of_classes = 0
    if found.task == "regression":
        parts["residuals"] = residual_table(found)
    else:
        parts["confusion"] = confusion_table(found)
        of_classes, n_of_classes = by_class(recipe, found, among)
        parts["classes"] = pa.Table.from_pylist(of_classes, schema=pa.schema([*CLASSES, *COMPARED]))
    if found.scored:
        parts["scores"] = scores_table(found)
        parts["curve"] = curve_table(found)
    if found.scored or found.calibrated:
        parts["reliability"] = reliability_table(found)
    by: dict[str, Any] | None = None
    metric_of = chosen(recipe.metric, known)
    if recipe.segment is not None:
        progress("Segments", 0.75)
        pieces, left_out = _segments(recipe.segment, clusters, primary, reference)
        listed = [
            {**named, **compared(metric_of, found, rows if chosen_rows is None else _both(rows, chosen_rows))}
            for named, rows in pieces
        ]
        limit = limits[known.index(metric_of)]
        tested = judge(listed, [metric_of.good] * len(listed), [limit] * len(listed), among)
        parts["segments"] = pa.Table.from_pylist(listed, schema=pa.schema([*SEGMENTS, *COMPARED]))
        by = {
            "column": recipe.segment if isinstance(recipe.segment, str) else recipe.segment.embedding,
            "clusters": clusters is not None,
            "metric": metric_of.name,
            "limit": limit,
            "n_tests": tested,
            "adjusted": _adjusted(tested, "segment", among),
            "left_out": left_out,
        }
    progress("Performance", 1.0)
    return Output(
        pa.Table.from_pylist(rows, schema=TABLE),
        parts,
        {
            **_meta(found, by, (primary, reference), units),
            "n_tests": n_tests,
            "adjusted": _adjusted(n_tests, "metric", among),
            "of_classes": None
            if found.task == "regression"
            else {"shown": min(SHOWN, len(found.classes)), "adjusted": _adjusted(n_of_classes, "number", among)},
            "pairing": asdict(pairing),
            "window": None if recipe.window is None else list(recipe.window),
            "picked": among and among.meta("Bonferroni"),
        },
    )


def _segments(
    segment: str | EmbeddingMap, clusters: Clusters | None, primary: Frame, reference: Frame | None
) -> tuple[list[Segment], int]:
    if clusters is not None:
        return clusters.segments()
    return segments(str(segment), primary, reference)


def _meta(
    found: Predictions,
    by: dict[str, Any] | None,
    frames: tuple[Frame, Frame | None],
    units: Units | None,
) -> dict[str, Any]:
    primary, reference = frames
    sides = {"primary": found.primary, "reference": found.reference}
    columns = found.columns
    return {
        "task": found.task,
        "classes": list(found.classes),
        "positive": found.classes[1] if found.binary else None,
        "columns": {"prediction": columns.prediction, "actual": columns.actual, "score": columns.score},
        "predicted_from": "numbers" if found.task == "regression" else "labels" if found.threshold is None else "score",
        "threshold": found.threshold,
        "probabilities": (found.scored or found.calibrated) and all(_probable(side, found) for side in found.sides),
        "average": found.average,
        "absent": {name: None if side is None else side.absent for name, side in sides.items()},
        "rows": {name: None if side is None else _counted(side, found) for name, side in sides.items()},
        "calibration": {name: None if side is None else _by_chance(side, found) for name, side in sides.items()},
        "notes": list(found.notes),
        "segment": by,
        "alpha": ALPHA,
        "confidence": CONFIDENCE,
        "unit": None if units is None else units.meta,
        "primary": described(primary),
        "reference": described(reference),
    }


def _adjusted(n: int, what: str, among: Picked | None) -> str | None:
    if n == 0:
        return None
    windows = "" if among is None else f", {among.meta('Bonferroni')['adjusted']}"
    return f"Benjamini-Hochberg over {n} {what}{'' if n == 1 else 's'}{windows}"


def _probable(side: Side, found: Predictions) -> bool:
    _, score = found.told(side)
    return not len(score) or bool(score.min() >= 0 and score.max() <= 1)


def _counted(side: Side, found: Predictions) -> dict[str, int]:
    """Count the rows of a set, and those left out."""
    if found.task == "regression":
        truth, said = np.isfinite(side.actual), np.isfinite(side.forecast)
    else:
        truth, said = side.truth >= 0, side.predicted >= 0
    return {
        "rows": side.rows,
        "used": int((truth & said).sum()),
        "scored": int(side.scored.sum()),
        "missing_actual": int((~truth).sum()),
        "missing_prediction": int((truth & ~said).sum()),
        "zero_actual": int((truth & said & (side.actual == 0)).sum()),
    }


def _by_chance(side: Side, found: Predictions) -> dict[str, float | None] | None:
    """Return what the scores say on average, what came of it, and the calibration error that chance alone gives."""
    if found.task == "regression" or not _probable(side, found):
        return None
    kept, score = found.told(side)
    if not len(score):
        return None
    error, chance = calibration_error(kept, score)
    return {
        "mean_score": float(score.mean()),
        "share": float(kept.mean()),
        "error": error.value,
        "error_by_chance": chance,
    }


def _both(rows: tuple[Bools, Bools], chosen: tuple[Bools, Bools]) -> tuple[Bools, Bools]:
    """Return which of the chosen rows are also among `rows`."""
    return rows[0][chosen[0]], rows[1][chosen[1]]
