#!/usr/bin/env bash
# Configures, builds and tests one preset, and records how many cases passed.
#
#   scripts/run_tests.sh <preset> [<case divisor>]
set -euo pipefail
cd "$(dirname "$0")/.."

preset=$1
export LEADLINE_CASE_DIVISOR=${2:-${LEADLINE_CASE_DIVISOR:-1}}
build=build/$preset
jobs=$(getconf _NPROCESSORS_ONLN)

# Paths relative to the checkout let one compilation serve every checkout.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

# A finding ends the test; the report names the line.
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_stack_use_after_return=1:strict_string_checks=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-second_deadlock_stack=1}

echo "== $preset: build, then test with 1/$LEADLINE_CASE_DIVISOR of the random cases =="
mkdir -p "$build"
if ! cmake --preset "$preset" -DLEADLINE_BUILD_TESTS=ON >"$build/configure.log" 2>&1; then
  cat "$build/configure.log"
  exit 1
fi
cmake --build --preset "$preset" --parallel "$jobs"

rm -rf "$build/test_results" "$build/ctest.xml"
mkdir -p "$build/test_results"
status=0
ctest --preset "$preset" --parallel "$jobs" --output-junit "$PWD/$build/ctest.xml" || status=$?
python3 scripts/count_tests.py "$preset" "$build/ctest.xml" "$build/test_results" || status=1
exit "$status"
