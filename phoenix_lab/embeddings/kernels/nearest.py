"""Kernels of the nearest neighbours: forest and descent on int8 copies of the vectors, an exact scan, the final order."""

# Compiled calls have no keyword arguments, matrices have one letter, and max() is a branch to the vectoriser:
# ruff: noqa: E741, FURB136, PLR0917

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils

from phoenix_lab.embeddings.kernels.compiled import Array, f4, i4, i8, inline, instructions, kernel, mix, u4

_I8, _I32 = ir.IntType(8), ir.IntType(32)


@instructions
def madd(_typing: Any, s: Any, a: Any, b: Any) -> Any:
    """Return `s + a * b` in 32 bits for 8- or 16-bit `a` and `b`: numba would widen the product to 64 bits."""
    del s

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        product = builder.mul(builder.sext(arguments[1], _I32), builder.sext(arguments[2], _I32))
        return builder.add(arguments[0], product)

    return types.int32(types.int32, a, b), generate


@instructions
def prefetch(_typing: Any, x: Any, j: Any) -> Any:
    """Bring row `j` of a contiguous int8 matrix into the cache, one line of 64 bytes after the other."""
    del j

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        matrix = context.make_array(signature.args[0])(context, builder, arguments[0])
        width = cgutils.unpack_tuple(builder, matrix.shape, 2)[1]  # type: ignore[no-untyped-call]
        start = builder.bitcast(matrix.data, _I8.as_pointer())
        offset = builder.mul(arguments[1], width)
        name = "llvm.prefetch.p0"
        function = builder.module.globals.get(name) or ir.Function(
            builder.module, ir.FunctionType(ir.VoidType(), [_I8.as_pointer(), _I32, _I32, _I32]), name
        )
        step = ir.Constant(offset.type, 64)
        read, keep, data = (ir.Constant(_I32, value) for value in (0, 3, 1))
        with cgutils.for_range_slice(builder, ir.Constant(offset.type, 0), width, step) as (at, _):
            builder.call(function, [builder.gep(start, [builder.add(offset, at)]), read, keep, data])
        return context.get_dummy_value()

    return types.void(x, types.int64), generate


@inline
def dot(a: Array, b: Array) -> Any:
    """Return the int32 product of two int8 (or int16) vectors."""
    s = i4(0)
    for c in range(a.size):
        s = madd(s, a[c], b[c])
    return s


@inline
def push(s: Array, ids: Array, fresh: Array, v: Any, j: Any) -> Any:
    """Put `j` with score `v` into a list sorted best (largest) first, marked fresh; True if it got in."""
    K = s.size
    if v <= s[K - 1]:
        return False
    for t in range(K):
        if ids[t] == j:
            return False
    p = K - 1
    while p > 0 and s[p - 1] < v:
        s[p] = s[p - 1]
        ids[p] = ids[p - 1]
        fresh[p] = fresh[p - 1]
        p -= 1
    s[p] = v
    ids[p] = j
    fresh[p] = 1
    return True


@kernel
def grow_tree(Q: Array, norms: Array, leaf: int, seed: int, order: Array, bounds: Array, nodes: Array) -> Any:
    """Grow one random-projection tree and return its number of leaves.

    A split is the plane midway between two rows, so storing their numbers stores the plane.

    Parameters
    ----------
    Q, norms
        int8 vectors (n, d) and their squared lengths (int32).
    leaf
        Rows a leaf may hold.
    order, bounds, nodes
        Results: the rows in leaf order; where each leaf ends in it; (row a, row b, child near a, child near b), where
        a child >= 0 is a node and a child < 0 is leaf -1 - child.
    """
    n, d = Q.shape
    right = np.empty(n, i4)
    plane = np.empty(d, np.int16)
    for i in range(n):
        order[i] = i
    stack = np.empty((256, 5), i8)  # lo, hi, seed, depth, 2 * parent + side
    stack[0, 0] = 0
    stack[0, 1] = n
    stack[0, 2] = seed
    stack[0, 3] = 0
    stack[0, 4] = -1
    sp = 1
    n_leaves = 0
    n_nodes = 0
    while sp > 0:
        sp -= 1
        lo = stack[sp, 0]
        hi = stack[sp, 1]
        sd = u4(stack[sp, 2])
        depth = stack[sp, 3]
        parent = stack[sp, 4]
        m = hi - lo
        if m <= leaf or depth > 60:
            if parent >= 0:
                nodes[parent >> 1, 2 + (parent & 1)] = -1 - n_leaves
            bounds[n_leaves] = hi
            n_leaves += 1
            continue
        if parent >= 0:
            nodes[parent >> 1, 2 + (parent & 1)] = n_nodes
        ia = i8(mix(sd)) % m
        ib = i8(mix(u4(sd + u4(1)))) % m
        if ia == ib:
            ib = (ia + 1) % m
        ia = i8(order[lo + ia])
        ib = i8(order[lo + ib])
        a = Q[ia]
        b = Q[ib]
        for c in range(d):
            plane[c] = np.int16(a[c]) - np.int16(b[c])
        off = (norms[ia] - norms[ib]) // 2
        left = lo
        r = 0
        for t in range(lo, hi):
            j = i8(order[t])
            if t + 4 < hi:
                prefetch(Q, i8(order[t + 4]))
            s = dot(plane, Q[j]) - off
            if s == 0:
                s = i8(1) if mix(u4(sd ^ u4(j))) & u4(1) else i8(-1)
            if s > 0:
                order[left] = j
                left += 1
            else:
                right[r] = j
                r += 1
        for t in range(r):
            order[left + t] = right[t]
        if left - lo < m // 20 or r < m // 20:  # identical rows: cut in two
            left = lo + m // 2
        nodes[n_nodes, 0] = ia
        nodes[n_nodes, 1] = ib
        stack[sp, 0] = left
        stack[sp, 1] = hi
        stack[sp, 2] = mix(u4(sd + u4(0x89ABCDE)))
        stack[sp, 3] = depth + 1
        stack[sp, 4] = 2 * n_nodes + 1
        sp += 1
        stack[sp, 0] = lo
        stack[sp, 1] = left
        stack[sp, 2] = mix(u4(sd + u4(0x1234567)))
        stack[sp, 3] = depth + 1
        stack[sp, 4] = 2 * n_nodes
        sp += 1
        n_nodes += 1
    return n_leaves


@kernel
def join_leaves(
    Q: Array, norms: Array, order: Array, bounds: Array, first: int, last: int, S: Array, I: Array, W: Array
) -> None:
    """Compare all pairs inside the leaves first..last. A row is in one leaf of a tree, so leaves are independent tasks."""
    K = S.shape[1]
    for b in range(first, last):
        lo = i8(bounds[b - 1]) if b else i8(0)
        hi = i8(bounds[b])
        for u in range(lo, hi):
            i = i8(order[u])
            q = Q[i]
            ni = norms[i]
            for w in range(u + 1, hi):
                j = i8(order[w])
                v = 2 * i8(dot(q, Q[j])) - norms[j]
                x = v + norms[j] - ni
                if v > S[i, K - 1]:
                    push(S[i], I[i], W[i], i4(v), i4(j))
                if x > S[j, K - 1]:
                    push(S[j], I[j], W[j], i4(x), i4(i))


@kernel
def snapshot(I: Array, W: Array, KC: int, F: Array, FN: Array, R: Array, RN: Array, n_reverse: Array) -> None:
    """Copy for a round of descent the `KC` best of every row (F), and up to `KC` rows that list it (R), best ranks first."""
    n = I.shape[0]
    n_reverse[:] = 0
    for i in range(n):
        for t in range(KC):
            F[i, t] = I[i, t]
            FN[i, t] = W[i, t]
    for t in range(KC):
        for i in range(n):
            j = i8(I[i, t])
            if j >= 0 and n_reverse[j] < KC:
                R[j, n_reverse[j]] = i
                RN[j, n_reverse[j]] = W[i, t]
                n_reverse[j] += 1
    W[:] = 0


@kernel
def descend(
    Q: Array,
    norms: Array,
    lo: int,
    hi: int,
    F: Array,
    FN: Array,
    R: Array,
    RN: Array,
    n_reverse: Array,
    S: Array,
    I: Array,
    W: Array,
    updates: Array,
    slot: int,
) -> None:
    """Try the neighbours of the neighbours of rows lo..hi, pairs with something fresh only; count what got in."""
    n = Q.shape[0]
    KC = F.shape[1]
    K = S.shape[1]
    seen = np.zeros(n, i4)
    candidates = np.empty(4 * KC * KC + 4 * KC, i4)
    count = 0
    for i in range(lo, hi):
        stamp = i4(i + 1)
        seen[i] = stamp
        nc = 0
        for t in range(K):
            if I[i, t] >= 0:
                seen[i8(I[i, t])] = stamp
        for side in range(2):
            m = i8(n_reverse[i]) if side else KC
            for t in range(m):
                u = i8(R[i, t]) if side else i8(F[i, t])
                un = RN[i, t] if side else FN[i, t]
                if u < 0:
                    continue
                if seen[u] != stamp:
                    seen[u] = stamp
                    candidates[nc] = u
                    nc += 1
                for w in range(KC):
                    j = i8(F[u, w])
                    if j >= 0 and (un | FN[u, w]) and seen[j] != stamp:
                        seen[j] = stamp
                        candidates[nc] = j
                        nc += 1
                for w in range(i8(n_reverse[u])):
                    j = i8(R[u, w])
                    if (un | RN[u, w]) and seen[j] != stamp:
                        seen[j] = stamp
                        candidates[nc] = j
                        nc += 1
        q = Q[i]
        for t in range(nc):
            if t + 6 < nc:
                prefetch(Q, i8(candidates[t + 6]))
            j = i8(candidates[t])
            v = 2 * i8(dot(q, Q[j])) - norms[j]
            if v > S[i, K - 1] and push(S[i], I[i], W[i], i4(v), i4(j)):
                count += 1
    updates[slot] = count


@kernel
def search(
    A: Array,
    Q: Array,
    norms: Array,
    original: Array,
    orders: Array,
    bounds: Array,
    nodes: Array,
    G: Array,
    lo: int,
    hi: int,
    beam: int,
    C: Array,
) -> None:
    """Find rows of `Q` near the new rows A[lo:hi]: all leaves they fall into, then `beam` best-first steps along the graph `G`.

    `original` gives the numbers that the rows of `Q` have outside; C (m, K) is the result, -1 where there is none.
    """
    n = Q.shape[0]
    T = orders.shape[0]
    K = C.shape[1]
    kg = G.shape[1]
    seen = np.zeros(n, i4)
    s = np.empty(K, i4)
    ids = np.empty(K, i4)
    fresh = np.empty(K, np.uint8)
    for i in range(lo, hi):
        stamp = i4(i + 1)
        q = A[i]
        s[:] = -(2**31) + 1
        ids[:] = -1
        fresh[:] = 0
        for t in range(T):
            node = np.int32(0) if bounds[t, 0] < n else np.int32(-1)
            while node >= 0:
                x = i8(nodes[t, node, 0])
                y = i8(nodes[t, node, 1])
                v = 2 * i8(dot(q, Q[x])) - norms[x]
                w = 2 * i8(dot(q, Q[y])) - norms[y]
                node = nodes[t, node, 2] if v > w else nodes[t, node, 3]
            k = -1 - node
            start = i8(bounds[t, k - 1]) if k > 0 else i8(0)
            end = i8(bounds[t, k])
            for u in range(start, end):
                j = i8(orders[t, u])
                if seen[j] == stamp:
                    continue
                if u + 4 < end:
                    prefetch(Q, i8(orders[t, u + 4]))
                seen[j] = stamp
                v = 2 * i8(dot(q, Q[j])) - norms[j]
                if v > s[K - 1]:
                    push(s, ids, fresh, i4(v), i4(j))
        for _ in range(beam):
            e = -1
            for t in range(K):
                if fresh[t] == 1 and ids[t] >= 0:
                    e = t
                    break
            if e < 0:
                break
            fresh[e] = 0
            here = i8(ids[e])
            for w in range(kg):
                j = i8(G[here, w])
                if j < 0 or seen[j] == stamp:
                    continue
                seen[j] = stamp
                v = 2 * i8(dot(q, Q[j])) - norms[j]
                if v > s[K - 1]:
                    push(s, ids, fresh, i4(v), i4(j))
        for t in range(K):
            C[i, t] = original[i8(ids[t])] if ids[t] >= 0 else -1


@kernel
def scan(A: Array, X: Array, half_norms: Array, same: bool, lo: int, hi: int, C: Array) -> None:
    """Find for the rows A[lo:hi] the K rows of `X` with the largest product less `half_norms`, that is the nearest.

    Sixteen at a time: products of one row with four, which reads that row a quarter as often; then one vectorised maximum
    decides whether to look closer. `same` leaves out the row itself. No BLAS: the result of a row depends on nothing else.
    """
    n = X.shape[0]
    K = C.shape[1]
    s = np.empty(K, f4)
    v = np.empty(16, f4)
    for i in range(lo, hi):
        x = A[i]
        s[:] = f4(-3e38)
        ids = C[i]
        ids[:] = -1
        for c0 in range(0, n, 16):
            for t in range(0, 16, 4):
                # past the end, the last row again: such values are never looked at
                y0 = X[min(c0 + t, n - 1)]
                y1 = X[min(c0 + t + 1, n - 1)]
                y2 = X[min(c0 + t + 2, n - 1)]
                y3 = X[min(c0 + t + 3, n - 1)]
                s0 = f4(0)
                s1 = f4(0)
                s2 = f4(0)
                s3 = f4(0)
                for c in range(x.size):
                    e = x[c]
                    s0 += e * y0[c]
                    s1 += e * y1[c]
                    s2 += e * y2[c]
                    s3 += e * y3[c]
                v[t] = s0
                v[t + 1] = s1
                v[t + 2] = s2
                v[t + 3] = s3
            width = 16 if c0 + 16 <= n else n - c0
            best = f4(-3e38)
            for c in range(width):
                v[c] -= half_norms[c0 + c]
                best = v[c] if v[c] > best else best
            if best <= s[K - 1]:
                continue
            for c in range(width):
                if v[c] > s[K - 1] and not (same and c0 + c == i):
                    p = K - 1
                    while p > 0 and s[p - 1] < v[c]:
                        s[p] = s[p - 1]
                        ids[p] = ids[p - 1]
                        p -= 1
                    s[p] = v[c]
                    ids[p] = c0 + c


@kernel
def rerank(A: Array, B: Array, same: bool, lo: int, hi: int, C: Array, OI: Array, OD: Array) -> None:
    """Order the candidates C of the rows A[lo:hi] by true float32 distance to rows of B, then by number.

    The sum runs in one fixed order, so that no BLAS and no number of threads can change a bit. `same` leaves out the row
    itself. Places without a candidate repeat the nearest one; a row without any gets itself at distance 0.
    """
    k = OI.shape[1]
    K = C.shape[1]
    ds = np.empty(K, f4)
    ids = np.empty(K, i4)
    for i in range(lo, hi):
        m = 0
        x = A[i]
        for t in range(K):
            j = i8(C[i, t])
            if j < 0 or (same and j == i):
                continue
            y = B[j]
            s = f4(0)
            for c in range(x.size):
                e = x[c] - y[c]
                s += e * e
            p = m
            m += 1
            while p > 0 and (ds[p - 1] > s or (ds[p - 1] == s and ids[p - 1] > j)):
                ds[p] = ds[p - 1]
                ids[p] = ids[p - 1]
                p -= 1
            ds[p] = s
            ids[p] = j
        for t in range(k):
            if t < m:
                OI[i, t] = ids[t]
                OD[i, t] = np.sqrt(ds[t])
            elif m:
                OI[i, t] = ids[0]
                OD[i, t] = np.sqrt(ds[0])
            else:
                OI[i, t] = i if same else 0
                OD[i, t] = 0
