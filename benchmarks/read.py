"""How long it takes to read vectors out of a kernel, and how long the server's event loop is kept from anything else meanwhile.

A real server in a process of its own whose loop is watched; a real kernel with a pandas frame whose vectors are in an object column; and a
client that asks over HTTP. Run: `python benchmarks/read.py [rows dimensions]`.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import uuid
from pathlib import Path

from jupyter_client.blocking import BlockingKernelClient

TICK = 0.002


class Watch:
    """Ticks in the loop, and notes the time between two ticks; and how long the loop's thread computed in each step.

    Other processes make the first longer on a busy machine, but not the second.
    """

    def __init__(self):
        self.gaps = []
        self.steps = [0.0]
        self.task = None

    def time_steps(self):
        run = asyncio.Handle._run  # noqa: SLF001 - there is no other place where every step passes

        def timed(handle):
            before = time.thread_time()
            run(handle)
            self.steps.append(time.thread_time() - before)

        asyncio.Handle._run = timed  # noqa: SLF001

    async def run(self):
        while True:
            before = time.perf_counter()
            await asyncio.sleep(TICK)
            self.gaps.append(time.perf_counter() - before - TICK)

    def take(self):
        gaps, self.gaps = sorted(self.gaps) or [0.0], []
        steps, self.steps = max(self.steps), [0.0]
        return gaps[-1] * 1000, gaps[int(len(gaps) * 0.99)] * 1000, steps * 1000


def serve(folder):
    """Run the server; each line of standard input is answered with what the watch has seen since the one before."""
    from jupyter_server.serverapp import ServerApp

    app = ServerApp(log_level="CRITICAL")
    app.jpserver_extensions = {"phoenix_lab": True}
    app.initialize(
        ["--no-browser", "--allow-root", "--ServerApp.port=0", f"--ServerApp.root_dir={folder}", "--log-level=CRITICAL"]
    )
    watch = Watch()

    def listen():
        for _ in sys.stdin:
            print(json.dumps(watch.take()), flush=True)
        app.io_loop.add_callback(app.stop)

    async def begin():
        watch.time_steps()
        watch.task = asyncio.ensure_future(watch.run())
        print(json.dumps([app.port, app.identity_provider.token]), flush=True)
        threading.Thread(target=listen, daemon=True).start()

    app.io_loop.add_callback(begin)
    app.start()


def main(rows, dimensions):
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "JUPYTER_RUNTIME_DIR": folder}
        server = subprocess.Popen(
            [sys.executable, __file__, "--serve", folder],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            ask_everything(server, Path(folder), rows, dimensions)
        finally:
            server.stdin.close()
            server.wait()


def ask_everything(server, folder, rows, dimensions):
    port, token = told(server)
    size = f"{rows * dimensions * 4 / 2**20:,.0f} MiB"
    print(
        f"{rows:,} rows x {dimensions} float32 in an object column, {size}; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )

    def ask(method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"token {token}"}
        request = urllib.request.Request(f"http://127.0.0.1:{port}/{path}", data, headers, method=method)
        with urllib.request.urlopen(request) as response:  # noqa: S310
            return response.read()

    def timed(what, method, path, body=None):
        took(server)
        begun = time.perf_counter()
        found = time.sleep(3) if method is None else ask(method, path, body)
        seconds = time.perf_counter() - begun
        longest, most, step = took(server)
        answered = len(found or b"") / 2**20
        print(
            f"{what:33} {seconds:6.2f} s, {answered:5.1f} MiB; between two ticks {longest:6.1f} ms at most, 99 % {most:5.1f} ms;"
            f" longest step {step:5.1f} ms"
        )
        return found

    kernel_id = json.loads(ask("POST", "api/kernels", {}))["id"]
    kernel = BlockingKernelClient(connection_file=str(folder / f"kernel-{kernel_id}.json"))
    kernel.load_connection_file()
    kernel.session.session = uuid.uuid4().hex
    kernel.start_channels(hb=False)
    kernel.wait_for_ready()
    kernel.execute_interactive(
        "import numpy as np, pandas as pd\n"
        f"vectors = np.random.default_rng(0).normal(size=({rows}, {dimensions})).astype(np.float32)\n"
        f"df = pd.DataFrame({{'vector': list(vectors), 'a': np.arange({rows}.0)}})\n"
        "del vectors"
    )
    kernel.stop_channels()
    api = "phoenix-lab/api/"
    timed("nothing, for comparison", None, "")
    timed("list the frames, first contact", "GET", f"{api}frames?kernel_id={kernel_id}")
    timed("list the frames", "GET", f"{api}frames?kernel_id={kernel_id}")
    body = {"kernel_id": kernel_id, "expression": "df"}
    which = json.loads(timed("describe and guess the roles", "POST", f"{api}inferences", body))
    columns = f"{api}inferences/{which['id']}/columns"
    two = {"columns": ["vector"], "rows": [0, rows - 1]}
    timed("read the vectors, answer two rows", "POST", columns, two)
    timed("answer two rows again", "POST", columns, two)
    timed("answer all the vectors", "POST", columns, {"columns": ["vector"]})


def told(server):
    return json.loads(server.stdout.readline())


def took(server):
    server.stdin.write("take\n")
    server.stdin.flush()
    return told(server)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2])
    else:
        main(*(int(argument) for argument in sys.argv[1:3] or (100_000, 768)))
