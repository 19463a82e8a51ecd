"""How far an embedding has drifted: a classifier's scores on rows that it has not seen, compared as numbers are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.embeddings.drift import MAX_ROWS, DomainClassifier, domain_classifier, sampled
from phoenix_lab.profiles.columns import Numbers, vectors
from phoenix_lab.profiles.pairs import Pair, of_numbers
from phoenix_lab.recipes.sets import Units
from phoenix_lab.stats.outside import FAR, LeastOutside, least_outside
from phoenix_lab.stats.psi import Psi, compare
from phoenix_lab.stats.splitting import one_each

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class VectorDrift:
    """What a domain classifier finds.

    Parameters
    ----------
    classifier
        Its AUC and p-value.
    psi
        Of the held-out scores, by deciles of the reference's.
    scores
        The held-out scores of both sets with their bins, present in the held-out rows; None where there is no result.
    note
        What was left out or sampled, in words; empty when nothing was.
    least
        How many primary rows, at the least, are not as the reference would have them ("other"), and how many come from where it has next to none ("beyond"):
        less than a tenth as many.
    """

    classifier: DomainClassifier
    psi: Psi
    scores: Pair | None
    note: str
    least: Mapping[str, LeastOutside | None]


def vector_drift(
    reference: pa.ChunkedArray, primary: pa.ChunkedArray, units: Units | None, rng: np.random.Generator
) -> VectorDrift:
    """Compare two columns of vectors of one length; p is the classifier's, estimate and interval are PSI's."""
    matrices, rows, unit_codes, notes = [], [], [], []
    for column, name, codes in (
        (reference, "reference", None if units is None else units.reference),
        (primary, "primary", None if units is None else units.primary),
    ):
        matrix, usable = vectors(column)
        kept = np.flatnonzero(usable)
        broken = len(matrix) - column.null_count - len(kept)
        if broken:
            notes.append(f"{broken:,} {name} vectors with NaN or infinity are left out")
        if len(kept) > MAX_ROWS:
            notes.append(f"{MAX_ROWS:,} of {len(kept):,} {name} rows sampled")
            kept = sampled(kept, rng, MAX_ROWS)
        matrices.append(matrix[kept])
        rows.append(kept)
        unit_codes.append(None if codes is None else codes[kept])
    classifier = domain_classifier(matrices[0], matrices[1], rng, unit_codes[0], unit_codes[1])
    rows_r, rows_p = rows[0][classifier.held_out_reference], rows[1][classifier.held_out_primary]
    note = "; ".join(notes)
    if classifier.reason is not None:
        n, m = classifier.n_reference, classifier.n_primary
        undefined = Psi(None, None, None, None, None, n, m, reason=classifier.reason)
        return VectorDrift(classifier, undefined, None, note, {})
    scores = of_numbers(
        _placed(classifier.scores_reference, rows_r, len(reference)),
        _placed(classifier.scores_primary, rows_p, len(primary)),
    )
    by_unit = None if units is None else scores.by_unit(units.codes, units.column)
    psi = compare(*scores.counts, rng, units=by_unit, permutations=1999)
    return VectorDrift(classifier, psi, scores, note, _least(classifier, (unit_codes[0], unit_codes[1]), rng))


def _placed(scores: NDArray[np.float64], rows: Ints, n_rows: int) -> Numbers:
    """Return scores as the values of their rows; `rows` rise."""
    present = np.zeros(n_rows, dtype=bool)
    present[rows] = True
    return Numbers(scores, present)


def _least(
    classifier: DomainClassifier,
    units: tuple[NDArray[np.int64] | None, NDArray[np.int64] | None],
    rng: np.random.Generator,
) -> dict[str, LeastOutside | None]:
    """Return the bounds of `VectorDrift.least`; `units` are of the rows that the classifier was given, of which one a unit counts."""
    sides = []
    for scores, rows, of in (
        (classifier.scores_reference, classifier.held_out_reference, units[0]),
        (classifier.scores_primary, classifier.held_out_primary, units[1]),
    ):
        sides.append(scores[one_each(np.arange(len(rows)) if of is None else of[rows], rng)])
    return {
        "other": least_outside(sides[0], sides[1]),
        "beyond": least_outside(sides[0], sides[1], times=FAR),
    }
