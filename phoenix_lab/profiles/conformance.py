"""`px.check_engine`: whether an engine hands over rows that are counted as plain Python counts them, on a table of what engines disagree on."""

from __future__ import annotations

import bisect
import datetime as dt
import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from phoenix_lab.inferences.batches import Batches
from phoenix_lab.profiles.columns import label
from phoenix_lab.profiles.profile import Profile, profile

ROWS = 21_000
ZONE = "America/New_York"
NAME = "phoenix_lab_adversarial"
Cell = tuple[str, str, int]
"""Column, what is counted ("numbers", "values", "missing"), slot."""


@dataclass(frozen=True)
class EngineCheck:
    """What a check of an engine comes to.

    Parameters
    ----------
    engine
        What read the rows.
    cells
        Counts that were compared.
    wrong
        Those that differ: column, what, slot, place, count, and what it should be.
    """

    engine: str
    cells: int
    wrong: tuple[tuple[str, str, int, int, int, int], ...]

    @property
    def ok(self) -> bool:
        """Whether all are the same."""
        return not self.wrong

    def __repr__(self) -> str:
        """Say it in a line."""
        if self.ok:
            return f"EngineCheck({self.engine}: {self.cells:,} counts, all the same)"
        columns = ", ".join(sorted({w[0] for w in self.wrong}))
        return f"EngineCheck({self.engine}: {len(self.wrong):,} of {self.cells:,} counts differ, in {columns})"


def adversarial(n: int = ROWS, seed: int = 0) -> pa.Table:
    """Return a table of what engines are known to disagree on: NaN beside null, whole numbers beyond 2^53, single precision, days of 23 and 25 hours."""
    rng = np.random.default_rng(seed)
    # two weeks around the second Sunday of March, on which clocks in New York are moved, and rows at the very midnight
    first = int(dt.datetime(2025, 3, 3, tzinfo=ZoneInfo(ZONE)).timestamp()) * 10**6
    when = first + np.sort(rng.integers(0, 14 * 86_400 * 10**6, n))
    midnights = [int(dt.datetime(2025, 3, d, tzinfo=ZoneInfo(ZONE)).timestamp()) * 10**6 for d in range(4, 16)]
    when[rng.choice(n, 24, replace=False)] = np.repeat(midnights, 2)
    x = rng.normal(0, 1, n)
    odd = x.copy()
    odd[::7], odd[::11], odd[::13], odd[::17], odd[::19] = np.nan, np.inf, -np.inf, -0.0, 5e-324
    zero = np.where(rng.random(n) < 0.6, 0.0, x)
    big = 2**53 + rng.integers(-3, 4, n)
    texts = np.array(["", " ", "a", "A", "ä", "a\u0308", "İ", "ß", "日本語", "🙂", "null", "NaN", "None", "a" * 300])
    words = texts[rng.integers(0, len(texts), n)]

    def holes(values: Any, kind: Any = None, share: float = 0.03) -> pa.Array:
        return pa.array(values, kind, mask=rng.random(n) < share)

    return pa.table(
        {
            "when": holes(when, pa.int64(), 0.01).cast(pa.timestamp("us", ZONE)),
            "x": holes(x),
            "odd": holes(odd),
            "zero": holes(zero),
            "constant": pa.array(np.full(n, 0.1)),
            "single": holes(np.round(x, 1).astype(np.float32)),
            "single_odd": holes(odd.astype(np.float32)),
            "big": holes(big),
            "large": holes(rng.integers(-(2**63), 2**63 - 1, n)),
            "small": holes(rng.integers(-128, 128, n), pa.int8()),
            "unsigned": holes(rng.integers(0, 256, n), pa.uint8()),
            "flag": holes(rng.random(n) < 0.3),
            "word": holes(words.tolist()),
            "many": holes([f"v{i}" for i in rng.zipf(1.3, n) % 3000]),
            "late": pa.array(np.where(np.arange(n) < n // 2, np.nan, x), from_pandas=True),
            "nothing": pa.array([None] * n, pa.float64()),
        }
    )


def check_engine(load: Any) -> EngineCheck:
    """Compare an engine's counts with those of plain Python, on a table made for the purpose.

    Parameters
    ----------
    load
        A DuckDB connection, in which a temporary table is made and dropped; or a function from a `pyarrow.Table` to what `Batches` takes.

    Raises
    ------
    TypeError
        It is neither.
    """
    table = adversarial()
    drop: Callable[[], object] = lambda: None  # noqa: E731
    if callable(load):
        source = load(table)
    elif hasattr(load, "register") and hasattr(load, "sql"):
        load.register(f"{NAME}_rows", table)
        load.execute(f"CREATE OR REPLACE TEMP TABLE {NAME} AS SELECT * FROM {NAME}_rows")  # noqa: S608
        load.unregister(f"{NAME}_rows")
        source = load.sql(f"SELECT * FROM {NAME}")  # noqa: S608 - a name of ours

        def drop() -> object:
            return load.execute(f"DROP TABLE IF EXISTS {NAME}")
    else:
        raise TypeError(
            "check_engine takes a DuckDB connection, or a function from a pyarrow.Table to a source of batches"
        )
    try:
        batches = source if isinstance(source, Batches) else Batches(source, rows=1999)
        made = profile(batches)
    finally:
        drop()
    return compare(made, table, batches.engine)


def compare(made: Profile, table: pa.Table, engine: str) -> EngineCheck:
    """Compare a profile's counts with those of plain Python on the rows."""
    wrong = []
    cells = 0
    for (column, what, slot), told, truth in _pairs(made, table):
        cells += max(len(told), len(truth))
        if told != truth:
            both = enumerate(zip_longest(told, truth, fillvalue=0))
            wrong += [(column, what, slot, place, a, b) for place, (a, b) in both if a != b]
    return EngineCheck(engine, cells, tuple(wrong))


def _pairs(made: Profile, table: pa.Table) -> Iterator[tuple[Cell, list[int], list[int]]]:
    starts = made.slots.starts.tolist()
    when = table.column("when").cast(pa.int64()).to_pylist()
    slots = [len(starts) if t is None else bisect.bisect_right(starts, t) - 1 for t in when]
    n = len(starts) + 1
    for name in table.column_names:
        if name == "when":
            continue
        values = table.column(name).to_pylist()
        gone = [v is None or (isinstance(v, float) and math.isnan(v)) for v in values]
        counts, how = made.counts.get(name), made.plan.get(name)
        if counts is None or how is None:
            yield (name, "missing", 0), [], [sum(gone)]
            continue
        missing = Counter(s for s, none in zip(slots, gone, strict=True) if none)
        yield (name, "missing", 0), counts.missing.tolist(), [missing[s] for s in range(n)]
        present = [(s, v) for s, v, none in zip(slots, values, gone, strict=True) if not none]
        if how.numbers is not None and counts.numbers is not None and how.numbers.bins:
            bins = counts.numbers.bins[0]
            # Python compares whole numbers of any size, and a number of single precision is one of double precision
            cuts = how.numbers.bins[0].cuts.tolist()
            length = how.text
            found = Counter((s, bisect.bisect_right(cuts, len(v) if length else v)) for s, v in present)
            for s in range(n):
                told = [] if bins is None else bins[s].tolist()
                yield (name, "numbers", s), told, [found[s, b] for b in range(len(cuts) + 1)]
        if how.categories is not None and counts.by_value is not None:
            kept = [label(v) for v in how.categories.values.to_pylist()]
            place = {v: i for i, v in enumerate(kept)}
            dense = np.asarray(counts.by_value.todense())
            by = Counter((s, place.get(label(v), len(kept))) for s, v in present)
            for s in range(n):
                yield (name, "values", s), dense[s].tolist(), [by[s, i] for i in range(len(kept) + 1)]
