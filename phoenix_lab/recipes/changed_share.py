"""How a share of the rows changed between the sets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.recipes.sets import Units
from phoenix_lab.stats.estimates import change, share
from phoenix_lab.stats.proportions import difference
from phoenix_lab.stats.result import Comparison


def changed_share(
    name: str, reference: NDArray[np.bool_], primary: NDArray[np.bool_], units: Units | None
) -> Comparison:
    """Compare which share of the rows two masks mark; over units, where rows are not independent."""
    if units is None:
        return difference(int(reference.sum()), len(reference), int(primary.sum()), len(primary))
    every = [np.ones(len(side), dtype=bool) for side in (reference, primary)]
    return change(share(name, reference, every[0], units.reference), share(name, primary, every[1], units.primary))
