#!/bin/sh
# Replays the notebook of every operation, with the command built for this machine, on emulated CPUs
# without AVX and without fused multiply-add, and compares the golden digests.
set -eu
cd "$(dirname "$0")/.."
etude=${ETUDE:-.build/release/etude}
golden=Tests/Fixtures/golden
if [ "$(uname -m)" != x86_64 ] || ! command -v qemu-x86_64-static > /dev/null; then
  echo "emulated: skipped, no qemu-x86_64-static"; exit
fi
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

run() { # model, the command's arguments
  model=$1; shift
  status=0
  qemu-x86_64-static -cpu "$model" "$etude" --threads 2 "$@" > "$out/output" 2> "$out/errors" || status=$?
  [ $status = 0 ] || { grep -v '^qemu' "$out/errors" || true; cat "$out/output"; return $status; }
}

# Nehalem has no AVX; Sandy Bridge has AVX and no fused multiply-add, as the level avx2 wants.
for model in Nehalem SandyBridge; do
  if ETUDE_ISA=avx2 run "$model" -c 1 > /dev/null; then
    echo "$model: has AVX2 under this emulator"; exit 1
  fi
  run "$model" replay Tests/Fixtures/notebooks/every-operation.nb
  run "$model" run $golden/names.et
  cmp "$out/output" $golden/names.txt
  echo "$model: the notebook replays, digests equal"
done
