# What the comparisons of engines share; to be sourced in the checkout's folder. Peers are installed by name into
# build/peers/engines.

peers_folder=build/peers/engines
data=${LEADLINE_BENCH_DATA:-build/bench_data}
engines=()

# Ends the comparison where there is no data.
need_data() {
  [ ! -f "$data/rules.json" ] || return 0
  echo "skipped: no data in $data, and no ../shared/bench/generate.py that makes it"
  exit 0
}

# add_npm_engines <worker.mjs> <engine>...
add_npm_engines() {
  local worker=$1 engine
  shift
  if ! command -v npm >/dev/null; then
    echo "npm is not installed, left out: $*"
    return 0
  fi
  mkdir -p "$peers_folder"
  [ -f "$peers_folder/package.json" ] || echo '{"private": true}' >"$peers_folder/package.json"
  npm install --prefix "$peers_folder" --no-audit --no-fund --silent \
    json-logic-js json-logic-engine @gorules/zen-engine @duckdb/node-api
  for engine in "$@"; do
    engines+=("$engine=node $worker $engine $data $peers_folder")
  done
}

# add_datalogic_rs <worker.rs> <name of the crate>
add_datalogic_rs() {
  local worker=$1 name=$2 crate=$peers_folder/$2
  if ! command -v cargo >/dev/null; then
    echo "cargo is not installed: datalogic-rs is left out"
    return 0
  fi
  mkdir -p "$crate/src"
  cp "$worker" "$crate/src/main.rs"
  # The newest version that this compiler can build.
  export CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS=fallback
  if [ ! -f "$crate/Cargo.toml" ]; then
    printf '[package]\nname = "%s"\nversion = "0.1.0"\nedition = "2021"\nrust-version = "%s"\n\n[workspace]\n\n[dependencies]\n' \
      "$name" "$(rustc --version | cut -d ' ' -f 2)" >"$crate/Cargo.toml"
    (cd "$crate" && cargo add --quiet datalogic-rs serde_json)
  fi
  if (cd "$crate" && CARGO_TARGET_DIR=../target cargo build --quiet --release); then
    engines+=("datalogic-rs=$peers_folder/target/release/$name $data")
  else
    echo "datalogic-rs does not build with $(rustc --version): it is left out"
  fi
}
