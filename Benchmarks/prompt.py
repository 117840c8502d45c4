"""The prompt on a pseudo-terminal: how long a user waits for a key's answer."""
import os
import pty
import select
import signal
import statistics
import struct
import subprocess
import tempfile
import termios
import time
from fcntl import ioctl
from pathlib import Path

# What the prompt writes last before it waits: that pastes be marked, and itself.
READY = b"\x1b[?2004h"
TRAINING = """x = rand((60000, 784))
y = i32(x[:, 0] * 10)
m = mlp((784, 256, 10))
"""


class Prompt:
    """The command on a pseudo-terminal of 80 columns, in a home of its own."""

    def __init__(self, etude, home):
        self.main, other = pty.openpty()
        ioctl(other, termios.TIOCSWINSZ, struct.pack("4H", 24, 80, 0, 0))
        environment = {**os.environ, "HOME": home, "XDG_STATE_HOME": "", "TERM": "xterm-256color",
                       "LC_ALL": "C.UTF-8"}
        self.process = subprocess.Popen(
            [etude], stdin=other, stdout=other, stderr=other, cwd=home, env=environment,
            start_new_session=True, preexec_fn=lambda: ioctl(0, termios.TIOCSCTTY, 0))
        os.close(other)
        self.seen = b""
        self.until(b"> ")

    def write(self, text):
        """Writes all, and takes what comes meanwhile, as a terminal does."""
        rest = text.encode()
        while rest:
            readable, writable, _ = select.select([self.main], [self.main], [])
            if readable:
                self.seen += os.read(self.main, 1 << 16)
            if writable:
                rest = rest[os.write(self.main, rest[:512]):]

    def until(self, *marks, seconds=60):
        """Reads until the marks have come one after the other."""
        end = time.monotonic() + seconds
        for mark in marks:
            while mark not in self.seen:
                if not select.select([self.main], [], [], max(0, end - time.monotonic()))[0]:
                    raise SystemExit(f"no {mark} within {seconds} s, but {self.seen[-500:]}")
                self.seen += os.read(self.main, 1 << 16)
            self.seen = self.seen.partition(mark)[2]

    def answer(self, text, *marks):
        """Seconds from keys to the last mark."""
        self.seen = b""
        start = time.perf_counter()
        self.write(text)
        self.until(*marks)
        return time.perf_counter() - start

    def enter(self, text):
        self.answer(text + "\r", READY, b"> ")

    def stop(self):
        self.process.send_signal(signal.SIGHUP)
        self.process.wait()
        os.close(self.main)


def completion(prompt, home, rounds):
    """Tab where 10,000 variables begin so, and the list that a second one shows."""
    Path(home, "names.et").write_text("".join(f"name_{i:05} = {i}\n" for i in range(10_000)))
    prompt.enter(":load names.et")
    adds, lists = [], []
    for _ in range(rounds):
        prompt.answer("1 + nam", b"nam")
        adds.append(prompt.answer("\t", b"e_0"))
        prompt.answer("\t", b"\a")
        lists.append(prompt.answer("\t", b"more", b"> "))
        prompt.answer("\x03", READY, b"> ")
    return [("Tab among 10,000 variables", adds, 0.050), ("list of 10,000 variables", lists, 0.050)]


def interrupts(prompt, rounds):
    """Ctrl-C at different moments of a training, and of other work that takes long."""
    for line in TRAINING.splitlines():
        prompt.enter(line)
    work = [("training", "r = train(m, (x, y), epochs=1000)"),
            ("a loop", "for i in 0..1000000000 { j = i }"),
            ("a product 4096³", "a = rand((4096, 4096)); for i in 0..1000 { b = a @ a }"),
            ("a map on all cores", "map(0..64, i -> train(m, (x, y), epochs=9), parallel=true);")]
    rows = []
    for name, code in work:
        seconds = []
        for i in range(rounds):
            prompt.answer(f'print("be", "gun"); {code}\r', b"be gun")
            time.sleep(0.5 + 0.037 * i)
            seconds.append(prompt.answer("\x03", b"interrupted", READY, b"> "))
        rows.append((f"Ctrl-C in {name}", seconds, 0.200))
    return rows


def paste(prompt, rounds):
    """200 lines, from the first byte of the paste to the value of the last one after Enter."""
    seconds = []
    for i in range(rounds):
        lines = [f"total = {i}"] + ["total += 1"] * 198 + ['print("total", total)']
        text = "\x1b[200~" + "\r".join(lines) + "\x1b[201~"
        start = time.perf_counter()
        prompt.answer(text, b'print("total", total)')
        prompt.answer("\r", f"total {i + 198}".encode(), READY, b"> ")
        seconds.append(time.perf_counter() - start)
    return [("paste of 200 lines", seconds, 1.0)]


def seconds_of(command, path):
    """Seconds of a whole process whose input is a file."""
    with open(path) as source:
        start = time.perf_counter()
        subprocess.run(command, stdin=source, stdout=subprocess.DEVNULL, check=True)
        return time.perf_counter() - start


def piped(etude, home, rounds):
    """10,000 lines on standard input beside the same as a file."""
    path = Path(home, "lines.et")
    path.write_text("x = 0\n" + "".join(f"x = x * 0.5 + {i}\n" for i in range(9_999)))
    runs = {"input": [], "file": []}
    for _ in range(rounds):
        runs["input"].append(seconds_of([etude], path))
        runs["file"].append(seconds_of([etude, "run", path], os.devnull))
    return runs


def shown(seconds):
    return "{:.1f} ms ({:.1f} to {:.1f})".format(
        *(1e3 * f(seconds) for f in (statistics.median, min, max)))


def measure(etude, rounds, names):
    """Prints a table, gives its figures."""
    def wanted(*rows):
        return not names or any(part in row for part in names for row in rows)

    etude, rounds, rows, results = os.path.abspath(etude), max(rounds, 9), [], []
    print("\n| prompt | median (range) | bar |\n| --- | --- | --- |")
    with tempfile.TemporaryDirectory() as home:
        for titles, job in [
                (("Tab", "list of"), lambda prompt: completion(prompt, home, rounds)),
                (("Ctrl-C",), lambda prompt: interrupts(prompt, rounds)),
                (("paste",), lambda prompt: paste(prompt, rounds))]:
            if wanted(*titles):
                prompt = Prompt(etude, home)
                rows += job(prompt)
                prompt.stop()
        for name, seconds, most in rows:
            verdict = "yes" if statistics.median(seconds) <= most else "NO"
            print(f"| {name} | {shown(seconds)} | ≤ {most * 1e3:g} ms: {verdict} |")
            results.append({"row": name, "seconds": seconds})
        if wanted("10,000 lines piped"):
            runs = piped(etude, home, 3 * rounds)
            ratio = statistics.median(runs["input"]) / statistics.median(runs["file"])
            print(f"| 10,000 lines piped | {shown(runs['input'])}, by `run` {shown(runs['file'])} "
                  f"| ≤ 1.2 times: {'yes' if ratio <= 1.2 else 'NO'}, {ratio:.2f} |", flush=True)
            results.append({"row": "10,000 lines piped", "seconds": runs})
    return results
