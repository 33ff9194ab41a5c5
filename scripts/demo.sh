#!/usr/bin/env bash
# `make demo`: the main jobs of the program on real input, found beside the checkout or where LEADLINE_SHARED_DATA says:
# due times held against a city's own, and a bank's applications replayed as leads. Without that data it does the same
# on made-up input, and says so.
set -euo pipefail
cd "$(dirname "$0")/.."

data=${LEADLINE_SHARED_DATA:-../shared/data}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

if [ -r "$data/boston311/boston311_2015H1.csv.gz" ]; then
  echo "== Due times: Boston 311, January to June 2015, by rules/boston311.json beside the city's own =="
  requests=$data/boston311/boston311_2015H1.csv.gz
  promises=$data/boston311/business_days_by_type.csv
else
  echo "== Due times: MADE-UP INPUT, no folder $data/boston311 here =="
  echo "A dozen requests written for this demo, their due times worked out by hand."
  requests=examples/due_times/made_up_requests.csv
  promises=examples/due_times/made_up_promises.csv
fi
python3 examples/due_times/due_times.py --program build/leadline --pack rules/boston311.json --calendar city \
  --requests "$requests" --promises "$promises" --brief --worst 5

echo
if [ -r "$data/bpi2012/bpi2012_cases_before_2011-12-15.csv.gz" ]; then
  echo "== Leads: BPI 2012, a bank's loan applications from October 2011 on, replayed through rules/bpi2012.json =="
  python3 examples/bpi2012/bpi2012_events.py "$data/bpi2012/bpi2012_cases_before_2011-12-15.csv.gz" >"$folder/events.ndjson"
  pack=rules/bpi2012.json
  at=2012-03-01T00:00:00Z
else
  echo "== Leads: MADE-UP INPUT, no folder $data/bpi2012 here =="
  echo "A year of 5,000 contacts by \`leadline generate\`, replayed through rules/standard.json. Nobody in it exists."
  build/leadline generate --contacts 5000 --seed 7 >"$folder/events.ndjson"
  pack=rules/standard.json
  at=2027-01-01T05:00:00Z
fi
echo "$(wc -l <"$folder/events.ndjson") events in, one after the other:"
python3 examples/replay/replay.py --program build/leadline --pack "$pack" --events "$folder/events.ndjson" --at "$at"
