#!/usr/bin/env bash
# Builds the release program and puts it at build/leadline. The tests are left out: their libraries need not be there.
set -euo pipefail
cd "$(dirname "$0")/.."

mkdir -p build/release
# One build folder serves `make` and `make test`: a folder that is already set up for tests stays so.
options=()
[ -f build/release/CMakeCache.txt ] || options=(-DLEADLINE_BUILD_TESTS=OFF)
if ! cmake --preset release "${options[@]}" >build/release/configure.log 2>&1; then
  cat build/release/configure.log
  exit 1
fi
cmake --build --preset release --parallel "$(getconf _NPROCESSORS_ONLN)" --target leadline_program
if grep -q "tables and no charts" build/release/configure.log; then
  echo "Without npm the pages of reports have tables and no charts: install npm and run make again to have them."
fi
ln -sfn release/leadline build/leadline
