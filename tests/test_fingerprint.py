"""Fingerprints of Arrow columns: of their values alone, whatever the chunks, offsets and dictionaries."""

from __future__ import annotations

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_convert import read

from phoenix_lab.inferences.fingerprint import fingerprint

COLUMNS = [
    pa.array([1, None, 3, 4]),
    pa.array([1.5, None, 3.0, 4.0]),
    pa.array([True, None, False, True]),
    pa.array(["a", None, "", "é"]),
    pa.array(["a", None, "b", "a"]).dictionary_encode(),
    pa.array([0, None, 5, 6], pa.timestamp("us", "UTC")),
    pa.array([0, None, 5, 6], pa.date32()),
    pa.array([[1, 2], None, [3, 4], [5, 6]], pa.list_(pa.float32(), 2)),
    pa.nulls(4),
]


@pytest.mark.parametrize("column", COLUMNS, ids=lambda c: str(c.type))
def test_fingerprints_ignore_chunks_and_offsets(column):
    whole = fingerprint(column)
    assert fingerprint(pa.chunked_array([column.slice(0, 1), column.slice(1, 0), column.slice(1)])) == whole
    padded = pa.concat_arrays([column.slice(3), column, column.slice(0, 2)])
    assert fingerprint(padded.slice(1, 4)) == whole
    assert fingerprint(column.slice(0, 3)) != whole
    assert fingerprint(pa.concat_arrays([column.slice(1), column.slice(0, 1)])) != whole or pa.types.is_null(
        column.type
    )


def test_fingerprints_of_all_columns_differ():
    assert len({fingerprint(column) for column in COLUMNS}) == len(COLUMNS)


def test_fingerprints_ignore_dictionaries_and_string_widths():
    one = pa.DictionaryArray.from_arrays(pa.array([0, 1, 0]), pa.array(["a", "b"]))
    two = pa.DictionaryArray.from_arrays(pa.array([2, 0, 2]), pa.array(["b", "unused", "a"]))
    assert fingerprint(one) == fingerprint(two)
    text = pa.array(["a", "bc", None])
    assert fingerprint(text) == fingerprint(text.cast(pa.large_string()))


def test_fingerprints_tell_shifted_strings_and_missing_from_empty():
    assert fingerprint(pa.array(["ab", "c"])) != fingerprint(pa.array(["a", "bc"]))
    assert fingerprint(pa.array(["", "a"])) != fingerprint(pa.array([None, "a"]))
    assert fingerprint(pa.array([0, 1])) != fingerprint(pa.array([None, 1]))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.none() | st.text(max_size=4), min_size=1, max_size=30), st.data())
def test_fingerprints_of_text_depend_on_values_alone(values, data):
    column = pa.array(values, pa.string())
    at = data.draw(st.integers(0, len(values)))
    assert fingerprint(pa.chunked_array([column.slice(0, at), column.slice(at)])) == fingerprint(column)
    other = list(values)
    i = data.draw(st.integers(0, len(values) - 1))
    other[i] = data.draw(st.none() | st.text(max_size=4))
    assert (fingerprint(pa.array(other, pa.string())) == fingerprint(column)) == (other == values)


def test_pandas_and_polars_columns_have_the_same_fingerprint():
    values = {"i": [1, 2], "s": ["a", None], "v": [[1.0, 2.0], [3.0, 4.0]]}
    first, _ = read(pd.DataFrame(values))
    second, _ = read(pl.DataFrame(values))
    assert [fingerprint(c) for c in first.columns] == [fingerprint(c) for c in second.columns]
