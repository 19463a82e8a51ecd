"""Users' data on disk, and how it goes away again."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from pathlib import Path

import pytest
from conftest import until
from jupyter_client.blocking import BlockingKernelClient
from test_server import files_of

from phoenix_lab.server.spool import Spool


async def read_all(api, kernel, expression):
    which = await api.read(kernel, expression)
    await api.run({"kind": "summary"}, which)
    return which


async def test_released_sets_leave_no_files(api, digits, lab):
    one, two = await read_all(api, digits, "prod"), await read_all(api, digits, "train")
    count = len(files_of(lab))
    assert count >= 4
    assert (await api.delete(f"inferences/{one['id']}")).status == 204
    assert len(files_of(lab)) == count / 2
    assert (await api.get(f"inferences/{one['id']}")).status == 404
    assert (await api.delete(f"inferences/{two['id']}")).status == 204
    assert files_of(lab) == []


async def test_the_kernel_lets_go_of_a_released_frame_but_not_of_one_in_use(api, digits):
    await digits.run("import weakref; copy = prod.copy(); seen = weakref.ref(copy)")
    one, two = await api.read(digits, "copy"), await api.read(digits, "copy")
    await digits.run("del copy")
    await api.delete(f"inferences/{one['id']}")
    values = await api.post(f"inferences/{two['id']}/columns", {"columns": ["size"], "rows": [0]})
    assert values.ok().table.num_rows == 1
    await api.delete(f"inferences/{two['id']}")
    for _ in range(50):
        if await digits.run("import gc; gc.collect(); print(seen() is None)") == "True\n":
            return
        await asyncio.sleep(0.1)
    pytest.fail("the kernel still holds the frame")


async def test_a_shut_down_kernel_takes_its_files_with_it(api, digits, lab, jp_serverapp):
    which = await read_all(api, digits, "prod")
    assert files_of(lab)
    await jp_serverapp.kernel_manager.shutdown_kernel(digits.id)
    await until(lambda: files_of(lab) == [])
    gone = await api.get(f"inferences/{which['id']}")
    assert gone.status == 404
    assert gone.json["hint"]


async def test_stopping_the_server_removes_everything_and_ends_the_workers(api, digits, lab):
    await read_all(api, digits, "prod")
    folder = lab.spool.folder
    assert folder.is_dir()
    assert lab.pool.processes
    await lab.stop_extension()
    assert not folder.exists()
    assert list(lab.spool.root.iterdir()) == []
    assert lab.pool.processes == ()


@pytest.fixture
def small_quota(jp_server_config):
    jp_server_config["PhoenixLab"]["spool_quota"] = 300_000
    return 300_000


async def test_the_quota_takes_what_was_unused_for_longest_and_it_is_read_again(small_quota, api, digits, lab):
    one, two = await api.read(digits, "prod"), await api.read(digits, "train")

    async def look(which):
        answer = await api.post(f"inferences/{which['id']}/columns", {"columns": ["vector"], "rows": [3]})
        return answer.ok().table.to_pylist()

    first = await look(one)
    assert len(files_of(lab)) == 1
    await look(two)
    assert len(files_of(lab)) == 1
    assert lab.spool.used() < small_quota
    assert await look(one) == first


async def test_more_than_the_quota_at_once_is_refused_with_what_to_do(small_quota, api, digits, lab):
    one, two = await api.read(digits, "prod"), await api.read(digits, "train")
    recipe = {"kind": "embedding_map", "embedding": "vector"}
    answer = await api.post("analyses", {"recipe": recipe, "primary": one["id"], "reference": two["id"]})
    last = (await api.events(answer.ok().json["id"]))[-1]
    assert last["state"] == "failed"
    assert "PhoenixLab.spool_quota" in last["problem"]["hint"]
    assert lab.spool.used() < small_quota


def is_running(pid):
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_a_server_that_is_stopped_or_killed(tmp_path, monkeypatch, end):
    """Stopped, it removes everything; killed, its workers end by themselves and the next server removes the files."""
    monkeypatch.setenv("PHOENIX_LAB_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "config").mkdir()
    config = {"ServerApp": {"jpserver_extensions": {"phoenix_lab": True}}}
    (tmp_path / "config" / "jupyter_server_config.json").write_text(json.dumps(config))
    command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", f"--ServerApp.port={port}"]
    command += ["--IdentityProvider.token=secret", f"--ServerApp.root_dir={tmp_path}"]
    command += [
        f"--PhoenixLab.spool_dir={tmp_path / 'phoenix'}",
        "--PhoenixLab.workers=1",
        "--PhoenixLab.compile_early=False",
    ]
    root = str(Path(__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))}

    def ask(method, path, body=None, *, raw=False):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": "token secret"}
        request = urllib.request.Request(f"http://127.0.0.1:{port}/{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310 - our own server
            found = response.read()
            return found if raw else json.loads(found)

    def wait(condition):
        deadline = time.monotonic() + 90
        while not condition():
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def answers():
        try:
            return bool(ask("GET", "api/status"))
        except OSError:
            return False

    def folders():
        where = tmp_path / "phoenix" / "spool"
        return list(where.iterdir()) if where.is_dir() else []

    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait(answers)
        kernel = ask("POST", "api/kernels", {"name": "python3"})["id"]
        ask("GET", f"phoenix-lab/api/frames?kernel_id={kernel}")
        wait(lambda: len(workers_of(server.pid)) == 1)
        workers = workers_of(server.pid)
        client = BlockingKernelClient(connection_file=str(tmp_path / "runtime" / f"kernel-{kernel}.json"))
        client.load_connection_file()
        client.session.session = uuid.uuid4().hex
        client.start_channels(hb=False)
        client.wait_for_ready(timeout=60)
        client.execute_interactive("import pyarrow as pa; df = pa.table({'a': [1, 2, 3]})", timeout=60)
        client.stop_channels()
        which = ask("POST", "phoenix-lab/api/inferences", {"kernel_id": kernel, "expression": "df"})
        ask("POST", f"phoenix-lab/api/inferences/{which['id']}/columns", {"columns": ["a"]}, raw=True)
        (folder,) = folders()
        assert [path.suffix for path in folder.iterdir() if path.name != "lock"] == [".arrow"]
        server.send_signal(end)
        server.wait(30)
        wait(lambda: not any(map(is_running, workers)))
        if end == signal.SIGKILL:
            assert folders() == [folder]
            Spool(folder.parent).sweep()  # as the next server does
        assert folders() == []
    finally:
        server.kill()
        server.wait()


def workers_of(pid):
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
            line = (stat.parent / "cmdline").read_text()
        except OSError:
            continue
        if int(fields[1]) == pid and "phoenix_lab.engine.worker" in line:
            found.append(int(stat.parent.name))
    return found
