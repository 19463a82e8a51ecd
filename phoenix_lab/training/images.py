"""Images that a dataframe names or holds."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from phoenix_lab.training.files import digest

_FORMS = {
    b"\xff\xd8\xff": "jpg",
    b"\x89PNG\r\n\x1a\n": "png",
    b"GIF8": "gif",
    b"BM": "bmp",
    b"II*\x00": "tif",
    b"MM\x00*": "tif",
}


def image_of(value: Any) -> tuple[dict[str, Any] | None, str]:
    """Return the file or bytes of an image, its kind and digest; or None, and why it is none."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        data = bytes(value)
        kind = _kind(data[:16])
        return (
            ({"bytes": data, "kind": kind, "sha256": hashlib.sha256(data).hexdigest()}, "")
            if kind
            else (None, "not an image")
        )
    if not isinstance(value, str) or not value:
        return None, "no image"
    address = urlsplit(value)
    if address.scheme in {"http", "https", "s3", "gs", "data"}:
        return None, "the image is on another machine, and nothing is fetched"
    path = Path(unquote(address.path) if address.scheme == "file" else value)
    try:
        if not path.is_file():  # a pipe would be waited for
            return None, "the file of the image cannot be read"
        with path.open("rb") as file:
            kind = _kind(file.read(16))
        return ({"path": str(path), "kind": kind, "sha256": digest(path)}, "") if kind else (None, "not an image")
    except (OSError, ValueError):
        return None, "the file of the image cannot be read"


def folder_of(label: str) -> str:
    """Return a name of a folder for a class, which no label can lead out of: letters, digits, spaces, - and _ as they are, the rest in per cent."""
    name = quote(label, safe=" -_")
    name = name.replace(".", "%2E").strip()
    return name[:100] or "%20"


def _kind(head: bytes) -> str | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    return next((kind for magic, kind in _FORMS.items() if head.startswith(magic)), None)
