"""Answers on disk, so that none is asked for twice: after an interrupt, a restart, or with more rows."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from phoenix_lab.engine.cache import default_folder

QUOTA = 1 << 30
"""Bytes of answers that are kept; files that were not added to for longest go first."""


@dataclass(frozen=True)
class Kept:
    """One answer and what it cost.

    Parameters
    ----------
    content
        What the model said.
    prompt_tokens, completion_tokens
        As the endpoint counts them, all attempts together; None where it does not.
    cost
        As the endpoint or the given price says; None where neither does.
    seconds
        From the request to its answer.
    """

    content: str
    prompt_tokens: int | None
    completion_tokens: int | None
    cost: float | None
    seconds: float

    @property
    def is_whole(self) -> bool:
        """Whether everything is what it should be, as a file may not have it."""
        counts = (self.prompt_tokens, self.completion_tokens)
        numbers = (self.cost, self.seconds)
        return (
            isinstance(self.content, str)
            and all(one is None or isinstance(one, int) for one in counts)
            and all(one is None or isinstance(one, (int, float)) for one in numbers)
        )


def answers_folder() -> Path:
    """Return where answers lie, beside the results of recipes."""
    return default_folder().parent / "answers"


class Answers:
    """The answers of one model to one kind of question: a file to which each is added as it comes, one JSON object a line.

    Parameters
    ----------
    asker
        What all the questions have in common: endpoint, model, instructions, options.
    folder
        Where the file lies, made with mode 0700; None keeps answers only as long as this object lives.
    """

    def __init__(self, asker: Any, folder: Path | None) -> None:
        self._head = json.dumps(asker, sort_keys=True)
        self._path = None if folder is None else folder / f"{hashlib.sha256(self._head.encode()).hexdigest()}.jsonl"
        self._lock = threading.Lock()
        self._file: int | None = None
        self._is_torn = False
        self._found: dict[str, Kept] = {}

    def key(self, question: str) -> str:
        """Return the key of a question."""
        return hashlib.sha256(f"{self._head}\0{question}".encode("utf-8", "surrogatepass")).hexdigest()

    def load(self, keys: Iterable[str], reads: Callable[[str], bool]) -> dict[str, Kept]:
        """Return those answers that are there. A line that was cut off or damaged is none, nor is one whose content nobody `reads`."""
        wanted = set(keys)
        if self._path is not None:
            with contextlib.suppress(OSError), self._path.open(encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    # {"key": "<64 digits>", …
                    if line[9:73] in wanted:
                        with contextlib.suppress(ValueError, TypeError):
                            told = json.loads(line)
                            key = told.pop("key")
                            one = Kept(**told)
                            if one.is_whole and reads(one.content):
                                self._found[key] = one
        return {key: self._found[key] for key in wanted & set(self._found)}

    def add(self, key: str, answer: Kept) -> None:
        """Keep an answer. That the disk is full, or the folder not ours to write, is no error: it is kept in memory."""
        with self._lock:
            self._found[key] = answer
            if self._path is not None:
                with contextlib.suppress(OSError):
                    if self._file is None:
                        self._file = _appending(self._path)
                    line = json.dumps({"key": key, **asdict(answer)}).encode() + b"\n"
                    if self._is_torn:  # a full disk took a part of the line before
                        line = b"\n" + line
                    self._is_torn = True
                    self._is_torn = os.write(self._file, line) < len(line)

    def get(self, key: str) -> Kept | None:
        """Return an answer that was loaded or added."""
        return self._found.get(key)

    def close(self) -> None:
        """Close the file, and remove the oldest ones of the folder beyond the quota."""
        with self._lock:
            if self._file is not None:
                os.close(self._file)
                self._file = None
        if self._path is not None:
            _keep_quota(self._path.parent, self._path)


def forget_answers() -> None:
    """Remove all answers of judges from the disk of this user."""
    for path in answers_folder().glob("*.jsonl"):
        with contextlib.suppress(OSError):
            path.unlink()


def _appending(path: Path) -> int:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
    size = os.fstat(file).st_size
    if size:
        os.lseek(file, size - 1, os.SEEK_SET)
        if os.read(file, 1) != b"\n":  # its last line was cut off
            os.write(file, b"\n")
    return file


def _keep_quota(folder: Path, mine: Path) -> None:
    found = []
    for path in folder.glob("*.jsonl"):
        with contextlib.suppress(OSError):
            told = path.stat()
            found.append((path != mine, told.st_mtime, told.st_size, path))
    total = sum(size for *_, size, _ in found)
    for others, _, size, path in sorted(found, key=lambda one: (not one[0], one[1])):
        if total <= QUOTA or not others:
            break
        with contextlib.suppress(OSError):
            path.unlink()
            total -= size
