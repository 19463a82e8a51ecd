"""Fixtures of the tests that need a real Jupyter server and real kernels."""

from __future__ import annotations

import contextlib

import pytest

pytest_plugins = ("pytest_jupyter.jupyter_server",)


@pytest.fixture
def jp_server_config():
    """Load the extension, and refuse every handler that forgot to say who may call it."""
    return {"ServerApp": {"jpserver_extensions": {"phoenix_lab": True}, "allow_unauthenticated_access": False}}


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
