package leadline_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"leadline"
)

// printed is what the program prints for arguments.
func printed(t *testing.T, arguments ...string) string {
	t.Helper()
	program := os.Getenv("LEADLINE_PROGRAM")
	if program == "" {
		t.Skip("LEADLINE_PROGRAM names no program")
	}
	var problem bytes.Buffer
	command := exec.Command(program, arguments...)
	command.Stderr = &problem
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", arguments, err, problem.String())
	}
	return string(out)
}

type example struct {
	pack, events string
	model        *leadline.Model
	lines        []byte
	decisions    []byte
}

func reportExample(t *testing.T) example {
	t.Helper()
	folder := filepath.Join(root(t), "examples", "report")
	out := example{pack: filepath.Join(folder, "pack.json"), events: filepath.Join(folder, "events.ndjson")}
	var err error
	out.model, err = leadline.LoadModel(out.pack)
	must(t, err)
	out.lines, err = os.ReadFile(out.events)
	must(t, err)
	engine, err := leadline.NewEngine(out.model, nil)
	must(t, err)
	first, err := engine.ApplyNDJSON(out.lines)
	must(t, err)
	second, err := engine.Advance(at("2026-04-01T00:00:00Z"))
	must(t, err)
	out.decisions = append(first.NDJSON(), second.NDJSON()...)
	return out
}

func takeDecisions(t *testing.T, report *leadline.Report, lines []byte) {
	t.Helper()
	done, err := report.TakeDecisions(lines)
	must(t, err)
	equal(t, done, len(lines))
}

func takeEvents(t *testing.T, report *leadline.Report, lines []byte) {
	t.Helper()
	done, err := report.TakeEvents(lines)
	must(t, err)
	equal(t, done, len(lines))
}

func jsonOf(t *testing.T, report *leadline.Report) string {
	t.Helper()
	text, err := report.JSON()
	must(t, err)
	return string(text) + "\n"
}

func TestAReportIsThePrograms(t *testing.T) {
	from := reportExample(t)
	decisions := filepath.Join(t.TempDir(), "decisions.ndjson")
	must(t, os.WriteFile(decisions, from.decisions, 0o600))
	made, err := leadline.NewReport(from.model, map[string]any{"period": "2026-03", "by": "contact.source", "details": true})
	must(t, err)
	defer made.Close()
	takeDecisions(t, made, from.decisions)
	takeEvents(t, made, from.lines)
	run := []string{"report", from.pack, decisions, "--period", "2026-03", "--by", "contact.source", "--events", from.events}
	with := func(more ...string) string { return printed(t, append(append([]string(nil), run...), more...)...) }
	equal(t, jsonOf(t, made), with("--details", "--format", "json"))
	text, err := made.Markdown()
	must(t, err)
	equal(t, text, with())
	for name, which := range map[string]leadline.Document{
		"weekly-pipeline-review": leadline.WeeklyPipelineReview, "monthly-alignment-report": leadline.MonthlyAlignment,
		"weekly-marketing-report": leadline.WeeklyMarketing, "monthly-sales-report": leadline.MonthlySales,
		"closed-loop": leadline.ClosedLoop,
	} {
		text, err := made.Document(which)
		must(t, err)
		equal(t, text, with("--template", name))
	}
}

func TestAHandoffABacktestAComparisonAndAPlanAreThePrograms(t *testing.T) {
	from := reportExample(t)
	handoff, err := leadline.NewHandoff(from.model, map[string]any{"contact": "a", "at": "2026-03-10T12:00:00Z"})
	must(t, err)
	takeEvents(t, handoff, from.lines)
	run := []string{"report", from.pack, "--template", "handoff", "--events", from.events, "--contact", "a",
		"--at", "2026-03-10T12:00:00Z"}
	text, err := handoff.Markdown()
	must(t, err)
	equal(t, text, printed(t, run...))
	equal(t, jsonOf(t, handoff), printed(t, append(run, "--format", "json")...))

	standard := filepath.Join(root(t), "rules", "standard.json")
	model, err := leadline.LoadModel(standard)
	must(t, err)
	lines := []byte(printed(t, "generate", "--contacts", "300", "--seed", "7"))
	generated := filepath.Join(t.TempDir(), "generated.ndjson")
	must(t, os.WriteFile(generated, lines, 0o600))
	tested, err := leadline.NewBacktest(model, map[string]any{"wanted": 0.5})
	must(t, err)
	takeEvents(t, tested, lines)
	equal(t, jsonOf(t, tested), printed(t, "backtest", standard, generated, "--wanted", "50%", "--format", "json"))

	compared, err := leadline.NewComparison(model, model, map[string]any{"until": "2027-02-01T00:00:00Z"})
	must(t, err)
	takeEvents(t, compared, lines)
	equal(t, jsonOf(t, compared),
		printed(t, "compare", standard, standard, generated, "--until", "2027-02-01T00:00:00Z", "--format", "json"))

	plan, err := leadline.NewPlan(nil, map[string]any{"revenue": 1_000_000, "deal_size": 25_000,
		"rates": map[string]any{"opportunity.customer": 0.25, "sql.opportunity": 0.5, "mql.sql": 0.6}})
	must(t, err)
	equal(t, jsonOf(t, plan), printed(t, "plan", "--revenue", "1000000", "--deal-size", "25000", "--win-rate", "0.25",
		"--sql-to-opportunity", "0.5", "--mql-to-sql", "0.6", "--json"))

	bytes, err := os.ReadFile(from.pack)
	must(t, err)
	agreed, err := leadline.SLADocument(bytes)
	must(t, err)
	equal(t, agreed, printed(t, "report", from.pack, "--template", "sla"))
}

func TestReportsThatCannotBe(t *testing.T) {
	from := reportExample(t)
	for name, request := range map[string]any{
		"no object": 3, "no such key": map[string]any{"perod": "2026-03"}, "no period": map[string]any{"period": "soon"},
		"a channel": make(chan int),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := leadline.NewReport(from.model, request)
			if err == nil {
				t.Fatal("no error")
			}
		})
	}
	_, err := leadline.NewReport(nil, nil)
	mustBe(t, err, leadline.ErrClosed)
	_, err = leadline.NewComparison(from.model, nil, nil)
	mustBe(t, err, leadline.ErrClosed)
	var none *leadline.Report
	_, err = none.JSON()
	mustBe(t, err, leadline.ErrClosed)
	must(t, none.Close())

	made, err := leadline.NewReport(from.model, nil)
	must(t, err)
	first := from.decisions[:bytes.IndexByte(from.decisions, '\n')+1]
	done, err := made.TakeDecisions(append(append([]byte(nil), first...), "{\"no\": 1}\n"...))
	mustBe(t, err, leadline.ErrInput)
	equal(t, done, len(first))
	takeDecisions(t, made, nil)
	takeDecisions(t, made, from.decisions[len(first):])
	_, err = made.Document(leadline.Document(99))
	mustBe(t, err, leadline.ErrArgument)
	plan, err := leadline.NewPlan(nil, map[string]any{"revenue": 100, "deal_size": 10,
		"rates": map[string]any{"opportunity.customer": 0.5, "sql.opportunity": 0.5, "mql.sql": 0.5}})
	must(t, err)
	_, err = plan.Markdown()
	mustBe(t, err, leadline.ErrUnsupported)
	whole, err := made.JSON()
	must(t, err)
	if !json.Valid(whole) || !strings.Contains(string(whole), "funnel") {
		t.Fatalf("no report: %s", whole)
	}
	_, err = made.TakeEvents(from.lines)
	if err == nil {
		t.Fatal("it was written before")
	}
	must(t, made.Close())
	must(t, made.Close())
	_, err = made.JSON()
	mustBe(t, err, leadline.ErrClosed)
	_, err = leadline.SLADocument([]byte("{"))
	mustBe(t, err, leadline.ErrInput)
}
