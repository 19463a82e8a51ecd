"""Kernels behind a gateway: a second real Jupyter server has them, and this one knows only its address."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid

import pyarrow as pa
import pytest
from jupyter_client.blocking import BlockingKernelClient
from test_server_kernels import kernel_spec
from test_transfer import ELSEWHERE, FRAME, HERE


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A Jupyter server in a process of its own."""

    def __init__(self, folder, token, *options, **environment):
        self.port, self.token, self.log = free_port(), token, folder / "log"
        folder.mkdir(parents=True, exist_ok=True)
        command = [
            sys.executable,
            "-m",
            "jupyter_server",
            "--no-browser",
            "--allow-root",
            f"--ServerApp.port={self.port}",
        ]
        command += ["--ServerApp.port_retries=0", f"--ServerApp.root_dir={folder}", *options]
        places = {f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("RUNTIME", "CONFIG", "DATA")}
        self.runtime = folder / "runtime"
        environment = {**os.environ, **places, "JUPYTER_TOKEN": token, **environment}
        with self.log.open("w") as out:
            self.process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)

    def ask(self, method, path, body=None):
        """Return status and body."""
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/{path}", data, {"Authorization": f"token {self.token}"}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def json(self, method, path, body=None):
        status, text = self.ask(method, path, body)
        assert status < 300, text.decode() + self.log.read_text()
        return json.loads(text) if text else None

    def lab(self, method, path, body=None):
        return self.json(method, f"phoenix-lab/api/{path}", body)

    def wait(self):
        for _ in range(900):
            assert self.process.poll() is None, self.log.read_text()
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                if self.ask("GET", "api/status")[0] == 200:
                    return self
            time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gateway")
    for name, program in (("elsewhere", ELSEWHERE), ("here", HERE)):
        kernel_spec(
            folder / "far" / "data" / "kernels", name, [sys.executable, "-c", program, "-f", "{connection_file}"]
        )
    far = Server(folder / "far", "far", "--ServerApp.jpserver_extensions={'phoenix_lab': False}")
    near = Server(
        folder / "near",
        "near",
        "--ServerApp.jpserver_extensions={'phoenix_lab': True}",
        f"--GatewayClient.url=http://127.0.0.1:{far.port}",
        "--GatewayClient.auth_token=far",
        "--PhoenixLab.workers=1",
        "--PhoenixLab.compile_early=False",
        f"--PhoenixLab.spool_dir={folder / 'near' / 'phoenix'}",
        PHOENIX_LAB_CACHE_DIR=str(folder / "cache"),
    )
    try:
        yield near.wait(), far.wait()
    finally:
        near.stop()
        far.stop()


@pytest.fixture
def gateway_kernel(servers):
    """Start a kernel through the near server, and return its id and what runs cells in it, past both servers."""
    near, far = servers
    clients, numbers = [], []

    def begin(name):
        number = near.json("POST", "api/kernels", {"name": name})["id"]
        numbers.append(number)
        client = BlockingKernelClient(connection_file=str(far.runtime / f"kernel-{number}.json"))
        client.load_connection_file()
        client.session.session = uuid.uuid4().hex
        client.start_channels(hb=False)
        clients.append(client)
        client.wait_for_ready(60)

        def run(code):
            texts = []
            reply = client.execute_interactive(
                code, timeout=60, output_hook=lambda m: texts.append(m["content"].get("text", ""))
            )
            assert reply["content"]["status"] == "ok", reply["content"]
            return "".join(texts)

        return number, run, client

    yield begin
    for client in clients:
        client.stop_channels()
    for number in numbers:
        near.ask("DELETE", f"api/kernels/{number}")


@pytest.mark.parametrize("name", ["elsewhere", "here"])
def test_the_main_job_through_a_gateway(servers, gateway_kernel, name):
    near, _ = servers
    number, run, client = gateway_kernel(name)
    run(FRAME.format(n=40_000, d=64) + "old = df.head(20_000)")
    frames = near.lab("GET", f"frames?kernel_id={number}")
    assert {n for frame in frames["frames"] for n in frame["names"]} == {"df", "old"}
    assert frames["kernel"]["subshells"] is True

    # a cell runs all the time
    client.execute("import time\nfor k in range(300): time.sleep(0.1)")
    which = near.lab("POST", "inferences", {"kernel_id": number, "expression": "df"})
    old = near.lab("POST", "inferences", {"kernel_id": number, "expression": "old"})
    status, data = near.ask(
        "POST", f"phoenix-lab/api/inferences/{which['id']}/columns", {"columns": ["v", "t", "when"]}
    )
    assert status == 200, data
    table = pa.ipc.open_stream(data).read_all()
    assert table.num_rows == 40_000
    request = {"recipe": {"kind": "summary"}, "primary": which["id"], "reference": old["id"]}
    analysis = near.lab("POST", "analyses", request)["id"]
    _, lines = near.ask("GET", f"phoenix-lab/api/analyses/{analysis}/events")
    events = [json.loads(line) for line in lines.splitlines()]
    assert events[-1]["state"] == "done", events[-1]
    assert any(event["reading"] for event in events)
    near.json("POST", f"api/kernels/{number}/interrupt", {})

    rows = list(range(0, 40_000, 2))
    part = {"inferences": which["id"], "rows": rows}
    found = near.lab("POST", "exports", {"kernel_id": number, "name": "some", "parts": [part]})
    assert found["n_rows"] == 20_000
    assert run("print(some.equals(df.iloc[::2]))").strip() == "True"
    log = near.log.read_text()
    assert (f"kernel {number} does not share" in log) is (name == "elsewhere")
    assert "only usual messages" not in log  # binary pieces came through


def test_a_restart_behind_a_gateway(servers, gateway_kernel):
    near, _ = servers
    number, run, client = gateway_kernel("elsewhere")
    run(FRAME.format(n=1_000, d=8))
    which = near.lab("POST", "inferences", {"kernel_id": number, "expression": "df"})
    near.json("POST", f"api/kernels/{number}/restart", {})
    client.wait_for_ready(60)
    frames = near.lab("GET", f"frames?kernel_id={number}")
    assert frames["frames"] == []
    status, text = near.ask("POST", f"phoenix-lab/api/inferences/{which['id']}/columns", {"columns": ["x"]})
    assert status == 409
    assert b"no longer in the kernel" in text
    run(FRAME.format(n=2_000, d=8))
    assert near.lab("POST", "inferences", {"kernel_id": number, "expression": "df"})["n_rows"] == 2_000


def test_a_kernel_that_was_shut_down_behind_a_gateway(servers, gateway_kernel):
    near, _ = servers
    number, run, _ = gateway_kernel("elsewhere")
    run("import pandas as pd; df = pd.DataFrame({'a': range(3)})")
    which = near.lab("POST", "inferences", {"kernel_id": number, "expression": "df"})
    near.ask("DELETE", f"api/kernels/{number}")
    assert near.ask("GET", f"phoenix-lab/api/frames?kernel_id={number}")[0] == 404
    for _ in range(50):
        if near.ask("GET", f"phoenix-lab/api/inferences/{which['id']}")[0] == 404:
            return
        time.sleep(0.2)
    raise AssertionError("its data is kept")
