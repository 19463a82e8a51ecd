"""A model is asked many questions: through structured output where the endpoint has it, each once, within a limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from phoenix_lab.evals.kept import Answers, Kept
from phoenix_lab.evals.reply import UnreadableReplyError, read, schema
from phoenix_lab.evals.spend import Spend, Usage
from phoenix_lab.generate.endpoint import Answer, Endpoint, EndpointError, EndpointRefusedError, Line
from phoenix_lab.generate.text import well_formed

MOST_ASKS = 3
"""How often a question is asked that gets unreadable replies."""
_OURS = {"model", "messages", "response_format", "stream", "n"}
_FORMATS = ("json_schema", "json_object", "text")
_OF_FORMAT = ("response_format", "schema", "structured", "guided", "grammar", "json")
_OF_SAMPLING = {"temperature", "top_p", "seed", "frequency_penalty", "presence_penalty"}
"""Options that some models do not take, and that are left out then."""
_FAILED_AT_FIRST = 10
"""After so many refusals and no answer nothing more is asked, once the shortest question is refused too."""
_LARGEST = 1 << 53
"""Tokens and money beyond this are no count of anything."""


@dataclass(frozen=True)
class Asker:
    """Who is asked, and how.

    Parameters
    ----------
    endpoint, model
        Who.
    system
        The message before each question, if there is one.
    labels
        The labels of which each reply has one; None takes replies as text.
    explain
        Whether a reply explains itself before its label.
    options
        Further fields of a request, `{"temperature": 0}`.
    price
        Money for a million tokens sent, and for a million received; None where it is not known.
    """

    endpoint: Endpoint
    model: str
    system: str | None = None
    labels: tuple[str, ...] | None = None
    explain: bool = True
    options: Mapping[str, Any] = field(default_factory=dict)
    price: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        """Check the model's name and the options."""
        if not isinstance(self.model, str) or not self.model.strip():
            raise ValueError(f"model is the name of one at the endpoint, not {self.model!r}")
        if taken := _OURS & set(self.options):
            raise ValueError(f'options cannot hold "{min(taken)}"')

    def identity(self) -> dict[str, Any]:
        """Return all that an answer depends on besides the question."""
        return {
            "version": 1,
            "url": self.endpoint.url,
            "model": self.model,
            "system": self.system,
            "labels": self.labels,
            "explain": self.explain,
            "options": dict(self.options),
        }

    def reads(self, content: str) -> bool:
        """Return whether a reply says something."""
        try:
            return self.labels is None or read(content, self.labels) is not None
        except UnreadableReplyError:
            return False

    def size(self, question: str) -> int:
        """Return the bytes of a request."""
        return len(question.encode("utf-8", "surrogatepass")) + len((self.system or "").encode()) + 40


@dataclass(frozen=True)
class Outcome:
    """What came of a question: what the model said, or why there is nothing, and what it took."""

    content: str | None
    error: str | None = None
    usage: Usage = field(default_factory=Usage)
    seconds: float | None = None
    is_unreadable: bool = False
    """Whether the model did reply, but never what was asked for."""

    @classmethod
    def of(cls, kept: Kept) -> Outcome:
        """Return what was kept."""
        return cls(kept.content, None, Usage(kept.prompt_tokens, kept.completion_tokens, kept.cost), kept.seconds)


def ask(
    asker: Asker,
    questions: Sequence[str],
    answers: Answers,
    spend: Spend,
    progress: Callable[[int, int], None],
    *,
    notice: Callable[[str], None] | None = None,
) -> list[Outcome]:
    """Ask questions that are all different and not yet answered, the shortest first and the others in their order; return what came of each.

    The shortest tells an endpoint that answers nothing from questions that are too long for it.
    Each answer is kept as it comes. When the endpoint refuses everything after it had answered some, the others are told why.

    Raises
    ------
    EndpointRefusedError
        When the endpoint refuses everything from the start.
    """
    outcomes: dict[int, Outcome] = {}
    shortest = min(range(len(questions)), key=lambda i: len(questions[i]))
    places = sorted(range(len(questions)), key=lambda i: i != shortest)
    with asker.endpoint.open(notice) as line:
        conversation = _Conversation(asker, line, answers, spend, questions[shortest])
        try:
            for done in line.each([questions[i] for i in places], conversation.ask):
                outcomes[places[done.index]] = Outcome(None, str(done.error)) if done.value is None else done.value
                progress(len(outcomes), len(questions))
        except EndpointRefusedError as error:
            if not line.answered:
                raise
            why = f"not asked: {error}"
    for i, question in enumerate(questions):
        if i not in outcomes:
            kept = answers.get(answers.key(question))
            outcomes[i] = Outcome(None, why) if kept is None else Outcome.of(kept)
    return [outcomes[i] for i in range(len(questions))]


class _Conversation:
    """Questions of all threads, and what they have learnt of the endpoint."""

    def __init__(self, asker: Asker, line: Line, answers: Answers, spend: Spend, probe: str) -> None:
        self.asker = asker
        self.line = line
        self.answers = answers
        self.spend = spend
        self._format = 0
        self._left_out: set[str] = set()
        self._probe = probe
        self._failed: set[str] = set()

    def ask(self, question: str) -> Outcome:
        """Ask one question until its reply can be read, and keep the answer."""
        size = self.asker.size(question)
        system = [{"role": "system", "content": self.asker.system}] if self.asker.system else []
        messages = [*system, {"role": "user", "content": question}]
        usage, seconds = Usage(), 0.0
        error = ""
        for _ in range(MOST_ASKS):
            try:
                answer, used = self._paid(question, messages, size)
            except EndpointError as refused:
                if isinstance(refused, EndpointRefusedError) or not usage.sent:
                    raise
                return Outcome(None, str(refused), usage, seconds, is_unreadable=True)
            usage, seconds = usage + used, seconds + answer.seconds
            content = None
            try:
                content = _content(answer.json)
                if self.asker.labels is not None:
                    read(content, self.asker.labels)
            except UnreadableReplyError as unreadable:
                error = str(unreadable)
                if content is None:
                    continue
                again = f"That cannot be used: {error}. Reply again, with the JSON object that was asked for and nothing else."
                messages = [
                    *messages,
                    {"role": "assistant", "content": content[:2000]},
                    {"role": "user", "content": again},
                ]
            except _NoAnswer as none:
                return Outcome(None, str(none), usage, seconds, is_unreadable=True)
            else:
                self.answers.add(
                    self.answers.key(question), Kept(content, usage.sent, usage.received, usage.cost, seconds)
                )
                return Outcome(content, None, usage, seconds)
        return Outcome(None, f"{error} (asked {MOST_ASKS} times)", usage, seconds, is_unreadable=True)

    def _paid(self, question: str, messages: Sequence[Mapping[str, str]], size: int) -> tuple[Answer, Usage]:
        """Send a conversation within the limit."""
        set_aside = self.spend.enter(size)
        used = None
        try:
            answer = self._post(messages)
            used = self._usage(answer)
        except EndpointError as error:
            self._failed.add(question)
            hopeless = len(self._failed) >= _FAILED_AT_FIRST and self._probe in self._failed
            if hopeless and not self.line.answered:
                raise EndpointRefusedError(str(error), error.status) from None
            raise
        finally:
            self.spend.leave(size, set_aside, used)
        return answer, used

    def _post(self, messages: Sequence[Mapping[str, str]]) -> Answer:
        """Send a conversation, with as much of what we want as the endpoint knows."""
        kind = self._format
        options: dict[str, Any] = {}

        def body() -> dict[str, Any]:  # made when its turn has come, by what others have found out meanwhile
            nonlocal kind, options
            kind = max(kind, self._format)
            options = {k: v for k, v in self.asker.options.items() if v is not None and k not in self._left_out}
            return {"model": self.asker.model, "messages": list(messages), **options, **self._wanted(kind)}

        while True:
            try:
                answer = self.line.post("chat/completions", body)
            except EndpointError as error:  # noqa: PERF203 - each try has its own
                said = error.said.lower()
                unknown = {name for name in _OF_SAMPLING & set(options) if name in said}
                plainer = self.asker.labels is not None and kind + 1 < len(_FORMATS)
                if error.status not in {400, 415, 422, 501} or not (unknown or plainer):
                    raise
                if unknown:
                    self._left_out |= unknown
                elif self.line.answered and not any(word in said for word in _OF_FORMAT):
                    raise
                else:
                    kind += 1
            else:
                self._format = max(self._format, kind)
                return answer

    def _wanted(self, kind: int) -> dict[str, Any]:
        if self.asker.labels is None or _FORMATS[kind] == "text":
            return {}
        if _FORMATS[kind] == "json_object":
            return {"response_format": {"type": "json_object"}}
        wanted = {"name": "judgement", "strict": True, "schema": schema(self.asker.labels, explain=self.asker.explain)}
        return {"response_format": {"type": "json_schema", "json_schema": wanted}}

    def _usage(self, answer: Answer) -> Usage:
        told = answer.json.get("usage")
        told = told if isinstance(told, dict) else {}
        sent, received = (_whole(told.get(name)) for name in ("prompt_tokens", "completion_tokens"))
        cost = told.get("cost")
        if isinstance(cost, (int, float)) and not isinstance(cost, bool) and 0 <= cost <= _LARGEST:
            return Usage(sent, received, float(cost))
        if self.asker.price is None or sent is None or received is None:
            return Usage(sent, received)
        return Usage(sent, received, self.spend.cost(sent, received))


class _NoAnswer(Exception):  # noqa: N818 - the model's own choice
    """The model has said that, or why, there is none."""


def _content(answer: Mapping[str, Any]) -> str:
    """Return the text of a chat completion."""
    try:
        choice = answer["choices"][0]
        message = choice["message"]
        refusal, content = message.get("refusal"), message.get("content")
        why = choice.get("finish_reason")
    except (KeyError, IndexError, TypeError, AttributeError):
        raise UnreadableReplyError("the reply has no message") from None
    if isinstance(refusal, str) and refusal:
        raise _NoAnswer(f"the model refused: {well_formed(refusal[:200])}")
    if why == "content_filter":
        raise _NoAnswer("a filter of the endpoint held the reply back")
    if why == "length":
        raise _NoAnswer("the reply was longer than the endpoint allows; see max_tokens in options")
    if isinstance(content, list):
        content = "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    if not isinstance(content, str) or not content.strip():
        raise UnreadableReplyError("the reply is empty")
    return well_formed(content)


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST else None
