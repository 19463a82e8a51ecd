"""How many requests are under way at once: as many as the endpoint bears."""

from __future__ import annotations

import math
import threading
import time


class Stopped(Exception):  # noqa: N818 - not a fault: somebody asked for it
    """Nothing more is to be sent."""


class Pace:
    """A limit on requests under way that finds itself, as TCP's does (Jacobson, SIGCOMM 1988; RFC 5681).

    One more with each answer up to the first refusal; from then on half as many with a refusal, and one more with each
    round of answers. Requests that were under way when the limit was halved say nothing new and do not halve it again. All threads may share it.

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
        self._halved_at = -math.inf
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
            growth = 1 if self._halved_at == -math.inf else 1 / self.limit
            self.limit = min(float(self.most), self.limit + growth)
            self._changed.notify()

    def refused(self, entered: float, wait: float = 0.0) -> None:
        """Take note that a request which entered then was too much, and that nothing is to be sent for `wait` seconds."""
        with self._changed:
            now = time.monotonic()
            self._free_at = max(self._free_at, now + wait)
            if entered >= self._halved_at:
                self.limit = max(1.0, self.limit / 2)
                self._halved_at = now

    def sleep(self, seconds: float) -> None:
        """Wait without a place; raises `Stopped`."""
        if self._over.wait(seconds):
            raise Stopped

    def stop(self) -> None:
        """Let nobody enter any more."""
        self._over.set()
        with self._changed:
            self._changed.notify_all()
