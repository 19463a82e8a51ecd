"""Start JupyterLab on `examples/`, say where it is, and open a browser where there is one."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
FIRST = "state_of_the_union.ipynb"
FIRST_PORT = 8888


def is_free(port: int) -> bool:
    """Tell whether nothing listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def free_port() -> int:
    """Return the port that `PORT` (or Jupyter's own `JUPYTER_PORT`) names, or the first free one from 8888 on, and say why it is no other."""
    named = os.environ.get("PORT") or os.environ.get("JUPYTER_PORT")
    if named:
        if not named.isdecimal() or not 0 < int(named) < 2**16:
            sys.exit(f'"{named}" is no port. Name one from 1024 to 65535: make demo PORT=…')
        if not is_free(int(named)):
            sys.exit(f"Port {named} is in use. Name another: make demo PORT=…")
        return int(named)
    for port in range(FIRST_PORT, FIRST_PORT + 100):
        if is_free(port):
            if port != FIRST_PORT:
                print(f"Port {FIRST_PORT} is in use; this takes {port}. make demo PORT=… takes another.", flush=True)
            return port
    sys.exit(f"No free port from {FIRST_PORT} on. Name one: make demo PORT=…")


def has_browser() -> bool:
    """Tell whether a window can be opened here; `BROWSER=none` says no."""
    if os.environ.get("BROWSER") == "none":
        return False
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def wait(address: str, server: subprocess.Popen[bytes], patience: float = 60) -> None:
    """Return when the server answers at the address; leave when it has ended or does not answer."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if server.poll() is not None:
            sys.exit(f"JupyterLab ended with status {server.returncode}.")
        try:
            urllib.request.urlopen(address, timeout=5)  # noqa: S310
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
        else:
            return
    server.terminate()
    sys.exit(f"JupyterLab did not answer within {patience:.0f} s.")


def main() -> int:
    """Start the server and stay until it ends."""
    port, token = free_port(), secrets.token_hex(16)
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.port={port}", f"--ServerApp.root_dir={EXAMPLES}"]
    command += ["--ServerApp.ip=127.0.0.1", "--ServerApp.port_retries=0", "--ServerApp.open_browser=False"]
    command += ["--ServerApp.answer_yes=True", "--ServerApp.log_level=WARN", "--LabApp.log_level=WARN"]
    # What is open in another JupyterLab of this user is no business of the demo's.
    command.append(f"--LabApp.workspaces_dir={EXAMPLES.parent / '.demo' / 'workspaces'}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--ServerApp.allow_root=True")
    # The first map of a machine need not wait for a compiler: what it makes is kept on disk, and this is done while the notebook is read.
    subprocess.Popen([sys.executable, "-c", "from phoenix_lab.embeddings.warm import warm; warm()"])
    # The token goes by the environment: command lines can be read by every user of the machine.
    server = subprocess.Popen(command, env={**os.environ, "JUPYTER_TOKEN": token})
    # Ctrl-C reaches the server too, which stops in its own time.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    wait(f"http://127.0.0.1:{port}/api", server)
    address = f"http://127.0.0.1:{port}/lab/tree/{FIRST}?token={token}"
    print(f"\nJupyterLab is at\n\n    {address}\n\nCtrl-C stops it.\n", flush=True)
    if has_browser():
        webbrowser.open(address)
    return server.wait()


if __name__ == "__main__":
    raise SystemExit(main())
