"""Hidden states of language models: one vector a text, or one of a prompt and one of the response that follows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.generate.extras import needed
from phoenix_lab.generate.network import folder_of, identity_of, loaded, placed

EXTRA = "llm"
Pooling = Literal["mean", "last", "first"]
"""Which tokens make the vector: the mean of all; the last, which a causal model has read everything for; the first, which encoders such as BERT keep for it."""
LONGEST = 2048
_BETWEEN = "\x1e"
"""Between a prompt and its response where a pair is one text to be kept; no text of the user's has it there, for it is taken out of them."""


class Network:
    """A causal or encoder model of transformers with its tokenizer, which several embedders may share: of one with a decoder for another text its encoder.

    Parameters
    ----------
    name
        A folder, or the name of a model in the cache of Hugging Face.
    download
        Whether it may be fetched.
    """

    def __init__(self, name: str, *, download: bool = False) -> None:
        self.name = name
        self.tokenizer: Any = loaded("AutoTokenizer", name, EXTRA, download=download)
        model = loaded("AutoModel", name, EXTRA, download=download)
        config = model.config
        if getattr(config, "is_encoder_decoder", False) and hasattr(model, "get_encoder"):
            model = model.get_encoder()
        if hasattr(config, "get_text_config"):
            config = config.get_text_config()
        self.n_layers = int(getattr(config, "num_hidden_layers", 0))
        self.dimension = int(config.hidden_size)
        self.longest = _longest(model, config, self.tokenizer)
        self.model, self.device = placed(model, EXTRA)
        self.identity = identity_of(folder_of(name, download=download), self.model)


def _longest(model: Any, config: Any, tokenizer: Any) -> int:
    """Return how many tokens a model reads: as many as it has places for, of which some count from the one after the padding's."""
    most = [LONGEST, getattr(config, "max_position_embeddings", None), getattr(tokenizer, "model_max_length", None)]
    for name, module in model.named_modules():
        skipped = getattr(module, "padding_idx", None)
        if name.endswith("position_embeddings") and skipped is not None:
            most.append(module.num_embeddings - skipped - 1)
    return int(min(one for one in most if one is not None and one > 0))


class HiddenEmbedder:
    """The hidden states of a causal or encoder model of transformers.

    Parameters
    ----------
    network
        The model.
    pooling
        See `Pooling`.
    layer
        0 are the embeddings of the tokens, 1 the first layer's output, -1 the last's.
    of_pairs
        Whether texts are pairs as `paired` writes them: tokens of the response alone are pooled, after the model has read the prompt.

    Raises
    ------
    ValueError
        No such pooling or layer.
    """

    padded = True

    def __init__(self, network: Network, pooling: Pooling = "mean", layer: int = -1, *, of_pairs: bool = False) -> None:
        n_layers = network.n_layers
        if not -n_layers - 1 <= layer <= n_layers:
            raise ValueError(f"{network.name} has the layers 0 to {n_layers}, not {layer}")
        self._tokenizer, self._model, self._device = network.tokenizer, network.model, network.device
        self._pooling, self._layer, self._of_pairs = checked(pooling), layer, of_pairs
        self._longest = network.longest
        self.name = network.name
        self.dimension = network.dimension
        self.identity: str | None = None
        if network.identity is not None:
            # the last layer is one vector, whichever way it is counted
            counted = layer if layer >= 0 else layer + n_layers + 1
            self.identity = f"hidden {network.identity} {pooling} {counted} {of_pairs} {self._longest}"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of texts, or of responses, (n, d); of what has no token NaN."""
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
        if not self._of_pairs:
            ids = list(self._tokenizer(text, truncation=True, max_length=self._longest)["input_ids"])
            return ids, (0, len(ids))
        prompt, _, response = text.partition(_BETWEEN)
        first = list(self._tokenizer(prompt)["input_ids"])
        second = list(self._tokenizer(response, add_special_tokens=False)["input_ids"])[: self._longest]
        # The end of a long prompt is what the response follows.
        first = first[-(self._longest - len(second)) :] if len(second) < self._longest else []
        return first + second, (len(first), len(first) + len(second))


def checked(pooling: str) -> Pooling:
    """Return a pooling; raises `ValueError` where there is none so called."""
    if pooling not in ("mean", "last", "first"):
        raise ValueError(f'pooling is "mean", "last" or "first", not {pooling!r}')
    return cast("Pooling", pooling)


def paired(prompts: Sequence[str | None], responses: Sequence[str | None]) -> list[str | None]:
    """Return pairs as one text each; None where one of them is."""
    return [
        None if p is None or r is None else f"{p.replace(_BETWEEN, ' ')}{_BETWEEN}{r.replace(_BETWEEN, ' ')}"
        for p, r in zip(prompts, responses, strict=True)
    ]
