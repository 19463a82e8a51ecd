"""The user's dataframes as the bridge knows them: by a reference, as long as they live, and by the names they have in the notebook.

Self-contained, like the bridge.
"""

from __future__ import annotations

import ast
import difflib
import sys
import threading
import uuid
import weakref
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

if not TYPE_CHECKING and __name__.startswith("_phoenix_lab"):  # sent as source
    import _phoenix_lab_convert as convert
else:
    from phoenix_lab.inferences import convert

_BRIDGE = "_phoenix_lab_bridge"
_NOT_THE_USERS = frozenset({"In", "Out", "exit", "quit", "get_ipython"})

lock = threading.RLock()


class Failure(Exception):  # noqa: N818 - it is an answer
    """A question that has no answer; message and hint are for the user."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


def _fresh() -> dict[str, Any]:
    return {
        "session": uuid.uuid4().hex,
        "refs": {},  # ref → weak reference
        "ids": {},  # id of a living object → ref
        "held": {},  # ref → (the object, what is read of it, the name it was found under)
        "looks": {},  # ref → key → what it looked like when it was described
        "rows": {},  # key → positions of rows that the server sends, little by little
        "kept": OrderedDict(),  # ref → copy of a small displayed frame that is no variable
        "exports": [],  # (name, frame), oldest first
        "parts": {},  # name → rows of one set of an export
    }


# A newer version takes over what an older one knows.
state: dict[str, Any] = {**_fresh(), **(getattr(sys.modules.get(_BRIDGE), "_state", None) or {})}


def ref_of(value: Any) -> str:
    """Return the name under which this very object is known, as long as it lives."""
    with lock:
        key = id(value)
        ref: str | None = state["ids"].get(key)
        if ref is not None and state["refs"][ref]() is value:
            return ref
        ref = uuid.uuid4().hex

        def forget(_: Any, ref: str = ref, key: int = key, state: dict[str, Any] = state) -> None:
            state["refs"].pop(ref, None)
            if state["ids"].get(key) == ref:
                state["ids"].pop(key, None)

        state["refs"][ref] = weakref.ref(value, forget)
        state["ids"][key] = ref
        return ref


def object_of(ref: str | None) -> Any:
    """Return the object that is known by a reference; raises `Failure` when it is gone."""
    with lock:
        held = state["held"].get(ref)
        if held is not None:
            return held[0]
        weak = state["refs"].get(ref)
        value = weak() if weak is not None else None
        if value is None:
            value = state["kept"].get(ref)
    if value is None:
        raise Failure("This dataframe is no longer in the kernel.", "Run the cell that makes it again.")
    return value


def read_of(ref: str) -> Any:
    """Return what is read of a described frame: rows that stay in place."""
    held = state["held"].get(ref)
    return held[1] if held is not None else convert.snapshot(object_of(ref))


def shell() -> Any:
    """Return the IPython shell of this kernel; raises `Failure` where there is none."""
    ipython = sys.modules.get("IPython")
    found = ipython.get_ipython() if ipython is not None else None
    if found is None:
        raise Failure("This is not an IPython kernel.")
    return found


def variables() -> dict[str, Any]:
    """Return the user's own variables; a copy, for the cell that is running may add some."""
    copy = shell().user_ns.copy()
    return {k: v for k, v in copy.items() if isinstance(k, str) and not k.startswith("_") and k not in _NOT_THE_USERS}


def names_of(value: Any) -> list[str]:
    """Return the variables that hold this very object."""
    return [name for name, other in variables().items() if other is value]


def unwrapped(value: Any) -> Any:
    """Return the dataframe of a `phoenix_lab.Inferences`, anything else as it is."""
    if type(value).__name__ == "Inferences" and type(value).__module__.startswith("phoenix_lab."):
        return value.dataframe
    return value


def evaluate(expression: str) -> Any:
    """Look up a variable, or a path such as `data["train"]` or `run.frame`; nothing is called."""
    namespace = variables()

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


def free_name(name: str, namespace: dict[str, Any]) -> str:
    """Return `name`, or with a number behind it if that is a variable other than an earlier export."""
    ours = [*(frame for _, frame in state["exports"]), *state["parts"].values()]
    candidate, k = name, 2
    while candidate in namespace and not any(namespace[candidate] is frame for frame in ours):
        candidate, k = f"{name}_{k}", k + 1
    return candidate
