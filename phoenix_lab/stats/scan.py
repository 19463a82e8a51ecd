"""A window that was picked among others: how large the largest of them is where nothing changed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.stats.divergence import psi
from phoenix_lab.stats.multiplicity import permutation_p

Ints = NDArray[np.int64]

DRAWS = 999
FEWEST_DRAWS = 199
CELLS = 20_000_000
"""Counts drawn at most; of more slots and bins fewer draws are made."""

BLOCK = 1_000_000
"""Counts drawn at once."""


def scan_p(reference: Ints, slots: Ints, windows: Ints, picked: Ints, rng: np.random.Generator) -> float:
    """Return p of the PSI of one window, by the largest PSI of any of the windows that it was picked from.

    PSI of a window is divided by what two samples of its size have on average, so that short and full windows are held against one
    another. Where nothing changed, rows of all slots and of the reference are draws from one distribution, that of all of them; overlapping windows share
    their slots. This is the maximum statistic of Westfall and Young (Resampling-Based Multiple Testing, 1993) with rows drawn anew.

    Parameters
    ----------
    reference
        Counts of the reference, shape (bins,).
    slots
        Counts of the primary rows of each slot of time, shape (slots, bins).
    windows
        First slot and the one after the last of each window, shape (windows, 2).
    picked
        Counts of the window that was picked, shape (bins,).
    rng
        Source of the draws.
    """
    used = reference + slots.sum(axis=0) > 0
    reference, slots, picked = reference[used], slots[:, used], picked[used]
    sizes = slots.sum(axis=1)
    n = int(reference.sum())
    pooled = (reference + slots.sum(axis=0)) / (n + sizes.sum())
    draws = int(np.clip(CELLS // max(1, slots.size), FEWEST_DRAWS, DRAWS))
    block = max(1, BLOCK // max(1, windows.shape[0] * len(pooled)))
    largest = []
    for done in range(0, draws, block):
        size = min(block, draws - done)
        again = rng.multinomial(n, pooled, size=size)
        added = np.zeros((size, len(sizes) + 1, len(pooled)), dtype=np.int64)
        np.cumsum(rng.multinomial(sizes, pooled, size=(size, len(sizes))), axis=1, out=added[:, 1:])
        largest.append(
            _scaled(again[:, None], added[:, windows[:, 1]] - added[:, windows[:, 0]]).max(axis=1, initial=0)
        )
    return permutation_p(float(_scaled(reference, picked)), np.concatenate(largest))


def _scaled(reference: Ints, primary: Ints) -> NDArray[np.float64]:
    """Return PSI of counts, shape (…, bins), in units of 1/n + 1/m; 0 of those without rows."""
    n, m = reference.sum(axis=-1), primary.sum(axis=-1)
    scaled: NDArray[np.float64] = np.where(m > 0, psi(reference, primary) * n * m / np.maximum(1, n + m), 0.0)
    return scaled
