"""What the caller calls an object."""

from __future__ import annotations

import sys
from typing import Any


def caller_name(value: Any) -> str | None:
    """Return the variable that holds this very object in the code that called into phoenix_lab, or None when no variable does.

    Names that begin with an underscore do not count: they are the notebook's history.
    """
    frame = sys._getframe(1)  # noqa: SLF001 - only the frame knows its names
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "phoenix_lab":
        frame = frame.f_back  # type: ignore[assignment]
    if frame is None:
        return None
    for names in (frame.f_locals, frame.f_globals):
        for name, other in dict(names).items():
            if other is value and not name.startswith("_"):
                return name
    return None
