"""Task A in datalogic-py, one pass a line of standard input: `<engine> <way>` in, a line of JSON out."""

import json
import pathlib
import sys
import time

from datalogic_py import DataHandle, Engine

folder = pathlib.Path(sys.argv[1])
engine = Engine()
rules = [(points, engine.compile(json.dumps(rule))) for _, points, rule in json.loads((folder / "rules.json").read_text())["A"]]
lines = (folder / "contacts.jsonl").read_text(encoding="utf-8").splitlines()
session = engine.session()
rows = [DataHandle(line) for line in lines]
batch = [rule for _, rule in rules]


def score(handle):
    results = session.evaluate_many(batch, handle)
    return sum(points for (points, _), result in zip(rules, results) if result == "true")


print("ready", flush=True)
for line in sys.stdin:
    began = time.process_time()
    if line.split()[1] == "json":
        total = sum(score(DataHandle(each)) for each in lines)
    else:
        total = sum(score(each) for each in rows)
    print(json.dumps({"rate": round(len(lines) / (time.process_time() - began)), "sum": total}), flush=True)
