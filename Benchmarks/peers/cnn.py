"""A small CNN: 3×3×16 same, ReLU, pool, 3×3×32 same, ReLU, pool, dense 10; Adam; batch 64.
One round trains a new model on `examples` shuffled images.

usage: cnn.py torch|torch_channels_last EXAMPLES
"""
import sys

import torch
import torch.nn.functional as F
from torch import nn

import worker

torch.set_num_threads(worker.THREADS)
layout = torch.channels_last if sys.argv[1] == "torch_channels_last" else torch.contiguous_format
examples = int(sys.argv[2])
images, labels = (a[:examples].copy() for a in worker.fashion_mnist())
x = torch.from_numpy(images).view(-1, 1, 28, 28)
y = torch.from_numpy(labels)


def run():
    model = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(1568, 10)).to(memory_format=layout)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    order = torch.randperm(examples)
    for start in range(0, examples, 64):
        rows = order[start:start + 64]
        loss = F.cross_entropy(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


worker.serve(torch.__version__, run)
