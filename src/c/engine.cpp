#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "c/any_engine.hpp"
#include "c/decisions.hpp"
#include "c/event_intake.hpp"
#include "c/guard.hpp"
#include "c/handles.hpp"
#include "c/text_lines.hpp"
#include "cli/waiting_events.hpp"
#include "leadline/base/json_text.hpp"
#include "leadline/engine/explain.hpp"

struct leadline_engine {
  leadline_engine(const std::shared_ptr<const leadline::model>& pack, std::size_t thread_count)
      : all(pack, thread_count) {}

  leadline::c::any_engine all;
  leadline::c::event_intake intake;
  /// Keeps every event, where history is wanted.
  std::optional<leadline::explainer> history;
  std::int64_t latest_event_ms = INT64_MIN;
  /// Memory ended while what is done was told.
  bool is_broken = false;
  std::atomic_flag taken;
};

using namespace leadline::c;

namespace {

using leadline::contact;
using leadline::event;
using leadline::instant;
using leadline::result;
namespace json_text = leadline::json_text;

constexpr std::uint32_t first_options_size = 16;
constexpr std::uint32_t thread_count_max = 256;
static_assert(sizeof(leadline_engine_options) == first_options_size);

/// Holds an engine for one call that may change it, and notices when that breaks off.
class change {
 public:
  explicit change(leadline_engine& of) noexcept : of_(of), mine_(of.taken) {}
  change(const change&) = delete;
  change& operator=(const change&) = delete;
  ~change() {
    if (mine_ && is_within_ && std::uncaught_exceptions() > exception_count_) of_.is_broken = true;
  }
  /// What keeps the call from being made, or LEADLINE_OK.
  [[nodiscard]] leadline_status problem(leadline_error* error) const noexcept {
    if (!mine_) return tell(error, LEADLINE_BUSY, "busy", "another thread is using the engine");
    if (of_.is_broken || !of_.all.is_whole() || (of_.history && !of_.history->is_whole())) {
      return tell(error, LEADLINE_OUT_OF_MEMORY, "engine.broken",
                  "memory ended within an event before, beyond what is set aside: restore the engine");
    }
    return LEADLINE_OK;
  }
  void begin() noexcept { is_within_ = true; }
  void end() noexcept { is_within_ = false; }

 private:
  leadline_engine& of_;
  hold mine_;
  bool is_within_ = false;
  int exception_count_ = std::uncaught_exceptions();
};

/// Calls the engine, and adds what that told, also where memory ran out between two changes: gives whether it did.
template <class Call>
[[nodiscard]] bool runs_short(leadline_engine& engine, leadline_decisions& decisions, change& within,
                              std::span<const event> batch, const Call& call) {
  make_room(decisions);
  const leadline::spare_memory::use spare(&engine.all.spare());
  std::span<const leadline::decision> told;
  bool is_short = false;
  try {
    told = call();
  } catch (const std::bad_alloc&) {
    if (!engine.all.is_whole()) throw;
    is_short = true;
    told = engine.all.told();
  }
  within.begin();
  decisions_mark mark(&decisions);
  add(decisions, told);
  const std::span<const event> done = batch.first(engine.all.done_count());
  if (engine.history) {
    for (const event& each : done) engine.history->take(each);
  }
  mark.keep();
  within.end();
  for (const event& each : done) engine.latest_event_ms = std::max(engine.latest_event_ms, each.at.ms());
  return is_short;
}

/// `note_done` is called with how many more are done.
template <class NoteDone>
void apply(leadline_engine& engine, std::span<const event> batch, leadline_decisions& decisions, change& within,
           const NoteDone& note_done) {
  do {
    // An engine with history takes events one by one, so that both have done the same ones; several are all or nothing.
    const bool is_single = engine.history && !engine.all.wants_batches() && !batch.empty();
    const std::span<const event> next = is_single ? batch.first(1) : batch;
    if (engine.history && !next.empty()) engine.history->bring_to(instant::from_ms(next.front().at.ms() - 1));
    const bool is_short = runs_short(engine, decisions, within, next, [&] { return engine.all.apply(next); });
    const std::size_t count = engine.all.done_count();
    note_done(count);
    if (is_short) throw std::bad_alloc();
    batch = batch.subspan(count);
  } while (!batch.empty() || engine.all.is_paused());
}

/// Brings the events of one call to the engine, each at once or, where threads share them, many together; `done` tells
/// how far it came in the caller's measure.
class delivery {
 public:
  delivery(leadline_engine& to, leadline_decisions& decisions, change& within, std::uint64_t& done) noexcept
      : to_(to), decisions_(decisions), within_(within), done_(done) {}

  void take(const event& sent, std::uint64_t done_after) {
    if (!to_.all.wants_batches()) {
      apply(to_, {&sent, 1}, decisions_, within_, [&](std::size_t more) {
        if (more != 0) done_ = done_after;
      });
      return;
    }
    waiting_.add(sent);
    reached_ = done_after;
    if (waiting_.events().size() == batch_size) finish();
  }
  /// What holds no event is done with the events before it.
  void skip(std::uint64_t done_after) noexcept {
    reached_ = done_after;
    if (waiting_.events().empty()) done_ = done_after;
  }
  void finish() {
    if (waiting_.events().empty()) return;
    apply(to_, waiting_.events(), decisions_, within_, [](std::size_t) {});
    waiting_.clear();
    done_ = reached_;
  }

 private:
  static constexpr std::size_t batch_size = 8'192;
  leadline_engine& to_;
  leadline_decisions& decisions_;
  change& within_;
  std::uint64_t& done_;
  std::uint64_t reached_ = 0;
  leadline::cli::waiting_events waiting_;
};

[[nodiscard]] leadline_status tell_wrong_event(leadline_error* error, const leadline::diagnostics& problems,
                                               std::size_t index) {
  tell(error, LEADLINE_INVALID_INPUT, problems);
  if (error != nullptr) error->offset = index;
  return LEADLINE_INVALID_INPUT;
}

/// Events of one call to an engine without threads: many together, since it then fetches ahead what the next ones need,
/// and no more than that they and what they tell stay in the cache.
[[nodiscard]] leadline_status apply_runs(leadline_engine& engine, const leadline_event* events, std::size_t count,
                                         std::uint32_t stride, leadline_decisions& decisions, change& within,
                                         std::uint64_t& done_count, leadline_error* error) {
  constexpr std::size_t run_size_max = 1'024;
  for (std::size_t next = 0; next < count;) {
    const auto problems = engine.intake.read_run(events, next, std::min(count - next, run_size_max), stride);
    const std::span<const event> run = engine.intake.run();
    if (!run.empty()) apply(engine, run, decisions, within, [&](std::size_t more) { done_count += more; });
    next += run.size();
    if (problems) return tell_wrong_event(error, *problems, next);
  }
  return LEADLINE_OK;
}

void append_name(std::string& out, std::string_view key, const std::string* text) {
  json_text::append_quoted(out, key);
  out += ": ";
  if (text == nullptr) {
    out += "null";
  } else {
    json_text::append_quoted(out, *text);
  }
}

/// As `leadline scores --format json` writes it.
[[nodiscard]] std::string standing_of(const any_engine& all, const contact& who) {
  const leadline::model& pack = all.model();
  const leadline::contact_state& state = who.state;
  const auto word_of = [](const std::vector<std::string>& words, std::uint32_t at) {
    return at == leadline::compiled::none ? nullptr : &words[at];
  };
  std::string out = "{\"contact\": ";
  json_text::append_quoted(out, who.id);
  out += ", \"scores\": {";
  for (std::uint32_t i = 0; i < pack.scores.size(); ++i) {
    if (i > 0) out += ", ";
    json_text::append_quoted(out, pack.scores[i].name);
    out += ": ";
    json_text::append_thousandths(out, all.score_milli(who, i));
  }
  out += "}, \"grades\": {";
  for (std::size_t i = 0; i < pack.grades.size(); ++i) {
    if (i > 0) out += ", ";
    append_name(out, pack.grades[i].name, word_of(pack.grades[i].values, state.grades()[i]));
  }
  out += '}';
  if (pack.has_funnel) {
    out += ", ";
    append_name(out, "stage", state.stage == leadline::compiled::none ? nullptr : &pack.stages[state.stage].id);
    out += ", ";
    append_name(out, "status", word_of(pack.statuses, state.status));
  }
  out += ", ";
  append_name(out, "owner", state.owner ? &*state.owner : nullptr);
  out += ", \"tags\": [";
  for (std::size_t i = 0; i < state.tags.size(); ++i) {
    if (i > 0) out += ", ";
    json_text::append_quoted(out, state.tags[i]);
  }
  // What conditions read of each.
  out += "], \"clocks\": {";
  for (std::uint32_t i = 0; i < pack.clocks.size(); ++i) {
    if (i > 0) out += ", ";
    std::string_view phase = "none";
    for (const leadline::clock_state& each : state.clocks) {
      if (each.index == i) phase = name_of(each.phase);
    }
    json_text::append_quoted(out, pack.clocks[i].id);
    out += ": ";
    json_text::append_quoted(out, phase);
  }
  out += "}, \"cadences\": {";
  std::string touches;
  for (std::uint32_t i = 0; i < pack.cadences.size(); ++i) {
    if (i > 0) {
      out += ", ";
      touches += ", ";
    }
    std::string_view phase = "none";
    std::string count = "0";
    for (const leadline::cadence_state& each : state.cadences) {
      if (each.index != i) continue;
      phase = name_of(each.phase);
      count = std::to_string(each.count);
    }
    json_text::append_quoted(out, pack.cadences[i].id);
    out += ": ";
    json_text::append_quoted(out, phase);
    json_text::append_quoted(touches, pack.cadences[i].id);
    touches += ": " + count;
  }
  out += "}, \"touches\": {" + touches + "}}";
  return out;
}

/// The contact of that name, of whom something was accepted.
[[nodiscard]] const contact* find(const leadline_engine& engine, std::string_view id) {
  const contact* const found = engine.all.find(id);
  return found == nullptr || !found->state.first_event_ms ? nullptr : found;
}

[[nodiscard]] leadline_status tell_no_contact(leadline_error* error) noexcept {
  return tell(error, LEADLINE_NOT_FOUND, "contact.unknown", "the engine has no contact of that name");
}

}  // namespace

extern "C" {

leadline_status leadline_engine_create(const leadline_model* model, const leadline_engine_options* options,
                                       leadline_engine** out, leadline_error* error) {
  if (out != nullptr) *out = nullptr;
  return guarded(error, [&]() -> leadline_status {
    if (model == nullptr || out == nullptr) return tell_argument(error, "model or out is NULL");
    leadline_engine_options asked{};
    if (options != nullptr) {
      if (options->struct_size < first_options_size) {
        return tell(error, LEADLINE_BAD_STRUCT_SIZE, "argument", "the options' struct_size was never right");
      }
      asked = read(*options);
    }
    if (asked.thread_count > thread_count_max) return tell_argument(error, "thread_count is more than 256");
    auto made = std::make_unique<leadline_engine>(model->content, asked.thread_count);
    if (asked.keeps_history != 0 || model->content->keeps_history) made->history.emplace(model->content);
    *out = made.release();
    return LEADLINE_OK;
  });
}

void leadline_engine_free(leadline_engine* engine) { delete engine; }

leadline_status leadline_engine_apply(leadline_engine* engine, const leadline_event* events, size_t event_count,
                                      uint32_t event_stride, leadline_decisions* decisions, uint64_t* out_done_count,
                                      leadline_error* error) {
  std::uint64_t done_count = 0;
  const leadline_status status = guarded(error, [&]() -> leadline_status {
    if (engine == nullptr || (events == nullptr && event_count != 0) || decisions == nullptr) {
      return tell_argument(error, "engine, events or decisions is NULL");
    }
    if (event_count != 0 && !is_event_stride(event_stride)) {
      return tell(error, LEADLINE_BAD_STRUCT_SIZE, "argument", "event_stride is not the size of an event");
    }
    change within(*engine);
    if (const leadline_status problem = within.problem(error); problem != LEADLINE_OK) return problem;
    if (!engine->all.wants_batches()) {
      return apply_runs(*engine, events, event_count, event_stride, *decisions, within, done_count, error);
    }
    delivery to(*engine, *decisions, within, done_count);
    for (std::size_t i = 0; i < event_count; ++i) {
      const result<event> sent = engine->intake.read(events, i, event_stride, {});
      if (!sent) {
        to.finish();
        return tell_wrong_event(error, sent.error(), i);
      }
      to.take(*sent, i + 1);
    }
    to.finish();
    return LEADLINE_OK;
  });
  if (out_done_count != nullptr) *out_done_count = done_count;
  return status;
}

leadline_status leadline_engine_apply_json(leadline_engine* engine, const char* lines, size_t lines_size,
                                           leadline_decisions* decisions, uint64_t* out_done_size,
                                           leadline_error* error) {
  std::uint64_t done_size = 0;
  const leadline_status status = guarded(error, [&]() -> leadline_status {
    if (engine == nullptr || !is_text(lines, lines_size) || decisions == nullptr) {
      return tell_argument(error, "engine, lines or decisions is NULL");
    }
    change within(*engine);
    if (const leadline_status problem = within.problem(error); problem != LEADLINE_OK) return problem;
    const std::string_view text = view(lines, lines_size);
    delivery to(*engine, *decisions, within, done_size);
    text_lines at(text);
    while (at.next()) {
      to.skip(at.begin_size());
      const result<event> sent = engine->intake.read_line(at.line(), at.readable_after());
      if (!sent) {
        to.finish();
        return at.refuse(error, sent.error());
      }
      to.take(*sent, at.done_size());
    }
    to.skip(text.size());
    to.finish();
    return LEADLINE_OK;
  });
  if (out_done_size != nullptr) *out_done_size = done_size;
  return status;
}

leadline_status leadline_engine_advance(leadline_engine* engine, int64_t to_ms, leadline_decisions* decisions,
                                        leadline_error* error) {
  return guarded(error, [&]() -> leadline_status {
    if (engine == nullptr || decisions == nullptr) return tell_argument(error, "engine or decisions is NULL");
    if (!instant::from_ms(to_ms).is_in_range()) {
      return tell(error, LEADLINE_OUT_OF_RANGE, "argument", "to_ms is not between 1970 and 2200");
    }
    change within(*engine);
    if (const leadline_status problem = within.problem(error); problem != LEADLINE_OK) return problem;
    do {
      const bool is_short =
          runs_short(*engine, *decisions, within, {}, [&] { return engine->all.advance(instant::from_ms(to_ms)); });
      if (is_short) throw std::bad_alloc();
    } while (engine->all.is_paused());
    return LEADLINE_OK;
  });
}

leadline_status leadline_engine_next_wakeup(leadline_engine* engine, int64_t* out_ms) {
  if (out_ms != nullptr) *out_ms = LEADLINE_NO_INSTANT;
  if (engine == nullptr || out_ms == nullptr) return LEADLINE_INVALID_ARGUMENT;
  return guarded(nullptr, [&]() -> leadline_status {
    const change within(*engine);
    if (const leadline_status problem = within.problem(nullptr); problem != LEADLINE_OK) return problem;
    if (const auto at = engine->all.next_wakeup()) *out_ms = at->ms();
    return LEADLINE_OK;
  });
}

leadline_status leadline_engine_contact_count(leadline_engine* engine, uint64_t* out) {
  if (out != nullptr) *out = 0;
  if (engine == nullptr || out == nullptr) return LEADLINE_INVALID_ARGUMENT;
  return guarded(nullptr, [&]() -> leadline_status {
    const change within(*engine);
    if (const leadline_status problem = within.problem(nullptr); problem != LEADLINE_OK) return problem;
    *out = engine->all.contact_count();
    return LEADLINE_OK;
  });
}

leadline_status leadline_engine_score(leadline_engine* engine, const char* id, size_t id_size, uint32_t score,
                                      int64_t* out_milli, leadline_error* error) {
  if (out_milli != nullptr) *out_milli = 0;
  return guarded(error, [&]() -> leadline_status {
    if (engine == nullptr || !is_text(id, id_size) || out_milli == nullptr) {
      return tell_argument(error, "engine, contact or out_milli is NULL");
    }
    const change within(*engine);
    if (const leadline_status problem = within.problem(error); problem != LEADLINE_OK) return problem;
    if (score >= engine->all.model().scores.size()) {
      return tell(error, LEADLINE_OUT_OF_RANGE, "argument", "the model has fewer scores");
    }
    const contact* const who = find(*engine, view(id, id_size));
    if (who == nullptr) return tell_no_contact(error);
    *out_milli = engine->all.score_milli(*who, score);
    return LEADLINE_OK;
  });
}

leadline_status leadline_engine_contact_json(leadline_engine* engine, const char* id, size_t id_size,
                                             leadline_buffer* out, leadline_error* error) {
  if (out != nullptr) out->content.clear();
  return guarded(error, [&]() -> leadline_status {
    if (engine == nullptr || !is_text(id, id_size) || out == nullptr) {
      return tell_argument(error, "engine, contact or out is NULL");
    }
    const change within(*engine);
    if (const leadline_status problem = within.problem(error); problem != LEADLINE_OK) return problem;
    const contact* const who = find(*engine, view(id, id_size));
    if (who == nullptr) return tell_no_contact(error);
    out->content = standing_of(engine->all, *who);
    return LEADLINE_OK;
  });
}

leadline_status leadline_engine_contacts_json(leadline_engine* engine, leadline_buffer* out, leadline_error* error) {
  if (out != nullptr) out->content.clear();
  return guarded(error, [&]() -> leadline_status {
    if (engine == nullptr || out == nullptr) return tell_argument(error, "engine or out is NULL");
    const change within(*engine);
    if (const leadline_status problem = within.problem(error); problem != LEADLINE_OK) return problem;
    std::string lines;
    for (const contact* each : engine->all.contacts()) {
      if (!each->state.first_event_ms) continue;
      lines += standing_of(engine->all, *each);
      lines += '\n';
    }
    out->content.swap(lines);
    return LEADLINE_OK;
  });
}

leadline_status leadline_engine_explain(leadline_engine* engine, const char* id, size_t id_size, int64_t at_ms,
                                        leadline_buffer* out, leadline_error* error) {
  if (out != nullptr) out->content.clear();
  return guarded(error, [&]() -> leadline_status {
    if (engine == nullptr || !is_text(id, id_size) || out == nullptr) {
      return tell_argument(error, "engine, contact or out is NULL");
    }
    const change within(*engine);
    if (const leadline_status problem = within.problem(error); problem != LEADLINE_OK) return problem;
    if (!instant::from_ms(at_ms).is_in_range() || at_ms < engine->latest_event_ms) {
      return tell(error, LEADLINE_OUT_OF_RANGE, "argument",
                  "at_ms is before the engine's latest event, or not between 1970 and 2200");
    }
    std::optional<leadline::ledger> told;
    if (engine->history) {
      told = engine->history->explain(view(id, id_size), instant::from_ms(at_ms));
    } else if (const contact* const who = engine->all.find(view(id, id_size))) {
      told = leadline::explain_state(engine->all.model(), *who);
    }
    if (!told) return tell_no_contact(error);
    out->content = to_json(*told);
    return LEADLINE_OK;
  });
}

leadline_status leadline_engine_snapshot(leadline_engine* engine, leadline_buffer* out, leadline_error* error) {
  if (out != nullptr) out->content.clear();
  return guarded(error, [&]() -> leadline_status {
    if (engine == nullptr || out == nullptr) return tell_argument(error, "engine or out is NULL");
    const change within(*engine);
    if (const leadline_status problem = within.problem(error); problem != LEADLINE_OK) return problem;
    out->content = engine->all.snapshot();
    return LEADLINE_OK;
  });
}

leadline_status leadline_engine_restore(const leadline_model* model, const leadline_engine_options* options,
                                        const void* snapshot, size_t snapshot_size, leadline_engine** out,
                                        leadline_error* error) {
  if (out != nullptr) *out = nullptr;
  if (out == nullptr || !is_text(snapshot, snapshot_size)) {
    return prepare(error) ? tell_argument(error, "snapshot or out is NULL") : LEADLINE_BAD_STRUCT_SIZE;
  }
  leadline_engine* made = nullptr;
  const leadline_status status = leadline_engine_create(model, options, &made, error);
  if (status != LEADLINE_OK || made == nullptr) return status;
  const leadline_status restored = guarded(error, [&]() -> leadline_status {
    if (made->history) {
      return tell(error, LEADLINE_UNSUPPORTED, "engine.history", "a snapshot holds no history");
    }
    const auto count = made->all.restore(view(static_cast<const char*>(snapshot), snapshot_size));
    if (count) return LEADLINE_OK;
    const std::string_view code = count.error().front().code;
    if (code.ends_with(".newer")) return tell(error, LEADLINE_NEWER, count.error());
    if (code.ends_with(".other_model")) return tell(error, LEADLINE_OTHER_MODEL, count.error());
    return tell(error, LEADLINE_DAMAGED, count.error());
  });
  if (restored == LEADLINE_OK) {
    *out = made;
  } else {
    leadline_engine_free(made);
  }
  return restored;
}

leadline_status leadline_engine_state_digest(leadline_engine* engine, uint64_t* out, leadline_error* error) {
  if (out != nullptr) *out = 0;
  return guarded(error, [&]() -> leadline_status {
    if (engine == nullptr || out == nullptr) return tell_argument(error, "engine or out is NULL");
    const change within(*engine);
    if (const leadline_status problem = within.problem(error); problem != LEADLINE_OK) return problem;
    *out = engine->all.state_digest();
    return LEADLINE_OK;
  });
}

}  // extern "C"
