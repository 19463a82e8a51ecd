"""A window that was picked on a series: its p is corrected for those it was picked from; and how much more data would decide."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

import phoenix_lab as px
from phoenix_lab.recipes.output import RecipeError
from phoenix_lab.stats.estimates import change, share
from phoenix_lab.stats.power import more_pieces
from phoenix_lab.stats.scan import scan_p

WEEKS, A_WEEK = 26, 60
START = pd.Timestamp("2024-01-01")


def frames(rng: np.random.Generator, shift: float = 0.0, week: int = 8) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Half a year of rows, one week of them shifted, and a reference."""
    at = START + pd.to_timedelta(np.repeat(np.arange(WEEKS), A_WEEK) * 7 + rng.uniform(0, 7, WEEKS * A_WEEK), "D")
    x = rng.normal(size=len(at))
    x[np.repeat(np.arange(WEEKS), A_WEEK) == week] += shift
    prod = pd.DataFrame({"at": at, "x": x, "who": rng.integers(0, 200, len(at))})
    train = pd.DataFrame(
        {"at": at - pd.Timedelta("365D"), "x": rng.normal(size=len(at)), "who": rng.integers(200, 400, len(at))}
    )
    return prod, train


def week(k: int, weeks: int = 1) -> tuple[str, str]:
    first = START + timedelta(weeks=k)
    return first.isoformat(), (first + timedelta(weeks=weeks)).isoformat()


def schema() -> px.Schema:
    return px.Schema(timestamp_column_name="at", feature_column_names=["x"], tag_column_names=["who"])


def asked(recipe, prod, train):
    return px.run(recipe, px.Inferences(prod, schema()), px.Inferences(train, schema()), cache=False)


def test_the_worst_window_is_no_finding_where_nothing_changed():
    rng = np.random.default_rng(1)
    draws, bins, slots, size = 60, 10, 26, 60
    alarms = {"picked": 0, "scanned": 0}
    for _ in range(draws):
        reference = rng.multinomial(2000, np.full(bins, 1 / bins))
        counts = rng.multinomial(np.full(slots, size), np.full(bins, 1 / bins))
        windows = np.stack([np.arange(slots - 1), np.arange(slots - 1) + 2], axis=1)  # overlapping
        of = np.array([counts[a:b].sum(axis=0) for a, b in windows])
        measured = [px.stats.psi.compare(reference, one, rng) for one in of]
        worst = int(np.argmin([found.p_value for found in measured]))
        alarms["picked"] += measured[worst].p_value < 0.05
        alarms["scanned"] += scan_p(reference, counts, windows, of[worst], rng) < 0.05
    assert alarms["picked"] > 0.4 * draws  # what a window chosen by eye does
    assert alarms["scanned"] <= 0.13 * draws  # 5 %, and the chance of 60 draws


def test_p_of_a_window_says_from_how_many_it_was_picked():
    prod, train = frames(np.random.default_rng(2), shift=1.2)
    alone = asked(px.Distribution("x", window=week(8)), prod, train)
    picked = asked(px.Distribution("x", window=week(8), picked_from="7d"), prod, train)
    assert alone.meta["picked"] is None
    assert alone.meta["p_adjusted"] == alone.meta["p_value"]
    assert picked.meta["picked"] == {"windows": WEEKS, "adjusted": f"the largest PSI over {WEEKS} windows"}
    assert picked.meta["p_value"] == alone.meta["p_value"]
    assert alone.meta["p_value"] < picked.meta["p_adjusted"] < 0.05  # 1.2 standard deviations are found all the same
    longer = asked(px.Distribution("x", window=week(8, 4), picked_from="7d"), prod, train)
    assert longer.meta["picked"]["windows"] == WEEKS - 3  # they overlap
    by_unit = asked(px.Distribution("x", window=week(8), picked_from="7d", unit="who"), prod, train)
    assert by_unit.meta["picked"]["adjusted"] == f"Bonferroni over {WEEKS} windows"
    assert by_unit.meta["p_adjusted"] == pytest.approx(min(1, WEEKS * by_unit.meta["p_value"]))


def test_a_verdict_on_a_picked_window_goes_by_the_corrected_p():
    prod, train = frames(np.random.default_rng(102))
    told = {k: asked(px.Distribution("x", window=week(k)), prod, train).meta["p_value"] for k in range(WEEKS)}
    worst = min(told, key=lambda k: told[k])
    assert told[worst] < 0.05  # one in twenty
    meta = asked(px.Distribution("x", window=week(worst), picked_from="7d"), prod, train).meta
    assert meta["p_adjusted"] > 0.05
    assert meta["verdict"] != "drift"


def test_metrics_of_a_picked_window_are_corrected_too():
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 3, 1200).astype(str)
    frame = pd.DataFrame({"at": START + pd.to_timedelta(rng.uniform(0, 70, 1200), "D"), "truth": truth})
    frame["said"] = np.where(rng.random(1200) < 0.2, "0", truth)
    named = px.Schema(timestamp_column_name="at", prediction_label_column_name="said", actual_label_column_name="truth")
    sets = [px.Inferences(part.reset_index(drop=True), named) for part in (frame[:600], frame[600:])]
    plain, corrected = (
        px.run(px.Performance(window=week(2), picked_from=step), *sets, cache=False) for step in (None, "7d")
    )
    for one, other in zip(*(r.table["p_adjusted"].to_pylist() for r in (plain, corrected)), strict=True):
        assert other is None if one is None else other == pytest.approx(min(1, 10 * one))
    assert corrected.meta["adjusted"].endswith(", Bonferroni over 10 windows")


def test_a_window_without_times_cannot_be_picked():
    prod, train = frames(np.random.default_rng(4))
    plain = px.Schema(feature_column_names=["x"], excluded_column_names=["at"])
    with pytest.raises(RecipeError, match="no column of time"):
        px.run(
            px.Distribution("x", window=week(8), picked_from="7d"),
            px.Inferences(prod, plain),
            px.Inferences(train, plain),
        )


def test_as_many_more_units_as_were_told_decide():
    """Rows of a unit are alike: the units that are told decide in about .8 of the draws, as many rows by themselves would not be told."""
    rng = np.random.default_rng(5)
    limit, per_unit = 0.02, 20

    def estimates(n_reference: int, n_primary: int):
        sides = []
        for shift, n, first in ((0.0, n_reference, 0), (-0.12, n_primary, n_reference)):
            chance = np.clip(rng.beta(8, 2, n) + shift, 0, 1).repeat(per_unit)
            units = np.arange(n).repeat(per_unit) + first
            sides.append(share("accuracy", rng.random(len(units)) < chance, np.ones(len(units), bool), units))
        return sides

    wanted = []
    for _ in range(40):
        a, b = estimates(400, 20)
        told = more_pieces(change(a, b), limit, (a.variance or 0.0, b.variance or 0.0), 20)
        if told is not None and abs((change(a, b).value or 0.0) + 0.12) < 0.02:
            wanted.append(told)
    more = int(np.median(wanted))
    decided = [change(*estimates(400, 20 + more)) for _ in range(200)]
    sure = np.mean([c.upper is not None and c.upper < -limit for c in decided])
    assert 0.7 < sure < 0.92
