"""Damaged Arrow files for the server's reader: `python tests/arrow_fuzz.py SECONDS [SEED]`.

Every file is read as the server reads what a kernel wrote: mapped, checked, digested, looked into. Each must be refused with a `ProblemError` or be sound;
a crash, another exception, or memory far beyond the size of the file is a failure, and its file stays beside.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa

from phoenix_lab.inferences.fingerprint import fingerprint
from phoenix_lab.server.problems import ProblemError
from phoenix_lab.server.spool import Spool

MEMORY = 6 << 30
"""Bytes of address space: a declared length must not be believed."""


def seeds():
    """Return sound files: all the types that a kernel sends, with missing values, slices, several batches."""
    rng = np.random.default_rng(0)
    n = 200
    missing = rng.random(n) < 0.2
    table = pa.table(
        {
            "f": pa.array(rng.normal(size=n), mask=missing),
            "i": rng.integers(0, 9, n).astype(np.int16),
            "b": pa.array(rng.random(n) < 0.5, mask=missing),
            "t": pa.array([f"text {i}" for i in range(n)], mask=missing),
            "T": pa.array([f"text {i}" for i in range(n)], pa.large_string()),
            "d": pa.array(rng.choice(["x", "y"], n)).dictionary_encode(),
            "w": pa.array(np.arange(n), pa.timestamp("ns", "UTC")),
            "v": pa.FixedSizeListArray.from_arrays(
                pa.array(rng.normal(size=n * 4).astype("f4")), 4, mask=pa.array(missing)
            ),
            "n": pa.nulls(n),
        }
    )
    for one in (table, *(table.select([name]) for name in table.column_names)):
        sink = pa.BufferOutputStream()
        with pa.ipc.new_file(sink, one.schema) as writer:
            writer.write_table(one, max_chunksize=120 if "d" not in one.column_names else None)
        yield sink.getvalue().to_pybytes()


def mutated(data, rng):
    """Damage a file in one of the ways in which files are damaged, or made to look."""
    data = bytearray(data)
    kind = rng.integers(0, 6)
    if kind == 0:  # bits
        for at in rng.integers(0, len(data), rng.integers(1, 8)):
            data[at] ^= 1 << rng.integers(0, 8)
    elif kind == 1:  # lengths, offsets and counts: whole words
        words = (2**31 - 1, 2**31, 2**40, 2**62, 2**63 - 1, 0, 1, 2**64 - 1, 2**32 - 8)
        for at in rng.integers(0, len(data) // 8, rng.integers(1, 4)) * 8:
            data[at : at + 8] = int(words[rng.integers(0, len(words))]).to_bytes(8, "little")
    elif kind == 2:  # the footer, where every length stands
        start = max(0, len(data) - 600)
        for at in rng.integers(start, len(data) - 4, rng.integers(1, 6)):
            data[at : at + 4] = rng.integers(0, 256, 4, dtype=np.uint8).tobytes()
    elif kind == 3:  # cut off, with a sound end
        size = int.from_bytes(data[-10:-6], "little")
        keep = int(rng.integers(8, len(data)))
        data = data[:keep] + data[len(data) - size - 10 :]
    elif kind == 4:  # a part twice, or gone
        a, b = sorted(rng.integers(0, len(data), 2))
        data[a:b] = data[a:b] * int(rng.integers(0, 3))
    else:  # small numbers, which are types, widths and counts
        for at in rng.integers(0, len(data), rng.integers(1, 10)):
            data[at] = int(rng.integers(0, 24))
    return bytes(data)


def look(spool, path):
    """Do with a file what the server does with it."""
    table = spool.read(path)
    spool.verify(table)
    for column in table.columns:
        fingerprint(column)
        repr(column.slice(0, 5))
    if table.num_rows:
        table.take(pa.array([0, table.num_rows - 1]))


def run(seconds, seed):
    """Read damaged files for some seconds; return how many, and how many of them were refused."""
    rng = np.random.default_rng(seed)
    sound = list(seeds())
    n = refused = 0
    with tempfile.TemporaryDirectory() as folder:
        spool = Spool(Path(folder) / "spool")
        for data in sound:
            path = spool.new()
            spool.write(path, data)
            look(spool, path)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            data = mutated(sound[rng.integers(0, len(sound))], rng)
            path = spool.new()
            spool.write(path, data)
            Path("fuzzed.arrow").write_bytes(data)  # what a crash leaves behind
            try:
                look(spool, path)
            except ProblemError:
                refused += 1
            n += 1
            spool.remove(path)
        spool.close()
    Path("fuzzed.arrow").unlink(missing_ok=True)
    return n, refused


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    print(*run(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
