"""Signals, sentence by sentence of section 4.1, with values worked out by hand."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from model.workbench import event, instant, pack, read  # noqa: E402
from support import unittest_report  # noqa: E402


def signal(spec, events, at, **sections):
    return read(pack(signals={"s": spec}, **sections), events, "signal.s", at)


class signals(unittest.TestCase):
    def test_count_within_is_open_at_its_old_end_and_closed_at_now(self):
        spec = {"count": "visit", "within": "7d"}
        visits = [event("visit", 0), event("visit", 3)]
        self.assertEqual(signal(spec, visits, instant(3)), 2)  # (t - 7d, t] holds both
        self.assertEqual(signal(spec, visits, instant(7) - 1), 2)
        self.assertEqual(signal(spec, visits, instant(7)), 1)  # the first is exactly 7 days old: out
        self.assertEqual(signal(spec, visits, instant(10)), 0)

    def test_an_event_at_the_instant_a_window_slides_off_sees_the_window_already_slid(self):
        content = pack(
            signals={"s": {"count": "visit", "within": "7d"}},
            scores={"x": {"rules": [{"id": "two", "when": {">=": [{"var": "signal.s"}, 2]}, "points": 10}]}},
        )
        # At day 7 the first visit has left, the second has just come: one in the window, no points.
        self.assertEqual(read(content, [event("visit", 0), event("visit", 7)], "score.x", instant(7)), 0)
        # A millisecond earlier both are in it.
        self.assertEqual(read(content, [event("visit", 0), event("visit", 7, ms=-1)], "score.x", instant(7, ms=-1)), 10)

    def test_count_without_within_is_for_ever_and_may_name_several_types(self):
        spec = {"count": ["visit", "order"]}
        self.assertEqual(signal(spec, [event("visit", 0), event("order", 1), event("open", 2)], instant(4000)), 2)

    def test_distinct_counts_values_and_not_events(self):
        spec = {"distinct": "open", "by": "mail", "within": "30d"}
        opens = [event("open", 0, mail="a"), event("open", 1, mail="a"), event("open", 2, mail="b"), event("open", 3)]
        self.assertEqual(signal(spec, opens, instant(4)), 2)
        self.assertEqual(signal(spec, opens, instant(30)), 2)  # a is held by the second open until day 31
        self.assertEqual(signal(spec, opens, instant(31)), 1)

    def test_sum_is_zero_without_events_and_exact_to_thousandths(self):
        spec = {"sum": "order", "of": "amount", "within": "90d"}
        self.assertEqual(signal(spec, [event("ping", 0)], instant(1)), 0)
        orders = [event("order", 0, amount=0.1), event("order", 1, amount=0.2)]
        self.assertEqual(signal(spec, orders, instant(2)), 0.3)  # 100 + 200 thousandths, not 0.30000000000000004

    def test_numbers_are_rounded_half_away_from_zero_on_their_decimal_text(self):
        # 1.0005 as a double lies below 1.0005; the text decides: 1.001. And so below zero.
        self.assertEqual(
            signal({"sum": "order", "of": "amount"}, [event("order", 0, amount=1.0005)], instant(1)), 1.001
        )
        self.assertEqual(
            signal({"sum": "order", "of": "amount"}, [event("order", 0, amount=-1.0005)], instant(1)), -1.001
        )

    def test_max_min_last_and_first_are_null_without_events(self):
        for form in ("max", "min", "last", "first"):
            self.assertIsNone(signal({form: "order", "of": "amount"}, [event("ping", 0)], instant(1)))

    def test_max_min_last_and_first_over_a_window(self):
        orders = [event("order", 0, amount=5), event("order", 1, amount=9), event("order", 2, amount=7)]
        for form, early, late in (("max", 9, 7), ("min", 5, 7), ("last", 7, 7), ("first", 5, 7)):
            spec = {form: "order", "of": "amount", "within": "3d"}
            self.assertEqual(signal(spec, orders, instant(2)), early)
            self.assertEqual(signal(spec, orders, instant(4)), late)  # days 0 and 1 are out at day 4

    def test_what_is_not_a_number_is_ignored(self):
        events = {"free": {"activity": False}}  # no fields declared: anything may stand in it
        orders = [
            event("free", 0, amount="x"),
            event("free", 1, amount=None),
            event("free", 2, amount=True),
            event("free", 3, amount=4),
        ]
        content = {"leadline": 1, "events": events, "signals": {"s": {"min": "free", "of": "amount"}}}
        self.assertEqual(read(content, orders, "signal.s", instant(4)), 4)

    def test_first_and_last_keep_a_text_where_the_field_is_declared_string(self):
        orders = [event("order", 0, sku="a"), event("order", 1, sku="b")]
        self.assertEqual(signal({"last": "order", "of": "sku"}, orders, instant(2)), "b")
        self.assertEqual(signal({"first": "order", "of": "sku"}, orders, instant(2)), "a")

    def test_a_streak_counts_consecutive_local_dates_up_to_today_or_yesterday(self):
        spec = {"streak": "visit", "unit": "day"}
        visits = [event("visit", 0, 10), event("visit", 1, 9), event("visit", 1, 20), event("visit", 2, 8)]
        self.assertEqual(signal(spec, visits, instant(1, 8.9)), 1)  # only Monday, which is yesterday
        self.assertEqual(signal(spec, visits, instant(2, 8)), 3)
        self.assertEqual(
            signal(spec, visits, instant(4) - 1), 3
        )  # Thursday's last millisecond: Wednesday was yesterday
        self.assertEqual(signal(spec, visits, instant(4)), 0)  # Friday begins: Wednesday is neither today nor yesterday

    def test_a_streak_lives_in_the_time_zone_of_the_pack(self):
        # 03:00 and 06:00 UTC on Tuesday are 22:00 on Monday and 01:00 on Tuesday in New York (UTC-5).
        visits = [event("visit", 1, 3), event("visit", 1, 6)]
        self.assertEqual(
            signal({"streak": "visit", "unit": "day"}, visits, instant(1, 7), time_zone="America/New_York"), 2
        )
        self.assertEqual(signal({"streak": "visit", "unit": "day"}, visits, instant(1, 7)), 1)

    def test_a_streak_ends_at_the_local_midnight_of_a_night_that_is_an_hour_short(self):
        # New York, 8 March 2026 has 23 hours. A visit on Saturday the 7th (day 5) counts through Sunday, until Monday
        # 00:00 EDT = 04:00 UTC (not 05:00, as it would be without the change).
        spec = {"streak": "visit", "unit": "day"}
        visits = [event("visit", 5, 15)]
        self.assertEqual(signal(spec, visits, instant(7, 4) - 1, time_zone="America/New_York"), 1)
        self.assertEqual(signal(spec, visits, instant(7, 4), time_zone="America/New_York"), 0)

    def test_since_is_elapsed_seconds_to_the_millisecond_and_null_when_none(self):
        self.assertIsNone(signal({"since": "visit"}, [event("ping", 0)], instant(1)))
        self.assertEqual(signal({"since": "visit"}, [event("visit", 0)], instant(0, 1, ms=1)), 3600.001)

    def test_since_any_activity_sees_declared_activities_only(self):
        events = [event("visit", 0), event("open", 1), event("order", 2), event("ping", 3)]
        self.assertEqual(signal({"since": "any_activity"}, events, instant(4)), 2 * 86400)
        self.assertEqual(signal({"since": ["open", "visit"]}, events, instant(4)), 3 * 86400)

    def test_where_sees_the_event_and_the_attributes_of_that_moment(self):
        spec = {
            "count": "visit",
            "where": {"and": [{"==": [{"var": "event.path"}, "/p"]}, {"==": [{"var": "contact.vip"}, True]}]},
        }
        events = [
            event("visit", 0, path="/p"),
            event("contact.set", 1, vip=True),
            event("visit", 2, path="/p"),
            event("visit", 3, path="/q"),
            event("contact.set", 4, vip=None),
        ]
        # The visit of day 0 came before vip, that of day 3 to another page; what happens on day 4 takes nothing back.
        self.assertEqual(signal(spec, events, instant(5), attributes={"vip": {"type": "boolean"}}), 1)

    def test_from_sets_the_attribute_before_signals_see_the_event(self):
        spec = {"count": "order", "where": {"==": [{"var": "contact.sku"}, "a"]}}
        attributes = {"sku": {"type": "string", "from": ["order.sku"]}}
        self.assertEqual(signal(spec, [event("order", 0, sku="a")], instant(1), attributes=attributes), 1)


if __name__ == "__main__":
    unittest_report.main()
