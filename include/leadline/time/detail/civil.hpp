#pragma once

#include <date/date.h>

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

}  // namespace leadline::detail
