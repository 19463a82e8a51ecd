"""What became of monitors through time, as the page of a history and its route tell it."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3

import numpy as np
import pandas as pd
import pytest
from jupyter_server.auth import Authorizer

import phoenix_lab as px
from phoenix_lab.monitors.status import MOST_WINDOWS, status
from phoenix_lab.monitors.suite_file import SuiteError

START = dt.datetime(2025, 3, 7)  # noqa: DTZ001 - what the data's clock showed
NOW = START + dt.timedelta(days=900)


def rows(days, *, start=0, missing=0.02, n=200, columns=("x",)):
    rng = np.random.default_rng([start, days])
    size = days * n
    frame = pd.DataFrame({"when": [START + dt.timedelta(days=start + i // n) for i in range(size)]})
    for column in columns:
        frame[column] = np.where(rng.random(size) < missing, np.nan, rng.normal(size=size))
    return frame


SUITE = px.Suite(
    monitor=(
        px.Monitor("missing", column="x", limit=0.1),
        px.Monitor("missing", column="y", limit=0.1, name="of y", severity="warning"),
    ),
    window="1d",
    name="daily",
)


def check(frame, path, suite=SUITE):
    return px.check(suite, frame, history=path, now=NOW)


def by_name(path):
    return {one.monitor: one for one in status(path).series if not one.is_former}


@pytest.fixture
def history(tmp_path):
    """Three quiet days, two with missing values, one with a column gone."""
    path = tmp_path / "h.phoenix-history"
    for start, missing, columns in ((0, 0.02, "xy"), (3, 0.5, "xy")):
        check(rows(3 if start == 0 else 2, start=start, missing=missing, columns=columns), path)
    assert check(rows(1, start=5, missing=0.5, columns="x"), path).exit_code == 2
    return path


def test_each_monitor_and_window_has_a_state_and_an_alarm_says_when_the_change_began(history):
    found = by_name(history)
    x, y = found["x: missing"], found["of y"]
    assert [w.state for w in x.windows] == ["well"] * 3 + ["alarm"] * 3
    assert [w.state for w in y.windows] == ["well"] * 3 + ["alarm"] * 2 + ["could not run"]
    assert {w.since[:10] for w in x.windows[3:]} == {"2025-03-10"}
    assert 'no column "y"' in y.windows[-1].why
    assert (y.windows[-1].value, y.windows[-1].rows) == (None, 200)
    assert (x.severity, y.severity) == ("critical", "warning")


def test_what_could_not_run_disturbs_no_series_and_goes_when_it_has_run(history):
    again = check(rows(1, start=5, missing=0.02, columns="xy", n=300), history)
    assert [e.reading.n for e in again.monitors[1].entries] == [200] * 5 + [300]
    assert [w.state for w in by_name(history)["of y"].windows][-1] == "well"
    with sqlite3.connect(history) as db:
        assert db.execute("SELECT count(*) FROM readings WHERE state='could not run'").fetchone() == (0,)


def test_a_monitor_that_never_ran_is_there(tmp_path):
    path = tmp_path / "h.db"
    check(rows(1, columns="x"), path)
    (window,) = by_name(path)["of y"].windows
    assert window.state == "could not run"


def test_another_limit_makes_the_series_before_a_former_one(history):
    other = px.Suite(monitor=(px.Monitor("missing", column="x", limit=0.9),), window="1d", name="daily")
    check(rows(1, start=6, missing=0.5), history, other)
    found = [one for one in status(history).series if one.monitor == "x: missing"]
    assert [(one.is_former, len(one.windows)) for one in found] == [(False, 1), (True, 6)]


def test_only_the_last_windows_of_many_are_told(tmp_path):
    path = tmp_path / "h.db"
    check(rows(MOST_WINDOWS + 5, n=3), path)
    one = by_name(path)["x: missing"]
    assert (len(one.windows), one.earlier) == (MOST_WINDOWS, 5)
    assert one.windows[-1].window > one.windows[0].window


def test_reading_writes_nothing_and_goes_on_while_a_check_writes(history):
    before = sorted((p.name, p.stat().st_size) for p in history.parent.iterdir())
    writer = sqlite3.connect(history, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM readings")
    assert len(by_name(history)) == 2
    writer.execute("ROLLBACK")
    writer.close()
    status(history)
    assert sorted((p.name, p.stat().st_size) for p in history.parent.iterdir()) == before


def spoil(path, how):
    if how == "newer":
        with sqlite3.connect(path) as db:
            db.execute("PRAGMA user_version=99")
    elif how == "half":
        path.write_bytes(path.read_bytes()[:3000])
    elif how == "text":
        path.write_text("not a database, " * 100, encoding="utf-8")
    elif how == "other":
        path.unlink()
        with sqlite3.connect(path) as db:
            db.execute("CREATE TABLE readings (a)")
    else:
        path.unlink()
        path.touch()


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("newer", "newer phoenix_lab"),
        ("half", "cannot be read"),
        ("text", "cannot be read"),
        ("other", "no history of monitors"),
        ("empty", "no history of monitors"),
    ],
)
def test_what_is_no_history_is_said_and_stays_as_it_is(history, how, said):
    spoil(history, how)
    before = history.read_bytes()
    with pytest.raises(SuiteError, match=said):
        status(history)
    assert history.read_bytes() == before


# ---- the route ------------------------------------------------------------------------------------------------------


@pytest.fixture
def served(jp_root_dir, history):
    target = jp_root_dir / "folder with spaces" / "h.phoenix-history"
    target.parent.mkdir()
    target.write_bytes(history.read_bytes())
    return target


async def test_the_route_answers_with_what_the_file_holds(api, served):
    answer = await api.get("monitors", history="folder with spaces/h.phoenix-history")
    assert answer.status == 200
    (one,) = [s for s in answer.json["series"] if s["monitor"] == "of y"]
    assert [w["state"] for w in one["windows"]][-2:] == ["alarm", "could not run"]


async def test_nothing_beyond_the_served_folder_is_read(api, served, tmp_path, history):
    outside = "/".join([".."] * 3) + f"/{history}"
    for path in (outside, f"../{history.name}", str(history), "", ".hidden/h.db", "folder with spaces"):
        answer = await api.get("monitors", history=path)
        assert answer.status in (400, 404), path
        assert set(answer.json) == {"message", "hint", "column"}
        assert "of y" not in answer.body.decode()
    hidden = served.parent / ".h.phoenix-history"
    hidden.write_bytes(served.read_bytes())
    assert (await api.get("monitors", history="folder with spaces/.h.phoenix-history")).status == 404


class NoContents(Authorizer):
    """Lets nobody read files."""

    def is_authorized(self, handler, user, action, resource):
        return resource != "contents"


@pytest.fixture
def no_contents(jp_server_config):
    jp_server_config["ServerApp"]["authorizer_class"] = NoContents


async def test_who_may_not_read_files_reads_no_history(no_contents, api, served):
    assert (await api.get("monitors", history="folder with spaces/h.phoenix-history")).status == 403


async def test_a_file_that_is_none_is_a_readable_error(api, served):
    served.write_text("x" * 5000, encoding="utf-8")
    answer = await api.get("monitors", history="folder with spaces/h.phoenix-history")
    assert answer.status == 400
    assert "cannot be read" in answer.json["message"]
    assert str(served.parent) not in json.dumps(answer.json)
