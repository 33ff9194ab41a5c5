"""Holds a program to the model over random packs and streams.

    python3 tests/model/compare.py --program PROGRAM [--seed SEED] [--count N] [--duties | --routing] [--shrink TRIES] [--keep FOLDER]

PROGRAM is called as `PROGRAM run PACK EVENTS --until T` and prints decisions as NDJSON. What is equal: where nothing
came late, every decision of each contact with its seq; where something did, the settled log (corrections applied,
without seq), because several late events of one batch may be folded in together. Messages are free (DECISIONS.md).
The first difference of each failing seed is printed, with --shrink of the smallest pack and stream found that still
differs; with --keep they are left in FOLDER.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from model import decisions  # noqa: E402
from model.random_packs import random_case  # noqa: E402
from model.run import fold  # noqa: E402


def by_contact(told):
    out = {}
    for decision in told:
        out.setdefault(decision.get("contact"), []).append(decisions.comparable(decision))
    return out


def settled(told):
    """{contact: decisions in order of instant, with corrections applied}; nothing of what was forgotten."""
    standing = {}
    for decision in told:
        own = standing.setdefault(decision.get("contact"), {})
        if decision["kind"] == "amended":
            own[decision["corrects"]] = decision["now"]
        elif decision["kind"] == "forgotten":
            own.clear()
        else:
            own[decision["seq"]] = {key: item for key, item in decision.items() if key not in ("seq", "late")}
    plain = {
        contact: [decisions.comparable(each) for each in own.values() if each] for contact, own in standing.items()
    }
    # Within one instant the order of what came late and what stood is not told.
    return {
        contact: sorted(own, key=lambda each: (each["at"], json.dumps(each, sort_keys=True)))
        for contact, own in plain.items()
    }


def difference(model, program):
    """None, or a text that shows the first difference."""
    if any("error" in line for line in program):
        return f"the program tells an error: {[line for line in program if 'error' in line][0]}"
    was_late = any(each["kind"] == "amended" or each.get("late") for each in model + program)
    ours, theirs = (settled(model), settled(program)) if was_late else (by_contact(model), by_contact(program))
    for contact in sorted({*ours, *theirs}, key=str):
        a, b = ours.get(contact, []), theirs.get(contact, [])
        for index in range(max(len(a), len(b))):
            left, right = (side[index] if index < len(side) else None for side in (a, b))
            if left != right:
                return f"contact {contact}, decision {index}{' of the settled log' if was_late else ''}\n  model:   {json.dumps(left)}\n  program: {json.dumps(right)}"
    return None


def run_program(program, folder, case):
    (folder / "pack.json").write_text(json.dumps(case["pack"], indent=1), encoding="utf-8")
    (folder / "events.ndjson").write_text(
        "".join(json.dumps(event) + "\n" for event in case["events"]), encoding="utf-8"
    )
    done = subprocess.run(
        [*program, "run", folder / "pack.json", folder / "events.ndjson", "--until", case["advance"]],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"exit code {done.returncode}: {done.stderr[-500:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def found_difference(program, folder, case):
    """None, or what differs in this case."""
    try:
        return difference(fold(case["pack"], case["events"], case["advance"]), run_program(program, folder, case))
    except (RuntimeError, ValueError) as problem:
        return str(problem)


def smaller_cases(case):
    """Cases with one thing less: half of the events, an event, a section, a named thing or a key of one."""
    events = case["events"]
    size = max(1, len(events) // 2)
    while events:
        for start in range(0, len(events), size):
            yield {**case, "events": events[:start] + events[start + size :]}
        if size == 1:
            break
        size //= 2

    def without(pack, path):
        if len(path) == 1:
            return {key: item for key, item in pack.items() if key != path[0]} if isinstance(pack, dict) else [
                item for index, item in enumerate(pack) if index != path[0]
            ]
        out = dict(pack) if isinstance(pack, dict) else list(pack)
        out[path[0]] = without(pack[path[0]], path[1:])
        return out

    def paths(value, path):
        children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
        for key, item in children:
            yield [*path, key]
        for key, item in children if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []:
            yield from paths(item, [*path, key])

    for path in sorted(paths(case["pack"], []), key=len):
        if path != ["leadline"]:
            yield {**case, "pack": without(case["pack"], path)}
    for event in range(len(events)):
        for key in events[event].get("data") or {}:
            data = {name: item for name, item in events[event]["data"].items() if name != key}
            yield {**case, "events": [*events[:event], {**events[event], "data": data}, *events[event + 1 :]]}


def smallest(program, folder, case, tries):
    """A case in which nothing more can be left out, or the smallest that so many tries find; its pack loads."""
    changed = True
    while changed:
        changed = False
        for other in smaller_cases(case):
            if tries == 0:
                return case
            tries -= 1
            try:
                expected = fold(other["pack"], other["events"], other["advance"])
                told = run_program(program, folder, other)
            except Exception:  # a pack that lacks what something else in it names
                continue
            if not (told or not expected) or not difference(expected, told):
                continue
            case, changed = other, True
            break
    return case


def failing(program, first, count, keep=None, extent="", shrink=0):
    """(seed, what differs) of each case that differs."""
    out = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        for seed in range(first, first + count):
            case = random_case(seed, extent)
            found = found_difference(program, folder, case)
            if not found:
                continue
            if shrink:
                case = smallest(program, folder, case, shrink)
                found = f"{found_difference(program, folder, case)}\n{json.dumps(case)}"
            out.append((seed, found))
            if keep:
                kept = pathlib.Path(keep) / str(seed)
                kept.mkdir(parents=True, exist_ok=True)
                found_difference(program, kept, case)
                (kept / "advance").write_text(case["advance"] + "\n")
    return out


def main():
    parser = argparse.ArgumentParser(description="Holds a program to the slow model.")
    parser.add_argument("--program", nargs="+", required=True, help="the program and leading arguments")
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--duties", action="store_true", help="packs with clocks, cadences and dispositions")
    parser.add_argument("--routing", action="store_true", help="the same with routing, in order of time")
    parser.add_argument("--shrink", type=int, default=0, help="how many smaller cases to try for each that differs")
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    extent = "routing" if arguments.routing else "duties" if arguments.duties else ""
    differing = failing(
        arguments.program, arguments.seed, arguments.count, arguments.keep, extent, arguments.shrink
    )
    for seed, found in differing:
        print(f"seed {seed}: {found}")
    print(f"{arguments.count - len(differing)} of {arguments.count} cases are equal")
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
