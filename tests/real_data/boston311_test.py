"""The due times of a city's own service desk: an answer key that nobody here wrote."""

import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import leadline_program, unittest_report  # noqa: E402

ROOT = leadline_program.ROOT
DATA = pathlib.Path(os.environ.get("LEADLINE_SHARED_DATA") or ROOT.parent / "shared" / "data") / "boston311"


def due_times(requests, promises, *more):
    return subprocess.run(
        [sys.executable, ROOT / "examples/due_times/due_times.py", "--program", leadline_program.PROGRAM, "--pack",
         ROOT / "rules/boston311.json", "--calendar", "city", "--requests", requests, "--promises", promises, *more],
        capture_output=True, text=True, check=False)


class boston311(unittest.TestCase):
    @unittest.skipUnless(DATA.is_dir(), f"the data set boston311 is not on this machine: no folder {DATA.name}")
    def test_due_times_agree_with_the_city_and_so_do_the_verdicts(self):
        done = due_times(DATA / "boston311_2015H1.csv.gz", DATA / "business_days_by_type.csv", "--require-share",
                         "0.995", "--require-verdicts")
        print(done.stdout)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("58,119 requests read; 14,207 are of the 27 listed types", done.stdout)

    def test_the_made_up_requests_agree_to_the_second(self):
        folder = ROOT / "examples/due_times"
        done = due_times(folder / "made_up_requests.csv", folder / "made_up_promises.csv", "--tolerance", "0",
                         "--require-share", "1", "--require-verdicts")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_a_share_below_the_bar_is_a_failure(self):
        folder = ROOT / "examples/due_times"
        promises = (folder / "made_up_promises.csv").read_text(encoding="utf-8").replace("Pothole,1", "Pothole,2")
        with leadline_program.written("promises.csv", promises) as changed:
            done = due_times(folder / "made_up_requests.csv", changed, "--require-share", "0.995")
        self.assertEqual(done.returncode, 1)
        self.assertIn("are required", done.stderr)


if __name__ == "__main__":
    unittest_report.main()
