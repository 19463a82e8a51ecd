"""How the share of missing rows changed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.recipes.sets import Units
from phoenix_lab.stats.estimates import change, share
from phoenix_lab.stats.proportions import difference
from phoenix_lab.stats.result import Comparison


def missing_change(reference: NDArray[np.bool_], primary: NDArray[np.bool_], units: Units | None) -> Comparison:
    """Compare which share of the rows is missing, from masks of the missing rows; over units, where rows are not independent."""
    if units is None:
        return difference(int(reference.sum()), len(reference), int(primary.sum()), len(primary))
    every = [np.ones(len(side), dtype=bool) for side in (reference, primary)]
    return change(
        share("missing", reference, every[0], units.reference), share("missing", primary, every[1], units.primary)
    )
