#!/usr/bin/env bash
# Task A (fifteen conditions over 100,000 contacts) in Leadline and in its peers, each installed by name into
# build/peers/engines, in one interleaved run. scripts/run_benchmarks.sh has made the data, or
# LEADLINE_BENCH_DATA names its folder. LEADLINE_PEER_ROUNDS (5) is the number of rounds.
set -euo pipefail
cd "$(dirname "$0")/../../.."
source benchmarks/peers/prepare.sh

here=benchmarks/peers/conditions
need_data
engines+=("leadline=build/bench/peers/task_a_worker $data" "leadline-jsonlogic=build/bench/peers/task_a_worker $data"
  "by-hand=build/bench/peers/task_a_worker $data")
add_npm_engines "$here/worker.mjs" json-logic-engine json-logic-js duckdb zen-engine
add_datalogic_rs "$here/worker.rs" datalogic_worker

python=$peers_folder/python
if [ ! -x "$python/bin/python" ]; then python3 -m venv "$python"; fi
if "$python/bin/pip" install --quiet datalogic-py; then
  engines+=("datalogic-py=$python/bin/python $here/worker.py $data")
fi

python3 benchmarks/peers/compare.py "$here/task.json" "${LEADLINE_PEER_ROUNDS:-5}" "${engines[@]}"
