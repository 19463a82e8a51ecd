"""The rows of a set, cut into windows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.inferences.frame import Frame
from phoenix_lab.monitors.suite_file import SuiteError
from phoenix_lab.profiles.columns import ColumnError
from phoenix_lab.profiles.durations import Duration, iso
from phoenix_lab.profiles.time import TimeAxis, axis_of, instants, whole
from phoenix_lab.profiles.time import windows as cut_time
from phoenix_lab.recipes.sets import known

Ints = NDArray[np.int64]

AHEAD = 86_400_000_000
"""A row that is more than a day ahead of the clock has a wrong time, or the clock is wrong."""
BLOCKS = 60
"""So many blocks a reference without a time is cut into, at most."""


@dataclass(frozen=True, eq=False)
class Window:
    """Some rows of a set.

    Parameters
    ----------
    key
        What it is called: its start, or what was said instead.
    start, end
        Microseconds since 1970; None where the rows have no time.
    rows
        Positions in the set; none where it is read in batches.
    zone
        Of the time.
    n
        Number of rows.
    """

    key: str
    start: int | None
    end: int | None
    rows: Ints
    zone: str | None = None
    n: int = 0

    @property
    def until(self) -> str | None:
        """Its end."""
        return None if self.end is None else iso(self.end, self.zone)


def time_of(frame: Frame, column: str | None) -> TimeAxis | None:
    """Return when the rows were; raises `SuiteError` where the column that is named is no time."""
    try:
        if column is not None:
            known(frame, column)
            return instants(frame.table.column(column), column)
        return axis_of(frame)
    except ValueError as error:
        raise SuiteError(f"{frame.name}: {error}") from None


def cut(frame: Frame, axis: TimeAxis | None, window: str | None, *, now: int, at: str | None) -> list[Window]:
    """Cut a set into windows, those without rows among them.

    Parameters
    ----------
    now
        Rows more than a day later than this are refused: a clock is wrong.
    at
        What the one window is called where the rows are not cut.

    Raises
    ------
    SuiteError
        It has no time to cut by, or times that can't be.
    """
    every = np.arange(frame.n_rows)
    if window is None:
        start, end = (None, None) if axis is None or axis.span is None else axis.span
        zone = None if axis is None else axis.zone
        key = at or ("" if start is None else iso(start, zone))
        return [Window(key, start, None if end is None else end + 1, every, zone, len(every))]
    if axis is None or (axis.span is None and frame.n_rows > 0):
        raise SuiteError(
            f'{frame.name} has no column of time to cut windows of {window} by; name it with timestamp = "…", or leave out window'
        )
    if axis.span is None:
        return []
    if axis.span[1] > now + AHEAD:
        late = int((axis.instants > now + AHEAD).sum())
        raise SuiteError(
            f"{frame.name}: {late:,} rows lie in the future, up to {iso(axis.span[1], axis.zone)}: they, or this clock ({iso(now, None)}), are wrong"
        )
    length = Duration.parse(window)
    try:
        found = cut_time(axis.span, length, length, axis.zone)
    except ColumnError as error:
        raise SuiteError(f"{frame.name}: {error}") from None
    timed = np.flatnonzero(axis.present)
    slots = np.searchsorted(found.starts, axis.instants, side="right") - 1
    order = np.argsort(slots, kind="stable")
    ends = np.searchsorted(slots[order], np.arange(len(found) + 1))
    return [
        Window(
            iso(int(s), axis.zone),
            int(s),
            int(e),
            np.sort(timed[order[ends[i] : ends[i + 1]]]),
            axis.zone,
            int(ends[i + 1] - ends[i]),
        )
        for i, (s, e) in enumerate(zip(found.starts, found.ends, strict=True))
    ]


def of_reference(frame: Frame, axis: TimeAxis | None, window: str | None, size: int, now: int) -> list[Ints]:
    """Return the rows of the reference's own windows, to see how much they vary: by time, else blocks of `size` rows in their order.

    The first and the last window of a time are left out where they are not whole.
    """
    if window is not None and axis is not None and axis.span is not None:
        found = cut(frame, axis, window, now=max(now, axis.span[1]), at=None)
        ends = [w.end for w in found if w.end is not None]
        return [w.rows for w in found[whole(ends, axis.span[1])] if len(w.rows)]
    n = min(BLOCKS, frame.n_rows // max(1, size))
    blocks: list[Any] = np.array_split(np.arange(frame.n_rows), n) if n > 0 else []
    return [block[:size] for block in blocks]
