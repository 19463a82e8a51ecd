"""How far a map can be believed, against scikit-learn and plain counting; which clusters are found again."""

import numpy as np
import pytest
from sklearn.datasets import load_digits, make_blobs
from sklearn.manifold import trustworthiness as judge
from sklearn.neighbors import NearestNeighbors

from phoenix_lab.embeddings import trust
from phoenix_lab.embeddings.clusters import min_cluster_size_for
from phoenix_lab.embeddings.crew import Crew
from phoenix_lab.embeddings.model import fit, map_vectors
from phoenix_lab.embeddings.neighbors import exact
from phoenix_lab.embeddings.stability import jaccard, resampled, restricted
from phoenix_lab.embeddings.stages import Stages


@pytest.fixture(scope="module")
def crew():
    with Crew() as crew:
        yield crew


@pytest.fixture(scope="module")
def digits(crew):
    # Whole numbers have ties, which each ranks in its own way.
    X = load_digits().data[:900] + np.random.default_rng(0).normal(scale=0.01, size=(900, 64))
    X = X.astype(np.float32)
    return X, map_vectors(X, crew)


def test_trustworthiness_is_scikit_learns(digits, crew, monkeypatch):
    X, found = digits
    value = judge(X, found.positions, n_neighbors=15)
    assert found.trust.lower < value < found.trust.upper
    assert found.trust.n == 300
    monkeypatch.setattr(trust, "ASKED", 900)
    shown = trust.on_the_map(found.positions, found.positions, 15, crew, same=True)
    whole = trust.trustworthiness(X, shown, 0)
    assert whole.value == pytest.approx(value, abs=1e-6)
    assert whole.lower == whole.value == whole.upper  # all rows were asked
    random = np.random.default_rng(1).standard_normal((900, 2)).astype(np.float32)
    shown = trust.on_the_map(random, random, 15, crew, same=True)
    assert trust.trustworthiness(X, shown, 0).value == pytest.approx(judge(X, random, n_neighbors=15), abs=1e-6)


def test_neighbours_kept_are_those_in_both_lists(digits):
    X, found = digits
    plain = [NearestNeighbors(n_neighbors=16).fit(A).kneighbors(A, return_distance=False) for A in (X, found.positions)]
    for i in range(0, 900, 7):
        near, shown = (set(lists[i]) - {i} for lists in plain)
        assert found.kept[i] == pytest.approx(len(near & shown) / 15)
        if found.labels[i] >= 0:
            same = np.mean([found.labels[j] == found.labels[i] for j in near])
            assert found.within[i] == pytest.approx(same)
        else:
            assert np.isnan(found.within[i])


def test_rows_that_were_placed_are_measured_among_those_that_were_fitted(crew):
    X, _ = make_blobs(1200, n_features=12, centers=6, random_state=0)
    found = map_vectors(X.astype(np.float32), crew, sample=800)
    placed = np.setdiff1d(np.arange(1200), found.fitted)
    assert len(placed) == 400
    assert np.isfinite(found.kept).all()
    assert found.kept[placed].mean() > 0.3
    assert np.nanmean(found.within[placed]) > 0.95


def test_groups_are_found_again_and_pieces_of_one_cloud_are_not(crew):
    X, _ = make_blobs(1000, n_features=20, centers=5, cluster_std=1.0, random_state=1)
    clear = fit(X.astype(np.float32), crew)
    again = resampled(clear.X, clear.labels, min_cluster_size_for(1000), crew, resamples=3, seed=0)
    assert again.mean.min() > 0.9
    cloud = fit(np.random.default_rng(0).standard_normal((1000, 40)).astype(np.float32), crew)
    if cloud.labels.max() >= 0:
        again = resampled(cloud.X, cloud.labels, min_cluster_size_for(1000), crew, resamples=3, seed=0)
        assert again.mean.max() < 0.5
        own = trust.within(cloud.near[:, :15], cloud.labels, cloud.labels)
        assert np.nanmean(own) < 0.4


def test_overlaps_are_counted_by_hand():
    old = np.array([0, 0, 0, 1, 1, -1, 2], np.int32)
    new = np.array([5, 5, 1, 1, 1, 5, -1], np.int32)
    assert jaccard(old, new, 4)[:3] == pytest.approx([2 / 4, 2 / 3, 0])
    assert np.isnan(jaccard(old, new, 4)[3])


def test_neighbours_within_a_part_are_its_own(crew):
    X = np.random.default_rng(0).standard_normal((400, 8)).astype(np.float32)
    part = np.sort(np.random.default_rng(1).choice(400, 320, replace=False))
    near = restricted(exact(X, X, 44, crew, same=True), part, 29)
    own = exact(np.ascontiguousarray(X[part]), np.ascontiguousarray(X[part]), 29, crew, same=True)
    whole = near.rows[:, -1] != near.rows[:, -2]
    assert whole.mean() > 0.9
    np.testing.assert_array_equal(near.rows[whole], own.rows[whole])
    assert (near.rows >= 0).all()


def test_stages_are_kept_by_what_they_depend_on(crew):
    X = load_digits().data[:500].astype(np.float32)
    stages, made = Stages(), []

    def told(name):
        return lambda done: made.append(name) if 0 < done < 1 else None

    steps = {f"{name}_step": told(name) for name in ("neighbors", "layout", "clusters")}
    first = map_vectors(X, crew, stages=stages, key="digits", **steps)
    assert {"layout", "clusters"} <= set(made)
    made.clear()
    second = map_vectors(X, crew, stages=stages, key="digits", min_cluster_size=30, **steps)
    assert made == []
    assert second.positions.tobytes() == first.positions.tobytes()
    assert second.labels.max() < first.labels.max()
    fresh = map_vectors(X, crew, min_cluster_size=30)
    assert fresh.labels.tobytes() == second.labels.tobytes()
    made.clear()
    map_vectors(X, crew, stages=stages, key="digits", n_components=3, **steps)
    assert set(made) == {"layout"}
    small = Stages(budget=10)
    assert small.take("a", lambda: np.zeros(100)) is not small.take("a", lambda: np.zeros(100))
