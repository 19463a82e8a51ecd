"""The examples of a prompt: unlike each other, of every answer, as many as the tokens allow."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.embeddings.choosing import stand_for_others
from phoenix_lab.embeddings.drift import sampled
from phoenix_lab.embeddings.vectors import VectorMetric, metric_for, usable
from phoenix_lab.evals.template import Template
from phoenix_lab.training.source import TrainingError

_CANDIDATES = 1_000
"""Rows that examples are chosen among; of more, as many of each answer are drawn."""
_WORDS = 2_048
"""Words that texts without vectors are compared by."""
_NO_NAME = re.compile(r"\W+")

Shown = Sequence[tuple[str, str]]
"""What is shown of an example: names and values, the answer last."""


def in_order(
    texts: Sequence[str], labels: Sequence[str] | None, vectors: pa.ChunkedArray | None, most: int, seed: int
) -> list[int]:
    """Return places of examples, the best first: of each answer in turn the one that, with those before it, stands for most rows.

    Facility location (`stand_for_others`) in the space of the vectors, or without them of word counts (TF-IDF).

    Parameters
    ----------
    texts
        Of rows that do not hang together, one each.
    labels
        Their answers, where these are classes.
    vectors
        Of the same rows, or none.
    most
        How many are enough.
    seed
        Of the draw, where there are very many.
    """
    kinds = labels or [""] * len(texts)
    by_size = sorted(set(kinds), key=lambda kind: (-sum(one == kind for one in kinds), kind))
    of = np.array([by_size.index(kind) for kind in kinds], np.int64)
    rng = np.random.default_rng(seed)
    each = max(1, _CANDIDATES // len(by_size))
    rows = np.sort(np.concatenate([sampled(np.flatnonzero(of == kind), rng, each) for kind in range(len(by_size))]))
    metric: VectorMetric = "cosine"
    if vectors is None:
        X = _counts([texts[i] for i in rows])
    else:
        column = vectors.take(pa.array(rows))
        metric = metric_for(column.type.list_size)
        there = usable(column, metric)
        rows, X = rows[there.rows], there.X
    if len(rows) == 0:
        return []
    chosen = stand_for_others(X, np.ones(len(rows)), most, metric, kinds=of[rows])
    return [int(i) for i in rows[chosen]]


def _counts(texts: Sequence[str]) -> NDArray[np.float32]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    try:
        X = TfidfVectorizer(max_features=_WORDS, dtype=np.float32).fit_transform(texts)
    except ValueError:  # no words at all
        return np.ones((len(texts), 1), np.float32)
    return np.asarray(X.toarray(), np.float32)


def within(
    rule: str,
    candidates: Iterator[tuple[int, Shown]],
    count: Callable[[str], int],
    *,
    most: int,
    max_tokens: int,
    how: str,
) -> tuple[str, list[int], int]:
    """Return the text of a prompt, which candidates it shows, and how many were too long for it; raises `TrainingError` where there is no room for one.

    Parameters
    ----------
    rule
        What stands before the examples.
    candidates
        Which, and what is shown of it, the best first.
    count, how
        Of tokens, and how they are counted.
    most, max_tokens
        How many examples, and tokens, at most.
    """
    shown: list[Shown] = []
    chosen: list[int] = []
    shortest: int | None = None
    too_long = 0
    for which, example in candidates:
        n = count(prompt_text(rule, [*shown, example]))
        if n <= max_tokens:
            shown.append(example)
            chosen.append(which)
            if len(shown) == most:
                break
        else:
            too_long += 1
            if not shown:
                shortest = n if shortest is None else min(n, shortest)
    if not shown:
        raise TrainingError(
            f"max_tokens={max_tokens:,} leaves no room for an example: with the shortest one the prompt has {shortest or 0:,} tokens ({how})."
        )
    return prompt_text(rule, shown), chosen, too_long


def prompt_text(rule: str, examples: Sequence[Shown]) -> str:
    """Return a rule and examples as one text, in which every value stands between tags that it cannot close."""
    text = f"{literal(rule)}\n\nExamples, each with its right answer:\n"
    values: dict[str, str] = {}
    for i, example in enumerate(examples, 1):
        for name, value in example:
            place = f"{_name(name)} {i}"
            while place in values:
                place = f"{place}_"
            values[place] = value
            text += f"{{{place}}}"
    return Template(text).render(values).rstrip("\n")


def literal(text: str) -> str:
    """Return a text as a template has it, in which no brace is a place."""
    return text.replace("{", "{{").replace("}", "}}")


def _name(column: str) -> str:
    name = _NO_NAME.sub("_", column).strip("_")
    return name if name[:1].isalpha() else f"column_{name}"
