"""What a line of a training file is made of, format by format."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from phoenix_lab.inferences.schema import Role
from phoenix_lab.training.images import image_of
from phoenix_lab.training.source import Source, TrainingError

Format = Literal["chat", "completion", "preference", "classification", "triplets", "images"]

_ASKED: tuple[Role, ...] = ("prompt",)
_TEXT: tuple[Role, ...] = ("raw_data", "document", "prompt")
_LABEL: tuple[Role, ...] = ("actual_label",)
PLACES: Mapping[str, Mapping[str, tuple[Role, ...]]] = {
    "chat": {"messages": (), "prompt": _ASKED, "response": ("response",), "system": ()},
    "completion": {"prompt": _ASKED, "response": ("response",)},
    "preference": {"prompt": _ASKED, "chosen": (), "rejected": (), "response": ("response",), "score": ()},
    "classification": {"text": _TEXT, "label": _LABEL},
    "triplets": {"text": _TEXT, "label": _LABEL},
    "images": {"image": ("link_to_data",), "label": _LABEL},
}
"""Of each format what it reads, and the roles of the columns that are read where none is named."""
_SPEAKERS = ("system", "developer", "user", "assistant")


@dataclass(frozen=True)
class Example:
    """What one row (of preference pairs two) becomes.

    Parameters
    ----------
    row
        Position in the dataframe.
    record
        The line, as JSON has it; of an image its file or bytes.
    label
        Its class, None where the format has none.
    prompt
        What was asked, where another row may ask the same.
    """

    row: int
    record: dict[str, Any]
    label: str | None = None
    prompt: str | None = None

    @property
    def text(self) -> str:
        """All that a model reads of it."""
        return "\n".join(_strings(self.record))

    def said(self, *, asked: bool) -> str:
        """Return all but what the system says, which many share; not `asked`: what was answered alone."""
        left_out = {"system", "developer"} | (set() if asked else {"user", "prompt"})
        if "messages" in self.record:
            return "\n".join(turn["content"] for turn in self.record["messages"] if turn["role"] not in left_out)
        return "\n".join(_strings({key: part for key, part in self.record.items() if key not in left_out}))


@dataclass
class Examples:
    """The examples of a dataframe, why rows have become none, and which columns were read."""

    found: list[Example] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    columns: dict[str, str] = field(default_factory=dict)


def examples_of(
    source: Source, kind: Format, columns: Mapping[str, str], system: str | None, label: str | None
) -> Examples:
    """Make the examples of a dataframe's rows.

    Parameters
    ----------
    source
        The rows.
    kind
        The format.
    columns
        Place → column; the others by their roles.
    system
        What the system says at the beginning of each chat.
    label
        The class of all rows; None takes it from a column.

    Raises
    ------
    TrainingError
        A column is not there, or nothing says which one to read.
    """
    places = PLACES[kind]
    for place in columns:
        if place not in places:
            raise TrainingError(f'columns has "{place}"; {kind} reads {", ".join(places)}.')
    for column in columns.values():
        source.known(column)
    read = {place: columns.get(place) or source.first_in(*roles) for place, roles in places.items()}
    if kind == "chat" and columns.get("messages"):
        read = {"messages": columns["messages"]}
        result = _conversations(source.objects(columns["messages"]), system)
    elif kind in {"chat", "completion"}:
        result = _answers(source, kind, read, system)
    elif kind == "preference":
        result = _preferences(source, read)
    else:
        result = _labelled(source, kind, read, label)
    result.columns = {place: column for place, column in read.items() if column is not None}
    return result


def _column(source: Source, read: Mapping[str, str | None], place: str, kind: str) -> str:
    name = read[place]
    if name is None:
        raise TrainingError(
            f'Nothing says which column of {source.name} is the {place}: columns={{"{place}": …}}. '
            f"It has {', '.join(source.columns[:12])}; {kind} needs it."
        )
    return name


def _answers(source: Source, kind: str, read: Mapping[str, str | None], system: str | None) -> Examples:
    result = Examples()
    prompts = source.texts(_column(source, read, "prompt", kind))
    responses = source.texts(_column(source, read, "response", kind))
    said_in = read.get("system")
    systems = [system] * source.n if said_in is None else source.texts(said_in)
    for row, (prompt, response, said) in enumerate(zip(prompts, responses, systems, strict=True)):
        if prompt is None or response is None:
            result.dropped["no prompt" if prompt is None else "no response"] += 1
        elif kind == "completion":
            result.found.append(Example(row, {"prompt": prompt, "completion": response}, prompt=prompt))
        else:
            turns = [("system", said or system), ("user", prompt), ("assistant", response)]
            messages = [{"role": role, "content": content} for role, content in turns if content]
            result.found.append(Example(row, {"messages": messages}, prompt=prompt))
    return result


def _conversations(values: list[Any], system: str | None) -> Examples:
    result = Examples()
    for row, value in enumerate(values):
        try:
            turns = json.loads(value) if isinstance(value, str) else [dict(turn) for turn in value]
            messages = [{"role": turn["role"], "content": turn["content"]} for turn in turns]
        except (TypeError, ValueError, KeyError):
            result.dropped["messages are no list of {role, content}"] += 1
            continue
        if not all(turn["role"] in _SPEAKERS and isinstance(turn["content"], str) for turn in messages):
            result.dropped["messages other than texts of system, user and assistant"] += 1
        elif not messages or messages[-1]["role"] != "assistant" or not messages[-1]["content"].strip():
            result.dropped["no answer of the assistant at the end"] += 1
        else:
            if system and messages[0]["role"] != "system":
                messages.insert(0, {"role": "system", "content": system})
            asked = "\n".join(turn["content"] for turn in messages if turn["role"] == "user")
            result.found.append(Example(row, {"messages": messages}, prompt=asked))
    return result


def _preferences(source: Source, read: Mapping[str, str | None]) -> Examples:
    result = Examples()
    prompts = source.texts(_column(source, read, "prompt", "preference"))
    if read["chosen"] or read["rejected"]:
        pairs = [source.texts(_column(source, read, place, "preference")) for place in ("chosen", "rejected")]
        rows = enumerate(zip(prompts, *pairs, strict=True))
    else:
        responses = source.texts(_column(source, read, "response", "preference"))
        scores = source.numbers(_column(source, read, "score", "preference"))
        of_prompt: dict[str, list[int]] = defaultdict(list)
        for row, (prompt, response) in enumerate(zip(prompts, responses, strict=True)):
            if prompt is None or response is None or scores[row] != scores[row]:
                result.dropped["no prompt, response or score"] += 1
            else:
                of_prompt[prompt].append(row)
        found = []
        for prompt, several in of_prompt.items():
            best, worst = max(several, key=lambda i: scores[i]), min(several, key=lambda i: scores[i])
            if scores[best] > scores[worst]:
                found.append((best, (prompt, responses[best], responses[worst])))
            else:
                result.dropped["no better and worse response to its prompt"] += len(several)
        rows = iter(found)  # type: ignore[assignment]
    for row, (prompt, chosen, rejected) in rows:
        if prompt is None or chosen is None or rejected is None:
            result.dropped["no prompt, chosen or rejected response"] += 1
        elif chosen == rejected:
            result.dropped["chosen and rejected are the same"] += 1
        else:
            result.found.append(Example(row, {"prompt": prompt, "chosen": chosen, "rejected": rejected}, prompt=prompt))
    return result


def _labelled(source: Source, kind: str, read: Mapping[str, str | None], label: str | None) -> Examples:
    result = Examples()
    place = "image" if kind == "images" else "text"
    column = _column(source, read, place, kind)
    labels = [label] * source.n if label is not None else source.texts(_column(source, read, "label", kind))
    read_image: Callable[[Any], tuple[dict[str, Any] | None, str]] = image_of
    values = source.objects(column) if kind == "images" else source.texts(column)
    for row, (value, of_class) in enumerate(zip(values, labels, strict=True)):
        if of_class is None:
            result.dropped["no label"] += 1
            continue
        if kind == "images":
            record, why = read_image(value)
            if record is None:
                result.dropped[why] += 1
                continue
        elif value is None:
            result.dropped["no text"] += 1
            continue
        else:
            record = {"text": value, "label": of_class}
        result.found.append(Example(row, record, of_class))
    if not result.found and result.dropped["no label"] == source.n:
        raise TrainingError(f'"{read["label"]}" of {source.name} has no labels: there is nothing to learn.')
    return result


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [one for key, part in value.items() if key not in {"role", "label"} for one in _strings(part)]
    return [one for part in value for one in _strings(part)] if isinstance(value, list) else []
