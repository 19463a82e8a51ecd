"""Who may do what, on every route that the extension has."""

from __future__ import annotations

import asyncio
import json
import re
from urllib.parse import urlencode

import pytest
from jupyter_server.auth import Authorizer
from tornado.httpclient import HTTPClientError

from phoenix_lab.server.routes import ROUTES, Handler

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")
EXECUTES = {
    ("GET", "frames"),
    ("POST", "inferences"),
    ("DELETE", "inferences/abc"),
    ("POST", "inferences/abc/columns"),
    ("POST", "inferences/abc/labels"),
    ("POST", "inferences/abc/images"),
    ("POST", "inferences/abc/roles"),
    ("POST", "analyses"),
    ("POST", "exports"),
}
"""What runs code in a kernel."""
READS_FILES = {("GET", "monitors")}


def routes_of(app):
    """Find the handlers of the extension among all that the running server has, with a path that each answers to."""
    found = []

    def walk(rules):
        for rule in rules:
            target = rule.target
            if hasattr(target, "rules"):
                walk(target.rules)
            elif isinstance(target, type) and target.__module__.startswith("phoenix_lab."):
                path = re.sub(r"\([^)]*\)", "abc", rule.matcher.regex.pattern.rstrip("$"))
                found.append((target, path.replace("\\", "").split("phoenix-lab/api/")[1]))

    walk(app.web_app.default_router.rules)
    return found


def verbs_of(handler):
    return [verb for verb in VERBS if verb.lower() in vars(handler)]


async def ask(client, base, verb, path, **headers):
    body = "{}" if verb in ("POST", "PUT", "PATCH") else None
    url = f"{base}phoenix-lab/api/{path}"
    try:
        response = await client.fetch(url, method=verb, body=body, headers=headers, follow_redirects=False)
    except HTTPClientError as error:
        response = error.response
    return response.code, response.body.decode()


def test_the_walk_finds_every_route(jp_serverapp):
    found = routes_of(jp_serverapp)
    assert len(found) == len(ROUTES) == 15
    assert {handler for handler, _ in found} == {handler for _, handler in ROUTES}
    assert all(verbs_of(handler) for handler, _ in found)
    # a verb that is inherited would be authorised as that of another class
    assert not any(verb.lower() in vars(Handler) for verb in VERBS)
    asked = {(verb, path) for handler, path in found for verb in verbs_of(handler)}
    assert asked >= EXECUTES


async def test_nobody_gets_in_without_a_token(jp_serverapp, http_server_client, jp_base_url):
    for handler, path in routes_of(jp_serverapp):
        for verb in verbs_of(handler):
            for headers in ({}, {"Authorization": "token wrong"}, {"Cookie": "username-localhost=nobody"}):
                status, body = await ask(http_server_client, jp_base_url, verb, path, **headers)
                assert status == 403, (verb, path, headers)
                assert "code" not in body
                assert json.loads(body)["message"]


async def test_a_page_of_somebody_else_cannot_use_the_users_cookie(jp_serverapp, http_server_client, jp_base_url):
    """A cookie alone changes nothing: the header with the token against forged requests is missing."""
    provider = jp_serverapp.identity_provider
    login = await http_server_client.fetch(
        f"{jp_base_url}login?token={provider.token}", follow_redirects=False, raise_error=False
    )
    cookies = "; ".join(cookie.split(";")[0] for cookie in login.headers.get_list("Set-Cookie"))
    assert cookies
    tested = 0
    for handler, path in routes_of(jp_serverapp):
        for verb in verbs_of(handler):
            status, _ = await ask(http_server_client, jp_base_url, verb, path, Cookie=cookies)
            if verb == "GET":
                assert status != 403, path  # the cookie itself is good
            else:
                assert status == 403, (verb, path)
                tested += 1
    assert tested >= 7


@pytest.fixture
def password(jp_server_config):
    from jupyter_server.auth import passwd

    jp_server_config["PasswordIdentityProvider"] = {"hashed_password": passwd("open sesame", "sha256")}
    return "open sesame"


async def test_a_login_by_password(password, api, digits, http_server_client, jp_base_url):
    async def fetch(path, method="GET", cookies=None, body=None, **headers):
        if cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        response = await http_server_client.fetch(
            f"{jp_base_url}{path}", method=method, headers=headers, body=body, follow_redirects=False, raise_error=False
        )
        given = (cookie.split(";")[0].split("=", 1) for cookie in response.headers.get_list("Set-Cookie"))
        return response, {**(cookies or {}), **dict(given)}

    _, cookies = await fetch("login")
    for said, in_ in (("wrong", False), (password, True)):
        form = urlencode({"password": said, "_xsrf": cookies["_xsrf"]})
        _, found = await fetch("login", "POST", cookies, form)
        frames, _ = await fetch(f"phoenix-lab/api/frames?kernel_id={digits.id}", cookies=found)
        assert frames.code == (200 if in_ else 403)
    body = json.dumps({"kernel_id": digits.id, "expression": "prod"})
    assert (await fetch("phoenix-lab/api/inferences", "POST", found, body))[0].code == 403
    given = await fetch("phoenix-lab/api/inferences", "POST", found, body, **{"X-XSRFToken": found["_xsrf"]})
    assert given[0].code == 201


class Nobody(Authorizer):
    """Allows what is in `allowed`, and remembers what was asked."""

    allowed = frozenset()
    asked = None

    def is_authorized(self, handler, user, action, resource):
        if self.asked is not None:
            self.asked.append((action, resource))
        return (action, resource) in self.allowed


@pytest.fixture
def authorizer(jp_server_config):
    jp_server_config["ServerApp"]["authorizer_class"] = Nobody
    Nobody.asked = []
    Nobody.allowed = frozenset()
    return Nobody


async def test_an_authorizer_that_says_no_is_obeyed(
    authorizer, jp_serverapp, http_server_client, jp_base_url, jp_auth_header
):
    for handler, path in routes_of(jp_serverapp):
        for verb in verbs_of(handler):
            authorizer.asked.clear()
            status, body = await ask(http_server_client, jp_base_url, verb, path, **jp_auth_header)
            assert status == 403, (verb, path)
            assert "not authorized" in json.loads(body)["message"]
            ((_, resource),) = authorizer.asked
            assert resource == "phoenix_lab"


async def test_running_code_in_a_kernel_needs_leave_for_that(
    authorizer, jp_serverapp, http_server_client, jp_base_url, jp_auth_header
):
    authorizer.allowed = frozenset((action, "phoenix_lab") for action in ("read", "write", "execute"))
    denied = set()
    for handler, path in routes_of(jp_serverapp):
        for verb in verbs_of(handler):
            authorizer.asked.clear()
            status, _ = await ask(http_server_client, jp_base_url, verb, path, **jp_auth_header)
            if ("execute", "kernels") in authorizer.asked:
                assert status == 403, (verb, path)
                denied.add((verb, path))
            elif ("read", "contents") in authorizer.asked:
                assert (status, (verb, path) in READS_FILES) == (403, True)
            else:
                assert status != 403, (verb, path)
    assert denied == EXECUTES


async def test_reading_alone_changes_nothing(authorizer, jp_serverapp, http_server_client, jp_base_url, jp_auth_header):
    authorizer.allowed = frozenset({("read", "phoenix_lab"), ("execute", "kernels")})
    for handler, path in routes_of(jp_serverapp):
        for verb in verbs_of(handler):
            if verb == "DELETE" or (verb == "POST" and not path.endswith(("columns", "labels", "images"))):
                status, _ = await ask(http_server_client, jp_base_url, verb, path, **jp_auth_header)
                assert status == 403, (verb, path)


async def test_errors_are_problems_and_show_no_trace(api, lab, monkeypatch):
    monkeypatch.setattr(lab.sets, "get", lambda number: 1 / 0)
    answer = await api.get("inferences/abc")
    assert answer.status == 500
    assert set(answer.json) == {"message", "hint", "column"}
    assert "ZeroDivisionError" not in answer.body.decode()
    assert "Traceback" not in answer.body.decode()
    assert answer.headers["Content-Type"].startswith("application/json")


async def test_ids_are_only_hexadecimal_digits(api):
    for path in ("inferences/..%2f..%2fetc", "analyses/%00/result", "inferences/" + "a" * 65):
        assert (await api.get(path)).status == 404


async def test_kernel_ids_and_names_never_reach_code_or_paths(api, digits):
    for kernel in ("../../etc/passwd", "'; import os; '"):
        assert (await api.get("frames", kernel_id=kernel)).status == 404
    for expression in (
        "__import__('os').system('touch /tmp/x')",
        "prod.drop(columns=[])",
        "prod; 1",
        "'" * 3,
        "prod\n",
    ):
        answer = await api.post("inferences", {"kernel_id": digits.id, "expression": expression})
        assert answer.status in (201, 409)
        if answer.status == 201:
            assert expression.strip() == "prod"
    answer = await api.post("inferences", {"kernel_id": digits.id, "ref": "\"') or __import__('os')"})
    assert answer.status == 409


async def test_a_kernel_cannot_make_the_server_read_other_files(api, digits, tmp_path):
    """The kernel writes a link to another file where the server expects columns."""
    import pyarrow as pa

    secret = tmp_path / "secret.arrow"
    with pa.ipc.new_file(str(secret), pa.schema({"size": pa.float64()})) as writer:
        writer.write_table(pa.table({"size": [42.0] * 957}))
    which = await api.read(digits, "prod")
    await digits.run(
        "import sys, os\n"
        "bridge = sys.modules['_phoenix_lab_bridge']\n"
        f"def write(table, path): os.symlink({str(secret)!r}, path)\n"
        "bridge._write_file = write"
    )
    answer = await api.post(f"inferences/{which['id']}/columns", {"columns": ["size"]})
    assert answer.status == 409
    assert "not a file of its own" in answer.json["message"]


@pytest.mark.parametrize(
    ("write", "says"),
    [
        ("real(table, path); os.truncate(path, os.path.getsize(path) // 2)", "damaged or cut off"),
        ("open(path, 'wb').write(b'ARROW1' + bytes(1000))", "damaged or cut off"),
        ("pass", "no file that this server can read"),
        ("real(table.slice(0, 10), path)", "other columns than it was asked for"),
        ("real(table.rename_columns(['other']), path)", "other columns than it was asked for"),
    ],
)
async def test_what_a_kernel_writes_is_not_trusted(api, digits, lab, write, says):
    which = await api.read(digits, "prod")
    await digits.run(
        "import sys, os\n"
        "bridge = sys.modules['_phoenix_lab_bridge']\n"
        "real = bridge._write_file\n"
        f"def write(table, path): {write}\n"
        "bridge._write_file = write"
    )
    answer = await api.post(f"inferences/{which['id']}/columns", {"columns": ["size"]})
    assert answer.status == 409
    assert says in answer.json["message"]
    assert [p.name for p in lab.spool.folder.iterdir()] == ["lock"]


async def test_what_a_kernel_changes_after_the_check_is_not_read(api, digits, lab):
    which = await api.read(digits, "prod")
    (await api.post(f"inferences/{which['id']}/columns", {"columns": ["size"], "rows": [0]})).ok()
    (path,) = lab.spool.folder.glob("*.arrow")
    await digits.run(
        f"with open({str(path)!r}, 'r+b') as file: file.seek(-200, 2); file.write(bytes(64))"  # of the same length
    )
    answer = await api.post(f"inferences/{which['id']}/columns", {"columns": ["size"], "rows": [0]})
    assert answer.status == 409
    assert "not those that the kernel wrote" in answer.json["message"]
    request = {"recipe": {"kind": "distribution", "column": "size"}, "primary": which["id"]}
    number = (await api.post("analyses", request)).ok().json["id"]
    last = (await api.events(number))[-1]
    assert last["state"] == "failed"
    assert "not those that the kernel wrote" in json.dumps(last)


async def test_a_column_called_script_stays_a_name(api, digits):
    which = await api.read(digits, "prod")
    name = "<script>alert(1)</script>"
    last, result = await api.run({"kind": "distribution", "column": name}, which)
    assert last["state"] == "done"
    assert result.meta["column"] == name
    for path in (f"inferences/{which['id']}",):
        answer = await api.get(path)
        assert answer.headers["Content-Type"].startswith("application/json")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    missing = await api.post(f"inferences/{which['id']}/columns", {"columns": ["<img src=x onerror=alert(1)>"]})
    assert missing.status == 404
    assert missing.headers["Content-Type"].startswith("application/json")


LIES = [
    "None",
    "[]",
    "'text'",
    "{}",
    "{**real, 'n_rows': 10 ** 18}",
    "{**real, 'n_rows': -1}",
    "{**real, 'n_rows': 'many'}",
    "{**real, 'n_rows': None}",
    "{**real, 'columns': None}",
    "{**real, 'columns': [{'name': 1, 'dtype': []}]}",
    "{**real, 'columns': [{'name': 'x', 'dtype': 'y'}] * 3}",
    "{**real, 'columns': [{'name': 'x' * 10 ** 6, 'dtype': 'y' * 10 ** 6}]}",
    "{**real, 'names': [1, None]}",
    "{**real, 'names': '<img src=x onerror=alert(1)>'}",
    "{**real, 'look': {'a': 1}}",
    "{**real, 'digests': 3}",
    "{**real, 'ref': '../../etc/passwd'}",
    "{**real, 'ref': None}",
    "{**real, 'nbytes': 10 ** 400}",
    "{**real, 'library': ['x'], 'type': 5}",
    "{'error': {'message': ['<script>'], 'hint': 7, 'column': {}}}",
    "{'error': 'x'}",
]


async def test_answers_of_a_kernel_that_lies_are_refused_or_do_no_harm(api, digits, lab):
    """Whatever a kernel answers to each question, there is an answer in time, without a trace, and the next question finds its own."""
    await api.read(digits, "prod")
    await digits.run(
        "import json, sys\n"
        "bridge = sys.modules['_phoenix_lab_bridge']\n"
        "calls, dumps = dict(bridge._CALLS), bridge.json.dumps\n"
        "def lying(name, lie):\n"
        "    bridge._CALLS.clear(); bridge._CALLS.update(calls)\n"
        "    bridge._CALLS[name] = lambda **k: eval(lie, {'real': calls[name](**k)})"
    )
    for name in ("describe", "sample", "list"):
        for lie in LIES:
            await digits.run(f"lying({name!r}, {lie!r})")
            if name == "list":
                asked = [api.get("frames", kernel_id=digits.id)]
            else:
                asked = [api.post("inferences", {"kernel_id": digits.id, "expression": "prod"})]
            for one in asked:
                answer = await asyncio.wait_for(one, 20)
                assert answer.status in (200, 201, 400, 409, 413), (name, lie, answer.status, answer.body[:300])
                assert answer.headers["Content-Type"].startswith("application/json")
                assert "Traceback" not in answer.body.decode()
                if answer.status == 201:
                    which = answer.json["id"]
                    values = await asyncio.wait_for(
                        api.post(f"inferences/{which}/columns", {"columns": ["size"], "rows": [0]}), 20
                    )
                    assert values.status in (200, 404, 409, 413), (name, lie, values.status, values.body[:300])
                    await api.delete(f"inferences/{which}")
    await digits.run("bridge._CALLS.update(calls)")
    assert (await api.read(digits, "prod"))["n_rows"] == 957
