"""What runs of phoenix_lab in the user's kernel: finds dataframes, marks displayed ones, writes columns, makes exported rows.

Self-contained: its source, with those of `convert.py` and `columns.py`, is sent to kernels that may lack phoenix_lab (see `source.py`). It becomes the module
`_phoenix_lab_bridge` and leaves nothing in the user's namespace. Calls may come on a subshell's thread while a cell runs: frames are
looked at, never changed.
"""

from __future__ import annotations

import array
import ast
import base64
import difflib
import functools
import hashlib
import importlib.metadata
import json
import keyword
import os
import pathlib
import stat
import sys
import threading
import uuid
import weakref
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

if not TYPE_CHECKING and __name__.startswith("_phoenix_lab"):  # sent as source
    import _phoenix_lab_convert as convert
    import _phoenix_lab_parcels as parcels
else:
    from phoenix_lab.inferences import convert
    from phoenix_lab.kernel import parcels

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = "_phoenix_lab_bridge"
MESSAGE = "phoenix_lab_request"
"""A message of our own that asks the bridge: `{request}`, answered by `{answer}`, both JSON as text."""
VERSION = "0"
"""Version of phoenix_lab that sent this source; set by the bootstrap."""

_TYPES = (
    ("pandas", "DataFrame"),
    ("pandas.core.frame", "DataFrame"),
    ("polars.dataframe.frame", "DataFrame"),
    ("polars.lazyframe.frame", "LazyFrame"),
    ("pyarrow.lib", "Table"),
    ("pyarrow.lib", "RecordBatch"),
    ("_duckdb", "DuckDBPyRelation"),
    ("duckdb._relation", "DuckDBPyRelation"),
    ("duckdb.duckdb", "DuckDBPyRelation"),
)
_NOT_THE_USERS = frozenset({"In", "Out", "exit", "quit", "get_ipython"})
_KEPT = 32
"""So many displayed frames that are no variable are kept, as copies, if they are small."""

_lock = threading.RLock()


class Failure(Exception):  # noqa: N818 - it is an answer
    """A question that has no answer; message and hint are for the user."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


def _fresh_state() -> dict[str, Any]:
    return {
        "session": uuid.uuid4().hex,
        "refs": {},  # ref → weak reference
        "ids": {},  # id of a living object → ref
        "held": {},  # ref → (the object, what is read of it, the name it was found under)
        "rows": {},  # key → positions of rows that the server sends, little by little
        "kept": OrderedDict(),  # ref → copy of a small displayed frame that is no variable
        "exports": [],  # (name, frame), oldest first
    }


# A newer version takes over what an older one knows.
_state: dict[str, Any] = {**_fresh_state(), **(getattr(sys.modules.get(NAME), "_state", None) or {})}


def call(text: str) -> str:
    """Answer a request, both in JSON; a failure is `{"error": {"message", "hint", "column"}}`."""
    try:
        request = json.loads(text)
        answer = _CALLS[request.pop("do")](**request)
    except Failure as failure:
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
        "session": _state["session"],
        "messages": _listens(),
    }


def _call_list() -> dict[str, Any]:
    found: dict[int, tuple[Any, list[str]]] = {}
    for name, value in _namespace().items():
        if convert.library_of(value) is not None:
            found.setdefault(id(value), (value, []))[1].append(name)
    frames = []
    for value, names in found.values():
        try:
            frames.append(_listing(value, names))
        except Exception:  # noqa: BLE001, PERF203, S112 - a broken frame must not hide the others
            continue
    return {"frames": frames}


def _listing(value: Any, names: list[str]) -> dict[str, Any]:
    return {
        "ref": ref_of(value),
        "names": names,
        "library": convert.library_of(value),
        "type": type(value).__name__,
        "n_rows": convert.n_rows(value),
        "n_columns": convert.n_columns(value),
        "nbytes": convert.nbytes(value),
        "embeddings": convert.vector_columns(value),
    }


def hold(value: Any) -> dict[str, Any]:
    """Keep an object until it is released, and return what `describe` answers."""
    with _lock:
        _state["held"].setdefault(ref_of(value), (value, value, None))
    return _call_describe(ref_of(value))


def _call_describe(ref: str | None = None, expression: str | None = None) -> dict[str, Any]:
    value = _evaluate(expression) if ref is None and expression else _object(ref)
    value = _unwrapped(value)
    read = convert.snapshot(value)
    ref = ref_of(value) if ref is None or _object(ref) is not value else ref
    names = _names(value)
    with _lock:
        _state["held"][ref] = (value, read, names[0] if names else expression)
    return {
        "ref": ref,
        "names": names,
        "library": convert.library_of(value),
        "type": type(value).__name__,
        "n_rows": convert.n_rows(read),
        "n_columns": convert.n_columns(read),
        "nbytes": convert.nbytes(read),
        "columns": [
            {"name": name, "dtype": dtype}
            for name, dtype in zip(convert.column_names(read), convert.column_dtypes(value))  # noqa: B905
        ],
        "token": _token(ref, read),
    }


def _call_sample(ref: str, path: str | None = None, n: int = 1000) -> dict[str, Any]:
    table, problems = convert.sample(_held(ref), n)
    return {"n_rows": table.num_rows, "problems": problems, **_hand_over(table, path)}


def _call_write(ref: str, columns: list[int], path: str | None = None) -> dict[str, Any]:
    read = _held(ref)
    available = len(convert.column_names(read))
    if any(not 0 <= position < available for position in columns):
        raise Failure("The dataframe has other columns now.", "Read it again.")
    table, problems = convert.to_arrow(read, columns)
    handed = _hand_over(table, path)
    return {"n_rows": convert.n_rows(read), "nbytes": table.nbytes, "problems": problems, **handed}


def _hand_over(table: Any, path: str | None) -> dict[str, Any]:
    """Write a table as a file; without a path it waits here to be taken in pieces."""
    if path is None:
        return {**parcels.pack(table), "buffers": parcels.offer(getattr(_shell(), "kernel", None))}
    _write_file(table, path)
    return {}


def _call_piece(key: str, offset: int, length: int) -> dict[str, Any]:
    found = parcels.piece(key, offset, length)
    if found is None:
        raise Failure("The kernel no longer has what was being read.", "Read it again.")
    return {"data": base64.b64encode(found).decode()}


def _call_drop(keys: list[str]) -> dict[str, Any]:
    parcels.drop(keys)
    for key in keys:
        _state["rows"].pop(key, None)
    return {}


def _call_probe(path: str) -> dict[str, Any]:
    """Read what the server has written to see whether both have the same folder, and whether the kernel may write there."""
    target = pathlib.Path(path)
    _check_folder(target)
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise Failure("The kernel may not write to the folder for the data.")
    with target.open("rb") as file:
        return {"text": file.read(64).decode("ascii", "replace")}


def _call_rows(key: str, data: str) -> dict[str, Any]:
    _state["rows"].setdefault(key, bytearray()).extend(base64.b64decode(data))
    return {}


def _call_token(refs: list[str]) -> dict[str, Any]:
    tokens = {}
    for ref in refs:
        held = _state["held"].get(ref)
        if held is None:
            tokens[ref] = "gone"
            continue
        value, read, name = held
        now = value
        if name is not None:
            try:
                now = _unwrapped(_evaluate(name))
            except Failure:
                tokens[ref] = "gone"
                continue
        if now is value:
            tokens[ref] = _token(ref, read)
        elif convert.library_of(now) is None:
            tokens[ref] = "gone"
        else:
            tokens[ref] = f"{ref_of(now)}:another"
    return {"tokens": tokens}


def _call_export(parts: list[dict[str, str]], name: str) -> dict[str, Any]:
    if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
        raise Failure(f'"{name}" cannot be the name of a variable.', "Letters, digits and underscores, no digit first.")
    taken = []
    for part in parts:
        rows = array.array("q")
        sent = _state["rows"].pop(part["key"], None) if "key" in part else pathlib.Path(part["path"]).read_bytes()
        if sent is None:
            raise Failure("The selected rows are no longer in the kernel.", "Export them again.")
        rows.frombytes(sent)
        if sys.byteorder == "big":
            rows.byteswap()
        value, read = _object(part["ref"]), _held(part["ref"])
        total = convert.n_rows(read)
        if total is not None and len(rows) and max(rows) >= total:
            raise Failure("The dataframe has fewer rows than when it was read.", "Refresh the panel and select again.")
        some = convert.take(read, list(rows))
        taken.append(some if read is value else convert.like(some, value))
    try:
        frame = convert.concat(taken)
    except TypeError as error:
        raise Failure(str(error), "Export the rows of each set on its own.") from None
    namespace = _shell().user_ns
    name = _free_name(name, namespace)
    namespace[name] = frame
    _state["exports"].append((name, frame))
    return {"name": name, "n_rows": sum(map(_height, taken)), "library": convert.library_of(frame)}


def _call_release(refs: list[str]) -> dict[str, Any]:
    with _lock:
        for ref in refs:
            _state["held"].pop(ref, None)
    return {}


_CALLS: dict[str, Callable[..., dict[str, Any]]] = {
    "state": _call_state,
    "list": _call_list,
    "describe": _call_describe,
    "sample": _call_sample,
    "write": _call_write,
    "piece": _call_piece,
    "drop": _call_drop,
    "probe": _call_probe,
    "rows": _call_rows,
    "token": _call_token,
    "export": _call_export,
    "release": _call_release,
}


def exports() -> list[tuple[str, Any]]:
    """Return the names and rows that the panel handed back, oldest first."""
    return list(_state["exports"])


def session() -> str:
    """Return what tells this life of the kernel from others."""
    return str(_state["session"])


# Objects and their names.


def ref_of(value: Any) -> str:
    """Return the name under which this very object is known, as long as it lives."""
    with _lock:
        key = id(value)
        ref: str | None = _state["ids"].get(key)
        if ref is not None and _state["refs"][ref]() is value:
            return ref
        ref = uuid.uuid4().hex

        def forget(_: Any, ref: str = ref, key: int = key, state: dict[str, Any] = _state) -> None:
            state["refs"].pop(ref, None)
            if state["ids"].get(key) == ref:
                state["ids"].pop(key, None)

        _state["refs"][ref] = weakref.ref(value, forget)
        _state["ids"][key] = ref
        return ref


def _object(ref: str | None) -> Any:
    with _lock:
        held = _state["held"].get(ref)
        if held is not None:
            return held[0]
        weak = _state["refs"].get(ref)
        value = weak() if weak is not None else None
        if value is None:
            value = _state["kept"].get(ref)
    if value is None:
        raise Failure("This dataframe is no longer in the kernel.", "Run the cell that makes it again.")
    return value


def _held(ref: str) -> Any:
    """Return what is read of a described frame: rows that stay in place."""
    held = _state["held"].get(ref)
    return held[1] if held is not None else convert.snapshot(_object(ref))


def _shell() -> Any:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None:
        raise Failure("This is not an IPython kernel.")
    return shell


def _namespace() -> dict[str, Any]:
    """Return the user's own variables; a copy, for the cell that is running may add some."""
    copy = _shell().user_ns.copy()
    return {k: v for k, v in copy.items() if isinstance(k, str) and not k.startswith("_") and k not in _NOT_THE_USERS}


def _names(value: Any) -> list[str]:
    return [name for name, other in _namespace().items() if other is value]


def _unwrapped(value: Any) -> Any:
    """Return the dataframe of a `phoenix_lab.Inferences`, anything else as it is."""
    if type(value).__name__ == "Inferences" and type(value).__module__.startswith("phoenix_lab."):
        return value.dataframe
    return value


def _evaluate(expression: str) -> Any:
    """Look up a variable, or a path such as `data["train"]` or `run.frame`; nothing is called."""
    namespace = _namespace()

    def look_up(node: ast.AST) -> Any:
        if isinstance(node, ast.Name):
            if node.id in namespace:
                return namespace[node.id]
            close = difflib.get_close_matches(node.id, namespace, n=1)
            raise Failure(
                f'There is no variable "{node.id}" in this kernel.',
                f'Did you mean "{close[0]}"?' if close else "Run the cell that makes it.",
            )
        if isinstance(node, ast.Attribute):
            return getattr(look_up(node.value), node.attr)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, (ast.Constant, ast.UnaryOp)):
            return look_up(node.value)[ast.literal_eval(node.slice)]
        raise Failure(f"“{expression[:60]}” is not a variable.", "Give the dataframe a name first.")

    try:
        return look_up(ast.parse(expression.strip(), mode="eval").body)
    except (SyntaxError, LookupError, AttributeError, TypeError, ValueError):
        raise Failure(f"“{expression[:60]}” is nothing in this kernel.", "Run the cell that makes it.") from None


def _free_name(name: str, namespace: dict[str, Any]) -> str:
    """Return `name`, or with a number behind it if that is a variable other than an earlier export."""
    ours = [frame for _, frame in _state["exports"]]
    candidate, k = name, 2
    while candidate in namespace and not any(namespace[candidate] is frame for frame in ours):
        candidate, k = f"{name}_{k}", k + 1
    return candidate


def _height(frame: Any) -> int:
    rows = convert.n_rows(frame)
    return len(frame) if rows is None else rows


def _installed(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


# Files and tokens.


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
        raise Failure(
            "The folder for the data is not there.", "Kernel and server seem to run on different machines."
        ) from None
    if not target.is_absolute() or not stat.S_ISDIR(about.st_mode):
        raise Failure("The folder for the data is not a folder.")
    if hasattr(os, "geteuid") and (about.st_uid != os.geteuid() or about.st_mode & 0o022):
        raise Failure("The folder for the data belongs to somebody else, or others may write to it.")


def _token(ref: str, read: Any) -> str:
    """Return a short text that changes when the frame does: object, shape, columns, types, and the values of some rows and columns."""
    digest = hashlib.blake2b(digest_size=12)
    names, dtypes = convert.column_names(read), convert.column_dtypes(read)
    total = _height(read)
    digest.update(repr((total, names, dtypes)).encode())
    rows = (
        range(total)
        if total <= 500
        else sorted({*range(20), *range(total - 20, total), *range(0, total, total // 300)})
    )
    step = -(-len(names) // 256)
    positions = range(0, len(names), step) if names else range(0)
    try:
        part = read if total <= 500 else convert.take(read, list(rows))
        table, problems = convert.to_arrow(part, positions)
        for column in table.columns:
            digest.update(_bytes_of(column))
        digest.update(repr(problems).encode())
    except convert.Unreadable:
        pass  # without pyarrow: shape and types
    return f"{ref}:{digest.hexdigest()}"


def _bytes_of(column: Any) -> bytes:
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    table = pa.table({"x": column}).combine_chunks()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


# Marks on displayed frames.


def register() -> None:
    """Mark displayed dataframes from now on: `metadata["phoenix_lab"]` of the output. Their pictures stay as they are."""
    _listen()
    formatter = _shell().display_formatter.mimebundle_formatter
    for module, name in _TYPES:
        cls = getattr(sys.modules.get(module), name, None)
        known = formatter.type_printers.get(cls) or formatter.deferred_printers.get((module, name))
        # One that was registered by an older version of this file is replaced; somebody else's is called first.
        printer = functools.partial(_show, before=known.keywords["before"] if _is_ours(known) else known)
        if cls in formatter.type_printers:
            formatter.for_type(cls, printer)
        else:
            formatter.for_type_by_name(module, name, printer)


def _listen() -> None:
    """Answer messages of our own kind, where the kernel is ipykernel: front ends need not take such a question for a running cell."""
    kernel = getattr(_shell(), "kernel", None)
    handlers, session = getattr(kernel, "shell_handlers", None), getattr(kernel, "session", None)
    if not isinstance(handlers, dict) or session is None:
        return

    def answer(stream: Any, ident: Any, parent: Any) -> None:
        content = {"status": "ok", "answer": call(parent["content"].get("request", "{}"))}
        session.send(stream, "phoenix_lab_reply", content, parent=parent, ident=ident)

    handlers[MESSAGE] = answer


def _listens() -> bool:
    return MESSAGE in (getattr(getattr(_shell(), "kernel", None), "shell_handlers", None) or {})


def _is_ours(printer: Any) -> bool:
    return isinstance(printer, functools.partial) and getattr(printer.func, "__module__", None) == NAME


def _show(value: Any, before: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
    if before is None and hasattr(type(value), "_repr_mimebundle_"):
        before = type(value)._repr_mimebundle_
    bundle = before(value) if before is not None else None
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
    try:
        return data, {**metadata, "phoenix_lab": _mark(value)}
    except Exception:  # noqa: BLE001 - whatever goes wrong here, the frame must be shown
        return data, metadata


def _mark(value: Any) -> dict[str, Any]:
    names = _names(value)
    root, expr = (names[0], names[0]) if names else _shown_expression()
    ref = ref_of(value)
    rows = convert.n_rows(value)
    if not names and rows is not None and rows <= 1000 and (convert.nbytes(value) or 0) <= 1 << 20:
        # `display(df.head())`: nothing else would keep this object. A copy, because a slice keeps the whole alive.
        with _lock:
            _state["kept"][ref] = convert.take(value, list(range(rows)))
            while len(_state["kept"]) > _KEPT:
                _state["kept"].popitem(last=False)
    return {
        "ref": ref,
        "names": names,
        "root": root,
        "expr": expr,
        "library": convert.library_of(value),
        "type": type(value).__name__,
        "n_rows": rows,
        "n_columns": convert.n_columns(value),
        "session": _state["session"],
    }


def _shown_expression() -> tuple[str | None, str | None]:
    """Return the variable at the root of the expression that is being shown, and the expression's text: `df.head()` → df."""
    shell = _shell()
    frame = sys._getframe()  # noqa: SLF001 - the only way to know which line of the cell runs
    while frame is not None and not (frame.f_globals is shell.user_ns and frame.f_code.co_name == "<module>"):
        frame = frame.f_back  # type: ignore[assignment]
    kernel = getattr(shell, "kernel", None)
    if frame is None or kernel is None:
        return None, None
    parent = kernel.get_parent() if hasattr(kernel, "get_parent") else {}
    code = shell.transform_cell(parent.get("content", {}).get("code", ""))
    try:
        statements = ast.parse(code).body
    except SyntaxError:
        return None, None
    line = frame.f_lineno
    statement = next((s for s in statements if s.lineno <= line <= (s.end_lineno or s.lineno)), None)
    if not isinstance(statement, ast.Expr):
        return None, None
    node: ast.AST = statement.value
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "display"
        and len(node.args) == 1
    ):
        node = node.args[0]
    text = ast.unparse(node)[:200]
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return (node.id if isinstance(node, ast.Name) else None), text
