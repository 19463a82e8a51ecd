"""Notebooks that were written for Arize Phoenix's inferences run, in a real kernel, with one line changed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from kernel_guests import guest

from phoenix_lab.inferences.schema import EmbeddingColumnNames, RetrievalEmbeddingColumnNames, Schema
from phoenix_lab.kernel.session import MIME

DATA = """
import numpy as np, pandas as pd
rng = np.random.default_rng(0)
def rows(n):
    return pd.DataFrame({
        "prediction_ts": 1_680_000_000 + np.arange(n) * 60,
        "reviewer_age": rng.integers(18, 90, n), "language": rng.choice(["english", "spanish"], n),
        "text": [f"the product number {i} was good" for i in range(n)],
        "text_vector": list(rng.normal(size=(n, 4))), "url": [f"https://example.org/{i}.png" for i in range(n)],
        "image_vector": [row.tolist() for row in rng.normal(size=(n, 3))],
        "pred_label": rng.choice(["positive", "negative"], n), "pred_score": rng.random(n),
        "label": rng.choice(["positive", "negative"], n), "id": [f"r{i}" for i in range(n)],
        "answer": [f"answer {i}" for i in range(n)], "answer_vector": list(rng.normal(size=(n, 2))),
        "doc_ids": [[0, 1]] * n, "doc_scores": [[.9, .1]] * n,
    }, index=pd.Index(range(500, 500 + n)))
train_df, prod_df = rows(40), rows(30)
database_df = pd.DataFrame({"id": range(9), "text": [f"chunk {i}" for i in range(9)], "vector": list(rng.normal(size=(9, 4)))})
"""

LANGUAGE_DRIFT = """
schema = px.Schema(
    prediction_id_column_name="id",
    timestamp_column_name="prediction_ts",
    feature_column_names=["reviewer_age", "language"],
    tag_column_names=["url"],
    prediction_label_column_name="pred_label",
    prediction_score_column_name="pred_score",
    actual_label_column_name="label",
    embedding_feature_column_names={
        "text_embedding": px.EmbeddingColumnNames(vector_column_name="text_vector", raw_data_column_name="text"),
        "image_embedding": px.EmbeddingColumnNames(vector_column_name="image_vector", link_to_data_column_name="url"),
    },
)
schema = px.Schema(**{**schema.asdict(), "tag_column_names": None, "embedding_feature_column_names": schema.embedding_feature_column_names})
prod_schema = schema.replace(actual_label_column_name=None)
prim_ds = px.Inferences(dataframe=prod_df, schema=prod_schema, name="production")
ref_ds = px.Dataset(train_df, schema, "training")
session = px.launch_app(primary=prim_ds, reference=ref_ds, run_in_thread=True, default_umap_parameters={"n_neighbors": 15})
print(f"open {session.url}")
session.view(height=500)
"""

PROMPT_AND_RESPONSE = """
inferences = px.Inferences(
    train_df,
    px.Schema(
        prompt_column_names=px.EmbeddingColumnNames(vector_column_name="text_vector", raw_data_column_name="text"),
        response_column_names=px.EmbeddingColumnNames(vector_column_name="answer_vector", raw_data_column_name="answer"),
    ),
)
(session := px.launch_app(inferences)).view()
"""

RETRIEVAL = """
query_ds = px.Inferences(train_df, px.Schema(
    prompt_column_names=px.RetrievalEmbeddingColumnNames(
        vector_column_name="text_vector", raw_data_column_name="text",
        context_retrieval_ids_column_name="doc_ids", context_retrieval_scores_column_name="doc_scores"),
    response_column_names="answer"), "query")
database_ds = px.Inferences(dataframe=database_df, schema=px.Schema(
    prediction_id_column_name="id",
    document_column_names=px.EmbeddingColumnNames(vector_column_name="vector", raw_data_column_name="text")), name="database")
session = px.launch_app(primary=query_ds, corpus=database_ds)
"""

OPEN_INFERENCE = """
open_df = pd.DataFrame({":id.id:": ["a", "b"], ":timestamp.iso_8601:": ["2026-01-01", "2026-01-02"],
    ":feature.text:prompt": ["x", "y"], ":feature.[float].embedding:prompt": [[1., 2.], [2., 1.]],
    ":prediction.text:response": ["p", "q"], ":tag.float:x": [1., 2.],
    ":prediction.str.label:y": ["t", "f"], ":prediction.float.score:y": [.5, .25]})
ds = px.Inferences.from_open_inference(open_df)
session = px.launch_app(ds)
"""


PHOENIX = (
    "Schema",
    "EmbeddingColumnNames",
    "RetrievalEmbeddingColumnNames",
    "Inferences",
    "Dataset",
    "launch_app",
    "active_session",
    "close_app",
)
"""Phoenix's names for inferences, of its 13.2."""


@pytest.fixture(scope="module")
def kernel():
    with guest() as kernel:
        kernel.run(f"import sys; sys.path.insert(0, {str(Path(__file__).parents[1])!r})")
        kernel.run("import phoenix_lab as px\n" + DATA)
        yield kernel


def told(shown):
    return [one["data"][MIME] for one in shown if "data" in one and MIME in one["data"]]


def test_drift_of_labels_and_embeddings(kernel):
    first, second = told(kernel.run(LANGUAGE_DRIFT))
    assert first == second
    assert (first["primary"]["name"], first["reference"]["name"]) == ("production", "training")
    assert first["primary"]["expression"] == "prod_df"
    assert first["reference"]["schema"]["actual_label_column_name"] == "label"
    assert "actual_label_column_name" not in first["primary"]["schema"]
    roles = "' '.join(f'{c.name}={c.role}' for c in ref_ds.columns if c.role not in ('feature', 'excluded'))"
    assert kernel.value(roles).strip("'").split() == [
        "prediction_ts=timestamp",
        "text=raw_data",
        "text_vector=embedding",
        "url=link_to_data",
        "image_vector=embedding",
        "pred_label=prediction_label",
        "pred_score=prediction_score",
        "label=actual_label",
        "id=prediction_id",
    ]


def test_prompts_and_responses(kernel):
    kernel.run(PROMPT_AND_RESPONSE)
    roles = "{c.name: c.role for c in inferences.columns if c.role != 'feature'}"
    assert "'text': 'prompt'" in kernel.value(roles)
    assert "'answer': 'response'" in kernel.value(roles)


def test_queries_and_their_corpus(kernel):
    (payload,) = told(kernel.run(RETRIEVAL))
    assert payload["corpus"]["name"] == "database"
    assert payload["primary"]["schema"]["prompt_column_names"]["context_retrieval_ids_column_name"] == "doc_ids"
    assert "'text': 'document'" in kernel.value("{c.name: c.role for c in database_ds.columns}")


def test_open_inference_columns(kernel):
    kernel.run(OPEN_INFERENCE)
    said = kernel.value("(ds.schema.prediction_label_column_name, ds.schema.prediction_score_column_name, ds.name)")
    assert said == "(':prediction.str.label:y', ':prediction.float.score:y', None)"


def test_a_session_from_its_start_to_its_end(kernel, tmp_path):
    kernel.run("session = px.launch_app(px.Inferences(prod_df, None, 'production'))")
    assert kernel.value("px.active_session() is session, session.exports, len(session.exports)") == "(True, [], 0)"
    ref = kernel.ask("describe", expression="prod_df")["ref"]
    for name, rows in (("first", [2, 3]), ("second", [9])):
        path = tmp_path / name
        path.write_bytes(b"".join(row.to_bytes(8, "little") for row in rows))
        kernel.ask("export", parts=[{"ref": ref, "path": str(path)}], name=name)
    kernel.run("frames = [df for df in px.active_session().exports]")
    assert kernel.value("[list(f.index) for f in frames]") == "[[502, 503], [509]]"
    assert (
        kernel.value("px.active_session().exports[-1] is second, session.exports['first'] is first") == "(True, True)"
    )
    kernel.run("px.close_app()")
    assert kernel.value("px.active_session() is None") == "True"


def test_what_is_not_here_says_why(kernel):
    kernel.run(
        "said = []\n"
        "for wrong in (lambda: px.load_example('x'), lambda: px.launch_app(prod_df, colour=1), lambda: px.nothing):\n"
        "    try: wrong()\n"
        "    except (AttributeError, TypeError) as error: said.append(str(error))"
    )
    assert "from the network" in kernel.value("said[0]")
    assert "unexpected keyword argument 'colour'" in kernel.value("said[1]")
    assert "no attribute 'nothing'" in kernel.value("said[2]")


def test_a_schema_as_json_loses_nothing():
    schema = Schema(
        prompt_column_names=RetrievalEmbeddingColumnNames("v", "t", "l", "ids", "scores"),
        response_column_names=EmbeddingColumnNames("w", None, "link"),
        embedding_feature_column_names={"a": EmbeddingColumnNames("x", link_to_data_column_name="y")},
        tag_column_names=["a", "b"],
    )
    again = Schema.from_json(schema.to_json())
    assert again == schema
    assert type(again.prompt_column_names) is RetrievalEmbeddingColumnNames


EVALS = "HALLUCINATION RAG_RELEVANCY QA TOXICITY CODE_READABILITY CODE_FUNCTIONALITY SQL_GEN_EVAL USER_FRUSTRATION"


def test_every_name_of_the_guide_is_there():
    import phoenix_lab as px
    from phoenix_lab import evals

    guide = (Path(__file__).parents[1] / "docs" / "from-phoenix.md").read_text()
    ours, theirs = (
        guide[: guide.index("## Evals")],
        guide[guide.index("## Evals") : guide.index("## What is different")],
    )
    names = set(re.findall(r"\bpx\.([A-Za-z]\w*)", guide))
    assert len(names) > 20
    for name in names - set(px._GONE):
        assert hasattr(px, name), name
    for name in px._GONE:
        with pytest.raises(AttributeError, match=px._GONE[name][:20]):
            getattr(px, name)
    for method in re.findall(r"`(?:schema)?\.(\w+)\(", ours):
        assert hasattr(px.Schema, method), method
    listed = set(re.findall(r"`([A-Za-z]\w*(?:Evaluator|Template|Model|_classify|_generate|_evals))`", theirs))
    assert len(listed) >= 12
    for name in listed:
        assert hasattr(evals, name), name
    for name in EVALS.split():
        assert hasattr(evals, f"{name}_PROMPT_TEMPLATE"), name
        assert hasattr(evals, f"{name}_PROMPT_RAILS_MAP"), name


def test_the_guide_lists_every_name():
    import phoenix_lab as px

    guide = (Path(__file__).parents[1] / "docs" / "from-phoenix.md").read_text()
    assert set(PHOENIX) <= set(px.__all__)
    for name in (*PHOENIX, *px._GONE):
        assert f"px.{name}" in guide, name
    for field in Schema.__dataclass_fields__:
        assert field in guide, field
