package leadline_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"leadline"
)

// panicking is data whose own method panics while it is written as JSON.
type panicking struct{}

func (panicking) MarshalJSON() ([]byte, error) { panic("in the data") }

// refusing is data that says it cannot be written.
type refusing struct{}

func (refusing) MarshalJSON() ([]byte, error) { return nil, errors.New("not today") }

// mustNotHarm runs what may end with an error or in a panic of the test's own making, and in nothing else.
func mustNotHarm(t *testing.T, run func() error) {
	t.Helper()
	defer func() {
		if told := recover(); told != nil && told != "in the data" && told != "in the iterator" && told != "in the list" {
			t.Fatalf("panics with %v", told)
		}
	}()
	if err := run(); err != nil {
		var told *leadline.Error
		if !errors.As(err, &told) || told.Message == "" {
			t.Fatalf("the error %v is none of ours", err)
		}
	}
}

func wrongData() map[string]any {
	return map[string]any{
		"a channel": make(chan int), "a function": func() {}, "a number": 7, "a list": []int{1}, "a text": "no json",
		"an empty text": "", "half an object": `{"path": `, "an array": "[]", "null": "null", "bytes": []byte{0xff, 0xfe},
		"raw": json.RawMessage("{]"), "NaN": math.NaN(), "NaN within": map[string]any{"seconds": math.Inf(1)},
		"nil map": map[string]any(nil), "nil bytes": []byte(nil), "nil fields": leadline.Fields(nil), "no fields": leadline.Fields{},
		"a NaN field": leadline.Fields{leadline.Number("seconds", math.NaN())}, "a zero field": leadline.Fields{{}},
		"a field twice": leadline.Fields{leadline.Text("path", "a"), leadline.Text("path", "b")},
		"wrong kinds":   leadline.Fields{leadline.Text("seconds", "long"), leadline.Number("path", 1)},
		"null fields":   leadline.Fields{leadline.Null("path"), leadline.Bool("ok", true), leadline.Integer("seconds", -1)},
		"NUL":           leadline.Fields{leadline.Text("path", "a\x00b")}, "no UTF-8": leadline.Fields{leadline.Text("path", "\xff")},
		"panics": panicking{}, "refuses": refusing{}, "a pointer to nothing": (*leadline.Event)(nil),
		"very large": leadline.Fields{leadline.Text("path", strings.Repeat("x", 2_000_000))},
		"very deep":  strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000),
		"a struct":   struct{ Path string }{"x"}, "a time": start,
	}
}

// One kind of wrong data in every call that takes events.
func TestWrongDataIsAnErrorOrADecision(t *testing.T) {
	for name, data := range wrongData() {
		event := leadline.Event{Contact: "ann", Type: "visit", At: end, Data: data}
		calls := map[string]func(*leadline.Engine, *leadline.Fold) error{
			"send": func(engine *leadline.Engine, _ *leadline.Fold) error {
				_, err := engine.Send(event)
				return err
			},
			"apply": func(engine *leadline.Engine, _ *leadline.Fold) error {
				_, err := engine.Apply([]leadline.Event{events()[0], event})
				return err
			},
			"step": func(_ *leadline.Engine, fold *leadline.Fold) error {
				_, err := fold.Step("ann", nil, []leadline.Event{event}, time.Time{})
				return err
			},
		}
		for call, run := range calls {
			run := run
			t.Run(call+" "+name, func(t *testing.T) {
				engine := newEngine(t)
				fold, err := leadline.NewFold(engine.Model())
				must(t, err)
				mustNotHarm(t, func() error { return run(engine, fold) })
				// Both go on.
				_, err = engine.Send(leadline.Event{Contact: "bo", Type: "visit", At: end})
				must(t, err)
				_, err = fold.Step("bo", nil, []leadline.Event{{Type: "visit", At: end}}, time.Time{})
				must(t, err)
				must(t, engine.Close())
				must(t, fold.Close())
			})
		}
	}
}

func TestWrongEventsAreErrorsOrDecisions(t *testing.T) {
	wrong := map[string]leadline.Event{
		"nothing": {}, "no contact": {Type: "visit", At: end}, "no type": {Contact: "ann", At: end},
		"an unknown type": {Contact: "ann", Type: "vsit", At: end}, "no instant": {Contact: "ann", Type: "visit"},
		"long ago":            {Contact: "ann", Type: "visit", At: at("1969-12-31T23:59:59Z")},
		"far ahead":           {Contact: "ann", Type: "visit", At: at("2300-01-01T00:00:00Z")},
		"the end":             {Contact: "ann", Type: "visit", At: time.Unix(math.MaxInt64, 0)},
		"the begin":           {Contact: "ann", Type: "visit", At: time.Unix(math.MinInt64, 0)},
		"a long id":           {Contact: strings.Repeat("a", 5000), Type: "visit", At: end},
		"a NUL":               {Contact: "a\x00b", Type: "visit", At: end},
		"no UTF-8":            {Contact: "\xff\xfe", Type: "visit", At: end, ID: "\xff"},
		"a long one":          {Contact: "ann", Type: strings.Repeat("v", 5000), ID: strings.Repeat("i", 5000), At: end},
		"a merge":             {Contact: "ann", Type: "contact.merge", At: end},
		"a merge into itself": {Contact: "ann", Type: "contact.merge", At: end, Data: `{"into": "ann"}`},
		"a rep":               {Type: "rep.away", At: end}, "forgotten": {Contact: "ann", Type: "contact.forget", At: end},
	}
	for name, event := range wrong {
		event := event
		for _, call := range []string{"send", "apply", "step", "merge"} {
			call := call
			t.Run(call+" "+name, func(t *testing.T) {
				engine := newEngine(t)
				defer engine.Close()
				before, err := engine.Apply(events())
				must(t, err)
				mustNotHarm(t, func() error {
					var err error
					switch call {
					case "send":
						_, err = engine.Send(event)
					case "apply":
						var told leadline.Decisions
						told, err = engine.Apply([]leadline.Event{{Contact: "eve", Type: "visit", At: end}, event})
						var problem *leadline.Error
						if errors.As(err, &problem) && (problem.Done != 1 || problem.Offset != 1 || told.Len() == 0) {
							t.Errorf("%d are done, the fault is at %d", problem.Done, problem.Offset)
						}
					case "step":
						fold, made := leadline.NewFold(engine.Model())
						must(t, made)
						_, err = fold.Step(event.Contact, nil, []leadline.Event{event}, time.Time{})
					case "merge":
						fold, made := leadline.NewFold(engine.Model())
						must(t, made)
						_, err = fold.Merge("ann", nil, "eve", nil, event)
					}
					return err
				})
				if before.Len() == 0 || before.At(0).Contact != "ann" {
					t.Error("the decisions of before have changed")
				}
			})
		}
	}
}

func TestWrongTextsAreErrors(t *testing.T) {
	texts := map[string]string{
		"nothing": "", "a blank": " ", "a word": "pack", "a number": "7", "null": "null", "a list": "[]", "an object": "{}",
		"half": `{"leadline": 1`, "a newer one": `{"leadline": 99}`, "no UTF-8": "\xff\xfe\x00", "NUL": "\x00",
		"deep": strings.Repeat("[", 200_000), "large": `{"a": "` + strings.Repeat("x", 3_000_000) + `"}`,
	}
	calls := map[string]func(text []byte) error{
		"compile": func(text []byte) error { _, err := leadline.CompileModel(text, nil); return err },
		"check": func(text []byte) error {
			listed, err := leadline.CheckPack(text, &leadline.PackOptions{AsOf: end})
			if err == nil && len(listed) == 0 {
				return nil
			}
			return firstOf(err, asError(listed))
		},
		"calendar":  func(text []byte) error { _, err := leadline.NewCalendar(text); return err },
		"condition": func(text []byte) error { _, err := leadline.NewCondition(text, leadline.Leadline); return err },
		"semantics": func(text []byte) error { _, err := leadline.NewCondition(text, 77); return err },
		"data": func(text []byte) error {
			condition, err := leadline.NewCondition([]byte(`{"var": "a"}`), leadline.JSONLogic)
			if err != nil {
				return err
			}
			_, first := condition.Evaluate(text, start)
			_, second := condition.Holds(text, time.Time{})
			return firstOf(first, second)
		},
		"lines": func(text []byte) error {
			_, err := newEngine(t).ApplyNDJSON(text)
			return err
		},
		"snapshot": func(text []byte) error {
			_, err := leadline.RestoreEngine(newModel(t), text, nil)
			if err == nil || !errors.Is(err, leadline.ErrState) {
				t.Errorf("the error is %v", err)
			}
			return err
		},
		"state": func(text []byte) error {
			fold, err := leadline.NewFold(newModel(t))
			must(t, err)
			_, first := fold.Step("ann", text, nil, end)
			_, second := fold.Score(text, "heat", end)
			_, third := fold.Digest(text)
			_, fourth := fold.Merge("ann", text, "eve", text, leadline.Event{})
			if len(text) != 0 && (first == nil || second == nil || third == nil || fourth == nil) {
				t.Error("bytes that are no state are taken")
			}
			return first
		},
	}
	for call, run := range calls {
		for name, text := range texts {
			run, text := run, text
			t.Run(call+" "+name, func(t *testing.T) { mustNotHarm(t, func() error { return run([]byte(text)) }) })
		}
	}
}

// firstOf is errors.Join for one.
func firstOf(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

func asError(listed []leadline.Diagnostic) error {
	if len(listed) == 0 {
		return nil
	}
	return &leadline.Error{Message: listed[0].String()}
}

func TestWhatIsClosedSaysSo(t *testing.T) {
	model := newModel(t)
	calendar, err := model.Calendar("sales")
	must(t, err)
	condition, err := leadline.NewCondition([]byte(`{"var": "a"}`), leadline.Leadline)
	must(t, err)
	engine, err := leadline.NewEngine(model, nil)
	must(t, err)
	fold, err := leadline.NewFold(model)
	must(t, err)
	must(t, model.Close())
	// What was made of it goes on.
	_, err = engine.Apply(events())
	must(t, err)
	_, err = calendar.Add(start, "1bh")
	must(t, err)
	for i := 0; i < 2; i++ {
		must(t, firstOf(model.Close(), calendar.Close(), condition.Close(), engine.Close(), fold.Close()))
	}
	subjects := map[string][5]any{
		"closed": {model, calendar, condition, engine, fold},
		"nil": {(*leadline.Model)(nil), (*leadline.Calendar)(nil), (*leadline.Condition)(nil), (*leadline.Engine)(nil),
			(*leadline.Fold)(nil)},
		"zero": {&leadline.Model{}, &leadline.Calendar{}, &leadline.Condition{}, &leadline.Engine{}, &leadline.Fold{}},
	}
	for how, all := range subjects {
		model, calendar := all[0].(*leadline.Model), all[1].(*leadline.Calendar)
		condition, engine, fold := all[2].(*leadline.Condition), all[3].(*leadline.Engine), all[4].(*leadline.Fold)
		calls := map[string]func() error{
			"new engine": func() error { _, err := leadline.NewEngine(model, nil); return err },
			"restore":    func() error { _, err := leadline.RestoreEngine(model, nil, nil); return err },
			"new fold":   func() error { _, err := leadline.NewFold(model); return err },
			"calendar":   func() error { _, err := model.Calendar("sales"); return err },
			"add":        func() error { _, err := calendar.Add(start, "1bh"); return err },
			"add open":   func() error { _, err := calendar.AddOpen(start, time.Hour); return err },
			"add days":   func() error { _, err := calendar.AddDays(start, 1); return err },
			"to close":   func() error { _, err := calendar.AddDaysToClose(start, 1); return err },
			"elapsed":    func() error { _, err := calendar.Elapsed(start, end); return err },
			"each":       func() error { _, err := calendar.ElapsedEach([]int64{1}, []int64{2}); return err },
			"is open":    func() error { _, err := calendar.IsOpen(start); return err },
			"next open":  func() error { _, err := calendar.NextOpen(start); return err },
			"next close": func() error { _, err := calendar.NextClose(start); return err },
			"prev close": func() error { _, err := calendar.PreviousClose(start); return err },
			"evaluate":   func() error { _, err := condition.Evaluate([]byte("{}"), start); return err },
			"holds":      func() error { _, err := condition.Holds([]byte("{}"), start); return err },
			"send":       func() error { _, err := engine.Send(events()[0]); return err },
			"fields":     func() error { _, err := engine.Send(events()[2]); return err },
			"apply":      func() error { _, err := engine.Apply(events()); return err },
			"nothing":    func() error { _, err := engine.Apply(nil); return err },
			"ndjson":     func() error { _, err := engine.ApplyNDJSON([]byte(lines)); return err },
			"advance":    func() error { _, err := engine.Advance(end); return err },
			"wakeup":     func() error { _, err := engine.NextWakeup(); return err },
			"len":        func() error { _, err := engine.Len(); return err },
			"score":      func() error { _, err := engine.Score("ann", "heat"); return err },
			"contact":    func() error { _, err := engine.Contact("ann"); return err },
			"contacts":   func() error { _, err := engine.ContactsNDJSON(); return err },
			"explain":    func() error { _, err := engine.Explain("ann", end); return err },
			"snapshot":   func() error { _, err := engine.Snapshot(); return err },
			"digest":     func() error { _, err := engine.Digest(); return err },
			"step":       func() error { _, err := fold.Step("ann", nil, nil, end); return err },
			"merge":      func() error { _, err := fold.Merge("ann", nil, "eve", nil, events()[0]); return err },
			"fold score": func() error { _, err := fold.Score(nil, "heat", end); return err },
			"digest of":  func() error { _, err := fold.Digest(nil); return err },
		}
		for name, call := range calls {
			call := call
			t.Run(how+" "+name, func(t *testing.T) { mustBe(t, call(), leadline.ErrClosed) })
		}
	}
}

func TestWrongInstantsAndAmounts(t *testing.T) {
	engine := newEngine(t)
	calendar, err := engine.Model().Calendar("sales")
	must(t, err)
	for name, instant := range map[string]time.Time{
		"zero": {}, "before 1970": at("1960-01-01T00:00:00Z"), "after 2200": at("2201-01-01T00:00:00Z"),
		"the end": time.Unix(math.MaxInt64, 0), "the beginning": time.Unix(math.MinInt64, 0),
	} {
		instant := instant
		t.Run("advance "+name, func(t *testing.T) {
			_, err := engine.Advance(instant)
			mustBe(t, err, leadline.ErrOutOfRange)
		})
		t.Run("calendar "+name, func(t *testing.T) {
			_, err := calendar.Add(instant, "4bh")
			mustBe(t, err, leadline.ErrOutOfRange)
			_, err = calendar.NextOpen(instant)
			mustBe(t, err, leadline.ErrOutOfRange)
			mustNotHarm(t, func() error { _, err := calendar.Elapsed(instant, end); return err })
			mustNotHarm(t, func() error { _, err := calendar.IsOpen(instant); return err })
		})
	}
	for _, amount := range []string{"", "4", "bh", "4 bh", "four", "99999999999999999999bh", "\x00", "-", "4bh\x00"} {
		amount := amount
		t.Run(fmt.Sprintf("amount %q", amount), func(t *testing.T) {
			_, err := calendar.Add(start, amount)
			if err == nil {
				t.Error("is taken")
			}
			mustNotHarm(t, func() error { return err })
		})
	}
	for name, run := range map[string]func() error{
		"open": func() error { _, err := calendar.AddOpen(start, math.MaxInt64); return err },
		"less": func() error { _, err := calendar.AddOpen(start, math.MinInt64); return err },
		"days": func() error { _, err := calendar.AddDays(start, math.MaxInt64); return err },
		"back": func() error { _, err := calendar.AddDays(start, math.MinInt64); return err },
	} {
		run := run
		t.Run("too far "+name, func(t *testing.T) { mustBe(t, run(), leadline.ErrOutOfRange) })
	}
	_, err = calendar.ElapsedEach([]int64{1, 2}, []int64{3})
	mustBe(t, err, leadline.ErrArgument)
	none, err := calendar.ElapsedEach(nil, nil)
	must(t, err)
	equal(t, len(none), 0)
	for _, threads := range []int{-1, 257, math.MaxInt64} {
		_, err := leadline.NewEngine(engine.Model(), &leadline.EngineOptions{Threads: threads})
		mustBe(t, err, leadline.ErrArgument)
	}
	_, err = engine.Explain("nobody", end)
	mustBe(t, err, leadline.ErrNotFound)
}

func TestEmptyAndHugeBatches(t *testing.T) {
	engine := newEngine(t)
	for _, none := range [][]leadline.Event{nil, {}} {
		told, err := engine.Apply(none)
		must(t, err)
		equal(t, told.Len(), 0)
		equal(t, len(told.NDJSON()), 0)
	}
	_, err := engine.ApplyNDJSON(bytes.Repeat([]byte("\n"), 100_000))
	must(t, err)
	many := make([]leadline.Event, 50_000)
	for i := range many {
		many[i] = leadline.Event{Contact: fmt.Sprintf("c%d", i%1000), Type: "visit", At: start.Add(time.Duration(i) * time.Second),
			Data: leadline.Fields{leadline.Text("path", "/pricing"), leadline.Integer("seconds", int64(i))}}
	}
	told, err := engine.Apply(many)
	must(t, err)
	if told.Len() < 50_000 {
		t.Errorf("%d decisions", told.Len())
	}
	// One that is at fault behind several chunks: all before it are done, and where it stands is told.
	other := newEngine(t)
	many[40_000].Contact = ""
	part, err := other.Apply(many)
	problem := mustBe(t, err, leadline.ErrInput)
	equal(t, problem.Done, 40_000)
	equal(t, problem.Offset, 40_000)
	equal(t, problem.Code, "event.no_contact")
	rest, err := other.Apply(many[40_001:])
	must(t, err)
	if !strings.HasPrefix(string(told.NDJSON()), string(part.NDJSON())) || rest.Len() == 0 {
		t.Error("the first 40,000 brought something else")
	}
}

func TestLinesTellWhereTheyAreWrong(t *testing.T) {
	engine := newEngine(t)
	first := strings.Index(lines, "\n") + 1
	before, err := engine.ApplyNDJSON([]byte(lines[:first] + "{\n" + lines[first:]))
	problem := mustBe(t, err, leadline.ErrInput)
	equal(t, problem.Line, 2)
	equal(t, problem.Done, first)
	if before.Len() == 0 {
		t.Error("the first line brought nothing")
	}
	rest, err := engine.ApplyNDJSON([]byte(lines[problem.Done:]))
	must(t, err)
	last, err := engine.Advance(end)
	must(t, err)
	equal(t, told(before, rest, last), wanted(t))
}

func TestAListReaderThatPanicsLosesNothing(t *testing.T) {
	const listed = `{"leadline": 1, "name": "l", "lists": {"free": {"file": "free.txt"}}}`
	for i := 0; i < 20; i++ {
		func() {
			defer func() { equal(t, recover() == "in the list", true) }()
			_, _ = leadline.CompileModel([]byte(listed), &leadline.PackOptions{
				Lists: func(string) ([]byte, error) { panic("in the list") }})
		}()
	}
	newModel(t)
}

func TestDecisionsOutliveTheirEngine(t *testing.T) {
	var kept []leadline.Decisions
	for i := 0; i < 50; i++ {
		engine := newEngine(t)
		told, err := engine.Apply(events())
		must(t, err)
		kept = append(kept, told)
		if i%2 == 0 {
			must(t, engine.Close())
		}
		if i%10 == 0 {
			runtime.GC()
		}
	}
	runtime.GC()
	for _, told := range kept {
		equal(t, string(told.NDJSON()), string(kept[0].NDJSON()))
		equal(t, told.At(0).Contact, "ann")
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("a decision that there is not is given")
			}
		}()
		kept[0].At(kept[0].Len())
	}()
}

func TestForgottenThingsAreFreedWhileOthersWork(t *testing.T) {
	model := newModel(t)
	var group sync.WaitGroup
	for worker := 0; worker < 4; worker++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for i := 0; i < 50; i++ {
				engine, err := leadline.NewEngine(model, nil)
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := engine.Apply(events()); err != nil {
					t.Error(err)
				}
				if calendar, err := model.Calendar("sales"); err != nil {
					t.Error(err)
				} else if _, err := calendar.Add(start, "4bh"); err != nil {
					t.Error(err)
				}
				if i%10 == 0 {
					runtime.GC()
				}
			}
		}()
	}
	group.Wait()
}

// Every call either works or says that the engine is busy or closed, whatever the others do.
func TestManyGoroutinesOnOneEngine(t *testing.T) {
	engine := newEngine(t)
	model := engine.Model()
	calendar, err := model.Calendar("sales")
	must(t, err)
	var text bytes.Buffer
	for i := 0; i < 2000; i++ {
		fmt.Fprintf(&text, `{"contact": "c%d", "type": "visit", "at": "2026-03-02T00:00:00Z"}`+"\n", i)
	}
	var group sync.WaitGroup
	for worker := 0; worker < 8; worker++ {
		worker := worker
		group.Add(1)
		go func() {
			defer group.Done()
			for i := 0; i < 60; i++ {
				var err error
				switch (worker + i) % 6 {
				case 0:
					_, err = engine.ApplyNDJSON(text.Bytes())
				case 1:
					_, err = engine.Apply(events())
				case 2:
					_, err = engine.Score("ann", "heat")
				case 3:
					_, err = engine.Snapshot()
				case 4:
					_, err = calendar.Add(start, "4bh")
				case 5:
					_, err = engine.Len()
				}
				if worker == 0 && i == 50 {
					err = firstOf(calendar.Close(), model.Close())
				}
				if worker == 1 && i == 55 {
					err = engine.Close()
				}
				if err != nil && !errors.Is(err, leadline.ErrBusy) && !errors.Is(err, leadline.ErrClosed) &&
					!errors.Is(err, leadline.ErrNotFound) {
					t.Error(err)
				}
			}
		}()
	}
	group.Wait()
}

func TestASecondGoroutineIsTold(t *testing.T) {
	engine := newEngine(t)
	holding, release := make(chan bool), make(chan bool)
	done := make(chan error)
	go func() {
		_, err := engine.Apply([]leadline.Event{{Contact: "a", Type: "visit", At: start, Data: waiting{holding, release}}})
		done <- err
	}()
	<-holding
	_, err := engine.Len()
	mustBe(t, err, leadline.ErrBusy)
	mustBe(t, engine.Close(), leadline.ErrBusy)
	close(release)
	must(t, <-done)
	must(t, engine.Close())
}

// waiting is data that holds the engine while it is written.
type waiting struct{ holding, release chan bool }

func (w waiting) MarshalJSON() ([]byte, error) {
	close(w.holding)
	<-w.release
	return []byte("{}"), nil
}
