"""What a finding says: one sentence, in parts, so that whoever shows it can tell names and values of the data from our own words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from phoenix_lab.findings.candidate import Candidate
from phoenix_lab.findings.numbers import decimals, measure, share
from phoenix_lab.recipes.conditions import InCluster

Mark = Literal["", "column", "name", "value", "number"]
"""Our own words; a column; a set, a cluster or a group of rows; a value of the data; a number."""
Words = list[tuple[Mark, str]]

LONGEST = 80
MOVED = 0.1
"""A mean that moved by so many standard deviations says where a column went."""


def sentence(found: Candidate, primary: str, reference: str | None) -> Words:
    """Say what was found, in the present tense; `primary` and `reference` are the names of the sets."""
    sets = primary, reference or "the reference"
    match found.kind:
        case "drift":
            return _drift(found, sets)
        case "embedding":
            return _embedding(found, sets)
        case "quality":
            return _quality(found, sets)
        case "cluster":
            return _cluster(found)
        case "performance":
            return _performance(found, [])
        case "segment":
            facts = found.facts
            mark: Mark = "number" if facts["kind"] in {"range", "atom"} else "name"
            named: Words = [
                ("", " where "),
                ("column", facts["column"]),
                ("", " is "),
                (mark, _short(facts["segment"])),
            ]
            if facts["kind"] in {"cluster", "noise"}:
                named = [("", " in "), ("name", _short(facts["segment"]))]
            return _performance(found, named)
        case "within":
            return _within(found, sets)
        case "slice":
            row = found.facts
            if "label" in row:
                written = share if row["share"] else measure
                return [
                    ("", f"The {row['label']} is "),
                    ("number", written(row["inside"])),
                    ("", " where "),
                    ("name", _short(row["slice"])),
                    ("", ", "),
                    ("number", written(row["outside"])),
                    ("", " elsewhere"),
                ]
            return [
                ("", "Rows with "),
                ("name", _short(row["slice"])),
                ("", " went from "),
                ("number", share(row["outside"])),
                ("", " to "),
                ("number", share(row["inside"])),
            ]
        case "time":
            return [
                ("column", str(found.about or found.facts["label"])),
                ("", " changes its level on "),
                ("value", found.facts["start"]),
            ]
        case "outlying":
            facts = found.facts
            return [
                ("", "The rows about " if facts["terms"] else "The rows "),
                ("name", _short(facts["name"])),
                ("", " lie far from all others: "),
                ("number", f"{facts['times']:.1f} times"),
                ("", " as far as rows have to their nearest ones"),
            ]
        case "labels":
            return _labels(found)


def _drift(found: Candidate, sets: tuple[str, str]) -> Words:
    row, column = found.facts, str(found.about)
    if often := row.get("often"):
        value, now, before = often
        return [
            ("column", column),
            ("", " is "),
            ("value", _short(value)),
            ("", " in "),
            ("number", share(now)),
            ("", " of the values, in "),
            ("number", share(before)),
            ("", " of those of "),
            ("name", sets[1]),
        ]
    if row.get("spark_labels"):
        return _category(row, column, sets)
    if row["kind"] == "text":
        now, before = row.get("median_primary"), row.get("median_reference")
        if now is None or before is None or now == before:
            return [("", "Texts of "), ("column", column), ("", " have other lengths")]
        return [
            ("", "Texts of "),
            ("column", column),
            ("", f" are {'longer' if now > before else 'shorter'}: "),
            ("number", measure(now)),
            ("", " characters in the median, "),
            ("number", measure(before)),
            ("", " in "),
            ("name", sets[1]),
        ]
    now, before, spread = row.get("mean_primary"), row.get("mean_reference"), row.get("std_reference")
    if now is None or before is None or not spread:
        return [("column", column), ("", " is distributed otherwise")]
    if abs(now - before) >= MOVED * spread:
        return [
            ("column", column),
            ("", f" is {'higher' if now > before else 'lower'}: "),
            ("number", measure(now)),
            ("", " in the mean, "),
            ("number", measure(before)),
            ("", " in "),
            ("name", sets[1]),
        ]
    wide, was = row["std_primary"], spread
    if wide is not None and not 0.8 < wide / was < 1.25:
        return [
            ("column", column),
            ("", " has spread" if wide > was else " has drawn together"),
            ("", " about its mean"),
        ]
    return [("column", column), ("", " is distributed otherwise, about the same mean")]


def _within(found: Candidate, sets: tuple[str, str]) -> Words:
    row, group = found.facts, found.facts["group"]
    named: Words = [("", "Where "), ("column", group.of), ("", " is "), ("name", _short(group.name)), ("", ", ")]
    if isinstance(group.condition, InCluster):
        named = [("", "In "), ("name", _short(group.name)), ("", ", ")]
    if row["check"] == "drift":
        return [*named, *_drift(found, sets)]
    now, before = (
        share(row[f"missing_{side}"] / max(1, row[f"missing_{side}"] + row[f"n_{side}"]))
        for side in ("primary", "reference")
    )
    return [
        *named,
        ("column", str(found.about)),
        ("", " has no value in "),
        ("number", now),
        ("", " of the rows, "),
        ("number", before),
        ("", " of "),
        ("name", sets[1]),
    ]


def _category(row: Mapping[str, Any], column: str, sets: tuple[str, str]) -> Words:
    here, there = row["spark_primary"], row["spark_reference"]
    n, m = max(1, sum(here)), max(1, sum(there))
    moved = [a / n - b / m for a, b in zip(here, there, strict=True)]
    rest = row["spark_labels"][-1].endswith(" others") and len(moved) > 1  # the rare ones together are no value
    most = max(range(len(moved) - rest), key=lambda i: abs(moved[i]))
    return [
        ("value", _short(row["spark_labels"][most])),
        ("", f" is {'more' if moved[most] > 0 else 'less'} frequent in "),
        ("column", column),
        ("", ": "),
        ("number", share(here[most] / n)),
        ("", ", "),
        ("number", share(there[most] / m)),
        ("", " in "),
        ("name", sets[1]),
    ]


def _embedding(found: Candidate, sets: tuple[str, str]) -> Words:
    words: Words = [("", "By "), ("column", str(found.about)), ("", " a classifier tells "), ("name", sets[0])]
    words += [("", " from "), ("name", sets[1])]
    auc = found.facts.get("auc")
    return words if auc is None else [*words, ("", ": AUC "), ("number", measure(auc))]


def _cluster(found: Candidate) -> Words:
    row = found.facts
    subject: Words = [("", "Rows about " if row["terms"] else "Rows of "), ("name", _short(row["name"]))]
    if row["cluster"] < 0:
        subject = [("", "Rows in no cluster")]
    return [
        *subject,
        ("", " went from "),
        ("number", share(row["share_reference"])),
        ("", " to "),
        ("number", share(row["share_primary"])),
        ("", " of "),
        ("column", str(row["raw_data"] or found.about)),
    ]


def _quality(found: Candidate, sets: tuple[str, str]) -> Words:
    row = found.facts
    column: Words = [("column", found.about)] if found.about is not None else [("", "Whole rows")]
    now, before = _part(row, "primary"), _part(row, "reference")
    example: Words = [("value", _short(text)) for text in (row["examples"] or ())[:1]]
    compared: Words = [("number", now)]
    if row["rows_reference"]:
        compared += [("", " of the rows, "), ("number", before), ("", " of "), ("name", sets[1])]
    else:
        compared += [("", " of the rows")]
    match row["check"]:
        case "missing":
            return [*column, ("", " has no value in "), *compared]
        case "empty":
            return [*column, ("", " is empty text in "), *compared]
        case "stand_in":
            return [*column, ("", " holds "), *example, ("", " for want of a value in "), *compared]
        case "infinite":
            return [*column, ("", " is infinite or broken in "), *compared]
        case "zero":
            return [*column, ("", " is a vector of zeros in "), *compared]
        case "repeated":
            return [
                *column,
                ("", " repeat an earlier one in " if found.about is None else " repeats an earlier value in "),
                *compared,
            ]
        case "above" | "below" as side:
            end: Words = [("", f" goes {side} all that "), ("name", sets[1]), ("", " holds")]
            tail: Words = [("", ", to "), *example] if example else []
            return [*column, *end, *tail, ("", ": "), ("number", now), ("", " of the values")]
        case "new":
            held: Words = [("", " holds "), *example] if example else [("", " holds values")]
            if _several(row):
                held = [("", " holds values such as "), *example]
            return [
                *column,
                *held,
                ("", ", which "),
                ("name", sets[1]),
                ("", " does not have: "),
                ("number", now),
                ("", " of the values"),
            ]
        case "gone":
            lost: Words = example or [("", "A value")]
            lost = [("", "Values such as "), *lost] if _several(row) else lost
            return [
                *lost,
                ("", " of "),
                ("name", sets[1]),
                ("", f" {'are' if _several(row) else 'is'} gone from "),
                *column,
                ("", ": "),
                ("number", before),
                ("", " of the values there"),
            ]
        case "constant":
            if row["rows_reference"] and row["count_reference"] and not row["count_primary"]:
                return [*column, ("", " is no longer one value throughout")]
            same: Words = [("", ": "), *example] if example else []
            return [*column, ("", " is one value throughout"), *same]
        case "stuck":
            again: Words = [("", " is "), *example, ("", " again and again: "), ("number", now), ("", " of the values")]
            was: Words = (
                [("", ", "), ("number", before), ("", " of "), ("name", sets[1])] if row["rows_reference"] else []
            )
            run: Words = [("", f"; {_short(row['note'])}")] if row["note"] else []
            return [*column, *again, *was, *run]
        case "spelling":
            main: Words = [("", f", {_short(row['note'])},")] if row["note"] else []
            return [*column, ("", " is spelled "), *example, *main, ("", " in "), *compared]
        case "date_form":
            usual: Words = [("", f" ({_short(row['note'])})")] if row["note"] else []
            return [*column, ("", " writes dates as "), *example, *usual, ("", " in "), *compared]
        case "type":
            return [*column, ("", " has another type: "), ("value", _short(row["note"] or ""))]
        case "only_primary":
            return [*_columns(found), ("", " not in "), ("name", sets[1]), *_perhaps(found)]
        case "only_reference":
            return [*_columns(found), ("", " only in "), ("name", sets[1]), *_perhaps(found)]
        case _:
            return [*column, ("", " cannot be read: "), ("value", _short(row["note"] or ""))]


SHARES = frozenset({"accuracy", "balanced_accuracy", "precision", "recall", "mape"})
"""Metrics that are written in per cent, as their view has them."""
IN_UNITS = frozenset({"mae", "rmse", "bias"})
"""Metrics in the unit of what is predicted; all others have three decimals."""


def _written(metric: str) -> Callable[[float], str]:
    return share if metric in SHARES else measure if metric in IN_UNITS else decimals


def _performance(found: Candidate, named: Words) -> Words:
    row = found.facts
    before, now = row["value_reference"], row["value_primary"]
    written = _written(found.effect)
    return [
        ("name", row["label"]),
        ("", f" {'rises' if now > before else 'falls'} from "),
        ("number", written(before)),
        ("", " to "),
        ("number", written(now)),
        *named,
    ]


def _labels(found: Candidate) -> Words:
    facts = found.facts
    words: Words = [
        ("number", share(found.estimate)),
        ("", " of the rows carry another "),
        ("column", facts["column"]),
        ("", " than nearly all of their nearest rows by "),
        ("column", facts["embedding"]),
    ]
    for own, theirs in facts["example"]:
        words += [("", ", such as "), ("value", _short(own)), ("", " among "), ("value", _short(theirs))]
    return words


def _columns(found: Candidate) -> Words:
    others = found.facts["others"]
    more = "" if not others else f" and {others} other column{'s' if others > 1 else ''}"
    return [("column", str(found.about)), ("", f"{more} {'are' if others else 'is'}")]


def _perhaps(found: Candidate) -> Words:
    """Say what the column is perhaps called in the other set, where the check knows; nothing of several columns."""
    _, perhaps, name = (found.facts["note"] or "").partition("; perhaps ")
    return [("", perhaps + name)] if perhaps and not found.facts["others"] else []


def _several(row: Mapping[str, Any]) -> bool:
    """Tell whether a check speaks of more values than the one that is named."""
    return len(row["examples"] or ()) > 1


def _part(row: Mapping[str, Any], side: str) -> str:
    count, n = row[f"count_{side}"], row[f"rows_{side}"]
    return share(count / n) if n and count is not None else "none"


def _short(text: Any) -> str:
    line = " ".join(str(text).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
