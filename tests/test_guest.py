"""The kernel is the user's: what is as before whatever was asked of a dataframe, and what a cell loses while we ask."""

from __future__ import annotations

import sys
import time

import numpy as np
from kernel_guests import guest

from phoenix_lab.kernel import source

STATE = """{
    "names": sorted(k for k in globals()), "In": len(In), "Out": list(Out), "count": get_ipython().execution_count,
    "history": list(get_ipython().history_manager.get_range()), "path": list(sys.path), "filters": list(warnings.filters),
    "events": {k: len(v) for k, v in get_ipython().events.callbacks.items()}, "switch": sys.getswitchinterval(),
    "hooks": [sys.excepthook, sys.displayhook, warnings.showwarning, threading.excepthook], "folder": os.getcwd(),
    "transforms": len(get_ipython().input_transformers_post), "environment": dict(os.environ),
}"""


def test_the_kernel_is_as_before(tmp_path):
    tmp_path.chmod(0o700)
    with guest() as kernel:
        kernel.run("import os, sys, threading, warnings, pyarrow.compute, pandas as pd, polars as pl")
        kernel.run(
            "df = pd.DataFrame({'a': [1, 2], 'v': [[1., 2.], [3., 4.]], 't': ['x', 'y']})\nfew = pl.DataFrame(df)\nx = 1\nx"
        )
        before = kernel.value(STATE)
        modules = set(kernel.value("' '.join(sys.modules)").strip("'").split())
        assert kernel.silently(source.bootstrap())["status"] == "ok"
        for name in ("df", "few"):
            described = kernel.ask("describe", expression=name)
            asked = {"ref": described["ref"]}
            kernel.ask("sample", path=str(tmp_path / f"{name}.sample"), **asked)
            assert kernel.ask("write", columns=[0, 1, 2], path=str(tmp_path / name), **asked)["problems"] == {}
            parcel = kernel.ask("write", columns=[0], **asked)
            kernel.ask("piece", key=parcel["key"], offset=0, length=10)
            kernel.ask("drop", keys=[parcel["key"]])
            since = [{"id": "1", "look": described["look"], **asked}]
            assert kernel.ask("list", since=since)["changes"] == {"1": None}
            kernel.ask("release", refs=[described["ref"]])
        assert kernel.value(STATE) == before
        new = set(kernel.value("' '.join(sys.modules)").strip("'").split()) - modules
        assert {x for x in new if not x.startswith("_phoenix_lab_")} <= sys.stdlib_module_names
        assert kernel.run("x + 1")[0]["execution_count"] == 3


def test_a_cell_that_does_nothing_is_hardly_slower_while_a_large_frame_is_asked_about():
    """The panel's question at the worst moment; of some tries the best, and of its cells the faster ones, for the machine has other work, too."""
    with guest() as kernel:
        kernel.silently(source.bootstrap())
        kernel.run(
            "import numpy as np, pandas as pd\n"
            "df = pd.DataFrame(np.arange(50_000_000, dtype='f4').reshape(1_000_000, 50)).add_prefix('c')\n"
            "for i in range(0, 50, 5): df[f'c{i}'] = np.where(df[f'c{i}'] % 3 > 1, 'up', 'down')"
        )
        made = kernel.reply(kernel.send("", channel="control", kind="create_subshell_request"), channel="control")
        read = kernel.ask("describe", expression="df")
        request = {"do": "list", "since": [{"id": "1", "ref": read["ref"], "look": read["look"]}]}
        slower = []
        while len(slower) < 8 and not any(some < 0.005 for some in slower):
            alone, within = [], []
            for _ in range(40):
                alone.append(seconds_of_a_cell(kernel))
                kernel.question(request, made["subshell_id"])
                within.append(seconds_of_a_cell(kernel))
                time.sleep(0.05)
            slower.append(np.quantile(within, 0.25) - np.quantile(alone, 0.25))
        assert min(slower) < 0.005, slower


def seconds_of_a_cell(kernel):
    before = time.perf_counter()
    kernel.reply(kernel.send("pass", store_history=False))
    return time.perf_counter() - before
