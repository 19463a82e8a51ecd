"""Any dataframe to Arrow and back: every type says what happens to it, and rows come back as they were."""

# ruff: noqa: DTZ001, PD008, PD011 - naive times are a subject here, and `.values` is that of Arrow
from __future__ import annotations

import datetime as dt
import decimal
import functools
import math
import uuid

import duckdb
import ibis
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import phoenix_lab as px
from phoenix_lab.inferences import convert
from phoenix_lab.inferences.fingerprint import fingerprint


def read(df, **options):
    return convert.to_arrow(df, range(len(convert.column_names(df))), **options)


def one(values, **options):
    """Read one pandas column; returns (type, values)."""
    table, problems = read(pd.DataFrame({"x": pd.Series(values, **options)}))
    assert not problems
    return table.schema.field("x").type, table["x"].to_pylist()


def problem(values, dtype=object):
    table, problems = read(pd.DataFrame({"x": pd.Series(values, dtype=dtype), "fine": range(len(values))}))
    assert table.column_names == ["fine"], "one odd column must not spoil the others"
    return problems["x"]


NAN = float("nan")
UTC = dt.timezone.utc


@pytest.mark.parametrize(
    ("series", "kind", "values"),
    [
        (pd.Series([1, 2]), pa.int64(), [1, 2]),
        (pd.Series([1, 2], dtype="uint8"), pa.uint8(), [1, 2]),
        (pd.Series([1.5, NAN]), pa.float64(), [1.5, None]),
        (pd.Series([1.5, math.inf], dtype="float32"), pa.float32(), [1.5, math.inf]),
        (pd.Series([1.5, NAN], dtype="float16"), pa.float32(), [1.5, None]),
        (pd.Series(np.array([1, 2], dtype=">i4")), pa.int32(), [1, 2]),
        (pd.Series([True, False]), pa.bool_(), [True, False]),
        (pd.Series([True, None], dtype=object), pa.bool_(), [True, None]),
        (pd.Series([True, None], dtype="boolean"), pa.bool_(), [True, None]),
        (pd.Series([1, None], dtype="Int64"), pa.int64(), [1, None]),
        (pd.Series([1, None], dtype="Float64"), pa.float64(), [1.0, None]),
        (pd.Series(["a", None]), pa.string(), ["a", None]),
        (pd.Series(["a", None, NAN], dtype=object), pa.string(), ["a", None, None]),
        (pd.Series(["a", None], dtype=pd.ArrowDtype(pa.large_string())), pa.string(), ["a", None]),
        (pd.Series(["a", None], dtype="category"), pa.dictionary(pa.int32(), pa.string()), ["a", None]),
        (pd.Series([3, 1], dtype="category"), pa.dictionary(pa.int32(), pa.string()), ["3", "1"]),
        (pd.Series([0, 0, 1], dtype=pd.SparseDtype("int64", 0)), pa.int64(), [0, 0, 1]),
        (pd.Series(pd.period_range("2020", periods=1, freq="M")), pa.timestamp("us"), [dt.datetime(2020, 1, 1)]),
        (pd.Series(pd.arrays.IntervalArray.from_tuples([(0, 1), None])), pa.string(), ["(0.0, 1.0]", None]),
        (pd.Series(pd.to_timedelta([90, None], unit="s")), pa.float64(), [90.0, None]),
        (pd.Series([dt.time(1, 0), None], dtype=object), pa.float64(), [3600.0, None]),
        (pd.Series([decimal.Decimal("1.5"), None], dtype=object), pa.float64(), [1.5, None]),
        (pd.Series([dt.date(2020, 1, 2), None], dtype=object), pa.date32(), [dt.date(2020, 1, 2), None]),
        (pd.Series([1, 2.5, None], dtype=object), pa.float64(), [1.0, 2.5, None]),
        (pd.Series([1, None], dtype=object), pa.int64(), [1, None]),
        (pd.Series([2**70, 1], dtype=object), pa.float64(), [float(2**70), 1.0]),
        (pd.Series([None, None], dtype=object), pa.null(), [None, None]),
        (pd.Series([], dtype=object), pa.null(), []),
        (pd.Series([uuid.UUID(int=1)], dtype=object), pa.string(), [str(uuid.UUID(int=1))]),
        (pd.Series(["a\ud800"], dtype=object), pa.string(), ["a?"]),
    ],
)
def test_pandas_columns(series, kind, values):
    assert one(series) == (kind, values)


def test_times_keep_their_zone():
    naive = pd.Series(pd.to_datetime(["2020-01-01", None]))
    kind, values = one(naive)
    assert kind.tz is None
    assert values == [dt.datetime(2020, 1, 1), None]
    kind, values = one(naive.dt.tz_localize("Europe/Berlin"))
    assert kind.tz == "Europe/Berlin"
    assert values[0] == dt.datetime(2019, 12, 31, 23, tzinfo=UTC)
    kind, values = one(
        [dt.datetime(2020, 1, 1, tzinfo=UTC), dt.datetime(2020, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=2)))],
        dtype=object,
    )
    assert kind == pa.timestamp("us", "UTC")
    assert values[1] == dt.datetime(2019, 12, 31, 22, tzinfo=UTC)
    odd = pd.date_range("2020", periods=1, tz=dt.timezone(dt.timedelta(minutes=53, seconds=28)))
    kind, values = one(odd)
    assert (kind.tz, values) == ("UTC", [dt.datetime(2019, 12, 31, 23, 6, 32, tzinfo=UTC)])
    assert "row 1 has no time zone" in problem([dt.datetime(2020, 1, 1, tzinfo=UTC), dt.datetime(2020, 1, 1)])


def test_mixed_values_become_text_with_a_note():
    table, problems = read(pd.DataFrame({"x": pd.Series([1, "a", None, 2.5], dtype=object)}))
    assert not problems
    assert table["x"].to_pylist() == ["1", "a", None, "2.5"]
    assert table.schema.field("x").metadata[convert.NOTE].decode() == "mixes int (1), str (1), float (1): read as text"


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([b"x", None], "bytes: not looked at"),
        ([{"a": 1}, None], "nested values of type dict: not looked at"),
        ([[1, 2], [1, 2, 3], [3, 4]], "row 1 has 3 values, the others 2"),
        ([np.ones(3)] * 17 + [np.ones(2)] + [np.ones(3)] * 4, "row 17 has 2 values, the others 3"),
        ([np.ones(3)] * 7 + [np.ones(2), np.ones(1)], "row 7 has 2 values, most others 3; 2 rows differ"),
        ([[1], [1, 2], [1, 2, 3]], "lists of 1 to 3 values: vectors must be of one length"),
        ([[], []], "empty vectors"),
        ([np.ones((2, 2)), np.ones((2, 2))], "row 0 has an array of shape (2, 2), not a vector"),
        ([object()], "values of type object: not looked at"),
        ([{1, 2}], "nested values of type set: not looked at"),
        ([dt.timedelta(1), dt.datetime(2020, 1, 1)], "mixes times and durations"),
    ],
)
def test_what_cannot_be_read_is_told(values, text):
    assert problem(values) == text


def test_complex_numbers_are_not_looked_at():
    assert problem([1j, 2j], dtype=complex) == "complex numbers: not looked at"


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "uint8", "int16", "int32", "int64"])
@pytest.mark.parametrize("missing", [False, True])
def test_vectors_of_arrays(dtype, missing):
    matrix = np.arange(12).reshape(4, 3).astype(dtype)
    values = [*matrix]
    if missing:
        values[2] = None
    kind, got = one(values, dtype=object)
    expected = {
        "float16": pa.float16(),
        "float32": pa.float32(),
        "int8": pa.float32(),
        "uint8": pa.float32(),
        "int16": pa.float32(),
    }
    assert kind == pa.list_(expected.get(dtype, pa.float64()), 3)
    assert got == [None if v is None else [float(x) for x in v] for v in values]


@pytest.mark.parametrize("make", [list, tuple, pd.Series, np.asarray])
def test_vectors_of_anything_with_numbers(make):
    kind, got = one([make([1.5, 2.0]), None, make([3.0, NAN])], dtype=object)
    assert kind == pa.list_(pa.float64(), 2)
    assert got[:2] == [[1.5, 2.0], None]
    assert math.isnan(got[2][1])


def test_a_missing_number_in_a_list_is_nan():
    _, got = one([[1, None], [2, 3]], dtype=object)
    assert math.isnan(got[0][1])


def test_arrays_are_read_with_one_copy():
    matrix = np.random.default_rng(0).normal(size=(2000, 256)).astype("f4")
    before = pa.total_allocated_bytes()
    table, _ = read(pd.DataFrame({"v": list(matrix)}))
    assert pa.total_allocated_bytes() - before < matrix.nbytes / 10, "Arrow must use numpy's buffer"
    assert np.array_equal(table["v"].combine_chunks().values.to_numpy().reshape(2000, 256), matrix)


def test_arrays_of_objects_and_masked_arrays_are_vectors():
    kind, got = one([np.array([1, None], dtype=object), np.array([2.5, 3], dtype=object), None], dtype=object)
    assert kind == pa.list_(pa.float64(), 2)
    assert math.isnan(got[0][1])
    assert got[1:] == [[2.5, 3.0], None]
    _, got = one([np.ma.array([1.0, 2.0], mask=[False, True]), np.ma.array([3.0, 4.0])], dtype=object)
    assert math.isnan(got[0][1])
    assert got[1] == [3.0, 4.0]
    frame = pd.DataFrame({"v": [np.array([None, 1], dtype=object)] * 2, "w": [[None, 1]] * 2, "n": [[None, None]] * 2})
    assert convert.vector_columns(frame) == ["v", "w"]


@pytest.mark.parametrize("kind", [pa.list_view(pa.float32()), pa.large_list_view(pa.int64())])
def test_views_of_lists_are_vectors(kind):
    table, problems = read(pa.table({"v": pa.array([[1, 2], None, [3, 4]], kind).slice(1)}))
    assert not problems
    assert table["v"].to_pylist() == [None, [3, 4]]


@pytest.mark.parametrize("kind", [pa.list_(pa.float32()), pa.large_list(pa.float32()), pa.list_(pa.float32(), 2)])
def test_arrow_lists_are_vectors_without_a_copy(kind):
    array = pa.array([[1, 2], [3, 4], [5, 6]], kind)
    table, problems = read(pa.table({"v": array}))
    assert not problems
    got = table["v"].chunk(0)
    assert got.type == pa.list_(pa.float32(), 2)
    assert got.values.buffers()[1].address == array.values.buffers()[1].address
    some, _ = read(pa.table({"v": pa.chunked_array([array.slice(1), pa.array([None, [7, 8]], kind)])}))
    assert some["v"].to_pylist() == [[3, 4], [5, 6], None, [7, 8]]
    if not pa.types.is_fixed_size_list(kind):
        _, problems = read(pa.table({"v": pa.array([[1, 2], [3], [5, 6]], kind)}))
        assert problems == {"v": "row 1 has 1 values, the others 2"}


def test_polars_columns():
    df = pl.DataFrame(
        {
            "n": [1, None],
            "f": [NAN, 1.0],
            "s": ["a", None],
            "c": pl.Series(["a", "b"], dtype=pl.Categorical),
            "e": pl.Series(["b", "a"], dtype=pl.Enum(["a", "b", "c"])),
            "v": pl.Series([[1.0, 2.0], None], dtype=pl.Array(pl.Float32, 2)),
            "l": [[1.0, 2.0], [3.0, 4.0]],
            "big": pl.Series([1, 2], dtype=pl.Int128),
            "t": [dt.datetime(2020, 1, 1), None],
            "d": [dt.timedelta(seconds=90), None],
            "o": pl.Series([1, None], dtype=pl.Object),
            "st": [{"a": 1}, {"a": 2}],
            "b": [b"a", b"b"],
        }
    )
    table, problems = read(df)
    assert problems == {"st": "nested values of type struct<a: int64>: not looked at", "b": "bytes: not looked at"}
    assert table.to_pydict() == {
        "n": [1, None],
        "f": [None, 1.0],
        "s": ["a", None],
        "c": ["a", "b"],
        "e": ["b", "a"],
        "v": [[1, 2], None],
        "l": [[1, 2], [3, 4]],
        "big": [1.0, 2.0],
        "t": [dt.datetime(2020, 1, 1), None],
        "d": [90.0, None],
        "o": [1, None],
    }
    assert table.schema.field("s").type == pa.string()
    assert convert.vector_columns(df) == ["v", "l"]


def test_lazy_frames_are_collected_once_they_are_read():
    lazy = pl.LazyFrame({"a": [1, 2, 3], "v": [[1.0, 2.0]] * 3})
    assert (convert.library_of(lazy), convert.query_of(lazy)) == ("polars", "collect")
    assert (convert.n_rows(lazy), convert.nbytes(lazy), convert.refusal(lazy)) == (None, None, None)
    assert (convert.column_names(lazy), convert.vector_columns(lazy)) == (["a", "v"], ["v"])
    assert convert.snapshot(lazy).equals(lazy.collect())
    assert convert.take(lazy, [2, 0])["a"].to_list() == [3, 1]
    assert read(lazy)[0]["a"].to_pylist() == [1, 2, 3]
    asked = []
    inferences = px.Inferences(lazy.map_batches(lambda frame: (asked.append(1), frame)[1]))
    assert inferences.frame().table["a"].to_pylist() == [1, 2, 3]
    assert len(asked) == 1
    assert type(inferences.take([0])) is pl.DataFrame


def test_data_sets_of_files(tmp_path):
    for part in (0, 1):
        pq.write_table(pa.table({"a": [part, part + 10], "t": ["x", "y"]}), tmp_path / f"{part}.parquet")
    files = ds.dataset(tmp_path)
    assert (convert.library_of(files), convert.query_of(files), convert.n_rows(files)) == ("pyarrow", "run", None)
    assert convert.column_names(files) == ["a", "t"]
    assert read(files)[0].to_pydict() == {"a": [0, 10, 1, 11], "t": ["x", "y", "x", "y"]}
    assert convert.take(files, [3, 0])["a"].to_pylist() == [11, 0]
    assert px.Inferences(files).n_rows == 4


def test_what_is_a_dataframe():
    class Own(pd.DataFrame):
        pass

    assert convert.library_of(Own({"a": [1]})) == "pandas"
    assert convert.library_of(pa.record_batch({"a": [1]})) == "pyarrow"
    for other in (pd.Series([1]), pl.Series([1]), pa.array([1]), [1], None, pd.DataFrame, pa.chunked_array([[1]])):
        assert convert.library_of(other) is None
    assert "Series is not a dataframe. Make it one with .to_frame()" in convert.refusal(pd.Series([1]))
    reader = pa.table({"a": [1]}).to_reader()
    assert convert.library_of(reader) is None, "a reader can be read only once"


def test_anything_that_streams_arrow():
    class Frame:
        columns = ("a",)

        def __arrow_c_stream__(self, requested_schema=None):
            return pa.table({"a": [1, 2]}).__arrow_c_stream__(requested_schema)

    frame = Frame()
    assert convert.library_of(frame) == "arrow"
    assert read(frame)[0].to_pydict() == {"a": [1, 2]}
    assert convert.take(frame, [1]).to_pydict() == {"a": [2]}
    assert convert.query_of(frame) == "run"

    class Named:
        def column_names(self):
            return ["a"]

        __arrow_c_stream__ = Frame.__arrow_c_stream__

    assert convert.column_names(Named()) == ["a"]
    assert read(Named())[0].to_pydict() == {"a": [1, 2]}


def test_duckdb_relations():
    relation = duckdb.sql("select range as a, 'x' || range as b, [1.0, range]::float[2] as v from range(5) order by a")
    assert convert.library_of(relation) == "duckdb"
    assert convert.n_rows(relation) is None
    assert convert.column_names(relation) == ["a", "b", "v"]
    table, problems = read(relation)
    assert not problems
    assert table["v"].type == pa.list_(pa.float32(), 2)
    some = convert.take(relation, [4, 0])
    assert type(some) is type(relation)
    assert some.fetchall()[0][:2] == (4, "x4")
    assert convert.concat([some, some]).shape == (4, 3)


def test_ibis_tables(tmp_path):
    arrow = pa.table({"a": [1, 2, 3, 4], "s": ["x", None, "y", "z"], "v": [[float(i), 1.0] for i in range(4)]})
    pq.write_table(arrow, tmp_path / "some.parquet")
    table = ibis.duckdb.connect().read_parquet(tmp_path / "some.parquet")
    for frame, rows in (
        (table.filter(table.a > 1).order_by(table.a.desc()), [4, 3, 2]),
        (ibis.memtable(arrow), [1, 2, 3, 4]),
    ):
        assert (convert.library_of(frame), convert.query_of(frame), convert.n_rows(frame)) == ("arrow", "run", None)
        assert convert.column_names(frame) == ["a", "s", "v"]
        assert convert.column_dtypes(frame) == ["int64", "string", "array<float64>"]
        assert convert.vector_columns(frame) == ["v"]
        read_columns, problems = read(frame)
        assert problems == {}
        assert read_columns["a"].to_pylist() == rows
        assert read_columns["v"].type == pa.list_(pa.float64(), 2)
        some = px.Inferences(frame).take([2, 0])
        assert isinstance(some, ibis.Table)
        assert some.to_pyarrow()["a"].to_pylist() == [rows[2], rows[0]]
        assert convert.concat([some, some]).to_pyarrow().num_rows == 4
    for other in (table.a, table.group_by("s")):
        assert convert.library_of(other) is None


def test_column_names_are_strings_and_unique():
    df = pd.DataFrame([[1, 2, 3, 4, 5]], columns=pd.Index(["x", "x", "x (2)", 5, None], dtype=object))
    names = convert.column_names(df)
    assert names == ["x", "x (3)", "x (2)", "5", "None"]
    table, _ = read(df)
    assert table.to_pydict() == dict(zip(names, [[1], [2], [3], [4], [5]], strict=True))
    cut = pd.DataFrame([[1, 2]], columns=pd.Index(["a\ud800", "b"], dtype=object))
    assert read(cut)[0].to_pydict() == {"a?": [1], "b": [2]}
    several = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", "b"), ("c", "")]))
    assert convert.column_names(several) == ["a / b", "c"]
    assert convert.column_names(pd.DataFrame([[1, 2]])) == ["0", "1"]


def test_a_telling_index_is_read():
    df = pd.DataFrame({"a": [1, 2]}, index=pd.date_range("2020", periods=2, name="when"))
    assert convert.column_names(df) == ["a", "when"]
    assert read(df)[0]["when"].to_pylist() == [dt.datetime(2020, 1, 1), dt.datetime(2020, 1, 2)]
    assert convert.column_names(df.rename_axis(None)) == ["a", "index"]
    assert convert.column_names(pd.DataFrame({"a": [1]}, index=[7])) == ["a"]
    both = df.reset_index().set_index(["when", "a"])
    assert convert.column_names(both) == ["when", "a"]
    assert convert.n_columns(both) == 0
    assert read(both)[0]["a"].to_pylist() == [1, 2]


def test_no_rows_and_no_columns():
    for empty in (pd.DataFrame(), pl.DataFrame(), pa.table({})):
        assert read(empty)[0].num_columns == 0
        assert convert.sample(empty)[0].num_columns == 0
    assert read(pd.DataFrame({"a": pd.Series([], dtype="category"), "v": pd.Series([], dtype=object)}))[1] == {}
    assert convert.take(pd.DataFrame({"a": [1]}), []).shape == (0, 1)


def test_samples_are_spread_and_name_the_users_rows():
    n = 5000
    df = pd.DataFrame({"i": range(n), "v": [[1.0, 2.0]] * n})
    table, problems = convert.sample(df, 100)
    assert not problems
    assert table["i"].to_pylist() == [50 * k for k in range(100)]
    df.at[2500, "v"] = [1.0]
    assert convert.sample(df, 100)[1] == {"v": "row 2,500 has 1 values, the others 2"}
    assert convert.sample(df, 10_000)[0].num_rows == n


@settings(max_examples=40, deadline=None)
@given(st.lists(st.none() | st.integers(0, 40), min_size=1, max_size=20), st.booleans())
def test_a_few_rows_of_many_categories_have_their_own(codes, ordered):
    labels = [f"label {k}" for k in range(41)]
    values = [None if k is None else labels[k] for k in codes]
    assert one(pd.Series(pd.Categorical(values, labels, ordered=ordered)))[1] == values


def test_the_size_of_columns_in_many_pieces_is_about_that_of_one():
    whole = pa.table({"x": np.arange(10_000.0), "t": [f"text {k}" for k in range(10_000)]})
    pieces = pa.concat_tables([whole.slice(k, 20) for k in range(0, 10_000, 20)])
    for frame in (pieces, pieces.to_pandas(types_mapper=pd.ArrowDtype)):
        assert convert.nbytes(frame) == pytest.approx(whole.nbytes, rel=0.3)


def test_a_changed_frame_is_never_touched():
    df = pd.DataFrame({"a": [3, 1], "v": [[1, 2], [3, 4]]}, index=["x", "y"])
    copy = df.copy(deep=True)
    read(df)
    convert.sample(df)
    pd.testing.assert_frame_equal(df, copy)


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


FLOATS = st.floats(allow_nan=False, width=32)
SCALARS = {
    "int": (st.integers(-(2**63), 2**63 - 1), pa.int64()),
    "float": (st.floats(allow_nan=False), pa.float64()),
    "text": (st.text(st.characters(exclude_categories=["Cs"])), pa.string()),
    "bool": (st.booleans(), pa.bool_()),
    "date": (st.dates(), pa.date32()),
}


@settings(max_examples=80, deadline=None)
@given(st.data(), st.sampled_from(sorted(SCALARS)))
def test_objects_round_trip(data, kind):
    values, expected = SCALARS[kind]
    column = data.draw(st.lists(st.none() | values, min_size=1))
    got_kind, got = one(column, dtype=object)
    assert got == column
    assert got_kind == (expected if any(v is not None for v in column) else pa.null())


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
NANOS = st.integers(-(2**62), 2**62)
MOMENTS = st.datetimes(dt.datetime(1700, 1, 1), dt.datetime(2200, 1, 1))


def whole(bits, signed):
    return st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else st.integers(0, 2**bits - 1)


TYPED = {
    **{
        f"{kind} of {library}": (whole(bits, signed=kind[0] == "I"), make)
        for bits in (8, 16, 32, 64)
        for kind in (f"Int{bits}", f"UInt{bits}")
        for library, make in (
            ("pandas", lambda v, kind=kind: pd.array(v, dtype=kind)),
            ("polars", lambda v, kind=kind: pl.Series(v, dtype=getattr(pl, kind))),
            ("Arrow", lambda v, kind=kind: pd.array(v, dtype=pd.ArrowDtype(getattr(pa, kind.lower())()))),
        )
    },
    "boolean": (st.booleans(), lambda v: pd.array(v, dtype="boolean")),
    "string": (TEXTS, lambda v: pd.array(v, dtype="string")),
    "text of polars": (TEXTS, lambda v: pl.Series(v, dtype=pl.String)),
    "Categorical of polars": (TEXTS, lambda v: pl.Series(v, dtype=pl.Categorical)),
    "Enum": (st.sampled_from("abc"), lambda v: pl.Series(v, dtype=pl.Enum(["c", "b", "a", "z"]))),
    "category": (TEXTS, pd.Categorical),
    "ordered": (st.sampled_from("abc"), lambda v: pd.Categorical(v, list("zcab"), ordered=True)),
    "dictionary": (TEXTS, lambda v: pa.array(v, pa.string()).dictionary_encode()),
    "datetime": (MOMENTS, lambda v: pd.array(v, dtype="datetime64[us]")),
    "datetime of polars": (MOMENTS, lambda v: pl.Series(v, dtype=pl.Datetime("us"))),
    "date of Arrow": (st.dates(), lambda v: pa.array(v, pa.date32())),
    "Float64": (st.floats(allow_nan=False), lambda v: pd.array(v, dtype="Float64")),
    "Float32": (st.floats(allow_nan=False, width=32), lambda v: pl.Series(v, dtype=pl.Float32)),
    "float16": (st.floats(allow_nan=False, width=16), lambda v: pa.array(v, pa.float16())),
    "decimal": (
        st.integers(-(10**12), 10**12).map(lambda k: k / 4),
        lambda v: pa.array([None if x is None else decimal.Decimal(x) for x in v], pa.decimal128(20, 2)),
    ),
    "vectors of polars": (
        st.lists(whole(8, signed=True), min_size=3, max_size=3),
        lambda v: pl.Series(v, dtype=pl.Array(pl.Int8, 3)),
    ),
    "vectors of Arrow": (
        st.lists(st.floats(allow_nan=False, width=16), min_size=2, max_size=2),
        lambda v: pa.array(v, pa.list_(pa.float16())),
    ),
}


@pytest.mark.parametrize("kind", TYPED)
@settings(max_examples=15, deadline=None)
@given(st.data())
def test_values_of_every_type_are_read_as_they_are(kind, data):
    values, make = TYPED[kind]
    column = data.draw(st.lists(st.none() | values, min_size=1, max_size=12))
    made = make(column)
    frame = pa.table({"x": made}) if isinstance(made, pa.Array) else None
    frame = pl.DataFrame({"x": made}) if isinstance(made, pl.Series) else frame
    frame = pd.DataFrame({"x": made}) if frame is None else frame
    table, problems = read(frame)
    assert not problems
    assert table["x"].to_pylist() == column


@settings(max_examples=30, deadline=None)
@given(st.lists(st.none() | NANOS, min_size=1, max_size=12), st.sampled_from([None, "UTC", "Asia/Tokyo"]))
def test_nanoseconds_are_kept(values, zone):
    stored = pa.array(values, pa.int64())
    column = stored.cast(pa.timestamp("ns", zone))
    series = pd.Series(np.array([-(2**63) if v is None else v for v in values], np.int64).view("M8[ns]"))
    series = series if zone is None else series.dt.tz_localize("UTC").dt.tz_convert(zone)
    for frame in (pa.table({"x": column}), pl.DataFrame({"x": pl.Series(column)}), pd.DataFrame({"x": series})):
        table, problems = read(frame)
        assert not problems
        assert table["x"].type == column.type
        assert table["x"].cast(pa.int64()).to_pylist() == values


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(1, 5), st.sampled_from(["list", "tuple", "f4", "mixed"]))
def test_vectors_round_trip(data, size, form):
    rows = data.draw(st.lists(st.none() | st.lists(FLOATS, min_size=size, max_size=size), min_size=1, max_size=12))
    make = {
        "list": list,
        "tuple": tuple,
        "f4": lambda v: np.array(v, dtype="f4"),
        "mixed": lambda v: v if len(rows) % 2 else np.array(v),
    }[form]
    kind, got = one([None if v is None else make(v) for v in rows], dtype=object)
    assert got == rows
    if any(v is not None for v in rows):
        assert kind.list_size == size


# Fingerprints.

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
