"""Packages that only some calls need."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class MissingPackageError(ImportError):
    """A package is not installed; the message has the line that installs it."""


def needed(module: str, extra: str) -> Any:
    """Import a module; raises `MissingPackageError` with the line that installs it."""
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0].replace("_", "-").replace("PIL", "pillow")
        raise MissingPackageError(f"{package} is not installed: %pip install 'phoenix_lab[{extra}]'") from error
