"""The laws of contact records, over random packs and streams: a state that was stored after every event goes on as one
that never was, equal contacts have equal bytes and digests, and damaged bytes are refused or harmless."""

import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from model import case_files  # noqa: E402
from support import unittest_report  # noqa: E402

PROGRAM = sys.argv.pop(1)
FIRST_SEED = 50_001


class record_laws(unittest.TestCase):
    def test_hold_over_random_packs_and_streams(self):
        done = case_files.run_over(PROGRAM, FIRST_SEED)
        self.assertEqual(done.returncode, 0, done.stdout[-3000:] + done.stderr[-3000:])
        print(done.stdout.strip())
        found = re.match(r"(\d+) packs, (\d+) records .* (\d+) damaged, (\d+) of them", done.stdout)
        self.assertEqual(int(found[1]), case_files.CASES)
        self.assertGreater(int(found[2]), 10 * case_files.CASES)
        # Some damage must pass the reader, or nothing shows that what passes is harmless.
        self.assertGreater(int(found[4]), case_files.CASES)


if __name__ == "__main__":
    unittest_report.main()
