"""The pytest plugin: the fixture `assert_no_drift`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


def _assert_no_drift(
    primary: Any, reference: Any, suite: Any = None, *, columns: Any = None, limit: float = 0.1
) -> None:
    """Fail where rows have drifted, or a suite's monitor is an alarm or could not run.

    Parameters
    ----------
    primary, reference
        The rows, and what they are held against: any dataframes, or paths of files.
    suite
        Monitors, a suite or its file; None compares all columns, corrected together, as the overview does; what is gone, or of another type, fails.
    columns, limit
        Without a suite, the columns to compare, and the PSI from which on it matters.
    """
    __tracebackhide__ = True
    from pathlib import Path

    from phoenix_lab.monitors.files import read_reference, read_rows

    sets = [
        read(given) if isinstance(given, str | Path) else given
        for read, given in ((read_rows, primary), (read_reference, reference))
    ]
    if suite is None:
        told = _drifted(sets[0], sets[1], columns, limit)
    else:
        from phoenix_lab.monitors.check import check

        result = check(suite, sets[0], sets[1])
        told = repr(result) if result.exit_code else ""
    if told:
        pytest.fail(told, pytrace=False)


def _drifted(primary: Any, reference: Any, columns: Any, limit: float) -> str:
    from phoenix_lab.engine.run import inferences, run
    from phoenix_lab.findings.numbers import estimate, measure, plain
    from phoenix_lab.monitors.check import check
    from phoenix_lab.monitors.models import Monitor
    from phoenix_lab.monitors.suite_file import SuiteError
    from phoenix_lab.recipes.models import Summary
    from phoenix_lab.stats.verdict import verdict

    here, there = inferences(primary, "primary"), inferences(reference, "reference")
    if here is None or there is None:
        raise SuiteError("there is no drift without two sets of rows")
    asked = [c.name for c in there.columns if c.problem is None] if columns is None else list(columns)
    types = check([Monitor("type", column=name) for name in asked], here, there).monitors if asked else ()
    # Without these the comparison would pass over what is gone, or holds something else now.
    other = {m.monitor.column: m.sentence() for m in types if m.state != "well"}
    same = None if columns is None else tuple(name for name in asked if name not in other)
    rows = run(Summary(columns=same), here, there, cache=False).table.to_pylist()
    found = [r for r in rows if verdict(r["estimate"], r["lower"], r["upper"], r["p_adjusted"], limit) == "drift"]
    return "\n".join(
        [
            *(f"{name}: {why}" for name, why in other.items()),
            *(
                f"{r['column']}: PSI {value} (90 % interval {low} to {high}), limit {plain(measure(limit))}"
                for r in found
                for value, low, high in [[plain(estimate(r[key], limit)) for key in ("estimate", "lower", "upper")]]
            ),
        ]
    )


@pytest.fixture
def assert_no_drift() -> Callable[..., None]:
    """Return `assert_no_drift(primary, reference, suite=None, *, columns=None, limit=0.1)`, which fails the test where rows have drifted."""
    return _assert_no_drift
