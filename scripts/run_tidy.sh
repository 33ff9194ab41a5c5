#!/usr/bin/env bash
# clang-tidy over the library (one translation unit holds every definition) and the program.
set -euo pipefail
cd "$(dirname "$0")/.."

mkdir -p build/tidy
if ! cmake --preset tidy >build/tidy/configure.log 2>&1; then
  cat build/tidy/configure.log
  exit 1
fi
# The sources are those of the compilation database: what is built is what is checked. The database may hold absolute
# paths, so the folder `src` is recognised from the checkout's own.
python3 - "$PWD/src/" build/tidy/compile_commands.json <<'LIST' | xargs -n 1 -P "$(getconf _NPROCESSORS_ONLN)" clang-tidy -p build/tidy --quiet
import json, sys
for entry in json.load(open(sys.argv[2])):
    if entry["file"].startswith(sys.argv[1]):
        print(entry["file"])
LIST
