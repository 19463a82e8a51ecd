"""Judging the judge: agreement against scikit-learn, rates that hold what their intervals promise, samples, pairs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import cohen_kappa_score

import phoenix_lab as px
from phoenix_lab.stats.agreement import kappa
from phoenix_lab.stats.prediction_powered import allocation, corrected_share

LABELS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=5, max_size=60)


@given(LABELS)
def test_kappa_is_scikit_learn_s(pairs):
    a, b = np.array(pairs).T
    steps = np.arange(4.0)
    for weights, d in (
        (None, None),
        ("quadratic", (steps[:, None] - steps) ** 2),
        ("linear", abs(steps[:, None] - steps)),
    ):
        found = kappa(a, b, 4, disagreement=d)
        if found.value is None:
            assert len(set(a) | set(b)) == 1
        else:
            assert found.value == pytest.approx(cohen_kappa_score(a, b, labels=range(4), weights=weights), abs=1e-12)
            if found.lower is not None:
                assert -1 <= found.lower <= found.value + 1e-12 <= found.upper + 2e-12 <= 1 + 3e-12


def test_kappa_has_the_variance_of_fleiss_cohen_and_everitt():
    g = np.random.default_rng(0)
    a = g.integers(0, 3, 300)
    b = np.where(g.random(300) < 0.6, a, g.integers(0, 3, 300))
    p = np.histogram2d(a, b, bins=3)[0] / 300
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    po, pe = np.trace(p), rows @ columns
    i = np.arange(3)
    own = sum(p[k, k] * ((1 - pe) - (columns[k] + rows[k]) * (1 - po)) ** 2 for k in i)
    others = (1 - po) ** 2 * sum(p[k, m] * (columns[k] + rows[m]) ** 2 for k in i for m in i if k != m)
    expected = (own + others - (po * pe - 2 * pe + po) ** 2) / (300 * (1 - pe) ** 4)
    found = kappa(a, b, 3)
    assert found.variance * 299 / 300 == pytest.approx(expected, rel=1e-9)
    # rows that are there three times tell nothing more, once they are known to be of one unit
    tripled = kappa(np.repeat(a, 3), np.repeat(b, 3), 3, units=np.repeat(np.arange(300), 3))
    assert (tripled.value, tripled.lower, tripled.upper) == pytest.approx((found.value, found.lower, found.upper))


def judged(g, n, rate, hit, false_alarm, *, size=1):
    """Labels of a biased judge and of people; with rows of `size` in a unit that are all of one label."""
    truth = np.repeat(g.random(n // size) < rate, size)
    said = np.where(truth, g.random(n) < hit, g.random(n) < false_alarm)
    return pd.DataFrame({"label": np.where(said, "bad", "good"), "score": said.astype(float)}), truth


@pytest.mark.parametrize(
    ("rate", "hit", "false_alarm", "size"),
    [(0.2, 0.7, 0.1, 1), (0.05, 0.6, 0.03, 1), (0.5, 0.8, 0.4, 1), (0.2, 0.7, 0.1, 5)],
)
def test_the_corrected_rate_covers_the_truth_however_biased_the_judge(rate, hit, false_alarm, size):
    """The full table is that of `benchmarks/judge.py`; the limits here are 3 standard errors of 500 runs around it."""
    g = np.random.default_rng(1)
    covered = raw = 0
    for _ in range(500):
        frame, truth = judged(g, 1000, rate, hit, false_alarm, size=size)
        said = frame["score"].to_numpy().astype(np.int64)
        has = np.zeros(1000, dtype=bool)
        units = np.repeat(np.arange(1000 // size), size) if size > 1 else None
        if size == 1:
            for h, k in enumerate(allocation(np.bincount(said, minlength=2), 60)):
                has[g.choice(np.flatnonzero(said == h), k, replace=False)] = True
        else:
            has[np.isin(units, g.choice(200, 40, replace=False))] = True
        found = corrected_share(said, has, truth, units=units)
        covered += found.lower <= rate <= found.upper
        raw += abs(said.mean() - rate) < 1.96 * np.sqrt(said.mean() * (1 - said.mean()) / 1000)
    assert 0.93 - 0.015 < covered / 500 < 0.97 + 0.02
    assert raw < 450 or rate == 0.05  # what the judge alone says does not cover


def test_a_better_judge_makes_a_narrower_interval():
    g = np.random.default_rng(2)
    widths = []
    for hit, false_alarm in ((0.98, 0.01), (0.7, 0.2), (0.5, 0.5)):
        frame, truth = judged(g, 2000, 0.3, hit, false_alarm)
        human = np.where(truth, "bad", "good").astype(object)
        sample = px.label_sample(frame, 100)
        sample["human"] = human[sample["row"]]
        found = px.corrected_rate(frame, sample, "bad")
        widths.append(found.upper - found.lower)
        assert (found.n, found.n_labelled) == (2000, 100)
    assert widths[0] < 0.6 * widths[1] < 0.9 * widths[2]


def test_samples_hold_every_label_hide_the_judge_and_keep_the_index():
    frame = pd.DataFrame(
        {"text": [f"t{i}" for i in range(500)], "label": ["rare"] * 4 + ["common"] * 490 + [None] * 6, "score": [1.0] * 4 + [0.0] * 490 + [np.nan] * 6, "error": None},
        index=[f"r{i}" for i in range(500)],
    )  # fmt: skip
    sample = px.label_sample(frame, 40)
    assert list(sample.columns) == ["text", "row", "human"]
    assert len(sample) == 40
    assert (sample["row"] < 4).sum() in (2, 3, 4)
    assert sample["row"].max() < 494
    assert sample["text"].tolist() == [f"t{i}" for i in sample["row"]] == [f"t{i[1:]}" for i in sample.index]
    assert sample["row"].tolist() != sorted(sample["row"])
    assert px.label_sample(frame, 40).equals(sample)
    assert not px.label_sample(frame, 40, seed=1).index.equals(sample.index)
    other = px.label_sample(pl.from_pandas(frame), 40)
    assert other["row"].to_list() == sample["row"].tolist()
    assert other.columns == ["text", "row", "human"]
    assert px.label_sample(pl.from_pandas(frame).to_arrow(), 1000).num_rows == 494
    scored = pd.DataFrame({"label": "x", "score": np.linspace(0, 1, 300)})
    thirds = np.bincount(px.label_sample(scored, 30)["row"] // 100)
    assert thirds.tolist() == [10, 10, 10]


def test_rare_labels_that_were_drawn_more_often_do_not_count_more():
    """A judge that is right on 60 % of what it calls rare and on 95 % of the rest: its accuracy is that of all rows, not of the sample."""
    g = np.random.default_rng(3)
    frame = pd.DataFrame({"label": np.where(np.arange(2000) < 100, "rare", "common")})
    right = np.where(np.arange(2000) < 100, g.random(2000) < 0.6, g.random(2000) < 0.95)
    human = np.where(right == (frame["label"] == "rare"), "rare", "common").astype(object)
    accuracies, kappas = [], []
    for seed in range(40):
        sample = px.label_sample(frame, 100, seed=seed)
        sample["human"] = human[sample["row"]]
        found = px.agreement(frame, sample)
        accuracies.append(found.accuracy)
        kappas.append(found.kappa)
        assert found.n == 100
    whole = px.agreement(frame, human)
    assert whole.kappa == pytest.approx(cohen_kappa_score(human, frame["label"]))
    assert np.mean(accuracies) == pytest.approx(right.mean(), abs=0.01)
    assert np.mean(kappas) == pytest.approx(whole.kappa, abs=0.03)
    assert "people rare, judge common" in repr(whole)


def test_two_judges_are_compared_in_pairs():
    g = np.random.default_rng(4)
    a, truth = judged(g, 400, 0.4, 0.8, 0.1)
    b = a.copy()
    b.loc[:19, "label"] = "bad"
    found = px.compare_judges(a, b, label="bad")
    only_b = int((a["label"][:20] == "good").sum())
    assert found.n_differ == only_b
    assert found.rate.value == pytest.approx(only_b / 400)
    assert found.rate.p_value == pytest.approx(binomtest(only_b, only_b).pvalue)
    human = np.where(truth, "bad", "good")
    plain = px.compare_judges(a, b, human=human).accuracy
    expected = (b["label"] == human).mean() - (a["label"] == human).mean()
    assert plain.value == pytest.approx(expected)
    # copies of rows tell nothing more when their unit is known
    twice = [pd.concat([one] * 2, ignore_index=True) for one in (a, b)]
    unit = np.tile(np.arange(400), 2)
    by_unit = px.compare_judges(*twice, human=np.tile(human, 2), unit=unit).accuracy
    by_row = px.compare_judges(*twice, human=np.tile(human, 2)).accuracy
    assert by_unit.value == pytest.approx(expected)
    assert by_row.upper - by_row.lower < 0.8 * (plain.upper - plain.lower)
    assert by_unit.upper - by_unit.lower == pytest.approx(plain.upper - plain.lower, rel=0.15)
    sample = px.label_sample(a, 100)
    sample["human"] = human[sample["row"]]
    assert px.compare_judges(a, b, human=sample).accuracy.n_primary == 100


def test_labels_that_are_numbers_and_have_gaps():
    frame = pd.DataFrame({"label": [0, 1, 1, 0], "dataframe": 1})
    assert px.agreement(frame, pd.Series([0, 1, None, 1])).counts == {("0", "0"): 1, ("1", "1"): 1, ("1", "0"): 1}


def test_what_is_wrong_is_said():
    frame = pd.DataFrame({"label": ["a", "b", None], "user": [1, 1, 2]})
    assert "no row has a label" in repr(px.corrected_rate(frame, [None] * 3, "a"))
    assert px.corrected_rate(frame, ["a", None, "a"], "a").left_out == 1
    assert px.agreement(frame, [None] * 3).reason == "no row has a label of both"
    assert px.agreement(frame, ["a", "b", "a"], unit="user").reason == "an interval needs 2 units, there is 1"
    for call, words in (
        (lambda: px.corrected_rate(frame, ["a"], "a"), "1 labels"),
        (lambda: px.corrected_rate(frame, ["a"] * 3, "c"), 'no row has the label "c"'),
        (lambda: px.corrected_rate(frame, ["a"] * 3, "a", unit="usr"), 'did you mean "user"'),
        (lambda: px.corrected_rate(frame, pd.DataFrame({"row": [0, 0], "human": "a"}), "a"), "a row twice"),
        (lambda: px.corrected_rate(frame, pd.DataFrame({"row": [9], "human": "a"}), "a"), "row 9"),
        (lambda: px.label_sample(pd.DataFrame({"label": [None]})), "labelled no row"),
        (lambda: px.label_sample(pd.DataFrame({"x": [None]})), 'reads "label"'),
        (lambda: px.compare_judges(frame, frame), "name a label"),
        (lambda: px.compare_judges(frame, frame, label="c"), 'no row has the label "c"; there are a, b'),
        (lambda: px.agreement(frame, ["a"] * 3, confidence=95), "confidence lies between 0 and 1"),
        (lambda: px.corrected_rate(frame, ["a"] * 3, "a", confidence=95), "confidence lies between 0 and 1"),
        (lambda: px.compare_judges(frame, frame, label="a", confidence=2), "confidence lies between 0 and 1"),
        (lambda: px.label_sample(frame, -1), "n is a number of rows"),
        (lambda: px.agreement(frame, pd.DataFrame({"row": ["x"], "human": "a"})), "human has row x"),
        (lambda: px.agreement(frame, pd.DataFrame({"row": [0.5], "human": "a"})), "human has row 0.5"),
    ):
        with pytest.raises(ValueError, match=words):
            call()
