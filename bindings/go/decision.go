package leadline

/*
#include "shim.h"
*/
import "C"

import (
	"math"
	"strconv"
	"time"
	"unicode/utf8"
	"unsafe"
)

// Kind is what a decision is about.
type Kind int32

// The kinds of decisions.
const (
	KindScore     Kind = C.LEADLINE_DECISION_SCORE
	KindGrade     Kind = C.LEADLINE_DECISION_GRADE
	KindStage     Kind = C.LEADLINE_DECISION_STAGE
	KindStatus    Kind = C.LEADLINE_DECISION_STATUS
	KindClock     Kind = C.LEADLINE_DECISION_CLOCK
	KindCadence   Kind = C.LEADLINE_DECISION_CADENCE
	KindAssigned  Kind = C.LEADLINE_DECISION_ASSIGNED
	KindHeld      Kind = C.LEADLINE_DECISION_HELD
	KindRecycled  Kind = C.LEADLINE_DECISION_RECYCLED
	KindAction    Kind = C.LEADLINE_DECISION_ACTION
	KindTag       Kind = C.LEADLINE_DECISION_TAG
	KindRejected  Kind = C.LEADLINE_DECISION_REJECTED
	KindAmended   Kind = C.LEADLINE_DECISION_AMENDED
	KindMerged    Kind = C.LEADLINE_DECISION_MERGED
	KindForgotten Kind = C.LEADLINE_DECISION_FORGOTTEN
	KindError     Kind = C.LEADLINE_DECISION_ERROR
)

var kindNames = [...]string{"unknown", "score", "grade", "stage", "status", "clock", "cadence", "assigned", "held",
	"recycled", "action", "tag", "rejected", "amended", "merged", "forgotten", "error"}

// String is the kind as decisions in JSON have it; "unknown" for one of a newer library.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return kindNames[0]
	}
	return kindNames[k]
}

// Points are thousandths of a point.
type Points int64

// Float is as many points.
func (p Points) Float() float64 { return float64(p) / 1000 }

// String is exact: "28.585", "15".
func (p Points) String() string { return string(appendPoints(nil, p)) }

// MarshalJSON is exact too.
func (p Points) MarshalJSON() ([]byte, error) { return appendPoints(nil, p), nil }

// UnmarshalJSON reads a number, to the nearest thousandth.
func (p *Points) UnmarshalJSON(text []byte) error {
	number, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return err
	}
	*p = Points(math.Round(number * 1000))
	return nil
}

func appendPoints(out []byte, p Points) []byte {
	magnitude := uint64(p)
	if p < 0 {
		out = append(out, '-')
		magnitude = -magnitude
	}
	out = strconv.AppendUint(out, magnitude/1000, 10)
	fraction := magnitude % 1000
	if fraction == 0 {
		return out
	}
	out = append(out, '.')
	for divisor := uint64(100); fraction != 0; divisor /= 10 {
		out = append(out, byte('0'+fraction/divisor))
		fraction %= divisor
	}
	return out
}

// Reading is how a clock stands at a decision.
type Reading struct {
	Cycle    uint32
	Due      time.Time
	Used     time.Duration
	Left     time.Duration // below zero once it is late
	Late     time.Duration
	Breached bool
}

// Decision is one thing that changed. Which members count is told by the kind, as docs/reference/c_api.md lists; of the
// others, texts are empty and numbers 0. Texts stand in the memory of the Decisions that it came from, and keep it.
type Decision struct {
	Seq     uint64
	At      time.Time
	Contact string
	Kind    Kind
	About   string
	// From and To are of grades, stages, statuses, owners; FromPoints and ToPoints of scores.
	From, To             string
	FromPoints, ToPoints Points
	Text                 string
	Rule                 string
	Reason               string
	Cause                string
	Late                 bool // a late event added it
	Corrects             uint64
	Now                  string // of an amended decision: what it is now, as JSON, or empty where it is no longer made
	Clock                *Reading

	record *record
	texts  string
}

// MarshalJSON is the decision as `leadline run` prints it. Of one that did not come from the library: null.
func (d Decision) MarshalJSON() ([]byte, error) {
	if d.record == nil {
		return []byte("null"), nil
	}
	return Decisions{texts: d.texts}.appendJSON(nil, d.record), nil
}

// record is leadline_decision, member for member.
type record struct {
	atMs      int64
	seq       uint64
	corrects  uint64
	fromMilli int64
	toMilli   int64
	dueMs     int64
	usedMs    int64
	leftMs    int64
	lateMs    int64
	kind      int32
	flags     uint32
	cycle     uint32
	reserved  uint32
	contact   span
	about     span
	from      span
	to        span
	text      span
	rule      span
	reason    span
	cause     span
	now       span
}

type span struct{ offset, size uint32 }

const recordSize = int(unsafe.Sizeof(record{}))

var _ [recordSize]byte = [C.sizeof_leadline_decision]byte{}

const absent = math.MaxUint32

// Decisions are what a call brought, in order. They never change, and any number of goroutines may read them; but those
// that SendInto and ApplyInto fill change with each such call.
type Decisions struct {
	records []record
	texts   string
	// What both stand in.
	memory []record
}

// forget empties them.
func (d *Decisions) forget() { d.records, d.texts = nil, "" }

// decisions copies what the latest call left, in one piece: records first, then their texts.
func (r *room) decisions() Decisions {
	var out Decisions
	r.decisionsInto(&out)
	return out
}

// decisionsInto does so in the memory that `into` has, where that suffices.
func (r *room) decisionsInto(into *Decisions) {
	into.forget()
	count := int(r.c.record_count)
	if count == 0 {
		return
	}
	size := int(r.c.texts_size)
	needed := count + (size+recordSize-1)/recordSize
	if needed > len(into.memory) {
		if into.memory != nil {
			// It is to serve again: then a little more need not be taken anew.
			needed += needed / 4
		}
		into.memory = make([]record, needed)
	}
	memory := into.memory
	from := unsafe.Pointer(r.c.records)
	if stride := int(r.c.stride); stride == recordSize {
		copy(memory, unsafe.Slice((*record)(from), count))
	} else {
		// A newer library has longer ones.
		for i := 0; i < count; i++ {
			memory[i] = *(*record)(unsafe.Add(from, i*stride))
		}
	}
	into.records = memory[:count:count]
	if size != 0 {
		texts := unsafe.Pointer(&memory[count])
		copy(unsafe.Slice((*byte)(texts), size), bytesAt(unsafe.Pointer(r.c.texts), uint64(size)))
		into.texts = textAt(texts, size)
	}
}

// Len is how many there are.
func (d Decisions) Len() int { return len(d.records) }

func (d Decisions) piece(s span) string {
	if s.offset == absent {
		return ""
	}
	return d.texts[s.offset : uint64(s.offset)+uint64(s.size)]
}

// At is one of them; as with a slice, an index that there is not panics.
func (d Decisions) At(index int) Decision {
	from := &d.records[index]
	out := Decision{
		Seq:      from.seq,
		At:       instant(from.atMs),
		Contact:  d.piece(from.contact),
		Kind:     Kind(from.kind),
		About:    d.piece(from.about),
		From:     d.piece(from.from),
		To:       d.piece(from.to),
		Text:     d.piece(from.text),
		Rule:     d.piece(from.rule),
		Reason:   d.piece(from.reason),
		Cause:    d.piece(from.cause),
		Late:     from.flags&C.LEADLINE_DECISION_IS_LATE != 0,
		Corrects: from.corrects,
		Now:      d.piece(from.now),
		record:   from,
		texts:    d.texts,
	}
	if from.flags&C.LEADLINE_DECISION_FROM_POINTS != 0 {
		out.FromPoints = Points(from.fromMilli)
	}
	if from.flags&C.LEADLINE_DECISION_TO_POINTS != 0 {
		out.ToPoints = Points(from.toMilli)
	}
	if from.flags&C.LEADLINE_DECISION_HAS_CLOCK != 0 {
		out.Clock = &Reading{
			Cycle:    from.cycle,
			Due:      instant(from.dueMs),
			Used:     durationOf(from.usedMs),
			Left:     durationOf(from.leftMs),
			Late:     durationOf(from.lateMs),
			Breached: from.flags&C.LEADLINE_DECISION_WAS_BREACHED != 0,
		}
	}
	return out
}

func durationOf(ms int64) time.Duration { return time.Duration(ms) * time.Millisecond }

// Slice is all of them.
func (d Decisions) Slice() []Decision {
	out := make([]Decision, len(d.records))
	for i := range out {
		out[i] = d.At(i)
	}
	return out
}

// NDJSON has a line for each, byte for byte what `leadline run` prints.
func (d Decisions) NDJSON() []byte {
	out := make([]byte, 0, 160*len(d.records))
	for i := range d.records {
		out = append(d.appendJSON(out, &d.records[i]), '\n')
	}
	return out
}

// MarshalJSON is an array of them.
func (d Decisions) MarshalJSON() ([]byte, error) {
	out := append(make([]byte, 0, 160*len(d.records)+2), '[')
	for i := range d.records {
		if i > 0 {
			out = append(out, ", "...)
		}
		out = d.appendJSON(out, &d.records[i])
	}
	return append(out, ']'), nil
}

// --- Decisions as JSON: the same bytes as the library writes, which the conformance cases hold it to ---

type line struct{ out []byte }

func (l *line) field(key, text string) {
	l.out = append(l.out, key...)
	l.out = appendQuoted(l.out, text)
}

func (l *line) number(key string, number int64) {
	l.out = append(l.out, key...)
	l.out = strconv.AppendInt(l.out, number, 10)
}

func (l *line) side(d Decisions, key string, text span, isPoints bool, points int64) {
	l.out = append(l.out, key...)
	switch {
	case isPoints:
		l.out = appendPoints(l.out, Points(points))
	case text.offset == absent:
		l.out = append(l.out, "null"...)
	default:
		l.out = appendQuoted(l.out, d.piece(text))
	}
}

func (d Decisions) appendJSON(out []byte, from *record) []byte {
	l := line{append(out, '{')}
	kind := Kind(from.kind)
	text := d.piece(from.text)
	about := d.piece(from.about)
	if from.seq != 0 {
		l.out = append(l.out, `"seq": `...)
		l.out = strconv.AppendUint(l.out, from.seq, 10)
		l.out = append(l.out, ", "...)
	}
	l.out = append(l.out, `"at": "`...)
	l.out = appendInstant(l.out, from.atMs)
	l.field(`", "contact": `, d.piece(from.contact))
	l.field(`, "kind": `, kind.String())
	switch kind {
	case KindScore, KindGrade, KindStage, KindStatus, KindAssigned:
		if kind == KindScore {
			l.field(`, "score": `, about)
		} else if kind == KindGrade {
			l.field(`, "grade": `, about)
		}
		l.side(d, `, "from": `, from.from, from.flags&C.LEADLINE_DECISION_FROM_POINTS != 0, from.fromMilli)
		l.side(d, `, "to": `, from.to, from.flags&C.LEADLINE_DECISION_TO_POINTS != 0, from.toMilli)
		if text != "" {
			l.out = append(append(l.out, ", "...), text...)
		}
	case KindHeld:
		l.field(`, "code": `, about)
		if text != "" {
			l.out = append(append(l.out, ", "...), text...)
		}
	case KindClock:
		l.field(`, "clock": `, about)
		l.number(`, "cycle": `, int64(from.cycle))
		l.field(`, "what": `, text)
		if from.to.offset != absent {
			key := `, "to": `
			if text == "warned" {
				key = `, "warning": `
			}
			l.field(key, d.piece(from.to))
		}
		l.out = append(l.out, `, "due": "`...)
		l.out = appendInstant(l.out, from.dueMs)
		l.number(`", "used": `, from.usedMs)
		l.number(`, "left": `, from.leftMs)
		l.number(`, "late": `, from.lateMs)
		if from.flags&C.LEADLINE_DECISION_WAS_BREACHED != 0 {
			l.out = append(l.out, `, "breached": true`...)
		}
	case KindCadence:
		l.field(`, "cadence": `, about)
		l.field(`, "what": `, text)
	case KindRecycled:
		l.field(`, "code": `, about)
	case KindTag:
		l.field(`, "tag": `, about)
		l.field(`, "what": `, text)
	case KindAction:
		l.field(`, "action": `, about)
		l.out = append(append(l.out, `, "data": `...), text...)
	case KindRejected, KindError:
		l.field(`, "code": `, about)
		l.field(`, "message": `, text)
	case KindAmended:
		l.out = append(l.out, `, "corrects": `...)
		l.out = strconv.AppendUint(l.out, from.corrects, 10)
		now := "null"
		if from.now.offset != absent {
			now = d.piece(from.now)
		}
		l.out = append(append(l.out, `, "now": `...), now...)
	case KindMerged:
		l.field(`, "into": `, text)
	}
	if from.rule.offset != absent {
		l.field(`, "rule": `, d.piece(from.rule))
	}
	if from.reason.offset != absent {
		l.field(`, "reason": `, d.piece(from.reason))
	}
	if from.cause.offset != absent {
		l.field(`, "cause": `, d.piece(from.cause))
	} else {
		l.out = append(l.out, `, "cause": null`...)
	}
	if from.flags&C.LEADLINE_DECISION_IS_LATE != 0 {
		// A clock's own "late" says by how much.
		key := `, "late": true`
		if kind == KindClock {
			key = `, "told_late": true`
		}
		l.out = append(l.out, key...)
	}
	return append(l.out, '}')
}

func appendInstant(out []byte, ms int64) []byte {
	return instant(ms).AppendFormat(out, "2006-01-02T15:04:05.000Z")
}

const hexDigits = "0123456789abcdef"

func appendQuoted(out []byte, text string) []byte {
	out = append(out, '"')
	plainFrom := 0
	for at := 0; at < len(text); {
		letter := text[at]
		if letter >= 0x20 && letter < 0x80 && letter != '"' && letter != '\\' {
			at++
			continue
		}
		if letter >= 0x80 {
			if found, size := utf8.DecodeRuneInString(text[at:]); found != utf8.RuneError || size != 1 {
				at += size
				continue
			}
		}
		out = append(out, text[plainFrom:at]...)
		switch letter {
		case '"', '\\':
			out = append(out, '\\', letter)
		case '\b':
			out = append(out, `\b`...)
		case '\f':
			out = append(out, `\f`...)
		case '\n':
			out = append(out, `\n`...)
		case '\r':
			out = append(out, `\r`...)
		case '\t':
			out = append(out, `\t`...)
		default:
			if letter >= 0x80 {
				out = append(out, "\uFFFD"...)
			} else {
				out = append(out, `\u00`...)
				out = append(out, hexDigits[letter>>4], hexDigits[letter&0xF])
			}
		}
		at++
		plainFrom = at
	}
	out = append(out, text[plainFrom:]...)
	return append(out, '"')
}
