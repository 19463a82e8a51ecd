"""What the stages of the last maps gave, so that another cluster size, window or question about the same map starts from there."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from threading import Lock
from typing import Any, TypeVar

import numpy as np

_T = TypeVar("_T")

BUDGET = 128 << 20
"""Bytes that are kept in a process."""


class Stages:
    """Results by what they depend on; those not used for longest go first. Nothing that is kept may be changed.

    Parameters
    ----------
    budget
        Most bytes of arrays.
    """

    def __init__(self, budget: int = BUDGET) -> None:
        self._budget = budget
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = Lock()

    def take(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """Return what `make` gave for this key before, or gives now."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                found: _T = self._kept[key][0]
                return found
        made = make()
        size = _bytes(made)
        with self._lock:
            self._kept[key] = made, size
            total = sum(size for _, size in self._kept.values())
            while total > self._budget:
                _, (_, gone) = self._kept.popitem(last=False)
                total -= gone
        return made


class Forgetful(Stages):
    """Keeps nothing: for data that has no name."""

    def take(self, key: Hashable, make: Callable[[], _T]) -> _T:  # noqa: D102, ARG002
        return make()


KEPT = Stages()
"""Those of this process."""


def _bytes(value: Any) -> int:
    if isinstance(value, np.ndarray):
        return value.nbytes
    if is_dataclass(value):
        return sum(_bytes(getattr(value, field.name)) for field in fields(value))
    if isinstance(value, (tuple, list)):
        return sum(_bytes(part) for part in value)
    return 64
