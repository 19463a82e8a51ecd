"""Neighbours: exact against scikit-learn, approximate by recall, new rows independent of their batch, threads without effect."""

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from phoenix_lab.embeddings.crew import Crew, chunks
from phoenix_lab.embeddings.neighbors import descent, exact, look_up, nearest


@pytest.fixture(scope="module")
def mixture():
    """6,000 rows around 40 centres, 48 dimensions."""
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(40, 48))
    return (centres[rng.integers(0, 40, 6000)] + 0.8 * rng.normal(size=(6000, 48))).astype(np.float32)


def truth(X, A, k):
    return NearestNeighbors(n_neighbors=k, algorithm="brute").fit(X).kneighbors(A)


@pytest.mark.parametrize(("n", "d", "k"), [(2, 3, 1), (17, 1, 5), (100, 5, 15), (333, 70, 29), (1500, 48, 14)])
def test_exact_neighbours_are_those_of_scikit_learn(mixture, n, d, k):
    X = np.ascontiguousarray(np.random.default_rng(n).normal(size=(n, d)), np.float32)
    with Crew(2) as crew:
        found = exact(X, X, k, crew, same=True)
    distances, rows = truth(X, X, k + 1)
    np.testing.assert_array_equal(found.rows, rows[:, 1:])
    np.testing.assert_allclose(found.distances, distances[:, 1:], rtol=1e-4, atol=1e-5)


def test_a_row_is_not_its_own_neighbour_even_among_equals():
    X = np.repeat(np.random.default_rng(0).normal(size=(10, 8)), 45, axis=0).astype(np.float32)
    with Crew(2) as crew:
        found = exact(X, X, 14, crew, same=True)
    assert not (found.rows == np.arange(450)[:, None]).any()
    assert (found.distances == 0).all()
    assert (found.rows // 45 == (np.arange(450) // 45)[:, None]).all()


def test_descent_finds_nearly_all(mixture):
    with Crew(2) as crew:
        found, _ = descent(mixture, 15, crew)
    _, rows = truth(mixture, mixture, 16)
    recall = np.mean([len(np.intersect1d(a, b)) / 15 for a, b in zip(found.rows, rows[:, 1:], strict=True)])
    assert recall > 0.93
    assert (np.diff(found.distances, axis=1) >= 0).all()
    gap = np.linalg.norm(mixture[:, None] - mixture[found.rows], axis=2)
    np.testing.assert_allclose(found.distances, gap, rtol=1e-4)


def test_the_descent_survives_equal_and_constant_rows(mixture):
    X = mixture.copy()
    X[::3] = X[0]
    X[1::3, 5:] = 0
    with Crew(2) as crew:
        found, index = nearest(X, 15, crew)
        assert index is not None
        assert found.rows.min() >= 0
        assert found.rows.max() < len(X)
        assert np.isfinite(found.distances).all()
        constant, _ = nearest(np.ones((5000, 4), np.float32), 15, crew)
    assert (constant.distances == 0).all()


@pytest.mark.parametrize("n", [900, 6000])
def test_new_rows_find_old_ones_whatever_comes_with_them(mixture, n):
    X = mixture[:n]
    new = np.ascontiguousarray(mixture[::10] + np.float32(0.01))
    with Crew(2) as crew:
        _, index = nearest(X, 15, crew)
        together = look_up(new, X, index, k=15, crew=crew)
        alone = look_up(new[37:38].copy(), X, index, k=15, crew=crew)
        few = look_up(new[30:99].copy(), X, index, k=15, crew=crew)
    np.testing.assert_array_equal(together.rows[37], alone.rows[0])
    np.testing.assert_array_equal(together.distances[30:99], few.distances)
    _, rows = truth(X, new, 15)
    recall = np.mean([len(np.intersect1d(a, b)) / 15 for a, b in zip(together.rows, rows, strict=True)])
    assert recall > (0.99 if n < 4000 else 0.9)


@pytest.mark.parametrize("n", [1000, 6000])
def test_threads_do_not_change_neighbours(mixture, n):
    results = []
    for threads in (1, 2, 3):
        with Crew(threads) as crew:
            results.append(nearest(mixture[:n], 20, crew, seed=3)[0])
    for other in results[1:]:
        np.testing.assert_array_equal(results[0].rows, other.rows)
        np.testing.assert_array_equal(results[0].distances, other.distances)


def test_a_crew_does_every_task_once_and_passes_errors_on():
    done = np.zeros(1000, np.int64)

    def work(lo, hi):
        done[lo:hi] += 1

    def fail(lo, _hi):
        if lo == 30:
            raise ValueError("thirty")

    with Crew(3) as crew:
        crew.run(work, chunks(1000, 10))
        assert (done == 1).all()
        with pytest.raises(ValueError, match="thirty"):
            crew.run(fail, chunks(100, 10))
        crew.run(work, chunks(1000, 10))
        crew.run(work, [])
    assert (done == 2).all()
