"""Schemas: everything that is wrong is told at once; Phoenix's spellings and Open Inference names work."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
from pydantic import ValidationError

import phoenix_lab as px


def frame():
    return pd.DataFrame(
        {
            "ts": pd.date_range("2020", periods=3),
            "label": ["a", "b", "a"],
            "score": [0.1, 0.2, 0.3],
            "text": ["one", "two", "three"],
            "vec": [[1.0, 2.0]] * 3,
            "x": [1, 2, 3],
            "junk": [0, 0, 0],
        }
    )


def roles(inferences):
    return {c.name: c.role for c in inferences.columns}


def test_a_schema_of_phoenix_works_unchanged():
    schema = px.Schema(
        timestamp_column_name="ts",
        prediction_label_column_name="label",
        prediction_score_column_name="score",
        feature_column_names=["x"],
        embedding_feature_column_names={
            "text_embedding": px.EmbeddingColumnNames(vector_column_name="vec", raw_data_column_name="text")
        },
    )
    found = px.Inferences(frame(), schema=schema, name="prod")
    assert found.schema is schema
    assert found.name == "prod"
    assert roles(found) == {
        "ts": "timestamp",
        "label": "prediction_label",
        "score": "prediction_score",
        "text": "raw_data",
        "vec": "embedding",
        "x": "feature",
        "junk": "excluded",
    }
    vec = next(c for c in found.columns if c.name == "vec")
    assert (vec.raw_data, vec.dimension) == ("text", 2)
    assert "embedding_feature_column_names" in vec.reason


def test_unnamed_columns_are_features():
    found = px.Inferences(
        frame(), px.Schema(timestamp_column_name="ts", excluded_column_names=["junk"], tag_column_names=["x"])
    )
    assert roles(found) == {
        "ts": "timestamp",
        "label": "feature",
        "score": "feature",
        "text": "feature",
        "vec": "embedding",
        "x": "tag",
        "junk": "excluded",
    }


def test_everything_wrong_is_told_at_once():
    schema = px.Schema(
        timestamp_column_name="tss",
        prediction_label_column_name="lable",
        tag_column_names=["nowhere at all"],
        prediction_score_column_name="score",
        actual_score_column_name="score",
        prompt_column_names=px.RetrievalEmbeddingColumnNames("vec", "texts", context_retrieval_ids_column_name="ids"),
    )
    with pytest.raises(px.SchemaError) as caught:
        px.Inferences(frame(), schema)
    assert caught.value.problems == (
        'timestamp_column_name: there is no column "tss"; did you mean "ts"?',
        'prediction_label_column_name: there is no column "lable"; did you mean "label"?',
        'column "score" is named twice: as prediction_score_column_name and as actual_score_column_name',
        'tag_column_names: there is no column "nowhere at all"; there are ts, label, score, text, vec, x, junk',
        'prompt_column_names.raw_data_column_name: there is no column "texts"; did you mean "text"?',
        'prompt_column_names.context_retrieval_ids_column_name: there is no column "ids"; there are ts, label, score, text, vec, x, junk',
    )


def test_vectors_that_are_none_are_a_problem_of_their_column():
    found = px.Inferences(frame(), px.Schema(embedding_feature_column_names={"e": px.EmbeddingColumnNames("x")}))
    problem = next(c.problem for c in found.columns if c.name == "x")
    assert problem.startswith("values of type int64 are not vectors")
    assert found.frame(["label", "x"]).table.column_names == ["label"]
    text = pd.DataFrame({"v": ["[1.0, 2.0]", "[3.0, 4.0]"]})
    found = px.Inferences(text, px.Schema(embedding_feature_column_names={"e": px.EmbeddingColumnNames("v")}))
    assert "json.loads" in found.columns[0].problem


def test_prompt_and_response():
    df = pd.DataFrame({"p": ["a b", "c"], "pv": [[1, 2], [3, 4]], "r": ["d", "e"], "rv": [[1, 2], [3, 4]]})
    schema = px.Schema(
        prompt_column_names=px.EmbeddingColumnNames("pv", "p"), response_column_names=px.EmbeddingColumnNames("rv", "r")
    )
    assert roles(px.Inferences(df, schema)) == {"p": "prompt", "pv": "embedding", "r": "response", "rv": "embedding"}
    assert roles(px.Inferences(df, px.Schema(response_column_names="r")))["r"] == "response"


def test_a_guess_is_given_as_a_schema_that_gives_the_same_roles():
    first = px.Inferences(frame())
    second = px.Inferences(frame(), first.schema)
    assert roles(first) == roles(second)


def test_labels_that_are_numbers_are_categories():
    df = pd.DataFrame({"l": [3, 4, 5, 6] * 20, "x": range(80)})
    found = px.Inferences(df, px.Schema(prediction_label_column_name="l"))
    assert next(c.kind for c in found.columns if c.name == "l") == "category"


def test_dataset_of_a_dataset():
    first = px.Inferences(frame(), px.Schema(timestamp_column_name="ts"), "prod")
    second = px.Dataset(first)
    assert (second.name, second.schema, second.dataframe is first.dataframe) == ("prod", first.schema, True)


def test_not_a_dataframe():
    with pytest.raises(TypeError, match=r"list is not a dataframe"):
        px.Inferences([1])
    with pytest.raises(TypeError, match=r"\.to_frame\(\)"):
        px.Inferences(pl.Series([1]))
    with pytest.raises(TypeError, match=r"list is not a dataframe"):
        px.Inferences.from_open_inference([1])


def test_the_frame_is_not_changed_and_frames_are_read_once():
    df = frame()
    copy = df.copy(deep=True)
    found = px.Inferences(df)
    first = found.frame(["x", "label"])
    assert first.table.column_names == ["label", "x"], "in the frame's order"
    assert set(first.fingerprints) == {"label", "x"}
    assert found.frame(["x"]).table["x"].chunk(0).buffers()[1].address == first.table["x"].chunk(0).buffers()[1].address
    assert found.frame().n_rows == 3
    with pytest.raises(KeyError, match=r"did you mean .*label"):
        found.frame(["lable"])
    pd.testing.assert_frame_equal(df, copy)
    assert "embedding" in repr(found)


def test_open_inference_names():
    df = pd.DataFrame(
        {
            ":id.id:": ["a", "b"],
            ":timestamp.iso_8601:": ["2020-01-01T00:00:00", "2020-01-02T00:00:00"],
            ":feature.text:prompt": ["p", "q"],
            ":feature.[float].embedding:prompt": [[1.0, 2.0], [3.0, 4.0]],
            ":feature.[str].retrieved_document_ids:prompt": [["x"], ["y"]],
            ":feature.[float].retrieved_document_scores:prompt": [[0.1], [0.2]],
            ":prediction.text:response": ["r", "s"],
            ":tag.float:cost": [1.0, 2.0],
            ":prediction.str.label:y": ["l", "m"],
            ":prediction.float.score:y": [0.5, 0.6],
            ":actual.float.score:y": [1.0, 0.0],
            ":feature.float:age": [30.0, 40.0],
        }
    )
    found = px.Inferences.from_open_inference(df)
    assert roles(found) == {
        ":id.id:": "prediction_id",
        ":timestamp.iso_8601:": "timestamp",
        ":feature.text:prompt": "prompt",
        ":feature.[float].embedding:prompt": "embedding",
        ":feature.[str].retrieved_document_ids:prompt": "excluded",
        ":feature.[float].retrieved_document_scores:prompt": "excluded",
        ":prediction.text:response": "response",
        ":tag.float:cost": "tag",
        ":prediction.str.label:y": "prediction_label",
        ":prediction.float.score:y": "prediction_score",
        ":actual.float.score:y": "actual_score",
        ":feature.float:age": "feature",
    }
    assert isinstance(found.schema.prompt_column_names, px.RetrievalEmbeddingColumnNames)
    with pytest.raises(px.SchemaError) as caught:
        px.Inferences.from_open_inference(
            pd.DataFrame([[1, 2, 3]], columns=["age", ":feature.[float].raw_data:t", ":wrong.x:y"])
        )
    assert len(caught.value.problems) == 3


def test_names_and_kinds_that_are_wrong_are_told_together():
    df = pd.DataFrame({"text": ["a", "b"], "age": [1, 2], "score": [0.1, 0.2]})
    with pytest.raises(px.SchemaError) as error:
        px.Inferences(
            df,
            px.Schema(
                timestamp_column_name="wehn",
                tag_column_names=["txt"],
                prediction_score_column_name="score",
                actual_score_column_name="score",
                continuous_column_names=["text"],
                prompt_column_names=px.RetrievalEmbeddingColumnNames("vec", context_retrieval_ids_column_name="agee"),
            ),
        )
    said = "\n".join(error.value.problems)
    assert len(error.value.problems) == 6
    assert 'no column "txt"; did you mean "text"?' in said
    assert 'context_retrieval_ids_column_name: there is no column "agee"; did you mean "age"?' in said
    assert '"score" is named twice' in said
    assert 'column "text" holds no numbers' in said


def test_the_closest_name_is_found_whatever_its_case():
    df = pd.DataFrame({"AGE": [1], "Prediction TS": ["2020"], "predictedLabel": ["a"], "é": [1]})
    for wrong, right in (("age", "AGE"), ("prediction_ts", "Prediction TS"), ("predicted-label", "predictedLabel")):
        with pytest.raises(px.SchemaError, match=f'no column "{wrong}"; did you mean "{right}"'):
            px.Inferences(df, px.Schema(tag_column_names=[wrong]))
    wide = pd.DataFrame([range(100)], columns=[f"c{k}" for k in range(100)])
    with pytest.raises(px.SchemaError, match="there are c0, c1, c2, c3, c4, c5, c6, c7 and 92 more"):
        px.Inferences(wide, px.Schema(tag_column_names=["nothing like it"]))


def test_one_name_is_a_list_of_one_and_a_problem_is_told_once():
    named = px.Inferences(frame(), px.Schema(tag_column_names="x", excluded_column_names="junk"))
    assert (roles(named)["x"], roles(named)["junk"]) == ("tag", "excluded")
    with pytest.raises(px.SchemaError) as error:
        px.Inferences(frame(), px.Schema(continuous_column_names=["text", "text"]))
    assert error.value.problems == ('continuous_column_names: column "text" holds no numbers (texts)',)


# What Phoenix got wrong, as `px.Inferences` has it right.


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "int64", "uint64", "float16", "float32", "float64"])
def test_vectors_of_any_width(dtype):
    found = px.Inferences(
        pd.DataFrame({"v": list(np.ones((4, 3), dtype))}),
        px.Schema(embedding_feature_column_names={"e": px.EmbeddingColumnNames("v")}),
    )
    (column,) = found.columns
    assert (column.role, column.dimension, column.problem) == ("embedding", 3, None)
    assert found.frame().table["v"][0].as_py() == [1, 1, 1]


def test_vectors_may_be_tuples_and_may_not_be_truths():
    names = {"e": px.EmbeddingColumnNames("v")}
    tuples = px.Inferences(pd.DataFrame({"v": [(1, 2), (3, 4)]}), px.Schema(embedding_feature_column_names=names))
    assert tuples.columns[0].problem is None
    assert tuples.frame().table["v"][1].as_py() == [3, 4]
    for truths in ([[True, False]] * 2, [(True, False)] * 2, [np.array([True, False])] * 2):
        df = pd.DataFrame({"v": truths})
        named = px.Inferences(df, px.Schema(embedding_feature_column_names=names))
        assert "of bool: not looked at" in named.columns[0].problem
        assert px.Inferences(df).columns[0].role == "feature"


def test_vectors_with_nan_and_infinity_are_counted_not_fatal():
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(60, 4))
    vectors[3, 1], vectors[5, 2] = np.nan, np.inf
    result = px.run(px.EmbeddingMap("v", min_cluster_size=5), pd.DataFrame({"v": list(vectors)}), cache=False)
    assert result.meta["skipped"]["nonfinite"] == 2
    assert result.table.num_rows == 58


def test_the_same_id_twice_is_no_id_by_guess_and_is_taken_when_named():
    df = pd.DataFrame({"id": ["a", "a", "b"], "x": [1, 2, 3]})
    assert next(c for c in px.Inferences(df).columns if c.name == "id").role == "feature"
    named = px.Inferences(df, px.Schema(prediction_id_column_name="id"))
    assert named.columns[0].role == "prediction_id"
    assert named.take([0, 1]).x.tolist() == [1, 2]


@pytest.mark.parametrize("labels", [[0, 1], ["x", "x"], [("a", 1), ("a", 2)]])
def test_columns_whose_names_are_no_texts_or_the_same(labels):
    df = pd.DataFrame([[1, 2.5], [3, 4.5]])
    df.columns = labels
    found = px.Inferences(df)
    assert len({c.name for c in found.columns}) == 2
    pd.testing.assert_frame_equal(found.take([1, 0]), df.iloc[[1, 0]])
    tagged = px.Inferences(df, px.Schema(tag_column_names=[labels[0]]))
    assert tagged.columns[0].role == "tag"


def test_retrieved_ids_and_scores_that_are_misspelt_are_told():
    df = frame().assign(ids=[["a"]] * 3, scores=[[0.5]] * 3)
    names = px.RetrievalEmbeddingColumnNames(
        "vec", context_retrieval_ids_column_name="idss", context_retrieval_scores_column_name="scoers"
    )
    with pytest.raises(px.SchemaError) as error:
        px.Inferences(df, px.Schema(prompt_column_names=names))
    assert error.value.problems == (
        'prompt_column_names.context_retrieval_ids_column_name: there is no column "idss"; did you mean "ids"?',
        'prompt_column_names.context_retrieval_scores_column_name: there is no column "scoers"; did you mean "scores"?',
    )


def test_fields_that_there_are_not_are_told():
    with pytest.raises(ValueError, match='no field "timestamp"; did you mean "timestamp_column_name"'):
        px.Schema(timestamp="ts")
    with pytest.raises(ValidationError) as error:
        px.Schema(timestamp="ts", tagg_column_names=["x"], prediction_score_column_name=[1])
    assert [one["loc"][0] for one in error.value.errors()] == [
        "timestamp",
        "tagg_column_names",
        "prediction_score_column_name",
    ]
    with pytest.raises(ValueError, match='no field "vector"; did you mean "vector_column_name"'):
        px.EmbeddingColumnNames(vector="v")
    with pytest.raises(ValueError, match='no field "nope"'):
        px.Schema.from_json('{"nope": 1}')
    with pytest.raises(TypeError, match=r"A schema is px\.Schema\(…\); this is a dict"):
        px.Inferences(frame(), {"timestamp_column_name": "ts"})


def test_values_that_cannot_be_what_a_schema_says_are_told_together():
    schema = px.Schema(
        timestamp_column_name="vec",
        prediction_score_column_name="label",
        actual_label_column_name="ts",
        tag_column_names=["junkk"],
    )
    with pytest.raises(px.SchemaError) as error:
        px.Inferences(frame(), schema)
    assert set(error.value.problems) == {
        'timestamp_column_name: column "vec" holds vectors',
        'prediction_score_column_name: column "label" holds texts',
        'actual_label_column_name: column "ts" holds times',
        'tag_column_names: there is no column "junkk"; did you mean "junk"?',
    }


@pytest.mark.parametrize(
    "times",
    [
        [1_672_531_200_000, 1_672_617_600_000],
        [1_672_531_200, 1_672_617_600],
        pd.Series(["2023-01-01", "2023-01-02"], dtype="string"),
        pd.Series(["2023-01-01T00:00:00", None], dtype="string"),
    ],
    ids=["milliseconds", "seconds", "text", "text and missing"],
)
def test_times_of_every_form(times):
    df = pd.DataFrame({"x": [1.0, 2.0]}).assign(ts=times)
    result = px.run(px.TimeSeries("x"), px.Inferences(df, px.Schema(timestamp_column_name="ts")), cache=False)
    assert result.table["start"][0].as_py().year in (2022, 2023)
    assert result.table["n"].to_pylist()[0] >= 1


def test_rows_without_a_time_stay_where_they_are():
    df = pd.DataFrame({"ts": [pd.Timestamp("2023-01-02"), pd.NaT, pd.Timestamp("2023-01-01")], "x": [1.0, 2.0, 3.0]})
    found = px.Inferences(df, px.Schema(timestamp_column_name="ts"))
    assert found.frame().table["x"].to_pylist() == [1.0, 2.0, 3.0]
    assert px.run(px.TimeSeries("x"), found, cache=False).meta["untimed"]["primary"] == 1
