"""`Performance`: how good predictions are in both sets, by how much they changed, and in which segments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pyarrow as pa

from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.recipes.models import Performance
from phoenix_lab.recipes.output import Output, Progress
from phoenix_lab.recipes.pairing import pair_rows
from phoenix_lab.recipes.performance_curves import (
    confusion_table,
    curve_table,
    reliability_table,
    residual_table,
    scores_table,
)
from phoenix_lab.recipes.performance_metrics import Good, Measure, chosen, measures
from phoenix_lab.recipes.performance_segments import SEGMENTS, segments
from phoenix_lab.recipes.predictions import Bools, Predictions, Side, columns_of, read
from phoenix_lab.recipes.sets import Units, described, units_of, wanted, within
from phoenix_lab.stats.estimates import Estimate, change, undefined
from phoenix_lab.stats.multiplicity import benjamini_hochberg
from phoenix_lab.stats.paired import paired_change
from phoenix_lab.stats.proportions import CONFIDENCE
from phoenix_lab.stats.result import Comparison
from phoenix_lab.stats.scores import calibration_error
from phoenix_lab.stats.verdict import ALPHA

_SET = ("value", "lower", "upper")
COMPARED = [
    *((f"{name}_{side}", pa.float64()) for side in ("primary", "reference") for name in _SET),
    *((f"n_{side}", pa.int64()) for side in ("primary", "reference")),
    *((name, pa.float64()) for name in ("difference", "difference_lower", "difference_upper", "p_value", "p_adjusted")),
    ("limit", pa.float64()),
    ("verdict", pa.string()),
    *((name, pa.string()) for name in ("reason_primary", "reason_reference", "reason")),
]
"""What is said of a number in both sets: of each metric, and of each segment."""

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
    ids = (
        [c.name for part in (own, other or ()) for c in part if c.role == "prediction_id"] if other is not None else []
    )
    return wanted([*names, *ids, recipe.segment, recipe.unit], own, other)


def compute(recipe: Performance, primary: Frame, reference: Frame | None, progress: Progress) -> Output:
    """Compute the table of metrics, the confusion, the curves and the segments."""
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
    n_tests = judge(rows, [measure.good for measure in known], limits)
    parts: dict[str, pa.Table] = {}
    if found.task == "regression":
        parts["residuals"] = residual_table(found)
    else:
        parts["confusion"] = confusion_table(found)
    if found.scored:
        parts["scores"] = scores_table(found)
        parts["curve"] = curve_table(found)
        parts["reliability"] = reliability_table(found)
    by: dict[str, Any] | None = None
    metric_of = chosen(recipe.metric, known)
    if recipe.segment is not None:
        progress("Segments", 0.75)
        pieces, left_out = segments(recipe.segment, primary, reference)
        listed = [
            {
                "segment": name,
                "kind": kind,
                **compared(metric_of, found, rows if chosen_rows is None else _both(rows, chosen_rows)),
            }
            for name, kind, rows in pieces
        ]
        limit = limits[known.index(metric_of)]
        tested = judge(listed, [metric_of.good] * len(listed), [limit] * len(listed))
        parts["segments"] = pa.Table.from_pylist(listed, schema=pa.schema([*SEGMENTS, *COMPARED]))
        by = {
            "column": recipe.segment,
            "metric": metric_of.name,
            "limit": limit,
            "n_tests": tested,
            "adjusted": _adjusted(tested, "segment"),
            "left_out": left_out,
        }
    progress("Performance", 1.0)
    return Output(
        pa.Table.from_pylist(rows, schema=TABLE),
        parts,
        {
            **_meta(found, n_tests, by, (primary, reference), units),
            "pairing": asdict(pairing),
            "window": None if recipe.window is None else list(recipe.window),
        },
    )


def _meta(
    found: Predictions,
    n_tests: int,
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
        "probabilities": found.scored and all(_probable(side) for side in found.sides),
        "absent": {name: None if side is None else side.absent for name, side in sides.items()},
        "rows": {name: None if side is None else _counted(side, found) for name, side in sides.items()},
        "calibration": {name: None if side is None else _by_chance(side, found) for name, side in sides.items()},
        "notes": list(found.notes),
        "segment": by,
        "alpha": ALPHA,
        "confidence": CONFIDENCE,
        "n_tests": n_tests,
        "adjusted": _adjusted(n_tests, "metric"),
        "unit": None if units is None else units.meta,
        "primary": described(primary),
        "reference": described(reference),
    }


def _adjusted(n: int, what: str) -> str | None:
    return None if n == 0 else f"Benjamini-Hochberg over {n} {what}{'' if n == 1 else 's'}"


def _probable(side: Side) -> bool:
    score = side.score[np.isfinite(side.score)]
    return not len(score) or (score.min() >= 0 and score.max() <= 1)


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
    if not found.scored or not side.scored.any() or not _probable(side):
        return None
    part = side.scored_part
    positive = part.truth == 1
    error, chance = calibration_error(positive, part.score)
    return {
        "mean_score": float(part.score.mean()),
        "share": float(positive.mean()),
        "error": error.value,
        "error_by_chance": chance,
    }


def _both(rows: tuple[Bools, Bools], chosen: tuple[Bools, Bools]) -> tuple[Bools, Bools]:
    """Return which of the chosen rows are also among `rows`."""
    return rows[0][chosen[0]], rows[1][chosen[1]]


def compared(measure: Measure, found: Predictions, rows: tuple[Bools, Bools] | None = None) -> dict[str, Any]:
    """Return a number in both sets and its change, of all rows or of some rows of each (primary, reference)."""
    row: dict[str, Any] = {}
    estimates: dict[str, Estimate] = {}
    by_row: dict[str, Estimate] = {}
    for k, (name, side) in enumerate((("primary", found.primary), ("reference", found.reference))):
        if side is None:
            continue
        if side.absent is not None:
            estimate = undefined(measure.name, 0, f"{side.name} {side.absent}")
        else:
            part = side if rows is None else side.where(rows[k])
            estimate = measure.of(part)
            if part.pair is not None and part.units is None:
                by_row[name] = measure.of(replace(part, units=part.pair))
        estimates[name] = estimate
        row.update(
            {
                f"value_{name}": estimate.value,
                f"lower_{name}": estimate.lower,
                f"upper_{name}": estimate.upper,
                f"n_{name}": estimate.n,
                f"reason_{name}": estimate.reason,
            }
        )
    if found.reference is None:
        row["reason"] = "there is no reference set"
    else:
        found_change: Comparison = (
            paired_change(by_row["reference"], by_row["primary"])
            if len(by_row) == len(found.sides) > 1
            else change(estimates["reference"], estimates["primary"])
        )
        row.update(
            difference=found_change.value,
            difference_lower=found_change.lower,
            difference_upper=found_change.upper,
            p_value=found_change.p_value,
            reason=found_change.reason,
        )
    return row


def limits_of(recipe: Performance, known: list[Measure], rows: list[dict[str, Any]]) -> list[float | None]:
    """Return how much each number has to change before that matters; None where the reference has nothing to measure it by."""
    told = {row["metric"]: row.get("value_reference") for row in rows}
    result: list[float | None] = []
    for measure in known:
        asked = None if recipe.limits is None else recipe.limits.get(measure.name)  # type: ignore[call-overload]
        if asked is not None or measure.share_of is None:
            result.append(measure.limit if asked is None else asked)
        else:
            whole = told[measure.share_of]
            result.append(None if whole is None else measure.limit * whole)
    return result


def judge(rows: list[dict[str, Any]], good: list[Good], limits: list[float | None]) -> int:
    """Correct the p-values together and say what became worse or better by more than the limit; return the number of tests."""
    adjusted = benjamini_hochberg([row.get("p_value") for row in rows])
    for row, p, better, limit in zip(rows, adjusted, good, limits, strict=True):
        row["p_adjusted"] = p
        row["limit"] = limit
        row["verdict"] = _verdict(row, p, better, limit or 0.0)
    return sum(p is not None for p in adjusted)


def _verdict(row: dict[str, Any], p: float | None, good: Good, limit: float) -> str:
    """Judge a change by its interval against a limit.

    "worse", "better" or "changed" when the whole interval lies beyond it and chance does not explain the change, "none" when it lies
    within, else "undecided"; "untested" without a test.
    """
    lower, upper = row.get("difference_lower"), row.get("difference_upper")
    if p is None or lower is None or upper is None:
        return "untested"
    if -limit < lower and upper < limit:
        return "none"
    if p >= ALPHA or not (lower > limit or upper < -limit):
        return "undecided"
    before, now = row["value_reference"], row["value_primary"]
    if good == "zero":
        if abs(now) == abs(before):
            return "changed"
        return "worse" if abs(now) > abs(before) else "better"
    return "worse" if (now < before) == (good == "high") else "better"
