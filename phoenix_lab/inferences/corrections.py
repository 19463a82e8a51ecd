"""Roles that a person corrects, and the schema that says the same.

What is corrected is corrected alone: everything else stays as it was guessed, or as a schema named it. The result is always a `Schema`, so that code
which passes it gives what the panel shows.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from phoenix_lab.inferences.outcomes import plausible
from phoenix_lab.inferences.roles import guess
from phoenix_lab.inferences.schema import (
    ColumnInfo,
    Correction,
    EmbeddingColumnNames,
    RetrievalEmbeddingColumnNames,
    Role,
    Schema,
)

_ONLY_ONE: frozenset[Role] = frozenset(
    {
        "timestamp",
        "prediction_id",
        "prediction_label",
        "prediction_score",
        "actual_label",
        "actual_score",
        "prompt",
        "response",
        "document",
    }
)
"""Roles that one column of a set can have."""
_TEXTS: tuple[Role, ...] = ("raw_data", "prompt", "response", "document")
_CARRIERS: Mapping[str, tuple[Role, ...]] = {
    "number": (
        "feature",
        "timestamp",
        "prediction_id",
        "prediction_label",
        "prediction_score",
        "actual_label",
        "actual_score",
        "tag",
        "excluded",
    ),
    "text": (
        "feature",
        "timestamp",
        "prediction_id",
        "prediction_label",
        "actual_label",
        "prompt",
        "response",
        "tag",
        "excluded",
    ),
    "boolean": ("feature", "prediction_label", "actual_label", "tag", "excluded"),
    "time": ("feature", "timestamp", "tag", "excluded"),
    "vector": ("embedding", "excluded"),
    "other": ("feature", "tag", "excluded"),
}
"""What carries the values → the roles that make sense. The panel offers the same: `src/model/roles.ts`."""


@dataclasses.dataclass(frozen=True)
class Corrected:
    """A set's columns after corrections.

    Parameters
    ----------
    columns
        The columns; each reason says what was chosen, and what it was before.
    schema
        What gives the same roles and kinds in code; None when all is guessed.
    problems
        One sentence for each correction that does not fit (any more), and so was left out.
    plausible
        What a person would likely say next; see `outcomes.plausible`.
    """

    columns: tuple[ColumnInfo, ...]
    schema: Schema | None
    problems: tuple[str, ...] = ()
    plausible: tuple[Correction, ...] = ()


def correct(  # noqa: PLR0917 - as `guess` takes them, and what is said beside that
    sample: pa.Table,
    n_rows: int,
    dtypes: Mapping[str, str],
    schema: Schema | None = None,
    problems: Mapping[str, str] | None = None,
    corrections: Iterable[Correction] = (),
) -> Corrected:
    """Return what the columns are for, as guessed or named in a schema, and then as a person says.

    Parameters
    ----------
    sample, n_rows, dtypes, schema, problems
        See `roles.guess`.
    corrections
        What is said of columns; the last of a column counts.

    Raises
    ------
    SchemaError
        The schema does not fit. Corrections that do not fit raise nothing: they may be of another day.
    """
    before = guess(sample, n_rows, dtypes, schema, problems)
    by_name = {column.name: column for column in before}
    wanted = {correction.column: correction for correction in corrections}
    unfit = {name: text for name, said in wanted.items() if (text := _unfit(said, by_name)) is not None}
    fitting = {name: said for name, said in wanted.items() if name not in unfit}
    if not fitting:
        return Corrected(before, schema, tuple(unfit.values()), _plausible(sample, before, schema, wanted))
    told = as_schema(_applied(before, fitting), schema, _kinds(schema, fitting))
    after = guess(sample, n_rows, dtypes, told, problems)
    holders = {said.role: name for name, said in fitting.items() if said.role in _ONLY_ONE}
    columns = []
    for old, new in zip(before, after, strict=True):
        reason = old.reason
        if new.name in fitting:
            reason = _chosen(fitting[new.name], old)
        elif old.role != new.role and old.role in holders:
            reason = f"{holders[old.role]} was chosen as {_words(old.role)}"
        elif (old.role, old.kind) != (new.role, new.kind):
            reason = new.reason
        columns.append(dataclasses.replace(new, reason=reason))
    return Corrected(tuple(columns), told, tuple(unfit.values()), _plausible(sample, columns, schema, wanted))


def _plausible(
    sample: pa.Table, columns: Sequence[ColumnInfo], schema: Schema | None, said: Iterable[str]
) -> tuple[Correction, ...]:
    """Return what likely are predictions and labels; none where a schema says all roles, or a person has said something of these columns."""
    found = () if schema is not None else plausible(sample, columns)
    return () if {one.column for one in found} & set(said) else found


def as_schema(
    columns: Sequence[ColumnInfo],
    given: Schema | None = None,
    kinds: Mapping[str, tuple[str, ...] | None] | None = None,
) -> Schema:
    """Return roles as a schema: what the user would have written.

    Parameters
    ----------
    columns
        The columns with their roles; those without one are not named.
    given
        A schema that they come from: what no column's role tells is taken from it.
    kinds
        `discrete_column_names` and `continuous_column_names`; those of `given` without it.
    """
    vectors = {
        c.name: EmbeddingColumnNames(c.name, c.raw_data, c.link_to_data) for c in columns if c.role == "embedding"
    }
    roles = {c.name: c.role for c in columns}
    named: dict[str, Any] = {}
    hidden: set[str] = set()
    for role, field in (
        ("prompt", "prompt_column_names"),
        ("response", "response_column_names"),
        ("document", "document_column_names"),
    ):
        text = next((c.name for c in columns if c.role == role), None)
        vector = next((v for v, e in vectors.items() if text is not None and e.raw_data_column_name == text), None)
        old = None if given is None else getattr(given, field)
        if isinstance(old, EmbeddingColumnNames) and old.raw_data_column_name is None:
            # vectors without a text have the role by the schema alone
            vector = old.vector_column_name if old.vector_column_name in vectors else vector
        if vector is not None:
            named[field] = vectors.pop(vector)
            if isinstance(old, RetrievalEmbeddingColumnNames) and old.vector_column_name == vector:
                named[field] = dataclasses.replace(
                    old,
                    raw_data_column_name=named[field].raw_data_column_name,
                    link_to_data_column_name=named[field].link_to_data_column_name,
                )
                hidden |= {
                    name
                    for name in (old.context_retrieval_ids_column_name, old.context_retrieval_scores_column_name)
                    if name is not None and roles.get(name) == "excluded"
                }
        elif text is not None and role != "document":
            named[field] = text

    def one(role: Role) -> str | None:
        return next((c.name for c in columns if c.role == role), None)

    def all_of(role: Role) -> tuple[str, ...] | None:
        return tuple(c.name for c in columns if c.role == role and c.name not in hidden) or None

    named |= kinds if kinds is not None else _kinds(given, {})
    only = given is not None and given.feature_column_names is not None
    return Schema(
        prediction_id_column_name=one("prediction_id"),
        timestamp_column_name=one("timestamp"),
        # where a schema names the features, what it does not name is left out
        feature_column_names=(all_of("feature") or ()) if only else None,
        tag_column_names=all_of("tag"),
        prediction_label_column_name=one("prediction_label"),
        prediction_score_column_name=one("prediction_score"),
        actual_label_column_name=one("actual_label"),
        actual_score_column_name=one("actual_score"),
        embedding_feature_column_names=vectors or None,
        excluded_column_names=None if only else all_of("excluded"),
        **named,
    )


def _chosen(said: Correction, old: ColumnInfo) -> str:
    """Return why a corrected column is what it is, and what it would be otherwise."""
    kind = {"number": "continuous by choice", "category": "discrete by choice", None: ""}[said.kind]
    made = [
        f"{other} chosen as its {what}" if other else f"no {what} by choice"
        for other, what in ((said.raw_data, "text"), (said.link_to_data, "link"))
        if other is not None
    ]
    if said.role is None:
        role = old.reason
    elif said.role == old.role:
        role = f"chosen in the panel; {old.reason}"
    else:
        role = f"chosen in the panel instead of {_words(old.role)}, {old.reason}"
    return "; ".join(text for text in (role, kind, *made) if text)


def _words(role: Role) -> str:
    return "no role" if role == "feature" else role.replace("_", " ")


def _unfit(said: Correction, columns: Mapping[str, ColumnInfo]) -> str | None:
    """Return why a correction cannot be followed, None when it can."""
    column = columns.get(said.column)
    if column is None:
        return f'There is no column "{said.column}" any more; what was chosen for it waits until there is.'
    if said.role is not None and said.role not in _CARRIERS[column.carrier]:
        return f'"{said.column}" was chosen as {said.role}, which its values ({column.dtype}) cannot be.'
    if said.kind == "number" and column.carrier != "number":
        return f'"{said.column}" was chosen as continuous, which its values ({column.dtype}) cannot be.'
    if said.kind == "category" and column.carrier not in ("number", "text"):
        return f'"{said.column}" was chosen as discrete, which its values ({column.dtype}) cannot be.'
    for other, what in ((said.raw_data, "text"), (said.link_to_data, "link")):
        if other and (problem := _unfit_partner(column, columns.get(other), other, what)) is not None:
            return problem
    return None


def _unfit_partner(column: ColumnInfo, other: ColumnInfo | None, name: str, what: str) -> str | None:
    if column.carrier != "vector":
        return f'"{column.name}" was given a {what}, but it holds no vectors.'
    if other is None:
        return f'There is no column "{name}" any more; as the {what} of "{column.name}" it waits until there is.'
    if other.carrier != "text":
        return f'"{name}" was chosen as the {what} of "{column.name}", which its values ({other.dtype}) cannot be.'
    if other.role not in ("feature", "tag", "raw_data", "link_to_data", "prompt", "response", "document", "excluded"):
        return f'"{name}" was chosen as the {what} of "{column.name}", but it is the {_words(other.role)}.'
    return None


def _applied(before: Sequence[ColumnInfo], said: Mapping[str, Correction]) -> list[ColumnInfo]:
    columns = {column.name: column for column in before}
    for name, correction in said.items():
        columns[name] = dataclasses.replace(
            columns[name],
            raw_data=columns[name].raw_data if correction.raw_data is None else correction.raw_data or None,
            link_to_data=columns[name].link_to_data
            if correction.link_to_data is None
            else correction.link_to_data or None,
        )
        for source in (correction.raw_data, correction.link_to_data):
            if source and columns[source].role == "excluded":
                columns[source] = dataclasses.replace(columns[source], role="feature")
    for name, correction in said.items():
        role = correction.role
        if role is None or role == columns[name].role:
            continue
        for other in columns.values():
            if role in _ONLY_ONE and other.role == role:
                columns[other.name] = dataclasses.replace(other, role="feature")
            # a text that is something else now is no longer what the vectors were made of
            if other.raw_data == name and role not in _TEXTS:
                columns[other.name] = dataclasses.replace(other, raw_data=None)
            if other.link_to_data == name:
                columns[other.name] = dataclasses.replace(other, link_to_data=None)
        columns[name] = dataclasses.replace(columns[name], role=role)
    return list(columns.values())


def _kinds(given: Schema | None, said: Mapping[str, Correction]) -> dict[str, tuple[str, ...] | None]:
    """Return which columns a schema calls discrete and continuous, after corrections."""
    result: dict[str, tuple[str, ...] | None] = {}
    for field, kind in (("discrete_column_names", "category"), ("continuous_column_names", "number")):
        told = () if given is None else getattr(given, field) or ()
        kept = [name for name in told if name not in said or said[name].kind is None]
        result[field] = (*kept, *(name for name, one in said.items() if one.kind == kind)) or None
    return result
