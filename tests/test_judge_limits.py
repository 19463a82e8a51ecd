"""What a judge may spend: limits are agreed on before anything is sent, and hold."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import warnings

import pandas as pd
import pytest
from judging import alone, by_number, right, texts, toxicity
from openai_server import Reply, Server, fault

import phoenix_lab as px
from phoenix_lab.evals.spend import LimitNeededError


@pytest.fixture(autouse=True)
def _alone(monkeypatch, tmp_path):
    alone(monkeypatch, tmp_path)


@pytest.mark.parametrize(
    "usage",
    [{"prompt_tokens": 10**30, "completion_tokens": 1}, {"cost": 10**400}, {"cost": float("inf")}, [1], "x", None],
)
def test_a_count_that_is_none_costs_no_answer(usage):
    with Server(chat=lambda body, _: Reply(by_number(body).body | {"usage": usage})) as server:
        for n in (3, 5):
            found = toxicity(texts(n), server)
            right(found, n)
            assert found["prompt_tokens"].isna().all()
            assert found["cost"].isna().all()


def test_equal_rows_are_asked_about_once_and_paid_for_once():
    frame = pd.DataFrame({"input": ["text number 1."] * 5 + ["text number 2."]})
    with Server(chat=by_number) as server:
        found = toxicity(frame, server, price=(10, 20), max_cost=1)
        assert len(server.requests) == 2
    assert found["label"].notna().all()
    assert found["prompt_tokens"].tolist() == [100, 0, 0, 0, 0, 100]
    assert found["cost"].sum() == pytest.approx(2 * (100 * 10 + 10 * 20) / 1e6)


def test_a_preview_sends_nothing_and_shows_what_would_be():
    with Server(chat=by_number) as server:
        shown = toxicity(texts(30), server, send=False, price=(1, 2))
        assert not server.requests
        assert (shown.n_rows, shown.n_asked, shown.row) == (30, 30, 0)
        for part in ("127.0.0.1", "30 of 30 rows", "text number 0.", "non-toxic", "by the given price"):
            assert part in repr(shown)
        toxicity(texts(10), server)
        assert toxicity(texts(30), server, send=False).n_asked == 20


def test_a_limit_is_agreed_on_before_anything_is_sent(monkeypatch, capsys):
    def nobody(prompt):
        raise EOFError

    with Server(chat=by_number) as server:
        monkeypatch.setattr("builtins.input", nobody)
        with pytest.raises(LimitNeededError, match="max_total_tokens"):
            toxicity(texts(5), server, price=(1, 2))
        monkeypatch.setattr("builtins.input", lambda prompt: "no")
        with pytest.raises(LimitNeededError):
            toxicity(texts(5), server, price=(1, 2))
        assert not server.requests
        assert "text number 0." in capsys.readouterr().out  # shown even when quiet, for somebody is asked
        monkeypatch.setattr("builtins.input", lambda prompt: "y")
        right(toxicity(texts(5), server, price=(1, 2)), 5)
    monkeypatch.setattr("builtins.input", nobody)
    with pytest.raises(LimitNeededError, match=r"api\.openai\.com"):
        px.judge(texts(5), "toxicity", model="m", quiet=True)
    with pytest.raises(ValueError, match="needs price"):
        px.judge(texts(5), "toxicity", model="m", max_cost=1)


def test_a_limit_stops_in_time_and_the_rest_is_asked_later():
    with Server(chat=lambda body, _: Reply(by_number(body).body, wait=0.01)) as server:
        with pytest.warns(UserWarning, match="limit of 3,000 tokens"):
            found = toxicity(texts(100), server, max_total_tokens=3_000)
        spent = found["prompt_tokens"].sum() + found["completion_tokens"].sum()
        assert 0.6 * 3_000 < spent <= 3_000
        assert spent == 110 * len(server.requests)
        right(toxicity(texts(100), server, max_total_tokens=50_000), 100)
        assert len(server.requests) == 100


def test_a_limit_in_money_holds_though_the_endpoint_counts_nothing():
    def chat(body, _):
        return Reply({name: value for name, value in by_number(body).body.items() if name != "usage"})

    with Server(chat=chat) as server, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = toxicity(texts(200), server, price=(100, 100), max_cost=0.5)
        # each is estimated as some hundred tokens sent and 90 received
        assert 5 < len(server.requests) < 30
    assert found["error"].str.contains("limit of 0.5 in money is reached").sum() == 200 - found["label"].notna().sum()


@pytest.mark.parametrize(
    "limit",
    [
        {"max_cost": float("nan"), "price": (1, 1)},
        {"max_cost": 1, "price": (float("nan"), 1)},
        {"max_cost": 1, "price": (-1, 1)},
        {"max_cost": 1, "price": (1, 1, 1)},
        {"max_cost": float("inf"), "price": (1, 1)},
        {"max_total_tokens": -1},
        {"max_total_tokens": "100"},
        {"max_total_tokens": True},
    ],
)
def test_a_limit_that_is_none_is_refused_before_anything_is_sent(limit):
    with Server(chat=by_number) as server:
        with pytest.raises(ValueError, match="from 0 up"):
            toxicity(texts(3), server, **limit)
        assert not server.requests


SCRIPT = """
import asyncio, pandas as pd, phoenix_lab as px
from phoenix_lab.evals.spend import LimitNeededError
def run():
    px.judge(pd.DataFrame({"input": ["a"]}), "toxicity", model="m", base_url="https://127.0.0.2:9/v1", key_env="MINE")
async def within():
    run()
for one in (run, lambda: asyncio.run(within())):
    try:
        one()
    except LimitNeededError as error:
        print("REFUSED", error)
"""


@pytest.mark.parametrize("stdin", ["silent pipe", "closed", "null"])
def test_where_nobody_can_be_asked_it_says_so_at_once_and_waits_for_nobody(stdin):
    env = {**os.environ, "MINE": "k", "PYTHONIOENCODING": "utf-8"}
    kind = subprocess.DEVNULL if stdin == "null" else subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT], stdin=kind, stdout=subprocess.PIPE, env=env, text=True
    ) as script:
        if stdin == "closed":
            script.stdin.close()
        try:
            out = script.stdout.read() if script.wait(60) == 0 else ""
        finally:
            script.kill()
    assert out.count("REFUSED nothing was sent to 127.0.0.2: max_total_tokens=") == 2
    assert "row 0" in out


def test_a_notebook_that_runs_by_itself_is_told_what_to_say_and_holds_no_key(monkeypatch, tmp_path):
    """As nbconvert and schedulers run it: a real kernel without anybody who answers, a loop that runs, and tracebacks that show frames."""
    import nbformat
    from nbclient import NotebookClient

    key = "sk-of-nobody-0123456789"
    monkeypatch.setenv("MINE", key)
    refused = fault(401, f"wrong key {key}")
    with Server(chat=lambda *_: refused, embeddings=lambda *_: refused) as server:
        cells = [
            "%xmode Verbose\nimport pandas as pd, phoenix_lab as px\ndf = pd.DataFrame({'input': ['a']})",
            "px.judge(df, 'toxicity', model='m', base_url='https://127.0.0.2:9/v1', key_env='MINE')",
            (
                "import asyncio\nawait asyncio.sleep(0)\n"
                "px.judge(df, 'toxicity', model='m', base_url='https://127.0.0.2:9/v1', key_env='MINE', price=(1, 1))"
            ),
            f"px.judge(df, 'toxicity', model='m', base_url={server.url!r}, key_env='MINE')",
            f"px.embed(df['input'], 'm', endpoint=px.Endpoint({server.url!r}, key_env='MINE'))",
            (
                f"px.Endpoint('https://{'a' * 70}.example/v1', key_env='MINE')\n"
                f"px.embed(df['input'], 'm', endpoint=px.Endpoint('https://{'a' * 70}.example/v1', key_env='MINE'))"
            ),
            "%history -n",
        ]
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        began = time.monotonic()
        NotebookClient(notebook, timeout=60, allow_errors=True, kernel_name="python3").execute(cwd=str(tmp_path))
    assert time.monotonic() - began < 60
    errors = [[out["evalue"] for out in cell.outputs if out.output_type == "error"] for cell in notebook.cells]
    assert [len(one) for one in errors] == [0, 1, 1, 1, 1, 1, 0]
    assert all("nothing was sent to 127.0.0.2: max_total_tokens=" in errors[k][0] for k in (1, 2))
    assert all("does not accept the key in MINE" in errors[k][0] for k in (3, 4))
    assert "is no name of a machine" in errors[5][0]
    assert key not in nbformat.writes(notebook)
    kept = [one for one in tmp_path.rglob("*") if one.is_file()]
    assert not [one for one in kept if key.encode() in one.read_bytes()]
