"""Makes operations.json and indexing.json: what NumPy says tensor operations give.

    python3 make_fixtures.py

Needs NumPy 2. The seed is fixed, so the files come out the same. `bound` is how far an element may
be from the value: 0 for index, shape, sort, integer and comparison functions, 2 ulp for elementwise
functions, 2 n u sum|terms| for reductions and products, whose values are computed in long double.
"""

import json
import math
import pathlib

import numpy as np

here = pathlib.Path(__file__).parent
rng = np.random.default_rng(20260101)
names = {"bool": "bool", "uint8": "u8", "int32": "i32", "float32": "f32", "float64": "f64"}
cases = []


def number(x):
    # The shortest digits of x's own dtype keep the files small.
    x = float(str(x))
    return x if math.isfinite(x) else {math.inf: "inf", -math.inf: "-inf"}.get(x, "nan")


def tensor(x):
    x = np.asarray(x)
    return {
        "dtype": names[str(x.dtype)],
        "shape": list(x.shape),
        "elements": [number(v) for v in (x.astype(np.uint8) if x.dtype == bool else x).ravel()],
    }


def argument(x):
    if x is None:
        return {"absent": True}
    if isinstance(x, np.ndarray) or isinstance(x, np.generic):
        return {"tensor": tensor(x)}
    if isinstance(x, bool):
        return {"flag": x}
    if isinstance(x, int):
        return {"integer": x}
    if isinstance(x, float):
        return {"number": x}
    if isinstance(x, str):
        return {"dtype": x}
    if x and isinstance(x[0], np.ndarray):
        return {"tensors": [tensor(t) for t in x]}
    return {"integers": list(x)}


def case(op, args, value, dtype, bound=0.0):
    """A call and its value, which is rounded to dtype here."""
    value = np.asarray(value).astype(dtype)
    bounds = np.broadcast_to(np.asarray(bound, dtype=np.float64), value.shape).ravel()
    entry = {"op": op, "args": [argument(a) for a in args], "value": tensor(value)}
    if bounds.any():
        entry["bound"] = [float(f"{b:.3g}") for b in bounds]
    cases.append(entry)


def real(shape, dtype, low=-2.0, high=2.0):
    return rng.uniform(low, high, shape).astype(dtype)


def ulps(x, dtype):
    return 2 * np.spacing(np.abs(np.asarray(x)).astype(dtype)).astype(np.float64)


unit = {np.float32: 2.0**-24, np.float64: 2.0**-53}
floats = (np.float32, np.float64)
shapes = [(), (7,), (2, 3), (2, 1, 3), (0, 2), (2, 3, 2, 2)]

functions = {
    "exp": (np.exp, -5, 5), "expm1": (np.expm1, -3, 3), "log": (np.log, 0.01, 9),
    "log1p": (np.log1p, -0.9, 5), "sqrt": (np.sqrt, 0, 9), "abs": (np.abs, -2, 2),
    "sign": (np.sign, -2, 2), "sin": (np.sin, -9, 9), "cos": (np.cos, -9, 9),
    "tanh": (np.tanh, -4, 4), "sigmoid": (lambda x: 1 / (1 + np.exp(-x)), -6, 6),
    "relu": (lambda x: np.maximum(x, 0), -2, 2), "floor": (np.floor, -9, 9),
    "round": (np.rint, -9, 9), "negate": (np.negative, -2, 2),
    "erf": (np.vectorize(lambda x: math.erf(float(x)), otypes=[np.longdouble]), -3, 3),
}
for name, (f, low, high) in functions.items():
    for dtype in floats:
        for shape in shapes:
            x = real(shape, dtype, low, high)
            value = f(x.astype(np.longdouble)) if x.size else x
            case(name, [x], value, dtype, ulps(value, dtype))
for dtype in floats:
    x = np.array([0.5, 1.5, -0.5, 2.5, -2.5, math.inf, -math.inf, math.nan, -0.0], dtype)
    case("round", [x], np.rint(x), dtype)
    case("floor", [x], np.floor(x), dtype)
    case("isnan", [x], np.isnan(x), np.bool_)
    case("sort", [x], np.sort(x), dtype)
    case("argsort", [x], np.argsort(x, kind="stable"), np.int32)
    case("unique", [x], np.unique(x), dtype)

operators = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "//": np.floor_divide,
    "%": np.mod, "maximum": np.maximum, "minimum": np.minimum, "==": np.equal, "!=": np.not_equal,
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
}
pairs = [((2, 3), (2, 3)), ((2, 3), (3,)), ((2, 1), (1, 3)), ((), (4,)), ((2, 3, 2), (3, 1)),
         ((4, 1, 2), (3, 2)), ((3, 5), (3, 1)), ((0, 2), (2,)), ((12, 2), (12, 1)), ((9, 2, 2), (9, 1, 2))]
for name, f in operators.items():
    gives = np.bool_ if name[0] in "=!<>" else None
    for a, b in pairs:
        for dtype in floats:
            x, y = np.round(real(a, dtype), 1), np.round(real(b, dtype), 1)
            y = np.where(y == 0, dtype(0.5), y)
            # f32 quotients and remainders are the f64 ones rounded once.
            wide = np.float64 if name in ("//", "%") else dtype
            value = f(x.astype(wide), y.astype(wide))
            case(name, [x, y], value, gives or dtype)
        if name != "/":
            x, y = rng.integers(-9, 9, a, np.int32), rng.integers(1, 9, b, np.int32)
            y = y * np.where(rng.random(y.shape) < 0.5, -1, 1).astype(np.int32)
            case(name, [x, y], f(x, y), gives or np.int32)
for dtype in floats:
    x, y = real((20,), dtype, 0.1, 3), real((20,), dtype, -3, 3)
    value = np.power(x.astype(np.longdouble), y.astype(np.longdouble))
    case("^", [x, y], value, dtype, ulps(value, dtype))
x = rng.integers(-5, 5, (8,), np.int32)
case("^", [x, 3.0], x**3, np.int32)
case("where", [x > 0, x, x * 2], np.where(x > 0, x, x * 2), np.int32)
for dtype in floats:
    x = real((9,), dtype)
    case("clip", [x, -1.0, 0.5], np.clip(x, -1, 0.5), dtype)

axes = {(): [None], (5,): [None, 0, -1], (3, 4): [None, 0, 1, -1, (0, 1)],
        (2, 3, 4): [None, 0, 1, 2, (0, 2), (1, 2), (0, 1), (0, 1, 2)], (2, 3, 2, 3): [(0, 3), (1, 3), (0, 2, 3)],
        (70, 3): [None, 0, 1]}


def count(x, axis):
    return x.size if axis is None else int(np.prod([x.shape[a] for a in np.atleast_1d(axis)]))


for shape, choices in axes.items():
    for axis in choices:
        for keep in ((False, True) if len(shape) == 2 and shape[0] < 9 else (False,)):
            for dtype in floats:
                x = np.round(real(shape, dtype), 2 if len(shape) == 2 else 9)
                wide = x.astype(np.longdouble)
                n, u = count(x, axis), unit[dtype]
                args = [x, axis, keep]
                terms = np.sum(np.abs(wide), axis=axis, keepdims=keep)
                case("sum", args, np.sum(wide, axis=axis, keepdims=keep), dtype, 2 * n * u * terms)
                case("mean", args, np.mean(wide, axis=axis, keepdims=keep), dtype, 2 * n * u * terms / n)
                if n < 100:
                    value = np.prod(wide, axis=axis, keepdims=keep)
                    case("prod", args, value, dtype, 2 * n * u * np.abs(value))
                spread = np.mean(wide**2, axis=axis, keepdims=keep)
                case("var", args, np.var(wide, axis=axis, keepdims=keep), dtype, 4 * n * u * spread)
                if n > 1:
                    value = np.std(wide, axis=axis, keepdims=keep)
                    case("std", args, value, dtype, 4 * n * u * spread / value)
                value = np.sqrt(np.sum(wide**2, axis=axis, keepdims=keep))
                case("norm", args, value, dtype, 2 * n * u * value)
                case("max", args, np.max(x, axis=axis, keepdims=keep), dtype)
                case("min", args, np.min(x, axis=axis, keepdims=keep), dtype)
                value = np.median(x.astype(np.float64), axis=axis, keepdims=keep)
                case("median", args, value, dtype, 4 * np.spacing(np.full(np.shape(value), 2, dtype)))
                value = np.quantile(x.astype(np.float64), 0.3, axis=axis, keepdims=keep)
                case("quantile", [x, 0.3, axis, keep], value, dtype,
                     4 * np.spacing(np.full(np.shape(value), 2, dtype)))
                if axis is None or isinstance(axis, int):
                    rounded = np.round(x)
                    args = [rounded, axis, keep]
                    case("argmax", args, np.argmax(rounded, axis=axis, keepdims=keep), np.int32)
                    case("argmin", args, np.argmin(rounded, axis=axis, keepdims=keep), np.int32)
            for dtype in (np.bool_, np.uint8, np.int32):
                x = rng.integers(0, 2 if dtype == np.bool_ else 9, shape).astype(dtype)
                args = [x, axis, keep]
                case("sum", args, np.sum(x.astype(np.int64), axis=axis, keepdims=keep), np.int32)
                case("mean", args, np.mean(x.astype(np.float64), axis=axis, keepdims=keep), np.float32)
                case("max", args, np.max(x, axis=axis, keepdims=keep), dtype)
                case("any", args, np.any(x, axis=axis, keepdims=keep), np.bool_)
                case("all", args, np.all(x, axis=axis, keepdims=keep), np.bool_)
for shape, axis in (((2, 4500), 1), ((600, 2), 0)):
    x = np.round(real(shape, np.float32), 2)
    wide = x.astype(np.longdouble)
    terms = np.sum(np.abs(wide), axis=axis)
    case("sum", [x, axis], np.sum(wide, axis=axis), np.float32, 2 * shape[axis] * 2.0**-24 * terms)
for name, value in (("sum", 0), ("prod", 1)):
    case(name, [np.zeros((0,), np.float32)], np.float32(value), np.float32)
    case(name, [np.zeros((2, 0), np.float32), 1], np.full(2, value), np.float32)
    case(name, [np.zeros((0, 3), np.int32), 0], np.full(3, value), np.int32)
for axis in (None, 0, 1):
    x = real((3, 4), np.float64)
    terms = np.cumsum(np.abs(x), axis=axis)
    case("cumsum", [x, axis], np.cumsum(x.astype(np.longdouble), axis=axis), np.float64, 8 * 2.0**-53 * terms)

x = real((2, 3, 4), np.float32)
case("reshape", [x, (4, -1)], x.reshape(4, -1), np.float32)
case("transpose", [x], x.T, np.float32)
case("transpose", [x, (1, 2, 0)], x.transpose(1, 2, 0), np.float32)
case("flatten", [x], x.ravel(), np.float32)
case("squeeze", [x[:, :1]], x[:, 0], np.float32)
for axis in (0, 2, -1):
    case("expand_dims", [x, axis], np.expand_dims(x, axis), np.float32)
case("flip", [x], np.flip(x), np.float32)
case("flip", [x, (0, 2)], np.flip(x, (0, 2)), np.float32)
case("concat", [[x, x[:, :1]], 1], np.concatenate([x, x[:, :1]], 1), np.float32)
case("concat", [[np.int32([1, 2]), np.float32([0.5])]], [1, 2, 0.5], np.float32)
for axis in (0, 1, -1):
    case("stack", [[x, x + 1], axis], np.stack([x, x + 1], axis), np.float32)
case("tile", [x, (2, 1, 3)], np.tile(x, (2, 1, 3)), np.float32)
case("tile", [x[0, 0], (2, 2)], np.tile(x[0, 0], (2, 2)), np.float32)
case("tile", [x, 2], np.tile(x, 2), np.float32)
case("pad", [x, (1, 0, 2), (0, 1, 1), 0.5],
     np.pad(x, ((1, 0), (0, 1), (2, 1)), constant_values=0.5), np.float32)
for shift, axis in ((1, None), (-7, None), (2, 1), (-1, 2), (9, 0)):
    case("roll", [x, shift, axis], np.roll(x, shift, axis), np.float32)
for dtype in (np.bool_, np.uint8, np.int32, np.float32, np.float64):
    y = (rng.integers(0, 5, (4, 5)) % (2 if dtype == np.bool_ else 9)).astype(dtype)
    for axis in (0, 1):
        case("sort", [y, axis], np.sort(y, axis), dtype)
        case("argsort", [y, axis], np.argsort(y, axis, kind="stable"), np.int32)
    case("unique", [y], np.unique(y), dtype)
case("eye", [3, 4], np.eye(3, 4), np.float32)
case("arange", [3, 20, 4], np.arange(3, 20, 4), np.int32)
case("arange", [3, -5, -2], np.arange(3, -5, -2), np.int32)
case("arange", [5, 3], np.arange(5, 3), np.int32)
case("linspace", [-1.5, 4.0, 13, "f64"], np.linspace(-1.5, 4, 13), np.float64)
case("one_hot", [np.int32([[0, 2], [1, 1]]), 3], np.eye(3)[[[0, 2], [1, 1]]], np.float32)

products = [((2, 3), (3, 4)), ((3,), (3, 2)), ((2, 3), (3,)), ((3,), (3,)), ((2, 2, 3), (3, 2)),
            ((2, 1, 2, 3), (2, 3, 2)), ((3,), (2, 3, 2)), ((2, 2, 3), (3,)), ((1, 1), (1, 1)),
            ((2, 0), (0, 3)), ((17, 300), (300, 19)), ((64, 33), (33, 10))]
for a, b in products:
    for dtype in floats:
        x, y = real(a, dtype), real(b, dtype)
        wide = np.matmul(x.astype(np.longdouble), y.astype(np.longdouble))
        terms = np.matmul(np.abs(x).astype(np.float64), np.abs(y).astype(np.float64))
        case("@", [x, y], wide, dtype, 2 * a[-1] * unit[dtype] * terms)
    x, y = rng.integers(-9, 9, a, np.int32), rng.integers(-9, 9, b, np.int32)
    case("@", [x, y], np.matmul(x, y), np.int32)
x, y = np.float64([1, 2, 3]), np.float64([4, 5])
case("outer", [x, y], np.outer(x, y), np.float64)
case("dot", [x, x], np.dot(x, x), np.float64)
z = np.arange(12, dtype=np.float64).reshape(3, 4)
case("diag", [z], np.diag(z), np.float64)
case("diag", [x], np.diag(x), np.float64)
case("trace", [z], np.trace(z), np.float64)


# Indexing: what x[…] gives, and what x is after x[…] = v.

indexing = []


def part(i):
    if isinstance(i, slice):
        return {"slice": [i.start, i.stop, i.step]}
    if isinstance(i, np.ndarray):
        return {"tensor": tensor(i)}
    return {"at": i}


def look(x, *index):
    value = x[index]
    new = (np.arange(value.size).reshape(value.shape) + 100).astype(x.dtype)
    after = x.copy()
    after[index] = new
    indexing.append({
        "x": tensor(x), "index": [part(i) for i in index], "value": tensor(value),
        "new": tensor(new), "after": tensor(after),
    })


s = slice
i32 = lambda *v: np.array(v, np.int32)
x = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
y = np.arange(7, dtype=np.int32)
for index in ((0,), (-1, 2), (1, 2, 3), (s(None),), (s(1, None),), (s(None), 1), (s(None), s(None), -1),
              (s(None), s(None, None, -1)), (1, s(0, 9), s(3, 0, -2)), (s(5, 9),), (s(None), s(2, 1))):
    look(x, *index)
for a in (None, 0, 2, -3, 9, -9):
    for b in (None, 0, 5, -1, 9, -9):
        for step in (1, 2, -1, -3):
            look(y, s(a, b, step))
grid = np.array([[0, 1], [2, 0]], np.int32)
mask = np.array([[True, False, True], [False, True, True]])
for index in ((i32(1, 0, 1),), (s(None), i32(2, 0)), (s(None), s(None), i32(-1, 0)), (i32(0, 1), i32(2, -1)),
              (i32(0, 1), s(None), i32(2, 3)), (0, s(None), i32(1, 2)), (0, i32(1, 2)), (s(None), i32(0, 2), 1),
              (s(None), i32(0, 1, 2), i32(3, 2, 1)), (grid % 2,), (s(None), grid), (grid % 2, s(1, 3), grid),
              (i32([0], [1]), i32(0, 2)), (mask,), (mask, 0), (mask, s(None, None, 2)),
              (s(None), np.array([True, False, True])), (np.array([False, True]), i32(2)),
              (s(0, 1), np.array([True, False, True]), s(None, None, -1)), (i32(), ), (np.zeros((2, 3), bool),)):
    look(x, *index)

for name, content in (("operations", cases), ("indexing", indexing)):
    lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in content)
    (here / f"{name}.json").write_text("[\n" + lines + "\n]\n")
    print(name, len(content))
