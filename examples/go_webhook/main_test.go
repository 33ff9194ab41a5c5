package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"leadline"
)

// Monday, 2 March 2026, 10:00 in New York.
const monday = int64(1772463600000)

func started(t *testing.T) (*receiver, *httptest.Server, func() string) {
	var lock sync.Mutex
	var acted strings.Builder
	made, err := newReceiver(func(decisions leadline.Decisions) {
		lock.Lock()
		defer lock.Unlock()
		acted.Write(decisions.NDJSON())
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(made)
	t.Cleanup(func() {
		server.Close()
		_ = made.engine.Close()
	})
	return made, server, func() string {
		lock.Lock()
		defer lock.Unlock()
		return acted.String()
	}
}

func post(t *testing.T, server *httptest.Server, body string) (int, string) {
	answer, err := http.Post(server.URL+"/webhook", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

func changes(contact int, at int64) string {
	return fmt.Sprintf(`[
		{"eventId": %[1]d1, "objectId": %[1]d, "subscriptionType": "contact.creation", "occurredAt": %[2]d},
		{"eventId": %[1]d2, "objectId": %[1]d, "subscriptionType": "contact.propertyChange", "propertyName": "employees",
		 "propertyValue": 120, "occurredAt": %[2]d},
		{"eventId": %[1]d3, "objectId": %[1]d, "subscriptionType": "contact.propertyChange", "propertyName": "job_title",
		 "propertyValue": "Head of Growth", "occurredAt": %[2]d},
		{"eventId": %[1]d4, "objectId": %[1]d, "subscriptionType": "contact.propertyChange", "propertyName": "last_page",
		 "propertyValue": "/pricing", "occurredAt": %[2]d},
		{"eventId": %[1]d5, "objectId": %[1]d, "subscriptionType": "contact.propertyChange", "propertyName": "shoe_size",
		 "propertyValue": 44, "occurredAt": %[2]d}]`, contact, at)
}

func kinds(t *testing.T, lines string) []string {
	var out []string
	for _, line := range strings.Split(strings.TrimSuffix(lines, "\n"), "\n") {
		var told struct{ Kind, What, To any }
		if err := json.Unmarshal([]byte(line), &told); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		out = append(out, fmt.Sprint(told.Kind))
	}
	return out
}

func TestAPostBecomesDecisions(t *testing.T) {
	made, server, acted := started(t)
	status, told := post(t, server, changes(501, monday))
	if status != http.StatusOK || strings.Join(kinds(t, told), " ") != "stage score score stage action clock" {
		t.Fatalf("%d: %s", status, told)
	}
	if acted() != told || !strings.Contains(told, `"title": "Head of Growth"`) {
		t.Errorf("acted on %s", acted())
	}
	// The same again changes nothing: each id counts once.
	status, told = post(t, server, changes(501, monday))
	if status != http.StatusOK || told != "" {
		t.Errorf("%d: %s", status, told)
	}
	answer, err := http.Get(server.URL + "/contacts/501")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var standing leadline.Standing
	if err := json.NewDecoder(answer.Body).Decode(&standing); err != nil {
		t.Fatal(err)
	}
	if standing.Stage != "mql" || standing.Scores["lead"] != 35000 || standing.Clocks["speed-to-lead"] != "running" {
		t.Errorf("stands at %+v", standing)
	}
	// Nobody met the lead within four business hours: time tells, and then nothing is left to happen but by decay.
	next, err := made.advance(time.UnixMilli(monday).Add(3 * time.Hour))
	if err != nil || !next.Equal(time.UnixMilli(monday).Add(4*time.Hour)) {
		t.Errorf("the next wakeup is at %v, %v", next, err)
	}
	if _, err := made.advance(time.UnixMilli(monday).Add(5 * time.Hour)); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(acted(), `"what": "breached"`) {
		t.Errorf("acted on %s", acted())
	}
}

func TestWhatCannotBeIsRefused(t *testing.T) {
	_, server, _ := started(t)
	for body, wanted := range map[string]int{
		"":                                  http.StatusBadRequest,
		"{}":                                http.StatusBadRequest,
		"[]":                                http.StatusOK,
		`[{"subscriptionType": "unknown"}]`: http.StatusOK,
		`[{"subscriptionType": "contact.creation", "occurredAt": 1772463600000}]`:                              http.StatusUnprocessableEntity,
		`[{"subscriptionType": "contact.creation", "objectId": 1, "occurredAt": -1}]`:                          http.StatusUnprocessableEntity,
		`[{"eventId": 1, "note": "` + strings.Repeat("x", bodyMax) + `"}]`:                                     http.StatusRequestEntityTooLarge,
		`[{"eventId": 7, "subscriptionType": "contact.deletion", "objectId": 3, "occurredAt": 1772463600000}]`: http.StatusOK,
	} {
		if status, told := post(t, server, body); status != wanted {
			t.Errorf("%.80s: %d, not %d: %s", body, status, wanted, told)
		}
	}
	for path, wanted := range map[string]int{"/contacts/nobody": http.StatusNotFound, "/else": http.StatusNotFound,
		"/webhook": http.StatusNotFound} {
		answer, err := http.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != wanted {
			t.Errorf("%s: %d", path, answer.StatusCode)
		}
	}
}

func TestManyPostsAtOnce(t *testing.T) {
	made, server, _ := started(t)
	var group sync.WaitGroup
	for worker := 1; worker <= 8; worker++ {
		worker := worker
		group.Add(1)
		go func() {
			defer group.Done()
			for i := 0; i < 20; i++ {
				if status, told := post(t, server, changes(worker*100+i, monday)); status != http.StatusOK {
					t.Errorf("%d: %s", status, told)
				}
			}
		}()
	}
	group.Wait()
	if count, err := made.engine.Len(); err != nil || count != 160 {
		t.Errorf("%d contacts, %v", count, err)
	}
}
