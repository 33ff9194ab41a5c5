package leadline_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"leadline"
)

func TestEventsInEveryFormBringTheSame(t *testing.T) {
	lines := wanted(t)
	engine := newEngine(t)
	first, err := engine.Apply(events())
	must(t, err)
	second, err := engine.Advance(end)
	must(t, err)
	equal(t, told(first, second), lines)
	one := newEngine(t)
	var parts []leadline.Decisions
	for _, event := range events() {
		part, err := one.Send(event)
		must(t, err)
		parts = append(parts, part)
	}
	last, err := one.Advance(end)
	must(t, err)
	equal(t, told(append(parts, last)...), lines)
	// Earlier decisions are what they were, whatever came after them.
	equal(t, told(append(parts, last)...), lines)
}

func TestThreadsBringTheSame(t *testing.T) {
	engine, err := leadline.NewEngine(newModel(t), &leadline.EngineOptions{Threads: 2})
	must(t, err)
	first, err := engine.Apply(events())
	must(t, err)
	second, err := engine.Advance(end)
	must(t, err)
	equal(t, told(first, second), wanted(t))
}

func TestDecisionsTellTheirMembers(t *testing.T) {
	engine := newEngine(t)
	defer engine.Close()
	first, err := engine.Apply(events())
	must(t, err)
	second, err := engine.Advance(end)
	must(t, err)
	seen := map[leadline.Kind]leadline.Decision{}
	for _, each := range append(first.Slice(), second.Slice()...) {
		if _, ok := seen[each.Kind]; !ok && each.Contact == "ann" {
			seen[each.Kind] = each
		}
	}
	score := seen[leadline.KindScore]
	equal(t, score.About, "heat")
	equal(t, score.ToPoints, 20500)
	equal(t, score.ToPoints.String(), "20.5")
	equal(t, score.ToPoints.Float(), 20.5)
	equal(t, score.Cause, "e1")
	equal(t, score.At, start)
	grade := seen[leadline.KindGrade]
	equal(t, grade.About+grade.From+grade.To, "gradeA")
	equal(t, seen[leadline.KindStage].To, "lead")
	clock := seen[leadline.KindClock]
	equal(t, clock.About, "speed")
	if clock.Clock == nil || clock.Clock.Left != 4*time.Hour || clock.Clock.Due.Location() != time.UTC {
		t.Errorf("the clock stands at %+v", clock.Clock)
	}
	equal(t, seen[leadline.KindAction].About, "notify")
	// One of them as JSON is its line.
	text, err := json.Marshal(score)
	must(t, err)
	line := strings.Split(string(first.NDJSON()), "\n")[score.Seq-1]
	var one, other any
	must(t, json.Unmarshal(text, &one))
	must(t, json.Unmarshal([]byte(line), &other))
	if !reflect.DeepEqual(one, other) {
		t.Errorf("%s is not %s", text, line)
	}
	all, err := json.Marshal(first)
	must(t, err)
	var list []any
	must(t, json.Unmarshal(all, &list))
	equal(t, len(list), first.Len())
}

func TestPointsAreExact(t *testing.T) {
	for points, wanted := range map[leadline.Points]string{
		0: "0", 1: "0.001", -1: "-0.001", 1000: "1", -20500: "-20.5", 28585: "28.585", 10: "0.01",
		-1 << 63: "-9223372036854775.808",
	} {
		equal(t, points.String(), wanted)
	}
	var back leadline.Points
	must(t, json.Unmarshal([]byte("28.585"), &back))
	equal(t, back, 28585)
}

func TestTheModelKnowsItsNames(t *testing.T) {
	model := newModel(t)
	equal(t, model.Name()+" "+model.Version(), "go 3")
	equal(t, len(model.Fingerprint()), 32)
	equal(t, strings.Join(model.Stages(), " "), "lead mql")
	equal(t, strings.Join(model.Scores(), " "), "heat")
	equal(t, strings.Join(model.Calendars(), " "), "sales")
	equal(t, strings.Join(model.Clocks(), " "), "speed")
	equal(t, strings.Join(model.Attributes(), " "), "size")
	equal(t, strings.Join(model.Signals(), " "), "visits")
	equal(t, strings.Join(model.Grades(), " "), "grade")
	equal(t, strings.Join(model.Transitions(), " "), "hot cold")
	for _, names := range [][]string{model.Statuses(), model.Cadences()} {
		equal(t, len(names), 0)
	}
	if !strings.Contains(strings.Join(model.Events(), " "), "signup") {
		t.Errorf("the events are %v", model.Events())
	}
	must(t, model.Close())
	equal(t, model.Name(), "go")
}

func TestPacksWithListsReadThem(t *testing.T) {
	const listed = `{"leadline": 1, "name": "l", "time_zone": "UTC", "lists": {"free": {"file": "lists/free.txt"},
		"more": {"file": "more.txt"}}, "events": {"visit": {"fields": {"from": "string"}}},
		"scores": {"s": {"rules": [{"id": "free", "on": "visit", "points": 1,
		"where": {"or": [{"in": [{"var": "event.from"}, {"var": "list.free"}]},
		{"in": [{"var": "event.from"}, {"var": "list.more"}]}]}}]}}}`
	folder := t.TempDir()
	must(t, os.Mkdir(filepath.Join(folder, "lists"), 0o700))
	must(t, os.WriteFile(filepath.Join(folder, "lists", "free.txt"), []byte("a\nb\n"), 0o600))
	must(t, os.WriteFile(filepath.Join(folder, "more.txt"), []byte("c\n"), 0o600))
	must(t, os.WriteFile(filepath.Join(folder, "pack.json"), []byte(listed), 0o600))
	model, err := leadline.LoadModel(filepath.Join(folder, "pack.json"))
	must(t, err)
	engine, err := leadline.NewEngine(model, nil)
	must(t, err)
	for _, from := range []string{"a", "c", "d"} {
		_, err = engine.Send(leadline.Event{Contact: "x", Type: "visit", At: start,
			Data: leadline.Fields{leadline.Text("from", from)}})
		must(t, err)
	}
	points, err := engine.Score("x", "s")
	must(t, err)
	equal(t, points, 2000)

	_, err = leadline.CompileModel([]byte(listed), nil)
	mustBe(t, err, leadline.ErrPack)
	_, err = leadline.CompileModel([]byte(listed), &leadline.PackOptions{Lists: leadline.ListsIn(t.TempDir())})
	mustBe(t, err, leadline.ErrPack)
	broken := errors.New("the disk is broken")
	_, err = leadline.CompileModel([]byte(listed), &leadline.PackOptions{Lists: func(name string) ([]byte, error) {
		if name == "more.txt" {
			return nil, broken
		}
		return nil, fs.ErrNotExist
	}})
	if !errors.Is(err, broken) || !errors.Is(err, leadline.ErrInput) {
		t.Errorf("the error is %v", err)
	}
}

func TestAPackWithFaultsTellsAllOfThem(t *testing.T) {
	text := strings.Replace(strings.Replace(pack, "score.heat", "score.haet", 1), `"visit"}}`, `"visitt"}}`, 1)
	_, err := leadline.CompileModel([]byte(text), &leadline.PackOptions{File: "p.json"})
	problem := mustBe(t, err, leadline.ErrPack)
	mustBe(t, err, leadline.ErrInput)
	if problem.Line == 0 || problem.Pointer == "" || problem.Code == "" || len(problem.Diagnostics) == 0 {
		t.Errorf("the error is %+v", problem)
	}
	found := problem.Diagnostics[0].String()
	if !strings.Contains(found, "did you mean") || !strings.HasPrefix(found, "p.json:") {
		t.Errorf("the diagnostic is %s", found)
	}
	listed, err := leadline.CheckPack([]byte(text), nil)
	must(t, err)
	equal(t, len(listed), len(problem.Diagnostics))
	listed, err = leadline.CheckPack([]byte(pack), nil)
	must(t, err)
	for _, each := range listed {
		equal(t, each.Severity, "warning")
	}
}

func TestScoresStandingsAndExplanations(t *testing.T) {
	engine, err := leadline.NewEngine(newModel(t), &leadline.EngineOptions{History: true})
	must(t, err)
	_, err = engine.Apply(events())
	must(t, err)
	count, err := engine.Len()
	must(t, err)
	equal(t, count, 2)
	points, err := engine.Score("ann", "heat")
	must(t, err)
	standing, err := engine.Contact("ann")
	must(t, err)
	equal(t, standing.Scores["heat"], points)
	equal(t, standing.Stage, "mql")
	equal(t, standing.Grades["grade"], "A")
	all, err := engine.ContactsNDJSON()
	must(t, err)
	equal(t, strings.Count(string(all), "\n"), 2)
	text, err := engine.Explain("ann", end)
	must(t, err)
	if !json.Valid(text) || !strings.Contains(string(text), "heat") {
		t.Errorf("the explanation is %s", text)
	}
	next, err := engine.NextWakeup()
	must(t, err)
	if !next.After(start) || next.Location() != time.UTC {
		t.Errorf("the next wakeup is at %v", next)
	}
	_, err = engine.Score("ann", "haet")
	mustBe(t, err, leadline.ErrNotFound)
	_, err = engine.Score("nobody", "heat")
	mustBe(t, err, leadline.ErrNotFound)
}

func TestAnEngineGoesOnFromItsSnapshot(t *testing.T) {
	engine := newEngine(t)
	first, err := engine.Apply(events()[:3])
	must(t, err)
	bytes, err := engine.Snapshot()
	must(t, err)
	other, err := leadline.RestoreEngine(engine.Model(), bytes, nil)
	must(t, err)
	one, err := engine.Digest()
	must(t, err)
	two, err := other.Digest()
	must(t, err)
	equal(t, one, two)
	second, err := other.Apply(events()[3:])
	must(t, err)
	third, err := other.Advance(end)
	must(t, err)
	equal(t, told(first, second, third), wanted(t))
	_, err = leadline.RestoreEngine(engine.Model(), bytes[:len(bytes)/2], nil)
	mustBe(t, err, leadline.ErrState)
	mustBe(t, err, leadline.ErrDamaged)
	changed, err := leadline.CompileModel([]byte(strings.Replace(pack, `"points": 10`, `"points": 11`, 1)), nil)
	must(t, err)
	_, err = leadline.RestoreEngine(changed, bytes, nil)
	mustBe(t, err, leadline.ErrOtherModel)
	_, err = leadline.RestoreEngine(engine.Model(), bytes, &leadline.EngineOptions{History: true})
	mustBe(t, err, leadline.ErrUnsupported)
}

func TestAFoldOverBytes(t *testing.T) {
	fold, err := leadline.NewFold(newModel(t))
	must(t, err)
	defer fold.Close()
	var ann []leadline.Event
	for _, event := range events() {
		if event.Contact == "ann" {
			event.Contact = ""
			ann = append(ann, event)
		}
	}
	step, err := fold.Step("ann", nil, ann, end)
	must(t, err)
	equal(t, string(step.Decisions.NDJSON()), byContact(t, wanted(t))["ann"])
	points, err := fold.Score(step.State, "heat", end)
	must(t, err)
	if points < 20500 {
		t.Errorf("the score is %v", points)
	}
	digest, err := fold.Digest(step.State)
	must(t, err)
	if digest == 0 {
		t.Error("the digest is 0")
	}
	merged, err := fold.Merge("ann", step.State, "eve", nil, leadline.Event{Contact: "ann", Type: "contact.merge",
		At: end.Add(time.Hour), Data: map[string]string{"into": "eve"}})
	must(t, err)
	equal(t, len(merged.From), 0)
	if len(merged.Into) == 0 || merged.Decisions.Len() == 0 {
		t.Error("nothing was merged")
	}
	_, err = fold.Step("bo", merged.Into, nil, end)
	mustBe(t, err, leadline.ErrArgument)
}

func TestCalendars(t *testing.T) {
	calendar, err := leadline.NewCalendar([]byte(`{"time_zone": "America/New_York", "hours": {"mon-fri": ["09:00-17:00"]}}`))
	must(t, err)
	defer calendar.Close()
	friday := at("2026-03-06T16:00:00-05:00")
	due, err := calendar.Add(friday, "4bh")
	must(t, err)
	equal(t, due.UTC().Format(time.RFC3339), "2026-03-09T16:00:00Z")
	equal(t, due.Location(), friday.Location())
	same, err := calendar.AddOpen(friday, 4*time.Hour)
	must(t, err)
	equal(t, same.Equal(due), true)
	open, err := calendar.Elapsed(friday, due)
	must(t, err)
	equal(t, open, 4*time.Hour)
	each, err := calendar.ElapsedEach([]int64{friday.UnixMilli(), due.UnixMilli()}, []int64{due.UnixMilli(), friday.UnixMilli()})
	must(t, err)
	equal(t, each[0], 4*3600*1000)
	equal(t, each[1], -4*3600*1000)
	isOpen, err := calendar.IsOpen(friday)
	must(t, err)
	equal(t, isOpen, true)
	saturday := friday.Add(24 * time.Hour)
	for wanted, ask := range map[string]func(time.Time) (time.Time, error){
		"2026-03-09T13:00:00Z": calendar.NextOpen,
		"2026-03-09T21:00:00Z": calendar.NextClose,
		"2026-03-06T22:00:00Z": calendar.PreviousClose,
		"2026-03-10T21:00:00Z": func(at time.Time) (time.Time, error) { return calendar.AddDaysToClose(friday, 2) },
		"2026-03-10T20:00:00Z": func(at time.Time) (time.Time, error) { return calendar.AddDays(friday, 2) },
	} {
		found, err := ask(saturday)
		must(t, err)
		equal(t, found.UTC().Format(time.RFC3339), wanted)
	}
	named, err := newModel(t).Calendar("sales")
	must(t, err)
	due, err = named.Add(friday, "4bh")
	must(t, err)
	equal(t, due.UTC().Format(time.RFC3339), "2026-03-09T16:00:00Z")
	_, err = newModel(t).Calendar("sails")
	mustBe(t, err, leadline.ErrNotFound)
}

func TestConditions(t *testing.T) {
	rule := []byte(`{"<": [{"var": "employees"}, 50]}`)
	for semantics, wanted := range map[leadline.Semantics]bool{leadline.Leadline: false, leadline.JSONLogic: true} {
		condition, err := leadline.NewCondition(rule, semantics)
		must(t, err)
		holds, err := condition.Holds([]byte(`{"employees": null}`), time.Time{})
		must(t, err)
		equal(t, holds, wanted)
		must(t, condition.Close())
	}
	condition, err := leadline.NewCondition([]byte(`{"cat": ["a", {"var": "b"}]}`), leadline.Leadline)
	must(t, err)
	text, err := condition.Evaluate([]byte(`{"b": "c"}`), start)
	must(t, err)
	equal(t, string(text), `"ac"`)
	_, err = leadline.NewCondition([]byte(`{"lowr": ["A"]}`), leadline.Leadline)
	mustBe(t, err, leadline.ErrPack)
}

func TestTheVersionIsThere(t *testing.T) {
	if leadline.Version() == "" {
		t.Error("the version is empty")
	}
}

// What is filled again tells the same as what is made anew, whatever stood in it.
func TestDecisionsThatAreFilledAgainTellTheSame(t *testing.T) {
	engine, again := newEngine(t), newEngine(t)
	defer engine.Close()
	defer again.Close()
	var into leadline.Decisions
	for round := 0; round < 3; round++ {
		for i, event := range events() {
			event.At = event.At.AddDate(0, 0, 30*round)
			event.ID += string(rune('a' + round))
			batch := []leadline.Event{event, {Contact: "cy", Type: "visit", At: event.At}}
			if i%2 == 0 {
				batch = batch[:1]
			}
			wanted, err := engine.Apply(batch)
			must(t, err)
			if len(batch) == 1 {
				err = again.SendInto(&into, event)
			} else {
				err = again.ApplyInto(&into, batch)
			}
			must(t, err)
			equal(t, told(into), told(wanted))
		}
	}
	// What is done before an event that is none is told, and nothing is left of what stood there.
	bad := []leadline.Event{{Contact: "dy", Type: "visit", At: end}, {Type: "visit", At: end}}
	_, err := engine.Apply(bad[:1])
	must(t, err)
	problem := mustBe(t, again.ApplyInto(&into, bad), leadline.ErrInput)
	equal(t, problem.Done, 1)
	if into.Len() == 0 || into.At(into.Len()-1).Contact != "dy" {
		t.Fatal(told(into))
	}
	mustBe(t, again.SendInto(&into, bad[1]), leadline.ErrInput)
	equal(t, into.Len(), 0)
	mustBe(t, again.SendInto(nil, bad[0]), leadline.ErrArgument)
	mustBe(t, again.ApplyInto(nil, bad), leadline.ErrArgument)
	must(t, again.Close())
	mustBe(t, again.ApplyInto(&into, bad), leadline.ErrClosed)
}

// A batch that outgrows its memory moves, and what was put before moves with it.
func TestBatchesOfAnySizeTellTheSame(t *testing.T) {
	for _, count := range []int{1, 2, 3, 17, 300, 5000} {
		one, all := newEngine(t), newEngine(t)
		batch := make([]leadline.Event, count)
		parts := make([]leadline.Decisions, count)
		for i := range batch {
			path := strings.Repeat("x", i%97)
			batch[i] = leadline.Event{Contact: fmt.Sprint("c", i%41), Type: "visit", At: start.Add(time.Duration(i) * time.Minute),
				Data: leadline.Fields{leadline.Text("path", path), leadline.Integer("seconds", int64(i)), leadline.Bool("ok", true)}}
			if i%3 == 0 {
				batch[i].ID = fmt.Sprint("e", i)
			}
			if i%7 == 0 {
				batch[i].Data = map[string]any{"path": path}
			}
			var err error
			parts[i], err = one.Send(batch[i])
			must(t, err)
		}
		found, err := all.Apply(batch)
		must(t, err)
		equal(t, told(found), told(parts...))
		must(t, one.Close())
		must(t, all.Close())
	}
}
