"""Clusters: labels recovered over seeds, the choice in the tree, sizes, numbering."""

import itertools

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.metrics import adjusted_mutual_info_score

from phoenix_lab.embeddings import clusters
from phoenix_lab.embeddings.clusters import by_size, find_clusters, min_cluster_size_for
from phoenix_lab.embeddings.crew import Crew
from phoenix_lab.embeddings.fuzzy import fuzzy_graph
from phoenix_lab.embeddings.layout import principal_start, spread
from phoenix_lab.embeddings.model import map_vectors
from phoenix_lab.embeddings.neighbors import nearest


@pytest.fixture(scope="module")
def digits():
    data = load_digits()
    return (data.data / np.linalg.norm(data.data, axis=1, keepdims=True)).astype(np.float32), data.target


@pytest.fixture(scope="module")
def crew():
    with Crew(2) as crew:
        yield crew


def groups_layout(X, seed, crew):
    X = np.ascontiguousarray(X - X.mean(axis=0), np.float32)
    found, _ = nearest(X, 29, crew, seed=seed)
    start = principal_start(X, 5, seed, crew)
    graph = fuzzy_graph(found, 500, seed, crew)
    return spread(graph, start, min_dist=0.0, n_epochs=500, seed=seed, crew=crew)


def blobs(shares, seed=0, n=1500, d=64, apart=0.7):
    rng = np.random.default_rng(seed)
    y = rng.choice(len(shares), n, p=shares)
    return (apart * rng.normal(size=(len(shares), d))[y] + rng.normal(size=(n, d))).astype(np.float32), y


def test_digits_are_found_with_every_seed(digits, crew):
    """Five seeds measured: .86 to .88 with 17 to 18 clusters, 2 to 3 % noise."""
    X, y = digits
    for seed in range(3):
        labels = map_vectors(X, crew, seed=seed).labels
        assert adjusted_mutual_info_score(y, labels) > 0.84
        assert 10 <= labels.max() + 1 <= 25
        assert (labels < 0).mean() < 0.1


def test_groups_are_steadier_than_those_of_the_map(digits, crew):
    """Agreement between seeds, five of them: .93 against .90."""
    X, _ = digits
    runs = {"map": [], "groups": []}
    for seed in range(3):
        found = map_vectors(X, crew, seed=seed)
        runs["groups"].append(found.labels)
        runs["map"].append(find_clusters(found.positions, 15))
    steady = {
        name: np.mean([adjusted_mutual_info_score(a, b) for a, b in itertools.combinations(labels, 2)])
        for name, labels in runs.items()
    }
    assert steady["groups"] > 0.88
    assert steady["groups"] > steady["map"] - 0.02


@pytest.mark.parametrize("shares", [[0.2] * 5, [0.8, 0.05, 0.05, 0.05, 0.05], [0.5, 0.5]])
def test_clear_clouds_stay_whole_however_large(crew, shares):
    X, y = blobs(shares)
    labels = map_vectors(X, crew).labels
    assert labels.max() + 1 == len(shares)
    assert adjusted_mutual_info_score(y, labels) > 0.95


def test_without_large_clusters_the_choice_is_hdbscans(digits, crew, monkeypatch):
    import hdbscan

    monkeypatch.setattr(clusters, "LARGE", 1.0)
    Y = groups_layout(digits[0], 0, crew)
    theirs = hdbscan.HDBSCAN(min_cluster_size=15, min_samples=5).fit_predict(Y.astype(np.float64))
    assert adjusted_mutual_info_score(theirs, find_clusters(Y, 15)) > 0.999


def test_one_far_split_does_not_hide_the_groups_inside():
    """Two heaps far apart, each of ten tight groups: the excess of mass alone may take the two heaps."""
    rng = np.random.default_rng(0)
    heaps = np.repeat([[0.0, 0.0], [1000.0, 0.0]], 10, axis=0)
    centres = heaps + 3 * np.stack([np.tile(np.arange(10) % 5, 2), np.tile(np.arange(10) // 5, 2)], axis=1)
    y = np.repeat(np.arange(20), 60)
    Y = (centres[y] + 0.5 * rng.normal(size=(1200, 2))).astype(np.float32)
    labels = find_clusters(Y, 15)
    assert adjusted_mutual_info_score(y, labels) > 0.9


@pytest.mark.parametrize(
    ("n", "size"), [(10, 5), (100, 5), (200, 10), (300, 15), (6000, 15), (10_000, 25), (50_000, 125)]
)
def test_smallest_clusters(n, size):
    assert min_cluster_size_for(n) == size


def test_nothing_to_group():
    assert (find_clusters(np.zeros((9, 2), np.float32), 5) == -1).all()
    assert (find_clusters(np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32), 60) == -1).all()
    same_place = find_clusters(np.zeros((100, 2), np.float32), 5)
    assert same_place.shape == (100,)


def test_clusters_are_numbered_by_size():
    labels = np.array([7, 7, -1, 2, 2, 2, 5, 5, -1, -1, -1], np.int32)
    np.testing.assert_array_equal(by_size(labels), [1, 1, -1, 0, 0, 0, 2, 2, -1, -1, -1])
    np.testing.assert_array_equal(by_size(np.array([-1, -1], np.int32)), [-1, -1])
    assert len(by_size(np.empty(0, np.int32))) == 0
