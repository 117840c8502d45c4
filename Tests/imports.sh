#!/usr/bin/env bash
# Each target imports only what Package.swift declares for it, directly: the package manager's own
# check lets a target use whatever its dependencies depend on. Below the rim nothing imports
# Foundation. Only System asks the operating system, and only there is state that is global.
set -euo pipefail
cd "$(dirname "$0")/.."

status=0
report() { echo "$1" >&2; status=1; }

# Lines of a target's code that match, without comments and texts: file:line:code.
matches() {
  find "Sources/$1" -name '*.swift' | sort | while read -r file; do
    sed -E 's/"([^"\\]|\\.)*"//g; s|//.*||' "$file" | grep -nE "$2" | sed "s|^|$file:|" || true
  done
}

# What the C library offers, called by itself: a method of that name has a dot or `func` before it.
# Those whose names are common words take pointers, and so stand behind `unsafe`; `read` and `write`
# take more than one argument too.
calls='pthread_[a-z_]+|sig[a-z]+set|sigaction|usleep|nanosleep|getenv|setenv|isatty|ioctl'
calls+='|tc[gs]etattr|poll|mmap|madvise|malloc|calloc|realloc|free|posix_memalign|_?exit|execvp?'
calls+='|posix_spawnp?|waitpid|getpid|sysconf|clock_gettime|sched_yield|dup2?|fsync|fchmod|setlocale'
unsafe_calls='open|stat|fstat|lstat|access|fopen|fread|fwrite|opendir|readdir|closedir'
unsafe_calls+='|mkdir|rmdir|unlink|rename|realpath|mkstemps?|strdup|strlen|memcpy|system|signal'
c_library="(^|[^.A-Za-z0-9_])(unsafe ($unsafe_calls)\(|unsafe (read|write)\([^)]*,|($calls)\(|errno\b)"

globals='^(private |fileprivate |package |public )*let [A-Za-z]+ *(=|:) *(Atomic|Mutex|Lock|Monitor)\b'
globals+='|static let [A-Za-z]+ *(=|:) *(Atomic|Mutex|Lock|Monitor)\b'
globals+='|nonisolated\(unsafe\) *(private |package |public )*(static )?var\b'

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
    case $import in
      Foundation)
        case $target in
          Datasets | REPL | etude) ;;
          *) report "$target imports Foundation" ;;
        esac ;;
      Glibc | Musl) report "$target imports $import, and even System has it from CSystem" ;;
      CSystem) [ "$target" = System ] || report "$target imports CSystem" ;;
    esac
  done
  [ "$target" = System ] && continue
  while IFS= read -r line; do
    [ -z "$line" ] || report "$line: asks the operating system, which only System does"
  done <<< "$(matches "$target" "$c_library")"
  while IFS= read -r line; do
    [ -z "$line" ] || report "$line: is global and can change; an object made once holds state"
  done <<< "$(matches "$target" "$globals")"
done
exit $status
