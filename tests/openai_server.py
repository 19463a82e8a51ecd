"""A server on a real socket that speaks OpenAI's protocol, and misbehaves when it is told to.

    with Server(chat=lambda body, tries: Reply(said("good"))) as server:
        px.judge(..., base_url=server.url)

`chat` and `embeddings` get the body of a request and how often the same body came before, and return a `Reply`.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Reply:
    """What comes back: a JSON object or raw bytes, and what is wrong with it."""

    body: Any = field(default_factory=dict)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    cut: bool = False
    """Ends in the middle of the body."""
    chunked: bool = False
    closes: bool = False
    """As HTTP/1.0 does: the body ends with the connection, and has no length."""
    drip: float = 0.0
    """Seconds between bytes of the body."""
    drip_head: float = 0.0
    """Seconds between lines of a head that does not end for 40 of them."""


def said(label: str, explanation: str = "because", **more: Any) -> dict[str, Any]:
    """Return a chat completion that judges."""
    return spoke(json.dumps({"explanation": explanation, "label": label}), **more)


def spoke(content: str | None, **more: Any) -> dict[str, Any]:
    """Return a chat completion."""
    message = {"role": "assistant", "content": content, **more}
    return {
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
    }


def fault(status: int, message: str = "no", headers: dict[str, str] | None = None, **more: Any) -> Reply:
    return Reply({"error": {"message": message, **more}}, status, headers or {})


class Server:
    """The server, in a thread and a loop of its own. `requests` has (path, headers, body) of all that came, `most` how many at once."""

    def __init__(
        self,
        chat: Callable[[Any, int], Reply] | None = None,
        embeddings: Callable[[Any, int], Reply] | None = None,
    ) -> None:
        self.answers = {"/v1/chat/completions": chat, "/v1/embeddings": embeddings}
        self.requests: list[tuple[str, dict[str, str], Any]] = []
        self.under_way = self.most = 0
        self._seen: Counter[str] = Counter()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self):
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        async def listen() -> None:
            server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=256)
            self.port = server.sockets[0].getsockname()[1]
            self._ready.set()

        self._loop.run_until_complete(listen())
        self._loop.run_forever()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; return whether the connection stays open."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:] if line)}
        raw = await reader.readexactly(int(headers.get("content-length", 0)))
        path = head[0].split()[1]
        body = json.loads(raw)
        times = self._seen[raw.decode()]
        self._seen[raw.decode()] += 1
        self.requests.append((path, headers, body))
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            answer = self.answers.get(path)
            reply = answer(body, times) if answer else fault(404, "no such path")
            if reply.wait:
                await asyncio.sleep(reply.wait)
        finally:
            self.under_way -= 1
        return await self._send(writer, reply)

    async def _send(self, writer: asyncio.StreamWriter, reply: Reply) -> bool:
        data = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        length = "Transfer-Encoding: chunked" if reply.chunked else f"Content-Length: {len(data)}"
        version, length = ("1.0", "Connection: close") if reply.closes else ("1.1", length)
        lines = [f"HTTP/{version} {reply.status} X", "Content-Type: application/json", length]
        lines += [f"{name}: {value}" for name, value in reply.headers.items()]
        if reply.chunked:
            data = b"%x\r\n%s\r\n0\r\n\r\n" % (len(data), data)
        if reply.drip_head:
            for i in range(40):
                writer.write(f"{lines[0]}\r\n".encode() if i == 0 else f"X-Line-{i}: more\r\n".encode())
                await writer.drain()
                await asyncio.sleep(reply.drip_head)
            lines = lines[1:]
        if reply.cut:
            data = data[: len(data) // 2]
        writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + (b"" if reply.drip else data))
        for byte in data if reply.drip else b"":
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(reply.drip)
        await writer.drain()
        return not (reply.cut or reply.closes)
