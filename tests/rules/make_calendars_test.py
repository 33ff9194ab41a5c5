"""The calendars of rules/ are what scripts/make_calendars.py computes, and what it computes is right."""

import datetime
import json
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import unittest_report  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "scripts"))
import make_calendars  # noqa: E402


def meeus(year):
    """Easter by another way of reckoning than the script's (Meeus, Jones, Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    f = (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    return datetime.date(year, month, day + 1)


class make_calendars_test(unittest.TestCase):
    def dates(self, region, year):
        return [f"{date:%m-%d}" for date in make_calendars.holidays(region, year, year)]

    def test_the_files_are_current(self):
        done = subprocess.run([ROOT / "scripts" / "make_calendars.py", "--check"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_easter_agrees_with_another_reckoning_over_seven_centuries(self):
        for year in range(1583, 2300):
            self.assertEqual(make_calendars.easter(year), meeus(year))

    def test_weekend_holidays_of_the_united_states_move_to_the_nearest_weekday(self):
        # 2027: Juneteenth and Christmas on Saturdays, Independence Day on a Sunday, New Year 2028 on a Saturday.
        self.assertEqual(
            self.dates("united_states", 2027),
            ["01-01", "01-18", "02-15", "05-31", "06-18", "07-05", "09-06", "10-11", "11-11", "11-25", "12-24", "12-31"],
        )

    def test_british_christmas_has_its_substitutes(self):
        # The days off at Christmas when 25 December is a Friday, Saturday, Sunday and Monday.
        for year, days in ((2026, ["12-25", "12-28"]), (2027, ["12-27", "12-28"]), (2033, ["12-26", "12-27"]), (2028, ["12-25", "12-26"])):
            self.assertEqual(self.dates("england_and_wales", year)[-2:], days, year)

    def test_the_german_days_of_2026(self):
        # 3 October and 26 December are Saturdays.
        self.assertEqual(self.dates("germany", 2026), ["01-01", "04-03", "04-06", "05-01", "05-14", "05-25", "12-25"])

    def test_rules_with_an_exception_of_their_own(self):
        self.assertIn("02-01", self.dates("ireland", 2030))  # Saint Brigid on Friday 1 February
        self.assertIn("02-02", self.dates("ireland", 2026))  # else the first Monday
        self.assertIn("05-18", self.dates("canada", 2026))  # the Monday before 25 May
        self.assertIn("06-19", self.dates("sweden", 2026))  # the Friday between 19 and 25 June
        self.assertNotIn("05-05", self.dates("netherlands", 2026))
        self.assertNotIn("10-04", self.dates("italy", 2024))

    def test_a_block_is_json_whatever_the_number_of_holidays(self):
        for region in make_calendars.REGIONS:
            lines = make_calendars.block(region, 2025, 2035, "")
            dates = json.loads("{" + "".join(lines) + "}")
            self.assertEqual(list(dates), [str(date) for date in make_calendars.holidays(region, 2025, 2035)])

    def test_a_block_that_is_not_closed_is_told(self):
        with self.assertRaises(SystemExit):
            make_calendars.pack_with_blocks("  // <holidays germany 2026-2027>\n}")

    def test_a_stale_block_is_replaced(self):
        text = '  // <holidays germany 2026-2026>\n  "2020-01-01": []\n  // </holidays>\n'
        made = make_calendars.pack_with_blocks(text)
        self.assertNotIn("2020", made)
        self.assertEqual(made.count('"2026-'), 7)
        self.assertEqual(make_calendars.pack_with_blocks(made), made)


if __name__ == "__main__":
    unittest_report.main()
