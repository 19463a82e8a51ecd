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
    import sys, types
    now = sys.modules.get("_phoenix_lab_bridge")
    if getattr(now, "DIGEST", None) == {digest!r}:
        return
    before = {{name: sys.modules.get(name) for name in {names!r}}}
    try:
        for name, source in {modules!r}:
            module = types.ModuleType(name)
            module.__file__ = "<" + name + ">"
            exec(compile(source, module.__file__, "exec"), module.__dict__)
            if name == "_phoenix_lab_bridge":
                module.VERSION, module.DIGEST = {version!r}, {digest!r}
                module.register()
            sys.modules[name] = module
    except BaseException:
        for name, module in before.items():
            if module is not None:
                sys.modules[name] = module
        raise
load()
"""


@functools.cache
def bootstrap() -> str:
    """Return code that registers the bridge in the kernel that runs it.

    It is one expression whose value is None: executed silently it leaves no name, no history and no output. Run again it does nothing, unless it
    is of another version: then that one takes over with everything the former knew.
    """
    from phoenix_lab import __version__

    modules = [
        ("_phoenix_lab_columns", (files("phoenix_lab.inferences") / "columns.py").read_text(encoding="utf-8")),
        ("_phoenix_lab_convert", (files("phoenix_lab.inferences") / "convert.py").read_text(encoding="utf-8")),
        ("_phoenix_lab_bridge", (files("phoenix_lab.kernel") / "bridge.py").read_text(encoding="utf-8")),
    ]
    digest = hashlib.sha256(json.dumps([__version__, modules]).encode()).hexdigest()[:16]
    program = _PROGRAM.format(digest=digest, modules=modules, names=[name for name, _ in modules], version=__version__)
    return f"__import__('builtins').exec({program!r}, {{'__name__': '_phoenix_lab_bootstrap'}})"


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
