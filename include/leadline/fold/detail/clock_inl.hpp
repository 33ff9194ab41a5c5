#pragma once

#include <algorithm>
#include <string_view>

#include "leadline/base/limits.hpp"
#include "leadline/fold/clock.hpp"
#include "leadline/fold/detail/power_of_two.hpp"

namespace leadline {

namespace detail {

/// Later than any instant to which time is ever brought.
inline constexpr std::int64_t beyond_ms = limits::instant_max_ms + 1;

}  // namespace detail

LEADLINE_INLINE std::string_view name_of(clock_phase phase) noexcept {
  constexpr std::string_view names[] = {"none", "running", "paused", "met", "breached", "met", "breached", "cancelled"};
  return names[static_cast<std::size_t>(phase)];
}

LEADLINE_INLINE std::int64_t clock_time::between(std::int64_t from_ms, std::int64_t to_ms) const noexcept {
  if (calendar_ == nullptr) return to_ms - from_ms;
  return calendar_->elapsed(instant::from_ms(from_ms), instant::from_ms(to_ms)).ms();
}

LEADLINE_INLINE std::int64_t clock_time::after(std::int64_t from_ms, std::int64_t amount_ms) const {
  if (amount_ms == 0) return from_ms;
  if (calendar_ == nullptr) return std::min(from_ms + amount_ms, detail::beyond_ms);
  const result<instant> found = calendar_->add(instant::from_ms(from_ms), business_duration::from_ms(amount_ms));
  return found ? found->ms() : detail::beyond_ms;
}

LEADLINE_INLINE std::optional<std::int64_t> time_after(std::int64_t from_ms, const duration& amount,
                                                       const business_calendar* calendar, day_end end) {
  if (const auto* elapsed = std::get_if<elapsed_duration>(&amount)) {
    return std::min(from_ms + elapsed->ms(), detail::beyond_ms);
  }
  const instant from = instant::from_ms(from_ms);
  const auto* const open_time = std::get_if<business_duration>(&amount);
  const result<instant> found = open_time != nullptr ? calendar->add(from, *open_time)
                                                     : calendar->add(from, std::get<business_days>(amount), end);
  return found ? std::optional(found->ms()) : std::nullopt;
}

LEADLINE_INLINE std::int64_t share_rounded_up(std::int64_t a, std::int64_t b, std::int64_t c) noexcept {
  using detail::uint128;
  const uint128 product = uint128{static_cast<std::uint64_t>(a)} * static_cast<std::uint64_t>(b);
  const auto divisor = static_cast<std::uint64_t>(c);
  return static_cast<std::int64_t>(static_cast<std::uint64_t>((product + divisor - 1) / divisor));
}

LEADLINE_INLINE void clock_state::begin(std::int64_t at_ms, std::int64_t due, const clock_time& time) noexcept {
  ++cycle;
  phase = clock_phase::running;
  start_ms = at_ms;
  since_ms = at_ms;
  used_ms = 0;
  due_ms = due;
  breached_ms = 0;
  total_ms = time.between(at_ms, due);
  stood_ms = 0;
  stood_counted_ms = 0;
  pauses.clear();
  warned = {};
  escalated = {};
}

LEADLINE_INLINE std::int64_t clock_state::used_at(std::int64_t at_ms, const clock_time& time) const noexcept {
  return phase == clock_phase::paused || at_ms <= since_ms ? used_ms : used_ms + time.between(since_ms, at_ms);
}

LEADLINE_INLINE std::int64_t clock_state::left_at(std::int64_t at_ms, const clock_time& time) const noexcept {
  // Where the calendar does not open long enough any more there is no due instant to count to.
  if (due_ms > limits::instant_max_ms) return std::max<std::int64_t>(0, total_ms - used_at(at_ms, time));
  const std::int64_t from_ms = phase == clock_phase::paused ? since_ms : std::max(at_ms, since_ms);
  return from_ms >= due_ms ? 0 : time.between(from_ms, due_ms);
}

LEADLINE_INLINE std::int64_t clock_state::late_at(std::int64_t at_ms, const clock_time& time) const noexcept {
  if (is_counting() || at_ms <= due_ms) return 0;
  return time.between(due_ms, at_ms);
}

LEADLINE_INLINE clock_account clock_state::account_at(std::int64_t at_ms, const clock_time& time) const noexcept {
  const bool is_paused = phase == clock_phase::paused;
  const std::int64_t stood_now_ms = is_paused ? at_ms - since_ms : 0;
  const std::int64_t stood_now_counted_ms = is_paused ? time.between(since_ms, at_ms) : 0;
  const std::int64_t counted_ms = time.between(start_ms, at_ms);
  clock_account out;
  out.used_ms = counted_ms - stood_counted_ms - stood_now_counted_ms;
  out.stood_ms = stood_ms + stood_now_ms;
  out.closed_ms = (at_ms - start_ms - counted_ms) - (out.stood_ms - stood_counted_ms - stood_now_counted_ms);
  return out;
}

LEADLINE_INLINE void clock_state::pause(std::int64_t at_ms, const clock_time& time) noexcept {
  used_ms = used_at(at_ms, time);
  since_ms = std::max(at_ms, since_ms);
  phase = clock_phase::paused;
}

namespace detail {

/// A due instant after a pause that began before it. What was paused with nothing left has nothing left when it goes
/// on, wherever the office has closed meanwhile.
[[nodiscard]] inline std::int64_t moved(std::int64_t due_ms, const clock_pause& pause, const clock_time& time) {
  return std::max(time.after(due_ms, time.between(pause.from_ms, pause.to_ms)), pause.to_ms);
}

}  // namespace detail

LEADLINE_INLINE void clock_state::settle(std::int64_t at_ms, const clock_time& time) {
  if (phase != clock_phase::paused || at_ms <= since_ms) return;
  const clock_pause pause{since_ms, at_ms};
  // One that was due before it stood still was due then.
  if (due_ms >= since_ms) due_ms = detail::moved(due_ms, pause, time);
  stood_ms += at_ms - since_ms;
  stood_counted_ms += time.between(since_ms, at_ms);
  if (keeps_pauses) pauses.push_back(pause);
  since_ms = at_ms;
}

LEADLINE_INLINE void clock_state::resume(std::int64_t at_ms, const clock_time& time) {
  settle(at_ms, time);
  phase = clock_phase::running;
}

LEADLINE_INLINE void clock_state::breach(std::int64_t at_ms, const clock_time& time) noexcept {
  used_ms = used_at(at_ms, time);
  since_ms = std::max(at_ms, since_ms);
  breached_ms = since_ms;
  phase = clock_phase::overdue;
}

LEADLINE_INLINE void clock_state::rebase(std::int64_t at_ms, std::int64_t due, const clock_time& time,
                                         const clock_time& next) {
  const std::int64_t left_ms =
      std::clamp<std::int64_t>(total_ms - used_at(at_ms, time), 0, std::max<std::int64_t>(total_ms, 0));
  const std::int64_t next_total_ms = std::max<std::int64_t>(0, next.between(start_ms, due));
  const std::int64_t rest_ms = total_ms <= 0 ? 0 : share_rounded_up(left_ms, next_total_ms, total_ms);
  since_ms = std::max(at_ms, since_ms);
  total_ms = next_total_ms;
  used_ms = next_total_ms - rest_ms;
  due_ms = next.after(since_ms, rest_ms);
  count_pauses_in(next);
}

LEADLINE_INLINE void clock_state::start_anew_with(std::int64_t at_ms, std::int64_t due, const clock_time& next) {
  count_pauses_in(next);
  total_ms = next.between(start_ms, due);
  since_ms = std::max(at_ms, since_ms);
  used_ms = next.between(start_ms, since_ms) - stood_counted_ms;
  due_ms = due;
  for (const clock_pause& each : pauses) {
    if (each.from_ms > due_ms) break;  // it was due before it stood still
    due_ms = detail::moved(due_ms, each, next);
  }
}

LEADLINE_INLINE void clock_state::count_pauses_in(const clock_time& next) noexcept {
  stood_counted_ms = 0;
  for (const clock_pause& each : pauses) stood_counted_ms += next.between(each.from_ms, each.to_ms);
}

LEADLINE_INLINE std::optional<std::int64_t> clock_state::warning_ms(const compiled::clock_warning& warning,
                                                                    const clock_time& time,
                                                                    const business_calendar* office) const {
  if (total_ms <= 0) return std::nullopt;
  if (!warning.before) {
    const std::int64_t needed_ms = share_rounded_up(warning.percent_milli, total_ms, 100'000);
    return needed_ms <= used_ms ? since_ms : time.after(since_ms, needed_ms - used_ms);
  }
  std::int64_t found_ms = 0;
  if (const auto* elapsed = std::get_if<elapsed_duration>(&*warning.before)) {
    found_ms = due_ms - elapsed->ms();
  } else if (const auto* open_time = std::get_if<business_duration>(&*warning.before); open_time != nullptr) {
    found_ms = due_ms;
    if (open_time->ms() != 0) {
      const result<instant> found = office->add(instant::from_ms(due_ms), -*open_time);
      if (!found) return std::nullopt;
      found_ms = found->ms();
    }
  } else {
    return std::nullopt;
  }
  return found_ms < start_ms ? std::nullopt : std::optional(std::max(found_ms, since_ms));
}

}  // namespace leadline
