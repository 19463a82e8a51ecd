"""Cohorts through the server: real kernels, the rows that pandas finds, the same answer in a cell."""

from __future__ import annotations

import json

MAP = {"kind": "embedding_map", "embedding": "vector"}


async def test_a_cohort_is_counted_tested_and_given_back(api, digits):
    primary, reference = await api.read(digits, "prod"), await api.read(digits, "train")
    where = [
        {"kind": "values", "column": "kind", "values": ["odd"]},
        {"kind": "range", "column": "<script>alert(1)</script>", "low": 2, "high": "6"},
    ]
    _, result = await api.run({"kind": "summary", "columns": ["size"], "where": where}, primary, reference)
    told = await digits.run(
        "import json, phoenix_lab as px\n"
        "where = (px.Values('kind', 'odd'), px.Range('<script>alert(1)</script>', 2, 6))\n"
        "def chosen(df): return df[(df.kind == 'odd') & df['<script>alert(1)</script>'].between(2, 5)]\n"
        "same = [px.rows(df, *where).equals(chosen(df)) for df in (prod, train)]\n"
        "answer = px.run(px.Summary(columns=('size',), where=where), prod, train)\n"
        "print(json.dumps([same, [len(chosen(prod)), len(chosen(train))], answer.table.to_pylist(), answer.meta['cohort']]))"
    )
    same, counts, table, cohort = json.loads(told)
    assert same == [True, True]
    assert [result.meta["cohort"][side]["rows"] for side in ("primary", "reference")] == counts
    assert result.meta["cohort"] == cohort
    assert result.table.to_pylist() == table


async def test_the_places_of_rows_that_meet_combined_conditions(api, digits):
    primary, reference = await api.read(digits, "prod"), await api.read(digits, "train")
    odd = {"kind": "values", "column": "kind", "values": ["odd"]}
    named = {"kind": "range", "column": "<script>alert(1)</script>", "low": 2, "high": "6"}
    where = [
        {"kind": "any_of", "conditions": [odd, {"kind": "at_rows", "primary": "0-2,9"}]},
        {"kind": "not", "condition": named},
    ]
    _, result = await api.run({"kind": "cohort", "where": where}, primary, reference)
    told = await digits.run(
        "import json, numpy as np, phoenix_lab as px\n"
        "rows = px.run(px.Cohort(where=((px.Values('kind', 'odd') | px.AtRows([0, 1, 2, 9]))"
        " - px.Range('<script>alert(1)</script>', 2, 6),)), prod, train).table.to_pylist()\n"
        "mine = (prod.kind == 'odd') | np.isin(np.arange(len(prod)), [0, 1, 2, 9])\n"
        "sides = [('primary', prod, mine), ('reference', train, train.kind == 'odd')]\n"
        "expected = [{'set': side, 'row': int(row)} for side, df, chosen in sides"
        " for row in np.flatnonzero(chosen & ~df['<script>alert(1)</script>'].between(2, 5))]\n"
        "print(json.dumps([rows, expected]))"
    )
    rows, expected = json.loads(told)
    assert result.table.to_pylist() == rows == expected


async def test_a_cluster_of_the_map_is_a_cohort_and_the_map_is_not_made_again(api, digits):
    primary, reference = await api.read(digits, "prod"), await api.read(digits, "train")
    _, whole = await api.run(MAP, primary, reference)
    points = whole.table.to_pylist()
    mine = [p for p in points if p["cluster"] == 0]
    where = [{"kind": "in_cluster", "map": MAP, "cluster": 0}]
    last, result = await api.run({"kind": "summary", "columns": ["label"], "where": where}, primary, reference)
    assert result.meta["cohort"]["primary"]["rows"] == sum(p["set"] == "primary" for p in mine)
    # threes are what production has too many of, and a cluster of digits is nearly one digit
    assert last["elapsed"] < 5
    _, part = await api.run({**MAP, "where": where}, primary, reference)
    assert part.table.to_pylist() == mine


async def test_conditions_that_make_no_sense_are_refused_with_their_reason(api, digits):
    primary, reference = await api.read(digits, "prod"), await api.read(digits, "train")
    sets = {"primary": primary["id"], "reference": reference["id"]}

    async def asked(**condition):
        started = await api.post("analyses", {"recipe": {"kind": "summary", "where": [condition]}, **sets})
        if started.status != 201:
            return started.json["message"]
        return (await api.events(started.json["id"]))[-1]["problem"]["message"]

    assert 'prod has no column "knd"; did you mean "kind"' in await asked(kind="values", column="knd", values=["odd"])
    assert '"size" of prod: holds numbers, and "big" is none' in await asked(
        kind="values", column="size", values=["big"]
    )
    assert "no cluster 99" in await asked(kind="in_cluster", map=MAP, cluster=99)
    assert "where" in await asked(kind="code", column="size")
    _, empty = await api.run(
        {
            "kind": "summary",
            "where": [{"kind": "values", "column": "kind", "values": ["even", "odd"], "negated": True}],
        },
        primary,
        reference,
    )
    assert empty.meta["cohort"] == {"primary": {"rows": 0, "of": 957}, "reference": {"rows": 0, "of": 900}}
    assert set(empty.table.column("verdict").to_pylist()) == {"untested"}
