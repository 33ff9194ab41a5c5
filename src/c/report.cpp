#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <string>
#include <utility>

#include "c/event_intake.hpp"
#include "c/guard.hpp"
#include "c/handles.hpp"
#include "c/report_maker.hpp"
#include "c/text_lines.hpp"
#include "leadline/report/report_template.hpp"

struct leadline_report {
  explicit leadline_report(std::unique_ptr<leadline::c::report_maker> made) : maker(std::move(made)) {}

  std::unique_ptr<leadline::c::report_maker> maker;
  leadline::c::event_intake intake;
  bool has_events = false;
  bool is_closed = false;
  /// Memory ran out within a line, or while it was closed.
  bool is_broken = false;
  std::atomic_flag taken;
};

using namespace leadline::c;

namespace {

using leadline::result;

[[nodiscard]] leadline_status give(leadline_report** out, result<std::unique_ptr<report_maker>> made,
                                   leadline_error* error) {
  if (!made) return tell(error, LEADLINE_INVALID_INPUT, made.error());
  *out = std::make_unique<leadline_report>(std::move(*made)).release();
  return LEADLINE_OK;
}

/// What keeps a report from being worked on, or LEADLINE_OK.
[[nodiscard]] leadline_status problem_of(const leadline_report& report, const hold& mine,
                                         leadline_error* error) noexcept {
  if (!mine) return tell(error, LEADLINE_BUSY, "busy", "another thread is using the report");
  if (report.is_broken) {
    return tell(error, LEADLINE_OUT_OF_MEMORY, "report.broken", "memory ran out before: make the report anew");
  }
  return LEADLINE_OK;
}

/// Notices when what it holds breaks off.
class watched_step {
 public:
  explicit watched_step(leadline_report& of) noexcept : of_(of) {}
  watched_step(const watched_step&) = delete;
  watched_step& operator=(const watched_step&) = delete;
  ~watched_step() {
    if (std::uncaught_exceptions() > exception_count_) of_.is_broken = true;
  }

 private:
  leadline_report& of_;
  int exception_count_ = std::uncaught_exceptions();
};

/// Gives `take` each line that is not blank, and what may be read behind it; `done` tells how far it came.
template <class Take>
[[nodiscard]] leadline_status take_lines(std::string_view lines, std::uint64_t& done, leadline_error* error,
                                         Take take) {
  text_lines at(lines);
  while (at.next()) {
    done = at.begin_size();
    const result<void> taken = take(at.line(), at.readable_after());
    if (!taken) return at.refuse(error, taken.error());
  }
  done = lines.size();
  return LEADLINE_OK;
}

[[nodiscard]] leadline_status tell_closed(leadline_error* error) noexcept {
  return tell(error, LEADLINE_IN_USE, "report.closed", "the report was written: it takes no more");
}

/// The parts of taking that decisions and events have in common.
template <class Take>
[[nodiscard]] leadline_status take_text(leadline_report* report, const char* lines, size_t lines_size,
                                        leadline_error* error, Take take) {
  return guarded(error, [&]() -> leadline_status {
    if (report == nullptr || !is_text(lines, lines_size)) return tell_argument(error, "report or lines is NULL");
    const hold mine(report->taken);
    if (const leadline_status problem = problem_of(*report, mine, error); problem != LEADLINE_OK) return problem;
    const watched_step within(*report);
    return take(view(lines, lines_size));
  });
}

}  // namespace

extern "C" {

leadline_status leadline_pack_sla_document(const leadline_pack* pack, leadline_buffer* out, leadline_error* error) {
  if (out != nullptr) out->content.clear();
  return guarded(error, [&]() -> leadline_status {
    if (pack == nullptr || out == nullptr) return tell_argument(error, "pack or out is NULL");
    const leadline::parsed_pack agreed = leadline::pack::parse(*pack->text, pack->file);
    if (agreed.problems.has_errors()) return tell(error, LEADLINE_INVALID_INPUT, agreed.problems);
    out->content = leadline::sla_document(agreed.content);
    return LEADLINE_OK;
  });
}

leadline_status leadline_report_of_run(const leadline_model* model, const char* request, size_t request_size,
                                       leadline_report** out, leadline_error* error) {
  if (out != nullptr) *out = nullptr;
  return guarded(error, [&]() -> leadline_status {
    if (model == nullptr || !is_text(request, request_size) || out == nullptr) {
      return tell_argument(error, "model, request or out is NULL");
    }
    return give(out, run_maker(model->content, view(request, request_size)), error);
  });
}

leadline_status leadline_report_of_handoff(const leadline_model* model, const char* request, size_t request_size,
                                           leadline_report** out, leadline_error* error) {
  if (out != nullptr) *out = nullptr;
  return guarded(error, [&]() -> leadline_status {
    if (model == nullptr || !is_text(request, request_size) || out == nullptr) {
      return tell_argument(error, "model, request or out is NULL");
    }
    return give(out, handoff_maker_of(model->content, view(request, request_size)), error);
  });
}

leadline_status leadline_report_of_backtest(const leadline_model* model, const char* request, size_t request_size,
                                            leadline_report** out, leadline_error* error) {
  if (out != nullptr) *out = nullptr;
  return guarded(error, [&]() -> leadline_status {
    if (model == nullptr || !is_text(request, request_size) || out == nullptr) {
      return tell_argument(error, "model, request or out is NULL");
    }
    return give(out, backtest_maker(model->content, view(request, request_size)), error);
  });
}

leadline_status leadline_report_of_comparison(const leadline_model* before, const leadline_model* after,
                                              const char* request, size_t request_size, leadline_report** out,
                                              leadline_error* error) {
  if (out != nullptr) *out = nullptr;
  return guarded(error, [&]() -> leadline_status {
    if (before == nullptr || after == nullptr || !is_text(request, request_size) || out == nullptr) {
      return tell_argument(error, "a model, request or out is NULL");
    }
    return give(out, comparison_maker(before->content, after->content, view(request, request_size)), error);
  });
}

leadline_status leadline_report_of_plan(const leadline_model* model, const char* request, size_t request_size,
                                        leadline_report** out, leadline_error* error) {
  if (out != nullptr) *out = nullptr;
  return guarded(error, [&]() -> leadline_status {
    if (!is_text(request, request_size) || out == nullptr) return tell_argument(error, "request or out is NULL");
    return give(out, plan_maker(model == nullptr ? nullptr : model->content, view(request, request_size)), error);
  });
}

void leadline_report_free(leadline_report* report) { delete report; }

leadline_status leadline_report_take_decisions(leadline_report* report, const char* lines, size_t lines_size,
                                               uint64_t* out_done_size, leadline_error* error) {
  std::uint64_t done = 0;
  const leadline_status status =
      take_text(report, lines, lines_size, error, [&](std::string_view text) -> leadline_status {
        if (!report->maker->takes_decisions()) {
          return tell(error, LEADLINE_UNSUPPORTED, "report.takes_no_decisions", "this report is not made of decisions");
        }
        if (report->is_closed) return tell_closed(error);
        if (report->has_events) {
          return tell(error, LEADLINE_IN_USE, "report.events_taken", "decisions come before the events");
        }
        return take_lines(text, done, error,
                          [&](std::string_view line, std::size_t) { return report->maker->take_decision(line); });
      });
  if (out_done_size != nullptr) *out_done_size = done;
  return status;
}

leadline_status leadline_report_take_events(leadline_report* report, const char* lines, size_t lines_size,
                                            uint64_t* out_done_size, leadline_error* error) {
  std::uint64_t done = 0;
  const leadline_status status =
      take_text(report, lines, lines_size, error, [&](std::string_view text) -> leadline_status {
        if (!report->maker->takes_events()) {
          return tell(error, LEADLINE_UNSUPPORTED, "report.takes_no_events", "this report is not made of events");
        }
        if (report->is_closed) return tell_closed(error);
        report->maker->expect_events();
        report->has_events = true;
        return take_lines(text, done, error, [&](std::string_view line, std::size_t readable_after) -> result<void> {
          const result<leadline::event> sent = report->intake.read_line(line, readable_after);
          if (!sent) return tl::unexpected<leadline::diagnostics>(sent.error());
          report->maker->take_event(*sent);
          return {};
        });
      });
  if (out_done_size != nullptr) *out_done_size = done;
  return status;
}

leadline_status leadline_report_write(leadline_report* report, int32_t form, leadline_buffer* out,
                                      leadline_error* error) {
  if (out != nullptr) out->content.clear();
  return guarded(error, [&]() -> leadline_status {
    if (report == nullptr || out == nullptr) return tell_argument(error, "report or out is NULL");
    const hold mine(report->taken);
    if (const leadline_status problem = problem_of(*report, mine, error); problem != LEADLINE_OK) return problem;
    if (form < LEADLINE_REPORT_JSON || form > LEADLINE_REPORT_CLOSED_LOOP) {
      return tell_argument(error, "form is none of LEADLINE_REPORT_...");
    }
    if (!report->maker->writes(form)) {
      return tell(error, LEADLINE_UNSUPPORTED, "report.no_such_form", "this report is not written in that form");
    }
    if (!report->is_closed) {
      const watched_step within(*report);
      report->maker->close();
      report->is_closed = true;
    }
    result<std::string> made = report->maker->text(form);
    if (!made) {
      const bool is_unknown = made.error().front().code == "contact.unknown";
      return tell(error, is_unknown ? LEADLINE_NOT_FOUND : LEADLINE_INVALID_INPUT, made.error());
    }
    out->content.swap(*made);
    return LEADLINE_OK;
  });
}

}  // extern "C"
