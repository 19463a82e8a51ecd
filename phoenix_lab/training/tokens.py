"""How many tokens a text has: counted where there is a tokenizer, else a stated estimate."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from phoenix_lab.generate.extras import needed

Counter = Callable[[str], int]

_WIDE = re.compile(r"[\u0e00-\u0eff\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
ESTIMATE = "an estimate: a token for four characters, or for one where a script has no spaces"


def counter(tokens: Any) -> tuple[Counter, str]:
    """Return what counts tokens, and how that is called.

    Parameters
    ----------
    tokens
        None for an estimate; the name of an encoding or model of tiktoken, "o200k_base" or "gpt-4o"; a tokenizer with `encode`; or a function
        of a text.

    Raises
    ------
    MissingPackageError
        tiktoken is not installed.
    ValueError
        tiktoken does not know the name, or cannot load it (it fetches an encoding once, from the network).
    """
    if tokens is None:
        return _estimate, ESTIMATE
    if isinstance(tokens, str):
        tiktoken = needed("tiktoken", "tokens")
        try:
            known = tokens in tiktoken.list_encoding_names()
            encoding = tiktoken.get_encoding(tokens) if known else tiktoken.encoding_for_model(tokens)
        except Exception as error:
            raise ValueError(
                f'tiktoken has no "{tokens}" here ({type(error).__name__}); without tokens=… they are estimated.'
            ) from error
        return lambda text: len(encoding.encode_ordinary(text)), f"tiktoken's {encoding.name}"
    if hasattr(tokens, "encode"):
        return lambda text: len(getattr(found := tokens.encode(text), "ids", found)), type(tokens).__name__
    if callable(tokens):
        return lambda text: int(tokens(text)), getattr(tokens, "__name__", type(tokens).__name__)
    raise TypeError(f"tokens is a name, a tokenizer or a function; this is a {type(tokens).__name__}.")


def _estimate(text: str) -> int:
    wide = len(_WIDE.findall(text))
    return wide + -(-(len(text) - wide) // 4)
