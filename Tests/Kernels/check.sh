#!/bin/sh
# Builds the kernel tests and runs them on this machine at every level it has, under emulation of
# an x86-64 without AVX, and (with a cross compiler) as arm64; the digests must all be equal. With MPFR
# a sample of the functions is judged at every level; `make exhaustive` judges all f32 inputs.
set -eu
cd "$(dirname "$0")/../.."
CC=${CC:-clang}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
tests="Tests/Kernels/main.c Tests/Kernels/elementwise.c Tests/Kernels/chains.c Tests/Kernels/reductions.c
  Tests/Kernels/matmul.c Tests/Kernels/random_moves.c Tests/Kernels/known.c"
flags="-O2 -std=c2x -Wall -Wextra -Wno-unknown-pragmas -ffp-contract=off -ISources/CKernels/include -ITests/Kernels"

# shellcheck disable=SC2086 # the lists are words
build() { # directory, compiler flags
  mkdir -p "$out/$1"
  for source in Sources/CKernels/*.c $tests; do
    $CC $2 $flags -c "$source" -o "$out/$1/$(basename "$source" .c).$(echo "$source" | tr / _).o"
  done
}
agree() { # what ran
  if cmp -s "$out/native.txt" "$out/$1.txt"; then echo "$1: digests equal"
  else echo "$1: digests differ"; diff "$out/native.txt" "$out/$1.txt" || true; exit 1; fi
}

build native ""
$CC "$out"/native/*.o -lm -o "$out/native/test"
"$out/native/test" > "$out/native.txt" || { cat "$out/native.txt"; exit 1; }
cat "$out/native.txt"

if [ "$(uname -m)" = x86_64 ]; then
  if command -v qemu-x86_64-static > /dev/null; then
    qemu-x86_64-static -cpu Nehalem "$out/native/test" > "$out/nehalem.txt" \
      || { cat "$out/nehalem.txt"; exit 1; }
    agree nehalem
  else echo "nehalem: skipped, no qemu-x86_64-static"; fi
  if command -v aarch64-linux-gnu-gcc > /dev/null && command -v qemu-aarch64-static > /dev/null; then
    build arm64 "--target=aarch64-linux-gnu -I/usr/aarch64-linux-gnu/include"
    aarch64-linux-gnu-gcc -static "$out"/arm64/*.o -lm -o "$out/arm64/test"
    qemu-aarch64-static "$out/arm64/test" > "$out/arm64.txt" || { cat "$out/arm64.txt"; exit 1; }
    agree arm64
  else echo "arm64: skipped, no cross compiler or qemu-aarch64-static"; fi
fi

if echo '#include <mpfr.h>' | $CC -E - > /dev/null 2>&1; then
  KERNEL_OBJECTS="$(echo "$out"/native/*.Sources_CKernels_*.o)" Tests/Exhaustive/run.sh --sample 4000000
else echo "functions: skipped, no mpfr.h"; fi
