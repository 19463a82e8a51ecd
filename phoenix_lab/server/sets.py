"""The sets that were read: which columns of which dataframe lie in which file."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
import logging
import secrets
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from phoenix_lab.engine.mapped import ChangedError, stamp
from phoenix_lab.engine.worker import open_frame
from phoenix_lab.inferences.corrections import Corrected, correct
from phoenix_lab.inferences.fingerprint import fingerprint
from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.schema import Correction, Schema
from phoenix_lab.inferences.validation import SchemaError
from phoenix_lab.profiles.chosen_times import judge_times
from phoenix_lab.profiles.columns import ColumnError
from phoenix_lab.profiles.durations import iso
from phoenix_lab.profiles.time import instants
from phoenix_lab.server.kernels import KernelLink, Kernels
from phoenix_lab.server.models import ImagesRequest, InferencesRequest
from phoenix_lab.server.problems import ProblemError
from phoenix_lab.server.read_set import File, Reading, ReadSet, Seen
from phoenix_lab.server.spool import Spool
from phoenix_lab.server.transfer import Got, How, Transfer

SAMPLE = 1000
"""Rows that the guess of roles sees."""
_GROUP = 64 << 20
"""Bytes, by estimate, of the plain columns that are read together."""
_MOST = 64
"""Columns that are read together at most."""

_T = TypeVar("_T")
Waiting = Callable[[], None]
Progress = Callable[[int, int], None]
"""Told how many bytes of how many are there; the second is an estimate until all columns are known."""


class Sets:
    """All the sets of this server.

    Parameters
    ----------
    kernels
        Where they come from.
    spool
        Where their files lie.
    how
        By which way columns come; see `Transfer`.
    quota
        Most bytes that the files may take; the columns unused for longest are removed first, and read again when they are wanted.
    log
        Where failures are written.
    """

    def __init__(
        self, kernels: Kernels, spool: Spool, how: How, quota: int, log: logging.Logger | logging.LoggerAdapter[Any]
    ) -> None:
        self.transfer = Transfer(spool, how, quota, log)
        self._kernels = kernels
        self._spool = spool
        self._quota = quota
        self._log = log
        self._sets: dict[str, ReadSet] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="phoenix-lab-sets")

    def get(self, number: str) -> ReadSet:
        """Return a set; raises `ProblemError` (404)."""
        found = self._sets.get(number)
        if found is None:
            raise ProblemError(404, "This dataframe is not known any more.", "Open it again from the notebook.")
        return found

    def known(self, numbers: Iterable[str]) -> list[ReadSet]:
        """Return those of some sets that are still there, in the order asked for."""
        return [which for number in numbers if (which := self._sets.get(number)) is not None]

    def looks(self, kernel_id: str, numbers: Iterable[str]) -> list[dict[str, str]]:
        """Say what sets of a kernel looked like when they were read, as `KernelLink.frames` takes it; those that are not known are left out."""
        found = [which for which in self.known(numbers) if which.kernel_id == kernel_id]
        return [{"id": which.id, "ref": which.ref, "look": which.look} for which in found]

    async def read(self, request: InferencesRequest) -> ReadSet:
        """Describe a dataframe and guess the roles of its columns; values are read later."""
        link = self._kernels.link(request.kernel_id)
        state = await link.state()
        if state.python == "" or state.pyarrow is None:
            raise ProblemError(409, state.problem or "The kernel cannot be read.")
        named = {"ref": request.ref} if request.ref is not None else {"expression": request.expression}
        if next(iter(named.values())) is None:
            raise ProblemError(400, 'Either "ref" or "expression" must say which dataframe.')
        found = await link.call({"do": "describe", **named}, late=lambda late: self._let_go(link, str(late.get("ref"))))
        ref = found["ref"]
        try:
            seen, roles = await self._look(link, found, request.schema)
        except BaseException:
            self._let_go(link, ref)
            raise
        names = tuple(found["names"])
        variable = request.expression if request.expression in names else next(iter(names), None)
        result = ReadSet(
            id=secrets.token_hex(8),
            kernel_id=request.kernel_id,
            ref=ref,
            name=request.name or variable or found["type"],
            variable=variable,
            library=found["library"],
            n_rows=found["n_rows"],
            n_columns=found["n_columns"],
            nbytes=found["nbytes"],
            columns=roles.columns,
            problems=_problems(found["n_rows"], roles),
            plausible=roles.plausible,
            schema=roles.schema,
            given=request.schema,
            seen=seen,
            look=str(found.get("look", "")),
            digests={str(name): str(digest) for name, digest in found.get("digests", {}).items()},
            is_query=found.get("query") is not None,
        )
        # looked up now, for it may have been released meanwhile
        before = self._sets.get(request.instead_of or "")
        if before is not None and (before.kernel_id, before.n_rows) == (result.kernel_id, result.n_rows):
            result.before = {
                name: (file, before.fingerprints[name])
                for name, file in before.files.items()
                if any(column.name == name for column in result.columns)
            }
        self._sets[result.id] = result
        return result

    async def correct(self, number: str, corrections: Sequence[Correction]) -> ReadSet:
        """Return a set of the same values whose columns are what a person says; what was read of them is not read again."""
        which = self.get(number)
        roles = await self._in_thread(self._decide, which.seen, which.n_rows, which.given, corrections)
        which.check_open()
        # while a thread decided, a column may have turned out not to be readable
        columns = tuple(
            dataclasses.replace(c, problem=which.seen.problems.get(c.name, c.problem)) for c in roles.columns
        )
        result = dataclasses.replace(
            which,
            id=secrets.token_hex(8),
            columns=columns,
            problems=_problems(which.n_rows, roles),
            plausible=roles.plausible,
            schema=roles.schema,
            corrections=tuple(corrections),
            span=None,
            files=dict(which.files),
            fingerprints=dict(which.fingerprints),
            before=dict(which.before),
            reading={},
        )
        time_column = next((c.name for c in columns if c.role == "timestamp" and c.name in result.files), None)
        self._sets[result.id] = result
        try:
            if time_column is not None:
                async with self.hold(result, [time_column]) as spec:
                    frame = await self.frame(spec)
                    result.span = await self._in_thread(_span, frame.table.column(time_column), time_column)
        except BaseException:  # nobody will know that it is there
            self._remove(result)
            raise
        return result

    async def _look(self, link: KernelLink, found: Mapping[str, Any], schema: Schema | None) -> tuple[Seen, Corrected]:
        path = self._spool.new()
        try:
            answer = await self.transfer.take(link, {"do": "sample", "ref": found["ref"], "n": SAMPLE}, path)
            dtypes = {column["name"]: column["dtype"] for column in found["columns"]}
            sample = await self._in_thread(self._sample, path)
            seen = Seen(sample, dtypes, dict(answer["problems"]))
            return seen, await self._in_thread(self._decide, seen, found["n_rows"], schema, ())
        finally:
            self._spool.remove(path)

    def _sample(self, path: Path, *, images: bool = False) -> pa.Table:
        table = self._spool.read(path, images=images)
        self._spool.verify(table)
        return table

    @staticmethod
    def _decide(seen: Seen, n_rows: int, given: Schema | None, corrections: Sequence[Correction]) -> Corrected:
        fitting, doubts = judge_times(seen.sample, corrections)
        try:
            roles = correct(seen.sample, n_rows, seen.dtypes, given, seen.problems, fitting)
        except SchemaError as error:
            raise ProblemError(400, str(error)) from None
        return dataclasses.replace(roles, problems=(*roles.problems, *doubts))

    @contextlib.asynccontextmanager
    async def hold(
        self, which: ReadSet, names: Sequence[str], waiting: Waiting | None = None, progress: Progress | None = None
    ) -> AsyncIterator[dict[str, Any]]:
        """Have columns read, and keep their files while the block runs.

        Parameters
        ----------
        which
            The set.
        names
            The columns; those that turn out to have a problem are left out.
        waiting, progress
            Called when the kernel is busy, and with how much has been read.

        Yields
        ------
        dict
            See `ReadSet.spec`.
        """
        files: list[File] = []
        try:
            for name in names:
                which.info(name)
            # A column that is there is held at once, lest the quota removes it while the others are read.
            while missing := [name for name in names if which.info(name).problem is None and name not in which.files]:
                files += self._take(which, names, files)
                await self._fetch(which, missing, waiting, progress)
            files += self._take(which, names, files)
            yield which.spec(names)
        finally:
            for file in files:
                file.users -= 1
                file.used = time.monotonic()

    @staticmethod
    def _take(which: ReadSet, names: Sequence[str], held: Sequence[File]) -> list[File]:
        found = {id(which.files[name]): which.files[name] for name in names if name in which.files}
        new = [file for file in found.values() if file not in held]
        for file in new:
            file.users += 1
        return new

    async def _fetch(
        self, which: ReadSet, names: Sequence[str], waiting: Waiting | None, progress: Progress | None
    ) -> None:
        """Read columns; those that somebody else is reading are waited for."""
        read = 0
        groups = _groups(which, [name for name in names if name not in which.reading])
        rest = sum(_expected(which, name) for name in names)

        def telling(group: Sequence[str]) -> Got:
            nonlocal rest
            before, guess = read, sum(_expected(which, name) for name in group)
            after = rest = rest - guess

            def got(done: int, size: int | None) -> None:
                if progress is not None:
                    progress(before + done, before + max(done, guess if size is None else size) + after)

            got(0, None)
            return got

        for group in groups:
            # another request may have begun with some of them in the meantime
            fresh = tuple(name for name in group if name not in which.reading and name not in which.files)
            if fresh:
                reading = Reading(fresh)
                which.reading.update(dict.fromkeys(fresh, reading))
                reading.task = self._spawn(self._write(which, reading, waiting))
                await self._join(which, reading, telling(group))
                read += sum({id(file): file.size for name in fresh if (file := which.files.get(name))}.values())
        while others := [name for name in names if name in which.reading]:
            reading = which.reading[others[0]]
            await self._join(which, reading, telling([name for name in others if name in reading.names]))
        if progress is not None:
            progress(read, read)

    @staticmethod
    async def _join(which: ReadSet, reading: Reading, got: Got) -> None:
        """Wait until columns are there; whoever leaves last stops the reading."""
        task = reading.task
        if task is None:
            raise RuntimeError("nobody reads these columns")
        reading.listeners.append(got)
        try:
            await asyncio.shield(task)
        finally:
            reading.listeners.remove(got)
            if not reading.listeners and not task.done():
                which.left(reading)  # whoever wants them now begins anew
                task.cancel()

    async def _write(self, which: ReadSet, reading: Reading, waiting: Waiting | None) -> None:
        names, path = reading.names, self._spool.new()
        try:
            link = self._kernels.link(which.kernel_id)
            columns = [which.info(name).position for name in names]
            known = {str(which.info(n).position): which.before[n][1] for n in names if n in which.before}
            request = {"do": "write", "ref": which.ref, "columns": columns, "look": which.look, "known": known}
            answer = await self.transfer.take(link, request, path, waiting=waiting, got=reading.got)
            which.check_rows(answer["n_rows"])
            problems: Mapping[str, str] = answer["problems"]
            told = {name for name in answer.get("same", ()) if str(which.info(name).position) in known}
            same = self._keep(which, names, told)
            # what was the same, and was removed for the quota meanwhile, is asked for again
            good = tuple(name for name in names if name not in problems and name not in told)
            which.seen.problems.update({name: problems[name] for name in names if name in problems})
            which.columns = tuple(
                dataclasses.replace(column, problem=problems[column.name]) if column.name in problems else column
                for column in which.columns
            )
            if same:
                which.span = which.span or await self._in_thread(self._span_of, which, same)
            if not good:
                self._spool.remove(path)
                return
            file, prints, span = await self._in_thread(self._take_in, path, which, good)
            which.check_open()
            which.fingerprints.update(prints)
            which.files.update(dict.fromkeys(good, file))
            which.span = span or which.span
            self._make_room(keep=file)
        except BaseException:
            self._spool.remove(path)
            raise
        finally:
            which.left(reading)

    def _keep(self, which: ReadSet, names: Sequence[str], same: Collection[str]) -> tuple[str, ...]:
        """Take over what a set before had of columns that are the same; returns their names. What it had of others is no longer needed."""
        which.check_open()
        kept = []
        for name in names:
            file, digest = which.before.pop(name, (None, ""))
            if file is None:
                continue
            if name in same:
                which.files[name], which.fingerprints[name] = file, digest
                file.used = time.monotonic()
                kept.append(name)
            else:
                self._drop_unused(file)
        return tuple(kept)

    def _span_of(self, which: ReadSet, names: Collection[str]) -> tuple[str, str] | None:
        name = next((c.name for c in which.columns if c.role == "timestamp" and c.name in names), None)
        if name is None:
            return None
        file = which.files[name]
        return _span(self._spool.read(file.path, file.stamp).column(name), name)

    def _take_in(
        self, path: Path, which: ReadSet, names: tuple[str, ...]
    ) -> tuple[File, dict[str, str], tuple[str, str] | None]:
        """Check a file that the kernel wrote, in a thread: its place, every value's bounds, its columns and rows."""
        about = self._spool.check(path)
        file = File(path, names, about.st_size, stamp(about))
        table = self._spool.read(path, file.stamp)
        self._spool.verify(table)
        if table.num_rows != which.n_rows or not set(names) <= set(table.column_names):
            raise ProblemError(
                409, "The kernel wrote other columns than it was asked for.", "Refresh to read it again."
            )
        prints = {name: fingerprint(table.column(name)) for name in names}
        time_column = next((c.name for c in which.columns if c.role == "timestamp" and c.name in names), None)
        return file, prints, None if time_column is None else _span(table.column(time_column), time_column)

    def _make_room(self, keep: File) -> None:
        """Remove the columns that were not used for longest, until the quota is kept."""
        files = {id(file): file for which in self._sets.values() for file in which.all_files()}
        total = sum(file.size for file in files.values())
        for file in sorted(files.values(), key=lambda file: file.used):
            if total <= self._quota:
                return
            if file.users == 0 and file is not keep:
                self._forget(file)
                total -= file.size
        if total > self._quota:
            self._forget(keep)
            raise ProblemError(
                413,
                f"The dataframes in use need more than {self._quota / 2**30:.1f} GiB of disk.",
                "Close some, or raise PhoenixLab.spool_quota in the server's configuration.",
            )

    def _forget(self, file: File) -> None:
        """Remove a file; sets whose roles were corrected share theirs."""
        for which in self._sets.values():
            for name in file.columns:
                if which.files.get(name) is file:
                    del which.files[name]
                if which.before.get(name, (None, ""))[0] is file:
                    del which.before[name]
        self._spool.remove(file.path)

    def _drop_unused(self, *files: File) -> None:
        """Remove files that no set has any more."""
        needed = {id(file) for which in self._sets.values() for file in which.all_files()}
        for file in set(files):
            if id(file) not in needed:
                self._spool.remove(file.path)

    async def frame(self, spec: Mapping[str, Any]) -> Frame:
        """Open the columns of a spec, in a thread; raises `ProblemError` (409) where a file is no longer what was checked."""
        try:
            return await self._in_thread(open_frame, spec)
        except ChangedError as error:
            raise ProblemError(409, str(error)) from None

    async def values(self, spec: Mapping[str, Any], rows: Sequence[int] | None, n_rows: int) -> pa.Table:
        """Return the columns of a spec, of all rows or of some; nothing is copied until it is sent."""
        if rows is None:
            return (await self.frame(spec)).table
        wanted = np.asarray(rows, dtype=np.int64)
        if len(wanted) and (wanted.min() < 0 or wanted.max() >= n_rows):
            raise ProblemError(400, f'"rows": the dataframe has the rows 0 to {n_rows - 1:,}.')
        frame = await self.frame(spec)
        return await self._in_thread(frame.table.take, pa.array(wanted))

    async def images(self, which: ReadSet, request: ImagesRequest) -> pa.Table:
        """Have the kernel read the images of some rows; raises `ProblemError` where there are no such rows."""
        if any(not 0 <= row < which.n_rows for row in request.rows):
            raise ProblemError(400, f'"rows": the dataframe has the rows 0 to {which.n_rows - 1:,}.')
        path, column = self._spool.new(), which.info(request.column).position
        asked = {"do": "images", "ref": which.ref, "column": column, "rows": request.rows, "urls": request.urls}
        try:
            await self.transfer.take(self._kernels.link(which.kernel_id), asked, path)
            return await self._in_thread(functools.partial(self._sample, images=True), path)
        finally:
            self._spool.remove(path)

    def release(self, number: str) -> None:
        """Remove the files of a set, and let the kernel let go of the dataframe."""
        which = self.get(number)
        self._remove(which)
        link = self._kernels.find(which.kernel_id)
        if link is not None:
            self._let_go(link, which.ref)

    def forget_kernel(self, kernel_id: str) -> None:
        """Remove the sets of a kernel that is gone."""
        for which in [which for which in self._sets.values() if which.kernel_id == kernel_id]:
            self._remove(which)

    def _remove(self, which: ReadSet) -> None:
        which.released = True
        self._sets.pop(which.id, None)
        files = which.all_files()
        which.files.clear()
        which.before.clear()
        self._drop_unused(*files)

    def _let_go(self, link: KernelLink, ref: str) -> None:
        """Release a reference in the kernel, unless another set needs it; not waited for, and no harm when it fails."""
        if any(which.ref == ref and which.kernel_id == link.kernel_id for which in self._sets.values()):
            return

        async def ask() -> None:
            with contextlib.suppress(ProblemError):
                await link.call({"do": "release", "refs": [ref]})

        self._spawn(ask())

    def _spawn(self, work: Any) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None and not isinstance(error, ProblemError):
            self._log.error("phoenix_lab: reading failed", exc_info=error)

    async def _in_thread(self, work: Callable[..., _T], *arguments: Any) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)

    async def close(self) -> None:
        """Forget everything; the spool removes the files."""
        for task in list(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        for which in list(self._sets.values()):
            self._remove(which)
        self.transfer.close()
        self._threads.shutdown(wait=False, cancel_futures=True)


def _problems(n_rows: int, roles: Corrected) -> tuple[str, ...]:
    return (*(() if n_rows else ("This dataframe has no rows.",)), *roles.problems)


def _groups(which: ReadSet, names: Sequence[str]) -> list[list[str]]:
    """Divide columns into groups that are read together: vectors and text alone, plain ones by size."""
    size = max(1, min(_MOST, _GROUP // max(1, 8 * which.n_rows)))
    plain = [name for name in names if which.info(name).kind not in ("vector", "text")]
    groups = [plain[start : start + size] for start in range(0, len(plain), size)]
    return groups + [[name] for name in names if which.info(name).kind in ("vector", "text")]


def _expected(which: ReadSet, name: str) -> int:
    """Estimate the bytes of a column before it is read."""
    column = which.info(name)
    if column.kind == "vector":
        return which.n_rows * (column.dimension or 1) * (8 if "64" in column.dtype or "double" in column.dtype else 4)
    return which.n_rows * (32 if column.kind == "text" else 8)


def _span(column: pa.ChunkedArray, name: str) -> tuple[str, str] | None:
    try:
        axis = instants(column, name)
    except ColumnError:  # the column's own row says what is wrong with it
        return None
    return None if axis.span is None else (iso(axis.span[0], axis.zone), iso(axis.span[1], axis.zone))
