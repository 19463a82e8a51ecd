"""Real kernels for tests."""

from __future__ import annotations

import json
import queue
import time
import uuid
from contextlib import contextmanager

from jupyter_client.manager import KernelManager

from phoenix_lab.kernel import bridge, source


class Guest:
    """A kernel and a client of it."""

    def __init__(self, manager):
        self.manager = manager
        self.client = manager.client()
        self.client.session.session = uuid.uuid4().hex  # two clients of one manager must not share an identity
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def send(self, code, *, subshell=None, channel="shell", kind="execute_request", **options):
        content = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": True,
            **options,
        }
        msg = self.client.session.msg(kind, content if kind == "execute_request" else {})
        if subshell is not None:
            msg["header"]["subshell_id"] = subshell
        getattr(self.client, f"{channel}_channel").send(msg)
        return msg["header"]["msg_id"]

    def reply(self, msg_id, timeout=30, channel="shell"):
        get = getattr(self.client, f"get_{channel}_msg")
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            try:
                msg = get(timeout=1)
            except queue.Empty:
                continue
            if msg["parent_header"].get("msg_id") == msg_id:
                return msg["content"]
        raise TimeoutError

    def run(self, code):
        """Run a cell; returns what it displayed as a list of contents."""
        msg_id = self.send(code)
        content = self.reply(msg_id)
        assert content["status"] == "ok", content
        shown = []
        while True:
            msg = self.client.get_iopub_msg(timeout=10)
            if msg["parent_header"].get("msg_id") != msg_id:
                continue
            if msg["msg_type"] == "status" and msg["content"]["execution_state"] == "idle":
                return shown
            if msg["msg_type"] in ("execute_result", "display_data", "stream", "error"):
                shown.append(msg["content"])

    def silently(self, code="", expressions=None, subshell=None):
        return self.reply(
            self.send(code, silent=True, store_history=False, user_expressions=expressions or {}, subshell=subshell)
        )

    def ask(self, do, subshell=None, **arguments):
        expressions = {"a": source.expression({"do": do, **arguments})}
        return source.answer(self.silently(expressions=expressions, subshell=subshell)["user_expressions"]["a"])

    def question(self, request, subshell):
        """Ask the bridge as the server does, without waiting for the answer; return the message's id."""
        msg = self.client.session.msg(bridge.MESSAGE, {"request": json.dumps(request)})
        msg["header"]["subshell_id"] = subshell
        self.client.shell_channel.send(msg)
        return msg["header"]["msg_id"]

    def value(self, expression):
        result = self.silently(expressions={"v": expression})["user_expressions"]["v"]
        assert result["status"] == "ok", result
        return result["data"]["text/plain"]


@contextmanager
def guest():
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    kernel = Guest(manager)
    try:
        yield kernel
    finally:
        kernel.client.stop_channels()
        manager.shutdown_kernel(now=True)
