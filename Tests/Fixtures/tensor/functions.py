"""Makes functions.json: what the functions of stdlib/{activations,losses,shapes}.et give.

    python3 functions.py

Values are computed in long double (erf by mpmath) and compared here with PyTorch in f64. A bound is
2 n u Σ|terms| of the stated composition: the terms of a difference are its two sides, those of
exp(a - b) are exp(a - b) (1 + |a| + |b|).
"""

import mpmath
import numpy as np
import torch
import torch.nn.functional as F

from common import entry, floats, generator, integers, real, unit, whole, write

rng = generator("functions")
cases = []
ld = np.longdouble


def case(call, inputs, value, dtype, bound, peer=None):
    """`call` is the code, of x and y; `peer` what PyTorch gives in f64."""
    if peer is not None:
        value = np.asarray(value)
        assert np.allclose(np.asarray(peer), value.astype(np.float64), rtol=1e-12, atol=1e-14), call
    cases.append({"call": call} | entry(inputs, value, dtype, bound))


def like(x):
    return torch.tensor(x.astype(np.float64))


shapes = [(), (5,), (2, 3), (2, 1, 3), (2, 1, 2, 2), (0, 2)]
erf = np.vectorize(lambda x: ld(mpmath.nstr(mpmath.erf(mpmath.mpf(str(x))), 25)), otypes=[ld])


def activations(x, dtype):
    u = unit[np.dtype(dtype)]
    w = x.astype(ld)
    for call, slope in (("leaky_relu(x)", 0.01), ("leaky_relu(x, slope=0.2)", 0.2)):
        value = np.where(w > 0, w, ld(slope) * w)
        case(call, [x], value, dtype, 4 * u * np.abs(value), F.leaky_relu(like(x), slope))
    root = np.sqrt(ld(2))
    value = w / 2 * (1 + erf(w / root))
    case("gelu(x)", [x], value, dtype, 6 * u * np.abs(w) / 2 * (1 + np.abs(erf(w / root))), F.gelu(like(x)))
    tail = np.log1p(np.exp(-np.abs(w)))
    value = np.maximum(w, 0) + tail
    peer = torch.logaddexp(like(x), torch.zeros((), dtype=torch.float64))
    case("softplus(x)", [x], value, dtype, 4 * u * value, peer)


for dtype in floats:
    for shape in shapes:
        activations(real(rng, shape, dtype, -6, 6), dtype)
    activations(np.array([0, -0.0, 30, -30, 700, 1e-5, -1e-5], dtype), dtype)
for dtype in integers:
    activations_of = whole(rng, (4,), dtype)
    w = activations_of.astype(ld)
    value = np.where(w > 0, w, ld(0.01) * w)
    case("leaky_relu(x)", [activations_of], value, np.float32, 2**-22 * np.abs(value))


def along(x, axis, dtype):
    u = unit[np.dtype(dtype)]
    n = x.shape[axis]
    w = x.astype(ld)
    top = np.max(w, axis=axis, keepdims=True)
    e = np.exp(w - top)
    total = np.sum(e, axis=axis, keepdims=True)
    size = 1 + np.max(np.abs(w) + np.abs(top), axis=axis, keepdims=True)
    p = e / total
    tail = f", axis={axis}"
    case(f"softmax(x{tail})", [x], p, dtype, 2 * n * u * p * 2 * size, torch.softmax(like(x), axis))
    logarithm = np.log(total) + top
    bound = 2 * n * u * (np.abs(np.log(total)) + size)
    value = np.squeeze(logarithm, axis)
    peer = torch.logsumexp(like(x), axis)
    case(f"logsumexp(x{tail})", [x], value, dtype, np.squeeze(bound, axis), peer)
    case(f"logsumexp(x{tail}, keepdims=true)", [x], logarithm, dtype, bound)
    case(f"log_softmax(x{tail})", [x], w - logarithm, dtype, bound + 2 * n * u * np.abs(w),
         torch.log_softmax(like(x), axis))


for shape, axis in (((5,), -1), ((5,), 0), ((2, 3), -1), ((2, 3), 0), ((2, 3, 2), 1), ((2, 3, 2), -3),
                    ((2, 1, 3, 2), 2), ((2, 1), 1), ((0, 3), 1)):
    for dtype in floats:
        along(real(rng, shape, dtype, -5, 5), axis, dtype)
for dtype in floats:
    along(np.array([[80, -100, 0], [500, 500, 499.5]], dtype), -1, dtype)


def losses(a, dtype):
    u = unit[np.dtype(dtype)]
    y, t = real(rng, a, dtype, -3, 3), real(rng, a, dtype, -3, 3)
    w, v = y.astype(ld), t.astype(ld)
    # Multiplied out, a square has three terms.
    n = 3 * w.size
    both = [like(part) for part in (y, t)]
    terms = (np.abs(w) + np.abs(v)) ** 2
    case("mse(x, y)", [y, t], np.mean((w - v) ** 2), dtype, 2 * n * u * np.mean(terms), F.mse_loss(*both))
    case("mae(x, y)", [y, t], np.mean(np.abs(w - v)), dtype, 2 * w.size * u * np.mean(np.sqrt(terms)),
         F.l1_loss(*both))


def bce(x, t, dtype):
    u = unit[np.dtype(dtype)]
    w, v = x.astype(ld), t.astype(ld)
    tail = np.log1p(np.exp(-np.abs(w)))
    value = np.mean(np.maximum(w, 0) - w * v + tail)
    bound = 2 * w.size * u * np.mean(np.maximum(w, 0) + np.abs(w * v) + tail)
    peer = F.binary_cross_entropy_with_logits(like(x), like(t))
    case("bce(x, y)", [x, t], value, dtype, 2 * bound, peer)


def cross_entropy(x, labels, dtype):
    u = unit[np.dtype(dtype)]
    w = x.astype(ld)
    top = np.max(w, axis=1)
    total = np.log(np.sum(np.exp(w - top[:, None]), axis=1))
    mine = w[np.arange(len(x)), labels]
    value = np.mean(total + top - mine)
    bound = 2 * x.size * u * np.mean(np.abs(total) + np.abs(top) + np.abs(mine) + 1)
    peer = F.cross_entropy(like(x), torch.tensor(labels.astype(np.int64)))
    case("cross_entropy(x, y)", [x, labels], value, dtype, bound, peer)


for a in ((), (5,), (2, 3), (4, 1), (2, 1, 3), (2, 1, 2, 2)):
    for dtype in floats:
        losses(a, dtype)
        x = real(rng, a, dtype, -8, 8)
        bce(x, np.asarray(rng.integers(0, 2, a)).astype(dtype), dtype)
for dtype in floats:
    bce(np.array([0, 50, -50, 90], dtype), np.array([1, 1, 0, 0], dtype), dtype)
    for n, classes in ((1, 2), (4, 3), (7, 10)):
        labels = rng.integers(0, classes, n).astype(np.int32)
        cross_entropy(real(rng, (n, classes), dtype, -5, 5), labels, dtype)
        cross_entropy(real(rng, (n, classes), dtype, -90, 90), labels.astype(np.uint8), dtype)

for dtype in (*integers, *floats):
    make = whole if dtype in integers else real
    x = make(rng, (3, 4), dtype)
    for at, axis in ((2, 0), (0, 0), (9, -1), ((1, 3), 1), ((1, 1), -2)):
        cuts = [at] if isinstance(at, int) else list(at)
        for i, part in enumerate(np.split(x, cuts, axis)):
            case(f"split_at(x, {at}, axis={axis})[{i}]", [x], part, dtype, 0)
x = real(rng, (2, 1, 3, 2), np.float32)
case("split_at(x, (1, 2), axis=2)[1]", [x], x[:, :, 1:2], np.float32, 0)
case("split_at(x, 1)[0]", [x], x[:1], np.float32, 0)
write("functions", cases)
