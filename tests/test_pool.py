from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import until

from phoenix_lab.engine.pool import JobFailed, Pool, WorkerDied, _Worker
from phoenix_lab.recipes.output import Cancelled

HERE = str(Path(__file__).parent)


@contextlib.asynccontextmanager
async def pool_of(workers, **options):
    pool = Pool(workers=workers, target="pool_jobs:perform", path=[HERE], **options)
    try:
        yield pool
    finally:
        await pool.close()


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # a child that was not waited for yet is still found
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"


async def test_nothing_runs_before_it_is_wanted():
    async with pool_of(2) as pool:
        await asyncio.sleep(0.05)
        assert pool.processes == ()


async def test_one_process_answers_many_jobs():
    async with pool_of(1) as pool:
        answers = [await pool.run({"do": "echo", "say": n}) for n in range(3)]
        assert [a["said"] for a in answers] == [0, 1, 2]
        assert {a["pid"] for a in answers} == set(pool.processes)
        assert answers[0]["pid"] != os.getpid()


async def test_the_users_folder_is_not_on_the_path_of_a_worker(tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("raise SystemExit('the wrong module')")
    monkeypatch.chdir(tmp_path)
    async with pool_of(1) as pool:
        answer = await pool.run({"do": "echo", "say": "x"})
        assert "" not in answer["path"]
        assert str(tmp_path) not in answer["path"]


async def test_what_a_library_prints_does_not_harm_the_messages():
    async with pool_of(1) as pool:
        assert await pool.run({"do": "chatter", "say": "ü"}) == {"said": "ü"}
        assert await pool.run({"do": "chatter", "say": "x" * 300_000}) == {"said": "x" * 300_000}


async def test_progress_arrives_in_order():
    seen = []
    async with pool_of(1) as pool:
        result = await pool.run(
            {"do": "steps", "n": 8, "pause": 0.06}, progress=lambda stage, fraction: seen.append((stage, fraction))
        )
    assert result == {"walked": 8}
    walked = [fraction for stage, fraction in seen if stage == "walking"]
    assert len(walked) >= 4
    assert walked == sorted(walked)


async def test_a_refusal_is_told_in_the_recipes_words_and_the_worker_lives_on():
    async with pool_of(1) as pool:
        with pytest.raises(JobFailed, match='column "a" is empty'):
            await pool.run({"do": "refuse"})
        before = pool.processes
        assert (await pool.run({"do": "echo", "say": 1}))["said"] == 1
        assert pool.processes == before


async def test_a_bug_is_logged_but_not_shown(caplog):
    async with pool_of(1) as pool:
        with caplog.at_level(logging.WARNING), pytest.raises(JobFailed) as caught:
            await pool.run({"do": "stumble"})
    assert "secret detail" not in caught.value.message
    assert "ZeroDivisionError" in caught.value.message
    assert "secret detail" in caplog.text


async def test_a_cancelled_job_stops_by_itself_and_the_worker_is_kept():
    async with pool_of(1) as pool:
        started = asyncio.Event()
        job = asyncio.ensure_future(
            pool.run({"do": "steps", "n": 10_000, "pause": 0.01}, progress=lambda *_: started.set())
        )
        await started.wait()
        before = pool.processes
        job.cancel()
        with pytest.raises(asyncio.CancelledError):
            await job
        await until(lambda: not pool.busy)
        assert pool.processes == before
        assert (await pool.run({"do": "echo", "say": 1}))["pid"] == before[0]


async def test_a_job_that_does_not_listen_is_killed_and_the_next_one_runs():
    async with pool_of(1) as pool:
        started = asyncio.Event()
        job = asyncio.ensure_future(pool.run({"do": "deaf", "seconds": 60}, progress=lambda *_: started.set()))
        await started.wait()
        (old,) = pool.processes
        job.cancel()
        with pytest.raises(asyncio.CancelledError):
            await job
        answer = await pool.run({"do": "echo", "say": 1})
        assert answer["pid"] != old
        assert not is_running(old)


async def test_a_waiting_job_can_be_cancelled():
    async with pool_of(1) as pool:
        first = asyncio.ensure_future(pool.run({"do": "steps", "n": 20, "pause": 0.02}))
        second = asyncio.ensure_future(pool.run({"do": "leave"}))
        await asyncio.sleep(0)
        second.cancel()
        assert await first == {"walked": 20}
        assert len(pool.processes) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
async def test_a_killed_worker_fails_its_one_job_and_is_replaced():
    async with pool_of(2) as pool:
        doomed_started, other_started = asyncio.Event(), asyncio.Event()
        doomed = asyncio.ensure_future(
            pool.run({"do": "deaf", "seconds": 60}, progress=lambda *_: doomed_started.set())
        )
        await doomed_started.wait()
        (victim,) = pool.busy
        other = asyncio.ensure_future(
            pool.run({"do": "steps", "n": 30, "pause": 0.02}, progress=lambda *_: other_started.set())
        )
        await other_started.wait()
        os.kill(victim, signal.SIGKILL)
        with pytest.raises(WorkerDied, match="memory ran out"):
            await doomed
        assert await other == {"walked": 30}
        await until(lambda: len(pool.processes) == 2)
        assert victim not in pool.processes


async def test_a_worker_that_ends_by_itself_is_reported():
    async with pool_of(1) as pool:
        with pytest.raises(WorkerDied, match="code 3"):
            await pool.run({"do": "leave"})
        assert (await pool.run({"do": "echo", "say": 1}))["said"] == 1


async def test_a_worker_that_needs_too_much_memory_says_so():
    async with pool_of(1, memory=400 << 20) as pool:
        with pytest.raises(WorkerDied, match="The memory ran out"):
            await pool.run({"do": "eat"})
        assert (await pool.run({"do": "echo", "say": 1}))["said"] == 1


async def test_short_questions_overtake_long_ones():
    async with pool_of(2) as pool:
        order = []

        async def ask(name, payload, *, heavy):
            await pool.run(payload, heavy=heavy)
            order.append(name)

        await asyncio.gather(
            ask("map 1", {"do": "steps", "n": 60, "pause": 0.02}, heavy=True),
            ask("map 2", {"do": "steps", "n": 1, "pause": 0.02}, heavy=True),
            ask("column", {"do": "echo", "say": 1}, heavy=False),
        )
        assert order.index("column") < order.index("map 2")
        assert order.index("map 1") < order.index("map 2")


async def test_workers_share_the_cores():
    async with pool_of(1, threads=3) as pool:
        if "OMP_NUM_THREADS" not in os.environ:
            assert (await pool.run({"do": "echo", "say": 1}))["threads"] == "3"


async def test_idle_workers_go_home_and_come_back():
    async with pool_of(1, idle=0.2) as pool:
        first = (await pool.run({"do": "echo", "say": 1}))["pid"]
        await until(lambda: not pool.processes)
        await until(lambda: not is_running(first))
        assert (await pool.run({"do": "echo", "say": 1}))["pid"] != first


async def test_closing_ends_everything():
    async with pool_of(2) as pool:
        started = asyncio.Event()
        job = asyncio.ensure_future(pool.run({"do": "deaf", "seconds": 60}, progress=lambda *_: started.set()))
        await started.wait()
        pids = pool.processes
    with pytest.raises(JobFailed, match="shutting down"):
        await job
    await until(lambda: not any(is_running(pid) for pid in pids))
    with pytest.raises(JobFailed):
        await pool.run({"do": "echo", "say": 1})


async def test_a_worker_that_cannot_start_is_reported():
    pool = Pool(workers=1, target="no_such_module:perform")
    with pytest.raises(WorkerDied, match="no_such_module"):
        await asyncio.wait_for(pool.run({"do": "echo"}), 30)
    await pool.close()


async def test_the_loop_goes_on_while_workers_start_and_work():
    longest = 0.0

    async def tick():
        nonlocal longest
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.005)
            longest = max(longest, time.perf_counter() - before)

    ticking = asyncio.ensure_future(tick())
    async with pool_of(2) as pool:
        await asyncio.gather(*(pool.run({"do": "steps", "n": 20, "pause": 0.01}) for _ in range(4)))
    ticking.cancel()
    assert longest < 1.0  # a generous bound: a start alone takes longer than that when it blocks


def test_workers_do_not_outlive_their_server():
    program = (
        "import asyncio, sys, os\n"
        "from phoenix_lab.engine.pool import Pool\n"
        "async def main():\n"
        f"    pool = Pool(workers=1, target='pool_jobs:perform', path=[{HERE!r}])\n"
        "    job = asyncio.ensure_future(pool.run({'do': 'deaf', 'seconds': 60}))\n"
        "    while not pool.busy: await asyncio.sleep(.02)\n"
        "    print(pool.processes[0], flush=True)\n"
        "    os._exit(9)\n"
        "asyncio.run(main())\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    worker = int(done.stdout)
    deadline = time.monotonic() + 60
    while is_running(worker):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_cancelled_is_not_a_failure():
    assert not issubclass(Cancelled, JobFailed)


async def test_what_nobody_waits_for_rests_while_somebody_waits():
    async with pool_of(2) as pool:
        await asyncio.gather(pool.run({"do": "echo", "say": 0}), pool.run({"do": "steps", "n": 1, "pause": 0.5}))
        await until(lambda: len(pool.processes) == 2)
        told = []
        quiet = asyncio.create_task(
            pool.run({"do": "steps", "n": 100, "pause": 0.02}, background=True, progress=lambda *p: told.append(p))
        )
        await until(lambda: len(told) > 2)
        asked = asyncio.create_task(pool.run({"do": "steps", "n": 30, "pause": 0.02}))
        await asyncio.sleep(0.2)
        before = len(told)
        await asyncio.sleep(0.2)
        assert not asked.done()
        assert len(told) == before  # it stands still, and loses nothing
        await asked
        assert (await quiet)["walked"] == 100
        assert [fraction for _, fraction in told] == sorted(fraction for _, fraction in told)


async def test_what_nobody_waits_for_gives_up_the_only_worker_and_starts_again():
    async with pool_of(1) as pool:
        started = []
        quiet = asyncio.create_task(
            pool.run({"do": "steps", "n": 40, "pause": 0.05}, background=True, progress=lambda *p: started.append(p[1]))
        )
        await until(lambda: len(started) > 1)
        begun = time.monotonic()
        assert (await pool.run({"do": "echo", "say": 1}))["said"] == 1
        assert time.monotonic() - begun < 1.0
        assert (await quiet)["walked"] == 40
        assert started.count(0.0) == 2


async def test_what_nobody_waits_for_can_be_cancelled_while_it_rests():
    async with pool_of(2) as pool:
        await asyncio.gather(pool.run({"do": "echo", "say": 0}), pool.run({"do": "steps", "n": 1, "pause": 0.5}))
        told = []
        quiet = asyncio.create_task(
            pool.run({"do": "steps", "n": 100, "pause": 0.02}, background=True, progress=lambda *p: told.append(p))
        )
        await until(lambda: told)
        asked = asyncio.create_task(pool.run({"do": "steps", "n": 20, "pause": 0.02}))
        await asyncio.sleep(0.1)
        quiet.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await quiet
        assert (await asked)["walked"] == 20
        assert (await pool.run({"do": "echo", "say": 2}))["said"] == 2


async def test_what_nobody_waits_for_holds_no_place_of_heavy_jobs():
    async with pool_of(2) as pool:
        await asyncio.gather(pool.run({"do": "echo", "say": 0}), pool.run({"do": "steps", "n": 1, "pause": 0.5}))
        await until(lambda: len(pool.processes) == 2)
        told = []
        quiet = asyncio.create_task(
            pool.run(
                {"do": "steps", "n": 40, "pause": 0.02}, heavy=True, background=True, progress=lambda *p: told.append(p)
            )
        )
        await until(lambda: told)
        asked = [pool.run({"do": "steps", "n": 2, "pause": 0.02}, heavy=True) for _ in range(3)]
        assert [one["walked"] for one in await asyncio.wait_for(asyncio.gather(*asked), 30)] == [2, 2, 2]
        assert (await quiet)["walked"] == 40


async def test_a_worker_that_is_ended_as_it_answers_takes_no_job_with_it(monkeypatch):
    """The answer of a job that has to give way comes just when its time is up; the job goes on with another worker."""
    kill = _Worker.kill

    def late(worker):
        time.sleep(0.2)  # the answer arrives meanwhile
        kill(worker)

    monkeypatch.setattr("phoenix_lab.engine.pool._GRACE", 0.001)
    monkeypatch.setattr(_Worker, "kill", late)
    async with pool_of(1) as pool:
        told = []
        quiet = asyncio.create_task(
            pool.run({"do": "steps", "n": 8, "pause": 0.02}, background=True, progress=lambda *p: told.append(p))
        )
        await until(lambda: told)
        assert (await pool.run({"do": "echo", "say": 1}))["said"] == 1
        assert (await quiet)["walked"] == 8
