"""What a check comes to: a table, a rich display, and data for whoever reads it next."""

from __future__ import annotations

import html
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from phoenix_lab.findings.numbers import estimate, measure, plain, share
from phoenix_lab.monitors.judge import Bounds, Judged, Power, State
from phoenix_lab.monitors.models import RATES, Monitor, Suite

if TYPE_CHECKING:
    from phoenix_lab.monitors.history import Entry

_MARK: dict[str, str] = {"alarm": "●", "well": "✓", "not enough data": "–", "could not run": "✗"}
_COLOUR = {
    "alarm": "var(--jp-error-color1, #c62828)",
    "well": "var(--jp-success-color1, #2e7d32)",
    "not enough data": "var(--jp-ui-font-color2, #666)",
    "could not run": "var(--jp-warn-color0, #a35200)",
}
"""JupyterLab's, in either theme; elsewhere as they stand here."""
_SCORES = frozenset({"drift", "embedding", "rows"})
"""What is told with two decimals, as in the columns of the overview."""


@dataclass(frozen=True)
class MonitorResult:
    """One monitor.

    Parameters
    ----------
    monitor
        What was asked.
    bounds
        Below and above what it is an alarm; nothing where that is calibrated.
    entries, judged
        Its windows, kept ones too, in order, and what each comes to.
    new
        Which of them are of this check.
    n_own
        Windows of the reference that it was calibrated by.
    power
        What a calibrated limit leaves to be seen.
    so_far
        Of a rate, or of bounded means, all windows together: (lower, value, upper), bounds that hold at all times.
    problem
        Why it could not run.
    note
        What was passed over.
    """

    monitor: Monitor
    bounds: Bounds = (None, None)
    entries: tuple[Entry, ...] = ()
    judged: tuple[Judged, ...] = ()
    new: tuple[bool, ...] = ()
    n_own: int = 0
    power: Power | None = None
    so_far: tuple[float, float, float] | None = None
    problem: str | None = None
    note: str | None = None

    @property
    def alarms(self) -> list[int]:
        """The places of this check's windows that are an alarm."""
        return [i for i, (new, j) in enumerate(zip(self.new, self.judged, strict=True)) if new and j.state == "alarm"]

    @property
    def last(self) -> int | None:
        """The place of this check's last window."""
        return max((i for i, new in enumerate(self.new) if new), default=None)

    @property
    def state(self) -> State | Literal["could not run"]:
        """An alarm where one of this check's windows is, else what the last comes to."""
        if self.problem is not None or self.last is None:
            return "could not run"
        return "alarm" if self.alarms else self.judged[self.last].state

    @property
    def shown(self) -> int | None:
        """The place of the window that is told of: the last alarm, or the last."""
        return self.alarms[-1] if self.alarms else self.last

    def row(self) -> dict[str, Any]:
        """Return what is to be said, JSON values only."""
        i = self.shown
        entry = None if i is None else self.entries[i]
        found = None if i is None else self.judged[i]
        since = None if found is None or found.since is None else self.entries[found.since].window
        reading = None if entry is None else entry.reading
        return {
            "monitor": self.monitor.title,
            "watch": self.monitor.watch,
            "state": self.state,
            "severity": self.monitor.severity,
            "window": None if entry is None else entry.window,
            "value": None if reading is None else reading.value,
            "lower": None if reading is None else reading.lower,
            "upper": None if reading is None else reading.upper,
            "n": None if reading is None else reading.n,
            "below": self.bounds[0],
            "above": self.bounds[1],
            "evidence": None if found is None else found.evidence,
            "since": since,
            "so_far": None if self.so_far is None else self.so_far[1],
            "so_far_lower": None if self.so_far is None else self.so_far[0],
            "so_far_upper": None if self.so_far is None else self.so_far[2],
            "windows": len(self.entries),
            "alarms": len(self.alarms),
            "power": None if self.power is None else self.power.change,
            "power_windows": None if self.power is None else self.power.windows,
            "sentence": self.sentence(),
            "note": self.monitor.note,
        }

    def sentence(self) -> str:
        """Say what it comes to."""
        if self.problem is not None:
            return self.problem
        i = self.shown
        if i is None:
            return "it has no window"
        reading, found = self.entries[i].reading, self.judged[i]
        parts = []
        if self.monitor.watch == "type":
            parts.append(reading.reason or "as in the reference")
        elif reading.value is not None:
            parts.append(self._number(reading.value, *self.bounds))
            if reading.lower is not None and reading.upper is not None and reading.lower < reading.upper:
                low, high = (self._number(end, *self.bounds) for end in (reading.lower, reading.upper))
                parts[-1] += f" (90 % interval {low} to {high})"
            if self.monitor.watch == "freshness":
                parts[-1] += " hours since the newest row"
            else:
                parts[-1] += " rows" if self.monitor.watch == "volume" else f" of {reading.n:,} rows"
        parts += [self._limit()] if self.monitor.watch != "type" else []
        if found.state == "not enough data" and found.reason:
            parts.append(found.reason)
        if found.since is not None and found.since != i:
            parts.append(f"since {self.entries[found.since].window}")
        if len(self.alarms) > 1 or (self.alarms and self.alarms[-1] != self.last):
            parts.append(f"an alarm in {len(self.alarms)} of {sum(self.new)} windows")
        return "; ".join(part for part in [*parts, self.note] if part)

    def _limit(self) -> str:
        low, high = (None if end is None else self._bound(end) for end in self.bounds)
        if low is None and high is None:
            seen = (
                ""
                if self.power is None
                else f", which will see a change of {self._number(self.power.change)} in {self.power.windows} windows"
            )
            return f"calibrated by {self.n_own:,} windows of the reference{seen}"
        if low is not None and high is not None:
            return f"limits {low} and {high}"
        return f"limit {high if low is None else low}"

    def _number(self, value: float, *bounds: float | None) -> str:
        """Write a number as the screen does, so that what is beyond a bound is not written as the bound is."""
        if self.monitor.watch in RATES:
            return plain(share(value))
        if self.monitor.watch in _SCORES:
            digits = (estimate(value, bound) for bound in bounds if bound is not None)
            return plain(max(digits, key=len, default=estimate(value)))
        return plain(measure(value))

    def _bound(self, value: float) -> str:
        """Write a bound as it was given: one of a rate may be smaller than what is told of rates."""
        return f"{100 * value:.3g} %" if self.monitor.watch in RATES else plain(measure(value))


@dataclass(frozen=True)
class CheckResult:
    """What a check comes to; `table` has a row a monitor, `windows` one a monitor and window.

    Parameters
    ----------
    suite
        What was asked.
    monitors
        The answers, in the suite's order.
    primary, reference
        The sets' names.
    checked
        When, ISO 8601.
    provenance
        Of each set: what its rows were read by ("memory", "parquet", "duckdb", "polars", "arrow"; "profile" without rows), how many there were, and of the
        reference whether edges are exact or of a sample.
    """

    suite: Suite
    monitors: tuple[MonitorResult, ...]
    primary: str
    reference: str | None
    checked: str = field(compare=False)
    provenance: dict[str, dict[str, Any]] = field(default_factory=dict, compare=False)

    @property
    def state(self) -> State | Literal["could not run"]:
        """The worst of the monitors': could not run, alarm, not enough data, well."""
        states = {m.state for m in self.monitors}
        worst: tuple[State | Literal["could not run"], ...] = ("could not run", "alarm", "not enough data")
        return next((state for state in worst if state in states), "well")

    @property
    def exit_code(self) -> int:
        """0 without an alarm, 1 with one, 2 where something could not run."""
        return {"could not run": 2, "alarm": 1}.get(self.state, 0)

    @property
    def alarms(self) -> tuple[MonitorResult, ...]:
        """The monitors that are an alarm."""
        return tuple(m for m in self.monitors if m.state == "alarm")

    @property
    def table(self) -> Any:
        """A row a monitor, as a pyarrow Table."""
        import pyarrow as pa

        return pa.Table.from_pylist([m.row() for m in self.monitors])

    def to_pandas(self) -> Any:
        """Return `table` as a pandas DataFrame."""
        return self.table.to_pandas()

    @property
    def windows(self) -> Any:
        """A row a monitor and window, kept ones too, as a pyarrow Table."""
        import pyarrow as pa

        return pa.Table.from_pylist(
            [
                {
                    "monitor": m.monitor.title,
                    "window": e.window,
                    "until": e.until,
                    "new": new,
                    "state": j.state,
                    "value": e.reading.value,
                    "lower": e.reading.lower,
                    "upper": e.reading.upper,
                    "n": e.reading.n,
                    "evidence": j.evidence,
                    "since": None if j.since is None else m.entries[j.since].window,
                    "reason": j.reason or e.reading.reason,
                }
                for m in self.monitors
                for e, j, new in zip(m.entries, m.judged, m.new, strict=True)
            ]
        )

    def to_dict(self) -> dict[str, Any]:
        """Return everything that is to be said, JSON values only."""
        return {
            "suite": self.suite.name,
            "note": self.suite.note,
            "state": self.state,
            "exit_code": self.exit_code,
            "primary": self.primary,
            "reference": self.reference,
            "checked": self.checked,
            "provenance": self.provenance,
            "false_alarms": self.suite.false_alarms,
            "monitors": [m.row() for m in self.monitors],
        }

    def heading(self) -> str:
        """Say the whole in a line."""
        counts: Counter[str] = Counter(m.state for m in self.monitors)
        told = ", ".join(f"{counts[state]} {state}" for state in _MARK if counts[state])
        against = "" if self.reference is None else f" against {self.reference}"
        return f"{self.suite.name}: {self.primary}{against}: {told}"

    def promise(self) -> str:
        """Say what false alarms are to be expected."""
        if self.suite.false_alarms is None:
            return "Each window is judged by itself: of those that are just at their limit, 5 % alarm."
        return f"False alarms of all monitors together, however often one looks: at most {self.suite.false_alarms}."

    def __repr__(self) -> str:
        """Return heading and a line a monitor."""
        width = max(len(m.monitor.title) for m in self.monitors)
        lines = [f"{_MARK[m.state]} {m.state:<15} {m.monitor.title:<{width}}  {m.sentence()}" for m in self.monitors]
        return "\n".join([self.heading(), *lines, self.promise()])

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><td style="text-align:left;white-space:nowrap;color:{_COLOUR[m.state]}">{_MARK[m.state]} {html.escape(m.state)}</td>'
            + "".join(
                f'<td style="text-align:left">{html.escape(text)}</td>'
                for text in (m.monitor.title, m.sentence(), m.monitor.severity, m.monitor.note or "")
            )
            + "</tr>"
            for m in self.monitors
        )
        names = "".join(
            f'<th scope="col" style="text-align:left">{name}</th>'
            for name in ("state", "monitor", "what", "severity", "note")
        )
        return (
            f"<div><p><strong>{html.escape(self.heading())}</strong></p><table><thead><tr>{names}</tr></thead>"
            f"<tbody>{rows}</tbody></table><p>{html.escape(self.promise())}</p></div>"
        )
