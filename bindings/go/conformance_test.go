package leadline_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"sort"
	"strings"
	"testing"
	"time"

	"leadline"
)

type conformanceCase struct {
	file      string
	Name      string                     `json:"name"`
	Pack      json.RawMessage            `json:"pack"`
	Events    []json.RawMessage          `json:"events"`
	Advance   string                     `json:"advance"`
	Only      []string                   `json:"only"`
	Decisions []any                      `json:"decisions"`
	Then      map[string]json.RawMessage `json:"then"`
}

func conformanceCases(t *testing.T) []conformanceCase {
	paths, err := filepath.Glob(filepath.Join(root(t), "tests", "conformance", "*.json"))
	must(t, err)
	sort.Strings(paths)
	var out []conformanceCase
	for _, path := range paths {
		text, err := os.ReadFile(path)
		must(t, err)
		var cases []conformanceCase
		must(t, json.Unmarshal(text, &cases))
		for _, each := range cases {
			each.file = strings.TrimSuffix(filepath.Base(path), ".json")
			out = append(out, each)
		}
	}
	return out
}

// cut is of `whole` what `wanted` names, at any depth: keys that a case leaves out are free.
func cut(whole, wanted any) any {
	all, isObject := whole.(map[string]any)
	some, isWanted := wanted.(map[string]any)
	if !isObject || !isWanted {
		return whole
	}
	out := map[string]any{}
	for key, item := range some {
		if found, ok := all[key]; ok {
			out[key] = cut(found, item)
		} else {
			out[key] = "absent"
		}
	}
	return out
}

func parsed(t *testing.T, text []byte) any {
	t.Helper()
	var out any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return out
}

// plain is an event as a struct, where one can hold it.
func plain(t *testing.T, text json.RawMessage) (leadline.Event, bool) {
	var members map[string]json.RawMessage
	if json.Unmarshal(text, &members) != nil {
		return leadline.Event{}, false
	}
	texts := map[string]string{}
	for _, key := range []string{"contact", "type", "id", "at"} {
		var value string
		if raw, ok := members[key]; ok {
			if json.Unmarshal(raw, &value) != nil || raw[0] != '"' || (key == "id" && value == "") {
				return leadline.Event{}, false
			}
		}
		texts[key] = value
	}
	instant, err := time.Parse(time.RFC3339Nano, texts["at"])
	if err != nil || texts["contact"] == "" {
		return leadline.Event{}, false
	}
	out := leadline.Event{Contact: texts["contact"], Type: texts["type"], ID: texts["id"], At: instant}
	if data, ok := members["data"]; ok {
		out.Data = data
	}
	return out, true
}

func byContact(t *testing.T, lines string) map[string]string {
	out := map[string]string{}
	for _, line := range strings.Split(strings.TrimSuffix(lines, "\n"), "\n") {
		if line != "" {
			contact := parsed(t, []byte(line)).(map[string]any)["contact"].(string)
			out[contact] += line + "\n"
		}
	}
	return out
}

// folded runs events through a Fold, each contact as bytes; every contact's time is the latest instant that was seen, as
// an engine has it.
func folded(t *testing.T, model *leadline.Model, events []leadline.Event, until time.Time) string {
	fold, err := leadline.NewFold(model)
	must(t, err)
	defer fold.Close()
	var out strings.Builder
	states := map[string][]byte{}
	var closed time.Time
	bring := func(contact string) {
		if len(states[contact]) != 0 && !closed.IsZero() {
			step, err := fold.Step(contact, states[contact], nil, closed)
			must(t, err)
			states[contact] = step.State
			out.Write(step.Decisions.NDJSON())
		}
	}
	for _, event := range events {
		if before := event.At.Truncate(time.Millisecond).Add(-time.Millisecond); before.After(closed) && before.Unix() >= 0 {
			closed = before
		}
		bring(event.Contact)
		step, err := fold.Step(event.Contact, states[event.Contact], []leadline.Event{event}, time.Time{})
		must(t, err)
		states[event.Contact] = step.State
		out.Write(step.Decisions.NDJSON())
	}
	if until.After(closed) {
		closed = until
	}
	for contact := range states {
		bring(contact)
	}
	return out.String()
}

// The project's conformance cases, from the same files as in C++, C and Python: they hold, and the bytes are the same.
func TestConformance(t *testing.T) {
	program := os.Getenv("LEADLINE_PROGRAM")
	folder := root(t)
	listed, err := os.ReadFile(filepath.Join(folder, "tests", "conformance", "pending.txt"))
	must(t, err)
	pending := map[string]bool{}
	for _, line := range strings.Split(string(listed), "\n") {
		pending[strings.TrimSpace(strings.Split(line, "#")[0])] = true
	}
	cases, structs, folds, decisions, compared := 0, 0, 0, 0, 0
	for _, each := range conformanceCases(t) {
		each := each
		cases++
		t.Run(each.file+": "+each.Name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "pack.json")
			var named string
			if json.Unmarshal(each.Pack, &named) == nil {
				path = filepath.Join(folder, named)
			} else {
				must(t, os.WriteFile(path, each.Pack, 0o600))
			}
			model, err := leadline.LoadModel(path)
			must(t, err)
			defer model.Close()
			var sent bytes.Buffer
			for _, event := range each.Events {
				must(t, json.Compact(&sent, event))
				sent.WriteByte('\n')
			}
			until := at(each.Advance)
			engine, err := leadline.NewEngine(model, nil)
			must(t, err)
			defer engine.Close()
			first, err := engine.ApplyNDJSON(sent.Bytes())
			must(t, err)
			second, err := engine.Advance(until)
			must(t, err)
			found := told(first, second)
			decisions += first.Len() + second.Len()
			if program != "" {
				input := filepath.Join(t.TempDir(), "events.ndjson")
				must(t, os.WriteFile(input, sent.Bytes(), 0o600))
				done, err := exec.Command(program, "run", path, input, "--until", each.Advance).Output()
				must(t, err)
				equal(t, found, string(done))
				compared++
			}
			if each.Decisions != nil && !pending[each.file] {
				all := []any{}
				for _, line := range strings.Split(strings.TrimSuffix(found, "\n"), "\n") {
					if line == "" {
						continue
					}
					one := parsed(t, []byte(line))
					kind := one.(map[string]any)["kind"].(string)
					if each.Only == nil || strings.Contains(" "+strings.Join(each.Only, " ")+" ", " "+kind+" ") {
						all = append(all, one)
					}
				}
				for i := range all {
					if i < len(each.Decisions) {
						all[i] = cut(all[i], each.Decisions[i])
					}
				}
				if !reflect.DeepEqual(all, each.Decisions) {
					t.Errorf("found\n%v\nwanted\n%v", all, each.Decisions)
				}
			}
			if !pending[each.file] {
				for contact, text := range each.Then {
					standing, err := engine.ContactJSON(contact)
					must(t, err)
					wanted := parsed(t, text)
					if got := cut(parsed(t, standing), wanted); !reflect.DeepEqual(got, wanted) {
						t.Errorf("%s stands at\n%v\nnot\n%v", contact, got, wanted)
					}
				}
			}
			// The same as structs, in one batch and one by one.
			var events []leadline.Event
			for _, text := range each.Events {
				event, ok := plain(t, text)
				if !ok {
					return
				}
				events = append(events, event)
			}
			structs++
			for _, isBatch := range []bool{true, false} {
				other, err := leadline.NewEngine(model, nil)
				must(t, err)
				var parts []leadline.Decisions
				if isBatch {
					part, err := other.Apply(events)
					must(t, err)
					parts = append(parts, part)
				} else {
					for _, event := range events {
						part, err := other.Send(event)
						must(t, err)
						parts = append(parts, part)
					}
				}
				last, err := other.Advance(until)
				must(t, err)
				equal(t, told(append(parts, last)...), found)
				one, err := engine.Digest()
				must(t, err)
				two, err := other.Digest()
				must(t, err)
				equal(t, one, two)
				must(t, other.Close())
			}
			// A merge concerns two contacts, and who assigns owners is the engine.
			written, err := os.ReadFile(path)
			must(t, err)
			if bytes.Contains(written, []byte(`"routing"`)) || strings.Contains(sent.String(), `"contact.merge"`) {
				return
			}
			folds++
			if got := byContact(t, folded(t, model, events, until)); !reflect.DeepEqual(got, byContact(t, found)) {
				t.Errorf("as bytes\n%v\nnot\n%v", got, byContact(t, found))
			}
		})
	}
	fmt.Printf("conformance cases through Go: %d (%d as structs, %d as bytes, %d beside the program), %d decisions\n", cases,
		structs, folds, compared, decisions)
	if cases < 100 || structs < 100 || folds < 50 {
		t.Error("these are not the cases")
	}
}
