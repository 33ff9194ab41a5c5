#pragma once

#include <date/date.h>

#include <cstddef>
#include <cstdint>

/// Dates of the civil calendar as counts of days, by Howard Hinnant's `date`.
namespace leadline::detail {

[[nodiscard]] inline std::int32_t days_from_civil(int year, int month, int day) noexcept {
  return static_cast<std::int32_t>(date::sys_days(date::year(year) / month / day).time_since_epoch().count());
}

[[nodiscard]] inline date::year_month_day civil_from_days(std::int64_t days) noexcept {
  return date::year_month_day(date::sys_days(date::days(static_cast<int>(days))));
}

/// Division that rounds toward minus infinity, for local times before 1970.
[[nodiscard]] constexpr std::int64_t floor_div(std::int64_t value, std::int64_t divisor) noexcept {
  return value / divisor - (value % divisor < 0 ? 1 : 0);
}

inline constexpr std::int64_t minute_ms = 60'000;
inline constexpr std::int64_t day_ms = 86'400'000;
inline constexpr std::int64_t week_ms = 7 * day_ms;

/// The day of a local time within weeks of the range of instants. Division of what is never negative is cheaper than
/// `floor_div`, and this is asked at every query about dates.
[[nodiscard]] constexpr std::int64_t day_of(std::int64_t local_ms) noexcept {
  constexpr std::int64_t weeks_before = 10;
  const auto shifted = static_cast<std::uint64_t>(local_ms + weeks_before * week_ms);
  return static_cast<std::int64_t>(shifted / static_cast<std::uint64_t>(day_ms)) - weeks_before * 7;
}
/// 0 for Monday, of a day within weeks of the range of instants. Day 0 was a Thursday.
[[nodiscard]] constexpr std::size_t weekday_of(std::int64_t day) noexcept {
  constexpr std::int64_t weeks_before = 10;
  return static_cast<std::size_t>(static_cast<std::uint64_t>(day + 3 + weeks_before * 7) % 7);
}

}  // namespace leadline::detail
