"""Requests to an endpoint that misbehaves, over a real socket: none is lost, none too many are made, and no key gets out."""

from __future__ import annotations

import gc
import logging
import socket
import threading
import time
import traceback
import warnings
from email.utils import formatdate

import pytest
from openai_server import Reply, Server, fault, said

from phoenix_lab.generate import endpoint as endpoint_module
from phoenix_lab.generate.endpoint import Endpoint, EndpointError, EndpointRefusedError
from phoenix_lab.generate.pace import Pace

KEY = "sk-very-secret-0123456789"


@pytest.fixture(autouse=True)
def _clean(monkeypatch):
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)


def ask(server, n=40, notice=None, **options):
    """Post `n` different bodies; returns the values, or errors, in their order."""
    endpoint = Endpoint(server.url, **{"back_off": 0.01, "timeout": 2, **options})
    found = [None] * n
    with endpoint.open(notice) as line:
        for done in line.each(range(n), lambda i: line.post("chat/completions", {"i": i}).json):
            assert found[done.index] is None
            found[done.index] = done.error or done.value["choices"][0]["message"]["content"]
    return found


def shown_with_locals(error):
    """An error and all that led to it, with what the product's own frames hold: as some tracebacks show it."""
    parts = []
    while error is not None:
        parts.append(f"{error!r}")
        parts += [
            repr(frame.f_locals)
            for frame, _ in traceback.walk_tb(error.__traceback__)
            if frame.f_code.co_filename == endpoint_module.__file__
        ]
        error = error.__cause__ or error.__context__
    return "\n".join(parts)


FAULTS = {
    "429": fault(429),
    "500": fault(500),
    "cut off": Reply(said("x"), cut=True),
    "cut off in chunks": Reply(said("x"), cut=True, chunked=True),
    "malformed": Reply(b'{"choices": ['),
    "slow": Reply(said("x"), wait=0.5),
    "dripping": Reply(said("x"), drip=0.05),
    "an error within 200": Reply({"error": {"message": "upstream", "code": 502}}),
}


@pytest.mark.parametrize("name", FAULTS)
def test_nothing_is_lost_for_a_passing_fault(name):
    with Server(
        chat=lambda body, tries: FAULTS[name] if body["i"] % 4 == 0 and tries == 0 else Reply(said(str(body["i"])))
    ) as server:
        found = ask(server, 16, timeout=0.3)
    assert all(f'"{i}"' in str(text) for i, text in enumerate(found))
    assert len(server.requests) == 20  # each faulty one once more, no other


def test_retry_after_is_waited_for_by_all():
    began = time.monotonic()
    came, told = [], []

    def chat(body, tries):
        came.append(time.monotonic() - began)
        return fault(429, headers={"Retry-After": "1.5"}) if len(came) == 1 else Reply(said("x"), wait=0.02)

    with Server(chat=chat) as server:
        found = ask(server, 40, notice=told.append)
    assert told == ["127.0.0.1 asks to wait 2 s"]
    assert not any(isinstance(one, Exception) for one in found)
    early = [t for t in came if t < 1.4]
    assert len(early) <= 8  # those under way already
    assert len(came) == 41


@pytest.mark.parametrize("wait", ["3600", "1e18", "inf"])
def test_a_pause_beyond_all_patience_is_told_and_not_waited_for(wait):
    began = time.monotonic()
    with (
        Server(chat=lambda *_: fault(429, "daily limit", headers={"Retry-After": wait})) as server,
        pytest.raises(EndpointRefusedError, match=r"429: daily limit, and asks to wait .* s, longer than the patience"),
    ):
        ask(server, 20)
    assert time.monotonic() - began < 5


def test_a_server_that_keeps_no_connection():
    with Server(
        chat=lambda body, tries: Reply(said(str(body["i"])), closes=True, cut=body["i"] == 5 and not tries)
    ) as server:
        found = ask(server, 40)
    assert all(f'"{i}"' in str(text) for i, text in enumerate(found))
    assert len(server.requests) == 41


def test_a_date_in_retry_after_is_understood():
    from http.client import HTTPMessage

    from phoenix_lab.generate.endpoint import _wait

    told = HTTPMessage()
    told["Retry-After"] = formatdate(time.time() + 5, usegmt=True)
    assert 3 < _wait(told) <= 5
    del told["Retry-After"]
    for odd in ("soon", "-3", "nan", ""):
        told["Retry-After"] = odd
        assert _wait(told) == 0
        del told["Retry-After"]


def test_the_number_at_once_goes_down_to_what_is_borne_and_up_again():
    """A server that bears 4 at once and refuses more: all rows get through, and most requests are not refused."""
    with Server() as server:
        refused = []

        def chat(body, tries):
            if server.under_way > 4:
                refused.append(body)
                return fault(429)
            return Reply(said("x"), wait=0.01)

        server.answers["/v1/chat/completions"] = chat
        found = ask(server, 200)
    assert not any(isinstance(one, Exception) for one in found)
    assert len(refused) < 150
    pace = Pace(32)
    for _ in range(100):
        pace.answered()
    assert pace.limit == 32
    for _ in range(32):
        pace.refused()
    assert pace.limit == 16  # all of a round
    for i in range(1000):
        pace.refused() if i % 20 == 0 else pace.answered()
    assert pace.limit > 24  # one in twenty, whatever the limit
    for i in range(1000):
        pace.refused() if i % 2 == 0 else pace.answered()
    assert pace.limit < 4


def test_a_fault_that_stays_is_the_row_s_own():
    with Server(chat=lambda body, _: fault(500, "boom") if body["i"] == 3 else Reply(said("x"))) as server:
        found = ask(server, 10, attempts=3)
    assert [i for i, one in enumerate(found) if isinstance(one, EndpointError)] == [3]
    assert "500" in str(found[3])
    assert "boom" in str(found[3])
    assert "3 times" in str(found[3])


def test_what_can_never_be_answered_ends_at_once(monkeypatch):
    for reply, words in (
        (fault(401, f"Incorrect key {KEY}"), "does not accept"),
        (fault(404, "no model x"), "no model x"),
        (fault(429, "pay", code="insufficient_quota"), "insufficient_quota"),
        (Reply(status=307, headers={"Location": "http://127.0.0.2:9/v1"}), "redirects"),
    ):
        with Server(chat=lambda *_, reply=reply: reply) as server:
            monkeypatch.setenv("MINE", "my-own-key")
            with pytest.raises(EndpointRefusedError, match=words) as caught:
                ask(server, 500, key_env="MINE")
            assert server.requests[0][1]["authorization"] == "Bearer my-own-key"
            assert len(server.requests) <= 9
        assert "my-own-key" not in shown_with_locals(caught.value)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        endpoint = Endpoint(f"http://127.0.0.1:{taken.getsockname()[1]}/v1", back_off=0.01, attempts=2)
    with endpoint.open() as line, pytest.raises(EndpointRefusedError, match="nobody is there"):
        list(line.each(range(50), lambda i: line.post("chat/completions", {"i": i})))


def test_a_key_goes_only_where_it_belongs(monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("MINE", "my-own-key")
    with Server(chat=lambda *_: Reply(said("x"))) as server:
        ask(server, 1)
        assert "authorization" not in server.requests[-1][1]  # OpenAI's key is not for this address
        ask(server, 1, key_env="MINE")
        assert server.requests[-1][1]["authorization"] == "Bearer my-own-key"
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        endpoint = Endpoint()
        with endpoint.open() as line:
            line.post("chat/completions", {"i": 0})
        assert server.requests[-1][1]["authorization"] == f"Bearer {KEY}"
        assert KEY not in repr(endpoint) + repr(vars(endpoint)) + repr(vars(line)) + caplog.text
    with pytest.raises(EndpointRefusedError, match="unencrypted"):
        Endpoint("http://models.example/v1", key_env="MINE").check()
    monkeypatch.delenv("MINE")
    with pytest.raises(EndpointRefusedError, match="set the environment variable MINE"):
        Endpoint("https://models.example/v1", key_env="MINE").check()
    for url, value in (("https://models.example/v1", f"{KEY}\nX-Other: 1"), ("http://models.example/v1", KEY)):
        monkeypatch.setenv("MINE", value)
        with pytest.raises(EndpointRefusedError) as caught:
            Endpoint(url, key_env="MINE").check()
        assert KEY not in shown_with_locals(caught.value)


def test_no_key_in_what_an_endpoint_says_of_an_error(monkeypatch):
    monkeypatch.setenv("MINE", "my-own-key")
    with Server(chat=lambda *_: fault(400, f"bad: my-own-key, {KEY}")) as server:
        (found,) = ask(server, 1, key_env="MINE")
    assert "refuses with 400" in str(found)
    assert "my-own-key" not in str(found)
    assert KEY not in str(found)
    assert KEY not in found.said


@pytest.mark.parametrize(
    "url",
    [
        "https://user:sk-secretsecret@x:y/v1",
        "https://[x/sk-secretsecret",
        "ftp://x/v1?key=hidden-sk-secretsecret",
        "ftp://x/v1",
        "x",
        "http://",
        "https://user:pass@x/v1",
        "https://x/v1?key=1",
        "https://x:y/v1",
        "https://x y/v1",
    ],
)
def test_addresses_that_are_none(url):
    with pytest.raises(ValueError, match="base_url") as caught:
        Endpoint(url)
    assert "secret" not in str(caught.value)


def test_no_connection_stays_open_behind_a_call():
    gc.collect()
    with Server(chat=lambda *_: Reply(said("x"), wait=0.01)) as server, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        ask(server, 40)
        gc.collect()
    assert [str(one.message) for one in caught if issubclass(one.category, ResourceWarning)] == []


def test_leaving_the_loop_breaks_off_what_is_under_way():
    with Server(chat=lambda body, _: Reply(said("x"), wait=0.0 if body["i"] < 3 else 30)) as server:
        endpoint = Endpoint(server.url, timeout=60)
        began = time.monotonic()
        with endpoint.open() as line:
            done = []
            for one in line.each(range(100), lambda i: line.post("chat/completions", {"i": i})):
                done.append(one.index)
                if len(done) == 3:
                    break
        assert sorted(done) == [0, 1, 2]
        assert time.monotonic() - began < 5
        assert not [t for t in threading.enumerate() if t.name.startswith("phoenix_lab-")]


def test_a_request_ends_in_time_whatever_comes_a_little_at_a_time():
    for reply in (Reply(said("x"), drip_head=0.2), Reply(said("x"), drip=0.1), Reply(said("x"), wait=9)):
        began = time.monotonic()
        with Server(chat=lambda *_, reply=reply: reply) as server, pytest.raises(EndpointRefusedError) as caught:
            ask(server, 1, timeout=0.6, attempts=1)
        assert time.monotonic() - began < 2
        assert "did not answer within 0.6 s" in str(caught.value)
    assert not [t for t in threading.enumerate() if t.name == "phoenix_lab-watch" and not t.join(1) and t.is_alive()]


def test_no_frame_holds_a_key_though_the_address_is_no_name(monkeypatch):
    monkeypatch.setenv("MINE", KEY)
    endpoint = Endpoint(f"https://{'a' * 70}.example/v1", key_env="MINE")
    with endpoint.open() as line, pytest.raises(EndpointRefusedError, match="is no name of a machine") as caught:
        list(line.each(range(3), lambda i: line.post("chat/completions", {"i": i})))
    assert KEY not in shown_with_locals(caught.value)


@pytest.mark.parametrize("given", [KEY, "gsk_0123456789abc", "sk-proj 12", "A" * 200, "Bearer x"])
def test_a_key_in_place_of_a_variable_s_name_is_refused_and_not_repeated(given):
    with pytest.raises(ValueError, match="names an environment variable") as caught:
        Endpoint("https://x.example/v1", key_env=given)
    assert given not in str(caught.value)
    assert Endpoint("https://x.example/v1", key_env="HF_TOKEN_2").key_env == "HF_TOKEN_2"


def test_a_key_that_comes_back_goes_no_further_and_a_word_for_any_key_changes_nothing(monkeypatch):
    monkeypatch.setenv("MINE", KEY)
    with Server(chat=lambda *_: Reply(said(f"you sent {KEY}"))) as server:
        (found,) = ask(server, 1, key_env="MINE")
        assert KEY not in found
        assert "you sent" in found
        monkeypatch.setenv("MINE", "1")
        (found,) = ask(server, 1, key_env="MINE")
    assert "0123456789" in found


def test_an_error_within_200_that_is_a_text_is_tried_again_and_told():
    with Server(chat=lambda _, n: Reply({"error": "overloaded"} if n < 2 else said("x"))) as server:
        assert all("x" in one for one in ask(server, 5))
        assert len(server.requests) == 15
    with (
        Server(chat=lambda *_: Reply({"error": "overloaded"})) as server,
        pytest.raises(EndpointRefusedError, match="answered 500: overloaded"),
    ):
        ask(server, 1, attempts=2)
    with Server(chat=lambda *_: Reply({"error": "none worth a word", **said("x")})) as server:
        assert "x" in ask(server, 1)[0]


def test_a_redirect_is_not_followed_and_takes_no_key_along(monkeypatch):
    monkeypatch.setenv("MINE", KEY)
    for status in (301, 302, 307, 308):
        with Server(chat=lambda *_: Reply(said("x"))) as other:
            where = {"Location": f"{other.url}/chat/completions"}
            with (
                Server(chat=lambda *_, s=status, w=where: Reply({}, s, w)) as server,
                pytest.raises(EndpointRefusedError, match="redirects elsewhere"),
            ):
                ask(server, 3, key_env="MINE")
            assert not other.requests
