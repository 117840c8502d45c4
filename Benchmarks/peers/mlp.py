"""The Fashion-MNIST MLP 784-256-128-10, ReLU, cross-entropy, Adam: one round trains a new model on
`examples` shuffled examples.

usage: mlp.py torch|torch_fused|jax_scan|numpy BATCH EXAMPLES
"""
import sys

import worker

SIZES = (784, 256, 128, 10)


def torch_round(batch, examples, fused):
    import torch
    import torch.nn.functional as F
    from torch import nn

    torch.set_num_threads(worker.THREADS)
    x, y = (torch.from_numpy(a[:examples].copy()) for a in worker.fashion_mnist())

    def run():
        model = nn.Sequential(
            nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=fused or None)
        order = torch.randperm(examples)
        for start in range(0, examples, batch):
            rows = order[start:start + batch]
            loss = F.cross_entropy(model(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    return torch.__version__, run


def jax_round(batch, examples):
    import functools

    import jax
    import jax.numpy as jnp
    import numpy as np

    x, y = worker.fashion_mnist()
    x, y = jnp.asarray(x[:examples]), jnp.asarray(y[:examples].astype(np.int32))

    def loss(p, x, y):
        h = jax.nn.relu(x @ p[0] + p[1])
        h = jax.nn.relu(h @ p[2] + p[3])
        z = h @ p[4] + p[5]
        picked = jnp.take_along_axis(z, y[:, None], 1)[:, 0]
        return (jax.nn.logsumexp(z, 1) - picked).mean()

    def step(state, rows):
        p, m, v, t = state
        g = jax.grad(loss)(p, x[rows], y[rows])
        t = t + 1
        m = [0.9 * a + 0.1 * b for a, b in zip(m, g)]
        v = [0.999 * a + 0.001 * b * b for a, b in zip(v, g)]
        fix1, fix2 = 1 - 0.9**t, 1 - 0.999**t
        p = [a - 1e-3 * (b / fix1) / (jnp.sqrt(c / fix2) + 1e-8) for a, b, c in zip(p, m, v)]
        return (p, m, v, t), None

    @functools.partial(jax.jit, donate_argnums=0)
    def epoch(state, order):
        return jax.lax.scan(step, state, order)[0]

    random = np.random.default_rng(0)
    whole = examples // batch * batch

    def run():
        p = [jnp.asarray(a) for a in worker.dense_parameters(SIZES)]
        state = (p, [jnp.zeros_like(a) for a in p], [jnp.zeros_like(a) for a in p], jnp.float32(0))
        order = random.permutation(examples)[:whole].astype(np.int32).reshape(-1, batch)
        jax.block_until_ready(epoch(state, order))

    return jax.__version__, run


def numpy_round(batch, examples):
    import numpy as np

    x, y = (a[:examples] for a in worker.fashion_mnist())
    random = np.random.default_rng(0)

    def gradients(p, x, y):
        h1 = np.maximum(x @ p[0] + p[1], 0)
        h2 = np.maximum(h1 @ p[2] + p[3], 0)
        z = h2 @ p[4] + p[5]
        z -= z.max(1, keepdims=True)
        np.exp(z, out=z)
        z /= z.sum(1, keepdims=True)
        z[np.arange(len(y)), y] -= 1
        z /= np.float32(len(y))
        d2 = (z @ p[4].T) * (h2 > 0)
        d1 = (d2 @ p[2].T) * (h1 > 0)
        return [x.T @ d1, d1.sum(0), h1.T @ d2, d2.sum(0), h2.T @ z, z.sum(0)]

    def run():
        p = worker.dense_parameters(SIZES)
        m, v = [np.zeros_like(a) for a in p], [np.zeros_like(a) for a in p]
        order = random.permutation(examples)
        for t, start in enumerate(range(0, examples, batch), 1):
            rows = order[start:start + batch]
            root = np.sqrt(1 - 0.999**t)
            rate = np.float32(1e-3 * root / (1 - 0.9**t))
            eps = np.float32(1e-8 * root)
            for a, b, c, g in zip(p, m, v, gradients(p, x[rows], y[rows])):
                b *= np.float32(0.9)
                b += np.float32(0.1) * g
                c *= np.float32(0.999)
                c += np.float32(0.001) * g * g
                a -= rate * b / (np.sqrt(c) + eps)

    return np.__version__, run


def main():
    name, batch, examples = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    if name == "numpy":
        worker.serve(*numpy_round(batch, examples))
    elif name == "jax_scan":
        worker.serve(*jax_round(batch, examples))
    else:
        worker.serve(*torch_round(batch, examples, fused=name == "torch_fused"))


main()
