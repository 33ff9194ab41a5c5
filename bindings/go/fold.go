package leadline

/*
#include "shim.h"
*/
import "C"

import "time"

// Fold takes single contacts from one state to the next, where a state is bytes that the host keeps: in its own row, in
// Redis, in keyed state of a stream. For one goroutine at a time: a second gets ErrBusy.
type Fold struct {
	model *Model
	room  *room
	batch batch
}

// Step is what a step came to.
type Step struct {
	// State is to be kept, and given to the next step. Empty for a contact of whom nothing is left.
	State     []byte
	Decisions Decisions
	// NextWakeup: until then nothing can happen by time alone; the zero time: ever.
	NextWakeup time.Time
}

// Merged is what a merge came to.
type Merged struct {
	From      []byte // empty, but for a contact that goes on since the event was refused
	Into      []byte
	Decisions Decisions
}

// NewFold makes one.
func NewFold(model *Model) (*Fold, error) {
	if err := model.take(); err != nil {
		return nil, err
	}
	defer model.shared.give()
	room, err := newRoom()
	if err != nil {
		return nil, err
	}
	if status := C.leadline_go_fold_open(room.at(), model.shared.handle); status != C.LEADLINE_OK {
		err := room.problem(status)
		_ = room.close()
		return nil, err
	}
	return &Fold{model: model, room: room, batch: batch{room: room}}, nil
}

func (f *Fold) take() error {
	if f == nil {
		return errClosed()
	}
	return f.room.take()
}

// Close frees the fold. ErrBusy while another goroutine uses it; afterwards it does nothing.
func (f *Fold) Close() error {
	if f == nil {
		return nil
	}
	return f.room.close()
}

// Step takes a contact through events in order of arrival, then, unless that is the zero time, through every instant up to
// and including `advance`. The state is what the step before gave, or empty for a contact to which nothing has happened.
// Events may leave out the contact. It is done whole or not at all: after an error nothing has happened. Who of a pool
// gets a contact only an engine knows; contact.merge has a method of its own.
func (f *Fold) Step(contact string, state []byte, events []Event, advance time.Time) (Step, error) {
	if err := f.take(); err != nil {
		return Step{}, err
	}
	defer f.room.give()
	defer f.batch.clear()
	if err := f.batch.addAll(events); err != nil {
		return Step{}, err
	}
	advanceTo := C.int64_t(noInstant)
	if !advance.IsZero() {
		advanceTo = C.int64_t(millis(advance))
	}
	status := C.leadline_go_fold_step(f.room.at(), chars(contact), size(contact), charsOf(state), sizeOf(state),
		f.batch.count(), advanceTo)
	if status != C.LEADLINE_OK {
		return Step{}, f.room.problem(status)
	}
	return Step{
		State:      f.room.content(0),
		Decisions:  f.room.decisions(),
		NextWakeup: wakeup(int64(f.room.c.number)),
	}, nil
}

// Merge ends the contact `from` by an event contact.merge whose data says {"into": into}, and `into` takes over what it
// had. As whole as Step.
func (f *Fold) Merge(from string, fromState []byte, into string, intoState []byte, event Event) (Merged, error) {
	if err := f.take(); err != nil {
		return Merged{}, err
	}
	defer f.room.give()
	defer f.batch.clear()
	if err := f.batch.add(&event, 0); err != nil {
		return Merged{}, err
	}
	status := C.leadline_go_fold_merge(f.room.at(), chars(from), size(from), charsOf(fromState), sizeOf(fromState),
		chars(into), size(into), charsOf(intoState), sizeOf(intoState))
	if status != C.LEADLINE_OK {
		return Merged{}, f.room.problem(status)
	}
	return Merged{From: f.room.content(0), Into: f.room.content(1), Decisions: f.room.decisions()}, nil
}

// Score is a score at an instant that is not before the latest event or step.
func (f *Fold) Score(state []byte, score string, at time.Time) (Points, error) {
	if err := f.take(); err != nil {
		return 0, err
	}
	defer f.room.give()
	index, err := f.model.scoreIndex(score)
	if err != nil {
		return 0, err
	}
	status := C.leadline_go_fold_score(f.room.at(), charsOf(state), sizeOf(state), C.uint32_t(index), C.int64_t(millis(at)))
	if status != C.LEADLINE_OK {
		return 0, f.room.problem(status)
	}
	return Points(f.room.c.number), nil
}

// Digest is one number for what the fold determines: equal wherever the same fold was done.
func (f *Fold) Digest(state []byte) (uint64, error) {
	if err := f.take(); err != nil {
		return 0, err
	}
	defer f.room.give()
	if status := C.leadline_go_fold_digest(f.room.at(), charsOf(state), sizeOf(state)); status != C.LEADLINE_OK {
		return 0, f.room.problem(status)
	}
	return uint64(f.room.c.done), nil
}
