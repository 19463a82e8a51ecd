"""`TimeSeries`: a metric by window, what the reference does by itself, and where it changed."""

from __future__ import annotations

import itertools
import json
import re
from datetime import UTC

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats
from sets_made import made, no_nan, vectors
from sklearn import metrics as sk

from phoenix_lab.recipes.compute import compute, needs
from phoenix_lab.recipes.models import Performance, TimeSeries
from phoenix_lab.recipes.output import RecipeError
from phoenix_lab.recipes.time_series import _limits
from phoenix_lab.stats import divergence
from phoenix_lab.stats.proportions import wilson

ROLES = {"d": "timestamp", "y": "actual_label", "z": "prediction_label"}


def days(numbers):
    return pa.array(np.asarray(numbers), pa.int32()).cast(pa.date32())


def answer(recipe, primary, reference=None):
    output = compute(recipe, primary, reference)
    assert output.table.column_names == ["set", "start", "end", "n", "missing", "value", "lower", "upper"]
    rows = output.table.to_pylist()
    assert no_nan([[v for v in row.values() if isinstance(v, float)] for row in rows])
    json.dumps(dict(output.meta), allow_nan=False)
    for row in rows:
        if row["n"] + row["missing"] == 0:
            assert row["value"] is None
        if row["value"] is not None and row["lower"] is not None:
            assert row["lower"] - 1e-9 <= row["value"] <= row["upper"] + 1e-9
    return output


def of(output, name):
    return [row for row in output.table.to_pylist() if row["set"] == name]


@pytest.fixture
def sets():
    rng = np.random.default_rng(5)

    def side(name, n, first, last, shift):
        when = np.sort(rng.integers(first, last, n))
        x = pa.array(rng.normal(shift, 1, n), mask=rng.random(n) < 0.05)
        return made(
            name,
            {
                "x": x,
                "c": rng.choice(list("abc"), n),
                "v": vectors(rng.normal(shift, 1, (n, 4)).astype(np.float32)),
                "y": rng.choice(["yes", "no"], n),
                "z": rng.choice(["yes", "no"], n),
                "session": when // 3,
                "d": days(when),
            },
            kinds={"y": "category", "z": "category"},
            roles=ROLES,
        )

    return side("prod", 1500, 18_400, 18_600, 0.6), side("train", 4000, 18_000, 18_400, 0.0)


def test_values_are_those_of_each_window_by_hand(sets):
    prod, train = sets
    output = answer(TimeSeries("x", "mean", window="1mo"), prod, train)
    months = prod.table["d"].to_numpy().astype("datetime64[M]")
    x = prod.table["x"].to_numpy()
    for row in of(output, "primary"):
        here = x[months == np.datetime64(row["start"], "M")]
        values = here[~np.isnan(here)]
        assert (row["n"], row["missing"]) == (len(values), len(here) - len(values))
        assert row["value"] == pytest.approx(values.mean(), abs=1e-6)
        half = stats.norm.ppf(0.95) * values.std(ddof=1) / np.sqrt(len(values))
        assert row["upper"] == pytest.approx(values.mean() + half, abs=1e-6)
    share = answer(TimeSeries("x", "missing", window="1mo"), prod, train)
    for row in of(share, "primary"):
        assert row["value"] == pytest.approx(row["missing"] / (row["n"] + row["missing"]))
        lower, upper = wilson(row["missing"], row["n"] + row["missing"])
        assert (row["lower"], row["upper"]) == pytest.approx((float(lower), float(upper)))
    rows = answer(TimeSeries("x", "count", window="1mo"), prod, train)
    assert sum(row["value"] for row in of(rows, "primary")) == prod.n_rows
    assert sum(row["value"] for row in of(rows, "reference")) == train.n_rows


def test_drift_is_against_the_reference_and_the_reference_against_the_rest_of_itself(sets):
    prod, train = sets
    output = answer(TimeSeries("c", "js", window="1mo"), prod, train)
    labels = sorted(set(train.table["c"].to_pylist()))

    def counts(frame, keep):
        values = np.array(frame.table["c"].to_pylist())[keep]
        return [int((values == label).sum()) for label in labels]

    whole = np.array(counts(train, slice(None)))
    for name, frame in (("primary", prod), ("reference", train)):
        months = frame.table["d"].to_numpy().astype("datetime64[M]")
        for row in of(output, name):
            here = np.array(counts(frame, months == np.datetime64(row["start"], "M")))
            base = whole - here if name == "reference" else whole
            assert row["value"] == pytest.approx(float(divergence.js(base, here)))


def test_centroids_are_those_of_numpy(sets):
    prod, train = sets
    X = np.stack(train.table["v"].to_pylist())
    P = np.stack(prod.table["v"].to_pylist())
    months = prod.table["d"].to_numpy().astype("datetime64[M]")
    for name in ("euclidean", "cosine"):
        for row in of(answer(TimeSeries("v", name, window="1mo"), prod, train), "primary"):
            a, b = X.mean(axis=0), P[months == np.datetime64(row["start"], "M")].mean(axis=0)
            expected = (
                np.linalg.norm(a - b) if name == "euclidean" else 1 - a @ b / np.linalg.norm(a) / np.linalg.norm(b)
            )
            assert row["value"] == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("metric", ["psi", "ks", "wasserstein", "mean", "euclidean"])
def test_the_band_holds_the_reference_and_not_the_shifted_windows(sets, metric):
    prod, train = sets
    column = "v" if metric == "euclidean" else "x"
    output = answer(TimeSeries(column, metric, window="14d"), prod, train)
    band = output.meta["band"]
    # A band with two ends is of all of them, where they are fewer than 39.
    whose = r"^all \d+ of train's own windows of 14 days$" if metric == "mean" else r"train's (29|30) of 14 days$"
    assert re.search(whose, band["text"])
    inside = [row for row in of(output, "reference") if (band["lower"] or -np.inf) <= row["value"] <= band["upper"]]
    assert len(inside) >= 0.9 * len(of(output, "reference"))
    outside = [
        row
        for row in of(output, "primary")
        if row["value"] is not None and row["value"] > band["upper"] and row["n"] > 20
    ]
    assert len(outside) >= 0.8 * len(of(output, "primary"))


def test_with_few_windows_the_band_holds_all_of_them(sets):
    prod, train = sets
    output = answer(TimeSeries("x", "psi", window="1mo"), prod, train)
    band, own = output.meta["band"], [row["value"] for row in of(output, "reference") if row["value"] is not None]
    assert 6 <= len(own) < 20
    assert band["text"] == f"all {len(own)} of train's own windows of 1 month"
    assert band["upper"] == max(own)
    assert band["level"] == len(own) / (len(own) + 1)


def test_with_very_few_windows_the_band_is_that_of_random_parts(sets):
    prod, train = sets
    band = answer(TimeSeries("x", "psi", window="3mo"), prod, train).meta["band"]
    assert "parts of train with" in band["text"]
    assert 0 < band["upper"] < 0.1
    by_unit = answer(TimeSeries("x", "psi", window="3mo", unit="session"), prod, train).meta["band"]
    assert "by whole session" in by_unit["text"]


def test_the_change_is_where_it_was_made(sets):
    prod, train = sets
    change = answer(TimeSeries("x", "mean", window="14d"), prod, train).meta["change"]
    assert change["p_value"] <= 0.002
    assert np.datetime64("2020-05-01") <= np.datetime64(change["start"]) <= np.datetime64("2020-06-01")


def test_no_change_is_found_where_there_is_none():
    rng = np.random.default_rng(8)
    alarms = 0
    for _ in range(100):
        frame = made("prod", {"x": rng.normal(size=400), "d": days(np.arange(400))}, roles=ROLES)
        alarms += answer(TimeSeries("x", "mean", window="14d"), frame).meta["change"]["p_value"] < 0.05
    assert alarms <= 11


def test_an_empty_window_is_no_data():
    when = np.concatenate([np.arange(30), np.arange(90, 120)])
    frame = made("prod", {"x": np.arange(60.0), "d": days(when)}, roles=ROLES)
    for metric in ("mean", "missing", "count"):
        rows = of(answer(TimeSeries("x", metric, window="7d"), frame, frame), "primary")
        empty = [row for row in rows if row["n"] == 0]
        assert len(empty) >= 7
        assert all(row["value"] is row["lower"] is row["upper"] is None for row in empty)
    psi = of(answer(TimeSeries("x", "psi", window="7d"), frame, frame), "primary")
    assert all(row["value"] is None for row in psi if row["n"] == 0)


def test_accuracy_counts_rows_with_both_labels(sets):
    prod, train = sets
    output = answer(TimeSeries("x", "accuracy", window="1mo"), prod, train)
    months = prod.table["d"].to_numpy().astype("datetime64[M]")
    right = np.array(prod.table["y"].to_pylist()) == np.array(prod.table["z"].to_pylist())
    for row in of(output, "primary"):
        assert row["value"] == pytest.approx(right[months == np.datetime64(row["start"], "M")].mean())
    gaps = made(
        "prod",
        {"x": [1.0] * 4, "y": ["a", "b", None, "a"], "z": ["a", "a", "a", None], "d": days([1, 2, 3, 4])},
        roles=ROLES,
    )
    row = of(answer(TimeSeries("x", "accuracy", window="1mo"), gaps), "primary")[0]
    assert (row["n"], row["missing"], row["value"]) == (2, 2, 0.5)
    unlike = made("prod", {"x": [1.0], "y": [1], "z": ["1"], "d": days([1])}, roles=ROLES)
    with pytest.raises(RecipeError, match='labels such as "1" and 1 are never equal'):
        compute(TimeSeries("x", "accuracy"), unlike)
    assert "y" in needs(TimeSeries("x", "accuracy"), unlike.columns, None)[0]


def test_predictions_are_followed_by_every_metric_as_scikit_learn_has_it():
    rng = np.random.default_rng(7)
    day = np.sort(rng.integers(0, 240, 3000))
    late = rng.random(3000) < 0.4
    score = np.clip(0.3 * late + 0.7 * rng.random(3000), 0, 1)
    late_or_not = np.where(late, "late", "on time").astype(object)
    # June has rows, and nobody knows yet what became of them; July has none.
    when = np.datetime64("2020-01-01") + day
    month = when.astype("datetime64[M]")
    late_or_not[month == np.datetime64("2020-06")] = None
    keep = month != np.datetime64("2020-07")
    roles = {"was": "actual_label", "said": "prediction_label", "p": "prediction_score", "d": "timestamp"}
    said = np.where(score >= 0.5, "late", "on time")

    def frame(name, rows):
        columns = {"was": late_or_not[rows], "said": said[rows], "p": score[rows], "d": pa.array(when[rows])}
        return made(name, columns, roles=roles)

    train = frame("train", np.flatnonzero(month < np.datetime64("2020-03")))
    rows = np.flatnonzero((month >= np.datetime64("2020-03")) & keep)
    prod = frame("prod", rows)
    by_rows = {
        "f1": lambda y, s: sk.f1_score(y, s >= 0.4),
        "roc_auc": sk.roc_auc_score,
        "log_loss": sk.log_loss,
    }
    for metric, expected in by_rows.items():
        recipe = TimeSeries(metric=metric, window="1mo", predictions=Performance(threshold=0.4))
        output = answer(recipe, prod, train)
        assert output.meta["positive"] == "late"
        assert {"value": "f1", "label": "F1"} in output.meta["metrics"]
        assert output.meta["band"] is not None
        series = {str(row["start"])[:7]: row for row in of(output, "primary")}
        for name in ("2020-03", "2020-04", "2020-05", "2020-08"):
            inside = rows[month[rows] == np.datetime64(name)]
            row = series[name]
            assert row["value"] == pytest.approx(expected(late[inside], score[inside]), rel=1e-9)
            assert row["lower"] < row["value"] < row["upper"]
            assert (row["n"], row["missing"]) == (len(inside), 0)
        unlabelled, empty = series["2020-06"], series["2020-07"]
        assert (unlabelled["value"], unlabelled["n"]) == (None, 0)
        assert unlabelled["missing"] == (month == np.datetime64("2020-06")).sum()
        assert (empty["value"], empty["n"], empty["missing"]) == (None, 0, 0)
    assert set(needs(TimeSeries(metric="f1"), prod.columns, None)[0]) == set(roles)
    # A window of the whole view is what the series has there.
    of_may = compute(Performance(window=("2020-05-01", "2020-06-01"), threshold=0.4), prod, train)
    f1 = next(row for row in of_may.table.to_pylist() if row["metric"] == "f1")
    may = next(
        r
        for r in of(
            answer(TimeSeries(metric="f1", window="1mo", predictions=Performance(threshold=0.4)), prod), "primary"
        )
        if str(r["start"]).startswith("2020-05")
    )
    assert (f1["value_primary"], f1["lower_primary"]) == (may["value"], may["lower"])
    assert of_may.meta["rows"]["primary"]["rows"] == may["n"]
    assert of_may.meta["rows"]["reference"]["rows"] == train.n_rows
    none = compute(Performance(window=("2020-06-01", "2020-07-01")), prod, train)
    assert "in this window" in none.meta["absent"]["primary"]
    with pytest.raises(RecipeError, match=r'"f1" cannot be computed for "p": .* leave the column out'):
        compute(TimeSeries("p", "f1"), prod, train)
    with pytest.raises(RecipeError, match='"psi" is of a column'):
        compute(TimeSeries(metric="psi"), prod, train)


def test_units_widen_the_intervals():
    rng = np.random.default_rng(2)
    unit = np.repeat(np.arange(60), 20)
    x = rng.normal(size=60)[unit] + 0.3 * rng.normal(size=1200)
    frame = made("prod", {"x": x, "u": unit, "d": days(unit)}, roles=ROLES)
    wide = of(answer(TimeSeries("x", "mean", window="1mo", unit="u"), frame), "primary")
    narrow = of(answer(TimeSeries("x", "mean", window="1mo"), frame), "primary")
    # The last window holds a few units, or a single one, which tells nothing of its own spread.
    for a, b in list(zip(wide, narrow, strict=True))[:-1]:
        assert a["value"] == b["value"]
        assert a["upper"] - a["lower"] > 2 * (b["upper"] - b["lower"])


def test_windows_longer_than_the_step_overlap(sets):
    prod, train = sets
    output = answer(TimeSeries("x", "count", window="2mo", step="1mo"), prod, train)
    months = answer(TimeSeries("x", "count", window="1mo"), prod, train)
    single = {row["start"]: row["value"] for row in of(months, "primary")}
    whole = [row for row in of(output, "primary") if row["start"] in single]
    for row in whole[:-1]:
        following = [v for s, v in single.items() if row["start"] <= s < row["end"]]
        if len(following) == 2:
            assert row["value"] == sum(following)
    assert (output.meta["window"], output.meta["step"]) == ("2mo", "1mo")


def test_meta_tells_the_choices(sets):
    prod, train = sets
    meta = answer(TimeSeries("x"), prod, train).meta
    assert meta["metric"] == "psi"
    assert [m["value"] for m in meta["metrics"]] == [
        "psi",
        "mean",
        "ks",
        "wasserstein",
        "js",
        "missing",
        "count",
        "accuracy",
    ]
    assert {"value": "1mo", "label": "1 month"} in meta["windows"]
    assert meta["time"] == {"column": "d", "kind": "date", "zone": None}
    assert (meta["overlap"], meta["boundary"][:10]) == (False, "2020-05-18")
    assert answer(TimeSeries("v"), prod, train).meta["metric"] == "euclidean"
    assert answer(TimeSeries("v"), prod).meta["metric"] == "count"
    assert answer(TimeSeries("x"), prod).meta["metric"] == "mean"
    assert answer(TimeSeries("d"), prod).meta["metric"] == "count"
    again = answer(TimeSeries("x"), prod, prod).meta
    assert (again["overlap"], again["boundary"]) == (True, None)


def test_years_are_followed_by_year():
    rng = np.random.default_rng(0)
    frame = made(
        "prod", {"x": rng.normal(size=610), "year": np.repeat(np.arange(1961, 2022), 10)}, roles={"year": "timestamp"}
    )
    output = answer(TimeSeries("x"), frame)
    assert (output.meta["window"], output.meta["time"]["kind"]) == ("1y", "year")
    assert len(output.table) == 61


def test_a_zone_is_kept():
    when = pa.array(np.arange(0, 10**6, 1000) * 10**6, pa.timestamp("us", tz="Asia/Tokyo"))
    frame = made("prod", {"x": np.arange(1000.0), "t": when}, roles={"t": "timestamp"})
    output = answer(TimeSeries("x", window="1d"), frame)
    assert output.table["start"].type == pa.timestamp("us", tz="Asia/Tokyo")
    assert all(row["start"].hour == 0 for row in output.table.to_pylist())
    assert output.meta["time"]["zone"] == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("window", "zone", "hours"),
    [
        ("1d", "UTC", {24}),
        ("1d", "Europe/Berlin", {23, 24, 25}),  # clocks go forward on 31 March and back on 27 October
        ("1d", "America/Sao_Paulo", {24}),  # no longer move
        ("6h", "Europe/Berlin", {5, 6, 7}),  # midnight, six, noon and six by the clock
        ("2h", "Europe/Berlin", {1, 2, 3}),  # two o'clock in the morning is not there, or there twice
        ("1h", "Asia/Kolkata", {1}),
        ("7d", "Europe/Berlin", {167, 168, 169}),
    ],
)
def test_windows_are_cut_by_the_clocks_of_a_zone(window, zone, hours):
    found: set[float] = set()
    for begin in ("2024-03-25", "2024-10-21"):
        half_hours = np.datetime64(begin, "us") + np.arange(14 * 48) * np.timedelta64(30, "m")
        when = pa.array(half_hours).cast(pa.timestamp("us", tz="UTC"))
        frame = made("prod", {"x": np.ones(len(when)), "t": when}, roles={"t": "timestamp"})
        rows = answer(TimeSeries("x", "count", window=window, zone=zone), frame).table.to_pylist()
        assert sum(row["n"] for row in rows) == len(when)  # each row is in one window
        assert all(a["end"] == b["start"] for a, b in itertools.pairwise(rows))
        assert all(row["start"].minute == 0 for row in rows)
        if window[-1] == "d":
            assert all(row["start"].hour == 0 for row in rows)
        found |= {(row["end"].astimezone(UTC) - row["start"].astimezone(UTC)).total_seconds() / 3600 for row in rows}
    assert found == hours


def test_a_zone_must_be_one_and_naive_times_have_none():
    naive = np.datetime64("2024-01-01", "us") + np.arange(100) * np.timedelta64(1, "h")
    frames = {
        zone: made(
            "prod",
            {"x": np.ones(100), "t": pa.array(naive).cast(pa.timestamp("us", tz=zone))},
            roles={"t": "timestamp"},
        )
        for zone in (None, "UTC")
    }
    assert answer(TimeSeries("x"), frames[None]).meta["time"]["zone"] is None
    with pytest.raises(RecipeError, match='the times of "t" have no zone'):
        answer(TimeSeries("x", zone="Europe/Berlin"), frames[None])
    with pytest.raises(RecipeError, match='"Berlin" is not a time zone'):
        answer(TimeSeries("x", zone="Berlin"), frames["UTC"])


def test_a_reference_without_time_still_gives_a_band(sets):
    prod, train = sets
    still = made("train", {"x": train.table["x"], "d": pa.array([None] * train.n_rows, pa.date32())}, roles=ROLES)
    output = answer(TimeSeries("x", "psi"), prod, still)
    assert of(output, "reference") == []
    assert output.meta["band"]["upper"] > 0


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        (TimeSeries("nope"), "no column"),
        (TimeSeries("x", "euclidean"), '"euclidean" cannot be computed for "x"'),
        (TimeSeries("v", "psi"), "there are euclidean, cosine"),
        (TimeSeries("x", window="soon"), "is not a length of time"),
        (TimeSeries("x", window="1d", step="1mo"), "longer than the window"),
        (TimeSeries("x", window="1s"), "more than 2,000 windows"),
    ],
)
def test_what_cannot_be_answered_says_so(sets, recipe, message):
    with pytest.raises(RecipeError, match=message):
        compute(recipe, *sets)


def test_rows_without_a_time_are_counted():
    frame = made("prod", {"x": [1.0, 2.0, 3.0], "d": pa.array([1, None, 3], pa.int32()).cast(pa.date32())}, roles=ROLES)
    output = answer(TimeSeries("x", "count", window="1mo"), frame)
    assert output.meta["untimed"] == {"primary": 1, "reference": None}
    assert sum(row["value"] for row in of(output, "primary")) == 2


def test_no_time_is_refused(sets):
    frame = made("prod", {"x": [1.0, 2.0]})
    with pytest.raises(RecipeError, match="prod has no column of time"):
        compute(TimeSeries("x"), frame)
    empty = made("prod", {"x": pa.array([], pa.float64()), "d": pa.array([], pa.date32())}, roles=ROLES)
    with pytest.raises(RecipeError, match="no row of prod has a time"):
        compute(TimeSeries("x"), empty)
    one = made("prod", {"x": [1.0], "d": days([3])}, roles=ROLES)
    assert of(answer(TimeSeries("x"), one), "primary")[0]["value"] == 1.0


def test_a_window_with_one_unit_has_a_value_and_no_interval():
    rng = np.random.default_rng(4)
    when = np.repeat(np.arange(40), 30)
    names = when.astype(str)
    train = made("train", {"x": rng.normal(size=900), "day": names[:900], "d": days(when[:900])}, roles=ROLES)
    prod = made("prod", {"x": rng.normal(2, 1, 300), "day": names[900:], "d": days(when[900:])}, roles=ROLES)
    rows = of(answer(TimeSeries("x", "psi", window="1d", unit="day"), prod, train), "primary")
    assert len(rows) == 10
    assert all(row["value"] > 0.5 and row["lower"] is None and row["upper"] is None for row in rows)


@pytest.mark.parametrize("n", [39, 60, 200])
@pytest.mark.parametrize("metric", ["mean", "psi"])
def test_of_further_windows_five_in_a_hundred_lie_beyond_the_band(metric, n):
    rng = np.random.default_rng(n)
    outside = 0
    for _ in range(4000):
        band = _limits(rng.normal(size=n), metric, "")
        further = rng.normal()
        low = -np.inf if band["lower"] is None else band["lower"]
        outside += not low <= further <= band["upper"]
    # standard error .0034
    assert 0.04 < outside / 4000 < 0.06
