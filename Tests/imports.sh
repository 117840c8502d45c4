#!/usr/bin/env bash
# Each target imports only what Package.swift declares for it, directly: the package manager's own
# check lets a target use whatever its dependencies depend on. Below the rim nothing imports
# Foundation.
set -euo pipefail
cd "$(dirname "$0")/.."

status=0
report() { echo "$1" >&2; status=1; }

for folder in Sources/*/; do
  target=$(basename "$folder")
  imports=$(find "$folder" -name '*.swift' -exec grep -hE '^ *(public |@[a-z_()]+ )*import ' {} + |
    sed -E 's/.*import +//; s/[ .].*//' | sort -u || true)
  [ -n "$imports" ] || continue
  # The target's entry: from its name to the end of its brackets.
  declared=$(tr '\n' ' ' < Package.swift |
    grep -oE "(floor\( *|executableTarget\( *name: )\"$target\",[^]]*\]" | grep -oE '"[A-Za-z]+"' || true)
  for import in $imports; do
    if [ -d "Sources/$import" ] && ! grep -qx "\"$import\"" <<< "$declared"; then
      report "$target imports $import, which Package.swift does not declare for it"
    fi
    if [ "$import" = Foundation ]; then
      case $target in
        Datasets | REPL | etude) ;;
        *) report "$target imports Foundation" ;;
      esac
    fi
  done
done
exit $status
