#!/usr/bin/env python3
"""Replays events through a rule pack and prints the funnel, the spread of a score, and one contact's story.

    replay.py --program build/leadline --pack rules/standard.json --events EVENTS.ndjson --at INSTANT [--score lead]

All of it is read from the decisions of `leadline run` and the table of `leadline scores`; the order of the stages, which
of them count as won and lost, and the zone of the times are the pack's. The story is that of --contact, or of a contact
that was won after a number of decisions that fits on a screen.
"""

import argparse
import collections
import csv
import datetime
import json
import re
import subprocess
import sys
import zoneinfo

BAR_WIDTH = 30


def read_pack(path):
    with open(path, encoding="utf-8") as pack_file:
        without_comments = re.sub(r'("(?:[^"\\]|\\.)*")|//[^\n]*', lambda m: m.group(1) or "", pack_file.read())
    return json.loads(without_comments)


def read_decisions(arguments):
    """The decisions as they come; ends the program when the replay does not end well."""
    command = [arguments.program, "run", arguments.pack, arguments.events, "--until", arguments.at]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        for line in running.stdout:
            yield line
    if running.returncode != 0:
        sys.exit(f"leadline run ended with code {running.returncode}")


def read_standings(arguments):
    command = [arguments.program, "scores", arguments.pack, arguments.events, "--at", arguments.at, "--format", "csv"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"leadline scores ended with code {done.returncode}:\n{done.stderr}")
    return list(csv.DictReader(done.stdout.splitlines()))


def bar(count, largest):
    return "#" * round(BAR_WIDTH * count / largest) if count else ""


def print_funnel(stages, reached):
    total = len(reached[stages[0]["id"]])
    print(f"{'stage':18} {'reached':>8} {'of all':>7} {'of the one before':>18}")
    before = None
    for stage in stages:
        count = len(reached[stage["id"]])
        share = "" if stage.get("aside") or not before else f"{count / before:.1%}"
        name = stage["id"] + (" (aside)" if stage.get("aside") else "")
        print(f"{name:18} {count:>8,} {count / total:>7.1%} {share:>18}  {bar(count, total)}".rstrip())
        if not stage.get("aside"):
            before = count


def print_spread(standings, score, business):
    groups = {"won": set(business.get("won", ())), "lost": set(business.get("lost", ()))}
    bands = collections.defaultdict(collections.Counter)
    for row in standings:
        group = next((name for name, stages in groups.items() if row["stage"] in stages), "neither")
        bands[int(float(row[score]) // 10) * 10][group] += 1
    names = [name for name in ("won", "lost", "neither") if any(bands[band][name] for band in bands)]
    print(f"{'points':>9} {'contacts':>9} " + " ".join(f"{name:>8}" for name in names) + "  won of the band")
    largest = max(sum(band.values()) for band in bands.values())
    for low in range(min(bands), max(bands) + 1, 10):
        count = sum(bands[low].values())
        won = f"{bands[low]['won'] / count:.0%}" if count else ""
        print(f"{low:>4}..{low + 9:<3} {count:>9,} " + " ".join(f"{bands[low][name]:>8,}" for name in names)
              + f" {won:>5}  {bar(count, largest)}".rstrip())


def words(decision):
    kind = decision["kind"]
    if kind == "stage":
        return f"enters {decision['to']}" if decision["from"] is None else f"{decision['from']} -> {decision['to']}"
    if kind == "score":
        return f"{decision['score']} {decision['from']:g} -> {decision['to']:g}"
    if kind in ("grade", "status"):
        return f"{decision.get('grade', 'status')} {decision['to'] or 'none'}"
    if kind == "action":
        return f"action {decision.get('action', '')}"
    if kind in ("clock", "cadence"):
        return f"{kind} {decision.get(kind, '')} {decision.get('what', '')}"
    return kind + (f" {decision['code']}" if "code" in decision else "")


def print_story(contact, decisions, zone):
    print(f"Contact {contact}, wall times of {zone.key}:")
    for at, group in decisions.items():
        local = datetime.datetime.fromisoformat(at.replace("Z", "+00:00")).astimezone(zone)
        by_time = "  (by time alone)" if all(each["cause"] == "time" for each in group) else ""
        print(f"  {local:%a %Y-%m-%d %H:%M}  {'; '.join(words(each) for each in group)}{by_time}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("program", "pack", "events", "at"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--score", default="lead", help="whose spread to print (default: lead)")
    parser.add_argument("--contact", help="whose story to tell")
    parser.add_argument("--story", type=int, default=12, metavar="N", help="about how many instants the story has (default: 12)")
    arguments = parser.parse_args()

    pack = read_pack(arguments.pack)
    stages, business = pack["funnel"]["stages"], pack.get("business", {})
    reached = collections.defaultdict(set)
    kinds = collections.Counter()
    lines_of = collections.defaultdict(list)
    for line in read_decisions(arguments):
        decision = json.loads(line)
        kinds[decision["kind"]] += 1
        if decision["kind"] == "stage":
            reached[decision["to"]].add(decision["contact"])
        lines_of[decision["contact"]].append(decision)
    if not lines_of:
        sys.exit("no decisions: the file holds no events that this pack accepts")
    told = ", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common())
    print(f"{sum(kinds.values()):,} decisions on {len(lines_of):,} contacts: {told}.\n")
    print_funnel(stages, reached)
    print(f"\nThe score \"{arguments.score}\" at {arguments.at}:")
    print_spread(read_standings(arguments), arguments.score, business)

    def instants(contact):
        grouped = {}
        for decision in lines_of[contact]:
            grouped.setdefault(decision["at"], []).append(decision)
        return grouped

    won = set().union(*(reached[stage] for stage in business.get("won", ()))) or set(lines_of)
    if arguments.contact and arguments.contact not in lines_of:
        sys.exit(f"no decision names the contact {arguments.contact}")
    chosen = arguments.contact or min(won, key=lambda contact: (abs(len(instants(contact)) - arguments.story), contact))
    print()
    print_story(chosen, instants(chosen), zoneinfo.ZoneInfo(pack.get("time_zone", "UTC")))


if __name__ == "__main__":
    main()
