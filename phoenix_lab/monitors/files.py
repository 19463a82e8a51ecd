"""Rows in files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from phoenix_lab.inferences.inferences import Inferences
from phoenix_lab.monitors.suite_file import SuiteError


def read_rows(path: str | Path) -> Inferences:
    """Read a file, or a folder of parquet files, as a set that is called after it.

    Raises
    ------
    SuiteError
        It is not there, empty, half written, or not of a kind that is read.
    """
    import pyarrow as pa

    path = Path(path)
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
