"""Profiles of parts, added up to that of the whole."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.profiles.cells import MOST_CELLS, grouped
from phoenix_lab.profiles.columns import ColumnError, codes
from phoenix_lab.profiles.counts import added
from phoenix_lab.profiles.profile import Profile, ProfileError, VectorSample
from phoenix_lab.profiles.slots import together

Ints = NDArray[np.int64]


def added_up(parts: Sequence[Profile]) -> Profile:
    """Return the profile of all the rows of parts with one plan.

    Raises
    ------
    ProfileError
        Together they have too many units, or too long a time.
    """
    first = parts[0]
    try:
        slots, slot_places = together([p.slots for p in parts])
    except ColumnError as error:
        raise ProfileError(str(error)) from None
    units, unit_places = _all_units([p.unit_values for p in parts])
    of_slot = [places[p.slot] for p, places in zip(parts, slot_places, strict=True)]
    if first.unit_column is None:  # a cell for each slot, whether it has rows or not
        cell_places, slot, unit = of_slot, np.arange(len(slots)), np.full(len(slots), -1)
    else:
        of_unit = [np.append(places, -1)[p.unit] for p, places in zip(parts, unit_places, strict=True)]
        place, slot, unit = grouped(np.concatenate(of_slot), np.concatenate(of_unit))
        cell_places = np.split(place, np.cumsum([len(p.slot) for p in parts])[:-1])
        if len(slot) > MOST_CELLS:
            raise ProfileError(f"together they have {len(slot):,} units, and a profile holds {MOST_CELLS:,}")
    rows = np.zeros(len(slot), dtype=np.int64)
    for p, places in zip(parts, cell_places, strict=True):
        np.add.at(rows, places, p.rows)
    counts = {}
    for name in first.plan:
        here = [
            (p.counts[name], cells, of)
            for p, cells, of in zip(parts, cell_places, slot_places, strict=True)
            if name in p.counts
        ]
        counts[name] = added(here, len(slot), len(slots))
    prints = {
        name: hashlib.sha256("".join(p.fingerprints.get(name, "") for p in parts).encode()).hexdigest()
        for name in first.fingerprints
    }
    return replace(
        first,
        n_rows=sum(p.n_rows for p in parts),
        slots=slots,
        slot=slot,
        unit=unit,
        rows=rows,
        unit_values=units,
        counts=counts,
        fingerprints=prints if len(parts) > 1 else first.fingerprints,
        samples=_all_samples(parts, slot_places),
    )


def _all_units(parts: Sequence[pa.Array]) -> tuple[pa.Array, list[Ints]]:
    """Return the different values of all parts, and where each part's are among them."""
    kind = next((p.type for p in parts if len(p)), None)
    if kind is None:
        return parts[0], [np.empty(0, dtype=np.int64) for _ in parts]
    every = pa.chunked_array([p.cast(kind) for p in parts], type=kind)
    values, (_, mine), _ = codes(every.slice(0, 0), every, "unit")
    return values, np.split(mine, np.cumsum([len(p) for p in parts])[:-1])


def _all_samples(parts: Sequence[Profile], places: Sequence[Ints]) -> dict[str, VectorSample]:
    """Return the samples side by side; a row's place is that in the parts one after another."""
    result = {}
    starts = np.cumsum([0, *(p.n_rows for p in parts)])
    for name in parts[0].samples:
        here = [(p.samples[name], places[k], int(starts[k])) for k, p in enumerate(parts) if name in p.samples]
        result[name] = VectorSample(
            np.concatenate([s.matrix for s, *_ in here]),
            np.concatenate([place[s.slot] for s, place, _ in here]),
            np.concatenate([s.row + start for s, _, start in here]),
        )
    return result
