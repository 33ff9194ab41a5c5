"""Leadline's "jsonlogic" semantics beside json-logic-js, its reference, over random rules and data.

LEADLINE_CASE_DIVISOR divides the number of pairs. Needs node and npm, which installs json-logic-js into the build's
folder (the working one); without them, or without a network for npm, the test is skipped and says so.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import leadline_program, unittest_report  # noqa: E402

PAIRS = 200_000
SEED = 20261122
VERSION = "2.0.5"


def install():
    """The folder with node_modules, or why there is none."""
    if not shutil.which("node") or not shutil.which("npm"):
        return None, "node and npm are not installed"
    folder = pathlib.Path.cwd() / "json_logic_js"
    if not (folder / "node_modules" / "json-logic-js").is_dir():
        folder.mkdir(exist_ok=True)
        (folder / "package.json").write_text('{"private": true}\n', encoding="utf-8")
        done = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent", f"json-logic-js@{VERSION}"],
                              cwd=folder, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode != 0:
            return None, f"npm could not install json-logic-js: {done.stderr.strip()[-200:]}"
    return folder, ""


class json_logic_js(unittest.TestCase):
    maxDiff = None

    def test_every_difference_is_one_of_the_documented(self):
        folder, why_not = install()
        if folder is None:
            self.skipTest(why_not)
        pairs = max(1_000, PAIRS // int(os.environ.get("LEADLINE_CASE_DIVISOR") or "1"))
        script = pathlib.Path(__file__).with_name("json_logic_js.cjs")
        done = subprocess.run(["node", script, leadline_program.PROGRAM, folder, str(pairs), str(SEED)],
                              capture_output=True, text=True, timeout=1400, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        report = json.loads(done.stdout)
        print(f"{report['pairs']} pairs, seed {SEED}: {report['agree']} give the same; of the others:")
        for why, count in sorted(report["explained"].items()):
            print(f"  {count:6} {why}")
        self.assertEqual(report["pairs"], pairs)
        self.assertEqual(report["unexplained"], [])
        self.assertEqual(report["unexplained_count"], 0)
        self.assertGreater(report["agree"], pairs // 2, "the random rules hardly test anything but the differences")
        documented = (leadline_program.ROOT / "docs" / "reference" / "conditions.md").read_text(encoding="utf-8")
        for why in report["explained"]:
            self.assertIn(why, documented, "the document justifies every difference by its name")


if __name__ == "__main__":
    unittest_report.main()
