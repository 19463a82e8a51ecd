"""The whole way: a real server, real kernels, real workers."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time

import numpy as np
import pyarrow as pa
import pytest
from conftest import until

SCRIPT = "<script>alert(1)</script>"
MAP = {"kind": "embedding_map", "embedding": "vector"}


def files_of(lab):
    folder = lab.spool.folder
    return [] if folder is None else sorted(p.name for p in folder.iterdir() if p.name != "lock")


async def test_from_a_list_of_frames_to_a_map(api, digits, lab):
    frames = (await api.get("frames", kernel_id=digits.id)).ok().json
    assert frames["kernel"]["subshells"] is True
    assert frames["kernel"]["problem"] is None
    assert frames["kernel"]["server_version"] == lab.version
    listed = {f["names"][0]: f for f in frames["frames"]}
    assert set(listed) == {"train", "prod"}
    assert listed["train"]["n_rows"] == 900
    assert listed["train"]["embeddings"] == ["vector"]

    primary = (await api.post("inferences", {"kernel_id": digits.id, "ref": listed["prod"]["ref"]})).ok().json
    reference = await api.read(digits, "train")
    assert (primary["variable"], primary["n_rows"], primary["library"]) == ("prod", 957, "pandas")
    columns = {c["name"]: c for c in primary["columns"]}
    assert columns["when"]["role"] == "timestamp"
    assert columns["vector"]["dimension"] == 64
    assert files_of(lab) == []  # values are read when they are needed

    last, result = await api.run({"kind": "summary"}, primary, reference)
    assert last["cached"] is False
    rows = {row["column"]: row for row in result.table.to_pylist()}
    assert rows["size"]["verdict"] == "drift"
    assert rows[SCRIPT]["verdict"] == "none"
    assert result.meta["primary"]["rows"] == 957
    again = (await api.get(f"inferences/{primary['id']}")).ok().json
    assert again["span"] == ["2026-01-01T00:00:00", "2026-02-09T20:00:00"]

    last, result = await api.run(MAP, primary, reference)
    points = result.table
    assert set(points.column_names) >= {"row", "set", "x", "y", "cluster"}
    assert points.num_rows == 957 + 900
    assert last["parts"] == ["clusters"]
    number = (await api.post("analyses", {"recipe": MAP, "primary": primary["id"], "reference": reference["id"]})).json
    clusters = (await api.get(f"analyses/{number['id']}/result", part="clusters")).ok()
    assert clusters.table.num_rows > 3
    assert clusters.meta == result.meta
    missing = await api.get(f"analyses/{number['id']}/result", part="nothing")
    assert missing.status == 404
    assert "nothing" in missing.json["message"]


async def test_a_cell_finds_what_the_panel_computed(api, digits):
    primary, reference = await api.read(digits, "prod"), await api.read(digits, "train")
    recipe = {"kind": "distribution", "column": "size"}
    _, result = await api.run(recipe, primary, reference)
    said = await digits.run(
        "import json, phoenix_lab as px\n"
        "from phoenix_lab.engine.cache import Cache\n"
        "load, hits = Cache.load, []\n"
        "def count(self, key):\n    found = load(self, key); hits.append(found is not None); return found\n"
        "Cache.load = count\n"
        "result = px.run(px.Distribution('size'), prod, train)\n"
        "print(json.dumps([hits, result.table.to_pylist()]))"
    )
    hits, rows = json.loads(said)
    assert hits == [True]
    assert rows == result.table.to_pylist()


async def test_the_panel_finds_what_a_cell_computed(api, digits):
    await digits.run("import phoenix_lab as px\npx.run(px.Distribution('kind'), prod, train)")
    primary, reference = await api.read(digits, "prod"), await api.read(digits, "train")
    last, _ = await api.run({"kind": "distribution", "column": "kind"}, primary, reference)
    assert last["cached"] is True


async def test_the_performance_of_a_cell_is_the_panels(api, kernel):
    await kernel.run(
        "import pandas as pd, numpy as np\n"
        "def one(n, seed):\n"
        "    rng = np.random.default_rng(seed)\n"
        "    score = rng.random(n)\n"
        "    return pd.DataFrame({'score': score, 'predicted_late': np.where(score > .5, 'late', 'on time'),\n"
        "                         'late': np.where(rng.random(n) < score, 'late', 'on time'), 'port': rng.choice(['JFK', 'LGA'], n)})\n"
        "before, after = one(400, 1), one(300, 2)\n"
    )
    primary, reference = await api.read(kernel, "after"), await api.read(kernel, "before")
    roles = {column["name"]: column["role"] for column in primary["columns"]}
    assert roles["predicted_late"] == "prediction_label"
    assert roles["late"] == "actual_label"
    recipe = {"kind": "performance", "threshold": 0.4, "segment": "port"}
    last, result = await api.run(recipe, primary, reference)
    assert set(last["parts"]) == {"classes", "confusion", "scores", "curve", "reliability", "segments"}
    said = await kernel.run(
        "import json, phoenix_lab as px\n"
        "result = px.run(px.Performance(threshold=0.4, segment='port'), after, before, cache=False)\n"
        "print(json.dumps([result.table.to_pylist(), result.meta['positive']]))"
    )
    rows, positive = json.loads(said)
    assert rows == result.table.to_pylist()
    assert positive == "late"
    wrong = await api.post("analyses", {"recipe": {"kind": "performance", "metric": "luck"}, "primary": primary["id"]})
    assert wrong.status == 400
    assert "metric" in wrong.json["message"]


async def test_polars_frames(api, kernel):
    await kernel.run(
        "import polars as pl, numpy as np\n"
        "rng = np.random.default_rng(0)\n"
        "old = pl.DataFrame({'a': rng.normal(size=400), 'v': rng.normal(size=(400, 8)).astype(np.float32), 't': ['x', None] * 200})\n"
        "new = pl.DataFrame({'a': rng.normal(size=300) + 2, 'v': rng.normal(size=(300, 8)).astype(np.float32), 't': ['y', 'x', 'x'] * 100})\n"
    )
    primary, reference = await api.read(kernel, "new"), await api.read(kernel, "old")
    assert primary["library"] == "polars"
    _, result = await api.run({"kind": "summary"}, primary, reference)
    rows = {row["column"]: row for row in result.table.to_pylist()}
    assert rows["a"]["verdict"] == "drift"
    assert rows["t"]["missing_reference"] == 200
    values = (await api.post(f"inferences/{primary['id']}/columns", {"columns": ["v", "a"], "rows": [299, 0]})).ok()
    told = await kernel.run("print(new['a'][299], new['a'][0], new['v'][299].to_list())")
    first, second, vector = told.split(" ", 2)
    assert values.table.column_names == ["v", "a"]
    assert values.table.column("a").to_pylist() == [float(first), float(second)]
    assert values.table.column("v")[0].as_py() == json.loads(vector)
    exported = (
        (
            await api.post(
                "exports",
                {"kernel_id": kernel.id, "name": "some", "parts": [{"inferences": primary["id"], "rows": [5, 3]}]},
            )
        )
        .ok()
        .json
    )
    assert exported == {"name": "some", "n_rows": 2, "library": "polars", "parts": []}
    assert await kernel.run("print(some.equals(new[[5, 3]]))") == "True\n"


async def test_values_of_columns(api, digits):
    primary = await api.read(digits, "prod")
    where = f"inferences/{primary['id']}/columns"
    whole = (await api.post(where, {"columns": ["size", SCRIPT]})).ok()
    assert whole.headers["Content-Type"] == "application/vnd.apache.arrow.stream"
    assert whole.headers["Cache-Control"] == "no-store"
    assert whole.table.column_names == ["size", SCRIPT]
    assert whole.table.column(SCRIPT).to_pylist() == [i % 7 for i in range(957)]
    some = (await api.post(where, {"columns": ["kind", "when"], "rows": [7, 7, 0]})).ok()
    assert len(some.table) == 3
    assert some.table.column("kind")[0] == some.table.column("kind")[1]
    none = (await api.post(where, {"columns": ["size"], "rows": []})).ok()
    assert none.table.num_rows == 0
    for rows in ([957], [-1]):
        refused = await api.post(where, {"columns": ["size"], "rows": rows})
        assert refused.status == 400
        assert "0 to 956" in refused.json["message"]
    unknown = await api.post(where, {"columns": ["sizes"]})
    assert unknown.status == 404
    assert unknown.json == {
        "message": 'prod has no column "sizes".', "hint": 'Did you mean "size"?', "column": "sizes",
    }  # fmt: skip


async def test_rows_are_called_as_the_users_index_calls_them(api, kernel):
    await kernel.run(
        "import pandas as pd, polars as pl\n"
        "plain = pd.DataFrame({'x': range(30)})\n"
        "late, named = plain[10:], plain.set_axis([f'<p{i}>' for i in range(30)])\n"
        "other = pl.DataFrame({'x': [1, 2]})"
    )
    for name, rows, labels in (
        ("plain", [3], None),
        ("late", [0, 3], ["10", "13"]),
        ("named", [29, 0], ["<p29>", "<p0>"]),
        ("other", [1], None),
    ):
        where = f"inferences/{(await api.read(kernel, name))['id']}/labels"
        assert (await api.post(where, {"rows": rows})).ok().json == {"labels": labels}
    late = (await api.read(kernel, "late"))["id"]
    for rows in ([20], [-1]):
        assert (await api.post(f"inferences/{late}/labels", {"rows": rows})).status >= 400
    await kernel.run("late = late.copy(); cut = late.copy()")
    cut = (await api.read(kernel, "cut"))["id"]
    await kernel.run("cut.drop(index=[10, 11], inplace=True)")
    refused = await api.post(f"inferences/{cut}/labels", {"rows": [0]})
    assert (refused.status, refused.json["hint"]) == (409, "Refresh to read it again.")


async def test_a_big_answer_comes_in_pieces(api, kernel):
    await kernel.run(
        "import numpy as np, pandas as pd\ndf = pd.DataFrame({'v': list(np.arange(12_000_000, dtype='f4').reshape(-1, 300))})"
    )
    which = await api.read(kernel, "df")
    answer = (await api.post(f"inferences/{which['id']}/columns", {"columns": ["v"]})).ok()
    table = answer.table
    assert table.num_rows == 40_000
    assert len(table.column("v").chunks) >= 48_000_000 // (4 << 20)
    assert np.array_equal(table.column("v").combine_chunks().flatten().to_numpy(), np.arange(12_000_000, dtype="f4"))


async def test_a_column_is_read_once_and_only_when_asked_for(api, digits, lab, monkeypatch):
    primary = await api.read(digits, "prod")
    link = lab.kernels.link(digits.id)
    written, call = [], link.call

    async def spy(request, **options):
        if request["do"] == "write":
            written.append(request["columns"])
        return await call(request, **options)

    monkeypatch.setattr(link, "call", spy)
    where = f"inferences/{primary['id']}/columns"
    await asyncio.gather(*(api.post(where, {"columns": ["size", "kind"], "rows": [0]}) for _ in range(5)))
    await api.post(where, {"columns": ["kind", "vector"], "rows": [0]})
    assert written == [[1, 2], [5]]


async def test_a_column_with_a_problem_spoils_only_itself(api, kernel):
    await kernel.run(
        "import numpy as np, pandas as pd\n"
        "v = [np.zeros(4, 'f4') for _ in range(3000)]; v[1717] = np.zeros(3, 'f4')\n"
        "df = pd.DataFrame({'v': v, 'a': np.arange(3000.)})"
    )
    which = await api.read(kernel, "df")
    _, result = await api.run({"kind": "summary"}, which)
    rows = {row["column"]: row for row in result.table.to_pylist()}
    assert "row 1,717 has 3 values" in rows["v"]["problem"]
    assert rows["a"]["n_primary"] == 3000
    refused = await api.post(f"inferences/{which['id']}/columns", {"columns": ["v"]})
    assert refused.status == 409
    assert refused.json["column"] == "v"
    assert "row 1,717" in refused.json["message"]
    now = (await api.get(f"inferences/{which['id']}")).json
    assert "row 1,717" in now["columns"][0]["problem"]


async def test_a_frame_without_rows(api, digits):
    await digits.run("empty = prod.head(0)")
    empty, reference = await api.read(digits, "empty"), await api.read(digits, "train")
    assert empty["n_rows"] == 0
    assert empty["problems"] == ["This dataframe has no rows."]
    _, result = await api.run({"kind": "summary"}, empty, reference)
    assert all(row["estimate"] is None for row in result.table.to_pylist())
    values = (await api.post(f"inferences/{empty['id']}/columns", {"columns": ["size"]})).ok()
    assert values.table.num_rows == 0
    wrong = await api.post(f"inferences/{empty['id']}/columns", {"columns": ["size"], "rows": [0]})
    assert wrong.status == 400


async def test_what_is_unknown_is_said(api, digits):
    for path in ("inferences/abc", "analyses/abc/events", "analyses/abc/result"):
        answer = await api.get(path)
        assert answer.status == 404
        assert answer.json["message"]
    assert (await api.delete("inferences/abc")).status == 404
    assert (await api.delete("analyses/abc")).status == 404
    gone = await api.get("frames", kernel_id="no-such-kernel")
    assert gone.status == 404
    assert "kernel" in gone.json["message"]
    typo = await api.post("inferences", {"kernel_id": digits.id, "expression": "trian"})
    assert typo.status == 409
    assert typo.json["hint"] == 'Did you mean "train"?'
    neither = await api.post("inferences", {"kernel_id": digits.id})
    assert neither.status == 400


@pytest.mark.parametrize(
    ("recipe", "field"),
    [
        ({"kind": "embedding_map", "embedding": "v", "n_neighbors": 1000}, '"recipe.n_neighbors"'),
        ({"kind": "distribution"}, '"recipe.column"'),
        ({"kind": "distribution", "column": "a", "colour": "red"}, '"recipe.colour"'),
        ({"kind": "horoscope"}, '"recipe"'),
        ("summary", '"recipe"'),
    ],
)
async def test_a_recipe_that_is_wrong_is_refused_by_field(api, recipe, field):
    answer = await api.post("analyses", {"recipe": recipe, "primary": "abc"})
    assert answer.status == 400
    assert answer.json["message"].startswith(field)
    assert "Traceback" not in answer.body.decode()


async def test_bodies_that_are_not_json_are_refused(api):
    for body in ("", "{", "[]", "null", "\xff"):
        answer = await api.post("analyses", body.encode("latin1"))
        assert answer.status == 400
        assert answer.json["message"]


async def test_a_question_about_a_column_that_is_not_there(api, digits):
    primary = await api.read(digits, "prod")
    answer = await api.post(
        "analyses", {"recipe": {"kind": "distribution", "column": "sizes"}, "primary": primary["id"]}
    )
    if answer.status < 300:
        events = await api.events(answer.json["id"])
        assert events[-1]["state"] == "failed"
        message = events[-1]["problem"]["message"]
    else:
        assert answer.status == 400
        message = answer.json["message"]
    assert '"sizes"' in message
    assert '"size"' in message


async def test_the_same_question_is_one_analysis_and_ended_ones_are_told(api, digits):
    primary, reference = await api.read(digits, "prod"), await api.read(digits, "train")
    request = {"recipe": MAP, "primary": primary["id"], "reference": reference["id"]}
    answers = await asyncio.gather(*(api.post("analyses", request) for _ in range(3)))
    (number,) = {a.json["id"] for a in answers}
    streams = await asyncio.gather(api.events(number), api.events(number))
    for events in streams:
        assert [e["state"] for e in events[:-1]] == ["running"] * (len(events) - 1)
        assert events[-1]["state"] == "done"
        elapsed = [e["elapsed"] for e in events]
        assert elapsed == sorted(elapsed)
    stages = {e["stage"] for events in streams for e in events}
    assert "reading" in stages
    late = await api.events(number)
    assert [e["state"] for e in late] == ["done"]
    swapped = await api.post("analyses", {**request, "primary": reference["id"], "reference": primary["id"]})
    assert swapped.json["id"] != number
    assert (await api.delete(f"analyses/{number}")).status == 204  # it has ended: nothing to cancel
    assert (await api.events(number))[-1]["state"] == "done"


BIG = """
import numpy as np, pandas as pd
rng = np.random.default_rng(1)
def make(n): return pd.DataFrame({"v": list(rng.normal(size=(n, 96)).astype(np.float32)), "a": rng.normal(size=n)})
one, two = make(9000), make(9000)
"""
LONG = {"kind": "embedding_map", "embedding": "v", "n_components": 3, "n_neighbors": 100}


async def start_long(api, kernel, lab):
    await kernel.run(BIG)
    primary, reference = await api.read(kernel, "one"), await api.read(kernel, "two")
    request = {"recipe": LONG, "primary": primary["id"], "reference": reference["id"]}
    number = (await api.post("analyses", request)).ok().json["id"]
    await until(lambda: lab.pool.busy)
    await until(lambda: lab.analyses.get(number).event.stage in ("neighbors", "layout"))
    return number, request, primary


async def test_cancel(api, kernel, lab):
    number, request, primary = await start_long(api, kernel, lab)
    listening = asyncio.ensure_future(api.events(number))
    begun = time.monotonic()
    assert (await api.delete(f"analyses/{number}")).status == 204
    assert (await listening)[-1]["state"] == "cancelled"
    await until(lambda: not lab.pool.busy)
    assert time.monotonic() - begun < 15
    assert (await api.get(f"analyses/{number}/result")).status == 409
    again = (await api.post("analyses", request)).ok().json
    assert again["id"] != number
    await api.delete(f"analyses/{again['id']}")
    _, result = await api.run({"kind": "distribution", "column": "a"}, primary)
    assert result.table.num_rows > 0


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
async def test_a_killed_worker_fails_its_one_analysis(api, kernel, lab):
    number, _, primary = await start_long(api, kernel, lab)
    listening = asyncio.ensure_future(api.events(number))
    os.kill(lab.pool.busy[0], signal.SIGKILL)
    last = (await listening)[-1]
    assert last["state"] == "failed"
    assert "memory" in last["problem"]["message"]
    refused = await api.get(f"analyses/{number}/result")
    assert refused.status == 409
    assert refused.json["message"] == last["problem"]["message"]
    _, result = await api.run({"kind": "distribution", "column": "a"}, primary)
    assert result.table.num_rows > 0


async def test_results_can_be_cleared(api, digits):
    primary = await api.read(digits, "prod")
    request = {"recipe": {"kind": "distribution", "column": "size"}, "primary": primary["id"]}
    number = (await api.post("analyses", request)).ok().json["id"]
    assert (await api.events(number))[-1]["state"] == "done"
    assert (await api.delete("cache")).status == 204
    assert (await api.get(f"analyses/{number}/result")).status == 404
    again = (await api.post("analyses", request)).ok().json["id"]
    last = (await api.events(again))[-1]
    assert (last["state"], last["cached"]) == ("done", False)


async def test_exports_keep_index_dtypes_and_order(api, digits):
    primary, reference = await api.read(digits, "prod"), await api.read(digits, "train")
    parts = [{"inferences": primary["id"], "rows": [950, 3]}, {"inferences": reference["id"], "rows": [0]}]
    answer = await api.post("exports", {"kernel_id": digits.id, "name": "picked", "parts": parts})
    assert answer.ok().json == {"name": "picked", "n_rows": 3, "library": "pandas", "parts": []}
    same = "pd.concat([prod.iloc[[950, 3]], train.iloc[[0]]])"
    assert await digits.run(f"print(picked.drop(columns='vector').equals({same}.drop(columns='vector')))") == "True\n"
    assert (
        await digits.run(f"print(list(picked.index) == list({same}.index), picked.dtypes.equals(prod.dtypes))")
        == "True True\n"
    )
    assert await digits.run("import phoenix_lab as px; print(px.exports['picked'] is picked)") == "True\n"
    await digits.run("old_train = 1")
    told = [{**part, "name": name} for part, name in zip(parts, ("old_prod", "old_train"), strict=True)]
    for _ in range(2):  # the same name again takes the place of what was exported, and of nothing else
        answer = await api.post("exports", {"kernel_id": digits.id, "name": "old", "parts": told})
        assert (answer.ok().json["name"], answer.json["parts"]) == ("old", ["old_prod", "old_train_2"])
    assert await digits.run("print(list(old_prod.index) + list(old_train_2.index) == list(old.index))") == "True\n"
    assert await digits.run("print(old_train, len(old_prod), px.exports[-1] is old)") == "1 2 True\n"
    nameless = [{**parts[0], "name": "no name"}]
    assert (await api.post("exports", {"kernel_id": digits.id, "name": "x", "parts": nameless})).status == 400
    for name in ("not a name", "class", "a; import os", ""):
        refused = await api.post("exports", {"kernel_id": digits.id, "name": name, "parts": parts})
        assert refused.status == 400
    outside = [{"inferences": primary["id"], "rows": [957]}]
    assert (await api.post("exports", {"kernel_id": digits.id, "name": "x", "parts": outside})).status == 400
    assert (await api.post("exports", {"kernel_id": digits.id, "name": "x", "parts": []})).status == 400


async def test_an_export_waits_for_the_cell_that_runs_and_reading_does_not(api, digits, lab, tmp_path):
    primary = await api.read(digits, "prod")
    await api.post(f"inferences/{primary['id']}/columns", {"columns": ["size"], "rows": [0]})
    async with digits.busy(tmp_path, "marker = 'the cell has ended'"):
        export = asyncio.ensure_future(
            api.post(
                "exports",
                {"kernel_id": digits.id, "name": "later", "parts": [{"inferences": primary["id"], "rows": [1]}]},
            )
        )
        frames = (await api.get("frames", kernel_id=digits.id)).ok().json
        assert {f["names"][0] for f in frames["frames"]} == {"train", "prod"}
        values = (await api.post(f"inferences/{primary['id']}/columns", {"columns": ["kind"], "rows": [0]})).ok()
        assert values.table.num_rows == 1
        assert not export.done()
    assert (await export).ok().json["name"] == "later"
    assert await digits.run("print(marker)") == "the cell has ended\n"
    assert [name for name in files_of(lab) if name.endswith(".rows")] == []


async def test_the_kernel_stays_as_it_was(api, digits):
    look = (
        "import json; print(json.dumps([sorted(k for k in globals() if not k.startswith('_')),"
        " get_ipython().execution_count, len(In), get_ipython().history_manager.session_number]))"
    )
    names, count, history, session = json.loads(await digits.run(look))
    primary, reference = await api.read(digits, "prod"), await api.read(digits, "train")
    await api.run({"kind": "summary"}, primary, reference)
    await api.delete(f"inferences/{primary['id']}")
    assert json.loads(await digits.run(look)) == [sorted({*names, "json"}), count + 1, history + 1, session]


async def test_the_loop_is_free_while_much_is_read(api, kernel, monkeypatch):
    """No step of the loop computes for long; in time of the thread's own, so that a busy machine makes no difference."""
    await kernel.run(
        "import numpy as np, pandas as pd\n"
        "df = pd.DataFrame({'v': list(np.random.default_rng(0).random((100_000, 768), dtype=np.float32))})"
    )
    steps, run = [], asyncio.Handle._run

    def timed(handle):
        before = time.thread_time()
        run(handle)
        steps.append(time.thread_time() - before)

    monkeypatch.setattr(asyncio.Handle, "_run", timed)
    which = await api.read(kernel, "df")
    answer = await api.post(f"inferences/{which['id']}/columns", {"columns": ["v"], "rows": [0, 99_999]})
    assert answer.ok().table.num_rows == 2
    assert pa.types.is_fixed_size_list(answer.table.schema.field("v").type)
    assert len(steps) > 20
    assert max(steps) < 0.1


async def test_levels_of_an_index_are_no_columns_that_came_or_went(api, digits):
    """They are read as columns where they say something, but the list of dataframes counts as the user does."""
    await digits.run("named = prod.copy(); named.index.name = 'pid'")
    which = await api.read(digits, "named")
    frames = (await api.get("frames", kernel_id=digits.id)).ok().json["frames"]
    (listed,) = [frame for frame in frames if frame["names"] == ["named"]]
    assert which["n_columns"] == listed["n_columns"] == len(which["columns"]) - 1


async def test_what_changed_is_told_and_only_that_is_read_again(api, digits, lab):
    before = await api.read(digits, "prod")
    names = ["size", "label", "when", "vector", "kind"]
    (await api.post(f"inferences/{before['id']}/columns", {"columns": names})).ok()
    files = dict(lab.sets.get(before["id"]).files)

    async def changes(*sets):
        return {change["set"]: change for change in await api.changes(digits, sets)}

    assert await changes(before) == {}
    await digits.run("prod.iloc[3, prod.columns.get_loc('size')] = -9.0")
    assert (await changes(before))[before["id"]]["edited"] == ["size"]
    # what is read from now on would be of another day
    late = await api.post(f"inferences/{before['id']}/columns", {"columns": ["<script>alert(1)</script>"]})
    assert late.status == 200  # that column is as it was
    after = await api.read(digits, "prod", instead_of=before["id"])
    (await api.delete(f"inferences/{before['id']}")).ok()
    table = (await api.post(f"inferences/{after['id']}/columns", {"columns": names})).ok().table
    assert table["size"][3].as_py() == -9.0
    now = lab.sets.get(after["id"])
    assert {name for name in names if now.files[name] is files[name]} == {"label", "when", "vector", "kind"}
    assert now.span == lab.sets.get(after["id"]).span is not None
    assert await changes(after) == {}
    await digits.run("prod = prod.assign(label=prod.label.astype(str)).rename(columns={'kind': 'parity'})")
    change = (await changes(after))[after["id"]]
    assert (change["what"], change["renamed"]) == ("changed", [["kind", "parity"]])
    assert [one[0] for one in change["retyped"]] == ["label"]
    (await api.delete(f"inferences/{after['id']}")).ok()
    assert [path.name for path in lab.spool.folder.iterdir() if path.suffix == ".arrow"] == []


async def test_a_value_that_a_look_misses_is_read_by_refresh(api, kernel):
    await kernel.run(
        "import numpy as np, pandas as pd\nlong = pd.DataFrame({'a': np.zeros(50_000), 'b': np.zeros(50_000)})"
    )
    before = await api.read(kernel, "long")
    (await api.post(f"inferences/{before['id']}/columns", {"columns": ["a", "b"]})).ok()
    await kernel.run("long.loc[777, 'a'] = 1.0")
    assert await api.changes(kernel, [before]) == []
    after = await api.read(kernel, "long", instead_of=before["id"])
    table = (await api.post(f"inferences/{after['id']}/columns", {"columns": ["a", "b"]})).ok().table
    assert table["a"][777].as_py() == 1.0
