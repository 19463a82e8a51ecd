"""How columns come from a kernel: as a file in a folder that both see, or, where there is none, in pieces over Jupyter messages."""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from phoenix_lab.kernel.parcels import MESSAGE
from phoenix_lab.server.answers import nonsense
from phoenix_lab.server.kernels import KernelLink
from phoenix_lab.server.problems import KernelGone, ProblemError
from phoenix_lab.server.spool import Spool

How = Literal["auto", "files", "messages"]
Waiting = Callable[[], None]
Got = Callable[[int, int | None], None]
"""Told the bytes that are there, and of how many, where that is known."""

_PIECE = 4 << 20
"""Bytes of a binary piece: larger ones are not faster, and keep the loop busy for longer."""
_TEXT = 1 << 20
"""Bytes of a piece as text, which has to be decoded in the loop."""
_PATIENCE = 5.0
"""Seconds for the first binary piece; a gateway that lets only known messages through never answers."""
_LOOK = 0.25
"""Seconds between two looks at how far a file has grown."""


class Transfer:
    """The ways between this server's folder and its kernels.

    Parameters
    ----------
    spool
        The folder.
    how
        Which way; "auto" tries once for each kernel process whether it sees the folder.
    most
        Bytes that a kernel may announce.
    log
        Where it is written that a kernel does not see the folder.
    """

    def __init__(self, spool: Spool, how: How, most: int, log: logging.Logger | logging.LoggerAdapter[Any]) -> None:
        self._spool = spool
        self._how = how
        self._most = most
        self._log = log
        self._tasks: set[asyncio.Task[None]] = set()

    async def shares_disk(self, link: KernelLink, waiting: Waiting | None = None) -> bool:
        """Whether a kernel reads and writes files in the server's folder.

        The kernel is asked to read a secret that lies there, so that a folder of the same name on another machine is not taken for it.
        """
        if self._how != "auto":
            return self._how == "files"
        channel = await link.connect()
        if channel.shares_disk is None:
            path, secret = self._spool.new(".probe"), secrets.token_hex(16)
            self._spool.write(path, secret.encode())
            try:
                answer = await link.call({"do": "probe", "path": str(path)}, waiting=waiting)
                channel.shares_disk = answer.get("text") == secret
                why = "its folder of that name is another one"
            except KernelGone:
                raise
            except ProblemError as problem:
                channel.shares_disk, why = False, problem.problem.message
            finally:
                self._spool.remove(path)
            if not channel.shares_disk:
                self._log.info(
                    "phoenix_lab: kernel %s does not share %s (%s); its data comes over messages",
                    link.kernel_id,
                    self._spool.root,
                    why,
                )
        return channel.shares_disk

    async def take(
        self,
        link: KernelLink,
        request: Mapping[str, Any],
        path: Path,
        *,
        waiting: Waiting | None = None,
        got: Got | None = None,
    ) -> dict[str, Any]:
        """Let the bridge make a table ("sample" or "write"), and have it as a file of the spool; it is not validated yet.

        Parameters
        ----------
        link
            The kernel.
        request
            What is asked, without the path.
        path
            A new path of the spool.
        waiting
            Called once when the kernel is busy.
        got
            Called with the progress.

        Returns
        -------
        dict
            The bridge's answer. There is no file when it says that there is "nothing" to write.
        """
        if await self.shares_disk(link, waiting):
            answer = link.call({**request, "path": str(path)}, waiting=waiting, late=lambda _: self._spool.remove(path))
            return await (answer if got is None else _watched(answer, path, got))
        found = await link.call(request, waiting=waiting, late=lambda late: self._drop(link, late.get("key")))
        if found.get("nothing") is True:
            return found
        try:
            size = self._announced(found)
            pieces = self._pieces(link, found["key"], size, binary=found.get("buffers") is True)
            await self._store(pieces, path, size, got)
        finally:
            self._drop(link, found.get("key"))
        return found

    def _announced(self, found: Mapping[str, Any]) -> int:
        key, size = found.get("key"), found.get("size")
        if not isinstance(key, str) or type(size) is not int or size <= 0:
            raise nonsense()
        if size > self._most:
            raise ProblemError(
                413,
                f"These columns need {size / 2**30:,.1f} GiB of disk; {self._most / 2**30:,.1f} GiB may be used.",
                "Read fewer rows, or raise PhoenixLab.spool_quota in the server's configuration.",
            )
        return size

    async def _pieces(
        self, link: KernelLink, key: str, size: int, *, binary: bool
    ) -> AsyncIterator[bytes | memoryview]:
        """Yield a parcel; the next piece is asked for while the last one is written. Cells run in between."""
        offset = 0
        if binary and (await link.connect()).buffers is None:
            (await link.connect()).buffers = await self._answers(link, key, min(_TEXT, size))
        by_text = not (binary and (await link.connect()).buffers)
        step = _TEXT if by_text else _PIECE
        ask = self._text if by_text else self._binary
        ahead = asyncio.ensure_future(ask(link, key, 0, min(step, size)))
        try:
            while offset < size:
                piece = await ahead
                if len(piece) != min(step, size - offset):
                    raise nonsense()
                offset += len(piece)
                if offset < size:
                    ahead = asyncio.ensure_future(ask(link, key, offset, min(step, size - offset)))
                yield piece
        finally:
            ahead.cancel()

    async def _answers(self, link: KernelLink, key: str, length: int) -> bool:
        """Try whether a binary piece comes through."""
        try:
            await asyncio.wait_for(self._binary(link, key, 0, length), _PATIENCE)
        except (TimeoutError, asyncio.TimeoutError):
            self._log.info("phoenix_lab: kernel %s answers only usual messages; reading is slower", link.kernel_id)
            return False
        return True

    @staticmethod
    async def _binary(link: KernelLink, key: str, offset: int, length: int) -> bytes | memoryview:
        reply = await link.request(MESSAGE, {"key": key, "offset": offset, "length": length})
        buffers = reply.get("buffers") or []
        if reply["content"].get("status") != "ok" or len(buffers) != 1:
            raise ProblemError(409, "The kernel no longer has what was being read.", "Read it again.")
        return memoryview(buffers[0])

    @staticmethod
    async def _text(link: KernelLink, key: str, offset: int, length: int) -> bytes | memoryview:
        answer = await link.call({"do": "piece", "key": key, "offset": offset, "length": length})
        try:
            return base64.b64decode(answer["data"], validate=True)
        except (KeyError, TypeError, ValueError, binascii.Error):
            raise nonsense() from None

    async def _store(self, pieces: AsyncIterator[bytes | memoryview], path: Path, size: int, got: Got | None) -> None:
        loop = asyncio.get_running_loop()
        done = 0
        try:
            with self._spool.create(path) as file:
                async with contextlib.aclosing(pieces):  # type: ignore[type-var]
                    async for piece in pieces:
                        await loop.run_in_executor(None, file.write, piece)
                        done += len(piece)
                        if got is not None:
                            got(done, size)
        except OSError as error:
            raise ProblemError(
                409, "The server could not write what it was reading.", error.strerror or "Is its disk full?"
            ) from error

    @contextlib.asynccontextmanager
    async def rows(self, link: KernelLink, parts: Sequence[tuple[str, bytes]]) -> AsyncIterator[list[dict[str, str]]]:
        """Send positions of rows to a kernel, and keep them there while the block runs.

        Parameters
        ----------
        link
            The kernel.
        parts
            References to dataframes, and positions as little-endian int64.

        Yields
        ------
        list
            What the bridge's "export" takes.
        """
        paths: list[Path] = []
        keys: list[str] = []
        sent: list[dict[str, str]] = []
        try:
            shared = await self.shares_disk(link)
            for ref, rows in parts:
                if shared:
                    paths.append(self._spool.new(".rows"))
                    self._spool.write(paths[-1], rows)
                    sent.append({"ref": ref, "path": str(paths[-1])})
                    continue
                keys.append(secrets.token_hex(16))
                for start in range(0, max(1, len(rows)), _TEXT):
                    data = base64.b64encode(rows[start : start + _TEXT]).decode()
                    await link.call({"do": "rows", "key": keys[-1], "data": data})
                sent.append({"ref": ref, "key": keys[-1]})
            yield sent
        finally:
            for path in paths:
                self._spool.remove(path)
            self._drop(link, *keys)

    def _drop(self, link: KernelLink, *keys: Any) -> None:
        """Let the kernel forget what lies ready there; not waited for, and no harm when it fails."""
        if not keys:
            return
        self._spawn(_forget(link, list(keys)))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def close(self) -> None:
        """Stop what runs in the background."""
        for task in self._tasks:
            task.cancel()


async def _forget(link: KernelLink, keys: list[Any]) -> None:
    with contextlib.suppress(ProblemError):
        await link.call({"do": "drop", "keys": keys})


async def _watched(answer: Coroutine[Any, Any, dict[str, Any]], path: Path, got: Got) -> dict[str, Any]:
    """Wait for an answer, and tell meanwhile how far the kernel's file has grown."""
    task = asyncio.ensure_future(answer)
    try:
        while not (await asyncio.wait((task,), timeout=_LOOK))[0]:
            with contextlib.suppress(OSError):
                got(path.lstat().st_size, None)  # noqa: ASYNC240 - a look takes microseconds
        return task.result()
    finally:
        task.cancel()
