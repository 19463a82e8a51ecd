"""Why a mean changed: the parts sum up, are the ones known by hand, and their intervals hold what they say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression

import phoenix_lab as px
from phoenix_lab.recipes.output import RecipeError
from phoenix_lab.stats.attribution import Grouped, attribute


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("PHOENIX_LAB_CACHE_DIR", str(tmp_path / "cache"))


def test_more_rows_of_a_bad_group_is_mix_and_nothing_else():
    reference = Grouped(np.array([0.0, 1, 0, 0, 1, 1, 1, 0]), np.array([0, 0, 0, 0, 1, 1, 1, 1]))
    # Group 0 errs in 1 of 4, group 1 in 3 of 4, in both sets: half of each before, a quarter and three quarters now.
    primary = Grouped(np.array([0.0, 1, 0, 0] + [1, 1, 1, 0] * 3), np.repeat([0, 1], [4, 12]))
    split = attribute(reference, primary, 2)
    assert split.mix.value == pytest.approx(0.125)
    assert split.within.value == pytest.approx(0)
    assert [part.value for part in split.mix_of] == pytest.approx([0.25 * (0.5625 - 0.25), 0.25 * (0.75 - 0.5625)])


def test_a_group_that_one_set_lacks_has_changed_in_its_share_alone():
    reference, primary = (
        Grouped(np.array([0.0, 1, 1]), np.array([0, 0, 1])),
        Grouped(np.array([0.0, 1]), np.zeros(2, int)),
    )
    split = attribute(reference, primary, 3)
    assert split.within_of[1].value == 0
    assert split.mix_of[1].value != 0
    assert split.total.value == pytest.approx(1 / 2 - 2 / 3)
    assert split.mix_of[2].value == split.within_of[2].value == 0
    assert attribute(reference, Grouped(np.zeros(0), np.zeros(0, int)), 2) is None


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(1, 40), st.integers(1, 40), st.booleans())
def test_the_parts_sum_to_the_whole(seed, groups, n, m, units):
    rng = np.random.default_rng(seed)
    sides = [
        Grouped(rng.normal(size=k) * 1e3, rng.integers(0, groups, k), rng.integers(0, 5, k) if units else None)
        for k in (n, m)
    ]
    split = attribute(*sides, groups)
    change = sides[1].y.mean() - sides[0].y.mean()
    assert split.mix.value + split.within.value == pytest.approx(change, abs=1e-9)
    assert split.total.value == pytest.approx(change, abs=1e-9)
    assert sum(part.value for part in split.mix_of) == pytest.approx(split.mix.value, abs=1e-9)
    assert sum(part.value for part in split.within_of) == pytest.approx(split.within.value, abs=1e-9)


def test_intervals_hold_the_true_parts():
    """Shares .5, .3, .2 become .3, .3, .4 and means 1, 2, 4 become 1, 3, 4; units of five rows that share a shock."""
    rng = np.random.default_rng(4)
    shares, means = ((0.5, 0.3, 0.2), (0.3, 0.3, 0.4)), ((1.0, 2, 4), (1.0, 3, 4))
    truth = {"mix": sum((shares[1][g] - shares[0][g]) * (means[0][g] + means[1][g]) / 2 for g in range(3))}
    truth["within"] = sum((shares[0][g] + shares[1][g]) / 2 * (means[1][g] - means[0][g]) for g in range(3))
    runs, held = 300, {"mix": 0, "within": 0}
    for _ in range(runs):
        sides = []
        for s in (0, 1):
            units = np.repeat(np.arange(80), 5)
            group = rng.choice(3, 400, p=shares[s])
            y = np.array(means[s])[group] + rng.normal(size=80)[units] + rng.normal(size=400)
            sides.append(Grouped(y, group, units + 80 * s))
        split = attribute(*sides, 3)
        for name, true in truth.items():
            part = getattr(split, name)
            held[name] += part.lower <= true <= part.upper
    for name, k in held.items():
        assert 0.85 <= k / runs <= 0.95, name  # 90 %, give or take three standard errors


def test_a_model_that_fails_in_one_group():
    data = load_diabetes(as_frame=True, scaled=False).frame
    half = len(data) // 2
    train, prod = data.iloc[:half].copy(), data.iloc[half:].copy()
    features = ["age", "bmi", "bp", "s1", "s5"]
    model = LinearRegression().fit(train[features], train.target)
    for frame in (train, prod):
        frame["predicted"] = model.predict(frame[features])
        frame["sex"] = np.where(frame.sex > 1, "f", "m")
    prod.loc[prod.sex == "f", "predicted"] += 80
    schema = px.Schema(prediction_score_column_name="predicted", actual_score_column_name="target")
    result = px.run(px.Attribution("sex"), px.Inferences(prod, schema), px.Inferences(train, schema))
    error = [(frame.predicted - frame.target).abs().mean() for frame in (train, prod)]
    assert result.meta["metric"] == "absolute error"
    assert result.meta["total"] == pytest.approx(error[1] - error[0], abs=1e-9)
    assert result.meta["mix"] + result.meta["within"] == pytest.approx(result.meta["total"], abs=1e-9)
    table = result.to_pandas()
    assert table.segment[0] == "f"
    assert table.within_lower[0] > 10
    assert table.mix.sum() + table.within.sum() == pytest.approx(result.meta["total"], abs=1e-9)
    assert "mix" in repr(result)


def test_rows_of_rare_values_are_a_group_together():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"k": rng.choice([f"v{i:02}" for i in range(60)], 3000), "y": rng.normal(size=3000)})
    result = px.run(px.Attribution("k", metric="mean", column="y"), frame.iloc[:1500], reference=frame.iloc[1500:])
    assert "others" in result.table.column("segment").to_pylist()
    assert result.table.column("n_primary").to_numpy().sum() == 1500
    assert result.meta["left_out"] == 30


def test_what_cannot_be_split_says_why():
    frame = pd.DataFrame({"k": list("ab") * 10, "y": [None] * 20, "t": pd.date_range("2020", periods=20)}, dtype=object)
    with pytest.raises(RecipeError, match="needs a reference"):
        px.run(px.Attribution("k", metric="missing", column="y"), frame)
    with pytest.raises(RecipeError, match="holds no numbers"):
        px.run(px.Attribution("k", metric="mean", column="k"), frame, reference=frame)
    with pytest.raises(ValueError, match="needs a column"):
        px.Attribution("k", metric="mean")
    told = px.run(px.Attribution("k", metric="missing", column="y"), frame, reference=frame)
    assert told.meta["total"] == 0


@pytest.mark.parametrize("way", ["apart", "units", "paired"])
def test_fewer_right_are_as_many_more_wrong(way):
    """The change of the accuracy and that of the share that is wrong are one quantity: one interval, whoever tells it."""
    rng = np.random.default_rng(3)
    n = 140
    truth = rng.choice(["yes", "no"], 2 * n)
    wrong = rng.random(2 * n) < np.repeat([0.15, 0.3], n)
    frame = pd.DataFrame({"truth": truth, "g": rng.choice(list("abc"), 2 * n), "who": np.arange(2 * n) // 4})
    frame["said"] = np.where(wrong, np.where(truth == "yes", "no", "yes"), truth)
    train, prod = frame[:n].copy(), frame[n:].reset_index(drop=True)
    if way == "paired":
        prod["said"] = np.where(wrong[n:], np.where(train.truth == "yes", "no", "yes"), train.truth)
        prod["truth"] = train.truth
    schema = px.Schema(prediction_label_column_name="said", actual_label_column_name="truth")
    unit = "who" if way == "units" else None
    sets = [px.Inferences(one, schema) for one in (prod, train)]
    told = px.run(px.Performance(unit=unit), *sets)
    assert told.meta["pairing"]["paired"] == (way == "paired")
    right = next(row for row in told.table.to_pylist() if row["metric"] == "accuracy")
    split = px.run(px.Attribution("g", unit=unit), *sets).meta
    assert (split["total"], split["total_lower"], split["total_upper"]) == pytest.approx(
        (-right["difference"], -right["difference_upper"], -right["difference_lower"]), abs=1e-12
    )
