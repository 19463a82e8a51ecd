"""Static models: a vector for each token, and their mean for a text. No network is run, so that they are fast on any machine.

The files are those of model2vec (`model.safetensors`, `tokenizer.json`, `config.json`) and of wordllama, which carries a model in its package. Both are
read with `tokenizers` and `safetensors` alone: importing wordllama would set up logging of its own in the user's kernel.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.generate.extras import needed
from phoenix_lab.generate.model import digest
from phoenix_lab.generate.words import Words

_LONGEST = 100_000
"""Characters of a text that are looked at: tokenizers need memory for many times their number."""


class StaticEmbedder:
    """Means of the vectors of tokens.

    Parameters
    ----------
    name
        What the model is called.
    weights, tokenizer
        Its files.
    tensor
        The name of the table in `weights`.
    dimensions
        Take only so many first numbers of each vector; for models trained so that these say most (Matryoshka).
    normalize
        Whether vectors get length 1.
    longest
        Tokens of a text that count; None is all.
    """

    padded = False

    def __init__(
        self,
        name: str,
        weights: Path,
        tokenizer: Path,
        *,
        tensor: str,
        dimensions: int | None = None,
        normalize: bool = False,
        longest: int | None = None,
    ) -> None:
        safetensors = needed("safetensors.numpy", "text")
        tokenizers = needed("tokenizers", "text")
        tensors = safetensors.load_file(str(weights))
        table = tensors[tensor].astype(np.float32)
        if "mapping" in tensors:
            table = table[tensors["mapping"]]
        if "weights" in tensors:
            table = table * tensors["weights"].astype(np.float32)[:, None]
        if dimensions is not None:
            if not 0 < dimensions <= table.shape[1]:
                raise ValueError(f"{name} has {table.shape[1]} dimensions, not {dimensions}")
            table = table[:, :dimensions]
        self._table: NDArray[np.float32] = np.ascontiguousarray(table)
        made: Any = tokenizers.Tokenizer.from_file(str(tokenizer))
        made.no_padding()
        made.no_truncation()
        told = json.loads(tokenizer.read_text(encoding="utf-8"))
        self._words = Words(made, told)
        unknown = told["model"].get("unk_token") if longest else None
        self._unknown = None if unknown is None else made.token_to_id(unknown)
        self._longest = longest
        self._normalize = normalize
        self.name = name
        self.dimension = int(table.shape[1])
        self.identity: str | None = f"static {digest([weights, tokenizer])} {dimensions} {normalize} {longest}"

    @classmethod
    def from_model2vec(cls, folder: Path, dimensions: int | None = None) -> StaticEmbedder:
        """Read a folder that `model2vec` saved."""
        told = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        return cls(
            str(folder),
            folder / "model.safetensors",
            folder / "tokenizer.json",
            tensor="embeddings",
            dimensions=dimensions,
            normalize=bool(told.get("normalize", False)),
            longest=512,  # as its own `encode` does
        )

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of texts, (n, d); of a text without any known token NaN."""
        from scipy.sparse import csr_matrix

        ids, counts = self._words.tokens([text[:_LONGEST] for text in texts])
        if self._longest is not None:
            parts = np.split(ids, np.cumsum(counts)[:-1]) if len(counts) else []
            if self._unknown is not None:
                parts = [own[own != self._unknown] for own in parts]
            parts = [own[: self._longest] for own in parts]
            counts = np.array([len(own) for own in parts])
            ids = np.concatenate(parts) if parts else ids
        bounds = np.concatenate([[0], np.cumsum(counts)])
        # which token stands where in which text, times the table: sums without a copy of the vectors of each token
        places = csr_matrix((np.ones(len(ids), np.float32), ids, bounds), shape=(len(texts), len(self._table)))
        with np.errstate(invalid="ignore"):
            found: NDArray[np.float32] = (places @ self._table) / counts[:, None].astype(np.float32)
            if self._normalize:
                found = found / np.linalg.norm(found, axis=1, keepdims=True)
        return found
