from __future__ import annotations

import os
import pathlib
import stat
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from phoenix_lab.inferences.fingerprint import fingerprint
from phoenix_lab.server.problems import ProblemError
from phoenix_lab.server.spool import Spool

posix = pytest.mark.skipif(sys.platform == "win32", reason="permissions and links are POSIX")


@pytest.fixture
def spool(tmp_path):
    spool = Spool(tmp_path / "spool")
    yield spool
    spool.close()


def write(path, table=None):
    table = pa.table({"a": [1, 2, 3], "t": ["x", "yy", None]}) if table is None else table
    with pa.ipc.new_file(str(path), table.schema) as writer:
        writer.write_table(table)
    return table


def test_nothing_is_made_before_it_is_needed(spool):
    assert not spool.root.exists()
    spool.sweep()
    assert not spool.root.exists()


def test_what_was_written_is_read(spool):
    path = spool.new()
    table = write(path)
    assert spool.read(path).equals(table)
    spool.verify(spool.read(path))
    assert spool.used() >= path.stat().st_size


@posix
def test_only_the_user_may_look_into_it(spool):
    folder = spool.open()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(spool.root.stat().st_mode) == 0o700
    spool.write(path := spool.new(".rows"), b"x")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_names_cannot_be_guessed(spool):
    names = {spool.new().name for _ in range(100)}
    assert len(names) == 100
    assert all(len(name) >= 32 for name in names)


def test_a_file_is_not_written_over(spool):
    path = spool.new()
    spool.write(path, b"first")
    with pytest.raises(FileExistsError):
        spool.write(path, b"second")


@posix
@pytest.mark.parametrize(
    "kind", ["link", "hard link", "folder", "pipe", "outside", "through a linked folder", "missing"]
)
def test_other_things_than_plain_files_of_the_folder_are_not_read(spool, tmp_path, kind):
    folder = spool.open()
    secret = tmp_path / "secret.arrow"
    write(secret)
    path = folder / "x.arrow"
    if kind == "link":
        path.symlink_to(secret)
    elif kind == "hard link":
        path.hardlink_to(secret)
    elif kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "outside":
        path = folder / ".." / ".." / "secret.arrow"
    elif kind == "through a linked folder":
        (folder / "way").symlink_to(tmp_path)
        path = folder / "way" / "secret.arrow"
    with pytest.raises(ProblemError):
        spool.read(path)


@posix
@pytest.mark.parametrize("as_link", [True, False])
def test_what_takes_the_place_of_a_file_after_the_look_at_it_is_not_read(spool, tmp_path, monkeypatch, as_link):
    path, other = spool.new(), tmp_path / "other.arrow"
    write(path)
    write(other)
    look = spool.check

    def swap(looked):
        about = look(looked)
        path.unlink()
        path.symlink_to(other) if as_link else path.write_bytes(other.read_bytes())
        return about

    monkeypatch.setattr(spool, "check", swap)
    with pytest.raises(ProblemError, match="damaged"):
        spool.read(path)


@posix
@pytest.mark.skipif(getattr(os, "getuid", lambda: 1)() != 0, reason="only root can give a file away")
def test_a_file_of_somebody_else_is_not_read(spool):
    path = spool.new()
    write(path)
    os.chown(path, 12345, -1)
    with pytest.raises(ProblemError, match="not a file of its own"):
        spool.read(path)


@pytest.mark.parametrize("keep", [0, 3, 8, 0.3, 0.7, 0.99])
def test_a_file_that_is_cut_off_is_refused(spool, keep):
    path = spool.new()
    write(path, pa.table({"a": list(range(10_000)), "t": ["some text"] * 10_000}))
    data = path.read_bytes()
    path.write_bytes(data[: int(keep * len(data)) if keep < 1 else keep])
    with pytest.raises(ProblemError, match="damaged or cut off"):
        spool.verify(spool.read(path))


def test_offsets_that_point_outside_are_refused(spool):
    offsets = np.array([0, 1 << 30, 5], dtype=np.int32)
    bad = pa.StringArray.from_buffers(2, pa.py_buffer(offsets.tobytes()), pa.py_buffer(b"hello"))
    path = spool.new()
    with pa.ipc.new_file(str(path), pa.schema({"t": pa.string()})) as writer:
        writer.write_batch(pa.record_batch({"t": bad}))
    with pytest.raises(ProblemError, match="damaged"):
        spool.verify(spool.read(path))


def test_noise_is_refused(spool):
    for seed in range(20):
        path = spool.new()
        path.write_bytes(b"ARROW1\0\0" + bytes((seed * 31 + i * 7) % 256 for i in range(500)) + b"\x40\0\0\0ARROW1")
        with pytest.raises(ProblemError):
            spool.verify(spool.read(path))


def test_closing_removes_everything(spool):
    folder = spool.open()
    write(spool.new())
    spool.close()
    assert not folder.exists()


def test_the_folder_of_a_dead_server_is_removed_and_that_of_a_living_one_is_kept(tmp_path):
    program = (
        "import sys, pathlib\n"
        "from phoenix_lab.server.spool import Spool\n"
        f"spool = Spool(pathlib.Path({str(tmp_path / 'spool')!r}))\n"
        "spool.write(spool.new(), b'data')\n"
        "print(spool.folder, flush=True)\n"
        "sys.stdin.read()\n"
    )
    other = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    folder = pathlib.Path(other.stdout.readline().strip())
    spool = Spool(tmp_path / "spool")
    try:
        spool.open()
        spool.sweep()
        assert list(folder.iterdir())
        other.kill()
        other.wait()
        spool.sweep()
        assert not folder.exists()
        assert spool.folder.is_dir()
    finally:
        other.kill()
        other.communicate()
        spool.close()


def test_a_folder_that_is_just_being_made_is_kept(tmp_path):
    young = tmp_path / "spool" / "young"
    old = tmp_path / "spool" / "old"
    young.mkdir(parents=True)
    old.mkdir()
    os.utime(old, (time.time() - 3600,) * 2)
    Spool(tmp_path / "spool").sweep()
    assert young.is_dir()
    assert not old.exists()


@pytest.mark.parametrize("compression", ["zstd", "lz4"])
@pytest.mark.parametrize("column", ["plain", "dictionary"])
def test_compressed_files_are_refused_before_they_are_unpacked(spool, compression, column):
    """A few bytes could become any amount of memory; the bridge never compresses."""
    zeros = pa.array(np.zeros(50_000_000, dtype=np.int8))
    if column == "dictionary":
        zeros = pa.DictionaryArray.from_arrays(pa.array([0], pa.int32()), pa.array(["x" * 50_000_000]))
    path = spool.new()
    table = pa.table({"a": zeros})
    options = pa.ipc.IpcWriteOptions(compression=compression)
    with pa.ipc.new_file(str(path), table.schema, options=options) as writer:
        writer.write_table(table)
    path.chmod(0o600)
    assert path.stat().st_size < 1_000_000
    before = pa.total_allocated_bytes()
    with pytest.raises(ProblemError, match="damaged"):
        spool.read(path)
    assert pa.total_allocated_bytes() - before < 1_000_000


@pytest.mark.parametrize(
    "column",
    [
        pa.array([{"a": 1}]),
        pa.array([["x"]]),
        pa.array(["x"], pa.string_view()),
        pa.RunEndEncodedArray.from_arrays(pa.array([1 << 30], pa.int32()), pa.array([1])),
        pa.array([b"x"]),
        pa.array([b"x"], pa.large_binary()),
    ],
    ids=lambda column: str(column.type),
)
def test_types_that_the_bridge_never_sends_are_refused(spool, column):
    path = spool.new()
    table = pa.table({"a": column})
    with pa.ipc.new_file(str(path), table.schema) as writer:
        writer.write_table(table)
    with pytest.raises(ProblemError, match="damaged"):
        spool.read(path)


def test_bytes_are_read_where_images_were_asked_for_alone(spool):
    path = spool.new()
    table = write(path, pa.table({"data": pa.array([b"x", None])}))
    assert spool.read(path, images=True).equals(table)
    with pytest.raises(ProblemError, match="damaged"):
        spool.read(path)


def test_a_column_without_values_may_say_any_length(spool):
    path = spool.new()
    table = pa.table({"a": pa.chunked_array([pa.nulls((1 << 31) - 1)] * 64)})
    with pa.ipc.new_file(str(path), table.schema) as writer:
        writer.write_table(table)
    found = spool.read(path)
    spool.verify(found)
    assert len(fingerprint(found.column("a"))) == 32


def test_damaged_files_are_refused_or_sound(tmp_path):
    """Some seconds of `arrow_fuzz.py`, in a process of its own that may crash and whose memory is bounded."""
    program = [sys.executable, str(Path(__file__).with_name("arrow_fuzz.py")), "4", "7"]
    done = subprocess.run(program, capture_output=True, text=True, cwd=tmp_path, timeout=120, check=False)
    assert done.returncode == 0, (done.stderr[-2000:], list(tmp_path.iterdir()))
    n, refused = map(int, done.stdout.split())
    assert n > 100
    assert refused > n / 3
