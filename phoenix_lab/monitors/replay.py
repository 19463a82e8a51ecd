"""Run a notebook without anybody there, and see whether what it showed is still what comes out."""

from __future__ import annotations

import ast
import json
import queue
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Difference = Literal["data", "version", "result"]

_QUESTION = "__import__('phoenix_lab.engine.retrace', fromlist=['retrace']).retrace(globals(), {kept!r})"
_LONGEST = 300
_LOOK = 0.5
"""Seconds between two looks at whether the kernel still lives."""


class ReplayError(ValueError):
    """The notebook could not be run; the message says why and where."""


@dataclass(frozen=True)
class Replayed:
    """One answer that the notebook keeps.

    Parameters
    ----------
    primary, reference
        The variables of its sets; `reference` is None of one alone.
    recipe
        The question, in its JSON form.
    differs
        What is not as it was; empty where all is.
    problem
        Why it could not be asked, or None.
    """

    primary: str
    reference: str | None
    recipe: dict[str, Any]
    differs: tuple[Difference, ...] = ()
    problem: str | None = None

    @property
    def question(self) -> str:
        """The question in a line: its kind and what is not as usual."""
        usual = ("kind", "where")
        said = [
            f"{name}={json.dumps(value, ensure_ascii=False)}"
            for name, value in self.recipe.items()
            if name not in usual and value not in (None, [], {})
        ]
        some = " of some rows" if self.recipe.get("where") else ""
        text = f"{self.recipe.get('kind', '?')}{some} {', '.join(said)}".strip()
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"

    @property
    def sentence(self) -> str:
        """What came of it."""
        if self.problem is not None:
            return f"could not be asked: {self.problem}"
        if not self.differs:
            return "the same"
        if "data" in self.differs:
            return (
                "the data is not the same, and the result is another"
                if "result" in self.differs
                else "the data is not the same, the result still is"
            )
        if self.differs == ("version",):
            return "computed by another version, the same"
        if "version" in self.differs:
            return "another version comes to another result"
        return "another result of the same data by the same version"


@dataclass(frozen=True)
class Replay:
    """What came of a notebook.

    Parameters
    ----------
    notebook
        Its path.
    answers
        All that it keeps.
    """

    notebook: str
    answers: tuple[Replayed, ...]

    @property
    def exit_status(self) -> int:
        """0 where every result is the same, 1 where data or a result is not, 2 where one could not be asked."""
        if any(one.problem is not None for one in self.answers):
            return 2
        return int(any({"data", "result"} & set(one.differs) for one in self.answers))

    def data(self) -> dict[str, Any]:
        """Return it for `json.dumps`."""
        return {
            "notebook": self.notebook,
            "exit_status": self.exit_status,
            "answers": [
                {
                    "primary": one.primary,
                    "reference": one.reference,
                    "recipe": one.recipe,
                    "differs": list(one.differs),
                    "problem": one.problem,
                }
                for one in self.answers
            ],
        }

    def __repr__(self) -> str:
        """Return a line for each answer that is not the same, and how many are."""
        lines = []
        for one in self.answers:
            if one.differs or one.problem is not None:
                sets = one.primary if one.reference is None else f"{one.primary} vs {one.reference}"
                lines.append(f"{sets} · {one.question}: {one.sentence}")
        counts = Counter(bool(one.differs or one.problem is not None) for one in self.answers)
        lines.append(f"{counts[False]} of {len(self.answers)} answers are the same, bit for bit.")
        return "\n".join(lines)


def replay(notebook: Path | str, *, timeout: float | None = None) -> Replay:
    """Run the cells of a notebook in a kernel of its own, ask again what its panel had asked, and compare.

    The notebook and the results on disk are left as they are: every answer is computed anew.

    Parameters
    ----------
    notebook
        An `.ipynb` file that was saved with the panel's state in it. Its code runs: replay only what you would run.
    timeout
        Most seconds of one cell, and of all questions together; None waits.

    Raises
    ------
    ReplayError
        It is no notebook, keeps no answers, has no kernel, or a cell raises.
    """
    path = Path(notebook)
    book = _read(path)
    metadata = book.get("metadata", {})
    kept = metadata.get("phoenix_lab", {})
    inspections = kept.get("inspections", []) if isinstance(kept, dict) else []
    if not any(isinstance(one, dict) and one.get("answers") for one in inspections):
        raise ReplayError(
            f"{path.name} keeps no answers: open a view in its Phoenix panel, wait for it, and save the notebook while the view is open."
        )
    from jupyter_client.kernelspec import NoSuchKernel

    name = metadata.get("kernelspec", {}).get("name") or "python3"
    try:
        kernel = _Kernel(name, path.resolve().parent, timeout)
    except NoSuchKernel:
        raise ReplayError(f'{path.name} needs the kernel "{name}", which is not installed here.') from None
    try:
        for number, cell in enumerate(_cells(book), 1):
            kernel.run(cell, f"cell {number} of code")
        told = kernel.run("", "asking again", _QUESTION.format(kept=json.dumps(kept)))
    finally:
        kernel.close()
    return Replay(str(notebook), tuple(_replayed(one) for one in json.loads(told)))


def _read(path: Path) -> dict[str, Any]:
    try:
        book = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ReplayError(f"{path} cannot be read as a notebook: {error}") from None
    if not (isinstance(book, dict) and isinstance(book.get("cells"), list)):
        raise ReplayError(f"{path} is no notebook.")
    return book


def _cells(book: dict[str, Any]) -> list[str]:
    sources = [cell.get("source", "") for cell in book["cells"] if cell.get("cell_type") == "code"]
    return ["".join(source) if isinstance(source, list) else str(source) for source in sources]


class _Kernel:
    """A kernel that runs one piece of code after another."""

    def __init__(self, name: str, folder: Path, timeout: float | None) -> None:
        from jupyter_client.manager import start_new_kernel

        self._manager, self._client = start_new_kernel(kernel_name=name, cwd=str(folder), startup_timeout=60)
        self._timeout = timeout

    def run(self, code: str, what: str, question: str | None = None) -> str:
        """Run code and return the text of a question that is asked after it; `what` is how a failure calls it."""
        asked = {} if question is None else {"asked": question}
        reply = self._reply(
            self._client.execute(code, silent=question is not None, allow_stdin=False, user_expressions=asked), what
        )
        if question is None:
            return ""
        answer = reply["user_expressions"]["asked"]
        if answer.get("ename") == "ModuleNotFoundError":
            raise ReplayError("The notebook's kernel has no phoenix_lab of this version: pip install it there.")
        self._check(answer, what)
        return str(ast.literal_eval(answer["data"]["text/plain"]))

    def _reply(self, number: str, what: str) -> dict[str, Any]:
        end = None if self._timeout is None else time.monotonic() + self._timeout
        while True:
            # a kernel that is gone says nothing, so that one has to look
            try:
                message = self._client.get_shell_msg(timeout=_LOOK)
            except queue.Empty:
                if not self._manager.is_alive():
                    raise ReplayError(f"The kernel died in {what}.") from None
                if end is not None and time.monotonic() > end:
                    raise ReplayError(f"{_capital(what)} took longer than {self._timeout:g} s.") from None
                continue
            if message["parent_header"].get("msg_id") == number:
                content: dict[str, Any] = message["content"]
                self._check(content, what)
                return content

    @staticmethod
    def _check(reply: dict[str, Any], what: str) -> None:
        if reply["status"] != "ok":
            raise ReplayError(f"{_capital(what)} raised {reply.get('ename')}: {str(reply.get('evalue'))[:_LONGEST]}")

    def close(self) -> None:
        """End the kernel."""
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _replayed(told: dict[str, Any]) -> Replayed:
    names: dict[Difference, str] = {"data": "data", "version": "code", "result": "result"}
    return Replayed(
        primary=str(told["primary"]),
        reference=told["reference"],
        recipe=told["recipe"] if isinstance(told["recipe"], dict) else {},
        differs=tuple(name for name, field in names.items() if told[field] is False),
        problem=told["problem"],
    )
