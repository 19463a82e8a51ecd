"""Queries against a corpus: what is near, what was retrieved and how good that is, and the documents on the map."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.datasets import load_digits
from sklearn.metrics import ndcg_score
from sklearn.neighbors import NearestNeighbors

import phoenix_lab as px
from phoenix_lab.embeddings.documents import nearest_documents
from phoenix_lab.inferences import convert
from phoenix_lab.stats import retrieval as rank

N_DOCUMENTS = 700


@pytest.fixture(scope="module")
def digits():
    """Queries of two times and documents: pictures of digits, those of the last queries spoilt; relevant is what shows the same digit."""
    data = load_digits()
    order = np.random.default_rng(0).permutation(len(data.data))
    X, y = data.data[order].astype(np.float32), data.target[order]
    documents = pd.DataFrame({"doc_id": np.arange(N_DOCUMENTS) + 1000, "vector": list(X[:N_DOCUMENTS])})
    near = NearestNeighbors(metric="cosine").fit(X[:N_DOCUMENTS])

    def queries(start, stop, day):
        top = near.kneighbors(X[start:stop], 6, return_distance=False)
        return pd.DataFrame(
            {
                "vector": list(X[start:stop]),
                "digit": y[start:stop],
                "when": pd.date_range(day, periods=stop - start, freq="h"),
                # as a system writes them: not as many for each
                "retrieved_ids": [[1000 + int(j) for j in t[: 3 + i % 4]] for i, t in enumerate(top)],
                "relevance": [[float(y[j] == y[start + i]) for j in t[: 3 + i % 4]] for i, t in enumerate(top)],
            }
        )

    reference, primary = queries(700, 1200, "2024-01-01"), queries(1200, 1797, "2024-03-01")
    noise = np.random.default_rng(1).uniform(0, 16, (50, 64)).astype(np.float32)
    primary.loc[primary.index[-50:], "vector"] = pd.Series(list(noise), index=primary.index[-50:])
    return primary, reference, documents, y


def test_ranks_are_those_of_scikit_learn_and_of_the_definitions():
    """NDCG is scikit-learn's; the others follow from counting."""
    rng = np.random.default_rng(2)
    gains = rng.integers(0, 4, (60, 8)).astype(float) * (rng.random((60, 8)) < 0.4)
    order = np.arange(8, 0, -1, dtype=float)
    for k in (1, 3, 8, 20):
        ours = rank.ndcg(gains, gains, k)
        theirs = [ndcg_score(row[None], order[None], k=k) for row in gains]
        np.testing.assert_allclose(ours, theirs, atol=1e-12)
        for i, row in enumerate(gains[:, :k] > 0):
            places = np.flatnonzero(row)
            assert rank.precision(gains, k)[i] == row.sum() / k
            assert rank.hit(gains, k)[i] == float(row.any())
            assert rank.reciprocal_rank(gains, k)[i] == (1 / (places[0] + 1) if len(places) else 0)
    assert np.isnan(rank.recall(gains, np.zeros(60), 3)).all()


@pytest.mark.parametrize("cosine", [True, False])
def test_the_nearest_documents_are_scikit_learns(cosine):
    """Over several blocks, and without the document itself."""
    rng = np.random.default_rng(3)
    X = rng.normal(size=(20_000, 8)).astype(np.float32)
    if cosine:
        X /= np.linalg.norm(X, axis=1, keepdims=True)
    rows, distances = nearest_documents(X[:1500], X, 3, cosine=cosine, apart=np.arange(1500))
    far, near = NearestNeighbors(metric="cosine" if cosine else "euclidean").fit(X).kneighbors(X[:1500], 4)
    np.testing.assert_array_equal(rows, near[:, 1:])
    np.testing.assert_allclose(distances, far[:, 1:], atol=1e-5)


def test_coordinates_far_from_zero_keep_their_order():
    """A town on a map in metres: squares of its coordinates differ by less than float32 can say."""
    rng = np.random.default_rng(4)
    town, asked = ((500_000 + 1000 * rng.random((n, 2))).astype(np.float32) for n in (5000, 100))
    rows, distances = nearest_documents(asked, town, 5, cosine=False)
    far, _ = NearestNeighbors(metric="euclidean").fit(town.astype(float)).kneighbors(asked.astype(float), 5)
    np.testing.assert_allclose(distances, far, rtol=1e-6)
    assert len(np.unique(rows[0])) == 5


def _few(n=30, **columns):
    """Queries and documents called d0, d1, …."""
    rng = np.random.default_rng(5)
    documents = pd.DataFrame({"doc_id": [f"d{i}" for i in range(60)], "vector": list(rng.normal(size=(60, 8)))})
    return pd.DataFrame({"vector": list(rng.normal(size=(n, 8))), **columns}), documents


def test_a_missing_id_keeps_its_rank():
    """Relevances are told place by place; what a list was filled up with at its end is no place."""
    queries, documents = _few(retrieved_ids=[["d1", None, "d2", None]] * 30, relevance=[[0.0, 0.0, 1.0, 0.0]] * 30)
    found = px.run(px.Retrieval(k=3), queries, corpus=documents)
    first = [one for one in found.parts["documents"].to_pylist() if one["row"] == 0]
    assert [(one["document"], one["relevance"]) for one in first] == [(1, 0.0), (None, 0.0), (2, 1.0)]
    assert found.meta["unknown_ids"] == {"primary": 0}
    relevant = queries.drop(columns="relevance").assign(relevant_ids=[["d2"]] * 30)
    table = px.run(px.Retrieval(k=3), relevant, corpus=documents).to_pandas().set_index("metric")
    assert table.value_primary["mrr"] == pytest.approx(1 / 3)


def test_relevances_of_documents_that_nobody_names_are_told_of_none():
    """The nearest documents are not those that were judged."""
    queries, documents = _few(relevance=[[1.0, 0.0, 1.0]] * 30)
    found = px.run(px.Retrieval(k=3), queries, corpus=documents)
    assert found.to_pandas().set_index("metric").value_primary["precision"] == pytest.approx(2 / 3)
    assert set(found.parts["documents"].column("relevance").to_pylist()) == {None}


@pytest.mark.parametrize("told", ['[{"score": 1}]', "[[1, 0]]"])
def test_what_is_no_relevance_is_said(told):
    queries, documents = _few(relevance=[told] * 30)
    with pytest.raises(px.RecipeError, match="a relevance is a number"):
        px.run(px.Retrieval(k=3), queries, corpus=documents)


def test_a_planted_gap_is_found_and_said(digits):
    """The spoilt queries are those without a near document; the lists, of any length, are judged."""
    primary, reference, documents, _ = digits
    found = px.run(px.Retrieval(k=3), primary, reference=reference, corpus=documents)
    table = found.to_pandas().set_index("metric")
    assert table.verdict["no_near_document"] == "worse"
    assert table.value_reference["no_near_document"] == pytest.approx(0.05)
    assert found.meta["limit_source"] == "95 % of 500 reference queries have a document this near"
    queries = found.parts["queries"].to_pandas()
    own = queries[queries.set == "primary"].set_index("row")
    assert (own.no_near_document[-50:] == 1).all()
    assert own.no_near_document[:-50].mean() < 0.1
    assert table.value_primary["precision"] == pytest.approx(np.mean([np.sum(r[:3]) / 3 for r in primary.relevance]))
    order = [np.arange(len(r), 0, -1, dtype=float) for r in reference.relevance]
    theirs = [ndcg_score(np.asarray(r)[None], o[None], k=3) for r, o in zip(reference.relevance, order, strict=True)]
    assert table.value_reference["ndcg"] == pytest.approx(np.mean(theirs))
    listed = found.parts["documents"].to_pandas()
    first = listed[(listed.set == "primary") & (listed.row == 0)]
    assert (first.document + 1000).tolist() == primary.retrieved_ids[0]
    assert first.relevance.tolist() == primary.relevance[0]


def test_ids_of_all_relevant_documents_will_do_and_the_vectors_retrieve(digits):
    """Without lists the nearest documents stand for what was retrieved; recall is told where all relevant ones are known."""
    primary, _, documents, y = digits
    ids = {digit: [1000 + int(i) for i in np.flatnonzero(y[:N_DOCUMENTS] == digit)] for digit in range(10)}
    plain = primary[["vector", "digit"]].assign(relevant_ids=primary.digit.map(ids))
    plain.loc[[0], "relevant_ids"] = pd.Series([[]])
    found = px.run(px.Retrieval(k=4), plain, corpus=documents)
    table = found.to_pandas().set_index("metric")
    assert table.n_primary["precision"] == len(plain) - 1  # one query has no relevant document
    near = NearestNeighbors(metric="cosine").fit(np.stack(documents.vector)).kneighbors(np.stack(plain.vector), 4)[1]
    hits = (y[near] == plain.digit.to_numpy()[:, None])[1:]
    assert table.value_primary["precision"] == pytest.approx(hits.mean())
    counts = np.array([len(ids[d]) for d in plain.digit])[1:]
    assert table.value_primary["recall"] == pytest.approx((hits.sum(axis=1) / counts).mean())
    assert "documents have another this near" in found.meta["limit_source"]


def test_two_halves_are_seldom_called_changed():
    """Calibrated on one half, the other half's share beyond the limit is tested at its level."""
    rng = np.random.default_rng(4)
    documents = pd.DataFrame({"vector": list(rng.normal(size=(300, 12)))})
    alarms = 0
    for _ in range(30):
        halves = [pd.DataFrame({"vector": list(rng.normal(size=(300, 12)))}) for _ in range(2)]
        found = px.run(px.Retrieval(), halves[0], reference=halves[1], corpus=documents, cache=False)
        alarms += found.table.column("p_value").to_pylist()[0] < 0.05
    assert alarms <= 5  # 1.5 expected; 6 or more by chance in .3 %


def test_documents_lie_on_the_map_and_count_in_no_share(digits):
    """A cluster is the same rows in a map, in conditions and as a segment, given the same corpus."""
    primary, reference, documents, _ = digits
    areas = px.run(px.EmbeddingMap("vector"), primary, reference=reference, corpus=documents)
    assert areas.parts["corpus"].num_rows == N_DOCUMENTS
    assert areas.table.num_rows == len(primary) + len(reference)
    clusters = areas.clusters.to_pandas()
    assert clusters.n.sum() == areas.table.num_rows
    assert clusters.n_corpus.sum() == N_DOCUMENTS
    labels = areas.parts["corpus"].column("cluster").to_numpy()
    assert clusters.n_corpus[0] == (labels == clusters.cluster[0]).sum()
    k = int(clusters.cluster[1])
    rows = px.rows(primary, px.InCluster(areas.recipe, k), reference=reference, corpus=documents, set="primary")
    assert rows.index.tolist() == areas.cluster(k, set="primary").index.tolist()
    served = px.run(
        px.Retrieval(segment="vector", metric="no_near_document"), primary, reference=reference, corpus=documents
    )
    segments = served.parts["segments"].to_pandas().set_index("cluster")
    assert segments.n_primary[k] == len(rows)
    some = px.run(px.Retrieval(where=(px.InCluster(areas.recipe, k),)), primary, reference=reference, corpus=documents)
    assert some.meta["cohort"]["primary"]["rows"] == len(rows)


def test_a_large_corpus_leaves_room_for_the_queries():
    """Of many documents as many as are allowed are drawn, and all are asked for the nearest."""
    rng = np.random.default_rng(5)
    queries = pd.DataFrame({"vector": list(rng.normal(size=(60, 5)))})
    documents = pa.table({"vector": pa.array(rng.normal(size=(6000, 5)).tolist())})
    areas = px.run(px.EmbeddingMap("vector"), queries, corpus=documents, cache=False)
    assert (areas.meta["corpus"]["shown"], areas.meta["corpus"]["of"]) == (5000, 6000)
    drawn = areas.parts["corpus"].column("row").to_numpy()
    assert len(np.unique(drawn)) == 5000
    assert drawn.mean() == pytest.approx(3000, abs=150)


def test_metrics_go_through_time(digits):
    """A window's value is that of its rows."""
    primary, reference, documents, _ = digits
    series = px.run(
        px.TimeSeries(metric="precision", window="7d", retrieval=px.Retrieval(k=3)),
        primary,
        reference=reference,
        corpus=documents,
    )
    rows = series.to_pandas()
    one = rows[rows.set == "primary"].iloc[1]
    inside = (primary.when >= one.start) & (primary.when < one.end)
    assert one.n == inside.sum()
    assert one.value == pytest.approx(np.mean([np.sum(r[:3]) / 3 for r in primary.relevance[inside]]))


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_lists_that_are_no_vectors_are_read(library):
    """Lists of texts anywhere, of numbers where the name says so; others of unequal length stay bad vectors."""
    data = {"names": [["a", "b"], None, []], "retrieved_ids": [[1, 2], [3], []], "numbers": [[1, 2], [3], [1, 2]]}
    frame = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}[library](data)
    table, problems = convert.to_arrow(frame, range(3))
    assert table.column("names").to_pylist() == ['["a", "b"]', None, "[]"]
    assert table.column("retrieved_ids").to_pylist() == ["[1, 2]", "[3]", "[]"]
    assert set(problems) == {"numbers"}
    columns = {c.name: c for c in px.Inferences(frame).columns}
    assert (columns["names"].kind, columns["names"].role, columns["names"].problem) == ("other", "excluded", None)


def test_what_lacks_is_said(digits):
    """No corpus, another length, no metric of that name."""
    primary, _, documents, _ = digits
    with pytest.raises(px.RecipeError, match="needs the documents"):
        px.run(px.Retrieval(), primary)
    short = pd.DataFrame({"vector": [v[:10] for v in documents.vector]})
    with pytest.raises(px.RecipeError, match='has no column of vectors like "vector"'):
        px.run(px.Retrieval(), primary, corpus=short)
    with pytest.raises(px.RecipeError, match="recall is not told of here"):
        px.run(px.Retrieval(segment="digit", metric="recall"), primary, corpus=documents)
    gone = primary.assign(retrieved_ids=None, relevance=None)
    assert px.run(px.Retrieval(), gone, corpus=documents).table.column("n_primary").to_pylist()[2:] == []
