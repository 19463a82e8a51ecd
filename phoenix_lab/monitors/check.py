"""`px.check`: read a suite's monitors off a new set of rows, and say which are an alarm."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pydantic import TypeAdapter

from phoenix_lab.inferences.batches import Batches
from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.inferences import Inferences
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.monitors import windows as cutting
from phoenix_lab.monitors.by_profile import ByProfile, Subject
from phoenix_lab.monitors.history import Entry, History, Record
from phoenix_lab.monitors.in_batches import InBatches, provenance, sets_of
from phoenix_lab.monitors.judge import Bounds, budget_of, judge, power, so_far
from phoenix_lab.monitors.models import WHOLE, Monitor, Suite, as_suite
from phoenix_lab.monitors.outcome import CheckResult, MonitorResult
from phoenix_lab.monitors.readings import ROWS, Both, Reading, reader
from phoenix_lab.monitors.suite_file import SuiteError, load_suite
from phoenix_lab.monitors.windows import Ints, Window
from phoenix_lab.profiles.columns import numbers
from phoenix_lab.profiles.durations import parse_instant
from phoenix_lab.profiles.profile import Profile
from phoenix_lab.profiles.time import TimeAxis
from phoenix_lab.recipes.cohort import cohort
from phoenix_lab.recipes.compute import conditions_need, needs
from phoenix_lab.recipes.models import EmbeddingMap, Performance
from phoenix_lab.recipes.output import Output, Progress, silent
from phoenix_lab.recipes.sets import units_of
from phoenix_lab.stats.sequential import bets_on_mean


def check(
    suite: Suite | Monitor | Iterable[Monitor] | str | Path,
    primary: Any,
    reference: Any = None,
    *,
    history: str | Path | None = None,
    now: str | dt.datetime | None = None,
    at: str | None = None,
    on_alarm: Callable[[CheckResult], object] | None = None,
    progress: Progress = silent,
) -> CheckResult:
    """Check monitors.

    Parameters
    ----------
    suite
        A suite, the path of a `*.phoenix.toml` file, or monitors.
    primary
        The new rows: any dataframe, `Inferences`, or what is read in batches: a path or glob of parquet files, `Batches`.
    reference
        What they are held against: the same, or a `Profile`.
    history
        A file that keeps what was read, so that windows of different days are judged together; made where there is none.
    now
        What counts as the present; None is the clock. A window that is not over by then is not judged.
    at
        What the window is called, of rows that have no time; the same name again replaces it.
    on_alarm
        Called with the result where something is an alarm.

    Raises
    ------
    SuiteError
        The suite, the sets or the history can't be used. What spoils one monitor alone is said of it, and the others are checked.
    """
    suite = load_suite(suite) if isinstance(suite, str | Path) else as_suite(suite)
    first, second = sets_of(suite, primary, reference)
    if first is None:
        raise SuiteError("there are no rows to check")
    if second is not None and second.n_rows == 0:
        raise SuiteError(f"{second.name} has no rows to hold anything against")
    run = _Run(suite, first, second, now=_now(now), at=at, keeps=history is not None)
    found: list[MonitorResult]
    prepared = []
    for i, monitor in enumerate(suite.monitor):
        progress("Monitors", i / len(suite.monitor))
        prepared.append(run.prepare(monitor))
    if history is None:
        found = [run.judged(one, None) for one in prepared]
    else:
        with History(history).writing() as record:
            found = [run.judged(one, record) for one in prepared]
    result = CheckResult(
        suite,
        tuple(found),
        str(first.name),
        second.name if second is not None else None,
        run.checked,
        provenance(first, run.n_rows, second, given=reference),
    )
    if on_alarm is not None and result.state == "alarm":
        on_alarm(result)
    return result


def _now(given: str | dt.datetime | None) -> int | None:
    if given is None:
        return None
    try:
        return parse_instant(given if isinstance(given, str) else given.isoformat())
    except ValueError as error:
        raise SuiteError(f"now: {error}") from None


@dataclass(frozen=True, eq=False)
class _Prepared:
    """A monitor with what was read for it."""

    monitor: Monitor
    entries: tuple[Entry, ...] = ()
    bounds: Bounds = (None, None)
    calibration: tuple[float, ...] = ()
    basis: str = ""
    problem: str | None = None


class _Run:
    """One check: the sets, cut into windows."""

    def __init__(
        self,
        suite: Suite,
        primary: Inferences | Batches,
        reference: Inferences | Profile | None,
        *,
        now: int | None,
        at: str | None,
        keeps: bool,
    ) -> None:
        self._suite, self._at, self._keeps = suite, at, keeps
        self._sets = primary, reference
        self.checked = dt.datetime.now(dt.timezone.utc).isoformat(timespec="seconds")
        rows = reference if isinstance(reference, Inferences) else None
        self._in_batches = InBatches(primary, suite) if isinstance(primary, Batches) else None
        self._primary = (
            primary.frame(self._names(primary), name=primary.name)
            if isinstance(primary, Inferences)
            else InBatches.nothing(primary)
        )
        self._reference = None if rows is None else rows.frame(self._names(rows), name=rows.name)
        self._units = (
            None
            if suite.unit is None or self._in_batches is not None
            else _as_suite_error(lambda: units_of(suite.unit, self._primary, self._reference))
        )
        self._budget = budget_of(suite)
        self._axis = (
            cutting.time_of(self._primary, suite.timestamp) if self._in_batches is None else self._in_batches.axis
        )
        self._now = _clock(self._axis) if now is None else now
        if self._in_batches is None:
            self._windows = cutting.cut(self._primary, self._axis, suite.window, now=self._now, at=at)
        else:
            if keeps and self._axis is None and at is None:
                raise SuiteError(f"{primary.name} has no time that a history could know it by; say what it is with at")
            self._windows = self._in_batches.windows(now=self._now, at=at)
        if not self._windows:
            raise SuiteError(f"{primary.name} has no rows")
        if keeps and suite.window is None and at is None and self._windows[0].start is None:
            self._windows = [replace(self._windows[0], key=_digest(sorted(self._primary.fingerprints.values())))]
        self._own: list[Ints] = []
        self._own_are_of_time = False
        if self._reference is not None:
            axis = cutting.time_of(self._reference, suite.timestamp if _has(rows, suite.timestamp) else None)
            sizes = [len(w.rows) for w in self._windows if len(w.rows)]
            size = int(np.median(sizes)) if sizes else 0
            self._own = cutting.of_reference(self._reference, axis, suite.window, size, self._now)
            self._own_are_of_time = suite.window is not None and axis is not None and axis.span is not None
        self._by_profile: ByProfile | None = None
        held = reference if isinstance(reference, Profile) else None
        if held is not None or self._in_batches is not None:
            self._by_profile = ByProfile(held, suite, self._primary, self._windows, self._in_batches)
        if held is not None:
            self._own_are_of_time = suite.window is not None and held.slots.span is not None
        self._seen_rows: tuple[Frame, Frame] | None = None

    @property
    def n_rows(self) -> int:
        """Rows of the primary set."""
        return self._primary.n_rows if self._in_batches is None else self._in_batches.n_rows

    def _names(self, side: Inferences) -> list[str]:
        """Return the columns of a set that its monitors need, as far as they are there."""
        times = [c.name for c in side.columns if c.role == "timestamp"]
        names = [self._suite.unit, self._suite.timestamp, *times]
        for monitor in self._suite.monitor:
            names += self._of_monitor(monitor, side)
        there = {c.name for c in side.columns if c.problem is None}
        return [name for name in dict.fromkeys(names) if name in there]

    def _of_monitor(self, monitor: Monitor, side: Inferences | Profile | Batches) -> list[str]:
        own, other = side.columns, self._sets[1 if side is self._sets[0] else 0]
        names = [monitor.column or "", *conditions_need(monitor.where, own, None)[0]]
        if monitor.watch == "performance":
            others = other.columns if isinstance(other, Inferences) else None
            names += needs(monitor.predictions or Performance(), own, others)[0]
        if monitor.watch == "rows" or (monitor.watch == "duplicates" and monitor.column is None):
            names += [c.name for c in own if c.kind not in {"vector", "other"}]
        return names

    def prepare(self, monitor: Monitor) -> _Prepared:
        """Read a monitor's numbers off all windows."""
        try:
            if monitor.watch in WHOLE:
                return self._of_whole(monitor)
            both = self._both(monitor)
            subject = self._subject(monitor, both)
            calibration, usual = self._of_reference(monitor, subject)
            bounds = monitor.bounds(usual)
            entries = []
            mask = both.kept[1]
            for window, places in zip(self._windows, subject.windows, strict=True):
                reading = subject.read(places, False)
                bounded = monitor.between is not None and both.units is None and self._in_batches is None
                if bounded and reading.value is not None:
                    rows = window.rows[mask[window.rows]]
                    reading = replace(reading, bets=_bets(monitor, both, bounds, rows))
                entries.append(self._entry(window, reading))
            return _Prepared(monitor, tuple(entries), bounds, calibration, self._basis(monitor))
        except (ValueError, KeyError) as error:
            return _Prepared(monitor, problem=str(error.args[0] if isinstance(error, KeyError) else error))

    def judged(self, one: _Prepared, record: Record | None) -> MonitorResult:
        """Judge what was read, with what is kept of earlier windows."""
        monitor = one.monitor
        if one.problem is not None:
            if record is not None:
                of = self._suite.name, monitor.title
                record.write_unread(of, self._windows, one.problem, severity=monitor.severity, checked=self.checked)
            return MonitorResult(monitor, problem=one.problem)
        entries, fewer = list(one.entries), 0
        key = (self._suite.name, monitor.title, one.basis)
        if record is not None:
            if entries[0].start is None:  # the order in which they came
                entries[0] = replace(
                    entries[0], start=record.first_seen(key, entries[0].window) or time.time_ns() // 1000
                )
            entries, fewer = record.merged(key, entries)
        open_from = self._now
        readings = [
            replace(Reading(n=e.reading.n), reason=f"its window lasts until {e.until}")
            if self._suite.window is not None and e.until is not None and _after(e.until, open_from)
            else e.reading
            for e in entries
        ]
        budget = None if monitor.watch in WHOLE else self._budget
        found = judge(monitor, one.bounds, readings, one.calibration, budget)
        if record is not None:
            record.write(key, entries, found, monitor.severity, self.checked)
        new = {e.window for e in one.entries}
        seen = power(monitor, one.calibration, budget) if monitor.limit == "calibrated" and budget is not None else None
        return MonitorResult(
            monitor,
            bounds=one.bounds,
            entries=tuple(entries),
            judged=tuple(found),
            new=tuple(e.window in new for e in entries),
            n_own=len(one.calibration),
            power=seen,
            so_far=so_far(monitor, readings),
            note="; ".join([*_passed_over(fewer), *self._untimed(monitor)]) or None,
        )

    def _untimed(self, monitor: Monitor) -> list[str]:
        """Say how many rows are in no window."""
        n = 0 if self._axis is None or self._suite.window is None else int((~self._axis.present).sum())
        if self._in_batches is not None and self._suite.window is not None:
            n = self._in_batches.n_rows - self._in_batches.n_timed
        if n == 0 or monitor.watch in WHOLE:
            return []
        return ["1 row has no time and is in no window" if n == 1 else f"{n:,} rows have no time and are in no window"]

    def _entry(self, window: Window, reading: Reading) -> Entry:
        return Entry(window.key, window.start, window.until, window.n, reading)

    def _subject(self, monitor: Monitor, both: Both) -> Subject:
        if self._by_profile is not None:
            return self._by_profile.subject(monitor, both)
        kept, mine = both.kept
        return Subject(
            reader(monitor, both),
            [window.rows[mine[window.rows]] for window in self._windows],
            [rows[kept[rows]] for rows in self._own],
            np.flatnonzero(kept),
        )

    def _both(self, monitor: Monitor) -> Both:
        primary, reference = self._primary, self._reference
        if monitor.watch == "rows":
            primary, reference = self._as_vectors()
        every = np.ones(0 if reference is None else reference.n_rows, dtype=bool), np.ones(primary.n_rows, dtype=bool)
        is_cut = self._suite.window is not None
        if not monitor.where:
            return Both(primary, reference, every, units=self._units, is_cut=is_cut)
        met = cohort(monitor.where, self._primary, self._reference, _no_map)
        mask = every[0] if met.reference is None else met.reference, met.primary
        if monitor.watch == "share":
            return Both(primary, reference, every, mask, self._units, is_cut)
        return Both(primary, reference, mask, units=self._units, is_cut=is_cut)

    def _as_vectors(self) -> tuple[Frame, Frame | None]:
        """Return both sets with their whole rows as vectors, by what is usual in the reference; see `px.embed(…, fit=…)`."""
        if not isinstance(self._sets[1], Inferences) or self._reference is None:
            return self._primary, None
        if self._seen_rows is None:
            from phoenix_lab.generate.table import TableEmbedder

            primary = self._sets[0]
            if not isinstance(primary, Inferences):
                return self._primary, None
            embedder = TableEmbedder.fitted(self._sets[1], None, None)
            frames = []
            for side, frame in zip((primary, self._sets[1]), (self._primary, self._reference), strict=True):
                matrix = embedder.transform(side)
                column = pa.FixedSizeListArray.from_arrays(pa.array(matrix.ravel()), matrix.shape[1])
                info = ColumnInfo(
                    name=ROWS, position=len(frame.columns), dtype="vector", kind="vector", role="embedding"
                )
                frames.append(
                    replace(frame, columns=(*frame.columns, info), table=frame.table.append_column(ROWS, column))
                )
            self._seen_rows = frames[0], frames[1]
        return self._seen_rows

    def _of_reference(
        self, monitor: Monitor, subject: Subject
    ) -> tuple[tuple[float, ...], tuple[float, float, float] | None]:
        """Return the values of the reference's own windows for a limit that is calibrated by them, and its value as a whole for one that is relative to it."""
        if monitor.limit != "calibrated" and not monitor.is_relative:
            return (), None
        if self._sets[1] is None:
            raise SuiteError("its limit needs a reference")
        is_volume = monitor.watch == "volume"
        if monitor.is_relative and not (is_volume and self._suite.window is not None):
            found = subject.read(subject.every, True)
            if found.interval is None:
                raise SuiteError(f"the reference has no value to hold it against: {found.reason or 'there is no row'}")
            return (), found.interval
        if is_volume and not self._own_are_of_time:
            raise SuiteError(
                "how many rows a window of the reference has is not known: it needs a column of time, and the suite a window"
            )
        if isinstance(subject.own, str):
            raise SuiteError(subject.own)
        values = [subject.read(places, True).value for places in subject.own]
        told = tuple(float(v) for v in values if v is not None)
        if monitor.limit == "calibrated":
            return told, None
        if not told:
            raise SuiteError("the reference has no whole window to count the rows of")
        mean = float(np.mean(told))
        return (), (mean, mean, mean)

    def _of_whole(self, monitor: Monitor) -> _Prepared:
        """Read what is asked of all rows at once."""
        last = self._windows[-1]
        low, high = monitor.bounds(None)
        if monitor.watch == "freshness":
            if self._axis is None or self._axis.span is None:
                raise SuiteError(
                    "there is no column of time that could tell how old the rows are; name it with timestamp"
                )
            hours = (self._now - self._axis.span[1]) / 3_600_000_000
            if hours < -1:
                raise SuiteError(
                    f"the newest row lies {-hours:.1f} hours in the future: its time, or this clock, is wrong"
                )
            timed = len(self._axis.instants) if self._in_batches is None else self._in_batches.n_timed
            reading = Reading(max(0.0, hours), max(0.0, hours), max(0.0, hours), timed)
        else:
            wrong = self._retyped(monitor.column or "")
            reading = Reading(
                float(wrong is not None),
                float(wrong is not None),
                float(wrong is not None),
                self.n_rows,
                reason=wrong,
            )
        entry = replace(self._entry(last, reading), until=None)
        return _Prepared(monitor, (entry,), (low, high), (), self._basis(monitor))

    def _retyped(self, name: str) -> str | None:
        """Return what became of a column's type, None when it is the same."""
        primary, reference = self._sets
        here = next((c for c in primary.columns if c.name == name), None)
        there = None if reference is None else next((c for c in reference.columns if c.name == name), None)
        if reference is not None and there is None:
            (reference.frame([]) if isinstance(reference, Inferences) else reference).info(name)
        if here is None:
            return f'{primary.name} has no column "{name}"'
        if here.problem is not None:
            return here.problem
        if there is None or there.dtype == here.dtype or (there.kind, there.carrier) == (here.kind, here.carrier):
            return None
        return f"{there.dtype} in the reference, {here.dtype} now"

    def _basis(self, monitor: Monitor) -> str:
        """Return what a monitor's numbers rest on: with another definition or reference they are another series."""
        plain = replace(monitor, name=None, note=None, severity="critical", grace=None)
        # A series that was begun before there were kinds goes on.
        said = TypeAdapter(Monitor).dump_json(plain, exclude={"kind"} if monitor.kind is None else None)
        reference, used = self._sets[1], []
        held = reference if isinstance(reference, Profile) else self._reference
        if reference is not None and held is not None:
            prints = held.fingerprints
            used = [prints[name] for name in self._of_monitor(monitor, reference) if name in prints]
        suite = self._suite
        return _digest([said.decode(), str(suite.window), str(suite.unit), str(suite.timestamp), *used])


def _bets(monitor: Monitor, both: Both, bounds: Bounds, rows: Ints) -> tuple[tuple[float, ...], tuple[float, ...]]:
    name = str(monitor.column)
    values = numbers(both.primary.table.column(name).take(pa.array(rows)), name).values.astype(np.float64)
    values = values[np.isfinite(values)]
    low, high = bounds
    between = monitor.between or (0.0, 1.0)
    above = () if high is None else tuple(bets_on_mean(values, high, between, "above"))
    below = () if low is None else tuple(bets_on_mean(values, low, between, "below"))
    return above, below


def _no_map(_map: EmbeddingMap) -> Output:
    raise SuiteError("clusters and areas of a map are others when there are other rows; watch an embedding, or a slice")


def _has(side: Inferences | None, column: str | None) -> bool:
    return side is not None and any(c.name == column for c in side.columns)


def _clock(axis: TimeAxis | None) -> int:
    """Return the present; of times without a zone what the clock here shows."""
    now = dt.datetime.now(None if axis is not None and axis.zone is None else dt.timezone.utc)
    return parse_instant(now.isoformat())


def _after(until: str, now: int) -> bool:
    return parse_instant(until) > now


def _digest(parts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _passed_over(fewer: int) -> list[str]:
    if not fewer:
        return []
    windows = "1 window was" if fewer == 1 else f"{fewer:,} windows were"
    return [f"{windows} read before with more rows, which stand"]


def _as_suite_error(make: Callable[[], Any]) -> Any:
    try:
        return make()
    except ValueError as error:
        raise SuiteError(str(error)) from None
