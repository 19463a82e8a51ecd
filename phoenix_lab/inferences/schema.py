"""What the columns of a dataframe are for: `Schema`, `EmbeddingColumnNames`, `ColumnInfo`."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import ArgsKwargs, InitErrorDetails, PydanticCustomError

Kind = Literal["number", "category", "boolean", "text", "time", "vector", "other"]
"""How the values of a column behave, whatever type carries them."""

Role = Literal[
    "prediction_id",
    "timestamp",
    "feature",
    "tag",
    "prediction_label",
    "prediction_score",
    "actual_label",
    "actual_score",
    "prompt",
    "response",
    "document",
    "embedding",
    "raw_data",
    "link_to_data",
    "excluded",
]
"""What a column is for."""

Carrier = Literal["number", "text", "boolean", "time", "vector", "other"]
"""What type carries the values of a column, whatever they mean."""


def _name(label: Any) -> Any:
    """Return the name that a column has whose label is no text, as `convert.column_names` makes it."""
    if isinstance(label, tuple):
        return " / ".join(str(part) for part in label if part != "")
    return str(label) if hasattr(type(label), "__index__") or isinstance(label, float) else label


Name = Annotated[str, BeforeValidator(_name)]
"""A column's name; labels that are numbers or tuples are taken, too."""

Names = Annotated[tuple[Name, ...], BeforeValidator(lambda given: (given,) if isinstance(given, str) else given)]
"""Names of columns: any sequence, or one name."""


class _Strict:
    """A field that there is not is a mistake, not nothing; it is told together with values that do not fit."""

    @model_validator(mode="wrap")
    @classmethod
    def _known(cls, given: Any, handler: Any) -> Any:
        named = given.kwargs if isinstance(given, ArgsKwargs) else given if isinstance(given, Mapping) else None
        fields = [field.name for field in dataclasses.fields(cls)]  # type: ignore[arg-type]
        wrong = [name for name in named or () if name not in fields]
        if not named or not wrong:
            return handler(given)
        problems: list[tuple[str, tuple[int | str, ...], Any]] = [
            (f'there is no field "{name}"{_close(name, fields)}', (name,), named[name]) for name in wrong
        ]
        known = {name: value for name, value in named.items() if name in fields}
        try:
            handler(ArgsKwargs(given.args, known) if isinstance(given, ArgsKwargs) else known)
        except ValidationError as error:
            problems += [(one["msg"], one["loc"], one["input"]) for one in error.errors(include_url=False)]
        raise ValidationError.from_exception_data(
            cls.__name__,
            [
                InitErrorDetails(type=PydanticCustomError("field", "{said}", {"said": said}), loc=place, input=value)
                for said, place, value in problems
            ],
        )


def _close(name: str, fields: list[str]) -> str:
    close = difflib.get_close_matches(name, fields, n=1, cutoff=0.4)
    return f'; did you mean "{close[0]}"?' if close else ""


@dataclass(frozen=True)
class EmbeddingColumnNames(_Strict):
    """The columns of one embedding: its vectors, and what they were made from.

    Parameters
    ----------
    vector_column_name
        Column of equally long numeric vectors.
    raw_data_column_name
        Column of the text that was embedded.
    link_to_data_column_name
        Column of paths or URLs of the images (or other files) that were embedded.
    """

    vector_column_name: Name
    raw_data_column_name: Name | None = None
    link_to_data_column_name: Name | None = None


@dataclass(frozen=True)
class RetrievalEmbeddingColumnNames(EmbeddingColumnNames):
    """An embedded query, with the ids and scores of the documents that were retrieved for it."""

    context_retrieval_ids_column_name: Name | None = None
    context_retrieval_scores_column_name: Name | None = None


@dataclass(frozen=True)
class Schema(_Strict):
    """Names the columns of a dataframe by their role; a column that is not named is a feature.

    The field names are those of Arize Phoenix, so that a schema written for it works unchanged. Three things are more than Phoenix knows:

    Parameters
    ----------
    prompt_column_names
        May be the name of a column of text, without vectors, as `response_column_names` may.
    discrete_column_names
        Columns whose values are categories though they are numbers (codes, ratings), or are long texts.
    continuous_column_names
        Columns of numbers that are quantities though their names or few values look like codes.
    """

    prediction_id_column_name: Name | None = None
    timestamp_column_name: Name | None = None
    feature_column_names: Names | None = None
    tag_column_names: Names | None = None
    prediction_label_column_name: Name | None = None
    prediction_score_column_name: Name | None = None
    actual_label_column_name: Name | None = None
    actual_score_column_name: Name | None = None
    prompt_column_names: EmbeddingColumnNames | RetrievalEmbeddingColumnNames | str | None = None
    response_column_names: EmbeddingColumnNames | str | None = None
    document_column_names: EmbeddingColumnNames | None = None
    document_id_column_name: Name | None = None
    id_column_name: Name | None = None
    embedding_feature_column_names: Mapping[str, EmbeddingColumnNames] | None = None
    excluded_column_names: Names | None = None
    discrete_column_names: Names | None = None
    continuous_column_names: Names | None = None

    def replace(self, **changes: Any) -> Schema:
        """Return the schema with other values in some fields."""
        return dataclasses.replace(self, **changes)

    def asdict(self) -> dict[str, Any]:
        """Return the fields as a dictionary, embeddings as dictionaries in it."""
        return dataclasses.asdict(self)

    def to_json(self) -> str:
        """Return the fields that are set as JSON."""
        return TypeAdapter(Schema).dump_json(self, exclude_none=True).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> Schema:
        """Return the schema that `to_json` wrote; raises `pydantic.ValidationError` for anything else."""
        return TypeAdapter(Schema).validate_json(text)


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What a person says of one column instead of what is guessed, or named in a schema.

    Parameters
    ----------
    column
        Its name.
    role
        What it is for; None leaves that as it is.
    kind
        Whether its values are quantities or categories; None leaves that as it is.
    raw_data, link_to_data
        Of vectors: the column of the text, or of the paths or URLs, that they were made of; "" for none, None leaves that as it is.
    """

    column: str
    role: Role | None = None
    kind: Literal["number", "category"] | None = None
    raw_data: str | None = None
    link_to_data: str | None = None


@dataclass(frozen=True, kw_only=True)
class ColumnInfo:
    """One column of a frame as everything after the reading sees it.

    Parameters
    ----------
    name
        The column's name in the Arrow table; unique in the frame.
    position
        Its place in the user's frame, from 0.
    dtype
        The type as the user's library prints it.
    kind, role
        How its values behave and what it is for.
    carrier
        What type carries its values.
    reason
        Why this role: "named in the schema", "guessed: name and type", …
    raw_data
        For an embedding: the name of the column with its text, if there is one.
    link_to_data
        For an embedding: the name of the column with its image path or URL, if there is one.
    retrieved
        For an embedding of queries: the name of the column with the ids of the documents that were retrieved, best first, if there is one.
    dimension
        For an embedding: the length of its vectors.
    problem
        Why the column cannot be used, in one sentence for the user; None when it can.
    """

    name: str
    position: int
    dtype: str
    kind: Kind
    role: Role
    carrier: Carrier = "other"
    reason: str = ""
    raw_data: str | None = None
    link_to_data: str | None = None
    retrieved: str | None = None
    dimension: int | None = None
    problem: str | None = None
