"""How good predictions are, against scikit-learn, and how often the intervals hold."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn import metrics as sk
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.linear_model import LinearRegression, LogisticRegression

from phoenix_lab.stats import class_scores as m
from phoenix_lab.stats import classification as c
from phoenix_lab.stats import regression as g
from phoenix_lab.stats import scores as s
from phoenix_lab.stats.estimates import Estimate, change, share

SLOW = settings(deadline=None)
"""scikit-learn takes as long as it takes."""

EXACT = {"rel": 1e-9, "abs": 1e-9}


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(11)


def pairs(most_classes=4, least=1):
    rows = st.integers(least, 40)
    return rows.flatmap(
        lambda n: st.tuples(
            *(st.lists(st.integers(0, most_classes - 1), min_size=n, max_size=n).map(np.array) for _ in range(2))
        )
    )


def scored():
    return st.lists(
        st.tuples(st.booleans(), st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.25, 0.5, 1.0]))),
        min_size=2,
        max_size=60,
    ).map(lambda rows: (np.array([r[0] for r in rows]), np.array([r[1] for r in rows])))


# Values


@SLOW
@given(pairs())
def test_classes_are_judged_as_by_scikit_learn(pair):
    truth, said = pair
    k = 4
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert c.accuracy(truth, said).value == pytest.approx(sk.accuracy_score(truth, said), **EXACT)
        assert np.array_equal(c.confusion(truth, said, k), sk.confusion_matrix(truth, said, labels=range(k)))
        if len(np.unique(truth)) > 1:
            expected = sk.balanced_accuracy_score(truth, said)
            assert c.balanced_accuracy(truth, said, k).value == pytest.approx(expected, **EXACT)
        for name, function in (("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score)):
            for average in ("macro", "weighted", "micro"):
                expected = function(truth, said, average=average, zero_division=0)
                assert c.averaged(name, truth, said, k, average=average).value == pytest.approx(expected, **EXACT)
            of_class = function(truth == 1, said == 1, zero_division=np.nan)
            ours = {"precision": c.precision, "recall": c.recall, "f1": c.f1}[name](truth, said, 1)
            if ours.value is None:
                assert np.isnan(of_class)
                assert ours.reason
            else:
                assert ours.value == pytest.approx(of_class, **EXACT)
        found = c.mcc(truth, said, k)
        if found.value is None:
            assert len(np.unique(truth)) == 1 or len(np.unique(said)) == 1
        else:
            assert found.value == pytest.approx(sk.matthews_corrcoef(truth, said), **EXACT)


@SLOW
@given(scored())
def test_scores_are_judged_as_by_scikit_learn(rows):
    positive, score = rows
    assert s.brier(positive, score).value == pytest.approx(sk.brier_score_loss(positive, score), **EXACT)
    expected = sk.log_loss(positive, score, labels=[False, True])
    assert s.log_loss(positive, score).value == pytest.approx(expected, **EXACT)
    if positive.all() or not positive.any():
        assert s.roc_auc(positive, score).reason == "all labels are alike"
        assert s.average_precision(positive, score).value is None
    else:
        assert s.roc_auc(positive, score).value == pytest.approx(sk.roc_auc_score(positive, score), **EXACT)
        expected = sk.average_precision_score(positive, score)
        assert s.average_precision(positive, score).value == pytest.approx(expected, **EXACT)


@SLOW
@given(st.lists(st.tuples(st.floats(-1e5, 1e5), st.floats(-1e5, 1e5)), min_size=2, max_size=50))
def test_numbers_are_judged_as_by_scikit_learn(rows):
    actual, said = (np.array(column) for column in zip(*rows, strict=True))
    assert g.mae(actual, said).value == pytest.approx(sk.mean_absolute_error(actual, said), **EXACT)
    assert g.rmse(actual, said).value == pytest.approx(np.sqrt(sk.mean_squared_error(actual, said)), **EXACT)
    assert g.bias(actual, said).value == pytest.approx((said - actual).mean(), **EXACT)
    if ((actual - actual.mean()) ** 2).sum() > 1e-9:
        assert g.r2(actual, said).value == pytest.approx(sk.r2_score(actual, said), rel=1e-9, abs=1e-9)
    there = np.abs(actual) > 1e-6
    if there.any() and (there | (actual == 0)).all():
        expected = sk.mean_absolute_percentage_error(actual[there], said[there])
        assert g.mape(actual, said).value == pytest.approx(expected, **EXACT)


def test_real_models():
    cancer, digits, diabetes = load_breast_cancer(), load_digits(), load_diabetes()
    half = np.arange(len(cancer.target)) % 2 == 0
    model = LogisticRegression(max_iter=5000).fit(cancer.data[half] / 100, cancer.target[half])
    score, truth = model.predict_proba(cancer.data[~half] / 100)[:, 1], cancer.target[~half]
    assert s.roc_auc(truth == 1, score).value == pytest.approx(sk.roc_auc_score(truth, score), **EXACT)
    assert s.average_precision(truth == 1, score).value == pytest.approx(
        sk.average_precision_score(truth, score), **EXACT
    )
    first = np.arange(len(digits.target)) < 900
    said = (
        LogisticRegression(max_iter=300)
        .fit(digits.data[first] / 16, digits.target[first])
        .predict(digits.data[~first] / 16)
    )
    truth = digits.target[~first]
    assert c.mcc(truth, said, 10).value == pytest.approx(sk.matthews_corrcoef(truth, said), **EXACT)
    assert c.averaged("f1", truth, said, 10).value == pytest.approx(sk.f1_score(truth, said, average="macro"), **EXACT)
    said = LinearRegression().fit(diabetes.data, diabetes.target).predict(diabetes.data)
    assert g.r2(diabetes.target, said).value == pytest.approx(sk.r2_score(diabetes.target, said), **EXACT)


# What an influence is, and what follows from it


def columns(score):
    """Scores of three classes that add up to 1, made of one."""
    return np.stack([score / 2, 1 - score, score / 2], axis=1)


def every_estimate(truth, said, score, units=None) -> list[Estimate]:
    k = 3
    return [
        c.accuracy(truth, said, units),
        c.balanced_accuracy(truth, said, k, units),
        c.precision(truth, said, 1, units),
        c.recall(truth, said, 1, units),
        c.f1(truth, said, 1, units),
        c.mcc(truth, said, k, units),
        *(
            c.averaged(name, truth, said, k, units, average=average)
            for name in ("precision", "recall", "f1")
            for average in ("macro", "weighted")
        ),
        m.one_against_rest("roc_auc", s.roc_auc, truth, columns(score), units),
        m.one_against_rest("average_precision", s.average_precision, truth, columns(score), units),
        m.brier(truth, columns(score), units),
        m.log_loss(truth, columns(score), units),
        s.roc_auc(truth == 1, score, units),
        s.average_precision(truth == 1, score, units),
        s.brier(truth == 1, score, units),
        s.log_loss(truth == 1, score, units),
        s.calibration_bias(truth == 1, score, units),
        g.mae(truth.astype(float), score, units),
        g.rmse(truth.astype(float), score, units),
        g.mape(truth + 1.0, score, units),
        g.r2(truth.astype(float), score, units),
    ]


def test_an_influence_is_how_the_number_moves_when_a_row_weighs_more(rng):
    """Each row is doubled in a sample that is repeated often enough for a copy to be a small change."""
    n, copies = 60, 400
    truth, said = rng.integers(0, 3, n), rng.integers(0, 3, n)
    score = np.round(rng.random(n), 1)
    base = every_estimate(truth, said, score)
    many = [np.tile(x, copies) for x in (truth, said, score)]
    for row in range(0, n, 7):
        more = every_estimate(*(np.append(x, x[row]) for x in many))
        for one, other in zip(base, more, strict=True):
            # one copy among `copies` of each row is a weight of 1 / copies more
            slope = (other.value - one.value) * copies
            assert one.influence[row] == pytest.approx(slope, abs=2e-3 * max(1, abs(slope)) + 1e-4), one.name


@settings(max_examples=60, deadline=None)
@given(pairs(3, 4), st.integers(0, 2**31))
def test_numbers_lie_in_their_intervals_and_these_where_they_can(pair, seed):
    truth, said = pair
    score = np.random.default_rng(seed).random(len(truth)).round(1)
    units = np.arange(len(truth)) // 2
    for estimate in every_estimate(truth, said, score) + every_estimate(truth, said, score, units):
        if estimate.value is None:
            assert estimate.reason
            assert estimate.lower is estimate.upper is None
            continue
        if estimate.lower is None:
            assert estimate.reason
            continue
        assert estimate.lower - 1e-9 <= estimate.value <= estimate.upper + 1e-9
        low, high = {"share": (0, 1), "signed": (-1, 1), "positive": (0, np.inf)}.get(estimate.scale, (-np.inf, np.inf))
        assert low <= estimate.lower
        assert estimate.upper <= high


@settings(max_examples=40, deadline=None)
@given(pairs(3, 6), st.integers(0, 2**31))
def test_order_of_rows_and_names_of_units_do_not_matter(pair, seed):
    truth, said = pair
    rng = np.random.default_rng(seed)
    score, units = rng.random(len(truth)), rng.integers(0, 4, len(truth))
    order = rng.permutation(len(truth))
    before = every_estimate(truth, said, score, units)
    after = every_estimate(truth[order], said[order], score[order], 7 - units[order])
    for one, other in zip(before, after, strict=True):
        for field in ("value", "lower", "upper"):
            a, b = getattr(one, field), getattr(other, field)
            assert (a is None) == (b is None)
            assert a is None or a == pytest.approx(b, rel=1e-6, abs=1e-9)


def test_a_unit_for_each_row_is_no_unit(rng):
    truth, said, score = rng.integers(0, 3, 80), rng.integers(0, 3, 80), rng.random(80)
    for one, other in zip(
        every_estimate(truth, said, score), every_estimate(truth, said, score, np.arange(80)), strict=True
    ):
        if one.successes is None:
            assert (one.lower, one.upper) == pytest.approx((other.lower, other.upper))


def test_the_interval_of_an_auc_is_delongs(rng):
    positive = rng.random(300) < 0.4
    score = rng.normal(size=300) + positive
    found = s.roc_auc(positive, score)
    x, y = score[positive], score[~positive]
    kernel = (x[:, None] > y[None, :]) + 0.5 * (x[:, None] == y[None, :])
    by_hand = kernel.mean(axis=1).var(ddof=1) / len(x) + kernel.mean(axis=0).var(ddof=1) / len(y)
    assert found.variance == pytest.approx(by_hand, rel=0.02)


# Undefined


def test_what_is_undefined_says_why():
    none = np.zeros(0, dtype=int)
    alike = np.ones(5, dtype=int)
    for estimate in (
        c.accuracy(none, none),
        c.precision(alike, alike, 0),
        c.recall(alike, alike, 0),
        c.f1(alike, alike, 0),
        c.mcc(alike, alike, 2),
        c.balanced_accuracy(alike, alike, 2),
        s.roc_auc(alike == 1, np.arange(5.0)),
        s.brier(alike == 1, np.arange(5.0)),
        g.r2(alike.astype(float), np.arange(5.0)),
        g.mape(np.zeros(3), np.ones(3)),
        g.mae(np.zeros(0), np.zeros(0)),
    ):
        assert estimate.value is None
        assert estimate.reason
        assert change(estimate, estimate).p_value is None


def test_a_perfect_score_of_few_rows_is_no_certainty():
    positive = np.array([True] * 6 + [False] * 20)
    found = s.roc_auc(positive, positive.astype(float))
    assert found.value == 1
    assert found.upper == 1
    assert found.lower < 0.75


# How often they are right


def share_that_holds(draw, truth, rng, rounds):
    hits = sum(e.lower <= truth <= e.upper for e in (draw(rng) for _ in range(rounds)))
    return hits / rounds


@pytest.mark.parametrize("n", [60, 400])
def test_intervals_of_scores_hold_as_often_as_they_say(rng, n):
    def draw(which):
        def one(generator):
            positive = generator.random(n) < 0.35
            return which(positive, generator.normal(size=n) + positive)

        return one

    auc = stats.norm.cdf(1 / np.sqrt(2))
    assert 0.85 <= share_that_holds(draw(s.roc_auc), auc, rng, 500) <= 0.95
    big = 400_000
    positive = rng.random(big) < 0.35
    truth = sk.average_precision_score(positive, rng.normal(size=big) + positive)
    assert 0.84 <= share_that_holds(draw(s.average_precision), truth, rng, 500) <= 0.95


@pytest.mark.parametrize("grouped", [False, True])
def test_intervals_of_classes_hold_and_with_units_where_rows_are_alike(rng, grouped):
    """Of 40 units of 10 rows: a unit is easy or hard."""

    def draw(generator):
        units = np.repeat(np.arange(40), 10)
        easy = generator.random(40)[units] < 0.5
        truth = generator.integers(0, 3, 400)
        right = generator.random(400) < np.where(easy, 0.95, 0.55)
        return truth, np.where(right, truth, (truth + 1) % 3), units

    def of(function):
        def one(generator):
            truth, said, units = draw(generator)
            return function(truth, said, units if grouped else None)

        return one

    exact = 0.75
    results = {
        "accuracy": share_that_holds(of(c.accuracy), exact, rng, 400),
        "f1": share_that_holds(of(lambda t, p, u: c.averaged("f1", t, p, 3, u)), exact, rng, 400),
        "balanced": share_that_holds(of(lambda t, p, u: c.balanced_accuracy(t, p, 3, u)), exact, rng, 400),
    }
    for name, held in results.items():
        if grouped:
            assert 0.85 <= held <= 0.95, name
        else:
            # what the units are for: taken for independent, rows promise too much
            assert held < 0.85, name


def test_changes_are_found_no_more_often_than_they_should(rng):
    """No difference between the sets, of unequal size: few p-values below .05, and intervals that hold 0."""
    names = ("accuracy", "f1", "mcc", "roc_auc", "average_precision", "brier", "log_loss", "calibration_bias")
    alarms = dict.fromkeys(names, 0)
    missed = dict.fromkeys(names, 0)
    rounds = 400
    for _ in range(rounds):
        sides = []
        for n in (300, 90):
            positive = rng.random(n) < 0.4
            score = 1 / (1 + np.exp(-(rng.normal(size=n) + 1.5 * positive - 1)))
            truth, said = positive.astype(int), (score > 0.5).astype(int)
            sides.append(
                [
                    c.accuracy(truth, said),
                    c.f1(truth, said, 1),
                    c.mcc(truth, said, 2),
                    *(
                        f(positive, score)
                        for f in (s.roc_auc, s.average_precision, s.brier, s.log_loss, s.calibration_bias)
                    ),
                ]
            )
        for name, reference, primary in zip(names, *sides, strict=True):
            found = change(reference, primary)
            alarms[name] += found.p_value < 0.05
            missed[name] += not found.lower <= 0 <= found.upper
    for name in names:
        assert alarms[name] / rounds <= 0.085, name
        assert 0.05 <= missed[name] / rounds <= 0.15, name


def test_a_user_in_both_sets_counts_once(rng):
    users = np.repeat(np.arange(50), 8)
    easy = rng.random(50)
    right = [rng.random(400) < easy[users] for _ in range(2)]
    truth = np.ones(400, dtype=int)
    both = [c.accuracy(truth, r.astype(int), users) for r in right]
    apart = [both[0], c.accuracy(truth, right[1].astype(int), users + 1000)]
    paired, unpaired = change(*both), change(*apart)
    assert paired.upper - paired.lower < 0.6 * (unpaired.upper - unpaired.lower)


# Calibration


def test_calibration_error_says_what_chance_alone_gives(rng):
    errors = []
    for _ in range(200):
        score = rng.random(300)
        error, chance = s.calibration_error(rng.random(300) < score, score)
        errors.append(error.value)
    assert np.mean(errors) == pytest.approx(chance, rel=0.1)
    assert error.lower is None
    assert "fewer" in error.reason
    assert change(error, error).value is None


def test_reliability_is_by_tenths_closed_on_the_left():
    score = np.array([0.0, 0.1, 0.3, 0.7, 0.99, 1.0])
    found = s.reliability(np.array([False, True, True, False, True, True]), score)
    assert found.n.tolist() == [1, 1, 0, 1, 0, 0, 0, 1, 0, 2]
    assert found.share[9] == 1
    assert np.isnan(found.share[2])


def test_a_few_units_that_all_agree_make_no_change_sure():
    """3 rows of 2 units are all wrong, 54 rows of 20 units are right in 57 %: the first could as well be better than that."""
    rng = np.random.default_rng(0)
    units = np.repeat(np.arange(20), 3)[:54] + 2
    few = share("accuracy", np.zeros(3, bool), np.ones(3, bool), np.array([0, 0, 1]))
    many = share("accuracy", rng.random(54) < 0.57, np.ones(54, bool), units)
    found = change(few, many)
    assert few.upper > many.value - 0.1
    # the interval goes from 1.00 below to .99 above, which is none
    assert (found.lower, found.upper) == (None, None)
    assert found.reason.startswith("not enough data: 2 units")
    assert found.p_value > 0.05
    # The same the other way round, and of enough units it is sure after all.
    assert change(many, few).p_value == pytest.approx(found.p_value)
    none = share("accuracy", np.zeros(60, bool), np.ones(60, bool), np.repeat(np.arange(30), 2) + 30)
    assert change(none, many).p_value < 1e-4


def test_alarms_of_small_groups_of_units_stay_below_the_nominal():
    """Groups of 2 to 4 units against 20, no difference: the share of p below .05, where often one side has all right or all wrong."""
    rng = np.random.default_rng(3)
    runs, alarms = 600, 0
    for _ in range(runs):
        k = int(rng.integers(2, 5))
        sides = []
        for n, start in ((k, 0), (20, 10)):
            rates = rng.beta(1.2, 0.6, n)
            units = np.repeat(np.arange(n), 3)
            sides.append(share("accuracy", rng.random(3 * n) < rates[units], np.ones(3 * n, bool), units + start))
        p = change(*sides).p_value
        alarms += p is not None and p < 0.05
    assert alarms / runs <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / runs)
