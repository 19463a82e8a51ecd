"""`EstimatedPerformance`: how good predictions are likely to be before their labels arrive, and why that cannot be told where it cannot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.stats import t as student

from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.recipes import performance
from phoenix_lab.recipes.coverage import Coverage, coverage, features_of
from phoenix_lab.recipes.models import EstimatedPerformance, Performance
from phoenix_lab.recipes.output import Output, Progress, RecipeError, silent
from phoenix_lab.recipes.performance_metrics import Measure, measures
from phoenix_lab.recipes.predictions import Predictions, Side
from phoenix_lab.recipes.read_predictions import read
from phoenix_lab.recipes.sets import described, generator, known, units_of, wanted, within
from phoenix_lab.stats.estimates import Estimate, combined_variance, pieces, undefined
from phoenix_lab.stats.expected import METRICS
from phoenix_lab.stats.outside import FAR, at_least
from phoenix_lab.stats.proportions import CONFIDENCE
from phoenix_lab.stats.transport import Scored, Transport, transport
from phoenix_lab.stats.verdict import ALPHA

Bools = NDArray[np.bool_]

FEWEST = 50
"""Rows of the reference with score and label that chances are learnt from, at the least."""
FEWEST_EFFECTIVE = 30
"""As many as these they have to be worth, weighted as the scores of the primary set are."""
FEWEST_OF_CLASS = 100
"""Of several classes, those predicted at least so often in the reference have chances of their own."""
OF_CLASSES = ("accuracy", "calibration_bias")
"""What one score of several classes tells: whether the predicted one is right."""

_SET = ("value", "lower", "upper")
TABLE = pa.schema(
    [
        ("metric", pa.string()),
        ("label", pa.string()),
        ("good", pa.string()),
        *((f"{name}_{of}", pa.float64()) for of in ("estimated", "measured", "reference") for name in _SET),
        *((f"n_{of}", pa.int64()) for of in ("estimated", "measured", "reference")),
        *((name, pa.float64()) for name in ("difference", "difference_lower", "difference_upper")),
        *((f"reason_{of}", pa.string()) for of in ("estimated", "measured", "reference")),
    ]
)


def needs(
    recipe: EstimatedPerformance, primary: Iterable[ColumnInfo], reference: Iterable[ColumnInfo] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns to read of both sets: predictions, actual values, scores, features, the unit."""
    own, other = tuple(primary), None if reference is None else tuple(reference)
    mine, theirs = performance.needs(_asked(recipe), own, other)
    more, others = wanted([*features_of(recipe.features, own, other), recipe.unit], own, other)
    return tuple(dict.fromkeys(mine + more)), tuple(dict.fromkeys(theirs + others))


def _asked(recipe: EstimatedPerformance) -> Performance:
    """Return which predictions are meant, without what is not looked at."""
    return replace(
        recipe.predictions or Performance(), segment=None, window=None, unit=None, where=(), picked_from=None
    )


def compute(
    recipe: EstimatedPerformance, primary: Frame, reference: Frame | None = None, progress: Progress = silent
) -> Output:
    """Estimate the metrics of the primary set.

    Raises
    ------
    RecipeError
        There is no reference with labels, or no scores, or numbers are predicted.
    """
    progress("Estimate", 0.0)
    if reference is None:
        raise RecipeError("without labels performance is estimated from a reference that has some: there is none")
    units = units_of(recipe.unit, primary, reference)
    found = read(_asked(recipe), primary, reference, units, unlabelled=True)
    if found.task == "regression":
        raise RecipeError(
            "numbers are predicted: without labels only the predictions of classes can be judged, by their scores"
        )
    inside = within(recipe.window, primary)
    chosen = np.ones(primary.n_rows, dtype=bool) if inside is None else inside
    own, other = found.primary, found.reference
    if other is None:
        raise RecipeError(f"{reference.name} has no predictions")
    rows = chosen & _predicted(own, found), _predicted(other, found) & (other.truth >= 0)
    why = _why_not(rows, own, other, found)
    if why is not None:
        raise RecipeError(why)
    columns = features_of(recipe.features, primary.columns, reference.columns)
    for name in recipe.features or ():
        known(primary, name), known(reference, name)
    scored = _scored(own.where(rows[0]), other.where(rows[1]), found)
    right = _right(other.where(rows[1]), found)
    progress("Estimate", 0.1)
    moved = transport(scored[1], right, scored[0], generator("estimate", str(recipe.seed)))
    progress("Coverage", 0.5)
    covered = (
        coverage(columns, primary, reference, rows, units, rng=generator("coverage", str(recipe.seed)))
        if columns
        else Coverage(None, (), "no features are looked at")
    )
    refused = _refused(recipe, moved, covered, primary.name, reference.name)
    sides = own.where(chosen), other.where(rows[1])
    table = [
        _row(measure, moved, sides, refused)
        for measure in measures(found)
        if measure.name in METRICS and (found.binary or measure.name in OF_CLASSES)
    ]
    least, outside = covered.least, int(moved.outside.sum())
    meta: dict[str, Any] = {
        "refused": refused,
        "assumption": _assumption(found, primary.name, reference.name),
        "classes": list(found.classes),
        "positive": found.classes[1] if found.binary else None,
        "columns": {
            "prediction": found.columns.prediction,
            "actual": found.columns.actual,
            "score": found.columns.score,
        },
        "threshold": found.threshold,
        "average": None,
        "calibration": {
            "ways": sorted({one.way for one in moved.calibrations.values()}),
            "brier": {way: value for one in list(moved.calibrations.values())[:1] for way, value in one.brier.items()},
            "n": len(right),
            "effective": moved.effective,
            "apart": len(moved.calibrations),
        },
        "coverage": {
            "limit": recipe.outside,
            "beyond_scores": outside,
            "share_beyond_scores": outside / len(moved.outside),
            "times": FAR,
            "least_outside": None if least is None else least.share,
            "counts": None if least is None else asdict(least),
            "columns": list(covered.columns),
            "reason": covered.reason,
        },
        "rows": {
            "scored": int(rows[0].sum()),
            "rows": int(chosen.sum()),
            "labelled": int((rows[0] & (own.truth >= 0)).sum()),
        },
        "labels": _came(own.where(rows[0]), moved, found),
        "notes": list(found.notes),
        "window": None if recipe.window is None else list(recipe.window),
        "confidence": CONFIDENCE,
        "unit": None if units is None else units.meta,
        "primary": described(primary),
        "reference": described(reference),
    }
    progress("Estimate", 1.0)
    return Output(pa.Table.from_pylist(table, schema=TABLE), {}, meta)


def _predicted(side: Side, found: Predictions) -> Bools:
    """Return which rows have a prediction and its score."""
    if found.binary:
        return np.isfinite(side.score) & (side.predicted >= 0)
    none = np.zeros(side.rows, dtype=bool)
    return none if side.sure is None else np.isfinite(side.sure) & (side.predicted >= 0)


def _right(side: Side, found: Predictions) -> Bools:
    """Return of which rows what their score promises has come: of two classes the positive one, of more the predicted one."""
    kept: Bools = side.truth == (1 if found.binary else side.predicted)
    return kept


def _why_not(rows: tuple[Bools, Bools], own: Side, other: Side, found: Predictions) -> str | None:
    """Return why there is nothing to estimate from, or None."""
    n, m = int(rows[1].sum()), int(rows[0].sum())
    if not len(found.classes):
        return f"{other.name} has no label: chances are learnt from a reference that has some"
    if m == 0:
        return f"no row of {own.name} has a score: without labels predictions are judged by their scores"
    if n < FEWEST:
        return f"{n} rows of {other.name} have score and label, and {FEWEST} are needed to learn from what scores mean"
    right = _right(other.where(rows[1]), found)
    if right.all() or not right.any():
        return (
            f"all rows of {other.name} have the same label"
            if found.binary
            else f"{other.name} is predicted all right or all wrong"
        )
    return None


def _scored(own: Side, other: Side, found: Predictions) -> tuple[Scored, Scored]:
    """Return the scores of both sets, with the groups whose chances are learnt apart."""
    sides = own, other
    if not found.binary:
        frequent = np.bincount(other.predicted, minlength=len(found.classes)) >= FEWEST_OF_CLASS
        places = np.where(frequent, np.arange(len(frequent)), len(frequent))
        apart = tuple(places[side.predicted] for side in sides)
        some = np.isin(apart[0], apart[1])
        if not some.all():  # No class is frequent, or one that is not has no row of its own to learn from.
            apart = tuple(np.zeros(side.rows, dtype=np.int64) for side in sides)
        sure = tuple(np.empty(0) if side.sure is None else side.sure for side in sides)
        first, second = (
            Scored(score, np.ones(len(score), dtype=bool), group, side.units)
            for score, group, side in zip(sure, apart, sides, strict=True)
        )
        return first, second
    said = [side.predicted == 1 for side in sides]
    scores = np.concatenate([side.score for side in sides])
    both = np.concatenate(said)
    by_threshold = both.all() or not both.any() or scores[~both].max() < scores[both].min()
    few = min(int(said[1].sum()), int((~said[1]).sum())) < FEWEST
    # A label that no threshold gives tells something that the score does not.
    groups = [
        np.zeros(side.rows, np.int64) if by_threshold or few else of.astype(np.int64)
        for side, of in zip(sides, said, strict=True)
    ]
    first, second = (
        Scored(side.score, of, group, side.units) for side, of, group in zip(sides, said, groups, strict=True)
    )
    return first, second


def _refused(
    recipe: EstimatedPerformance, moved: Transport, covered: Coverage, primary: str, reference: str
) -> str | None:
    """Return why the reference says nothing about the primary set, or None."""
    m, k = len(moved.outside), int(moved.outside.sum())
    least = at_least(k, m)
    if least > recipe.outside:
        return (
            f"at least {least:.0%} of the rows of {primary} have scores that no row of {reference} with a label comes up to, "
            f"and {recipe.outside:.0%} may"
        )
    if moved.effective < FEWEST_EFFECTIVE and recipe.outside < 1:
        return (
            f"the scores of {primary} lie where {reference} has few labels: they are worth {moved.effective:.0f} rows, "
            f"and {FEWEST_EFFECTIVE} are needed"
        )
    if covered.least is not None and covered.least.share > recipe.outside:
        return (
            f"at least {covered.least.share:.0%} of the rows of {primary} lie, by their features, where {reference} has less than a tenth as many, "
            f"and {recipe.outside:.0%} may"
        )
    return None


def _assumption(found: Predictions, primary: str, reference: str) -> str:
    of = f"are {found.classes[1]}" if found.binary else "are predicted right"
    return f"estimated as if in {primary} as many rows of a score {of} as in {reference}: a change of what scores mean shows in labels alone"


def _row(measure: Measure, moved: Transport, sides: tuple[Side, Side], refused: str | None) -> dict[str, Any]:
    own, other = sides
    before, measured = measure.of(other), measure.of(own)
    found = undefined(measure.name, 0, refused) if refused is not None else moved.estimate(measure.name)
    row: dict[str, Any] = {"metric": measure.name, "label": measure.label, "good": measure.good}
    for of, one in (("estimated", found), ("measured", measured), ("reference", before)):
        row.update({f"{end}_{of}": getattr(one, end) for end in _SET})
        row.update({f"n_{of}": one.n, f"reason_{of}": one.reason})
    return {**row, **_change(before, found, moved)}


def _change(before: Estimate, now: Estimate, moved: Transport) -> dict[str, float | None]:
    """Return how an estimated metric differs from the reference's own: rows of the reference are behind both numbers."""
    if before.value is None or now.value is None:
        return {}
    d = now.value - before.value
    own, other = moved.primary, moved.reference
    n = len(other.score)
    if before.influence is None or now.influence is None or len(before.influence) != n:
        return {"difference": d}
    parts = [now.influence[:n] - before.influence, now.influence[n:]]
    sizes = [pieces(np.ones(len(part), dtype=bool), side.units) for part, side in zip(parts, (other, own), strict=True)]
    if min(sizes) < 2:
        return {"difference": d}
    error = float(np.sqrt(combined_variance(parts, [other.units, own.units], sizes)))
    half = float(student.ppf((1 + CONFIDENCE) / 2, max(1, min(now.effective, *sizes) - 1))) * error
    return {"difference": d, "difference_lower": d - half, "difference_upper": d + half}


def _came(own: Side, moved: Transport, found: Predictions) -> dict[str, Any] | None:
    """Return whether the labels that are there already agree with the chances; None without enough of them.

    Of two classes both the share of the positive one and that of right predictions are looked at, and the one that is off more is told.
    """
    there = own.truth >= 0
    n = int(there.sum())
    if n < FEWEST_EFFECTIVE or len(own.truth) != len(moved.chance):
        return None
    units: list[Any] = [moved.reference.units, None if own.units is None else own.units[there]]
    came, chance, said = _right(own, found)[there], moved.chance[there], moved.primary.said[there]
    told: list[dict[str, Any]] = []
    for what, turned in (("positive", False), ("right", True))[0 if found.binary else 1 :]:
        sign = np.where(said, 1.0, -1.0) if turned else np.ones(n)
        off = sign * (came - chance)
        before = np.where(moved.reference.said, 1.0, -1.0) if turned else 1.0
        parts = [
            moved.weight * before * (moved.positive - moved.held_out) / len(moved.weight),
            (off - off.mean()) / n,
        ]
        sizes = [pieces(np.ones(len(part), dtype=bool), of) for part, of in zip(parts, units, strict=True)]
        if min(sizes) < 2:
            return None
        error = float(np.sqrt(combined_variance(parts, units, sizes)))
        p = float(2 * student.sf(abs(off.mean()) / error, min(sizes) - 1)) if error > 0 else 1.0
        of = came == said if turned else came
        told.append({"what": what, "came": float(of.mean()), "expected": float(of.mean() - off.mean()), "p_value": p})
    worst = min(told, key=lambda one: one["p_value"])
    p = min(1.0, len(told) * worst["p_value"])
    return {**worst, "n": n, "p_value": p, "disagree": p < ALPHA}
