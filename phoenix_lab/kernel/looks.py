"""What a frame looks like, cheaply, and what of it has changed since it was read.

Self-contained, like the bridge. A look has the number of rows, the names and types of all columns, and a digest of each column in a few hundred
rows: the first and last 20, and others between them at even distances. So an appended or removed row, a column that came, went or was renamed, and a
changed type (of pandas categories: how many there are, and whether in order) are never missed. What can be missed are values in place, in rows that
are not among these, of columns that have not changed otherwise, and what a query (DuckDB, ibis, a lazy frame) would give now.
"""

from __future__ import annotations

import hashlib
import sys
from typing import TYPE_CHECKING, Any

if not TYPE_CHECKING and __name__.startswith("_phoenix_lab"):  # sent as source
    import _phoenix_lab_columns as columns
    import _phoenix_lab_convert as convert
    import _phoenix_lab_fingerprint as fingerprint
    import _phoenix_lab_turns as turns
else:
    from phoenix_lab.inferences import columns, convert, fingerprint, turns

if TYPE_CHECKING:
    from collections.abc import Iterable

_WHOLE = 500
"""Frames of no more rows are looked at in all of them."""
_ENDS = 20
_BETWEEN = 300
_UNREADABLE = "unreadable"
_COLUMNS = 256
"""So many columns are looked at, at even distances, where there are more."""


def look(read: Any) -> dict[str, Any]:
    """Return what a frame looks like: `{n_rows, names, dtypes, digests}`, where digests go by name."""
    names = convert.column_names(read)
    step = -(-len(names) // _COLUMNS)
    return {
        "n_rows": rows_of(read),
        "names": names,
        "dtypes": _dtypes(read),
        "digests": digests(read, range(0, len(names), step) if names else ()),
    }


def _dtypes(read: Any) -> list[str]:
    """Return the types of all columns; pandas calls all categories alike, so their number and whether they are in order is added."""
    found = convert.column_dtypes(read)
    if convert.library_of(read) == "pandas":
        for i, kind in enumerate(read.dtypes):
            if type(kind).__name__ == "CategoricalDtype" and kind.categories is not None:
                found[i] = f"{kind} of {len(kind.categories):,}{', ordered' if kind.ordered else ''}"
    return found


def digests(read: Any, positions: Iterable[int]) -> dict[str, str]:
    """Return name → digest of the rows that are looked at; of a column that cannot be read, of its problem."""
    total = rows_of(read)
    rows = None if total <= _WHOLE else _rows(total)
    try:
        if convert.library_of(read) == "pandas":
            return _of_pandas(read, positions, rows)
        return _of_arrow(read if rows is None else convert.take(read, rows), positions)
    except convert.Unreadable:
        return {}  # without pyarrow: rows, names and types


def _of_pandas(read: Any, positions: Iterable[int], rows: Any) -> dict[str, str]:
    """Digest one column after the other, for rows of the whole frame would be taken in one go."""
    names, dtypes, found = convert.column_names(read), list(read.dtypes), {}
    levels = []
    for position in positions:
        turns.give()
        if position >= len(dtypes):
            levels.append(position - len(dtypes))
            continue
        series = read.iloc[:, position]
        if _is_plain(dtypes[position]):  # ten times as fast as by Arrow
            values = series.to_numpy()
            part = values if rows is None else values[rows]
            found[names[position]] = hashlib.blake2b(part.tobytes(), digest_size=16).hexdigest()
        else:
            found[names[position]] = _digest(series if rows is None else series.iloc[rows])
    if levels:
        index = read.iloc[:, :0]
        found.update(_of_arrow(index if rows is None else convert.take(index, rows), levels))
    return found


def _digest(series: Any) -> str:
    try:
        return fingerprint.fingerprint(columns.from_pandas(series, None)[0])
    except Exception:  # noqa: BLE001 - as in `to_arrow`
        return _UNREADABLE


def _of_arrow(part: Any, positions: Iterable[int]) -> dict[str, str]:
    table, problems = convert.to_arrow(part, positions)
    found = dict.fromkeys(problems, _UNREADABLE)
    for name in table.column_names:
        turns.give()
        found[name] = fingerprint.fingerprint(table.column(name))
    return found


def _is_plain(dtype: Any) -> bool:
    return getattr(dtype, "kind", "O") in "biufcmM" and columns.is_numpy(dtype)


def key(seen: dict[str, Any]) -> str:
    """Return a short text that is the same for what looks the same."""
    return hashlib.blake2b(repr(sorted(seen.items())).encode(), digest_size=12).hexdigest()


def rows_of(frame: Any) -> int:
    """Return the number of rows; of a query by running it."""
    rows = convert.n_rows(frame)
    return len(convert.snapshot(frame)) if rows is None else rows


def difference(before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """Return what has changed: `{n_rows, added, removed, renamed, retyped, edited}`; all of it empty where both look the same."""
    old, new = dict(zip(before["names"], before["dtypes"])), dict(zip(now["names"], now["dtypes"]))  # noqa: B905
    added, removed = [n for n in new if n not in old], [n for n in old if n not in new]
    renamed = []
    for name in list(removed):
        other = _renamed(name, added, before, now)
        if other is not None:
            renamed.append([name, other])
            removed.remove(name)
            added.remove(other)
    retyped = [[n, old[n], new[n]] for n in new if n in old and old[n] != new[n]]
    changed = {name for name, _, _ in retyped}
    edited = []
    if before["n_rows"] == now["n_rows"]:
        was, is_now = before["digests"], now["digests"]
        edited = [n for n in new if n in old and n not in changed and n in was and was[n] != is_now.get(n, was[n])]
    return {
        "n_rows": now["n_rows"],
        "added": added,
        "removed": removed,
        "renamed": renamed,
        "retyped": retyped,
        "edited": edited,
    }


def is_same(before: dict[str, Any], read: Any, positions: Iterable[int]) -> bool:
    """Whether some columns of a frame still look as they did before."""
    positions = list(positions)
    names, dtypes = convert.column_names(read), _dtypes(read)
    if (rows_of(read), names) != (before["n_rows"], before["names"]):
        return False
    if any(dtypes[p] != before["dtypes"][p] for p in positions):
        return False
    known = [p for p in positions if names[p] in before["digests"]]
    return all(before["digests"][name] == digest for name, digest in digests(read, known).items())


def _renamed(name: str, added: list[str], before: dict[str, Any], now: dict[str, Any]) -> str | None:
    """Return the new column that has the place and the type of one that is gone, and its values where the rows are the same."""
    place = before["names"].index(name)
    if place >= len(now["names"]) or len(before["names"]) != len(now["names"]):
        return None
    other: str = now["names"][place]
    if other not in added or before["dtypes"][place] != now["dtypes"][place]:
        return None
    same = before["digests"].get(name) == now["digests"].get(other)
    return other if same or before["n_rows"] != now["n_rows"] else None


def _rows(total: int) -> Any:
    rows = sorted({*range(_ENDS), *range(total - _ENDS, total), *range(0, total, total // _BETWEEN)})
    numpy = sys.modules.get("numpy")
    return rows if numpy is None else numpy.asarray(rows)
