"""The map: UMAP's graph and curve, quality, the same bits everywhere, rows few or strange, placed rows that stay put."""

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.manifold import trustworthiness

from phoenix_lab.embeddings.crew import Crew
from phoenix_lab.embeddings.fuzzy import fuzzy_graph, membership
from phoenix_lab.embeddings.layout import curve, principal_start
from phoenix_lab.embeddings.model import fit, map_vectors
from phoenix_lab.embeddings.neighbors import nearest
from phoenix_lab.recipes.output import Cancelled


@pytest.fixture(scope="module")
def digits():
    X = load_digits().data
    return (X / np.linalg.norm(X, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def crew():
    with Crew(2) as crew:
        yield crew


@pytest.mark.parametrize(("min_dist", "a", "b"), [(0.1, 1.5769434602, 0.8950608779), (0.0, 1.9328083975, 0.790494973)])
def test_the_curve_is_umaps(min_dist, a, b):
    """The numbers are umap-learn 0.5.12's `find_ab_params(1.0, min_dist)`."""
    np.testing.assert_allclose(curve(min_dist), (a, b), atol=2e-5)


def test_every_curve_falls_from_one():
    for min_dist in (0, 0.25, 0.5, 0.99, 1.0):
        a, b = curve(min_dist)
        assert a > 0
        assert b > 0


def test_memberships_sum_to_the_logarithm(digits, crew):
    found, _ = nearest(digits, 14, crew)
    W = membership(found, crew)
    np.testing.assert_allclose(W.sum(axis=1), np.log2(15), rtol=2e-3)
    assert (W[:, 0] == 1).all()
    assert (np.diff(W, axis=1) <= 1e-6).all()


def test_the_graph_is_symmetric_and_the_fuzzy_union(digits, crew):
    n = 300
    found, _ = nearest(digits[:n], 14, crew)
    W = np.zeros((n, n))
    W[np.arange(n)[:, None], found.rows] = membership(found, crew)
    union = W + W.T - W * W.T
    graph = fuzzy_graph(found, 500, 0, crew)
    made = np.zeros((n, n))
    source = np.repeat(np.arange(n), np.diff(graph.starts))
    made[graph.rows[source], graph.rows[graph.ends]] = graph.weights
    np.testing.assert_array_equal(made, made.T)
    expected = np.where(union >= union.max() / 500, union, 0)
    np.testing.assert_allclose(made, expected, atol=1e-5)
    assert sorted(graph.rows) == list(range(n))


def test_the_start_holds_the_variance_that_principal_components_do(digits, crew):
    from sklearn.decomposition import PCA

    for dim in (2, 3, 5):
        start = principal_start(digits, dim, 0, crew)
        assert np.abs(start).max() == pytest.approx(10, abs=0.01)
        design = np.column_stack([np.ones(len(start)), start])
        fitted = design @ np.linalg.lstsq(design, digits, rcond=None)[0]
        held = fitted.var(axis=0).sum() / digits.var(axis=0).sum()
        assert held > 0.99 * PCA(dim).fit(digits).explained_variance_ratio_.sum()


@pytest.mark.parametrize("dim", [2, 3])
def test_maps_of_digits_are_trustworthy(digits, crew, dim):
    """umap-learn 0.5.12 has .9858 to .9867 of them in two dimensions; benchmarks/map.py compares side by side."""
    for seed in range(2):
        Y = map_vectors(digits, crew, n_components=dim, seed=seed).positions
        assert trustworthiness(digits, Y, n_neighbors=15) > (0.981, 0.985)[dim - 2]


def test_parameters_have_their_effect(digits, crew):
    def nearest_gap(**parameters):
        Y = map_vectors(digits[:600], crew, **parameters).positions
        return np.median(nearest(Y, 1, crew)[0].distances) / Y.std()

    assert nearest_gap(min_dist=0.8) > 2 * nearest_gap(min_dist=0.0)
    few = map_vectors(digits[:600], crew, n_neighbors=5).positions
    many = map_vectors(digits[:600], crew, n_neighbors=100).positions
    assert not np.array_equal(few, many)
    assert not np.array_equal(few, map_vectors(digits[:600], crew, n_neighbors=5, seed=1).positions)


SCRIPT = """
import hashlib, sys
import numpy as np
from phoenix_lab.embeddings.crew import Crew
from phoenix_lab.embeddings.model import map_vectors
rng = np.random.default_rng(0)
centres = rng.normal(size=(30, 40))
X = (centres[rng.integers(0, 30, 5000)] + rng.normal(size=(5000, 40))).astype(np.float32)
X[100:145] = X[7]
with Crew(int(sys.argv[1])) as crew:
    for part, options in ((X[:1500], {}), (X, {}), (X, {"sample": 4500, "n_components": 3})):
        m = map_vectors(part, crew, **options)
        print(hashlib.sha256(m.positions.tobytes() + m.labels.tobytes()).hexdigest())
"""


def test_the_same_bits_in_any_process_with_any_number_of_threads():
    def checksums(threads, blas):
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, threads],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "OPENBLAS_NUM_THREADS": blas, "OMP_NUM_THREADS": blas},
        )
        return done.stdout.split()

    first = checksums("1", "1")
    assert len(set(first)) == 3
    assert first == checksums("2", "2")


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 5, 7, 9, 16, 31, 61])
@pytest.mark.parametrize("dim", [2, 3])
def test_few_rows(crew, n, dim):
    X = np.random.default_rng(n).normal(size=(n, 6)).astype(np.float32)
    found = map_vectors(X, crew, n_components=dim)
    assert found.positions.shape == (n, dim)
    assert np.isfinite(found.positions).all()
    assert len(np.unique(found.positions, axis=0)) == n
    assert found.labels.shape == (n,)
    if n < 10:
        assert (found.labels == -1).all()


@pytest.mark.parametrize("n", [50, 4500])
def test_constant_vectors_and_one_dimension(crew, n):
    constant = map_vectors(np.ones((n, 5), np.float32), crew)
    assert np.isfinite(constant.positions).all()
    line = map_vectors(np.linspace(0, 1, n, dtype=np.float32)[:, None], crew)
    assert np.isfinite(line.positions).all()


def test_copies_of_a_vector_stay_together(crew):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(2000, 16)).astype(np.float32)
    X[::2] = X[0]
    found = map_vectors(X, crew)
    assert len(np.unique(found.labels[::2])) == 1
    copies = found.positions[::2]
    assert np.ptp(copies, axis=0).max() < 0.3 * np.ptp(found.positions, axis=0).max()
    groups = np.repeat(rng.normal(size=(20, 16)), 45, axis=0).astype(np.float32)
    labels = map_vectors(groups, crew).labels
    assert all(len(np.unique(labels[i : i + 45])) == 1 for i in range(0, 900, 45))
    assert labels.max() == 19


@pytest.mark.parametrize("fitted", [1200, 4400])
def test_a_placed_row_does_not_depend_on_the_others(digits, crew, fitted):
    rng = np.random.default_rng(0)
    X = np.concatenate([digits, digits, digits]) + rng.normal(scale=0.01, size=(3 * len(digits), 64)).astype(np.float32)
    X = X[rng.permutation(len(X))]
    model = fit(X[:fitted], crew)
    new = X[fitted : fitted + 500]
    together = model.place(new, crew)
    backwards = model.place(new[::-1], crew)
    alone = model.place(new[123:124], crew)
    np.testing.assert_array_equal(together.positions, backwards.positions[::-1])
    np.testing.assert_array_equal(together.positions[123:124], alone.positions)
    np.testing.assert_array_equal(together.labels, backwards.labels[::-1])
    like_fitted = trustworthiness(X[:500], model.positions[:500], n_neighbors=15)
    assert trustworthiness(new, together.positions, n_neighbors=15) > like_fitted - 0.03


def test_fitted_rows_placed_again_land_where_they_were(digits, crew):
    model = fit(digits, crew)
    again = model.place(digits[:300], crew)
    gap = np.linalg.norm(again.positions - model.positions[:300], axis=1)
    assert np.median(gap) < 0.05 * np.ptp(model.positions)
    kept = model.labels[:300] >= 0
    assert (again.labels == model.labels[:300])[kept].mean() > 0.95


def test_a_sample_is_fitted_and_the_rest_is_placed(digits, crew):
    found = map_vectors(digits, crew, sample=900)
    assert len(found.fitted) == 900
    assert trustworthiness(digits, found.positions, n_neighbors=15) > 0.95
    assert found.labels.min() == -1
    sizes = np.bincount(found.labels[found.labels >= 0])
    assert (np.diff(sizes) <= 0).all()


def test_work_stops_where_progress_raises(digits, crew):
    for stage in ("neighbors_step", "layout_step", "clusters_step"):
        calls = []

        def stop(done, calls=calls):
            calls.append(done)
            if done >= 0.3:
                raise Cancelled

        with pytest.raises(Cancelled):
            map_vectors(digits, crew, **{stage: stop})
        assert calls[-1] < 0.9 or stage == "neighbors_step"
    assert np.isfinite(map_vectors(digits[:100], crew).positions).all()


def test_a_map_is_the_same_twice(digits, crew):
    sums = {hashlib.sha256(map_vectors(digits, crew).positions.tobytes()).hexdigest() for _ in range(2)}
    assert len(sums) == 1
