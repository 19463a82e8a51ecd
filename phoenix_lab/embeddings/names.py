"""Names for groups of rows from their text: the words that are much more frequent in a group than elsewhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_TEXTS = 20_000
"""Texts that are read for names, about; of more, evenly spaced ones of each group."""

FEWEST_TEXTS = 100
"""Texts of a group that are read in any case, as far as there are."""

MOST_CHARACTERS = 2_000
"""Characters of a text that are read."""

TERMS = 3
SPARE_TERMS = 8
PRIOR, PRIOR_SHARE = 2_000.0, 0.02
"""Weight of the prior in words, and as a part of all words where those are few: how strongly rare words are drawn to their share in all
texts."""

LEAST_SHARE, LEAST_ROWS = 0.08, 3
"""A term is in this share of a group's texts, and in this many."""

LEAST_Z = 1.96
SEPARATOR = " · "

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
"""Scripts that put no spaces between words."""

# fmt: off
_FILLERS = (
    "ain", "also", "applause", "aren", "couldn", "didn", "doesn", "don", "get", "going", "good", "got", "hadn", "hasn", "haven",
    "isn", "just", "know", "laughter", "let", "like", "ll", "lot", "made", "make", "many", "much", "need", "new", "okay", "one",
    "people", "re", "really", "said", "say", "saying", "says", "shouldn", "thank", "thanks", "thing", "things", "think", "three",
    "time", "today", "two", "ve", "want", "wasn", "way", "weren", "won", "wouldn", "year", "years", "yes",
)
# fmt: on


@dataclass(frozen=True)
class Term:
    """One word of a group's name.

    Parameters
    ----------
    word
        As most of the group's texts write it, in small letters.
    z
        How many standard errors its log-odds in the group lie above those elsewhere.
    """

    word: str
    z: float


def rows_to_read(labels: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return rows whose texts are enough to name the groups, ascending: all of them, unless there are very many."""
    n = len(labels)
    if n <= MOST_TEXTS:
        return np.arange(n)
    order = np.argsort(labels, kind="stable")
    ends = np.flatnonzero(np.diff(labels[order], append=np.iinfo(np.int32).max)) + 1
    parts = []
    for start, end in zip(np.concatenate([[0], ends[:-1]]), ends, strict=True):
        size = end - start
        take = min(size, max(FEWEST_TEXTS, size * MOST_TEXTS // n))
        parts.append(order[start + np.arange(take) * size // take])
    return np.sort(np.concatenate(parts))


def name_groups(texts: Sequence[str | None], labels: NDArray[np.int32]) -> dict[int, list[Term]]:
    """Return for each group, -1 left out, the terms that set it apart, the strongest first; few or none where none does.

    A word counts once a text, so that one long text names nothing. Words are ranked by the z-score of their log-odds in the
    group against all other texts, with all texts as the informative Dirichlet prior (Monroe, Colaresi and Quinn,
    Fightin' Words, Political Analysis 2008), weighted by the square root of the share of the group's texts with the word.
    Singular and plural are one term. The names know nothing of the sets.

    Parameters
    ----------
    texts
        One a row; None and empty ones are passed over.
    labels
        The group of each, int32 (n,).
    """
    groups = np.unique(labels[labels >= 0])
    if len(groups) == 0:
        return {}
    vocabulary: dict[str, int] = {}
    where: list[int] = []
    what: list[int] = []
    spellings: dict[str, Counter[str]] = {}
    stop = _stop_words()
    known: dict[str, str] = {}
    for row, text in enumerate(texts):
        if not text:
            continue
        seen = set()
        for word in words(text):
            stem = known.get(word)
            if stem is None:
                stem = known[word] = "" if word in stop else plain(word)
            if not stem or stem in seen:
                continue
            seen.add(stem)
            spellings.setdefault(stem, Counter())[word] += 1
            what.append(vocabulary.setdefault(stem, len(vocabulary)))
            where.append(row)
    if not vocabulary:
        return {}
    counts = np.zeros((len(groups) + 1, len(vocabulary)))
    group_of = np.full(len(texts), len(groups), np.int64)
    inside = labels >= 0
    group_of[inside] = np.searchsorted(groups, labels[inside])
    np.add.at(counts, (group_of[where], np.array(what)), 1)
    sizes = np.bincount(group_of, minlength=len(groups) + 1)
    stems = list(vocabulary)
    ranked = _log_odds(counts)
    result: dict[int, list[Term]] = {}
    for g, label in enumerate(groups):
        share = counts[g] / max(1, sizes[g])
        good = (ranked[g] > LEAST_Z) & (share >= LEAST_SHARE) & (counts[g] >= min(LEAST_ROWS, sizes[g]))
        candidates = np.flatnonzero(good)
        weight = ranked[g, candidates] * np.sqrt(share[candidates])
        order = sorted(range(len(candidates)), key=lambda c: (-weight[c], stems[candidates[c]]))
        result[int(label)] = [
            Term(_common(spellings[stems[candidates[c]]]), float(ranked[g, candidates[c]])) for c in order[:SPARE_TERMS]
        ]
    return result


def distinct_names(terms: dict[int, list[Term]]) -> dict[int, list[str]]:
    """Return up to three words a group; a group whose words are those of a larger one gets further ones."""
    taken: set[tuple[str, ...]] = set()
    result = {}
    for group in sorted(terms):
        all_words: list[str] = []
        for term in terms[group]:
            if not any(word in {term.word + "s", term.word.removesuffix("s")} for word in all_words):
                all_words.append(term.word)
        chosen = all_words[:TERMS]
        for extra in all_words[TERMS:]:
            if tuple(sorted(chosen)) not in taken:
                break
            chosen = [*chosen[: TERMS - 1], extra]
        taken.add(tuple(sorted(chosen)))
        result[group] = chosen
    return result


def words(text: str) -> list[str]:
    """Return the words of a text in small letters; of scripts without spaces, pairs of characters."""
    result: list[str] = []
    for match in _WORD.finditer(text[:MOST_CHARACTERS].lower().replace("’", "'")):
        word = match.group()
        if _UNSPACED.match(word):
            result.extend(word[i : i + 2] for i in range(len(word) - 1))
        elif len(word) <= 30:
            result.append(word)
    return result


def plain(word: str) -> str:
    """Return what singular and plural of an English word share; empty for what is too short to be a term."""
    word = word.split("'", maxsplit=1)[0]
    if len(word) < 3 and word.isascii():
        return ""
    if len(word) > 4:
        if word.endswith("ies"):
            return word[:-3] + "y"
        if word.endswith(("sses", "shes", "ches", "xes")):
            return word[:-2]
        if word.endswith("s") and not word.endswith(("ss", "us", "is")):
            return word[:-1]
    return word


def _stop_words() -> frozenset[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return frozenset(ENGLISH_STOP_WORDS).union(_FILLERS)


def _common(spellings: Counter[str]) -> str:
    most = max(spellings.values())
    return min(word.removesuffix("'s") for word, count in spellings.items() if count == most)


def _log_odds(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return z of each group's log-odds against the other groups together, shape of `counts` (groups, terms)."""
    total = counts.sum(axis=0)
    weight = min(PRIOR, PRIOR_SHARE * total.sum())
    prior = weight * total / total.sum()
    n = counts.sum(axis=1, keepdims=True)
    inside, outside = counts + prior, total - counts + prior
    rest = total.sum() - n
    # Where there is a single term its odds are not finite, and it is no name.
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = np.log(inside / (n + weight - inside)) - np.log(outside / (rest + weight - outside))
        z: NDArray[np.float64] = odds / np.sqrt(1 / inside + 1 / outside)
    return z
