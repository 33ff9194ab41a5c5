#pragma once

#include <algorithm>

#include "leadline/fold/detail/fold_machine.hpp"

/// Scores and grades. A score is reckoned over a stretch of time at whose inner instants nothing breaks: there each
/// rule goes one way, so that its ends bound it, and sums and clamps keep bounds. Over one instant both ends are the
/// value.
namespace leadline::detail {

inline std::optional<std::int64_t> fold_machine::pinned(const contact_state& from, std::uint32_t score,
                                                        std::int64_t at_ms) noexcept {
  if (!from.has_pins) return std::nullopt;
  const score_pin& pin = from.pins()[score];
  if (!pin.is_set || (pin.until_ms && at_ms >= *pin.until_ms)) return std::nullopt;
  return pin.milli;
}

[[nodiscard]] inline std::int64_t within_caps(std::int64_t milli, const std::optional<std::int64_t>& low,
                                              const std::optional<std::int64_t>& high) noexcept {
  if (low && milli < *low) milli = *low;
  return high && milli > *high ? *high : milli;
}

inline std::int64_t fold_machine::held_points(const compiled::rule& rule, rule_state& state) {
  if (state.has_held) return rule.points_milli;
  if (holds(rule.when)) {
    if (rule.is_once) state.has_held = true;
    return rule.points_milli;
  }
  if (!rule.otherwise_milli) return 0;
  const bool is_known = std::all_of(rule.attributes_read.begin(), rule.attributes_read.end(),
                                    [&](std::uint32_t each) { return !state_->attributes()[each].is_null(); });
  return is_known ? *rule.otherwise_milli : 0;
}

inline std::uint32_t fold_machine::band_of(const compiled::grade& grade, std::uint32_t present,
                                           std::int64_t milli) const {
  std::uint32_t reached = none;
  for (std::uint32_t i = 0; i < grade.bands.size() && reached == none; ++i) {
    if (!grade.bands[i].at_least_milli || milli >= *grade.bands[i].at_least_milli) reached = i;
  }
  if (present == none || reached < present) return reached;
  const compiled::band& band = grade.bands[present];
  return band.until_milli && milli < *band.until_milli ? reached : present;
}

inline std::uint32_t fold_machine::grade_of(std::uint32_t index) {
  const compiled::grade& grade = model_.grades[index];
  switch (grade.form) {
    case grade_form::bands: {
      std::uint32_t& band = state_->bands()[index];
      band = band_of(grade, band, state_->scores_milli()[grade.score]);
      return band == none ? none : grade.bands[band].value;
    }
    case grade_form::matrix: {
      const auto column_count = static_cast<std::uint32_t>(model_.grades[grade.columns].values.size()) + 1;
      const std::uint32_t row = state_->grades()[grade.rows];
      const std::uint32_t column = state_->grades()[grade.columns];
      return row == none || column == none ? none : grade.cells[row * column_count + column];
    }
    case grade_form::rules:
      for (const compiled::grade_rule& rule : grade.rules) {
        if (rule.when == none || holds(rule.when)) return rule.value;
      }
      return none;
  }
  return none;
}

inline void fold_machine::note_filled(std::uint32_t rule) {
  bool& is_filled = state_->is_filled()[rule];
  if (is_filled) return;
  is_filled = true;
  contact_state::rule_sums& sums = state_->sums;
  state_->filled_rules_room()[sums.filled_count++] = rule;
  if (plan_.is_rule_timed[rule] && plan_.rules[rule]->form != rule_form::idle)
    state_->live_rules_room()[sums.live_count++] = rule;
}

inline void fold_machine::know_sums() {
  contact_state::rule_sums& sums = state_->sums;
  const auto count = [&](std::uint32_t rule) {
    note_filled(rule);
    if (!plan_.is_rule_timed[rule]) {
      state_->still_milli()[plan_.rule_sum[rule]] +=
          state_->rules()[rule].milli_at(*plan_.rules[rule], state_->gap, now_ms_);
    }
  };
  if (sums.is_known) {
    for (const std::uint32_t each : sums.uncounted.read()) count(each);
  } else {
    std::fill(state_->still_milli().begin(), state_->still_milli().end(), 0);
    std::fill(state_->is_filled().begin(), state_->is_filled().end(), false);
    sums.filled_count = 0;
    sums.live_count = 0;
    for (std::uint32_t i = 0; i < plan_.rules.size(); ++i) count(i);
  }
  if (sums.uncounted.is_there()) sums.uncounted.write().clear();
  sums.is_known = true;
}

inline void fold_machine::sum_timed_rules() {
  if (timed_known_at_ == pass_) return;
  timed_known_at_ = pass_;
  for (const std::uint32_t each : timed_places_) timed_milli_[each] = 0;
  timed_places_.clear();
  const auto add = [&](std::uint32_t rule) {
    const std::int64_t milli = state_->rules()[rule].milli_at(*plan_.rules[rule], state_->gap, now_ms_, half_lives_);
    if (milli == 0) return;
    timed_milli_[plan_.rule_sum[rule]] += milli;
    timed_places_.push_back(plan_.rule_sum[rule]);
  };
  for (const std::uint32_t each : state_->live_rules()) add(each);
  for (const std::uint32_t each : plan_.idle_rules) add(each);
}

template <class Place, class Part>
fold_machine::bounds fold_machine::bounds_of_sums(std::uint32_t index, const Place& place, const Part& part_of) const {
  const compiled::score& score = model_.scores[index];
  bounds sum;
  if (!score.parts.empty()) {
    int128 low = 0;
    int128 high = 0;
    for (const compiled::score_part& part : score.parts) {
      const bounds inner = part_of(part.score);
      const int128 a = int128{part.weight_milli} * inner.low;
      const int128 b = int128{part.weight_milli} * inner.high;
      low += std::min(a, b);
      high += std::max(a, b);
    }
    sum = {rounded_thousandth(low), rounded_thousandth(high)};
  } else {
    const std::uint32_t first = plan_.score_sum[index];
    sum = place(first);
    for (std::uint32_t group = 0; group < score.groups.size(); ++group) {
      const bounds inner = place(first + 1 + group);
      const compiled::group& caps = score.groups[group];
      sum.low += within_caps(inner.low, caps.min_milli, caps.max_milli);
      sum.high += within_caps(inner.high, caps.min_milli, caps.max_milli);
    }
  }
  return {within_caps(sum.low, score.min_milli, score.max_milli),
          within_caps(sum.high, score.min_milli, score.max_milli)};
}

inline std::int64_t fold_machine::score_milli(const contact_state& from, std::uint32_t score,
                                              std::int64_t at_ms) const {
  if (const auto pin = pinned(from, score, at_ms)) return *pin;
  std::vector<std::int64_t> sums(model_.scores[score].groups.size() + 1);
  const std::uint32_t first = plan_.score_sum[score];
  for (std::uint32_t i = 0; i < model_.scores[score].rules.size(); ++i) {
    const std::uint32_t rule = plan_.rule_base[score] + i;
    sums[plan_.rule_sum[rule] - first] += from.rules()[rule].milli_at(*plan_.rules[rule], from.gap, at_ms);
  }
  const auto place = [&](std::uint32_t at) { return bounds{sums[at - first], sums[at - first]}; };
  const auto part = [&](std::uint32_t each) {
    const std::int64_t milli = score_milli(from, each, at_ms);
    return bounds{milli, milli};
  };
  return bounds_of_sums(score, place, part).low;
}

inline std::int64_t fold_machine::present_score(std::uint32_t index) {
  if (const auto pin = pinned(*state_, index, now_ms_)) return *pin;
  const bool is_timed = plan_.is_score_timed[index];
  if (is_timed) sum_timed_rules();
  if (const compiled::score& plain = model_.scores[index]; plain.parts.empty() && plain.groups.empty()) {
    const std::uint32_t at = plan_.score_sum[index];
    return within_caps(state_->still_milli()[at] + (is_timed ? timed_milli_[at] : 0), plain.min_milli, plain.max_milli);
  }
  const auto place = [&](std::uint32_t at) {
    const std::int64_t milli = state_->still_milli()[at] + (is_timed ? timed_milli_[at] : 0);
    return bounds{milli, milli};
  };
  // Parts are read as they stand in this round, pins included; they come first in the order.
  const auto part = [&](std::uint32_t score) {
    return bounds{state_->scores_milli()[score], state_->scores_milli()[score]};
  };
  return bounds_of_sums(index, place, part).low;
}

inline void fold_machine::settle_score(std::uint32_t index) {
  is_score_touched_[index] = 0;
  std::vector<std::uint32_t>& to_ask = held_to_ask_[index];
  for (const std::uint32_t each : to_ask) {
    is_held_to_ask_[each] = 0;
    rule_state& rule = state_->rules()[each];
    const std::int64_t before = rule.held_milli;
    rule.held_milli = held_points(*plan_.rules[each], rule);
    if (rule.has_held) note_filled(each);
    if (rule.held_milli == before) continue;
    note_filled(each);
    state_->still_milli()[plan_.rule_sum[each]] += rule.held_milli - before;
    if (plan_.does_rule_wake[each]) is_wakeup_stale_ = true;
  }
  to_ask.clear();
  const std::int64_t milli = present_score(index);
  if (milli == state_->scores_milli()[index]) return;
  state_->scores_milli()[index] = milli;
  set_slot(plan_.score_slot + index, number_of_milli(milli));
}

inline void fold_machine::settle_grade(std::uint32_t index) {
  is_grade_touched_[index] = 0;
  const std::uint32_t word = grade_of(index);
  if (word == state_->grades()[index]) return;
  state_->grades()[index] = word;
  set_slot(plan_.grade_slot + index,
           word == none ? value{} : value::of(std::string_view(model_.grades[index].values[word])));
}

inline void fold_machine::settle() {
  using kind = compiled::scoring_step::step_kind;
  for (const compiled::scoring_step& step : model_.scoring_order) {
    if (step.kind == kind::score) {
      if (is_score_touched_[step.index] != 0 || plan_.is_score_timed[step.index]) settle_score(step.index);
    } else if (is_grade_touched_[step.index] != 0) {
      settle_grade(step.index);
    }
  }
}

inline void fold_machine::tell_values() {
  if (is_event_pass_) {
    for (const std::uint32_t index : plan_.scores_by_name) {
      const std::int64_t before = state_->told_milli()[index];
      const std::int64_t after = state_->scores_milli()[index];
      if (before == after) continue;
      decision& out = tell(decision_kind::score);
      out.about = model_.scores[index].name;
      out.from = before;
      out.to = after;
      state_->told_milli()[index] = after;
    }
  }
  for (const std::uint32_t index : plan_.grades_by_name) {
    const std::uint32_t before = state_->told_grades()[index];
    const std::uint32_t after = state_->grades()[index];
    if (before == after) continue;
    const auto word = [&](std::uint32_t each) {
      return each == none ? decision_value() : decision_value(std::string_view(model_.grades[index].values[each]));
    };
    decision& out = tell(decision_kind::grade);
    out.about = model_.grades[index].name;
    out.from = word(before);
    out.to = word(after);
    state_->told_grades()[index] = after;
  }
}

}  // namespace leadline::detail
