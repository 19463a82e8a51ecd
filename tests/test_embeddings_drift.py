"""The domain classifier: false alarms, power, units, strange input; centroid distances against scipy."""

import numpy as np
import pytest
from scipy.spatial.distance import cosine, euclidean
from scipy.stats import mannwhitneyu
from sklearn.decomposition import PCA
from sklearn.metrics import roc_auc_score

from phoenix_lab.embeddings import drift
from phoenix_lab.embeddings.drift import Components, centroid_distance, domain_classifier


def test_no_drift_raises_few_alarms():
    rng = np.random.default_rng(0)
    p = [domain_classifier(*rng.normal(size=(2, 120, 12)), rng).p_value for _ in range(150)]
    assert np.mean(np.array(p) < 0.05) <= 0.08
    assert 0.3 < np.median(p) < 0.7


def test_no_drift_raises_few_alarms_when_rows_come_in_units(monkeypatch):
    monkeypatch.setattr(drift, "PERMUTATIONS", 199)
    rng = np.random.default_rng(1)

    def sessions(first):
        unit = np.repeat(np.arange(30), 8)
        return rng.normal(size=(30, 12))[unit] + rng.normal(size=(240, 12)), unit + first

    alarms = naive = 0
    for _ in range(80):
        (a, ua), (b, ub) = sessions(0), sessions(100)
        alarms += domain_classifier(a, b, rng, ua, ub).p_value < 0.05
        naive += domain_classifier(a, b, rng).p_value < 0.05
    assert alarms <= 10
    assert naive > 60


def test_a_shift_is_found_and_the_numbers_are_of_the_held_out_rows():
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=(700, 30)), rng.normal(size=(400, 30))
    b[:, 3] += 0.8
    found = domain_classifier(a, b, rng)
    assert found.p_value < 1e-3
    assert found.lower > 0.55
    assert (len(found.scores_reference), len(found.scores_primary)) == (350, 200)
    labels = np.repeat([0, 1], [350, 200])
    scores = np.concatenate([found.scores_reference, found.scores_primary])
    assert found.auc == pytest.approx(roc_auc_score(labels, scores))
    u = mannwhitneyu(found.scores_primary, found.scores_reference, alternative="greater")
    assert found.p_value == pytest.approx(u.pvalue)
    assert len(np.unique(found.held_out_reference)) == 350
    high = found.scores_primary > np.median(found.scores_primary)
    assert b[found.held_out_primary[high], 3].mean() > b[found.held_out_primary[~high], 3].mean()


def test_its_interval_holds_the_true_auc():
    """Two normal sets, one feature: the AUC of the best direction is Phi(d / sqrt 2)."""
    from scipy.stats import norm

    rng = np.random.default_rng(3)
    truth = norm.cdf(1 / np.sqrt(2))
    found = [domain_classifier(rng.normal(size=(200, 1)), rng.normal(1, size=(200, 1)), rng) for _ in range(150)]
    assert 0.84 < np.mean([f.lower <= truth <= f.upper for f in found]) < 0.96


def test_units_stay_in_one_half():
    rng = np.random.default_rng(4)
    unit = np.array([f"user {i}" for i in rng.integers(0, 60, 500)], dtype=object)
    unit[:20] = None
    found = domain_classifier(rng.normal(size=(300, 5)), rng.normal(size=(200, 5)), rng, unit[:300], unit[300:])
    held = set(unit[:300][found.held_out_reference]) | set(unit[300:][found.held_out_primary])
    other = np.concatenate(
        [np.delete(unit[:300], found.held_out_reference), np.delete(unit[300:], found.held_out_primary)]
    )
    assert not (held - {None}) & set(other)
    assert 0 < found.p_value <= 1


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int64, np.uint8])
def test_number_types(dtype):
    rng = np.random.default_rng(5)
    a, b = (rng.integers(0, 200, size=(2, 100, 6))).astype(dtype)
    assert domain_classifier(a, b, rng).auc is not None


def test_strange_vectors_are_left_out_and_reasons_given():
    rng = np.random.default_rng(6)
    a, b = rng.normal(size=(2, 60, 4))
    a[3, 0], a[7, 2], b[5, 1] = np.nan, np.inf, -np.inf
    found = domain_classifier(a, b, rng)
    assert (found.n_reference, found.n_primary) == (58, 59)
    assert not np.isin([3, 7], found.held_out_reference).any()
    for left, right, reason in (
        (a[:0], b, "at least 4"),
        (a, b[:2], "at least 4"),
        (np.ones((50, 4)), np.ones((50, 4)), "equal"),
    ):
        undefined = domain_classifier(left, right, rng)
        assert undefined.auc is None
        assert undefined.p_value is None
        assert reason in undefined.reason
    same_unit = domain_classifier(a, b, rng, np.zeros(60, int), np.arange(60))
    assert "units" in same_unit.reason


def test_large_sets_are_sampled(monkeypatch):
    monkeypatch.setattr(drift, "MAX_ROWS", 100)
    rng = np.random.default_rng(7)
    found = domain_classifier(rng.normal(size=(1000, 3)), rng.normal(size=(50, 3)), rng)
    assert (found.n_reference, found.n_primary) == (100, 50)
    assert found.held_out_reference.max() > 100


def test_the_same_generator_gives_the_same_answer():
    a, b = np.random.default_rng(8).normal(size=(2, 100, 8))
    one, two = (domain_classifier(a, b, np.random.default_rng(1)) for _ in range(2))
    assert one.auc == two.auc
    np.testing.assert_array_equal(one.scores_primary, two.scores_primary)


@pytest.mark.parametrize("d", [40, 1500])
def test_principal_components_are_scikit_learns(d):
    rng = np.random.default_rng(9)
    X = rng.normal(size=(120, 6)) * [9, 7, 5, 4, 3, 2] @ rng.normal(size=(6, d)) + 0.01 * rng.normal(size=(120, d))
    X[:, 0] = 5
    Z = Components.of(X, 4, rng)(X)
    scaled = X[:, 1:] - X[:, 1:].mean(axis=0)
    expected = PCA(4, svd_solver="full", whiten=True).fit_transform(scaled / scaled.std(axis=0))
    for i in range(4):
        assert abs(np.corrcoef(Z[:, i], expected[:, i])[0, 1]) > 0.999


def test_centroids():
    rng = np.random.default_rng(10)
    a, b = rng.normal(1, size=(50, 7)).astype(np.float32), rng.normal(size=(30, 7)).astype(np.float32)
    found = centroid_distance(a, b)
    assert found.euclidean == pytest.approx(euclidean(a.mean(axis=0), b.mean(axis=0)), rel=1e-5)
    assert found.cosine == pytest.approx(cosine(a.mean(axis=0), b.mean(axis=0)), rel=1e-5)
    a[0] = np.nan
    assert centroid_distance(a, b).n_reference == 49
    assert centroid_distance(a[:0], b).euclidean is None
    zero = centroid_distance(np.zeros((3, 7)), b)
    assert zero.cosine is None
    assert zero.euclidean > 0
