"""Numbers about one set with their intervals, and how two sets differ in one.

Intervals are linearised: each row's influence on the number (how the number moves when the row weighs a little more) is
added up within units, and the spread of those sums is the number's standard error. This is the infinitesimal jackknife
(Jaeckel, Bell Labs MM 72-1215-11, 1972; Efron and Stein, Annals of Statistics 9, 1981), which the bootstrap tends to as it
draws more often, without its chance. Of the area under a ROC curve it is DeLong's (Biometrics 44, 1988), by unit Obuchowski's
(Biometrics 53, 1997). Shares of independent rows have exact tests and Wilson's interval instead.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from scipy.stats import t as student

from phoenix_lab.stats.proportions import CONFIDENCE, wilson, z_of
from phoenix_lab.stats.proportions import difference as difference_of_shares
from phoenix_lab.stats.result import Comparison, finite

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Scale = Literal["share", "signed", "positive", "part", "real"]
"""Where a number lies: in [0, 1], in [-1, 1], from 0 up, up to 1, or anywhere."""
SPAN: dict[Scale, float] = {"share": 1.0, "signed": 2.0}
"""How far apart two numbers of a scale can be."""
EVERYTHING = 0.9
"""An interval as wide as this part of all that the number can be tells nothing of it."""


@dataclass(frozen=True, eq=False)
class Estimate:
    """One number about one set.

    Parameters
    ----------
    name
        What it is: "accuracy", "roc_auc", …
    value
        The number; None where it is undefined.
    n
        Rows that it is a number of.
    lower, upper
        Its interval, where there is one.
    reason
        Why the number, or its interval, is undefined.
    scale
        Where the number can lie.
    influence
        Of each row, shape (rows,); None where the number is undefined.
    units
        The unit of each row, numbered from 0 without large gaps, shape (rows,); None when rows are independent.
    effective
        Independent pieces behind the number: rows or units, of the rarer class where both are needed.
    successes
        Of a share of independent rows, how many of the n.
    rows
        Of a share with units: the units of the n rows, and of those that count.
    """

    name: str
    value: float | None
    n: int
    lower: float | None = None
    upper: float | None = None
    reason: str | None = None
    scale: Scale = "share"
    influence: Floats | None = None
    units: Ints | None = None
    effective: int = 0
    successes: int | None = None
    rows: tuple[Ints, Ints] | None = None

    @property
    def variance(self) -> float | None:
        """Square of the standard error; None where fewer than two pieces tell nothing of it."""
        if self.influence is None or self.effective < 2:
            return None
        return _variance(self.influence, self.units, self.effective)


def undefined(name: str, n: int, reason: str) -> Estimate:
    """Return a number that there is none of."""
    return Estimate(name, None, n, reason=reason)


def share(name: str, counted: NDArray[np.bool_], among: NDArray[np.bool_], units: Ints | None) -> Estimate:
    """Return which share of the rows `among` is also `counted`, both of shape (rows,)."""
    n = int(among.sum())
    if n == 0:
        return undefined(name, 0, "there are no such rows")
    k = int((counted & among).sum())
    value = k / n
    if units is None:
        lower, upper = wilson(k, n)
        influence = among * (counted - value) / n
        return Estimate(name, value, n, float(lower), float(upper), influence=influence, effective=n, successes=k)
    found = with_interval(name, value, n, among * (counted - value) / n, units, effective=pieces(among, units))
    return replace(found, rows=(units[among], units[counted & among]))


def mean(name: str, values: Floats, units: Ints | None, scale: Scale = "real") -> Estimate:
    """Return the mean of a number of each row, finite, of shape (rows,)."""
    n = len(values)
    if n == 0:
        return undefined(name, 0, "there are no such rows")
    value = float(values.mean())
    if not np.isfinite(value):
        return undefined(name, n, "its sum is beyond what floating point numbers hold")
    effective = pieces(np.ones(n, dtype=bool), units)
    scale = "real" if scale == "positive" and value <= 0 else scale
    return with_interval(name, value, n, (values - value) / n, units, effective=effective, scale=scale)


def pieces(among: NDArray[np.bool_], units: Ints | None) -> int:
    """Return how many rows, or units, the rows `among` are."""
    return int(among.sum()) if units is None else int(np.count_nonzero(np.bincount(units[among])))


def with_interval(
    name: str,
    value: float,
    n: int,
    influence: Floats,
    units: Ints | None,
    *,
    effective: int,
    scale: Scale = "share",
    confidence: float = CONFIDENCE,
) -> Estimate:
    """Return a number with the interval that the influences of its rows give, on a scale where it can't leave its range."""
    bare = Estimate(name, float(value), n, scale=scale, influence=influence, units=units, effective=effective)
    variance = bare.variance
    what = "row" if units is None else "unit"
    if variance is None:
        return replace(bare, reason=f"an interval needs 2 {what}s, there is {effective}")
    if variance <= 0 or (scale == "share" and not 0 < value < 1) or (scale == "signed" and not -1 < value < 1):
        return _at_the_edge(bare, what, confidence)
    half = _quantile(effective - 1, confidence) * float(np.sqrt(variance))
    if scale == "share":
        lower, upper = _on_logit(value, half)
    elif scale == "signed":
        low, high = _on_logit((value + 1) / 2, half / 2)
        lower, upper = 2 * low - 1, 2 * high - 1
    elif scale == "positive":
        lower, upper = _on_log(value, half)
    elif scale == "part":
        low, high = _on_log(1 - value, half)
        lower, upper = 1 - high, 1 - low
    else:
        lower, upper = value - half, value + half
    if _tells_nothing(lower, upper, scale):
        return replace(bare, reason=_too_few(effective, what))
    return replace(bare, lower=finite(lower), upper=finite(upper))


def _at_the_edge(bare: Estimate, what: str, confidence: float) -> Estimate:
    """Give a share that is 0 or 1 throughout the interval of as many pieces that all agree; others have none."""
    value = bare.value or 0.0
    if bare.scale not in {"share", "signed"}:
        return replace(bare, reason=f"all {what}s agree: nothing tells how far it varies")
    part = value if bare.scale == "share" else (value + 1) / 2
    lower, upper = (float(end) for end in wilson(part * bare.effective, bare.effective, confidence))
    if bare.scale == "signed":
        lower, upper = 2 * lower - 1, 2 * upper - 1
    return replace(bare, lower=lower, upper=upper)


def change(reference: Estimate, primary: Estimate, confidence: float = CONFIDENCE) -> Comparison:
    """Compare a number of two sets: primary minus reference, with its interval and a two-sided p.

    Shares of independent rows have Newcombe's interval and the chi-square or Fisher's exact p. Otherwise the difference is
    divided by its standard error and looked up in Student's distribution with Welch's degrees of freedom; units with rows in both
    sets count once. A share that is 0 or 1 in all pieces of a set varies as its own interval says. Units must be numbered alike in both sets.
    An interval that holds nearly all that the difference can be is none: p and the reason are left.
    """
    name, n, m = primary.name, reference.n, primary.n
    if reference.value is None or primary.value is None:
        missing = reference if reference.value is None else primary
        return Comparison(name, None, n, m, reason=missing.reason)
    if reference.successes is not None and primary.successes is not None:
        found = difference_of_shares(reference.successes, n, primary.successes, m, confidence)
        return telling(replace(found, name=name), reference, primary)
    if reference.influence is None or primary.influence is None:
        return Comparison(name, None, n, m, reason=reference.reason or primary.reason)
    d = primary.value - reference.value
    a, b = reference.variance, primary.variance
    if a is None or b is None:
        return Comparison(name, d, n, m, reason=reference.reason or primary.reason)
    freedom = reference.effective - 1, primary.effective - 1
    if shared(reference.units, primary.units):
        variance = combined_variance(
            [-reference.influence, primary.influence],
            [reference.units, primary.units],
            [reference.effective, primary.effective],
        )
        df = float(min(freedom))
    else:
        a, b = a or _edge(reference, primary, confidence), b or _edge(primary, reference, confidence)
        variance = a + b
        df = variance**2 / (a * a / freedom[0] + b * b / freedom[1]) if variance > 0 else 1.0
    if not variance > 0:
        return Comparison(name, d, n, m, reason="nothing varies within the sets")
    error = float(np.sqrt(variance))
    half = _quantile(df, confidence) * error
    bounds = SPAN.get(primary.scale, np.inf)
    p = float(2 * student.sf(abs(d) / error, df))
    lower, upper = finite(max(-bounds, d - half)), finite(min(bounds, d + half))
    return telling(Comparison(name, d, n, m, lower, upper, p_value=min(1.0, p)), reference, primary)


def telling(found: Comparison, reference: Estimate, primary: Estimate) -> Comparison:
    """Return a change without its interval, and with the reason, where that holds nearly all that the change can be."""
    if found.lower is None or found.upper is None or not _tells_nothing(found.lower, found.upper, primary.scale):
        return found
    fewest = min(reference, primary, key=lambda one: one.effective)
    why = _too_few(fewest.effective, "row" if fewest.units is None else "unit")
    return replace(found, lower=None, upper=None, reason=why)


def _tells_nothing(lower: float, upper: float, scale: Scale) -> bool:
    """Tell whether an interval is about as wide as the scale itself."""
    return upper - lower >= EVERYTHING * SPAN.get(scale, np.inf)


def _too_few(effective: int, what: str) -> str:
    return f"not enough data: {effective} {what}{'' if effective == 1 else 's'} would give an interval as wide as all that it can be"


def _edge(one: Estimate, other: Estimate, confidence: float) -> float:
    """Return the variance of a share whose pieces all agree: that three of three are right does not make it sure.

    From the arm of its interval that points to the other set's, as Newcombe's method 10 takes it; 0 for what has no interval.
    """
    if one.value is None or other.value is None or one.lower is None or one.upper is None:
        return 0.0
    arm = one.upper - one.value if other.value > one.value else one.value - one.lower
    return float((arm / z_of(confidence)) ** 2)


def _variance(influence: Floats, units: Ints | None, effective: int) -> float:
    sums = influence if units is None else np.bincount(units, weights=influence)
    return float((sums**2).sum()) * effective / (effective - 1)


def combined_variance(influence: list[Floats], units: list[Ints | None], effective: list[int]) -> float:
    """Return the variance of a number of two sets, from each set's influences, units and pieces; a unit with rows in both counts once."""
    if shared(*units):
        every = np.concatenate([u for u in units if u is not None])
        return _variance(np.concatenate(influence), every, min(effective))
    return sum(_variance(*one) for one in zip(influence, units, effective, strict=True))


def shared(a: Ints | None, b: Ints | None) -> bool:
    """Tell whether a unit has rows in both sets."""
    if a is None or b is None:
        return False
    size = int(max(a.max(initial=-1), b.max(initial=-1))) + 1
    return bool((np.bincount(a, minlength=size) * np.bincount(b, minlength=size)).any())


def _on_logit(value: float, half: float) -> tuple[float, float]:
    middle, width = float(logit(value)), half / (value * (1 - value))
    return float(expit(middle - width)), float(expit(middle + width))


def _on_log(value: float, half: float) -> tuple[float, float]:
    with np.errstate(over="ignore"):
        return value * float(np.exp(-half / value)), value * float(np.exp(half / value))


@cache
def _quantile(df: float, confidence: float) -> float:
    return float(student.ppf((1 + confidence) / 2, df))
