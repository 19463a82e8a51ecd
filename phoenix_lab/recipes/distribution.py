"""`Distribution`: one column's bins, set beside set, and every distance between them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.profiles.columns import Numbers
from phoenix_lab.profiles.columns import vectors as usable_vectors
from phoenix_lab.profiles.pairs import Pair, is_text, of_numbers, pair
from phoenix_lab.recipes.changed_share import changed_share
from phoenix_lab.recipes.models import Distribution
from phoenix_lab.recipes.output import Output, Progress, RecipeError
from phoenix_lab.recipes.picked import picked
from phoenix_lab.recipes.sets import (
    How,
    Units,
    described,
    generator,
    how_compared,
    known,
    units_of,
    wanted,
    within,
)
from phoenix_lab.recipes.vector_drift import VectorDrift, vector_drift
from phoenix_lab.stats import divergence, samples
from phoenix_lab.stats.bins import Bins
from phoenix_lab.stats.proportions import CONFIDENCE, chi_square, difference
from phoenix_lab.stats.psi import Psi, compare, more_primary
from phoenix_lab.stats.result import Comparison, finite
from phoenix_lab.stats.verdict import LIMIT, verdict

Bools = NDArray[np.bool_]

SHOWN = 20
"""Categories with a row of their own in the table."""

TABLE = pa.schema(
    [
        ("label", pa.string()),
        ("lower", pa.float64()),
        ("upper", pa.float64()),
        ("kind", pa.string()),
        ("reference", pa.int64()),
        ("primary", pa.int64()),
        ("reference_share", pa.float64()),
        ("primary_share", pa.float64()),
        ("contribution", pa.float64()),
        ("low", pa.string()),
        ("high", pa.string()),
    ]
)
"""`low` and `high` are a range's ends as `Range` takes them, exactly (floats do not tell integers beyond 2^53 apart); `low` is an atom's value."""

_QUANTILES = ("min", "q05", "q25", "q50", "q75", "q95", "max")
VALUES = pa.schema(
    [
        ("set", pa.string()),
        ("n", pa.int64()),
        ("missing", pa.int64()),
        ("distinct", pa.int64()),
        *((name, pa.float64()) for name in ("mean", "std", *_QUANTILES)),
    ]
)

LABELS = {
    "psi": "PSI as measured",
    "js": "Jensen-Shannon distance",
    "kl": "Kullback-Leibler divergence",
    "hellinger": "Hellinger distance",
    "total_variation": "Total variation",
    "chi_square": "Chi-square",
    "ks": "Kolmogorov-Smirnov",
    "wasserstein": "Wasserstein distance",
    "wasserstein_scaled": "Wasserstein distance in standard deviations",
    "energy": "Energy distance",
    "mann_whitney": "Chance that primary is larger",
    "cramer_von_mises": "Cramér-von Mises",
    "anderson_darling": "Anderson-Darling",
    "empty": "Empty texts, difference of shares",
    "auc": "AUC of the domain classifier",
}


def needs(
    recipe: Distribution, primary: Iterable[ColumnInfo], reference: Iterable[ColumnInfo] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns to read of both sets."""
    return wanted([recipe.column, recipe.unit], primary, reference)


def compute(recipe: Distribution, primary: Frame, reference: Frame | None, progress: Progress) -> Output:
    """Compute the table of bins, the values' summary and the distances."""
    progress("Distribution", 0.0)
    column = known(primary, recipe.column)
    keep = within(recipe.window, primary)
    units = units_of(recipe.unit, primary, reference)
    data = primary.table.column(column.name)
    if keep is not None:
        data = data.filter(pa.array(keep))
        if units is not None:
            units = Units(units.column, units.reference, units.primary[keep])
    there = None if reference is None else known(reference, recipe.column)
    other = data.slice(0, 0) if reference is None else reference.table.column(column.name)
    how = how_compared(column, there, data.type, None if there is None else other.type)
    vectors: VectorDrift | None = None
    rng = generator(column.name)
    if how == "vectors":
        if reference is None:
            raise RecipeError(f'"{column.name}" holds vectors: choose a reference set to see how they differ')
        if data.type.list_size != other.type.list_size:
            raise RecipeError(
                f'"{column.name}" has {data.type.list_size} dimensions in one set, {other.type.list_size} in the other'
            )
        vectors = vector_drift(other, data, units, rng)
        both = vectors.scores or Pair()
    elif how == "numbers":
        both = pair(other, data, "numbers", column.name)
    elif how == "categories":
        both = pair(other, data, "categories", column.name)
    else:
        raise RecipeError(f'"{column.name}": {how}')
    alone = reference is None
    if alone and both.numbers is not None:
        # Bins need a reference: the set's own deciles.
        both = Pair(numbers=both.numbers, bins=of_numbers(both.numbers[1], both.numbers[1]).bins)
    progress("Distribution", 0.3)
    psi = _psi(both, units, rng, alone=alone, vectors=vectors)
    present = tuple(usable_vectors(c)[1] for c in (other, data)) if vectors else both.present
    missing = changed_share("missing", ~present[0], ~present[1], None if alone else units)
    texts = (other, data) if how == "numbers" and (is_text(data.type) or is_text(other.type)) else None
    metrics = [] if alone else _metrics(both, psi, units, rng, vectors)
    if texts is not None and not alone:
        metrics.append(_empty(texts))
    progress("Distribution", 1.0)
    p, among = _adjusted(recipe, primary, (other, how), psi, units)
    judged = verdict(psi.estimate, psi.lower, psi.upper, p)
    more = more_primary(psi, LIMIT) if judged == "undecided" and vectors is None else None
    if more is not None and units is not None:
        more = max(1, int(np.ceil(more * len(np.unique(units.primary)) / max(1, len(units.primary)))))
    meta = {
        "column": column.name,
        "kind": column.kind,
        "role": column.role,
        "statistic": "psi",
        "estimate": psi.estimate,
        "lower": psi.lower,
        "upper": psi.upper,
        "p_value": psi.p_value,
        "p_adjusted": p,
        "picked": among,
        "verdict": judged,
        "reason": psi.reason,
        "needed": more,
        "missing": {
            "difference": None if alone else missing.value,
            "lower": None if alone else missing.lower,
            "upper": None if alone else missing.upper,
            "p_value": None if alone else missing.p_value,
        },
        "metrics": [_metric(m) for m in metrics],
        "window": None if recipe.window is None else list(recipe.window),
        "unit": None if units is None else units.meta,
        "limit": LIMIT,
        "confidence": CONFIDENCE,
        "note": (vectors.note or None) if vectors else None,
        "primary": described(primary),
        "reference": described(reference),
    }
    return Output(
        _bins(both, alone=alone),
        {"values": _values(both, texts, alone=alone, rows_of=None if vectors is None else (other, data))},
        meta,
    )


def _adjusted(
    recipe: Distribution, primary: Frame, against: tuple[pa.ChunkedArray, How | str], psi: Psi, units: Units | None
) -> tuple[float | None, dict[str, Any] | None]:
    """Return p corrected for the windows that the recipe's was picked from, and for `meta.picked` how; p itself where it was not picked."""
    among = picked(recipe, primary)
    if among is None or psi.p_value is None:
        return psi.p_value, None
    other, how = against
    if units is not None or how not in ("numbers", "categories"):
        return among.p(psi.p_value), among.meta("Bonferroni")
    both = pair(
        other, primary.table.column(recipe.column), "numbers" if how == "numbers" else "categories", recipe.column
    )
    return among.scanned(psi.p_value, both, generator("picked", recipe.column)), among.meta("the largest PSI")


def _psi(both: Pair, units: Units | None, rng: np.random.Generator, *, alone: bool, vectors: VectorDrift | None) -> Psi:
    if vectors is not None:
        return vectors.psi
    if alone:
        return Psi(None, None, None, None, None, 0, both.sizes[1], reason="there is no reference set")
    by_unit = None if units is None or both.n_bins == 0 else both.by_unit(units.codes, units.column)
    psi = compare(*both.counts, rng, units=by_unit)
    if both.n_bins == 0 and both.sizes[0] > 0:
        return Psi(None, None, None, None, None, *both.sizes, reason="no finite value in the reference")
    return psi


def _metrics(
    both: Pair, psi: Psi, units: Units | None, rng: np.random.Generator, vectors: VectorDrift | None
) -> list[Comparison]:
    r, p = both.counts
    n, m = both.sizes
    empty = None if min(n, m) > 0 and len(r) else psi.reason or "a set has no value"
    grouped = None if units is None else f"rows of one {units.column} are not independent: see the p of PSI"
    result = [Comparison("psi", psi.measured, n, m, p_value=psi.p_value, reason=psi.reason)]
    for name, distance in (
        ("js", divergence.js),
        ("kl", divergence.kl),
        ("hellinger", divergence.hellinger),
        ("total_variation", divergence.total_variation),
    ):
        result.append(Comparison(name, None if empty else float(distance(r, p)), n, m, reason=empty))
    if empty is None:
        result.append(chi_square(r, p, rng))
    if both.numbers is not None and empty is None:
        a, b = both.numbers[0].ordered, both.numbers[1].ordered
        result += [samples.ks(a, b), samples.wasserstein(a, b), samples.wasserstein_scaled(a, b), samples.energy(a, b)]
        few = [x if len(x) <= samples.TESTED else np.sort(rng.choice(x, samples.TESTED, replace=False)) for x in (a, b)]
        result += [
            test(few[0], few[1]) for test in (samples.mann_whitney, samples.cramer_von_mises, samples.anderson_darling)
        ]
    if vectors is not None:
        c = vectors.classifier
        result.insert(0, Comparison("auc", c.auc, n, m, c.lower, c.upper, c.p_value, c.reason))
    if grouped is not None:
        tested = {"psi", "auc"}
        result = [
            x
            if x.name in tested or x.p_value is None
            else Comparison(x.name, x.value, x.n_reference, x.n_primary, reason=grouped)
            for x in result
        ]
    return result


def _empty(texts: tuple[pa.ChunkedArray, pa.ChunkedArray]) -> Comparison:
    counts = []
    for column in texts:
        part = column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
        counts += [int(pc.sum(pc.equal(pc.binary_length(part), 0)).as_py() or 0), len(part) - part.null_count]
    result = difference(*counts)
    return Comparison(
        "empty",
        result.value,
        result.n_reference,
        result.n_primary,
        result.lower,
        result.upper,
        result.p_value,
        result.reason,
    )


def _metric(x: Comparison) -> dict[str, Any]:
    return {
        "name": x.name,
        "label": LABELS[x.name],
        "value": finite(x.value),
        "lower": finite(x.lower),
        "upper": finite(x.upper),
        "p_value": finite(x.p_value),
        "reason": x.reason,
    }


def _bins(both: Pair, *, alone: bool) -> pa.Table:
    r, p = both.counts
    parts = divergence.psi_contributions(r, p)
    if both.categories is not None:
        rows = _category_rows(both, parts)
    elif both.bins is not None:
        b, whole = both.bins, both.bins.cuts.dtype.kind in "iu"
        rows = [
            {
                "label": interval_label(float(b.lower[i]), float(b.upper[i]), atom=bool(b.atom[i]), whole=whole),
                "lower": finite(float(b.lower[i])),
                "upper": finite(float(b.upper[i])),
                "kind": "atom" if b.atom[i] else "range",
                "reference": int(r[i]),
                "primary": int(p[i]),
                "contribution": float(parts[i]),
                **ends(both, b, i),
            }
            for i in range(len(b))
            if r[i] + p[i] > 0
        ]
    else:
        rows = []
    n, m = max(1, int(r.sum())), int(p.sum())
    for row in rows:
        row["reference_share"] = None if alone else row["reference"] / n
        row["primary_share"] = row["primary"] / m if m else None
        if alone:
            row["reference"] = row["contribution"] = None
    return pa.Table.from_pylist(rows, schema=TABLE)


def _category_rows(both: Pair, parts: NDArray[np.float64]) -> list[dict[str, Any]]:
    c = both.categories
    if c is None:
        return []
    r, p = c.counts_reference, c.counts_primary
    # A bin's part of PSI is shared by the labels in it, of which it has several only if they are rare.
    in_bin = np.bincount(c.bin_of, minlength=c.n_bins)
    contribution = parts[c.bin_of] / in_bin[c.bin_of] if len(c.labels) else parts
    weight = np.maximum(r / max(1, r.sum()), p / max(1, p.sum()))
    alone = int(r.sum()) == 0
    shown = np.sort(np.argsort(-weight, kind="stable")[:SHOWN])
    rows: list[dict[str, Any]] = [
        {
            "label": c.labels[i],
            "kind": "category" if alone or (r[i] and p[i]) else "new" if p[i] else "vanished",
            "reference": int(r[i]),
            "primary": int(p[i]),
            "contribution": float(contribution[i]),
        }
        for i in shown
    ]
    rest = np.setdiff1d(np.arange(len(c.labels)), shown)
    if len(rest):
        rows.append(
            {
                "label": f"{len(rest):,} others",
                "kind": "rest",
                "reference": int(r[rest].sum()),
                "primary": int(p[rest].sum()),
                "contribution": float(contribution[rest].sum()),
            }
        )
    return rows


def ends(both: Pair, bins: Bins, i: int) -> dict[str, str | None]:
    """Return where a bin starts and ends, closed and open, as the shortest text that parts the very same values."""
    low = _cut(both, bins.cuts[i - 1]) if i > 0 and not bins.atom[i] else None
    if bins.atom[i]:
        # the first bin may be an atom, that of the type's smallest value
        return {"low": str((bins.cuts[i - 1] if i > 0 else bins.lower[i]).item()), "high": None}
    return {"low": low, "high": _cut(both, bins.cuts[i]) if i < len(bins.cuts) else None}


def _cut(both: Pair, cut: np.number) -> str:
    """Return a cut with as few digits as leave all values of both sets on the side where they are: .107 for .10676000000000001."""
    exact = cut.item()
    if isinstance(exact, int) or both.numbers is None:
        return str(exact)
    below, above = -np.inf, np.inf
    for side in both.numbers:
        place = int(np.searchsorted(side.finite, cut))
        below = max(below, float(side.finite[place - 1])) if place > 0 else below
        above = min(above, float(side.finite[place])) if place < len(side.finite) else above
    for digits in range(3, 17):
        short = float(f"{exact:.{digits}g}")
        # columns of single precision are compared as such
        single = float(np.float32(short))
        if below < min(short, single) and (single if all(side.single for side in both.numbers) else short) <= above:
            return str(short)
    return str(exact)


def interval_label(lower: float, upper: float, *, atom: bool, whole: bool) -> str:
    """Return how a bin of numbers is called; thousands are grouped by commas."""
    if atom:
        return _grouped(lower)
    if np.isinf(lower):
        return "all" if np.isinf(upper) else f"below {_grouped(upper)}"
    if np.isinf(upper):
        return f"{_grouped(lower)} and above"
    if whole:
        # From an atom on, the value itself is in the atom's bin.
        return _grouped(lower) if upper - lower <= 1 else f"{_grouped(lower)} – {_grouped(upper - 1)}"
    return f"{_grouped(lower)} – {_grouped(upper)}"


def _grouped(end: float) -> str:
    return f"{int(end):,}" if end.is_integer() and abs(end) < 1e15 else f"{end:,.6g}"


def _values(
    both: Pair,
    texts: tuple[pa.ChunkedArray, pa.ChunkedArray] | None,
    *,
    alone: bool,
    rows_of: tuple[pa.ChunkedArray, pa.ChunkedArray] | None,
) -> pa.Table:
    """Summarise both sets' values: numbers, lengths of texts, or the held-out scores of vectors (whose missing rows are the vectors')."""
    rows: list[dict[str, Any]] = []
    for k, name in enumerate(("reference", "primary")):
        if k == 0 and alone:
            continue
        row: dict[str, Any] = {"set": name}
        if both.numbers is not None:
            x: Numbers = both.numbers[k]
            row.update(n=len(x.values), missing=x.missing, distinct=x.distinct, mean=x.mean, std=x.std)
            if rows_of is not None:
                row["missing"] = len(rows_of[k]) - int(usable_vectors(rows_of[k])[1].sum())
            row.update(zip(_QUANTILES, x.quantile(0, 0.05, 0.25, 0.5, 0.75, 0.95, 1), strict=True))
            if texts is not None:
                row["distinct"] = pc.count_distinct(
                    texts[k].cast(texts[k].type.value_type) if pa.types.is_dictionary(texts[k].type) else texts[k]
                ).as_py()
        elif both.categories is not None:
            counts = both.categories.counts_primary if k else both.categories.counts_reference
            row.update(n=int(counts.sum()), missing=int((~both.present[k]).sum()), distinct=int((counts > 0).sum()))
        rows.append(row)
    return pa.Table.from_pylist(rows, schema=VALUES)
