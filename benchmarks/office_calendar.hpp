#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <vector>

#include "leadline/base/diagnostic.hpp"
#include "leadline/time/business_calendar.hpp"
#include "leadline/time/calendar_spec.hpp"
#include "leadline/time/instant.hpp"
#include "leadline/time/local_date.hpp"
#include "leadline/time/zone_source.hpp"

/// The calendar that is measured, and the instants it is asked about.
///
/// Monday to Friday from nine to five in New York, closed on twenty years of United States federal holidays (title 5,
/// section 6103, kept the Friday before when they fall on a Saturday and the Monday after when on a Sunday), worked
/// out here so that the benchmarks stand alone.
namespace leadline::bench {

inline constexpr int first_holiday_year = 2015;
inline constexpr int last_holiday_year = 2034;

[[nodiscard]] inline local_date date_of(int year, unsigned month, unsigned day) {
  const std::chrono::sys_days days = std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day);
  return local_date::from_days(static_cast<std::int32_t>(days.time_since_epoch().count()));
}

/// The n-th such weekday of a month, or the last one of the month before for n = 0.
[[nodiscard]] inline local_date nth_weekday(int year, unsigned month, weekday wanted, int n) {
  const local_date first = date_of(year, month, 1);
  const int ahead = (static_cast<int>(wanted) - static_cast<int>(first.day_of_week()) + 7) % 7;
  return local_date::from_days(first.days() + ahead + 7 * (n - 1));
}

/// The days on which a year's holidays are kept; New Year's Day may be kept on the last day of the year before.
[[nodiscard]] inline std::vector<local_date> federal_holidays(int year) {
  const auto kept = [&](unsigned month, unsigned day) {
    const local_date date = date_of(year, month, day);
    const int shift = date.day_of_week() == weekday::saturday ? -1 : date.day_of_week() == weekday::sunday ? 1 : 0;
    return local_date::from_days(date.days() + shift);
  };
  std::vector<local_date> holidays = {kept(1, 1),
                                      nth_weekday(year, 1, weekday::monday, 3),     // Martin Luther King
                                      nth_weekday(year, 2, weekday::monday, 3),     // Washington's birthday
                                      nth_weekday(year, 6, weekday::monday, 0),     // Memorial Day, the last one of May
                                      kept(7, 4),                                   // Independence Day
                                      nth_weekday(year, 9, weekday::monday, 1),     // Labor Day
                                      nth_weekday(year, 10, weekday::monday, 2),    // Columbus Day
                                      kept(11, 11),                                 // Veterans Day
                                      nth_weekday(year, 11, weekday::thursday, 4),  // Thanksgiving
                                      kept(12, 25)};
  if (year >= 2021) holidays.push_back(kept(6, 19));  // Juneteenth, a holiday since 2021
  return holidays;
}

[[nodiscard]] inline calendar_spec office_spec() {
  calendar_spec spec;
  spec.time_zone = "America/New_York";
  for (std::size_t day = 0; day < 5; ++day) spec.hours[day] = {{9 * 60, 17 * 60}};
  for (int year = first_holiday_year; year <= last_holiday_year; ++year) {
    for (const local_date date : federal_holidays(year)) spec.dates[date] = {};
  }
  return spec;
}

/// Ends the program when the calendar cannot be built: there is nothing to measure then.
[[nodiscard]] inline business_calendar office_calendar() {
  result<business_calendar> office = business_calendar::build(office_spec(), system_zones());
  if (!office) {
    std::cerr << to_text(office.error());
    std::exit(1);
  }
  return *std::move(office);
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers from every standard library.
class random_numbers {
 public:
  explicit random_numbers(std::uint64_t seed) noexcept : state_(seed) {}

  /// Evenly from [low, high).
  [[nodiscard]] std::int64_t between(std::int64_t low, std::int64_t high) noexcept {
    return low + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(high - low));
  }

 private:
  [[nodiscard]] std::uint64_t next() noexcept {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }

  std::uint64_t state_;
};

/// Instants at any time of day and week, on whole minutes (one of the peers counts in them), from the first holiday
/// year on, so early that five years later is still among the holidays.
[[nodiscard]] inline std::vector<instant> random_starts(std::size_t count, std::uint64_t seed) {
  const std::int64_t begin = std::int64_t{date_of(first_holiday_year, 1, 1).days()} * 1'440;
  const std::int64_t end = std::int64_t{date_of(last_holiday_year - 5, 12, 1).days()} * 1'440;
  random_numbers random(seed);
  std::vector<instant> starts;
  starts.reserve(count);
  for (std::size_t i = 0; i < count; ++i) starts.push_back(instant::from_ms(random.between(begin, end) * 60'000));
  return starts;
}

}  // namespace leadline::bench
