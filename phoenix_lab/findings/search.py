"""`Findings`: asks the other recipes, as far as the time goes, and tells what of all that stands out."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.embeddings.vectors import metric_for, usable
from phoenix_lab.findings import alone, echoes, groups, pair
from phoenix_lab.findings.candidate import Candidate, Family, View
from phoenix_lab.findings.causes import Finding, by_cause
from phoenix_lab.findings.first_look import FirstLook
from phoenix_lab.findings.words import sentence
from phoenix_lab.inferences.frame import Frame
from phoenix_lab.recipes.cohort import Cohort, cohort
from phoenix_lab.recipes.conditions import Condition
from phoenix_lab.recipes.models import (
    AnyRecipe,
    Distribution,
    EmbeddingMap,
    Findings,
    Performance,
    Quality,
    Slices,
    Summary,
    TimeSeries,
    dump_conditions,
)
from phoenix_lab.recipes.output import Output, Progress, RecipeError
from phoenix_lab.recipes.questions import questions
from phoenix_lab.recipes.sets import Units, described, units_of
from phoenix_lab.stats.multiplicity import over_families
from phoenix_lab.stats.proportions import CONFIDENCE
from phoenix_lab.stats.verdict import ALPHA

Ask = Callable[[AnyRecipe, Progress], Output]
"""Answers a recipe on the sets that are looked at, from the cache where it is there."""
Put = Callable[[AnyRecipe, str, float, float], Output | None]
"""Asks as what and between which fractions of the whole; None where there is no answer, which is told among what was left out."""
Standing = tuple[Candidate, Any, float | None]
"""What is more than chance, what it comes to, and its adjusted p."""

OFTEN = 0.05
"""A single number that this share of the rows has come to hold is what happened to a column."""
THROUGH_TIME: dict[str, Any] = {"drift": None, "quality": "missing"}
"""Findings about columns that may have a beginning, with the metric that is looked at for it."""
MOST = 200
"""Findings that are put together; of more the least are left out."""

TABLE = pa.schema(
    [
        ("finding", pa.int32()),
        ("status", pa.string()),
        ("kind", pa.string()),
        ("sentence", pa.string()),
        ("words", pa.list_(pa.string())),
        ("marks", pa.list_(pa.string())),
        ("effect", pa.string()),
        *((name, pa.float64()) for name in ("estimate", "lower", "upper")),
        ("n_primary", pa.int64()),
        ("n_reference", pa.int64()),
        ("p_adjusted", pa.float64()),
        ("limit", pa.float64()),
        ("opens", pa.string()),
        ("column", pa.string()),
        ("cluster", pa.int32()),
        ("segment", pa.string()),
        ("window", pa.list_(pa.string())),
        ("time", pa.string()),
        ("where", pa.string()),
        ("cohort", pa.string()),
        ("rows", pa.list_(pa.int64())),
        ("rows_primary", pa.int64()),
        ("rows_reference", pa.int64()),
        ("faces", pa.int32()),
    ]
)
"""One row a finding; `parts.faces` has the same for each of its faces, the first one included."""


class _Over(Exception):  # noqa: N818 - nothing is wrong: the time is up
    """The time is up."""


class _Clock:
    """Tells when the time is up; waiting for whoever listens to the progress does not count."""

    def __init__(self, budget: float | None, progress: Progress) -> None:
        self._budget, self._progress = budget, progress
        self._start, self._waited = time.monotonic(), 0.0

    def part(self, stage: str, start: float, end: float) -> Progress:
        """Return what a part of the whole reports to, which lies between two fractions."""

        def told(_: str, fraction: float) -> None:
            self.tell(stage, start + (end - start) * fraction)
            if self._budget is not None and time.monotonic() - self._start - self._waited > self._budget:
                raise _Over

        return told

    def tell(self, stage: str, fraction: float) -> None:
        before = time.monotonic()
        self._progress(stage, fraction)
        self._waited += time.monotonic() - before


def compute(recipe: Findings, primary: Frame, reference: Frame | None, progress: Progress, *, ask: Ask) -> Output:
    """Look through everything, and return what stands out, the most sure and most consequential first."""
    clock = _Clock(recipe.budget, progress)
    asked = questions(recipe, primary.columns, None if reference is None else reference.columns)
    answers: dict[AnyRecipe, Output] = {}
    left: list[dict[str, str]] = []
    clock.tell("Columns", 0.0)

    def put(question: AnyRecipe, what: str, start: float, end: float) -> Output | None:
        try:
            return ask(question, clock.part(what, start, end))
        except _Over:
            left.append({"what": what, "why": "time"})
        except RecipeError as error:
            left.append({"what": what, "why": str(error)})
        return None

    for i, question in enumerate(asked):
        answer = put(question, name_of(question), 0.7 * i / len(asked), 0.7 * (i + 1) / len(asked))
        if answer is not None:
            answers[question] = answer

    def of_map(question: EmbeddingMap) -> Output:
        return ask(question, clock.part(name_of(question), 0.9, 0.92))

    look = _Look(recipe, primary, reference, of_map)
    families = look.alone(answers, clock, left) if reference is None else look.compared(answers)
    if reference is not None:
        families += look.within(answers, put, clock, left)
    found, n_families, factor = _standing(families)
    found = look.own(found, put)
    findings = [look.finding(*one) for one in found[:MOST]]
    if reference is not None:
        findings += look.times(findings, factor, lambda question: ask(question, clock.part("Times", 0.93, 1.0)), left)
    subjects = {c.raw_data: c.name for c in primary.columns if c.raw_data is not None}
    groups = by_cause(findings, subjects)
    faces = [look.row(face, i, len(group)) for i, group in enumerate(groups) for face in group]
    first = [look.row(group[0], i, len(group)) for i, group in enumerate(groups)]
    n_tests = sum(family.n_tests for family in families)
    summary = next((output for question, output in answers.items() if isinstance(question, Summary)), None)
    clock.tell("Times", 1.0)
    meta = {
        "n_looked": n_tests,
        "n_stand": sum(row["status"] == "stands" for row in first),
        "families": [{"name": f.name, "n": f.n_tests} for f in families if f.n_tests],
        "left_out": left,
        "budget": recipe.budget,
        "limit": recipe.limit,
        "alpha": ALPHA,
        "confidence": CONFIDENCE,
        "adjusted": _adjusted(n_tests, n_families),
        "correlated": None if summary is None else summary.meta["correlated"],
        "unit": None if summary is None else summary.meta["unit"],
        "primary": described(primary),
        "reference": described(reference),
    }
    tables = [pa.Table.from_pylist(rows, schema=TABLE) for rows in (first, faces)]
    return Output(tables[0], {"faces": tables[1]}, meta)


def name_of(question: AnyRecipe) -> str:
    """Return what a question looks at, as the progress and a list of what was left out call it."""
    if isinstance(question, EmbeddingMap):
        return f"Map of {question.embedding}"
    if isinstance(question, Performance) and question.segment is not None:
        by = question.segment
        return f"Predictions by {by}" if isinstance(by, str) else f"Predictions by clusters of {by.embedding}"
    if isinstance(question, Distribution):
        return f"Lengths of {question.column}"
    if isinstance(question, Slices):
        return "Slices"
    if isinstance(question, Performance):
        return "Predictions"
    return "Quality of the data" if isinstance(question, Quality) else "Columns"


def _adjusted(n_tests: int, n_families: int) -> str | None:
    """Say how p-values are corrected, to those who have not read how."""
    if n_families < 2:
        return f"over {n_tests:,} tests (Benjamini-Hochberg)" if n_families else None
    return f"over {n_tests:,} tests of {n_families} kinds (Benjamini-Hochberg over the kinds, then within each)"


def _standing(families: Sequence[Family]) -> tuple[list[Standing], int, dict[str, float]]:
    """Return what is more than chance with its adjusted p, how many families were tested, and what p of a column's own tests are multiplied by."""
    corrected = over_families([[c.p for c in family.members] for family in families], ALPHA)
    found, factor = [], {}
    for family, adjusted in zip(families, corrected, strict=True):
        passed = sum(p is not None and p < ALPHA for p in adjusted)
        for candidate, p in zip(family.members, adjusted, strict=True):
            status = candidate.status(p)
            if status is not None:
                found.append((candidate, status, p))
                if candidate.kind in THROUGH_TIME and candidate.about is not None and p is not None:
                    n = sum(other is not None and any(q is not None for q in other) for other in corrected)
                    through = sum(any(q is not None and q < ALPHA for q in other) for other in corrected)
                    factor[candidate.about] = n / max(1, through) * family.n_tests / max(1, passed)
    return found, sum(any(p is not None for p in adjusted) for adjusted in corrected), factor


class _Look:
    """What is needed to turn answers into findings."""

    def __init__(
        self, recipe: Findings, primary: Frame, reference: Frame | None, ask: Callable[[EmbeddingMap], Output]
    ) -> None:
        self._recipe, self._primary, self._reference, self._ask = recipe, primary, reference, ask

    def compared(self, answers: dict[AnyRecipe, Output]) -> list[Family]:
        """Read the answers about two sets."""
        texts = {q: a for q, a in answers.items() if isinstance(q, Distribution)}
        families = []
        of = {type(q): a for q, a in answers.items() if isinstance(q, Summary | Quality)}
        besides = pair.other_units(of[Summary], of[Quality]) if len(of) == 2 else None
        for question, answer in answers.items():
            if isinstance(question, Summary):
                families.append(pair.columns(answer, texts, self._recipe.limit, besides=besides))
            elif isinstance(question, Quality):
                families.append(pair.checks(answer, besides=besides, among=self._recipe.where))
            elif isinstance(question, EmbeddingMap):
                families.append(pair.clusters(question, answer))
            elif isinstance(question, Performance) and question.segment is None:
                families.append(pair.metrics(answer))
            elif isinstance(question, Slices):
                families.append(groups.slices(self._recipe, answer))
        by = [(q, a) for q, a in answers.items() if isinstance(q, Performance) and q.segment is not None]
        return [*families, pair.segments(by, self._primary.columns)] if by else families

    def within(
        self, answers: dict[AnyRecipe, Output], put: Put, clock: _Clock, left: list[dict[str, str]]
    ) -> list[Family]:
        """Look for what changed in some groups of rows alone."""
        whole = next((a for q, a in answers.items() if isinstance(q, Summary)), None)
        if whole is None:
            return []
        maps = {q: a for q, a in answers.items() if isinstance(q, EmbeddingMap)}
        columns = groups.columns_of(whole)
        some = groups.groups(self._recipe, self._primary.columns, whole, maps)
        if not some or self._reference is None:
            return []
        look = FirstLook(self._primary, self._reference)
        found, passed = {}, 0
        for i, group in enumerate(some):
            what = f"Rows where {group.of} is {group.name}"
            start, end = (0.7 + 0.2 * k / len(some) for k in (i, i + 1))
            try:
                clock.part(what, start, end)("", 0.0)
                rows = self._rows((group.condition,))
            except _Over:
                left.append({"what": what, "why": "time"})
                continue
            others = [name for name in columns[: groups.MOST_COLUMNS] if name != group.of]
            asked = [n for n in others if groups.is_promising(self._recipe, group, look.change(n, rows))]
            passed += len(others) - len(asked)
            if asked and (answer := put(groups.question(self._recipe, group, asked), what, start, end)) is not None:
                found[group] = answer
        if len(columns) > groups.MOST_COLUMNS:
            more = len(columns) - groups.MOST_COLUMNS
            left.append({"what": f"{more:,} columns within groups of rows", "why": "the table is wide"})
        return [groups.changes(self._recipe, whole, found, passed)]

    def own(self, found: list[Standing], put: Put) -> list[Standing]:
        """Return what is found, the most consequential first.

        Without groups in which happened what happened in the other rows, too, and slices that are no more than their conditions; groups that are
        echoes of others say so.
        """
        found = self._without_echoes(found, put)
        kept = []
        told: Counter[str | None] = Counter()
        for candidate, status, p in sorted(found, key=lambda one: -one[0].weight):
            if candidate.kind == "within":
                if not groups.matters(candidate) or told[candidate.about] == groups.MOST_OF_COLUMN:
                    continue
                rest = put(
                    groups.elsewhere(self._recipe, candidate), f"Rows outside {candidate.facts['group'].name}", 0.9, 0.9
                )
                if rest is not None and not groups.is_own(candidate, rest):
                    continue
                told[candidate.about] += 1
            elif candidate.kind == "slice" and self._reference is not None:
                each = [self._among((condition,)) for condition in candidate.where]
                rows = self._among(candidate.where)
                weighed = groups.beyond_each(candidate, rows, each)
                if weighed is None:
                    continue
                kept.append((groups.of_all_rows(weighed, rows, self._units()), status, p))
                continue
            kept.append((candidate, status, p))
        return kept

    def _without_echoes(self, found: list[Standing], put: Put) -> list[Standing]:
        """Mark which groups changed through the rows of another group alone."""
        asked: list[Output | None] = []

        def ask(where: tuple[Condition, ...]) -> Output | None:
            if None in asked:  # the time is up, which is told once
                return None
            question = Performance(unit=self._recipe.unit, where=(*self._recipe.where, *where))
            asked.append(put(question, "Predictions without the rows of other groups", 0.9, 0.9))
            return asked[-1]

        places = [i for i, (candidate, *_) in enumerate(found) if candidate.kind == "segment" and candidate.where]
        some = [found[i][0] for i in places]
        result = list(found)
        for i, candidate in zip(places, echoes.told(some, lambda w: self._rows(w).primary, ask), strict=True):
            result[i] = (candidate, *found[i][1:])
        return result

    def alone(self, answers: dict[AnyRecipe, Output], clock: _Clock, left: list[dict[str, str]]) -> list[Family]:
        """Read the answers about one frame."""
        families = []
        for question, answer in answers.items():
            if isinstance(question, Quality):
                families.append(alone.checks(answer, self._recipe.where))
            elif isinstance(question, Slices):
                families.append(alone.worst(self._recipe, answer))
            elif isinstance(question, EmbeddingMap) and answer.table.num_rows > alone.NEAR:
                what = f"Neighbours in {question.embedding}"
                try:
                    families += self._around(question, answer, clock.part(what, 0.9, 0.95))
                except _Over:
                    left.append({"what": what, "why": "time"})
        return families

    def _around(self, recipe: EmbeddingMap, mapped: Output, progress: Progress) -> list[Family]:
        from phoenix_lab.embeddings.crew import Crew
        from phoenix_lab.embeddings.neighbors import nearest

        column = self._primary.table.column(recipe.embedding)
        vectors = usable(column, metric_for(column.type.list_size))
        place = np.searchsorted(vectors.rows, mapped.table.column("row").to_numpy())
        X = np.ascontiguousarray(vectors.X[place])
        progress("neighbors", 0.0)
        with Crew() as crew:
            near, _ = nearest(X, alone.NEAR, crew, step=lambda done: progress("neighbors", done))
        conflicts = alone.conflicts(recipe, mapped, near.rows, self._primary)
        groups = alone.outlying(recipe, mapped, X, near.distances[:, -1])
        return [groups, conflicts] if conflicts is not None else [groups]

    def finding(self, candidate: Candidate, status: Any, adjusted: float | None) -> Finding:
        """Return a finding with the rows that it speaks of."""
        if candidate.kind == "drift" and candidate.facts["kind"] == "number":
            candidate = self._often(candidate)
        if candidate.rows is not None:
            mask = np.zeros(self._primary.n_rows, dtype=bool)
            mask[candidate.rows] = True
            return Finding(candidate, status, adjusted, mask)
        if not candidate.where:
            return Finding(candidate, status, adjusted)
        rows = self._rows(candidate.where)
        # A condition on one set leaves the other whole: of that the finding does not speak.
        only = {condition.set for condition in candidate.where}
        primary = np.zeros_like(rows.primary) if only == {"reference"} else rows.primary
        return Finding(candidate, status, adjusted, primary, None if only == {"primary"} else rows.reference)

    def _rows(self, where: tuple[Condition, ...]) -> Cohort:
        return cohort((*self._recipe.where, *where), self._primary, self._reference, self._ask)

    def _among(self, where: tuple[Condition, ...]) -> Cohort:
        """Return which of the rows that are looked at meet conditions."""
        base, rows = self._rows(()), self._rows(where)
        other = None if base.reference is None or rows.reference is None else rows.reference[base.reference]
        return Cohort(rows.primary[base.primary], other)

    def _units(self) -> Units | None:
        """Return the units of the rows that are looked at."""
        units, base = units_of(self._recipe.unit, self._primary, self._reference), self._rows(())
        if units is None or base.reference is None:
            return None
        return Units(units.column, units.reference[base.reference], units.primary[base.primary])

    def _often(self, candidate: Candidate) -> Candidate:
        """Find the one number that a column has come to hold in many rows, if that is what happened."""
        from phoenix_lab.profiles.columns import ColumnError, numbers
        from phoenix_lab.recipes.conditions import Values, as_number
        from phoenix_lab.recipes.quality_found import exact, shown

        rows = self._rows(())
        sides = []
        try:
            for frame, mask in ((self._primary, rows.primary), (self._reference, rows.reference)):
                if frame is None or mask is None:
                    return candidate
                sides.append(
                    numbers(frame.table.column(str(candidate.about)).filter(pa.array(mask)), str(candidate.about))
                )
        except (ColumnError, pa.ArrowException):
            return candidate
        here, there = (side.values for side in sides)
        if not len(here) or not len(there):
            return candidate
        values, counts = np.unique(here, return_counts=True)
        before = np.searchsorted(np.sort(there), values, "right") - np.searchsorted(np.sort(there), values, "left")
        more = counts / len(here) - before / len(there)
        most = int(more.argmax())
        if more[most] < OFTEN or len(values) < 3 or not np.isfinite(float(values[most])):
            return candidate
        often = shown(values[most]), counts[most] / len(here), before[most] / len(there)
        where = (Values(str(candidate.about), (as_number(exact(values[most])),)),)
        return replace(candidate, facts={**candidate.facts, "often": often}, where=where)

    def times(
        self,
        findings: Sequence[Finding],
        factor: dict[str, float],
        ask: Callable[[TimeSeries], Output],
        left: list[dict[str, str]],
    ) -> list[Finding]:
        """Tell since when what drifted did: of columns that stand alone, so p is corrected as theirs is."""
        if self._primary.with_role("timestamp") is None:
            return []
        found = []
        for finding in findings:
            one = finding.candidate
            if finding.status != "stands" or one.kind not in THROUGH_TIME or one.about is None:
                continue
            if one.kind == "quality" and one.facts["check"] != "missing":
                continue
            question: Any = TimeSeries(
                one.about,
                THROUGH_TIME[one.kind],
                unit=self._recipe.unit,
                where=self._recipe.where,
            )
            try:
                series = ask(question)
            except _Over:
                left.append({"what": f"{one.about} through time", "why": "time"})
                continue
            except RecipeError:
                continue
            change = series.meta["change"]
            windows = [row for row in series.table.to_pylist() if row["set"] == "primary" and row["n"]]
            if change is None or not windows:
                continue
            p = min(1.0, change["p_value"] * factor.get(one.about, 1.0))
            start = change["start"]
            inside = [row for row in windows if _iso(row["start"]) >= start[:19]]
            if p >= ALPHA or not inside or len(inside) == len(windows):
                continue
            kind = series.meta["time"]["kind"]
            found.append(
                Finding(
                    Candidate(
                        "time",
                        one.about,
                        View("column", one.about, window=(start, _iso(windows[-1]["end"]) + start[19:]), time=kind),
                        {"start": start[: {"year": 4, "date": 10}.get(kind, 16)].replace("T", " ")},
                        series.meta["metric"],
                        p=p,
                        n_primary=sum(row["n"] for row in inside),
                    ),
                    "stands",
                    p,
                )
            )
        return found

    def row(self, finding: Finding, number: int, faces: int) -> dict[str, Any]:
        """Return a row of the table."""
        one = finding.candidate
        reference = None if self._reference is None else self._reference.name
        words = sentence(one, self._primary.name, reference)
        return {
            **{key: getattr(one.view, key) for key in ("opens", "column", "cluster", "segment", "time")},
            "cohort": None if one.view.cohort is None else dump_conditions(one.view.cohort),
            "window": None if one.view.window is None else list(one.view.window),
            "finding": number + 1,
            "status": finding.status,
            "kind": one.kind,
            "sentence": "".join(text for _, text in words),
            "words": [text for _, text in words],
            "marks": [mark for mark, _ in words],
            "effect": one.effect,
            "estimate": one.estimate,
            "lower": one.lower,
            "upper": one.upper,
            "n_primary": one.n_primary,
            "n_reference": one.n_reference,
            "p_adjusted": finding.adjusted,
            "limit": one.limit,
            "where": dump_conditions(one.where) if one.where else None,
            "rows": None if one.rows is None else one.rows.tolist(),
            "rows_primary": _count(finding.primary),
            "rows_reference": _count(finding.reference),
            "faces": faces,
        }


def _iso(when: Any) -> str:
    return str(when.isoformat())[:19]


def _count(mask: NDArray[np.bool_] | None) -> int | None:
    return None if mask is None else int(mask.sum())
