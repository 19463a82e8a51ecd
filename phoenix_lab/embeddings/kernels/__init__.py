"""The compiled loops of the map, in numba, and nothing else.

Rules that make them fast *and* reproducible:

- Owner computes: a row's neighbour list or position is written only by the task that owns the row; everything else is read
  from a snapshot. Random numbers are a hash of (seed, epoch, group, step), never a shared generator. So neither the
  number of threads nor their timing can change a bit of the result.
- Kernels are `nogil` and serial; `Crew` runs them on Python threads over fixed chunks. No `parallel=True`: one such loop
  costs more compiling than all kernels here, and its work queue must not be entered by two threads.
- They are written for LLVM's vectoriser: `error_model="numpy"` (a check for division by zero puts a branch in every loop),
  rows taken as views (`x = Q[j]`; an index such as `j * d + c` gets a wrap-around test), loops of exactly 16 lanes over one
  scratch array, conditional expressions instead of `min` and `max`, and 32-bit integer products through `madd`.

Any edit of a file discards the compiled code of all its kernels, hence the room of their own. Numba looks only at a kernel's
own file: after an edit of `compiled.py`, clear the `__pycache__` folders.
"""
