"""Groups in which predictions changed through the rows of another group alone: echoes of it, and no findings of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.findings.candidate import Candidate
from phoenix_lab.recipes.conditions import AllOf, AnyOf, Condition, Not
from phoenix_lab.recipes.output import Output
from phoenix_lab.stats.verdict import ALPHA

Bools = NDArray[np.bool_]
Ask = Callable[[tuple[Condition, ...]], Output | None]

MOST = 24
"""Groups that are tried without the rows of others, those that changed most."""
LITTLE = 0.5
"""Part of its change that a group keeps at most without the rows of its cause."""
ECHO = "echo_of"
"""The fact of an echo: the conditions of its cause."""


def told(
    found: Sequence[Candidate],
    rows_of: Callable[[tuple[Condition, ...]], Bools],
    ask: Ask,
) -> list[Candidate]:
    """Return the groups, each that is an echo with the fact `ECHO`.

    A group that holds many rows of one that changed has changed, too, by less a row: so a cause is a group that changed more than those it shares
    rows with, and an echo one whose change is gone, or no longer more than chance and less than half, without the rows of such causes.

    Parameters
    ----------
    found
        What is found of predictions in groups of rows.
    rows_of
        Return which rows of the primary set meet conditions.
    ask
        Return the numbers of the predictions of such rows.
    """
    result = list(found)
    causes: list[tuple[Candidate, Bools]] = []
    alpha = ALPHA / max(1, min(MOST, len(found)))  # Bonferroni: so many may be asked
    for i in sorted(range(len(found)), key=lambda i: -abs(found[i].estimate or 0.0))[:MOST]:
        one = found[i]
        mine = rows_of(one.where)
        near = [
            (cause, rows)
            for cause, rows in causes
            if cause.effect == one.effect and cause.gain == one.gain and (rows & mine).any()
        ]
        if near and not _is_own(one, mine, near, ask, alpha):
            cause, _ = max(near, key=lambda pair: int((pair[1] & mine).sum()))
            result[i] = replace(one, facts={**one.facts, ECHO: cause.where})
            continue
        causes.append((one, mine))
    return result


def is_echo(one: Candidate, two: Candidate) -> bool:
    """Tell whether one of two groups is an echo of the other."""
    return any(bool(b.where) and a.facts.get(ECHO) == b.where for a, b in ((one, two), (two, one)))


def _is_own(one: Candidate, mine: Bools, near: Sequence[tuple[Candidate, Bools]], ask: Ask, alpha: float) -> bool:
    """Tell whether a group changed in the rows that none of the others has, too; where nobody can say, it did."""
    if not (mine & ~np.any([rows for _, rows in near], axis=0)).any():
        return False  # there are no such rows
    rest = ask((*one.where, Not(AnyOf(tuple(_one(cause.where) for cause, _ in near)))))
    return rest is None or _changed(one, rest, alpha)


def _one(where: tuple[Condition, ...]) -> Condition:
    return where[0] if len(where) == 1 else AllOf(where)


def _changed(one: Candidate, rest: Output, alpha: float) -> bool:
    row: Mapping[str, Any] | None = next((r for r in rest.table.to_pylist() if r["metric"] == one.effect), None)
    if row is None or row["difference"] is None:
        return False
    size = row["difference"] * np.sign(one.estimate or 0.0)
    if size <= one.limit:
        return False
    sure = row["p_value"] is not None and row["p_value"] < alpha
    return bool(sure or size > LITTLE * abs(one.estimate or 0.0))
