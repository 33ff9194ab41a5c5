"""Runs the conformance cases of tests/conformance through the model. See the README there for how a case reads."""

import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from model.pack import Pack, read_pack  # noqa: E402
from model.run import engine_over  # noqa: E402
from support import leadline_program, unittest_report  # noqa: E402

FOLDER = leadline_program.ROOT / "tests" / "conformance"


def run(case):
    """(decisions of the kinds the case looks at, what stands at its end)."""
    pack = case["pack"]
    pack = read_pack(leadline_program.ROOT / pack) if isinstance(pack, str) else Pack(pack)
    engine, told = engine_over(pack, case["events"], case["advance"])
    return [each for each in told if each.get("kind") in case.get("only", [each.get("kind")])], engine.summary()


def cut(whole, wanted):
    """Of `whole` what `wanted` names, at any depth: keys a case leaves out are free."""
    if isinstance(whole, dict) and isinstance(wanted, dict):
        return {key: cut(whole[key], item) if key in whole else "absent" for key, item in wanted.items()}
    return whole


class conformance(unittest.TestCase):
    maxDiff = None

    def check(self, case):
        told, end = run(case)
        self.assertTrue("decisions" in case or "then" in case, "the case expects nothing")
        if "decisions" in case:
            wanted = case["decisions"]
            self.assertEqual([cut(*pair) for pair in zip(told, wanted)] + told[len(wanted) :], wanted)
        if "then" in case:
            self.assertEqual(cut(end, case["then"]), case["then"])

    def test_every_name_is_used_once(self):
        names = [
            case["name"]
            for path in sorted(FOLDER.glob("*.json"))
            for case in json.loads(path.read_text(encoding="utf-8"))
        ]
        self.assertEqual(sorted(names), sorted(set(names)))


def add_cases():
    for path in sorted(FOLDER.glob("*.json")):
        for case in json.loads(path.read_text(encoding="utf-8")):
            name = f"test_{path.stem}: {case['name']}"
            setattr(conformance, name, lambda self, case=case: self.check(case))


add_cases()

if __name__ == "__main__":
    unittest_report.main()
