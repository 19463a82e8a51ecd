"""What a recipe computes: tables and a few facts about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

Progress = Callable[[str, float], None]
"""`progress(stage, fraction)`: called as the work goes on; it raises `Cancelled` when the work is no longer wanted."""


class Cancelled(Exception):  # noqa: N818 - not an error: somebody asked for it
    """The work was cancelled."""


class RecipeError(ValueError):
    """The question cannot be answered with this data; the message says why and what to do, in the user's words."""


def silent(stage: str, fraction: float) -> None:
    """Report no progress."""


@dataclass(frozen=True)
class Output:
    """The answer to a recipe.

    Parameters
    ----------
    table
        The main table.
    parts
        Further tables by name, such as the clusters of a map.
    meta
        Facts that hold for the whole (counts, parameters chosen, what was corrected over); JSON values only.
    """

    table: pa.Table
    parts: Mapping[str, pa.Table] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict)
