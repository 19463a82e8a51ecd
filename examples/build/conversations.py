"""Write `examples/data/conversations.parquet`: prompts and responses from the package chatterbot-corpus, BSD 3-Clause.

    pip install chatterbot-corpus==1.3.3 pyyaml pandas pyarrow
    python examples/build/conversations.py

The English files, each pair of a prompt and a response once. Files of turns give a pair for each two turns that follow each other; in those of `REPLIES` a list is a prompt and
several responses to it.
"""

from __future__ import annotations

from importlib.metadata import version
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import pandas as pd
import yaml

VERSION = "1.3.3"
REPLIES = ("computers", "emotion", "psychology")
TARGET = Path(__file__).parents[1] / "data/conversations.parquet"


def main() -> None:
    """Read the package and write the pairs."""
    spec = find_spec("chatterbot_corpus")
    if spec is None or not spec.submodule_search_locations or version("chatterbot-corpus") != VERSION:
        raise SystemExit(f"pip install chatterbot-corpus=={VERSION}")
    rows = []
    for file in sorted((Path(spec.submodule_search_locations[0]) / "data/english").glob("*.yml")):
        topic = file.stem.replace("_", " ")
        for talk in yaml.safe_load(file.read_text(encoding="utf-8"))["conversations"]:
            turns = [str(turn).strip() for turn in talk]
            pairs = [(turns[0], turn) for turn in turns[1:]] if topic in REPLIES else pairwise(turns)
            rows += [(topic, prompt, response) for prompt, response in pairs if prompt and response]
    frame = pd.DataFrame(rows, columns=["topic", "prompt", "response"]).drop_duplicates(["prompt", "response"])
    frame.reset_index(drop=True).to_parquet(TARGET, compression="zstd", index=False)
    print(f"{len(frame):,} pairs, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
