"""Rows of any dataframe come back as the user's own kind, as they were, and rows of two dataframes as one."""

from __future__ import annotations

import decimal
import functools

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import phoenix_lab as px
from phoenix_lab.inferences import convert

ROWS = st.lists(st.integers(0, 5), max_size=8)
NANOSECONDS = pd.Timestamp("2020-01-01 00:00:00.123456789")


def pandas_frame():
    vectors = np.arange(12).reshape(6, 2)
    table = pa.table(
        {
            "text": ["a", None, "c", "d", "e", "f"],
            "list": [[1], None, [2, 3], [], [4], [5]],
            "money": pa.array([decimal.Decimal("1.25")] * 5 + [None], pa.decimal128(10, 4)),
            "coded": pa.array(list("xyxyxy")).dictionary_encode(),
        }
    )
    columns = [
        pd.Series(pd.array([1, 2, None, 4, 5, 6], dtype="Int8")),
        pd.Series(pd.Categorical(list("abcabc"), ["unused", "c", "b", "a"], ordered=True)),
        pd.Series(pd.date_range(NANOSECONDS, periods=6, tz="Asia/Tokyo")),
        pd.Series([NANOSECONDS, None] * 3),
        pd.Series(pd.array([True, None] * 3, dtype="boolean")),
        pd.Series(pd.array(["a", None] * 3, dtype="string")),
        pd.Series([pd.Timedelta(5, "ns"), None] * 3),
        pd.Series(pd.period_range("2020", periods=6, freq="M")),
        pd.Series(list(vectors.astype("f2"))),
        pd.Series(list(vectors.astype("i1"))),
        pd.Series([tuple(v) for v in vectors.tolist()]),
        pd.Series([*vectors.tolist()[:5], None]),
        pd.Series([{"a": 1}, b"b", 3, None, "x", 2.5], dtype=object),
        *(series for _, series in table.to_pandas(types_mapper=pd.ArrowDtype).items()),
    ]
    frame = pd.concat(columns, axis=1)
    # names that are numbers, one twice, a time, a tuple
    frame.columns = pd.Index(
        [0, 1, 2, 2, "same", "same", NANOSECONDS, ("a", 1), *range(20, 20 + len(columns) - 8)], dtype=object
    )
    frame.index = pd.MultiIndex.from_product([["x", "y"], pd.date_range(NANOSECONDS, periods=3)], names=["l", None])
    return frame


def polars_frame():
    return pl.DataFrame(
        {
            "a": range(6),
            "category": pl.Series(list("abcabc"), dtype=pl.Categorical),
            "enum": pl.Series(list("abcabc"), dtype=pl.Enum(["z", "c", "b", "a"])),
            "money": pl.Series(["1.25", None] * 3).cast(pl.Decimal(10, 4)),
            "nested": [{"a": [1, 2], "b": {"c": "x"}}, None] * 3,
            "vector": pl.Series([[1.0, 2.0]] * 6, dtype=pl.Array(pl.Float32, 2)),
            "time": pl.Series([1, None] * 3).cast(pl.Datetime("ns", "Asia/Tokyo")),
            "big": pl.Series([2**100, 1] * 3, dtype=pl.Int128),
            "binary": [b"x", None] * 3,
        }
    )


def arrow_table():
    return pa.table(
        {
            "a": range(6),
            "coded": pa.chunked_array(
                [pa.array(list("uvw")).dictionary_encode(), pa.array(list("xyu")).dictionary_encode()]
            ),
            "time": pa.array([1, None] * 3, pa.timestamp("ns", "Asia/Tokyo")),
            "half": pa.array([[1.0, 2.0]] * 6, pa.list_(pa.float16(), 2)),
            "nested": [{"a": [1, None]}, None] * 3,
            "money": pa.array([decimal.Decimal("1.25"), None] * 3, pa.decimal256(40, 4)),
            "view": pa.array(["x", None] * 3, pa.string_view()),
        }
    ).replace_schema_metadata({"of": "the user"})


@functools.cache
def frames():
    return pandas_frame(), polars_frame(), arrow_table()


@settings(max_examples=20, deadline=None)
@given(ROWS)
def test_rows_come_back_as_they_were(rows):
    pandas, polars, arrow = frames()
    where = np.array(rows, dtype=np.int64)
    pd.testing.assert_frame_equal(px.Inferences(pandas).take(where), pandas.iloc[rows], check_freq=False)
    assert list(px.Inferences(pandas).take(where).dtypes) == list(pandas.dtypes)
    some = px.Inferences(polars).take(where)
    assert some.schema == polars.schema
    assert some.equals(polars[rows])
    for frame in (arrow, arrow.combine_chunks().to_batches()[0]):
        back = px.Inferences(frame).take(where)
        assert type(back) is type(frame)
        assert back.schema.equals(frame.schema, check_metadata=True)
        before = frame.to_pylist()
        assert back.to_pylist() == [before[row] for row in rows]


def test_rows_of_a_relation_keep_its_types():
    relation = duckdb.sql(
        "select 1::utinyint as i, 'a'::enum('b', 'a') as \"e \"\" ;\", 1.25::decimal(10, 4) as d, [1, 2]::float[2] as v,"
        " timestamp_ns '2020-01-01 00:00:00.123456789' as n, {'k': [1]} as s, null::varchar as t, (2::hugeint ** 100)::hugeint as h,"
        " uuid() as u, interval 3 months as m"
    )
    some = px.Inferences(relation).take([0, 0])
    assert type(some) is type(relation)
    assert [str(t) for t in some.types] == [str(t) for t in relation.types]
    assert some.columns == relation.columns
    assert convert.concat([some, some]).types == relation.types
    before, after = relation.fetchall()[0], some.fetchall()
    assert [[v for v, name in zip(row, some.columns, strict=True) if name != "u"] for row in after] == [
        [v for v, name in zip(before, some.columns, strict=True) if name != "u"]
    ] * 2


@settings(max_examples=40, deadline=None)
@given(ROWS, ROWS)
def test_concat_of_parts_is_take_of_the_whole(first, second):
    df = pd.DataFrame({"a": range(6), "s": list("uvwxyz"), "c": pd.Categorical(list("abcabc"))}, index=range(10, 16))
    together = convert.concat([convert.take(df, first), convert.take(df, second)])
    pd.testing.assert_frame_equal(together, df.iloc[[*first, *second]])
    polars = pl.DataFrame({"a": range(6), "s": list("uvwxyz")})
    assert convert.concat([polars[first], polars[second]]).equals(polars[[*first, *second]])


def test_concat_of_different_kinds_is_refused():
    with pytest.raises(TypeError, match="pandas and polars"):
        convert.concat([pd.DataFrame({"a": [1]}), pl.DataFrame({"a": [1]})])
    wide = convert.concat([pl.DataFrame({"a": [1]}), pl.DataFrame({"a": [2], "b": ["x"]})])
    assert wide.to_dicts() == [{"a": 1, "b": None}, {"a": 2, "b": "x"}]


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        (
            pd.DataFrame({"c": pd.Categorical(["a", "b"])}),
            pd.DataFrame({"c": pd.Categorical(["z"])}),
            pd.DataFrame({"c": pd.Categorical(["a", "b", "z"])}, index=[0, 1, 0]),
        ),
        (
            pl.DataFrame({"c": pl.Series(["a"], dtype=pl.Enum(["b", "a"]))}),
            pl.DataFrame({"c": pl.Series(["z"], dtype=pl.Enum(["z", "a"]))}),
            pl.DataFrame({"c": pl.Series(["a", "z"], dtype=pl.Enum(["b", "a", "z"]))}),
        ),
        (
            pl.DataFrame({"c": pl.Series([0], dtype=pl.Datetime("us", "UTC"))}),
            pl.DataFrame({"c": pl.Series([0], dtype=pl.Datetime("us")), "new": [1]}),
            pl.DataFrame({"c": ["1970-01-01 00:00:00.000000+00:00", "1970-01-01 00:00:00.000000"], "new": [None, 1]}),
        ),
        (pa.table({"c": [1]}), pa.table({"c": ["a"]}), pa.table({"c": ["1", "a"]})),
        (
            pa.table({"c": pa.array(["a"]).dictionary_encode(), "n": [1]}),
            pa.table({"c": ["b"], "n": pa.array([2], pa.int8())}),
            pa.table({"c": ["a", "b"], "n": [1, 2]}),
        ),
    ],
    ids=["categories", "enums", "zones", "text", "dictionary"],
)
def test_rows_of_two_frames_whose_columns_have_other_types(first, second, together):
    found = convert.concat([first, second])
    assert type(found) is type(together)
    if isinstance(found, pd.DataFrame):
        pd.testing.assert_frame_equal(found, together)
    else:
        assert found.equals(together)
        assert found.schema == together.schema


def test_relations_whose_columns_have_other_types():
    texts = convert.concat([duckdb.sql("select 1 as c"), duckdb.sql("select 'a' as c")])
    assert texts.fetchall() == [("1",), ("a",)]
    enums = convert.concat([duckdb.sql("select 'a'::enum('a') as c"), duckdb.sql("select 'z'::enum('z') as c")])
    assert enums.fetchall() == [("a",), ("z",)]


def test_rows_that_no_frame_can_hold_together_are_refused_by_column():
    with pytest.raises(TypeError, match=r'column "c" is Int64 in one and List\(Int64\) in the other'):
        convert.concat([pl.DataFrame({"c": [1]}), pl.DataFrame({"c": [[1]]})])
    with pytest.raises(TypeError, match='column "c" is int64 in one and list<item: int64> in the other'):
        convert.concat([pa.table({"c": [1]}), pa.table({"c": [[1]]})])
    with pytest.raises(TypeError, match="some have the same name"):
        convert.concat([pd.DataFrame([[1, 2]], columns=["a", "a"]), pd.DataFrame([[1, 2]], columns=["a", "b"])])
