"""A prompt tried against another on rows that had no part in it: a model answers both, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.evals.agreement import compare_judges
from phoenix_lab.evals.asking import Asker, Outcome
from phoenix_lab.evals.criteria import Criterion, criterion
from phoenix_lab.evals.judge import judged
from phoenix_lab.evals.preview import Preview
from phoenix_lab.evals.rows import Rows, answer, questions_of
from phoenix_lab.evals.spend import Limit, Usage
from phoenix_lab.evals.template import Template
from phoenix_lab.generate.endpoint import Endpoint
from phoenix_lab.stats.agreement import CONFIDENCE
from phoenix_lab.stats.result import Comparison
from phoenix_lab.training.few_shot import literal
from phoenix_lab.training.source import Source, TrainingError

_FEW = 10
"""With fewer rows than this hardly any difference could be told from chance."""


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Rows that had no part in a prompt.

    Parameters
    ----------
    source, rows
        The selection, and positions in it.
    others, other_rows
        What it is set apart from, and positions in that.
    columns, label
        What is read, and the right answer.
    classes
        The answers that there are; none where they are texts.
    units
        Which of them all hang together, those of the selection first.
    seed
        Of the draw.
    """

    source: Source
    rows: NDArray[np.int64]
    others: Source | None
    other_rows: NDArray[np.int64]
    columns: tuple[str, ...]
    label: str
    classes: tuple[str, ...]
    units: NDArray[np.int64]
    seed: int


@dataclass(frozen=True)
class Tried:
    """What either prompt came to on some rows.

    Parameters
    ----------
    n, n_differ
        Rows that both have an answer of, and those on which only one is right, or judged good.
    old, new
        Share that is right.
    difference
        New less old, in pairs, with its interval and p.
    left_out
        Rows without an answer of either.
    """

    n: int
    n_differ: int
    old: float | None
    new: float | None
    difference: Comparison
    left_out: int

    def sentence(self) -> str:
        """In a sentence."""
        d = self.difference
        if self.old is None or self.new is None or d.value is None:
            return f"undefined ({d.reason or 'no row has two answers'})"
        told = f"{self.old:.1%} → {self.new:.1%} of {self.n:,} rows, {d.value * 100:+.1f} points"
        if d.lower is not None and d.upper is not None:
            told += f" ({d.lower * 100:+.1f} to {d.upper * 100:+.1f}, {CONFIDENCE:.0%})"
        if d.p_value is not None:
            told += f", p {'< .001' if d.p_value < 0.001 else f'{d.p_value:.3f}'.lstrip('0')}"
        return f"{told}; the two differ on {self.n_differ:,}{'' if self.n >= _FEW else ': too few rows to say much'}"


@dataclass(frozen=True, eq=False)
class PromptTrial:
    """A prompt against another on the same rows.

    Parameters
    ----------
    selection
        On rows of the selection that the prompt has not seen.
    elsewhere
        On other rows, where it should do no harm; None where there are none.
    old_usage, new_usage, judge_usage
        Tokens sent and received, and money where a price is known; those of the judge where one was needed.
    model
        Who was asked.
    rows, other_rows
        The rows, as their dataframe's own kind, with `old_answer`, `new_answer` and, where somebody judged, `old_label`, `new_label`.
    errors
        Why answers are missing, and how many.
    """

    selection: Tried
    elsewhere: Tried | None
    old_usage: Usage
    new_usage: Usage
    judge_usage: Usage | None
    model: str
    rows: Any = field(repr=False)
    other_rows: Any = field(repr=False)
    errors: Mapping[str, int] = field(default_factory=dict)

    def __repr__(self) -> str:
        """In sentences."""
        lines = [f"{self.model}, old prompt → with the steering prompt:", f"  these rows: {self.selection.sentence()}"]
        if self.elsewhere is not None:
            lines.append(f"  elsewhere:  {self.elsewhere.sentence()}")
        lines.append(f"  tokens: {_told(self.old_usage)} → {_told(self.new_usage)}")
        if self.judge_usage is not None:
            lines.append(f"  judging: {_told(self.judge_usage)}")
        lines += [f"  no answer: {n:,} ({why})" for why, n in self.errors.items()]
        return "\n".join(lines)


def try_prompts(
    old_prompt: str,
    steering: str,
    held_out: HeldOut,
    *,
    model: str,
    base_url: str | Endpoint | None = None,
    key_env: str | None = None,
    n: int = 100,
    criteria: str | Criterion | None = None,
    labels: Mapping[str, float] | Iterable[str] | None = None,
    good: str | None = None,
    judge_model: str | None = None,
    explain: bool = False,
    price: tuple[float, float] | None = None,
    max_cost: float | None = None,
    max_total_tokens: int | None = None,
    send: bool = True,
    cache: bool = True,
    quiet: bool = False,
    concurrency: int = 32,
    timeout: float = 120.0,
    options: Mapping[str, Any] | None = None,
) -> PromptTrial | Preview:
    """Ask a model about held-out rows by an old prompt, and by that with a steering text before it.

    Both are asked about the same rows, one right after the other, so that a limit that is reached leaves pairs. Where answers are classes the model chooses one, and is right or not;
    else `criteria` say which replies are good.

    Parameters
    ----------
    old_prompt
        A text with places for columns; without a place the columns follow it.
    steering, held_out
        The text, and the rows.
    model, base_url, key_env, price, max_cost, max_total_tokens, send, cache, quiet, concurrency, timeout, options
        As in `judge`. The limit is of all that is sent, by both prompts and the judge; without one you are asked, for the judge once more.
    n
        Rows of the selection, and as many others, at most.
    criteria, labels
        Of replies, as in `judge`: its places are `output` (the reply), `reference` (the right answer), `input` (the text), or columns of the dataframe.
    good
        The label that is wanted; None is the one with the highest score.
    judge_model
        Who judges; None is the same model.
    explain
        Whether a model explains itself before it gives a label.

    Raises
    ------
    TrainingError
        Answers are texts and nobody says how they are judged; there are no rows to ask about.
    ValueError, EndpointRefusedError, LimitNeededError
        As `judge` does.
    """
    asked_of = _Questions.of(held_out, n)
    wanted = None if criteria is None else criterion(criteria, labels)
    if wanted is None and len(held_out.classes) < 2:
        raise TrainingError(
            f'The answers in "{held_out.label}" are texts, not classes: criteria=… says how replies are judged, such as criteria="correctness".'
        )
    wish = None if wanted is None else _good(wanted, good)
    old = _with_places(old_prompt, held_out.columns)
    new = f"{literal(steering)}\n\n{old}"
    endpoint = (
        base_url
        if isinstance(base_url, Endpoint)
        else Endpoint(base_url, key_env, concurrency=concurrency, timeout=timeout)
    )
    limit = Limit.given(max_total_tokens, max_cost, price)
    more = {"temperature": 0, **(options or {})}
    classes = Criterion("answer", old, held_out.classes) if wanted is None else None
    asker = Asker(
        endpoint,
        model,
        None if classes is None else classes.instructions(explain=explain),
        None if classes is None else classes.names,
        explain if classes is not None else True,
        more,
        price,
    )
    pairs = _in_pairs(*(questions_of(asked_of.table(one), Template(one), None) for one in (old, new)))
    name = f"a prompt against another on {len(asked_of.where):,} rows, two questions each"
    found = answer(name, pairs, asker, limit, send=send, keep=cache, quiet=quiet)
    if isinstance(found, Preview):
        return found
    usage = [_sum(found[k::2]) for k in (0, 1)]
    errors = _errors(found)
    if classes is not None:
        told = [judged(found[k::2], classes)["label"].to_pylist() for k in (0, 1)]
        answers, verdicts, judging = told, None, None
        right = asked_of.truth
    else:
        assert wanted is not None  # noqa: S101 - one of the two is there
        answers = [[one.content for one in found[k::2]] for k in (0, 1)]
        judge = Asker(
            endpoint, judge_model or model, wanted.instructions(explain=explain), wanted.names, explain, more, price
        )
        left = _left(limit, found)
        questions = _in_pairs(
            *(questions_of(asked_of.replies(wanted, of), Template(wanted.template), None) for of in answers)
        )
        said = answer(f"{wanted.name} of both replies", questions, judge, left, send=True, keep=cache, quiet=quiet)
        assert isinstance(said, list)  # noqa: S101 - it was sent
        errors |= {why: count + errors.get(why, 0) for why, count in _errors(said).items() if "is missing" not in why}
        verdicts = [judged(said[k::2], wanted)["label"].to_pylist() for k in (0, 1)]
        told, judging = verdicts, _sum(said)
        right = [wish] * len(asked_of.where)
    tried = [asked_of.compared(told, right, is_mine=is_mine) for is_mine in (True, False)]
    rows = [asked_of.beside(answers, verdicts, is_mine=is_mine) for is_mine in (True, False)]
    return PromptTrial(
        tried[0], tried[1] if asked_of.n_others else None, usage[0], usage[1], judging, model, rows[0], rows[1], errors
    )


@dataclass(frozen=True)
class _Questions:
    """The rows that are asked about: of the selection first."""

    held_out: HeldOut
    where: list[tuple[Source, int]]
    n_mine: int
    units: NDArray[np.int64]

    @classmethod
    def of(cls, held_out: HeldOut, n: int) -> _Questions:
        if n < 1:
            raise TrainingError(f"n is at least 1; this is {n}.")
        rng = np.random.default_rng(held_out.seed)
        sides = [(held_out.source, held_out.rows, 0)]
        if held_out.others is not None:
            sides.append((held_out.others, held_out.other_rows, len(held_out.rows)))
        where, units, counts = [], [], []
        for source, rows, start in sides:
            chosen = np.sort(rng.choice(len(rows), n, replace=False)) if len(rows) > n else np.arange(len(rows))
            where += [(source, int(rows[i])) for i in chosen]
            units.append(held_out.units[start + chosen])
            counts.append(len(chosen))
        return cls(held_out, where, counts[0], np.concatenate(units))

    @property
    def n_others(self) -> int:
        return len(self.where) - self.n_mine

    @property
    def truth(self) -> list[str | None]:
        return [None if one is None else one.strip() for one in self._texts(self.held_out.label)]

    def _texts(self, column: str) -> list[str | None]:
        read = {id(source): source.texts(column) for source, _ in self.where}
        return [read[id(source)][row] for source, row in self.where]

    def table(self, prompt: str) -> pa.Table:
        """Return the columns that a prompt reads; raises `TrainingError` for those that are not there."""
        names = Template(prompt).names
        if self.held_out.label in names:
            raise TrainingError(f'The prompt reads "{self.held_out.label}", which is the answer.')
        return pa.table({name: pa.array(self._texts(name), pa.string()) for name in names})

    def replies(self, asked: Criterion, contents: Sequence[str | None]) -> pa.Table:
        """Return what a judge reads."""
        h = self.held_out
        texts = ["\n".join(filter(None, row)) or None for row in zip(*map(self._texts, h.columns), strict=True)]
        known = {"output": list(contents), "reference": self._texts(h.label), "input": texts}
        return pa.table(
            {name: pa.array(known[name] if name in known else self._texts(name), pa.string()) for name in asked.inputs}
        )

    def compared(self, told: Sequence[Sequence[Any]], right: Sequence[str | None], *, is_mine: bool) -> Tried:
        """Return how often either is right on the rows of one side."""
        part = slice(0, self.n_mine) if is_mine else slice(self.n_mine, None)
        units, want = self.units[part], list(right[part])
        sides = [pa.table({"label": pa.array(one[part], pa.string())}) for one in told]
        alone = len(np.unique(units)) == len(units)
        found = compare_judges(sides[0], sides[1], human=want, unit=None if alone else units.tolist())
        old, new = (one["label"].to_pylist() for one in sides)
        hits = [
            (a == w, b == w)
            for a, b, w in zip(old, new, want, strict=True)
            if a is not None and b is not None and w is not None
        ]
        n = len(hits)
        difference = found.accuracy
        assert difference is not None  # noqa: S101 - labels to compare with were given
        return Tried(
            n,
            sum(a != b for a, b in hits),
            sum(a for a, _ in hits) / n if n else None,
            sum(b for _, b in hits) / n if n else None,
            difference,
            len(want) - n,
        )

    def beside(
        self, answers: Sequence[Sequence[Any]], verdicts: Sequence[Sequence[Any]] | None, *, is_mine: bool
    ) -> Any:
        """Return the rows of one side with what was answered."""
        part = slice(0, self.n_mine) if is_mine else slice(self.n_mine, None)
        some = self.where[part]
        if not some:
            return None
        columns = {"old_answer": answers[0], "new_answer": answers[1]}
        if verdicts is not None:
            columns |= {"old_label": verdicts[0], "new_label": verdicts[1]}
        told = {name: np.array(one[part], dtype=object) for name, one in columns.items()}
        return some[0][0].take(np.array([row for _, row in some], np.int64), told)


def _with_places(prompt: str, columns: Sequence[str]) -> str:
    if not isinstance(prompt, str) or not prompt.strip():
        raise TrainingError('old_prompt is a text, such as "Which topic has this? {text}".')
    try:
        Template(prompt)
    except ValueError:  # no place: what is read follows it
        try:
            return Template("".join([f"{literal(prompt)}\n", *(f"{{{name}}}" for name in columns)])).text
        except ValueError:
            raise TrainingError(
                f'"{columns[0]}" is no name that a place can have: call the column otherwise.'
            ) from None
    return prompt


def _good(asked: Criterion, good: str | None) -> str:
    if good is not None:
        if good not in asked.names:
            raise TrainingError(f'"{good}" is none of the labels {", ".join(asked.names)}.')
        return good
    scored = [(score, name) for name, score in asked.scores.items() if score is not None]
    if not scored:
        raise TrainingError(f"None of the labels {', '.join(asked.names)} has a score: good=… says which is wanted.")
    return max(scored, key=lambda one: one[0])[1]


def _in_pairs(old: Rows, new: Rows) -> Rows:
    both = [one for pair in zip(old.questions, new.questions, strict=True) for one in pair]
    problems = {2 * i: why for i, why in old.problems.items()} | {2 * i + 1: why for i, why in new.problems.items()}
    return Rows(both, problems)


def _sum(outcomes: Sequence[Outcome]) -> Usage:
    total = Usage()
    for one in outcomes:
        total += one.usage
    return total


def _left(limit: Limit, outcomes: Sequence[Outcome]) -> Limit:
    spent = _sum(outcomes)
    return Limit(
        None if limit.tokens is None else max(0, limit.tokens - (spent.sent or 0) - (spent.received or 0)),
        None if limit.cost is None else max(0.0, limit.cost - (spent.cost or 0)),
    )


def _errors(outcomes: Sequence[Outcome]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in outcomes:
        if one.error is not None:
            found[one.error] = found.get(one.error, 0) + 1
    return found


def _told(usage: Usage) -> str:
    if usage.sent is None and usage.received is None:
        return "not counted by the endpoint"
    money = "" if usage.cost is None else f", {usage.cost:.3g} in money"
    return f"{usage.sent or 0:,} sent, {usage.received or 0:,} received{money}"
