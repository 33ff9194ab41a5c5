#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "leadline/time/detail/civil.hpp"

namespace leadline::detail {

/// A sign, five digits of a year (date::year has 16 bits), and twenty characters.
inline constexpr std::size_t instant_text_size_max = 32;

/// "00", "01", ... "99".
inline constexpr std::array<char, 200> digit_pairs = [] {
  std::array<char, 200> out{};
  for (std::size_t i = 0; i < 100; ++i) {
    out[i * 2] = static_cast<char>('0' + i / 10);
    out[i * 2 + 1] = static_cast<char>('0' + i % 10);
  }
  return out;
}();

/// Writes "2026-03-02T19:03:00.000Z" and gives the end. REQUIRES room for instant_text_size_max.
[[nodiscard]] inline char* write_instant(char* to, std::int64_t ms) noexcept {
  const std::int64_t days = floor_div(ms, day_ms);
  const auto of_day = static_cast<std::uint32_t>(ms - days * day_ms);
  const date::year_month_day civil = civil_from_days(days);
  const auto digit = [&](std::uint32_t number) { *to++ = static_cast<char>('0' + number); };
  const auto two = [&](std::uint32_t number) {
    std::memcpy(to, &digit_pairs[number * 2], 2);
    to += 2;
  };
  auto year = static_cast<std::uint32_t>(static_cast<int>(civil.year()));
  if (static_cast<int>(civil.year()) < 0) {
    *to++ = '-';
    year = 0 - year;
  }
  if (year > 9'999) digit(year / 10'000);
  two(year / 100 % 100);
  two(year % 100);
  *to++ = '-';
  two(static_cast<unsigned>(civil.month()));
  *to++ = '-';
  two(static_cast<unsigned>(civil.day()));
  *to++ = 'T';
  two(of_day / 3'600'000);
  *to++ = ':';
  two(of_day / 60'000 % 60);
  *to++ = ':';
  two(of_day / 1'000 % 60);
  *to++ = '.';
  digit(of_day / 100 % 10);
  two(of_day % 100);
  *to++ = 'Z';
  return to;
}

}  // namespace leadline::detail
