"""Scores of more than two classes: one column a class, or how sure the predicted label is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from phoenix_lab.inferences.frame import Frame
from phoenix_lab.recipes.output import RecipeError
from phoenix_lab.recipes.predictions import Bools, Floats, Predictions, Side, floats_of


def as_confidence(found: Predictions) -> Predictions:
    """Take the score as how sure the predicted label is, which is all that one score of several classes can be."""
    name = found.columns.score
    scores = np.concatenate([side.score[np.isfinite(side.score)] for side in found.sides])
    if len(scores) and (scores.min() < 0 or scores.max() > 1):
        return replace(
            found, notes=(*found.notes, f"{name} is not used: of more than two classes it is no probability")
        )

    def sure(side: Side) -> Side:
        return replace(side, sure=side.score)

    return replace(
        found,
        primary=sure(found.primary),
        reference=None if found.reference is None else sure(found.reference),
        notes=(
            *found.notes,
            f"{name} is taken as how sure the predicted label is: of {len(found.classes)} labels one score says no more",
        ),
    )


def of_classes(columns: tuple[str, ...], found: Predictions, frames: list[Frame]) -> Predictions:
    """Read the scores of all classes, and without predicted labels predict the class with the highest.

    Raises
    ------
    RecipeError
        The columns do not tell which class each is of.
    """
    order, classes, notes = _of_each(columns, found.classes)
    ordered = [columns[i] for i in order]
    sides = [
        _with_scores(side, frame, ordered, predict=found.columns.prediction is None)
        for side, frame in zip([found.primary, found.reference], frames, strict=False)
        if side is not None
    ]
    if len(classes) == 2:
        # The score of the second class is all there is to know.
        sides = [
            side if side.matrix is None else replace(side, score=side.matrix[:, 1], matrix=None, sure=None)
            for side in sides
        ]
        found = replace(found, columns=replace(found.columns, score=ordered[1]))
    return replace(
        found,
        classes=classes,
        primary=sides[0],
        reference=sides[1] if len(sides) > 1 else None,
        notes=(*found.notes, *notes),
    )


def _with_scores(side: Side, frame: Frame, columns: list[str], *, predict: bool) -> Side:
    if any(name not in frame.table.column_names for name in columns):
        return side
    matrix: Floats = np.stack([floats_of(frame, name)[0] for name in columns], axis=1)
    whole: Bools = np.asarray(np.isfinite(matrix).all(axis=1))
    predicted = side.predicted
    if predict:
        predicted = np.where(whole, np.where(whole[:, None], matrix, 0).argmax(axis=1), -1)
    told = whole & (predicted >= 0)
    sure = np.full(len(matrix), np.nan)
    sure[told] = matrix[told, predicted[told]]
    probable = not whole.any() or bool(matrix[whole].min() >= 0 and matrix[whole].max() <= 1)
    return replace(side, predicted=predicted, matrix=matrix, sure=sure if probable else None)


def _of_each(columns: tuple[str, ...], classes: tuple[str, ...]) -> tuple[list[int], tuple[str, ...], tuple[str, ...]]:
    """Return the columns' places in the order of the classes, the classes (some may have a score, and never occur), and what to tell."""
    first = classes[0] if classes else ""
    for prefix in {name.removesuffix(first) for name in columns if name.endswith(first)}:
        names = [name.removeprefix(prefix) for name in columns]
        if all(name.startswith(prefix) for name in columns) and set(classes) <= set(names):
            every = (*classes, *(name for name in names if name not in classes))
            return [names.index(name) for name in every], every, ()
    if len(columns) == len(classes):
        told = ", ".join(f"{name} is of {label}" for name, label in zip(columns[:3], classes[:3], strict=True))
        return list(range(len(columns))), classes, (f"scores are taken in the order of the labels: {told}",)
    raise RecipeError(
        f"{len(columns)} columns of scores, and {len(classes)} labels: {', '.join(classes[:5])}. Name the score of each, as p_{classes[0]}"
        if classes
        else "no row has a label"
    )
