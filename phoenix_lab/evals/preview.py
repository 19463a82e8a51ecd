"""What would be sent, shown and agreed on before it is."""

from __future__ import annotations

import builtins
import sys
from dataclasses import dataclass

from phoenix_lab.evals.asking import Asker
from phoenix_lab.evals.spend import Limit, LimitNeededError, Spend

_CLIP = 4000


@dataclass(frozen=True)
class Preview:
    """What a call would send, to whom, and about what it would cost. Shows itself.

    Parameters
    ----------
    name, model, host
        What is asked, of whom, and where that is.
    n_rows, n_asked, n_answered, n_missing
        Rows of the dataframe; questions that would be sent; rows that are answered already, or ask the same as another one; rows in
        which something is missing.
    tokens_sent, tokens_received
        About how many.
    cost
        By the given price; None without one.
    system, row, example
        The message before each row's, and the message of one row that would be sent; None where there is none.
    """

    name: str
    model: str
    host: str
    n_rows: int
    n_asked: int
    n_answered: int
    n_missing: int
    tokens_sent: int
    tokens_received: int
    cost: float | None
    system: str | None
    row: int | None
    example: str | None

    def __repr__(self) -> str:
        """Show all of it."""
        counts = [f"{self.n_asked:,} of {self.n_rows:,} rows are to be sent"]
        counts += [f"answered already, or like another: {self.n_answered:,}"] if self.n_answered else []
        counts += [f"lacking a value: {self.n_missing:,}"] if self.n_missing else []
        lines = [f"{self.name}: asks {self.model} at {self.host}", ", ".join(counts) + "."]
        if self.n_asked:
            price = "" if self.cost is None else f", {self.cost:.2g} by the given price"
            lines.append(f"About {self.tokens_sent:,} tokens are sent and {self.tokens_received:,} come back{price}.")
        if self.example is not None:
            if self.system:
                lines += ["", "─── before each row ───", self.system]
            lines += ["", f"─── row {self.row} ───", _clipped(self.example)]
        return "\n".join(lines)


def agreed(preview: Preview, asker: Asker, limit: Limit, *, quiet: bool) -> Limit:
    """Show the preview, unless `quiet`, and return the limit of what is spent: the given one, or what somebody answers who is asked.

    This machine itself is asked without one, unless it has a price.

    Raises
    ------
    LimitNeededError
        When there is none, and nobody to ask or who agrees.
    """
    free = bool(limit) or (asker.endpoint.local and asker.price is None)
    if not (free and quiet):
        sys.stdout.write(f"{preview}\n")
    if free:
        return limit
    tokens = preview.tokens_sent + preview.tokens_received
    most = Limit(int(1.5 * tokens) + 1000)
    how = "max_total_tokens=… or, with price=…, max_cost=… says how much may be spent"
    if not _somebody_is_there():
        raise LimitNeededError(f"nothing was sent to {preview.host}: {how}")
    try:
        said = input(
            f"Send them? y: yes, up to {most.tokens:,} tokens; a number: up to so many tokens; anything else: no  "
        )
    except (EOFError, OSError, RuntimeError):  # nobody is there: a script, a notebook that runs by itself
        raise LimitNeededError(f"nothing was sent to {preview.host}: {how}") from None
    said = said.strip().lower().replace(",", "").replace("_", "")
    if said in {"y", "yes"}:
        return most
    if said.isdecimal() and said.isascii():
        return Limit(int(said))
    raise LimitNeededError(f"nothing was sent to {preview.host}")


def _somebody_is_there() -> bool:
    """Whether a question may be answered: a kernel has its own `input`, which knows; elsewhere a terminal is needed, for a pipe may stay silent for ever."""
    if getattr(input, "__self__", None) is not builtins:
        return True
    try:
        return sys.stdin.isatty()
    except (AttributeError, ValueError):  # there is none, or it is closed
        return False


def previewed(
    name: str, asker: Asker, spend: Spend, questions: dict[int, str], *, n_rows: int, n_missing: int
) -> Preview:
    """Return the preview of questions by the first row that has each."""
    sizes = sum(asker.size(question) for question in questions.values())
    sent, _ = spend.estimate(sizes)
    received = len(questions) * spend.estimate(0)[1]
    row = next(iter(questions), None)
    return Preview(
        name,
        asker.model,
        asker.endpoint.host,
        n_rows,
        len(questions),
        n_rows - n_missing - len(questions),
        n_missing,
        round(sent),
        round(received),
        None if asker.price is None else spend.cost(sent, received),
        asker.system,
        row,
        None if row is None else questions[row],
    )


def _clipped(text: str) -> str:
    if len(text) <= _CLIP:
        return text
    return f"{text[: _CLIP // 2]}\n… {len(text) - _CLIP:,} more characters …\n{text[-_CLIP // 2 :]}"
