"""Threads that run compiled loops over fixed chunks."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Any

Task = tuple[Any, ...]


def available_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def chunks(n: int, size: int) -> list[tuple[int, int]]:
    """Cut range(n) into half-open ranges of `size`; what a chunk is must not depend on the number of threads."""
    return [(start, min(n, start + size)) for start in range(0, n, size)]


class Crew:
    """The calling thread and its helpers; `run(f, tasks)` calls `f(*task)` for every task and returns when all are done.

    A hand-over costs two lock operations (some 20 us), which matters to a layout with 2,000 of them. Use as a context
    manager; the helpers end with it.

    Parameters
    ----------
    threads
        Threads in all, the caller included; None is one a core.
    """

    def __init__(self, threads: int | None = None) -> None:
        self.threads = max(1, threads or available_cores())
        helpers = self.threads - 1
        self._go = [threading.Lock() for _ in range(helpers)]
        self._done = [threading.Lock() for _ in range(helpers)]
        for lock in (*self._go, *self._done):
            lock.acquire()
        self._job: tuple[Callable[..., object], Sequence[Task], Iterator[int]] | None = None
        self._error: BaseException | None = None
        self._helpers = [threading.Thread(target=self._serve, args=(i,), daemon=True) for i in range(helpers)]
        for helper in self._helpers:
            helper.start()

    def run(self, function: Callable[..., object], tasks: Sequence[Task]) -> None:
        """Call `function(*task)` for all tasks; the first error is raised again when all threads have stopped."""
        helpers = min(self.threads, len(tasks)) - 1
        self._job = (function, tasks, itertools.count())
        for i in range(helpers):
            self._go[i].release()
        try:
            self._work()
        finally:
            for i in range(helpers):
                self._done[i].acquire()
        if self._error is not None:
            error, self._error = self._error, None
            raise error

    def close(self) -> None:
        """End the helpers."""
        self._job = None
        for lock in self._go:
            lock.release()
        for helper in self._helpers:
            helper.join()
        self._helpers = []
        self._go = []

    def __enter__(self) -> Crew:  # noqa: D105, PYI034 - typing.Self is of Python 3.11
        return self

    def __exit__(  # noqa: D105
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _work(self) -> None:
        if self._job is None:
            return
        function, tasks, counter = self._job
        while (k := next(counter)) < len(tasks):  # `next` of a count is one step under the interpreter's lock
            function(*tasks[k])

    def _serve(self, i: int) -> None:
        go, done = self._go[i], self._done[i]
        while True:
            go.acquire()
            if self._job is None:
                return
            try:
                self._work()
            except BaseException as error:  # noqa: BLE001 - it belongs to the caller's thread
                self._error = error
            done.release()
