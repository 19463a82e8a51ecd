"""Rows in CSV: the code of the card gives the same dataframe, or it is said that CSV does not keep them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import phoenix_lab as px

WORDS = {
    "code": ["007", "12", None],
    "day": ["2024-01-01", "2024-01-02", "2024-01-03"],
    "flag": ["true", "false", "true"],
    "empty": ["", None, "NA"],
    "odd": ["a\nb", "\r", 'c,d"q'],
    "n": [1, None, 2**60 + 1],
    "is_so": [True, None, False],
    "whole": [1.0, 2.0, 3.0],
    "date": [dt.date(2024, 1, 1)] * 3,
}


def back(rows, path):
    names: dict[str, object] = {}
    exec(px.write_rows(rows, path).read, names)  # noqa: S102 - what the card says
    return names["rows"]


@pytest.mark.parametrize("library", [pl.DataFrame, pa.table])
def test_texts_that_look_like_numbers_stay_texts(library, tmp_path):
    rows = library(WORDS)
    assert back(rows, tmp_path / "rows.csv").equals(rows)


@pytest.mark.parametrize(
    "values",
    [
        pd.Categorical([1, 2, None], categories=[2, 1, 3], ordered=True),
        pd.Categorical([True, None, False]),
        pd.Categorical(pd.array([1, None, 2], dtype="Int64")),
        pd.Categorical([1.5, None, 2]),
        ["x\r\ny", "\r", "z\n"],
        ["007", None, "true"],
    ],
    ids=["whole numbers", "booleans", "Int64", "floats", "ends of lines", "texts"],
)
def test_pandas_gets_its_types_back(values, tmp_path):
    frame = pd.DataFrame({"a": values}, index=pd.Index([5, 5, 6], name=np.int64(7)))
    pd.testing.assert_frame_equal(back(frame, tmp_path / "rows.csv"), frame)


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"a": pd.Series([1, "x"], dtype=object)}),
        pd.DataFrame({"a": [True, None]}),
        pd.DataFrame({"a": [dt.date(2024, 1, 1)] * 2}),
        pd.DataFrame({"a": pd.arrays.IntervalArray.from_breaks([0, 1, 2])}),
        pd.DataFrame({"a": [1, 2]}, index=pd.Index([0, 1], name=pd.Timestamp("2024-01-01"))),
    ],
    ids=["mixed", "booleans or nothing", "dates", "intervals", "the name of an index"],
)
def test_what_would_come_back_as_something_else_is_refused(frame, tmp_path):
    with pytest.raises(px.TrainingError, match=r"CSV does not keep (their types|them|an index)"):
        px.write_rows(frame, tmp_path / "rows.csv")
    assert list(tmp_path.iterdir()) == []
