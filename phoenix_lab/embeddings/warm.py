"""Everything a first map needs, loaded and compiled before it is asked for."""

from __future__ import annotations

import threading

_lock = threading.Lock()
_done = False


def warm() -> None:
    """Import and compile what a first map needs; compiled code is kept on disk, so that only a machine's first time is slow.

    Costs about three seconds where the compiled code is there (most of it importing hdbscan and scikit-learn), and some
    fifteen more where it is not. Returns at once when it was done before in this process.
    """
    global _done  # noqa: PLW0603 - that is what it is about
    with _lock:
        if _done:
            return
        import numpy as np
        import sklearn.linear_model  # noqa: F401 - the domain classifier's

        from phoenix_lab.embeddings.crew import Crew
        from phoenix_lab.embeddings.model import fit
        from phoenix_lab.embeddings.neighbors import EXACT_BELOW

        rng = np.random.default_rng(0)
        with Crew(1) as crew:
            for n, d in ((EXACT_BELOW, 8), (64, 8)):
                model = fit(rng.standard_normal((n, d)).astype(np.float32), crew)
                model.place(rng.standard_normal((16, d)).astype(np.float32), crew)
            fit(rng.standard_normal((64, 8)).astype(np.float32), crew, n_components=3)
        _done = True
