"""How much each row is like the primary set rather than like the reference, of rows that a classifier of their vectors has not seen."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from phoenix_lab.inferences.frame import Frame
from phoenix_lab.profiles.columns import vectors
from phoenix_lab.recipes.output import RecipeError
from phoenix_lab.recipes.row_number import RowNumber
from phoenix_lab.recipes.sets import Units, generator, known
from phoenix_lab.recipes.vector_drift import vector_drift


def likeness(name: str, primary: Frame, reference: Frame, units: Units | None) -> RowNumber:
    """Return the held-out score of each row, NaN for those that the classifier learnt from; its mean differs between the sets by their drift.

    Rows without a vector are held out in the same shares, and have for score what the others of them say: the chance that such a row is of the primary set,
    both sets weighing the same.

    Raises
    ------
    RecipeError
        Nothing can be told from the vectors; the message says why.
    """
    sets = (primary, reference)
    columns = [frame.table.column(known(frame, name).name) for frame in sets]
    if any(pa.types.is_null(column.type) for column in columns):
        raise RecipeError(f'a set has no vectors in "{name}"')
    # The numbers are those that the map tells of its drift.
    found = vector_drift(columns[1], columns[0], units, generator(name))
    if found.classifier.reason is not None or found.scores is None or found.scores.numbers is None:
        raise RecipeError(f'"{name}": {found.classifier.reason}')
    held_out = found.scores.numbers[::-1]
    rng = generator("likeness", name)
    y, gone, learnt = [], [], []
    for column, own in zip(columns, held_out, strict=True):
        _, usable = vectors(column)
        scores = np.full(len(column), np.nan)
        scores[own.present] = own.values
        share = own.present.sum() / max(1, int(usable.sum()))
        out = ~usable & (rng.random(len(column)) < share)
        y.append(scores)
        gone.append(out)
        # One more of each kind, so that few rows say little.
        learnt.append((int((~usable & ~out).sum()) + 1) / (len(column) - int(own.present.sum() + out.sum()) + 2))
    for scores, out in zip(y, gone, strict=True):
        scores[out] = learnt[0] / (learnt[0] + learnt[1])
    return RowNumber(np.concatenate(y), f"likeness to {primary.name} by {name}", share=False, of=(name,))
