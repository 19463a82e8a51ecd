"""How many requests are under way at once: as many as the endpoint bears."""

from __future__ import annotations

import math
import threading
import time


class Stopped(Exception):  # noqa: N818 - not a fault: somebody asked for it
    """Nothing more is to be sent."""


class Pace:
    """A limit on requests under way that finds itself, as DCTCP's does (Alizadeh and others, SIGCOMM 2010).

    One more with each answer up to the first refusal. From then on, after each round of as many outcomes as the limit: less by half the share that was
    refused, and one more. So half as many where all is refused, and hardly fewer where one in twenty is, for a reason of its own. All threads may share it.

    Parameters
    ----------
    most
        Never more at once than this.
    start
        As many at first.
    """

    def __init__(self, most: int, start: int = 8) -> None:
        self.most = max(1, most)
        self.limit = float(min(self.most, start))
        self._under_way = 0
        self._free_at = -math.inf
        self._starting = True
        self._outcomes = 0
        self._refusals = 0
        self._over = threading.Event()
        self._changed = threading.Condition()

    def enter(self) -> float:
        """Wait for a place, take it, and return the time; raises `Stopped`."""
        with self._changed:
            while True:
                now = time.monotonic()
                if self._over.is_set():
                    raise Stopped
                if now < self._free_at:
                    self._changed.wait(self._free_at - now)
                    self._changed.notify_all()  # places may have come free for those who wait without an end
                elif self._under_way >= int(self.limit):
                    self._changed.wait()
                else:
                    self._under_way += 1
                    return now

    def leave(self) -> None:
        """Give a place back."""
        with self._changed:
            self._under_way -= 1
            self._changed.notify()

    def answered(self) -> None:
        """Take note that a request was answered."""
        with self._changed:
            self._learn(refused=False)
            self._changed.notify()

    def refused(self, wait: float = 0.0) -> bool:
        """Take note that a request was too much, and that nothing is to be sent for `wait` seconds.

        Returns whether that is a second or more longer than was known.
        """
        with self._changed:
            now = time.monotonic()
            longer = now + wait > max(now, self._free_at) + 1
            self._free_at = max(self._free_at, now + wait)
            self._learn(refused=True)
            return longer

    def _learn(self, *, refused: bool) -> None:
        if self._starting and not refused:
            self.limit = min(float(self.most), self.limit + 1)
            return
        self._starting = False
        self._outcomes += 1
        self._refusals += refused
        if self._outcomes >= int(self.limit):
            share = self._refusals / self._outcomes
            self.limit = min(float(self.most), max(1.0, self.limit * (1 - share / 2) + 1 - share))
            self._outcomes = self._refusals = 0

    def sleep(self, seconds: float) -> None:
        """Wait without a place; raises `Stopped`."""
        if self._over.wait(seconds):
            raise Stopped

    def stop(self) -> None:
        """Let nobody enter any more."""
        self._over.set()
        with self._changed:
            self._changed.notify_all()
