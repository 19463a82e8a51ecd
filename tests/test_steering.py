"""The direction from one selection to another: what it finds in real vectors, what it refuses, and what it leaves on disk."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from safetensors.numpy import load_file, save_file
from sklearn.metrics import roc_auc_score

import phoenix_lab as px

DATA = Path(__file__).parents[1] / "examples" / "data"


@pytest.fixture(scope="module")
def sotu():
    return pd.read_parquet(DATA / "sotu.parquet")


@pytest.fixture(scope="module")
def topics(sotu):
    text = sotu.text.str.lower()
    war = text.str.contains("terror|iraq|afghan")
    return sotu[war], sotu[text.str.contains("school|teacher|college") & ~war]


def matrix(rows):
    return np.stack(rows.text_vector).astype(float)


@pytest.mark.parametrize("method", ["difference", "probe"])
def test_a_topic_is_separated_in_rows_that_took_no_part(topics, method):
    even, odd = ([rows[rows.year % 2 == k] for rows in topics] for k in (0, 1))
    found = px.steering_vector(*even, "text_vector", method=method)
    assert found.facts["auc_lower"] > 0.9
    unseen = pd.concat(odd)
    truth = np.repeat([1, 0], [len(rows) for rows in odd])
    along = found.project(unseen)
    assert roc_auc_score(truth, along) > 0.95
    assert abs(roc_auc_score(truth, along) - found.facts["auc"]) < 0.05
    np.testing.assert_array_equal(along.index, unseen.index)


def test_the_difference_is_that_of_the_means_and_its_ends_are_minus_one_and_one(topics):
    war, school = topics
    found = px.steering_vector(war, school, "text_vector")
    by_hand = matrix(war).mean(axis=0) - matrix(school).mean(axis=0)
    np.testing.assert_allclose(found.vector, by_hand / np.linalg.norm(by_hand), atol=1e-7)
    assert found.project(war).mean() == pytest.approx(1, abs=1e-5)
    assert found.project(school).mean() == pytest.approx(-1, abs=1e-5)


def test_the_probe_leaves_out_what_varies_within_both_groups():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(800, 6))
    X[:, 0] *= 0.3
    X[:, 1] += 2 * X[:, 0]  # tells nothing that the first does not
    X[:400, 0] += 0.5
    X[:400, 1] += 1.0
    rows = pl.DataFrame({"v": X})
    found = px.steering_vector(rows[:400], rows[400:], "v", method="probe")
    assert abs(found.vector[0]) > 5 * np.abs(found.vector[2:]).max()
    assert found.facts["auc"] > px.steering_vector(rows[:400], rows[400:], "v").facts["auc"]


def test_halves_of_one_group_are_refused_at_the_level_that_is_said(topics):
    _, school = topics
    rng = np.random.default_rng(0)
    refused = 0
    for seed in range(60):
        rows = rng.permutation(len(school))
        with suppress(px.TrainingError):
            px.steering_vector(school.iloc[rows[:60]], school.iloc[rows[60:120]], "text_vector", seed=seed)
            continue
        refused += 1
    assert refused >= 52  # of 60 at 5 %: fewer in one of a hundred runs


def test_rows_of_one_document_are_not_taken_for_independent():
    rng = np.random.default_rng(1)
    document = np.arange(240) // 20
    X = rng.normal(size=(12, 8))[document] + 0.1 * rng.normal(size=(240, 8))
    rows = pd.DataFrame({"v": list(X), "document": document})
    side = document % 2 == 0
    told_apart = px.steering_vector(rows[side], rows[~side], "v")
    assert told_apart.facts["p_value"] < 1e-6  # documents are known again in the other half
    with pytest.raises(px.TrainingError, match="not told apart"):
        px.steering_vector(rows[side], rows[~side], "v", unit="document")


def test_shared_rows_are_left_out_and_copies_are_one_unit(topics):
    war, school = topics
    clean = px.steering_vector(war, school, "text_vector")
    mixed = px.steering_vector(pd.concat([war, school[:5]]), pd.concat([school, war[:3]]), "text_vector")
    assert (mixed.facts["n_positive"], mixed.facts["n_negative"]) == (len(war) - 3, len(school) - 5)
    assert mixed.facts["notes"] == ["8 positive and 8 negative rows whose vector is in both are left out"]
    few = pd.concat([war[:3]] * 50)
    with pytest.raises(px.TrainingError, match="of the positive ones there are 3"):
        px.steering_vector(few, school, "text_vector")
    assert clean.facts["notes"] == []


@pytest.mark.parametrize(
    ("positive", "negative", "said"),
    [
        (slice(0), slice(0, 50), "positive has no rows"),
        (slice(0, 1), slice(10, 50), "of the positive ones there are 1"),
        (slice(0, 50), slice(0, 50), "hold the same vectors"),
    ],
)
def test_what_cannot_be_done_is_said(sotu, positive, negative, said):
    with pytest.raises(px.TrainingError, match=said):
        px.steering_vector(sotu[positive], sotu[negative], "text_vector")


def test_equal_rows_bad_vectors_and_other_models_are_said(topics):
    war, school = topics
    ones = pl.DataFrame({"v": np.ones((20, 4))})
    with pytest.raises(px.TrainingError, match="same vectors"):
        px.steering_vector(ones, ones, "v")
    with pytest.raises(px.TrainingError, match="384 dimensions in positive and 4 in negative"):
        px.steering_vector(war, ones.rename({"v": "text_vector"}), "text_vector")
    found = px.steering_vector(war, school, "text_vector")
    with pytest.raises(px.TrainingError, match="another model"):
        found.project(ones, "v")
    holes = school.assign(text_vector=[None, np.full(384, np.nan), *school.text_vector[2:]])
    along = found.project(holes)
    assert along.isna().sum() == 2
    assert along.isna().iloc[:2].all()
    assert "2 rows without" in px.steering_vector(war, holes, "text_vector").facts["notes"][0]


@pytest.mark.parametrize("kind", ["polars", "arrow"])
def test_the_column_is_of_the_dataframes_kind(topics, kind):
    war, school = topics
    found = px.steering_vector(war, school, "text_vector")
    table = pa.Table.from_pandas(war[["text", "text_vector"]], preserve_index=False)
    rows = pl.from_arrow(table) if kind == "polars" else table
    along = found.project(rows)
    assert isinstance(along, pl.Series if kind == "polars" else pa.ChunkedArray)
    np.testing.assert_allclose(along.to_numpy(), found.project(war).to_numpy())


def test_it_is_kept_as_safetensors_with_a_card(topics, tmp_path):
    war, school = topics
    found = px.steering_vector(war, school, "text_vector", unit="address")
    path = found.save(tmp_path / "iraq.safetensors")
    np.testing.assert_array_equal(load_file(path)["steering_vector"], found.vector)
    card = json.loads((tmp_path / "iraq.safetensors.card.json").read_text())
    assert card["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (card["unit"], card["method"], card["auc"]) == ("address", "difference", found.facts["auc"])
    again = px.SteeringVector.load(path)
    pd.testing.assert_series_equal(again.project(school), found.project(school))
    assert again.facts == found.facts
    with pytest.raises(FileExistsError):
        found.save(path)
    with pytest.raises(px.TrainingError, match=r"\.safetensors"):
        found.save(tmp_path / "iraq.bin")
    other = tmp_path / "other.safetensors"
    save_file({"steering_vector": np.ones((2, 2), np.float32)}, other)
    text = tmp_path / "text.safetensors"
    text.write_text("not tensors")
    for file in (other, text):
        with pytest.raises(px.TrainingError, match="no steering vector"):
            px.SteeringVector.load(file)


def test_the_same_call_gives_the_same_bits(topics):
    a, b = (px.steering_vector(*topics, "text_vector", method="probe") for _ in range(2))
    np.testing.assert_array_equal(a.vector, b.vector)
    assert a.facts == b.facts
