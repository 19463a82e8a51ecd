"""Warm worker processes: jobs go in, results come out, and the event loop never waits for either.

Life of a worker: started → ready (everything imported) → warm (compiled) → busy and idle in turns → sent home when idle for long.
A worker has one job at a time. One that dies fails that job alone and is replaced. All methods belong to the event loop's thread.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import json
import logging
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from phoenix_lab.engine.worker import RECIPES, read_message, write_message
from phoenix_lab.recipes.output import Cancelled, Progress, silent

_GRACE = 1.0
"""Seconds that a cancelled job has to stop by itself, and a pool to close, before the process is killed."""
_TRIES = 2
"""Starts in a row that may fail before the waiting jobs are given up."""


class JobFailed(Exception):  # noqa: N818 - named after what happened, as `Cancelled` is
    """A job came to nothing; `message` and `hint` are for the user."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class WorkerDied(JobFailed):
    """The process that had the job is gone."""


@dataclass(eq=False)
class _Job:
    number: str
    payload: Mapping[str, Any]
    heavy: bool
    background: bool
    progress: Progress
    future: asyncio.Future[dict[str, Any]]
    is_paused: bool = False
    is_put_back: bool = False


@dataclass(eq=False)
class _Worker:
    """One process, with a thread for each direction of its pipe."""

    process: subprocess.Popen[bytes]
    ready: bool = False
    warm: bool = False
    job: _Job | None = None
    out_of_memory: bool = False
    unable: str | None = None
    outbox: queue.SimpleQueue[Mapping[str, Any] | None] = field(default_factory=queue.SimpleQueue)

    def start(self, received: Callable[[_Worker, dict[str, Any]], None], ended: Callable[[_Worker], None]) -> None:
        loop = asyncio.get_running_loop()
        source, sink = self.process.stdout, self.process.stdin
        if source is None or sink is None:
            raise RuntimeError("the worker has no pipes")

        def tell(callback: Callable[..., None], *arguments: Any) -> None:
            with contextlib.suppress(RuntimeError):  # the loop was closed first
                loop.call_soon_threadsafe(callback, self, *arguments)

        def listen() -> None:
            with contextlib.suppress(OSError, ValueError), source:
                while (message := read_message(source)) is not None:
                    tell(received, message)
            self.outbox.put(None)
            self.process.wait()
            tell(ended)

        def speak() -> None:
            with contextlib.suppress(OSError, ValueError), sink:
                while (message := self.outbox.get()) is not None:
                    write_message(sink, message)

        for run in (listen, speak):
            threading.Thread(target=run, name=f"worker-{self.process.pid}-{run.__name__}", daemon=True).start()

    def kill(self) -> None:
        with contextlib.suppress(OSError):
            self.process.kill()


class Pool:
    """A few worker processes that are started when they are first wanted.

    Parameters
    ----------
    workers
        How many processes at most; see `default_workers`.
    idle
        Seconds without work after which the processes end.
    memory
        Most bytes that each may use; 0 for no limit. It costs nothing: the process watches itself.
    threads
        Threads that the numeric libraries of each may use; None shares the cores between the workers.
    target
        What the workers run, `"module:function"`.
    compiled
        Whether they compile what a first map needs before they are asked for one; only for the target that answers recipes.
    path
        Further folders for the workers' `sys.path`.
    log
        Where stack traces go.
    """

    def __init__(
        self,
        *,
        workers: int | None = None,
        idle: float = 600.0,
        memory: int = 0,
        threads: int | None = None,
        target: str = RECIPES,
        compiled: bool = True,
        path: Sequence[str] = (),
        log: logging.Logger | logging.LoggerAdapter[Any] | None = None,
    ) -> None:
        self.limit = workers or default_workers()
        self._idle = idle
        self.memory = memory
        self._threads = threads or max(1, (os.cpu_count() or 1) // self.limit)
        self._target = target
        self._compiled = compiled and target == RECIPES
        self._path = tuple(path)
        self._log = log or logging.getLogger(__name__)
        self._workers: list[_Worker] = []
        self._queue: collections.deque[_Job] = collections.deque()
        self._starting = 0
        self._failures = 0
        self._count = 0
        self._closed = False
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="phoenix-lab-start")

    @property
    def processes(self) -> tuple[int, ...]:
        """Process ids of the workers there are."""
        return tuple(worker.process.pid for worker in self._workers)

    @property
    def busy(self) -> tuple[int, ...]:
        """Process ids of the workers that have a job."""
        return tuple(worker.process.pid for worker in self._workers if worker.job is not None)

    @property
    def is_warm(self) -> bool:
        """Whether a worker has compiled what a first map needs."""
        return any(worker.warm for worker in self._workers)

    def warm(self) -> None:
        """Start a worker in the background, if there is none; the others follow one by one, each when the one before is warm."""
        if not self._workers and not self._starting:
            self._spawn()
        self._rest()

    async def run(
        self,
        payload: Mapping[str, Any],
        *,
        heavy: bool = False,
        background: bool = False,
        progress: Progress = silent,
    ) -> dict[str, Any]:
        """Run a job and return its result; cancelling the awaiting task cancels the job.

        Parameters
        ----------
        payload
            What the target is given; JSON.
        heavy
            A job of many seconds. Where there are several workers one is kept free of them, so that the short questions are answered
            while a map is computed.
        background
            A job that nobody waits for: it starts when there is no other, rests while there is one, and gives its worker up where no
            other is free. Then it starts again later; what it has kept by then it need not do again.
        progress
            Called in the event loop.

        Raises
        ------
        JobFailed
            With a message for the user; `WorkerDied` when the process ended.
        phoenix_lab.recipes.output.Cancelled
            The job stopped by itself.
        """
        if self._closed:
            raise JobFailed("The server is shutting down.")
        self._count += 1
        job = _Job(str(self._count), payload, heavy, background, progress, asyncio.get_running_loop().create_future())
        self._queue.append(job)
        self._pump()
        try:
            return await job.future
        except asyncio.CancelledError:
            self._cancel(job)
            raise

    async def close(self) -> None:
        """End all the workers, and fail the jobs that they have."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        running = [worker.job for worker in self._workers if worker.job is not None]
        for job in (*self._queue, *running):
            _fail(job, JobFailed("The server is shutting down."))
        self._queue.clear()
        if self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        workers = list(self._workers)
        for worker in workers:
            worker.outbox.put(None)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _GRACE
        while any(worker.process.poll() is None for worker in workers) and loop.time() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        for worker in workers:
            worker.kill()
        self._workers.clear()
        self._starter.shutdown(wait=False)

    def _pump(self) -> None:
        """Give the waiting jobs to the workers that are free, and start a worker when there are too few."""
        self._give_way()
        for worker in self._workers:
            if worker.ready and worker.job is None and (job := self._take()) is not None:
                worker.job = job
                worker.outbox.put({"job": job.number, "payload": job.payload})
        startable = self._take(keep=True) is not None
        if startable and not self._starting and all(worker.ready for worker in self._workers):
            self._spawn()
        self._rest()

    def _take(self, *, keep: bool = False) -> _Job | None:
        """Return the first waiting job that may start now."""
        # One in the background rests meanwhile, or gives way: it holds nobody's place.
        running = [worker.job for worker in self._workers if worker.job is not None]
        heavy = sum(job.heavy and not job.background for job in running)
        asked = self._is_asked
        for job in self._queue:
            if job.background and asked:
                continue
            if not job.heavy or heavy < max(1, self.limit - 1):
                if not keep:
                    self._queue.remove(job)
                return job
        return None

    @property
    def _is_asked(self) -> bool:
        """Whether somebody waits for a job."""
        running = [worker.job for worker in self._workers if worker.job is not None]
        return any(not job.background for job in (*self._queue, *running))

    def _give_way(self) -> None:
        """Let a job in the background rest while there are others, or put it back where they have no worker."""
        asked = self._is_asked
        free = any(worker.ready and worker.job is None for worker in self._workers)
        waiting = any(not job.background for job in self._queue)
        for worker in self._workers:
            job = worker.job
            if job is None or not job.background:
                continue
            if waiting and not free and not job.is_put_back:
                job.is_put_back = True
                self._stop(worker, job)
            elif asked != job.is_paused:
                job.is_paused = asked
                worker.outbox.put({"pause": job.number, "is_on": asked})

    def _spawn(self) -> None:
        if self._closed or len(self._workers) + self._starting >= self.limit:
            return
        self._starting += 1
        task = asyncio.get_running_loop().create_task(self._start())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _start(self) -> None:
        try:
            process = await asyncio.get_running_loop().run_in_executor(self._starter, self._launch)
        except OSError as error:
            self._log.warning("phoenix_lab: no worker could be started: %s", error)
            self._failures = _TRIES
            self._starting -= 1
            self._give_up(str(error))
            return
        self._starting -= 1
        worker = _Worker(process)
        self._workers.append(worker)
        worker.start(self._received, self._ended)
        if self._closed:
            worker.kill()

    def _launch(self) -> subprocess.Popen[bytes]:
        # The empty entry of sys.path is the current folder, the user's: a random.py there must not become ours.
        # The package itself may be found by way of that folder or an editable install, so its own is appended.
        path = [str(Path(__file__).resolve().parents[2]), *self._path]
        options = f"{self._target!r}, memory={self.memory}, warm={self._compiled}"
        code = (
            "import sys; sys.path[:] = [p for p in sys.path if p]; "
            f"sys.path += [p for p in {json.dumps(path)} if p not in sys.path]; "
            f"from phoenix_lab.engine.worker import main; main({options})"
        )
        threads = {
            name: str(self._threads)
            for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
            if name not in os.environ
        }
        return subprocess.Popen(  # noqa: S603 - nothing in it comes from outside
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **threads},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )

    def _received(self, worker: _Worker, message: dict[str, Any]) -> None:
        if trace := message.get("trace"):
            self._log.warning("phoenix_lab: in a worker:\n%s", trace)
        if "progress" in message:
            if worker.job is not None and not worker.job.future.done():
                worker.job.progress(*message["progress"])
        elif "done" in message:
            job, worker.job = worker.job, None
            if job is not None and job.is_put_back and message.get("cancelled"):
                self._put_back(job)
            elif job is not None:
                _settle(job, message)
            self._pump()
        elif "ready" in message:
            worker.ready = True
            self._failures = 0
            self._pump()
        elif "warm" in message:
            worker.warm = bool(message["warm"])
            self._spawn()
        elif "memory" in message:
            worker.out_of_memory = True
        elif "unable" in message:
            worker.unable = message["unable"]

    def _ended(self, worker: _Worker) -> None:
        if worker in self._workers:
            self._workers.remove(worker)
        code = worker.process.returncode
        if worker.job is not None and worker.job.is_put_back and not worker.out_of_memory:
            self._put_back(worker.job)
        elif worker.job is not None:
            _fail(worker.job, _obituary(worker))
        if self._closed:
            return
        if not worker.ready:
            self._failures += 1
            if self._failures >= _TRIES:
                self._give_up(worker.unable or f"it ended with code {code}")
                return
        elif worker.job is not None:
            self._log.warning("phoenix_lab: worker %d ended with code %s", worker.process.pid, code)
            self._spawn()
        self._pump()

    def _give_up(self, why: str) -> None:
        self._failures = 0
        waiting = list(self._queue)
        self._queue.clear()
        for job in waiting:
            _fail(job, WorkerDied(f"The worker process does not start: {why}.", "The server's log says more."))

    def _cancel(self, job: _Job) -> None:
        if job in self._queue:
            self._queue.remove(job)
            return
        worker = next((worker for worker in self._workers if worker.job is job), None)
        if worker is not None:
            self._stop(worker, job)

    def _put_back(self, job: _Job) -> None:
        # Another number: the worker may still hold the old one for cancelled.
        self._count += 1
        job.number = str(self._count)
        job.is_paused = job.is_put_back = False
        if not job.future.done():
            self._queue.append(job)

    def _stop(self, worker: _Worker, job: _Job) -> None:
        number = job.number
        worker.outbox.put({"cancel": number})

        def insist() -> None:
            # It may have come back meanwhile, under another number.
            if worker.job is job and job.number == number:
                # Its answer may still be on the way: it must not be given another job for that.
                self._workers.remove(worker)
                worker.kill()

        asyncio.get_running_loop().call_later(_GRACE, insist)

    def _rest(self) -> None:
        """Count the idle time anew."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._closed and self._idle > 0:
            self._timer = asyncio.get_running_loop().call_later(self._idle, self._send_home)

    def _send_home(self) -> None:
        if self._queue or any(worker.job is not None for worker in self._workers):
            self._rest()
            return
        workers, self._workers = self._workers, []
        for worker in workers:
            worker.outbox.put(None)


def default_workers() -> int:
    """Return how many workers suit this machine: two, or one where there is one core or less than 3 GiB of memory."""
    memory = machine_memory()
    return 1 if (os.cpu_count() or 1) < 2 or (memory is not None and memory < 3 << 30) else 2


def machine_memory() -> int | None:
    """Return the bytes of memory that this machine, or this container, has; None where that is unknown."""
    found = []
    for name in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        with contextlib.suppress(OSError, ValueError):
            found.append(int(Path(name).read_text()))
    with contextlib.suppress(AttributeError, OSError, ValueError):
        found.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return min(found, default=None)


def _fail(job: _Job, error: Exception) -> None:
    if not job.future.done():
        job.future.set_exception(error)


def _settle(job: _Job, message: Mapping[str, Any]) -> None:
    if "result" in message:
        if not job.future.done():
            job.future.set_result(message["result"])
    elif message.get("cancelled"):
        _fail(job, Cancelled())
    elif "memory" in message:
        _fail(job, _out_of_memory())
    elif problem := message.get("problem"):
        _fail(job, JobFailed(problem["message"], problem.get("hint")))
    else:
        _fail(job, JobFailed(f"This could not be computed ({message.get('failed')}).", "The server's log says more."))


def _out_of_memory() -> WorkerDied:
    return WorkerDied(
        "The memory ran out.", "Take fewer rows (a smaller sample) or close what else needs memory, and try again."
    )


def _obituary(worker: _Worker) -> WorkerDied:
    if worker.out_of_memory:
        return _out_of_memory()
    if worker.process.returncode == -getattr(signal, "SIGKILL", 9):
        return WorkerDied(
            "The worker was stopped from outside, most likely because the memory ran out.",
            "Try again, or take fewer rows (a smaller sample).",
        )
    return WorkerDied(
        f"The worker stopped (code {worker.process.returncode}).", "Try again. The server's log says more."
    )
