"""A judge's labels beside those that people gave to some of the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.evals.columns import read, text, values
from phoenix_lab.inferences import convert

Ints = NDArray[np.int64]
BINS = 3
"""Parts of the scores that one label has, where these differ."""


@dataclass(frozen=True)
class Labelled:
    """Labels of a judge and of people, of the rows that the judge has labelled.

    Parameters
    ----------
    judge, human
        Labels as text, shape (rows,); of people None where there is none.
    stratum
        What `label_sample` draws within, numbered from 0, shape (rows,).
    rows
        The rows' places in the dataframe, shape (rows,).
    units
        The unit of each row, numbered from 0; None where rows are independent.
    left_out
        Rows that the judge has not labelled.
    """

    judge: NDArray[Any]
    human: NDArray[Any]
    stratum: Ints
    rows: Ints
    units: Ints | None
    left_out: int

    @property
    def has(self) -> NDArray[np.bool_]:
        """Whether people labelled a row, shape (rows,)."""
        return np.array([one is not None for one in self.human], dtype=np.bool_)

    @property
    def weights(self) -> NDArray[np.float64]:
        """Return of each labelled row how many rows of its stratum it stands for."""
        there = np.bincount(self.stratum)
        drawn = np.bincount(self.stratum[self.has], minlength=len(there))
        return (there / np.maximum(drawn, 1))[self.stratum[self.has]]


def labelled(judged: Any, human: Any = None, unit: Any = None) -> Labelled:
    """Read the labels.

    Parameters
    ----------
    judged
        A dataframe with a column `label`, and `score` where it has one.
    human
        What `label_sample` gave, with its column `human` filled in; or a label for each row, missing where there is none.
    unit
        A column of `judged`, or a value for each row: rows of one user, session or document.

    Raises
    ------
    ValueError
        For columns that are not there, other numbers of rows, rows twice.
    """
    _, judged = read(judged)
    names = convert.column_names(judged)
    reader = "this comparison"
    labels = [_label(v) for v in values(judged, ["label"], reader=reader)["label"]]
    n = len(labels)
    scores = values(judged, ["score"])["score"] if "score" in names else [None] * n
    people = _people(human, n)
    keep = np.array([i for i, label in enumerate(labels) if label is not None], dtype=np.int64)
    units = None
    if unit is not None:
        whose = values(judged, [unit], reader=reader)[unit] if isinstance(unit, str) else list(unit)
        if len(whose) != n:
            raise ValueError(f"unit has {len(whose):,} values, the dataframe {n:,} rows")
        alone = (("row", i) for i in range(n))  # a missing unit is a unit of its own
        codes: dict[Any, int] = {}
        keys = [own if text(u) is None else text(u) for u, own in zip(whose, alone, strict=True)]
        units = np.array([codes.setdefault(keys[i], len(codes)) for i in keep], dtype=np.int64)
    judge = np.array([labels[i] for i in keep], dtype=object)
    return Labelled(
        judge,
        np.array([people[i] for i in keep], dtype=object),
        _strata(judge, [scores[i] for i in keep]),
        keep,
        units,
        n - len(keep),
    )


def _people(human: Any, n: int) -> list[str | None]:
    people: list[str | None] = [None] * n
    if human is None:
        return people
    if convert.library_of(human) is None:
        given = [_label(v) for v in human]
        if len(given) != n:
            raise ValueError(
                f"human has {len(given):,} labels, the dataframe {n:,} rows; give what label_sample gave, or one for each row"
            )
        return given
    found = values(read(human)[1], ["row", "human"], reader="human")
    if len(set(found["row"])) < len(found["row"]):
        raise ValueError("human has a row twice")
    for row, label in zip(found["row"], found["human"], strict=True):
        if not isinstance(row, (int, float, np.number)) or not 0 <= row < n or row != int(row):
            raise ValueError(f"human has row {row}, the dataframe {n:,} rows from 0")
        people[int(row)] = _label(label)
    return people


def _label(value: Any) -> str | None:
    """Return a label as text, None where it is missing or blank. Whole numbers are the same with and without a point: missing ones make floats of all."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    told = text(value)
    return told.strip() or None if told is not None else None


def _strata(judge: NDArray[Any], scores: list[Any]) -> Ints:
    """Return numbers label by label, and within one by thirds of its scores where these differ."""
    strata = np.zeros(len(judge), dtype=np.int64)
    numbers = np.array([np.nan if text(s) is None else float(s) for s in scores], dtype=np.float64)
    n = 0
    for label in sorted(set(judge)):
        of = np.flatnonzero(judge == label)
        mine = numbers[of]
        if np.isfinite(mine).all() and len(np.unique(mine)) >= BINS:
            edges = np.unique(np.quantile(mine, [1 / 3, 2 / 3], method="closest_observation"))
            strata[of] = n + np.unique(np.searchsorted(edges, mine, side="left"), return_inverse=True)[1]
        else:
            strata[of] = n
        n = int(strata[of].max()) + 1
    return strata
