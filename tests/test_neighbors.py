"""The recipe `Neighbors`: against plain float64 arithmetic and scikit-learn, of strange vectors, and as rows of the user's frame."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.neighbors import NearestNeighbors

import phoenix_lab as px
from phoenix_lab.embeddings.similar import nearest_rows


def column(X, missing=()):
    values = pa.array(np.ascontiguousarray(X).ravel())
    mask = np.isin(np.arange(len(X)), missing)
    return pa.chunked_array([pa.FixedSizeListArray.from_arrays(values, X.shape[1], mask=pa.array(mask))])


def vectors(n, d, seed=0):
    return np.random.default_rng(seed).standard_normal((n, d)).astype(np.float32)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_the_rows_are_those_that_scikit_learn_finds(kind):
    A, B = vectors(3000, 48).astype(kind), vectors(2000, 48, seed=1).astype(kind)
    both = np.concatenate([A, B]).astype(np.float64)
    judge = NearestNeighbors(n_neighbors=31, metric="cosine", algorithm="brute").fit(both)
    for row in (0, 2999, 17):
        found = nearest_rows(A[row].astype(float), (column(A), column(B)), "cosine", 30, itself=(0, row))
        distance, order = judge.kneighbors(both[[row]])
        assert list(found.column * 3000 + found.row) == list(order[0][1:])
        np.testing.assert_allclose(found.distance, distance[0][1:], atol=1e-12)
        assert found.compared == (2999, 2000)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.integers(1, 60), st.integers(0, 1000))
def test_copies_come_first_in_the_order_of_the_rows(copies, k, seed):
    X = vectors(60, 6, seed)
    X[10 : 10 + copies] = X[5]
    found = nearest_rows(X[5].astype(float), (column(X),), "cosine", k, itself=(0, 5))
    assert len(found.row) == min(k, 59)
    assert 5 not in found.row
    same = min(k, copies)
    assert list(found.row[:same]) == list(range(10, 10 + same))
    assert (found.distance[:same] == 0).all()
    assert (np.diff(found.distance) >= 0).all()


def test_rows_without_a_direction_are_no_neighbours_and_scale_does_not_matter():
    X = vectors(50, 8)
    X[3] = 0
    X[4] = np.nan
    X[5, 2] = np.inf
    X[6] = X[0] * np.float32(1e30)  # its square is beyond float32
    X[7] = X[0] * np.float32(1e-30)
    found = nearest_rows(X[0].astype(float), (column(X, missing=[8]),), "cosine", 100, itself=(0, 0))
    assert set(found.row) == set(range(1, 50)) - {3, 4, 5, 8}
    assert list(found.row[:2]) == [6, 7]
    np.testing.assert_allclose(found.distance[:2], 0, atol=1e-13)


def test_vectors_of_few_numbers_are_compared_by_distance():
    X = vectors(400, 2) * 100
    found = nearest_rows(X[9].astype(float), (column(X),), "euclidean", 5, itself=(0, 9))
    plain = np.sqrt(((X.astype(float) - X[9]) ** 2).sum(axis=1))
    assert list(found.row) == list(np.argsort(plain, kind="stable")[1:6])
    np.testing.assert_allclose(found.distance, np.sort(plain)[1:6])


def frames(library):
    X = vectors(90, 16)
    data = {"id": [f"r{i}" for i in range(90)], "vec": list(X)}
    prod, train = pd.DataFrame(data)[:40], pd.DataFrame(data)[40:]
    if library == "polars":
        return X, *(pl.DataFrame({"id": f.id.tolist(), "vec": [v.tolist() for v in f.vec]}) for f in (prod, train))
    return X, prod, train


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_the_rows_come_back_nearest_first_from_both_sets(library):
    X, prod, train = frames(library)
    result = px.run(px.Neighbors("vec", 3, k=12), prod, reference=train, cache=False)
    U = X / np.linalg.norm(X, axis=1, keepdims=True)
    order = np.argsort(1 - U @ U[3], kind="stable")[1:13]
    rows = result.neighbors()
    assert type(rows) is type(prod)
    assert list(rows["id"]) == [f"r{i}" for i in order]
    assert list(result.neighbors(set="reference")["id"]) == [f"r{i}" for i in order if i >= 40]
    assert list(result.neighbors(set="primary")["id"]) == [f"r{i}" for i in order if i < 40]
    assert result.meta["compared"] == {"primary": 39, "reference": 50}
    assert result.meta["metric"] == "cosine"
    other = px.run(px.Neighbors("vec", 5, set="reference", k=1), prod, reference=train, cache=False)
    assert list(other.neighbors()["id"]) == [f"r{np.argsort(1 - U @ U[45], kind='stable')[1]}"]
    with pytest.raises(AttributeError, match="EmbeddingMap has"):
        result.cluster(0)


def test_what_cannot_be_asked_is_said():
    _, prod, train = frames("pandas")
    odd = prod.copy()
    odd["vec"] = [None, np.zeros(16, np.float32), np.full(16, np.nan, np.float32), *odd["vec"][3:]]
    for row, why in ((0, "it is missing"), (1, "it is zero"), (2, "it holds NaN")):
        with pytest.raises(px.RecipeError, match=f"Row {row} of odd has no vector.*{why}"):
            px.run(px.Neighbors("vec", row), odd, cache=False)
    with pytest.raises(px.RecipeError, match="prod has the rows 0 to 39; there is no row 40"):
        px.run(px.Neighbors("vec", 40), prod, cache=False)
    with pytest.raises(px.RecipeError, match="no reference set"):
        px.run(px.Neighbors("vec", 0, set="reference"), prod, cache=False)
    some = px.run(
        px.Neighbors("vec", 3, where=(px.Values("id", ("r5", "r50", "r60")),)), prod, reference=train, cache=False
    )
    assert sorted(some.neighbors()["id"]) == ["r5", "r50", "r60"]
    alone = px.run(px.Neighbors("vec", 0, k=500), prod, cache=False)
    assert alone.table.num_rows == 39
