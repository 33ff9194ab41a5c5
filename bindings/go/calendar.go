package leadline

/*
#include "shim.h"
*/
import "C"

import (
	"encoding/json"
	"time"
	"unsafe"
)

// Calendar is business hours in a time zone. It never changes. Instants come back in the location that they were given in.
type Calendar struct{ shared *shared }

// NewCalendar is made from the JSON of one calendar:
// {"time_zone": "America/New_York", "hours": {"mon-fri": ["09:00-17:00"]}}
func NewCalendar(text []byte) (*Calendar, error) {
	room, err := borrow()
	if err != nil {
		return nil, err
	}
	defer rooms.Put(room)
	return calendarOf(room, C.leadline_go_calendar_compile(room.at(), charsOf(text), sizeOf(text)))
}

// Calendar is one of the pack's, by its name.
func (m *Model) Calendar(name string) (*Calendar, error) {
	if err := m.take(); err != nil {
		return nil, err
	}
	defer m.shared.give()
	room, err := borrow()
	if err != nil {
		return nil, err
	}
	defer rooms.Put(room)
	return calendarOf(room, C.leadline_go_calendar_of_model(room.at(), m.shared.handle, chars(name), size(name)))
}

func calendarOf(room *room, status C.leadline_status) (*Calendar, error) {
	if status != C.LEADLINE_OK {
		return nil, room.withDiagnostics(status)
	}
	free := func(calendar C.leadline_go_at) { C.leadline_go_calendar_free(calendar) }
	return &Calendar{newShared(room.c.made, free)}, nil
}

// Close frees the calendar. It may be called more than once.
func (c *Calendar) Close() error {
	if c != nil {
		c.shared.close()
	}
	return nil
}

// hold lends a room for one question; release gives both back.
func (c *Calendar) hold() (*room, error) {
	if c == nil {
		return nil, errClosed()
	}
	if err := c.shared.take(); err != nil {
		return nil, err
	}
	room, err := borrow()
	if err != nil {
		c.shared.give()
	}
	return room, err
}

func (c *Calendar) release(room *room) {
	rooms.Put(room)
	c.shared.give()
}

func (c *Calendar) ask(what C.int32_t, first, second int64) (int64, error) {
	room, err := c.hold()
	if err != nil {
		return 0, err
	}
	defer c.release(room)
	status := C.leadline_go_calendar_ask(room.at(), c.shared.handle, what, C.int64_t(first), C.int64_t(second))
	if status != C.LEADLINE_OK {
		return 0, room.problem(status)
	}
	return int64(room.c.number), nil
}

func (c *Calendar) askInstant(what C.int32_t, at time.Time, second int64) (time.Time, error) {
	found, err := c.ask(what, millis(at), second)
	if err != nil {
		return time.Time{}, err
	}
	return instant(found).In(at.Location()), nil
}

// Add adds a duration as a pack writes it, a minus allowed: "4bh", "2bd", "90m".
func (c *Calendar) Add(at time.Time, amount string) (time.Time, error) {
	room, err := c.hold()
	if err != nil {
		return time.Time{}, err
	}
	defer c.release(room)
	status := C.leadline_go_calendar_add(room.at(), c.shared.handle, C.int64_t(millis(at)), chars(amount), size(amount))
	if status != C.LEADLINE_OK {
		return time.Time{}, room.problem(status)
	}
	return instant(int64(room.c.number)).In(at.Location()), nil
}

// AddOpen is the earliest later instant with exactly that much open time between; below zero, the latest earlier one.
func (c *Calendar) AddOpen(at time.Time, open time.Duration) (time.Time, error) {
	return c.askInstant(C.LEADLINE_GO_ADD_OPEN, at, open.Milliseconds())
}

// AddDays is so many working dates later or earlier, at the same time of day.
func (c *Calendar) AddDays(at time.Time, days int) (time.Time, error) {
	return c.askInstant(C.LEADLINE_GO_ADD_DAYS, at, int64(days))
}

// AddDaysToClose is the same, at the close.
func (c *Calendar) AddDaysToClose(at time.Time, days int) (time.Time, error) {
	return c.askInstant(C.LEADLINE_GO_ADD_DAYS_TO_CLOSE, at, int64(days))
}

// Elapsed is the open time within [from, to), below zero where `to` is before `from`.
func (c *Calendar) Elapsed(from, to time.Time) (time.Duration, error) {
	found, err := c.ask(C.LEADLINE_GO_ELAPSED, millis(from), millis(to))
	return durationOf(found), err
}

// ElapsedEach is the same for many pairs of milliseconds since 1970, in one crossing.
func (c *Calendar) ElapsedEach(fromMs, toMs []int64) ([]int64, error) {
	if len(fromMs) != len(toMs) {
		return nil, errorOf(ErrArgument, "argument", "there are not as many ends as beginnings")
	}
	room, err := c.hold()
	if err != nil {
		return nil, err
	}
	defer c.release(room)
	out := make([]int64, len(fromMs))
	if len(out) == 0 {
		return out, nil
	}
	status := C.leadline_go_calendar_elapsed_each(c.shared.handle, (*C.int64_t)(unsafe.Pointer(&fromMs[0])),
		(*C.int64_t)(unsafe.Pointer(&toMs[0])), C.size_t(len(out)), (*C.int64_t)(unsafe.Pointer(&out[0])))
	if status != C.LEADLINE_OK {
		return nil, errorOf(kindOf(int(status)), "argument", "the pairs cannot be asked for")
	}
	return out, nil
}

// IsOpen is whether the calendar is open at an instant.
func (c *Calendar) IsOpen(at time.Time) (bool, error) {
	found, err := c.ask(C.LEADLINE_GO_IS_OPEN, millis(at), 0)
	return found != 0, err
}

// NextOpen is the first open instant at or after that one.
func (c *Calendar) NextOpen(at time.Time) (time.Time, error) {
	return c.askInstant(C.LEADLINE_GO_NEXT_OPEN, at, 0)
}

// NextClose is the end of the opening at, or of the one after, that instant.
func (c *Calendar) NextClose(at time.Time) (time.Time, error) {
	return c.askInstant(C.LEADLINE_GO_NEXT_CLOSE, at, 0)
}

// PreviousClose is the latest close at or before that instant.
func (c *Calendar) PreviousClose(at time.Time) (time.Time, error) {
	return c.askInstant(C.LEADLINE_GO_PREVIOUS_CLOSE, at, 0)
}

// Semantics is how a condition reads its rule.
type Semantics int32

const (
	// Leadline is JsonLogic in which a blank never scores.
	Leadline Semantics = C.LEADLINE_SEMANTICS_LEADLINE
	// JSONLogic is the standard to the letter.
	JSONLogic Semantics = C.LEADLINE_SEMANTICS_JSONLOGIC
)

// Condition is JsonLogic over JSON data. It never changes.
type Condition struct{ shared *shared }

// NewCondition compiles a rule, which is JSON text.
func NewCondition(rule []byte, semantics Semantics) (*Condition, error) {
	room, err := borrow()
	if err != nil {
		return nil, err
	}
	defer rooms.Put(room)
	status := C.leadline_go_condition_compile(room.at(), charsOf(rule), sizeOf(rule), C.int32_t(semantics))
	if status != C.LEADLINE_OK {
		return nil, room.withDiagnostics(status)
	}
	free := func(condition C.leadline_go_at) { C.leadline_go_condition_free(condition) }
	return &Condition{newShared(room.c.made, free)}, nil
}

// Close frees the condition. It may be called more than once.
func (c *Condition) Close() error {
	if c != nil {
		c.shared.close()
	}
	return nil
}

func (c *Condition) ask(data []byte, now time.Time,
	call func(room *room, data *C.char, size C.size_t, now C.int64_t) C.leadline_status, take func(room *room)) error {
	if c == nil {
		return errClosed()
	}
	if err := c.shared.take(); err != nil {
		return err
	}
	defer c.shared.give()
	room, err := borrow()
	if err != nil {
		return err
	}
	defer rooms.Put(room)
	nowMs := C.int64_t(0)
	if !now.IsZero() {
		nowMs = C.int64_t(millis(now))
	}
	if status := call(room, charsOf(data), sizeOf(data), nowMs); status != C.LEADLINE_OK {
		return room.problem(status)
	}
	take(room)
	return nil
}

// Evaluate is the result over data, both JSON. The instant is what elapsed_since counts to; the zero time: the epoch.
func (c *Condition) Evaluate(data []byte, now time.Time) (json.RawMessage, error) {
	var out json.RawMessage
	err := c.ask(data, now, func(room *room, data *C.char, size C.size_t, now C.int64_t) C.leadline_status {
		return C.leadline_go_condition_evaluate(room.at(), c.shared.handle, data, size, now)
	}, func(room *room) { out = room.content(0) })
	return out, err
}

// Holds is whether the result counts as true.
func (c *Condition) Holds(data []byte, now time.Time) (bool, error) {
	out := false
	err := c.ask(data, now, func(room *room, data *C.char, size C.size_t, now C.int64_t) C.leadline_status {
		return C.leadline_go_condition_holds(room.at(), c.shared.handle, data, size, now)
	}, func(room *room) { out = room.c.number != 0 })
	return out, err
}
