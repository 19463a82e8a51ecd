"""Which findings speak of the same: they are one, with several faces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.findings.candidate import RANK, Candidate, Status
from phoenix_lab.findings.echoes import ECHO, is_echo

Bools = NDArray[np.bool_]

OVERLAP = 0.5
"""Rows shared, of those that either speaks of, from which on two findings speak of the same."""
WITHIN = 0.6
"""Rows shared, of those of the smaller group, from which on two groups of predictions are one."""
EXPLAINED = 0.5
"""Part of the change of all rows that a group accounts for, from which on it is its cause."""

OF_COLUMN = frozenset({"drift", "embedding", "quality", "time", "cluster", "within"})


@dataclass(frozen=True, eq=False)
class Finding:
    """A candidate that is more than chance.

    Parameters
    ----------
    candidate, status, adjusted
        What it is, what it comes to, and its p-value corrected over everything.
    primary, reference
        The rows that it speaks of; None where those are all.
    """

    candidate: Candidate
    status: Status
    adjusted: float | None
    primary: Bools | None = None
    reference: Bools | None = None

    @property
    def order(self) -> tuple[bool, float]:
        """What findings are ordered by: the sure ones first, then the most consequential."""
        return self.status != "stands", -self.candidate.weight


def by_cause(findings: list[Finding], subjects: Mapping[str, str]) -> list[list[Finding]]:
    """Return the findings put together by cause, the first face first, the groups in order.

    Parameters
    ----------
    findings
        All of them.
    subjects
        Of columns that are one subject what that is called: a text is its embedding's.
    """
    # The metric that groups were compared by first: by it the others find their group.
    effects = {f.candidate.effect for f in findings if f.candidate.kind == "segment"}

    def place(f: Finding) -> tuple[Any, ...]:
        one = f.candidate
        return f.status != "stands", RANK[one.kind], _is_loss(f), ECHO in one.facts, one.effect not in effects, f.order

    ordered = sorted(findings, key=place)
    groups: list[list[Finding]] = []
    for finding in ordered:
        home = next((g for g in groups if any(_same(finding, other, subjects) for other in g)), None)
        if home is None:
            groups.append([finding])
        else:
            home.append(finding)
    return sorted(groups, key=lambda group: min(f.order for f in group))


def _is_loss(finding: Finding) -> bool:
    """Tell whether it is about what is gone: of a value that was renamed what it is now says more."""
    return bool(finding.candidate.facts.get("check") == "gone")


def _same(a: Finding, b: Finding, subjects: Mapping[str, str]) -> bool:
    one, two = a.candidate, b.candidate
    kinds = {one.kind, two.kind}
    if kinds == {"performance"}:
        return True
    if kinds == {"performance", "segment"}:
        segment, whole = (one, two) if one.kind == "segment" else (two, one)
        return segment.effect == whole.effect and _explains(segment, whole)
    if kinds == {"segment"}:
        return is_echo(one, two) or (one.gain == two.gain and _shared(a, b, least=True) >= WITHIN)
    if "slice" in kinds and kinds <= {"slice", *OF_COLUMN} and _columns(one, subjects) & _columns(two, subjects):
        return True
    alike = one.about is not None and two.about is not None and _of(one, subjects) == _of(two, subjects)
    if alike and kinds <= OF_COLUMN and kinds != {"cluster"}:
        return True
    return _shared(a, b) >= OVERLAP


def _of(candidate: Candidate, subjects: Mapping[str, str]) -> str:
    about = str(candidate.about)
    return subjects.get(about, about)


def _columns(candidate: Candidate, subjects: Mapping[str, str]) -> set[str]:
    """Return the columns that a slice is of, or the one that another finding is about."""
    if candidate.kind != "slice":
        return set() if candidate.about is None else {_of(candidate, subjects)}
    return {subjects.get(name, name) for one in candidate.where if (name := getattr(one, "column", None)) is not None}


def _explains(segment: Candidate, whole: Candidate) -> bool:
    if not whole.estimate or not whole.n_primary or segment.estimate is None:
        return False
    return segment.estimate * (segment.n_primary or 0) / (whole.estimate * whole.n_primary) >= EXPLAINED


def _shared(a: Finding, b: Finding, *, least: bool = False) -> float:
    """Return which part of their rows two findings share, of the rows of either or (`least`) of the smaller; 0 where one speaks of all rows.

    What is in most rows shares rows with everything: of the rows that neither speaks of as large a part has to be shared.
    """
    for one, two in ((a.primary, b.primary), (a.reference, b.reference)):
        if one is None or two is None or not (one.any() or two.any()):
            continue  # those of the primary set, where there are any
        if least:
            return float((one & two).sum() / max(1, min(one.sum(), two.sum())))
        return min(_jaccard(one, two), _jaccard(~one, ~two))
    return 0.0


def _jaccard(one: Bools, two: Bools) -> float:
    return float((one & two).sum() / max(1, (one | two).sum()))
