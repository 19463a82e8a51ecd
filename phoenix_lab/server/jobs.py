"""Analyses: a recipe on sets that were read, from the question to the result."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import logging
import secrets
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal, TypeVar

import pyarrow as pa

from phoenix_lab.engine.cache import Cache
from phoenix_lab.engine.pool import Pool
from phoenix_lab.engine.trace import Trace, code, data_digest, result_digest
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.recipes.compute import is_heavy, load_recipes, needs
from phoenix_lab.recipes.corpus import corpus_needs
from phoenix_lab.recipes.models import Findings, dump
from phoenix_lab.recipes.output import Cancelled, Output, RecipeError
from phoenix_lab.server.models import AnalysisEvent, AnalysisModel, AnalysisRequest, Problem, ReadProgress
from phoenix_lab.server.problems import ProblemError, problem_of
from phoenix_lab.server.read_set import ReadSet
from phoenix_lab.server.sets import Sets

_T = TypeVar("_T")
_Columns = tuple[list[str], list[str], list[str] | None]
_KEPT = 200
"""Analyses that are remembered after they have ended; their results are on disk."""
_ALIVE = 10.0
"""Seconds after which a listener is told again how it stands, so that no proxy takes the connection for dead."""
_SOON = 0.5
"""Seconds of computing after which the rest is estimated."""
_SHARES = {"neighbors": (0.0, 0.45), "layout": (0.45, 0.8), "clusters": (0.8, 0.93), "names": (0.93, 1.0)}
"""Where in a map's whole time its stages lie, roughly; other recipes have one stage."""


@dataclasses.dataclass(eq=False)
class Analysis:
    """One question under way, or answered."""

    id: str
    question: tuple[Any, ...]
    request: AnalysisRequest
    event: AnalysisEvent = dataclasses.field(default_factory=lambda: AnalysisEvent(state="running", stage="queued"))
    key: str | None = None
    task: asyncio.Task[None] | None = None
    started: float = dataclasses.field(default_factory=time.monotonic)
    computing: float | None = None
    changed: asyncio.Event = dataclasses.field(default_factory=asyncio.Event)

    def tell(self, state: Literal["running", "done", "failed", "cancelled"] = "running", **facts: Any) -> None:
        """Let the listeners know; what has ended stays so, whatever a reading that others still wait for reports."""
        if self.event.state != "running":
            return
        self.event = AnalysisEvent(state=state, elapsed=time.monotonic() - self.started, **facts)
        # whoever waits for this change is woken, whoever comes later waits for the next
        changed, self.changed = self.changed, asyncio.Event()
        changed.set()

    def progress(self, stage: str, fraction: float) -> None:
        """Take what the worker reports."""
        now = time.monotonic()
        if self.computing is None:
            self.computing = now
        spent = now - self.computing
        start, end = _SHARES.get(stage, (0.0, 1.0))
        whole = start + (end - start) * fraction
        remaining = spent * (1 - whole) / whole if spent >= _SOON and whole >= 0.05 else None
        self.tell(stage=stage, fraction=fraction, remaining=remaining)

    def model(self) -> AnalysisModel:
        """Return what the browser is told."""
        return AnalysisModel(id=self.id, event=self.event)


class Analyses:
    """All the analyses of this server; the same question asked twice is one analysis.

    Parameters
    ----------
    sets
        The sets that were read.
    pool
        The workers.
    cache
        Where results lie.
    log
        Where failures are written.
    """

    def __init__(self, sets: Sets, pool: Pool, cache: Cache, log: logging.Logger | logging.LoggerAdapter[Any]) -> None:
        self._sets = sets
        self._pool = pool
        self._cache = cache
        self._log = log
        self._analyses: dict[str, Analysis] = {}
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="phoenix-lab-results")
        self._is_warm = False

    def warm(self) -> None:
        """Import, in a thread, what questions are looked over with: no question has to wait for it, nor the start of the server."""
        if not self._is_warm:
            self._is_warm = True
            self._threads.submit(load_recipes)

    async def start(self, request: AnalysisRequest) -> Analysis:
        """Begin an analysis, or return the one that answers the same question."""
        primary, reference, corpus = (
            self._sets.get(number) if number else None
            for number in (request.primary, request.reference, request.corpus)
        )
        sets = [which for which in (primary, reference, corpus) if which is not None]
        question = (
            json.dumps(dump(request.recipe), sort_keys=True),
            request.primary,
            request.reference,
            request.corpus,
        )
        if (old := self._same(question)) is not None:
            return old
        # A question that makes no sense is refused at once; the first one of its kind imports what it is answered with.
        columns = await self._in_thread(
            _needed, request, *(which and which.columns for which in (primary, reference, corpus))
        )
        if (old := self._same(question)) is not None:  # asked meanwhile
            return old
        analysis = Analysis(secrets.token_hex(8), question, request)
        self._analyses[analysis.id] = analysis
        self._forget_old()
        analysis.task = asyncio.get_running_loop().create_task(self._run(analysis, sets, columns))
        return analysis

    def _same(self, question: tuple[Any, ...]) -> Analysis | None:
        """Return the analysis of a question that is under way or answered."""
        return next(
            (a for a in self._analyses.values() if a.question == question and a.event.state in {"running", "done"}),
            None,
        )

    def get(self, number: str) -> Analysis:
        """Return an analysis; raises `ProblemError` (404)."""
        found = self._analyses.get(number)
        if found is None:
            raise ProblemError(404, "This analysis is not known any more.", "Ask again.")
        return found

    def cancel(self, number: str) -> None:
        """Stop an analysis; one that has ended stays as it is."""
        task = self.get(number).task
        if task is not None:
            task.cancel()

    async def events(self, number: str) -> AsyncIterator[AnalysisEvent]:
        """Yield where an analysis stands now, then each change, until it has ended; a slow listener misses what is between."""
        analysis = self.get(number)
        while True:
            event, changed = analysis.event, analysis.changed
            yield event
            if event.state != "running":
                return
            with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
                await asyncio.wait_for(changed.wait(), _ALIVE)
            if analysis.event is event:  # nothing new, but time has passed
                analysis.event = dataclasses.replace(event, elapsed=time.monotonic() - analysis.started)

    async def table(self, number: str, part: str | None) -> pa.Table:
        """Return a table of the result, with the facts about the whole as JSON in the metadata of its schema.

        Raises
        ------
        ProblemError
            The analysis has not ended well (409), has no such part (404), or its result was cleared (404).
        """
        analysis = self.get(number)
        if analysis.event.state == "failed" and analysis.event.problem is not None:
            problem = analysis.event.problem
            raise ProblemError(409, problem.message, problem.hint, problem.column)
        if analysis.event.state != "done" or analysis.key is None:
            raise ProblemError(409, "The analysis has not ended.")
        output = await self._in_thread(self._cache.load, analysis.key)
        if output is None:
            self._analyses.pop(analysis.id, None)
            raise ProblemError(404, "This result was cleared.", "Ask again.")
        return _with_meta(output, part)

    async def _run(self, analysis: Analysis, sets: list[ReadSet], columns: _Columns) -> None:
        try:
            parts, cached, trace = await self._compute(analysis, sets, columns)
        except (asyncio.CancelledError, Cancelled):
            analysis.tell("cancelled", stage=analysis.event.stage)
        except Exception as error:  # noqa: BLE001 - whatever it is, only this analysis fails
            found = problem_of(error)
            if found is None:
                self._log.exception("phoenix_lab: an analysis failed")
                problem = Problem(message="This could not be computed.", hint="The server's log says more.")
            else:
                problem = found.problem
            analysis.tell("failed", stage=analysis.event.stage, problem=problem)
        else:
            analysis.tell(
                "done", stage=analysis.event.stage, fraction=1.0, parts=tuple(parts), cached=cached, trace=trace
            )

    async def _compute(
        self, analysis: Analysis, sets: list[ReadSet], columns: _Columns
    ) -> tuple[list[str], bool, Trace | None]:
        request = analysis.request
        roles = [role for role in ("primary", "reference", "corpus") if getattr(request, role)]
        wanted = dict(zip(("primary", "reference", "corpus"), columns, strict=True))
        named = [(role, which) for role, which in zip(roles, sets, strict=True) if wanted[role] is not None]
        roles = [role for role, _ in named]
        specs: dict[str, Any] = dict.fromkeys(("primary", "reference", "corpus"))
        done = dict.fromkeys(roles, 0.0)

        def waiting() -> None:
            analysis.tell(stage="busy")

        def reading(role: str, name: str) -> Callable[[int, int], None]:
            def read(got: int, total: int) -> None:
                done[role] = got / total if total else 1.0
                progress = ReadProgress(name=name, done=got, total=total) if total else None
                analysis.tell(stage="reading", fraction=sum(done.values()) / len(done), reading=progress)

            return read

        analysis.tell(stage="reading")
        async with contextlib.AsyncExitStack() as held:
            for role, which in named:
                specs[role] = await held.enter_async_context(
                    self._sets.hold(which, wanted[role] or [], waiting, reading(role, which.name))
                )
            frames = [await self._sets.frame(spec) if spec else None for spec in specs.values()]
            key = await self._in_thread(self._cache.key, request.recipe, *frames)
            data = await self._in_thread(data_digest, *frames)
            del frames
            analysis.key = key
            if (found := await self._in_thread(self._cache.load, key)) is not None:
                return sorted(found.parts), True, await self._in_thread(_trace, data, found)
            analysis.tell(stage="queued")
            result = await self._pool.run(
                {
                    "recipe": dump(request.recipe),
                    **specs,
                    "cache": str(self._cache.root),
                    "quota": self._cache.quota,
                    "key": key,
                },
                heavy=is_heavy(request.recipe),
                background=isinstance(request.recipe, Findings),
                progress=analysis.progress,
            )
            found = await self._in_thread(self._cache.load, key)
            trace = None if found is None else await self._in_thread(_trace, data, found)
            return result["parts"], False, trace

    async def clear(self) -> None:
        """Remove all results."""
        for analysis in [a for a in self._analyses.values() if a.event.state != "running"]:
            self._analyses.pop(analysis.id, None)
        await self._in_thread(self._cache.clear)

    def _forget_old(self) -> None:
        ended = [analysis for analysis in self._analyses.values() if analysis.event.state != "running"]
        for analysis in ended[: max(0, len(ended) - _KEPT)]:
            self._analyses.pop(analysis.id, None)

    async def _in_thread(self, work: Callable[..., _T], *arguments: Any) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)

    async def close(self) -> None:
        """Cancel what runs."""
        tasks = [a.task for a in self._analyses.values() if a.task is not None and not a.task.done()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.gather(*tasks, return_exceptions=True)
        self._threads.shutdown(wait=False, cancel_futures=True)


def _needed(
    request: AnalysisRequest,
    primary: tuple[ColumnInfo, ...],
    reference: tuple[ColumnInfo, ...] | None,
    corpus: tuple[ColumnInfo, ...] | None,
) -> _Columns:
    """Return the columns to read of each set; None of a corpus that has no part in the answer."""
    try:
        first, second = needs(request.recipe, primary, reference)
        third = None if corpus is None else corpus_needs(request.recipe, primary, corpus)
    except (RecipeError, KeyError) as error:
        raise ProblemError(400, str(error.args[0] if error.args else error)) from None
    return list(first), list(second), None if third is None else list(third)


def _trace(data: str, output: Output) -> Trace:
    return Trace(data=data, code=code(), result=result_digest(output))


def _with_meta(output: Output, part: str | None) -> pa.Table:
    if part is not None and part not in output.parts:
        raise ProblemError(404, f'The result has no part "{part}".', ", ".join(sorted(output.parts)) or None)
    table = output.table if part is None else output.parts[part]
    meta = json.dumps(dict(output.meta), allow_nan=False)
    return table.replace_schema_metadata({**(table.schema.metadata or {}), b"phoenix_lab": meta.encode()})
