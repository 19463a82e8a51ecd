"""The overview of two wide frames, and a drift series of vectors, against what one would do without this package.

    python benchmarks/overview.py                                        # 200,000 rows x 50 columns, 200,000 vectors x 64
    python benchmarks/overview.py --rows 1000000 --vectors 1000000 --dimension 384
    python benchmarks/overview.py --evidently /path/to/another/python    # with evidently there

Each way runs in a process of its own, one after the other, in one run; the data is made in each from the same seed and not timed. Memory is the
most that a process had resident beyond what it had when the data was there.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys

SETUP = """
import numpy as np, pandas as pd
def frames(rows, seed=0):
    g = np.random.default_rng(seed)
    def one(shift):
        d = {}
        for i in range(30): d[f"f{i}"] = g.normal(shift if i < 3 else 0, 1, rows)
        for i in range(8): d[f"i{i}"] = g.integers(0, 1000, rows)
        for i in range(10): d[f"c{i}"] = pd.Categorical.from_codes(g.integers(0, 12, rows), [f"v{k}" for k in range(12)]).astype(object)
        for i in range(2): d[f"b{i}"] = g.random(rows) < 0.3
        return pd.DataFrame(d)
    return one(0.0), one(0.1)
"""

OURS = (
    SETUP
    + """
import phoenix_lab as px
def work(rows):
    px.run(px.Summary(), px.Inferences(primary, name="prod"), px.Inferences(reference, name="train"), cache=False)
"""
)

LOOP = (
    SETUP
    + """
from scipy import stats
def work(rows):
    for name in primary:
        a, b = reference[name], primary[name]
        a.isna().mean(), b.isna().mean(), a.nunique(), b.nunique()
        if a.dtype.kind in "if":
            a.describe(), b.describe()
            edges = np.unique(np.quantile(a, np.linspace(0, 1, 11)))
            r, p = np.histogram(a, edges)[0] + 0.5, np.histogram(b, edges)[0] + 0.5
            r, p = r / r.sum(), p / p.sum()
            ((p - r) * np.log(p / r)).sum()
            stats.ks_2samp(a, b)
        else:
            counts = pd.concat([a.value_counts(), b.value_counts()], axis=1).fillna(0)
            stats.chi2_contingency(counts.T.to_numpy())
"""
)

EVIDENTLY = (
    SETUP
    + """
from evidently import Report
from evidently.presets import DataDriftPreset
def work(rows):
    Report([DataDriftPreset()]).run(primary, reference)
"""
)

VECTORS = """
import numpy as np, pandas as pd
def vectors(rows, dimension, seed=0):
    g = np.random.default_rng(seed)
    x = g.normal(size=(rows, dimension)).astype(np.float32)
    at = pd.date_range("2024-01-01", periods=rows, freq="s")
    return x, at
"""

OUR_SERIES = (
    VECTORS
    + """
import pyarrow as pa, phoenix_lab as px
def made(x, at):
    return pa.table({"at": at, "v": pa.FixedSizeListArray.from_arrays(pa.array(x.ravel()), x.shape[1])})
def work(rows):
    half = len(x) // 2
    px.run(px.TimeSeries("v", "euclidean", window=f"{max(1, half // 50)}s"), px.Inferences(made(x[half:], at[half:]), name="prod"),
           px.Inferences(made(x[:half], at[:half]), name="train"), cache=False)
"""
)

GROUPBY = (
    VECTORS
    + """
def work(rows):
    half = len(x) // 2
    reference = x[:half].mean(axis=0)
    frame = pd.DataFrame({"v": list(x[half:])}, index=at[half:])
    groups = frame.groupby(np.arange(half) // max(1, half // 50))["v"]
    [float(np.linalg.norm(np.mean(np.stack(part.to_numpy()), axis=0) - reference)) for _, part in groups]
"""
)

RUN = """
import json, sys, threading, time
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096
for k in range({warm} + 1):
    before = resident(); most = [before]; stop = threading.Event()
    def watch():
        while not stop.wait(0.01): most[0] = max(most[0], resident())
    thread = threading.Thread(target=watch); thread.start()
    started = time.perf_counter(); work({rows}); taken = time.perf_counter() - started
    stop.set(); thread.join()
print(json.dumps(dict(seconds=taken, extra=most[0] - before)))
"""


def measured(python: str, code: str, made: str, rows: int, *, warm: int = 1) -> dict[str, float]:
    """Run a way `warm` times for nothing, then once for the clock."""
    source = code + made + RUN.format(rows=rows, warm=warm)
    done = subprocess.run([python, "-W", "ignore", "-c", source], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-2000:])
    result: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def table(title: str, found: dict[str, dict[str, float]]) -> None:
    print(f"\n**{title}**\n\n| | seconds | ratio | MiB more |\n|---|---|---|---|")
    first = next(iter(found.values()))["seconds"]
    for name, one in found.items():
        print(f"| {name} | {one['seconds']:.2f} | {one['seconds'] / first:.1f} | {one['extra'] / 2**20:,.0f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--vectors", type=int, default=200_000)
    parser.add_argument("--dimension", type=int, default=64)
    parser.add_argument("--evidently", help="a Python that has evidently")
    options = parser.parse_args()
    rows = options.rows
    made = f"\nreference, primary = frames({rows})\n"
    found = {
        "phoenix_lab, `Summary`": measured(sys.executable, OURS, made, rows),
        "pandas and scipy, a loop": measured(sys.executable, LOOP, made, rows, warm=0),
    }
    if options.evidently:
        found["evidently, `DataDriftPreset`"] = measured(options.evidently, EVIDENTLY, made, rows, warm=0)
    table(f"{rows:,} rows a set x 50 columns", found)
    made = f"\nx, at = vectors({options.vectors}, {options.dimension})\n"
    found = {
        "phoenix_lab, `TimeSeries`": measured(sys.executable, OUR_SERIES, made, options.vectors),
        "pandas groupby and numpy": measured(sys.executable, GROUPBY, made, options.vectors, warm=0),
    }
    table(f"{options.vectors:,} vectors x {options.dimension}, half a set, 50 windows", found)


if __name__ == "__main__":
    main()
