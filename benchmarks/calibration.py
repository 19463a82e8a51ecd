"""How often the statistics cry wolf, how often their intervals hold the truth, and what they find.

    python benchmarks/calibration.py            # some three minutes
    python benchmarks/calibration.py --quick    # a tenth of the runs

Everything is generated, so the truth is known. "alarm" is p < .05; "drift" the verdict at the limit .10; "covered" the
share of 90 % intervals that hold the true PSI, "low" and "high" the shares that lie above and below it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
from scipy.stats import norm

from phoenix_lab.embeddings.drift import domain_classifier
from phoenix_lab.stats import samples
from phoenix_lab.stats.bins import assign, count_ordered, quantile_bins
from phoenix_lab.stats.proportions import chi_square, difference
from phoenix_lab.stats.psi import Psi, compare, more_primary
from phoenix_lab.stats.units import UnitCounts
from phoenix_lab.stats.verdict import LIMIT, verdict

Draw = Callable[[np.random.Generator, int, float], np.ndarray]


def tilted(drift: float, base: np.ndarray) -> np.ndarray:
    """Return shares whose PSI against `base` is `drift`."""
    low, high = 0.0, 20.0
    x = np.linspace(-1, 1, len(base))
    for _ in range(60):
        middle = (low + high) / 2
        p = base * np.exp(middle * x)
        p /= p.sum()
        low, high = (middle, high) if ((p - base) * np.log(p / base)).sum() < drift else (low, middle)
    return p


def line(label: str, results: list[Psi], truth: float) -> None:
    judged = [verdict(x.estimate, x.lower, x.upper, x.p_value) for x in results]
    above = np.mean([x.lower is not None and x.lower > truth + 1e-12 for x in results])
    below = np.mean([x.upper is not None and x.upper < truth for x in results])
    print(
        f"{label:<44} {truth:5.3f} | alarm {np.mean([x.p_value < 0.05 for x in results]):.3f}"
        f" | drift {np.mean([j == 'drift' for j in judged]):.3f} none {np.mean([j == 'none' for j in judged]):.3f}"
        f" | covered {1 - above - below:.3f} low {above:.3f} high {below:.3f}"
        f" | mean estimate {np.mean([x.estimate for x in results]):.4f}"
        f" measured {np.mean([x.measured for x in results]):.4f}"
    )


def independent_rows(runs: int, rng: np.random.Generator) -> None:
    print("\nPSI, independent rows")
    for bins in (10, 50):
        base = np.full(bins, 1 / bins)
        for n, m in ((100, 100), (1000, 1000), (10_000, 200), (200, 10_000), (10_000, 10_000)):
            for drift in (0.0, 0.02, 0.1, 0.3, 1.0):
                p = tilted(drift, base)
                found = [
                    compare(rng.multinomial(n, base), rng.multinomial(m, p), rng, permutations=499) for _ in range(runs)
                ]
                line(f"{bins} bins, {n:,} against {m:,}", found, drift)
    print("\nPSI, bins cut from the reference, no drift")
    draws: dict[str, Draw] = {
        "normal": lambda g, n, s: g.normal(s, 1, n),
        "exponential": lambda g, n, s: g.exponential(1 + s, n),
        "70 % zeros": lambda g, n, s: np.where(g.random(n) < 0.7, 0.0, g.exponential(1 + s, n)),
        "counts": lambda g, n, s: g.poisson(3 + s, n).astype(float),
        "constant": lambda _, n, s: np.full(n, s),
    }
    for name, draw in draws.items():
        for n, m in ((100, 100), (1000, 1000), (5000, 300)):
            found = []
            for _ in range(runs):
                a, b = np.sort(draw(rng, n, 0.0)), np.sort(draw(rng, m, 0.0))
                cuts = quantile_bins(a).cuts
                found.append(compare(count_ordered(a, cuts), count_ordered(b, cuts), rng, permutations=499))
            line(f"{name}, {n:,} against {m:,}", found, 0.0)


def sessions(
    rng: np.random.Generator, units: int, size: int, *, likeness: float, shift: float
) -> tuple[np.ndarray, ...]:
    rows = rng.poisson(size, units) + 1
    unit = np.repeat(np.arange(units), rows)
    return unit, np.sqrt(likeness) * rng.normal(size=units)[unit] + np.sqrt(1 - likeness) * rng.normal(
        size=len(unit)
    ) + shift


def grouped_rows(runs: int, rng: np.random.Generator) -> None:
    print("\nPSI, rows in units (bins cut from the reference, truth by the normal distribution)")
    inner = norm.ppf(np.arange(1, 10) / 10)
    for units_r, units_p, likeness in ((40, 20, 0.3), (100, 100, 0.3), (100, 100, 0.7), (3000, 3000, 0.3)):
        for shift in (0.0, 0.3, 0.6):
            p = np.diff(np.concatenate([[0], norm.cdf(inner - shift), [1]]))
            truth = float(((p - 0.1) * np.log(p / 0.1)).sum())
            by_unit, by_row = [], []
            for _ in range(runs if units_r < 1000 else max(10, runs // 10)):
                u, x = sessions(rng, units_r, 20, likeness=likeness, shift=0.0)
                v, y = sessions(rng, units_p, 20, likeness=likeness, shift=shift)
                cuts = quantile_bins(np.sort(x)).cuts
                c = UnitCounts.count(u, assign(x, cuts), v + units_r, assign(y, cuts), n_bins=10)
                counts = c.reference.sum(axis=0), c.primary.sum(axis=0)
                by_unit.append(compare(*counts, rng, units=c, permutations=499))
                by_row.append(compare(*counts, rng))
            line(f"{units_r} against {units_p}, likeness {likeness}: units", by_unit, truth)
            line(f"{units_r} against {units_p}, likeness {likeness}: rows", by_row, truth)


def other_tests(runs: int, rng: np.random.Generator) -> None:
    print("\nOther tests: share of p < .05 with no drift, and with a shift of 0.3 standard deviations")
    for n, m in ((50, 50), (500, 200)):
        for name, test in (
            ("KS", samples.ks),
            ("Mann-Whitney", samples.mann_whitney),
            ("Cramér-von Mises", samples.cramer_von_mises),
            ("Anderson-Darling", samples.anderson_darling),
        ):
            rates = []
            for shift in (0.0, 0.3):
                p = [test(np.sort(rng.normal(size=n)), np.sort(rng.normal(shift, 1, m))).p_value for _ in range(runs)]
                rates.append(np.mean([x is not None and x < 0.05 for x in p]))
            print(f"{name:<18} {n} against {m}: {rates[0]:.3f} {rates[1]:.3f}")
        for k in (5, 40):
            shares = np.full(k, 1 / k)
            p = [
                chi_square(rng.multinomial(n, shares), rng.multinomial(m, shares), rng, 499).p_value
                for _ in range(runs)
            ]
            print(f"chi-square, {k:2} bins {n} against {m}: {np.mean([x < 0.05 for x in p if x is not None]):.3f}")
        p = [difference(rng.binomial(n, 0.05), n, rng.binomial(m, 0.05), m) for _ in range(runs)]
        covered = np.mean([x.lower <= 0 <= x.upper for x in p])
        print(
            f"missing, 5 %       {n} against {m}: {np.mean([x.p_value < 0.05 for x in p]):.3f}, interval holds 0 in {covered:.3f}"
        )
    print("\nDomain classifier: share of p < .05 with no drift")
    for d, units in ((16, False), (384, False), (16, True)):
        p = []
        for _ in range(max(20, runs // 5)):
            made = []
            for _ in range(2):
                u, _ = sessions(rng, 60, 10, likeness=0.5, shift=0.0)
                level = rng.normal(size=(60, d)) if units else np.zeros((60, d))
                made.append((u, level[u] + rng.normal(size=(len(u), d))))
            (u, x), (v, y) = made
            found = domain_classifier(x, y, rng, u if units else None, v + 60 if units else None)
            p.append(found.p_value)
        print(
            f"{d:3} dimensions, {'units' if units else 'rows':<5}: {np.mean([x < 0.05 for x in p if x is not None]):.3f}"
        )


def power(runs: int, rng: np.random.Generator) -> None:
    print("\nHow many more rows would decide: share of decided verdicts when they have come (aim .8)")
    base = np.full(10, 0.1)
    for drift in (0.04, 0.06, 0.16, 0.25):
        p = tilted(drift, base)
        for n, m in ((20_000, 100), (20_000, 300)):
            asked = compare((n * base).astype(int), np.rint(m * p).astype(int), rng)
            # The drift is known here, so that the arithmetic is judged and not the luck of the estimate.
            known = Psi(asked.measured, drift, 0.0, 1.0, 0.0, n, m, asked.null, asked.variances)
            more = more_primary(known, LIMIT)
            if more is None:
                continue
            judged = []
            for _ in range(runs):
                x = compare(rng.multinomial(n, base), rng.multinomial(m + more, p), rng)
                judged.append(verdict(x.estimate, x.lower, x.upper, x.p_value) != "undecided")
            print(f"drift {drift:.2f}, {n:,} against {m}: {more:,} more, decided {np.mean(judged):.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the runs")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    runs = 50 if options.quick else 500
    rng = np.random.default_rng(options.seed)
    print(f"{runs} runs, seed {options.seed}")
    independent_rows(runs, rng)
    grouped_rows(runs, rng)
    other_tests(runs, rng)
    power(runs, rng)


if __name__ == "__main__":
    main()
