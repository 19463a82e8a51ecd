"""A year of daily looks: how often rules alarm though nothing changed, and how many days they need when something has.

    python benchmarks/monitors.py [runs]

Each run is a suite that watches the drift of four columns of numbers, 500 rows a day, against 60 days of reference. In the second
world days differ a little from each other, as they do: the mean of each day is off by a tenth of a standard deviation. The rules of
others are computed here from what they document: PSI above .1; the Kolmogorov-Smirnov test at .05 (evidently's choice up to 1,000
rows); Jensen-Shannon distance above .1 (nannyml's for numbers); beyond three standard deviations of the reference's own days.
"""

from __future__ import annotations

import sys

import numpy as np
from scipy import stats

from phoenix_lab.stats.divergence import psi_contributions
from phoenix_lab.stats.sequential import Budget, bets_on_ranks, evidence, ranks

COLUMNS, ROWS, REFERENCE, DAYS, CHANGE = 4, 500, 60, 365, 100
SHIFTS = (0.1, 0.2, 0.4)
KS = stats.kstwo.isf(0.05, round(ROWS / (1 + 1 / REFERENCE)))
EDGES = stats.norm.ppf(np.arange(1, 10) / 10)


def day_means(rng, runs, days, spread, *, shift=0.0, since=0):
    return rng.normal(0, spread, (runs, COLUMNS, days)) + shift * (np.arange(days) >= since)


def numbers(rng, means):
    """PSI, KS and JS distance of each day against the reference, and the day's mean; shapes of `means`."""
    runs, columns, _ = means.shape
    found = {name: np.empty(means.shape) for name in ("psi", "ks", "js", "mean")}
    own = {name: np.empty((runs, columns, REFERENCE)) for name in ("psi", "mean")}
    base = np.sort(rng.normal(size=REFERENCE * ROWS))
    for i in range(runs):
        for j in range(columns):
            days = np.sort(rng.normal(means[i, j][:, None], 1, (means.shape[2], ROWS)), axis=1)
            counts = counted(days)
            before = np.sort(rng.normal(world(rng, REFERENCE)[:, None], 1, (REFERENCE, ROWS)), axis=1)
            of_day = counted(before)
            whole = of_day.sum(axis=0)
            found["psi"][i, j] = psi_contributions(np.broadcast_to(whole, counts.shape), counts).sum(axis=1)
            own["psi"][i, j] = psi_contributions(whole - of_day, of_day).sum(axis=1)
            found["mean"][i, j], own["mean"][i, j] = days.mean(axis=1), before.mean(axis=1)
            at = np.searchsorted(base, days) / len(base)
            steps = np.arange(1, ROWS + 1) / ROWS
            found["ks"][i, j] = np.maximum(steps - at, at - steps + 1 / ROWS).max(axis=1)
            p, q = counts / ROWS, whole / whole.sum()
            middle = (p + q) / 2
            with np.errstate(divide="ignore", invalid="ignore"):
                js = (np.where(p > 0, p * np.log2(p / middle), 0) + q * np.log2(q / middle)).sum(axis=1) / 2
            found["js"][i, j] = np.sqrt(js)
    return found, own


def counted(days):
    below = np.stack([(days < edge).sum(axis=1) for edge in EDGES], axis=1)
    return np.diff(below, axis=1, prepend=0, append=days.shape[1])


SPREAD = [0.0]


def world(rng, days):
    return rng.normal(0, SPREAD[0], days)


def ours(bets, budget):
    part = budget.part(COLUMNS)
    return (evidence(bets, part) >= part.threshold * (1 - 1e-9)).any(axis=1)


def rules(found, own, rng):
    low, high = (own["mean"].mean(axis=2, keepdims=True) + k * own["mean"].std(axis=2, keepdims=True) for k in (-3, 3))
    p = np.empty(found["psi"].shape)
    for place in np.ndindex(p.shape[:2]):
        p[place] = ranks(own["psi"][place], found["psi"][place], rng)
    bets = bets_on_ranks(p)
    return {
        "calibrated, 5 % ever": ours(bets, Budget(chance=0.05)),
        "calibrated, 1 per quarter": ours(bets, Budget(windows=91.31)),
        "PSI > 0.1": (found["psi"] > 0.1).any(axis=1),
        "KS p < .05": (found["ks"] > KS).any(axis=1),
        "JS distance > 0.1": (found["js"] > 0.1).any(axis=1),
        "mean ± 3 sd of days": ((found["mean"] < low) | (found["mean"] > high)).any(axis=1),
    }


def main(runs: int) -> None:
    for name, spread in (("rows are independent", 0.0), ("days differ", 0.1)):
        SPREAD[0] = spread
        rng = np.random.default_rng(0)
        quiet = rules(*numbers(rng, day_means(rng, runs, DAYS, spread)), rng)
        seen = {}
        for shift in SHIFTS:
            rng = np.random.default_rng(1)
            few = max(20, runs // 5)
            means = day_means(rng, few, CHANGE + 60, spread, shift=shift, since=CHANGE)
            means[:, 1:] -= shift * (np.arange(CHANGE + 60) >= CHANGE)  # one column of the four
            seen[shift] = {k: v[:, CHANGE:] for k, v in rules(*numbers(rng, means), rng).items()}
        print(f"\n{name}, {runs} runs of {DAYS} days\n")
        print(
            "| rule | suites that ever alarm | days to the first | days with an alarm |"
            + "".join(f" {s} sd: days |" for s in SHIFTS)
        )
        print("|---|---|---|---|" + "---|" * len(SHIFTS))
        for rule, alarms in quiet.items():
            first = np.where(alarms.any(axis=1), alarms.argmax(axis=1) + 1, DAYS)
            delays = []
            for shift in SHIFTS:
                after = seen[shift][rule]
                days = np.where(after.any(axis=1), after.argmax(axis=1) + 1, np.inf)
                middle = np.median(days)
                delays.append(f" {middle:.0f} |" if np.isfinite(middle) else " not in 60 |")
            print(
                f"| {rule} | {alarms.any(axis=1).mean():.3f} | {first.mean():.0f} | {alarms.mean():.4f} |"
                + "".join(delays)
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
