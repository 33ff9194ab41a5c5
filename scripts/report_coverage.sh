#!/usr/bin/env bash
# Lines of the library that the tests of build/coverage have run, by gcov.
set -euo pipefail
cd "$(dirname "$0")/.."

mkdir -p build/coverage/gcov
find "$PWD/build/coverage" -name '*.gcno' -path '*leadline.dir*' -print0 |
  (cd build/coverage/gcov && xargs -0 gcov --relative-only --source-prefix "$OLDPWD") |
  awk -F"[':% ]+" '
    /^File / { file = $2; keep = file ~ /include\/leadline/ }
    /^Lines executed/ && keep { printf "%6.1f %%  of %5d lines  %s\n", $3, $5, file; run += $3 * $5 / 100; all += $5; keep = 0 }
    END { if (all) printf "%6.1f %%  of %5d lines in all\n", 100 * run / all, all }' | sort -n
