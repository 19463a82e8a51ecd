"""Predictions of several classes: their averages, each class, and which score is of which."""

from __future__ import annotations

import numpy as np
import pytest
from predictions_made import ROLES, answer, metrics
from sets_made import made
from sklearn import metrics as sk
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

from phoenix_lab.recipes.compute import compute, needs
from phoenix_lab.recipes.models import Performance, TimeSeries
from phoenix_lab.recipes.output import RecipeError
from phoenix_lab.stats.multiplicity import benjamini_hochberg


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
