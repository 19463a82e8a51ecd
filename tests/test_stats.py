"""The statistics against scipy, scikit-learn and counting by hand."""

from __future__ import annotations

from math import comb
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from scipy.spatial.distance import jensenshannon
from sklearn.datasets import load_breast_cancer, load_digits, load_wine

from phoenix_lab.stats import divergence, samples
from phoenix_lab.stats.bins import assign, count_ordered, quantile_bins, quantiles
from phoenix_lab.stats.multiplicity import benjamini_hochberg, permutation_p
from phoenix_lab.stats.proportions import chi_square, difference, wilson
from phoenix_lab.stats.psi import compare, more_primary
from phoenix_lab.stats.units import UnitCounts, intraclass_correlation
from phoenix_lab.stats.verdict import verdict

COUNTS = arrays(np.int64, st.integers(1, 12), elements=st.integers(0, 500))
FINITE = st.floats(-1e6, 1e6, allow_nan=False)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def real_columns() -> list[tuple[np.ndarray, np.ndarray]]:
    """Columns of real data, cut in two by class or at half."""
    wine, cancer, digits = load_wine(), load_breast_cancer(), load_digits()
    return [
        *((wine.data[wine.target == 0, k], wine.data[wine.target != 0, k]) for k in range(5)),
        *((cancer.data[cancer.target == 0, k], cancer.data[cancer.target == 1, k]) for k in range(5)),
        *((digits.data[:900, k], digits.data[900:, k]) for k in (0, 2, 20, 36)),
    ]


# Bins


@given(arrays(np.float64, st.integers(1, 60), elements=FINITE))
def test_quantiles_are_numpys_to_the_bit(x):
    q = np.linspace(0, 1, 11)
    assert np.array_equal(quantiles(np.sort(x), q), np.quantile(x, q))


@given(arrays(np.float64, st.integers(1, 80), elements=st.one_of(FINITE, st.integers(-3, 3).map(float))))
def test_bins_hold_every_value_once(x):
    ordered = np.sort(x)
    bins = quantile_bins(ordered)
    counts = count_ordered(ordered, bins.cuts)
    assert counts.sum() == len(x)
    assert np.array_equal(counts, np.bincount(assign(x, bins.cuts), minlength=len(bins)))
    assert len(bins.lower) == len(bins.upper) == len(bins.atom) == len(bins) == len(counts)
    place = assign(x, bins.cuts)
    assert np.all(x >= bins.lower[place])
    assert np.all(np.where(bins.atom[place], x == bins.upper[place], x < bins.upper[place]))


def test_bins_are_deciles_closed_on_the_left_and_open_at_the_ends():
    x = np.arange(101.0)
    bins = quantile_bins(x)
    assert bins.cuts.tolist() == [10, 20, 30, 40, 50, 60, 70, 80, 90]
    assert count_ordered(x, bins.cuts).tolist() == [10] * 9 + [11]
    outside = np.array([-np.inf, -5, 10, np.inf])
    assert assign(outside, bins.cuts).tolist() == [0, 0, 1, 9]


def test_a_value_of_several_deciles_has_a_bin_of_its_own():
    x = np.sort(np.concatenate([np.zeros(70), np.linspace(1, 30, 30)]))
    bins = quantile_bins(x)
    counts = count_ordered(x, bins.cuts)
    assert counts[bins.atom].tolist() == [70]
    assert bins.lower[bins.atom].tolist() == [0.0]
    assert count_ordered(np.array([-1.0, 0, 0.1]), bins.cuts)[:3].tolist() == [1, 1, 1]


def test_a_constant_is_told_from_everything_else():
    bins = quantile_bins(np.full(9, 4.0))
    assert count_ordered(np.array([-np.inf, 3.9, 4.0, np.nextafter(4, 5)]), bins.cuts).tolist() == [2, 1, 1]


def test_integers_beyond_2_to_53_are_compared_exactly():
    big = 2**60
    x = np.sort(big + np.repeat([0, 1, 2], [40, 20, 40]))
    bins = quantile_bins(x)
    assert bins.cuts.dtype == np.int64
    assert count_ordered(x, bins.cuts)[count_ordered(x, bins.cuts) > 0].tolist() == [40, 20, 40]


def test_whole_numbers_between_quantiles_go_where_numpy_puts_them(rng):
    for n in (7, 50, 333, 1001):
        x = np.sort(rng.poisson(8, n))
        inner = np.unique(np.quantile(x, np.arange(11) / 10))
        bins = quantile_bins(x)
        for cut in inner[1:-1]:
            below = int((x < cut).sum())
            assert below in np.cumsum(count_ordered(x, bins.cuts)).tolist()


def test_the_largest_integer_is_an_atom_without_overflow():
    top = np.iinfo(np.int64).max
    bins = quantile_bins(np.full(5, top))
    assert count_ordered(np.array([top - 1, top]), bins.cuts).tolist() == [1, 1]


def test_cuts_of_float32_are_float32():
    x = np.sort(np.random.default_rng(0).random(1000).astype(np.float32)).astype(np.float64)
    cuts = quantile_bins(x, single=True).cuts
    assert np.array_equal(cuts, cuts.astype(np.float32).astype(np.float64))


# Distances of counts


def test_psi_by_hand():
    r, p = (np.array([60, 40]) + 0.5) / 101, (np.array([30, 70]) + 0.5) / 101
    assert divergence.psi([60, 40], [30, 70]) == pytest.approx(((p - r) * np.log(p / r)).sum())
    assert divergence.kl([60, 40], [30, 70]) == pytest.approx(stats.entropy(p, r))


@given(COUNTS, COUNTS)
def test_distances_are_bounded_and_symmetric(a, b):
    k = min(len(a), len(b))
    a, b = a[:k], b[:k]
    assert divergence.psi(a, b) >= 0
    assert divergence.psi(a, b) == pytest.approx(divergence.psi(b, a))
    assert divergence.psi(a, a) == 0
    for distance in (divergence.js, divergence.hellinger, divergence.total_variation):
        assert 0 <= distance(a, b) <= 1
        assert distance(a, b) == pytest.approx(distance(b, a), abs=1e-9)
    # Bins that are empty on both sides, and the order of the bins, change nothing.
    wide = [np.concatenate([x[::-1], [0, 0]]) for x in (a, b)]
    assert divergence.psi(*wide) == pytest.approx(divergence.psi(a, b))


def test_js_is_scipys(rng):
    for _ in range(20):
        a, b = rng.integers(0, 30, 8), rng.integers(1, 30, 8)
        assert divergence.js(a, b) == pytest.approx(jensenshannon(a, b, base=2), abs=1e-12)


# Samples


@pytest.mark.parametrize("sets", real_columns())
def test_samples_are_scipys(sets):
    a, b = np.sort(sets[0]), np.sort(sets[1])
    ks = stats.ks_2samp(a, b)
    assert samples.ks(a, b).value == pytest.approx(ks.statistic)
    assert samples.ks(a, b).p_value == pytest.approx(ks.pvalue)
    assert samples.ks_distance(a, b) == pytest.approx(ks.statistic)
    assert samples.wasserstein(a, b).value == pytest.approx(stats.wasserstein_distance(a, b), rel=1e-9, abs=1e-12)
    assert samples.energy(a, b).value == pytest.approx(stats.energy_distance(a, b), rel=1e-9, abs=1e-12)
    if a[0] != b[-1] or a[-1] != b[0]:
        mw = stats.mannwhitneyu(b, a)
        assert samples.mann_whitney(a, b).p_value == pytest.approx(mw.pvalue)
        cvm = stats.cramervonmises_2samp(a, b, method="asymptotic")
        assert samples.cramer_von_mises(a, b).p_value == pytest.approx(cvm.pvalue, abs=1e-6)


def test_ks_of_large_sets_is_scipys(rng):
    a, b = np.sort(rng.normal(size=20_000)), np.sort(rng.normal(0.03, 1, 15_000))
    expected = stats.ks_2samp(a, b)
    assert samples.ks(a, b).value == pytest.approx(expected.statistic)
    assert samples.ks(a, b).p_value == pytest.approx(expected.pvalue, rel=1e-6)


def test_infinities_are_values_for_ks_and_undefined_for_wasserstein():
    a, b = np.array([-np.inf, 0, 1, 2]), np.array([0.0, 1, 2, np.inf])
    assert samples.ks(a, b).value == pytest.approx(0.25)
    assert samples.wasserstein(a, b).value is None
    assert "infinite" in (samples.energy(a, b).reason or "")


def test_samples_too_small_or_constant_are_undefined_with_a_reason():
    one, two, same = np.array([1.0]), np.array([1.0, 2.0]), np.array([3.0, 3.0, 3.0])
    for test in (samples.ks, samples.wasserstein, samples.energy, samples.mann_whitney, samples.cramer_von_mises):
        assert test(one, two).value is None
        assert test(one, two).p_value is None
        assert "fewer than 2" in (test(one, two).reason or "")
    assert samples.wasserstein_scaled(same, two).reason == "the reference values are all equal"
    assert samples.mann_whitney(same, same).p_value == 1.0
    assert samples.anderson_darling(same, same).value is None


# Shares


def test_wilson_contains_the_share_and_is_known():
    lower, upper = wilson(8, 10, 0.95)
    assert (float(lower), float(upper)) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    result = stats.binomtest(3, 17).proportion_ci(0.9, method="wilson")
    assert np.allclose(wilson(3, 17, 0.9), (result.low, result.high))
    assert float(wilson(0, 5)[0]) == 0


def test_the_difference_of_shares_is_newcombes():
    # Newcombe 1998, table II: 56/70 against 48/80, method 10.
    result = difference(48, 80, 56, 70, confidence=0.95)
    assert result.value == pytest.approx(0.2)
    assert (result.lower, result.upper) == pytest.approx((0.0524, 0.3339), abs=1e-4)
    assert result.p_value == pytest.approx(stats.chi2_contingency([[48, 32], [56, 14]], correction=False).pvalue)


def test_small_shares_are_fishers():
    assert difference(0, 12, 3, 9).p_value == pytest.approx(stats.fisher_exact([[0, 12], [3, 6]]).pvalue)
    assert difference(0, 10, 0, 10).p_value == 1.0
    assert difference(0, 0, 1, 10).value is None


def test_chi_square_is_scipys_without_yates(rng):
    a, b = np.array([50, 60, 70]), np.array([40, 90, 65])
    expected = stats.chi2_contingency([a, b], correction=False)
    found = chi_square(a, b, rng)
    assert found.value == pytest.approx(expected.statistic)
    assert found.p_value == pytest.approx(expected.pvalue)


def test_chi_square_permutes_when_counts_are_small(rng):
    # Fisher's exact p for 2 x 2 with the same ordering of tables.
    found = chi_square([8, 2], [1, 5], rng, permutations=20_000)
    expected = stats.fisher_exact([[8, 2], [1, 5]]).pvalue
    assert found.p_value == pytest.approx(expected, abs=0.01)


# Several tests


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_benjamini_hochberg_is_scipys(p):
    assert benjamini_hochberg(p) == pytest.approx(stats.false_discovery_control(p).tolist())


def test_benjamini_hochberg_leaves_out_what_was_not_tested():
    assert benjamini_hochberg([None, 0.02, None, 0.5]) == [None, pytest.approx(0.04), None, pytest.approx(0.5)]
    assert benjamini_hochberg([None]) == [None]


def test_a_permutation_p_is_never_zero():
    assert permutation_p(5.0, np.zeros(99)) == 0.01
    assert permutation_p(0.0, np.zeros(99)) == 1.0


def test_false_discoveries_stay_below_five_per_cent(rng):
    found = false = 0
    for _ in range(60):
        p = [
            compare(rng.multinomial(800, [0.1] * 10), rng.multinomial(800, shares), rng).p_value for shares in _fifty()
        ]
        alarms = [i for i, q in enumerate(benjamini_hochberg(p)) if q is not None and q < 0.05]
        found += len(alarms)
        false += sum(i >= 5 for i in alarms)
    assert found >= 60 * 4.5
    assert false / found < 0.07


def _fifty() -> list[list[float]]:
    drifted = [0.07] * 5 + [0.13] * 5
    return [drifted] * 5 + [[0.1] * 10] * 45


# PSI


@pytest.mark.parametrize(
    ("n", "m", "bins"), [(100, 100, 10), (1000, 1000, 10), (5000, 150, 10), (60, 60, 25), (800, 30, 50)]
)
def test_psi_alarms_at_its_level_with_no_drift(rng, n, m, bins):
    weights = 1 / np.arange(1, bins + 1)
    shares = weights / weights.sum()
    results = [
        compare(rng.multinomial(n, shares), rng.multinomial(m, shares), rng, permutations=499) for _ in range(500)
    ]
    alarms = np.mean([r.p_value < 0.05 for r in results])
    assert alarms <= 0.07
    assert np.mean([r.lower > 0 for r in results]) <= 0.08
    assert np.mean([verdict(r.estimate, r.lower, r.upper, r.p_value) == "drift" for r in results]) <= 0.02


@pytest.mark.parametrize(("n", "m"), [(300, 300), (2000, 400), (5000, 5000)])
@pytest.mark.parametrize("tilt", [0.15, 0.4, 0.9])
def test_the_interval_of_psi_covers_the_truth(rng, n, m, tilt):
    r = np.full(10, 0.1)
    p = r * np.exp(tilt * np.linspace(-1, 1, 10))
    p /= p.sum()
    truth = float(((p - r) * np.log(p / r)).sum())
    results = [compare(rng.multinomial(n, r), rng.multinomial(m, p), rng) for _ in range(400)]
    covered = np.mean([x.lower <= truth <= x.upper for x in results])
    assert covered >= 0.86
    assert all(x.lower <= x.estimate <= x.upper for x in results)


def test_psi_finds_a_small_shift_in_many_rows(rng):
    cuts = stats.norm.ppf(np.arange(1, 10) / 10)
    shares = np.diff(np.concatenate([[0], stats.norm.cdf(cuts - 0.1), [1]]))
    found = [
        compare(rng.multinomial(10_000, [0.1] * 10), rng.multinomial(10_000, shares), rng).p_value < 0.05
        for _ in range(50)
    ]
    assert all(found)


@given(COUNTS, COUNTS)
@settings(deadline=None, max_examples=60)
def test_psi_is_sound_for_any_counts(a, b):
    k = min(len(a), len(b))
    result = compare(a[:k], b[:k], np.random.default_rng(0), permutations=99)
    if result.estimate is None:
        assert result.reason
        assert min(a[:k].sum(), b[:k].sum()) < 2
    else:
        assert 0 <= result.lower <= result.estimate <= result.upper
        assert np.isfinite(result.upper)
        assert 0 < result.p_value <= 1 or result.p_value == pytest.approx(0, abs=1e-300)


def test_a_constant_on_both_sides_is_no_drift_only_with_enough_rows(rng):
    few, many = compare([1000], [5], rng), compare([1000], [1000], rng)
    assert verdict(few.estimate, few.lower, few.upper, few.p_value) == "undecided"
    assert verdict(many.estimate, many.lower, many.upper, many.p_value) == "none"


def test_how_many_more_would_decide_do_decide(rng):
    r = np.full(10, 0.1)
    p = r * np.exp(0.75 * np.linspace(-1, 1, 10))
    p /= p.sum()
    undecided = compare(50_000 * r, (150 * p).round(), rng)
    assert verdict(undecided.estimate, undecided.lower, undecided.upper, undecided.p_value) == "undecided"
    more = more_primary(undecided, 0.1)
    assert more is not None
    size = 150 + more
    # Drift as it was estimated, and sets as large as was asked for.
    low, high = 0.0, 5.0
    for _ in range(50):
        tilt = (low + high) / 2
        q = r * np.exp(tilt * np.linspace(-1, 1, 10))
        q /= q.sum()
        low, high = (tilt, high) if ((q - r) * np.log(q / r)).sum() < undecided.estimate else (low, tilt)
    decided = 0
    for _ in range(300):
        x = compare(rng.multinomial(50_000, r), rng.multinomial(size, q), rng)
        decided += verdict(x.estimate, x.lower, x.upper, x.p_value) != "undecided"
    assert 0.7 <= decided / 300 <= 0.92


def test_nothing_more_is_asked_for_when_the_reference_is_the_limit(rng):
    small = compare(np.full(10, 6), np.array([5, 5, 4, 5, 6, 6, 7, 7, 8, 9]) * 1000, rng)
    assert verdict(small.estimate, small.lower, small.upper, small.p_value) == "undecided"
    assert more_primary(small, 0.1) is None


def test_what_no_permutation_reaches_has_the_p_of_its_tail():
    """Against Fisher's exact test: corrections over thousands of tests need more than 1 in 10,000, and none of it too small."""
    ratios = []
    for seed in range(130):
        g = np.random.default_rng(seed)
        n, m, share = int(g.integers(100, 3000)), int(g.integers(40, 300)), g.uniform(0.005, 0.05)
        few = g.binomial(n, share), g.binomial(m, share + g.uniform(0.05, 0.2))
        r, p = np.array([n - few[0], few[0]]), np.array([m - few[1], few[1]])
        exact = stats.fisher_exact(np.array([r, p])).pvalue
        found = compare(r, p, g)
        if found.null.permutations and 1e-8 < exact < 1e-4:
            ratios.append(found.p_value / exact)
    assert len(ratios) >= 6
    assert min(ratios) > 0.1
    assert 1 < np.median(ratios) < 1000


def test_few_units_give_no_more_certainty_than_there_are_ways_to_part_them():
    rows = np.repeat(np.arange(20), 50)
    r, p = np.zeros(500, np.int64), np.ones(500, np.int64)
    units = UnitCounts.count(rows[:500], r, rows[500:], p, n_bins=2)
    for seed in range(4):
        p_value = compare(np.array([500, 0]), np.array([0, 500]), np.random.default_rng(seed), units=units).p_value
        # By the draws where they met it, else by its tail, which is far smaller.
        assert p_value >= 1e-4 or p_value == pytest.approx(2 / comb(20, 10))


# Units


def _sessions(rng, n_units, size, likeness, *, start=0, shift=0.0):
    rows = rng.poisson(size, n_units) + 1
    unit = np.repeat(np.arange(n_units), rows)
    x = np.sqrt(likeness) * rng.normal(size=n_units)[unit] + np.sqrt(1 - likeness) * rng.normal(size=len(unit)) + shift
    return unit + start, x


def _by_unit(rng, n, m, size, *, likeness, shift=0.0):
    (u, x), (v, y) = _sessions(rng, n, size, likeness), _sessions(rng, m, size, likeness, start=n, shift=shift)
    cuts = quantile_bins(np.sort(x)).cuts
    return UnitCounts.count(u, assign(x, cuts), v, assign(y, cuts), n_bins=10)


def test_rows_in_sessions_cry_wolf_alone_and_not_as_units(rng):
    alone = units = drift = 0
    for _ in range(200):
        c = _by_unit(rng, 50, 50, 20, likeness=0.4)
        r, p = c.reference.sum(axis=0), c.primary.sum(axis=0)
        alone += compare(r, p, rng).p_value < 0.05
        found = compare(r, p, rng, units=c, permutations=499)
        units += found.p_value < 0.05
        drift += verdict(found.estimate, found.lower, found.upper, found.p_value) == "drift"
    assert alone / 200 > 0.4
    assert units / 200 <= 0.08
    assert drift / 200 <= 0.02


@pytest.mark.parametrize("column", ["largest_dollars", "contractions"])
def test_the_interval_over_units_holds_what_a_bootstrap_of_units_says(rng, column):
    """Speeches drawn anew: the drift of all of them is in nine intervals of ten, also where few rows of a speech have a value."""
    speeches = pd.read_parquet(Path(__file__).parents[1] / "examples" / "data" / "sotu.parquet")
    old, new = (
        side.dropna(subset=[column]) for side in (speeches[speeches.year <= 2000], speeches[speeches.year > 2000])
    )
    bins = quantile_bins(np.sort(old[column].to_numpy(float)))
    a, b = (
        pd.crosstab(side.address, assign(side[column].to_numpy(float), bins.cuts))
        .reindex(columns=range(len(bins)), fill_value=0)
        .to_numpy()
        for side in (old, new)
    )
    truth = compare(a.sum(axis=0), b.sum(axis=0), rng).measured
    held = {"units": 0, "rows": 0}
    for _ in range(100):
        r, p = a[rng.integers(len(a), size=len(a))], b[rng.integers(len(b), size=len(b))]
        units = UnitCounts(r, p, np.arange(len(r)), len(r) + np.arange(len(p)))
        for name, known in (("units", units), ("rows", None)):
            found = compare(r.sum(axis=0), p.sum(axis=0), rng, units=known, permutations=499)
            held[name] += found.lower <= truth <= found.upper
    assert held["units"] >= 83
    # Amounts of one speech are hardly alike, so the interval may be as wide as that of rows; how words are put is another matter.
    assert (held["rows"] >= 83) == (column == "largest_dollars")


def test_units_find_a_real_shift(rng):
    found = []
    for _ in range(30):
        c = _by_unit(rng, 80, 60, 15, likeness=0.3, shift=0.8)
        found.append(compare(c.reference.sum(axis=0), c.primary.sum(axis=0), rng, units=c, permutations=999))
    assert np.mean([verdict(x.estimate, x.lower, x.upper, x.p_value) == "drift" for x in found]) > 0.9


def test_units_of_one_row_are_rows(rng):
    r, p = rng.multinomial(400, [0.1] * 10), rng.multinomial(300, [0.07] * 5 + [0.13] * 5)
    one = [np.repeat(np.arange(10), counts) for counts in (r, p)]
    c = UnitCounts.count(np.arange(400), one[0], 400 + np.arange(300), one[1], n_bins=10)
    rows, units = compare(r, p, rng), compare(r, p, rng, units=c, permutations=4000)
    assert units.measured == rows.measured
    assert units.estimate == pytest.approx(rows.estimate, rel=0.1)
    assert units.lower == pytest.approx(rows.lower, rel=0.15)
    assert units.upper == pytest.approx(rows.upper, rel=0.15)


@pytest.mark.parametrize("shared", [False, True])
def test_moments_of_many_units_are_those_of_permutations(rng, shared):
    (u, x), (v, y) = _sessions(rng, 400, 8, 0.5), _sessions(rng, 300, 8, 0.5, start=200 if shared else 400)
    cuts = quantile_bins(np.sort(x)).cuts
    c = UnitCounts.count(u, assign(x, cuts), v, assign(y, cuts), n_bins=10)
    pooled = c.reference.sum(axis=0) + c.primary.sum(axis=0)
    drawn = c.permuted(3000, rng)
    values = divergence.psi(pooled - drawn, drawn)
    mean, variance = c.chi_square_moments()
    assert mean == pytest.approx(values.mean(), rel=0.08)
    assert variance == pytest.approx(values.var(), rel=0.3)


def test_permuted_units_stay_whole(rng):
    c = _by_unit(rng, 6, 5, 4, likeness=0.5)
    pooled = (c.reference.sum(axis=0) + c.primary.sum(axis=0)).tolist()
    sizes = {int(x) for x in np.concatenate([c.reference, c.primary]).sum(axis=1)}
    drawn = c.permuted(50, rng)
    assert (drawn <= pooled).all()
    possible = {sum(s) for s in _subsets(np.concatenate([c.reference, c.primary]).sum(axis=1).tolist(), 5)}
    assert set(drawn.sum(axis=1).tolist()) <= possible
    assert len(sizes) >= 1


def _subsets(items, k):
    from itertools import combinations

    return combinations(items, k)


def test_intraclass_correlation_is_what_was_made(rng):
    unit, x = _sessions(rng, 400, 10, 0.35)
    assert intraclass_correlation(x, unit) == pytest.approx(0.35, abs=0.06)
    assert abs(intraclass_correlation(rng.normal(size=len(unit)), unit)) < 0.03
    assert intraclass_correlation(np.arange(5.0), np.arange(5)) is None
    assert intraclass_correlation(np.ones(6), np.array([0, 0, 1, 1, 2, 2])) is None


# Verdicts


@pytest.mark.parametrize(
    ("estimate", "lower", "upper", "p", "expected"),
    [
        (0.3, 0.2, 0.4, 0.001, "drift"),
        (0.3, 0.2, 0.4, 0.06, "undecided"),
        (0.3, 0.05, 0.6, 0.001, "undecided"),
        (0.02, 0.0, 0.08, 0.001, "none"),
        (0.02, 0.0, 0.08, 0.7, "none"),
        (None, None, None, None, "untested"),
    ],
)
def test_verdicts(estimate, lower, upper, p, expected):
    assert verdict(estimate, lower, upper, p) == expected
