"""`Distribution`: the bins set beside set, and every distance between them."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy import stats
from scipy.spatial.distance import jensenshannon
from sets_made import made, no_nan, vectors
from sklearn.datasets import load_digits, load_wine

import phoenix_lab as px
from phoenix_lab.recipes.compute import compute, needs
from phoenix_lab.recipes.distribution import TABLE, VALUES
from phoenix_lab.recipes.models import Distribution, Summary
from phoenix_lab.recipes.output import RecipeError


def answer(recipe, primary, reference=None):
    output = compute(recipe, primary, reference)
    assert output.table.schema == TABLE
    assert output.parts["values"].schema == VALUES
    for table in (output.table, output.parts["values"]):
        assert no_nan(table.to_pylist())
    json.dumps(dict(output.meta), allow_nan=False)
    return output


def metric(output, name):
    return next(m for m in output.meta["metrics"] if m["name"] == name)


@pytest.fixture
def wine():
    data = load_wine()
    x = {n: data.data[:, k] for k, n in enumerate(data.feature_names)}
    kinds = {"grower": "category"}
    prod, train = (
        made(name, {**{n: v[keep] for n, v in x.items()}, "grower": data.target[keep]}, kinds=kinds)
        for name, keep in (("prod", data.data[:, 0] > 13), ("train", data.data[:, 0] <= 13))
    )
    return prod, train


def test_every_distance_is_scipys(wine):
    prod, train = wine
    for column in ("alcohol", "hue", "proline"):
        a, b = (np.sort(f.table.column(column).to_numpy()) for f in (train, prod))
        output = answer(Distribution(column), prod, train)
        assert metric(output, "ks")["value"] == pytest.approx(stats.ks_2samp(a, b).statistic)
        assert metric(output, "ks")["p_value"] == pytest.approx(stats.ks_2samp(a, b).pvalue)
        assert metric(output, "wasserstein")["value"] == pytest.approx(stats.wasserstein_distance(a, b))
        assert metric(output, "energy")["value"] == pytest.approx(stats.energy_distance(a, b))
        assert metric(output, "mann_whitney")["p_value"] == pytest.approx(stats.mannwhitneyu(a, b).pvalue)
        r, p = (output.table[n].to_numpy() for n in ("reference", "primary"))
        assert metric(output, "js")["value"] == pytest.approx(jensenshannon(r, p, base=2))
        assert metric(output, "total_variation")["value"] == pytest.approx(np.abs(r / r.sum() - p / p.sum()).sum() / 2)
        smooth = [(x + 0.5) / (x + 0.5).sum() for x in (r, p)]
        assert metric(output, "psi")["value"] == pytest.approx(
            stats.entropy(smooth[0], smooth[1]) + stats.entropy(smooth[1], smooth[0])
        )
        assert metric(output, "kl")["value"] == pytest.approx(stats.entropy(smooth[1], smooth[0]))


def test_bins_add_up(wine):
    prod, train = wine
    for column in ("alcohol", "grower"):
        output = answer(Distribution(column), prod, train)
        table = output.table.to_pylist()
        assert sum(row["reference"] for row in table) == train.n_rows
        assert sum(row["primary"] for row in table) == prod.n_rows
        assert sum(row["reference_share"] for row in table) == pytest.approx(1)
        assert sum(row["contribution"] for row in table) == pytest.approx(metric(output, "psi")["value"])


def test_it_agrees_with_the_summary(wine):
    prod, train = wine
    summary = {r["column"]: r for r in compute(Summary(), prod, train).table.to_pylist()}
    for column in ("alcohol", "ash", "grower"):
        meta = answer(Distribution(column), prod, train).meta
        for name in ("estimate", "lower", "upper", "p_value"):
            assert meta[name] == summary[column][name]


def test_vectors_are_compared_by_the_scores_of_a_classifier():
    digits = load_digits()
    X, low = digits.data.astype(np.float32), digits.target < 5
    prod, train = made("prod", {"v": vectors(X[low])}), made("train", {"v": vectors(X[~low])})
    output = answer(Distribution("v"), prod, train)
    row = compute(Summary(), prod, train).table.to_pylist()[0]
    assert output.meta["estimate"] == row["estimate"]
    assert metric(output, "auc")["value"] == row["auc"]
    assert metric(output, "auc")["lower"] < row["auc"] < metric(output, "auc")["upper"]
    assert [v["missing"] for v in output.parts["values"].to_pylist()] == [0, 0]
    with pytest.raises(RecipeError, match="choose a reference"):
        compute(Distribution("v"), prod)


def test_categories_are_new_vanished_or_the_rest():
    rng = np.random.default_rng(0)
    often = [f"c{k}" for k in range(30)]
    prod = made("prod", {"c": [*rng.choice(often, 300), *["fresh"] * 90]})
    train = made("train", {"c": [*rng.choice(often, 300), *["old"] * 90]})
    table = answer(Distribution("c"), prod, train).table.to_pylist()
    kinds = {row["label"]: row["kind"] for row in table}
    assert kinds["fresh"] == "new"
    assert kinds["old"] == "vanished"
    assert kinds["12 others"] == "rest"
    assert len(table) == 21
    assert all(row["lower"] is None for row in table)


def test_atoms_and_whole_numbers_are_labelled():
    prod = made("prod", {"n": [0] * 30 + [3, 4, 5, 6] * 10})
    train = made("train", {"n": [0] * 50 + list(range(1, 51))})
    table = answer(Distribution("n"), prod, train).table.to_pylist()
    assert (table[0]["label"], table[0]["kind"], table[0]["reference"]) == ("0", "atom", 50)
    assert all(" – " in row["label"] or "and above" in row["label"] for row in table[1:])
    assert table[-1]["upper"] is None
    inside = table[1]
    assert inside["lower"] == 1.0
    assert inside["reference"] == int(inside["label"].split(" – ")[1])


def test_text_is_told_by_its_length_and_what_is_empty():
    prod = made("prod", {"t": ["", "", "four", None] * 50}, kinds={"t": "text"})
    train = made("train", {"t": ["", "five5", "four", "seven77"] * 50}, kinds={"t": "text"})
    output = answer(Distribution("t"), prod, train)
    assert metric(output, "empty")["value"] == pytest.approx(100 / 150 - 50 / 200)
    values = {v["set"]: v for v in output.parts["values"].to_pylist()}
    assert values["primary"]["distinct"] == 2
    assert values["reference"]["max"] == 7
    assert output.meta["missing"]["difference"] == pytest.approx(0.25)


def test_a_window_takes_primary_rows_only():
    days = pa.array(np.arange(100), pa.int32()).cast(pa.date32())
    roles = {"d": "timestamp"}
    prod = made("prod", {"x": np.arange(100.0), "d": days}, roles=roles)
    train = made("train", {"x": np.arange(100.0), "d": days}, roles=roles)
    output = answer(Distribution("x", window=("1970-01-11", "1970-01-21")), prod, train)
    values = {v["set"]: v for v in output.parts["values"].to_pylist()}
    assert (values["primary"]["n"], values["primary"]["min"], values["primary"]["max"]) == (10, 10.0, 19.0)
    assert values["reference"]["n"] == 100
    empty = answer(Distribution("x", window=("1980-01-01", "1981-01-01")), prod, train)
    assert empty.meta["verdict"] == "untested"
    assert empty.meta["reason"] == "the primary set has no value"
    assert all(row["primary_share"] is None for row in empty.table.to_pylist())
    with pytest.raises(RecipeError, match="is not a time"):
        compute(Distribution("x", window=("today", "later")), prod, train)
    with pytest.raises(RecipeError, match="no column of time"):
        compute(Distribution("x", window=("1970-01-01", "1971-01-01")), made("prod", {"x": [1.0]}), train)


def test_units_keep_their_p_for_psi_alone():
    rng = np.random.default_rng(3)
    unit = np.repeat(np.arange(40), 10)
    prod = made("prod", {"x": rng.normal(size=40)[unit] + rng.normal(size=400), "u": unit + 40})
    train = made("train", {"x": rng.normal(size=40)[unit] + rng.normal(size=400), "u": unit})
    output = answer(Distribution("x", unit="u"), prod, train)
    assert metric(output, "psi")["p_value"] == output.meta["p_value"] > 0.001
    assert metric(output, "ks")["p_value"] is None
    assert "u are not independent" in metric(output, "ks")["reason"]
    assert output.meta["unit"]["n_primary"] == 40


def test_one_set_alone():
    output = answer(Distribution("x"), made("only", {"x": np.arange(100.0)}))
    assert output.table["primary"].to_pylist() == [10] * 10
    assert output.table["reference"].null_count == output.table["contribution"].null_count == 10
    assert [v["set"] for v in output.parts["values"].to_pylist()] == ["primary"]
    assert output.meta["verdict"] == "untested"
    assert output.meta["metrics"] == []
    categories = answer(Distribution("c"), made("only", {"c": list("aab")}))
    assert categories.table["kind"].to_pylist() == ["category", "category"]


@pytest.mark.parametrize(
    "values",
    [
        pa.array([None] * 5, pa.float64()),
        pa.array([], pa.float64()),
        [np.inf] * 5,
        [2.0],
        pa.array([None] * 5),
        pa.array([], pa.string()),
        [True, None],
    ],
)
def test_too_little_has_an_answer(values):
    frame, other = made("prod", {"a": values}), made("train", {"a": [1.0, 2.0, 3.0]})
    for primary, reference in ((frame, None), (frame, frame)):
        output = answer(Distribution("a"), primary, reference)
        assert output.meta["verdict"] in {"untested", "undecided"}
    if pa.types.is_floating(frame.table.column("a").type):
        assert answer(Distribution("a"), frame, other).meta["reason"] or values == [np.inf] * 5
        assert answer(Distribution("a"), other, frame).meta["estimate"] is None


def test_what_cannot_be_answered_says_so():
    frame = made("prod", {"a": [[1], [2]], "b": [1.0, 2]}, b={"problem": "mixed types"})
    for column, message in (("a", "not compared"), ("b", "mixed types"), ("c", 'no column "c"')):
        with pytest.raises(RecipeError, match=message):
            compute(Distribution(column), frame)
    assert needs(Distribution("a", unit="b"), frame.columns, frame.columns) == (("a",), ("a",))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_bar_is_told_with_as_few_digits_as_give_its_very_rows(dtype):
    rng = np.random.default_rng(4)
    old, new = (pd.DataFrame({"x": rng.normal(0.1, 0.03, n).round(5).astype(dtype)}) for n in (285, 284))
    bars = px.run(px.Distribution("x"), new, reference=old, cache=False).table.to_pylist()
    ends = [bar["low"] for bar in bars if bar["low"] is not None]
    assert len(ends) == 9
    assert max(len(end) for end in ends) <= 8
    for bar in bars:
        rows = px.Range("x", bar["low"], bar["high"])
        assert (len(px.rows(new, rows)), len(px.rows(old, rows))) == (bar["primary"], bar["reference"])
