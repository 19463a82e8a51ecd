"""Configuration of the server of the browser tests: everything it reads and writes is in a folder of the worker, made anew at each start."""

import json
import os
import shutil
from pathlib import Path

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

c = get_config()  # type: ignore[no-untyped-call]
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.port = int(os.environ["PHX_PORT"])
c.ServerApp.port_retries = 0
c.ServerApp.open_browser = False
c.ServerApp.root_dir = str(WORK / "examples")
c.ServerApp.allow_root = hasattr(os, "geteuid") and os.geteuid() == 0
c.LabApp.user_settings_dir = str(WORK / "settings")
c.LabApp.workspaces_dir = str(WORK / "workspaces")
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
