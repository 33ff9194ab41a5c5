"""A contact's fold: order, late events, duplicates, refusals, merge, forget; sections 1, 4 and 5."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from model import decisions as model_decisions  # noqa: E402
from model.pack import Pack  # noqa: E402
from model.run import Engine, engine_over, fold, read_events  # noqa: E402
from model.workbench import engine, event, instant, pack, read, text, told  # noqa: E402
from support import unittest_report  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
SCORED = pack(
    attributes={
        "size": {"type": "number"},
        "vip": {"type": "boolean"},
        "day": {"type": "date"},
        "email": {"type": "string", "from": ["form.email", "form.mail"]},
        "domain": {"type": "string", "derive": {"domain": [{"var": "contact.email"}]}},
    },
    scores={"x": {"rules": [{"id": "r", "on": "visit", "points": 10}]}},
    funnel={
        "start": "a",
        "stages": [{"id": "a"}, {"id": "b"}],
        "transitions": [
            {"id": "go", "from": "a", "to": "b", "when": {">=": [{"var": "score.x"}, 20]}, "reason": "scored"}
        ],
    },
)
SCORED["events"] = {**SCORED["events"], "form": {"activity": True, "fields": {"email": "string", "mail": "string"}}}


def run(events, until=None, content=SCORED, limits=None):
    return engine_over(Pack(content, limits=limits), events, until)[1]


def attribute(events, name, at):
    return read(SCORED, events, f"contact.{name}", at)


class the_log(unittest.TestCase):
    def test_a_decision_has_the_keys_of_the_contract_in_its_order(self):
        out = run([event("visit", id="e1"), event("visit", 1, id="e2")])
        self.assertEqual(
            model_decisions.line(out[-1]),
            '{"seq": 4, "at": "2026-03-03T00:00:00.000Z", "contact": "c1", "kind": "stage", "from": "a", "to": "b", '
            '"rule": "go", "reason": "scored", "cause": "e2"}',
        )

    def test_seq_counts_per_contact_from_one_without_gaps(self):
        out = run([event("visit", 0, contact="b"), event("visit", 0, contact="a"), event("visit", 1, contact="b")])
        for name, count in (("a", 2), ("b", 4)):
            self.assertEqual([each["seq"] for each in out if each["contact"] == name], list(range(1, count + 1)))

    def test_what_time_brings_has_the_cause_time(self):
        content = {
            **SCORED,
            "funnel": {**SCORED["funnel"], "transitions": [{"id": "late", "from": "a", "to": "b", "after": "1d"}]},
        }
        self.assertEqual(run([event("ping", id="e1")], instant(2), content)[-1]["cause"], "time")

    def test_an_event_without_id_has_no_cause(self):
        self.assertIsNone(run([event("visit")])[0]["cause"])

    def test_a_line_that_is_no_json_is_an_error_of_the_line(self):
        self.assertEqual(
            [fold(SCORED, read_events(line))[0] for line in ("{", "[1]", '{"contact": NaN}')],
            [{"error": "contact is missing"}] * 3,
        )

    def test_the_program_prints_one_decision_a_line(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            (folder / "pack.json").write_text(
                '{ // a comment\n "leadline": 1, "events": {"visit": {}}, "lists": {"l": {"file": "l.txt"}},\n'
                '"scores": {"x": {"rules": [{"id": "r", "on": "visit", "where": {"in": [{"var": "event.p"}, {"var": "list.l"}]}, "points": 1}]}}}'
            )
            (folder / "l.txt").write_text("# pages\n/a // no comment here\n/p # one\n")
            (folder / "events.ndjson").write_text(
                '{"contact": "c", "type": "visit", "at": "2026-03-02T00:00:00+01:00", "data": {"p": "/p"}}\n'
            )
            done = subprocess.run(
                [
                    sys.executable,
                    HERE / "run.py",
                    folder / "pack.json",
                    folder / "events.ndjson",
                    "--until",
                    "2026-03-05T00:00:00Z",
                ],
                capture_output=True,
                text=True,
                check=True,
            )
        self.assertEqual(
            done.stdout,
            '{"seq": 1, "at": "2026-03-01T23:00:00.000Z", "contact": "c", "kind": "score", "score": "x", "from": 0, "to": 1, "cause": null}\n',
        )


class attributes(unittest.TestCase):
    def test_numbers_booleans_and_dates_are_converted(self):
        events = [event("contact.set", size="120", vip="true", day="2026-03-02T01:00:00+01:00")]
        self.assertEqual([attribute(events, name, instant(1)) for name in ("size", "vip")], [120, True])
        self.assertEqual(attribute(events, "day", instant(1)).at, instant())

    def test_what_cannot_be_converted_is_unknown_and_told(self):
        events = [event("contact.set", size=5), event("contact.set", 1, size="many", vip=1)]
        self.assertIsNone(attribute(events, "size", instant(1)))
        self.assertEqual(
            [each["code"] for each in told(SCORED, events, kinds=["rejected"])], ["bad_attribute", "bad_attribute"]
        )

    def test_null_removes(self):
        self.assertIsNone(
            attribute([event("contact.set", size=5), event("contact.set", 1, size=None)], "size", instant(1))
        )

    def test_from_sets_it_as_contact_set_would_and_the_first_field_present_wins(self):
        self.assertEqual(attribute([event("form", email="a@b.c", mail="x@y.z")], "email", instant(1)), "a@b.c")
        self.assertEqual(attribute([event("form", mail="x@y.z")], "email", instant(1)), "x@y.z")
        self.assertIsNone(attribute([event("form", mail="x@y.z"), event("form", 1, email=None)], "email", instant(1)))

    def test_a_derived_attribute_follows_its_input(self):
        self.assertEqual(attribute([event("form", email="a@Mail.Example.")], "domain", instant(1)), "mail.example")
        self.assertIsNone(
            attribute([event("form", email="a@b.c"), event("contact.set", 1, email=None)], "domain", instant(1))
        )

    def test_undeclared_ones_cannot_be_read(self):
        self.assertIsNone(attribute([event("contact.set", shoe=43)], "shoe", instant(1)))


class refusals(unittest.TestCase):
    def codes(self, events, **more):
        return [each.get("code") for each in run(events, **more) if each["kind"] == "rejected"]

    def test_bad_events_are_told_and_change_nothing(self):
        for bad in (
            event("nothing_known"),
            event("visit", seconds="long"),
            event("stage.set"),
            event("status.set", status=3),
            event("visit", id="time"),
            event("score.override", score="y", value=1),
            event("score.override", score="x", value="1"),
            event("score.override", score="x"),
            {**event("visit"), "data": [1]},
        ):
            self.assertEqual([each["kind"] for each in run([bad])], ["rejected"], bad)
            self.assertEqual(self.codes([bad]), ["bad_event"])

    def test_a_bad_event_may_be_sent_again_mended(self):
        out = run([event("visit", id="e1", seconds="long"), event("visit", id="e1", seconds=3)])
        self.assertEqual([each["kind"] for each in out], ["rejected", "stage", "score"])

    def test_what_time_brings_at_the_instant_of_a_bad_event_still_comes(self):
        content = {
            **SCORED,
            "funnel": {**SCORED["funnel"], "transitions": [{"id": "late", "from": "a", "to": "b", "after": "1d"}]},
        }
        out = run([event("ping"), event("nothing_known", 1)], instant(2), content)
        self.assertEqual([(each["at"], each["kind"]) for each in out[1:]], [(text(1), "rejected"), (text(1), "stage")])

    def test_too_late_is_at_plus_lateness_up_to_the_last_closed_instant(self):
        # An event at day 10 closes every instant before it. Day 3 less a millisecond + 7 d is the last closed one: too late.
        events = [event("ping"), event("ping", 10)]
        self.assertEqual(self.codes([*events, event("visit", 3, ms=-1)]), ["too_late"])
        self.assertEqual(self.codes([*events, event("visit", 3)]), [])

    def test_more_points_than_a_rule_may_hold_refuse_the_event_whole(self):
        content = pack(
            scores={"x": {"rules": [{"id": "r", "on": "order", "points": {"var": "event.amount"}}]}},
            signals={"n": {"count": "order"}},
        )
        events = [
            event("order", amount=6_000_000),
            event("order", 1, amount=4_000_001),
            event("order", 2, amount=4_000_000),
        ]
        self.assertEqual(self.codes(events, content=content), ["limit"])
        self.assertEqual([read(content, events, path, instant(2)) for path in ("score.x", "signal.n")], [10_000_000, 2])

    def test_windows_and_distinct_values_are_bounded(self):
        content = pack(signals={"n": {"count": "visit", "within": "1d"}, "m": {"distinct": "open", "by": "mail"}})
        events = [event("visit", 0, hour) for hour in range(4)] + [event("visit", 1)]
        # The limit of 3 stops the fourth; at day 1 the first is out of (0, 1].
        self.assertEqual(self.codes(events, content=content, limits={"window": 3}), ["limit"])
        events = [event("open", 0, hour, mail=mail) for hour, mail in enumerate("aabcc")]
        self.assertEqual(self.codes(events, content=content, limits={"distinct": 2}), ["limit", "limit"])

    def test_a_line_without_contact_or_instant_is_an_error_of_the_line(self):
        for bad in (
            {"type": "visit", "at": text()},
            {**event("visit"), "at": "2026-03-02T00:00:00"},
            {**event("visit"), "contact": ""},
        ):
            self.assertEqual(set(run([bad])[0]), {"error"})


class duplicates(unittest.TestCase):
    def test_an_id_seen_within_the_lateness_is_ignored_and_counted(self):
        made = engine(SCORED, [event("visit", id="e1"), event("visit", id="e1"), event("visit", 5, id="e1")])
        self.assertEqual(made.contacts["c1"].duplicates, 2)
        self.assertEqual(made.contacts["c1"].state.summary()["scores"]["x"], 10)

    def test_an_id_is_forgotten_when_its_event_leaves_the_horizon(self):
        # At day 7 and a millisecond the closed instant is day 7: 0 + 7 d is no longer after it.
        made = engine(SCORED, [event("visit", id="e1"), event("visit", 7, ms=1, id="e1")])
        self.assertEqual(made.contacts["c1"].state.summary()["scores"]["x"], 20)
        made = engine(SCORED, [event("visit", id="e1"), event("visit", 7, id="e1")])
        self.assertEqual(made.contacts["c1"].state.summary()["scores"]["x"], 10)

    def test_too_late_is_judged_first(self):
        out = run([event("visit", id="e1"), event("ping", 20), event("visit", id="e1")])
        self.assertEqual(out[-1]["code"], "too_late")

    def test_other_contacts_have_ids_of_their_own(self):
        out = run([event("visit", id="e1"), event("visit", id="e1", contact="c2")])
        self.assertEqual([each["contact"] for each in out if each["kind"] == "score"], ["c1", "c2"])


class late_events(unittest.TestCase):
    def test_the_log_is_amended_to_what_it_would_have_been(self):
        events = [
            event("visit", 1, id="e1"),
            event("visit", 3, id="e3"),
            event("ping", 4, id="e4"),
            event("visit", 2, id="e2"),
        ]
        out = run(events)
        self.assertEqual(
            [each["kind"] for each in out], ["stage", "score", "score", "stage", "amended", "amended", "score", "stage"]
        )
        # Told first: day 3, 10 to 20, and the move. With the visit of day 2 that is 20 to 30; the move is of day 2.
        amended = out[4]
        self.assertEqual((amended["seq"], amended["at"], amended["corrects"], amended["cause"]), (5, text(3), 3, "e2"))
        self.assertEqual((amended["now"]["from"], amended["now"]["to"], amended["now"]["cause"]), (20, 30, "e3"))
        self.assertNotIn("seq", amended["now"])
        self.assertEqual((out[5]["corrects"], out[5]["now"]), (4, None))
        self.assertEqual((out[6]["at"], out[6]["from"], out[6]["to"], out[6]["late"]), (text(2), 10, 20, True))
        self.assertEqual((out[7]["seq"], out[7]["at"], out[7]["kind"], out[7]["late"]), (8, text(2), "stage", True))

    def test_an_event_at_the_last_closed_instant_is_late_and_one_after_it_is_not(self):
        made = Engine(Pack(SCORED))
        made.apply(event("ping"))
        made.advance(instant(1))
        self.assertIn("late", made.apply(event("visit", 1))[0])
        self.assertNotIn("late", made.apply(event("visit", 1, ms=1))[0])

    def test_a_second_correction_names_the_decision_that_was_told_first(self):
        events = [event("visit", 1), event("visit", 3), event("ping", 4), event("visit", 2), event("visit", 2.5)]
        corrected = [each["corrects"] for each in run(events) if each["kind"] == "amended" and each["now"]]
        self.assertEqual(corrected, [3, 3])

    def test_a_late_first_event_moves_the_entry_into_start(self):
        made, _ = engine_over(Pack(SCORED), [event("visit", 3), event("ping", 4), event("visit", 1)])
        self.assertEqual(
            [(each["at"], each["kind"]) for each in made.settled()],
            [(text(1), "stage"), (text(1), "score"), (text(3), "score"), (text(3), "stage")],
        )

    def test_a_late_attribute_changes_how_later_events_were_judged(self):
        content = pack(
            attributes={"vip": {"type": "boolean"}},
            scores={
                "x": {
                    "rules": [{"id": "r", "on": "visit", "where": {"==": [{"var": "contact.vip"}, True]}, "points": 10}]
                }
            },
        )
        out = run(
            [event("ping"), event("visit", 2), event("ping", 3), event("contact.set", 1, vip=True)], content=content
        )
        self.assertEqual([(each["at"], each["to"]) for each in out], [(text(2), 10)])

    def test_a_late_event_may_take_the_place_of_one_that_earned(self):
        content = pack(
            scores={
                "x": {"rules": [{"id": "r", "on": "order", "points": {"var": "event.amount"}, "limit": {"times": 1}}]}
            }
        )
        made, out = engine_over(
            Pack(content), [event("order", 2, amount=7), event("ping", 3), event("order", 1, amount=5)]
        )
        self.assertEqual([(each["at"], each["from"], each["to"]) for each in made.settled()], [(text(1), 0, 5)])
        self.assertEqual([each["kind"] for each in out], ["score", "amended", "score"])


class order(unittest.TestCase):
    def test_at_one_instant_events_come_in_order_of_arrival(self):
        content = pack(
            attributes={"vip": {"type": "boolean"}},
            scores={
                "x": {
                    "rules": [{"id": "r", "on": "visit", "where": {"==": [{"var": "contact.vip"}, True]}, "points": 10}]
                }
            },
        )
        self.assertEqual(len(run([event("contact.set", vip=True), event("visit")], content=content)), 1)
        self.assertEqual(len(run([event("visit"), event("contact.set", vip=True)], content=content)), 0)

    def test_before_an_event_every_contact_is_brought_to_just_before_it(self):
        content = {
            **SCORED,
            "funnel": {**SCORED["funnel"], "transitions": [{"id": "late", "from": "a", "to": "b", "after": "1d"}]},
        }
        out = run(
            [
                event("ping", contact="b"),
                event("ping", contact="a"),
                event("ping", 1, contact="c"),
                event("ping", 2, contact="c"),
            ],
            instant(9),
            content,
        )
        self.assertEqual(
            [(each["at"], each["contact"]) for each in out if each["to"] == "b"],
            [(text(1), "a"), (text(1), "b"), (text(2), "c")],
        )
        # c's own entry at day 1 stands before what time brings at day 1 to the others.
        self.assertEqual([each["contact"] for each in out], ["b", "a", "c", "a", "b", "c"])


class merge_and_forget(unittest.TestCase):
    CONTENT = pack(
        attributes={"size": {"type": "number"}, "vip": {"type": "boolean"}},
        signals={"visits": {"count": "visit", "within": "10d"}},
        scores={
            "x": {
                "rules": [
                    {"id": "r", "on": "visit", "points": 10, "limit": {"times": 1}},
                    {"id": "three", "when": {">=": [{"var": "signal.visits"}, 3]}, "points": 5},
                ]
            }
        },
    )

    def merged(self, *more):
        events = [
            event("visit"),
            event("contact.set", size=1, vip=True),
            event("tag.add", tag="old"),
            event("visit", 1, contact="c2"),
            event("visit", 2, contact="c2"),
            event("contact.set", 2, contact="c2", size=2),
            event("contact.merge", 3, id="m", into="c2"),
            *more,
        ]
        return engine_over(Pack(self.CONTENT), events, instant(20))

    def test_points_and_signals_are_added_windows_united_and_limits_not_judged_again(self):
        made, out = self.merged()
        # Each had earned its 10 once; three visits within ten days give 5 more: told by the merge.
        self.assertEqual(
            [
                (each["at"], each["from"], each["to"], each["cause"])
                for each in out
                if each["contact"] == "c2" and each["kind"] == "score"
            ],
            [(text(1), 0, 10, None), (text(3), 10, 25, "m")],
        )
        self.assertEqual(
            [each for each in out if each["kind"] == "tag"][-1],
            {
                "seq": 2,
                "at": text(3),
                "contact": "c2",
                "kind": "tag",
                "tag": "old",
                "what": "added",
                "rule": "contact.merge",
                "cause": "m",
            },
        )
        self.assertEqual(made.contacts["c2"].state.summary()["tags"], ["old"])

    def test_the_one_that_ends_tells_merged(self):
        _, out = self.merged()
        self.assertEqual(
            [each for each in out if each["kind"] == "merged"],
            [{"seq": 3, "at": text(3), "contact": "c1", "kind": "merged", "into": "c2", "cause": "m"}],
        )

    def test_attributes_that_into_lacks_come_along_and_its_own_stay(self):
        state = self.merged()[0].contacts["c2"].state
        self.assertEqual([state.attributes[name] for name in ("size", "vip")], [2, True])

    def test_later_events_of_the_merged_id_are_those_of_into(self):
        _, out = self.merged(event("visit", 4), event("ping", 12, contact="c1"))
        # Visits of days 0, 1, 2, 4; at day 12 only that of day 4 is within ten days: the 5 points are gone.
        self.assertEqual([(each["contact"], each.get("to")) for each in out][-1], ("c2", 20))

    def test_nothing_is_folded_again_across_a_merge(self):
        _, out = self.merged(event("ping", 5), event("visit", 2.5, contact="c2"))
        self.assertEqual([each.get("code") for each in out][-1], "too_late")

    def test_into_itself_is_a_bad_event(self):
        self.assertEqual([each.get("code") for each in run([event("contact.merge", into="c1")])], ["bad_event"])
        _, out = self.merged(event("contact.merge", 4, contact="c2", into="c1"))
        self.assertEqual(
            (
                out[-1]["code"]
                if "code" in out[-1]
                else [each.get("code") for each in out if each["kind"] == "rejected"][0]
            ),
            "bad_event",
        )

    def test_forgetting_tells_one_forgotten_and_a_later_event_starts_anew(self):
        out = run([event("visit"), event("contact.forget", 1, id="f"), event("visit", 2)])
        self.assertEqual(
            [(each["seq"], each["kind"]) for each in out],
            [(1, "stage"), (2, "score"), (3, "forgotten"), (1, "stage"), (2, "score")],
        )
        self.assertEqual(out[-1]["to"], 10)

    def test_both_take_effect_in_order_of_arrival_however_late(self):
        out = run([event("visit"), event("ping", 30), event("contact.forget", 1)])
        self.assertEqual((out[-1]["kind"], out[-1]["at"]), ("forgotten", text(30)))


class fold_itself(unittest.TestCase):
    def test_it_may_be_called_with_json_and_a_text_for_the_instant(self):
        self.assertEqual(len(fold(SCORED, [event("visit")], text(3))), 2)


if __name__ == "__main__":
    unittest_report.main()
