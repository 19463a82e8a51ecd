"""The bridge in real kernels: what it answers, and that it leaves nothing behind."""

from __future__ import annotations

import array
import stat

import pyarrow as pa
import pytest
from kernel_guests import guest

from phoenix_lab.inferences.fingerprint import fingerprint
from phoenix_lab.kernel import source


@pytest.fixture(scope="module")
def shared():
    with guest() as kernel:
        kernel.silently(source.bootstrap())
        kernel.run(
            "import numpy as np, pandas as pd, polars as pl, pyarrow as pa, duckdb\n"
            "df = pd.DataFrame({'n': range(30), 't': [f't{i}' for i in range(30)], "
            "'v': list(np.arange(120, dtype='f4').reshape(30, 4))}, index=range(100, 130))\n"
            "same = df\n"
            "few = pl.DataFrame({'a': [1, 2, 3]})\n"
            "arrow = pa.table({'a': [1, 2]})\n"
            "query = duckdb.sql('select range as a from range(7)')\n"
            "lazy = few.lazy()\n"
            "nothing = 1"
        )
        yield kernel


@pytest.fixture
def kernel(shared):
    return shared


def test_registration_leaves_nothing_behind():
    with guest() as kernel:
        kernel.run("x = 1\nx")
        state = "(sorted(k for k in globals()), len(In), list(Out), get_ipython().execution_count, list(get_ipython().history_manager.get_range()))"
        before = kernel.value(state)
        for _ in range(2):
            reply = kernel.silently(source.bootstrap())
            assert reply["status"] == "ok"
            assert kernel.ask("list") == {"frames": [], "changes": {}}
        assert kernel.value(state) == before


def test_registration_imports_no_library():
    with guest() as kernel:
        kernel.silently(source.bootstrap())
        kernel.ask("list")
        loaded = kernel.value(
            "sorted({'pandas','polars','pyarrow','numpy','phoenix_lab'} & set(__import__('sys').modules))"
        )
        assert loaded == "[]"
        kernel.run("import pandas as pd")
        shown = kernel.run("df = pd.DataFrame({'a': [1]})\ndf")
        assert shown[0]["metadata"]["phoenix_lab"]["names"] == ["df"]


def test_a_newer_version_takes_over(kernel):
    ref = kernel.ask("describe", expression="df")["ref"]
    kernel.run("import sys; sys.modules['_phoenix_lab_bridge'].DIGEST = 'older'")
    kernel.silently(source.bootstrap())
    assert kernel.ask("describe", ref=ref)["names"] == ["df", "same"]
    assert len(kernel.run("df")) == 1


def test_list(kernel):
    frames = {f["names"][0]: f for f in kernel.ask("list")["frames"]}
    assert {"df", "few", "arrow", "query", "lazy"} <= set(frames)
    assert "nothing" not in frames
    df = frames["df"]
    assert df["names"] == ["df", "same"]
    assert (df["library"], df["type"], df["n_rows"], df["n_columns"], df["embeddings"]) == (
        "pandas",
        "DataFrame",
        30,
        3,
        ["v"],
    )
    described = kernel.ask("describe", ref=df["ref"])
    assert df["columns"] == [column["name"] for column in described["columns"]]
    assert df["nbytes"] > 0
    assert (frames["query"]["library"], frames["query"]["n_rows"]) == ("duckdb", None)
    assert (frames["lazy"]["type"], frames["lazy"]["n_rows"]) == ("LazyFrame", None)
    assert [frames[name]["query"] for name in ("lazy", "query", "df", "few", "arrow")] == [
        "collect",
        "run",
        None,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("df", (["df", "same"], "df", "df", "pandas")),
        ("df.head(2)", ([], "df", "df.head(2)", "pandas")),
        ("x = 1\ndisplay(df.query('n > 3'))\nx", ([], "df", "df.query('n > 3')", "pandas")),
        ("display(df)", (["df", "same"], "df", "df", "pandas")),
        ("few", (["few"], "few", "few", "polars")),
        ("few.head(1)", ([], "few", "few.head(1)", "polars")),
        ("arrow", (["arrow"], "arrow", "arrow", "pyarrow")),
        ("query", (["query"], "query", "query", "duckdb")),
        ("def f(): return df.tail(2)\nf()", ([], "f", "f()", "pandas")),
    ],
)
def test_displayed_frames_are_marked(kernel, code, expected):
    shown = kernel.run(code)[0]
    mark = shown["metadata"]["phoenix_lab"]
    assert (mark["names"], mark["root"], mark["expr"], mark["library"]) == expected
    assert set(mark) == {"ref", "names", "root", "expr", "library", "type", "n_rows", "n_columns", "session"}
    assert "text/plain" in shown["data"]
    assert ("text/html" in shown["data"]) == (mark["library"] != "pyarrow")
    described = kernel.ask("describe", ref=mark["ref"])
    assert described["columns"]
    if mark["n_rows"] is not None:
        assert described["n_rows"] == mark["n_rows"]


def test_queries_of_other_libraries_are_marked(kernel):
    kernel.run(
        "import ibis, pyarrow.dataset; table = ibis.memtable({'a': [1, 2]}); files = pyarrow.dataset.dataset(arrow)"
    )
    for name, library in (("table", "arrow"), ("files", "pyarrow"), ("lazy", "polars")):
        mark = kernel.run(name)[0]["metadata"]["phoenix_lab"]
        assert (mark["names"], mark["library"], mark["n_rows"], mark["n_columns"]) == ([name], library, None, 1)
    kernel.run("del table, files")


def test_pictures_are_those_without_the_bridge(kernel):
    with guest() as plain:
        code = "import pandas as pd\npd.DataFrame({'a': [1, 2], 'b': ['<i>', 'y']})"
        without, marked = plain.run(code)[0], kernel.run(code)[0]
        assert without["data"] == marked["data"]
        assert without["metadata"] == {}


def test_other_formatters_still_run(kernel):
    shown = kernel.run(
        "class Own(pd.DataFrame):\n"
        "    def _repr_mimebundle_(self, include=None, exclude=None):\n"
        "        return {'text/plain': 'mine'}, {'k': 1}\n"
        "own = Own({'a': [1]})\nown"
    )[0]
    assert shown["data"]["text/plain"] == "mine"
    assert shown["metadata"]["k"] == 1
    assert shown["metadata"]["phoenix_lab"]["names"] == ["own"]
    kernel.run("del own, Own")


def test_a_displayed_head_can_be_inspected_although_it_is_gone(kernel, tmp_path):
    mark = kernel.run("display(df.head(3))\nimport gc; _ = gc.collect()")[0]["metadata"]["phoenix_lab"]
    described = kernel.ask("describe", ref=mark["ref"])
    assert described["n_rows"] == 3
    assert (
        kernel.ask("write", ref=described["ref"], columns=[0], path=str(private(tmp_path) / "a.arrow"))["n_rows"] == 3
    )


def private(path):
    path.chmod(0o700)
    return path


def read(path):
    with pa.memory_map(str(path)) as file:
        return pa.ipc.open_file(file).read_all()


def test_describe_and_write(kernel, tmp_path):
    described = kernel.ask("describe", expression="df")
    assert described["names"] == ["df", "same"]
    assert [c["name"] for c in described["columns"]] == ["n", "t", "v"]
    assert described["columns"][2]["dtype"] == "object"
    path = private(tmp_path) / "columns.arrow"
    answer = kernel.ask("write", ref=described["ref"], columns=[2, 0], path=str(path))
    assert (answer["n_rows"], answer["problems"]) == (30, {})
    table = read(path)
    assert table.column_names == ["v", "n"]
    assert table.schema.field("v").type == pa.list_(pa.float32(), 4)
    assert table["v"][29].as_py() == [116, 117, 118, 119]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_write_refuses_a_file_that_is_there_and_foreign_folders(kernel, tmp_path):
    ref = kernel.ask("describe", expression="few")["ref"]
    there = private(tmp_path) / "there"
    there.write_text("mine")
    assert "error" in kernel.ask("write", ref=ref, columns=[0], path=str(there))
    assert there.read_text() == "mine"
    assert "not there" in kernel.ask("write", ref=ref, columns=[0], path=str(tmp_path / "no" / "x"))["error"]["message"]
    open_folder = tmp_path / "open"
    open_folder.mkdir()
    open_folder.chmod(0o777)
    assert (
        "others may write" in kernel.ask("write", ref=ref, columns=[0], path=str(open_folder / "x"))["error"]["message"]
    )
    link = tmp_path / "link"
    link.symlink_to(tmp_path, target_is_directory=True)
    assert "not a folder" in kernel.ask("write", ref=ref, columns=[0], path=str(link / "x"))["error"]["message"]
    assert (
        kernel.ask("write", ref=ref, columns=[7], path=str(tmp_path / "y"))["error"]["hint"]
        == "Refresh to read it again."
    )
    assert not (tmp_path / "y").exists()


def test_problems_stay_with_their_column(kernel, tmp_path):
    kernel.run("bad = pd.DataFrame({'ok': [1, 2, 3], 'v': [[1, 2], [1], [3, 4]], 'd': [{}, {}, {}]})")
    ref = kernel.ask("describe", expression="bad")["ref"]
    answer = kernel.ask("sample", ref=ref, path=str(private(tmp_path) / "s"))
    assert answer["problems"] == {
        "v": "row 1 has 1 values, the others 2",
        "d": "nested values of type dict: not looked at",
    }
    assert read(tmp_path / "s").column_names == ["ok"]
    kernel.run("del bad")


def test_questions_without_an_answer(kernel):
    error = kernel.ask("describe", expression="fwe")["error"]
    assert error["message"] == 'There is no variable "fwe" in this kernel.'
    assert error["hint"] == 'Did you mean "few"?'
    assert kernel.ask("describe", expression="lazy")["n_rows"] == 3
    assert "int is not a dataframe" in kernel.ask("describe", expression="nothing")["error"]["message"]
    assert "not a variable" in kernel.ask("describe", expression="df.head()")["error"]["message"]
    assert "no longer" in kernel.ask("describe", ref="stale")["error"]["message"]
    assert "error" in kernel.ask("no such call")
    kernel.run("sets = {'a': few}")
    assert kernel.ask("describe", expression="sets['a']")["names"] == ["few"]


def test_what_has_changed_is_told(kernel):
    kernel.run("c = pd.DataFrame({'a': [1, 2, 3], 'b': ['x', 'y', 'z']})")
    described = kernel.ask("describe", expression="c")
    since = [{"id": "1", "ref": described["ref"], "look": described["look"]}]

    def now():
        return kernel.ask("list", since=since)["changes"]["1"]

    assert now() is None
    kernel.run("c.loc[1, 'a'] = 9")
    assert (now()["what"], now()["edited"], now()["n_rows"]) == ("changed", ["a"], 3)
    kernel.run("c['a'] = c['a'].astype(str); c['new'] = 1; c.loc[3] = ['4', 'w', 2]")
    change = now()
    assert (change["n_rows"], change["added"], change["edited"]) == (4, ["new"], [])
    assert [(name, before) for name, before, _ in change["retyped"]] == [("a", "int64")]
    kernel.run("c = pd.DataFrame({'a': [1, 2, 3], 'letter': ['x', 'y', 'z']})")
    assert (now()["what"], now()["renamed"]) == ("changed", [["b", "letter"]])
    kernel.run("c = pd.DataFrame({'a': [1, 2, 3], 'b': ['x', 'y', 'z']})")
    assert (now()["what"], now()["n_rows"], now()["edited"]) == ("another", 3, [])
    kernel.run("c = 5")
    assert now() == {"what": "gone"}
    kernel.run("del c")
    assert now() == {"what": "gone"}
    kernel.ask("release", refs=[described["ref"]])
    assert now() is None


def test_a_frame_under_another_name_is_found(kernel):
    kernel.run("first = pd.DataFrame({'a': [1, 2, 3]})")
    described = kernel.ask("describe", expression="first")
    since = [{"id": "1", "ref": described["ref"], "look": described["look"]}]
    kernel.run("second = first; del first")
    change = kernel.ask("list", since=since)["changes"]["1"]
    assert (change["what"], change["name"], change["n_rows"]) == ("renamed", "second", 3)
    kernel.run("del second")


def test_one_frame_is_known_as_it_was_at_several_times(kernel):
    kernel.run("t = pd.DataFrame({'a': [1, 2, 3]})")
    first = kernel.ask("describe", expression="t")
    kernel.run("t.loc[0, 'a'] = 7")
    second = kernel.ask("describe", expression="t")
    assert first["ref"] == second["ref"]
    since = [{"id": str(i), "ref": one["ref"], "look": one["look"]} for i, one in enumerate((first, second))]
    changes = kernel.ask("list", since=since)["changes"]
    assert (changes["0"]["edited"], changes["1"]) == (["a"], None)


def test_old_and_new_values_are_never_read_side_by_side(kernel, tmp_path):
    kernel.run("m = pd.DataFrame({'a': [1, 2, 3], 'b': [1, 2, 3]})")
    described = kernel.ask("describe", expression="m")
    asked = {"ref": described["ref"], "look": described["look"]}
    private(tmp_path)
    assert kernel.ask("write", columns=[0], path=str(tmp_path / "a"), **asked)["n_rows"] == 3
    kernel.run("m.loc[1, 'b'] = 9")
    assert kernel.ask("write", columns=[0], path=str(tmp_path / "again"), **asked)["n_rows"] == 3
    error = kernel.ask("write", columns=[1], path=str(tmp_path / "b"), **asked)["error"]
    assert (error["message"], error["hint"]) == (
        "The dataframe changed since it was opened.",
        "Refresh to read it again.",
    )


def test_what_the_server_has_is_not_written_again(kernel, tmp_path):
    kernel.run("w = pd.DataFrame({'a': [1, 2, 3], 'b': [1, 2, 3], 'c': [.5, None, 1.]})")
    ref = kernel.ask("describe", expression="w")["ref"]
    kernel.ask("write", ref=ref, columns=[0, 1, 2], path=str(private(tmp_path) / "first"))
    table = read(tmp_path / "first")
    known = {str(i): fingerprint(table.column(i)) for i in range(3)}
    answer = kernel.ask("write", ref=ref, columns=[0, 1, 2], path=str(tmp_path / "none"), known=known)
    assert (answer["same"], answer["nothing"], (tmp_path / "none").exists()) == (["a", "b", "c"], True, False)
    kernel.run("w.loc[1, 'b'] = 9")
    answer = kernel.ask("write", ref=ref, columns=[0, 1, 2], path=str(tmp_path / "one"), known=known)
    assert answer["same"] == ["a", "c"]
    assert read(tmp_path / "one").to_pydict() == {"b": [1, 9, 3]}


def test_held_until_released(kernel):
    kernel.run("h = pd.DataFrame({'a': [1]})")
    ref = kernel.ask("describe", expression="h")["ref"]
    kernel.run("del h; import gc; _ = gc.collect()")
    assert kernel.ask("describe", ref=ref)["n_rows"] == 1
    kernel.ask("release", refs=[ref])
    kernel.run("_ = gc.collect()")
    assert "no longer" in kernel.ask("describe", ref=ref)["error"]["message"]


def rows_file(path, rows):
    path.write_bytes(array.array("q", rows).tobytes())
    return str(path)


def test_export_gives_the_users_own_rows(kernel, tmp_path):
    ref = kernel.ask("describe", expression="df")["ref"]
    parts = [
        {"ref": ref, "path": rows_file(tmp_path / "a", [3, 1])},
        {"ref": ref, "path": rows_file(tmp_path / "b", [29])},
    ]
    assert kernel.ask("export", parts=parts, name="picked") == {
        "name": "picked",
        "n_rows": 3,
        "library": "pandas",
        "parts": [],
    }
    assert (
        kernel.value("list(picked.index), picked.dtypes.equals(df.dtypes), picked.n.tolist()")
        == "([103, 101, 129], True, [3, 1, 29])"
    )
    kernel.run("mine = 5")
    assert kernel.ask("export", parts=parts[:1], name="mine")["name"] == "mine_2"
    assert kernel.value("mine") == "5"
    assert kernel.ask("export", parts=parts[:1], name="picked")["name"] == "picked"
    assert kernel.value("len(picked)") == "2"
    assert "cannot be the name" in kernel.ask("export", parts=parts, name="a b")["error"]["message"]
    assert (
        "fewer rows"
        in kernel.ask("export", parts=[{"ref": ref, "path": rows_file(tmp_path / "c", [30])}], name="x")["error"][
            "message"
        ]
    )
    other = kernel.ask("describe", expression="few")["ref"]
    parts[1] = {"ref": other, "path": rows_file(tmp_path / "d", [0])}
    assert "pandas and polars" in kernel.ask("export", parts=parts, name="x")["error"]["message"]


def test_queries_give_queries_back(kernel, tmp_path):
    kernel.run("import ibis; table = ibis.memtable({'a': [1, 2, 3]}).filter(ibis._.a > 1)")
    for name, kind, rows in (("table", "Table", 2), ("query", "DuckDBPyRelation", 7)):
        described = kernel.ask("describe", expression=name)
        assert (described["n_rows"], described["query"], described["names"]) == (rows, "run", [name])
        part = {"ref": described["ref"], "path": rows_file(tmp_path / name, [1, 0])}
        assert kernel.ask("export", parts=[part, part], name=f"{name}_rows")["n_rows"] == 4
        assert kernel.value(f"type({name}_rows).__name__, type({name}_rows) is type({name})") == f"('{kind}', True)"
    kernel.run("del table, table_rows, query_rows")


def test_a_busy_kernel_answers_on_a_subshell(kernel, tmp_path):
    info = kernel.reply(kernel.send("", kind="kernel_info_request", channel="control"), channel="control")
    if "kernel subshells" not in info.get("supported_features", []):
        pytest.skip("this kernel has no subshells")
    subshell = kernel.reply(kernel.send("", kind="create_subshell_request", channel="control"), channel="control")[
        "subshell_id"
    ]
    ends = tmp_path / "ends"
    busy = kernel.send(f"import pathlib, time\nwhile not pathlib.Path({str(ends)!r}).exists(): time.sleep(.05)")
    described = kernel.ask("describe", expression="df", subshell=subshell)
    path = private(tmp_path) / "busy"
    answer = kernel.ask("write", ref=described["ref"], columns=[0, 1, 2], path=str(path), subshell=subshell)
    assert answer["n_rows"] == 30
    assert read(path).num_rows == 30
    ends.touch()  # only now can the cell end, so the answers came while it ran
    assert kernel.reply(busy)["status"] == "ok"


def test_what_cannot_be_looked_up_any_more_hides_nothing(kernel):
    kernel.run(
        "class Run:\n"
        "    kept, is_open = df.copy(), True\n"
        "    @property\n"
        "    def frame(self):\n"
        "        if not self.is_open: raise RuntimeError('closed')\n"
        "        return self.kept\n"
        "run = Run()"
    )
    described = kernel.ask("describe", expression="run.frame")
    kernel.run("Run.is_open = False")
    answer = kernel.ask("list", since=[{"id": "1", "ref": described["ref"], "look": described["look"]}])
    assert "df" in {name for frame in answer["frames"] for name in frame["names"]}
    assert answer["changes"] == {"1": None}
    kernel.run("del run, Run")


def test_state(kernel):
    state = kernel.ask("state")
    assert state["version"]
    assert state["pyarrow"] == pa.__version__
    assert len(state["session"]) == 32
