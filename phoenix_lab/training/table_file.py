"""`write_rows`: rows as parquet or CSV, with all that their dataframe knows of them."""

from __future__ import annotations

import csv
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from phoenix_lab.inferences import convert
from phoenix_lab.training.files import digest, whole_file
from phoenix_lab.training.source import Source, TrainingError

_MISSING = ("", "NA", "NULL", "\\N", "<missing>")
"""How a missing value may be written in CSV: the first that no text is."""


@dataclass(frozen=True)
class WrittenRows:
    """A file of rows.

    Parameters
    ----------
    path
        The file.
    n_rows
        How many rows.
    sha256
        Of the file.
    read
        The code that gives the same dataframe.
    """

    path: Path
    n_rows: int
    sha256: str
    read: str

    def __repr__(self) -> str:
        """Say where the rows are, and how they are read."""
        return f"{self.path}: {self.n_rows:,} rows\n{self.read}"


def write_rows(rows: Any, path: str | os.PathLike[str], *, overwrite: bool = False) -> WrittenRows:
    """Write a dataframe to a file, whole or not at all, with a card beside it (`….card.json`: source, columns, hash, and the code that reads it).

    Parquet keeps index, categories, nanoseconds and time zones by itself. CSV has no types: values are written in full, a missing one as a word that no text is, and
    the code of the card gives a pandas dataframe its types back.

    Parameters
    ----------
    rows
        A dataframe of any kind.
    path
        Ends in .parquet or .csv.
    overwrite
        Replace the file.

    Raises
    ------
    TrainingError
        A column cannot be written so.
    FileExistsError, OSError
        The name is taken; the file cannot be written. What was there stays.
    """
    final = Path(path).expanduser().absolute()
    source = Source.of(rows, "rows")
    if final.suffix not in {".parquet", ".csv"}:
        raise TrainingError(f'path ends in .parquet or .csv; this is "{final.name}".')
    beside = final.with_name(f"{final.name}.card.json")
    with whole_file(final, overwrite=overwrite) as new, whole_file(beside, overwrite=overwrite) as new_card:
        try:
            read = (_parquet if final.suffix == ".parquet" else _csv)(source.rows, new, str(final))
        except (OSError, TrainingError):
            raise
        except Exception as error:  # each library has errors of its own
            raise TrainingError(f"{final.suffix[1:]} cannot hold these rows: {error}") from error
        sha = digest(new)
        dtypes = dict(zip(convert.column_names(source.rows), convert.column_dtypes(source.rows), strict=True))
        card = {"rows": source.n, "columns": dtypes, "sha256": sha, "read": read}
        new_card.write_text(json.dumps(card, indent=1), encoding="utf-8")
    return WrittenRows(final, source.n, sha, read)


def _parquet(rows: Any, new: Path, final: str) -> str:
    library = convert.library_of(rows)
    if library == "pandas":
        rows.to_parquet(new, engine="pyarrow")
        pd = sys.modules["pandas"]
        lines = ["import pandas as pd", "", f"rows = pd.read_parquet({final!r})"]
        for name, dtype in zip(rows.columns, rows.dtypes, strict=True):
            # Parquet keeps dictionaries of texts alone.
            if isinstance(dtype, pd.CategoricalDtype) and str(dtype.categories.dtype) not in {
                "str",
                "string",
                "object",
            }:
                lines.append(f"rows[{name!r}] = rows[{name!r}].astype({_categories(dtype)})")
        return "\n".join(lines)
    if library == "polars":
        rows.write_parquet(new)
        return f"import polars as pl\n\nrows = pl.read_parquet({final!r})"
    import pyarrow.parquet as pq

    pq.write_table(pa.Table.from_batches([rows]) if isinstance(rows, pa.RecordBatch) else rows, new)
    return f"import pyarrow.parquet as pq\n\nrows = pq.read_table({final!r})"


def _csv(rows: Any, new: Path, final: str) -> str:
    library = convert.library_of(rows)
    names = convert.column_names(rows)
    for name in convert.vector_columns(rows):
        raise TrainingError(f'"{name}" holds vectors, which CSV cannot: leave it out, or write .parquet.')
    if library == "polars":
        rows.write_csv(new)
        pl = sys.modules["polars"]
        are_text = [name for name, kind in rows.schema.items() if kind in (pl.String, pl.Categorical, pl.Enum)]
        # "007" is a text because it was one.
        types = f"schema_overrides=dict.fromkeys({are_text!r}, pl.String)"
        return f"import polars as pl\n\nrows = pl.read_csv({final!r}, try_parse_dates=True, {types})"
    if library != "pandas":
        import pyarrow.csv

        plain = [f.with_type(f.type.value_type) if pa.types.is_dictionary(f.type) else f for f in rows.schema]
        pyarrow.csv.write_csv(rows.cast(pa.schema(plain)), new)
        options = (
            "parse_options=csv.ParseOptions(ignore_empty_lines=False, newlines_in_values=True), "
            f"convert_options=csv.ConvertOptions(column_types={_aliases(plain)!r}, strings_can_be_null=True, quoted_strings_can_be_null=False)"
        )
        return f"from pyarrow import csv\n\nrows = csv.read_csv({final!r}, {options})"
    pd = sys.modules["pandas"]
    if len(set(names)) < len(rows.columns) or isinstance(rows.columns, pd.MultiIndex):
        raise TrainingError("CSV needs a name for each column, each once: write .parquet.")
    levels = [rows.index.get_level_values(i) for i in range(rows.index.nlevels)]
    series = [*(pd.Series(level) for level in levels), *(rows.iloc[:, i] for i in range(rows.shape[1]))]
    texts = {str(value) for one in series for value in one.dropna().unique() if isinstance(value, str)}
    missing = next((word for word in _MISSING if word not in texts), None)
    if missing is None:
        raise TrainingError("Texts stand for all that could mean a missing value: write .parquet.")
    for name, one in zip([*(f"index {i}" for i in range(len(levels))), *rows.columns], series, strict=True):
        if one.dtype == object and any(not isinstance(value, str) for value in one.dropna()):
            raise TrainingError(
                f'"{name}" holds other things than texts, and CSV does not keep their types: write .parquet.'
            )
        if isinstance(one.dtype, pd.IntervalDtype):
            raise TrainingError(f'"{name}" holds intervals, and CSV does not keep them: write .parquet.')
    # The place of a level is its name: two may have the same, or none.
    flat = rows.reset_index(names=[f"index {i}" for i in range(len(levels))])
    if len(set(map(str, flat.columns))) < flat.shape[1]:
        raise TrainingError("CSV needs a name for each column, each once: write .parquet.")
    # Not all that write CSV put quotes around a lone carriage return, which ends a line when it is read.
    quoting = csv.QUOTE_NONNUMERIC if any("\r" in text for text in texts) else csv.QUOTE_MINIMAL
    flat.to_csv(new, index=False, na_rep=missing, lineterminator="\n", quoting=quoting)
    return _reading(flat, rows, final, missing)


def _reading(flat: Any, rows: Any, final: str, missing: str) -> str:
    """Return the code that makes the same pandas dataframe of a file."""
    pd = sys.modules["pandas"]
    lines = [
        "import pandas as pd",
        "",
        f"rows = pd.read_csv({final!r}, dtype=str, keep_default_na=False, na_values=[{missing!r}])",
    ]
    for name, dtype in zip(map(str, flat.columns), flat.dtypes, strict=True):
        column = f"rows[{name!r}]"
        if isinstance(dtype, pd.CategoricalDtype) and dtype.categories.dtype.kind in "iub":
            # As texts, for these types have no missing value.
            texts = [str(one) for one in dtype.categories]
            how = (
                f"{column}.astype(pd.CategoricalDtype({texts!r}, ordered={dtype.ordered}))"
                f".cat.rename_categories({_typed(f'pd.Index({texts!r})', dtype.categories.dtype)})"
            )
        elif isinstance(dtype, pd.CategoricalDtype):
            how = f"{_typed(column, dtype.categories.dtype)}.astype({_categories(dtype)})"
        else:
            how = _typed(column, dtype)
        lines.append(f"{column} = {how}")
    levels = [f"index {i}" for i in range(rows.index.nlevels)]
    lines.append(f"rows = rows.set_index({levels!r})")
    lines.append(f"rows.index.names = {[_written(name) for name in rows.index.names]!r}")
    if all(isinstance(label, (str, int)) for label in rows.columns):
        lines.append(f"rows.columns = {list(rows.columns)!r}")
    return "\n".join(lines)


def _written(name: Any) -> Any:
    """Return the name of an index as code can say it."""
    plain = name.item() if hasattr(name, "item") else name
    if plain is None or isinstance(plain, (str, int, float)):
        return plain
    raise TrainingError(f"CSV does not keep an index that is called {name}: give it a name of text.")


def _aliases(fields: list[pa.Field]) -> dict[str, str]:
    """Return the types of columns that have a short name."""
    found = {}
    for field in fields:
        try:
            if pa.type_for_alias(str(field.type)) == field.type:
                found[field.name] = str(field.type)
        except ValueError:  # noqa: PERF203 - a few columns
            continue
    return found


def _categories(dtype: Any) -> str:
    """Return the code of a type of categories."""
    values = [str(one) for one in dtype.categories]
    return f"pd.CategoricalDtype({_typed(f'pd.Series({values!r})', dtype.categories.dtype)}, ordered={dtype.ordered})"


def _typed(column: str, dtype: Any) -> str:
    """Return the code that gives texts a type."""
    kind = str(dtype)
    if kind.startswith("datetime64"):
        return f'pd.to_datetime({column}, format="ISO8601", utc={", " in kind}).astype({kind!r})'
    if kind.startswith("timedelta64"):
        return f"pd.to_timedelta({column}).astype({kind!r})"
    if kind in {"bool", "boolean"}:
        return f'{column}.map({{"True": True, "False": False}}).astype({kind!r})'
    return f"{column}.astype({kind!r})"
