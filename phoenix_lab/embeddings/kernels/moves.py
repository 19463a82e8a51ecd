"""Kernels of the map itself: memberships, their graph, the projection that starts it, and the layout's moves."""

# Compiled calls have no keyword arguments, matrices have one letter, and max() is a branch to the vectoriser:
# ruff: noqa: E741, FURB136, PLR0917

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types

from phoenix_lab.embeddings.kernels.compiled import Array, f4, i4, i8, inline, instructions, kernel, mix, u4

_I32, _F32 = ir.IntType(32), ir.FloatType()
_EXPONENT_BITS, _BIAS, _ONE, _MANTISSA = (ir.Constant(_I32, v) for v in (23, 127, 0x3F800000, 0x7FFFFF))


@instructions
def exponent(_typing: Any, x: Any) -> Any:
    """Return the exponent of a float32, as a float32."""
    del x

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        bits = builder.bitcast(arguments[0], _I32)
        return builder.sitofp(builder.sub(builder.lshr(bits, _EXPONENT_BITS), _BIAS), _F32)

    return types.float32(types.float32), generate


@instructions
def mantissa(_typing: Any, x: Any) -> Any:
    """Return the mantissa of a float32, in [1, 2)."""
    del x

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        bits = builder.bitcast(arguments[0], _I32)
        return builder.bitcast(builder.or_(builder.and_(bits, _MANTISSA), _ONE), _F32)

    return types.float32(types.float32), generate


@instructions
def floor(_typing: Any, x: Any) -> Any:
    """Return the largest whole float32 not above `x`; `math.floor` would make an int64 of it."""
    del x

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.call(builder.module.declare_intrinsic("llvm.floor", [_F32]), arguments)

    return types.float32(types.float32), generate


@instructions
def power_of_two(_typing: Any, x: Any) -> Any:
    """Return 2 ** x for a whole float32 in the range of exponents."""
    del x

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        whole = builder.fptosi(arguments[0], _I32)
        return builder.bitcast(builder.shl(builder.add(whole, _BIAS), _EXPONENT_BITS), _F32)

    return types.float32(types.float32), generate


# Least squares on [1, 2) and [0, 1): the relative error of a power is below 3e-4, far under the layout's noise.
L0, L1, L2, L3, L4 = f4(-2.505614662), f4(4.0496165926), f4(-2.0994022812), f4(0.6355111165), f4(-0.0800108769)
E0, E1, E2, E3 = f4(0.999896691), f4(0.6963905466), f4(0.2245163460), f4(0.0790857012)


@inline
def log2(x: Any) -> Any:
    """Return the binary logarithm of a positive float32."""
    m = mantissa(x)
    return exponent(x) + (L0 + m * (L1 + m * (L2 + m * (L3 + L4 * m))))


@inline
def exp2(x: Any) -> Any:
    """Return 2 ** x."""
    x = x if x > f4(-126) else f4(-126)
    whole = floor(x)
    r = x - whole
    return power_of_two(whole) * (E0 + r * (E1 + r * (E2 + r * E3)))


@inline
def clip4(v: Any) -> Any:
    """Return `v` held within [-4, 4]: the longest step of a coordinate, as in umap-learn."""
    v = v if v < f4(4) else f4(4)
    return v if v > f4(-4) else f4(-4)


@kernel
def memberships(D: Array, lo: int, hi: int, W: Array) -> None:
    """Set W = exp(-(d - rho) / sigma) for the rows lo..hi of the distances `D` (n, k).

    rho is the smallest positive distance; sigma comes from bisection so that a row sums to log2(k + 1). Where copies of the row make up
    that sum alone, rho is 0 and they are its only neighbours: umap-learn would tie the row as fast to the nearest other one.
    """
    k = D.shape[1]
    target = np.log2(f4(k + 1))
    t = np.empty(k, f4)
    log2_e = f4(1.4426950408889634)
    for i in range(lo, hi):
        rho = f4(3e38)
        mean = f4(0)
        copies = f4(0)
        for c in range(k):
            d = D[i, c]
            mean += d
            if d <= f4(0):
                copies += f4(1)
            elif d < rho:
                rho = d
        if rho > f4(1e38) or copies >= target:
            rho = f4(0)
        mean = mean / f4(k)
        for c in range(k):
            d = (D[i, c] - rho) * log2_e
            t[c] = d if d > f4(0) else f4(0)
        a = f4(0)
        b = f4(0)
        mid = f4(1)
        for _ in range(32):
            q = f4(-1) / mid
            s = f4(0)
            for c in range(k):
                s += exp2(t[c] * q)
            if s > target:
                b = mid
                mid = (a + b) * f4(0.5)
            else:
                a = mid
                mid = (a + b) * f4(0.5) if b > f4(0) else mid * f4(2)
        mid = mid if mid > mean * f4(1e-3) else mean * f4(1e-3)
        q = f4(-1) / mid if mid > f4(0) else f4(0)
        for c in range(k):
            W[i, c] = exp2(t[c] * q) if t[c] > f4(0) else f4(1)


@kernel
def unite(I: Array, W: Array, lo: int, hi: int, P: Array) -> None:
    """Set P = w + w' - w w', where w' is the membership of the opposite edge; -w marks that there is no opposite edge."""
    k = I.shape[1]
    for i in range(lo, hi):
        for t in range(k):
            j = i8(I[i, t])
            b = f4(-1)
            for w in range(k):
                if I[j, w] == i:
                    b = W[j, w]
            a = W[i, t]
            P[i, t] = a + b - a * b if b >= f4(0) else -a


@kernel
def degrees(I: Array, P: Array, least: Any, degree: Array, rate: Array) -> None:
    """Count the edges of each vertex that weigh at least `least`, and sum their weights."""
    n, k = I.shape
    degree[:] = 0
    rate[:] = 0
    for i in range(n):
        for t in range(k):
            p = P[i, t]
            q = p if p > f4(0) else -p
            j = i8(I[i, t])
            if q < least or j == i:
                continue
            degree[i] += 1
            rate[i] += q
            if p < f4(0):
                degree[j] += 1
                rate[j] += q


@kernel
def compress(
    I: Array, P: Array, least: Any, place: Array, starts: Array, at: Array, ends: Array, weights: Array
) -> None:
    """Write the symmetric graph in compressed rows, vertices renumbered by `place`, the weakest edge of a vertex first.

    Weakest first lets a vertex end each epoch beside its nearest neighbour, which makes better maps in fewer epochs.
    """
    n, k = I.shape
    for i in range(n):
        at[i] = starts[i]
    for i in range(n):
        a = i8(place[i])
        for t in range(k):
            p = P[i, t]
            q = p if p > f4(0) else -p
            j = i8(I[i, t])
            if q < least or j == i:
                continue
            b = i8(place[j])
            ends[at[a]] = b
            weights[at[a]] = q
            at[a] += 1
            if p < f4(0):
                ends[at[b]] = a
                weights[at[b]] = q
                at[b] += 1
    for v in range(n):
        for e in range(starts[v] + 1, starts[v + 1]):
            q = weights[e]
            end = ends[e]
            u = e
            while u > starts[v] and weights[u - 1] > q:
                weights[u] = weights[u - 1]
                ends[u] = ends[u - 1]
                u -= 1
            weights[u] = q
            ends[u] = end


@kernel
def shuffle(starts: Array, seed: int, order: Array) -> None:
    """Set `order` to the numbers of the edges with those of each vertex in random order."""
    for v in range(starts.size - 1):
        lo = starts[v]
        for e in range(lo, starts[v + 1]):
            u = lo + i8(mix(u4(u4(seed) ^ mix(u4(e))))) % (e - lo + 1)
            order[e] = order[u]
            order[u] = e


@kernel
def project(X: Array, centre: Array, V: Array, lo: int, hi: int, Y: Array) -> None:
    """Set Y to the coordinates of the rows X[lo:hi] along the directions V (dim, d)."""
    d = X.shape[1]
    for i in range(lo, hi):
        x = X[i]
        for m in range(V.shape[0]):
            v = V[m]
            s = f4(0)
            for c in range(d):
                s += (x[c] - centre[c]) * v[c]
            Y[i, m] = s


CAPACITY = 160
"""Edges of one vertex that an epoch can follow; more wait for the next."""

LANES = 16


@lru_cache
def mover(dim: int) -> Callable[..., None]:
    """Return the layout's kernel for maps of 2, 3 or 5 dimensions."""
    CAP, L, DIM = CAPACITY, LANES, dim
    O, AL = DIM * L, 2 * DIM * L

    def move(
        starts: Array,
        ends: Array,
        period: Array,
        due: Array,
        S: Array,
        Y: Array,
        epoch: int,
        alpha: Any,
        a: Any,
        b: Any,
        gamma: Any,
        negatives: int,
        seed: int,
        group_factor: int,
        g0: int,
        g1: int,
        rounds: int,
        turn: int,
    ) -> None:
        # One round (`turn`) of one epoch, for every `rounds`-th group of g0..g1. A group is sixteen vertices, one a SIMD
        # lane, that share their negative samples. S is the snapshot that is read, Y is what is written. In `w`: the lanes'
        # own positions, the other ends of their edges (from O), and their step sizes, 0 for a lane that rests (from AL).
        n = starts.size - 1
        N = S.shape[0]
        w = np.empty(AL + L, f4)
        todo = np.empty(L * CAP, i4)
        count = np.empty(L, i8)
        now = f4(epoch)
        base = u4(u4(seed) ^ u4(u4(epoch) * u4(0x9E3779B9)))
        k1 = f4(-2) * a * b
        k2 = f4(2) * gamma * b
        one = f4(1)
        zero = f4(0)
        tiny = f4(1e-12)
        for g in range(g0 + (turn - g0) % rounds, g1, rounds):
            most = 0
            for l in range(L):
                v = g * L + l
                cc = 0
                if v < n:
                    for e in range(starts[v], starts[v + 1]):
                        ok = due[e] <= now
                        todo[l * CAP + cc] = ends[e]
                        due[e] += period[e] if ok else zero
                        cc += 1 if ok else 0
                        cc = min(cc, CAP - 1)
                    for d in range(DIM):
                        w[d * L + l] = Y[v, d]
                else:
                    for d in range(DIM):
                        w[d * L + l] = zero
                count[l] = cc
                most = max(most, cc)
            for t in range(most):
                for l in range(L):
                    if t < count[l]:
                        j = i8(todo[l * CAP + t])
                        w[AL + l] = alpha
                        for d in range(DIM):
                            w[O + d * L + l] = S[j, d]
                    else:
                        w[AL + l] = zero
                        for d in range(DIM):
                            w[O + d * L + l] = w[d * L + l]
                for l in range(L):  # attraction along the edge
                    x0 = w[l]
                    x1 = w[L + l]
                    q0 = x0 - w[O + l]
                    q1 = x1 - w[O + L + l]
                    d2 = q0 * q0 + q1 * q1 + tiny
                    if DIM > 2:
                        x2 = w[2 * L + l]
                        q2 = x2 - w[O + 2 * L + l]
                        d2 += q2 * q2
                    if DIM > 3:
                        x3 = w[3 * L + l]
                        q3 = x3 - w[O + 3 * L + l]
                        d2 += q3 * q3
                        x4 = w[4 * L + l]
                        q4 = x4 - w[O + 4 * L + l]
                        d2 += q4 * q4
                    pb = exp2(b * log2(d2))
                    gc = k1 * pb / (d2 * (a * pb + one))
                    gc = gc if d2 > f4(1e-11) else zero
                    al = f4(2) * w[AL + l]
                    w[l] = x0 + clip4(gc * q0) * al
                    w[L + l] = x1 + clip4(gc * q1) * al
                    if DIM > 2:
                        w[2 * L + l] = x2 + clip4(gc * q2) * al
                    if DIM > 3:
                        w[3 * L + l] = x3 + clip4(gc * q3) * al
                        w[4 * L + l] = x4 + clip4(gc * q4) * al
                for p in range(negatives):  # repulsion from one sample that the lanes share
                    counter = u4(u4(g * group_factor) * u4(512) + u4(t) * u4(8) + u4(p))
                    h = mix(u4(base ^ mix(counter)))
                    k = i8((np.uint64(h) * np.uint64(N)) >> np.uint64(32))
                    s0 = S[k, 0]
                    s1 = S[k, 1]
                    if DIM > 2:
                        s2 = S[k, 2]
                    if DIM > 3:
                        s3 = S[k, 3]
                        s4 = S[k, 4]
                    for l in range(L):
                        x0 = w[l]
                        x1 = w[L + l]
                        q0 = x0 - s0
                        q1 = x1 - s1
                        d2 = q0 * q0 + q1 * q1
                        if DIM > 2:
                            x2 = w[2 * L + l]
                            q2 = x2 - s2
                            d2 += q2 * q2
                        if DIM > 3:
                            x3 = w[3 * L + l]
                            q3 = x3 - s3
                            d2 += q3 * q3
                            x4 = w[4 * L + l]
                            q4 = x4 - s4
                            d2 += q4 * q4
                        pb = exp2(b * log2(d2 + tiny))
                        gc = k2 / ((f4(0.001) + d2) * (a * pb + one))
                        al = w[AL + l]
                        w[l] = x0 + clip4(gc * q0) * al
                        w[L + l] = x1 + clip4(gc * q1) * al
                        if DIM > 2:
                            w[2 * L + l] = x2 + clip4(gc * q2) * al
                        if DIM > 3:
                            w[3 * L + l] = x3 + clip4(gc * q3) * al
                            w[4 * L + l] = x4 + clip4(gc * q4) * al
            for l in range(L):
                v = g * L + l
                if v < n:
                    for d in range(DIM):
                        Y[v, d] = w[d * L + l]

    return kernel(move)
