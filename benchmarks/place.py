"""Placing new rows on a map, against fitting it.

    python benchmarks/place.py [--rows 50000] [--new 10000]

The vectors are those of `map.py`. It prints the seconds of a fit; of the same question with new rows anchored to it, in a process that has the
stages of the fit (what Refresh costs); of the placing alone; of a fit of all rows; and that nothing moved.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from map import mixture

from phoenix_lab.embeddings.crew import Crew
from phoenix_lab.embeddings.model import fit, map_vectors
from phoenix_lab.embeddings.stages import Stages


def timed(what, run):
    start = time.perf_counter()
    result = run()
    seconds = time.perf_counter() - start
    print(f"{what:<44}{seconds:8.2f} s", flush=True)
    return result, seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--new", type=int, default=10_000)
    options = parser.parse_args()
    n, m = options.rows, options.new
    X, _ = mixture(n + m)
    with Crew() as crew:
        # Compiled before anything is measured.
        small = fit(X[:5000], crew)
        small.place(X[5000:5100], crew)
        stages = Stages()
        first, fitting = timed(
            f"fit of {n:,} rows", lambda: map_vectors(X[:n], crew, sample=n, stages=stages, key="map")
        )
        among = np.arange(n)
        anchored, refresh = timed(
            f"{m:,} more rows, anchored",
            lambda: map_vectors(X, crew, sample=n, among=among, stages=stages, key="map"),
        )
        model = fit(X[:n], crew)
        _, placing = timed("the placing alone", lambda: model.place(X[n:], crew))
        timed("fit of all rows", lambda: map_vectors(X, crew, sample=n + m))
    print(f"anchored / fit {refresh / fitting:.3f}, placing / fit {placing / fitting:.3f}")
    print(f"largest displacement {np.abs(anchored.positions[:n] - first.positions).max():g}")
    print(f"clusters the same: {(anchored.labels[:n] == first.labels).all()}; new areas: {len(anchored.new)}")


if __name__ == "__main__":
    main()
