"""Names of groups: what sets them apart, filler left out, plain forms, stable, blind to the sets."""

import numpy as np
import pytest

from phoenix_lab.embeddings import names as module
from phoenix_lab.embeddings.names import distinct_names, name_groups, plain, rows_to_read, words

WEATHER = [
    "heavy rain and storms tonight",
    "the storm brings rain",
    "rain again, a Storm warning",
    "storms and rain today",
]
COOKING = [
    "boil the pasta with salt",
    "fresh pasta, basil and salt",
    "add salt to the pasta",
    "salted pasta needs basil",
]
TRAINS = ["the train was late", "late trains from the station", "Station closed, trains late", "a train at the station"]
TEXTS = (WEATHER + COOKING + TRAINS) * 6
LABELS = np.array(([0] * 4 + [1] * 4 + [2] * 4) * 6, np.int32)


def test_terms_are_those_of_the_group():
    found = distinct_names(name_groups(TEXTS, LABELS))
    assert set(found[0][:2]) == {"rain", "storms"} or set(found[0][:2]) == {"rain", "storm"}
    assert set(found[1]) >= {"pasta", "salt"}
    assert set(found[2]) >= {"late", "station"}
    assert not {"the", "and", "was", "today"} & {word for terms in found.values() for word in terms}


def test_names_do_not_depend_on_the_order_of_rows():
    order = np.random.default_rng(0).permutation(len(TEXTS))
    shuffled = name_groups([TEXTS[i] for i in order], LABELS[order])
    assert shuffled == name_groups(TEXTS, LABELS)


def test_a_word_counts_once_a_text():
    texts = ["spam " * 500 + "apple banana", *["apple banana fruit"] * 20, *["engine wheel"] * 20]
    labels = np.array([0] * 21 + [1] * 20, np.int32)
    assert "spam" not in [term.word for term in name_groups(texts, labels)[0]]


def test_groups_without_text_and_noise_have_no_terms():
    texts = [None, "", None, "river bank", "river bank", "river bank", "stray words here"]
    labels = np.array([0, 0, 0, 1, 1, 1, -1], np.int32)
    found = name_groups(texts, labels)
    assert found.get(0, []) == []
    assert -1 not in found
    assert name_groups([None] * 4, np.zeros(4, np.int32)) == {}
    assert name_groups([], np.empty(0, np.int32)) == {}
    assert name_groups(["a b"], np.array([-1], np.int32)) == {}


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("terrorist", "terrorists"),
        ("country", "countries"),
        ("church", "churches"),
        ("tax", "taxes"),
        ("china", "china's"),
    ],
)
def test_singular_and_plural_are_one_term(one, many):
    assert plain(one) == plain(many)


@pytest.mark.parametrize("word", ["congress", "iris", "virus", "news"])
def test_words_that_only_look_plural(word):
    assert plain(word) in {word, "news"}


def test_words_of_many_scripts():
    assert words("Don't STOP; naïve café, 42 b4") == ["don't", "stop", "naïve", "café", "b"]
    assert words("Привет мир") == ["привет", "мир"]
    assert words("東京タワー") == ["東京", "京タ", "タワ", "ワー"]
    assert words("a" * 500) == []


def test_equal_names_are_told_apart():
    terms = name_groups(TEXTS, LABELS)
    same = distinct_names({0: terms[0] + terms[1], 1: terms[0] + terms[1]})
    assert same[0] != same[1]


def test_a_part_of_very_many_texts_is_read(monkeypatch):
    monkeypatch.setattr(module, "MOST_TEXTS", 1000)
    labels = np.zeros(5000, np.int32)
    labels[::50] = 1
    labels[7:4000:500] = -1
    rows = rows_to_read(labels)
    assert len(rows) < 1300
    assert (labels[rows] == 1).sum() == 100
    assert (np.diff(rows) > 0).all()
    assert len(rows_to_read(labels[:900])) == 900
