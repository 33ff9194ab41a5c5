#pragma once

#include <algorithm>

#include "leadline/fold/detail/fold_machine.hpp"

/// A pass from its beginning to rest.
namespace leadline::detail {

inline std::optional<std::string> fold_machine::cause_of(const event& sent) {
  if (!sent.id.is_text() || sent.id.text() == "time" || sent.id.text().size() > limits::event_id_size_max)
    return std::nullopt;
  return std::string(sent.id.text());
}

inline decision fold_machine::refusal(std::string_view contact, std::int64_t at_ms, std::string_view code,
                                      std::string message, std::optional<std::string> cause) {
  decision out;
  out.at = instant::from_ms(at_ms);
  out.contact = contact;
  out.kind = decision_kind::rejected;
  out.about = code;
  out.text = std::move(message);
  out.cause = std::move(cause);
  return out;
}

inline void fold_machine::begin(contact_state& state, std::string_view contact, std::int64_t at_ms,
                                std::optional<std::string> cause, const event* sent) {
  state_ = &state;
  contact_ = contact;
  now_ms_ = at_ms;
  state.now_ms = at_ms;
  is_event_pass_ = !cause || *cause != "time";
  cause_ = std::move(cause);
  event_ = sent;
  is_visited_.assign(model_.stages.size(), false);
  if (state.stage != none) is_visited_[state.stage] = true;
  has_told_cycle_.assign(model_.transitions.size(), false);
  is_effect_done_.assign(model_.effects.size(), false);
  was_assigned_ = false;
  is_changed_ = false;
  has_told_steps_ = false;
  moments_.clear();
  clocks_seen_ = 0;
  cadences_seen_ = 0;
  changed_attributes_.clear();
  load_row();
}

inline void fold_machine::load_place() {
  set_slot(plan_.stage_slot,
           state_->stage == none ? value{} : value::of(std::string_view(model_.stages[state_->stage].id)));
  set_slot(plan_.status_slot,
           state_->status == none ? value{} : value::of(std::string_view(model_.statuses[state_->status])));
  set_slot(plan_.days_slot, state_->stage == none ? value{} : number_over(now_ms_ - state_->entered_ms, 86'400'000));
  set_slot(plan_.owner_slot, state_->owner ? value::of(std::string_view(*state_->owner)) : value{});
}

inline void fold_machine::load_tags() {
  tag_values_.clear();
  for (const std::string& each : state_->tags) tag_values_.push_back(value::of(std::string_view(each)));
  set_slot(plan_.tags_slot, value::of(std::span<const value>(tag_values_)));
}

inline void fold_machine::load_row() {
  for (std::uint32_t i = 0; i < model_.attributes.size(); ++i) row_[i] = state_->attributes[i].content();
  const time_zone* const zone = model_.zone ? &*model_.zone : nullptr;
  for (std::uint32_t i = 0; i < model_.signals.size(); ++i) {
    state_->signals[i].slide(model_.signals[i], now_ms_);
    row_[plan_.signal_slot + i] = state_->signals[i].at(model_.signals[i], zone, now_ms_);
  }
  for (std::uint32_t i = 0; i < model_.scores.size(); ++i)
    row_[plan_.score_slot + i] = number_of_milli(state_->scores_milli[i]);
  for (std::uint32_t i = 0; i < model_.grades.size(); ++i) {
    const std::uint32_t word = state_->grades[i];
    row_[plan_.grade_slot + i] = word == none ? value{} : value::of(std::string_view(model_.grades[i].values[word]));
  }
  load_place();
  load_tags();
  load_duties();
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

inline void fold_machine::reject(std::string_view code, std::string message, const attempt_context& why) {
  decision& out = tell(decision_kind::rejected, why);
  out.about = code;
  out.text = std::move(message);
}

inline void fold_machine::note_outcome() {
  if (scratch_.outcome() != condition_outcome::out_of_steps || has_told_steps_) return;
  has_told_steps_ = true;
  decision& out = tell(decision_kind::error);
  out.about = "steps";
  out.text = "a condition took more than " + std::to_string(limits::condition_steps_max) + " steps and is null";
}

inline bool fold_machine::holds(std::uint32_t condition) {
  if (condition == none) return true;
  const bool truth = model_.conditions[condition].holds(input(), scratch_);
  if (scratch_.outcome() != condition_outcome::complete) note_outcome();
  return truth;
}

inline value fold_machine::evaluate(std::uint32_t condition) {
  const value made = model_.conditions[condition].evaluate(input(), scratch_);
  if (scratch_.outcome() != condition_outcome::complete) note_outcome();
  return made;
}

inline void fold_machine::rounds() {
  for (int count = 1; count <= rounds_max; ++count) {
    if (count == rounds_max) {
      decision& out = tell(decision_kind::error);
      out.about = "unstable";
      out.text = "the pass was not at rest after " + std::to_string(rounds_max - 1) + " rounds";
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
    // Routing takes its turn here, once the fold has it.
    if (!is_changed_) break;
  }
  find_wakeup();
  event_ = nullptr;
}

inline void fold_machine::time_pass(contact_state& state, std::string_view contact) {
  begin(state, contact, *state.wakeup_ms, "time", nullptr);
  rounds();
}

inline void fold_machine::advance(contact_state& state, std::string_view contact, std::int64_t to_ms) {
  while (state.wakeup_ms && *state.wakeup_ms <= to_ms) time_pass(state, contact);
}

inline fold_machine::event_outcome fold_machine::event_pass(contact_state& state, std::string_view contact,
                                                            const event& sent, std::uint64_t order) {
  if (auto problem = problem_of(sent)) {
    decisions_.push_back(refusal(contact, sent.at.ms(), "bad_event", std::move(*problem), cause_of(sent)));
    return event_outcome::refused;
  }
  const std::size_t told_before = decisions_.size();
  const std::int64_t now_before = state.now_ms;
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
    }
    decisions_.push_back(refusal(contact, sent.at.ms(), "limit", limit_message_, cause_of(sent)));
    return event_outcome::refused;
  }
  apply_built_in();
  rounds();
  return event_outcome::accepted;
}

inline void fold_machine::merge(contact_state& state, std::string_view contact, contact_state other, std::int64_t at_ms,
                                std::optional<std::string> cause) {
  if (!other.first_event_ms) return;
  for (std::size_t i = 0; i < model_.signals.size(); ++i) {
    state.signals[i].slide(model_.signals[i], at_ms);
    other.signals[i].slide(model_.signals[i], at_ms);
    state.signals[i].unite(model_.signals[i], other.signals[i]);
  }
  for (std::size_t i = 0; i < plan_.rules.size(); ++i) state.rules[i].unite(*plan_.rules[i], other.rules[i]);
  if (!state.gap.has_begun || (other.has_activity && !state.has_activity)) {
    state.gap = other.gap;
  } else if (other.has_activity) {
    state.gap.start_ms = std::max(state.gap.start_ms, other.gap.start_ms);
  } else if (!state.has_activity) {
    state.gap.start_ms = std::min(state.gap.start_ms, other.gap.start_ms);
  }
  state.has_activity = true;
  if (state.first_event_ms) state.first_event_ms = std::min(*state.first_event_ms, *other.first_event_ms);
  begin(state, contact, at_ms, std::move(cause), nullptr);
  changes_.clear();
  for (std::uint32_t i = 0; i < model_.attributes.size(); ++i) {
    if (model_.attributes[i].derive != none || other.attributes[i].is_null() || !state.attributes[i].is_null())
      continue;
    changes_.push_back({model_.attributes[i].name, i, other.attributes[i].content()});
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
