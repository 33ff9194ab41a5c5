#pragma once

#include <charconv>

#include "leadline/report/report_period.hpp"
#include "leadline/time/detail/civil.hpp"

namespace leadline {

namespace detail {

inline constexpr std::int32_t first_period_year = 1970;

/// The first day of a period. Week 0 is the one of 1970-01-01, a Thursday: it begins on 1969-12-29.
[[nodiscard]] inline std::int64_t first_day(period_unit unit, std::int32_t index) noexcept {
  constexpr std::int32_t months[] = {0, 1, 3, 12};
  if (unit == period_unit::week) return std::int64_t{index} * 7 - 3;
  const std::int64_t month = std::int64_t{index} * months[static_cast<std::size_t>(unit)];
  const std::int64_t year = floor_div(month, 12);
  return days_from_civil(first_period_year + static_cast<int>(year), static_cast<int>(month - year * 12) + 1, 1);
}

[[nodiscard]] inline std::int32_t period_index(period_unit unit, std::int64_t day) noexcept {
  if (unit == period_unit::week) return static_cast<std::int32_t>(floor_div(day + 3, 7));
  const date::year_month_day civil = civil_from_days(day);
  const std::int32_t month = (static_cast<int>(civil.year()) - first_period_year) * 12 +
                             static_cast<std::int32_t>(static_cast<unsigned>(civil.month())) - 1;
  switch (unit) {
    case period_unit::month: return month;
    case period_unit::quarter: return static_cast<std::int32_t>(floor_div(month, 3));
    default: return static_cast<std::int32_t>(floor_div(month, 12));
  }
}

[[nodiscard]] inline std::string two_digits(std::int64_t number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

/// A whole number that takes up all of `text`.
[[nodiscard]] inline std::optional<std::int32_t> whole_number(std::string_view text) {
  std::int32_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

}  // namespace detail

LEADLINE_INLINE std::string_view name_of(period_unit unit) noexcept {
  constexpr std::string_view names[] = {"week", "month", "quarter", "year"};
  return names[static_cast<std::size_t>(unit)];
}

LEADLINE_INLINE report_period::report_period(period_unit unit, std::int32_t index, const time_zone& zone)
    : unit_(unit),
      index_(index),
      from_(zone.instant_of(detail::first_day(unit, index) * detail::day_ms)),
      to_(zone.instant_of(detail::first_day(unit, index + 1) * detail::day_ms)) {}

LEADLINE_INLINE report_period report_period::of(instant at, period_unit unit, const time_zone& zone) {
  return {unit, detail::period_index(unit, detail::floor_div(zone.local_ms_of(at), detail::day_ms)), zone};
}

LEADLINE_INLINE report_period report_period::before(const time_zone& zone) const { return {unit_, index_ - 1, zone}; }
LEADLINE_INLINE report_period report_period::after(const time_zone& zone) const { return {unit_, index_ + 1, zone}; }

LEADLINE_INLINE result<report_period> report_period::parse(std::string_view text, const time_zone& zone) {
  constexpr std::size_t year_size = 4;
  const std::optional<std::int32_t> year = detail::whole_number(text.substr(0, year_size));
  if (year && *year >= detail::first_period_year && *year < 2200) {
    const std::string_view rest = text.substr(year_size);
    const auto made = [&](period_unit unit, std::int64_t day) {
      return report_period(unit, detail::period_index(unit, day), zone);
    };
    if (rest.empty()) return made(period_unit::year, detail::days_from_civil(*year, 1, 1));
    std::optional<report_period> found;
    if (rest.size() == 3 && rest.substr(0, 2) == "-Q") {
      const auto number = detail::whole_number(rest.substr(2));
      if (number && *number >= 1 && *number <= 4) {
        found = made(period_unit::quarter, detail::days_from_civil(*year, *number * 3, 1));
      }
    } else if (rest.size() == 3 && rest[0] == '-') {
      const auto number = detail::whole_number(rest.substr(1));
      if (number && *number >= 1 && *number <= 12) {
        found = made(period_unit::month, detail::days_from_civil(*year, *number, 1));
      }
    } else if (rest.size() == 4 && rest.substr(0, 2) == "-W") {
      const auto number = detail::whole_number(rest.substr(2));
      // The 4th of January is always in the first week.
      if (number && *number >= 1) {
        found = made(period_unit::week, detail::days_from_civil(*year, 1, 4) + (*number - 1) * 7);
      }
    }
    // A year without a 53rd week is noticed by the name.
    if (found && found->name() == text) return *found;
  }
  return failure(diagnostic{.code = "period.malformed",
                            .message = "the period is \"" + std::string(text) + "\"",
                            .expected = "a week, month, quarter or year from 1970 to 2199, such as 2026-W10, 2026-03, "
                                        "2026-Q1 or 2026"});
}

LEADLINE_INLINE std::string report_period::name() const {
  // The Thursday of a week is in the year that the week belongs to.
  const std::int64_t day = detail::first_day(unit_, index_) + (unit_ == period_unit::week ? 3 : 0);
  const date::year_month_day civil = detail::civil_from_days(day);
  const int year = static_cast<int>(civil.year());
  const auto month = static_cast<std::int64_t>(static_cast<unsigned>(civil.month()));
  std::string out = std::to_string(year);
  switch (unit_) {
    case period_unit::week: return out + "-W" + detail::two_digits((day - detail::days_from_civil(year, 1, 1)) / 7 + 1);
    case period_unit::month: return out + "-" + detail::two_digits(month);
    case period_unit::quarter: return out + "-Q" + std::to_string((month + 2) / 3);
    case period_unit::year: break;
  }
  return out;
}

}  // namespace leadline
