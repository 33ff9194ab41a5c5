"""`leadline calendar`, as spec section 8 has it: NDJSON in, answers out, exit codes 0, 1 and 2."""

import gzip
import json
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import leadline_program, unittest_report  # noqa: E402
from support.leadline_program import written  # noqa: E402

PACK = """{
  // nine to five, and a shop that never shuts
  "calendars": {
    "sales": {"time_zone": "America/New_York", "hours": {"mon-fri": ["09:00-17:00"]}, "dates": {"2026-12-25": []}},
    "shop": {"time_zone": "UTC", "hours": {"mon-sun": ["00:00-24:00"]}}
  }
}
"""


class calendar_command(unittest.TestCase):
    def ask(self, *questions, calendar="sales", pack=PACK):
        with written("pack.json", pack) as path:
            lines = "".join((q if isinstance(q, str) else json.dumps(q)) + "\n" for q in questions)
            return leadline_program.run("calendar", path, calendar, given=lines)

    def result_of(self, question, calendar="sales"):
        done = self.ask(question, calendar=calendar)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        return json.loads(done.stdout)["result"]

    def error_of(self, question, calendar="sales"):
        done = self.ask(question, calendar=calendar)
        self.assertEqual(done.returncode, 1, done.stdout)
        error = json.loads(done.stdout)["error"]
        self.assertEqual(set(error), {"code", "message"})
        return error

    def test_four_business_hours_from_friday_at_four_are_monday_at_noon(self):
        question = {"op": "add", "start": "2026-03-06T16:00:00-05:00", "amount": "4bh"}
        # Monday 12:00 is EDT: the clock changed on the Sunday between.
        self.assertEqual(self.result_of(question), "2026-03-09T16:00:00.000Z")

    def test_a_negative_amount_goes_back_to_the_latest_instant(self):
        question = {"op": "add", "start": "2026-03-09T09:00:00-04:00", "amount": "-8bh"}
        self.assertEqual(self.result_of(question), "2026-03-06T14:00:00.000Z")

    def test_business_days_from_a_saturday_begin_on_monday(self):
        question = {"op": "add", "start": "2026-03-07T16:00:00-05:00", "amount": "1bd"}
        self.assertEqual(self.result_of(question), "2026-03-10T13:00:00.000Z")

    def test_business_days_may_end_at_the_close(self):
        question = {"op": "add", "start": "2026-03-06T16:00:00-05:00", "amount": "2bd", "at": "close"}
        self.assertEqual(self.result_of(question), "2026-03-10T21:00:00.000Z")

    def test_elapsed_is_seconds_of_open_time_to_the_millisecond(self):
        question = {"op": "elapsed", "start": "2026-03-06T16:00:00-05:00", "end": "2026-03-09T09:00:00.001-04:00"}
        self.assertEqual(self.result_of(question), 3600.001)

    def test_elapsed_is_negative_when_the_end_is_before_the_start(self):
        question = {"op": "elapsed", "start": "2026-03-09T10:00:00-04:00", "end": "2026-03-06T16:00:00-05:00"}
        self.assertEqual(self.result_of(question), -7200)

    def test_closing_time_is_closed_and_opening_time_is_open(self):
        self.assertIs(self.result_of({"op": "is_open", "at": "2026-03-06T17:00:00-05:00"}), False)
        self.assertIs(self.result_of({"op": "is_open", "at": "2026-03-06T09:00:00-05:00"}), True)
        self.assertIs(self.result_of({"op": "is_open", "at": "2026-12-25T10:00:00-05:00"}), False)

    def test_openings_and_closings_around_an_instant(self):
        friday = "2026-03-06T16:00:00-05:00"
        self.assertEqual(self.result_of({"op": "next_open", "at": friday}), "2026-03-09T13:00:00.000Z")
        self.assertEqual(self.result_of({"op": "next_close", "at": friday}), "2026-03-06T22:00:00.000Z")
        self.assertEqual(self.result_of({"op": "previous_close", "at": friday}), "2026-03-05T22:00:00.000Z")

    def test_a_shop_that_never_shuts_has_no_next_close(self):
        error = self.error_of({"op": "next_close", "at": "2026-03-06T16:00:00Z"}, calendar="shop")
        self.assertEqual(error["code"], "calendar.never_closes")

    def test_a_bad_question_is_answered_on_its_line_and_the_rest_go_on(self):
        done = self.ask(
            {"op": "is_open", "at": "2026-03-06T10:00:00-05:00"},
            "{not json",
            {"op": "is_open", "at": "2026-03-06T10:00:00"},
            {"op": "is_open", "at": "2026-03-06T20:00:00-05:00"},
        )
        self.assertEqual(done.returncode, 1)
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([answers[0], answers[3]], [{"result": True}, {"result": False}])
        self.assertEqual([answers[1]["error"]["code"], answers[2]["error"]["code"]],
                         ["json.syntax", "instant.no_offset"])

    def test_every_kind_of_bad_question_says_what_would_be_right(self):
        start = "2026-03-06T16:00:00-05:00"
        for question, code, part in [
            ({"op": "is_opn", "at": start}, "question.unknown_op", 'did you mean "is_open"'),
            ({"op": 7}, "question.unknown_op", "one of add"),
            ({}, "question.missing_key", "op"),
            ([], "question.wrong_type", "an object"),
            ({"op": "add", "start": start}, "question.missing_key", '"amount"'),
            ({"op": "add", "start": start, "amount": 4}, "question.wrong_type", '"4bh"'),
            ({"op": "add", "start": start, "amount": "4bh2h"}, "duration.mixed_families", "no common measure"),
            ({"op": "add", "start": start, "amount": "1.5bh"}, "duration.fraction", "1h30m"),
            ({"op": "add", "start": start, "amount": "4bh", "at": "close"}, "question.wrong_value", "business days"),
            ({"op": "add", "start": start, "amount": "4bd", "at": "noon"}, "question.wrong_value", "close"),
            ({"op": "add", "start": start, "amuont": "4bh"}, "question.unknown_key", 'did you mean "amount"'),
            ({"op": "add", "start": "2026-02-30T16:00:00Z", "amount": "4bh"}, "instant.no_such_date", "February"),
            ({"op": "elapsed", "start": start}, "question.missing_key", '"end"'),
            ({"op": "previous_close", "at": "1970-01-01T00:00:00Z"}, "calendar.out_of_range", "1970"),
            ({"op": "add", "start": "2199-12-31T00:00:00Z", "amount": "90bd"}, "calendar.out_of_range", "2200"),
        ]:
            with self.subTest(question=question):
                error = self.error_of(question)
                self.assertEqual(error["code"], code)
                self.assertIn(part, error["message"])

    def test_questions_may_be_packed_with_gzip_whatever_their_name(self):
        question = json.dumps({"op": "is_open", "at": "2026-03-06T10:00:00-05:00"}) + "\n"
        with written("pack.json", PACK) as pack, written("questions", gzip.compress(question.encode() * 2)) as packed:
            from_file = leadline_program.run("calendar", pack, "sales", packed)
            from_input = leadline_program.run("calendar", pack, "sales", given=packed.read_bytes(), binary=True)
        self.assertEqual(from_file.stdout, '{"result": true}\n' * 2)
        self.assertEqual(from_input.stdout.decode(), from_file.stdout)

    def test_gzip_data_that_is_cut_off_is_told_after_the_answers_so_far(self):
        question = json.dumps({"op": "is_open", "at": "2026-03-06T10:00:00-05:00"}) + "\n"
        with written("pack.json", PACK) as pack, written("cut.gz", gzip.compress(question.encode())[:-9]) as packed:
            done = leadline_program.run("calendar", pack, "sales", packed)
        self.assertEqual(done.returncode, 1)
        self.assertIn("in the middle of its gzip data", done.stderr)

    def test_an_answer_comes_before_the_next_question_is_asked(self):
        with written("pack.json", PACK) as pack:
            asker = subprocess.Popen([leadline_program.PROGRAM, "calendar", pack, "sales"], stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, text=True, bufsize=1)
            for hour, is_open in [("10", "true"), ("20", "false")]:
                asker.stdin.write('{"op": "is_open", "at": "2026-03-06T%s:00:00-05:00"}\n' % hour)
                asker.stdin.flush()
                self.assertEqual(asker.stdout.readline(), '{"result": %s}\n' % is_open)
            asker.stdin.close()
            self.assertEqual(asker.wait(timeout=20), 0)
            asker.stdout.close()

    def test_an_unknown_calendar_is_wrong_usage_with_a_suggestion(self):
        done = self.ask(calendar="sale")
        self.assertEqual(done.returncode, 2)
        self.assertIn('did you mean "sales"?', done.stderr)

    def test_a_missing_file_and_missing_arguments_are_wrong_usage(self):
        self.assertEqual(leadline_program.run("calendar", "no/such/pack.json", "sales").returncode, 2)
        self.assertEqual(leadline_program.run("calendar").returncode, 2)
        self.assertEqual(leadline_program.run().returncode, 2)

    def test_all_problems_of_the_calendars_are_told_each_with_its_line(self):
        done = self.ask(pack='{"calendars": {"sales": {"time_zone": "America/New_Yrok",\n'
                             ' "hours": {"mon-fry": ["09:00-17:00"],\n "tue": ["9-5"]}, "date": {}}}}')
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        for part in [":2:12: error: there is no day \"fry\"", ":3:10: error: the opening interval \"9-5\"",
                     ":3:19: error: a calendar has no key \"date\"", 'did you mean "dates"?']:
            self.assertIn(part, done.stderr)

    def test_an_unknown_zone_is_told_at_its_name_with_the_nearest_one(self):
        done = self.ask(pack=PACK.replace("America/New_York", "America/New_Yrok"))
        self.assertEqual(done.returncode, 1)
        self.assertIn(':4:28: error: there is no time zone "America/New_Yrok"', done.stderr)
        self.assertIn('did you mean "America/New_York"?', done.stderr)

    def test_help_shows_an_example(self):
        done = leadline_program.run("calendar", "--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("Example:", done.stdout)


if __name__ == "__main__":
    unittest_report.main()
