"""Profiles of rows that are read batch by batch: a pass for the time, one for the edges, one for the counts."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.inferences.batches import Batches
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.profiles.adding import added_up
from phoenix_lab.profiles.plan import Plan, Planner, edges_of
from phoenix_lab.profiles.profile import Profile, ProfileError, of_slots
from phoenix_lab.profiles.slots import Slots, slots_of
from phoenix_lab.profiles.time import TimeAxis, TimeKind, instants

Ints = NDArray[np.int64]
THREADS = 2
"""Batches that are counted at once; as many wait."""


@dataclass(frozen=True)
class Extent:
    """How many rows there are, and when they were: as a `TimeAxis` of the first and the last instant."""

    n_rows: int
    n_timed: int
    axis: TimeAxis | None


def extent(source: Batches, time: str | None) -> Extent:
    """Read the column of time alone.

    Raises
    ------
    ColumnError
        It holds what is no time.
    """
    n, timed, spans = 0, 0, []
    kinds: set[str] = set()
    zone: str | None = None
    for table in source.read([] if time is None else [time]):
        n += table.num_rows
        if time is None:
            continue
        axis = instants(table.column(time), time)
        if axis.span is not None:
            spans.append(axis.span)
            timed += len(axis.instants)
            kinds.add(axis.kind)
            zone = axis.zone
    if not spans:
        return Extent(n, 0, None)
    # what is a date, or a year, in one batch alone is none in all
    kind: TimeKind = "instant" if "instant" in kinds else "date" if "date" in kinds else "year"
    ends = np.array([min(s[0] for s in spans), max(s[1] for s in spans)], dtype=np.int64)
    return Extent(n, timed, TimeAxis(ends, np.ones(2, dtype=bool), kind, zone))


def time_column(columns: Sequence[ColumnInfo]) -> str | None:
    """Return the column of time."""
    return next((c.name for c in columns if c.role == "timestamp" and c.problem is None), None)


def readable(source: Batches, names: Sequence[str] | None = None) -> list[str]:
    """Return the columns that can be read, of those named."""
    return [c.name for c in source.columns if c.problem is None and (names is None or c.name in names)]


def of_batches(
    source: Batches,
    *,
    unit: str | None = None,
    step: str | None = None,
    like: Profile | None = None,
    columns: Sequence[str] | None = None,
) -> Profile:
    """Return the profile of a source; as `of_frame` does of the same rows in memory, to the cell.

    Raises
    ------
    ProfileError
        It has no rows, or cannot be counted.
    """
    called = source.name or "reference"
    if like is not None:
        unit, step = like.unit_column, like.slots.step
    when = time_column(source.columns)
    found = extent(source, when)
    if found.n_rows == 0:
        raise ProfileError(f"{called} has no rows to profile")
    slots = slots_of(when, found.axis, step)
    names = readable(source, columns)
    if like is None:
        planner = Planner(source.columns, found.n_rows)
        for table in source.read(names):
            planner.add(table)
        plan: Plan = planner.plan()
    else:
        plan = like.plan
    made = counted(source, plan, slots, unit=unit, name=called)
    return replace(made, edges=edges_of(plan, found.n_rows) if like is None else like.edges)


def counted(
    source: Batches, plan: Plan, slots: Slots, *, unit: str | None, name: str, summed: Collection[str] | None = None
) -> Profile:
    """Count a source by a plan; two threads take batches in turn, and what they count is added up.

    Raises
    ------
    ProfileError
        A column cannot be counted.
    """
    names = [c for c in readable(source) if c in plan or c in {unit, slots.column}]
    plan = {c: how for c, how in plan.items() if c in names}
    if unit is not None and unit not in names:
        raise ProfileError(f'{name} has no column "{unit}" to take as the unit')

    def part(table: pa.Table) -> Profile:
        axis = None if slots.column is None else instants(table.column(slots.column), slots.column)
        columns = {c: table.column(c) for c in names}
        by = slots, slots.of(axis, table.num_rows)
        return of_slots(name, source.columns, columns, plan, by, unit=unit, summed=summed)

    total: Profile | None = None
    try:
        for one in _in_turn(part, source.read(names)):
            total = one if total is None else added_up([total, one])
    except ProfileError:
        raise
    except ValueError as error:
        raise ProfileError(str(error)) from None
    if total is None:
        raise ProfileError(f"{name} has no rows")
    return total


def _in_turn(work: Callable[[pa.Table], Profile], tables: Iterator[pa.Table]) -> Iterator[Profile]:
    """Yield what is made of each table, in their order, with few of them in memory."""
    with ThreadPoolExecutor(THREADS, thread_name_prefix="phoenix-lab-batches") as pool:
        waiting: deque[Future[Profile]] = deque()
        for table in tables:
            waiting.append(pool.submit(work, table))
            if len(waiting) > THREADS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
