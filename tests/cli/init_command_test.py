"""`leadline init`: the standard pack, byte for byte, and never over somebody's file."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import leadline_program, unittest_report  # noqa: E402
from support.leadline_program import ROOT, written  # noqa: E402

STANDARD = (ROOT / "rules" / "standard.json").read_bytes()


class init_command(unittest.TestCase):
    def test_writes_the_standard_pack_byte_for_byte(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "mine.json"
            done = leadline_program.run("init", path)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertEqual(path.read_bytes(), STANDARD)

    def test_a_dash_is_standard_output(self):
        done = leadline_program.run("init", "-", binary=True, given=b"")
        self.assertEqual((done.returncode, done.stdout), (0, STANDARD))

    def test_a_file_that_is_there_is_left_alone(self):
        with written("mine.json", "mine") as path:
            done = leadline_program.run("init", path)
            self.assertEqual(done.returncode, 2)
            self.assertIn("init.file_exists", done.stderr)
            self.assertIn("--force", done.stderr)
            self.assertEqual(path.read_text(), "mine")

    def test_force_replaces_it(self):
        with written("mine.json", "mine, and much longer than nothing") as path:
            self.assertEqual(leadline_program.run("init", path, "--force").returncode, 0)
            self.assertEqual(path.read_bytes(), STANDARD)

    def test_a_folder_that_is_not_there_is_told(self):
        done = leadline_program.run("init", "/nowhere/at/all/mine.json")
        self.assertEqual(done.returncode, 1)
        self.assertIn("output.not_writable", done.stderr)

    def test_without_a_name_the_file_is_standard_json(self):
        done = leadline_program.run("init", "--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("standard.json", done.stdout)
        self.assertIn("Example:", done.stdout)


if __name__ == "__main__":
    unittest_report.main()
