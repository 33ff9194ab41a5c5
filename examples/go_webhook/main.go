// A webhook receiver: what a CRM posts becomes events, the engine in this process folds them, and the answer is the
// decisions they brought.
//
//	POST /webhook      a JSON array of changes, as CRMs send them
//	GET  /contacts/ID  how a contact stands
//
// The CRM may send a change twice: its id is the event's, and the engine takes each once. Changes may come late: the pack
// says how late. Time passes by itself too: a timer wakes the engine when something could happen by time alone.
package main

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"
	"time"

	"leadline"
)

//go:embed pack.json
var pack []byte

const bodyMax = 1 << 20

// change is one entry of a post: the form that most CRMs share, whatever they call its members.
type change struct {
	ID         int64           `json:"eventId"`
	Contact    json.Number     `json:"objectId"`
	Kind       string          `json:"subscriptionType"`
	Property   string          `json:"propertyName"`
	Value      json.RawMessage `json:"propertyValue"`
	OccurredAt int64           `json:"occurredAt"` // milliseconds
}

// event is the change as one of the pack's events; false for what the pack does not want.
func (c change) event() (leadline.Event, bool) {
	out := leadline.Event{
		ID:      fmt.Sprint(c.ID),
		Contact: c.Contact.String(),
		At:      time.UnixMilli(c.OccurredAt),
	}
	switch c.Kind {
	case "contact.creation":
		out.Type = "created"
	case "contact.deletion":
		out.Type = "contact.forget"
	case "contact.propertyChange":
		switch c.Property {
		case "job_title", "employees":
			out.Type = "changed"
			out.Data = map[string]json.RawMessage{c.Property: c.Value}
		case "last_page":
			var path string
			if json.Unmarshal(c.Value, &path) != nil {
				return out, false
			}
			out.Type = "visit"
			out.Data = leadline.Fields{leadline.Text("path", path)}
		}
	case "meeting.booked":
		out.Type = "meeting"
	}
	return out, out.Type != ""
}

// receiver owns the engine. Handlers run in many goroutines, and an engine is for one at a time: a lock puts them in order.
type receiver struct {
	lock   sync.Mutex
	engine *leadline.Engine
	// act does what decisions ask for: writes to the CRM, tells a person.
	act func(leadline.Decisions)
}

func newReceiver(act func(leadline.Decisions)) (*receiver, error) {
	model, err := leadline.CompileModel(pack, &leadline.PackOptions{File: "pack.json"})
	if err != nil {
		return nil, err
	}
	defer model.Close()
	engine, err := leadline.NewEngine(model, nil)
	if err != nil {
		return nil, err
	}
	return &receiver{engine: engine, act: act}, nil
}

func (r *receiver) ServeHTTP(answer http.ResponseWriter, request *http.Request) {
	switch {
	case request.Method == http.MethodPost && request.URL.Path == "/webhook":
		r.receive(answer, request)
	case request.Method == http.MethodGet && strings.HasPrefix(request.URL.Path, "/contacts/"):
		r.tell(answer, strings.TrimPrefix(request.URL.Path, "/contacts/"))
	default:
		http.NotFound(answer, request)
	}
}

func (r *receiver) receive(answer http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(answer, request.Body, bodyMax))
	if err != nil {
		http.Error(answer, "the body cannot be read", http.StatusRequestEntityTooLarge)
		return
	}
	var changes []change
	if err := json.Unmarshal(body, &changes); err != nil {
		http.Error(answer, "the body is no array of changes: "+err.Error(), http.StatusBadRequest)
		return
	}
	var events []leadline.Event
	for _, each := range changes {
		if event, ok := each.event(); ok {
			events = append(events, event)
		}
	}
	r.lock.Lock()
	decisions, err := r.engine.Apply(events)
	r.lock.Unlock()
	// What was done before a fault counts all the same.
	r.act(decisions)
	if err != nil {
		fail(answer, err)
		return
	}
	answer.Header().Set("Content-Type", "application/x-ndjson")
	_, _ = answer.Write(decisions.NDJSON())
}

func (r *receiver) tell(answer http.ResponseWriter, contact string) {
	r.lock.Lock()
	standing, err := r.engine.ContactJSON(contact)
	r.lock.Unlock()
	if err != nil {
		fail(answer, err)
		return
	}
	answer.Header().Set("Content-Type", "application/json")
	_, _ = answer.Write(standing)
}

// fail answers with the library's own words: the stable code, and where the fault is.
func fail(answer http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	switch {
	case errors.Is(err, leadline.ErrInput), errors.Is(err, leadline.ErrOutOfRange):
		status = http.StatusUnprocessableEntity
	case errors.Is(err, leadline.ErrNotFound):
		status = http.StatusNotFound
	case errors.Is(err, leadline.ErrClosed):
		status = http.StatusServiceUnavailable
	}
	http.Error(answer, err.Error(), status)
}

// advance brings time to `now`, and tells when something could happen next by time alone.
func (r *receiver) advance(now time.Time) (time.Time, error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	decisions, err := r.engine.Advance(now)
	if err != nil {
		return time.Time{}, err
	}
	r.act(decisions)
	return r.engine.NextWakeup()
}

// keepTime advances the engine when something is due, and at least once a minute: an event may have brought a nearer due.
func (r *receiver) keepTime(stop <-chan struct{}) {
	for {
		next, err := r.advance(time.Now())
		if err != nil {
			log.Print(err)
			return
		}
		wait := time.Minute
		if until := time.Until(next); !next.IsZero() && until < wait {
			wait = until
		}
		select {
		case <-stop:
			return
		case <-time.After(wait):
		}
	}
}

func main() {
	receiver, err := newReceiver(func(decisions leadline.Decisions) { _, _ = os.Stdout.Write(decisions.NDJSON()) })
	if err != nil {
		log.Fatal(err)
	}
	stop := make(chan struct{})
	go receiver.keepTime(stop)
	server := &http.Server{Addr: "127.0.0.1:8080", Handler: receiver, ReadHeaderTimeout: 10 * time.Second}
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	go func() {
		<-interrupted
		close(stop)
		_ = server.Close()
	}()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
}
