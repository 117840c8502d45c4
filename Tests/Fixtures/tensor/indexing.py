"""Makes indexing.json: what x[…] gives, and what x is after x[…] = v, as NumPy says.

    python3 indexing.py
"""

import numpy as np

from common import tensor, write

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
write("indexing", indexing)
