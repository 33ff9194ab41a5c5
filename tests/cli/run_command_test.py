"""`leadline run` and `leadline scores`: what comes in, what goes out, and what happens to bad lines."""

import csv
import gzip
import io
import json
import pathlib
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import leadline_program, unittest_report  # noqa: E402

PACK = {
    "leadline": 1,
    "attributes": {"size": {"type": "number", "from": ["visit.n"]}},
    "events": {"visit": {"activity": True, "fields": {"n": "number"}}, "fading": {}},
    "scores": {"heat": {"rules": [{"id": "v", "on": "visit", "points": 10}]},
               "cold": {"rules": [{"id": "f", "on": "fading", "points": 10, "decay": {"linear": "10d"}}]}},
    "grades": {"g": {"of": "heat", "bands": [{"at_least": 20, "is": "A"}, {"is": "B"}]}},
    "funnel": {"start": "new", "stages": [{"id": "new"}, {"id": "old"}],
               "transitions": [{"id": "t", "from": "new", "to": "old", "after": "1d"}]},
}


def line(kind="visit", at="2026-03-01T00:00:00Z", contact="ann", **more):
    return json.dumps({"contact": contact, "type": kind, "at": at, **more})


class case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.pack = pathlib.Path(self.folder.name) / "pack.json"
        self.pack.write_text(json.dumps(PACK), encoding="utf-8")

    def write(self, *lines, name="events.ndjson"):
        path = pathlib.Path(self.folder.name) / name
        path.write_text("".join(each + "\n" for each in lines), encoding="utf-8")
        return path

    def told(self, *lines, code=0):
        done = leadline_program.run("run", self.pack, self.write(*lines))
        self.assertEqual(done.returncode, code, done.stderr)
        return [json.loads(each) for each in done.stdout.splitlines()], done.stderr


class run_command(case):
    def test_tells_decisions_as_lines_of_json_in_the_order_of_their_keys(self):
        done = leadline_program.run("run", self.pack, self.write(line(id="e1")))
        self.assertEqual(done.stdout.splitlines()[:2], [
            '{"seq": 1, "at": "2026-03-01T00:00:00.000Z", "contact": "ann", "kind": "stage", "from": null, "to": "new", "cause": "e1"}',
            '{"seq": 2, "at": "2026-03-01T00:00:00.000Z", "contact": "ann", "kind": "score", "score": "heat", "from": 0, "to": 10, "cause": "e1"}'])

    def test_lets_time_pass_until_the_instant_asked_for_and_no_further(self):
        events = self.write(line())
        for until, count in (("2026-03-01T23:59:59.999Z", 1), ("2026-03-02T00:00:00Z", 2)):
            done = leadline_program.run("run", self.pack, events, "--until", until)
            moves = [each for each in done.stdout.splitlines() if '"stage"' in each]
            self.assertEqual(len(moves), count)

    def test_reads_several_files_gzip_and_standard_input(self):
        packed = pathlib.Path(self.folder.name) / "packed"
        packed.write_bytes(gzip.compress((line(at="2026-03-01T00:00:01Z") + "\n").encode()))
        done = leadline_program.run("run", self.pack, self.write(line()), packed, "-", given=line(at="2026-03-01T00:00:02Z"))
        self.assertEqual(done.returncode, 0)
        scores = [json.loads(each)["to"] for each in done.stdout.splitlines() if '"score"' in each]
        self.assertEqual(scores, [10, 20, 30])

    def test_contacts_are_brought_along_in_order_of_instant_and_id(self):
        told, _ = self.told(line(contact="zoe"), line(contact="ann"), line(contact="bo", at="2026-03-05T00:00:00Z"))
        by_time = [(each["at"], each["contact"]) for each in told if each["cause"] == "time"]
        self.assertEqual(by_time, [("2026-03-02T00:00:00.000Z", "ann"), ("2026-03-02T00:00:00.000Z", "zoe")])

    def test_a_bad_line_is_told_with_its_number_and_the_others_go_on(self):
        bad = ["{", "[]", "7", "nonsense", '{"type": "visit", "at": "2026-03-01T00:00:00Z"}', line(contact=""), line(contact=7),
               line(at="yesterday"), line(at="2026-03-01T00:00:00"), line(at=5), line(contact="x" * 1025), line(contact="x" * 10_000_000),
               line(data={"n": 1, "more": "x" * 1_100_000}), line(data={"n": json.loads("[" * 200 + "]" * 200)})]
        for each in bad:
            told, problems = self.told(line(id="first"), each, line(id="second", at="2026-03-01T00:00:01Z"), code=1)
            self.assertIn("events.ndjson:2:", problems, each[:80])
            self.assertEqual([one["cause"] for one in told if one["kind"] == "score"], ["first", "second"], each[:80])

    def test_what_the_pack_refuses_is_a_decision(self):
        refused = [dict(type="nothing"), dict(data={"n": "many"}), dict(data=[]), dict(data="x"), dict(id="time"), dict(id=7), dict(id="x" * 1025),
                   dict(type="stage.set"), dict(type="stage.set", data={"stage": 1}), dict(type="tag.add"),
                   dict(type="score.override", data={"score": "none"}), dict(type="score.override", data={"score": "heat", "value": "x"}),
                   dict(type="score.override", data={"score": "heat", "value": 1, "until": "soon"}), dict(type="contact.merge", data={"into": "ann"})]
        for each in refused:
            event = {"contact": "ann", "type": "visit", "at": "2026-03-01T00:00:01Z", **each}
            told, _ = self.told(line(id="first"), json.dumps(event), line(id="last", at="2026-03-01T00:00:02Z"))
            self.assertEqual([one.get("code") for one in told if one["kind"] == "rejected"], ["bad_event"], each)
            self.assertEqual([one["to"] for one in told if one["kind"] == "score"], [10, 20], each)

    def test_a_number_of_any_size_is_read(self):
        told, _ = self.told(line(data={"n": 1}), '{"contact": "ann", "type": "visit", "at": "2026-03-01T00:00:01Z", "data": {"n": 1' + "0" * 40 + "}}")
        self.assertEqual([one["kind"] for one in told].count("score"), 2)

    def test_a_pack_with_errors_is_not_run(self):
        self.pack.write_text('{"leadline": 1, "scores": 7}', encoding="utf-8")
        done = leadline_program.run("run", self.pack, self.write(line()))
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("/scores", done.stderr)

    def test_misuse_is_exit_code_2(self):
        self.assertEqual(leadline_program.run("run", self.pack).returncode, 2)
        self.assertEqual(leadline_program.run("run", self.pack, self.write(line()), "--until", "tomorrow").returncode, 2)
        self.assertEqual(leadline_program.run("run", "/nowhere/pack.json", self.write(line())).returncode, 2)


class scores_command(case):
    def scores(self, *arguments, at="2026-03-06T00:00:00Z"):
        events = self.write(line(), line(at="2026-03-01T00:00:01Z"), line("fading", contact="bo, \"Jr\""), line(at="2026-04-01T00:00:00Z"))
        done = leadline_program.run("scores", self.pack, events, "--at", at, *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def test_as_json_reads_each_score_exactly_at_the_instant(self):
        rows = [json.loads(each) for each in self.scores("--format", "json").splitlines()]
        nothing_owed = {"clocks": {}, "cadences": {}, "touches": {}}
        self.assertEqual(rows, [
            {"contact": "ann", "scores": {"heat": 20, "cold": 0}, "grades": {"g": "A"}, "stage": "old", "status": None, "owner": None, "tags": [],
             **nothing_owed},
            {"contact": "bo, \"Jr\"", "scores": {"heat": 0, "cold": 5}, "grades": {"g": "B"}, "stage": "old", "status": None, "owner": None, "tags": [],
             **nothing_owed}])

    def test_as_csv_is_read_back_by_a_csv_reader(self):
        rows = list(csv.reader(io.StringIO(self.scores("--format", "csv"))))
        self.assertEqual(rows, [["contact", "heat", "cold", "g", "stage", "status", "owner"], ["ann", "20", "0", "A", "old", "", ""],
                                ["bo, \"Jr\"", "0", "5", "B", "old", "", ""]])

    def test_as_a_table_has_its_numbers_under_one_another(self):
        self.assertEqual(self.scores().splitlines(), ["contact   heat  cold  g  stage  status  owner",
                                                      "ann         20     0  A  old",
                                                      "bo, \"Jr\"     0     5  B  old"])

    def test_tells_how_clocks_and_cadences_stand(self):
        self.pack.write_text(json.dumps({
            "leadline": 1, "name": "t", "time_zone": "UTC", "events": {"page": {}, "touch": {}, "reply": {}},
            "clocks": [{"id": "answer", "start": {"on": "page"}, "stop": {"on": "touch"}, "target": {"within": "4h"}},
                       {"id": "other", "start": {"on": "reply"}, "stop": {"on": "touch"}, "target": {"within": "4h"}}],
            "cadences": [{"id": "six", "start": {"on": "page"}, "touch": {"on": "touch"}, "at_least": 6, "within": "14d"}]}),
            encoding="utf-8")
        events = self.write(line("page", at="2026-03-01T00:00:00Z"), line("touch", at="2026-03-01T05:00:00Z"))
        told = {}
        for at in ("2026-03-01T01:00:00Z", "2026-03-01T06:00:00Z"):
            done = leadline_program.run("scores", self.pack, events, "--at", at, "--format", "json")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            told[at] = {key: json.loads(done.stdout)[key] for key in ("clocks", "cadences", "touches")}
        self.assertEqual(told, {
            "2026-03-01T01:00:00Z": {"clocks": {"answer": "running", "other": "none"}, "cadences": {"six": "running"},
                                     "touches": {"six": 0}},
            "2026-03-01T06:00:00Z": {"clocks": {"answer": "breached", "other": "none"}, "cadences": {"six": "running"},
                                     "touches": {"six": 1}}})
        table = leadline_program.run("scores", self.pack, events, "--at", "2026-03-01T06:00:00Z")
        self.assertEqual(table.stdout.splitlines()[0].split(),
                         ["contact", "owner", "clock.answer", "clock.other", "cadence.six", "cadence.six.count"])

    def test_an_instant_must_be_named(self):
        self.assertEqual(leadline_program.run("scores", self.pack, self.write(line())).returncode, 2)


def name_at(pack, pointer):
    """The name of what stands at a JSON Pointer: the key of a member, the `id` of an entry of a list."""
    name, at = "", pack
    for step in pointer.split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        name, at = (at[int(step)]["id"], at[int(step)]) if isinstance(at, list) else (step, at[step])
    return name


class pointers(case):
    def test_name_the_entry_of_the_pack_that_made_the_decision(self):
        seen = set()
        cases = pathlib.Path(__file__).resolve().parent.parent / "conformance"
        for name in ("routing", "dispositions", "cadences", "clocks", "funnel", "scoring"):
            for each in json.loads((cases / f"{name}.json").read_text(encoding="utf-8")):
                if isinstance(each["pack"], str):
                    continue
                self.pack.write_text(json.dumps(each["pack"]), encoding="utf-8")
                events = self.write(*[json.dumps(event) for event in each["events"]])
                until = ["--until", each["advance"]] if "advance" in each else []
                done = leadline_program.run("run", self.pack, events, "--pointers", *until)
                plain = leadline_program.run("run", self.pack, events, *until).stdout
                told = [json.loads(line) for line in done.stdout.splitlines()]
                self.assertEqual([{k: v for k, v in decision.items() if k != "pointer"} for decision in told],
                                 [json.loads(line) for line in plain.splitlines()])
                for decision in told:
                    kind, pointer = decision["kind"], decision.get("pointer")
                    whose = decision.get("rule") or ""
                    if kind in ("score", "grade", "clock", "cadence"):
                        whose = decision[kind]
                    elif kind == "recycled":
                        whose = decision["code"]
                    if pointer is None:
                        is_direct = "." in whose or whose in each["pack"].get("events", {})  # what an event did itself
                        self.assertTrue(whose == "" or is_direct or kind == "amended", decision)
                        continue
                    self.assertEqual(name_at(each["pack"], pointer), whose, decision)
                    seen.add(pointer.split("/")[1])
        self.assertEqual(seen, {"scores", "grades", "funnel", "clocks", "cadences", "dispositions", "routing"})


class threads_and_snapshots(case):
    END = ["--until", "2027-06-01T00:00:00Z"]

    def setUp(self):
        super().setUp()
        self.standard = leadline_program.ROOT / "rules" / "standard.json"
        self.year = leadline_program.run("generate", "--contacts", "600").stdout.splitlines()
        self.whole = leadline_program.run("run", self.standard, self.write(*self.year), *self.END).stdout
        self.assertGreater(len(self.whole.splitlines()), 600)

    def test_any_number_of_threads_tells_the_same_lines(self):
        for count in ("1", "2", "7"):
            done = leadline_program.run("run", self.standard, self.write(*self.year), *self.END, "--threads", count)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertTrue(done.stdout == self.whole, f"{count} threads")
        self.assertEqual(leadline_program.run("run", self.standard, self.write(), "--threads", "0").returncode, 2)

    def test_a_run_goes_on_from_a_snapshot(self):
        half = len(self.year) // 2
        stored = pathlib.Path(self.folder.name) / "snapshot"
        first = leadline_program.run("run", self.standard, self.write(*self.year[:half]), "--snapshot", stored)
        second = leadline_program.run("run", self.standard, self.write(*self.year[half:]), *self.END, "--restore", stored,
                                      "--threads", "2")
        self.assertEqual((first.returncode, second.returncode), (0, 0))
        self.assertTrue(first.stdout + second.stdout == self.whole)

    def test_a_contact_of_the_smarketing_pack_takes_few_bytes(self):
        """Beside its id and what its attributes hold: 96 bytes in the second stage with a clock, 40 for each stage and
        clock more, 8 for each instant that a window keeps; what a lateness adds is bounded too."""
        rules = pathlib.Path(self.folder.name) / "rules"
        shutil.copytree(leadline_program.ROOT / "rules", rules)
        pack = rules / "smarketing.json"
        with_lateness = pack.read_text(encoding="utf-8")

        def size_of(lateness, *events):
            self.assertIn('"lateness": "7d"', with_lateness)
            pack.write_text(with_lateness.replace('"lateness": "7d"', f'"lateness": "{lateness}"'), encoding="utf-8")
            sizes = []
            for count in (100, 200):
                lines = [line(kind, at, f"c{i:03}", **more) for kind, at, more in events for i in range(count)]
                stored = pathlib.Path(self.folder.name) / "snapshot"
                done = leadline_program.run("run", pack, self.write(*lines), "--snapshot", stored)
                self.assertEqual(done.returncode, 0, done.stderr)
                sizes.append(stored.stat().st_size)
            return (sizes[1] - sizes[0]) / 100

        id_size = 4
        lead = [("form_submitted", "2026-03-02T15:00:00Z", {"id": "e1"})]
        self.assertLessEqual(size_of("0s", *lead) - id_size, 96)
        visits = [("session", f"2026-03-02T15:0{i}:00Z", {"id": f"s{i}"}) for i in range(1, 4)]
        self.assertLessEqual(size_of("0s", *lead, *visits) - size_of("0s", *lead), 3 * 8)
        attributes = {"seniority": "vp", "function_matches": True, "industry": "software", "employees": 200}
        mql = lead + [("enriched", "2026-03-02T15:05:00Z", {"data": attributes}),
                      ("demo_requested", "2026-03-02T15:10:00Z", {})]
        # Three stages, a clock that ended and two that run, a cadence, an owner, and the attributes besides.
        self.assertLessEqual(size_of("0s", *mql) - id_size, 96 + 40 + 2 * 40)
        # Three events and fourteen decisions are kept for what may come late.
        self.assertLessEqual(size_of("7d", *mql) - size_of("0s", *mql), 17 * 32)

    def test_a_damaged_snapshot_and_one_of_another_pack_are_refused(self):
        stored = pathlib.Path(self.folder.name) / "snapshot"
        leadline_program.run("run", self.standard, self.write(*self.year[:50]), "--snapshot", stored)
        other = leadline_program.run("run", self.pack, self.write(line()), "--restore", stored)
        self.assertEqual((other.returncode, other.stdout), (1, ""))
        self.assertIn("snapshot.other_model", other.stderr)
        stored.write_bytes(stored.read_bytes()[:-1])
        damaged = leadline_program.run("run", self.standard, self.write(line()), "--restore", stored)
        self.assertEqual((damaged.returncode, damaged.stdout), (1, ""))
        self.assertIn("snapshot.damaged", damaged.stderr)


if __name__ == "__main__":
    unittest_report.main()
