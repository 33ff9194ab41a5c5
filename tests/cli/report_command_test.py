"""`leadline report`: a run's decisions counted beside a plain count of the same lines, options, and what it refuses."""

import collections
import contextlib
import datetime
import gzip
import json
import os
import pathlib
import pty
import re
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import leadline_program, unittest_report  # noqa: E402
from support.leadline_program import ROOT, written  # noqa: E402

PACK = ROOT / "rules" / "standard.json"


def report(*arguments, given=""):
    return leadline_program.run("report", *arguments, given=given)


def told(*arguments, given=""):
    done = report(*arguments, "--format", "json", given=given)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


class made_up_run(unittest.TestCase):
    """Events of a made-up year, their decisions, and the report of them."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        folder = pathlib.Path(cls.folder.name)
        cls.events = folder / "events.ndjson"
        cls.events.write_text(leadline_program.run("generate", "--contacts", "300", "--seed", "7").stdout)
        decisions = leadline_program.run("run", PACK, cls.events).stdout
        cls.decisions = folder / "decisions.ndjson"
        cls.decisions.write_text(decisions)
        cls.lines = [json.loads(line) for line in decisions.splitlines()]
        cls.settled = cls.settle(cls.lines)
        cls.made = told(PACK, cls.decisions)

    @staticmethod
    def settle(lines):
        """Decisions by contact, corrections applied, in order of time."""
        by_contact = collections.defaultdict(dict)
        for line in lines:
            if line["kind"] == "forgotten":
                by_contact[line["contact"]] = {}
            elif line["kind"] == "amended":
                if line["now"] is None:
                    by_contact[line["contact"]].pop(line["corrects"], None)
                else:
                    by_contact[line["contact"]][line["corrects"]] = {**line["now"], "seq": line["corrects"]}
            else:
                by_contact[line["contact"]][line["seq"]] = line
        return {contact: sorted(told.values(), key=lambda each: (each["at"], each["seq"]))
                for contact, told in by_contact.items()}

    def visits(self, month=""):
        """For each contact its stages with their instants."""
        for told in self.settled.values():
            yield [(each["to"], each["at"]) for each in told if each["kind"] == "stage"]

    def plain_entries(self, month=""):
        return collections.Counter(stage for moves in self.visits() for stage, at in moves if at.startswith(month))

    def test_the_log_is_counted(self):
        self.assertEqual(self.made["log"]["decisions"], len(self.lines))
        self.assertEqual(self.made["log"]["contacts"], len({line["contact"] for line in self.lines}))

    def test_entries_equal_a_plain_count(self):
        entries = self.plain_entries()
        self.assertGreater(entries["mql"], 20)
        for row in self.made["all"]["now"]["funnel"]["stages"]:
            self.assertEqual(row["entries"], entries[row["stage"]], row["stage"])

    def test_conversions_equal_a_plain_count(self):
        main = [row["stage"] for row in self.made["all"]["now"]["funnel"]["stages"] if not row["aside"]]
        for step in self.made["all"]["now"]["funnel"]["steps"]:
            entered = strict = reached = 0
            beyond = main[main.index(step["to"]):]
            for moves in self.visits():
                for i, (stage, _) in enumerate(moves):
                    if stage != step["from"]:
                        continue
                    after = [each for each, _ in moves[i + 1:]]
                    if stage in after:
                        after = after[:after.index(stage)]
                    entered += 1
                    strict += step["to"] in after
                    reached += any(each in beyond for each in after)
            self.assertEqual((step["strict"]["count"], step["reached"]["count"], step["reached"]["of"]),
                             (strict, reached, entered), step["from"])

    def document(self, name, *arguments):
        done = report(PACK, self.decisions, "--events", self.events, "--template", name, *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_the_weekly_marketing_report_names_everybody_who_was_handed_over(self):
        text = self.document("weekly-marketing-report", "--period", "2026-Q2", "--by", "contact.channel")
        moved = sorted(each["contact"] for told in self.settled.values() for each in told
                       if each["kind"] == "stage" and each["to"] == "mql" and "2026-04" <= each["at"] < "2026-07")
        self.assertIn(f"## Moved to mql: {len(moved)}", text)
        rows = text.split("## Moved to mql")[1].split("## Moved to sal")[0].splitlines()
        self.assertEqual(sorted(row.split(" | ")[0][2:] for row in rows if row.startswith("| c")
                                and not row.startswith("| contact")), moved)

    def test_closed_loop_records_and_the_sales_report_have_each_deal_that_was_won(self):
        won = {each["contact"] for told in self.settled.values() for each in told
               if each["kind"] == "stage" and each["to"] == "customer"}
        self.assertGreater(len(won), 2)
        records = self.document("closed-loop")
        sales = self.document("monthly-sales-report")
        for contact in won:
            self.assertIn(f"## Deal: {contact}\n\n- outcome: won on ", records)
            self.assertIn(f"| {contact} | won | ", sales)
        self.assertIn("- marketing touchpoints:\n  - 20", records)
        self.assertIn("- winning factor: ____", records)

    def test_a_handoff_package_tells_lead_outcome_assignment_and_deadlines(self):
        # Who was handed over, and when: the package of an hour later names both, and what is due by then.
        move = next(each for told in self.settled.values() for each in told if each["kind"] == "stage" and each["to"] == "mql")
        later = (datetime.datetime.fromisoformat(move["at"].replace("Z", "+00:00")) + datetime.timedelta(minutes=1)).isoformat()
        arguments = [PACK, "--template", "handoff", "--events", self.events, "--contact", move["contact"], "--at", later]
        made = json.loads(report(*arguments, "--format", "json").stdout)
        self.assertEqual(made["contact"], move["contact"])
        self.assertEqual(made["expected"]["handed_over"], move["at"])
        self.assertEqual(made["expected"]["reason"], move["reason"])
        self.assertEqual(made["expected"]["stage"], "mql")
        self.assertIn("email", made["lead"]["attributes"])
        self.assertGreater(made["lead"]["scores"]["lead"], 0)
        self.assertIn("speed-to-lead", [each["clock"] for each in made["deadlines"]])
        text = report(*arguments).stdout
        for part in ("## L: lead intel", "## E: expected outcome", "## A: assignment", "## D: deadlines", "- speed-to-lead: "):
            self.assertIn(part, text)
        self.assertEqual(report(*arguments[:-3], "nobody", *arguments[-2:]).returncode, 1)
        self.assertEqual(report(PACK, "--template", "handoff").returncode, 2)

    def test_clocks_equal_a_plain_count(self):
        cycles = collections.defaultdict(set)
        for contact, told in self.settled.items():
            for each in told:
                if each["kind"] == "clock":
                    cycles[each["clock"], contact, each["cycle"]].add(each["what"])
        self.assertGreater(len(cycles), 50)
        for row in self.made["all"]["now"]["clocks"]:
            mine = [what for (clock, _, _), what in cycles.items() if clock == row["clock"]]
            met, breached = (sum(word in what for what in mine) for word in ("met", "breached"))
            self.assertEqual((row["started"], row["met"], row["breached"]), (len(mine), met, breached), row["clock"])
            self.assertEqual((row["attained"]["count"], row["attained"]["of"]), (met, met + breached))
            self.assertEqual(row["untouched"], sum("breached" in what and "stopped" not in what for what in mine))
            self.assertEqual(row["started"], row["met"] + row["breached"] + row["cancelled"] + row["running"])

    def test_bands_hold_every_cycle_that_was_not_cancelled(self):
        body = self.made["all"]["now"]
        clock = next(row for row in body["clocks"] if row["clock"] == body["speed_to_lead"]["clock"])
        self.assertEqual(sum(band["count"] for band in body["speed_to_lead"]["bands"]), clock["started"] - clock["cancelled"])
        self.assertEqual(body["speed_to_lead"]["response"]["count"], clock["used"]["count"])

    def test_cadences_equal_a_plain_count(self):
        outcomes = collections.defaultdict(collections.Counter)
        for told in self.settled.values():
            run = {}
            for each in told:
                if each["kind"] != "cadence":
                    continue
                if each["what"] == "started":
                    run[each["cadence"]] = "running"
                elif each["what"] != "completed" or run[each["cadence"]] != "missed":
                    run[each["cadence"]] = each["what"]
                    outcomes[each["cadence"]][each["what"]] += 1
        for row in self.made["all"]["now"]["cadences"]:
            mine = outcomes[row["cadence"]]
            self.assertEqual((row["kept"]["count"], row["kept"]["of"]),
                             (mine["completed"], mine["completed"] + mine["missed"]))

    def test_codes_equal_a_plain_count(self):
        codes = {code["reason"]: code["share"]["count"] for code in self.made["all"]["now"]["dispositions"][0]["codes"]}
        plain = collections.Counter()
        for told in self.settled.values():
            moves = [each for each in told if each["kind"] == "stage"]
            plain.update(after["rule"] for before, after in zip(moves, moves[1:])
                         if before["to"] == "mql" and after.get("rule") in ("no_answer", "not_now", "no_fit", "bad_data"))
        self.assertGreater(sum(plain.values()), 0)
        self.assertEqual(codes, dict(plain))

    def test_a_period_stands_beside_the_one_before(self):
        # The pack's zone is New York's; a month's days at its edges are left to the tests of periods.
        made = told(PACK, self.decisions, "--period", "2026-Q2")
        self.assertEqual((made["period"]["name"], made["period_before"]["name"]), ("2026-Q2", "2026-Q1"))
        begin, end = (datetime.datetime.fromisoformat(made["period"][key].replace("Z", "+00:00")) for key in ("from", "to"))
        inside = sum(begin <= datetime.datetime.fromisoformat(at.replace("Z", "+00:00")) < end
                     for moves in self.visits() for stage, at in moves if stage == "mql")
        rows = {row["stage"]: row["entries"] for row in made["all"]["now"]["funnel"]["stages"]}
        self.assertEqual(rows["mql"], inside)
        self.assertIsNotNone(made["all"]["before"])

    def test_groups_add_up(self):
        for path in ("reason", "owner", "contact.seniority"):
            made = told(PACK, self.decisions, "--by", path, "--events", self.events)
            total = sum(row["entries"] for group in made["by"]["groups"] for row in group["now"]["funnel"]["stages"])
            self.assertEqual(total, sum(self.plain_entries().values()), path)
        self.assertGreater(len(made["by"]["groups"]), 2)

    def test_a_filter_and_its_opposite_add_up(self):
        def mqls(condition):
            made = told(PACK, self.decisions, "--events", self.events, "--where", json.dumps(condition))
            return next(row["entries"] for row in made["all"]["now"]["funnel"]["stages"] if row["stage"] == "mql")
        is_vp = {"==": [{"var": "contact.seniority"}, "vp"]}
        self.assertEqual(mqls(is_vp) + mqls({"!": is_vp}), self.plain_entries()["mql"])
        self.assertGreater(mqls(is_vp), 0)

    def test_the_order_of_contacts_does_not_matter(self):
        by_contact = sorted(self.decisions.read_text().splitlines(), key=lambda line: json.loads(line)["contact"])
        with written("sorted.ndjson.gz", gzip.compress("\n".join(by_contact).encode())) as path:
            self.assertEqual(told(PACK, path), self.made)

    def test_every_rate_has_its_definition(self):
        def look(value):
            if isinstance(value, dict):
                if "rate" in value:
                    self.assertTrue(value["definition"], value)
                    self.assertEqual(value["rate"] is None, value["of"] == 0)
                for each in value.values():
                    look(each)
            elif isinstance(value, list):
                for each in value:
                    look(each)
        look(self.made)

    def test_markdown_has_the_same_numbers(self):
        done = report(PACK, self.decisions)
        self.assertEqual(done.returncode, 0)
        mqls = self.plain_entries()["mql"]
        self.assertRegex(done.stdout, rf"(?m)^\| mql \| {mqls} \|")
        self.assertIn("## What the rates mean", done.stdout)


class report_command(unittest.TestCase):
    def test_lines_that_are_no_decisions_are_told_and_the_others_counted(self):
        lines = ('{"seq": 1, "at": "2026-03-02T10:00:00.000Z", "contact": "a", "kind": "stage", "from": null, "to": "mql"}\n'
                 'no\n{"contact": "a"}\n\n')
        done = report(PACK, "-", "--format", "json", given=lines)
        self.assertEqual(done.returncode, 1)
        for part in ("standard input:2:", "decision.not_json", "standard input:3:", "decision.missing_key"):
            self.assertIn(part, done.stderr)
        stages = {row["stage"]: row["entries"] for row in json.loads(done.stdout)["all"]["now"]["funnel"]["stages"]}
        self.assertEqual(stages["mql"], 1)

    def test_a_terminal_is_shown_how_many_decisions_were_read(self):
        ours, theirs = pty.openpty()
        shown = b""
        # Standard error alone is a terminal; a pause between two parts of the lines is as good as many lines.
        with subprocess.Popen([leadline_program.PROGRAM, "report", PACK, "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                              stderr=theirs, text=True) as started:
            os.close(theirs)
            line = '{"seq": 1, "at": "2026-03-02T10:00:00.000Z", "contact": "a", "kind": "tag", "tag": "x", "cause": null}\n'
            for _ in range(3):
                started.stdin.write(line * 1_000)
                started.stdin.flush()
                time.sleep(0.2)
            started.stdin.close()
            with contextlib.suppress(OSError):  # Linux ends a terminal that nobody writes to any more with an error
                while more := os.read(ours, 4_096):
                    shown += more
        os.close(ours)
        self.assertEqual(started.returncode, 0, shown)
        counts = [int(each) for each in re.findall(rb"\r([0-9]+) decisions, [0-9.]+ s", shown)]
        self.assertGreater(len(counts), 1, shown)
        self.assertEqual(counts, sorted(counts))
        self.assertEqual(counts[-1], 3_000)

    def test_an_empty_log_has_rates_of_nothing(self):
        made = told(PACK, "-")
        self.assertIsNone(made["log"]["first"])
        self.assertTrue(all(each["status"] in ("no data", "not declared", "not measured") for each in made["targets"]
                            if not each["metric"].startswith("entered")))

    def test_a_page_carries_the_same_json(self):
        page = report(PACK, "-", "--format", "html").stdout
        carried = page.split('<script type="application/json" id="data">')[1].split("</script>")[0]
        self.assertEqual(json.loads(carried), told(PACK, "-"))

    def test_spend_that_is_none(self):
        for line, part in (("{}", "plan.missing_key"), ('{"period": "May"}', "plan.wrong_type"),
                           ('{"period": "2026-03", "spent": 1}', 'did you mean "spend"'),
                           ('{"period": "2026-03", "spend": -1}', "0 or more"),
                           ('{"period": "2026-03", "side": "both"}', "marketing"), ("[]", "plan.not_an_object")):
            with written("spend.ndjson", line + "\n") as path:
                done = report(PACK, "-", "--spend", path)
                self.assertEqual((done.returncode, done.stdout), (1, ""), line)
                self.assertIn(part, done.stderr)

    def test_what_is_wrong_with_the_options(self):
        for arguments, part in ((["--period", "March"], "period.malformed"), (["--by", "color"], "report.unknown_path"),
                                (["--by", "contact.senority", "--events", "-"], 'did you mean "seniority"'),
                                (["--by", "contact.seniority"], "report.no_events"),
                                (["--by", "contact.email_domain", "--events", "-"], "report.derived_attribute"),
                                (["--where", "{"], "json."), (["--where", '{"var": "score.lead"}'], "report.unknown_path"),
                                (["--calendar", "sale"], 'did you mean "sales"'),
                                (["--clock", "speed-too-lead"], 'did you mean "speed-to-lead"'),
                                (["--cohort", "year"], "--cohort"), (["--format", "pdf"], "--format")):
            done = report(PACK, "-", *arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""), arguments)
            self.assertIn(part, done.stderr)

    def test_a_file_that_is_not_there(self):
        done = report(PACK, "/nowhere/at/all")
        self.assertEqual(done.returncode, 1)
        self.assertIn("input.not_readable", done.stderr)

    def test_help_has_an_example(self):
        done = report("--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("Example:", done.stdout)


if __name__ == "__main__":
    unittest_report.main()
