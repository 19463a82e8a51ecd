"""`finetune`: from rows to the files that a model is fine-tuned with."""

from __future__ import annotations

import os
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.training import tokens as counting
from phoenix_lab.training.card import write_card
from phoenix_lab.training.duplicates import codes
from phoenix_lab.training.files import free_folder, whole_folder
from phoenix_lab.training.formats import Example, Format, examples_of
from phoenix_lab.training.grouping import Found, groups_of, identity, strata_of, vectors_of
from phoenix_lab.training.private import found_in, masked
from phoenix_lab.training.source import Source, TrainingError
from phoenix_lab.training.splits import NAMES, split
from phoenix_lab.training.triplets import triplets_of
from phoenix_lab.training.writing import write_images, write_lines

_CLASSES = {"classification", "triplets", "images"}


@dataclass(frozen=True)
class Written:
    """What was written.

    Parameters
    ----------
    path
        The folder.
    format
        That of the lines.
    splits
        Examples in train, validation and test.
    dropped
        Why rows have become none, and how many.
    tokens
        Sum over all examples, and how they were counted.
    notes
        What is worth knowing before training.
    files
        Each file, its size in bytes and its SHA-256.
    """

    path: Path
    format: str
    splits: Mapping[str, int]
    dropped: Mapping[str, int]
    tokens: tuple[int, str] | None
    notes: tuple[str, ...]
    files: Mapping[str, Mapping[str, Any]]

    def __repr__(self) -> str:
        """Say where it is, how much, and what is worth knowing."""
        counts = ", ".join(f"{n:,} {name}" for name, n in self.splits.items())
        lines = [f"{self.path}: {self.format}, {counts}"]
        if self.tokens is not None:
            lines.append(f"{self.tokens[0]:,} tokens ({self.tokens[1]})")
        lines += [f"left out: {n:,} ({why})" for why, n in self.dropped.items()]
        return "\n".join([*lines, *self.notes])


def finetune(
    rows: Any,
    path: str | os.PathLike[str],
    format: Format,  # noqa: A002 - what it is called where such files are spoken of
    *,
    columns: Mapping[str, str] | None = None,
    system: str | None = None,
    keep_together: str | Sequence[str] = (),
    embedding: str | None = None,
    stratify: str | None = None,
    split_shares: tuple[float, float, float] = (0.8, 0.1, 0.1),
    deduplicate: bool = True,
    balance: bool = False,
    max_tokens: int | None = None,
    tokens: Any = None,
    mask: bool = False,
    overwrite: bool = False,
    seed: int = 0,
) -> Written:
    """Write rows as files to fine-tune a model with: a folder that `datasets.load_dataset` reads, with a card of what is in it.

    Parameters
    ----------
    rows
        A dataframe of any kind, or of several, for a class each, `{"spam": rows, "ham": others}`.
    path
        The folder to make. It is there whole or not at all.
    format
        "chat" (lines of `messages`), "completion" (`prompt`, `completion`), "preference" (`prompt`, `chosen`, `rejected`), "classification"
        (`text`, `label`), "triplets" (`anchor`, `positive`, `negative`: the nearest rows of the same and of another class), "images" (folders
        of classes).
    columns
        What is read from which column; by its role where it is not named. Chat: `messages`, or `prompt`, `response` and `system`. Preference:
        `prompt`, `chosen` and `rejected`, or `prompt`, `response` and `score`: the best and worst response to each prompt. Classes: `text` or
        `image`, and `label`.
    system
        What the system says in each chat that has nothing of its own.
    keep_together
        Columns, such as of a session, user or document: rows that agree in any of them are in one split. Near-duplicates always are.
    embedding
        A column of vectors, for triplets, near-duplicates and strata.
    stratify
        A column whose mix all splits have; None takes clusters of the vectors where there are some. Classes are mixed evenly anyway.
    split_shares
        Of training, validation and test.
    deduplicate
        Leave out what says the same word for word, but for case and what is between the words.
    balance
        Leave out training examples of larger classes (without classes, of larger strata) until all are as large as the smallest.
    max_tokens
        Leave out examples that are longer.
    tokens
        How they are counted: the name of an encoding or model of tiktoken, a tokenizer, a function; None estimates.
    mask
        Put marks in the place of e-mail addresses, phone numbers and keys; else a warning says how many there are.
    overwrite
        Replace a folder that an earlier call has written.
    seed
        Of all draws; the same call writes the same bytes.

    Raises
    ------
    TrainingError
        The rows cannot be used so; the message says why.
    FileExistsError, OSError
        The name is taken; the folder cannot be written. Nothing is left half done.
    """
    if format not in get_args(Format):
        raise TrainingError(f'format is one of {", ".join(get_args(Format))}; this is "{format}".')
    if len(split_shares) != len(NAMES) or min(split_shares) < 0 or abs(sum(split_shares) - 1) > 1e-9:
        raise TrainingError(f"split_shares are three shares that add up to 1; these are {split_shares}.")
    final = free_folder(path, overwrite=overwrite)
    sources = _sources(rows, format)
    together = [keep_together] if isinstance(keep_together, str) else list(keep_together)
    count, how = counting.counter(tokens)
    dropped: Counter[str] = Counter()
    read: dict[str, str] = {}
    found: Found = []
    for i, (source, label) in enumerate(sources):
        made = examples_of(source, format, dict(columns or {}), system, label)
        dropped += made.dropped
        read |= made.columns
        found += [(i, example) for example in made.found]
    private: Counter[str] = Counter()
    if format != "images":
        for _, example in found:
            private += found_in(example.text)
        if mask and private:
            found = [(i, _masked(example)) for i, example in found]
    if len(sources) > 1:
        _apart(found, [source.name for source, _ in sources])
    if deduplicate:
        found = _once(found, dropped)
    sizes = np.zeros(len(found), np.int64)
    if format != "images":
        sizes = np.array([count(example.text) for _, example in found], np.int64)
        if max_tokens is not None:
            short = sizes <= max_tokens
            if not short.all():
                dropped[f"more than {max_tokens:,} tokens"] += int((~short).sum())
            found, sizes = [one for one, fits in zip(found, short, strict=True) if fits], sizes[short]
    _enough(found, format, dropped)

    notes: list[str] = []
    examples = [example for _, example in found]
    vectors = vectors_of(found, sources, embedding)
    of_class = codes([example.label for example in examples])
    kept = groups_of(found, sources, together, vectors, notes)
    strata = strata_of(found, sources, stratify, vectors, seed)
    classes = np.unique(np.stack([np.maximum(of_class, 0), strata]), axis=1, return_inverse=True)[1].reshape(-1)
    places = split(kept, classes, split_shares, seed)
    if balance:
        places = _balanced(places, of_class if format in _CLASSES else strata, dropped, seed)
    lines: list[list[dict[str, Any]]] = []
    for at in range(len(NAMES)):
        members = np.random.default_rng((seed, at)).permutation(np.flatnonzero(places == at))
        if format == "triplets":
            made_of, without = triplets_of(examples, members, of_class, vectors)
            if without:
                dropped["no row of the same and of another class in its split"] += without
            lines.append(made_of)
        else:
            lines.append([examples[i].record | _of_image(examples[i]) for i in members])
    if format == "triplets" and not any(lines):
        raise TrainingError("No triplet can be made: a class needs two rows that are not the same, and another class.")
    notes += _about(lines, split_shares, private, mask=mask)
    lengths = sizes[places >= 0]
    if format == "triplets":
        of_text = {example.record["text"]: size for example, size in zip(examples, sizes, strict=True)}
        lengths = np.array([sum(of_text[text] for text in line.values()) for part in lines for line in part], np.int64)
    counted = None if format == "images" else (int(lengths.sum()), how)
    with whole_folder(path, overwrite=overwrite) as folder:
        files = write_images(folder, lines) if format == "images" else write_lines(folder, lines)
        splits = {name: len(part) for name, part in zip(NAMES, lines, strict=True)}
        recipe = {
            "format": format,
            "columns": read,
            "system": masked(system) if mask else system,
            "keep_together": together,
            "embedding": embedding,
            "stratify": stratify,
            "split_shares": list(split_shares),
            "deduplicate": deduplicate,
            "balance": balance,
            "max_tokens": None if max_tokens is None else int(max_tokens),
            "mask": mask,
            "seed": int(seed),
        }
        labels = {
            name: dict(sorted(Counter(examples[i].label or "" for i in np.flatnonzero(places == at)).items()))
            for at, name in enumerate(NAMES)
            if format in _CLASSES
        }
        facts = {
            "recipe": recipe,
            "splits": splits,
            "labels": labels,
            "groups": len(np.unique(kept)),
            "left_out": dict(dropped),
            "private": dict(private) | {"masked": mask},
            "tokens": None if counted is None else _spread(lengths, how),
            "notes": notes,
            "files": files,
        }
        write_card(folder, [source for source, _ in sources], facts)
    if private and not mask:
        warnings.warn(f"{_private(private)} in the texts: mask=True puts marks in their place.", stacklevel=2)
    return Written(final, format, splits, dict(dropped), counted, tuple(notes), files)


def _sources(rows: Any, kind: str) -> list[tuple[Source, str | None]]:
    if not isinstance(rows, Mapping):
        return [(Source.of(rows, "rows"), None)]
    if kind not in _CLASSES:
        raise TrainingError(f"Several selections are classes, and {kind} has none; give one dataframe.")
    if len(rows) < 2:
        raise TrainingError("One selection is one class: there is nothing to tell apart.")
    return [(Source.of(frame, str(label)), str(label)) for label, frame in rows.items()]


def _apart(found: Found, names: list[str]) -> None:
    """Raise when selections that are to be told apart have rows in common."""
    of: dict[str, set[int]] = {}
    for i, example in found:
        of.setdefault(identity(example), set()).add(i)
    common = [which for which in of.values() if len(which) > 1]
    if common:
        pair = " and ".join(f'"{names[i]}"' for i in sorted(common[0]))
        rows = "1 row is" if len(common) == 1 else f"{len(common):,} rows are"
        raise TrainingError(
            f"{rows} in more than one selection, such as {pair}: a row has one class. Take them out of one."
        )


def _once(found: Found, dropped: Counter[str]) -> Found:
    seen: dict[str, str | None] = {}
    kept = []
    for i, example in found:
        same = identity(example)
        if same not in seen:
            seen[same] = example.label
            kept.append((i, example))
        else:
            other = seen[same] != example.label
            dropped["the same as another row, with another label" if other else "the same as another row"] += 1
    return kept


def _enough(found: Found, kind: str, dropped: Counter[str]) -> None:
    why = "; ".join(f"{n:,}: {reason}" for reason, n in dropped.items())
    if len(found) < 2:
        left = "no example" if not found else "a single example"
        raise TrainingError(f"There is {left}: nothing to learn and test on{f' ({why})' if why else ''}.")
    different = {example.label for _, example in found}
    if kind in _CLASSES and len(different) < 2:
        raise TrainingError(
            f'All {len(found):,} rows have the label "{different.pop()}": there is nothing to tell apart.'
        )


def _masked(example: Example) -> Example:
    return Example(example.row, masked(example.record) | _label(example), example.label, masked(example.prompt))


def _label(example: Example) -> dict[str, Any]:
    return {"label": example.label} if "label" in example.record else {}


def _of_image(example: Example) -> dict[str, Any]:
    return {"label": example.label, "row": example.row} if "sha256" in example.record else {}


def _balanced(
    places: NDArray[np.int64], strata: NDArray[np.int64], dropped: Counter[str], seed: int
) -> NDArray[np.int64]:
    """Return the splits with training rows of larger strata left out, −1."""
    rng = np.random.default_rng(seed)
    training = [np.flatnonzero((places == 0) & (strata == one)) for one in np.unique(strata[places == 0])]
    least = min(map(len, training), default=0)
    places = places.copy()
    for rows in training:
        places[rng.permutation(rows)[least:]] = -1
        if len(rows) > least:
            dropped["left out of larger classes to balance them"] += len(rows) - least
    return places


def _about(lines: Sequence[Sequence[Any]], shares: Sequence[float], private: Counter[str], *, mask: bool) -> list[str]:
    empty = [name for name, part, share in zip(NAMES, lines, shares, strict=True) if share > 0 and not part]
    notes = [f"No rows for {' and '.join(empty)}: too few groups."] if empty else []
    if private:
        notes.append(f"{_private(private)} {'masked' if mask else 'in the texts'}.")
    return notes


def _private(private: Mapping[str, int]) -> str:
    return ", ".join(
        f"{n:,} {kind if n == 1 else f'{kind}es' if kind.endswith('s') else f'{kind}s'}" for kind, n in private.items()
    )


def _spread(sizes: NDArray[np.int64], how: str) -> dict[str, Any]:
    quantiles = np.quantile(sizes, [0.5, 0.95, 1]) if len(sizes) else np.zeros(3)
    return {
        "counted_by": how,
        "sum": int(sizes.sum()),
        "median": int(quantiles[0]),
        "q95": int(quantiles[1]),
        "longest": int(quantiles[2]),
    }
