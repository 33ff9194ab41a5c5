package leadline

/*
#include "shim.h"
*/
import "C"

import (
	"encoding/json"
	"math"
	"time"
	"unsafe"
)

// Event is something that happened to a contact.
type Event struct {
	Contact string
	Type    string
	At      time.Time // parts of a millisecond are dropped, downwards
	ID      string    // may be empty
	// Data is nil, Fields, JSON text (string, []byte, json.RawMessage), or what encoding/json makes an object of. Fields
	// cost the least.
	Data any
}

// Field is one member of an event's data: Text, Integer, Number, Bool or Null makes it.
type Field struct {
	name    string
	text    string
	integer int64
	real    float64
	kind    int32
}

// Fields are an event's data without a detour over JSON.
type Fields []Field

// Text is a field with a text.
func Text(name, value string) Field {
	return Field{name: name, text: value, kind: C.LEADLINE_VALUE_TEXT}
}

// Integer is a field with an integer.
func Integer(name string, value int64) Field {
	return Field{name: name, integer: value, kind: C.LEADLINE_VALUE_INTEGER}
}

// Number is a field with a number; NaN and the infinities are refused when it is sent.
func Number(name string, value float64) Field {
	return Field{name: name, real: value, kind: C.LEADLINE_VALUE_REAL}
}

// Bool is a field that is true or false.
func Bool(name string, value bool) Field {
	out := Field{name: name, kind: C.LEADLINE_VALUE_BOOLEAN}
	if value {
		out.integer = 1
	}
	return out
}

// Null is a field that is blank.
func Null(name string) Field { return Field{name: name, kind: C.LEADLINE_VALUE_NULL} }

// batch is events as bytes without pointers, which may cross at once. Its memory serves again.
type batch struct {
	heads  []C.leadline_go_head
	values []C.leadline_go_value
	texts  []byte
}

// More than this is not kept from one call to the next.
const keptSize = 1 << 22

func (b *batch) clear() {
	if cap(b.texts) > keptSize || cap(b.heads)*int(unsafe.Sizeof(C.leadline_go_head{})) > keptSize ||
		cap(b.values)*int(unsafe.Sizeof(C.leadline_go_value{})) > keptSize {
		*b = batch{}
		return
	}
	b.heads, b.values, b.texts = b.heads[:0], b.values[:0], b.texts[:0]
}

// textMax is beyond every limit of the library, which refuses it with the right words.
const textMax = 1 << 31

func tooLong(index int) *Error {
	out := errorOf(ErrInput, "event.too_large", "a text of the event has 2 GiB or more")
	out.Offset = index
	return out
}

func (b *batch) add(event *Event, index int) error {
	data, fields, err := dataOf(event.Data, index)
	if err != nil {
		return err
	}
	return b.put(event, data, fields, index)
}

func (e *Event) isTooLong(data string) bool {
	return len(e.Contact) >= textMax || len(e.Type) >= textMax || len(e.ID) >= textMax || len(data) >= textMax
}

// put adds an event whose data is known as JSON or as fields.
func (b *batch) put(event *Event, data string, fields Fields, index int) error {
	if event.isTooLong(data) {
		return tooLong(index)
	}
	b.heads = append(b.heads, C.leadline_go_head{
		at_ms:        C.int64_t(millis(event.At)),
		contact_size: C.uint32_t(len(event.Contact)),
		type_size:    C.uint32_t(len(event.Type)),
		id_size:      C.uint32_t(len(event.ID)),
		data_size:    C.uint32_t(len(data)),
		value_count:  C.uint32_t(len(fields)),
	})
	b.texts = append(b.texts, event.Contact...)
	b.texts = append(b.texts, event.Type...)
	b.texts = append(b.texts, event.ID...)
	b.texts = append(b.texts, data...)
	for i := range fields {
		field := &fields[i]
		if len(field.name) >= textMax || len(field.text) >= textMax {
			return tooLong(index)
		}
		b.values = append(b.values, C.leadline_go_value{
			integer:   C.int64_t(field.integer),
			real:      C.double(field.real),
			name_size: C.uint32_t(len(field.name)),
			text_size: C.uint32_t(len(field.text)),
			kind:      C.int32_t(field.kind),
		})
		b.texts = append(b.texts, field.name...)
		b.texts = append(b.texts, field.text...)
	}
	return nil
}

func (b *batch) addAll(events []Event) error {
	for i := range events {
		if err := b.add(&events[i], i); err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) counts() C.leadline_go_batch {
	return C.leadline_go_batch{
		head_count:  C.uint64_t(len(b.heads)),
		value_count: C.uint64_t(len(b.values)),
		texts_size:  C.uint64_t(len(b.texts)),
	}
}

func (b *batch) firstHead() *C.leadline_go_head {
	if len(b.heads) == 0 {
		return nil
	}
	return &b.heads[0]
}

func (b *batch) firstValue() *C.leadline_go_value {
	if len(b.values) == 0 {
		return nil
	}
	return &b.values[0]
}

// dataOf is an event's data as JSON or as fields.
func dataOf(data any, index int) (string, Fields, error) {
	switch given := data.(type) {
	case nil:
		return "", nil, nil
	case Fields:
		return "", given, nil
	case []Field:
		return "", given, nil
	case string:
		return given, nil, nil
	case []byte:
		return viewOf(given), nil, nil
	case json.RawMessage:
		return viewOf(given), nil, nil
	}
	text, err := json.Marshal(data)
	if err != nil {
		out := errorOf(ErrInput, "event.bad_data", "the data cannot be written as JSON: "+err.Error())
		out.Offset = index
		out.cause = err
		return "", nil, out
	}
	return viewOf(text), nil, nil
}

// viewOf is bytes as a text, for as long as nobody changes them.
func viewOf(text []byte) string {
	if len(text) == 0 {
		return ""
	}
	return textAt(unsafe.Pointer(&text[0]), len(text))
}

// millis is an instant as the library has it. What a time.Time can hold beyond 64 bits of milliseconds is out of range
// as well.
func millis(at time.Time) int64 {
	seconds := at.Unix()
	if seconds > math.MaxInt64/2000 || seconds < math.MinInt64/2000 {
		return math.MaxInt64
	}
	return at.UnixMilli()
}

func instant(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
