"""A map that further rows are placed on: nothing of it moves, a row's place is its own, and what it never had is said."""

from __future__ import annotations

import numpy as np
import pytest
from test_embedding_map import frame

from phoenix_lab.recipes.compute import compute
from phoenix_lab.recipes.models import EmbeddingMap
from phoenix_lab.recipes.output import RecipeError

CENTRES = np.random.default_rng(5).normal(size=(7, 16))


def rows(rng, sizes):
    which = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    return (CENTRES[which] + 0.25 * rng.normal(size=(len(which), 16))).astype(np.float32)


def places(output, rows=slice(None)):
    return np.stack([output.table.column(axis).to_numpy()[rows] for axis in "xy"], axis=1)


def labels(output):
    return output.table.column("cluster").to_numpy()


@pytest.fixture(scope="module")
def grown():
    """A map of two sets; and both with more rows, 60 of which are of a group that neither had, on it."""
    rng = np.random.default_rng(0)
    train, prod = rows(rng, [90] * 6), rows(rng, [60] * 6)
    more, other = rows(rng, [20] * 6 + [60]), rows(rng, [10] * 6)
    words = ["apple", "bridge", "castle", "dolphin", "engine", "forest", "guitar"]

    def named(name, X):
        nearest = ((X[:, None] - CENTRES[None]) ** 2).sum(axis=2).argmin(axis=1)
        return frame(name, vector=X, text=[f"{words[g]} {words[i % 7]}" for i, g in enumerate(nearest)])

    def sets(a, b):
        return named("prod", b), named("train", a)

    before = compute(EmbeddingMap("vector"), *sets(train, prod))
    now = np.concatenate([prod, more]), np.concatenate([train, other])
    recipe = EmbeddingMap("vector", anchor=(len(prod), len(train)))
    return before, compute(recipe, *sets(now[1], now[0])), sets, now


def of_before(before, after):
    """Where the rows of the map before are among those of the map after."""
    at = {key: i for i, key in enumerate(zip(*keys(after), strict=True))}
    return np.array([at[key] for key in zip(*keys(before), strict=True)])


def keys(output):
    return output.table.column("set").to_pylist(), output.table.column("row").to_pylist()


def test_no_point_moves_and_no_cluster_is_another(grown):
    before, after, _, _ = grown
    at = of_before(before, after)
    assert after.table.num_rows == before.table.num_rows + 240
    assert np.abs(places(after, at) - places(before)).max() == 0
    assert (labels(after)[at] == labels(before)).all()
    for name in ("cluster", "name", "terms", "x", "y"):
        old = before.parts["clusters"].column(name).to_pylist()
        now = after.parts["clusters"].column(name).to_pylist()
        assert now[: len(old)] == old


def test_rows_of_a_group_that_the_map_never_had_are_an_area_of_their_own(grown):
    _, after, _, (prod, _) = grown
    assert after.meta["anchor"] == {"primary": 360, "reference": 540, "placed": 240, "new": [6]}
    found = after.parts["clusters"].to_pylist()[6]
    assert (found["cluster"], found["n_reference"]) == (6, 0)
    assert found["name"].startswith("guitar")
    assert 55 <= found["n_primary"] <= 60
    # By the generator: those of the seventh group are nearest to its centre.
    apart = ((prod[:, None] - CENTRES[None]) ** 2).sum(axis=2).argmin(axis=1)
    rows_of = zip(*keys(after), labels(after), strict=True)
    assert {apart[row] for name, row, cluster in rows_of if (name, cluster) == ("primary", 6)} == {6}


def test_where_nothing_is_new_nothing_is_said():
    rng = np.random.default_rng(1)
    train = rng.normal(size=(600, 16)).astype(np.float32)
    for m in (100, 600, 3000):
        prod = rng.normal(size=(m, 16)).astype(np.float32)
        found = compute(
            EmbeddingMap("vector", anchor="reference"), frame("prod", vector=prod), frame("t", vector=train)
        )
        assert found.meta["anchor"]["new"] == []


def test_a_place_does_not_depend_on_the_batch(grown):
    _, after, sets, (prod, train) = grown
    alone = compute(EmbeddingMap("vector", anchor=(360, 540)), *sets(train[:540], prod[:361]))
    few = compute(EmbeddingMap("vector", anchor=(360, 540)), *sets(train[:540], prod[:380]))
    for part in (alone, few):
        at = of_before(part, after)
        assert np.abs(places(after, at) - places(part)).max() <= 1e-6


def test_the_reference_alone_is_the_map_of_it_whatever_it_is_compared_with(grown):
    _, _, sets, (prod, train) = grown
    recipe = EmbeddingMap("vector", anchor="reference")
    first, second = (compute(recipe, *sets(train, prod[part])) for part in (slice(0, 100), slice(200, 400)))
    alone = compute(EmbeddingMap("vector"), sets(train, prod)[1])
    n = len(train)
    assert (places(first, slice(0, n)) == places(second, slice(0, n))).all()
    assert (places(first, slice(0, n)) == places(alone)).all()
    assert (labels(first)[:n] == labels(alone)).all()


def test_a_sampled_map_stays_too(grown):
    _, _, sets, (prod, train) = grown
    before = compute(EmbeddingMap("vector", sample=300), *sets(train[:540], prod[:360]))
    after = compute(EmbeddingMap("vector", sample=300, anchor=(360, 540)), *sets(train, prod))
    at = of_before(before, after)
    assert (places(after, at) == places(before)).all()
    assert (labels(after)[at] == labels(before)).all()


def test_what_there_is_not_is_said(grown):
    _, _, sets, (prod, train) = grown
    primary, reference = sets(train, prod)
    with pytest.raises(RecipeError, match="first 9,999 rows of prod"):
        compute(EmbeddingMap("vector", anchor=(9999, 1)), primary, reference)
    with pytest.raises(RecipeError, match="needs a reference"):
        compute(EmbeddingMap("vector", anchor="reference"), primary)
    with pytest.raises(RecipeError, match="nothing to anchor"):
        compute(EmbeddingMap("vector", anchor=(0, 0)), primary, reference)
