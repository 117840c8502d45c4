# Writes optimizers.json and layers.json: values of PyTorch (2.15.0, CPU, f64) that the library's
# optimizers and layers must follow. Run it here with a Python that has torch.
import json
import math

import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


def waves(shape, rate, shift=0.0):
    """sin(rate * i + shift) in row-major order: data that both sides make alike."""
    count = math.prod(shape)
    return torch.tensor([math.sin(rate * i + shift) for i in range(count)]).reshape(shape)


def valley(a, b):
    """A loss that is not convex and couples its parameters."""
    return (
        ((a**2 - 1) ** 2).sum() / 4
        + (torch.sin(3 * b) * b).sum()
        + a[0] * b.sum() / 2
        + 0.1 * (b**2).sum()
    )


OPTIMIZERS = [
    ("sgd(lr=0.05)", lambda p: torch.optim.SGD(p, lr=0.05)),
    ("sgd(lr=0.05, weight_decay=0.1)", lambda p: torch.optim.SGD(p, lr=0.05, weight_decay=0.1)),
    ("momentum(lr=0.02)", lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9)),
    (
        "momentum(lr=0.02, beta=0.8, weight_decay=0.1)",
        lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.8, weight_decay=0.1),
    ),
    ("nesterov(lr=0.02)", lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9, nesterov=True)),
    (
        "nesterov(lr=0.02, beta=0.8, weight_decay=0.1)",
        lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.8, weight_decay=0.1, nesterov=True),
    ),
    ("rmsprop()", lambda p: torch.optim.RMSprop(p)),
    # Slow enough not to arrive: at a minimum RMSProp divides rounding errors by their own size.
    (
        "rmsprop(lr=0.005, beta=0.9, eps=1e-6, weight_decay=0.1)",
        lambda p: torch.optim.RMSprop(p, lr=0.005, alpha=0.9, eps=1e-6, weight_decay=0.1),
    ),
    ("adagrad()", lambda p: torch.optim.Adagrad(p)),
    (
        "adagrad(lr=0.3, eps=1e-6, weight_decay=0.1)",
        lambda p: torch.optim.Adagrad(p, lr=0.3, eps=1e-6, weight_decay=0.1),
    ),
    ("adam()", lambda p: torch.optim.Adam(p)),
    (
        "adam(lr=0.05, beta1=0.8, beta2=0.95, eps=1e-6, weight_decay=0.1)",
        lambda p: torch.optim.Adam(p, lr=0.05, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1),
    ),
    ("adamw()", lambda p: torch.optim.AdamW(p)),
    (
        "adamw(lr=0.05, beta1=0.8, beta2=0.95, eps=1e-6, weight_decay=0.2)",
        lambda p: torch.optim.AdamW(p, lr=0.05, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.2),
    ),
]

COSINE = lambda t: (1 + math.cos(math.pi * t / 80)) / 2 if t < 80 else 0.0
SCHEDULES = [
    ("sgd(lr=step_decay(0.05, every=30, factor=0.5))", 0.05, torch.optim.SGD,
     lambda t: 0.5 ** (t // 30)),
    ("adam(lr=exponential_decay(0.05, factor=0.97))", 0.05, torch.optim.Adam,
     lambda t: 0.97**t),
    ("adamw(lr=cosine_decay(0.05, steps=80))", 0.05, torch.optim.AdamW, COSINE),
    ("rmsprop(lr=warmup(0.02, steps=10))", 0.02, torch.optim.RMSprop,
     lambda t: min(1, (t + 1) / 10)),
    ("sgd(lr=inverse_time_decay(0.05, steps=20))", 0.05, torch.optim.SGD,
     lambda t: 1 / (1 + t / 20)),
]

KEPT = [1, 2, 3] + list(range(5, 101, 5))


def trajectory(make, schedule=None, max_norm=None):
    """The parameters after the steps of KEPT, a then b."""
    a = waves((3,), 1.3, 0.5).requires_grad_()
    b = waves((2, 2), 0.9, 0.2).requires_grad_()
    optimizer = make([a, b])
    rates = torch.optim.lr_scheduler.LambdaLR(optimizer, schedule) if schedule else None
    kept = []
    for step in range(1, 101):
        optimizer.zero_grad()
        valley(a, b).backward()
        if max_norm is not None:
            torch.nn.utils.clip_grad_norm_([a, b], max_norm)
        optimizer.step()
        if rates:
            rates.step()
        if step in KEPT:
            kept.append(torch.cat([a.detach(), b.detach().flatten()]).tolist())
    return kept


def optimizers():
    cases = [(code, trajectory(make)) for code, make in OPTIMIZERS]
    cases += [
        (code, trajectory(lambda p: kind(p, lr=lr), schedule=schedule))
        for code, lr, kind, schedule in SCHEDULES
    ]
    cases.append(
        ("clipped(momentum(lr=0.05), max_norm=0.5)",
         trajectory(lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9), max_norm=0.5)))
    return {
        "steps": KEPT,
        "cases": [{"optimizer": code, "parameters": values} for code, values in cases],
    }


def last(x):
    """[n, channels, height, width] with the channels last, as the library keeps them."""
    return x.permute(0, 2, 3, 1) if x.dim() == 4 else x


def first(x):
    return x.permute(0, 3, 1, 2) if x.dim() == 4 else x


def case(code, shape, layer, weights=()):
    """What a layer makes of waves, and the gradients of sum(out * waves) in the input and weights."""
    x = waves(shape, 0.37, 0.1).requires_grad_()
    out = last(layer(first(x)))
    (out * waves(out.shape, 0.53, 0.4)).sum().backward()
    return {
        "layer": code,
        "input": list(shape),
        "shape": list(out.shape),
        "output": out.detach().flatten().tolist(),
        "input_gradient": x.grad.flatten().tolist(),
        "weight_gradients": [grad().flatten().tolist() for grad in weights],
    }


def conv(n_in, n_out, size, **options):
    """A convolution whose weights and bias are waves; the library's weights are [size * size * n_in,
    n_out], PyTorch's [n_out, n_in, size, size]."""
    layer = torch.nn.Conv2d(n_in, n_out, size, **options)
    _, _, rows, columns = layer.weight.shape
    kernels = waves((rows * columns * n_in, n_out), 0.71, 0.3).reshape(rows, columns, n_in, n_out)
    layer.weight.data = kernels.permute(3, 2, 0, 1).contiguous()
    layer.bias.data = waves((n_out,), 0.9)
    gradient = lambda: layer.weight.grad.permute(2, 3, 1, 0).reshape(-1, n_out)
    return layer, [gradient, lambda: layer.bias.grad]


def norm(layer):
    """A normalising layer whose scale and shift are waves."""
    layer.weight.data = waves(layer.weight.shape, 0.71, 0.3)
    layer.bias.data = waves(layer.bias.shape, 0.9)
    return layer, [lambda: layer.weight.grad, lambda: layer.bias.grad]


def layers():
    running = norm(torch.nn.BatchNorm1d(3))
    running[0].running_mean = waves((3,), 0.4, 0.2)
    running[0].running_var = waves((3,), 0.6, 0.5) ** 2
    running[0].eval()
    functional = torch.nn.functional
    return [
        case("conv2d(3, 4)", (2, 6, 5, 3), *conv(3, 4, 3)),
        case("conv2d(2, 3, size=3, padding=1)", (2, 5, 5, 2), *conv(2, 3, 3, padding=1)),
        case("conv2d(2, 3, size=(2, 3), stride=2, padding=(1, 0))", (2, 6, 7, 2),
             *conv(2, 3, (2, 3), stride=2, padding=(1, 0))),
        case("max_pool2d()", (2, 4, 6, 3), lambda x: functional.max_pool2d(x, 2)),
        case("max_pool2d(size=3, stride=2)", (2, 7, 6, 2),
             lambda x: functional.max_pool2d(x, 3, 2)),
        case("avg_pool2d()", (2, 4, 6, 3), lambda x: functional.avg_pool2d(x, 2)),
        case("avg_pool2d(size=3, stride=1)", (2, 5, 6, 2),
             lambda x: functional.avg_pool2d(x, 3, 1)),
        case("batch_norm(3)", (5, 3), *norm(torch.nn.BatchNorm1d(3))),
        case("batch_norm(3)", (4, 2, 3, 3), *norm(torch.nn.BatchNorm2d(3))),
        {**case("batch_norm(3)", (5, 3), *running), "running": True},
        case("layer_norm(4)", (5, 4), *norm(torch.nn.LayerNorm(4))),
        case("layer_norm(3, eps=0.01)", (2, 4, 3), *norm(torch.nn.LayerNorm(3, eps=0.01))),
    ]


for name, value in [("optimizers", optimizers()), ("layers", layers())]:
    with open(f"{name}.json", "w") as file:
        json.dump(value, file, indent=None, separators=(",", ":"))
        file.write("\n")
