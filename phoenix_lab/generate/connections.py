"""HTTP connections to one address, one for each thread that asks, kept open between requests."""

from __future__ import annotations

import base64
import contextlib
import http.client
import socket
import ssl
import threading
import time
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

LARGEST = 64 << 20
"""Bytes of an answer that are read; a larger one is a fault."""
_LOOK = 0.1
"""Seconds between two looks for requests whose time is up."""


class Connections:
    """Connections to `url`, through the proxy that the environment names unless `direct`. Redirects are not followed.

    Parameters
    ----------
    url
        Beginning of every address.
    timeout
        Seconds that a request may take, all in all.
    direct
        Whether to pass over proxies.
    """

    def __init__(self, url: str, timeout: float, *, direct: bool) -> None:
        self._url = url
        self._timeout = timeout
        self._direct = direct
        self._mine = threading.local()
        self._all: set[http.client.HTTPConnection] = set()
        self._lock = threading.Lock()
        self._closed = False
        self._ends: dict[http.client.HTTPConnection, float] = {}
        self._watch: threading.Thread | None = None
        self._over = threading.Event()
        self._tls = ssl.create_default_context() if url.startswith("https:") else None

    def post(self, path: str, data: bytes, headers: dict[str, str]) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Send one request and return status, headers and body; raises `OSError` and `http.client.HTTPException`."""
        end = time.monotonic() + self._timeout
        connection: http.client.HTTPConnection | None = getattr(self._mine, "connection", None)
        try:
            if (
                connection is not None and connection.sock is not None
            ):  # it has none when the other side closed it in time
                try:
                    return self._exchange(connection, path, data, headers, end)
                except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                    self._drop()  # it was idle for longer than the other side waits
            return self._exchange(self._fresh(end), path, data, headers, end)
        except BaseException as error:
            self._drop()
            if time.monotonic() >= end and isinstance(error, (OSError, http.client.HTTPException)):
                raise TimeoutError from None
            raise

    def close(self) -> None:
        """Break off all requests; whoever waits for one gets an `OSError`."""
        with self._lock:
            self._closed = True
            connections = list(self._all)
        self._over.set()
        _hang_up(connections)

    def release(self) -> None:
        """Close what is still open, once no thread uses it any more."""
        with self._lock:
            connections, self._all = self._all, set()
        for connection in connections:
            connection.close()

    def _exchange(
        self, connection: http.client.HTTPConnection, path: str, data: bytes, headers: dict[str, str], end: float
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        url = f"{self._url}/{path}"
        connection.sock.settimeout(max(0.01, end - time.monotonic()))
        self._until(connection, end)
        try:
            connection.request("POST", url if isinstance(connection, _ByProxy) else urlsplit(url).path, data, headers)
            response = connection.getresponse()
            parts: list[bytes] = []
            size = 0
            while part := response.read1(1 << 16):
                parts.append(part)
                size += len(part)
                if size > LARGEST:
                    raise http.client.HTTPException("the answer is too large")
            if time.monotonic() >= end:  # what was broken off may look like an end
                raise TimeoutError
            if response.length:
                raise http.client.IncompleteRead(b"", response.length)
            response.close()
        finally:
            with self._lock:
                self._ends.pop(connection, None)
        return response.status, response.headers, b"".join(parts)

    def _until(self, connection: http.client.HTTPConnection, end: float) -> None:
        """Have a connection broken off when its time is up: a time-out of the socket is one of each read, which a byte now and then, of the head or the body, keeps from coming."""
        with self._lock:
            self._ends[connection] = end
            if self._watch is None:
                self._watch = threading.Thread(target=self._watching, name="phoenix_lab-watch", daemon=True)
                self._watch.start()

    def _watching(self) -> None:
        while not self._closed:
            now = time.monotonic()
            with self._lock:
                late = [connection for connection, end in self._ends.items() if end <= now]
                for connection in late:
                    del self._ends[connection]
            _hang_up(late)
            self._over.wait(_LOOK)

    def _fresh(self, end: float) -> http.client.HTTPConnection:
        connection = self._unmade()
        self._mine.connection = connection
        with self._lock:
            self._all.add(connection)
        connection.timeout = max(0.01, end - time.monotonic())
        connection.connect()
        if self._closed:  # `close` may have come while there was no socket yet
            raise ConnectionAbortedError
        return connection

    def _drop(self) -> None:
        connection: http.client.HTTPConnection | None = getattr(self._mine, "connection", None)
        if connection is not None:
            self._mine.connection = None
            with self._lock:
                self._all.discard(connection)
            connection.close()

    def _unmade(self) -> http.client.HTTPConnection:
        """Return a connection that is not made yet."""
        parts = urlsplit(self._url)
        host, port = parts.hostname or "", parts.port or (443 if self._tls else 80)
        named = None if self._direct or proxy_bypass(host) else getproxies().get(parts.scheme)
        if named is None:
            if self._tls:
                return http.client.HTTPSConnection(host, port, context=self._tls)
            return http.client.HTTPConnection(host, port)
        proxy = urlsplit(named if "//" in named else f"http://{named}")
        at, at_port = proxy.hostname or "", proxy.port or 80
        if not self._tls:
            return _ByProxy(at, at_port)
        pair = f"{unquote(proxy.username or '')}:{unquote(proxy.password or '')}"
        tunnel = http.client.HTTPSConnection(at, at_port, context=self._tls)
        told = {"Proxy-Authorization": "Basic " + base64.b64encode(pair.encode()).decode()} if proxy.username else {}
        tunnel.set_tunnel(host, port, told)
        return tunnel


def _hang_up(connections: list[http.client.HTTPConnection]) -> None:
    """Break off connections, which wakes the threads that read from them."""
    for connection in connections:
        sock = connection.sock
        if sock is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


class _ByProxy(http.client.HTTPConnection):
    """A connection to a proxy that is told whole addresses."""
