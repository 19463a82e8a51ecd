"""`px.embed`: vectors for the texts of a column, or the rows of a dataframe."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, overload

import numpy as np
import pyarrow as pa

from phoenix_lab.generate.column import as_arrow, beside, kind_of, texts_of, values_of
from phoenix_lab.generate.embedders import TABLE, resolve, resolve_hidden, resolve_images
from phoenix_lab.generate.endpoint import Endpoint
from phoenix_lab.generate.hidden import Pooling, paired
from phoenix_lab.generate.image import images_of
from phoenix_lab.generate.progress import Progress
from phoenix_lab.generate.remote import RemoteEmbedder
from phoenix_lab.generate.vectors import Vectors
from phoenix_lab.generate.work import make

Of = Literal["text", "image"]


@dataclass(frozen=True)
class Embedded:
    """What became of the rows.

    Parameters
    ----------
    model
        The model.
    rows, missing, empty
        All rows; those without a value; those with a text of blanks alone. The latter two have null vectors.
    problems
        Row, from 0 → why it failed; its vector is null.
    distinct, kept
        Different texts; those of them whose vectors were on disk already.
    seconds
        The time it took.
    """

    model: str
    rows: int
    missing: int
    empty: int
    problems: dict[int, str] = field(default_factory=dict)
    distinct: int = 0
    kept: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        """Say it in one line."""
        n = self.rows - self.missing - self.empty - len(self.problems)
        parts = [f"{n:,} vectors ({self.model})"]
        parts += [f"{self.missing:,} missing"] * bool(self.missing) + [f"{self.empty:,} empty"] * bool(self.empty)
        parts += [f"{len(self.problems):,} failed"] * bool(self.problems)
        parts += [f"{self.kept:,} of {self.distinct:,} texts kept from before"] * bool(self.kept)
        return ", ".join([*parts, f"{self.seconds:,.1f} s"])


@overload
def embed(
    data: Any,
    model: Any = ...,
    *,
    columns: Sequence[str] | None = ...,
    fit: Any = ...,
    endpoint: Endpoint | None = ...,
    dimensions: int | None = ...,
    of: Of | None = ...,
    pooling: Pooling | None = ...,
    layer: int = ...,
    urls: bool = ...,
    download: bool = ...,
    keep: bool = ...,
    quiet: bool = ...,
    report: Literal[False] = ...,
) -> Any: ...


@overload
def embed(
    data: Any,
    model: Any = ...,
    *,
    columns: Sequence[str] | None = ...,
    fit: Any = ...,
    endpoint: Endpoint | None = ...,
    dimensions: int | None = ...,
    of: Of | None = ...,
    pooling: Pooling | None = ...,
    layer: int = ...,
    urls: bool = ...,
    download: bool = ...,
    keep: bool = ...,
    quiet: bool = ...,
    report: Literal[True],
) -> tuple[Any, Embedded]: ...


def embed(
    data: Any,
    model: Any = None,
    *,
    columns: Sequence[str] | None = None,
    fit: Any = None,
    endpoint: Endpoint | None = None,
    dimensions: int | None = None,
    of: Of | None = None,
    pooling: Pooling | None = None,
    layer: int = -1,
    urls: bool = False,
    download: bool = False,
    keep: bool = True,
    quiet: bool = False,
    report: bool = False,
) -> Any:
    """Return vectors for the texts or images of a column, or the rows of a dataframe, as a column beside it.

    ``train["text_vector"] = px.embed(train["text"])``; ``prod["row_vector"] = px.embed(prod, fit=train)``.

    Data stays on this machine, but for `endpoint`: then the texts are sent there.

    Parameters
    ----------
    data
        A column of texts of pandas, polars or pyarrow, a list, or a dataframe of any kind. It is not changed.
    model
        For texts one of `px.embedders()`, a folder or name that model2vec or sentence-transformers reads, an object with `encode(texts)`, a
        function of texts, or with `endpoint` the name of a model there. None is the first of `px.embedders()`. For dataframes
        "table", which None is, turns numbers, categories, times and texts into vectors without any model from elsewhere; any
        other embeds each row written as text, ``name: value`` line by line.
    columns
        Those of a dataframe that count. None is, for "table" and for rows as text, all features, tags and texts: no ids, times of rows, predictions, actual values or vectors.
    fit
        For "table": the dataframe that says what is usual, where it is another. Vectors of two dataframes can be compared only if one was fitted on the other.
    endpoint
        `px.Endpoint("http://localhost:8000/v1")`: any service that speaks OpenAI's protocol. The key stays in the environment.
    dimensions
        Numbers in a vector, where the model can give fewer than it has. "table" gives at most 64 unless said otherwise.
    of
        "image" reads the values as images: paths, data URLs, base64, bytes, arrays, images of Pillow and of `datasets`. None does where none of them is a text. A model like CLIP
        gives texts and images vectors in one space, for a search by words.
    pooling, layer
        With a pooling the hidden states of a language model of transformers, causal or an encoder, are the vectors: "mean" of all tokens, the "last" or the "first"
        one, of that layer (0 are the tokens themselves, -1 the last layer). Pairs of prompts and responses: `px.embed_pairs`.
    urls
        Whether images may be asked for at addresses, over HTTP(S) from public machines; without, such rows are reported.
    download
        Whether a model of transformers that does not lie on this disk may be fetched, with `of="image"` or a pooling.
    keep
        Whether vectors of texts are kept on this user's disk, so that a rerun or an added row costs only what is new; also after an
        interrupt or an error. `px.forget_vectors()` removes them. Those of an object of your own are not kept.
    quiet
        Whether to print neither progress nor the line at the end.
    report
        Whether to return `(column, Embedded)`, the latter with counts and the problem of each row.

    Returns
    -------
    column
        Fixed-size lists of float32: a `pandas.Series` with the index of `data` (Arrow type), a polars `Series` (`Array(Float32, d)`), a pyarrow
        `ChunkedArray`; of a list an array (n, d) of float32 with NaN for null. Named after `data`, `text_vector`; of a dataframe
        `row_vector`. Null where the text is missing or blank, or has failed, about which a warning tells.

    Raises
    ------
    EmbeddingError
        No such model, or it fails whatever it gets.
    MissingPackageError
        What the model needs is not installed; the message has the line that does.
    EndpointRefusedError
        The endpoint answers no request: a wrong key, model or address.
    TypeError
        `data` is no column of texts and no dataframe.
    ValueError
        Arguments that do not go together; dimensions that there are not.
    """
    began = time.monotonic()
    if dimensions is not None and dimensions < 1:
        raise ValueError(f"dimensions has to be above 0, not {dimensions}")
    kind = kind_of(data)
    if kind == "frame" and model in (None, TABLE) and endpoint is None:
        from phoenix_lab.generate.table import TableEmbedder

        table = TableEmbedder.fitted(data if fit is None else fit, columns, dimensions)
        matrix = table.transform(data)
        told = Embedded(TABLE, len(matrix), 0, 0, seconds=time.monotonic() - began)
        Progress("embedded", quiet=quiet).end(f"{told}, from {', '.join(table.names)}")
        column = beside(data, kind, as_arrow(matrix, np.ones(len(matrix), bool)), "row_vector")
        return (column, told) if report else column
    if of == "image" and (kind == "frame" or endpoint is not None or pooling is not None or dimensions is not None):
        raise ValueError('of="image" is for a column and a model on this machine, without pooling or dimensions')
    if pooling is not None and (
        endpoint is not None or dimensions is not None or not isinstance(model, (str, os.PathLike))
    ):
        raise ValueError("pooling is for a model of transformers on this machine, by its folder or name")
    if layer != -1 and pooling is None:
        raise ValueError("layer is for hidden states: name a pooling, too")
    if fit is not None:
        raise ValueError('fit is for model="table": models of texts are fitted already')
    if kind == "frame":
        from phoenix_lab.generate.table import rows_as_texts

        name, values = "row", rows_as_texts(data, columns)
    elif columns is not None:
        raise ValueError("columns is for dataframes")
    else:
        values = values_of(data, kind)
        if of is None and endpoint is None and _are_images(values):
            of = "image"
        name = str(getattr(data, "name", None) or of or "text")
    if urls and of != "image":
        raise ValueError('urls is for images: px.embed(…, of="image", urls=True)')
    read = images_of(values, name, urls=urls, quiet=quiet) if of == "image" else texts_of(values, name)
    texts, problems, missing, empty = read
    embedder: Any
    if of == "image":
        embedder = resolve_images(model, download=download)
    elif pooling is not None:
        embedder = resolve_hidden(os.fspath(model), pooling, layer, download=download)
    else:
        embedder = resolve(model, endpoint, dimensions)
    vectors, told = _vectors(texts, problems, embedder, keep=keep, quiet=quiet, began=began, counts=(missing, empty))
    _warn(told)
    column = beside(data, kind, vectors, f"{name}_vector")
    return (column, told) if report else column


def embed_pairs(
    prompts: Any,
    responses: Any,
    model: str | os.PathLike[str],
    *,
    pooling: Pooling = "mean",
    layer: int = -1,
    download: bool = False,
    keep: bool = True,
    quiet: bool = False,
) -> tuple[Any, Any]:
    """Return the hidden states of a language model for prompts, and for the responses that follow them, as two columns beside the texts.

    ``df["prompt_vector"], df["response_vector"] = px.embed_pairs(df["prompt"], df["response"], "HuggingFaceTB/SmolLM2-135M")``

    A response is read after its prompt, and its own tokens alone are pooled: the same words have another vector after another prompt. Of a pair that is longer than the
    model reads, the beginning of the prompt is left out.

    Parameters
    ----------
    prompts, responses
        Two columns of texts of the same kind and length; see `embed`. Where either is missing or blank both vectors are null.
    model
        A folder or name of a causal or encoder model of transformers.
    pooling, layer, download, keep, quiet
        See `embed`.

    Raises
    ------
    EmbeddingError, MissingPackageError, TypeError, ValueError
        As `embed` does.
    """
    kind = kind_of(prompts)
    if kind == "frame" or kind_of(responses) != kind:
        raise TypeError("prompts and responses are two columns of one kind")
    names = [str(getattr(one, "name", None) or name) for one, name in ((prompts, "prompt"), (responses, "response"))]
    read = [texts_of(values_of(one, kind), name) for one, name in zip((prompts, responses), names, strict=True)]
    if len(read[0][0]) != len(read[1][0]):
        raise ValueError(f"there are {len(read[0][0]):,} prompts and {len(read[1][0]):,} responses")
    pairs = paired(read[0][0], read[1][0])
    problems = {**read[1][1], **read[0][1]}
    without = sum(pair is None for pair in pairs) - len(problems)
    # A prompt is read before its response, and asked more than once its vector is one.
    alone = [None if pair is None else prompt for pair, prompt in zip(pairs, read[0][0], strict=True)]
    columns = []
    for name, data, texts in zip(names, (prompts, responses), (alone, pairs), strict=True):
        embedder = resolve_hidden(os.fspath(model), pooling, layer, of_pairs=texts is pairs, download=download)
        vectors, told = _vectors(
            texts, problems, embedder, keep=keep, quiet=quiet, began=time.monotonic(), counts=(without, 0)
        )
        _warn(told)
        columns.append(beside(data, kind, vectors, f"{name}_vector"))
    return columns[0], columns[1]


def _are_images(values: Sequence[Any]) -> bool:
    """Whether values are images by what they are: bytes, images of Pillow or of `datasets`, arrays of two or three dimensions; a text may be anything."""
    for value in values:
        if isinstance(value, (bytes, bytearray)) or (isinstance(value, dict) and {"bytes", "path"} & value.keys()):
            return True
        if hasattr(value, "save") and hasattr(value, "mode"):
            return True
        if len(getattr(value, "shape", ())) in {2, 3}:
            return True
        if value is not None and not isinstance(value, float):
            return False
    return False


def _warn(told: Embedded) -> None:
    if told.problems:
        rows = list(told.problems)
        first = "; ".join(f"row {row}: {told.problems[row]}" for row in rows[:3])
        more = f"; and {len(rows) - 3:,} more" if len(rows) > 3 else ""
        warnings.warn(f"{len(rows):,} rows have no vector: {first}{more}", stacklevel=3)


def _vectors(
    texts: Sequence[str | None],
    problems: dict[int, str],
    embedder: Any,
    *,
    keep: bool,
    quiet: bool,
    began: float,
    counts: tuple[int, int],
) -> tuple[pa.FixedSizeListArray, Embedded]:
    distinct = list(dict.fromkeys(text for text in texts if text is not None))
    progress = Progress("embedded", quiet=quiet)
    store = Vectors() if keep and embedder.identity is not None else None
    done = [0]

    def tell(n: int, total: int) -> None:
        done[0] = n
        progress.tell(n, total)

    try:
        made = make(distinct, embedder, store, tell)
    except KeyboardInterrupt:
        kept = "kept; the same call goes on there" if store else "lost: vectors of this model are not kept"
        progress.end(f"Interrupted: {done[0]:,} of {len(distinct):,} texts are done and {kept}.")
        raise
    finally:
        if store:
            store.close()
    dimension = embedder.dimension or 1
    matrix = np.zeros((len(texts), dimension), np.float32)
    valid = np.zeros(len(texts), bool)
    problems = dict(problems)
    for row, text in enumerate(texts):
        vector = None if text is None else made.vectors.get(text)
        if vector is not None:
            matrix[row] = vector
            valid[row] = True
        elif text is not None:
            problems[row] = made.problems[text]
    told = Embedded(
        model=embedder.name,
        rows=len(texts),
        missing=counts[0],
        empty=counts[1],
        problems=dict(sorted(problems.items())),
        distinct=len(distinct),
        kept=made.kept,
        seconds=time.monotonic() - began,
    )
    where = f", sent to {embedder.endpoint.host}" if isinstance(embedder, RemoteEmbedder) else ""
    progress.end(f"{told}{where}")
    return as_arrow(matrix, valid), told
