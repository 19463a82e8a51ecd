"""`px.embed` with a real model that a package carries, with rows, and with an endpoint that misbehaves over a real socket."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openai_server import Reply, Server, fault

import phoenix_lab as px
from phoenix_lab.generate import embedders as room
from phoenix_lab.generate.extras import MissingPackageError
from phoenix_lab.generate.model import EmbeddingError
from phoenix_lab.generate.vectors import Vectors, key_of, vectors_file
from phoenix_lab.generate.words import Words
from phoenix_lab.generate.work import batches

TEXTS = ["The dog sleeps in the sun", "A cat dozes in sunlight", "Interest rates rose by half a point", "Naïve 東京 😀"]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("PHOENIX_LAB_CACHE_DIR", str(tmp_path / "cache"))
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)


def matrix(column):
    return np.array([np.asarray(v, dtype=np.float32) for v in column])


# Texts, with the model that wordllama carries


def test_vectors_are_the_means_of_the_token_vectors_of_the_real_model():
    import tokenizers
    from safetensors.numpy import load_file

    folder = room._package("wordllama")
    table = load_file(str(folder / "weights/l2_supercat_256.safetensors"))["embedding.weight"].astype(np.float64)
    tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizers/l2_supercat_tokenizer_config.json"))
    found = px.embed(TEXTS, "wordllama", quiet=True)
    for text, vector in zip(TEXTS, found, strict=True):
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        np.testing.assert_allclose(vector, table[ids].mean(axis=0), rtol=1e-3, atol=1e-5)
    unit = found / np.linalg.norm(found, axis=1, keepdims=True)
    assert unit[0] @ unit[1] > unit[0] @ unit[2] + 0.2
    short = px.embed(TEXTS, "wordllama", dimensions=64, quiet=True)
    np.testing.assert_array_equal(short, found[:, :64])


def test_a_folder_of_model2vec_is_read(tmp_path):
    from safetensors.numpy import save_file
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = {"[UNK]": 0, "red": 1, "green": 2, "blue": 3}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))  # noqa: S106 - a token of text
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    table = np.array([[9, 9], [1, 0], [0, 1], [1, 1]], np.float32)
    save_file({"embeddings": table, "weights": np.array([1, 1, 3, 1], np.float32)}, tmp_path / "model.safetensors")
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "model2vec", "normalize": True}))
    with pytest.warns(UserWarning, match="row 2: has no token that the model knows"):
        found, told = px.embed(["red green", "nothing blue", "nothing"], str(tmp_path), quiet=True, report=True)
    np.testing.assert_allclose(found[0], np.array([1, 3]) / np.sqrt(10), rtol=1e-6)
    np.testing.assert_allclose(found[1], np.array([1, 1]) / np.sqrt(2), rtol=1e-6)
    assert np.isnan(found[2]).all()
    assert list(told.problems) == [2]
    # the same folder with other vectors, in the same kernel
    table[1] = [5, 0]
    os.utime(tmp_path / "model.safetensors", ns=(0, 0))
    save_file({"embeddings": table, "weights": np.array([1, 1, 3, 1], np.float32)}, tmp_path / "model.safetensors")
    found = px.embed(["red green"], str(tmp_path), quiet=True)
    np.testing.assert_allclose(found[0], np.array([5, 3]) / np.sqrt(34), rtol=1e-6)


def test_a_column_keeps_index_kind_and_name():
    values = ["a dog", None, "  ", "a cat", "a dog"]
    series = pd.Series(values, index=[7, 7, 3, 1, 0], name="text")
    found, told = px.embed(series, "wordllama", quiet=True, report=True)
    assert (found.name, list(found.index)) == ("text_vector", [7, 7, 3, 1, 0])
    assert found.dtype == pd.ArrowDtype(pa.list_(pa.float32(), 256))
    assert found.isna().tolist() == [False, True, True, False, False]
    assert (told.rows, told.missing, told.empty, told.distinct, told.problems) == (5, 1, 1, 2, {})
    as_polars = px.embed(pl.Series("text", values), "wordllama", quiet=True)
    assert as_polars.dtype == pl.Array(pl.Float32, 256)
    as_arrow = px.embed(pa.chunked_array([values]), "wordllama", quiet=True)
    assert as_arrow.type == pa.list_(pa.float32(), 256)
    as_list = px.embed(values, "wordllama", quiet=True)
    for other in (as_polars.to_list(), as_arrow.to_pylist()):
        assert [v is None for v in other] == [False, True, True, False, False]
        np.testing.assert_array_equal(np.array(other[3], np.float32), np.asarray(found.iloc[3], np.float32))
    assert np.isnan(as_list[1]).all()
    assert series.tolist() == pd.Series(values).tolist()
    frame = pd.DataFrame({"text": series, "text_vector": found, "n": range(5)})
    assert next(c for c in px.Inferences(frame).columns if c.name == "text_vector").dimension == 256


def test_no_rows_and_no_texts():
    assert len(px.embed(pd.Series([], dtype=str), "wordllama", quiet=True)) == 0
    assert px.embed(pd.Series([None, None], dtype=object), "wordllama", quiet=True).isna().all()
    with pytest.raises(TypeError, match='"year" holds values of type int'):
        px.embed(pd.Series([1990, 1991], name="year"), "wordllama")
    with pytest.raises(TypeError, match="neither a dataframe nor a column"):
        px.embed(3)


class Counting:
    """A model of the user's own, which fails on some texts."""

    def __init__(self, bad=(), stop_after=None):
        self.seen = []
        self.bad, self.stop_after = bad, stop_after

    def encode(self, texts):
        if self.stop_after is not None and len(self.seen) > self.stop_after:
            raise KeyboardInterrupt
        if any(text in self.bad for text in texts):
            raise RuntimeError("does not like it")
        self.seen += texts
        return np.array([[len(t), t.count("a"), hash(t) % 97] for t in texts], np.float32)


def test_a_failing_text_is_named_by_row_and_costs_the_others_nothing():
    texts = [f"text {i} {'a' * i}" for i in range(300)]
    model = Counting(bad={texts[17], texts[230]})
    with pytest.warns(UserWarning, match="2 rows have no vector: row 17: RuntimeError: does not like it; row 230"):
        found, told = px.embed(pd.Series(texts, name="t"), model, quiet=True, report=True)
    assert list(told.problems) == [17, 230]
    assert found.isna().sum() == 2
    np.testing.assert_array_equal(
        matrix(found.dropna())[:, 0], [len(t) for i, t in enumerate(texts) if i not in (17, 230)]
    )
    with pytest.raises(EmbeddingError, match="embeds none of the texts: RuntimeError"):
        px.embed(texts, Counting(bad=set(texts)), quiet=True)
    with pytest.warns(UserWarning, match="100 rows have no vector"):  # though the longest are tried first
        px.embed(texts, Counting(bad=set(texts[-100:])), quiet=True)


def test_a_value_that_is_no_text_is_named_by_row():
    with pytest.warns(UserWarning, match="row 1: holds a value of type int, not a text"):
        found = px.embed(pd.Series(["a", 3, "b"], dtype=object), "wordllama", quiet=True)
    assert found.isna().tolist() == [False, True, False]


def test_half_of_a_surrogate_pair_costs_no_vector():
    halves = pd.Series(["a dog \ud800", "a cat"], dtype=object)
    found = px.embed(halves, "wordllama", quiet=True)
    np.testing.assert_array_equal(found.iloc[0], px.embed(["a dog ?"], "wordllama", quiet=True)[0])
    with Server(embeddings=lambda body, _: Reply(embeddings(body))) as server:
        px.embed(halves, "m", endpoint=px.Endpoint(server.url), quiet=True)
        assert {text for *_, body in server.requests for text in body["input"]} == {"a dog ?", "a cat"}


@pytest.mark.parametrize("padded", [True, False])
def test_batches_hold_every_text_once_and_are_bounded(padded):
    texts = sorted(("x" * n for n in np.random.default_rng(0).integers(1, 3000, 2000)), key=len, reverse=True)
    found = list(batches(texts, padded=padded))
    assert [text for batch in found for text in batch] == texts
    assert all(len(b) == 1 or len(b[0]) * len(b) <= 16_000 for b in found) or not padded


# What is kept


def remembered(model, identity="test model"):
    """Return an embedder of an object, which is known again."""
    embedder = room._Given(model)
    embedder.identity = identity
    return embedder


@pytest.fixture
def counting(monkeypatch):
    model = Counting()
    embedder = remembered(model)
    model.seen.clear()
    monkeypatch.setattr("phoenix_lab.generate.embed.resolve", lambda *_: embedder)
    return model


def test_a_rerun_and_an_added_row_cost_only_what_is_new(counting):
    texts = ["one", "two", "two", "three"]
    first = px.embed(texts, quiet=True)
    assert sorted(counting.seen) == ["one", "three", "two"]
    counting.seen.clear()
    again, told = px.embed([*texts, "four"], quiet=True, report=True)
    assert counting.seen == ["four"]
    assert (told.kept, told.distinct) == (3, 4)
    np.testing.assert_array_equal(again[:4], first)
    px.forget_vectors()
    px.embed(texts, quiet=True)
    assert len(counting.seen) == 4
    counting.seen.clear()
    px.embed(texts, keep=False, quiet=True)
    assert len(counting.seen) == 3


def test_an_interrupt_keeps_what_is_done(counting, capsys):
    texts = [f"{i} {'a' * 200}" for i in range(1000)]
    counting.stop_after = 400
    with pytest.raises(KeyboardInterrupt):
        px.embed(texts)
    done = set(counting.seen)
    assert "are done and kept; the same call goes on there" in capsys.readouterr().out
    counting.seen.clear()
    counting.stop_after = None
    px.embed(texts, quiet=True)
    assert set(counting.seen) == set(texts) - done
    assert 300 < len(done) < 700


def test_vectors_are_private_and_the_oldest_go_first(tmp_path):
    path = tmp_path / "deep" / "vectors.sqlite"
    store = Vectors(path)
    keys = [key_of("m", str(i)) for i in range(3000)]
    store.add({key: np.full(64, i, np.float32) for i, key in enumerate(keys[:2000])})
    store.close()
    if os.name == "posix":
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    store = Vectors(path)
    store.add({key: np.full(64, i, np.float32) for i, key in enumerate(keys[2000:])})
    store.close(quota=path.stat().st_size * 3 // 4)
    store = Vectors(path)
    found = store.load(keys)
    assert not set(keys[2500:]) - set(found)
    assert 0 < len(found) < 2600
    store.close()
    assert key_of("m", "1") != key_of("other", "1")
    with sqlite3.connect(path) as base:
        base.execute("UPDATE vectors SET vector = x'010203'")
    base.close()
    store = Vectors(path)
    assert store.load(keys) == {}
    store.close()
    path.write_bytes(b"no database at all, and rather long for one" * 100)
    broken = Vectors(path)
    broken.add({keys[0]: np.zeros(3, np.float32)})  # it is begun anew
    broken.close()
    store = Vectors(path)
    assert set(store.load(keys)) == {keys[0]}
    store.close()


# An endpoint


def embeddings(body, dimension=4, **more):
    data = [
        {"object": "embedding", "index": i, "embedding": [float(len(t)), 1.0, *[0.5] * (dimension - 2)]}
        for i, t in enumerate(body["input"])
    ]
    return {"object": "list", "data": data, **more}


def one_less(body):
    told = embeddings(body)
    told["data"].pop()
    return told


def first_is(raw):
    """An answer whose first vector is `raw`, as JSON."""

    def reply(body):
        rest = [{"index": i, "embedding": [1.0] * 4} for i in range(1, len(body["input"]))]
        parts = [f'{{"index": 0, "embedding": {raw}}}', *map(json.dumps, rest)]
        return Reply(f'{{"data": [{", ".join(parts)}]}}'.encode())

    return reply


FAULTS = {
    "429": lambda body: fault(429, headers={"Retry-After": "0.2"}),
    "500": lambda body: fault(500),
    "slow": lambda body: Reply(embeddings(body), wait=1.0),
    "cut off": lambda body: Reply(embeddings(body), cut=True),
    "malformed": lambda body: Reply(b'{"data": ['),
    "too few": lambda body: Reply(one_less(body)),
    "one too short": lambda body: Reply(
        {"data": [*embeddings(body)["data"][:-1], {"index": len(body["input"]) - 1, "embedding": [1.0]}]}
    ),
    "no list": lambda body: Reply({"data": None}),
    "NaN": first_is("[1.0, NaN, 1.0, 1.0]"),
    "null": first_is("[1.0, null, 1.0, 1.0]"),
    "too large": first_is("[1.0, 1e300, 1.0, 1.0]"),
    "empty": lambda body: Reply({"data": [{"index": i, "embedding": []} for i in range(len(body["input"]))]}),
    "odd places": lambda body: Reply(
        {"data": [{"index": float(i), "embedding": [1.0] * 4} for i in range(len(body["input"]))]}
    ),
    "not numbers": lambda body: Reply({"data": [{"index": i, "embedding": "x"} for i in range(len(body["input"]))]}),
}


@pytest.mark.parametrize("name", FAULTS)
def test_no_row_is_lost_for_a_fault_and_none_is_asked_for_twice(name):
    texts = [f"text {i} {'x' * (i % 50)}" for i in range(300)]
    with Server(
        embeddings=lambda body, tries: (
            FAULTS[name](body) if tries == 0 and len(body["input"]) % 2 == 0 else Reply(embeddings(body))
        )
    ) as server:
        endpoint = px.Endpoint(server.url, timeout=0.5, back_off=0.01)
        found = px.embed(texts, "m", endpoint=endpoint, quiet=True)
        np.testing.assert_array_equal(found[:, 0], [len(t) for t in texts])
        before = len(server.requests)
        again, told = px.embed([*texts, "a new one"], "m", endpoint=endpoint, quiet=True, report=True)
        new = server.requests[before:]
    assert [body["input"] for _, _, body in new] == [["a new one"]]
    assert told.kept == 300
    np.testing.assert_array_equal(again[:300], found)


def test_when_all_is_kept_nothing_is_asked_and_when_the_dimension_changed_all_is():
    texts = [f"text {i}" for i in range(5)]
    with Server(embeddings=lambda body, _: Reply(embeddings(body))) as server:
        endpoint = px.Endpoint(server.url)
        first = px.embed(texts, "m", endpoint=endpoint, quiet=True)
        before = len(server.requests)
        again, told = px.embed(texts, "m", endpoint=endpoint, quiet=True, report=True)
        np.testing.assert_array_equal(again, first)
        assert (len(server.requests), told.kept) == (before, 5)
        server.answers["/v1/embeddings"] = lambda body, _: Reply(embeddings(body, 6))
        larger, told = px.embed([*texts, "new"], "m", endpoint=endpoint, quiet=True, report=True)
        assert larger.shape == (6, 6)
        assert np.isfinite(larger).all()
        assert told.kept == 0
        before = len(server.requests)
        np.testing.assert_array_equal(px.embed([*texts, "new"], "m", endpoint=endpoint, quiet=True), larger)
        assert len(server.requests) == before


def test_texts_that_are_too_long_never_end_the_run():
    """However many they are, and though they are tried first; and also when nothing but they is left to do."""
    long = [f"{i} {'x' * 50_000}" for i in range(40)]
    texts = [*long, *(f"short {i}" for i in range(100))]

    def answer(body, _):
        return fault(400, "too long") if any(len(t) > 40_000 for t in body["input"]) else Reply(embeddings(body))

    with Server(embeddings=answer) as server:
        for _ in range(2):
            with pytest.warns(UserWarning, match="40 rows have no vector: row 0: .* refuses with 400: too long"):
                found = px.embed(texts, "m", endpoint=px.Endpoint(server.url), quiet=True)
            assert np.isnan(found[:40]).all()
            assert np.isfinite(found[40:]).all()
        with pytest.raises(EmbeddingError, match=r"embeds none of the texts: .* too long"):
            px.embed(long[::-1], "m", endpoint=px.Endpoint(server.url), quiet=True)


def test_a_text_that_is_refused_is_named_and_the_others_are_embedded():
    texts = [f"text {i}" for i in range(100)]
    bad = {"text 41", "text 77"}
    with (
        Server(
            embeddings=lambda body, _: fault(400, "too long") if bad & set(body["input"]) else Reply(embeddings(body))
        ) as server,
        pytest.warns(UserWarning, match="2 rows have no vector: row 41: .* refuses with 400: too long; row 77"),
    ):
        found = px.embed(texts, "m", endpoint=px.Endpoint(server.url), quiet=True)
    assert np.flatnonzero(np.isnan(found[:, 0])).tolist() == [41, 77]


def test_after_a_refusal_of_all_the_same_call_asks_only_for_the_rest():
    texts = [f"text {i} {'y' * 2000}" for i in range(300)]
    asked: list[str] = []
    allowed = [3]

    def answer(body, _):
        if not allowed[0]:
            return fault(401)
        allowed[0] -= 1
        asked.extend(body["input"])
        return Reply(embeddings(body))

    with Server(embeddings=answer) as server:
        endpoint = px.Endpoint(server.url, concurrency=1)
        with pytest.raises(Exception, match="does not accept"):
            px.embed(texts, "m", endpoint=endpoint, quiet=True)
        assert 0 < len(asked) < 300
        allowed[0] = 1000
        found = px.embed(texts, "m", endpoint=endpoint, quiet=True)
    assert sorted(asked) == sorted(texts)
    assert not np.isnan(found).any()


def test_the_key_goes_to_the_endpoint_alone(monkeypatch, capsys):
    monkeypatch.setenv("MY_KEY", "sk-very-secret-0123456789")
    with Server(embeddings=lambda body, _: Reply(embeddings(body))) as server:
        endpoint = px.Endpoint(server.url, key_env="MY_KEY")
        column, told = px.embed(pd.Series(["a", "b"]), "m", endpoint=endpoint, dimensions=4, report=True)
    _, headers, body = server.requests[0]
    assert headers["authorization"] == "Bearer sk-very-secret-0123456789"
    assert body["dimensions"] == 4
    out = capsys.readouterr()
    assert "sent to 127.0.0.1" in out.out
    stored = vectors_file().read_bytes()
    assert "secret" not in f"{out} {endpoint!r} {told!r} {column!r}"
    assert b"secret" not in stored


# Rows


@pytest.fixture(scope="module")
def flights():
    return pd.read_parquet("examples/data/flights.parquet").iloc[::9].reset_index(drop=True)


def test_rows_of_one_kind_are_near_each_other_whatever_the_library(flights):
    from sklearn.neighbors import NearestNeighbors

    given = flights.drop(columns=["origin", "flight"])
    column = px.embed(given, quiet=True)
    X = matrix(column)
    assert X.shape == (len(flights), 64)
    unit = X / np.linalg.norm(X, axis=1, keepdims=True)
    near = NearestNeighbors(n_neighbors=6).fit(unit).kneighbors(unit, return_distance=False)[:, 1:]
    same = (flights.carrier.to_numpy()[near] == flights.carrier.to_numpy()[:, None]).mean()
    chance = (flights.carrier.value_counts(normalize=True) ** 2).sum()
    assert same > 4 * chance, (same, chance)
    others = px.embed(pl.from_pandas(given), quiet=True)
    np.testing.assert_allclose(np.array(others.to_list()), X, atol=1e-3)
    assert others.name == column.name == "row_vector"


def test_another_dataframe_is_seen_as_the_first_one_is(flights):
    train, prod = flights.iloc[:1500], flights.iloc[1500:]
    together = matrix(px.embed(train, quiet=True))
    np.testing.assert_allclose(matrix(px.embed(train.iloc[::-1], fit=train, quiet=True))[::-1], together, atol=1e-5)
    apart = prod.assign(carrier="never seen", temp=np.nan)
    found = matrix(px.embed(apart, fit=train, quiet=True))
    assert np.isfinite(found).all()
    with pytest.raises(ValueError, match="fit is for"):
        px.embed(["a"], fit=train)


def test_what_counts_of_a_row(flights, capsys):
    train = flights.head(200).assign(vector=[np.zeros(4)] * 200)
    px.embed(train)
    counted = capsys.readouterr().out.partition("from ")[2].strip().split(", ")
    assert {"carrier", "temp", "visib"} <= set(counted)
    assert not {"scheduled", "predicted", "score", "vector"} & set(counted)
    assert matrix(px.embed(train, columns=["temp", "carrier"], quiet=True)).shape[1] < 20
    with pytest.raises(EmbeddingError, match='did you mean "temp"'):
        px.embed(train, columns=["tmep"])
    with pytest.raises(EmbeddingError, match='"vector" cannot be embedded'):
        px.embed(train, columns=["vector"])
    with pytest.raises(EmbeddingError, match="no rows"):
        px.embed(train.head(0))


def test_odd_columns_of_a_row():
    frame = pd.DataFrame(
        {
            "constant": 1.0,
            "none": np.nan,
            "inf": [np.inf, 1, 2, 3],
            "one_word": ["the", "the", "the", "the"],
            "codes": [f"x{i}" for i in range(4)],
            "when_built": pd.to_datetime(["2020-01-01", None, "2021-01-01", "2022-01-01"]),
        }
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = matrix(px.embed(frame, columns=["constant", "inf", "one_word", "codes", "when_built"], quiet=True))
    assert np.isfinite(found).all()


def test_one_row_and_rows_that_are_all_alike_are_what_is_usual():
    alike = pd.DataFrame({"word": ["a"] * 5, "n": [1] * 5})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for n in (1, 2, 5):
            assert not matrix(px.embed(alike.head(n), quiet=True)).any()
        other = pd.DataFrame({"word": ["a", "b"], "n": [1, 9]})
        assert np.isfinite(matrix(px.embed(other, fit=alike.head(1), quiet=True))).all()


def test_a_column_that_changed_its_type_is_named(flights):
    train = flights[["temp", "carrier"]].head(50)
    with pytest.raises(EmbeddingError, match='"temp" holds numbers where it was fitted'):
        px.embed(train.assign(temp="warm"), fit=train, quiet=True)
    with pytest.raises(EmbeddingError, match="no column to embed"):
        px.embed(train[[]], quiet=True)
    for data, model in ((train, None), (["a"], "wordllama")):
        with pytest.raises(ValueError, match="above 0, not 0"):
            px.embed(data, model, dimensions=0, quiet=True)


def test_rows_as_texts_through_a_model(flights):
    column = px.embed(flights[["carrier", "origin", "temp"]].head(4), "wordllama", quiet=True)
    row = flights.iloc[0]
    text = f"carrier: {row.carrier}\norigin: {row.origin}\ntemp: {row.temp}"
    np.testing.assert_array_equal(np.asarray(column.iloc[0]), px.embed([text], "wordllama", quiet=True)[0])


# What is installed


def test_the_listing_tells_dimensions_and_licence():
    found = {one.model: one for one in px.embedders()}
    assert (found["wordllama"].dimension, found["wordllama"].of) == (256, "text")
    assert found["wordllama"].licence.startswith("MIT")
    assert found["table"].of == "table"
    assert "<td>wordllama</td>" in px.embedders()._repr_html_()


def test_a_missing_package_is_named_with_the_line_that_installs_it(monkeypatch):
    monkeypatch.setattr(room, "find_spec", lambda name: None)
    room._loaded.cache_clear()
    with pytest.raises(MissingPackageError, match=r"%pip install 'phoenix_lab\[text\]'"):
        px.embed(["a"])
    for name in ("nothing", "", "tests"):  # the last is a folder, of something else
        with pytest.raises(EmbeddingError, match=f'No model is called "{name}" here'):
            px.embed(["a"], name)
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    line = r"sentence-transformers is not installed: %pip install 'phoenix_lab\[sentence\]'"
    with pytest.raises(MissingPackageError, match=line):
        px.embed(["a"], "some/model")


def test_a_kernel_tells_the_dialog_what_it_has_and_stays_as_it_was():
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="python3")
    try:
        client.execute_interactive(
            "import pandas as pd\ntrain = pd.DataFrame({'text': ['a b c d ' * i for i in range(1, 50)]})"
        )
        before = client.execute_interactive("", silent=True, user_expressions={"n": "dir()"})["content"]
        call = '__import__("phoenix_lab.generate.offer", fromlist=["offer"]).offer([train, train], "text", None)'
        reply = client.execute_interactive(
            "", silent=True, store_history=False, user_expressions={"answer": call, "n": "dir()"}
        )["content"]
        told = reply["user_expressions"]["answer"]["data"]["application/json"]
        assert told["problem"] is None
        # the first is chosen; where other models lie on this disk, one of them may be
        assert told["model"] == told["models"][0]["model"]
        (carried,) = [one for one in told["models"] if one["model"] == "wordllama"]
        assert carried["dimension"] == 256
        assert told["seconds"] > 0
        assert told["sample"] == 49
        assert reply["user_expressions"]["n"] == before["user_expressions"]["n"]
        assert reply["execution_count"] == before["execution_count"]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_a_column_called_dataframe_is_a_column():
    frame = pd.DataFrame({"dataframe": ["a b", "c d", "e f"], "n": [1, 2, 3]}, index=[7, 8, 9])
    column = px.embed(frame, quiet=True)
    assert list(column.index) == [7, 8, 9]
    assert column.name == "row_vector"


WRITER = """
import sys, time, numpy as np
from pathlib import Path
from phoenix_lab.generate.vectors import Vectors, key_of
store = Vectors(Path(sys.argv[1]))
store.add({key_of("m", "first"): np.ones(4, np.float32)})
print("added", flush=True)
sys.stdin.readline()  # the next batch of a slow model takes long
store.close()
"""


def test_a_kernel_with_a_slow_model_keeps_no_other_from_its_vectors(tmp_path):
    path = tmp_path / "vectors.sqlite"
    keys = [key_of("m", str(i)) for i in range(1500)]
    store = Vectors(path)
    store.add({key: np.full(4, i, np.float32) for i, key in enumerate(keys)})
    store.close()
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "added\n"
        began = time.monotonic()
        store = Vectors(path)
        assert len(store.load(keys)) == 1500
        store.add({key_of("m", "mine"): np.ones(4, np.float32)})
        store.close()
        assert time.monotonic() - began < 2
        other.communicate("\n")
    store = Vectors(path)
    assert len(store.load([*keys, key_of("m", "mine"), key_of("m", "first")])) == 1502
    store.close()


def tokenizer_of_wordllama():
    import tokenizers

    path = room._package("wordllama") / "tokenizers/l2_supercat_tokenizer_config.json"
    found = tokenizers.Tokenizer.from_file(str(path))
    found.no_padding()
    found.no_truncation()
    return found, json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def by_word():
    return Words(*tokenizer_of_wordllama())


def cut(words, texts):
    ids, sizes = words.tokens(texts)
    assert sizes.sum() == len(ids)
    return [part.tolist() for part in np.split(ids, np.cumsum(sizes)[:-1])]


@given(
    st.lists(st.text(st.sampled_from(" ▁abtheTHE01.,\n\t<>/sé🦊日\u00a0\x00"), max_size=40), min_size=1, max_size=20)
)
@settings(max_examples=150, deadline=None)
def test_tokens_of_words_are_those_of_the_text(by_word, texts):
    texts = [*texts, "a<s>b </s>", "", " ", "two  blanks", " before and after ", "▁x▁▁ y", "🦊" * 9, "the the"]
    assert cut(by_word, texts) == [
        list(one.ids) for one in by_word._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
    ]


def test_real_texts_are_cut_as_the_tokenizer_cuts_them_and_words_are_remembered(by_word):
    frame = pd.read_parquet(Path(__file__).parents[1] / "examples/data/sotu.parquet", columns=["text"])
    texts = frame.text.tolist()[::40]
    assert by_word._is_by_word
    wanted = [list(one.ids) for one in by_word._tokenizer.encode_batch_fast(texts, add_special_tokens=False)]
    assert cut(by_word, texts) == wanted
    known = len(by_word._codes)
    assert cut(by_word, texts[::-1]) == wanted[::-1]
    assert len(by_word._codes) == known


def test_texts_are_cut_in_several_threads_at_once():
    from concurrent.futures import ThreadPoolExecutor

    words = Words(*tokenizer_of_wordllama())
    rng = np.random.default_rng(0)
    texts = [[" ".join(map(str, rng.integers(0, 5000, 60))) for _ in range(40)] for _ in range(24)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda some: cut(words, some), texts))
    encode = words._tokenizer.encode_batch_fast
    assert found == [[list(one.ids) for one in encode(some, add_special_tokens=False)] for some in texts]


def test_long_texts_without_blanks_do_not_fill_the_memory():
    words = Words(*tokenizer_of_wordllama())
    for k in range(260):
        words.tokens([f"{k}" * 20_000])
    assert sum(map(len, words._codes)) < 11_000_000
    assert cut(words, ["the dog", "7" * 9]) == [
        words._tokenizer.encode(text, add_special_tokens=False).ids for text in ("the dog", "7" * 9)
    ]


@pytest.mark.parametrize("change", ["a merge over a blank", "a pre-tokenizer", "no bytes", "another normalizer"])
def test_a_tokenizer_whose_words_are_not_apart_is_asked_for_the_whole_text(change):
    tokenizer, told = tokenizer_of_wordllama()
    if change == "a merge over a blank":
        told["model"]["merges"].append("e ▁")
    elif change == "a pre-tokenizer":
        told["pre_tokenizer"] = {"type": "Metaspace"}
    elif change == "no bytes":
        told["model"]["byte_fallback"] = False
    else:
        told["normalizer"] = None
    words = Words(tokenizer, told)
    assert not words._is_by_word
    assert cut(words, ["the dog"]) == [tokenizer.encode("the dog", add_special_tokens=False).ids]
