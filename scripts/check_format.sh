#!/usr/bin/env bash
# Every C and C++ file of the project is formatted as .clang-format says; `make format` does it.
# The one file of the Go package is made by a program, and left as it is.
set -euo pipefail
cd "$(dirname "$0")/.."

files() {
  for folder in include src tests benchmarks examples bindings; do
    [ ! -d "$folder" ] || find "$folder" ! -path bindings/go/leadline.cpp \( -name '*.hpp' -o -name '*.cpp' -o -name '*.h' \)
  done | sort
}

case "${1:-check}" in
  check) files | xargs clang-format --dry-run --Werror ;;
  apply) files | xargs clang-format -i ;;
  *) echo "check_format.sh: check or apply" >&2; exit 2 ;;
esac
