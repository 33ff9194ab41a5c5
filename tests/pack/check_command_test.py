"""leadline check: problems as text and as JSON, exit codes, lists beside the pack, the day that is asked about."""

import contextlib
import gzip
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import leadline_program, unittest_report  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]


@contextlib.contextmanager
def pack(text, name="pack.json", **files):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / name
        path.write_text(text)
        for file, content in files.items():
            (path.parent / f"{file}.txt").write_text(content)
        yield path


class check_command(unittest.TestCase):
    def test_every_shipped_pack_has_no_errors(self):
        for path in sorted((ROOT / "rules").glob("*.json")):
            done = leadline_program.run("check", path, "--as-of", "2026-11-02")
            self.assertEqual(done.returncode, 0, done.stdout)

    def test_a_good_pack_has_no_problems(self):
        with pack('{"leadline": 1}') as path:
            done = leadline_program.run("check", path)
            self.assertEqual((done.returncode, done.stdout), (0, f"{path}: no problems\n"))

    def test_errors_are_told_with_a_line_and_a_caret_and_end_in_1(self):
        with pack('{"leadline": 1,\n "evnets": {}}') as path:
            done = leadline_program.run("check", path)
            self.assertEqual(done.returncode, 1)
            self.assertIn(f'{path}:2:2: error: a pack has no key "evnets" [pack.unknown_key]', done.stdout)
            self.assertIn("^~~~~~~~", done.stdout)
            self.assertIn('did you mean "events"?', done.stdout)
            self.assertTrue(done.stdout.endswith("1 error, 0 warnings\n"), done.stdout)

    def test_warnings_alone_end_in_0(self):
        with pack('{"leadline": 1, "signals": {"s": {"count": "visit"}}}') as path:
            done = leadline_program.run("check", path)
            self.assertEqual(done.returncode, 0)
            self.assertIn("0 errors, 1 warning", done.stdout)

    def test_as_json_all_stand_in_one_object(self):
        with pack('{"leadline": 1, "name": 5, "evnets": {}}') as path:
            done = leadline_program.run("check", path, "--json")
            told = json.loads(done.stdout)
            self.assertEqual(done.returncode, 1)
            self.assertEqual(told["errors"], 2)
            self.assertEqual({each["code"] for each in told["diagnostics"]}, {"pack.wrong_type", "pack.unknown_key"})
            self.assertEqual({each["pointer"] for each in told["diagnostics"]}, {"/name", "/evnets"})

    def test_broken_json_is_told_with_its_place(self):
        with pack('{"leadline": 1,\n}') as path:
            done = leadline_program.run("check", path)
            self.assertEqual(done.returncode, 1)
            self.assertIn("[json.syntax]", done.stdout)

    def test_a_list_stands_beside_the_pack_and_nowhere_else(self):
        text = '{"leadline": 1, "lists": {"l": {"file": "%s"}}}'
        with pack(text % "words.txt", words="a\nb\n") as path:
            self.assertEqual(leadline_program.run("check", path).returncode, 0)
        with pack(text % "other.txt", words="a\nb\n") as path:
            done = leadline_program.run("check", path)
            self.assertEqual(done.returncode, 1)
            self.assertIn("[list.unreadable]", done.stdout)
        with pack(text % "../words.txt", words="a\nb\n") as path:
            done = leadline_program.run("check", path)
            self.assertEqual(done.returncode, 1)
            self.assertIn("[list.bad_path]", done.stdout)

    def test_holidays_that_ended_are_told_of_the_day_asked_about(self):
        text = '{"leadline": 1, "calendars": {"c": {"time_zone": "UTC", "hours": {"mon": ["09:00-17:00"]}, "dates": {"2026-12-25": []}}}}'
        with pack(text) as path:
            self.assertNotIn("calendar.dates_end", leadline_program.run("check", path, "--as-of", "2026-01-01").stdout)
            self.assertIn("end on 2026-12-25", leadline_program.run("check", path, "--as-of", "2026-11-01").stdout)
            self.assertIn("ended on 2026-12-25", leadline_program.run("check", path, "--as-of", "2027-01-01").stdout)
            self.assertEqual(leadline_program.run("check", path, "--as-of", "today").returncode, 2)

    def test_portable_lists_what_a_standard_interpreter_may_see_differently(self):
        text = '{"leadline": 1, "attributes": {"n": {"type": "number"}}, "scores": {"s": {"rules": [{"id": "r", "when": {"<": [{"var": "contact.n"}, 50]}, "points": 1}]}}}'
        with pack(text) as path:
            self.assertNotIn("condition.not_portable", leadline_program.run("check", path).stdout)
            self.assertIn("condition.not_portable", leadline_program.run("check", path, "--portable").stdout)

    def test_a_packed_file_is_read_as_it_is(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "pack.json.gz"
            path.write_bytes(gzip.compress(b'{"leadline": 1}'))
            self.assertEqual(leadline_program.run("check", path).returncode, 0)

    def test_a_file_that_is_not_there_and_no_file_at_all_are_wrong_usage(self):
        self.assertEqual(leadline_program.run("check", "/nowhere/at/all.json").returncode, 2)
        self.assertEqual(leadline_program.run("check").returncode, 2)

    def test_help_has_an_example(self):
        done = leadline_program.run("check", "--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("Example:", done.stdout)


if __name__ == "__main__":
    unittest_report.main()
