"""`leadline plan`: each form of it, what it refuses, and its exit codes."""

import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import leadline_program, unittest_report  # noqa: E402
from support.leadline_program import ROOT, written  # noqa: E402

# The SMarketing reference's example: 1,000,000 / 25,000 = 40 deals, / 25 % = 160, / 50 % = 320, / 60 % = 534.
RATES = ["--deal-size", "25000", "--win-rate", "0.25", "--sql-to-opportunity", "0.5", "--mql-to-sql", "0.6"]
TARGET = ["--revenue", "1000000", *RATES]


def plan(*arguments, given=""):
    return leadline_program.run("plan", *arguments, given=given)


def told(*arguments, given=""):
    done = plan(*arguments, "--json", given=given)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return json.loads(done.stdout)


class plan_command(unittest.TestCase):
    def test_the_worked_example(self):
        made = told(*TARGET, "--period", "quarter")
        self.assertEqual([(each["stage"], each["count"], each["count_per_month"]) for each in made["stages"]],
                         [("mql", 534, 178), ("sql", 320, 107), ("opportunity", 160, 54), ("customer", 40, 14)])

    def test_the_table_has_the_same_numbers(self):
        done = plan(*TARGET)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        rows = [line.split() for line in done.stdout.splitlines()]
        self.assertIn(["mql", "60%", "534", "178"], rows)
        self.assertIn(["customer", "40", "14"], rows)
        # 320 / 0.55 = 581.8, so 582: 48 more.
        self.assertIn(["mql.sql", "55%", "-5", "points", "582", "+48"], rows)

    def test_a_month_has_no_column_for_its_months(self):
        self.assertIn(["mql", "60%", "534"], [line.split() for line in plan(*TARGET, "--period", "month").stdout.splitlines()])

    def test_rates_by_name_in_any_order_are_the_same_plan(self):
        named = plan("--revenue", "1000000", "--deal-size", "25000", "--rate", "sql.opportunity=50%",
                     "--rate", "opportunity.customer=25%", "--rate", "mql.sql=0.6")
        self.assertEqual(named.stdout, plan(*TARGET).stdout)

    def test_a_step_more_by_name(self):
        # 534 / 0.3 = 1,780.
        made = told(*TARGET, "--rate", "lead.mql=0.3")
        self.assertEqual((made["stages"][0]["stage"], made["stages"][0]["count"]), ("lead", 1780))

    def test_what_if_of_another_size_and_none(self):
        made = told(*TARGET, "--what-if", "10%")
        self.assertEqual(made["what_if"][0]["rate"], 0.5)
        self.assertEqual(made["what_if"][0]["count"], 640)  # 320 / 0.5
        self.assertEqual(told(*TARGET, "--what-if", "0")["what_if"], [])

    def test_and_back(self):
        # 533 x 0.6 = 319.8, 319 x 0.5 = 159.5, 159 x 0.25 = 39.75, 39 x 25,000 = 975,000.
        made = told("--contacts", "533", *RATES)
        self.assertEqual([each["count"] for each in made["stages"]], [533, 319, 159, 39])
        self.assertEqual(made["revenue"], 975000)
        self.assertIn("975000", plan("--contacts", "533", *RATES).stdout)

    def test_again_in_the_middle_of_a_quarter(self):
        # 700,000 left are 28 deals; 112 - 50 = 62 opportunities; 124 - 20 = 104 SQLs; 174 - 30 = 144 MQLs.
        progress = ["--days-gone", "45", "--actual-revenue", "300000", "--actual-mqls", "260", "--actual-sqls", "170",
                    "--actual-opportunities", "90", "--actual-deals", "12", "--open-mqls", "30", "--open-sqls", "20",
                    "--open-opportunities", "50"]
        made = told(*TARGET, *progress)
        self.assertEqual([each["to_make"] for each in made["stages"]], [144, 104, 62, 28])
        self.assertEqual((made["days"], made["to_make_at_rates_so_far"]), (91, 403))
        by_name = ["--days-gone", "45", "--actual-revenue", "300000", "--actual", "mql=260", "--actual", "sql=170",
                   "--actual", "opportunity=90", "--actual", "customer=12", "--open", "mql=30", "--open", "sql=20",
                   "--open", "opportunity=50", "--days", "91"]
        self.assertEqual(told(*TARGET, *by_name), made)
        self.assertIn("403 mql still to make", plan(*TARGET, *progress).stdout)

    def test_stages_are_checked_against_a_pack(self):
        pack = ROOT / "rules" / "smarketing.json"
        self.assertEqual(plan(pack, *TARGET).returncode, 0)
        done = plan(pack, "--revenue", "1", "--deal-size", "1", "--rate", "mqll.sql=1", "--rate", "sql.costumer=1")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr.count("plan.unknown_stage"), 2)
        self.assertIn('did you mean "customer"', done.stderr)

    def test_rates_measured_from_a_run(self):
        # Of four MQLs three went on, c past the SQLs; both SQLs and so three contacts became opportunities, and one was won.
        moves = [("a", 1, "mql"), ("a", 2, "sql"), ("a", 3, "opportunity"), ("a", 4, "customer"), ("b", 1, "mql"),
                 ("b", 2, "sql"), ("b", 3, "opportunity"), ("c", 1, "mql"), ("c", 2, "opportunity"), ("d", 1, "mql")]
        lines = "".join(json.dumps({"seq": day, "at": f"2026-03-0{day}T10:00:00.000Z", "contact": contact,
                                    "kind": "stage", "from": None, "to": stage}) + "\n" for contact, day, stage in moves)
        pack = ROOT / "rules" / "smarketing.json"
        with written("decisions.ndjson", lines) as path:
            run = [pack, "--revenue", "1000000", "--deal-size", "25000", "--measure", path, "--json"]
            made = json.loads(plan(*run).stdout)
            # 40 / (1/3) = 120 opportunities, / (2/2) = 120 SQLs, / (3/4) = 160 MQLs, exactly.
            self.assertEqual([(each["stage"], each["count"]) for each in made["stages"]],
                             [("mql", 160), ("sql", 120), ("opportunity", 120), ("customer", 40)])
            given = json.loads(plan(*run, "--win-rate", "0.25").stdout)
            self.assertEqual(given["stages"][2]["count"], 160)
            short = json.loads(plan(*run, "--stages", "mql,customer").stdout)
            self.assertEqual(short["stages"][0]["count"], 160)  # 40 / (1/4)
            done = plan(*run, "--measure-period", "2026-04")
            self.assertEqual(done.returncode, 2)
            self.assertEqual(done.stderr.count("plan.not_measured"), 3)
            self.assertEqual(plan(*run[1:]).returncode, 2)

    def test_numbers_that_make_no_sense_are_all_told(self):
        done = plan("--revenue", "-5", "--deal-size", "0", "--win-rate", "0", "--sql-to-opportunity", "0.5",
                    "--mql-to-sql", "1.2")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        for code, count in (("plan.negative", 1), ("plan.bad_deal_size", 1), ("plan.bad_rate", 2)):
            self.assertEqual(done.stderr.count(code), count, done.stderr)

    def test_what_is_missing_is_all_told(self):
        done = plan()
        self.assertEqual(done.returncode, 2)
        for option in ("--revenue", "--deal-size", "--rate"):
            self.assertIn(option, done.stderr)
        done = plan(*TARGET, "--actual-mqls", "3")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--days-gone", done.stderr)

    def test_texts_that_are_no_numbers(self):
        for wrong in (["--revenue", "a lot", *RATES], [*TARGET, "--rate", "mql=0.5"], [*TARGET, "--rate", "mql.sql"],
                      [*TARGET, "--what-if", "x"], [*TARGET, "--days-gone", "5", "--actual", "mql=2.5"],
                      [*TARGET, "--period", "decade"], [*TARGET, "--days-gone", "x"], [*TARGET, "--days-gone", "92"],
                      [*TARGET, "--rate", "mql.sal=0.5"]):
            done = plan(*wrong)
            self.assertEqual((done.returncode, done.stdout), (2, ""), wrong)
            self.assertNotEqual(done.stderr, "")

    def test_marketing_velocity(self):
        # Webinar: 40 leads in 20 hours. Blog posts: 48 in 32; 32 x 50 / 48 = 33.33 a lead. All: 88 in 52.
        lines = ('{"item": "blog post", "volume": 8, "leads": 6, "hours": 4}\n\n'
                 '{"item": "webinar", "volume": 1, "leads": 40, "hours": 20}\n')
        made = told("--velocity", "-", "--hour-cost", "50", given=lines)
        self.assertEqual([(each["item"], each["leads_per_hour"], each["cost_per_lead"]) for each in made["rows"]],
                         [("webinar", 2, 25), ("blog post", 1.5, 33.333333)])
        self.assertEqual((made["all"]["leads"], made["all"]["hours"]), (88, 52))
        table = plan("--velocity", "-", given=lines)
        self.assertIn(["webinar", "1", "40", "20", "40", "20", "2", "-"],
                      [line.split() for line in table.stdout.splitlines()])

    def test_fractions_of_leads_are_kept_as_written(self):
        made = told("--velocity", "-", given='{"item": "post", "volume": 3, "leads": 0.1, "hours": 0.3}')
        self.assertEqual((made["rows"][0]["leads"], made["rows"][0]["leads_per_hour"]), (0.3, 0.333333))

    def test_revenue_statement(self):
        lines = ('{"funnel": "renewal", "customers": "existing", "opportunities": 40, "deals": 35, "revenue": 350000}\n'
                 '{"funnel": "inbound", "customers": "new", "leads": 1000, "mqls": 300, "sqls": 180, '
                 '"opportunities": 90, "deals": 20, "revenue": 650000, "cost": 130000}\n')
        made = told("--statement", "-", given=lines)
        inbound, renewal = made["rows"]
        self.assertEqual((inbound["funnel"], inbound["mql_rate"], inbound["sql_rate"], inbound["opportunity_rate"]),
                         ("inbound", 0.3, 0.6, 0.5))
        self.assertEqual((inbound["deal_size"], inbound["share"], inbound["revenue_per_cost"]), (32500, 0.65, 5))
        self.assertEqual((renewal["mqls"], renewal["win_rate"], renewal["cost"]), (None, 0.875, None))
        self.assertEqual((made["all"]["revenue"], made["all"]["deals"], made["all"]["cost"]), (1000000, 55, None))
        table = plan("--statement", "-", given=lines).stdout
        self.assertLess(table.index("inbound"), table.index("net-new customers"))
        self.assertLess(table.index("net-new customers"), table.index("renewal"))

    def test_lines_that_are_wrong_are_all_told_with_their_numbers(self):
        lines = ('{"item": "a", "volume": 1, "leads": 1, "hours": 1}\n{"item": "b", "volum": 1, "leads": "x"}\n'
                 'not json\n[]\n{"item": "c", "volume": 1e3, "leads": 1, "hours": 1}\n')
        with written("made.ndjson", lines) as path:
            done = plan("--velocity", path)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        for part in ("made.ndjson:2:", "plan.unknown_key", 'did you mean "volume"', "plan.missing_key",
                     "plan.wrong_type", "made.ndjson:3:", "json.", "made.ndjson:4:", "plan.not_an_object",
                     "made.ndjson:5:"):
            self.assertIn(part, done.stderr)
        done = plan("--statement", "-", given='{"funnel": "x", "customers": "old", "revenue": -1}')
        self.assertEqual(done.returncode, 1)
        self.assertIn('"new" or "existing"', done.stderr)
        done = plan("--statement", "-", given='{"funnel": "x", "customers": "new", "revenue": -1}')
        self.assertEqual(done.returncode, 1)
        self.assertIn("plan.negative", done.stderr)

    def test_a_file_that_is_not_there(self):
        done = plan("--velocity", "/nowhere/at/all")
        self.assertEqual(done.returncode, 1)
        self.assertIn("input.not_readable", done.stderr)

    def test_help_has_an_example(self):
        done = plan("--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("Example:", done.stdout)


if __name__ == "__main__":
    unittest_report.main()
