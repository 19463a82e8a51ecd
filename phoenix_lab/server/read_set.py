"""One dataframe as the server knows it: which of its columns lie in which file."""

from __future__ import annotations

import asyncio
import dataclasses
import difflib
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
from pydantic import TypeAdapter

from phoenix_lab.inferences.schema import ColumnInfo, Correction, Schema
from phoenix_lab.server.models import InferencesModel
from phoenix_lab.server.problems import ProblemError
from phoenix_lab.server.transfer import Got

_COLUMNS: TypeAdapter[tuple[ColumnInfo, ...]] = TypeAdapter(tuple[ColumnInfo, ...])


@dataclasses.dataclass(eq=False)
class File:
    """A file of the spool, and how many use it now; `stamp` is that of the time when it was checked."""

    path: Path
    columns: tuple[str, ...]
    size: int
    stamp: tuple[int, ...]
    users: int = 0
    used: float = dataclasses.field(default_factory=time.monotonic)


@dataclasses.dataclass(eq=False)
class Reading:
    """Columns that are on their way; when nobody waits for them any more, they are left."""

    names: tuple[str, ...]
    task: asyncio.Task[None] | None = None
    listeners: list[Got] = dataclasses.field(default_factory=list)

    def got(self, done: int, size: int | None) -> None:
        """Tell those who wait how many bytes have come."""
        for listener in self.listeners:
            listener(done, size)


@dataclasses.dataclass(eq=False)
class Seen:
    """What the roles of a set's columns are decided on.

    Parameters
    ----------
    sample
        Some rows; a view of a file that is gone when nothing looks at it any more.
    dtypes
        All column names, in order → the type as its library prints it.
    problems
        Name → why a column cannot be read.
    """

    sample: pa.Table
    dtypes: Mapping[str, str]
    problems: dict[str, str]


@dataclasses.dataclass(eq=False, kw_only=True)
class ReadSet:
    """One dataframe, as it was when it was read; see `InferencesModel` for the fields."""

    id: str
    kernel_id: str
    ref: str
    name: str
    variable: str | None
    library: str
    n_rows: int
    n_columns: int
    nbytes: int | None
    columns: tuple[ColumnInfo, ...]
    span: tuple[str, str] | None = None
    problems: tuple[str, ...] = ()
    schema: Schema | None = None
    given: Schema | None = None
    corrections: tuple[Correction, ...] = ()
    plausible: tuple[Correction, ...] = ()
    seen: Seen
    files: dict[str, File] = dataclasses.field(default_factory=dict)
    fingerprints: dict[str, str] = dataclasses.field(default_factory=dict)
    before: dict[str, tuple[File, str]] = dataclasses.field(default_factory=dict)
    """By column: a file, and the fingerprint, of the set that this one took the place of, until it is known whether the values still are these."""
    look: str = ""
    digests: Mapping[str, str] = dataclasses.field(default_factory=dict)
    is_query: bool = False
    reading: dict[str, Reading] = dataclasses.field(default_factory=dict)
    released: bool = False

    def model(self) -> InferencesModel:
        """Return what the browser is told."""
        return InferencesModel(
            **{field.name: getattr(self, field.name) for field in dataclasses.fields(InferencesModel)}
        )

    def info(self, name: str) -> ColumnInfo:
        """Return a column; raises `ProblemError` (404) with the closest name there is."""
        for column in self.columns:
            if column.name == name:
                return column
        close = difflib.get_close_matches(name, [column.name for column in self.columns], n=1)
        hint = f'Did you mean "{close[0]}"?' if close else None
        raise ProblemError(404, f'{self.name} has no column "{name}".', hint, name)

    def check_rows(self, n_rows: int) -> None:
        """Refuse columns of another length; raises `ProblemError`."""
        if n_rows != self.n_rows:
            raise ProblemError(
                409,
                f"{self.name} changed since it was opened: it had {self.n_rows:,} rows and has {n_rows:,} now.",
                "Refresh to read it again.",
            )

    def all_files(self) -> list[File]:
        """Return the files of this set, and those of the one before that may still be good."""
        return [*self.files.values(), *(file for file, _ in self.before.values())]

    def left(self, reading: Reading) -> None:
        """Forget a reading that has ended."""
        for name in reading.names:
            if self.reading.get(name) is reading:
                del self.reading[name]

    def check_open(self) -> None:
        """Raise `ProblemError` when the set was released meanwhile."""
        if self.released:
            raise ProblemError(404, f"{self.name} was closed.")

    def spec(self, names: Iterable[str]) -> dict[str, Any]:
        """Describe a frame of these columns, as far as they could be read, to a worker; see `worker.open_frame`."""
        wanted = [name for name in names if name in self.files]
        files: dict[Path, tuple[File, list[str]]] = {}
        for name in wanted:
            files.setdefault(self.files[name].path, (self.files[name], []))[1].append(name)
        return {
            "name": self.name,
            "n_rows": self.n_rows,
            "columns": _COLUMNS.dump_python(self.columns, mode="json"),
            "files": [
                {"path": str(path), "columns": columns, "stamp": file.stamp} for path, (file, columns) in files.items()
            ],
            "fingerprints": {name: self.fingerprints[name] for name in wanted},
        }
