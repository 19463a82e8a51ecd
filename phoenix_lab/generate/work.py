"""From texts to vectors: each text once, what is kept is not made again, and a text that fails costs the others nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.generate.model import Embedder, EmbeddingError
from phoenix_lab.generate.remote import Keep, RemoteEmbedder
from phoenix_lab.generate.vectors import Vectors, key_of

_CHARACTERS = 1_000_000
_MOST = 4096
_PADDED = 16_000
_MOST_PADDED = 64
"""Most characters and texts of a batch; of a padded one as if all texts were as long as the longest."""
_HOPELESS = 16
"""When so many texts failed before any was done, the model is at fault and not the texts."""

Tell = Callable[[int, int], None]


@dataclass
class Made:
    """Vectors of texts, and what happened on the way.

    Parameters
    ----------
    vectors
        text → its vector.
    problems
        text → why it has none.
    kept
        How many were on disk already.
    """

    vectors: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    kept: int = 0


def make(texts: Sequence[str], embedder: Embedder | RemoteEmbedder, vectors: Vectors | None, tell: Tell) -> Made:
    """Return the vectors of different texts.

    On an interrupt, or when the model is at fault, what is done is on disk.

    Raises
    ------
    EmbeddingError
        The model fails whatever it gets.
    EndpointRefusedError
        The endpoint answers no request.
    """
    made = Made()
    identity = embedder.identity
    if vectors is not None and identity is not None:
        keys = {text: key_of(identity, text) for text in texts}

        def save(batch: Sequence[str], rows: NDArray[np.float32]) -> None:
            vectors.add({keys[text]: row for text, row in zip(batch, rows, strict=True)})

        found = vectors.load(list(keys.values()))
        usual = embedder.dimension or _most_common(len(vector) for vector in found.values())
        made.vectors = {text: found[key] for text, key in keys.items() if key in found and len(found[key]) == usual}
        made.kept = len(made.vectors)
        _run(texts, embedder, made, save, tell)
        if isinstance(embedder, RemoteEmbedder) and embedder.dimension is None:
            embedder.dimension = usual  # nothing was answered: only the kept vectors tell
        elif usual is not None and embedder.dimension != usual:  # an endpoint has another model behind the name now
            made.vectors = {text: vector for text, vector in made.vectors.items() if len(vector) == embedder.dimension}
            made.kept = 0
            _run([text for text in texts if text not in made.problems], embedder, made, save, tell)
    else:
        _run(texts, embedder, made, None, tell)
    return made


def _run(
    texts: Sequence[str],
    embedder: Embedder | RemoteEmbedder,
    made: Made,
    save: Keep | None,
    tell: Tell,
) -> None:
    """Make the vectors of those texts that have none."""
    # the longest first: what does not fit into memory shows at once, and the time that is left is not underrated.
    # Before them the shortest, which tells a model that is at fault from texts that are too long for it.
    left = sorted((text for text in texts if text not in made.vectors), key=len, reverse=True)
    left = left[-1:] + left[:-1]

    def keep(batch: Sequence[str], rows: NDArray[np.float32]) -> None:
        made.vectors.update(zip(batch, rows, strict=True))
        if save is not None:
            save(batch, rows)

    run = embedder.run(left, keep) if isinstance(embedder, RemoteEmbedder) else _locally(left, embedder, keep)
    worked = bool(made.vectors)
    done = n_failed = 0
    for batch, problems in run:
        made.problems.update(problems)
        done += len(batch)
        n_failed += len(problems)
        is_hopeless = n_failed == done and n_failed >= min(_HOPELESS, len(left)) and left[0] in made.problems
        if is_hopeless and not worked:
            raise EmbeddingError(f"{embedder.name} embeds none of the texts: {next(iter(problems.values()))}")
        tell(done, len(left))


def _most_common(lengths: Iterable[int]) -> int | None:
    found = Counter(lengths).most_common(1)
    return found[0][0] if found else None


def batches(texts: Sequence[str], *, padded: bool) -> Iterator[list[str]]:
    """Yield texts, sorted by length, in batches of about the same cost."""
    batch: list[str] = []
    cost = longest = 0
    for text in texts:
        longest = max(longest, len(text))
        cost = longest * (len(batch) + 1) if padded else cost + len(text)
        if batch and (cost > (_PADDED if padded else _CHARACTERS) or len(batch) == (_MOST_PADDED if padded else _MOST)):
            yield batch
            batch, cost, longest = [], len(text), len(text)
        batch.append(text)
    if batch:
        yield batch


def _locally(
    texts: Sequence[str],
    embedder: Embedder,
    keep: Keep,
) -> Iterator[tuple[list[str], dict[str, str]]]:
    for batch in batches(texts, padded=embedder.padded):
        problems: dict[str, str] = {}
        _try(batch, embedder, keep, problems)
        yield batch, problems


def _try(
    batch: Sequence[str],
    embedder: Embedder,
    keep: Keep,
    problems: dict[str, str],
) -> None:
    """Embed a batch, and its halves when it fails, down to the texts that are at fault."""
    try:
        rows = _checked(embedder, batch)
    except Exception as error:  # noqa: BLE001 - a model may raise anything
        if len(batch) == 1:
            problems[batch[0]] = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
            return
        half = len(batch) // 2
        for part in (batch[:half], batch[half:]):
            _try(part, embedder, keep, problems)
        return
    good: NDArray[np.bool_] = np.asarray(np.isfinite(rows).all(axis=1))
    why = "the model gave no finite numbers" if embedder.padded else "has no token that the model knows"
    problems.update({text: why for text, ok in zip(batch, good, strict=True) if not ok})
    keep([text for text, ok in zip(batch, good, strict=True) if ok], rows[good])


def _checked(embedder: Embedder, batch: Sequence[str]) -> NDArray[np.float32]:
    rows = np.asarray(embedder.encode(batch), dtype=np.float32)
    wanted = (len(batch), embedder.dimension)
    if rows.shape != wanted:
        raise ValueError(f"{len(batch)} texts gave an array of shape {rows.shape}, not {wanted}")
    return rows
