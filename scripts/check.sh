#!/usr/bin/env bash
# `make check`: format, clang-tidy, every header alone, the same decisions from every compiler, the tests under
# sanitizers (built by clang: so they are the tests of the other compiler too), the fuzzers. Every step runs, whatever
# the steps before it gave, so that one run tells everything; the exit code is the worst.
set -uo pipefail
cd "$(dirname "$0")/.."

# A sanitizer makes a case five to twenty times as dear; `make test` has run all of them.
divisor=${LEADLINE_CHECK_DIVISOR:-20}
status=0
mkdir -p build/test_counts

# step <name> <command...>: counts as one case.
step() {
  local name=$1
  shift
  echo "== $name =="
  if "$@"; then
    echo "$name: passed"
    echo "1 0 0" >"build/test_counts/$name.txt"
  else
    echo "$name: FAILED"
    echo "0 1 0" >"build/test_counts/$name.txt"
    status=1
  fi
}

# suite <name> <command...>: records its own count; where it ended before it could, that is one failure.
suite() {
  local name=$1
  shift
  rm -f "build/test_counts/$name.txt"
  if ! "$@"; then
    status=1
    [ -f "build/test_counts/$name.txt" ] || echo "0 1 0" >"build/test_counts/$name.txt"
    echo "$name: FAILED"
  fi
}

step format scripts/check_format.sh
step tidy scripts/run_tidy.sh
step headers python3 tests/structure/check_structure.py --source . --compiler clang++ --alone header-only
# The release build of `make test`, brought up to date where this is called alone.
same_decisions() {
  { [ -f build/release/build.ninja ] || cmake --preset release >build/variants.log; } &&
    cmake --build --preset release --target print_digests &&
    python3 tests/engine/variants_check.py build/release/tests/engine/print_digests g++ clang++
}
step variants same_decisions
# The Go package from the one source beside it, under the race detector.
step go python3 bindings/go/run_tests.py --amalgamation
suite asan scripts/run_tests.sh asan "$divisor"
suite tsan scripts/run_tests.sh tsan "$divisor"
suite fuzz scripts/run_fuzzers.sh

exit "$status"
