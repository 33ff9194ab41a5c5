#pragma once

#include <algorithm>

#include "leadline/base/limits.hpp"
#include "leadline/fold/detail/milli_points.hpp"
#include "leadline/fold/detail/sliding.hpp"
#include "leadline/fold/rule_state.hpp"

namespace leadline {

LEADLINE_INLINE bool rule_state::admits(const spec& rule, std::int64_t at_ms, const digest& once_key) const {
  if (rule.limit_times > 0) {
    if (rule.limit_per_ms == 0) {
      if (earned_count_ >= rule.limit_times) return false;
    } else if (times().size() >= static_cast<std::size_t>(rule.limit_times) &&
               times()[times().size() - static_cast<std::size_t>(rule.limit_times)] > at_ms - rule.limit_per_ms) {
      return false;
    }
  }
  return rule.limit_once_per_slot == compiled::none || !once_keys().contains(once_key);
}

LEADLINE_INLINE std::int64_t rule_state::size_with(const spec& rule, std::int64_t at_ms,
                                                   std::int64_t points_milli) const {
  if (const auto bound = sum_.size_bound(rule.decay)) {
    const std::int64_t most = *bound + (points_milli < 0 ? -points_milli : points_milli);
    if (most < limits::points_milli_max) return most;
  }
  const instant at = instant::from_ms(at_ms);
  const std::int64_t near = sum_.milli_at(rule.decay, at) + points_milli;
  // The fractions of both may add up to one more milli-point; only close to the limit is it worth knowing.
  if (near < limits::points_milli_max - 1 && near > 1 - limits::points_milli_max) return near < 0 ? -near : near;
  decayed_sum with = sum_;
  with.add(rule.decay, at, points_milli);
  const std::int64_t exact = with.milli_at(rule.decay, at);
  return exact < 0 ? -exact : exact;
}

LEADLINE_INLINE std::size_t rule_state::once_keys_with(const digest& once_key) const {
  return once_keys().size() + (once_keys().contains(once_key) ? 0 : 1);
}

LEADLINE_INLINE void rule_state::earn(const spec& rule, std::int64_t at_ms, std::int64_t points_milli,
                                      const digest& once_key, detail::half_life_memo& memo) {
  sum_.add(rule.decay, instant::from_ms(at_ms), points_milli, memo);
  if (earned_count_ != UINT32_MAX) ++earned_count_;
  if (rule.limit_times > 0 && rule.limit_per_ms != 0) {
    detail::instant_queue& latest = memory_.write().times;
    latest.push_back(at_ms);
    while (latest.size() > static_cast<std::size_t>(rule.limit_times)) latest.pop_front();
  }
  if (rule.limit_once_per_slot != compiled::none) memory_.write().once_keys.insert(once_key);
}

LEADLINE_INLINE std::size_t rule_state::hits_needed(const spec& rule) noexcept {
  std::int64_t most = 1;
  for (const compiled::tier& each : rule.tiers) most = std::max(most, each.at_least);
  return static_cast<std::size_t>(most);
}

LEADLINE_INLINE void rule_state::hit(const spec& rule, std::int64_t at_ms) {
  // A tier of k events asks for the k-th last alone.
  detail::instant_queue& latest = memory_.write().times;
  latest.push_back(at_ms);
  if (latest.size() > hits_needed(rule)) latest.pop_front();
}

LEADLINE_INLINE std::int64_t rule_state::idle_milli(const spec& rule, std::int64_t gap_ms) noexcept {
  std::int64_t total = 0;
  std::int64_t deepest_ms = -1;
  for (const compiled::idle_step& step : rule.idle) {
    if (gap_ms < step.after_ms) continue;
    std::int64_t points = step.points_milli;
    if (step.every_ms != 0) {
      points = detail::saturated(detail::int128{points} * (1 + (gap_ms - step.after_ms) / step.every_ms));
      if (step.at_most_milli) {
        points = step.points_milli < 0 ? std::max(points, *step.at_most_milli) : std::min(points, *step.at_most_milli);
      }
    }
    if (rule.mode == idle_mode::add) {
      total = detail::saturated(detail::int128{total} + points);
    } else if (step.after_ms > deepest_ms) {
      total = points;
      deepest_ms = step.after_ms;
    }
  }
  return total;
}

LEADLINE_INLINE void rule_state::end_gap(const spec& rule, const idle_gap& gap, std::int64_t at_ms) {
  if (rule.form != rule_form::idle || rule.on_return != idle_return::keep || !gap.has_begun) return;
  const std::int64_t left_milli = idle_milli(rule, at_ms - gap.start_ms);
  if (left_milli == 0) return;
  std::int64_t& kept_milli = memory_.write().kept_milli;
  kept_milli = detail::saturated(detail::int128{kept_milli} + left_milli);
}

LEADLINE_INLINE std::int64_t rule_state::milli_at(const spec& rule, const idle_gap& gap,
                                                  std::int64_t at_ms) const noexcept {
  detail::half_life_memo memo;
  return milli_at(rule, gap, at_ms, memo);
}

LEADLINE_INLINE std::int64_t rule_state::milli_at(const spec& rule, const idle_gap& gap, std::int64_t at_ms,
                                                  detail::half_life_memo& memo) const noexcept {
  switch (rule.form) {
    case rule_form::held: return held_milli;
    case rule_form::earned: {
      const std::int64_t total = sum_.milli_at(rule.decay, instant::from_ms(at_ms), memo);
      if (!rule.limit_points_milli) return total;
      const std::int64_t cap = *rule.limit_points_milli < 0 ? -*rule.limit_points_milli : *rule.limit_points_milli;
      return std::clamp(total, -cap, cap);
    }
    case rule_form::tiers:
      for (const compiled::tier& each : rule.tiers) {
        const auto needed = static_cast<std::size_t>(each.at_least);
        if (needed > times().size()) continue;
        if (needed == 0 || each.window_ms == 0 || times()[times().size() - needed] > at_ms - each.window_ms)
          return each.points_milli;
      }
      return 0;
    case rule_form::idle:
      if (!gap.has_begun) return 0;
      return detail::saturated(detail::int128{memory_.read().kept_milli} + idle_milli(rule, at_ms - gap.start_ms));
  }
  return 0;
}

LEADLINE_INLINE std::optional<std::int64_t> rule_state::next_break(const spec& rule, const idle_gap& gap,
                                                                   std::int64_t now_ms) const {
  std::optional<std::int64_t> first;
  const auto note = [&](std::int64_t at_ms) {
    if (at_ms > now_ms && (!first || at_ms < *first)) first = at_ms;
  };
  switch (rule.form) {
    case rule_form::held: break;
    case rule_form::earned:
      if (const auto bend = sum_.next_bend(rule.decay, instant::from_ms(now_ms))) note(bend->ms());
      break;
    case rule_form::tiers:
      for (const compiled::tier& each : rule.tiers) {
        const auto needed = static_cast<std::size_t>(each.at_least);
        if (each.window_ms != 0 && needed > 0 && needed <= times().size())
          note(times()[times().size() - needed] + each.window_ms);
      }
      break;
    case rule_form::idle: {
      if (!gap.has_begun) break;
      const std::int64_t gap_ms = now_ms - gap.start_ms;
      for (const compiled::idle_step& step : rule.idle) {
        if (gap_ms < step.after_ms) {
          note(gap.start_ms + step.after_ms);
          continue;
        }
        if (step.every_ms == 0) continue;
        const std::int64_t reached = 1 + (gap_ms - step.after_ms) / step.every_ms;
        const detail::int128 total = detail::int128{step.points_milli} * reached;
        if (step.at_most_milli && (step.points_milli < 0 ? total <= *step.at_most_milli : total >= *step.at_most_milli))
          continue;
        note(gap.start_ms + step.after_ms + reached * step.every_ms);
      }
      break;
    }
  }
  return first;
}

LEADLINE_INLINE std::int64_t rule_state::hits_within(std::int64_t window_ms, std::int64_t at_ms) const noexcept {
  return std::count_if(times().begin(), times().end(),
                       [&](std::int64_t each) { return window_ms == 0 || each > at_ms - window_ms; });
}

LEADLINE_INLINE bool rule_state::is_gliding(const spec& rule) const noexcept {
  return rule.form == rule_form::earned && sum_.is_gliding(rule.decay);
}

LEADLINE_INLINE void rule_state::unite(const spec& rule, const rule_state& other) {
  has_held = has_held || other.has_held;
  sum_.unite(rule.decay, other.sum_);
  earned_count_ += std::min(other.earned_count_, UINT32_MAX - earned_count_);
  if (!other.memory_.is_there()) return;
  memory& own = memory_.write();
  const memory& more = other.memory_.read();
  own.kept_milli = detail::saturated(detail::int128{own.kept_milli} + more.kept_milli);
  own.times = detail::united(own.times, more.times, [](std::int64_t a, std::int64_t b) { return a < b; });
  own.once_keys.insert(more.once_keys.begin(), more.once_keys.end());
  const std::size_t most =
      rule.form == rule_form::tiers ? hits_needed(rule) : static_cast<std::size_t>(rule.limit_times);
  while (own.times.size() > most) own.times.pop_front();
}

}  // namespace leadline
