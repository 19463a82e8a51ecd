"""Models of sentence-transformers, which are networks: slow without a GPU, and better than tables of tokens."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.generate.extras import needed
from phoenix_lab.generate.model import digest, files_of


class SentenceEmbedder:
    """A sentence-transformers model.

    Parameters
    ----------
    name
        A folder, or a name on Hugging Face: downloaded at first use unless it is in the local cache of models.
    dimensions
        Take only so many first numbers of each vector; for models trained so (Matryoshka).
    """

    padded = True

    def __init__(self, name: str, dimensions: int | None = None) -> None:
        package = needed("sentence_transformers", "sentence")
        model: Any = package.SentenceTransformer(name, truncate_dim=dimensions)
        model.eval()
        self._model = model
        self.name = name
        # sentence-transformers 6 calls it otherwise
        told = getattr(model, "get_embedding_dimension", None) or model.get_sentence_embedding_dimension
        self.dimension = int(told())
        identity = _identity(name, model)
        self.identity: str | None = None if identity is None else f"sentence {identity} {dimensions}"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of texts, (n, d)."""
        found = self._model.encode(list(texts), batch_size=len(texts), show_progress_bar=False, convert_to_numpy=True)
        return np.asarray(found, dtype=np.float32)


def _identity(name: str, model: Any) -> str | None:
    """Return what tells the weights from others: the files of a folder, the commit of a name; None where there is none, so that nothing is kept."""
    folder = Path(name)
    if folder.is_dir():
        return digest(files_of(folder))
    config = getattr(getattr(model[0], "auto_model", None), "config", None)
    commit = getattr(config, "_commit_hash", None)
    return None if commit is None else f"{name} {commit}"
