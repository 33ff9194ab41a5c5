#!/usr/bin/env python3
"""Asks Leadline and its peers the same questions about the same office calendar, and prints who agrees and who is
how many times slower: compare.py FOLDER PEER... where a PEER is a command line.

Every peer is a process that reads commands, one a line, and answers each with one line:

    answers KIND COUNT    the answers to the first COUNT questions: instants and durations in milliseconds, 0 or 1
    time KIND COUNT       nanoseconds a question over COUNT questions, the list begun again when it ends
                          (`none` where the peer has no such question)

The first peer is the one the others are compared with. Answers are compared before anything is timed. The timings
are interleaved, ROUNDS times each peer in turn, and medians are told, so that a machine that slows down slows all.
"""
import datetime
import json
import shlex
import statistics
import subprocess
import sys
import zoneinfo

ROUNDS = 5
QUESTIONS = 2000
ANSWER_SECONDS = 2  # the slowest peers answer fewer questions
TIMING_SECONDS = 0.1
KINDS = ["add_hour", "add_month", "add_five_years", "elapsed_hour", "elapsed_month", "elapsed_five_years", "is_open"]


class Peer:
    def __init__(self, command):
        self.process = subprocess.Popen(
            shlex.split(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        _, self.name, self.version = self.process.stdout.readline().split()

    def ask(self, command, kind, count):
        self.process.stdin.write(f"{command} {kind} {count}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} ended at: {command} {kind} {count}")
        return None if line.strip() == "none" else line.split()

    def time(self, kind, count):
        answer = self.ask("time", kind, count)
        return None if answer is None else float(answer[0])

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def fitting_count(peer, kind):
    """How many questions fill one timing; None where the peer has no such question."""
    peer.time(kind, 1)  # what is loaded or compiled at the first question is not its price
    count = 1
    while True:
        nanoseconds = peer.time(kind, count)
        if nanoseconds is None:
            return None
        if nanoseconds * count >= TIMING_SECONDS * 5e8 or count >= 100_000_000:
            return max(1, round(TIMING_SECONDS * 1e9 / nanoseconds))
        count *= 4


def local(ms, zone):
    return datetime.datetime.fromtimestamp(ms / 1000, zone).strftime("%a %Y-%m-%d %H:%M")


def show(kind, value, zone):
    if kind.startswith("add"):
        return local(value, zone)
    if kind.startswith("elapsed"):
        return f"{value / 3_600_000:.4g} h"
    return "open" if value else "closed"


def compare_answers(peers, counts, questions, zone):
    """Prints a row a kind; returns how many answers of each peer were compared and how many agreed."""
    ours, others = peers[0], peers[1:]
    agreement = {}
    print("Answers that agree with ours, of those asked:")
    print(f"  {'':20}" + "".join(f"{peer.name:>22}" for peer in others))
    examples = []
    for kind in KINDS:
        cells = []
        for peer in others:
            if counts[peer.name][kind] is None:
                cells.append("-")
                continue
            # A timing's count fills TIMING_SECONDS.
            asked = min(QUESTIONS, max(1, round(counts[peer.name][kind] * ANSWER_SECONDS / TIMING_SECONDS)))
            expected = [int(value) for value in ours.ask("answers", kind, asked)]
            actual = [int(value) for value in peer.ask("answers", kind, asked)]
            different = [i for i in range(asked) if expected[i] != actual[i]]
            agreement[f"{peer.name} {kind}"] = [asked - len(different), asked]
            cells.append(f"{asked - len(different)}/{asked}")
            if different:
                i = different[0]
                start, argument = questions[kind][i]
                text = f"  {peer.name}, {kind}: from {local(start, zone)}"
                text += f" to {local(argument, zone)}" if kind.startswith("elapsed") else ""
                text += f" {argument} business hours" if kind.startswith("add") else ""
                examples.append(f"{text}: {show(kind, actual[i], zone)}, ours {show(kind, expected[i], zone)}")
        print(f"  {kind:20}" + "".join(f"{cell:>22}" for cell in cells))
    if examples:
        print("\nThe first of each that differ:")
        print("\n".join(examples))
    return agreement


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def main():
    folder, *commands = sys.argv[1:]
    questions = {}
    with open(f"{folder}/questions.txt") as file:
        for line in file:
            kind, start, argument = line.split()
            questions.setdefault(kind, []).append((int(start), int(argument)))
    with open(f"{folder}/calendar.txt") as file:
        zone = zoneinfo.ZoneInfo(file.readline().split()[1])

    peers = [Peer(command) for command in commands]
    counts = {peer.name: {kind: fitting_count(peer, kind) for kind in KINDS} for peer in peers}
    agreement = compare_answers(peers, counts, questions, zone)

    times = {(peer.name, kind): [] for peer in peers for kind in KINDS}
    for _ in range(ROUNDS):
        for kind in KINDS:
            for peer in peers:
                if counts[peer.name][kind] is not None:
                    times[peer.name, kind].append(peer.time(kind, counts[peer.name][kind]))
    medians = {key: statistics.median(values) for key, values in times.items() if values}

    print(f"\nNanoseconds a question, and how many times ours (medians of {ROUNDS} interleaved rounds):")
    print(f"  {'':20}" + "".join(f"{peer.name + ' ' + peer.version:>30}" for peer in peers))
    slower = 0
    for kind in KINDS:
        ours = medians[peers[0].name, kind]
        row = f"  {kind:20}{number(ours):>30}"
        for peer in peers[1:]:
            taken = medians.get((peer.name, kind))
            row += f"{'-':>30}" if taken is None else f"{number(taken) + ' (' + number(taken / ours) + 'x)':>30}"
            slower += taken is not None and taken < ours
        print(row)
    print(f"  rows in which a peer is faster: {slower}")
    with open(f"{folder}/results.json", "w") as file:
        results = {
            "agreement": agreement,
            "nanoseconds": {f"{name} {kind}": value for (name, kind), value in medians.items()},
            "versions": {peer.name: peer.version for peer in peers},
        }
        json.dump(results, file, indent=1)
    for peer in peers:
        peer.close()


main()
