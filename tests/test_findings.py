"""`Findings`: planted faults are found first, with their rows; where there is nothing, nothing is found; a cell says what the panel does."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import until
from scipy.stats import binom
from sets_made import made, no_nan, vectors
from sklearn.datasets import load_digits

import phoenix_lab as px
from phoenix_lab.findings.candidate import Candidate, View
from phoenix_lab.findings.causes import Finding, by_cause
from phoenix_lab.findings.numbers import estimate, measure, plain, share
from phoenix_lab.findings.search import TABLE, compute
from phoenix_lab.findings.words import sentence
from phoenix_lab.recipes.compute import compute as answer
from phoenix_lab.recipes.models import parse_conditions
from phoenix_lab.stats.multiplicity import benjamini_hochberg, over_families

spec = importlib.util.spec_from_file_location("planted", Path(__file__).parents[1] / "benchmarks" / "findings.py")
planted = importlib.util.module_from_spec(spec)
spec.loader.exec_module(planted)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("PHOENIX_LAB_CACHE_DIR", str(tmp_path / "cache"))


def checked(result):
    """Return the findings, of which everything that is promised is true."""
    rows = result.table.to_pylist()
    faces = result.parts["faces"].to_pylist()
    assert result.table.schema.equals(TABLE)
    assert no_nan(rows)
    json.dumps(dict(result.meta), allow_nan=False)
    assert [row["finding"] for row in rows] == list(range(1, len(rows) + 1))
    assert [next(f for f in faces if f["finding"] == row["finding"]) for row in rows] == rows
    for face in faces:
        assert "".join(face["words"]) == face["sentence"]
        assert len(face["words"]) == len(face["marks"])
        assert face["p_adjusted"] is None or face["p_adjusted"] < 0.05
    stand = [row["status"] == "stands" for row in rows]
    assert stand == sorted(stand, reverse=True)
    assert result.meta["n_stand"] == sum(stand)
    return rows


# Correcting everything together


def test_one_family_is_corrected_as_benjamini_and_hochberg_do():
    p = [0.001, 0.2, None, 0.012, 0.9]
    assert over_families([benjamini_hochberg(p)]) == [pytest.approx(benjamini_hochberg(p))]


def test_a_family_of_many_tests_does_not_weaken_one_of_few():
    few, many = [0.004], benjamini_hochberg(np.linspace(0.01, 1, 2000).tolist())
    assert over_families([few, many])[0][0] < 0.05
    assert benjamini_hochberg([*few, *np.linspace(0.01, 1, 2000)])[0] > 0.05
    assert over_families([[None], []]) == [[None], []]


def test_with_no_difference_anywhere_any_test_passes_in_five_of_a_hundred():
    g = np.random.default_rng(0)
    runs = 4000
    any_passed = 0
    for _ in range(runs):
        families = [benjamini_hochberg(g.random(n).tolist()) for n in (20, 90, 11, 140)]
        any_passed += any(p < 0.05 for family in over_families(families) for p in family)
    assert any_passed / runs < 0.05 + 3 * np.sqrt(0.05 * 0.95 / runs)
    assert any_passed / runs > 0.03  # and it is not idle


# One cause, several faces


def finding(kind, about, rows=None, n=100, estimate=0.5, **more):
    mask = None if rows is None else np.isin(np.arange(n), list(rows))
    one = Candidate(
        kind, about, View("column", about), {}, "points", estimate, estimate - 0.1, estimate + 0.1, 0.01, 0.001, **more
    )
    return Finding(one, "stands", 0.001, mask)


def test_findings_of_the_same_rows_or_column_are_one():
    missing, same = finding("quality", "a", range(20)), finding("quality", "b", range(1, 22))
    drift, other = finding("drift", "a"), finding("drift", "c", estimate=0.9)
    groups = by_cause([other, drift, same, missing], {})
    assert [len(group) for group in groups] == [1, 3]
    assert groups[1][0].candidate.kind == "quality"


def test_what_is_in_nearly_all_rows_is_not_everything_elses_cause():
    a, b = finding("quality", "a", range(96)), finding("quality", "b", range(4, 100))
    assert len(by_cause([a, b], {})) == 2


def test_a_drifted_text_is_its_embeddings_finding():
    groups = by_cause([finding("embedding", "v"), finding("cluster", "v", range(9)), finding("drift", "t")], {"t": "v"})
    assert [f.candidate.kind for f in groups[0]] == ["cluster", "drift", "embedding"]
    assert len(groups) == 1


# What was planted


@pytest.mark.parametrize(
    ("name", "precision", "recall"),
    [
        ("a category renamed", 1.0, 1.0),
        ("a stuck sensor", 0.9, 1.0),
        ("a slice with flipped labels", 1.0, 1.0),
        ("a new topic", 0.6, 0.3),
        ("truncated texts", 0.6, 0.9),
        ("one carrier in another unit", 1.0, 1.0),
        ("one airport without a value", 0.9, 1.0),
    ],
)
def test_a_planted_fault_is_found_first_with_its_rows(name, precision, recall):
    fault = planted.FAULTS[name](np.random.default_rng(1))
    result = planted.findings(fault.pair)
    checked(result)
    faces = planted.first_of(result)
    assert any(planted.is_about(face, fault) for face in faces), faces
    found = planted.marked(faces[0], fault.pair)
    both = (found & fault.rows).sum()
    assert both / found.sum() >= precision
    assert both / fault.rows.sum() >= recall


def test_groups_that_hold_rows_of_a_faulty_one_are_its_echoes():
    """Labels of one carrier are exchanged: its airport, its hours and its aircraft fall too, through its rows alone. A fault of another carrier is its own."""
    pair = planted.rows_of_flights(np.random.default_rng(3), 3000, 6000)
    # a group all of whose rows are of that carrier
    primary, reference = (
        frame.assign(shift=np.where((frame["carrier"] == "B6") & (frame["hour"] > 14), "late", "other"))
        for frame in (pair.primary, pair.reference)
    )
    schema = dataclasses.replace(pair.schema, feature_column_names=(*pair.schema.feature_column_names, "shift"))
    pair = pair._replace(primary=primary, reference=reference, schema=schema)
    other = pair.primary["late"].astype(str).map({"late": "on time", "on time": "late"})

    def groups(*carriers):
        rows = pair.primary["carrier"].isin(carriers)
        changed = pair.primary.assign(late=pair.primary["late"].astype(str).where(~rows, other))
        result = planted.findings(pair._replace(primary=changed))
        assert result.meta["left_out"] == []
        return (
            [row["sentence"] for row in result.table.to_pylist() if row["kind"] == "segment"],
            [row["sentence"] for row in result.parts["faces"].to_pylist() if row["finding"] == 1],
        )

    (first,), faces = groups("B6")
    assert first.endswith("where carrier is B6")
    assert any("where origin is JFK" in face for face in faces)
    heads, _ = groups("B6", "UA")
    assert {head.split(" where ")[1] for head in heads} >= {"carrier is B6", "carrier is UA"}


@pytest.mark.parametrize(
    ("name", "runs"),
    [("normal columns", 30), ("mixed columns, predictions", 12), ("flights parted at random, filtered at random", 8)],
)
def test_where_there_is_nothing_nothing_is_found(name, runs):
    g = np.random.default_rng(3)
    found = sum(planted.findings(planted.NULLS[name](g)).table.num_rows > 0 for _ in range(runs))
    # five in a hundred, give or take what chance does once in a thousand
    assert found <= binom.ppf(0.999, runs, 0.05)


# What is said, and of which rows


def test_a_sensor_that_stopped_is_told_with_its_value_and_has_its_rows():
    g = np.random.default_rng(3)
    prod, train = (pd.DataFrame({"x": g.normal(size=600).round(3), "y": g.normal(size=600)}) for _ in range(2))
    prod.loc[480:, "x"] = 0.1
    rows = checked(px.run(px.Findings(), prod, train))
    (row,) = [one for one in rows if "again and again" in one["sentence"]]
    assert row["sentence"].startswith("x is 0.1 again and again: 20.")
    assert row["rows_primary"] == int((prod.x == 0.1).sum())
    alone = checked(px.run(px.Findings(), prod))
    assert any(one["sentence"].startswith("x is 0.1 again and again") for one in alone)


def sites(n=1500, seed=0):
    """Return two frames of alike rows from six sites."""
    g = np.random.default_rng(seed)
    return [
        pd.DataFrame(
            {"site": g.choice(list("abcdef"), n), "cost": g.exponential(50, n).round(1), "age": g.poisson(9, n)}
        )
        for _ in range(2)
    ]


def test_a_group_in_which_alone_a_column_changed_is_told_with_its_rows_and_the_cohort_that_shows_it():
    prod, train = sites()
    mine = prod.site == "c"
    prod.loc[mine, "cost"] *= 3
    row = checked(px.run(px.Findings(), prod, train))[0]
    assert row["sentence"].startswith("Where site is c, cost is higher: ")
    assert (row["opens"], row["column"], row["rows_primary"]) == ("column", "cost", int(mine.sum()))
    (where,) = parse_conditions(row["cohort"])
    assert where == px.Values("site", "c")
    # The same numbers as the view that it opens.
    seen = px.run(px.Summary(where=(where,)), prod, train).table.to_pylist()
    shown = next(one for one in seen if one["column"] == "cost")
    assert [row[key] for key in ("estimate", "lower", "upper")] == [shown[k] for k in ("estimate", "lower", "upper")]


def test_conditions_hold_what_their_column_holds_and_find_its_rows():
    rng = np.random.default_rng(5)

    def side(n, moved):
        frame = pd.DataFrame(
            {"x": rng.normal(100, 30, n), "shift": rng.integers(0, 3, n), "place": rng.choice(["7", "8"], n)}
        )
        frame["was"] = rng.choice(["a", "b"], n)
        frame["said"] = frame["was"]
        if moved:
            frame.loc[:99, "x"] = 302.0 + np.arange(100) / 4
            wrong = (frame.index >= 100) & ((frame["x"] < 80) | (frame["shift"] == 2) | (frame["place"] == "8"))
            frame.loc[wrong, "said"] = "a"
        return frame

    prod, train = side(3000, True), side(3000, False)
    schema = px.Schema(prediction_label_column_name="said", actual_label_column_name="was")
    sets = px.Inferences(prod, schema, name="prod"), px.Inferences(train, schema, name="train")
    result = px.run(px.Findings(budget=None), *sets)
    checked(result)
    held = {"x": set(), "shift": set(), "place": set()}
    for face in result.parts["faces"].to_pylist():
        for one in parse_conditions(face["where"] or "[]"):
            ends = [*getattr(one, "values", ()), getattr(one, "low", None), getattr(one, "high", None)]
            if getattr(one, "column", None) in held:
                held[one.column] |= {type(end) for end in ends if end is not None}
                assert len(px.rows(sets[0], one, set="primary", reference=sets[1], cache=False))
    assert held == {"x": {float}, "shift": {int}, "place": {str}}
    (far,) = [f for f in result.parts["faces"].to_pylist() if f["kind"] == "quality" and "above" in f["sentence"]]
    assert parse_conditions(far["where"]) == (px.Range("x", low=302.0, set="primary"),)


def test_values_that_only_one_group_lacks_are_its_finding():
    prod, train = sites()
    lost = (prod.site == "b") & (np.arange(len(prod)) % 3 == 0)
    prod["cost"] = prod.cost.mask(lost)
    row = checked(px.run(px.Findings(), prod, train))[0]
    assert row["sentence"].startswith("Where site is b, cost has no value in ")
    assert row["rows_primary"] == int(lost.sum())
    assert parse_conditions(row["cohort"]) == (px.Values("site", "b"),)


def test_what_happened_in_all_rows_is_no_groups_finding():
    prod, train = sites()
    prod["cost"] *= 3
    result = px.run(px.Findings(), prod, train)
    assert [row["column"] for row in checked(result)] == ["cost"]
    assert "within" not in {face["kind"] for face in result.parts["faces"].to_pylist()}
    assert {one["name"]: one["n"] for one in result.meta["families"]}["groups of rows"] >= 12


def test_rows_that_two_conditions_together_make_more_of_are_a_finding():
    prod, train = sites(3000)
    g = np.random.default_rng(1)
    east = [frame.site.isin(list("abc")) for frame in (prod, train)]
    prod["plan"], train["plan"] = np.where(east[0], "pro", "basic"), "pro"
    for frame in (prod, train):
        some = g.random(len(frame)) < (0.4 if frame is prod else 1.0)
        frame.loc[some, "plan"] = g.choice(["basic", "pro"], some.sum())
    prod["side"], train["side"] = (np.where(part, "east", "west") for part in east)
    result = px.run(px.Findings(), prod.drop(columns="site"), train.drop(columns="site"))
    # Either column alone is as it was.
    assert {row["kind"] for row in checked(result)} == {"slice"}
    faces = result.parts["faces"].to_pylist()
    first = next(face for face in faces if face["sentence"].startswith("Rows with plan = pro and side = east went"))
    assert first["rows_primary"] == int(((prod.side == "east") & (prod.plan == "pro")).sum())
    assert len(parse_conditions(first["cohort"])) == 2
    # What is told is what a person counts in all rows, and not in the half that judged.
    shares = [((f.side == "east") & (f.plan == "pro")).mean() for f in (prod, train)]
    assert first["estimate"] == pytest.approx(shares[0] - shares[1])
    assert first["lower"] < first["estimate"] < first["upper"]
    assert f"{100 * shares[1]:.1f}" in first["sentence"]
    assert f"{100 * shares[0]:.1f}" in first["sentence"]
    assert first["n_primary"] == first["rows_primary"]


def test_two_columns_that_drift_apart_from_one_another_make_no_slice():
    g = np.random.default_rng(0)
    prod, train = (
        pd.DataFrame({"plan": g.choice(["pro", "basic"], 3000, p=p), "side": g.choice(["east", "west"], 3000, p=p)})
        for p in ([0.7, 0.3], [0.5, 0.5])
    )
    assert px.run(px.Slices("set"), prod, train).table.num_rows  # pro and east: from 25 % to 49 %
    result = px.run(px.Findings(), prod, train)
    assert len(checked(result)) == 2
    assert {face["kind"] for face in result.parts["faces"].to_pylist()} == {"drift"}


def test_a_small_change_in_a_small_group_is_not_worth_telling():
    prod, train = sites(20_000)
    prod.loc[(prod.site == "a") & (np.arange(len(prod)) % 10 < 3), "cost"] *= 0.1
    assert px.run(px.Findings(), prod, train).table.num_rows == 1
    few = [frame[(frame.site != "a") | (np.arange(len(frame)) % 8 == 0)] for frame in (prod, train)]
    result = px.run(px.Findings(), *few)
    assert checked(result) == []


def test_rows_that_repeat_are_those_of_pandas():
    prod, train = sites()
    prod = pd.concat([prod, prod.iloc[:400]], ignore_index=True)
    row = next(row for row in checked(px.run(px.Findings(), prod, train)) if row["sentence"].startswith("Whole rows"))
    assert row["rows_primary"] == int(prod.duplicated().sum())
    where = parse_conditions(row["where"])
    assert px.rows(prod, *where, reference=train, set="primary").equals(prod[prod.duplicated()])
    some = px.Values("site", "a")
    row = next(row for row in checked(px.run(px.Findings(where=(some,)), prod, train)) if "repeat" in row["sentence"])
    assert row["rows_primary"] == int(prod[prod.site == "a"].duplicated().sum())


def frames(n=600, seed=0):
    g = np.random.default_rng(seed)
    both = [
        pd.DataFrame({"x": g.normal(size=n), "place": g.choice(["a", "b"], n), "y": g.normal(size=n)}) for _ in range(2)
    ]
    both[0].loc[both[0].index < 0.4 * n, "x"] = None
    return both


def test_names_and_values_of_the_data_are_told_from_our_words():
    prod, train = frames()
    prod = prod.rename(columns={"x": "<b>x</b>"})
    train = train.rename(columns={"x": "<b>x</b>"})
    result = px.run(px.Findings(), prod, train)
    (row,) = checked(result)
    assert row["sentence"].startswith("<b>x</b> has no value in 40.0\u202f%")
    assert row["marks"][0] == "column"
    assert row["kind"] == "quality"
    assert row["opens"] == "quality"
    assert json.loads(row["where"]) == [{"column": "<b>x</b>", "negated": False, "set": None, "kind": "missing"}]
    assert row["rows_primary"] == 240
    assert len(px.rows(prod, *result.where(0))) == 240
    assert " looked at, 1 stands" in repr(result)
    assert "<b>x" not in result._repr_html_()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0872, "8.7 %"),
        (0.0, "0 %"),
        (0.0002, "<.1 %"),
        (0.002, ".2 %"),
        (1.0, "100 %"),
        (0.9999, ">99.9 %"),
        (None, "—"),
    ],
)
def test_shares_are_written_as_in_the_panel(value, text):
    assert share(value) == text.replace(" ", "\u202f")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.8324, ".832"),
        (27.71, "27.7"),
        (-0.5, "−.5"),
        (1016.4, "1 016"),
        (4.5e9, "4.5 bn"),
        (0.0000123, "1.23e−5"),
        (0, "0"),
    ],
)
def test_numbers_are_written_as_in_the_panel(value, text):
    assert measure(value) == text.replace(" ", "\u202f")


@pytest.mark.parametrize(
    ("metric", "value", "text"),
    [
        ("mcc", 0.21, ".210"),
        ("calibration_bias", -0.00286, "−.003"),
        ("log_loss", -0.0001, ">−.001"),
        ("mae", 12367.4, "12 367"),
    ],
)
def test_a_metric_is_written_as_in_its_table(metric, value, text):
    """The same numbers as in `performance.spec.ts`."""
    facts = {"label": metric, "value_reference": value, "value_primary": 0.5 if value < 0 else 0.0}
    face = Candidate("performance", None, View("performance"), facts, metric)
    assert f" from {text} to " in "".join(part for _, part in sentence(face, "prod", "train"))


def test_that_the_sets_are_of_other_units_is_no_finding():
    g = np.random.default_rng(3)
    day = g.normal(size=60)
    prod, train = (
        pd.DataFrame({"session": np.repeat([f"s{i}" for i in of], 20), "x": np.repeat(day[list(of)], 20)}).assign(
            x=lambda frame: frame["x"] + g.normal(size=len(frame)), y=g.normal(size=600)
        )
        for of in (range(30), range(30, 60))
    )
    prod.loc[prod.index % 3 == 0, "y"] = None
    for unit in (None, "session"):
        rows = checked(px.run(px.Findings(unit=unit), prod, train))
        assert {row["column"] for row in rows} == {"y"}
    # Of users who come again some new ones are worth saying.
    prod["session"] = np.where(prod.index % 2, prod["session"], "s31")
    rows = checked(px.run(px.Findings(), prod, train))
    assert "session" in {row["column"] for row in rows}


def test_nothing_is_a_normal_answer():
    g = np.random.default_rng(2)
    prod, train = (pd.DataFrame({"x": g.normal(size=300)}) for _ in range(2))
    result = px.run(px.Findings(), prod, train)
    assert checked(result) == []
    assert result.meta["n_looked"] > 3
    assert "Findings: prod against train" in repr(result)
    assert " looked at, nothing stands" in repr(result)


def test_a_cohorts_findings_are_those_of_its_rows_alone():
    prod, train = frames()
    where = (px.Values("place", "a"),)
    some = checked(px.run(px.Findings(where=where), prod, train))
    kept = [px.Inferences(frame[frame.place == "a"], name=name) for frame, name in ((prod, "prod"), (train, "train"))]
    alone = checked(px.run(px.Findings(), *kept))
    assert some
    assert some == alone


def test_frames_without_a_common_column():
    one, two = pd.DataFrame({"x": range(30), "y": list("abc") * 10}), pd.DataFrame({"u": range(30)})
    rows = checked(px.run(px.Findings(), one, two))
    assert [row["sentence"] for row in rows] == ["u is only in two", "x and 1 other column are not in two"]
    assert [(row["opens"], row["column"]) for row in rows] == [("quality", "u"), ("quality", None)]


def test_a_column_that_is_perhaps_renamed_is_told_as_that():
    prod, train = frames()
    rows = checked(px.run(px.Findings(), prod.rename(columns={"y": "height"}), train))
    told = {row["sentence"] for row in rows if "height" in row["sentence"]}
    assert told == {"height is not in train; perhaps its y, renamed", "y is only in train; perhaps height now"}


def test_what_the_time_does_not_suffice_for_is_named():
    matrix = np.random.default_rng(0).normal(size=(400, 8)).astype(np.float32)
    sets = [
        made(name, {"x": np.arange(200.0), "v": vectors(part)})
        for name, part in (("p", matrix[:200]), ("r", matrix[200:]))
    ]
    told = []

    def ask(question, progress):
        progress("part", 0.5)
        return answer(question, *sets)

    output = compute(px.Findings(budget=1e-9), *sets, lambda *p: told.append(p), ask=ask)
    left = ["Columns", "Quality of the data", "Map of v", "Slices"]
    assert [one["what"] for one in output.meta["left_out"]] == left
    assert {left["why"] for left in output.meta["left_out"]} == {"time"}
    assert output.meta["n_looked"] == 0
    whole = compute(px.Findings(budget=None), *sets, lambda *p: told.append(p), ask=ask)
    assert whole.meta["left_out"] == []
    assert [f for _, f in told[-4:]] == sorted(f for _, f in told[-4:])


def test_what_cannot_be_looked_at_is_named_with_the_reason():
    g = np.random.default_rng(0)
    sides = {"label": g.choice(["a", "b"], 200), "said": g.choice(["a", "b"], 200)}
    prod, train = pd.DataFrame(sides), pd.DataFrame(sides)
    prod["label"] = None
    train["label"] = None
    schema = px.Schema(prediction_label_column_name="said", actual_label_column_name="label")
    result = px.run(px.Findings(), px.Inferences(prod, schema, "p"), px.Inferences(train, schema, "r"))
    assert [left["what"] for left in result.meta["left_out"]] == ["Predictions"]
    assert "label" in result.meta["left_out"][0]["why"]


# A frame alone


def test_a_frame_alone():
    images, digits = load_digits(return_X_y=True)
    g = np.random.default_rng(0)
    labels = pd.Series([f"digit {k}" for k in digits])
    wrong = g.choice(len(labels), 60, replace=False)
    labels[wrong] = [f"digit {(int(digits[i]) + 1) % 10}" for i in wrong]
    away = np.abs(g.normal(size=(40, 64))) * np.where(np.arange(64) % 2, 0.0, 1.0)
    frame = pd.DataFrame(
        {
            "pixels": list(np.concatenate([images, away]).astype(np.float32)),
            "digit": pd.concat([labels, pd.Series(["digit 0"] * 40)], ignore_index=True),
            "same": "x",
        }
    )
    schema = px.Schema(
        actual_label_column_name="digit",
        embedding_feature_column_names={"pixels": px.EmbeddingColumnNames("pixels")},
        feature_column_names=["same"],
    )
    rows = checked(px.run(px.Findings(), px.Inferences(frame, schema, "digits")))
    by_kind = {row["kind"]: row for row in rows}
    assert set(by_kind) == {"quality", "labels", "outlying"}
    odd = set(by_kind["labels"]["rows"])
    assert len(odd & set(wrong)) / len(odd) > 0.9
    assert len(odd & set(wrong)) / len(wrong) > 0.7
    assert by_kind["outlying"]["rows_primary"] == pytest.approx(40, abs=4)
    assert all(row["p_adjusted"] is None for row in rows)


def test_a_frame_alone_tells_where_its_predictions_are_wrong_most():
    fault = planted.flipped(np.random.default_rng(1))
    alone = px.Inferences(fault.pair.primary, fault.pair.schema, "flights")
    rows = checked(px.run(px.Findings(), alone))
    (row,) = [row for row in rows if row["kind"] == "slice"]
    assert row["sentence"].startswith("The share of wrong predictions is ")
    assert " where carrier = B6" in row["sentence"]
    assert row["rows_primary"] == int(fault.rows.sum())
    assert row["opens"] == "performance"
    # Parted at random a row is wrong anywhere.
    drawn = fault.pair.primary.assign(late=np.random.default_rng(0).permutation(fault.pair.primary["late"]))
    calm = px.run(px.Findings(), px.Inferences(drawn.assign(predicted="late"), fault.pair.schema, "flights"))
    assert "slice" not in {one["kind"] for one in checked(calm)}


def test_an_empty_set_and_one_row_find_nothing():
    one = pd.DataFrame({"x": [1.0], "c": ["a"]})
    for prod, train in ((one, one), (one.iloc[:0], one), (one, one.iloc[:0]), (one, None), (one.iloc[:0], None)):
        assert not [row for row in checked(px.run(px.Findings(), prod, train)) if row["kind"] != "quality"]


# The panel's are the cell's


async def test_the_findings_of_a_cell_are_the_panels(api, kernel):
    await kernel.run(
        "import numpy as np, pandas as pd\n"
        "g = np.random.default_rng(0)\n"
        "train = pd.DataFrame({'x': g.normal(size=400), 'c': g.choice(['a', 'b'], 400)})\n"
        "prod = pd.DataFrame({'x': g.normal(1, 1, size=400), 'c': g.choice(['a', 'z'], 400)})\n"
    )
    primary, reference = await api.read(kernel, "prod"), await api.read(kernel, "train")
    question = {
        "recipe": {"kind": "findings", "unit": None, "limit": 0.1},
        "primary": primary["id"],
        "reference": reference["id"],
    }
    number = (await api.post("analyses", question)).ok().json["id"]
    events = await api.events(number)
    assert events[-1]["state"] == "done"
    panel = (await api.get(f"analyses/{number}/result")).ok()
    faces = (await api.get(f"analyses/{number}/result", part="faces")).ok().table
    said = await kernel.run(
        "import json, phoenix_lab as px\n"
        "result = px.run(px.Findings(), prod, train, cache=False)\n"
        "print(json.dumps([result.table.to_pylist(), result.parts['faces'].to_pylist(), result.meta['n_looked']]))"
    )
    assert json.loads(said) == [panel.table.to_pylist(), faces.to_pylist(), panel.meta["n_looked"]]
    assert [row["column"] for row in panel.table.to_pylist()] == ["c", "x"]


async def test_what_somebody_asks_does_not_wait_for_findings_and_they_can_be_cancelled(api, kernel, lab):
    await kernel.run(
        "import numpy as np, pandas as pd\n"
        "g = np.random.default_rng(0)\n"
        "one, two = (pd.DataFrame({f'x{i}': g.normal(size=200_000) for i in range(20)}) for _ in range(2))\n"
    )
    primary, reference = await api.read(kernel, "one"), await api.read(kernel, "two")
    sets = {"primary": primary["id"], "reference": reference["id"]}
    number = (await api.post("analyses", {"recipe": {"kind": "findings"}, **sets})).ok().json["id"]
    await until(lambda: lab.analyses.get(number).event.stage in {"Columns", "Quality of the data"}, 60)
    last, _ = await api.run({"kind": "distribution", "column": "x0"}, primary, reference)
    assert last["state"] == "done"
    assert lab.analyses.get(number).event.state == "running"  # there is one worker
    (await api.delete(f"analyses/{number}")).ok()
    assert (await api.events(number))[-1]["state"] == "cancelled"


def test_no_map_is_fitted_twice_without_a_cache(monkeypatch):
    from phoenix_lab.recipes import embedding_map

    digits = load_digits()
    X = np.asarray(digits.data[:600], np.float32)
    frame = pd.DataFrame({"vector": list(X), "label": digits.target[:600].astype(str), "size": X.sum(axis=1)})
    frame["guess"] = np.where(np.arange(600) % 7 == 0, "x", frame.label)
    schema = px.Schema(prediction_label_column_name="guess", actual_label_column_name="label")
    fitted, fit = [], embedding_map.compute
    monkeypatch.setattr(embedding_map, "compute", lambda *given: fitted.append(given[0]) or fit(*given))
    sets = [px.Inferences(part, schema, name=name) for part, name in ((frame[:300], "prod"), (frame[300:], "train"))]
    px.run(px.Findings(), *sets, cache=False)
    assert len(fitted) == 1


@pytest.mark.parametrize(
    ("check", "examples", "said"),
    [
        ("new", ["x"], "k holds x, which old does not have: 25.0\u202f% of the values"),
        ("new", ["x", "y"], "k holds values such as x, which old does not have: 25.0\u202f% of the values"),
        ("gone", ["x"], "x of old is gone from k: 50.0\u202f% of the values there"),
        ("gone", ["x", "y"], "Values such as x of old are gone from k: 50.0\u202f% of the values there"),
    ],
)
def test_one_value_is_not_made_to_stand_for_many(check, examples, said):
    facts = {
        "check": check,
        "examples": examples,
        "count_primary": 1,
        "rows_primary": 4,
        "count_reference": 2,
        "rows_reference": 4,
        "note": None,
    }
    one = Candidate("quality", "k", View("quality", "k"), facts, "points")
    assert "".join(text for _, text in sentence(one, "new", "old")) == said


@pytest.mark.parametrize(
    ("value", "beside", "text"),
    [
        (0.3558, 0.1, ".36"),
        (1.734, None, "1.73"),
        (0.0, 0.1, ".00"),
        (0.1036, 0.1, ".104"),
        (0.1, 0.1, ".10"),
        (-0.002, None, "-.002"),
        (0.0034, 0.1, ".003"),
        (0.00002, None, "<.001"),
        (-0.26, None, "-.26"),
        (27.66, None, "27.7"),
        (123.4, None, "123"),
        (4856.0, None, "4,856"),
        (0.996, None, "1.00"),
    ],
)
def test_estimates_are_written_as_on_screen_and_plain_where_characters_are_few(value, beside, text):
    assert plain(estimate(value, beside)) == text
