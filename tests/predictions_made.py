"""Sets with predictions, and their answers, for the tests of `Performance`."""

from __future__ import annotations

import json

import numpy as np
from sets_made import made, no_nan

from phoenix_lab.recipes.compute import compute

ROLES = {"said": "prediction_label", "was": "actual_label", "p": "prediction_score"}


def answer(recipe, primary, reference=None):
    output = compute(recipe, primary, reference)
    for table in (output.table, *output.parts.values()):
        for row in table.to_pylist():
            assert no_nan(list(row.values()))
    json.dumps(dict(output.meta), allow_nan=False)
    for row in output.table.to_pylist():
        for side in ("primary", "reference"):
            if reference is not None or side == "primary":
                assert row[f"value_{side}"] is not None or row[f"reason_{side}"]
        assert row["difference"] is not None or row["reason"]
        assert row["p_value"] is not None or row["verdict"] == "untested"
    return output


def metrics(output):
    return {row["metric"]: row for row in output.table.to_pylist()}


def binary(name, n, seed, shift=1.5, threshold=0.5, **more):
    rng = np.random.default_rng(seed)
    truth = rng.random(n) < 0.4
    score = 1 / (1 + np.exp(-(rng.normal(size=n) + shift * truth - 0.8)))
    columns = {
        "was": np.where(truth, "late", "on time"),
        "said": np.where(score >= threshold, "late", "on time"),
        "p": score,
        "carrier": rng.choice(["AA", "B6", "UA"], n),
        "distance": rng.integers(100, 3000, n),
        "day": rng.integers(0, 40, n) + 1000 * seed,
        **more,
    }
    return made(name, columns, roles=ROLES)


def numbers_set(name, n, seed, noise):
    rng = np.random.default_rng(seed)
    actual = rng.normal(50, 10, n)
    return made(
        name,
        {"actual": actual, "said": actual + rng.normal(1, noise, n), "group": rng.choice(["x", "y"], n)},
        roles={"actual": "actual_score", "said": "prediction_score"},
    )
