"""The folder through which a kernel hands Arrow files to the server.

It lies in the user's cache folder, not in the runtime folder, which on Linux is memory. Each server has a folder of its own with a random
name and a lock that the operating system releases when the process ends, however it ends: a folder whose lock can be taken belongs to a
dead server and is removed at the next start.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from phoenix_lab.engine.mapped import ChangedError, mapped, stamp
from phoenix_lab.server.arrow_file import check_plain, check_types
from phoenix_lab.server.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

_LOCK = "lock"
_YOUNG = 60.0
"""Seconds during which a folder without a lock is taken for one that is being made."""


class Spool:
    """The folder of one server.

    Parameters
    ----------
    root
        The folder that the servers of this user share.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder: Path | None = None
        self._lock: int | None = None

    def open(self) -> Path:
        """Make the folder, if it is not there yet."""
        if self.folder is not None:
            return self.folder
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder = self.root.resolve() / secrets.token_hex(16)
        folder.mkdir(mode=0o700)
        self._lock = _take(folder / _LOCK)
        self.folder = folder
        return folder

    def sweep(self) -> None:
        """Remove the folders of servers that are dead."""
        for folder in self.root.iterdir() if self.root.is_dir() else ():
            if folder == self.folder or folder.is_symlink() or not folder.is_dir():
                continue
            lock = folder / _LOCK
            with contextlib.suppress(OSError):
                if not lock.exists() and time.time() - folder.stat().st_mtime < _YOUNG:
                    continue
                handle = _take(lock)
                if handle is None:
                    continue
                os.close(handle)
                shutil.rmtree(folder, ignore_errors=True)

    def new(self, suffix: str = ".arrow") -> Path:
        """Return a path that nobody can guess and that does not exist yet."""
        return self.open() / f"{secrets.token_hex(16)}{suffix}"

    def check(self, path: Path) -> os.stat_result:
        """Return what the system says of a file of the spool; raises `ProblemError` when it is not a plain file of ours inside the folder."""
        folder = self.folder
        try:
            found = path.lstat()
            # the folder is resolved, so a link anywhere on the way leads to another path
            inside = folder is not None and Path(os.path.realpath(path)).parent == folder
        except OSError:
            raise ProblemError(
                409,
                "The kernel wrote no file that this server can read.",
                'With PhoenixLab.transfer = "messages" it need not run on the machine of the Jupyter server, as the same user.',
            ) from None
        uid = getattr(os, "getuid", None)
        if (
            not inside
            or not stat.S_ISREG(found.st_mode)
            or found.st_nlink != 1
            or (uid is not None and found.st_uid != uid())
        ):
            raise ProblemError(409, "What the kernel wrote is not a file of its own; it is not read.")
        return found

    def read(self, path: Path, known: Sequence[int] | None = None, *, images: bool = False) -> pa.Table:
        """Map an Arrow file of the spool; its columns are views of the file.

        Parameters
        ----------
        path
            The file.
        known
            Its stamp, where it was looked at before.
        images
            Whether it may have columns of bytes, as the answer with images has.

        Raises
        ------
        ProblemError
            The path leads elsewhere, the file changed, or it is cut off, damaged, or none that the bridge writes.
        """
        import pyarrow as pa

        found = stamp(self.check(path))
        try:
            data = mapped(path, found if known is None else known)
            check_plain(data)
            file = pa.ipc.open_file(data)
            check_types(file.schema, images=images)
            return file.read_all()
        except (pa.ArrowException, ChangedError, OSError, ValueError, MemoryError):
            raise _damaged() from None

    def write(self, path: Path, data: bytes) -> None:
        """Write a new file for a kernel to read."""
        with self.create(path) as file:
            file.write(data)

    def create(self, path: Path) -> BinaryIO:
        """Open a new file that only this user can read."""
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600), "wb")

    def verify(self, table: pa.Table) -> None:
        """Check every offset and every character of a table that `read` returned; raises `ProblemError`."""
        import pyarrow as pa

        try:
            table.validate(full=True)
        except pa.ArrowException:
            raise _damaged() from None

    def remove(self, path: Path) -> None:
        """Remove a file; one that is mapped on Windows stays until the server stops."""
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)

    def used(self) -> int:
        """Bytes in the folder."""
        total = 0
        if self.folder is not None:
            for path in self.folder.iterdir():
                with contextlib.suppress(OSError):
                    total += path.lstat().st_size
        return total

    def close(self) -> None:
        """Remove the folder and everything in it."""
        folder, self.folder = self.folder, None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def _damaged() -> ProblemError:
    return ProblemError(
        409, "The data that the kernel wrote is damaged or cut off.", "Is the disk full? Refresh to read it again."
    )


def _take(path: Path) -> int | None:
    """Take the lock of a folder; None when another process has it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        if sys.platform == "win32":
            import msvcrt

            windows: Any = msvcrt
            windows.locking(handle, windows.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle
