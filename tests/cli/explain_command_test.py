"""`leadline explain`: ledgers worked out by hand, as JSON and as text, and what it says to wrong questions."""

import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import leadline_program, unittest_report  # noqa: E402

PACK = {
    "leadline": 1,
    "name": "t",
    "time_zone": "UTC",
    "events": {
        "signup": {"fields": {"seniority": "string"}},
        "page_view": {"activity": True, "fields": {"path": "string"}},
        "download": {"activity": True},
        "webinar": {},
    },
    "attributes": {"seniority": {"type": "string", "from": ["signup.seniority"]}},
    "signals": {"views": {"count": "page_view", "within": "7d"}},
    "scores": {
        "fit": {"rules": [
            {"id": "title", "when": {"in": [{"var": "contact.seniority"}, ["vp", "director"]]}, "points": 20,
             "otherwise": -10},
            {"id": "keen", "when": {">=": [{"var": "signal.views"}, 2]}, "points": 5}]},
        "engagement": {"min": 0, "max": 60, "groups": {"content": {"max": 30}}, "rules": [
            {"id": "pricing", "on": "page_view", "where": {"==": [{"var": "event.path"}, "/pricing"]}, "points": 15,
             "limit": {"times": 1, "per": "24h"}},
            {"id": "any-page", "on": "page_view", "points": 4, "limit": {"points": 6}},
            {"id": "case-study", "on": "download", "points": 10, "group": "content", "decay": {"half_life": "30d"}},
            {"id": "webinars", "on": "webinar", "tiers": [{"at_least": 2, "within": "7d", "points": 30},
                                                          {"at_least": 1, "within": "30d", "points": 10}]},
            {"id": "stale", "idle": [{"after": "30d", "every": "7d", "points": -5}]}]},
        "lead": {"sum": {"fit": 1, "engagement": 0.333}, "max": 35},
    },
    "grades": {
        "heat": {"of": "lead", "bands": [{"at_least": 30, "until": 20, "is": "hot"}, {"is": "cold"}]},
        "kind": {"rules": [{"when": {"==": [{"var": "contact.seniority"}, "vp"]}, "is": "boss"}, {"is": "unknown"}]},
        "lane": {"rows": "heat", "columns": "kind",
                 "cells": {"hot": {"boss": "call", "*": "write"}, "cold": {"*": "wait"}}},
    },
    "funnel": {"start": "lead", "stages": [{"id": "lead"}, {"id": "mql"}], "statuses": {"mql": ["new"]},
               "transitions": [
                   {"id": "scored", "from": "lead", "to": "mql", "when": {">=": [{"var": "score.lead"}, 35]}}]},
}


def event(name, kind, at, contact="c42", **data):
    return {"id": name, "contact": contact, "type": kind, "at": at, "data": data}


EVENTS = [
    event("s1", "signup", "2026-03-01T00:00:00Z", seniority="vp"),
    event("p1", "page_view", "2026-03-01T01:00:00Z", path="/pricing"),
    event("p2", "page_view", "2026-03-01T02:00:00Z", path="/pricing"),
    *[event(f"d{i}", "download", "2026-03-01T03:00:00Z") for i in range(1, 6)],
    event("w1", "webinar", "2026-03-02T00:00:00Z"),
    event("w2", "webinar", "2026-03-03T00:00:00Z"),
    event("x1", "signup", "2026-03-03T00:00:00Z", contact="c43", seniority="intern"),
]


class explain_command(unittest.TestCase):
    def run_it(self, *arguments, events=None, pack=None):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            (folder / "pack.json").write_text(json.dumps(pack or PACK), encoding="utf-8")
            lines = "".join(json.dumps(each) + "\n" for each in (EVENTS if events is None else events))
            (folder / "events.ndjson").write_text(lines, encoding="utf-8")
            return leadline_program.run("explain", folder / "pack.json", folder / "events.ndjson", *arguments)

    def told(self, at, contact="c42", events=None, pack=None):
        done = self.run_it("--contact", contact, "--at", at, "--json", events=events, pack=pack)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return json.loads(done.stdout)

    def rule(self, told, score, name):
        found, = (each for each in told["scores"][score]["rules"] if each["rule"] == name)
        return found

    def test_tells_what_an_event_over_a_limit_did_not_earn(self):
        pricing = self.rule(self.told("2026-03-03T00:00:00Z"), "engagement", "pricing")
        self.assertEqual([each["id"] for each in pricing["events"]], ["p1"])
        self.assertEqual((pricing["raw"], pricing["lost"], pricing["points"]), (15, 0, 15))

    def test_tells_what_a_rule_lost_to_its_own_limit_of_points(self):
        page = self.rule(self.told("2026-03-03T00:00:00Z"), "engagement", "any-page")
        self.assertEqual((page["raw"], page["decayed"], page["lost"], page["points"]), (8, 8, 2, 6))

    def test_tells_what_groups_and_scores_lost_to_their_caps(self):
        # 15 + 6 + min(5 x 10 faded for 45 hours, 30) + 30 = 81, of which the score keeps 60.
        engagement = self.told("2026-03-03T00:00:00Z")["scores"]["engagement"]
        content, = engagement["groups"]
        self.assertEqual((content["sum"], content["lost"], content["points"]), (47.88, 17.88, 30))
        self.assertEqual((engagement["sum"], engagement["lost"], engagement["value"]), (81, 21, 60))

    def test_events_of_a_half_life_add_up_to_their_rule(self):
        # 50 x 2^(-10 / 30) is 39.685..., and a fifth of it 7.937 a piece: 7.937005 x (1, 2, 3, 4, 5), truncated.
        study = self.rule(self.told("2026-03-11T03:00:00Z"), "engagement", "case-study")
        self.assertEqual((study["raw"], study["decayed"]), (50, 39.685))
        self.assertEqual([each["now"] for each in study["events"]], [7.937] * 5)
        half = self.rule(self.told("2026-03-31T03:00:00Z"), "engagement", "case-study")
        self.assertEqual([each["now"] for each in half["events"]], [5] * 5)
        self.assertEqual((half["decayed"], half["lost"], half["points"]), (25, 0, 25))

    def test_the_tier_that_counts_is_told_with_its_events(self):
        webinars = self.rule(self.told("2026-03-03T00:00:00Z"), "engagement", "webinars")
        self.assertEqual([(each["count"], each["counts"]) for each in webinars["tiers"]], [(2, True), (2, False)])
        self.assertEqual([each["id"] for each in webinars["events"]], ["w1", "w2"])
        # At the 9th of March w1 has left the seven days.
        later = self.rule(self.told("2026-03-09T00:00:00Z"), "engagement", "webinars")
        self.assertEqual([(each["count"], each["counts"]) for each in later["tiers"]], [(1, False), (2, True)])
        self.assertEqual(later["points"], 10)

    def test_idle_steps_are_told_with_what_they_came_to(self):
        # The last activity was on the 1st of March at three; 37 days later the step is reached a second time.
        stale = self.rule(self.told("2026-04-07T03:00:00Z"), "engagement", "stale")
        self.assertEqual(stale["since"], "2026-03-01T03:00:00.000Z")
        self.assertEqual(stale["steps"],
                         [{"after": "30d", "every": "7d", "points": -5, "reached": -10, "counts": True}])
        self.assertEqual(stale["points"], -10)
        before = self.rule(self.told("2026-03-31T02:59:59.999Z"), "engagement", "stale")
        self.assertEqual((before["steps"][0]["counts"], before["points"]), (False, 0))

    def test_held_rules_tell_their_truth_and_what_they_read(self):
        told = self.told("2026-03-03T00:00:00Z")
        title = self.rule(told, "fit", "title")
        self.assertEqual((title["holds"], title["reads"], title["points"]), (True, {"contact.seniority": "vp"}, 20))
        keen = self.rule(told, "fit", "keen")
        self.assertEqual((keen["holds"], keen["reads"], keen["points"]), (True, {"signal.views": 2}, 5))
        gone = self.rule(self.told("2026-03-08T01:00:00Z"), "fit", "keen")
        self.assertEqual((gone["holds"], gone["reads"], gone["points"]), (False, {"signal.views": 1}, 0))
        other = self.rule(self.told("2026-03-04T00:00:00Z", contact="c43"), "fit", "title")
        self.assertEqual((other["holds"], other["points"]), (False, -10))

    def test_parts_are_weighted_and_rounded_once(self):
        # 25 + 0.333 x 60 = 44.98, of which the score keeps 35.
        lead = self.told("2026-03-03T00:00:00Z")["scores"]["lead"]
        self.assertEqual([(each["score"], each["weight"], each["value"], each["points"]) for each in lead["parts"]],
                         [("fit", 1, 25, 25), ("engagement", 0.333, 60, 19.98)])
        self.assertEqual((lead["sum"], lead["lost"], lead["value"]), (44.98, 9.98, 35))

    def test_grades_tell_what_gave_them_and_the_stage_since_when(self):
        told = self.told("2026-03-03T00:00:00Z")
        self.assertEqual(told["grades"]["heat"],
                         {"is": "hot", "of": "lead", "score": 35, "band": 1, "at_least": 30, "until": 20})
        self.assertEqual(told["grades"]["kind"], {"is": "boss", "rule": 1, "reads": {"contact.seniority": "vp"}})
        self.assertEqual(told["grades"]["lane"],
                         {"is": "call", "rows": "heat", "row": "hot", "columns": "kind", "column": "boss"})
        self.assertEqual((told["stage"], told["status"]), ("mql", "new"))
        # Before the second webinar 15 + 6 + 30 + 10 = 61 is capped to 60 too: the move came with the first.
        self.assertEqual(told["entered_at"], "2026-03-01T03:00:00.000Z")

    def test_an_override_stands_beside_the_computed_value(self):
        pin = event("o1", "score.override", "2026-03-03T00:00:00Z", score="fit", value=1, by="ann", reason="met them",
                    until="2026-03-05T00:00:00Z")
        fit = self.told("2026-03-04T00:00:00Z", events=[*EVENTS, pin])["scores"]["fit"]
        self.assertEqual((fit["value"], fit["computed"], fit["sum"]), (1, 25, 25))
        self.assertEqual(fit["override"],
                         {"value": 1, "until": "2026-03-05T00:00:00.000Z", "at": "2026-03-03T00:00:00.000Z",
                          "event": "o1", "by": "ann", "reason": "met them"})
        after = self.told("2026-03-05T00:00:00Z", events=[*EVENTS, pin])["scores"]["fit"]
        self.assertEqual((after["value"], "override" in after), (25, False))

    def test_events_of_a_merged_contact_are_told_as_its(self):
        mine = [event("p9", "page_view", "2026-03-01T00:30:00Z", contact="old", path="/pricing"), *EVENTS,
                event("m1", "contact.merge", "2026-03-04T00:00:00Z", contact="old", into="c42")]
        for asked in ("c42", "old"):
            told = self.told("2026-03-05T00:00:00Z", contact=asked, events=mine)
            self.assertEqual(told["contact"], "c42")
            pricing = self.rule(told, "engagement", "pricing")
            self.assertEqual([(each["id"], each.get("contact")) for each in pricing["events"]],
                             [("p9", "old"), ("p1", None)])
            self.assertEqual(pricing["points"], 30)

    def test_late_and_double_events_count_as_the_engine_counts_them(self):
        late = event("p0", "page_view", "2026-03-01T00:00:30Z", path="/pricing")
        told = self.told("2026-03-03T00:00:00Z", events=[*EVENTS, late, EVENTS[1]])
        # In its place the late one earns, and p1 comes within its day.
        self.assertEqual([each["id"] for each in self.rule(told, "engagement", "pricing")["events"]], ["p0"])
        too_late = event("d9", "download", "2026-03-01T00:00:30Z")
        shut = [*EVENTS, event("w9", "webinar", "2026-03-20T00:00:00Z"), too_late]
        study = self.rule(self.told("2026-03-20T00:00:00Z", events=shut), "engagement", "case-study")
        self.assertEqual(len(study["events"]), 5)

    def test_text_adds_up_too(self):
        done = self.run_it("--contact", "c42", "--at", "2026-03-03T00:00:00Z")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        lines = done.stdout.splitlines()
        self.assertEqual(lines[0], "c42 at 2026-03-03T00:00:00.000Z: stage mql, status new, "
                                   "entered at 2026-03-01T03:00:00.000Z")
        start = next(i for i, line in enumerate(lines) if line.startswith("score engagement"))
        numbers = []
        for line in lines[start + 1:]:
            if not line:
                break
            if not line.startswith("      2026") and "  " in line.strip() and ": points" not in line:
                numbers.append(float(line.split()[-1]))
        self.assertEqual(lines[start].split(), ["score", "engagement", "60"])
        self.assertAlmostEqual(sum(numbers), 60, places=9)
        self.assertIn("lost to the cap of group content (max 30)", done.stdout)
        self.assertIn("lost to the cap of the score (min 0, max 60)", done.stdout)

    def test_what_a_minimum_lifts_is_told_as_lifted(self):
        # Nothing but an idle step of -5 after 30 days, and a minimum of 0.
        lone = [event("p1", "page_view", "2026-03-01T00:00:00Z", contact="c9", path="/")]
        pack = {**PACK, "scores": {**PACK["scores"], "engagement": {
            "min": 0, "rules": [{"id": "stale", "idle": [{"after": "30d", "points": -5}]}]}}}
        at = "2026-03-31T00:00:00Z"
        engagement = self.told(at, contact="c9", events=lone, pack=pack)["scores"]["engagement"]
        self.assertEqual((engagement["sum"], engagement["lost"], engagement["value"]), (-5, -5, 0))
        done = self.run_it("--contact", "c9", "--at", at, events=lone, pack=pack)
        self.assertRegex(done.stdout, r"lifted by the cap of the score \(min 0\) +5\n")

    def test_an_unknown_contact_is_an_error_that_names_the_nearest(self):
        done = self.run_it("--contact", "c44", "--at", "2026-03-03T00:00:00Z")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn('"c44"', done.stderr)
        self.assertIn("c42", done.stderr)
        self.assertIn("c43", done.stderr)

    def test_a_contact_whose_events_are_all_later_is_unknown_yet(self):
        self.assertEqual(self.run_it("--contact", "c43", "--at", "2026-03-02T23:59:59.999Z").returncode, 1)
        self.assertEqual(self.run_it("--contact", "c43", "--at", "2026-03-03T00:00:00Z").returncode, 0)

    def test_an_instant_without_an_offset_is_wrong_usage(self):
        done = self.run_it("--contact", "c42", "--at", "2026-03-03T00:00:00")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("offset", done.stderr)
        self.assertEqual(self.run_it("--contact", "c42").returncode, 2)


if __name__ == "__main__":
    unittest_report.main()
