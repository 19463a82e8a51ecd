"""Short rules that tell a group of rows from the others: found on one half of the rows, judged on the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
    """The best conjunction of one or two clauses for a group, and its worth on the half that it was not found on.

    Parameters
    ----------
    clauses
        Which; none where nothing was found.
    inside, outside
        Share of the group's rows, and of all others, that it holds for.
    p_value
        Of no connection at all, one-sided.
    """

    clauses: tuple[Clause, ...]
    inside: float | None
    outside: float | None
    p_value: float | None


def halves(units: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return which rows are of the first half, bool (n,): whole units, so that no row has its like in the other half."""
    names, codes = np.unique(units, return_inverse=True)
    first = np.zeros(len(names), bool)
    first[rng.permutation(len(names))[: len(names) // 2]] = True
    return np.asarray(first[codes.ravel()], bool)


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
    holds = np.logical_and.reduce([clause.holds[b] for clause in chosen])
    mine = group[b]
    return Rule(chosen, float(holds[mine].mean()), float(holds[~mine].mean()), _p_value(holds, mine, units[b]))


def _p_value(holds: NDArray[np.bool_], group: NDArray[np.bool_], units: NDArray[np.int64]) -> float:
    """Return the one-sided p of a positive covariance, units independent of each other: exact where each row is its own unit."""
    from scipy import stats

    if len(np.unique(units)) == len(units):
        n, of_group, of_rule, both = len(group), int(group.sum()), int(holds.sum()), int((holds & group).sum())
        return float(stats.hypergeom.sf(both - 1, n, of_group, of_rule))
    part = (holds - holds.mean()) * (group - group.mean())
    sums = np.bincount(np.unique(units, return_inverse=True)[1].ravel(), weights=part)
    m = len(sums)
    spread = np.sqrt((sums**2).sum() * m / max(1, m - 1))
    return float(stats.t.sf(sums.sum() / spread, m - 1)) if spread > 0 else 1.0
