"""Writes the NumPy files of this folder: python3 make_fixtures.py (NumPy 2.x).

expected.json says what each array holds, so that the tests need no Python.
"""

import json
import os

import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
expected = {}


def note(name, array, dtype):
    flat = np.ascontiguousarray(array).astype(np.float64).ravel()
    expected[name] = {
        "dtype": dtype,
        "shape": list(array.shape),
        "elements": [repr(float(x)) for x in flat],
    }


def write(name, array, dtype, version=None):
    with open(os.path.join(here, name), "wb") as file:
        np.lib.format.write_array(file, array, version=version, allow_pickle=False)
    note(name, array, dtype)


matrix = np.arange(12).reshape(3, 4)
for text, dtype in [
    ("<f4", "f32"), (">f4", "f32"), ("<f8", "f64"), (">f8", "f64"), ("<f2", "f32"), ("|u1", "u8"),
    ("|i1", "i32"), ("<i2", "i32"), (">i2", "i32"), ("<u2", "i32"), ("<i4", "i32"), (">i4", "i32"),
    ("<u4", "i32"), ("<i8", "i32"), (">i8", "i32"), ("<u8", "i32"), ("|b1", "bool"),
]:
    values = matrix % 2 == 0 if text == "|b1" else (matrix - (0 if "u" in text else 6))
    name = text.replace("<", "le-").replace(">", "be-").replace("|", "") + ".npy"
    write(name, values.astype(np.dtype(text)), dtype)

write("fortran.npy", np.asfortranarray(np.arange(24, dtype="<f4").reshape(2, 3, 4)), "f32")
write("scalar.npy", np.float64(0.1) * np.ones(()), "f64")
write("empty.npy", np.zeros((0, 3), dtype="<f4"), "f32")
write("vector.npy", np.array([1.5, -0.0, 1e-42], dtype="<f4"), "f32")
write("version2.npy", matrix.astype("<f4"), "f32", version=(2, 0))
write("version3.npy", matrix.astype("<f4"), "f32", version=(3, 0))

np.save(os.path.join(here, "wide.npy"), np.array([1, 2**31, -5], dtype="<i8"))
np.save(os.path.join(here, "complex.npy"), np.array([1j]))
np.save(os.path.join(here, "text.npy"), np.array(["a", "b"]))
np.save(os.path.join(here, "records.npy"), np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")]))
np.save(os.path.join(here, "objects.npy"), np.array([{}, None], dtype=object), allow_pickle=True)

arrays = {"x": matrix.astype("<f4"), "labels": np.array([1, 0, 2], dtype="<i8")}
np.savez(os.path.join(here, "stored.npz"), **arrays)
np.savez_compressed(
    os.path.join(here, "deflated.npz"), **{"conv.w": np.zeros((50, 50), dtype="<f4"), "conv.b":
    np.arange(3, dtype="<f8")})
np.savez(os.path.join(here, "positional.npz"), matrix.astype("<f8"))

with open(os.path.join(here, "expected.json"), "w") as file:
    json.dump(expected, file, indent=1, sort_keys=True)
    file.write("\n")
