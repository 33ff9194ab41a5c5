"""examples/replay: what it prints is what the decisions say, worked out by hand for three contacts."""

import json
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import leadline_program, unittest_report  # noqa: E402
from support.leadline_program import PROGRAM, ROOT, written  # noqa: E402

REPLAY = ROOT / "examples/replay/replay.py"
PACK = """{
  "leadline": 1, "name": "small", "version": "1", "time_zone": "Europe/Berlin", // a comment
  "events": { "visit": { "activity": true }, "bought": { "activity": false } },
  "scores": { "lead": { "rules": [{ "id": "visit", "on": "visit", "points": 8 }] } },
  "funnel": {
    "start": "stranger",
    "stages": [{ "id": "stranger" }, { "id": "guest" }, { "id": "buyer" }, { "id": "gone", "aside": true }],
    "transitions": [
      { "id": "came", "from": ["stranger"], "to": "guest", "on": "visit" },
      { "id": "bought", "from": ["guest"], "to": "buyer", "on": "bought" },
      { "id": "went", "from": ["guest"], "to": "gone", "after": "30d" }
    ]
  },
  "business": { "won": ["buyer"], "lost": ["gone"] }
}
"""
EVENTS = [("a", "visit", "2026-07-01T08:00:00Z"), ("b", "visit", "2026-07-01T09:00:00Z"), ("a", "visit", "2026-07-02T08:00:00Z"),
          ("c", "bought", "2026-07-02T09:00:00Z"), ("a", "bought", "2026-07-03T08:00:00Z")]


def replayed(pack, events, *more):
    with written("pack.json", pack) as pack_path, written("events.ndjson", events) as events_path:
        return subprocess.run([sys.executable, REPLAY, "--program", PROGRAM, "--pack", pack_path, "--events", events_path,
                               "--at", "2026-08-15T00:00:00Z", *more], capture_output=True, text=True, check=False)


def lines(events):
    return "".join(json.dumps({"contact": contact, "type": kind, "at": at}) + "\n" for contact, kind, at in events)


class replay(unittest.TestCase):
    maxDiff = None

    def test_the_funnel_the_spread_and_the_story_of_three_contacts(self):
        done = replayed(PACK, lines(EVENTS))
        self.assertEqual(done.returncode, 0, done.stderr)
        # Of three, two came; one of them bought and the other went after 30 days. Points: a 16, b 8, c 0.
        self.assertEqual(done.stdout, """\
10 decisions on 3 contacts: 7 stage, 3 score.

stage               reached  of all  of the one before
stranger                  3  100.0%                     ##############################
guest                     2   66.7%              66.7%  ####################
buyer                     1   33.3%              50.0%  ##########
gone (aside)              1   33.3%                     ##########

The score "lead" at 2026-08-15T00:00:00Z:
   points  contacts      won     lost  neither  won of the band
   0..9           2        0        1        1    0%  ##############################
  10..19          1        1        0        0  100%  ###############

Contact a, wall times of Europe/Berlin:
  Wed 2026-07-01 10:00  enters stranger; lead 0 -> 8; stranger -> guest
  Thu 2026-07-02 10:00  lead 8 -> 16
  Fri 2026-07-03 10:00  guest -> buyer
""")

    def test_the_story_of_a_contact_that_is_asked_for(self):
        done = replayed(PACK, lines(EVENTS), "--contact", "b")
        self.assertIn("Contact b,", done.stdout)
        self.assertIn("  Fri 2026-07-31 11:00  guest -> gone  (by time alone)\n", done.stdout)

    def test_what_cannot_be_told_is_said(self):
        for pack, events, more, said in [(PACK, lines(EVENTS), ["--contact", "nobody"], "no decision names the contact nobody"),
                                         (PACK, "", [], "no decisions"),
                                         (PACK, "no event\n", [], "leadline run ended with code 1"),
                                         (PACK.replace('"to": "guest"', '"to": "gest"'), "", [], "leadline run ended with code 1")]:
            with self.subTest(said):
                done = replayed(pack, events, *more)
                self.assertEqual(done.returncode, 1)
                self.assertIn(said, done.stderr)


if __name__ == "__main__":
    unittest_report.main()
