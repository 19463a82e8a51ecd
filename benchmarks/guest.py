"""What the open panel costs the notebook: how long a cell that does nothing takes, with nobody asking and with the panel asking after each cell.

A real kernel with a pandas frame; the questions are those of the panel (`list`, with what was read before), on a subshell where the kernel has them, sent
as late after each cell as the panel sends them, or at once, which is worse than it can be. Run: `python benchmarks/guest.py [rows columns]`.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from kernel_guests import guest

from phoenix_lab.kernel import source

CELLS = 200


def main(rows, columns):
    with guest() as kernel:
        kernel.silently(source.bootstrap())
        kernel.run(
            "import numpy as np, pandas as pd\n"
            f"df = pd.DataFrame(np.random.default_rng(0).normal(size=({rows}, {columns})))\n"
            "df.columns = [f'c{i}' for i in range(df.shape[1])]\n"
            "for i in range(0, df.shape[1], 5): df[f'c{i}'] = np.where(df[f'c{i}'] > 0, 'up', 'down')"
        )
        subshell = kernel.reply(kernel.send("", channel="control", kind="create_subshell_request"), channel="control")
        shell = subshell.get("subshell_id")
        read = kernel.ask("describe", expression="df")
        question = {"do": "list", "since": [{"id": "1", "ref": read["ref"], "look": read["look"]}]}

        def cell():
            before = time.perf_counter()
            kernel.reply(kernel.send("pass", store_history=False))
            return time.perf_counter() - before

        def ask():
            before = time.perf_counter()
            kernel.reply(kernel.question(question, shell))
            return time.perf_counter() - before

        for _ in range(20):
            cell()
            ask()
        alone, after, within = [], [], []
        asked = []
        for _ in range(CELLS):  # in turns, for a machine may be busy for a while
            alone.append(cell())
            asked.append(ask())
            after.append(cell())
            kernel.question(question, shell)
            within.append(cell())
            time.sleep(0.05)
        base = np.median(alone) * 1000
        print(f"{rows:,} x {columns}, {'a subshell' if shell else 'no subshells'}; medians of {CELLS}, in ms")
        print(f"question                        {np.median(asked) * 1000:8.2f}")
        print(f"no-op cell, nobody asks         {base:8.2f}")
        print(
            f"no-op cell after a question     {np.median(after) * 1000:8.2f}   x {np.median(after) * 1000 / base:.2f}"
        )
        print(
            f"no-op cell within a question    {np.median(within) * 1000:8.2f}   x {np.median(within) * 1000 / base:.2f}"
        )


if __name__ == "__main__":
    main(*(map(int, sys.argv[1:3]) if len(sys.argv) > 2 else (1_000_000, 50)))
