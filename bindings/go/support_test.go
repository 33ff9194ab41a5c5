package leadline_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"leadline"
)

const pack = `{
  "leadline": 1, "name": "go", "version": "3", "time_zone": "America/New_York",
  "engine": {"lateness": "2d"},
  "calendars": {"sales": {"hours": {"mon-fri": ["09:00-17:00"]}}},
  "attributes": {"size": {"type": "number", "from": ["signup.size"]}},
  "events": {
    "visit": {"activity": true, "fields": {"path": "string", "seconds": "number", "ok": "boolean"}},
    "signup": {"activity": true, "fields": {"size": "number"}}},
  "signals": {"visits": {"count": "visit", "within": "7d"}},
  "scores": {"heat": {"rules": [
    {"id": "seen", "on": "visit", "points": 10, "decay": {"half_life": "10d"}},
    {"id": "big", "when": {">=": [{"var": "contact.size"}, 50]}, "points": 20.5},
    {"id": "long", "on": "visit", "where": {">=": [{"var": "event.seconds"}, 60]}, "points": 1}]}},
  "grades": {"grade": {"of": "heat", "bands": [{"at_least": 20, "is": "A"}, {"is": "B"}]}},
  "funnel": {"start": "lead", "stages": [{"id": "lead"}, {"id": "mql"}],
    "transitions": [
      {"id": "hot", "from": "lead", "to": "mql", "when": {">=": [{"var": "score.heat"}, 30]}},
      {"id": "cold", "from": "mql", "to": "lead", "after": "5d"}],
    "effects": [{"enter": "mql", "do": [{"action": "notify", "size": {"var": "contact.size"}}]}]},
  "clocks": [{"id": "speed", "calendar": "sales", "start": {"enter": "mql"}, "stop": {"on": "visit"},
    "target": {"within": "4bh"}}]
}`

const lines = `{"id": "e1", "contact": "ann", "type": "signup", "at": "2026-03-02T00:00:00Z", "data": {"size": 60}}
{"id": "e2", "contact": "bo", "type": "visit", "at": "2026-03-03T00:00:00Z"}
{"id": "e3", "contact": "ann", "type": "visit", "at": "2026-03-03T00:00:00Z", "data": {"path": "/pricing"}}
{"id": "e4", "contact": "bo", "type": "visit", "at": "2026-03-02T12:00:00Z"}
{"id": "e5", "contact": "ann", "type": "visit", "at": "2026-03-04T00:00:00Z", "data": {"seconds": 75.5}}
`

func at(text string) time.Time {
	out, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return out
}

var (
	start = at("2026-03-02T00:00:00Z")
	end   = at("2026-04-20T00:00:00Z")
)

// events are those of the lines, each with its data in another form.
func events() []leadline.Event {
	return []leadline.Event{
		{ID: "e1", Contact: "ann", Type: "signup", At: start, Data: map[string]any{"size": 60}},
		{ID: "e2", Contact: "bo", Type: "visit", At: at("2026-03-03T00:00:00Z")},
		{ID: "e3", Contact: "ann", Type: "visit", At: at("2026-03-02T19:00:00-05:00"),
			Data: leadline.Fields{leadline.Text("path", "/pricing")}},
		{ID: "e4", Contact: "bo", Type: "visit", At: at("2026-03-02T12:00:00Z"), Data: json.RawMessage("{}")},
		{ID: "e5", Contact: "ann", Type: "visit", At: at("2026-03-04T00:00:00Z"),
			Data: leadline.Fields{leadline.Number("seconds", 75.5)}},
	}
}

func newModel(t testing.TB) *leadline.Model {
	t.Helper()
	model, err := leadline.CompileModel([]byte(pack), nil)
	must(t, err)
	return model
}

func newEngine(t testing.TB) *leadline.Engine {
	t.Helper()
	engine, err := leadline.NewEngine(newModel(t), nil)
	must(t, err)
	return engine
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func mustBe(t testing.TB, err, wanted error) *leadline.Error {
	t.Helper()
	if !errors.Is(err, wanted) {
		t.Fatalf("the error is %v, not %v", err, wanted)
	}
	var out *leadline.Error
	if !errors.As(err, &out) || out.Message == "" || !strings.HasPrefix(err.Error(), "leadline: ") {
		t.Fatalf("%v is no *Error with a message", err)
	}
	return out
}

func equal[Value comparable](t testing.TB, found, wanted Value) {
	t.Helper()
	if found != wanted {
		t.Fatalf("found\n%v\nwanted\n%v", found, wanted)
	}
}

// told puts decisions one behind the other.
func told(parts ...leadline.Decisions) string {
	var out strings.Builder
	for _, part := range parts {
		out.Write(part.NDJSON())
	}
	return out.String()
}

// wanted is what the events bring.
func wanted(t testing.TB) string {
	engine := newEngine(t)
	defer engine.Close()
	first, err := engine.ApplyNDJSON([]byte(lines))
	must(t, err)
	second, err := engine.Advance(end)
	must(t, err)
	out := told(first, second)
	if strings.Count(out, "\n") < 15 {
		t.Fatalf("too little:\n%s", out)
	}
	return out
}

// root is the project's folder.
func root(t testing.TB) string {
	folder, err := filepath.Abs(filepath.Join("..", ".."))
	must(t, err)
	if _, err := os.Stat(filepath.Join(folder, "tests", "conformance")); err != nil {
		t.Skip("the module is not within the project")
	}
	return folder
}
