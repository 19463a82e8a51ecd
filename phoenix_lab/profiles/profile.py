"""`px.profile`: what a set looks like without its rows: edges, counts and exact sums, by window of time and by unit."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.inferences.batches import Batches, is_source
from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.inferences import Inferences
from phoenix_lab.inferences.naming import caller_name
from phoenix_lab.inferences.schema import ColumnInfo, Schema
from phoenix_lab.profiles.columns import ColumnError, codes, vectors
from phoenix_lab.profiles.counts import ColumnCounts, Counts, added, count
from phoenix_lab.profiles.durations import Duration
from phoenix_lab.profiles.plan import ColumnPlan, edges_of, plan_of
from phoenix_lab.profiles.row_hash import bottom
from phoenix_lab.profiles.time import MOST_WINDOWS, TimeAxis, instants
from phoenix_lab.profiles.time import windows as cut_time

Ints = NDArray[np.int64]

SUFFIX = ".phoenix-profile"
MOST_CELLS = 50_000
"""More units than this, window by window, are no longer a small file."""
_STEPS = ("1h", "1d", "1mo", "1y", "10y", "100y")


class ProfileError(ValueError):
    """A profile cannot be made, added to another, or read; the message says why."""


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
        """Return the slots of each window that lies wholly within the span; raises `ProfileError` where windows cut a slot in two."""
        if self.span is None:
            return []
        found = cut_time(self.span, window, window, self.zone)
        of_start = np.searchsorted(found.starts, self.starts, side="right")
        if (of_start != np.searchsorted(found.starts, self.ends - 1, side="right")).any():
            raise ProfileError(
                f'the profile counts by {Duration.parse(self.step or "1d").label}, of which no windows of {window.label} are made; make it with px.profile(…, step="{window}")'
            )
        whole = np.flatnonzero(found.ends <= self.span[1] + 1)
        return [np.flatnonzero(of_start == k + 1) for k in (whole[1:] if len(whole) > 3 else whole)]


@dataclass(frozen=True, eq=False)
class VectorSample:
    """Some vectors, chosen by a hash of their rows' places: (rows, dimension), with slot and place of each row."""

    matrix: NDArray[Any]
    slot: Ints
    row: Ints


@dataclass(frozen=True, eq=False)
class Profile:
    """What a set looks like: counts that others are held against, and that add up. It has no rows.

    Parameters
    ----------
    name
        The set's name.
    n_rows
        Number of rows.
    columns
        All its columns.
    plan
        How each column that could be read is counted.
    slots
        Windows of time.
    slot, unit, rows
        Of each cell: its slot, its unit (-1: a row that has none, which is a unit of its own) and its number of rows; shape (cells,).
    unit_column, unit_values
        The unit of independence, and its different values.
    counts
        Of each column.
    fingerprints
        Digest of each column, so that what was checked against the rows themselves goes on.
    samples
        Of each embedding, where they were asked for.
    edges
        Of each column of numbers whose edges are not exact: of how many values they were taken.
    """

    name: str
    n_rows: int
    columns: tuple[ColumnInfo, ...]
    plan: Mapping[str, ColumnPlan]
    slots: Slots
    slot: Ints
    unit: Ints
    rows: Ints
    counts: Counts
    unit_column: str | None = None
    unit_values: pa.Array = field(default_factory=lambda: pa.nulls(0))
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    samples: Mapping[str, VectorSample] = field(default_factory=dict)
    edges: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def load(cls, path: str | Path) -> Profile:
        """Read a file that `save` wrote, of this version or an older one.

        Raises
        ------
        ProfileError
            It is not there, no profile, damaged, too large or of a newer version.
        """
        from phoenix_lab.profiles.profile_file import load

        return load(path)

    def save(self, path: str | Path) -> Path:
        """Write a file; it is called `*.phoenix-profile`, and whoever reads it sees it whole or as it was before. Returns its path.

        Raises
        ------
        ProfileError
            It has another suffix, or cannot be written.
        """
        from phoenix_lab.profiles.profile_file import save

        return save(self, path)

    def merge(self, *others: Profile) -> Profile:
        """Return the profile of all the rows together.

        The others are of other rows, counted on the same edges: `px.profile(more, like=this)`.

        Raises
        ------
        ProfileError
            One has other edges, columns or units.
        """
        for other in others:
            if other.key != self.key:
                raise ProfileError(
                    f"{other.name} was counted on other edges than {self.name}: make it with px.profile(…, like={self.name})"
                )
        return added_up([self, *others])

    def info(self, name: str) -> ColumnInfo:
        """Return the column called `name`; raises `KeyError` with the closest name there is."""
        return Frame(self.name, self.n_rows, self.columns, pa.table({})).info(name)

    @property
    def key(self) -> str:
        """What its edges are known by: profiles with the same key add up."""
        from phoenix_lab.profiles.profile_file import plan_key

        return plan_key(self)

    def __len__(self) -> int:
        """Return the number of rows that it is of."""
        return self.n_rows

    def __repr__(self) -> str:
        """Name, size, windows, and what is in it of rows."""
        when = (
            "no column of time" if self.slots.step is None else f"{len(self.slots) - 1:,} windows of {self.slots.step}"
        )
        unit = "" if self.unit_column is None else f", {len(self.unit_values):,} values of {self.unit_column}"
        sampled = "".join(f", {len(s.row):,} vectors of {name}" for name, s in self.samples.items())
        return f"Profile({self.name}: {self.n_rows:,} rows, {len(self.columns):,} columns, {when}{unit}{sampled})"


def profile(
    dataframe: Any,
    schema: Schema | None = None,
    *,
    unit: str | None = None,
    step: str | None = None,
    sample_vectors: int = 0,
    seed: int = 0,
    like: Profile | None = None,
    name: str | None = None,
) -> Profile:
    """Return a profile of a dataframe: what is needed to hold other rows against it, without its rows.

    Parameters
    ----------
    dataframe, schema
        As `Inferences` takes them; or a path or glob of parquet files, or `Batches`, which are read batch by batch.
    unit
        Column whose values group rows that are not independent; their values and counts are kept.
    step
        How finely it is counted by time, "1d" unless the span is shorter than three days or longer than five years. Windows of whole steps can be
        told apart later.
    sample_vectors
        So many vectors of each embedding are kept, for what needs vectors: they are rows. 0 keeps none.
    seed
        Of the choice of those.
    like
        A profile whose edges, windows and units are taken, so that both add up.
    name
        How it is called.

    Raises
    ------
    ProfileError
        It has no rows, or more units than a profile holds.
    """
    if is_source(dataframe) or isinstance(dataframe, Batches):
        if sample_vectors:
            raise ProfileError("sample_vectors needs a dataframe, not batches of one")
        return _of_source(dataframe, schema, unit=unit, step=step, like=like, name=name)
    given = dataframe if isinstance(dataframe, Inferences) else Inferences(dataframe, schema)
    called = name or given.name or caller_name(dataframe) or "reference"
    readable = [c.name for c in given.columns if c.problem is None]
    frame = given.frame(readable, name=called)
    if frame.n_rows == 0:
        raise ProfileError(f"{called} has no rows to profile")
    if sample_vectors < 0:
        raise ProfileError("sample_vectors is a number of rows, 0 for none")
    try:
        return of_frame(frame, unit=unit, step=step, sample_vectors=sample_vectors, seed=seed, like=like)
    except ColumnError as error:
        raise ProfileError(str(error)) from None


def _of_source(
    given: Any, schema: Schema | None, *, unit: str | None, step: str | None, like: Profile | None, name: str | None
) -> Profile:
    from phoenix_lab.profiles.batched import of_batches

    try:
        source = given if isinstance(given, Batches) else Batches(given, schema)
        made = of_batches(source, unit=unit, step=step, like=like)
    except ProfileError:
        raise
    except ValueError as error:
        raise ProfileError(str(error)) from None
    return made if name is None else replace(made, name=name)


def of_frame(
    frame: Frame,
    *,
    unit: str | None = None,
    step: str | None = None,
    sample_vectors: int = 0,
    seed: int = 0,
    like: Profile | None = None,
) -> Profile:
    """Return the profile of a frame; see `profile`."""
    if like is not None:
        unit, step = like.unit_column, like.slots.step
        missing = [name for name in like.plan if name not in frame.table.column_names]
        if missing:
            raise ProfileError(f'{frame.name} has no column "{missing[0]}", which {like.name} has')
    axis = _axis(frame)
    slots = slots_of(frame, axis, step)
    plan = plan_of(frame.columns, frame.table) if like is None else like.plan
    slot = slots.of(axis, frame.n_rows)
    cell, cells, values = cells_of(slot, None if unit is None else _unit(frame, unit), len(slots))
    columns = {name: frame.table.column(name) for name in frame.table.column_names}
    counts = count(plan, columns, cell, cells[0], len(slots))
    bad = next((c.problem for c in counts.values() if c.problem is not None), None)
    if bad is not None:
        raise ProfileError(f"{frame.name}: {bad}")
    samples = {
        c.name: _sample(columns[c.name], slot, sample_vectors, seed)
        for c in frame.columns
        if sample_vectors and c.kind == "vector" and c.name in columns
    }
    return Profile(
        name=frame.name,
        n_rows=frame.n_rows,
        columns=frame.columns,
        plan=plan,
        slots=slots,
        slot=cells[0],
        unit=cells[1],
        rows=np.bincount(cell, minlength=len(cells[0])).astype(np.int64),
        counts=counts,
        unit_column=unit,
        unit_values=values,
        fingerprints=dict(frame.fingerprints),
        samples=samples,
        edges=edges_of(plan, frame.n_rows) if like is None else like.edges,
    )


def _axis(frame: Frame) -> TimeAxis | None:
    column = frame.with_role("timestamp")
    if column is None or column.name not in frame.table.column_names:
        return None
    return instants(frame.table.column(column.name), column.name)


def slots_of(frame: Frame, axis: TimeAxis | None, step: str | None) -> Slots:
    """Return the windows that a set is counted by."""
    column = frame.with_role("timestamp")
    if axis is None or axis.span is None or column is None:
        return Slots()
    seconds = (axis.span[1] - axis.span[0]) / 1e6
    if step is None:
        fitting = (s for s in _STEPS if seconds / Duration.parse(s).seconds < MOST_WINDOWS - 2)
        shortest = next(fitting, _STEPS[-1])
        step = "1d" if shortest == "1h" and seconds > 3 * 86400 else shortest
    length = Duration.parse(step)
    cut = cut_time(axis.span, length, length, axis.zone)
    return Slots(column.name, axis.kind, axis.zone, str(length), axis.span, cut.starts, cut.ends)


def _unit(frame: Frame, unit: str) -> pa.ChunkedArray:
    if unit not in frame.table.column_names:
        frame_columns = Frame(frame.name, frame.n_rows, frame.columns, pa.table({}))
        try:
            problem = frame_columns.info(unit).problem
        except KeyError as error:
            raise ProfileError(str(error.args[0])) from None
        raise ProfileError(f'"{unit}" of {frame.name} cannot be the unit: {problem or "it cannot be read"}')
    return frame.table.column(unit)


def cells_of(
    slot: Ints, unit: pa.ChunkedArray | None, n_slots: int, *, limit: int | None = MOST_CELLS
) -> tuple[Ints, tuple[Ints, Ints], pa.Array]:
    """Return the cell of each row; slot and unit of each cell; and the units' different values.

    Without a unit there is a cell for each slot. With one, cells are those that have rows, by slot and unit; rows that have no unit follow, each a
    cell of its own in the rows' order.
    """
    if unit is None:
        return slot, (np.arange(n_slots), np.full(n_slots, -1)), pa.nulls(0)
    values, (_, mine), (_, present) = codes(unit.slice(0, 0), unit, "unit")
    lone = int((~present).sum())
    pairs, cell_of = np.unique(slot[present] * max(1, len(values)) + mine, return_inverse=True)
    if limit is not None and len(pairs) + lone > limit:
        raise ProfileError(
            f"the unit has {len(pairs) + lone:,} values, window by window, and a profile holds {limit:,}: take a longer step, or leave the unit out"
        )
    cell = np.empty(len(slot), dtype=np.int64)
    cell[present] = cell_of
    cell[~present] = len(pairs) + np.arange(lone)
    slots = np.concatenate([pairs // max(1, len(values)), slot[~present]])
    units = np.concatenate([pairs % max(1, len(values)), np.full(lone, -1)])
    return cell, (slots, units), values


def _sample(column: pa.ChunkedArray, slot: Ints, k: int, seed: int) -> VectorSample:
    matrix, usable = vectors(column)
    rows = np.flatnonzero(usable)
    kept = np.sort(rows[bottom(rows, k, seed)])
    return VectorSample(matrix[kept].copy(), slot[kept], kept)


def added_up(parts: Sequence[Profile]) -> Profile:
    """Return the profile of all the rows of parts with one plan."""
    first = parts[0]
    slots, slot_places = _all_slots([p.slots for p in parts])
    units, unit_places = _all_units([p.unit_values for p in parts])
    keys: list[tuple[int, int]] = []
    known: dict[tuple[int, int], int] = {}
    cell_places = []
    for k, p in enumerate(parts):
        places = np.empty(len(p.slot), dtype=np.int64)
        for i, (s, u) in enumerate(zip(slot_places[k][p.slot].tolist(), p.unit.tolist(), strict=True)):
            key = (s, int(unit_places[k][u]) if u >= 0 else -1)
            if u < 0 and first.unit_column is not None:  # a unit of its own
                places[i] = len(keys)
                keys.append(key)
                continue
            if key not in known:
                known[key] = len(keys)
                keys.append(key)
            places[i] = known[key]
        cell_places.append(places)
    if first.unit_column is None:  # a cell for each slot, whether it has rows or not
        cell_places = [slot_places[k][p.slot] for k, p in enumerate(parts)]
        keys = [(s, -1) for s in range(len(slots))]
    if len(keys) > MOST_CELLS:
        raise ProfileError(f"together they have {len(keys):,} units, and a profile holds {MOST_CELLS:,}")
    rows = np.zeros(len(keys), dtype=np.int64)
    for p, places in zip(parts, cell_places, strict=True):
        np.add.at(rows, places, p.rows)
    counts: dict[str, ColumnCounts] = {}
    for name in first.plan:
        here = [
            (p.counts[name], cells, slot)
            for p, cells, slot in zip(parts, cell_places, slot_places, strict=True)
            if name in p.counts
        ]
        counts[name] = added(here, len(keys), len(slots))
    table = np.array(keys, dtype=np.int64).reshape(-1, 2)
    prints = {
        name: hashlib.sha256("".join(p.fingerprints.get(name, "") for p in parts).encode()).hexdigest()
        for name in first.fingerprints
    }
    return replace(
        first,
        n_rows=sum(p.n_rows for p in parts),
        slots=slots,
        slot=table[:, 0],
        unit=table[:, 1],
        rows=rows,
        unit_values=units,
        counts=counts,
        fingerprints=prints if len(parts) > 1 else first.fingerprints,
        samples=_all_samples(parts, slot_places),
    )


def _all_slots(parts: Sequence[Slots]) -> tuple[Slots, list[Ints]]:
    """Return the slots of all sets, with none left out in between, and where each set's are among them."""
    if all(p is parts[0] for p in parts):
        return parts[0], [np.arange(len(p)) for p in parts]
    timed = [p for p in parts if p.span is not None]
    if not timed:
        return parts[0], [np.zeros(1, dtype=np.int64) for _ in parts]
    span = min(p.span[0] for p in timed if p.span), max(p.span[1] for p in timed if p.span)
    length = Duration.parse(timed[0].step or "1d")
    try:
        cut = cut_time(span, length, length, timed[0].zone)
    except ColumnError as error:
        raise ProfileError(str(error)) from None
    whole = replace(timed[0], span=span, starts=cut.starts, ends=cut.ends)
    return whole, [np.append(np.searchsorted(cut.starts, p.starts), len(cut.starts)) for p in parts]


def _all_units(parts: Sequence[pa.Array]) -> tuple[pa.Array, list[Ints]]:
    kind = next((p.type for p in parts if len(p)), None)
    if kind is None:
        return parts[0], [np.empty(0, dtype=np.int64) for _ in parts]
    together = pa.chunked_array([p.cast(kind) for p in parts], type=kind)
    values, (_, mine), _ = codes(together.slice(0, 0), together, "unit")
    return values, np.split(mine, np.cumsum([len(p) for p in parts])[:-1])


def _all_samples(parts: Sequence[Profile], places: Sequence[Ints]) -> dict[str, VectorSample]:
    """Return the samples side by side; a row's place is that in the parts one after another."""
    result = {}
    starts = np.cumsum([0, *(p.n_rows for p in parts)])
    for name in parts[0].samples:
        here = [(p.samples[name], places[k], int(starts[k])) for k, p in enumerate(parts) if name in p.samples]
        result[name] = VectorSample(
            np.concatenate([s.matrix for s, *_ in here]),
            np.concatenate([place[s.slot] for s, place, _ in here]),
            np.concatenate([s.row + start for s, _, start in here]),
        )
    return result
