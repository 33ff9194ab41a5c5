"""A bank's own record of its applications: the funnel that `leadline run` tells, held against a plain count of lines."""

import collections
import csv
import datetime
import gzip
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import leadline_program, unittest_report  # noqa: E402
from support.leadline_program import PROGRAM, ROOT, written  # noqa: E402

DATA = pathlib.Path(os.environ.get("LEADLINE_SHARED_DATA") or ROOT.parent / "shared" / "data") / "bpi2012"
FILE = DATA / "bpi2012_cases_before_2011-12-15.csv.gz"
CONVERTER = ROOT / "examples/bpi2012/bpi2012_events.py"
PACK = ROOT / "rules/bpi2012.json"
STATUS_OF_STAGE = {
    "submitted": "A_SUBMITTED",
    "partly_submitted": "A_PARTLYSUBMITTED",
    "preaccepted": "A_PREACCEPTED",
    "accepted": "A_ACCEPTED",
    "finalized": "A_FINALIZED",
    "approved": "A_APPROVED",
    "declined": "A_DECLINED",
    "cancelled": "A_CANCELLED",
}


def converted(path, *more):
    return subprocess.run([sys.executable, CONVERTER, path, *more], text=True, capture_output=True, check=False)


@unittest.skipUnless(FILE.is_file(), f"the data set bpi2012 is not on this machine: no file {FILE.name}")
class bpi2012(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # The count that needs none of our code: distinct cases with a line of that activity, and the last such line.
        cls.cases_by_activity = collections.defaultdict(set)
        cls.last_status = {}
        cls.line_count = 0
        with gzip.open(FILE, "rb") as packed:
            for row in csv.DictReader(io.TextIOWrapper(packed, encoding="utf-8", newline="")):
                cls.line_count += 1
                cls.cases_by_activity[row["activity"]].add(row["case"])
                if row["activity"] in STATUS_OF_STAGE.values():
                    cls.last_status[row["case"]] = row["activity"]
        cls.folder = tempfile.TemporaryDirectory()
        cls.events = pathlib.Path(cls.folder.name) / "events.ndjson"
        with open(cls.events, "wb") as out:
            subprocess.run([sys.executable, CONVERTER, FILE], stdout=out, check=True)
        cls.told = leadline_program.run("run", PACK, cls.events, "--until", "2012-03-01T00:00:00Z")
        cls.decisions = [json.loads(line) for line in cls.told.stdout.splitlines()]

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_every_line_of_the_file_is_an_event_and_they_are_in_order_of_time(self):
        events = [json.loads(line) for line in self.events.read_text(encoding="utf-8").splitlines()]
        self.assertEqual(len(events), self.line_count)
        self.assertEqual(len({event["id"] for event in events}), self.line_count)
        # Instants, not texts: the clocks change on 30 October.
        instants = [datetime.datetime.fromisoformat(event["at"]) for event in events]
        self.assertEqual(instants, sorted(instants))

    def test_as_many_ever_reached_each_stage_as_the_file_has_cases_with_that_status(self):
        self.assertEqual(self.told.returncode, 0, self.told.stderr)
        reached = collections.defaultdict(set)
        for decision in self.decisions:
            if decision["kind"] == "stage":
                reached[decision["to"]].add(decision["contact"])
        counts = {stage: len(contacts) for stage, contacts in reached.items()}
        print(counts)
        self.assertEqual(counts, {stage: len(self.cases_by_activity[a]) for stage, a in STATUS_OF_STAGE.items()})
        # The same contacts, not only as many.
        for stage, activity in STATUS_OF_STAGE.items():
            self.assertEqual(reached[stage], self.cases_by_activity[activity], stage)

    def test_nothing_is_rejected_and_nothing_goes_wrong(self):
        bad = [d for d in self.decisions if d["kind"] in ("rejected", "error", "amended") or d.get("late") is True or "told_late" in d]
        self.assertEqual(bad[:3], [])

    def test_each_contact_ends_in_the_stage_of_its_last_status(self):
        done = leadline_program.run("scores", PACK, self.events, "--at", "2012-03-01T00:00:00Z", "--format", "csv")
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = list(csv.DictReader(done.stdout.splitlines()))
        self.assertEqual({row["contact"]: STATUS_OF_STAGE[row["stage"]] for row in rows}, self.last_status)
        # Points mean something on the file that they were set after: those approved stand above the others.
        means = {}
        for stage in ("approved", "declined", "cancelled"):
            points = [float(row["lead"]) for row in rows if row["stage"] == stage]
            means[stage] = sum(points) / len(points)
        print(means)
        self.assertGreater(means["approved"], 2 * max(means["declined"], means["cancelled"]))

    def reported(self):
        done = leadline_program.run("report", PACK, "-", "--format", "json", given=self.told.stdout)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)["all"]["now"]

    def test_the_funnel_that_is_reported_equals_the_count_of_the_files_lines(self):
        funnel = self.reported()["funnel"]
        self.assertEqual({row["stage"]: row["contacts"] for row in funnel["stages"]},
                         {stage: len(self.cases_by_activity[a]) for stage, a in STATUS_OF_STAGE.items()})
        # No application comes back to a status, so who passed from one to the next has lines of both.
        for step in funnel["steps"]:
            both = self.cases_by_activity[STATUS_OF_STAGE[step["from"]]] & self.cases_by_activity[STATUS_OF_STAGE[step["to"]]]
            self.assertEqual(step["strict"]["count"], len(both), step["from"])

    def test_the_speed_to_lead_that_is_reported_equals_a_plain_walk_over_the_file(self):
        ends = {"A_APPROVED", "A_DECLINED", "A_CANCELLED"}
        day = 86_400.0
        queued, waits, never = {}, [], 0
        for row in self.lines():
            case, at = row["case"], datetime.datetime.fromisoformat(row["time"]).timestamp()
            if row["activity"] == "W_Afhandelen leads" and row["lifecycle"] == "SCHEDULE":
                queued.setdefault(case, at)
            elif row["activity"] == "W_Afhandelen leads" and row["lifecycle"] == "START" and case in queued:
                waits.append(at - queued.pop(case))
            elif row["activity"] in ends and case in queued:
                # Given up: before the day was over it is in no band, afterwards nobody ever answered.
                never += at - queued.pop(case) > day
        never += len(queued)
        limits = [300, 1_800, 3_600, day + 0.001]
        expected = collections.Counter(sum(wait >= limit for limit in limits) for wait in waits)
        bands = self.reported()["speed_to_lead"]["bands"]
        print({band["band"]: f"{band['count']}, {band['conversion']['count']} went on" for band in bands})
        self.assertEqual([band["count"] for band in bands], [expected[i] for i in range(5)] + [never])
        self.assertGreater(len(waits), 1_000)

    @staticmethod
    def lines():
        with gzip.open(FILE, "rb") as packed:
            yield from csv.DictReader(io.TextIOWrapper(packed, encoding="utf-8", newline=""))

    def test_sequence_numbers_have_no_gaps(self):
        last = collections.Counter()
        for decision in self.decisions:
            last[decision["contact"]] += 1
            self.assertEqual(decision["seq"], last[decision["contact"]])


HEAD = "case,activity,lifecycle,time,resource,amount_requested\n"
# Made up: two applications that overlap, over the night on which the clocks are set back.
TWO_CASES = HEAD + """\
1,A_SUBMITTED,COMPLETE,2011-10-30T02:50:00.000+02:00,112,7000
1,A_PARTLYSUBMITTED,COMPLETE,2011-10-30T02:10:00.000+01:00,112,7000
1,W_Afhandelen leads,SCHEDULE,2011-10-30T10:00:00.000+01:00,,7000
2,A_SUBMITTED,COMPLETE,2011-10-30T09:00:00.000+01:00,,30000
2,A_PARTLYSUBMITTED,COMPLETE,2011-10-30T10:00:00.000+01:00,,30000
2,W_Nabellen offertes,START,2011-10-30T11:00:00.000+01:00,9,30000
"""


class bpi2012_events(unittest.TestCase):
    def test_lines_become_events_in_order_of_time_and_of_the_file(self):
        with written("log.csv", TWO_CASES) as path:
            done = converted(path)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        events = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([e["id"] for e in events], ["1-1", "1-2", "2-1", "1-3", "2-2", "2-3"])
        self.assertEqual(events[0]["data"], {"amount_requested": 7000, "resource": "112"})
        self.assertEqual((events[3]["type"], events[3]["data"]), ("lead_queued", {}))
        self.assertEqual((events[5]["type"], events[5]["data"]), ("call_started", {"about": "offer", "resource": "9"}))

    def test_one_case_can_be_chosen(self):
        with written("log.csv.gz", gzip.compress(TWO_CASES.encode())) as path:
            done = converted(path, "--contact", "2")
        self.assertEqual({json.loads(line)["contact"] for line in done.stdout.splitlines()}, {"2"})

    def test_what_is_not_understood_ends_the_conversion_with_its_line(self):
        for line, said in [("3,A_UNKNOWN,COMPLETE,2011-11-01T00:00:00.000+01:00,,1\n", "A_UNKNOWN"),
                           ("2,A_DECLINED,COMPLETE,2011-10-30T10:30:00.000+01:00,,1\n", "not in order"),
                           ("3,A_SUBMITTED,COMPLETE,2011-10-30T08:00:00.000+01:00,,1\n", "begins before"),
                           ("3,A_SUBMITTED,COMPLETE,yesterday,,1\n", "yesterday")]:
            with self.subTest(said), written("log.csv", TWO_CASES + line) as path:
                done = converted(path)
                self.assertEqual(done.returncode, 1)
                self.assertIn("log.csv:8: ", done.stderr)
                self.assertIn(said, done.stderr)


if __name__ == "__main__":
    unittest_report.main()
