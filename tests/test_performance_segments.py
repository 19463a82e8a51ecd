"""Predictions by segment: the values of a column, ranges of numbers, the clusters of a map."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from predictions_made import ROLES, answer, binary
from sets_made import made
from sklearn import metrics as sk
from sklearn.datasets import load_digits

import phoenix_lab as px
from phoenix_lab.recipes.compute import compute
from phoenix_lab.recipes.models import EmbeddingMap, Performance
from phoenix_lab.recipes.output import RecipeError
from phoenix_lab.stats.regression import r2


@pytest.fixture
def sets():
    return binary("prod", 900, 1, shift=0.6), binary("train", 1500, 2)


def test_segments_are_the_numbers_of_their_rows(sets):
    prod, train = sets
    output = answer(Performance(segment="carrier", metric="roc_auc"), prod, train)
    rows = output.parts["segments"].to_pylist()
    assert [row["segment"] for row in rows] == sorted(
        ["AA", "B6", "UA"], key=lambda c: -train.table.column("carrier").to_pylist().count(c)
    )
    for row in rows:
        for side, frame in (("primary", prod), ("reference", train)):
            here = np.asarray(frame.table.column("carrier")) == row["segment"]
            y, score = np.asarray(frame.table.column("was")) == "late", np.asarray(frame.table.column("p"))
            assert row[f"value_{side}"] == pytest.approx(sk.roc_auc_score(y[here], score[here]))
            assert row[f"n_{side}"] == here.sum()
    assert output.meta["segment"]["adjusted"] == "Benjamini-Hochberg over 3 segments"


def test_segments_of_numbers_are_the_references_ranges_and_missing_is_one(sets):
    prod, train = sets
    holes = pa.array(np.asarray(prod.table.column("distance")), mask=np.arange(900) % 10 == 0)
    prod = made("prod", {**{c: prod.table.column(c) for c in ("was", "said", "p")}, "distance": holes}, roles=ROLES)
    rows = answer(Performance(segment="distance"), prod, train).parts["segments"].to_pylist()
    assert rows[-1]["kind"] == "missing"
    assert rows[-1]["n_primary"] == 90
    assert sum(row["n_primary"] for row in rows) == 900
    assert len(rows) == 11


def test_clusters_of_a_map_are_segments():
    truth = load_digits().target[900:]
    rng = np.random.default_rng(3)
    centre = rng.normal(size=(10, 8)) * 6

    def side(name, rows, wrong_in):
        vectors = centre[truth[rows]] + rng.normal(size=(len(rows), 8))
        said = np.where((truth[rows] == wrong_in) & (rng.random(len(rows)) < 0.7), (truth[rows] + 1) % 10, truth[rows])
        column = pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel().astype(np.float32)), 8)
        return made(name, {"was": truth[rows], "said": said, "v": column}, roles=ROLES)

    order = rng.permutation(len(truth))
    prod, train = side("prod", order[:450], 4), side("train", order[450:], -1)
    output = answer(Performance(segment="v", metric="accuracy"), prod, train)
    assert output.meta["segment"]["clusters"] is True
    rows = output.parts["segments"].to_pylist()
    on_map = compute(EmbeddingMap("v"), prod, train)
    label = on_map.table.column("cluster").to_numpy()
    of_prod = np.asarray(on_map.table.column("set").cast(pa.string())) == "primary"
    right = np.asarray(prod.table["was"]) == np.asarray(prod.table["said"])
    named = {row["cluster"]: row["name"] for row in on_map.parts["clusters"].to_pylist()}
    for row in rows:
        if row["kind"] == "cluster":
            here = on_map.table.column("row").to_numpy()[of_prod & (label == row["cluster"])]
            assert row["value_primary"] == pytest.approx(right[here].mean())
            assert (row["segment"], row["n_primary"]) == (named[row["cluster"]], len(here))
    assert sum(row["n_primary"] for row in rows) == 450
    # The cluster of the fours is the one where the model got worse.
    worse = [row["cluster"] for row in rows if row["verdict"] == "worse"]
    fours = np.asarray(prod.table["was"])[on_map.table.column("row").to_numpy()[of_prod & np.isin(label, worse)]]
    assert len(worse) >= 1
    assert (fours == 4).mean() > 0.9
    # Of a cohort, the clusters stay those of the map of all rows.
    some = compute(Performance(segment=EmbeddingMap("v"), where=(px.Values("was", (3, 4)),)), prod, train)
    for row in some.parts["segments"].to_pylist():
        whole = next(r for r in rows if r["segment"] == row["segment"])
        assert row["n_primary"] <= whole["n_primary"]
    # Another map has other clusters.
    coarse = compute(Performance(segment=EmbeddingMap("v", min_cluster_size=120)), prod, train)
    assert coarse.parts["segments"].num_rows < len(rows)


RANGES = {"mcc": (-1, 1), "calibration_bias": (-1, 1), "log_loss": (0, np.inf)}


@pytest.mark.parametrize(
    "metric", ["accuracy", "balanced_accuracy", "precision", "recall", "f1", "mcc", "brier", "calibration_bias"]
)
@pytest.mark.parametrize("seed", range(4))
def test_a_group_of_few_rows_has_no_interval_that_says_nothing(metric, seed):
    few, many = binary("prod", 605, seed, shift=0.6), binary("train", 800, 20)
    group = np.where(np.arange(605) < 5, "few", "many")
    prod = made("prod", {**{c: few.table.column(c) for c in ("was", "said", "p")}, "group": group}, roles=ROLES)
    train = made(
        "train",
        {
            **{c: many.table.column(c) for c in ("was", "said", "p")},
            "group": np.where(np.arange(800) < 5, "few", "many"),
        },
        roles=ROLES,
    )
    least, most = RANGES.get(metric, (0, 1))
    for row in answer(Performance(segment="group", metric=metric), prod, train).parts["segments"].to_pylist():
        for side in ("primary", "reference"):
            if row[f"lower_{side}"] is not None:
                assert least <= row[f"lower_{side}"] <= row[f"value_{side}"] <= row[f"upper_{side}"] <= most
                assert row[f"upper_{side}"] - row[f"lower_{side}"] < 0.9 * (most - least)
        if row["difference_lower"] is None:
            if row["p_value"] is not None:
                assert row["reason"].startswith("not enough data: ")
                assert row["verdict"] == "undecided"
        else:
            width = row["difference_upper"] - row["difference_lower"]
            assert width < 0.9 * (most - least)
            assert -(most - least) <= row["difference_lower"] <= row["difference_upper"] <= most - least


def test_what_is_told_of_the_fit_is_at_most_all_of_it():
    rng = np.random.default_rng(0)
    x = rng.normal(size=12)
    found = r2(x, x + 0.1 * rng.normal(size=12) * (np.arange(12) > 9))
    assert found.lower < found.value < found.upper < 1


def test_what_makes_no_segments_is_said(sets):
    with pytest.raises(RecipeError, match='did you mean "carrier"'):
        compute(Performance(segment="carier"), *sets)
    with pytest.raises(RecipeError, match="r2 is not told of here"):
        compute(Performance(segment="carrier", metric="r2"), *sets)
