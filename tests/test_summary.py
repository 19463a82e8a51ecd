"""`Summary`: what it says of real data, of every kind of bad data, and how often it cries wolf."""

from __future__ import annotations

import datetime as dt
import json
import time
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sets_made import made, no_nan, vectors
from sklearn.datasets import load_breast_cancer, load_digits, load_wine

import phoenix_lab as px
from phoenix_lab.recipes import summary
from phoenix_lab.recipes.compute import compute, needs
from phoenix_lab.recipes.models import Summary
from phoenix_lab.recipes.output import Cancelled, RecipeError
from phoenix_lab.stats import divergence


def rows(output):
    assert no_nan(output.table.to_pylist())
    assert no_nan(dict(output.meta))
    json.dumps(dict(output.meta), allow_nan=False)
    return {row["column"]: row for row in output.table.to_pylist()}


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(11)


# Real data


def test_wine_of_other_growers_has_drifted_and_a_random_half_has_not(rng):
    wine = load_wine()
    columns = {n: wine.data[:, k] for k, n in enumerate(wine.feature_names)}
    grower = wine.target
    apart = rows(
        compute(
            Summary(),
            made("prod", {n: x[grower == 2] for n, x in columns.items()}),
            made("train", {n: x[grower != 2] for n, x in columns.items()}),
        )
    )
    assert sum(r["verdict"] == "drift" for r in apart.values()) >= 8
    half = rng.permutation(len(grower)) < len(grower) // 2
    alike = rows(
        compute(
            Summary(),
            made("prod", {n: x[half] for n, x in columns.items()}),
            made("train", {n: x[~half] for n, x in columns.items()}),
        )
    )
    assert all(r["verdict"] != "drift" for r in alike.values())


def test_numbers_are_those_of_numpy():
    cancer = load_breast_cancer()
    p, r = cancer.data[cancer.target == 0, 3], cancer.data[cancer.target == 1, 3]
    row = rows(compute(Summary(), made("prod", {"area": p}), made("train", {"area": r})))["area"]
    for side, x in (("primary", p), ("reference", r)):
        assert row[f"mean_{side}"] == pytest.approx(x.mean())
        assert row[f"std_{side}"] == pytest.approx(x.std(ddof=1))
        assert row[f"median_{side}"] == pytest.approx(np.median(x))
        assert (row[f"min_{side}"], row[f"max_{side}"]) == (x.min(), x.max())
        assert row[f"distinct_{side}"] == len(np.unique(x))
        assert sum(row[f"spark_{side}"]) == len(x)
    edges = np.quantile(r, np.arange(1, 10) / 10)
    counts = [np.bincount(np.searchsorted(edges, x, "right"), minlength=10) for x in (r, p)]
    assert row["measured"] == pytest.approx(float(divergence.psi(*counts)))
    bias = 9 * (1 / len(p) + 1 / len(r))
    assert row["estimate"] == pytest.approx(row["measured"] - bias, rel=1e-6) or min(counts[0] + counts[1]) < 12
    assert row["lower"] < row["estimate"] < row["upper"]


def test_digits_as_vectors():
    digits = load_digits()
    X = digits.data.astype(np.float32)
    low = digits.target < 5
    apart = rows(compute(Summary(), made("prod", {"v": vectors(X[low])}), made("train", {"v": vectors(X[~low])})))["v"]
    assert apart["auc"] > 0.85
    assert apart["verdict"] == "drift"
    assert apart["dimension"] is None or apart["dimension"] == 64
    assert len(apart["spark_edges"]) == 25
    half = np.random.default_rng(0).permutation(len(X)) % 2 == 0
    alike = rows(compute(Summary(), made("prod", {"v": vectors(X[half])}), made("train", {"v": vectors(X[~half])})))[
        "v"
    ]
    assert 0.44 < alike["auc"] < 0.56
    assert alike["verdict"] != "drift"
    assert alike["p_value"] > 0.01


# How often it cries wolf


def test_false_alarms_over_many_columns_stay_at_their_level(rng):
    alarms = drifts = 0
    for _ in range(40):
        n, m = 400, 250
        frames = []
        for name, size in (("train", n), ("prod", m)):
            frames.append(
                made(
                    name,
                    {
                        **{f"x{k}": rng.normal(size=size) for k in range(4)},
                        "zeros": np.where(rng.random(size) < 0.7, 0.0, rng.exponential(size=size)),
                        "whole": rng.poisson(3, size),
                        "few": rng.choice(list("abc"), size),
                        "many": [f"v{k}" for k in np.minimum(rng.geometric(0.05, size), 60)],
                        "flag": rng.random(size) < 0.1,
                    },
                )
            )
        result = rows(compute(Summary(), frames[1], frames[0]))
        p = [r["p_value"] for r in result.values()]
        assert len(p) == 9
        alarms += sum(x < 0.05 for x in p)
        drifts += sum(r["p_adjusted"] < 0.05 for r in result.values())
    assert alarms / (40 * 9) <= 0.07
    assert drifts <= 6


def test_sessions_are_quiet_as_units(rng):
    def side(name, first):
        session = np.repeat(np.arange(first, first + 40), 25)
        level = rng.normal(size=40)
        x = {
            f"x{k}": np.sqrt(0.5) * rng.permutation(level)[session - first] + np.sqrt(0.5) * rng.normal(size=1000)
            for k in range(5)
        }
        return made(name, {**x, "session_id": [f"s{s}" for s in session]})

    alone = grouped = 0
    for _ in range(25):
        prod, train = side("prod", 100), side("train", 0)
        by_row = compute(Summary(), prod, train)
        alone += sum(r["p_value"] < 0.05 for n, r in rows(by_row).items() if n != "session_id")
        by_unit = compute(Summary(unit="session_id"), prod, train)
        grouped += sum(r["p_value"] < 0.05 for n, r in rows(by_unit).items() if n != "session_id")
        assert by_row.meta["correlated"]["column"] == "session_id"
        assert by_row.meta["correlated"]["icc"] > 0.3
        assert by_unit.meta["correlated"] is None
        assert by_unit.meta["unit"] == {"column": "session_id", "n_primary": 40, "n_reference": 40}
        assert rows(by_unit)["session_id"]["verdict"] == "untested"
    assert alone / 125 > 0.5
    assert grouped / 125 <= 0.1


def test_a_shift_is_found_with_units_too(rng):
    def side(name, first, shift):
        user = np.repeat(np.arange(first, first + 120), 10)
        return made(name, {"x": rng.normal(size=120)[user - first] * 0.5 + rng.normal(size=1200) + shift, "user": user})

    found = rows(compute(Summary(unit="user"), side("prod", 500, 0.9), side("train", 0, 0)))
    assert found["x"]["verdict"] == "drift"


def test_a_mere_category_is_no_likely_unit(rng):
    def side(name):
        city = rng.integers(0, 8, 2000)
        return made(name, {"city": [f"c{c}" for c in city], "x": city + rng.normal(size=2000)})

    assert compute(Summary(), side("prod"), side("train")).meta["correlated"] is None


# One set, and sets that do not fit


def test_one_set_alone_is_described_and_not_tested(rng):
    frame = made("only", {"x": rng.normal(size=50), "c": list("ab") * 25, "v": vectors(rng.normal(size=(50, 4)))})
    output = compute(Summary(), frame)
    for row in rows(output).values():
        assert row["verdict"] == "untested"
        assert row["reason"] == "there is no reference set"
        assert row["n_primary"] == 50
        assert row["n_reference"] is None
        assert row["spark_reference"] is None
    assert output.meta["reference"] is None
    assert output.meta["n_tests"] == 0


def test_columns_of_one_set_only_are_named():
    output = compute(
        Summary(), made("prod", {"a": [1.0, 2], "new": [1.0, 2]}), made("train", {"a": [1.0, 2], "gone": [1.0, 2]})
    )
    assert rows(output)["new"]["reason"] == "not in train"
    assert {"column": "gone", "why": "only in prod"} not in output.meta["untested"]
    assert {"column": "gone", "why": "only in train"} in output.meta["untested"]


@pytest.mark.parametrize(
    ("primary", "reference", "reason"),
    [
        ([1.0, 2.0, 3.0], ["a", "b", "c"], "numbers in the primary set"),
        (["a", "b", "a"], [1, 2, 1], "categories in the primary set"),
        ([dt.date(2020, 1, 1)] * 3, [1, 2, 1], "times in the primary set"),
        ([[1], [2], [3]], [[1], [2], [3]], "values are not compared"),
        ([dt.date(2020, 1, 1)] * 3, [dt.date(2020, 1, 2)] * 3, "times are not compared"),
        (vectors(np.ones((3, 2))), vectors(np.ones((3, 4))), "2 dimensions in the primary set, 4 in the reference"),
    ],
)
def test_what_cannot_be_compared_says_why(primary, reference, reason):
    row = rows(compute(Summary(), made("prod", {"a": primary}), made("train", {"a": reference})))["a"]
    assert reason in row["reason"]
    assert row["verdict"] == "untested"
    assert row["estimate"] is None
    assert row["n_primary"] == 3


def test_labels_1_and_text_1_are_refused_and_not_silently_unequal():
    prod = made("prod", {"y": [0, 1, 1]}, kinds={"y": "category"})
    train = made("train", {"y": ["0", "1", "1"]}, kinds={"y": "category"})
    assert (
        "holds numbers in the primary set and text in the reference"
        in rows(compute(Summary(), prod, train))["y"]["reason"]
    )


# Bad values


CASES = {
    "constant": ([2.0] * 40, [2.0] * 40),
    "constants that differ": ([2.0] * 40, [3.0] * 40),
    "one row": ([2.0], [1.0, 2, 3]),
    "one row in both": ([2.0], [2.0]),
    "no rows": (pa.array([], pa.float64()), [1.0, 2, 3]),
    "no rows in both": (pa.array([], pa.float64()), pa.array([], pa.float64())),
    "all missing": (pa.array([None] * 9, pa.float64()), [1.0] * 9),
    "all missing reference": ([1.0] * 9, pa.array([None] * 9, pa.float64())),
    "all null typed": (pa.array([None] * 9), [1.0] * 9),
    "infinities": ([np.inf, -np.inf, 1.0, 2.0] * 10, [1.0, 2.0, 3.0, np.inf] * 10),
    "only infinities": ([np.inf] * 9, [np.inf] * 9),
    "nan": ([np.nan, 1.0, 2.0] * 9, [np.nan, 1.0, 5.0] * 9),
    "huge": ([1e308, -1e308, 5.0] * 9, [1e308, -1e308, 5.0] * 9),
    "tiny": ([5e-324, 0.0] * 20, [5e-324, 0.0] * 20),
    "booleans": ([True, False, None] * 9, [True, True, False] * 9),
    "dates": ([dt.date(2020, 1, 1)] * 9, [dt.date(2020, 1, 1)] * 9),
    "decimals": ([Decimal("1.10"), Decimal("2.20")] * 9, [Decimal("1.10"), Decimal("3.30")] * 9),
    "durations": (pa.array([10, 20, None] * 9, pa.duration("s")), pa.array([10, 20, 30] * 9, pa.duration("us"))),
    "large integers": ([2**60, 2**60 + 1] * 20, [2**60, 2**60 + 2] * 20),
    "unsigned and signed": (pa.array([2**63, 1] * 20, pa.uint64()), pa.array([-1, 1] * 20, pa.int64())),
    "integers and floats": ([1, 2, 3] * 9, [1.0, None, 3.0] * 9),
    "dictionary": (pa.array(list("aabb") * 9).dictionary_encode(), pa.array(list("abcc") * 9)),
    "empty text": (["", "a", None] * 9, ["", "", "b"] * 9),
    "float16": (pa.array(np.arange(40, dtype=np.float16)), pa.array(np.arange(40, dtype=np.float16))),
    "vectors with holes": (
        pa.array([[1.0, 2], None, [np.nan, 1], [np.inf, 0]] * 9, pa.list_(pa.float64(), 2)),
        pa.array([[1.0, 2], [2, 1], [3, 1], [0, 0]] * 9, pa.list_(pa.float64(), 2)),
    ),
    "equal vectors": (vectors(np.ones((40, 3))), vectors(np.ones((40, 3)))),
    "no vectors": (pa.array([None] * 9, pa.list_(pa.float32(), 3)), vectors(np.ones((40, 3), np.float32))),
    "nested": ([[1, 2], [3]] * 9, [[1], []] * 9),
    "bytes": ([b"a", b"bc"] * 9, [b"a", b""] * 9),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("unit", [None, "u"])
def test_bad_values_have_an_answer(case, unit):
    p, r = CASES[case]
    prod = made("prod", {"a": p, "u": np.arange(len(p)) // 2})
    train = made("train", {"a": r, "u": np.arange(len(r)) // 2})
    row = rows(compute(Summary(unit=unit), prod, train))["a"]
    if row["estimate"] is None:
        assert row["verdict"] == "untested"
        assert row["reason"]
        assert row["lower"] is row["upper"] is row["p_value"] is row["p_adjusted"] is None
    else:
        assert 0 <= row["lower"] <= row["estimate"] <= row["upper"]
        assert 0 <= row["p_value"] <= row["p_adjusted"] <= 1
    for side, x in (("primary", p), ("reference", r)):
        assert row[f"n_{side}"] + row[f"missing_{side}"] == len(x)


def verdict_of(case):
    p, r = CASES[case]
    return rows(compute(Summary(), made("prod", {"a": p}), made("train", {"a": r})))["a"]


def test_what_bad_values_mean():
    assert verdict_of("constants that differ")["verdict"] == "drift"
    assert verdict_of("constant")["verdict"] in {"none", "undecided"}
    assert verdict_of("one row")["reason"] == "the primary set has one value"
    assert verdict_of("no rows")["reason"] == "no rows in the primary set"
    assert verdict_of("all missing")["reason"] == "all 9 values are missing in the primary set"
    assert verdict_of("all missing reference")["reason"] == "all 9 values are missing in the reference"
    assert verdict_of("only infinities")["reason"] == "no finite value in the reference"
    infinite = verdict_of("infinities")
    assert infinite["n_primary"] == 40
    assert infinite["mean_primary"] == 1.5
    assert "20 primary" in infinite["note"]
    assert verdict_of("large integers")["measured"] > 1
    assert verdict_of("equal vectors")["reason"] == "all vectors are equal"
    holes = verdict_of("vectors with holes")
    assert holes["missing_primary"] == 27
    assert "NaN or infinity" in holes["note"]
    assert verdict_of("decimals")["measured"] > 0.5
    assert verdict_of("durations")["mean_primary"] == 15.0 or verdict_of("durations")["n_primary"] == 18


def test_missing_values_have_a_test_of_their_own(rng):
    x, y = rng.normal(size=500), rng.normal(size=400)
    r = pa.array(x, mask=rng.random(500) < 0.02)
    p = pa.array(y, mask=rng.random(400) < 0.2)
    row = rows(compute(Summary(), made("prod", {"a": p, "b": y}), made("train", {"a": r, "b": x})))
    assert row["a"]["verdict"] != "drift"
    assert row["a"]["missing_difference"] == pytest.approx(p.null_count / 400 - r.null_count / 500)
    assert row["a"]["missing_lower"] > 0.1
    assert row["a"]["missing_p_adjusted"] < 1e-6
    assert row["b"]["missing_p_adjusted"] is None


def test_a_few_far_values_are_told_though_they_hardly_move_psi(rng):
    x, y = rng.exponential(12, 4000), rng.exponential(12, 2000)
    y[:80] = 3000
    unit = [f"u{i // 40}" for i in range(4000)], [f"v{i // 40}" for i in range(2000)]
    sets = [made(n, {"a": v, "b": -v, "u": u}) for n, v, u in (("prod", y, unit[1]), ("train", x, unit[0]))]
    row = rows(compute(Summary(), *sets))
    for name in "ab":
        assert row[name]["verdict"] == "none"
        assert row[name]["beyond"] == (y > x.max()).mean()
        assert 0.03 < row[name]["beyond_lower"] < 0.04
        assert row[name]["beyond_p_adjusted"] < 1e-10
    # All of them are in two of fifty sessions: such a session may always have been there.
    assert rows(compute(Summary(unit="u"), *sets))["a"]["beyond_p_adjusted"] > 0.05
    again = rows(compute(Summary(), made("prod", {"a": rng.exponential(12, 2000)}), sets[1]))["a"]
    assert again["beyond_lower"] < 0.01


def test_identifiers_are_not_tested(rng):
    ids = [f"{k:08x}" for k in range(200)]
    output = compute(Summary(), made("prod", {"key": ids[:100]}), made("train", {"key": ids[100:]}))
    assert rows(output)["key"]["reason"] == "an identifier: every value occurs once"
    assert output.meta["untested"][0]["column"] == "key"


def test_texts_that_all_differ_are_compared_by_length(rng):
    def side(name, low):
        return made(
            name, {"t": [f"{k} " + "x" * int(n) for k, n in enumerate(rng.integers(low, 60, 300))]}, kinds={"t": "text"}
        )

    row = rows(compute(Summary(), side("prod", 30), side("train", 5)))["t"]
    assert (row["verdict"], row["distinct_primary"]) == ("drift", 300)
    assert row["mean_primary"] > row["mean_reference"] + 5


def test_roles_that_are_not_tested_say_why(rng):
    def side(name):
        columns = {
            "when": pa.array(np.arange(30), pa.timestamp("s")),
            "id": np.arange(30),
            "text": ["some words"] * 30,
            "url": ["a.png"] * 30,
            "v": vectors(rng.normal(size=(30, 3))),
            "hidden": np.arange(30),
            "broken": [1.0] * 30,
        }
        roles = {
            "when": "timestamp",
            "id": "prediction_id",
            "text": "raw_data",
            "url": "link_to_data",
            "hidden": "excluded",
        }
        return made(
            name,
            columns,
            kinds={"text": "text"},
            roles=roles,
            v={"raw_data": "text", "link_to_data": "url"},
            broken={"problem": "row 17 has 383 values, the others 384"},
        )

    output = compute(Summary(), side("prod"), side("train"))
    reasons = {n: r["reason"] for n, r in rows(output).items()}
    assert reasons["when"] == "the time column"
    assert reasons["id"] == "an identifier"
    assert reasons["text"] == "read through v"
    assert reasons["url"] == "links to what v was made from"
    assert reasons["hidden"] == "left out by the schema"
    assert reasons["broken"] == "row 17 has 383 values, the others 384"
    assert rows(output)["broken"]["problem"] == reasons["broken"]
    assert len(output.meta["untested"]) == 6
    assert output.meta["n_tests"] == 1
    assert output.meta["primary"]["span"] == ["1970-01-01T00:00:00", "1970-01-01T00:00:29"]


# Shape


def test_the_same_question_has_the_same_answer_and_columns_do_not_disturb_each_other(rng):
    columns = {
        "c": rng.choice(list("abcdefghij"), 60),
        "x": rng.normal(size=60),
        "v": vectors(rng.normal(size=(60, 5))),
    }
    prod, train = made("prod", columns), made("train", {k: v[::-1] if k == "c" else v for k, v in columns.items()})
    first, again = compute(Summary(), prod, train), compute(Summary(), prod, train)
    assert first.table.equals(again.table)
    alone = compute(Summary(columns=("c",)), prod, train)
    assert rows(alone)["c"]["p_value"] == rows(first)["c"]["p_value"]
    assert rows(alone).keys() == {"c"}


def test_the_order_of_the_rows_changes_nothing(rng):
    x, y = rng.normal(size=300), rng.normal(0.3, 1, 200)
    c = rng.choice(list("abc"), 300)
    train = made("train", {"x": x, "c": c})
    prod = made("prod", {"x": y, "c": c[:200]})
    mixed = made("prod", {"x": y[::-1].copy(), "c": c[:200][::-1]})
    a, b = rows(compute(Summary(), prod, train)), rows(compute(Summary(), mixed, train))
    for n in ("x", "c"):
        assert a[n]["estimate"] == b[n]["estimate"]
        assert a[n]["p_value"] == b[n]["p_value"]


def test_needs_leave_out_what_is_not_read():
    frame = made("prod", {"a": [1.0], "nested": [[1]], "when": [dt.date(2020, 1, 1)]}, roles={"when": "timestamp"})
    primary, reference = needs(Summary(), frame.columns, None)
    assert (set(primary), reference) == ({"a", "when"}, ())
    assert needs(Summary(columns=("a",), unit="nested"), frame.columns, frame.columns)[0] == ("a", "nested", "when")


def test_unknown_columns_are_refused_with_the_closest():
    frame = made("prod", {"amount": [1.0, 2]})
    with pytest.raises(RecipeError, match='did you mean "amount"'):
        compute(Summary(columns=("amuont",)), frame)
    with pytest.raises(RecipeError, match='no column "session" to take as the unit'):
        compute(Summary(unit="session"), frame)


def test_it_can_be_cancelled(rng):
    frame = made("prod", {f"x{k}": rng.normal(size=20) for k in range(5)})

    def stop(stage, fraction):
        if fraction > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        compute(Summary(), frame, frame, progress=stop)


def test_threads_change_no_bit_and_end_when_it_is_cancelled(rng, monkeypatch):
    looked_at: list[str] = []
    look, pause = summary._column, 0.0

    def seen(row, *arguments, **options):
        looked_at.append(row["column"])
        time.sleep(pause)
        return look(row, *arguments, **options)

    monkeypatch.setattr(summary, "_column", seen)
    monkeypatch.setattr(summary, "available_cores", lambda: 3)
    columns = {f"x{k}": rng.normal(size=400).round(1) for k in range(30)}
    columns |= {"c": rng.choice(list("abc"), 400), "v": vectors(rng.normal(size=(400, 4))), "s": np.arange(400) // 8}
    prod, train = made("prod", columns), made("train", {k: v[::-1] if k[0] in "xc" else v for k, v in columns.items()})
    one = compute(Summary(unit="s"), prod, train)
    monkeypatch.setattr(summary, "LONG", 1)
    many = compute(Summary(unit="s"), prod, train)
    assert many.table.equals(one.table)
    assert many.meta == one.meta

    def stop(stage, fraction):
        if fraction > 0:
            raise Cancelled

    looked_at.clear()
    pause = 0.05
    with pytest.raises(Cancelled):
        compute(Summary(), prod, train, progress=stop)
    assert 1 <= len(looked_at) < 20
    before = len(looked_at)
    time.sleep(0.2)
    assert len(looked_at) == before


def test_what_became_of_the_columns_themselves_is_told(rng):
    primary = made(
        "prod",
        {"a": rng.normal(size=50), "age": ["x", "y"] * 25, "fresh": range(50), "hole": pa.nulls(50)},
        age={"carrier": "text"},
        a={"carrier": "number"},
        hole={"carrier": "other"},
    )
    reference = made(
        "train",
        {"a": rng.normal(size=50), "age": range(50), "old": range(50), "hole": range(50)},
        age={"carrier": "number"},
        a={"carrier": "number"},
        hole={"carrier": "number"},
    )
    meta = compute(Summary(), primary, reference).meta
    assert (meta["retyped"], meta["added"], meta["removed"]) == (["age"], ["fresh"], ["old"])
    alone = compute(Summary(), primary).meta
    assert (alone["retyped"], alone["added"], alone["removed"]) == ([], [], [])


def test_vectors_against_a_set_without_rows():
    texts = pd.Series(["a", "b", "c", "d", "e"])
    for column in (pd.Series(list(np.ones((5, 3), np.float32))), px.embed(texts, "wordllama", quiet=True)):
        frame = pd.DataFrame({"v": column})
        (row,) = px.run(px.Summary(), frame, reference=frame.head(0)).to_pandas().to_dict("records")
        assert (row["n_primary"], row["n_reference"]) == (5, 0)
