"""How fast rows are judged, and what the intervals of a judge's rates hold: the tables of `docs/performance.md` and `docs/statistics.md`.

    python benchmarks/judge.py            # some five minutes
    python benchmarks/judge.py --quick    # a fifth of the runs

The endpoint is a server in another process of this machine that answers after 50 ms. The ideal is rows / concurrency x 50 ms: no time of ours at all.
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import multiprocessing.connection
import os
import re
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pandas as pd

import phoenix_lab as px
from phoenix_lab.stats.agreement import kappa
from phoenix_lab.stats.prediction_powered import allocation, corrected_share
from phoenix_lab.stats.proportions import wilson

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from openai_server import Reply, Server, fault, said

LATENCY, ROWS, CONCURRENCY = 0.05, 1000, 32
JUDGES = [  # share of the label, how often the judge sees it, how often it sees it where it is not
    (0.20, 0.70, 0.10),
    (0.10, 0.90, 0.20),
    (0.50, 0.80, 0.40),
    (0.05, 0.60, 0.03),
    (0.30, 0.95, 0.05),
    (0.90, 0.90, 0.50),
]


def serve(pipe: multiprocessing.connection.Connection, faults: bool) -> None:
    def chat(body: dict, tries: int) -> Reply:
        i = int(re.search(r"number (\d+)", body["messages"][1]["content"])[1])
        if faults and tries == 0 and i % 20 < 3:
            return fault(429 if i % 20 < 2 else 500)
        return Reply(said("toxic" if i % 3 else "non-toxic"), wait=LATENCY)

    with Server(chat=chat) as server:
        pipe.send(server.url)
        pipe.recv()


def bare(url: str) -> float:
    """Return the seconds of as many threads with open sockets that send the same and look at nothing: what this machine can do today."""
    parts = urlsplit(url)
    body = json.dumps({"messages": [{"content": "x" * 900}, {"content": "bare number 1"}]}).encode()
    request = f"POST {parts.path}/chat/completions HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    places = itertools.count()

    def run() -> None:
        with socket.create_connection((parts.hostname, parts.port)) as sock, sock.makefile("rb") as answer:
            while next(places) < ROWS:
                sock.sendall(request)
                while line := answer.readline().strip():
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                answer.read(length)

    threads = [threading.Thread(target=run) for _ in range(CONCURRENCY)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


def speed(runs: int) -> None:
    print(f"\n**{ROWS:,} rows, {LATENCY * 1000:.0f} ms, concurrency {CONCURRENCY}**, best of {runs}\n")
    print("| | seconds | times the ideal |\n|---|---|---|")
    ideal = ROWS / CONCURRENCY * LATENCY
    print(f"| ideal | {ideal:.2f} | 1.00 |")
    spawn = multiprocessing.get_context("spawn")
    for name, faults in (("`px.judge`", False), ("`px.judge`, 10 % refused (429), 5 % failed (500)", True)):
        taken, floor = [], []
        for run in range(runs):
            ours, theirs = spawn.Pipe()
            server = spawn.Process(target=serve, args=(theirs, faults), daemon=True)
            server.start()
            url = ours.recv()
            frame = pd.DataFrame({"input": [f"run {run}, number {i}" for i in range(ROWS)]})
            began = time.perf_counter()
            found = px.judge(frame, "toxicity", model="m", base_url=url, concurrency=CONCURRENCY, quiet=True)
            taken.append(time.perf_counter() - began)
            if found["label"].isna().any():
                raise RuntimeError(found["error"].dropna().iloc[0])
            began = time.perf_counter()
            px.judge(frame, "toxicity", model="m", base_url=url, concurrency=CONCURRENCY, quiet=True)
            again = time.perf_counter() - began
            floor.append(bare(url))
            ours.send("over")
            server.join()
        if not faults:
            print(f"| bare sockets | {min(floor):.2f} | {min(floor) / ideal:.2f} |")
        print(f"| {name} | {min(taken):.2f} | {min(taken) / ideal:.2f} |", flush=True)
    print(f"| the same call again, all answers kept | {again:.2f} | {again / ideal:.2f} |")


def draw(g: np.random.Generator, n: int, judge: tuple[float, float, float], size: int) -> tuple[np.ndarray, np.ndarray]:
    rate, hit, false_alarm = judge
    alike = np.repeat(g.random(-(-n // size)) < rate, size)[:n]
    truth = np.where(g.random(n) < 0.5, alike, g.random(n) < rate) if size > 1 else alike
    return truth, np.where(truth, g.random(n) < hit, g.random(n) < false_alarm).astype(np.int64)


def coverage(runs: int) -> None:
    print("\n**Share of the 95 % intervals that hold the truth**, of 2,000 rows\n")
    print(
        "| share, seen, false alarms | labelled | corrected | mean width | labelled rows alone, width | the judge alone | kappa |"
    )
    print("|---|---|---|---|---|---|---|")
    g = np.random.default_rng(0)
    for judge in JUDGES:
        truth, said_ = draw(g, 2_000_000, judge, 1)
        whole = kappa(truth.astype(np.int64), said_, 2).value
        for labelled in (40, 100, 200):
            held = alone = kappas = 0
            widths, plain = [], []
            for _ in range(runs):
                truth, said_ = draw(g, 2000, judge, 1)
                has = np.zeros(2000, dtype=bool)
                rows = np.bincount(said_, minlength=2)
                for h, k in enumerate(allocation(rows, labelled)):
                    has[g.choice(np.flatnonzero(said_ == h), k, replace=False)] = True
                found = corrected_share(said_, has, truth)
                held += found.lower <= judge[0] <= found.upper
                widths.append(found.upper - found.lower)
                low, high = wilson(truth[:labelled].sum(), labelled, 0.95)
                plain.append(float(high - low))
                low, high = wilson(said_.sum(), 2000, 0.95)
                alone += low <= judge[0] <= high
                weights = (rows / np.bincount(said_[has], minlength=2))[said_[has]]
                agreed = kappa(truth[has].astype(np.int64), said_[has], 2, weights=weights)
                kappas += agreed.lower is not None and agreed.lower <= whole <= agreed.upper
            cells = [f"{x / runs:.3f}" for x in (held, alone, kappas)]
            print(
                f"| {judge[0]:.2f}, {judge[1]:.2f}, {judge[2]:.2f} | {labelled} | {cells[0]} | {np.mean(widths):.3f} | {np.mean(plain):.3f} | {cells[1]} | {cells[2]} |",
                flush=True,
            )


def clustered(runs: int) -> None:
    print("\n**The same with 10 rows a unit, half of them alike**, 400 units, all rows of 40 units labelled\n")
    print("| share, seen, false alarms | with the unit | without |\n|---|---|---|")
    g = np.random.default_rng(1)
    units = np.repeat(np.arange(400), 10)
    for judge in JUDGES:
        held = np.zeros(2)
        for _ in range(runs):
            truth, said_ = draw(g, 4000, judge, 10)
            has = np.isin(units, g.choice(400, 40, replace=False))
            for k, unit in enumerate((units, None)):
                found = corrected_share(said_, has, truth, units=unit)
                held[k] += found.lower <= judge[0] <= found.upper
        print(
            f"| {judge[0]:.2f}, {judge[1]:.2f}, {judge[2]:.2f} | {held[0] / runs:.3f} | {held[1] / runs:.3f} |",
            flush=True,
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a fifth of the runs")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PHOENIX_LAB_CACHE_DIR"] = folder
        speed(3 if quick else 5)
        coverage(400 if quick else 2000)
        clustered(200 if quick else 1000)
