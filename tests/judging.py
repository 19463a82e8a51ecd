"""What tests of judges share: texts by number, a server that answers by them, and what is right then."""

from __future__ import annotations

import re

import pandas as pd
from openai_server import Reply, said

import phoenix_lab as px

COLUMNS = ["score", "label", "explanation", "prompt_tokens", "completion_tokens", "cost", "latency", "error"]


def texts(n):
    return pd.DataFrame({"input": [f"text number {i}." for i in range(n)]}, index=[f"r{i}" for i in range(n)])


def asked(body):
    """The number of the text that a request is about."""
    return int(re.search(r"text number (\d+)\.", body["messages"][1]["content"])[1])


def by_number(body, _=0):
    return Reply(said("toxic" if asked(body) % 3 == 0 else "non-toxic", f"number {asked(body)}"))


def toxicity(frame, server, **more):
    endpoint = px.Endpoint(server.url, back_off=0.01, timeout=more.pop("timeout", 5))
    return px.judge(frame, "toxicity", model="m", base_url=endpoint, **{"quiet": True, **more})


def right(found, n):
    assert list(found.columns) == COLUMNS
    assert found["error"].isna().all()
    assert found["label"].tolist() == ["toxic" if i % 3 == 0 else "non-toxic" for i in range(n)]
    assert found["score"].tolist() == [float(i % 3 == 0) for i in range(n)]
    assert found["explanation"].tolist() == [f"number {i}" for i in range(n)]


def alone(monkeypatch, tmp_path):
    """Take a test out of reach of the user's own answers and keys."""
    monkeypatch.setenv("PHOENIX_LAB_CACHE_DIR", str(tmp_path / "cache"))
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
