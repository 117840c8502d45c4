"""f32 matrix products of m×k by k×n, `times` of them a round, the result's memory reused.

usage: matmul.py numpy|torch M K N TIMES
"""
import sys

import numpy as np

import worker

m, k, n, times = map(int, sys.argv[2:])
random = np.random.default_rng(0)
a = random.standard_normal((m, k), dtype=np.float32)
b = random.standard_normal((k, n), dtype=np.float32)

if sys.argv[1] == "numpy":
    version, product, out = np.__version__, np.matmul, np.empty((m, n), np.float32)
else:
    import torch

    torch.set_num_threads(worker.THREADS)
    a, b, out = torch.from_numpy(a), torch.from_numpy(b), torch.empty(m, n)
    version, product = torch.__version__, torch.mm


def run():
    for _ in range(times):
        product(a, b, out=out)


worker.serve(version, run)
