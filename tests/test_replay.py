"""`phoenix-lab replay`: what the panel's server answered, against a kernel of its own that runs the notebook again."""

from __future__ import annotations

import asyncio
import copy
import json

import nbformat
import pytest
from conftest import DIGITS

from phoenix_lab.monitors.cli import main
from phoenix_lab.monitors.replay import ReplayError, replay

MAP = {"kind": "embedding_map", "embedding": "vector"}
RECIPES = (
    {"kind": "summary"},
    {"kind": "quality"},
    {"kind": "distribution", "column": "size", "where": [{"kind": "values", "column": "kind", "values": ["odd"]}]},
    {"kind": "time_series", "metric": "psi", "column": "size", "window": "7d"},
    MAP,
    {"kind": "cluster_rules", "map": MAP},
    {"kind": "embedding_drift", "embedding": "vector"},
    {"kind": "distribution", "column": "label", "where": [{"kind": "in_cluster", "map": MAP, "cluster": 0}]},
)
"""One of each kind of computing: counting, testing by permutations, trees, maps, and what rests on them."""
FEW = RECIPES[2:4]


@pytest.fixture
def asked(api, digits, jp_asyncio_loop):
    """Ask questions as a panel does, and return what its notebook keeps."""

    async def ask(recipes):
        primary = await api.read(digits, "prod")
        reference = await api.read(digits, "train")
        answers = []
        for recipe in recipes:
            last, _ = await api.run(recipe, primary, reference)
            answers.append({"recipe": recipe, **last["trace"]})
        return {"inspections": [{"primary": "prod", "reference": "train", "views": [None], "answers": answers}]}

    return lambda recipes: jp_asyncio_loop.run_until_complete(ask(recipes))


@pytest.fixture
def notebook(asked, digits_file, tmp_path):
    """Write a notebook whose cells make the sets, and that keeps answers; `change` is done to what it keeps."""
    known = {}

    def write(*more, recipes=FEW, change=None):
        if len(recipes) not in known:
            known[len(recipes)] = asked(recipes)
        kept = copy.deepcopy(known[len(recipes)])
        if change is not None:
            change(kept["inspections"][0])
        book = nbformat.v4.new_notebook()
        book.cells = [nbformat.v4.new_code_cell(source) for source in (DIGITS.format(path=digits_file), *more)]
        book.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}, "phoenix_lab": kept}
        path = tmp_path / "watch.ipynb"
        nbformat.write(book, path)
        return path

    return write


def test_nothing_differs_where_nothing_changed_and_what_did_is_told(notebook, capsys):
    path = notebook(recipes=RECIPES)
    before = path.read_bytes()
    assert main(["replay", str(path)]) == 0
    assert capsys.readouterr().out.splitlines() == ["8 of 8 answers are the same, bit for bit."]
    assert path.read_bytes() == before

    # one value of one column: the answers that need it, and no other
    assert main(["replay", "--json", str(notebook("prod.loc[prod.index[5], 'size'] += 1", recipes=RECIPES))]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [(one["recipe"]["kind"], one["differs"]) for one in told["answers"]] == [
        ("summary", ["data", "result"]),
        ("quality", ["data", "result"]),
        # the row is not among the odd ones, but is part of what was read
        ("distribution", ["data"]),
        ("time_series", ["data", "result"]),
        ("embedding_map", []),
        ("cluster_rules", ["data"]),
        ("embedding_drift", []),
        ("distribution", []),
    ]


def test_another_version_is_told_and_is_no_failure_where_the_result_is_the_same(notebook, capsys):
    def older(kept):
        kept["answers"][0]["code"] = "0.0.1+0123456789abcdef"
        kept["answers"][1]["result"] = "0123456789abcdef"

    assert main(["replay", str(notebook(change=older))]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("prod vs train · distribution of some rows")
    assert lines[0].endswith("computed by another version, the same")
    assert lines[1].endswith("another result of the same data by the same version")

    def only_older(kept):
        kept["answers"] = [{**kept["answers"][0], "code": "0.0.1+0123456789abcdef"}]

    assert main(["replay", "--quiet", str(notebook(change=only_older))]) == 0


def test_what_cannot_be_asked_spoils_nothing_else(notebook, capsys):
    def odd(kept):
        good = kept["answers"][0]
        kept["answers"] = [
            good,
            {**good, "recipe": {"kind": "distribution", "column": "gone"}},
            {**good, "recipe": {"kind": "weather"}},
            {"recipe": good["recipe"]},
        ]

    assert main(["replay", str(notebook(change=odd))]) == 2
    lines = capsys.readouterr().out.splitlines()
    assert "gone" in lines[0]
    assert "could not be asked" in lines[0]
    assert "makes no sense to this version" in lines[1]
    assert "makes no sense to this version" in lines[2]
    assert lines[-1] == "1 of 4 answers are the same, bit for bit."

    def few(kept):
        kept["answers"] = kept["answers"][:1]

    path = notebook("del train", change=few)
    assert main(["replay", str(path)]) == 2
    assert "The cells make no `train`." in capsys.readouterr().out

    # whatever else stands in the file
    path = notebook(change=few)
    book = json.loads(path.read_text())
    kept = book["metadata"]["phoenix_lab"]
    kept["roles"] = [7, {"variable": "other", "columns": [{"role": "king"}]}, {"columns": None}]
    kept["inspections"] += [
        None,
        {**kept["inspections"][0], "schema": {"made_up": 1}},
        {"primary": [], "answers": [1, {}]},
    ]
    path.write_text(json.dumps(book))
    assert main(["replay", str(path)]) == 2
    lines = capsys.readouterr().out.splitlines()
    assert [line.rpartition(": ")[2] for line in lines[:-1]] == [
        "What the notebook keeps of it makes no sense to this version.",
        "It does not say of which dataframe.",
    ]
    assert lines[-1] == "1 of 3 answers are the same, bit for bit."


def test_a_notebook_that_cannot_run_says_where(tmp_path, capsys):
    path = tmp_path / "watch.ipynb"
    answer = {"recipe": {"kind": "summary"}, "data": "", "code": "", "result": ""}
    kept = {"inspections": [{"primary": "a", "reference": None, "answers": [answer]}]}

    def write(*cells, kernel="python3"):
        book = nbformat.v4.new_notebook()
        book.cells = [nbformat.v4.new_code_cell(source) for source in cells]
        book.metadata = {"kernelspec": {"name": kernel, "display_name": kernel}, "phoenix_lab": kept}
        nbformat.write(book, path)
        return path

    assert main(["replay", str(write("x = 1", "1 / 0"))]) == 2
    assert "Cell 2 of code raised ZeroDivisionError: division by zero" in capsys.readouterr().err
    assert main(["replay", str(write("input()"))]) == 2
    assert "StdinNotImplementedError" in capsys.readouterr().err
    with pytest.raises(ReplayError, match=r"Cell 1 of code took longer than 2 s"):
        replay(write("import time; time.sleep(600)"), timeout=2)
    with pytest.raises(ReplayError, match=r"The kernel died in cell 1 of code\."):
        replay(write("import os, signal; os.kill(os.getpid(), signal.SIGKILL)"))
    with pytest.raises(ReplayError, match='needs the kernel "julia-9"'):
        replay(write("1", kernel="julia-9"))
    path.write_text("{")
    with pytest.raises(ReplayError, match="cannot be read as a notebook"):
        replay(path)
    path.write_text('{"cells": []}')
    with pytest.raises(ReplayError, match="keeps no answers"):
        replay(path)


def test_a_schema_that_a_set_was_given_holds_when_it_is_asked_again(api, digits, notebook, jp_asyncio_loop):
    schema = {
        "timestamp_column_name": "when",
        "feature_column_names": ["size"],
        "embedding_feature_column_names": {"pixels": {"vector_column_name": "vector"}},
        "discrete_column_names": ["size"],
    }

    async def ask():
        sets = [await api.read(digits, name, schema=schema) for name in ("prod", "train")]
        last, _ = await api.run({"kind": "distribution", "column": "size"}, *sets)
        return last["trace"]

    trace = jp_asyncio_loop.run_until_complete(ask())
    answer = {"recipe": {"kind": "distribution", "column": "size"}, **trace}
    assert replay(notebook(change=lambda kept: kept.update(answers=[answer]))).exit_status == 1
    both = {"schema": schema, "reference_schema": schema}
    assert replay(notebook(change=lambda kept: kept.update(answers=[answer], **both))).exit_status == 0


def test_what_was_said_of_columns_holds_when_it_is_asked_again(api, digits, notebook, jp_asyncio_loop):
    said = {"column": "size", "role": None, "kind": "category"}

    async def ask():
        first, second = await asyncio.gather(api.read(digits, "prod"), api.read(digits, "train"))
        sets = [
            (await api.post(f"inferences/{one['id']}/roles", {"corrections": [said]})).ok().json
            for one in (first, second)
        ]
        last, _ = await api.run({"kind": "distribution", "column": "size"}, *sets)
        return last["trace"]

    trace = jp_asyncio_loop.run_until_complete(ask())
    recipe = {"kind": "distribution", "column": "size"}
    path = notebook(change=lambda kept: kept.update(answers=[{"recipe": recipe, **trace}]))
    assert replay(path).exit_status == 1  # as guessed they are quantities
    book = json.loads(path.read_text())
    columns = [{k: v for k, v in said.items() if v}]
    book["metadata"]["phoenix_lab"]["roles"] = [{"variable": name, "columns": columns} for name in ("prod", "train")]
    path.write_text(json.dumps(book))
    assert replay(path).exit_status == 0
