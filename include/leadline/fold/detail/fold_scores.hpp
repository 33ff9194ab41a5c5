#pragma once

#include <algorithm>

#include "leadline/fold/detail/fold_machine.hpp"

/// Scores and grades. A score is reckoned over a stretch of time at whose inner instants nothing breaks: there each
/// rule goes one way, so that its ends bound it, and sums and clamps keep bounds. Over one instant both ends are the
/// value.
namespace leadline::detail {

inline std::optional<std::int64_t> fold_machine::pinned(const contact_state& from, std::uint32_t score,
                                                        std::int64_t at_ms) noexcept {
  const score_pin& pin = from.pins[score];
  if (!pin.is_set || (pin.until_ms && at_ms >= *pin.until_ms)) return std::nullopt;
  return pin.milli;
}

template <class Ends>
fold_machine::bounds fold_machine::computed_bounds(const contact_state& from, std::uint32_t index,
                                                   std::int64_t first_ms, const Ends& ends) const {
  const compiled::score& score = model_.scores[index];
  const auto clamped = [](std::int64_t milli, const std::optional<std::int64_t>& low,
                          const std::optional<std::int64_t>& high) {
    if (low && milli < *low) milli = *low;
    return high && milli > *high ? *high : milli;
  };
  bounds sum;
  if (!score.parts.empty()) {
    int128 low = 0;
    int128 high = 0;
    for (const compiled::score_part& part : score.parts) {
      const bounds inner = score_bounds(from, part.score, first_ms, ends);
      const int128 a = int128{part.weight_milli} * inner.low;
      const int128 b = int128{part.weight_milli} * inner.high;
      low += std::min(a, b);
      high += std::max(a, b);
    }
    sum = {rounded_thousandth(low), rounded_thousandth(high)};
  } else {
    const auto add = [&](bounds& to, std::uint32_t group) {
      for (std::uint32_t i = 0; i < score.rules.size(); ++i) {
        const compiled::rule& rule = score.rules[i];
        if (rule.group != group) continue;
        const auto [a, b] = ends(plan_.rule_base[index] + i);
        to.low += std::min(a, b);
        to.high += std::max(a, b);
      }
    };
    add(sum, none);
    for (std::uint32_t group = 0; group < score.groups.size(); ++group) {
      bounds inner;
      add(inner, group);
      const compiled::group& caps = score.groups[group];
      sum.low += clamped(inner.low, caps.min_milli, caps.max_milli);
      sum.high += clamped(inner.high, caps.min_milli, caps.max_milli);
    }
  }
  return {clamped(sum.low, score.min_milli, score.max_milli), clamped(sum.high, score.min_milli, score.max_milli)};
}

template <class Ends>
fold_machine::bounds fold_machine::score_bounds(const contact_state& from, std::uint32_t index, std::int64_t first_ms,
                                                const Ends& ends) const {
  if (const auto pin = pinned(from, index, first_ms)) return {*pin, *pin};
  return computed_bounds(from, index, first_ms, ends);
}

inline std::int64_t fold_machine::score_milli(const contact_state& from, std::uint32_t score,
                                              std::int64_t at_ms) const {
  const auto value_of_rule = [&](std::uint32_t rule) {
    const std::int64_t milli = from.rules[rule].milli_at(*plan_.rules[rule], from.gap, at_ms);
    return bounds{milli, milli};
  };
  return score_bounds(from, score, at_ms, value_of_rule).low;
}

inline std::int64_t fold_machine::held_points(const compiled::rule& rule, rule_state& state) {
  if (holds(rule.when)) {
    if (rule.is_once) state.has_held = true;
    return rule.points_milli;
  }
  if (state.has_held) return rule.points_milli;
  if (!rule.otherwise_milli) return 0;
  const bool is_known = std::all_of(rule.attributes_read.begin(), rule.attributes_read.end(),
                                    [&](std::uint32_t each) { return !state_->attributes[each].is_null(); });
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
      std::uint32_t& band = state_->bands[index];
      band = band_of(grade, band, state_->scores_milli[grade.score]);
      return band == none ? none : grade.bands[band].value;
    }
    case grade_form::matrix: {
      const auto column_count = static_cast<std::uint32_t>(model_.grades[grade.columns].values.size()) + 1;
      const std::uint32_t row = state_->grades[grade.rows];
      const std::uint32_t column = state_->grades[grade.columns];
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

inline void fold_machine::settle() {
  using kind = compiled::scoring_step::step_kind;
  for (const compiled::scoring_step& step : model_.scoring_order) {
    if (step.kind == kind::score) {
      const compiled::score& score = model_.scores[step.index];
      for (std::uint32_t i = 0; i < score.rules.size(); ++i) {
        if (score.rules[i].form != rule_form::held) continue;
        rule_state& state = state_->rules[plan_.rule_base[step.index] + i];
        state.held_milli = held_points(score.rules[i], state);
      }
      // Parts are read as they stand in this round, pins included.
      const std::int64_t milli = score_milli(*state_, step.index, now_ms_);
      state_->scores_milli[step.index] = milli;
      row_[plan_.score_slot + step.index] = number_of_milli(milli);
    } else {
      const std::uint32_t word = grade_of(step.index);
      state_->grades[step.index] = word;
      row_[plan_.grade_slot + step.index] =
          word == none ? value{} : value::of(std::string_view(model_.grades[step.index].values[word]));
    }
  }
}

inline void fold_machine::tell_values() {
  if (is_event_pass_) {
    for (const std::uint32_t index : plan_.scores_by_name) {
      const std::int64_t before = state_->told_milli[index];
      const std::int64_t after = state_->scores_milli[index];
      if (before == after) continue;
      decision& out = tell(decision_kind::score);
      out.about = model_.scores[index].name;
      out.from = before;
      out.to = after;
      state_->told_milli[index] = after;
    }
  }
  for (const std::uint32_t index : plan_.grades_by_name) {
    const std::uint32_t before = state_->told_grades[index];
    const std::uint32_t after = state_->grades[index];
    if (before == after) continue;
    const auto word = [&](std::uint32_t each) {
      return each == none ? decision_value() : decision_value(model_.grades[index].values[each]);
    };
    decision& out = tell(decision_kind::grade);
    out.about = model_.grades[index].name;
    out.from = word(before);
    out.to = word(after);
    state_->told_grades[index] = after;
  }
}

}  // namespace leadline::detail
