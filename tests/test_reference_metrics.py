"""Metrics without a model, against the numbers of other implementations."""

from __future__ import annotations

import sys

import pandas as pd
import polars as pl
import pytest
import sacrebleu

import phoenix_lab as px
from phoenix_lab.evals import reference as r


@pytest.mark.parametrize(
    ("output", "reference", "one", "two", "longest"),
    [  # rouge-score 0.1.2, use_stemmer=False
        ("the cat sat on the mat", "a cat was sitting on the mat", 0.615385, 0.363636, 0.615385),
        ("Police killed the gunman.", "police kill the gunman", 0.75, 0.333333, 0.75),
        ("x y", "p q", 0, 0, 0),
        ("the the the cat", "the cat the", 0.857143, 0.4, 0.571429),
    ],
)
def test_rouge_is_that_of_rouge_score(output, reference, one, two, longest):
    found = [r.rouge_1(output, reference), r.rouge_2(output, reference), r.rouge_l(output, reference)]
    assert found == pytest.approx([one, two, longest], abs=1e-6)


def test_numbers_that_are_known():
    assert r.exact_match("The  Cat!", "cat") == 1
    assert r.exact_match("not the cat", "cat") == 0
    assert r.token_f1("the blue cat", "a cat sat") == pytest.approx(2 * 1 / (2 + 2))
    assert r.token_f1("", "") == 1
    assert r.token_f1("", "x") == 0
    assert r.edit_distance("kitten", "sitting") == 3
    assert r.edit_similarity("kitten", "sitting") == pytest.approx(1 - 3 / 7)
    a, b = "the cat sat on a mat", "the cat is on the mat"
    assert r.bleu(a, b) == pytest.approx(sacrebleu.sentence_bleu(a, [b]).score / 100)
    assert r.bleu("a", "a") == r.chrf(a, a) == 1  # and not a hair above
    assert [
        r.json_valid(x) for x in ('{"a": [1, null]}', "1", '{"a": NaN}', "{'a': 1}", '{"a": 1} x', "", "[" * 100_000)
    ] == [1, 1, 0, 0, 0, 0, 0]
    # 26 letters in 6 words and 1 sentence: 4.71 * 26 / 6 + 0.5 * 6 - 21.43
    assert r.reading_grade("Simple sentences hardly need education.") == pytest.approx(4.71 * 34 / 5 + 0.5 * 5 - 21.43)
    assert r.reading_grade("…") is None


def test_columns_of_a_frame_with_its_own_index():
    frame = pd.DataFrame(
        {"output": ["a cat", None, "x", ""], "reference": [["dog", "the cat"], ["x"], None, "y"]}, index=[3, 3, 1, 0]
    )
    found = px.reference_metrics(frame)
    assert list(found.columns) == [*r.AGAINST, *r.ALONE]
    assert found.index.equals(frame.index)
    assert found["exact_match"].iloc[0] == 1  # the nearest of two references
    assert found["edit_distance"].iloc[0] == 3
    assert found.iloc[1].isna().all()
    assert found[list(r.AGAINST)].iloc[2].isna().all()
    assert found["n_words"].tolist()[2:] == [1, 0]
    alone = px.reference_metrics(pl.DataFrame({"answer": ["{}"]}), ["json_valid"], output="answer")
    assert alone.to_dicts() == [{"json_valid": 1.0}]
    with pytest.raises(ValueError, match="needs a reference"):
        px.reference_metrics(frame, ["bleu"], reference=None)
    with pytest.raises(ValueError, match="no metric"):
        px.reference_metrics(frame, ["blue"])


def test_a_missing_package_is_named_with_the_line_to_run(monkeypatch):
    monkeypatch.setitem(sys.modules, "sacrebleu", None)
    frame = pd.DataFrame({"output": ["a"], "reference": ["a"]})
    with pytest.raises(ImportError, match=r"sacrebleu.*pip install 'phoenix_lab\[evals\]'"):
        px.reference_metrics(frame, ["bleu"])
    assert px.reference_metrics(frame, ["exact_match"])["exact_match"].tolist() == [1]
