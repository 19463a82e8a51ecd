"""How far predicted numbers are off.

`actual` and `predicted` are finite, of shape (rows,); an error is predicted less actual.
"""

from __future__ import annotations

import numpy as np

from phoenix_lab.stats.estimates import Estimate, Floats, Ints, Scale, mean, pieces, undefined, with_interval

NOTHING = "no row has both a prediction and an actual value"


def _mean(name: str, values: Floats, units: Ints | None, scale: Scale) -> Estimate:
    return mean(name, values, units, scale) if len(values) else undefined(name, 0, NOTHING)


def mae(actual: Floats, predicted: Floats, units: Ints | None = None) -> Estimate:
    """Return the mean absolute error."""
    return _mean("mae", np.abs(predicted - actual), units, "positive")


def bias(actual: Floats, predicted: Floats, units: Ints | None = None) -> Estimate:
    """Return the mean error: above 0 the predictions are too high."""
    return _mean("bias", predicted - actual, units, "real")


def rmse(actual: Floats, predicted: Floats, units: Ints | None = None) -> Estimate:
    """Return the root of the mean squared error."""
    n = len(actual)
    if n == 0:
        return undefined("rmse", 0, NOTHING)
    with np.errstate(over="ignore"):
        squares = (predicted - actual) ** 2
        value = float(np.sqrt(squares.mean()))
    if not np.isfinite(value):
        return undefined("rmse", n, "its sum is beyond what floating point numbers hold")
    influence = (squares - value**2) / (2 * value * n) if value > 0 else np.zeros(n)
    return with_interval(
        "rmse", value, n, influence, units, effective=pieces(np.ones(n, dtype=bool), units), scale="positive"
    )


def mape(actual: Floats, predicted: Floats, units: Ints | None = None) -> Estimate:
    """Return the mean of the absolute error as a share of the actual value; rows whose actual value is 0 have none."""
    there = actual != 0
    if len(actual) and not there.any():
        return undefined("mape", 0, "all actual values are 0")
    with np.errstate(over="ignore"):
        parts = np.abs((predicted[there] - actual[there]) / actual[there])
    return _mean("mape", parts, None if units is None else units[there], "positive")


def r2(actual: Floats, predicted: Floats, units: Ints | None = None) -> Estimate:
    """Return the share of the actual values' variance that the predictions explain; below 0 their mean would do better."""
    n = len(actual)
    if n < 2:
        return undefined("r2", n, NOTHING if n == 0 else "there is only one row")
    with np.errstate(over="ignore", invalid="ignore"):
        squares, around = (predicted - actual) ** 2, (actual - actual.mean()) ** 2
        left, total = float(squares.sum()), float(around.sum())
    if not (np.isfinite(left) and np.isfinite(total)):
        return undefined("r2", n, "its sum is beyond what floating point numbers hold")
    if total == 0:
        return undefined("r2", n, "the actual values are all equal")
    value = 1 - left / total
    influence = -(squares - left / total * around) / total
    return with_interval(
        "r2", value, n, influence, units, effective=pieces(np.ones(n, dtype=bool), units), scale="part"
    )
