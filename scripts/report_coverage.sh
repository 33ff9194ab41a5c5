#!/usr/bin/env bash
# Lines of the library that the tests of build/coverage have run, by gcov: the least covered file first, all at the end.
set -euo pipefail
cd "$(dirname "$0")/.."

# Only the summary is wanted: no source is opened, since ccache has made the paths relative to the build folder.
find "$PWD/build/coverage" -name '*.gcno' -path '*leadline.dir*' -print0 |
  (cd build/coverage && xargs -0 gcov --no-output --relative-only --source-prefix "$OLDPWD") |
  awk -F"[':% ]+" '
    /^File / { file = $2; sub(/^([.][.]\/)+/, "", file); keep = file ~ /include\/leadline/ }
    /^Lines executed/ && keep { printf "%6.1f %%  of %5d lines  %s\n", $3, $5, file | "sort -n"; run += $3 * $5 / 100; all += $5; keep = 0 }
    END { close("sort -n"); if (all) printf "%6.1f %%  of %5d lines in all\n", 100 * run / all, all }'
