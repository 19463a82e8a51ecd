"""Pure statistics on numpy arrays: distances, tests, intervals, corrections. No dataframes, no I/O, an explicit `rng`.

Functions that compare two sets take the reference first, then the primary set. What is undefined is None with a reason.
"""
