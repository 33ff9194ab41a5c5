#!/usr/bin/env python3
"""Holds the due times of `leadline calendar` against those that somebody else computed.

    due_times.py --program build/leadline --pack rules/boston311.json --calendar city \
        --requests REQUESTS.csv[.gz] --promises PROMISES.csv

REQUESTS has the columns case_id, type, open_local, target_local (the due time of the other side), closed_local
(empty while open) and ontime (its verdict); local times are wall times of the calendar's zone. PROMISES says how many
business days each type has. Only requests of those types that have a due time are asked about.

A miss is not always ours: somebody at the other side may have moved a due time by hand, which no calendar tells.

With --require-share and --require-verdicts (equal wherever the due times agree) it is a test: the exit code says
whether the bar was met.
"""

import argparse
import csv
import datetime
import gzip
import io
import json
import re
import subprocess
import sys
import zoneinfo


def open_text(path):
    if path.endswith(".gz"):
        return io.TextIOWrapper(gzip.open(path, "rb"), encoding="utf-8", newline="")
    return open(path, encoding="utf-8", newline="")


def read_zone(pack_path, calendar):
    """The zone of the calendar, from a pack with comments on lines of their own or after values."""
    with open(pack_path, encoding="utf-8") as pack_file:
        without_comments = re.sub(r'("(?:[^"\\]|\\.)*")|//[^\n]*', lambda m: m.group(1) or "", pack_file.read())
    pack = json.loads(without_comments)
    entry = pack["calendars"][calendar]
    return zoneinfo.ZoneInfo(entry.get("time_zone") or pack["time_zone"])


def read_local(text, zone):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=zone)


def ask(program, pack, calendar, questions):
    """One answer a question, all through one run of the program."""
    asked = subprocess.run([program, "calendar", pack, calendar, "-"], input="".join(questions), text=True,
                           capture_output=True, check=False)
    if asked.returncode != 0:
        sys.exit(f"leadline calendar ended with code {asked.returncode}:\n{asked.stderr}{asked.stdout[:500]}")
    answers = [json.loads(line)["result"] for line in asked.stdout.splitlines()]
    return [datetime.datetime.fromisoformat(answer.replace("Z", "+00:00")) for answer in answers]


def span(seconds):
    minutes, rest = divmod(round(abs(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [f"{days} d"] * bool(days) + [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes)
    return " ".join(parts or [f"{rest} s"]) + (" early" if seconds < 0 else " late")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("program", "pack", "calendar", "requests", "promises"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--tolerance", type=int, default=60, metavar="SECONDS",
                        help="how far apart due times may lie and still agree (default: 60)")
    parser.add_argument("--worst", type=int, default=10, metavar="N", help="misses to list (default: 10)")
    parser.add_argument("--brief", action="store_true", help="leave out the table of types")
    parser.add_argument("--require-share", type=float, default=0, metavar="SHARE")
    parser.add_argument("--require-verdicts", action="store_true")
    arguments = parser.parse_args()

    with open_text(arguments.promises) as promises_file:
        promises = {row["type"]: int(row["business_days"]) for row in csv.DictReader(promises_file)}
    zone = read_zone(arguments.pack, arguments.calendar)
    requests = []
    read_count = 0
    with open_text(arguments.requests) as requests_file:
        for row in csv.DictReader(requests_file):
            read_count += 1
            if row["type"] in promises and row["target_local"]:
                requests.append(row)
    questions = [
        json.dumps({"op": "add", "start": read_local(row["open_local"], zone).isoformat(),
                    "amount": f"{promises[row['type']]}bd"}) + "\n"
        for row in requests
    ]
    due_times = ask(arguments.program, arguments.pack, arguments.calendar, questions)

    misses = []
    agreed_closed = agreed_verdicts = missed_closed = missed_verdicts = 0
    of_type = {}
    for row, due in zip(requests, due_times, strict=True):
        # Instants, not wall times, are compared: in Python two wall times of one zone differ by the clock's face.
        target = read_local(row["target_local"], zone).astimezone(datetime.timezone.utc)
        seconds = (due - target).total_seconds()
        agrees = abs(seconds) <= arguments.tolerance
        counts = of_type.setdefault(row["type"], [0, 0])
        counts[0] += 1
        counts[1] += agrees
        if not agrees:
            misses.append((abs(seconds), row, due, seconds))
        if row["closed_local"]:
            closed = read_local(row["closed_local"], zone).astimezone(datetime.timezone.utc)
            is_equal = ("ONTIME" if closed <= due else "OVERDUE") == row["ontime"]
            agreed_closed += agrees
            agreed_verdicts += agrees and is_equal
            missed_closed += not agrees
            missed_verdicts += not agrees and is_equal

    agree_count = len(requests) - len(misses)
    share = agree_count / len(requests) if requests else 0
    print(f"{read_count:,} requests read; {len(requests):,} are of the {len(promises)} listed types and have a due time.")
    print(f"Due times: {agree_count:,} of {len(requests):,} agree within {arguments.tolerance} s ({share:.3%}).")
    print(f"On-time verdicts: {agreed_verdicts:,} of {agreed_closed:,} equal where the due times agree and the request "
          f"is closed,\n                  {missed_verdicts:,} of {missed_closed:,} where they do not.")
    if not arguments.brief:
        print(f"\n{'type':45} {'promise':>8} {'requests':>9} {'agree':>9}")
    for name, (count, agreed) in sorted(of_type.items(), key=lambda item: -item[1][0]) if not arguments.brief else ():
        print(f"{name:45} {promises[name]:>5} bd {count:>9,} {agreed:>9,}")
    if misses:
        print(f"\nThe worst of {len(misses):,} misses (wall times of {zone.key}):")
        print(f"{'case':13} {'type':34} {'opened':17} {'their due time':17} {'ours':17} ours is")
        for _, row, due, seconds in sorted(misses, key=lambda miss: -miss[0])[: arguments.worst]:
            local_due = due.astimezone(zone).strftime("%Y-%m-%d %H:%M")
            print(f"{row['case_id']:13} {row['type'][:34]:34} {row['open_local'][:16]:17} "
                  f"{row['target_local'][:16]:17} {local_due:17} {span(seconds)}")
    else:
        print("\nNo misses.")

    if share < arguments.require_share:
        sys.exit(f"\nonly {share:.3%} of the due times agree; {arguments.require_share:.3%} are required")
    if arguments.require_verdicts and agreed_verdicts != agreed_closed:
        sys.exit(f"\n{agreed_closed - agreed_verdicts} verdicts differ although the due times agree; none may")


if __name__ == "__main__":
    main()
