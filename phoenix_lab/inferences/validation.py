"""Whether a schema fits a dataframe: everything that is wrong, at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from phoenix_lab.inferences.columns import snake
from phoenix_lab.inferences.schema import EmbeddingColumnNames, Role, Schema


class SchemaError(ValueError):
    """A schema does not fit its dataframe.

    Parameters
    ----------
    problems
        One sentence for each thing that is wrong.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__("\n".join(self.problems))


@dataclasses.dataclass(frozen=True)
class Use:
    """One column that a schema names, and where it does."""

    column: str
    role: Role
    field: str
    raw_data: str | None = None
    link_to_data: str | None = None
    retrieved: str | None = None


_LISTED = 8
"""So many columns are named where none is called nearly so."""

_SINGLE: tuple[tuple[str, Role], ...] = (
    ("prediction_id_column_name", "prediction_id"),
    ("timestamp_column_name", "timestamp"),
    ("prediction_label_column_name", "prediction_label"),
    ("prediction_score_column_name", "prediction_score"),
    ("actual_label_column_name", "actual_label"),
    ("actual_score_column_name", "actual_score"),
    ("document_id_column_name", "prediction_id"),
    ("id_column_name", "prediction_id"),
)


def assigned(schema: Schema) -> list[Use]:
    """Return the columns that a schema names, features left out: a column's later role (as the vectors of an embedding) is the one that counts."""
    uses = [Use(name, role, field) for field, role in _SINGLE if (name := getattr(schema, field)) is not None]
    uses += [Use(name, "tag", "tag_column_names") for name in schema.tag_column_names or ()]
    uses += [Use(name, "excluded", "excluded_column_names") for name in schema.excluded_column_names or ()]
    if isinstance(schema.prompt_column_names, str):
        uses.append(Use(schema.prompt_column_names, "prompt", "prompt_column_names"))
    if isinstance(schema.response_column_names, str):
        uses.append(Use(schema.response_column_names, "response", "response_column_names"))
    for field, names in _embeddings(schema):
        raw, link = names.raw_data_column_name, names.link_to_data_column_name
        owner: Role = "raw_data"
        if field == "prompt_column_names":
            owner = "prompt"
        elif field == "response_column_names":
            owner = "response"
        elif field == "document_column_names":
            owner = "document"
        if raw is not None:
            uses.append(Use(raw, owner, f"{field}.raw_data_column_name"))
        if link is not None:
            uses.append(Use(link, "link_to_data", f"{field}.link_to_data_column_name"))
        for extra in ("context_retrieval_ids_column_name", "context_retrieval_scores_column_name"):
            if (name := getattr(names, extra, None)) is not None:
                uses.append(Use(name, "excluded", f"{field}.{extra}"))
        ids = getattr(names, "context_retrieval_ids_column_name", None)
        uses.append(Use(names.vector_column_name, "embedding", f"{field}.vector_column_name", raw, link, ids))
    return uses


def check(schema: Schema, columns: Iterable[str], more: Iterable[str] = ()) -> None:
    """Raise `SchemaError` when a schema names columns that are not there, gives one column two roles, or has `more` problems; it tells all of them."""
    columns = list(columns)
    problems = []
    seen: dict[str, Use] = {}
    uses = assigned(schema)
    uses += [Use(name, "feature", "feature_column_names") for name in schema.feature_column_names or ()]
    for use in uses:
        if use.column not in columns:
            problems.append(_missing(use.field, use.column, columns))
            continue
        before = seen.setdefault(use.column, use)
        if before is use or before.field == use.field:
            continue
        # the text of a prompt may at once be what an embedding was made of, and a feature or tag
        both = {before.role, use.role}
        texts = {"raw_data", "prompt", "response", "document", "link_to_data", "feature", "tag"}
        if both <= texts:
            continue
        problems.append(f'column "{use.column}" is named twice: as {before.field} and as {use.field}')
    discrete, continuous = schema.discrete_column_names or (), schema.continuous_column_names or ()
    for field, names in (("discrete_column_names", discrete), ("continuous_column_names", continuous)):
        problems += [_missing(field, name, columns) for name in names if name not in columns]
    problems += [
        f'column "{name}" is said to be both discrete and continuous' for name in continuous if name in discrete
    ]
    problems += more
    if problems:
        raise SchemaError(problems)


def _missing(field: str, name: str, columns: Sequence[str]) -> str:
    # upper and lower case, "_", " " and "-" are what people mix up first
    like = {snake(column): column for column in reversed(columns)}
    close = get_close_matches(name, columns, n=1)
    close = close or [like[other] for other in get_close_matches(snake(name), like, n=1)]
    if close:
        hint = f'; did you mean "{close[0]}"?'
    else:
        more = f" and {len(columns) - _LISTED:,} more" if len(columns) > _LISTED else ""
        hint = f"; there are {', '.join(columns[:_LISTED])}{more}" if columns else ""
    return f'{field}: there is no column "{name}"{hint}'


def _embeddings(schema: Schema) -> list[tuple[str, EmbeddingColumnNames]]:
    found: list[tuple[str, EmbeddingColumnNames]] = []
    for field in ("prompt_column_names", "response_column_names", "document_column_names"):
        names = getattr(schema, field)
        if isinstance(names, EmbeddingColumnNames):
            found.append((field, names))
    found += [
        (f'embedding_feature_column_names["{key}"]', names)
        for key, names in (schema.embedding_feature_column_names or {}).items()
    ]
    return found
