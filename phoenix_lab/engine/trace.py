"""What an answer was made of, and what it was, in digests that hold nothing of the data."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pyarrow as pa
from pydantic.dataclasses import dataclass

from phoenix_lab.engine.cache import code_digest, told_set
from phoenix_lab.inferences.fingerprint import fingerprint
from phoenix_lab.inferences.frame import Frame
from phoenix_lab.recipes.output import Output

_DIGITS = 16
"""Hexadecimal digits of a digest: nobody has made it up, so that 64 bits are enough to tell answers apart."""


@dataclass(frozen=True, kw_only=True)
class Trace:
    """Digests of an answer.

    Parameters
    ----------
    data
        Of the values of the columns that the answer needs, their names and roles, and what the sets are called.
    code
        The version of the package, and a digest of its sources.
    result
        Of all tables of the answer; `meta`, which may hold times, is no part of it.
    """

    data: str
    code: str
    result: str


def code() -> str:
    """Return what `Trace.code` is of this installation."""
    from phoenix_lab import __version__

    return f"{__version__}+{code_digest()[:_DIGITS]}"


def data_digest(primary: Frame, reference: Frame | None = None, corpus: Frame | None = None) -> str:
    """Return what `Trace.data` is of sets with the columns that a recipe needs."""
    told = [told_set(frame, whole=False) for frame in (primary, reference, corpus)]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:_DIGITS]


def result_digest(output: Output) -> str:
    """Return what `Trace.result` is of an answer: the same for the same values, however they lie in memory or on disk."""
    digest = hashlib.sha256()
    for name, table in [("", output.table), *sorted(output.parts.items())]:
        digest.update(f"{name}\0{table.num_rows}\0".encode())
        for column in table.column_names:
            digest.update(f"{column}\0{_digest(table.column(column))}\0".encode())
    return digest.hexdigest()[:_DIGITS]


def _digest(column: pa.ChunkedArray) -> str:
    if pa.types.is_nested(column.type):
        # small: examples, names of groups
        return hashlib.sha256(json.dumps(column.to_pylist(), default=_plain).encode()).hexdigest()
    return fingerprint(column)


def _plain(value: Any) -> str:
    return repr(value)
