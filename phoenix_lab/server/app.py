"""The Jupyter server extension, and what can be configured: `jupyter server --PhoenixLab.workers=1`, or `c.PhoenixLab` in a file."""

from __future__ import annotations

import asyncio
import atexit
from pathlib import Path
from typing import Any

import platformdirs
from jupyter_server.extension.application import ExtensionApp
from traitlets import Bool, Enum, Float, Int, Unicode

from phoenix_lab import __version__
from phoenix_lab.engine.cache import Cache
from phoenix_lab.engine.pool import Pool, machine_memory
from phoenix_lab.server.jobs import Analyses
from phoenix_lab.server.kernels import QUIET, Kernels
from phoenix_lab.server.routes import ROUTES
from phoenix_lab.server.sets import Sets
from phoenix_lab.server.spool import Spool


class PhoenixLab(ExtensionApp):
    """The server half of phoenix_lab: it asks kernels for dataframes and computes recipes on them."""

    name = "phoenix_lab"
    extension_url = "/lab"
    load_other_extensions = True
    version = __version__

    workers = Int(
        0,
        min=0,
        help="""Processes that compute, each about 300 MB when it is warm. They are started when the panel is first opened. 0: two, or one
        where there is one core or less than 3 GiB of memory; then a map keeps the other questions waiting.""",
    ).tag(config=True)
    compile_early = Bool(
        True,
        help="""Let workers compile what a first map needs as soon as they are started, for a few seconds of one core (some twenty the
        first time on a machine). Otherwise the first map takes so much longer.""",
    ).tag(config=True)
    worker_threads = Int(
        0,
        min=0,
        help="Threads that the numeric libraries of each worker may use. 0: the cores, shared between the workers.",
    ).tag(config=True)
    idle_minutes = Float(
        10.0,
        min=0.0,
        help="Minutes without work after which the workers end; the next question waits for a new one. 0: never.",
    ).tag(config=True)
    memory_limit = Int(
        0,
        min=-1,
        help="""Most bytes of memory of its own that a worker may use; beyond it the job fails with a message, and nothing else does.
        0: three quarters of the machine's (or the container's), shared between the workers. -1: no limit.""",
    ).tag(config=True)
    spool_dir = Unicode(
        "",
        help="""Folder through which kernels hand over columns: on the kernels' machine, better on a disk than in memory. Empty: in the
        user's cache folder. What lies there is removed with the dataframe, the kernel or the server.""",
    ).tag(config=True)
    transfer: Any = Enum(
        ("auto", "files", "messages"),
        "auto",
        help="""How columns come from kernels: as files in spool_dir, or in pieces over Jupyter messages, which needs no common disk (a gateway, a
        container) and takes about twice the time. "auto" finds out, once for each kernel, whether it reads and writes that folder.""",
    ).tag(config=True)
    spool_quota = Int(
        16 << 30,
        min=0,
        help="Most bytes of columns on disk; those unused for longest are removed first, and read again when needed.",
    ).tag(config=True)
    cache_dir = Unicode(
        "",
        help="Folder of the results. Empty: the one that px.run uses, so that a cell finds what the panel has computed.",
    ).tag(config=True)
    cache_quota = Int(
        2 << 30, min=0, help="Most bytes of results on disk; those unused for longest are removed first."
    ).tag(config=True)
    register_kernels = Bool(
        True,
        help="""Let the browser register phoenix_lab in a Python kernel when it starts (a few milliseconds), so that a right-click on a
        displayed dataframe knows which one it is. Otherwise that happens when the panel first asks the kernel.""",
    ).tag(config=True)

    spool: Spool
    kernels: Kernels
    pool: Pool
    sets: Sets
    analyses: Analyses

    def initialize_settings(self) -> None:
        """Make the nouns; no process, no folder and no connection is made yet."""
        if self.serverapp is None:
            raise RuntimeError("there is no server")
        folder = (
            Path(self.spool_dir) if self.spool_dir else platformdirs.user_cache_path("phoenix-lab", appauthor=False)
        )
        self.spool = Spool(folder.expanduser() / "spool")
        self.pool = Pool(
            workers=self.workers or None,
            threads=self.worker_threads or None,
            idle=self.idle_minutes * 60,
            compiled=self.compile_early,
            log=self.log,
        )
        self.pool.memory = self._memory(self.pool.limit)
        self.kernels = Kernels(
            self.serverapp.kernel_manager,
            self.version,
            lambda kernel: self.sets.forget_kernel(kernel),  # noqa: PLW0108 - the sets come after
            self.log,
        )
        self._keep_quiet(self.serverapp)
        self.sets = Sets(self.kernels, self.spool, self.transfer, self.spool_quota, self.log)
        cache = Cache(Path(self.cache_dir).expanduser() if self.cache_dir else None, self.cache_quota)
        self.analyses = Analyses(self.sets, self.pool, cache, self.log)
        atexit.register(self.spool.close)  # for a server that ends without being stopped

    def _keep_quiet(self, server: Any) -> None:
        """Let a question about a dataframe count neither as a running cell, which the indicator of a notebook shows, nor as activity.

        A kernel says "idle" after each message, so that without this a cell that goes on would look ended after our question.
        """
        known = getattr(server.kernel_manager, "untracked_message_types", None)
        if isinstance(known, list):
            known = [*known, *(kind for kind in QUIET if kind not in known)]
            server.kernel_manager.untracked_message_types = known
            # JupyterLab may have taken a copy before
            server.web_app.settings.setdefault("page_config_data", {})["untracked_message_types"] = known

    def _memory(self, workers: int) -> int:
        if self.memory_limit:
            return max(0, self.memory_limit)
        machine = machine_memory()
        return 0 if machine is None else machine * 3 // 4 // workers

    def initialize_handlers(self) -> None:
        """Add the routes."""
        self.handlers.extend(ROUTES)

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:
        del serverapp
        # a server that was killed may have left many gigabytes: not in the loop
        await asyncio.get_running_loop().run_in_executor(None, self.spool.sweep)

    async def stop_extension(self) -> None:
        """Stop the work and remove what users' data there is."""
        await self.analyses.close()
        await self.pool.close()
        self.kernels.close()
        await self.sets.close()
        self.spool.close()
        atexit.unregister(self.spool.close)
