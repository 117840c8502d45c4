"""The rows of the benchmark: work that Étude and its peers do, and the ratio each must reach."""
from dataclasses import dataclass, field


@dataclass
class Row:
    """Work that Étude does in `script`, given `settings`, and peers do in other programs."""

    name: str
    script: str
    settings: dict
    peers: dict  # name: arguments of a program in peers/
    threads: tuple = (1, 2)
    work: float = 0  # in one round, in `unit`, for figures a second
    unit: str = "s"
    bars: dict = field(default_factory=dict)  # peer: {threads: least ratio}


def both(ratio):
    return {1: ratio, 2: ratio}


def matmul(m, k, n, times, bar):
    arguments = [str(size) for size in (m, k, n, times)]
    return Row(
        f"matmul {m}×{k}×{n}", "matmul.et", dict(m=m, k=k, n=n, times=times),
        {name: ["matmul.py", name, *arguments] for name in ("numpy", "torch")},
        work=2e-9 * m * k * n * times, unit="GFLOP/s", bars={"numpy": both(bar)})


def mlp(batch, examples, bars):
    names = ("torch", "torch_fused", "jax_scan", "numpy")
    return Row(
        f"MLP batch {batch}", "mlp.et", dict(batch=batch, examples=examples),
        {name: ["mlp.py", name, str(batch), str(examples)] for name in names},
        work=examples, unit="examples/s", bars=bars)


def scalars(name, what):
    return Row(what, f"{name}.et", {}, {"python": ["scalars.py", name]}, threads=(1,),
               bars={"python": {1: 2.0}})


ROWS = [
    matmul(64, 64, 64, 4000, 0.9),
    matmul(64, 784, 256, 200, 0.9),
    matmul(256, 256, 256, 200, 0.95),
    matmul(512, 512, 512, 30, 0.95),
    matmul(1024, 1024, 1024, 5, 0.95),
    matmul(2048, 2048, 2048, 1, 0.95),
    mlp(64, 60000, {"torch": both(2.0), "jax_scan": {1: 1.0, 2: 0.9}}),
    mlp(16, 20000, {"torch": both(2.5)}),
    mlp(512, 60000, {"torch": both(1.3)}),
    Row("tiny MLP", "tiny.et", dict(steps=2000),
        {name: ["tiny.py", name, "2000"] for name in ("torch", "jax_scan")},
        threads=(1,), work=2000, unit="steps/s", bars={"torch": {1: 8.0}}),
    Row("CNN batch 64", "cnn.et", dict(examples=4000),
        {name: ["cnn.py", name, "4000"] for name in ("torch_channels_last", "torch")},
        work=4000, unit="images/s", bars={"torch_channels_last": both(1.0)}),
    scalars("loop", "loop of 10⁶ rounds"),
    scalars("fib", "fib(25)"),
    scalars("append", "append 10⁵"),
    scalars("fold", "fold over 10⁵"),
]
