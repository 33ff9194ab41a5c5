"""Reports are those of the leadline program, byte by byte; then as dicts, tables and documents."""

import io
import json
import os
import subprocess
from datetime import datetime, timezone

import leadline
import pytest
from conftest import ROOT
from leadline import reports

EXAMPLE = ROOT / "examples" / "report"
UNTIL = "2026-04-01T00:00:00Z"


@pytest.fixture(scope="module")
def small():
    return leadline.Model.from_file(EXAMPLE / "pack.json")


@pytest.fixture(scope="module")
def events():
    return (EXAMPLE / "events.ndjson").read_bytes()


@pytest.fixture(scope="module")
def decisions(small, events):
    engine = leadline.Engine(small)
    return [engine.process_ndjson(events), engine.advance(UNTIL)]


@pytest.fixture(scope="module")
def made(small, decisions, events):
    return reports.report(small, decisions, events, period="2026-03", by="contact.source", details=True)


@pytest.fixture(scope="module")
def printed(tmp_path_factory, decisions):
    """What the program prints for arguments; DECISIONS is a file of the decisions."""
    program = os.environ.get("LEADLINE_PROGRAM")
    if not program:
        pytest.skip("LEADLINE_PROGRAM names no program")
    lines = tmp_path_factory.mktemp("reports") / "decisions.ndjson"
    lines.write_bytes(b"".join(each.to_ndjson() for each in decisions))

    def run(*arguments):
        words = [str(lines) if each == "DECISIONS" else str(each) for each in arguments]
        return subprocess.run([program, *words], capture_output=True, check=True, encoding="utf-8").stdout

    return run


PACK, EVENTS, SPEND = EXAMPLE / "pack.json", EXAMPLE / "events.ndjson", EXAMPLE / "spend.ndjson"


def test_a_report_is_the_programs(small, decisions, events, made, printed):
    run = ("report", PACK, "DECISIONS", "--period", "2026-03", "--by", "contact.source", "--events", EVENTS)
    assert made.json + "\n" == printed(*run, "--details", "--format", "json")
    assert made.markdown() == printed(*run)
    for name in ("weekly-pipeline-review", "monthly-alignment-report", "weekly-marketing-report",
                 "monthly-sales-report", "closed-loop"):  # fmt: skip
        assert made.document(name) == printed(*run, "--template", name)
    chosen = {"==": [{"var": "owner"}, "ana"]}
    spend = [json.loads(line) for line in SPEND.read_text().splitlines()]
    other = reports.report(small, decisions, events, where=chosen, cohort="week", calendar="sales",
                           clock="speed-to-lead", spend=spend)  # fmt: skip
    assert other.json + "\n" == printed(
        "report", PACK, "DECISIONS", "--where", json.dumps(chosen), "--cohort", "week", "--calendar", "sales",
        "--clock", "speed-to-lead", "--spend", SPEND, "--events", EVENTS, "--format", "json",
    )  # fmt: skip


def test_a_handoff_a_backtest_and_a_comparison_are_the_programs(small, events, printed, tmp_path):
    at = "2026-03-10T12:00:00Z"
    found = reports.handoff(small, events, "a", at)
    run = ("report", PACK, "--template", "handoff", "--events", EVENTS, "--contact", "a", "--at", at)
    assert found.json + "\n" == printed(*run, "--format", "json")
    assert found.markdown() == printed(*run)
    assert reports.handoff(small, events, "a", datetime(2026, 3, 10, 12, tzinfo=timezone.utc)).json == found.json

    standard = leadline.Model.from_file(ROOT / "rules" / "standard.json")
    generated = tmp_path / "generated.ndjson"
    generated.write_text(printed("generate", "--contacts", "600", "--seed", "7"))
    lines = generated.read_bytes()
    tested = reports.backtest(standard, lines, wanted=0.5, fit=True, points_max=20, signs="free")
    pack = ROOT / "rules" / "standard.json"
    assert tested.json + "\n" == printed(
        "backtest", pack, generated, "--wanted", "50%", "--fit", "--points-max", "20", "--signs", "free",
        "--format", "json",
    )  # fmt: skip

    changed = tmp_path / "changed.json"
    changed.write_text(pack.read_text().replace('"score.lead" }, 50]', '"score.lead" }, 40]'))
    lists = pack.parent
    other = leadline.Model.from_file(changed, lists=lists)
    compared = reports.compare(standard, other, lines, until="2027-02-01T00:00:00Z")
    for name in ("lists",):
        if (lists / name).is_dir():
            (tmp_path / name).symlink_to(lists / name)
    assert compared.json + "\n" == printed(
        "compare", pack, changed, generated, "--until", "2027-02-01T00:00:00Z", "--format", "json"
    )
    assert sum(row["after"] - row["before"] for row in compared.table("volume.months")) > 0


def test_plans_are_the_programs(small, decisions, printed):
    rates = {"opportunity.customer": "25%", "mql.sql": 0.6, "sql.opportunity": 0.5}
    words = ("--deal-size", "25000", "--win-rate", "0.25", "--sql-to-opportunity", "0.5", "--mql-to-sql", "0.6", "--json")
    assert reports.plan(revenue=1_000_000, deal_size=25_000, rates=rates).json + "\n" == printed(
        "plan", "--revenue", "1000000", *words
    )
    assert reports.plan(contacts=533, deal_size=25_000, rates=rates).json + "\n" == printed(
        "plan", "--contacts", "533", *words
    )
    progress = {"days_gone": 45, "days": 91, "revenue": 300_000, "made": {"mql": 260}, "open": {"sql": 40}}
    assert reports.plan(revenue=1_000_000, deal_size=25_000, rates=rates, progress=progress).json + "\n" == printed(
        "plan", "--revenue", "1000000", "--days-gone", "45", "--days", "91", "--actual-revenue", "300000",
        "--actual", "mql=260", "--open", "sql=40", *words,
    )  # fmt: skip
    measured = reports.plan(revenue=1e6, deal_size=25_000, what_if=0, model=small, decisions=decisions)
    assert measured.json + "\n" == printed(
        "plan", PACK, "--measure", "DECISIONS", "--revenue", "1000000", "--deal-size", "25000", "--what-if", "0", "--json"
    )
    examples = ROOT / "examples" / "planning"
    made = [json.loads(line) for line in (examples / "deliverables.ndjson").read_text().splitlines()]
    assert reports.marketing_velocity(made, hour_cost=50).json + "\n" == printed(
        "plan", "--velocity", examples / "deliverables.ndjson", "--hour-cost", "50", "--json"
    )
    funnels = [json.loads(line) for line in (examples / "funnels.ndjson").read_text().splitlines()]
    assert reports.revenue_statement(funnels).json + "\n" == printed(
        "plan", "--statement", examples / "funnels.ndjson", "--json"
    )


def test_the_agreement_is_the_programs(printed):
    wanted = printed("report", PACK, "--template", "sla")
    assert reports.sla_document(PACK) == wanted
    assert reports.sla_document(PACK.read_text()) == wanted


def test_decisions_and_events_come_in_any_form(small, decisions, events, made):
    lines = b"".join(each.to_ndjson() for each in decisions)
    mappings = [json.loads(line) for line in events.splitlines()]
    for each in mappings:
        each["at"] = datetime.fromisoformat(each["at"].replace("Z", "+00:00"))
    asked = {"period": "2026-03", "by": "contact.source", "details": True}
    for told, sent in [
        (lines, events),
        (lines.decode(), events.decode()),
        (io.BytesIO(lines), io.BytesIO(events)),
        (lines.splitlines(), iter(events.splitlines())),
        (memoryview(lines), mappings),
    ]:
        assert reports.report(small, told, sent, **asked).json == made.json


def test_tables_are_flat_and_hold_what_the_dict_holds(made):
    whole = made.to_dict()
    body = whole["all"]["now"]
    stages = made.table("funnel.stages")
    assert stages.to_dicts() == body["funnel"]["stages"]
    assert stages[0]["stage"] == "lead" and len(stages[1:]) == len(stages) - 1
    steps = made.table("all.now.funnel.steps")
    # Of the four who entered mql in March one went on to sql itself, two got there or further.
    row = next(row for row in steps if row["from"] == "mql")
    assert (row["strict.count"], row["strict.of"], row["reached.rate"]) == (1, 4, 0.5)
    assert not any(name.endswith("definition") for name in steps.columns)
    # Rows of a list within a row begin with the texts of that row.
    cohorts = made.table("funnel.steps.cohorts")
    assert cohorts.columns[:3] == ("from", "to", "cohort")
    assert len(cohorts) == sum(len(step["cohorts"]) for step in body["funnel"]["steps"])
    groups = made.table("by.groups.now.funnel.stages")
    assert {row["value"] for row in groups} == {group["value"] for group in whole["by"]["groups"]}
    assert len(made.table("targets")) == 4 and "definition" in made.table("targets").columns
    with pytest.raises(KeyError, match="funnel.stages"):
        made.table("funnel.stage")


def test_tables_become_frames(made):
    table = made.table("funnel.steps")
    pyarrow = pytest.importorskip("pyarrow")
    arrow = table.to_arrow()
    assert arrow.num_rows == len(table) and arrow.column_names == list(table.columns)
    assert pyarrow.types.is_int64(arrow.schema.field("strict.count").type)
    pandas = pytest.importorskip("pandas")
    assert table.to_pandas()["strict.count"].sum() == sum(row["strict.count"] for row in table)
    assert isinstance(table.to_pandas(), pandas.DataFrame)
    pytest.importorskip("polars")
    for each in made.tables.values():
        assert each.to_polars().height == each.to_arrow().num_rows == len(each.to_pandas()) == len(each)


def test_what_is_wrong_is_an_exception_with_code_and_place(small, decisions, events):
    with pytest.raises(leadline.InputError) as told:
        reports.report(small, decisions, by="contact.sorce")
    assert told.value.code == "report.unknown_attribute"
    with pytest.raises(leadline.InputError) as told:
        reports.report(small, decisions, by="contact.source")
    assert told.value.code == "report.no_events"
    with pytest.raises(leadline.InputError) as told:
        reports.report(small, b'{"at": 1}\nno\n')
    assert told.value.done == 0 and told.value.line == 1
    with pytest.raises(leadline.InputError) as told:
        reports.report(small, decisions, spend=[{"period": "2026-03", "spend": "much"}])
    assert told.value.pointer == "/spend/0/spend"
    with pytest.raises(leadline.NotFoundError):
        reports.handoff(small, events, "nobody", UNTIL)
    with pytest.raises(leadline.InputError) as told:
        reports.backtest(small, events)
    assert told.value.code == "backtest.unknown_score"
    with pytest.raises(leadline.UnsupportedError):
        reports.plan(revenue=1, deal_size=1, rates={"a.b": 1}).markdown()
    with pytest.raises(leadline.UnsupportedError):
        reports.plan(revenue=1, deal_size=1, rates={"a.b": 1}, decisions=decisions)
    with pytest.raises(ValueError, match="closed-loop"):
        reports.report(small, decisions).document("closed-lop")
    with pytest.raises(TypeError):
        leadline._native.Report()


WRONG = [None, 7, 1.5, object(), {"a": 1}, [7], [None], [{}], b"\xff", "{", "\ud800", float("nan"), lambda: None, int]


@pytest.mark.parametrize("each", WRONG, ids=lambda each: type(each).__name__)
def test_wrong_use_gives_an_exception_each_time(small, decisions, events, each):
    calls = [
        lambda: reports.report(each, decisions),
        lambda: reports.report(small, each),
        lambda: reports.report(small, decisions, 7 if each is None else each),
        lambda: reports.report(small, decisions, where=7 if each is None else each, period=each or 7),
        lambda: reports.report(small, decisions, period=7 if each is None else each),
        lambda: reports.report(small, decisions, spend=7 if each is None else each),
        lambda: reports.handoff(small, events, each, UNTIL),
        lambda: reports.handoff(small, events, "a", "soon" if each == 7 else each),
        lambda: reports.handoff(each, events, "a", UNTIL),
        lambda: reports.backtest(small, each),
        lambda: reports.compare(small, each, events),
        lambda: reports.compare(small, small, each),
        lambda: reports.plan(revenue=each, deal_size=each),
        lambda: reports.plan(revenue=1, deal_size=1, rates=each),
        lambda: reports.marketing_velocity(each),
        lambda: reports.revenue_statement(each),
        lambda: reports.sla_document(each),
        lambda: reports._Maker._of_run(small, each),
    ]
    for call in calls:
        with pytest.raises((TypeError, ValueError, LookupError, AttributeError, leadline.LeadlineError)):
            call()


def test_reports_are_made_in_many_threads(small, decisions, events, made):
    from concurrent.futures import ThreadPoolExecutor

    def work(_):
        found = reports.report(small, decisions, events, period="2026-03", by="contact.source", details=True)
        return found.json == made.json

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(32)))
