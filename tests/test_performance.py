"""`Performance`: whatever columns say what was predicted, the numbers are those of the rows, and what is missing is said."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sets_made import made, no_nan
from sklearn import metrics as sk
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

import phoenix_lab as px
from phoenix_lab.profiles.columns import ColumnError
from phoenix_lab.profiles.labels import labels
from phoenix_lab.recipes.compute import compute, needs
from phoenix_lab.recipes.models import EmbeddingMap, Performance, TimeSeries, dump, parse
from phoenix_lab.recipes.output import RecipeError
from phoenix_lab.stats.multiplicity import benjamini_hochberg

ROLES = {"said": "prediction_label", "was": "actual_label", "p": "prediction_score"}


def answer(recipe, primary, reference=None):
    output = compute(recipe, primary, reference)
    for table in (output.table, *output.parts.values()):
        for row in table.to_pylist():
            assert no_nan(list(row.values()))
    json.dumps(dict(output.meta), allow_nan=False)
    for row in output.table.to_pylist():
        for side in ("primary", "reference"):
            if reference is not None or side == "primary":
                assert row[f"value_{side}"] is not None or row[f"reason_{side}"]
        assert row["difference"] is not None or row["reason"]
        assert row["p_value"] is not None or row["verdict"] == "untested"
    return output


def metrics(output):
    return {row["metric"]: row for row in output.table.to_pylist()}


def binary(name, n, seed, shift=1.5, threshold=0.5, **more):
    rng = np.random.default_rng(seed)
    truth = rng.random(n) < 0.4
    score = 1 / (1 + np.exp(-(rng.normal(size=n) + shift * truth - 0.8)))
    columns = {
        "was": np.where(truth, "late", "on time"),
        "said": np.where(score >= threshold, "late", "on time"),
        "p": score,
        "carrier": rng.choice(["AA", "B6", "UA"], n),
        "distance": rng.integers(100, 3000, n),
        "day": rng.integers(0, 40, n) + 1000 * seed,
        **more,
    }
    return made(name, columns, roles=ROLES)


@pytest.fixture
def sets():
    return binary("prod", 900, 1, shift=0.6), binary("train", 1500, 2)


# Two classes


def test_every_number_is_scikit_learns_on_the_rows(sets):
    prod, train = sets
    found = metrics(answer(Performance(), prod, train))
    for side, frame in (("primary", prod), ("reference", train)):
        truth, said, score = (np.asarray(frame.table.column(c)) for c in ("was", "said", "p"))
        y = truth == "late"
        expected = {
            "accuracy": sk.accuracy_score(truth, said),
            "balanced_accuracy": sk.balanced_accuracy_score(truth, said),
            "precision": sk.precision_score(truth, said, pos_label="late"),
            "recall": sk.recall_score(truth, said, pos_label="late"),
            "f1": sk.f1_score(truth, said, pos_label="late"),
            "mcc": sk.matthews_corrcoef(truth, said),
            "roc_auc": sk.roc_auc_score(y, score),
            "average_precision": sk.average_precision_score(y, score),
            "brier": sk.brier_score_loss(y, score),
            "log_loss": sk.log_loss(y, score),
            "calibration_bias": (score - y).mean(),
        }
        for name, value in expected.items():
            assert found[name][f"value_{side}"] == pytest.approx(value, rel=1e-9), name
    assert found["roc_auc"]["verdict"] == "worse"
    assert found["roc_auc"]["difference"] == pytest.approx(
        found["roc_auc"]["value_primary"] - found["roc_auc"]["value_reference"]
    )


def test_p_values_are_corrected_together(sets):
    output = answer(Performance(), *sets)
    rows = output.table.to_pylist()
    assert [r["p_adjusted"] for r in rows] == pytest.approx(benjamini_hochberg([r["p_value"] for r in rows]))
    assert output.meta["n_tests"] == sum(r["p_value"] is not None for r in rows)
    assert output.meta["adjusted"] == f"Benjamini-Hochberg over {output.meta['n_tests']} metrics"


@pytest.mark.parametrize("threshold", [0.25, 0.5, 0.77])
def test_a_threshold_predicts_anew_and_counts_by_score_say_the_same(sets, threshold):
    prod, train = sets
    output = answer(Performance(threshold=threshold), prod, train)
    scores = output.parts["scores"].to_pandas()
    confusion = output.parts["confusion"].to_pandas().set_index(["set", "actual", "predicted"]).n
    for side, frame in (("primary", prod), ("reference", train)):
        truth, score = np.asarray(frame.table.column("was")), np.asarray(frame.table.column("p"))
        matrix = sk.confusion_matrix(truth == "late", score >= threshold)
        assert metrics(output)["recall"][f"value_{side}"] == pytest.approx(matrix[1, 1] / matrix[1].sum(), rel=1e-12)
        assert confusion[side]["late"]["late"] == matrix[1, 1]
        from_here = scores[scores.score >= threshold]
        assert from_here[f"{side}_positive"].sum() == matrix[1, 1]
        assert from_here[f"{side}_negative"].sum() == matrix[0, 1]
    assert output.meta["threshold"] == threshold
    assert output.meta["predicted_from"] == "score"


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**31), st.sampled_from([3, 40, 3000]), st.booleans())
def test_counts_by_score_are_exact_at_every_cut(seed, n, single):
    rng = np.random.default_rng(seed)
    score = rng.random(n).astype(np.float32 if single else np.float64)
    if n == 40:
        score = np.round(score, 1)
    truth = rng.integers(0, 2, n)
    truth[:2] = [0, 1]
    frame = made("one", {"p": score, "was": truth}, roles={"p": "prediction_score", "was": "actual_label"})
    scores = answer(Performance(positive="1"), frame).parts["scores"].to_pandas()
    assert len(scores) <= 1101
    wide = score.astype(np.float64)
    for i in rng.integers(0, len(scores), 12):
        hit = int(((wide >= scores.score[i]) & (truth == 1)).sum())
        assert scores.primary_positive[i:].sum() == hit
    assert scores.primary_positive.sum() + scores.primary_negative.sum() == n
    for k in range(101):
        # what a person sets: each hundredth is a cut
        expected = (score >= np.float32(k / 100)) if single else (score >= k / 100)
        at = scores.score >= (np.float64(np.float32(k / 100)) if single else k / 100)
        both = scores.primary_positive[at].sum() + scores.primary_negative[at].sum()
        assert both == int(expected.sum())


def test_curves_are_scikit_learns(sets):
    prod, train = sets
    output = answer(Performance(), prod, train)
    curve = output.parts["curve"].to_pandas()
    for side, frame in (("primary", prod), ("reference", train)):
        own = curve[curve.set == side]
        y, score = np.asarray(frame.table.column("was")) == "late", np.asarray(frame.table.column("p"))
        fpr, tpr, _ = sk.roc_curve(y, score, drop_intermediate=False)
        assert sk.auc(own.false_positive_rate, own.true_positive_rate) == pytest.approx(sk.auc(fpr, tpr), abs=2e-3)
        for _, point in own.dropna().iloc[::50].iterrows():
            said = score >= point.threshold
            assert point.n_predicted == said.sum()
            assert point.precision == pytest.approx(sk.precision_score(y, said))


def test_the_class_that_is_looked_for_can_be_chosen(sets):
    late = metrics(answer(Performance(), *sets))
    assert answer(Performance(), *sets).meta["positive"] == "late"
    other = answer(Performance(positive="on time"), *sets)
    assert other.meta["classes"] == ["late", "on time"]
    prod = sets[0].table
    expected = sk.recall_score(prod["was"].to_pylist(), prod["said"].to_pylist(), pos_label="on time")
    assert metrics(other)["recall"]["value_primary"] == pytest.approx(expected)
    assert metrics(other)["accuracy"]["value_primary"] == late["accuracy"]["value_primary"]
    # The score is of "late", as the predicted labels tell: of the other class it is what is left to 1.
    assert other.meta["notes"] == ["p is of late; of on time it is turned round"]
    for name in ("roc_auc", "brier", "log_loss"):
        assert metrics(other)[name]["value_primary"] == pytest.approx(late[name]["value_primary"])
    with pytest.raises(RecipeError, match='no label is "early": they are late, on time'):
        compute(Performance(positive="early"), *sets)


def test_scores_of_the_predicted_label_are_turned_round():
    frame = binary("one", 500, 3)
    p = np.asarray(frame.table.column("p"))
    sure = made(
        "one",
        {**{c: frame.table.column(c) for c in ("was", "said")}, "p": np.maximum(p, 1 - p)},
        roles=ROLES,
    )
    output = answer(Performance(positive="late"), sure)
    truth = np.asarray(frame.table.column("was")) == "late"
    assert metrics(output)["roc_auc"]["value_primary"] == pytest.approx(sk.roc_auc_score(truth, p))
    assert "how sure the predicted label is" in output.meta["notes"][0]


def test_a_score_alone_predicts_from_a_half():
    frame = binary("one", 400, 4)
    frame = made("one", {c: frame.table.column(c) for c in ("was", "p")}, roles=ROLES)
    output = answer(Performance(), frame)
    truth, score = np.asarray(frame.table.column("was")) == "late", np.asarray(frame.table.column("p"))
    assert output.meta["threshold"] == 0.5
    assert metrics(output)["accuracy"]["value_primary"] == pytest.approx(sk.accuracy_score(truth, score >= 0.5))


def test_scores_that_are_no_probabilities_rank_and_are_not_calibrated():
    frame = binary("one", 400, 4)
    margin = np.log(np.asarray(frame.table.column("p")))
    frame = made(
        "one", {"was": frame.table.column("was"), "said": frame.table.column("said"), "p": margin}, roles=ROLES
    )
    output = answer(Performance(), frame)
    found = metrics(output)
    assert found["roc_auc"]["value_primary"] is not None
    assert "no probabilities" in found["brier"]["reason_primary"]
    assert output.parts["reliability"].num_rows == 0
    assert output.meta["probabilities"] is False


# Units


def test_a_unit_widens_the_intervals_where_its_rows_are_alike():
    def side(name, seed):
        rng = np.random.default_rng(seed)
        user = np.repeat(np.arange(50) + 100 * seed, 12)
        easy = rng.random(50)[user - 100 * seed]
        truth = rng.integers(0, 3, 600)
        said = np.where(rng.random(600) < easy, truth, (truth + 1) % 3)
        return made(name, {"was": truth, "said": said, "user": user}, roles=ROLES)

    prod, train = side("prod", 1), side("train", 2)
    rows, users = (metrics(answer(Performance(unit=u), prod, train)) for u in (None, "user"))
    for name in rows:
        width = [r[name]["difference_upper"] - r[name]["difference_lower"] for r in (rows, users)]
        assert width[1] > 1.5 * width[0], name
        assert users[name]["value_primary"] == rows[name]["value_primary"]


# Several classes


def test_several_classes_are_averaged_by_name():
    rng = np.random.default_rng(5)
    truth = rng.choice(list("abcd"), 700)
    said = np.where(rng.random(700) < 0.7, truth, rng.choice(list("abcd"), 700))
    output = answer(Performance(), made("one", {"was": truth, "said": said, "p": rng.random(700)}, roles=ROLES))
    found = metrics(output)
    assert found["f1"]["value_primary"] == pytest.approx(sk.f1_score(truth, said, average="macro"))
    assert found["f1"]["average"] == "macro"
    assert found["f1"]["label"] == "F1, macro"
    assert "roc_auc" not in found
    assert output.meta["notes"] == ["p is taken as how sure the predicted label is: of 4 labels one score says no more"]
    for average in ("weighted", "micro"):
        row = metrics(answer(Performance(average=average), made("one", {"was": truth, "said": said}, roles=ROLES)))[
            "f1"
        ]
        assert row["value_primary"] == pytest.approx(sk.f1_score(truth, said, average=average))
        assert (row["label"], row["average"]) == (f"F1, {average}", average)
    counts = output.parts["confusion"].column("n").to_numpy().reshape(4, 4)
    assert np.array_equal(counts, sk.confusion_matrix(truth, said))
    with pytest.raises(RecipeError, match="needs two classes"):
        compute(
            Performance(threshold=0.5), made("one", {"was": truth, "said": said, "p": rng.random(700)}, roles=ROLES)
        )


def test_every_class_has_its_own_numbers():
    def side(name, n, seed, right):
        rng = np.random.default_rng(seed)
        truth = rng.choice(list("abcd"), n, p=[0.4, 0.3, 0.2, 0.1])
        wrong = rng.choice(list("abcd"), n)
        lost = (truth == "c") & (rng.random(n) > right)
        return made(name, {"was": truth, "said": np.where(lost, wrong, truth)}, roles=ROLES)

    prod, train = side("prod", 1500, 1, 0.6), side("train", 1500, 2, 0.9)
    output = answer(Performance(), prod, train)
    rows = {(row["class"], row["metric"]): row for row in output.parts["classes"].to_pylist()}
    assert len(rows) == 12
    truth, said = (np.asarray(prod.table.column(c)) for c in ("was", "said"))
    for metric, function in (("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score)):
        for label, value in zip("abcd", function(truth, said, average=None), strict=True):
            assert rows[label, metric]["value_primary"] == pytest.approx(value)
    assert rows["c", "recall"]["verdict"] == "worse"
    assert rows["a", "recall"]["verdict"] in {"none", "undecided", "untested"}
    told = [row["p_value"] for row in rows.values()]
    assert [row["p_adjusted"] for row in rows.values()] == pytest.approx(benjamini_hochberg(told), nan_ok=True)
    n = sum(p is not None for p in told)
    assert output.meta["of_classes"] == {"shown": 4, "adjusted": f"Benjamini-Hochberg over {n} numbers"}


@pytest.fixture(scope="module")
def digits():
    data = load_digits()
    first = np.arange(len(data.target)) < 900
    model = LogisticRegression(max_iter=400).fit(data.data[first] / 16, data.target[first])
    return data.target[~first], model.predict_proba(data.data[~first] / 16)


def scored_frame(truth, scores, names):
    columns = {name: scores[:, k] for k, name in enumerate(names)}
    return made("one", {"was": truth, **columns}, roles={"was": "actual_label"})


def test_scores_of_all_classes_are_judged_as_by_scikit_learn(digits):
    truth, scores = digits
    names = tuple(f"digit_{k}" for k in range(10))
    order = (3, 1, 2, 0, *range(4, 10))
    frame = scored_frame(truth, scores, names)
    recipe = Performance(scores=tuple(names[k] for k in order))
    output = answer(recipe, frame)
    assert set(needs(recipe, frame.columns, None)[0]) == {"was", *names}
    found = metrics(output)
    said = scores.argmax(axis=1)
    one_hot = np.eye(10)[truth]
    expected = {
        "accuracy": sk.accuracy_score(truth, said),
        "roc_auc": sk.roc_auc_score(truth, scores, multi_class="ovr"),
        "average_precision": sk.average_precision_score(one_hot, scores, average="macro"),
        "log_loss": sk.log_loss(truth, scores),
        "brier": ((scores - one_hot) ** 2).sum(axis=1).mean(),
        "calibration_bias": scores.max(axis=1).mean() - (said == truth).mean(),
    }
    for name, value in expected.items():
        assert found[name]["value_primary"] == pytest.approx(value, rel=1e-9), name
        assert found[name]["lower_primary"] < value < found[name]["upper_primary"], name
    ece, tenth = 0.0, np.minimum((scores.max(axis=1) * 10).astype(int), 9)
    for k in range(10):
        here = tenth == k
        if here.any():
            ece += here.mean() * abs(scores.max(axis=1)[here].mean() - (said == truth)[here].mean())
    assert found["calibration_error"]["value_primary"] == pytest.approx(ece)
    assert output.meta["probabilities"] is True
    assert output.meta["calibration"]["primary"]["share"] == pytest.approx((said == truth).mean())
    assert output.parts["reliability"].column("n").to_pylist() == np.bincount(tenth, minlength=10).tolist()
    # The same from labels and how sure they are.
    top = made(
        "one",
        {"was": truth, "said": said, "p": scores.max(axis=1)},
        roles=ROLES,
    )
    alone = metrics(answer(Performance(), top))
    assert alone["calibration_error"]["value_primary"] == pytest.approx(ece)
    assert "roc_auc" not in alone
    assert TimeSeries(metric="roc_auc", predictions=recipe).predictions == recipe


def test_which_score_is_of_which_class(digits):
    truth, scores = digits
    few = truth < 3
    words = np.array(["cat", "car", "cow"], dtype=object)[truth[few]]
    own = scores[few][:, [0, 1, 2]] / scores[few][:, :3].sum(axis=1, keepdims=True)
    by_name = scored_frame(words, own, ("p_cat", "p_car", "p_cow"))
    expected = metrics(answer(Performance(scores=("p_cow", "p_car", "p_cat")), by_name))["roc_auc"]
    assert expected["value_primary"] > 0.99
    # In the order of the labels (car, cat, cow), and said so.
    in_order = scored_frame(words, own[:, [1, 0, 2]], ("x", "y", "z"))
    output = answer(Performance(scores=("x", "y", "z")), in_order)
    assert metrics(output)["roc_auc"]["value_primary"] == pytest.approx(expected["value_primary"])
    assert output.meta["notes"] == [
        "scores are taken in the order of the labels: x is of car, y is of cat, z is of cow"
    ]
    # A class that never comes can still be said.
    more = scored_frame(words, scores[few][:, :4], ("p_cat", "p_car", "p_cow", "p_dog"))
    assert answer(Performance(scores=("p_cat", "p_car", "p_cow", "p_dog")), more).meta["classes"][-1] == "dog"
    with pytest.raises(RecipeError, match="2 columns of scores, and 3 labels"):
        compute(Performance(scores=("x", "y")), in_order)
    off = metrics(answer(Performance(scores=("x", "y", "z")), scored_frame(words, 3 * own, ("x", "y", "z"))))
    assert "leave the range" in off["log_loss"]["reason_primary"]
    two = truth < 2
    pair = scored_frame(truth[two], scores[two][:, :2], ("p_0", "p_1"))
    auc = metrics(answer(Performance(scores=("p_0", "p_1")), pair))["roc_auc"]["value_primary"]
    assert auc == pytest.approx(sk.roc_auc_score(truth[two] == 1, scores[two][:, 1]))


# Numbers


def numbers_set(name, n, seed, noise):
    rng = np.random.default_rng(seed)
    actual = rng.normal(50, 10, n)
    return made(
        name,
        {"actual": actual, "said": actual + rng.normal(1, noise, n), "group": rng.choice(["x", "y"], n)},
        roles={"actual": "actual_score", "said": "prediction_score"},
    )


def test_predicted_numbers():
    prod, train = numbers_set("prod", 500, 1, 6), numbers_set("train", 800, 2, 3)
    output = answer(Performance(segment="group"), prod, train)
    found = metrics(output)
    assert list(found) == ["mae", "rmse", "mape", "r2", "bias"]
    actual, said = (np.asarray(prod.table.column(c)) for c in ("actual", "said"))
    assert found["mae"]["value_primary"] == pytest.approx(sk.mean_absolute_error(actual, said))
    assert found["r2"]["value_primary"] == pytest.approx(sk.r2_score(actual, said))
    assert {found[name]["verdict"] for name in ("mae", "rmse", "r2")} == {"worse"}
    residuals = output.parts["residuals"].to_pandas()
    assert residuals.groupby("set").n.sum().to_dict() == {"primary": 500, "reference": 800}
    own = residuals[residuals.set == "primary"]
    assert (own.mean_error * own.n).sum() / 500 == pytest.approx((said - actual).mean())
    assert output.meta["segment"]["metric"] == "mae"


# Segments


def test_segments_are_the_numbers_of_their_rows(sets):
    prod, train = sets
    output = answer(Performance(segment="carrier", metric="roc_auc"), prod, train)
    rows = output.parts["segments"].to_pylist()
    assert [row["segment"] for row in rows] == sorted(
        ["AA", "B6", "UA"], key=lambda c: -train.table.column("carrier").to_pylist().count(c)
    )
    for row in rows:
        for side, frame in (("primary", prod), ("reference", train)):
            here = np.asarray(frame.table.column("carrier")) == row["segment"]
            y, score = np.asarray(frame.table.column("was")) == "late", np.asarray(frame.table.column("p"))
            assert row[f"value_{side}"] == pytest.approx(sk.roc_auc_score(y[here], score[here]))
            assert row[f"n_{side}"] == here.sum()
    assert output.meta["segment"]["adjusted"] == "Benjamini-Hochberg over 3 segments"


def test_segments_of_numbers_are_the_references_ranges_and_missing_is_one(sets):
    prod, train = sets
    holes = pa.array(np.asarray(prod.table.column("distance")), mask=np.arange(900) % 10 == 0)
    prod = made("prod", {**{c: prod.table.column(c) for c in ("was", "said", "p")}, "distance": holes}, roles=ROLES)
    rows = answer(Performance(segment="distance"), prod, train).parts["segments"].to_pylist()
    assert rows[-1]["kind"] == "missing"
    assert rows[-1]["n_primary"] == 90
    assert sum(row["n_primary"] for row in rows) == 900
    assert len(rows) == 11


def test_clusters_of_a_map_are_segments(digits):
    truth, _ = digits
    rng = np.random.default_rng(3)
    centre = rng.normal(size=(10, 8)) * 6

    def side(name, rows, wrong_in):
        vectors = centre[truth[rows]] + rng.normal(size=(len(rows), 8))
        said = np.where((truth[rows] == wrong_in) & (rng.random(len(rows)) < 0.7), (truth[rows] + 1) % 10, truth[rows])
        column = pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel().astype(np.float32)), 8)
        return made(name, {"was": truth[rows], "said": said, "v": column}, roles=ROLES)

    order = rng.permutation(len(truth))
    prod, train = side("prod", order[:450], 4), side("train", order[450:], -1)
    output = answer(Performance(segment="v", metric="accuracy"), prod, train)
    assert output.meta["segment"]["clusters"] is True
    rows = output.parts["segments"].to_pylist()
    on_map = compute(EmbeddingMap("v"), prod, train)
    label = on_map.table.column("cluster").to_numpy()
    of_prod = np.asarray(on_map.table.column("set").cast(pa.string())) == "primary"
    right = np.asarray(prod.table["was"]) == np.asarray(prod.table["said"])
    named = {row["cluster"]: row["name"] for row in on_map.parts["clusters"].to_pylist()}
    for row in rows:
        if row["kind"] == "cluster":
            here = on_map.table.column("row").to_numpy()[of_prod & (label == row["cluster"])]
            assert row["value_primary"] == pytest.approx(right[here].mean())
            assert (row["segment"], row["n_primary"]) == (named[row["cluster"]], len(here))
    assert sum(row["n_primary"] for row in rows) == 450
    # The cluster of the fours is the one where the model got worse.
    worse = [row["cluster"] for row in rows if row["verdict"] == "worse"]
    fours = np.asarray(prod.table["was"])[on_map.table.column("row").to_numpy()[of_prod & np.isin(label, worse)]]
    assert len(worse) >= 1
    assert (fours == 4).mean() > 0.9
    # Of a cohort, the clusters stay those of the map of all rows.
    some = compute(Performance(segment=EmbeddingMap("v"), where=(px.Values("was", (3, 4)),)), prod, train)
    for row in some.parts["segments"].to_pylist():
        whole = next(r for r in rows if r["segment"] == row["segment"])
        assert row["n_primary"] <= whole["n_primary"]
    # Another map has other clusters.
    coarse = compute(Performance(segment=EmbeddingMap("v", min_cluster_size=120)), prod, train)
    assert coarse.parts["segments"].num_rows < len(rows)


def test_what_makes_no_segments_is_said(sets):
    with pytest.raises(RecipeError, match='did you mean "carrier"'):
        compute(Performance(segment="carier"), *sets)
    with pytest.raises(RecipeError, match="r2 is not told of here"):
        compute(Performance(segment="carrier", metric="r2"), *sets)


# What is missing


def test_labels_that_have_not_come_yet_have_any_type():
    train = made("train", {"was": ["a", "b"] * 20, "said": ["a", "b", "b", "b"] * 10}, roles=ROLES)
    for none in (np.full(6, np.nan), pa.nulls(6), pa.nulls(6, pa.bool_())):
        prod = made("prod", {"was": none, "said": ["a", "b"] * 3}, roles=ROLES)
        output = answer(Performance(), prod, train)
        assert "is missing in all 6 rows" in output.meta["absent"]["primary"]
        assert metrics(output)["accuracy"]["value_reference"] == 0.75
    with pytest.raises(RecipeError, match="1 are never equal"):
        compute(Performance(), made("prod", {"was": [1, 0], "said": ["1", "0"]}, roles=ROLES))


def test_labels_of_a_set_that_cannot_be_judged_are_no_classes():
    train = made("train", {"was": ["a", "b"] * 20, "said": ["a", "b", "b", "b"] * 10}, roles=ROLES)
    other = made("other", {"y": ["c", "d", "e"]}, roles={"y": "actual_label"})
    for sets in ((other, train), (train, other)):
        output = answer(Performance(), *sets)
        assert sorted(output.meta["classes"]) == ["a", "b"]
        assert (output.meta["columns"]["prediction"], output.meta["columns"]["actual"]) == ("said", "was")
        assert 'has no column "said"' in output.meta["absent"].values()


def test_one_set_alone(sets):
    output = answer(Performance(segment="carrier"), sets[0])
    for row in (*output.table.to_pylist(), *output.parts["segments"].to_pylist()):
        assert row["value_reference"] is None
        assert row["difference"] is None
        assert row["verdict"] == "untested"
    assert output.meta["adjusted"] is None
    assert set(output.parts["confusion"].column("set").to_pylist()) == {"primary"}


def test_a_set_without_labels_says_so_and_the_other_is_told(sets):
    prod, train = sets
    for column, text in (
        (None, 'has no column "was"'),
        (pa.nulls(900, pa.string()), 'has no value in "was": it is missing in all 900 rows'),
    ):
        columns = {c: prod.table.column(c) for c in ("said", "p", "carrier")}
        if column is not None:
            columns["was"] = column
        output = answer(Performance(segment="carrier"), made("prod", columns, roles=ROLES), train)
        assert output.meta["absent"] == {"primary": text, "reference": None}
        assert output.meta["adjusted"] is None
        found = metrics(output)["accuracy"]
        assert found["value_primary"] is None
        assert text in found["reason_primary"]
        assert found["value_reference"] is not None
    bare = made("prod", {"said": prod.table.column("said"), "p": prod.table.column("p")}, roles=ROLES)
    with pytest.raises(RecipeError, match="no column is known to hold the actual labels"):
        compute(Performance(), bare)


def test_rows_without_both_are_left_out_and_counted(sets):
    prod, train = sets
    was = pa.array(prod.table.column("was").to_pylist(), mask=np.arange(900) < 100)
    said = pa.array(prod.table.column("said").to_pylist(), mask=np.arange(900) >= 850)
    columns = {"was": was, "said": said, "p": prod.table.column("p")}
    output = answer(Performance(), made("prod", columns, roles=ROLES), train)
    rows = output.meta["rows"]["primary"]
    assert (rows["missing_actual"], rows["missing_prediction"], rows["used"], rows["scored"]) == (100, 50, 750, 800)
    assert metrics(output)["accuracy"]["n_primary"] == 750
    assert metrics(output)["roc_auc"]["n_primary"] == 800


def test_a_frame_without_rows(sets):
    prod, train = sets
    empty = made("prod", {c: prod.table.column(c).slice(0, 0) for c in ("was", "said", "p")}, roles=ROLES)
    assert answer(Performance(), empty, train).meta["absent"]["primary"] == "has no rows"
    with pytest.raises(RecipeError, match="prod has no rows"):
        compute(Performance(), empty)


def test_all_of_one_class():
    frame = made("one", {"was": ["a"] * 20, "said": ["a"] * 20}, roles=ROLES)
    found = metrics(answer(Performance(), frame))
    assert found["accuracy"]["value_primary"] == 1
    assert found["accuracy"]["lower_primary"] < 0.9
    assert found["mcc"]["value_primary"] is None


# Labels


def test_one_and_text_one_are_not_compared():
    frame = made("one", {"was": [0, 1, 1], "said": ["0", "1", "1"]}, roles=ROLES)
    with pytest.raises(RecipeError, match='"said" of one holds text and "was" of one numbers'):
        compute(Performance(), frame)
    with pytest.raises(ColumnError, match="Make them one type"):
        labels([("a", pa.chunked_array([[1]])), ("b", pa.chunked_array([["1"]]))])


def test_whole_floats_integers_and_booleans_are_the_same_labels():
    found = labels(
        [
            ("whole", pa.chunked_array([[0, 1, 1]])),
            ("with holes", pa.chunked_array([[0.0, float("nan"), None, 1.0]])),
            ("flags", pa.chunked_array([[True, False]])),
        ]
    )
    assert found.classes == ("0", "1")
    assert [codes.tolist() for codes in found.codes] == [[0, 1, 1], [0, -1, -1, 1], [1, 0]]


@settings(deadline=None)
@given(
    st.lists(st.lists(st.one_of(st.none(), st.sampled_from(["b", "", "ä", "a"])), max_size=8), min_size=1, max_size=3)
)
def test_labels_are_numbered_alike(columns):
    found = labels([(str(i), pa.chunked_array([pa.array(c, pa.string())])) for i, c in enumerate(columns)])
    assert [[None if k < 0 else found.classes[k] for k in codes] for codes in found.codes] == columns


def test_named_columns_without_roles():
    rng = np.random.default_rng(6)
    few = made("one", {"y": rng.integers(0, 2, 100), "f": rng.integers(0, 2, 100)})
    assert answer(Performance(prediction="f", actual="y"), few).meta["task"] == "classification"
    many = made("one", {"y": rng.normal(size=100), "f": rng.normal(size=100)})
    assert answer(Performance(prediction="f", actual="y"), many).meta["task"] == "regression"
    ids = made("one", {"y": np.arange(100) % 30, "f": np.arange(100) % 30})
    assert answer(Performance(prediction="f", actual="y", task="classification"), ids).meta["task"] == "classification"
    with pytest.raises(RecipeError, match="has no column"):
        compute(Performance(prediction="g", actual="y"), many)


# The recipe


def test_only_what_is_needed_is_read(sets):
    prod, train = sets
    names = needs(Performance(segment="carrier", unit="day"), prod.columns, train.columns)
    assert names == (("said", "was", "p", "carrier", "day"),) * 2


def test_it_goes_through_json_and_strangers_are_refused():
    recipe = Performance(threshold=0.3, segment="carrier", metric="f1")
    assert parse(dump(recipe)) == recipe
    for wrong in ({"threshold": "high"}, {"metric": "auc"}, {"treshold": 0.5}, {"threshold": float("nan")}):
        with pytest.raises(ValueError, match="validation error"):
            parse({"kind": "performance", **wrong})


def test_a_cell_gives_it_for_dataframes(sets):
    frames = [frame.table.to_pandas() for frame in sets]
    recipe = px.Performance(prediction="said", actual="was", score="p", segment="carrier")
    result = px.run(recipe, frames[0], reference=frames[1], cache=False)
    expected = compute(Performance(segment="carrier"), *sets)
    pd.testing.assert_frame_equal(result.table.to_pandas(), expected.table.to_pandas())
    assert result.parts["segments"].equals(expected.parts["segments"])
    assert "accuracy" in repr(result)
    schema = px.Schema(
        prediction_label_column_name="said", actual_label_column_name="was", prediction_score_column_name="p"
    )
    by_roles = px.run(px.Performance(), px.Inferences(frames[0], schema, name="prod"), cache=False)
    assert by_roles.meta["positive"] == "late"


# What matters


def test_a_sure_change_that_is_small_does_not_matter():
    def side(name, seed, p):
        rng = np.random.default_rng(seed)
        truth = rng.integers(0, 2, 400_000)
        said = np.where(rng.random(400_000) < p, truth, 1 - truth)
        return made(name, {"was": truth, "said": said}, roles=ROLES)

    prod, train = side("prod", 1, 0.8), side("train", 2, 0.804)
    row = metrics(answer(Performance(), prod, train))["accuracy"]
    assert row["p_adjusted"] < 0.001
    assert (row["verdict"], row["limit"]) == ("none", 0.02)
    verdict = {
        limit: metrics(answer(Performance(limits={"accuracy": limit}), prod, train))["accuracy"]["verdict"]
        for limit in (0.0, 0.001, 0.004, 0.01)
    }
    assert verdict == {0.0: "worse", 0.001: "worse", 0.004: "undecided", 0.01: "none"}
    few = answer(Performance(), binary("a", 60, 4), binary("b", 60, 5))
    assert metrics(few)["accuracy"]["verdict"] == "undecided"
    with pytest.raises(ValueError, match="greater than or equal to 0"):
        Performance(limits={"f1": -0.1})
    with pytest.raises(ValueError, match="limits"):
        Performance(limits={"psi": 0.1})


def test_errors_matter_by_a_share_of_the_references():
    prod, train = numbers_set("prod", 500, 1, 6), numbers_set("train", 800, 2, 3)
    output = answer(Performance(segment="group"), prod, train)
    found = metrics(output)
    assert found["mae"]["limit"] == pytest.approx(0.05 * found["mae"]["value_reference"])
    assert found["bias"]["limit"] == found["mae"]["limit"]
    assert found["r2"]["limit"] == 0.02
    assert {row["limit"] for row in output.parts["segments"].to_pylist()} == {found["mae"]["limit"]}
    assert output.meta["segment"]["limit"] == found["mae"]["limit"]

    # Twice the units, twice the limit: the verdict is the same.
    def scaled(frame):
        columns = {c: np.asarray(frame.table.column(c)) for c in ("actual", "said")}
        return made(
            frame.name,
            {c: 2 * v for c, v in columns.items()},
            roles={"actual": "actual_score", "said": "prediction_score"},
        )

    twice = metrics(answer(Performance(), scaled(prod), scaled(train)))
    assert {k: v["verdict"] for k, v in twice.items()} == {k: v["verdict"] for k, v in found.items()}
