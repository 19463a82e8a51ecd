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
        Monitors, a suite or its file; None compares all columns, corrected together, as the overview does.
    columns, limit
        Without a suite, the columns to compare, and the PSI from which on it matters.
    """
    __tracebackhide__ = True
    from pathlib import Path

    from phoenix_lab.monitors.files import read_rows

    sets = [read_rows(given) if isinstance(given, str | Path) else given for given in (primary, reference)]
    if suite is None:
        told = _drifted(sets[0], sets[1], columns, limit)
    else:
        from phoenix_lab.monitors.check import check

        result = check(suite, sets[0], sets[1])
        told = repr(result) if result.exit_code else ""
    if told:
        pytest.fail(told, pytrace=False)


def _drifted(primary: Any, reference: Any, columns: Any, limit: float) -> str:
    from phoenix_lab.engine.run import run
    from phoenix_lab.recipes.models import Summary
    from phoenix_lab.stats.verdict import verdict

    asked = Summary(columns=None if columns is None else tuple(columns))
    rows = run(asked, primary, reference, cache=False).table.to_pylist()
    found = [r for r in rows if verdict(r["estimate"], r["lower"], r["upper"], r["p_adjusted"], limit) == "drift"]
    return "\n".join(
        f"{r['column']}: PSI {r['estimate']:.3g} (90 % interval {r['lower']:.3g} to {r['upper']:.3g}), limit {limit:g}"
        for r in found
    )


@pytest.fixture
def assert_no_drift() -> Callable[..., None]:
    """Return `assert_no_drift(primary, reference, suite=None, *, columns=None, limit=0.1)`, which fails the test where rows have drifted."""
    return _assert_no_drift
