"""Tests that may be looked at after every window, and still keep their promise.

A *bet* is a number that is on average at most 1 as long as nothing has happened (an e-value); each window adds one for each of several
strategies, and what they multiply to is the evidence. By Ville's inequality (1939) evidence reaches c with a chance of at most 1/c, however
often it is looked at; summed over all windows at which a change may have begun (the Shiryaev-Roberts sum), c windows pass on average
before the first false alarm (Shin, Ramdas and Rinaldo, E-detectors, NEJSDS 2024).

Shapes: bets are logarithms of shape (windows, strategies), and evidence has shape (windows,).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaln, expit, logit, logsumexp, xlog1py, xlogy

Floats = NDArray[np.float64]
Side = Literal["above", "below"]

_ODDS = np.array([0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2])
"""By how much the log odds of a rate are bet to be beyond the limit."""
_STAKES = np.array([0.01, 0.03, 0.1, 0.3, 0.6, 0.9])
"""Parts of the largest stake that can't lose everything, for bets on a mean."""
_POWERS = np.array([0.15, 0.3, 0.5, 0.7, 0.9])
"""Bets on a rank p are powers: e = a p^(a - 1), whose mean under a uniform p is 1 (Vovk, Gammerman and Shafer, 2005)."""
_HIGHEST = 700.0
"""Logarithm of the bet on what can't happen."""


def bets_on_rate(k: ArrayLike, n: ArrayLike, limit: float, side: Side = "above") -> Floats:
    """Return bets that a rate lies beyond a limit, from `k` of `n` independent rows a window; likelihood ratios against the limit.

    Valid for every rate up to the limit, since the ratio rises with k.
    """
    k, n = np.asarray(k, dtype=np.float64)[..., None], np.asarray(n, dtype=np.float64)[..., None]
    if side == "below":
        k, limit = n - k, 1 - limit
    if limit >= 1:
        return np.zeros((*k.shape[:-1], len(_ODDS)))
    if limit <= 0:  # what can't happen has happened, or not
        return np.broadcast_to(np.where(k > 0, _HIGHEST, 0.0), (*k.shape[:-1], len(_ODDS))).copy()
    share = expit(logit(limit) + _ODDS)
    bets: Floats = k * np.log(share / limit) + (n - k) * np.log((1 - share) / (1 - limit))
    return bets


def bets_on_mean(values: ArrayLike, limit: float, between: tuple[float, float], side: Side = "above") -> Floats:
    """Return bets, shape (strategies,), that the mean of one window's independent rows, which lie between two bounds, is beyond a limit.

    Waudby-Smith and Ramdas, Estimating means of bounded random variables by betting, JRSS B 2024.
    """
    low, high = between
    x = (np.asarray(values, dtype=np.float64) - low) / (high - low)
    m = (limit - low) / (high - low)
    if side == "below":
        x, m = 1 - x, 1 - m
    if m >= 1:
        return np.zeros(len(_STAKES))
    if m <= 0:
        return np.full(len(_STAKES), _HIGHEST if (x > 0).any() else 0.0)
    return np.array([float(np.log1p(stake / m * (x - m)).sum()) for stake in _STAKES])


def ranks(calibration: ArrayLike, values: ArrayLike, rng: np.random.Generator) -> Floats:
    """Return for each value how it ranks among all before it, the calibration first: uniform and independent while they are exchangeable.

    High values rank near 0. Ties are broken by chance. Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World, 2005.

    Parameters
    ----------
    calibration
        Shape (n,).
    values
        Shape (..., windows); each stream is ranked by itself.
    """
    seen, new = np.sort(np.asarray(calibration, dtype=np.float64)), np.asarray(values, dtype=np.float64)
    found = np.empty(new.shape)
    luck = rng.random(new.shape)
    for t in range(new.shape[-1]):
        value, before = new[..., t], new[..., :t]
        above = len(seen) - np.searchsorted(seen, value, "right") + (before > value[..., None]).sum(axis=-1)
        equal = np.searchsorted(seen, value, "right") - np.searchsorted(seen, value, "left")
        equal = equal + (before == value[..., None]).sum(axis=-1)
        found[..., t] = (above + luck[..., t] * (equal + 1)) / (len(seen) + t + 1)
    return found


def bets_on_ranks(p: ArrayLike, side: Side | Literal["both"] = "above") -> Floats:
    """Return bets that values are higher (lower, either) than they were, from their ranks."""
    p = np.asarray(p, dtype=np.float64)[..., None]
    sides = [x for x, wanted in ((p, "above"), (1 - p, "below")) if side in (wanted, "both")]
    with np.errstate(divide="ignore"):
        parts = [np.log(_POWERS) + (_POWERS - 1) * np.maximum(np.log(x), -_HIGHEST) for x in sides]
    return np.concatenate(parts, axis=-1)


@dataclass(frozen=True)
class Budget:
    """How many false alarms are allowed.

    Parameters
    ----------
    windows
        On average one in so many windows; None where `chance` says it.
    chance
        That there is ever one, however long it goes on.
    """

    windows: float | None = None
    chance: float | None = None

    def part(self, of: int) -> Budget:
        """Return the part of one of several tests."""
        n = max(1, of)
        return Budget(
            None if self.windows is None else self.windows * n, None if self.chance is None else self.chance / n
        )

    @property
    def threshold(self) -> float:
        """Evidence from which on there is an alarm."""
        return float(self.windows or 1 / (self.chance or 1))

    def weights(self, n: int) -> Floats:
        """Return how much each window weighs as the one at which a change may have begun."""
        t = np.arange(1, n + 1)
        return np.ones(n) if self.windows is not None else 1 / (t * (t + 1.0))

    def levels(self, n: int) -> Floats:
        """Return the levels at which each window may be tested by itself; their sum is what the budget allows."""
        return self.weights(n) / self.threshold


def evidence(bets: Floats, budget: Budget) -> Floats:
    """Return the evidence after each window, shape (..., windows) of bets of shape (..., windows, strategies).

    It is held at the threshold, all strategies together, so that a stream that is well again is soon seen to be.
    """
    n, strategies = bets.shape[-2:]
    weights = np.log(budget.weights(n))
    most = np.log(budget.threshold)
    found = np.empty(bets.shape[:-1])
    now = np.full((*bets.shape[:-2], strategies), -np.inf)
    for t in range(n):
        now = np.logaddexp(now, weights[t]) + bets[..., t, :]
        mean = logsumexp(now, axis=-1, keepdims=True) - np.log(strategies)
        now = now - np.maximum(mean - most, 0)
        found[..., t] = np.minimum(mean[..., 0], most)
    return np.exp(found)


def changed_at(bets: Floats, alarm: int) -> int:
    """Return the window at which a change that was seen in window `alarm` most likely began."""
    since = np.cumsum(bets[alarm::-1], axis=0)[::-1]
    return int(np.argmax(logsumexp(since, axis=1)))


def rate_sequence(k: ArrayLike, n: ArrayLike, alpha: float = 0.05) -> tuple[Floats, Floats]:
    """Return bounds, at each time, that hold a rate at all times together, from running counts of independent rows.

    Inverts the mixture of likelihood ratios over a uniform rate (Robbins, Annals of Mathematical Statistics 41, 1970).
    """
    k, n = np.asarray(k, dtype=np.float64), np.asarray(n, dtype=np.float64)
    evidence_of_all = betaln(1 + k, 1 + n - k)
    share = k / np.maximum(n, 1)

    def excluded(p: Floats) -> NDArray[np.bool_]:
        against: NDArray[np.bool_] = evidence_of_all - xlogy(k, p) - xlog1py(n - k, -p) > -np.log(alpha)
        return against

    bounds = []
    for edge in (0.0, 1.0):
        outside, within = np.full(k.shape, edge), share.copy()
        for _ in range(60):
            middle = (outside + within) / 2
            out = excluded(middle)
            outside, within = np.where(out, middle, outside), np.where(out, within, middle)
        bounds.append(np.where(excluded(np.full(k.shape, edge)), within, edge))
    return bounds[0], bounds[1]


def mean_sequence(values: ArrayLike, between: tuple[float, float], alpha: float = 0.05) -> tuple[Floats, Floats]:
    """Return bounds, after each row, that hold the mean of bounded independent rows at all times together.

    The predictable plug-in empirical Bernstein sequence of Waudby-Smith and Ramdas, JRSS B 2024, theorem 2.
    """
    low, high = between
    x = (np.asarray(values, dtype=np.float64) - low) / (high - low)
    t = np.arange(1, len(x) + 1)
    mean = (0.5 + np.cumsum(x)) / (t + 1)
    spread = (0.25 + np.cumsum((x - mean) ** 2)) / (t + 1)
    before = np.concatenate([[0.25], spread[:-1]])
    stake = np.minimum(np.sqrt(2 * np.log(2 / alpha) / (before * t * np.log1p(t))), 0.5)
    error = 4 * (x - np.concatenate([[0.5], mean[:-1]])) ** 2
    whole = np.cumsum(stake)
    middle = np.cumsum(stake * x) / whole
    half = (np.log(2 / alpha) + np.cumsum(error * (-np.log1p(-stake) - stake) / 4)) / whole
    lower, upper = (
        np.maximum.accumulate(np.maximum(middle - half, 0)),
        np.minimum.accumulate(np.minimum(middle + half, 1)),
    )
    return low + (high - low) * lower, low + (high - low) * upper
