"""Files of columns, mapped: opened without following links, and known again when they are opened later.

A kernel writes the file, the server checks every value of it once, and what computes opens it anew. In between the kernel, which is the same user's, could
write to it; so what the operating system says of a file when it was checked has to be what it says when it is opened.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from phoenix_lab.recipes.output import RecipeError

if TYPE_CHECKING:
    import pyarrow as pa

_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"))


class ChangedError(RecipeError):
    """A file is not the one that was checked, or not as it was then."""

    def __init__(self) -> None:
        super().__init__(
            "The columns in the server's folder are not those that the kernel wrote. Refresh to read them again."
        )


def stamp(about: os.stat_result) -> tuple[int, ...]:
    """Return what tells a file and each time that it was written to; what was written in the same few milliseconds is not told apart."""
    return about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns


def mapped(path: Path, known: Sequence[int] | None = None) -> pa.Buffer:
    """Map a file.

    Parameters
    ----------
    path
        Where it is; a link is not followed.
    known
        Its stamp, where that is known.

    Raises
    ------
    ChangedError
        It has another stamp.
    OSError
        It is not there, or no file.
    """
    import pyarrow as pa

    file = os.open(path, _FLAGS)
    try:
        about = os.fstat(file)
        if known is not None and stamp(about) != tuple(known):
            raise ChangedError
        return pa.py_buffer(mmap.mmap(file, 0, access=mmap.ACCESS_READ) if about.st_size else b"")
    finally:
        os.close(file)
