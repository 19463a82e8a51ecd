"""How much more data would decide whether a change matters."""

from __future__ import annotations

from math import ceil

from phoenix_lab.stats.proportions import CONFIDENCE, z_of
from phoenix_lab.stats.psi import MOST_TIMES, POWER_Z
from phoenix_lab.stats.result import Comparison


def more_pieces(
    change: Comparison, limit: float, variances: tuple[float, float], pieces: int, confidence: float = CONFIDENCE
) -> int | None:
    """Return how many more primary rows, or units, would decide with probability .8, if the change is what was measured.

    The change must lie z(confidence) + z(.8) standard errors from the limit (Cohen, Statistical Power Analysis, 1988, with a limit in place
    of 0). Its variance is that of the interval that is shown, so that of whole units where rows come in units: the design effect of Kish (Survey
    Sampling, 1965) is in it. Of k times as many primary units their part of the variance is a k-th, the reference's stays.

    Parameters
    ----------
    change
        The change with its interval.
    limit
        How large a change matters.
    variances
        Of the number in the reference and in the primary set, to tell whose part is how large; (0, 1) of sets that grow together.
    pieces
        Primary rows, or units, that there are.

    Returns
    -------
    None where nothing is to be told, or no number of primary rows alone would do.
    """
    if change.value is None or change.lower is None or change.upper is None or pieces < 1 or sum(variances) <= 0:
        return None
    whole = ((change.upper - change.lower) / 2 / z_of(confidence)) ** 2
    of_reference = whole * variances[0] / sum(variances)
    room = (abs(abs(change.value) - limit) / (z_of(confidence) + POWER_Z)) ** 2 - of_reference
    if room <= 0:
        return None
    times = (whole - of_reference) / room
    return None if times > MOST_TIMES else max(1, ceil(pieces * (times - 1)))
