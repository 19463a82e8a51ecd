"""How often `Findings` finds something where there is nothing, and what it finds where a fault was planted: tables of `docs/statistics.md`.

    python benchmarks/findings.py                 # 200 null pairs of each sort, 10 of each fault: an hour
    python benchmarks/findings.py --runs 40       # fewer null pairs

Whole recipes are run, on dataframes, as the panel runs them. "any" is the share of null pairs with any finding that stands, "look" of those with one at
all. A fault is found first when the first finding, in one of its faces, is about the column or the rows that it was planted in.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

import phoenix_lab as px
from phoenix_lab.recipes.models import parse_conditions

DATA = Path(__file__).resolve().parent.parent / "examples" / "data"
FLIGHTS = px.Schema(
    timestamp_column_name="scheduled",
    prediction_label_column_name="predicted",
    prediction_score_column_name="score",
    actual_label_column_name="late",
    feature_column_names=["hour", "carrier", "origin", "distance", "seats", "temp", "wind_speed", "visib", "cancelled"],
    excluded_column_names=["day", "flight", "destination", "manufacturer", "plane_year"],
)
SPEECHES = px.Schema(
    prediction_label_column_name="predicted_party",
    prediction_score_column_name="score",
    actual_label_column_name="party",
    tag_column_names=["address", "year"],
    embedding_feature_column_names={"text_vector": px.EmbeddingColumnNames("text_vector", "text")},
)


class Pair(NamedTuple):
    """Two sets, and what they are compared with."""

    primary: pd.DataFrame
    reference: pd.DataFrame
    schema: px.Schema | None = None
    unit: str | None = None
    where: tuple[Any, ...] = ()


def flights() -> pd.DataFrame:
    return pd.read_parquet(DATA / "flights.parquet").dropna(subset=["late"])


def speeches() -> pd.DataFrame:
    return pd.read_parquet(DATA / "sotu.parquet")


def parted(frame: pd.DataFrame, g: np.random.Generator, n: int, m: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw `n` rows and `m` others."""
    rows = g.permutation(len(frame))[: n + m]
    return tuple(frame.iloc[np.sort(part)].reset_index(drop=True) for part in (rows[:n], rows[n:]))  # type: ignore[return-value]


def gaussian(g: np.random.Generator) -> Pair:
    """Ten independent normal columns."""
    return Pair(*(pd.DataFrame({f"x{i}": g.normal(size=n) for i in range(10)}) for n in (500, 500)))


def mixed(g: np.random.Generator) -> Pair:
    """Columns of many sorts, some of their values missing."""
    shares = 1 / np.arange(1, 31)

    def draw(n: int) -> pd.DataFrame:
        frame = pd.DataFrame(
            {
                "normal": g.normal(size=n),
                "tail": g.standard_t(2, n),
                "count": g.poisson(2, n),
                "zeros": np.where(g.random(n) < 0.6, 0.0, g.exponential(size=n)),
                "category": g.choice([f"c{i:02}" for i in range(30)], n, p=shares / shares.sum()),
                "yes": g.random(n) < 0.1,
                "label": g.choice(["a", "b"], n),
            }
        )
        frame["said"] = np.where(g.random(n) < 0.8, frame["label"], "a")
        frame.loc[g.random(n) < 0.1, "normal"] = np.nan
        return frame

    schema = px.Schema(prediction_label_column_name="said", actual_label_column_name="label")
    return Pair(draw(300), draw(1000), schema)


def sessions(g: np.random.Generator) -> Pair:
    """Rows of sessions, alike in all columns and in an embedding; the session is the unit."""
    size, d = 10, 16

    def draw(n: int, name: str) -> pd.DataFrame:
        unit = np.arange(n * size) // size
        own = g.normal(size=(n, d))
        vectors = (own[unit] + g.normal(size=(n * size, d))).astype(np.float32)
        frame = pd.DataFrame({"session": [f"{name}{u}" for u in unit]})
        for i in range(4):
            frame[f"x{i}"] = g.normal(size=n)[unit] + g.normal(size=n * size)
        frame["category"] = g.choice(list("abcdef"), n)[unit]
        frame.loc[(g.random(n) < 0.15)[unit], "x0"] = np.nan
        frame["vector"] = list(vectors)
        return frame

    return Pair(draw(60, "p"), draw(100, "r"), None, "session")


def rows_of_flights(g: np.random.Generator, n: int = 800, m: int = 1600) -> Pair:
    """Real rows with predictions, parted at random."""
    return Pair(*parted(flights(), g, n, m), FLIGHTS)


def filtered_flights(g: np.random.Generator) -> Pair:
    """Real rows parted at random, of which a filter that knows nothing of the sets leaves some."""
    pair = rows_of_flights(g)
    kind = g.integers(4)
    if kind == 0:
        some = [np.sort(g.permutation(len(frame))[: int(0.8 * len(frame))]) for frame in (pair.primary, pair.reference)]
        return pair._replace(where=(px.AtRows(primary=some[0], reference=some[1]),))
    if kind == 1:
        column = str(g.choice(["distance", "temp", "hour", "wind_speed", "seats"]))
        return pair._replace(where=(px.Range(column, low=float(pair.reference[column].quantile(g.random() * 0.4))),))
    if kind == 2:
        column = str(g.choice(["carrier", "origin"]))
        frequent = pair.reference[column].value_counts().index[:5]
        return pair._replace(where=(px.Values(column, str(g.choice(frequent)), negated=True),))
    return pair._replace(where=(px.Range("scheduled", low=pair.reference["scheduled"].quantile(g.random() * 0.4)),))


def rows_of_speeches(g: np.random.Generator) -> Pair:
    """Real texts with vectors and predictions, parted at random."""
    return Pair(*parted(speeches(), g, 600, 1200), SPEECHES)


NULLS: dict[str, Callable[[np.random.Generator], Pair]] = {
    "normal columns": gaussian,
    "mixed columns, predictions": mixed,
    "sessions, with their unit, and vectors": sessions,
    "flights parted at random": rows_of_flights,
    "flights parted at random, filtered at random": filtered_flights,
    "speeches parted at random": rows_of_speeches,
}


class Planted(NamedTuple):
    """A pair with a fault in some primary rows, and what it is found by."""

    pair: Pair
    rows: np.ndarray
    columns: tuple[str, ...]


def renamed(g: np.random.Generator) -> Planted:
    """A category has another name."""
    pair = rows_of_flights(g)
    rows = (pair.primary["carrier"] == "DL").to_numpy()
    changed = pair.primary.assign(carrier=pair.primary["carrier"].astype(str).where(~rows, "Delta"))
    return Planted(pair._replace(primary=changed), rows, ("carrier",))


def stuck(g: np.random.Generator) -> Planted:
    """A sensor gives one value from some time on."""
    pair = rows_of_flights(g)
    rows = np.arange(len(pair.primary)) >= 0.6 * len(pair.primary)
    changed = pair.primary.assign(temp=pair.primary["temp"].where(~rows, pair.primary["temp"].iloc[int(rows.argmax())]))
    return Planted(pair._replace(primary=changed), rows, ("temp",))


def flipped(g: np.random.Generator) -> Planted:
    """The labels of one carrier are exchanged."""
    pair = rows_of_flights(g)
    rows = (pair.primary["carrier"] == "B6").to_numpy()
    late = pair.primary["late"].astype(str)
    other = late.map({"late": "on time", "on time": "late"})
    return Planted(pair._replace(primary=pair.primary.assign(late=late.where(~rows, other))), rows, ("carrier",))


def topic(g: np.random.Generator) -> Planted:
    """The texts of one topic are in the primary set alone."""
    frame = speeches()
    new = frame["text"].str.contains("terroris|qaida|taliban", case=False)
    old, topical = frame[~new], frame[new]
    primary, reference = parted(old, g, 600, 1200)
    some = topical.iloc[g.permutation(len(topical))[:80]]
    primary = pd.concat([primary, some], ignore_index=True)
    return Planted(Pair(primary, reference, SPEECHES), np.arange(len(primary)) >= 600, ("text_vector",))


def truncated(g: np.random.Generator) -> Planted:
    """Some texts are cut off."""
    pair = rows_of_speeches(g)
    rows = g.random(len(pair.primary)) < 0.3
    changed = pair.primary.assign(text=pair.primary["text"].where(~rows, pair.primary["text"].str.slice(0, 60)))
    return Planted(pair._replace(primary=changed), rows, ("text",))


def rescaled(g: np.random.Generator) -> Planted:
    """One carrier tells another unit; over all rows the column hardly moves."""
    pair = rows_of_flights(g, 2000, 4000)
    rows = (pair.primary["carrier"] == "AA").to_numpy()
    changed = pair.primary.assign(distance=pair.primary["distance"].where(~rows, pair.primary["distance"] * 1.6))
    return Planted(pair._replace(primary=changed), rows, ("distance",))


def unsent(g: np.random.Generator) -> Planted:
    """One airport no longer sends a tenth of its wind."""
    pair = rows_of_flights(g, 2000, 4000)
    rows = (pair.primary["origin"] == "LGA").to_numpy() & (g.random(len(pair.primary)) < 0.1)
    changed = pair.primary.assign(wind_speed=pair.primary["wind_speed"].mask(rows))
    return Planted(pair._replace(primary=changed), rows, ("wind_speed",))


FAULTS: dict[str, Callable[[np.random.Generator], Planted]] = {
    "a category renamed": renamed,
    "a stuck sensor": stuck,
    "a slice with flipped labels": flipped,
    "a new topic": topic,
    "truncated texts": truncated,
    "one carrier in another unit": rescaled,
    "one airport without a value": unsent,
}


def findings(pair: Pair) -> Any:
    """Look through a pair."""
    sets = [
        px.Inferences(frame, pair.schema, name=name)
        for frame, name in ((pair.primary, "prod"), (pair.reference, "train"))
    ]
    return px.run(px.Findings(unit=pair.unit, budget=None, where=pair.where), *sets)


def first_of(result: Any) -> list[dict[str, Any]]:
    """Return the faces of the first finding."""
    return [face for face in result.parts["faces"].to_pylist() if face["finding"] == 1]


def marked(face: dict[str, Any], pair: Pair) -> np.ndarray:
    """Return which primary rows a face speaks of: all where it names none."""
    everything = np.ones(len(pair.primary), dtype=bool)
    if face["where"] is None:
        return everything
    where = parse_conditions(face["where"])
    sets = [
        px.Inferences(frame, pair.schema)
        for frame in (pair.primary.assign(_row=range(len(everything))), pair.reference)
    ]
    rows = px.rows(sets[0], *where, reference=sets[1], set="primary", cache=False)["_row"]
    found = ~everything
    found[rows.to_numpy()] = True
    return found


def nulls(runs: int, seed: int, only: str) -> None:
    print("\n| no change | pairs | looked at | any | look | seconds |\n| --- | --- | --- | --- | --- | --- |")
    for name, draw in NULLS.items():
        if only not in name:
            continue
        g = np.random.default_rng(seed)
        stand = look = tests = 0
        start = time.perf_counter()
        for _ in range(runs):
            result = findings(draw(g))
            stand += result.meta["n_stand"] > 0
            look += result.table.num_rows > 0
            tests += result.meta["n_looked"]
        spent = (time.perf_counter() - start) / runs
        print(
            f"| {name} | {runs} | {tests / runs:.0f} | {stand / runs:.3f} | {look / runs:.3f} | {spent:.1f} |",
            flush=True,
        )


def faults(runs: int, seed: int, only: str) -> None:
    print("\n| planted | pairs | found first | precision | recall |\n| --- | --- | --- | --- | --- |")
    for name, draw in FAULTS.items():
        if only not in name:
            continue
        g = np.random.default_rng(seed)
        first = 0
        precision, recall = [], []
        for _ in range(runs):
            planted = draw(g)
            faces = first_of(findings(planted.pair))
            mine = [face for face in faces if is_about(face, planted)]
            first += bool(mine)
            if mine:
                found = marked(faces[0], planted.pair)
                both = (found & planted.rows).sum()
                precision.append(both / max(1, found.sum()))
                recall.append(both / planted.rows.sum())
        means = [f"{np.mean(values):.2f}" if values else "—" for values in (precision, recall)]
        print(f"| {name} | {runs} | {first} | {means[0]} | {means[1]} |", flush=True)


def is_about(face: dict[str, Any], planted: Planted) -> bool:
    """Tell whether a face is about what was planted."""
    return face["column"] in planted.columns or face["segment"] in planted.columns


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--planted", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="pairs whose name has this")
    options = parser.parse_args()
    # What is kept must be of this run alone, and does not belong among a person's results.
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PHOENIX_LAB_CACHE_DIR"] = folder
        faults(options.planted, options.seed, options.only)
        nulls(options.runs, options.seed, options.only)
