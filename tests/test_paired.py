"""Two models on the same rows: the test is paired where the rows are the same, and says so."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats
from sets_made import made
from sklearn import metrics as sk
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB

from phoenix_lab.recipes.compute import compute, needs
from phoenix_lab.recipes.models import Performance
from phoenix_lab.recipes.output import RecipeError
from phoenix_lab.stats import classification as c
from phoenix_lab.stats import regression as g
from phoenix_lab.stats import scores as s
from phoenix_lab.stats.estimates import change
from phoenix_lab.stats.paired import mcnemar, paired_change

ROLES = {
    "was": "actual_label",
    "said": "prediction_label",
    "p": "prediction_score",
    "id": "prediction_id",
    "d": "timestamp",
}


def metrics(output):
    return {row["metric"]: row for row in output.table.to_pylist()}


# The test


def test_mcnemar_is_the_binomial_and_the_chi_square_test_and_newcombes_interval():
    few = mcnemar(36, 2, 12, 50, confidence=0.95)
    assert few.value == pytest.approx(0.2)
    # Newcombe 1998, table II, the row of 36, 12, 2, 0.
    assert (few.lower, few.upper) == pytest.approx((0.0569, 0.3404), abs=5e-5)
    assert few.p_value == pytest.approx(stats.binomtest(2, 14).pvalue)
    many = mcnemar(500, 40, 70, 800)
    assert many.p_value == pytest.approx(stats.chi2.sf(30**2 / 110, 1))
    back = mcnemar(500, 70, 40, 800)
    assert (back.lower, back.upper) == pytest.approx((-many.upper, -many.lower))
    assert mcnemar(10, 0, 0, 12).p_value == 1
    assert mcnemar(0, 0, 0, 0).reason == "there are no such rows"


def two_models(rng, n, *, better=0.0):
    """Two models whose errors go together, as good as each other unless one is `better`."""
    truth = (rng.random(n) < 0.35).astype(np.int64)
    hard = rng.normal(size=n)
    scores = [
        1 / (1 + np.exp(-(1.6 * truth - 0.8 + hard + 0.6 * rng.normal(size=n) + k * truth))) for k in (0.0, better)
    ]
    return truth, scores


def by_row(truth, score, units):
    said = (score >= 0.5).astype(np.int64)
    return {
        "accuracy": c.accuracy(truth, said, units),
        "recall": c.recall(truth, said, 1, units),
        "precision": c.precision(truth, said, 1, units),
        "f1": c.f1(truth, said, 1, units),
        "mcc": c.mcc(truth, said, 2, units),
        "roc_auc": s.roc_auc(truth == 1, score, units),
        "brier": s.brier(truth == 1, score, units),
        "mae": g.mae(truth.astype(float), score, units),
    }


def test_paired_tests_alarm_as_rarely_as_they_say_and_find_more():
    rng = np.random.default_rng(5)
    runs, n = 200, 400
    alarms: dict[str, int] = {}
    found: dict[str, list[int]] = {}
    for run in range(2 * runs):
        truth, scores = two_models(rng, n, better=0.3 if run >= runs else 0.0)
        rows = np.arange(n)
        a, b = (by_row(truth, score, rows) for score in scores)
        alone = [by_row(truth, score, None) for score in scores]
        for name in a:
            p = paired_change(a[name], b[name]).p_value
            if run < runs:
                alarms[name] = alarms.get(name, 0) + (p < 0.05)
            else:
                apart = change(alone[0][name], alone[1][name]).p_value
                wins = found.setdefault(name, [0, 0])
                wins[0] += p < 0.05
                wins[1] += apart < 0.05
    for name, k in alarms.items():
        # At most 5 %, within what 200 runs can tell of it.
        assert k <= stats.binom.ppf(0.999, runs, 0.05), name
    for name in ("accuracy", "recall", "f1", "roc_auc", "mae"):
        assert found[name][0] > found[name][1] + 0.1 * runs, name


def test_paired_intervals_hold_the_true_difference():
    rng = np.random.default_rng(6)
    truth, scores = two_models(rng, 400_000, better=0.2)
    true = {k: by_row(truth, scores[1], None)[k].value - v.value for k, v in by_row(truth, scores[0], None).items()}
    runs, n = 400, 400
    inside = dict.fromkeys(true, 0)
    for run in range(runs):
        part = slice(run * n, (run + 1) * n)
        a, b = (by_row(truth[part], score[part], np.arange(n)) for score in scores)
        for name, value in true.items():
            d = paired_change(a[name], b[name])
            inside[name] += d.lower <= value <= d.upper
    for name, k in inside.items():
        assert 0.85 <= k / runs <= 0.95, (name, k / runs)


# When rows are the same


@pytest.fixture(scope="module")
def digits():
    data = load_digits()
    half = np.arange(len(data.target)) < 900
    models = [LogisticRegression(C=0.001, max_iter=400), GaussianNB()]
    said = [m.fit(data.data[half] / 16, data.target[half]).predict(data.data[~half] / 16) for m in models]
    return data.target[~half], said


def model(name, was, said, **more):
    return made(name, {"was": was, "said": said, **more}, roles=ROLES)


def test_real_models_on_the_same_rows_are_compared_by_row(digits):
    was, (plain, bayes) = digits
    a, b = model("a", was, plain), model("b", was, bayes)
    output = compute(Performance(), b, a)
    assert output.meta["pairing"] == {
        "paired": True,
        "possible": True,
        "rows": len(was),
        "text": "as many rows, and each has the actual value of the one in its place",
    }
    right = [said == was for said in (plain, bayes)]
    only = [int((right[0] & ~right[1]).sum()), int((right[1] & ~right[0]).sum())]
    row = metrics(output)["accuracy"]
    assert row["p_value"] == pytest.approx(stats.chi2.sf((only[0] - only[1]) ** 2 / sum(only), 1))
    assert row["difference"] == pytest.approx(sk.accuracy_score(was, bayes) - sk.accuracy_score(was, plain))
    apart = compute(Performance(paired=False), b, a)
    assert (apart.meta["pairing"]["paired"], apart.meta["pairing"]["possible"]) == (False, True)
    for name, one in metrics(apart).items():
        # The numbers and their own intervals are the same; only what the two have in common makes their difference surer.
        for end in ("value_primary", "lower_primary", "upper_reference"):
            assert metrics(output)[name][end] == one[end]
    loose, tight = (
        metrics(o)["f1"]["difference_upper"] - metrics(o)["f1"]["difference_lower"] for o in (apart, output)
    )
    assert tight < 0.9 * loose


def test_rows_with_ids_are_found_in_any_order_and_number(digits):
    was, (plain, bayes) = digits
    ids = np.arange(len(was)) + 5000
    order = np.random.default_rng(1).permutation(len(was))
    a = model("a", was, plain, id=ids)
    whole = metrics(compute(Performance(), model("b", was, bayes, id=ids), a))
    mixed = compute(Performance(), model("b", was[order], bayes[order], id=ids[order]), a)
    assert mixed.meta["pairing"]["text"] == 'the same "id"'
    for name, row in metrics(mixed).items():
        assert row["difference_lower"] == pytest.approx(whole[name]["difference_lower"]), name
        assert row["p_value"] == pytest.approx(whole[name]["p_value"]), name
    part = compute(Performance(), model("b", was[order][:600], bayes[order][:600], id=ids[order][:600]), a)
    assert (part.meta["pairing"]["paired"], part.meta["pairing"]["rows"]) == (True, 600)
    assert needs(Performance(), a.columns, a.columns)[1][-1] == "id"


def test_why_rows_are_not_paired_is_said(digits):
    was, (plain, bayes) = digits
    n = len(was)
    a = model("a", was, plain, id=np.arange(n))

    def text(b, recipe=Performance(), other=a):  # noqa: B008 - frozen
        pairing = compute(recipe, b, other).meta["pairing"]
        assert pairing["paired"] is False
        return pairing["text"]

    assert text(model("b", was, bayes, id=np.arange(n) + n)) == 'no "id" is in both'
    assert text(model("b", was, bayes, id=np.arange(n) // 2)) == '"id" has an id more than once in b'
    # Numbered from 0 in each set, as an index is: these are not the same rows.
    assert text(model("b", was[::-1], bayes[::-1], id=np.arange(n))).endswith('same "id" have another actual value')
    bare = model("a", was, plain)
    assert text(model("b", was[:500], bayes[:500]), other=bare) == f"b has 500 rows, a has {n}".replace(
        "has 897", "897"
    )
    assert text(model("b", was[::-1], bayes[::-1]), other=bare).startswith("other rows, for ")
    mended = np.where(np.arange(n) < 3, (was + 1) % 10, was)
    assert text(model("b", mended, bayes), other=bare) == f"3 rows of {n} in the same place have another actual value"
    order = np.argsort(was, kind="stable")
    by_class = model("a", was[order], plain[order]), model("b", was[order], bayes[order])
    assert "so few or so sorted that this may be chance" in text(by_class[1], other=by_class[0])
    assert compute(Performance(paired=True), by_class[1], by_class[0]).meta["pairing"]["paired"] is True
    days = np.datetime64("2024-01-01") + np.arange(n)
    timed = model("a", was, plain, d=pa.array(days)), model("b", was, bayes, d=pa.array(days + 400))
    assert text(timed[1], other=timed[0]) == "rows in the same place have the same actual value, and another time"
    with pytest.raises(RecipeError, match="cannot be paired: b has 500 rows"):
        compute(Performance(paired=True), model("b", was[:500], bayes[:500]), bare)
    assert compute(Performance(), a).meta["pairing"]["text"] == "there is no reference set"


def test_a_window_is_that_of_both_models(digits):
    was, (plain, bayes) = digits
    days = np.datetime64("2024-01-01") + np.arange(len(was)) // 10
    a, b = (model(n, was, said, d=pa.array(days)) for n, said in (("a", plain), ("b", bayes)))
    window = ("2024-02-01", "2024-03-01")
    inside = (days >= np.datetime64(window[0])) & (days < np.datetime64(window[1]))
    output = compute(Performance(window=window, segment="was"), b, a)
    row = metrics(output)["accuracy"]
    assert row["n_primary"] == row["n_reference"] == inside.sum()
    assert row["value_reference"] == pytest.approx((plain == was)[inside].mean())
    assert sum(r["n_reference"] for r in output.parts["segments"].to_pylist()) == inside.sum()
    apart = metrics(compute(Performance(window=window, paired=False), b, a))["accuracy"]
    assert (apart["n_primary"], apart["n_reference"]) == (inside.sum(), len(was))


def test_models_that_say_the_same_are_not_called_different(digits):
    was, (plain, _) = digits
    found = metrics(compute(Performance(), model("b", was, plain), model("a", was, plain)))
    assert found["accuracy"]["p_value"] == 1
    assert found["f1"]["difference"] == 0
    assert found["f1"]["reason"] == "the two do not differ on any row"


def test_predictions_that_differ_by_as_much_on_every_row_do_differ():
    was, said = np.arange(40.0), np.arange(40.0) + np.tile([0.5, -0.5], 20)
    rows = np.arange(40)
    found = paired_change(g.bias(was, said, rows), g.bias(was, said + 4, rows))
    assert found.value == 4
    assert found.reason == "the two differ by as much on every row"
