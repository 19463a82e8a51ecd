"""Precision, recall and F1 of each class, whatever they are averaged to."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from phoenix_lab.recipes.models import Performance
from phoenix_lab.recipes.performance_change import compared, judge
from phoenix_lab.recipes.performance_metrics import Measure, of_labels
from phoenix_lab.recipes.picked import Picked
from phoenix_lab.recipes.predictions import Predictions
from phoenix_lab.stats import classification
from phoenix_lab.stats.estimates import Estimate, Ints

CLASSES = [("class", pa.string()), ("metric", pa.string())]
SHOWN = 30
"""Of more classes, those with the most rows."""

KINDS = {"precision": classification.precision, "recall": classification.recall, "f1": classification.f1}


def by_class(recipe: Performance, found: Predictions, among: Picked | None = None) -> tuple[list[dict[str, Any]], int]:
    """Return the rows of the table of classes, in their order, and how many tests it holds; all are corrected together."""
    rows, limits = [], []
    for k in _most(found):
        for name in KINDS:
            measure = Measure(name, name, of_labels(partial(_of_one, name, k)))
            rows.append({"class": found.classes[k], "metric": name, **compared(measure, found)})
            limit = None if recipe.limits is None else recipe.limits.get(name)  # type: ignore[call-overload]
            limits.append(measure.limit if limit is None else limit)
    return rows, judge(rows, ["high"] * len(rows), limits, among)


def _of_one(name: str, positive: int, truth: Ints, predicted: Ints, units: Ints | None) -> Estimate:
    return KINDS[name](truth, predicted, positive, units)


def _most(found: Predictions) -> list[int]:
    """Return the classes with the most rows, in the order of the classes."""
    counts = sum(np.bincount(side.truth[side.truth >= 0], minlength=len(found.classes)) for side in found.sides)
    return sorted(np.argsort(-np.asarray(counts), kind="stable")[:SHOWN].tolist())
