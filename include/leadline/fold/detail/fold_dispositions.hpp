#pragma once

#include <algorithm>

#include "leadline/fold/detail/fold_duties.hpp"
#include "leadline/fold/detail/fold_machine.hpp"

/// Dispositions, what they bring later, and the moves that are refused for their sake or for a cadence's.
namespace leadline::detail {

inline bool fold_machine::is_guarded(std::uint32_t stage) const noexcept {
  return std::any_of(state_->cadences.begin(), state_->cadences.end(),
                     [&](const cadence_state& each) { return each.guards(model_.cadences[each.index], stage); });
}

inline bool fold_machine::needs_disposition(std::uint32_t stage) const noexcept {
  return model_.disposition && state_->stage != none && model_.stages[state_->stage].requires_disposition &&
         model_.disposition->targets[stage];
}

/// What keeps the contact out of a stage; a guard is told first.
inline fold_machine::keeping_out fold_machine::kept_out_of(std::uint32_t stage, guard_use guards) const noexcept {
  if (guards == guard_use::heeded && is_guarded(stage)) return keeping_out::guarded;
  return needs_disposition(stage) ? keeping_out::no_disposition : keeping_out::nothing;
}

inline void fold_machine::refuse_move(std::uint32_t stage, keeping_out why_not, const attempt_context& why) {
  const std::string& name = model_.stages[stage].id;
  if (why_not == keeping_out::guarded) {
    return reject("guarded", name + " is guarded by a cadence that is not completed", why);
  }
  reject("disposition_required", model_.stages[state_->stage].id + " is left for " + name + " only by a disposition",
         why);
}

inline void fold_machine::tell_cycle(std::uint32_t stage, const attempt_context& why) {
  decision& out = tell(decision_kind::error, why);
  out.about = "cycle";
  out.text = keep(model_.stages[stage].id + " was already visited at this instant");
}

inline void fold_machine::dispose() {
  const compiled::disposition& all = *model_.disposition;
  const value given = event_row_[all.code_slot];
  attempt_context why{.rule = std::string_view(model_.events[type_].name), .reason = std::nullopt};
  if (given.is_null()) {
    refuse_event();
    return reject("missing_code", "the disposition has no code", why);
  }
  const auto code = std::find_if(all.codes.begin(), all.codes.end(), [&](const compiled::disposition_code& each) {
    return given.is_text() && each.code == given.text();
  });
  if (code == all.codes.end()) {
    refuse_event();
    return reject("unknown_code", to_json(given) + " is no code of a disposition", why);
  }
  why.rule = std::string_view(code->code);
  if (!code->label.empty()) why.reason = std::string_view(code->label);
  if (code->to != none && code->to != state_->stage) {
    if (!code->is_unguarded && is_guarded(code->to)) {
      refuse_event();
      return refuse_move(code->to, keeping_out::guarded, why);
    }
    if (visited_at_[code->to] == pass_) {
      refuse_event();
      return tell_cycle(code->to, why);
    }
    move(code->to, why, nullptr, none, &*code);
  } else {
    tag_and_act(*code, why);
  }
  state_->wake.reset();
  set_wake(static_cast<std::uint32_t>(code - all.codes.begin()), why);
}

inline void fold_machine::tag_and_act(const compiled::disposition_code& code, const attempt_context& why) {
  if (!code.tag.empty()) set_tag(code.tag, tag_change::add, why);
  carry_out(code.actions, why);
}

inline void fold_machine::set_wake(std::uint32_t code, const attempt_context& why) {
  const compiled::disposition_code& what = model_.disposition->codes[code];
  is_wakeup_stale_ = true;
  if (what.wake_after_ms != 0) {
    state_->wake = disposition_wake{.at_ms = now_ms_ + what.wake_after_ms, .code = code};
  } else if (what.wake_at != none) {
    const std::optional<value> at = converted(data_type::date, evaluate(what.wake_at));
    if (!at || at->kind() != value_kind::date || at->date_ms() <= now_ms_) {
      return reject("bad_event", what.code + " names no instant to come to wake the contact", why);
    }
    state_->wake = disposition_wake{.at_ms = at->date_ms(), .code = code};
  }
}

/// The wake-up of a disposition, when its instant has come.
inline void fold_machine::recycle() {
  if (!state_->wake || state_->wake->at_ms > now_ms_) return;
  const compiled::disposition_code& code = model_.disposition->codes[state_->wake->code];
  state_->wake.reset();
  attempt_context why{.rule = std::string_view(code.code), .reason = std::nullopt};
  if (!code.label.empty()) why.reason = std::string_view(code.label);
  tell(decision_kind::recycled).about = code.code;
  carry_out(code.on_wake, why);
}

}  // namespace leadline::detail
