"""Which numbers tell how good predictions are, by task."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from phoenix_lab.recipes.output import RecipeError
from phoenix_lab.recipes.predictions import Predictions, Side
from phoenix_lab.stats import classification, regression, scores
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
    scored
        Whether it is of scores rather than of what was predicted.
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
    scored: bool = False
    limit: float = 0.02
    share_of: str | None = None


def measures(found: Predictions) -> list[Measure]:
    """Return the numbers that the predictions can be judged by, the headline first."""
    if found.task == "regression":
        return [
            Measure("mae", "Mean absolute error", _numbers(regression.mae), "low", limit=0.05, share_of="mae"),
            Measure("rmse", "Root mean squared error", _numbers(regression.rmse), "low", limit=0.05, share_of="rmse"),
            Measure(
                "mape", "Mean absolute error in per cent", _numbers(regression.mape), "low", limit=0.05, share_of="mape"
            ),
            Measure("r2", "R²", _numbers(regression.r2)),
            Measure("bias", "Mean error", _numbers(regression.bias), "zero", limit=0.05, share_of="mae"),
        ]
    k = len(found.classes)
    result = [
        Measure("accuracy", "Accuracy", _labels(classification.accuracy), thresholded=True),
        Measure(
            "balanced_accuracy",
            "Balanced accuracy",
            _labels(lambda t, p, u: classification.balanced_accuracy(t, p, k, u)),
            average="macro",
            thresholded=True,
        ),
    ]
    if found.binary:
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
            Measure(name, f"{label}, macro", _macro(name, k), average="macro")
            for name, label in (("precision", "Precision"), ("recall", "Recall"), ("f1", "F1"))
        ]
    result.append(
        Measure(
            "mcc", "Matthews correlation", _labels(lambda t, p, u: classification.mcc(t, p, k, u)), thresholded=True
        )
    )
    if found.scored:
        result += [
            Measure("roc_auc", "ROC AUC", _scores(scores.roc_auc), scored=True),
            Measure("average_precision", "Average precision", _scores(scores.average_precision), scored=True),
            Measure("brier", "Brier score", _scores(scores.brier), "low", scored=True, limit=0.01),
            Measure("log_loss", "Log loss", _scores(scores.log_loss), "low", scored=True),
            Measure("calibration_bias", "Score less truth", _scores(scores.calibration_bias), "zero", scored=True),
            Measure(
                "calibration_error",
                "Calibration error",
                _scores(lambda t, s, _: scores.calibration_error(t, s)[0]),
                "low",
                scored=True,
            ),
        ]
    return result


def chosen(name: str | None, known: list[Measure]) -> Measure:
    """Return the measure of this name, or the headline; raises `RecipeError` when there is none."""
    found = known[0] if name is None else next((m for m in known if m.name == name), None)
    if found is None:
        raise RecipeError(f"{name} is not told of here; there are {', '.join(m.name for m in known)}")
    return found


def _labels(function: Callable[..., Estimate]) -> Callable[[Side], Estimate]:
    def of(side: Side) -> Estimate:
        part = side.judged_part
        return function(part.truth, part.predicted, part.units)

    return of


def _of_positive(function: Callable[..., Estimate]) -> Callable[[Side], Estimate]:
    return _labels(lambda truth, predicted, units: function(truth, predicted, 1, units))


def _macro(name: str, k: int) -> Callable[[Side], Estimate]:
    return _labels(lambda truth, predicted, units: classification.macro(name, truth, predicted, k, units))


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
