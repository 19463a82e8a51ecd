"""What a report holds: the answers to a few recipes, and what of them its page needs."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from phoenix_lab.engine.result import Result
from phoenix_lab.engine.run import run
from phoenix_lab.inferences.inferences import Inferences
from phoenix_lab.recipes.models import (
    AnyRecipe,
    Distribution,
    EmbeddingMap,
    Findings,
    Performance,
    Summary,
    TimeSeries,
    dump,
)
from phoenix_lab.recipes.output import RecipeError
from phoenix_lab.stats.verdict import verdict

FORMAT = 1
"""Of the data in the page; its script reads no other."""
SECTIONS = 24
"""Columns with a section of their own; of more, the most drifted."""
MAPS = 3
POINTS = 20_000
"""Points that a map draws; of more rows, a seeded sample."""
ROOM_FOR_TEXTS = 900_000
"""Bytes that the texts of rows may take in the file: they are cut shorter until they do."""
_LENGTHS = (240, 160, 110, 80, 60, 40)

Told = Callable[[str], None]


@dataclass
class Contents:
    """The data of a page.

    Parameters
    ----------
    facts
        What was compared, and where each answer lies: JSON values only.
    tables
        Arrow streams; `facts` has the place of each as `[offset, length]`.
    """

    facts: dict[str, Any]
    tables: bytearray = field(default_factory=bytearray)

    def packed(self) -> bytes:
        """Return both as one gzip file: the length of the facts (four bytes, the lowest first), the facts, the tables."""
        head = json.dumps(self.facts, allow_nan=False, ensure_ascii=False).encode("utf-8", "replace")
        # Without a time in its head, the same contents are the same bytes.
        return gzip.compress(len(head).to_bytes(4, "little") + head + bytes(self.tables), 9, mtime=0)

    def add(self, table: pa.Table) -> list[int]:
        """Put a table in; return its place."""
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table.unify_dictionaries().combine_chunks())
        data = sink.getvalue().to_pybytes()
        place = [len(self.tables), len(data)]
        # Arrow's reader makes views of what it reads, which begin at multiples of eight bytes.
        self.tables += data + b"\0" * (-len(data) % 8)
        return place

    def answer(self, result: Result, tables: Mapping[str, pa.Table] | None = None) -> dict[str, Any]:
        """Put an answer in, or of it the tables that are named ("" is the main one); return its recipe, its facts and their places."""
        kept = {"": result.table, **result.parts} if tables is None else tables
        return {
            "recipe": dump(result.recipe),
            "meta": dict(result.meta),
            "tables": {name: self.add(table) for name, table in kept.items()},
        }


@dataclass(frozen=True)
class Question:
    """What a report is asked for; see `phoenix_lab.report`."""

    title: str
    unit: str | None
    limit: float
    texts: bool
    budget: float | None


def gather(
    asked: Question, primary: Inferences, reference: Inferences | None, told: Told
) -> tuple[Contents, list[str]]:
    """Ask everything that a report tells; return it, and what stands in sentences.

    Raises
    ------
    RecipeError
        The unit is no column, or there is nothing to look at.
    """
    from phoenix_lab import __version__

    left_out: list[dict[str, str]] = []
    contents = Contents({})

    def ask(recipe: AnyRecipe, what: str) -> Result | None:
        told(what)
        try:
            return run(recipe, primary, reference)
        except RecipeError as error:
            left_out.append({"what": what, "why": str(error)})
            return None

    told("columns")
    summary = run(Summary(unit=asked.unit), primary, reference)
    found = (
        ask(Findings(limit=asked.limit, unit=asked.unit, budget=asked.budget), "findings") if primary.n_rows else None
    )
    timed = any(c.role == "timestamp" and c.problem is None for c in primary.columns)

    def series_of(column: str) -> dict[str, Any] | None:
        series = ask(TimeSeries(column=column, unit=asked.unit), f"{column} through time") if timed else None
        return None if series is None or series.table.num_rows == 0 else contents.answer(series)

    wanted, beyond = _columns(summary, found, asked.limit)
    columns = []
    for column in wanted:
        distribution = ask(Distribution(column, unit=asked.unit), column)
        if distribution is not None:
            columns.append(
                {"column": column, "distribution": contents.answer(distribution), "series": series_of(column)}
            )
    if beyond:
        why = f"{len(wanted)} have a section of their own; the table has all"
        left_out.append({"what": f"{len(beyond):,} more columns, {beyond[0]} among them", "why": why})

    vectors = _vectors(summary)
    maps = []
    for embedding in vectors[:MAPS]:
        result = ask(EmbeddingMap(embedding, unit=asked.unit), f"map of {embedding}")
        if result is not None and result.table.num_rows:
            maps.append(
                {
                    "embedding": embedding,
                    **_map(contents, result, asked, (primary, reference)),
                    "series": series_of(embedding),
                }
            )
    if vectors[MAPS:]:
        left_out.append({"what": ", ".join(vectors[MAPS:][:5]), "why": f"a report has {MAPS} maps at most"})

    judged = any(c.role.startswith(("prediction", "actual")) for c in primary.columns if c.role != "prediction_id")
    performance = ask(Performance(unit=asked.unit), "performance") if judged and primary.n_rows else None

    contents.facts.update(
        format=FORMAT,
        version=__version__,
        made=datetime.now(timezone.utc).astimezone().isoformat(timespec="seconds"),
        title=asked.title,
        texts=asked.texts,
        limit=asked.limit,
        unit=asked.unit,
        sets={
            name: None if which is None else {"name": which.name, "rows": which.n_rows, "columns": len(which.columns)}
            for name, which in (("primary", primary), ("reference", reference))
        },
        summary=contents.answer(summary),
        findings=None if found is None else contents.answer(found, {"faces": _public(found.parts["faces"])}),
        columns=columns,
        maps=maps,
        performance=None if performance is None else contents.answer(performance),
        left_out=left_out,
    )
    return contents, [] if found is None else _standing(found).column("sentence").to_pylist()


def _standing(found: Result) -> pa.Table:
    return found.table.filter(pc.equal(found.table.column("status"), "stands"))


def _public(faces: pa.Table) -> pa.Table:
    """Leave out which rows findings speak of: the page cannot fetch them."""
    return faces.drop_columns([name for name in ("where", "rows") if name in faces.column_names])


def _columns(summary: Result, found: Result | None, limit: float) -> tuple[list[str], list[str]]:
    """Return the columns that have a section, the most drifted first, then those of findings that stand, and the columns that there is no room for."""
    rows = summary.table.select(["column", "kind", "estimate", "lower", "upper", "p_adjusted", "problem"]).to_pylist()
    plain = {row["column"] for row in rows if row["kind"] != "vector" and row["problem"] is None}
    drifted = [row for row in rows if row["column"] in plain and _drifted(row, limit)]
    drifted.sort(key=lambda row: -row["estimate"])
    names = [row["column"] for row in drifted]
    if found is not None:
        names += [column for column in _standing(found).column("column").to_pylist() if column in plain]
    names = list(dict.fromkeys(names))
    return names[:SECTIONS], names[SECTIONS:]


def _drifted(row: Mapping[str, Any], limit: float) -> bool:
    """Tell whether a column drifted, as the overview judges it."""
    return verdict(row["estimate"], row["lower"], row["upper"], row["p_adjusted"], limit) == "drift"


def _vectors(summary: Result) -> list[str]:
    rows = summary.table.select(["column", "kind", "estimate", "problem"]).to_pylist()
    found = [row for row in rows if row["kind"] == "vector" and row["problem"] is None]
    found.sort(key=lambda row: -(row["estimate"] or 0))
    return [row["column"] for row in found]


def _map(contents: Contents, result: Result, asked: Question, sets: Sequence[Inferences | None]) -> dict[str, Any]:
    points, clusters = result.table.select(["row", "set", "x", "y", "cluster"]), result.clusters
    n = points.num_rows
    if n > POINTS:
        points, clusters = _sample(points, clusters)
    texts = None
    raw = result.meta.get("raw_data")
    if asked.texts and raw is not None:
        texts = _texts(contents, points, raw, sets)
    return {
        "map": contents.answer(result, {"": points, "clusters": clusters}),
        "points": {"drawn": points.num_rows, "of": n},
        "texts": texts,
    }


def _sample(points: pa.Table, clusters: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Return a seeded sample of the points, with the typical ones of each cluster, and the clusters with the places that these have in it."""
    typical = clusters.column("prototypes").to_pylist()
    chosen = np.random.default_rng(0).choice(points.num_rows, POINTS, replace=False)
    rows = np.union1d(chosen, np.asarray([i for some in typical for i in some or ()], np.int64))
    places = pa.array([np.searchsorted(rows, some or []).tolist() for some in typical], pa.list_(pa.int64()))
    at = clusters.column_names.index("prototypes")
    return points.take(pa.array(rows)), clusters.set_column(at, "prototypes", places)


def _texts(contents: Contents, points: pa.Table, raw: str, sets: Sequence[Inferences | None]) -> dict[str, Any] | None:
    """Put in the text of every point, cut to a length for which there is room."""
    which = points.column("set").cast(pa.string()).to_pylist()
    rows = points.column("row").to_pylist()
    columns = []
    for given in sets:
        here = given is not None and any(c.name == raw and c.problem is None for c in given.columns)
        table = given.frame([raw]).table if given is not None and here else None
        columns.append(table.column(raw) if table is not None and raw in table.column_names else None)
    primary, reference = columns
    found: list[str | None] = []
    for name, row in zip(which, rows, strict=True):
        column = primary if name == "primary" else reference
        value = None if column is None else column[row].as_py()
        found.append(None if value is None else " ".join(str(value).split()))
    if not any(found):
        return None
    for length in _LENGTHS:
        cut = [text if text is None or len(text) <= length else text[: length - 1] + "…" for text in found]
        size = len(gzip.compress("\n".join(text or "" for text in cut).encode("utf-8", "replace"), 6))
        if size * 4 / 3 <= ROOM_FOR_TEXTS:
            break
    return {"table": contents.add(pa.table({"text": pa.array(cut, pa.string())})), "length": length}
