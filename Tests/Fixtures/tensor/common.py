"""What the fixture scripts share: tensors as JSON, random inputs, bounds.

The scripts need NumPy 2, mpmath, and functions.py and operations.py PyTorch, which their references
are compared with. Inputs have two decimals, so that a failing case can be typed, and depend on the
name of the operation alone, so that a new one leaves the others as they are.
"""

import json
import math
import pathlib
import zlib

import numpy as np

np.seterr(all="ignore")
here = pathlib.Path(__file__).parent
names = {"bool": "bool", "uint8": "u8", "int32": "i32", "float32": "f32", "float64": "f64"}
dtypes = {name: np.dtype(numpy) for numpy, name in names.items()}
floats = (np.float32, np.float64)
integers = (np.bool_, np.uint8, np.int32)
unit = {np.dtype(np.float32): 2.0**-24, np.dtype(np.float64): 2.0**-53}


def generator(name):
    return np.random.default_rng(zlib.crc32(name.encode()))


def number(x):
    # The shortest digits of x's own dtype keep the files small.
    x = float(str(x))
    if not math.isfinite(x):
        return {math.inf: "inf", -math.inf: "-inf"}.get(x, "nan")
    is_minus_zero = x == 0 and math.copysign(1, x) < 0
    return int(x) if x == int(x) and abs(x) < 1e6 and not is_minus_zero else x


def tensor(x):
    x = np.asarray(x)
    plain = x.astype(np.uint8) if x.dtype == bool else x
    return {
        "dtype": names[str(x.dtype)], "shape": list(x.shape),
        "elements": [number(v) for v in plain.ravel()],
    }


def argument(x):
    if x is None:
        return {"absent": True}
    if isinstance(x, (np.ndarray, np.generic)):
        return {"tensor": tensor(x)}
    if isinstance(x, bool):
        return {"flag": x}
    if isinstance(x, int):
        return {"integer": x}
    if isinstance(x, float):
        return {"number": x}
    if isinstance(x, str):
        return {"dtype": x}
    if x and isinstance(x[0], (np.ndarray, np.generic)):
        return {"tensors": [tensor(t) for t in x]}
    return {"integers": list(x)}


def entry(args, value, dtype, bound=0.0):
    """Arguments, and a value that is rounded to dtype here. The bound is on the absolute error."""
    value = np.asarray(value).astype(dtype)
    bounds = np.broadcast_to(np.asarray(bound, dtype=np.float64), value.shape).ravel()
    result = {"args": [argument(a) for a in args], "value": tensor(value)}
    if bounds.any():
        result["bound"] = [float(f"{b:.2g}") for b in bounds]
    return result


def real(rng, shape, dtype, low=-2.0, high=2.0):
    return np.asarray(np.round(rng.uniform(low, high, shape), 2)).astype(dtype)


def whole(rng, shape, dtype, high=9):
    low = -high if dtype == np.int32 else 0
    return np.asarray(rng.integers(low, 2 if dtype == np.bool_ else high, shape)).astype(dtype)


def text(x):
    return json.dumps(x, separators=(",", ":"))


def write(name, cases):
    lines = ",\n".join(text(c) for c in cases)
    (here / f"{name}.json").write_text("[\n" + lines + "\n]\n")
    print(name, len(cases))
