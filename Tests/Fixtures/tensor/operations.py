"""Makes reductions.json, shapes.json, products.json and makers.json: what NumPy says of operations.

    python3 operations.py

Values of sums and products are computed in long double; a bound is 2 n u Σ|terms|. What PyTorch has
under another name, or NumPy not at all (`patches`), is compared with PyTorch here.
"""

import numpy as np
import torch

from common import entry, floats, generator, integers, real, unit, whole, write

rng = generator("operations")
cases = []


def case(op, args, value, dtype, bound=0.0):
    cases.append({"op": op} | entry(args, value, dtype, bound))


# Reductions

axes = {(): [None, ()], (5,): [None, 0, -1], (3, 4): [None, 0, -1, (0, 1), (), (-1, 0)],
        (2, 3, 2): [None, 1, -2, (0, 2), (-1, 1), (0, 1, 2)], (2, 2, 3, 2): [(0, 3), (1, -1), (0, 2, 3), 2],
        (2, 0, 3): [1, 0, (0, 1)], (20, 2): [0]}


def count(x, axis):
    return x.size if axis is None else int(np.prod([x.shape[a] for a in np.atleast_1d(axis).astype(int)]))


def statistics(x, axis, keep, dtype):
    args, over = [x, axis, keep], {"axis": axis, "keepdims": keep}
    wide = x.astype(np.longdouble)
    n = count(x, axis)
    e = 2 * max(n, 1) * unit[np.dtype(dtype)]
    terms = np.sum(np.abs(wide), **over)
    case("mean", args, np.mean(wide, **over), dtype, e * terms / max(n, 1))
    # The terms of a variance are those of Σ (x - m)², multiplied out.
    middle = np.abs(np.mean(wide, axis=axis, keepdims=True))
    spread = np.sum((np.abs(wide) + middle) ** 2, **over) / max(n, 1)
    case("var", args, np.var(wide, **over), dtype, e * spread)
    if n > 1:
        value = np.std(wide, **over)
        case("std", args, value, dtype, e * spread / (2 * value))
    value = np.sqrt(np.sum(wide**2, **over))
    case("norm", args, value, dtype, e * value)
    if n > 0:
        for name, q in (("median", 0.5), ("quantile", 0.3), ("quantile", 1.0)):
            value = np.quantile(x.astype(np.float64), q, axis=axis, keepdims=keep)
            # Two terms, neither above the largest element.
            bound = 8 * unit[np.dtype(dtype)] * np.max(np.abs(wide), **over)
            case(name, [x, q, axis, keep] if name == "quantile" else args, value, dtype, bound)


def orders(x, axis, keep):
    args, over = [x, axis, keep], {"axis": axis, "keepdims": keep}
    if count(x, axis) > 0:
        case("max", args, np.max(x, **over), x.dtype)
        case("min", args, np.min(x, **over), x.dtype)
        if axis is None or isinstance(axis, int):
            case("argmax", args, np.argmax(x, **over), np.int32)
            case("argmin", args, np.argmin(x, **over), np.int32)
    case("any", args, np.any(x, **over), np.bool_)
    case("all", args, np.all(x, **over), np.bool_)


for shape, choices in axes.items():
    for axis in choices:
        for keep in (False, True) if shape == (3, 4) and axis in (None, -1) else (len(shape) == 4,):
            over = {"axis": axis, "keepdims": keep}
            for dtype in floats:
                x = real(rng, shape, dtype)
                args, wide, n = [x, axis, keep], x.astype(np.longdouble), count(x, axis)
                e = 2 * n * unit[np.dtype(dtype)]
                case("sum", args, np.sum(wide, **over), dtype, e * np.sum(np.abs(wide), **over))
                value = np.prod(wide, **over)
                case("prod", args, value, dtype, e * np.abs(value))
                statistics(x, axis, keep, dtype)
                orders(np.round(x).astype(dtype), axis, keep)
            for dtype in integers if len(shape) != 3 or x.size == 0 else (np.int32,):
                x = whole(rng, shape, dtype)
                case("sum", [x, axis, keep], np.sum(x.astype(np.int64), **over), np.int32)
                small = np.clip(x, -2, 2).astype(dtype) if x.size < 9 else np.minimum(x, 1).astype(dtype)
                case("prod", [small, axis, keep], np.prod(small.astype(np.int64), **over), np.int32)
                orders(x, axis, keep)
                if dtype == np.int32 or shape == (5,):
                    statistics(x, axis, keep, np.float32)
for x in (np.float32([1, np.nan, 3]), np.float64([[0, np.inf], [np.nan, 2]])):
    for axis in (None, 0, -1):
        orders(x, axis, False)
        case("sum", [x, axis], np.sum(x, axis=axis), x.dtype)
        case("median", [x, axis], np.median(x, axis=axis), x.dtype)
# Long sequences: blocks of 4,096 along a row, and of 256 down columns.
for shape, axis in (((4200,), None), ((2, 300), 0), ((600, 2), 0)):
    x = np.resize(real(rng, (997,), np.float32), shape)
    wide = x.astype(np.longdouble)
    n = count(x, axis)
    bound = 2 * n * 2.0**-24 * np.sum(np.abs(wide), axis=axis)
    if x.size > 4000:
        # The input in few words: the same numbers again and again, as tile gives them.
        x = np.tile(x[:42], 100)
        wide = x.astype(np.longdouble)
        bound = 2 * n * 2.0**-24 * np.sum(np.abs(wide))
    case("sum", [x, axis], np.sum(wide, axis=axis), np.float32, bound)
for shape, choices in (((5,), (None, 0, -1)), ((3, 4), (None, 0, 1, -1)), ((2, 1, 3), (1, -1)), ((0, 2), (0, 1)),
                       ((), (None,)), ((2, 2, 2, 2), (2, -4))):
    for axis in choices:
        for dtype in floats:
            x = real(rng, shape, dtype)
            n = x.size if axis is None else shape[axis]
            bound = 2 * n * unit[np.dtype(dtype)] * np.cumsum(np.abs(x), axis=axis)
            case("cumsum", [x, axis], np.cumsum(x.astype(np.longdouble), axis=axis), dtype, bound)
        for dtype in integers:
            x = whole(rng, shape, dtype)
            case("cumsum", [x, axis], np.cumsum(x.astype(np.int64), axis=axis), np.int32)
write("reductions", cases)

# Shapes

cases.clear()
everything = (*integers, *floats)
for dtype in everything:
    x = whole(rng, (2, 3, 4), dtype) if dtype in integers else real(rng, (2, 3, 4), dtype)
    case("reshape", [x, (4, -1)], x.reshape(4, -1), dtype)
    case("transpose", [x], x.T, dtype)
    case("transpose", [x, (1, -1, 0)], x.transpose(1, 2, 0), dtype)
    case("flatten", [x], x.ravel(), dtype)
    case("squeeze", [x[:, :1]], x[:, 0], dtype)
    case("expand_dims", [x, -2], np.expand_dims(x, -2), dtype)
    case("flip", [x, (0, -1)], np.flip(x, (0, -1)), dtype)
    case("concat", [[x, x[:, :1]], 1], np.concatenate([x, x[:, :1]], 1), dtype)
    case("stack", [[x, x[::-1]], -1], np.stack([x, x[::-1]], -1), dtype)
    case("tile", [x[0], (2, 1, 2)], np.tile(x[0], (2, 1, 2)), dtype)
    case("pad", [x[0], (1, 0), (0, 2), 1.0], np.pad(x[0], ((1, 0), (0, 2)), constant_values=1), dtype)
    case("roll", [x, -2, 1], np.roll(x, -2, 1), dtype)
    case("unique", [x], np.unique(x), dtype)
    for axis in (0, -1):
        case("sort", [x, axis], np.sort(x, axis), dtype)
        case("argsort", [x, axis], np.argsort(x, axis, kind="stable"), np.int32)
for shape in ((), (3,), (1, 3), (2, 0, 3), (2, 1, 2, 2)):
    x = real(rng, shape, np.float32)
    case("reshape", [x, (x.size, 1)], x.reshape(x.size, 1), np.float32)
    case("transpose", [x], x.T, np.float32)
    case("flatten", [x], x.ravel(), np.float32)
    case("squeeze", [x], np.squeeze(x), np.float32)
    case("flip", [x], np.flip(x), np.float32)
    case("unique", [x], np.unique(x), np.float32)
    case("tile", [x, (2, 3)], np.tile(x, (2, 3)), np.float32)
    case("pad", [x, 1], np.pad(x, 1) if shape else x, np.float32)
    case("roll", [x, 2], np.roll(x, 2), np.float32)
    case("stack", [[x, x]], np.stack([x, x]), np.float32)
    for axis in range(-len(shape), len(shape)):
        case("sort", [x, axis], np.sort(x, axis), np.float32)
        case("argsort", [x, axis], np.argsort(x, axis, kind="stable"), np.int32)
        case("flip", [x, axis], np.flip(x, axis), np.float32)
        case("roll", [x, 9, axis], np.roll(x, 9, axis), np.float32)
        case("concat", [[x, x, x], axis], np.concatenate([x, x, x], axis), np.float32)
        case("expand_dims", [x, axis], np.expand_dims(x, axis), np.float32)
        case("stack", [[x, x + 1], axis], np.stack([x, x + 1], axis), np.float32)
        if x.shape[axis] == 1:
            case("squeeze", [x, axis], np.squeeze(x, axis), np.float32)
x = np.float32([2, np.nan, -1, np.inf, -np.inf, np.nan, 0])
case("sort", [x], np.sort(x), np.float32)
case("argsort", [x], np.argsort(x, kind="stable"), np.int32)
case("unique", [x], np.unique(x), np.float32)
case("concat", [[np.int32([1, 2]), np.float32([0.5])]], [1, 2, 0.5], np.float32)
case("stack", [[np.uint8([1, 2]), np.array([True, False])]], [[1, 2], [1, 0]], np.uint8)
for a, b in (((3,), (3,)), ((2, 3), (3,)), ((2, 1), (1, 3)), ((), (4,)), ((2, 3, 2), (3, 1)), ((0, 2), (2,))):
    for dtype in everything:
        make = whole if dtype in integers else real
        x, y = make(rng, a, dtype), make(rng, b, dtype)
        condition = rng.random(b) < 0.5
        case("where", [np.asarray(condition), x, y], np.where(condition, x, y), dtype)
case("where", [np.array([True, False]), np.int32([1, 2]), 0.5], [1, 0.5], np.float32)
case("where", [np.array([True, False]), np.uint8([1, 2]), np.float64([3, 4])], [1, 4], np.float64)
for dtype in everything:
    x = real(rng, (7,), dtype) if dtype in floats else whole(rng, (7,), dtype)
    like = np.float32 if dtype in integers else dtype
    case("clip", [x, -1.0, 0.5], np.clip(x.astype(like), -1, 0.5), like)
    like = np.int32 if dtype in integers else dtype
    case("clip", [x, 1.0], np.maximum(x.astype(like), 1), like)
    case("clip", [x, None, 1.0], np.minimum(x.astype(like), 1), like)
    for other, name in ((np.bool_, "bool"), (np.uint8, "u8"), (np.int32, "i32"), (np.float32, "f32"),
                        (np.float64, "f64")):
        y = np.abs(x) if other == np.uint8 and dtype != np.bool_ else x
        case("convert", [y, name], y.astype(other), other)
windows = [((2, 3, 4, 2), 2, 1, 0), ((1, 5, 4, 1), 3, 2, 1), ((1, 3, 4, 2), (1, 3), (2, 1), (0, 2)),
           ((1, 5, 5, 1), 2, 3, 0), ((2, 1, 1, 3), 1, 1, 0), ((0, 3, 3, 1), 2, 1, 0), ((1, 2, 2, 1), 4, 1, 1)]
for shape, size, stride, padding in windows:
    both = [tuple(np.broadcast_to(v, 2).tolist()) for v in (size, stride, padding)]
    for dtype in everything:
        x = real(rng, shape, dtype) if dtype in floats else whole(rng, shape, dtype)
        wide = np.pad(x, ((0, 0), *((p, p) for p in both[2]), (0, 0)))
        parts = np.lib.stride_tricks.sliding_window_view(wide, both[0], (1, 2))[:, ::both[1][0], ::both[1][1]]
        parts = np.moveaxis(parts, 3, -1)
        value = parts.reshape(*parts.shape[:3], both[0][0] * both[0][1] * shape[3])
        if shape[0] and dtype in floats:
            unfolded = torch.nn.functional.unfold(
                torch.tensor(x).permute(0, 3, 1, 2), both[0], padding=both[2], stride=both[1])
            channels_first = np.moveaxis(parts, -1, 3).reshape(value.shape)
            assert np.array_equal(unfolded.permute(0, 2, 1).reshape(value.shape), channels_first)
        case("patches", [x, size, stride, padding], value, dtype)
write("shapes", cases)

# Products

cases.clear()
products = [((2, 3), (3, 4)), ((3,), (3, 2)), ((2, 3), (3,)), ((3,), (3,)), ((2, 2, 3), (3, 2)),
            ((2, 1, 2, 3), (2, 3, 2)), ((3,), (2, 3, 2)), ((2, 2, 3), (3,)), ((1, 1), (1, 1)),
            ((2, 0), (0, 3)), ((0, 2), (2, 3)), ((2, 300), (300, 2)), ((13, 5), (5, 9))]
for a, b in products:
    for dtype in floats:
        x, y = real(rng, a, dtype), real(rng, b, dtype)
        wide = np.matmul(x.astype(np.longdouble), y.astype(np.longdouble))
        terms = np.matmul(np.abs(x).astype(np.float64), np.abs(y).astype(np.float64))
        case("@", [x, y], wide, dtype, 2 * a[-1] * unit[np.dtype(dtype)] * terms)
    for dtype in integers:
        x, y = whole(rng, a, dtype), whole(rng, b, dtype)
        if a[-1] < 9:
            case("@", [x, y], np.matmul(x.astype(np.int32), y.astype(np.int32)), np.int32)
for dtype in everything:
    wide = np.longdouble if dtype in floats else np.int32
    gives = dtype if dtype in floats else np.int32
    u = unit.get(np.dtype(dtype), 0)
    make = whole if dtype in integers else real
    for n in (0, 1, 5):
        x, y = make(rng, (n,), dtype), make(rng, (n,), dtype)
        terms = 2 * n * u * np.sum(np.abs(x.astype(np.longdouble) * y))
        case("dot", [x, y], np.dot(x.astype(wide), y.astype(wide)), gives, terms)
        case("outer", [x, y[:2]], np.outer(x.astype(gives), y[:2].astype(gives)), gives)
        case("diag", [x], np.diag(x), dtype)
    for shape in ((3, 3), (2, 4), (4, 2), (0, 2)):
        x = make(rng, shape, dtype)
        terms = 2 * min(shape) * u * np.trace(np.abs(x.astype(np.longdouble)))
        case("diag", [x], np.diag(x), dtype)
        case("trace", [x], np.trace(x.astype(wide)), gives, terms)
write("products", cases)

# Makers

cases.clear()
for name, value in (("zeros", 0), ("ones", 1)):
    for shape in ((), (3,), (2, 0), (2, 1, 3), (1, 2, 1, 2)):
        case(name, [shape], np.full(shape, value), np.float32)
    for dtype in ("bool", "u8", "i32", "f32", "f64"):
        case(name, [3, dtype], np.full(3, value), {"u8": np.uint8, "i32": np.int32, "bool": np.bool_,
                                                   "f32": np.float32, "f64": np.float64}[dtype])
case("full", [(2, 3), 1.5], np.full((2, 3), 1.5), np.float32)
case("full", [2, 7.0, "u8"], np.full(2, 7), np.uint8)
case("full", [(), 0.1, "f64"], np.full((), 0.1), np.float64)
for n, m in ((3, None), (3, 4), (4, 2), (0, 2)):
    case("eye", [n, m], np.eye(n, m), np.float32)
case("eye", [2, None, "i32"], np.eye(2), np.int32)
for args in ((4,), (3, 20, 4), (3, -5, -2), (5, 3), (-3, 3), (0, 1, 7)):
    case("arange", list(args), np.arange(*args), np.int32)
for start, stop, n in ((-1.5, 4.0, 13), (0.0, 1.0, 1), (2.0, -1.0, 4), (0.0, 1.0, 0)):
    case("linspace", [start, stop, n], np.linspace(start, stop, n), np.float32)
    case("linspace", [start, stop, n, "f64"], np.linspace(start, stop, n), np.float64)
for shape in ((), (4,), (2, 2), (0,)):
    labels = np.asarray(rng.integers(0, 3, shape))
    for dtype in (np.uint8, np.int32):
        case("one_hot", [labels.astype(dtype), 3], np.eye(3)[labels], np.float32)
write("makers", cases)
