"""The result of one comparison."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Comparison:
    """One number about two sets, with what is needed to trust it.

    Parameters
    ----------
    name
        What it is: "psi", "ks", …
    value
        The number; None where it is undefined.
    n_reference, n_primary
        Values behind it.
    lower, upper
        Its interval, where there is one.
    p_value
        p of the test that belongs to it, where there is one.
    reason
        Why something is undefined, in words for the user.
    """

    name: str
    value: float | None
    n_reference: int
    n_primary: int
    lower: float | None = None
    upper: float | None = None
    p_value: float | None = None
    reason: str | None = None


def finite(value: float | None) -> float | None:
    """Return `value` as a plain float, or None when it is NaN or infinite."""
    return float(value) if value is not None and math.isfinite(value) else None
