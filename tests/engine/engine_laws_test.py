"""The laws of the engine over random packs and streams: batches, steps, records, snapshots, shards and threads give the
same decisions in the same order, and shuffled arrival the same state."""

import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from model import case_files  # noqa: E402
from support import unittest_report  # noqa: E402

PROGRAM = sys.argv.pop(1)
FIRST_SEED = 70_001


class engine_laws(unittest.TestCase):
    def test_hold_over_random_packs_and_streams(self):
        done = case_files.run_over(PROGRAM, FIRST_SEED)
        self.assertEqual(done.returncode, 0, done.stdout[-3000:] + done.stderr[-3000:])
        print(done.stdout.strip())
        found = re.match(r"(\d+) packs, (\d+) decisions", done.stdout)
        self.assertEqual(int(found[1]), case_files.CASES)
        self.assertGreater(int(found[2]), 10 * case_files.CASES)


if __name__ == "__main__":
    unittest_report.main()
