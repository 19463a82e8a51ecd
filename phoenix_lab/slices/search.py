"""The search for slices: groups of rows in which a number is higher than elsewhere, found on some rows and judged on others.

Every condition is a set of sorts of one column, so a table of counts and sums by the sorts of two columns tells the sums of all
conjunctions of their conditions at once: rows are read once a pair of columns, not once a slice.

What is found is judged on rows that had no part in the search, so one test a slice that was kept is all that is corrected for. That a
slice has to add something to those before it is the idea of sequential covering (CN2-SD: Lavrač et al., JMLR 5, 2004).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from phoenix_lab.slices.coded import Coded
from phoenix_lab.stats.splitting import higher_p

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Slice = tuple[tuple[int, int], ...]
"""Its conditions, each the place of a column and of one of its conditions; columns in order."""

MOST = 20
"""Slices that are judged."""
EXAMINED = 400
"""The strongest slices that are looked at one by one, for what they add to those before them."""
BEAM = 40
"""Slices of two conditions that a third one is tried with."""
ADDS = 3.0
"""Standard errors by which a slice has to stand out, from all other rows and from those left by the slices before it."""
NEW = 0.5
"""Share of a slice's rows that those before it must not have: "hour ≥ 10" tells little beside "hour ≥ 12"."""
WORTH = 1.1
"""How many times as many of them a further condition has to give: a shorter slice is easier to read."""
BEATS = 4.0
"""Standard errors by which a further condition has to change what the others leave: many are tried within each slice."""


@dataclass(frozen=True)
class Found:
    """The slices that are worth judging, the strongest first, and how many were looked at."""

    slices: tuple[Slice, ...]
    tried: int


@dataclass(frozen=True, eq=False)
class _Cells:
    """Counts and sums by the sorts of a few columns."""

    n: Floats
    total: Floats

    def asked(self, *holds: Bools) -> _Cells:
        """Return them by condition instead of by sort, one array of conditions an axis."""
        n, total = self.n, self.total
        for axis, of_axis in enumerate(holds):
            weights = of_axis.astype(np.float64)
            n = np.moveaxis(np.tensordot(weights, n, axes=(1, axis)), 0, axis)
            total = np.moveaxis(np.tensordot(weights, total, axes=(1, axis)), 0, axis)
        return _Cells(n, total)


def search(
    columns: Sequence[Coded],
    y: Floats,
    *,
    conditions: int = 2,
    least: int = 30,
    tell: Callable[[float], None] | None = None,
) -> Found:
    """Find the slices in which `y` is higher than elsewhere.

    Parameters
    ----------
    columns
        Each with the sorts of the same rows.
    y
        The number of each row, finite, shape (rows,).
    conditions
        The most conditions of a slice, 1 to 3. With three, only the most promising slices of two are taken further.
    least
        The fewest rows of a slice, and of all others.
    tell
        Told how far the search is, from 0 to 1.
    """
    n = len(y)
    if n < 2 * least or not columns or not (spread := float(y.std())) > 0:
        return Found((), 0)
    part = (y - y.mean()) / spread
    seen: list[tuple[float, Slice]] = []
    tried = 0
    alone: list[_Cells] = []
    singly: list[Floats] = []
    for i, column in enumerate(columns):
        cells = _cells((column.codes,), (column.n_sorts,), part).asked(column.holds)
        alone.append(cells)
        strength = _strength(cells.n, cells.total, n, least)
        singly.append(strength)
        tried += int(np.isfinite(strength).sum())
        seen += [(float(strength[a]), ((i, int(a)),)) for a in np.flatnonzero(strength >= ADDS)]
    pairs = list(combinations(range(len(columns)), 2)) if conditions > 1 else []
    twos: list[tuple[float, Slice]] = []
    for step, (i, j) in enumerate(pairs):
        if tell is not None and step % 8 == 0:
            tell(step / len(pairs))
        a, b = columns[i], columns[j]
        cells = _cells((a.codes, b.codes), (a.n_sorts, b.n_sorts), part).asked(a.holds, b.holds)
        strength = _strength(cells.n, cells.total, n, least)
        tried += int(np.isfinite(strength).sum())
        simpler = np.maximum(singly[i][:, None], singly[j][None, :])
        better = (
            (strength >= np.maximum(ADDS, WORTH * simpler))
            & (_gain(cells, alone[i].n[:, None], alone[i].total[:, None]) >= BEATS)
            & (_gain(cells, alone[j].n[None, :], alone[j].total[None, :]) >= BEATS)
        )
        twos += [(float(strength[x, z]), ((i, int(x)), (j, int(z)))) for x, z in np.argwhere(better)]
    seen += twos
    if conditions > 2:
        threes, more = _threes(columns, part, sorted(twos, reverse=True)[:BEAM], least)
        seen += threes
        tried += more
    seen.sort(key=lambda one: (-one[0], len(one[1]), one[1]))
    kept = tuple(_adding(columns, part, [s for _, s in seen[:EXAMINED]], least))
    return Found(kept, tried)


def _cells(codes: tuple[Ints, ...], sorts: tuple[int, ...], part: Floats) -> _Cells:
    place = codes[0]
    for more, size in zip(codes[1:], sorts[1:], strict=True):
        place = place * size + more
    size = math.prod(sorts)
    n = np.bincount(place, minlength=size).astype(np.float64)
    total = np.asarray(np.bincount(place, weights=part, minlength=size), np.float64)
    return _Cells(n.reshape(sorts), total.reshape(sorts))


def _strength(n: Floats, total: Floats, rows: int, least: int) -> Floats:
    """Return by how many standard errors the sum of standardised numbers in a slice is above that of as many rows drawn from all."""
    enough = (n >= least) & (rows - n >= least)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(enough, total / np.sqrt(n * (1 - n / rows)), -np.inf)


def _gain(child: _Cells, n: Floats, total: Floats) -> Floats:
    """Return by how many standard errors a slice is above the rest of the larger slice that it is part of."""
    with np.errstate(invalid="ignore", divide="ignore"):
        gain = (child.total - child.n * total / n) / np.sqrt(child.n * (1 - child.n / n))
    # A condition that takes hardly anything away leaves a shorter slice that says the same.
    return np.where(child.n < n, gain, -np.inf)


def _threes(
    columns: Sequence[Coded], part: Floats, twos: list[tuple[float, Slice]], least: int
) -> tuple[list[tuple[float, Slice]], int]:
    found: dict[Slice, float] = {}
    tried = 0
    for simpler, two in twos:
        inside = np.flatnonzero(rows_of(columns, two))
        whole = _Cells(np.array(float(len(inside))), np.array(float(part[inside].sum())))
        for k, column in enumerate(columns):
            if k in {i for i, _ in two}:
                continue
            cells = _cells((column.codes[inside],), (column.n_sorts,), part[inside]).asked(column.holds)
            strength = _strength(cells.n, cells.total, len(part), least)
            tried += int(np.isfinite(strength).sum())
            for c in np.flatnonzero((strength >= WORTH * simpler) & (_gain(cells, whole.n, whole.total) >= BEATS)):
                found[tuple(sorted((*two, (k, int(c)))))] = float(strength[c])
    # A third condition has to earn its place beside any two of the others, not only those it was tried with.
    return [(strength, s) for s, strength in found.items() if _earned(columns, part, s)], tried


def _earned(columns: Sequence[Coded], part: Floats, found: Slice) -> bool:
    inside = rows_of(columns, found)
    for parent in parents(found):
        larger = rows_of(columns, parent)
        n, total = (np.array(float(v)) for v in (larger.sum(), part[larger].sum()))
        child = _Cells(np.array(float(inside.sum())), np.array(float(part[inside].sum())))
        if not _gain(child, n, total) >= BEATS:
            return False
    return True


def _adding(columns: Sequence[Coded], part: Floats, ranked: list[Slice], least: int) -> Iterator[Slice]:
    """Keep a slice, the strongest first, only if it still stands out among the rows that those before it leave."""
    left = np.ones(len(part), bool)
    kept = 0
    for one in ranked:
        own = rows_of(columns, one)
        mine = own & left
        n, rows = int(mine.sum()), int(left.sum())
        if n < max(least / 2, NEW * int(own.sum())) or rows - n < least:
            continue
        centred = float(part[mine].sum()) - n * float(part[left].mean())
        spread = float(part[left].std())
        if not spread > 0 or centred / (spread * np.sqrt(n * (1 - n / rows))) < ADDS:
            continue
        yield one
        left &= ~mine
        kept += 1
        if kept == MOST:
            return


def rows_of(columns: Sequence[Coded], found: Slice) -> Bools:
    """Return which rows are in a slice, bool (rows,)."""
    return np.asarray(np.logical_and.reduce([columns[i].rows(c) for i, c in found]))


def parents(found: Slice) -> list[Slice]:
    """Return the larger slices that lack one of its conditions."""
    return [] if len(found) < 2 else [tuple(c for c in found if c != one) for one in found]


def judge(columns: Sequence[Coded], found: Sequence[Slice], y: Floats, units: Ints) -> list[float | None]:
    """Return the p-value of each slice, one-sided, on rows that it was not found on.

    It is the largest of several (an intersection-union test: Berger, Technometrics 24, 1982): that the slice is no higher than all other
    rows, than what the slices before it leave, than the rest of each slice that lacks one of its conditions. None where
    fewer than two units of either kind tell.

    Parameters
    ----------
    columns, y
        As for `search`, of other rows.
    found
        The slices, in the order of the search.
    units
        The unit of each row, shape (rows,): rows of different units are independent.
    """
    result: list[float | None] = []
    left = np.ones(len(y), bool)
    for one in found:
        mine = rows_of(columns, one)
        told = [higher_p(mine, y, units), higher_p(mine[left], y[left], units[left])]
        for parent in parents(one):
            larger = rows_of(columns, parent)
            told.append(higher_p(mine[larger], y[larger], units[larger]))
        result.append(None if any(p is None for p in told) else max(p for p in told if p is not None))
        left &= ~mine
    return result
