"""Images of a column, and models that turn them into vectors."""

from __future__ import annotations

import hashlib
import io
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.generate.extras import needed
from phoenix_lab.generate.model import EmbeddingError
from phoenix_lab.generate.network import folder_of, identity_of, loaded, placed, sort_of, told
from phoenix_lab.generate.progress import Progress
from phoenix_lab.inferences import images
from phoenix_lab.inferences.columns import is_missing

EXTRA = "image"
MOST_BYTES = 64 << 20
"""Of one image that is on this machine; of those from elsewhere see `images`."""
LONGEST = 77
_SECONDS = 20.0
_AT_ONCE = 8
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")
"""What `images.measure` knows; no other reader of Pillow's is let near bytes of strangers."""


class Picture(str):
    """One image: as a text it is the digest of what is in it, so that images are told apart and kept as texts are.

    Parameters
    ----------
    pixels
        Width times height.
    """

    __slots__ = ("_read", "pixels")
    _read: Callable[[], Any]
    pixels: int

    @classmethod
    def of(cls, value: Any, *, urls: bool, spool: Spool | None = None) -> Picture:
        """Read a value; raises `NoImageError` saying why it is none. What an address gave is held on disk, anything else is read again when it is embedded."""
        if hasattr(value, "convert") and hasattr(value, "mode"):  # Pillow's
            return cls._made(value.width * value.height, lambda: _upright(value))
        is_address = _is_address(value)

        def read() -> bytes:
            most = images.MOST_BYTES if is_address else MOST_BYTES
            return images.bytes_of(value, urls=urls, end=time.monotonic() + _SECONDS, most=most)

        data = read()
        _, width, height = images.measure(data)
        expected = _digest(data)
        again = (spool or Spool()).put(data) if is_address else read

        def unchanged() -> Any:
            found = again()
            if _digest(found) != expected:
                raise images.NoImageError("changed while it was read")
            return _decoded(found)

        return cls._made(width * height, unchanged, f"image {expected}")

    @classmethod
    def _made(cls, pixels: int, read: Callable[[], Any], text: str | None = None) -> Picture:
        if pixels > images.MOST_PIXELS:
            raise images.NoImageError(f"{pixels:,} pixels: too many")
        if text is None:
            image = read()
            text = f"pixels {image.size} {_digest(image.tobytes())}"
        self = cls(text)
        self._read, self.pixels = read, pixels
        return self

    def open(self) -> Any:
        """Return it as an image of Pillow, upright and in red, green and blue."""
        return self._read()


class Spool:
    """What addresses gave: in a file that nobody else can open, and not in memory; gone with this object."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the object
        self._lock = threading.Lock()

    def put(self, data: bytes) -> Callable[[], bytes]:
        """Write bytes, and return what reads them."""
        with self._lock:
            start = self._file.seek(0, 2)
            self._file.write(data)
        size = len(data)

        def read() -> bytes:
            with self._lock:
                self._file.seek(start)
                return self._file.read(size)

        return read


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and value[:8].lower().startswith(("http://", "https://"))


def _decoded(data: bytes) -> Any:
    Image = needed("PIL.Image", EXTRA)
    Image.init()
    formats = [one for one in _FORMATS if one in Image.OPEN]
    with Image.open(io.BytesIO(data), formats=formats) as image:
        # The first bytes may tell less than comes out.
        if image.width * image.height > images.MOST_PIXELS:
            raise images.NoImageError(f"{image.width:,} × {image.height:,} pixels: too many")
        return _upright(image)


def _upright(image: Any) -> Any:
    Image, ImageOps = needed("PIL.Image", EXTRA), needed("PIL.ImageOps", EXTRA)
    if image.mode[0] in "IF":  # of more than eight bits, which Pillow would cut off
        data = images.png(np.asarray(image), most=MOST_BYTES)
        image = Image.open(io.BytesIO(data))
    return ImageOps.exif_transpose(image).convert("RGB")


def images_of(
    values: Sequence[Any], name: str, *, urls: bool, quiet: bool = True
) -> tuple[list[str | None], dict[int, str], int, int]:
    """Return the images, None where there is none; the problems of rows that hold something else; how many are missing and empty.

    Addresses are asked eight at a time, each once.

    Raises
    ------
    TypeError
        No value is an image.
    """
    needed("PIL.Image", EXTRA)
    addresses = list(dict.fromkeys(value for value in values if _is_address(value))) if urls else []
    fetched = _fetched(addresses, quiet=quiet)
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
            one = fetched[value] if urls and _is_address(value) else _read(value, urls=False)
            if isinstance(one, Picture):
                found[-1] = one
            else:
                problems[row] = one
    if problems and len(problems) + missing + empty == len(values):
        raise TypeError(f'column "{name}" holds no image: row {min(problems)}: {problems[min(problems)]}')
    return found, problems, missing, empty


def _read(value: Any, *, urls: bool, spool: Spool | None = None) -> Picture | str:
    """Return the image of a value, or why there is none."""
    try:
        return Picture.of(value, urls=urls, spool=spool)
    except images.NoImageError as problem:
        return str(problem)
    except Exception as error:  # noqa: BLE001 - the user's objects may raise anything
        return f"cannot be read: {type(error).__name__}"


def _fetched(addresses: Sequence[str], *, quiet: bool) -> dict[str, Picture | str]:
    found: dict[str, Picture | str] = {}
    if not addresses:
        return found
    progress, spool = Progress("images read", quiet=quiet), Spool()
    pool = ThreadPoolExecutor(_AT_ONCE)
    try:
        for address, one in zip(
            addresses, pool.map(lambda a: _read(a, urls=True, spool=spool), addresses), strict=True
        ):
            found[address] = one
            progress.tell(len(found), len(addresses))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return found


def _parts(texts: Sequence[str]) -> Iterator[list[Any]]:
    """Yield images of Pillow, as many at a time as fit into memory."""
    part: list[Any] = []
    pixels = 0
    for one in texts:
        if not isinstance(one, Picture):
            raise EmbeddingError('the model reads images: px.embed(…, of="image")')
        if part and pixels + one.pixels > images.MOST_PIXELS:
            yield part
            part, pixels = [], 0
        part.append(one.open())
        pixels += one.pixels
    if part:
        yield part


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
        return np.concatenate([self._run(part) for part in _parts(texts)])

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
        self._tokenizer: Any = loaded("AutoTokenizer", name, EXTRA, download=download) if self._is_both else None
        self._model, self._device = placed(model, EXTRA)
        self.name = name
        identity = identity_of(folder, self._model)
        self.identity: str | None = None if identity is None else f"vision {identity}"
        self.dimension = self._encode([needed("PIL.Image", EXTRA).new("RGB", (64, 64))], None).shape[1]

    def of_texts(self) -> VisionEmbedder:
        """Return this very model as one of texts: what it keeps of them is never taken for that of an image."""
        found = copy(self)
        found.identity = None if self.identity is None else f"{self.identity} texts"
        return found

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of images, or of texts, (n, d)."""
        if isinstance(texts[0], Picture):
            return np.concatenate([self._encode(part, None) for part in _parts(texts)])
        if self._tokenizer is None:
            raise EmbeddingError(f'{self.name} reads images alone: px.embed(…, of="image")')
        return self._encode(None, list(texts))

    def _encode(self, opened: list[Any] | None, texts: list[str] | None) -> NDArray[np.float32]:
        torch = needed("torch", EXTRA)
        given = (
            self._processor(images=opened, return_tensors="pt")
            if texts is None or self._tokenizer is None
            else self._tokenizer(texts, truncation=True, return_tensors="pt", **self._lengths())
        )
        given = {name: one.to(self._device) for name, one in given.items()}
        if self._model.config.model_type.startswith("siglip"):
            given.pop("attention_mask", None)  # it was trained to read the padding, too
        if "pixel_values" in given:
            given["pixel_values"] = given["pixel_values"].to(self._model.dtype)
        with torch.inference_mode():
            if self._is_both:
                found = (self._model.get_image_features if texts is None else self._model.get_text_features)(**given)
            else:
                found = self._model(**given)
        found = _pooled(found)
        return np.asarray(found.float().cpu().numpy(), dtype=np.float32)

    def _lengths(self) -> dict[str, Any]:
        """Return how texts are made of one length: those of SigLIP of its own, as it was trained, with others of the longest."""
        config = self._model.config
        most = getattr(getattr(config, "text_config", None), "max_position_embeddings", None)
        longest = min(int(self._tokenizer.model_max_length), int(most or LONGEST))
        return {"max_length": longest, "padding": "max_length" if config.model_type.startswith("siglip") else True}


def _pooled(found: Any) -> Any:
    """Return one vector an image of what a model gave: itself, its pooled output, or the mean over patches."""
    if not hasattr(found, "last_hidden_state"):
        return found
    pooled = getattr(found, "pooler_output", None)
    if pooled is None:
        hidden = found.last_hidden_state
        pooled = hidden.mean(dim=(2, 3)) if hidden.ndim == 4 else hidden.mean(dim=1)
    return pooled.flatten(1)
