"""One column of any dataframe to Arrow.

This file is self-contained, as `convert.py`, which says what types come out. Each `from_…` returns the Arrow array and a note: what was done to
read it, where that isn't obvious. `rows` are the numbers that messages give the rows, where the column is a sample of another.
"""

from __future__ import annotations

import array
import datetime as dt
import decimal
import enum
import ipaddress
import json
import math
import pathlib
import re
import sys
import uuid
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NOTE = b"phoenix_lab.note"
"""Key of a field's metadata: what was done to read the column, in words, where it isn't obvious."""

LISTS = "lists, read as JSON"
"""The note of a column of lists that are no vectors: texts of JSON."""

IMAGES = "images: shown with their rows, not compared"
"""The problem of a column of images that are no text: bytes, arrays, images of Pillow."""

RETRIEVED = re.compile(
    r"(^|_)(doc|docs|document|documents|context|contexts|chunk|chunks|retrieved|retrieval)(_\w+)?_(ids?|scores?)$"
    r"|(^|_)relevan(t|ce|ces|cy)(_\w+)?$"
)
"""Names, in lower snake case, of columns of lists about retrieved documents: their numbers are no vectors, whatever their lengths."""

_PLAIN = (uuid.UUID, enum.Enum, pathlib.PurePath, ipaddress.IPv4Address, ipaddress.IPv6Address)
"""Objects that are fully told by their text."""


class Unreadable(Exception):  # noqa: N818 - it is caught and told, column by column
    """Why a column, or a whole object, cannot be read; the message is for the user."""


def from_pandas(series: Any, rows: Sequence[int] | None) -> tuple[Any, str]:
    """Read a pandas series of any dtype."""
    import numpy as np

    pa, pd = arrow(), sys.modules["pandas"]
    dtype = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        codes, categories = series.cat.codes.to_numpy().astype(np.int32), series.cat.categories
        missing = codes < 0
        if len(categories) > len(codes):  # a few rows of many: only what is among them
            used, codes[~missing] = np.unique(codes[~missing], return_inverse=True)
            categories = categories[used]
        labels = [str(c) for c in categories]
        indices = pa.array(codes, mask=missing)
        return pa.DictionaryArray.from_arrays(indices, pa.array(labels, pa.string())), ""
    if isinstance(dtype, pd.SparseDtype):
        return from_pandas(series.sparse.to_dense(), rows)
    if isinstance(dtype, pd.PeriodDtype):
        return from_arrow(pa.array(series.dt.to_timestamp()), rows)
    if isinstance(dtype, pd.DatetimeTZDtype):
        try:
            return from_arrow(pa.array(series, from_pandas=True), rows)
        except pa.ArrowInvalid:  # a zone that Arrow has no name for, such as a local mean time
            return from_arrow(pa.array(series.dt.tz_convert("UTC"), from_pandas=True), rows)
    if isinstance(dtype, pd.IntervalDtype):
        return pa.array([None if is_missing(v) else str(v) for v in series], pa.string()), ""
    if isinstance(dtype, np.dtype):
        if dtype.kind == "O":
            return _objects(series.to_numpy(), rows)
        if dtype.kind == "c":
            raise Unreadable("complex numbers: not looked at")
        values = series.to_numpy()
        if dtype.kind == "f" and dtype.itemsize not in (4, 8):
            values = values.astype(np.float32 if dtype.itemsize == 2 else np.float64)
        elif not dtype.isnative:
            values = values.astype(dtype.newbyteorder("="))
        return from_arrow(pa.array(values, from_pandas=True), rows)
    if hasattr(series.array, "__arrow_array__"):
        return from_arrow(pa.array(series.array, from_pandas=True), rows)
    return _objects(np.asarray(series, dtype=object), rows)


def from_polars(series: Any, rows: Sequence[int] | None) -> tuple[Any, str]:
    """Read a polars series of any dtype."""
    import numpy as np

    pl = sys.modules["polars"]
    if series.dtype == pl.Object:
        values = np.empty(len(series), dtype=object)
        for i, value in enumerate(series.to_list()):
            values[i] = value
        return _objects(values, rows)
    if str(series.dtype) in ("Int128", "UInt128"):
        series = series.cast(pl.Float64)
    return from_arrow(series.to_arrow(), rows)


def from_arrow(column: Any, rows: Sequence[int] | None) -> tuple[Any, str]:
    """Bring an Arrow column of any type to one of the few types that everything later knows."""
    import pyarrow.compute as pc

    pa = arrow()
    t = pa.types
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        if kind.extension_name == "arrow.uuid":
            return pa.array([None if v is None else str(v) for v in column.to_pylist()], pa.string()), ""
        return from_arrow(_each(column, lambda c: c.storage), rows)
    if t.is_run_end_encoded(kind):
        return from_arrow(_each(column, pc.run_end_decode), rows)
    if t.is_float16(kind):
        return from_arrow(column.cast(pa.float32()), rows)
    if t.is_floating(kind):
        # Missing is missing, whichever way a library writes it.
        nan = pc.is_nan(column)
        return (pc.if_else(nan, pa.scalar(None, kind), column) if pc.any(nan).as_py() else column), ""
    if t.is_null(kind) or t.is_boolean(kind) or t.is_integer(kind) or t.is_date(kind) or t.is_timestamp(kind):
        return column, ""
    if t.is_decimal(kind):
        return column.cast(pa.float64()), ""
    if t.is_duration(kind):
        return _seconds(column, pa.int64(), kind.unit), ""
    if t.is_time(kind):
        return _seconds(column, pa.int32() if t.is_time32(kind) else pa.int64(), kind.unit), ""
    if t.is_string(kind) or t.is_large_string(kind) or _is_view(kind, "string"):
        return _text(column), ""
    if t.is_dictionary(kind):
        return _dictionary(column, rows)
    if _is_list(kind):
        return _lists(column, rows), ""
    if t.is_binary(kind) or t.is_large_binary(kind) or t.is_fixed_size_binary(kind) or _is_view(kind, "binary"):
        raise Unreadable(IMAGES if any(map(_is_image, column[:20].to_pylist())) else "bytes: not looked at")
    if t.is_struct(kind) and any(map(_is_image, column[:20].to_pylist())):
        raise Unreadable(IMAGES)
    raise Unreadable(f"nested values of type {clip(str(kind), 60)}: not looked at")


def _seconds(column: Any, integer: Any, unit: str) -> Any:
    import pyarrow.compute as pc

    pa = arrow()
    scale = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}[unit]
    return pc.divide(column.cast(integer).cast(pa.float64(), safe=False), scale)


def _text(column: Any) -> Any:
    pa = arrow()
    if pa.types.is_string(column.type):
        return column
    try:
        return column.cast(pa.string())
    except pa.ArrowInvalid:  # more than 2 GiB of text
        return column.cast(pa.large_string())


def _dictionary(column: Any, rows: Sequence[int] | None) -> tuple[Any, str]:
    pa = arrow()
    value_type = column.type.value_type
    if _is_list(value_type) or pa.types.is_nested(value_type) or len(column) == 0:
        return from_arrow(column.cast(value_type) if len(column) else pa.array([], value_type), rows)
    if isinstance(column, pa.ChunkedArray):
        column = column.unify_dictionaries()

    def plain(chunk: Any) -> Any:
        values, _ = from_arrow(chunk.dictionary, None)
        if len(values) > max(1000, len(chunk)):  # a dictionary shared with other columns: most of it isn't ours
            return _text(chunk.cast(value_type)).dictionary_encode()
        texts = (
            values
            if pa.types.is_string(values.type)
            else pa.array([None if v is None else str(v) for v in values.to_pylist()], pa.string())
        )
        return pa.DictionaryArray.from_arrays(chunk.indices.cast(pa.int32()), texts)

    result = _each(column, plain)
    return (result.unify_dictionaries() if isinstance(result, pa.ChunkedArray) else result), ""


def _lists(column: Any, rows: Sequence[int] | None) -> Any:
    """Make vectors of lists of numbers, without a copy where none is missing."""
    import numpy as np
    import pyarrow.compute as pc

    pa = arrow()
    kind = column.type
    value = kind.value_type
    if not (
        pa.types.is_integer(value)
        or pa.types.is_floating(value)
        or pa.types.is_decimal(value)
        or pa.types.is_null(value)
    ):
        raise Unreadable(f"nested values of type {clip(str(kind), 60)}: not looked at")
    if len(column) == column.null_count:
        return pa.nulls(len(column))
    lengths = pc.list_value_length(column)
    missing = np.asarray(pc.is_null(column))
    # One and the same path for the rare ragged column and the check.
    counts = np.asarray(lengths.cast(pa.int64()).fill_null(-1))
    size = _common_length(counts, ~missing, rows)
    target = _float_for(str(value))

    def fixed(chunk: Any) -> Any:
        # `flatten` leaves out the values below missing lists and honours offsets.
        flat = chunk.flatten()
        if flat.type != target:
            flat = flat.cast(target)
        if flat.null_count:
            flat = pa.array(flat.to_numpy(zero_copy_only=False))  # missing numbers become NaN
        if chunk.null_count == 0:
            return pa.FixedSizeListArray.from_arrays(flat, size)
        gone = np.asarray(chunk.is_null())
        values = np.zeros((len(chunk), size), dtype=target.to_pandas_dtype())
        values[~gone] = flat.to_numpy(zero_copy_only=False).reshape(-1, size)
        return pa.FixedSizeListArray.from_arrays(pa.array(values.reshape(-1)), size, mask=pa.array(gone))

    if isinstance(column, pa.ChunkedArray):
        return pa.chunked_array([fixed(chunk) for chunk in column.chunks if len(chunk)], pa.list_(target, size))
    return fixed(column)


def lists_as_text(column: Any, name: str) -> Any:
    """Return a column of lists that cannot be vectors as texts of JSON; None of anything else.

    Lists of numbers are taken for vectors, and so for bad ones, unless the column's name says that they are of retrieved documents.
    """
    import numpy as np

    def listed(values: Any) -> list[Any] | None:
        found = values.to_pylist() if hasattr(values, "to_pylist") else values.to_list()
        kept = [None if is_missing(v) else v.tolist() if isinstance(v, np.ndarray) else v for v in found]
        return kept if all(v is None or _is_plain_list(v) for v in kept) else None

    head = listed(column.iloc[:50] if hasattr(column, "iloc") else column[:50])
    items = [item for value in head or () for item in value or ()]
    is_text = any(isinstance(item, str) for item in items)
    if head is None or not (is_text or RETRIEVED.search(snake(name))):
        return None
    values = listed(column)
    if values is None or all(v is None for v in values):
        return None
    return arrow().array([None if v is None else json.dumps(v, default=_plain_item) for v in values])


def _is_plain_list(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(is_missing(x) or _is_scalar(type(x)) for x in value)


def _plain_item(item: Any) -> Any:
    return item.item() if hasattr(item, "item") else str(item)


def snake(name: str) -> str:
    """Return a column's name in lower snake case: `createdAt` → `created_at`."""
    return re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()).strip("_")


# Columns of Python objects.


def _objects(values: Any, rows: Sequence[int] | None) -> tuple[Any, str]:
    """Read a numpy array of Python objects by what its values are."""
    pa = arrow()
    types = Counter(map(type, values))
    for kind in [k for k in types if k is type(None) or k.__name__ in ("NAType", "NaTType")]:
        del types[kind]
    for kind in [k for k in types if issubclass(k, float)]:
        types[kind] -= sum(1 for v in values if v.__class__ is kind and math.isnan(v))
    types += Counter()  # drops the types of which nothing is left
    kinds = set(types)
    if not kinds:
        return pa.nulls(len(values)), ""
    if any(_is_image(value) for value in values[:20]):
        raise Unreadable(IMAGES)
    if all(_is_sequence(kind) for kind in kinds):
        return _object_vectors(values, rows), ""
    if any(issubclass(kind, (bytes, bytearray, memoryview)) for kind in kinds):
        raise Unreadable("bytes: not looked at")
    strange = next((k for k in kinds if not _is_scalar(k)), None)
    if strange is not None:
        nested = "nested values" if issubclass(strange, (dict, set, frozenset)) or _is_sequence(strange) else "values"
        raise Unreadable(f"{nested} of type {strange.__name__}: not looked at")
    if all(issubclass(k, str) and not issubclass(k, enum.Enum) for k in kinds):
        return _strings(values, str), ""
    names = {k.__name__.rstrip("_") for k in kinds}
    if names <= {"bool"}:
        return pa.array([None if is_missing(v) else bool(v) for v in values], pa.bool_()), ""
    if all(_is_number(k) for k in kinds):
        return _numbers(values, kinds), ""
    if all(issubclass(k, dt.time) for k in kinds):
        return from_arrow(pa.array(values, pa.time64("us"), from_pandas=True), rows)
    if all(issubclass(k, (dt.date, dt.timedelta)) or _is_numpy_time(k) for k in kinds):
        return _times(values, rows)
    note = ""
    if len(names) > 1:
        listed = ", ".join(f"{k.__name__} ({n:,})" for k, n in types.most_common(3))
        note = f"mixes {listed}: read as text"
    return _strings(values, None), note


def _strings(values: Any, only: type | None) -> Any:
    pa = arrow()
    texts = values if only is str else [None if is_missing(v) else str(v) for v in values]
    try:
        try:
            return from_arrow(pa.array(texts, pa.string(), from_pandas=True), None)[0]
        except UnicodeEncodeError:  # half of a surrogate pair, from a wrongly decoded file
            whole = [None if is_missing(v) else str(v).encode("utf-8", "replace").decode() for v in texts]
            return pa.array(whole, pa.string())
    except (pa.ArrowCapacityError, pa.ArrowInvalid):
        return pa.array(texts, pa.large_string(), from_pandas=True)


def _numbers(values: Any, kinds: set[type]) -> Any:
    pa = arrow()
    whole = all(k is int or "int" in k.__name__ for k in kinds)
    if whole:
        try:
            return pa.array([None if is_missing(v) else int(v) for v in values], pa.int64())
        except (OverflowError, pa.ArrowInvalid):
            pass  # integers of more than 64 bits: as numbers, not as codes
    return from_arrow(pa.array([None if is_missing(v) else float(v) for v in values], pa.float64()), None)[0]


def _times(values: Any, rows: Sequence[int] | None) -> tuple[Any, str]:
    pa = arrow()
    present = [v for v in values if not is_missing(v)]
    if all(type(v) is dt.date for v in present):
        return pa.array([None if is_missing(v) else v for v in values], pa.date32()), ""
    if all(isinstance(v, dt.timedelta) for v in present):
        return pa.array([None if is_missing(v) else v.total_seconds() for v in values], pa.float64()), ""
    if any(isinstance(v, dt.timedelta) for v in present):
        raise Unreadable("mixes times and durations")
    if all(_is_numpy_time(type(v)) for v in present):
        return from_arrow(pa.array(values, from_pandas=True), rows)
    zoned = [getattr(v, "tzinfo", None) is not None for v in present]
    if any(zoned) and not all(zoned):
        i = next(
            i
            for i, v in enumerate(values)
            if not is_missing(v) and (getattr(v, "tzinfo", None) is not None) != zoned[0]
        )
        have, others = ("no", "a") if zoned[0] else ("a", "no")
        raise Unreadable(
            f"row {_row(i, rows):,} has {have} time zone, the rows before have {others} zone: make them alike"
        )

    def instant(v: Any) -> Any:
        if _is_numpy_time(type(v)):
            return v.astype("datetime64[us]").item()
        if hasattr(v, "to_pydatetime"):
            v = v.floor("us").to_pydatetime()
        elif not isinstance(v, dt.datetime):
            v = dt.datetime(v.year, v.month, v.day)  # noqa: DTZ001 - a date has no zone
        return v.astimezone(dt.timezone.utc) if v.tzinfo is not None else v

    kind = pa.timestamp("us", "UTC" if zoned[0] else None)
    return pa.array([None if is_missing(v) else instant(v) for v in values], kind), ""


def _object_vectors(values: Any, rows: Sequence[int] | None) -> Any:
    """Put vectors that are objects (arrays, lists, tuples, tensors) into one buffer: n × d floats, missing ones null."""
    import numpy as np

    pa = arrow()
    n = len(values)
    missing = np.fromiter((is_missing(v) for v in values), dtype=bool, count=n)
    present = values if not missing.any() else values[~missing]
    for i, v in zip(np.flatnonzero(~missing), present):  # noqa: B905
        if len(getattr(v, "shape", (0,))) != 1:
            raise Unreadable(f"row {_row(int(i), rows):,} has an array of shape {tuple(v.shape)}, not a vector")
    counts = np.full(n, -1, dtype=np.int64)
    counts[~missing] = np.fromiter(map(len, present), dtype=np.int64, count=len(present))
    size = _common_length(counts, ~missing, rows)
    dtypes: set[Any] = {getattr(v, "dtype", None) for v in present}
    plain = all(issubclass(kind, np.ndarray) and kind is not np.ma.MaskedArray for kind in set(map(type, present)))
    kinds = {d.kind for d in dtypes} if plain else set()
    plain = plain and "O" not in kinds  # arrays of Python's numbers, with None where one is missing
    if plain and not kinds <= set("fiu"):
        odd = next(d for d in dtypes if d.kind not in "fiu")
        raise Unreadable(f"nested values of type array of {odd}: not looked at")
    if plain:
        target = _float_for(str(np.result_type(*dtypes))).to_pandas_dtype()
        matrix = np.empty((n, size), dtype=target)
        if missing.any():
            matrix[missing] = 0
            block = np.empty((len(present), size), dtype=target)
            np.concatenate(list(present), out=block.reshape(-1), casting="unsafe")
            matrix[~missing] = block
        else:
            np.concatenate(list(present), out=matrix.reshape(-1), casting="unsafe")
    else:
        if isinstance(present[0], (list, tuple)) and any(isinstance(x, bool) for x in present[0]):
            raise Unreadable(f"nested values of type {type(present[0]).__name__} of bool: not looked at")
        matrix = np.zeros((n, size), dtype=np.float64)
        for i, v in zip(np.flatnonzero(~missing), present):  # noqa: B905
            matrix[i] = _row_of_numbers(v, _row(int(i), rows))
    flat = pa.array(matrix.reshape(-1))
    mask = pa.array(missing) if missing.any() else None
    return pa.FixedSizeListArray.from_arrays(flat, size, mask=mask)


def _row_of_numbers(v: Any, row: int) -> Any:
    import numpy as np

    if isinstance(v, np.ma.MaskedArray) or str(getattr(v, "dtype", "")) == "object":
        v = v.tolist()
    if isinstance(v, (list, tuple)):
        try:
            return array.array("d", v)
        except (TypeError, ValueError):
            odd = next((x for x in v if not (x is None or _is_number(type(x)) or isinstance(x, (bool, float)))), None)
            if odd is not None:
                raise Unreadable(
                    f"nested values of type {type(v).__name__} of {type(odd).__name__}: not looked at"
                ) from None
            return array.array("d", [float("nan") if is_missing(x) else float(x) for x in v])
    try:
        return np.asarray(v, dtype=np.float64)
    except Exception:  # noqa: BLE001 - a tensor on another device, an array of texts, …
        raise Unreadable(f"row {row:,} has a {type(v).__name__} that does not become numbers") from None


def _common_length(counts: Any, present: Any, rows: Sequence[int] | None) -> int:
    """Return the one length of the vectors; `counts` are the lengths of all rows, `present` says which count."""
    import numpy as np

    lengths, times = np.unique(counts[present], return_counts=True)
    size = int(lengths[times.argmax()])
    odd = np.flatnonzero(present & (counts != size))
    if not len(odd):
        if size == 0:
            raise Unreadable("empty vectors")
        return size
    n = int(present.sum())
    if len(odd) * 2 > n:
        raise Unreadable(f"lists of {lengths.min():,} to {lengths.max():,} values: vectors must be of one length")
    first = _row(int(odd[0]), rows)
    have = f"row {first:,} has {counts[odd[0]]:,} values"
    if len(odd) == 1:
        raise Unreadable(f"{have}, the others {size:,}")
    raise Unreadable(f"{have}, most others {size:,}; {len(odd):,} rows differ")


# Small questions.


def arrow() -> Any:
    """Return pyarrow; raises `Unreadable` with the line to run where it is not installed."""
    try:
        import pyarrow as pa
    except ImportError:
        raise Unreadable(
            f"Reading data needs pyarrow, which this kernel lacks. Run: {sys.executable} -m pip install pyarrow"
        ) from None
    return pa


def _row(i: int, rows: Sequence[int] | None) -> int:
    return i if rows is None else int(rows[i])


def _each(column: Any, change: Callable[[Any], Any]) -> Any:
    pa = arrow()
    if not isinstance(column, pa.ChunkedArray):
        return change(column)
    if column.num_chunks == 0:
        return change(pa.array([], column.type))
    return pa.chunked_array([change(chunk) for chunk in column.chunks])


def _is_list(kind: Any) -> bool:
    t = arrow().types
    return bool(t.is_list(kind) or t.is_large_list(kind) or t.is_fixed_size_list(kind)) or str(kind).startswith(
        ("list_view", "large_list_view")
    )


def _is_view(kind: Any, what: str) -> bool:
    return str(kind) == f"{what}_view"


def _float_for(kind: str) -> Any:
    """Return the float type that holds vectors of `kind`, a type's name in Arrow or numpy."""
    pa = arrow()
    if kind in ("float16", "halffloat"):
        return pa.float16()
    if kind in ("float32", "float", "int8", "int16", "uint8", "uint16", "bool", "null"):
        return pa.float32()
    return pa.float64()


def is_object(dtype: Any) -> bool:
    """Whether a pandas dtype is that of Python objects."""
    return is_numpy(dtype) and dtype.kind == "O"


def is_numpy(dtype: Any) -> bool:
    """Whether a pandas dtype is one of numpy's own."""
    return type(dtype).__module__.startswith("numpy")


def is_missing(v: Any) -> bool:
    """Whether a Python object stands for no value."""
    return v is None or (isinstance(v, float) and math.isnan(v)) or type(v).__name__ in ("NAType", "NaTType")


def _is_sequence(kind: type) -> bool:
    if issubclass(kind, (list, tuple, array.array)):
        return True
    # numpy arrays, pandas series, tensors; numpy's scalars have __array__, too, but no length
    return (
        hasattr(kind, "__array__") and hasattr(kind, "__len__") and hasattr(kind, "shape") and not issubclass(kind, str)
    )


_HEADS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM")


def _is_image(v: Any) -> bool:
    """Whether a Python object looks like an image that is no text: bytes, an image of Pillow or `datasets`, an array."""
    if isinstance(v, dict):
        v = v.get("bytes")
    if isinstance(v, (bytes, bytearray, memoryview)):
        return bytes(v[:4]).startswith(_HEADS)
    if hasattr(v, "save") and hasattr(v, "mode") and hasattr(v, "size"):
        return True
    shape: Any = getattr(v, "shape", ())
    if len(shape) not in {2, 3} or sorted(shape)[-2] < 4:
        return False
    return len(shape) == 2 or bool({shape[0], shape[2]} & {1, 3, 4})


def is_vector_like(v: Any) -> bool:
    """Whether a Python object looks like a vector: a sequence of two numbers or more."""
    if v is None or not _is_sequence(type(v)) or len(v) < 2:
        return False
    kind = getattr(getattr(v, "dtype", None), "kind", "O" if isinstance(v, (list, tuple, array.array)) else "f")
    if kind != "O":
        return kind in "fiu" and len(getattr(v, "shape", (0,))) == 1
    some = [x for x in v[:10] if not is_missing(x)]
    return len(some) > 0 and all(_is_number(type(x)) for x in some)


def _is_number(kind: type) -> bool:
    if issubclass(kind, bool) or kind.__name__ in ("bool", "bool_"):
        return False
    return issubclass(kind, (int, float, decimal.Decimal)) or (
        kind.__module__ == "numpy"
        and kind.__name__.startswith(("int", "uint", "float", "longlong", "ulonglong", "longdouble"))
    )


def _is_numpy_time(kind: type) -> bool:
    return kind.__module__ == "numpy" and kind.__name__ in ("datetime64", "timedelta64")


def _is_scalar(kind: type) -> bool:
    if issubclass(kind, (str, bool, dt.date, dt.time, dt.timedelta, *_PLAIN)) or _is_number(kind):
        return True
    if kind.__module__ == "numpy":
        return kind.__name__ in ("bool", "bool_", "str_") or _is_numpy_time(kind)
    return kind.__name__ in ("Period", "Interval")


def clip(text: str, n: int = 120) -> str:
    """Return a text, or its beginning."""
    return text if len(text) <= n else text[: n - 1] + "…"
