"""Images of a column, and models that turn them into vectors."""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.generate.extras import needed
from phoenix_lab.generate.model import EmbeddingError, digest
from phoenix_lab.generate.network import folder_of, loaded, placed, sort_of, told
from phoenix_lab.inferences import images
from phoenix_lab.inferences.columns import is_missing

EXTRA = "image"
_SECONDS = 20.0


class Picture(str):
    """One image: as a text it is the digest of its bytes, so that images are told apart and kept as texts are."""

    __slots__ = ("source",)
    source: Any

    @classmethod
    def of(cls, value: Any, *, urls: bool) -> Picture:
        """Read a value; raises `NoImageError` saying why it is none. What an address gave is held, anything else is read again when it is embedded."""
        data = images.bytes_of(value, urls=urls, end=time.monotonic() + _SECONDS)
        _, width, height = images.measure(data)
        if width * height > images.MOST_PIXELS:
            raise images.NoImageError(f"{width:,} × {height:,} pixels: too many")
        self = cls(f"image {hashlib.blake2b(data, digest_size=16).hexdigest()}")
        is_address = isinstance(value, str) and value[:8].lower().startswith(("http://", "https://"))
        self.source = data if is_address else value
        return self

    def open(self) -> Any:
        """Return it as an image of Pillow, upright and in red, green and blue."""
        Image, ImageOps = needed("PIL.Image", EXTRA), needed("PIL.ImageOps", EXTRA)
        data = images.bytes_of(self.source, urls=False, end=time.monotonic() + _SECONDS)
        with Image.open(io.BytesIO(data)) as image:
            return ImageOps.exif_transpose(image).convert("RGB")


def images_of(values: Sequence[Any], name: str, *, urls: bool) -> tuple[list[str | None], dict[int, str], int, int]:
    """Return the images, None where there is none; the problems of rows that hold something else; how many are missing and empty.

    Raises
    ------
    TypeError
        No value is an image.
    """
    needed("PIL.Image", EXTRA)
    found: list[str | None] = []
    problems: dict[int, str] = {}
    missing = empty = 0
    for row, value in enumerate(values):
        found.append(None)
        if isinstance(value, str) and not value.strip():
            empty += 1
        elif value is None or (not hasattr(value, "shape") and not isinstance(value, dict) and is_missing(value)):
            missing += 1
        else:
            try:
                found[-1] = Picture.of(value, urls=urls)
            except images.NoImageError as problem:
                problems[row] = str(problem)
            except Exception as error:  # noqa: BLE001 - the user's objects may raise anything
                problems[row] = f"cannot be read: {type(error).__name__}"
    if problems and len(problems) + missing + empty == len(values):
        raise TypeError(f'column "{name}" holds no image: row {min(problems)}: {problems[min(problems)]}')
    return found, problems, missing, empty


class GivenImages:
    """An object of the user's own: with `encode(images)`, or a function of a list of Pillow's images. Nothing of it is kept on disk."""

    padded = True
    identity: str | None = None

    def __init__(self, model: Any) -> None:
        encode = getattr(model, "encode", model)
        if not callable(encode):
            raise EmbeddingError(f"A model of type {type(model).__name__} has no encode(images)")
        self._encode: Callable[[list[Any]], Any] = encode
        self.name = type(model).__name__ if hasattr(model, "encode") else getattr(model, "__name__", "function")
        blank = needed("PIL.Image", EXTRA).new("RGB", (64, 64))
        self.dimension = self._run([blank]).shape[1]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of images, (n, d)."""
        return self._run([_opened(one) for one in texts])

    def _run(self, opened: list[Any]) -> NDArray[np.float32]:
        found = np.asarray(self._encode(opened), dtype=np.float32)
        if found.ndim != 2:
            raise EmbeddingError(f"the model gave an array of shape {found.shape} for {len(opened)} images")
        return found


class VisionEmbedder:
    """A model of transformers that reads images, and where it is one like CLIP texts into the same space.

    Of models of both the projections are taken; of others the pooled output, or the mean over the patches.

    Parameters
    ----------
    name
        A folder, or the name of a model in the cache of Hugging Face.
    download
        Whether it may be fetched.
    """

    padded = True

    def __init__(self, name: str, *, download: bool = False) -> None:
        folder = folder_of(name, download=download)
        self._is_both = sort_of(told(Path(folder))) == "both" if Path(folder).is_dir() else None
        model = loaded("AutoModel", name, EXTRA, download=download)
        if self._is_both is None:
            self._is_both = hasattr(model, "get_text_features")
        self._processor = loaded("AutoImageProcessor", name, EXTRA, download=download)
        self._tokenizer = loaded("AutoTokenizer", name, EXTRA, download=download) if self._is_both else None
        self._model, self._device = placed(model, EXTRA)
        self.name = name
        self.identity: str | None = f"vision {_identity(folder, model)}"
        self.dimension = self._encode([needed("PIL.Image", EXTRA).new("RGB", (64, 64))], None).shape[1]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of images, or of texts, (n, d)."""
        if all(isinstance(one, Picture) for one in texts):
            return self._encode([_opened(one) for one in texts], None)
        if self._tokenizer is None:
            raise EmbeddingError(f'{self.name} reads images alone: px.embed(…, of="image")')
        return self._encode(None, list(texts))

    def _encode(self, opened: list[Any] | None, texts: list[str] | None) -> NDArray[np.float32]:
        torch = needed("torch", EXTRA)
        given = (
            self._processor(images=opened, return_tensors="pt")
            if texts is None or self._tokenizer is None
            else self._tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
        )
        given = {name: one.to(self._device) for name, one in given.items()}
        if "pixel_values" in given:
            given["pixel_values"] = given["pixel_values"].to(self._model.dtype)
        with torch.inference_mode():
            if self._is_both:
                found = (self._model.get_image_features if texts is None else self._model.get_text_features)(**given)
            else:
                found = self._model(**given)
        found = _pooled(found)
        return np.asarray(found.float().cpu().numpy(), dtype=np.float32)


def _pooled(found: Any) -> Any:
    """Return one vector an image of what a model gave: itself, its pooled output, or the mean over patches."""
    if not hasattr(found, "last_hidden_state"):
        return found
    pooled = getattr(found, "pooler_output", None)
    if pooled is None:
        hidden = found.last_hidden_state
        pooled = hidden.mean(dim=(2, 3)) if hidden.ndim == 4 else hidden.mean(dim=1)
    return pooled.flatten(1)


def _opened(one: str) -> Any:
    if not isinstance(one, Picture):
        raise EmbeddingError('the model reads images: px.embed(…, of="image")')
    return one.open()


def _identity(folder: str, model: Any) -> str:
    path = Path(folder)
    if path.is_dir():
        return digest(sorted(one for one in path.rglob("*") if one.is_file() and one.suffix not in {".md", ".py"}))
    return f"{folder} {getattr(model.config, '_commit_hash', None)}"
