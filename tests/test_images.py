"""Images that rows are, or name: every way to say one, and what is refused."""

from __future__ import annotations

import base64
import contextlib
import http.server
import os
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn.datasets

import phoenix_lab as px
from phoenix_lab.inferences import images

CHINA = Path(sklearn.datasets.__file__).parent / "images" / "china.jpg"
PNG = images.png(np.eye(4))


def read(*values, urls=False):
    """Return type or problem of each."""
    return [kind or problem for kind, _, problem in images.read_all(list(values), urls=urls)]


class Pillow:
    """What Pillow's images have that is used."""

    mode, size = "L", (4, 4)

    def save(self, to, format):  # noqa: A002 - Pillow's name
        assert format == "PNG"
        to.write(PNG)


def test_every_way_to_say_an_image(tmp_path, monkeypatch):
    """A photograph that scikit-learn carries, by path and as bytes; arrays, Pillow, data URLs, base64, the datasets library."""
    photo = CHINA.read_bytes()
    text = base64.b64encode(photo).decode()
    monkeypatch.chdir(CHINA.parent)
    link = tmp_path / "link.jpg"
    link.symlink_to(CHINA)
    said = [
        CHINA,
        str(CHINA),
        CHINA.as_uri(),
        "flower.jpg",
        str(link),
        photo,
        bytearray(photo),
        f"data:image/jpeg;base64,{text}",
        text,
    ]
    assert read(*said, {"bytes": None, "path": str(CHINA)}) == ["image/jpeg"] * 10
    digit = sklearn.datasets.load_digits().images[0]
    assert read(digit, Pillow(), PNG, np.zeros((3, 5, 6), np.uint8), np.zeros((2, 3, 4))) == ["image/png"] * 5
    assert images.measure(photo)[1:] == (640, 427)
    assert images.measure(images.png(np.zeros((3, 5, 6))))[1:] == (6, 5)
    assert images.read_all([digit], urls=False)[0][1] == images.png(np.asarray(digit))


def test_what_is_no_image_stays_where_it_is(tmp_path):
    """Neither text, nor code, nor keys behind a link, nor devices, pipes and folders, nor what is too large, comes out."""
    secret = tmp_path / "secret.txt"
    secret.write_text("password")
    behind = tmp_path / "image.png"
    behind.symlink_to(secret)
    huge = tmp_path / "huge.png"
    huge.write_bytes(PNG)
    os.truncate(huge, 9 << 20)
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    bomb = images.png(np.zeros((1, 1))).replace(
        b"\x00\x00\x00\x01\x00\x00\x00\x01", b"\x00\x00\xff\xff\x00\x00\xff\xff", 1
    )
    values = {
        str(secret): "no image",
        "../../../../../../etc/passwd": "no image",
        str(behind): "no image",
        str(huge): "larger than 8 MB: not read",
        str(pipe): "is no file",
        str(tmp_path): "is no file",
        "/dev/zero": "is no file",
        str(tmp_path / "none.png"): "there is no such file, or it may not be read",
        "a\0b": "there is no such file, or it may not be read",
        "data:image/svg+xml;base64," + base64.b64encode(svg).decode(): "SVG is not shown: it can hold code",
        svg: "SVG is not shown: it can hold code",
        b"x" * (9 << 20): "larger than 8 MB: not read",
        bomb: "65,535 × 65,535 pixels: too large to show",
        PNG[:20]: "no image: cut off",
        None: "missing",
        7: "a int is no image",
        "s3://bucket/a.png": "s3: addresses are not read",
        "javascript:alert(1)": "javascript: addresses are not read",
        "https://example.com/a.png": "on another machine, and not asked for",
    }
    found = dict(zip(values, read(*values), strict=True))
    folder = found.pop(str(tmp_path))
    assert folder.startswith(("is no file", "there is no such file", "cannot be read"))
    assert found == {key: text for key, text in values.items() if key != str(tmp_path)}


@pytest.fixture
def web(monkeypatch):
    """A machine that counts as public, 127.0.0.2, and this one, which does not; what was asked of either."""
    asked = []

    class Pages(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.server.server_address[0], self.path))
            where = {
                "/in": f"http://127.0.0.1:{inner.server_port}/secret.png",
                "/file": Path("/etc/passwd").as_uri(),
                "/round": "/round",
            }
            if self.path in where:
                self.send_response(302)
                self.send_header("Location", where[self.path])
                self.end_headers()
                return
            if self.path.startswith("/slow"):
                self.drip(PNG if self.path == "/slow-body" else b"HTTP/1.0 200 OK")
                return
            self.send_response(200)
            self.end_headers()
            body = {"/a.png": PNG, "/text": b"key = 1", "/large.png": PNG + b"\0" * (9 << 20)}.get(self.path, PNG)
            self.wfile.write(body)

        def drip(self, data):
            """Send a byte now and then, for longer than anybody waits."""
            with contextlib.suppress(OSError):
                if data is PNG:
                    self.send_response(200)
                    self.end_headers()
                for i in range(200):
                    self.wfile.write(data[i % len(data)].to_bytes(1, "big"))
                    time.sleep(0.1)

        def log_message(self, *_):
            pass

    outer, inner = (http.server.ThreadingHTTPServer((host, 0), Pages) for host in ("127.0.0.2", "127.0.0.1"))
    for server in (outer, inner):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(images, "is_public", lambda address: address == "127.0.0.2")
    yield f"http://127.0.0.2:{outer.server_port}", f"http://127.0.0.1:{inner.server_port}", asked
    for server in (outer, inner):
        server.shutdown()
        server.server_close()


def test_addresses_are_asked_when_allowed_and_of_public_machines_only(web):
    """Not this machine, not by a redirect, not by another name; what is no image is not taken."""
    outer, inner, asked = web
    assert read(f"{outer}/a.png") == ["on another machine, and not asked for"]
    assert asked == []
    paths = ("/a.png", "/text", "/large.png", "/in", "/file", "/round")
    assert read(*(outer + path for path in paths), urls=True) == [
        "image/png",
        "no image",
        "larger than 8 MB: not read",
        "127.0.0.1 is no public machine: not asked",
        "leads to what is no address of the web: not asked",
        "leads on and on: not asked further",
    ]
    host = inner.replace("127.0.0.1", "localhost")
    assert read(f"{inner}/secret.png", f"{host}/secret.png", urls=True) == [
        "127.0.0.1 is no public machine: not asked",
        "localhost is no public machine: not asked",
    ]
    assert {address for address, _ in asked} == {"127.0.0.2"}


def test_who_sends_a_byte_now_and_then_is_not_waited_for(web, monkeypatch):
    outer, _, _ = web
    monkeypatch.setattr(images, "SECONDS", 1.0)
    start = time.monotonic()
    assert read(f"{outer}/slow-body", f"{outer}/slow-head", f"{outer}/a.png", urls=True) == [
        "took too long",
        "took too long",
        "image/png",
    ]
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("127.0.0.1", False),
        ("10.0.0.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),  # noqa: S104 - an address that is refused
        ("100.64.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("::ffff:127.0.0.1", False),
        ("2002:7f00:1::", False),
        ("2606:4700:4700::1111", True),
    ],
)
def test_public_addresses(address, public):
    """Those behind a firewall, however they are written, are not."""
    assert images.is_public(address) is public


@pytest.mark.parametrize("library", [pd.DataFrame, pl.DataFrame])
def test_columns_of_images_are_known_as_such(library):
    """Bytes, paths and base64 are the images of the only vectors; nothing compares them."""
    vectors = np.random.default_rng(0).normal(size=(30, 4)).tolist()
    for said in ([PNG] * 30, [f"digits/{i}.png" for i in range(30)], [base64.b64encode(PNG).decode()] * 30):
        columns = {c.name: c for c in px.Inferences(library({"vector": vectors, "looks": said})).columns}
        assert (columns["looks"].role, columns["vector"].link_to_data) == ("link_to_data", "looks")
    found = px.run(px.Quality(), library({"vector": vectors, "looks": [PNG] * 30}))
    assert "looks" not in found.table.column("column").to_pylist()


async def test_the_route_gives_the_images_of_rows_and_of_nothing_else(api, kernel):
    """Rows by their places, of a column that is there; a path cannot be asked for."""
    code = f"""
        import numpy as np, pandas as pd, sklearn.datasets
        digits = sklearn.datasets.load_digits()
        photo = {str(CHINA)!r}
        pictures = pd.DataFrame({{"vector": list(digits.data[:40]), "array": list(digits.images[:40]), "path": [photo, "/etc/passwd"] * 20}})
    """
    await kernel.run("\n".join(line.strip() for line in code.strip().splitlines()))
    found = await api.read(kernel, "pictures")
    path = f"inferences/{found['id']}/images"
    table = (await api.post(path, {"column": "array", "rows": [3, 0]})).ok().table
    assert table.column("row").to_pylist() == [3, 0]
    digit = sklearn.datasets.load_digits().images[3]
    assert table.column("data").to_pylist()[0] == images.png(digit)
    table = (await api.post(path, {"column": "path", "rows": [0, 1]})).ok().table
    assert table.column("type").to_pylist() == ["image/jpeg", None]
    assert table.column("data").to_pylist() == [CHINA.read_bytes(), None]
    assert table.column("problem").to_pylist() == [None, "no image"]
    for body, status in (
        ({"column": "path", "rows": [40]}, 400),
        ({"column": "path", "rows": [-1]}, 400),
        ({"column": "/etc/passwd", "rows": [0]}, 404),
        ({"column": "path", "rows": list(range(40)) * 2}, 400),
        ({"column": "path", "rows": [0], "path": "/etc/passwd"}, 200),
    ):
        assert (await api.post(path, body)).status == status, body
