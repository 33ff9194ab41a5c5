"""Counts test cases, and records them for the sum that .ci/run prints.

Usage: count_tests.py <step> <ctest's JUnit file> <folder of the tests' own XML>

ctest counts programs; each program leaves its cases as XML in the folder, under the test's name. A program that left
none counts as one case; one that ended badly without a failed case of its own (it crashed, or ran out of time) counts
as one more, failed.
"""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree

SKIPPED = {"notrun", "disabled", "skipped"}


def case_outcome(case):
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    if case.find("skipped") is not None or case.get("status") in SKIPPED or case.get("result") in {"skipped", "suppressed"}:
        return "skipped"
    return "passed"


def own_cases(path):
    try:
        root = ElementTree.parse(path).getroot()
    except (OSError, ElementTree.ParseError):
        return []
    return [(f"{case.get('classname')}.{case.get('name')}", case_outcome(case)) for case in root.iter("testcase")]


def count(junit, folder):
    """(passed, failed, skipped, names of the failed and of the skipped)."""
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    names = {"failed": [], "skipped": []}

    def add(name, outcome):
        counts[outcome] += 1
        if outcome in names:
            names[outcome].append(name)

    for test in ElementTree.parse(junit).getroot().iter("testcase"):
        name = test.get("name")
        # ctest says "run" and "fail"; its <failure> element stands only in the second.
        ended_well = test.get("status") != "fail" and test.find("failure") is None
        cases = own_cases(folder / f"{name}.xml")
        for case, outcome in cases:
            add(f"{name}: {case}", outcome)
        if not cases:
            add(name, case_outcome(test) if ended_well else "failed")
        elif not ended_well and not any(outcome == "failed" for _, outcome in cases):
            add(f"{name}: ended badly", "failed")
    return counts["passed"], counts["failed"], counts["skipped"], names


def main():
    step, junit, folder = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    if not junit.exists():
        print(f"{step}: ctest left no result")
        return 1
    passed, failed, skipped, names = count(junit, folder)
    for outcome, listed in names.items():
        for name in listed:
            print(f"  {outcome}: {name}")
    print(f"{step}: {passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    record = pathlib.Path("build/test_counts")
    record.mkdir(parents=True, exist_ok=True)
    (record / f"{step}.txt").write_text(f"{passed} {failed} {skipped}\n", encoding="utf-8")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
