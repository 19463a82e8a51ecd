"""The turn of other threads: what is asked about a dataframe must not keep the user's cell waiting.

Self-contained, as `convert.py`. Python lets a thread that waits in only every 5 ms (`sys.getswitchinterval`, which is the user's to set), and a message to
a kernel passes through several threads, each of which would wait as long.
"""

from __future__ import annotations

import threading
import time

_WORK = 0.0003
"""Seconds of work after which the others have their turn."""
_PAUSE = 0.0001

_since = 0.0


def give() -> None:
    """Let other threads in, if it is time; does nothing on the main thread, whose work is the cell's own."""
    global _since  # noqa: PLW0603 - when is all that has to be known, and by whichever thread
    if threading.current_thread() is not threading.main_thread() and time.perf_counter() - _since > _WORK:
        time.sleep(_PAUSE)
        _since = time.perf_counter()
