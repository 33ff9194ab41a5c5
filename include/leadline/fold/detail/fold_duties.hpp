#pragma once

#include <algorithm>

#include "leadline/fold/detail/fold_funnel.hpp"
#include "leadline/fold/detail/fold_machine.hpp"

/// What clocks, cadences and dispositions share: which triggers a round of a pass catches, and in which order.
///
///     start entered   event   leave  enter  leave  enter   assigned   conditions
///          1            2       3      4      5      6     ...
///
/// Each clock and cadence looks at what happened since it last looked in this pass: what one brings about is seen by
/// those after it in the same round, by those before it in the next.
namespace leadline::detail {

inline constexpr std::uint32_t assigned_place = 0xFFFF'FFFE;
inline constexpr std::uint32_t condition_place = 0xFFFF'FFFF;

/// Whether clocks or cadences, who have seen what happened before `first`, have to look again.
inline bool fold_machine::are_duties_due(std::size_t first) const noexcept {
  if (is_due_ || duties_touched_ == pass_ || !changed_attributes_.empty()) return true;
  return std::any_of(moments_.begin() + static_cast<std::ptrdiff_t>(first), moments_.end(),
                     [](const moment& each) { return each.form != trigger_form::event; });
}

/// In this pass nobody has looked at anything yet.
inline void fold_machine::begin_duties() {
  if (duties_begun_ == pass_) return;
  duties_begun_ = pass_;
  clock_seen_.assign(model_.clocks.size(), 0);
  cadence_seen_.assign(model_.cadences.size(), 0);
}

inline void fold_machine::ask_duty_wheres() {
  const compiled::event_type& what = model_.events[type_];
  using compiled::built_in;
  if (what.kind == built_in::sla_pause || what.kind == built_in::sla_resume) duties_touched_ = pass_;
  for (const std::uint32_t each : what.triggers) {
    const compiled::trigger& trigger = model_.triggers[each];
    if (trigger.role == compiled::trigger_role::effect || !holds(trigger.condition)) continue;
    trigger_met_[each] = pass_;
    duties_touched_ = pass_;
  }
  for (const std::uint32_t each : what.cadences) {
    if (!holds(model_.cadences[each].touch_where)) continue;
    touch_met_[each] = pass_;
    duties_touched_ = pass_;
  }
}

/// What the event asked for is refused: it happened, but no duty is done by it.
inline void fold_machine::refuse_event() {
  std::fill(trigger_met_.begin(), trigger_met_.end(), 0);
  std::fill(touch_met_.begin(), touch_met_.end(), 0);
  std::fill(effect_met_.begin(), effect_met_.end(), 0);
}

inline std::uint32_t fold_machine::event_place(std::size_t first) const noexcept {
  for (std::size_t i = first; i < moments_.size(); ++i) {
    if (moments_[i].form == trigger_form::event) return static_cast<std::uint32_t>(i + 1);
  }
  return 0;
}

inline fold_machine::trigger_catch fold_machine::caught(const std::vector<std::uint32_t>& triggers, std::size_t first,
                                                        condition_use use) {
  trigger_catch out;
  for (const std::uint32_t index : triggers) {
    const compiled::trigger& trigger = model_.triggers[index];
    if (trigger.form == trigger_form::condition) {
      const bool truth = holds(trigger.condition);
      if (truth) out.is_true = true;
      if (use == condition_use::while_true) continue;
      if (truth && !state_->trigger_held()[index]) out.add(condition_place);
      state_->trigger_held()[index] = truth;
      continue;
    }
    if (trigger.form == trigger_form::event && trigger_met_[index] == pass_) {
      out.add(event_place(first));
      continue;
    }
    for (std::size_t i = first; i < moments_.size(); ++i) {
      if (moments_[i].form != trigger.form) continue;
      if (trigger.form == trigger_form::assigned) {
        out.add(assigned_place);
      } else if (trigger.form != trigger_form::event && has(trigger.names, moments_[i].stage)) {
        out.add(static_cast<std::uint32_t>(i + 1));
      }
    }
  }
  return out;
}

/// The earliest instant at which a clock, a cadence or a wake-up has something to tell: the one at hand, if that is an
/// event's, for time comes after events.
inline std::optional<std::int64_t> fold_machine::next_duty_ms() const {
  std::optional<std::int64_t> first;
  const std::int64_t earliest_ms = is_event_pass_ ? now_ms_ : now_ms_ + 1;
  const auto note = [&](std::optional<std::int64_t> at_ms) {
    if (at_ms && (!first || *at_ms < *first)) first = std::max(*at_ms, earliest_ms);
  };
  for (const clock_state& each : state_->clocks) note(next_mark_ms(each));
  for (const cadence_state& each : state_->cadences) {
    if (each.phase == cadence_phase::running) note(each.end_ms);
  }
  if (state_->wake) note(state_->wake->at_ms);
  return first;
}

inline void fold_machine::tell_no_opening(std::string_view duty) {
  decision& out = tell(decision_kind::error);
  out.about = "calendar";
  out.text = keep(std::string(duty) + " has no end: its calendar does not open for too long, or closes as it starts");
}

}  // namespace leadline::detail
