"""Profiles as files: a zip of `profile.json` and `arrays.bin`, whose numbers are plain bytes. Nothing in it is run, and all of it is checked.

A file is read within stated limits before anything of it is believed: two members, their sizes, then every field, shape and index. `VERSION` is
that of the form; `_MIGRATIONS` turn older ones into the next.
"""

from __future__ import annotations

import hashlib
import json
import math
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError
from scipy import sparse

from phoenix_lab.files import replacing
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.profiles.arrays import Arrays, StoredArrays, WrongError
from phoenix_lab.profiles.cells import MOST_CELLS
from phoenix_lab.profiles.counts import ENDS, ColumnCounts, NumberCounts, VectorCounts
from phoenix_lab.profiles.durations import Duration
from phoenix_lab.profiles.exact import Grid, Moments
from phoenix_lab.profiles.plan import CategoryPlan, ColumnPlan, NumberPlan, VectorPlan
from phoenix_lab.profiles.profile import SUFFIX, Profile, ProfileError, VectorSample
from phoenix_lab.profiles.slots import Slots
from phoenix_lab.stats.bins import Bins

VERSION = 1
LARGEST = {"profile.json": 64 * 2**20, "arrays.bin": 64 * 2**20}
"""Bytes that each member may have once it is unpacked."""
_SCALARS: dict[str, Any] = {
    str(t): t
    for t in (
        pa.null(),
        pa.bool_(),
        pa.string(),
        pa.large_string(),
        *(pa.int8(), pa.int16(), pa.int32(), pa.int64()),
        *(pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()),
        *(pa.float16(), pa.float32(), pa.float64()),
        *(pa.date32(), pa.timestamp("s"), pa.timestamp("ms"), pa.timestamp("us"), pa.timestamp("ns")),
    )
}


def save(profile: Profile, path: str | Path) -> Path:
    """Write a profile; see `Profile.save`."""
    path = Path(path)
    if path.suffix != SUFFIX:
        raise ProfileError(f'a profile is called "….{SUFFIX[1:]}"; this is {path.name}')
    arrays = Arrays()
    text = json.dumps(_manifest(profile, arrays), separators=(",", ":"), allow_nan=False)
    members = {"profile.json": text.encode(), "arrays.bin": b"".join(arrays.parts)}
    for name, data in members.items():
        if len(data) > LARGEST[name]:
            raise ProfileError(
                f"{profile.name} does not fit into a file: its {name} has {len(data) / 2**20:,.0f} MiB, of at most {LARGEST[name] // 2**20}; take a longer step, or leave out the unit or some columns"
            )
    try:
        with replacing(path) as new, zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, data in members.items():
                # a fixed time, so that the same profile is the same file
                packed.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    except OSError as error:
        raise ProfileError(f"{path} cannot be written: {error.strerror or error}") from None
    return path


def load(path: str | Path) -> Profile:
    """Read a profile; see `Profile.load`."""
    path = Path(path)
    try:
        with zipfile.ZipFile(path) as packed:
            members = {name: _unpacked(packed, name) for name in LARGEST}
    except OSError as error:
        raise ProfileError(f"{path} cannot be read: {error.strerror or error}") from None
    except WrongError as error:
        raise ProfileError(f"{path} cannot be used: {error}") from None
    except Exception as error:  # noqa: BLE001 - what zipfile raises of damaged files is not one kind
        raise ProfileError(f"{path} is no profile, or it is damaged: {str(error) or type(error).__name__}") from None
    try:
        return _profile(json.loads(members["profile.json"], parse_constant=_no_constant), members["arrays.bin"])
    except WrongError as error:
        raise ProfileError(f"{path} cannot be used: {error}") from None
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError, AttributeError) as error:
        what = "" if isinstance(error, ValidationError) else f": {error}"
        raise ProfileError(f"{path} is damaged{what[:200]}") from None
    except pa.ArrowException as error:
        raise ProfileError(f"{path} is damaged: {str(error)[:200]}") from None


def _unpacked(packed: zipfile.ZipFile, name: str) -> bytes:
    """Return a member; what it says of its own size is not believed."""
    most = LARGEST[name]
    if sorted(packed.namelist()) != sorted(LARGEST):
        raise WrongError("it is no profile")
    if packed.getinfo(name).file_size > most:
        raise WrongError(f"its {name} has more than {most // 2**20} MiB")
    with packed.open(name) as member:
        data = member.read(most + 1)
    if len(data) > most:
        raise WrongError(f"its {name} has more than {most // 2**20} MiB")
    return data


def _no_constant(text: str) -> float:
    raise WrongError(f"{text} is no number")


def _manifest(p: Profile, arrays: Arrays) -> dict[str, Any]:
    s = p.slots
    return {
        "version": VERSION,
        "name": p.name,
        "rows": p.n_rows,
        "columns": TypeAdapter(tuple[ColumnInfo, ...]).dump_python(p.columns, mode="json"),
        "fingerprints": dict(p.fingerprints),
        "edges": dict(p.edges),
        "time": {
            "column": s.column,
            "kind": s.kind,
            "zone": s.zone,
            "step": s.step,
            "span": None if s.span is None else list(s.span),
            "starts": arrays.put(s.starts),
            "ends": arrays.put(s.ends),
        },
        "cells": {"slot": arrays.put(p.slot), "unit": arrays.put(p.unit), "rows": arrays.put(p.rows)},
        "unit": {"column": p.unit_column, "values": _put_values(p.unit_values)},
        "plan": [_put_plan(how) for how in p.plan.values()],
        "counts": [_put_counts(p.counts[name], arrays) for name in p.plan],
        "samples": {
            name: {"matrix": arrays.put(x.matrix), "slot": arrays.put(x.slot), "row": arrays.put(x.row)}
            for name, x in p.samples.items()
        },
    }


def plan_key(p: Profile) -> str:
    """Return a digest of what profiles that add up have in common."""
    common = [[_put_plan(how) for how in p.plan.values()], p.slots.step, p.slots.zone, p.unit_column]
    return hashlib.sha256(json.dumps(common).encode()).hexdigest()


def _put_values(values: pa.Array) -> dict[str, Any]:
    kind = str(values.type)
    plain = values.cast(pa.int32() if kind.startswith("date") else pa.int64()) if _is_time(values.type) else values
    # floats as text: JSON has no way to say infinity
    told = [v.hex() for v in plain.to_pylist()] if pa.types.is_floating(values.type) else plain.to_pylist()
    return {"type": kind, "values": told}


def _is_time(kind: pa.DataType) -> bool:
    return bool(pa.types.is_date32(kind) or pa.types.is_timestamp(kind))


def _put_plan(how: ColumnPlan) -> dict[str, Any]:
    x, c, v = how.numbers, how.categories, how.vectors
    return {
        "column": how.info.name,
        "text": how.text,
        "numbers": None
        if x is None
        else {
            "dtype": x.dtype,
            "single": x.single,
            "middle": x.grid.middle.hex(),
            "scale": x.grid.scale.hex(),
            "least": None if x.least is None else x.least.hex(),
            "most": None if x.most is None else x.most.hex(),
            "bins": [
                {
                    "dtype": str(b.cuts.dtype),
                    "cuts": [str(v) if b.cuts.dtype.kind in "iu" else float(v).hex() for v in b.cuts.tolist()],
                    "lower": [float(v).hex() for v in b.lower],
                    "upper": [float(v).hex() for v in b.upper],
                    "atom": [bool(v) for v in b.atom],
                }
                for b in x.bins
            ],
        },
        "categories": None if c is None else {**_put_values(c.values), "complete": c.complete},
        "vectors": None if v is None else {"dimension": v.dimension, "scale": v.scale.hex()},
    }


def _put_counts(c: ColumnCounts, arrays: Arrays) -> dict[str, Any]:
    x, v = c.numbers, c.vectors
    table = None if c.by_value is None else sparse.csr_matrix(c.by_value)
    return {
        "missing": arrays.put(c.missing),
        "numbers": None
        if x is None
        else {
            "bins": [None if b is None else arrays.put(b) for b in x.bins],
            "infinite": arrays.put(x.infinite),
            "outside": arrays.put(x.outside),
            "n": arrays.put(x.moments.n),
            "beyond": arrays.put(x.moments.beyond),
            "total": arrays.put(x.moments.total),
            "squares": arrays.put(x.moments.squares),
            "ends": arrays.put(x.ends),
        },
        "values": None
        if table is None
        else {
            "starts": arrays.put(table.indptr),
            "places": arrays.put(table.indices),
            "counts": arrays.put(table.data),
        },
        "vectors": None if v is None else {"n": arrays.put(v.n), "total": arrays.put(v.total)},
    }


_MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""Version → what makes its `profile.json` one of the next version."""


def _profile(data: Any, raw: bytes) -> Profile:
    if not isinstance(data, dict) or not isinstance(data.get("version"), int):
        raise WrongError("it is no profile")
    if data["version"] > VERSION:
        raise WrongError(
            f"it was written by a newer phoenix_lab (its version is {data['version']}, this one reads {VERSION})"
        )
    while data["version"] < VERSION:
        if data["version"] not in _MIGRATIONS:
            raise WrongError(f"there is no version {data['version']}")
        data = _MIGRATIONS[data["version"]](data)
    read = StoredArrays(raw)
    columns = TypeAdapter(tuple[ColumnInfo, ...]).validate_python(data["columns"], strict=False)
    infos = {c.name: c for c in columns}
    slots = _slots(data["time"], read)
    unit_values = _values(data["unit"]["values"])
    slot = read.places(data["cells"]["slot"], len(slots), None)
    n = len(slot)
    if n > MOST_CELLS:
        raise WrongError(f"it has {n:,} units, and a profile holds {MOST_CELLS:,}")
    unit = read.places(data["cells"]["unit"], len(unit_values), n, least=-1)
    rows = read.counts(data["cells"]["rows"], n)
    if int(rows.sum()) != data["rows"]:
        raise WrongError("its rows do not add up")
    plan = {}
    for told in data["plan"]:
        how = _plan(told, infos)
        plan[how.info.name] = how
    if len(plan) != len(data["plan"]) or len(data["counts"]) != len(plan):
        raise WrongError("a column is there twice")
    counts = {
        name: _counts(told, how, read, rows, len(slots))
        for (name, how), told in zip(plan.items(), data["counts"], strict=True)
    }
    samples = {}
    for name, told in data["samples"].items():
        how = plan[name]
        if how.vectors is None:
            raise WrongError(f'"{name}" holds no vectors')
        matrix = read.get(told["matrix"], None, how.vectors.dimension, whole=False)
        if not np.isfinite(matrix).all():
            raise WrongError(f'a vector of "{name}" is not finite')
        samples[name] = VectorSample(
            matrix,
            read.places(told["slot"], len(slots), len(matrix)),
            read.places(told["row"], max(1, data["rows"]), len(matrix)),
        )
    return Profile(
        name=_text(data["name"]),
        n_rows=data["rows"],
        columns=columns,
        plan=plan,
        slots=slots,
        slot=slot,
        unit=unit,
        rows=rows,
        counts=counts,
        unit_column=_text_or_none(data["unit"]["column"]),
        unit_values=unit_values,
        fingerprints={_text(k): _text(v) for k, v in data["fingerprints"].items()},
        samples=samples,
        edges={_text(k): int(v) for k, v in data["edges"].items()},
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise WrongError("a name in it is no text")
    return value


def _text_or_none(value: Any) -> str | None:
    return None if value is None else _text(value)


def _number(value: Any) -> float:
    found = float.fromhex(_text(value))
    if math.isnan(found):
        raise WrongError("a number in it is none")
    return found


def _slots(data: Mapping[str, Any], read: StoredArrays) -> Slots:
    if data["span"] is None:
        return Slots()
    span = tuple(data["span"])
    starts = read.get(data["starts"], None)
    ends = read.get(data["ends"], len(starts))
    good = len(span) == 2 and all(isinstance(t, int) for t in span) and span[0] <= span[1] and len(starts) > 0
    if not good or (np.diff(starts) <= 0).any() or (ends <= starts).any():
        raise WrongError("its windows are in no order")
    if starts[0] > span[0] or ends[-1] <= span[1]:
        raise WrongError("its windows do not hold its rows")
    kind = _text(data["kind"])
    if kind not in {"year", "date", "instant"}:
        raise WrongError(f'"{kind[:40]}" is no kind of time')
    step = str(Duration.parse(_text(data["step"])))
    return Slots(_text(data["column"]), kind, _text_or_none(data["zone"]), step, (span[0], span[1]), starts, ends)


def _values(data: Mapping[str, Any]) -> pa.Array:
    name = _text(data["type"])
    kind = pa.timestamp(name[10:12], name[17:-1]) if name.startswith("timestamp[") and ", tz=" in name else None
    kind = kind or _SCALARS.get(name)
    if kind is None:
        raise WrongError(f'"{name[:40]}" is no type of values')
    told = data["values"]
    if pa.types.is_floating(kind):
        told = [_number(v) for v in told]
    plain = pa.int32() if pa.types.is_date32(kind) else pa.int64() if _is_time(kind) else kind
    values = pa.array(told, plain).cast(kind)
    if values.null_count or len(values.unique()) != len(values):
        raise WrongError("a value is there twice")
    return values


def _plan(data: Mapping[str, Any], infos: Mapping[str, ColumnInfo]) -> ColumnPlan:
    how = ColumnPlan(infos[data["column"]], bool(data["text"]))
    if data["numbers"] is not None:
        how = replace(how, numbers=_number_plan(data["numbers"]))
    if data["categories"] is not None:
        told = data["categories"]
        how = replace(how, categories=CategoryPlan(_values(told), bool(told["complete"])))
    if data["vectors"] is not None:
        dimension, scale = data["vectors"]["dimension"], _number(data["vectors"]["scale"])
        if not isinstance(dimension, int) or not 0 < dimension < 10**6 or not 0 < scale < math.inf:
            raise WrongError("its vectors have no dimensions")
        how = replace(how, vectors=VectorPlan(dimension, scale))
    return how


def _number_plan(data: Mapping[str, Any]) -> NumberPlan:
    if data["dtype"] not in {"int64", "uint64", "float64"}:
        raise WrongError("numbers of it are of no type that there is")
    scale = _number(data["scale"])
    middle = _number(data["middle"])
    if not 0 < scale < math.inf or not math.isfinite(middle):
        raise WrongError("its sums have no scale")
    least, most = (None if data[k] is None else _number(data[k]) for k in ("least", "most"))
    bins = tuple(_bins(told, data["dtype"]) for told in data["bins"])
    if len(bins) > 2 or (len(bins) == 0) != (least is None) or (least is None) != (most is None):
        raise WrongError("its bins are not those of its numbers")
    return NumberPlan(data["dtype"], bool(data["single"]), bins, Grid(middle, scale), least, most)


def _bins(data: Mapping[str, Any], own: str) -> Bins:
    dtype = data["dtype"]
    if dtype not in {own, "float64"}:
        raise WrongError("its edges are of another type")
    told = [_number(v) for v in data["cuts"]] if dtype == "float64" else [int(_text(v)) for v in data["cuts"]]
    cuts = np.array(told, dtype=dtype)
    lower, upper = (np.array([_number(v) for v in data[k]], dtype=np.float64) for k in ("lower", "upper"))
    atom = np.array([bool(v) for v in data["atom"]], dtype=bool)
    sizes = {len(cuts) + 1, len(lower), len(upper), len(atom)}
    if len(sizes) != 1 or (cuts[1:] <= cuts[:-1]).any():
        raise WrongError("its edges do not rise")
    return Bins(cuts, lower, upper, atom)


def _counts(
    data: Mapping[str, Any], how: ColumnPlan, read: StoredArrays, rows: NDArray[np.int64], n_slots: int
) -> ColumnCounts:
    n = len(rows)
    missing = read.counts(data["missing"], n)
    if (missing > rows).any():
        raise WrongError("more values are missing than there are rows")
    numbers, values, vectors = None, None, None
    if (
        (data["numbers"] is None) != (how.numbers is None)
        or (data["values"] is None) != (how.categories is None)
        or (data["vectors"] is None) != (how.vectors is None)
    ):
        raise WrongError("its counts are not those of its columns")
    if how.numbers is not None:
        told = data["numbers"]
        if len(told["bins"]) != len(how.numbers.bins):
            raise WrongError("its counts are not those of its bins")
        bins = tuple(
            None if b is None else read.counts(b, n, len(cut))
            for b, cut in zip(told["bins"], how.numbers.bins, strict=True)
        )
        if any(b is not None and (b.sum(axis=1) != rows - missing).any() for b in bins):
            raise WrongError("its bins do not add up to its rows")
        moments = Moments(
            read.counts(told["n"], n),
            read.counts(told["beyond"], n),
            read.get(told["total"], n, 2),
            read.get(told["squares"], n, 4),
        )
        numbers = NumberCounts(
            bins,
            read.counts(told["infinite"], n, 2),
            read.counts(told["outside"], n, 2),
            moments,
            read.get(told["ends"], n_slots, 2, ENDS, whole=False),
        )
    if how.categories is not None:
        told, width = data["values"], len(how.categories.values) + 1
        starts = read.counts(told["starts"], n + 1)
        places = read.places(told["places"], width, None)
        table = read.counts(told["counts"], len(places))
        if starts[0] != 0 or starts[-1] != len(places) or (np.diff(starts) < 0).any():
            raise WrongError("its categories are in no order")
        values = sparse.csr_matrix((table, places, starts), shape=(n, width))
        if (np.asarray(values.sum(axis=1)).ravel() != rows - missing).any():
            raise WrongError("its categories do not add up to its rows")
    if how.vectors is not None:
        told = data["vectors"]
        total = read.get(told["total"], n_slots, how.vectors.dimension, whole=False)
        if not np.isfinite(total).all():
            raise WrongError("a sum of vectors is not finite")
        vectors = VectorCounts(read.counts(told["n"], n_slots), total)
    return ColumnCounts(missing, numbers, values, vectors)
