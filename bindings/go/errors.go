package leadline

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// What an error is, for errors.Is. Every error of the library matches one of them, and is an *Error for errors.As.
var (
	// ErrClosed: it was closed, or was never made.
	ErrClosed = errors.New("leadline: closed")
	// ErrBusy: another goroutine is using it.
	ErrBusy = errors.New("leadline: another goroutine is using it")
	// ErrInUse: too late to be set.
	ErrInUse = errors.New("leadline: in use")
	// ErrArgument: an argument that means nothing.
	ErrArgument = errors.New("leadline: wrong argument")
	// ErrInput: a text or an event is not what it should be.
	ErrInput = errors.New("leadline: wrong input")
	// ErrPack: a pack, a calendar or a condition cannot be compiled; Error.Diagnostics has every reason. Also ErrInput.
	ErrPack = errors.New("leadline: cannot be compiled")
	// ErrNotFound: no such contact, score or calendar.
	ErrNotFound = errors.New("leadline: not found")
	// ErrOutOfRange: an instant or a number outside of what there is.
	ErrOutOfRange = errors.New("leadline: out of range")
	// ErrState: bytes that cannot be gone on from. Also one of the three that follow.
	ErrState = errors.New("leadline: wrong state")
	// ErrOtherModel: state bytes of another model.
	ErrOtherModel = errors.New("leadline: state of another model")
	// ErrDamaged: bytes that are no state, or not whole.
	ErrDamaged = errors.New("leadline: damaged state")
	// ErrNewer: state bytes that a newer library wrote.
	ErrNewer = errors.New("leadline: state of a newer library")
	// ErrUnsupported: what it was not made for, such as explanations without history.
	ErrUnsupported = errors.New("leadline: unsupported")
	// ErrEvaluation: a condition took too many steps or, in the semantics of JsonLogic, failed.
	ErrEvaluation = errors.New("leadline: evaluation failed")
	// ErrOutOfMemory: memory ran out. An engine in which it ended within an event (code "engine.broken") does not go on.
	ErrOutOfMemory = errors.New("leadline: out of memory")
	// ErrInternal: a defect of the library; please report it.
	ErrInternal = errors.New("leadline: internal error")
)

// The statuses of leadline.h, which are never renumbered.
const (
	statusInvalidArgument = 1
	statusBadStructSize   = 2
	statusOutOfMemory     = 3
	statusInvalidInput    = 4
	statusNotFound        = 5
	statusOutOfRange      = 6
	statusBusy            = 7
	statusInUse           = 8
	statusUnsupported     = 9
	statusFailed          = 10
	statusOtherModel      = 12
	statusDamaged         = 13
	statusNewer           = 14
)

func kindOf(status int) error {
	switch status {
	case statusInvalidArgument, statusBadStructSize:
		return ErrArgument
	case statusOutOfMemory:
		return ErrOutOfMemory
	case statusInvalidInput:
		return ErrInput
	case statusNotFound:
		return ErrNotFound
	case statusOutOfRange:
		return ErrOutOfRange
	case statusBusy:
		return ErrBusy
	case statusInUse:
		return ErrInUse
	case statusUnsupported:
		return ErrUnsupported
	case statusFailed:
		return ErrEvaluation
	case statusOtherModel:
		return ErrOtherModel
	case statusDamaged:
		return ErrDamaged
	case statusNewer:
		return ErrNewer
	}
	return ErrInternal
}

// Diagnostic is one problem of a pack, a calendar or a condition. Lines and columns count from 1; 0 is unknown.
type Diagnostic struct {
	Severity   string `json:"severity"` // "error" or "warning"
	Code       string `json:"code"`     // stable, dotted: "condition.unknown_path"
	Message    string `json:"message"`
	File       string `json:"file,omitempty"`
	Pointer    string `json:"pointer,omitempty"`
	Line       int    `json:"line,omitempty"`
	Column     int    `json:"column,omitempty"`
	Expected   string `json:"expected,omitempty"`
	Suggestion string `json:"suggestion,omitempty"`
	Witness    string `json:"witness,omitempty"` // the smallest input that shows it, as JSON
}

// String is one line for a person.
func (d Diagnostic) String() string {
	var out strings.Builder
	if d.File != "" {
		out.WriteString(d.File + ":")
	}
	if d.Line != 0 {
		out.WriteString(strconv.Itoa(d.Line) + ":" + strconv.Itoa(d.Column) + ":")
	}
	if out.Len() != 0 {
		out.WriteString(" ")
	}
	out.WriteString(d.Severity + ": " + d.Message)
	if d.Suggestion != "" {
		out.WriteString("; did you mean " + strconv.Quote(d.Suggestion) + "?")
	}
	out.WriteString(" [" + d.Code + "]")
	return out.String()
}

// Error is what went wrong. What does not apply is 0 or empty.
type Error struct {
	Code    string // stable, dotted: "calendar.unknown_zone"
	Message string // one sentence, with what would be right
	Pointer string // JSON Pointer of the value at fault
	Line    int    // from 1
	Column  int    // from 1
	// Offset is a byte of a text or, of events in a slice, the index of the one at fault.
	Offset int
	Size   int
	// Done says how many events (of NDJSON: how many bytes) are done; the Decisions beside the error are theirs.
	Done int
	// Diagnostics has every problem of a pack, a calendar or a condition.
	Diagnostics []Diagnostic

	kind  error
	cause error
}

func (e *Error) Error() string {
	if e.Code == "" {
		return "leadline: " + e.Message
	}
	return fmt.Sprintf("leadline: %s [%s]", e.Message, e.Code)
}

// Is makes errors.Is(err, leadline.ErrInput) and the like true.
func (e *Error) Is(target error) bool {
	switch target {
	case e.kind:
		return true
	case ErrPack:
		return len(e.Diagnostics) != 0
	case ErrState:
		return e.kind == ErrOtherModel || e.kind == ErrDamaged || e.kind == ErrNewer
	}
	return false
}

// Unwrap gives the error of another package that brought this one, such as that of a file.
func (e *Error) Unwrap() error { return e.cause }

func errorOf(kind error, code, message string) *Error {
	return &Error{Code: code, Message: message, kind: kind}
}

func errClosed() error { return errorOf(ErrClosed, "closed", "it is closed, or was never made") }

func errBusy() error { return errorOf(ErrBusy, "busy", "another goroutine is using it") }

func diagnosticsOf(text []byte) ([]Diagnostic, error) {
	if len(text) == 0 {
		return nil, nil
	}
	var told struct {
		Diagnostics []Diagnostic `json:"diagnostics"`
	}
	if err := json.Unmarshal(text, &told); err != nil {
		return nil, err
	}
	return told.Diagnostics, nil
}
