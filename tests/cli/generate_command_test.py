"""`leadline generate`: the same bytes for the same arguments, and a year that the standard pack takes as a CRM's."""

import collections
import datetime
import hashlib
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import leadline_program, unittest_report  # noqa: E402
from support.leadline_program import ROOT, written  # noqa: E402

STANDARD = ROOT / "rules" / "standard.json"
LATENESS = datetime.timedelta(days=7)


def generated(*arguments):
    done = leadline_program.run("generate", *arguments, binary=True, given=b"")
    assert (done.returncode, done.stderr) == (0, b""), done.stderr
    return done.stdout


def read(lines):
    events = [json.loads(line) for line in lines.splitlines()]
    for event in events:
        event["at"] = datetime.datetime.fromisoformat(event["at"].replace("Z", "+00:00"))
    return events


def told_late(events):
    """Pairs of a late event and how far the time of the stream had come when it arrived."""
    pairs = []
    now = events[0]["at"]
    for event in events:
        if event["at"] < now:
            pairs.append((event, now))
        now = max(now, event["at"])
    return pairs


def settled(lines):
    """What `leadline run` tells of each contact, with its corrections applied and without what hangs on arrival."""
    with written("events.ndjson", "".join(lines)) as path:
        done = leadline_program.run("run", STANDARD, path, "--until", "2027-01-01T05:00:00Z")
    assert done.returncode == 0, done.stderr
    told = collections.defaultdict(dict)
    for line in done.stdout.splitlines():
        decision = json.loads(line)
        of_contact, seq = told[decision["contact"]], decision.pop("seq")
        if decision["kind"] == "amended":
            seq, decision = decision["corrects"], decision["now"]
        if decision is None:
            del of_contact[seq]
        else:
            of_contact[seq] = {k: v for k, v in decision.items()
                                if k not in ("contact", "told_late", "seq") and not (k == "late" and v is True)}
    return {c: sorted(json.dumps(d, sort_keys=True) for d in kept.values()) for c, kept in told.items()}


class generate_command(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.year = generated("--contacts", "3000", "--seed", "7")
        cls.events = read(cls.year)

    def test_the_same_arguments_give_the_same_bytes_here_and_everywhere(self):
        small = generated("--contacts", "200", "--seed", "7", "--days", "90")
        self.assertEqual(generated("--contacts", "200", "--seed", "7", "--days", "90"), small)
        # Written down on one machine; another compiler or another processor must come to it too.
        self.assertEqual(hashlib.sha256(small).hexdigest(), "d71b2b5f334674a91bee38109bc366f13323c090febfa9d4ff903997590a1963")

    def test_another_seed_is_another_year(self):
        self.assertNotEqual(generated("--contacts", "50", "--seed", "8"), generated("--contacts", "50", "--seed", "7"))
        self.assertEqual(generated("--contacts", "50"), generated("--contacts", "50", "--seed", "1", "--days", "365"))

    def test_it_has_as_many_contacts_as_asked_for_and_no_event_twice(self):
        for count in (1, 10, 3000):
            events = self.events if count == 3000 else read(generated("--contacts", str(count), "--seed", "7"))
            self.assertEqual({e["contact"] for e in events}, {f"c{i + 1}" for i in range(count)})
            self.assertEqual(len({e["id"] for e in events}), len(events))

    def test_its_days_are_those_asked_for(self):
        begin = datetime.datetime(2026, 1, 1, 5, tzinfo=datetime.timezone.utc)
        for days in (1, 6, 7, 10, 365):
            events = self.events if days == 365 else read(generated("--contacts", "400", "--days", str(days)))
            self.assertGreaterEqual(min(e["at"] for e in events), begin)
            end = begin + datetime.timedelta(days=days)
            self.assertLess(max(e["at"] for e in events), end)
            self.assertGreater(max(e["at"] for e in events), end - datetime.timedelta(days=max(1, days / 10)))

    def test_some_visits_are_told_late_and_a_few_too_late(self):
        pairs = told_late(self.events)
        self.assertEqual({e["type"] for e, _ in pairs}, {"page_view", "email_clicked", "content_downloaded"})
        self.assertTrue(0.005 < len(pairs) / len(self.events) < 0.03, len(pairs))
        too_late = [e for e, now in pairs if e["at"] + LATENESS <= now]
        self.assertTrue(1 <= len(too_late) < len(pairs) / 8, len(too_late))

    def test_it_looks_like_a_crm(self):
        per_contact = collections.Counter(e["contact"] for e in self.events if e["type"] == "page_view").most_common()
        tenth = sum(count for _, count in per_contact[:300])
        self.assertGreater(tenth, 0.4 * sum(count for _, count in per_contact), "a tenth of the contacts makes most visits")
        touches = [e["at"] - datetime.timedelta(hours=5) for e in self.events if e["type"] == "touch"]
        self.assertTrue(all(t.weekday() < 5 and 9 <= t.hour < 17 for t in touches))
        blanks = sum("employees" not in e["data"] for e in self.events if e["type"] == "contact.set")
        self.assertTrue(0.05 < blanks / sum(e["type"] == "contact.set" for e in self.events) < 0.15)
        sequence = ["subscribed", "demo_requested", "sales_accepted", "sales_qualified", "opportunity_created", "deal_won"]
        counts = collections.Counter(e["type"] for e in self.events)
        steps = [counts[name] for name in sequence]
        self.assertEqual(steps, sorted(steps, reverse=True))

    def test_the_standard_pack_takes_all_but_the_too_late_and_every_stage_is_reached(self):
        with written("year.ndjson", self.year) as path:
            done = leadline_program.run("run", STANDARD, path, "--until", "2027-01-01T05:00:00Z")
        self.assertEqual(done.returncode, 0, done.stderr)
        decisions = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([d for d in decisions if d["kind"] == "error"], [])
        rejected = {d["cause"]: d["code"] for d in decisions if d["kind"] == "rejected"}
        too_late = {e["id"]: "too_late" for e, now in told_late(self.events) if e["at"] + LATENESS <= now}
        self.assertEqual(rejected, too_late)
        reached = collections.Counter(d["to"] for d in decisions if d["kind"] == "stage")
        # Disqualified is only reached by a disposition.
        expected = {"subscriber", "lead", "mql", "sal", "sql", "opportunity", "customer", "nurture", "lost"}
        self.assertEqual(expected - set(reached), set())

    def test_what_comes_late_gives_the_decisions_that_it_had_given_in_time(self):
        lines = self.year.decode("utf-8").splitlines(keepends=True)
        too_late = {e["id"] for e, now in told_late(self.events) if e["at"] + LATENESS <= now}
        arrived = [(e["at"], line) for e, line in zip(self.events, lines, strict=True) if e["id"] not in too_late]
        in_order = [line for _, line in sorted(arrived, key=lambda pair: pair[0])]
        self.assertNotEqual([line for _, line in arrived], in_order)
        self.assertEqual(settled([line for _, line in arrived]), settled(in_order))

    def test_wrong_arguments_are_told(self):
        for arguments in (["--contacts", "0"], ["--contacts", "-5"], ["--contacts", "many"], ["--days", "0"],
                          ["--days", "100000"], ["--seed", "x"], ["file"]):
            with self.subTest(arguments):
                done = leadline_program.run("generate", *arguments)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertNotEqual(done.stderr, "")

    def test_the_help_has_an_example(self):
        done = leadline_program.run("generate", "--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("Example:\n  leadline generate", done.stdout)


if __name__ == "__main__":
    unittest_report.main()
