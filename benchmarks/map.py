"""From vectors to map and clusters: this package against umap-learn with hdbscan, in fresh processes and warm.

    python benchmarks/map.py 2000 10000 50000 [--seeds 3] [--no-umap]

The vectors are a mixture of 384 dimensions that looks like sentence embeddings: 60 topics of unequal size in 24 directions, noise
in all. For each size it prints, per engine: the seconds of imports and of the first call in a fresh process, of a second call in the same
process, the peak memory; trustworthiness at 15, the share of the true 15 neighbours kept on the map (1,000 rows asked), the agreement of the
clusters with the topics (adjusted mutual information), and how many there are. Then the ratios of the times. The machine's load matters:
the engines run one after the other, so look at the ratios, and run it twice.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
import warnings

import numpy as np

ENGINES = ("phoenix_lab", "umap-learn + hdbscan")


def mixture(n, seed=0, d=384):
    rng = np.random.default_rng(seed)
    sizes = rng.dirichlet(np.full(60, 0.7))
    topic = rng.choice(60, n, p=sizes)
    centres = rng.normal(size=(60, 24))
    hidden = centres[topic] + 0.6 * rng.normal(size=(n, 24))
    X = hidden @ rng.normal(size=(24, d)) / 5 + 0.5 * rng.normal(size=(n, d))
    return (X / np.linalg.norm(X, axis=1, keepdims=True)).astype(np.float32), topic


def real():
    """Return scikit-learn's digits, rows of unit length."""
    from sklearn.datasets import load_digits

    data = load_digits()
    return (data.data / np.linalg.norm(data.data, axis=1, keepdims=True)).astype(np.float32), data.target


def ours(X, seed):
    from phoenix_lab.embeddings.crew import Crew
    from phoenix_lab.embeddings.model import map_vectors

    with Crew() as crew:
        found = map_vectors(X, crew, seed=seed)
    return found.positions, found.labels


def theirs(X, _seed):
    import hdbscan
    import umap

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        Y = umap.UMAP().fit_transform(X)
        return Y, hdbscan.HDBSCAN().fit(Y).labels_


def quality(X, topic, Y, labels, k=15):
    from sklearn.metrics import adjusted_mutual_info_score
    from sklearn.neighbors import NearestNeighbors

    n = len(X)
    asked = np.random.default_rng(0).choice(n, min(n, 1000), replace=False)
    low = NearestNeighbors(n_neighbors=k + 1).fit(Y).kneighbors(Y[asked], return_distance=False)
    penalty = kept = 0
    for i, near in zip(asked, low, strict=True):
        order = np.argsort(((X - X[i]) ** 2).sum(axis=1), kind="stable")
        rank = np.empty(n, np.int64)
        rank[order] = np.arange(n)
        ranks = rank[near[near != i][:k]]
        penalty += np.maximum(ranks - k, 0).sum()
        kept += (ranks <= k).sum()
    trust = 1 - 2 * penalty / (len(asked) * k * (2 * n - 3 * k - 1))
    return {
        "trustworthiness": float(trust),
        "recall": kept / (len(asked) * k),
        "ami": float(adjusted_mutual_info_score(topic, labels)),
        "clusters": int(labels.max()) + 1,
        "noise": float((labels < 0).mean()),
    }


def measure(engine, n, seeds):
    """Run in a fresh process: time a first call with its imports, then further ones."""
    X, topic = real() if n == 0 else mixture(n)
    run = ours if engine == ENGINES[0] else theirs
    start = time.perf_counter()
    Y, labels = run(X, 0)
    first = time.perf_counter() - start
    warm, found = [], []
    for seed in range(1, seeds + 1):
        start = time.perf_counter()
        Y, labels = run(X, seed)
        warm.append(time.perf_counter() - start)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        found.append(quality(X, topic, Y, labels))
    mean = {key: float(np.mean([f[key] for f in found])) for key in found[0]}
    return {
        "first": first,
        "warm": float(np.median(warm)),
        "peak_mb": peak / (1 << 20 if sys.platform == "darwin" else 1 << 10),
        **mean,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "sizes", type=int, nargs="*", default=[2000, 10_000, 50_000], help="rows; 0 is scikit-learn's digits"
    )
    parser.add_argument("--seeds", type=int, default=2, help="warm calls, each with its own seed")
    parser.add_argument("--no-umap", action="store_true", help="measure this package alone")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure, options.sizes[0], options.seeds)))
        return
    for n in options.sizes:
        results = {}
        for engine in ENGINES[: 1 if options.no_umap else 2]:
            command = [sys.executable, __file__, str(n), "--measure", engine, "--seeds", str(options.seeds)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            results[engine] = json.loads(done.stdout.splitlines()[-1])
            numbers = "  ".join(f"{key} {value:.4g}" for key, value in results[engine].items())
            print(f"{n or 'digits':>6}  {engine:<21} {numbers}", flush=True)
        if len(results) == 2:
            a, b = (results[engine] for engine in ENGINES)
            print(
                f"{n or 'digits':>6}  times faster: first {b['first'] / a['first']:.1f}, warm {b['warm'] / a['warm']:.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
