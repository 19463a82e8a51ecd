"""Which share of a column's numbers lies beyond all of the reference's: a few far values hardly move PSI, and may move all that is computed from them."""

from __future__ import annotations

import numpy as np

from phoenix_lab.profiles.columns import Numbers
from phoenix_lab.recipes.sets import Units
from phoenix_lab.stats.estimates import share
from phoenix_lab.stats.novelty import beyond


def beyond_range(reference: Numbers, primary: Numbers, units: Units | None) -> tuple[float, float, float] | None:
    """Return the share of the primary's finite values that are above or below all of the reference's, the lower end of its 90 % interval, and p.

    p is twice the smaller of both sides' (see `stats.novelty.beyond`); over units, of how many have such a value. None where a set has no finite value.
    """
    known = reference.finite
    if not len(known) or not len(primary.finite):
        return None
    low, high = known[0], known[-1]
    finite = np.isfinite(primary.values)
    sides = [finite & (primary.values > high), finite & (primary.values < low)]
    if units is None:
        tests = [beyond(int(side.sum()), len(known), int(finite.sum())) for side in sides]
        of = None
    else:
        of = units.primary[primary.present]
        sizes = [len(np.unique(codes)) for codes in units.codes]
        tests = [beyond(len(np.unique(of[side])), *sizes) for side in sides]
    found = share("beyond", sides[0] | sides[1], finite, of)
    p_values = [1.0 if test.p_value is None else test.p_value for test in tests]
    return found.value or 0.0, found.lower or 0.0, min(1.0, 2 * min(p_values))
