"""Ask again what a notebook keeps answers of, on the dataframes of its kernel, and say what is no longer the same."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from phoenix_lab.engine.answer import answer
from phoenix_lab.engine.cache import Cache
from phoenix_lab.engine.run import needed_frames
from phoenix_lab.engine.trace import Trace, code, data_digest, result_digest
from phoenix_lab.inferences import convert
from phoenix_lab.inferences.corrections import correct
from phoenix_lab.inferences.inferences import Inferences
from phoenix_lab.inferences.schema import Correction, Schema
from phoenix_lab.profiles.chosen_times import judge_times
from phoenix_lab.recipes.models import AnyRecipe, dump, parse

_SCHEMA: TypeAdapter[Schema | None] = TypeAdapter(Schema | None)
_CORRECTIONS: TypeAdapter[list[Correction]] = TypeAdapter(list[Correction])
_TRACE: TypeAdapter[Trace] = TypeAdapter(Trace)


def retrace(namespace: Mapping[str, Any], kept: str) -> str:
    """Answer all questions that a notebook keeps answers of.

    Parameters
    ----------
    namespace
        The variables of the notebook, after its cells have run.
    kept
        JSON: `metadata.phoenix_lab` of the notebook.

    Returns
    -------
    str
        JSON: one object for each answer, `{primary, reference, recipe, data, code, result, problem}`. `data`, `code` and `result` say whether they are the
        same; they are null where the question could not be asked, and `problem` says why.
    """
    told = json.loads(kept)
    said = {one.get("variable"): one.get("columns", []) for one in _objects(told.get("roles"))}
    found = []
    with tempfile.TemporaryDirectory(prefix="phoenix-lab-") as folder:
        # a cache of this run alone: maps that several answers rest on are made once, and nothing is taken from another day
        cache = Cache(folder)
        for inspection in _objects(told.get("inspections")):
            found += _inspection(namespace, inspection, said, cache)
    return json.dumps(found)


def _objects(kept: Any) -> list[dict[str, Any]]:
    """Return the objects of a list: a file may hold anything there."""
    return [one for one in kept if isinstance(one, dict)] if isinstance(kept, list) else []


def _inspection(
    namespace: Mapping[str, Any], kept: Mapping[str, Any], said: Mapping[Any, Any], cache: Cache
) -> list[dict[str, Any]]:
    named = (kept.get(name) for name in ("primary", "reference", "corpus"))
    names = [name if isinstance(name, str) else None for name in named]
    about = {"primary": names[0] or "?", "reference": names[1]}
    answers = _objects(kept.get("answers"))
    if not answers:
        return []
    try:
        schemas = [kept.get(name) for name in ("schema", "reference_schema", "corpus_schema")]
        primary, reference, corpus = (
            None
            if name is None
            else _set(
                namespace, name, _SCHEMA.validate_python(schema), _CORRECTIONS.validate_python(said.get(name, []))
            )
            for name, schema in zip(names, schemas, strict=True)
        )
        if primary is None:
            raise ValueError("It does not say of which dataframe.")  # noqa: TRY301 - told as whatever else is wrong
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a set, the others are asked
        return [{**about, **_unasked(one, error)} for one in answers]
    return [{**about, **_one(one, (primary, reference, corpus), cache)} for one in answers]


def _one(
    kept: Mapping[str, Any], sets: tuple[Inferences, Inferences | None, Inferences | None], cache: Cache
) -> dict[str, Any]:
    try:
        recipe: AnyRecipe = parse(kept["recipe"])
        before = _TRACE.validate_python({name: kept.get(name) for name in ("data", "code", "result")})
        frames = needed_frames(recipe, *sets)
        same_data = data_digest(*frames) == before.data
        result = result_digest(answer(recipe, *frames, cache=cache))
    except Exception as error:  # noqa: BLE001 - whatever it is, the others are asked
        return _unasked(kept, error)
    return {
        "recipe": dump(recipe),
        "data": same_data,
        "code": before.code == code(),
        "result": result == before.result,
        "problem": None,
    }


def _unasked(kept: Mapping[str, Any], error: Exception) -> dict[str, Any]:
    """Say why a question could not be asked."""
    if isinstance(error, ValidationError):
        text = "What the notebook keeps of it makes no sense to this version."
    else:
        text = str(error.args[0] if error.args else error) or type(error).__name__
    return {"recipe": kept.get("recipe"), "data": None, "code": None, "result": None, "problem": text}


def _set(namespace: Mapping[str, Any], name: str, schema: Schema | None, corrections: list[Correction]) -> Inferences:
    if name not in namespace:
        raise KeyError(f"The cells make no `{name}`.")
    value = namespace[name]
    if isinstance(value, Inferences):
        schema, value = schema or value.given_schema, value.dataframe
    if corrections:
        schema = _corrected(value, schema, corrections)
    return Inferences(value, schema, name)


def _corrected(value: Any, schema: Schema | None, corrections: list[Correction]) -> Schema | None:
    """Return the schema that the panel has after what was said of columns."""
    read = convert.snapshot(value)
    sample, problems = convert.sample(read)
    dtypes = dict(zip(convert.column_names(read), convert.column_dtypes(value), strict=True))
    rows = convert.n_rows(read)
    fitting, _ = judge_times(sample, corrections)
    return correct(sample, len(read) if rows is None else rows, dtypes, schema, problems, fitting).schema
