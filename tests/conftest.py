"""Fixtures of the tests that need a real Jupyter server and real kernels."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import time
import uuid

import pyarrow as pa
import pytest
from tornado.httpclient import HTTPClientError

pytest_plugins = ("pytest_jupyter.jupyter_server",)


@pytest.fixture
def jp_server_config(tmp_path, monkeypatch):
    """Load the extension, and refuse every handler that forgot to say who may call it."""
    monkeypatch.setenv("PHOENIX_LAB_CACHE_DIR", str(tmp_path / "cache"))
    extensions = {"phoenix_lab": True, "jupyter_server_terminals": False}
    return {
        "ServerApp": {"jpserver_extensions": extensions, "allow_unauthenticated_access": False},
        "PhoenixLab": {"workers": 1, "compile_early": False, "spool_dir": str(tmp_path / "phoenix")},
    }


@pytest.fixture(autouse=True)
def jp_server_cleanup(request, jp_asyncio_loop):
    """Clean up as pytest-jupyter does, but only after the tests that had a server."""
    yield
    if "jp_serverapp" in request.fixturenames:
        from jupyter_server.serverapp import ServerApp

        app = ServerApp.instance()
        with contextlib.suppress(RuntimeError, SystemExit):
            jp_asyncio_loop.run_until_complete(app._cleanup())
        app.kernel_manager.context.destroy()
        ServerApp.clear_instance()


def pytest_collection_modifyitems(items):
    """Begin with the files that take minutes, so that no worker sits idle at the end."""
    items.sort(key=lambda item: item.get_closest_marker("packaging") is None)


async def until(condition, seconds=45.0):
    """Wait until something is so: long, for the machine may be busy, but less than the minute that jobs last which a test ends."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.02)


@dataclasses.dataclass
class Answer:
    """What a route answered."""

    status: int
    body: bytes
    headers: dict

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def table(self):
        return pa.ipc.open_stream(self.body).read_all()

    @property
    def meta(self):
        return json.loads(self.table.schema.metadata[b"phoenix_lab"])

    def ok(self):
        assert self.status < 300, self.body.decode()
        return self


class Api:
    """The routes, as a browser calls them."""

    def __init__(self, fetch):
        self._fetch = fetch

    async def __call__(self, method, path, body=None, **params):
        data = body if body is None or isinstance(body, str | bytes) else json.dumps(body)
        try:
            response = await self._fetch(
                "phoenix-lab/api",
                *path.split("/"),
                method=method,
                params=[(k, v) for k, some in params.items() for v in (some if isinstance(some, list) else [some])],
                body=data,
                allow_nonstandard_methods=True,
                request_timeout=60,
            )
        except HTTPClientError as error:
            response = error.response
            if response is None:
                raise
        return Answer(response.code, response.body, dict(response.headers))

    async def get(self, path, **params):
        return await self("GET", path, **params)

    async def post(self, path, body):
        return await self("POST", path, body)

    async def delete(self, path):
        return await self("DELETE", path)

    async def read(self, kernel, expression, **more):
        return (await self.post("inferences", {"kernel_id": kernel.id, "expression": expression, **more})).ok().json

    async def changes(self, kernel, sets):
        """Ask what of sets is no longer as it was read."""
        return (await self.get("frames", kernel_id=kernel.id, set=[one["id"] for one in sets])).ok().json["changes"]

    async def events(self, number):
        answer = (await self.get(f"analyses/{number}/events")).ok()
        return [json.loads(line) for line in answer.body.splitlines()]

    async def run(self, recipe, primary, reference=None):
        """Ask a recipe, wait for its end, and return the last event and the main table's answer."""
        request = {"recipe": recipe, "primary": primary["id"], "reference": reference and reference["id"]}
        number = (await self.post("analyses", request)).ok().json["id"]
        last = (await self.events(number))[-1]
        assert last["state"] == "done", last
        return last, (await self.get(f"analyses/{number}/result")).ok()


class Kernel:
    """A real kernel, with a front end's connection to it."""

    def __init__(self, manager, number):
        self._manager = manager
        self.id = number

    async def connect(self):
        self._client = self._manager.get_kernel(self.id).client()
        self._client.session.session = uuid.uuid4().hex
        self._client.start_channels(hb=False)
        await self._client.wait_for_ready(timeout=60)
        return self

    async def run(self, code):
        """Run a cell and return what it displayed as text."""
        texts = []

        def output(message):
            content = message["content"]
            if message["msg_type"] == "stream":
                texts.append(content["text"])
            elif message["msg_type"] in ("execute_result", "display_data"):
                texts.append(content["data"].get("text/plain", ""))

        reply = await self._client.execute_interactive(code, timeout=60, output_hook=output, stop_on_error=False)
        assert reply["content"]["status"] == "ok", reply["content"]
        return "".join(texts)

    def begin(self, code):
        """Start a cell, and do not wait for it."""
        return self._client.execute(code)

    @contextlib.asynccontextmanager
    async def busy(self, folder, then="pass"):
        """A cell runs for as long as the context lasts, however slow the machine is; what it does then is code, too."""
        running = folder / uuid.uuid4().hex
        self.begin(
            f"import pathlib, time; _running = pathlib.Path({str(running)!r}); _running.touch()\n"
            f"while _running.exists(): time.sleep(.02)\n{then}"
        )
        await until(running.exists)
        try:
            yield
        finally:
            running.unlink()

    def close(self):
        self._client.stop_channels()


@pytest.fixture
def api(jp_fetch):
    return Api(jp_fetch)


@pytest.fixture
def lab(jp_serverapp):
    """The extension of the running server."""
    return jp_serverapp.web_app.settings["phoenix_lab"]


@pytest.fixture
def start_kernel(jp_serverapp, jp_asyncio_loop):
    kernels = []

    async def start(**options):
        manager = jp_serverapp.kernel_manager
        kernel = await Kernel(manager, await manager.start_kernel(**options)).connect()
        kernels.append(kernel)
        return kernel

    yield start
    for kernel in kernels:
        kernel.close()


DIGITS = """
import numpy as np, pandas as pd
with np.load({path!r}) as file:
    images, labels = file["images"], file["labels"]
def frame(rows, shift=0.0):
    n = len(rows)
    return pd.DataFrame({{
        "when": pd.date_range("2026-01-01", periods=n, freq="h"),
        "size": np.linspace(0, 1, n) + shift,
        "kind": pd.Categorical(np.where(labels[rows] % 2, "odd", "even")),
        "label": labels[rows],
        "<script>alert(1)</script>": np.arange(n) % 7,
        "vector": list(images[rows].astype(np.float32)),
    }}, index=[f"row-{{i}}" for i in rows])
train = frame(np.arange(0, 900))
prod = frame(np.concatenate([np.arange(900, 1797), np.flatnonzero(labels == 3)[:60]]), shift=0.5)
"""
"""Cells that make two frames of real digits: in production there are too many threes."""


@pytest.fixture
def kernel(start_kernel, jp_asyncio_loop):
    """A kernel; async fixtures would run in another loop than the server."""
    return jp_asyncio_loop.run_until_complete(start_kernel())


@pytest.fixture(scope="session")
def digits_file(tmp_path_factory):
    """The digits as a file, for importing scikit-learn takes a kernel seconds."""
    import numpy as np
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    path = tmp_path_factory.mktemp("digits") / "digits.npz"
    np.savez(path, images=images, labels=labels)
    return str(path)


@pytest.fixture
def digits(kernel, digits_file, jp_asyncio_loop):
    """A kernel with the two frames."""
    jp_asyncio_loop.run_until_complete(kernel.run(DIGITS.format(path=digits_file)))
    return kernel
