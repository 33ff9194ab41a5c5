"""The laws of contact records, over random packs and streams: a state that was stored after every event goes on as one
that never was, equal contacts have equal bytes and digests, and damaged bytes are refused or harmless."""

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
FIRST_SEED = 50_001
CASES = max(1, 600 // int(os.environ.get("LEADLINE_CASE_DIVISOR", "1")))


class record_laws(unittest.TestCase):
    def test_hold_over_random_packs_and_streams(self):
        with tempfile.TemporaryDirectory() as folder:
            lines = []
            for seed in range(FIRST_SEED, FIRST_SEED + CASES):
                case = random_case(seed, "duties" if seed % 2 else "")
                pack = pathlib.Path(folder, f"{seed}.json")
                pack.write_text(json.dumps(case["pack"]), encoding="utf-8")
                events = pathlib.Path(folder, f"{seed}.ndjson")
                events.write_text("".join(json.dumps(each) + "\n" for each in case["events"]), encoding="utf-8")
                lines.append(f"{pack} {events} {case['advance']}\n")
            done = subprocess.run([PROGRAM], input="".join(lines), capture_output=True, text=True, check=False, timeout=1200)
            self.assertEqual(done.returncode, 0, done.stdout[-3000:] + done.stderr[-3000:])
            print(done.stdout.strip())
            found = re.match(r"(\d+) packs, (\d+) records .* (\d+) damaged, (\d+) of them", done.stdout)
            self.assertEqual(int(found[1]), CASES)
            self.assertGreater(int(found[2]), 10 * CASES)
            # Some damage must pass the reader, or nothing shows that what passes is harmless.
            self.assertGreater(int(found[4]), CASES)


if __name__ == "__main__":
    unittest_report.main()
