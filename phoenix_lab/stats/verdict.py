"""Three answers to "has it drifted?": yes, not by an amount that matters, and not enough data to say.

Of the last it may be sure that something moved, only not whether by an amount that matters. Whoever shows a verdict tells that part
from the rest, for to say "not enough data" of a change with p < .001 would be heard as "no change".
"""

from __future__ import annotations

from typing import Literal

Verdict = Literal["drift", "none", "undecided", "untested"]

WORDS: dict[Verdict | Literal["moved"], str] = {
    "drift": "Drift",
    "moved": "Moved, size unsure",
    "none": "No drift that matters",
    "undecided": "Not enough data",
    "untested": "Not tested",
}
"""What a verdict is called, everywhere; "moved" is the part of "undecided" whose adjusted p-value is below .05."""

LIMIT = 0.10
"""Customary PSI above which a change matters."""

ALPHA = 0.05


def verdict(
    estimate: float | None, lower: float | None, upper: float | None, p_adjusted: float | None, limit: float = LIMIT
) -> Verdict:
    """Judge an effect by its interval against a limit.

    "drift" when the whole interval lies above the limit and the adjusted p-value is below .05; "none" when it lies below; "undecided"
    when the limit is inside; "untested" when there is no interval.
    """
    if estimate is None or lower is None or upper is None:
        return "untested"
    if lower > limit and p_adjusted is not None and p_adjusted < ALPHA:
        return "drift"
    return "none" if upper < limit else "undecided"


def in_sentence(verdict: Verdict | Literal["moved"]) -> str:
    """Return the words for a verdict as they go on in a sentence: "moved, size unsure"."""
    words = WORDS[verdict]
    return words[0].lower() + words[1:]
