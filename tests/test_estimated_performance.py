"""`EstimatedPerformance`: without labels the truth lies in the interval as often as it says, and where nothing can be told that is said."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit
from sets_made import no_nan
from sklearn import metrics as sk

import phoenix_lab as px
from phoenix_lab.recipes.models import dump, parse
from phoenix_lab.recipes.output import RecipeError
from phoenix_lab.stats.calibration import calibrated, folds_of
from phoenix_lab.stats.estimates import Estimate
from phoenix_lab.stats.expected import METRICS
from phoenix_lab.stats.outside import least_outside
from phoenix_lab.stats.scores import average_precision, roc_auc
from phoenix_lab.stats.transport import Scored, transport


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("PHOENIX_LAB_CACHE_DIR", str(tmp_path / "cache"))


def chance(score):
    """Scores that promise too much at both ends: what a calibration has to find."""
    return expit(0.7 * logit(score) - 0.4)


def scored(rng, shape, n, meaning=chance, units=1):
    """Rows with a score; with units, as many rows have nearly the same one."""
    score = np.repeat(rng.beta(*shape, n // units), units)
    score = np.clip(expit(logit(score) + rng.normal(0, 0.1, len(score))), 1e-6, 1 - 1e-6)
    return score, rng.random(len(score)) < meaning(score)


def frame(rng, shape, n, meaning=chance, labels=True, **more):
    score, positive = scored(rng, shape, n, meaning)
    data = {"score": score, "said": np.where(score >= 0.5, "yes", "no"), "x": score + rng.normal(0, 0.2, n), **more}
    return pd.DataFrame({**data, "came": np.where(positive, "yes", "no")} if labels else data)


SCHEMA = px.Schema(
    prediction_label_column_name="said",
    prediction_score_column_name="score",
    actual_label_column_name="came",
    feature_column_names=["x"],
)
UNLABELLED = px.Schema(
    prediction_label_column_name="said", prediction_score_column_name="score", feature_column_names=["x"]
)


def run(recipe, primary, reference, schema=UNLABELLED):
    result = px.run(
        recipe, px.Inferences(primary, schema, "prod"), px.Inferences(reference, SCHEMA, "train"), cache=False
    )
    for row in result.table.to_pylist():
        assert no_nan(list(row.values()))
        assert (row["value_estimated"] is None) == (row["lower_estimated"] is None)
        assert row["value_estimated"] is not None or row["reason_estimated"]
    json.dumps(dict(result.meta), allow_nan=False)
    return result


def by_name(result):
    return {row["metric"]: row for row in result.table.to_pylist()}


def test_the_metrics_of_chances_are_those_of_so_many_labels():
    """Ten copies of each row, of which its chance is positive: scikit-learn's metrics of them are what is expected."""
    rng = np.random.default_rng(0)
    score, tenths = rng.integers(1, 20, 60) / 20, rng.integers(0, 11, 60)
    y = np.concatenate([np.repeat([True, False], [k, 10 - k]) for k in tenths])
    s, said = np.repeat(score, 10), np.repeat(score >= 0.45, 10)
    truth = {
        "accuracy": sk.accuracy_score(y, said),
        "balanced_accuracy": sk.balanced_accuracy_score(y, said),
        "precision": sk.precision_score(y, said),
        "recall": sk.recall_score(y, said),
        "f1": sk.f1_score(y, said),
        "mcc": sk.matthews_corrcoef(y, said),
        "roc_auc": sk.roc_auc_score(y, s),
        "average_precision": sk.average_precision_score(y, s),
        "brier": sk.brier_score_loss(y, s),
        "log_loss": sk.log_loss(y, s),
        "calibration_bias": s.mean() - y.mean(),
    }
    assert truth.keys() == METRICS.keys()
    for name, of in METRICS.items():
        assert of(score, score >= 0.45, tenths / 10).value == pytest.approx(truth[name], abs=1e-9), name


@pytest.mark.parametrize("name", METRICS)
def test_influences_are_what_a_row_more_does(name):
    rng = np.random.default_rng(1)
    score = rng.random(300)
    q, said = chance(score), score >= 0.5
    found = METRICS[name](score, said, q)
    at = np.array([0.15, 0.5001, 0.83])
    if_positive, if_negative = found.influence(at, at >= 0.5)
    for k, one in enumerate(at):
        for influence, label in ((if_positive[k], 1.0), (if_negative[k], 0.0)):
            copies = 4000
            s, c = np.append(np.tile(score, copies // 300), one), np.append(np.tile(q, copies // 300), label)
            now = METRICS[name](s, s >= 0.5, c).value
            assert (now - found.value) * len(s) == pytest.approx(influence, abs=0.02 + 0.02 * abs(influence)), (
                one,
                label,
            )
    mine = q * found.influence(score, said)[0] + (1 - q) * found.influence(score, said)[1]
    assert mine.mean() == pytest.approx(0, abs=1e-9)


def test_labels_in_place_of_chances_give_the_influences_of_labels():
    rng = np.random.default_rng(2)
    score, positive = scored(rng, (2, 2), 200)
    for of, name in ((roc_auc, "roc_auc"), (average_precision, "average_precision")):
        known: Estimate = of(positive, score)
        found = METRICS[name](score, score >= 0.5, positive.astype(float))
        assert found.value == pytest.approx(known.value)
        one, none = found.influence(score, score >= 0.5)
        assert np.where(positive, one, none) / 200 == pytest.approx(known.influence, abs=1e-9)


SHIFTS = {
    "none": ((2, 2), 1),
    "towards sure": ((4, 1.5), 1),
    "towards unsure": ((5, 5), 1),
    "units of five": ((3, 2), 5),
}


@pytest.mark.parametrize("shift", SHIFTS)
def test_intervals_hold_the_truth(shift):
    """The mix of scores moves, what they mean stays: 90 % of the intervals hold the metric of the population, give or take three standard errors."""
    shape, units = SHIFTS[shift]
    rng = np.random.default_rng(9)
    many, _ = scored(rng, shape, 400_000, units=units)
    names = ("accuracy", "f1", "roc_auc", "log_loss", "recall")
    truth = {name: METRICS[name](many, many >= 0.5, chance(many)).value for name in names}
    runs, held = 100, dict.fromkeys(names, 0)
    for _ in range(runs):
        score, positive = scored(rng, (2, 2), 1000, units=units)
        other, _ = scored(rng, shape, 800, units=units)
        codes = [None, None] if units == 1 else [np.arange(1000) // 5, 1000 + np.arange(800) // 5]
        none = [np.zeros(len(s), dtype=np.int64) for s in (score, other)]
        moved = transport(
            Scored(score, score >= 0.5, none[0], codes[0]),
            positive,
            Scored(other, other >= 0.5, none[1], codes[1]),
            rng,
        )
        for name in names:
            found = moved.estimate(name)
            held[name] += found.lower <= truth[name] <= found.upper
    for name, k in held.items():
        assert 0.81 <= k / runs <= 0.98, (name, k / runs)


def test_no_row_takes_part_in_its_own_chance():
    rng = np.random.default_rng(3)
    score, noise = rng.random(300), rng.random(300) < 0.5
    codes = np.arange(300) // 3
    folds = folds_of(codes, rng)
    assert all(len(np.unique(folds[codes == unit])) == 1 for unit in range(100))
    found = calibrated(score, noise, folds)
    # Of labels that the scores know nothing of, chances that had seen them would be better than the share of the positive ones.
    assert ((found.held_out - noise) ** 2).mean() >= noise.var() - 1e-3
    for fold in np.unique(folds):
        out = folds == fold
        changed = np.where(out, ~noise, noise)
        again = calibrated(score, changed, folds)
        if again.way == found.way:
            assert again.held_out[out] == pytest.approx(found.held_out[out])


def test_before_and_after_the_labels_come():
    rng = np.random.default_rng(4)
    train, prod = frame(rng, (2, 2), 4000), frame(rng, (7, 7), 4000)
    result = run(px.EstimatedPerformance(), prod.drop(columns="came"), train)
    assert result.meta["refused"] is None
    assert result.meta["calibration"]["ways"] != ["none"]
    assert result.meta["rows"] == {"scored": 4000, "rows": 4000, "labelled": 0}
    assert result.meta["labels"] is None
    later = {
        row["metric"]: row
        for row in px.run(px.Performance(), px.Inferences(prod, SCHEMA), px.Inferences(train, SCHEMA)).table.to_pylist()
    }
    found = by_name(result)
    assert set(found) == set(METRICS)
    for name, row in found.items():
        assert row["value_reference"] == later[name]["value_reference"]
        assert row["value_measured"] is None
        assert row["reason_measured"]
        width = later[name]["upper_primary"] - later[name]["lower_primary"]
        assert abs(row["value_estimated"] - later[name]["value_primary"]) < 1.5 * width, name
    accuracy = found["accuracy"]
    assert accuracy["difference"] == pytest.approx(accuracy["value_estimated"] - accuracy["value_reference"])
    assert accuracy["difference_lower"] < accuracy["difference"] < accuracy["difference_upper"]
    assert accuracy["difference_upper"] < 0
    # The same with the labels there: what is measured stands beside, and agrees.
    told = run(px.EstimatedPerformance(), prod, train, SCHEMA)
    assert by_name(told)["accuracy"]["value_measured"] == later["accuracy"]["value_primary"]
    assert by_name(told)["accuracy"]["value_estimated"] == accuracy["value_estimated"]
    assert told.meta["labels"]["n"] == 4000
    assert not told.meta["labels"]["disagree"]
    assert "estimated" in repr(result)


def test_scores_that_mean_something_else_are_not_seen_until_labels_say_so():
    rng = np.random.default_rng(5)
    train, prod = frame(rng, (2, 2), 3000), frame(rng, (2, 2), 3000, meaning=lambda s: chance(1 - s))
    unseen = by_name(run(px.EstimatedPerformance(), prod.drop(columns="came"), train))["accuracy"]
    truth = (prod.said == prod.came).mean()
    assert unseen["lower_estimated"] > truth + 0.1
    prod.loc[rng.random(3000) < 0.95, "came"] = None
    some = run(px.EstimatedPerformance(), prod, train, SCHEMA)
    assert 100 < some.meta["labels"]["n"] < 200
    assert some.meta["labels"]["disagree"]
    assert by_name(some)["accuracy"]["value_measured"] < unseen["lower_estimated"]


def test_refused_where_the_reference_has_no_rows():
    rng = np.random.default_rng(6)
    train = frame(rng, (2, 5), 2000)
    train = train[train.score < 0.6]
    beyond = run(px.EstimatedPerformance(features=()), frame(rng, (5, 2), 1000, labels=False), train)
    assert "scores that no row of train with a label comes up to" in beyond.meta["refused"]
    assert all(row["value_estimated"] is None for row in beyond.table.to_pylist())
    assert by_name(beyond)["accuracy"]["value_reference"] is not None
    assert (
        run(px.EstimatedPerformance(outside=1), frame(rng, (5, 2), 1000, labels=False), train).meta["refused"] is None
    )


def test_refused_where_the_features_are_new_and_never_where_they_are_not():
    rng = np.random.default_rng(7)
    train = frame(rng, (2, 2), 2000, place=rng.choice(["a", "b"], 2000), v=list(rng.normal(size=(2000, 4))))
    same = frame(
        rng, (3, 2), 1500, labels=False, place=rng.choice(["a", "b"], 1500), v=list(rng.normal(size=(1500, 4)))
    )
    new = same.assign(place=np.where(np.arange(1500) < 600, "c", same.place))
    far = same.assign(v=[v + 6 * (i < 600) for i, v in enumerate(same.v)])
    for column, prod in (("place", new), ("v", far)):
        schema = px.Schema(
            prediction_label_column_name="said",
            prediction_score_column_name="score",
            feature_column_names=[column],
        )
        asked = px.EstimatedPerformance(features=(column,))
        ours = [
            px.run(asked, px.Inferences(one, schema, "prod"), px.Inferences(train, SCHEMA, "train"), cache=False)
            for one in (prod, same)
        ]
        told = ours[0].meta["coverage"]["least_outside"]
        assert 0.25 < told <= 0.4, column
        assert "lie, by their features" in ours[0].meta["refused"]
        assert ours[1].meta["refused"] is None
        assert ours[1].meta["coverage"]["least_outside"] == 0


def test_the_bound_is_not_above_the_truth():
    """A share of the rows comes from where the reference has none: in at most 5 % of runs, give or take, the bound lies above it."""
    rng = np.random.default_rng(8)
    runs, above, useful = 400, 0, 0
    for _ in range(runs):
        share = 0.15
        reference = rng.beta(2, 4, 500)
        primary = np.where(rng.random(500) < share, 0.9 + rng.random(500) / 10, rng.beta(2, 4, 500))
        # Total variation of the two: the whole share, but for what the reference has beyond .9.
        found = least_outside(reference, primary)
        above += found.share > share
        useful += found.share > 0.05
    assert above / runs <= 0.05
    assert useful / runs > 0.9


def test_several_classes_by_the_score_of_the_predicted_one():
    rng = np.random.default_rng(10)

    def several(shape, n):
        sure = rng.beta(*shape, n)
        right = rng.random(n) < 0.3 + 0.6 * sure
        said = rng.integers(0, 3, n)
        return pd.DataFrame({"score": sure, "said": said, "came": np.where(right, said, (said + 1) % 3), "x": sure})

    train, prod = several((3, 2), 4000), several((2, 3), 4000)
    result = run(px.EstimatedPerformance(features=()), prod.drop(columns="came"), train)
    found = by_name(result)
    assert set(found) == {"accuracy", "calibration_bias"}
    truth = 0.3 + 0.6 * 0.4
    assert found["accuracy"]["lower_estimated"] - 0.01 < truth < found["accuracy"]["upper_estimated"] + 0.01
    assert result.meta["calibration"]["apart"] == 3


def test_what_cannot_be_estimated_says_why():
    rng = np.random.default_rng(11)
    train, prod = frame(rng, (2, 2), 500), frame(rng, (2, 2), 500, labels=False)
    with pytest.raises(RecipeError, match="there is none"):
        px.run(px.EstimatedPerformance(), px.Inferences(prod, UNLABELLED))
    with pytest.raises(RecipeError, match="20 rows of train have score and label, and 50 are needed"):
        run(px.EstimatedPerformance(), prod, train.assign(came=train.came.where(np.arange(500) < 20)))
    with pytest.raises(RecipeError, match="no row of prod has a score"):
        run(px.EstimatedPerformance(), prod.assign(score=np.nan), train)
    with pytest.raises(RecipeError, match="all rows of train have the same label"):
        run(px.EstimatedPerformance(), prod, train.assign(came="no"))
    numbers = pd.DataFrame({"p": rng.normal(size=200), "y": rng.normal(size=200)})
    of_numbers = px.Schema(prediction_score_column_name="p", actual_score_column_name="y")
    with pytest.raises(RecipeError, match="numbers are predicted"):
        px.run(px.EstimatedPerformance(), px.Inferences(numbers, of_numbers), px.Inferences(numbers, of_numbers))
    with pytest.raises(RecipeError, match="nothing"):
        run(px.EstimatedPerformance(features=("nothing",)), prod, train)


def test_some_rows_a_window_and_the_recipe_as_json():
    rng = np.random.default_rng(12)
    train, prod = frame(rng, (2, 2), 800), frame(rng, (2, 3), 800, labels=False)
    prod["at"] = pd.date_range("2024-01-01", periods=800, freq="h")
    schema = px.Schema(
        prediction_label_column_name="said",
        prediction_score_column_name="score",
        timestamp_column_name="at",
        feature_column_names=["x"],
    )
    recipe = px.EstimatedPerformance(window=("2024-01-01", "2024-01-11"), features=())
    assert parse(dump(recipe)) == recipe
    narrow = run(recipe, prod, train, schema)
    assert narrow.meta["rows"]["scored"] == 240
    chosen = run(px.EstimatedPerformance(where=(px.Range("x", 0.2, None),)), prod, train)
    assert chosen.meta["rows"]["scored"] == int((prod.x >= 0.2).sum())
    assert chosen.meta["calibration"]["n"] == int((train.x >= 0.2).sum())


def test_a_column_of_labels_that_is_not_there_yet_may_be_named():
    rng = np.random.default_rng(13)
    train, prod = frame(rng, (2, 2), 500), frame(rng, (2, 2), 500, labels=False)
    named = px.Performance(prediction="said", actual="came", score="score", task="classification")
    told = px.run(named, px.Inferences(prod, UNLABELLED, "prod"), px.Inferences(train, SCHEMA, "train"))
    assert told.meta["absent"]["primary"] == 'has no column "came"'
    assert by_name(told)["accuracy"]["value_reference"] is not None
    found = run(px.EstimatedPerformance(predictions=named, features=()), prod, train)
    assert by_name(found)["accuracy"]["value_estimated"] is not None
    with pytest.raises(RecipeError, match="cam"):
        px.run(
            px.Performance(prediction="said", actual="cam"),
            px.Inferences(prod, UNLABELLED),
            px.Inferences(train, SCHEMA),
        )
