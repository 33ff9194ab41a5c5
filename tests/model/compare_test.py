"""The comparison itself: the model agrees with itself, and a program that errs is caught."""

import datetime
import json
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from model import compare, decisions  # noqa: E402
from model.instants import DAY, EPOCH, instant_of, local_date, parse_instant, zone  # noqa: E402
from model.random_packs import random_case  # noqa: E402
from model.run import fold  # noqa: E402
from support import unittest_report  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
ITSELF = [
    sys.executable,
    "-c",
    f"import runpy, sys; del sys.argv[1]; sys.argv[0] = 'run.py'; runpy.run_path({str(HERE / 'run.py')!r}, run_name='__main__')",
]


def told(seed):
    case = random_case(seed)
    return fold(case["pack"], case["events"], case["advance"])


class comparing(unittest.TestCase):
    def test_the_model_agrees_with_itself_as_a_program(self):
        self.assertEqual(compare.failing(ITSELF, 1, 12), [])

    def test_any_changed_value_is_a_difference(self):
        for seed in range(1, 30):
            model = told(seed)
            for index, decision in enumerate(model):
                if decision["kind"] in ("score", "stage"):
                    wrong = json.loads(json.dumps(model))
                    wrong[index]["to"] = "something else"
                    after = [each["kind"] for each in model[index:] if each["contact"] == decision["contact"]]
                    if "amended" in after or "forgotten" in after:
                        continue  # it may have been corrected, or be gone
                    self.assertIsNotNone(compare.difference(model, wrong), (seed, index))

    def test_a_missing_decision_is_a_difference(self):
        for seed in range(1, 30):
            model = told(seed)
            if not any(each["kind"] in ("amended", "forgotten") or decisions.is_marked(each) for each in model):
                self.assertIsNotNone(compare.difference(model, model[:-1]), seed)

    def test_messages_are_free_unless_the_author_wrote_them(self):
        refusal = {
            "seq": 1,
            "at": "2026-03-02T00:00:00.000Z",
            "contact": "c",
            "kind": "rejected",
            "code": "bad_event",
            "message": "a",
            "cause": None,
        }
        self.assertIsNone(compare.difference([refusal], [{**refusal, "message": "b"}]))
        named = {**refusal, "code": "requirement"}
        self.assertIsNotNone(compare.difference([named], [{**named, "message": "b"}]))

    def test_corrections_told_one_by_one_or_together_are_the_same(self):
        at = "2026-03-02T00:00:00.000Z"
        first = {"seq": 1, "at": at, "contact": "c", "kind": "score", "score": "x", "from": 0, "to": 1, "cause": "e"}
        now = {key: item for key, item in first.items() if key != "seq"}
        twice = [
            first,
            {
                "seq": 2,
                "at": at,
                "contact": "c",
                "kind": "amended",
                "corrects": 1,
                "now": {**now, "to": 2},
                "cause": "l",
            },
            {
                "seq": 3,
                "at": at,
                "contact": "c",
                "kind": "amended",
                "corrects": 1,
                "now": {**now, "to": 3},
                "cause": "m",
            },
        ]
        once = [
            first,
            {
                "seq": 2,
                "at": at,
                "contact": "c",
                "kind": "amended",
                "corrects": 1,
                "now": {**now, "to": 3},
                "cause": "m",
            },
        ]
        self.assertIsNone(compare.difference(twice, once))


class DutyNights:
    """What the clocks of a case met, as words; only those with a target in business time."""

    def __init__(self, case):
        pack = case["pack"]
        self.calendars = {}
        for clock in pack["clocks"]:
            if any("b" in target.get("within", target.get("offset", "")) for target in clock["target"]):
                name = clock["calendar"]["owner"] if isinstance(clock["calendar"], dict) else clock["calendar"]
                self.calendars[clock["id"]] = pack["calendars"][name]
        self.cycles, self.words = {}, set()
        for each in fold(pack, case["events"], case["advance"]):
            if each["kind"] == "clock" and each["clock"] in self.calendars:
                self.note(each)
        for (_, clock, _), (first, last) in self.cycles.items():
            self.words.add("clock")
            self.judge(self.calendars[clock], first, last)

    def note(self, told):
        at = parse_instant(told["at"])
        known = self.cycles.setdefault((told["contact"], told["clock"], told["cycle"]), (at, at))
        self.cycles[told["contact"], told["clock"], told["cycle"]] = (min(at, known[0]), max(at, known[1]))
        calendar = self.calendars[told["clock"]]
        today = local_date(at, calendar["time_zone"])
        if told["what"] in ("warned", "breached", "escalated"):
            if self.is_changing(calendar["time_zone"], at - DAY, at):
                self.words.add("told within a day of a change")
            if today.isoformat() in calendar.get("dates", {}):
                self.words.add("told on a special date")

    def judge(self, calendar, first, last):
        name = calendar["time_zone"]
        if self.is_changing(name, first, last):
            self.words |= {"change", name}
        for date in map(datetime.date.fromisoformat, calendar.get("dates", {})):
            if first < instant_of(date, 24 * 60, name) and last > instant_of(date, 0, name):
                self.words.add("special date")

    @staticmethod
    def is_changing(name, first, last):
        """Whether the clocks on the wall are put forward or back in between."""
        edges = [*range(first, last, DAY // 4), last]
        offsets = {(EPOCH + datetime.timedelta(milliseconds=at)).astimezone(zone(name)).utcoffset() for at in edges}
        return len(offsets) > 1


class random_cases(unittest.TestCase):
    def test_clocks_run_through_nights_of_changed_time_and_special_dates(self):
        counts = {}
        for seed in range(1, 1 + max(20, 120 // int(os.environ.get("LEADLINE_CASE_DIVISOR", "1")))):
            for word in DutyNights(random_case(seed, "duties")).words:
                counts[word] = counts.get(word, 0) + 1
        print(f"of {counts['clock']} cases with a clock in business time, so many met: {counts}")
        self.assertGreaterEqual(counts["change"], 0.1 * counts["clock"])
        self.assertGreaterEqual(counts["special date"], 0.2 * counts["clock"])
        self.assertIn("told within a day of a change", counts)
        self.assertIn("told on a special date", counts)


if __name__ == "__main__":
    unittest_report.main()
