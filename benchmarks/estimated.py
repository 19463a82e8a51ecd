"""Performance before labels arrive: how often its intervals hold the truth, and how far it is off where labels are known, beside nannyml's CBPE.

    python benchmarks/estimated.py --runs 300                       # coverage
    python benchmarks/estimated.py --runs 0 --peers /path/to/python # real data, beside a Python that has nannyml, pandas and scikit-learn

Coverage: the mix of scores moves and what they mean stays, then what they mean moves too; the truth is that of the population. Real data: models of
scikit-learn's bundled sets and of the flights of `examples/data`, the primary set drawn with more rows of some groups, or later; the truth is that of the labels held back.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from sklearn.datasets import load_breast_cancer, load_digits, load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score
from sklearn.naive_bayes import GaussianNB

import phoenix_lab as px
from phoenix_lab.stats.expected import METRICS
from phoenix_lab.stats.transport import Scored, transport

SHOWN = ("accuracy", "f1", "roc_auc", "log_loss")


def meaning(score: np.ndarray) -> np.ndarray:
    """Return the chances of scores that promise too much."""
    return np.asarray(expit(0.7 * logit(score) - 0.4))


def moved_meaning(score: np.ndarray) -> np.ndarray:
    """Return the chances once scores mean something else: concept drift."""
    return np.asarray(expit(0.35 * logit(score) - 0.4))


SCORES = {
    "no shift": ((2, 2), (2, 2), meaning),
    "scores more sure": ((2, 2), (4, 1.5), meaning),
    "scores less sure": ((2, 2), (6, 6), meaning),
    "positives rare": ((1, 6), (1, 4), meaning),
    "concept drift": ((2, 2), (2, 2), moved_meaning),
}


def coverage(runs: int, n: int, m: int) -> None:
    """Print which share of the intervals holds the truth."""
    print(f"| {n:,} labels, {m:,} rows without | {' | '.join(SHOWN)} |\n|---|{'---|' * len(SHOWN)}")
    for name, (before, now, means) in SCORES.items():
        many = np.random.default_rng(99).beta(*now, 1_000_000).clip(1e-9, 1 - 1e-9)
        truth = {metric: METRICS[metric](many, many >= 0.5, means(many)).value for metric in SHOWN}
        held: dict[str, list[bool]] = {metric: [] for metric in SHOWN}
        for run in range(runs):
            rng = np.random.default_rng([run, 1])
            score, other = (rng.beta(*shape, k).clip(1e-9, 1 - 1e-9) for shape, k in ((before, n), (now, m)))
            sides = [Scored(s, s >= 0.5, np.zeros(len(s), dtype=np.int64)) for s in (score, other)]
            found = transport(sides[0], rng.random(n) < meaning(score), sides[1], rng)
            for metric in SHOWN:
                told = found.estimate(metric)
                if told.lower is not None and told.upper is not None:
                    held[metric].append(told.lower <= (truth[metric] or 0) <= told.upper)
        print(f"| {name} | {' | '.join(f'{np.mean(held[metric]):.3f}' for metric in SHOWN)} |", flush=True)


def bundled(seed: int) -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
    """Return references and primary sets with scores and labels, the primary with more rows of one group than the reference."""
    rng = np.random.default_rng(seed)
    found = {}
    for name, data, wanted in (
        ("breast cancer", load_breast_cancer(), 1),
        ("digits: 8 or not", load_digits(), 8),
        ("wine: 1 or not", load_wine(), 1),
    ):
        x, y = data.data, data.target == wanted
        order = rng.permutation(len(y))
        learn, rest = order[: len(y) // 4], order[len(y) // 4 :]
        # Few columns and little data: a model that errs.
        model = (
            (GaussianNB() if name.startswith("digits") else LogisticRegression(max_iter=5000)).fit(
                x[learn][:, :4], y[learn]
            )
            if not name.startswith("digits")
            else GaussianNB(var_smoothing=0.1).fit(x[learn], y[learn])
        )
        score = model.predict_proba(x[rest] if name.startswith("digits") else x[rest][:, :4])[:, 1]
        frame = pd.DataFrame(x[rest], columns=[f"x{i}" for i in range(x.shape[1])]).assign(
            score=score, said=(score >= 0.5).astype(int), came=y[rest].astype(int)
        )
        # Rows of a hard part of the scores are three times as likely to be in the primary set.
        hard = np.abs(score - 0.5) < np.median(np.abs(score - 0.5))
        later = rng.random(len(frame)) < np.where(hard, 0.6, 0.2)
        found[name] = (frame[~later], frame[later])
    return found


def flights(seed: int) -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
    """Return the flights' model: March to May, three in four of an airport's rows held for later, and whole later months."""
    rng = np.random.default_rng(seed)
    frame = pd.read_parquet("examples/data/flights.parquet")
    frame = frame[frame.late.notna() & frame.score.notna()].reset_index(drop=True)
    month = frame.scheduled.dt.month
    frame = frame.assign(came=(frame.late == "late").astype(int), said=(frame.predicted == "late").astype(int))
    keep = [
        "hour",
        "distance",
        "scheduled_minutes",
        "seats",
        "temp",
        "humid",
        "wind_speed",
        "visib",
        "origin",
        "score",
        "said",
        "came",
    ]
    spring = frame[month.isin([3, 4, 5])]
    evening = (spring.hour >= 16) & (rng.random(len(spring)) < 0.75) | (rng.random(len(spring)) < 0.15)
    return {
        "flights: evenings": (spring[~evening][keep], spring[evening][keep]),
        "flights: July after spring": (spring[keep], frame[month == 7][keep]),
    }


PEER = """
import sys, json, warnings
warnings.simplefilter("ignore")
import pandas as pd, nannyml as nml
reference, primary = pd.read_csv(sys.argv[1]), pd.read_csv(sys.argv[2])
cbpe = nml.CBPE(problem_type="classification_binary", y_pred_proba="score", y_pred="said", y_true="came", metrics=["accuracy", "f1", "roc_auc"], chunk_number=1)
found = cbpe.fit(reference).estimate(primary.drop(columns="came")).filter(period="analysis").to_df()
print(json.dumps({m: float(found[(m, "value")].iloc[0]) for m in ("accuracy", "f1", "roc_auc")}))
"""


def peer(python: str, reference: pd.DataFrame, primary: pd.DataFrame) -> dict[str, float] | str:
    """Return what nannyml estimates."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / "reference.csv", Path(folder) / "primary.csv"]
        for path, frame in zip(paths, (reference, primary), strict=True):
            frame[["score", "said", "came"]].to_csv(path, index=False)
        done = subprocess.run([python, "-c", PEER, *map(str, paths)], capture_output=True, text=True, check=False)
    if done.returncode:
        return done.stderr.strip().splitlines()[-1][:200]
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def real(peers: str | None) -> None:
    """Print estimates and the truth of data with labels."""
    print(
        "| data | rows | metric | reference | true | phoenix_lab | nannyml | refused |\n|---|---|---|---|---|---|---|---|"
    )
    for name, (reference, primary) in {**bundled(0), **flights(0)}.items():
        schema = px.Schema(
            prediction_label_column_name="said",
            prediction_score_column_name="score",
            actual_label_column_name="came",
            feature_column_names=[c for c in reference if c not in {"score", "said", "came"}],
        )
        sets = [px.Inferences(frame.reset_index(drop=True), schema, name="set") for frame in (primary, reference)]
        asked = px.run(px.EstimatedPerformance(), *sets, cache=False)
        result = px.run(px.EstimatedPerformance(outside=1), *sets, cache=False)
        rows = {row["metric"]: row for row in result.table.to_pylist()}
        theirs = peer(peers, reference, primary) if peers else {}
        truth = {
            "accuracy": accuracy_score(primary.came, primary.said),
            "f1": f1_score(primary.came, primary.said),
            "roc_auc": roc_auc_score(primary.came, primary.score),
        }
        for metric, true in truth.items():
            row = rows[metric]
            other = theirs if isinstance(theirs, str) else f"{theirs[metric]:.3f}" if theirs else ""
            ours = f"{row['value_estimated']:.3f} [{row['lower_estimated']:.3f}, {row['upper_estimated']:.3f}]"
            refused = "yes" if asked.meta["refused"] else "no"
            print(
                f"| {name} | {len(reference):,} / {len(primary):,} | {metric} | {row['value_reference']:.3f} | {true:.3f} | {ours} | {other} | {refused} |",
                flush=True,
            )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--peers")
    given = parser.parse_args()
    if given.runs:
        for n, m in ((300, 300), (2_000, 1_000)):
            coverage(given.runs, n, m)
    else:
        real(given.peers)


if __name__ == "__main__":
    main()
