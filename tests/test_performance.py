"""`Performance`: whatever columns say what was predicted, the numbers are those of the rows, and what is missing is said."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from predictions_made import ROLES, answer, binary, metrics, numbers_set
from sets_made import made
from sklearn import metrics as sk

import phoenix_lab as px
from phoenix_lab.recipes.compute import compute, needs
from phoenix_lab.recipes.models import Performance, dump, parse
from phoenix_lab.recipes.output import RecipeError
from phoenix_lab.stats.multiplicity import benjamini_hochberg


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
