"""PSI with what it takes to trust it: bias, interval, p-value and how much more data would decide.

With no drift PSI / a follows chi-square with `df` degrees of freedom, a = 1/n + 1/m and df = bins - 1 for independent rows.
Its mean a * df is the bias: two samples of one distribution have that PSI. With drift D it follows the noncentral
chi-square, whose noncentrality is D / a. So

- the *estimate* is what was measured less the bias, not below 0: the number that can be held against a limit, whatever
  the size of the sets;
- the *interval* inverts the noncentral chi-square. The noncentral law holds for small drift; where drift is large or rows
  come in groups, the real variance (delta method, by row or by unit) is larger, and both arms grow by the root of the ratio;
- a sample that happens to be more alike than two samples of one distribution are on average says no more than an average
  one: the upper end is taken at the bias or above, so that it is never 0 by luck.

Where the chi-square does not hold (expected counts below 5, rows in groups) mean and variance with no drift come from
permutations (or, for very many groups, from the covariance of their counts), and (a, df) from them (Satterthwaite). `benchmarks/calibration.py` prints error rates and coverage.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from phoenix_lab.stats.divergence import psi_contributions, smoothed
from phoenix_lab.stats.multiplicity import permutation_p
from phoenix_lab.stats.proportions import CONFIDENCE, SMALL, z_of
from phoenix_lab.stats.units import UnitCounts

Floats = NDArray[np.float64]

POWER_Z = 0.8416
"""Normal quantile of .8, the power that "would decide" stands for."""

MOST_TIMES = 1e4
"""More than so many times the primary set is more than anybody gets."""

PERMUTATIONS = 9999
FIRST = 499
MANY_UNITS = 5000
"""From here on the law of large numbers replaces drawing whole units."""

BEYOND = 2000
"""Draws from which on the p of what is far larger than all of them is told by their tail."""
LARGEST = 40
"""One in so many draws is of the tail."""

ENOUGH = 10
"""Draws come in rounds until this many are as large as what was measured (Besag and Clifford, Biometrika 1991)."""


@dataclass(frozen=True)
class Null:
    """What PSI does with no drift, for sets of these sizes.

    Parameters
    ----------
    mean, variance
        Of PSI as measured. Their chi-square is `scale` times one with `df` degrees of freedom.
    p_value
        Share of the null at or above what was measured.
    permutations
        How many were drawn; 0 for the chi-square distribution itself.
    """

    mean: float
    variance: float
    p_value: float
    permutations: int = 0

    @property
    def df(self) -> float:
        """Degrees of freedom of the chi-square with this mean and variance."""
        return 2 * self.mean**2 / self.variance if self.variance > 0 else 0.0

    @property
    def scale(self) -> float:
        """Factor of the chi-square with this mean and variance."""
        return self.variance / (2 * self.mean) if self.mean > 0 else 0.0


@dataclass(frozen=True)
class Psi:
    """PSI of one column.

    Parameters
    ----------
    measured
        The sum over the bins, as everybody computes it (0.5 added to each bin).
    estimate, lower, upper
        Measured less the bias, not below 0, and its interval; None where `reason` says why.
    p_value
        Under no drift.
    n_reference, n_primary
        Values behind it.
    null
        What PSI does with no drift.
    variances
        Of the measured value by the delta method, at the drift that was found: what the reference and what the primary
        set add to it.
    """

    measured: float | None
    estimate: float | None
    lower: float | None
    upper: float | None
    p_value: float | None
    n_reference: int
    n_primary: int
    null: Null | None = None
    variances: tuple[float, float] = (0.0, 0.0)
    reason: str | None = None


def compare(
    reference: ArrayLike,
    primary: ArrayLike,
    rng: np.random.Generator,
    *,
    units: UnitCounts | None = None,
    confidence: float = CONFIDENCE,
    permutations: int = PERMUTATIONS,
) -> Psi:
    """Return PSI of counts on the same bins, with its interval and p-value.

    Parameters
    ----------
    reference, primary
        Counts, shape (bins,).
    rng
        Source of the permutations.
    units
        The same counts by unit of independence; permutations and variance then are those of whole units.
    confidence
        Of the interval.
    permutations
        At most this many are drawn.
    """
    r, p = np.asarray(reference, dtype=np.int64), np.asarray(primary, dtype=np.int64)
    used = r + p > 0
    r, p = r[used], p[used]
    n, m = int(r.sum()), int(p.sum())
    for name, size in (("reference", n), ("primary", m)):
        if size < 2:
            held = "no value" if size == 0 else "one value"
            return Psi(None, None, None, None, None, n, m, reason=f"the {name} set has {held}")
    if units is not None and min(units.n_reference, units.n_primary) < 2:
        return Psi(None, None, None, None, None, n, m, reason=f"a set has fewer than 2 values of {units.name}")
    if len(r) == 1:
        sizes = (units.n_reference, units.n_primary) if units else (n, m)
        return Psi(0.0, 0.0, 0.0, _one_bin_upper(*sizes, confidence), 1.0, n, m)
    units = None if units is None else units.only(used)
    measured = float(psi_contributions(r, p).sum())
    null = _null(r, p, measured, rng, units=units, permutations=permutations)
    variances = delta_variances(r, p, units)
    estimate, lower, upper = interval(measured, null, sum(variances), confidence)
    return Psi(measured, estimate, lower, upper, null.p_value, n, m, null, variances)


def interval(
    measured: float, null: Null, variance: float, confidence: float = CONFIDENCE
) -> tuple[float, float, float]:
    """Return estimate, lower and upper end of the drift behind a measured PSI; see the head of this file."""
    scale, df = null.scale, null.df
    if scale == 0:
        return max(0.0, measured - null.mean), max(0.0, measured - null.mean), measured
    tail = (1 - confidence) / 2
    x = measured / scale
    middle = max(0.0, x - df)
    low = _noncentrality(x, df, 1 - tail) if special.chdtr(df, x) > 1 - tail else 0.0
    high = _noncentrality(max(x, df), df, tail)
    wider = np.sqrt(max(1.0, variance / (4 * scale * measured))) if measured > 0 else 1.0
    lower = max(0.0, middle - wider * (middle - low))
    upper = middle + wider * (high - middle)
    return scale * middle, float(scale * lower), float(scale * upper)


def _noncentrality(x: float, df: float, tail: float) -> float:
    """Return the noncentrality at which a noncentral chi-square is below `x` with probability `tail`."""
    if x > 20_000:
        # Normal there to three digits of the half width: x = df + nc + z sqrt(2 (df + 2 nc)), a square equation in nc.
        z = float(special.ndtri(tail))
        root = np.sqrt(2 * df + 4 * (x - df) + 4 * z * z)
        return max(0.0, float((x - df) + 2 * z * z - z * root))
    value = float(special.chndtrinc(x, df, tail))
    return value if np.isfinite(value) else 0.0


def delta_variances(reference: ArrayLike, primary: ArrayLike, units: UnitCounts | None = None) -> tuple[float, float]:
    """Return what each set adds to the variance of PSI by the delta method, the reference first: that of ln(p/r) - r/p in primary, ln(r/p) - p/r in reference.

    By row for independent rows; with units, the sum over units of what they add squared.
    """
    r, p = smoothed(reference, primary)
    used = r > 0
    ratio = np.divide(p, r, out=np.ones_like(p), where=used)
    parts = []
    sides = (
        (r, -np.log(ratio) - ratio, np.asarray(reference), None if units is None else units.reference),
        (p, np.log(ratio) - 1 / ratio, np.asarray(primary), None if units is None else units.primary),
    )
    for share, slope, counts, by_unit in sides:
        centred = slope - float((share * slope).sum())
        size = float(counts.sum())
        if by_unit is None:
            parts.append(float((share * centred**2).sum()) / size)
        else:
            groups = len(by_unit)
            parts.append(float(((by_unit @ centred) ** 2).sum()) / size**2 * groups / max(1, groups - 1))
    return parts[0], parts[1]


def _null(
    r: NDArray[np.int64],
    p: NDArray[np.int64],
    measured: float,
    rng: np.random.Generator,
    *,
    units: UnitCounts | None,
    permutations: int,
) -> Null:
    n, m = int(r.sum()), int(p.sum())
    pooled = r + p
    df = len(r) - 1
    a = 1 / n + 1 / m
    if units is None and pooled.min() * min(n, m) >= SMALL * (n + m):
        return Null(a * df, 2 * a * a * df, float(special.chdtrc(df, measured / a)))
    if units is not None and units.n_reference + units.n_primary > MANY_UNITS:
        mean, spread = units.chi_square_moments()
        many = Null(mean, spread, 1.0)
        return replace(many, p_value=float(special.chdtrc(many.df, measured / many.scale)) if many.scale > 0 else 1.0)
    drawn = np.empty(0)
    while len(drawn) < permutations:
        size = min(FIRST if len(drawn) == 0 else 4 * FIRST, permutations - len(drawn))
        if units is None:
            primary = rng.multivariate_hypergeometric(pooled, m, size=size, method="marginals")
        else:
            primary = units.permuted(size, rng)
        new = psi_contributions(pooled - primary, primary).sum(axis=1)
        drawn = np.concatenate([drawn, new])
        reached = int((drawn >= measured).sum())
        if reached >= ENOUGH:
            break
        if reached == 0 and len(drawn) >= BEYOND:
            p_value = _beyond(measured, drawn, units)
            if p_value < 1 / (1 + permutations):
                return Null(float(drawn.mean()), float(drawn.var()), p_value, len(drawn))
    return Null(float(drawn.mean()), float(drawn.var()), permutation_p(measured, drawn), len(drawn))


def _beyond(measured: float, drawn: Floats, units: UnitCounts | None) -> float:
    """Return p of what is larger than all that was drawn: more draws would not tell it, and corrections over thousands of tests need it.

    The larger of two tails: an exponential one fitted to the largest draws (as Knijnenburg et al., Bioinformatics 25, 2009, fit one), which
    the logarithmic concavity of most of these nulls makes too heavy, and that of the scaled chi-square. Ten times it is taken: against
    Fisher's exact test of two sparse bins that is never below a sixth of p down to 1e-8, and mostly ten or more times it.
    """
    null = Null(float(drawn.mean()), float(drawn.var()), 1.0)
    largest = np.sort(drawn)[-len(drawn) // LARGEST :]
    excess = float((largest - largest[0]).mean())
    if excess <= 0 or null.scale <= 0:
        return 1.0
    fitted = len(largest) / len(drawn) * float(np.exp(-(measured - largest[0]) / excess))
    tail = max(fitted, float(special.chdtrc(null.df, measured / null.scale)))
    ways = np.inf if units is None else special.binom(units.n_reference + units.n_primary, units.n_primary)
    # Where as many units are in either set, their exchange gives the same.
    return max(10 * tail, float(2 / ways))


def _one_bin_upper(n: int, m: int, confidence: float) -> float:
    """Return the PSI that a value never seen could still make: as frequent in the smaller set as chance lets it hide.

    Not seen among k values, its share is below 1 - tail^(1/k) (Clopper and Pearson).
    """
    few, many = min(n, m), max(n, m)
    hidden = 1 - ((1 - confidence) / 2) ** (1 / few)
    other = 0.5 / (many + 1)
    if hidden <= other:
        return 0.0
    return float((hidden - other) * (np.log(hidden / other) + np.log((1 - other) / (1 - hidden))))


def more_primary(psi: Psi, limit: float, confidence: float = CONFIDENCE) -> int | None:
    """Return how many more primary values would decide with probability .8, if the drift is what was estimated.

    Power calculation: `|estimate - limit|` must be z(confidence) standard errors at the limit plus z(.8) at the
    estimate. With k times as many primary values the scale follows 1/n + 1/(k m), the primary part of the variance
    shrinks k times, and the reference's part stays. None when no number of primary values would decide, or nothing is estimated.
    """
    if psi.estimate is None or psi.measured is None or psi.null is None or psi.null.scale <= 0:
        return None
    estimate, measured, null = psi.estimate, psi.measured, psi.null
    n, m = psi.n_reference, psi.n_primary
    gap = abs(estimate - limit)

    def variance(times: float, drift: float) -> float:
        scale = null.scale * (1 / n + 1 / (m * times)) / (1 / n + 1 / m)
        found = (psi.variances[0] + psi.variances[1] / times) * drift / measured if measured > 0 else 0.0
        return 2 * null.df * scale**2 + max(4 * scale * drift, found)

    def decides(times: float) -> bool:
        errors = z_of(confidence) * variance(times, limit) ** 0.5 + POWER_Z * variance(times, estimate) ** 0.5
        return bool(errors <= gap)

    low, high = 0.0, np.log(MOST_TIMES)
    if not decides(MOST_TIMES):
        return None
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (low, middle) if decides(float(np.exp(middle))) else (middle, high)
    return max(1, int(np.ceil(m * float(np.expm1(high)))))
