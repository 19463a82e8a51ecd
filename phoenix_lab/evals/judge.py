"""A model's judgement of each row of a dataframe: `judge`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from phoenix_lab.evals.asking import Asker, Outcome
from phoenix_lab.evals.columns import beside
from phoenix_lab.evals.columns import read as read_frame
from phoenix_lab.evals.criteria import Criterion, criterion
from phoenix_lab.evals.preview import Preview
from phoenix_lab.evals.reply import read
from phoenix_lab.evals.rows import answer, questions_of
from phoenix_lab.evals.spend import Limit
from phoenix_lab.evals.template import Template
from phoenix_lab.generate.endpoint import Endpoint


def judge(
    frame: Any,
    criteria: str | Criterion,
    *,
    model: str,
    base_url: str | Endpoint | None = None,
    key_env: str | None = None,
    columns: Mapping[str, str] | None = None,
    labels: Mapping[str, float] | Iterable[str] | None = None,
    explain: bool = True,
    price: tuple[float, float] | None = None,
    max_cost: float | None = None,
    max_total_tokens: int | None = None,
    send: bool = True,
    cache: bool = True,
    quiet: bool = False,
    concurrency: int = 32,
    timeout: float = 120.0,
    options: Mapping[str, Any] | None = None,
) -> Any:
    """Let a model label each row of a dataframe, by a criterion or a question of your own.

    **Data leaves this machine here**: the columns that the question reads are sent to the endpoint that `base_url` names, which is OpenAI's
    where nothing else is said. No other part of this package sends data anywhere, except `embed` with an endpoint. What is
    sent is shown before, with one row as an example; `send=False` shows it and sends nothing.

    Parameters
    ----------
    frame
        Any dataframe; it is not changed.
    criteria
        "relevance", "hallucination", "faithfulness", "correctness", "toxicity", "summarization", "code", "code_readability", "sql", "refusal",
        "user_frustration", a `Criterion`, or a template such as "Is this reply polite? {reply}", with `labels`. What stands in
        a row is put between tags that it cannot close.
    model
        Its name at the endpoint.
    base_url
        Address of any endpoint that speaks OpenAI's protocol, up to the version: "http://localhost:8000/v1"; or an `Endpoint`, whose own
        key, concurrency and timeout hold then.
    key_env
        Environment variable that holds the key. Only OpenAI's own (and that of `OPENAI_BASE_URL`) is known without it: `OPENAI_API_KEY`. A key
        is never an argument, and is in no message, file or cell.
    columns
        Which column to read for a place of the question, where their names differ: `{"output": "answer"}`.
    labels
        Of a template: label → score, or labels alone.
    explain
        Whether the model explains itself before it gives the label, which costs tokens and makes better labels.
    price
        Money for a million tokens sent, and for a million received.
    max_cost, max_total_tokens
        Where to stop, by money (with `price`) and by tokens sent and received. Without either you are
        asked; this machine itself is asked without a limit unless it has a price. Requests under way count with
        an estimate, so that the limit can be passed by what a few replies are longer than usual.
    send
        Whether to send anything.
    cache
        Whether answers are kept on this machine (in a folder that is yours alone; `forget_answers()` empties it), so that the same call asks
        only what has no answer yet. An interrupted call goes on where it was.
    quiet
        Whether to print neither preview nor progress.
    concurrency, timeout
        Requests at once, at most; fewer while the endpoint refuses more. Seconds for one.
    options
        Further fields of a request. `temperature` is 0 where nothing is said, None leaves it out.

    Returns
    -------
    dataframe or Preview
        Of the kind of `frame`, with its index and one row a row: `score` (of the label), `label`, `explanation`, `prompt_tokens`, `completion_tokens`,
        `cost` (null without a price), `latency` (seconds), `error` (why there is no label, or null). Of rows that are alike
        only the first was sent, and tokens, cost and latency stand there. With `send=False` a `Preview`.

    Raises
    ------
    ValueError
        For criteria, columns or addresses that are none.
    EndpointRefusedError
        When the endpoint answers nothing: a wrong key, model or address.
    LimitNeededError
        When nobody said how much may be spent.
    """
    asked = criterion(criteria, labels)
    endpoint = (
        base_url
        if isinstance(base_url, Endpoint)
        else Endpoint(base_url, key_env, concurrency=concurrency, timeout=timeout)
    )
    limit = Limit.given(max_total_tokens, max_cost, price)
    own, frame = read_frame(frame)
    asker = Asker(
        endpoint,
        model,
        asked.instructions(explain=explain),
        asked.names,
        explain,
        {"temperature": 0, **(options or {})},
        price,
    )
    rows = questions_of(frame, Template(asked.template), columns)
    found = answer(asked.name, rows, asker, limit, send=send, keep=cache, quiet=quiet)
    return found if isinstance(found, Preview) else beside(own, judged(found, asked))


def judged(outcomes: list[Outcome], asked: Criterion) -> dict[str, pa.Array]:
    """Return the columns of judgements."""
    replies = [None if one.content is None else read(one.content, asked.names) for one in outcomes]
    return {
        "score": pa.array([None if one is None else asked.scores[one.label] for one in replies], pa.float64()),
        "label": pa.array([None if one is None else one.label for one in replies], pa.string()),
        "explanation": pa.array([None if one is None else one.explanation for one in replies], pa.string()),
        "prompt_tokens": pa.array([one.usage.sent for one in outcomes], pa.int64()),
        "completion_tokens": pa.array([one.usage.received for one in outcomes], pa.int64()),
        "cost": pa.array([one.usage.cost for one in outcomes], pa.float64()),
        "latency": pa.array([one.seconds for one in outcomes], pa.float64()),
        "error": pa.array([one.error for one in outcomes], pa.string()),
    }
