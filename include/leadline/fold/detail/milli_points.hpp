#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

#include "leadline/condition/value.hpp"
#include "leadline/fold/detail/power_of_two.hpp"

/// Numbers of conditions as whole thousandths and back. Rounding is half away from zero on the shortest decimal text
/// that reads back as the double: 0.0005 rounds up though the double nearest to it may lie below.
namespace leadline::detail {

inline constexpr std::int64_t milli_max = std::numeric_limits<std::int64_t>::max();

[[nodiscard]] constexpr std::int64_t saturated(int128 number) noexcept {
  if (number > milli_max) return milli_max;
  return number < -int128{milli_max} ? -milli_max : static_cast<std::int64_t>(number);
}

/// `numerator / 1000`, half away from zero.
[[nodiscard]] constexpr std::int64_t rounded_thousandth(int128 numerator) noexcept {
  return saturated((numerator < 0 ? numerator - 500 : numerator + 500) / 1'000);
}

[[nodiscard]] inline std::int64_t milli_of(double number) noexcept {
  if (std::isnan(number)) return 0;
  if (std::isinf(number)) return number < 0 ? -milli_max : milli_max;
  char text[40];
  const char* const end = std::to_chars(text, text + sizeof text, number, std::chars_format::scientific).ptr;
  const char* at = text;
  const bool is_negative = *at == '-';
  if (is_negative) ++at;
  std::int64_t digits = 0;  // at most 17 of them
  int exponent = 3;
  bool is_behind_point = false;
  for (; *at != 'e'; ++at) {
    if (*at == '.') {
      is_behind_point = true;
      continue;
    }
    digits = digits * 10 + (*at - '0');
    if (is_behind_point) --exponent;
  }
  int power = 0;
  std::from_chars(at[1] == '+' ? at + 2 : at + 1, end, power);
  exponent += power;
  std::int64_t milli = 0;
  if (exponent >= 0) {
    int128 wide = digits;
    for (; exponent > 0 && wide <= milli_max; --exponent) wide *= 10;
    milli = saturated(wide);
  } else if (exponent >= -17) {
    std::int64_t divisor = 1;
    for (; exponent < 0; ++exponent) divisor *= 10;
    milli = digits / divisor + (digits % divisor * 2 >= divisor ? 1 : 0);
  }
  return is_negative ? -milli : milli;
}

/// REQUIRES a number.
[[nodiscard]] inline std::int64_t milli_of(value number) noexcept {
  if (number.kind() == value_kind::integer) return saturated(int128{number.integer()} * 1'000);
  return milli_of(number.real());
}

/// A whole number over another, as a condition reads it: whole where it can be.
[[nodiscard]] inline value number_over(std::int64_t number, std::int64_t divisor) noexcept {
  if (number % divisor == 0) return value::of(number / divisor);
  return value::of(static_cast<double>(number) / static_cast<double>(divisor));
}

/// Thousandths as the number a condition reads.
[[nodiscard]] inline value number_of_milli(std::int64_t milli) noexcept { return number_over(milli, 1'000); }

}  // namespace leadline::detail
