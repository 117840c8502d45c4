#!/usr/bin/env python3
"""Writes the Unicode tables of the lexer (NFC) and of the display (column widths).

Usage: python3 Tools/make_unicode_tables.py   (from the root of the repository)

Needs the module unicodedata2 of the Unicode version wanted, so that the tables do not
depend on the Python at hand. What the program prints and which names are the same name
depends on these tables alone, never on the machine.
"""

import unicodedata2 as ucd

ROWS = 8
HEAD = """// swift-format-ignore-file
// Written by Tools/make_unicode_tables.py from Unicode {version}; do not edit.
"""


def swift_array(name, doc, values):
    rows = [values[i:i + ROWS] for i in range(0, len(values), ROWS)]
    body = "\n".join("  " + " ".join(f"0x{v:X}," for v in row) for row in rows)
    return f"\n/// {doc}\nlet {name}: [UInt32] = [\n{body}\n]\n"


def scalars():
    return (c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF)


def runs(value_of):
    """Runs of scalars with one value, as (first, last, value); value None is left out."""
    result = []
    for c in scalars():
        value = value_of(c)
        if value is None:
            continue
        if result and result[-1][1] == c - 1 and result[-1][2] == value:
            result[-1][1] = c
        else:
            result.append([c, c, value])
    return result


def decompositions():
    """One step of each canonical decomposition: (scalar, first | flag, second or 0).

    The flag marks pairs that compose again; Hangul syllables are computed, not listed.
    """
    result = []
    for c in scalars():
        mapping = ucd.decomposition(chr(c))
        if not mapping or mapping.startswith("<") or 0xAC00 <= c <= 0xD7A3:
            continue
        parts = [int(p, 16) for p in mapping.split()]
        composes = len(parts) == 2 and ucd.normalize("NFC", chr(c)) == chr(c)
        result += [c, parts[0] | (0x80000000 if composes else 0), parts[1] if len(parts) == 2 else 0]
    return result


def width(c):
    """0 or 2 columns; None for one."""
    if c == 0xAD:  # the soft hyphen shows where a line may break
        return None
    if 0x1160 <= c <= 0x11FF or 0xD7B0 <= c <= 0xD7FF:  # Hangul vowels and finals join
        return 0
    if ucd.category(chr(c)) in ("Mn", "Me", "Cf"):
        return 0
    reserved = (
        (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2FFFD),
        (0x30000, 0x3FFFD))
    if any(a <= c <= b for a, b in reserved):
        return 2
    return 2 if ucd.east_asian_width(chr(c)) in "WF" else None


def flat(triples):
    return [v for triple in triples for v in triple]


def main():
    head = HEAD.format(version=ucd.unidata_version)
    classes = flat(runs(lambda c: ucd.combining(chr(c)) or None))
    with open("Sources/Syntax/Generated/NFCTable.swift", "w") as out:
        out.write(head)
        out.write(swift_array(
            "canonicalDecompositions",
            "Scalar, first part (top bit: the pair composes again), second part or 0; ascending.",
            decompositions()))
        out.write(swift_array(
            "combiningClasses", "First scalar, last scalar, combining class; ascending.", classes))
    with open("Sources/Diagnostics/Generated/WidthTable.swift", "w") as out:
        out.write(head)
        out.write(swift_array(
            "columnWidths", "First scalar, last scalar, columns where they are not one; ascending.",
            flat(runs(width))))


if __name__ == "__main__":
    main()
