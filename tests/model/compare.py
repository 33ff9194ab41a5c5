"""Holds a program to the model over random packs and streams.

    python3 tests/model/compare.py PROGRAM [--first SEED] [--count N] [--keep FOLDER]

PROGRAM is called as `PROGRAM run PACK EVENTS --until T` and prints decisions as NDJSON. What is equal: where nothing
came late, every decision of each contact with its seq; where something did, the settled log (corrections applied,
without seq), because several late events of one batch may be folded in together. Messages are free (DECISIONS.md).
The first difference of each failing seed is printed; with --keep its pack and events are left in FOLDER.
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


def failing(program, first, count, keep=None):
    """(seed, what differs) of each case that differs."""
    out = []
    with tempfile.TemporaryDirectory() as temporary:
        for seed in range(first, first + count):
            folder = pathlib.Path(temporary)
            case = random_case(seed)
            try:
                found = difference(
                    fold(case["pack"], case["events"], case["advance"]), run_program(program, folder, case)
                )
            except (RuntimeError, ValueError) as problem:
                found = str(problem)
            if found:
                out.append((seed, found))
                if keep:
                    kept = pathlib.Path(keep) / str(seed)
                    kept.mkdir(parents=True, exist_ok=True)
                    for name in ("pack.json", "events.ndjson"):
                        (kept / name).write_bytes((folder / name).read_bytes())
                    (kept / "advance").write_text(case["advance"] + "\n")
    return out


def main():
    parser = argparse.ArgumentParser(description="Holds a program to the slow model.")
    parser.add_argument("program", nargs="+", help="the program and leading arguments")
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    differing = failing(arguments.program, arguments.first, arguments.count, arguments.keep)
    for seed, found in differing:
        print(f"seed {seed}: {found}")
    print(f"{arguments.count - len(differing)} of {arguments.count} cases are equal")
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
