"""Which column of one set is perhaps one of the other under another name: their values are distributed alike."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
import pyarrow as pa

from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.profiles.columns import ColumnError
from phoenix_lab.profiles.pairs import Pair, pair
from phoenix_lab.recipes.sets import generator, how_compared
from phoenix_lab.stats.psi import Psi, compare
from phoenix_lab.stats.verdict import LIMIT

ROWS = 20_000
"""So many rows of each set tell whether values are alike."""
MOST = 400
"""So many pairs of columns are compared, those with the likest names first."""
TELLING = 20
"""Numbers with fewer different values are alike in many columns: then the names have to be alike, too."""
LIKE_NAMES = 0.6
"""Names are alike from this share of letters in common on (Ratcliff and Obershelp, 1988), or with a word in common."""
KNOWN = 0.9
"""Categories are those of the other column where it has so many of the values."""

_KINDS = frozenset({"number", "category", "boolean", "text"})
_ROLES = frozenset({"excluded", "timestamp", "prediction_id"})


@dataclass(frozen=True)
class Renamed:
    """A column of the primary set and the one of the reference that it perhaps was.

    Parameters
    ----------
    primary, reference
        The names.
    psi
        How far their values are apart; its whole interval lies below the limit from which drift matters.
    """

    primary: str
    reference: str
    psi: Psi


def unmatched(
    primary: Iterable[ColumnInfo], reference: Iterable[ColumnInfo] | None
) -> tuple[tuple[ColumnInfo, ...], tuple[ColumnInfo, ...]]:
    """Return the columns of each set that the other does not have and that could be one another; none where either has none."""
    ours, theirs = tuple(primary), tuple(reference or ())
    here, there = (
        tuple(
            c for c in mine if c.name not in names and c.kind in _KINDS and c.role not in _ROLES and c.problem is None
        )
        for mine, names in ((ours, {c.name for c in theirs}), (theirs, {c.name for c in ours}))
    )
    return (here, there) if here and there else ((), ())


def renamed(primary: Frame, reference: Frame) -> tuple[Renamed, ...]:
    """Return the columns that perhaps have another name now, each once, in the order of the primary set.

    Values are alike where PSI is surely below the limit. Of several columns that are alike the one with the likest name is meant; where
    the names do not tell, none is.
    """
    here, there = unmatched(primary.columns, reference.columns)
    pairs = sorted(
        ((_likeness(a.name, b.name), i, k) for i, a in enumerate(here) for k, b in enumerate(there)), reverse=True
    )
    alike = [
        (likeness, Renamed(here[i].name, there[k].name, psi))
        for likeness, i, k in pairs[:MOST]
        if (psi := _psi(here[i], there[k], primary, reference, by_name=likeness >= LIKE_NAMES)) is not None
    ]

    def is_meant(likeness: float, found: Renamed) -> bool:
        rivals = [
            other
            for other, one in alike
            if one is not found and (one.primary == found.primary or one.reference == found.reference)
        ]
        return not rivals or (likeness >= LIKE_NAMES and likeness > max(rivals))

    chosen = {found.primary: found for likeness, found in alike if is_meant(likeness, found)}
    return tuple(chosen[c.name] for c in here if c.name in chosen)


def _words(name: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]{3,}", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()))


def _likeness(a: str, b: str) -> float:
    ratio = SequenceMatcher(None, a.lower(), b.lower(), autojunk=False).ratio()
    return max(ratio, LIKE_NAMES) if _words(a) & _words(b) else ratio


def _psi(here: ColumnInfo, there: ColumnInfo, primary: Frame, reference: Frame, *, by_name: bool) -> Psi | None:
    """Return how far two columns are apart, None where that is not surely little."""
    data, other = _some(primary, here.name), _some(reference, there.name)
    if data is None or other is None:
        return None
    how = how_compared(here, there, data.type, other.type)
    if how not in {"numbers", "categories"}:
        return None
    try:
        both = pair(other, data, how, here.name)  # type: ignore[arg-type]
    except ColumnError:
        return None
    if not _tells(both, here, there) and not by_name:
        return None
    if both.categories is not None and not _are_known(both):
        return None
    psi = compare(*both.counts, generator(here.name))
    return psi if psi.upper is not None and psi.upper < LIMIT else None


def _some(frame: Frame, name: str) -> pa.ChunkedArray | None:
    place = frame.table.schema.get_field_index(name)
    if place < 0:
        return None
    column = frame.table.column(place)
    n = len(column)
    return column if n <= ROWS else column.take(pa.array(np.linspace(0, n - 1, ROWS).astype(np.int64)))


def _tells(both: Pair, here: ColumnInfo, there: ColumnInfo) -> bool:
    """Whether it says something that the values are alike."""
    if "text" in {here.kind, there.kind}:
        return False  # only their lengths are compared
    if both.numbers is not None:
        return min(x.distinct for x in both.numbers) >= TELLING
    counts = both.categories
    return counts is not None and "boolean" not in {here.kind, there.kind} and len(counts.labels) > 2


def _are_known(both: Pair) -> bool:
    """Whether nearly all values of the primary column are values of the other: rare ones share a bin, in which all that is unlike would be alike."""
    counts = both.categories
    if counts is None:
        return True
    n = int(counts.counts_primary.sum())
    return n > 0 and int(counts.counts_primary[counts.counts_reference > 0].sum()) >= KNOWN * n
