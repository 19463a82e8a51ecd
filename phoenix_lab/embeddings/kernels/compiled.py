"""How kernels are compiled, and the hash that gives them random numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit
from numba.extending import intrinsic
from numpy.typing import NDArray

Array = NDArray[Any]
F = TypeVar("F", bound=Callable[..., Any])

f4, u4, i4, i8 = np.float32, np.uint32, np.int32, np.int64

_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": True}


def kernel(function: F) -> F:
    """Compile `function` at its first call and keep the code on disk, where there is a place to write."""
    try:
        return cast("F", njit(cache=True, **_OPTIONS)(function))
    except RuntimeError:  # neither the package's folder nor the user's cache folder can be written
        return cast("F", njit(**_OPTIONS)(function))


def inline(function: F) -> F:
    """Compile `function` into the kernels that call it."""
    return cast("F", njit(inline="always")(function))


def instructions(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make `function`, which writes LLVM instructions, callable from kernels; its first parameter is numba's own."""
    return cast("Callable[..., Any]", intrinsic(function))


@inline
def mix(x: Any) -> Any:
    """Return a random 32-bit number for the counter `x` (Wellons' `lowbias32` finaliser)."""
    x = u4(x ^ (x >> u4(16)))
    x = u4(x * u4(0x7FEB352D))
    x = u4(x ^ (x >> u4(15)))
    x = u4(x * u4(0x846CA68B))
    return u4(x ^ (x >> u4(16)))
