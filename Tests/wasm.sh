#!/usr/bin/env bash
# The core compiles under Embedded Swift for wasm32, module after module, each on those before it.
# Nothing is linked, so the C library of a page is not needed.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# compile MODULE [OPTION ...]: the module in Sources/MODULE. Options are for the C modules it imports:
# -I FOLDER, or -Xcc -fmodule-map-file=FILE.
compile() {
  local module=$1
  shift
  echo "$module for wasm32"
  swiftc -enable-experimental-feature Embedded -target wasm32-unknown-none-wasm -wmo \
    -parse-as-library -swift-version 6 -strict-memory-safety \
    -enable-upcoming-feature ExistentialAny -O -module-name "$module" \
    -I "$folder" "${c_modules[@]}" "$@" \
    -c $(find "Sources/$module" -name '*.swift' | sort) -o "$folder/$module.o" \
    -emit-module -emit-module-path "$folder/$module.swiftmodule"
}

# Those of lower modules, which every module above them needs as well.
c_modules=(-I Sources/CSystem)

compile System
compile Diagnostics
compile Syntax
