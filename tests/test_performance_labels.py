"""Labels that are missing, late, all alike, or of another type in one of the columns."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from predictions_made import ROLES, answer, binary, metrics
from sets_made import made

from phoenix_lab.profiles.columns import ColumnError
from phoenix_lab.profiles.labels import labels
from phoenix_lab.recipes.compute import compute
from phoenix_lab.recipes.models import Performance
from phoenix_lab.recipes.output import RecipeError


@pytest.fixture
def sets():
    return binary("prod", 900, 1, shift=0.6), binary("train", 1500, 2)


def test_labels_that_have_not_come_yet_have_any_type():
    train = made("train", {"was": ["a", "b"] * 20, "said": ["a", "b", "b", "b"] * 10}, roles=ROLES)
    for none in (np.full(6, np.nan), pa.nulls(6), pa.nulls(6, pa.bool_())):
        prod = made("prod", {"was": none, "said": ["a", "b"] * 3}, roles=ROLES)
        output = answer(Performance(), prod, train)
        assert "is missing in all 6 rows" in output.meta["absent"]["primary"]
        assert metrics(output)["accuracy"]["value_reference"] == 0.75
    with pytest.raises(RecipeError, match="1 are never equal"):
        compute(Performance(), made("prod", {"was": [1, 0], "said": ["1", "0"]}, roles=ROLES))


def test_labels_of_a_set_that_cannot_be_judged_are_no_classes():
    train = made("train", {"was": ["a", "b"] * 20, "said": ["a", "b", "b", "b"] * 10}, roles=ROLES)
    other = made("other", {"y": ["c", "d", "e"]}, roles={"y": "actual_label"})
    for sets in ((other, train), (train, other)):
        output = answer(Performance(), *sets)
        assert sorted(output.meta["classes"]) == ["a", "b"]
        assert (output.meta["columns"]["prediction"], output.meta["columns"]["actual"]) == ("said", "was")
        assert 'has no column "said"' in output.meta["absent"].values()


def test_one_set_alone(sets):
    output = answer(Performance(segment="carrier"), sets[0])
    for row in (*output.table.to_pylist(), *output.parts["segments"].to_pylist()):
        assert row["value_reference"] is None
        assert row["difference"] is None
        assert row["verdict"] == "untested"
    assert output.meta["adjusted"] is None
    assert set(output.parts["confusion"].column("set").to_pylist()) == {"primary"}


def test_a_set_without_labels_says_so_and_the_other_is_told(sets):
    prod, train = sets
    for column, text in (
        (None, 'has no column "was"'),
        (pa.nulls(900, pa.string()), 'has no value in "was": it is missing in all 900 rows'),
    ):
        columns = {c: prod.table.column(c) for c in ("said", "p", "carrier")}
        if column is not None:
            columns["was"] = column
        output = answer(Performance(segment="carrier"), made("prod", columns, roles=ROLES), train)
        assert output.meta["absent"] == {"primary": text, "reference": None}
        assert output.meta["adjusted"] is None
        found = metrics(output)["accuracy"]
        assert found["value_primary"] is None
        assert text in found["reason_primary"]
        assert found["value_reference"] is not None
    bare = made("prod", {"said": prod.table.column("said"), "p": prod.table.column("p")}, roles=ROLES)
    with pytest.raises(RecipeError, match="no column is known to hold the actual labels"):
        compute(Performance(), bare)


def test_rows_without_both_are_left_out_and_counted(sets):
    prod, train = sets
    was = pa.array(prod.table.column("was").to_pylist(), mask=np.arange(900) < 100)
    said = pa.array(prod.table.column("said").to_pylist(), mask=np.arange(900) >= 850)
    columns = {"was": was, "said": said, "p": prod.table.column("p")}
    output = answer(Performance(), made("prod", columns, roles=ROLES), train)
    rows = output.meta["rows"]["primary"]
    assert (rows["missing_actual"], rows["missing_prediction"], rows["used"], rows["scored"]) == (100, 50, 750, 800)
    assert metrics(output)["accuracy"]["n_primary"] == 750
    assert metrics(output)["roc_auc"]["n_primary"] == 800


def test_a_frame_without_rows(sets):
    prod, train = sets
    empty = made("prod", {c: prod.table.column(c).slice(0, 0) for c in ("was", "said", "p")}, roles=ROLES)
    assert answer(Performance(), empty, train).meta["absent"]["primary"] == "has no rows"
    with pytest.raises(RecipeError, match="prod has no rows"):
        compute(Performance(), empty)


def test_all_of_one_class():
    frame = made("one", {"was": ["a"] * 20, "said": ["a"] * 20}, roles=ROLES)
    found = metrics(answer(Performance(), frame))
    assert found["accuracy"]["value_primary"] == 1
    assert found["accuracy"]["lower_primary"] < 0.9
    assert found["mcc"]["value_primary"] is None


def test_one_and_text_one_are_not_compared():
    frame = made("one", {"was": [0, 1, 1], "said": ["0", "1", "1"]}, roles=ROLES)
    with pytest.raises(RecipeError, match='"said" of one holds text and "was" of one numbers'):
        compute(Performance(), frame)
    with pytest.raises(ColumnError, match="Make them one type"):
        labels([("a", pa.chunked_array([[1]])), ("b", pa.chunked_array([["1"]]))])


def test_whole_floats_integers_and_booleans_are_the_same_labels():
    found = labels(
        [
            ("whole", pa.chunked_array([[0, 1, 1]])),
            ("with holes", pa.chunked_array([[0.0, float("nan"), None, 1.0]])),
            ("flags", pa.chunked_array([[True, False]])),
        ]
    )
    assert found.classes == ("0", "1")
    assert [codes.tolist() for codes in found.codes] == [[0, 1, 1], [0, -1, -1, 1], [1, 0]]


@settings(deadline=None)
@given(
    st.lists(st.lists(st.one_of(st.none(), st.sampled_from(["b", "", "ä", "a"])), max_size=8), min_size=1, max_size=3)
)
def test_labels_are_numbered_alike(columns):
    found = labels([(str(i), pa.chunked_array([pa.array(c, pa.string())])) for i, c in enumerate(columns)])
    assert [[None if k < 0 else found.classes[k] for k in codes] for codes in found.codes] == columns


def test_named_columns_without_roles():
    rng = np.random.default_rng(6)
    few = made("one", {"y": rng.integers(0, 2, 100), "f": rng.integers(0, 2, 100)})
    assert answer(Performance(prediction="f", actual="y"), few).meta["task"] == "classification"
    many = made("one", {"y": rng.normal(size=100), "f": rng.normal(size=100)})
    assert answer(Performance(prediction="f", actual="y"), many).meta["task"] == "regression"
    ids = made("one", {"y": np.arange(100) % 30, "f": np.arange(100) % 30})
    assert answer(Performance(prediction="f", actual="y", task="classification"), ids).meta["task"] == "classification"
    with pytest.raises(RecipeError, match="has no column"):
        compute(Performance(prediction="g", actual="y"), many)
