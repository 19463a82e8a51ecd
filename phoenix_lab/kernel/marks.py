"""Marks on displayed dataframes, by which a right-click on an output finds the frame that it shows.

Self-contained, like the bridge.
"""

from __future__ import annotations

import ast
import functools
import sys
from typing import TYPE_CHECKING, Any

if not TYPE_CHECKING and __name__.startswith("_phoenix_lab"):  # sent as source
    import _phoenix_lab_convert as convert
    import _phoenix_lab_objects as objects
else:
    from phoenix_lab.inferences import convert
    from phoenix_lab.kernel import objects

_TYPES = (
    ("pandas", "DataFrame"),
    ("pandas.core.frame", "DataFrame"),
    ("polars.dataframe.frame", "DataFrame"),
    ("polars.lazyframe.frame", "LazyFrame"),
    ("pyarrow.lib", "Table"),
    ("pyarrow.lib", "RecordBatch"),
    ("pyarrow._dataset", "Dataset"),
    ("_duckdb", "DuckDBPyRelation"),
    ("duckdb._relation", "DuckDBPyRelation"),
    ("duckdb.duckdb", "DuckDBPyRelation"),
    ("ibis.expr.types.relations", "Table"),
)
_KEPT = 32
"""So many displayed frames that are no variable are kept, as copies, if they are small."""


def register() -> None:
    """Mark displayed dataframes from now on: `metadata["phoenix_lab"]` of the output. Their pictures stay as they are."""
    formatter = objects.shell().display_formatter.mimebundle_formatter
    for module, name in _TYPES:
        cls = getattr(sys.modules.get(module), name, None)
        known = formatter.type_printers.get(cls) or formatter.deferred_printers.get((module, name))
        # One that was registered by an older version of this file is replaced; somebody else's is called first.
        printer = functools.partial(_show, before=known.keywords["before"] if _is_ours(known) else known)
        if cls in formatter.type_printers:
            formatter.for_type(cls, printer)
        else:
            formatter.for_type_by_name(module, name, printer)


def _is_ours(printer: Any) -> bool:
    return isinstance(printer, functools.partial) and str(getattr(printer.func, "__module__", "")).startswith(
        "_phoenix_lab"
    )


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
    names = objects.names_of(value)
    root, expr = (names[0], names[0]) if names else _shown_expression()
    ref = objects.ref_of(value)
    rows = convert.n_rows(value)
    if not names and rows is not None and rows <= 1000 and (convert.nbytes(value) or 0) <= 1 << 20:
        # `display(df.head())`: nothing else would keep this object. A copy, because a slice keeps the whole alive.
        with objects.lock:
            objects.state["kept"][ref] = convert.take(value, list(range(rows)))
            while len(objects.state["kept"]) > _KEPT:
                objects.state["kept"].popitem(last=False)
    return {
        "ref": ref,
        "names": names,
        "root": root,
        "expr": expr,
        "library": convert.library_of(value),
        "type": type(value).__name__,
        "n_rows": rows,
        "n_columns": convert.n_columns(value),
        "session": objects.state["session"],
    }


def _shown_expression() -> tuple[str | None, str | None]:
    """Return the variable at the root of the expression that is being shown, and the expression's text: `df.head()` → df."""
    shell = objects.shell()
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
