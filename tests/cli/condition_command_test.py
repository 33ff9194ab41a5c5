"""`leadline condition`: rules and data as NDJSON in, results out, exit codes 0, 1 and 2."""

import gzip
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import leadline_program, unittest_report  # noqa: E402
from support.leadline_program import written  # noqa: E402

OVER_50 = {"rule": {">=": [{"var": "size"}, 50]}, "data": {"size": 120}}
BLANK = {"rule": {"<": [{"var": "size"}, 50]}, "data": {}}


class condition_command(unittest.TestCase):
    def ask(self, *lines, arguments=()):
        given = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
        return leadline_program.run("condition", *arguments, given=given)

    def answers(self, *lines, arguments=()):
        return [json.loads(line) for line in self.ask(*lines, arguments=arguments).stdout.splitlines()]

    def test_each_line_gets_its_result(self):
        done = self.ask(OVER_50, BLANK)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout, '{"result": true}\n{"result": false}\n')

    def test_the_standards_semantics_are_a_choice(self):
        self.assertEqual(self.answers(BLANK, arguments=["--semantics", "jsonlogic"]), [{"result": True}])

    def test_bad_lines_are_told_and_the_others_go_on(self):
        done = self.ask("not JSON", {"rule": {"lowr": "A"}}, {"data": {}}, "[]", OVER_50)
        self.assertEqual(done.returncode, 1)
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        codes = [answer.get("error", {}).get("code") for answer in answers]
        self.assertEqual(codes, ["json.syntax", "condition.unknown_operator", "question.missing_key",
                                 "question.missing_key", None])
        self.assertIn('did you mean "lower"?', answers[1]["error"]["message"])
        self.assertEqual(answers[4], {"result": True})

    def test_all_problems_of_a_rule_are_told(self):
        [answer] = self.answers({"rule": {"and": [{"==": [1]}, {"lowr": 1}]}})
        self.assertEqual([answer["error"]["code"], *(each["code"] for each in answer["error"]["more"])],
                         ["condition.operand_count", "condition.unknown_operator"])

    def test_what_the_standard_calls_an_error_has_its_type(self):
        answers = self.answers({"rule": {"/": [1, 0]}}, {"rule": {"throw": "stop"}}, {"rule": {"==": [1]}},
                               arguments=["--semantics", "jsonlogic"])
        self.assertEqual([(a["error"]["code"], a["error"]["type"]) for a in answers],
                         [("condition.nan", "NaN"), ("condition.thrown", "stop"),
                          ("condition.invalid_arguments", "Invalid Arguments")])

    def test_too_many_steps_are_null_and_told(self):
        rule = {"reduce": [{"var": "l"}, {"cat": [{"var": "accumulator"}, {"var": "accumulator"}]}, "a"]}
        done = self.ask({"rule": rule, "data": {"l": [1] * 99}})
        self.assertEqual(done.returncode, 1)
        answer = json.loads(done.stdout)
        self.assertIsNone(answer["result"])
        self.assertEqual(answer["error"]["code"], "steps")

    def test_a_rule_that_comes_again_gives_what_it_gave(self):
        lines = [{"rule": {"+": [{"var": "x"}, 1]}, "data": {"x": x}} for x in range(50)]
        self.assertEqual(self.answers(*lines), [{"result": x + 1} for x in range(50)])

    def test_elapsed_since_counts_to_the_given_instant(self):
        line = {"rule": {"elapsed_since": {"var": "at"}}, "data": {"at": "2026-03-01T00:00:00Z"}}
        self.assertEqual(self.answers(line, arguments=["--now", "2026-03-02T00:00:00.500Z"]), [{"result": 86400.5}])

    def test_a_whole_number_beyond_64_bits_is_the_nearest_real(self):
        # Data comes from elsewhere: an id of twenty digits is no reason to refuse the line.
        line = '{"rule": {">": [{"var": "id"}, 7]}, "data": {"id": 98765432109876543210}}'
        self.assertEqual(self.answers(line), [{"result": True}])

    def test_files_may_be_packed(self):
        with written("lines.ndjson.gz", gzip.compress((json.dumps(OVER_50) + "\n\n").encode())) as path:
            self.assertEqual(leadline_program.run("condition", path).stdout, '{"result": true}\n')

    def test_wrong_usage_is_told(self):
        self.assertEqual(self.ask(OVER_50, arguments=["--semantics", "php"]).returncode, 2)
        self.assertEqual(self.ask(OVER_50, arguments=["--now", "tomorrow"]).returncode, 2)
        self.assertEqual(leadline_program.run("condition", "no/such/file").returncode, 2)
        self.assertIn("leadline condition", leadline_program.run("condition", "--help").stdout)


if __name__ == "__main__":
    unittest_report.main()
