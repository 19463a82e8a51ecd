"""Embeddings from an endpoint that speaks OpenAI's protocol: the texts leave the machine for it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.generate.endpoint import Endpoint, EndpointError, EndpointRefusedError, Line

_TRIES = 3
"""How often a batch is asked whose answer makes no sense."""
_AT_ONCE = 64
_CHARACTERS = 100_000
"""Texts and characters in a request: OpenAI takes 2,048 texts and 300,000 tokens."""

Keep = Callable[[Sequence[str], NDArray[np.float32]], None]


class _NonsenseError(EndpointError):
    """The endpoint answered, but not with a vector for each text."""


class RemoteEmbedder:
    """A model behind an endpoint.

    Parameters
    ----------
    name
        How the endpoint calls the model.
    endpoint
        Where it is.
    dimensions
        How many numbers the model is asked for; None is its own default.
    """

    def __init__(self, name: str, endpoint: Endpoint, dimensions: int | None = None) -> None:
        self.name = name
        self.endpoint = endpoint
        self.dimensions = dimensions
        self.identity = f"endpoint {endpoint.url} {name} {dimensions}"
        self.dimension = dimensions

    def batches(self, texts: Sequence[str]) -> list[list[str]]:
        """Return texts in requests of bounded size."""
        found: list[list[str]] = [[]]
        size = 0
        for text in texts:
            if found[-1] and (len(found[-1]) == _AT_ONCE or size + len(text) > _CHARACTERS):
                found.append([])
                size = 0
            found[-1].append(text)
            size += len(text)
        return found if found[-1] else []

    def run(self, texts: Sequence[str], keep: Keep) -> Iterator[tuple[list[str], dict[str, str]]]:
        """Ask for all texts; `keep` gets vectors as they come, in any thread. Yields the texts of a request and the problems of those that failed."""
        batches = self.batches(texts)
        with self.endpoint.open() as line:
            for done in line.each(batches, lambda batch: self._ask(line, batch, keep)):
                batch = batches[done.index]
                problems = done.value if done.error is None else dict.fromkeys(batch, str(done.error))
                yield batch, problems or {}

    def _ask(self, line: Line, batch: list[str], keep: Keep) -> dict[str, str]:
        """Ask for some texts, and for halves of them when they are refused together: one bad text costs the others nothing."""
        try:
            vectors = self._vectors(line, batch)
        except EndpointRefusedError:
            raise
        except EndpointError as error:
            # what was tried for a long time would not come sooner in pieces
            if len(batch) == 1 or not (isinstance(error, _NonsenseError) or error.status in {400, 413, 422}):
                return dict.fromkeys(batch, str(error))
            half = len(batch) // 2
            return self._ask(line, batch[:half], keep) | self._ask(line, batch[half:], keep)
        keep(batch, vectors)
        return {}

    def _vectors(self, line: Line, batch: list[str]) -> NDArray[np.float32]:
        body: dict[str, Any] = {"model": self.name, "input": batch, "encoding_format": "float"}
        if self.dimensions is not None:
            body["dimensions"] = self.dimensions
        wrong = ""
        for _ in range(_TRIES):
            answer = line.post("embeddings", body)
            try:
                return self._read(answer.json, len(batch))
            except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
                wrong = str(error) if isinstance(error, ValueError) else "the answer holds no list of embeddings"
        raise _NonsenseError(wrong)

    def _read(self, answer: dict[str, Any], n: int) -> NDArray[np.float32]:
        """Return the vectors of an answer in the order of the question; raises `ValueError` for anything else than one for each text."""
        data = answer["data"]
        if len(data) != n:
            raise ValueError(f"{len(data)} vectors came back for {n} texts")
        places = [one.get("index", i) for i, one in enumerate(data)]
        if sorted(places) != list(range(n)):
            raise ValueError("the vectors that came back do not say which texts they are of")
        rows = [_numbers(one["embedding"]) for one in data]
        dimension = self.dimension or len(rows[0])
        if any(row.shape != (dimension,) for row in rows):
            other = next(row for row in rows if row.shape != (dimension,))
            raise ValueError(f"a vector has {other.size} values, the others {dimension}")
        if dimension == 0:
            raise ValueError("the vectors that came back are empty")
        found = np.empty((n, dimension), np.float32)
        found[places] = rows
        if not np.isfinite(found).all():
            raise ValueError("a vector that came back holds something else than finite numbers")
        self.dimension = dimension
        return found


def _numbers(value: Any) -> NDArray[np.float32]:
    """Return one vector; some endpoints send base64 whatever they are asked for."""
    if isinstance(value, str):
        return np.frombuffer(base64.b64decode(value, validate=True), "<f4").astype(np.float32)
    with np.errstate(over="ignore"):  # what is too large is found with what is no number
        return np.asarray(value, dtype=np.float32)
