"""How often the verdicts are wrong with no drift, and how often they see one: the tables of `docs/statistics.md`.

    python benchmarks/verdicts.py            # some ten minutes
    python benchmarks/verdicts.py --quick    # a fifth of the runs

Whole recipes are run, on dataframes, as the panel runs them. "alarm" is the share of runs with p < .05, "drift" of those with the verdict at
the usual limit. Standard error of a share of 5 % over 300 runs: 1.3 points.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
import pandas as pd

import phoenix_lab as px

Draw = Callable[[np.random.Generator, int], np.ndarray]


def sessions(g: np.random.Generator, n: int, size: int = 20) -> tuple[np.ndarray, np.ndarray]:
    """Return the session of each row and values of which half the variance is the session's."""
    unit = np.arange(n) // size
    return unit, np.sqrt(0.5) * (g.normal(size=unit[-1] + 1)[unit] + g.normal(size=n))


def walk(g: np.random.Generator, n: int, rho: float = 0.9) -> np.ndarray:
    """Return an autoregressive series of unit variance."""
    from scipy.signal import lfilter

    start = g.normal()
    noise = g.normal(size=n) * np.sqrt(1 - rho**2)
    return lfilter([1], [1, -rho], noise, zi=[rho * start])[0]


def summary(primary: dict, reference: dict, unit: str | None = None) -> dict:
    """Return the row of `x` in the overview of two sets."""
    sets = (px.Inferences(pd.DataFrame(one), name=name) for one, name in ((primary, "prod"), (reference, "train")))
    table = px.run(px.Summary(columns=("x",), unit=unit), *sets, cache=False).to_pandas()
    return dict(table.iloc[0])


def row(cells: list[str]) -> None:
    print("| " + " | ".join(cells) + " |", flush=True)


def rates(found: list[dict]) -> tuple[str, str]:
    p = np.array([f["p_value"] if f["p_value"] is not None else 1.0 for f in found], dtype=float)
    drift = np.mean([f["verdict"] == "drift" for f in found])
    return f"{np.mean(p < 0.05):.3f}", f"{drift:.3f}"


NULLS: dict[str, Draw] = {
    "normal": lambda g, n: g.normal(size=n),
    "heavy tail (t, 2 df)": lambda g, n: g.standard_t(2, n),
    "counts (Poisson, mean 2)": lambda g, n: g.poisson(2, n),
    "60 % zeros": lambda g, n: np.where(g.random(n) < 0.6, 0.0, g.exponential(size=n)),
    "30 categories, unequal": lambda g, n: g.choice([f"c{i:02}" for i in range(30)], n, p=_ZIPF),
}
_ZIPF = 1 / np.arange(1, 31)
_ZIPF /= _ZIPF.sum()

SIZES = ((50, 50), (500, 500), (5_000, 5_000), (10_000, 200))


def no_drift(runs: int, g: np.random.Generator) -> None:
    print("\n### No drift\n")
    row(["rows", "reference", "primary", "alarm", "drift"])
    row(["---"] * 5)
    for name, draw in NULLS.items():
        for n, m in SIZES:
            found = [summary({"x": draw(g, m)}, {"x": draw(g, n)}) for _ in range(runs)]
            row([name, f"{n:,}", f"{m:,}", *rates(found)])
    n, m = 100_000, 100_000
    found = [summary({"x": NULLS["normal"](g, m)}, {"x": NULLS["normal"](g, n)}) for _ in range(max(20, runs // 6))]
    row(["normal", f"{n:,}", f"{m:,}", *rates(found)])
    for n, m in ((1_000, 1_000), (4_000, 1_000)):
        by_unit, by_row = [], []
        for _ in range(runs):
            (u, x), (v, y) = sessions(g, n), sessions(g, m)
            primary, reference = {"x": y, "session": v + 10**6}, {"x": x, "session": u}
            by_unit.append(summary(primary, reference, "session"))
            by_row.append(summary(primary, reference))
        row(["sessions of 20, unit given", f"{n:,}", f"{m:,}", *rates(by_unit)])
        row(["sessions of 20, unit **not** given", f"{n:,}", f"{m:,}", *rates(by_row)])
    found = []
    for _ in range(runs):
        x, y = (np.repeat(g.normal(size=100), 5) for _ in range(2))
        unit = np.repeat(np.arange(100), 5)
        found.append(summary({"x": y, "copy": unit + 1000}, {"x": x, "copy": unit}, "copy"))
    row(["each row five times, unit given", "500", "500", *rates(found)])


def drift(runs: int, g: np.random.Generator) -> None:
    print("\n### Drift\n")
    row(["drift", "reference", "primary", "alarm", "drift"])
    row(["---"] * 5)
    normal = NULLS["normal"]

    def mixed(share: float) -> Draw:
        return lambda g, n: np.where(g.random(n) < share, g.normal(4, 0.3, n), g.normal(size=n))

    shifts: dict[str, tuple[Draw, Draw]] = {
        "mean, .1 sd": (normal, lambda g, n: g.normal(0.1, 1, n)),
        "mean, .3 sd": (normal, lambda g, n: g.normal(0.3, 1, n)),
        "mean, .6 sd": (normal, lambda g, n: g.normal(0.6, 1, n)),
        "spread, 1.3 times": (normal, lambda g, n: g.normal(0, 1.3, n)),
        "spread, 2 times": (normal, lambda g, n: g.normal(0, 2, n)),
        "1 % from elsewhere": (normal, mixed(0.01)),
        "5 % from elsewhere": (normal, mixed(0.05)),
        "20 % from elsewhere": (normal, mixed(0.20)),
        "one category of 30 twice as frequent": (
            NULLS["30 categories, unequal"],
            lambda g, n: g.choice([f"c{i:02}" for i in range(30)], n, p=_doubled()),
        ),
    }
    for name, (before, after) in shifts.items():
        for n, m in ((500, 500), (10_000, 10_000), (10_000, 200)):
            found = [summary({"x": after(g, m)}, {"x": before(g, n)}) for _ in range(max(20, runs // 3))]
            row([name, f"{n:,}", f"{m:,}", *rates(found)])


def _doubled() -> np.ndarray:
    p = _ZIPF.copy()
    p[3] *= 2
    return p / p.sum()


def windows(runs: int, g: np.random.Generator) -> None:
    print("\n### Windows of a series outside the reference's band, no drift\n")
    row(["rows", "metric", "windows outside"])
    row(["---"] * 3)
    hours = pd.date_range("2024-01-01", periods=24 * 90, freq="h")
    for name, draw in (("independent", NULLS["normal"]), ("autocorrelated, .9", walk)):
        for metric in ("mean", "psi"):
            outside, total = 0, 0
            for _ in range(max(10, runs // 10)):
                x = draw(g, len(hours))
                frame = pd.DataFrame({"at": hours, "x": x})
                cut = len(hours) * 2 // 3
                told = px.run(
                    px.TimeSeries("x", metric, window="1d"),
                    px.Inferences(frame[cut:], name="prod"),
                    px.Inferences(frame[:cut], name="train"),
                    cache=False,
                )
                band, table = told.meta["band"], told.to_pandas()
                values = table.loc[table["set"] == "primary", "value"].dropna()
                low = -np.inf if band["lower"] is None else band["lower"]
                high = np.inf if band["upper"] is None else band["upper"]
                outside += int(((values < low) | (values > high)).sum())
                total += len(values)
            row([f"hourly, {name}", metric, f"{outside / total:.3f}"])


def quality(runs: int, g: np.random.Generator) -> None:
    print("\n### Quality: runs with any check called changed, no change\n")
    row(["columns", "reference", "primary", "any", "a value again and again"])
    row(["---"] * 5)
    for n, m in ((100, 100), (1_000, 300), (5_000, 5_000)):
        alarms = stuck = 0
        for _ in range(runs):
            frames = []
            for size in (m, n):
                columns = {name: draw(g, size) for name, draw in NULLS.items()}
                holes = g.random(size) < 0.1
                columns["normal"] = np.where(holes, np.nan, columns["normal"])
                frames.append(pd.DataFrame(columns))
            told = px.run(px.Quality(), *frames, cache=False).to_pandas()
            changed = told[told["status"] == "changed"]
            alarms += len(changed) > 0
            stuck += (changed["check"] == "stuck").any()
        row(
            [
                "5 of the sorts above, 10 % missing in one",
                f"{n:,}",
                f"{m:,}",
                f"{alarms / runs:.3f}",
                f"{stuck / runs:.3f}",
            ]
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a fifth of the runs")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    runs = 60 if options.quick else 300
    g = np.random.default_rng(options.seed)
    print(f"{runs} runs, seed {options.seed}")
    for part in (no_drift, drift, windows, quality):
        part(runs, g)


if __name__ == "__main__":
    main()
