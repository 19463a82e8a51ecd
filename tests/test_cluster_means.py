"""`ClusterMeans`: a judge's label and score by cluster, against counts by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_digits

import phoenix_lab as px
from phoenix_lab.recipes.output import RecipeError
from phoenix_lab.stats.proportions import difference, wilson


@pytest.fixture(autouse=True)
def folder(tmp_path_factory, monkeypatch):
    # one cache: all questions are of one map
    monkeypatch.setenv("PHOENIX_LAB_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "means"))


@pytest.fixture(scope="module")
def judged():
    """Digits whose zeros are called hallucinated in 62 of 100, others in 9, with some rows that the judge did not answer for."""
    X, y = load_digits(return_X_y=True)
    rng = np.random.default_rng(0)
    bad = rng.random(len(y)) < np.where(y == 0, 0.62, 0.09)
    frame = pd.DataFrame(
        {"v": list(X), "digit": y, "label": np.where(bad, "hallucinated", "factual"), "score": (~bad).astype(float)}
    )
    frame["length"] = rng.normal(20 + 5 * (y == 1), 4)
    frame["talk"] = np.arange(len(y)) // 3
    gone = rng.random(len(y)) < 0.05
    frame.loc[gone, ["label", "score"]] = None, np.nan
    which = rng.random(len(y)) < 0.6
    schema = px.Schema(
        tag_column_names=["label", "score", "digit", "talk"],
        embedding_feature_column_names={"v": px.EmbeddingColumnNames("v")},
    )
    return tuple(
        px.Inferences(frame[m].reset_index(drop=True), schema, n) for m, n in ((which, "now"), (~which, "then"))
    )


MAP = px.EmbeddingMap("v")


def test_a_judges_share_of_each_cluster_is_that_counted_by_hand(judged):
    now, then = judged
    found = px.run(px.ClusterMeans(MAP, "label"), now, then)
    points = px.run(MAP, now, then).points.to_pandas()
    assert (found.meta["value"], found.meta["share"]) == ("hallucinated", True)
    rows = {name: points[points.set == name].set_index("row").cluster for name in ("primary", "reference")}
    label = now.dataframe["label"]
    there = label.notna().to_numpy()
    cluster = rows["primary"].reindex(range(len(label))).to_numpy()
    table = found.to_pandas().set_index("cluster")
    assert set(table.index) == set(cluster)
    for k, one in table.iterrows():
        inside, outside = there & (cluster == k), there & (cluster != k)
        a, b = (label[m] == "hallucinated" for m in (inside, outside))
        assert (one.n_primary, one.n_others) == (inside.sum(), outside.sum())
        assert (one.primary, one.others) == pytest.approx((a.mean(), b.mean()))
        assert (one.lower, one.upper) == pytest.approx(tuple(map(float, wilson(a.sum(), len(a)))))
        told = difference(int(b.sum()), len(b), int(a.sum()), len(a))
        assert (one.difference, one.difference_lower, one.p_value) == pytest.approx(
            (told.value, told.lower, told.p_value)
        )
        assert one.p_adjusted >= one.p_value
    top = table.primary.idxmax()
    assert (now.dataframe.digit[cluster == top] == 0).mean() > 0.9
    assert 0.5 < table.primary[top] < 0.75
    assert table.others[top] < 0.15
    assert table.p_adjusted[top] < 0.001
    assert (table.p_adjusted < 0.05).sum() <= 2  # that cluster, and at most one by chance
    # the judge's score, 1 where factual, is the same share from the other side
    score = px.run(px.ClusterMeans(MAP, "score"), now, then)
    assert score.meta["share"]
    np.testing.assert_allclose(score.to_pandas().set_index("cluster").primary, 1 - table.primary)
    assert "hallucinated" not in score.to_pandas().columns
    assert "n_primary" in repr(found)


def test_means_units_cohorts_and_one_set_alone(judged):
    now, then = judged
    means = px.run(px.ClusterMeans(MAP, "length"), now, then).to_pandas()
    assert not px.run(px.ClusterMeans(MAP, "length"), now, then).meta["share"]
    top = means.loc[means.primary.idxmax()]
    assert 22 < top.primary < 26
    assert top.lower < top.primary < top.upper
    assert top.p_adjusted < 0.001
    by_talk = px.run(px.ClusterMeans(px.EmbeddingMap("v", unit="talk"), "label"), now, then)
    assert by_talk.meta["unit"]["column"] == "talk"
    assert by_talk.table.column("lower").null_count == 0
    alone = px.run(px.ClusterMeans(MAP, "label"), now).to_pandas()
    assert alone.reference.isna().all()
    assert alone.primary.max() > 0.5
    some = px.run(px.ClusterMeans(MAP, "label", where=(px.Values("digit", ("0", "1")),)), now, then)
    zeros = now.dataframe.query("digit in (0, 1) and label.notna()")
    assert some.table.column("n_primary").to_pylist()
    assert sum(some.table.column("n_primary").to_pylist()) == len(zeros)


def test_what_has_no_mean_is_said(judged):
    now, then = judged
    with pytest.raises(RecipeError, match='is nowhere "toxic"'):
        px.run(px.ClusterMeans(MAP, "label", "toxic"), now, then)
    with pytest.raises(RecipeError, match="holds nothing that has a mean"):
        px.run(px.ClusterMeans(MAP, "v"), now, then)
    with pytest.raises(RecipeError):
        px.run(px.ClusterMeans(MAP, "absent"), now, then)
