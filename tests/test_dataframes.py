"""What is a dataframe, how its columns are called, and what is read of it without a copy of all."""

# ruff: noqa: DTZ001, PD008 - naive times are a subject here
from __future__ import annotations

import datetime as dt

import duckdb
import ibis
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from test_convert import read

import phoenix_lab as px
from phoenix_lab.inferences import convert


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
