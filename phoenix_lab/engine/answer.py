"""The answer to a recipe: from the cache where it is there, else computed and kept."""

from __future__ import annotations

from collections.abc import Callable

from phoenix_lab.engine.cache import Cache
from phoenix_lab.inferences.frame import Frame
from phoenix_lab.recipes.compute import Sets, compute, needs
from phoenix_lab.recipes.corpus import needed
from phoenix_lab.recipes.models import AnyRecipe, Findings
from phoenix_lab.recipes.output import Output, Progress, silent


def answer(
    recipe: AnyRecipe,
    primary: Frame,
    reference: Frame | None = None,
    corpus: Frame | None = None,
    *,
    cache: Cache | None,
    key: str | None = None,
    progress: Progress = silent,
) -> Output:
    """Answer a recipe.

    Parameters
    ----------
    recipe, primary, reference, corpus, progress
        See `compute`.
    cache
        Where results lie; None computes everything.
    key
        The recipe's key, where it is known already.
    """
    if cache is None:
        return _computed(recipe, (primary, reference, corpus), None, progress)
    key = key or Cache.key(recipe, primary, reference, corpus)
    output = cache.load(key)
    if output is None:
        output = _computed(recipe, (primary, reference, corpus), cache, progress)
        cache.store(key, output)
    return output


def _computed(recipe: AnyRecipe, sets: Sets, cache: Cache | None, progress: Progress) -> Output:
    primary, reference, corpus = sets
    if isinstance(recipe, Findings):
        from phoenix_lab.findings.search import compute as search

        known: dict[AnyRecipe, Output] = {}

        def ask_any(question: AnyRecipe, told: Progress) -> Output:
            return asking(primary, reference, corpus, cache=cache, progress=told, known=known)(question)

        return search(recipe, primary, reference, progress, ask=ask_any)
    ask = None if cache is None else asking(primary, reference, corpus, cache=cache, progress=progress)
    return compute(recipe, primary, reference, corpus, progress, ask=ask)


def asking(
    primary: Frame,
    reference: Frame | None,
    corpus: Frame | None,
    *,
    cache: Cache | None,
    progress: Progress = silent,
    known: dict[AnyRecipe, Output] | None = None,
) -> Callable[[AnyRecipe], Output]:
    """Return what answers the questions that a recipe asks, such as the maps of all rows that conditions speak of: by the key that the panel and a cell have for them, too.

    Answers are kept in `known`, so that without a cache nothing is computed twice either.
    """
    answers = {} if known is None else known

    def ask(recipe: AnyRecipe) -> Output:
        if recipe not in answers:
            names, others = needs(recipe, primary.columns, None if reference is None else reference.columns)
            mine, other = primary.select(names), None if reference is None else reference.select(others)
            documents = needed(recipe, primary, corpus)
            if cache is None:
                answers[recipe] = compute(recipe, mine, other, documents, progress, ask=ask)
            else:
                answers[recipe] = answer(recipe, mine, other, documents, cache=cache, progress=progress)
        return answers[recipe]

    return ask
