"""What an embedder is, and how a model is told from another."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

_PIECE = 1 << 20
_BLOB = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


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
    """Return what tells a model's files from others: their names and all that is in them.

    All of it, for training may change any layer and leave the file as long as it was. The cache of Hugging Face calls its files by their content, so that those
    need not be read.
    """
    told = hashlib.blake2b(digest_size=16)
    for path in paths:
        told.update(f"{path.name}\0{path.stat().st_size}\0".encode())
        real = path.resolve()
        if real.parent.name == "blobs" and path.is_symlink() and _BLOB.fullmatch(real.name):
            told.update(real.name.encode())
            continue
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                told.update(piece)
    return told.hexdigest()


def files_of(folder: Path) -> list[Path]:
    """Return the files that a model in a folder is made of."""
    return sorted(one for one in folder.rglob("*") if one.is_file() and one.suffix not in {".md", ".py"})


def state_of(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return what tells that a folder's files were written anew, without reading them; empty where there is none."""
    if not folder.is_dir():
        return ()
    found = [(one, one.stat()) for one in files_of(folder)]
    return tuple((str(one), about.st_size, about.st_mtime_ns) for one, about in found)
