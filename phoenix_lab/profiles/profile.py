"""`px.profile`: what a set looks like without its rows: edges, counts and exact sums, by window of time and by unit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.inferences.batches import Batches, is_source
from phoenix_lab.inferences.frame import Frame, info_of
from phoenix_lab.inferences.inferences import Inferences
from phoenix_lab.inferences.naming import caller_name
from phoenix_lab.inferences.schema import ColumnInfo, Schema
from phoenix_lab.profiles.cells import cells_of
from phoenix_lab.profiles.columns import ColumnError, vectors
from phoenix_lab.profiles.counts import Counts, count
from phoenix_lab.profiles.plan import Plan, edges_of, plan_of
from phoenix_lab.profiles.row_hash import bottom
from phoenix_lab.profiles.slots import Slots, slots_of
from phoenix_lab.profiles.time import axis_of

Ints = NDArray[np.int64]

SUFFIX = ".phoenix-profile"


class ProfileError(ValueError):
    """A profile cannot be made, added to another, or read; the message says why."""


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
    plan: Plan
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
            It has another suffix, is too large for a file, or cannot be written.
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
        from phoenix_lab.profiles.adding import added_up

        return added_up([self, *others])

    def info(self, name: str) -> ColumnInfo:
        """Return the column called `name`; raises `KeyError` with the closest name there is."""
        return info_of(name, self.columns, self.name)

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
    axis, when = axis_of(frame), frame.with_role("timestamp")
    slots = slots_of(None if when is None else when.name, axis, step)
    plan = plan_of(frame.columns, frame.table) if like is None else like.plan
    if unit is not None:
        _check_unit(frame, unit)
    columns = {name: frame.table.column(name) for name in frame.table.column_names}
    slot = slots.of(axis, frame.n_rows)
    made = of_slots(frame.name, frame.columns, columns, plan, (slots, slot), unit=unit)
    samples = {
        c.name: _sample(columns[c.name], slot, sample_vectors, seed)
        for c in frame.columns
        if sample_vectors and c.kind == "vector" and c.name in columns
    }
    edges = edges_of(plan, frame.n_rows) if like is None else like.edges
    return replace(made, fingerprints=dict(frame.fingerprints), samples=samples, edges=edges)


def of_slots(
    name: str,
    infos: tuple[ColumnInfo, ...],
    columns: Mapping[str, pa.ChunkedArray],
    plan: Plan,
    by: tuple[Slots, Ints],
    *,
    unit: str | None,
    summed: Collection[str] | None = None,
) -> Profile:
    """Count rows whose slots are known.

    Parameters
    ----------
    name, infos
        How the set is called, and all its columns.
    columns
        Those that were read, the unit among them.
    plan
        How they are counted.
    by
        The slots, and that of each row.
    unit
        The unit of independence.
    summed
        See `count`.

    Raises
    ------
    ProfileError
        A column cannot be counted as the plan has it.
    ColumnError
        There are too many units.
    """
    slots, slot = by
    cells = cells_of(slot, None if unit is None else columns[unit], len(slots))
    counts = count(plan, columns, cells, len(slots), summed=summed)
    bad = next((c.problem for c in counts.values() if c.problem is not None), None)
    if bad is not None:
        raise ProfileError(f"{name}: {bad}")
    return Profile(
        name=name,
        n_rows=len(slot),
        columns=infos,
        plan=plan,
        slots=slots,
        slot=cells.slot,
        unit=cells.unit,
        rows=cells.rows,
        counts=counts,
        unit_column=unit,
        unit_values=cells.values,
    )


def _check_unit(frame: Frame, unit: str) -> None:
    if unit not in frame.table.column_names:
        try:
            problem = frame.info(unit).problem
        except KeyError as error:
            raise ProfileError(str(error.args[0])) from None
        raise ProfileError(f'"{unit}" of {frame.name} cannot be the unit: {problem or "it cannot be read"}')


def _sample(column: pa.ChunkedArray, slot: Ints, k: int, seed: int) -> VectorSample:
    matrix, usable = vectors(column)
    rows = np.flatnonzero(usable)
    kept = np.sort(rows[bottom(rows, k, seed)])
    return VectorSample(matrix[kept].copy(), slot[kept], kept)
