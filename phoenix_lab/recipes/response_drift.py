"""`ResponseDrift`: whether responses drifted where prompts did not, and which rows carry it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.embeddings.carriers import RowScores, row_scores
from phoenix_lab.embeddings.responses import USUAL, GivenPrompts, given_prompts
from phoenix_lab.embeddings.vectors import UsableVectors, metric_for, usable
from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.recipes.changed_share import changed_share
from phoenix_lab.recipes.embedding_map import dimension_of, drift_between, drift_of
from phoenix_lab.recipes.models import ResponseDrift
from phoenix_lab.recipes.output import Output, Progress, RecipeError, silent
from phoenix_lab.recipes.picked import Picked, picked
from phoenix_lab.recipes.sets import Units, described, generator, known, units_of, wanted, within
from phoenix_lab.stats.multiplicity import holm
from phoenix_lab.stats.verdict import ALPHA, verdict

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

FEWEST_PAIRS = 20
"""Pairs of rows below which nothing is said about responses given their prompts."""


def vector_columns(recipe: ResponseDrift, columns: Iterable[ColumnInfo]) -> tuple[str | None, str | None]:
    """Return the columns of the prompts' and the responses' vectors, named or by the roles of their texts; None where nothing tells."""
    columns = list(columns)
    good = [c for c in columns if c.kind == "vector" and c.role != "excluded" and c.problem is None]
    texts = {role: {c.name for c in columns if c.role == role} for role in ("prompt", "response")}
    by_role = [next((c.name for c in good if c.raw_data in texts[role]), None) for role in ("prompt", "response")]
    return recipe.prompt or by_role[0], recipe.response or by_role[1]


def needs(
    recipe: ResponseDrift, primary: Iterable[ColumnInfo], reference: Iterable[ColumnInfo] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns to read of both sets: both vectors, the unit, the time."""
    primary = tuple(primary)
    return wanted([*vector_columns(recipe, primary), recipe.unit], primary, reference)


def compute(
    recipe: ResponseDrift, primary: Frame, reference: Frame | None = None, progress: Progress = silent
) -> Output:
    """Test prompts, responses and responses given prompts, and score the rows.

    Raises
    ------
    RecipeError
        There is no reference, nothing tells which the prompts and responses are, or a set lacks them.
    """
    if reference is None:
        raise RecipeError("drift needs a reference to be one from")
    prompt, response = vector_columns(recipe, primary.columns)
    for name, what in ((prompt, "prompt"), (response, "response")):
        if name is None:
            raise RecipeError(
                f"{primary.name} has no vectors of {what}s: name them, px.ResponseDrift(prompt=…, response=…), or the texts in the schema"
            )
    assert prompt is not None  # noqa: S101
    assert response is not None  # noqa: S101
    for name in (prompt, response):
        for frame in (primary, reference):
            known(frame, name)
        dimension_of(name, primary, reference)
    units = units_of(recipe.unit, primary, reference)
    inside = within(recipe.window, primary)
    among = picked(recipe, primary)
    progress("drift", 0.0)
    prompts = drift_of(prompt, primary, reference, units, inside, among=among)
    progress("drift", 0.2)
    responses = drift_of(response, primary, reference, units, inside, among=among)
    progress("rows", 0.4)
    sets = _Rows.of(reference, (prompt, response)), _Rows.of(primary, (prompt, response), inside)
    codes = None if units is None else (units.reference[sets[0].rows], units.primary[sets[1].rows])
    found = given_prompts(
        sets[0].X,
        sets[1].X,
        (metric_for(sets[0].X[0].shape[1]), metric_for(sets[0].X[1].shape[1])),
        generator("responses", prompt, response, str(recipe.seed)),
        k=recipe.k,
        units=codes,
    )
    progress("rows", 0.6)
    told = _Told(recipe, response, sets, units, among)
    given, far, scores = told.of(found)
    adjusted = holm([prompts["p_adjusted"], responses["p_adjusted"], given["p_adjusted"], far["p_adjusted"]])
    for one, p in zip((prompts, responses, given, far), adjusted, strict=True):
        one["p_adjusted"] = p
        if one is not far:
            one["verdict"] = verdict(one["estimate"], one["lower"], one["upper"], p)
    progress("rows", 1.0)
    meta = {
        "prompt": prompt,
        "response": response,
        "k": recipe.k,
        "prompts": prompts,
        "responses": responses,
        "given": given,
        "far": far,
        "carriers": _carriers(scores, given, None if found is None else (found.known_reference, found.known_primary)),
        "new_prompts": None
        if found is None
        else {
            "primary": int((~found.known_primary).sum()),
            "reference": int((~found.known_reference).sum()),
        },
        "pairs": 0 if found is None else len(found.pairs),
        "rows": {"primary": len(sets[1].rows), "reference": len(sets[0].rows)},
        "compared_with": 0 if found is None else found.compared_with,
        "skips_copies": found is not None and found.skips_copies,
        "adjusted": "Holm over 4 tests",
        "window": None if recipe.window is None else list(recipe.window),
        "unit": None if units is None else units.meta,
        "primary": described(primary),
        "reference": described(reference),
    }
    return Output(TABLE.empty_table() if found is None else _table(sets, scores, found), {}, meta)


class _Rows:
    """The rows of a set with both vectors.

    Parameters
    ----------
    rows
        Their positions.
    X
        Their vectors, of prompts and of responses.
    """

    def __init__(self, rows: Ints, X: tuple[NDArray[np.float32], NDArray[np.float32]]) -> None:
        self.rows, self.X = rows, X

    @classmethod
    def of(cls, frame: Frame, names: Sequence[str], inside: Bools | None = None) -> _Rows:
        columns = [frame.table.column(name) for name in names]
        for name, column in zip(names, columns, strict=True):
            if pa.types.is_null(column.type):
                raise RecipeError(f'{frame.name} has no vectors in "{name}"')
        found: list[UsableVectors] = [usable(column, metric_for(column.type.list_size)) for column in columns]
        rows = np.intersect1d(found[0].rows, found[1].rows, assume_unique=True)
        if inside is not None:
            rows = rows[inside[rows]]
        X = [one.X[np.searchsorted(one.rows, rows)] for one in found]
        return cls(rows, (X[0], X[1]))


def _column(X: NDArray[np.float32]) -> pa.ChunkedArray:
    return pa.chunked_array([pa.FixedSizeListArray.from_arrays(pa.array(X.reshape(-1)), X.shape[1])])


class _Told:
    """What is said about responses given their prompts."""

    def __init__(
        self,
        recipe: ResponseDrift,
        response: str,
        sets: tuple[_Rows, _Rows],
        units: Units | None,
        among: Picked | None,
    ) -> None:
        self._recipe, self._response = recipe, response
        self._sets, self._units, self._among = sets, units, among

    def of(self, found: GivenPrompts | None) -> tuple[dict[str, Any], dict[str, Any], RowScores]:
        """Return the drift of the paired responses, the share of far ones, and the scores of the rows of both sets."""
        rows = [one.rows for one in self._sets]
        none = RowScores(np.full(len(rows[0]), np.nan), np.full(len(rows[1]), np.nan), None)
        few = None
        if found is None:
            few = "the reference has too few rows with vectors of both"
        elif len(found.pairs) < FEWEST_PAIRS:
            few = f"only {len(found.pairs)} rows have a prompt like one of the reference's; {FEWEST_PAIRS} are needed"
        if few is not None or found is None:
            return _untested(few), _no_far(few), none
        learn = tuple(np.zeros(len(one), bool) for one in rows)
        for mask, positions in zip(learn, (found.pairs[:, 1], found.pairs[:, 0]), strict=True):
            mask[positions] = True
        units = self._units
        codes = None if units is None else (units.reference[rows[0]], units.primary[rows[1]])
        some = None if units is None or codes is None else Units(units.column, codes[0][learn[0]], codes[1][learn[1]])
        X = [one.X[1] for one in self._sets]  # by direction, as distances are: lengths tell those of texts
        paired = [_column(one[mask]) for one, mask in zip(X, learn, strict=True)]
        given = drift_between(self._response, paired[0], paired[1], some, among=self._among)
        rng = generator("rows", self._response, str(self._recipe.seed))
        scores = row_scores(X[0], X[1], rng, *(codes or (None, None)), learn=(learn[0], learn[1]))
        sides = [
            np.where(ok, one, np.nan)
            for ok, one in zip(
                (found.known_reference, found.known_primary), (scores.reference, scores.primary), strict=True
            )
        ]
        own = scores.reference[learn[0]]
        threshold = None if scores.reason else float(np.quantile(own, USUAL, method="higher"))
        return given, self._far(found, codes), RowScores(sides[0], sides[1], threshold, scores.reason)

    def _far(self, found: GivenPrompts, codes: tuple[Ints, Ints] | None) -> dict[str, Any]:
        known = found.known_reference, found.known_primary
        masks = [one[ok] >= found.limit for one, ok in zip((found.reference, found.primary), known, strict=True)]
        units = (
            None
            if codes is None or self._units is None
            else Units(self._units.column, codes[0][known[0]], codes[1][known[1]])
        )
        told = changed_share("far", masks[0], masks[1], units)
        p = told.p_value
        return {
            "limit": found.limit,
            "share_primary": float(masks[1].mean()) if len(masks[1]) else None,
            "share_reference": float(masks[0].mean()) if len(masks[0]) else None,
            "n_primary": int(masks[1].sum()),
            "n_reference": int(masks[0].sum()),
            "difference": told.value,
            "lower": told.lower,
            "upper": told.upper,
            "p_value": p,
            "p_adjusted": self._among.p(p) if self._among else p,
            "reason": told.reason,
        }


def _untested(reason: str | None) -> dict[str, Any]:
    names = ("auc", "statistic", "estimate", "lower", "upper", "p_value", "p_adjusted")
    return {**dict.fromkeys(names), "verdict": "untested", "reason": reason}


def _no_far(reason: str | None) -> dict[str, Any]:
    names = ("limit", "share_primary", "share_reference", "difference", "lower", "upper", "p_value", "p_adjusted")
    return {**dict.fromkeys(names), "n_primary": 0, "n_reference": 0, "reason": reason}


def _carriers(scores: RowScores, given: dict[str, Any], known: tuple[Bools, Bools] | None) -> dict[str, Any]:
    p = given["p_adjusted"]
    threshold = scores.threshold if p is not None and p < ALPHA else None
    told: dict[str, Any] = {"threshold": threshold}
    sides = (("reference", scores.reference), ("primary", scores.primary))
    for (name, side), ok in zip(sides, known or (None, None), strict=True):
        n = 0 if threshold is None or ok is None else int((side[ok] >= threshold).sum())
        told[f"n_{name}"] = n
        told[f"share_{name}"] = n / int(ok.sum()) if threshold is not None and ok is not None and ok.any() else None
    reason = given["reason"] or scores.reason
    if threshold is None and reason is None:
        reason = "not enough to tell the responses to like prompts apart, so no row is said to carry a drift"
    return {**told, "reason": None if threshold is not None else reason}


TABLE = pa.schema(
    [
        ("row", pa.int64()),
        ("set", pa.dictionary(pa.int32(), pa.string())),
        ("score", pa.float64()),
        ("distance", pa.float64()),
        ("far", pa.bool_()),
        ("known", pa.bool_()),
    ]
)


def _table(sets: tuple[_Rows, _Rows], scores: RowScores, found: GivenPrompts) -> pa.Table:
    """Return one row a row with both vectors, the surest first; those whose prompt is new last."""
    row = np.concatenate([one.rows for one in sets])
    score, distance = (
        np.concatenate([scores.reference, scores.primary]),
        np.concatenate([found.reference, found.primary]),
    )
    known = np.concatenate([found.known_reference, found.known_primary])
    is_primary = np.repeat([0, 1], [len(one.rows) for one in sets]).astype(np.int32)
    order = np.lexsort((row, 1 - is_primary, -np.where(np.isnan(score), -np.inf, score)))
    columns = {
        "row": row[order],
        "set": pa.DictionaryArray.from_arrays(pa.array(is_primary[order]), pa.array(["reference", "primary"])),
        "score": pa.array(score[order], mask=np.isnan(score[order])),
        "distance": pa.array(distance[order], mask=np.isnan(distance[order])),
        "far": pa.array((distance >= found.limit)[order], mask=np.isnan(distance[order])),
        "known": known[order],
    }
    return pa.table(columns, schema=TABLE)
