"""What the columns of a dataframe are for: named by a schema, guessed from names, types and a sample of the rows otherwise.

How a kind is guessed: booleans, times and vectors are what their type says. Texts are *text* when most are long sentences, or several words and seldom
the same, and *categories* otherwise. Integers are *numbers*, except that they are *categories* when they have two values (0 and 1, say) or
when the name says that they are codes (`..._id`, `..._code`, `label`, `class`, `zip`) and are not about all different. Whole numbers or texts in a
column named as one of ids, of which no value comes twice, are *ids*, and not compared: the first is that of the rows. A whole number between
1700 and 2200 in a column called `year` (or so) is a *time*, as are epoch seconds and milliseconds in columns named after time. A schema may say
otherwise: `discrete_column_names`, `continuous_column_names`.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from phoenix_lab.inferences import outcomes
from phoenix_lab.inferences.columns import IMAGES, LISTS, NOTE, RETRIEVED
from phoenix_lab.inferences.columns import snake as _plain
from phoenix_lab.inferences.schema import Carrier, ColumnInfo, Kind, Role, Schema
from phoenix_lab.inferences.validation import assigned, check

_YEARS = "whole numbers that are years"
_TIME = re.compile(r"(^|_)(time|timestamp|datetime|date|ts|at|created|updated|when|day)($|_)")
_YEAR = re.compile(r"^((?!birth|born|built|model|found)[a-z]+_)?(year|yr)$")
_CODE = re.compile(
    r"(^|_)(id|ids|code|codes|label|labels|class|category|zip|zipcode|postcode|type|cluster|group|status|flag)($|_|\d)"
)
_ID = re.compile(
    r"^(prediction|pred|request|event|record|row|trace|span|inference|example|sample|message|query|document|doc|chunk)?_?(id|uuid|guid)$"
)
_ANY_ID = re.compile(r"(^|_)(id|uuid|guid)$")
_PREDICTION = r"(prediction|predicted|pred|preds|y_pred|yhat|y_hat|model_output|output_label)"
_ACTUAL = r"(actual|actuals|target|ground_truth|truth|gold|y_true|y|expected|label)"
JUDGED = ("score", "label", "explanation", "prompt_tokens", "completion_tokens", "cost", "latency", "error")
"""Columns that `judge` gives."""
_SCORE = r"(score|prob|proba|probability|confidence|logit|value)"
_TAG = re.compile(r"^tags?$|^tags?(_|\.|:)|(_|\.|:)tags?$")
_PROMPT = re.compile(r"^((user|llm|model|input|chat)_)?(prompt|question|query|input|instruction|message)(_text)?$")
_RESPONSE = re.compile(
    r"^((assistant|llm|model|bot|chat|generated)_)?(response|answer|completion|output|reply)(_text)?$|^assistant_message$"
)
_LINK = re.compile(r"(^|_)(url|uri|link|path|href|image|img|file|filename)($|_)")
_IMAGE = re.compile(r"\.(png|jpe?g|gif|webp|svg|bmp)(\?.*)?$", re.IGNORECASE)
_ENCODED = re.compile(r"data:image/|iVBORw0KGgo|/9j/|R0lGOD|UklGR")
"""How an image begins that is written as text."""
_VECTOR = re.compile(r"(_|\b)(vectors?|vecs?|embeddings?|embeds?|emb)(_|\b)")
_VECTOR_TEXT = re.compile(r"^\s*\[\s*-?\d+(\.\d*)?(e[+-]?\d+)?\s*[, ]\s*-?\d")


def guess(
    sample: pa.Table,
    n_rows: int,
    dtypes: Mapping[str, str],
    schema: Schema | None = None,
    problems: Mapping[str, str] | None = None,
) -> tuple[ColumnInfo, ...]:
    """Return what each column is for.

    Parameters
    ----------
    sample
        Some rows of the columns that can be read, as `convert.sample` returns them.
    n_rows
        Rows of the whole frame; a frame without rows has nothing to guess from but types.
    dtypes
        All the column names, in the frame's order → the type as its library prints it.
    schema
        What the user says; columns that it does not name are features, and nothing of it is guessed.
    problems
        Name → why a column cannot be read.

    Raises
    ------
    SchemaError
        The schema names columns that are not there, one column twice, or values continuous that are no numbers; the message tells all that is wrong.
    """
    problems = problems or {}
    # looked up by name many times, which a table is slow at when it is wide
    fields = {field.name: field for field in sample.schema}
    values = dict(zip(fields, sample.columns, strict=True))
    kinds: dict[str, Kind] = {}
    notes: dict[str, str] = {}
    for name in dtypes:
        if name in problems or name not in values:
            kinds[name] = "other"
        else:
            told = (fields[name].metadata or {}).get(NOTE, b"").decode()
            kinds[name], note = ("other", "") if told == LISTS else _kind(name, values[name])
            notes[name] = "; ".join(text for text in (note, told) if text)
    pictures = [name for name in dtypes if problems.get(name) == IMAGES]
    if schema is not None:
        check(schema, dtypes, [*_told(schema, fields, kinds, notes), *_unfit(schema, fields)])
        roles = _from_schema(schema, kinds, dtypes, values)
    else:
        roles = _guessed(values, n_rows, kinds, dtypes)
    for name in pictures:
        roles[name] = _Role("link_to_data", "images")
        alone = [v for v, role in roles.items() if role.role == "embedding" and role.link_to_data is None]
        if len(alone) == 1:
            roles[alone[0]] = dataclasses.replace(roles[alone[0]], link_to_data=name)
    result = []
    for position, (name, dtype) in enumerate(dtypes.items()):
        role = roles.get(name) or _Role(
            "excluded" if notes.get(name) == LISTS else "feature",
            "not named in the schema" if schema is not None else "guessed: nothing else fits",
        )
        kind, problem = kinds[name], problems.get(name)
        if problem is None and role.role == "embedding" and kind != "vector":
            problem = _no_vector(values.get(name), dtype)
        if role.role == "timestamp" and kind in ("number", "text", "category") and problem is None:
            kind = "time"
        if role.role != "timestamp" and kind == "time" and notes.get(name) == _YEARS:
            same = next((t for t, r in roles.items() if r.role == "timestamp" and _years_of(values, t, name)), None)
            if same is None:
                kind, notes[name] = "number", ""  # years that are not when the row was, such as a year of construction
            else:
                notes[name] = f"the year of {same}"
        if role.role in ("prediction_label", "actual_label") and kind == "number":
            kind = "category"
        vector = name in fields and pa.types.is_fixed_size_list(fields[name].type)
        reason = "; ".join(text for text in (role.reason, notes.get(name, "")) if text)
        result.append(
            ColumnInfo(
                name=name,
                position=position,
                dtype=dtype,
                kind=kind,
                role=role.role,
                carrier=carrier_of(fields[name].type) if name in fields and notes.get(name) != LISTS else "other",
                reason=reason,
                raw_data=role.raw_data,
                link_to_data=role.link_to_data,
                retrieved=role.retrieved,
                dimension=fields[name].type.list_size if vector else None,
                problem=problem,
            )
        )
    return tuple(result)


@dataclasses.dataclass(frozen=True)
class _Role:
    role: Role
    reason: str
    raw_data: str | None = None
    link_to_data: str | None = None
    retrieved: str | None = None


def carrier_of(kind: pa.DataType) -> Carrier:
    """Return what a type carries."""
    t = pa.types
    if t.is_fixed_size_list(kind):
        return "vector"
    if t.is_boolean(kind):
        return "boolean"
    if t.is_temporal(kind):
        return "time"
    if t.is_integer(kind) or t.is_floating(kind):
        return "number"
    if t.is_string(kind) or t.is_large_string(kind) or t.is_dictionary(kind):
        return "text"
    return "other"


def _told(schema: Schema, fields: Mapping[str, pa.Field], kinds: dict[str, Kind], notes: dict[str, str]) -> list[str]:
    """Take the kinds that a schema says; returns what is wrong where values cannot be of such a kind."""
    for name in schema.discrete_column_names or ():
        if name in fields and carrier_of(fields[name].type) in ("number", "text") and kinds[name] != "category":
            kinds[name], notes[name] = "category", "discrete by the schema"
    wrong = []
    for name in schema.continuous_column_names or ():
        if name not in fields:
            continue  # its own problem says why
        carrier = carrier_of(fields[name].type)
        if carrier == "number":
            if kinds[name] != "number":
                kinds[name], notes[name] = "number", "continuous by the schema"
        elif not pa.types.is_null(fields[name].type):
            wrong.append(f'continuous_column_names: column "{name}" holds no numbers ({_HOLDS[carrier]})')
    return wrong


def _unfit(schema: Schema, fields: Mapping[str, pa.Field]) -> list[str]:
    """Return what is wrong where values cannot be what a schema says that they are."""
    wrong = []
    for use in assigned(schema):
        carrier = carrier_of(fields[use.column].type) if use.column in fields else "other"
        if carrier in _NEVER.get(use.role, ()):
            wrong.append(f'{use.field}: column "{use.column}" holds {_HOLDS[carrier]}')
    return wrong


_NEVER: Mapping[Role, tuple[Carrier, ...]] = {
    "timestamp": ("vector", "boolean"),
    "prediction_id": ("vector",),
    "prediction_label": ("vector", "time"),
    "actual_label": ("vector", "time"),
    "prediction_score": ("text", "time"),
    "actual_score": ("text", "time"),
}
"""What carries the values of a column that cannot have a role. Scores may be vectors: those of all classes."""
_HOLDS = {"text": "texts", "boolean": "booleans", "time": "times", "vector": "vectors", "other": "other values"}


def _kind(name: str, column: Any) -> tuple[Kind, str]:
    """Return how the values behave, and a note on how that was decided where it isn't plain."""
    t = pa.types
    kind = column.type
    lower = _plain(name)
    if t.is_fixed_size_list(kind):
        return "vector", ""
    if t.is_boolean(kind):
        return "boolean", ""
    if t.is_temporal(kind):
        return "time", ""
    if t.is_null(kind):
        return "other", "no values"
    if t.is_dictionary(kind):
        return "category", ""
    present = column.drop_null()
    n = len(present)
    note = ""
    if t.is_floating(kind):
        if n and _YEAR.search(lower) and _whole_years(present):
            return "time", _YEARS
        return "number", ""
    if t.is_integer(kind):
        distinct = pc.count_distinct(present).as_py() if n else 0
        if n and _YEAR.search(lower) and _whole_years(present):
            return "time", _YEARS
        if n and _TIME.search(lower) and _epoch(present):
            return "time", "whole numbers that are times since 1970"
        if n > 2 and distinct <= 2:
            return "category", "two values"
        if n and re.search(rf"^({_PREDICTION}|{_ACTUAL})$", lower) and lower != "y" and distinct <= 20:
            return "category", "the name says labels"
        if n and _CODE.search(lower) and (distinct <= 0.5 * n or distinct <= 20):
            return "category", "the name says codes"
        return "number", ""
    if not n:
        return "category", ""
    lengths = pc.utf8_length(present)
    mean = pc.mean(lengths).as_py()
    share = pc.count_distinct(present).as_py() / n
    words = pc.mean(pc.count_substring(present, " ")).as_py() + 1
    if _VECTOR_TEXT.match(present[0].as_py() or ""):
        note = "looks like vectors written as text: json.loads makes them vectors"
    if mean >= 60 or (words >= 3 and share > 0.5 and mean >= 15):
        return "text", note
    return "category", note


def _whole_years(values: Any) -> bool:
    low, high = (pc.min_max(values)[k].as_py() for k in ("min", "max"))
    if low < 1700 or high > 2200:
        return False
    return not pa.types.is_floating(values.type) or bool(pc.all(pc.equal(pc.floor(values), values)).as_py())


def _years_of(sample: Mapping[str, Any], times: str, years: str) -> bool:
    """Whether a column of years says again what the column of times says."""
    if times not in sample or not (pa.types.is_timestamp(sample[times].type) or pa.types.is_date(sample[times].type)):
        return False
    both = pc.equal(pc.year(sample[times]), sample[years])
    return bool(pc.all(both).as_py()) and both.null_count < len(both)


def _epoch(values: Any) -> bool:
    """Whether whole numbers are seconds, milli-, micro- or nanoseconds between 1980 and 2100."""
    low, high = (pc.min_max(values)[k].as_py() for k in ("min", "max"))
    return any(315_532_800 * unit <= low and high <= 4_102_444_800 * unit for unit in (1, 10**3, 10**6, 10**9))


def _guessed(
    sample: Mapping[str, Any], n_rows: int, kinds: Mapping[str, Kind], dtypes: Mapping[str, str]
) -> dict[str, _Role]:
    roles: dict[str, _Role] = {}
    partial = any(len(column) < n_rows for column in sample.values())
    plain = {name: _plain(name) for name in dtypes}

    def first(role: Role, reason: str, candidates: Iterable[str]) -> None:
        found = next((name for name in candidates if name not in roles), None)
        if found is not None and not any(r.role == role for r in roles.values()):
            roles[found] = _Role(role, reason)

    def named(pattern: str, *fitting: Kind) -> list[str]:
        return [name for name in dtypes if re.search(pattern, plain[name]) and kinds[name] in fitting]

    for judged in judgements(dtypes):  # or else a model's opinion would pass for what is true
        roles.update(dict.fromkeys(judged, _Role("tag", "guessed: a judge's columns")))
    times = [name for name in dtypes if kinds[name] == "time"]
    first("timestamp", "guessed: name and times", [n for n in times if _TIME.search(plain[n])])
    # Times tell more than the text of their day beside them, which rather says what rows belong together.
    first("timestamp", "guessed: times", [n for n in times if not _YEAR.search(plain[n])])
    first(
        "timestamp",
        "guessed: name, and texts that are dates",
        [n for n in dtypes if _TIME.search(plain[n]) and _dates(sample, n)],
    )
    first("timestamp", "guessed: name", times)
    ids = [name for name in dtypes if _ID.search(plain[name]) and _all_different(sample, name)]
    ids.sort(key=lambda name: 0 if plain[name].startswith(("pred", "inference", "request")) else 1)
    seen = " in a sample" if partial else ""
    first("prediction_id", f"guessed: name, and no value twice{seen}", ids)
    others = [n for n in dtypes if _ANY_ID.search(plain[n]) and kinds[n] in ("number", "category") and n not in roles]
    others = [n for n in others if (_counts_rows(sample[n], n_rows) if partial else _all_different(sample, n))]
    first("prediction_id", "guessed: name, and no value twice", others)
    for name in others:
        roles.setdefault(name, _Role("excluded", "guessed: another id, no value twice"))

    roles.update({name: _Role(*found) for name, found in outcomes.sure(sample, roles).items()})
    # A score beside numbers that are predicted would pass for what is predicted.
    if not any(role.role == "actual_score" for role in roles.values()):
        _by_exact_names(first, named, sample, plain)

    links = [n for n in dtypes if n not in roles and _links(n, kinds, sample)]
    texts = [name for name in dtypes if kinds[name] == "text" and name not in links]
    retrieved = [name for name in dtypes if kinds[name] in ("vector", "other") and _lists_documents(name)]
    listed = next((name for name in retrieved if re.search(r"(?<!relevant)_ids?$", plain[name])), None)
    roles.update(dict.fromkeys(retrieved, _Role("excluded", "guessed: name; lists about retrieved documents")))
    vectors = [name for name in dtypes if kinds[name] == "vector" and name not in retrieved]
    for name in vectors:
        raw = _partner(plain[name], texts, plain, alone=len(vectors) == 1)
        link = _partner(plain[name], links, plain, alone=len(vectors) == 1) if raw is None else None
        asks = len(vectors) == 1 or (raw is not None and _PROMPT.search(plain[raw]) is not None)
        roles[name] = _Role("embedding", "guessed: vectors", raw, link, listed if asks else None)
        if raw is not None:
            role: Role = (
                "prompt" if _PROMPT.search(plain[raw]) else "response" if _RESPONSE.search(plain[raw]) else "raw_data"
            )
            roles[raw] = _Role(role, f"guessed: the text of {name}")
        if link is not None:
            roles[link] = _Role("link_to_data", f"guessed: the file of {name}")
    first(
        "prompt",
        "guessed: name and text",
        named(_PROMPT.pattern, "text"),
    )
    first(
        "response",
        "guessed: name and text",
        named(_RESPONSE.pattern, "text"),
    )
    for name in dtypes:
        if name not in roles and _TAG.search(name.lower()):
            roles[name] = _Role("tag", "guessed: name")
        if name in links and name not in roles:
            roles[name] = _Role("link_to_data", "guessed: paths or addresses of files")
    return roles


def _by_exact_names(
    first: Callable[[Role, str, Iterable[str]], None],
    named: Callable[..., list[str]],
    sample: Mapping[str, Any],
    plain: Mapping[str, str],
) -> None:
    """Find what was predicted and what came of it where whole names say that: `prediction`, `y_true`, `score`."""
    scores = rf"^(score|y_{_SCORE}|{_PREDICTION}_{_SCORE}|{_SCORE}_{_PREDICTION}|model_{_SCORE}|proba?|probability|confidence)$"
    labels: tuple[Kind, ...] = ("category", "boolean", "text")
    judged = named(rf"^({_PREDICTION}|{_ACTUAL})(_(label|class|category))?$", *labels)
    first(
        "prediction_score",
        "guessed: name and numbers",
        # a score alone may be that of a game
        [n for n in named(scores, "number") if plain[n] != "score" or judged or outcomes.is_share(sample[n])],
    )
    first(
        "actual_score", "guessed: name and numbers", named(rf"^(?!y_){_ACTUAL}_{_SCORE}$|^y_true_{_SCORE}$", "number")
    )
    first(
        "prediction_label",
        "guessed: name and categories",
        named(rf"^({_PREDICTION}(_(label|class|category))?|label_pred|class_pred)$", *labels),
    )
    first(
        "actual_label",
        "guessed: name and categories",
        named(rf"^({_ACTUAL}(_(label|class|category))?|actual_{_PREDICTION}|class)$", *labels),
    )
    first("prediction_score", "guessed: name and numbers", named(rf"^{_PREDICTION}$", "number"))
    # beside an x, a y is a coordinate
    actual = r"^(actual|actuals|target|ground_truth|y_true|truth)$" if "x" in plain.values() else rf"^{_ACTUAL}$"
    first("actual_score", "guessed: name and numbers", named(actual, "number"))


def judgements(names: Iterable[str]) -> list[frozenset[str]]:
    """Return the columns of each judgement that is whole: those of `judge`, also with a prefix of their own."""
    have = set(names)
    prefixes = [name.removesuffix("label") for name in have if name.endswith("label")]
    whole = [frozenset(prefix + name for name in JUDGED) for prefix in prefixes]
    return [judged for judged in whole if judged <= have]


def _lists_documents(name: str) -> bool:
    """Whether a column of lists is named as one about retrieved documents, and not as one of vectors."""
    return bool(RETRIEVED.search(_plain(name))) and not _VECTOR.search(_plain(name))


def _partner(vector: str, texts: list[str], plain: Mapping[str, str], *, alone: bool) -> str | None:
    """Return the text that vectors were made of: `text_vector` and `text`, or the only text beside the only vectors."""
    stem = _VECTOR.sub("_", vector).strip("_")
    for name in texts:
        if stem and plain[name] in (stem, f"{stem}_text", f"{stem}_raw", f"raw_{stem}"):
            return name
    if alone and len(texts) == 1:
        return texts[0]
    close = [name for name in texts if stem and (plain[name].startswith(stem) or stem.startswith(plain[name]))]
    if len(close) == 1:
        return close[0]
    if alone:
        return next(
            (name for name in texts if plain[name] in ("text", "content", "document", "message", "prompt", "body")),
            None,
        )
    return None


def _all_different(sample: Mapping[str, Any], name: str) -> bool:
    if name not in sample:
        return False
    column = sample[name]
    if pa.types.is_nested(column.type) or pa.types.is_floating(column.type) or pa.types.is_null(column.type):
        return False
    return column.null_count == 0 and len(column) > 0 and len(column.unique()) == len(column)


def _counts_rows(column: Any, n_rows: int) -> bool:
    """Whether a sample is of numbers that count the rows: rising, and as far apart as the rows. Those of users, sorted, would be closer."""
    if not pa.types.is_integer(column.type) or column.null_count or len(column) < 2:
        return False
    steps = pc.subtract(column.combine_chunks()[1:], column.combine_chunks()[:-1])
    low, high = (pc.min_max(column)[end].as_py() for end in ("min", "max"))
    return bool(pc.min(steps).as_py() > 0) and 0.9 < (high - low) / n_rows < 1.1


def _dates(sample: Mapping[str, Any], name: str) -> bool:
    if name not in sample or not pa.types.is_string(sample[name].type):
        return False
    values = sample[name].drop_null().slice(0, 20).to_pylist()
    return bool(values) and all(re.match(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d.*)?$", value) for value in values)


def _links(name: str, kinds: Mapping[str, Kind], sample: Mapping[str, Any]) -> bool:
    """Whether a column holds paths or URLs of files: its name and values say so, or its values alone, where all are of pictures."""
    if kinds[name] not in ("text", "category"):
        return False
    return _is_link(sample, name) if _LINK.search(_plain(name)) else _is_link(sample, name, only=True)


def _is_link(sample: Mapping[str, Any], name: str, *, only: bool = False) -> bool:
    column = sample[name]
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return False
    values = column.drop_null().slice(0, 20).to_pylist()
    if values and all(_ENCODED.match(value) for value in values):
        return True
    if only:
        return bool(values) and all("/" in value and _IMAGE.search(value) for value in values)
    return bool(values) and all(
        value.startswith(("http://", "https://", "s3://", "gs://", "data:image/")) or _IMAGE.search(value)
        for value in values
    )


def _from_schema(
    schema: Schema, kinds: Mapping[str, Kind], dtypes: Mapping[str, str], sample: Mapping[str, Any]
) -> dict[str, _Role]:
    roles: dict[str, _Role] = {}
    for use in assigned(schema):
        roles[use.column] = _Role(
            use.role, f"named in the schema: {use.field}", use.raw_data, use.link_to_data, use.retrieved
        )
    if schema.feature_column_names is not None:
        named = set(schema.feature_column_names)
        for name in dtypes:
            if name not in roles:
                roles[name] = (
                    _Role("feature", "named in the schema: feature_column_names")
                    if name in named
                    else _Role("excluded", "not among the schema's feature_column_names")
                )
    for name in dtypes:
        # vectors that the schema does not name are still vectors
        if kinds[name] == "vector" and roles.get(name, _Role("feature", "")).role == "feature":
            roles[name] = (
                _Role("excluded", "not named in the schema; lists about retrieved documents")
                if _lists_documents(name)
                else _Role("embedding", "not named in the schema; vectors")
            )
        # and paths of files are still that
        if name not in roles and _links(name, kinds, sample):
            roles[name] = _Role("link_to_data", "not named in the schema; paths or addresses of files")
    return roles


def _no_vector(values: Any, dtype: str) -> str:
    if values is not None:
        present = values.drop_null()
        if not len(present):
            return "no vectors: all values are missing"
        if pa.types.is_string(present.type) and _VECTOR_TEXT.match(present[0].as_py()):
            return "texts that look like vectors: make them lists first, with json.loads"
    return f"values of type {dtype} are not vectors: lists or arrays of numbers, all of one length, are needed"
