"""Directions in the layers of a language model: a tiny one with random weights, which needs no network. torch and transformers are not in every run of the tests."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest

import phoenix_lab as px
from phoenix_lab.generate.extras import MissingPackageError

WORDS = ["<pad>", "<unk>", "war", "army", "school", "teacher", *(f"w{i}" for i in range(60))]


def texts(kind, n, seed):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {"say": [" ".join([*(f"w{i}" for i in rng.integers(0, 60, 6)), *rng.choice(kind, 4)]) for _ in range(n)]}
    )


def test_the_line_that_installs_what_is_missing_is_said(monkeypatch):
    for name in ("torch", "transformers"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingPackageError, match=r"torch is not installed: %pip install 'phoenix_lab\[llm\]'"):
        px.steering_layers(texts(["war"], 9, 0), texts(["school"], 9, 1), "gpt2", "say")


@pytest.fixture(scope="module")
def torch():
    pytest.importorskip("transformers", reason="phoenix_lab[llm] is not installed here")
    return pytest.importorskip("torch", reason="phoenix_lab[llm] is not installed here")


@pytest.fixture(scope="module")
def folder(torch, tmp_path_factory):
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    made = Tokenizer(models.WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token=WORDS[1]))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    path = tmp_path_factory.mktemp("gpt2")
    PreTrainedTokenizerFast(tokenizer_object=made, pad_token=WORDS[0], unk_token=WORDS[1]).save_pretrained(path)
    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=len(WORDS),
        n_positions=64,
        n_embd=32,
        n_layer=3,
        n_head=4,
        bos_token_id=0,
        eos_token_id=0,
        initializer_range=0.2,
    )
    GPT2LMHeadModel(config).save_pretrained(path)
    return str(path)


@pytest.fixture(scope="module")
def sides():
    return texts(["war", "army"], 80, 0), texts(["school", "teacher"], 70, 1)


@pytest.fixture(scope="module")
def layers(folder, sides):
    return px.steering_layers(*sides, folder, "say", quiet=True)


def test_the_vectors_are_differences_of_means_of_what_each_layer_passes_on(torch, folder, sides, layers):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder).eval()
    means = []
    for rows in sides:
        with torch.inference_mode():
            hidden = [
                model(**tokenizer(one, return_tensors="pt"), output_hidden_states=True).hidden_states
                for one in rows["say"]
            ]
        # the last of them is behind a norm that no block has
        means.append([np.mean([h[k][0, -1].numpy() for h in hidden], axis=0) for k in (1, 2)])
    for k in (1, 2):
        np.testing.assert_allclose(layers.vectors[k], means[0][k - 1] - means[1][k - 1], atol=1e-4)
    found = layers.table.to_pandas()
    assert found["layer"].tolist() == [1, 2, 3]
    assert (found["auc"] > 0.95).all()
    assert (found["p_adjusted"] >= found["p_value"]).all()
    assert layers.facts["n_positive"] == 80
    assert "on texts that it has not seen" in repr(layers)


@pytest.mark.parametrize("layer", [1, 3])
def test_the_vector_is_added_to_what_the_layer_passes_on_and_to_nothing_after(torch, layers, layer):
    network = layers.model
    ids, mask = network.tokens(["w1 w2 war", "w3"])

    def run(strength):
        watch = []
        with layers.steering(strength, layer), torch.inference_mode():
            handle = network.blocks[layer - 1].register_forward_hook(
                lambda _m, _i, out: watch.append((out[0] if isinstance(out, tuple) else out).clone())
            )
            try:
                logits = network.model(input_ids=ids, attention_mask=mask).logits
            finally:
                handle.remove()
        return watch[0], logits

    plain, logits = run(0)
    moved, others = run(2)
    np.testing.assert_allclose(
        (moved - plain).numpy(), np.broadcast_to(2 * layers.vectors[layer], moved.shape), atol=1e-4
    )
    assert not torch.allclose(logits, others)
    with torch.inference_mode():
        assert torch.equal(network.model(input_ids=ids, attention_mask=mask).logits, logits)
    assert not network.blocks[layer - 1]._forward_hooks
    with pytest.raises(RuntimeError), layers.steering(2, layer):
        raise RuntimeError
    assert not network.blocks[layer - 1]._forward_hooks


def test_prompts_are_continued_side_by_side_and_0_is_the_model_as_it_is(torch, layers):
    prompts = ["w1 w2 war", "w3 w9"]
    found = layers.side_by_side(prompts, (-8, 0, 8), max_new_tokens=6)
    assert found.column_names == ["prompt", "-8", "0", "+8"]
    assert found["prompt"].to_pylist() == prompts
    ids, mask = layers.model.tokens(prompts[:1])
    with torch.inference_mode():
        said = layers.model.model.generate(
            input_ids=ids, attention_mask=mask, max_new_tokens=6, do_sample=False, pad_token_id=0
        )
    assert found["0"][0].as_py() == layers.model.tokenizer.decode(said[0, 3:], skip_special_tokens=True)
    assert found["-8"].to_pylist() != found["0"].to_pylist() != found["+8"].to_pylist()
    assert layers.side_by_side(prompts, (-8, 0, 8), max_new_tokens=6).equals(found)


def test_a_steered_layer_lies_where_the_positive_texts_do(layers, sides):
    """Added once, the vector takes the mean of the negative texts to that of the positive ones."""
    network = layers.model
    vector = layers.vectors[layers.best].astype(float)
    along = [network.hidden(rows["say"].tolist(), "last")[layers.best - 1].astype(float) @ vector for rows in sides]
    assert along[0].mean() - along[1].mean() == pytest.approx(vector @ vector, rel=1e-4)


def test_halves_of_one_group_are_refused(folder):
    same = texts(["war", "army"], 120, 5)
    with pytest.raises(px.TrainingError, match=r"No layer of .* tells the two selections apart better than by chance"):
        px.steering_layers(same[:60], same[60:], folder, "say", quiet=True)


@pytest.mark.parametrize(
    ("positive", "negative", "more", "why"),
    [
        (0, 9, {}, "positive has no rows"),
        (1, 40, {}, "positive has a single text"),
        (9, 9, {"same": True}, "hold the same texts"),
        (9, 9, {"text": "no"}, 'has no column "no"'),
        (9, 9, {"pooling": "max"}, 'pooling "last" or "mean"'),
    ],
)
def test_what_cannot_be_done_is_said(folder, positive, negative, more, why):
    same = more.pop("same", False)
    a, b = texts(["war"], positive, 0), texts(["school"], negative, 0 if same else 1)
    b = a if same else b
    with pytest.raises(px.TrainingError, match=why):
        px.steering_layers(a, b, folder, **{"text": "say", "quiet": True, **more})


def test_a_trial_of_layers_and_strengths_that_are_none_is_refused(layers):
    for call, why in (
        (lambda: layers.side_by_side([]), "prompts are one or more texts"),
        (lambda: layers.side_by_side("w1", ()), "strengths are one or more"),
        (lambda: layers.side_by_side("w1", (float("nan"),)), "strength is a number"),
        (lambda: layers.side_by_side("w1", layer=99), "no direction in layer 99"),
        (lambda: layers.side_by_side("w1", max_new_tokens=64), "more than .* has room for"),
    ):
        with pytest.raises(px.TrainingError, match=why):
            call()
