"""`TimeSeries`: a metric through time, with the rows behind each point and what the reference does by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, get_args

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.profiles.columns import vectors
from phoenix_lab.profiles.durations import Duration, iso
from phoenix_lab.profiles.pairs import Pair, of_numbers, pair
from phoenix_lab.profiles.time import TimeAxis, Windows, axis_of, choices, choose_window, in_zone, windows
from phoenix_lab.recipes import performance, retrieval
from phoenix_lab.recipes import window_metrics as wm
from phoenix_lab.recipes.models import Performance, PerformanceMetric, Retrieval, TimeSeries
from phoenix_lab.recipes.output import Output, Progress, RecipeError
from phoenix_lab.recipes.performance_metrics import chosen, measures
from phoenix_lab.recipes.performance_series import in_windows, through_time
from phoenix_lab.recipes.read_predictions import read
from phoenix_lab.recipes.sets import Units, described, generator, how_compared, known, units_of, wanted
from phoenix_lab.stats.multiplicity import permutation_p

LABELS = {
    "psi": "PSI",
    "js": "Jensen-Shannon distance",
    "ks": "Kolmogorov-Smirnov distance",
    "wasserstein": "Wasserstein distance in standard deviations",
    "mean": "Mean",
    "missing": "Missing",
    "count": "Rows",
    "euclidean": "Distance of centroids",
    "cosine": "Cosine distance of centroids",
    "accuracy": "Accuracy",
}
OF_PREDICTIONS = get_args(PerformanceMetric)
DISTANCES = {"psi", "js", "ks", "wasserstein", "euclidean", "cosine"}
LEVEL = 0.95
OWN_WINDOWS = 20
"""From this many windows on the reference's quantiles are its band."""
TWO_SIDED = 39
"""As many are needed where a band has two ends: then 1 in 40 further windows lies beyond each of the outermost."""
FEW_WINDOWS = 6
"""From this many on all of them are: a further window like k others is beyond them all with probability 1 / (k + 1) a side.
With fewer, random parts of the reference have to do, which know nothing of what rows of one time have in common."""
PARTS = 200
MOST_ROUNDS = 40
BUDGET = 60_000_000
"""Values looked at for the band: about a second. Beyond it fewer parts have to do, as many as windows would."""

COST = 10
"""What a metric of predictions costs a row, where a count costs 1."""

CHANGES = 999
SHORTEST = 6
"""Windows that a change is looked for in, at least."""


@dataclass(frozen=True)
class _Subject:
    """What is followed.

    Parameters
    ----------
    metric
        Its name.
    measure
        Its function.
    metrics
        What could be followed instead.
    width
        What a value of one row costs in a window.
    told
        What metrics of predictions are called.
    positive
        The class that they look for, of two.
    """

    metric: str
    measure: wm.Measure
    metrics: tuple[str, ...]
    width: int = 1
    told: Mapping[str, str] = field(default_factory=dict)
    positive: str | None = None

    @property
    def labels(self) -> dict[str, str]:
        """What each metric is called."""
        return {name: self.told.get(name) or LABELS[name] for name in self.metrics}


def needs(
    recipe: TimeSeries, primary: Iterable[ColumnInfo], reference: Iterable[ColumnInfo] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns to read of both sets: the column, time, the unit, and for metrics of predictions those that tell of them."""
    own, other = tuple(primary), None if reference is None else tuple(reference)
    names = wanted([recipe.column, recipe.unit], own, other)
    if recipe.retrieval is not None:
        more = retrieval.needs(retrieval.without_groups(recipe.retrieval), own, other)
        return tuple(dict.fromkeys(names[0] + more[0])), tuple(dict.fromkeys(names[1] + more[1]))
    if recipe.metric not in OF_PREDICTIONS and recipe.column is not None:
        return names
    more = performance.needs(_predictions(recipe), own, other)
    return tuple(dict.fromkeys(names[0] + more[0])), tuple(dict.fromkeys(names[1] + more[1]))


def _predictions(recipe: TimeSeries) -> Performance:
    """Return which predictions are followed: every row of them, whatever the recipe's own window and segment."""
    return replace(recipe.predictions or Performance(), segment=None, window=None, where=(), unit=recipe.unit)


def compute(
    recipe: TimeSeries, primary: Frame, reference: Frame | None, corpus: Frame | None, progress: Progress
) -> Output:
    """Compute the table."""
    progress("Windows", 0.0)
    axis = axis_of(primary)
    if axis is None:
        raise RecipeError(f"{primary.name} has no column of time: name one as the timestamp in its schema")
    if axis.span is None:
        raise RecipeError(f"no row of {primary.name} has a time")
    other = None if reference is None else axis_of(reference)
    if other is not None and other.span is None:
        other = None
    column = primary.with_role("timestamp")
    if recipe.zone is not None:
        name = "" if column is None else column.name
        axis = in_zone(axis, recipe.zone, name)
        other = None if other is None else in_zone(other, recipe.zone, name)
    units = units_of(recipe.unit, primary, reference)
    if recipe.retrieval is not None:
        subject = _of_retrieval(recipe, recipe.retrieval, (primary, reference, corpus), units, progress)
    else:
        subject = _subject(recipe, primary, reference, units)
    cut = _windows(recipe, axis, other)
    sides: list[tuple[int, str, TimeAxis]] = [(wm.PRIMARY, "primary", axis)]
    if other is not None:
        sides.insert(0, (wm.REFERENCE, "reference", other))
    tables: list[pa.Table] = []
    series: dict[int, tuple[Windows, wm.Points]] = {}
    for k, (side, name, when) in enumerate(sides):
        progress("Windows", 0.1 + 0.5 * k / len(sides))
        kept = _covering(cut, when)
        points = subject.measure(side, wm.Cut.of_time(when, kept))
        series[side] = kept, points
        tables.append(_table(name, kept, points, axis.zone))
    progress("Band", 0.6)
    band = (
        None
        if reference is None
        else _band(subject, series, reference, units, generator("band", recipe.column or subject.metric))
    )
    overlap = other is not None and _overlap(axis, other)
    span = _union(axis, other)
    progress("Band", 1.0)
    meta = {
        "column": recipe.column,
        "metric": subject.metric,
        "label": subject.labels[subject.metric],
        "window": str(cut.window),
        "step": str(cut.step),
        "windows": [{"value": str(d), "label": d.label} for d in choices(span, axis.kind, cut.window, cut.step)],
        "metrics": [{"value": m, "label": label} for m, label in subject.labels.items()],
        "positive": subject.positive,
        "band": band,
        "change": _change(series, axis.zone, overlap=overlap, rng=generator("change", recipe.column or subject.metric)),
        "time": {"column": column.name if column else None, "kind": axis.kind, "zone": axis.zone},
        "boundary": _boundary(axis, other) if other is not None and not overlap else None,
        "overlap": overlap,
        "untimed": {
            "primary": int((~axis.present).sum()),
            "reference": None if other is None else int((~other.present).sum()),
        },
        "unit": None if units is None else units.meta,
        "primary": described(primary),
        "reference": described(reference),
    }
    return Output(pa.concat_tables(tables), meta=meta)


def _windows(recipe: TimeSeries, axis: TimeAxis, other: TimeAxis | None) -> Windows:
    span = _union(axis, other)
    n = len(axis.instants) + (len(other.instants) if other is not None else 0)
    chosen = choose_window(span, axis.kind, n)
    step = Duration.parse(recipe.step) if recipe.step is not None else None
    if recipe.window is not None:
        window = Duration.parse(recipe.window)
    else:
        window = step if step is not None and step.seconds > chosen.seconds else chosen
    return windows(span, window, step or window, axis.zone)


def _union(axis: TimeAxis, other: TimeAxis | None) -> tuple[int, int]:
    spans = [a.span for a in (axis, other) if a is not None and a.span is not None]
    return min(s[0] for s in spans), max(s[1] for s in spans)


def _covering(cut: Windows, axis: TimeAxis) -> Windows:
    """Return the windows from a set's first row to its last."""
    if axis.span is None:
        return cut.only(slice(0, 0))
    holds = (cut.ends > axis.span[0]) & (cut.starts <= axis.span[1])
    places = np.flatnonzero(holds)
    return cut.only(slice(int(places[0]), int(places[-1]) + 1)) if len(places) else cut.only(slice(0, 0))


def _overlap(axis: TimeAxis, other: TimeAxis) -> bool:
    if axis.span is None or other.span is None:
        return False
    return axis.span[0] <= other.span[1] and other.span[0] <= axis.span[1]


def _boundary(axis: TimeAxis, other: TimeAxis) -> str | None:
    if axis.span is None or other.span is None:
        return None
    return iso(max(axis.span[0], other.span[0]), axis.zone)


def _table(name: str, cut: Windows, points: wm.Points, zone: str | None) -> pa.Table:
    kind = pa.timestamp("us", tz=zone)

    def floats(values: NDArray[np.float64]) -> pa.Array:
        return pa.array(values, mask=~np.isfinite(values))

    return pa.table(
        {
            "set": pa.array([name] * len(cut), pa.string()),
            "start": pa.array(cut.starts, pa.int64()).cast(kind),
            "end": pa.array(cut.ends, pa.int64()).cast(kind),
            "n": pa.array(points.n, pa.int64()),
            "missing": pa.array(points.missing, pa.int64()),
            "value": floats(points.value),
            "lower": floats(points.lower),
            "upper": floats(points.upper),
        }
    )


def _subject(recipe: TimeSeries, primary: Frame, reference: Frame | None, units: Units | None) -> _Subject:
    """Return the metric's function, after the column's kind and what there is to compare it with."""
    if recipe.column is None:
        return _of_predictions(recipe, primary, reference, units)
    column = known(primary, recipe.column)
    data = primary.table.column(column.name)
    there = None if reference is None else known(reference, recipe.column)
    other = data.slice(0, 0) if reference is None else reference.table.column(column.name)
    alone = reference is None
    how = how_compared(column, there, data.type, None if alone else other.type)
    metrics: tuple[str, ...]
    if how == "vectors":
        metrics = () if alone else ("euclidean", "cosine")
    elif how == "numbers":
        metrics = ("mean",) if alone else ("psi", "mean", "ks", "wasserstein", "js")
    elif how == "categories":
        metrics = () if alone else ("psi", "js")
        if column.kind == "boolean":
            metrics = (*metrics, "mean")
    else:
        metrics = ()
    metrics = (*metrics, "missing", "count")
    if all(primary.with_role(role) for role in ("prediction_label", "actual_label")):
        metrics = (*metrics, "accuracy")
    metric = recipe.metric or (metrics[0] if metrics[0] != "missing" else "count")
    if metric not in metrics:
        why = " without a reference set" if alone and metric in DISTANCES else ""
        offered = ", ".join(metrics)
        if metric in OF_PREDICTIONS:
            why = f": it is of predictions, so leave the column out, TimeSeries(metric={metric!r})"
        raise RecipeError(f'"{metric}" cannot be computed for "{column.name}"{why}; there are {offered}')
    if metric == "count":
        return _Subject(metric, wm.count(), metrics)
    if metric == "accuracy":
        return replace(_of_predictions(recipe, primary, reference, units), metrics=metrics)
    if how == "vectors":
        if metric != "missing" and data.type.list_size != other.type.list_size:
            raise RecipeError(
                f'"{column.name}" has {data.type.list_size} dimensions in one set, {other.type.list_size} in the other'
            )
        (matrix_r, usable_r), (matrix_p, usable_p) = vectors(other), vectors(data)
        if metric == "missing":
            return _Subject(metric, wm.missing((usable_r, usable_p), units), metrics)
        return _Subject(
            metric, wm.centroids((matrix_r, matrix_p), (usable_r, usable_p), metric, units), metrics, matrix_r.shape[1]
        )
    if how not in {"numbers", "categories"}:
        valid = tuple(c.is_valid().to_numpy().astype(bool) for c in (other, data))
        return _Subject(metric, wm.missing((valid[0], valid[1]), units), metrics)
    both = pair(other, data, "numbers" if how == "numbers" or metric == "mean" else "categories", column.name)
    return _Subject(metric, _measure(metric, both, units, recipe.column), metrics)


def _measure(metric: str, both: Pair, units: Units | None, name: str) -> wm.Measure:
    if metric == "missing":
        return wm.missing(both.present, units)
    if metric == "mean":
        return wm.mean(both, units)
    if metric == "psi":
        return wm.psi(both, units, generator("windows", name))
    if metric == "js":
        return wm.js(both)
    if both.numbers is not None and both.numbers[0].values.dtype.kind != "f":
        both = of_numbers(both.numbers[0].as_float(), both.numbers[1].as_float())
    return wm.samples(both, metric)


def _of_predictions(recipe: TimeSeries, primary: Frame, reference: Frame | None, units: Units | None) -> _Subject:
    """Follow how good the predictions are."""
    if recipe.metric is not None and recipe.metric not in OF_PREDICTIONS:
        raise RecipeError(f'"{recipe.metric}" is of a column: name it, TimeSeries("…", {recipe.metric!r})')
    found = read(_predictions(recipe), primary, reference, units)
    told = [m for m in measures(found) if m.name in OF_PREDICTIONS]
    measure = chosen(recipe.metric, told)
    return _Subject(
        measure.name,
        through_time(found, measure),
        tuple(m.name for m in told),
        width=COST,
        told={m.name: m.label for m in told},
        positive=found.classes[1] if found.binary else None,
    )


def _of_retrieval(
    recipe: TimeSeries,
    asked: Retrieval,
    sets: tuple[Frame, Frame | None, Frame | None],
    units: Units | None,
    progress: Progress,
) -> _Subject:
    """Follow how well queries are served."""
    served = retrieval.serve(retrieval.without_groups(asked), sets, units, progress)
    metric = retrieval.chosen_metric(recipe.metric, served)
    sides = {wm.PRIMARY: served.sides["primary"]}
    if "reference" in served.sides:
        sides[wm.REFERENCE] = served.sides["reference"]
    rows = {
        which: np.isfinite(side.values.get(metric, np.full(len(side.distance), np.nan)))
        for which, side in sides.items()
    }
    measure = in_windows(rows, lambda which, some: sides[which].estimate(metric, some))
    return _Subject(metric, measure, tuple(served.metrics), width=COST, told=served.metrics)


def _band(
    subject: _Subject,
    series: dict[int, tuple[Windows, wm.Points]],
    reference: Frame,
    units: Units | None,
    rng: np.random.Generator,
) -> dict[str, Any] | None:
    """Return what windows cut from the reference do: 95 % of them, or all where they are few, lie in the band."""
    windows_p, points_p = series[wm.PRIMARY]
    length = windows_p.window.label
    if wm.REFERENCE in series:
        value = series[wm.REFERENCE][1].value
        value = value[np.isfinite(value)]
        if len(value) >= (OWN_WINDOWS if subject.metric in DISTANCES else TWO_SIDED):
            return _limits(value, subject.metric, f"95 % of windows like {reference.name}'s {len(value)} of {length}")
        if len(value) >= FEW_WINDOWS and subject.metric != "count":
            return _all_of(value, subject.metric, f"all {len(value)} of {reference.name}'s own windows of {length}")
    if subject.metric == "count":
        return None
    sizes = (points_p.n + points_p.missing)[points_p.n + points_p.missing > 0]
    if reference.n_rows < 4 or len(sizes) == 0:
        return None
    size = int(np.median(sizes))
    smaller = min(size, reference.n_rows // 2)
    values: list[float] = []
    spent = 0
    for _ in range(MOST_ROUNDS):
        part, n_parts = _random_parts(reference.n_rows, smaller, None if units is None else units.reference, rng)
        found = subject.measure(wm.REFERENCE, wm.Cut.of_parts(part, n_parts), intervals=False).value
        values += found[np.isfinite(found)].tolist()
        # Two samples are sorted for each part; all else is one pass over the rows.
        spent += reference.n_rows * (5 * n_parts if subject.metric in {"ks", "wasserstein"} else subject.width)
        if len(values) >= PARTS or (spent > BUDGET and len(values) >= OWN_WINDOWS):
            break
    if len(values) < OWN_WINDOWS:
        return None
    what = "random rows" if units is None else f"random rows by whole {units.column}"
    short = "" if smaller == size else f"; windows have {size:,}, more than half of {reference.name}"
    return _limits(
        np.array(values), subject.metric, f"95 % of parts of {reference.name} with {smaller:,} {what}{short}"
    )


def _random_parts(
    n_rows: int, size: int, units: NDArray[np.int64] | None, rng: np.random.Generator
) -> tuple[NDArray[np.int64], int]:
    """Cut rows, or whole units, at random into parts of about `size` rows; rows left over are in none (-1)."""
    n_parts = max(1, min(PARTS, n_rows // max(1, size)))
    if units is None:
        part = np.full(n_rows, -1)
        part[rng.permutation(n_rows)[: n_parts * size]] = np.repeat(np.arange(n_parts), size)
        return part, n_parts
    names, code = np.unique(units, return_inverse=True)
    order = rng.permutation(len(names))
    rows = np.bincount(code)[order]
    before = np.cumsum(rows) - rows
    of_unit = np.empty(len(names), dtype=np.int64)
    of_unit[order] = np.where(before // size < n_parts, before // size, -1)
    return of_unit[code], n_parts


def _limits(values: NDArray[np.float64], metric: str, text: str) -> dict[str, Any]:
    """Return the band in which a further value like these lies with probability `LEVEL`.

    Quantiles at p (n + 1), as Weibull has them: at p (n - 1) + 1, the usual ones, 8 % of further windows lie beyond a band of 60.
    """
    if metric in DISTANCES:
        upper = float(np.quantile(values, LEVEL, method="weibull"))
        return {"lower": None, "upper": upper, "level": LEVEL, "text": text}
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], method="weibull")
    return {"lower": float(low), "upper": float(high), "level": LEVEL, "text": text}


def _all_of(values: NDArray[np.float64], metric: str, text: str) -> dict[str, Any]:
    distance, k = metric in DISTANCES, len(values)
    return {
        "lower": None if distance else float(values.min()),
        "upper": float(values.max()),
        "level": k / (k + 1) if distance else (k - 1) / (k + 1),
        "text": text,
    }


def _change(
    series: dict[int, tuple[Windows, wm.Points]], zone: str | None, *, overlap: bool, rng: np.random.Generator
) -> dict[str, Any] | None:
    """Return where the level of the series changed most, and its p: the largest change over all places, against shuffled windows.

    Only windows that do not overlap are looked at. Both sets are one series where they follow each other.
    """
    sides = [wm.PRIMARY] if overlap else sorted(series)
    starts: list[int] = []
    values: list[float] = []
    for side in sides:
        cut, points = series[side]
        every = max(1, int(np.ceil(cut.window.seconds / cut.step.seconds - 1e-9)))
        for k in range(0, len(cut), every):
            if np.isfinite(points.value[k]):
                starts.append(int(cut.starts[k]))
                values.append(float(points.value[k]))
    if len(values) < SHORTEST:
        return None
    order = np.argsort(starts, kind="stable")
    x = np.array(values)[order]
    if np.ptp(x) == 0:
        return None
    observed, place = _largest_change(x[None, :])
    drawn, _ = _largest_change(rng.permuted(np.tile(x, (CHANGES, 1)), axis=1))
    return {"start": iso(starts[order[place[0]]], zone), "p_value": permutation_p(float(observed[0]), drawn)}


def _largest_change(x: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the largest standardised difference of means before and after, and the first place after; `x` (rows, windows)."""
    n = x.shape[1]
    k = np.arange(1, n)
    before = np.cumsum(x, axis=1)[:, :-1]
    total = x.sum(axis=1, keepdims=True)
    gap = np.abs(before / k - (total - before) / (n - k)) * np.sqrt(k * (n - k) / n)
    place = gap.argmax(axis=1)
    return gap[np.arange(len(x)), place], place + 1
