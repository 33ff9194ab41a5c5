// Package leadline is lead scoring, funnels and service levels, exact to the millisecond. Rules are a JSON pack, input is
// events, output is decisions, each with its reason.
//
//	model, err := leadline.LoadModel("pack.json")
//	engine, err := leadline.NewEngine(model, nil)
//	defer engine.Close()
//	told, err := engine.ApplyNDJSON(lines)
//
// Models, calendars, conditions and decisions may be shared by goroutines. An engine and a fold are for one at a time: a
// second gets ErrBusy. What is closed says ErrClosed; what is forgotten is closed by the garbage collector. A call into
// the library crosses once, whatever it carries: so hand events over in batches where there are many.
package leadline

/*
#include "shim.h"
*/
import "C"

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
	"unsafe"
)

// ListReader gives a file that a pack's lists name, and an error that is fs.ErrNotExist where there is none.
type ListReader func(name string) ([]byte, error)

// ListsIn reads lists from a folder.
func ListsIn(folder string) ListReader {
	return func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(folder, filepath.FromSlash(name))) }
}

// PackOptions are what a pack needs from outside, and how closely it is looked at. Nil stands for none.
type PackOptions struct {
	File       string     // only stands in messages
	Lists      ListReader // may be nil
	ErrorsOnly bool       // leaves out what the author may want to know, which takes longer to find
	// AsOf is the day on which lists of holidays are asked whether they end soon; zero: they are not asked.
	AsOf time.Time
}

// Model is a compiled pack. It never changes.
type Model struct {
	shared   *shared
	texts    [3]string
	names    [11][]string
	scores   map[string]uint32
	warnings []Diagnostic
}

// LoadModel compiles a file. Its lists are read from beside it.
func LoadModel(path string) (*Model, error) {
	pack, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return CompileModel(pack, &PackOptions{File: path, Lists: ListsIn(filepath.Dir(path))})
}

// CompileModel compiles the text of a pack. An error that is ErrPack has every problem in its Diagnostics.
func CompileModel(pack []byte, options *PackOptions) (*Model, error) {
	room, err := borrow()
	if err != nil {
		return nil, err
	}
	defer rooms.Put(room)
	status, err := compile(room, pack, options, false)
	if err != nil {
		return nil, err
	}
	if status != C.LEADLINE_OK {
		return nil, room.withDiagnostics(status)
	}
	out := &Model{shared: newShared(room.c.made, func(model C.leadline_go_at) { C.leadline_go_model_free(model) })}
	out.warnings, err = diagnosticsOf(room.content(1))
	if err != nil {
		return nil, err
	}
	handle := out.shared.handle
	for which := range out.texts {
		out.texts[which] = copied(C.leadline_go_model_text(handle, C.int32_t(which)))
	}
	for kind := range out.names {
		count := uint32(C.leadline_go_name_count(handle, C.int32_t(kind)))
		out.names[kind] = make([]string, count)
		for i := range out.names[kind] {
			out.names[kind][i] = copied(C.leadline_go_name_at(handle, C.int32_t(kind), C.uint32_t(i)))
		}
	}
	out.scores = make(map[string]uint32)
	for i, name := range out.names[C.LEADLINE_NAMES_SCORES] {
		out.scores[name] = uint32(i)
	}
	runtime.KeepAlive(out.shared)
	return out, nil
}

// CheckPack judges a pack: all its problems, errors and warnings. The error tells only of what kept it from being judged.
func CheckPack(pack []byte, options *PackOptions) ([]Diagnostic, error) {
	room, err := borrow()
	if err != nil {
		return nil, err
	}
	defer rooms.Put(room)
	status, err := compile(room, pack, options, true)
	if err != nil {
		return nil, err
	}
	listed, err := diagnosticsOf(room.content(1))
	if err != nil {
		return nil, err
	}
	if status != C.LEADLINE_OK && len(listed) == 0 {
		return nil, room.problem(status)
	}
	return listed, nil
}

// compile asks for files as the library turns out to want them, until it wants no more.
func compile(room *room, pack []byte, options *PackOptions, isCheck bool) (C.leadline_status, error) {
	if options == nil {
		options = &PackOptions{}
	}
	depth := C.int32_t(C.LEADLINE_CHECK_WARNINGS)
	if options.ErrorsOnly {
		depth = C.LEADLINE_CHECK_ERRORS
	}
	var asOf C.int64_t
	if !options.AsOf.IsZero() {
		asOf = C.int64_t(millis(options.AsOf))
	}
	checked := C.int32_t(0)
	if isCheck {
		checked = 1
	}
	asked := make(map[string]bool)
	var sizes []C.uint64_t
	var texts []byte
	for {
		var first *C.uint64_t
		if len(sizes) != 0 {
			first = &sizes[0]
		}
		status := C.leadline_go_compile(room.at(), charsOf(pack), sizeOf(pack), chars(options.File), size(options.File),
			depth, asOf, checked, first, C.uint64_t(len(sizes)/2), charsOf(texts))
		made := room.c.made
		wanted := strings.Split(string(room.content(0)), "\x00")
		isMore := false
		for _, name := range wanted[:len(wanted)-1] {
			if asked[name] || options.Lists == nil {
				continue
			}
			asked[name] = true
			text, err := readList(options.Lists, name, made)
			if err != nil {
				return 0, err
			}
			if text != nil {
				isMore = true
				sizes = append(sizes, C.uint64_t(len(name)), C.uint64_t(len(text)))
				texts = append(append(texts, name...), text...)
			}
		}
		if !isMore {
			return status, nil
		}
		C.leadline_go_model_free(C.leadline_go_at(uintptr(made)))
		room.c.made = nil
	}
}

// readList reads one file: nil where there is none. Should the reader panic, nothing is lost.
func readList(lists ListReader, name string, made unsafe.Pointer) (text []byte, err error) {
	isDone := false
	defer func() {
		if !isDone {
			C.leadline_go_model_free(C.leadline_go_at(uintptr(made)))
		}
	}()
	text, err = lists(name)
	if errors.Is(err, fs.ErrNotExist) {
		isDone = true
		return nil, nil
	}
	if err != nil {
		out := errorOf(ErrInput, "list.unreadable", "the list "+name+" cannot be read: "+err.Error())
		out.cause = err
		return nil, out
	}
	isDone = true
	if text == nil {
		text = []byte{}
	}
	return text, nil
}

// Close frees the model; what was made of it goes on. It may be called more than once.
func (m *Model) Close() error {
	if m != nil {
		m.shared.close()
	}
	return nil
}

// Name is what the pack calls itself.
func (m *Model) Name() string { return m.texts[0] }

// Version is the pack's own.
func (m *Model) Version() string { return m.texts[1] }

// Fingerprint is 32 hexadecimal digits. Equal ones promise equal decisions.
func (m *Model) Fingerprint() string { return m.texts[2] }

// Warnings are what the pack's author may want to know.
func (m *Model) Warnings() []Diagnostic { return append([]Diagnostic(nil), m.warnings...) }

func (m *Model) namesOf(kind int) []string { return append([]string(nil), m.names[kind]...) }

// Attributes, and those that follow, are the names that the pack gives, in its order.
func (m *Model) Attributes() []string  { return m.namesOf(C.LEADLINE_NAMES_ATTRIBUTES) }
func (m *Model) Events() []string      { return m.namesOf(C.LEADLINE_NAMES_EVENTS) }
func (m *Model) Signals() []string     { return m.namesOf(C.LEADLINE_NAMES_SIGNALS) }
func (m *Model) Scores() []string      { return m.namesOf(C.LEADLINE_NAMES_SCORES) }
func (m *Model) Grades() []string      { return m.namesOf(C.LEADLINE_NAMES_GRADES) }
func (m *Model) Stages() []string      { return m.namesOf(C.LEADLINE_NAMES_STAGES) }
func (m *Model) Statuses() []string    { return m.namesOf(C.LEADLINE_NAMES_STATUSES) }
func (m *Model) Transitions() []string { return m.namesOf(C.LEADLINE_NAMES_TRANSITIONS) }
func (m *Model) Clocks() []string      { return m.namesOf(C.LEADLINE_NAMES_CLOCKS) }
func (m *Model) Cadences() []string    { return m.namesOf(C.LEADLINE_NAMES_CADENCES) }
func (m *Model) Calendars() []string   { return m.namesOf(C.LEADLINE_NAMES_CALENDARS) }

func (m *Model) take() error {
	if m == nil {
		return errClosed()
	}
	return m.shared.take()
}

func (m *Model) scoreIndex(name string) (uint32, error) {
	index, ok := m.scores[name]
	if !ok {
		return 0, errorOf(ErrNotFound, "score.unknown", "the model has no score of that name")
	}
	return index, nil
}
