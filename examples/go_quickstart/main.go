// A pack, three events, the decisions they give; then the same contact as bytes in the host's own row.
package main

import (
	"fmt"
	"log"
	"time"

	"leadline"
)

const pack = `{
  "leadline": 1, "name": "quickstart", "time_zone": "America/New_York",
  "events": {"visit": {"activity": true, "fields": {"path": "string"}}},
  "scores": {"heat": {"rules": [
    {"id": "pricing", "on": "visit", "where": {"==": [{"var": "event.path"}, "/pricing"]},
     "points": 15, "decay": {"half_life": "7d"}}]}},
  "funnel": {"start": "lead", "stages": [{"id": "lead"}, {"id": "mql"}],
    "transitions": [{"id": "hot", "from": "lead", "to": "mql", "when": {">=": [{"var": "score.heat"}, 25]}}]}
}`

func main() {
	model, err := leadline.CompileModel([]byte(pack), nil)
	if err != nil {
		log.Fatal(err)
	}
	engine, err := leadline.NewEngine(model, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer engine.Close()
	first := time.Date(2026, 3, 2, 14, 0, 0, 0, time.UTC)
	decisions, err := engine.Apply([]leadline.Event{
		{Contact: "c42", Type: "visit", At: first, Data: leadline.Fields{leadline.Text("path", "/pricing")}},
		{Contact: "c42", Type: "visit", At: first, Data: map[string]string{"path": "/blog"}},
		{Contact: "c42", Type: "visit", At: first.AddDate(0, 0, 1), Data: []byte(`{"path": "/pricing"}`)},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, told := range decisions.Slice() {
		if told.Kind == leadline.KindScore {
			fmt.Println(told.At.Format(time.RFC3339), told.About, told.FromPoints, "->", told.ToPoints)
		} else {
			fmt.Println(told.At.Format(time.RFC3339), told.Kind, told.From, "->", told.To)
		}
	}
	heat, err := engine.Score("c42", "heat")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("heat is", heat)

	fold, err := leadline.NewFold(model)
	if err != nil {
		log.Fatal(err)
	}
	defer fold.Close()
	visit := leadline.Event{Type: "visit", At: first, Data: leadline.Fields{leadline.Text("path", "/pricing")}}
	step, err := fold.Step("c42", nil, []leadline.Event{visit}, time.Time{})
	if err != nil {
		log.Fatal(err)
	}
	row := step.State // bytes, for your own database
	heat, err = fold.Score(row, "heat", first.AddDate(0, 0, 7))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("from bytes:", heat)
}
