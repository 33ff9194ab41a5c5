#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <string>
#include <utility>

#include "c/decisions.hpp"
#include "c/event_intake.hpp"
#include "c/guard.hpp"
#include "c/handles.hpp"
#include "leadline/fold/contact.hpp"
#include "leadline/fold/contact_record.hpp"

namespace {

/// What works while a contact is folded.
struct fold_parts {
  explicit fold_parts(const std::shared_ptr<const leadline::model>& pack) : fold(pack), record(pack) {}

  leadline::contact_fold fold;
  leadline::contact_record record;
  leadline::c::event_intake intake;
};

}  // namespace

struct leadline_contact_fold {
  explicit leadline_contact_fold(std::shared_ptr<const leadline::model> of)
      : pack(std::move(of)), parts(std::make_unique<fold_parts>(pack)) {}

  std::shared_ptr<const leadline::model> pack;
  /// Null after an exception left them half way.
  std::unique_ptr<fold_parts> parts;
  std::atomic_flag taken;
};

using namespace leadline::c;

namespace {

using leadline::contact;
using leadline::event;
using leadline::instant;
using leadline::result;

[[nodiscard]] leadline_status status_of_record(const leadline::diagnostics& problems) noexcept {
  const std::string_view code = problems.empty() ? std::string_view() : std::string_view(problems.front().code);
  if (code == "record.newer") return LEADLINE_NEWER;
  if (code == "record.other_model") return LEADLINE_OTHER_MODEL;
  return LEADLINE_DAMAGED;
}

/// The contact of some bytes, or a new one.
[[nodiscard]] result<contact> open(fold_parts& fold, std::string_view id, std::string_view state) {
  if (state.empty()) return contact(fold.fold.model(), std::string(id));
  return fold.record.open(state);
}

/// The parts for one call: made anew where the one before broke off.
class lent_parts {
 public:
  explicit lent_parts(leadline_contact_fold& of) : of_(of) {
    if (!of.parts) of.parts = std::make_unique<fold_parts>(of.pack);
  }
  lent_parts(const lent_parts&) = delete;
  lent_parts& operator=(const lent_parts&) = delete;
  ~lent_parts() {
    if (std::uncaught_exceptions() > exception_count_) of_.parts.reset();
  }
  [[nodiscard]] fold_parts& operator*() const noexcept { return *of_.parts; }

 private:
  leadline_contact_fold& of_;
  int exception_count_ = std::uncaught_exceptions();
};

[[nodiscard]] leadline_status tell_busy(leadline_error* error) noexcept {
  return tell(error, LEADLINE_BUSY, "busy", "another thread is using it");
}

/// Tells what is wrong with an event of an array, and which one it is.
[[nodiscard]] leadline_status tell_event(leadline_error* error, const leadline::diagnostics& problems,
                                         std::size_t index) {
  const leadline_status status = tell(error, LEADLINE_INVALID_INPUT, problems);
  if (error != nullptr) error->offset = index;
  return status;
}

/// What a step works on: nothing of the host's is touched before it is over.
class step {
 public:
  step(fold_parts& fold, contact& who, leadline_decisions& decisions) : fold_(fold), who_(who), decisions_(decisions) {}

  /// Whether the contact is still there.
  [[nodiscard]] bool is_forgotten() const noexcept { return is_forgotten_; }

  void take(const event& sent) {
    using leadline::compiled::built_in;
    const auto type = fold_.fold.model().find_event(sent.type);
    const built_in kind = type ? fold_.fold.model().events[*type].kind : built_in::no;
    if (kind == built_in::rep_away || kind == built_in::rep_back) return;
    if (kind != built_in::contact_forget) {
      is_forgotten_ = false;
      add(decisions_, fold_.fold.step(who_, sent));
      return;
    }
    bring_to(sent.at.ms() - 1);
    if (auto problem = fold_.fold.problem_of(sent)) {
      add(decisions_, fold_.fold.refuse(who_, sent, "bad_event", std::move(*problem)));
      return;
    }
    add(decisions_, fold_.fold.forget(who_, sent));
    who_ = contact(fold_.fold.model(), who_.id);
    is_forgotten_ = true;
  }

  void bring_to(std::int64_t to_ms) {
    if (who_.closed_ms && to_ms <= *who_.closed_ms) return;
    add(decisions_, fold_.fold.advance(who_, instant::from_ms(to_ms)));
  }

 private:
  fold_parts& fold_;
  contact& who_;
  leadline_decisions& decisions_;
  bool is_forgotten_ = false;
};

[[nodiscard]] std::int64_t wakeup_of(const contact& who) noexcept {
  const auto at = leadline::contact_fold::next_wakeup(who);
  return at ? at->ms() : LEADLINE_NO_INSTANT;
}

}  // namespace

extern "C" {

leadline_status leadline_contact_fold_create(const leadline_model* model, leadline_contact_fold** out,
                                             leadline_error* error) {
  if (out != nullptr) *out = nullptr;
  return guarded(error, [&]() -> leadline_status {
    if (model == nullptr || out == nullptr) return tell_argument(error, "model or out is NULL");
    *out = new leadline_contact_fold(model->content);
    return LEADLINE_OK;
  });
}

void leadline_contact_fold_free(leadline_contact_fold* fold) { delete fold; }

leadline_status leadline_contact_step(leadline_contact_fold* fold, const char* id, size_t id_size, const void* state,
                                      size_t state_size, const leadline_event* events, size_t event_count,
                                      uint32_t event_stride, int64_t advance_to_ms, leadline_buffer* out_state,
                                      leadline_decisions* decisions, int64_t* out_next_wakeup_ms,
                                      leadline_error* error) {
  if (out_next_wakeup_ms != nullptr) *out_next_wakeup_ms = LEADLINE_NO_INSTANT;
  return guarded(error, [&]() -> leadline_status {
    if (fold == nullptr || !is_text(id, id_size) || id_size == 0 || !is_text(state, state_size) ||
        (events == nullptr && event_count != 0) || out_state == nullptr || decisions == nullptr) {
      return tell_argument(error, "fold, contact, state, events, out_state or decisions is NULL, or the id is empty");
    }
    if (event_count != 0 && !is_event_stride(event_stride)) {
      return tell(error, LEADLINE_BAD_STRUCT_SIZE, "argument", "event_stride is not the size of an event");
    }
    if (id_size > leadline::limits::event_id_size_max) return tell_argument(error, "the contact's id is too long");
    if (advance_to_ms != LEADLINE_NO_INSTANT && !instant::from_ms(advance_to_ms).is_in_range()) {
      return tell(error, LEADLINE_OUT_OF_RANGE, "argument", "advance_to_ms is not between 1970 and 2200");
    }
    const hold mine(fold->taken);
    if (!mine) return tell_busy(error);
    const lent_parts lent(*fold);
    fold_parts& parts = *lent;
    result<contact> who = open(parts, view(id, id_size), view(static_cast<const char*>(state), state_size));
    if (!who) return tell(error, status_of_record(who.error()), who.error());
    if (who->id != view(id, id_size)) return tell_argument(error, "the state is another contact's");
    decisions_mark mark(decisions);
    step steps(parts, *who, *decisions);
    for (std::size_t i = 0; i < event_count; ++i) {
      const result<event> sent = parts.intake.read(events, i, event_stride, who->id);
      if (!sent) return tell_event(error, sent.error(), i);
      if (sent->contact != who->id) {
        if (error != nullptr) error->offset = i;
        return tell_argument(error, "an event is another contact's");
      }
      if (sent->type == "contact.merge") {
        if (error != nullptr) error->offset = i;
        return tell_argument(error, "contact.merge concerns two contacts: leadline_contact_merge takes it");
      }
      steps.take(*sent);
    }
    std::string bytes;
    std::int64_t wakeup_ms = LEADLINE_NO_INSTANT;
    if (!steps.is_forgotten()) {
      if (advance_to_ms != LEADLINE_NO_INSTANT) steps.bring_to(advance_to_ms);
      bytes = parts.record.seal(*who);
      wakeup_ms = wakeup_of(*who);
    }
    out_state->content.swap(bytes);
    if (out_next_wakeup_ms != nullptr) *out_next_wakeup_ms = wakeup_ms;
    mark.keep();
    return LEADLINE_OK;
  });
}

leadline_status leadline_contact_merge(leadline_contact_fold* fold, const char* from, size_t from_size,
                                       const void* from_state, size_t from_state_size, const char* into,
                                       size_t into_size, const void* into_state, size_t into_state_size,
                                       const leadline_event* sent, uint32_t event_stride,
                                       leadline_buffer* out_from_state, leadline_buffer* out_into_state,
                                       leadline_decisions* decisions, leadline_error* error) {
  return guarded(error, [&]() -> leadline_status {
    if (fold == nullptr || !is_text(from, from_size) || from_size == 0 || !is_text(into, into_size) || into_size == 0 ||
        !is_text(from_state, from_state_size) || !is_text(into_state, into_state_size) || sent == nullptr ||
        out_from_state == nullptr || out_into_state == nullptr || out_from_state == out_into_state ||
        decisions == nullptr) {
      return tell_argument(error, "something is NULL, an id is empty, or both states go into one buffer");
    }
    if (!is_event_stride(event_stride)) {
      return tell(error, LEADLINE_BAD_STRUCT_SIZE, "argument", "event_stride is not the size of an event");
    }
    if (from_size > leadline::limits::event_id_size_max || into_size > leadline::limits::event_id_size_max) {
      return tell_argument(error, "a contact's id is too long");
    }
    if (view(from, from_size) == view(into, into_size)) {
      return tell_argument(error, "a contact cannot be merged into itself");
    }
    const hold mine(fold->taken);
    if (!mine) return tell_busy(error);
    const lent_parts lent(*fold);
    fold_parts& parts = *lent;
    result<contact> first =
        open(parts, view(from, from_size), view(static_cast<const char*>(from_state), from_state_size));
    if (!first) return tell(error, status_of_record(first.error()), first.error());
    result<contact> second =
        open(parts, view(into, into_size), view(static_cast<const char*>(into_state), into_state_size));
    if (!second) return tell(error, status_of_record(second.error()), second.error());
    if (first->id != view(from, from_size) || second->id != view(into, into_size)) {
      return tell_argument(error, "a state is another contact's");
    }
    const result<event> read = parts.intake.read(sent, 0, event_stride, first->id);
    if (!read) return tell_event(error, read.error(), 0);
    if (read->contact != first->id || read->type != "contact.merge") {
      return tell_argument(error, "the event is no contact.merge of that contact");
    }
    decisions_mark mark(decisions);
    std::int64_t at_ms = read->at.ms() - 1;
    for (const contact* each : {&*first, &*second}) at_ms = std::max(at_ms, each->closed_ms.value_or(at_ms));
    step(parts, *first, *decisions).bring_to(at_ms);
    step(parts, *second, *decisions).bring_to(at_ms);
    bool is_merged = false;
    if (auto problem = parts.fold.problem_of(*read)) {
      add(*decisions, parts.fold.refuse(*first, *read, "bad_event", std::move(*problem)));
    } else {
      leadline::value named;
      for (const leadline::value::member& each : read->data.members()) {
        if (each.key == "into") named = each.content;
      }
      if (!named.is_text() || named.text() != second->id) {
        return tell_argument(error, "the event merges into another contact");
      }
      if (parts.fold.is_duplicate(*first, *read)) {
        ++first->duplicate_count;
      } else {
        add(*decisions, parts.fold.merge(*first, *second, *read));
        is_merged = true;
      }
    }
    std::string first_bytes(is_merged ? std::string_view() : parts.record.seal(*first));
    std::string second_bytes(parts.record.seal(*second));
    out_from_state->content.swap(first_bytes);
    out_into_state->content.swap(second_bytes);
    mark.keep();
    return LEADLINE_OK;
  });
}

leadline_status leadline_contact_score(leadline_contact_fold* fold, const void* state, size_t state_size,
                                       uint32_t score, int64_t at_ms, int64_t* out_milli, leadline_error* error) {
  if (out_milli != nullptr) *out_milli = 0;
  return guarded(error, [&]() -> leadline_status {
    if (fold == nullptr || !is_text(state, state_size) || out_milli == nullptr) {
      return tell_argument(error, "fold, state or out_milli is NULL");
    }
    const hold mine(fold->taken);
    if (!mine) return tell_busy(error);
    const lent_parts lent(*fold);
    fold_parts& parts = *lent;
    if (score >= parts.fold.model().scores.size()) {
      return tell(error, LEADLINE_OUT_OF_RANGE, "argument", "the model has fewer scores");
    }
    if (!instant::from_ms(at_ms).is_in_range()) {
      return tell(error, LEADLINE_OUT_OF_RANGE, "argument", "at_ms is not between 1970 and 2200");
    }
    if (state_size == 0) return LEADLINE_OK;
    result<contact> who = parts.record.open(view(static_cast<const char*>(state), state_size));
    if (!who) return tell(error, status_of_record(who.error()), who.error());
    // What time brings until then counts too; nobody is told.
    if (!who->closed_ms || *who->closed_ms < at_ms) {
      static_cast<void>(parts.fold.advance(*who, instant::from_ms(at_ms)));
    }
    *out_milli = parts.fold.score_milli(*who, score, instant::from_ms(at_ms));
    return LEADLINE_OK;
  });
}

leadline_status leadline_contact_digest(leadline_contact_fold* fold, const void* state, size_t state_size,
                                        uint64_t* out, leadline_error* error) {
  if (out != nullptr) *out = 0;
  return guarded(error, [&]() -> leadline_status {
    if (fold == nullptr || !is_text(state, state_size) || state_size == 0 || out == nullptr) {
      return tell_argument(error, "fold, state or out is NULL");
    }
    const hold mine(fold->taken);
    if (!mine) return tell_busy(error);
    const lent_parts lent(*fold);
    fold_parts& parts = *lent;
    const result<contact> who = parts.record.open(view(static_cast<const char*>(state), state_size));
    if (!who) return tell(error, status_of_record(who.error()), who.error());
    *out = parts.record.state_digest(*who);
    return LEADLINE_OK;
  });
}

}  // extern "C"
