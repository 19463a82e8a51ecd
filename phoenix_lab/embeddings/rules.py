"""Short rules that tell a group of rows from the others: found on one half of the rows, judged on the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.stats.splitting import higher_p

BEAM = 12
"""Conditions that are tried together with others."""

LEAST_GAIN = 1.1
"""A second condition has to make a rule this many times better on the half that it is found on: a shorter rule is easier to read."""


@dataclass(frozen=True)
class Clause:
    """One condition on one column.

    Parameters
    ----------
    column, text
        The column, and the whole condition in words: `year > 2001`.
    holds
        bool (n,): for which rows.
    """

    column: str
    text: str
    holds: NDArray[np.bool_]


@dataclass(frozen=True)
class Rule:
    """The best conjunction of one or two clauses for a group, what it holds for, and whether that is chance.

    Parameters
    ----------
    clauses
        Which; none where nothing was found.
    inside, outside
        Share of the group's rows, and of all others, that it holds for; of both halves, so that anybody can count them.
    p_value
        Of no connection at all, one-sided, on the half that the rule was not found on.
    """

    clauses: tuple[Clause, ...]
    inside: float | None
    outside: float | None
    p_value: float | None


def best_rule(
    clauses: Sequence[Clause], group: NDArray[np.bool_], first: NDArray[np.bool_], units: NDArray[np.int64]
) -> Rule:
    """Find the rule that tells a group from the other rows.

    On the first half, the rule of the greatest weighted relative accuracy, P(rule) (P(group | rule) - P(group)), the measure of
    subgroup discovery (Lavrac, Flach and Zupan, 1999), among all clauses and pairs of the best with any. Its p-value is that of
    the covariance of rule and group on the second half, with sums over whole units: since the rule was not chosen there, one test is all.

    Parameters
    ----------
    clauses
        The candidates.
    group, first, units
        (n,): the rows of the group, those of the first half, and what unit each is of.
    """
    nothing = Rule((), None, None, None)
    a, b = first, ~first
    if not clauses or not group[a].any() or not group[b].any() or group[b].all():
        return nothing
    target = (group[a] - group[a].mean()).astype(np.float32)
    held = np.array([clause.holds[a] for clause in clauses], np.float32)
    worth = held @ target / len(target)
    order = np.argsort(-worth, kind="stable")
    best: tuple[int, ...] = (int(order[0]),)
    value = float(worth[order[0]])
    if value <= 0:
        return nothing
    single = value
    for i in order[:BEAM]:
        both = (held * held[i]) @ target / len(target)
        j = int(both.argmax())
        if both[j] > max(value, LEAST_GAIN * single):
            best, value = (int(i), j), float(both[j])
    chosen = tuple(clauses[i] for i in best)
    holds = np.logical_and.reduce([clause.holds for clause in chosen])
    return Rule(
        chosen,
        float(holds[group].mean()),
        float(holds[~group].mean()),
        higher_p(holds[b], group[b].astype(np.float64), units[b]),
    )
