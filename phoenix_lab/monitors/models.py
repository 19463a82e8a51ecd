"""What is watched, and when it is an alarm: `Monitor`, `Limit`, `Suite`. A suite is a small TOML file; see `suite_file.py`."""

from __future__ import annotations

import math
import re
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Discriminator, Field, Tag, model_validator
from pydantic.dataclasses import dataclass

from phoenix_lab.profiles.durations import Duration
from phoenix_lab.recipes.conditions import AtRows, Condition, parts_of
from phoenix_lab.recipes.models import Performance, PerformanceMetric

_STRICT = ConfigDict(extra="forbid")

Watch = Literal[
    "drift",
    "rows",
    "embedding",
    "centroid",
    "missing",
    "type",
    "range",
    "new_categories",
    "duplicates",
    "volume",
    "freshness",
    "performance",
    "mean",
    "share",
]
"""What can be watched: PSI of a column; how well a classifier tells whole rows, or the vectors of an embedding, from the reference's (AUC); how far the centroid
of an embedding lies from the reference's; the share of missing values;
whether a column is there with its type; the share of values beyond the reference's range, or of categories that it does not have; the share of repeated
rows (of a column: values); the number of rows; the hours since the newest row; a metric of predictions; the mean of a column, such as a judge's
score; the share of rows that meet `where`."""

OF_COLUMN = frozenset({"drift", "embedding", "centroid", "missing", "type", "range", "new_categories", "mean"})
RATES = frozenset({"missing", "range", "new_categories", "duplicates", "share"})
"""What is a share of rows."""
WHOLE = frozenset({"type", "freshness"})
"""What is asked once of all rows, not window by window."""
_LOW_IS_BAD = frozenset(
    {"accuracy", "balanced_accuracy", "precision", "recall", "f1", "mcc", "roc_auc", "average_precision", "r2"}
)
_EITHER = frozenset({"calibration_bias", "bias"})

Finite = Annotated[float, Field(allow_inf_nan=False)]
_PERIODS = {"day": 1.0, "week": 7.0, "month": 30.44, "quarter": 91.31, "year": 365.25}


@dataclass(frozen=True, config=_STRICT)
class Limit:
    """When it is an alarm.

    Parameters
    ----------
    above, below
        A fixed limit, or both.
    change
        The reference's own value, more or less by so much; of what is only bad when it is high (low), upwards (downwards).
    percent
        The same in percent of the reference's value.
    """

    above: Finite | None = None
    below: Finite | None = None
    change: Annotated[Finite, Field(ge=0)] | None = None
    percent: Annotated[Finite, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _one_sort(self) -> Limit:
        sorts = [self.above is not None or self.below is not None, self.change is not None, self.percent is not None]
        if sum(sorts) != 1:
            raise ValueError('a limit has "above" and "below", or "change", or "percent"')
        return self


def _sort(limit: Any) -> str:
    return "word" if isinstance(limit, str) else "number" if isinstance(limit, int | float) else "table"


Limited = Annotated[
    Annotated[Limit, Tag("table")] | Annotated[Finite, Tag("number")] | Annotated[Literal["calibrated"], Tag("word")],
    Discriminator(_sort),
]


@dataclass(frozen=True, config=_STRICT)
class Monitor:
    """Something to watch, with a limit.

    Parameters
    ----------
    watch
        What: see `Watch`.
    column
        Of drift, embedding, centroid, missing, type, range, new_categories and mean; of duplicates, if only its values are looked at.
    limit
        A number (above which, or of what is bad when it is low below which, is an alarm), a `Limit`, or "calibrated": from how much the reference's own windows vary, within
        the suite's `false_alarms`. Of "type" it is not needed.
    metric
        Of performance.
    predictions
        Which predictions, where `Performance()` does not find them.
    where
        Conditions that rows must meet, in both sets; of "share" those that are counted.
    kind
        Of drift, range and new_categories: what the column's values are, where that is guessed otherwise: numbers that are codes, as in
        `Schema.discrete_column_names`, or quantities that look like some.
    between
        Of mean: the two values that no row can be beyond; a fixed limit then holds over any number of looks.
    name
        How it is called; None makes a name of what is watched.
    severity
        "critical" or "warning".
    grace
        How often before it is an alarm: "3 of 5" windows.
    note
        For whoever gets the alarm: whom to ask, what to do.
    """

    watch: Watch
    column: str | None = None
    limit: Limited | None = None
    metric: PerformanceMetric | None = None
    predictions: Performance | None = None
    where: tuple[Condition, ...] = ()
    kind: Literal["number", "category"] | None = None
    between: tuple[Finite, Finite] | None = None
    name: str | None = None
    severity: Literal["critical", "warning"] = "critical"
    grace: Annotated[str, Field(pattern=r"^\s*[1-9]\d? of [1-9]\d?\s*$")] | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _fits(self) -> Monitor:
        if (self.column is None) and self.watch in OF_COLUMN:
            raise ValueError(f'"{self.watch}" needs a column')
        if self.column is not None and self.watch not in OF_COLUMN | {"duplicates"}:
            raise ValueError(f'"{self.watch}" has no column of its own')
        if (self.metric is None) == (self.watch == "performance"):
            raise ValueError(
                '"performance" needs a metric' if self.metric is None else f'"{self.watch}" has no metric of its own'
            )
        if self.watch == "share" and not self.where:
            raise ValueError('"share" needs conditions, where = [{ kind = "range", column = "age", high = 18 }]')
        if any(isinstance(c, AtRows) for c in parts_of(self.where)):
            raise ValueError(
                "rows by their places are other rows in other data; a monitor needs conditions of what they hold"
            )
        if self.limit is None and self.watch != "type":
            raise ValueError('it needs a limit: a number, { change = 0.02 }, or "calibrated"')
        if self.limit == "calibrated" and self.watch in WHOLE:
            raise ValueError(f'"{self.watch}" has nothing to be calibrated by; give it a number')
        if self.kind is not None and self.watch not in {"drift", "range", "new_categories"}:
            raise ValueError(f'"{self.watch}" takes no kind: it is of drift, range and new_categories')
        if self.between is not None and (self.watch != "mean" or not self.between[0] < self.between[1]):
            raise ValueError('"between" is two rising values, and of "mean" alone')
        if self.grace is not None and self.grace_of[0] > self.grace_of[1]:
            raise ValueError(f'grace "{self.grace}" can never be')
        return self

    @property
    def title(self) -> str:
        """Its name, or what is watched."""
        if self.name is not None:
            return self.name
        what = self.metric or self.watch.replace("_", " ")
        return what if self.column is None else f"{self.column}: {what}"

    @property
    def side(self) -> Literal["above", "below", "both"]:
        """Where it is bad."""
        if self.watch == "performance":
            return "below" if self.metric in _LOW_IS_BAD else "both" if self.metric in _EITHER else "above"
        return "both" if self.watch in {"mean", "share", "volume"} else "above"

    @property
    def grace_of(self) -> tuple[int, int]:
        """So many of so many windows."""
        few, many = re.findall(r"\d+", self.grace or "1 of 1")
        return int(few), int(many)

    def bounds(self, reference: tuple[float, float, float] | None) -> tuple[float | None, float | None]:
        """Return below what and above what it is an alarm.

        Parameters
        ----------
        reference
            The reference's value with its interval, (lower, value, upper): how unsure it is does not count against the windows. None where it is not known.
        """
        limit = self.limit
        if limit is None:
            return None, 0.0
        if limit == "calibrated":
            return None, None
        if not isinstance(limit, Limit):
            return (float(limit), None) if self.side == "below" or self.watch == "volume" else (None, float(limit))
        if limit.change is None and limit.percent is None:
            return limit.below, limit.above
        if reference is None:
            return None, None
        by = limit.change if limit.change is not None else abs(reference[1]) * (limit.percent or 0) / 100
        return (
            reference[0] - by if self.side != "above" else None,
            reference[2] + by if self.side != "below" else None,
        )

    @property
    def is_relative(self) -> bool:
        """Whether the limit is the reference's own value, more or less."""
        return isinstance(self.limit, Limit) and (self.limit.change is not None or self.limit.percent is not None)


@dataclass(frozen=True, config=_STRICT)
class Suite:
    """Monitors that are checked together.

    Parameters
    ----------
    monitor
        The monitors.
    name
        How it is called.
    note
        Whose it is.
    window
        How the rows are cut by their time: "1d", "7d", "1mo"; None is one window, all of them.
    timestamp
        Column of time, where it is not found.
    unit
        Column whose values group rows that are not independent of each other.
    false_alarms
        How many false alarms the monitors may give together, however often one looks: "1 per quarter" (without `window` a check counts as a
        day), or "5 %" that there is ever one.
        None judges each window by itself.
    """

    monitor: tuple[Monitor, ...]
    name: str = "monitors"
    note: str | None = None
    window: str | None = None
    timestamp: str | None = None
    unit: str | None = None
    false_alarms: str | None = None

    @model_validator(mode="after")
    def _fits(self) -> Suite:
        if not self.monitor:
            raise ValueError("there is no monitor; begin one with [[monitor]]")
        if self.window is not None:
            Duration.parse(self.window)
        if self.false_alarms is not None:
            self.budget_of(self.false_alarms)
        titles = [m.title for m in self.monitor]
        twice = sorted({t for t in titles if titles.count(t) > 1})
        if twice:
            raise ValueError(f'two monitors are called "{twice[0]}"; give one of them a name')
        for monitor in self.monitor:
            if monitor.limit == "calibrated" and self.false_alarms is None:
                raise ValueError(
                    f'"{monitor.title}" is calibrated, for which the suite has to say how many false alarms may be: false_alarms = "1 per quarter"'
                )
        return self

    @staticmethod
    def budget_of(text: str) -> tuple[float | None, float | None]:
        """Return the days that one false alarm may be in, or the chance that there is ever one."""
        share = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*%\s*", text)
        rate = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(?:per|a)\s+(day|week|month|quarter|year)\s*", text)
        if share and 0 < float(share[1]) <= 50:
            return None, float(share[1]) / 100
        if rate and float(rate[1]) > 0 and math.isfinite(float(rate[1])):
            return _PERIODS[rate[2]] / float(rate[1]), None
        raise ValueError(f'false_alarms "{text}" is neither such as "1 per quarter" nor such as "5 %"')


def as_suite(given: Any) -> Suite:
    """Return a suite from one, from a monitor or from several."""
    if isinstance(given, Suite):
        return given
    return Suite(monitor=(given,) if isinstance(given, Monitor) else tuple(given))
