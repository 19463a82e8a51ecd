"""Files that a reader sees whole, or as they were before."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(final: Path) -> Iterator[Path]:
    """Yield a name beside `final` to write a file to, which takes that name once the block has ended.

    Raises
    ------
    OSError
        It cannot be written, the disk is full; nothing is left then, and what was there stays.
    """
    with beside(final) as new:
        yield new
        flush(new)
        new.replace(final)


@contextmanager
def beside(final: Path) -> Iterator[Path]:
    """Yield a name in the folder of `final` that nobody has; what is called so at the end of the block is removed."""
    new = final.parent / f".{final.name}.{secrets.token_hex(4)}.partial"
    try:
        yield new
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}:
            raise OSError(error.errno, "The disk is full: nothing was written", str(final)) from error
        raise
    finally:
        remove(new)


def flush(file: Path) -> None:
    """Have a file written to the disk itself."""
    with file.open("rb+") as stream:
        os.fsync(stream.fileno())


def remove(path: Path) -> None:
    """Remove a file or a folder, where it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
