"""The recipe `EmbeddingMap`: its tables, its numbers against plain counting, windows, units, strange vectors, real text."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.schema import ColumnInfo
from phoenix_lab.recipes.compute import compute, needs
from phoenix_lab.recipes.models import EmbeddingMap
from phoenix_lab.recipes.output import Cancelled, RecipeError

SOTU = Path(__file__).parent.parent / "examples" / "data" / "sotu.parquet"
ROLES = {
    "vector": ("vector", "embedding"),
    "text": ("text", "raw_data"),
    "when": ("time", "timestamp"),
    "truth": ("category", "actual_label"),
    "guess": ("category", "prediction_label"),
}
CLUSTER_COLUMNS = [
    *("cluster", "name", "terms", "n", "n_primary", "n_reference", "n_corpus"),
    *(f"share_{side}{end}" for side in ("primary", "reference") for end in ("", "_lower", "_upper")),
    *(
        "difference",
        "difference_lower",
        "difference_upper",
        "p_adjusted",
        "accuracy",
        "n_labelled",
        "x",
        "y",
        "prototypes",
        "kept",
        "within",
        "stability",
    ),
]


def frame(name, **columns):
    """A set with the columns' usual roles; an array of two dimensions becomes a column of vectors."""
    data = {}
    for key, values in columns.items():
        if isinstance(values, np.ndarray) and values.ndim == 2:
            flat = pa.array(np.ascontiguousarray(values).ravel())
            data[key] = pa.FixedSizeListArray.from_arrays(flat, values.shape[1])
        else:
            data[key] = values if isinstance(values, (pa.Array, pa.ChunkedArray)) else pa.array(values)
    table = pa.table(data)
    infos = []
    for i, field in enumerate(table.schema):
        kind, role = ROLES.get(field.name, ("category", "feature"))
        raw = "text" if role == "embedding" and "text" in data else None
        infos.append(ColumnInfo(name=field.name, position=i, dtype=str(field.type), kind=kind, role=role, raw_data=raw))
    return Frame(name, table.num_rows, tuple(infos), table)


CENTRES = np.random.default_rng(99).normal(size=(8, 16))


def groups(rng, sizes, d=16):
    which = np.repeat(np.arange(len(sizes)), sizes)
    rng.shuffle(which)
    return (CENTRES[which] + 0.25 * rng.normal(size=(len(which), d))).astype(np.float32), which


@pytest.fixture(scope="module")
def sets():
    """Four groups of 100 in the reference; in production the first has shrunk, and there is a new one."""
    rng = np.random.default_rng(0)
    a, ga = groups(rng, [100, 100, 100, 100, 0])
    b, gb = groups(rng, [20, 100, 100, 100, 80])
    reference = frame(
        "train", vector=a, truth=[f"g{g}" for g in ga], guess=[f"g{g}" for g in ga], user=np.arange(400) // 5
    )
    guess = [f"g{g}" if i % 4 else "g9" for i, g in enumerate(gb)]
    primary = frame("prod", vector=b, truth=[f"g{g}" for g in gb], guess=guess, user=1000 + np.arange(400) // 5)
    return reference, primary, ga, gb


@pytest.fixture(scope="module")
def output(sets):
    return compute(EmbeddingMap("vector"), sets[1], sets[0])


def no_nan(table):
    for name in table.column_names:
        column = table.column(name)
        if pa.types.is_floating(column.type):
            assert not pc.any(pc.is_nan(column)).as_py(), name


def test_points(sets, output):
    points = output.table
    assert points.schema.names == ["row", "set", "x", "y", "cluster", "kept", "within"]
    assert points.schema.field("row").type == pa.int64()
    assert points.schema.field("x").type == pa.float32()
    assert points.schema.field("cluster").type == pa.int32()
    assert points["set"].to_pylist() == ["reference"] * 400 + ["primary"] * 400
    assert points["row"].to_pylist() == [*range(400), *range(400)]
    no_nan(points)
    truth = np.concatenate([sets[2], sets[3]])
    found = points["cluster"].to_numpy()
    for cluster in range(found.max() + 1):
        assert len(np.unique(truth[found == cluster])) == 1


def test_clusters_against_plain_counting(sets, output):
    clusters, points = output.parts["clusters"], output.table
    assert clusters.column_names == CLUSTER_COLUMNS
    no_nan(clusters)
    found = points["cluster"].to_numpy()
    is_primary = np.repeat([False, True], 400)
    right = np.concatenate([np.zeros(400, bool), np.arange(400) % 4 > 0])
    rows = clusters.to_pylist()
    assert [row["cluster"] for row in rows if row["cluster"] >= 0] == list(range(found.max() + 1))
    assert sum(row["n"] for row in rows) == 800
    for row in rows:
        inside = found == row["cluster"]
        assert row["n"] == inside.sum()
        assert row["n_primary"] == (inside & is_primary).sum()
        assert row["share_reference"] == pytest.approx((inside & ~is_primary).sum() / 400)
        assert row["difference"] == pytest.approx(row["share_primary"] - row["share_reference"])
        assert row["share_primary_lower"] <= row["share_primary"] <= row["share_primary_upper"]
        assert row["difference_lower"] <= row["difference"] <= row["difference_upper"]
        if row["n_primary"]:
            assert row["accuracy"] == pytest.approx(right[inside & is_primary].mean())
        if row["cluster"] >= 0:
            assert all(found[p] == row["cluster"] for p in row["prototypes"])
            assert len(set(row["prototypes"])) == min(8, row["n"])
            x, y = points["x"].to_numpy()[inside], points["y"].to_numpy()[inside]
            assert min(np.hypot(x - row["x"], y - row["y"])) < 1e-5
    new = [row for row in rows if row["n_reference"] == 0 and row["cluster"] >= 0]
    assert sum(row["n_primary"] for row in new) > 60
    assert all(row["p_adjusted"] < 0.01 for row in new)
    assert output.meta["drift"]["verdict"] == "drift"
    assert output.meta["drift"]["auc"] > 0.55


def test_meta_is_json_and_complete(output):
    meta = json.loads(json.dumps(output.meta, allow_nan=False))
    assert {
        *(
            "n_rows",
            "n_fitted",
            "sampled",
            "n_neighbors",
            "min_dist",
            "min_cluster_size",
            "seed",
            "dimension",
            "metric",
        ),
        *("noise_share", "skipped", "drift", "unit", "adjusted", "raw_data", "primary", "reference"),
    } <= set(meta)
    assert (meta["n_rows"], meta["dimension"], meta["metric"], meta["sampled"]) == (800, 16, "cosine", False)
    assert meta["primary"] == {"name": "prod", "rows": 400, "span": None}
    assert "max-T" in meta["adjusted"]


def test_names_without_text_come_from_labels(output):
    for row in output.parts["clusters"].to_pylist():
        if row["cluster"] >= 0:
            assert row["name"].startswith("truth = g")
            assert row["terms"] == []
    names = output.parts["clusters"]["name"].to_pylist()
    assert len(set(names)) == len(names)


def test_names_without_anything_name_a_row(sets):
    reference, primary = (frame(f.name, vector=f.table["vector"]) for f in sets[:2])
    output = compute(EmbeddingMap("vector"), primary, reference)
    points = output.table.to_pylist()
    for row in output.parts["clusters"].to_pylist():
        if row["cluster"] >= 0:
            first = points[row["prototypes"][0]]
            who = "prod" if first["set"] == "primary" else "train"
            assert row["name"] == f"near row {first['row']} of {who}"
        assert row["accuracy"] is None
        assert row["n_labelled"] == 0


def test_the_map_does_not_know_the_sets(sets):
    """The same rows with their sets exchanged, or as one set, make the same map."""
    reference, primary, *_ = sets
    both = frame("all", vector=pa.chunked_array([*reference.table["vector"].chunks, *primary.table["vector"].chunks]))
    two = compute(EmbeddingMap("vector"), primary, reference).table
    one = compute(EmbeddingMap("vector"), both)
    for name in ("x", "y", "cluster"):
        assert two[name].to_pylist() == one.table[name].to_pylist()
    assert set(one.table["set"].to_pylist()) == {"primary"}
    clusters = one.parts["clusters"]
    for name in ("difference", "p_adjusted", "share_reference", "share_reference_lower"):
        assert clusters[name].null_count == len(clusters)
    assert one.meta["drift"]["verdict"] == "untested"
    assert one.meta["adjusted"] is None


def test_clusters_have_a_stability_when_it_is_asked_for(sets, output):
    assert output.parts["clusters"]["stability"].null_count == len(output.parts["clusters"])
    asked = compute(EmbeddingMap("vector", resamples=2), sets[1], sets[0])
    assert asked.table.equals(output.table)
    for row in asked.parts["clusters"].to_pylist():
        assert row["stability"] is None if row["cluster"] < 0 else 0.8 < row["stability"] <= 1
    assert asked.meta["resamples"] == 2


def test_three_dimensions_keep_the_clusters(sets, output):
    cube = compute(EmbeddingMap("vector", n_components=3), sets[1], sets[0])
    assert cube.table.schema.names == ["row", "set", "x", "y", "z", "cluster", "kept", "within"]
    assert cube.table["cluster"].to_pylist() == output.table["cluster"].to_pylist()
    assert "z" in cube.parts["clusters"].column_names


def test_a_window_counts_but_does_not_move(sets, output):
    reference, primary, *_ = sets
    when = np.datetime64("2024-01-01T00:00:00", "us") + np.arange(400) * np.timedelta64(1, "h")
    timed = frame("prod", **{name: primary.table[name] for name in primary.table.column_names}, when=when)
    window = ("2024-01-03T00:00:00", "2024-01-05")
    seen = compute(EmbeddingMap("vector", window=window), timed, reference)
    for name in ("x", "y", "cluster"):
        assert seen.table[name].to_pylist() == output.table[name].to_pylist()
    clusters = seen.parts["clusters"].to_pylist()
    assert sum(row["n_primary"] for row in clusters) == 48
    assert sum(row["n_reference"] for row in clusters) == 400
    inside = slice(48, 96)
    found = seen.table["cluster"].to_numpy()[400:][inside]
    assert {row["cluster"]: row["n_primary"] for row in clusters if row["n_primary"]} == {
        k: int((found == k).sum()) for k in np.unique(found)
    }
    assert seen.meta["drift"]["auc"] != output.meta["drift"]["auc"]
    picked = compute(EmbeddingMap("vector", window=window, picked_from="1d"), timed, reference)
    for one, of_many in zip(clusters, picked.parts["clusters"].to_pylist(), strict=True):
        assert of_many["p_adjusted"] == (
            one["p_adjusted"] and min(1, 16 * one["p_adjusted"])
        )  # 17 days, two of them at a time
    assert picked.meta["drift"]["p_adjusted"] == min(1, 16 * seen.meta["drift"]["p_value"])
    assert picked.meta["adjusted"].endswith(", Bonferroni over 16 windows")
    empty = compute(EmbeddingMap("vector", window=("1990-01-01", "1991-01-01")), timed, reference)
    rows = empty.parts["clusters"].to_pylist()
    assert all(row["share_primary"] is None and row["p_adjusted"] is None and row["accuracy"] is None for row in rows)
    no_nan(empty.parts["clusters"])


def test_a_window_needs_times(sets):
    with pytest.raises(RecipeError, match="no column of time"):
        compute(EmbeddingMap("vector", window=("2024-01-01", "2024-02-01")), sets[1], sets[0])


def test_units_make_intervals_wider_and_p_larger():
    """Each user writes about one thing: 400 rows are 20 opinions."""
    rng = np.random.default_rng(1)
    made = []
    for first in (0, 100):
        topic = rng.integers(0, 5, 20)[np.arange(400) // 20]
        vectors = (CENTRES[topic] + 0.25 * rng.normal(size=(400, 16))).astype(np.float32)
        made.append(frame(f"set {first}", vector=vectors, user=first + np.arange(400) // 20))
    reference, primary = made
    rows = compute(EmbeddingMap("vector"), primary, reference).parts["clusters"].to_pylist()
    by_user = compute(EmbeddingMap("vector", unit="user"), primary, reference)
    grouped = by_user.parts["clusters"].to_pylist()
    assert min(row["p_adjusted"] for row in rows) < 0.01
    assert min(row["p_adjusted"] for row in grouped) > 0.05
    for one, other in zip(rows, grouped, strict=True):
        assert one["difference"] == other["difference"]
        if one["n"] > 40:
            assert (
                other["difference_upper"] - other["difference_lower"]
                > one["difference_upper"] - one["difference_lower"]
            )
    assert by_user.meta["unit"] == {"column": "user", "n_primary": 20, "n_reference": 20}
    assert "user" in by_user.meta["adjusted"]
    with pytest.raises(RecipeError, match="session"):
        compute(EmbeddingMap("vector", unit="session"), primary, reference)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int32])
def test_types_of_numbers(sets, dtype):
    scaled = [
        frame(f.name, vector=(np.stack(f.table["vector"].to_pylist()) * 50).astype(dtype)) for f in (sets[0], sets[1])
    ]
    found = compute(EmbeddingMap("vector"), scaled[1], scaled[0])
    assert found.meta["n_rows"] == 800
    assert 4 <= found.table["cluster"].to_numpy().max() + 1 <= 9


def test_vectors_that_cannot_be_compared_are_left_out_and_counted(sets):
    values = np.stack(sets[1].table["vector"].to_pylist()).astype(np.float64)
    values[3, 2], values[5, 0], values[7] = np.nan, np.inf, 0
    values[9] *= 1e300
    values[11] *= 1e-300
    mask = np.zeros(400, bool)
    mask[[0, 399]] = True
    flat = pa.array(values.ravel(), mask=np.arange(values.size) == 20 * 16 + 1)
    column = pa.FixedSizeListArray.from_arrays(flat, 16, mask=pa.array(mask))
    found = compute(EmbeddingMap("vector"), frame("prod", vector=column), sets[0])
    assert found.meta["skipped"] == {"missing": 2, "nonfinite": 3, "zero": 1}
    rows = found.table.filter(pc.equal(found.table["set"].cast(pa.string()), "primary"))["row"].to_pylist()
    assert rows == [i for i in range(400) if i not in {0, 3, 5, 7, 20, 399}]
    no_nan(found.table)
    sliced = compute(EmbeddingMap("vector"), frame("prod", vector=column.slice(1, 50)), None)
    assert sliced.meta["skipped"] == {"missing": 0, "nonfinite": 3, "zero": 1}


@pytest.mark.parametrize("n", [0, 1, 2, 3, 11])
@pytest.mark.parametrize("with_reference", [False, True])
def test_few_rows(n, with_reference):
    rng = np.random.default_rng(n)
    primary = frame("prod", vector=rng.normal(size=(n, 8)).astype(np.float32), text=["rain"] * n)
    reference = frame("train", vector=rng.normal(size=(2, 8)).astype(np.float32), text=["snow"] * 2)
    found = compute(EmbeddingMap("vector"), primary, reference if with_reference else None)
    assert found.table.num_rows == n + 2 * with_reference
    no_nan(found.table)
    no_nan(found.parts["clusters"])
    json.dumps(found.meta, allow_nan=False)
    assert found.parts["clusters"].column_names == CLUSTER_COLUMNS


def test_columns_without_vectors():
    nothing = frame("prod", vector=pa.nulls(5))
    found = compute(EmbeddingMap("vector"), nothing)
    assert found.table.num_rows == 0
    assert found.meta["skipped"]["missing"] == 5
    all_null = frame("prod", vector=pa.nulls(5, pa.list_(pa.float32(), 4)))
    assert compute(EmbeddingMap("vector"), all_null, frame("r", vector=np.eye(4))).meta["n_rows"] == 4
    chunks = pa.chunked_array([], pa.list_(pa.float32(), 4))
    assert compute(EmbeddingMap("vector"), frame("prod", vector=chunks)).table.num_rows == 0


@pytest.mark.parametrize(
    ("primary", "reference", "message"),
    [
        (frame("prod", vector=np.eye(4)), frame("train", vector=np.eye(5)), "4 numbers in prod and 5 numbers in train"),
        (
            frame("prod", vector=np.eye(4)),
            frame("train", vectors=np.eye(4)),
            'train has no column "vector"; did you mean "vectors"',
        ),
        (frame("prod", vector=["a", "b"]), None, 'column "vector" of prod holds string'),
        (frame("prod", other=[1]), None, 'prod has no column "vector"'),
    ],
)
def test_what_cannot_be_mapped_is_said(primary, reference, message):
    with pytest.raises(RecipeError) as caught:
        compute(EmbeddingMap("vector"), primary, reference)
    assert message in str(caught.value)


def test_labels_of_different_types_are_not_compared():
    vectors = np.random.default_rng(0).normal(size=(40, 4))
    mixed = frame("prod", vector=vectors, truth=[1] * 40, guess=["1"] * 40)
    assert compute(EmbeddingMap("vector"), mixed).parts["clusters"]["accuracy"].null_count > 0
    encoded = frame("prod", vector=vectors, truth=["a"] * 40, guess=pa.array(["a", None] * 20).dictionary_encode())
    noise = compute(EmbeddingMap("vector"), encoded).parts["clusters"].to_pylist()
    assert sum(row["n_labelled"] for row in noise) == 20
    assert all(row["accuracy"] in {1.0, None} for row in noise)


def test_needs_and_a_mention_of_every_column_once(sets):
    columns = frame(
        "prod", vector=np.eye(2), text=["a", "b"], when=[1, 2], truth=[1, 2], guess=[1, 2], user=[1, 2], z=[0, 0]
    )
    names, other = needs(EmbeddingMap("vector", unit="user"), columns.columns, sets[0].columns)
    assert set(names) == {"vector", "text", "when", "truth", "guess", "user"}
    assert set(other) == {"vector", "truth", "guess", "user"}
    assert len(names) == 6
    assert needs(EmbeddingMap("vector"), columns.columns, None)[1] == ()


def test_stages_come_in_order_and_cancel_works(sets):
    seen = []

    def watch(stage, fraction):
        assert 0 <= fraction <= 1
        seen.append(stage)

    compute(EmbeddingMap("vector"), sets[1], sets[0], None, watch)
    assert list(dict.fromkeys(seen)) == ["neighbors", "layout", "clusters", "names"]
    for when in ("neighbors", "layout", "clusters", "names"):

        def stop(stage, _fraction, when=when):
            if stage == when:
                raise Cancelled

        with pytest.raises(Cancelled):
            compute(EmbeddingMap("vector"), sets[1], sets[0], None, stop)


@pytest.mark.skipif(not SOTU.exists(), reason="the demo's data are not in this checkout")
class TestSpeeches:
    """State of the Union addresses, 1961-2000 against 2001-2021."""

    @pytest.fixture(scope="class")
    def speeches(self):
        table = pq.read_table(SOTU)
        halves = []
        for keep in (pc.greater(table["year"], 2000), pc.less_equal(table["year"], 2000)):
            part = table.filter(keep)
            halves.append(
                frame(
                    "all",
                    vector=part["text_vector"],
                    text=part["text"],
                    when=part["year"],
                    truth=part["party"],
                    guess=part["predicted_party"],
                    address=part["address"],
                )
            )
        return halves

    @pytest.fixture(scope="class")
    def by_address(self, speeches):
        return compute(EmbeddingMap("vector", unit="address"), *speeches)

    def test_what_came_and_what_went(self, by_address):
        rows = [row for row in by_address.parts["clusters"].to_pylist() if row["cluster"] >= 0]
        changed = {row["name"]: row for row in rows if row["p_adjusted"] < 0.05}
        up = [name for name, row in changed.items() if row["difference"] > 0.03]
        down = [name for name, row in changed.items() if row["difference"] < -0.015]
        assert any("terrorists" in name for name in up)
        assert any("soviet" in name or "nuclear" in name for name in down)
        assert 20 < len(rows) < 90
        assert len({row["name"] for row in rows}) == len(rows)
        assert by_address.meta["noise_share"] < 0.35
        drift = by_address.meta["drift"]
        assert drift["verdict"] == "drift"
        assert 0.75 < drift["auc"] < 0.95

    def test_rows_at_random_raise_no_alarm(self, speeches):
        both = [pa.concat_tables([f.table for f in speeches])]
        order = np.random.default_rng(5).permutation(both[0].num_rows)
        shuffled = both[0].take(pa.array(order))
        primary = frame("a", **{n: shuffled[n].slice(0, 1500) for n in ("vector", "text")})
        reference = frame("b", **{n: shuffled[n].slice(1500, 1500) for n in ("vector", "text")})
        found = compute(EmbeddingMap("vector"), primary, reference)
        assert min(found.parts["clusters"]["p_adjusted"].to_pylist()) > 0.01
        assert found.meta["drift"]["verdict"] != "drift"

    def test_a_sample_is_fitted_and_the_others_are_placed(self, speeches, by_address):
        part = compute(EmbeddingMap("vector", unit="address", sample=2000), *speeches)
        assert part.meta["sampled"]
        assert part.meta["n_fitted"] == 2000
        assert part.table.num_rows == by_address.table.num_rows
        assert any("iraq" in name for name in part.parts["clusters"]["name"].to_pylist())
