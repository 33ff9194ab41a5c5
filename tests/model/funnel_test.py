"""The funnel, sentence by sentence of section 4.4."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from model.workbench import engine, event, instant, moves, pack, text, told  # noqa: E402
from support import unittest_report  # noqa: E402

SCORE = {"x": {"rules": [{"id": "r", "on": "order", "points": {"var": "event.amount"}}]}}
ATTRIBUTES = {"email": {"type": "string"}, "vip": {"type": "boolean"}, "mark": {"type": "string"}}


def funnel(transitions, stages=("a", "b", "c", "d"), asides=(), **more):
    effects = more.pop("effects", [])
    statuses = more.pop("statuses", {})
    manual = {"manual": more.pop("manual")} if "manual" in more else {}
    return pack(
        attributes=ATTRIBUTES,
        scores=SCORE,
        **more,
        funnel={
            "start": stages[0],
            "stages": [
                {"id": each, "owner": "marketing", **({"aside": True} if each in asides else {})} for each in stages
            ],
            "transitions": transitions,
            "effects": effects,
            "statuses": statuses,
            **manual,
        }
    )


def t(id, source, target, **more):
    return {"id": id, "from": source, "to": target, **more}


def hot(at_least=50):
    return {">=": [{"var": "score.x"}, at_least]}


def path(content, events, until=None):
    return [to for _, _, to in moves(content, events, until)]


class entering(unittest.TestCase):
    def test_the_first_event_first_enters_start(self):
        content = funnel(
            [t("go", "a", "b", on="visit")],
            effects=[{"enter": "a", "do": [{"action": "welcome"}]}],
            statuses={"a": ["new"]},
        )
        kinds = [(each["kind"], each.get("from"), each.get("to")) for each in told(content, [event("visit")])]
        self.assertEqual(
            kinds,
            [
                ("stage", None, "a"),
                ("status", None, "new"),
                ("action", None, None),
                ("stage", "a", "b"),
                ("status", "new", None),
            ],
        )

    def test_an_event_fires_at_most_one_on_transition(self):
        content = funnel([t("one", "a", "b", on="visit"), t("two", "b", "c", on="visit")])
        self.assertEqual(path(content, [event("visit"), event("visit", 1)]), ["a", "b", "c"])

    def test_after_it_when_transitions_go_on(self):
        content = funnel([t("one", "a", "b", on="visit"), t("two", "b", "c", when=hot(0))])
        self.assertEqual(path(content, [event("visit")]), ["a", "b", "c"])

    def test_from_a_star_is_any_stage_but_the_target(self):
        content = funnel([t("out", "*", "d", on="ping"), t("one", "a", "b", on="visit")])
        self.assertEqual(path(content, [event("visit"), event("ping", 1), event("ping", 2)]), ["a", "b", "d"])

    def test_the_first_that_can_fire_in_array_order(self):
        content = funnel(
            [
                t("never", "a", "b", when=hot(1000)),
                t("first", "a", "c", when=hot(0)),
                t("second", "a", "d", when=hot(0)),
            ]
        )
        self.assertEqual(path(content, [event("visit")]), ["a", "c"])

    def test_where_decides_with_scores_as_settled_by_that_event(self):
        content = funnel([t("big", "a", "b", on="order", where=hot(50))])
        self.assertEqual(path(content, [event("order", amount=49), event("order", 1, amount=1)]), ["a", "b"])


class requirements(unittest.TestCase):
    CONTENT = funnel(
        [
            t(
                "won",
                "a",
                "b",
                on="visit",
                require=[
                    {"if": {"!!": [{"var": "contact.email"}]}, "else": "an e-mail address"},
                    {"if": hot(5), "else": "five points"},
                ],
            ),
            t("also", "a", "c", on="visit"),
        ]
    )

    def test_a_refused_move_is_told_and_uses_the_event_up(self):
        decisions = told(self.CONTENT, [event("visit")], kinds=["rejected", "stage"])
        self.assertEqual(
            decisions[1:],
            [
                {
                    "at": text(),
                    "kind": "rejected",
                    "code": "requirement",
                    "message": "an e-mail address, five points",
                    "rule": "won",
                }
            ],
        )

    def test_with_everything_there_it_moves(self):
        events = [event("contact.set", email="a@b.c"), event("order", 1, amount=5), event("visit", 2)]
        self.assertEqual(path(self.CONTENT, events), ["a", "b"])


class time(unittest.TestCase):
    def test_after_fires_when_the_dwell_is_over(self):
        self.assertEqual(
            moves(funnel([t("quiet", "a", "b", after="60d")]), [event("visit")], instant(100)),
            [(text(), None, "a"), (text(60), "a", "b")],
        )

    def test_the_dwell_counts_from_the_latest_entry(self):
        content = funnel(
            [t("go", "a", "b", on="visit"), t("back", "b", "a", on="ping"), t("late", "b", "c", after="10d")]
        )
        events = [event("visit"), event("ping", 8), event("visit", 9)]
        self.assertEqual(moves(content, events, instant(40))[-1], (text(19), "b", "c"))

    def test_after_with_when_waits_for_both(self):
        content = funnel([t("late", "a", "b", after="10d", when=hot(50))])
        self.assertEqual(
            moves(content, [event("visit"), event("order", 12, amount=60)], instant(40))[-1], (text(12), "a", "b")
        )
        self.assertEqual(moves(content, [event("order", 2, amount=60)], instant(40))[-1], (text(12), "a", "b"))

    def test_a_dwell_in_business_hours(self):
        calendar = {"sales": {"time_zone": "America/New_York", "hours": {"mon-fri": ["09:00-17:00"]}}}
        content = funnel([t("late", "a", "b", after="4bh", calendar="sales")], calendars=calendar)
        # Friday 6 March 16:00 in New York is 21:00 UTC (day 4). One hour that day; then the clocks go forward on Sunday; three
        # more on Monday from 09:00 EDT: 12:00 EDT is 16:00 UTC on day 7.
        self.assertEqual(moves(content, [event("visit", 4, 21)], instant(20))[-1], (text(7, 16), "a", "b"))

    def test_a_dwell_in_business_days(self):
        calendar = {"sales": {"time_zone": "UTC", "hours": {"mon-fri": ["09:00-17:00"]}, "dates": {"2026-03-09": []}}}
        content = funnel([t("late", "a", "b", after="2bd", calendar="sales")], calendars=calendar)
        # Thursday 10:00, two working days on: Friday, then (Monday the 9th is closed) Tuesday the 10th, 10:00: day 8.
        self.assertEqual(moves(content, [event("visit", 3, 10)], instant(20))[-1], (text(8, 10), "a", "b"))
        # From a Saturday: rolled to Tuesday 09:00 (Monday is closed), two later: Thursday the 12th, 09:00: day 10.
        self.assertEqual(moves(content, [event("visit", 5, 10)], instant(20))[-1], (text(10, 9), "a", "b"))

    def test_days_in_stage_flips_at_the_instant_and_greater_one_millisecond_later(self):
        for operator, late in ((">=", 0), (">", 1)):
            content = funnel([t("old", "a", "b", when={operator: [{"var": "days_in_stage"}, 2.5]})])
            self.assertEqual(moves(content, [event("visit")], instant(9))[-1], (text(2.5, ms=late), "a", "b"))

    def test_since_flips_at_its_instant(self):
        content = funnel(
            [t("quiet", "a", "b", when={">": [{"var": "signal.quiet"}, 86400]})],
            signals={"quiet": {"since": "any_activity"}},
        )
        self.assertEqual(
            moves(content, [event("visit"), event("ping", 0.5)], instant(9))[-1], (text(1, ms=1), "a", "b")
        )

    def test_elapsed_since_a_date_flips_at_its_instant_even_before_the_date(self):
        content = funnel([t("soon", "a", "b", when={">=": [{"elapsed_since": [{"var": "contact.day"}]}, -3600]})])
        content["attributes"] = {**content["attributes"], "day": {"type": "date"}}
        self.assertEqual(moves(content, [event("contact.set", day=text(5))], instant(9))[-1], (text(5, -1), "a", "b"))


class arming(unittest.TestCase):
    BACK = [t("scored", "a", "b", when=hot(50)), t("back", "b", "a", on="ping")]

    def test_on_a_forward_move_what_already_holds_fires_at_once(self):
        content = funnel([t("go", "a", "b", on="ping"), t("on", "b", "c", when=hot(50))])
        self.assertEqual(path(content, [event("order", amount=60), event("ping", 1)]), ["a", "b", "c"])

    def test_sent_back_is_not_bounced(self):
        content = funnel(self.BACK)
        self.assertEqual(
            path(content, [event("order", amount=60), event("ping", 1), event("visit", 2)], instant(99)),
            ["a", "b", "a"],
        )

    def test_it_is_armed_again_once_its_condition_has_been_false(self):
        events = [
            event("order", amount=60),
            event("ping", 1),
            event("order", 2, amount=-20),
            event("order", 3, amount=10),
        ]
        self.assertEqual(moves(funnel(self.BACK), events)[-1], (text(3), "a", "b"))  # 60, 40, 50

    def test_time_can_make_it_false_and_an_event_true_again(self):
        content = funnel(self.BACK)
        content["scores"] = {"x": {"rules": [{"id": "r", "on": "order", "points": 60, "decay": {"expires": "3d"}}]}}
        events = [event("order"), event("ping", 1), event("order", 4)]
        self.assertEqual(moves(content, events, instant(9))[-1], (text(4), "a", "b"))

    def test_rearm_by_rise_counts_from_the_value_at_entry(self):
        content = funnel(
            [t("scored", "a", "b", when=hot(50), rearm={"score": "x", "rise": 10}), t("back", "b", "a", on="ping")]
        )
        events = [event("order", amount=60), event("ping", 1), event("order", 2, amount=9), event("order", 3, amount=1)]
        self.assertEqual(moves(content, events)[-1], (text(3), "a", "b"))  # 69 is 9 above 60; 70 is 10

    def test_a_backward_move_disarms_only_what_holds(self):
        content = funnel([*self.BACK, t("vip", "a", "c", when={"==": [{"var": "contact.vip"}, True]})])
        events = [event("order", amount=60), event("ping", 1), event("contact.set", 2, vip=True)]
        self.assertEqual(path(content, events), ["a", "b", "a", "c"])

    def test_into_an_aside_is_backward_and_out_of_it_forward(self):
        content = funnel(
            [
                t("out", ["a", "b"], "n", on="ping"),
                t("scored", ["a", "n"], "b", when=hot(50)),
                t("in", "n", "a", on="visit"),
            ],
            stages=("a", "b", "n"),
            asides=("n",),
        )
        # Into n with 60 points: disarmed. Out of n to a by a visit: a forward move although a stands before it: armed.
        events = [event("order", amount=60), event("ping", 1), event("visit", 2)]
        self.assertEqual(path(content, events), ["a", "b", "n", "a", "b"])

    def test_after_is_never_disarmed(self):
        content = funnel(
            [
                t("go", "a", "b", on="visit"),
                t("back", "b", "a", on="ping"),
                t("late", "a", "c", after="5d", when=hot(0)),
            ]
        )
        self.assertEqual(moves(content, [event("visit"), event("ping", 1)], instant(9))[-1], (text(6), "a", "c"))


class one_visit_a_pass(unittest.TestCase):
    def test_a_circle_at_one_instant_is_an_error_and_the_pass_rests(self):
        content = funnel([t("go", "a", "b", when=hot(0)), t("on", "b", "a", when=hot(0))])
        decisions = told(content, [event("visit")], instant(9), ["stage", "error"])
        # The pass begins in a (start): a, b, and back to a is not made. Nothing more, ever: `on` waits until it was false.
        self.assertEqual(
            [(each["kind"], each.get("to"), each.get("rule")) for each in decisions],
            [("stage", "a", None), ("stage", "b", "go"), ("error", None, "on")],
        )

    def test_after_the_error_the_next_transitions_are_tried(self):
        content = funnel(
            [t("go", "a", "b", when=hot(0)), t("on", "b", "a", when=hot(0)), t("past", "b", "c", when=hot(0))]
        )
        self.assertEqual(path(content, [event("visit")]), ["a", "b", "c"])

    def test_an_on_transition_into_a_visited_stage_has_used_its_event_up(self):
        content = funnel(
            [
                t("go", "a", "b", when={"==": [{"var": "contact.vip"}, True]}),
                t("back", "b", "a", on="contact.set"),
                t("other", "b", "c", on="contact.set"),
            ]
        )
        decisions = told(content, [event("visit"), event("contact.set", 1, vip=True)], kinds=["stage", "error"])
        self.assertEqual(
            [(each["kind"], each.get("to")) for each in decisions], [("stage", "a"), ("stage", "b"), ("error", None)]
        )

    def test_cooldown_ends_at_its_instant_included(self):
        content = funnel(
            [
                t("go", "a", "b", on="visit", cooldown="10d"),
                t("back", "b", "a", on="ping"),
                t("else", "a", "c", on="visit"),
            ]
        )
        events = [event("visit"), event("ping", 1), event("visit", 10)]
        self.assertEqual(path(content, events), ["a", "b", "a", "b"])
        # In its cooldown it lets the event pass to the next.
        self.assertEqual(path(content, [event("visit"), event("ping", 1), event("visit", 9)]), ["a", "b", "a", "c"])

    def test_a_when_in_its_cooldown_fires_at_the_end_of_it(self):
        content = funnel([t("go", "a", "b", when=hot(50), cooldown="10d"), t("back", "b", "a", on="ping")])
        events = [
            event("order", amount=60),
            event("ping", 1),
            event("order", 2, amount=-60),
            event("order", 3, amount=60),
        ]
        self.assertEqual(moves(content, events, instant(40))[-1], (text(10), "a", "b"))


class by_hand(unittest.TestCase):
    CONTENT = funnel(
        [
            t("go", "a", "b", on="visit", require=[{"if": False, "else": "never"}]),
            t("up", "b", "c", when={"==": [{"var": "contact.vip"}, True]}),
        ]
    )

    def test_stage_set_moves_where_a_transition_leads_and_require_does_not_bind(self):
        decisions = told(
            self.CONTENT, [event("ping"), event("stage.set", 1, stage="b", reason="met at a fair")], kinds=["stage"]
        )
        self.assertEqual(
            decisions[1],
            {"at": text(1), "kind": "stage", "from": "a", "to": "b", "rule": "stage.set", "reason": "met at a fair"},
        )

    def test_elsewhere_only_if_manual_is_any(self):
        events = [event("ping"), event("stage.set", 1, stage="d")]
        self.assertEqual([each["code"] for each in told(self.CONTENT, events, kinds=["rejected"])], ["not_allowed"])
        content = {**self.CONTENT, "funnel": {**self.CONTENT["funnel"], "manual": "any"}}
        self.assertEqual(path(content, events), ["a", "d"])

    def test_an_unknown_stage_is_rejected_and_the_present_one_is_nothing(self):
        self.assertEqual(
            [each["code"] for each in told(self.CONTENT, [event("stage.set", stage="z")], kinds=["rejected"])],
            ["unknown_stage"],
        )
        self.assertEqual(
            told(self.CONTENT, [event("ping"), event("stage.set", 1, stage="a")])[1:],
            told(self.CONTENT, [event("ping")])[1:],
        )

    def test_after_it_when_transitions_go_on(self):
        self.assertEqual(
            path(self.CONTENT, [event("contact.set", vip=True), event("stage.set", 1, stage="b")]), ["a", "b", "c"]
        )

    def test_into_a_stage_already_visited_in_the_pass_is_an_error(self):
        # The very first event is a stage.set to the start: the pass began there, and it is the present stage: nothing.
        self.assertEqual(told(self.CONTENT, [event("stage.set", stage="a")], kinds=["error"]), [])


class statuses(unittest.TestCase):
    CONTENT = funnel(
        [t("go", "a", "b", on="visit"), t("work", "b", "c", when={"==": [{"var": "status"}, "working"]})],
        statuses={"b": ["new", "working"], "c": ["working"]},
    )

    def test_entering_a_stage_sets_the_first_of_its_statuses(self):
        decisions = told(self.CONTENT, [event("visit")], kinds=["stage", "status"])
        self.assertEqual(
            [(each["kind"], each["from"], each["to"]) for each in decisions],
            [("stage", None, "a"), ("stage", "a", "b"), ("status", None, "new")],
        )

    def test_status_set_is_seen_by_conditions_and_the_same_status_is_not_told(self):
        decisions = told(
            self.CONTENT, [event("visit"), event("status.set", 1, status="working")], kinds=["stage", "status"]
        )[3:]
        self.assertEqual([(each["kind"], each["to"]) for each in decisions], [("status", "working"), ("stage", "c")])

    def test_one_that_the_stage_does_not_list_is_rejected(self):
        self.assertEqual(
            [each["code"] for each in told(self.CONTENT, [event("status.set", status="new")], kinds=["rejected"])],
            ["unknown_status"],
        )


class effects(unittest.TestCase):
    def test_a_move_tells_stage_status_its_own_actions_then_effects_in_array_order(self):
        content = funnel(
            [t("go", "a", "b", on="visit", do=[{"action": "own"}])],
            statuses={"b": ["new"]},
            effects=[
                {"enter": "b", "do": [{"action": "entered"}]},
                {"leave": "a", "do": [{"action": "left"}]},
                {"transition": "go", "do": [{"action": "fired"}]},
                {"enter": "c", "do": [{"action": "never"}]},
            ],
        )
        decisions = told(content, [event("visit")])[1:]
        self.assertEqual(
            [each.get("action", each["kind"]) for each in decisions],
            ["stage", "status", "own", "entered", "left", "fired"],
        )

    def test_values_that_are_operators_are_evaluated(self):
        content = funnel(
            [
                t(
                    "go",
                    "a",
                    "b",
                    on="order",
                    do=[
                        {
                            "action": "notify",
                            "to": "sales",
                            "score": {"var": "score.x"},
                            "sku": {"var": "event.sku"},
                            "plain": {"a": 1, "b": 2},
                        }
                    ],
                )
            ]
        )
        action = told(content, [event("order", amount=7.5, sku="s")], kinds=["action"])[0]
        self.assertEqual(action["data"], {"to": "sales", "score": 7.5, "sku": "s", "plain": {"a": 1, "b": 2}})

    def test_the_engine_does_some_itself(self):
        content = funnel(
            [
                t(
                    "go",
                    "a",
                    "b",
                    on="visit",
                    do=[
                        {"action": "set_owner", "owner": "ana"},
                        {"action": "add_tag", "tag": "hot"},
                        {"action": "add_tag", "tag": "hot"},
                        {"action": "set", "attribute": "mark", "to": {"cat": ["by ", {"var": "owner"}]}},
                    ],
                ),
                t("marked", "b", "c", when={"==": [{"var": "contact.mark"}, "by ana"]}),
                t("hot", "c", "d", when={"in": ["hot", {"var": "tags"}]}),
            ]
        )
        self.assertEqual(path(content, [event("visit")]), ["a", "b", "c", "d"])
        kinds = [each["kind"] for each in told(content, [event("visit")]) if each["kind"] not in ("stage", "score")]
        self.assertEqual(kinds, ["assigned", "tag", "action"])

    def test_if_is_read_when_the_effect_is_carried_out(self):
        content = funnel(
            [t("go", "a", "b", on="visit", do=[{"action": "set", "attribute": "mark", "to": "x"}])],
            effects=[
                {"enter": "b", "if": {"==": [{"var": "contact.mark"}, "x"]}, "do": [{"action": "seen"}]},
                {"enter": "b", "if": {"==": [{"var": "contact.mark"}, "y"]}, "do": [{"action": "unseen"}]},
            ],
        )
        self.assertEqual(
            [each["action"] for each in told(content, [event("visit")], kinds=["action"])], ["set", "seen"]
        )

    def test_a_when_effect_fires_when_it_becomes_true_and_once_a_pass(self):
        content = funnel([], effects=[{"when": hot(50), "do": [{"action": "call"}]}])
        events = [
            event("order", amount=60),
            event("order", 1, amount=5),
            event("order", 2, amount=-60),
            event("order", 3, amount=50),
        ]
        self.assertEqual([each["at"] for each in told(content, events, kinds=["action"])], [text(0), text(3)])

    def test_an_on_effect_comes_after_the_moves(self):
        content = funnel(
            [t("go", "a", "b", on="visit")],
            effects=[{"on": "visit", "do": [{"action": "seen", "in": {"var": "stage"}}]}],
        )
        self.assertEqual(told(content, [event("visit")])[-1]["data"], {"in": "b"})

    def test_an_assigned_effect_follows_owner_set(self):
        content = funnel([], effects=[{"assigned": True, "do": [{"action": "tell", "whom": {"var": "owner"}}]}])
        events = [
            event("owner.set", owner="ana"),
            event("owner.set", 1, owner="ana"),
            event("owner.set", 2, owner=None),
        ]
        self.assertEqual([each["data"] for each in told(content, events, kinds=["action"])], [{"whom": "ana"}])


class kept(unittest.TestCase):
    def test_first_latest_and_count_of_entries(self):
        content = funnel([t("go", "a", "b", on="visit"), t("back", "b", "a", on="ping")])
        stages = engine(content, [event("visit"), event("ping", 1), event("visit", 2)]).summary()["c1"]["stages"]
        self.assertEqual(stages["b"], {"first": text(0), "latest": text(2), "count": 2})

    def test_a_score_that_reads_the_stage_follows_the_move_in_the_same_pass(self):
        content = funnel([t("go", "a", "b", on="visit"), t("then", "b", "c", when=hot(5))])
        content["scores"] = {"x": {"rules": [{"id": "r", "when": {"==": [{"var": "stage"}, "b"]}, "points": 5}]}}
        decisions = told(content, [event("visit")], kinds=["stage", "score"])
        # Moved to b, the order begins again at scores: 5 points, told; they move it on; in c they are gone, told again.
        self.assertEqual(
            [(each["kind"], each["to"]) for each in decisions],
            [("stage", "a"), ("stage", "b"), ("score", 5), ("stage", "c"), ("score", 0)],
        )


if __name__ == "__main__":
    unittest_report.main()
