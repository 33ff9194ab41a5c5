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

// eventRow is leadline_event and fieldRow leadline_field, member for member. Their pointers are numbers: they point into
// C memory, of which the garbage collector is to know nothing.
type eventRow struct {
	atMs        int64
	contact     uintptr
	kind        uintptr
	id          uintptr
	data        uintptr
	fields      uintptr
	contactSize uint32
	kindSize    uint32
	idSize      uint32
	dataSize    uint32
	fieldCount  uint32
	reserved    uint32
}

type fieldRow struct {
	name     uintptr
	text     uintptr
	integer  int64
	real     float64
	nameSize uint32
	textSize uint32
	kind     int32
	reserved uint32
}

var (
	_ [unsafe.Sizeof(eventRow{})]byte = [C.sizeof_leadline_event]byte{}
	_ [unsafe.Sizeof(fieldRow{})]byte = [C.sizeof_leadline_field]byte{}
)

// batch is events as the library takes them, in the C memory of a room, which serves again.
type batch struct {
	room   *room
	events []eventRow // as many as there is room for
	fields []fieldRow
	texts  []byte
	// Where the first of each stands.
	fieldsAt, textsAt uintptr
	// How many are in use.
	eventCount, fieldCount, textsSize int
	// Texts that were put lately.
	known [knownCount]knownText
}

// knownText is a text of this batch, which no other can stand in the place of while the batch is filled: types, names of
// fields and values that are one text in many events are copied once.
type knownText struct {
	from unsafe.Pointer
	size int
	at   int
}

const knownCount = 16

// More than this is not kept from one call to the next.
const keptSize = 1 << 22

func (b *batch) clear() {
	b.eventCount, b.fieldCount, b.textsSize = 0, 0, 0
	b.known = [knownCount]knownText{}
	if len(b.texts) > keptSize || len(b.events)*int(unsafe.Sizeof(eventRow{})) > keptSize ||
		len(b.fields)*int(unsafe.Sizeof(fieldRow{})) > keptSize {
		C.leadline_go_room_trim(b.room.at())
		*b = batch{room: b.room}
	}
}

// textMax is beyond every limit of the library, which refuses it with the right words.
const textMax = 1 << 31

func tooLong(index int) *Error {
	out := errorOf(ErrInput, "event.too_large", "a text of the event has 2 GiB or more")
	out.Offset = index
	return out
}

// grow makes room for one event more with so many fields and bytes, and where what is there moves, lets it point there.
func (b *batch) grow(fieldCount, size int) error {
	c := b.room.c
	status := C.leadline_go_room_reserve(b.room.at(), C.uint64_t(b.eventCount+1), C.uint64_t(b.fieldCount+fieldCount),
		C.uint64_t(b.textsSize+size))
	fieldsBy := uintptr(unsafe.Pointer(c.fields)) - b.fieldsAt
	textsBy := uintptr(unsafe.Pointer(c.event_texts)) - b.textsAt
	b.fieldsAt += fieldsBy
	b.textsAt += textsBy
	b.events = unsafe.Slice((*eventRow)(unsafe.Pointer(c.events)), int(c.event_room))
	b.fields = unsafe.Slice((*fieldRow)(unsafe.Pointer(c.fields)), int(c.field_room))
	b.texts = unsafe.Slice((*byte)(unsafe.Pointer(c.event_texts)), int(c.event_texts_room))
	for i := range b.events[:b.eventCount] {
		row := &b.events[i]
		row.fields += fieldsBy
		row.contact += textsBy
		row.kind += textsBy
		row.data += textsBy
		if row.id != 0 {
			row.id += textsBy
		}
	}
	for i := range b.fields[:b.fieldCount] {
		b.fields[i].name += textsBy
		b.fields[i].text += textsBy
	}
	if status != C.LEADLINE_OK {
		return b.room.problem(status)
	}
	return nil
}

func (b *batch) add(event *Event, index int) error {
	data, fields, err := dataOf(event.Data, index)
	if err != nil {
		return err
	}
	if len(data) != 0 {
		// Methods of the data may have changed events, and with them what stands at a place.
		b.known = [knownCount]knownText{}
	}
	size := len(event.Contact) + len(event.Type) + len(event.ID) + len(data)
	longest := len(event.Contact) | len(event.Type) | len(event.ID) | len(data)
	for i := range fields {
		size += len(fields[i].name) + len(fields[i].text)
		longest |= len(fields[i].name) | len(fields[i].text)
	}
	if longest >= textMax {
		return tooLong(index)
	}
	if b.eventCount == len(b.events) || b.fieldCount+len(fields) > len(b.fields) || b.textsSize+size > len(b.texts) {
		if err := b.grow(len(fields), size); err != nil {
			return err
		}
	}
	row := &b.events[b.eventCount]
	row.atMs = millis(event.At)
	row.contactSize = uint32(len(event.Contact))
	row.kindSize = uint32(len(event.Type))
	row.idSize = uint32(len(event.ID))
	row.dataSize = uint32(len(data))
	row.fieldCount = uint32(len(fields))
	row.fields = b.fieldsAt + uintptr(b.fieldCount)*unsafe.Sizeof(fieldRow{})
	row.contact = b.put(event.Contact)
	row.kind = b.putKnown(event.Type)
	row.id = 0
	if event.ID != "" {
		row.id = b.put(event.ID)
	}
	row.data = b.put(data)
	to := b.fields[b.fieldCount : b.fieldCount+len(fields)]
	for i := range to {
		field, made := &fields[i], &to[i]
		made.name = b.putKnown(field.name)
		made.nameSize = uint32(len(field.name))
		made.text = b.putKnown(field.text)
		made.textSize = uint32(len(field.text))
		made.integer = field.integer
		made.real = field.real
		made.kind = field.kind
	}
	b.fieldCount += len(fields)
	b.eventCount++
	return nil
}

// put copies a text for which there is room.
func (b *batch) put(text string) uintptr {
	at := b.textsAt + uintptr(b.textsSize)
	b.textsSize += copy(b.texts[b.textsSize:], text)
	return at
}

// putKnown does so unless it was put lately.
func (b *batch) putKnown(text string) uintptr {
	from := (*textHeader)(unsafe.Pointer(&text)).data
	known := &b.known[(uintptr(from)>>3^uintptr(from)>>7)%knownCount]
	if known.from != from || known.size != len(text) {
		known.from, known.size, known.at = from, len(text), b.textsSize
		b.textsSize += copy(b.texts[b.textsSize:], text)
	}
	return b.textsAt + uintptr(known.at)
}

func (b *batch) addAll(events []Event) error {
	for i := range events {
		if err := b.add(&events[i], i); err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) count() C.uint64_t { return C.uint64_t(b.eventCount) }

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
