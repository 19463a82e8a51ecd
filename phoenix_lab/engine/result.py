"""What `run` returns: tables, and the way back to the rows of the user's own dataframes."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from phoenix_lab.embeddings.polygon import inside
from phoenix_lab.findings.numbers import estimate, measure, p_value, plain, share
from phoenix_lab.inferences import convert
from phoenix_lab.inferences.inferences import Inferences
from phoenix_lab.recipes.conditions import Condition
from phoenix_lab.recipes.models import (
    Attribution,
    EmbeddingDrift,
    EmbeddingMap,
    EstimatedPerformance,
    Findings,
    Neighbors,
    ResponseDrift,
    Retrieval,
    Slices,
    parse_conditions,
)
from phoenix_lab.recipes.output import Output, RecipeError
from phoenix_lab.stats.verdict import in_sentence

Wanted = Literal["primary", "reference", "each"]
"""Whose rows: of one set alone, or a pair of dataframes, one of each set."""

_SHOWN = 10
"""Rows of a table that are shown."""
_LONGEST = 60
"""Characters of a cell; of a sentence more."""
_LONG = {"sentence": 140}
_OF_RESPONSES = {"prompts": "prompts", "responses": "responses", "responses to like prompts": "given"}
_COLUMNS = {
    "summary": (
        "column",
        "role",
        "kind",
        "missing_primary",
        "distinct_primary",
        "estimate",
        "lower",
        "upper",
        "verdict",
    ),
    "quality": (
        "column",
        "check",
        "status",
        "count_reference",
        "count_primary",
        "difference",
        "lower",
        "upper",
        "p_adjusted",
    ),
    "findings": (
        "sentence",
        "status",
        "effect",
        "estimate",
        "lower",
        "upper",
        "n_primary",
        "n_reference",
        "p_adjusted",
        "faces",
    ),
    "distribution": ("label", "reference", "primary", "reference_share", "primary_share", "contribution"),
    "time_series": ("set", "start", "end", "n", "value", "lower", "upper"),
    "performance": (
        "metric",
        "value_reference",
        "value_primary",
        "difference",
        "difference_lower",
        "difference_upper",
        "p_adjusted",
        "verdict",
    ),
    "estimated_performance": (
        "metric",
        "value_reference",
        "value_estimated",
        "lower_estimated",
        "upper_estimated",
        "difference",
        "value_measured",
    ),
    "retrieval": (
        "metric",
        "value_reference",
        "value_primary",
        "difference",
        "difference_lower",
        "difference_upper",
        "p_adjusted",
        "verdict",
    ),
    "neighbors": ("set", "row", "distance"),
    "embedding_drift": ("set", "row", "score"),
    "response_drift": ("set", "row", "score", "distance", "far"),
    "cohort": ("set", "row"),
    "attribution": ("segment", "n_reference", "n_primary", "reference", "primary", "mix", "within"),
    "slices": ("slice", "n", "inside", "outside", "difference", "lower", "upper", "p_adjusted"),
    "cluster_means": ("name", "n_primary", "primary", "lower", "upper", "others", "difference", "p_adjusted"),
    "cluster_rules": ("cluster", "rule", "inside", "outside", "p_adjusted"),
    "embedding_map": (
        "cluster",
        "name",
        "n_primary",
        "n_reference",
        "difference",
        "difference_lower",
        "difference_upper",
    ),
}


class Result:
    """The answer to a recipe.

    Parameters
    ----------
    recipe
        The question.
    output
        What was computed.
    primary, reference
        The sets, to take rows from.
    """

    def __init__(self, recipe: Any, output: Output, primary: Inferences, reference: Inferences | None = None) -> None:
        self._recipe = recipe
        self._output = output
        self._sets = {"primary": primary, "reference": reference}

    @property
    def recipe(self) -> Any:
        """The question."""
        return self._recipe

    @property
    def table(self) -> pa.Table:
        """The main table; its columns are described in docs/architecture.md."""
        return self._output.table

    @property
    def parts(self) -> Mapping[str, pa.Table]:
        """Further tables by name."""
        return self._output.parts

    @property
    def meta(self) -> Mapping[str, Any]:
        """Facts about the whole: counts, parameters that were chosen, corrections."""
        return self._output.meta

    @property
    def points(self) -> pa.Table:
        """Of a map: `row, set, x, y[, z], cluster`, one row a point."""
        self._only_map("points")
        return self._output.table

    @property
    def clusters(self) -> pa.Table:
        """Of a map: one row a cluster, the largest first, as a pyarrow Table; `clusters.to_pandas()` makes it a dataframe.

        The rows in no cluster are the last, number −1, so there is one row more than there are clusters. For the order of the panel sort by
        `difference`.
        """
        self._only_map("clusters")
        return self._output.parts["clusters"]

    def to_pandas(self) -> Any:
        """Return the main table as a pandas DataFrame; of a map that is its points, and `clusters.to_pandas()` its clusters."""
        return self.table.to_pandas()

    def rows(self, primary: Iterable[int] = (), reference: Iterable[int] = ()) -> Any:
        """Return rows by position as the user's own kind of dataframe: the primary's, then the reference's.

        Raises
        ------
        RecipeError
            A position is not there, or the sets are dataframes of different kinds.
        """
        return rows_of(self._sets, {"primary": list(primary), "reference": list(reference)})

    def cluster(
        self,
        k: int | Sequence[int],
        set: Wanted | None = None,  # noqa: A002 - the name of the column it selects by
        *,
        n: int | Sequence[int] | None = None,
    ) -> Any:
        """Return the rows of a cluster, or of several, as `rows` does.

        Parameters
        ----------
        k
            The cluster's number, or several; −1 is the noise.
        set
            "primary" or "reference" alone; "each" gives a pair, (primary, reference); None is one dataframe of both.
        n
            How many rows they are: of what is returned, or a pair, (primary, reference). A number stands for a cluster of one map alone: with a row more or less in the dataframe
            another group may have it, and then this is an error instead of other rows.

        Raises
        ------
        RecipeError
            There is no such cluster, or it has not `n` rows.
        """
        self._only_map("cluster()")
        labels = self.table.column("cluster").to_numpy()
        wanted = [int(one) for one in np.atleast_1d(np.asarray(k))]
        missing = [one for one in wanted if not (labels == one).any()]
        if missing or not wanted:
            known = sorted(int(c) for c in np.unique(labels))
            raise RecipeError(
                f"There is no cluster {', '.join(map(str, missing))}: they are numbered {known[0]} to {known[-1]}."
                if known
                else "There are no clusters."
            )
        return self._chosen(np.isin(labels, wanted), set, n, wanted)

    def neighbors(self, set: Wanted | None = None) -> Any:  # noqa: A002
        """Return the rows that `Neighbors` found as the user's own kind of dataframe, the nearest first; `table` has their distances.

        Parameters
        ----------
        set
            "primary" or "reference" alone; "each" gives a pair, (primary, reference); None is one dataframe of both.
        """
        if not isinstance(self.recipe, Neighbors):
            raise AttributeError(f"{type(self.recipe).__name__} has no neighbors(); Neighbors has")  # noqa: TRY004 - as any attribute that is not there
        rows = self.table.column("row").to_numpy()
        sets = np.asarray(self.table.column("set").cast(pa.string()))
        picked = {name: rows[sets == name] for name in ("primary", "reference")}
        if set is not None:
            return wanted_of(self._sets, picked, set)
        # `rows` gives one set after the other; where each row stands there is known.
        place = np.empty(len(rows), np.int64)
        place[sets == "primary"] = np.arange(len(picked["primary"]))
        place[sets == "reference"] = len(picked["primary"]) + np.arange(len(picked["reference"]))
        return convert.take(self.rows(**picked), place)

    def carriers(self) -> Any:
        """Return the primary rows that carry the drift, as `EmbeddingDrift` or `ResponseDrift` found it, as the user's own kind of dataframe, the surest first.

        They are those from the score on at which the shares of the two sets differ most, of `ResponseDrift` from which on the reference has 5 % of its own; `meta["carriers"]` has both shares, `table` every row's score.
        """
        if not isinstance(self.recipe, EmbeddingDrift | ResponseDrift):
            raise AttributeError(  # noqa: TRY004 - as any attribute that is not there
                f"{type(self.recipe).__name__} has no carriers(); EmbeddingDrift and ResponseDrift have"
            )
        n = self.meta["carriers"]["n_primary"]
        of_primary = self.table.filter(pc.equal(self.table.column("set").cast(pa.string()), "primary"))
        return wanted_of(self._sets, {"primary": of_primary.column("row").to_numpy()[:n]}, "primary")

    def lasso(
        self,
        polygon: Sequence[Sequence[float]],
        set: Wanted | None = None,  # noqa: A002
        *,
        n: int | Sequence[int] | None = None,
    ) -> Any:
        """Return the rows whose points lie in a polygon (even-odd rule, as the panel's lasso), as `rows` does.

        Parameters
        ----------
        polygon
            Corners (x, y), at least three, in the map's coordinates.
        set
            "primary" or "reference" alone; "each" gives a pair, (primary, reference); None is one dataframe of both.
        n
            How many rows lie there, as of `cluster`: other data has another map.

        Raises
        ------
        RecipeError
            Another number of rows lies there.
        """
        self._only_map("lasso()")
        if self.recipe.n_components != 2:
            raise RecipeError("A lasso needs a map of two dimensions.")
        corners = np.asarray(polygon, dtype=np.float64)
        if corners.ndim != 2 or corners.shape[1] != 2 or len(corners) < 3:
            raise ValueError("a polygon is a list of at least three corners (x, y)")
        x, y = (self.table.column(axis).to_numpy().astype(np.float64) for axis in "xy")
        return self._chosen(inside(corners, x, y), set, n, ())

    def where(self, i: int = 0) -> tuple[Condition, ...]:
        """Return the conditions of the slice, or of the rows of the finding, in row `i` of the table, for any recipe's `where`, and for `px.rows(frame, *conditions)`.

        A finding that is about a whole column has none of its own.
        """
        if not isinstance(self.recipe, Slices | Findings):
            raise AttributeError(f"{type(self.recipe).__name__} has no where(); Slices and Findings have")  # noqa: TRY004 - as any attribute that is not there
        found = self.table.column("where").to_pylist()
        if not -len(found) <= i < len(found):
            raise IndexError(
                f"there is no {'slice' if isinstance(self.recipe, Slices) else 'finding'} {i}: there are {len(found)}"
            )
        if found[i] is None:
            return tuple(self.recipe.where)
        return (*self.recipe.where, *parse_conditions(found[i]))

    def _chosen(self, chosen: Any, only: str | None, n: int | Sequence[int] | None, clusters: Sequence[int]) -> Any:
        rows = self.table.column("row").to_numpy()
        sets = np.asarray(self.table.column("set").cast(pa.string()))
        # A map has no order of its own: rows come in the frames' order.
        picked = {name: np.sort(rows[chosen & (sets == name)]) for name in ("primary", "reference")}
        if n is not None:
            self._are_as_many(picked, only, n, clusters)
        return wanted_of(self._sets, picked, only)

    def _are_as_many(
        self, picked: Mapping[str, Any], only: str | None, n: int | Sequence[int], clusters: Sequence[int]
    ) -> None:
        wanted = [n] if isinstance(n, int) else list(n)
        if len(wanted) == 1:
            have = [sum(len(rows) for name, rows in picked.items() if only in {None, "each", name})]
        else:
            have = [len(rows) for rows in picked.values()]
        if wanted == have:
            return
        named = dict(zip(*(self.clusters.column(c).to_pylist() for c in ("cluster", "name")), strict=True))
        what = ", ".join(f"Cluster {k} ({named.get(k) or 'without a name'})" for k in clusters) or "The area"
        has = "has" if len(clusters) <= 1 else "have"
        raise RecipeError(
            f"{what} {has} {' + '.join(f'{m:,}' for m in have)} rows here, and n={tuple(wanted) if len(wanted) > 1 else wanted[0]} says that it was another "
            "group: the dataframes, or what computed the map, have changed since. Pick it on the map again, or leave n out to take these."
        )

    def _only_map(self, what: str) -> None:
        if not isinstance(self.recipe, EmbeddingMap):
            raise AttributeError(f"{type(self.recipe).__name__} has no {what}; EmbeddingMap has")  # noqa: TRY004 - as any attribute that is not there

    def _heading(self) -> str:
        names = [which.name or role for role, which in self._sets.items() if which is not None]
        about = getattr(self.recipe, "embedding", None) or getattr(self.recipe, "column", None)
        subject = f"{type(self.recipe).__name__} of {about}" if about else type(self.recipe).__name__
        return f"{subject}: {' against '.join(names)}"

    def _facts(self) -> str:
        meta, facts = self.meta, []
        if isinstance(self.recipe, EmbeddingMap):
            noise = -1 in self.clusters.column("cluster").to_pylist()
            facts.append(f"{self.table.num_rows:,} points, {self.clusters.num_rows - noise:,} clusters")
            if noise:
                facts.append("the rows in no cluster are −1, the last")
            anchor = meta.get("anchor")
            if anchor:
                facts.append(f"{anchor['placed']:,} of the points placed on a map of the others")
            if anchor and anchor["new"]:
                facts.append(f"far from it, and clusters of their own: {', '.join(map(str, anchor['new']))}")
            meta = meta.get("drift") or {}
            if meta.get("auc") is not None:
                facts.append(f"domain classifier AUC {plain(measure(meta['auc']))}")
        if isinstance(self.recipe, EstimatedPerformance):
            facts.append(f"not estimated: {meta['refused']}" if meta["refused"] else str(meta["assumption"]))
            labels = meta["labels"]
            if labels and labels["disagree"]:
                facts.append(
                    f"doubtful: of {labels['n']:,} labels {plain(share(labels['came']))} are {labels['what']}, {plain(share(labels['expected']))} were expected"
                )
        if isinstance(self.recipe, ResponseDrift):
            facts += [_drift_in_words(what, meta[key]) for what, key in _OF_RESPONSES.items()]
            far = meta["far"]
            if far["difference"] is not None:
                facts.append(
                    f"{far['share_primary']:.1%} of the responses lie farther from those to like prompts than 95 % of the reference's own do, "
                    f"there {far['share_reference']:.1%}: {far['difference']:+.1%} [{far['lower']:+.1%}, {far['upper']:+.1%}], adjusted p {p_value(far['p_adjusted'])}"
                )
        if isinstance(self.recipe, Attribution):
            parts = ", ".join(f"{part} {meta[part]:+.4g}" for part in ("mix", "within", "missing") if part in meta)
            facts.append(
                f"{meta['metric']}: {meta['value_reference']:.4g} to {meta['value_primary']:.4g}, of which {parts}"
            )
        if isinstance(self.recipe, Retrieval) and meta["limit"] is not None:
            facts.append(f"near is up to {plain(measure(meta['limit']))}: {meta['limit_source']}")
        if isinstance(self.recipe, Slices):
            facts.append(f"{meta['metric']}: {meta['tried']:,} slices tried, {self.table.num_rows} stand")
        if isinstance(self.recipe, Findings):
            facts.append(
                f"{meta['n_looked']:,} looked at, {meta['n_stand'] or 'nothing'} stand{'' if meta['n_stand'] > 1 else 's'}"
            )
            if meta["left_out"]:
                facts.append(f"not looked at: {', '.join(left['what'] for left in meta['left_out'])}")
        if meta.get("estimate") is not None:
            told = f"{str(meta.get('statistic') or 'estimate').upper()} {plain(estimate(meta['estimate']))}"
            if meta.get("lower") is not None and meta.get("upper") is not None:
                told += f" (90 % interval {plain(estimate(meta['lower']))} to {plain(estimate(meta['upper']))})"
            if meta.get("p_value") is not None:
                told += f", p {p_value(meta['p_value'])}"
            facts.append(told)
        if self.meta.get("adjusted"):
            facts.append(str(self.meta["adjusted"]))
        return "; ".join(facts)

    def _shown(self) -> tuple[list[str], list[list[str]], int]:
        table = self.clusters if isinstance(self.recipe, EmbeddingMap) else self.table
        names = [name for name in _COLUMNS[self.recipe.kind] if name in table.column_names]
        # what has no reference has no numbers of one
        names = [name for name in names if table.column(name).null_count < table.num_rows or table.num_rows == 0]
        rows = [
            [_cell(row[name], _LONG.get(name, _LONGEST)) for name in names]
            for row in table.select(names).slice(0, _SHOWN).to_pylist()
        ]
        return names, rows, table.num_rows

    def __repr__(self) -> str:
        """Return heading, facts, and the first rows of the table."""
        names, rows, total = self._shown()
        widths = [max([len(name), *(len(row[i]) for row in rows)]) for i, name in enumerate(names)]
        lines = [self._heading(), self._facts()]
        lines += [
            "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
            for row in [names, *rows]
        ]
        if total > len(rows):
            lines.append(f"… {total - len(rows):,} more rows in .table")
        return "\n".join(line for line in lines if line)

    def _repr_html_(self) -> str:
        names, rows, total = self._shown()
        head = "".join(f'<th scope="col" style="text-align:left">{html.escape(name)}</th>' for name in names)
        body = "".join(
            "<tr>" + "".join(f'<td style="text-align:left">{html.escape(t)}</td>' for t in row) + "</tr>"
            for row in rows
        )
        more = f"<p>… {total - len(rows):,} more rows</p>" if total > len(rows) else ""
        facts = f"<p>{html.escape(self._facts())}</p>" if self._facts() else ""
        return (
            f"<div><p><strong>{html.escape(self._heading())}</strong></p>{facts}"
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}</div>"
        )


def wanted_of(sets: Mapping[str, Inferences | None], positions: Mapping[str, Any], wanted: str | None) -> Any:
    """Return rows of one set alone, a pair of each, or those of both; none at all are still rows of that set.

    Raises
    ------
    ValueError
        `wanted` is no word for that.
    RecipeError
        There is no such set.
    """
    if wanted not in (None, "primary", "reference", "each"):
        raise ValueError(f'set is "primary", "reference", "each" or None, not {wanted!r}')
    if wanted in ("reference", "each") and sets["reference"] is None:
        raise RecipeError("There is no reference set to take rows from.")
    if wanted == "each":
        return tuple(rows_of(sets, {name: positions[name]}) for name in ("primary", "reference"))
    return rows_of(sets, positions if wanted is None else {wanted: positions[wanted]})


def rows_of(sets: Mapping[str, Inferences | None], positions: Mapping[str, Any]) -> Any:
    """Return rows of both sets by position as the user's own kind of dataframe; see `Result.rows`. With none it is the first set's, empty."""
    parts = []
    empty = None
    for name, chosen in positions.items():
        which, wanted = sets[name], np.asarray(chosen, dtype=np.int64)
        if which is None:
            if len(wanted):
                raise RecipeError("There is no reference set to take rows from.")
            continue
        if len(wanted) and (wanted.min() < 0 or wanted.max() >= which.n_rows):
            raise RecipeError(f"{which.name} has the rows 0 to {which.n_rows - 1:,}.")
        if len(wanted):
            parts.append(which.take(wanted))
        elif empty is None:
            empty = which
    if not parts and empty is not None:
        return empty.take(np.zeros(0, dtype=np.int64))
    try:
        return convert.concat(parts)
    except TypeError as error:
        raise RecipeError(f'{error} Take a dataframe of each: set="each".') from None


def _drift_in_words(what: str, drift: Mapping[str, Any]) -> str:
    if drift["estimate"] is None:
        return f"{what}: {drift['reason']}"
    p = "" if drift["p_adjusted"] is None else f", adjusted p {p_value(drift['p_adjusted'])}"
    value, lower, upper = (plain(estimate(drift[key])) for key in ("estimate", "lower", "upper"))
    return f"{what}: PSI {value} [{lower}, {upper}]{p}, {in_sentence(drift['verdict'])}"


def _cell(value: Any, longest: int) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.4g}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    text = str(value)
    return text if len(text) <= longest else text[: longest - 1] + "…"
