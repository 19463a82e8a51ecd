"""What columns are for, guessed from names, types and a sample."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

import phoenix_lab as px
from phoenix_lab.inferences import convert
from phoenix_lab.inferences.roles import guess

N = 240
RNG = np.random.default_rng(0)


def columns(df, schema=None):
    sample, problems = convert.sample(df)
    dtypes = dict(zip(convert.column_names(df), convert.column_dtypes(df), strict=True))
    return {c.name: c for c in guess(sample, convert.n_rows(df), dtypes, schema, problems)}


def guessed(**data):
    return columns(pd.DataFrame(data))


def sentences(n=N):
    return [f"The committee spoke of number {i} and then of the other matters before it." for i in range(n)]


def vectors(n=N, d=8):
    return list(RNG.normal(size=(n, d)).astype("f4"))


def test_the_demo():
    found = guessed(
        year=RNG.integers(1961, 2000, N),
        speech_id=RNG.integers(0, 40, N),
        text=sentences(),
        text_vector=vectors(),
        party=RNG.choice(["D", "R"], N),
        prediction=RNG.choice(["D", "R"], N),
        actual=RNG.choice(["D", "R"], N),
        score=RNG.random(N),
        words=RNG.integers(10, 100, N),
        tag_topic=RNG.choice(["a", "b"], N),
    )
    assert {name: (c.role, c.kind) for name, c in found.items()} == {
        "year": ("timestamp", "time"),
        "speech_id": ("feature", "category"),
        "text": ("raw_data", "text"),
        "text_vector": ("embedding", "vector"),
        "party": ("feature", "category"),
        "prediction": ("prediction_label", "category"),
        "actual": ("actual_label", "category"),
        "score": ("prediction_score", "number"),
        "words": ("feature", "number"),
        "tag_topic": ("tag", "category"),
    }
    assert found["text_vector"].raw_data == "text"
    assert found["text_vector"].dimension == 8
    assert all(c.reason for c in found.values())
    assert [c.position for c in found.values()] == list(range(10))


@pytest.mark.parametrize(
    ("name", "values", "kind", "role"),
    [
        ("created_at", RNG.integers(1_600_000_000, 1_700_000_000, N), "time", "timestamp"),
        ("timestamp", RNG.integers(1_600_000_000_000, 1_700_000_000_000, N), "time", "timestamp"),
        ("createdAt", pd.date_range("2020", periods=N, freq="h"), "time", "timestamp"),
        ("whenever", pd.date_range("2020", periods=N, freq="h", tz="UTC"), "time", "timestamp"),
        ("date", pd.date_range("2020", periods=N).strftime("%Y-%m-%d"), "time", "timestamp"),
        ("datum", pd.date_range("2020", periods=N).strftime("%Y-%m-%d"), "category", "feature"),
        ("birth_year", RNG.integers(1900, 1990, N), "number", "feature"),
        ("time_spent", RNG.integers(1, 500, N), "number", "feature"),
        ("amount", RNG.integers(1_600_000_000, 1_700_000_000, N), "number", "feature"),
        ("prediction_id", [f"id{i}" for i in range(N)], "category", "prediction_id"),
        ("id", np.arange(N), "number", "prediction_id"),
        ("id", np.arange(N) // 2, "category", "feature"),
        ("user_id", RNG.integers(0, 30, N), "category", "feature"),
        ("patient_id", 100_000 + np.arange(N), "number", "prediction_id"),
        ("patientId", [f"p{i}" for i in range(N)], "category", "prediction_id"),
        ("paid", np.arange(N), "number", "feature"),
        ("zipcode", RNG.integers(10_000, 10_050, N), "category", "feature"),
        ("clicked", RNG.integers(0, 2, N), "category", "feature"),
        ("children", RNG.integers(0, 6, N), "number", "feature"),
        ("price", RNG.random(N), "number", "feature"),
        ("flag", RNG.random(N) > 0.5, "boolean", "feature"),
        ("predicted_label", RNG.choice(["a", "b"], N), "category", "prediction_label"),
        ("pred", RNG.random(N), "number", "prediction_score"),
        ("prediction", RNG.integers(0, 10, N), "category", "prediction_label"),
        ("y_true", RNG.random(N), "number", "actual_score"),
        ("target", RNG.integers(0, 10, N), "category", "actual_label"),
        ("prompt", sentences(), "text", "prompt"),
        ("answer", sentences(), "text", "response"),
        ("city", RNG.choice(["Rio de Janeiro", "New York City"], N), "category", "feature"),
        ("image", [f"https://example.org/{i}.png" for i in range(N)], "category", "link_to_data"),
        ("embedding", vectors(), "vector", "embedding"),
        ("nothing", [None] * N, "other", "feature"),
    ],
)
def test_one_column(name, values, kind, role):
    column = guessed(**{name: values, "other": RNG.random(N)})[name]
    assert (column.kind, column.role) == (kind, role)


def test_the_text_of_a_day_beside_times_is_no_timestamp_but_may_be_a_unit():
    """Flights have `scheduled`, to the minute, and `day`, whose rows share their weather."""
    flights = pd.read_parquet(Path(__file__).parents[1] / "examples" / "data" / "flights.parquet")
    reference, production = (
        px.Inferences(flights[part], name=name)
        for part, name in (
            (flights.scheduled < "2013-04-01", "reference"),
            (flights.scheduled >= "2013-04-01", "production"),
        )
    )
    roles = {c.name: c.role for c in production.columns}
    assert (roles["scheduled"], roles["day"]) == ("timestamp", "feature")
    told = px.run(px.Summary(columns=("day", "temp", "humid")), production, reference, cache=False)
    assert told.meta["correlated"]["column"] == "day"


def test_one_of_several_times_is_the_timestamp():
    found = guessed(year=[2013] * N, month=RNG.integers(1, 13, N), time_hour=pd.date_range("2013", periods=N, freq="h"))
    assert [c.role for c in found.values()] == ["feature", "feature", "timestamp"]
    assert found["year"].kind == "time"
    assert found["month"].kind == "number"


def test_a_guess_is_named_after_its_truth():
    party = RNG.choice(["D", "R"], N)
    found = guessed(party=party, predicted_party=party[::-1])
    assert (found["party"].role, found["predicted_party"].role) == ("actual_label", "prediction_label")
    assert guessed(predicted_party=party)["predicted_party"].role == "feature"


def test_years_beside_the_times_that_they_are_the_year_of_are_times():
    dates = pd.to_datetime(RNG.integers(0, 10**9, N), unit="s")
    found = guessed(date=dates, year=dates.year, built_year=RNG.integers(1950, 2000, N))
    assert (found["date"].role, found["year"].kind, found["built_year"].kind) == ("timestamp", "time", "number")
    assert found["year"].reason.endswith("the year of date")


def test_a_y_beside_an_x_is_a_coordinate():
    assert guessed(x=RNG.random(N), y=RNG.random(N))["y"].role == "feature"
    assert guessed(a=RNG.random(N), y=RNG.random(N))["y"].role == "actual_score"


def test_prompts_and_responses_with_vectors():
    found = guessed(prompt=sentences(), prompt_vector=vectors(), response=sentences(), response_embedding=vectors())
    assert (found["prompt_vector"].raw_data, found["response_embedding"].raw_data) == ("prompt", "response")
    assert (found["prompt"].role, found["response"].role) == ("prompt", "response")


def test_vectors_of_images_know_their_links():
    found = guessed(image_vector=vectors(), url=[f"https://example.org/{i}.jpg" for i in range(N)])
    assert found["image_vector"].link_to_data == "url"


def test_vectors_take_no_text_that_isnt_theirs():
    found = guessed(a_vector=vectors(), b_vector=vectors(), text=sentences())
    assert found["a_vector"].raw_data is None
    assert found["text"].role == "feature"


def test_polars_and_pandas_guess_alike():
    data = {
        "text": sentences(),
        "vec": [list(map(float, v)) for v in vectors()],
        "year": list(range(1700, 1700 + N)),
        "n": [1, 2, 3, None] * (N // 4),
    }
    first, second = columns(pd.DataFrame(data)), columns(pl.DataFrame(data))
    assert [(c.kind, c.role, c.raw_data) for c in first.values()] == [
        (c.kind, c.role, c.raw_data) for c in second.values()
    ]


def test_problems_stay_with_their_column():
    found = guessed(ok=[1, 2, 3], bad=[{}, {}, {}], ragged=[[1, 2], [1], [1, 2]])
    assert found["bad"].problem == "nested values of type dict: not looked at"
    assert found["ragged"].problem == "row 1 has 1 values, the others 2"
    assert found["bad"].kind == "other"
    assert found["ok"].problem is None


def test_notes_are_part_of_the_reason():
    assert "mixes" in guessed(x=pd.Series([1, "a", 2], dtype=object))["x"].reason
    assert "json.loads" in guessed(vec=["[0.1, 0.2, 0.3]"] * 3)["vec"].reason


def test_no_rows():
    found = columns(pd.DataFrame({"a": pd.Series([], dtype=float), "text": pd.Series([], dtype=object)}))
    assert [c.kind for c in found.values()] == ["number", "other"]


def test_a_table_of_a_language_model_with_what_it_retrieved():
    n = 60
    rng = np.random.default_rng(0)
    found = roles_of(
        pd.DataFrame(
            {
                "conversation_id": [f"c{i % 9}" for i in range(n)],
                "user_prompt": [f"please tell me about topic {i} in some detail" for i in range(n)],
                "llm_response": [f"the topic {i} is about many things that one can say" for i in range(n)],
                "photo": [f"s3://bucket/{i}.png" for i in range(n)],
                "tags": rng.choice(["a", "b"], n),
                "document_id": [f"d{i}" for i in range(n)],
                "retrieved_document_ids": [[1, 2]] * n,
                "doc_scores": [[0.1, 0.2]] * n,
                "user_prompt_vector": list(rng.normal(size=(n, 3))),
                "y_true": rng.integers(0, 2, n),
                "y_prob": rng.random(n),
            }
        )
    )
    assert {name: (c.role, c.raw_data) for name, c in found.items() if c.role != "feature"} == {
        "user_prompt": ("prompt", None),
        "llm_response": ("response", None),
        "photo": ("link_to_data", None),
        "tags": ("tag", None),
        "document_id": ("prediction_id", None),
        "retrieved_document_ids": ("excluded", None),
        "doc_scores": ("excluded", None),
        "user_prompt_vector": ("embedding", "user_prompt"),
        "y_true": ("actual_label", None),
        "y_prob": ("prediction_score", None),
    }
    assert all(c.reason for c in found.values())
    assert found["photo"].reason == "guessed: paths or addresses of files"


def roles_of(df):
    return {column.name: column for column in px.Inferences(df).columns}


def test_whole_numbers_without_a_repeat_in_a_column_named_as_ids_are_ids_and_not_compared():
    def side(start):
        return pd.DataFrame(
            {
                "patient_id": start + np.arange(N),
                "order_id": start + RNG.permutation(N),
                "size": RNG.random(N),
            }
        )

    roles = {name: c.role for name, c in guessed(**side(0)).items()}
    assert roles == {"patient_id": "prediction_id", "order_id": "excluded", "size": "feature"}
    told = px.run(px.Summary(), side(10_000), side(0), cache=False)
    assert {item["column"]: item["why"] for item in told.meta["untested"]} == {
        "patient_id": "an identifier",
        "order_id": "another id, no value twice",
    }
    assert told.meta["n_tests"] == 1


def test_of_many_rows_only_numbers_that_count_them_are_ids():
    """A sample of sorted users shows none twice."""
    n = 20_000
    frame = pd.DataFrame({"user_id": np.arange(n) // 4, "visit_id": 7_000_000 + np.arange(n), "x": RNG.random(n)})
    roles = {c.name: c.role for c in px.Inferences(frame).columns}
    assert roles == {"user_id": "feature", "visit_id": "prediction_id", "x": "feature"}
