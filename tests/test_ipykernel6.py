"""The kernel of the generation before: ipykernel 6, which has no subshells, in an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from conftest import until
from test_server_kernels import kernel_spec
from test_transfer import COLUMNS, FRAME, both_ways

BIN = "Scripts" if os.name == "nt" else "bin"
TESTS = Path(__file__).resolve().parent

pytestmark = [pytest.mark.packaging, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def older(tmp_path_factory):
    """The arguments that start such a kernel: all else that it needs is taken from the environment of the tests."""
    folder = tmp_path_factory.mktemp("older")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / BIN / "python"
    where = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    own = Path(subprocess.run(where, check=True, capture_output=True, text=True).stdout.strip())
    (own / "tests.pth").write_text(sysconfig.get_path("purelib"))
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-compile", "--no-deps"]
    done = subprocess.run([*pip, "--ignore-installed", "ipykernel<7"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    says = subprocess.run(
        [str(python), "-c", "import ipykernel; print(ipykernel.__version__)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert says.stdout.startswith("6."), says.stdout
    # -E: the servers of the tests hand their own path to what they start
    return [str(python), "-E", "-m", "ipykernel_launcher", "-f", "{connection_file}"]


def test_the_bridge_does_in_it_what_it_does_in_the_newer(older, tmp_path):
    kernel_spec(tmp_path / "kernels", "python3", older)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-k", "not subshell", "test_bridge.py"]
    environment = {**os.environ, "JUPYTER_PATH": str(tmp_path)}
    done = subprocess.run(
        [*command, "test_kernel_guest.py"], cwd=TESTS, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:]
    started = [sys.executable, "-m", "jupyter", "kernelspec", "list", "--json"]
    specs = json.loads(subprocess.run(started, env=environment, capture_output=True, text=True, check=True).stdout)
    assert specs["kernelspecs"]["python3"]["spec"]["argv"] == older  # it was this kernel that they started


async def test_the_main_job_with_it(api, lab, older, start_kernel, jp_kernel_dir, tmp_path):  # noqa: PLR0917 - fixtures
    kernel_spec(jp_kernel_dir, "older", older)
    kernel = await start_kernel(kernel_name="older")
    await kernel.run(FRAME.format(n=20_000, d=32))
    assert await kernel.run("import ipykernel; print(ipykernel.version_info[0])") == "6\n"
    frames = (await api.get("frames", kernel_id=kernel.id)).ok().json
    assert frames["kernel"]["subshells"] is False
    (_, table, _), (_, other, _) = await both_ways(api, lab, kernel)
    assert table.column_names == COLUMNS
    assert other.equals(table)
    link = lab.kernels.link(kernel.id)
    assert (await link.connect()).buffers is True

    # a busy one is waited for, by either way
    for how in ("files", "messages"):
        lab.sets.transfer._how = how
        which = await api.read(kernel, "df")
        async with kernel.busy(tmp_path):
            request = {"recipe": {"kind": "summary"}, "primary": which["id"]}
            number = (await api.post("analyses", request)).ok().json["id"]
            await until(lambda: lab.analyses.get(number).event.stage == "busy")  # noqa: B023 - it is asked here only
        events = await api.events(number)
        assert events[-1]["state"] == "done"
