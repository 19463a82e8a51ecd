"""`steering_prompt`: from selected rows to the text that makes a model do better on their like: a rule, and examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.engine.rows import rows as rows_that_meet
from phoenix_lab.training import tokens as counting
from phoenix_lab.training.apart import Rows, what_sets_apart
from phoenix_lab.training.cell import next_cell, string_literal
from phoenix_lab.training.duplicates import alike_texts, alike_vectors, codes, groups, plain
from phoenix_lab.training.few_shot import in_order, within
from phoenix_lab.training.private import found_in, masked
from phoenix_lab.training.prompt_trial import HeldOut, try_prompts
from phoenix_lab.training.source import Source, TrainingError
from phoenix_lab.training.splits import split

_MOST = 2_000
"""Rows of either side that are read; of more, these are drawn."""
_MOST_CLASSES, _LONGEST_CLASS = 50, 80
"""Answers are classes where there are no more of them, none is longer, and at least one is there twice."""
_ALIKE = 0.02
"""1 less the cosine of vectors of rows that stay together."""
_SPARE = 8
"""Of how many times as many rows the examples are taken, should some be too long."""


@dataclass(frozen=True, eq=False)
class SteeringPrompt:
    """A text that goes before a prompt, and the rows that it can be tried on.

    Parameters
    ----------
    text
        The rule and the examples; plain, to be changed at will (`edit`, `edited`).
    rule
        What tells the rows from others.
    examples
        The rows that are shown, as the dataframe's own kind.
    facts
        How it was made: `n` (rows), `n_held_out`, `n_examples`, `tokens`, `counted_by`, `columns`, `label`, `classes`, `unit`, `seed`, `left_out`, `notes`.
    held_out
        The rows that had no part in it.
    """

    text: str
    rule: str
    examples: Any = field(repr=False)
    facts: Mapping[str, Any]
    held_out: HeldOut = field(repr=False)

    def edited(self, text: str) -> SteeringPrompt:
        """Return the same with another text."""
        if not isinstance(text, str) or not text.strip():
            raise TrainingError("A prompt needs a text.")
        return replace(self, text=text)

    def edit(self, variable: str = "prompt") -> None:
        """Put the text into a cell below, to be changed there; elsewhere than in a notebook print that code.

        Parameters
        ----------
        variable
            What this object is called in the notebook.
        """
        if not variable.isidentifier():
            raise TrainingError(f"{variable!r} is no name of a variable.")
        # The literal begins on a line of its own: IPython takes prompts such as ">>> " out of a cell whose second line has one.
        next_cell(f"{variable} = {variable}.edited(\n    {string_literal(self.text)}\n)\n{variable}")

    def try_it(self, old_prompt: str, *, model: str, **how: Any) -> Any:
        """Ask a model about rows that had no part in this, by the old prompt and with this before it; see `try_prompts` for all that can be said.

        **Data leaves this machine here**, as with `judge`: what is sent is shown before, and how much may be spent is asked, or said by `max_total_tokens` or `max_cost`.

        Parameters
        ----------
        old_prompt
            A text with places for columns, "Which party? {text}"; without a place the columns follow it.
        model
            Its name at the endpoint.
        how
            `base_url`, `key_env`, `n` (rows of either side, at most), `criteria` (who judges replies that are no classes), `price`, `max_cost`, `max_total_tokens`,
            `send`, and others as in `judge`.

        Returns
        -------
        PromptTrial or Preview
            How often either is right, and the difference, in pairs; with `send=False` what would be sent.
        """
        return try_prompts(old_prompt, self.text, self.held_out, model=model, **how)

    def __repr__(self) -> str:
        """Show the text, and what is to be known of it."""
        f = self.facts
        lines = [
            self.text,
            "───",
            f"{f['n_examples']:,} examples of {f['n']:,} rows, {f['tokens']:,} tokens ({f['counted_by']}); {f['n_held_out']:,} rows are held out to try it on",
            *(f"left out: {n:,} ({why})" for why, n in f["left_out"].items()),
            *f["notes"],
            "prompt.edit() puts the text into a cell; prompt.try_it(old_prompt, model=…) compares it with the old one",
        ]
        return "\n".join(lines)


def steering_prompt(
    rows: Any,
    among: Any = None,
    *,
    text: str | Sequence[str] | None = None,
    label: str | None = None,
    embedding: str | None = None,
    unit: str | None = None,
    examples: int = 8,
    max_tokens: int = 1500,
    tokens: Any = None,
    held_out: float = 0.5,
    mask: bool = False,
    seed: int = 0,
) -> SteeringPrompt:
    """Make a text for a prompt of selected rows: a rule on what sets them apart, and examples with their right answers. Nothing is sent anywhere.

    The rows are cut in two first: what the text says is of one part alone, so that it can be tried on the other. Near-duplicates, and rows of one unit, are in one part.

    Parameters
    ----------
    rows
        A dataframe of any kind; or, of the rows of `among`, their positions, a condition such as `px.Values("party", ["D"])`, or several.
    among
        The dataframe that they are set apart from, and that shows what the prompt does elsewhere; it may hold the rows themselves, which are left out of it. None is
        nothing to compare with.
    text
        The column, or columns, that a model reads; by its role where none is named.
    label
        The column of right answers: labels, or responses.
    embedding
        A column of vectors, for examples unlike each other and for near-duplicates; without it texts are compared.
    unit
        A column, such as of a session, user or document.
    examples, max_tokens
        How many, and how many tokens the whole text has at most.
    tokens
        How they are counted: the name of an encoding or model of tiktoken, a tokenizer, a function; None estimates.
    held_out
        The part that is kept to try it on.
    mask
        Put marks in the place of e-mail addresses, phone numbers and keys.
    seed
        Of all draws; the same call gives the same text.

    Raises
    ------
    TrainingError
        No text or answers, too few rows, the same rows twice, one answer alone, or no room for an example; the message says which.
    """
    if examples < 1 or not 0 < held_out < 1:
        raise TrainingError(f"examples is at least 1, held_out between 0 and 1; these are {examples} and {held_out:g}.")
    mine, theirs = _sources(rows, among)
    names = _texts_of(mine, text)
    answer = label or mine.first_in("actual_label", "response")
    if answer is None:
        raise TrainingError(f"Nothing says which column of {mine.name} holds the right answers: label=…. {_has(mine)}")
    if answer in names:
        raise TrainingError(f'"{answer}" is read as the text and as the answer: text=… and label=… say which is which.')
    left_out: Counter[str] = Counter()
    notes: list[str] = []
    rng = np.random.default_rng(seed)
    whole = _read(mine, names, answer)
    left_out.update(whole.left_out)
    sides = [_drawn(whole, rng, notes)]
    if theirs is not None:
        drawn = _drawn(_beside(_read(theirs, names, answer), whole), rng, notes)
        sides.append(_beside(drawn, sides[0], by=plain))
        if not sides[1].rows:
            raise TrainingError(
                f"{theirs.name[0].upper()}{theirs.name[1:]} have no row with a text and an answer that the selection lacks: there is nothing that it could differ from."
            )
    if len(sides[0].rows) < 2:
        n = len(sides[0].rows)
        why = "".join(f"; {count:,} have {reason}" for reason, count in left_out.items())
        raise TrainingError(
            f"{mine.name} has {'a single row' if n == 1 else 'no row'} with a text and an answer: of what is shown as an example nothing is left to try it on{why}."
        )
    labels = [one for side in sides for one in side.labels]
    if len(set(labels)) == 1:
        raise TrainingError(
            f'All {len(labels):,} rows have the answer "{labels[0][:_LONGEST_CLASS]}": there is nothing to tell apart.'
        )
    is_class = _are_classes(labels)
    vectors = _vectors(sides, embedding)
    together = _groups(sides, unit, vectors)
    n = len(sides[0].rows)
    places = _parts(sides, together, held_out, seed, unit)
    learn = places == 0
    of_side = np.repeat(np.arange(len(sides)), [len(side.rows) for side in sides])
    parts = [_part(side, learn[of_side == i], together[of_side == i]) for i, side in enumerate(sides)]
    others = parts[1] if len(parts) > 1 and len(parts[1].at) else None
    apart = what_sets_apart(
        parts[0], others, hidden=[*names, answer, *([unit] if unit else [])], is_class=is_class, seed=seed
    )
    if not apart:
        notes.append("nothing was found that sets these rows apart: the rule is for you to write")
    rule = "\n".join(["This is about texts of one kind.", *apart, "Answer for them as these examples do."])

    mine_learn = np.flatnonzero(learn[:n])
    order = in_order(
        [sides[0].texts[i] for i in mine_learn],
        [sides[0].labels[i] for i in mine_learn] if is_class else None,
        None if vectors is None else vectors.take(pa.array(mine_learn)),
        examples * _SPARE,
        seed,
    )
    best = mine_learn[order]
    best = best[np.sort(np.unique(together[best], return_index=True)[1])]  # of what hangs together one is enough
    hide = masked if mask else str
    count, how = counting.counter(tokens)

    def shown(i: int) -> list[tuple[str, str]]:
        side = sides[0]
        return [*zip(names, map(hide, side.parts[i]), strict=True), (answer, hide(side.labels[i]))]

    made, chosen, too_long = within(
        rule, ((int(i), shown(int(i))) for i in best), count, most=examples, max_tokens=max_tokens, how=how
    )
    private = sum((found_in(part) for i in chosen for part in sides[0].parts[i]), Counter[str]())
    if private and not mask:
        kinds = ", ".join(f"{count:,} × {kind}" for kind, count in private.items())
        notes.append(f"the examples may hold {kinds}: mask=True puts marks in their place")
    if too_long:
        notes.append(f"{too_long:,} rows are too long for max_tokens={max_tokens:,}, and no examples")
    tried = [np.array(side.rows, np.int64)[~learn[of_side == i]] for i, side in enumerate(sides)]
    classes = sorted(set(labels)) if is_class else None
    facts = {
        "n": n,
        "n_others": len(sides[1].rows) if len(sides) > 1 else 0,
        "n_held_out": len(tried[0]),
        "n_examples": len(chosen),
        "tokens": count(made),
        "counted_by": how,
        "columns": names,
        "label": answer,
        "classes": classes,
        "embedding": embedding,
        "unit": unit,
        "seed": seed,
        "left_out": dict(left_out),
        "notes": notes,
    }
    rest = HeldOut(
        mine,
        tried[0],
        theirs,
        tried[1] if len(tried) > 1 else np.empty(0, np.int64),
        tuple(names),
        answer,
        tuple(classes or ()),
        together[~learn],
        seed,
    )
    return SteeringPrompt(
        made, rule, mine.take(np.array([sides[0].rows[i] for i in chosen], np.int64), {}), facts, rest
    )


@dataclass(frozen=True)
class _Side:
    """The rows of a dataframe that can be shown: positions, what is shown column by column and together, answers; why others cannot."""

    source: Source
    rows: list[int]
    parts: list[list[str]]
    labels: list[str]
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def texts(self) -> list[str]:
        return ["\n".join(part) for part in self.parts]

    def some(self, keep: Sequence[int]) -> _Side:
        return _Side(
            self.source, [self.rows[i] for i in keep], [self.parts[i] for i in keep], [self.labels[i] for i in keep]
        )


def _sources(rows: Any, among: Any) -> tuple[Source, Source | None]:
    theirs = None if among is None else Source.of(among, "the others")
    several = list(rows) if isinstance(rows, (list, tuple)) else [rows]
    if several and all(hasattr(one, "kind") and hasattr(one, "set") for one in several):
        if theirs is None:
            raise TrainingError("Conditions need the dataframe that they are asked of: among=….")
        mine = Source.of(rows_that_meet(among, *several), "the selection")
    elif isinstance(rows, (list, tuple, np.ndarray, int, np.integer)):
        mine = _at(rows, theirs)
    else:
        mine = Source.of(rows, "the selection")
    if mine.n == 0:
        raise TrainingError(f"{mine.name} has no rows.")
    return mine, theirs


def _at(rows: Any, theirs: Source | None) -> Source:
    positions = np.atleast_1d(np.asarray(rows))
    if theirs is None:
        raise TrainingError("Positions need the dataframe that they are of: among=….")
    if positions.size == 0:
        raise TrainingError("The selection has no rows.")
    if positions.dtype.kind not in "iu" or positions.ndim != 1:
        raise TrainingError("rows are a dataframe, conditions, or positions, which are whole numbers.")
    outside = positions[(positions < 0) | (positions >= theirs.n)]
    if len(outside):
        raise TrainingError(f"{theirs.name} has {theirs.n:,} rows, from 0; there is no row {outside[0]:,}.")
    return Source.of(theirs.take(np.unique(positions).astype(np.int64), {}), "the selection")


def _texts_of(source: Source, text: str | Sequence[str] | None) -> list[str]:
    names = [text] if isinstance(text, str) else list(text or ())
    if not names:
        found = source.first_in("prompt", "raw_data", "document") or next(
            (
                c.name
                for c in source.inferences.columns
                if c.kind == "text" and c.problem is None and c.role != "response"
            ),
            None,
        )
        if found is None:
            raise TrainingError(
                f"{source.name} has no column of texts that a prompt could show: text=… names one. {_has(source)}"
            )
        names = [found]
    for name in names:
        source.known(name)
    return names


def _has(source: Source) -> str:
    return f"It has {', '.join(source.columns[:12])}."


def _read(source: Source, names: list[str], answer: str) -> _Side:
    """Return all rows that have a text and an answer."""
    columns = [source.texts(name) for name in names]
    answers = source.texts(answer)
    left_out: Counter[str] = Counter()
    side = _Side(source, [], [], [], left_out)
    for i, label in enumerate(answers):
        part = [column[i] for column in columns]
        if label is None or None in part:
            left_out["no answer" if label is None else "no text"] += 1
        else:
            side.rows.append(i)
            side.parts.append([one for one in part if one is not None])
            side.labels.append(label.strip())
    return side


def _drawn(side: _Side, rng: np.random.Generator, notes: list[str]) -> _Side:
    n = len(side.rows)
    if n <= _MOST:
        return side
    notes.append(f"of the {n:,} rows of {side.source.name} {_MOST:,} are drawn")
    return side.some(np.sort(rng.choice(n, _MOST, replace=False)).tolist())


def _beside(side: _Side, mine: _Side, by: Callable[[str], str] = str) -> _Side:
    """Return the rows whose text is none of the selection's."""
    same = set(map(by, mine.texts))
    return side.some([i for i, text in enumerate(side.texts) if by(text) not in same])


def _are_classes(labels: Sequence[str]) -> bool:
    different = set(labels)
    return (
        len(different) < len(labels)
        and len(different) <= _MOST_CLASSES
        and all(len(one) <= _LONGEST_CLASS and "\n" not in one for one in different)
    )


def _vectors(sides: Sequence[_Side], embedding: str | None) -> pa.ChunkedArray | None:
    if embedding is None:
        return None
    parts = [
        side.source.vectors(side.source.embedding(embedding)).take(pa.array(side.rows, pa.int64())) for side in sides
    ]
    if len({part.type for part in parts}) > 1:
        raise TrainingError(
            f'"{embedding}" holds vectors of two kinds: {" and ".join(str(part.type) for part in parts)}.'
        )
    return pa.chunked_array([chunk for part in parts for chunk in part.chunks], parts[0].type)


def _groups(sides: Sequence[_Side], unit: str | None, vectors: pa.ChunkedArray | None) -> NDArray[np.int64]:
    texts = [text for side in sides for text in side.texts]
    pairs = [alike_texts(texts)]
    if vectors is not None:
        pairs.append(alike_vectors(vectors, _ALIKE))
    columns = []
    if unit is not None:
        units = [side.source.texts(unit) for side in sides]
        columns.append(codes([column[i] for side, column in zip(sides, units, strict=True) for i in side.rows]))
    return groups(len(texts), columns, pairs)


def _parts(
    sides: Sequence[_Side], together: NDArray[np.int64], held_out: float, seed: int, unit: str | None
) -> NDArray[np.int64]:
    """Return the part of each row, 0 to learn from and 2 to try it on; of the selection both have some."""
    n = len(sides[0].rows)
    mine = np.unique(together[:n])
    if len(mine) < 2:
        by = f' or have the same "{unit}"' if unit else ""
        raise TrainingError(
            f"All {n:,} rows are near-duplicates of each other{by}: to show one would be to test on its like."
        )
    labels = codes([one for side in sides for one in side.labels])
    of_side = np.repeat(np.arange(len(sides)), [len(side.rows) for side in sides])
    strata = np.unique(np.stack([of_side, labels]), axis=1, return_inverse=True)[1].reshape(-1)
    # Of what is there once or twice each draw is all or nothing: taken together it is not.
    rare = np.bincount(strata)[strata] < 4
    strata = np.unique(np.where(rare, -1 - of_side, strata), return_inverse=True)[1].reshape(-1)
    places = split(together, strata, (1 - held_out, 0.0, held_out), seed)
    for part in (0, 2):
        if not (places[:n] == part).any():
            smallest = min(mine, key=lambda group: int((together == group).sum()))
            places[together == smallest] = part
    return places


def _part(side: _Side, keep: NDArray[np.bool_], together: NDArray[np.int64]) -> Rows:
    at = np.flatnonzero(keep)
    some = side.some(at.tolist())
    return Rows(side.source, np.array(some.rows, np.int64), some.texts, some.labels, together[at])
