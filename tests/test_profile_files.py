"""Profiles: the same numbers without the rows, parts that add up, and files that do no harm."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_monitors import FIXED, START, days, spoiled

import phoenix_lab as px
from phoenix_lab.profiles import profile_file
from phoenix_lab.profiles.exact import Grid, Moments, mean_and_spread

NOW = START + dt.timedelta(days=90)
V1 = Path(__file__).parent / "data" / "version-1.phoenix-profile"


def with_sessions(frame, seed, low, high):
    session = np.random.default_rng(seed).integers(low, high, len(frame)).astype(str).astype(object)
    session[:4] = None
    return frame.assign(session=session, big=2**53 + np.arange(len(frame)) % 7, single=frame["x"].astype("float32"))


@pytest.fixture(scope="module")
def reference():
    return with_sessions(days(40), 0, 0, 500)


@pytest.fixture(scope="module")
def new():
    return with_sessions(days(3, start=40, seed=1, shift=0.1), 1, 450, 600)


@pytest.fixture(scope="module")
def saved(reference, tmp_path_factory):
    made = px.profile(reference, unit="session", name="train")
    return px.Profile.load(made.save(tmp_path_factory.mktemp("profiles") / "train.phoenix-profile"))


@pytest.fixture(scope="module")
def sets(reference, new, saved):
    return reference, new, saved


EXACT = {
    "drift": px.Monitor("drift", column="x", limit=0.1),
    "of single precision": px.Monitor("drift", column="single", limit=0.1),
    "of large whole numbers": px.Monitor("drift", column="big", limit=0.1),
    "of categories": px.Monitor("drift", column="plan", limit=0.1),
    "missing": FIXED["missing"],
    "type": FIXED["type"],
    "range": FIXED["range"],
    "new_categories": FIXED["new_categories"],
    "volume": FIXED["volume"],
    "freshness": px.Monitor("freshness", limit=240000),
    "duplicates": FIXED["duplicates"],
    "performance": px.Monitor(
        "performance", metric="accuracy", limit=0.7, predictions=FIXED["performance"].predictions
    ),
    "share of values": px.Monitor("share", where=(px.Values("plan", ("pro",)),), limit=px.Limit(change=0.03)),
    "share of missing": px.Monitor("share", where=(px.Missing("x", negated=True),), limit=px.Limit(change=0.03)),
}
NEAR = {
    "mean": px.Monitor("mean", column="x", limit=px.Limit(change=0.2)),
    "bounded mean": FIXED["mean"],
    "centroid": px.Monitor("centroid", column="vector", limit=0.5),
}


def of(monitor, name):
    """Give a monitor the name of its case."""
    return replace(monitor, name=name)


def calibrated(monitor, name):
    return replace(monitor, name=name, limit="calibrated", between=None)


@pytest.mark.parametrize(
    ("unit", "kind", "window"),
    [
        (None, "fixed", "1d"),
        (None, "fixed", None),
        (None, "calibrated", "1d"),
        ("session", "fixed", "1d"),
        ("session", "fixed", None),
        ("session", "calibrated", "7d"),
    ],
)
def test_the_numbers_are_those_of_the_rows(unit, kind, window, sets):
    reference, new, saved = sets
    without = {"type", "freshness", "duplicates", "performance"}
    names = [n for n in EXACT if kind == "fixed" or n not in without]
    make = of if kind == "fixed" else calibrated
    monitors = [make({**EXACT, **NEAR}[n], n) for n in [*names, *NEAR]]
    suite = px.Suite(monitor=tuple(monitors), window=window, unit=unit, false_alarms="1 per quarter")
    by_rows = px.check(suite, px.Inferences(new, name="new"), px.Inferences(reference, name="train"), now=NOW)
    by_profile = px.check(suite, px.Inferences(new, name="new"), saved, now=NOW)
    for a, b in zip(by_rows.monitors, by_profile.monitors, strict=True):
        name = a.monitor.title
        assert a.problem is None, name
        assert b.problem is None, (name, b.problem)
        # by unit, floating point numbers are added in another order
        exact = name in EXACT and (unit is None or a.monitor.watch in {"drift", "type", "volume", "freshness"})
        if exact:
            assert a.row() == b.row(), name
            assert [(e.window, e.reading) for e in a.entries] == [(e.window, e.reading) for e in b.entries], name
        else:
            for mine, theirs in zip(a.entries, b.entries, strict=True):
                assert mine.reading.n == theirs.reading.n
                told = [(r.reading.value, r.reading.lower, r.reading.upper) for r in (mine, theirs)]
                assert told[0] == pytest.approx(told[1], rel=1e-11, abs=1e-13), name
        assert a.state == b.state


def test_what_needs_rows_says_so_and_the_others_go_on(new, saved):
    monitors = (
        px.Monitor("rows", limit=0.6),
        px.Monitor("embedding", column="vector", limit=0.6),
        px.Monitor("drift", column="x", limit=0.1, where=(px.Values("plan", ("pro",)),), name="of some"),
        px.Monitor("duplicates", limit=px.Limit(change=0.1)),
        px.Monitor("share", where=(px.Range("x", low=1),), limit=px.Limit(change=0.1)),
        px.Monitor("range", column="big", limit=0.1),
        px.Monitor("drift", column="plan", limit=10.0),
    )
    result = px.check(px.Suite(monitor=monitors), new, saved, now=NOW)
    *refused, last = result.monitors
    for one in refused:
        assert one.state == "could not run"
        assert "profile" in one.sentence(), one.sentence()
        assert "\n" not in one.sentence()
    assert last.state == "well"
    assert result.exit_code == 2


def test_a_sample_of_vectors_is_kept_only_when_asked(reference, new, saved):
    assert not saved.samples
    kept = px.profile(reference, sample_vectors=1000)
    again = px.profile(reference.iloc[::-1].reset_index(drop=True), sample_vectors=1000)
    assert len(kept.samples["vector"].row) == 1000
    # by the rows' places, so the same places whatever they hold
    np.testing.assert_array_equal(kept.samples["vector"].row, again.samples["vector"].row)
    suite = px.Suite(monitor=(px.Monitor("embedding", column="vector", limit=0.6),), window="1d")
    shifted = spoiled("embedding", new)
    for rows in (new, shifted):
        (told,) = px.check(suite, rows, kept, now=NOW).monitors
        (whole,) = px.check(suite, rows, reference, now=NOW).monitors
        gap = [abs(a.reading.value - b.reading.value) for a, b in zip(told.entries, whole.entries, strict=True)]
        assert max(gap) < 0.08  # AUC by 1,000 of 4,000 rows
        assert told.state == whole.state


def test_a_history_goes_on_when_rows_give_way_to_their_profile(tmp_path, reference, new, saved):
    suite = px.Suite(monitor=(EXACT["drift"],), window="1d", name="s")
    px.check(suite, new, reference, now=NOW, history=tmp_path / "h.db")
    result = px.check(
        suite,
        days(2, start=43, seed=2).assign(big=1, single=1.0, session="1"),
        saved,
        now=NOW,
        history=tmp_path / "h.db",
    )
    assert len(result.monitors[0].entries) == 5


# Parts.


def same_counts(a, b):
    names = [np.array([*map(str, p.unit_values.to_pylist()), ""])[p.unit] for p in (a, b)]
    order = [np.lexsort([name, p.slot]) for name, p in zip(names, (a, b), strict=True)]
    np.testing.assert_array_equal(a.rows[order[0]], b.rows[order[1]])
    for name in a.plan:
        x, y = a.counts[name], b.counts[name]
        np.testing.assert_array_equal(x.missing[order[0]], y.missing[order[1]])
        if x.numbers is not None:
            for one, other in zip(x.numbers.bins, y.numbers.bins, strict=True):
                np.testing.assert_array_equal(one[order[0]], other[order[1]])
            grid = a.plan[name].numbers.grid
            assert mean_and_spread(x.numbers.moments, grid) == mean_and_spread(y.numbers.moments, grid)
            np.testing.assert_array_equal(x.numbers.ends, y.numbers.ends)
        if x.by_value is not None:
            np.testing.assert_array_equal(x.by_value[order[0]].todense(), y.by_value[order[1]].todense())
        if x.vectors is not None:
            np.testing.assert_array_equal(x.vectors.total, y.vectors.total)


@pytest.mark.parametrize("unit", [None, "plan"])
def test_parts_add_up_to_the_whole_in_any_order_and_size(unit, reference):
    whole = px.profile(reference, unit=unit)
    rng = np.random.default_rng(3)
    for cuts in ([1], [1000, 1001], sorted(rng.choice(4000, 7, replace=False))):
        ends = [0, *(int(c) for c in cuts), len(reference)]
        parts = [px.profile(reference.iloc[a:b], like=whole) for a, b in itertools.pairwise(ends)]
        parts = [parts[int(i)] for i in rng.permutation(len(parts))]
        together = parts[0].merge(*parts[1:])
        assert together.n_rows == 4000
        same_counts(together, whole)
        assert together.slots.span == whole.slots.span
    held = px.check(px.Suite(monitor=(EXACT["drift"],)), days(2), together, now=NOW)
    assert (
        held.monitors[0].row()
        == px.check(px.Suite(monitor=(EXACT["drift"],)), days(2), whole, now=NOW).monitors[0].row()
    )


def test_parts_with_other_edges_are_refused(reference):
    with pytest.raises(px.ProfileError, match="like="):
        px.profile(reference[:2000]).merge(px.profile(reference[2000:]))


def test_sums_are_exact_whatever_the_order():
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(1e6, 1, 50_000), rng.normal(1e6, 1, 10) * 40])
    grid = Grid.of(np.sort(x))
    whole = mean_and_spread(Moments.of(x, np.zeros(len(x), dtype=int), 1, grid), grid)
    y = rng.permutation(x)
    parts = [Moments.of(p, np.zeros(len(p), dtype=int), 1, grid) for p in np.array_split(y, 7)]
    total = parts[0]
    for part in parts[1:]:
        total += part
    assert mean_and_spread(total, grid) == whole
    assert whole[0] == pytest.approx(x.mean(), rel=1e-14)
    assert whole[1] == pytest.approx(((x - x.mean()) ** 2).sum(), rel=1e-12)


# Files.


def test_it_is_small_and_has_no_row(reference, saved, tmp_path):
    path = px.profile(reference).save(tmp_path / "a.phoenix-profile")
    assert path.stat().st_size < 150_000
    assert path.read_bytes() == px.profile(reference).save(tmp_path / "b.phoenix-profile").read_bytes()
    secret = pd.DataFrame(
        {"note": [f"customer {i} wrote a long sentence of many words, which is nobody's business" for i in range(300)]}
    )
    data = zipfile.ZipFile(px.profile(secret).save(tmp_path / "c.phoenix-profile")).read("profile.json")
    assert b"customer" not in data


def test_what_no_file_would_hold_is_not_written(saved, tmp_path, monkeypatch):
    monkeypatch.setitem(profile_file.LARGEST, "arrays.bin", 2**10)
    with pytest.raises(px.ProfileError, match=r"train does not fit into a file: its arrays\.bin has"):
        saved.save(tmp_path / "train.phoenix-profile")
    assert not list(tmp_path.iterdir())


def test_another_suffix_is_refused(saved, tmp_path):
    with pytest.raises(px.ProfileError, match=r"phoenix-profile"):
        saved.save(tmp_path / "train.phoenix")


def test_a_file_of_the_first_version_is_read_for_good():
    profile = px.Profile.load(V1)
    assert (profile.n_rows, profile.name) == (600, "train")
    result = px.check(
        px.Suite(monitor=(EXACT["drift"],), window="1d"), days(2, rows=50, start=9, seed=1), profile, now=NOW
    )
    by_rows = px.check(
        px.Suite(monitor=(EXACT["drift"],), window="1d"), days(2, rows=50, start=9, seed=1), days(12, rows=50), now=NOW
    )
    assert [e.reading for e in result.monitors[0].entries] == [e.reading for e in by_rows.monitors[0].entries]


def test_an_older_version_is_brought_up_and_a_newer_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(profile_file, "VERSION", 2)
    with pytest.raises(px.ProfileError, match="no version 1"):
        px.Profile.load(V1)
    monkeypatch.setitem(
        profile_file._MIGRATIONS, 1, lambda data: {**data, "version": 2, "name": data["name"] + " (old)"}
    )
    assert px.Profile.load(V1).name == "train (old)"
    path = px.Profile.load(V1).save(tmp_path / "x.phoenix-profile")
    monkeypatch.setattr(profile_file, "VERSION", 1)
    with pytest.raises(px.ProfileError, match="newer phoenix_lab"):
        px.Profile.load(path)


def packed(tmp_path, members):
    path = tmp_path / "hostile.phoenix-profile"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members:
            file.writestr(name, data)
    return path


def test_hostile_files_are_refused_in_a_sentence(tmp_path):
    with zipfile.ZipFile(V1) as file:
        good = file.read("profile.json"), file.read("arrays.bin")
    manifest = json.loads(good[0])
    bomb = b"0" * (profile_file.LARGEST["arrays.bin"] + 1)

    def told(**changes):
        return json.dumps({**manifest, **changes}).encode()

    cases = [
        [("profile.json", good[0])],
        [("profile.json", good[0]), ("arrays.bin", good[1]), ("../../evil", b"x")],
        [("profile.json", good[0]), ("arrays.bin", bomb)],
        [("profile.json", b"[" * 200_000), ("arrays.bin", good[1])],
        [("profile.json", b"\x80\x04\x95"), ("arrays.bin", good[1])],
        [("profile.json", b'{"version": NaN}'), ("arrays.bin", good[1])],
        [("profile.json", good[0]), ("arrays.bin", good[1][:-1])],
        [("profile.json", told(rows=10**30)), ("arrays.bin", good[1])],
        [
            ("profile.json", told(cells={k: {**v, "shape": [2**40]} for k, v in manifest["cells"].items()})),
            ("arrays.bin", good[1]),
        ],
        [
            ("profile.json", told(cells={k: {**v, "at": -8} for k, v in manifest["cells"].items()})),
            ("arrays.bin", good[1]),
        ],
        [
            ("profile.json", told(cells={k: {**v, "type": "O8"} for k, v in manifest["cells"].items()})),
            ("arrays.bin", good[1]),
        ],
    ]
    for members in cases:
        path = packed(tmp_path, members)
        with pytest.raises(px.ProfileError) as found:
            px.Profile.load(path)
        assert "\n" not in str(found.value)
        assert len(str(found.value)) < 500
    with pytest.raises(px.ProfileError, match="more than 64 MiB"):
        px.Profile.load(packed(tmp_path, [("profile.json", good[0]), ("arrays.bin", bomb)]))
    for data in (b"", b"PK\x03\x04", os.urandom(2000)):
        path.write_bytes(data)
        with pytest.raises(px.ProfileError):
            px.Profile.load(path)


def mutated(rng, value):
    """Change one place of a JSON value."""
    if isinstance(value, dict) and value:
        key = rng.choice(list(value))
        return (
            {**value, key: mutated(rng, value[key])}
            if rng.random() < 0.9
            else {k: v for k, v in value.items() if k != key}
        )
    if isinstance(value, list) and value:
        i = int(rng.integers(len(value)))
        return (
            [*value[:i], mutated(rng, value[i]), *value[i + 1 :]] if rng.random() < 0.9 else value[:i] + value[i + 1 :]
        )
    return [None, -1, 2**70, 0, 1.5, "x", "", [], {}, True, "inf", "nan", "0x1p-1074"][int(rng.integers(13))]


def test_whatever_is_changed_in_a_file_it_is_refused_or_does_no_harm(tmp_path):
    rng = np.random.default_rng(0)
    with zipfile.ZipFile(V1) as file:
        text, raw = file.read("profile.json"), file.read("arrays.bin")
    manifest = json.loads(text)
    loaded = 0
    suite = px.Suite(
        monitor=(EXACT["drift"], EXACT["of categories"], FIXED["range"], NEAR["mean"], NEAR["centroid"]), window="1d"
    )
    new = days(1, rows=30, start=9)
    for k in range(300):
        data, arrays = manifest, bytearray(raw)
        if k % 3:
            data = mutated(rng, manifest)
        if k % 3 != 1:
            for _ in range(int(rng.integers(1, 4))):
                arrays[int(rng.integers(len(arrays)))] = int(rng.integers(256))
        path = packed(tmp_path, [("profile.json", json.dumps(data)), ("arrays.bin", bytes(arrays))])
        try:
            profile = px.Profile.load(path)
        except px.ProfileError:
            continue
        loaded += 1
        if loaded <= 15:
            try:
                px.check(suite, new, profile, now=NOW)
            except ValueError:
                continue
    assert 0 < loaded < 300
    whole = V1.read_bytes()
    for _ in range(300):
        data = bytearray(whole)
        data[int(rng.integers(len(data)))] ^= 1 << int(rng.integers(8))
        path.write_bytes(bytes(data))
        try:
            px.Profile.load(path)
        except px.ProfileError:
            continue


def test_the_command_takes_a_profile(tmp_path, reference, new):
    reference.to_parquet(tmp_path / "train.parquet")
    new.to_parquet(tmp_path / "new.parquet")
    (tmp_path / "s.phoenix.toml").write_text('[[monitor]]\nwatch = "drift"\ncolumn = "x"\nlimit = 5.0\n')

    def command(*given):
        return subprocess.run(
            [sys.executable, "-m", "phoenix_lab.monitors.cli", *given],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    made = command("profile", "train.parquet", "train.phoenix-profile", "--unit", "session")
    assert made.returncode == 0, made.stderr
    well = command(
        "check", "s.phoenix.toml", "--primary", "new.parquet", "--reference", "train.phoenix-profile", "--json"
    )
    assert (well.returncode, json.loads(well.stdout)["reference"]) == (0, "train.parquet"), well.stderr
    told = command(
        "check", "s.phoenix.toml", "--primary", "ne*.parquet", "--reference", "train.phoenix-profile", "--json"
    )
    assert told.returncode == 0, told.stderr
    in_batches, whole = json.loads(told.stdout), json.loads(well.stdout)
    assert in_batches["monitors"] == whole["monitors"]
    assert [d["provenance"]["primary"] for d in (in_batches, whole)] == [
        {"engine": "parquet", "rows": 300},
        {"engine": "memory", "rows": 300},
    ]
    (tmp_path / "bad.phoenix-profile").write_bytes(b"PK")
    bad = command("check", "s.phoenix.toml", "--primary", "new.parquet", "--reference", "bad.phoenix-profile")
    assert bad.returncode == 2
    assert "bad.phoenix-profile is no profile" in bad.stderr
    assert "Traceback" not in bad.stderr


def test_a_profile_of_nothing_and_of_too_many_units_is_refused(reference):
    with pytest.raises(px.ProfileError, match="no rows"):
        px.profile(reference[:0])
    with pytest.raises(px.ProfileError, match="did you mean"):
        px.profile(reference, unit="sesion")
    many = pd.DataFrame({"x": 1.0, "who": [f"u{i}" for i in range(60_000)]})
    with pytest.raises(px.ProfileError, match="profile holds"):
        px.profile(many, unit="who")


def test_windows_that_cut_its_steps_are_refused_for_that_monitor(reference, new):
    weekly = px.profile(reference, step="7d")
    suite = px.Suite(monitor=(calibrated(EXACT["drift"], "d"),), window="1d", false_alarms="1 per quarter")
    (told,) = px.check(suite, new, weekly, now=NOW).monitors
    assert 'step="1d"' in told.sentence()
