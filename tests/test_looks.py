"""What a look at a frame never misses, and what it says has changed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phoenix_lab.inferences import convert
from phoenix_lab.kernel import looks

KINDS = {
    "pandas": pd.DataFrame,
    "arrow-backed": lambda columns: pa.table(columns).to_pandas(types_mapper=pd.ArrowDtype),
    "polars": pl.DataFrame,
    "pyarrow": pa.table,
}
NOTHING = {"added": [], "removed": [], "renamed": [], "retyped": [], "edited": []}


def columns(n, seed=0):
    rng = np.random.default_rng(seed)
    return {
        "x": rng.normal(size=n),
        "n": rng.integers(0, 9, n),
        "t": rng.choice(["a", "b", "c"], n),
        "when": np.datetime64("2026-01-01", "ns") + np.arange(n),
    }


def changed(before, now):
    return looks.difference(looks.look(before), looks.look(now))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(n=st.sampled_from([0, 1, 2, 499, 500, 501, 1000, 20_011]), more=st.integers(1, 3), data=st.data())
def test_rows_names_and_types_are_never_missed(kind, n, more, data):
    make = KINDS[kind]
    all_rows = columns(n + more)
    some = {name: values[:n] for name, values in all_rows.items()}
    before = make(some)
    assert looks.key(looks.look(before)) == looks.key(looks.look(make(some)))
    assert changed(before, make(some)) == {"n_rows": n, **NOTHING}
    assert changed(before, make(all_rows)) == {"n_rows": n + more, **NOTHING}
    name = data.draw(st.sampled_from(list(some)))
    renamed = {("new" if key == name else key): values for key, values in some.items()}
    assert changed(before, make(renamed)) == {"n_rows": n, **NOTHING, "renamed": [[name, "new"]]}
    retyped = {**some, "n": some["n"].astype(np.int16)}
    assert [one[0] for one in changed(before, make(retyped))["retyped"]] == ["n"]
    dropped = {key: values for key, values in some.items() if key != name}
    assert changed(before, make(dropped))["removed"] == [name]
    assert changed(make(dropped), before)["added"] == [name]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("n", "row"), [(500, 250), (20_000, 3), (20_000, 19_995), (20_000, 6600)])
def test_values_of_the_rows_that_are_looked_at_are_told(kind, n, row):
    make = KINDS[kind]
    for name, value in (("x", 7.0), ("n", 77), ("t", "new"), ("when", np.datetime64("2030-01-01", "ns"))):
        other = columns(n)
        other[name] = other[name].astype("<U8") if name == "t" else other[name].copy()
        other[name][row] = value
        assert changed(make(columns(n)), make(other)) == {"n_rows": n, **NOTHING, "edited": [name]}


def test_the_bytes_of_a_pandas_column_and_its_other_columns_are_told():
    frame = pd.DataFrame({"v": [np.ones(3), np.zeros(3)], "c": pd.Categorical(["a", "b"]), "i": pd.array([1, None])})
    frame.index = pd.Index([5, 6], name="row")
    other = frame.copy()
    other["v"] = [np.ones(3), np.ones(3)]
    assert changed(frame, other)["edited"] == ["v"]
    assert changed(frame, frame.assign(c=pd.Categorical(["b", "b"], ["a", "b"])))["edited"] == ["c"]
    assert changed(frame, frame.set_index(pd.Index([5, 7], name="row")))["edited"] == ["row"]


def test_categories_that_are_added_or_put_in_order_are_another_type():
    frame = pd.DataFrame({"c": pd.Categorical(["a", "b"])})
    assert changed(frame, frame.assign(c=frame.c.cat.add_categories("z")))["retyped"] == [
        ["c", "category of 2", "category of 3"]
    ]
    assert changed(frame, frame.assign(c=frame.c.cat.as_ordered()))["retyped"] == [
        ["c", "category of 2", "category of 2, ordered"]
    ]


def test_wide_frames_are_looked_at_in_some_columns_and_known_by_all_names():
    wide = pd.DataFrame(np.zeros((10, 1000)), columns=[f"c{i}" for i in range(1000)])
    seen = looks.look(wide)
    assert 200 <= len(seen["digests"]) <= 256
    assert looks.difference(seen, looks.look(wide.rename(columns={"c777": "z"})))["renamed"] == [["c777", "z"]]


def test_others_have_their_turn_after_each_column(monkeypatch):
    turns = []
    monkeypatch.setattr(looks.turns, "give", lambda: turns.append(1))
    frame = pd.DataFrame(columns(1000)).assign(**{f"x{i}": 1.0 for i in range(40)})
    for ask in (looks.look, convert.nbytes, convert.vector_columns):
        turns.clear()
        ask(frame)
        assert len(turns) >= frame.shape[1], ask


class Label(str):
    """A category that knows how often it was made a text."""

    __slots__ = ()
    told = 0

    def __str__(self):
        Label.told += 1
        return str.__str__(self)


def test_many_categories_and_levels_of_an_index_cost_no_more_than_few(monkeypatch):
    """After each cell all dataframes are listed and looked at: nothing may take the longer, the more rows there are."""
    n = 20_000
    labels = pd.Index([Label(f"label {k}") for k in range(n)], dtype=object)
    asked, values = [], pd.MultiIndex.get_level_values
    monkeypatch.setattr(
        pd.MultiIndex, "get_level_values", lambda self, level: (asked.append(len(self)), values(self, level))[1]
    )
    index = pd.MultiIndex.from_arrays([np.arange(n) // 10, np.arange(n) % 10], names=["day", "hour"])
    frame = pd.DataFrame({"c": pd.Categorical.from_codes(np.arange(n), labels)}, index=index)
    Label.told = 0
    seen = looks.look(frame)
    assert set(seen["digests"]) == {"c", "day", "hour"}
    assert 0 < Label.told < 500
    for ask in (convert.column_names, convert.column_dtypes, convert.n_columns, convert.vector_columns, convert.nbytes):
        ask(frame)
    assert 0 < max(asked) < 500
    assert changed(frame, frame.set_index(index.set_levels([5, 6, 7, 8, 9, 10, 11, 12, 13, 14], level=1)))[
        "edited"
    ] == ["hour"]


def test_problems_of_a_column_are_no_change():
    frame = pd.DataFrame({"d": [{}, {}], "a": [1, 2]})
    assert changed(frame, frame.copy()) == {"n_rows": 2, **NOTHING}


def test_what_is_asked_of_single_columns():
    frame = pd.DataFrame({"a": [1, 2], "b": [1, 4]})
    seen = looks.look(frame)
    assert looks.is_same(seen, frame, [1, 0])
    frame.loc[0, "b"] = 5
    assert looks.is_same(seen, frame, [0])
    assert not looks.is_same(seen, frame, [1, 0])
    assert not looks.is_same(seen, frame.assign(c=1), [0])
