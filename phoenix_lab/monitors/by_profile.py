"""New rows held against a profile: which monitors its counts are enough for, and what is said of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.monitors import counted, readings
from phoenix_lab.monitors.counted import FROM_COUNTS
from phoenix_lab.monitors.counted_sets import Both, Counted, numbered
from phoenix_lab.monitors.in_batches import InBatches
from phoenix_lab.monitors.models import Monitor, Suite
from phoenix_lab.monitors.readings import Read, Reading, fact
from phoenix_lab.monitors.suite_file import SuiteError
from phoenix_lab.monitors.windows import Window
from phoenix_lab.profiles import sums
from phoenix_lab.profiles.cells import cells_of
from phoenix_lab.profiles.columns import ColumnError
from phoenix_lab.profiles.counts import VectorCounts, count
from phoenix_lab.profiles.durations import Duration
from phoenix_lab.profiles.plan import Plan
from phoenix_lab.profiles.profile import Profile
from phoenix_lab.recipes.sets import known

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Subject:
    """What a monitor reads.

    Parameters
    ----------
    read
        Reads places: rows or cells, of the primary set or (True) of the reference.
    windows
        The places of each of the primary set's windows.
    own
        Those of the reference's own windows; or a sentence, why there are none.
    every
        All the reference's.
    """

    read: Read
    windows: list[Ints]
    own: list[Ints] | str
    every: Ints


class ByProfile:
    """A profile as the reference of a check.

    Parameters
    ----------
    profile
        The reference.
    suite
        What is asked.
    primary
        The new rows.
    windows
        Their windows.
    batches
        The new rows, where they are read in batches.
    """

    def __init__(
        self,
        profile: Profile | None,
        suite: Suite,
        primary: Frame,
        windows: Sequence[Window],
        batches: InBatches | None = None,
    ) -> None:
        self._suite, self._primary, self._windows, self._batches = suite, primary, windows, batches
        self._alone = profile is None
        if profile is None:
            if batches is None:
                raise SuiteError("there is no reference")
            profile = batches.as_reference()
        self._profile = profile
        if suite.timestamp is not None and profile.slots.column not in {None, suite.timestamp}:
            raise SuiteError(
                f'the suite goes by the time in "{suite.timestamp}", and the profile {profile.name} was made by that in "{profile.slots.column}"'
            )

    def subject(self, monitor: Monitor, both: readings.Both) -> Subject:
        """Return what a monitor reads.

        Parameters
        ----------
        both
            The new rows, without a reference.

        Raises
        ------
        SuiteError
            It needs the reference's rows.
        """
        if self._alone and monitor.watch not in {"missing", "mean", "volume"}:
            raise SuiteError(f'"{monitor.watch}" needs a reference')
        if self._batches is not None and (monitor.where or monitor.watch not in {*FROM_COUNTS, "centroid"}):
            some = " and conditions" if monitor.where else ""
            raise SuiteError(
                f'"{monitor.watch}"{some} needs rows together, and {self._primary.name} is read in batches; check a dataframe of fewer rows'
            )
        rows = [w.rows[both.kept[1][w.rows]] for w in self._windows]
        if monitor.watch in FROM_COUNTS and not monitor.where:
            return self._from_counts(monitor)
        if monitor.watch == "centroid" and self._batches is not None:
            return self._centroids(monitor)
        if monitor.watch == "centroid" and not monitor.where:
            return Subject(self._centroid(monitor, both), rows, self._own, np.arange(len(self._profile.rows)))
        if monitor.watch == "embedding" and not monitor.where:
            return self._by_sample(monitor, both, rows)
        fixed = monitor.limit != "calibrated" and not monitor.is_relative
        if monitor.watch == "share" and not fixed:
            return self._share(monitor, both, rows)
        if fixed and monitor.watch in {"share", "performance", "duplicates", "missing", "mean", "volume"}:
            return Subject(readings.reader(monitor, both), rows, [], np.empty(0, dtype=np.int64))
        what = f'"{monitor.watch}"' if fixed else f'"{monitor.watch}" with a limit that goes by the reference'
        narrowed = " of some of them" if monitor.where else ""
        raise SuiteError(
            f"{what} needs the rows of the reference{narrowed}, and {self._profile.name} is a profile, which has none"
        )

    @cached_property
    def _own(self) -> list[Ints] | str:
        """The cells of the reference's own windows."""
        profile = self._profile
        if self._suite.window is None or profile.slots.span is None:
            return (
                f"{profile.name} is a profile "
                + ("without a column of time" if profile.slots.span is None else "and the suite has no window")
                + ", so it has no windows of its own to see how much they vary"
            )
        try:
            windows = profile.slots.whole_windows(Duration.parse(self._suite.window))
        except ColumnError as error:
            return str(error)
        cells = [np.flatnonzero(np.isin(profile.slot, slots)) for slots in windows]
        return [found for found in cells if profile.rows[found].sum()]

    @cached_property
    def _both(self) -> tuple[Both, list[Ints]]:
        """Both sets as counts, and the cells of the primary set's windows."""
        unit, plan = self._suite.unit, current(self._profile)
        reference = Counted.from_profile(self._profile)
        primary = self._of_rows(plan) if self._batches is None else Counted.from_profile(self._batches.counted(plan))
        if unit is None:
            reference, primary = (replace(side, unit=None) for side in (reference, primary))
        else:
            reference, primary = numbered(reference, primary)
        windows = [np.flatnonzero(primary.slot == i) for i in range(len(self._windows))]
        return Both(reference, primary, plan, unit), windows

    def _of_rows(self, plan: Plan) -> Counted:
        """Return new rows that are in memory as counts by a plan, of each window; the last slot is of rows in none."""
        frame, n_slots = self._primary, len(self._windows) + 1
        slot = np.full(frame.n_rows, n_slots - 1)
        for i, window in enumerate(self._windows):
            slot[window.rows] = i
        unit = None if self._suite.unit is None else frame.table.column(self._suite.unit)
        asked = {m.column for m in self._suite.monitor if m.watch in FROM_COUNTS and not m.where}
        columns = {
            name: frame.table.column(name) for name in plan if name in asked and name in frame.table.column_names
        }
        cells = cells_of(slot, unit, n_slots, limit=None)
        counts = count(plan, columns, cells, n_slots)
        return Counted(frame.name, frame.columns, cells.slot, cells.rows, cells.unit, counts, cells.values)

    def _from_counts(self, monitor: Monitor) -> Subject:
        unit, by = self._suite.unit, self._profile.unit_column
        if unit is not None and unit != by and monitor.watch != "volume":
            raise SuiteError(
                f'the profile {self._profile.name} does not tell rows apart by "{unit}"; make it with px.profile(…, unit="{unit}")'
            )
        if unit is not None and unit != by:
            if self._batches is not None:
                raise SuiteError(f'the profile {self._profile.name} does not tell rows apart by "{unit}"')
            rows = [w.rows for w in self._windows]
            profile = self._profile.rows
            return Subject(
                lambda at, again: fact(n := int(profile[at].sum()) if again else len(at), n),
                rows,
                self._own,
                np.arange(len(profile)),
            )
        both, windows = self._both
        return Subject(counted.reader(monitor, both), windows, self._own, np.arange(len(both.reference.rows)))

    def _vectors(self, monitor: Monitor) -> tuple[ColumnInfo, pa.ChunkedArray]:
        """Return an embedding: the column, and the new rows' vectors."""
        name = str(monitor.column)
        info = known(self._primary, name)
        how = self._profile.plan.get(name)
        if how is None:
            raise SuiteError(f'{self._profile.name} has no column "{name}" that could be profiled')
        if info.kind != "vector" or how.vectors is None:
            raise SuiteError(f'"{name}" holds no vectors')
        here = self._primary.table.column(name)
        if here.type.list_size != how.vectors.dimension:
            raise SuiteError(readings.dimensions(name, self._primary.name, here.type.list_size, how.vectors.dimension))
        return info, here

    def _centroid(self, monitor: Monitor, both: readings.Both) -> Read:
        info, here = self._vectors(monitor)
        profile = self._profile
        how, found = profile.plan[info.name].vectors, profile.counts[info.name].vectors
        if how is None or found is None:
            raise SuiteError(f'"{info.name}" holds no vectors')
        scale = how.scale
        new = readings.centroid_reader(
            both, here, lambda _rows, _again: (sums.off_grid(found.total.sum(axis=0), scale), int(found.n.sum())), None
        )

        def read(places: Ints, again: bool) -> Reading:
            return _of_slots(found, scale, np.unique(profile.slot[places])) if again else new(places, False)

        return read

    def _centroids(self, monitor: Monitor) -> Subject:
        """Return the distance of centroids where neither set's rows are there, and so no interval."""
        both, windows = self._both
        name = str(monitor.column)
        how = self._profile.plan.get(name)
        there = both.reference.of(name)[1].vectors
        here = both.primary.of(name)[1].vectors
        if how is None or how.vectors is None or there is None or here is None:
            raise SuiteError(f'"{name}" holds no vectors')
        scale = how.vectors.scale

        def read(cells: Ints, again: bool) -> Reading:
            slots = np.unique(both.side(again).slot[cells])
            if again:
                return _of_slots(there, scale, slots)
            n, whole = int(here.n[slots].sum()), int(there.n.sum())
            if not n or not whole:
                return Reading(n=n, reason="there is no vector")
            rest = sums.off_grid(there.total.sum(axis=0), scale) / whole
            mine = sums.off_grid(here.total[slots].sum(axis=0), scale) / n
            why = "an interval needs the rows, which are read in batches"
            return Reading(float(np.linalg.norm(mine - rest)), n=n, reason=why)

        return Subject(read, windows, self._own, np.arange(len(both.reference.rows)))

    def _by_sample(self, monitor: Monitor, both: readings.Both, rows: list[Ints]) -> Subject:
        """Let a classifier tell rows from the sample of vectors that the profile has."""
        info, _ = self._vectors(monitor)
        sample = self._profile.samples.get(info.name)
        if sample is None:
            raise SuiteError(
                f'"embedding" needs vectors of the reference, and the profile {self._profile.name} has none: make it with px.profile(…, sample_vectors=2000), or watch = "centroid"'
            )
        if self._suite.unit is not None:
            raise SuiteError('"embedding" with a unit needs the rows of the reference, of which a profile has a sample')
        flat = pa.array(np.ascontiguousarray(sample.matrix).ravel())
        table = pa.table({info.name: pa.FixedSizeListArray.from_arrays(flat, sample.matrix.shape[1])})
        columns = tuple(c for c in self._profile.columns if c.name == info.name)
        frame = Frame(self._profile.name, len(sample.row), columns, table)
        every = np.ones(frame.n_rows, dtype=bool)
        held = replace(both, reference=frame, kept=(every, both.kept[1]))
        own: list[Ints] | str = self._own
        if not isinstance(own, str):
            slots = [np.unique(self._profile.slot[cells]) for cells in own]
            own = [part for part in (np.flatnonzero(np.isin(sample.slot, s)) for s in slots) if len(part)]
        return Subject(readings.reader(monitor, held), rows, own, np.arange(frame.n_rows))

    def _share(self, monitor: Monitor, both: readings.Both, rows: list[Ints]) -> Subject:
        profile = self._profile
        found = counted.share_of(monitor.where, profile)
        unit = self._suite.unit
        if found is None or unit not in {None, profile.unit_column}:
            raise SuiteError(
                f"how many rows of the reference meet these conditions needs its rows, and {profile.name} is a profile, which tells one condition alone: missing, or some values of a category"
            )
        k, n = found
        new = readings.reader(monitor, both)
        lone = len(profile.unit_values) + np.arange(len(profile.unit))
        units = None if unit is None else np.where(profile.unit >= 0, profile.unit, lone)

        def read(places: Ints, again: bool) -> Reading:
            of = None if units is None else units[places]
            return counted.shared("share", k[places], n[places], of) if again else new(places, False)

        return Subject(read, rows, self._own, np.arange(len(profile.rows)))


def current(profile: Profile) -> Plan:
    """Return a profile's plan with the ends of all that was added to it."""
    result = {}
    for name, how in profile.plan.items():
        x = profile.counts[name].numbers
        if how.numbers is not None and x is not None and how.numbers.least is not None:
            ends = float(np.nanmin(x.ends[:, 0, 0])), float(np.nanmax(x.ends[:, 1, 0]))
            result[name] = replace(how, numbers=replace(how.numbers, least=ends[0], most=ends[1]))
        else:
            result[name] = how
    return result


def _of_slots(found: VectorCounts, scale: float, slots: Ints) -> Reading:
    """Return how far the centroid of some slots lies from that of the others."""
    n, whole = int(found.n[slots].sum()), int(found.n.sum())
    if n in {0, whole}:
        return Reading(n=n, reason="there is no vector" if not n else "the reference has no other vector")
    mine = found.total[slots].sum(axis=0)
    rest = sums.off_grid(found.total.sum(axis=0) - mine, scale) / (whole - n)
    return Reading(float(np.linalg.norm(sums.off_grid(mine, scale) / n - rest)), n=n)
