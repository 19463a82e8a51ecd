"""Slots: the windows of time that a set is counted by, which longer windows are made of later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.profiles.columns import ColumnError
from phoenix_lab.profiles.durations import Duration
from phoenix_lab.profiles.time import MOST_WINDOWS, TimeAxis, whole
from phoenix_lab.profiles.time import windows as cut_time

Ints = NDArray[np.int64]

_STEPS = ("1h", "1d", "1mo", "1y", "10y", "100y")


@dataclass(frozen=True)
class Slots:
    """Windows of time that a set is counted by; the last slot, after all of `starts`, is of rows without a time.

    Parameters
    ----------
    column
        Of time; None where there is none.
    kind, zone
        As `TimeAxis` has them.
    step
        Length of a slot; None without time.
    span
        First and last instant.
    starts, ends
        Rising, shape (slots - 1,).
    """

    column: str | None = None
    kind: str | None = None
    zone: str | None = None
    step: str | None = None
    span: tuple[int, int] | None = None
    starts: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    ends: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def __len__(self) -> int:
        """Return the number of slots."""
        return len(self.starts) + 1

    def of(self, axis: TimeAxis | None, n_rows: int) -> Ints:
        """Return the slot of each row."""
        slot = np.full(n_rows, len(self.starts))
        if axis is not None:
            slot[axis.present] = np.searchsorted(self.starts, axis.instants, side="right") - 1
        return slot

    def whole_windows(self, window: Duration) -> list[Ints]:
        """Return the slots of each window that lies wholly within the span; raises `ColumnError` where windows cut a slot in two."""
        if self.span is None:
            return []
        found = cut_time(self.span, window, window, self.zone)
        of_start = np.searchsorted(found.starts, self.starts, side="right")
        if (of_start != np.searchsorted(found.starts, self.ends - 1, side="right")).any():
            raise ColumnError(
                f'the profile counts by {Duration.parse(self.step or "1d").label}, of which no windows of {window.label} are made; make it with px.profile(…, step="{window}")'
            )
        return [np.flatnonzero(of_start == k + 1) for k in range(len(found))[whole(found.ends, self.span[1])]]


def slots_of(column: str | None, axis: TimeAxis | None, step: str | None) -> Slots:
    """Return the windows that a set is counted by, whose column of time is `column`; raises `ColumnError` where they are too many."""
    if axis is None or axis.span is None or column is None:
        return Slots()
    seconds = (axis.span[1] - axis.span[0]) / 1e6
    if step is None:
        fitting = (s for s in _STEPS if seconds / Duration.parse(s).seconds < MOST_WINDOWS - 2)
        shortest = next(fitting, _STEPS[-1])
        step = "1d" if shortest == "1h" and seconds > 3 * 86400 else shortest
    length = Duration.parse(step)
    cut = cut_time(axis.span, length, length, axis.zone)
    return Slots(column, axis.kind, axis.zone, str(length), axis.span, cut.starts, cut.ends)


def together(parts: Sequence[Slots]) -> tuple[Slots, list[Ints]]:
    """Return the slots of all parts, with none left out in between, and where each part's are among them; raises `ColumnError` where they are too many."""
    if all(p is parts[0] for p in parts):
        return parts[0], [np.arange(len(p)) for p in parts]
    timed = [p for p in parts if p.span is not None]
    if not timed:
        return parts[0], [np.zeros(1, dtype=np.int64) for _ in parts]
    span = min(p.span[0] for p in timed if p.span), max(p.span[1] for p in timed if p.span)
    length = Duration.parse(timed[0].step or "1d")
    cut = cut_time(span, length, length, timed[0].zone)
    every = replace(timed[0], span=span, starts=cut.starts, ends=cut.ends)
    return every, [np.append(np.searchsorted(cut.starts, p.starts), len(cut.starts)) for p in parts]
