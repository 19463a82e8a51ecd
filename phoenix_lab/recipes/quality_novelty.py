"""Checks for what one set has and the other never had: values beyond its range, categories, one value throughout."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.profiles.columns import Categories, Numbers
from phoenix_lab.profiles.durations import iso
from phoenix_lab.profiles.time import TimeAxis, instants
from phoenix_lab.recipes.models import Check
from phoenix_lab.recipes.quality_found import Column, Found, exact, missing, shown
from phoenix_lab.recipes.sets import Units, generator
from phoenix_lab.stats import estimates
from phoenix_lab.stats.novelty import all_among, beyond, unseen
from phoenix_lab.stats.units import UnitCounts

Bools = NDArray[np.bool_]

EXAMPLES = 3
NAMED = 100
"""So many categories can be the condition of a cohort; more are too many to be read."""

STUCK = 10
"""From this many equal values on a constant column is more than a small sample."""

MOST_CELLS = 20_000_000
"""Units times categories that are counted; beyond, rows are dealt out instead of units."""


def beyond_range(column: Column, there: Numbers, here: Numbers) -> Iterator[Found]:
    """Count finite values above and below all of the reference's; with units, p is of units that have one."""
    if not len(there.values) or not len(here.values):
        return
    known = there.values if there.whole else there.values[np.isfinite(there.values)]
    finite = np.ones(len(here.values), dtype=bool) if here.whole else np.isfinite(here.values)
    if not len(known):
        return
    among = np.zeros(len(column.data), dtype=bool)
    among[np.flatnonzero(here.present)[finite]] = True
    high, low = known.max(), known.min()
    yield _beyond(
        column,
        "above",
        (here, here.values > high),
        among,
        len(known),
        end=high,
        note=f"the reference ends at {shown(high)}",
    )
    yield _beyond(
        column,
        "below",
        (here, here.values < low),
        among,
        len(known),
        end=low,
        note=f"the reference begins at {shown(low)}",
    )


def earlier(column: Column, here: TimeAxis, there: TimeAxis) -> Found:
    """Count times before the reference's first."""
    start, _ = there.span or (0, 0)
    flags = np.zeros(len(here.present), dtype=bool)
    flags[here.present] = here.instants < start
    first = iso(start, there.zone)
    found = _novel(column, "below", flags, here.present, int(there.present.sum()))
    note = f"the reference begins at {first}"
    if found.empty:
        return replace(found, note=note)
    return replace(found, note=note, examples=(iso(int(here.instants.min()), here.zone),), high=first)


def _beyond(
    column: Column, check: Check, far: tuple[Numbers, Bools], among: Bools, n: int, *, end: Any, note: str
) -> Found:
    here, outside = far
    flags = np.zeros(len(among), dtype=bool)
    flags[np.flatnonzero(here.present)[outside]] = True
    found = _novel(column, check, flags & among, among, n)
    values = here.values[outside & (np.isfinite(here.values) if not here.whole else True)]
    if not len(values):
        return replace(found, note=note)
    # Of the values beyond the range the nearest, or the end of the range: a range is closed at its start and open at its end.
    if check == "above":
        return replace(found, note=note, examples=(shown(values.max()),), low=exact(values.min()))
    return replace(found, note=note, examples=(shown(values.min()),), high=exact(end))


def _novel(column: Column, check: Check, flags: Bools, among: Bools, n: int) -> Found:
    """Judge the rows `flags` of those `among`, which lie beyond all of the reference's `n`; with units, how many units have one."""
    k, m = int(flags.sum()), int(among.sum())
    units = column.units
    if units is None:
        test = beyond(k, n, m)
    else:
        test = beyond(len(np.unique(units.primary[flags])), *(len(np.unique(codes)) for codes in units.codes))
    lower, upper = _interval(flags, among, None if units is None else units.primary)
    return Found(
        check,
        primary=(k, m),
        reference=(0, n),
        difference=k / m if k else None,
        lower=lower,
        upper=upper,
        p_value=test.p_value,
        novel=True,
    )


def _interval(flags: Bools, among: Bools, units: NDArray[np.int64] | None) -> tuple[float, float]:
    share = estimates.share("share", flags, among, units)
    return share.lower or 0.0, 1.0 if share.upper is None else share.upper


def new_and_gone(column: Column, both: Categories) -> Iterator[Found]:
    """Count values of categories that the other set does not have, both ways."""
    if not len(both.reference) or not len(both.primary):
        return
    counts = both.counts_reference, both.counts_primary
    k, m = _away(*counts), int(counts[1].sum())
    j, n = _away(counts[1], counts[0]), int(counts[0].sum())
    if k == m and j == n and _are_dates(column):
        # Days of another period: that no value is in both sets is what they are there for. Of other labels it is a fault.
        yield Found("new", primary=(k, m), reference=(0, n), plain=True, note="no value is in both sets")
        return
    yield _unseen(column, "new", both, (counts[0], counts[1]), primary=(k, m), reference=(0, n))
    yield _unseen(column, "gone", both, (counts[1], counts[0]), primary=(0, m), reference=(j, n))


def _are_dates(column: Column) -> bool:
    try:
        return all(instants(part, column.name).span is not None for part in (column.data, column.base))
    except ValueError:
        return False


def _away(base: NDArray[np.int64], here: NDArray[np.int64]) -> int:
    return int(here[base == 0].sum())


def _unseen(
    column: Column,
    check: Check,
    both: Categories,
    counts: tuple[NDArray[np.int64], NDArray[np.int64]],
    *,
    primary: tuple[int, int],
    reference: tuple[int, int],
) -> Found:
    base, here = counts
    gone = check == "gone"
    k, m = reference if gone else primary
    units = column.units if k else None
    test = unseen(
        base,
        here,
        generator(column.name, check),
        units=None if units is None else _by_unit(units, both, swapped=gone),
    )
    codes, present = (both.reference, both.present_reference) if gone else (both.primary, both.present_primary)
    flags = np.zeros(len(present), dtype=bool)
    flags[present] = (base == 0)[codes]
    side = None if units is None else units.reference if gone else units.primary
    lower, upper = _interval(flags, present, side)
    named = np.flatnonzero((base == 0) & (here > 0))
    most = named[np.argsort(-here[named], kind="stable")][:EXAMPLES]
    return Found(
        check,
        primary=primary,
        reference=reference,
        difference=None if not k else -k / m if gone else k / m,
        lower=-upper if gone else lower,
        upper=-lower if gone else upper,
        p_value=test.p_value,
        novel=True,
        examples=tuple(shown(both.labels[i]) for i in most),
        values=tuple(both.labels[i] for i in named) if len(named) <= NAMED else (),
        note=f"{len(named):,} values" if len(named) > EXAMPLES else None,
    )


def _by_unit(units: Units, both: Categories, *, swapped: bool) -> UnitCounts | None:
    """Return the counts by unit, the set that is taken as known first; None where they would fill the memory."""
    sides = [
        (units.reference[both.present_reference], both.reference),
        (units.primary[both.present_primary], both.primary),
    ]
    size = len(both.labels)
    if (max(int(groups.max(initial=0)) for groups, _ in sides) + 1) * size > MOST_CELLS:
        return None
    (u, a), (v, b) = reversed(sides) if swapped else sides
    return UnitCounts.count(u, a, v, b, n_bins=size, name=units.column)


def constant(column: Column, here: Any, there: Any, labels: tuple[str, ...] | None = None) -> Found:
    """Tell whether all values are one and the same; where only one set has become so, how likely chance makes it.

    Parameters
    ----------
    column
        The column.
    here, there
        The present values of the primary and the reference set, or their numbers; None without a reference.
    labels
        What the numbers mean.
    """
    n = len(here)
    stuck = _one_value(here)
    example = () if not stuck else (shown(here[0] if labels is None else labels[int(here[0])]),)
    if there is None:
        return Found("constant", primary=(n if stuck else 0, n), plain=True, examples=example)
    m, was = len(there), _one_value(there)
    primary, reference = (n if stuck else 0, n), (m if was else 0, m)
    if stuck == was:
        # Both constant is a fact; neither is a test that found nothing.
        return Found(
            "constant",
            primary=primary,
            reference=reference,
            plain=stuck,
            p_value=None if stuck or min(n, m) < STUCK else 1.0,
            novel=True,
            examples=example,
        )
    fixed, free = (here, there) if stuck else (there, here)
    others = free != fixed[0]
    if column.units is None:
        chance = all_among(int(others.sum()), len(fixed), len(free))
    else:
        units = column.units.primary, column.units.reference
        rows = ~missing(column.base if stuck else column.data)
        free_units, fixed_units = (units[1], units[0]) if stuck else units
        differing = len(np.unique(free_units[rows][others]))
        chance = all_among(differing, len(np.unique(fixed_units)), len(np.unique(free_units)))
    if not stuck:
        example = (shown(fixed[0] if labels is None else labels[int(fixed[0])]),)
    return Found("constant", primary=primary, reference=reference, p_value=chance, novel=True, examples=example)


def _one_value(values: Any) -> bool:
    return len(values) >= STUCK and bool((values == values[0]).all())
