"""What `Findings` asks of the other recipes, in the order in which it asks: what tells most for its time first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.recipes.models import (
    AnyRecipe,
    Distribution,
    EmbeddingMap,
    Findings,
    Performance,
    Quality,
    Slices,
    Summary,
)
from phoenix_lab.recipes.sets import joined, wanted

MOST_SEGMENTS = 40
"""Columns that the predictions are looked at by, the first ones."""


def questions(
    recipe: Findings, primary: tuple[ColumnInfo, ...], reference: tuple[ColumnInfo, ...] | None
) -> list[AnyRecipe]:
    """Return the recipes to ask of these columns. What is asked depends on the columns alone; what became of them later, on the answers."""
    common: Any = {"unit": recipe.unit, "where": recipe.where}
    vectors = [c for c in primary if c.kind == "vector" and c.problem is None and c.role != "excluded"]
    # The map is that of all rows, whatever rows are looked at: the one that the panel shows.
    maps = [EmbeddingMap(c.name, **common) for c in vectors if reference is None or _is_alike(c, reference)]
    if reference is None:
        return [Quality(**common), *maps, *([Slices(**common)] if _predicts(primary) else [])]
    asked: list[AnyRecipe] = [Summary(**common), Quality(**common)]
    # The overview reads a text through its vectors; how long it is only its own view tells.
    texts = [c.raw_data for c in vectors if c.raw_data is not None]
    asked += [Distribution(name, **common) for name in dict.fromkeys(texts) if name in {c.name for c in reference}]
    slices = Slices("set", **common)
    if not _predicts(primary):
        return [*asked, *maps, slices]
    by = [c.name for c in primary if _groups(c, recipe.unit)][:MOST_SEGMENTS]
    return [
        *asked,
        Performance(**common),
        *maps,
        *(Performance(segment=name, **common) for name in by),
        *(Performance(segment=EmbeddingMap(one.embedding, unit=recipe.unit), **common) for one in maps),
        slices,
    ]


def needs(
    recipe: Findings, primary: Iterable[ColumnInfo], reference: Iterable[ColumnInfo] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns to read of both sets: those of all questions, and the times."""
    from phoenix_lab.recipes.compute import needs as of

    own, other = tuple(primary), None if reference is None else tuple(reference)
    return joined(wanted([recipe.unit], own, other), *(of(one, own, other) for one in questions(recipe, own, other)))


def _is_alike(column: ColumnInfo, reference: tuple[ColumnInfo, ...]) -> bool:
    return any(
        c.name == column.name and c.kind == "vector" and c.problem is None and c.dimension == column.dimension
        for c in reference
    )


def _groups(column: ColumnInfo, unit: str | None) -> bool:
    kinds = ("category", "boolean", "number")
    return column.problem is None and column.role in {"feature", "tag"} and column.kind in kinds and column.name != unit


def _predicts(columns: tuple[ColumnInfo, ...]) -> bool:
    roles = {c.role for c in columns if c.problem is None}
    labels = "actual_label" in roles and roles & {"prediction_label", "prediction_score"}
    return bool(labels) or {"prediction_score", "actual_score"} <= roles
