"""Laws of the fold, over random packs and streams, held by the model itself.

That time passes in other steps, or that it is looked at where nothing is due, changes no decision; that events come
shuffled within the lateness changes no settled log. LEADLINE_CASE_DIVISOR divides the number of cases.
"""

import os
import pathlib
import random
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from model import decisions  # noqa: E402
from model.instants import parse_instant  # noqa: E402
from model.pack import Pack  # noqa: E402
from model.random_packs import random_case  # noqa: E402
from model.run import Engine, engine_over  # noqa: E402
from support import unittest_report  # noqa: E402

CASES = max(1, 100 // int(os.environ.get("LEADLINE_CASE_DIVISOR") or 1))


def case_of(seed):
    """Every third pack has clocks, cadences and dispositions."""
    return random_case(seed, "" if seed % 3 else "duties")


def at_of(event):
    return parse_instant(event["at"])


def by_contact(told):
    out = {}
    for decision in told:
        out.setdefault(decision["contact"], []).append(decision)
    return out


def walked(slow, start, end):
    """Open time within [start, end), from one change of the calendar to the next."""
    total = 0
    while start < end:
        change = min(end, slow.next_change(start))
        total += change - start if slow.is_open(start) else 0
        start = change
    return total


class Restless(Engine):
    """Advances in many steps, and does passes at instants at which nothing is due."""

    def __init__(self, pack, seed):
        super().__init__(pack)
        self.random = random.Random(seed)

    def advance(self, to):
        out = []
        while self.closed is not None and self.closed < to and self.random.random() < 0.8:
            step = self.random.choice(
                [1, 1_000, 3_600_000, 6 * 3_600_000, 86_400_000, self.random.randint(1, max(1, to - self.closed))]
            )
            at = min(to, self.closed + step)
            out += super().advance(at)
            for contact in self.contacts.values():
                if contact.state.first_event_at is not None and contact.state.now < at:
                    contact.state.time_pass(at)
                    out += contact._collect()
        return out + super().advance(to)


class laws(unittest.TestCase):
    maxDiff = 4000

    def test_many_steps_and_looks_at_rest_change_nothing(self):
        for seed in range(1, CASES + 1):
            case = case_of(seed)
            # In order, and every second time as they arrive, late ones and duplicates among them.
            events = case["events"] if seed % 2 else sorted(case["events"], key=at_of)
            plain = engine_over(case["pack"], events, case["advance"])[1]
            restless, out = Restless(Pack(case["pack"]), seed), []
            for event in events:
                out += restless.apply(event)
            out += restless.advance(parse_instant(case["advance"]))
            with self.subTest(seed=seed):
                self.assertEqual(by_contact(out), by_contact(plain))

    def test_many_steps_change_nothing_where_contacts_share_reps(self):
        for seed in range(1, CASES // 4 + 2):
            case = random_case(seed, "routing")
            plain = engine_over(case["pack"], case["events"], case["advance"])[1]
            restless, out = Restless(Pack(case["pack"]), seed), []
            for event in case["events"]:
                out += restless.apply(event)
            out += restless.advance(parse_instant(case["advance"]))
            with self.subTest(seed=seed):
                self.assertEqual(by_contact(out), by_contact(plain))

    def test_a_clock_uses_what_is_open_while_it_runs(self):
        """Walked from one opening or closing to the next; so that used, still and closed time add up to the wall's."""
        cycles = 0
        for seed in range(1, CASES + 60):
            case = random_case(seed, "duties")
            pack = Pack(case["pack"])
            events = sorted(case["events"], key=at_of)
            running = {}
            for told in engine_over(pack, events, case["advance"])[1]:
                if told["kind"] != "clock":
                    continue
                clock = next(each for each in pack.clocks if each.id == told["clock"])
                if len(clock.targets) > 1 or isinstance(clock.spec["calendar"], dict):
                    continue
                key, at = (told["contact"], told["clock"], told["cycle"]), parse_instant(told["at"])
                stretches = running.setdefault(key, [])
                if told["what"] in ("started", "resumed"):
                    stretches.append([at, None])
                if stretches and stretches[-1][1] is None and told["what"] not in ("started", "resumed"):
                    until = [start if end is None else (start, end) for start, end in stretches]
                    until[-1] = (stretches[-1][0], at)
                    within = clock.targets[0].within
                    is_elapsed = within is None or within[0] == "elapsed"
                    slow = pack.calendars[clock.spec["calendar"]]
                    used = sum(end - start if is_elapsed else walked(slow, start, end) for start, end in until)
                    with self.subTest(seed=seed, told=told):
                        self.assertEqual(told["used"], used)
                    cycles += 1
                if told["what"] == "paused":
                    stretches[-1][1] = at
        self.assertGreater(cycles, 10)

    def test_the_same_input_gives_the_same_log(self):
        for seed in range(1, CASES // 8 + 2):
            case = case_of(seed)
            with self.subTest(seed=seed):
                self.assertEqual(
                    engine_over(case["pack"], case["events"], case["advance"])[1],
                    engine_over(case["pack"], case["events"], case["advance"])[1],
                )

    def test_arrival_shuffled_within_the_lateness_gives_the_same_settled_log(self):
        for seed in range(1, CASES + 1):
            case = case_of(seed)
            events, ids, ats = [], set(), set()
            for event in sorted(case["events"], key=at_of):
                # Each instant and id once, and nothing that takes effect in order of arrival.
                if (
                    at_of(event) in ats
                    or event.get("id", event["at"]) in ids
                    or event["type"] in ("contact.merge", "contact.forget")
                ):
                    continue
                ats.add(at_of(event))
                ids.add(event.get("id", event["at"]))
                events.append(event)
            shuffle = random.Random(seed)
            lateness = Pack(case["pack"]).lateness
            # Who arrived before is at most its own delay, less than the lateness, further on.
            shuffled = sorted(events, key=lambda event: at_of(event) + shuffle.randrange(max(1, lateness)))
            straight, _ = engine_over(case["pack"], events, case["advance"])
            folded, _ = engine_over(case["pack"], shuffled, case["advance"])
            with self.subTest(seed=seed):
                self.assertEqual(folded.settled(), straight.settled())
                self.assertEqual(folded.summary(), straight.summary())

    def test_corrections_applied_to_what_was_told_give_the_settled_log(self):
        for seed in range(1, CASES + 1):
            case = case_of(seed)
            if any(event["type"] in ("contact.merge", "contact.forget") for event in case["events"]):
                continue
            made, out = engine_over(case["pack"], case["events"], case["advance"])
            standing = {}
            for decision in out:
                if decision["kind"] == "amended":
                    standing[decision["contact"], decision["corrects"]] = decision["now"]
                elif decision.get("code") not in ("too_late",):
                    standing[decision["contact"], decision["seq"]] = decisions.without_marks(decision)
            rest = sorted(str(decisions.without_marks(decision)) for decision in standing.values() if decision)
            with self.subTest(seed=seed):
                self.assertEqual(rest, sorted(str(decisions.without_marks(decision)) for decision in made.settled()))

    def test_the_random_streams_reach_every_kind_of_decision(self):
        kinds, codes = set(), set()
        for seed in range(1, 120):
            case = random_case(seed, ("", "duties", "routing")[seed % 3])
            for decision in engine_over(case["pack"], case["events"], case["advance"])[1]:
                kinds.add(decision["kind"])
                codes.add(decision.get("code"))
        self.assertEqual(
            kinds,
            {
                "score",
                "grade",
                "stage",
                "status",
                "assigned",
                "tag",
                "action",
                "rejected",
                "amended",
                "merged",
                "forgotten",
                "error",
                "clock",
                "cadence",
                "recycled",
                "held",
            },
        )
        self.assertLessEqual(
            {
                "too_late",
                "requirement",
                "not_allowed",
                "unknown_stage",
                "unknown_status",
                "bad_event",
                "bad_attribute",
                "cycle",
                "guarded",
                "disposition_required",
                "unknown_code",
                "missing_code",
            },
            codes,
        )


if __name__ == "__main__":
    unittest_report.main()
