"""Whether the primary set is where the reference is, by its features: a classifier that tells the sets apart bounds how many rows are not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.embeddings.drift import Components, finite_rows, sampled
from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.profiles.columns import ColumnError
from phoenix_lab.profiles.columns import vectors as vectors_of
from phoenix_lab.profiles.pairs import pair
from phoenix_lab.recipes.sets import Units, how_compared
from phoenix_lab.stats.outside import FAR, LeastOutside, least_outside
from phoenix_lab.stats.splitting import halves, one_each

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MOST_ROWS = 4_000
"""Rows of a set that the classifier sees; more are sampled."""
FEWEST = 100
"""Rows of each set that each half has at least."""
MOST_VALUES = 100
"""Values of a category that are told apart, the most frequent ones."""
COMPONENTS = 32
"""Principal components of a column of vectors."""
FARTHEST = 1e300
"""What infinities are taken for."""
BY_DEFAULT = ("feature", "tag", "embedding", "prompt", "response", "document")


@dataclass(frozen=True)
class Coverage:
    """How many rows of the primary set, at the least, are not covered.

    Parameters
    ----------
    least
        The bound; None where nothing can be told.
    columns
        The columns that it is told by.
    reason
        Why nothing can be told.
    """

    least: LeastOutside | None
    columns: tuple[str, ...] = ()
    reason: str | None = None


def features_of(
    chosen: tuple[str, ...] | None, primary: Iterable[ColumnInfo], reference: Iterable[ColumnInfo] | None
) -> tuple[str, ...]:
    """Return the columns to go by: those chosen, or the features that both sets have."""
    if chosen is not None:
        return chosen
    there = {column.name for column in reference or () if column.problem is None}
    return tuple(c.name for c in primary if c.role in BY_DEFAULT and c.problem is None and c.name in there)


def coverage(
    columns: tuple[str, ...],
    primary: Frame,
    reference: Frame,
    rows: tuple[Bools, Bools],
    units: Units | None,
    *,
    rng: np.random.Generator,
) -> Coverage:
    """Bound the share of primary rows that are where the reference has less than a tenth as many.

    Boosted trees learn on one half of the units and are judged on the other, of which a row a unit counts.

    Parameters
    ----------
    columns
        What they learn from: numbers, categories, texts by their length, vectors.
    rows
        Which rows of the primary and of the reference set count.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    n, m = int(rows[1].sum()), int(rows[0].sum())
    parts, used, categorical = [], [], []
    for name in columns:
        read = _column(name, primary, reference, rng)
        if read is not None:
            parts.append(read[0])
            categorical += [read[1]] * read[0].shape[1]
            used.append(name)
    if not parts:
        return Coverage(None, (), "there are no features to tell it by")
    keep = np.concatenate([rows[1], rows[0]])
    X = np.concatenate(parts, axis=1)[keep]
    of_primary = np.repeat([False, True], [n, m])
    codes = np.arange(n + m) if units is None else np.concatenate([units.reference, units.primary])[keep]
    some = np.concatenate([sampled(np.flatnonzero(of_primary == side), rng, MOST_ROWS) for side in (False, True)])
    X, of_primary, codes = X[some], of_primary[some], codes[some]
    learn = halves(codes, rng)
    judged = np.zeros(len(codes), dtype=bool)
    others = np.flatnonzero(~learn)
    # A unit with rows in both sets is of one alone.
    judged[others[one_each(codes[others], rng)]] = True
    fewest = min(int((half & (of_primary == side)).sum()) for half in (learn, judged) for side in (False, True))
    if fewest < FEWEST:
        return Coverage(None, tuple(used), f"that needs {FEWEST} rows or units of each half of each set")
    model = HistGradientBoostingClassifier(
        max_iter=50,
        max_leaf_nodes=15,
        categorical_features=categorical,
        class_weight="balanced",
        random_state=int(rng.integers(2**31)),
    ).fit(X[learn], of_primary[learn])
    score = model.predict_proba(X)[:, 1]
    least = least_outside(score[judged & ~of_primary], score[judged & of_primary], FAR)
    return Coverage(least, tuple(used))


def _column(name: str, primary: Frame, reference: Frame, rng: np.random.Generator) -> tuple[Floats, bool] | None:
    """Return a column of the reference's and then the primary's rows as numbers, shape (rows, columns), and whether they are codes; None where it is neither."""
    if name not in primary.table.column_names or name not in reference.table.column_names:
        return None
    mine, theirs = primary.table.column(name), reference.table.column(name)
    how = how_compared(primary.info(name), reference.info(name), mine.type, theirs.type)
    full = np.full((len(theirs) + len(mine), 1), np.nan)
    try:
        if how == "vectors":
            return _of_vectors([vectors_of(theirs), vectors_of(mine)], rng)
        if how not in ("numbers", "categories"):
            return None
        both = pair(theirs, mine, "numbers" if how == "numbers" else "categories", name)
    except ColumnError:
        return None
    present = np.concatenate(both.present)
    if both.categories is not None:
        codes = np.concatenate([both.categories.reference, both.categories.primary])
        frequent = np.argsort(-np.bincount(codes, minlength=1), kind="stable")
        place = np.full(len(frequent), MOST_VALUES)
        place[frequent[:MOST_VALUES]] = np.arange(min(MOST_VALUES, len(frequent)))
        full[present, 0] = place[codes]
        return full, True
    if both.numbers is not None:
        values = np.concatenate([part.values.astype(np.float64) for part in both.numbers])
        full[present, 0] = np.clip(values, -FARTHEST, FARTHEST)
    return full, False


def _of_vectors(sets: list[tuple[NDArray[np.float64], Bools]], rng: np.random.Generator) -> tuple[Floats, bool] | None:
    if sets[0][0].shape[1] != sets[1][0].shape[1]:
        return None
    matrix = np.concatenate([part for part, _ in sets]).astype(np.float64)
    there = np.concatenate([mask for _, mask in sets])
    whole = np.zeros(len(matrix), dtype=bool)
    whole[finite_rows(matrix)] = True
    whole &= there
    if whole.sum() < 2:
        return None
    fit = sampled(np.flatnonzero(whole), rng, MOST_ROWS)
    components = Components.of(matrix[fit], COMPONENTS, rng)
    full = np.full((len(matrix), components.directions.shape[1]), np.nan)
    full[whole] = components(matrix[whole])
    return (full, False) if full.shape[1] else None
