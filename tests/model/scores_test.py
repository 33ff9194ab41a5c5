"""Scores, sentence by sentence of section 4.2, with points worked out by hand."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from model.exact import Fraction, faded_sum, milli_of, truncated  # noqa: E402
from model.pack import Decay  # noqa: E402
from model.workbench import event, instant, moves, pack, read, text, told  # noqa: E402
from support import unittest_report  # noqa: E402

VIP = {"vip": {"type": "boolean"}}


def points(rule, events, at, **score):
    content = pack(attributes=VIP, scores={"x": {"rules": [{"id": "r", **rule}], **score}})
    return read(content, events, "score.x", at)


class held_rules(unittest.TestCase):
    RULE = {"when": {"==": [{"var": "contact.vip"}, True]}, "points": 20}

    def test_points_count_while_the_condition_is_true_and_no_longer(self):
        events = [event("contact.set", 0, vip=True), event("contact.set", 1, vip=False)]
        self.assertEqual(points(self.RULE, events, instant(1) - 1), 20)
        self.assertEqual(points(self.RULE, events, instant(1)), 0)

    def test_points_are_gone_the_instant_time_makes_the_condition_false(self):
        content = pack(
            signals={"s": {"count": "visit", "within": "1d"}},
            scores={"x": {"rules": [{"id": "r", "when": {">=": [{"var": "signal.s"}, 1]}, "points": 20}]}},
        )
        self.assertEqual(read(content, [event("visit", 0)], "score.x", instant(1) - 1), 20)
        self.assertEqual(read(content, [event("visit", 0)], "score.x", instant(1)), 0)

    def test_otherwise_counts_while_it_is_false_and_every_attribute_is_known(self):
        rule = {**self.RULE, "otherwise": -10}
        events = [event("ping", 0), event("contact.set", 1, vip=False), event("contact.set", 2, vip=None)]
        self.assertEqual([points(rule, events, instant(day)) for day in (0, 1, 2)], [0, -10, 0])

    def test_an_unknown_attribute_never_silences_points(self):
        rule = {"when": {"!": [{"var": "contact.vip"}]}, "points": 7, "otherwise": -7}
        self.assertEqual(points(rule, [event("ping", 0)], instant(0)), 7)

    def test_once_keeps_the_points_and_otherwise_never_shows_again(self):
        rule = {**self.RULE, "otherwise": -10, "once": True}
        events = [
            event("contact.set", 0, vip=False),
            event("contact.set", 1, vip=True),
            event("contact.set", 2, vip=False),
        ]
        self.assertEqual([points(rule, events, instant(day)) for day in (0, 1, 2)], [-10, 20, 20])


class earned_rules(unittest.TestCase):
    def test_each_matching_event_adds_its_points(self):
        rule = {"on": "visit", "where": {"==": [{"var": "event.path"}, "/pricing"]}, "points": 15}
        events = [
            event("visit", 0, path="/pricing"),
            event("visit", 1, path="/blog"),
            event("visit", 2, path="/pricing"),
        ]
        self.assertEqual([points(rule, events, instant(day)) for day in (0, 1, 2)], [15, 15, 30])

    def test_points_may_be_an_expression_rounded_before_its_bounds(self):
        rule = {"on": "order", "points": {"/": [{"var": "event.amount"}, 3]}, "min": 1, "max": 20}
        # 10 / 3 = 3.333...: 3.333. 1 / 3 = 0.333: at least 1. 99 / 3 = 33: at most 20.
        for amount, worth in ((10, 3.333), (1, 1), (99, 20)):
            self.assertEqual(points(rule, [event("order", 0, amount=amount)], instant(0)), worth)

    def test_an_expression_that_is_no_number_is_worth_nothing(self):
        rule = {"on": "order", "points": {"*": [{"var": "event.amount"}, 2]}}
        self.assertEqual(points(rule, [event("order", 0)], instant(0)), 0)

    def test_times_without_per_is_ever(self):
        rule = {"on": "visit", "points": 15, "limit": {"times": 1}}
        self.assertEqual(points(rule, [event("visit", 0), event("visit", 400)], instant(400)), 15)

    def test_times_per_window_counts_events_that_earned(self):
        rule = {"on": "visit", "points": 15, "limit": {"times": 1, "per": "24h"}}
        # 0 h earns. 20 h is within 24 h of it: nothing, ever. 24 h earns, since (0, 24] no longer holds hour 0, and the
        # visit of hour 20 did not earn. 47 h is within 24 h of hour 24.
        events = [event("visit", 0, hour) for hour in (0, 20, 24, 47)]
        self.assertEqual([points(rule, events, instant(0, hour)) for hour in (0, 20, 24, 47)], [15, 15, 30, 30])

    def test_once_per_value_and_a_missing_field_is_one_value(self):
        rule = {"on": "open", "points": 2, "limit": {"once_per": "mail"}}
        events = [
            event("open", 0, mail="a"),
            event("open", 1, mail="a"),
            event("open", 2),
            event("open", 3),
            event("open", 4, mail="b"),
        ]
        self.assertEqual(points(rule, events, instant(4)), 6)  # a, nothing, b

    def test_combined_limits_must_all_admit_and_only_earning_events_count(self):
        rule = {"on": "open", "points": 2, "limit": {"times": 1, "per": "1d", "once_per": "mail"}}
        # a earns at 0 h. b at 1 h is over the times: it does not earn, so that b may still earn at 30 h.
        events = [
            event("open", 0, 0, mail="a"),
            event("open", 0, 1, mail="b"),
            event("open", 0, 30, mail="b"),
            event("open", 0, 60, mail="b"),
        ]
        self.assertEqual([points(rule, events, instant(0, hour)) for hour in (1, 30, 60)], [2, 4, 4])

    def test_a_limit_of_points_bounds_the_decayed_sum_both_ways(self):
        rule = {"on": "visit", "points": 20, "limit": {"points": 30}}
        self.assertEqual(points(rule, [event("visit", 0), event("visit", 1)], instant(1)), 30)
        self.assertEqual(points({**rule, "points": -20}, [event("visit", 0), event("visit", 1)], instant(1)), -30)
        # With decay the bound is on what is left: 20 + 20 at day 1, halved every day: 40 at day 1, capped to 30; 20 at day 2.
        fading = {**rule, "decay": {"half_life": "1d"}}
        events = [event("visit", 1), event("visit", 1)]
        self.assertEqual([points(fading, events, instant(day)) for day in (1, 2)], [30, 20])


class tiers_rules(unittest.TestCase):
    def test_the_first_tier_that_holds_counts(self):
        rule = {
            "on": "visit",
            "tiers": [{"at_least": 3, "within": "7d", "points": 30}, {"at_least": 1, "within": "30d", "points": 10}],
        }
        visits = [event("visit", 0), event("visit", 1), event("visit", 2)]
        # Three within 7 days from day 2 to day 7, when the first slides off; then one within 30 days, until day 32.
        self.assertEqual(
            [
                points(rule, visits, at)
                for at in (instant(1), instant(2), instant(7) - 1, instant(7), instant(32) - 1, instant(32))
            ],
            [10, 30, 30, 10, 10, 0],
        )


class idle_rules(unittest.TestCase):
    LADDER = {"idle": [{"after": "7d", "points": -5}, {"after": "14d", "points": -10}, {"after": "30d", "points": -20}]}
    WEEKLY = {"idle": [{"after": "30d", "every": "7d", "points": -5}]}

    def test_steps_replace_one_another_and_are_reached_at_after_itself(self):
        visits = [event("visit", 0)]
        ats = [instant(7) - 1, instant(7), instant(14) - 1, instant(14), instant(30) - 1, instant(30), instant(900)]
        self.assertEqual([points(self.LADDER, visits, at) for at in ats], [0, -5, -5, -10, -10, -20, -20])

    def test_a_step_with_every_repeats(self):
        visits = [event("visit", 0)]
        ats = [instant(30) - 1, instant(30), instant(37) - 1, instant(37), instant(44)]
        self.assertEqual([points(self.WEEKLY, visits, at) for at in ats], [0, -5, -5, -10, -15])

    def test_at_most_bounds_the_repeated_total(self):
        rule = {"idle": [{"after": "30d", "every": "7d", "points": -5, "at_most": -12}]}
        self.assertEqual([points(rule, [event("visit", 0)], instant(day)) for day in (37, 44, 51)], [-10, -12, -12])

    def test_mode_add_adds_the_steps_up(self):
        rule = {**self.LADDER, "mode": "add"}
        self.assertEqual([points(rule, [event("visit", 0)], instant(day)) for day in (7, 14, 30)], [-5, -15, -35])

    def test_new_activity_restores_the_points(self):
        events = [event("visit", 0), event("visit", 20)]
        self.assertEqual([points(self.LADDER, events, instant(day)) for day in (19, 20, 27)], [-10, 0, -5])

    def test_on_return_keep_adds_what_each_gap_had(self):
        rule = {**self.LADDER, "on_return": "keep"}
        events = [event("visit", 0), event("visit", 20), event("visit", 27)]
        # The first gap had -10, the second reached -5 at the very instant that ended it; the present comes on top.
        self.assertEqual([points(rule, events, instant(day)) for day in (20, 26.9, 27, 41)], [-10, -10, -15, -25])

    def test_only_declared_activity_counts_and_before_it_the_first_event(self):
        events = [event("ping", 0), event("open", 5)]
        self.assertEqual([points(self.LADDER, events, instant(day)) for day in (6.9, 7)], [0, -5])


class fading(unittest.TestCase):
    def test_half_life_is_exactly_half_after_one(self):
        rule = {"on": "visit", "points": 100, "decay": {"half_life": "30d"}}
        self.assertEqual(
            [points(rule, [event("visit", 0)], instant(day)) for day in (0, 30, 60, 90)], [100, 50, 25, 12.5]
        )

    def test_half_life_between_is_truncated_to_a_milli_point(self):
        rule = {"on": "visit", "points": 100, "decay": {"half_life": "30d"}}
        # 100 x 2^(-1/2) = 70.71067...; 100 x 2^(-1/3) = 79.37005...
        self.assertEqual(points(rule, [event("visit", 0)], instant(15)), 70.71)
        self.assertEqual(points(rule, [event("visit", 0)], instant(10)), 79.37)
        self.assertEqual(points({**rule, "points": -100}, [event("visit", 0)], instant(15)), -70.71)  # toward zero

    def test_linear_reaches_nothing_at_its_end(self):
        rule = {"on": "visit", "points": 90, "decay": {"linear": "90d"}}
        self.assertEqual([points(rule, [event("visit", 0)], instant(day)) for day in (1, 89, 90, 91)], [89, 1, 0, 0])

    def test_percent_falls_in_whole_periods(self):
        rule = {"on": "visit", "points": 10, "decay": {"percent": 50, "every": "30d"}}
        ats = [instant(30) - 1, instant(30), instant(60) - 1, instant(60), instant(90)]
        self.assertEqual([points(rule, [event("visit", 0)], at) for at in ats], [10, 5, 5, 0, 0])

    def test_expires_is_full_while_the_age_is_below_its_duration(self):
        rule = {"on": "visit", "points": 10, "decay": {"expires": "60d"}}
        self.assertEqual([points(rule, [event("visit", 0)], at) for at in (instant(60) - 1, instant(60))], [10, 0])

    def test_each_event_ages_on_its_own(self):
        rule = {"on": "visit", "points": 8, "decay": {"half_life": "1d"}}
        self.assertEqual(points(rule, [event("visit", 0), event("visit", 1)], instant(2)), 6)  # 8/4 + 8/2

    def test_the_sum_is_truncated_and_not_its_parts(self):
        # Two thirds of a milli-point twice: one and a third, so one; each for itself would be nothing.
        decay = Decay({"linear": "3d"})
        self.assertEqual(faded_sum([(0, 1), (0, 1)], 86_400_000, decay), 1)
        self.assertEqual(faded_sum([(0, 1)], 86_400_000, decay), 0)

    def test_what_is_within_2_to_the_minus_20_of_a_whole_one_is_that_one(self):
        margin = Fraction(1, 2**20)
        self.assertEqual(truncated(5 - margin), 5)
        self.assertEqual(truncated(5 - margin - Fraction(1, 2**60)), 4)
        self.assertEqual(truncated(-5 + margin), -5)
        self.assertEqual(truncated(Fraction(5) + margin), 5)

    def test_the_nearest_decay_wins(self):
        content = pack(
            scores={
                "x": {
                    "decay": {"expires": "1d"},
                    "groups": {"g": {"decay": {"expires": "2d"}}},
                    "rules": [
                        {"id": "own", "on": "visit", "points": 1, "group": "g", "decay": {"expires": "3d"}},
                        {"id": "group", "on": "visit", "points": 10, "group": "g"},
                        {"id": "score", "on": "visit", "points": 100},
                    ],
                }
            }
        )
        self.assertEqual(
            [read(content, [event("visit", 0)], "score.x", instant(day)) for day in (0, 1, 2, 3)], [111, 11, 1, 0]
        )

    def test_a_crossing_is_exact_to_the_millisecond(self):
        # 100 points with a half-life of one day fall below 50 one day on: at day 1 they are exactly 50, and `< 50` holds
        # as soon as a whole milli-point is gone. 100 x 2^(-t) = 49.9999...: any t above a day truncates to 49.999, once
        # further from 50,000 milli-points than 2^-20. The slope there is 50,000 ln 2 / 86,400,000 = 0.000401 milli-points
        # a millisecond, 421 times the margin: so one millisecond after the day.
        content = pack(
            scores={"x": {"rules": [{"id": "r", "on": "visit", "points": 100, "decay": {"half_life": "1d"}}]}},
            funnel={
                "start": "a",
                "stages": [{"id": "a"}, {"id": "b"}],
                "transitions": [
                    {
                        "id": "t",
                        "from": "a",
                        "to": "b",
                        "when": {"and": [{">": [{"var": "signal.v"}, 0]}, {"<": [{"var": "score.x"}, 50]}]},
                    }
                ],
            },
            signals={"v": {"count": "visit"}},
        )
        self.assertEqual(moves(content, [event("visit", 0)], instant(9))[1:], [(text(1, ms=1), "a", "b")])

    def test_bonuses_and_penalties_decay_together(self):
        # +30 falling evenly to nothing over 30 days and -30 over 10: 30(1 - t/30) - 30(1 - t/10) = 2t until day 10, then
        # 30 - t. It reaches 10 about day 5 on the way up and falls below 10 just after day 20.
        content = pack(
            scores={
                "x": {
                    "rules": [
                        {"id": "up", "on": "visit", "points": 30, "decay": {"linear": "30d"}},
                        {"id": "down", "on": "visit", "points": -30, "decay": {"linear": "10d"}},
                    ]
                }
            },
            funnel={
                "start": "a",
                "stages": [{"id": "a"}, {"id": "b"}, {"id": "c"}],
                "transitions": [
                    {"id": "up", "from": "a", "to": "b", "when": {">=": [{"var": "score.x"}, 10]}},
                    {"id": "down", "from": "b", "to": "c", "when": {"<": [{"var": "score.x"}, 10]}},
                ],
            },
        )
        # Both rules are truncated toward zero for themselves: at day 5 they are 25.000 and -15.000. Just before, -15.00003
        # truncates to -15.000 and 25.00001 to 25.000, so that 10 is reached while the penalty is above -15.001: its slope
        # is 30,000 / 864,000,000 = 1/28,800 milli-points a millisecond, so 28,800 ms before day 5, less the millisecond at which
        # it is -15.001 itself, and less the margin of 2^-20, which is nothing here.
        first, second = moves(content, [event("visit", 0)], instant(40))[1:]
        self.assertEqual(first, (text(5, ms=-28_799), "a", "b"))
        # Then 30 - t alone: one milli-point below 10 as soon as more than nothing is gone after day 20; the slope of
        # 1/86,400 milli-points a millisecond is 12 times the margin of 1/1,048,576.
        self.assertEqual(second, (text(20, ms=1), "b", "c"))


class caps_and_sums(unittest.TestCase):
    def test_rule_group_score_and_parent_are_clamped_in_this_order(self):
        content = pack(
            scores={
                "e": {
                    "min": 0,
                    "max": 40,
                    "groups": {"g": {"max": 30}},
                    "rules": [
                        {"id": "a", "on": "visit", "points": 20, "limit": {"points": 25}, "group": "g"},
                        {"id": "b", "on": "visit", "points": 10, "group": "g"},
                        {"id": "c", "on": "visit", "points": 8},
                    ],
                },
                "total": {"sum": {"e": 2}, "max": 75},
            }
        )
        events = [event("visit", 0), event("visit", 1)]
        # One visit: a 20, b 10: g 30; c 8: 38. Twice: 76, at most 75.
        self.assertEqual([read(content, events[:1], f"score.{name}", instant(0)) for name in ("e", "total")], [38, 75])
        # Two: a 40, capped to 25; b 20; g 45, capped to 30; c 16; 46, capped to 40.
        self.assertEqual(read(content, events, "score.e", instant(1)), 40)

    def test_inside_a_group_nothing_is_floored_unless_min_says_so(self):
        rules = [{"id": "a", "on": "visit", "points": -30, "group": "g"}, {"id": "b", "on": "visit", "points": 10}]
        for group, worth in (({"max": 5}, -20), ({"min": -12, "max": 5}, -2)):
            self.assertEqual(
                read(
                    pack(scores={"x": {"rules": rules, "groups": {"g": group}}}),
                    [event("visit", 0)],
                    "score.x",
                    instant(0),
                ),
                worth,
            )

    def test_nothing_is_clamped_at_accrual(self):
        rules = [{"id": "a", "on": "visit", "points": 60}, {"id": "b", "on": "open", "points": -30}]
        content = pack(scores={"x": {"rules": rules, "max": 100, "min": 0}})
        for order in (["visit", "visit", "open"], ["open", "visit", "visit"]):
            events = [event(kind, day) for day, kind in enumerate(order)]
            self.assertEqual(read(content, events, "score.x", instant(2)), 90)  # 120 - 30, never 100 - 30

    def test_a_weighted_sum_is_rounded_once_half_away_from_zero(self):
        content = pack(
            scores={
                "a": {"rules": [{"id": "r", "on": "visit", "points": 0.001}]},
                "b": {"rules": [{"id": "r", "on": "visit", "points": 0.001}]},
                "x": {"sum": {"a": 0.25, "b": 0.25}},
                "y": {"sum": {"a": -0.5}},
            }
        )
        # 0.25 + 0.25 of a milli-point is a half: one milli-point away from zero. Rounded twice it would be nothing.
        self.assertEqual(read(content, [event("visit", 0)], "score.x", instant(0)), 0.001)
        self.assertEqual(read(content, [event("visit", 0)], "score.y", instant(0)), -0.001)


class overrides(unittest.TestCase):
    CONTENT = pack(
        scores={"x": {"rules": [{"id": "r", "on": "visit", "points": 10}], "max": 50}, "total": {"sum": {"x": 2}}}
    )

    def override(self, day, **data):
        return event("score.override", day, score="x", by="ana", reason="knows", **data)

    def test_a_pin_is_read_by_parents_and_not_clamped(self):
        events = [event("visit", 0), self.override(1, value=80), event("visit", 2)]
        self.assertEqual([read(self.CONTENT, events, "score.x", instant(day)) for day in (0, 1, 2)], [10, 80, 80])
        self.assertEqual(read(self.CONTENT, events, "score.total", instant(2)), 160)

    def test_it_ends_at_until_or_by_null(self):
        events = [event("visit", 0), self.override(1, value=80, until=text(3)), event("ping", 3)]
        self.assertEqual([read(self.CONTENT, events, "score.x", at) for at in (instant(3) - 1, instant(3))], [80, 10])
        events = [event("visit", 0), self.override(1, value=80), self.override(2, value=None)]
        self.assertEqual(read(self.CONTENT, events, "score.x", instant(2)), 10)

    def test_its_end_moves_what_watches_the_score_at_that_instant(self):
        content = {
            **self.CONTENT,
            "grades": {"g": {"of": "x", "bands": [{"at_least": 50, "is": "hot"}, {"is": "cold"}]}},
        }
        grades = told(content, [event("visit", 0), self.override(1, value=80, until=text(3))], instant(9), ["grade"])
        self.assertEqual(
            [(each["at"], each["to"]) for each in grades], [(text(0), "cold"), (text(1), "hot"), (text(3), "cold")]
        )


class told_scores(unittest.TestCase):
    def test_a_score_is_told_after_events_only_and_from_the_last_told_value(self):
        content = pack(scores={"x": {"rules": [{"id": "r", "on": "visit", "points": 8, "decay": {"half_life": "1d"}}]}})
        decisions = told(content, [event("visit", 0), event("ping", 2), event("ping", 2)], instant(30))
        # 8, two days later 2: told by the ping; the second ping at the same instant changes nothing.
        self.assertEqual(
            decisions,
            [
                {"at": text(0), "kind": "score", "score": "x", "from": 0, "to": 8},
                {"at": text(2), "kind": "score", "score": "x", "from": 8, "to": 2},
            ],
        )

    def test_scores_are_told_in_byte_order_of_their_ids(self):
        rules = {"rules": [{"id": "r", "on": "visit", "points": 1}]}
        content = pack(scores={"b": rules, "a": {"sum": {"b": 1}}, "B": rules, "é": rules})
        self.assertEqual([each["score"] for each in told(content, [event("visit", 0)])], ["B", "a", "b", "é"])

    def test_milli_points_of_a_number_come_from_its_text(self):
        self.assertEqual(
            [milli_of(number) for number in (1.0005, 2.5, 1e-4, 5e-4, -5e-4, 1e20)], [1001, 2500, 0, 1, -1, 10**23]
        )


if __name__ == "__main__":
    unittest_report.main()
