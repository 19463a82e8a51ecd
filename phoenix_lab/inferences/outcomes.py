"""What a model predicted and what came of it, told by the parts of columns' names and by their values together.

Sure is a name that says prediction beside one that says truth, of the same thing and with alike values: `predicted_late` and `actual_late`, `y_pred` and
`is_y`; and with either of them numbers between 0 and 1 that are named as a score of that thing: `late_score`. Plausible, and so offered and not taken,
are a two-valued column and a score of it alone (`is_late`, `late_score`), a forecast beside what it may be of, and a column that mostly says what a
predicted or an actual label says, where only one does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from phoenix_lab.inferences.columns import snake
from phoenix_lab.inferences.schema import ColumnInfo, Correction, Role

_PREDICTED = frozenset({"predicted", "prediction", "predictions", "pred", "preds", "yhat", "hat"})
_FORECAST = frozenset({"forecast", "forecasted", "estimated", "expected", "projected"})
"""Said of predictions, and of much else."""
_ACTUAL = frozenset({"actual", "actuals", "true", "truth", "target", "gold", "groundtruth", "gt", "observed"})
_SCORE = frozenset({"score", "scores", "prob", "proba", "probability", "confidence", "likelihood"})
_FILLERS = frozenset({"y", "ground", "label", "class", "category", "is", "was", "has", "value", "model", "output"})
"""Parts of a name that do not say of what it is."""
_NOT_PREDICTED = frozenset(
    {"id", "ids", "uuid", "guid", "key", "index", "time", "timestamp", "date", "at", "ts", "version"}
)
_FEW = 20
"""Numbers of no more sorts than these can be labels; values of so few rows need not be the same to be alike."""
_AGREES = 0.1
"""Cohen's κ from which on one label column likely speaks of what another does; the next must have less than half of it."""

Use = Literal["predicted", "forecast", "actual", "score", "plain"]
Found = dict[str, tuple[Role, str]]
"""By column: its role, and why."""


@dataclass(frozen=True)
class _Named:
    """What the parts of a name say: of what it is, and whether that was predicted, came, is a score or simply is."""

    column: str
    use: Use
    stem: str


def sure(columns: Mapping[str, Any], taken: Iterable[str] = ()) -> Found:
    """Return the roles that names and values together leave no doubt of; of several predicted things those of the first, classes before numbers.

    Parameters
    ----------
    columns
        Some rows of each column, by its name.
    taken
        Columns that are something else.
    """
    names = _named(columns, taken)
    pairs = [(p, a) for p in names if p.use == "predicted" for a in names if _is_truth_of(p, a, columns)]
    pairs += [(p, a) for p in names if p.use == "forecast" for a in names if a.use == "actual" and _fits(p, a, columns)]
    # an actual value says so; what merely bears the name comes after it
    pairs.sort(key=lambda pair: (not _are_labels(pair, columns), pair[1].use == "plain"))
    for predicted, actual in pairs:
        why = (
            f"guessed: named and valued like {actual.column}",
            f"guessed: {predicted.column} is named and valued like it",
        )
        if not _are_labels((predicted, actual), columns):
            return {predicted.column: ("prediction_score", why[0]), actual.column: ("actual_score", why[1])}
        score = _score_of(predicted.stem, names, columns)
        return {
            predicted.column: ("prediction_label", why[0]),
            actual.column: ("actual_label", why[1]),
            **({} if score is None else {score: ("prediction_score", f"guessed: score of {predicted.column}, 0 to 1")}),
        }
    # labels that have not come, or no predicted ones
    for known in names:
        if known.use in {"predicted", "actual"} and _is_label(columns[known.column]):
            score = _score_of(known.stem, names, columns)
            if score is not None and known.stem:
                role: Role = "prediction_label" if known.use == "predicted" else "actual_label"
                return {
                    known.column: (role, f"guessed: name, and {score} is a score of it"),
                    score: ("prediction_score", f"guessed: score of {known.column}, 0 to 1"),
                }
    return {}


def plausible(sample: pa.Table, columns: Iterable[ColumnInfo]) -> tuple[Correction, ...]:
    """Return roles that a person would likely give to columns that have none; none where predictions and what came of them are known.

    Parameters
    ----------
    sample
        Some rows of the columns.
    columns
        What the columns are known to be for.
    """
    columns = tuple(columns)
    have = {column.role: column.name for column in columns}
    free = {
        c.name: sample.column(c.name)
        for c in columns
        if c.role == "feature" and c.problem is None and c.name in sample.column_names
    }
    predicted, actual = have.get("prediction_label"), have.get("actual_label")
    if have.keys() & {"actual_score"} or (actual and (predicted or "prediction_score" in have)):
        return ()
    if predicted or actual:
        known = sample.column(predicted or actual)
        other = _alike(known, free)
        role: Role = "actual_label" if predicted else "prediction_label"
        return () if other is None else (Correction(column=other, role=role),)
    if "prediction_score" in have:
        return ()
    names = _named(free)
    for score in (name for name in names if name.use == "score" and name.stem):
        of = [n.column for n in names if n.use == "plain" and n.stem == score.stem and _sorts(free[n.column]) == 2]
        if len(of) == 1 and _score_of(score.stem, names, free) is not None:
            return Correction(column=of[0], role="actual_label"), Correction(
                column=score.column, role="prediction_score"
            )
    for p in (name for name in names if name.use in {"predicted", "forecast"}):
        for a in names:
            is_told = (p.use, a.use) == ("predicted", "actual") and p.stem != a.stem and _is_label(free[p.column])
            is_forecast = p.use == "forecast" and a.use == "plain" and p.stem == a.stem
            if (is_told or is_forecast) and _alike_values(free[p.column], free[a.column]):
                labels = _are_labels((p, a), free)
                return (
                    Correction(column=p.column, role="prediction_label" if labels else "prediction_score"),
                    Correction(column=a.column, role="actual_label" if labels else "actual_score"),
                )
    return ()


def _named(columns: Mapping[str, Any], taken: Iterable[str] = ()) -> list[_Named]:
    taken = set(taken)
    found = []
    for column, values in columns.items():
        kind = values.type
        carries = pa.types.is_boolean(kind) or _is_number(kind) or _is_text(kind)
        parts = snake(column).split("_")
        if column in taken or not carries or _NOT_PREDICTED & set(parts):
            continue
        use: Use = "plain"
        for words, said in ((_FORECAST, "forecast"), (_PREDICTED, "predicted"), (_ACTUAL, "actual"), (_SCORE, "score")):
            if words & set(parts):
                use = said  # type: ignore[assignment]
        if len(parts) > 1 and parts[0] == "p":
            use, parts = "score", parts[1:]
        said_of = [part for part in parts if part not in _PREDICTED | _FORECAST | _ACTUAL | _SCORE | _FILLERS]
        if use != "plain" or said_of:
            found.append(_Named(column, use, "_".join(said_of)))
    return found


def _is_truth_of(predicted: _Named, actual: _Named, columns: Mapping[str, Any]) -> bool:
    if actual.use == "actual":
        return _fits(predicted, actual, columns)
    # The predictions' own count or cost is no prediction of a count or cost.
    noun = snake(predicted.column).startswith(("prediction_", "predictions_"))
    plain = actual.use == "plain" and actual.stem != ""
    return plain and _fits(predicted, actual, columns) and not (noun and _is_number(columns[predicted.column].type))


def _fits(predicted: _Named, actual: _Named, columns: Mapping[str, Any]) -> bool:
    return predicted.stem == actual.stem and _alike_values(columns[predicted.column], columns[actual.column])


def _score_of(stem: str, names: Iterable[_Named], columns: Mapping[str, Any]) -> str | None:
    """Return the one column of numbers between 0 and 1 that is named as a score of something."""
    found = [n.column for n in names if n.use == "score" and n.stem == stem and is_share(columns[n.column])]
    return found[0] if len(found) == 1 else None


def _are_labels(pair: tuple[_Named, _Named], columns: Mapping[str, Any]) -> bool:
    return all(_is_label(columns[named.column]) for named in pair)


def _is_label(values: Any) -> bool:
    """Whether values can be classes: all but numbers that are many, or not whole."""
    present = values.drop_null()
    if not _is_number(values.type):
        return not _is_text(values.type) or _sorts(values) <= max(_FEW, len(present) // 2)
    if pa.types.is_integer(values.type):
        return _sorts(values) <= _FEW
    # labels of which some have not come are floats to pandas
    return 0 < _sorts(values) <= 2 and set(present.unique().to_pylist()) <= {0, 1}


def is_share(values: Any) -> bool:
    """Whether numbers can be probabilities: between 0 and 1, and not whole."""
    present = values.drop_null()
    if not pa.types.is_floating(values.type) or not len(present) or _is_label(values):
        return False
    ends = pc.min_max(present)
    return bool(ends["min"].as_py() >= 0 and ends["max"].as_py() <= 1)


def _alike_values(a: Any, b: Any) -> bool:
    """Whether two columns can be of the same thing: of one type, with values in common, or numbers of the same size."""
    if _is_text(a.type) != _is_text(b.type):
        return False
    first, second = a.drop_null(), b.drop_null()
    if not len(first) or not len(second):
        return False
    if _is_number(a.type) and _is_number(b.type) and not (_is_label(a) and _is_label(b)):
        (low, high), (least, most) = _middle(first), _middle(second)
        return low <= most and least <= high
    if _is_label(a) != _is_label(b):
        return False
    few = min(len(first), len(second)) < _FEW
    return few or bool(_plainly(first) & _plainly(second))


def _middle(values: Any) -> tuple[float, float]:
    """Return between what the middle half of numbers lies; a single wild one says nothing."""
    low, high = np.nanquantile(pc.cast(values, pa.float64()).to_numpy(), (0.25, 0.75))
    return float(low), float(high)


def _plainly(values: Any) -> set[Any]:
    """Return the different values, so that True, 1 and 1.0 are the same."""
    return {int(v) if isinstance(v, bool | float) else v for v in values.unique().to_pylist()}


def _alike(known: Any, free: Mapping[str, Any]) -> str | None:
    """Return the one column that has the same values as labels, and mostly on the same rows or mostly on the others."""
    if not _is_label(known) or _sorts(known) < 2:
        return None
    same = []
    for name, values in free.items():
        carries = _is_text(values.type) == _is_text(known.type) and (
            pa.types.is_boolean(values.type) or _is_number(values.type) or _is_text(values.type)
        )
        if carries and _is_label(values) and _plainly(values.drop_null()) == _plainly(known.drop_null()):
            same.append((name, values))
    if len(same) > _FEW:
        return None
    agreed = sorted(((_kappa(known, values), name) for name, values in same), reverse=True)
    if not agreed or agreed[0][0] < _AGREES or (len(agreed) > 1 and agreed[1][0] > agreed[0][0] / 2):
        return None
    return agreed[0][1]


def _kappa(a: Any, b: Any) -> float:
    """Return the size of Cohen's κ of two columns of the same labels, over the rows that have both."""
    rows = [(x, y) for x, y in zip(a.to_pylist(), b.to_pylist(), strict=True) if x is not None and y is not None]
    n = len(rows)
    if n < _FEW:
        return 0.0
    agree = sum(x == y for x, y in rows) / n
    shares = [{v: sum(row[i] == v for row in rows) / n for v in {row[i] for row in rows}} for i in (0, 1)]
    chance = sum(share * shares[1].get(v, 0.0) for v, share in shares[0].items())
    return 0.0 if chance == 1 else abs(agree - chance) / (1 - chance)


def _sorts(values: Any) -> int:
    return int(pc.count_distinct(values.drop_null()).as_py())


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _is_text(kind: pa.DataType) -> bool:
    t = pa.types
    return bool(t.is_string(kind) or t.is_large_string(kind) or t.is_dictionary(kind))
