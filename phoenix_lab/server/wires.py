"""How messages reach a kernel: over ZMQ, or through a gateway over a websocket."""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from collections.abc import Callable
from typing import Any, Protocol

from jupyter_client.jsonutil import json_default
from jupyter_client.session import Session

Message = dict[str, Any]
Deliver = Callable[[Message], None]

_MOST = 64 << 20
"""Bytes that one message of a gateway may have."""


def process_of(manager: Any) -> object:
    """Return something that differs when a kernel manager has started another process; no message is sent for it.

    A question to the kernel would do as well, but each one publishes "busy" and "idle", and the notebook's indicator follows these.
    """
    provisioner = getattr(manager, "provisioner", None)
    return getattr(provisioner, "pid", None) or id(provisioner)


class Wire(Protocol):
    """A connection to one kernel process."""

    def message(self, kind: str, content: dict[str, Any]) -> Message:
        """Make a message with an id of its own."""

    async def open(self, deliver: Deliver) -> None:
        """Connect; each reply is delivered from now on."""

    def send(self, message: Message, *, control: bool) -> None:
        """Send to the shell or the control channel."""

    def same(self) -> bool:
        """Whether the process that was connected to is still the one that a message would reach."""

    def close(self) -> None:
        """Disconnect."""


def wire_to(manager: Any) -> Wire:
    """Return the right wire for a kernel's manager."""
    return GatewayWire(manager) if is_remote(manager) else ZmqWire(manager)


def is_remote(manager: Any) -> bool:
    """Whether a gateway stands between this server and the kernel: there are no sockets then, and questions about it cost requests."""
    from jupyter_server.gateway.managers import GatewayKernelManager

    return isinstance(manager, GatewayKernelManager)


class ZmqWire:
    """A client with its own identity that reads neither output nor input."""

    def __init__(self, manager: Any) -> None:
        self._manager = manager
        self._process = process_of(manager)
        self._client = manager.client()
        # Clients of one manager share its session id, which is also their ZMQ identity: the second cuts off the first.
        self._client.session.session = uuid.uuid4().hex
        self._readers: list[asyncio.Task[None]] = []

    async def open(self, deliver: Deliver) -> None:
        """See `Wire`."""
        self._client.start_channels(iopub=False, stdin=False, hb=False, control=True)
        self._readers = [
            asyncio.get_running_loop().create_task(self._listen(channel, deliver))
            for channel in (self._client.shell_channel, self._client.control_channel)
        ]

    def message(self, kind: str, content: dict[str, Any]) -> Message:
        """See `Wire`."""
        message: Message = self._client.session.msg(kind, content)
        return message

    def send(self, message: Message, *, control: bool) -> None:
        """See `Wire`."""
        channel = self._client.control_channel if control else self._client.shell_channel
        # Not `channel.send()`: it goes past the asyncio socket, which then misses a reply that comes in meanwhile, and all after it.
        channel.socket.send_multipart(self._client.session.serialize(message))

    def same(self) -> bool:
        """See `Wire`."""
        return process_of(self._manager) == self._process

    async def _listen(self, channel: Any, deliver: Deliver) -> None:
        session = self._client.session
        while True:
            # Not `channel.get_msg()`: it polls, and a poll is not woken by what a send has noticed.
            _, parts = session.feed_identities(await channel.socket.recv_multipart())
            deliver(session.deserialize(parts))

    def close(self) -> None:
        """See `Wire`."""
        for task in self._readers:
            task.cancel()
        with contextlib.suppress(Exception):
            self._client.stop_channels()


class GatewayWire:
    """A websocket to the kernel's channels on a gateway.

    `GatewayKernelClient` of jupyter_server would be the class for it, but it sends no credentials, blocks the loop while it connects, and cannot take
    binary messages. The address, certificates and credentials are those of the server's own connection.
    """

    def __init__(self, manager: Any) -> None:
        self._number = str(manager.kernel_id)
        self._session = Session(session=uuid.uuid4().hex, key=b"")
        self._socket: Any = None
        self._reader: asyncio.Task[None] | None = None
        self._kernel: str | None = None
        self._lost = False

    async def open(self, deliver: Deliver) -> None:
        """See `Wire`."""
        from jupyter_server.gateway.gateway_client import GatewayClient
        from jupyter_server.utils import url_escape, url_path_join
        from tornado.httpclient import HTTPRequest
        from tornado.websocket import websocket_connect

        gateway = GatewayClient.instance()
        url = url_path_join(
            gateway.ws_url or "",
            gateway.kernels_endpoint or "",
            url_escape(self._number),
            "channels",
        )
        options = gateway.load_connection_args()  # type: ignore[no-untyped-call]
        request = HTTPRequest(f"{url}?session_id={self._session.session}", **options)
        self._socket = await websocket_connect(request, max_message_size=_MOST)
        self._reader = asyncio.get_running_loop().create_task(self._listen(deliver))

    def message(self, kind: str, content: dict[str, Any]) -> Message:
        """See `Wire`."""
        return self._session.msg(kind, content)

    def send(self, message: Message, *, control: bool) -> None:
        """See `Wire`."""
        from tornado.websocket import WebSocketClosedError

        text = json.dumps({**message, "channel": "control" if control else "shell"}, default=json_default)
        try:
            self._socket.write_message(text)
        except WebSocketClosedError:
            self._lost = True

    def same(self) -> bool:
        """See `Wire`."""
        return not self._lost

    async def _listen(self, deliver: Deliver) -> None:
        from jupyter_server.services.kernels.connection.base import deserialize_binary_message

        while (data := await self._socket.read_message()) is not None:
            try:
                message: Message = (
                    deserialize_binary_message(data)  # type: ignore[no-untyped-call]
                    if isinstance(data, bytes)
                    else json.loads(data)
                )
                self._notice(message)
            except Exception:  # noqa: BLE001, S112 - whatever a gateway sends, the next message may be the awaited one
                continue
            if message.get("channel") in ("shell", "control"):
                deliver(message)
        self._lost = True

    def _notice(self, message: Message) -> None:
        """See that the kernel was restarted: the gateway says so, or what comes is of another session than before."""
        if not message.get("parent_header"):
            if message["header"]["msg_type"] == "status" and message["content"]["execution_state"] in (
                "restarting",
                "dead",
            ):
                self._lost = True
            return
        session = message["header"]["session"]
        self._kernel = self._kernel or session
        if session != self._kernel:
            self._lost = True

    def close(self) -> None:
        """See `Wire`."""
        self._lost = True
        if self._reader is not None:
            self._reader.cancel()
        if self._socket is not None:
            self._socket.close()
