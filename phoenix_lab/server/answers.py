"""What the bridge answers, in types: a kernel may be anybody's, and may answer anything.

Only what is read of an answer is checked; more may be in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from phoenix_lab.server.models import FrameListing
from phoenix_lab.server.problems import ProblemError

Count = Annotated[int, Field(ge=0, lt=2**53, strict=True)]
"""More than JavaScript counts no dataframe has."""
Text = Annotated[str, Field(max_length=10_000)]
Ref = Annotated[str, Field(pattern=r"^[0-9a-f]{1,64}$")]


@dataclass(frozen=True, kw_only=True)
class _Column:
    name: Text
    dtype: str


@dataclass(frozen=True, kw_only=True)
class _Described:
    ref: Ref
    names: list[Text]
    library: Text
    type: Text
    query: Text | None = None
    n_rows: Count
    n_columns: Count
    nbytes: Count | None
    columns: list[_Column]
    look: Text = ""
    digests: dict[str, Text] = Field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class _Written:
    n_rows: Count
    problems: dict[str, Text]
    same: list[str] = Field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class _Shown:
    n_rows: Count


@dataclass(frozen=True, kw_only=True)
class _Listed:
    frames: list[FrameListing]
    changes: dict[str, dict[str, Any] | None] = Field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class _Labels:
    labels: list[Text] | None


@dataclass(frozen=True, kw_only=True)
class _Exported:
    name: Text
    n_rows: Count
    library: Text
    parts: list[Text] = Field(default_factory=list)


_KINDS: Mapping[str, TypeAdapter[Any]] = {
    "describe": TypeAdapter(_Described),
    "sample": TypeAdapter(_Written),
    "write": TypeAdapter(_Written),
    "images": TypeAdapter(_Shown),
    "list": TypeAdapter(_Listed),
    "labels": TypeAdapter(_Labels),
    "export": TypeAdapter(_Exported),
}


def checked(question: str, answer: Any) -> dict[str, Any]:
    """Return an answer to a question of the bridge; raises `ProblemError` when it is none."""
    try:
        if not isinstance(answer, dict):
            raise nonsense()
        if question in _KINDS:
            _KINDS[question].validate_python(answer)
    except ValidationError:
        raise nonsense() from None
    return answer


def nonsense() -> ProblemError:
    """Return what is said where a kernel answers what our bridge does not."""
    return ProblemError(409, "The kernel sent something else than it was asked for.", "Refresh to read it again.")
