"""From a variable in a kernel to a table in the server: our two ways side by side with what people do otherwise.

A real Jupyter server with a real kernel reads by files and by messages; the others are the same kernel and a plain process that receives. Memory is what a
process has of its own at most (RssAnon, looked at every 10 ms) beyond what it had before; a mapped file is not counted. Text formats carry vectors as
one column a dimension (CSV) or as lists (JSON); they get a tenth of the vectors, and their figures are multiplied by ten. While we read, another thread asks the
server for its version without a pause: the longest that it waits is as long as the event loop was blocked at most.

Run: `python benchmarks/transfer.py [rows [vectors dimensions]]`. On Linux only, for the memory.
"""

from __future__ import annotations

import contextlib
import gc
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

API = "phoenix-lab/api/"
MIXED = """
import numpy as np, pandas as pd
rng, n = np.random.default_rng(0), {rows}
df = pd.DataFrame({{
    **{{f"float_{{i}}": rng.normal(size=n) for i in range(8)}},
    **{{f"int_{{i}}": rng.integers(0, 10**6, n) for i in range(4)}},
    **{{f"flag_{{i}}": rng.random(n) < .5 for i in range(2)}},
    **{{f"when_{{i}}": pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 10**7, n), unit="s") for i in range(2)}},
    **{{f"kind_{{i}}": pd.Categorical.from_codes(rng.integers(0, 30, n), [f"kind {{k}}" for k in range(30)]) for i in range(2)}},
    **{{f"text_{{i}}": [f"text number {{k}}" for k in rng.integers(0, 10**9, n)] for i in range(2)}},
}})
few, many = df, 1
"""
VECTORS = """
import numpy as np, pandas as pd
vectors = np.random.default_rng(0).normal(size=({rows}, {dimensions})).astype(np.float32)
df = pd.DataFrame({{"vector": list(vectors)}})
few, many = df.iloc[:max(1, len(df) // 10)], 10
"""
SENDERS = {
    "pickle over ZMQ": "import pickle, zmq\ns = zmq.Context.instance().socket(zmq.PUSH); s.connect('tcp://127.0.0.1:{port}'); s.send(pickle.dumps(df, 5), copy=False); s.close()",
    "parquet file": "df.to_parquet({path!r})",
    "CSV file": "(few if many == 1 else pd.DataFrame(np.stack(few['vector']))).to_csv({path!r}, index=False)",
    "df.to_json": "few.to_json({path!r}, orient='split')",
}
TEXT = ("CSV file", "df.to_json")


def receive():
    """Be the process that receives: read a line, do it, answer with a line."""
    import pickle

    import pandas as pd
    import pyarrow.parquet as pq
    import zmq

    socket = zmq.Context.instance().socket(zmq.PULL)
    port = socket.bind_to_random_port("tcp://127.0.0.1")
    print(json.dumps({"port": port}), flush=True)
    for line in sys.stdin:
        method, path = json.loads(line)
        if method == "pickle over ZMQ":
            table = pickle.loads(socket.recv())  # noqa: S301 - that is what is compared
        elif method == "parquet file":
            table = pq.read_table(path)
        elif method == "CSV file":
            table = pd.read_csv(path)
        else:
            table = pd.read_json(path, orient="split")
        print(json.dumps({"rows": len(table)}), flush=True)


class Peak:
    """The most memory that processes have of their own while a block runs, beyond what they had before."""

    def __init__(self, *pids):
        self.pids, self.before, self.most = pids, [own(pid) for pid in pids], [own(pid) for pid in pids]
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.look)

    def look(self):
        while not self.done.wait(0.01):
            self.most = [max(most, own(pid)) for most, pid in zip(self.most, self.pids, strict=True)]

    def __enter__(self):
        self.begun = time.perf_counter()
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.seconds = time.perf_counter() - self.begun
        self.done.set()
        self.thread.join()

    @property
    def extra(self):
        return [most - before for most, before in zip(self.most, self.before, strict=True)]


class Waits:
    """The longest that another request to the server takes while a block runs: what its event loop is kept from doing."""

    def __init__(self, lab):
        self.lab, self.longest, self.done = lab, 0.0, threading.Event()
        self.thread = threading.Thread(target=self.look)

    def look(self):
        while not self.done.wait(0.002):
            begun = time.perf_counter()
            self.lab.ask("GET", "api")
            self.longest = max(self.longest, time.perf_counter() - begun)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.done.set()
        self.thread.join()


def own(pid):
    """Memory of a process of its own, in MiB."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("RssAnon"):
                return int(line.split()[1]) / 1024
    return 0.0


class Lab:
    """A Jupyter server with a kernel."""

    def __init__(self, folder, how):
        folder.mkdir()
        log = folder / "log"
        command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", "--ServerApp.port=0"]
        command += [f"--ServerApp.root_dir={folder}", f"--PhoenixLab.transfer={how}", "--PhoenixLab.workers=1"]
        command += ["--PhoenixLab.compile_early=False", "--ServerApp.jpserver_extensions={'phoenix_lab': True}"]
        environment = {**os.environ, "JUPYTER_RUNTIME_DIR": str(folder), "JUPYTER_TOKEN": "benchmark"}
        with log.open("w") as out:
            self.process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
        while not (found := list(folder.glob("jpserver-*.json"))) or not found[0].read_text():
            time.sleep(0.1)
        self.port = json.loads(found[0].read_text())["port"]
        while True:
            with contextlib.suppress(OSError):
                self.kernel = json.loads(self.ask("POST", "api/kernels", {}))["id"]
                break
            time.sleep(0.1)
        self.client = BlockingKernelClient(connection_file=str(folder / f"kernel-{self.kernel}.json"))
        self.client.load_connection_file()
        self.client.session.session = uuid.uuid4().hex
        self.client.start_channels(hb=False)
        self.client.wait_for_ready()
        self.pid = int(self.run("import os, pyarrow.parquet; print(os.getpid())"))

    def run(self, code):
        texts = []
        reply = self.client.execute_interactive(code, output_hook=lambda m: texts.append(m["content"].get("text", "")))
        if reply["content"]["status"] != "ok":
            raise RuntimeError(reply["content"]["evalue"])
        return "".join(texts)

    def ask(self, method, path, body=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/{path}",
            None if body is None else json.dumps(body).encode(),
            {"Authorization": "token benchmark"},
            method=method,
        )
        with urllib.request.urlopen(request) as response:  # noqa: S310 - our own server
            return response.read()

    def read(self, name="df"):
        """Read all columns of a dataframe, and return seconds and memory."""
        which = json.loads(self.ask("POST", f"{API}inferences", {"kernel_id": self.kernel, "expression": name}))
        body = {"columns": [column["name"] for column in which["columns"]], "rows": [0]}
        with Waits(self) as idle:
            time.sleep(1)
        with Waits(self) as waits, Peak(self.pid, self.process.pid) as peak:
            self.ask("POST", f"{API}inferences/{which['id']}/columns", body)
        self.waits = idle.longest, waits.longest
        self.look = self.run(
            "import sys, time\n"
            "look, times = sys.modules['_phoenix_lab_bridge'].looks.look, []\n"
            "for _ in range(7):\n"
            f"    begun = time.perf_counter(); look({name}); times.append(time.perf_counter() - begun)\n"
            "print(sorted(times)[3])"
        )
        self.ask("DELETE", f"{API}inferences/{which['id']}")
        return peak

    def stop(self):
        self.client.stop_channels()
        self.process.terminate()
        self.process.wait(30)


def compare(title, data, folder):
    print(f"\n{title}; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(f"{'':24}{'seconds':>9}{'ratio':>8}{'kernel MiB':>12}{'server MiB':>12}")
    first = None

    def line(name, seconds, kernel, server):
        nonlocal first
        first = first or seconds
        print(f"{name:24}{seconds:9.2f}{seconds / first:8.1f}{kernel:12,.0f}{server:12,.0f}", flush=True)

    for how in ("files", "messages"):
        lab = Lab(folder / f"{uuid.uuid4().hex}", how)
        try:
            lab.run(data)
            lab.run("small = df.head(100)")
            lab.read("small")  # the first imports what it needs
            peak = lab.read()
            line(f"phoenix_lab, {how}", peak.seconds, *peak.extra)
            idle, busy = (1000 * wait for wait in lab.waits)
            print(f"{'':24}another request waits {busy:.0f} ms at most, {idle:.0f} ms of a server at rest", flush=True)
            if how == "messages":
                others(lab, folder, line)
                print(
                    f"{'change fingerprint':24}{float(lab.look):9.4f}   (in the kernel, while a panel is open, after each cell)"
                )
        finally:
            lab.stop()


def others(lab, folder, line):
    for method, template in SENDERS.items():
        process = subprocess.Popen(
            [sys.executable, __file__, "--receive"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        try:
            port = json.loads(process.stdout.readline())["port"]
            path = str(folder / uuid.uuid4().hex)
            code = template.format(port=port, path=path)
            if method == "pickle over ZMQ":
                process.stdin.write(json.dumps([method, path]) + "\n")
                process.stdin.flush()
            with Peak(lab.pid, process.pid) as peak:
                lab.run(code)
                if method != "pickle over ZMQ":
                    process.stdin.write(json.dumps([method, path]) + "\n")
                    process.stdin.flush()
                process.stdout.readline()
            times = int(lab.run("print(many)")) if method in TEXT else 1
            line(method, *(times * value for value in (peak.seconds, *peak.extra)))
            Path(path).unlink(missing_ok=True)
            lab.run("import gc; _ = gc.collect()")
        finally:
            process.stdin.close()
            process.wait()
            process.stdout.close()
            gc.collect()


def main(rows=100_000, vectors=10_000, dimensions=768):
    with tempfile.TemporaryDirectory() as folder:
        compare(f"{rows:,} rows x 20 mixed columns (pandas)", MIXED.format(rows=rows), Path(folder))
        title = f"{vectors:,} vectors x {dimensions} float32 in an object column (pandas)"
        compare(title, VECTORS.format(rows=vectors, dimensions=dimensions), Path(folder))


if __name__ == "__main__":
    if sys.argv[1:] == ["--receive"]:
        receive()
    else:
        main(*map(int, sys.argv[1:4]))
