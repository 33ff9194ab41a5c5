"""Runs a task in every engine, interleaved, and holds the medians to the bars.

    compare.py <task.json> <rounds> <engine>=<command>...

The task names the sum that every engine must give, the ways of ours (of others: typed, json), the engines of which one
round is enough (a pass takes ten seconds and more), and the bars: the way, the other engine, at least so many times as
fast. Every engine is a process that reads `<engine> <way>` and answers with its rate and the sum of points; one that
cannot be started is told and left out. A sum that is not everyone's ends the run with exit code 1.
"""

import json
import pathlib
import shlex
import statistics
import subprocess
import sys


def main():
    _, task, rounds, *commands = sys.argv
    task = json.loads(pathlib.Path(task).read_text(encoding="utf-8"))
    ways, slow = task["ways"], set(task["slow"])
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
            for way in ways.get(name, ["typed", "json"]):
                if turn > 0 and name in slow:
                    continue
                process.stdin.write(f"{name} {way}\n")
                process.stdin.flush()
                told = json.loads(process.stdout.readline())
                if told["sum"] != task["sum"]:
                    wrong += 1
                    print(f"{name} {way}: the sum is {told['sum']}, not {task['sum']}", flush=True)
                rates.setdefault((name, way), []).append(told["rate"])
    medians = {key: statistics.median(values) for key, values in rates.items()}
    print(f"{task['title']} a second of processor time, medians of {rounds} interleaved rounds (of those marked * one):")
    for name in workers:
        shown = [f"{way} {medians[name, way]:>12,.0f}" for way in ways.get(name, ["typed", "json"])]
        print(f"  {name + ('*' if name in slow else ''):20} " + "   ".join(shown))
    print("Leadline beside each:")
    for (name, way), rate in medians.items():
        if name == "leadline":
            continue
        print(f"  {way:6} {medians['leadline', way] / rate:8.2f} x {name}")
    print("Bars:")
    ours = "leadline"
    for way, theirs, least in task["bars"]:
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
