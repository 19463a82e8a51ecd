"""A check of parquet files larger than memory allows, beside one plain DuckDB query with the same counts.

    python benchmarks/large.py [rows] [folder]

Each runs in a process of its own whose data may take 2 GiB (`RLIMIT_DATA`), with two threads, on the same files: 20 columns, half a year of days.
Printed are CPU seconds, wall seconds and the largest resident memory, and whether the counts are the same.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

LIMIT = 2 * 2**30
DAYS = 182
PART = 500_000
REFERENCE = 500_000
COLUMNS = [f"x{i}" for i in range(10)] + ["f0", "f1", "k0", "k1", "k2", "k3", "plan", "country", "word"]


def part(start: int, n: int, total: int, seed: int, shift: float) -> pa.Table:
    rng = np.random.default_rng([seed, start])
    day = 86_400_000_000
    when = 1_735_689_600_000_000 + (np.arange(start, start + n) * (DAYS * day)) // total
    table = {"when": pa.array(when).cast(pa.timestamp("us", "UTC"))}
    for i in range(10):
        x = rng.normal(shift * (i == 0), 1, n) if i < 6 else rng.exponential(1, n) * (rng.random(n) < 0.7)
        table[f"x{i}"] = pa.array(x, mask=rng.random(n) < 0.02)
    table |= {f"f{i}": pa.array(rng.normal(0, 1, n).astype(np.float32)) for i in range(2)}
    table |= {f"k{i}": pa.array(rng.poisson(4 * 10**i, n)) for i in range(4)}
    for name, values in (("plan", 4), ("country", 60), ("word", 300)):
        share = 1 / np.arange(1, values + 1)
        codes = rng.choice(values, n, p=share / share.sum())
        table[name] = pa.array([f"{name} {i}" for i in range(values)]).take(pa.array(codes))
    return pa.table(table)


def make(folder: Path, rows: int, seed: int, shift: float) -> None:
    folder.mkdir(parents=True)
    for start in range(0, rows, PART):
        n = min(PART, rows - start)
        pq.write_table(
            part(start, n, rows, seed, shift), folder / f"{start // PART:04}.parquet", row_group_size=125_000
        )


CHECK = """
import sys, json
import phoenix_lab as px
folder, profile, out = sys.argv[1:]
held = px.Profile.load(profile)
names = [c for c in held.plan if c != "when"]
monitors = [px.Monitor("drift", column=c, limit=0.1) for c in names] + [px.Monitor("missing", column=c, limit=0.1) for c in names]
result = px.check(px.Suite(monitor=tuple(monitors), window="1d"), folder + "/*.parquet", held, now="2026-01-01")
assert all(m.problem is None for m in result.monitors), [m.problem for m in result.monitors]
open(out, "w").write(json.dumps([sum(m.state == "alarm" for m in result.monitors), sum(len(m.entries) for m in result.monitors)]))
"""
COUNT = """
import sys, json
import numpy as np
import phoenix_lab as px
from phoenix_lab.monitors.by_profile import current
from phoenix_lab.profiles.batched import counted, extent
from phoenix_lab.profiles.slots import slots_of
folder, profile, out = sys.argv[1:]
source = px.Batches(folder + "/*.parquet")
plan = current(px.Profile.load(profile))
plan = {c: how for c, how in plan.items() if c != "when"}
found = extent(source, "when")
slots = slots_of("when", found.axis, "1d")
made = counted(source, plan, slots, unit=None, name="x", summed=())
cells = {}
for name, c in made.counts.items():
    told = c.by_value.todense() if plan[name].categories is not None and plan[name].numbers is None else c.numbers.bins[0]
    cells[name] = [np.asarray(told)[:-1].tolist(), c.missing[:-1].tolist()]
open(out, "w").write(json.dumps(cells))
"""
PLAIN = """
import sys, json
import duckdb
folder, query, out = sys.argv[1:]
asked = json.load(open(query))
con = duckdb.connect(config={"threads": 2, "memory_limit": "1500MB", "preserve_insertion_order": False})
rows = con.sql(asked["sql"].replace("FILES", folder + "/*.parquet")).fetchall()
cells, at = {}, 2
for name, n, is_number in asked["shape"]:
    bins, missing = [], []
    for row in rows:
        told, there = [int(v or 0) for v in row[at : at + n]], row[at + n]
        steps = [there, *told, 0]
        bins.append([a - b for a, b in zip(steps, steps[1:])] if is_number else [*told, there - sum(told)])
        missing.append(row[1] - there)
    cells[name] = [bins, missing]
    at += n + 1
open(out, "w").write(json.dumps(cells))
"""


def plain_query(profile: Path, out: Path) -> None:
    """Write one query that counts what the profile's edges ask for."""
    import phoenix_lab as px

    parts, shape = [], []
    for name, how in px.Profile.load(profile).plan.items():
        if how.numbers is not None:
            floats = how.numbers.dtype == "float64"
            kind, guard = ("::double", f" and not isnan({name})") if floats else ("::bigint", "")
            tests = [f"{name}{kind} >= {cut!r}{kind}{guard}" for cut in how.numbers.bins[0].cuts.tolist()]
        elif how.categories is not None:
            tests = [f"{name} = '{v}'" for v in how.categories.values.to_pylist()]
        else:
            continue
        parts += [f"sum(({test})::int)" for test in tests] + [f"count({name})"]
        shape.append((name, len(tests), how.numbers is not None))
    day = 'epoch_us("when") // 86400000000'
    sql = f"select {day} as d, count(*), {', '.join(parts)} from 'FILES' group by d order by d"  # noqa: S608 - of our own making
    out.write_text(json.dumps({"sql": sql, "shape": shape}))


def run(code: str, *given: str) -> tuple[float, float, float]:
    """Return CPU seconds, wall seconds and MB of a limited process."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    wrapped = code + "\nprint([line for line in open('/proc/self/status') if line.startswith('VmHWM')][0].split()[1])"
    done = subprocess.run(
        [sys.executable, "-c", wrapped, *given],
        check=False,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (LIMIT, LIMIT)),
    )
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.perf_counter() - start, int(done.stdout.split()[-1]) / 1024


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    folder = Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp(prefix="phoenix-large-"))
    import phoenix_lab as px

    if not (folder / "prod").exists():
        make(folder / "train", REFERENCE, 0, 0.0)
        make(folder / "prod", rows, 1, 0.05)
    profile = folder / "train.phoenix-profile"
    px.profile(str(folder / "train")).save(profile)
    size = sum(p.stat().st_size for p in (folder / "prod").iterdir())
    print(
        f"{rows:,} rows x 20 columns, {size / 2**20:,.0f} MiB of parquet; profile {profile.stat().st_size / 2**10:,.0f} KiB"
    )
    plain_query(profile, folder / "query.json")
    print(f"{'':44}{'CPU s':>8}{'wall s':>8}{'MB':>8}")
    for name, code, given, out in (
        ("px.check, 38 monitors, windows of a day", CHECK, profile, "check.json"),
        ("its counts alone, without sums", COUNT, profile, "ours.json"),
        ("one DuckDB query, the same counts", PLAIN, folder / "query.json", "duckdb.json"),
    ):
        cpu, wall, most = run(code, str(folder / "prod"), str(given), str(folder / out))
        print(f"{name:44}{cpu:8.1f}{wall:8.1f}{most:8.0f}")
    ours, theirs = (json.loads((folder / f"{n}.json").read_text()) for n in ("ours", "duckdb"))
    n = sum(len(row) for bins, _ in ours.values() for row in bins) + sum(len(m) for _, m in ours.values())
    print(f"counts: {n:,} cells, {'all the same' if ours == theirs else 'NOT the same'}")
    if len(sys.argv) <= 2:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
