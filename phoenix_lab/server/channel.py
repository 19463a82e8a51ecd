"""Requests to one kernel process, and their replies."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from phoenix_lab.server.problems import KernelGone
from phoenix_lab.server.wires import Wire, wire_to

_LOOK = 0.5
"""Seconds between two looks whether the kernel that was asked is still the same process."""

Message = Mapping[str, Any]


class Restarted(Exception):  # noqa: N818 - named after what happened
    """The process that was asked is not there any more, but another may be."""


class Channel:
    """A conversation with one kernel process; output and input are not listened to.

    Parameters
    ----------
    wire
        The open connection, which delivers to this channel; see `open`.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._waiting: dict[str, asyncio.Future[Message]] = {}
        self._closed = False
        self.shares_disk: bool | None = None
        """Whether the kernel sees the server's folder; None until that was tried."""
        self.quiet = False
        """Whether the bridge listens to messages of our own, which nobody takes for a running cell."""
        self.buffers: bool | None = None
        """Whether requests of our own kind are answered, with binary buffers; None until that was tried."""

    @classmethod
    async def open(cls, manager: Any) -> Channel:
        """Connect to the process that a kernel's manager has started."""
        channel = cls(wire_to(manager))
        await channel._wire.open(channel._deliver)
        return channel

    @property
    def current(self) -> bool:
        """Whether a request would still reach the process that this channel was opened to."""
        return self._wire.same()

    def send(
        self, kind: str, content: Message, *, control: bool = False, subshell: str | None = None
    ) -> asyncio.Future[Message]:
        """Send a request; the future becomes its reply."""
        if self._closed:
            raise KernelGone
        message = self._wire.message(kind, dict(content))
        if subshell is not None:
            message["header"]["subshell_id"] = subshell
        future: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        number = message["header"]["msg_id"]
        self._waiting[number] = future
        future.add_done_callback(lambda _: self._waiting.pop(number, None))
        self._wire.send(message, control=control)
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
            if not self._wire.same():
                future.cancel()
                raise Restarted
            if waiting is not None:
                waiting()
                waiting = None

    def _deliver(self, message: Message) -> None:
        future = self._waiting.get(message["parent_header"].get("msg_id", ""))
        if future is not None and not future.done():
            future.set_result(message)

    def close(self) -> None:
        """Give up: every reply that is waited for fails with `KernelGone`."""
        if self._closed:
            return
        self._closed = True
        for future in list(self._waiting.values()):
            if not future.done():
                future.set_exception(KernelGone())
                future.exception()  # somebody may have stopped waiting for it
        self._wire.close()
