"""Requests to one kernel process, and their replies."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from phoenix_lab.server.problems import KernelGone

_LOOK = 0.5
"""Seconds between two looks whether the kernel that was asked is still the same process."""

Message = Mapping[str, Any]


class Restarted(Exception):  # noqa: N818 - named after what happened
    """The process that was asked is not there any more, but another may be."""


def process_of(manager: Any) -> object:
    """Return something that differs when a kernel manager has started another process; no message is sent for it.

    A question to the kernel would do as well, but each one publishes "busy" and "idle", and the notebook's indicator follows these.
    """
    provisioner = getattr(manager, "provisioner", None)
    return getattr(provisioner, "pid", None) or id(provisioner)


class Channel:
    """A client of a kernel with its own identity; it reads neither output nor input.

    Parameters
    ----------
    manager
        The kernel's manager.
    """

    def __init__(self, manager: Any) -> None:
        self._manager = manager
        self.process = process_of(manager)
        self._client = manager.client()
        # Clients of one manager share its session id, which is also their ZMQ identity: the second cuts off the first.
        self._client.session.session = uuid.uuid4().hex
        self._client.start_channels(iopub=False, stdin=False, hb=False, control=True)
        self._waiting: dict[str, asyncio.Future[Message]] = {}
        self._closed = False
        self._readers = [
            asyncio.get_running_loop().create_task(self._listen(channel))
            for channel in (self._client.shell_channel, self._client.control_channel)
        ]

    def send(
        self, kind: str, content: Message, *, control: bool = False, subshell: str | None = None
    ) -> asyncio.Future[Message]:
        """Send a request; the future becomes its reply."""
        if self._closed:
            raise KernelGone
        message = self._client.session.msg(kind, content)
        if subshell is not None:
            message["header"]["subshell_id"] = subshell
        future: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        number = message["header"]["msg_id"]
        self._waiting[number] = future
        future.add_done_callback(lambda _: self._waiting.pop(number, None))
        channel = self._client.control_channel if control else self._client.shell_channel
        # Not `channel.send()`: it goes past the asyncio socket, which then misses a reply that comes in meanwhile, and all after it.
        channel.socket.send_multipart(self._client.session.serialize(message))
        return future

    async def reply(self, future: asyncio.Future[Message], waiting: Callable[[], None] | None = None) -> Message:
        """Wait for a reply, as long as the process lives; cancelling the wait leaves the future as it is.

        Parameters
        ----------
        future
            What `send` returned.
        waiting
            Called once when the reply is not there at once.

        Raises
        ------
        Restarted
            Another process has taken the place of the one that was asked.
        KernelGone
            The channel was closed.
        """
        while True:
            done, _ = await asyncio.wait((future,), timeout=_LOOK)
            if done:
                return future.result()
            if process_of(self._manager) != self.process:
                future.cancel()
                raise Restarted
            if waiting is not None:
                waiting()
                waiting = None

    async def _listen(self, channel: Any) -> None:
        session = self._client.session
        while True:
            # Not `channel.get_msg()`: it polls, and a poll is not woken by what a send has noticed.
            _, parts = session.feed_identities(await channel.socket.recv_multipart())
            message = session.deserialize(parts)
            future = self._waiting.get(message["parent_header"].get("msg_id", ""))
            if future is not None and not future.done():
                future.set_result(message)

    def close(self) -> None:
        """Give up: every reply that is waited for fails with `KernelGone`."""
        if self._closed:
            return
        self._closed = True
        for task in self._readers:
            task.cancel()
        for future in list(self._waiting.values()):
            if not future.done():
                future.set_exception(KernelGone())
                future.exception()  # somebody may have stopped waiting for it
        with contextlib.suppress(Exception):
            self._client.stop_channels()
