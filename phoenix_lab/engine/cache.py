"""Results on disk, under a key of everything that they depend on."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from phoenix_lab.inferences.frame import Frame
from phoenix_lab.recipes.models import dump
from phoenix_lab.recipes.output import Output

QUOTA = 1 << 30
"""Bytes of results that are kept when nothing else is said."""
_ROOMS = ("inferences", "stats", "profiles", "embeddings", "slices", "recipes", "findings")


def default_folder() -> Path:
    """Return where results lie: `PHOENIX_LAB_CACHE_DIR`, or the user's cache folder."""
    named = os.environ.get("PHOENIX_LAB_CACHE_DIR")
    if named:
        return Path(named).expanduser() / "results"
    from platformdirs import user_cache_path

    return user_cache_path("phoenix-lab", appauthor=False) / "results"


class Cache:
    """A folder of results, shared by all processes of a user.

    Each result is a folder `<key>` with `table.arrow`, `<part>.arrow` and `meta.json`. It appears at once and whole, by renaming. Files that are mapped
    stay readable after their removal (on Windows they are removed later).

    Parameters
    ----------
    root
        The folder; made with mode 0700. None is `default_folder()`.
    quota
        Most bytes of results; those unused for longest go first.
    """

    def __init__(self, root: Path | str | None = None, quota: int = QUOTA) -> None:
        self.root = default_folder() if root is None else Path(root)
        self.quota = quota

    @staticmethod
    def key(recipe: Any, primary: Frame, reference: Frame | None = None, corpus: Frame | None = None) -> str:
        """Return the key of a question: 64 hexadecimal digits.

        Parameters
        ----------
        recipe
            The question.
        primary, reference, corpus
            The sets with the columns that the recipe needs, fingerprints included.
        """
        told = dump(recipe)
        parts = [
            told,
            *(
                told_set(frame, whole=told["kind"] in {"summary", "quality", "findings"})
                for frame in (primary, reference, corpus)
            ),
        ]
        text = json.dumps([code_digest(), *parts], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def load(self, key: str) -> Output | None:
        """Return a result, its tables mapped from their files; None when it isn't there (or not whole)."""
        folder = self._folder(key)
        try:
            told = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
            table = _read(folder / "table.arrow")
            parts = {name: _read(folder / f"{name}.arrow") for name in told["parts"]}
            os.utime(folder)
        except (OSError, ValueError, KeyError, pa.ArrowException):
            return None
        return Output(table, parts, told["meta"])

    def store(self, key: str, output: Output) -> None:
        """Keep a result. That the disk is full, or the folder not ours to write, is no error: the result is computed again then."""
        with contextlib.suppress(OSError):
            self._store(key, output)

    def _store(self, key: str, output: Output) -> None:
        folder = self._folder(key)
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=self.root))
        try:
            _write(fresh / "table.arrow", output.table)
            for name, table in output.parts.items():
                if not name.isidentifier():
                    raise ValueError(f'"{name}" cannot be the name of a part')
                _write(fresh / f"{name}.arrow", table)
            told = {"parts": list(output.parts), "meta": dict(output.meta)}
            with _create(fresh / "meta.json") as sink:
                sink.write(json.dumps(told, allow_nan=False).encode())
            # Another process may have stored the same: then that one stays.
            with contextlib.suppress(OSError):
                fresh.rename(folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        self._keep_quota(folder)

    def clear(self) -> None:
        """Remove all results."""
        for folder in self._results():
            shutil.rmtree(folder, ignore_errors=True)

    def _folder(self, key: str) -> Path:
        if not (len(key) == 64 and set(key) <= set("0123456789abcdef")):
            raise ValueError("not a key")
        return self.root / key

    def _results(self) -> list[Path]:
        try:
            return [path for path in self.root.iterdir() if path.is_dir()]
        except OSError:
            return []

    def _keep_quota(self, newest: Path) -> None:
        sizes: dict[Path, tuple[float, int]] = {}
        for folder in self._results():
            with contextlib.suppress(OSError):  # another process may just remove it
                size = sum(file.stat().st_size for file in folder.iterdir())
                sizes[folder] = (folder.stat().st_mtime, size)
        total = sum(size for _, size in sizes.values())
        for folder in sorted(sizes, key=lambda f: sizes[f][0]):
            if total <= self.quota:
                return
            if folder != newest:
                shutil.rmtree(folder, ignore_errors=True)
                total -= sizes[folder][1]


def told_set(frame: Frame | None, *, whole: bool) -> Any:
    """Return what a result may depend on: values by fingerprint, roles and names; of a summary or a look at quality also the columns that could not be read."""
    if frame is None:
        return None
    # where a column stands changes the order of these alone; why it has its role changes no answer
    left = ("reason",) if whole else ("reason", "position")
    columns = [
        {k: v for k, v in asdict(column).items() if k not in left}
        for column in frame.columns
        if whole or column.name in frame.fingerprints
    ]
    prints = {name: frame.fingerprints[name] for name in frame.table.column_names}
    return {"name": frame.name, "n_rows": frame.n_rows, "columns": columns, "fingerprints": prints}


@functools.cache
def code_digest() -> str:
    """Return the version of the code that results depend on: the package's, and a digest of its sources (which change without it)."""
    from phoenix_lab import __version__

    digest = hashlib.sha256(__version__.encode())
    for room in _ROOMS:
        sources = [path for path in _walk(files("phoenix_lab") / room) if path.name.endswith(".py")]
        for path in sorted(sources, key=str):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _walk(folder: Any) -> list[Any]:
    found = []
    for path in folder.iterdir():
        found += _walk(path) if path.is_dir() else [path]
    return found


def _create(path: Path) -> IO[bytes]:
    """Open a new file that only this user can read."""
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, 0o600), "wb")


def _write(path: Path, table: pa.Table) -> None:
    with _create(path) as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table.unify_dictionaries())


def _read(path: Path) -> pa.Table:
    with pa.ipc.open_file(pa.memory_map(str(path), "r")) as reader:
        table = reader.read_all()
    table.validate(full=True)  # a kernel may write here, too
    return table
