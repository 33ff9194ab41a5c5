#!/usr/bin/env bash
# Task A (fifteen conditions over 100,000 contacts) in Leadline and in its peers, each installed by name into
# build/peers/conditions, in one interleaved run. scripts/run_benchmarks.sh has made the data, or LEADLINE_BENCH_DATA names
# its folder. LEADLINE_PEER_ROUNDS (5) is the number of rounds.
set -euo pipefail
cd "$(dirname "$0")/../../.."

here=benchmarks/peers/conditions
folder=build/peers/conditions
mkdir -p "$folder"

data=${LEADLINE_BENCH_DATA:-build/bench_data}
if [ ! -f "$data/rules.json" ]; then
  echo "conditions: skipped: no data in $data, and no ../shared/bench/generate.py that makes it"
  exit 0
fi

engines=("leadline=build/bench/peers/task_a_worker $data" "leadline-jsonlogic=build/bench/peers/task_a_worker $data"
  "by-hand=build/bench/peers/task_a_worker $data")

if command -v npm >/dev/null; then
  [ -f "$folder/package.json" ] || echo '{"private": true}' >"$folder/package.json"
  npm install --prefix "$folder" --no-audit --no-fund --silent \
    json-logic-js json-logic-engine @gorules/zen-engine @duckdb/node-api
  for engine in json-logic-engine json-logic-js duckdb zen-engine; do
    engines+=("$engine=node $here/worker.mjs $engine $data $folder")
  done
else
  echo "npm is not installed: json-logic-engine, json-logic-js, duckdb and zen-engine are left out"
fi

if command -v cargo >/dev/null; then
  crate=$folder/datalogic
  mkdir -p "$crate/src"
  cp "$here/worker.rs" "$crate/src/main.rs"
  # The newest version that this compiler can build.
  export CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS=fallback
  if [ ! -f "$crate/Cargo.toml" ]; then
    printf '[package]\nname = "datalogic_worker"\nversion = "0.1.0"\nedition = "2021"\nrust-version = "%s"\n\n[workspace]\n\n[dependencies]\n' \
      "$(rustc --version | cut -d ' ' -f 2)" >"$crate/Cargo.toml"
    (cd "$crate" && cargo add --quiet datalogic-rs serde_json)
  fi
  if (cd "$crate" && cargo build --quiet --release); then
    engines+=("datalogic-rs=$crate/target/release/datalogic_worker $data")
  else
    echo "datalogic-rs does not build with $(rustc --version): it is left out"
  fi
else
  echo "cargo is not installed: datalogic-rs is left out"
fi

if [ ! -x "$folder/python/bin/python" ]; then python3 -m venv "$folder/python"; fi
if "$folder/python/bin/pip" install --quiet datalogic-py; then
  engines+=("datalogic-py=$folder/python/bin/python $here/worker.py $data")
fi

python3 "$here/compare.py" "$data" "${LEADLINE_PEER_ROUNDS:-5}" "${engines[@]}"
