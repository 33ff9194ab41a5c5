"""The laws of the engine over random packs and streams: batches, steps, records, snapshots, shards and threads give the
same decisions in the same order, and shuffled arrival the same state."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from model.random_packs import random_case  # noqa: E402
from support import unittest_report  # noqa: E402

PROGRAM = sys.argv.pop(1)
FIRST_SEED = 70_001
CASES = max(1, 600 // int(os.environ.get("LEADLINE_CASE_DIVISOR", "1")))


class engine_laws(unittest.TestCase):
    def test_hold_over_random_packs_and_streams(self):
        with tempfile.TemporaryDirectory() as folder:
            lines = []
            for seed in range(FIRST_SEED, FIRST_SEED + CASES):
                case = random_case(seed)
                pack = pathlib.Path(folder, f"{seed}.json")
                pack.write_text(json.dumps(case["pack"]), encoding="utf-8")
                events = pathlib.Path(folder, f"{seed}.ndjson")
                events.write_text("".join(json.dumps(each) + "\n" for each in case["events"]), encoding="utf-8")
                lines.append(f"{pack} {events} {case['advance']}\n")
            done = subprocess.run([PROGRAM], input="".join(lines), capture_output=True, text=True, check=False, timeout=1200)
            self.assertEqual(done.returncode, 0, done.stdout[-3000:] + done.stderr[-3000:])
            print(done.stdout.strip())
            found = re.match(r"(\d+) packs, (\d+) decisions", done.stdout)
            self.assertEqual(int(found[1]), CASES)
            self.assertGreater(int(found[2]), 10 * CASES)


if __name__ == "__main__":
    unittest_report.main()
