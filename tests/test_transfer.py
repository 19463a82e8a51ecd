"""Columns that come over messages: as good as files, refused when they lie, and found out by themselves."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from conftest import until
from test_server import files_of
from test_server_kernels import WITHOUT_SUBSHELLS, start


@pytest.fixture
def how():
    return "auto"


@pytest.fixture
def jp_server_config(jp_server_config, how):
    jp_server_config["PhoenixLab"]["transfer"] = how
    return jp_server_config


FRAME = """
import numpy as np, pandas as pd
rng = np.random.default_rng(0)
n = {n}
df = pd.DataFrame({{
    "x": rng.normal(size=n), "i": pd.array(rng.integers(0, 9, n), dtype="Int64"), "t": [f"text {{i}} ü" for i in range(n)],
    "c": pd.Categorical(rng.choice(["a", "b"], n)), "when": pd.date_range("2026-01-01", periods=n, freq="s", tz="Europe/Berlin"),
    "v": list(rng.normal(size=(n, {d})).astype(np.float32)),
}}, index=[f"row-{{i}}" for i in range(n)])
df.loc["row-3", ["x", "i", "t"]] = None
"""
COLUMNS = ["x", "i", "t", "c", "when", "v"]


async def columns(api, which, names=COLUMNS):
    return (await api.post(f"inferences/{which['id']}/columns", {"columns": list(names)})).ok().table


async def both_ways(api, lab, kernel, names=COLUMNS):
    found = []
    for how in ("files", "messages"):
        lab.sets.transfer._how = how
        which = await api.read(kernel, "df")
        table = await columns(api, which, names)
        found.append((which["columns"], table, lab.sets.get(which["id"]).fingerprints))
        await api.delete(f"inferences/{which['id']}")
    return found


async def test_the_same_columns_come_both_ways(api, lab, kernel):
    await kernel.run(FRAME.format(n=20_000, d=64))
    (info, table, prints), (other_info, other, other_prints) = await both_ways(api, lab, kernel)
    assert other_info == info
    assert other.equals(table)
    assert other.schema.equals(table.schema, check_metadata=True)
    assert other_prints == prints
    assert set(prints) == set(COLUMNS)
    await until(lambda: [p.name for p in lab.spool.folder.iterdir()] == ["lock"])
    held = "__import__('sys').modules['_phoenix_lab_parcels']._parcels"
    assert await kernel.run(f"print(len({held}))") == "0\n"


@pytest.mark.parametrize("how", ["messages"])
async def test_pieces_of_all_sizes_fit(api, lab, kernel, monkeypatch):
    await kernel.run(FRAME.format(n=2_000, d=8))
    which = await api.read(kernel, "df")
    expected = await columns(api, which)
    for piece in (1_000, 4_097, 65_536):
        monkeypatch.setattr("phoenix_lab.server.transfer._PIECE", piece)
        assert (await columns(api, await api.read(kernel, "df"))).equals(expected)


@pytest.mark.parametrize("how", ["messages"])
async def test_a_kernel_that_knows_only_usual_messages_sends_text(api, lab, kernel, monkeypatch):
    await kernel.run(FRAME.format(n=50_000, d=32))
    binary = await columns(api, await api.read(kernel, "df"))
    # as a gateway does that lets only known messages through
    monkeypatch.setattr("phoenix_lab.server.transfer.MESSAGE", "unheard_of")
    monkeypatch.setattr("phoenix_lab.server.transfer._PATIENCE", 0.5)
    (await lab.kernels.link(kernel.id).connect()).buffers = None
    asked, link = [], lab.kernels.link(kernel.id)
    call = link.call

    async def spy(request, **options):
        asked.append(request["do"])
        return await call(request, **options)

    monkeypatch.setattr(link, "call", spy)
    assert (await columns(api, await api.read(kernel, "df"))).equals(binary)
    assert asked.count("piece") > 6


@pytest.mark.parametrize("how", ["messages"])
async def test_cells_go_on_and_reading_can_be_cancelled(api, lab, kernel, monkeypatch, tmp_path):
    monkeypatch.setattr("phoenix_lab.server.transfer._PIECE", 64 << 10)
    await kernel.run(FRAME.format(n=100_000, d=128))
    which = await api.read(kernel, "df")
    async with kernel.busy(tmp_path):
        request = {"recipe": {"kind": "embedding_map", "embedding": "v"}, "primary": which["id"]}
        number = (await api.post("analyses", request)).ok().json["id"]
        await until(lambda: (r := lab.analyses.get(number).event.reading) is not None and r.done > 1 << 20)
        event = lab.analyses.get(number).event
        assert event.stage == "reading"
        assert event.reading.name == "df"
        assert event.reading.done < event.reading.total
        assert event.reading.total == pytest.approx(100_000 * 128 * 4, rel=0.3)
        assert 0 < event.fraction < 1
        assert (await api.delete(f"analyses/{number}")).status == 204
        assert (await api.events(number))[-1]["state"] == "cancelled"
        # nothing is read on for nobody: the file goes, and the kernel's parcel with it
        held = lab.sets.get(which["id"])
        whole = {"lock"} | {file.path.name for file in held.files.values()}  # columns that came before the vectors
        await until(lambda: {p.name for p in lab.spool.folder.iterdir()} == whole, 2)
        await until(lambda: not lab.sets.transfer._tasks)
        assert lab.analyses.get(number).event.state == "cancelled"
        assert held.reading == {}
        assert "v" not in held.files


@pytest.mark.parametrize("how", ["messages"])
async def test_who_stays_gets_what_another_gave_up(api, lab, kernel, monkeypatch):
    monkeypatch.setattr("phoenix_lab.server.transfer._PIECE", 32 << 10)
    await kernel.run(FRAME.format(n=50_000, d=64))
    which = await api.read(kernel, "df")
    numbers = []
    for recipe in ({"kind": "summary"}, {"kind": "distribution", "column": "x"}):
        numbers.append((await api.post("analyses", {"recipe": recipe, "primary": which["id"]})).ok().json["id"])
    await until(lambda: (r := lab.analyses.get(numbers[0]).event.reading) is not None and r.done > 0)
    assert (await api.delete(f"analyses/{numbers[0]}")).status == 204
    assert (await api.events(numbers[1]))[-1]["state"] == "done"
    assert lab.analyses.get(numbers[0]).event.state == "cancelled"


@pytest.mark.parametrize("how", ["messages"])
async def test_progress_counts_every_byte_of_both_sets(api, lab, digits):
    primary, reference = await api.read(digits, "prod"), await api.read(digits, "train")
    request = {"recipe": {"kind": "summary"}, "primary": primary["id"], "reference": reference["id"]}
    number = (await api.post("analyses", request)).ok().json["id"]
    told = [e["reading"] for e in await api.events(number) if e["reading"]]
    assert told
    for one in told:
        assert one["name"] in ("prod", "train")
        assert 0 <= one["done"] <= one["total"]


@pytest.mark.parametrize("how", ["messages"])
async def test_rows_go_back_without_a_file(api, lab, digits):
    which = await api.read(digits, "prod")
    part = {"inferences": which["id"], "rows": [5, 3, 900]}
    found = (await api.post("exports", {"kernel_id": digits.id, "name": "some", "parts": [part]})).ok().json
    assert found["n_rows"] == 3
    assert await digits.run("print(some.equals(prod.iloc[[5, 3, 900]]))") == "True\n"
    state = "__import__('sys').modules['_phoenix_lab_bridge']._state['rows']"
    assert await digits.run(f"print({state})") == "{}\n"
    assert files_of(lab) == []


@pytest.mark.parametrize("how", ["messages"])
async def test_without_subshells_cells_come_between_pieces(api, lab, start_kernel, jp_kernel_dir, monkeypatch):
    monkeypatch.setattr("phoenix_lab.server.transfer._PIECE", 256 << 10)
    kernel = await start(start_kernel, jp_kernel_dir, "old", WITHOUT_SUBSHELLS)
    await kernel.run(FRAME.format(n=50_000, d=64))
    which = await api.read(kernel, "df")
    reading = asyncio.ensure_future(columns(api, which, ["v"]))
    cells = 0
    while not reading.done():
        await kernel.run("1")
        cells += 1
    assert reading.result().num_rows == 50_000
    assert cells > 3


ELSEWHERE = (
    "import os, pathlib\n"
    "lstat, open_ = pathlib.Path.lstat, os.open\n"
    "def hidden(self):\n"
    "    if 'spool' in self.parts: raise FileNotFoundError(self)\n"
    "    return lstat(self)\n"
    "pathlib.Path.lstat = hidden\n"
    "from ipykernel.kernelapp import launch_new_instance\n"
    "launch_new_instance()\n"
)
"""A kernel in a container: the server's folder is not there."""
NAMESAKE = (
    "import pathlib\n"
    "opened = pathlib.Path.open\n"
    "def other(self, *a, **k):\n"
    "    if self.suffix == '.probe': import io; return io.BytesIO(b'0' * 32)\n"
    "    return opened(self, *a, **k)\n"
    "pathlib.Path.open = other\n"
    "from ipykernel.kernelapp import launch_new_instance\n"
    "launch_new_instance()\n"
)
"""A kernel on a machine that has a folder of the same name, with another content."""


HERE = "from ipykernel.kernelapp import launch_new_instance\nlaunch_new_instance()\n"


@pytest.mark.parametrize(("program", "shares"), [(ELSEWHERE, False), (NAMESAKE, False), (HERE, True)])
async def test_the_way_is_found_out(api, lab, start_kernel, jp_kernel_dir, program, shares):  # noqa: PLR0917 - fixtures
    kernel = await start(start_kernel, jp_kernel_dir, "elsewhere", program)
    await kernel.run(FRAME.format(n=1_000, d=8))
    link = lab.kernels.link(kernel.id)
    which = await api.read(kernel, "df")
    assert (await link.connect()).shares_disk is shares
    table = await columns(api, which)
    assert table.num_rows == 1_000
    _, result = await api.run({"kind": "distribution", "column": "x"}, which)
    assert result.table.num_rows > 3
    part = {"inferences": which["id"], "rows": [1]}
    assert (await api.post("exports", {"kernel_id": kernel.id, "name": "one", "parts": [part]})).ok().json[
        "n_rows"
    ] == 1


@pytest.mark.parametrize("how", ["files"])
async def test_a_kernel_elsewhere_is_refused_when_files_are_demanded(api, lab, start_kernel, jp_kernel_dir):
    kernel = await start(start_kernel, jp_kernel_dir, "elsewhere", ELSEWHERE)
    await kernel.run(FRAME.format(n=100, d=8))
    answer = await api.post("inferences", {"kernel_id": kernel.id, "expression": "df"})
    assert answer.status == 409
    assert "different machines" in answer.json["hint"]


LIES = [
    ("pack", "{**real(table), 'size': 10 ** 15}", "may be used"),
    ("pack", "{**real(table), 'size': -1}", "something else"),
    ("pack", "{**real(table), 'size': True}", "something else"),
    ("pack", "{**real(table), 'size': '100'}", "something else"),
    ("pack", "{**real(table), 'key': ['x']}", "something else"),
    ("pack", "{'key': 'x' * 32, 'size': 100}", "no longer has"),
    ("pack", "{**real(table), 'size': real(table)['size'] - 8}", "damaged or cut off"),
    ("pack", "{**real(table), 'size': real(table)['size'] + 8}", "something else"),
    ("pack", "real(table.slice(0, 10))", "other columns than it was asked for"),
    ("pack", "real(table.rename_columns(['other']))", "other columns than it was asked for"),
    ("piece", "memoryview(bytes(len(real(key, offset, length))))", "damaged or cut off"),
    ("piece", "memoryview(bytes(length + 1))", "something else"),
    ("piece", "memoryview(bytes(1 << 26))", "something else"),
    ("piece", "real(key, 0, length - 1)", "something else"),
]


@pytest.mark.parametrize("how", ["messages"])
async def test_what_a_kernel_sends_is_not_trusted(api, lab, digits):
    which = await api.read(digits, "prod")
    await digits.run(
        "import sys\nparcels = sys.modules['_phoenix_lab_parcels']\nreals = {'pack': parcels.pack, 'piece': parcels.piece}"
    )
    for name, lie, says in LIES:
        arguments = {"pack": "table", "piece": "key, offset, length"}[name]
        await digits.run(
            f"vars(parcels).update(reals)\nparcels.{name} = lambda {arguments}, real=reals[{name!r}]: {lie}"
        )
        answer = await asyncio.wait_for(api.post(f"inferences/{which['id']}/columns", {"columns": ["size"]}), 20)
        assert answer.status in (409, 413), lie
        assert says in answer.json["message"], lie
        await until(lambda: [p.name for p in lab.spool.folder.iterdir()] == ["lock"])
    await digits.run("vars(parcels).update(reals)")
    assert (await columns(api, which, ["size"])).num_rows == which["n_rows"]


@pytest.mark.parametrize("how", ["messages"])
async def test_a_restart_while_pieces_come(api, lab, kernel, jp_serverapp, monkeypatch):
    monkeypatch.setattr("phoenix_lab.server.transfer._PIECE", 16 << 10)
    await kernel.run(FRAME.format(n=50_000, d=128))
    which = await api.read(kernel, "df")
    reading = asyncio.ensure_future(api.post(f"inferences/{which['id']}/columns", {"columns": ["v"]}))
    await until(lambda: any(p.stat().st_size > 0 for p in lab.spool.folder.glob("*.arrow")))
    await jp_serverapp.kernel_manager.restart_kernel(kernel.id)
    answer = await asyncio.wait_for(reading, 30)
    assert answer.status == 409
    assert "restarted" in answer.json["message"] or "no longer" in answer.json["message"]
    await until(lambda: [p.name for p in lab.spool.folder.iterdir()] == ["lock"])


@pytest.mark.parametrize("how", ["messages"])
async def test_a_full_disk_is_said(api, lab, digits, monkeypatch):
    which = await api.read(digits, "prod")
    if sys.platform == "linux":
        real = lab.spool.create

        def full(path):
            real(path).close()
            return Path("/dev/full").open("wb", 0)

        monkeypatch.setattr(lab.spool, "create", full)
        answer = await api.post(f"inferences/{which['id']}/columns", {"columns": ["size"]})
        assert answer.status == 409
        assert "could not write" in answer.json["message"]
        assert "space" in answer.json["hint"]


def test_a_parcel_takes_hardly_any_memory():
    from phoenix_lab.kernel import parcels

    table = pa.table({"a": pa.array(range(1 << 20)), "b": pa.array(["x"] * (1 << 20))})
    before = pa.total_allocated_bytes()
    found = parcels.pack(table)
    assert pa.total_allocated_bytes() - before < 1 << 16
    whole = b"".join(parcels.piece(found["key"], k, 100_003) for k in range(0, found["size"], 100_003))
    assert pa.ipc.open_file(whole).read_all().equals(table)
    assert parcels.piece(found["key"], found["size"], 1) is None
    parcels.drop([found["key"]])
    assert parcels.piece(found["key"], 0, 1) is None
