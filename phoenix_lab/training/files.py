"""Training data on disk: files and folders that are there whole, or not at all, and replace nothing but what is ours."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from phoenix_lab.files import beside, flush, remove, replacing

CARD, README = "card.json", "README.md"
"""What a folder of ours holds beside its data: how it was made, and each file with its digest; the same to be read."""


@contextmanager
def whole_folder(path: str | os.PathLike[str], *, overwrite: bool) -> Iterator[Path]:
    """Yield a new folder beside `path`, that takes this name once everything is in it.

    With `overwrite` it replaces a folder that holds nothing but what an earlier call has written.

    Raises
    ------
    FileExistsError
        The name is taken.
    OSError
        It cannot be written, the disk is full; nothing is left then, and what was there stays.
    """
    final = free_folder(path, overwrite=overwrite)
    with beside(final) as new:
        new.mkdir(parents=True)
        yield new
        for file in new.rglob("*"):
            if file.is_file():
                flush(file)
        old = new.with_suffix(".old")
        if os.path.lexists(final):
            final.rename(old)
        try:
            new.rename(final)
        except OSError:
            if os.path.lexists(old):
                old.rename(final)
            raise
        remove(old)


def free_folder(path: str | os.PathLike[str], *, overwrite: bool) -> Path:
    """Return the full path of a folder that may be written; raises `FileExistsError` where `whole_folder` would."""
    final = Path(path).expanduser().absolute()
    _free(final, overwrite=overwrite)
    if final.exists():
        _only_ours(final)
    return final


@contextmanager
def whole_file(path: str | os.PathLike[str], *, overwrite: bool) -> Iterator[Path]:
    """Yield a name beside `path` to write to; it takes the name once it is written. Raises as `whole_folder` does."""
    final = Path(path).expanduser().absolute()
    _free(final, overwrite=overwrite)
    if final.is_dir():
        raise FileExistsError(errno.EEXIST, "is a folder, and stays", str(final))
    final.parent.mkdir(parents=True, exist_ok=True)
    with replacing(final) as new:
        yield new


def digest(file: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    sha = hashlib.sha256()
    with file.open("rb") as stream:
        while piece := stream.read(1 << 20):
            sha.update(piece)
    return sha.hexdigest()


def _free(final: Path, *, overwrite: bool) -> None:
    if os.path.lexists(final) and not overwrite:
        raise FileExistsError(errno.EEXIST, "is there already; overwrite=True replaces it", str(final))


def _only_ours(final: Path) -> None:
    try:
        listed = {Path(name) for name in json.loads((final / CARD).read_text(encoding="utf-8"))["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        raise FileExistsError(
            errno.EEXIST, "was not written by px.finetune, so it is not replaced", str(final)
        ) from None
    for file in sorted(final.rglob("*")):
        name = file.relative_to(final)
        if not file.is_dir() and name not in listed | {Path(CARD), Path(README)}:
            raise FileExistsError(
                errno.EEXIST, f"holds {name}, which px.finetune has not written, so it stays", str(final)
            )
