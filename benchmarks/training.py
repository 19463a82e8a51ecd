"""Rows like others, and files to train on, beside what one would write by hand.

    python benchmarks/training.py [--rows 1000000] [--passages 48560]

It prints the processor's seconds of `px.similar` of 152 rows in random vectors of 384 float32 and of one product and sort with numpy, which
folds no copies; and those of `px.finetune` of passages of speeches and of writing them with `json` alone.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

import phoenix_lab as px

SOTU = Path(__file__).parents[1] / "examples" / "data" / "sotu.parquet"


def timed(what, run):
    start = time.process_time()
    result = run()
    seconds = time.process_time() - start
    print(f"{what:<52}{seconds:8.2f} s of CPU", flush=True)
    return result, seconds


def by_hand(asked, X, k):
    best = (X / np.linalg.norm(X, axis=1, keepdims=True)) @ (asked / np.linalg.norm(asked, axis=1, keepdims=True)).T
    return np.argsort(-best.max(axis=1), kind="stable")[:k]


def as_lines(rows):
    return "\n".join(json.dumps({"text": t, "label": p}) for t, p in rows.itertuples(index=False))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--passages", type=int, default=48_560)
    options = parser.parse_args()
    X = np.random.default_rng(0).normal(size=(options.rows, 384)).astype(np.float32)
    pool = pa.table({"v": pa.FixedSizeListArray.from_arrays(pa.array(X.ravel()), 384)})
    asked = X[:152] + np.float32(0.1)
    _, ours = timed(f"px.similar, 152 rows in {options.rows:,}", lambda: px.similar(asked, pool, "v", quiet=True))
    _, hand = timed("numpy, a product and a sort", lambda: by_hand(asked, X, 50))
    print(f"ours / by hand {ours / hand:.2f}")
    speeches = pd.read_parquet(SOTU, columns=["text", "party"])
    rows = speeches.sample(options.passages, replace=True, random_state=0).reset_index(drop=True)
    rows["text"] += [f" {i}" for i in range(len(rows))]
    with tempfile.TemporaryDirectory() as folder:
        of = {"text": "text", "label": "party"}
        call = lambda: px.finetune(rows, f"{folder}/ours", "classification", columns=of)  # noqa: E731
        _, ours = timed(f"px.finetune of {len(rows):,} passages", call)
        _, hand = timed("json alone", lambda: Path(f"{folder}/hand.jsonl").write_text(as_lines(rows)))
    print(f"ours / json alone {ours / hand:.0f}: the rest is groups, near-duplicates, splits and the card")


if __name__ == "__main__":
    main()
