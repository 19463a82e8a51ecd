"""Monitors: what each reads, when it is an alarm, and what is kept of it."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import phoenix_lab as px
from phoenix_lab.monitors.history import History
from phoenix_lab.monitors.suite_file import SCHEMA, parse_suite, suite_schema

START = dt.datetime(2025, 1, 6)  # noqa: DTZ001 - what the data's clock showed


def days(n, *, start=0, rows=100, seed=0, shift=0.0, missing=0.05):
    """`n` days of rows: a number, a category, a score, labels that are right in four of five, vectors."""
    rng = np.random.default_rng([seed, start])
    size = n * rows
    when = [START + dt.timedelta(days=start + int(i // rows), minutes=int(i % rows)) for i in range(size)]
    x = rng.normal(shift, 1, size)
    actual = rng.random(size) < 0.4
    return pd.DataFrame(
        {
            "when": when,
            "x": np.where(rng.random(size) < missing, np.nan, x),
            "plan": rng.choice(["basic", "plus", "pro"], size, p=[0.6, 0.3, 0.1]),
            "score": rng.beta(4, 2, size),
            "actual": np.where(actual, "yes", "no"),
            "predicted": np.where(rng.random(size) < 0.8, actual, ~actual),
            "vector": list(rng.normal(shift, 1, (size, 4)).astype(np.float32)),
        }
    ).assign(predicted=lambda d: np.where(d["predicted"].astype(bool), "yes", "no"))


@pytest.fixture(scope="module")
def reference():
    return days(60)


PREDICTIONS = px.Performance(prediction="predicted", actual="actual")
FIXED = {
    "drift": px.Monitor("drift", column="x", limit=0.1),
    "embedding": px.Monitor("embedding", column="vector", limit=0.6),
    "rows": px.Monitor("rows", limit=0.65),
    "missing": px.Monitor("missing", column="x", limit=px.Limit(change=0.02)),
    "type": px.Monitor("type", column="x"),
    "range": px.Monitor("range", column="x", limit=0.01),
    "new_categories": px.Monitor("new_categories", column="plan", limit=0.01),
    "duplicates": px.Monitor("duplicates", limit=0.01),
    "volume": px.Monitor("volume", limit=px.Limit(percent=30)),
    "freshness": px.Monitor("freshness", limit=24),
    "performance": px.Monitor("performance", metric="accuracy", limit=px.Limit(change=0.03), predictions=PREDICTIONS),
    "mean": px.Monitor("mean", column="score", limit=px.Limit(change=0.05), between=(0.0, 1.0)),
    "share": px.Monitor("share", where=(px.Range("x", low=1.5) | px.Range("x", low=1.6),), limit=px.Limit(change=0.03)),
}


def spoiled(what, new):
    """Plant what a monitor is there for."""
    half = np.arange(len(new)) % 2 == 0
    if what in {"drift", "embedding", "rows", "range", "share"}:
        return days(4, start=60, seed=1, shift=1.5)
    if what == "missing":
        return new.assign(x=new["x"].mask(half))
    if what == "type":
        return new.assign(x=new["x"].astype(str))
    if what == "new_categories":
        return new.assign(plan=new["plan"].mask(half, "gold"))
    if what == "duplicates":
        return pd.concat([new, new[half]], ignore_index=True)
    if what == "volume":
        return new[half]
    if what == "performance":
        return new.assign(predicted=new["actual"].map({"yes": "no", "no": "yes"}).where(half, new["predicted"]))
    if what == "mean":
        return new.assign(score=new["score"] / 2)
    return new


@pytest.mark.parametrize("what", FIXED)
@pytest.mark.parametrize("budget", [None, "1 per quarter"])
def test_each_is_quiet_on_more_of_the_same_and_alarms_on_what_is_planted(what, budget, reference):
    new = days(4, start=60, seed=1)
    suite = px.Suite(monitor=(FIXED[what],), window="1d", false_alarms=budget)
    late = what == "freshness"
    well = px.check(suite, new, reference, now=START + dt.timedelta(days=64, hours=1))
    ill = px.check(suite, spoiled(what, new), reference, now=START + dt.timedelta(days=80 if late else 64, hours=1))
    assert well.state in {"well", "not enough data"}, well
    assert (well.exit_code, ill.exit_code) == (0, 1), ill
    assert ill.table.column("state").to_pylist() == ["alarm"]


def test_numbers_are_those_of_the_recipes(reference):
    new = days(3, start=60, seed=1, shift=0.2)
    end = START + dt.timedelta(days=62)
    result = px.check(
        px.Suite(monitor=(FIXED["drift"], FIXED["missing"]), window="1d"),
        new,
        reference,
        now=START + dt.timedelta(days=90),
    )
    (told,) = [
        row
        for row in result.windows.to_pylist()
        if row["monitor"] == "x: drift" and row["window"].startswith("2025-03-09")
    ]
    row = px.run(
        px.Summary(columns=("x",), where=(px.Range("when", low=end, set="primary"),)), new, reference, cache=False
    )
    (summary,) = row.table.to_pylist()
    assert (told["value"], told["lower"], told["upper"]) == pytest.approx(
        (summary["estimate"], summary["lower"], summary["upper"])
    )
    (gone,) = [
        row
        for row in result.windows.to_pylist()
        if row["monitor"] == "x: missing" and row["window"].startswith("2025-03-09")
    ]
    assert gone["value"] == pytest.approx(summary["missing_primary"] / 100)


@pytest.mark.parametrize(
    "what", ["drift", "missing", "performance", "mean", "volume", "new_categories", "duplicates", "range"]
)
def test_calibrated_limits_are_found_in_the_reference_and_say_what_they_will_see(what, reference):
    given = FIXED[what]
    monitor = px.Monitor(
        **{**{n: getattr(given, n) for n in ("watch", "column", "metric", "predictions")}, "limit": "calibrated"}
    )
    suite = px.Suite(monitor=(monitor,), window="1d", false_alarms="1 per quarter")
    now = START + dt.timedelta(days=90)
    quiet = px.check(suite, days(10, start=60, seed=1), reference, now=now)
    planted = pd.concat([days(4, start=60, seed=1), spoiled(what, days(6, start=64, seed=1))])
    if what in {"drift", "range"}:
        planted = pd.concat([days(4, start=60, seed=1), days(6, start=64, seed=1, shift=1.5)])
    loud = px.check(suite, planted.sort_values("when"), reference, now=now)
    assert quiet.state == "well", quiet
    assert loud.state == "alarm", loud
    (row,) = loud.table.to_pylist()
    assert row["since"] is not None
    assert row["since"][:10] >= "2025-03-08"
    assert quiet.monitors[0].power.change > 0
    assert "58 windows of the reference" in quiet.monitors[0].sentence()


def test_too_few_windows_of_the_reference_are_not_enough_data():
    monitor = px.Monitor("drift", column="x", limit="calibrated")
    suite = px.Suite(monitor=(monitor,), window="1d", false_alarms="5 %")
    result = px.check(suite, days(2, start=60, shift=3), days(5), now=START + dt.timedelta(days=90))
    assert (result.state, result.exit_code) == ("not enough data", 0)
    assert "8 are needed" in repr(result)


def test_not_enough_data_is_neither_an_alarm_nor_well(reference):
    few = days(1, start=60, rows=5, shift=2)
    result = px.check(px.Monitor("missing", column="x", limit=0.04), few, reference)
    assert (result.state, result.exit_code) == ("not enough data", 0)
    assert "holds the limit" in repr(result)


def test_a_window_that_is_not_over_is_not_judged(reference):
    monitor = px.Monitor("volume", limit=px.Limit(percent=30))
    new = days(2, start=60).iloc[:110]
    suite = px.Suite(monitor=(monitor,), window="1d")
    noon = START + dt.timedelta(days=61, hours=12)
    result = px.check(suite, new, reference, now=noon)
    assert result.state == "not enough data"
    assert "lasts until 2025-03-09" in repr(result)
    assert px.check(suite, new, reference, now=noon + dt.timedelta(days=1)).state == "alarm"


def test_grace_waits_for_more_windows_and_severity_is_told(reference):
    monitor = px.Monitor("missing", column="x", limit=0.2, grace="3 of 5", severity="warning", note="ask Ana")
    suite = px.Suite(monitor=(monitor,), window="1d")
    now = START + dt.timedelta(days=90)
    ill = pd.concat([days(5, start=60), days(4, start=65, missing=0.6)])
    states = px.check(suite, ill, reference, now=now).windows.column("state").to_pylist()
    assert states == ["well"] * 5 + ["not enough data"] * 2 + ["alarm"] * 2
    (row,) = px.check(suite, ill, reference, now=now).table.to_pylist()
    assert (row["severity"], row["note"], row["since"]) == ("warning", "ask Ana", "2025-03-12T00:00:00")


def test_units_widen_what_is_said(reference):
    new = days(1, start=60).assign(user=np.arange(100) // 20 + 1000, x=np.repeat([np.nan, 1, 1, np.nan, 1], 20))
    monitor = px.Monitor("missing", column="x", limit=0.2)
    alone = px.check(monitor, new, reference)
    suite = px.Suite(monitor=(monitor,), unit="user")
    grouped = px.check(suite, new, reference.assign(user=np.arange(6000) // 20))
    assert alone.state == "alarm"
    assert grouped.state == "not enough data"


def grouped(users: int, seed: int, shift: float = 0.0, codes: int = 90) -> pd.DataFrame:
    """Thirty rows a user, which are alike."""
    rng = np.random.default_rng(seed)
    each = np.repeat(np.arange(users) + 1000 * seed, 30)
    level = np.repeat(rng.normal(shift, 1, users), 30)
    return pd.DataFrame(
        {
            "user": each,
            "score": level + rng.normal(0, 0.3, len(each)),
            "color": np.where(level > 0.5, "red", np.where(rng.random(len(each)) < 0.5, f"new {seed % 2}", "blue")),
            "place": [f"p{int(n)}" for n in np.abs(np.round((level + 3) * 8)) + codes % 7],
            "code": rng.integers(0, codes, len(each)),
        }
    )


@pytest.mark.parametrize("unit", [None, "user"])
def test_a_watch_without_windows_says_what_the_screen_says(unit):
    new, old = grouped(40, 1, 0.5, 85), grouped(90, 2)
    names = ["score", "color", "place", "code"]
    rows = px.run(px.Summary(columns=tuple(names), unit=unit), new, reference=old).to_pandas().set_index("column")
    suite = px.Suite(tuple(px.Monitor("drift", column=name, limit=0.1) for name in names), unit=unit)
    state = {"drift": "alarm", "none": "well", "undecided": "not enough data"}
    for name, told in zip(names, px.check(suite, new, old).table.to_pylist(), strict=True):
        shown = rows.loc[name]
        assert (told["value"], told["lower"], told["upper"]) == (shown.estimate, shown.lower, shown.upper), name
        assert told["state"] == state[shown.verdict], name
        is_moved = shown.verdict == "undecided" and shown.p_value < 0.05
        assert ("moved, size unsure" in told["sentence"]) == is_moved, name
    assert rows.loc["score"].verdict == ("drift" if unit is None else "undecided")


def test_numbers_are_told_as_on_screen_and_kept_as_they_are():
    new, old = grouped(40, 1, 0.5, 85), grouped(90, 2)
    result = px.check(
        [
            px.Monitor("drift", column="score", limit=0.1),
            px.Monitor("missing", column="score", limit=0.0025),
            px.Monitor("mean", column="score", limit=px.Limit(change=0.125)),
        ],
        new,
        old,
    )
    drift, missing, mean = (m.sentence() for m in result.monitors)
    two = r"\d?\.\d\d"
    assert re.fullmatch(rf"{two} \(90 % interval {two} to {two}\) of 1,200 rows; limit \.1", drift)
    assert "; limit 0.25 %" in missing
    assert re.match(
        r"\d?\.\d{1,3} \(90 % interval \d?\.\d{1,3} to \d?\.\d{1,3}\) of 1,200 rows; limits -?\d?\.\d{1,3} and ", mean
    )
    assert drift in repr(result)
    assert drift in result._repr_html_()
    value = result.table.to_pylist()[0]["value"]
    assert round(value, 4) != round(value, 2)


def test_numbers_that_are_codes_are_watched_as_categories():
    new, old = (pd.DataFrame({"code": np.tile(np.arange(24) * 2 + odd, 40)}) for odd in (1, 0))
    schema = px.Schema(discrete_column_names=("code",))
    on_screen = px.run(px.Summary(), px.Inferences(new, schema), reference=px.Inferences(old, schema)).to_pandas()
    (row,) = px.check(px.Monitor("drift", column="code", limit=0.1, kind="category"), new, old).table.to_pylist()
    assert row["value"] == on_screen.estimate[0] > 1
    (plain,) = px.check(px.Monitor("drift", column="code", limit=0.1, kind="number"), new, old).table.to_pylist()
    assert plain["state"] == "well"
    (text,) = px.check(
        px.Monitor("drift", column="code", limit=0.1, kind="number"), new.astype(str), old.astype(str)
    ).table.to_pylist()
    assert (text["state"], "not of kind" in text["sentence"]) == ("could not run", True)
    profile = px.profile(old)
    counted = [
        px.check(px.Monitor("drift", column="code", limit=0.1, kind=kind), new, profile).state
        for kind in ("category", "number")
    ]
    assert counted == ["alarm", "well"]
    with pytest.raises(ValueError, match='"missing" takes no kind'):
        px.Monitor("missing", column="code", limit=0.1, kind="number")


def test_a_window_that_tells_nothing_is_no_alarm_whatever_went_before(reference):
    monitor = px.Monitor("missing", column="x", limit=0.2, grace="2 of 4")
    suite = px.Suite(monitor=(monitor,), window="1d")
    gap = pd.concat([days(3, start=60, missing=0.6), days(1, start=64)])
    states = px.check(suite, gap, reference, now=START + dt.timedelta(days=90)).windows.column("state").to_pylist()
    assert states == ["not enough data", "alarm", "alarm", "not enough data", "alarm"]
    noon = START + dt.timedelta(days=63, hours=12)
    states = px.check(suite, days(4, start=60, missing=0.6), reference, now=noon).windows.column("state").to_pylist()
    assert states == ["not enough data", "alarm", "alarm", "not enough data"]


@pytest.mark.parametrize("type_", [np.int64, np.uint64])
def test_whole_numbers_that_no_float_tells_apart_are_beyond_a_range(type_):
    """2^60 + 1 is 2^60 as a float."""
    known = pd.DataFrame({"size": np.arange(2**60, 2**60 + 100, dtype=type_)})
    new = pd.DataFrame({"size": np.arange(2**60 + 90, 2**60 + 110, dtype=type_)})
    (row,) = px.check(px.Monitor("range", column="size", limit=0.01), new, known).table.to_pylist()
    assert (row["value"], row["state"]) == (0.5, "alarm")


def test_a_mean_at_its_limit_is_no_alarm_where_rows_of_a_unit_are_alike():
    """Six users of a hundred equal rows are six rows."""
    monitor = px.Monitor("mean", column="score", limit=0.5, between=(0.0, 1.0))
    suite = px.Suite(monitor=(monitor,), false_alarms="5 %", unit="user")
    rng = np.random.default_rng(3)
    frames = [
        pd.DataFrame({"score": np.repeat(rng.beta(2, 2, 6), 100), "user": np.repeat(np.arange(6), 100)})
        for _ in range(60)
    ]
    assert sum(px.check(suite, frame).state == "alarm" for frame in frames) <= 6


def test_a_reference_without_time_is_cut_in_blocks_as_large_as_the_windows(reference):
    suite = px.Suite(
        monitor=(px.Monitor("mean", column="score", limit="calibrated"),),
        window="1d",
        false_alarms="1 per quarter",
    )
    result = px.check(
        suite,
        days(20, start=60, seed=2),
        days(400, seed=102).drop(columns="when"),
        now=START + dt.timedelta(days=90),
    )
    assert (result.monitors[0].n_own, result.state) == (60, "well")


def test_the_number_of_rows_is_held_against_windows_of_time_or_all_rows(reference):
    relative, calibrated = px.Monitor("volume", limit=px.Limit(percent=10)), px.Monitor("volume", limit="calibrated")
    few = days(1, start=60)
    (row,) = px.check(relative, few, reference).table.to_pylist()
    assert (row["below"], row["above"], row["state"]) == (5400, 6600, "alarm")
    assert px.check(relative, days(60, start=60), reference).state == "well"
    for suite in (
        px.Suite(monitor=(calibrated,), false_alarms="5 %"),
        px.Suite(monitor=(relative,), window="1d"),
        px.Suite(monitor=(calibrated,), window="1d", false_alarms="5 %"),
    ):
        (one,) = px.check(suite, few, reference.drop(columns="when"), now=START + dt.timedelta(days=90)).monitors
        assert "needs a column of time" in one.problem


def test_rows_without_a_time_are_told(reference):
    new = days(3, start=60)
    new.loc[:149, "when"] = pd.NaT
    suite = px.Suite(
        monitor=(px.Monitor("missing", column="x", limit=0.2), px.Monitor("type", column="x")), window="1d"
    )
    missing, kind = px.check(suite, new, reference, now=START + dt.timedelta(days=90)).monitors
    assert "150 rows have no time and are in no window" in missing.sentence()
    assert kind.note is None


# ---- history --------------------------------------------------------------------------------------------------------


def suite_of(*monitors, **more):
    return px.Suite(monitor=monitors or (FIXED["missing"], FIXED["drift"]), window="1d", name="daily", **more)


def check(frame, reference, path, **more):
    return px.check(
        more.pop("suite", suite_of()), frame, reference, history=path, now=START + dt.timedelta(days=200), **more
    )


def kept(path):
    rows = History(path).table().to_pylist()
    return [{k: v for k, v in row.items() if k != "checked"} for row in rows]


def test_day_by_day_is_what_all_days_at_once_are_and_again_changes_nothing(tmp_path, reference):
    suite = suite_of(FIXED["missing"], FIXED["drift"], FIXED["mean"], false_alarms="1 per quarter")
    parts = [days(1, start=60 + i, missing=0.05 + 0.02 * i) for i in range(4)]
    for part in parts:
        check(part, reference, tmp_path / "a.db", suite=suite)
    check(pd.concat(parts), reference, tmp_path / "b.db", suite=suite)
    before = kept(tmp_path / "a.db")
    assert len(before) == 3 * 4
    assert before == kept(tmp_path / "b.db")
    last = check(parts[-1], reference, tmp_path / "a.db", suite=suite)
    assert kept(tmp_path / "a.db") == before
    assert len(last.monitors[0].entries) == 4


def test_evidence_adds_up_over_checks_of_single_days(tmp_path, reference):
    """A day alone is not sure; the same rate day after day is."""
    suite = suite_of(px.Monitor("missing", column="x", limit=0.05), false_alarms="1 per quarter")
    states = [
        check(days(1, start=60 + i, missing=0.11, seed=2), reference, tmp_path / "h.db", suite=suite).state
        for i in range(15)
    ]
    assert states[0] == "not enough data"
    assert "alarm" in states
    (row,) = check(days(1, start=74, missing=0.11, seed=2), reference, tmp_path / "h.db", suite=suite).table.to_pylist()
    assert 0.05 < row["so_far_lower"] < row["so_far"] < row["so_far_upper"] < 0.2


def test_late_rows_replace_a_window_fewer_rows_do_not_and_back_fill_is_put_in_order(tmp_path, reference):
    path, whole = tmp_path / "h.db", days(3, start=60)
    check(whole.iloc[200:250], reference, path)
    assert [row["rows"] for row in kept(path) if row["monitor"] == "x: drift"] == [50]
    check(whole.iloc[200:], reference, path)
    check(whole.iloc[:200], reference, path)
    rows = [row for row in kept(path) if row["monitor"] == "x: drift"]
    assert [row["window"][:10] for row in rows] == ["2025-03-07", "2025-03-08", "2025-03-09"]
    assert [row["rows"] for row in rows] == [100] * 3
    again = check(whole.iloc[200:220], reference, path)
    assert [row["rows"] for row in kept(path) if row["monitor"] == "x: drift"] == [100] * 3
    assert "read before with more rows" in repr(again)


def test_another_reference_or_limit_begins_another_series(tmp_path, reference):
    path = tmp_path / "h.db"
    check(days(1, start=60), reference, path)
    result = check(days(1, start=61), days(60, seed=9), path)
    assert len(result.monitors[0].entries) == 1
    assert len({row["basis"] for row in kept(path)}) == 4


def test_rows_without_a_time_are_windows_by_what_they_hold_or_by_name(tmp_path, reference):
    path = tmp_path / "h.db"
    suite = px.Suite(monitor=(px.Monitor("missing", column="x", limit=0.2),))
    bare = [days(1, start=60 + i).drop(columns="when") for i in range(3)]
    for frame in [*bare, bare[0]]:
        result = px.check(suite, frame, reference.drop(columns="when"), history=path)
    assert len(kept(path)) == 3
    assert result.monitors[0].last == 0
    px.check(suite, bare[0], reference.drop(columns="when"), history=path, at="monday")
    px.check(suite, bare[1], reference.drop(columns="when"), history=path, at="monday")
    assert max(row["window"] for row in kept(path)) == "monday"
    assert len(kept(path)) == 4


# ---- suites ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"monitor": [{"watch": "drift", "colum": "x", "limit": 0.1}]},
            'monitor 1: unknown key "colum"; did you mean "column"?',
        ),
        ({"windw": "1d", "monitor": [{"watch": "volume", "limit": 1}]}, 'unknown key "windw"; did you mean "window"?'),
        (
            {"monitor": [{"watch": "volume", "limit": {"belov": 1}}]},
            'limit: unknown key "belov"; did you mean "below"?',
        ),
        ({"monitor": [{"watch": "drft", "column": "x", "limit": 1}]}, 'did you mean "drift"?'),
        ({"monitor": [{"watch": "drift", "limit": 1, "name": "a"}]}, 'monitor 1 ("a"): "drift" needs a column'),
        ({"monitor": [{"watch": "drift", "column": "x"}]}, "it needs a limit"),
        ({"monitor": [{"watch": "drift", "column": "x", "limit": "calibrated"}]}, "how many false alarms may be"),
        ({"monitor": [{"watch": "volume", "limit": 1, "grace": "5 of 3"}]}, 'grace "5 of 3" can never be'),
        ({"monitor": [{"watch": "volume", "limit": 1}] * 2}, 'two monitors are called "volume"'),
        ({"window": "1q", "monitor": [{"watch": "volume", "limit": 1}]}, '"1q" is not a length of time'),
        ({"false_alarms": "few", "monitor": [{"watch": "volume", "limit": 1}]}, "neither such as"),
        (
            {"monitor": [{"watch": "share", "limit": 1, "where": [{"kind": "at_rows", "primary": "1-3"}]}]},
            "rows by their places are other rows",
        ),
        ({"monitor": []}, "there is no monitor"),
        ({}, "monitor: Field required"),
        (
            {"monitor": [{"watch": "share", "limit": 1, "where": [{"kind": "range", "colum": "x"}]}]},
            'did you mean "column"?',
        ),
    ],
)
def test_what_is_wrong_with_a_suite_is_said_where_it_is(given, said):
    with pytest.raises(px.SuiteError) as wrong:
        parse_suite(given)
    assert said in str(wrong.value)


def test_the_published_schema_is_that_of_the_models():
    assert SCHEMA.read_text(encoding="utf-8") == suite_schema(), (
        "run: phoenix-lab schema > phoenix_lab/monitors/suite.schema.json"
    )
    schema = json.loads(suite_schema())
    assert schema["$defs"]["Monitor"]["additionalProperties"] is False


def test_what_spoils_one_monitor_is_said_of_it_and_the_others_are_checked(reference):
    monitors = [
        px.Monitor("drift", column="xx", limit=0.1),
        px.Monitor("range", column="plan", limit=0.1),
        px.Monitor("mean", column="plan", limit=0.1),
        px.Monitor("drift", column="vector", limit=0.1),
        px.Monitor("missing", column="score", limit=0.1),
    ]
    result = px.check(monitors, days(1, start=60), reference)
    sentences = [m.problem for m in result.monitors]
    assert 'has no column "xx"; did you mean "x"?' in sentences[0]
    assert [bool(s) for s in sentences] == [True, True, True, True, False]
    assert (result.state, result.exit_code, result.monitors[-1].state) == ("could not run", 2, "well")
    changed = px.check(monitors[-1:], days(1, start=60).assign(score="a"), reference)
    assert "was float64" in changed.monitors[0].problem


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (days(1, start=60).drop(columns="when"), "no column of time"),
        (days(1, start=60).assign(when=pd.Timestamp("2099-01-01")), "lie in the future"),
        (days(1, start=60).assign(when=[START - dt.timedelta(days=9000), *[START] * 99]), "more than 2,000 windows"),
        (days(1, start=60).iloc[:0], "no rows"),
    ],
)
def test_times_that_cannot_be_are_refused(frame, said, reference):
    with pytest.raises(px.SuiteError, match=said):
        px.check(suite_of(), frame, reference)


def test_a_reference_without_rows_is_refused(reference):
    with pytest.raises(px.SuiteError, match="no rows to hold anything against"):
        px.check(suite_of(), days(1, start=60), reference.iloc[:0])


def test_names_and_notes_cannot_become_markup(reference):
    evil = "<img src=x onerror=alert(1)>"
    frame = days(1, start=60).rename(columns={"x": evil})
    monitor = px.Monitor("missing", column=evil, limit=0.5, note="<b>")
    shown = px.check(monitor, frame, reference.rename(columns={"x": evil}))._repr_html_()
    assert "<img" not in shown
    assert "<b>" not in shown
    assert "&lt;img" in shown


def test_a_callback_is_told_of_alarms_alone(reference):
    told = []
    for limit in (0.5, 0.0001):
        px.check(px.Monitor("missing", column="x", limit=limit), days(3, start=60), reference, on_alarm=told.append)
    assert [result.state for result in told] == ["alarm"]


def test_other_dataframes_give_the_same(reference):
    new = days(2, start=60)
    tables = [pa.Table.from_pandas(frame, preserve_index=False) for frame in (new, reference)]
    one = px.check(suite_of(), new, reference).to_dict()["monitors"]
    assert px.check(suite_of(), *tables).to_dict()["monitors"] == one


def test_the_suite_of_the_page_is_one(tmp_path):
    page = (Path(__file__).parents[1] / "docs" / "monitors.md").read_text(encoding="utf-8")
    path = tmp_path / "loans.phoenix.toml"
    path.write_text(page.split("```toml")[1].split("```")[0], encoding="utf-8")
    suite = px.load_suite(path)
    assert suite.name == "loans"
    assert [m.watch for m in suite.monitor] == ["drift", "missing", "performance", "share"]
