"""The model's own reading of conditions: section 3, and the published cases of JsonLogic where they are at hand."""

import json
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from model.conditions import Date, Interpreter  # noqa: E402
from support import leadline_program, unittest_report  # noqa: E402

PUBLISHED = (
    pathlib.Path(os.environ.get("LEADLINE_SHARED_DATA") or leadline_program.ROOT.parent / "shared" / "data")
    / "jsonlogic/official_tests.json"
)
V = {"var": "x"}


def ours(rule, **data):
    return Interpreter("leadline", now=10_000).evaluate(rule, data)


def standard(rule, **data):
    return Interpreter("jsonlogic").evaluate(rule, data)


class conditions(unittest.TestCase):
    @unittest.skipUnless(
        PUBLISHED.is_file(), "the published cases are not on this machine: no file official_tests.json"
    )
    def test_the_published_cases(self):
        cases = json.loads(PUBLISHED.read_text(encoding="utf-8"))
        self.assertEqual(len(cases), 277)
        for case in cases:
            with self.subTest(case=case):
                got = standard_of(case["rule"], case.get("data"))
                self.assertEqual((got, isinstance(got, bool)), (case["expected"], isinstance(case["expected"], bool)))

    def test_a_blank_field_is_in_no_order(self):
        for operator in ("<", "<=", ">", ">="):
            for other in (None, "50", True, [], Date(1)):
                self.assertIs(ours({operator: [V, 50]}, x=other), False)
        self.assertIs(standard({"<": [V, 50]}, x=None), True)
        self.assertIs(ours({"<=": [1, V, 3]}, x=3), True)
        self.assertIs(ours({"<": [1, V, 3]}, x=3), False)
        self.assertIs(ours({"<": [V, {"var": "y"}]}, x=Date(1), y=Date(2)), True)
        self.assertIs(ours({"<": [V, "b"]}, x="a"), True)

    def test_equality_does_not_coerce(self):
        self.assertIs(ours({"==": [V, 1]}, x="1"), False)
        self.assertIs(standard({"==": [V, 1]}, x="1"), True)
        self.assertIs(ours({"==": [V, 1.0]}, x=1), True)
        self.assertIs(ours({"==": [V, None]}), True)
        self.assertIs(ours({"!=": [V, False]}, x=0), True)

    def test_arithmetic_on_what_is_no_number_is_null(self):
        for rule in ({"+": [V, 1]}, {"*": [V, 2]}, {"-": [V]}, {"max": [V, 1]}):
            self.assertIsNone(ours(rule, x="3"))
        for rule in ({"/": [1, 0]}, {"%": [1, 0]}):
            self.assertIsNone(ours(rule))

    def test_lists_are_equal_by_content(self):
        self.assertIs(ours({"==": [V, ["a", 1.0]]}, x=["a", 1]), True)
        self.assertIs(standard({"==": [V, ["a", 1]]}, x=["a", 1]), False)
        self.assertIs(ours({"===": [V, [1]]}, x=[True]), False)

    def test_nothing_is_in_an_empty_text_and_null_is_no_text(self):
        self.assertIs(ours({"in": ["", V]}, x=""), False)
        self.assertIs(ours({"in": [None, V]}, x="abc"), False)
        self.assertIsNone(ours({"substr": [V, 1]}))

    def test_integers_are_exact(self):
        self.assertEqual(ours({"+": [V, 1]}, x=2**53), 2**53 + 1)
        self.assertEqual(ours({"%": [V, 10]}, x=-(2**62) - 3), -((2**62 + 3) % 10))

    def test_a_default_of_var_is_for_absent_and_null(self):
        self.assertEqual(ours({"var": ["x", 7]}, x=None), 7)
        self.assertIsNone(standard({"var": ["x", 7]}, x=None))
        self.assertEqual([ours({"var": ["x", 7]}), standard({"var": ["x", 7]})], [7, 7])

    def test_added_operators(self):
        for rule, worth in (
            ({"lower": [V]}, "ab@mail.example"),
            ({"domain": [V]}, "mail.example"),
            ({"starts_with": [V, "Ab"]}, True),
            ({"ends_with": [V, ".example"]}, False),
            ({"contains": [V, "@"]}, True),
            ({"matches": [V, "^A"]}, True),
            ({"endsWith": [V, "E"]}, True),
        ):
            self.assertEqual(ours(rule, x="Ab@Mail.examplE"), worth)

    def test_domain_cuts_nothing_else(self):
        for given, domain in (
            ("https://user@www.Acme.example:8080/a?b#c", "www.acme.example"),
            ("a@b@c.example.", "c.example"),
            ("acme.example/path", "acme.example"),
            ("", None),
            ("a@", None),
            (5, None),
            ("http://x.example?y=/z", "x.example"),
        ):
            self.assertEqual(ours({"domain": [V]}, x=given), domain)

    def test_elapsed_since_is_seconds_and_negative_before_the_date(self):
        self.assertEqual(
            [ours({"elapsed_since": [V]}, x=each) for each in (Date(0), Date(12_345), None)], [10, -2.345, None]
        )


def standard_of(rule, data):
    return Interpreter("jsonlogic").evaluate(rule, data)


if __name__ == "__main__":
    unittest_report.main()
