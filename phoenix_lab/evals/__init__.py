"""What answers are worth: judged by a model, measured against references, and how far a judge agrees with people.

`from phoenix_lab.evals import …` has the names that Arize Phoenix's `phoenix.evals` had.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:
    if not name.startswith("_"):
        found = getattr(import_module("phoenix_lab.evals.phoenix"), name, None)
        if found is not None:
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
