#!/usr/bin/env bash
# Task B (a million events of 100,000 contacts, eight event rules and "three sessions in seven days, once") in Leadline and
# in its peers, each installed by name into build/peers/engines, in one interleaved run. Engines that keep nothing get
# the window from a loop of the host, DuckDB runs one batch query; ours keeps a fading score, a funnel, a clock,
# duplicates and wake-ups beside. scripts/run_benchmarks.sh has made the data, or
# LEADLINE_BENCH_DATA names its folder. LEADLINE_PEER_ROUNDS (5) is the number of rounds.
set -euo pipefail
cd "$(dirname "$0")/../../.."
source benchmarks/peers/prepare.sh

here=benchmarks/peers/events
need_data
engines+=("leadline=build/bench/peers/task_b_worker $data")
add_npm_engines "$here/worker.mjs" json-logic-engine json-logic-js duckdb
add_datalogic_rs "$here/worker.rs" datalogic_events_worker

python3 benchmarks/peers/compare.py "$here/task.json" "${LEADLINE_PEER_ROUNDS:-5}" "${engines[@]}"
