"""Asking the kernels: `KernelLink`, one a kernel, and `Kernels`, all of them."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from phoenix_lab.kernel import bridge, parcels, source
from phoenix_lab.server.answers import checked, nonsense
from phoenix_lab.server.channel import Channel, Message, Restarted
from phoenix_lab.server.models import Change, FrameListing, Frames, KernelState
from phoenix_lab.server.problems import KernelGone, ProblemError, from_bridge
from phoenix_lab.server.wires import is_remote

_START = 60.0
"""Seconds that a kernel may take to say what it is."""
_SUBSHELL = 0.5
"""Seconds that the first request for a subshell may take before it is made again."""
_TRIES = 4
QUIET = (bridge.MESSAGE, parcels.MESSAGE, "create_subshell_request", "delete_subshell_request")
"""Messages to a kernel that are no work of its user's."""
_WATCH = 1.0
"""Seconds between two looks whether the kernels still live."""
_DEAD = 3
"""Looks in a row that find no process; a restart is over sooner."""

Logger = logging.Logger | logging.LoggerAdapter[Any]


class KernelLink:
    """The conversation with one kernel.

    Questions go over a subshell of our own where the kernel has subshells, so that they are answered while a cell runs; otherwise they
    wait for the cell. What changes the kernel (`main=True`) always goes the way of the cells.

    Parameters
    ----------
    kernel_id
        The id of the kernel.
    manager
        Its kernel manager.
    version
        The version of this package here, in the server.
    log
        Where failures are written.
    """

    def __init__(self, kernel_id: str, manager: Any, version: str, log: Logger) -> None:
        self.kernel_id = kernel_id
        self.manager = manager
        self._version = version
        self._log = log
        self._channel: Channel | None = None
        self._info: Mapping[str, Any] = {}
        self._shell: str | None = None
        self._connecting = asyncio.Lock()
        self._registering = asyncio.Lock()
        self._gone: KernelGone | None = None

    @property
    def subshells(self) -> bool:
        """Whether the kernel answers while a cell runs."""
        return "kernel subshells" in self._info.get("supported_features", ())

    async def state(self) -> KernelState:
        """Find out what the kernel is, and what stands in the way of reading it."""
        channel = await self.connect()
        language = self._info.get("language_info", {}).get("name", "")
        if language.lower() != "python":
            return self._state(
                {}, f"This kernel runs {language or 'another language'}; only Python kernels can be inspected."
            )
        found = await self.call({"do": "state"})
        # a gateway may let only known messages through
        channel.quiet = found.get("messages") is True and not is_remote(self.manager)
        return self._state(found, self._obstacle(found))

    def _state(self, found: Mapping[str, Any], problem: str | None) -> KernelState:
        return KernelState(
            kernel_id=self.kernel_id,
            alive=True,
            subshells=self.subshells,
            python=str(found.get("python") or ""),
            pyarrow=found.get("pyarrow"),
            phoenix_lab=found.get("phoenix_lab"),
            server_version=self._version,
            problem=problem,
        )

    def _obstacle(self, found: Mapping[str, Any]) -> str | None:
        if not found.get("pyarrow"):
            return "The kernel's environment has no pyarrow, which reading a dataframe needs. Run: %pip install pyarrow"
        version = found.get("phoenix_lab")
        if version and version != self._version:
            return (
                f"phoenix_lab is {version} in the kernel and {self._version} in the server. "
                f"Run: %pip install phoenix_lab=={self._version} and restart the kernel."
            )
        return None

    async def frames(self, since: Sequence[Mapping[str, str]] = ()) -> Frames:
        """List the dataframes that variables of the kernel hold, and what has changed of sets that were read (`{id, ref, look}`)."""
        state = await self.state()
        if state.python == "":
            return Frames(kernel=state, frames=())
        found = await self.call({"do": "list", "since": [dict(one) for one in since]})
        asked = {one["id"] for one in since}
        return Frames(
            kernel=state,
            frames=tuple(_listing(frame) for frame in found["frames"]),
            changes=tuple(
                change
                for number, told in found.get("changes", {}).items()
                if number in asked and told is not None and (change := _change(number, told)) is not None
            ),
        )

    async def call(
        self,
        request: Mapping[str, Any],
        *,
        main: bool = False,
        waiting: Callable[[], None] | None = None,
        late: Callable[[Mapping[str, Any]], None] | None = None,
    ) -> dict[str, Any]:
        """Make one call of the bridge.

        Parameters
        ----------
        request
            `{"do": name, …}`; see `docs/architecture.md`.
        main
            Go over the main shell, after the cells that were started before.
        waiting
            Called once when the answer has to wait for a cell.
        late
            Called with the answer when this call was cancelled before it came.

        Raises
        ------
        ProblemError
            What the bridge says, or `KernelGone`.
        """
        for _ in range(_TRIES):
            channel = await self.connect()
            question = _quiet(request) if channel.quiet and not main else _executed(request)
            try:
                shell = None if main else await self._subshell(channel)
                reply = await self._ask(channel, question, shell, None if shell else waiting, late)
                if reply is None:
                    continue
                answer = _answer(reply)
                if answer is not None:
                    answer = checked("error" if "error" in answer else str(request["do"]), answer)
                if answer is None or answer.get("version", self._version) != self._version:
                    await self._register(channel, shell)
                    continue
            except Restarted:
                self._drop(channel)
                continue
            if "error" in answer:
                raise from_bridge(checked("error", answer["error"]))
            return answer
        raise ProblemError(409, "The kernel does not answer.", "Restart the kernel and run the cells again.")

    async def _ask(
        self,
        channel: Channel,
        question: tuple[str, Message],
        shell: str | None,
        waiting: Callable[[], None] | None,
        late: Callable[[Mapping[str, Any]], None] | None = None,
    ) -> Message | None:
        """Send one request; None when it has to be sent again."""
        future = channel.send(*question, subshell=shell)
        try:
            reply = (await channel.reply(future, waiting))["content"]
        except asyncio.CancelledError:
            if late is not None:
                future.add_done_callback(lambda done: _hand_over(done, late))
            raise
        if reply.get("ename") == "UnknownSubshellError":
            self._shell = None
            return None
        if reply.get("status") == "aborted":  # a cell before it failed
            await asyncio.sleep(0.05)
            return None
        if reply.get("status") == "error":
            self._log.warning("phoenix_lab: the kernel answered %s: %s", reply.get("ename"), reply.get("evalue"))
            raise ProblemError(409, "The kernel could not answer.", "Restart the kernel and run the cells again.")
        return dict(reply)

    async def _register(self, channel: Channel, shell: str | None) -> None:
        """Send the bridge to a kernel that has none, or that of another version."""
        async with self._registering:
            # run a second time the code does nothing
            reply = await self._ask(channel, _executed({"do": "state"}, source.bootstrap()), shell, None)
            if reply is not None and (_answer(reply) or {}).get("version") != self._version:
                raise ProblemError(
                    409, "The kernel does not take the code that reads dataframes.", "Restart the kernel."
                )

    async def request(self, kind: str, content: Message) -> Message:
        """Send a message of our own kind, and return the whole reply; raises `ProblemError` where the kernel is restarted meanwhile."""
        channel = await self.connect()
        try:
            return await channel.reply(channel.send(kind, content, subshell=await self._subshell(channel)))
        except Restarted:
            self._drop(channel)
            raise ProblemError(409, "The kernel was restarted while it was read.", "Run the cells again.") from None

    async def connect(self) -> Channel:
        """Return the channel to the process that runs now."""
        if self._gone is not None:
            raise self._gone
        async with self._connecting:
            channel = self._channel
            if channel is not None and channel.current:
                return channel
            if channel is not None:
                self._drop(channel)
            try:
                channel = await Channel.open(self.manager)
            except Exception as error:
                self._log.warning("phoenix_lab: no connection to kernel %s", self.kernel_id, exc_info=True)
                raise ProblemError(409, "There is no connection to the kernel.", "Restart the kernel.") from error
            try:
                # the control channel answers while a cell runs
                future = channel.send("kernel_info_request", {}, control=True)
                info = await asyncio.wait_for(channel.reply(future), _START)
            except (TimeoutError, asyncio.TimeoutError, Restarted):
                channel.close()
                raise ProblemError(409, "The kernel does not answer yet.", "Try again when it has started.") from None
            except BaseException:
                channel.close()
                raise
            self._info = info["content"]
            self._channel = channel
            return channel

    async def _subshell(self, channel: Channel) -> str | None:
        """Return the id of our subshell; None where the kernel has none."""
        if not self.subshells:
            return None
        async with self._connecting:
            patience = _SUBSHELL
            while self._shell is None:
                future = channel.send("create_subshell_request", {}, control=True)
                try:
                    reply = await asyncio.wait_for(channel.reply(future), patience)
                except (TimeoutError, asyncio.TimeoutError, asyncio.CancelledError) as stopped:
                    future.add_done_callback(functools.partial(_delete_subshell, channel))
                    if isinstance(stopped, asyncio.CancelledError):
                        raise
                    # A kernel that has hardly started fails at this request, and never replies (ipykernel 7).
                    patience = min(patience * 2, _START)
                    continue
                self._shell = reply["content"].get("subshell_id")
                if self._shell is None:
                    return None
            return self._shell

    def _drop(self, channel: Channel) -> None:
        channel.close()
        if self._channel is channel:
            self._channel = None
            self._shell = None

    def close(self) -> None:
        """Say that the kernel is gone to whoever waits for it, and to whoever asks from now on."""
        self._gone = KernelGone()
        if self._channel is not None:
            self._drop(self._channel)


class Kernels:
    """The links to the kernels of this server; those of dead kernels are closed.

    Parameters
    ----------
    manager
        The server's kernel manager.
    version
        See `KernelLink`.
    gone
        Called with the id of a kernel that is dead.
    log
        See `KernelLink`.
    """

    def __init__(self, manager: Any, version: str, gone: Callable[[str], None], log: Logger) -> None:
        self._manager = manager
        self._version = version
        self._on_gone = gone
        self._log = log
        self._links: dict[str, KernelLink] = {}
        self._watching: asyncio.Task[None] | None = None

    def link(self, kernel_id: str) -> KernelLink:
        """Return the link to a kernel; raises `ProblemError` (404) where there is no such kernel."""
        if kernel_id not in self._manager:
            raise ProblemError(404, "There is no such kernel any more.", "Start the kernel of the notebook again.")
        found = self._links.get(kernel_id)
        if found is None:
            manager = self._manager.get_kernel(kernel_id)
            found = self._links[kernel_id] = KernelLink(kernel_id, manager, self._version, self._log)
            if self._watching is None or self._watching.done():
                self._watching = asyncio.get_running_loop().create_task(self._watch())
        return found

    def find(self, kernel_id: str) -> KernelLink | None:
        """Return the link to a kernel that was asked before and still lives."""
        return self._links.get(kernel_id)

    async def _watch(self) -> None:
        dead: dict[str, int] = {}
        while self._links:
            await asyncio.sleep(_WATCH)
            for kernel_id, link in list(self._links.items()):
                if kernel_id not in self._manager:
                    self._lose(kernel_id)
                    continue
                alive = True
                # a gateway is asked by the server itself from time to time, and would be with each look
                with contextlib.suppress(Exception):
                    alive = link.manager.has_kernel if is_remote(link.manager) else bool(await link.manager.is_alive())
                dead[kernel_id] = 0 if alive else dead.get(kernel_id, 0) + 1
                if dead[kernel_id] >= _DEAD:
                    self._lose(kernel_id)

    def _lose(self, kernel_id: str) -> None:
        link = self._links.pop(kernel_id, None)
        if link is not None:
            link.close()
            self._on_gone(kernel_id)

    def close(self) -> None:
        """Close all links."""
        if self._watching is not None:
            self._watching.cancel()
        for kernel_id in list(self._links):
            self._lose(kernel_id)


def _executed(request: Mapping[str, Any], code: str = "") -> tuple[str, Message]:
    """Ask as any front end asks a kernel; first run code."""
    return "execute_request", {
        "code": code,
        "silent": True,
        "store_history": False,
        "user_expressions": {"answer": source.expression(request)},
        "allow_stdin": False,
        "stop_on_error": False,
    }


def _quiet(request: Mapping[str, Any]) -> tuple[str, Message]:
    """Ask with a message of our own, which nobody takes for a running cell; only where the bridge listens to these."""
    return bridge.MESSAGE, {"request": json.dumps(request)}


def _answer(reply: Message) -> dict[str, Any] | None:
    """Take the bridge's answer out of a reply; None when there is no bridge."""
    text = reply.get("answer")
    try:
        if isinstance(text, str):
            return checked("", json.loads(text))
        found = source.answer(reply.get("user_expressions", {}).get("answer", {}))
    except (ValueError, SyntaxError, LookupError, AttributeError, TypeError, RecursionError):
        raise nonsense() from None
    return None if found is None else checked("", found)


def _delete_subshell(channel: Channel, late: asyncio.Future[Message]) -> None:
    """Give back a subshell that came when nobody waited for it any more."""
    if not late.cancelled() and late.exception() is None:
        number = late.result()["content"].get("subshell_id")
        if number is not None:
            with contextlib.suppress(KernelGone):
                channel.send("delete_subshell_request", {"subshell_id": number}, control=True)


def _hand_over(done: asyncio.Future[Message], late: Callable[[Mapping[str, Any]], None]) -> None:
    if not done.cancelled() and done.exception() is None:
        with contextlib.suppress(ProblemError):
            answer = _answer(done.result()["content"])
            if answer is not None and "error" not in answer:
                late(answer)


def _change(number: str, told: Mapping[str, Any]) -> Change | None:
    try:
        return Change(**{**told, "set": number})
    except (TypeError, ValidationError):  # nothing that our bridge says
        return None


def _listing(frame: Mapping[str, Any]) -> FrameListing:
    known = FrameListing.__dataclass_fields__
    values = {name: value for name, value in frame.items() if name in known}
    lists = ("names", "embeddings", "columns")
    return FrameListing(**{**values, **{name: tuple(values[name]) for name in lists if name in values}})
