"""Errors that a person can read, with the status that goes with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from tornado.web import HTTPError

from phoenix_lab.engine.pool import JobFailed
from phoenix_lab.recipes.output import RecipeError
from phoenix_lab.server.models import Problem


class ProblemError(HTTPError):
    """Something that the user should be told.

    Parameters
    ----------
    status
        The HTTP status: 400 a wrong question, 404 unknown, 409 the kernel cannot answer now, 413 too much, 500 ours, 503 later.
    message, hint, column
        See `Problem`.
    """

    def __init__(self, status: int, message: str, hint: str | None = None, column: str | None = None) -> None:
        super().__init__(status, message.replace("%", "%%"))
        self.problem = Problem(message=message, hint=hint, column=column)


class KernelGone(ProblemError):  # noqa: N818 - named after what happened
    """The kernel died, was shut down or restarted while it was asked."""

    def __init__(self, message: str = "The kernel is gone.") -> None:
        super().__init__(409, message, "Start the kernel, run the cells again, and refresh.")


def from_bridge(error: Mapping[str, Any]) -> ProblemError:
    """Make an exception of the `error` that the bridge answered."""
    hint, column = error.get("hint"), error.get("column")
    return ProblemError(
        409,
        str(error.get("message") or "The kernel could not answer."),
        None if hint is None else str(hint),
        None if column is None else str(column),
    )


def from_validation(error: ValidationError) -> ProblemError:
    """Name the field that is wrong: `"n_neighbors": input should be less than or equal to 200 (it is 1000)`."""
    first = error.errors(include_url=False)[0]
    # the tag of a union is a part of the location, but no field
    fields = [
        str(part) for part in first["loc"] if not str(part).startswith(("function-", "tuple[")) and part not in _TAGS
    ]
    text = first["msg"]
    text = text[:1].lower() + text[1:]
    value = first.get("input")
    shown = f" (it is {value!r})" if isinstance(value, str | int | float | bool) and len(repr(value)) <= 60 else ""
    where = f'"{".".join(fields)}": ' if fields else ""
    hint = f"and {error.error_count() - 1} more" if error.error_count() > 1 else None
    return ProblemError(400, f"{where}{text}{shown}", hint)


_TAGS = (
    "summary",
    "distribution",
    "time_series",
    "embedding_map",
    "neighbors",
    "cluster_rules",
    "performance",
    "quality",
)


def problem_of(error: BaseException) -> ProblemError | None:
    """Return what the user should be told about an exception, or None when it is one that nobody foresaw."""
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, ValidationError):
        return from_validation(error)
    if isinstance(error, JobFailed):
        return ProblemError(500, error.message, error.hint)
    if isinstance(error, RecipeError):
        return ProblemError(400, str(error))
    return None
