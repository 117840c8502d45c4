"""Étude beside its peers: every round runs each of them once, and medians of the rounds are compared.

usage: bench.py --etude PATH [--rounds 9] [--rows TEXT …] [--threads 1 2] [--json FILE]

A peer that is not installed is skipped and named. Standard library only; the peers run in the
Python that runs this.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import machine
import processes
import prompt
from rows import ROWS

HERE = Path(__file__).parent


def environment(threads):
    count = str(threads)
    names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NPROC", "BENCH_THREADS")
    flags = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    return {**os.environ, **{name: count for name in names}, "JAX_PLATFORMS": "cpu",
            "CUDA_VISIBLE_DEVICES": "", "XLA_FLAGS": flags if threads == 1 else ""}


def pin(threads):
    """Keeps a process on as many cores as it has threads."""
    cores = sorted(os.sched_getaffinity(0))
    return lambda: os.sched_setaffinity(0, set(cores[-threads:]))


class Peer:
    """A program that runs a round each time it is asked."""

    def __init__(self, arguments, threads):
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "peers" / arguments[0]), *arguments[1:]],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=environment(threads), preexec_fn=pin(threads))
        first = self.process.stdout.readline()
        if not first:
            reason = self.process.stderr.read().strip().splitlines()[-1:]
            raise RuntimeError(*reason)
        self.version = json.loads(first)["version"]

    def round(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())["seconds"]

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


def etude_round(etude, row, threads):
    """The seconds that `time` prints in a fresh process of its own."""
    given = "".join(f"{name} = {value}\n" for name, value in row.settings.items())
    program = given + (HERE / "etude" / row.script).read_text()
    result = subprocess.run(
        [etude, "--threads", str(threads)], input=program, text=True, capture_output=True,
        preexec_fn=pin(threads))
    if result.returncode != 0:
        sys.exit(f"{row.script} failed:\n{result.stderr}")
    number, unit = result.stdout.split("\n")[-2].split()
    return float(number) * {"s": 1, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9}[unit]


def peers_of(row, threads, absent):
    peers = {}
    for name, arguments in row.peers.items():
        try:
            peers[name] = Peer(arguments, threads)
        except RuntimeError as error:
            absent[name] = str(error)
    return peers


def measure(etude, row, threads, rounds, absent):
    """Seconds of every round by name, in turns."""
    peers = peers_of(row, threads, absent)
    seconds = {name: [] for name in ["etude", *peers]}
    for _ in range(rounds):
        seconds["etude"].append(etude_round(etude, row, threads))
        for name, peer in peers.items():
            seconds[name].append(peer.round())
    for peer in peers.values():
        peer.stop()
    versions = {name: peer.version for name, peer in peers.items()}
    return {"row": row.name, "threads": threads, "unit": row.unit, "work": row.work,
            "seconds": seconds, "versions": versions}


def shown(row, seconds):
    """A median and its range, as work a second if the row has a unit of work."""
    values = [statistics.median(seconds), min(seconds), max(seconds)]
    if not row.work:
        return "{:.1f} ms ({:.1f} to {:.1f})".format(*(1e3 * value for value in values))
    return "{:,.4g} ({:,.4g} to {:,.4g})".format(*(row.work / value for value in values))


def table(row, result):
    """Lines of the table for one row: a line a peer, with the ratio and the bar if there is one."""
    seconds = result["seconds"]
    own = statistics.median(seconds["etude"])
    lines = [f"| {row.name} | {result['threads']} | Étude | {shown(row, seconds['etude'])} | | |"]
    for name in list(seconds)[1:]:
        ratio = statistics.median(seconds[name]) / own
        bar = row.bars.get(name, {}).get(result["threads"])
        verdict = "" if bar is None else f"≥ {bar}: {'yes' if ratio >= bar else 'NO'}"
        lines.append(
            f"| | | {name} {result['versions'][name]} | {shown(row, seconds[name])} "
            f"| {ratio:.2f} | {verdict} |")
        result.setdefault("ratios", {})[name] = round(ratio, 4)
    return lines


def chosen(names):
    return [row for row in ROWS if not names or any(name in row.name for name in names)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--etude", required=True)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--rows", nargs="*", default=[])
    parser.add_argument("--threads", nargs="*", type=int, default=[1, 2])
    parser.add_argument("--json")
    options = parser.parse_args()
    results, absent = [], {}
    print(machine.description())
    print("\n| work | threads | who | median (range) | ratio | bar |\n| --- | --- | --- | --- | --- | --- |")
    for row in chosen(options.rows):
        for threads in row.threads:
            if threads in options.threads:
                result = measure(options.etude, row, threads, options.rounds, absent)
                print("\n".join(table(row, result)), flush=True)
                results.append(result)
    results += processes.measure(options.etude, options.rounds, options.rows)
    results += prompt.measure(options.etude, options.rounds, options.rows)
    for name, reason in absent.items():
        print(f"\nskipped: {name} ({reason})")
    if options.json:
        Path(options.json).write_text(json.dumps(
            {"machine": machine.description(), "results": results, "skipped": absent}, indent=1))


main()
