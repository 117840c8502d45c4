#!/usr/bin/env python3
"""Makes Sources/CKernels/coefficients.h: the polynomials, constants and tables of the functions.

Polynomials are interpolants at Chebyshev nodes, computed with 400 bits, which come within a
small factor of the best approximation; each is printed with its largest relative error. Needs
mpmath. Run without arguments; writes to standard output.
"""
from mpmath import (mp, mpf, cos, pi, exp, expm1, log, sin, tanh, sqrt, erf, erfc, atanh, floor,
                    matrix, lu_solve)

mp.prec = 400


def chebyshev(f, low, high, count):
    """Coefficients, ascending, of the interpolant of f at `count` Chebyshev nodes."""
    low, high = mpf(low), mpf(high)
    xs = [(low + high) / 2 + (high - low) / 2 * cos(pi * (2 * i + 1) / (2 * count))
          for i in range(count)]
    # Newton's divided differences, then expanded.
    c = [f(x) for x in xs]
    for j in range(1, count):
        for i in range(count - 1, j - 1, -1):
            c[i] = (c[i] - c[i - 1]) / (xs[i] - xs[i - j])
    poly = [mpf(0)]
    for i in range(count - 1, -1, -1):
        poly = [mpf(0)] + poly
        for p in range(len(poly) - 1):
            poly[p] -= xs[i] * poly[p + 1]
        poly[0] += c[i]
    return poly[:count]


def weighted(f, weight, low, high, count):
    """Coefficients, ascending, with the least sum of squares of weighted errors at 120 such nodes."""
    low, high = mpf(low), mpf(high)
    xs = [(low + high) / 2 + (high - low) / 2 * cos(pi * (2 * i + 1) / 240) for i in range(120)]
    rows = [[weight(x) * x ** p for p in range(count)] for x in xs]
    return list(lu_solve(matrix(rows), matrix([weight(x) * f(x) for x in xs])))


def emit(name, note, f, low, high, count, absolute=False, weight=None):
    """`weight`: what an error is multiplied by where that is not what makes it relative."""
    c = [float(x) for x in (weighted(f, weight, low, high, count) if weight
                            else chebyshev(f, low, high, count))]
    worst = mpf(0)
    for i in range(401):
        x = mpf(low) + (mpf(high) - mpf(low)) * i / 400 + mpf(2) ** -60
        exact = f(x)
        got = sum(mpf(v) * x ** p for p, v in enumerate(c))
        scale = weight(x) if weight else 1 / (1 if absolute else abs(exact))
        worst = max(worst, abs(got - exact) * scale)
    bits = int(floor(-log(worst, 2)))
    kind = "absolute" if absolute else "relative"
    print(f"// {note};\n// {kind} error below 2^-{bits}, the rounding of the coefficients included.")
    print(f"static const double {name}[{count}] = {{")
    print("  " + ",\n  ".join(", ".join(v.hex() for v in c[i:i + 3])
                              for i in range(0, count, 3)) + "};\n")


def bits(x, n):
    """x truncated to its leading n bits."""
    e = int(floor(log(abs(x), 2)))
    scale = mpf(2) ** (n - 1 - e)
    return floor(x * scale) / scale


def parts(name, x, sizes):
    rest = mpf(x)
    for i, size in enumerate(sizes):
        part = bits(rest, size) if size < 53 else mpf(float(rest))
        print(f"#define {name}_{i + 1} {float(part).hex()}")
        rest -= part
    print()


def short_ways():
    """The polynomials of body_single.h: as short as a rare second way allows."""
    tiny, third = mpf(2) ** -60, log(2) / 2 * mpf("1.0001")
    coth = lambda scale: lambda z: sqrt(z) / tanh(sqrt(z) / scale)
    emit("SHORT_COTH", "h coth h in z = h^2, |h| <= log 2 / 4", coth(1), tiny, third ** 2 / 4, 4)
    emit("SHORT_HALF_COTH", "r coth(r / 2) in z = r^2, |r| <= log 2 / 2", coth(2), tiny, third ** 2,
         4)
    emit("SHORT_EXP", "e^r, |r| <= log 2 / 2", exp, -third, third, 9)
    emit("SHORT_EXPM1", "(e^r - 1) / r, |r| <= log 2 / 2",
         lambda r: expm1(r) / r if abs(r) > mpf(2) ** -100 else mpf(1), -third, third, 8)
    emit("SHORT_LOG", "log((1 + s) / (1 - s)) / s in z = s^2, s <= 0.1716",
         lambda z: 2 * atanh(sqrt(z)) / sqrt(z), tiny,
         ((sqrt(2) - 1) / (sqrt(2) + 1)) ** 2 * mpf("1.0001"), 5)
    print("// pi in parts; the first is short, as those below.")
    parts("SHORT_PI", pi, [33, 53])
    emit("SHORT_SIN", "sin r / r in z = r^2, |r| <= pi / 2",
         lambda z: sin(sqrt(z)) / sqrt(z), tiny, (pi / 2 * mpf("1.0001")) ** 2, 7)
    emit("SHORT_ERF", "log(erfc x) / x, x <= 3.93, its error as that of erf x",
         lambda x: log(erfc(x)) / x, tiny, "3.931", 15, weight=lambda x: x * erfc(x) / erf(x))


def main():
    print("// Made by Tests/Kernels/coefficients.py; ascending degree. Do not edit.")
    print("#ifndef ETUDE_KERNELS_COEFFICIENTS_H\n#define ETUDE_KERNELS_COEFFICIENTS_H\n")
    third = lambda x: ((exp(x) - 1 - x) / (x * x) if abs(x) > mpf(2) ** -100
                       else mpf(1) / 2 + x / 6)
    emit("EXP_POLYNOMIAL", "(e^x - 1 - x) / x^2, |x| <= 0.3467", third, "-0.3467", "0.3467", 11)
    half_width = (sqrt(2) - 1) / (sqrt(2) + 1)
    ratio = lambda z: 2 * (atanh(sqrt(z)) / sqrt(z) - 1) / z
    emit("LOG_POLYNOMIAL", "(log((1 + s) / (1 - s)) - 2 s) / s^3 in z = s^2, s <= 0.1716",
         ratio, mpf(2) ** -40, half_width ** 2 * mpf("1.0001"), 9)
    limit = (pi / 4 * mpf("1.0001")) ** 2
    emit("SIN_POLYNOMIAL", "(sin x - x) / x^3 in z = x^2, |x| <= pi / 4",
         lambda z: (sin(sqrt(z)) - sqrt(z)) / (z * sqrt(z)), mpf(2) ** -40, limit, 7)
    emit("COS_POLYNOMIAL", "(cos x - 1 + x^2 / 2) / x^4 in z = x^2, |x| <= pi / 4",
         lambda z: (cos(sqrt(z)) - 1 + z / 2) / (z * z), mpf(2) ** -40, limit, 7)
    emit("ERF_POLYNOMIAL", "erf x / x - 1 in w = x^2 - 1/2, x <= 1",
         lambda w: erf(sqrt(w + 0.5)) / sqrt(w + 0.5) - 1, mpf("-0.5") + mpf(2) ** -60,
         mpf("0.5001"), 14, absolute=True)

    def scaled(t):
        x = mpf("2.5") * (1 + t) / (1 - t)
        return erfc(x) * exp(x * x)
    at = lambda x: (mpf(x) - mpf("2.5")) / (mpf(x) + mpf("2.5"))
    emit("ERFC_POLYNOMIAL", "erfc(x) e^(x^2) in t = (x - 2.5) / (x + 2.5), 1 <= x <= 6",
         scaled, at("0.9999"), at("6.001"), 20)
    emit("POW_LOG_POLYNOMIAL", "(log((1 + s) / (1 - s)) - 2 s) / s^3 in z = s^2, s <= 2^-7",
         ratio,
         mpf(2) ** -60, mpf(2) ** -14 * mpf("1.01"), 5)

    short_ways()
    print("// log 2 and pi / 2 in parts; all but the last are short, so that products with small whole")
    print("// numbers are exact.")
    print(f"#define LOG2_E {float(1 / log(2)).hex()}")
    parts("LN2", log(2), [40, 53])
    print(f"#define TWO_OVER_PI {float(2 / pi).hex()}")
    parts("PI_2", pi / 2, [33, 33, 33, 53])
    parts("PI_2_FULL", pi / 2, [53, 53])
    print("// The binary digits of 2 / pi after the point, 64 a word, for reductions of large arguments.")
    print("static const uint64_t TWO_OVER_PI_DIGITS[20] = {")
    mp.prec = 1600
    x = 2 / pi
    for i in range(0, 20, 4):
        words = []
        for _ in range(4):
            x *= mpf(2) ** 64
            words.append(int(floor(x)))
            x -= words[-1]
        print("  " + ", ".join(f"0x{w:016x}" for w in words) + ",")
    print("};\n")
    mp.prec = 400
    # The first part whose middle is above sqrt 2 stands, like all after it, for half its numbers.
    first_halved = next(i for i in range(64) if (1 + (i + mpf(1) / 2) / 64) ** 2 > 2)
    print("// Significands above this are halved before the table is read.")
    below = mpf(1) + mpf(first_halved) / 64 - mpf(2) ** -52
    print(f"#define POW_HALVED {float(below).hex()}\n")
    print("// For pow: 1 / c rounded to 9 bits and log c in two parts, the first a multiple of 2^-40, for c")
    print("// near the middle of the 64 parts of [sqrt(1/2), sqrt(2)) that bits 46 to 51 of the significand name.")
    print("typedef struct { double inverse, log_1, log_2; } pow_entry;")
    print("static const pow_entry POW_TABLE[64] = {")
    for i in range(64):
        # Entry i covers significands with top six bits i, halved from 1.4142 up.
        low = 1 + mpf(i) / 64
        middle = low + mpf(1) / 128
        if middle > sqrt(2):
            middle /= 2
        inverse = mpf(int(mp.nint(256 / middle))) / 256
        if i == 0 or i == 63:
            inverse = mpf(1)
        value = -log(inverse)
        first = mpf(int(mp.nint(value * mpf(2) ** 40))) / mpf(2) ** 40
        print(f"  {{{float(inverse).hex()}, {float(first).hex()}, {float(value - first).hex()}}},")
    print("};\n\n#endif")


main()
