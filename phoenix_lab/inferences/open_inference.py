"""Column names that say what they are for: `:category.[type].specifier:name`, the Open Inference form."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from phoenix_lab.inferences.schema import EmbeddingColumnNames, RetrievalEmbeddingColumnNames, Schema
from phoenix_lab.inferences.validation import SchemaError

_NAME = re.compile(
    r"^:(?P<category>id|timestamp|feature|tag|prediction|actual)"
    r"\.(?P<type>[a-z_0-9]+|\[[a-z_0-9]+\])"
    r"(?:\.(?P<specifier>score|label|embedding|raw_data|link_to_data|retrieved_document_ids|retrieved_document_scores))?"
    r":(?P<name>.*)$"
)
_VECTOR_PARTS = {
    "embedding": "vector_column_name",
    "raw_data": "raw_data_column_name",
    "link_to_data": "link_to_data_column_name",
    "retrieved_document_ids": "context_retrieval_ids_column_name",
    "retrieved_document_scores": "context_retrieval_scores_column_name",
}


def schema_of(columns: Iterable[str]) -> Schema:
    """Return the schema that the names tell.

    Columns of the same name belong together: `:feature.text:prompt` is the raw data of `:feature.[float].embedding:prompt`.

    Raises
    ------
    SchemaError
        Names that are not of the form, or that say the same twice; all of them.
    """
    problems: list[str] = []
    single: dict[str, str] = {}
    features: list[str] = []
    tags: list[str] = []
    vectors: dict[str, dict[str, str]] = {}
    texts: dict[str, str] = {}

    def put(field: str, column: str) -> None:
        if field in single:
            problems.append(f'"{single[field]}" and "{column}" both say {field.removesuffix("_column_name")}')
        single[field] = column

    for column in columns:
        match = _NAME.match(column)
        if match is None:
            problems.append(f'"{column}" is not of the form ":category.type:name"')
            continue
        category, kind, specifier, name = match.group("category", "type", "specifier", "name")
        if category == "id":
            put("prediction_id_column_name", column)
        elif category == "timestamp":
            put("timestamp_column_name", column)
        elif category == "tag":
            tags.append(column)
        elif specifier in _VECTOR_PARTS:
            parts = vectors.setdefault(name, {})
            field = _VECTOR_PARTS[specifier]
            if field in parts:
                problems.append(f'"{parts[field]}" and "{column}" both say {specifier} of "{name}"')
            parts[field] = column
        elif category == "feature":
            texts.setdefault(name, column)
            features.append(column)
        elif category == "prediction" and kind == "text" and specifier is None:
            put("response_column_names", column)
        else:
            part = specifier or ("label" if kind in ("str", "bool", "text") else "score")
            put(f"{category}_{part}_column_name", column)

    embeddings: dict[str, EmbeddingColumnNames] = {}
    for name, parts in vectors.items():
        if "vector_column_name" not in parts:
            problems.append(f'"{name}" has {", ".join(sorted(parts.values()))}, but no column of its vectors')
            continue
        if name in texts and "raw_data_column_name" not in parts:
            parts["raw_data_column_name"] = texts[name]
        retrieved = any(field.startswith("context") for field in parts)
        embeddings[name] = (RetrievalEmbeddingColumnNames if retrieved else EmbeddingColumnNames)(**parts)
    if problems:
        raise SchemaError(problems)
    used = {e.raw_data_column_name for e in embeddings.values()}
    prompt = embeddings.pop("prompt", None)
    more: dict[str, Any] = dict(single)
    return Schema(
        feature_column_names=tuple(f for f in features if f not in used),
        tag_column_names=tuple(tags) or None,
        prompt_column_names=prompt,
        embedding_feature_column_names=embeddings or None,
        **more,
    )
