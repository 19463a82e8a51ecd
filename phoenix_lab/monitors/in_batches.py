"""New rows that are read batch by batch, and what of a check they can be asked."""

from __future__ import annotations

import copy
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.engine.run import inferences
from phoenix_lab.inferences.batches import Batches, is_source
from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.inferences import Inferences
from phoenix_lab.inferences.naming import caller_name
from phoenix_lab.monitors.models import Suite
from phoenix_lab.monitors.suite_file import SuiteError
from phoenix_lab.monitors.windows import AHEAD, Window
from phoenix_lab.profiles.batched import counted, extent, of_batches, time_column
from phoenix_lab.profiles.columns import ColumnError
from phoenix_lab.profiles.durations import iso
from phoenix_lab.profiles.plan import Plan
from phoenix_lab.profiles.profile import Profile, ProfileError, of_frame
from phoenix_lab.profiles.slots import Slots, slots_of
from phoenix_lab.profiles.time import TimeAxis


def sets_of(
    suite: Suite, primary: Any, reference: Any
) -> tuple[Inferences | Batches | None, Inferences | Profile | None]:
    """Return both sets; where one is read in batches the reference is a profile.

    Raises
    ------
    SuiteError
        A source cannot be read or counted.
    """
    try:
        first, second = _source(primary, "primary"), _source(reference, "reference")
        rows = first if isinstance(first, Batches) else inferences(first, "primary")
        if isinstance(second, Batches):
            return rows, of_batches(second, unit=suite.unit, step=suite.window, columns=_watched(suite, second))
        held = second if isinstance(second, Profile) else inferences(second, "reference")
        if not isinstance(rows, Batches) or not isinstance(held, Inferences) or held.n_rows == 0:
            return rows, held
        frame = held.frame(_watched(suite, held), name=held.name)
        return rows, of_frame(frame, unit=suite.unit, step=suite.window)
    except (ProfileError, ColumnError) as error:
        raise SuiteError(str(error)) from None
    except ValueError as error:
        if is_source(primary) or is_source(reference):
            raise SuiteError(str(error)) from None
        raise


def provenance(
    primary: Inferences | Batches, n_rows: int, reference: Inferences | Profile | None, *, given: Any
) -> dict[str, dict[str, Any]]:
    """Return what each set was read by; `given` is the reference as it was passed."""
    told: dict[str, dict[str, Any]] = {"primary": {"engine": _engine(primary), "rows": n_rows}}
    if reference is not None:
        edges = getattr(reference, "edges", {})
        sampled = f"sample of {max(edges.values()):,} rows" if edges else "exact"
        told["reference"] = {"engine": _engine(given), "rows": len(reference), "edges": sampled}
    return told


def _engine(given: Any) -> str:
    if isinstance(given, Profile):
        return "profile"
    return given.engine if isinstance(given, Batches) else "parquet" if is_source(given) else "memory"


def _source(given: Any, usual: str) -> Any:
    """Return rows that are read in batches with a name; anything else as it is."""
    if is_source(given):
        return Batches(given)
    if isinstance(given, Batches) and given.name is None:
        called = caller_name(given) or usual
        given = copy.copy(given)
        given.name = called
    return given


def _watched(suite: Suite, given: Batches | Inferences) -> list[str]:
    """Return the columns that a suite's monitors need of rows that are counted."""
    names = {m.column for m in suite.monitor} | {suite.unit, suite.timestamp, time_column(given.columns)}
    return [c.name for c in given.columns if c.name in names and c.problem is None]


class InBatches:
    """The new rows of a check.

    Parameters
    ----------
    source
        Where they are.
    suite
        What is asked.

    Raises
    ------
    SuiteError
        They cannot be read, or have no time to be cut by.
    """

    def __init__(self, source: Batches, suite: Suite) -> None:
        self._source, self._suite, self._name = source, suite, source.name or "primary"
        self._when = time_column(source.columns)
        if suite.timestamp not in {None, self._when}:
            raise SuiteError(
                f'"{suite.timestamp}" is not the time of {self._name}: name it in the schema, px.Batches(…, px.Schema(timestamp_column_name="{suite.timestamp}"))'
            )
        try:
            found = extent(source, self._when)
        except ValueError as error:
            raise SuiteError(str(error)) from None
        self.n_rows, self.n_timed = found.n_rows, found.n_timed
        self.axis: TimeAxis | None = found.axis
        if self.n_rows == 0:
            raise SuiteError(f"{self._name} has no rows")
        if suite.window is not None and self.axis is None:
            raise SuiteError(f"{self._name} has no column of time to cut windows of {suite.window} by")

    @staticmethod
    def nothing(source: Batches) -> Frame:
        """Return a frame with the columns of a source and none of its rows."""
        return Frame(source.name or "primary", 0, source.columns, pa.table({}))

    @cached_property
    def slots(self) -> Slots:
        """The windows, as slots; one for all rows where they are not cut."""
        if self._suite.window is None or self.axis is None:
            return Slots()
        try:
            return slots_of(self._when, self.axis, self._suite.window)
        except ValueError as error:
            raise SuiteError(f"{self._name}: {error}") from None

    def windows(self, *, now: int, at: str | None) -> list[Window]:
        """Return the windows; refuses rows that lie in the future."""
        none = np.empty(0, dtype=np.int64)
        zone = None if self.axis is None else self.axis.zone
        if self._suite.window is None or self.axis is None or self.axis.span is None:
            start, end = (None, None) if self.axis is None or self.axis.span is None else self.axis.span
            key = at or ("" if start is None else iso(start, zone))
            return [Window(key, start, None if end is None else end + 1, none, zone, self.n_rows)]
        if self.axis.span[1] > now + AHEAD:
            raise SuiteError(
                f"{self._name}: rows lie in the future, up to {iso(self.axis.span[1], zone)}: they, or this clock ({iso(now, None)}), are wrong"
            )
        made = self._rows_by_slot
        return [
            Window(iso(int(s), zone), int(s), int(e), none, zone, int(made[i]))
            for i, (s, e) in enumerate(zip(self.slots.starts, self.slots.ends, strict=True))
        ]

    @cached_property
    def _rows_by_slot(self) -> NDArray[np.int64]:
        return counted(self._source, {}, self.slots, unit=None, name=self._name).rows

    def counted(self, plan: Plan) -> Profile:
        """Return the new rows as counts by a plan; columns that the plan does not have are left out.

        Raises
        ------
        SuiteError
            They cannot be counted so.
        """
        watched = {m.column for m in self._suite.monitor if not m.where}
        here = {c.name: c for c in self._source.columns if c.name in watched}
        some = {name: replace(how, info=here[name]) for name, how in plan.items() if name in here}
        summed = [m.column for m in self._suite.monitor if m.watch == "mean" and m.column is not None]
        try:
            return counted(self._source, some, self.slots, unit=self._suite.unit, name=self._name, summed=summed)
        except ProfileError as error:
            raise SuiteError(str(error)) from None

    def as_reference(self) -> Profile:
        """Return the new rows as their own reference, for what needs none."""
        try:
            return of_batches(self._source, unit=self._suite.unit, columns=_watched(self._suite, self._source))
        except ProfileError as error:
            raise SuiteError(str(error)) from None
