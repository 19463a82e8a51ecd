"""Rows like others: exact, folded, unlike each other; rows with another label; rows worth a label."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import phoenix_lab as px

DATA = Path(__file__).parents[1] / "examples" / "data"


@pytest.fixture(scope="module")
def sotu():
    rows = pd.read_parquet(DATA / "sotu.parquet")
    return rows[rows.year <= 2000], rows[rows.year > 2000]


def matrix(rows):
    X = np.stack(rows.text_vector).astype(float)
    return X / np.linalg.norm(X, axis=1, keepdims=True)


def test_the_nearest_rows_are_those_of_all_pairs(sotu):
    train, prod = sotu
    asked = prod.iloc[100:160]
    found = px.similar(asked, train, "text_vector", k=40, fold=-1)
    far = 1 - matrix(train) @ matrix(asked).T
    order = np.argsort(far.min(axis=1), kind="stable")[:40]
    assert list(found.index) == list(train.index[order])
    np.testing.assert_allclose(found.similar_distance, far.min(axis=1)[order], atol=1e-9)
    assert list(found.similar_to) == list(far[order].argmin(axis=1))
    pd.testing.assert_frame_equal(found[train.columns], train.iloc[order])


def test_positions_are_not_their_own_answer_and_a_centroid_is_one_vector(sotu):
    train, _ = sotu
    rows = [5, 17]
    assert not set(px.similar(rows, train, k=30).index) & set(train.index[rows])
    middle = matrix(train.iloc[rows]).mean(axis=0)
    by_hand = px.similar(middle, train.drop(train.index[rows]), k=5)
    assert list(px.similar(rows, train, k=5, to="centroid").index) == list(by_hand.index)


def test_rows_with_the_very_same_vector_can_be_left_out(sotu):
    train, _ = sotu
    found = px.similar(train.iloc[:30], train, k=10, beyond=0)
    assert not set(found.index) & set(train.index[:30])
    assert len(found) == 10


def test_copies_are_shown_once_and_counted():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 16))
    frame = pl.DataFrame({"id": range(206), "v": [*X, *(X[:1] * 3).repeat(5, 0), X[1]]})
    found = px.similar([0], frame, k=10)
    assert found["id"].n_unique() == 10
    assert set(found["id"]) & set(range(200, 205)) == {200}  # one of five copies of the row that was asked about
    assert found.filter(pl.col("id") == 200)["similar_copies"].item() == 4
    assert px.similar([0], frame, k=10, fold=-1)["similar_distance"].head(5).max() < 1e-12


def test_diverse_rows_are_farther_from_each_other_and_still_near(sotu):
    train, prod = sotu
    near, diverse = (px.similar(prod.iloc[:1], train, k=20, diversity=d) for d in (0, 0.7))

    def apart(rows):
        X = matrix(rows)
        return (1 - X @ X.T)[np.triu_indices(len(X), 1)].min()

    assert apart(diverse) > 1.3 * apart(near)
    assert near.index[0] == diverse.index[0]
    assert diverse.similar_distance.max() <= px.similar(prod.iloc[:1], train, k=200).similar_distance.max()


def test_many_rows_in_blocks_are_those_of_one_product():
    rng = np.random.default_rng(1)
    X = rng.normal(size=(20_000, 8)).astype(np.float32)
    X[3], X[9000] = np.nan, 0
    vectors = pa.FixedSizeListArray.from_arrays(pa.array(X.reshape(-1)), 8)
    table = pa.table({"v": pa.chunked_array([vectors[:11_000], vectors[11_000:]])})
    asked = rng.normal(size=(1500, 8)).astype(np.float32)
    found = px.similar(asked, table, k=100, fold=-1, quiet=True)
    with np.errstate(invalid="ignore"):
        unit = X.astype(float) / np.linalg.norm(X.astype(float), axis=1, keepdims=True)
    far = 1 - unit @ (asked / np.linalg.norm(asked, axis=1, keepdims=True)).T.astype(float)
    expected = np.sort(np.nan_to_num(far, nan=np.inf).min(axis=1))[:100]
    np.testing.assert_allclose(found["similar_distance"], expected, atol=1e-6)


def test_the_nearest_row_with_another_label(sotu):
    train, prod = sotu
    found = px.nearest_unlike(prod.iloc[:300], train, "party")
    X, Y = matrix(prod.iloc[:300]), matrix(train)
    far = np.where(prod.party.to_numpy()[:300, None] == train.party.to_numpy(), np.inf, 1 - X @ Y.T)
    np.testing.assert_allclose(found.similar_distance, far.min(axis=1), atol=1e-5)
    assert (found.party.to_numpy() != prod.party.iloc[found.similar_to].to_numpy()).all()


def test_rows_to_label_are_unsure_and_cover_more_than_the_most_unsure_ones(sotu):
    train, prod = sotu
    picked = px.pick_to_label(prod, 50, uncertainty="score", labelled=train.iloc[:200])
    unsure = 1 - np.abs(2 * prod.score - 1)
    most = prod.loc[unsure.nlargest(50).index]

    def gap(rows):  # how far an unsure row is from its nearest row with a label
        far = (1 - matrix(prod) @ matrix(rows).T).min(axis=1)
        return np.average(far, weights=unsure)

    assert len(picked) == 50
    assert picked.label_uncertainty.mean() > unsure.mean()
    assert gap(picked) < gap(most) - 0.01
    assert picked.label_stands_for.sum() == len(prod)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda t: px.similar(t, t.drop(columns="text_vector")), "no column of vectors"),
        (lambda t: px.similar(t[["year"]], t), "has no column"),
        (lambda t: px.similar(t.iloc[:0], t), "rows has no rows"),
        (lambda t: px.similar(t.iloc[:1], t.iloc[:0], "text_vector"), "pool has no rows"),
        (lambda t: px.similar(t.iloc[:1].assign(text_vector=[np.zeros(384)]), t), "nothing to look for"),
        (lambda t: px.similar([10**6], t), "there is no row 1,000,000"),
        (lambda t: px.similar(np.ones(3), t), "vectors of 384 numbers"),
        (lambda t: px.similar(t, t, "txt_vector"), 'did you mean "text_vector"'),
        (lambda t: px.nearest_unlike(t.assign(party="x"), t.assign(party="x"), "party"), 'all labels are "x"'),
        (lambda t: px.nearest_unlike(t.assign(party=None), t, "party"), "another label"),
        (lambda t: px.pick_to_label(t[["year"]]), "neither vectors nor uncertainty"),
        (lambda t: px.pick_to_label(t, uncertainty="words"), '"words" is no probability'),
        (lambda t: px.pick_to_label(t.iloc[:0]), "0 rows"),
    ],
)
def test_what_cannot_be_done_is_said(sotu, call, says):
    with pytest.raises(px.TrainingError, match=says):
        call(sotu[0].iloc[:20])
