"""Grades, sentence by sentence of section 4.3."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from model import grades as model_grades  # noqa: E402
from model.workbench import event, instant, pack, text, told  # noqa: E402
from support import unittest_report  # noqa: E402

POINTS = {"x": {"rules": [{"id": "r", "on": "order", "points": {"var": "event.amount"}}]}}


def path_of(bands, *amounts):
    """The grades told while a score goes through these changes, one a day; null stands for none told that day."""
    content = pack(scores=POINTS, grades={"g": {"of": "x", "bands": bands}})
    events = [event("order", day, amount=amount) for day, amount in enumerate(amounts)]
    by_day = {each["at"]: each["to"] for each in told(content, events, kinds=["grade"])}
    return [by_day.get(text(day)) for day in range(len(amounts))]


class bands(unittest.TestCase):
    PLAIN = [{"at_least": 75, "is": "A"}, {"at_least": 50, "is": "B"}, {"is": "D"}]
    SLOW = [{"at_least": 75, "until": 60, "is": "A"}, {"at_least": 50, "until": 45, "is": "B"}, {"is": "D"}]

    def test_the_first_band_that_is_reached(self):
        # 0, 50, 74.999, 75, 49.999
        self.assertEqual(path_of(self.PLAIN, 0, 50, 24.999, 0.001, -25.001), ["D", "B", None, "A", "D"])

    def test_the_first_grade_is_told_from_null_and_then_from_the_one_before(self):
        content = pack(scores=POINTS, grades={"g": {"of": "x", "bands": self.PLAIN}})
        grades = told(content, [event("order", 0, amount=60), event("order", 1, amount=20)], kinds=["grade"])
        self.assertEqual([(each["from"], each["to"]) for each in grades], [(None, "B"), ("B", "A")])

    def test_a_band_is_left_downward_only_below_its_until(self):
        # 50 enters B; 45 keeps it; 44.999 leaves it.
        self.assertEqual(path_of(self.SLOW, 50, -5, -0.001), ["B", None, "D"])

    def test_a_band_is_left_upward_as_soon_as_an_earlier_one_is_reached(self):
        # 50 B; 74 still B; 75 A; 60 keeps A; 59 leaves it for the first band reached, B.
        self.assertEqual(path_of(self.SLOW, 50, 24, 1, -15, -1), ["B", None, "A", None, "B"])

    def test_on_leaving_it_is_the_first_band_whose_at_least_is_reached_and_no_until_counts(self):
        # 80 A; 47 is below A's until, above B's until, but B's at_least is not reached: D.
        self.assertEqual(path_of(self.SLOW, 80, -33), ["A", "D"])

    def test_no_band_is_null(self):
        content = pack(scores=POINTS, grades={"g": {"of": "x", "bands": [{"at_least": 50, "is": "B"}]}})
        grades = told(
            content,
            [event("order", 0, amount=49), event("order", 1, amount=1), event("order", 2, amount=-1)],
            kinds=["grade"],
        )
        self.assertEqual(
            [(each["at"], each["from"], each["to"]) for each in grades], [(text(1), None, "B"), (text(2), "B", None)]
        )

    def test_time_alone_changes_a_grade_at_its_instant(self):
        content = pack(
            scores={"x": {"rules": [{"id": "r", "on": "visit", "points": 80, "decay": {"half_life": "1d"}}]}},
            grades={"g": {"of": "x", "bands": self.SLOW}},
        )
        grades = told(content, [event("visit", 0)], instant(9), ["grade"])
        # A until it falls below 60: 80 x 2^(-t) < 60 after t = log2(4/3) days = 0.4150374992788437811... days, that is
        # 35,859,239.9377 ms. B is reached then, and left below 45: log2(16/9) = 0.8300749985576875... days, 71,718,479.875.
        # Milli-points truncate: 59,999.99999 milli-points are 59.999 as soon as further off than 2^-20 milli-points. The next whole
        # millisecond is 0.0623 ms later; the slope there is 60,000 ln 2 / 86,400,000 = 0.000481 milli-points a millisecond,
        # so that 0.00003 are gone, 31 times the margin. At 71,718,480: 0.125 ms later, 45 times.
        self.assertEqual(
            [(each["at"], each["to"]) for each in grades],
            [(text(0), "A"), (text(ms=35_859_240), "B"), (text(ms=71_718_480), "D")],
        )


class matrices(unittest.TestCase):
    CELLS = {"A": {"hot": "sales", "cold": "marketing"}, "D": {"*": "marketing"}, "*": {"hot": "both"}}

    def test_a_cell_is_found_by_row_and_column_and_by_stars(self):
        for row, column, found in (
            ("A", "hot", "sales"),
            ("A", "cold", "marketing"),
            ("D", "hot", "marketing"),
            ("C", "hot", "both"),
            ("C", "cold", None),
            ("A", None, None),
            (None, "hot", None),
        ):
            self.assertEqual(model_grades.cell(self.CELLS, row, column), found)

    def test_a_matrix_of_two_grades(self):
        content = pack(
            scores=POINTS,
            attributes={"vip": {"type": "boolean"}},
            grades={
                "fit": {"of": "x", "bands": [{"at_least": 50, "is": "A"}, {"is": "D"}]},
                "ready": {"rules": [{"when": {"==": [{"var": "contact.vip"}, True]}, "is": "hot"}, {"is": "cold"}]},
                "team": {"rows": "fit", "columns": "ready", "cells": self.CELLS},
            },
        )
        grades = told(content, [event("order", 0, amount=60), event("contact.set", 1, vip=True)], kinds=["grade"])
        self.assertEqual(
            [(each["grade"], each["to"]) for each in grades],
            [("fit", "A"), ("ready", "cold"), ("team", "marketing"), ("ready", "hot"), ("team", "sales")],
        )


class rules(unittest.TestCase):
    def test_the_first_that_holds(self):
        content = pack(
            attributes={"size": {"type": "number"}},
            grades={
                "g": {
                    "rules": [
                        {"when": {">=": [{"var": "contact.size"}, 100]}, "is": "large"},
                        {"when": {">=": [{"var": "contact.size"}, 10]}, "is": "middle"},
                        {"is": "unknown"},
                    ]
                }
            },
        )
        events = [event("ping", 0), event("contact.set", 1, size="120"), event("contact.set", 2, size=10)]
        self.assertEqual(
            [each["to"] for each in told(content, events, kinds=["grade"])], ["unknown", "large", "middle"]
        )


if __name__ == "__main__":
    unittest_report.main()
