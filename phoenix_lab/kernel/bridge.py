"""What runs of phoenix_lab in the user's kernel: finds dataframes, marks displayed ones, writes columns, makes exported rows.

Self-contained: its source, with those of `convert.py` and `columns.py`, is sent to kernels that may lack phoenix_lab (see `source.py`). It becomes the module
`_phoenix_lab_bridge` and leaves nothing in the user's namespace. Calls may come on a subshell's thread while a cell runs: frames are
looked at, never changed.
"""

from __future__ import annotations

import array
import base64
import importlib.metadata
import json
import keyword
import os
import pathlib
import stat
import sys
from typing import TYPE_CHECKING, Any

if not TYPE_CHECKING and __name__.startswith("_phoenix_lab"):  # sent as source
    import _phoenix_lab_convert as convert
    import _phoenix_lab_fingerprint as fingerprint
    import _phoenix_lab_images as images
    import _phoenix_lab_looks as looks
    import _phoenix_lab_marks as marks
    import _phoenix_lab_objects as objects
    import _phoenix_lab_parcels as parcels
else:
    from phoenix_lab.inferences import convert, fingerprint, images
    from phoenix_lab.kernel import looks, marks, objects, parcels

if TYPE_CHECKING:
    from collections.abc import Callable

MESSAGE = "phoenix_lab_request"
"""A message of our own that asks the bridge: `{request}`, answered by `{answer}`, both JSON as text."""
VERSION = "0"
"""Version of phoenix_lab that sent this source; set by the bootstrap."""

_LOOKS = 32
"""So many looks of one frame are known: it may be open several times, as it was at different times."""

_state = objects.state
"""Here for a newer version, which takes it over."""


def call(text: str) -> str:
    """Answer a request, both in JSON; a failure is `{"error": {"message", "hint", "column"}}`."""
    try:
        request = json.loads(text)
        answer = _CALLS[request.pop("do")](**request)
    except objects.Failure as failure:
        answer = _error(str(failure), failure.hint)
    except convert.Unreadable as problem:
        answer = _error(str(problem))
    except MemoryError:
        answer = _error(
            "The kernel has not enough memory for this.", "Inspect a part of the rows, such as df.sample(100_000)."
        )
    except KeyboardInterrupt:
        answer = _error("The kernel was interrupted.", "Try again.")
    except Exception as error:  # noqa: BLE001 - the user's objects may raise anything, and nobody wants a trace in the panel
        answer = _error(f"The kernel could not do this: {type(error).__name__}: {str(error)[:200]}")
    return json.dumps(answer)


def _error(message: str, hint: str | None = None) -> dict[str, Any]:
    return {"error": {"message": message, "hint": hint, "column": None}}


# The calls.


def _call_state() -> dict[str, Any]:
    return {
        "version": VERSION,
        "python": ".".join(map(str, sys.version_info[:3])),
        "pyarrow": _installed("pyarrow"),
        "phoenix_lab": _installed("phoenix_lab"),
        "session": objects.state["session"],
        "messages": _listens(),
    }


def _call_list(since: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """List the dataframes, and say what has changed of some that were read."""
    found: dict[int, tuple[Any, list[str]]] = {}
    for name, value in objects.variables().items():
        if convert.library_of(value) is not None:
            found.setdefault(id(value), (value, []))[1].append(name)
    frames = []
    for value, names in found.values():
        try:
            frames.append(_listing(value, names))
        except Exception:  # noqa: BLE001, PERF203, S112 - a broken frame must not hide the others
            continue
    return {"frames": frames, "changes": {one["id"]: _change(one["ref"], one["look"]) for one in since or ()}}


def _change(ref: str, look: str) -> dict[str, Any] | None:
    """Return what is not as it was read; None where nothing is, or nobody knows."""
    held, before = objects.state["held"].get(ref), objects.state["looks"].get(ref, {}).get(look)
    if held is None or before is None:
        return None
    value, read, name = held
    try:
        return _since(before, value, read, name)
    except Exception:  # noqa: BLE001 - a property of the user's failed, or a cell that runs is changing it this very moment
        return None


def _since(before: dict[str, Any], value: Any, read: Any, name: str | None) -> dict[str, Any] | None:
    now, called = value, None
    if name is not None:
        try:
            now = objects.unwrapped(objects.evaluate(name))
        except objects.Failure:
            names = objects.names_of(value)
            if not names:
                return {"what": "gone"}
            called = names[0]
    if now is not value:
        if convert.library_of(now) is None:
            return {"what": "gone"}
        if convert.n_rows(now) is None:
            return {"what": "another"}  # a query is not run for that
        read = now
    found = looks.difference(before, looks.look(read))
    if called is not None:
        return {"what": "renamed", "name": called, **found}
    if any(found[part] for part in ("added", "removed", "renamed", "retyped", "edited")) or (
        found["n_rows"] != before["n_rows"]
    ):
        return {"what": "changed", **found}
    return {"what": "another", **found} if now is not value else None


_NAMES, _NAME = 200, 100
"""Columns of a listed dataframe that are named, for others to be found alike; characters of a name."""


def _listing(value: Any, names: list[str]) -> dict[str, Any]:
    return {
        "ref": objects.ref_of(value),
        "names": names,
        "library": convert.library_of(value),
        "type": type(value).__name__,
        "query": convert.query_of(value),
        "n_rows": convert.n_rows(value),
        "n_columns": convert.n_columns(value),
        "nbytes": convert.nbytes(value),
        "embeddings": convert.vector_columns(value),
        "columns": [name[:_NAME] for name in convert.column_names(value)[:_NAMES]],
    }


def hold(value: Any) -> dict[str, Any]:
    """Keep an object until it is released, and return what `describe` answers."""
    with objects.lock:
        objects.state["held"].setdefault(objects.ref_of(value), (value, value, None))
    return _call_describe(objects.ref_of(value))


def _call_describe(ref: str | None = None, expression: str | None = None) -> dict[str, Any]:
    value = objects.evaluate(expression) if ref is None and expression else objects.object_of(ref)
    value = objects.unwrapped(value)
    read = convert.snapshot(value)
    ref = objects.ref_of(value) if ref is None or objects.object_of(ref) is not value else ref
    names = objects.names_of(value)
    seen = looks.look(read)
    with objects.lock:
        # the name that was asked for, for the object may have others
        called = expression if expression in names else next(iter(names), expression)
        objects.state["held"][ref] = (value, read, called)
        known = objects.state["looks"].setdefault(ref, {})
        known[looks.key(seen)] = seen
        while len(known) > _LOOKS:
            known.pop(next(iter(known)))
    return {
        "ref": ref,
        "names": names,
        "library": convert.library_of(value),
        "type": type(value).__name__,
        "query": convert.query_of(value),
        "n_rows": convert.n_rows(read),
        "n_columns": convert.n_columns(read),
        "nbytes": convert.nbytes(read),
        "columns": [
            {"name": name, "dtype": dtype}
            for name, dtype in zip(convert.column_names(read), convert.column_dtypes(value))  # noqa: B905
        ],
        "look": looks.key(seen),
        "digests": {name: digest[:12] for name, digest in seen["digests"].items()},
    }


def _call_sample(ref: str, path: str | None = None, n: int = 1000) -> dict[str, Any]:
    table, problems = convert.sample(objects.read_of(ref), n)
    return {"n_rows": table.num_rows, "problems": problems, **_hand_over(table, path)}


def _call_write(
    ref: str,
    columns: list[int],
    path: str | None = None,
    look: str | None = None,
    known: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Write columns.

    Of those that the server has from an earlier time (`known`: position → fingerprint) only what has another fingerprint now; the others are named
    in "same", and when there is nothing to write, there is no file. What no longer has the `look` that it was described with is refused: views would
    show old and new values side by side.
    """
    read = objects.read_of(ref)
    available = len(convert.column_names(read))
    if any(not 0 <= position < available for position in columns):
        raise objects.Failure("The dataframe has other columns now.", "Refresh to read it again.")
    before = objects.state["looks"].get(ref, {}).get(look)
    if before is not None and convert.n_rows(read) == before["n_rows"] and not looks.is_same(before, read, columns):
        raise objects.Failure("The dataframe changed since it was opened.", "Refresh to read it again.")
    table, problems = convert.to_arrow(read, columns)
    names = convert.column_names(read)
    there = {names[int(position)]: digest for position, digest in (known or {}).items()}
    same = [n for n in table.column_names if n in there and fingerprint.fingerprint(table.column(n)) == there[n]]
    answer = {"n_rows": convert.n_rows(read), "nbytes": table.nbytes, "problems": problems, "same": same}
    if same:
        table = table.select([name for name in table.column_names if name not in same])
        if not table.num_columns:
            return {**answer, "nothing": True}
    return {**answer, **_hand_over(table, path)}


def _hand_over(table: Any, path: str | None) -> dict[str, Any]:
    """Write a table as a file; without a path it waits here to be taken in pieces."""
    if path is None:
        return {**parcels.pack(table), "buffers": parcels.offer(getattr(objects.shell(), "kernel", None))}
    _write_file(table, path)
    return {}


def _call_labels(ref: str, rows: list[int], n_rows: int) -> dict[str, Any]:
    """Tell what the index of a dataframe that has that many rows calls some; nothing where by place, or without one."""
    index: Any = getattr(objects.read_of(ref), "index", None)
    counts = type(index).__name__ == "RangeIndex" and (index.start, index.step) == (0, 1)
    if counts or not hasattr(index, "take"):
        return {"labels": None}
    # A frame that was cut in place calls other rows so.
    if len(index) != n_rows or (rows and not 0 <= min(rows) <= max(rows) < n_rows):
        raise objects.Failure("The dataframe has other rows now.", "Refresh to read it again.")
    return {"labels": [str(label)[:80] for label in index.take(rows)]}


def _call_images(ref: str, column: int, rows: list[int], urls: bool = False, path: str | None = None) -> dict[str, Any]:
    """Read the images that some rows of a column are, or name: a table of type, bytes, and why there is none."""
    pa = convert.arrow()
    found = images.read_all(convert.objects(objects.read_of(ref), column, rows), urls=urls)
    kinds, data, problems = zip(*found) if found else ((), (), ())  # noqa: B905 - kernels may be older than `strict`
    table = pa.table(
        {
            "row": pa.array(rows, pa.int64()),
            "type": pa.array(kinds, pa.string()),
            "data": pa.array(data, pa.binary()),
            "problem": pa.array(problems, pa.string()),
        }
    )
    return {"n_rows": table.num_rows, **_hand_over(table, path)}


def _call_piece(key: str, offset: int, length: int) -> dict[str, Any]:
    found = parcels.piece(key, offset, length)
    if found is None:
        raise objects.Failure("The kernel no longer has what was being read.", "Read it again.")
    return {"data": base64.b64encode(found).decode()}


def _call_drop(keys: list[str]) -> dict[str, Any]:
    parcels.drop(keys)
    for key in keys:
        objects.state["rows"].pop(key, None)
    return {}


def _call_probe(path: str) -> dict[str, Any]:
    """Read what the server has written to see whether both have the same folder, and whether the kernel may write there."""
    target = pathlib.Path(path)
    _check_folder(target)
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise objects.Failure("The kernel may not write to the folder for the data.")
    with target.open("rb") as file:
        return {"text": file.read(64).decode("ascii", "replace")}


def _call_rows(key: str, data: str) -> dict[str, Any]:
    objects.state["rows"].setdefault(key, bytearray()).extend(base64.b64decode(data))
    return {}


def _call_export(parts: list[dict[str, str]], name: str) -> dict[str, Any]:
    for wish in (name, *(part["name"] for part in parts if "name" in part)):
        if not wish.isidentifier() or keyword.iskeyword(wish) or wish.startswith("_"):
            raise objects.Failure(
                f'"{wish}" cannot be the name of a variable.', "Letters, digits and underscores, no digit first."
            )
    taken = []
    for part in parts:
        rows = array.array("q")
        sent = (
            objects.state["rows"].pop(part["key"], None) if "key" in part else pathlib.Path(part["path"]).read_bytes()
        )
        if sent is None:
            raise objects.Failure("The selected rows are no longer in the kernel.", "Export them again.")
        rows.frombytes(sent)
        if sys.byteorder == "big":
            rows.byteswap()
        value, read = objects.object_of(part["ref"]), objects.read_of(part["ref"])
        total = convert.n_rows(read)
        if total is not None and len(rows) and max(rows) >= total:
            raise objects.Failure(
                "The dataframe has fewer rows than when it was read.", "Refresh the panel and select again."
            )
        some = convert.take(read, list(rows))
        taken.append(some if read is value else convert.like(some, value))
    try:
        frame = convert.concat(taken)
    except TypeError as error:
        raise objects.Failure(str(error), "Export the rows of each set on its own.") from None
    namespace = objects.shell().user_ns
    name = objects.free_name(name, namespace)
    namespace[name] = frame
    objects.state["exports"].append((name, frame))
    # The rows of each set, so that nobody has to find out which are whose.
    named = []
    for part, rows in zip(parts, taken):  # noqa: B905 - kernels may be older than `strict`
        if "name" in part:
            named.append(objects.free_name(part["name"], namespace))
            namespace[named[-1]] = objects.state["parts"][named[-1]] = rows
    return {
        "name": name,
        "n_rows": sum(map(_height, taken)),
        "library": convert.library_of(frame),
        "parts": named,
    }


def _call_release(refs: list[str]) -> dict[str, Any]:
    with objects.lock:
        for ref in refs:
            objects.state["held"].pop(ref, None)
            objects.state["looks"].pop(ref, None)
    return {}


_CALLS: dict[str, Callable[..., dict[str, Any]]] = {
    "state": _call_state,
    "list": _call_list,
    "describe": _call_describe,
    "sample": _call_sample,
    "write": _call_write,
    "labels": _call_labels,
    "images": _call_images,
    "piece": _call_piece,
    "drop": _call_drop,
    "probe": _call_probe,
    "rows": _call_rows,
    "export": _call_export,
    "release": _call_release,
}


def exports() -> list[tuple[str, Any]]:
    """Return the names and rows that the panel handed back, oldest first."""
    return list(objects.state["exports"])


def session() -> str:
    """Return what tells this life of the kernel from others."""
    return str(objects.state["session"])


def _height(frame: Any) -> int:
    rows = convert.n_rows(frame)
    return len(convert.snapshot(frame)) if rows is None else rows


def _installed(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


# Files.


def _write_file(table: Any, path: str) -> None:
    """Write one Arrow IPC file that only this user can read, in a folder that is there already and the user's own."""
    import pyarrow as pa

    target = pathlib.Path(path)
    _check_folder(target)
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    file = os.open(path, flags, 0o600)
    try:
        with os.fdopen(file, "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table.combine_chunks())
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _check_folder(target: pathlib.Path) -> None:
    """Refuse a folder that is not there, not the user's own, or that others may write to."""
    folder = target.parent
    try:
        about = folder.lstat()
    except OSError:
        raise objects.Failure(
            "The folder for the data is not there.", "Kernel and server seem to run on different machines."
        ) from None
    if not target.is_absolute() or not stat.S_ISDIR(about.st_mode):
        raise objects.Failure("The folder for the data is not a folder.")
    if hasattr(os, "geteuid") and (about.st_uid != os.geteuid() or about.st_mode & 0o022):
        raise objects.Failure("The folder for the data belongs to somebody else, or others may write to it.")


def register() -> None:
    """Mark displayed dataframes and answer messages from now on."""
    marks.register()
    _listen()


def _listen() -> None:
    """Answer messages of our own kind, where the kernel is ipykernel: front ends need not take such a question for a running cell."""
    kernel = getattr(objects.shell(), "kernel", None)
    handlers, session = getattr(kernel, "shell_handlers", None), getattr(kernel, "session", None)
    if not isinstance(handlers, dict) or session is None:
        return

    def answer(stream: Any, ident: Any, parent: Any) -> None:
        content = {"status": "ok", "answer": call(parent["content"].get("request", "{}"))}
        session.send(stream, "phoenix_lab_reply", content, parent=parent, ident=ident)

    handlers[MESSAGE] = answer


def _listens() -> bool:
    return MESSAGE in (getattr(getattr(objects.shell(), "kernel", None), "shell_handlers", None) or {})
