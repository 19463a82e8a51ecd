"""Recipes in a cell: the same numbers every time, and the user's own rows back."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

import phoenix_lab as px
from phoenix_lab.embeddings.polygon import inside
from phoenix_lab.engine.cache import Cache
from phoenix_lab.engine.mapped import stamp
from phoenix_lab.engine.result import Result
from phoenix_lab.engine.worker import open_frame
from phoenix_lab.inferences import convert
from phoenix_lab.inferences.fingerprint import fingerprint
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.recipes.output import Output

TREE = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("PHOENIX_LAB_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache" / "results"


def make(n, shift, first):
    rng = np.random.default_rng(first)
    centre = np.where(rng.random((n, 1)) < 0.3 + 0.5 * shift, 6.0, 0.0)
    return pd.DataFrame(
        {
            "when": pd.date_range("2020", periods=n, freq="h"),
            "party": pd.Categorical(rng.choice(["D", "R"], n), categories=["R", "D"]),
            "words": rng.normal(50 + 20 * shift, 10, n).round().astype("int32"),
            "vec": list((rng.normal(size=(n, 6)) + centre).astype("f4")),
        },
        index=pd.Index(range(first, first + n), name=None),
    )


train, prod = make(160, 0, 1000), make(120, 1, 5000)


def test_tables_and_facts():
    result = px.run(px.Summary(), prod, train)
    assert result.table.column("column").to_pylist() == ["when", "party", "words", "vec"]
    assert result.meta["primary"]["name"] == "prod"
    assert result.meta["reference"]["name"] == "train"
    assert list(result.to_pandas()["column"]) == result.table.column("column").to_pylist()
    assert result.recipe == px.Summary()
    one = px.run(px.Distribution("words"), prod, train)
    assert sum(one.table.column("primary").to_pylist()) == 120
    assert set(one.parts) == {"values"}


def test_the_same_question_gives_the_same_answer_from_disk(folder):
    first = px.run(px.EmbeddingMap("vec"), prod, train)
    assert len(list(folder.iterdir())) == 1
    again = px.run(px.EmbeddingMap("vec"), prod.copy(), train.copy(), cache=False)
    assert again.table.equals(first.table)
    # what lies on disk is what is returned: a marked copy proves it
    result = next(folder.iterdir())
    told = (result / "meta.json").read_text()
    (result / "meta.json").write_text(told.replace('"meta": {', '"meta": {"marked": true, ', 1))
    assert px.run(px.EmbeddingMap("vec"), prod, train).meta["marked"] is True
    if os.name == "posix":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in result.iterdir())


def test_answers_depend_on_data_roles_and_recipe_but_not_on_other_columns():
    def key(recipe, df, schema=None, name="a"):
        return Cache.key(recipe, px.Inferences(df, schema, name).frame(["words"]))

    question = px.Distribution("words")
    usual = key(question, prod)
    assert key(question, prod.copy()) == usual
    assert key(question, prod.assign(new=1)) == usual
    assert key(question, prod.drop(columns="when")) == usual
    changed = prod.copy()
    changed.iloc[7, 2] += 1
    different = [
        key(question, changed),
        key(px.Distribution("words", unit="party"), prod),
        key(question, prod, px.Schema(tag_column_names=["words"])),
        key(question, prod, name="b"),
        key(question, prod.iloc[:-1]),
        Cache.key(question, px.Inferences(prod, name="a").frame(["words"]), px.Inferences(train).frame(["words"])),
    ]
    assert len({usual, *different}) == 7
    assert key(px.Summary(), prod.drop(columns="when")) != key(px.Summary(), prod)


def test_a_cell_of_another_process_finds_the_result(folder, tmp_path):
    prod.drop(columns="party").to_parquet(tmp_path / "prod.parquet")
    prod_again = pd.read_parquet(tmp_path / "prod.parquet")
    px.run(px.Distribution("words"), prod_again)
    code = (
        "import pandas as pd, phoenix_lab as px\n"
        f"prod_again = pd.read_parquet({str(tmp_path / 'prod.parquet')!r})\n"
        "px.run(px.Distribution('words'), prod_again)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=TREE)
    assert len(list(folder.iterdir())) == 1


def test_the_panel_and_a_cell_ask_under_the_same_key(tmp_path):
    """What the kernel writes and the server's worker opens has the key of what a cell reads itself."""
    given_ = px.Inferences(prod, name="prod")
    here = given_.frame(["vec", "words", "when", "party"])
    table, _ = convert.to_arrow(prod, range(4))
    with pa.OSFile(str(tmp_path / "x"), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=50)
    spec = {
        "name": "prod",
        "n_rows": len(prod),
        "columns": TypeAdapter(tuple[ColumnInfo, ...]).dump_python(given_.columns, mode="json"),
        "files": [
            {"path": str(tmp_path / "x"), "columns": table.column_names, "stamp": stamp((tmp_path / "x").stat())}
        ],
        "fingerprints": {name: fingerprint(table.column(name)) for name in table.column_names},
    }
    there = open_frame(spec)
    assert [fingerprint(c) for c in there.table.columns] == [here.fingerprints[n] for n in there.table.column_names]
    for recipe in (px.Summary(), px.EmbeddingMap("vec")):
        assert Cache.key(recipe, there) == Cache.key(recipe, here)


def test_a_cluster_with_other_rows_than_told_is_an_error_and_not_other_rows():
    result = px.run(px.EmbeddingMap("vec"), prod, train)
    first, second = (len(part) for part in result.cluster(0, set="each"))
    assert result.cluster(0, n=(first, second)).equals(result.cluster(0))
    assert len(result.cluster(0, n=first + second)) == first + second
    assert len(result.cluster(0, "primary", n=first)) == first
    assert [len(part) for part in result.cluster(0, "each", n=(first, second))] == [first, second]
    name = result.clusters.column("name")[0].as_py()
    for n in ((first, second + 1), (second + 1, first - 1), first + second - 1):
        with pytest.raises(px.RecipeError, match=re.escape(f"Cluster 0 ({name}) has ")):
            result.cluster(0, n=n)
    with pytest.raises(px.RecipeError, match="says that it was another group"):
        result.cluster(0, "primary", n=first + 1)
    x, y = (result.points.column(axis).to_numpy() for axis in "xy")
    all_round = [
        (x.min() - 1, y.min() - 1),
        (x.max() + 1, y.min() - 1),
        (x.max() + 1, y.max() + 1),
        (x.min() - 1, y.max() + 1),
    ]
    assert len(result.lasso(all_round, n=(120, 160))) == 280
    with pytest.raises(px.RecipeError, match="The area has 120 \\+ 160 rows"):
        result.lasso(all_round, n=(120, 161))


def test_clusters_give_the_users_own_rows():
    result = px.run(px.EmbeddingMap("vec"), prod, train)
    points = result.points.to_pandas()
    assert len(points) == 280
    numbers = result.clusters.column("cluster").to_pylist()
    for k in numbers:
        rows = result.cluster(k)
        mine = points[points.cluster == k]
        expected = [prod.index[r] for r in sorted(mine[mine.set == "primary"].row)]
        expected += [train.index[r] for r in sorted(mine[mine.set == "reference"].row)]
        assert list(rows.index) == expected
        assert rows.dtypes.equals(prod.dtypes)
        assert len(result.cluster(k, set="primary")) == (mine.set == "primary").sum()
        assert list(result.cluster(k, set="reference").index) == expected[(mine.set == "primary").sum() :]
        first, second = result.cluster(k, set="each")
        assert first.equals(result.cluster(k, set="primary"))
        assert second.equals(result.cluster(k, set="reference"))
        assert pd.concat([first, second]).equals(rows)
    some = numbers[:2]
    assert len(result.cluster(some)) == sum(len(result.cluster(k)) for k in some)
    assert set(result.cluster(some).index) == {label for k in some for label in result.cluster(k).index}
    with pytest.raises(px.RecipeError, match="There is no cluster 99"):
        result.cluster(99)
    with pytest.raises(px.RecipeError, match="There is no cluster 98, 99"):
        result.cluster([numbers[0], 98, 99])
    with pytest.raises(ValueError, match='"primary", "reference", "each" or None'):
        result.cluster(numbers[0], set="both")


def test_a_lasso_gives_the_users_own_rows():
    result = px.run(px.EmbeddingMap("vec"), prod, train)
    x, y = (result.points.column(a).to_numpy() for a in "xy")
    middle = float(np.median(x))
    half = [(middle, y.min() - 1), (x.max() + 1, y.min() - 1), (x.max() + 1, y.max() + 1), (middle, y.max() + 1)]
    rows = result.lasso(half)
    inside = result.points.to_pandas()[x >= middle]
    expected = [prod.index[r] for r in sorted(inside[inside.set == "primary"].row)]
    expected += [train.index[r] for r in sorted(inside[inside.set == "reference"].row)]
    assert list(rows.index) == expected
    nothing = result.lasso([(1e6, 1e6), (1e6 + 1, 1e6), (1e6, 1e6 + 1)])
    assert len(nothing) == 0
    assert nothing.dtypes.equals(prod.dtypes)
    assert len(result.lasso([(1e6, 1e6), (1e6 + 1, 1e6), (1e6, 1e6 + 1)], set="reference")) == 0
    with pytest.raises(ValueError, match="three corners"):
        result.lasso([(0, 0), (1, 1)])


CORNERS = st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=3, max_size=8)


@settings(max_examples=100, deadline=None)
@given(CORNERS)
def test_inside_is_the_even_odd_rule(corners):
    # points off the grid of the corners, so that none lies on an edge by chance of rounding
    xs, ys = (
        a.ravel() + off
        for a, off in zip(np.meshgrid(np.arange(-6, 6), np.arange(-6, 6)), (0.37, 0.6180339), strict=True)
    )
    got = inside(np.array(corners, dtype=float), xs, ys)
    for x, y, is_inside in zip(xs, ys, got, strict=True):
        crossings = 0
        for (x1, y1), (x2, y2) in zip(corners, [*corners[1:], corners[0]], strict=True):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                crossings += 1
        assert is_inside == (crossings % 2 == 1)


def test_other_libraries_give_their_own_rows():
    def polars(df):
        return pl.DataFrame({"words": df["words"].to_numpy(), "vec": np.stack(df["vec"].to_list())})

    result = px.run(px.EmbeddingMap("vec"), polars(prod), polars(train))
    rows = result.cluster(0)
    assert isinstance(rows, pl.DataFrame)
    assert rows.schema == polars(prod).schema
    mixed = px.run(px.EmbeddingMap("vec"), prod, polars(train))
    assert isinstance(mixed.cluster(0, set="primary"), pd.DataFrame)
    both = next(
        k
        for k in mixed.clusters.column("cluster").to_pylist()
        if len(set(mixed.points.to_pandas().query("cluster == @k").set)) == 2
    )
    with pytest.raises(px.RecipeError, match='set="each"'):
        mixed.cluster(both)


def test_rows_by_position():
    result = px.run(px.Summary(), prod, train)
    assert list(result.rows(primary=[3, 1], reference=[0]).index) == [5003, 5001, 1000]
    with pytest.raises(px.RecipeError, match="prod has the rows 0 to 119"):
        result.rows(primary=[120])
    with pytest.raises(px.RecipeError, match="no reference"):
        px.run(px.Summary(), prod).rows(reference=[0])
    with pytest.raises(AttributeError, match="Summary has no points"):
        _ = result.points


def test_questions_that_make_no_sense():
    with pytest.raises(TypeError, match=r"the class Summary, without \(\)"):
        px.run(px.Summary, prod)
    with pytest.raises(TypeError, match="a DataFrame"):
        px.run(prod, train)
    with pytest.raises((KeyError, px.RecipeError), match="words"):
        px.run(px.Distribution("wrods"), prod, train)


def test_inferences_bring_their_name_and_schema():
    given_ = px.Inferences(prod, px.Schema(tag_column_names=["words"]), "production")
    result = px.run(px.Summary(), given_, train)
    assert result.meta["primary"]["name"] == "production"
    assert dict(zip(*(result.table.column(c).to_pylist() for c in ("column", "role")), strict=True))["words"] == "tag"


@pytest.mark.parametrize(
    "recipe",
    [
        px.Summary(),
        px.Distribution("words"),
        px.TimeSeries("words"),
        px.EmbeddingMap("vec"),
        px.Performance(prediction="words", actual="words"),
    ],
)
@pytest.mark.parametrize("reference", [None, train])
def test_results_show_themselves(recipe, reference):
    result = px.run(recipe, prod, reference)
    text, page = repr(result), result._repr_html_()
    assert type(recipe).__name__ in text
    assert "prod" in text
    assert page.startswith("<div>")
    assert "nan" not in text.lower().replace("nano", "")


def test_what_is_shown_is_escaped():
    evil = "<img src=x onerror=alert(1)>"
    df = pd.DataFrame({evil: [evil, "b"] * 30})
    page = px.run(px.Distribution(evil), px.Inferences(df, name=evil), df)._repr_html_()
    assert "<img" not in page
    assert "&lt;img" in page


def output(n=10, **meta):
    return Output(pa.table({"a": range(n)}), {"more": pa.table({"b": ["x"]})}, meta)


def test_cache_keeps_what_it_is_given(tmp_path):
    cache = Cache(tmp_path / "c")
    key = "0" * 64
    assert cache.load(key) is None
    cache.store(key, output(note="é"))
    found = cache.load(key)
    assert found.table.equals(output().table)
    assert found.parts["more"].to_pydict() == {"b": ["x"]}
    assert found.meta == {"note": "é"}
    cache.store(key, output(note="later"))
    assert cache.load(key).meta == {"note": "é"}, "the first one stays"
    cache.clear()
    assert cache.load(key) is None
    with pytest.raises(ValueError, match="not a key"):
        cache.load("../../etc")


def test_a_spoilt_result_is_no_result(tmp_path):
    cache = Cache(tmp_path / "c")
    cache.store("1" * 64, output())
    file = tmp_path / "c" / ("1" * 64) / "table.arrow"
    file.write_bytes(file.read_bytes()[:50])
    assert cache.load("1" * 64) is None


def test_the_quota_removes_what_was_unused_longest(tmp_path):
    cache = Cache(tmp_path / "c", quota=20_000)
    for i, key in enumerate("abcd"):
        cache.store(key * 64, output(1000))
        os.utime(cache.root / (key * 64), (i, i))
    cache.store("e" * 64, output(1000))
    left = {path.name[0] for path in cache.root.iterdir()}
    assert "e" in left
    assert "a" not in left
    assert 0 < len(left) < 5


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path):
    (tmp_path / "file").write_text("")
    Cache(tmp_path / "file" / "c").store("2" * 64, output())


def test_result_of_nothing_but_an_output():
    result = Result(px.Summary(), Output(pa.table({"column": pa.array([], pa.string())})), px.Inferences(prod))
    assert "Summary" in repr(result)


def test_a_small_number_is_never_printed_as_none():
    frame = px.Inferences(pd.DataFrame({"x": [1.0, 2.0]}), name="prod")
    told = {"statistic": "psi", "estimate": 0.0004, "lower": 0.0, "upper": 0.0013, "p_value": 0.00002}
    shown = repr(Result(px.Distribution("x"), Output(pa.table({"label": ["a"]}), {}, told), frame, frame))
    assert "PSI <.001 (90 % interval .00 to .001), p <.001" in shown
    large = told | {"estimate": 1.7349, "lower": 1.2, "upper": 2.4, "p_value": 0.0312}
    shown = repr(Result(px.Distribution("x"), Output(pa.table({"label": ["a"]}), {}, large), frame, frame))
    # as the panel writes it
    assert "PSI 1.73 (90 % interval 1.20 to 2.40), p .031" in shown
