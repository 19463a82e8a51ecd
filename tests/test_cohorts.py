"""Conditions on rows: the rows that pandas and polars find, in every recipe, by the users' own positions."""

from __future__ import annotations

import datetime as dt
import json
import math
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sets_made import made, no_nan, vectors

import phoenix_lab as px
from phoenix_lab.recipes.cohort import cohort
from phoenix_lab.recipes.compute import compute, needs
from phoenix_lab.recipes.models import dump, parse
from phoenix_lab.recipes.output import RecipeError

BIG = 2**53


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("PHOENIX_LAB_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache" / "results"


def no_map(recipe):
    raise AssertionError("no condition speaks of a map")


def found(column, *conditions, kind=None):
    frame = made("prod", {"x": column}, kinds={"x": kind} if kind else None)
    return cohort(conditions, frame, None, no_map).primary.tolist()


whole = st.one_of(st.integers(-5, 5), st.integers(BIG - 3, BIG + 3), st.integers(-(2**63), 2**63 - 1))
real = st.one_of(st.floats(width=64), st.sampled_from([0.0, -0.0, 0.1, math.inf, -math.inf, math.nan]))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.none() | whole, max_size=12), st.none() | whole | st.floats(-10, 10), whole)
def test_ranges_of_integers_are_exact(values, low, high):
    got = found(pa.array(values, pa.int64()), px.Range("x", low, high))
    # Python compares integers and floats by their exact values
    assert got == [v is not None and (low is None or v >= low) and v < high for v in values]
    if not isinstance(low, float):
        frame = pl.DataFrame({"x": values}, schema={"x": pl.Int64})
        inside = (pl.col("x") < high) if low is None else pl.col("x").is_between(low, high, closed="left")
        assert sum(got) == frame.filter(inside).height


@settings(max_examples=80, deadline=None)
@given(st.lists(st.none() | real, max_size=12), real.filter(lambda x: not math.isnan(x)), st.none() | whole)
def test_ranges_of_floats_are_those_of_pandas(values, low, high):
    data = pd.Series(values, dtype="float64")
    expected = data >= low
    if high is not None:
        expected &= pd.Series([not math.isnan(v) and v < high for v in data], dtype=bool)  # exactly, where numpy rounds
    assert found(pa.array(values, pa.float64()), px.Range("x", low, high)) == expected.tolist()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.none() | st.floats(width=32), max_size=12), st.floats(-2, 2), st.floats(-2, 2))
def test_float32_is_compared_as_such(values, low, high):
    data = np.array([np.nan if v is None else v for v in values], dtype="f4")
    expected = (data >= np.float32(low)) & (data < np.float32(high))
    assert found(pa.array(values, pa.float32()), px.Range("x", low, high)) == expected.tolist()


@settings(max_examples=80, deadline=None)
@given(st.lists(st.none() | st.text(max_size=3), max_size=12), st.lists(st.none() | st.text(max_size=3)), st.booleans())
def test_values_are_those_of_isin(values, wanted, negated):
    data = pd.Series(values, dtype=object)
    expected = data.isin([w for w in wanted if w is not None]) | (data.isna() & (None in wanted))
    for kind in (pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())):
        column = pa.array(values, pa.string()).cast(kind)
        assert found(column, px.Values("x", wanted, negated=negated)) == (expected ^ negated).tolist()


@settings(max_examples=80, deadline=None)
@given(st.lists(st.none() | whole, max_size=12), st.lists(st.none() | whole | st.floats(-4, 4), max_size=5))
def test_values_of_numbers_are_exact(values, wanted):
    expected = [any(w == v for w in wanted) for v in values]
    assert found(pa.array(values, pa.int64()), px.Values("x", wanted)) == expected
    # as a browser writes what it has no number for
    written = [str(w) if isinstance(w, int) else w for w in wanted]
    assert found(pa.array(values, pa.int64()), px.Values("x", written)) == expected


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "America/New_York"])
def test_times_are_compared_in_their_own_unit(unit, zone):
    times = pd.to_datetime(
        ["2021-05-31", "2021-05-31 12:00:00.000000001", "2021-06-01", None], format="ISO8601"
    ).tz_localize(zone)
    column = pa.array(times, pa.timestamp("ns", tz=zone)).cast(pa.timestamp(unit, tz=zone), safe=False)
    data = column.to_pandas()
    noon = pd.Timestamp("2021-05-31 12:00", tz=zone)
    for low in (noon, noon + pd.Timedelta(1, "ns"), noon + pd.Timedelta(2, "ns")):
        got = found(column, px.Range("x", low, pd.Timestamp("2021-06-01", tz=zone)))
        assert got == ((data >= low) & (data < pd.Timestamp("2021-06-01", tz=zone))).tolist()
    assert found(column, px.Values("x", [data[1], None])) == [False, True, False, True]
    assert found(column, px.Range("x", high=noon)) == (data < noon).tolist()


def test_dates_years_epochs_and_texts_are_times_too():
    days = pa.array([dt.date(2020, 1, 1), dt.date(2021, 1, 1), None])
    half = px.Range("x", dt.datetime(2020, 1, 1, 12), "2021-01-02")  # noqa: DTZ001 - naive data
    assert found(days, half) == [False, True, False]
    assert found(days, px.Values("x", dt.date(2020, 1, 1))) == [True, False, False]
    assert found(pa.array([2019, 2020, 2021]), px.Range("x", "2020-01-01", "2021-01-01")) == [False, True, False]
    assert found(pa.array([2019, 2020, 2021]), px.Range("x", 2020, 2021)) == [False, True, False]
    assert found(pa.array([1_577_836_799, 1_577_836_800]), px.Range("x", "2020-01-01")) == [False, True]
    assert found(pa.array(["2019-12-31", "2020-01-01", None]), px.Range("x", "2020-01-01")) == [False, True, False]


def test_values_that_are_nothing_but_text_in_json():
    floats = pa.array([1.5, math.inf, math.nan, None, -0.0])
    assert found(floats, px.Values("x", math.inf)) == [False, True, False, False, False]
    assert found(floats, px.Values("x", math.nan)) == [False, False, True, True, False]
    assert found(floats, px.Values("x", ["1.5", 0])) == [True, False, False, False, True]
    assert found(floats, px.Range("x", high=math.inf)) == [True, False, False, False, True]
    assert found(floats, px.Missing("x")) == [False, False, True, True, False]
    assert found(floats, px.Missing("x", negated=True)) == [True, True, False, False, True]
    assert found(pa.array([True, False, None]), px.Values("x", "True")) == [True, False, False]
    assert found(pa.array([True, False, None]), px.Values("x", [False, None])) == [False, True, True]
    assert found(pa.array([Decimal("1.10"), Decimal(2)]), px.Values("x", Decimal("1.1"))) == [True, False]
    assert found(pa.array([b"\xff", b"a", None]), px.Values("x", ["a", b"\xff"])) == [True, True, False]
    assert found(pa.array([2**64 - 1, 5], pa.uint64()), px.Range("x", 2**63)) == [True, False]
    assert found(pa.array([2**64 - 1, 5], pa.uint64()), px.Values("x", [-1, 2**64 - 1])) == [True, False]
    assert found(pa.array([dt.timedelta(hours=1), None]), px.Range("x", dt.timedelta(minutes=30))) == [True, False]
    assert found(pa.array([None, None]), px.Values("x", ["a", None]), px.Missing("x")) == [True, True]
    assert found(pa.array([None, None]), px.Range("x", 1)) == [False, False]
    assert found(pa.array(["", "héé", None]), px.Length("x", 1, 4), kind="text") == [False, True, False]
    bad = pa.array([[1.0, 2.0], [math.nan, 1.0], None], pa.list_(pa.float64(), 2))
    assert found(bad, px.Missing("x")) == [False, True, True]


@pytest.mark.parametrize(
    ("column", "condition", "says"),
    [
        (["a"], px.Values("x", 1), 'holds text, and 1 is none: write "1"'),
        ([1], px.Values("x", "a"), 'holds numbers, and "a" is none'),
        (["a"], px.Range("x", 1), "holds text, and 1 is a number: Length"),
        ([dt.date(2020, 1, 1)], px.Range("x", 1), "holds times, and 1 is a number"),
        ([dt.date(2020, 1, 1)], px.Range("x", "soon"), '"soon" is not a time'),
        ([1], px.Length("x", 1), "holds numbers, which have no length: use Range"),
        ([{"a": 1}], px.Values("x", "a"), "holds nested values"),
    ],
)
def test_what_a_column_cannot_be_asked(column, condition, says):
    with pytest.raises(RecipeError, match='"x" of prod') as error:
        found(pa.array(column), condition)
    assert says in str(error.value)


def test_a_column_that_is_not_there_is_named_with_the_closest():
    prod, train = pd.DataFrame({"carrier": ["AA"], "x": [1]}), pd.DataFrame({"x": [1]})
    with pytest.raises(RecipeError, match='prod has no column "carier"; did you mean "carrier"'):
        px.run(px.Summary(where=(px.Values("carier", "AA"),)), prod)
    with pytest.raises(RecipeError, match='train has no column "carrier"'):
        px.run(px.Summary(where=(px.Values("carrier", "AA"),)), prod, train)
    with pytest.raises(RecipeError, match='prod has no column "carier"'):
        px.rows(prod, px.Values("carier", "AA"))
    retyped = train.assign(carrier=1)
    with pytest.raises(RecipeError, match='"carrier" of retyped: holds numbers, and "AA" is none'):
        px.run(px.Summary(where=(px.Values("carrier", "AA"),)), prod, retyped)


def test_conditions_are_the_same_after_json():
    conditions = (
        px.Values("a", ("x", None, 1, 1.5, True, 2**70, math.inf, pd.NaT, np.int8(3), dt.date(2020, 1, 1))),
        px.Range("b", np.datetime64("2020-01-01T12"), dt.datetime(2021, 1, 1, tzinfo=dt.UTC), set="primary"),
        px.Length("c", 1),
        px.Missing("d", negated=True),
        px.InCluster(px.EmbeddingMap("v", seed=3, where=(px.Missing("d"),)), -1),
        px.InLasso(px.EmbeddingMap("v"), [(0, 0), (1, 0.5), (1, 1)]),
    )
    for recipe in (px.Summary(where=conditions), px.EmbeddingMap("v", where=conditions[:2])):
        assert parse(json.loads(json.dumps(dump(recipe), allow_nan=False))) == recipe
        assert hash(recipe) == hash(parse(dump(recipe)))
    assert px.Values("a", "abc") == px.Values("a", ("abc", "abc"))
    assert (
        px.Values("a", {True})
        == px.Values("a", True)
        == parse(dump(px.Summary(where=(px.Values("a", True),)))).where[0]
    )
    for wrong in (lambda: px.Range("a"), lambda: px.Values("a", object()), lambda: px.Values("a", "b", set="corpus")):
        with pytest.raises(ValidationError):
            wrong()


def sets(n=400, seed=0):
    rng = np.random.default_rng(seed)

    def one(name, shift, first):
        centre = rng.integers(0, 3, n)
        truth = rng.random(n) < 0.4
        return made(
            name,
            {
                "when": pa.array(np.arange(first, first + n) * 3_600_000_000, pa.timestamp("us")),
                "size": rng.normal(shift, 1, n),
                "count": rng.integers(0, 4, n),
                "group": rng.choice(["a", "b", "c"], n),
                "user": rng.integers(0, 40, n),
                "note": [None if x < 0.1 else "word " * int(9 * x) for x in rng.random(n)],
                "label": np.where(truth, "yes", "no"),
                "predicted": np.where(truth ^ (rng.random(n) < 0.2 + 0.1 * shift), "yes", "no"),
                "vec": vectors((rng.normal(size=(n, 4)) + 6 * np.eye(4)[centre]).astype("f4")),
            },
            kinds={"note": "text", "user": "category"},
            roles={"when": "timestamp", "label": "actual_label", "predicted": "prediction_label"},
        )

    return one("prod", 1, n), one("train", 0, 0)


WHERE = (px.Values("group", ("a", "b")), px.Range("size", -0.5), px.Missing("note", negated=True))
RECIPES = [
    px.Summary(),
    px.Summary(columns=("size", "vec"), unit="user"),
    px.Distribution("size", unit="user"),
    px.Distribution("group"),
    px.Distribution("note"),
    px.Distribution("vec"),
    px.TimeSeries("size"),
    px.TimeSeries("group", metric="count"),
    px.Performance(),
    px.Performance(segment="size"),
]


def with_where(recipe, where):
    return parse({**dump(recipe), "where": dump(px.Summary(where=where))["where"]})


@pytest.mark.parametrize("recipe", RECIPES, ids=repr)
def test_a_recipe_of_a_cohort_is_that_of_a_dataframe_with_these_rows(recipe):
    prod, train = sets()
    whole = with_where(recipe, WHERE)
    names, others = needs(whole, prod.columns, train.columns)
    output = compute(whole, prod.select(names), train.select(others))
    mask = cohort(WHERE, prod, train, no_map)
    assert 50 < mask.primary.sum() < 300
    names, others = needs(recipe, prod.columns, train.columns)
    alone = compute(recipe, prod.select(names).filter(mask.primary), train.select(others).filter(mask.reference))
    assert output.table.equals(alone.table)
    assert output.parts.keys() == alone.parts.keys()
    assert all(output.parts[name].equals(alone.parts[name]) for name in alone.parts)
    meta = dict(output.meta)
    assert meta.pop("cohort") == mask.counts
    assert meta == alone.meta
    assert meta["primary"]["rows"] == mask.primary.sum()


@pytest.mark.parametrize("recipe", [*RECIPES, px.EmbeddingMap("vec"), px.EmbeddingMap("vec", unit="user")], ids=repr)
@pytest.mark.parametrize("empty", ["primary", "reference", None])
def test_a_cohort_without_rows_is_no_rows(recipe, empty):
    prod, train = sets(120)
    where = (px.Values("group", "nobody", set=empty),)
    names, others = needs(with_where(recipe, where), prod.columns, train.columns)
    arguments = with_where(recipe, where), prod.select(names), train.select(others)
    if (recipe.kind == "time_series" and empty != "reference") or (recipe.kind == "performance" and empty is None):
        with pytest.raises(RecipeError, match=r"no row of prod( and train)? meets all conditions"):
            compute(*arguments)
        return
    output = compute(*arguments)
    for table in (output.table, *output.parts.values()):
        assert no_nan(table.to_pylist())
    json.dumps(dict(output.meta), allow_nan=False)
    for side in ("primary", "reference"):
        assert output.meta["cohort"][side] == {"rows": 0 if empty in (None, side) else 120, "of": 120}
    verdicts = output.table.column("verdict").to_pylist() if "verdict" in output.table.column_names else []
    verdicts += [v for v in [output.meta.get("verdict"), (output.meta.get("drift") or {}).get("verdict")] if v]
    assert set(verdicts) <= {"untested"}


def test_a_map_of_a_cohort_keeps_places_clusters_and_the_users_positions():
    prod, train = sets()
    whole = compute(px.EmbeddingMap("vec"), prod, train)
    part = compute(px.EmbeddingMap("vec", where=WHERE), prod, train)
    mask = cohort(WHERE, prod, train, no_map)
    rows = {(r["set"], r["row"]): r for r in whole.table.to_pylist()}
    expected = [r for (side, row), r in rows.items() if (mask.primary if side == "primary" else mask.reference)[row]]
    assert part.table.to_pylist() == expected
    names = {r["cluster"]: r for r in whole.parts["clusters"].to_pylist()}
    for r in part.parts["clusters"].to_pylist():
        same = names[r["cluster"]]
        assert all(r[k] == same[k] for k in ("name", "terms", "x", "y"))
        mine = [e for e in expected if e["cluster"] == r["cluster"]]
        assert r["n"] == len(mine)
        assert r["n_primary"] == sum(e["set"] == "primary" for e in mine)
        assert all(expected[i]["cluster"] == r["cluster"] for i in r["prototypes"])
    assert part.meta["cohort"] == mask.counts
    # how far the vectors of the cohort drifted, as everywhere else
    drift = compute(px.Distribution("vec", where=WHERE), prod, train)
    assert part.meta["drift"]["estimate"] == drift.meta["estimate"]
    # a window counts within it
    window = (dt.datetime(1970, 1, 18).isoformat(), dt.datetime(1970, 1, 22).isoformat())  # noqa: DTZ001
    narrow = compute(px.EmbeddingMap("vec", where=WHERE, window=window), prod, train)
    both = cohort((*WHERE, px.Range("when", *window, set="primary")), prod, train, no_map)
    assert sum(narrow.parts["clusters"].column("n_primary").to_pylist()) == both.primary.sum()
    assert narrow.table.num_rows == part.table.num_rows


def test_a_cluster_and_an_area_of_a_map_are_conditions():
    prod, train = sets()
    recipe = px.EmbeddingMap("vec")
    points = compute(recipe, prod, train).table.to_pylist()
    in_cluster = {
        s: [p["row"] for p in points if p["set"] == s and p["cluster"] == 1] for s in ("primary", "reference")
    }
    summary = compute(px.Summary(columns=("size",), where=(px.InCluster(recipe, 1),)), prod, train)
    assert summary.meta["cohort"]["primary"] == {"rows": len(in_cluster["primary"]), "of": 400}
    sizes = prod.table.column("size").to_numpy()[in_cluster["primary"]]
    assert summary.table.column("mean_primary")[0].as_py() == pytest.approx(sizes.mean())
    corners = ((0.0, -1e3), (1e3, -1e3), (1e3, 1e3), (0.0, 1e3))
    right = compute(px.Summary(columns=("size",), where=(px.InLasso(recipe, corners),)), prod, train)
    assert right.meta["cohort"]["reference"]["rows"] == sum(p["x"] > 0 for p in points if p["set"] == "reference")
    with pytest.raises(RecipeError, match="has no cluster 99"):
        compute(px.Summary(where=(px.InCluster(recipe, 99),)), prod, train)
    with pytest.raises(RecipeError, match="two dimensions"):
        compute(px.Summary(where=(px.InLasso(px.EmbeddingMap("vec", n_components=3), corners),)), prod, train)


def user_frames(n=200):
    rng = np.random.default_rng(4)

    def one(first):
        return pd.DataFrame(
            {
                "id": rng.integers(2**60, 2**62, n),
                "party": pd.Categorical(rng.choice(["D", "R"], n), categories=["R", "D"]),
                "day": pd.date_range("2020", periods=n, freq="D", tz="Europe/Berlin"),
                "x": pd.array(rng.integers(0, 9, n), dtype="Int16"),
                "vec": list((rng.normal(size=(n, 5)) + 5 * np.eye(5)[rng.integers(0, 2, n)]).astype("f4")),
            },
            index=[f"r{i}" for i in range(first, first + n)],
        )

    return one(0), one(1000)


def test_rows_are_the_users_own():
    prod, train = user_frames()
    median = int(np.sort(prod["id"])[100])
    conditions = (px.Range("id", median), px.Values("party", "D"))
    expected = prod[(prod["id"] >= median) & (prod["party"] == "D")]
    pd.testing.assert_frame_equal(px.rows(prod, *conditions), expected)
    more = train[(train["id"] >= median) & (train["party"] == "D")]
    pd.testing.assert_frame_equal(px.rows(prod, *conditions, reference=train), pd.concat([expected, more]))
    pd.testing.assert_frame_equal(px.rows(prod, *conditions, reference=train, set="reference"), more)
    each = px.rows(prod, *conditions, reference=train, set="each")
    assert [list(part.index) for part in each] == [list(expected.index), list(more.index)]
    pd.testing.assert_frame_equal(px.rows(prod), prod)
    none = px.rows(prod, px.Range("x", 99))
    pd.testing.assert_frame_equal(none, prod.iloc[:0])
    plain = prod.drop(columns="vec")
    other = pl.from_pandas(plain)
    assert px.rows(other, *conditions).equals(other.filter((pl.col("id") >= median) & (pl.col("party") == "D")))
    arrow = pa.Table.from_pandas(plain)
    assert px.rows(arrow, *conditions).equals(arrow.filter(pa.array((plain["id"] >= median) & (plain["party"] == "D"))))
    for wrong in (lambda: px.rows(prod, "x > 3"), lambda: px.rows(prod, px.Summary())):
        with pytest.raises(TypeError, match="conditions are such as"):
            wrong()


def test_a_map_of_the_panel_is_not_made_again(monkeypatch):
    prod, train = user_frames()
    areas = px.run(px.EmbeddingMap("vec"), prod, train)

    def again(*_):
        raise AssertionError("the map is on disk")

    monkeypatch.setattr("phoenix_lab.recipes.embedding_map.compute", again)
    condition = px.InCluster(px.EmbeddingMap("vec"), 0)
    pd.testing.assert_frame_equal(px.rows(prod, condition, reference=train), areas.cluster(0))
    pd.testing.assert_frame_equal(px.rows(prod, condition, reference=train, set="primary"), areas.cluster(0, "primary"))
    assert px.run(px.Summary(where=(condition,)), prod, train).meta["cohort"]["primary"]["rows"] > 0
    part = px.run(px.EmbeddingMap("vec", where=(condition, px.Values("party", "D"))), prod, train)
    expected = areas.cluster(0)
    pd.testing.assert_frame_equal(part.cluster(0), expected[expected["party"] == "D"])


def test_conditions_are_part_of_the_key(folder):
    prod, train = (df.drop(columns="vec") for df in user_frames())
    counts = [
        px.run(px.Summary(where=where), prod, train).meta.get("cohort")
        for where in ((), (px.Values("party", "D"),), (px.Values("party", "R"),), (px.Values("party", "D"),))
    ]
    assert len(list(folder.iterdir())) == 3
    assert counts[0] is None
    assert counts[1] == counts[3] != counts[2]
    assert counts[1]["primary"]["rows"] + counts[2]["primary"]["rows"] == 200


def test_every_bar_says_what_its_rows_are():
    rng = np.random.default_rng(7)
    n = 500

    def one(name, shift):
        return made(
            name,
            {
                "float": np.where(rng.random(n) < 0.3, 0.0, rng.normal(shift, 1, n)),
                "single": rng.normal(shift, 1, n).astype("f4"),
                "count": rng.poisson(1 + shift, n),
                "huge": rng.integers(2**60, 2**60 + 30, n),
                "flag": rng.random(n) < 0.3,
                "group": rng.choice([f"g{i}" for i in range(40)], n),
                "digit": pa.array(rng.integers(0, 4, n), mask=rng.random(n) < 0.1),
                "note": ["x" * int(k) for k in rng.poisson(4 + shift, n)],
            },
            kinds={"note": "text", "digit": "category"},
        )

    prod, train = one("prod", 0.5), one("train", 0)
    for column in prod.table.column_names:
        bars = compute(px.Distribution(column), prod, train).table.to_pylist()
        assert len(bars) > 1
        shown = [b["label"] for b in bars if b["kind"] != "rest"]
        for bar in bars:
            if bar["kind"] == "rest":
                condition = px.Values(column, (*shown, None), negated=True)
            elif bar["kind"] == "range":
                condition = (px.Length if column == "note" else px.Range)(column, bar["low"], bar["high"])
            elif bar["kind"] == "atom" and column == "note":
                condition = px.Length(column, int(bar["low"]), int(bar["low"]) + 1)
            else:
                condition = px.Values(column, bar["low"] if bar["kind"] == "atom" else bar["label"])
            mask = cohort((condition,), prod, train, no_map)
            assert (mask.primary.sum(), mask.reference.sum()) == (bar["primary"], bar["reference"])


def test_every_segment_says_what_its_rows_are():
    prod, train = sets()
    for column in ("size", "group", "count"):
        output = compute(px.Performance(segment=column), prod, train)
        for row in output.parts["segments"].to_pylist():
            if row["kind"] == "range":
                condition = px.Range(column, row["low"], row["high"])
            else:
                condition = px.Values(column, row["low"] if row["kind"] == "atom" else row["segment"])
            mask = cohort((condition,), prod, train, no_map)
            assert (mask.primary.sum(), mask.reference.sum()) == (row["n_primary"], row["n_reference"])
