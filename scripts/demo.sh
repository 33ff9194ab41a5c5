#!/usr/bin/env bash
# `make demo`: the main job of the program on real input. With the requests of Boston's service desk beside the
# checkout (or where LEADLINE_SHARED_DATA says) it computes their due times and holds them against the city's own;
# without them it does the same on a dozen made-up requests, and says so.
set -euo pipefail
cd "$(dirname "$0")/.."

data=${LEADLINE_SHARED_DATA:-../shared/data}/boston311
if [ -r "$data/boston311_2015H1.csv.gz" ]; then
  echo "Boston 311, January to June 2015: due times by rules/boston311.json beside the city's own."
  requests=$data/boston311_2015H1.csv.gz
  promises=$data/business_days_by_type.csv
else
  echo "MADE-UP INPUT: no folder $data here, so these are a dozen requests written for this demo"
  echo "(examples/due_times/made_up_requests.csv), their due times worked out by hand."
  requests=examples/due_times/made_up_requests.csv
  promises=examples/due_times/made_up_promises.csv
fi
echo
python3 examples/due_times/due_times.py --program build/leadline --pack rules/boston311.json --calendar city \
  --requests "$requests" --promises "$promises"

echo
echo "One question, one answer:"
question='{"op": "add", "start": "2015-02-13T16:00:00-05:00", "amount": "4bh"}'
echo "  $ echo '$question' | build/leadline calendar rules/boston311.json city"
printf '  '
echo "$question" | build/leadline calendar rules/boston311.json city
echo "  (Friday 16:00 before Washington's Birthday: one hour on Friday, three on Tuesday from 08:30)"
