"""A bank's campaign: points fitted to the first 70 % of its outcomes, judged on the rest beside a logistic regression.

The peer is scikit-learn's on all columns and the same split: benchmarks/peers/logistic/bank_logistic.py prints its AUC,
which stands here so that the test needs no scikit-learn.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import leadline_program, unittest_report  # noqa: E402
from support.leadline_program import ROOT  # noqa: E402

DATA = pathlib.Path(os.environ.get("LEADLINE_SHARED_DATA") or ROOT.parent / "shared" / "data") / "bank_marketing"
FILE = DATA / "bank_additional_first_28831.csv.gz"
CONVERTER = ROOT / "examples/bank_marketing/bank_marketing.py"

# scikit-learn 1.9.1, LogisticRegression with texts one-hot and numbers standardized: the better of the two ways.
PEER_AUC = 0.60435
LEAST_SHARE = 0.97


@unittest.skipUnless(FILE.is_file(), f"the data set bank_marketing is not on this machine: no file {FILE.name}")
class bank_marketing(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        folder = pathlib.Path(cls.folder.name)
        cls.pack, cls.events, cls.fitted = (folder / each for each in ("pack.json", "events.ndjson", "fitted.json"))
        with cls.pack.open("w") as file:
            subprocess.run([sys.executable, CONVERTER, "--pack"], stdout=file, check=True)
        with cls.events.open("w") as file:
            subprocess.run([sys.executable, CONVERTER, FILE], stdout=file, check=True)
        cls.made = cls.told(cls.pack, "--fit", "--train", "70%", "--write", cls.fitted)

    @classmethod
    def told(cls, pack, *arguments):
        done = leadline_program.run("backtest", pack, cls.events, "--format", "json", *arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def test_the_split_is_the_first_seventy_percent_of_all_rows(self):
        self.assertEqual(self.made["train"], 20_181)
        self.assertEqual(self.made["fitted"]["count"], 8_650)
        self.assertEqual(self.made["fitted"]["won"], 683)

    def test_fitted_points_tell_at_least_97_percent_as_well_as_the_peer(self):
        auc = self.made["fitted"]["auc"]["value"]
        print(f"AUC {auc:.4f} with fitted points, {self.made['backtest']['auc']['value']:.4f} without, "
              f"{PEER_AUC:.4f} of scikit-learn: {auc / PEER_AUC:.1%}")
        self.assertGreaterEqual(auc, LEAST_SHARE * PEER_AUC)
        self.assertGreater(auc, self.made["backtest"]["auc"]["value"])

    def test_the_auc_is_that_of_a_plain_count_over_the_scores(self):
        # From the sweep itself: the area under its steps, ties by the trapezium.
        rows = self.made["fitted"]["thresholds"]
        points = [(0, 0)] + [(row["false_alarms"]["count"], row["recall"]["count"]) for row in rows]
        area = sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in zip(points, points[1:]))
        lost = self.made["fitted"]["count"] - self.made["fitted"]["won"]
        self.assertAlmostEqual(area / (lost * self.made["fitted"]["won"]), self.made["fitted"]["auc"]["value"], places=3)

    def test_the_pack_that_was_written_scores_as_the_fit_said(self):
        again = self.told(self.fitted, "--train", "70%")
        self.assertEqual(again["backtest"], self.made["fitted"])
        self.assertEqual(leadline_program.run("check", self.fitted).returncode, 0)

    def test_signs_are_kept(self):
        for each in self.made["fit"]["proposals"]:
            self.assertGreaterEqual(each["points"] * each["proposed"], 0, each)
        self.assertEqual(max(abs(each["proposed"]) for each in self.made["fit"]["proposals"]), 30)

    def test_outcomes_of_the_last_rows_do_not_change_the_fit(self):
        lines = self.events.read_text().splitlines(keepends=True)
        flipped = self.events.with_name("flipped.ndjson")
        change = {'"y": "yes"': '"y": "no"', '"y": "no"': '"y": "yes"'}
        with flipped.open("w") as file:
            for number, line in enumerate(lines):
                if number >= 2 * 20_181:
                    for old, new in change.items():
                        if old in line:
                            line = line.replace(old, new)
                            break
                file.write(line)
        done = leadline_program.run("backtest", self.pack, flipped, "--format", "json", "--fit", "--train", "70%")
        self.assertEqual(json.loads(done.stdout)["fit"], self.made["fit"])


if __name__ == "__main__":
    unittest_report.main()
