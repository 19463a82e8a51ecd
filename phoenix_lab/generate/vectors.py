"""Vectors on disk, by the model and the text that they are of, so that a rerun or an added row costs only what is new."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.engine.cache import default_folder

QUOTA = 2 << 30
"""Bytes of vectors that are kept; those unused for longest go first."""
_AT_ONCE = 500
_PATIENCE = 10
"""Seconds that a process waits for another that writes, which takes milliseconds."""


def vectors_file() -> Path:
    """Return where vectors lie, beside the results of recipes."""
    return default_folder().parent / "vectors" / "vectors.sqlite"


def key_of(identity: str, text: str) -> bytes:
    """Return the key of the vector of a text: 16 bytes."""
    told = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16, key=_short(identity))
    return told.digest()


class Vectors:
    """The vectors of one model; that the disk is full, or the folder not ours to write, is no error: they are made again then.

    Parameters
    ----------
    path
        The file, which many processes may use; made with mode 0600 in a folder of mode 0700.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = vectors_file() if path is None else path
        self._lock = threading.Lock()
        self._base: sqlite3.Connection | None = None
        for _ in range(2):
            try:
                self._base = self._opened()
            except (OSError, sqlite3.Error) as error:  # noqa: PERF203 - twice at most
                if type(error) is not sqlite3.DatabaseError:
                    break
                with contextlib.suppress(OSError):  # damaged: all of it is made again
                    self._path.unlink()
            else:
                break

    def _opened(self) -> sqlite3.Connection:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        base = sqlite3.connect(self._path, timeout=_PATIENCE, check_same_thread=False)
        base.execute("PRAGMA journal_mode=WAL")
        base.execute("PRAGMA synchronous=OFF")  # after a power cut vectors are made again
        base.execute("CREATE TABLE IF NOT EXISTS vectors(key BLOB PRIMARY KEY, vector BLOB, used REAL) WITHOUT ROWID")
        return base

    def load(self, keys: Sequence[bytes]) -> dict[bytes, NDArray[np.float32]]:
        """Return those vectors that are there."""
        found: dict[bytes, NDArray[np.float32]] = {}
        with self._lock, contextlib.suppress(sqlite3.Error):
            for start in range(0, len(keys) if self._base else 0, _AT_ONCE):
                some = keys[start : start + _AT_ONCE]
                marks = ",".join("?" * len(some))
                assert self._base is not None  # noqa: S101
                for key, vector in self._base.execute(
                    f"SELECT key, vector FROM vectors WHERE key IN ({marks})",  # noqa: S608 - question marks alone
                    some,
                ):
                    if isinstance(vector, bytes) and vector and len(vector) % 4 == 0:
                        found[key] = np.frombuffer(vector, np.float32)
        self._touch(list(found))
        return found

    def _touch(self, keys: Sequence[bytes]) -> None:
        """Note that vectors are in use; while another process writes, that is left out at once."""
        with self._lock, contextlib.suppress(sqlite3.Error):
            if self._base and keys:
                self._base.execute("PRAGMA busy_timeout=100")
                try:
                    now = time.time()
                    self._base.executemany("UPDATE vectors SET used = ? WHERE key = ?", [(now, key) for key in keys])
                    self._base.commit()
                finally:
                    self._base.rollback()
                    self._base.execute(f"PRAGMA busy_timeout={_PATIENCE * 1000}")

    def add(self, found: Mapping[bytes, NDArray[np.float32]]) -> None:
        """Keep vectors; any thread may."""
        now = time.time()
        with self._lock, contextlib.suppress(sqlite3.Error):
            if self._base:
                # Written at once: a write that is not finished keeps other kernels from writing, and a model may take minutes for the next batch.
                with self._base:
                    self._base.executemany(
                        "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
                        [(key, vector.astype(np.float32).tobytes(), now) for key, vector in found.items()],
                    )

    def close(self, quota: int = QUOTA) -> None:
        """Write what was added, and remove the oldest vectors beyond the quota."""
        with self._lock, contextlib.suppress(sqlite3.Error, OSError):
            if self._base:
                self._base.commit()
                size = self._path.stat().st_size
                if size > quota:
                    (n,) = self._base.execute("SELECT count(*) FROM vectors").fetchone()
                    left_out = int(n * (1 - quota / size)) + n // 10
                    self._base.execute(
                        "DELETE FROM vectors WHERE key IN (SELECT key FROM vectors ORDER BY used LIMIT ?)", [left_out]
                    )
                    self._base.commit()
                    self._base.execute("VACUUM")
                self._base.close()
                self._base = None


def forget_vectors() -> None:
    """Remove all vectors that `px.embed` keeps on the disk of this user."""
    for end in ("", "-wal", "-shm"):
        with contextlib.suppress(OSError):
            Path(f"{vectors_file()}{end}").unlink()


def _short(identity: str) -> bytes:
    return hashlib.blake2b(identity.encode(), digest_size=32).digest()
