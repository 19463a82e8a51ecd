"""Distances between two distributions given as counts on the same bins."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

SMOOTHING = 0.5
"""Added to each bin before logarithms are taken (Jeffreys' prior)."""

Floats = NDArray[np.float64]


def shares(counts: ArrayLike) -> Floats:
    """Return counts as shares of their total, along the last axis; all zero when there is nothing."""
    c = np.asarray(counts, dtype=np.float64)
    total = c.sum(axis=-1, keepdims=True)
    parts: Floats = np.divide(c, total, out=np.zeros_like(c), where=total > 0)
    return parts


def smoothed(reference: ArrayLike, primary: ArrayLike, smoothing: float = SMOOTHING) -> tuple[Floats, Floats]:
    """Return both sets' smoothed shares, shape (…, bins); bins empty on both sides have share 0 in both.

    Counts broadcast against each other: many primary windows against one reference.
    """
    r, p = np.broadcast_arrays(np.asarray(reference, dtype=np.float64), np.asarray(primary, dtype=np.float64))
    used = (r > 0) | (p > 0)
    return shares(np.where(used, r + smoothing, 0)), shares(np.where(used, p + smoothing, 0))


def psi_contributions(reference: ArrayLike, primary: ArrayLike, smoothing: float = SMOOTHING) -> Floats:
    """Return each bin's part of PSI, (p - r) ln(p / r), none negative; natural logarithm, shape (…, bins)."""
    r, p = smoothed(reference, primary, smoothing)
    used = r > 0
    ratio = np.divide(p, r, out=np.ones_like(p), where=used)
    parts: Floats = (p - r) * np.log(ratio)
    return parts


def psi(reference: ArrayLike, primary: ArrayLike, smoothing: float = SMOOTHING) -> Floats:
    """Return the population stability index as measured, without correction for its bias; shape (…)."""
    total: Floats = psi_contributions(reference, primary, smoothing).sum(axis=-1)
    return total


def kl(reference: ArrayLike, primary: ArrayLike, smoothing: float = SMOOTHING) -> Floats:
    """Return the Kullback-Leibler divergence of primary from reference in nats, smoothed as PSI is."""
    r, p = smoothed(reference, primary, smoothing)
    ratio = np.divide(p, r, out=np.ones_like(p), where=r > 0)
    total: Floats = (p * np.log(ratio)).sum(axis=-1)
    return total


def js(reference: ArrayLike, primary: ArrayLike) -> Floats:
    """Return the Jensen-Shannon distance, base 2, 0 to 1; as `scipy.spatial.distance.jensenshannon(r, p, base=2)`."""
    r, p = np.broadcast_arrays(shares(reference), shares(primary))
    middle = (r + p) / 2
    total = np.zeros(middle.shape[:-1])
    for share in (r, p):
        ratio = np.divide(share, middle, out=np.ones_like(share), where=share > 0)
        total = total + (share * np.log2(ratio)).sum(axis=-1) / 2
    distance: Floats = np.sqrt(np.clip(total, 0, 1))
    return distance


def hellinger(reference: ArrayLike, primary: ArrayLike) -> Floats:
    """Return the Hellinger distance, 0 to 1."""
    r, p = shares(reference), shares(primary)
    distance: Floats = np.sqrt(np.clip(((np.sqrt(p) - np.sqrt(r)) ** 2).sum(axis=-1) / 2, 0, 1))
    return distance


def total_variation(reference: ArrayLike, primary: ArrayLike) -> Floats:
    """Return the total variation distance, half the sum of the absolute differences of the shares; 0 to 1."""
    distance: Floats = np.abs(shares(primary) - shares(reference)).sum(axis=-1) / 2
    return distance
