"""Holds a program to the model over random packs and streams.

    python3 tests/model/compare.py --program PROGRAM [--seed SEED] [--count N] [--duties | --routing | --late-routing] [--in-order] [--shrink TRIES] [--keep FOLDER]

PROGRAM is called as `PROGRAM run PACK EVENTS --until T` and prints decisions as NDJSON. What is equal: where nothing
came late, every decision of each contact with its seq; where something did, the settled log (corrections applied,
without seq), because several late events of one batch may be folded in together; with --in-order, every decision of all
contacts in the order told, corrections included. Messages are free (DECISIONS.md).
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
from model.random_packs import EXTENTS, random_case  # noqa: E402
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
            own[decision["seq"]] = decisions.without_marks(decision)
    plain = {
        contact: [decisions.without_marks(decisions.comparable(each)) for each in own.values() if each] for contact, own in standing.items()
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
    was_late = any(each["kind"] == "amended" or decisions.is_marked(each) for each in model + program)
    ours, theirs = (settled(model), settled(program)) if was_late else (by_contact(model), by_contact(program))
    for contact in sorted({*ours, *theirs}, key=str):
        a, b = ours.get(contact, []), theirs.get(contact, [])
        for index in range(max(len(a), len(b))):
            left, right = (side[index] if index < len(side) else None for side in (a, b))
            if left != right:
                return f"contact {contact}, decision {index}{' of the settled log' if was_late else ''}\n  model:   {json.dumps(left)}\n  program: {json.dumps(right)}"
    return None


def first_difference(expected, found):
    """None, or a text that shows where two lists of decisions part."""
    expected, found = ([decisions.comparable(each) for each in side] for side in (expected, found))
    for index in range(max(len(expected), len(found))):
        left, right = (side[index] if index < len(side) else None for side in (expected, found))
        if left != right:
            return f"decision {index}\n  model:   {json.dumps(left)}\n  program: {json.dumps(right)}"
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


def found_difference(program, folder, case, differ=difference):
    """None, or what differs in this case."""
    try:
        return differ(fold(case["pack"], case["events"], case["advance"]), run_program(program, folder, case))
    except (RuntimeError, ValueError) as problem:
        return str(problem)


def halves_of_events(case):
    """Cases with fewer events: without each half, quarter and so on, then without each one."""
    size = max(1, len(case["events"]) // 2)
    while True:
        yield from ((start, start + size) for start in range(0, len(case["events"]), size))
        if size == 1:
            return
        size //= 2


def paths(value, path=()):
    """The place of every key and item, outermost first within what holds them."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
    for key, item in list(children):
        yield (*path, key)
        yield from paths(item, (*path, key))


def without(value, path):
    out = dict(value) if isinstance(value, dict) else list(value)
    if len(path) > 1:
        out[path[0]] = without(value[path[0]], path[1:])
    else:
        del out[path[0]]
    return out


def has(value, path):
    for key in path:
        if isinstance(value, dict) and key in value or isinstance(value, list) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            return False
    return True


def smallest(program, folder, case, tries, differ=difference):
    """The smallest case that so many tries find which still differs; its pack loads."""
    left = [tries]

    def still_differs(other):
        left[0] -= 1
        try:
            expected = fold(other["pack"], other["events"], other["advance"])
            told = run_program(program, folder, other)
        except Exception:  # a pack that lacks what something else in it names
            return False
        return bool(told or not expected) and differ(expected, told) is not None

    before = None
    while case != before and left[0] > 0:
        before = case
        for start, end in list(halves_of_events(case)):
            other = {**case, "events": case["events"][:start] + case["events"][end:]}
            if left[0] > 0 and other["events"] and other["events"] != case["events"] and still_differs(other):
                case = other
        for path in sorted(paths(case["pack"]), key=lambda each: (len(each), [-k if isinstance(k, int) else 0 for k in each])):
            if left[0] > 0 and path != ("leadline",) and has(case["pack"], path):
                other = {**case, "pack": without(case["pack"], path)}
                if still_differs(other):
                    case = other
    return case


def failing(program, first, count, keep=None, extent="", shrink=0, differ=difference):
    """(seed, what differs) of each case that differs."""
    out = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        for seed in range(first, first + count):
            case = random_case(seed, extent)
            found = found_difference(program, folder, case, differ)
            if not found:
                continue
            if shrink:
                case = smallest(program, folder, case, shrink, differ)
                found = f"{found_difference(program, folder, case, differ)}\n{json.dumps(case)}"
            out.append((seed, found))
            print(f"seed {seed}: {found}", flush=True)
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
    parser.add_argument("--late-routing", action="store_true", help="the same with late events, merges and erasures")
    parser.add_argument("--in-order", action="store_true", help="every decision in the order told")
    parser.add_argument("--shrink", type=int, default=0, help="how many smaller cases to try for each that differs")
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    extent = next((each for each in EXTENTS[1:] if getattr(arguments, each.replace("-", "_"))), "")
    differing = failing(
        arguments.program,
        arguments.seed,
        arguments.count,
        arguments.keep,
        extent,
        arguments.shrink,
        first_difference if arguments.in_order else difference,
    )
    print(f"{arguments.count - len(differing)} of {arguments.count} cases are equal")
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
