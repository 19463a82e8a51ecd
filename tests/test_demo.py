"""`make demo`: the port that it takes, and that a long step of the set-up shows that it goes on."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SPEC = importlib.util.spec_from_file_location("demo", ROOT / "scripts" / "demo.py")
assert SPEC is not None
assert SPEC.loader is not None
demo = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(demo)


@pytest.fixture
def taken():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture(autouse=True)
def _no_port(monkeypatch):
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.delenv("JUPYTER_PORT", raising=False)


def test_a_port_that_is_passed_over_is_named(monkeypatch, capsys, taken):
    monkeypatch.setattr(demo, "FIRST_PORT", taken)
    port = demo.free_port()
    assert port > taken
    assert f"Port {taken} is in use; this takes {port}." in capsys.readouterr().out


@pytest.mark.parametrize("name", ["PORT", "JUPYTER_PORT"])
def test_a_named_port_is_taken_or_refused(monkeypatch, taken, name):
    monkeypatch.setenv(name, str(taken))
    with pytest.raises(SystemExit, match=f"Port {taken} is in use"):
        demo.free_port()
    monkeypatch.setenv(name, "lab")
    with pytest.raises(SystemExit, match="is no port"):
        demo.free_port()
    monkeypatch.setattr(demo, "is_free", lambda _: True)
    monkeypatch.setenv(name, "8917")
    assert demo.free_port() == 8917


def test_a_long_step_says_what_it_is_at():
    work = "echo Collecting pandas; sleep 16"
    told = subprocess.run(
        [ROOT / "scripts" / "step.sh", "[5/5] All", "bash", "-c", work], capture_output=True, text=True, check=True
    )
    assert "s: Collecting pandas" in told.stdout
    assert "[5/5] All, done in" in told.stdout
