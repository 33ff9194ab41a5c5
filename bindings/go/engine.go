package leadline

/*
#include "shim.h"
*/
import "C"

import (
	"encoding/json"
	"time"
)

// EngineOptions are how an engine works. Nil stands for none.
type EngineOptions struct {
	// History keeps every event, by which Explain names them.
	History bool
	// Threads share the contacts within a call, at most 256; worth it from some thousand events a call. The decisions
	// are the same.
	Threads int
}

// Engine is many contacts in memory, brought along together. For one goroutine at a time: a second gets ErrBusy.
type Engine struct {
	model *Model
	room  *room
	batch batch
}

// NewEngine makes an engine without contacts.
func NewEngine(model *Model, options *EngineOptions) (*Engine, error) {
	return openEngine(model, options, false, nil)
}

// RestoreEngine makes one that goes on where a snapshot was taken. ErrState tells of the bytes.
func RestoreEngine(model *Model, snapshot []byte, options *EngineOptions) (*Engine, error) {
	return openEngine(model, options, true, snapshot)
}

func openEngine(model *Model, options *EngineOptions, isRestored bool, snapshot []byte) (*Engine, error) {
	if err := model.take(); err != nil {
		return nil, err
	}
	defer model.shared.give()
	if options == nil {
		options = &EngineOptions{}
	}
	if options.Threads < 0 || options.Threads > 256 {
		return nil, errorOf(ErrArgument, "argument", "Threads is not between 0 and 256")
	}
	room, err := newRoom()
	if err != nil {
		return nil, err
	}
	history, restored := C.int32_t(0), C.int32_t(0)
	if options.History {
		history = 1
	}
	if isRestored {
		restored = 1
	}
	status := C.leadline_go_engine_open(room.at(), model.shared.handle, history, C.uint32_t(options.Threads), restored,
		charsOf(snapshot), sizeOf(snapshot))
	if status != C.LEADLINE_OK {
		err := room.problem(status)
		_ = room.close()
		return nil, err
	}
	return &Engine{model: model, room: room, batch: batch{room: room}}, nil
}

func (e *Engine) take() error {
	if e == nil {
		return errClosed()
	}
	return e.room.take()
}

// finish is what a call brought, and the room let go.
func (e *Engine) finish(status C.leadline_status) (Decisions, error) {
	var out Decisions
	err := e.finishInto(&out, status)
	return out, err
}

func (e *Engine) finishInto(into *Decisions, status C.leadline_status) error {
	e.room.decisionsInto(into)
	if status == C.LEADLINE_OK {
		e.room.give()
		return nil
	}
	problem := e.room.problem(status)
	problem.Done = int(e.room.c.done)
	e.room.give()
	return problem
}

// Close frees the engine. ErrBusy while another goroutine uses it; afterwards it does nothing.
func (e *Engine) Close() error {
	if e == nil {
		return nil
	}
	return e.room.close()
}

// Model is the engine's model.
func (e *Engine) Model() *Model { return e.model }

// Send applies one event. The decisions are those it brought, and those that time brought until then.
func (e *Engine) Send(event Event) (Decisions, error) {
	var out Decisions
	err := e.SendInto(&out, event)
	return out, err
}

// SendInto is Send with the decisions in `into`, whose memory serves again: for loops that read what they are told and
// then go on. What was read from `into` before, texts too, is no longer good.
func (e *Engine) SendInto(into *Decisions, event Event) error {
	if into == nil {
		return errNothingToFill()
	}
	if err := e.take(); err != nil {
		into.forget()
		return err
	}
	if err := e.fill1(&event); err != nil {
		into.forget()
		return err
	}
	return e.finishInto(into, e.applyBatch())
}

// Apply applies events in order of arrival. One that cannot be one (no contact, an instant outside of 1970 to 2200, data
// that is no JSON) ends it with ErrInput: Done of the *Error says how many before it are done, Offset which one it is, and
// the decisions are those of the events that are done. What an event lacks otherwise is told as a decision.
func (e *Engine) Apply(events []Event) (Decisions, error) {
	var out Decisions
	err := e.ApplyInto(&out, events)
	return out, err
}

// ApplyInto is Apply with the decisions in `into`, as SendInto has them.
func (e *Engine) ApplyInto(into *Decisions, events []Event) error {
	if into == nil {
		return errNothingToFill()
	}
	if err := e.take(); err != nil {
		into.forget()
		return err
	}
	if err := e.fill(events); err != nil {
		into.forget()
		return err
	}
	return e.finishInto(into, e.applyBatch())
}

func errNothingToFill() error {
	return errorOf(ErrArgument, "argument", "there are no decisions to be filled")
}

func (e *Engine) applyBatch() C.leadline_status {
	status := C.leadline_go_engine_apply(e.room.at(), e.batch.count())
	e.batch.clear()
	return status
}

// fill turns events into a batch, and lets the room go where that fails or panics: data may have methods of its own.
func (e *Engine) fill(events []Event) error {
	isDone := false
	defer func() {
		if !isDone {
			e.batch.clear()
			e.room.give()
		}
	}()
	err := e.batch.addAll(events)
	isDone = err == nil
	return err
}

// fill1 is fill of one event. Where its data can have no methods nothing panics.
func (e *Engine) fill1(event *Event) error {
	switch event.Data.(type) {
	case nil, Fields, string:
		err := e.batch.add(event, 0)
		if err != nil {
			e.batch.clear()
			e.room.give()
		}
		return err
	}
	return e.fill([]Event{*event})
}

// ApplyNDJSON applies events as JSON lines. Blank lines are skipped; the last need not end. Line and Offset of the *Error
// are those of the text, Done says how many bytes are done.
func (e *Engine) ApplyNDJSON(lines []byte) (Decisions, error) {
	if err := e.take(); err != nil {
		return Decisions{}, err
	}
	return e.finish(C.leadline_go_engine_apply_json(e.room.at(), charsOf(lines), sizeOf(lines)))
}

// Advance brings every contact through every instant up to and including that one.
func (e *Engine) Advance(to time.Time) (Decisions, error) {
	if err := e.take(); err != nil {
		return Decisions{}, err
	}
	return e.finish(C.leadline_go_engine_advance(e.room.at(), C.int64_t(millis(to))))
}

// asked is a call that brings no decisions.
func (e *Engine) asked(status C.leadline_status) error {
	if status != C.LEADLINE_OK {
		return e.room.problem(status)
	}
	return nil
}

// NextWakeup is the earliest instant at which time alone could change something; the zero time: never.
func (e *Engine) NextWakeup() (time.Time, error) {
	if err := e.take(); err != nil {
		return time.Time{}, err
	}
	defer e.room.give()
	if err := e.asked(C.leadline_go_engine_next_wakeup(e.room.at())); err != nil {
		return time.Time{}, err
	}
	return wakeup(int64(e.room.c.number)), nil
}

func wakeup(ms int64) time.Time {
	if ms == noInstant {
		return time.Time{}
	}
	return instant(ms)
}

const noInstant = -1 << 63

// Len is how many contacts the engine has.
func (e *Engine) Len() (int, error) {
	if err := e.take(); err != nil {
		return 0, err
	}
	defer e.room.give()
	if err := e.asked(C.leadline_go_engine_contact_count(e.room.at())); err != nil {
		return 0, err
	}
	return int(e.room.c.done), nil
}

// Score is a contact's score, by its name.
func (e *Engine) Score(contact, score string) (Points, error) {
	if err := e.take(); err != nil {
		return 0, err
	}
	defer e.room.give()
	index, err := e.model.scoreIndex(score)
	if err != nil {
		return 0, err
	}
	if err := e.asked(C.leadline_go_engine_score(e.room.at(), chars(contact), size(contact), C.uint32_t(index))); err != nil {
		return 0, err
	}
	return Points(e.room.c.number), nil
}

// Standing is how a contact stands at the last closed instant or its latest event. Texts that are not there are empty.
type Standing struct {
	Contact  string            `json:"contact"`
	Scores   map[string]Points `json:"scores"`
	Grades   map[string]string `json:"grades"`
	Stage    string            `json:"stage"`
	Status   string            `json:"status"`
	Owner    string            `json:"owner"`
	Tags     []string          `json:"tags"`
	Clocks   map[string]string `json:"clocks"`
	Cadences map[string]string `json:"cadences"`
	Touches  map[string]int    `json:"touches"`
}

// Contact tells how one contact stands.
func (e *Engine) Contact(contact string) (Standing, error) {
	var out Standing
	text, err := e.ContactJSON(contact)
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	return out, err
}

// ContactJSON is the same as the library writes it.
func (e *Engine) ContactJSON(contact string) (json.RawMessage, error) {
	if err := e.take(); err != nil {
		return nil, err
	}
	defer e.room.give()
	if err := e.asked(C.leadline_go_engine_contact_json(e.room.at(), chars(contact), size(contact))); err != nil {
		return nil, err
	}
	return e.room.content(0), nil
}

// ContactsNDJSON is a line for every contact of whom something was accepted, in byte order of their ids.
func (e *Engine) ContactsNDJSON() ([]byte, error) {
	if err := e.take(); err != nil {
		return nil, err
	}
	defer e.room.give()
	if err := e.asked(C.leadline_go_engine_contacts_json(e.room.at())); err != nil {
		return nil, err
	}
	return e.room.content(0), nil
}

// Explain tells where each point of a contact's scores comes from, as docs/reference/explain.md describes. The instant is
// not before the latest event. Without History it is told from the contact's state alone, at its last closed instant.
func (e *Engine) Explain(contact string, at time.Time) (json.RawMessage, error) {
	if err := e.take(); err != nil {
		return nil, err
	}
	defer e.room.give()
	status := C.leadline_go_engine_explain(e.room.at(), chars(contact), size(contact), C.int64_t(millis(at)))
	if err := e.asked(status); err != nil {
		return nil, err
	}
	return e.room.content(0), nil
}

// Snapshot is everything that the engine holds, but for its history, as bytes that are the same on every machine.
func (e *Engine) Snapshot() ([]byte, error) {
	if err := e.take(); err != nil {
		return nil, err
	}
	defer e.room.give()
	if err := e.asked(C.leadline_go_engine_snapshot(e.room.at())); err != nil {
		return nil, err
	}
	return e.room.content(0), nil
}

// Digest is one number for what the fold determines of all contacts: equal wherever the same fold was done.
func (e *Engine) Digest() (uint64, error) {
	if err := e.take(); err != nil {
		return 0, err
	}
	defer e.room.give()
	if err := e.asked(C.leadline_go_engine_digest(e.room.at())); err != nil {
		return 0, err
	}
	return uint64(e.room.c.done), nil
}
