"""`ResponseDrift`: real prompts and responses, with nothing changed, with other topics asked, and with faults that were planted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits

import phoenix_lab as px
from phoenix_lab.embeddings.drift import domain_classifier
from phoenix_lab.embeddings.responses import given_prompts
from phoenix_lab.recipes.output import RecipeError
from phoenix_lab.stats.proportions import difference

REFUSALS = [
    "I'm sorry, but I can't help with that.",
    "I cannot assist with this request.",
    "As an AI model I am unable to answer that.",
    "Sorry, I can't discuss this topic.",
]
PERSONAL = ("emotion", "ai", "psychology")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("PHOENIX_LAB_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture(autouse=True)
def one_thread():
    """Small matrices: threads of BLAS would wait for each other."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="module")
def talks():
    """1,231 pairs of the package chatterbot-corpus with the vectors of wordllama, and the vectors of some refusals."""
    frame = pd.read_parquet(Path(__file__).parents[1] / "examples/data/conversations.parquet")
    for name in ("prompt", "response"):
        frame[f"{name}_vector"] = list(px.embed(frame[name].tolist(), "wordllama", quiet=True, keep=False))
    there = [np.isfinite(np.stack(frame[f"{name}_vector"])).all(axis=1) for name in ("prompt", "response")]
    frame = frame[there[0] & there[1]].reset_index(drop=True)
    return frame, px.embed(REFUSALS, "wordllama", quiet=True, keep=False)


def split(frame, rng, tilt=False):
    """Which rows are the primary set: at random, or with some topics almost three times as often."""
    share = np.where(frame.topic.isin(PERSONAL), 0.7, 0.25) if tilt else 0.4
    return rng.random(len(frame)) < share


def arrays(frame, rows):
    """Unit vectors of prompts and responses."""
    found = [np.stack(frame[name][rows]).astype(np.float32) for name in ("prompt_vector", "response_vector")]
    return tuple(X / np.linalg.norm(X, axis=1, keepdims=True) for X in found)


def both_tests(reference, primary, rng, units=None):
    """p of the paired responses, and the comparison of the shares of far ones."""
    found = given_prompts(reference, primary, ("cosine", "cosine"), rng, units=units)
    i, j = found.pairs.T
    p = domain_classifier(reference[1][j], primary[1][i], rng).p_value
    far = [
        one[ok] >= found.limit
        for one, ok in ((found.reference, found.known_reference), (found.primary, found.known_primary))
    ]
    return p, difference(int(far[0].sum()), len(far[0]), int(far[1].sum()), len(far[1])), found


@pytest.mark.parametrize("tilt", [False, True])
def test_nothing_is_found_where_nothing_changed_whatever_is_asked(talks, tilt):
    """False alarms at .05, of 40 splits: what chance allows of .05 (99.9 %: at most 8)."""
    frame, _ = talks
    alarms = np.zeros(3)
    for seed in range(40):
        rng = np.random.default_rng(seed)
        mine = split(frame, rng, tilt)
        reference, primary = arrays(frame, ~mine), arrays(frame, mine)
        p, far, found = both_tests(reference, primary, rng)
        alarms += p < 0.05, far.p_value < 0.05, domain_classifier(reference[1], primary[1], rng).p_value < 0.05
        assert len(np.unique(found.pairs[:, 0])) == len(np.unique(found.pairs[:, 1])) == len(found.pairs)
    assert alarms[0] <= 8
    assert alarms[1] <= 8
    # of all responses those to other questions are of course others: that is what pairs are for
    assert alarms[2] >= 36 if tilt else alarms[2] <= 8


@pytest.mark.parametrize("topic", [["trivia"], ["emotion", "ai"]])
@pytest.mark.parametrize("tilt", [False, True])
def test_refusals_are_found_and_are_the_rows_that_are_told(talks, topic, tilt):
    frame, refused = talks
    rng = np.random.default_rng(1)
    mine = split(frame, rng, tilt)
    primary = frame[mine].reset_index(drop=True)
    bad = primary.topic.isin(topic).to_numpy()
    primary.loc[bad, "response_vector"] = pd.Series(
        list(refused[rng.integers(4, size=bad.sum())]), index=np.flatnonzero(bad)
    )
    result = px.run(px.ResponseDrift(), primary, frame[~mine].reset_index(drop=True))
    meta = result.meta
    assert (meta["prompt"], meta["response"]) == ("prompt_vector", "response_vector")
    assert meta["given"]["estimate"] > 0.1
    assert meta["responses"]["p_adjusted"] < 0.001
    assert meta["given"]["p_adjusted"] < 0.001
    assert (meta["prompts"]["p_adjusted"] < 0.05) == tilt
    found = result.carriers()
    assert len(found) == meta["carriers"]["n_primary"] > 0.8 * (bad.sum() - meta["new_prompts"]["primary"])
    table = result.to_pandas()
    rows = table[(table.set == "primary") & table.known]
    assert roc_auc_score(bad[rows.row], rows.score) > 0.9
    assert found.topic.isin(topic).mean() > 0.6
    assert meta["carriers"]["share_reference"] < 0.1
    assert "responses to like prompts: PSI" in repr(result)


def test_responses_that_were_swapped_are_farther_than_is_usual(talks):
    """No linear function of the responses alone tells them; how far they are from those to like prompts does."""
    frame, _ = talks
    found = []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        mine = split(frame, rng)
        reference, (prompts, responses) = arrays(frame, ~mine), arrays(frame, mine)
        bad = rng.random(len(responses)) < 0.3
        mixed = responses.copy()
        mixed[bad] = responses[rng.permutation(len(responses))[: bad.sum()]]
        _, far, told = both_tests(reference, (prompts, mixed), rng)
        ok = told.known_primary
        found.append((far.value, far.lower, roc_auc_score(bad[ok], told.primary[ok])))
    found = np.array(found)
    assert (found[:, 1] > 0).sum() >= 5
    assert found[:, 2].min() > 0.7


def test_distances_are_those_of_their_definition(talks):
    """By loops: each reference row as if it were not there."""
    frame, _ = talks
    rng = np.random.default_rng(3)
    frame = frame.drop_duplicates("prompt").reset_index(drop=True)  # of equally near ones the order is open
    rows = rng.permutation(len(frame))[:160]
    reference, primary = arrays(frame, rows[:120]), arrays(frame, rows[120:])
    found = given_prompts(reference, primary, ("cosine", "cosine"), rng, k=4)

    def near(p, out, k=4):
        order = sorted((j for j in range(120) if j not in out), key=lambda j: 1 - float(p @ reference[0][j]))
        return order[:k]

    def away(r, rows_):
        return np.mean([1 - float(r @ reference[1][j]) for j in rows_])

    def excess(p, r, out):
        mine = near(p, out)
        return away(r, mine) - np.mean([away(reference[1][j], near(reference[0][j], {*out, j})) for j in mine])

    for i in range(40):
        if found.known_primary[i]:
            assert found.primary[i] == pytest.approx(excess(primary[0][i], primary[1][i], set()), abs=1e-5)
    for i in range(120):
        if found.known_reference[i]:
            assert found.reference[i] == pytest.approx(excess(reference[0][i], reference[1][i], {i}), abs=1e-5)
    assert found.known_reference.mean() == pytest.approx(0.95, abs=0.01)


def test_the_same_questions_asked_again_are_paired_with_themselves(talks):
    """Two models on one set of prompts: every row has its twin, which is not counted among the neighbours, for no reference row has one."""
    frame, _ = talks
    once = frame.drop_duplicates("prompt").reset_index(drop=True)
    X = arrays(once, np.ones(len(once), bool))
    rng = np.random.default_rng(0)
    shaken = X[1] + 0.02 * rng.normal(size=X[1].shape).astype(np.float32)
    shaken /= np.linalg.norm(shaken, axis=1, keepdims=True)
    found = given_prompts(X, (X[0], shaken), ("cosine", "cosine"), rng)
    assert found.skips_copies
    far = [
        (one[ok] >= found.limit).mean()
        for one, ok in ((found.reference, found.known_reference), (found.primary, found.known_primary))
    ]
    assert far[1] == pytest.approx(far[0], abs=0.02)
    # a prompt that stands there once more in other letters may take the twin of another row
    assert (found.pairs[:, 0] == found.pairs[:, 1]).mean() > 0.95


def test_prompts_that_the_reference_never_had_are_told_apart(talks):
    frame, _ = talks
    coding = (frame.topic == "coding").to_numpy()
    rng = np.random.default_rng(0)
    mine = split(frame, rng) | coding
    result = px.run(px.ResponseDrift(), frame[mine].reset_index(drop=True), frame[~mine].reset_index(drop=True))
    table = result.to_pandas()
    new = table[(table.set == "primary") & ~table.known]
    assert result.meta["new_prompts"]["primary"] == len(new) > 0.5 * coding.sum()
    assert coding[np.flatnonzero(mine)[new.row]].mean() > 0.5
    assert new.score.isna().all()
    assert new.distance.isna().all()


def test_rows_of_a_unit_are_not_their_own_evidence(talks):
    """Rows there three times as units: a reference row is compared with no copy of itself, and the tests count units."""
    frame, _ = talks
    three = frame.loc[frame.index.repeat(3)].reset_index(drop=True)
    three["talk"] = np.repeat(np.arange(len(frame)), 3)
    alarms = np.zeros(2)
    for seed in range(3):
        mine = split(frame, np.random.default_rng(seed)).repeat(3)
        result = px.run(
            px.ResponseDrift("prompt_vector", "response_vector", unit="talk"),
            three[mine].reset_index(drop=True),
            three[~mine].reset_index(drop=True),
        )
        alarms += result.meta["far"]["p_value"] < 0.05, result.meta["given"]["p_value"] < 0.05
        assert result.meta["unit"]["n_primary"] == mine.sum() / 3
    assert alarms.max() <= 1


def test_cohorts_and_windows_keep_the_positions_of_rows(talks):
    frame, refused = talks
    rng = np.random.default_rng(1)
    mine = split(frame, rng)
    primary = frame[mine].reset_index(drop=True)
    primary["when"] = pd.date_range("2026-01-01", periods=len(primary), freq="h")
    late = np.arange(len(primary)) > len(primary) // 2
    bad = late & primary.topic.isin(["trivia", "emotion"]).to_numpy()
    primary.loc[bad, "response_vector"] = pd.Series(
        list(refused[rng.integers(4, size=bad.sum())]), index=np.flatnonzero(bad)
    )
    reference = frame[~mine].reset_index(drop=True)
    reference["when"] = pd.Timestamp("2025-12-01")
    window = (primary.when[late].iloc[0].isoformat(), "2027-01-01T00:00:00")
    for recipe in (
        px.ResponseDrift("prompt_vector", "response_vector", window=window),
        px.ResponseDrift("prompt_vector", "response_vector", where=(px.Values("topic", ("trivia", "emotion")),)),
    ):
        result = px.run(recipe, primary, reference)
        rows = result.carriers().index
        assert bad[rows].mean() > 0.6
        assert result.meta["given"]["p_adjusted"] < 0.01


def test_what_cannot_be_asked_is_said(talks):
    frame, _ = talks
    half = frame.iloc[:600], frame.iloc[600:]
    with pytest.raises(RecipeError, match="a reference"):
        px.run(px.ResponseDrift(), half[0])
    with pytest.raises(RecipeError, match="has no vectors of prompts: name them"):
        px.run(px.ResponseDrift(), *(one.drop(columns="prompt_vector") for one in half))
    few = px.run(px.ResponseDrift("prompt_vector", "response_vector"), frame.iloc[:30], frame.iloc[30:38])
    assert few.table.num_rows == 0
    assert few.meta["given"]["reason"] == "the reference has too few rows with vectors of both"
    assert len(few.carriers()) == 0
    none = frame.assign(response_vector=None)
    with pytest.raises(RecipeError):
        px.run(px.ResponseDrift("prompt_vector", "response_vector"), none, frame)
    holes = frame.iloc[:600].copy()
    holes.loc[::7, "response_vector"] = None
    result = px.run(px.ResponseDrift("prompt_vector", "response_vector"), holes, half[1])
    assert result.meta["rows"]["primary"] == 600 - len(range(0, 600, 7))
    assert not set(result.to_pandas().query("set == 'primary'").row) & set(range(0, 600, 7))
