"""A number in both sets, and what became of it: its change, how sure that is, and whether it matters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from phoenix_lab.recipes.models import Performance
from phoenix_lab.recipes.performance_metrics import Good, Measure
from phoenix_lab.recipes.picked import Picked
from phoenix_lab.recipes.predictions import Bools, Predictions
from phoenix_lab.stats.estimates import Estimate, change, shared, undefined
from phoenix_lab.stats.multiplicity import benjamini_hochberg
from phoenix_lab.stats.paired import paired_change
from phoenix_lab.stats.power import more_pieces
from phoenix_lab.stats.result import Comparison
from phoenix_lab.stats.verdict import ALPHA

_SET = ("value", "lower", "upper")
COMPARED = [
    *((f"{name}_{side}", pa.float64()) for side in ("primary", "reference") for name in _SET),
    *((f"n_{side}", pa.int64()) for side in ("primary", "reference")),
    *((name, pa.float64()) for name in ("difference", "difference_lower", "difference_upper", "p_value", "p_adjusted")),
    ("limit", pa.float64()),
    ("verdict", pa.string()),
    ("needed", pa.int64()),
    *((name, pa.string()) for name in ("reason_primary", "reason_reference", "reason")),
]
"""What is said of a number in both sets: of each metric, and of each segment."""


def compared(measure: Measure, found: Predictions, rows: tuple[Bools, Bools] | None = None) -> dict[str, Any]:
    """Return a number in both sets and its change, of all rows or of some rows of each (primary, reference)."""
    estimates: dict[str, Estimate] = {}
    by_row: dict[str, Estimate] = {}
    for k, (name, side) in enumerate((("primary", found.primary), ("reference", found.reference))):
        if side is None:
            continue
        if side.absent is not None:
            estimates[name] = undefined(measure.name, 0, f"{side.name} {side.absent}")
            continue
        part = side if rows is None else side.where(rows[k])
        estimates[name] = measure.of(part)
        if part.pair is not None and part.units is None:
            by_row[name] = measure.of(part.by_pair)
    return told(estimates, by_row if len(by_row) == len(found.sides) > 1 else None)


def told(estimates: Mapping[str, Estimate], by_row: Mapping[str, Estimate] | None = None) -> dict[str, Any]:
    """Return the fields of `COMPARED` but the limit and the verdict, of a number of the primary set and, if there is one, of the reference; `by_row` is the same of rows that are in both."""
    row: dict[str, Any] = {}
    for name, estimate in estimates.items():
        row.update(
            {
                f"value_{name}": estimate.value,
                f"lower_{name}": estimate.lower,
                f"upper_{name}": estimate.upper,
                f"n_{name}": estimate.n,
                f"reason_{name}": estimate.reason,
            }
        )
    if "reference" not in estimates:
        return {**row, "reason": "there is no reference set"}
    found: Comparison = (
        change(estimates["reference"], estimates["primary"])
        if by_row is None
        else paired_change(by_row["reference"], by_row["primary"])
    )
    row.update(
        difference=found.value,
        difference_lower=found.lower,
        difference_upper=found.upper,
        p_value=found.p_value,
        reason=found.reason,
        power=_power(found, (estimates["reference"], estimates["primary"]), together=by_row is not None),
    )
    return row


def _power(found: Comparison, sets: tuple[Estimate, Estimate], *, together: bool) -> Callable[[float], int | None]:
    """Return what tells, at a limit, how many more primary rows or units would decide; of sets with units in common how many more of both."""
    reference, primary = sets
    together = together or shared(reference.units, primary.units)
    variances = (0.0, 1.0) if together else (reference.variance or 0.0, primary.variance or 0.0)
    pieces = primary.n if primary.units is None else len(np.unique(primary.units))
    return partial(more_pieces, found, variances=variances, pieces=pieces)


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


def judge(rows: list[dict[str, Any]], good: list[Good], limits: list[float | None], among: Picked | None = None) -> int:
    """Correct the p-values together, and for the windows that theirs was picked from; say what became worse or better by more than the limit.

    Returns the number of tests.
    """
    p_values = [row.get("p_value") for row in rows]
    adjusted = benjamini_hochberg(p_values if among is None else [among.p(p) for p in p_values])
    for row, p, better, limit in zip(rows, adjusted, good, limits, strict=True):
        row["p_adjusted"] = p
        row["limit"] = limit
        row["verdict"] = _verdict(row, p, better, limit or 0.0)
        power = row.pop("power", None)
        row["needed"] = power(limit or 0.0) if power is not None and row["verdict"] == "undecided" else None
    return sum(p is not None for p in adjusted)


def _verdict(row: dict[str, Any], p: float | None, good: Good, limit: float) -> str:
    """Judge a change by its interval against a limit.

    "worse", "better" or "changed" when the whole interval lies beyond it and chance does not explain the change, "none" when it lies
    within, else "undecided", as it is where so few rows have no interval that tells anything; "untested" without a test.
    """
    lower, upper = row.get("difference_lower"), row.get("difference_upper")
    if p is None:
        return "untested"
    if lower is None or upper is None:
        return "undecided"
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
