"""What of the examples belongs together, and which mix all splits are to have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.training.duplicates import alike_texts, alike_vectors, codes, groups, plain
from phoenix_lab.training.formats import Example
from phoenix_lab.training.source import Source, TrainingError
from phoenix_lab.training.splits import clusters

Found = list[tuple[int, Example]]
"""Examples, each with which of the dataframes it is from."""

_ALIKE = 0.02
"""1 less the cosine of vectors of rows that stay together."""


def identity(example: Example) -> str:
    """Return what examples that say the same have in common."""
    return str(example.record["sha256"]) if "sha256" in example.record else plain(example.text)


def _each(found: Found, columns: Sequence[Sequence[Any]]) -> list[Any]:
    """Return the value that each example's row has in a column of its own dataframe."""
    return [columns[i][example.row] for i, example in found]


def vectors_of(found: Found, sources: list[tuple[Source, str | None]], embedding: str | None) -> Any:
    """Return the vectors of the examples as a column, None without any."""
    if embedding is None:
        return None
    of_source = np.array([i for i, _ in found])
    rows = np.array([example.row for _, example in found], np.int64)
    parts = []
    for i, (source, _) in enumerate(sources):
        parts += source.vectors(source.embedding(embedding)).take(pa.array(rows[of_source == i])).chunks
    if len({part.type for part in parts}) > 1:
        raise TrainingError(
            f'"{embedding}" holds vectors of different kinds: {", ".join(sorted({str(p.type) for p in parts}))}.'
        )
    return pa.chunked_array(parts)


def groups_of(
    found: Found,
    sources: list[tuple[Source, str | None]],
    together: Sequence[str],
    vectors: Any,
    notes: list[str],
) -> NDArray[np.int64]:
    """Return what stays in one split; says when nearly all does."""
    n = len(found)
    columns = [codes(_each(found, [source.texts(name) for source, _ in sources])) for name in together]
    prompts = codes([None if e.prompt is None else plain(e.prompt) for _, e in found])
    is_template = bool(np.bincount(prompts[prompts >= 0], minlength=1).max() > n / 2)
    if is_template:
        notes.append("More than half of the rows have the same prompt, which does not keep rows together.")
    else:
        columns.append(prompts)
    images = "sha256" in found[0][1].record
    same = codes([identity(example) for _, example in found])
    pairs = [] if images else [alike_texts([example.said(asked=not is_template) for _, example in found])]
    if vectors is not None:
        pairs.append(alike_vectors(vectors, _ALIKE))
    result = groups(n, [same, *columns], pairs)
    largest = int(np.bincount(result).max())
    if largest > n / 2 and n > 2:
        notes.append(
            f"{largest:,} of {n:,} rows belong together and are in one split: the shares are not those asked for."
        )
    return result


def strata_of(
    found: Found,
    sources: list[tuple[Source, str | None]],
    stratify: str | None,
    vectors: Any,
    seed: int,
) -> NDArray[np.int64]:
    """Return what each split is to have its share of: the values of a column, or clusters of the vectors."""
    if stratify is not None:
        return codes(_each(found, [source.texts(stratify) for source, _ in sources])) + 1
    return np.zeros(len(found), np.int64) if vectors is None else clusters(vectors, seed)
