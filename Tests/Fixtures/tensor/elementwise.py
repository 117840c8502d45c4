"""Fills the cases of elementwise.json with what NumPy says they give.

    python3 elementwise.py

An entry names an operation and its expression in NumPy's functions; adding one is adding a line
`{"op": …, "numpy": …, "low": …, "high": …}` and running this. Of an entry:

  numpy      the value, of x and, for operations of two operands, y
  low, high  the range of the inputs (y's is from -3 to 3 without 0 unless y_low, y_high say so)
  ulps       how far floating results may be from the value, 0 if left out
  in         what is computed in: "longdouble", "f64", or "dtype", the result's own
  integers   the dtype that bool, u8 and i32 operands give; "same" for their own
  whole      the dtype that they give with a whole number on the right, if another
  gives      the dtype that every operand gives
  special    whether inf, NaN, zeros and the ends of the range are tried, true if left out
"""

import json
import re

import mpmath
import numpy as np

from common import dtypes, entry, floats, generator, here, integers, names, real, text, whole

functions = {name: getattr(np, name) for name in (
    "exp expm1 log log1p sqrt abs sign sin cos tanh floor rint isnan maximum minimum "
    "floor_divide mod zeros_like ones_like logical_and logical_or logical_not").split()}
functions["erf"] = np.vectorize(
    lambda x: np.longdouble(mpmath.nstr(mpmath.erf(mpmath.mpf(str(x))), 25)),
    otypes=[np.longdouble])

shapes = [(), (5,), (2, 3), (2, 1, 3), (2, 1, 2, 2), (0, 2)]
pairs = [((3,), (3,)), ((2, 3), (3,)), ((2, 1), (1, 3)), ((), (4,)), ((2, 3, 2), (3, 1)),
         ((2, 1, 2, 1), (3, 1, 2)), ((0, 2), (2,)), ((2, 0), (2, 1))]
order = [np.dtype(t) for t in (np.bool_, np.uint8, np.int32, np.float32, np.float64)]


def result_dtype(spec, operands):
    """The dtype of a result by the language's rules of promotion."""
    if "gives" in spec:
        return dtypes[spec["gives"]]
    tensors = [a.dtype for a in operands if isinstance(a, np.ndarray)]
    joined = max(tensors, key=order.index)
    inexact = any(isinstance(a, float) and a != int(a) for a in operands)
    if joined.kind == "f":
        return joined
    if "whole" in spec and isinstance(operands[1], float) and not inexact:
        return dtypes[spec["whole"]]
    if spec.get("integers") == "same":
        return joined
    return dtypes["f32" if inexact else spec.get("integers", "f32")]


def case(spec, *operands):
    dtype = result_dtype(spec, operands)
    wide = {"longdouble": np.longdouble, "f64": np.float64}.get(spec.get("in", "longdouble"), dtype)
    if wide == dtype and dtype == np.bool_:
        wide = np.bool_
    scope = dict(zip("xy", (np.asarray(a).astype(wide) for a in operands)))
    value = eval(spec["numpy"], {"__builtins__": {}}, functions | scope)
    result = entry(operands, value, dtype)
    # Kernels of f32 and of integers that become f32 are as good as the others.
    if spec.get("ulps") and dtype.kind == "f":
        result["ulps"] = spec["ulps"]
    return result


def unary(spec, rng):
    low, high = spec["low"], spec["high"]
    if spec.get("operands") == "bool":
        return [case(spec, whole(rng, s, np.bool_)) for s in shapes]
    cases = [case(spec, real(rng, s, t, low, high)) for t in floats for s in shapes]
    for dtype in integers:
        cases.append(case(spec, np.clip(whole(rng, (4,), dtype), max(low, -9), high).astype(dtype)))
    if spec.get("special", True):
        for dtype in floats:
            ends = [0.0, -0.0, np.inf, -np.inf, np.nan, np.finfo(dtype).smallest_subnormal, 1e30, -1e30]
            cases.append(case(spec, np.array(ends, dtype)))
    return cases


def binary(spec, rng):
    if spec.get("operands") == "bool":
        return [case(spec, whole(rng, a, np.bool_), whole(rng, b, np.bool_)) for a, b in pairs]
    low, high = spec["low"], spec["high"]
    y_low, y_high = spec.get("y_low", -3), spec.get("y_high", 3)

    def side(shape, dtype, low, high, zero=True):
        dtype = np.dtype(dtype)
        x = real(rng, shape, dtype, low, high) if dtype.kind == "f" else whole(rng, shape, dtype.type)
        x = np.asarray(np.abs(x) if low >= 0 and dtype.kind != "b" else x)
        return x if zero else np.where(x == 0, dtype.type(1), x).astype(dtype)

    cases = []
    for a, b in pairs:
        for dtype in (*floats, np.int32):
            cases.append(case(spec, side(a, dtype, low, high), side(b, dtype, y_low, y_high, False)))
    for i, dtype in enumerate(order):
        for other in order[i + 1:]:
            for s, t in ((dtype, other), (other, dtype)):
                cases.append(case(spec, side((3,), s, low, high), side((3,), t, y_low, y_high, False)))
        for n in (2.0, 0.5):
            cases.append(case(spec, side((3,), dtype, low, high), n))
            if low < 0:
                cases.append(case(spec, n, side((3,), dtype, y_low, y_high, False)))
    for dtype in (np.bool_, np.uint8):
        cases.append(case(spec, side((3,), dtype, low, high), side((3,), dtype, y_low, y_high, False)))
    if spec.get("special", True):
        ends = [0.0, -0.0, np.inf, -np.inf, np.nan, 1.5, -1e30]
        for dtype in floats:
            x = np.array(ends, dtype)
            cases.append(case(spec, x[:, None], x))
    return cases


path = here / "elementwise.json"
entries = json.loads(path.read_text())
lines = []
for spec in entries:
    spec.pop("cases", None)
    makes = binary if re.search(r"\by\b", spec["numpy"]) else unary
    cases = makes(spec, generator(spec["op"]))
    head = json.dumps(spec, ensure_ascii=False)[:-1]
    lines.append(head + ', "cases": [\n' + ",\n".join("  " + text(c) for c in cases) + "\n]}")
path.write_text("[\n" + ",\n".join(lines) + "\n]\n")
print("elementwise", len(entries))
