"""The rows of both sets that meet a recipe's conditions, found column by column."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from phoenix_lab.embeddings.polygon import inside
from phoenix_lab.inferences.frame import Frame
from phoenix_lab.profiles.columns import ColumnError, Numbers, label, numbers, vectors
from phoenix_lab.profiles.durations import parse_instant
from phoenix_lab.profiles.rows import digests, occurring_again
from phoenix_lab.profiles.time import instants
from phoenix_lab.recipes.conditions import (
    AllOf,
    AnyOf,
    AtRows,
    Condition,
    InCluster,
    InLasso,
    Length,
    Missing,
    Not,
    OfSet,
    Range,
    Repeated,
    Values,
)
from phoenix_lab.recipes.models import EmbeddingMap
from phoenix_lab.recipes.output import Output, RecipeError
from phoenix_lab.recipes.sets import known

Bools = NDArray[np.bool_]
Ask = Callable[[EmbeddingMap], Output]
"""Answers the recipe of a map on the sets that are looked at, from the cache where it is there."""

Family = Literal["none", "text", "numbers", "times", "vectors", "nested", "other"]

DAY = 86_400 * 10**9
_PER_UNIT = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}
_SAID: dict[Family, str] = {
    "none": "nothing",
    "text": "text",
    "numbers": "numbers",
    "times": "times",
    "vectors": "vectors",
    "nested": "nested values",
    "other": "other values",
}


@dataclass(frozen=True)
class Cohort:
    """Which rows meet all conditions.

    Parameters
    ----------
    primary, reference
        Of each set, shape (rows,); None without a reference.
    """

    primary: Bools
    reference: Bools | None

    @property
    def counts(self) -> dict[str, dict[str, int] | None]:
        """For a result's `meta.cohort`: the rows that meet them, of how many."""
        return {
            name: None if mask is None else {"rows": int(mask.sum()), "of": len(mask)}
            for name, mask in (("primary", self.primary), ("reference", self.reference))
        }


def cohort(where: Iterable[Condition], primary: Frame, reference: Frame | None, ask: Ask) -> Cohort:
    """Find the rows that meet all conditions.

    Raises
    ------
    RecipeError
        A set lacks a condition's column, or holds there what the condition cannot be asked of.
    """
    frames: dict[str, Frame] = {"primary": primary} | ({} if reference is None else {"reference": reference})
    masks = {name: np.ones(frame.n_rows, dtype=bool) for name, frame in frames.items()}
    for condition in where:
        for name, frame in frames.items():
            masks[name] &= _holds(condition, name, frame, ask)
    return Cohort(masks["primary"], masks.get("reference"))


def _holds(condition: Condition, name: str, frame: Frame, ask: Ask) -> Bools:
    """Return which rows of a set meet a condition; all of them where it is of the other set alone."""
    if condition.set not in (None, name):
        return np.ones(frame.n_rows, dtype=bool)
    if isinstance(condition, AllOf | AnyOf):
        found = [_holds(one, name, frame, ask) for one in condition.conditions]
        way, of_none = (np.logical_and, True) if isinstance(condition, AllOf) else (np.logical_or, False)
        return _bools(way.reduce(found)) if found else np.full(frame.n_rows, of_none)
    if isinstance(condition, Not):
        return ~_holds(condition.condition, name, frame, ask)
    if isinstance(condition, OfSet):
        return np.full(frame.n_rows, condition.name == name)
    if isinstance(condition, AtRows):
        return _at_rows(condition, name, frame)
    if isinstance(condition, InCluster | InLasso):
        return _on_map(condition, name, frame, ask(condition.map))
    if isinstance(condition, Repeated):
        return _repeated(condition, name, frame, ask)
    known(frame, condition.column)
    column = frame.table.column(condition.column)
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    try:
        if isinstance(condition, Missing):
            return missing(column) ^ condition.negated
        if isinstance(condition, Values):
            return _among(column, condition.values) ^ condition.negated
        if isinstance(condition, Range):
            return _between(column, condition.low, condition.high)
        return _long(column, condition)
    except ColumnError as error:
        raise RecipeError(f'"{condition.column}" of {frame.name}: {error}') from error


def _at_rows(condition: AtRows, name: str, frame: Frame) -> Bools:
    rows = np.array(condition.positions("primary" if name == "primary" else "reference"), dtype=np.int64)
    if len(rows) and rows[-1] >= frame.n_rows:
        raise RecipeError(
            f"{frame.name} has the rows 0 to {frame.n_rows - 1:,}, and a condition names row {rows[-1]:,}."
        )
    mask = np.zeros(frame.n_rows, dtype=bool)
    mask[rows] = True
    return mask


def _repeated(condition: Repeated, name: str, frame: Frame, ask: Ask) -> Bools:
    among = np.logical_and.reduce(
        [np.ones(frame.n_rows, dtype=bool), *(_holds(one, name, frame, ask) for one in condition.among)]
    )
    pairs = []
    for column in condition.columns:
        known(frame, column)
        values = frame.table.column(column)
        if _family(values.type) == "vectors":
            raise RecipeError(f'"{column}" of {frame.name} holds vectors, and rows are not told to be equal by these.')
        values = values.filter(pa.array(among))
        pairs.append((column, values.slice(0, 0), values))
    mask = np.zeros(frame.n_rows, dtype=bool)
    mask[among] = occurring_again(digests(pairs, 0, int(among.sum())).primary, first=condition.first)
    return mask


def _on_map(condition: InCluster | InLasso, name: str, frame: Frame, output: Output) -> Bools:
    points = output.table
    if isinstance(condition, InCluster):
        labels = points.column("cluster").to_numpy()
        chosen = labels == condition.cluster
        if not chosen.any() and condition.cluster not in output.parts["clusters"].column("cluster").to_pylist():
            raise RecipeError(
                f"the map of {condition.map.embedding} has no cluster {condition.cluster}: they go to {labels.max()}"
                if len(labels)
                else f"the map of {condition.map.embedding} has no clusters"
            )
    else:
        if condition.map.n_components != 2:
            raise RecipeError("A lasso needs a map of two dimensions.")
        x, y = (points.column(axis).to_numpy().astype(np.float64) for axis in "xy")
        chosen = inside(np.asarray(condition.polygon, dtype=np.float64), x, y)
    of_set = np.asarray(pc.equal(points.column("set").cast(pa.string()), name))
    mask = np.zeros(frame.n_rows, dtype=bool)
    mask[points.column("row").to_numpy()[chosen & of_set]] = True
    return mask


def missing(column: pa.ChunkedArray) -> Bools:
    """Return which rows have no value: null, NaN, or a vector that cannot be used."""
    if _family(column.type) == "vectors":
        return ~vectors(column)[1]
    return _bools(column.is_null(nan_is_null=pa.types.is_floating(column.type)))


def _among(column: pa.ChunkedArray, values: Sequence[Any]) -> Bools:
    wanted = [value for value in values if value is not None]
    found = missing(column) if len(wanted) < len(values) else np.zeros(len(column), dtype=bool)
    family = _family(column.type)
    if not wanted or family == "none":
        return found
    if family == "text":
        for value in wanted:
            if not isinstance(value, str):
                raise ColumnError(f'holds text, and {value} is none: write "{value}"')
        return found | _bools(pc.fill_null(pc.is_in(column, pa.array(wanted, type=column.type)), False))
    if family == "numbers":
        x = numbers(column)
        exact = [n for n in (_exact(_number(value), x) for value in wanted) if n is not None]
        return found | _spread(np.isin(x.values, np.array(exact, dtype=x.values.dtype)), x.present)
    if family == "times":
        present, ticks, unit = _ticks(column)
        times = [_nanoseconds(_time(value)) for value in wanted]
        exact = [t // unit for t in times if t % unit == 0 and abs(t // unit) < 2**63]
        return found | _spread(np.isin(ticks, np.array(exact, dtype=np.int64)), present)
    if family in ("vectors", "nested"):
        raise ColumnError(f"holds {_SAID[family]}, which are not told apart by value")
    encoded = column.dictionary_encode().unify_dictionaries().combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0) if encoded.num_chunks else pa.array([], column.type).dictionary_encode()
    named = np.array([label(value) in set(map(str, wanted)) for value in encoded.dictionary.to_pylist()], dtype=bool)
    codes = pc.fill_null(encoded.indices, len(named)).to_numpy(zero_copy_only=False)
    return found | _bools(np.append(named, False)[codes])


def _between(column: pa.ChunkedArray, low: Any, high: Any) -> Bools:
    family = _family(column.type)
    if family == "none":
        return np.zeros(len(column), dtype=bool)
    ends = [end for end in (low, high) if end is not None]
    if family == "times":
        present, ticks, unit = _ticks(column)
        ticked = [None if end is None else -(-_nanoseconds(_time(end)) // unit) for end in (low, high)]
        return _spread(_from(ticks, ticked[0]) & ~_from(ticks, ticked[1], none=False), present)
    if family == "numbers" and all(_looks_numeric(end) for end in ends):
        x = numbers(column)
        first, last = (None if end is None else _number(end) for end in (low, high))
        at_least = _at_least(x, first) if first is not None else np.ones(len(x.values), dtype=bool)
        return _spread(at_least & ~_at_least(x, last) if last is not None else at_least, x.present)
    if family in ("numbers", "text") and not any(_looks_numeric(end) for end in ends):
        axis = instants(column)  # seconds since 1970, years, ISO 8601
        timed = [None if end is None else parse_instant(_time(end)) for end in (low, high)]
        return _spread(_from(axis.instants, timed[0]) & ~_from(axis.instants, timed[1], none=False), axis.present)
    more = ": Length is of how many characters it has" if family == "text" else ""
    raise ColumnError(f"holds {_SAID[family]}, and {ends[0]!r} is a number{more}")


def _long(column: pa.ChunkedArray, condition: Length) -> Bools:
    family = _family(column.type)
    if family == "none":
        return np.zeros(len(column), dtype=bool)
    if family not in ("text", "other"):
        raise ColumnError(f"holds {_SAID[family]}, which have no length: use Range")
    x = numbers(column)
    at_least = _from(x.values, condition.low)
    return _spread(at_least & ~_from(x.values, condition.high, none=False), x.present)


def _family(kind: pa.DataType) -> Family:
    types = pa.types
    if types.is_null(kind):
        return "none"
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return "text"
    if types.is_timestamp(kind) or types.is_date(kind):
        return "times"
    if types.is_fixed_size_list(kind):
        return "vectors"
    if types.is_nested(kind):
        return "nested"
    is_number = types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind)
    return "numbers" if is_number or types.is_boolean(kind) or types.is_duration(kind) else "other"


def _looks_numeric(value: Any) -> bool:
    try:
        _number(value)
    except ColumnError:
        return False
    return True


def _number(value: Any) -> float | Decimal:
    """Read a value as a number, exactly; what is written as text is what the browser has no number for, or the label of a bar."""
    if not isinstance(value, str):
        number: int | float = value
        return number
    if value in ("True", "False"):
        return int(value == "True")
    try:
        exact = Decimal(value)
    except InvalidOperation:
        raise ColumnError(f'holds numbers, and "{value}" is none') from None
    return exact if exact.is_finite() else float(exact)


def _exact(value: float | Decimal, x: Numbers) -> Any:
    """Return the number in the type of the column, None where it has no such number."""
    if x.whole:
        info = np.iinfo(x.values.dtype)
        whole = math.isfinite(value) and value == int(value) and info.min <= value <= info.max
        return int(value) if whole else None
    number = _float(value)
    if x.single:
        return _single(number)
    return number if isinstance(value, Decimal) or number == value else None


def _at_least(x: Numbers, bound: float | Decimal) -> Bools:
    """Return which values are at least a bound: compared with the first number of the column's type that is."""
    if x.whole:
        info = np.iinfo(x.values.dtype)
        if math.isinf(bound):
            return np.full(len(x.values), bound < 0)
        first = math.ceil(bound)
        return (
            np.zeros(len(x.values), dtype=bool)
            if first > info.max
            else x.values >= x.values.dtype.type(max(first, info.min))
        )
    number = _float(bound)
    if x.single:
        number = _single(number)
    elif isinstance(bound, int) and number < bound:
        number = math.nextafter(number, math.inf)
    found: Bools = x.values >= number
    return found


def _float(value: float | Decimal) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _single(value: float) -> float:
    with np.errstate(over="ignore"):
        return float(np.float32(value))


def _ticks(column: pa.ChunkedArray) -> tuple[Bools, NDArray[np.int64], int]:
    """Return which rows have a time, the times in the column's own unit, and nanoseconds of that."""
    kind = column.type
    if pa.types.is_date(kind):
        unit, whole = DAY, column.cast(pa.date32()).cast(pa.int32()).cast(pa.int64())
    else:
        unit, whole = _PER_UNIT[kind.unit], column.cast(pa.int64())
    x = numbers(whole)
    return x.present, x.values, unit


def _time(value: Any) -> str:
    if not isinstance(value, str):
        raise ColumnError(f'holds times, and {value} is a number: write a time as "2021-05-31T12:00:00"')
    return value


def _nanoseconds(text: str) -> int:
    """Read ISO 8601 as nanoseconds since 1970, however many digits its seconds have."""
    fraction = re.search(r"(?<=:\d\d)\.(\d{1,9})\d*", text)
    if fraction is None:
        return parse_instant(text) * 1000
    whole = text[: fraction.start()] + text[fraction.end() :]
    return parse_instant(whole) * 1000 + int(fraction[1].ljust(9, "0"))


def _from(values: NDArray[Any], first: int | None, *, none: bool = True) -> Bools:
    """Return which whole numbers are at least `first`; without it `none`."""
    if first is None or not -(2**63) <= first < 2**63:
        return np.full(len(values), none if first is None else first < 0)
    found: Bools = values >= first
    return found


def _spread(chosen: Bools, present: Bools) -> Bools:
    """Return which of all rows are chosen, of those that are present."""
    found = np.zeros(len(present), dtype=bool)
    found[present] = chosen
    return found


def _bools(column: Any) -> Bools:
    values: Bools = np.asarray(column, dtype=bool)
    return values
