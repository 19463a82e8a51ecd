"""From readings to states: well, alarm, or not enough data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.monitors.models import RATES, WHOLE, Monitor, Suite
from phoenix_lab.monitors.readings import Reading
from phoenix_lab.profiles.durations import Duration
from phoenix_lab.recipes.sets import generator
from phoenix_lab.stats.proportions import CONFIDENCE, z_of
from phoenix_lab.stats.sequential import (
    Budget,
    bets_on_ranks,
    bets_on_rate,
    changed_at,
    evidence,
    mean_sequence,
    ranks,
    rate_sequence,
)
from phoenix_lab.stats.verdict import ALPHA, in_sentence

Floats = NDArray[np.float64]
State = Literal["well", "alarm", "not enough data"]
Bounds = tuple[float | None, float | None]

LEAST = 8
"""Fewer windows of the reference do not tell how much they vary."""
WEEK = 7
QUIET = 30
DRAWS = 200
POWER = 0.8


@dataclass(frozen=True)
class Judged:
    """What a reading comes to.

    Parameters
    ----------
    state
        Well: it lies within the limit, as sure as its interval. Alarm: beyond. Not enough data: neither is sure, or there is none.
    reason
        Why there is not enough data.
    evidence
        How near it is to an alarm, 1 is one; None where each window is judged by itself.
    since
        Of an alarm, the place of the window at which the change most likely began.
    """

    state: State
    reason: str | None = None
    evidence: float | None = None
    since: int | None = None


@dataclass(frozen=True)
class Power:
    """What a calibrated limit leaves to be seen: a change of this size, within so many windows, four times of five."""

    change: float
    windows: int


def budget_of(suite: Suite) -> Budget | None:
    """Return how many false alarms each of a suite's monitors may give."""
    if suite.false_alarms is None:
        return None
    days, chance = Suite.budget_of(suite.false_alarms)
    tested = sum(m.watch not in WHOLE for m in suite.monitor)
    if days is None:
        return Budget(chance=chance).part(tested)
    seconds = Duration.parse(suite.window or "1d").seconds
    return Budget(windows=max(1.0, days * 86400 / seconds)).part(tested)


def judge(
    monitor: Monitor,
    bounds: Bounds,
    readings: Sequence[Reading],
    calibration: Sequence[float] = (),
    budget: Budget | None = None,
) -> list[Judged]:
    """Judge a monitor's readings, in the order of their windows.

    Parameters
    ----------
    bounds
        Below and above what it is an alarm.
    calibration
        The values of the reference's own windows, for a limit that is calibrated.
    budget
        How many false alarms may be; None judges each window by itself, as its interval says.
    """
    if monitor.limit == "calibrated" and budget is not None:
        found = _calibrated(monitor, readings, calibration, budget)
    else:
        bets = None if budget is None else _bets(monitor, bounds, readings)
        if budget is None or bets is None:
            found = _by_itself(bounds, readings, budget)
        else:
            found = _together(readings, bets, budget, [_within(r, bounds) for r in readings])
    return _graced(monitor, found, [reading.value is not None for reading in readings])


def power(monitor: Monitor, calibration: Sequence[float], budget: Budget, windows: int = WEEK) -> Power | None:
    """Return the smallest lasting change that is seen within some windows four times of five, after a quiet month; None where none is.

    By simulation: windows are drawn from the reference's own, and moved.
    """
    values = np.asarray(calibration, dtype=np.float64)
    if len(values) < LEAST:
        return None
    rng = generator("power", monitor.title)
    draws = rng.choice(values, (DRAWS, QUIET + windows))
    spread = float(values.std()) or abs(float(values.mean())) * 0.01 or 0.01
    sign = -1 if monitor.side == "below" else 1

    def seen(change: float) -> bool:
        moved = draws.copy()
        moved[:, QUIET:] += sign * change
        p = ranks(values, moved, generator("luck"))
        found = evidence(bets_on_ranks(p, monitor.side), budget)[:, QUIET:]
        return float((found >= budget.threshold * (1 - 1e-9)).any(axis=1).mean()) >= POWER

    low, high = 0.0, spread
    while not seen(high):
        low, high = high, high * 2
        if high > 100 * spread:
            return None
    for _ in range(6):
        middle = (low + high) / 2
        low, high = (low, middle) if seen(middle) else (middle, high)
    return Power(high, windows)


def so_far(monitor: Monitor, readings: Sequence[Reading]) -> tuple[float, float, float] | None:
    """Return a rate over all windows, or the mean of the windows' bounded means, within the bounds that hold it at all times together (90 %); None of others."""
    told = [r for r in readings if r.value is not None]
    if told and all(r.k is not None for r in told):
        k, n = sum(r.k or 0 for r in told), sum(r.n for r in told)
        low, high = rate_sequence([k], [n], 1 - CONFIDENCE)
        return float(low[0]), k / n, float(high[0])
    if told and monitor.between is not None:
        values = [float(r.value or 0.0) for r in told]
        low, high = mean_sequence(values, monitor.between, 1 - CONFIDENCE)
        return float(low[-1]), float(np.mean(values)), float(high[-1])
    return None


def _within(reading: Reading, bounds: Bounds) -> bool | None:
    """Tell whether a reading surely lies within the limits (True), surely beyond (False), or neither (None)."""
    ends = reading.interval
    if ends is None or reading.lower is None:
        return None
    low, high = bounds
    if (high is not None and ends[0] > high) or (low is not None and ends[2] < low):
        return False
    return True if (high is None or ends[2] <= high) and (low is None or ends[0] >= low) else None


def _none(reading: Reading) -> Judged:
    return Judged("not enough data", reading.reason or "there is no row")


def _unsure(reading: Reading) -> Judged:
    if reading.reason is None and reading.p_value is not None and reading.p_value < ALPHA:
        return Judged("not enough data", f"{in_sentence('moved')}: its interval holds the limit")
    return Judged("not enough data", reading.reason or "its interval holds the limit")


def _by_itself(bounds: Bounds, readings: Sequence[Reading], budget: Budget | None) -> list[Judged]:
    """Judge each window by its interval; within a budget, at a level of its own, so that the levels sum up to what is allowed."""
    levels = np.full(len(readings), ALPHA) if budget is None else budget.levels(max(1, len(readings)))
    found = []
    for reading, level in zip(readings, levels, strict=False):
        if reading.value is None:
            found.append(_none(reading))
            continue
        wide = reading if budget is None else _widened(reading, float(level))
        is_beyond = _within(wide, bounds) is False and (reading.p_value is None or reading.p_value < level)
        is_well = _within(reading, bounds)
        found.append(Judged("alarm") if is_beyond else Judged("well") if is_well else _unsure(reading))
    return _with_runs(found)


def _with_runs(found: list[Judged]) -> list[Judged]:
    """Say of each alarm at which window its run began."""
    start: int | None = None
    result = []
    for i, one in enumerate(found):
        start = (i if start is None else start) if one.state == "alarm" else None
        result.append(replace(one, since=start))
    return result


def _widened(reading: Reading, level: float) -> Reading:
    """Return a reading with an interval that is beyond a limit by chance as seldom as `level`, by its arms' normal quantiles."""
    if reading.value is None or reading.lower is None or reading.upper is None:
        return reading
    times = z_of(1 - 2 * min(level, 0.49)) / z_of(CONFIDENCE)
    return replace(
        reading,
        lower=reading.value - times * (reading.value - reading.lower),
        upper=reading.value + times * (reading.upper - reading.value),
    )


def _bets(monitor: Monitor, bounds: Bounds, readings: Sequence[Reading]) -> Floats | None:
    """Return the bets of each window that its rate, or the mean of its bounded rows, is beyond a fixed limit; None where there are none to be made."""
    low, high = bounds
    told = [r for r in readings if r.value is not None]
    parts = []
    if (monitor.watch in RATES or monitor.watch == "performance") and told and all(r.k is not None for r in told):
        k, n = ([getattr(r, name) or 0 if r.value is not None else 0 for r in readings] for name in ("k", "n"))
        parts = [bets_on_rate(k, n, end, side) for end, side in ((high, "above"), (low, "below")) if end is not None]  # type: ignore[arg-type]
    elif monitor.between is not None and told and all(r.bets is not None for r in told):
        for i, end in ((0, high), (1, low)):
            size = max(len(r.bets[i]) for r in told if r.bets is not None)
            if end is not None and size:
                parts.append(np.array([r.bets[i] if r.bets is not None else [0.0] * size for r in readings]))
    return np.concatenate(parts, axis=-1) if parts else None


def _together(readings: Sequence[Reading], bets: Floats, budget: Budget, within: Sequence[bool | None]) -> list[Judged]:
    """Judge windows by what they say together: `within` is what each says by itself."""
    if not readings:
        return []
    path = evidence(bets, budget) / budget.threshold
    found = []
    for t, (reading, is_well) in enumerate(zip(readings, within, strict=True)):
        share = min(1.0, float(path[t]))
        if reading.value is None:
            found.append(replace(_none(reading), evidence=share))
        elif path[t] >= 1 - 1e-9:
            found.append(Judged("alarm", evidence=share, since=changed_at(bets, t)))
        elif is_well:
            found.append(Judged("well", evidence=share))
        else:
            found.append(replace(_unsure(reading), evidence=share))
    return found


def _calibrated(
    monitor: Monitor, readings: Sequence[Reading], calibration: Sequence[float], budget: Budget
) -> list[Judged]:
    """Judge windows by how they rank among the reference's own, and those before."""
    few = len(calibration)
    if few < LEAST:
        why = f"the reference has {few} window{'' if few == 1 else 's'} of its own, and {LEAST} are needed to tell how much they vary"
        return [Judged("not enough data", why) for _ in readings]
    told = [i for i, r in enumerate(readings) if r.value is not None]
    values: Any = [readings[i].value for i in told]
    bets_told = bets_on_ranks(ranks(calibration, values, generator("ranks", monitor.title)), monitor.side)
    bets = np.zeros((len(readings), bets_told.shape[-1]))
    bets[told] = bets_told
    return _together(readings, bets, budget, [True] * len(readings))


def _graced(monitor: Monitor, found: list[Judged], told: Sequence[bool]) -> list[Judged]:
    """Let an alarm be one when so many of so many windows are; a window that tells nothing is none, whatever went before."""
    few, many = monitor.grace_of
    if few == many == 1:
        return found
    raised = [one.state == "alarm" for one in found]
    result = []
    for i, one in enumerate(found):
        recent = raised[max(0, i + 1 - many) : i + 1]
        if not told[i]:
            result.append(one)
        elif sum(recent) >= few:
            first = next(k for k in range(i - len(recent) + 1, i + 1) if raised[k])
            result.append(replace(one, state="alarm", reason=None, since=first if one.since is None else one.since))
        elif raised[i]:
            why = f"beyond the limit in {sum(recent)} of {many} windows, {few} make an alarm"
            result.append(replace(one, state="not enough data", reason=why))
        else:
            result.append(one)
    return result
