"""A service that speaks OpenAI's protocol over HTTP: many requests at once, and none lost for a passing fault.

Written on `http.client` and threads: both are there wherever Python is, kernels have a running event loop that is not ours to
use, and connections are kept open between requests.
"""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import os
import queue
import random
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from phoenix_lab.generate.connections import Connections
from phoenix_lab.generate.pace import Pace, Stopped
from phoenix_lab.generate.text import well_formed

OPENAI = "https://api.openai.com/v1"
SLOWEST_BACK_OFF = 30.0
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_PASSING = {408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529}
_TOO_MUCH = {429, 503, 529}
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_LONG = 12
"""Characters from which on a key is one that nobody may see, and not a word such as "EMPTY" for a service that wants any."""
_SECRET = re.compile(r"\b(?:sk|key|gsk|xai|hf|Bearer)[-_ ][\w\-*.]{6,}")

Item = TypeVar("Item")
Value = TypeVar("Value")


class EndpointError(Exception):
    """One request got no answer: why, in words for the user. `status` is that of HTTP, `said` what the endpoint said, where there is one."""

    def __init__(self, message: str, status: int | None = None, said: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.said = said


class EndpointRefusedError(EndpointError):
    """No request will get an answer: a wrong key, model or address, no credit, nobody there."""


@dataclass(frozen=True)
class Answer:
    """What came back: the JSON object, the seconds that the request took, and how many were needed."""

    json: dict[str, Any]
    seconds: float
    attempts: int


@dataclass(frozen=True)
class Done(Generic[Value]):
    """One piece of work that ended: its place among the items, and its value or its error."""

    index: int
    value: Value | None
    error: EndpointError | None = None


@dataclass(frozen=True)
class Endpoint:
    """Where requests go. Holds no key: it is read from the environment when a request is made, and is in no message.

    Parameters
    ----------
    base_url
        Up to and with the version, "http://localhost:8000/v1". None is `OPENAI_BASE_URL`, or OpenAI itself.
    key_env
        Name of the environment variable that holds the key. None is `OPENAI_API_KEY` for OpenAI and for `OPENAI_BASE_URL`, and no
        key for any other address, so that a key never goes to whom it does not belong.
    concurrency
        Most requests at once; fewer when the endpoint refuses them.
    timeout
        Seconds for one request.
    attempts
        How often a request is made that meets passing faults (no connection, time-outs, 5xx, an answer cut off).
    patience
        Seconds without any answer until all is given up. A refusal for too many requests (429) is waited for as long.
    back_off
        Seconds before the second attempt, at most; twice as many before each further one. Drawn between none and this.

    Raises
    ------
    ValueError
        For an address that cannot be one, and for a key over plain HTTP to another machine.
    """

    base_url: str | None = None
    key_env: str | None = None
    concurrency: int = 32
    timeout: float = 120.0
    attempts: int = 6
    patience: float = 300.0
    back_off: float = 0.5

    def __post_init__(self) -> None:
        """Check the address."""
        own = os.environ.get("OPENAI_BASE_URL") or OPENAI
        url = (self.base_url or own).rstrip("/")
        try:
            parts = urlsplit(url)
            _ = parts.port
        except ValueError:
            parts = urlsplit("")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("base_url holds an address alone; name the environment variable of a key with key_env")
        if parts.scheme not in {"http", "https"} or not parts.hostname or not url.isascii() or re.search(r"\s", url):
            shown = f' "{url}"' if re.fullmatch(r"[\w.:/\-]{1,60}", url) and not _SECRET.search(url) else ""
            raise ValueError(f"base_url{shown} is no address such as https://api.openai.com/v1")
        object.__setattr__(self, "base_url", url)
        if self.key_env is None and url in {OPENAI, own.rstrip("/")}:
            object.__setattr__(self, "key_env", "OPENAI_API_KEY")
        # Somebody may have given the key itself; it is in no message, and in no representation.
        if self.key_env and not _is_variable(self.key_env):
            object.__setattr__(self, "key_env", None)
            raise ValueError(
                "key_env names an environment variable, such as OPENAI_API_KEY; the key itself is never an argument"
            )
        if self.concurrency < 1 or self.attempts < 1 or self.timeout <= 0:
            raise ValueError("concurrency, attempts and timeout have to be above 0")

    @property
    def url(self) -> str:
        """The address, without a slash at its end."""
        return self.base_url or OPENAI

    @property
    def host(self) -> str:
        """The machine that data goes to."""
        return urlsplit(self.url).hostname or ""

    @property
    def local(self) -> bool:
        """Whether that is this machine."""
        return self.host in _LOOPBACK

    def check(self) -> None:
        """Raise `EndpointRefusedError` when there is no key where one is needed, or one that must not be sent."""
        _key(self)

    @contextlib.contextmanager
    def open(self, notice: Callable[[str], None] | None = None) -> Iterator[Line]:
        """Give connections to it, which are broken off at the end of the `with` statement.

        `notice` is told, in any thread, when the endpoint asks for a pause.
        """
        line = Line(self, notice)
        try:
            yield line
        finally:
            line.close()
            line.release()


class Line:
    """Connections to one endpoint, a pace that they share, and threads that use them. See `Endpoint.open`."""

    def __init__(self, endpoint: Endpoint, notice: Callable[[str], None] | None = None) -> None:
        self.endpoint = endpoint
        self._notice = notice
        self.pace = Pace(endpoint.concurrency)
        self.answered = 0
        self._last_answer = time.monotonic()
        self._connections = Connections(endpoint.url, endpoint.timeout, direct=endpoint.local)

    def close(self) -> None:
        """Break off what is under way, and all connections."""
        self.pace.stop()
        self._connections.close()

    def release(self) -> None:
        """Close all connections, after the last request."""
        self._connections.release()

    def each(self, items: Sequence[Item], work: Callable[[Item], Value]) -> Iterator[Done[Value]]:
        """Do `work` for every item in threads of their own, and yield what is done as it gets done.

        `work` calls `post` as often as it wants and returns a value. An `EndpointError` in it is that item's alone; an
        `EndpointRefusedError`, and any other error, ends everything. So does leaving the loop, or an interrupt: requests under way are
        broken off. Work that was done and not yet yielded is lost then: what must not be is kept by `work` itself.

        Raises
        ------
        EndpointRefusedError
            When no request will be answered.
        """
        found: queue.SimpleQueue[Done[Value] | BaseException] = queue.SimpleQueue()
        places = itertools.count()

        def run() -> None:
            try:
                while (i := next(places)) < len(items):  # next() of a count is one step of the interpreter
                    try:
                        found.put(Done(i, work(items[i])))
                    except EndpointError as error:  # noqa: PERF203 - each item has its own
                        if isinstance(error, EndpointRefusedError):
                            raise
                        found.put(Done(i, None, error))
            except Stopped:
                pass
            except BaseException as error:  # noqa: BLE001 - it is raised where it can be seen
                self.pace.stop()
                found.put(error)

        threads = [
            threading.Thread(target=run, name=f"phoenix_lab-{k}", daemon=True)
            for k in range(min(2 * self.endpoint.concurrency, len(items)))  # some wait for another attempt
        ]
        self._last_answer = time.monotonic()
        left = len(items)
        try:
            for thread in threads:
                thread.start()
            while left:
                try:
                    one = found.get(timeout=0.5)  # Windows interrupts no wait without an end
                except queue.Empty:
                    continue
                if isinstance(one, BaseException):
                    # Frames of the thread hold the key, and some tracebacks show what frames hold.
                    raise _bare(one) if isinstance(one, EndpointError) else one
                left -= 1
                yield one
        finally:
            if left:
                self.close()
            end = time.monotonic() + 2
            for thread in threads:
                if thread.ident is not None:
                    thread.join(timeout=max(0.0, end - time.monotonic()))

    def post(self, path: str, body: dict[str, Any] | Callable[[], dict[str, Any]]) -> Answer:
        """Send one JSON object to `path` ("chat/completions") and return the one that comes back, however often that has to be tried.

        `body` may be a function that makes it when its turn has come.

        Raises
        ------
        EndpointError
            When the request is refused, or failed too often.
        EndpointRefusedError
            When any request would be.
        Stopped
            When the line was closed.
        """
        failed = 0
        for attempt in itertools.count(1):
            entered = self.pace.enter()
            try:
                told = body() if callable(body) else body
                answer = self._once(path, json.dumps(told, allow_nan=False).encode())
            except _Fault as fault:
                refused = fault.status in _TOO_MUCH
                if (refused or fault.status is None) and self.pace.refused(fault.wait) and self._notice:
                    self._notice(f"{self.endpoint.host} asks to wait {fault.wait:,.0f} s")
                reason = fault
            else:
                self.pace.answered()
                self.answered += 1
                self._last_answer = now = time.monotonic()
                return Answer(answer, now - entered, attempt)
            finally:
                self.pace.leave()
            failed += reason.status != 429
            silent = time.monotonic() - self._last_answer
            if reason.wait > self.endpoint.patience:
                longer = (
                    f"and asks to wait {reason.wait:,.0f} s, longer than the patience of {self.endpoint.patience:,.0f}"
                )
                raise EndpointRefusedError(f"{reason}, {longer}", reason.status)
            if silent > self.endpoint.patience:
                raise EndpointRefusedError(f"{reason}; nothing was answered for {silent:.0f} s", reason.status)
            if failed >= self.endpoint.attempts:
                kind = EndpointError if self.answered else EndpointRefusedError
                raise kind(f"{reason}, {failed} times", reason.status)
            self.pace.sleep(random.uniform(0, min(SLOWEST_BACK_OFF, self.endpoint.back_off * 2 ** min(attempt - 1, 9))))
        raise AssertionError

    def _once(self, path: str, data: bytes) -> dict[str, Any]:
        """Make one request. Raises `_Fault` for what may pass, `EndpointError` for what will not."""
        key = _key(self.endpoint)
        headers = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "phoenix_lab"}
        if key is not None:
            headers["Authorization"] = f"Bearer {key}"
        try:
            status, told, raw = self._connections.post(path, data, headers)
        except (OSError, http.client.HTTPException) as error:
            if isinstance(error, ssl.SSLCertVerificationError):
                raise EndpointRefusedError(f"{self.endpoint.host} shows no certificate that is trusted here") from None
            raise _Fault(_in_words(error, self.endpoint)) from None
        except (ValueError, AttributeError) as error:  # UnicodeError of a name that is none; a socket closed meanwhile
            if isinstance(error, UnicodeError):
                raise EndpointRefusedError(f"{self.endpoint.host[:60]} is no name of a machine") from None
            raise _Fault(_in_words(error, self.endpoint)) from None
        if key and len(key) >= _LONG:  # some services for debugging send back what they got
            raw = raw.replace(key.encode(), "…".encode())
        try:
            answer = json.loads(raw)
        except (ValueError, RecursionError):
            answer = None
        said = _said(answer, key)
        if isinstance(answer, dict) and status == 200 and _is_error(answer):
            code = answer["error"].get("code") if isinstance(answer["error"], dict) else None
            status = code if isinstance(code, int) and 400 <= code < 600 else 500
        if 200 <= status < 300:
            if isinstance(answer, dict):
                return answer
            raise _Fault("the answer is no JSON object", status)
        self._refuse(status, told, said)
        raise AssertionError

    def _refuse(self, status: int, told: http.client.HTTPMessage, said: str) -> None:
        """Raise what a status other than 2xx means."""
        host = self.endpoint.host
        tail = f": {said}" if said else ""
        if 300 <= status < 400:
            raise EndpointRefusedError(
                f"{host} redirects elsewhere, which is not followed; base_url names the address", status
            )
        if status == 401:
            key = (
                f"the key in {self.endpoint.key_env}" if self.endpoint.key_env else "a request without a key (key_env)"
            )
            raise EndpointRefusedError(f"{host} does not accept {key}", status)
        if status in {402, 404, 405} or (status == 403 and not self.answered) or "insufficient_quota" in said:
            raise EndpointRefusedError(f"{host} refuses with {status}{tail}", status, said)
        if status in _PASSING:
            raise _Fault(f"{host} answered {status}{tail}", status, _wait(told))
        raise EndpointError(f"{host} refuses with {status}{tail}", status, said)


class _Fault(Exception):  # noqa: N818 - it is tried again
    """One attempt failed, and the next may not."""

    def __init__(self, message: str, status: int | None = None, wait: float = 0.0) -> None:
        super().__init__(message)
        self.status = status
        self.wait = wait


def _is_variable(name: str) -> bool:
    """Whether that is the name of an environment variable, and not a key."""
    is_key = _SECRET.match(name) and re.search(r"\d", name)
    return _VARIABLE.fullmatch(name) is not None and not is_key


def _key(endpoint: Endpoint) -> str | None:
    """Return the key, or None where none is needed. Nobody else reads it: what a method returns, a cell shows."""
    value = os.environ.get(endpoint.key_env, "").strip() if endpoint.key_env else ""
    problem = None
    if not value:
        if endpoint.key_env and not endpoint.local:
            problem = f"set the environment variable {endpoint.key_env} to the key of {endpoint.host}"
    elif not value.isascii() or not value.isprintable():
        problem = f"the key in {endpoint.key_env} holds characters that no key has"
    elif endpoint.url.startswith("http:") and not endpoint.local:
        problem = f"the key in {endpoint.key_env} would go to {endpoint.host} unencrypted; use https"
    if problem is None:
        return value or None
    del value  # some tracebacks show what frames hold
    raise EndpointRefusedError(problem)


def _bare(error: EndpointError) -> EndpointError:
    """Return an error without the frames that it came through, and those of what was caught on the way."""
    error.__context__ = None
    return error.with_traceback(None)


def _is_error(answer: dict[str, Any]) -> bool:
    """Whether an answer with status 200 is an error all the same: some services wrap those of others."""
    error = answer.get("error")
    return isinstance(error, dict) or (
        isinstance(error, str) and error != "" and not answer.keys() & {"choices", "data"}
    )


def _in_words(error: Exception, endpoint: Endpoint) -> str:
    if isinstance(error, TimeoutError):
        return f"{endpoint.host} did not answer within {endpoint.timeout:g} s"
    if isinstance(error, (ConnectionRefusedError, socket.gaierror)):
        return f"nobody is there at {endpoint.url}"
    if isinstance(error, http.client.IncompleteRead):
        return "the answer was cut off"
    return f"the connection to {endpoint.host} broke ({type(error).__name__})"


def _said(answer: Any, key: str | None) -> str:
    """Return what an endpoint says of an error, without anything that looks like a key."""
    error = answer.get("error", answer) if isinstance(answer, dict) else None
    if isinstance(error, dict):
        code = error.get("code") or error.get("type")
        text = error.get("message") or error.get("detail") or ""
        text = f"{text} ({code})" if code and isinstance(text, str) else str(text)
    else:
        text = error if isinstance(error, str) else ""
    if key:
        text = text.replace(key, "…")
    text = well_formed(" ".join(_SECRET.sub("…", text).split()))
    return text if len(text) <= 300 else text[:299] + "…"


def _wait(told: http.client.HTTPMessage) -> float:
    """Return the seconds that `Retry-After` asks for (RFC 9110, 10.2.3: seconds or a date), or OpenAI's `retry-after-ms`."""
    with contextlib.suppress(TypeError, ValueError):
        return max(0.0, float(told["retry-after-ms"]) / 1000)
    text = told["retry-after"] or ""
    with contextlib.suppress(ValueError):
        seconds = float(text)
        return max(0.0, seconds) if seconds == seconds else 0.0  # noqa: PLR0124 - NaN
    with contextlib.suppress(TypeError, ValueError):
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    return 0.0
