"""What was predicted and what came of it, of both sets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.inferences.frame import Frame
from phoenix_lab.profiles.columns import numbers
from phoenix_lab.stats.classification import Average

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Task = Literal["classification", "regression"]


@dataclass(frozen=True)
class Columns:
    """Which columns of a set tell what was predicted; None where nothing says which."""

    prediction: str | None
    actual: str | None
    score: str | None


@dataclass(frozen=True, eq=False)
class Side:
    """One set.

    Parameters
    ----------
    name
        As the user calls it.
    truth, predicted
        Of classes: the number of each row's, -1 where it is missing. Shape (rows,).
    score
        Of classes; NaN where it is missing or infinite.
    actual, forecast
        Of numbers: the actual and the predicted one; NaN where missing or infinite.
    units
        The unit of each row, or None.
    absent
        Why the set has nothing to judge by, or None.
    matrix
        Of more than two classes, the score of each, shape (rows, classes); a row that lacks one has none. None where there are none.
    sure
        Of more than two classes, how sure the predicted one is, NaN where missing; None where nothing tells.
    pair
        The number of each row, alike in both sets for the same row; None where they are not compared by row.
    """

    name: str
    truth: Ints
    predicted: Ints
    score: Floats
    actual: Floats
    forecast: Floats
    units: Ints | None
    absent: str | None = None
    pair: Ints | None = None
    matrix: Floats | None = None
    sure: Floats | None = None

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.truth)

    def where(self, chosen: Bools | Ints) -> Side:
        """Return the set with these rows alone, a mask or their places."""
        if chosen.dtype == np.bool_ and bool(chosen.all()):
            return self
        return replace(
            self,
            truth=self.truth[chosen],
            predicted=self.predicted[chosen],
            score=self.score[chosen],
            actual=self.actual[chosen],
            forecast=self.forecast[chosen],
            units=None if self.units is None else self.units[chosen],
            pair=None if self.pair is None else self.pair[chosen],
            matrix=None if self.matrix is None else self.matrix[chosen],
            sure=None if self.sure is None else self.sure[chosen],
        )

    @cached_property
    def by_pair(self) -> Side:
        """The set with its pairs as units; kept, so that its parts are made once for all metrics."""
        return replace(self, units=self.pair)

    @cached_property
    def judged_part(self) -> Side:
        """The rows that have both a truth and a prediction."""
        return self.where(self.judged)

    @cached_property
    def scored_part(self) -> Side:
        """The rows that have both a truth and a score."""
        return self.where(self.scored)

    @cached_property
    def classed_part(self) -> Side:
        """The rows that have both a truth and the scores of all classes."""
        return self.where(self.classed)

    @cached_property
    def calibrated_part(self) -> Side:
        """The rows that tell whether the predicted one of several classes is right as often as its score says."""
        return self.where(self.calibrated)

    @cached_property
    def judged(self) -> Bools:
        """Which rows have both a truth and a prediction."""
        return ((self.truth >= 0) & (self.predicted >= 0)) | (np.isfinite(self.actual) & np.isfinite(self.forecast))

    @cached_property
    def classed(self) -> Bools:
        """Which rows have both a truth and the scores of all classes."""
        none = np.zeros(self.rows, dtype=bool)
        return none if self.matrix is None else (self.truth >= 0) & np.isfinite(self.matrix).all(axis=1)

    @cached_property
    def calibrated(self) -> Bools:
        """Which rows tell whether the predicted one of several classes is right as often as its score says."""
        none = np.zeros(self.rows, dtype=bool)
        return none if self.sure is None else self.judged & np.isfinite(self.sure)

    @cached_property
    def scored(self) -> Bools:
        """Which rows have both a truth and a score."""
        return (self.truth >= 0) & np.isfinite(self.score)


@dataclass(frozen=True, eq=False)
class Predictions:
    """Both sets.

    Parameters
    ----------
    task
        What is predicted.
    classes
        The labels; of two, the negative before the positive. Empty for numbers.
    primary, reference
        The sets.
    columns
        Of the primary set, or where it has none the reference's.
    threshold
        The score from which on the positive class is predicted; None where labels are taken as they are.
    single
        The scores came from float32.
    notes
        What was made of the columns, in words.
    average
        How precision, recall and F1 are averaged over the classes; None is of the positive one of two.
    """

    task: Task
    classes: tuple[str, ...]
    primary: Side
    reference: Side | None
    columns: Columns
    threshold: float | None = None
    single: bool = False
    notes: tuple[str, ...] = ()
    average: Average | None = None

    @property
    def binary(self) -> bool:
        """Whether there are two classes."""
        return len(self.classes) == 2

    @property
    def scored(self) -> bool:
        """Whether there are scores of two classes."""
        return self.binary and any(bool(side.scored.any()) for side in self.sides)

    def rows_within(self, rows: Bools) -> tuple[Bools, Bools]:
        """Return which primary and reference rows go with some primary ones, those of a window: of paired sets the same, else all of the reference."""
        if self.reference is None or self.reference.pair is None or self.primary.pair is None:
            return rows, np.ones(0 if self.reference is None else self.reference.rows, dtype=bool)
        return rows, np.isin(self.reference.pair, self.primary.pair[rows])

    def within(self, rows: tuple[Bools, Bools]) -> Predictions:
        """Return the predictions with some rows of the primary and the reference set alone."""

        def part(side: Side, chosen: Bools) -> Side:
            own = side.where(chosen)
            nothing = own.absent is None and not (own.judged | own.scored).any()
            why = "has no row with both a prediction and an actual value in this window"
            return replace(own, absent=why) if nothing else own

        reference = None if self.reference is None else part(self.reference, rows[1])
        return replace(self, primary=part(self.primary, rows[0]), reference=reference)

    @property
    def classed(self) -> bool:
        """Whether there are scores of each of several classes."""
        return not self.binary and any(bool(side.classed.any()) for side in self.sides)

    @property
    def calibrated(self) -> bool:
        """Whether something tells how sure predictions of several classes are."""
        return not self.binary and any(bool(side.calibrated.any()) for side in self.sides)

    def told(self, side: Side) -> tuple[Bools, Floats]:
        """Return what scores of a set promise of its rows, and which of them kept it: of two classes the positive, of more the predicted one."""
        if self.binary:
            part = side.scored_part
            return part.truth == 1, part.score
        part = side.calibrated_part
        return part.truth == part.predicted, np.empty(0) if part.sure is None else part.sure

    @property
    def sides(self) -> tuple[Side, ...]:
        """The sets that are there, the reference first."""
        return (self.primary,) if self.reference is None else (self.reference, self.primary)


def column_of(frame: Frame, name: str | None) -> pa.ChunkedArray | None:
    """Return a column that was read, or None."""
    place = -1 if name is None else frame.table.schema.get_field_index(name)
    return frame.table.column(place) if place >= 0 else None


def floats_of(frame: Frame, name: str | None) -> tuple[Floats, bool]:
    """Return a column's numbers, NaN where missing, infinite or not there; and whether they are float32."""
    full = np.full(frame.n_rows, np.nan)
    column = column_of(frame, name)
    if column is None:
        return full, False
    read_numbers = numbers(column, name or "column")
    full[read_numbers.present] = read_numbers.values
    full[~np.isfinite(full)] = np.nan
    return full, read_numbers.single
