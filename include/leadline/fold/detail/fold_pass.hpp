#pragma once

#include <algorithm>

#include "leadline/fold/detail/fold_machine.hpp"

/// A pass from its beginning to rest.
namespace leadline::detail {

inline std::optional<std::string_view> fold_machine::cause_of(const event& sent) noexcept {
  if (!sent.id.is_text() || sent.id.text() == "time" || sent.id.text().size() > limits::event_id_size_max)
    return std::nullopt;
  return sent.id.text();
}

inline decision fold_machine::refusal(std::string_view contact, std::int64_t at_ms, std::string_view code,
                                      std::string_view message, std::optional<std::string_view> cause) {
  decision out;
  out.at = instant::from_ms(at_ms);
  out.contact = contact;
  out.kind = decision_kind::rejected;
  out.about = code;
  out.text = keep(message);
  out.cause = cause;
  return out;
}

inline void fold_machine::begin(contact_state& state, std::string_view contact, std::int64_t at_ms,
                                std::optional<std::string_view> cause, const event* sent) {
  state_ = &state;
  contact_ = contact;
  now_ms_ = at_ms;
  state.now_ms = at_ms;
  is_event_pass_ = !cause || *cause != "time";
  cause_ = cause;
  event_ = sent;
  ++pass_;
  is_afresh_ = !state.first_event_ms || state.is_restless;
  is_due_ = is_afresh_ || (state.wakeup_ms && at_ms >= *state.wakeup_ms);
  is_wakeup_stale_ = is_due_;
  asks_transitions_ = is_due_;
  state.is_restless = false;
  if (state.stage != none) visited_at_[state.stage] = pass_;
  was_assigned_ = false;
  is_changed_ = false;
  has_told_steps_ = false;
  moments_.clear();
  clocks_seen_ = 0;
  cadences_seen_ = 0;
  routing_seen_ = 0;
  changed_attributes_.clear();
  if (!state.sums.is_known || !state.sums.uncounted.read().empty()) know_sums();
  if (is_due_) ask_in_time();
}

/// What has to be asked though no slot has changed.
inline void fold_machine::ask_in_time() {
  for (const std::uint32_t each : is_afresh_ ? plan_.held_rules : plan_.timed_held_rules) ask_held_rule(each);
  for (const std::uint32_t each : plan_.timed_grades) is_grade_touched_[each] = 1;
  std::fill(is_score_touched_.begin(), is_score_touched_.end(), std::uint8_t{1});
  if (is_afresh_) std::fill(is_grade_touched_.begin(), is_grade_touched_.end(), std::uint8_t{1});
}

inline fold_machine::fold_machine(const model& pack, const fold_plan& plan)
    : model_(pack),
      plan_(plan),
      row_(plan.blank_row),
      event_row_(pack.layout.event_fields().size(), value::absent()),
      loaded_at_(plan.blank_row.size()),
      visited_at_(pack.stages.size()),
      transition_touched_(pack.transitions.size()),
      told_cycle_at_(pack.transitions.size()),
      transition_met_(pack.transitions.size()),
      effect_touched_(pack.effects.size()),
      effect_met_(pack.effects.size()),
      effect_done_at_(pack.effects.size()),
      held_to_ask_(pack.scores.size()),
      is_held_to_ask_(plan.rules.size()),
      is_score_touched_(pack.scores.size()),
      is_grade_touched_(pack.grades.size()),
      timed_milli_(plan.sum_count),
      trigger_met_(pack.triggers.size()),
      touch_met_(pack.cadences.size()) {}

inline void fold_machine::ask_held_rule(std::uint32_t rule) {
  if (is_held_to_ask_[rule] != 0) return;
  is_held_to_ask_[rule] = 1;
  const std::uint32_t score = plan_.rule_score[rule];
  held_to_ask_[score].push_back(rule);
  is_score_touched_[score] = 1;
}

inline void fold_machine::mark_users(std::uint32_t slot) {
  if (plan_.is_slot_source[slot]) is_wakeup_stale_ = true;
  for (std::uint32_t i = plan_.users_begin[slot]; i < plan_.users_begin[slot + 1]; ++i) {
    const slot_user each = plan_.users[i];
    switch (each.kind) {
      case slot_user::user_kind::held_rule: ask_held_rule(each.index); break;
      case slot_user::user_kind::score: is_score_touched_[each.index] = 1; break;
      case slot_user::user_kind::grade: is_grade_touched_[each.index] = 1; break;
      case slot_user::user_kind::transition: transition_touched_[each.index] = pass_; break;
      case slot_user::user_kind::effect:
        effect_touched_[each.index] = pass_;
        effects_touched_ = pass_;
        break;
      case slot_user::user_kind::duty: duties_touched_ = pass_; break;
    }
  }
}

inline void fold_machine::touch_place() {
  touch(plan_.stage_slot);
  touch(plan_.status_slot);
  touch(plan_.days_slot);
}

inline void fold_machine::load_slot(std::uint32_t slot) {
  loaded_at_[slot] = pass_;
  const row_slot& what = model_.layout.slots()[slot];
  const auto text = [](std::string_view of) { return value::of(of); };
  switch (what.kind) {
    case slot_kind::attribute: row_[slot] = state_->attributes()[what.index].content(); return;
    case slot_kind::signal: {
      signal_state& signal = state_->signals()[what.index];
      signal.slide(model_.signals[what.index], now_ms_);
      row_[slot] = signal.at(model_.signals[what.index], model_.zone ? &*model_.zone : nullptr, now_ms_);
      return;
    }
    case slot_kind::score: row_[slot] = number_of_milli(state_->scores_milli()[what.index]); return;
    case slot_kind::grade: {
      const std::uint32_t word = state_->grades()[what.index];
      row_[slot] = word == none ? value{} : text(model_.grades[what.index].values[word]);
      return;
    }
    case slot_kind::stage: row_[slot] = state_->stage == none ? value{} : text(model_.stages[state_->stage].id); return;
    case slot_kind::status:
      row_[slot] = state_->status == none ? value{} : text(model_.statuses[state_->status]);
      return;
    case slot_kind::days_in_stage:
      row_[slot] = state_->stage == none ? value{} : number_over(now_ms_ - state_->entered_ms, 86'400'000);
      return;
    case slot_kind::owner: row_[slot] = state_->owner ? text(*state_->owner) : value{}; return;
    case slot_kind::tags:
      tag_values_.clear();
      for (const std::string& each : state_->tags) tag_values_.push_back(text(each));
      row_[slot] = value::of(std::span<const value>(tag_values_));
      return;
    case slot_kind::clock: {
      const clock_state* const clock = find_clock(what.index);
      row_[slot] = clock == nullptr ? plan_.blank_row[slot] : text(name_of(clock->phase));
      return;
    }
    case slot_kind::cadence:
    case slot_kind::cadence_count:
    case slot_kind::cadence_channel: {
      const cadence_state* const run = find_cadence(what.index);
      if (run == nullptr) {
        row_[slot] = plan_.blank_row[slot];
      } else if (what.kind == slot_kind::cadence) {
        row_[slot] = text(name_of(run->phase));
      } else {
        const std::size_t place = slot - plan_.cadence_slots[what.index];
        row_[slot] = value::of(place == 1 ? run->count : run->channel_counts[place - 2]);
      }
      return;
    }
  }
}

inline decision& fold_machine::tell(decision_kind kind, const attempt_context& why) {
  decision& out = decisions_.emplace_back();
  out.at = instant::from_ms(now_ms_);
  out.contact = contact_;
  out.kind = kind;
  out.rule = why.rule;
  out.reason = why.reason;
  out.cause = cause_;
  return out;
}

inline void fold_machine::reject(std::string_view code, std::string_view message, const attempt_context& why) {
  decision& out = tell(decision_kind::rejected, why);
  out.about = code;
  out.text = keep(message);
}

inline void fold_machine::note_outcome() {
  if (scratch_.outcome() != condition_outcome::out_of_steps) return;
  state_->is_restless = true;
  if (has_told_steps_) return;
  has_told_steps_ = true;
  decision& out = tell(decision_kind::error);
  out.about = "steps";
  out.text = keep("a condition took more than " + std::to_string(limits::condition_steps_max) + " steps and is null");
}

inline bool fold_machine::holds(std::uint32_t condition) {
  if (condition == none) return true;
  load(condition);
  const bool truth = model_.conditions[condition].holds(input(), scratch_);
  if (scratch_.outcome() != condition_outcome::complete) note_outcome();
  return truth;
}

inline value fold_machine::evaluate(std::uint32_t condition) {
  load(condition);
  const value made = model_.conditions[condition].evaluate(input(), scratch_);
  if (scratch_.outcome() != condition_outcome::complete) note_outcome();
  return made;
}

inline void fold_machine::rounds() {
  for (int count = 1; count <= rounds_max; ++count) {
    if (count == rounds_max) {
      decision& out = tell(decision_kind::error);
      out.about = "unstable";
      state_->is_restless = true;
      out.text = keep("the pass was not at rest after " + std::to_string(rounds_max - 1) + " rounds");
      break;
    }
    const bool is_offered = count == 1 && event_ != nullptr;
    settle();
    tell_values();
    is_changed_ = false;
    if (is_offered) {
      moments_.push_back({});
      ask_wheres();
      ask_duty_wheres();
    }
    if (count == 1 && !is_event_pass_) recycle();
    bool is_left = is_offered;  // not used up
    if (is_offered && model_.disposition && model_.events[type_].is_disposition) {
      dispose();
      is_left = false;
    }
    if (model_.has_funnel) {
      transition_phase(is_left);
      effect_phase(is_offered);
    }
    run_clocks();
    run_cadences();
    if (model_.routing) routing_phase();
    if (!is_changed_) break;
  }
  if (is_wakeup_stale_) find_wakeup();
  event_ = nullptr;
}

inline void fold_machine::time_pass(contact_state& state, std::string_view contact) {
  begin(state, contact, *state.wakeup_ms, "time", nullptr);
  rounds();
  while (state.route.look_ms && *state.route.look_ms <= now_ms_) route_pass(state, contact, now_ms_);
}

inline void fold_machine::advance(contact_state& state, std::string_view contact, std::int64_t to_ms) {
  while (state.wakeup_ms && *state.wakeup_ms <= to_ms) time_pass(state, contact);
}

inline fold_machine::event_outcome fold_machine::event_pass(contact_state& state, std::string_view contact,
                                                            const event& sent, std::uint64_t order) {
  if (auto problem = problem_of(sent)) {
    decisions_.push_back(refusal(contact, sent.at.ms(), "bad_event", *problem, cause_of(sent)));
    return event_outcome::refused;
  }
  const std::size_t told_before = decisions_.size();
  const std::int64_t now_before = state.now_ms;
  const bool was_restless = state.is_restless;
  const bool is_first = !state.first_event_ms;
  begin(state, contact, sent.at.ms(), cause_of(sent), &sent);
  if (is_first) {
    state.first_event_ms = now_ms_;
    if (!state.gap.has_begun) state.gap = {.has_begun = true, .start_ms = now_ms_};
    enter_start();
  }
  if (!take_in(order)) {
    decisions_.resize(told_before);
    event_ = nullptr;
    if (is_first) {
      state = contact_state(model_);
    } else {
      state.now_ms = now_before;
      state.is_restless = was_restless;
    }
    decisions_.push_back(refusal(contact, sent.at.ms(), "limit", limit_message_, cause_of(sent)));
    return event_outcome::refused;
  }
  apply_built_in();
  rounds();
  return event_outcome::accepted;
}

inline void fold_machine::merge(contact_state& state, std::string_view contact, contact_state other, std::int64_t at_ms,
                                std::optional<std::string_view> cause) {
  if (!other.first_event_ms) return;
  for (std::size_t i = 0; i < model_.signals.size(); ++i) {
    state.signals()[i].slide(model_.signals[i], at_ms);
    other.signals()[i].slide(model_.signals[i], at_ms);
    state.signals()[i].unite(model_.signals[i], other.signals()[i]);
  }
  for (std::size_t i = 0; i < plan_.rules.size(); ++i) state.rules()[i].unite(*plan_.rules[i], other.rules()[i]);
  state.sums.is_known = false;
  state.is_restless = true;  // of which the pass below asks everything
  if (!state.gap.has_begun || (other.has_activity && !state.has_activity)) {
    state.gap = other.gap;
  } else if (other.has_activity) {
    state.gap.start_ms = std::max(state.gap.start_ms, other.gap.start_ms);
  } else if (!state.has_activity) {
    state.gap.start_ms = std::min(state.gap.start_ms, other.gap.start_ms);
  }
  state.has_activity = true;
  if (state.first_event_ms) state.first_event_ms = std::min(*state.first_event_ms, *other.first_event_ms);
  begin(state, contact, at_ms, cause, nullptr);
  changes_.clear();
  for (std::uint32_t i = 0; i < model_.attributes.size(); ++i) {
    if (model_.attributes[i].derive != none || other.attributes()[i].is_null() || !state.attributes()[i].is_null())
      continue;
    changes_.push_back({model_.attributes[i].name, i, other.attributes()[i].content()});
  }
  for (const auto& [name, content] : other.other_attributes) {
    if (!state.other_attributes.contains(name)) changes_.push_back({name, none, content.content()});
  }
  std::vector<std::string> refused;
  apply_changes(refused);
  if (!state.first_event_ms) {
    state.first_event_ms = at_ms;
    enter_start();
  }
  for (const std::string& each : other.tags)
    set_tag(each, tag_change::add, {.rule = "contact.merge", .reason = std::nullopt});
  is_event_pass_ = true;
  rounds();
}

}  // namespace leadline::detail
