"""Slices: what is planted is found, what is not there is not, and the conditions are those of `where`."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy.stats import fisher_exact
from sets_made import made
from sklearn.datasets import load_breast_cancer, load_wine

import phoenix_lab as px
from phoenix_lab.recipes.cohort import cohort
from phoenix_lab.recipes.output import RecipeError
from phoenix_lab.recipes.slice_columns import described
from phoenix_lab.slices.coded import Coded, intervals
from phoenix_lab.slices.search import ADDS, judge, rows_of, search
from phoenix_lab.stats.splitting import halves, higher_p


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("PHOENIX_LAB_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def flights():
    frame = pd.read_parquet("examples/data/flights.parquet")
    return frame[frame.late.notna() & frame.predicted.notna()].reset_index(drop=True)


def hard_columns(n):
    rng = np.random.default_rng(1)
    floats = rng.normal(size=n)
    floats[::7], floats[3], floats[4], floats[5::11] = np.nan, np.inf, -np.inf, 0.0
    return {
        "floats": floats,
        "single": rng.normal(size=n).astype(np.float32),
        "huge": (2**60 + rng.integers(0, 9, n)).astype(np.int64),
        "counts": pd.array(rng.poisson(1.0, n), dtype="Int64"),
        "flag": rng.random(n) < 0.2,
        "maybe": pd.array(np.where(rng.random(n) < 0.3, None, rng.random(n) < 0.5), dtype="boolean"),
        "letter": pd.Categorical(rng.choice(list("abcdé<&"), n)),
        "words": [" ".join(["word"] * k) for k in rng.integers(0, 30, n)],
        "when": pd.date_range("2021-01-01", periods=n, freq="97min"),
        "zoned": pd.date_range("2021-03-20", periods=n, freq="13min", tz="Europe/Berlin"),
        "many": rng.choice([f"v{k:03}" for k in range(400)], n),
    }


@pytest.mark.parametrize("column", list(hard_columns(20)))
def test_a_condition_holds_for_the_rows_that_where_finds(column):
    n = 700
    data = pa.Table.from_pandas(pd.DataFrame(hard_columns(n)).astype({"words": object})).select([column])
    kinds = {"words": "text"} if column == "words" else None
    turned = data.take(pa.array(range(n - 1, 0, -2)))
    frames = [
        made(name, dict(zip([column], t.columns, strict=True)), kinds)
        for name, t in (("prod", data), ("train", turned))
    ]
    for reference, own in itertools.product((None, frames[1]), (True, False)):
        found = described(column, frames[0], reference, own=own)
        assert len(found.words) > 1
        assert len(set(found.words)) == len(found.words)
        for i, (words, condition) in enumerate(zip(found.words, found.conditions, strict=True)):
            wanted = cohort((condition,), frames[0], reference, lambda recipe: pytest.fail("no map"))
            rows = found.coded.rows(i)
            assert (rows[:n] == wanted.primary).all(), words
            if reference is not None:
                assert (rows[n:] == wanted.reference).all(), words


def test_every_slice_of_two_conditions_is_looked_at():
    rng = np.random.default_rng(3)
    n = 400
    codes = [rng.integers(0, 4, n) for _ in range(3)]
    holds = np.zeros((len(intervals(4)), 4), bool)
    for row, (first, last) in zip(holds, intervals(4), strict=True):
        row[first:last] = True
    columns = [Coded(f"c{i}", code, holds) for i, code in enumerate(codes)]
    y = ((codes[0] >= 2) & (codes[1] == 1) & (rng.random(n) < 0.9)).astype(float)
    found = search(columns, y, least=10)
    # By hand: all conjunctions of two columns, counted one by one.
    single = [(((i, c),), columns[i].rows(c)) for i in range(3) for c in range(len(holds))]
    both = [((*a, *b), x & z) for (a, x), (b, z) in itertools.combinations(single, 2) if a[0][0] != b[0][0]]
    enough = [(s, rows) for s, rows in [*single, *both] if rows.sum() >= 10 and n - rows.sum() >= 10]
    assert found.tried == len(enough)

    def strength(rows):
        inside = y[rows]
        return (inside.mean() - y.mean()) / y.std() * np.sqrt(rows.sum() / (1 - rows.sum() / n))

    best = max(enough, key=lambda one: strength(one[1]))
    assert found.slices[0] == best[0]
    assert strength(rows_of(columns, found.slices[0])) > ADDS
    assert (rows_of(columns, found.slices[0]) == ((codes[0] >= 2) & (codes[1] == 1))).all()


def test_p_of_two_values_is_fishers_exact():
    rng = np.random.default_rng(0)
    mine, y = rng.random(300) < 0.2, (rng.random(300) < 0.3).astype(float)
    table = [[(mine & (y == 1)).sum(), (mine & (y == 0)).sum()], [(~mine & (y == 1)).sum(), (~mine & (y == 0)).sum()]]
    assert higher_p(mine, y, np.arange(300)) == pytest.approx(fisher_exact(table, alternative="greater").pvalue)


def test_a_slice_is_judged_beside_each_of_its_parents():
    """Rows of `a` are worse, and `b` has nothing to do with it: the two together are no better than `a` alone."""
    rng = np.random.default_rng(5)
    a, b = rng.random((2, 4000)) < 0.5
    y = (rng.random(4000) < np.where(a, 0.6, 0.2)).astype(float)
    two = np.array([[False, True]])
    columns = [Coded("a", a.astype(np.int64), two), Coded("b", b.astype(np.int64), two)]
    alone, together = (
        judge(columns, [((0, 0),)], y, np.arange(4000)),
        judge(columns, [((0, 0), (1, 0))], y, np.arange(4000)),
    )
    assert alone[0] < 1e-6
    assert together[0] > 0.05


@pytest.mark.parametrize("seed", range(5))
def test_a_slice_that_is_planted_among_real_columns_is_found(flights, seed):
    rng = np.random.default_rng(seed)
    some = flights.sample(12_000, random_state=seed).reset_index(drop=True)
    planted = np.asarray((some.origin == "EWR") & (some.hour < 12))
    some["wrong"] = rng.random(len(some)) < np.where(planted, 0.25, 0.1)
    columns = ("origin", "hour", "weekday", "carrier", "distance", "temp", "wind_speed", "seats", "scheduled")
    result = px.run(px.Slices(metric="mean", column="wrong", columns=columns), some)
    table = result.to_pandas()
    chosen = px.rows(some, *result.where(0)).index
    assert len(chosen) == table.n[0]
    hit = planted[chosen]
    assert hit.mean() > 0.9
    assert hit.sum() / planted.sum() > 0.9
    assert table.difference[0] == pytest.approx(0.15, abs=0.04)
    assert len(table) <= 2


def test_flipped_labels_are_an_error_of_their_slice(flights):
    some = flights.iloc[:12_000].copy()
    planted = np.asarray((some.carrier == "UA") & (some.weekday == 6))
    some["late"] = np.where(planted, np.where(some.late == "late", "on time", "late"), some.late)
    schema = px.Schema(prediction_label_column_name="predicted", actual_label_column_name="late")
    frame = px.Inferences(some, schema, name="prod")
    result = px.run(px.Slices(columns=("origin", "hour", "weekday", "carrier")), frame)
    assert "weekday = 6 and carrier = UA" in result.table.column("slice").to_pylist()


def test_no_slices_where_nothing_is_planted():
    """Labels drawn at random beside real columns: a false slice in at most 5 % of runs."""
    x = pd.DataFrame(load_breast_cancer(as_frame=True).data).iloc[:, :12]
    x = pd.concat([x] * 3, ignore_index=True)  # each row thrice, so that sorts are as uneven as in real data
    rng = np.random.default_rng(7)
    runs, false = 40, 0
    for _ in range(runs):
        x["y"] = rng.random(len(x)) < 0.2
        false += px.run(px.Slices(metric="mean", column="y"), px.Inferences(x, name="prod")).table.num_rows > 0
    assert false <= 5  # more of 40 at a rate of .05: once in 70


def test_rows_of_a_session_are_no_evidence_of_their_own():
    """Whole sessions fail, with no other cause: as rows they make slices of their sessions' columns, as units none."""
    rng = np.random.default_rng(11)
    alarms = {None: 0, "session": 0}
    for _ in range(15):
        session = np.repeat(np.arange(120), 25)
        frame = pd.DataFrame(
            {
                "session": [f"s{k}" for k in session],
                **{f"of_session_{i}": rng.normal(size=120)[session] for i in range(4)},
                "failed": (rng.random(120) < 0.3)[session],
            }
        )
        for unit in alarms:
            recipe = px.Slices(
                metric="mean", column="failed", columns=tuple(f"of_session_{i}" for i in range(4)), unit=unit
            )
            alarms[unit] += px.run(recipe, px.Inferences(frame, name="prod")).table.num_rows > 0
    assert alarms[None] >= 10
    assert alarms["session"] <= 3


def test_what_is_new_in_the_primary_set():
    wine = load_wine(as_frame=True).frame
    wine["target"] = wine.target.map({0: "a", 1: "b", 2: "c"})
    wine = pd.concat([wine] * 4, ignore_index=True)
    train, prod = wine[wine.target != "c"], wine
    result = px.run(px.Slices(metric="set"), prod, reference=train)
    assert result.table.column("slice")[0].as_py() == "target = c"
    assert result.table.column("outside")[0].as_py() == 0
    assert result.table.column("inside")[0].as_py() == pytest.approx(48 / 178, abs=0.05)
    with pytest.raises(RecipeError, match="beside a reference only"):
        px.run(px.Slices(metric="set"), prod)


def test_missing_values_by_their_slice(flights):
    some = flights.iloc[:8000].copy()
    some.loc[(some.carrier == "UA") & (some.index % 10 < 7), "seats"] = None
    result = px.run(px.Slices(metric="missing", column="seats", columns=("carrier", "hour", "origin")), some)
    assert result.table.column("slice")[0].as_py() == "carrier = UA"
    assert result.meta["metric"] == "share of seats missing"


def test_what_is_worse_than_it_was_is_told_beside_what_always_was(flights):
    half = len(flights) // 2
    train, prod = flights.iloc[:half].copy(), flights.iloc[half:].copy()
    prod["late"] = np.where((prod.origin == "JFK") & (prod.index % 2 == 0), "late", prod.late)
    recipe = px.Slices(columns=("origin", "carrier", "weekday"), conditions=1)
    schema = px.Schema(prediction_label_column_name="predicted", actual_label_column_name="late")
    table = px.run(recipe, px.Inferences(prod, schema), px.Inferences(train, schema)).to_pandas()
    row = table[table.slice == "origin = JFK"].iloc[0]
    before = train[train.origin == "JFK"]
    assert row.reference == pytest.approx((before.late != before.predicted).mean())
    assert row.n_reference == len(before)
    assert row.change_lower > 0.2
    assert row.change_p < 1e-6


def test_halves_keep_units_whole():
    units = np.repeat(np.arange(50), 4)
    first = halves(units, np.random.default_rng(0))
    assert {len(set(first[units == u])) for u in range(50)} == {1}
    assert first.sum() == 100


@pytest.mark.parametrize(
    ("frame", "recipe"),
    [
        (pd.DataFrame({"a": [1.0] * 500, "b": list("xy") * 250}), px.Slices(metric="mean", column="a")),
        (pd.DataFrame({"a": range(20), "b": list("xy") * 10}), px.Slices(metric="mean", column="a")),
        (
            pd.DataFrame({"a": [None] * 300, "b": list("xyz") * 100}, dtype=object),
            px.Slices(metric="missing", column="a"),
        ),
        (pd.DataFrame({"a": [], "b": []}, dtype=float), px.Slices(metric="mean", column="a")),
        (pd.DataFrame({"a": range(300)}), px.Slices(metric="mean", column="a")),
    ],
)
def test_nothing_to_find_is_an_answer(frame, recipe):
    result = px.run(recipe, px.Inferences(frame, name="prod"))
    assert result.table.num_rows == 0
    assert result.meta["judged"] == 0


def test_the_metric_says_whether_it_has_a_column():
    with pytest.raises(ValueError, match="needs a column"):
        px.Slices(metric="mean")
    with pytest.raises(ValueError, match="has no column of its own"):
        px.Slices(metric="error", column="a")
