"""Runs task A in every engine, interleaved, and holds the medians to the bars.

    compare.py <data folder> <rounds> <engine>=<command>...

Every engine is a process that reads `<engine> <way>` and answers with its rate and the sum of points; one that cannot be
started is told and left out. A sum that is not everyone's ends the run with exit code 1.
"""

import json
import shlex
import statistics
import subprocess
import sys

SUM = 3_632_367
# (way, ours, theirs, at least so many times as fast)
BARS = [
    ("typed", "leadline", "json-logic-engine", 3),
    ("typed", "leadline", "datalogic-rs", 8),
    ("typed", "leadline", "by-hand", 1 / 1.5),
    ("json", "leadline", "datalogic-rs", 1.5),
]
# Of ours, "typed" asks all conditions of a row as one set, "one" each by itself, "blocks" each of 64 rows.
WAYS = {"leadline": ["typed", "one", "blocks", "json"], "by-hand": ["typed"]}
# A pass of these takes ten seconds and more: once is enough to see three orders of magnitude.
SLOW = {"zen-engine", "datalogic-py"}


def main():
    _, folder, rounds, *commands = sys.argv
    workers, shared = {}, {}
    for each in commands:
        name, command = each.split("=", 1)
        if command not in shared:
            process = subprocess.Popen(shlex.split(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            shared[command] = process if process.stdout.readline().strip() == "ready" else None
            if shared[command] is None:
                print(f"{name}: does not start; left out", flush=True)
        if shared[command] is not None:
            workers[name] = shared[command]
    rates, wrong = {}, 0
    for turn in range(int(rounds)):
        for name, process in workers.items():
            for way in WAYS.get(name, ["typed", "json"]):
                if turn > 0 and name in SLOW:
                    continue
                process.stdin.write(f"{name} {way}\n")
                process.stdin.flush()
                told = json.loads(process.stdout.readline())
                if told["sum"] != SUM:
                    wrong += 1
                    print(f"{name} {way}: the sum is {told['sum']}, not {SUM}", flush=True)
                rates.setdefault((name, way), []).append(told["rate"])
    medians = {key: statistics.median(values) for key, values in rates.items()}
    print(f"Task A, contacts a second of processor time, medians of {rounds} interleaved rounds (of those marked * one):")
    for name in workers:
        shown = [f"{way} {medians[name, way]:>12,.0f}" for way in WAYS.get(name, ["typed", "json"])]
        print(f"  {name + ('*' if name in SLOW else ''):20} " + "   ".join(shown))
    print("Leadline beside each:")
    for (name, way), rate in medians.items():
        if name == "leadline":
            continue
        print(f"  {way:6} {medians['leadline', way] / rate:8.2f} x {name}")
    print("Bars:")
    for way, ours, theirs, least in BARS:
        other = medians.get((theirs, way))
        if other is None or (ours, way) not in medians:
            print(f"  {way:6} {theirs}: not measured")
            continue
        ratio = medians[ours, way] / other
        print(f"  {way:6} {ratio:6.2f} x {theirs}, bar {least:.2f}: {'met' if ratio >= least else 'missed'}")
    for process in set(workers.values()):
        process.stdin.close()
        process.wait(timeout=30)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
