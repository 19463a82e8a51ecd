"""Judges with the names of Arize Phoenix's evals: `llm_classify`, `llm_generate`, `run_evals` and its evaluators.

Names and what they return are Phoenix's; prompts and code are ours. Data leaves this machine through these calls as through `judge`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from phoenix_lab.evals.asking import Asker, Outcome
from phoenix_lab.evals.columns import beside, read, text
from phoenix_lab.evals.criteria import CRITERIA, Criterion
from phoenix_lab.evals.judge import judged
from phoenix_lab.evals.rows import Rows, answer, questions_of
from phoenix_lab.evals.spend import Limit
from phoenix_lab.evals.template import Template
from phoenix_lab.generate.endpoint import Endpoint
from phoenix_lab.generate.text import well_formed

NOT_PARSABLE = "NOT_PARSABLE"
_WITHOUT_EFFECT = {
    "verbose",
    "use_function_calling_if_available",
    "run_sync",
    "max_retries",
    "exit_on_error",
    "include_exceptions",
    "progress_bar_format",
    "data_processor",
}


class OpenAIModel:
    """A model at an endpoint that speaks OpenAI's protocol.

    Parameters
    ----------
    model
        Its name; `model_name` is Phoenix's older word.
    base_url, key_env, price, max_cost, max_total_tokens
        As in `judge`.
    temperature, max_tokens, model_kwargs
        Fields of a request; `max_tokens` is sent only where it is given.
    timeout
        Seconds for one request.
    concurrency
        Most requests at once.
    **others
        What Phoenix knows and this does not: left out with a warning. An `api_key` is refused: keys come from the environment.
    """

    def __init__(
        self,
        model: str | None = None,
        *,
        model_name: str | None = None,
        base_url: str | None = None,
        key_env: str | None = None,
        temperature: float | None = 0.0,
        max_tokens: int | None = None,
        model_kwargs: Mapping[str, Any] | None = None,
        price: tuple[float, float] | None = None,
        max_cost: float | None = None,
        max_total_tokens: int | None = None,
        timeout: float = 120.0,
        concurrency: int = 32,
        **others: Any,
    ) -> None:
        if "api_key" in others:
            raise TypeError(
                "api_key: a key in a notebook is read by others; set OPENAI_API_KEY, or name a variable with key_env"
            ) from None
        if others:
            warnings.warn(f"without effect here: {', '.join(sorted(others))}", stacklevel=2)
        name = model or model_name
        if not name:
            raise TypeError("name the model")
        self.model = name
        self.endpoint = Endpoint(base_url, key_env, concurrency=concurrency, timeout=timeout)
        self.options = {"temperature": temperature, "max_tokens": max_tokens, **(model_kwargs or {})}
        self.price = price
        self.limit = Limit.given(max_total_tokens, max_cost, price)

    def __repr__(self) -> str:
        """Name and address."""
        return f'OpenAIModel("{self.model}", base_url="{self.endpoint.url}")'

    def asker(self, system: str | None, labels: tuple[str, ...] | None, *, explain: bool) -> Asker:
        """Return this model with what it is told before each question."""
        return Asker(self.endpoint, self.model, system, labels, explain, self.options, self.price)


@dataclass(frozen=True)
class ClassificationTemplate:
    """Rails and a template, with a score for each rail. `explanation_template` is not needed: the model explains itself by the same template."""

    rails: Sequence[str]
    template: str
    explanation_template: str | None = None
    scores: Sequence[float] | None = None

    def criterion(self) -> Criterion:
        """Return it as a criterion."""
        labels = self.rails if self.scores is None else dict(zip(self.rails, self.scores, strict=True))
        return Criterion("classification", self.template, labels)


def llm_classify(
    dataframe: Any = None,
    model: OpenAIModel | None = None,
    template: str | ClassificationTemplate | None = None,
    rails: Iterable[str] = (),
    system_instruction: str | None = None,
    *,
    data: Any = None,
    provide_explanation: bool = False,
    include_prompt: bool = False,
    include_response: bool = False,
    concurrency: int | None = None,
    **others: Any,
) -> Any:
    """Label each row by a template and rails. Sends the columns that the template reads to the model's endpoint.

    Returns a dataframe of the same kind and index: `label` ("NOT_PARSABLE" where the model said something else each time, missing
    where there is no reply), `explanation`, `prompt` and `response` where they are asked for, `exceptions`, `execution_status` ("COMPLETED" or "FAILED"),
    `execution_seconds`. No error ends the others; the same call asks only rows without an answer. See `judge` for limits.
    """
    _know(others)
    own, frame = read(data if dataframe is None else dataframe)
    model = _needed(model, "model")
    given = _needed(template, "template")
    question = given.template if isinstance(given, ClassificationTemplate) else given
    asked = Criterion("classification", question, list(rails) or getattr(given, "rails", ()))
    outcomes, rows = _outcomes(
        frame, asked, model, explain=provide_explanation, system=system_instruction, concurrency=concurrency
    )
    found = judged(outcomes, asked)
    labels = [
        NOT_PARSABLE if one.is_unreadable else label
        for one, label in zip(outcomes, found["label"].to_pylist(), strict=True)
    ]
    columns = {"label": pa.array(labels, pa.string())}
    if provide_explanation:
        columns["explanation"] = found["explanation"]
    return beside(own, columns | _told(outcomes, rows, prompt=include_prompt, response=include_response))


def llm_generate(
    dataframe: Any,
    template: str,
    model: OpenAIModel,
    system_instruction: str | None = None,
    *,
    output_parser: Callable[[str, int], Mapping[str, Any]] | None = None,
    include_prompt: bool = False,
    include_response: bool = False,
    concurrency: int | None = None,
    **others: Any,
) -> Any:
    """Let a model write a text for each row. Sends the columns that the template reads to the model's endpoint.

    Returns a dataframe of the same kind and index: `output`, or what `output_parser(text, row)` makes of it, and the columns of `llm_classify`.
    A row whose text the parser cannot read says so in `exceptions`, and ends no other; values of several types in one column become texts.
    """
    _know(others)
    own, frame = read(dataframe)
    rows = questions_of(frame, Template(template), None)
    outcomes = _answered("generation", rows, model, model.asker(system_instruction, None, explain=True), concurrency)
    parsed: list[Mapping[str, Any]] = []
    for i, one in enumerate(outcomes):
        made: Mapping[str, Any] = {}
        if one.content is not None:
            try:
                made = {"output": one.content} if output_parser is None else dict(output_parser(one.content, i))
            except Exception as error:  # noqa: BLE001 - a parser may raise anything
                outcomes[i] = replace(one, error=f"output_parser: {type(error).__name__}: {error}")
        parsed.append(made)
    names = dict.fromkeys(name for row in parsed for name in row) or {"output": None}
    columns = {str(name): _column([row.get(name) for row in parsed]) for name in names}
    return beside(own, columns | _told(outcomes, rows, prompt=include_prompt, response=include_response))


def run_evals(
    dataframe: Any,
    evaluators: Sequence[LLMEvaluator],
    provide_explanation: bool = False,
    *,
    concurrency: int | None = None,
    **others: Any,
) -> list[Any]:
    """Run evaluators over all rows. Sends the columns that they read to their models' endpoints.

    Returns for each a dataframe of the same kind and index: `label`, `score`, and `explanation` where it is asked for.
    """
    _know(others)
    own, frame = read(dataframe)
    wanted = ("label", "score", "explanation") if provide_explanation else ("label", "score")
    results = []
    for one in evaluators:
        outcomes, _ = _outcomes(frame, one.criterion, one.model, explain=provide_explanation, concurrency=concurrency)
        found = judged(outcomes, one.criterion)
        results.append(beside(own, {name: found[name] for name in wanted}))
    return results


class LLMEvaluator:
    """A model and the criterion that it judges by."""

    def __init__(self, model: OpenAIModel, template: ClassificationTemplate | Criterion) -> None:
        self.model = model
        self.criterion = template if isinstance(template, Criterion) else template.criterion()

    def evaluate(
        self, record: Mapping[str, str], provide_explanation: bool = False, **others: Any
    ) -> tuple[str | None, float | None, str | None]:
        """Judge one record; returns its label, score and explanation."""
        _know(others)
        frame = pa.table({name: [value] for name, value in record.items()})
        outcomes, _ = _outcomes(frame, self.criterion, self.model, explain=provide_explanation)
        found = judged(outcomes, self.criterion)
        return found["label"][0].as_py(), found["score"][0].as_py(), found["explanation"][0].as_py()


class _Named(LLMEvaluator):
    """An evaluator by the criterion that its class names."""

    name = ""

    def __init__(self, model: OpenAIModel) -> None:
        super().__init__(model, CRITERIA[self.name])


class HallucinationEvaluator(_Named):
    """Whether `output` claims what `reference` does not say."""

    name = "hallucination"


class QAEvaluator(_Named):
    """Whether `output` answers `input` rightly by `reference`."""

    name = "correctness"


class RelevanceEvaluator(_Named):
    """Whether `reference` helps to answer `input`."""

    name = "relevance"


class ToxicityEvaluator(_Named):
    """Whether `input` is toxic."""

    name = "toxicity"


class SummarizationEvaluator(_Named):
    """Whether `output` is a good summary of `input`."""

    name = "summarization"


class SQLEvaluator(_Named):
    """Whether `query_gen`, which gave `response`, answers `question`."""

    name = "sql"


def _outcomes(
    frame: Any,
    asked: Criterion,
    model: OpenAIModel,
    *,
    explain: bool,
    system: str | None = None,
    concurrency: int | None = None,
) -> tuple[list[Outcome], Rows]:
    told = asked.instructions(explain=explain)
    asker = model.asker(f"{system}\n\n{told}" if system else told, asked.names, explain=explain)
    rows = questions_of(frame, Template(asked.template), None)
    return _answered(asked.name, rows, model, asker, concurrency), rows


def _answered(name: str, rows: Rows, model: OpenAIModel, asker: Asker, concurrency: int | None) -> list[Outcome]:
    if concurrency is not None:
        asker = replace(asker, endpoint=replace(asker.endpoint, concurrency=concurrency))
    found = answer(name, rows, asker, model.limit, send=True, keep=True, quiet=False)
    return found if isinstance(found, list) else []


def _column(values: list[Any]) -> pa.Array:
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError, UnicodeEncodeError):
        return pa.array([None if (told := text(one)) is None else well_formed(told) for one in values], pa.string())


def _told(outcomes: list[Outcome], rows: Rows, *, prompt: bool, response: bool) -> dict[str, pa.Array]:
    columns = {}
    if prompt:
        columns["prompt"] = pa.array(list(rows.questions), pa.string())
    if response:
        columns["response"] = pa.array([one.content for one in outcomes], pa.string())
    columns["exceptions"] = pa.array([one.error for one in outcomes], pa.string())
    status = ["COMPLETED" if one.error is None else "FAILED" for one in outcomes]
    columns["execution_status"] = pa.array(status, pa.string())
    columns["execution_seconds"] = pa.array([one.seconds for one in outcomes], pa.float64())
    return columns


def _know(others: Mapping[str, Any]) -> None:
    if unknown := set(others) - _WITHOUT_EFFECT:
        raise TypeError(f'unexpected argument "{min(unknown)}"')


def _needed(value: Any, name: str) -> Any:
    if value is None:
        raise TypeError(f"{name} is missing")
    return value


def _rails(name: str) -> dict[bool, str]:
    """Return True → the label with the score 1, False → the other, as Phoenix maps its rails."""
    return {bool(score): label for label, score in CRITERIA[name].scores.items()}


HALLUCINATION_PROMPT_TEMPLATE = CRITERIA["hallucination"].template
HALLUCINATION_PROMPT_RAILS_MAP = _rails("hallucination")
RAG_RELEVANCY_PROMPT_TEMPLATE = CRITERIA["relevance"].template
RAG_RELEVANCY_PROMPT_RAILS_MAP = _rails("relevance")
QA_PROMPT_TEMPLATE = CRITERIA["correctness"].template
QA_PROMPT_RAILS_MAP = _rails("correctness")
TOXICITY_PROMPT_TEMPLATE = CRITERIA["toxicity"].template
TOXICITY_PROMPT_RAILS_MAP = _rails("toxicity")
SUMMARIZATION_PROMPT_TEMPLATE = CRITERIA["summarization"].template
SUMMARIZATION_PROMPT_RAILS_MAP = _rails("summarization")
CODE_READABILITY_PROMPT_TEMPLATE = CRITERIA["code_readability"].template
CODE_READABILITY_PROMPT_RAILS_MAP = _rails("code_readability")
CODE_FUNCTIONALITY_PROMPT_TEMPLATE = CRITERIA["code"].template
CODE_FUNCTIONALITY_PROMPT_RAILS_MAP = _rails("code")
SQL_GEN_EVAL_PROMPT_TEMPLATE = CRITERIA["sql"].template
SQL_GEN_EVAL_PROMPT_RAILS_MAP = _rails("sql")
USER_FRUSTRATION_PROMPT_TEMPLATE = CRITERIA["user_frustration"].template
USER_FRUSTRATION_PROMPT_RAILS_MAP = _rails("user_frustration")
