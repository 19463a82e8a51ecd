"""Configuration of the server of the browser tests: everything it reads and writes is in a folder of the worker, made anew at each start."""

import json
import os
import shutil
import sys
from pathlib import Path

from jupyter_server.auth import passwd
from traitlets.config import get_config

HERE = Path(__file__).resolve().parent
WORK = HERE / "work" / os.environ["PHX_WORKER"]
SETTINGS = {
    # A test decides when a notebook is saved.
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
    # Cells far down are drawn too, so that a test can look at them.
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension/notification": {"checkForUpdates": False, "fetchNews": "false"},
}

shutil.rmtree(WORK, ignore_errors=True)
shutil.copytree(
    HERE.parent / "examples", WORK / "examples", ignore=shutil.ignore_patterns("build", ".ipynb_checkpoints")
)
for plugin, values in SETTINGS.items():
    path = WORK / "settings" / f"{plugin}.jupyterlab-settings"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values), encoding="utf-8")
for variable in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR", "XDG_CACHE_HOME"):
    os.environ[variable] = str(WORK / variable.lower())

# ipykernel 7 as the one before it is: without subshells.
PROGRAM = (
    "from ipykernel.ipkernel import IPythonKernel\n"
    "IPythonKernel._supports_kernel_subshells = property(lambda self: False)\n"
    "from ipykernel.kernelapp import launch_new_instance\n"
    "launch_new_instance()\n"
)
spec = WORK / "jupyter_data_dir" / "kernels" / "one-shell" / "kernel.json"
spec.parent.mkdir(parents=True)
argv = [sys.executable, "-c", PROGRAM, "-f", "{connection_file}"]
spec.write_text(json.dumps({"argv": argv, "display_name": "One shell", "language": "python"}), encoding="utf-8")

c = get_config()  # type: ignore[no-untyped-call]
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.port = int(os.environ["PHX_PORT"])
c.ServerApp.port_retries = 0
c.ServerApp.base_url = os.environ["PHX_BASE"]
# A token opens the door too; a person who has none is asked for this.
c.PasswordIdentityProvider.hashed_password = passwd("open sesame", "sha256")
c.ServerApp.open_browser = False
c.ServerApp.root_dir = str(WORK / "examples")
c.ServerApp.allow_root = hasattr(os, "geteuid") and os.geteuid() == 0
c.LabApp.user_settings_dir = str(WORK / "settings")
c.LabApp.workspaces_dir = str(WORK / "workspaces")
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
