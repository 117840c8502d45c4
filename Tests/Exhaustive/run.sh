#!/bin/sh
# Builds the program that judges the functions, and the kernels as the other tests do unless
# KERNEL_OBJECTS names them; arguments are the program's. Needs MPFR (libmpfr-dev).
set -eu
cd "$(dirname "$0")/../.."
CC=${CC:-clang}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
flags="-O2 -std=c2x -Wall -Wextra -ffp-contract=off -ISources/CKernels/include"
objects=${KERNEL_OBJECTS:-}

# shellcheck disable=SC2086 # flags and objects are words
{
  if [ -z "$objects" ]; then
    for source in Sources/CKernels/*.c; do
      $CC $flags -Wno-unknown-pragmas -c "$source" -o "$out/$(basename "$source" .c).o"
    done
    objects=$(echo "$out"/*.o)
  fi
  $CC $flags Tests/Exhaustive/*.c $objects -lmpfr -lm -o "$out/exhaustive"
}
"$out/exhaustive" "$@"
