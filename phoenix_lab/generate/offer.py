"""What the panel's dialog is filled with: the models that fit, and how long one would take, measured on some of the rows."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from phoenix_lab.generate.column import kind_of, texts_of, values_of
from phoenix_lab.generate.embed import Of
from phoenix_lab.generate.embedders import TABLE, embedders, resolve, resolve_images
from phoenix_lab.generate.image import images_of
from phoenix_lab.generate.remote import RemoteEmbedder
from phoenix_lab.generate.table import TableEmbedder, rows_as_texts
from phoenix_lab.inferences import convert

_SAMPLE = 128
_SAMPLE_ROWS = 500
_SAMPLE_IMAGES = 16


class Offer(dict[str, Any]):
    """An answer that a kernel sends as JSON."""

    def _repr_json_(self) -> dict[str, Any]:
        return dict(self)


def offer(frames: Sequence[Any], column: str | None, model: str | None = None, of: Of = "text") -> Offer:
    """Return the models for a column of texts or images, or for rows, and the seconds that one takes for all frames.

    Parameters
    ----------
    frames
        The dataframes.
    column
        The column; None is the rows.
    model
        The one that is measured; None is the first.
    of
        What a column holds.
    """
    models = [one for one in embedders() if one.of == of or (column is None and one.of == "table")]
    if column is None:
        models.sort(key=lambda one: one.model != TABLE)
    chosen = model or (models[0].model if models else None)
    told = Offer(models=[asdict(one) for one in models], model=chosen, seconds=None, sample=0, problem=None)
    if chosen is not None:
        try:
            told["seconds"], told["sample"] = (
                _measured_images(frames, str(column), chosen) if of == "image" else _measured(frames, column, chosen)
            )
        except Exception as error:  # noqa: BLE001 - told in the dialog, which may still offer another model
            told["problem"] = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
    return told


def _measured(frames: Sequence[Any], column: str | None, model: str) -> tuple[float, int]:
    """Return the seconds for all and on how many rows or texts that was measured: what a longer run takes more than a shorter one, so that what is done once counts once."""
    if column is None:
        n = convert.n_rows(frames[0]) or 0
        some = convert.take(frames[0], range(0, n, max(1, n // _SAMPLE_ROWS)))
        sampled = convert.n_rows(some) or 0
        total = float(sum(convert.n_rows(frame) or 0 for frame in frames))
        if model == TABLE:

            def rows(size: int) -> object:
                part = convert.take(some, range(size))
                return TableEmbedder.fitted(part, None, None).transform(part)

            return _extrapolated(rows, sampled, total), sampled
        texts = [text for text in rows_as_texts(some, None) if text]
        total *= len(texts) / max(1, sampled)
    else:
        values = [value for frame in frames for value in values_of(frame[column], kind_of(frame[column]))]
        different = list(dict.fromkeys(text for text in texts_of(values, column)[0] if text))
        # one of each length, so that the sample is as long as all
        texts = sorted(different, key=len)[:: max(1, len(different) // _SAMPLE)]
        total = float(len(different))
    embedder = resolve(model, None, None)
    if isinstance(embedder, RemoteEmbedder):
        raise TypeError("an endpoint is not measured")
    texts = [texts[i * 7919 % len(texts)] for i in range(len(texts))]  # long and short ones in both runs

    def run(size: int) -> object:
        return embedder.encode(texts[:size])

    return _extrapolated(run, len(texts), total), len(texts)


def _measured_images(frames: Sequence[Any], column: str, model: str) -> tuple[float, int]:
    """Return the seconds for the images of all frames, those at addresses left out, and on how many that was measured."""
    values = [value for frame in frames for value in values_of(frame[column], kind_of(frame[column]))]
    there = [value for value in values if value is not None and (not isinstance(value, str) or value.strip())]
    some = there[:: max(1, len(there) // _SAMPLE_IMAGES)][:_SAMPLE_IMAGES]
    found = [one for one in images_of(some, column, urls=False)[0] if one is not None]
    embedder = resolve_images(model, download=False)
    return _extrapolated(lambda size: embedder.encode(found[:size]), len(found), float(len(there))), len(found)


def _extrapolated(run: Callable[[int], object], sampled: int, total: float) -> float:
    if sampled < 2:
        return 0.0
    small = max(1, sampled // 4)
    run(small)  # the first time imports and compiles
    times = []
    for size in (small, sampled):
        began = time.monotonic()
        run(size)
        times.append(time.monotonic() - began)
    slope = max(0.0, times[1] - times[0]) / (sampled - small)
    return times[1] + slope * max(0.0, total - sampled)
