"""Judging the judge: which rows people should label, how far the judge agrees with them, and what its rates are worth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from phoenix_lab.evals.columns import beside, read
from phoenix_lab.evals.labelled import labelled
from phoenix_lab.findings.numbers import measure, plain
from phoenix_lab.inferences import convert
from phoenix_lab.inferences.roles import JUDGED
from phoenix_lab.stats.agreement import CONFIDENCE, kappa
from phoenix_lab.stats.estimates import Estimate, change, with_interval
from phoenix_lab.stats.paired import mcnemar
from phoenix_lab.stats.prediction_powered import allocation, corrected_share
from phoenix_lab.stats.result import Comparison


@dataclass(frozen=True)
class Agreement:
    """How far a judge agrees with people.

    Parameters
    ----------
    kappa, lower, upper
        Cohen's kappa (1 agrees always, 0 as often as chance) and its interval; None where it is undefined, `reason` says why.
    accuracy
        Share of rows to which the judge gives the label that people give.
    n
        Rows that both have labelled.
    counts
        (label of people, label of the judge) → rows.
    confidence
        Of the interval.
    """

    kappa: float | None
    lower: float | None
    upper: float | None
    accuracy: float | None
    n: int
    counts: Mapping[tuple[str, str], int]
    confidence: float
    reason: str | None = None

    def __repr__(self) -> str:
        """In a sentence, and the counts below."""
        head = f"kappa {_between(self.kappa, self.lower, self.upper, self.confidence, self.reason)}, of {self.n:,} rows that people labelled"
        rows = [f"  people {person}, judge {judge}: {n:,}" for (person, judge), n in sorted(self.counts.items())]
        return "\n".join([head, *rows])


@dataclass(frozen=True)
class CorrectedRate:
    """The share of rows that people would give a label, from a judge's labels of all and people's of some.

    Parameters
    ----------
    value, lower, upper
        The share and its interval; None where undefined, `reason` says why.
    judged
        What the judge alone says.
    n, n_labelled, left_out
        Rows; those that people labelled; those without a label of the judge, which are not among the rows.
    label, confidence
        Which label; of the interval.
    """

    label: str
    value: float | None
    lower: float | None
    upper: float | None
    judged: float | None
    n: int
    n_labelled: int
    left_out: int
    confidence: float
    reason: str | None = None

    def __repr__(self) -> str:
        """In a sentence."""
        share = _between(self.value, self.lower, self.upper, self.confidence, self.reason)
        judged = "" if self.judged is None else f"; the judge says {plain(measure(self.judged))}"
        return f"{self.label}: {share}, of {self.n:,} rows, {self.n_labelled:,} labelled by people{judged}"


@dataclass(frozen=True)
class JudgeComparison:
    """Two judges (models, prompts) on the same rows: second less first, in pairs.

    Parameters
    ----------
    rate
        Difference of how often they give the label; None where none was named.
    accuracy
        Difference of how often they agree with people; None without labels of people.
    n, n_differ
        Rows that both have labelled, and on which they differ.
    """

    rate: Comparison | None
    accuracy: Comparison | None
    n: int
    n_differ: int


def label_sample(judged: Any, n: int = 40, *, seed: int = 0) -> Any:
    """Return rows for people to label: of each label of the judge, and of low and high scores, in a random order.

    Rare labels are drawn more often than their share, at least twice. The judge's own columns are left out, for whoever sees a label agrees with
    it. Fill in the column `human` and give the result to `agreement` and `corrected_rate`.

    Parameters
    ----------
    judged
        A dataframe with the columns of `judge`, and all columns that people need to see: `frame.join(px.judge(frame, …))`.
    n
        Rows.
    seed
        The same seed draws the same rows.

    Returns
    -------
    dataframe
        Of the same kind: the rows with their own index, `row` (their place) and an empty `human`.
    """
    if n < 0:
        raise ValueError(f"n is a number of rows, not {n}")
    own, frame = read(judged)
    of = labelled(frame)
    if not len(of.rows):
        raise ValueError("the judge has labelled no row")
    rng = np.random.default_rng(seed)
    parts = [
        rng.choice(np.flatnonzero(of.stratum == h), size, replace=False)
        for h, size in enumerate(allocation(np.bincount(of.stratum), n))
    ]
    rows = of.rows[rng.permutation(np.concatenate(parts))]
    taken = convert.take(frame, rows)
    names = convert.column_names(frame)
    shown = [k for k, name in enumerate(names) if name not in {*JUDGED, "row", "human"}]
    added = beside(taken, {"row": pa.array(rows), "human": pa.nulls(len(rows), pa.string())})
    if convert.library_of(taken) == "pandas":
        shown = [k for k in shown if k < taken.shape[1]]
        result = taken.iloc[:, shown].copy()
        result["row"] = added["row"].astype("int64")
        result["human"] = added["human"].astype(object)
        return result
    if convert.library_of(taken) == "polars":
        return taken[:, shown].hstack(added)
    taken = taken.select([names[k] for k in shown])
    for name in added.column_names:
        taken = taken.append_column(name, added[name])
    return convert.like(taken, own)


def agreement(
    judged: Any, human: Any, *, unit: Any = None, ordered: Sequence[str] | None = None, confidence: float = CONFIDENCE
) -> Agreement:
    """Return how far a judge agrees with people, by Cohen's kappa with its interval.

    Rows stand for as many as were there to be drawn from (see `label_sample`).

    Parameters
    ----------
    judged
        A dataframe with the columns of `judge`.
    human
        What `label_sample` gave, filled in; or a label for each row, missing where there is none.
    unit
        A column of `judged`, or a value for each row: rows of one user, session or document, which are not independent.
    ordered
        The labels in their order, for labels that have one: a difference then weighs as the square of the steps between them.
    confidence
        Of the interval.
    """
    _check(confidence)
    of = labelled(judged, human, unit)
    has = of.has
    judge, people = of.judge[has], of.human[has]
    labels = sorted({*judge, *people}) if ordered is None else list(ordered)
    if unknown := {*judge, *people} - set(labels):
        raise ValueError(f'"{min(unknown)}" is not among the ordered labels')
    code = {label: k for k, label in enumerate(labels)}
    first, second = (np.array([code[v] for v in one], dtype=np.int64) for one in (people, judge))
    steps = np.arange(len(labels), dtype=np.float64)
    found = kappa(
        first,
        second,
        len(labels),
        weights=of.weights,
        units=None if of.units is None else of.units[has],
        disagreement=None if ordered is None else (steps[:, None] - steps) ** 2,
        confidence=confidence,
    )
    accuracy = float(np.average(first == second, weights=of.weights)) if len(first) else None
    counts = Counter(zip(people.tolist(), judge.tolist(), strict=True))
    return Agreement(
        found.value, found.lower, found.upper, accuracy, len(first), dict(counts), confidence, found.reason
    )


def corrected_rate(
    judged: Any, human: Any, label: str, *, unit: Any = None, confidence: float = CONFIDENCE
) -> CorrectedRate:
    """Return how many rows people would give a label, however biased the judge is.

    The judge's labels of all rows and people's of some are put together by prediction-powered inference: a good judge makes the interval narrow, a bad one
    wide, and neither makes it wrong. It holds for rows that were drawn by `label_sample`, or at random.

    Parameters
    ----------
    judged, human, unit, confidence
        As in `agreement`.
    label
        Which.
    """
    _check(confidence)
    of = labelled(judged, human, unit)
    has = of.has
    known = {*of.judge, *of.human[has]}
    if len(of.judge) and label not in known:
        raise ValueError(f'no row has the label "{label}"; there are {", ".join(sorted(known))}')
    n = len(of.judge)
    if n:
        found = corrected_share(of.stratum, has, of.human == label, units=of.units, confidence=confidence)
    else:
        found = Estimate("corrected_share", None, 0, reason="the judge has labelled no row")
    said = float(np.mean(of.judge == label)) if n else None
    return CorrectedRate(
        label, found.value, found.lower, found.upper, said, n, int(has.sum()), of.left_out, confidence, found.reason
    )


def compare_judges(
    first: Any,
    second: Any,
    *,
    label: str | None = None,
    human: Any = None,
    unit: Any = None,
    confidence: float = CONFIDENCE,
) -> JudgeComparison:
    """Compare two models or two prompts that judged the same rows, in pairs: only rows on which they differ tell them apart.

    Parameters
    ----------
    first, second
        Dataframes with the columns of `judge`, of the same rows in the same order.
    label
        Whose share to compare.
    human
        As in `agreement`: which of the two agrees with it more often. A sample must be one of `first`.
    unit
        As in `agreement`, of `first`.
    confidence
        Of the intervals.
    """
    _check(confidence)
    if label is None and human is None:
        raise ValueError("name a label whose share to compare, or give labels of people")
    a, b = labelled(first, human, unit), labelled(second)
    if len(a.judge) + a.left_out != len(b.judge) + b.left_out:
        raise ValueError("the two dataframes have not the same number of rows")
    _, i, j = np.intersect1d(a.rows, b.rows, assume_unique=True, return_indices=True)
    one, other = a.judge[i], b.judge[j]
    rate = accuracy = None
    units = None if a.units is None else a.units[i]
    if label is not None:
        known = {*a.judge, *b.judge}
        if known and label not in known:
            raise ValueError(f'no row has the label "{label}"; there are {", ".join(sorted(known))}')
        rate = _paired(one == label, other == label, units, None, confidence)
    if human is not None:
        has = a.has[i]
        people = a.human[i][has]
        weights = np.full(len(a.rows), np.nan)
        weights[a.has] = a.weights
        sampled = convert.library_of(human) is not None
        accuracy = _paired(
            one[has] == people,
            other[has] == people,
            None if units is None else units[has],
            weights[i][has] if sampled else None,
            confidence,
        )
    return JudgeComparison(rate, accuracy, len(i), int((one != other).sum()))


def _paired(first: Any, second: Any, units: Any, weights: Any, confidence: float) -> Comparison:
    """Compare two shares of the same rows: McNemar's test, or of weighted rows and of units what each adds to the difference."""
    n = len(first)
    if n == 0:
        return Comparison("difference", None, 0, 0, reason="there are no such rows")
    first, second = np.asarray(first, dtype=np.bool_), np.asarray(second, dtype=np.bool_)
    if units is None and weights is None:
        return mcnemar(
            int((first & second).sum()), int((first & ~second).sum()), int((second & ~first).sum()), n, confidence
        )
    w = np.full(n, 1 / n) if weights is None else weights / weights.sum()
    whose = np.arange(n) if units is None else np.unique(units, return_inverse=True)[1]
    estimates = [
        with_interval(
            "difference", float(w @ hit), n, w * (hit - float(w @ hit)), whose, effective=int(whose.max()) + 1
        )
        for hit in (first.astype(np.float64), second.astype(np.float64))
    ]
    return replace(change(estimates[0], estimates[1], confidence), name="difference")


def _check(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence lies between 0 and 1, such as 0.95; it is {confidence}")


def _between(
    value: float | None, lower: float | None, upper: float | None, confidence: float, reason: str | None
) -> str:
    if value is None:
        return f"undefined ({reason})"
    if lower is None or upper is None:
        return f"{plain(measure(value))} (no interval: {reason})"
    return f"{plain(measure(value))} ({plain(measure(lower))} to {plain(measure(upper))}, {confidence:.0%})"
