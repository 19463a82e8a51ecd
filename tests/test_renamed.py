"""A column that only has another name: told where the values say it, and not where they do not."""

from __future__ import annotations

import numpy as np
import pytest
from sets_made import made

from phoenix_lab.recipes.compute import compute, needs
from phoenix_lab.recipes.models import Quality, Summary

N = 3000


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def told(primary, reference):
    """Return the pairs that a summary calls perhaps renamed, of frames that hold only what it asks for."""
    names = needs(Summary(), primary.columns, reference.columns)
    for frame, wanted in zip((primary, reference), names, strict=True):
        assert set(wanted) == {c.name for c in frame.columns}
    meta = compute(Summary(), primary, reference).meta
    return [(one["primary"], one["reference"]) for one in meta["renamed"]], meta


def test_a_column_with_alike_values_is_perhaps_renamed(rng):
    both = {"kept": rng.normal(size=N)}
    primary = made("prod", {**both, "amount_usd": rng.gamma(2, 30, N), "kind": rng.choice(["a", "b", "c"], N)})
    reference = made("train", {**both, "amount": rng.gamma(2, 30, N), "sort": rng.choice(["a", "b", "c"], N)})
    found, meta = told(primary, reference)
    assert found == [("amount_usd", "amount"), ("kind", "sort")]
    one = meta["renamed"][0]
    assert 0 <= one["lower"] <= one["estimate"] <= one["upper"] < 0.1
    why = {item["column"]: item["why"] for item in meta["untested"]}
    assert why["amount_usd"] == "not in train; perhaps its amount, renamed"
    assert why["amount"] == "only in train; perhaps amount_usd now, renamed"
    notes = {
        row["column"]: row["note"]
        for row in compute(Quality(), primary, reference).table.to_pylist()
        if row["check"].startswith("only")
    }
    assert notes["amount_usd"] == "train does not have it; perhaps its amount, renamed"
    assert notes["amount"] == "prod does not have it; perhaps amount_usd now"


@pytest.mark.parametrize(
    ("now", "before"),
    [
        # the same name with other values is another column
        ({"amount_usd": lambda g: g.gamma(2, 90, N)}, {"amount": lambda g: g.gamma(2, 30, N)}),
        # too few rows to say that values are alike
        ({"amount_usd": lambda g: g.gamma(2, 30, 12)}, {"amount": lambda g: g.gamma(2, 30, 12)}),
        # yes and no are alike in many columns
        ({"paid": lambda g: g.random(N) < 0.5}, {"member": lambda g: g.random(N) < 0.5}),
        # all that is rare shares a bin
        (
            {"user": lambda g: [f"u{k}" for k in g.integers(0, 1500, N)]},
            {"host": lambda g: [f"h{k}" for k in g.integers(0, 1500, N)]},
        ),
        # of two that are as likely neither is
        ({"x": lambda g: g.normal(size=N)}, {"p": lambda g: g.normal(size=N), "q": lambda g: g.normal(size=N)}),
        # text is compared by its lengths, which say little
        (
            {"note": lambda g: ["some words " * k for k in g.integers(9, 40, N)]},
            {"body": lambda g: ["other ones " * k for k in g.integers(9, 40, N)]},
        ),
    ],
)
def test_others_are_not(rng, now, before):
    rows = len(next(iter(now.values()))(rng))
    kept = {"kept": rng.normal(size=rows)}
    found, _ = told(
        made("prod", {**kept, **{name: make(rng) for name, make in now.items()}}),
        made("train", {**kept, **{name: make(rng) for name, make in before.items()}}),
    )
    assert found == []


def test_of_several_the_one_with_the_likest_name_is_meant(rng):
    def some(*names):
        return {name: rng.normal(size=N) for name in names}

    found, _ = told(made("prod", some("temp_c", "dewpoint_c")), made("train", some("temp", "dewpoint")))
    assert found == [("temp_c", "temp"), ("dewpoint_c", "dewpoint")]
