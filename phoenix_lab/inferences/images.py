"""The images that the rows of one column of a dataframe are, or name: paths, data URLs, base64, bytes, arrays, and addresses where the user allows them.

Self-contained, as the bridge that it is sent with. What is read is what the values of that column say, for rows that are asked about by their places; nobody can ask for a
path. A dataframe may come from a stranger, so that a value is no more trusted than that: a file must be a plain file (a link is followed to one), and
what comes out of any of them is handed on only where its first bytes are those of an image, whose size is told by them. SVG is none: it can hold code.
Addresses are asked only when the user allows it, over HTTP(S), and only on public machines: each is looked up once, and that very machine is asked, after
each redirect, too. Otherwise a dataframe could have this machine ask the services behind its firewall.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import stat
import struct
import time
import zlib
from typing import Any

MOST_BYTES = 8 << 20
"""Of one image."""
MOST_ALL = 48 << 20
"""Of all that are asked for at once."""
MOST_PIXELS = 50_000_000
SECONDS = 20.0
"""In which all addresses that are asked for at once have to answer."""
REDIRECTS = 3

_DATA = re.compile(r"data:image/[\w.+-]+(?:;[\w=-]+)*;base64,", re.IGNORECASE)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s_-]{40,}\Z")


class NoImageError(Exception):
    """Why a value is no image that can be shown; the message is for the user."""


def read_all(values: list[Any], *, urls: bool) -> list[tuple[str | None, bytes | None, str | None]]:
    """Return of each value (type, bytes, None), or (None, None, why not)."""
    from concurrent.futures import ThreadPoolExecutor

    end = time.monotonic() + SECONDS
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda value: _read(value, urls=urls, end=end), values))
    total = 0
    for i, (_, data, _) in enumerate(found):
        total += len(data or b"")
        if total > MOST_ALL:
            found[i] = (None, None, "too many large images at once")
    return found


def _read(value: Any, *, urls: bool, end: float) -> tuple[str | None, bytes | None, str | None]:
    try:
        data = bytes_of(value, urls=urls, end=end)
        kind, width, height = measure(data)
    except NoImageError as problem:
        return None, None, str(problem)
    except Exception as error:  # noqa: BLE001 - the user's objects may raise anything
        return None, None, f"cannot be read: {type(error).__name__}"
    if width * height > MOST_PIXELS:
        return None, None, f"{width:,} × {height:,} pixels: too large to show"
    return kind, data, None


def bytes_of(value: Any, *, urls: bool, end: float, most: int = MOST_BYTES) -> bytes:
    """Return the bytes that a value is, or names, at most so many; raises `NoImageError`."""
    if value is None or (isinstance(value, float) and value != value):  # noqa: PLR0124 - NaN
        raise NoImageError("missing")
    if isinstance(value, dict):  # as the datasets library has them
        value = value.get("bytes") or value.get("path")
    if isinstance(value, (bytes, bytearray, memoryview)):
        return _limited(bytes(value), most)
    if hasattr(value, "save") and hasattr(value, "mode"):  # Pillow's
        import io

        buffer = io.BytesIO()
        value.save(buffer, format="PNG")
        return _limited(buffer.getvalue(), most)
    if hasattr(value, "__array__") and len(getattr(value, "shape", ())) in {2, 3}:
        return png(value, most=most)
    if not isinstance(value, (str, os.PathLike)):
        raise NoImageError(f"a {type(value).__name__} is no image")
    return _named(os.fspath(value), urls=urls, end=end, most=most)


def _named(text: str, *, urls: bool, end: float, most: int) -> bytes:
    found = _DATA.match(text)
    if found:
        return _decoded(text[found.end() :], most)
    scheme = _SCHEME.match(text)
    name = scheme.group(1).lower() if scheme else ""
    if name in ("http", "https"):
        if not urls:
            raise NoImageError("on another machine, and not asked for")
        return _fetched(text, end)
    if name == "file":
        from urllib.parse import unquote, urlsplit

        text = unquote(urlsplit(text).path)
        if os.name == "nt" and is_share(text):
            raise NoImageError("on another machine, and not asked for")
    elif len(name) > 1:
        raise NoImageError(f"{name}: addresses are not read")
    elif os.name == "nt" and is_share(text) and not urls:
        raise NoImageError("on another machine, and not asked for")
    elif _BASE64.match(text) and not (len(text) < 4096 and os.path.exists(text)):  # noqa: PTH110 - a text
        return _decoded(text, most)
    return _file(text, most)


def is_share(path: str) -> bool:
    """Whether Windows would ask another machine for a path, and tell it who the user is."""
    return path.replace("/", "\\").startswith("\\\\")


def _file(path: str, most: int) -> bytes:
    """Read a plain file, relative to where the kernel is; a pipe or a device is not opened for waiting, nor read."""
    try:
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        handle = os.open(os.path.expanduser(path), flags)  # noqa: PTH111 - a text
    except (OSError, ValueError):
        raise NoImageError("there is no such file, or it may not be read") from None
    with os.fdopen(handle, "rb") as source:
        about = os.fstat(source.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise NoImageError("is no file")
        if about.st_size > most:
            raise NoImageError(_too_large(most))
        head = source.read(64)
        measure(head, whole=False)  # what is no image is not read any further
        return _limited(head + source.read(most), most)


def _decoded(text: str, most: int) -> bytes:
    if len(text) > most * 4 // 3 + 4:
        raise NoImageError(_too_large(most))
    try:
        return base64.b64decode(text.translate(str.maketrans("-_", "+/")), validate=False)
    except (binascii.Error, ValueError):
        raise NoImageError("no image: broken base64") from None


def _limited(data: bytes, most: int = MOST_BYTES) -> bytes:
    if len(data) > most:
        raise NoImageError(_too_large(most))
    return data


def _too_large(most: int) -> str:
    return f"larger than {most >> 20} MB: not read"


# What kind of image it is, and how large.


def measure(data: bytes, *, whole: bool = True) -> tuple[str, int, int]:
    """Return type, width and height, by the first bytes; raises `NoImageError` for what is none. Of a JPEG the size lies anywhere, and needs the whole."""
    try:
        if data[:8] == b"\x89PNG\r\n\x1a\n":
            return ("image/png", *struct.unpack(">II", data[16:24]))
        if data[:6] in (b"GIF87a", b"GIF89a"):
            return ("image/gif", *struct.unpack("<HH", data[6:10]))
        if data[:2] == b"BM" and data[14:15] in (b"\x28", b"\x6c", b"\x7c"):
            width, height = struct.unpack("<ii", data[18:26])
            return "image/bmp", abs(width), abs(height)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return ("image/webp", *_webp(data))
        if data[:3] == b"\xff\xd8\xff":
            return ("image/jpeg", *(_jpeg(data) if whole else (1, 1)))
    except (struct.error, IndexError):
        raise NoImageError("no image: cut off") from None
    start = data[:64].lstrip().lower()
    if start.startswith((b"<svg", b"<?xml", b"<!doctype svg")):
        raise NoImageError("SVG is not shown: it can hold code")
    raise NoImageError("no image")


def _webp(data: bytes) -> tuple[int, int]:
    if data[12:16] == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if data[12:16] == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack("<HH", data[26:30])
    return width & 0x3FFF, height & 0x3FFF


def _jpeg(data: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 <= len(data):
        if data[at] != 0xFF:
            break
        marker = data[at + 1]
        if marker == 0xFF or 0xD0 <= marker <= 0xD8:
            at += 1 if marker == 0xFF else 2
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    raise NoImageError("no image: cut off")


def png(value: Any, *, most: int = MOST_BYTES) -> bytes:
    """Write an array as PNG: (height, width) or (height, width, 1 to 4), colours first where that is plain; what is no byte is stretched to 0 to 255."""
    import numpy as np

    pixels = np.asarray(value)
    if pixels.ndim == 3 and pixels.shape[0] in {1, 3, 4} and pixels.shape[2] not in {1, 3, 4}:
        pixels = np.moveaxis(pixels, 0, 2)
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[:, :, 0]
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    if channels > 4 or pixels.size == 0 or pixels.dtype.kind not in "buif" or pixels.size > 4 * MOST_PIXELS:
        raise NoImageError(f"an array of shape {tuple(pixels.shape)} is no image")
    if pixels.dtype != np.uint8:
        pixels = pixels.astype(np.float64)
        good = pixels[np.isfinite(pixels)]
        low, high = (float(good.min()), float(good.max())) if good.size else (0.0, 1.0)
        if low >= 0 and high <= 1:
            low, high = 0.0, 1.0
        elif low >= 0 and high <= 255 and pixels.ndim == 3:
            low, high = 0.0, 255.0
        pixels = np.nan_to_num((pixels - low) / ((high - low) or 1.0), posinf=1.0, neginf=0.0).clip(0, 1)
        pixels = (pixels * 255 + 0.5).astype(np.uint8)
    height, width = pixels.shape[:2]
    colour = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    lines = np.zeros((height, 1 + width * channels), np.uint8)
    lines[:, 1:] = pixels.reshape(height, -1)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines.tobytes(), 1)) + chunk(b"IEND", b"")
    return _limited(b"\x89PNG\r\n\x1a\n" + body, most)


# Addresses.


def is_public(address: str) -> bool:
    """Whether a numeric address is of the public internet, and not of this machine or a network behind a firewall."""
    import ipaddress

    found = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    mapped = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    if found in ipaddress.ip_network("64:ff9b::/96"):  # RFC 6052: a gateway asks that machine
        mapped = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    return found.is_global and not found.is_multicast and (mapped is None or mapped.is_global)


def _connect(address: tuple[str, int], timeout: Any = None, *_: Any, **__: Any) -> Any:
    """Connect to the machine that a name stands for now, when all that it stands for are public."""
    import socket

    try:
        found = socket.getaddrinfo(*address, type=socket.SOCK_STREAM)
    except OSError:
        raise NoImageError(f"{address[0]} is not known") from None
    if not found or not all(is_public(str(place[4][0])) for place in found):
        raise NoImageError(f"{address[0]} is no public machine: not asked")
    family, kind, protocol, _name, place = found[0]
    connection = socket.socket(family, kind, protocol)
    try:
        connection.settimeout(timeout)
        connection.connect(place)
    except BaseException:
        connection.close()
        raise
    return connection


def _fetched(url: str, end: float) -> bytes:
    import http.client
    import threading
    from urllib.parse import urljoin, urlsplit

    for _ in range(1 + REDIRECTS):
        parts = urlsplit(url)
        left = end - time.monotonic()
        if left <= 0:
            raise NoImageError("took too long")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise NoImageError("leads to what is no address of the web: not asked")
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname, parts.port, timeout=min(left, 10.0))
        twins: list[Any] = []

        def connect(*given: Any, _twins: list[Any] = twins, **more: Any) -> Any:
            made = _connect(*given, **more)
            _twins.append(made.dup())  # the other one is hidden by TLS, and let go of with the head of the answer
            return made

        connection._create_connection = connect  # type: ignore[attr-defined]  # noqa: SLF001 - its only way to choose the machine
        # A timeout is one of each read; who sends a byte now and then would never meet it.
        late = threading.Timer(left, _hang_up, [twins])
        late.daemon = True
        late.start()
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("GET", target, headers={"Accept": "image/*", "User-Agent": "phoenix_lab"})
            answer = connection.getresponse()
            if answer.status in (301, 302, 303, 307, 308) and answer.getheader("Location"):
                url = urljoin(url, str(answer.getheader("Location")))
                continue
            if answer.status != 200:
                raise NoImageError(f"{parts.hostname} answers {answer.status}")
            return _body(answer, end)
        except (OSError, http.client.HTTPException):
            took = "took too long" if time.monotonic() >= end else f"{parts.hostname} does not answer"
            raise NoImageError(took) from None
        finally:
            late.cancel()
            connection.close()
            for twin in twins:
                twin.close()
    raise NoImageError("leads on and on: not asked further")


def _hang_up(connections: list[Any]) -> None:
    import contextlib
    import socket

    for one in connections:
        with contextlib.suppress(OSError):  # closed by now
            one.shutdown(socket.SHUT_RDWR)


def _body(answer: Any, end: float) -> bytes:
    """Read an answer; what is no image is not read any further."""
    data = b""
    while piece := answer.read(1 << 16):
        if time.monotonic() > end:
            raise NoImageError("took too long")
        if not data:
            measure(piece, whole=False)
        data = _limited(data + piece)
    if time.monotonic() > end:
        raise NoImageError("took too long")
    return data
