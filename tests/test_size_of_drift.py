"""The size of an embedding's drift: its parts sum up and are the ones planted, and its lower bound is not above the truth."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import phoenix_lab as px
from phoenix_lab.recipes.output import RecipeError
from phoenix_lab.recipes.vector_drift import vector_drift

CENTRES = np.array([[0.0, 0, 0, 0], [8, 0, 0, 0], [0, 8, 0, 0]])


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("PHOENIX_LAB_CACHE_DIR", str(tmp_path / "cache"))


def rows(rng, sizes, moved=(0.0, 0.0, 0.0), gone=0.0):
    group = np.repeat(np.arange(3), sizes)
    v = CENTRES[group] + rng.normal(size=(len(group), 4))
    v[:, 3] += np.array(moved)[group]
    vectors = [None if missing else list(one) for one, missing in zip(v, rng.random(len(v)) < gone, strict=True)]
    return pd.DataFrame({"v": vectors})


def split(primary, reference, **more):
    recipe = px.Attribution(px.EmbeddingMap("v", min_cluster_size=150), metric="drift", **more)
    result = px.run(recipe, px.Inferences(primary, name="prod"), px.Inferences(reference, name="train"))
    meta, table = result.meta, result.to_pandas()
    json.dumps(dict(meta), allow_nan=False)
    assert meta["mix"] + meta["within"] + meta["missing"] == pytest.approx(meta["total"], abs=1e-9)
    assert table.mix.sum() + table.within.sum() == pytest.approx(meta["total"], abs=1e-9)
    assert meta["total"] == pytest.approx(meta["value_primary"] - meta["value_reference"], abs=1e-9)
    for part in ("total", "mix", "within", "missing"):
        if meta[f"{part}_lower"] is not None:
            assert meta[f"{part}_lower"] <= meta[part] <= meta[f"{part}_upper"]
    return meta, table


def test_each_part_is_the_one_that_was_planted():
    rng = np.random.default_rng(0)
    train = rows(rng, (300, 300, 300))
    mix, _ = split(rows(rng, (100, 300, 500)), train)
    assert mix["mix_lower"] > 0.02
    assert abs(mix["within"]) < mix["mix"] / 2
    assert mix["missing"] == 0
    within, table = split(rows(rng, (300, 300, 300), moved=(0.7, 0.7, 0.7)), train)
    assert within["within_lower"] > 0.02
    assert abs(within["mix"]) < within["within"] / 2
    assert (table.within[table.kind == "cluster"] > 0).all()
    missing, _ = split(rows(rng, (300, 300, 300), gone=0.4), train)
    assert missing["missing_lower"] > 0.01
    assert missing["missing"] > 3 * max(abs(missing["mix"]), abs(missing["within"]))


def test_without_drift_no_part_is_sure():
    rng = np.random.default_rng(1)
    meta, _ = split(rows(rng, (200, 300, 300), gone=0.1), rows(rng, (200, 300, 300), gone=0.1))
    for part in ("total", "mix", "within", "missing"):
        assert meta[f"{part}_lower"] < 0 < meta[f"{part}_upper"], part


def test_what_has_no_parts_says_why():
    frame = pd.DataFrame({"k": list("ab") * 20, "v": [[float(i), 1.0] for i in range(40)]})
    with pytest.raises(RecipeError, match="by the clusters of a map"):
        px.run(px.Attribution("k", metric="drift"), frame, reference=frame)


def found(primary, reference, rng):
    columns = [px.Inferences(one).frame(("v",)).table.column("v") for one in (reference, primary)]
    return vector_drift(columns[0], columns[1], None, rng)


def test_the_bound_holds_and_says_something():
    """So many primary rows come from a place of their own: of 80 runs at most 5 %, give or take two standard errors, say more than there are."""
    runs, above, told = 80, {"other": 0, "beyond": 0}, []
    for seed in range(runs):
        rng = np.random.default_rng([seed, 3])
        train = rows(rng, (600, 600, 0))
        prod = rows(rng, (600, 600, 120))
        least = found(prod, train, rng).least
        for key in above:
            above[key] += least[key].share > 120 / 1320
        told.append(least["other"].share)
    assert max(above.values()) / runs <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / runs)
    assert np.median(told) > 0.04


def test_rows_that_are_only_more_frequent_are_other_and_not_from_beyond():
    rng = np.random.default_rng(4)
    least = found(rows(rng, (900, 100, 0)), rows(rng, (500, 500, 0)), rng).least
    assert 0.25 < least["other"].share <= 0.4
    assert least["beyond"].share == 0


def test_without_drift_the_bound_is_nothing():
    told = 0
    for seed in range(60):
        rng = np.random.default_rng([seed, 5])
        told += found(rows(rng, (100, 100, 100)), rows(rng, (100, 100, 100)), rng).least["other"].share > 0
    assert told <= 6
