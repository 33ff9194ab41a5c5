#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "leadline/time/business_calendar.hpp"
#include "leadline/time/calendar_spec.hpp"
#include "leadline/time/instant.hpp"

/// The words in which tests of calendars are written: short enough that a case is one line and reads as a sentence.
///
///     const business_calendar office = build(week("America/New_York", "mon-fri", {"09:00-17:00"}));
///     EXPECT_EQ(utc(office.add(at("2026-03-06T16:00:00-05:00"), business_duration::hours(4))),
///               utc("2026-03-09T12:00:00-04:00"));
namespace leadline::test {

[[nodiscard]] inline instant at(std::string_view text) { return instant::parse(text).value(); }
[[nodiscard]] inline local_date date(std::string_view text) { return local_date::parse(text).value(); }

/// An instant as a text that a failed test shows, or the code of the problem.
[[nodiscard]] inline std::string utc(const result<instant>& answer) {
  return answer ? answer->text() : answer.error().front().code;
}
[[nodiscard]] inline std::string utc(std::string_view text) { return at(text).text(); }

[[nodiscard]] inline std::vector<opening_interval> intervals(std::initializer_list<std::string_view> texts) {
  std::vector<opening_interval> list;
  for (const std::string_view text : texts) list.push_back(opening_interval::parse(text).value());
  return list;
}

/// Puts the same opening intervals on the days from `first` to `last`, Monday 0.
[[nodiscard]] inline calendar_spec days(calendar_spec spec, std::size_t first, std::size_t last,
                                        std::initializer_list<std::string_view> texts) {
  for (std::size_t day = first; day <= last; ++day) spec.hours[day] = intervals(texts);
  return spec;
}
[[nodiscard]] inline calendar_spec monday_to_friday(std::string zone, std::initializer_list<std::string_view> texts) {
  return days({.time_zone = std::move(zone), .hours = {}, .dates = {}}, 0, 4, texts);
}
[[nodiscard]] inline calendar_spec every_day(std::string zone, std::initializer_list<std::string_view> texts) {
  return days({.time_zone = std::move(zone), .hours = {}, .dates = {}}, 0, 6, texts);
}
[[nodiscard]] inline calendar_spec no_day(std::string zone) {
  return {.time_zone = std::move(zone), .hours = {}, .dates = {}};
}
/// One dated exception more.
[[nodiscard]] inline calendar_spec with(calendar_spec spec, std::string_view day,
                                        std::initializer_list<std::string_view> texts) {
  spec.dates[date(day)] = intervals(texts);
  return spec;
}

[[nodiscard]] inline business_calendar build(const calendar_spec& spec) {
  return business_calendar::build(spec, system_zones()).value();
}

[[nodiscard]] constexpr business_duration bh(std::int64_t hours) { return business_duration::hours(hours); }
[[nodiscard]] constexpr business_duration bm(std::int64_t minutes) { return business_duration::minutes(minutes); }
[[nodiscard]] constexpr business_days bd(std::int64_t count) { return business_days(count); }

}  // namespace leadline::test
