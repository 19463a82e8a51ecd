"""How far a long call is, while a cell waits for it."""

from __future__ import annotations

import sys
import time


class Progress:
    """How far it is, in a line of its own that appears when there is something to wait for."""

    def __init__(self, verb: str, *, quiet: bool) -> None:
        self._verb, self._quiet = verb, quiet
        self._began = self._shown = time.monotonic()
        self.is_shown = False

    def tell(self, done: int, total: int) -> None:
        """Say how many of how many are done."""
        now = time.monotonic()
        if self._quiet or not done or now - self._shown < 0.5:
            return
        self._shown = now
        self.is_shown = True
        left = (now - self._began) * (total - done) / done
        width = 20 * done // total
        sys.stdout.write(
            f"\r{'█' * width}{'░' * (20 - width)} {done:,} of {total:,} {self._verb}, about {left:,.0f} s left "
        )
        sys.stdout.flush()

    def end(self, message: str) -> None:
        """Say how it ended, in the place of the line."""
        if not self._quiet:
            sys.stdout.write(f"\r{message:<70}\n" if self.is_shown else f"{message}\n")
            sys.stdout.flush()
