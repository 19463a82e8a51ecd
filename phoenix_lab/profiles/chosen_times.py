"""Columns that a person says are the time: whether their values can be, and whether they look like it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from phoenix_lab.inferences.schema import Correction
from phoenix_lab.profiles.columns import ColumnError
from phoenix_lab.profiles.durations import iso, parse_instant
from phoenix_lab.profiles.time import instants

PLAUSIBLE = (parse_instant("1980-01-01"), parse_instant("2100-01-01"))
"""Numbers that count from 1970 are rarely meant to lie outside of these: ids and amounts do."""
_FEW = 0.1
"""Share of values that may lie outside."""


def judge_times(sample: pa.Table, corrections: Sequence[Correction]) -> tuple[tuple[Correction, ...], tuple[str, ...]]:
    """Leave out of corrections what no time can be, and say so; say too which times are not plausible.

    Parameters
    ----------
    sample
        Rows of all columns. A value that is no time may still stand among the others.
    corrections
        What is said of columns.

    Returns
    -------
    tuple
        The corrections that fit, and one sentence for each doubt.
    """
    fitting, doubts = [], []
    for said in corrections:
        keep: Correction | None = said
        if said.role == "timestamp" and said.column in sample.column_names:
            column = sample.column(said.column)
            try:
                doubt = _doubt(said.column, column)
            except ColumnError as error:
                # the row is one of the sample, which nobody else knows
                holds = re.sub(
                    r'^column ".*": row \d+ holds|^column ".*" holds', "it holds", str(error), flags=re.DOTALL
                )
                doubt = f'"{said.column}" cannot be the time: {holds}.'
                rest = (said.kind, said.raw_data, said.link_to_data)
                keep = dataclasses.replace(said, role=None) if any(part is not None for part in rest) else None
            if doubt is not None:
                doubts.append(doubt)
        if keep is not None:
            fitting.append(keep)
    return tuple(fitting), tuple(doubts)


def _doubt(name: str, column: pa.ChunkedArray) -> str | None:
    axis = instants(column, name)
    is_number = pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
    if not is_number or axis.kind != "instant" or axis.span is None:
        return None
    outside = (axis.instants < PLAUSIBLE[0]) | (axis.instants >= PLAUSIBLE[1])
    if np.mean(outside) <= _FEW:
        return None
    first, last = (iso(instant, None)[:10] for instant in axis.span)
    when = f"on {first}" if first == last else f"between {first} and {last}"
    return f'"{name}" gives no plausible times: its numbers, counted from 1970, fall {when}.'
