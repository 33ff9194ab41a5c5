"""Every pack of rules/ is one that `leadline check` has nothing against."""

import json
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import leadline_program, unittest_report  # noqa: E402
from support.leadline_program import ROOT, written  # noqa: E402

RULES = ROOT / "rules"
PACKS = sorted([*RULES.glob("*.json"), *(RULES / "calendars").glob("*.json")])

# What is told and meant to be: a calendar of the past has no holidays to come.
EXPECTED = {"boston311.json": {"calendar.dates_end"}}


def problems_of(path):
    done = leadline_program.run("check", path, "--json", "--as-of", "2026-11-01")
    return done.returncode, json.loads(done.stdout)["diagnostics"]


class packs(unittest.TestCase):
    def test_there_are_packs(self):
        self.assertGreaterEqual(len(PACKS), 20)

    def test_no_pack_has_an_error_or_an_unexpected_warning(self):
        for path in PACKS:
            with self.subTest(path.name):
                code, problems = problems_of(path)
                told = [p for p in problems if p["code"] not in EXPECTED.get(path.name, set())]
                self.assertEqual((code, told), (0, []))

    def test_a_stage_that_is_renamed_in_one_place_is_told(self):
        # That the test above can fail: each pack with a funnel, one of its stages misspelt where it is declared.
        for path in PACKS:
            text = path.read_text(encoding="utf-8")
            if '{ "id": "mql"' not in text:
                continue
            with self.subTest(path.name), written("pack.json", text.replace('{ "id": "mql"', '{ "id": "mqll"', 1)) as copy:
                done = leadline_program.run("check", copy)
                self.assertEqual(done.returncode, 1)
                self.assertIn('did you mean "mqll"?', done.stderr + done.stdout)

    def test_lists_hold_one_lower_case_domain_a_line_in_order(self):
        lines = (RULES / "lists" / "free_mail.txt").read_text(encoding="utf-8").splitlines()
        domains = [line for line in lines if not line.startswith("#")]
        self.assertGreaterEqual(len(domains), 100)
        self.assertEqual(domains, sorted(set(domains)))
        for domain in domains:
            self.assertRegex(domain, re.compile(r"^[a-z0-9-]+(\.[a-z0-9-]+)+$"))


if __name__ == "__main__":
    unittest_report.main()
