"""A server that two people may use, and a kernel that is the one's alone: the other gets nothing of it by any route, nor by the kernel's own websocket."""

from __future__ import annotations

import json

import pytest
from conftest import Answer
from jupyter_server.auth import Authorizer, IdentityProvider, User
from test_security import EXECUTES
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect


class ByToken(IdentityProvider):
    """The token is the name."""

    def get_user(self, handler):
        name = handler.request.headers.get("Authorization", "").removeprefix("token ")
        return User(username=name) if name in ("alice", "bob") else None

    def is_token_authenticated(self, handler):
        return True


class ByKernel(Authorizer):
    """Each may do everything but with kernels of others, which are known by the path of Jupyter's own handlers."""

    kernels = {}  # noqa: RUF012 - the server makes the object

    def is_authorized(self, handler, user, action, resource):
        owner = self.kernels.get(handler.path_kwargs.get("kernel_id"))
        return resource != "kernels" or owner in (None, user.username)


@pytest.fixture
def jp_server_config(jp_server_config):
    jp_server_config["ServerApp"] |= {"identity_provider_class": ByToken, "authorizer_class": ByKernel}
    return jp_server_config


async def test_the_kernel_of_another_user_is_refused(
    digits, jp_serverapp, http_server_client, jp_base_url, jp_http_port
):
    ByKernel.kernels = {digits.id: "alice"}

    async def ask(user, verb, path, body=None):
        data = None if body is None else json.dumps(body)
        try:
            response = await http_server_client.fetch(
                f"{jp_base_url}phoenix-lab/api/{path}",
                method=verb,
                body=data,
                headers={"Authorization": f"token {user}"},
            )
        except HTTPClientError as error:
            response = error.response
        return Answer(response.code, response.body, dict(response.headers))

    described = {"kernel_id": digits.id, "expression": "prod"}
    mine = (await ask("alice", "POST", "inferences", described)).ok().json["id"]
    asked = [
        ("GET", f"frames?kernel_id={digits.id}", None),
        ("POST", "inferences", described),
        ("POST", f"inferences/{mine}/columns", {"columns": ["size"]}),
        ("POST", f"inferences/{mine}/labels", {"rows": [0]}),
        ("POST", f"inferences/{mine}/images", {"column": "size", "rows": [0], "urls": False}),
        ("POST", f"inferences/{mine}/roles", {"corrections": []}),
        ("POST", "analyses", {"recipe": {"kind": "summary"}, "primary": mine}),
        ("POST", "exports", {"kernel_id": digits.id, "name": "x", "parts": [{"inferences": mine, "rows": [0]}]}),
        ("DELETE", f"inferences/{mine}", None),
    ]
    assert {(verb, path.split("?")[0].replace(mine, "abc")) for verb, path, _ in asked} == EXECUTES
    for user, statuses in (("bob", {403}), ("mallory", {403}), ("alice", {200, 201, 204})):
        for verb, path, body in asked:
            answer = await ask(user, verb, path, body)
            assert answer.status in statuses, (user, verb, path, answer.body)
        assert ("x" in await digits.run("print([k for k in list(globals()) if k == 'x'])")) == (user == "alice")

    url = f"ws://127.0.0.1:{jp_http_port}{jp_base_url}api/kernels/{digits.id}/channels"
    for user in ("bob", "mallory"):
        with pytest.raises(HTTPClientError, match="403"):
            await websocket_connect(HTTPRequest(url, headers={"Authorization": f"token {user}"}))
    (await websocket_connect(HTTPRequest(url, headers={"Authorization": "token alice"}))).close()
