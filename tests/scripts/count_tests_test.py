"""What scripts/count_tests.py must not miss: a failed case, a crash, a program that left nothing."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parent.parent.parent / "scripts" / "count_tests.py"

PASSED = '<testcase name="{}" status="run"/>'
FAILED = '<testcase name="{}" status="fail"><failure message="Failed"/></testcase>'

OWN = """<testsuites><testsuite name="s">
<testcase name="a" classname="s" status="run" result="completed"/>
<testcase name="b" classname="s" status="run" result="completed">{}</testcase>
<testcase name="c" classname="s" status="run" result="skipped"><skipped message="no data"/></testcase>
</testsuite></testsuites>"""


class count_tests(unittest.TestCase):
    def count(self, tests, own):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "ctest.xml").write_text(f"<testsuite>{''.join(tests)}</testsuite>", encoding="utf-8")
            (folder / "results").mkdir()
            for test, text in own.items():
                (folder / "results" / f"{test}.xml").write_text(text, encoding="utf-8")
            done = subprocess.run(
                [sys.executable, SCRIPT, "step", folder / "ctest.xml", folder / "results"],
                capture_output=True,
                text=True,
                check=False,
                cwd=folder,
            )
            record = folder / "build" / "test_counts" / "step.txt"
            counts = record.read_text(encoding="utf-8").split() if record.exists() else None
            return done.returncode, counts, done.stdout

    def test_cases_are_counted_and_not_programs(self):
        code, counts, _ = self.count([PASSED.format("one")], {"one": OWN.format("")})
        self.assertEqual((code, counts), (0, ["2", "0", "1"]))

    def test_a_failed_case_is_counted_once_and_named(self):
        code, counts, text = self.count([FAILED.format("one")], {"one": OWN.format('<failure message="x"/>')})
        self.assertEqual((code, counts), (1, ["1", "1", "1"]))
        self.assertIn("failed: one: s.b", text)

    def test_a_failed_case_counts_even_where_the_program_ended_well(self):
        code, counts, _ = self.count([PASSED.format("one")], {"one": OWN.format('<failure message="x"/>')})
        self.assertEqual((code, counts), (1, ["1", "1", "1"]))

    def test_a_crash_after_good_cases_is_a_failure(self):
        code, counts, _ = self.count([FAILED.format("one")], {"one": OWN.format("")})
        self.assertEqual((code, counts), (1, ["2", "1", "1"]))

    def test_a_crash_that_left_nothing_is_a_failure(self):
        code, counts, _ = self.count([PASSED.format("one"), FAILED.format("two")], {"one": OWN.format("")})
        self.assertEqual((code, counts), (1, ["2", "1", "1"]))

    def test_a_broken_record_of_a_crash_is_a_failure(self):
        code, counts, _ = self.count([FAILED.format("one")], {"one": "<testsuites><testsuite"})
        self.assertEqual((code, counts), (1, ["0", "1", "0"]))

    def test_a_program_without_cases_counts_as_one(self):
        code, counts, _ = self.count([PASSED.format("one")], {})
        self.assertEqual((code, counts), (0, ["1", "0", "0"]))

    def test_no_test_at_all_is_no_success(self):
        code, counts, _ = self.count([], {})
        self.assertEqual((code, counts), (1, ["0", "0", "0"]))


if __name__ == "__main__":
    unittest.main()
