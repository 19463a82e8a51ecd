"""Shares of clusters: intervals, false alarms with and without units, power."""

import numpy as np
import pytest
from scipy.stats import binomtest

from phoenix_lab.embeddings import shares as module
from phoenix_lab.embeddings.shares import changes, shares
from phoenix_lab.stats.units import UnitCounts

K = 20


@pytest.fixture
def few_permutations(monkeypatch):
    monkeypatch.setattr(module, "PERMUTATIONS", 299)


def in_units(rng, weights, n, n_units, first):
    """Rows in units whose own shares differ."""
    unit = rng.integers(0, n_units, n)
    own = np.array([rng.dirichlet(6 * weights + 1e-9) for _ in range(n_units)])
    codes = (rng.random((n, 1)) > np.cumsum(own[unit], axis=1)).sum(axis=1).clip(0, len(weights) - 1)
    return codes, unit + first


def test_intervals_are_wilsons():
    codes = np.repeat([0, 1, 2], [3, 90, 7])
    found = shares(codes, 4)
    np.testing.assert_array_equal(found.count, [3, 90, 7, 0])
    for k in range(4):
        interval = binomtest(int(found.count[k]), 100).proportion_ci(0.9, method="wilson")
        np.testing.assert_allclose([found.lower[k], found.upper[k]], interval, atol=1e-9)


def test_an_empty_set_has_no_shares():
    empty = shares(np.empty(0, np.int64), 3)
    assert np.isnan(empty.share).all()
    assert np.isnan(empty.lower).all()
    changed = changes(shares(np.array([0, 1, 2]), 3), empty, np.random.default_rng(0))
    assert np.isnan(changed.difference).all()
    assert changed.p_adjusted is None


def test_no_change_raises_few_alarms(few_permutations):
    rng = np.random.default_rng(0)
    weights = rng.dirichlet(np.ones(K))
    alarms = 0
    for _ in range(300):
        sets = [shares(rng.choice(K, n, p=weights), K) for n in (500, 200)]
        alarms += changes(*sets, rng).p_adjusted.min() < 0.05
    assert alarms / 300 <= 0.07


@pytest.mark.parametrize("sizes", [(500, 500), (400, 150)])
def test_no_change_raises_few_alarms_when_rows_come_in_units(few_permutations, sizes):
    """Rows taken as independent alarm in a third of the runs and more here."""
    rng = np.random.default_rng(1)
    weights = rng.dirichlet(np.ones(K))
    alarms = naive = 0
    runs = 120
    for _ in range(runs):
        r, ur = in_units(rng, weights, sizes[0], 30, 0)
        p, up = in_units(rng, weights, sizes[1], 30, 1000)
        by_unit = UnitCounts.count(ur, r, up, p, n_bins=K)
        alarms += changes(shares(r, K, ur), shares(p, K, up), rng, by_unit).p_adjusted.min() < 0.05
        naive += changes(shares(r, K), shares(p, K), rng).p_adjusted.min() < 0.05
    assert alarms / runs <= 0.1
    assert naive / runs > 0.3


def test_intervals_hold_what_they_promise_with_units():
    rng = np.random.default_rng(2)
    weights = rng.dirichlet(np.ones(6) * 2)
    held = [
        (found.lower <= weights) & (weights <= found.upper)
        for found in (shares(c, 6, u) for c, u in (in_units(rng, weights, 400, 25, 0) for _ in range(200)))
    ]
    assert 0.86 < np.mean(held) < 0.97


@pytest.mark.parametrize("units", [False, True])
def test_a_change_is_found(units):
    rng = np.random.default_rng(3)
    r, p = rng.choice(K, 800), rng.choice(K, 400)
    p[:60] = 4
    ur, up = rng.integers(0, 80, 800), 1000 + np.arange(400) % 40
    by_unit = UnitCounts.count(ur, r, up, p, n_bins=K) if units else None
    changed = changes(shares(r, K, ur if units else None), shares(p, K, up if units else None), rng, by_unit)
    assert changed.p_adjusted.argmin() == 4
    assert changed.p_adjusted[4] < 0.01
    assert changed.lower[4] > 0.05
    assert (np.delete(changed.p_adjusted, 4) > 0.05).all()
    assert ((changed.lower <= changed.difference) & (changed.difference <= changed.upper)).all()
    assert changed.p_adjusted.min() > 0


def test_adjusted_p_is_never_below_the_single_one():
    """Against plain permutations of one cluster."""
    rng = np.random.default_rng(4)
    r, p = rng.choice(5, 300, p=[0.4, 0.3, 0.1, 0.1, 0.1]), rng.choice(5, 300, p=[0.3, 0.3, 0.2, 0.1, 0.1])
    changed = changes(shares(r, 5), shares(p, 5), rng)
    both = np.concatenate([r, p])
    for k in range(5):
        draws = np.array([(rng.permutation(both)[:300] == k).sum() for _ in range(500)])
        middle = (both == k).sum() / 2
        single = np.mean(np.abs(draws - middle) >= abs((p == k).sum() - middle))
        assert changed.p_adjusted[k] > single - 0.05


def test_one_unit_a_set_has_no_p():
    r, p = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])
    by_unit = UnitCounts.count(np.zeros(4, int), r, np.ones(4, int), p, n_bins=2)
    found = shares(r, 2, np.zeros(4, int)), shares(p, 2, np.ones(4, int))
    assert changes(*found, np.random.default_rng(0), by_unit).p_adjusted is None
    assert found[0].upper[0] - found[0].lower[0] > 0.7
