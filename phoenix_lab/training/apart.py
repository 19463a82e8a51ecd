"""What tells selected rows from others, in words that a prompt can hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.embeddings.names import name_groups
from phoenix_lab.embeddings.rules import best_rule
from phoenix_lab.recipes.cluster_rules import clauses_of, columns_of
from phoenix_lab.stats.splitting import halves
from phoenix_lab.stats.verdict import ALPHA
from phoenix_lab.training.source import Source

_WORDS = 5
_LONGEST = 80
_FEWEST_CONFUSED = 3
_ANSWERS = ("prediction_label", "prediction_score", "actual_label", "actual_score")


@dataclass(frozen=True)
class Rows:
    """Some rows of a dataframe.

    Parameters
    ----------
    source
        The dataframe.
    at
        Positions, shape (n,).
    texts, labels
        What is shown of each, and its right answer.
    units
        Which hang together, shape (n,).
    """

    source: Source
    at: NDArray[np.int64]
    texts: Sequence[str]
    labels: Sequence[str]
    units: NDArray[np.int64]


def what_sets_apart(mine: Rows, others: Rows | None, *, hidden: Sequence[str], is_class: bool, seed: int) -> list[str]:
    """Return sentences on what tells rows from others; none where nothing does.

    Words by their weighted log-odds, as clusters are named; the best rule over other columns, found on one half of the rows and kept where it holds on the other; the most
    frequent answer; what was most often taken for what, where the dataframe has predictions.

    Parameters
    ----------
    mine, others
        The rows, and what they are compared with; none of them is to be tested on.
    hidden
        Columns that no rule speaks of: those that are shown, and the answer.
    is_class
        Whether answers are classes.
    seed
        Of the halves.
    """
    found = []
    if others is not None and len(others.at):
        group = np.repeat([0, -1], [len(mine.at), len(others.at)]).astype(np.int32)
        terms = name_groups([*mine.texts, *others.texts], group).get(0, [])
        if terms:
            found.append(f"Its words are often {_listed(term.word for term in terms[:_WORDS])}.")
        rule = _rule(mine, others, hidden, seed)
        if rule is not None:
            found.append(rule)
    if is_class:
        found += _answers(mine, others)
        found += _confused(mine)
    return found


def quoted(text: str) -> str:
    """Return a value of a dataframe within a sentence: on one line, short, between marks that it does not hold."""
    one_line = " ".join(text.split()).replace('"', "'")
    return f'"{one_line if len(one_line) <= _LONGEST else one_line[: _LONGEST - 1] + "…"}"'


def _listed(words: object) -> str:
    return ", ".join(quoted(str(word)) for word in words)  # type: ignore[attr-defined]


def _rule(mine: Rows, others: Rows, hidden: Sequence[str], seed: int) -> str | None:
    theirs = {column.name for column in others.source.inferences.columns}
    infos = [
        column
        for column in columns_of(mine.source.inferences.columns, None)
        if column.name not in hidden and column.name in theirs and column.role not in _ANSWERS
    ]
    names = [column.name for column in infos]
    frames = mine.source.inferences.frame(names), others.source.inferences.frame(names)
    is_mine = np.repeat([True, False], [len(mine.at), len(others.at)])
    at = np.concatenate([mine.at, others.at])
    units = np.concatenate([mine.units, others.units])
    clauses = [clause for info in infos for clause in clauses_of(info, frames, at, is_mine)]
    rule = best_rule(clauses, is_mine, halves(units, np.random.default_rng(seed)), units)
    if not rule.clauses or rule.p_value is None or rule.p_value >= ALPHA or rule.inside is None:
        return None
    said = " and ".join(quoted(clause.text)[1:-1] for clause in rule.clauses)
    return f"Of its rows {rule.inside:.0%} have {said}, of others {rule.outside:.0%}."


def _answers(mine: Rows, others: Rows | None) -> list[str]:
    label, n = min(Counter(mine.labels).items(), key=lambda one: (-one[1], one[0]))
    share = n / len(mine.labels)
    if len(mine.labels) < 2 or share <= 0.5:
        return []
    elsewhere = ""
    if others is not None and others.labels:
        elsewhere = f", of others {sum(one == label for one in others.labels) / len(others.labels):.0%}"
    return [f"Of its rows {share:.0%} are {quoted(label)}{elsewhere}."]


def _confused(mine: Rows) -> list[str]:
    column = mine.source.first_in("prediction_label")
    if column is None:
        return []
    predicted = mine.source.texts(column)
    pairs = Counter(
        (label, said)
        for label, said in zip(mine.labels, (predicted[i] for i in mine.at), strict=True)
        if said is not None and said.strip() != label
    )
    if not pairs:
        return []
    (right, wrong), n = min(pairs.items(), key=lambda one: (-one[1], one[0]))
    return [f"{quoted(right)} is often taken for {quoted(wrong.strip())}; do not."] if n >= _FEWEST_CONFUSED else []
