"""What was read before: a local SQLite file, one row a monitor and window.

Everything of one check is one transaction that holds the file's only writer's lock: two checks at once wait for each other, and one that is
killed leaves what was there before. A window that is read again replaces its row, unless it now has fewer rows.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from phoenix_lab.monitors.judge import Judged
from phoenix_lab.monitors.readings import Reading
from phoenix_lab.monitors.suite_file import SuiteError
from phoenix_lab.monitors.windows import Window

VERSION = 1
WAIT = 60.0
"""Seconds to wait for another check."""

_TABLE = """
CREATE TABLE IF NOT EXISTS readings (
  suite TEXT NOT NULL, monitor TEXT NOT NULL, basis TEXT NOT NULL, window TEXT NOT NULL,
  start INTEGER NOT NULL, until TEXT, rows INTEGER NOT NULL,
  value REAL, lower REAL, upper REAL, n INTEGER NOT NULL, k INTEGER, p_value REAL, reason TEXT, bets TEXT,
  state TEXT, why TEXT, evidence REAL, since TEXT, severity TEXT, checked TEXT NOT NULL,
  PRIMARY KEY (suite, monitor, basis, window)
) WITHOUT ROWID
"""
UNREAD = ""
"""In the place of a basis: a monitor that could not run had none."""
_ROW = "window, start, until, rows, value, lower, upper, n, k, p_value, reason, bets"


@dataclass(frozen=True)
class Entry:
    """A reading and its window.

    Parameters
    ----------
    window, until
        Start and end, as text.
    start
        What windows are ordered by; None where there is no time.
    rows
        Of the window, whether they meet the monitor's conditions or not.
    reading
        What was read.
    """

    window: str
    start: int | None
    until: str | None
    rows: int
    reading: Reading


class History:
    """The file.

    Parameters
    ----------
    path
        Where it is; it is made where there is none.

    Raises
    ------
    SuiteError
        It can't be opened, is no history, or was written by a newer version.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)

    @contextmanager
    def writing(self) -> Iterator[Record]:
        """Hold the writer's lock; what is written is there as a whole when it ends well, and not at all otherwise."""
        try:
            connection = sqlite3.connect(self._path, timeout=WAIT, isolation_level=None)
            try:
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=FULL")
                connection.execute("BEGIN IMMEDIATE")
                self._understood(connection)
                yield Record(connection)
                connection.execute("COMMIT")
            finally:
                connection.close()  # rolls back what was not committed
        except sqlite3.Error as error:
            raise SuiteError(f"the history {self._path} cannot be used: {error}") from None

    def _understood(self, connection: sqlite3.Connection) -> None:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise SuiteError(
                f"the history {self._path} was written by a newer phoenix_lab (its version is {version}, this one reads {VERSION}): install that one, or name another file"
            )
        if version == 0:
            if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                raise SuiteError(f"{self._path} is a database of something else, not a history")
            connection.execute(_TABLE)
            connection.execute(f"PRAGMA user_version={VERSION}")

    def table(self) -> Any:
        """Return all that is kept as a pyarrow Table, in the order of the windows."""
        import pyarrow as pa

        with self.writing() as record:
            return pa.Table.from_pylist(record.everything())


class Record:
    """An open history."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def merged(self, key: tuple[str, str, str], new: Sequence[Entry]) -> tuple[list[Entry], int]:
        """Return what is kept of a monitor with what is new, in the order of the windows; and how many new ones were passed over because they have fewer rows."""
        found = self._db.execute(f"SELECT {_ROW} FROM readings WHERE suite=? AND monitor=? AND basis=?", key)  # noqa: S608 - names of ours
        known = {row[0]: _entry(row) for row in found}
        fewer = 0
        for entry in new:
            old = known.get(entry.window)
            if old is not None and old.rows > entry.rows:
                fewer += 1
            else:
                known[entry.window] = entry
        return sorted(known.values(), key=lambda e: (e.start or 0, e.window)), fewer

    def write(
        self,
        key: tuple[str, str, str],
        entries: Sequence[Entry],
        judged: Sequence[Judged],
        severity: str,
        checked: str,
    ) -> None:
        """Keep readings and what they come to."""
        rows: list[tuple[Any, ...]] = []
        for entry, found in zip(entries, judged, strict=True):
            r = entry.reading
            since = None if found.since is None else entries[found.since].window
            window = entry.window, entry.start, entry.until, entry.rows
            read = (
                r.value,
                r.lower,
                r.upper,
                r.n,
                r.k,
                r.p_value,
                r.reason,
                None if r.bets is None else json.dumps(r.bets),
            )
            rows.append((*key, *window, *read, found.state, found.reason, found.evidence, since, severity, checked))
        self._insert(rows)
        # What could not be read before has been read.
        self._db.executemany(
            "DELETE FROM readings WHERE suite=? AND monitor=? AND basis=? AND window=?",
            [(key[0], key[1], UNREAD, entry.window) for entry in entries],
        )

    def write_unread(
        self, of: tuple[str, str], windows: Sequence[Window], why: str, *, severity: str, checked: str
    ) -> None:
        """Keep that a monitor, named with its suite, could not run on some windows; no series rests on that."""
        suite, monitor = of
        rows: list[tuple[Any, ...]] = []
        for window in windows:
            start = window.start
            if start is None:
                seen = self.first_seen((suite, monitor, UNREAD), window.key)
                start = time.time_ns() // 1000 if seen is None else seen
            nothing = (None, None, None, 0, None, None, None, None)
            told = ("could not run", why, None, None, severity, checked)
            rows.append((suite, monitor, UNREAD, window.key, start, window.until, window.n, *nothing, *told))
        self._insert(rows)

    def _insert(self, rows: Sequence[tuple[Any, ...]]) -> None:
        marks = ", ".join("?" * 21)
        self._db.executemany(f"INSERT OR REPLACE INTO readings VALUES ({marks})", rows)  # noqa: S608

    def first_seen(self, key: tuple[str, str, str], window: str) -> int | None:
        """Return where a window that has no time stands in the order, if it is there."""
        row = self._db.execute(
            "SELECT start FROM readings WHERE suite=? AND monitor=? AND basis=? AND window=?", (*key, window)
        ).fetchone()
        return None if row is None else int(row[0])

    def everything(self) -> list[dict[str, Any]]:
        """Return all rows."""
        cursor = self._db.execute("SELECT * FROM readings ORDER BY suite, monitor, basis, start, window")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]


def _entry(row: tuple[Any, ...]) -> Entry:
    window, start, until, rows, *numbers, bets = row
    told = None if bets is None else tuple(tuple(side) for side in json.loads(bets))
    return Entry(window, start, until, rows, replace(Reading(*numbers), bets=told))  # type: ignore[arg-type]
