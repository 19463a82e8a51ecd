"""Arrays one after another in one piece of bytes, and how each is found again: `arrays.bin` of a profile's file."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

_TYPES = {"i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"}


class WrongError(ValueError):
    """What is in a file cannot be."""


class Arrays:
    """The bytes of `arrays.bin` as it is written."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self._at = 0

    def put(self, values: NDArray[Any]) -> dict[str, Any]:
        """Add an array, whole numbers in as few bytes as they need; return where it is."""
        values = np.ascontiguousarray(values)
        if values.dtype.kind in "iu" and values.size:
            low, high = int(values.min()), int(values.max())
            kind = next(
                k
                for k in ("u1", "i1", "u2", "i2", "u4", "i4", "i8", "u8")
                if np.iinfo(k).min <= low and high <= np.iinfo(k).max
            )
            values = values.astype(kind)
        data = values.astype(values.dtype.newbyteorder("<"), copy=False).tobytes()
        place = {"type": values.dtype.str[1:], "shape": list(values.shape), "at": self._at}
        self.parts.append(data)
        self._at += len(data)
        return place


class StoredArrays:
    """`arrays.bin` as it is read."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def get(self, place: Any, *shape: int | None, whole: bool = True) -> NDArray[Any]:
        """Return an array of this shape (None: any length), whole numbers as int64; raises `WrongError` for anything else."""
        kind, size, at = place["type"], place["shape"], place["at"]
        if kind not in _TYPES or not all(isinstance(n, int) and n >= 0 for n in [*size, at]):
            raise WrongError("an array of it is of no kind that there is")
        if len(size) != len(shape) or any(want is not None and want != n for want, n in zip(shape, size, strict=True)):
            raise WrongError(f"an array of it has the shape {size}")
        dtype = np.dtype(f"<{kind}")
        length = math.prod(size) * dtype.itemsize
        if at + length > len(self._data):
            raise WrongError("it ends too early")
        values = np.frombuffer(self._data, dtype, math.prod(size), at).reshape(size)
        if whole != (dtype.kind in "iu"):
            raise WrongError("an array of it is of another kind")
        return values.astype(np.int64) if whole else values.astype(dtype.newbyteorder("="))

    def counts(self, place: Any, *shape: int | None) -> NDArray[np.int64]:
        """Return an array of counts."""
        values = self.get(place, *shape)
        if values.size and values.min() < 0:
            raise WrongError("a count of it is negative")
        return values

    def places(self, place: Any, most: int, *shape: int | None, least: int = 0) -> NDArray[np.int64]:
        """Return an array of places from `least` to before `most`."""
        values = self.get(place, *shape)
        if values.size and (values.min() < least or values.max() >= most):
            raise WrongError("a place in it does not exist")
        return values
