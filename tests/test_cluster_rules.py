"""Rules that tell clusters from the other rows: the right one is found, none beats chance where there is none, whole units count."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact

import phoenix_lab as px
from phoenix_lab.embeddings.rules import Clause, best_rule
from phoenix_lab.stats.splitting import halves


def clauses(**columns):
    return [Clause(name, name, np.asarray(holds, bool)) for name, holds in columns.items()]


def test_a_rule_of_two_conditions_is_found_and_judged_on_the_other_half():
    rng = np.random.default_rng(0)
    a, b, c = rng.random((3, 2000)) < 0.5
    group = (a & b) ^ (rng.random(2000) < 0.02)
    units = np.arange(2000)
    first = halves(units, rng)
    rule = best_rule(clauses(a=a, b=b, c=c), group, first, units)
    assert {clause.column for clause in rule.clauses} == {"a", "b"}
    other, holds = group[~first], (a & b)[~first]
    # the shares are those that anybody counts on all rows, the p that of the half that had no part in the search
    assert rule.inside == pytest.approx((a & b)[group].mean())
    assert rule.outside == pytest.approx((a & b)[~group].mean())
    table = [[(holds & other).sum(), (holds & ~other).sum()], [(~holds & other).sum(), (~holds & ~other).sum()]]
    assert rule.p_value == pytest.approx(fisher_exact(table, alternative="greater").pvalue)


@pytest.mark.parametrize("n_units", [600, 40])
def test_no_rule_beats_chance_more_often_than_promised(n_units):
    rng = np.random.default_rng(1)
    alarms = 0
    for _ in range(200):
        units = rng.integers(n_units, size=600) if n_units < 600 else np.arange(600)
        # What depends on the unit alone, in the group and in the columns, is no connection between them.
        group = (rng.random(n_units) < 0.3)[units]
        columns = {f"c{i}": (rng.random(n_units) < 0.5)[units] for i in range(12)}
        rule = best_rule(clauses(**columns), group, halves(units, rng), units)
        alarms += rule.p_value is not None and rule.p_value < 0.05
    assert alarms <= 20  # 10 expected; more than 20 once in 800


def test_the_clusters_of_a_frame_and_its_gaps():
    rng = np.random.default_rng(2)
    kind = np.repeat(["red", "green", "blue"], 200)
    X = (5 * np.eye(6)[np.repeat([0, 1, 2], 200)] + rng.normal(0, 0.5, (600, 6))).astype(np.float32)
    frame = pd.DataFrame(
        {
            "vec": list(X),
            "colour": kind,
            "size": np.where(kind == "blue", 5.0, 1.0) + rng.random(600),
            "gap": np.where((kind == "red") & (rng.random(600) < 0.5), np.nan, rng.random(600)),
        }
    )
    prod, train = frame[::2].reset_index(drop=True), frame[1::2].reset_index(drop=True)
    mapped = px.EmbeddingMap("vec")
    found = px.run(px.ClusterRules(mapped), prod, reference=train, cache=False)
    areas = px.run(mapped, prod, reference=train, cache=False)
    assert found.table["cluster"].to_pylist() == [k for k in areas.clusters["cluster"].to_pylist() if k >= 0]
    assert found.table.num_rows == 3
    for row in found.table.to_pylist():
        (colour,) = set(areas.cluster(row["cluster"])["colour"])
        assert row["rule"] == f"colour = {colour}" or (colour == "blue" and row["rule"].startswith("size > "))
        assert row["p_adjusted"] < 0.001
        assert row["inside"] == 1
        assert row["outside"] < 0.1
        assert row["missing_column"] == "gap"
        gaps = frame["gap"].isna()
        assert row["missing"] == pytest.approx(gaps[frame.colour == colour].mean())
        assert row["missing_others"] == pytest.approx(gaps[frame.colour != colour].mean())
        assert row["missing_p_adjusted"] < 0.001
    some = px.run(
        px.ClusterRules(mapped, where=(px.Values("colour", ("red", "green")),)), prod, reference=train, cache=False
    )
    assert some.meta["n_rows"] == 400
