"""Conditions combined as sets are: the algebra, the text that is kept, the rows in a cell."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sets_made import made

import phoenix_lab as px
from phoenix_lab.recipes.cohort import cohort
from phoenix_lab.recipes.compute import compute, is_heavy, needs
from phoenix_lab.recipes.models import dump, parse
from phoenix_lab.recipes.output import RecipeError

N, M = 9, 5
PROD = made("prod", {"x": [*range(N - 1), None], "y": [*"aabbccdd", None]})
TRAIN = made("train", {"x": list(range(M)), "y": list("abcde")})
SIDES = ("primary", "reference")

plain = st.one_of(
    st.builds(px.Range, st.just("x"), st.integers(0, 4), st.integers(5, 9)),
    st.builds(px.Values, st.just("y"), st.sets(st.sampled_from([*"abc", None]))),
    st.just(px.Missing("x")),
    st.just(px.Repeated("y")),
    st.builds(px.OfSet, st.sampled_from(SIDES)),
    st.builds(px.AtRows, st.sets(st.integers(0, N - 1)), st.sets(st.integers(0, M - 1))),
    st.builds(px.Range, st.just("x"), st.just(2), st.just(None), st.sampled_from(SIDES)),
)
any_condition = st.recursive(
    plain,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda ab: ab[0] & ab[1]),
        st.tuples(inner, inner).map(lambda ab: ab[0] | ab[1]),
        st.tuples(inner, inner).map(lambda ab: ab[0] - ab[1]),
        inner.map(lambda a: ~a),
    ),
    max_leaves=5,
)


def no_map(recipe):
    raise AssertionError("no condition speaks of a map")


def met(*conditions):
    """Return the rows that meet all of them, as a set of (set, position)."""
    found = cohort(conditions, PROD, TRAIN, no_map)
    return {
        (s, int(row))
        for s, mask in zip(SIDES, (found.primary, found.reference), strict=True)
        for row in np.flatnonzero(mask)
    }


REPEATING = pd.DataFrame({"k": ["a", "b", "a", None, "b", None, "a"], "x": [1.0, 2.0, 1.0, np.nan, 3.0, np.nan, 4.0]})


@pytest.mark.parametrize("library", [pd.DataFrame, pl.from_pandas])
@pytest.mark.parametrize("columns", ["k", ["k", "x"], ["x"]])
@pytest.mark.parametrize("first", [False, True])
def test_repeated_rows_are_those_that_pandas_calls_duplicated(library, columns, first):
    frame = library(REPEATING)
    keep = False if first else "first"
    wanted = np.flatnonzero(REPEATING.duplicated(columns if isinstance(columns, list) else [columns], keep=keep))
    assert px.run(px.Cohort(where=(px.Repeated(columns, first),)), frame).table["row"].to_pylist() == wanted.tolist()
    assert len(px.rows(frame, px.Repeated(columns, first))) == len(wanted)


def test_rows_that_are_left_out_repeat_nothing():
    late = px.AtRows(primary=range(1, 7))
    found = px.run(px.Cohort(where=(px.Repeated("k", among=(late,)), late)), REPEATING).table["row"].to_pylist()
    assert found == [1 + i for i in np.flatnonzero(REPEATING[1:].duplicated("k"))]
    whole = REPEATING.assign(v=list(np.eye(7)))
    with pytest.raises(RecipeError, match="holds vectors"):
        px.rows(whole, px.Repeated("v"))
    with pytest.raises(ValidationError):
        px.Repeated(())


ALL = {("primary", i) for i in range(N)} | {("reference", i) for i in range(M)}


@settings(max_examples=150, deadline=None)
@given(any_condition, any_condition)
def test_they_are_combined_as_python_combines_sets(a, b):
    mine, theirs = met(a), met(b)
    assert met(a & b) == met(a, b) == mine & theirs
    assert met(a | b) == mine | theirs
    assert met(a - b) == mine - theirs
    assert met(~a) == ALL - mine
    assert met(~(a & b)) == met(~a | ~b)


@settings(max_examples=60, deadline=None)
@given(any_condition)
def test_what_is_kept_is_the_same_condition(condition):
    recipe = px.Cohort(where=(condition,))
    again = parse(dump(recipe))
    assert again == recipe
    assert hash(again) == hash(recipe)
    table = compute(again, PROD, TRAIN).table
    assert set(zip(table.column("set").to_pylist(), table.column("row").to_pylist(), strict=True)) == met(condition)


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(0, 200)))
def test_positions_are_kept_as_rising_ranges(rows):
    condition = px.AtRows(rows)
    assert condition.positions("primary") == tuple(sorted(rows))
    assert condition == px.AtRows(condition.primary)
    assert condition.positions("reference") == ()


def test_nothing_combined_is_every_row_or_none():
    assert met(px.AllOf(())) == ALL
    assert met(px.AnyOf(())) == set()


@pytest.mark.parametrize(
    "rows", ["5-3", "3,3", "4,1", "x", "-1", "1-2-3", [-1], "1, 2", [1.5], 1.0, np.array([1.0, 2.0]), ["1"]]
)
def test_positions_that_are_none_are_refused(rows):
    with pytest.raises((ValidationError, ValueError)):
        px.AtRows(rows)


@pytest.mark.parametrize("mask", [[True, False], np.array([True, False]), pd.Series([False, True])])
def test_a_mask_is_not_taken_for_the_rows_0_and_1(mask):
    with pytest.raises(ValueError, match="not a mask"):
        px.AtRows(mask)


@pytest.mark.parametrize("rows", [np.int64(3), np.array([3]), pd.Series([3]), {3}, 3, (np.uint8(3),)])
def test_whole_numbers_of_any_library_are_positions(rows):
    assert px.AtRows(rows) == px.AtRows("3")


def test_a_position_beyond_the_rows_is_named():
    with pytest.raises(RecipeError, match="prod has the rows 0 to 8, and a condition names row 9"):
        met(px.AtRows([9]))


def test_columns_and_maps_within_are_asked_for():
    inside = px.InCluster(px.EmbeddingMap("v"), 0)
    recipe = px.Summary(columns=("y",), where=(~px.Range("x", 1) | inside,))
    assert is_heavy(recipe)
    assert "x" in needs(px.Cohort(where=(px.Range("x", 1) & px.AtRows([1]),)), PROD.columns, TRAIN.columns)[0]


def test_a_cell_gives_these_rows_with_their_own_index(tmp_path, monkeypatch):
    monkeypatch.setenv("PHOENIX_LAB_CACHE_DIR", str(tmp_path))
    prod = pd.DataFrame({"x": range(6), "y": list("aabbcc")}, index=["u", "u", "v", "w", "w", "w"])
    wanted = (px.Range("x", 1, 5) | px.Values("y", "c")) - px.AtRows([2])
    pd.testing.assert_frame_equal(px.rows(prod, wanted), prod.iloc[[1, 3, 4, 5]])
    mine, theirs = px.rows(prod, ~wanted, reference=prod.head(3), set="each")
    pd.testing.assert_frame_equal(mine, prod.iloc[[0, 2]])
    # a list of rows names those of each set
    pd.testing.assert_frame_equal(theirs, prod.iloc[[0]])
    assert px.rows(pl.from_pandas(prod), wanted).equals(pl.from_pandas(prod)[[1, 3, 4, 5]])
    assert px.rows(prod, px.Values("y", "a") & px.Values("y", "b")).shape == (0, 2)
