#!/usr/bin/env bash
# Builds the benchmarks in release and runs them all; `peers` as an argument then runs the same work in the peers
# (benchmarks/peers/*/run.sh, each installing its own peers by name into build/peers). Results as JSON in
# build/bench/results.
set -euo pipefail
cd "$(dirname "$0")/.."

export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
mkdir -p build/bench
if ! cmake --preset bench >build/bench/configure.log 2>&1; then
  cat build/bench/configure.log
  exit 1
fi
cmake --build --preset bench --parallel "$(getconf _NPROCESSORS_ONLN)"

results=build/bench/results
mkdir -p "$results"
for program in build/bench/benchmarks/bench_*; do
  name=$(basename "$program")
  echo "== $name =="
  "$program" --benchmark_out="$results/$name.json" --benchmark_out_format=json
done

if [ "${1:-}" = peers ]; then
  mkdir -p build/peers
  for run in benchmarks/peers/*/run.sh; do
    [ -e "$run" ] || { echo "there are no peers in benchmarks/peers" >&2; exit 1; }
    echo "== peers: $(basename "$(dirname "$run")") =="
    "$run"
  done
fi
