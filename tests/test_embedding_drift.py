"""`EmbeddingDrift`: the maximum mean discrepancy against hyppo's, and the rows that carry a drift."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_digits
from sklearn.metrics import roc_auc_score

import phoenix_lab as px
from phoenix_lab.embeddings.carriers import row_scores
from phoenix_lab.embeddings.mmd import mmd
from phoenix_lab.recipes.output import RecipeError


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("PHOENIX_LAB_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def hyppo_mmd():
    """hyppo's test as plain Python: to compile it takes a minute and a half, and it runs for one second."""
    import numba

    numba.config.DISABLE_JIT = True
    try:
        from hyppo.ksample import MMD
    finally:
        numba.config.DISABLE_JIT = False
    return MMD


@pytest.fixture(scope="module")
def sets():
    """Handwritten digits; a third of the primary rows are fours, of which the reference has one in twenty."""
    X, y = load_digits(return_X_y=True)
    rng = np.random.default_rng(0)
    four, other = rng.permutation(np.flatnonzero(y == 4)), rng.permutation(np.flatnonzero(y != 4))
    rows = {"train": np.r_[four[:40], other[:760]], "prod": np.r_[four[40:180], other[760:1040]]}
    frames = {}
    for name, which in rows.items():
        order = rng.permutation(which)
        frames[name] = pd.DataFrame(
            {
                "v": list(X[order]),
                "digit": y[order],
                "writer": np.arange(len(order)) // 4 + (1000 if name == "prod" else 0),
            },
            index=[f"{name}{i}" for i in range(len(order))],
        )
    schema = px.Schema(
        tag_column_names=["digit", "writer"], embedding_feature_column_names={"v": px.EmbeddingColumnNames("v")}
    )
    return tuple(px.Inferences(frames[name], schema, name) for name in ("prod", "train"))


def plain(x, y, gamma):
    """The unbiased statistic by its definition, from loops over pairs."""
    k = lambda a, b: np.exp(-gamma * ((a[:, None] - b[None]) ** 2).sum(axis=2))  # noqa: E731
    n, m = len(x), len(y)
    return (k(x, x).sum() - n) / (n * (n - 1)) + (k(y, y).sum() - m) / (m * (m - 1)) - 2 * k(x, y).mean()


def test_the_discrepancy_is_hyppos(hyppo_mmd):
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(60, 5)), rng.normal(0.1, 1, (45, 5))
    found = mmd(x, y, np.random.default_rng(2), permutations=1999)
    both = np.concatenate([x, y])
    squared = ((both[:, None] - both[None]) ** 2).sum(axis=2)[np.triu_indices(len(both), 1)]
    assert found.gamma == pytest.approx(1 / np.median(squared))
    assert found.value == pytest.approx(plain(x, y, 1 / np.median(squared)))
    # hyppo's statistic is another by a factor that permutations do not change; its p is drawn from others.
    theirs = hyppo_mmd(compute_kernel="rbf", gamma=1 / np.median(squared)).test(
        x, y, reps=1000, auto=False, random_state=0
    )
    assert found.p_value == pytest.approx(theirs[1], abs=0.035)


def test_the_discrepancy_holds_its_level_and_sees_what_means_do_not():
    rng = np.random.default_rng(3)
    p = [mmd(rng.normal(size=(60, 8)), rng.normal(size=(40, 8)), rng, permutations=199).p_value for _ in range(150)]
    assert 0.01 <= np.mean(np.array(p) < 0.05) <= 0.09
    wide = rng.normal(size=(300, 8)) * 1.5
    assert mmd(rng.normal(size=(300, 8)), wide, rng).p_value == 0.001
    # Rows of one unit are alike: as single rows they look like a drift, as whole units they do not.
    found = []
    for _ in range(20):
        places = rng.normal(size=(30, 8)).repeat(10, axis=0) + 0.1 * rng.normal(size=(300, 8))
        units = np.arange(30).repeat(10)
        alone = mmd(places[:150], places[150:], rng, permutations=199).p_value
        whole = mmd(places[:150], places[150:], rng, units[:150], units[150:], permutations=199).p_value
        found.append((alone < 0.05, whole < 0.05))
    assert np.mean(found, axis=0)[0] > 0.8
    assert np.mean(found, axis=0)[1] <= 0.2


def test_no_row_is_scored_by_a_classifier_that_has_seen_it():
    """Random labels cannot be told from rows that were not seen; a classifier that had seen them would tell nearly all."""
    rng = np.random.default_rng(4)
    X = rng.normal(size=(240, 40))
    alone = row_scores(X[:120], X[120:], rng)
    assert 0.35 < roc_auc_score(np.repeat([0, 1], 120), np.r_[alone.reference, alone.primary]) < 0.65
    twins = np.repeat(X[:60], 4, axis=0) + 1e-3 * rng.normal(size=(240, 40))
    units = np.arange(60).repeat(4)
    whole = row_scores(twins[:120], twins[120:], rng, units[:120], units[120:])
    assert 0.2 < roc_auc_score(np.repeat([0, 1], 120), np.r_[whole.reference, whole.primary]) < 0.7
    assert np.isnan(row_scores(X[:3], X[3:], rng).reference).all()
    assert row_scores(np.ones((9, 3)), np.ones((9, 3)), rng).reason == "all vectors are equal"


def test_the_rows_that_came_are_the_ones_that_carry_the_drift(sets):
    prod, train = sets
    result = px.run(px.EmbeddingDrift("v"), prod, train)
    assert result.meta["drift"]["p_value"] < 0.001
    assert result.meta["mmd"]["p_value"] == 0.001
    rows = result.carriers()
    carriers = result.meta["carriers"]
    assert len(rows) == carriers["n_primary"]
    assert carriers["share_primary"] > 2 * carriers["share_reference"]
    assert (rows.digit == 4).mean() > 2 * (prod.dataframe.digit == 4).mean()
    assert (rows.digit[:50] == 4).mean() > 0.9
    assert rows.index.str.startswith("prod").all()
    scores = result.table.to_pandas()
    assert scores.score.is_monotonic_decreasing
    assert len(scores) == len(prod.dataframe) + len(train.dataframe)
    first = scores[scores.set == "primary"].iloc[: len(rows)]
    assert (prod.dataframe.index[first.row] == rows.index).all()
    assert result.meta["drift"] == px.run(px.EmbeddingMap("v"), prod, train).meta["drift"]  # what the map's head says
    again = px.run(px.EmbeddingDrift("v"), prod, train, cache=False)
    assert again.table.equals(result.table)


def test_rows_of_a_cohort_keep_their_places(sets):
    prod, train = sets
    where = (px.Range("digit", low=3),)
    result = px.run(px.EmbeddingDrift("v", unit="writer", where=where), prod, train)
    rows = result.carriers()
    assert (rows.digit >= 3).all()
    assert (rows.digit == 4).mean() > 0.6
    table = result.table.to_pandas()
    for name, one in (("primary", prod), ("reference", train)):
        assert (one.dataframe.digit.to_numpy()[table.row[table.set == name]] >= 3).all()


def test_where_nothing_drifted_no_row_carries_it(sets):
    train = sets[1]
    rng = np.random.default_rng(5)
    halves = rng.permutation(len(train.dataframe))
    parts = [px.Inferences(train.dataframe.iloc[np.sort(rows)], train.schema) for rows in (halves[:400], halves[400:])]
    result = px.run(px.EmbeddingDrift("v"), *parts)
    assert result.meta["drift"]["p_value"] > 0.05
    assert result.meta["carriers"]["reason"].startswith("not enough data")
    assert len(result.carriers()) == 0
    assert len(result.table) == 800  # every row has its score all the same


def test_what_cannot_be_told_says_why(sets):
    prod, train = sets
    with pytest.raises(RecipeError, match="needs a reference"):
        px.run(px.EmbeddingDrift("v"), prod)
    with pytest.raises(RecipeError, match="not vectors of one length"):
        px.run(px.EmbeddingDrift("digit"), prod, train)
    few = px.Inferences(prod.dataframe.iloc[:2], prod.schema)
    result = px.run(px.EmbeddingDrift("v"), few, train)
    assert len(result.table) == 0
    assert "at least 4 usable vectors" in result.meta["mmd"]["reason"]
    assert "at least 4 usable vectors" in result.meta["carriers"]["reason"]
    with pytest.raises(AttributeError, match="has no carriers"):
        px.run(px.Summary(), prod, train).carriers()
