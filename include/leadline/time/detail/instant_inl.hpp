#pragma once

#include <array>
#include <cstddef>

#include "leadline/time/detail/civil.hpp"
#include "leadline/time/detail/instant_text.hpp"
#include "leadline/time/detail/time_text.hpp"
#include "leadline/time/instant.hpp"

namespace leadline {

namespace detail {

inline constexpr std::string_view instant_example = "RFC 3339 with an offset, such as 2026-03-02T14:03:00-05:00";

[[nodiscard]] inline tl::unexpected<diagnostics> bad_instant(std::string_view code, std::string_view text,
                                                             const std::string& reason, std::size_t offset,
                                                             std::size_t size) {
  return time_text_failure(code, "the instant " + quoted_time_text(text) + " " + reason, instant_example, offset, size);
}

}  // namespace detail

LEADLINE_INLINE result<instant> instant::parse(std::string_view text) {
  using detail::bad_instant;
  using detail::digits_at;
  const auto malformed = [&](const std::string& reason, std::size_t at) {
    const std::size_t offset = at < text.size() ? at : text.size();
    return bad_instant("instant.malformed", text, reason, offset, offset < text.size() ? 1 : 0);
  };
  if (text.empty()) return malformed("is empty", 0);
  if (text.size() > limits::time_text_size_max) {
    return bad_instant("instant.malformed", text, "is longer than any instant", 0, text.size());
  }

  const int year = digits_at(text, 0, 4);
  const int month = digits_at(text, 5, 2);
  const int day = digits_at(text, 8, 2);
  if (year < 0 || text.size() < 10 || text[4] != '-' || month < 0 || text[7] != '-' || day < 0) {
    return malformed("does not begin with a date of the form YYYY-MM-DD", 0);
  }
  if (month < 1 || month > 12) {
    return bad_instant("instant.no_such_date", text, "names a month that does not exist", 5, 2);
  }
  if (day < 1 || day > detail::days_of_month(year, month)) {
    return bad_instant(
        "instant.no_such_date", text,
        "names a day that " + std::string(detail::month_name(month)) + " " + std::to_string(year) + " does not have", 8,
        2);
  }
  if (text.size() == 10) return bad_instant("instant.no_time", text, "has a date but no time of day", 10, 0);
  if (text[10] != 'T' && text[10] != 't') return malformed("lacks the T between date and time", 10);

  const int hour = digits_at(text, 11, 2);
  const int minute = digits_at(text, 14, 2);
  const int second = digits_at(text, 17, 2);
  if (hour < 0 || text.size() < 19 || text[13] != ':' || minute < 0 || text[16] != ':' || second < 0) {
    return malformed("lacks a time of the form HH:MM:SS", 11);
  }
  if (hour > 23) return bad_instant("instant.no_such_time", text, "has an hour above 23", 11, 2);
  if (minute > 59) return bad_instant("instant.no_such_time", text, "has a minute above 59", 14, 2);
  if (second > 60) return bad_instant("instant.no_such_time", text, "has a second above 59", 17, 2);

  std::size_t at = 19;
  int milliseconds = 0;
  if (at < text.size() && text[at] == '.') {
    ++at;
    int digit_count = 0;
    while (at < text.size() && detail::is_ascii_digit(text[at])) {
      if (digit_count < 3) milliseconds = milliseconds * 10 + (text[at] - '0');
      ++digit_count;
      ++at;
    }
    if (digit_count == 0) return malformed("has no digits after the decimal point", at);
    for (; digit_count < 3; ++digit_count) milliseconds *= 10;
  }

  if (at == text.size()) {
    return bad_instant("instant.no_offset", text,
                       "has no offset, and without one it is a different instant in each zone", at, 0);
  }
  std::int64_t offset_minutes = 0;
  if (text[at] == 'Z' || text[at] == 'z') {
    ++at;
  } else if (text[at] == '+' || text[at] == '-') {
    const int offset_hour = digits_at(text, at + 1, 2);
    const int offset_minute = digits_at(text, at + 4, 2);
    if (offset_hour < 0 || text.size() < at + 6 || text[at + 3] != ':' || offset_minute < 0) {
      return malformed("has an offset that is not of the form +HH:MM or -HH:MM", at);
    }
    if (offset_hour > 23 || offset_minute > 59) {
      return bad_instant("instant.no_such_offset", text, "has an offset beyond 23:59", at, 6);
    }
    offset_minutes = offset_hour * 60 + offset_minute;
    if (text[at] == '-') offset_minutes = -offset_minutes;
    at += 6;
  } else {
    return malformed("has something other than an offset after its time", at);
  }
  if (at != text.size()) {
    return bad_instant("instant.malformed", text, "goes on after its offset", at, text.size() - at);
  }

  const std::int64_t days = detail::days_from_civil(year, month, day);
  const std::int64_t minutes = (days * 24 + hour) * 60 + minute - offset_minutes;
  if (second == 60 && (minutes % 1440 + 1440) % 1440 != 1439) {
    return bad_instant("instant.no_such_time", text, "has a second of 60 that is no leap second (23:59:60 UTC)", 17, 2);
  }
  const instant parsed = from_ms((minutes * 60 + second) * 1000 + milliseconds);
  if (!parsed.is_in_range()) {
    return bad_instant("instant.out_of_range", text, "is not between 1970-01-01T00:00:00Z and 2200-01-01T00:00:00Z", 0,
                       text.size());
  }
  return parsed;
}

LEADLINE_INLINE void instant::append_to(std::string& out) const {
  // Written here first: a text that grows by one byte checks its room every time.
  std::array<char, detail::instant_text_size_max> text;
  out.append(text.data(), detail::write_instant(text.data(), ms_));
}

LEADLINE_INLINE std::string instant::text() const {
  std::string out;
  append_to(out);
  return out;
}

}  // namespace leadline
