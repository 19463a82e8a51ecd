"""What a model says, read strictly: one JSON object, and a label only where it is one letter by letter."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from phoenix_lab.generate.text import well_formed

_THOUGHT = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_FENCE = re.compile(r"\A```(?:json)?[ \t]*\n(.*)\n?```\Z", re.DOTALL)


class UnreadableReplyError(ValueError):
    """A reply without a label: why, in words for the model and the user."""


@dataclass(frozen=True)
class Reply:
    """A label, and why."""

    label: str
    explanation: str | None


def schema(labels: Sequence[str], *, explain: bool) -> dict[str, Any]:
    """Return the JSON schema of a reply, the explanation before the label that is to follow from it."""
    properties: dict[str, Any] = {"explanation": {"type": "string"}} if explain else {}
    properties["label"] = {"type": "string", "enum": list(labels)}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def read(text: str, labels: Sequence[str]) -> Reply:
    """Return the label of a reply: of one JSON object, which may stand in a code fence or after a model's thoughts.

    Raises
    ------
    UnreadableReplyError
        When it is anything else. A label within other text is never looked for: "not toxic" holds "toxic".
    """
    text = _THOUGHT.sub("", text, count=1).strip()
    fence = _FENCE.match(text)
    try:
        found = json.loads(fence[1] if fence else text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise UnreadableReplyError(
            str(error) if isinstance(error, UnreadableReplyError) else "the reply is not one JSON object"
        ) from None
    if not isinstance(found, dict):
        raise UnreadableReplyError("the reply is not one JSON object")
    label = found.get("label")
    if not isinstance(label, str):
        raise UnreadableReplyError("the reply has no label")
    if label not in labels:
        raise UnreadableReplyError(f'"{well_formed(label[:60])}" is none of the labels {", ".join(labels)}')
    explanation = found.get("explanation")
    return Reply(label, well_formed(explanation) if isinstance(explanation, str) else None)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        raise UnreadableReplyError("the reply says something twice")
    return dict(pairs)
