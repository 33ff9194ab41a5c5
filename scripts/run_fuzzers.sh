#!/usr/bin/env bash
# Builds the fuzz targets and runs each for LEADLINE_FUZZ_SECONDS (60) from its kept inputs, as many at a time as there
# are cores. New inputs go to build/fuzz/found/<name>, never into the sources; a finding is left in build/fuzz/crash-*.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${LEADLINE_FUZZ_SECONDS:-60}
jobs=$(getconf _NPROCESSORS_ONLN)
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

mkdir -p build/fuzz
if ! cmake --preset fuzz >build/fuzz/configure.log 2>&1; then
  cat build/fuzz/configure.log
  exit 1
fi
cmake --build --preset fuzz --parallel "$jobs"

run_one() {
  local program=$1 seconds=$2 name
  name=$(basename "$program")
  name=${name#fuzz_}
  local corpus=tests/fuzz/corpus/$name found=build/fuzz/found/$name log=build/fuzz/$name.log
  if [ ! -d "$corpus" ]; then
    echo "fuzz_$name: FAILED: there are no kept inputs in $corpus"
    return 1
  fi
  mkdir -p "$found"
  # 2 GiB and 10 s an input are far above what the limits of the library allow.
  if "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 \
    -artifact_prefix=build/fuzz/ "$found" "$corpus" >"$log" 2>&1; then
    echo "fuzz_$name: passed, $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs in $seconds s"
  else
    tail -n 60 "$log"
    echo "fuzz_$name: FAILED"
    return 1
  fi
}
export -f run_one

mapfile -t programs < <(find build/fuzz/fuzzers -type f -perm -u+x | sort)
[ ${#programs[@]} -gt 0 ] || { echo "there are no fuzz targets"; exit 1; }
status=0
printf '%s\n' "${programs[@]}" | xargs -P "$jobs" -I{} bash -c 'run_one "$1" "$2"' _ {} "$seconds" | tee build/fuzz/summary.txt || status=1

passed=$(grep -c ': passed' build/fuzz/summary.txt || true)
mkdir -p build/test_counts
echo "$passed $((${#programs[@]} - passed)) 0" >build/test_counts/fuzz.txt
[ "$passed" -eq "${#programs[@]}" ] || status=1
exit "$status"
