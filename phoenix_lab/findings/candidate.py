"""One thing that was looked at, the family that it is corrected in, and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.recipes.conditions import Condition
from phoenix_lab.stats.verdict import ALPHA

Kind = Literal[
    "drift",
    "embedding",
    "quality",
    "cluster",
    "performance",
    "segment",
    "within",
    "slice",
    "time",
    "outlying",
    "labels",
]
Status = Literal["stands", "look"]
Opens = Literal["overview", "quality", "column", "performance"]

RANK: dict[Kind, int] = {
    "segment": 0,
    "cluster": 1,
    "labels": 2,
    "within": 3,
    "quality": 4,
    "performance": 5,
    "drift": 6,
    "embedding": 7,
    "slice": 8,
    "outlying": 8,
    "time": 9,
}
"""What of one finding is said first: what tells most exactly which rows."""

MOST = 100.0
"""No finding counts for more than so many times what matters."""
CERTAIN = 50.0
"""For how many times what matters a change of the columns themselves counts."""


@dataclass(frozen=True)
class View:
    """What shows the evidence: a view, and what is selected in it."""

    opens: Opens
    column: str | None = None
    cluster: int | None = None
    segment: str | None = None
    window: tuple[str, str] | None = None
    time: str | None = None
    """How its ends are written: "year", "date" or "instant"."""
    cohort: tuple[Condition, ...] | None = None
    """The conditions that all rows on screen meet; None leaves them as they are."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """One thing that was looked at.

    Parameters
    ----------
    kind
        What sort of thing.
    about
        The column that it is about, None for whole rows and predictions.
    view
        What shows it.
    facts
        What its sentence needs.
    effect
        What the numbers are: "psi", "points" (a difference of shares), "share", or a metric's name.
    estimate, lower, upper
        The effect with its 90 % interval.
    limit
        The least effect that matters.
    p
        Adjusted within its family; None where it is a count that no test belongs to.
    novel
        Whether it is about what the reference never had: then any amount that chance does not explain counts.
    certain
        Whether it is so whatever the numbers: a column of another type.
    gain
        Whether it is a change for the better.
    n_primary, n_reference
        Rows behind the numbers.
    where, rows
        The rows that it speaks of: conditions, or where none says it their positions in the primary set.
    support
        Share of the rows that the effect is of.
    """

    kind: Kind
    about: str | None
    view: View
    facts: Mapping[str, Any] = field(default_factory=dict)
    effect: str = "psi"
    estimate: float | None = None
    lower: float | None = None
    upper: float | None = None
    limit: float = 0.0
    p: float | None = None
    novel: bool = False
    certain: bool = False
    gain: bool = False
    n_primary: int | None = None
    n_reference: int | None = None
    where: tuple[Condition, ...] = ()
    rows: NDArray[np.int64] | None = None
    support: float = 1.0

    @property
    def least(self) -> float:
        """The size of the effect at the least, by its interval."""
        if self.lower is None or self.upper is None or self.lower <= 0 <= self.upper:
            return 0.0
        return min(abs(self.lower), abs(self.upper))

    @property
    def weight(self) -> float:
        """How many times what matters the effect is at the least; of predictions three times that, half for a gain, and of a group by its share of the rows."""
        if self.certain:
            return CERTAIN
        times = min(MOST, self.least / max(self.limit, 1e-9)) * self.support
        return times * (3.0 if self.kind in {"performance", "segment"} else 1.0) * (0.5 if self.gain else 1.0)

    def status(self, adjusted: float | None) -> Status | None:
        """Judge it with a p-value that is corrected over everything: it stands, is worth a look, or is nothing."""
        if self.certain:
            return "stands"
        if self.p is None:
            return "stands" if self.least > self.limit else None
        if adjusted is None or adjusted >= ALPHA:
            return None
        if self.novel or self.least > self.limit:
            return "stands"
        most = max(abs(end) for end in (self.lower, self.upper) if end is not None) if self.lower is not None else 0.0
        return "look" if most > self.limit else None


@dataclass(frozen=True, eq=False)
class Family:
    """What is corrected with one another before families are corrected over families.

    Parameters
    ----------
    name
        What it is called.
    members
        The candidates; `p` is adjusted among them and the `more` others that found nothing at all.
    n_tests
        Tests, those others included.
    """

    name: str
    members: Sequence[Candidate]
    n_tests: int
