"""Loops, recursion and growing lists in plain Python.

usage: scalars.py loop|fib|append|fold
"""
import platform
import sys
from functools import reduce

import worker


def loop():
    total = 0
    for i in range(1_000_000):
        total += i
    return total


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def append():
    items = []
    for i in range(100_000):
        items.append(i)
    return len(items)


def fold():
    return reduce(lambda a, b: a + b, range(100_000), 0)


WORK = {"loop": loop, "fib": lambda: fib(25), "append": append, "fold": fold}


def run():
    WORK[sys.argv[1]]()


worker.serve(platform.python_version(), run)
