"""`Quality`: planted faults are found with their counts, and what chance does is not called a fault."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import hypergeom
from sets_made import made, no_nan, vectors
from sklearn.datasets import load_breast_cancer, load_wine

import phoenix_lab as px
from phoenix_lab.profiles.rows import digests, expected_repeats, repeats
from phoenix_lab.recipes.compute import compute, needs
from phoenix_lab.recipes.models import Quality
from phoenix_lab.recipes.output import RecipeError
from phoenix_lab.stats.atoms import atom
from phoenix_lab.stats.novelty import all_among, beyond, unseen
from phoenix_lab.stats.proportions import difference
from phoenix_lab.stats.units import UnitCounts


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def found(output):
    rows = output.table.to_pylist()
    assert no_nan(rows)
    json.dumps(dict(output.meta), allow_nan=False)
    return {(row["column"], row["check"]): row for row in rows}


# How likely chance makes it


@given(st.integers(0, 40), st.integers(1, 60), st.integers(1, 60))
def test_the_chance_that_all_fall_into_one_set_is_hypergeometric(k, n, m):
    if k > n + m:
        return
    assert all_among(k, n, m) == pytest.approx(hypergeom.pmf(k, n + m, m, k) if k <= m else 0.0, abs=1e-12)


def test_values_beyond_the_reference_alarm_as_often_as_they_say(rng):
    p = []
    for _ in range(4000):
        a, b = rng.normal(size=40), rng.normal(size=60)
        p.append(beyond(int((b > a.max()).sum()), 40, 60).p_value)
    rate = np.mean(np.array(p) < 0.05)
    # the steps of an exact test lie below the level, never above
    assert 0.02 < rate < 0.06
    assert beyond(0, 40, 60).p_value == 1.0


def test_unseen_categories_alarm_as_often_as_they_say_and_find_a_new_one(rng):
    shares = 1 / np.arange(1, 200)
    shares /= shares.sum()
    alarms = []
    for _ in range(60):
        a, b = rng.multinomial(800, shares), rng.multinomial(400, shares)
        alarms.append(unseen(a, b, rng).p_value < 0.05)
    assert np.mean(alarms) <= 0.1
    a, b = rng.multinomial(800, shares), rng.multinomial(400, shares)
    assert unseen(np.append(a, 0), np.append(b, 15), rng).p_value < 0.01


def test_a_new_category_of_one_session_is_not_new_when_sessions_are_dealt_out(rng):
    n_units = 30
    codes = [np.zeros(n_units * 20, dtype=np.int64) for _ in range(2)]
    codes[1][:20] = 1  # one session alone has the category, throughout
    unit = np.repeat(np.arange(n_units), 20)
    counts = UnitCounts.count(unit, codes[0], unit + n_units, codes[1], n_bins=2)
    base, here = counts.reference.sum(axis=0), counts.primary.sum(axis=0)
    assert unseen(base, here, rng).p_value < 0.01
    assert unseen(base, here, rng, units=counts).p_value > 0.4


def test_many_rare_values_are_judged_quickly_and_as_what_they_are(rng):
    ids = rng.permutation(400_000)
    counts = np.ones(len(ids), dtype=np.int64)
    here = (ids < 150_000).astype(np.int64)
    test = unseen(counts - here, here, rng)
    assert test.p_value > 0.05  # every value is unseen, and would be in any split


# Rows that are there again


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", "", None]), st.sampled_from([1.0, -0.0, 0.0, np.nan, np.inf])), max_size=12
    ),
    st.lists(
        st.tuples(st.sampled_from(["a", "b", "", None]), st.sampled_from([1.0, -0.0, 0.0, np.nan, np.inf])), max_size=12
    ),
)
def test_repeats_are_those_of_pandas(reference, primary):
    a, b = (pd.DataFrame(rows, columns=["t", "x"]).astype({"t": object, "x": float}) for rows in (reference, primary))
    pairs = [
        ("t", *(pa.chunked_array([pa.array([t for t, _ in f], pa.string())]) for f in (reference, primary))),
        ("x", *(pa.chunked_array([pa.array(f["x"].to_numpy() + 0.0)]) for f in (a, b))),
    ]
    again = repeats(digests(pairs, len(a), len(b)))
    # adding 0.0 makes one zero of both
    a["x"], b["x"] = a["x"] + 0.0, b["x"] + 0.0
    assert again.reference.tolist() == a.duplicated().tolist()
    assert again.primary.tolist() == b.duplicated().tolist()
    pooled = pd.concat([a.drop_duplicates(), b.drop_duplicates()], ignore_index=True)
    shared = pooled.duplicated().iloc[len(a.drop_duplicates()) :].sum()
    assert b[again.shared].drop_duplicates().shape[0] == shared


# Faults that were put there


def halves(rng, frame):
    first = rng.permutation(len(frame)) < len(frame) // 2
    return frame[first].reset_index(drop=True), frame[~first].reset_index(drop=True)


def cancer():
    data = load_breast_cancer(as_frame=True)
    frame = data.data.iloc[:, :8].copy()
    frame["kind"] = np.where(data.target == 1, "benign", "malignant")
    return frame


def test_planted_faults_are_found_with_their_counts(rng):
    reference, primary = halves(rng, cancer())
    reference["same"], primary["same"] = "x", "x"
    primary["mean radius"] = 14.0
    primary.loc[:99, "mean texture"] = np.nan
    primary.loc[:59, "mean area"] = 1e6
    primary.loc[:59, "mean perimeter"] = -5.0
    primary.loc[primary.kind == "benign", "kind"] = "Benign"
    primary.loc[:24, "mean smoothness"] = np.inf
    reference["code"], primary["code"] = 1, "1"
    rows = found(px.run(px.Quality(), primary, reference, cache=False))
    n = len(primary)
    stuck = rows["mean radius", "constant"]
    assert (stuck["count_primary"], stuck["count_reference"], stuck["status"]) == (n, 0, "changed")
    assert stuck["examples"] == ["14"]
    missing = rows["mean texture", "missing"]
    assert (missing["count_primary"], missing["count_reference"], missing["status"]) == (100, 0, "changed")
    assert missing["lower"] < 100 / n < missing["upper"]
    above = rows["mean area", "above"]
    too_large = int((primary["mean area"] > reference["mean area"].max()).sum())
    assert (above["count_primary"], above["status"], above["examples"]) == (too_large, "changed", ["1e+06"])
    too_small = int((primary["mean perimeter"] < reference["mean perimeter"].min()).sum())
    assert rows["mean perimeter", "below"]["count_primary"] == too_small >= 60
    assert rows["mean smoothness", "infinite"]["count_primary"] == 25
    new, gone = rows["kind", "new"], rows["kind", "gone"]
    assert (new["examples"], new["status"]) == (["Benign"], "changed")
    assert (gone["examples"], gone["status"]) == (["benign"], "changed")
    assert gone["count_reference"] == int((reference.kind == "benign").sum())
    assert rows["code", "type"]["status"] == "changed"
    assert rows["same", "constant"]["status"] == "fact"
    changed = [key for key, row in rows.items() if row["status"] == "changed"]
    assert set(changed) >= {("mean radius", "constant"), ("kind", "new")}
    # what was not touched is not called changed
    assert not [key for key in changed if key[0] in {"mean compactness", "mean concavity", "mean concave points"}]


def test_rows_of_the_reference_that_came_again_and_repeated_texts(rng):
    reference, primary = halves(rng, cancer())
    leaked = pd.concat([primary, reference.iloc[:31], primary.iloc[:7]], ignore_index=True)
    leaked["note"] = [f"the {i}th of many notes that differ in every word of it {i * 7919}" for i in range(len(leaked))]
    reference["note"] = [f"another sentence of its own, {i * 104729}" for i in range(len(reference))]
    leaked.loc[5:9, "note"] = "  "
    rows = found(px.run(px.Quality(), leaked.drop(columns="note"), reference.drop(columns="note"), cache=False))
    assert rows[None, "shared"]["count_primary"] == 31
    assert rows[None, "repeated"]["count_primary"] == 7
    columns = rows[None, "repeated"]["values"]
    assert len(px.rows(leaked.drop(columns="note"), px.Repeated(columns))) == 7
    notes = found(px.run(px.Quality(columns=("note",)), leaked, reference, cache=False))
    assert notes["note", "empty"]["count_primary"] == 5
    assert notes["note", "repeated"]["count_primary"] == 4


def test_repeats_are_compared_at_equal_numbers_of_rows(rng):
    """The more rows, the more of them repeat an earlier one: few rows of the same pool are no change, more copies of it are."""
    pool = [f"one of the notes that people write again and again, number {i * 7919}" for i in range(300)]
    some = rng.integers(0, 2**63, 2000).astype(np.uint64) % np.uint64(300)
    drawn = [50 - len(np.unique(rng.choice(some, 50, replace=False))) for _ in range(400)]
    assert expected_repeats(some, 50) == pytest.approx(np.mean(drawn), abs=4 * np.std(drawn) / 20)
    assert expected_repeats(some, len(some)) == len(some) - len(np.unique(some))
    train = pd.DataFrame({"note": rng.choice(pool, 3000)})
    alarms = 0
    for n in [5, 40, 200, 800, 3000] * 8:
        prod = pd.DataFrame({"note": rng.choice(pool, n)})
        row = found(px.run(px.Quality(), prod, train, cache=False))["note", "repeated"]
        assert (row["count_primary"], row["count_reference"]) == (prod.duplicated().sum(), train.duplicated().sum())
        assert (row["note"] is None) == (n == 3000)
        alarms += row["status"] == "changed"
    assert alarms <= 4
    copied = pd.DataFrame({"note": rng.choice(pool[:40], 800)})
    for primary, reference in ((copied, train), (train, copied)):
        row = found(px.run(px.Quality(), primary, reference, cache=False))["note", "repeated"]
        assert row["status"] == "changed"
        assert (row["difference"] > 0) == (primary is copied)


def test_two_halves_of_one_set_are_hardly_ever_called_changed(rng):
    frame = load_wine(as_frame=True).data
    frame["group"] = rng.choice(list("abcdefgh"), len(frame), p=[0.5, 0.2, 0.1, 0.08, 0.05, 0.04, 0.02, 0.01])
    frame.loc[rng.random(len(frame)) < 0.1, "ash"] = np.nan
    alarms = 0
    for _ in range(60):
        primary, reference = halves(rng, frame)
        output = compute(
            Quality(),
            made("prod", {c: pa.array(primary[c], from_pandas=True) for c in frame}),
            made("train", {c: pa.array(reference[c], from_pandas=True) for c in frame}),
        )
        alarms += any(row["status"] == "changed" for row in output.table.to_pylist())
    assert alarms <= 6


def test_sessions_that_all_miss_a_value_are_one_event_each(rng):
    def side(n_units, gone):
        unit = np.repeat(np.arange(n_units), 25)
        x = rng.normal(size=len(unit))
        x[np.isin(unit, gone)] = np.nan
        return unit, x

    (u, x), (v, y) = side(20, [0]), side(20, [0, 1, 2, 3])
    sets = [
        made(name, {"session": pa.array(unit), "x": pa.array(values, from_pandas=True)})
        for name, unit, values in (("prod", v + 100, y), ("train", u, x))
    ]
    by_row = found(compute(Quality(columns=("x",)), *sets))["x", "missing"]
    by_unit = found(compute(Quality(columns=("x",), unit="session"), *sets))["x", "missing"]
    assert by_row["status"] == "changed"
    assert by_unit["status"] == "undecided"
    assert by_unit["count_primary"] == by_row["count_primary"] == 100
    assert by_unit["upper"] - by_unit["lower"] > 2 * (by_row["upper"] - by_row["lower"])


# Data of every sort


def test_one_set_alone_is_told_in_facts():
    frame = made(
        "one",
        {
            "x": pa.array([1.0, None, np.inf] * 10),
            "c": pa.array(["a"] * 30),
            "t": pa.array(["", " \t", "word"] * 10),
            "v": vectors(np.vstack([np.zeros((10, 3)), np.full((5, 3), np.nan), np.ones((15, 3))])),
        },
    )
    rows = found(compute(Quality(), frame))
    assert all(row["status"] == "fact" and row["p_value"] is None for row in rows.values())
    assert rows["x", "missing"]["count_primary"] == 10
    assert rows["x", "infinite"]["count_primary"] == 10
    assert rows["c", "constant"]["examples"] == ["a"]
    assert rows["t", "empty"]["count_primary"] == 20
    assert rows["v", "zero"]["count_primary"] == 10
    assert rows["v", "infinite"]["count_primary"] == 5


@pytest.mark.parametrize("rows", [0, 1])
def test_hardly_any_rows(rows):
    columns = {"x": pa.array([1.0] * rows, pa.float64()), "c": pa.array(["a"] * rows, pa.string())}
    whole = {"x": pa.array([1.0, 2.0]), "c": pa.array(["a", "b"])}
    for sets in ((columns, whole), (whole, columns), (columns, columns)):
        output = compute(Quality(), made("prod", sets[0]), made("train", sets[1]))
        assert not [row for row in found(output).values() if row["status"] == "changed"]


def test_a_column_that_is_missing_or_cannot_be_read_or_is_all_null():
    primary = made(
        "prod",
        {"a": pa.nulls(12), "b": pa.array(range(12)), "bad": pa.array(range(12))},
        bad={"problem": "row 3 has 2 values, the others 3"},
    )
    reference = made("train", {"a": pa.array(range(12)), "old": pa.array(range(12)), "bad": pa.array(range(12))})
    rows = found(compute(Quality(), primary, reference))
    assert rows["a", "missing"]["count_primary"] == 12
    assert rows["b", "only_primary"]["note"] == "train does not have it"
    assert rows["old", "only_reference"]["note"] == "prod does not have it"
    assert rows["bad", "unreadable"]["note"] == "row 3 has 2 values, the others 3"
    with pytest.raises(RecipeError, match='did you mean "b"'):
        compute(Quality(columns=("bb",)), primary, reference)


def test_whole_numbers_beyond_float_are_compared_as_they_are():
    edge = 2**53
    reference = made("train", {"id": pa.array([edge] * 20)}, kinds={"id": "number"})
    primary = made("prod", {"id": pa.array([edge + 1] * 20)}, kinds={"id": "number"})
    assert found(compute(Quality(), primary, reference))["id", "above"]["count_primary"] == 20


def test_only_what_can_be_looked_into_is_read():
    frame = made("one", {"x": pa.array([1.0]), "n": pa.array([[1]])})
    assert needs(Quality(), frame.columns, None) == (("x",), ())


def test_rows_of_a_check_can_be_had(rng):
    reference, primary = halves(rng, cancer())
    primary.loc[:39, "mean area"] = 1e6
    primary.loc[:59, "mean perimeter"] = -5.0
    primary.loc[:9, "kind"] = "other"
    rows = found(px.run(px.Quality(), primary, reference, cache=False))
    above, below, new = rows["mean area", "above"], rows["mean perimeter", "below"], rows["kind", "new"]
    sets = {"reference": reference, "set": "primary"}
    assert len(px.rows(primary, px.Range("mean area", low=above["low"]), **sets)) == above["count_primary"]
    assert len(px.rows(primary, px.Range("mean perimeter", high=below["high"]), **sets)) == below["count_primary"]
    assert len(px.rows(primary, px.Values("kind", new["values"]), **sets)) == new["count_primary"] == 10


def test_times_before_all_of_the_reference_are_told_where_they_are_few(rng):
    times = pd.date_range("2024-01-01", periods=400, freq="h")
    reference, primary = pd.DataFrame({"at": times[:200]}), pd.DataFrame({"at": times[200:]})
    primary.loc[:19, "at"] = pd.Timestamp("1970-01-01")
    row = found(px.run(px.Quality(), primary, reference, cache=False))["at", "below"]
    assert (row["count_primary"], row["status"]) == (20, "changed")
    assert len(px.rows(primary, px.Range("at", high=row["high"]), reference=reference, set="primary")) == 20
    # an older period is no fault
    assert ("at", "below") not in found(px.run(px.Quality(), reference, primary.iloc[20:], cache=False))


def test_values_that_are_in_one_set_alone_by_their_nature_are_a_fact():
    days = {
        name: pa.array([str(np.datetime64("2024-01-01") + i) for i in range(start, start + 20) for _ in range(5)])
        for name, start in (("a", 0), ("b", 20))
    }
    row = found(
        compute(Quality(columns=("day",)), made("prod", {"day": days["b"]}), made("train", {"day": days["a"]}))
    )["day", "new"]
    assert row["status"] == "fact"
    # labels that were all renamed are no such thing
    renamed = made("prod", {"kind": pa.array(["A", "B"] * 50)}), made("train", {"kind": pa.array(["a", "b"] * 50)})
    assert found(compute(Quality(columns=("kind",)), *renamed))["kind", "new"]["status"] == "changed"


def test_the_overview_and_the_checks_say_the_same_of_missing_values(rng):
    unit = np.repeat(np.arange(20), 25)
    x, y = rng.normal(size=500), rng.normal(size=500)
    x[unit < 1], y[unit < 4] = np.nan, np.nan
    sets = [
        px.Inferences(pd.DataFrame({"session": unit + start, "x": values}), name=name)
        for name, values, start in (("prod", y, 100), ("train", x, 0))
    ]
    check = found(px.run(px.Quality(unit="session"), *sets, cache=False))["x", "missing"]
    overview = px.run(px.Summary(unit="session"), *sets, cache=False).to_pandas().set_index("column").loc["x"]
    column = px.run(px.Distribution("x", unit="session"), *sets, cache=False).meta["missing"]
    for name in ("difference", "lower", "upper"):
        assert check[name] == overview[f"missing_{name}"] == column[name]
    assert column["p_value"] == check["p_value"]


# A value again and again


def weekly(rng, n, start="2024-01-01"):
    times = pd.date_range(start, periods=n, freq="h")
    return pd.DataFrame({"at": times, "x": rng.normal(size=n).round(3), "count": rng.poisson(40, n)})


@pytest.mark.parametrize("compared", [True, False])
def test_a_sensor_that_is_stuck_is_found_and_its_rows_can_be_had(rng, compared):
    reference, primary = weekly(rng, 285), weekly(rng, 284, "2024-02-01")
    primary.loc[224:, "x"] = 0.1
    sets = {"reference": reference} if compared else {}
    rows = found(px.run(px.Quality(), primary, cache=False, **sets))
    row = rows["x", "stuck"]
    n = int((primary.x == 0.1).sum())
    assert (row["count_primary"], row["rows_primary"], row["values"]) == (n, 284, ["0.1"])
    assert row["status"] == ("changed" if compared else "fact")
    assert "60 in a row in time, 2024-02-10T08:00:00 to 2024-02-12T19:00:00" in row["note"]
    assert ("count", "stuck") not in rows
    assert len(px.rows(primary, px.Values("x", row["values"][0]))) == n


def test_a_run_through_time_is_told_where_the_value_itself_is_as_frequent_as_ever(rng):
    reference, primary = (pd.DataFrame({"at": pd.date_range("2024", periods=600, freq="h")}) for _ in range(2))
    for frame in (reference, primary):
        frame["x"] = rng.permutation(np.repeat(np.arange(30), 20))
    values = primary.x.to_numpy()
    primary["x"] = np.concatenate([values[values == 7], values[values != 7]])
    row = found(px.run(px.Quality(), primary, reference, cache=False))["x", "stuck"]
    assert (row["status"], row["count_primary"], row["p_value"]) == ("fact", 20, None)
    assert row["note"].startswith("20 in a row in time, 2024-01-01T00:00:00 to 2024-01-01T19:00:00, at most ")


def test_values_that_repeat_by_their_nature_and_means_that_move_are_not_stuck(rng):
    zeros = lambda n: np.where(rng.random(n) < 0.6, 0.0, rng.lognormal(size=n))  # noqa: E731
    sides = [
        pd.DataFrame({"z": zeros(800), "n": rng.poisson(30 + shift, 800), "r": rng.normal(shift / 10, 1, 800).round(1)})
        for shift in (8, 0)
    ]
    assert not [key for key in found(px.run(px.Quality(), *sides, cache=False)) if key[1] == "stuck"]


def test_the_search_among_all_values_is_paid_for(rng):
    """Of values that each stand ten times and more, some one is always much more frequent in one half."""
    shares = 1 / np.arange(1, 120) ** 0.5
    alarms = 0
    for _ in range(300):
        here, there = (np.sort(rng.choice(119, 700, p=shares / shares.sum())) for _ in range(2))
        # the most different value of all, whether it stands out or not
        known, counts = (np.bincount(side, minlength=119) for side in (there, here))
        best = int((counts - known).argmax())
        pairs = (counts + known) * (counts + known - 1.0)
        p = difference(int(known[best]), 700, int(counts[best]), 700).p_value / (pairs[best] / pairs.sum())
        alarms += p < 0.05
        told = atom(here, there)
        assert told is None or told.weight == pytest.approx(
            pairs[np.flatnonzero(np.arange(119) == told.value)[0]] / pairs.sum()
        )
    assert alarms <= 24  # 15 expected at most; more than 24 once in 100


def test_a_session_that_repeats_one_value_is_one_event(rng):
    def side(stuck):
        unit = np.repeat(np.arange(40), 10)
        x = rng.normal(size=400)
        x[np.isin(unit, stuck)] = 5.0
        return unit, x

    (u, x), (v, y) = side([]), side([0, 1])
    sets = [
        made(name, {"session": pa.array(unit), "x": pa.array(values)})
        for name, unit, values in (("prod", v + 100, y), ("train", u, x))
    ]
    by_row = found(compute(Quality(columns=("x",)), *sets))["x", "stuck"]
    by_unit = found(compute(Quality(columns=("x",), unit="session"), *sets))["x", "stuck"]
    assert (by_row["status"], by_unit["status"]) == ("changed", "undecided")
    assert by_row["count_primary"] == by_unit["count_primary"] == 20


# How texts are written


def test_texts_that_stand_for_no_value_are_counted_and_their_rows_can_be_had(rng):
    def side(n, absent):
        note = np.array([f"row {i}: NA is not the whole text" for i in range(n)], dtype=object)
        note[:absent] = ["n/a", " NULL ", "-", "NaN", "?"] * (absent // 5)
        city = rng.choice(["Nancy", "Nantes", "None such"], n).astype(object)
        city[: absent // 2] = "N/A"
        return pd.DataFrame({"note": note, "city": city, "n": np.arange(n)})

    primary, reference = side(500, 100), side(600, 0)
    rows = found(px.run(px.Quality(), primary, reference, cache=False))
    note, city = rows["note", "stand_in"], rows["city", "stand_in"]
    assert (note["status"], note["count_primary"], note["count_reference"]) == ("changed", 100, 0)
    assert (city["status"], city["count_primary"], city["values"]) == ("changed", 50, ["N/A"])
    assert sorted(note["values"]) == sorted(["n/a", " NULL ", "-", "NaN", "?"])
    assert len(px.rows(primary, px.Values("note", note["values"]))) == 100
    assert found(px.run(px.Quality(), primary, cache=False))["note", "stand_in"]["status"] == "fact"
    # as often as before it is no change
    same = found(px.run(px.Quality(), primary, primary.copy(), cache=False))["note", "stand_in"]
    assert (same["status"], same["difference"]) == ("undecided", 0.0)


def test_dates_in_another_form_than_most_are_found_by_their_rows():
    days = pd.date_range("2024-01-01", periods=600).strftime("%Y-%m-%d")
    train = pd.DataFrame({"day": days[:500], "code": [f"A-{i}" for i in range(500)]})
    prod = pd.DataFrame({"day": days[100:].to_numpy().copy(), "code": [f"A-{i}" for i in range(500)]})
    odd = np.arange(500) % 10 == 3
    prod.loc[odd, "day"] = pd.to_datetime(prod.day[odd]).dt.strftime("%d/%m/%Y")
    primary, reference = px.Inferences(prod, name="prod"), px.Inferences(train, name="train")
    rows = found(px.run(px.Quality(), primary, reference, cache=False))
    row = rows["day", "date_form"]
    assert (row["count_primary"], row["count_reference"], row["status"]) == (50, 0, "changed")
    assert row["examples"][0] == prod.day[3]
    assert row["note"] == f"elsewhere as {prod.day[0]}"
    assert ("code", "date_form") not in rows
    assert len(px.rows(primary, px.Values("day", row["values"]))) == 50
    # a year of them can be taken out, too
    most = prod.assign(
        day=[
            day if i % 5 < 2 else days[i % 600] for i, day in enumerate(pd.to_datetime(days[100:]).strftime("%d.%m.%Y"))
        ]
    )
    row = found(px.run(px.Quality(columns=("day",)), most, train, cache=False))["day", "date_form"]
    assert len(px.rows(most, px.Values("day", row["values"]))) == row["count_primary"] == 200
    alone = found(px.run(px.Quality(), primary, cache=False))["day", "date_form"]
    assert alone["count_primary"] == 50
    assert ("day", "date_form") not in found(px.run(px.Quality(), reference, cache=False))
    (said,) = [
        face["sentence"]
        for face in px.run(px.Findings(), primary, reference, cache=False).parts["faces"].to_pylist()
        if "writes dates" in face["sentence"]
    ]
    assert (
        said
        == f"day writes dates as {prod.day[3]} (elsewhere as {prod.day[0]}) in 10.0\u202f% of the rows, 0\u202f% of train"
    )


def test_a_category_in_several_spellings_is_found_by_its_less_frequent_ones():
    reference = pd.DataFrame({"city": ["Paris"] * 300 + ["Rome"] * 200 + ["São  Paulo"] * 20})
    primary = pd.DataFrame(
        {"city": ["Paris"] * 200 + ["paris "] * 40 + ["ROME"] * 60 + ["Rome"] * 100 + ["São Paulo"] * 15}
    )
    row = found(px.run(px.Quality(), primary, reference, cache=False))["city", "spelling"]
    assert (row["status"], row["count_primary"], row["count_reference"]) == ("changed", 115, 0)
    assert row["values"] == ["ROME", "paris ", "São Paulo"]
    assert (row["examples"], row["note"]) == (["ROME", '"paris "', "São Paulo"], "elsewhere Rome")
    assert len(px.rows(primary, px.Values("city", row["values"]))) == 115
    assert ("city", "spelling") not in found(px.run(px.Quality(), reference, cache=False))
    (sentence,) = [
        row["sentence"]
        for row in px.run(px.Findings(), primary, cache=False).table.to_pylist()
        if "spelled" in row["sentence"]
    ]
    assert " ".join(sentence.split()) == "city is spelled ROME, elsewhere Rome, in 24.1 % of the rows"
