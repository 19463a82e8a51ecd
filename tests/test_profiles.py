"""Columns as numbers, categories, vectors and time; windows; sums that do not depend on the order."""

from __future__ import annotations

# Naive times are what is tested.
# ruff: noqa: DTZ001
import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from phoenix_lab.profiles import sums
from phoenix_lab.profiles.columns import MOST_CATEGORIES, ColumnError, categories, numbers, units, vectors
from phoenix_lab.profiles.durations import LATEST, Duration, iso, parse_instant
from phoenix_lab.profiles.pairs import pair
from phoenix_lab.profiles.time import choices, choose_window, instants, windows
from phoenix_lab.recipes.window_metrics import Cut


def column(values, kind=None, pieces=2):
    array = pa.array(values, kind)
    at = len(array) // pieces
    return pa.chunked_array([array.slice(0, at), array.slice(at)], type=array.type)


def instants_of(axis):
    return axis.instants.astype("datetime64[us]").astype(str).tolist()


# Numbers


@pytest.mark.parametrize(
    ("values", "kind", "expected", "missing"),
    [
        ([1, None, 3], pa.int32(), [1, 3], 1),
        ([1.5, None, float("nan"), float("inf")], pa.float64(), [1.5, np.inf], 2),
        ([0.5, 1.5], pa.float16(), [0.5, 1.5], 0),
        ([True, False, None], pa.bool_(), [1, 0], 1),
        ([Decimal("1.50"), Decimal("-2.25")], pa.decimal128(10, 2), [1.5, -2.25], 0),
        ([dt.timedelta(minutes=1), None], pa.duration("ms"), [60.0], 1),
        (["é", "", None, "abc"], pa.string(), [1, 0, 3], 1),
        ([b"ab", b""], pa.binary(), [2, 0], 0),
        ([None, None], pa.null(), [], 2),
        ([2**63 + 5], pa.uint64(), [2**63 + 5], 0),
        (["a", "bc", "a"], pa.dictionary(pa.int8(), pa.string()), [1, 2, 1], 0),
    ],
)
def test_what_is_read_as_numbers(values, kind, expected, missing):
    x = numbers(column(values, kind))
    assert x.values.tolist() == expected
    assert x.missing == missing
    assert len(x.present) == len(values)


def test_nested_values_are_no_numbers():
    with pytest.raises(ColumnError, match='column "a" holds list'):
        numbers(column([[1], [2]]), "a")


def test_moments_leave_infinities_out():
    x = numbers(column([float("inf"), 1.0, 3.0, float("-inf")]))
    assert (x.mean, x.std, x.infinite) == (2.0, pytest.approx(np.sqrt(2)), 2)
    assert x.quantile(0, 0.5, 1) == [1.0, 2.0, 3.0]
    assert x.distinct == 4


def test_moments_of_nothing_and_of_huge_values_are_undefined():
    nothing = numbers(column([None, None], pa.float64()))
    assert (nothing.mean, nothing.std, nothing.quantile(0.5), nothing.distinct) == (None, None, [None], 0)
    assert numbers(column([1e308, -1e308, 1e308])).std is None


# Categories


def test_categories_are_numbered_alike_in_both_sets():
    c = categories(column(["b", "a", None, "b"]), column(["c", "b", "c"]))
    assert c.labels == ("b", "a", "c")
    assert (c.counts_reference.tolist(), c.counts_primary.tolist()) == ([2, 1, 0], [1, 0, 2])
    assert c.present_reference.tolist() == [True, True, False, True]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (column([1, 2, 2]), column([1.0, 2.0, float("nan")])),
        (column([True, False, True]), column([1, 0, 0])),
        (column(["x", "y"]), column(["x", "z"], pa.large_string())),
        (column(["x", "y"]), column(["x", "z"], pa.dictionary(pa.int32(), pa.string()))),
        (column(["x", "y"]), column([None, None])),
    ],
)
def test_types_that_mean_the_same_are_compared(a, b):
    c = categories(a, b)
    assert c.counts_reference.sum() == len(a) - a.null_count


def test_text_and_numbers_are_refused_by_name():
    with pytest.raises(ColumnError, match='column "label" holds numbers in the primary set and text in the reference'):
        categories(column(["1", "0"]), column([1, 0]), "label")
    with pytest.raises(ColumnError, match="holds text"):
        pair(column(["1", "0"]), column([1, 0]), "numbers", "label")


def test_rare_categories_share_a_bin_without_a_look_at_the_sets():
    common, rare = [f"v{i}" for i in range(MOST_CATEGORIES + 50)], ["often"] * 20
    both = pair(column(common + rare), column(common[::-1]), "categories", "c")
    swapped = pair(column(common[::-1]), column(common + rare), "categories", "c")
    assert both.n_bins == MOST_CATEGORIES
    assert sorted(both.counts[0].tolist()) == sorted(swapped.counts[1].tolist())
    assert sum(both.counts[0]) == len(common) + 20


def test_a_missing_unit_is_a_unit_of_its_own():
    r, p = units(column(["a", None, "a", None]), column(["b", "a", None]))
    assert len(set(r) | set(p)) == 5
    assert r[0] == r[2] == p[1]


def test_unusable_vectors_are_told():
    kind = pa.list_(pa.float32(), 2)
    matrix, usable = vectors(column([[1, 2], None, [float("nan"), 1], [3, 4]], kind))
    assert matrix.shape == (4, 2)
    assert usable.tolist() == [True, False, False, True]
    sliced = pa.chunked_array([pa.array([[1, 2], [3, 4], [5, 6]], kind).slice(1)])
    assert vectors(sliced)[0].tolist() == [[3, 4], [5, 6]]


# Time


@pytest.mark.parametrize(
    ("values", "kind", "expected", "what", "zone"),
    [
        ([1961, 2021], pa.int64(), ["1961-01-01", "2021-01-01"], "year", None),
        ([1961.0, None], pa.float64(), ["1961-01-01"], "year", None),
        ([1_600_000_000], pa.int32(), ["2020-09-13T12:26:40"], "instant", "UTC"),
        ([1_600_000_000_123], pa.int64(), ["2020-09-13T12:26:40.123"], "instant", "UTC"),
        ([1_600_000_000_000_000], pa.int64(), ["2020-09-13T12:26:40"], "instant", "UTC"),
        ([1_600_000_000_000_000_000], pa.int64(), ["2020-09-13T12:26:40"], "instant", "UTC"),
        ([1_600_000_000.5], pa.float64(), ["2020-09-13T12:26:40.5"], "instant", "UTC"),
        ([dt.date(2020, 2, 29), None], pa.date32(), ["2020-02-29"], "date", None),
        ([dt.datetime(2020, 2, 29)], pa.timestamp("ns"), ["2020-02-29"], "date", None),
        ([dt.datetime(2020, 2, 29, 1)], pa.timestamp("s"), ["2020-02-29T01"], "instant", None),
        ([dt.date(1961, 1, 1), dt.date(1990, 1, 1)], pa.date32(), ["1961-01-01", "1990-01-01"], "year", None),
        (["2020-02-29", "2020-03-01"], pa.string(), ["2020-02-29", "2020-03-01"], "date", None),
        (["2020-02-29T10:00:00Z"], pa.string(), ["2020-02-29T10"], "instant", "UTC"),
        (["2020-02-29T10:00:00+02:00", " "], pa.string(), ["2020-02-29T08"], "instant", "UTC"),
        (["1999", "2001"], pa.string(), ["1999-01-01", "2001-01-01"], "year", None),
    ],
)
def test_what_is_read_as_time(values, kind, expected, what, zone):
    axis = instants(column(values, kind, pieces=1))
    assert instants_of(axis) == [str(np.datetime64(e).astype("datetime64[us]")) for e in expected]
    assert (axis.kind, axis.zone) == (what, zone)
    assert axis.present.sum() == len(expected)


def test_a_zone_is_kept_and_its_instants_are_utc():
    berlin = dt.datetime(2021, 7, 1, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    axis = instants(column([berlin], pa.timestamp("us", tz="Europe/Berlin"), pieces=1))
    assert (instants_of(axis), axis.zone) == (["2021-07-01T10:00:00.000000"], "Europe/Berlin")


def test_what_is_no_time_is_named_with_its_row():
    with pytest.raises(ColumnError, match='column "when": row 1 holds "soon"'):
        instants(column(["2020-01-01", "soon", "2021-01-01"]), "when")
    with pytest.raises(ColumnError, match="row 2 holds 1e"):
        instants(column([1e9, 1e9, 1e30]), "when")
    with pytest.raises(ColumnError, match="not a time"):
        instants(column([[1], [2]]), "when")


@pytest.mark.parametrize(
    ("day", "said"), [("-5000-01-01", "row 1 holds -5000-01-01 00:00:00"), ("12000-12-31", "row 1 holds 12000-12-31")]
)
def test_times_beyond_those_of_python_are_named_with_their_row(day, said):
    column = pa.chunked_array([pa.array(np.array(["2020-01-01", day], dtype="M8[s]"))])
    with pytest.raises(ColumnError, match=said):
        instants(column, "t")


@pytest.mark.parametrize("zone", [None, "Asia/Tokyo", "America/New_York"])
@pytest.mark.parametrize("length", ["1s", "1h", "12h", "1d", "1w", "1mo", "1y", "100y"])
@pytest.mark.parametrize("day", [LATEST, LATEST - 3_600_000_000])
def test_windows_end_with_the_calendar(zone, length, day):
    """The day 9999-12-31 stands for "still valid" in many tables."""
    found = windows((day, day), *[Duration.parse(length)] * 2, zone)
    assert len(found) == 1
    assert found.starts[0] <= day <= found.ends[0] <= LATEST
    assert iso(int(found.ends[0]), zone)


def test_no_time_at_all_is_an_empty_axis():
    assert instants(column([None, None])).span is None
    assert instants(column([None], pa.timestamp("us"), pieces=1)).span is None


@pytest.mark.parametrize(
    ("text", "seconds"), [("7d", 604800), ("1h", 3600), ("30min", 1800), ("2w", 1209600), ("10s", 10)]
)
def test_durations(text, seconds):
    assert Duration.parse(text).seconds == seconds
    assert str(Duration.parse(text)) == text


@pytest.mark.parametrize("text", ["", "7", "d", "0d", "-1d", "1.5h", "1q", "7 days; drop"])
def test_what_is_no_duration_is_refused_with_an_example(text):
    with pytest.raises(ColumnError, match="is not a length of time; write"):
        Duration.parse(text)


def test_months_and_years_follow_the_calendar():
    axis = instants(column([dt.date(2023, 11, 17), dt.date(2024, 3, 2)]))
    cut = windows(axis.span, Duration(1, "mo"), Duration(1, "mo"), None)
    assert cut.starts.astype("datetime64[us]").astype("datetime64[D]").astype(str).tolist() == [
        "2023-11-01",
        "2023-12-01",
        "2024-01-01",
        "2024-02-01",
        "2024-03-01",
    ]
    assert (cut.starts[1:] == cut.ends[:-1]).all()


def test_days_are_those_of_the_zone_across_a_change_of_clocks():
    zone = "America/New_York"
    times = [dt.datetime(2021, 3, 13, 12, tzinfo=ZoneInfo(zone)), dt.datetime(2021, 3, 15, 12, tzinfo=ZoneInfo(zone))]
    axis = instants(column(times, pa.timestamp("us", tz=zone)))
    cut = windows(axis.span, Duration(1, "d"), Duration(1, "d"), zone)
    hours = (cut.ends - cut.starts) // 3_600_000_000
    assert hours.tolist() == [24, 23, 24]
    assert iso(int(cut.starts[0]), zone) == "2021-03-13T05:00:00+00:00"


def test_weeks_start_on_monday():
    axis = instants(column([dt.date(2024, 5, 1), dt.date(2024, 5, 20)]))
    cut = windows(axis.span, Duration(7, "d"), Duration(7, "d"), None)
    assert all(d.astype("datetime64[D]").item().weekday() == 0 for d in cut.starts.astype("datetime64[us]"))


@given(st.integers(0, 2_000_000_000), st.integers(1, 300_000_000))
def test_windows_cover_every_row_once(start, length):
    span = start * 10**6, (start + length) * 10**6
    chosen = choose_window(span, "instant", 100_000)
    cut = windows(span, chosen, chosen, None)
    assert cut.starts[0] <= span[0]
    assert cut.ends[-1] > span[1]
    assert (cut.starts[1:] == cut.ends[:-1]).all()
    assert len(cut) <= 62
    assert chosen in choices(span, "instant", chosen)


def test_too_many_windows_and_lost_rows_are_refused():
    span = 0, 10**9 * 10**6
    with pytest.raises(ColumnError, match="more than 2,000 windows"):
        windows(span, Duration(1, "s"), Duration(1, "s"), None)
    with pytest.raises(ColumnError, match="longer than the window"):
        windows(span, Duration(1, "mo"), Duration(1, "y"), None)


def test_instants_are_read_back():
    for text in ("2021-05-31", "2021-05-31T12:00:00", "2021-05-31T12:00:00Z", "2021-05-31T14:00:00+02:00"):
        assert iso(parse_instant(text), None).startswith("2021-05-31T")
    with pytest.raises(ColumnError, match="is not a time"):
        parse_instant("yesterday")


# Merging


@given(arrays(np.int64, st.integers(1, 200), elements=st.integers(0, 400)), st.integers(1, 5))
def test_overlapping_windows_are_sums_of_slots(days, length):
    axis = instants(pa.chunked_array([pa.array(days, pa.int32()).cast(pa.date32())]))
    cut = windows(axis.span, Duration(7 * length, "d"), Duration(7, "d"), None)
    counted = Cut.of_time(axis, cut).count(np.ones(len(days), dtype=bool))
    expected = [
        int(((axis.instants >= a) & (axis.instants < b)).sum()) for a, b in zip(cut.starts, cut.ends, strict=True)
    ]
    assert counted.tolist() == expected


@given(
    arrays(np.float64, st.integers(1, 300), elements=st.floats(-1e5, 1e5)),
    st.integers(0, 2**32 - 1),
)
@example(np.array([5e-324]), 0)
def test_sums_do_not_depend_on_order_or_parts(x, seed):
    rng = np.random.default_rng(seed)
    scale = sums.scale_of(x)
    steps = sums.on_grid(x, scale)
    group = rng.integers(0, 4, len(x))
    whole = sums.by_group(steps, group, 4)
    order = rng.permutation(len(x))
    cut = rng.integers(0, len(x) + 1)
    parts = [sums.by_group(steps[order][s], group[order][s], 4) for s in (slice(None, cut), slice(cut, None))]
    assert np.array_equal(parts[0] + parts[1], whole)
    exact = np.array([x[group == g].sum() for g in range(4)])
    assert np.allclose(sums.off_grid(whole, scale), exact, atol=len(x) * scale * 2.0**-24)


def test_vector_sums_are_those_of_each_group():
    rng = np.random.default_rng(0)
    x, group = rng.normal(size=(500, 3)), rng.integers(0, 6, 500)
    scale = sums.scale_of(x)
    found = sums.off_grid(sums.by_group(sums.on_grid(x, scale), group, 7), scale)
    assert np.allclose(found[:6], [x[group == g].sum(axis=0) for g in range(6)], atol=1e-4)
    assert found[6].tolist() == [0, 0, 0]


@given(arrays(np.float64, st.integers(2, 100), elements=st.floats(-100, 100)), st.integers(0, 2**32 - 1))
def test_counts_of_parts_add_up_to_those_of_the_whole(x, seed):
    cut = np.random.default_rng(seed).integers(0, len(x) + 1)
    reference = column(np.linspace(-50, 50, 40))
    whole = pair(reference, column(x), "numbers", "x").counts[1]
    parts = [pair(reference, column(p), "numbers", "x").counts[1] for p in (x[:cut], x[cut:])]
    assert (parts[0] + parts[1]).tolist() == whole.tolist()
