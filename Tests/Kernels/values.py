#!/usr/bin/env python3
"""Makes Tests/Kernels/values.h: arguments and correctly rounded values of the functions.

Computed with mpmath at 1,200 bits or more, so they share nothing with the kernels. Run without
arguments; writes to standard output.
"""
import random
import struct

from mpmath import mp, mpf, exp, expm1, log, log1p, sin, cos, tanh, erf, power, isinf

mp.prec = 2400
random.seed(20200101)

FUNCTIONS = [
    ("EXP", exp, -745, 709), ("EXPM1", expm1, -37, 709), ("LOG", log, 1e-3, 4),
    ("LOG1P", log1p, -0.999, 4), ("SIN", sin, -100, 100), ("COS", cos, -100, 100),
    ("TANH", tanh, -19, 19), ("SIGMOID", lambda x: 1 / (1 + exp(-x)), -700, 36),
    ("ERF", erf, -5.9, 5.9),
]


def rounded(y, digits, least, most):
    """y to `digits` bits, half to even, with subnormals from 2^least and infinity above most."""
    if y == 0:
        return 0.0
    exponent = max(mp.frexp(y)[1] - digits, least)
    r = float(mp.ldexp(mp.nint(mp.ldexp(y, -exponent)), exponent)) if mp.frexp(y)[1] <= most + 1 else None
    return r if r is not None and abs(r) < 2.0 ** most * 2 * (1 - 2.0 ** -digits / 2) else \
        float("inf") if y > 0 else float("-inf")


def arguments(low, high, single):
    for i in range(36):
        x = random.uniform(low, high)
        if i % 3 == 1:
            x *= 2.0 ** -random.randrange(40)
        if i % 12 == 11 and low < 0 < high and high > 99:
            x = random.uniform(1, 2) * 2.0 ** random.randrange(20, 120 if single else 1000)
            if high != 100:  # only sin and cos take huge ones
                x = random.uniform(36, 88)
        yield struct.unpack("<f", struct.pack("<f", x))[0] if single else x


print("// Made by Tests/Kernels/values.py: arguments and values, correctly rounded. Do not edit.")
for kind, digits, least, most in (("f64", 53, -1074, 1023), ("f32", 24, -149, 127)):
    single = kind == "f32"
    print(f"static const struct {{ et_unary_op op; {'float' if single else 'double'} x, y; }} "
          f"values_{kind}[] = {{")
    for name, f, low, high in FUNCTIONS:
        if single and low < -100:
            low, high = -103, min(high, 88)
        rows = []
        for x in arguments(low, min(high, 88) if single and name == "EXPM1" else high, single):
            y = rounded(f(mpf(x)), digits, least, most)
            rows.append(f"{{ET_{name}, {x.hex()}, {y.hex()}}}")
        for i in range(0, len(rows), 2):
            print("  " + ", ".join(rows[i:i + 2]) + ",")
    print("};")
print("static const struct { double x, y, z; } powers[] = {")
for i in range(60):
    x = random.uniform(0.9, 1.1) if i % 3 else random.uniform(1, 2) * 2.0 ** random.randrange(-1020, 1020)
    y = random.uniform(-700, 700) / float(log(mpf(x))) if i % 2 else random.uniform(-4, 4)
    if abs(y * float(log(mpf(x)))) > 700:
        y /= 8
    print(f"  {{{x.hex()}, {y.hex()}, {rounded(power(mpf(x), mpf(y)), 53, -1074, 1023).hex()}}},")
print("};")
