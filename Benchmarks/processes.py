"""Whole processes: time from start to end, and peak memory."""
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
MEGABYTE = 1 << 20


def run(command, text=None):
    """Seconds and peak bytes of one run, which must succeed."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if text is not None:
        process.stdin.write(text.encode())
    process.stdin.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return time.perf_counter() - start, usage.ru_maxrss * 1024


def script(name, **settings):
    given = "".join(f"{key} = {value}\n" for key, value in settings.items())
    return given + (HERE / "etude" / name).read_text()


def notebook(folder):
    """A notebook of ten cells of `1 + 1`, with its recorded output."""
    path = Path(folder) / "ten.nb"
    path.write_text("---\netude: 1\nseed: 0\n---\n" + "\n```etude\n1 + 1\n```\n" * 10)
    return path


def jobs(etude, folder):
    """Name, command, its input, most seconds, most bytes, rounds at most."""
    ten = notebook(folder)
    lesson = HERE.parent / "notebooks" / "06-weight-initialization.nb"
    return [
        ("etude -c '1+1'", [etude, "-c", "1+1"], None, 0.015, 25 * MEGABYTE, 100),
        ("notebook of 10 cells", [etude, "run", str(ten)], None, 0.030, None, 100),
        ("weight-initialisation lesson", [etude, "replay", str(lesson)], None, 30, None, 3),
        ("MLP run, memory", [etude], script("mlp.et", batch=64, examples=60000), None,
         150 * MEGABYTE, 3),
    ]


def verdict(value, most):
    return "" if most is None else f"≤ {most:g}: {'yes' if value <= most else 'NO'}"


def measure(etude, rounds, names):
    """Prints a table, gives its figures."""
    results = []
    print("\n| process | seconds | bar | peak MB | bar |\n| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for name, command, text, seconds, size, most in jobs(etude, folder):
            if names and not any(part in name for part in names):
                continue
            runs = [run(command, text) for _ in range(min(max(rounds, 9) if most > 9 else most, most))]
            taken = statistics.median(run[0] for run in runs)
            peak = statistics.median(run[1] for run in runs)
            print(f"| {name} | {taken:.4f} | {verdict(taken, seconds)} | {peak / MEGABYTE:.1f} "
                  f"| {verdict(peak / MEGABYTE, size and size / MEGABYTE)} |", flush=True)
            results.append({"row": name, "runs": runs})
    if not names or "memory of long training" in names:
        results.append(growth(etude))
    return results


def growth(etude):
    """Peak memory of a short and of a long training, which must not differ."""
    peaks = [run([etude, "--threads", "1"], script("steps.et", steps=steps))[1] / MEGABYTE
             for steps in (2000, 20000)]
    print(f"\n20,000 training steps in one session: peak {peaks[1]:.1f} MB; "
          f"2,000 steps: {peaks[0]:.1f} MB")
    return {"row": "memory of long training", "megabytes": peaks}
