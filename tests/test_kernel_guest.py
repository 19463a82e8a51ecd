"""The kernel half seen from a cell: `%load_ext`, `px.inspect`, `px.exports`; and kernels that lack what we would like."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from kernel_guests import guest

from phoenix_lab.kernel import source
from phoenix_lab.kernel.session import MIME

TREE = str(Path(__file__).parents[1])


@pytest.fixture(scope="module")
def kernel():
    with guest() as kernel:
        kernel.run(
            f"import sys; sys.path.insert(0, {TREE!r})\n"
            "import pandas as pd, polars as pl, phoenix_lab as px\n"
            "train = pd.DataFrame({'a': range(10), 't': list('abcdefghij')}, index=range(50, 60))\n"
            "prod = pd.DataFrame({'a': range(5), 't': list('abcde')}, index=range(90, 95))"
        )
        yield kernel


def test_inspect_shows_a_card_that_names_the_frames(kernel):
    shown = kernel.run("px.inspect(prod, reference=train)")
    assert len(shown) == 1
    data = shown[0]["data"]
    told = data[MIME]
    assert set(told) == {"primary", "reference", "corpus", "session", "version"}
    assert (told["primary"]["name"], told["primary"]["n_rows"], told["primary"]["expression"]) == ("prod", 5, "prod")
    assert (told["reference"]["name"], told["reference"]["n_rows"]) == ("train", 10)
    assert told["corpus"] is None
    assert told["session"] == kernel.ask("state")["session"]
    assert kernel.ask("describe", ref=told["primary"]["ref"])["names"] == ["prod"]
    assert "prod (5 rows) against train (10 rows)" in data["text/plain"]
    assert "JupyterLab" in data["text/plain"]


def test_inspect_holds_a_frame_that_is_no_variable(kernel):
    told = kernel.run("px.inspect(prod[prod.a > 2])\nimport gc; _ = gc.collect()")[0]["data"][MIME]
    assert told["primary"]["name"] == "primary"
    assert kernel.ask("describe", ref=told["primary"]["ref"])["n_rows"] == 2


def test_inspect_escapes_names_and_passes_the_schema(kernel):
    data = kernel.run("px.inspect(px.Inferences(prod, px.Schema(tag_column_names=['t']), name='<b>x</b>'))")[0]["data"]
    assert "<b>x</b>" not in data["text/html"]
    assert "&lt;b&gt;x&lt;/b&gt;" in data["text/html"]
    assert data[MIME]["primary"]["schema"] == {"tag_column_names": ["t"]}
    assert data[MIME]["primary"]["expression"] == "prod"


def test_inspect_refuses_what_is_no_dataframe(kernel):
    kernel.run("try:\n    px.inspect(prod.a)\nexcept TypeError as error:\n    said = str(error)")
    assert ".to_frame()" in kernel.value("said")


def test_launch_app_returns_a_session(kernel):
    shown = kernel.run("s = px.launch_app(prod)\ns.view()")
    assert [MIME in item["data"] for item in shown] == [True, True]
    assert kernel.value("px.active_session() is s, s.exports, s.url, s") == "(True, [], None, Session(prod (5 rows)))"
    ref = shown[0]["data"][MIME]["primary"]["ref"]
    kernel.run("px.close_app()")
    assert kernel.value("px.active_session() is None") == "True"
    assert kernel.ask("describe", ref=ref)["names"] == ["prod"]


def test_exports(kernel, tmp_path):
    assert kernel.value("(list(px.exports), len(px.exports))") == "([], 0)"
    ref = kernel.ask("describe", expression="train")["ref"]
    path = tmp_path / "rows"
    for name, rows in (("first", [2, 3]), ("second", [9])):
        path.write_bytes(b"".join(r.to_bytes(8, "little") for r in rows))
        kernel.ask("export", parts=[{"ref": ref, "path": str(path)}], name=name)
    assert (
        kernel.value("list(px.exports['first'].index), list(px.exports[-1].index), px.exports[-1] is second")
        == "([52, 53], [59], True)"
    )
    assert (
        kernel.value("list(px.exports), len(px.exports), 'first' in px.exports, 'x' in px.exports")
        == "(['first', 'second'], 2, True, False)"
    )
    kernel.run("try:\n    px.exports['x']\nexcept KeyError as error:\n    said = str(error)")
    assert "first, second" in kernel.value("said")


def test_load_ext_marks_frames():
    with guest() as kernel:
        kernel.run(
            f"import sys; sys.path.insert(0, {TREE!r})\n%load_ext phoenix_lab\nimport polars as pl\nframe = pl.DataFrame({{'a': [1]}})"
        )
        assert kernel.run("frame")[0]["metadata"]["phoenix_lab"]["names"] == ["frame"]


def test_a_kernel_without_our_package_and_without_pyarrow(tmp_path):
    with guest() as kernel:
        kernel.run(
            "import sys, polars as pl; sys.modules['phoenix_lab'] = sys.modules['pyarrow'] = None\ndf = pl.DataFrame({'a': [1]})"
        )
        assert kernel.silently(source.bootstrap())["status"] == "ok"
        assert kernel.ask("list")["frames"][0]["names"] == ["df"]
        ref = kernel.ask("describe", expression="df")["ref"]
        tmp_path.chmod(0o700)
        message = kernel.ask("write", ref=ref, columns=[0], path=str(tmp_path / "x"))["error"]["message"]
        assert "needs pyarrow" in message
        assert "-m pip install pyarrow" in message
        assert not list(tmp_path.iterdir())


def test_answers_are_json_whatever_the_names(kernel):
    kernel.run("odd = pd.DataFrame([[1, 2, 3, 4]], columns=['a\"b', \"c'd\", 'é\\n', '</script>'])")
    names = [column["name"] for column in kernel.ask("describe", expression="odd")["columns"]]
    assert names == ['a"b', "c'd", "é\n", "</script>"]
    assert json.dumps(names)
    kernel.run("del odd")
