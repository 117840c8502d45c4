"""What every peer of a benchmark shares: a process that gets ready once, then runs a round for each
line of standard input and answers with its seconds.

The driver sets threads and cores by the environment before a peer starts.
"""
import gzip
import json
import os
import sys
import time

THREADS = int(os.environ.get("BENCH_THREADS", "1"))
DATA = os.environ.get("BENCH_DATA", "/usr/share/datasets/fashion-mnist")


def serve(version, round_of_work):
    """Says that the peer is ready, then runs `round_of_work()` once a line.

    A round returns nothing, and is timed whole, or its seconds.
    """
    round_of_work()  # compiles, fills caches, starts threads
    print(json.dumps({"version": version}), flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        seconds = round_of_work()
        if seconds is None:
            seconds = time.perf_counter() - start
        print(json.dumps({"seconds": seconds}), flush=True)


def fashion_mnist():
    """The training set: f32[60000, 784] in 0 to 1, i64[60000]."""
    import numpy as np

    def read(name, header):
        with gzip.open(os.path.join(DATA, name)) as file:
            return np.frombuffer(file.read(), np.uint8, offset=header)

    images = read("train-images-idx3-ubyte.gz", 16).reshape(60000, 784)
    labels = read("train-labels-idx1-ubyte.gz", 8)
    return images.astype(np.float32) / np.float32(255), labels.astype(np.int64)


def moons(n):
    """Two half circles of `n` noisy points: f32[n, 2], f32[n]."""
    import numpy as np

    random = np.random.default_rng(0)
    t = np.linspace(0, np.pi, n // 2)
    upper = np.stack([np.cos(t), np.sin(t)], 1)
    lower = np.stack([1 - np.cos(t), 0.5 - np.sin(t)], 1)
    points = np.concatenate([upper, lower]) + random.normal(0, 0.1, (n, 2))
    return points.astype(np.float32), np.repeat([0, 1], n // 2).astype(np.float32)


def dense_parameters(sizes):
    """Uniform weights within 1/sqrt(inputs), layer by layer: [w, b, w, b, …]."""
    import numpy as np

    random = np.random.default_rng(0)
    parameters = []
    for n_in, n_out in zip(sizes, sizes[1:]):
        bound = n_in**-0.5
        parameters.append(random.uniform(-bound, bound, (n_in, n_out)).astype(np.float32))
        parameters.append(random.uniform(-bound, bound, n_out).astype(np.float32))
    return parameters
