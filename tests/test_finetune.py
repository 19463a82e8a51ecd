"""Files to fine-tune with: what is in them, how they are split, and that they are there whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import phoenix_lab as px
from phoenix_lab.training.duplicates import alike_texts, alike_vectors, groups, plain
from phoenix_lab.training.private import found_in, masked
from phoenix_lab.training.splits import split

DATA = Path(__file__).parents[1] / "examples" / "data"
PARTY = {"text": "text", "label": "party"}


@pytest.fixture(scope="module")
def sotu():
    return pd.read_parquet(DATA / "sotu.parquet")


def lines(folder, name):
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def everything(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_splits_share_no_address_and_have_one_mix(sotu, tmp_path):
    sotu = sotu.iloc[::5]
    out = px.finetune(
        sotu, tmp_path / "a", "classification", columns=PARTY, keep_together="address", embedding="text_vector"
    )
    address = dict(zip(sotu.text, sotu.address, strict=True))
    of = {name: {address[line["text"]] for line in lines(out.path, name)} for name in out.splits}
    assert not of["train"] & of["test"]
    assert not of["train"] & of["validation"]
    assert not of["test"] & of["validation"]
    assert sum(out.splits.values()) == sotu.text.map(plain).nunique()
    assert abs(out.splits["train"] / len(sotu) - 0.8) < 0.03
    share = {name: np.mean([line["label"] == "Democratic" for line in lines(out.path, name)]) for name in out.splits}
    assert max(share.values()) - min(share.values()) < 0.1, share
    again = px.finetune(
        sotu, tmp_path / "b", "classification", columns=PARTY, keep_together="address", embedding="text_vector"
    )
    assert everything(out.path) == everything(again.path)
    for name, fact in out.files.items():
        assert hashlib.sha256((out.path / name).read_bytes()).hexdigest() == fact["sha256"]
    card = json.loads((out.path / "card.json").read_text())
    assert card["splits"] == dict(out.splits)
    assert card["sources"][0]["rows"] == len(sotu)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3)), min_size=1, max_size=200), st.integers(0, 5))
def test_every_row_has_a_split_and_every_group_one(rows, seed):
    group, stratum = (np.array(column) for column in zip(*rows, strict=True))
    places = split(np.unique(group, return_inverse=True)[1], stratum, (0.6, 0.2, 0.2), seed)
    assert set(places) <= {0, 1, 2}
    assert all(len(set(places[group == one])) == 1 for one in group)
    assert len(set(places)) == min(3, len(set(group)))


def test_near_duplicates_are_found_and_others_are_not(sotu):
    rng = np.random.default_rng(0)
    texts = list(sotu.text.iloc[:1500])
    changed = [text.replace("the", "THE,", 2) + " Thank you." for text in texts[:200]]
    both = [*texts, *changed]
    codes = groups(len(both), [], [alike_texts(both)])
    pairs = codes[:200] == codes[1500:]
    assert pairs.mean() >= 0.99
    assert len(np.unique(codes[:1500])) >= 1490, "passages of speeches are hardly ever near-duplicates"
    order = rng.permutation(len(both))
    shuffled = groups(len(both), [], [alike_texts([both[i] for i in order])])
    assert len(np.unique(shuffled)) == len(np.unique(codes))


def test_near_vectors_hang_together_without_all_their_pairs():
    """Over several blocks; of 5,000 copies all pairs would be 12 millions."""
    rng = np.random.default_rng(1)
    centres = rng.normal(size=(9, 16))
    of = np.r_[np.zeros(5000, int), rng.integers(1, 9, 500)][rng.permutation(5500)]
    X = centres[of] + 0.01 * rng.normal(size=(5500, 16))
    column = pa.chunked_array([pa.FixedSizeListArray.from_arrays(pa.array(X.ravel(), pa.float32()), 16)])
    pairs = alike_vectors(column, 0.02)
    assert len(pairs[0]) < 10 * len(X)
    found = groups(len(X), [], [pairs])
    assert len(np.unique(found)) == 9
    assert len(np.unique(np.stack([found, of]), axis=1).T) == 9


def test_a_near_duplicate_never_crosses_over(sotu, tmp_path):
    twins = pd.concat([sotu.iloc[:600], sotu.iloc[:600].assign(text=sotu.text.iloc[:600] + " Thank you all.")])
    out = px.finetune(twins, tmp_path / "x", "classification", columns=PARTY)
    place = {plain(line["text"]): name for name in out.splits for line in lines(out.path, name)}
    crossed = sum(place[plain(text)] != place[plain(f"{text} Thank you all.")] for text in sotu.text.iloc[:600])
    long_enough = sum(len(text) > 150 for text in sotu.text.iloc[:600])
    assert crossed <= 600 - long_enough


def qa(n=40, **more):
    return pd.DataFrame(
        {
            "question": [f"Is {i} even?" for i in range(n)],
            "answer": [f"{i} is {'odd' if i % 2 else 'even'}." for i in range(n)],
        }
        | more
    )


ASK = {"prompt": "question", "response": "answer"}


def test_chats_and_completions_hold_what_was_asked_and_answered(tmp_path):
    frame = qa()
    frame.loc[3, "answer"] = None
    frame.loc[4, "question"] = "Is 5 even?"
    frame.loc[4, "answer"] = "No."
    chat = px.finetune(pl.from_pandas(frame), tmp_path / "chat", "chat", columns=ASK, system="Be brief.")
    every = [line["messages"] for name, n in chat.splits.items() if n for line in lines(chat.path, name)]
    assert len(every) == 39
    assert dict(chat.dropped) == {"no response": 1}
    assert [turn["role"] for turn in every[0]] == ["system", "user", "assistant"]
    of_five = [
        name
        for name, n in chat.splits.items()
        if n
        for line in lines(chat.path, name)
        if line["messages"][1]["content"] == "Is 5 even?"
    ]
    assert len(of_five) == 2
    assert len(set(of_five)) == 1, "two answers to one question are in one split"
    other = pd.DataFrame({"m": every})
    kept = px.finetune(other, tmp_path / "again", "chat", columns={"messages": "m"})
    assert sum(kept.splits.values()) == 39
    completion = px.finetune(frame, tmp_path / "completion", "completion", columns=ASK)
    assert set(lines(completion.path, "train")[0]) == {"prompt", "completion"}


def test_what_the_system_says_and_a_template_do_not_make_rows_alike(tmp_path):
    long = "You are a patient teacher of mathematics who answers in one short sentence and never guesses. " * 5
    out = px.finetune(qa(200), tmp_path / "s", "chat", columns=ASK, system=long)
    assert min(out.splits.values()) >= 10, out
    one = qa(200, question=["Say something true about numbers, and give no reason for what you say."] * 200)
    out = px.finetune(one, tmp_path / "t", "completion", columns=ASK)
    assert min(out.splits.values()) >= 10, out
    assert "the same prompt" in repr(out)


def test_preferences_come_from_two_columns_or_from_scores(tmp_path):
    frame = pd.DataFrame(
        {
            "question": [f"Q{i}?" for i in range(20) for _ in range(3)],
            "answer": [f"answer {i} {j}" for i in range(20) for j in range(3)],
            "rating": [j if i else 1 for i in range(20) for j in range(3)],
        }
    )
    out = px.finetune(frame, tmp_path / "p", "preference", columns=ASK | {"score": "rating"})
    every = [line for name, n in out.splits.items() if n for line in lines(out.path, name)]
    assert len(every) == 19
    assert all(line["chosen"].endswith("2") and line["rejected"].endswith("0") for line in every)
    two = pd.DataFrame({"q": ["a", "b", "c"], "good": ["x", "y", "z"], "bad": ["x", "u", "v"]})
    columns = {"prompt": "q", "chosen": "good", "rejected": "bad"}
    assert dict(px.finetune(two, tmp_path / "t", "preference", columns=columns).dropped) == {
        "chosen and rejected are the same": 1
    }


def test_a_hard_negative_is_the_nearest_row_of_another_class_in_its_split(sotu, tmp_path):
    some = sotu.iloc[::8]
    out = px.finetune(some, tmp_path / "t", "triplets", columns=PARTY, embedding="text_vector")
    of = some.drop_duplicates("text").set_index("text")
    split_of = {name: {line["anchor"] for line in lines(out.path, name)} for name in out.splits}
    for name in out.splits:
        for line in lines(out.path, name)[:40]:
            anchor, positive, negative = (of.loc[line[key]] for key in ("anchor", "positive", "negative"))
            assert anchor.party == positive.party != negative.party
            assert {line["positive"], line["negative"]} <= split_of[name]
            others = of.loc[[t for t in split_of[name] if of.party[t] != anchor.party]]
            far = 1 - np.stack(others.text_vector) @ anchor.text_vector
            assert 1 - negative.text_vector @ anchor.text_vector <= far[far > 0.02].min() + 1e-5


def test_images_are_in_folders_that_no_label_leads_out_of(tmp_path):
    png = b"\x89PNG\r\n\x1a\n" + b"%d"
    paths = []
    for i in range(12):
        (tmp_path / f"{i}.img").write_bytes(png % i)
        paths.append(str(tmp_path / f"{i}.img"))
    (tmp_path / "no.png").write_text("not an image")
    frame = pd.DataFrame(
        {
            "image": [*paths, str(tmp_path / "no.png"), "https://example.org/a.png", str(tmp_path / "gone"), paths[0]],
            "label": ["../../evil", "a/b", "A/B", "."] * 4,
        }
    )
    out = px.finetune(frame, tmp_path / "out", "images", columns={"image": "image", "label": "label"})
    assert sum(out.splits.values()) == 12
    assert sum(out.dropped.values()) == 4
    assert all((out.path / name).resolve().is_relative_to(out.path) for name in out.files)
    assert {fact["label"] for fact in out.files.values()} == {"../../evil", "a/b", "A/B", "."}
    assert len({Path(name).parent.name.casefold() for name in out.files}) == 4


def test_images_that_are_there_twice_are_files_twice_where_copies_are_wanted(tmp_path):
    images = [b"\x89PNG\r\n\x1a\n" + bytes([i // 2]) for i in range(20)]
    frame = pd.DataFrame({"image": images, "label": ["a", "a", "b", "b"] * 5})
    out = px.finetune(
        frame, tmp_path / "out", "images", columns={"image": "image", "label": "label"}, deduplicate=False
    )
    assert len(out.files) == sum(out.splits.values()) == 20
    assert len(everything(out.path)) == 22


@pytest.mark.skipif(sys.platform == "win32", reason="pipes are files on Unix alone")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    program = f"from phoenix_lab.training.images import image_of; print(image_of({str(tmp_path / 'pipe.png')!r}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=20, check=True)
    assert "cannot be read" in done.stdout


def test_turns_of_any_shape_are_left_out_and_numbers_of_numpy_are_taken(tmp_path):
    good = json.dumps([{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}])
    other = good.replace("Hi", "Good day")
    bad = ['[{"role": ["user"], "content": "a"}]', '[{"role": {"a": 1}, "content": "a"}]', "5", "{", None]
    frame = pd.DataFrame({"turns": [good, other, *bad]})
    out = px.finetune(
        frame, tmp_path / "x", "chat", columns={"messages": "turns"}, seed=np.int64(3), max_tokens=np.int64(99)
    )
    assert sum(out.splits.values()) == 2
    assert sum(out.dropped.values()) == len(bad)


def test_balanced_training_rows_leave_the_test_as_it_is(sotu, tmp_path):
    some = sotu.iloc[:600]
    plainly, even = (
        px.finetune(some, tmp_path / name, "classification", columns=PARTY, balance=on)
        for name, on in (("no", False), ("yes", True))
    )
    counts = pd.Series([line["label"] for line in lines(even.path, "train")]).value_counts()
    assert counts.min() == counts.max()
    assert lines(plainly.path, "test") == lines(even.path, "test")


def test_private_data_is_told_and_masked(sotu, tmp_path):
    text = "Write to ann.lee+x@mail.example.org or (212) 555-0100, +44 20 7946 0958; api_key = 'abcd1234efgh', sk-proj-abcdefgh12345678ijkl."
    assert found_in(text) == {"e-mail address": 1, "phone number": 2, "key": 2}
    assert found_in("".join(masked(text))) == {}
    assert sum(sum(found_in(one).values()) for one in sotu.text) == 0, "speeches full of years and sums hold none"
    frame = qa(answer=[f"{i}: ask me@example.org" for i in range(40)])
    with pytest.warns(UserWarning, match="40 e-mail addresses in the texts: mask=True") as told:
        px.finetune(frame, tmp_path / "a", "chat", columns=ASK)
    assert "me@example.org" not in str(told[0].message)
    out = px.finetune(frame, tmp_path / "b", "chat", columns=ASK, mask=True)
    assert not any(b"me@" in data for data in everything(out.path).values())
    assert b"ask [EMAIL]" in everything(out.path)["train.jsonl"]


def test_long_examples_are_left_out_by_the_tokens_that_are_counted(tmp_path):
    frame = qa(answer=["yes " * (1 + i) for i in range(40)])
    by_words = px.finetune(
        frame, tmp_path / "w", "chat", columns=ASK, max_tokens=30, tokens=lambda text: len(text.split())
    )
    assert dict(by_words.dropped) == {"more than 30 tokens": 13}
    estimated = px.finetune(frame, tmp_path / "e", "chat", columns=ASK)
    assert "an estimate" in repr(estimated)
    tiktoken = pytest.importorskip("tiktoken", reason="tiktoken is an extra: pip install 'phoenix_lab[tokens]'")
    letters = tiktoken.Encoding(
        "bytes", pat_str=r"(?s).", mergeable_ranks={bytes([i]): i for i in range(256)}, special_tokens={}
    )
    counted = px.finetune(qa(2), tmp_path / "t", "completion", columns=ASK, tokens=letters)
    assert counted.tokens[0] == sum(len(f"{q}\n{a}") for q, a in zip(qa(2).question, qa(2).answer, strict=True))


def test_a_name_that_is_taken_stays_unless_told_otherwise(tmp_path):
    out = px.finetune(qa(), tmp_path / "x", "chat", columns=ASK)
    before = everything(out.path)
    with pytest.raises(FileExistsError, match="overwrite=True replaces it"):
        px.finetune(qa(20), tmp_path / "x", "chat", columns=ASK)
    assert everything(out.path) == before
    px.finetune(qa(20), tmp_path / "x", "chat", columns=ASK, overwrite=True)
    assert everything(out.path) != before
    (out.path / "mine.txt").write_text("notes")
    with pytest.raises(FileExistsError, match=r"mine\.txt"):
        px.finetune(qa(), tmp_path / "x", "chat", columns=ASK, overwrite=True)
    (tmp_path / "home").mkdir()
    with pytest.raises(FileExistsError, match=r"was not written by px\.finetune"):
        px.finetune(qa(), tmp_path / "home", "chat", columns=ASK, overwrite=True)
    assert (out.path / "mine.txt").read_text() == "notes"


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are POSIX's")
def test_a_full_disk_leaves_nothing_and_keeps_what_was_there(tmp_path):
    px.finetune(qa(5), tmp_path / "old", "chat", columns=ASK)
    before = everything(tmp_path)
    code = """
import resource, sys
import numpy as np, pandas as pd
import phoenix_lab as px
frame = pd.DataFrame({"question": [f"q {i}" for i in range(3000)], "answer": ["a" * 40] * 3000})
columns = {"prompt": "question", "response": "answer"}
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
for write in (
    lambda: px.finetune(frame, sys.argv[1] + "/old", "chat", columns=columns, overwrite=True),
    lambda: px.finetune(frame, sys.argv[1] + "/new", "chat", columns=columns),
    lambda: px.write_rows(pd.concat([frame] * 9).assign(x=range(27000)), sys.argv[1] + "/rows.csv"),
    lambda: px.write_rows(pd.DataFrame({"x": np.random.default_rng(0).random(30000)}), sys.argv[1] + "/rows.parquet"),
):
    try:
        write()
    except OSError as error:
        print(error)
"""
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.count("The disk is full: nothing was written") == 4, done.stdout
    assert everything(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["old"]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_rows_come_back_with_nanoseconds_index_and_categories(suffix, tmp_path):
    at = ["2024-01-01 00:00:00.123456789", "2024-03-31 02:30", "2024-01-02"]
    frame = pd.DataFrame(
        {
            "t": pd.to_datetime([at[0], None, at[2]], format="ISO8601").as_unit("ns"),
            "zoned": pd.to_datetime(at, utc=True, format="ISO8601").tz_convert("Europe/Berlin"),
            "ordered": pd.Categorical(["b", "a", None], categories=["b", "a", "x"], ordered=True),
            "codes": pd.Categorical([3, 1, 3]),
            "f": [0.1 + 0.2, np.nan, 1e-300],
            "i": pd.array([1, None, 2**60 + 1], dtype="Int64"),
            "text": ["NA", "", None],
            "b": [True, False, True],
            "lasts": pd.to_timedelta([1, 2, 3], unit="ns"),
        },
        index=pd.MultiIndex.from_tuples([("x", 1), ("y", 2), ("x", 3)], names=["k", None]),
    )
    for rows in (frame, pd.read_parquet(DATA / "flights.parquet").iloc[5:300:7]):
        written = px.write_rows(rows, tmp_path / f"rows.{suffix}", overwrite=True)
        names: dict[str, object] = {}
        exec(written.read, names)  # noqa: S102 - what the card says
        pd.testing.assert_frame_equal(names["rows"], rows)
    with pytest.raises(FileExistsError):
        px.write_rows(frame, tmp_path / f"rows.{suffix}")
    for other in (
        pl.from_pandas(frame.drop(columns=["codes", "lasts"])),
        pa.table({"c": pa.array(["a", None]).dictionary_encode()}),
    ):
        names = {}
        exec(px.write_rows(other, tmp_path / f"other.{suffix}", overwrite=True).read, names)  # noqa: S102
        assert len(names["rows"]) == len(other)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda d, t: px.finetune(d.assign(party=None), t, "classification", columns=PARTY), "has no labels"),
        (lambda d, t: px.finetune(d.assign(party="R"), t, "classification", columns=PARTY), 'All 50 rows have the label "R"'),
        (lambda d, t: px.finetune(d.assign(text="same"), t, "classification", columns=PARTY), "a single example"),
        (lambda d, t: px.finetune(d[["year"]], t, "chat"), "Nothing says which column of rows is the prompt"),
        (lambda d, t: px.finetune(d.iloc[:0], t, "classification", columns=PARTY), "no example|no labels"),
        (lambda d, t: px.finetune(d.iloc[:1], t, "classification", columns=PARTY), "a single example"),
        (lambda d, t: px.finetune({"a": d[:30], "b": d[20:]}, t, "classification", columns={"text": "text"}), "10 rows are in more"),
        (lambda d, t: px.finetune({"a": d, "b": d}, t, "chat"), "Several selections are classes"),
        (lambda d, t: px.finetune({"a": d}, t, "classification"), "One selection is one class"),
        (lambda d, t: px.finetune(d, t, "triplets", columns=PARTY), "need embedding"),
        (lambda d, t: px.finetune(d, t, "chat", columns={"promt": "text"}), 'columns has "promt"'),
        (lambda d, t: px.finetune(d, t, "chat", columns={"prompt": "txt", "response": "text"}), 'did you mean "text"'),
        (lambda d, t: px.finetune(d, t, "classification", columns=PARTY, keep_together="adress"), 'did you mean "address"'),
        (lambda d, t: px.finetune(d, t, "sft"), "format is one of"),
        (lambda d, t: px.write_rows(d, t.with_suffix(".csv")), "holds vectors"),
        (px.write_rows, "ends in .parquet or .csv"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_said_and_leaves_nothing(sotu, tmp_path, call, says):
    some = sotu.iloc[:3000:60]
    with pytest.raises(px.TrainingError, match=says):
        call(some, tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_hugging_face_loads_what_is_written(sotu, tmp_path):
    python = os.environ.get("PHX_DATASETS_PYTHON") or (shutil.which("python") if _has_datasets() else None)
    if python is None:
        pytest.skip("Hugging Face datasets is not installed; PHX_DATASETS_PYTHON names a Python that has it")
    some = sotu.iloc[:300]
    asked = {"prompt": "address", "response": "text"}
    made = [
        px.finetune(some, tmp_path / "classification", "classification", columns=PARTY),
        px.finetune(some, tmp_path / "triplets", "triplets", columns=PARTY, embedding="text_vector"),
        px.finetune(some, tmp_path / "chat", "chat", columns=asked),
        px.finetune(some, tmp_path / "completion", "completion", columns=asked),
    ]
    code = "import sys, json, datasets\nprint(json.dumps([{s: len(v) for s, v in datasets.load_dataset(p).items()} for p in sys.argv[1:]]))"
    done = subprocess.run(
        [python, "-c", code, *(str(one.path) for one in made)],
        env=os.environ | {"HF_HUB_OFFLINE": "1", "HF_DATASETS_CACHE": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == [{name: n for name, n in one.splits.items() if n} for one in made]


def _has_datasets():
    from importlib.util import find_spec

    return find_spec("datasets") is not None
