#pragma once

#include <algorithm>
#include <cmath>

#include "leadline/fold/detail/fold_machine.hpp"

/// When time alone changes something next. Known breaks (windows, steps, periods, dwells) are looked up; what moves
/// all the while is solved for the numbers that conditions and bands compare it with:
///
///     score  90 |\                         between two breaks each rule only rises or only falls, so its ends bound
///            60 |  ` - .                   it; a stretch whose bounds lie on one side of 50 has no crossing, any
///     50 ----- + - - - - ` x - - -         other is halved, down to the millisecond
///               now         ^ wake-up
///
/// A wake-up may be early, for a pass at rest does nothing; it is never late.
namespace leadline::detail {

/// How a number stands to a constant: -1, 0 or 1.
[[nodiscard]] inline int side_of(value number, value constant) noexcept {
  return static_cast<int>(order_numbers(number, constant));
}

inline std::optional<std::int64_t> fold_machine::next_break() {
  std::optional<std::int64_t> first;
  const auto note = [&](std::optional<std::int64_t> at_ms) {
    if (at_ms && *at_ms > now_ms_ && (!first || *at_ms < *first)) first = at_ms;
  };
  const time_zone* const zone = model_.zone ? &*model_.zone : nullptr;
  for (const std::uint32_t each : plan_.breaking_signals) {
    signal_state& signal = state_->signals()[each];
    signal.slide(model_.signals[each], now_ms_);
    const auto& levels = plan_.signal_levels[each];
    note(levels ? signal.next_fall(model_.signals[each], *levels)
                : signal.next_break(model_.signals[each], zone, now_ms_));
  }
  for (const std::uint32_t each : state_->live_rules()) {
    if (plan_.is_rule_watched[each]) note(state_->rules()[each].next_break(*plan_.rules[each], state_->gap, now_ms_));
  }
  for (const std::uint32_t each : plan_.watched_idle_rules)
    note(state_->rules()[each].next_break(*plan_.rules[each], state_->gap, now_ms_));
  if (state_->has_pins) {
    for (const score_pin& pin : state_->pins()) {
      if (pin.is_set) note(pin.until_ms);
    }
  }
  if (state_->stage == none) return first;
  for (const std::uint32_t index : model_.stages[state_->stage].transitions) {
    const compiled::transition& transition = model_.transitions[index];
    if (transition.after) note(dwell_over_ms(transition));
    if (transition.cooldown_ms != 0 && state_->last_fired_ms()[index] != contact_state::never_ms) {
      note(state_->last_fired_ms()[index] + transition.cooldown_ms);
    }
  }
  return first;
}

/// The first instant after `now_ms` at which (instant - from_ms) / divisor stands otherwise to a constant.
[[nodiscard]] inline std::optional<std::int64_t> first_linear_flip(std::int64_t from_ms, std::int64_t divisor,
                                                                   value constant, std::int64_t now_ms) {
  const auto side = [&](std::int64_t at_ms) { return side_of(number_over(at_ms - from_ms, divisor), constant); };
  const int present = side(now_ms);
  if (present > 0) return std::nullopt;  // above, or never comparable
  if (side(now_ms + 1) != present) return now_ms + 1;
  const double guess = std::floor(constant.number() * static_cast<double>(divisor)) + static_cast<double>(from_ms);
  // Beyond the range of instants nothing happens.
  if (!(guess < static_cast<double>(limits::instant_max_ms) + 10)) return std::nullopt;
  const auto near = static_cast<std::int64_t>(guess);
  for (std::int64_t at_ms = std::max(now_ms + 1, near - 3); at_ms <= near + 3; ++at_ms) {
    if (side(at_ms) != present) return at_ms;
  }
  return std::nullopt;
}

struct fold_machine::flip_search {
  std::uint32_t score = none;
  const std::vector<value>& constants;
  /// Enough to halve a stretch of two centuries down a few dozen times; beyond, the wake-up is early.
  int probes_left = 4'000;

  /// Whether two values stand alike to every constant.
  [[nodiscard]] bool is_alike(std::int64_t a_milli, std::int64_t b_milli) const noexcept {
    if (a_milli == b_milli) return true;
    const value a = number_of_milli(a_milli);
    const value b = number_of_milli(b_milli);
    return std::all_of(constants.begin(), constants.end(),
                       [&](value each) { return side_of(a, each) == side_of(b, each); });
  }
};

inline const std::int64_t* fold_machine::gliding_values(std::size_t depth, std::int64_t at_ms) {
  std::vector<std::int64_t>& row = gliding_rows_[depth];
  row.clear();
  for (const std::uint32_t rule : gliding_)
    row.push_back(state_->rules()[rule].milli_at(*plan_.rules[rule], state_->gap, at_ms, half_lives_));
  return row.data();
}

inline fold_machine::bounds fold_machine::bounds_between_ends(std::uint32_t score, std::int64_t first_ms) const {
  if (const auto pin = pinned(*state_, score, first_ms)) return {*pin, *pin};
  return bounds_of_sums(
      score, [&](std::uint32_t at) { return search_sums_[at]; },
      [&](std::uint32_t part) { return bounds_between_ends(part, first_ms); });
}

inline fold_machine::bounds fold_machine::search_bounds(std::uint32_t score, std::int64_t first_ms,
                                                        const std::int64_t* first, const std::int64_t* last) {
  for (std::uint32_t i = 0; i < plan_.sum_count; ++i) search_sums_[i] = {resting_milli_[i], resting_milli_[i]};
  for (std::size_t i = 0; i < gliding_.size(); ++i) {
    bounds& sum = search_sums_[plan_.rule_sum[gliding_[i]]];
    sum.low += std::min(first[i], last[i]);
    sum.high += std::max(first[i], last[i]);
  }
  return bounds_between_ends(score, first_ms);
}

inline std::optional<std::int64_t> fold_machine::search(flip_search& how, std::int64_t known_ms,
                                                        const std::int64_t* known, std::int64_t last_ms,
                                                        const std::int64_t* last, std::size_t depth) {
  if (last_ms <= known_ms) return std::nullopt;
  if (--how.probes_left < 0) return known_ms + 1;
  const bounds over = search_bounds(how.score, known_ms, known, last);
  if (how.is_alike(over.low, over.high)) return std::nullopt;
  if (last_ms == known_ms + 1) {
    const std::int64_t before = search_bounds(how.score, known_ms, known, known).low;
    const std::int64_t after = search_bounds(how.score, last_ms, last, last).low;
    return how.is_alike(before, after) ? std::nullopt : std::optional(last_ms);
  }
  const std::int64_t middle_ms = known_ms + (last_ms - known_ms) / 2;
  const std::int64_t* const middle = gliding_values(depth, middle_ms);
  if (const auto found = search(how, known_ms, known, middle_ms, middle, depth + 1)) return found;
  return search(how, middle_ms, middle, last_ms, last, depth + 1);
}

inline std::optional<std::int64_t> fold_machine::first_score_flip(std::uint32_t score,
                                                                  const std::vector<value>& constants,
                                                                  std::int64_t last_ms) {
  if (last_ms <= now_ms_) return std::nullopt;
  gliding_.clear();
  resting_milli_.assign(state_->still_milli().begin(), state_->still_milli().end());
  search_sums_.resize(plan_.sum_count);
  const std::vector<std::uint32_t>& concerned = plan_.score_rules[score];
  const auto look = [&](std::uint32_t rule) {
    const rule_state& state = state_->rules()[rule];
    if (!state.is_gliding(*plan_.rules[rule])) {
      resting_milli_[plan_.rule_sum[rule]] += state.milli_at(*plan_.rules[rule], state_->gap, now_ms_);
    } else if (std::binary_search(concerned.begin(), concerned.end(), rule)) {
      gliding_.push_back(rule);
    }
  };
  for (const std::uint32_t each : state_->live_rules()) look(each);
  for (const std::uint32_t each : plan_.idle_rules) look(each);
  if (gliding_.empty()) return std::nullopt;
  // Each halving goes one row deeper, and 63 halvings leave nothing of any stretch.
  constexpr std::size_t row_count = 66;
  gliding_rows_.resize(row_count);
  flip_search how{.score = score, .constants = constants};
  const std::int64_t* const known = gliding_values(0, now_ms_);
  const std::int64_t* const last = gliding_values(1, last_ms);
  return search(how, now_ms_, known, last_ms, last, 2);
}

inline std::optional<std::int64_t> fold_machine::first_flip(const fold_watch& watch, std::int64_t last_ms) {
  const row_slot& slot = model_.layout.slots()[watch.slot];
  std::optional<std::int64_t> from_ms;
  std::int64_t divisor = 1'000;
  if (watch.source == moving_comparison::source_kind::elapsed_since) {
    if (loaded_at_[watch.slot] != pass_) load_slot(watch.slot);
    if (row_[watch.slot].kind() == value_kind::date) from_ms = row_[watch.slot].date_ms();
  } else if (slot.kind == slot_kind::signal) {
    from_ms = state_->signals()[slot.index].last_at_ms();
  } else if (slot.kind == slot_kind::days_in_stage) {
    if (state_->stage != none) from_ms = state_->entered_ms;
    divisor = 86'400'000;
  } else if (slot.kind == slot_kind::score) {
    return first_score_flip(slot.index, watch.constants, last_ms);
  }
  if (!from_ms) return std::nullopt;
  std::optional<std::int64_t> first;
  for (const value& each : watch.constants) {
    const auto at_ms = first_linear_flip(*from_ms, divisor, each, now_ms_);
    if (at_ms && *at_ms <= last_ms && (!first || *at_ms < *first)) first = at_ms;
  }
  return first;
}

inline void fold_machine::find_wakeup() {
  state_->wakeup_ms.reset();
  if (!state_->first_event_ms) return;
  std::optional<std::int64_t> until = next_break();
  if (const auto duty_ms = next_duty_ms(); duty_ms && (!until || *duty_ms < *until)) until = duty_ms;
  if (until && *until > limits::instant_max_ms) until.reset();
  if (until && *until <= now_ms_) {
    state_->wakeup_ms = until;  // time brings something at this very instant, after its events
    return;
  }
  // Nothing breaks before `until`, so that what moves goes on its course until then.
  const auto look = [&](const std::vector<fold_watch>& list) {
    for (const fold_watch& each : list) {
      const std::int64_t last_ms = until ? *until - 1 : limits::instant_max_ms;
      if (const auto flip = first_flip(each, last_ms)) until = flip;
    }
  };
  look(plan_.watches);
  if (state_->stage != none) look(plan_.stage_watches[state_->stage]);
  if (state_->route.look_ms && (!until || *state_->route.look_ms < *until)) until = state_->route.look_ms;
  state_->wakeup_ms = until;
}

}  // namespace leadline::detail
