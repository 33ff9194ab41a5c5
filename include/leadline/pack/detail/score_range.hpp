#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "leadline/base/limits.hpp"
#include "leadline/pack/detail/pack_names.hpp"

namespace leadline::detail {

/// The least and the most that something can be worth, in milli-points.
struct milli_range {
  std::int64_t low = 0;
  std::int64_t high = 0;

  [[nodiscard]] milli_range joined_with(std::int64_t value) const noexcept {
    return {std::min(low, value), std::max(high, value)};
  }
  [[nodiscard]] milli_range clamped(std::optional<std::int64_t> min, std::optional<std::int64_t> max) const noexcept {
    milli_range out = *this;
    for (std::int64_t* bound : {&out.low, &out.high}) {
      if (min && *bound < *min) *bound = *min;
      if (max && *bound > *max) *bound = *max;
    }
    return out;
  }
};

/// Sums and products that stop at the largest score instead of overflowing: a range may be told too wide, never
/// too narrow.
[[nodiscard]] inline std::int64_t saturated(std::int64_t value) noexcept {
  return std::clamp(value, -limits::score_milli_max, limits::score_milli_max);
}
[[nodiscard]] inline std::int64_t weighted(std::int64_t value, std::int64_t weight_milli) noexcept {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(value, weight_milli, &product)) {
    return (value < 0) == (weight_milli < 0) ? limits::score_milli_max : -limits::score_milli_max;
  }
  // Rounded half away from zero, as the fold does.
  const std::int64_t half = product < 0 ? -500 : 500;
  return saturated((product + half) / 1'000);
}

/// What every score can be, from the bounds of its rules, limits, groups and caps: "the sum of caps".
///
/// Rules are taken as independent of one another, so a range is as wide as it could be: a threshold outside it can
/// never be reached; one inside it may still not be.
class score_ranges {
 public:
  score_ranges(const pack& content, const pack_names& names)
      : pack_(content), names_(names), ranges_(content.scores.size()), states_(content.scores.size(), state::unknown) {
    for (std::size_t i = 0; i < content.scores.size(); ++i) work_out(i);
  }

  [[nodiscard]] milli_range operator[](std::size_t score) const { return ranges_[score]; }
  [[nodiscard]] std::optional<milli_range> find(std::string_view score) const {
    const auto index = names_.scores.find(score);
    if (!index) return std::nullopt;
    return ranges_[*index];
  }

 private:
  enum class state : std::uint8_t { unknown, open, known };

  [[nodiscard]] static milli_range of_earned(const rule_spec& rule, std::int64_t each) {
    milli_range out;
    if (each == 0) return out;
    std::int64_t sum = each > 0 ? limits::points_milli_max : -limits::points_milli_max;
    if (rule.limit.times && !rule.limit.per) {
      std::int64_t product = 0;
      if (!__builtin_mul_overflow(*rule.limit.times, each, &product)) {
        sum = each > 0 ? std::min(sum, product) : std::max(sum, product);
      }
    }
    if (rule.limit.points_milli) {
      sum = std::clamp(sum, -*rule.limit.points_milli, *rule.limit.points_milli);
    }
    return out.joined_with(sum);
  }

  [[nodiscard]] static milli_range of_idle(const rule_spec& rule) {
    milli_range out;
    std::int64_t low = 0;
    std::int64_t high = 0;
    for (const idle_step_spec& step : rule.idle) {
      std::int64_t reach = step.points_milli;
      if (step.every) {
        reach = step.points_milli < 0 ? -limits::points_milli_max : limits::points_milli_max;
        if (step.at_most_milli) reach = *step.at_most_milli;
      }
      out = out.joined_with(reach);
      (reach < 0 ? low : high) = saturated((reach < 0 ? low : high) + reach);
    }
    if (rule.mode == idle_mode::add) out = {low, high};
    // Kept values of ended gaps add up without end but for the bound of a rule's sum.
    if (rule.on_return == idle_return::keep) {
      out = {out.low < 0 ? -limits::points_milli_max : 0, out.high > 0 ? limits::points_milli_max : 0};
    }
    return out;
  }

  [[nodiscard]] static milli_range of_rule(const rule_spec& rule) {
    milli_range out;
    switch (rule.form) {
      case rule_form::held:
        out = out.joined_with(rule.points_milli.value_or(0));
        if (rule.otherwise_milli) out = out.joined_with(*rule.otherwise_milli);
        return out;
      case rule_form::earned:
        if (rule.points_expression) {
          const milli_range low = of_earned(rule, rule.min_milli.value_or(-limits::points_milli_max));
          const milli_range high = of_earned(rule, rule.max_milli.value_or(limits::points_milli_max));
          return {std::min(low.low, high.low), std::max(low.high, high.high)};
        }
        return of_earned(rule, rule.points_milli.value_or(0));
      case rule_form::tiers:
        for (const tier_spec& tier : rule.tiers) out = out.joined_with(tier.points_milli);
        return out;
      case rule_form::idle: return of_idle(rule);
    }
    return out;
  }

  void work_out(std::size_t index) {
    if (states_[index] != state::unknown) return;  // a circle of sums is told elsewhere
    states_[index] = state::open;
    const score_spec& score = pack_.scores[index];
    milli_range total;
    std::vector<milli_range> groups(score.groups.size());
    for (const rule_spec& rule : score.rules) {
      const milli_range own = of_rule(rule);
      milli_range* sum = &total;
      for (std::size_t g = 0; g < groups.size(); ++g) {
        if (score.groups[g].name.name == rule.group.name) sum = &groups[g];
      }
      *sum = {saturated(sum->low + own.low), saturated(sum->high + own.high)};
    }
    for (std::size_t g = 0; g < groups.size(); ++g) {
      const milli_range capped = groups[g].clamped(score.groups[g].min_milli, score.groups[g].max_milli);
      total = {saturated(total.low + capped.low), saturated(total.high + capped.high)};
    }
    for (const score_part_spec& part : score.sum) {
      const auto other = names_.scores.find(part.score.name);
      if (!other) continue;
      work_out(*other);
      const std::int64_t low = weighted(ranges_[*other].low, part.weight_milli);
      const std::int64_t high = weighted(ranges_[*other].high, part.weight_milli);
      total = {saturated(total.low + std::min(low, high)), saturated(total.high + std::max(low, high))};
    }
    ranges_[index] = total.clamped(score.min_milli, score.max_milli);
    states_[index] = state::known;
  }

  const pack& pack_;
  const pack_names& names_;
  std::vector<milli_range> ranges_;
  std::vector<state> states_;
};

}  // namespace leadline::detail
