"""Which columns tell what was predicted and what came of it, and their values in both sets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

import numpy as np
import pyarrow as pa

from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.schema import ColumnInfo, Role
from phoenix_lab.profiles.columns import numbers
from phoenix_lab.profiles.labels import labels
from phoenix_lab.recipes.class_scores import as_confidence, of_classes
from phoenix_lab.recipes.models import Performance
from phoenix_lab.recipes.output import RecipeError
from phoenix_lab.recipes.predictions import (
    Bools,
    Columns,
    Floats,
    Ints,
    Predictions,
    Side,
    Task,
    column_of,
    floats_of,
)
from phoenix_lab.recipes.sets import Units, known

Use = Literal["prediction", "actual", "score"]

MOST_CLASSES = 200
"""Labels of more sorts than these are no classes."""
FEW_NUMBERS = 20
"""Whole numbers of no more sorts than these are labels, unless roles say otherwise."""
POSITIVE = {"1", "true", "yes", "y", "t", "positive", "pos"}

ROLES: dict[Use, tuple[Role, ...]] = {
    "prediction": ("prediction_label", "prediction_score"),
    "actual": ("actual_label", "actual_score"),
    "score": ("prediction_score",),
}


def columns_of(
    recipe: Performance, own: Iterable[ColumnInfo], other: Iterable[ColumnInfo] | None
) -> tuple[Task | None, Columns]:
    """Return the task, as far as roles tell, and a set's columns: those of the recipe, of its own roles, of the other's."""
    mine, theirs = tuple(own), tuple(other or ())

    def role(name: Role) -> str | None:
        return next((c.name for part in (mine, theirs) for c in part if c.role == name), None)

    labels_there = role("actual_label") is not None and (
        role("prediction_label") is not None or role("prediction_score") is not None
    )
    by_roles = recipe.prediction is None and recipe.actual is None
    if recipe.scores is not None:
        regression = False
    elif by_roles and recipe.task is None:
        regression = not labels_there and role("actual_score") is not None
    else:
        regression = recipe.task == "regression"
    if by_roles and regression:
        return "regression", Columns(role("prediction_score"), role("actual_score"), None)
    actual = recipe.actual or role("actual_label") or role("actual_score")
    prediction = recipe.prediction or role("prediction_label")
    if recipe.score is None and recipe.prediction is None:
        score = role("prediction_score")
    else:
        score = recipe.score or (role("prediction_score") if recipe.actual is None else None)
    return recipe.task or ("classification" if by_roles else None), Columns(
        prediction, actual, None if score == prediction else score
    )


def read(
    recipe: Performance, primary: Frame, reference: Frame | None, units: Units | None, *, unlabelled: bool = False
) -> Predictions:
    """Read both sets, also what is predicted in one that has no actual values if `unlabelled`; raises `RecipeError` when there is nothing to judge by."""
    frames = [primary] if reference is None else [primary, reference]
    found = [columns_of(recipe, primary.columns, None if reference is None else reference.columns)]
    if reference is not None:
        found.append(columns_of(recipe, reference.columns, primary.columns))
    task, columns = found[0]
    if columns.actual is None or (columns.prediction is None and columns.score is None and recipe.scores is None):
        raise RecipeError(_nothing_says(columns))
    for use in ("prediction", "actual", "score"):
        name = getattr(recipe, use)
        # Labels that have not come may be no column yet: one that the reference has is no slip of the pen.
        later = use == "actual" and reference is not None and name in reference.table.column_names
        if name is not None and (name in primary.table.column_names or not later):
            known(primary, name)
    for name in recipe.scores or ():
        known(primary, name)
    if task is None:
        task = _task(frames, [c for _, c in found])
    codes = [None if units is None else units.primary, None if units is None else units.reference]
    if task == "regression":
        sides = [_numbers(f, c, u) for f, (_, c), u in zip(frames, found, codes, strict=False)]
        result = Predictions(task, (), sides[0], sides[1] if reference is not None else None, columns)
    else:
        result = _classes(recipe, frames, [c for _, c in found], codes, unlabelled=unlabelled)
    if all(side.absent is not None for side in result.sides):
        raise RecipeError(". ".join(f"{side.name} {side.absent}" for side in reversed(result.sides)))
    return result


def _nothing_says(columns: Columns) -> str:
    what = "the actual labels" if columns.actual is None else "the predictions"
    field = "actual_label_column_name" if columns.actual is None else "prediction_label_column_name"
    argument = "actual" if columns.actual is None else "prediction"
    scores = columns.actual is None and columns.score is not None
    later = ". While it has not come, a reference that has labels tells what to expect of scores" if scores else ""
    return f"no column is known to hold {what}: name it in the schema ({field}), or as {argument}= of the recipe{later}"


def _task(frames: list[Frame], columns: list[Columns]) -> Task:
    """Tell numbers that are predicted from numbers that are labels."""
    for frame, own in zip(frames, columns, strict=True):
        for name in (own.prediction, own.actual):
            column = column_of(frame, name)
            if column is None:
                continue
            if frame.info(str(name)).role in {"prediction_label", "actual_label"} or own.prediction is None:
                return "classification"
            kind = column.type
            if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
                return "classification"
            values = np.unique(numbers(column).values)
            if len(values) > FEW_NUMBERS or bool((values != np.round(values)).any()):
                return "regression"
    return "classification"


def _side(frame: Frame, units: Ints | None, **values: Ints | Floats) -> Side:
    n = frame.n_rows
    none, nan = np.full(n, -1, dtype=np.int64), np.full(n, np.nan)
    usual = {"truth": none, "predicted": none, "score": nan, "actual": nan, "forecast": nan}
    return Side(frame.name, units=units, **{**usual, **values})  # type: ignore[arg-type]


def _numbers(frame: Frame, columns: Columns, units: Ints | None) -> Side:
    parts = {}
    for use, name in (("actual", columns.actual), ("forecast", columns.prediction)):
        parts[use], _ = floats_of(frame, name)
    side = _side(frame, units, **parts)
    return replace(side, absent=_why_absent(frame, columns, np.isfinite(side.actual), np.isfinite(side.forecast)))


def _classes(
    recipe: Performance, frames: list[Frame], columns: list[Columns], units: list[Ints | None], *, unlabelled: bool
) -> Predictions:
    parts: list[tuple[str, pa.ChunkedArray]] = []
    places: list[dict[str, int]] = []
    judged = [unlabelled or _is_judged(recipe, frame, own) for frame, own in zip(frames, columns, strict=True)]
    first = columns[judged.index(True)] if any(judged) else columns[0]
    for frame, own, is_judged in zip(frames, columns, judged, strict=True):
        place = {}
        for use, name in (("truth", own.actual), ("predicted", own.prediction)):
            column = column_of(frame, name)
            # The labels of a set that cannot be judged are no classes of the other's.
            if column is not None and is_judged:
                place[use] = len(parts)
                parts.append((f'"{name}" of {frame.name}', column))
        places.append(place)
    numbered = labels(parts) if parts else None
    classes = () if numbered is None else numbered.classes
    if len(classes) > MOST_CLASSES:
        raise RecipeError(
            f'"{columns[0].actual}" has {len(classes):,} labels: performance is told of {MOST_CLASSES} at most'
        )
    sides, single = [], True
    for frame, own, place, codes in zip(frames, columns, places, units, strict=False):
        score, narrow = floats_of(frame, own.score)
        single = single and (narrow or own.score is None or not np.isfinite(score).any())
        values = {} if numbered is None else {use: numbered.codes[at] for use, at in place.items()}
        sides.append(_side(frame, codes, score=score, **values))
    result = Predictions(
        "classification", classes, sides[0], sides[1] if len(sides) > 1 else None, first, single=single
    )
    if recipe.scores is not None:
        result = of_classes(recipe.scores, result, frames)
    if result.binary:
        result = _oriented(recipe, result)
    elif recipe.positive is not None:
        raise RecipeError(f"a positive class is one of two; here {len(classes)} labels occur: {_few(classes)}")
    elif first.prediction is None and recipe.scores is None:
        raise RecipeError(
            f'a score is of two classes, and "{first.actual}" holds {len(classes)}: name the column of the predicted labels, '
            "or those of the scores of all classes"
        )
    elif recipe.threshold is not None:
        raise RecipeError(f"a threshold needs two classes; here {len(classes)} labels occur: {_few(classes)}")
    elif first.score is not None and recipe.scores is None and len(classes) > 2:
        result = as_confidence(result)
    average = recipe.average or (None if result.binary else "macro")
    result = replace(result, average=average)
    whole = [
        replace(side, absent=_why_absent(frame, own, side.truth >= 0, side.predicted >= 0))
        for side, frame, own in zip([result.primary, result.reference], frames, columns, strict=False)
        if side is not None
    ]
    return replace(result, primary=whole[0], reference=whole[1] if len(whole) > 1 else None)


def _is_judged(recipe: Performance, frame: Frame, columns: Columns) -> bool:
    """Tell whether a frame has both what was predicted and what was true."""
    said = (columns.prediction, columns.score, *(recipe.scores or ()))
    return column_of(frame, columns.actual) is not None and any(column_of(frame, name) is not None for name in said)


def _few(classes: tuple[str, ...]) -> str:
    return ", ".join(classes[:5]) + (", …" if len(classes) > 5 else "")


def _oriented(recipe: Performance, found: Predictions) -> Predictions:
    """Put the positive class last, and predict by the threshold where there is one."""
    notes: list[str] = []
    sides = list(found.sides)
    confidence = _is_confidence(sides)
    spoken = None if confidence else _spoken_for(found)
    positive = _positive(recipe, found, spoken, confidence=confidence)
    classes = found.classes
    if positive == 0:
        classes = (classes[1], classes[0])
        sides = [
            replace(
                s,
                truth=np.where(s.truth < 0, -1, 1 - s.truth),
                predicted=np.where(s.predicted < 0, -1, 1 - s.predicted),
            )
            for s in sides
        ]
    if confidence:
        notes.append(f"{found.columns.score} is taken as how sure the predicted label is: it is never below .5")
        sides = [
            replace(s, score=np.where(s.predicted == 1, s.score, np.where(s.predicted == 0, 1 - s.score, np.nan)))
            for s in sides
        ]
    if spoken is not None and spoken != positive:
        notes.append(
            f"{found.columns.score} is of {found.classes[spoken]}; of {found.classes[positive]} it is turned round"
        )
        probable = all(np.nanmin(s.score, initial=0) >= 0 and np.nanmax(s.score, initial=1) <= 1 for s in sides)
        sides = [replace(s, score=(1 if probable else 0) - s.score) for s in sides]
    scores = np.concatenate([s.score for s in sides])
    scores = scores[np.isfinite(scores)]
    threshold = recipe.threshold
    if threshold is None and found.columns.prediction is None:
        threshold = 0.0 if len(scores) and (scores.min() < 0 or scores.max() > 1) else 0.5
    if threshold is not None:
        if not len(scores):
            raise RecipeError("a threshold needs a column of scores, and no set has one")
        threshold = float(np.float32(threshold)) if found.single else threshold
        sides = [
            replace(s, predicted=np.where(np.isfinite(s.score), (s.score >= threshold).astype(np.int64), -1))
            for s in sides
        ]
    return replace(
        found,
        classes=classes,
        primary=sides[-1],
        reference=sides[0] if len(sides) > 1 else None,
        threshold=threshold,
        notes=tuple(notes),
    )


def _is_confidence(sides: list[Side]) -> bool:
    """Tell whether scores are of the label that was predicted, rather than of one and the same class."""
    scores = np.concatenate([s.score[np.isfinite(s.score) & (s.predicted >= 0)] for s in sides])
    said = np.concatenate([s.predicted[np.isfinite(s.score) & (s.predicted >= 0)] for s in sides])
    return len(np.unique(said)) == 2 and bool(scores.min() >= 0.5) and bool(scores.max() <= 1)


def _spoken_for(found: Predictions) -> int | None:
    """Return which class is predicted where scores are high; None where no set has predictions of both."""
    for side in found.sides:
        means = [side.score[(side.predicted == k) & np.isfinite(side.score)] for k in (0, 1)]
        if all(len(part) for part in means):
            return int(means[1].mean() > means[0].mean())
    return None


def _positive(recipe: Performance, found: Predictions, spoken: int | None, *, confidence: bool) -> int:
    """Return which of two classes is the positive one."""
    classes = found.classes
    if recipe.positive is not None:
        if recipe.positive not in classes:
            raise RecipeError(f'no label is "{recipe.positive}": they are {_few(classes)}')
        return classes.index(recipe.positive)
    if spoken is not None:
        return spoken
    named = [k for k in (0, 1) if classes[k].casefold() in POSITIVE]
    if len(named) == 1:
        return named[0]
    for side in () if confidence else found.sides:
        means = [side.score[(side.truth == k) & np.isfinite(side.score)] for k in (0, 1)]
        if all(len(part) for part in means):
            return int(means[1].mean() > means[0].mean())
    counts = np.bincount(np.concatenate([s.truth[s.truth >= 0] for s in found.sides]), minlength=2)
    return int(counts[1] <= counts[0])


def _why_absent(frame: Frame, columns: Columns, truth: Bools, said: Bools) -> str | None:
    """Return why a set has no row with both, as what it is said to do: "has no column …"."""
    if frame.n_rows == 0:
        return "has no rows"
    # Without a name it is predicted from the scores of all classes.
    wanted = [
        (n, t) for n, t in ((columns.actual, truth), (columns.prediction or columns.score, said)) if n is not None
    ]
    for name, _ in wanted:
        if column_of(frame, name) is None:
            return f'has no column "{name}"'
    for name, there in wanted:
        if not there.any():
            return f'has no value in "{name}": it is missing in all {frame.n_rows:,} rows'
    return None if (truth & said).any() else "has no row with both a prediction and an actual value"
