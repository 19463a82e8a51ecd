"""`phoenix-lab check`: no Jupyter, clear sentences, exit statuses, and a history that survives whatever happens."""

from __future__ import annotations

import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import entry_points
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from phoenix_lab.monitors.cli import main
from phoenix_lab.monitors.history import History

unix = pytest.mark.skipif(sys.platform == "win32", reason="fork, SIGKILL and limits are of Unix")
pytest_plugins = ["pytester"]

TREE = Path(__file__).parents[1]
HEAVY = ("jupyter_server", "tornado", "IPython", "ipykernel", "umap", "numba", "sklearn")
SUITE = """
window = "1d"
[[monitor]]
watch = "missing"
column = "x"
limit = 0.2
[[monitor]]
watch = "drift"
column = "x"
limit = 0.2
"""
DAY = 86_400_000_000


def write(path, *, days=3, start=20_000, missing=0.05, rows=100, seed=0):
    rng = np.random.default_rng([seed, start])
    size = days * rows
    when = (start + np.arange(size) // rows) * DAY + np.arange(size) % rows * 1_000_000
    x = pa.array(rng.normal(size=size), mask=rng.random(size) < missing)
    pq.write_table(pa.table({"when": pa.array(when, pa.timestamp("us")), "x": x}), path)
    return str(path)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("s.phoenix.toml").write_text(SUITE, encoding="utf-8")
    write("ref.parquet", days=20, start=19_000)
    write("new.parquet")
    return tmp_path


def check(*more, suite="s.phoenix.toml", primary="new.parquet"):
    return ["check", suite, "--primary", primary, "--reference", "ref.parquet", *more]


def process(*arguments, **more):
    command = [sys.executable, "-m", "phoenix_lab.monitors.cli", *arguments]
    return subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": str(TREE)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **more,
    )


def test_help_imports_nothing_and_a_check_no_jupyter(folder):
    program = (
        "import sys, time; t = time.perf_counter()\n"
        "from phoenix_lab.monitors.cli import main\n"
        "try:\n    main(sys.argv[1:])\n"
        "except SystemExit:\n    pass\n"
        "import json; print(json.dumps([time.perf_counter() - t, sorted(sys.modules)]), file=sys.stderr)"
    )
    found = {}
    for name, arguments in {"help": ["--help"], "check": check()}.items():
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONPATH": str(TREE)},
        )
        found[name] = json.loads(done.stderr.splitlines()[-1])
    assert not set(found["check"][1]) & set(HEAVY)
    assert not set(found["help"][1]) & {*HEAVY, "numpy", "pandas", "pyarrow", "pydantic", "scipy"}
    assert found["help"][0] < 1


def test_exit_statuses(folder, capsys):
    assert main(check()) == 0
    assert "2 well" in capsys.readouterr().out
    write("ill.parquet", missing=0.5)
    assert main(check(primary="ill.parquet")) == 1
    assert "● alarm" in capsys.readouterr().out
    write("few.parquet", days=1, rows=8, missing=0.25)
    assert main(check(primary="few.parquet")) == 0
    assert "not enough data" in capsys.readouterr().out


def bad(name):
    if name == "half.parquet":
        Path(name).write_bytes(Path("new.parquet").read_bytes()[:2000])
    elif name == "empty.parquet":
        Path(name).touch()
    elif name == "rowless.parquet":
        pq.write_table(pq.read_table("new.parquet").slice(0, 0), name)
    elif name == "text.parquet":
        Path(name).write_text("when,x\n", encoding="utf-8")
    elif name == "other.parquet":
        pq.write_table(pq.read_table("new.parquet").rename_columns(["when", "z"]), name)
    elif name == "retyped.parquet":
        table = pq.read_table("new.parquet")
        pq.write_table(table.set_column(1, "x", table["x"].cast(pa.string())), name)
    return name


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gone.parquet", "is not there"),
        ("half.parquet", "may be half written"),
        ("empty.parquet", "is empty"),
        ("rowless.parquet", "no rows"),
        ("text.parquet", "may be half written"),
        ("other.parquet", 'has no column "x"'),
        ("retyped.parquet", '"x" is string'),
    ],
)
def test_bad_files_are_a_clear_sentence(folder, capsys, name, said):
    assert main(check(primary=bad(name))) == 2
    err = capsys.readouterr().err
    assert said in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[monitor]\n", "is not TOML"),
        ('[[monitor]]\nwatch = "drift"\ncolum = "x"\nlimit = 1\n', 'unknown key "colum"; did you mean "column"?'),
        ("", "monitor: Field required"),
    ],
)
def test_bad_suites_are_a_clear_sentence(folder, capsys, text, said):
    Path("s.phoenix.toml").write_text(text, encoding="utf-8")
    assert main(check()) == 2
    err = capsys.readouterr().err
    assert said in err
    assert "s.phoenix.toml" in err


def test_a_suite_that_is_not_there(folder, capsys):
    assert main(check(suite="t.phoenix.toml")) == 2
    assert "t.phoenix.toml cannot be read" in capsys.readouterr().err


def test_a_console_that_lacks_the_marks_gets_the_result_all_the_same(folder):
    done = subprocess.run(
        [sys.executable, "-m", "phoenix_lab.monitors.cli", *check()],
        env={**os.environ, "PYTHONPATH": str(TREE), "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "? well" in done.stdout


# ---- reports --------------------------------------------------------------------------------------------------------


def test_reports(folder, capsys):
    write("ill.parquet", missing=0.5)
    named = SUITE.replace('watch = "missing"', 'watch = "missing"\nname = "a \\"quoted\\" <name> 💰"')
    Path("s.phoenix.toml").write_text(
        named + '[[monitor]]\nwatch = "mean"\ncolumn = "y"\nlimit = 1\n', encoding="utf-8"
    )
    arguments = check(
        "--json", "--junit", "j.xml", "--html", "o.html", "--openmetrics", "m.prom", primary="ill.parquet"
    )
    assert main(arguments) == 2
    told = json.loads(capsys.readouterr().out)
    assert [row["state"] for row in told["monitors"]] == ["alarm", "not enough data", "could not run"]
    suite = ET.parse("j.xml").getroot()[0]  # noqa: S314 - ours
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "3",
        "failures": "1",
        "errors": "1",
        "skipped": "1",
    }
    assert suite[0].get("name") == 'a "quoted" <name> 💰'
    page = Path("o.html").read_text(encoding="utf-8")
    assert "&lt;name&gt;" in page
    assert "<name>" not in page
    assert "http" not in page.replace("http-equiv", "")
    lines = Path("m.prom").read_text(encoding="utf-8").splitlines()
    assert lines[-1] == "# EOF"
    assert 'suite="s",monitor="a \\"quoted\\" <name> 💰",severity="critical"' in lines[2]
    assert sum('phoenix_monitor_state="alarm"} 1' in line for line in lines) == 1


class Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.told.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(self.server.answer)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


def test_a_webhook_is_told_of_alarms_within_a_size(folder, capsys):
    server = HTTPServer(("127.0.0.1", 0), Hook)
    server.told, server.answer = [], 200
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.server_port}/secret"
        assert main(check("--webhook", address)) == 0
        assert server.told == []
        write("ill.parquet", missing=0.5)
        blocks = [
            f'[[monitor]]\nwatch = "missing"\ncolumn = "x"\nname = "{i}"\nlimit = 0.2\nnote = "{"n" * 1000}"\n'
            for i in range(200)
        ]
        Path("s.phoenix.toml").write_text('window = "1d"\n' + "".join(blocks), encoding="utf-8")
        assert main(check("--webhook", address, "--quiet", primary="ill.parquet")) == 1
        (body,) = server.told
        assert len(body) <= 64 * 1024
        told = json.loads(body)
        assert len(told["monitors"]) + told["left_out"] == 200
        server.answer = 500
        assert main(check("--webhook", address, "--quiet", primary="ill.parquet")) == 2
        err = capsys.readouterr().err
        assert "did not take the result" in err
        assert "secret" not in err
        server.answer = 302
        assert main(check("--webhook", address, "--quiet", primary="ill.parquet")) == 2
        assert "did not take the result" in capsys.readouterr().err
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:abc/secret", "http://127.0.0.1:1/secret key", "http://[::1/secret", "ftp://a/secret"]
)
def test_what_is_no_webhook_is_a_clear_sentence_without_the_secret(folder, capsys, address):
    write("ill.parquet", missing=0.5)
    assert main(check("--webhook", address, "--quiet", primary="ill.parquet")) == 2
    err = capsys.readouterr().err
    assert "webhook" in err
    assert "secret" not in err
    assert "Traceback" not in err


# ---- history --------------------------------------------------------------------------------------------------------


def kept():
    return [{k: v for k, v in row.items() if k != "checked"} for row in History("h.db").table().to_pylist()]


def test_a_history_of_a_newer_version_and_files_of_something_else(folder, capsys):
    assert main(check("--history", "h.db")) == 0
    with sqlite3.connect("h.db") as db:
        db.execute("PRAGMA user_version=7")
    db.close()
    assert main(check("--history", "h.db")) == 2
    assert "written by a newer phoenix_lab" in capsys.readouterr().err
    Path("n.db").write_text("nothing of the sort, and long enough to look like something" * 20, encoding="utf-8")
    assert main(check("--history", "n.db")) == 2
    assert "the history n.db cannot be used: file is not a database" in capsys.readouterr().err
    with sqlite3.connect("o.db") as db:
        db.execute("CREATE TABLE mine (a)")
    db.close()
    assert main(check("--history", "o.db")) == 2
    assert "a database of something else" in capsys.readouterr().err


FORKS = """
import os, signal, sqlite3, sys, json
import phoenix_lab.monitors.check, phoenix_lab.monitors.files, pyarrow.parquet
from phoenix_lab.monitors import history
from phoenix_lab.monitors.cli import main
at, seen, connect = [0], [0], sqlite3.connect

class Steps(sqlite3.Connection):
    def step(self):
        seen[0] += 1
        if seen[0] == at[0]:
            os.kill(os.getpid(), signal.SIGKILL)
    def execute(self, *given):
        self.step()
        return super().execute(*given)
    def executemany(self, *given):
        self.step()
        found = super().executemany(*given)
        self.step()
        return found

history.sqlite3.connect = lambda *a, **k: connect(*a, factory=Steps, **k)
def start(arguments):
    child = os.fork()
    if child == 0:
        os._exit(main(arguments) + (100 if at[0] and seen[0] < at[0] else 0))
    return child
def end(child):
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
"""
"""Checks in processes of their own that share one start of Python; one of them is killed at the step `at` of its dealings with the history."""


def forks(program):
    command = [sys.executable, "-c", FORKS + program]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(TREE)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@unix
def test_writers_at_once_lose_nothing(folder):
    asked = [
        check("--history", "h.db", "--quiet", primary=write(f"{i}.parquet", days=2, start=20_000 + 2 * i))
        for i in range(4)
    ]
    assert forks(f"print(json.dumps([end(child) for child in [start(a) for a in {asked!r}]]))") == [0] * 4
    rows = kept()
    for monitor in ("x: drift", "x: missing"):
        assert len({row["window"] for row in rows if row["monitor"] == monitor}) == 8
    assert len(rows) == 16


@unix
def test_killed_at_any_step_the_history_is_whole_and_again_gives_the_same(folder):
    assert main(check("--history", "h.db", "--quiet")) == 0
    before = kept()
    write("two.parquet", days=4, start=20_002, missing=0.4)
    Path("clean.db").write_bytes(Path("h.db").read_bytes())
    again = check("--history", "h.db", "--quiet", primary="two.parquet")
    codes = forks(
        "from phoenix_lab.monitors.history import History\n"
        "def kept(path):\n"
        "    with sqlite3.connect(path) as db:\n"
        "        assert db.execute('PRAGMA integrity_check').fetchone() == ('ok',)\n"
        "    return [{k: v for k, v in row.items() if k != 'checked'} for row in History(path).table().to_pylist()]\n"
        "before, codes = kept('h.db'), []\n"
        "seen[0] = 0\n"
        "for at[0] in range(1, 100):\n"
        f"    codes.append(end(start({again!r})))\n"
        "    if codes[-1] >= 100: break\n"
        "    here = at[0]; at[0] = 0; assert kept('h.db') == before, here; seen[0] = 0\n"
        "print(json.dumps(codes))"
    )
    assert codes[-1] == 101  # no step was left to be killed at, and there was an alarm
    assert set(codes[:-1]) == {-signal.SIGKILL}
    assert len(codes) > 10
    after = kept()
    assert after != before
    assert main(check("--history", "clean.db", "--quiet", primary="two.parquet")) == 1
    assert after == [
        {k: v for k, v in row.items() if k != "checked"} for row in History("clean.db").table().to_pylist()
    ]


@unix
def test_a_disk_that_fills_loses_nothing(folder):
    assert main(check("--history", "h.db", "--quiet")) == 0
    before = kept()
    write("many.parquet", days=300, start=19_500, rows=20)

    def full():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (24_000, 24_000))

    one = process(*check("--history", "h.db", "--quiet", primary="many.parquet"), preexec_fn=full)
    _, err = one.communicate()
    assert one.returncode == 2
    assert "the history h.db cannot be used" in err
    assert kept() == before


# ---- pytest ---------------------------------------------------------------------------------------------------------


def test_the_pytest_plugin(folder, pytester):
    for name in ("new", "ref"):
        (pytester.path / f"{name}.parquet").write_bytes((folder / f"{name}.parquet").read_bytes())
    (pytester.path / "s.phoenix.toml").write_text(SUITE, encoding="utf-8")
    write(pytester.path / "ill.parquet", missing=0.5)
    pytester.makepyfile(
        """
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        def test_same(assert_no_drift):
            assert_no_drift("new.parquet", "ref.parquet")

        def test_suite(assert_no_drift):
            assert_no_drift(pq.read_table("new.parquet"), pq.read_table("ref.parquet"), "s.phoenix.toml")

        def test_ill(assert_no_drift):
            assert_no_drift("ill.parquet", "ref.parquet", "s.phoenix.toml")

        def test_drifted(assert_no_drift):
            table = pq.read_table("new.parquet")
            assert_no_drift(table.set_column(1, "x", pc.add(table["x"], 2)), "ref.parquet")

        def test_gone(assert_no_drift):
            assert_no_drift(pq.read_table("new.parquet").drop_columns("x"), "ref.parquet")

        def test_retyped(assert_no_drift):
            table = pq.read_table("new.parquet")
            assert_no_drift(table.set_column(1, "x", pc.cast(table["x"], "string")), "ref.parquet", columns=["x"])
        """
    )
    is_installed = any(e.name == "phoenix_lab" for e in entry_points(group="pytest11"))
    plugin = [] if is_installed else ["-p", "phoenix_lab.monitors.pytest_plugin"]
    done = pytester.runpytest_inprocess("-p", "no:asyncio", *plugin)
    done.assert_outcomes(passed=2, failed=4)
    done.stdout.fnmatch_lines(
        ["*1 alarm*", "*x: PSI*", '*x: *has no column "x"*', "*x: double in the reference, string now*"]
    )
