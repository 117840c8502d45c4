"""A 2-16-16-1 tanh MLP on 300 points, full batch, binary cross-entropy, plain gradient descent:
one round is `steps` steps.

usage: tiny.py torch|jax_scan STEPS
"""
import sys

import worker

SIZES = (2, 16, 16, 1)
RATE = 0.5


def torch_round(steps):
    import torch
    import torch.nn.functional as F
    from torch import nn

    torch.set_num_threads(worker.THREADS)
    x, y = (torch.from_numpy(a) for a in worker.moons(300))
    y = y[:, None]
    model = nn.Sequential(
        nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)

    def run():
        for _ in range(steps):
            loss = F.binary_cross_entropy_with_logits(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        loss.item()

    return torch.__version__, run


def jax_round(steps):
    import jax
    import jax.numpy as jnp

    x, y = (jnp.asarray(a) for a in worker.moons(300))

    def loss(p):
        h = jnp.tanh(x @ p[0] + p[1])
        h = jnp.tanh(h @ p[2] + p[3])
        z = (h @ p[4] + p[5])[:, 0]
        return (jax.nn.softplus(z) - z * y).mean()

    def step(p, _):
        return [a - RATE * g for a, g in zip(p, jax.grad(loss)(p))], None

    epoch = jax.jit(lambda p: jax.lax.scan(step, p, None, length=steps)[0])

    def run():
        jax.block_until_ready(epoch([jnp.asarray(a) for a in worker.dense_parameters(SIZES)]))

    return jax.__version__, run


ROUNDS = {"torch": torch_round, "jax_scan": jax_round}
worker.serve(*ROUNDS[sys.argv[1]](int(sys.argv[2])))
