"""Answers of a judge that are kept: none is lost, none is asked for twice, and none is taken that is damaged."""

from __future__ import annotations

import os
import signal
import stat
import time
from collections import Counter

import pytest
from judging import alone, asked, by_number, right, texts, toxicity
from openai_server import Reply, Server, fault, said

import phoenix_lab as px
from phoenix_lab.evals.kept import answers_folder
from phoenix_lab.generate.endpoint import EndpointRefusedError


@pytest.fixture(autouse=True)
def _alone(monkeypatch, tmp_path):
    alone(monkeypatch, tmp_path)


def test_what_failed_is_told_by_row_and_asked_again_by_the_same_call():
    bad = {3, 7}

    def chat(body, _):
        i = asked(body)
        return by_number(body) if i not in bad else fault(400, "too long") if i == 3 else Reply(said("sort of toxic"))

    frame = texts(20)
    with Server(chat=chat) as server:
        with pytest.warns(UserWarning, match="2 of 20 have no answer"):
            found = toxicity(frame, server)
        assert found["label"].isna().to_numpy().nonzero()[0].tolist() == [3, 7]
        assert "400: too long" in found["error"].iloc[3]
        assert '"sort of toxic" is none of the labels' in found["error"].iloc[7]
        assert found["prompt_tokens"].iloc[7] == 300  # three times asked, and paid
        bad.clear()
        before = len(server.requests)
        right(toxicity(frame, server), 20)
        assert Counter(asked(body) for *_, body in server.requests[before:]) == {3: 1, 7: 1}


def test_an_interrupt_keeps_what_is_done_and_the_same_call_goes_on():
    """In a real kernel, from a cell, with its own loop running."""
    from jupyter_client.manager import start_new_kernel

    released = []
    with Server(
        chat=lambda body, _: Reply(by_number(body).body, wait=0.02 if asked(body) < 40 or released else 60)
    ) as server:
        manager, client = start_new_kernel(
            env=os.environ | {"PHOENIX_LAB_CACHE_DIR": os.environ["PHOENIX_LAB_CACHE_DIR"]}
        )
        try:
            cell = (
                "import pandas as pd, phoenix_lab as px\n"
                "frame = pd.DataFrame({'input': [f'text number {i}.' for i in range(80)]})\n"
                f"found = px.judge(frame, 'toxicity', model='m', base_url='{server.url}', concurrency=16)\n"
                "print('labels', found.label.notna().sum())"
            )
            said_ = []

            def output(message):
                content = message["content"]
                said_.append(content.get("text") or content.get("ename") or "")

            first = client.execute(cell)
            end = time.monotonic() + 60
            while sum(asked(body) >= 40 for *_, body in server.requests) < 16 and time.monotonic() < end:
                time.sleep(0.02)
            time.sleep(0.2)
            manager.interrupt_kernel()
            began = time.monotonic()
            reply = client.get_shell_msg(timeout=30)
            while reply["parent_header"]["msg_id"] != first:
                reply = client.get_shell_msg(timeout=30)
            assert reply["content"]["ename"] == "KeyboardInterrupt"
            assert time.monotonic() - began < 10
            before = len(server.requests)
            released.append(True)
            time.sleep(0.5)  # a kernel drops what comes right behind an error
            reply = client.execute_interactive(cell, timeout=60, output_hook=output, store_history=False)
            assert reply["content"]["status"] == "ok"
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
        assert "labels 80" in "".join(said_)
        done = {asked(body) for *_, body in server.requests[:before] if asked(body) < 40}
        again = Counter(asked(body) for *_, body in server.requests[before:])
        assert len(done) > 20
        assert set(again) == set(range(80)) - done
        assert set(again.values()) == {1}


def test_an_endpoint_that_goes_away_in_the_middle_leaves_what_it_answered():
    with Server(
        chat=lambda body, _: by_number(body) if asked(body) < 20 else fault(429, "pay", code="insufficient_quota")
    ) as server:
        with pytest.warns(UserWarning, match="insufficient_quota"):
            found = toxicity(texts(200), server)
        assert 1 <= found["label"].notna().sum() <= 20
        assert found["error"][found["label"].isna()].str.contains("insufficient_quota").all()
        assert len(server.requests) < 70
    with Server(chat=lambda *_: fault(400, "no such model")) as server:
        with pytest.raises(EndpointRefusedError, match="no such model"):
            toxicity(texts(500), server)
        assert len(server.requests) < 150


def test_answers_that_are_kept_come_back_whatever_the_endpoint_says_now():
    with Server(chat=by_number) as server:
        right(toxicity(texts(20), server), 20)
        server.answers["/v1/chat/completions"] = lambda body, _: fault(400, "too long")
        with pytest.warns(UserWarning, match="too long"):
            found = toxicity(texts(60), server)
        right(found.iloc[:20], 20)
        assert found["error"].iloc[20:].str.contains("too long").all()


def test_answers_lie_in_a_folder_of_the_user_alone_and_no_key_is_in_them(monkeypatch):
    monkeypatch.setenv("MINE", "my-secret-key")
    with Server(chat=by_number) as server:
        right(px.judge(texts(3), "toxicity", model="m", base_url=server.url, key_env="MINE", quiet=True), 3)
        assert server.requests[0][1]["authorization"] == "Bearer my-secret-key"
        (file,) = answers_folder().glob("*.jsonl")
        if os.name == "posix":
            assert stat.S_IMODE(answers_folder().stat().st_mode) == 0o700
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert "my-secret-key" not in file.read_text()
        # a line that was cut off is asked for again, and harms no other
        file.write_text(file.read_text()[:-40])
        right(px.judge(texts(4), "toxicity", model="m", base_url=server.url, key_env="MINE", quiet=True), 4)
        right(px.judge(texts(4), "toxicity", model="m", base_url=server.url, key_env="MINE", quiet=True), 4)
        assert len(server.requests) == 5
        for other in ({"model": "m2"}, {"explain": False}, {"options": {"top_p": 0.5}}):
            px.judge(
                texts(4), "toxicity", **{"model": "m", "base_url": server.url, "key_env": "MINE", "quiet": True} | other
            )
        assert len(server.requests) == 5 + 3 * 4
        px.forget_answers()
        assert not list(answers_folder().glob("*"))


@pytest.mark.parametrize(
    ("was", "now"),
    [('"prompt_tokens": 100', '"prompt_tokens": "x"'), ("toxic", "fine"), ('"seconds": ', '"seconds": [], "other": '), ('"content": ', '"content": 3, "more": ')],
)  # fmt: skip
def test_kept_answers_that_are_damaged_are_asked_for_again(was, now):
    with Server(chat=by_number) as server:
        right(toxicity(texts(3), server), 3)
        (file,) = answers_folder().glob("*.jsonl")
        first, rest = file.read_text().split("\n", 1)
        assert was in first
        file.write_text(first.replace(was, now) + "\n" + rest)
        right(toxicity(texts(3), server), 3)
        assert len(server.requests) == 4
        right(toxicity(texts(3), server), 3)
        assert len(server.requests) == 4


@pytest.mark.skipif(os.name != "posix", reason="limits of a process")
def test_a_disk_that_is_full_for_a_while_costs_the_answers_of_that_while_alone(tmp_path, monkeypatch):
    import resource

    from phoenix_lab.evals.kept import Answers, Kept

    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    answers = Answers({"model": "m"}, tmp_path)
    keys = [answers.key(str(i)) for i in range(30)]
    try:
        for i, key in enumerate(keys):
            if i == 10:
                size = next(tmp_path.glob("*.jsonl")).stat().st_size
                resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, limits[1]))  # a part of a line still fits
            if i == 20:
                resource.setrlimit(resource.RLIMIT_FSIZE, limits)
            answers.add(key, Kept(str(i), 1, 1, None, 0.1))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    assert all(answers.get(key) is not None for key in keys)  # in memory
    answers.close()
    found = Answers({"model": "m"}, tmp_path).load(keys, lambda content: True)
    assert {int(one.content) for one in found.values()} == {*range(10), *range(20, 30)}
