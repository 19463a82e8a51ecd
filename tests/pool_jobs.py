"""What the workers of test_pool.py run."""

from __future__ import annotations

import os
import sys
import time

from phoenix_lab.recipes.output import RecipeError


def perform(payload, progress):
    return JOBS[payload["do"]](payload, progress)


def echo(payload, progress):
    return {"said": payload["say"], "pid": os.getpid(), "threads": os.environ.get("OMP_NUM_THREADS"), "path": sys.path}


def chatter(payload, progress):
    print("this is not a message")
    os.write(1, b"neither is this")
    return {"said": payload["say"]}


def steps(payload, progress):
    for step in range(payload["n"]):
        progress("walking", step / payload["n"])
        time.sleep(payload["pause"])
    return {"walked": payload["n"]}


def deaf(payload, progress):
    progress("deaf", 0.0)
    time.sleep(payload["seconds"])
    return {}


def refuse(payload, progress):
    raise RecipeError('column "a" is empty')


def stumble(payload, progress):
    raise ZeroDivisionError("secret detail")


def eat(payload, progress):
    hoard = []
    while True:
        hoard.append(bytearray(os.urandom(1 << 20) * 16))
        progress("eating", 0.0)


def leave(payload, progress):
    os._exit(3)


JOBS = {f.__name__: f for f in (echo, chatter, steps, deaf, refuse, stumble, eat, leave)}
