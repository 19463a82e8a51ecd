"""Texts measured against references, and by themselves, without a model: `reference_metrics`."""

from __future__ import annotations

import itertools
import json
import re
import string
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from phoenix_lab.evals.columns import beside, read, text, values
from phoenix_lab.generate.extras import needed

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?…]+(?:\s|$)")


def exact_match(output: str, reference: str) -> float:
    """Return 1 where both are equal but for case, punctuation, blanks and English articles, else 0 (as SQuAD has it: Rajpurkar and others, 2016)."""
    return float(_plain(output) == _plain(reference))


def token_f1(output: str, reference: str) -> float:
    """Return the harmonic mean of precision and recall over words, prepared as for `exact_match`."""
    return _f1(Counter(_plain(output).split()), Counter(_plain(reference).split()))


def bleu(output: str, reference: str) -> float:
    """Return BLEU of the one sentence, 0 to 1, by sacrebleu: exponential smoothing, effective order."""
    return min(1.0, float(needed("sacrebleu", "evals").sentence_bleu(output, [reference]).score) / 100)


def chrf(output: str, reference: str) -> float:
    """Return chrF2 of the one sentence, 0 to 1, by sacrebleu."""
    return min(1.0, float(needed("sacrebleu", "evals").sentence_chrf(output, [reference]).score) / 100)


def rouge_1(output: str, reference: str) -> float:
    """Return ROUGE-1: F1 over words in lower case (Lin, 2004), without stemming."""
    return _f1(Counter(_words(output)), Counter(_words(reference)))


def rouge_2(output: str, reference: str) -> float:
    """Return ROUGE-2: F1 over pairs of neighbouring words."""
    return _f1(*(Counter(itertools.pairwise(_words(one))) for one in (output, reference)))


def rouge_l(output: str, reference: str) -> float:
    """Return ROUGE-L: F1 over the longest common subsequence of words, by rapidfuzz."""
    a, b = _words(output), _words(reference)
    common = needed("rapidfuzz.distance", "evals").LCSseq.similarity(a, b)
    return 2 * common / (len(a) + len(b)) if common else 0.0


def edit_similarity(output: str, reference: str) -> float:
    """Return 1 less the Levenshtein distance over the longer one's length, by rapidfuzz."""
    return float(needed("rapidfuzz.distance", "evals").Levenshtein.normalized_similarity(output, reference))


def edit_distance(output: str, reference: str) -> float:
    """Return the Levenshtein distance in characters, by rapidfuzz."""
    return float(needed("rapidfuzz.distance", "evals").Levenshtein.distance(output, reference))


def json_valid(output: str) -> float:
    """Return 1 for JSON (RFC 8259: no NaN, nothing after it), else 0."""
    try:
        json.loads(output, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return 0.0
    return 1.0


def n_characters(output: str) -> float:
    """Return the number of characters."""
    return float(len(output))


def n_words(output: str) -> float:
    """Return the number of words."""
    return float(len(_WORD.findall(output)))


def reading_grade(output: str) -> float | None:
    """Return the Automated Readability Index (Senter and Smith, 1967): the American school year that reads it, of English text; None without words."""
    words = _WORD.findall(output)
    if not words:
        return None
    sentences = max(1, len(_SENTENCE_END.findall(output)))
    return 4.71 * sum(map(len, words)) / len(words) + 0.5 * len(words) / sentences - 21.43


AGAINST: Mapping[str, Callable[[str, str], float]] = {
    "exact_match": exact_match,
    "token_f1": token_f1,
    "bleu": bleu,
    "rouge_1": rouge_1,
    "rouge_2": rouge_2,
    "rouge_l": rouge_l,
    "chrf": chrf,
    "edit_similarity": edit_similarity,
    "edit_distance": edit_distance,
}
"""Metrics of a text and a reference."""
ALONE: Mapping[str, Callable[[str], float | None]] = {
    "json_valid": json_valid,
    "n_characters": n_characters,
    "n_words": n_words,
    "reading_grade": reading_grade,
}
"""Metrics of a text."""


def reference_metrics(
    frame: Any, metrics: Iterable[str] | None = None, *, output: str = "output", reference: str | None = "reference"
) -> Any:
    """Measure texts without a model: against a reference, and by themselves. Nothing leaves this machine.

    Parameters
    ----------
    frame
        Any dataframe; it is not changed.
    metrics
        "exact_match", "token_f1", "bleu", "rouge_1", "rouge_2", "rouge_l", "chrf", "edit_similarity" (0 to 1, higher is nearer), "edit_distance" (characters);
        without a reference "json_valid", "n_characters", "n_words", "reading_grade". None is all that can be computed.
    output, reference
        The columns; a reference may be a list of texts, of which the nearest counts. `reference=None` is none.

    Returns
    -------
    dataframe
        Of the kind of `frame`, with its index and a column for each metric; null where a text is missing.

    Raises
    ------
    MissingPackageError
        With the line to run, where sacrebleu or rapidfuzz is needed and not installed.
    ValueError
        For metrics and columns that are none.
    """
    own, frame = read(frame)
    known = [*(AGAINST if reference is not None else ()), *ALONE]
    wanted = known if metrics is None else [metrics] if isinstance(metrics, str) else list(metrics)
    if unknown := [name for name in wanted if name not in known]:
        needs = "; it needs a reference" if unknown[0] in AGAINST else f"; there are {', '.join(known)}"
        raise ValueError(f'no metric is called "{unknown[0]}"{needs}')
    needed = reference if any(name in AGAINST for name in wanted) else None
    found = values(frame, [output, *([needed] if needed else [])], reader="this")
    texts = [text(v) for v in found[output]]
    references = [_several(v) for v in found[needed]] if needed else []
    columns = {}
    for name in wanted:
        if name in AGAINST:
            columns[name] = pa.array(
                [_nearest(name, *pair) for pair in zip(texts, references, strict=True)], pa.float64()
            )
        else:
            columns[name] = pa.array([None if one is None else ALONE[name](one) for one in texts], pa.float64())
    return beside(own, columns)


def _nearest(name: str, output: str | None, references: Sequence[str]) -> float | None:
    if output is None or not references:
        return None
    found = [AGAINST[name](output, one) for one in references]
    return min(found) if name == "edit_distance" else max(found)


def _several(value: Any) -> list[str]:
    if hasattr(value, "tolist") and getattr(value, "shape", None):
        value = value.tolist()
    several = value if isinstance(value, (list, tuple)) else [value]
    return [one for one in map(text, several) if one is not None]


def _plain(value: str) -> str:
    return " ".join(_ARTICLES.sub(" ", value.lower().translate(_PUNCTUATION)).split())


def _words(value: str) -> list[str]:
    return re.findall(r"[^\W_]+", value.lower())


def _f1(a: Counter[Any], b: Counter[Any]) -> float:
    if not a or not b:
        return float(a == b)
    return 2 * (a & b).total() / (a.total() + b.total())


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")
