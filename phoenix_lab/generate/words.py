"""Texts as tokens, word by word: a word that is there a thousand times is cut into tokens once.

For tokenizers like Llama 2's, which see a text as one long word and merge its characters pair by pair. Where no merge leads from the end of a word over the blank behind it, the tokens of a
text are those of its words, one after the other; that is read off the merges, and where it does not hold this is not used.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

_BLANK = "▁"
_PIECE = re.compile(f"{_BLANK}+[^{_BLANK}]*")
_NORMALIZERS = [
    {"type": "Prepend", "prepend": _BLANK},
    {"type": "Replace", "pattern": {"String": " "}, "content": _BLANK},
]
_MOST_WORDS = 200_000
_MOST_CHARACTERS = 10_000_000
"""Words whose tokens are remembered, and the characters of them all: what has no blanks is one word."""

_IN_A_TEXT = 100

Ints = NDArray[np.int32]
Sizes = NDArray[np.int64]


class Words:
    """Tokens of texts.

    Parameters
    ----------
    tokenizer
        Of the package tokenizers.
    told
        What its file says.
    """

    def __init__(self, tokenizer: Any, told: Mapping[str, Any]) -> None:
        self._tokenizer = tokenizer
        self._is_by_word = _is_by_word(told)
        self._lock = threading.Lock()
        added = [str(one["content"]) for one in told.get("added_tokens") or ()]
        self._added = re.compile("|".join(map(re.escape, added)) or r"\Z\A.")
        self._blank = 0
        if self._is_by_word:
            vocabulary: dict[str, int] = told["model"]["vocab"]
            self._begins = np.zeros(max(vocabulary.values()) + 1, bool)
            self._begins[[i for token, i in vocabulary.items() if token.startswith(_BLANK)]] = True
            self._blank = vocabulary[_BLANK]
        self.forget()

    def tokens(self, texts: Sequence[str]) -> tuple[Ints, Sizes]:
        """Return the tokens of all texts, one after the other, and how many each text has; without any that stand for its beginning or end."""
        if not self._is_by_word:
            return self._cut(texts)
        # Words are called without the blank before them; where there are more blanks the others belong to the word behind them.
        words = [
            text.split(" ")
            if text and _BLANK not in text and "  " not in text and text[0] != " " != text[-1]
            else [piece[1:] for piece in _PIECE.findall(_BLANK + text.replace(" ", _BLANK))]
            if text
            else []
            for text in texts
        ]
        whole = [i for i, text in enumerate(texts) if self._added.search(text)]
        for i in whole:
            words[i] = []
        with self._lock:  # cells may embed in threads of their own
            self._learn(set().union(*words))
            codes = np.fromiter(map(self._codes.__getitem__, chain.from_iterable(words)), np.int64)
            ids, sizes = _picked(self._ids, self._bounds, codes)
        ends = np.concatenate([[0], np.cumsum([len(some) for some in words])])
        of_words = np.concatenate([[0], np.cumsum(sizes)])
        bounds = of_words[ends]
        if not whole:
            return ids, np.diff(bounds)
        parts = np.split(ids, bounds[1:-1]) if len(texts) > 1 else [ids]
        own = dict(zip(whole, np.split(*_bounded(self._cut([texts[i] for i in whole]))), strict=True))
        parts = [own.get(i, part) for i, part in enumerate(parts)]
        return np.concatenate(parts), np.array([len(part) for part in parts])

    def forget(self) -> None:
        """Let every word be met anew."""
        self._size = 0
        self._codes: dict[str, int] = {"": 0}
        self._ids: Ints = np.array([self._blank], np.int32)
        self._bounds: Sizes = np.array([0, 1])

    def _learn(self, words: set[str]) -> None:
        if len(self._codes) + len(words) > _MOST_WORDS or self._size > _MOST_CHARACTERS:
            self.forget()
        new = sorted(words - self._codes.keys())
        plain = [word for word in new if word[0] != _BLANK]
        # Many to a text, for each text has a cost of its own; each begins at a token with a blank.
        texts = [" ".join(plain[start : start + _IN_A_TEXT]) for start in range(0, len(plain), _IN_A_TEXT)]
        ids, _ = self._cut(texts)
        begins = np.flatnonzero(self._begins[ids])
        if len(begins) == len(plain):
            self._add(plain, ids, np.diff(np.append(begins, len(ids))))
        else:
            self._add(plain, *self._cut(plain))
        # the tokenizer puts the first blank there itself
        odd = [word for word in new if word[0] == _BLANK]
        self._add(odd, *self._cut([word.replace(_BLANK, " ") for word in odd]))

    def _add(self, words: list[str], ids: Ints, sizes: Sizes) -> None:
        self._size += sum(map(len, words))
        self._codes.update(zip(words, range(len(self._codes), len(self._codes) + len(words)), strict=True))
        self._bounds = np.concatenate([self._bounds, self._bounds[-1] + np.cumsum(sizes)])
        self._ids = np.concatenate([self._ids, ids])

    def _cut(self, texts: Sequence[str]) -> tuple[Ints, Sizes]:
        encoded = [one.ids for one in self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)]
        sizes = np.array([len(ids) for ids in encoded], np.int64)
        return np.fromiter(chain.from_iterable(encoded), np.int32, int(sizes.sum())), sizes


def _bounded(found: tuple[Ints, Sizes]) -> tuple[Ints, Sizes]:
    ids, sizes = found
    return ids, np.cumsum(sizes)[:-1]


def _picked(values: Ints, bounds: Sizes, codes: Sizes) -> tuple[Ints, Sizes]:
    """Return the values of some runs, one after the other, and how long each run is."""
    sizes = np.diff(bounds)[codes]
    places = np.arange(int(sizes.sum())) + np.repeat(bounds[codes] - np.cumsum(sizes) + sizes, sizes)
    return values[places], sizes


def _is_by_word(told: Mapping[str, Any]) -> bool:
    """Whether the tokens of a text are those of its words."""
    model, normalizer = told["model"], told.get("normalizer") or {}
    if model.get("type") != "BPE" or told.get("pre_tokenizer") or model.get("dropout") or model.get("ignore_merges"):
        return False
    if normalizer.get("type") != "Sequence" or normalizer.get("normalizers") != _NORMALIZERS:
        return False
    if any(_BLANK in str(one["content"]) or " " in str(one["content"]) for one in told.get("added_tokens") or ()):
        return False
    # unknown characters are single bytes, and never one token with those of the next word
    needed = [_BLANK, *(f"<0x{byte:02X}>" for byte in range(256))]
    is_complete = model.get("byte_fallback") and all(one in model["vocab"] for one in needed)
    pairs = (one if isinstance(one, list) else one.split(" ") for one in model["merges"])
    return bool(is_complete) and not any(len(pair) != 2 or _leads_over(*pair) for pair in pairs)


def _leads_over(first: str, second: str) -> bool:
    """Whether a merge joins the end of a word with the blank behind it."""
    joined = first + second
    return _BLANK in joined.lstrip(_BLANK)
