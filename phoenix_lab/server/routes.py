"""The routes, as `docs/architecture.md` lists them: thin, for the work is done by the nouns beside this file.

Each verb says itself who may call it; what runs code in a kernel needs leave for that, too. The decorators stand at every verb and are
never inherited: Jupyter's `authorized` remembers the resource of the first class that it meets.
"""

from __future__ import annotations

import asyncio
import json
import keyword
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import ApiPath, ensure_async, to_os_path
from pydantic import TypeAdapter, ValidationError
from tornado.iostream import StreamClosedError
from tornado.web import Finish, HTTPError, authenticated

from phoenix_lab.kernel import source
from phoenix_lab.server import models
from phoenix_lab.server.kernels import KernelLink
from phoenix_lab.server.problems import ProblemError, from_validation
from phoenix_lab.server.stream import pieces

if TYPE_CHECKING:
    import pyarrow as pa

    from phoenix_lab.monitors.status import HistoryStatus
    from phoenix_lab.server.app import PhoenixLab

_T = TypeVar("_T")
Verb = TypeVar("Verb", bound=Callable[..., Awaitable[None]])
_RESOURCE = "phoenix_lab"
_BUSY_LIST = 5.0
"""Seconds that a list of dataframes may wait for a busy kernel without subshells."""
_MOST_SETS = 64
"""Sets that can be asked about at once."""
_BUSY_READ = 30.0
"""The same for the description of a dataframe; the values are read in the background, and may take as long as they need."""


def may(action: str, resource: str = _RESOURCE) -> Callable[[Verb], Verb]:
    """Let only those pass whom the server's authorizer allows this; made anew for each verb."""
    return cast("Callable[[Verb], Verb]", authorized(action, resource=resource))


class Handler(APIHandler):
    """What the routes share: bodies in, JSON and Arrow out, errors as `Problem`."""

    _work: asyncio.Future[Any] | None = None

    @property
    def lab(self) -> PhoenixLab:
        """The extension."""
        return cast("PhoenixLab", self.settings[_RESOURCE])

    def body(self, model: type[_T]) -> _T:
        """Parse the body; raises `ProblemError` (400) naming the field that is wrong."""
        try:
            return TypeAdapter(model).validate_json(self.request.body)
        except ValidationError as error:
            raise from_validation(error) from None

    async def check_kernels(self, *kernel_ids: str) -> None:
        """Ask the authorizer for these very kernels, which it finds where Jupyter's own handlers of kernels have theirs; raises `HTTPError` (403)."""
        for kernel_id in dict.fromkeys(kernel_ids):
            self.path_kwargs = {**self.path_kwargs, "kernel_id": kernel_id}
            if not await ensure_async(self.authorizer.is_authorized(self, self.current_user, "execute", "kernels")):
                raise HTTPError(403, "User is not authorized to execute on resource: kernels.")

    def answer(self, value: Any) -> None:
        """Answer with a model as JSON."""
        self.set_header("Cache-Control", "no-store")
        self.finish(TypeAdapter(type(value)).dump_json(value))

    async def until_closed(self, work: Awaitable[_T], seconds: float | None = None) -> _T:
        """Wait for something, but no longer than somebody waits for the answer, nor than the kernel may keep us waiting."""
        self._work = asyncio.ensure_future(work)
        try:
            return await asyncio.wait_for(self._work, seconds)
        except (TimeoutError, asyncio.TimeoutError):
            raise ProblemError(
                409, "The kernel is busy.", "It answers when the running cell has ended; then try again."
            ) from None
        except asyncio.CancelledError:
            raise Finish from None

    def on_connection_close(self) -> None:
        """Stop working for somebody who has left."""
        super().on_connection_close()
        if self._work is not None:
            self._work.cancel()

    async def stream(self, table: pa.Table) -> None:
        """Send a table as an Arrow IPC stream; it is written in a thread, a piece at a time."""
        self.set_header("Content-Type", "application/vnd.apache.arrow.stream")
        self.set_header("Cache-Control", "no-store")
        parts: Iterator[bytes] = pieces(table)
        try:
            while (piece := await asyncio.get_running_loop().run_in_executor(None, next, parts, None)) is not None:
                self.write(piece)
                await self.flush()
        except StreamClosedError:
            raise Finish from None
        self.finish(set_content_type="application/vnd.apache.arrow.stream")

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer with a `Problem`; what is not meant for the user stays in the log."""
        error = (kwargs.get("exc_info") or (None, None, None))[1]
        if isinstance(error, ProblemError):
            problem = error.problem
        elif status_code in (401, 403):
            reason = error.log_message if isinstance(error, HTTPError) else None
            problem = models.Problem(message=reason or "You may not do this on this Jupyter server.")
        elif status_code < 500:
            reason = error.log_message if isinstance(error, HTTPError) else None
            problem = models.Problem(message=reason or self._reason)
        else:
            problem = models.Problem(message="Something went wrong in the server.", hint="Its log says more.")
        self.set_status(status_code)
        self.finish(TypeAdapter(models.Problem).dump_json(problem))


class BridgeHandler(Handler):
    """`bridge`: the code that registers the bridge in a kernel."""

    @authenticated
    @may("read")
    async def get(self) -> None:
        """Answer with the version and the code; none where the registration is switched off."""
        code = source.bootstrap() if self.lab.register_kernels else ""
        self.finish(json.dumps({"version": self.lab.version, "code": code}))


class FramesHandler(Handler):
    """`frames?kernel_id=&set=`: the dataframes of a kernel, and what of these sets has changed."""

    @authenticated
    @may("read")
    @may("execute", "kernels")
    async def get(self) -> None:
        """Answer with `Frames`; the workers get ready meanwhile, for the panel is open."""
        link = self.lab.kernels.link(self.get_query_argument("kernel_id"))
        await self.check_kernels(link.kernel_id)
        self.lab.pool.warm()
        self.lab.analyses.warm()
        since = self.lab.sets.looks(link.kernel_id, self.get_query_arguments("set")[:_MOST_SETS])
        self.answer(await self.until_closed(link.frames(since), _BUSY_LIST))


class InferencesHandler(Handler):
    """`inferences`: read a dataframe; `inferences?set=`: what is known of some."""

    @authenticated
    @may("read")
    async def get(self) -> None:
        """Answer with the `InferencesModel`s of those sets that are still known: it is no error that the others are not."""
        found = self.lab.sets.known(self.get_query_arguments("set")[:_MOST_SETS])
        self.set_header("Cache-Control", "no-store")
        self.finish(TypeAdapter(list[models.InferencesModel]).dump_json([which.model() for which in found]))

    @authenticated
    @may("write")
    @may("execute", "kernels")
    async def post(self) -> None:
        """Answer with `InferencesModel`."""
        request = self.body(models.InferencesRequest)
        await self.check_kernels(request.kernel_id)
        self.lab.pool.warm()
        self.lab.analyses.warm()
        found = await self.until_closed(self.lab.sets.read(request), _BUSY_READ)
        self.set_status(201)
        self.answer(found.model())


class OneInferencesHandler(Handler):
    """`inferences/<id>`."""

    @authenticated
    @may("read")
    async def get(self, number: str) -> None:
        """Answer with `InferencesModel`, as it is now."""
        self.answer(self.lab.sets.get(number).model())

    @authenticated
    @may("write")
    @may("execute", "kernels")
    async def delete(self, number: str) -> None:
        """Remove the files, and let the kernel let go of the dataframe."""
        await self.check_kernels(self.lab.sets.get(number).kernel_id)
        self.lab.sets.release(number)
        self.set_status(204)
        self.finish()


class RolesHandler(Handler):
    """`inferences/<id>/roles`: what its columns are for."""

    @authenticated
    @may("write")
    @may("execute", "kernels")
    async def post(self, number: str) -> None:
        """Answer with the `InferencesModel` of a set of the same values with these roles."""
        request = self.body(models.RolesRequest)
        await self.check_kernels(self.lab.sets.get(number).kernel_id)
        found = await self.until_closed(self.lab.sets.correct(number, request.corrections))
        self.set_status(201)
        self.answer(found.model())


class ColumnsHandler(Handler):
    """`inferences/<id>/columns`: values."""

    @authenticated
    @may("read")
    @may("execute", "kernels")
    async def post(self, number: str) -> None:
        """Answer with an Arrow stream of the columns, of all rows or of some, in the order they were asked for."""
        request = self.body(models.ColumnsRequest)
        sets, which = self.lab.sets, self.lab.sets.get(number)
        await self.check_kernels(which.kernel_id)
        held = sets.hold(which, request.columns)
        spec = await self.until_closed(held.__aenter__())
        try:
            for name in request.columns:
                if (problem := which.info(name).problem) is not None:
                    raise ProblemError(409, problem, None, name)
            table = await sets.values(spec, request.rows, which.n_rows)
            await self.stream(table.select(list(dict.fromkeys(request.columns))))
        finally:
            await held.__aexit__(None, None, None)


class LabelsHandler(Handler):
    """`inferences/<id>/labels`: what the index calls rows."""

    @authenticated
    @may("read")
    @may("execute", "kernels")
    async def post(self, number: str) -> None:
        """Answer with `LabelsModel`."""
        which, rows = self.lab.sets.get(number), self.body(models.LabelsRequest).rows
        await self.check_kernels(which.kernel_id)
        request = {"do": "labels", "ref": which.ref, "rows": rows, "n_rows": which.n_rows}
        asked = self.lab.kernels.link(which.kernel_id).call(request)
        found = await self.until_closed(asked)
        self.answer(models.LabelsModel(labels=found["labels"]))


class ImagesHandler(Handler):
    """`inferences/<id>/images`: what rows look like."""

    @authenticated
    @may("read")
    @may("execute", "kernels")
    async def post(self, number: str) -> None:
        """Answer with an Arrow stream; the kernel reads what its own values name, and nothing else can be asked for."""
        which, request = self.lab.sets.get(number), self.body(models.ImagesRequest)
        await self.check_kernels(which.kernel_id)
        await self.stream(await self.until_closed(self.lab.sets.images(which, request), _BUSY_READ))


class AnalysesHandler(Handler):
    """`analyses`: ask a recipe."""

    @authenticated
    @may("execute")
    @may("execute", "kernels")
    async def post(self) -> None:
        """Answer with `AnalysisModel`; the same question asked twice is one analysis."""
        request = self.body(models.AnalysisRequest)
        numbers = [number for number in (request.primary, request.reference, request.corpus) if number is not None]
        await self.check_kernels(*(which.kernel_id for which in self.lab.sets.known(numbers)))
        analysis = await self.lab.analyses.start(request)
        self.set_status(201)
        self.answer(analysis.model())


class OneAnalysisHandler(Handler):
    """`analyses/<id>`."""

    @authenticated
    @may("execute")
    async def delete(self, number: str) -> None:
        """Cancel."""
        self.lab.analyses.cancel(number)
        self.set_status(204)
        self.finish()


class EventsHandler(Handler):
    """`analyses/<id>/events`: where it stands, a line a change."""

    @authenticated
    @may("read")
    async def get(self, number: str) -> None:
        """Answer with one `AnalysisEvent` a line, until the analysis has ended."""
        self.lab.analyses.get(number)
        self.set_header("Content-Type", "application/x-ndjson")
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Accel-Buffering", "no")  # nginx would keep the lines until there are many
        adapter = TypeAdapter(models.AnalysisEvent)
        self._work = asyncio.ensure_future(self._send(number, adapter))
        try:
            await self._work
        except (asyncio.CancelledError, StreamClosedError):
            raise Finish from None
        self.finish(set_content_type="application/x-ndjson")

    async def _send(self, number: str, adapter: TypeAdapter[models.AnalysisEvent]) -> None:
        async for event in self.lab.analyses.events(number):
            self.write(adapter.dump_json(event) + b"\n")
            await self.flush()


class ResultHandler(Handler):
    """`analyses/<id>/result?part=`: the tables."""

    @authenticated
    @may("read")
    async def get(self, number: str) -> None:
        """Answer with an Arrow stream."""
        await self.stream(await self.lab.analyses.table(number, self.get_query_argument("part", None)))


class ExportsHandler(Handler):
    """`exports`: rows back into the kernel."""

    @authenticated
    @may("execute")
    @may("execute", "kernels")
    async def post(self) -> None:
        """Make the rows a variable; it waits for the cells that were started before, in the order that the user sees."""
        request = self.body(models.ExportRequest)
        for name in (request.name, *(part.name for part in request.parts if part.name is not None)):
            if not name.isidentifier() or keyword.iskeyword(name):
                raise ProblemError(
                    400,
                    f'"{name}" cannot be the name of a variable.',
                    "Letters, digits and underscores, no digit first.",
                )
        if not request.parts:
            raise ProblemError(400, "There are no rows to export.")
        link = self.lab.kernels.link(request.kernel_id)
        await self.check_kernels(request.kernel_id)
        parts = []
        for part in request.parts:
            which = self.lab.sets.get(part.inferences)
            if which.kernel_id != request.kernel_id:
                raise ProblemError(400, f"{which.name} is a dataframe of another kernel.")
            rows = np.asarray(part.rows, dtype="<i8")
            if len(rows) and (rows.min() < 0 or rows.max() >= which.n_rows):
                raise ProblemError(400, f'"rows": {which.name} has the rows 0 to {which.n_rows - 1:,}.')
            parts.append((which.ref, rows.tobytes()))
        found = await self.until_closed(self._export(link, request, parts))
        self.set_status(201)
        self.answer(
            models.ExportModel(
                name=found["name"], n_rows=found["n_rows"], library=found["library"], parts=tuple(found["parts"])
            )
        )

    async def _export(
        self, link: KernelLink, request: models.ExportRequest, parts: Sequence[tuple[str, bytes]]
    ) -> dict[str, Any]:
        async with self.lab.sets.transfer.rows(link, parts) as sent:
            named = [
                one if part.name is None else {**one, "name": part.name}
                for one, part in zip(sent, request.parts, strict=True)
            ]
            found: dict[str, Any] = await link.call({"do": "export", "parts": named, "name": request.name}, main=True)
            return found


class MonitorsHandler(Handler):
    """`monitors?history=`: what became of the monitors of a history, a file among the user's own."""

    @authenticated
    @may("read")
    @may("read", "contents")
    async def get(self) -> None:
        """Answer with each monitor and window; the file is only read."""
        path = self.get_query_argument("history")
        contents: Any = self.contents_manager
        # It knows which files there are, and which are hidden or beyond the folder that is served.
        await ensure_async(contents.get(path, content=False, type="file"))
        folder = getattr(contents, "root_dir", None)
        if folder is None:
            raise ProblemError(400, f"{path} is on no disk of this server.", "A history is read where its file is.")
        file = Path(to_os_path(ApiPath(path), folder))
        self.answer(await asyncio.get_running_loop().run_in_executor(None, _status, file))


def _status(file: Path) -> HistoryStatus:
    # What only this needs is imported when it is asked, in its thread.
    from phoenix_lab.monitors.status import status
    from phoenix_lab.monitors.suite_file import SuiteError

    try:
        return status(file)
    except SuiteError as error:
        raise ProblemError(400, f"{str(error)[:1].upper()}{str(error)[1:]}.") from None


class CacheHandler(Handler):
    """`cache`: the results on disk."""

    @authenticated
    @may("write")
    async def delete(self) -> None:
        """Remove them all."""
        await self.lab.analyses.clear()
        self.set_status(204)
        self.finish()


_ID = "([0-9a-f]{1,64})"
ROUTES: list[tuple[str, type[Handler]]] = [
    (f"phoenix-lab/api/{route}", handler)
    for route, handler in (
        ("bridge", BridgeHandler),
        ("frames", FramesHandler),
        ("inferences", InferencesHandler),
        (f"inferences/{_ID}", OneInferencesHandler),
        (f"inferences/{_ID}/roles", RolesHandler),
        (f"inferences/{_ID}/columns", ColumnsHandler),
        (f"inferences/{_ID}/labels", LabelsHandler),
        (f"inferences/{_ID}/images", ImagesHandler),
        ("analyses", AnalysesHandler),
        (f"analyses/{_ID}", OneAnalysisHandler),
        (f"analyses/{_ID}/events", EventsHandler),
        (f"analyses/{_ID}/result", ResultHandler),
        ("exports", ExportsHandler),
        ("monitors", MonitorsHandler),
        ("cache", CacheHandler),
    )
]
