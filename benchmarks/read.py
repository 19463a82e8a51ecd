"""How long it takes to read vectors out of a kernel, and how long the server's event loop is kept from anything else meanwhile.

A real server, in this process so that its loop can be watched; a real kernel with a pandas frame whose vectors are in an object column; and
a client that asks over HTTP. Run: `python benchmarks/read.py [rows] [dimensions]`.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import threading
import time
import urllib.request
import uuid

from jupyter_client.blocking import BlockingKernelClient
from jupyter_server.serverapp import ServerApp

TICK = 0.002


class Watch:
    """Ticks in the loop, and notes the longest time between two ticks."""

    def __init__(self):
        self.gaps = []

    async def run(self):
        while True:
            before = time.perf_counter()
            await asyncio.sleep(TICK)
            self.gaps.append(time.perf_counter() - before - TICK)

    def take(self):
        gaps, self.gaps = sorted(self.gaps) or [0.0], []
        return gaps[-1] * 1000, gaps[int(len(gaps) * 0.99)] * 1000


def client(app, rows, dimensions, watch):
    base, token = f"http://127.0.0.1:{app.port}/", app.identity_provider.token

    def ask(method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(base + path, data, {"Authorization": f"token {token}"}, method=method)  # noqa: S310 - http, as written
        with urllib.request.urlopen(request) as response:  # noqa: S310
            return response.read()

    def timed(what, method, path, body=None):
        watch.take()
        begun = time.perf_counter()
        found = ask(method, path, body)
        seconds = time.perf_counter() - begun
        longest, usual = watch.take()
        print(
            f"{what:34} {seconds:7.2f} s   loop kept: longest {longest:6.1f} ms, 99 % of ticks below {usual:5.1f} ms"
            f"   {len(found) / 2**20:7.1f} MiB answered"
        )
        return found

    kernel_id = json.loads(ask("POST", "api/kernels", {}))["id"]
    kernel = BlockingKernelClient(connection_file=app.kernel_manager.get_kernel(kernel_id).connection_file)
    kernel.load_connection_file()
    kernel.session.session = uuid.uuid4().hex
    kernel.start_channels(hb=False)
    kernel.wait_for_ready()
    kernel.execute_interactive(
        "import numpy as np, pandas as pd\n"
        f"vectors = np.random.default_rng(0).normal(size=({rows}, {dimensions})).astype(np.float32)\n"
        f"df = pd.DataFrame({{'vector': list(vectors), 'a': np.arange({rows}.0), 'kind': ['x', 'y'] * ({rows} // 2)}})\n"
        "del vectors"
    )
    api = "phoenix-lab/api/"
    print(
        f"{rows:,} rows x {dimensions} float32 in an object column, {rows * dimensions * 4 / 2**20:,.0f} MiB; {os.cpu_count()} cores"
    )
    timed("list the frames (first contact)", "GET", f"{api}frames?kernel_id={kernel_id}")
    timed("list the frames", "GET", f"{api}frames?kernel_id={kernel_id}")
    which = json.loads(
        timed("describe and guess the roles", "POST", f"{api}inferences", {"kernel_id": kernel_id, "expression": "df"})
    )
    columns = f"{api}inferences/{which['id']}/columns"
    timed("read the vectors, answer two rows", "POST", columns, {"columns": ["vector"], "rows": [0, rows - 1]})
    timed("answer two rows again", "POST", columns, {"columns": ["vector"], "rows": [0, rows - 1]})
    timed("answer all the vectors", "POST", columns, {"columns": ["vector"]})
    kernel.stop_channels()


def main():
    rows, dimensions = (int(a) for a in sys.argv[1:3] or (100_000, 768))
    with tempfile.TemporaryDirectory() as folder:
        app = ServerApp(log_level="ERROR")
        argv = [
            "--no-browser",
            "--ServerApp.port=0",
            "--allow-root",
            f"--ServerApp.root_dir={folder}",
            f"--PhoenixLab.spool_dir={folder}",
        ]
        app.jpserver_extensions = {"phoenix_lab": True}
        app.initialize(argv)
        watch = Watch()

        def drive():
            try:
                client(app, rows, dimensions, watch)
            finally:
                app.io_loop.add_callback(app.stop)

        async def begin():
            watch.task = asyncio.ensure_future(watch.run())
            threading.Thread(target=drive, daemon=True).start()

        app.io_loop.add_callback(begin)
        app.start()


if __name__ == "__main__":
    main()
