#!/usr/bin/env bash
# scikit-learn's logistic regression beside fitted points, on the bank's campaign (examples/bank_marketing).
set -euo pipefail
cd "$(dirname "$0")/../../.."

file=$(ls ../shared/data/bank_marketing/*.csv.gz 2>/dev/null | head -1 || true)
if [ -z "$file" ]; then
  echo "skipped: the data set bank_marketing is not on this machine"
  exit 0
fi
folder=build/peers/logistic
[ -d "$folder/venv" ] || python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet scikit-learn==1.9.1
"$folder/venv/bin/python" -W ignore benchmarks/peers/logistic/bank_logistic.py "$file"
python3 examples/bank_marketing/bank_marketing.py --pack >"$folder/pack.json"
python3 examples/bank_marketing/bank_marketing.py "$file" |
  build/bench/leadline backtest "$folder/pack.json" - --fit --format json |
  python3 -c 'import json, sys; print(json.dumps({"leadline": "fitted points", "auc": json.load(sys.stdin)["fitted"]["auc"]["value"]}))'
