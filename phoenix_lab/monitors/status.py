"""What became of monitors through time, read from a history: each monitor and window, without writing anything."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from phoenix_lab.monitors.history import UNREAD, VERSION
from phoenix_lab.monitors.suite_file import SuiteError

MOST_WINDOWS = 400
"""The last windows of a series that are told."""
MOST_SERIES = 1000
WAIT = 5.0
"""Seconds to wait for a check that is being written."""
WindowState = Literal["well", "alarm", "not enough data", "could not run"]

_COLUMNS = (
    "suite, monitor, basis, window, until, start, rows, value, lower, upper, n, state, why, since, severity, checked"
)


@dataclass(frozen=True, kw_only=True)
class WindowStatus:
    """One window of a monitor.

    Parameters
    ----------
    window, until
        Its start and end, as text; of rows without a time what it is called.
    order
        What windows are ordered by.
    rows, n
        Rows of the window, and those that the value is of.
    value, lower, upper
        What was read, and its 90 % interval.
    why
        Of "not enough data" and "could not run".
    since
        Of an alarm: the window at which the change most likely began.
    checked
        When it was judged, ISO 8601.
    """

    window: str
    until: str | None
    order: int
    rows: int
    n: int
    value: float | None
    lower: float | None
    upper: float | None
    state: WindowState
    why: str | None
    since: str | None
    checked: str


@dataclass(frozen=True, kw_only=True)
class SeriesStatus:
    """A monitor through time.

    Parameters
    ----------
    is_former
        It was read by another limit or against another reference than now.
    windows
        In their order; the last ones where there are more than `MOST_WINDOWS`.
    earlier
        How many are before them.
    """

    suite: str
    monitor: str
    severity: str
    is_former: bool
    windows: tuple[WindowStatus, ...]
    earlier: int


@dataclass(frozen=True, kw_only=True)
class HistoryStatus:
    """All monitors of a history; `left_out` are series beyond `MOST_SERIES`."""

    series: tuple[SeriesStatus, ...]
    left_out: int


def status(path: str | Path) -> HistoryStatus:
    """Read what became of the monitors of a history.

    Raises
    ------
    SuiteError
        It can't be read, is no history, or was written by a newer version.
    """
    path = Path(path)
    try:
        with _reading(path) as db:
            _check(db, path)
            found: dict[tuple[str, str, str], list[WindowStatus]] = {}
            severities: dict[tuple[str, str, str], str] = {}
            for suite, monitor, basis, *row in db.execute(f"SELECT {_COLUMNS} FROM readings ORDER BY start, window"):  # noqa: S608 - names of ours
                window, until, start, rows, value, lower, upper, n, state, why, since, severity, checked = row
                key = suite, monitor, basis
                severities[key] = severity
                found.setdefault(key, []).append(
                    WindowStatus(
                        window=window,
                        until=until,
                        order=start,
                        rows=rows,
                        n=n,
                        value=value,
                        lower=lower,
                        upper=upper,
                        state=state,
                        why=why,
                        since=since,
                        checked=checked,
                    )
                )
    except sqlite3.Error as error:
        raise SuiteError(f"the history {path.name} cannot be read: {error}") from None
    series = _series(found, severities)
    return HistoryStatus(series=tuple(series[:MOST_SERIES]), left_out=max(0, len(series) - MOST_SERIES))


def _series(
    found: dict[tuple[str, str, str], list[WindowStatus]], severities: dict[tuple[str, str, str], str]
) -> list[SeriesStatus]:
    """Put those of one monitor together: what is read now first, with what could not run among its windows."""
    by_monitor: dict[tuple[str, str], list[str]] = {}
    for suite, monitor, basis in found:
        by_monitor.setdefault((suite, monitor), []).append(basis)
    series = []
    for (suite, monitor), bases in by_monitor.items():
        unread = found.get((suite, monitor, UNREAD), [])
        read = sorted((b for b in bases if b != UNREAD), key=lambda b: _last(found[suite, monitor, b]), reverse=True)
        for i, basis in enumerate(read or [UNREAD]):
            key = suite, monitor, basis
            windows = found[key] if i > 0 or not read else _with_unread(found[key], unread)
            series.append(
                SeriesStatus(
                    suite=suite,
                    monitor=monitor,
                    severity=severities[key],
                    is_former=i > 0,
                    windows=tuple(windows[-MOST_WINDOWS:]),
                    earlier=max(0, len(windows) - MOST_WINDOWS),
                )
            )
    return sorted(series, key=lambda s: (s.is_former, s.suite, s.monitor))


def _with_unread(read: list[WindowStatus], unread: list[WindowStatus]) -> list[WindowStatus]:
    windows = {w.window: w for w in read}
    for one in unread:
        known = windows.get(one.window)
        # Whoever reads a window takes away what was said of it before.
        if known is None or known.checked <= one.checked:
            windows[one.window] = one
    return sorted(windows.values(), key=lambda w: (w.order, w.window))


def _last(windows: list[WindowStatus]) -> tuple[str, int]:
    return max(w.checked for w in windows), windows[-1].order


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file to read it.

    Whoever may write it opens it so, or SQLite would leave its journal's files behind; in a folder that cannot be written those cannot be opened, and
    then nobody writes.
    """
    if not path.is_file():
        raise SuiteError(f"there is no history {path.name}")
    uri = path.resolve().as_uri()
    for way in ("mode=rw", "mode=ro&immutable=1"):
        with closing(sqlite3.connect(f"{uri}?{way}", timeout=WAIT, uri=True)) as db:
            db.execute("PRAGMA query_only=ON")
            try:
                db.execute("SELECT 1 FROM sqlite_master").fetchone()
            except sqlite3.OperationalError as error:
                if way == "mode=rw" and "unable to open" in str(error):
                    continue
                raise
            yield db
            return


def _check(db: sqlite3.Connection, path: Path) -> None:
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise SuiteError(
            f"the history {path.name} was written by a newer phoenix_lab (its version is {version}, this one reads {VERSION}): install that one"
        )
    names = {row[1] for row in db.execute("PRAGMA table_info(readings)")}
    if version < 1 or not {name.strip() for name in _COLUMNS.split(",")} <= names:
        raise SuiteError(f"{path.name} is no history of monitors")
