"""Rows in files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from phoenix_lab.inferences.batches import Batches
from phoenix_lab.inferences.inferences import Inferences
from phoenix_lab.monitors.suite_file import SuiteError
from phoenix_lab.profiles.profile import SUFFIX, Profile, ProfileError


def read_reference(path: str | Path, *, batches: bool = False) -> Inferences | Batches | Profile:
    """Read rows as `read_rows` does, or a profile from a `*.phoenix-profile` file; raises `SuiteError`."""
    if Path(path).suffix != SUFFIX:
        return read_rows(path, batches=batches)
    try:
        return Profile.load(path)
    except ProfileError as error:
        raise SuiteError(str(error)) from None


def read_rows(path: str | Path, *, batches: bool = False) -> Inferences | Batches:
    """Read a file, or a folder of parquet files, as a set that is called after it; a glob of them, or with `batches`, is read in batches.

    Raises
    ------
    SuiteError
        It is not there, empty, half written, or not of a kind that is read.
    """
    import pyarrow as pa

    given, path = str(path), Path(path)
    if not path.exists() and any(c in given for c in "*?["):
        batches = True
    if batches:
        try:
            return Batches(given)
        except ValueError as error:
            raise SuiteError(str(error)) from None
    if not path.exists():
        raise SuiteError(f"{path} is not there")
    if path.is_file() and path.stat().st_size == 0:
        raise SuiteError(f"{path} is empty: has it been written yet?")
    try:
        table = _table(path)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        reason = str(error).splitlines()[0][:200]
        raise SuiteError(f"{path} cannot be read, it may be half written: {reason}") from None
    if table.num_columns == 0:
        raise SuiteError(f"{path} has no columns")
    return Inferences(table, name=path.name)


def _table(path: Path) -> Any:
    if path.is_dir():
        import pyarrow.dataset as ds

        return ds.dataset(path, format="parquet", partitioning="hive").to_table()
    kind = path.suffix.lower()
    if kind in {".parquet", ".pq"}:
        import pyarrow.parquet as pq

        with pq.ParquetFile(path) as file:  # `read_table` imports pandas
            return file.read()
    if kind in {".arrow", ".feather", ".ipc"}:
        from pyarrow import feather

        return feather.read_table(path)
    if kind in {".csv", ".tsv"}:
        from pyarrow import csv

        return csv.read_csv(path, parse_options=csv.ParseOptions(delimiter="\t" if kind == ".tsv" else ","))
    raise SuiteError(f"{path.name} is no parquet, Arrow or CSV file")
