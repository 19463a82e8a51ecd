"""The wheel, in an environment of its own, with no Node in reach: what `pip install phoenix_lab` gives a user."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BIN = "Scripts" if os.name == "nt" else "bin"

pytestmark = [pytest.mark.packaging, pytest.mark.timeout(600)]


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, **options)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel made from the source archive, so that both are proved at once."""
    dist = tmp_path_factory.mktemp("dist")
    run([sys.executable, "-m", "build", "--no-isolation", "--outdir", str(dist), str(ROOT)])
    (built,) = dist.glob("*.whl")
    assert list(dist.glob("*.tar.gz"))
    return built


@pytest.fixture(scope="module")
def environment(wheel, tmp_path_factory):
    """Folder of the programs of a new environment with the wheel, and the variables and place to run them with."""
    folder = tmp_path_factory.mktemp("clean")
    run([sys.executable, "-m", "venv", str(folder)])
    programs = folder / BIN
    home = tmp_path_factory.mktemp("home")
    # No Node: the environment's own programs are all there is to be found.
    kept = {
        k: v
        for k, v in os.environ.items()
        if not re.match(r"PYTHON|VIRTUAL_ENV|JUPYTER|npm_|YARN|NODE", k, re.IGNORECASE)
    }
    env = {**kept, "PATH": str(programs), "HOME": str(home), "JUPYTER_PLATFORM_DIRS": "1"}
    for name in ("PIP_CONFIG_FILE", "XDG_CONFIG_HOME"):
        if name in os.environ:
            env[name] = os.environ[name]
    # pip finds its index as it does for whoever runs the tests.
    pip_env = {**env, "HOME": os.environ.get("HOME", str(home))}
    # what is never imported need not be compiled
    install = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--no-compile", f"{wheel}[demo]"]
    run(install, env=pip_env)
    # Away from the repository, which must not be found by accident.
    return programs, {"env": env, "cwd": home}


def test_wheel_holds_the_three_halves(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    data = [name.split(".data/data/")[1] for name in names if ".data/data/" in name]
    assert "etc/jupyter/jupyter_server_config.d/phoenix_lab.json" in data
    assert "share/jupyter/labextensions/phoenix-lab/install.json" in data
    assert any(
        re.fullmatch(r"share/jupyter/labextensions/phoenix-lab/static/remoteEntry\.\w+\.js", name) for name in data
    )
    assert any(name.startswith("share/jupyter/labextensions/phoenix-lab/schemas/phoenix-lab/") for name in data)
    assert "phoenix_lab/__init__.py" in names
    assert "phoenix_lab/py.typed" in names
    page = {f"phoenix_lab/monitors/report/static/{name}" for name in ("report.js", "report.css", "licences.txt")}
    assert page <= set(names)
    # The front end once, and nothing that only developers need.
    assert not [name for name in names if re.search(r"node_modules|tests/|labextension/static/.*\.map$", name)]
    assert not [name for name in names if name.startswith("phoenix_lab/labextension")]


def test_no_node_in_reach(environment):
    programs, options = environment
    code = "import shutil; print(shutil.which('node'), shutil.which('npm'), shutil.which('yarn'))"
    assert run([str(programs / "python"), "-c", code], **options).split() == ["None", "None", "None"]


def test_front_end_is_found_and_enabled(environment):
    programs, options = environment
    listing = run([str(programs / "jupyter"), "labextension", "list"], **options)
    line = next(line for line in listing.splitlines() if "phoenix-lab" in line)
    assert "enabled" in line
    assert "OK" in line


def test_server_extension_is_enabled(environment):
    programs, options = environment
    listing = run([str(programs / "jupyter"), "server", "extension", "list"], **options)
    assert re.search(r"phoenix_lab.*enabled", listing)
    assert re.search(r"phoenix_lab \S+ .*OK", listing)


def test_import_comes_from_the_wheel_and_is_light(environment):
    programs, options = environment
    code = (
        "import sys, phoenix_lab; heavy = {'numba', 'pandas', 'sklearn', 'jupyter_server', 'hdbscan', 'pyarrow'} & set(sys.modules);"
        "print(phoenix_lab.__file__); print(sorted(heavy))"
    )
    place, heavy = run([str(programs / "python"), "-c", code], **options).split("\n")[:2]
    assert Path(place).is_relative_to(programs.parent)
    assert heavy == "[]"


def test_a_recipe_runs(environment):
    programs, options = environment
    code = (
        "import pandas as pd, phoenix_lab as px;"
        "old = pd.DataFrame({'x': range(400), 'kind': ['a', 'b'] * 200});"
        "new = pd.DataFrame({'x': range(300, 700), 'kind': ['a', 'b'] * 200});"
        "table = px.run(px.Summary(), new, old).to_pandas().set_index('column');"
        "print(table.loc['x', 'verdict'], table.loc['kind', 'verdict'])"
    )
    assert run([str(programs / "python"), "-c", code], **options).split() == ["drift", "none"]


def test_server_serves_both_halves(environment, tmp_path):
    programs, options = environment
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(programs / "jupyter"), "lab", "--no-browser", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}"]
    command += [f"--ServerApp.root_dir={tmp_path}", "--ServerApp.allow_root=True", "--ServerApp.port_retries=0"]
    log = tmp_path / "server.log"
    with log.open("w") as out:
        server = subprocess.Popen(
            command,
            env={**options["env"], "JUPYTER_TOKEN": "wheel"},
            cwd=tmp_path,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        answer = json.loads(patiently(f"http://127.0.0.1:{port}/phoenix-lab/api/bridge", server, log))
        assert "code" in answer
        page = patiently(f"http://127.0.0.1:{port}/lab", server, log)
        config = json.loads(re.search(r'<script id="jupyter-config-data"[^>]*>(.*?)</script>', page, re.DOTALL)[1])
        (entry,) = [found["load"] for found in config["federated_extensions"] if found["name"] == "phoenix-lab"]
        patiently(f"http://127.0.0.1:{port}/lab/extensions/phoenix-lab/{entry}", server, log)
    finally:
        server.terminate()
        server.wait(timeout=30)


def patiently(address, server, log):
    """The text at an address, asked for until the server is up."""
    request = urllib.request.Request(address, headers={"Authorization": "token wheel"})  # noqa: S310
    for _ in range(300):
        assert server.poll() is None, log.read_text()
        try:
            return urllib.request.urlopen(request, timeout=30).read().decode()  # noqa: S310
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{address}: {error}\n{log.read_text()}") from error
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError(f"{address} does not answer\n{log.read_text()}")
