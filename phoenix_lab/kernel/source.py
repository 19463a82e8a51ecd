"""The text that brings the bridge into a kernel, and the expressions that speak to it."""

from __future__ import annotations

import ast
import functools
import hashlib
import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

NAME = "_phoenix_lab_bridge"
"""The bridge's module in `sys.modules`."""

_PROGRAM = """\
def load():
    import sys, threading, types
    now = sys.modules.get("_phoenix_lab_bridge")
    if getattr(now, "DIGEST", None) == {digest!r}:
        return

    def later(name, source):
        # Compiled when something of it is used, so that the start of a kernel takes no time.
        module, lock = types.ModuleType(name), threading.RLock()

        def find(attribute):
            if attribute.startswith("__"):
                raise AttributeError(attribute)
            with lock:
                if module.__dict__.pop("__getattr__", None) is not None:
                    run(module, source)
            return module.__dict__[attribute]

        module.__getattr__ = find
        return module

    def run(module, source):
        exec(compile(source, "<" + module.__name__ + ">", "exec"), module.__dict__)

    fresh = {{name: later(name, source) for name, source in {modules!r}}}
    before = {{name: sys.modules.get(name) for name in fresh}}
    bridge = types.ModuleType("_phoenix_lab_bridge")
    bridge.__file__ = "<_phoenix_lab_bridge>"
    sys.modules.update(fresh)
    try:
        run(bridge, {bridge!r})
        bridge.VERSION, bridge.DIGEST = {version!r}, {digest!r}
        bridge.register()
    except BaseException:
        sys.modules.update({{name: module for name, module in before.items() if module is not None}})
        raise
    sys.modules["_phoenix_lab_bridge"] = bridge
load()
"""


@functools.cache
def bootstrap() -> str:
    """Return code that registers the bridge in the kernel that runs it.

    It is one expression whose value is None: executed silently it leaves no name, no history and no output. Run again it does nothing, unless it
    is of another version: then that one takes over with everything the former knew.
    """
    from phoenix_lab import __version__

    modules = {
        "_phoenix_lab_columns": _text("inferences", "columns.py"),
        "_phoenix_lab_convert": _text("inferences", "convert.py"),
        "_phoenix_lab_fingerprint": _text("inferences", "fingerprint.py"),
        "_phoenix_lab_images": _text("inferences", "images.py"),
        "_phoenix_lab_looks": _text("kernel", "looks.py"),
        "_phoenix_lab_marks": _text("kernel", "marks.py"),
        "_phoenix_lab_objects": _text("kernel", "objects.py"),
        "_phoenix_lab_parcels": _text("kernel", "parcels.py"),
        "_phoenix_lab_together": _text("inferences", "together.py"),
        "_phoenix_lab_turns": _text("inferences", "turns.py"),
    }
    bridge = _text("kernel", "bridge.py")
    digest = hashlib.sha256(json.dumps([__version__, modules, bridge]).encode()).hexdigest()[:16]
    program = _PROGRAM.format(digest=digest, modules=list(modules.items()), bridge=bridge, version=__version__)
    return f"__import__('builtins').exec({program!r}, {{'__name__': '_phoenix_lab_bootstrap'}})"


def _text(room: str, file: str) -> str:
    return (files("phoenix_lab") / room / file).read_text(encoding="utf-8")


def load() -> Any:
    """Register the bridge in this very process, and return its module."""
    import sys

    exec(bootstrap(), {})  # noqa: S102 - our own text, the same that is sent to kernels
    return sys.modules[NAME]


def expression(request: Mapping[str, Any]) -> str:
    """Return the expression that asks the bridge; to be evaluated as a `user_expression` of a silent request."""
    return f"__import__('sys').modules['_phoenix_lab_bridge'].call({json.dumps(request)!r})"


def answer(result: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the bridge's answer from the result of a `user_expression`; None when the kernel has no bridge."""
    if result.get("status") != "ok":
        return None
    text = ast.literal_eval(result["data"]["text/plain"])
    answer: dict[str, Any] = json.loads(text)
    return answer
