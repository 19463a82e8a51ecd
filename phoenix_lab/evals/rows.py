"""Questions about the rows of a dataframe, asked once each, and what came of them row by row."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from phoenix_lab.evals.asking import Asker, Outcome, ask
from phoenix_lab.evals.columns import text, values
from phoenix_lab.evals.kept import Answers, answers_folder
from phoenix_lab.evals.preview import Preview, agreed, previewed
from phoenix_lab.evals.spend import Limit, Spend, Usage
from phoenix_lab.evals.template import Template
from phoenix_lab.generate.endpoint import EndpointRefusedError
from phoenix_lab.generate.progress import Progress
from phoenix_lab.generate.text import well_formed


@dataclass(frozen=True)
class Rows:
    """The questions of a dataframe's rows: None, and why, where a value is missing."""

    questions: Sequence[str | None]
    problems: Mapping[int, str]


def questions_of(frame: Any, template: Template, columns: Mapping[str, str] | None) -> Rows:
    """Render a template for each row of a snapshot of a dataframe.

    Parameters
    ----------
    frame
        The dataframe.
    template
        With places.
    columns
        Place → column, where their names differ.
    """
    columns = {name: str(column) for name, column in (columns or {}).items()}
    if unknown := set(columns) - set(template.names):
        raise ValueError(
            f'columns has "{min(unknown)}", which is no place of the template: {", ".join(template.names)}'
        )
    read = values(frame, dict.fromkeys(columns.get(name, name) for name in template.names))
    texts = {name: [text(v) for v in read[columns.get(name, name)]] for name in template.names}
    questions: list[str | None] = []
    problems = {}
    for i, row in enumerate(zip(*texts.values(), strict=True)):
        absent = next((name for name, value in zip(texts, row, strict=True) if value is None), None)
        if absent is not None:
            problems[i] = f'not asked: "{columns.get(absent, absent)}" is missing'
            questions.append(None)
        else:
            questions.append(well_formed(template.render(dict(zip(texts, row, strict=True)))))
    return Rows(questions, problems)


def answer(
    name: str, rows: Rows, asker: Asker, limit: Limit, *, send: bool, keep: bool, quiet: bool
) -> list[Outcome] | Preview:
    """Ask what has no answer yet and return what came of each row; without `send` a preview of it.

    Usage and seconds stand at the first of rows that ask the same.
    """
    spend = Spend(limit, asker.price, explain=asker.explain)
    answers = Answers(asker.identity(), answers_folder() if keep else None)
    first: dict[str, int] = {}
    for i, question in enumerate(rows.questions):
        if question is not None:
            first.setdefault(question, i)
    keys = {question: answers.key(question) for question in first}
    kept = answers.load(keys.values(), asker.reads)
    todo = {i: question for question, i in first.items() if keys[question] not in kept}
    preview = previewed(name, asker, spend, todo, n_rows=len(rows.questions), n_missing=len(rows.problems))
    if not send:
        return preview
    found = {question: Outcome.of(kept[key]) for question, key in keys.items() if key in kept}
    if todo:
        spend.limit = agreed(preview, asker, limit, quiet=quiet)
        try:
            asker.endpoint.check()
            found |= _asked(list(todo.values()), asker, answers, spend, quiet=quiet, keep=keep)
        except EndpointRefusedError as error:
            if not found:
                raise
            warnings.warn(f"{len(todo):,} rows have no answer: {error}", stacklevel=4)
            found |= dict.fromkeys(todo.values(), Outcome(None, f"not asked: {error}"))
    return [
        Outcome(None, rows.problems[i])
        if question is None
        else found[question]
        if first[question] == i
        else replace(found[question], usage=Usage(0, 0, None), seconds=0.0)
        for i, question in enumerate(rows.questions)
    ]


def _asked(
    questions: list[str], asker: Asker, answers: Answers, spend: Spend, *, quiet: bool, keep: bool
) -> dict[str, Outcome]:
    progress = Progress("answered", quiet=quiet)

    def notice(text: str) -> None:
        sys.stdout.write(f"\n{text}\n")

    try:
        outcomes = ask(asker, questions, answers, spend, progress.tell, notice=None if quiet else notice)
    except KeyboardInterrupt:
        n = sum(answers.get(answers.key(question)) is not None for question in questions)
        if keep:
            sys.stdout.write(
                f"\nInterrupted: {n:,} of {len(questions):,} are answered and kept. The same call goes on there.\n"
            )
        raise
    finally:
        answers.close()
    failed = [one.error for one in outcomes if one.error is not None]
    if progress.is_shown:
        progress.end(f"{len(outcomes) - len(failed):,} of {len(questions):,} answered")
    if failed:
        common = max(set(failed), key=failed.count)
        warnings.warn(
            f"{len(failed):,} of {len(questions):,} have no answer, most of them for: {common}. The same call asks only these again.",
            stacklevel=5,
        )
    return dict(zip(questions, outcomes, strict=True))
