"""`leadline run` beside the slow model: every decision of random packs and streams, and of the conformance cases.

The model recomputes everything from the whole list of events; the program keeps running aggregates. Where the two
differ one of them reads the contract wrongly.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from model.compare import first_difference  # noqa: E402
from model.random_packs import random_case  # noqa: E402
from model.run import fold  # noqa: E402
from support import leadline_program, unittest_report  # noqa: E402
from support.leadline_program import ROOT  # noqa: E402

FIRST_SEED = 1
CASES = max(1, 1000 // int(os.environ.get("LEADLINE_CASE_DIVISOR", "1")))


def told_by_program(folder, case):
    (folder / "pack.json").write_text(json.dumps(case["pack"]), encoding="utf-8")
    (folder / "events.ndjson").write_text("".join(json.dumps(event) + "\n" for event in case["events"]), encoding="utf-8")
    until = ["--until", case["advance"]] if case.get("advance") else []
    done = subprocess.run([leadline_program.PROGRAM, "run", folder / "pack.json", folder / "events.ndjson", *until],
                          capture_output=True, text=True, check=False, timeout=120)
    if done.returncode != 0:
        raise AssertionError(f"exit code {done.returncode}: {done.stderr[-2000:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]


class the_program(unittest.TestCase):
    def check_random_cases(self, extent, cases):
        with tempfile.TemporaryDirectory() as folder:
            count = 0
            for seed in range(FIRST_SEED, FIRST_SEED + cases):
                case = random_case(seed, extent)
                expected = fold(case["pack"], case["events"], case["advance"])
                count += len(expected)
                found = first_difference(expected, told_by_program(pathlib.Path(folder), case))
                self.assertIsNone(found, f"python3 tests/model/random_packs.py {seed} {extent and '--' + extent}: {found}")
            print(f"{cases} random packs and streams, {count} decisions, all equal")
            self.assertGreater(count, 10 * cases)

    def test_tells_what_the_model_tells_over_random_packs_and_streams(self):
        self.check_random_cases("", CASES)

    def test_tells_what_the_model_tells_of_clocks_cadences_and_dispositions(self):
        self.check_random_cases("duties", max(1, CASES // 3))

    def test_tells_what_the_model_tells_of_routing(self):
        self.check_random_cases("routing", max(1, CASES // 6))

    def test_tells_what_the_model_tells_of_routing_with_late_events_merges_and_erasures(self):
        self.check_random_cases("late-routing", max(1, CASES // 6))


def cut(whole, wanted):
    """Of `whole` what `wanted` names, at any depth: keys that a case leaves out are free."""
    if isinstance(whole, dict) and isinstance(wanted, dict):
        return {key: cut(whole[key], item) if key in whole else "absent" for key, item in wanted.items()}
    return whole


class conformance(unittest.TestCase):
    maxDiff = None

    def check(self, case):
        pack = case["pack"]
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            path = ROOT / pack if isinstance(pack, str) else folder / "pack.json"
            if not isinstance(pack, str):
                path.write_text(json.dumps(pack), encoding="utf-8")
            events = folder / "events.ndjson"
            events.write_text("".join(json.dumps(event) + "\n" for event in case["events"]), encoding="utf-8")
            if "decisions" in case:
                done = leadline_program.run("run", path, events, "--until", case["advance"])
                self.assertEqual(done.returncode, 0, done.stderr)
                told = [json.loads(line) for line in done.stdout.splitlines()]
                told = [each for each in told if each["kind"] in case.get("only", [each["kind"]])]
                wanted = case["decisions"]
                self.assertEqual([cut(*pair) for pair in zip(told, wanted)] + told[len(wanted) :], wanted)
            if "then" in case:
                done = leadline_program.run("scores", path, events, "--at", case["advance"], "--format", "json")
                self.assertEqual(done.returncode, 0, done.stderr)
                rows = [json.loads(line) for line in done.stdout.splitlines()]
                end = {row["contact"]: row for row in rows}
                self.assertEqual(cut(end, case["then"]), case["then"])


    def check_pending(self, name, cases):
        """Cases of what the program does not do yet: all are run, and how many do not hold is printed."""
        failing = 0
        for case in cases:
            try:
                self.check(case)
            except AssertionError:
                failing += 1
        print(f"{name}: PENDING, {failing} of {len(cases)} cases do not hold yet", file=sys.stderr)
        self.assertGreater(failing, 0, f"all cases of {name} hold: take it off tests/conformance/pending.txt")


def pending():
    """Names of case files of which the program does not hold all cases yet."""
    lines = (ROOT / "tests" / "conformance" / "pending.txt").read_text(encoding="utf-8").splitlines()
    return {line.split("#")[0].strip() for line in lines} - {""}


def add_conformance_cases():
    for path in sorted((ROOT / "tests" / "conformance").glob("*.json")):
        cases = json.loads(path.read_text(encoding="utf-8"))
        if path.stem in pending():
            run_all = lambda self, name=path.stem, cases=cases: self.check_pending(name, cases)  # noqa: E731
            setattr(conformance, f"test_{path.stem}: pending", run_all)
            continue
        for case in cases:
            setattr(conformance, f"test_{path.stem}: {case['name']}", lambda self, case=case: self.check(case))


add_conformance_cases()

if __name__ == "__main__":
    unittest_report.main()
