"""`steering_vector`: the direction in an embedding that leads from one selection to another."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.embeddings.directions import Direction, DirectionMethod, direction, separation
from phoenix_lab.embeddings.drift import unit_codes
from phoenix_lab.evals.columns import beside
from phoenix_lab.generate.extras import needed
from phoenix_lab.profiles.columns import vectors
from phoenix_lab.stats.verdict import ALPHA
from phoenix_lab.training.files import digest, whole_file
from phoenix_lab.training.source import Source, TrainingError

_BLOCK = 8192


@dataclass(frozen=True, eq=False)
class SteeringVector:
    """A direction in the space of an embedding.

    Parameters
    ----------
    vector
        float32 of unit length, shape (d,), from the negative to the positive rows.
    embedding
        The column of vectors that it was found in.
    negative, positive
        Where the means of both groups lie along it.
    facts
        How it was made and how well it holds, as in the card: `method`, `n_positive`, `n_negative`, `auc`, `auc_lower`, `auc_upper` (90 %), `p_value`,
        `unit`, `seed`, `notes`. The AUC is of the half of the rows, or units, that a direction from the other half has not seen; the vector itself is of all of them.
    """

    vector: NDArray[np.float32]
    embedding: str
    negative: float
    positive: float
    facts: Mapping[str, Any]

    def project(self, rows: Any, embedding: str | None = None) -> Any:
        """Return where each row of a dataframe lies along the direction: −1 as the mean of the negative rows, 1 as that of the positive ones.

        Parameters
        ----------
        rows
            A dataframe of any kind.
        embedding
            Its column of vectors, of the same model; None is the one of the same name.

        Returns
        -------
        column
            float64, of the kind that a column of `rows` is (a pandas series by its index, a polars series, else a pyarrow array); missing where the vector is missing
            or not finite.
        """
        source = Source.of(rows, "rows")
        name = source.embedding(embedding or self.embedding)
        matrix, usable = vectors(source.vectors(name))
        if matrix.shape[1] != len(self.vector):
            raise TrainingError(
                f'"{name}" has {matrix.shape[1]:,} dimensions, the direction {len(self.vector):,}: it is of another model.'
            )
        line = Direction(self.vector.astype(np.float64), self.negative, self.positive)
        found = np.full(len(matrix), np.nan)
        for start in range(0, len(matrix), _BLOCK):
            there = usable[start : start + _BLOCK]
            found[start : start + _BLOCK][there] = line.along(matrix[start : start + _BLOCK][there])
        return beside(source.rows, {"along": pa.array(found, from_pandas=True)})["along"]

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Write the vector as safetensors (needs that package), with a card beside it (`….card.json`): how it was made, and its hash.

        Raises
        ------
        MissingPackageError
            safetensors is not installed.
        TrainingError
            The path does not end in .safetensors.
        FileExistsError, OSError
            The name is taken; the file cannot be written. What was there stays.
        """
        safetensors = needed("safetensors.numpy", "text")
        final = Path(path).expanduser().absolute()
        if final.suffix != ".safetensors":
            raise TrainingError(f'path ends in .safetensors; this is "{final.name}".')
        card = final.with_name(f"{final.name}.card.json")
        about = {"embedding": self.embedding, "negative": self.negative, "positive": self.positive, **self.facts}
        with whole_file(final, overwrite=overwrite) as new, whole_file(card, overwrite=overwrite) as new_card:
            # ASCII, for the header's length is counted in bytes
            new.write_bytes(safetensors.save({"steering_vector": self.vector}, {"phoenix_lab": json.dumps(about)}))
            new_card.write_text(json.dumps({**about, "sha256": digest(new)}, indent=1), encoding="utf-8")
        return final

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> SteeringVector:
        """Read what `save` wrote; raises `TrainingError` for any other file."""
        safetensors = needed("safetensors", "text")
        file = Path(path).expanduser()
        try:
            with safetensors.safe_open(str(file), "numpy") as tensors:
                about = json.loads((tensors.metadata() or {})["phoenix_lab"])
                vector = np.asarray(tensors.get_tensor("steering_vector"), np.float32)
            is_vector = vector.ndim == 1 and bool(np.isfinite(vector).all())
            name, low, high = str(about.pop("embedding")), float(about.pop("negative")), float(about.pop("positive"))
        except (safetensors.SafetensorError, KeyError, ValueError, TypeError, AttributeError) as error:
            raise TrainingError(f"{file.name} is no steering vector that phoenix_lab wrote.") from error
        if not is_vector or not low < high:
            raise TrainingError(f"{file.name} is no steering vector that phoenix_lab wrote.")
        return cls(vector, name, low, high, about)

    def __repr__(self) -> str:
        """Say what it separates and how well."""
        f = self.facts
        auc = f"AUC {f['auc']:.2f} ({f['auc_lower']:.2f} to {f['auc_upper']:.2f}) on rows that it has not seen"
        lines = [
            f'SteeringVector in "{self.embedding}", {len(self.vector):,} dimensions',
            f"{f['n_negative']:,} rows → {f['n_positive']:,} rows, method {f['method']}",
            auc,
            *f["notes"],
        ]
        return "\n".join(lines)


def steering_vector(
    positive: Any,
    negative: Any,
    embedding: str | None = None,
    *,
    method: DirectionMethod = "difference",
    unit: str | None = None,
    seed: int = 0,
) -> SteeringVector:
    """Return the direction in an embedding that leads from the negative rows to the positive ones.

    Whether it means anything is tried on rows that it has not seen: a direction of one half of the rows tells the other half apart. One that does so no better than
    chance is refused.

    Parameters
    ----------
    positive, negative
        Two selections: dataframes of any kind with vectors of the same model.
    embedding
        The column of vectors in both; None where there is only one.
    method
        "difference": of the means, what is added to hidden states to steer a model. "probe": the normal of a regularised logistic regression.
    unit
        A column in both whose rows hang together (a session, a document): such rows are in one half, and p comes from permuting units.
        Without one, rows with the very same vector are a unit.
    seed
        Of the halves and permutations.

    Raises
    ------
    TrainingError
        The selections share no vectors, are the same rows or too few, or no direction tells them apart.
    """
    if method not in {"difference", "probe"}:
        raise TrainingError(f'method is "difference" or "probe"; this is {method!r}.')
    sources = Source.of(positive, "positive"), Source.of(negative, "negative")
    for source in sources:
        if source.n == 0:
            raise TrainingError(f"{source.name} has no rows.")
    name = sources[0].embedding(embedding)
    found = [_finite(source, source.embedding(name)) for source in sources]
    sizes = [X.shape[1] for X, _ in found]
    if sizes[0] != sizes[1]:
        raise TrainingError(f'"{name}" has {sizes[0]:,} dimensions in positive and {sizes[1]:,} in negative.')
    notes: list[str] = []
    missing = sum(source.n - len(rows) for source, (_, rows) in zip(sources, found, strict=True))
    if missing:
        notes.append(f"{missing:,} rows without a usable vector are left out")
    same = _same(*(X for X, _ in found))
    shared = [np.isin(one, other) for one, other in (same, same[::-1])]
    if any(part.any() for part in shared):
        both = [int(part.sum()) for part in shared]
        if all(part.all() for part in shared):
            raise TrainingError("The two selections hold the same vectors: there is no way from one to the other.")
        notes.append(f"{both[0]:,} positive and {both[1]:,} negative rows whose vector is in both are left out")
    kept = [~part for part in shared]
    X = [part[keep] for (part, _), keep in zip(found, kept, strict=True)]
    rng = np.random.default_rng(seed)
    if unit is None:
        units = np.concatenate([codes[keep] for codes, keep in zip(same, kept, strict=True)][::-1])
    else:
        named = [
            np.array(source.texts(unit), dtype=object)[rows][keep]
            for source, (_, rows), keep in zip(sources, found, kept, strict=True)
        ]
        units = unit_codes(named[1], named[0])
    held_out = separation(X[1], X[0], units, method, rng)
    line = direction(X[1], X[0], method, rng) if not isinstance(held_out, str) else None
    if isinstance(held_out, str) or line is None:
        why = held_out if isinstance(held_out, str) else "the two groups have the same mean"
        raise TrainingError(f"No direction can be found: {why}.")
    if held_out.p_value >= ALPHA:
        raise TrainingError(
            f"The two selections are not told apart in {name} better than by chance: AUC {held_out.auc:.2f} ({held_out.lower:.2f} to {held_out.upper:.2f}) "
            f"on rows that the direction has not seen, p {held_out.p_value:.2f}. Take more rows, or rows that differ more."
        )
    facts = {
        "method": method,
        "n_positive": len(X[0]),
        "n_negative": len(X[1]),
        "auc": held_out.auc,
        "auc_lower": held_out.lower,
        "auc_upper": held_out.upper,
        "p_value": held_out.p_value,
        "unit": unit,
        "seed": seed,
        "notes": notes,
        "sources": [
            {"name": source.name, "rows": source.n, "fingerprint": source.inferences.frame([name]).fingerprints[name]}
            for source in sources
        ],
    }
    return SteeringVector(line.vector.astype(np.float32), name, line.negative, line.positive, facts)


def _finite(source: Source, name: str) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    matrix, usable = vectors(source.vectors(name))
    rows = np.flatnonzero(usable)
    return matrix[rows].astype(np.float64), rows


def _same(a: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return a number for each row of two matrices, the same for the same vector."""
    both = np.concatenate([a, b]) + 0.0  # −0 is 0
    raw = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(both.shape[1] * 8), len(both), [None, pa.py_buffer(np.ascontiguousarray(both))]
    )
    codes = raw.dictionary_encode().indices.to_numpy().astype(np.int64)
    return codes[: len(a)], codes[len(a) :]
