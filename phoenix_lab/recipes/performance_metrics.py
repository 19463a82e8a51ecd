"""Which numbers tell how good predictions are, by task."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from phoenix_lab.recipes.output import RecipeError
from phoenix_lab.recipes.predictions import Predictions, Side
from phoenix_lab.stats import class_scores, classification, regression, scores
from phoenix_lab.stats.estimates import Estimate

Good = Literal["high", "low", "zero"]


@dataclass(frozen=True)
class Measure:
    """One of the numbers.

    Parameters
    ----------
    name, label
        For code, and for people.
    of
        Computes it of a set.
    good
        What is better: a high number, a low one, or one near 0.
    average
        How the classes are averaged, where they are.
    thresholded
        Whether it depends on the threshold.
    rows
        Which rows of a set it is of: those of its mask of this name.
    limit
        How much it has to change before that matters.
    share_of
        Of errors in the data's own unit: that is a share of the reference's value of this metric.
    """

    name: str
    label: str
    of: Callable[[Side], Estimate]
    good: Good = "high"
    average: str | None = None
    thresholded: bool = False
    rows: Literal["judged", "scored", "classed", "calibrated"] = "judged"
    limit: float = 0.02
    share_of: str | None = None


def measures(found: Predictions) -> list[Measure]:
    """Return the numbers that the predictions can be judged by, the headline first."""
    if found.task == "regression":
        return [
            Measure("mae", "Mean absolute error", _numbers(regression.mae), "low", limit=0.05, share_of="mae"),
            Measure("rmse", "Root mean squared error", _numbers(regression.rmse), "low", limit=0.05, share_of="rmse"),
            Measure(
                "mape", "Mean absolute percentage error", _numbers(regression.mape), "low", limit=0.05, share_of="mape"
            ),
            Measure("r2", "R²", _numbers(regression.r2)),
            Measure("bias", "Mean error", _numbers(regression.bias), "zero", limit=0.05, share_of="mae"),
        ]
    k = len(found.classes)
    result = [
        Measure("accuracy", "Accuracy", of_labels(classification.accuracy), thresholded=True),
        Measure(
            "balanced_accuracy",
            "Balanced accuracy",
            of_labels(lambda t, p, u: classification.balanced_accuracy(t, p, k, u)),
            average="macro",
            thresholded=True,
        ),
    ]
    if found.average is None:
        result += [
            Measure(name, label, _of_positive(function), thresholded=True)
            for name, label, function in (
                ("precision", "Precision", classification.precision),
                ("recall", "Recall", classification.recall),
                ("f1", "F1", classification.f1),
            )
        ]
    else:
        result += [
            Measure(
                name,
                f"{label}, {found.average}",
                _averaged(name, k, found.average),
                average=found.average,
                thresholded=True,
            )
            for name, label in (("precision", "Precision"), ("recall", "Recall"), ("f1", "F1"))
        ]
    result.append(
        Measure(
            "mcc", "Matthews correlation", of_labels(lambda t, p, u: classification.mcc(t, p, k, u)), thresholded=True
        )
    )
    if found.scored:
        result += [
            Measure("roc_auc", "ROC AUC", _scores(scores.roc_auc), rows="scored"),
            Measure("average_precision", "Average precision", _scores(scores.average_precision), rows="scored"),
            Measure("brier", "Brier score", _scores(scores.brier), "low", rows="scored", limit=0.01),
            Measure("log_loss", "Log loss", _scores(scores.log_loss), "low", rows="scored"),
            Measure(
                "calibration_bias",
                "Mean score minus share of positives",
                _scores(scores.calibration_bias),
                "zero",
                rows="scored",
            ),
            Measure(
                "calibration_error",
                "Calibration error",
                _scores(lambda t, s, _: scores.calibration_error(t, s)[0]),
                "low",
                rows="scored",
            ),
        ]
    if found.classed:
        result += [
            Measure(
                name,
                f"{label}, each class against the rest",
                _of_classes(lambda t, s, u, name=name, of=of: class_scores.one_against_rest(name, of, t, s, u)),
                average="macro",
                rows="classed",
            )
            for name, label, of in (
                ("roc_auc", "ROC AUC", scores.roc_auc),
                ("average_precision", "Average precision", scores.average_precision),
            )
        ]
        result += [
            Measure("brier", "Brier score", _of_classes(class_scores.brier), "low", rows="classed", limit=0.01),
            Measure("log_loss", "Log loss", _of_classes(class_scores.log_loss), "low", rows="classed"),
        ]
    if found.calibrated:
        result += [
            Measure(
                "calibration_bias",
                "Mean confidence minus accuracy",
                _sure(scores.calibration_bias),
                "zero",
                rows="calibrated",
            ),
            Measure(
                "calibration_error",
                "Calibration error",
                _sure(lambda t, s, _: scores.calibration_error(t, s)[0]),
                "low",
                rows="calibrated",
            ),
        ]
    return result


def chosen(name: str | None, known: list[Measure]) -> Measure:
    """Return the measure of this name, or the headline; raises `RecipeError` when there is none."""
    found = known[0] if name is None else next((m for m in known if m.name == name), None)
    if found is None:
        raise RecipeError(f"{name} is not told of here; there are {', '.join(m.name for m in known)}")
    return found


def of_labels(function: Callable[..., Estimate]) -> Callable[[Side], Estimate]:
    """Judge by the labels: `function` is given truth, predictions and units."""

    def of(side: Side) -> Estimate:
        part = side.judged_part
        return function(part.truth, part.predicted, part.units)

    return of


def _of_positive(function: Callable[..., Estimate]) -> Callable[[Side], Estimate]:
    return of_labels(lambda truth, predicted, units: function(truth, predicted, 1, units))


def _averaged(name: str, k: int, average: classification.Average) -> Callable[[Side], Estimate]:
    return of_labels(lambda t, p, u: classification.averaged(name, t, p, k, u, average=average))


def _of_classes(function: Callable[..., Estimate]) -> Callable[[Side], Estimate]:
    """Judge by the scores of all classes."""

    def of(side: Side) -> Estimate:
        part = side.classed_part
        scores_ = np.empty((0, 1)) if part.matrix is None else part.matrix
        return function(part.truth, scores_, part.units)

    return of


def _sure(function: Callable[..., Estimate]) -> Callable[[Side], Estimate]:
    """Judge how sure the predicted one of several classes is."""

    def of(side: Side) -> Estimate:
        part = side.calibrated_part
        sure = np.empty(0) if part.sure is None else part.sure
        return function(part.truth == part.predicted, sure, part.units)

    return of


def _scores(function: Callable[..., Estimate]) -> Callable[[Side], Estimate]:
    def of(side: Side) -> Estimate:
        part = side.scored_part
        return function(part.truth == 1, part.score, part.units)

    return of


def _numbers(function: Callable[..., Estimate]) -> Callable[[Side], Estimate]:
    def of(side: Side) -> Estimate:
        part = side.judged_part
        return function(part.actual, part.forecast, part.units)

    return of
