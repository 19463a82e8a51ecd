"""Suites as files: TOML in, sentences out where something is wrong, and the schema that editors complete by."""

from __future__ import annotations

import difflib
import json
import re
import sys
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from phoenix_lab.monitors.models import Limit, Monitor, Suite
from phoenix_lab.recipes.conditions import (
    AllOf,
    AnyOf,
    AtRows,
    InCluster,
    InLasso,
    Length,
    Missing,
    Not,
    OfSet,
    Range,
    Repeated,
    Values,
)
from phoenix_lab.recipes.models import Performance

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SCHEMA = Path(__file__).parent / "suite.schema.json"
_UNKNOWN = {"unexpected_keyword_argument", "extra_forbidden"}
_BRANCHES = {"table", "number", "word"}
"""Names that pydantic puts into the place of a mistake for the sorts of limit."""
_CONDITIONS: dict[str, Any] = {
    c.kind: c for c in (Values, Range, Length, Missing, Repeated, InCluster, InLasso, AtRows, OfSet, AllOf, AnyOf, Not)
}


class SuiteError(ValueError):
    """A suite, or what it is checked on, cannot be used; the message says where and why."""


def load_suite(path: str | Path) -> Suite:
    """Read a suite from a `*.phoenix.toml` file.

    Raises
    ------
    SuiteError
        It is not there, not TOML, or not a suite; the message tells everything that is wrong.
    """
    path = Path(path)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SuiteError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    except tomllib.TOMLDecodeError as error:
        raise SuiteError(f"{path} is not TOML: {error}") from None
    return parse_suite({"name": path.name.removesuffix(".toml").removesuffix(".phoenix"), **data}, str(path))


def parse_suite(data: Mapping[str, Any], where: str = "the suite") -> Suite:
    """Make a suite from its data; raises `SuiteError`."""
    try:
        return TypeAdapter(Suite).validate_python(dict(data))
    except ValidationError as error:
        raise SuiteError("\n".join(dict.fromkeys(f"{where}: {line}" for line in _lines(error, data)))) from None


def suite_schema() -> str:
    """Return the JSON schema of a suite, as it lies beside this file."""
    schema = TypeAdapter(Suite).json_schema()
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}, indent=1) + "\n"


def _lines(error: ValidationError, data: Mapping[str, Any]) -> list[str]:
    lines = []
    for one in error.errors(include_url=False, include_input=False):
        place = tuple(part for part in one["loc"] if part not in _BRANCHES)
        if one["type"] in _UNKNOWN:
            hint = _close(str(place[-1]), _keys(place[:-1]))
            lines.append(f'{_said(place[:-1], data)}unknown key "{place[-1]}"{hint}')
            continue
        hint = ""
        if one["type"] == "literal_error":
            hint = _close(str(_value(data, place)), re.findall(r"'([^']+)'", one["ctx"]["expected"]))
        lines.append(f"{_said(place, data)}{one['msg'].removeprefix('Value error, ')}{hint}")
    return lines


def _close(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f'; did you mean "{close[0]}"?' if close else ""


def _value(data: Any, place: tuple[Any, ...]) -> Any:
    """Return what stands at a place of the file."""
    for part in place:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):  # noqa: PERF203 - a handful
            return None
    return data


def _keys(place: tuple[Any, ...]) -> list[str]:
    """Return the keys of a table of the file."""
    last = place[-1] if place else None
    tables: dict[Any, Any] = {None: Suite, "limit": Limit, "predictions": Performance, **_CONDITIONS}
    of = tables.get(last, Monitor if isinstance(last, int) else None)
    return [] if of is None else [f.name for f in fields(of)]


def _said(place: tuple[Any, ...], data: Mapping[str, Any]) -> str:
    """Say where: the monitor by its number and name, then the key."""
    if len(place) < 2 or place[0] != "monitor":
        return f"{'.'.join(map(str, place))}: " if place else ""
    name = _value(data, ("monitor", place[1], "name"))
    called = f' ("{name}")' if isinstance(name, str) else ""
    rest = [str(part) for part in place[2:]]
    return f"monitor {place[1] + 1}{called}: {'.'.join(rest)}{': ' if rest else ''}"
