#pragma once

#include "leadline/time/detail/time_text.hpp"
#include "leadline/time/opening_interval.hpp"

namespace leadline {

LEADLINE_INLINE result<opening_interval> opening_interval::parse(std::string_view text) {
  constexpr std::string_view example = "HH:MM-HH:MM on a 24-hour clock, such as 09:00-17:30";
  constexpr int day_minutes = 24 * 60;
  const auto bad = [&](std::string_view code, const std::string& reason, std::size_t offset, std::size_t size) {
    return detail::time_text_failure(code, "the opening interval " + detail::quoted_time_text(text) + " " + reason,
                                     example, offset, size);
  };
  const int open_hour = detail::digits_at(text, 0, 2);
  const int open_minute = detail::digits_at(text, 3, 2);
  const int close_hour = detail::digits_at(text, 6, 2);
  const int close_minute = detail::digits_at(text, 9, 2);
  if (text.size() != 11 || open_hour < 0 || text[2] != ':' || open_minute < 0 || text[5] != '-' || close_hour < 0 ||
      text[8] != ':' || close_minute < 0) {
    return bad("interval.malformed", "is not of the form HH:MM-HH:MM", 0, text.size());
  }
  if (open_minute > 59) return bad("interval.no_such_time", "opens at a minute above 59", 3, 2);
  if (close_minute > 59) return bad("interval.no_such_time", "closes at a minute above 59", 9, 2);
  if (open_hour > 23) {
    return bad("interval.no_such_time",
               open_hour == 24 && open_minute == 0 ? "opens at 24:00, which is 00:00 of the next day"
                                                   : "opens at an hour above 23",
               0, 5);
  }
  const int close = close_hour * 60 + close_minute;
  if (close > day_minutes) return bad("interval.no_such_time", "closes at a time after 24:00", 6, 5);
  const int open = open_hour * 60 + open_minute;
  return opening_interval{static_cast<std::int16_t>(open),
                          static_cast<std::int16_t>(close > open ? close : close + day_minutes)};
}

}  // namespace leadline
