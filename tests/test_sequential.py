"""Tests that are looked at after every window keep their promise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from phoenix_lab.stats.sequential import (
    Budget,
    bets_on_mean,
    bets_on_ranks,
    bets_on_rate,
    changed_at,
    evidence,
    mean_sequence,
    ranks,
    rate_sequence,
)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.01, 0.99), st.floats(0.01, 1.0), st.integers(1, 60), st.sampled_from(["above", "below"]))
def test_a_bet_on_a_rate_is_at_most_one_on_average_whatever_rate_is_allowed(limit, part, n, side):
    rate = limit * part if side == "above" else 1 - (1 - limit) * part
    k = np.arange(n + 1)
    mean = stats.binom.pmf(k, n, rate) @ np.exp(bets_on_rate(k, np.full(n + 1, n), limit, side))
    assert (mean <= 1 + 1e-9).all()
    if part == 1.0:
        np.testing.assert_allclose(mean, 1, rtol=1e-6)


@pytest.mark.parametrize("side", ["above", "below"])
def test_a_bet_on_a_mean_is_at_most_one_on_average(side):
    scores, rng = np.array([1.0, 2.0, 5.0]), np.random.default_rng(0)
    at = 2.35
    bets = [bets_on_mean(rng.choice(scores, 20, p=[0.4, 0.35, 0.25]), at, (1.0, 5.0), side) for _ in range(2000)]
    assert np.exp(bets).mean(axis=0)[:4] == pytest.approx(1, abs=0.1)
    assert (bets_on_mean(np.full(50, 5.0), at, (1.0, 5.0), side).max() > 3) == (side == "above")


def test_a_bet_on_a_rank_is_one_on_average():
    for k in range(bets_on_ranks([0.5], "both").shape[-1]):
        mean, _ = integrate.quad(lambda p, k=k: float(np.exp(bets_on_ranks([p], "both")[0, k])), 0, 1, limit=200)
        assert mean == pytest.approx(1, rel=2e-3)


def test_ranks_of_exchangeable_values_are_uniform_and_ties_are_broken_fairly():
    rng = np.random.default_rng(1)
    smooth = ranks(rng.normal(size=20), rng.normal(size=1500), rng)
    coarse = np.concatenate([ranks(rng.integers(0, 3, 10), rng.integers(0, 3, 10), rng) for _ in range(150)])
    assert stats.kstest(smooth, "uniform").pvalue > 0.01
    assert stats.kstest(coarse, "uniform").pvalue > 0.01


def test_ranks_of_many_streams_are_those_of_each():
    rng = np.random.default_rng(2)
    seen, streams = rng.normal(size=9), rng.normal(size=(3, 8))
    together = ranks(seen, streams, np.random.default_rng(5))
    luck = np.random.default_rng(5).random((3, 8))
    for stream, found, u in zip(streams, together, luck, strict=True):
        for t, value in enumerate(stream):
            before = np.concatenate([seen, stream[:t]])
            assert found[t] == pytest.approx(((before > value).sum() + u[t]) / (len(before) + 1))


def looks(budget, runs=400, windows=365, shift=0.0, since=0):
    """Daily looks at a rate of .05 of 200 rows, against that limit; the run's first alarm, or windows where there is none."""
    rng = np.random.default_rng(3)
    rate = np.where(np.arange(windows) >= since, 0.05 + shift, 0.05)
    k = rng.binomial(200, rate, (runs, windows))
    path = evidence(bets_on_rate(k, np.full_like(k, 200), 0.05), budget) >= budget.threshold * (1 - 1e-9)
    return np.where(path.any(axis=1), path.argmax(axis=1), windows)


def test_a_year_of_daily_looks_alarms_as_seldom_as_promised():
    assert (looks(Budget(chance=0.05)) < 365).mean() <= 0.05
    first = looks(Budget(windows=91))
    assert first.mean() >= 91
    # a fixed test at 5 % each day alarms in every run
    k = np.random.default_rng(3).binomial(200, 0.05, (400, 365))
    assert (stats.binom.sf(k - 1, 200, 0.05) < 0.05).any(axis=1).mean() > 0.99


def test_a_change_is_seen_within_days_and_dated():
    delay = looks(Budget(chance=0.05), shift=0.05, since=100) - 100
    assert 0 <= np.median(delay) <= 5
    rng = np.random.default_rng(4)
    k = rng.binomial(200, np.where(np.arange(120) >= 100, 0.1, 0.05), (50, 120))
    bets = bets_on_rate(k, np.full_like(k, 200), 0.05)
    paths = evidence(bets, Budget(chance=0.05)) >= 20 * (1 - 1e-9)
    wrong = [abs(changed_at(one, int(path.argmax())) - 100) for one, path in zip(bets, paths, strict=True)]
    assert np.median(wrong) <= 1


def test_calibrated_by_few_windows_it_still_keeps_the_promise():
    rng = np.random.default_rng(6)
    seen, values = rng.gamma(2, size=(100, 30)), rng.gamma(2, size=(100, 200))
    p = np.stack([ranks(a, b, rng) for a, b in zip(seen, values, strict=True)])
    ever = (evidence(bets_on_ranks(p, "both"), Budget(chance=0.05)) >= 20 * (1 - 1e-9)).any(axis=1)
    assert ever.mean() <= 0.05


def test_evidence_forgets_soon_when_all_is_well_again():
    k = np.r_[np.full(20, 60), np.full(20, 5)]
    path = evidence(bets_on_rate(k, np.full(40, 200), 0.05), Budget(windows=91))
    assert path[19] == pytest.approx(91)
    assert path[24] < 91 / 2


def test_confidence_sequences_hold_at_all_times_together():
    rng, missed_rate, missed_mean = np.random.default_rng(7), 0, 0
    for _ in range(300):
        x = rng.random(1000) < 0.2
        n = np.arange(1, 1001)
        low, high = rate_sequence(np.cumsum(x)[::10], n[::10], 0.1)
        missed_rate += bool(((low > 0.2) | (high < 0.2)).any())
        low, high = mean_sequence(1 + 4 * rng.beta(2, 3, 1000), (1, 5), 0.1)
        missed_mean += bool(((low > 2.6) | (high < 2.6)).any())
    assert missed_rate <= 40
    assert missed_mean <= 40
    assert high[-1] - low[-1] < 0.5


def test_bounds_of_a_rate_at_the_edges():
    low, high = rate_sequence([0, 10, 0], [0, 10, 10])
    assert low.tolist()[:1] == [0.0]
    assert high.tolist()[:2] == [1.0, 1.0]
    assert low[2] == 0.0
    assert 0.2 < high[2] < 0.6
    assert low[1] == pytest.approx(1 - high[2], abs=1e-9)
