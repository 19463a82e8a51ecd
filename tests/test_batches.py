"""Rows that are read in batches: the same counts from every engine, and a check that never holds them all."""

from __future__ import annotations

import datetime as dt
import resource
import subprocess
import sys

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from test_monitors import FIXED, START, days
from test_profile_files import same_counts

import phoenix_lab as px
from phoenix_lab.profiles import conformance, plan
from phoenix_lab.profiles.conformance import adversarial, compare
from phoenix_lab.profiles.row_hash import M31, bottom, row_hash

NOW = START + dt.timedelta(days=90)


def in_files(table, folder, n=3):
    folder.mkdir(exist_ok=True)
    size = -(-len(table) // n)
    for i in range(n):
        pq.write_table(table.slice(i * size, size), folder / f"{i}.parquet", row_group_size=701)
    return folder


SOURCES = {
    "parquet, a folder": lambda t, tmp: in_files(t, tmp / "rows"),
    "parquet, a glob": lambda t, tmp: f"{in_files(t, tmp / 'rows')}/*.parquet",
    "DuckDB on parquet": lambda t, tmp: duckdb.sql(f"from '{in_files(t, tmp / 'rows')}/*.parquet'"),
    "polars, lazily on parquet": lambda t, tmp: pl.scan_parquet(f"{in_files(t, tmp / 'rows')}/*.parquet"),
    "polars, lazily in memory": lambda t, tmp: pl.from_arrow(t).lazy(),
    "pyarrow dataset": lambda t, tmp: ds.dataset(in_files(t, tmp / "rows")),
    "pyarrow table": lambda t, tmp: t,
}


@pytest.mark.parametrize("engine", SOURCES)
def test_every_engine_gives_the_cells_that_plain_python_counts(engine, tmp_path):
    found = px.check_engine(lambda table: SOURCES[engine](table, tmp_path))
    assert found.ok, (found, found.wrong[:5])
    assert found.cells > 10_000


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo"])
def test_a_duckdb_connection_in_any_zone_gives_the_same_cells(zone):
    with duckdb.connect() as con:
        con.execute(f"SET TimeZone='{zone}'")
        found = px.check_engine(con)
        assert found.ok, (found, found.wrong[:5])
        assert not con.execute("show all tables").fetchall()


def test_the_frame_in_memory_gives_the_same_cells_too():
    table = adversarial()
    assert compare(px.profile(table), table, "memory").ok


def test_an_engine_that_is_wrong_is_found_out():
    def spoil(table):
        i = table.schema.get_field_index("odd")
        return table.set_column(i, "odd", pa.array(table.column("odd").to_numpy(), from_pandas=False))

    def comparing_in_floats(table):
        i = table.schema.get_field_index("big")
        return table.set_column(i, "big", table.column("big").cast(pa.float64(), safe=False).cast(pa.int64()))

    assert px.check_engine(spoil).ok  # NaN for null is missing all the same
    found = px.check_engine(comparing_in_floats)
    assert not found.ok
    assert {w[0] for w in found.wrong} == {"big"}
    with pytest.raises(TypeError, match="DuckDB connection"):
        px.check_engine(1)
    assert conformance.NAME not in repr(found)


@pytest.mark.parametrize("rows", [97, 1000, 10**6])
def test_batches_of_any_size_give_the_profile_of_the_rows_in_memory(rows, tmp_path):
    table = pa.Table.from_pandas(days(20), preserve_index=False)
    whole = px.profile(table)
    made = px.profile(px.Batches(str(in_files(table, tmp_path / "rows")), rows=rows))
    assert made.key == whole.key
    same_counts(made, whole)


def test_edges_of_many_rows_are_those_of_a_sample_that_no_batch_can_change(monkeypatch, tmp_path):
    monkeypatch.setattr(plan, "EXACT", 5_000)
    monkeypatch.setattr(plan, "EDGES", 2_000)
    table = pa.Table.from_pandas(days(60, missing=0.2), preserve_index=False)
    whole = px.profile(table)
    folder = in_files(table, tmp_path / "rows")
    made = [
        px.profile(px.Batches(source, rows=n))
        for source, n in ((str(folder), 313), (str(folder), 4000), (duckdb.sql(f"from '{folder}/*.parquet'"), 500))
    ]
    assert {p.key for p in made} == {whole.key}
    assert made[0].edges["x"] == whole.edges["x"] == 2_000
    for one in made:
        same_counts(one, whole)
    monkeypatch.setattr(plan, "EXACT", 10_000)
    exact = px.profile(table)
    assert not exact.edges
    assert exact.key != whole.key
    new, monitor = days(3, start=60, seed=1, shift=0.3), px.Monitor("drift", column="x", limit=0.1)
    by = [px.check(monitor, new, p, now=NOW).monitors[0].row()["value"] for p in (exact, whole)]
    assert by[0] == pytest.approx(by[1], abs=0.03)


def test_the_bottom_of_parts_has_the_bottom_of_the_whole():
    ids = np.arange(-5_000, 20_000)
    whole = set(ids[bottom(ids, 300, 7)])
    parts = np.concatenate([p[bottom(p, 300, 7)] for p in np.array_split(ids, 9)])
    assert set(parts[bottom(parts, 300, 7)]) == whole


def test_the_hash_of_a_row_is_the_same_in_numpy_sql_and_polars():
    """The steps of `row_hash`, written for each: `%` of SQL and of polars is negative for negative numbers, or not."""
    ids = np.array([0, 1, M31 - 1, M31, M31 + 1, 2**40 + 3, 2**62, -1, -M31 - 1, -(2**40)])
    steps = ("h*h", "h*69621 + b", "h*h", "h*39373 + a")
    for seed in (0, 7, 2**31 - 1):
        table = pa.table({"id": ids})
        told = duckdb.from_arrow(table).project(f"id, (id % {M31} + {M31}) % {M31} as a")
        told = told.project(f"*, ((id - a) // {M31} % {M31} + {M31}) % {M31} as b")
        told = told.project(f"*, (a*48271 + b*16807 + {seed} + 1) % {M31} as h")
        for step in steps:
            told = told.project(f"id, a, b, ({step}) % {M31} as h")
        np.testing.assert_array_equal(told.fetchnumpy()["h"], row_hash(ids, seed))
        a = pl.col("id") % M31
        frame = pl.DataFrame({"id": ids}).with_columns(a=(a + M31) % M31)
        frame = frame.with_columns(b=(((pl.col("id") - pl.col("a")) // M31) % M31 + M31) % M31)
        frame = frame.with_columns(h=(pl.col("a") * 48271 + pl.col("b") * 16807 + seed + 1) % M31)
        for step in steps:
            frame = frame.with_columns(h=pl.sql_expr(step) % M31)
        np.testing.assert_array_equal(frame["h"].to_numpy(), row_hash(ids, seed))
    assert row_hash(np.array([2**40 + 3]), 0)[0] == row_hash(np.array([2**40 + 3, 1]), 0)[0]
    assert len(np.unique(row_hash(np.arange(20_000), 0))) > 19_990


WATCHED = (
    *(FIXED[k] for k in ("drift", "missing", "type", "range", "new_categories", "volume")),
    px.Monitor("drift", column="plan", limit=0.1),
    px.Monitor("freshness", limit=100_000),
)


@pytest.mark.parametrize("window", ["1d", None])
def test_a_check_in_batches_reads_what_it_reads_in_memory(window, tmp_path):
    ref, new = days(30).drop(columns="vector"), days(4, start=30, seed=1, shift=0.1).drop(columns="vector")
    folders = [
        in_files(pa.Table.from_pandas(d, preserve_index=False), tmp_path / n) for n, d in (("ref", ref), ("new", new))
    ]
    suite = px.Suite(monitor=WATCHED, window=window)
    whole = px.check(suite, new, ref, now=NOW)
    for primary, reference in (
        (f"{folders[1]}/*.parquet", ref),
        (folders[1], folders[0]),
        (new, str(folders[0])),
        (folders[1], px.profile(ref)),
    ):
        told = px.check(suite, primary, reference, now=NOW)
        for a, b in zip(whole.monitors, told.monitors, strict=True):
            assert b.problem is None
            assert [(e.window, e.rows, e.reading) for e in a.entries] == [
                (e.window, e.rows, e.reading) for e in b.entries
            ]
            assert a.bounds == b.bounds


def test_what_needs_rows_together_says_so(tmp_path):
    folder = in_files(pa.Table.from_pandas(days(3), preserve_index=False), tmp_path / "new")
    monitors = (
        FIXED["duplicates"],
        FIXED["rows"],
        px.Monitor("missing", column="x", limit=0.5),
        px.Monitor("drift", column="x", limit=0.1),
    )
    result = px.check(px.Suite(monitor=monitors), folder)
    states = [m.state for m in result.monitors]
    assert states == ["could not run", "could not run", "well", "could not run"]
    assert "batches" in px.check(monitors[0], folder, days(5)).monitors[0].sentence()


def test_sources_that_cannot_be_read_are_a_sentence(tmp_path):
    with pytest.raises(px.SuiteError, match="no parquet file"):
        px.check(WATCHED[0], str(tmp_path / "*.parquet"), days(3))
    folder = in_files(pa.Table.from_pandas(days(3), preserve_index=False), tmp_path / "new")
    whole = (folder / "1.parquet").read_bytes()
    (folder / "1.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(px.SuiteError, match="half written"):
        px.check(WATCHED[0], folder, days(3))
    with pytest.raises(TypeError, match="no source of batches"):
        px.Batches([1, 2])
    with pytest.raises(px.ProfileError, match="no rows"):
        px.profile(px.Batches(pa.table({"x": pa.array([], pa.float64())})))


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
def test_memory_does_not_grow_with_the_rows(tmp_path):
    rng = np.random.default_rng(0)
    n = 400_000
    table = pa.table(
        {"when": pa.array(1_735_689_600_000_000 + np.arange(n) * 10**6).cast(pa.timestamp("us", "UTC"))}
        | {f"x{i}": rng.normal(size=n) for i in range(10)}
    )
    px.profile(table.slice(0, 50_000)).save(tmp_path / "train.phoenix-profile")
    code = "import sys, phoenix_lab as px; m = tuple(px.Monitor('drift', column=f'x{i}', limit=0.1) for i in range(10)); r = px.check(px.Suite(monitor=m, window='1d'), sys.argv[1], px.Profile.load(sys.argv[2]), now='2026-01-01'); assert all(x.problem is None for x in r.monitors); print([l for l in open('/proc/self/status') if l.startswith('VmHWM')][0].split()[1])"
    used = []
    for copies in (2, 5):
        folder = tmp_path / str(copies)
        folder.mkdir()
        for i in range(copies):
            pq.write_table(table, folder / f"{i}.parquet", row_group_size=50_000)
        done = subprocess.run(
            [sys.executable, "-c", code, str(folder), str(tmp_path / "train.phoenix-profile")],
            check=False,
            capture_output=True,
            text=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (2**30, 2**30)),
        )
        assert done.returncode == 0, done.stderr
        used.append(int(done.stdout) / 1024)
    assert used[1] - used[0] < 60  # MB; what is added has 106 MB
