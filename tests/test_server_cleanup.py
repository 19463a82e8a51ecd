"""Users' data on disk, and how it goes away again."""

from __future__ import annotations

import asyncio

import pytest
from conftest import until
from test_server import files_of


async def read_all(api, kernel, expression):
    which = await api.read(kernel, expression)
    await api.run({"kind": "summary"}, which)
    return which


async def test_released_sets_leave_no_files(api, digits, lab):
    one, two = await read_all(api, digits, "prod"), await read_all(api, digits, "train")
    count = len(files_of(lab))
    assert count >= 4
    assert (await api.delete(f"inferences/{one['id']}")).status == 204
    assert len(files_of(lab)) == count / 2
    assert (await api.get(f"inferences/{one['id']}")).status == 404
    assert (await api.delete(f"inferences/{two['id']}")).status == 204
    assert files_of(lab) == []


async def test_the_kernel_lets_go_of_a_released_frame_but_not_of_one_in_use(api, digits):
    await digits.run("import weakref; copy = prod.copy(); seen = weakref.ref(copy)")
    one, two = await api.read(digits, "copy"), await api.read(digits, "copy")
    await digits.run("del copy")
    await api.delete(f"inferences/{one['id']}")
    values = await api.post(f"inferences/{two['id']}/columns", {"columns": ["size"], "rows": [0]})
    assert values.ok().table.num_rows == 1
    await api.delete(f"inferences/{two['id']}")
    for _ in range(50):
        if await digits.run("import gc; gc.collect(); print(seen() is None)") == "True\n":
            return
        await asyncio.sleep(0.1)
    pytest.fail("the kernel still holds the frame")


async def test_a_shut_down_kernel_takes_its_files_with_it(api, digits, lab, jp_serverapp):
    which = await read_all(api, digits, "prod")
    assert files_of(lab)
    await jp_serverapp.kernel_manager.shutdown_kernel(digits.id)
    await until(lambda: files_of(lab) == [])
    gone = await api.get(f"inferences/{which['id']}")
    assert gone.status == 404
    assert gone.json["hint"]


async def test_stopping_the_server_removes_everything_and_ends_the_workers(api, digits, lab):
    await read_all(api, digits, "prod")
    folder = lab.spool.folder
    assert folder.is_dir()
    assert lab.pool.processes
    await lab.stop_extension()
    assert not folder.exists()
    assert list(lab.spool.root.iterdir()) == []
    assert lab.pool.processes == ()


@pytest.fixture
def small_quota(jp_server_config):
    jp_server_config["PhoenixLab"]["spool_quota"] = 300_000
    return 300_000


async def test_the_quota_takes_what_was_unused_for_longest_and_it_is_read_again(small_quota, api, digits, lab):
    one, two = await api.read(digits, "prod"), await api.read(digits, "train")

    async def look(which):
        answer = await api.post(f"inferences/{which['id']}/columns", {"columns": ["vector"], "rows": [3]})
        return answer.ok().table.to_pylist()

    first = await look(one)
    assert len(files_of(lab)) == 1
    await look(two)
    assert len(files_of(lab)) == 1
    assert lab.spool.used() < small_quota
    assert await look(one) == first


async def test_more_than_the_quota_at_once_is_refused_with_what_to_do(small_quota, api, digits, lab):
    one, two = await api.read(digits, "prod"), await api.read(digits, "train")
    recipe = {"kind": "embedding_map", "embedding": "vector"}
    answer = await api.post("analyses", {"recipe": recipe, "primary": one["id"], "reference": two["id"]})
    last = (await api.events(answer.ok().json["id"]))[-1]
    assert last["state"] == "failed"
    assert "PhoenixLab.spool_quota" in last["problem"]["hint"]
    assert lab.spool.used() < small_quota
