"""What goes over the wire between the browser and the server extension (beside the recipes themselves)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from phoenix_lab.engine.trace import Trace
from phoenix_lab.inferences.schema import ColumnInfo, Correction, Schema
from phoenix_lab.recipes.models import Recipe


@dataclass(frozen=True, kw_only=True)
class FrameListing:
    """One dataframe of a kernel, as the panel lists it.

    `ref` names the very object, whatever happens to the variable; `names` are the variables that hold it. `query` says what is to be done for its rows to
    exist: "collect" (a lazy frame), "run" (DuckDB, ibis, a data set of files), or None where they do. `columns` are the names of the first of them, as
    others are found alike by.
    """

    ref: str
    names: tuple[str, ...]
    library: str
    type: str
    n_rows: int | None
    n_columns: int
    nbytes: int | None
    embeddings: tuple[str, ...]
    query: Literal["collect", "run"] | None = None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class KernelState:
    """What the server found out about a kernel."""

    kernel_id: str
    alive: bool
    subshells: bool
    python: str
    pyarrow: str | None
    phoenix_lab: str | None
    server_version: str
    problem: str | None = None


@dataclass(frozen=True, kw_only=True)
class Change:
    """What of a set is no longer as it was read.

    Parameters
    ----------
    set
        Its id.
    what
        "gone": the variable holds no dataframe any more; "renamed": another variable holds the object, and perhaps it changed, too; "changed": rows,
        columns, types or values; "another": the variable holds another object, which looks the same, or is a query that was not run.
    name
        The variable that holds it now, where it was renamed.
    n_rows
        Rows now; None where that is not known.
    added, removed
        Columns.
    renamed
        Pairs of a column's name before and now.
    retyped
        A column, its type before and now.
    edited
        Columns of which other values were seen.
    """

    set: str
    what: Literal["gone", "renamed", "changed", "another"]
    name: str | None = None
    n_rows: int | None = None
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    retyped: tuple[tuple[str, str, str], ...] = ()
    edited: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Frames:
    """Answer to `GET frames?kernel_id=…&set=…`: the dataframes of a kernel, and what of those sets has changed since they were read."""

    kernel: KernelState
    frames: tuple[FrameListing, ...]
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, kw_only=True)
class InferencesRequest:
    """Body of `POST inferences`: read one dataframe. Either `ref` or `expression` (a variable's name) says which.

    `instead_of` is the id of a set that this one takes the place of: columns that still have the same values are not read again.
    """

    kernel_id: str
    ref: str | None = None
    expression: str | None = None
    name: str | None = None
    schema: Schema | None = None
    instead_of: str | None = None


@dataclass(frozen=True, kw_only=True)
class InferencesModel:
    """One dataframe that the server knows; its values are read by column, as views ask for them.

    `span` is the first and last instant of the timestamp column, ISO 8601, once that column was read. `n_columns` counts as the user
    does: without the levels of a pandas index, which `columns` has where they say something. `schema` is what code must pass to have the
    same roles: None when they are guessed. `given` is the schema that it was read with, `corrections` are all that were said of it since;
    `problems` tell which of them do not fit, and `plausible` what a person would likely say of predictions and labels. `look` is the same for
    what looks the same, `digests` tell it by column; see `kernel/looks.py`. Of a query (`is_query`) the rows are those that it gave when it was read.
    """

    id: str
    kernel_id: str
    ref: str
    name: str
    variable: str | None
    library: str
    n_rows: int
    n_columns: int
    nbytes: int | None
    columns: tuple[ColumnInfo, ...]
    span: tuple[str, str] | None = None
    problems: tuple[str, ...] = ()
    schema: Schema | None = None
    given: Schema | None = None
    corrections: tuple[Correction, ...] = ()
    plausible: tuple[Correction, ...] = ()
    look: str = ""
    digests: Mapping[str, str] = field(default_factory=dict)
    is_query: bool = False


@dataclass(frozen=True, kw_only=True)
class RolesRequest:
    """Body of `POST inferences/<id>/roles`: say of columns what they are for, in place of all that was said before; none leaves what is guessed.

    The answer is another set of the same values, which are not read again; the old one stays until it is deleted.
    """

    corrections: tuple[Correction, ...]


@dataclass(frozen=True, kw_only=True)
class ColumnsRequest:
    """Body of `POST inferences/<id>/columns`: values of some columns, of all rows or of some; the answer is an Arrow stream."""

    columns: tuple[str, ...]
    rows: tuple[int, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class LabelsRequest:
    """Body of `POST inferences/<id>/labels`: what the dataframe's own index calls some rows."""

    rows: Annotated[tuple[int, ...], Field(max_length=1000)]


@dataclass(frozen=True, kw_only=True)
class LabelsModel:
    """Answer of `POST inferences/<id>/labels`; null where rows are called by their places, or by nothing."""

    labels: tuple[str, ...] | None


@dataclass(frozen=True, kw_only=True)
class ImagesRequest:
    """Body of `POST inferences/<id>/images`: the images that some rows of a column are, or name; the answer is an Arrow stream of `row, type, data, problem`.

    Addresses on other machines are asked only with `urls`.
    """

    column: str
    rows: Annotated[tuple[int, ...], Field(max_length=64)]
    urls: bool = False


@dataclass(frozen=True, kw_only=True)
class AnalysisRequest:
    """Body of `POST analyses`: run a recipe on sets that were read before."""

    recipe: Recipe
    primary: str
    reference: str | None = None
    corpus: str | None = None


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why something failed, for a person: one sentence, and what could be done."""

    message: str
    hint: str | None = None
    column: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReadProgress:
    """How many bytes of a dataframe have come from its kernel; `total` is an estimate until the last column is known."""

    name: str
    done: int
    total: int


@dataclass(frozen=True, kw_only=True)
class AnalysisEvent:
    """One line of `GET analyses/<id>/events`: where the work stands.

    `stage` is a short name such as "reading", "neighbors" or "layout"; `fraction` is its progress, 0 to 1; `remaining` is an estimate
    in seconds of the whole work; `reading` is set while the kernel sends. The last line of the stream has a state other than "running"; `trace` is
    set once it is "done".
    """

    state: Literal["running", "done", "failed", "cancelled"]
    stage: str = ""
    fraction: float = 0.0
    remaining: float | None = None
    elapsed: float = 0.0
    cached: bool = False
    reading: ReadProgress | None = None
    parts: tuple[str, ...] = ()
    problem: Problem | None = None
    trace: Trace | None = None


@dataclass(frozen=True, kw_only=True)
class AnalysisModel:
    """Answer to `POST analyses`."""

    id: str
    event: AnalysisEvent


@dataclass(frozen=True, kw_only=True)
class SelectionPart:
    """Rows of one set, by their positions in the frame that was read."""

    inferences: str
    rows: tuple[int, ...]
    name: str | None = None
    """The variable of these rows alone, beside that of all."""


@dataclass(frozen=True, kw_only=True)
class ExportRequest:
    """Body of `POST exports`: make the rows a variable of the kernel and an entry of `px.exports`."""

    kernel_id: str
    name: str
    parts: tuple[SelectionPart, ...]


@dataclass(frozen=True, kw_only=True)
class ExportModel:
    """Answer to `POST exports`."""

    name: str
    n_rows: int
    library: str
    parts: tuple[str, ...] = ()
    """The variables of the parts that were to have one."""
