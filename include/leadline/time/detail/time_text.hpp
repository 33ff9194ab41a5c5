#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "leadline/base/detail/ascii.hpp"
#include "leadline/base/diagnostic.hpp"
#include "leadline/base/json_text.hpp"
#include "leadline/base/limits.hpp"
#include "leadline/base/result.hpp"

/// What the readers of instants, dates, intervals and durations share.
namespace leadline::detail {

/// `text` as a message quotes it: in quotes, cut on a code point's edge when it is long, and with control characters
/// escaped, so that a message is one line of UTF-8 whatever was sent.
[[nodiscard]] inline std::string quoted_time_text(std::string_view text) {
  std::string shown(text.substr(0, limits::time_text_size_max));
  if (text.size() > limits::time_text_size_max) {
    while (!shown.empty() && (static_cast<unsigned char>(text[shown.size()]) & 0xC0) == 0x80) shown.pop_back();
    shown += "...";
  }
  std::string out;
  json_text::append_quoted(out, shown);
  return out;
}

/// A failure at a stretch of `text`, in bytes from its beginning; the caller adds where the text itself stands.
[[nodiscard]] inline tl::unexpected<diagnostics> time_text_failure(std::string_view code, std::string message,
                                                                   std::string_view expected, std::size_t offset,
                                                                   std::size_t size) {
  diagnostic problem;
  problem.code = code;
  problem.message = std::move(message);
  problem.expected = expected;
  problem.where.offset = offset;
  problem.where.size = size;
  return failure(std::move(problem));
}

/// The number that `count` digits at `at` make, or -1 when one of them is none or missing.
[[nodiscard]] constexpr int digits_at(std::string_view text, std::size_t at, std::size_t count) noexcept {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (!is_ascii_digit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

[[nodiscard]] constexpr bool is_leap_year(int year) noexcept {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

[[nodiscard]] constexpr int days_of_month(int year, int month) noexcept {
  constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap_year(year) ? 29 : days[month - 1];
}

[[nodiscard]] inline std::string_view month_name(int month) noexcept {
  constexpr std::string_view names[] = {"January", "February", "March",     "April",   "May",      "June",
                                        "July",    "August",   "September", "October", "November", "December"};
  return names[month - 1];
}

}  // namespace leadline::detail
