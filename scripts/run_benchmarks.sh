#!/usr/bin/env bash
# Builds the benchmarks in release and runs them all, then calendar questions beside the peers that can be installed
# here. With `peers` as an argument all comparisons with peers run (benchmarks/peers/*/run.sh, each installing its own
# peers by name into build/peers). Results as JSON in build/bench/results.
set -euo pipefail
cd "$(dirname "$0")/.."

export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
mkdir -p build/bench
if ! cmake --preset bench >build/bench/configure.log 2>&1; then
  cat build/bench/configure.log
  exit 1
fi
cmake --build --preset bench --parallel "$(getconf _NPROCESSORS_ONLN)"

# Tasks A and B. The programs and the peers find them here; without the maker of the data they say what they skip.
data=${LEADLINE_BENCH_DATA:-build/bench_data}
if [ ! -f "$data/rules.json" ] && [ -f ../shared/bench/generate.py ]; then
  echo "== making the data of tasks A and B =="
  python3 ../shared/bench/generate.py "$data"
fi

results=build/bench/results
mkdir -p "$results"
for program in build/bench/benchmarks/bench_*; do
  name=$(basename "$program")
  echo "== $name =="
  "$program" --benchmark_out="$results/$name.json" --benchmark_out_format=json
done

echo "== report_five_million =="
python3 benchmarks/report_five_million.py build/bench/leadline

echo "== bindings: calls from other languages beside C++ =="
python3 benchmarks/bindings/compare.py build/bench/peers/bindings_cpp_worker build/bench/peers/bindings_c_worker \
  build/bench/src/c build/bench/python "$results/bindings.json"

# The calendar's peers are small and quick to install; those of the others take long, and wait for make bench-peers.
comparisons=(benchmarks/peers/calendar/run.sh)
[ "${1:-}" != peers ] || comparisons=(benchmarks/peers/*/run.sh)
mkdir -p build/peers
for run in "${comparisons[@]}"; do
  echo "== peers: $(basename "$(dirname "$run")") =="
  "$run"
done
