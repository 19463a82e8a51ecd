"""Columns of time: as instants, and cut into windows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from phoenix_lab.inferences.frame import Frame
from phoenix_lab.profiles.columns import ColumnError
from phoenix_lab.profiles.durations import EARLIEST, LATEST, Duration, is_zone, parse_instant

TimeKind = Literal["year", "date", "instant"]
Ints = NDArray[np.int64]

DAY = 86_400_000_000
OUTSIDE = 2.0**62
YEARS = (1000, 3000)
"""Whole numbers between these are years."""
MOST_WINDOWS = 2000
WINDOWS = 60
"""About as many windows as a chart shows well."""

_INSTANTS = "1s 10s 1min 5min 15min 1h 3h 6h 12h 1d 7d 14d 1mo 3mo 6mo 1y 2y 5y 10y 25y 50y 100y"
_FROM: dict[TimeKind, str] = {"instant": "1s", "date": "1d", "year": "1y"}


@dataclass(frozen=True)
class TimeAxis:
    """When the rows of a set were.

    Parameters
    ----------
    instants
        Microseconds since 1970 of the rows that have a time (UTC, or what the clock showed for naive times).
    present
        Which rows have one, shape (rows,).
    kind
        What the column tells: years, days, or moments.
    zone
        Name of the time zone; None for naive times, dates and years.
    """

    instants: Ints
    present: NDArray[np.bool_]
    kind: TimeKind
    zone: str | None = None

    @cached_property
    def span(self) -> tuple[int, int] | None:
        """First and last instant; None without rows."""
        return (int(self.instants.min()), int(self.instants.max())) if len(self.instants) else None

    def within(self, start: str, end: str) -> NDArray[np.bool_]:
        """Return which rows lie in the half-open interval of two ISO 8601 times; those without a time do not."""
        low, high = parse_instant(start), parse_instant(end)
        inside = np.zeros(len(self.present), dtype=bool)
        inside[self.present] = (self.instants >= low) & (self.instants < high)
        return inside


@dataclass(frozen=True)
class Windows:
    """Windows of time, half-open, in order.

    Parameters
    ----------
    starts, ends
        Instants, shape (windows,).
    window, step
        Their length and distance.
    """

    starts: Ints
    ends: Ints
    window: Duration
    step: Duration

    def __len__(self) -> int:
        """Return the number of windows."""
        return len(self.starts)

    @cached_property
    def boundaries(self) -> Ints:
        """All instants at which a window starts or ends; between two of them lies a slot."""
        return np.unique(np.concatenate([self.starts, self.ends]))

    def slots(self, instants: Ints) -> Ints:
        """Return the slot of each instant: 0 is before all windows, then one a pair of boundaries, the last one after all."""
        return np.searchsorted(self.boundaries, instants, side="right").astype(np.int64)

    @property
    def n_slots(self) -> int:
        """Number of slots."""
        return len(self.boundaries) + 1

    def only(self, keep: slice) -> Windows:
        """Return some of the windows."""
        return Windows(self.starts[keep], self.ends[keep], self.window, self.step)


def instants(column: pa.ChunkedArray, name: str = "column") -> TimeAxis:
    """Read a column of time.

    Datetimes (with a zone or naive), dates, seconds, milliseconds, microseconds or nanoseconds since 1970 (told apart by their
    size), years as whole numbers from 1000 to 3000, and ISO 8601 text. Raises `ColumnError` naming the first value that is none of
    them, or lies outside of the years 1 to 9999.
    """
    axis = _read(column, name)
    bad = (axis.instants < EARLIEST) | (axis.instants > LATEST)
    if bad.any():
        row = int(np.flatnonzero(axis.present)[np.flatnonzero(bad)[0]])
        raise ColumnError(
            f'column "{name}": row {row} holds {_told(column.slice(row, 1))}, a time outside of the years 1 to 9999'
        )
    return axis


def axis_of(frame: Frame) -> TimeAxis | None:
    """Return when the rows were, or None when the set has no column of time that was read."""
    column = frame.with_role("timestamp")
    if column is None or column.name not in frame.table.column_names:
        return None
    return instants(frame.table.column(column.name), column.name)


def _told(one: pa.ChunkedArray) -> str:
    """Return a value as text; Python has no times outside of these years."""
    naive = one.cast(pa.timestamp(one.type.unit)) if pa.types.is_timestamp(one.type) else one
    return str(naive.cast(pa.string())[0].as_py())


def in_zone(axis: TimeAxis, zone: str, name: str) -> TimeAxis:
    """Return the same instants, to be cut by the clocks of another zone; raises `ColumnError` for naive times and for unknown zones."""
    if not is_zone(zone):
        raise ColumnError(f'"{zone}" is not a time zone; write it as "Europe/Berlin", "UTC" or "+02:00"')
    if axis.zone is None:
        raise ColumnError(
            f'the times of "{name}" have no zone, so there is none to take them to: leave the zone out, or give them one in the dataframe'
        )
    return replace(axis, zone=zone)


def _read(column: pa.ChunkedArray, name: str) -> TimeAxis:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_null(kind):
        return TimeAxis(np.empty(0, dtype=np.int64), np.zeros(len(column), dtype=bool), "instant")
    if not pa.types.is_temporal(kind) and not pa.types.is_integer(kind) and not pa.types.is_floating(kind):
        column = _from_text(column, name)
        kind = column.type
    if pa.types.is_date(kind):
        present, days = _split(column.cast(pa.date32()).cast(pa.int32()))
        return _days(days.astype(np.int64) * DAY, present)
    if pa.types.is_timestamp(kind):
        present, values = _split(column.cast(pa.timestamp("us", tz=kind.tz), safe=False).cast(pa.int64()))
        if len(values) > 0 and kind.tz is None and not (values % DAY).any():
            return _days(values, present)
        return TimeAxis(values, present, "instant", kind.tz)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return _from_numbers(*_split(column))
    raise ColumnError(f'column "{name}" holds {kind}, which is not a time')


def _days(values: Ints, present: NDArray[np.bool_]) -> TimeAxis:
    """Return an axis of dates; when all are the first of January of several years, of years."""
    years = values.astype("datetime64[us]").astype("datetime64[Y]")
    only_years = len(values) > 1 and bool((years.astype("datetime64[us]").astype(np.int64) == values).all())
    return TimeAxis(values, present, "year" if only_years and (years != years[0]).any() else "date")


def _from_numbers(present: NDArray[np.bool_], values: NDArray[Any]) -> TimeAxis:
    if values.dtype.kind == "f":
        good = np.isfinite(values)
        present = present.copy()
        present[np.flatnonzero(present)[~good]] = False
        values = values[good]
    if len(values) and values.min() >= YEARS[0] and values.max() <= YEARS[1] and not (values % 1).any():
        years = values.astype(np.int64) - 1970
        return TimeAxis(years.astype("datetime64[Y]").astype("datetime64[us]").astype(np.int64), present, "year")
    size = float(np.median(np.abs(values.astype(np.float64)))) if len(values) else 0.0
    # Up to the year 5138 in seconds, from 1973 on in the finer units.
    per_second = 1 if size < 1e11 else 10**3 if size < 1e14 else 10**6 if size < 1e17 else 10**9
    if values.dtype.kind != "f":
        values = values.astype(np.int64)
    micro = values * (10**6 // per_second) if per_second <= 10**6 else values // 1000
    whole = np.clip(np.floor(micro), -OUTSIDE, OUTSIDE).astype(np.int64)
    return TimeAxis(whole, present, "instant", "UTC")


def _from_text(column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    try:
        text = column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise ColumnError(f'column "{name}" holds {column.type}, which is not a time') from error
    text = pc.utf8_trim_whitespace(text)
    text = pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
    for kind in (pa.int64(), pa.timestamp("us"), pa.timestamp("us", tz="UTC"), pa.timestamp("ns")):
        try:
            return text.cast(kind)
        except pa.ArrowInvalid:  # noqa: PERF203 - four tries
            continue
    for row, value in enumerate(text.to_pylist()):
        if value is None:
            continue
        try:
            parse_instant(value)
        except ColumnError:
            raise ColumnError(f'column "{name}": row {row} holds "{value[:40]}", which is not a time') from None
    # Python reads them all: offsets on some of them, or forms that Arrow does not know.
    micro = [None if value is None else parse_instant(value) for value in text.to_pylist()]
    return pa.chunked_array([pa.array(micro, type=pa.int64()).cast(pa.timestamp("us", tz="UTC"))])


def _split(column: pa.ChunkedArray) -> tuple[NDArray[np.bool_], NDArray[Any]]:
    present = column.is_valid().to_numpy() if column.null_count else np.ones(len(column), dtype=bool)
    return present.astype(bool), column.drop_null().to_numpy()


def _durations(kind: TimeKind) -> list[Duration]:
    names = _INSTANTS.split()
    return [Duration.parse(name) for name in names[names.index(_FROM[kind]) :]]


def choose_window(span: tuple[int, int], kind: TimeKind, n_rows: int) -> Duration:
    """Return the shortest customary length with at most about 60 windows over the span, fewer when there are few rows.

    Years are followed by year as long as there are at most 100.
    """
    seconds = (span[1] - span[0]) / 1e6
    most = 100 if kind == "year" else min(WINDOWS, max(12, n_rows // 30))
    for duration in _durations(kind):
        if seconds / duration.seconds <= most:
            return duration
    return Duration(1000, "y")


def choices(span: tuple[int, int], kind: TimeKind, *chosen: Duration) -> list[Duration]:
    """Return the lengths worth offering, those chosen among them: 2 to 400 windows over the span."""
    seconds = (span[1] - span[0]) / 1e6
    offered = {d for d in _durations(kind) if 2 <= seconds / d.seconds + 1 <= 400} | set(chosen)
    return sorted(offered, key=lambda d: d.seconds)


def windows(span: tuple[int, int], window: Duration, step: Duration, zone: str | None) -> Windows:
    """Cut a span into windows that start on the calendar's boundaries of the step.

    Where windows are longer than the step they overlap; the last is the first that reaches the end of the span.
    """
    if step.seconds > window.seconds:
        raise ColumnError(
            f"the step ({step.label}) is longer than the window ({window.label}): rows in between would be lost"
        )
    if (span[1] - span[0]) / 1e6 / step.seconds > MOST_WINDOWS:
        raise ColumnError(
            f"steps of {step.label} make more than {MOST_WINDOWS:,} windows of this time; take longer ones"
        )
    starts, ends = [], []
    first = step.floor(span[0], zone)
    # Where clocks are moved at the very boundary, the end of a window is the start of a later one all the same.
    steps = window.count // step.count if window.unit == step.unit and window.count % step.count == 0 else None
    for k in range(MOST_WINDOWS + 2):
        start = step.after(first, zone, k)
        if start > span[1]:
            break
        starts.append(start)
        ends.append(window.after(start, zone) if steps is None else step.after(first, zone, k + steps))
        if ends[-1] > span[1] or ends[-1] == LATEST:
            break
    return Windows(np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64), window, step)


def whole(ends: Sequence[int] | Ints, last: int) -> slice:
    """Return which of some windows that begin with a span are whole: the last one ends with it, and the first of many may have begun before.

    Parameters
    ----------
    ends
        Of the windows, rising.
    last
        The last instant of the span.
    """
    n = int(np.searchsorted(ends, last + 1, side="right"))
    return slice(1 if n > 3 else 0, n)
