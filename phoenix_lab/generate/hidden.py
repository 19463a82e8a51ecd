"""Hidden states of language models: one vector a text, or one of a prompt and one of the response that follows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.generate.extras import needed
from phoenix_lab.generate.image import _identity
from phoenix_lab.generate.network import folder_of, loaded, placed

EXTRA = "llm"
Pooling = Literal["mean", "last", "first"]
"""Which tokens make the vector: the mean of all; the last, which a causal model has read everything for; the first, which encoders such as BERT keep for it."""
LONGEST = 2048
_BETWEEN = "\x1e"
"""Between a prompt and its response where a pair is one text to be kept; no text of the user's has it there, for it is taken out of them."""


class HiddenEmbedder:
    """The hidden states of a causal or encoder model of transformers.

    Parameters
    ----------
    name
        A folder, or the name of a model in the cache of Hugging Face.
    pooling
        See `Pooling`.
    layer
        0 are the embeddings of the tokens, 1 the first layer's output, -1 the last's.
    part
        None reads whole texts. Of pairs "prompt" or "response": tokens of that part alone are pooled, those of a response after the model has read the prompt.
    download
        Whether the model may be fetched.
    """

    padded = True

    def __init__(
        self,
        name: str,
        pooling: Pooling = "mean",
        layer: int = -1,
        *,
        part: Literal["prompt", "response"] | None = None,
        download: bool = False,
    ) -> None:
        if pooling not in ("mean", "last", "first"):
            raise ValueError(f'pooling is "mean", "last" or "first", not {pooling!r}')
        self._tokenizer = loaded("AutoTokenizer", name, EXTRA, download=download)
        model = loaded("AutoModel", name, EXTRA, download=download)
        folder = folder_of(name, download=download)
        n_layers = int(getattr(model.config, "num_hidden_layers", 0))
        if not -n_layers - 1 <= layer <= n_layers:
            raise ValueError(f"{name} has the layers 0 to {n_layers}, not {layer}")
        self._model, self._device = placed(model, EXTRA)
        self._pooling, self._layer, self._part = pooling, layer, part
        self._longest = min(LONGEST, int(getattr(model.config, "max_position_embeddings", None) or LONGEST))
        self.name = name
        self.dimension = int(model.config.hidden_size)
        self.identity: str | None = f"hidden {_identity(folder, model)} {pooling} {layer} {part} {self._longest}"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of texts, or of pairs as `paired` writes them, (n, d); of a part without a token NaN."""
        torch = needed("torch", EXTRA)
        tokens = [self._tokens(text) for text in texts]
        width = max(1, *(len(ids) for ids, _ in tokens))
        pad = self._tokenizer.pad_token_id or 0
        ids = torch.full((len(tokens), width), pad, dtype=torch.long)
        there = torch.zeros((len(tokens), width), dtype=torch.long)
        pooled = torch.zeros((len(tokens), width), dtype=torch.bool)
        for i, (own, (low, high)) in enumerate(tokens):
            ids[i, : len(own)] = torch.tensor(own, dtype=torch.long)
            there[i, : len(own)] = 1
            pooled[i, low:high] = True
        with torch.inference_mode():
            found = self._model(
                input_ids=ids.to(self._device), attention_mask=there.to(self._device), output_hidden_states=True
            )
        hidden = found.hidden_states[self._layer].float().cpu().numpy()
        mask = pooled.numpy()
        result = np.full((len(tokens), self.dimension), np.nan, np.float32)
        for i in range(len(tokens)):
            places = np.flatnonzero(mask[i])
            if len(places):
                chosen = {"mean": places, "last": places[-1:], "first": places[:1]}[self._pooling]
                result[i] = hidden[i, chosen].mean(axis=0)
        return result

    def _tokens(self, text: str) -> tuple[list[int], tuple[int, int]]:
        """Return the tokens of a text, or of a pair, and the range of those that are pooled."""
        if self._part is None:
            ids = list(self._tokenizer(text, truncation=True, max_length=self._longest)["input_ids"])
            return ids, (0, len(ids))
        prompt, _, response = text.partition(_BETWEEN)
        first = list(self._tokenizer(prompt)["input_ids"])
        second = list(self._tokenizer(response, add_special_tokens=False)["input_ids"])
        if self._part == "prompt":
            first = first[: self._longest]
            return first, (0, len(first))
        second = second[: self._longest]
        # The end of a long prompt is what the response follows.
        first = first[-(self._longest - len(second)) :] if len(second) < self._longest else []
        return first + second, (len(first), len(first) + len(second))


def paired(prompts: Sequence[str | None], responses: Sequence[str | None]) -> list[str | None]:
    """Return pairs as one text each; None where one of them is."""
    return [
        None if p is None or r is None else f"{p.replace(_BETWEEN, ' ')}{_BETWEEN}{r.replace(_BETWEEN, ' ')}"
        for p, r in zip(prompts, responses, strict=True)
    ]
