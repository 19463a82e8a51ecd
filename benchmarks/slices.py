"""Slices beside sliceline and pysubgroup: the time of a search, how often something is found where nothing is, and whether what is planted is.

    python benchmarks/slices.py                                   # ours alone
    python benchmarks/slices.py --peers /path/to/another/python   # one with sliceline, pysubgroup and scikit-learn, too

Each way runs in a process of its own, one after the other, in one run. The columns are the flights of `examples/data`, drawn again to as many rows;
what is wrong is drawn at random, with the planted slice (one airport's mornings) or without. "False" is the share of null runs in which a slice is
reported. The peers cut numbers at deciles, look at slices of two conditions and at least 1 % of the rows, and are at their other defaults; of pysubgroup, which
always names its best, one counts that its quality (relative accuracy) is above zero.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys

SETUP = """
import json, sys, time
import numpy as np, pandas as pd
COLUMNS = ["hour", "weekday", "carrier", "origin", "destination", "distance", "scheduled_minutes", "manufacturer", "plane_year", "seats",
           "temp", "dewp", "humid", "wind_speed", "wind_gust", "precip", "pressure", "visib", "cancelled", "predicted"]
def frame(rows, seed, planted):
    g = np.random.default_rng(seed)
    f = pd.read_parquet("examples/data/flights.parquet")
    f = f.iloc[g.integers(0, len(f), rows)].reset_index(drop=True)
    where = np.asarray((f.origin == "EWR") & (f.hour < 12))
    return f[COLUMNS], g.random(rows) < np.where(where & planted, .25, .1), where
def report(rows, runs, search):
    search(*frame(2000, 99, True)[:2])
    x, y, where = frame(rows, 0, True)
    start = time.perf_counter(); search(x, y); took = time.perf_counter() - start
    false = sum(len(search(*frame(5000, s, False)[:2])) > 0 for s in range(runs))
    found = 0
    for s in range(runs):
        x, y, where = frame(20000, s, True)
        slices = search(x, y)
        f1 = [2 * (m & where).sum() / (m.sum() + where.sum()) for m in slices]
        found += bool(f1) and f1[0] > .9
    print(json.dumps({"seconds": round(took, 2), **({"false": false / runs, "found": found / runs} if runs else {})}))
"""

OURS = """
import phoenix_lab as px
def search(x, y):
    frame = px.Inferences(x.assign(y=y), name="prod")
    result = px.run(px.Slices(metric="mean", column="y", columns=tuple(COLUMNS)), frame, cache=False)
    index = pd.RangeIndex(len(x))
    return [index.isin(px.rows(x, *result.where(i)).index) for i in range(result.table.num_rows)]
"""

SLICELINE = """
from sliceline.slicefinder import Slicefinder
def coded(x):
    return pd.DataFrame({c: (pd.qcut(x[c], 10, duplicates="drop").cat.codes if x[c].dtype.kind in "if" else x[c].astype("category").cat.codes) for c in x})
def search(x, y):
    codes = coded(x).to_numpy()
    finder = Slicefinder(alpha=.95, k=1, max_l=2, min_sup=max(30, len(x) // 100), verbose=False).fit(codes, y.astype(float))
    return [np.logical_and.reduce([codes[:, i] == v for i, v in enumerate(one) if v is not None]) for one in finder.top_slices_]
"""

PYSUBGROUP = """
import pysubgroup as ps
def search(x, y):
    data = x.assign(y=y)
    target = ps.BinaryTarget("y", True)
    space = ps.create_selectors(data, ignore=["y"], nbins=10)
    task = ps.SubgroupDiscoveryTask(data, target, space, result_set_size=1, depth=2, qf=ps.WRAccQF(), min_quality=0)
    found = ps.BeamSearch().execute(task)
    return [np.asarray(description.covers(data)) for quality, description, _ in found.results if quality > 0]
"""

RUN = "\nreport(int(sys.argv[1]), int(sys.argv[2]), search)\n"


def measure(python: str, way: str, rows: int, runs: int, limit: float) -> dict[str, float] | str:
    """Run one way in a process of its own."""
    command = [python, "-W", "ignore", "-c", SETUP + way + RUN, str(rows), str(runs)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return f"not done after {limit:.0f} s"
    if done.returncode:
        return done.stderr.strip().splitlines()[-1][:200]
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def main() -> None:
    """Print a line a way."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--limit", type=float, default=900)
    parser.add_argument("--peers")
    given = parser.parse_args()
    ways = [("phoenix_lab", sys.executable, OURS)]
    if given.peers:
        ways += [("sliceline", given.peers, SLICELINE), ("pysubgroup", given.peers, PYSUBGROUP)]
    for i, rows in enumerate(given.rows):
        for name, python, way in ways:
            found = measure(python, way, rows, given.runs if i == 0 else 0, given.limit)
            print(f"{rows:>9,}  {name:12}  {found}", flush=True)


if __name__ == "__main__":
    main()
