"""Roles that a person corrects: that alone changes, and the schema that comes of it gives the same in code."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import phoenix_lab as px
from phoenix_lab.inferences import convert, corrections
from phoenix_lab.inferences.corrections import correct
from phoenix_lab.inferences.roles import guess
from phoenix_lab.inferences.schema import Correction

N = 120
RNG = np.random.default_rng(0)
FRAME = pd.DataFrame(
    {
        "when": pd.date_range("2024", periods=N, freq="h"),
        "day": RNG.integers(0, 60, N),
        "built_year": RNG.integers(1900, 2000, N),
        "grade": RNG.integers(1, 6, N),
        "user_id": RNG.integers(0, 9, N),
        "prediction": RNG.choice(["a", "b"], N),
        "score": RNG.random(N),
        "note": [f"The committee spoke of number {i} and then of the other matters before it." for i in range(N)],
        "note_vector": list(RNG.normal(size=(N, 4)).astype("f4")),
        "prompt": [f"What did the committee say about number {i} and the other matters?" for i in range(N)],
        "prompt_vector": list(RNG.normal(size=(N, 4)).astype("f4")),
        "url": [f"https://example.org/{i}.png" for i in range(N)],
        "flag": RNG.random(N) > 0.5,
        "tag_x": RNG.choice(["p", "q"], N),
        "empty": [None] * N,
    }
)
SAMPLE, PROBLEMS = convert.sample(FRAME)
DTYPES = dict(zip(convert.column_names(FRAME), convert.column_dtypes(FRAME), strict=True))


def after(*said, schema=None):
    return correct(SAMPLE, N, DTYPES, schema, PROBLEMS, [Correction(column=c, **what) for c, what in said])


def told(columns):
    return {c.name: (c.role, c.kind, c.raw_data, c.link_to_data, c.problem) for c in columns}


def test_what_is_corrected_is_corrected_alone():
    before = after()
    assert before.schema is None
    found = after(("grade", {"kind": "category"}), ("day", {"role": "timestamp"}))
    changed = {name for name, value in told(found.columns).items() if value != told(before.columns)[name]}
    assert changed == {"grade", "day", "when"}
    columns = {c.name: c for c in found.columns}
    assert (columns["grade"].kind, columns["grade"].role) == ("category", "feature")
    assert (columns["day"].kind, columns["day"].role) == ("time", "timestamp")
    assert (columns["when"].kind, columns["when"].role) == ("time", "feature")
    assert columns["day"].reason == "chosen in the panel instead of no role, guessed: nothing else fits"
    assert columns["grade"].reason == "guessed: nothing else fits; discrete by choice"
    assert columns["when"].reason == "day was chosen as timestamp"
    assert columns["score"].reason == "guessed: name and numbers"
    assert found.schema.timestamp_column_name == "day"
    assert found.schema.discrete_column_names == ("grade",)
    assert found.schema.feature_column_names is None, "columns that come later are features"


@pytest.mark.parametrize(
    ("column", "what", "kind"),
    [
        ("user_id", {"kind": "number"}, "number"),
        ("note", {"kind": "category"}, "category"),
        ("grade", {"role": "actual_label"}, "category"),
        ("score", {"role": "feature"}, "number"),
        ("prediction", {"role": "excluded"}, "category"),
        ("built_year", {"role": "timestamp"}, "time"),
        ("built_year", {"kind": "category"}, "category"),
        ("note_vector", {"role": "excluded"}, "vector"),
    ],
)
def test_one_correction(column, what, kind):
    found = next(c for c in after((column, what)).columns if c.name == column)
    assert found.kind == kind
    assert found.role == what.get("role", found.role)


def test_a_text_that_is_something_else_is_no_longer_what_vectors_were_made_of():
    columns = {c.name: c for c in after(("note", {"role": "tag"})).columns}
    assert columns["note_vector"].raw_data is None
    assert columns["prompt_vector"].raw_data == "prompt"
    columns = {c.name: c for c in after(("note", {"role": "response"})).columns}
    assert (columns["note"].role, columns["note_vector"].raw_data) == ("response", "note")


@pytest.mark.parametrize(
    ("column", "what", "problem"),
    [
        ("gone", {"role": "tag"}, 'There is no column "gone" any more'),
        ("flag", {"role": "timestamp"}, '"flag" was chosen as timestamp, which its values (bool) cannot be.'),
        ("note", {"kind": "number"}, '"note" was chosen as continuous'),
        ("note_vector", {"kind": "category"}, '"note_vector" was chosen as discrete'),
    ],
)
def test_what_does_not_fit_is_said_and_left_out(column, what, problem):
    found = after((column, what), ("grade", {"kind": "category"}))
    assert len(found.problems) == 1
    assert found.problems[0].startswith(problem)
    assert next(c.kind for c in found.columns if c.name == "grade") == "category"
    alone = after((column, what))
    assert (alone.schema, told(alone.columns)) == (None, told(after().columns))


def test_a_schema_that_was_given_stays_where_nothing_else_is_said():
    schema = px.Schema(
        timestamp_column_name="when",
        feature_column_names=("score", "grade", "user_id"),
        prompt_column_names=px.RetrievalEmbeddingColumnNames(
            "prompt_vector", "prompt", context_retrieval_ids_column_name="url"
        ),
        continuous_column_names=("user_id",),
    )
    assert after(schema=schema).schema is schema
    found = after(("score", {"role": "prediction_score"}), ("grade", {"kind": "category"}), schema=schema)
    before, now = told(after(schema=schema).columns), told(found.columns)
    assert {name for name in now if now[name] != before[name]} == {"score", "grade"}
    assert found.schema.feature_column_names == ("grade", "user_id")
    assert found.schema.prompt_column_names == schema.prompt_column_names
    assert (found.schema.discrete_column_names, found.schema.continuous_column_names) == (("grade",), ("user_id",))


ROLES = sorted({role for roles in corrections._CARRIERS.values() for role in roles})


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(sorted(DTYPES)),
        st.fixed_dictionaries(
            {}, optional={"role": st.sampled_from(ROLES), "kind": st.sampled_from(["number", "category"])}
        ),
        max_size=6,
    )
)
def test_the_schema_gives_the_same_roles_and_kinds_in_code(said):
    found = after(*said.items())
    if found.schema is None:
        assert told(found.columns) == told(after().columns)
        return
    again = guess(SAMPLE, N, DTYPES, found.schema, PROBLEMS)
    assert told(again) == told(found.columns)
    # saying the same again on top of it changes nothing
    fitting = [(name, what) for name, what in said.items() if not any(f'"{name}"' in p for p in found.problems)]
    assert told(after(*fitting).columns) == told(found.columns)


def test_discrete_and_continuous_in_a_schema():
    found = px.Inferences(
        FRAME, px.Schema(discrete_column_names=["grade", "note"], continuous_column_names=["user_id"])
    )
    kinds = {c.name: c.kind for c in found.columns}
    assert (kinds["grade"], kinds["note"], kinds["user_id"]) == ("category", "category", "number")
    with pytest.raises(px.SchemaError) as caught:
        px.Inferences(
            FRAME,
            px.Schema(
                timestamp_column_name="whenn",
                discrete_column_names=["grad", "score"],
                continuous_column_names=["score"],
            ),
        )
    assert caught.value.problems == (
        'timestamp_column_name: there is no column "whenn"; did you mean "when"?',
        'discrete_column_names: there is no column "grad"; did you mean "grade"?',
        'column "score" is said to be both discrete and continuous',
    )
    with pytest.raises(px.SchemaError, match=r'column "note" holds no numbers \(texts\)'):
        px.Inferences(FRAME, px.Schema(continuous_column_names=["note"]))


def test_a_prompt_without_vectors():
    found = px.Inferences(FRAME[["score", "note"]], px.Schema(prompt_column_names="note"))
    assert found.columns[1].role == "prompt"


def test_the_panel_offers_the_same_roles():
    text = (Path(__file__).parent.parent / "src" / "model" / "roles.ts").read_text(encoding="utf-8")
    table = re.search(r"const ROLES.*?= \{(.*?)\n\};", text, re.DOTALL).group(1)
    offered = {
        carrier: tuple(re.findall(r"'(\w+)'", roles))
        for carrier, roles in re.findall(r"(\w+): \[(.*?)\]", table, re.DOTALL)
    }
    assert offered == dict(corrections._CARRIERS)


def test_what_vectors_were_made_of_can_be_said():
    before = {c.name: c for c in after().columns}
    assert (before["note_vector"].raw_data, before["note_vector"].link_to_data) == ("note", None)
    found = after(("note_vector", {"raw_data": "prompt", "link_to_data": "url"}))
    now = {c.name: c for c in found.columns}
    assert not found.problems
    assert (now["note_vector"].raw_data, now["note_vector"].link_to_data) == ("prompt", "url")
    assert now["note"].role == "feature"
    assert now["url"].role == "link_to_data"
    assert now["note_vector"].reason.endswith("prompt chosen as its text; url chosen as its link")
    again = guess(SAMPLE, N, DTYPES, found.schema, PROBLEMS)
    assert told(again) == told(found.columns)
    none = {c.name: c for c in after(("note_vector", {"raw_data": ""})).columns}
    assert none["note_vector"].raw_data is None
    assert none["note_vector"].reason.endswith("no text by choice")


@pytest.mark.parametrize(
    ("column", "what", "problem"),
    [
        ("grade", {"raw_data": "note"}, '"grade" was given a text, but it holds no vectors.'),
        ("note_vector", {"raw_data": "gone"}, 'There is no column "gone" any more'),
        ("note_vector", {"link_to_data": "grade"}, '"grade" was chosen as the link of "note_vector", which its values'),
        ("note_vector", {"raw_data": "prediction"}, "but it is the prediction label"),
    ],
)
def test_what_vectors_cannot_be_made_of_is_said(column, what, problem):
    found = after((column, what))
    assert told(found.columns) == told(after().columns)
    assert problem in found.problems[0]
