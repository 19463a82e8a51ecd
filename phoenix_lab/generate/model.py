"""What an embedder is, and how a model is told from another."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

_PEEK = 1 << 20


class EmbeddingError(Exception):
    """Nothing can be embedded: why, and what to do."""


class Embedder(Protocol):
    """A model that turns texts into vectors on this machine.

    Parameters
    ----------
    name
        What it is called.
    dimension
        Numbers in a vector.
    identity
        What its vectors depend on: the same text and identity give the same vector, on any day. None is a model that nobody knows again.
    padded
        Whether all texts of a batch cost as much as the longest of them.
    """

    name: str
    dimension: int
    identity: str | None
    padded: bool

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of texts, (n, d)."""
        ...


def digest(paths: Iterable[Path]) -> str:
    """Return what tells a model's files from others: names, sizes, beginnings and ends of all of them."""
    told = hashlib.blake2b(digest_size=16)
    for path in paths:
        size = path.stat().st_size
        told.update(f"{path.name}\0{size}\0".encode())
        with path.open("rb") as file:
            told.update(file.read(_PEEK))
            if size > 2 * _PEEK:
                file.seek(-_PEEK, 2)
                told.update(file.read(_PEEK))
    return told.hexdigest()
