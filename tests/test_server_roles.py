"""Roles that are corrected in the panel: real kernels, values that are not read again, the same table in a cell."""

from __future__ import annotations

import json

import pytest

GRADES = """
import numpy as np, pandas as pd
rng = np.random.default_rng(0)
def frame(n, start):
    return pd.DataFrame({
        "x": rng.normal(size=n),
        "grade": rng.integers(1, 6, n),
        "epoch": start + 3600 * np.arange(n),
        "text": ["one", "two"] * (n // 2),
    })
old, new = frame(400, 1_700_000_000), frame(300, 1_701_440_000)
"""


def files_of(lab):
    return sorted(p.name for p in lab.spool.folder.iterdir() if p.name != "lock")


@pytest.fixture
def grades(kernel, jp_asyncio_loop):
    jp_asyncio_loop.run_until_complete(kernel.run(GRADES))
    return kernel


async def said(api, which, *corrections):
    return (await api.post(f"inferences/{which['id']}/roles", {"corrections": list(corrections)})).ok().json


async def test_a_corrected_set_has_the_values_that_were_read(api, grades, lab):
    primary, reference = await api.read(grades, "new"), await api.read(grades, "old")
    assert (primary["schema"], primary["given"], primary["corrections"]) == (None, None, [])
    assert {c["name"]: (c["role"], c["carrier"]) for c in primary["columns"]} == {
        "x": ("feature", "number"),
        "grade": ("feature", "number"),
        "epoch": ("feature", "number"),
        "text": ("feature", "text"),
    }
    _, result = await api.run({"kind": "distribution", "column": "grade"}, primary, reference)
    assert "category" not in result.table.column("kind").to_pylist()
    await api.run({"kind": "summary"}, primary, reference)
    read = files_of(lab)
    assert read

    corrections = [{"column": "grade", "kind": "category"}, {"column": "epoch", "role": "timestamp"}]
    first, second = await said(api, primary, *corrections), await said(api, reference, *corrections)
    assert first["id"] != primary["id"]
    assert (first["ref"], first["variable"]) == (primary["ref"], "new")
    assert first["schema"]["timestamp_column_name"] == "epoch"
    assert first["span"][0].startswith("2023-12-01")
    for which in (primary, reference):  # as the panel does with the sets that it no longer shows
        assert (await api.delete(f"inferences/{which['id']}")).status == 204
    assert files_of(lab) == read

    _, bars = await api.run({"kind": "distribution", "column": "grade"}, first, second)
    assert set(bars.table.column("kind").to_pylist()) == {"category"}
    assert bars.table.num_rows == 5
    _, series = await api.run({"kind": "time_series", "column": "x"}, first, second)
    assert series.meta["time"]["column"] == "epoch"
    assert files_of(lab) == read, "nothing was read again"

    told = await grades.run(
        "import json, phoenix_lab as px\n"
        "from phoenix_lab.engine.cache import Cache\n"
        "load, hits = Cache.load, []\n"
        "def count(self, key):\n    found = load(self, key); hits.append(found is not None); return found\n"
        "Cache.load = count\n"
        "schema = px.Schema(timestamp_column_name='epoch', discrete_column_names=('grade',))\n"
        "sets = lambda: (px.Inferences(new, schema), px.Inferences(old, schema))\n"
        "first = px.run(px.Distribution('grade'), *sets())\n"
        "px.run(px.TimeSeries('x'), px.Inferences(new, schema), reference=px.Inferences(old, schema))\n"
        "print(json.dumps([hits, first.table.to_pylist()]))"
    )
    hits, rows = json.loads(told)
    assert hits == [True, True]
    assert rows == bars.table.to_pylist()

    for which in (first, second):
        await api.delete(f"inferences/{which['id']}")
    assert files_of(lab) == []


async def test_back_to_what_was_guessed(api, grades):
    primary = await api.read(grades, "new")
    changed = await said(api, primary, {"column": "epoch", "role": "timestamp"})
    assert [c["kind"] for c in changed["columns"] if c["name"] == "epoch"] == ["time"]
    back = await said(api, changed)
    assert back["columns"] == primary["columns"]
    assert (back["schema"], back["corrections"], back["span"]) == (None, [], None)


async def test_a_time_column_that_holds_no_times_is_refused_and_one_of_ids_is_doubted(api, grades):
    primary = await api.read(grades, "new")
    words = await said(api, primary, {"column": "text", "role": "timestamp"})
    assert words["problems"] == ['"text" cannot be the time: it holds "one", which is not a time.']
    assert words["schema"] is None
    ids = await said(api, primary, {"column": "grade", "role": "timestamp"})
    assert ids["schema"]["timestamp_column_name"] == "grade"
    assert ids["problems"] == ['"grade" gives no plausible times: its numbers, counted from 1970, fall on 1970-01-01.']
    times = await said(api, primary, {"column": "epoch", "role": "timestamp"})
    assert times["problems"] == []


async def test_on_top_of_a_schema(api, grades):
    given = {"tag_column_names": ["text"]}
    primary = (await api.post("inferences", {"kernel_id": grades.id, "expression": "new", "schema": given})).ok().json
    assert primary["schema"] == primary["given"]
    changed = await said(api, primary, {"column": "grade", "role": "actual_label"})
    assert changed["given"] == primary["given"]
    assert (changed["schema"]["tag_column_names"], changed["schema"]["actual_label_column_name"]) == (["text"], "grade")


async def test_what_does_not_fit_is_told(api, grades):
    primary = await api.read(grades, "new")
    changed = await said(api, primary, {"column": "gone", "role": "tag"}, {"column": "x", "role": "tag"})
    assert changed["problems"] == ['There is no column "gone" any more; what was chosen for it waits until there is.']
    assert len(changed["corrections"]) == 2, "what waits is not forgotten"
    where = f"inferences/{primary['id']}/roles"
    wrong = await api.post(where, {"corrections": [{"column": "x", "role": "king"}]})
    assert wrong.status == 400
    assert "role" in wrong.json["message"]
    assert (await api.post("inferences/abc/roles", {"corrections": []})).status == 404


async def test_all_that_is_wrong_with_a_schema_is_told(api, grades):
    schema = {"timestamp_column_name": "epoc", "tag_column_names": ["txt"], "discrete_column_names": ["grad"]}
    answer = await api.post("inferences", {"kernel_id": grades.id, "expression": "new", "schema": schema})
    assert answer.status == 400
    assert answer.json["message"].splitlines() == [
        'timestamp_column_name: there is no column "epoc"; did you mean "epoch"?',
        'tag_column_names: there is no column "txt"; did you mean "text"?',
        'discrete_column_names: there is no column "grad"; did you mean "grade"?',
    ]


async def test_columns_that_the_quota_removes_are_removed_from_all_that_share_them(api, grades, lab):
    primary = await api.read(grades, "new")
    await api.run({"kind": "distribution", "column": "x"}, primary)
    changed = await said(api, primary, {"column": "grade", "kind": "category"})
    first, second = lab.sets.get(primary["id"]), lab.sets.get(changed["id"])
    assert first.files["x"] is second.files["x"]
    lab.sets._quota = 0
    try:
        refused = await api.post(f"inferences/{changed['id']}/columns", {"columns": ["grade"]})
        assert refused.status == 413
    finally:
        lab.sets._quota = 1 << 30
    assert (first.files, second.files) == ({}, {})
    values = (await api.post(f"inferences/{primary['id']}/columns", {"columns": ["x"]})).ok()
    assert values.table.num_rows == 300
