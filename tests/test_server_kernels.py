"""Kernels that are busy, restarted, dead, without subshells, without pyarrow, or no Python."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import pytest
from conftest import Kernel, until
from test_server import files_of

from phoenix_lab.server.kernels import QUIET
from phoenix_lab.server.wires import process_of


async def test_a_busy_kernel_answers_on_its_subshell(api, digits, tmp_path):
    async with digits.busy(tmp_path):
        frames = (await api.get("frames", kernel_id=digits.id)).ok().json
        assert len(frames["frames"]) == 2
        primary, reference = await api.read(digits, "prod"), await api.read(digits, "train")
        last, result = await api.run({"kind": "distribution", "column": "size"}, primary, reference)
        assert last["state"] == "done"
        assert result.table.num_rows > 3
    again = (await api.get("frames", kernel_id=digits.id)).ok().json
    assert again["kernel"]["alive"] is True


async def test_a_deleted_variable_is_still_read(api, digits):
    primary = await api.read(digits, "prod")
    await digits.run("del prod")
    _, result = await api.run({"kind": "distribution", "column": "size"}, primary)
    assert result.table.num_rows > 0
    frames = (await api.get("frames", kernel_id=digits.id)).ok().json
    assert [f["names"] for f in frames["frames"]] == [["train"]]
    gone = await api.post("inferences", {"kernel_id": digits.id, "expression": "prod"})
    assert gone.status == 409
    assert '"prod"' in gone.json["message"]


async def test_a_frame_that_changes_its_length_is_noticed(api, digits):
    primary = await api.read(digits, "prod")
    await digits.run("prod.drop(prod.index[:5], inplace=True)")
    answer = await api.post(f"inferences/{primary['id']}/columns", {"columns": ["size"]})
    if answer.status == 200:  # the bridge may hold the rows as they were
        assert answer.table.num_rows == 957
    else:
        assert answer.status == 409
        assert "952" in answer.json["message"]


async def test_a_restart(api, digits, lab, jp_serverapp):
    primary = await api.read(digits, "prod")
    await api.run({"kind": "distribution", "column": "size"}, primary)
    before = files_of(lab)
    assert before
    await jp_serverapp.kernel_manager.restart_kernel(digits.id)
    frames = (await api.get("frames", kernel_id=digits.id)).ok().json
    assert frames["frames"] == []
    assert frames["kernel"]["subshells"] is True
    # what was read can still be shown
    assert files_of(lab) == before
    values = await api.post(f"inferences/{primary['id']}/columns", {"columns": ["size"], "rows": [0]})
    assert values.ok().table.num_rows == 1
    # what was not is gone, and that is said
    other = await api.post(f"inferences/{primary['id']}/columns", {"columns": ["kind"], "rows": [0]})
    assert other.status == 409
    assert "no longer in the kernel" in other.json["message"]
    await digits.connect()
    await digits.run("import pandas as pd; fresh = pd.DataFrame({'a': range(5)})")
    assert (await api.read(digits, "fresh"))["n_rows"] == 5


async def test_a_restart_while_an_answer_is_waited_for(api, digits, jp_serverapp, tmp_path):
    primary = await api.read(digits, "prod")
    part = {"inferences": primary["id"], "rows": [0]}
    async with digits.busy(tmp_path):
        export = asyncio.ensure_future(api.post("exports", {"kernel_id": digits.id, "name": "x", "parts": [part]}))
        await asyncio.sleep(0.5)
        await jp_serverapp.kernel_manager.restart_kernel(digits.id)
        answer = await asyncio.wait_for(export, 45)
    assert answer.status == 409
    assert answer.json["message"]


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
async def test_a_kernel_that_crashes_is_started_again_and_asked_again(api, digits, lab):
    await api.read(digits, "prod")
    manager = lab.kernels.link(digits.id).manager
    old = process_of(manager)
    os.kill(old, signal.SIGKILL)
    await until(lambda: process_of(manager) not in (old, None), 30)
    frames = (await api.get("frames", kernel_id=digits.id)).ok().json
    assert frames["frames"] == []


async def test_whoever_waits_for_a_kernel_that_is_shut_down_is_told(api, digits, jp_serverapp, tmp_path):
    primary = await api.read(digits, "prod")
    part = {"inferences": primary["id"], "rows": [0]}
    async with digits.busy(tmp_path):
        export = asyncio.ensure_future(api.post("exports", {"kernel_id": digits.id, "name": "x", "parts": [part]}))
        await asyncio.sleep(0.3)
        await jp_serverapp.kernel_manager.shutdown_kernel(digits.id, now=True)
        answer = await asyncio.wait_for(export, 45)
    assert answer.status in (404, 409)
    assert "kernel" in answer.json["message"]


SLOWLY = (
    "import sys, time\n"
    "bridge = sys.modules['_phoenix_lab_bridge']; write = bridge._CALLS['write']; begun = {begun!r}\n"
    "def slowly(**arguments):\n"
    "    open(begun, 'w').close()\n"
    "    for _ in range(20): time.sleep(.1)\n"
    "    return write(**arguments)\n"
    "bridge._CALLS['write'] = slowly"
)


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
@pytest.mark.parametrize("what", ["interrupt", "restart", "crash"])
@pytest.mark.parametrize("subshells", [True, False])
async def test_in_the_middle_of_a_read(api, lab, start_kernel, jp_kernel_dir, tmp_path, what, subshells):  # noqa: PLR0917 - fixtures
    kernel = await (start_kernel() if subshells else start(start_kernel, jp_kernel_dir, "old", WITHOUT_SUBSHELLS))
    make = "import pandas as pd; df = pd.DataFrame({'a': range(500)})"
    await kernel.run(make)
    which = await api.read(kernel, "df")
    begun = tmp_path / "begun"
    await kernel.run(SLOWLY.format(begun=str(begun)))
    reading = asyncio.ensure_future(api.post(f"inferences/{which['id']}/columns", {"columns": ["a"]}))
    await until(begun.exists)
    manager = lab.kernels.link(kernel.id).manager
    if what == "interrupt":
        await manager.interrupt_kernel()
    elif what == "restart":
        await manager.restart_kernel(now=True)
    else:
        old = process_of(manager)
        os.kill(old, signal.SIGKILL)
        await until(lambda: process_of(manager) not in (old, None), 30)
    answer = await asyncio.wait_for(reading, 30)
    if what == "interrupt" and subshells:  # that is of the main thread
        assert answer.status == 200
    else:
        assert answer.status == 409
        assert answer.json["message"]
        assert [path.name for path in lab.spool.folder.iterdir()] == ["lock"]
    if what == "interrupt":
        assert (await api.post(f"inferences/{which['id']}/columns", {"columns": ["a"]})).ok().table.num_rows == 500
    else:
        await kernel.connect()
        await kernel.run(make)
        assert (await api.read(kernel, "df"))["n_rows"] == 500


async def test_two_notebooks_and_a_console_of_one_kernel_at_once(api, start_kernel):
    kernels = [await start_kernel(), await start_kernel()]
    for k, kernel in enumerate(kernels):
        await kernel.run(f"import pandas as pd; df = pd.DataFrame({{'a': range({k}, 500)}})")
    console = await Kernel(kernels[0]._manager, kernels[0].id).connect()
    asked = [api.read(kernel, "df") for kernel in (*kernels, console)]
    asked += [console.run("other = df.head(7)"), api.get("frames", kernel_id=kernels[1].id)]
    first, second, again, _, _ = await asyncio.gather(*asked)
    assert [one["n_rows"] for one in (first, second, again)] == [500, 499, 500]
    values = await asyncio.gather(
        *(
            api.post(f"inferences/{one['id']}/columns", {"columns": ["a"], "rows": [0]})
            for one in (first, second, again)
        )
    )
    assert [value.ok().table["a"].to_pylist() for value in values] == [[0], [1], [0]]
    frames = (await api.get("frames", kernel_id=kernels[0].id)).ok().json["frames"]
    assert sorted(frame["names"] for frame in frames) == [["df"], ["other"]]
    console.close()


def kernel_spec(folder, name, argv, language="python"):
    where = Path(folder) / name
    where.mkdir(parents=True)
    spec = {"argv": argv, "display_name": name, "language": language}
    (where / "kernel.json").write_text(json.dumps(spec))


WITHOUT_SUBSHELLS = (
    "from ipykernel.ipkernel import IPythonKernel\n"
    "IPythonKernel._supports_kernel_subshells = property(lambda self: False)\n"
    "from ipykernel.kernelapp import launch_new_instance\n"
    "launch_new_instance()\n"
)
WITHOUT_PYARROW = (
    "import sys, importlib.metadata as m\n"
    "sys.modules['pyarrow'] = None\n"
    "real = m.version\n"
    "def version(name):\n"
    "    if name == 'pyarrow': raise m.PackageNotFoundError(name)\n"
    "    return '0.0.1' if name == 'phoenix_lab' else real(name)\n"
    "m.version = version\n"
    "from ipykernel.kernelapp import launch_new_instance\n"
    "launch_new_instance()\n"
)
OTHER_VERSION = WITHOUT_PYARROW.replace("sys.modules['pyarrow'] = None\n", "").replace(
    "    if name == 'pyarrow': raise m.PackageNotFoundError(name)\n", ""
)


HARDLY_STARTED = (
    "import time\n"
    "from ipykernel import subshell_manager\n"
    "made = subshell_manager.SubshellManager.__init__\n"
    "def slowly(self, *args): time.sleep(2); made(self, *args)\n"
    "subshell_manager.SubshellManager.__init__ = slowly\n"
    "from ipykernel.kernelapp import launch_new_instance\n"
    "launch_new_instance()\n"
)


async def start(start_kernel, jp_kernel_dir, name, program):
    kernel_spec(jp_kernel_dir, name, [sys.executable, "-c", program, "-f", "{connection_file}"])
    return await start_kernel(kernel_name=name)


async def test_a_kernel_without_subshells_is_waited_for(  # noqa: PLR0917 - fixtures
    api, lab, start_kernel, jp_kernel_dir, monkeypatch, tmp_path
):
    kernel = await start(start_kernel, jp_kernel_dir, "old", WITHOUT_SUBSHELLS)
    await kernel.run("import pandas as pd; df = pd.DataFrame({'a': range(500), 'b': range(500)})")
    frames = (await api.get("frames", kernel_id=kernel.id)).ok().json
    assert frames["kernel"]["subshells"] is False
    which = await api.read(kernel, "df")
    async with kernel.busy(tmp_path):
        request = {"recipe": {"kind": "distribution", "column": "a"}, "primary": which["id"]}
        number = (await api.post("analyses", request)).ok().json["id"]
        await until(lambda: lab.analyses.get(number).event.stage == "busy")
    events = await api.events(number)
    assert "busy" in {e["stage"] for e in events}
    assert events[-1]["state"] == "done"

    monkeypatch.setattr("phoenix_lab.server.routes._BUSY_LIST", 0.5)
    async with kernel.busy(tmp_path):
        busy = await api.get("frames", kernel_id=kernel.id)
        assert busy.status == 409
        assert busy.json["message"] == "The kernel is busy."
        other = {"recipe": {"kind": "distribution", "column": "b"}, "primary": which["id"]}
        number = (await api.post("analyses", other)).ok().json["id"]
        await until(lambda: lab.analyses.get(number).event.stage == "busy")
        assert (await api.delete(f"analyses/{number}")).status == 204
        assert (await api.events(number))[-1]["state"] == "cancelled"


async def test_a_question_is_not_taken_for_the_end_of_a_cell(api, digits, jp_serverapp, tmp_path):
    """The server, and any front end, follow "busy" and "idle"; the cell that goes on must still be seen after our question."""
    (await api.get("frames", kernel_id=digits.id)).ok()
    model = jp_serverapp.kernel_manager.kernel_model
    states = set()
    async with digits.busy(tmp_path):
        await until(lambda: model(digits.id)["execution_state"] == "busy")
        for _ in range(3):
            frames = (await api.get("frames", kernel_id=digits.id)).ok().json
            assert frames["frames"]
            await asyncio.sleep(0.2)
            states.add(model(digits.id)["execution_state"])
    assert states == {"busy"}
    await until(lambda: model(digits.id)["execution_state"] == "idle")
    assert set(QUIET) <= set(jp_serverapp.web_app.settings["page_config_data"]["untracked_message_types"])


async def test_a_kernel_that_has_hardly_started_is_asked_again(api, jp_serverapp, jp_kernel_dir, monkeypatch):
    """ipykernel takes control messages a moment before it can make subshells; one that comes then is never answered."""
    monkeypatch.setattr("phoenix_lab.server.routes._BUSY_LIST", 60)
    kernel_spec(jp_kernel_dir, "young", [sys.executable, "-c", HARDLY_STARTED, "-f", "{connection_file}"])
    number = await jp_serverapp.kernel_manager.start_kernel(kernel_name="young")
    frames = (await api.get("frames", kernel_id=number)).ok().json
    assert frames["kernel"]["subshells"] is True
    assert frames["frames"] == []
    kernel = await Kernel(jp_serverapp.kernel_manager, number).connect()
    running = "import threading; print(sum('subshell' in t.name for t in threading.enumerate()))"
    assert await kernel.run(running) == "1\n"


async def test_a_kernel_without_pyarrow_is_told_what_to_install(api, start_kernel, jp_kernel_dir):
    kernel = await start(start_kernel, jp_kernel_dir, "bare", WITHOUT_PYARROW)
    await kernel.run("x = 1")
    frames = (await api.get("frames", kernel_id=kernel.id)).ok().json
    assert frames["kernel"]["pyarrow"] is None
    assert "pip install pyarrow" in frames["kernel"]["problem"]
    answer = await api.post("inferences", {"kernel_id": kernel.id, "expression": "x"})
    assert answer.status == 409
    assert "pip install pyarrow" in answer.json["message"]


async def test_another_version_in_the_kernel_is_said_and_works(api, lab, start_kernel, jp_kernel_dir):
    kernel = await start(start_kernel, jp_kernel_dir, "older", OTHER_VERSION)
    await kernel.run("import pandas as pd; df = pd.DataFrame({'a': range(500)})")
    frames = (await api.get("frames", kernel_id=kernel.id)).ok().json
    problem = frames["kernel"]["problem"]
    assert "0.0.1" in problem
    assert f"pip install phoenix_lab=={lab.version}" in problem
    assert len(frames["frames"]) == 1


ECHO = """
import sys
from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel
class Other(Kernel):
    implementation = "other"; implementation_version = "1"; banner = ""
    language_info = {"name": "R", "mimetype": "text/plain", "file_extension": ".r"}
    async def do_execute(self, code, silent, *a, **k):
        raise RuntimeError("nothing of ours may run here")
IPKernelApp.launch_instance(kernel_class=Other)
"""


async def test_kernels_of_other_languages_are_left_alone(api, jp_serverapp, jp_kernel_dir):
    kernel_spec(jp_kernel_dir, "other", [sys.executable, "-c", ECHO, "-f", "{connection_file}"], "R")
    number = await jp_serverapp.kernel_manager.start_kernel(kernel_name="other")
    frames = (await api.get("frames", kernel_id=number)).ok().json
    assert frames["frames"] == []
    assert frames["kernel"]["problem"] == "This kernel runs R; only Python kernels can be inspected."
    answer = await api.post("inferences", {"kernel_id": number, "expression": "x"})
    assert answer.status == 409
    assert answer.json["message"] == frames["kernel"]["problem"]


async def test_an_older_bridge_in_the_kernel_is_replaced(api, digits):
    await digits.run(
        "import sys, types, json\n"
        "old = types.ModuleType('_phoenix_lab_bridge'); old.call = lambda text: json.dumps({'version': '0.0.1', 'python': '3', 'frames': []})\n"
        "sys.modules['_phoenix_lab_bridge'] = old"
    )
    frames = (await api.get("frames", kernel_id=digits.id)).ok().json
    assert len(frames["frames"]) == 2
