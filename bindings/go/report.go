package leadline

/*
#include "shim.h"
*/
import "C"

import (
	"encoding/json"
	"runtime"
)

// Report is what came of a run, a handoff, a backtest, a comparison or a plan, in the making: it takes the lines it is
// made of, decisions before events, and is then written as often as is wanted. What it is asked for with is a value that
// encoding/json writes as an object, such as a map, or nil; docs/reference/c_api.md has its keys. For one goroutine at a
// time: a second gets ErrBusy.
//
//	made, err := leadline.NewReport(model, map[string]any{"period": "2026-03", "by": "owner"})
//	_, err = made.TakeDecisions(decisions.NDJSON())
//	text, err := made.Document(leadline.WeeklyPipelineReview)
type Report struct{ room *room }

// Document is a form of a report of a run.
type Document int32

// The documents, in Markdown.
const (
	WeeklyPipelineReview Document = C.LEADLINE_REPORT_WEEKLY_PIPELINE_REVIEW
	MonthlyAlignment     Document = C.LEADLINE_REPORT_MONTHLY_ALIGNMENT
	WeeklyMarketing      Document = C.LEADLINE_REPORT_WEEKLY_MARKETING
	MonthlySales         Document = C.LEADLINE_REPORT_MONTHLY_SALES
	ClosedLoop           Document = C.LEADLINE_REPORT_CLOSED_LOOP
)

// NewReport is of a run: it takes its decisions, then, where attributes, money and touches are wanted, its events.
func NewReport(model *Model, request any) (*Report, error) {
	return openReport(C.LEADLINE_GO_REPORT_OF_RUN, model, nil, request)
}

// NewHandoff is what a person of sales is given with a contact. It takes events.
func NewHandoff(model *Model, request any) (*Report, error) {
	return openReport(C.LEADLINE_GO_REPORT_OF_HANDOFF, model, nil, request)
}

// NewBacktest tells how well a score told outcomes beforehand; with "fit", which points would have told them better. It
// takes events.
func NewBacktest(model *Model, request any) (*Report, error) {
	return openReport(C.LEADLINE_GO_REPORT_OF_BACKTEST, model, nil, request)
}

// NewComparison tells what would be otherwise if the pack of `after` had been in force. It takes events.
func NewComparison(before, after *Model, request any) (*Report, error) {
	if after == nil {
		return nil, errClosed()
	}
	return openReport(C.LEADLINE_GO_REPORT_OF_COMPARISON, before, after, request)
}

// NewPlan goes from revenue to the contacts it needs, or back; or tells what marketing made an hour, or makes a revenue
// statement. With a model, which may be nil, it takes decisions that rates are measured from.
func NewPlan(model *Model, request any) (*Report, error) {
	if model == nil {
		return openReportOf(C.LEADLINE_GO_REPORT_OF_PLAN, 0, 0, request)
	}
	return openReport(C.LEADLINE_GO_REPORT_OF_PLAN, model, nil, request)
}

func openReport(what C.int32_t, model, other *Model, request any) (*Report, error) {
	if err := model.take(); err != nil {
		return nil, err
	}
	defer model.shared.give()
	if other == nil {
		return openReportOf(what, model.shared.handle, 0, request)
	}
	if err := other.take(); err != nil {
		return nil, err
	}
	defer other.shared.give()
	return openReportOf(what, model.shared.handle, other.shared.handle, request)
}

func openReportOf(what C.int32_t, model, other C.leadline_go_at, request any) (*Report, error) {
	text := []byte("{}")
	if request != nil {
		made, err := json.Marshal(request)
		if err != nil {
			out := errorOf(ErrArgument, "argument", "the request is not what encoding/json can write: "+err.Error())
			out.cause = err
			return nil, out
		}
		text = made
	}
	room, err := newRoom()
	if err != nil {
		return nil, err
	}
	status := C.leadline_go_report_open(room.at(), what, model, other, charsOf(text), sizeOf(text))
	if status != C.LEADLINE_OK {
		err := room.problem(status)
		_ = room.close()
		return nil, err
	}
	return &Report{room}, nil
}

func (r *Report) hold() error {
	if r == nil {
		return errClosed()
	}
	return r.room.take()
}

func (r *Report) take(isEvents C.int32_t, lines []byte) (int, error) {
	if err := r.hold(); err != nil {
		return 0, err
	}
	defer r.room.give()
	status := C.leadline_go_report_take(r.room.at(), isEvents, charsOf(lines), sizeOf(lines))
	runtime.KeepAlive(lines)
	done := int(r.room.c.done)
	if status != C.LEADLINE_OK {
		problem := r.room.problem(status)
		problem.Done = done
		return done, problem
	}
	return done, nil
}

// TakeDecisions takes lines of JSON, in any number of calls. It tells up to which byte they were taken: all, or those
// before a line that is no decision.
func (r *Report) TakeDecisions(lines []byte) (int, error) { return r.take(0, lines) }

// TakeEvents takes lines of JSON in order of arrival, in any number of calls, as TakeDecisions does.
func (r *Report) TakeEvents(lines []byte) (int, error) { return r.take(1, lines) }

func (r *Report) write(form C.int32_t) ([]byte, error) {
	if err := r.hold(); err != nil {
		return nil, err
	}
	defer r.room.give()
	if status := C.leadline_go_report_write(r.room.at(), form); status != C.LEADLINE_OK {
		return nil, r.room.problem(status)
	}
	return r.room.content(0), nil
}

// JSON is the object that the leadline program prints.
func (r *Report) JSON() (json.RawMessage, error) { return r.write(C.LEADLINE_REPORT_JSON) }

// Markdown is for people: of a run and of a handoff. ErrUnsupported of others.
func (r *Report) Markdown() (string, error) {
	text, err := r.write(C.LEADLINE_REPORT_MARKDOWN)
	return string(text), err
}

// Document is one of the documents of a run.
func (r *Report) Document(which Document) (string, error) {
	text, err := r.write(C.int32_t(which))
	return string(text), err
}

// Close frees the report. ErrBusy while another goroutine uses it; afterwards it does nothing.
func (r *Report) Close() error {
	if r == nil {
		return nil
	}
	return r.room.close()
}

// SLADocument is the agreement between marketing and sales that a pack holds, in Markdown.
func SLADocument(pack []byte) (string, error) {
	room, err := borrow()
	if err != nil {
		return "", err
	}
	defer rooms.Put(room)
	status := C.leadline_go_sla_document(room.at(), charsOf(pack), sizeOf(pack))
	if status != C.LEADLINE_OK {
		return "", room.problem(status)
	}
	return string(room.content(0)), nil
}
